//! Front matter of an imported document, extracted key by key where that reproduces it.

use std::ops::Range;

use super::write::Recipe;
use crate::author::front_matter::{entries, is_default, key, known_value, pattern};
use crate::model::grammar::Profile;
use crate::model::{DESCRIPTION, Datum, FRONT_MATTER, LOADING, NAME, PATHS, Target, ToolList};
use crate::render::VALUE;
use crate::source::edit::{self, literal};
use crate::text::front_matter;
use crate::text::yaml::{self, Objection, Yaml};

/// The front matter of a document.
#[derive(Debug)]
pub(super) struct FrontMatter<'t> {
    /// The whole block, with its fences.
    pub(super) whole: &'t str,
    /// The range between the fences.
    inner: Range<usize>,
}

/// Splits the front matter from a text. Returns it and the offset of the body.
pub(super) fn split(text: &str) -> Option<(FrontMatter<'_>, usize)> {
    let (inner, end) = front_matter::split(text)?;
    Some((FrontMatter { whole: &text[..end], inner }, end))
}

/// Returns what a strict YAML reader objects to in a text's front matter.
pub(super) fn objection(text: &str, target: &Target) -> Option<Objection> {
    let Some((front_matter, _)) = split(text) else {
        let mut lines = text.lines();
        let is_open = lines.next().is_some_and(front_matter::is_fence);
        let is_key = lines.next().is_some_and(|line| key(line).is_some());
        let reason = "it has no closing `---`".to_owned();
        let help = "add a line `---` below the last key";
        return (is_open && is_key).then_some(Objection { line: 1, column: 1, reason, help });
    };
    let inner = &front_matter.whole[front_matter.inner.clone()];
    let objection = yaml::mapping(&front_matter::as_yaml(inner, target)).err()?;
    // The reader counts lines from the one below the fence.
    Some(Objection { line: objection.line + 1, ..objection })
}

impl FrontMatter<'_> {
    /// Returns whether it has a key.
    pub(super) fn has(&self, wanted: &str) -> bool {
        let inner = &self.whole[self.inner.clone()];
        // A key may also be in braces or after `?`. Lines count too, in case the rest is no YAML.
        inner.lines().any(|line| key(line) == Some(wanted))
            || yaml::lenient(inner).0.iter().any(|(key, _)| key == wanted)
    }

    /// Returns whether it has a key with a value.
    pub(super) fn says(&self, wanted: &str, target: &Target) -> bool {
        let inner = &self.whole[self.inner.clone()];
        let (read, _) = yaml::lenient(&front_matter::as_yaml(inner, target));
        let value = read.iter().find(|(key, _)| key == wanted).map(|(_, value)| value);
        match value {
            None => self.has(wanted),
            Some(Yaml::Null) => false,
            Some(Yaml::String(text)) => !text.trim().is_empty(),
            Some(_) => true,
        }
    }

    /// Returns its keys, as far as it can be read.
    pub(super) fn keys(&self) -> Vec<String> {
        let (read, _) = yaml::lenient(&self.whole[self.inner.clone()]);
        read.into_iter().map(|(key, _)| key).collect()
    }

    /// Returns the value of a key if it is a string.
    pub(super) fn get(&self, wanted: &str) -> Option<String> {
        let (read, _) = yaml::lenient(&self.whole[self.inner.clone()]);
        read.into_iter().find_map(|(key, value)| match value {
            Yaml::String(text) if key == wanted => Some(text),
            _ => None,
        })
    }

    /// Adds the front matter to the recipe: the values that the target knows, and the form in which they are
    /// typed. Lines that would not be reproduced are kept as typed.
    pub(super) fn extract(
        &self,
        recipe: &mut Recipe,
        target: &'static Target,
        persona: &str,
        is_verbatim: bool,
    ) {
        let inner = &self.whole[self.inner.clone()];
        let mut settings: Vec<(String, Datum)> = Vec::new();
        let mut values: Vec<(&str, Datum)> = Vec::new();
        let (read, _) = yaml::lenient(&front_matter::as_yaml(inner, target));
        for key in target.front_matter_keys() {
            let mut found = read.iter().filter(|(read, _)| read == key);
            if let Some(datum) = found.find_map(|(_, value)| known_value(target, key, value)) {
                record(recipe, &mut settings, target, persona, key, &datum);
                values.push((key, datum));
            }
        }
        if let Some((when, paths)) = target.when(&values) {
            recipe.fields.push((LOADING, literal(when.word())));
            recipe.fields.extend(paths.map(|paths| (PATHS, literal(&paths))));
            settings.retain(|(key, _)| !target.switches().any(|switch| switch == key));
        }
        let is_usual = self.whole.starts_with("---\n") && self.whole.ends_with("\n---\n");
        let entries = entries(inner).filter(|_| is_usual && !is_verbatim);
        let mut extracted: Vec<String> = Vec::new();
        for entry in entries.iter().flatten() {
            let is_new =
                |known: &str| !extracted.iter().any(|other| other == known || key(other) == Some(known));
            let value = values.iter().find(|(known, _)| key(entry) == Some(known) && is_new(known));
            let pattern = value.and_then(|(key, datum)| pattern(key, entry, target, datum));
            extracted.push(pattern.unwrap_or_else(|| entry.clone()));
        }
        // A placeholder in a line that is kept as typed would be filled in.
        let is_confusing =
            |(entry, extracted): (&String, &String)| entry == extracted && entry.contains(VALUE);
        match entries.filter(|entries| !entries.iter().zip(&extracted).any(is_confusing)) {
            None => settings.push((FRONT_MATTER.to_owned(), Datum::String(self.whole.to_owned()))),
            Some(_) if is_default(&extracted, target) => {}
            Some(_) => {
                let lines = extracted.into_iter().map(Datum::String).collect();
                settings.push((FRONT_MATTER.to_owned(), Datum::List(lines)));
            }
        }
        recipe.target = Some((target.name, settings));
    }
}

/// Adds the values of a document to the recipe that are not in front matter.
pub(super) fn record_all(
    recipe: &mut Recipe,
    target: &'static Target,
    persona: &str,
    values: &[(&'static str, Datum)],
) {
    let mut settings = Vec::new();
    for (key, datum) in values {
        record(recipe, &mut settings, target, persona, key, datum);
    }
    recipe.target = Some((target.name, settings));
}

/// Adds a value to the recipe.
fn record(
    recipe: &mut Recipe,
    settings: &mut Vec<(String, Datum)>,
    target: &Target,
    persona: &str,
    key: &str,
    datum: &Datum,
) {
    let is_list = |list: Option<(&str, ToolList)>| list.is_some_and(|(list, _)| list == key);
    let names = || match datum {
        Datum::List(names) => names.iter().map(Datum::to_string).collect(),
        _ => Vec::new(),
    };
    match key {
        NAME if datum.as_str() == Some(persona) => {}
        DESCRIPTION => recipe.keys.push((Profile::Description, edit::value_literal(datum))),
        _ if is_list(target.allow) => recipe.allow = names(),
        _ if is_list(target.deny) => recipe.deny = names(),
        _ => settings.push((key.to_owned(), datum.clone())),
    }
}
