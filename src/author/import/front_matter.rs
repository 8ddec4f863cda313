//! Front matter of a document: extracted key by key where it comes back as it was.

use std::collections::BTreeMap;
use std::ops::Range;

use super::write::Recipe;
use crate::model::{Datum, FRONT_MATTER, KeyType, Target, is_tool_name};
use crate::render::{VALUE, fill, front_matter_line, read};
use crate::source::edit::{list_literal, literal};
use crate::text::front_matter;

/// The front matter of a document.
#[derive(Debug)]
pub(super) struct FrontMatter<'t> {
    /// All of it, with its dashes.
    pub(super) whole: &'t str,
    /// What stands between the dashes.
    inner: Range<usize>,
}

/// The front matter that a text begins with, and where the text goes on after it.
pub(super) fn split(text: &str) -> Option<(FrontMatter<'_>, usize)> {
    let (inner, end) = front_matter::split(text)?;
    Some((FrontMatter { whole: &text[..end], inner }, end))
}

/// What a strict reader of YAML objects to.
pub(super) struct Objection {
    /// Where, in the document.
    pub(super) line: usize,
    /// In characters, from 1.
    pub(super) column: usize,
    pub(super) reason: String,
    /// What mends it.
    pub(super) help: &'static str,
}

/// What a strict reader of YAML objects to in the front matter that a text begins with.
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
    let read = serde_yaml::from_str::<Option<BTreeMap<String, serde::de::IgnoredAny>>>(inner);
    let error = read.err()?;
    let message = error.to_string();
    let first = message.lines().next().unwrap_or_default();
    let first = first.strip_prefix("error: ").unwrap_or(first);
    // The reader counts from the line below the dashes, and where it stands is shown by the caret.
    let reason =
        first.split_once(": ").filter(|(place, _)| place.starts_with("line ")).map_or(first, |(_, it)| it);
    let (reason, help) = match reason {
        reason if reason.starts_with("duplicate mapping key") => ("duplicate key", "delete one of them"),
        reason => (reason, "if the value is a text, put it in quotes"),
    };
    let (line, column) = error.location().map_or((1, 1), |at| (at.line() as usize, at.column() as usize));
    Some(Objection { line: line + 1, column, reason: reason.to_owned(), help })
}

impl FrontMatter<'_> {
    /// Whether it has a key.
    pub(super) fn has(&self, wanted: &str) -> bool {
        self.whole[self.inner.clone()].lines().any(|line| key(line) == Some(wanted))
    }

    /// The value of a key that stands on one line.
    pub(super) fn get(&self, wanted: &str) -> Option<String> {
        let lines = self.whole[self.inner.clone()].lines();
        let mut of_key = lines.filter(|line| key(line) == Some(wanted));
        of_key.find_map(|line| match read(line) {
            Some((_, Datum::String(text))) => Some(text),
            _ => None,
        })
    }

    /// Records the front matter in the recipe of a target. Lines that would not come back as they were stay as typed.
    pub(super) fn extract(
        &self,
        recipe: &mut Recipe,
        target: &'static Target,
        persona: &str,
        is_verbatim: bool,
    ) {
        let is_usual = self.whole.starts_with("---\n") && self.whole.ends_with("\n---\n");
        let entries = entries(&self.whole[self.inner.clone()]).filter(|_| is_usual && !is_verbatim);
        let mut extracted: Vec<String> = Vec::new();
        let mut settings: Vec<(String, String)> = Vec::new();
        for entry in entries.iter().flatten() {
            let known = key(entry).filter(|key| target.front_matter_keys().any(|known| known == *key));
            let is_new =
                |key: &&str| !extracted.iter().any(|other| other == key || self::key(other) == Some(key));
            let read = known.filter(is_new).and_then(|key| {
                let (pattern, datum) = read_entry(key, entry, target, persona)?;
                record(recipe, &mut settings, target, key, datum)?;
                Some(pattern)
            });
            extracted.push(read.unwrap_or_else(|| entry.clone()));
        }
        // What stands for a value elsewhere cannot stand as it is.
        let is_confusing =
            |(entry, extracted): (&String, &String)| entry == extracted && entry.contains(VALUE);
        let fits = entries.as_ref().is_some_and(|entries| !entries.iter().zip(&extracted).any(is_confusing));
        if !fits {
            // Nothing else is said then: the text says it all.
            let keep = recipe.keys.iter().position(|(key, _)| *key == "description");
            keep.map(|at| recipe.keys.remove(at));
            (recipe.allow, recipe.deny) = (Vec::new(), Vec::new());
            recipe.target = Some((target.name, vec![(FRONT_MATTER.to_owned(), literal(self.whole))]));
            return;
        }
        let mut lines = settings;
        if !is_default(&extracted, target) {
            lines.push((FRONT_MATTER.to_owned(), list_literal(extracted.iter().map(String::as_str))));
        }
        recipe.target = Some((target.name, lines));
    }
}

