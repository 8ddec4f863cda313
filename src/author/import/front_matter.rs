//! Front matter of an imported document, extracted key by key where that reproduces it.

use std::ops::Range;

use super::write::Recipe;
use crate::model::grammar::Profile;
use crate::model::{DESCRIPTION, Datum, FRONT_MATTER, NAME, Target, ToolList, is_tool_name};
use crate::render::{VALUE, fill, front_matter_line, read};
use crate::source::edit::{self, list_literal, literal};
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
pub(super) fn objection(text: &str) -> Option<Objection> {
    let Some((front_matter, _)) = split(text) else {
        let mut lines = text.lines();
        let is_open = lines.next().is_some_and(|line| line.trim_end() == "---");
        let is_key = lines.next().is_some_and(|line| key(line).is_some());
        let reason = "it has no closing `---`".to_owned();
        let help = "add a line `---` below the last key";
        return (is_open && is_key).then_some(Objection { line: 1, column: 1, reason, help });
    };
    let inner = &front_matter.whole[front_matter.inner.clone()];
    let objection = yaml::mapping(inner).err()?;
    // The reader counts lines from the one below the fence.
    Some(Objection { line: objection.line + 1, ..objection })
}

impl FrontMatter<'_> {
    /// Returns whether it has a key.
    pub(super) fn has(&self, wanted: &str) -> bool {
        self.whole[self.inner.clone()].lines().any(|line| key(line) == Some(wanted))
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
        let mut settings: Vec<(String, String)> = Vec::new();
        let mut values: Vec<(&str, Datum)> = Vec::new();
        let (read, _) = yaml::lenient(inner);
        for key in target.front_matter_keys() {
            let mut found = read.iter().filter(|(read, _)| read == key);
            if let Some(datum) = found.find_map(|(_, value)| known_value(target, key, value)) {
                record(recipe, &mut settings, target, persona, key, &datum);
                values.push((key, datum));
            }
        }
        let is_usual = self.whole.starts_with("---\n") && self.whole.ends_with("\n---\n");
        let entries = entries(inner).filter(|_| is_usual && !is_verbatim);
        let mut extracted: Vec<String> = Vec::new();
        for entry in entries.iter().flatten() {
            let is_new =
                |key: &str| !extracted.iter().any(|other| other == key || self::key(other) == Some(key));
            let value = values.iter().find(|(known, _)| key(entry) == Some(known) && is_new(known));
            let pattern = value.and_then(|(key, datum)| pattern(key, entry, target, datum));
            extracted.push(pattern.unwrap_or_else(|| entry.clone()));
        }
        // A placeholder in a line that is kept as typed would be filled in.
        let is_confusing =
            |(entry, extracted): (&String, &String)| entry == extracted && entry.contains(VALUE);
        match entries.filter(|entries| !entries.iter().zip(&extracted).any(is_confusing)) {
            None => settings.push((FRONT_MATTER.to_owned(), literal(self.whole))),
            Some(_) if is_default(&extracted, target) => {}
            Some(_) => {
                settings.push((FRONT_MATTER.to_owned(), list_literal(extracted.iter().map(String::as_str))));
            }
        }
        recipe.target = Some((target.name, settings));
    }
}

/// Returns whether the target writes these entries by default.
fn is_default(entries: &[String], target: &Target) -> bool {
    let usual = target.front_matter_keys().filter(|key| entries.iter().any(|entry| entry == key));
    let is_usual = usual.map(str::to_owned).collect::<Vec<_>>() == entries;
    target.front_matter && is_usual && entries.first().is_some_and(|entry| entry == NAME)
}

/// Splits front matter into entries: a key with its continuation lines, a comment, or a blank line. `None` if
/// a line belongs to no key.
fn entries(inner: &str) -> Option<Vec<String>> {
    let mut entries: Vec<String> = Vec::new();
    let lines: Vec<&str> = inner.split_terminator('\n').collect();
    for (index, line) in lines.iter().enumerate() {
        let goes_on = |line: &&&str| line.starts_with([' ', '\t']) || line.starts_with("- ") || **line == "-";
        let next = lines[index..].iter().find(|line| !line.trim().is_empty());
        let is_own = match line.trim().is_empty() {
            true => next.filter(goes_on).is_none(),
            false => key(line).is_some() || line.starts_with('#'),
        };
        match entries.last_mut() {
            _ if is_own => entries.push((*line).to_owned()),
            Some(last) => {
                last.push('\n');
                last.push_str(line);
            }
            None => return None,
        }
    }
    Some(entries)
}

/// Returns the key at the start of a line.
fn key(line: &str) -> Option<&str> {
    let (key, rest) = line.split_once(':')?;
    let is_key = key.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && key.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter));
    (is_key && (rest.is_empty() || rest.starts_with([' ', '\t', '\n']))).then_some(key)
}

/// Returns the value of a known key in the form that a profile can set. `None` if it cannot be set.
fn known_value(target: &Target, key: &str, value: &Yaml) -> Option<Datum> {
    let lists = [target.allow, target.deny].into_iter().flatten();
    if lists.into_iter().any(|(list, _)| list == key) {
        let mut names: Vec<Datum> = Vec::new();
        for name in value.tools()? {
            let name = Datum::String(name);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let is_sound =
            |name: &Datum| name.as_str().is_some_and(|name| is_tool_name(name) && name.trim() == name);
        return (!names.is_empty() && names.iter().all(is_sound)).then_some(Datum::List(names));
    }
    let datum = match value.datum()? {
        // The line break at the end of a block scalar is not part of the text.
        Datum::String(text) => Datum::String(text.trim_end_matches('\n').to_owned()),
        datum => datum,
    };
    let text = datum.as_str();
    if text.is_some_and(|text| text.trim().is_empty() || (key == NAME && text.contains('\n'))) {
        return None;
    }
    match target.key(key) {
        None => text.is_some().then_some(datum),
        Some(known) => {
            let is_short = known.most.is_none_or(|most| text.is_none_or(|text| text.chars().count() <= most));
            (known.value.accepts(&datum) && is_short).then_some(datum)
        }
    }
}

/// Returns the pattern of an entry: the key alone, or the line with `VALUE` in place of the value. `None` if
/// it would not reproduce the entry.
fn pattern(key: &str, entry: &str, target: &Target, datum: &Datum) -> Option<String> {
    let list = [target.allow, target.deny].into_iter().flatten().find(|(list, _)| *list == key);
    let line = match (list, datum) {
        (Some((_, form)), Datum::List(names)) => {
            let names: Vec<String> = names.iter().map(Datum::to_string).collect();
            Datum::String(names.join(form.separator()))
        }
        _ => datum.clone(),
    };
    if front_matter_line(key, &line) == format!("{entry}\n") {
        return Some(key.to_owned());
    }
    let (pattern, _) = read(entry)?;
    let gives_back = |pattern: &String| {
        [datum, &line].into_iter().any(|value| fill(pattern, value).as_deref() == Some(entry))
    };
    let separated =
        [", ", ",", " "].map(|between| pattern.replacen(VALUE, &format!("{VALUE}{between}{VALUE}"), 1));
    let is_list = list.is_some() && pattern.matches(VALUE).count() == 1;
    [pattern].into_iter().chain(separated.into_iter().filter(|_| is_list)).find(gives_back)
}

/// Adds a value to the recipe.
fn record(
    recipe: &mut Recipe,
    settings: &mut Vec<(String, String)>,
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
        _ => settings.push((key.to_owned(), edit::value_literal(datum))),
    }
}