/// Whether a target writes these entries by itself.
fn is_default(entries: &[String], target: &Target) -> bool {
    let usual = target.front_matter_keys().filter(|key| entries.iter().any(|entry| entry == key));
    let is_usual = usual.map(str::to_owned).collect::<Vec<_>>() == entries;
    target.front_matter && is_usual && entries.first().is_some_and(|entry| entry == "name")
}

/// The entries of front matter: a key with all lines that belong to it, a comment, or a blank line.
/// Nothing where lines belong to no key.
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

/// The key that a line begins with.
fn key(line: &str) -> Option<&str> {
    let (key, rest) = line.split_once(':')?;
    let is_key = key.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && key.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter));
    (is_key && (rest.is_empty() || rest.starts_with([' ', '\t', '\n']))).then_some(key)
}

/// The pattern of an entry (its key alone, or with its quotes) and its value. `None` if the two would not give back
/// the entry.
fn read_entry(key: &str, entry: &str, target: &Target, persona: &str) -> Option<(String, Datum)> {
    let (pattern, datum) = read(entry)?;
    let text = datum.as_str();
    if text.is_some_and(|text| text.trim().is_empty() || (key == "name" && text != persona)) {
        return None;
    }
    let tools = [target.allow, target.deny].into_iter().flatten().find(|(tools, _)| *tools == key);
    let datum = match (target.key(key).map(|key| key.value), text) {
        (Some(KeyType::Count), Some(text)) => Datum::Integer(text.parse().ok()?),
        (Some(KeyType::Boolean), Some(text)) => Datum::Boolean(text.parse().ok()?),
        (Some(KeyType::Any | KeyType::StringMap), _) => return None,
        _ => datum,
    };
    match target.key(key) {
        Some(key) if !key.value.accepts(&datum) => return None,
        None if datum.as_str().is_none() && tools.is_none() => return None,
        _ => {}
    }
    if let (Some(most), Some(text)) = (target.key(key).and_then(|key| key.most), datum.as_str())
        && text.chars().count() > most
    {
        return None;
    }
    // Tools in a list are not as the target usually has them.
    let is_usual = tools.is_none() || datum.as_str().is_some();
    if is_usual && front_matter_line(key, &datum) == format!("{entry}\n") {
        return Some((key.to_owned(), datum));
    }
    (fill(&pattern, &datum)? == entry).then_some((pattern, datum))
}

/// Records a value in the recipe. `None` if there is no key for it.
fn record(
    recipe: &mut Recipe,
    settings: &mut Vec<(String, String)>,
    target: &Target,
    key: &str,
    datum: Datum,
) -> Option<()> {
    let text = datum.to_string();
    match key {
        "name" => return Some(()),
        "description" => {
            recipe.keys.push(("description", literal(&text)));
            return Some(());
        }
        _ => {}
    }
    for (tools, list) in [(target.allow, &mut recipe.allow), (target.deny, &mut recipe.deny)] {
        if let Some((name, form)) = tools.filter(|(name, _)| *name == key) {
            let separator = match form {
                crate::model::ToolList::Commas => ", ",
                crate::model::ToolList::Spaces => " ",
            };
            let names: Vec<String> = match &datum {
                Datum::List(names) => names.iter().map(Datum::to_string).collect(),
                _ => text.split(separator).map(str::to_owned).collect(),
            };
            let mut distinct = names.clone();
            distinct.sort_unstable();
            distinct.dedup();
            if distinct.len() != names.len()
                || !names.iter().all(|name| is_tool_name(name) && name.trim() == name)
            {
                return None;
            }
            debug_assert_eq!(name, key);
            *list = names;
            return Some(());
        }
    }
    let value = match datum {
        Datum::String(text) => literal(&text),
        Datum::List(items) => list_literal(items.iter().filter_map(Datum::as_str)),
        datum => datum.to_string(),
    };
    settings.push((key.to_owned(), value));
    Some(())
}
