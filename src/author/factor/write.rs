//! The text of a shared fragment.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use crate::model::grammar::part_key;
use crate::model::{Part, address};
use crate::source::edit::{Taken, literal};

/// An entry as it is to be written.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// The list that it stands in.
    pub(super) list: String,
    /// Its id.
    pub(super) id: String,
    /// Which part of the section it is.
    pub(super) part: Part,
    /// Its value and the comments about it, from every source.
    pub(super) taken: Vec<Taken>,
}

/// A fragment as it is to be written.
#[derive(Debug, Clone, Default)]
pub(super) struct Shared {
    /// Its id without its kind.
    pub(super) name: String,
    /// Comments about all of it.
    pub(super) comments: Vec<String>,
    /// What it is, in a line.
    pub(super) summary: Option<String>,
    /// The section, if it is not named after the kind.
    pub(super) section: Option<String>,
    /// Whether fields are filled in.
    pub(super) is_template: bool,
    /// Its entries.
    pub(super) entries: Vec<Entry>,
}

impl Entry {
    fn comments(&self) -> Vec<&String> {
        let mut comments: Vec<&String> = Vec::new();
        // The comment behind the entry that is written stays behind it.
        let trailing = self.taken.iter().skip(1).filter_map(|taken| taken.trailing.as_ref());
        for comment in self.taken.iter().flat_map(|taken| &taken.comments).chain(trailing) {
            let is_behind = self.taken[0].trailing.as_ref() == Some(comment);
            if !is_behind && !comments.contains(&comment) {
                comments.push(comment);
            }
        }
        comments
    }

    fn lines(&self, key: &str) -> String {
        let mut text: String = self.comments().iter().map(|comment| format!("{comment}\n")).collect();
        let Some(taken) = self.taken.first() else { return text };
        let trailing = taken.trailing.as_ref().map_or(String::new(), |comment| format!(" {comment}"));
        text.push_str(&format!("{key} = {}{trailing}\n", taken.value));
        text
    }
}

impl Shared {
    /// The fragment as TOML.
    pub(super) fn text(&self) -> String {
        let mut text: String = self.comments.iter().map(|comment| format!("{comment}\n")).collect();
        if !text.is_empty() {
            text.push('\n');
        }
        if let Some(summary) = &self.summary {
            text.push_str(&format!("summary = {}\n", literal(summary)));
        }
        if let Some(section) = &self.section {
            text.push_str(&format!("section = \"{section}\"\n"));
        }
        if self.is_template {
            text.push_str("template = true\n");
        }
        if let [entry] = self.entries.as_slice()
            && entry.part == Part::Prose
            && !address::is_in_section(&entry.list)
            && entry.id == self.name
            && entry.taken.first().is_some_and(|taken| !taken.value.starts_with('{'))
        {
            text.push_str(&entry.lines("text"));
            return text;
        }
        let mut lists: IndexMap<&str, Vec<&Entry>> = IndexMap::new();
        for entry in &self.entries {
            lists.entry(entry.list.as_str()).or_default().push(entry);
        }
        // What stands below a group's heading would belong to it.
        lists.sort_by_cached_key(|list, _| address::is_in_section(list));
        for (list, entries) in lists {
            let group = address::section_and_group(list).1.map(|group| format!("group.{group}"));
            let headings = entries.iter().filter(|entry| matches!(entry.part, Part::Title | Part::Lead));
            let headings: BTreeMap<bool, &&Entry> =
                headings.map(|entry| (entry.part == Part::Lead, entry)).collect();
            if let (Some(group), false) = (&group, headings.is_empty()) {
                header(&mut text, group);
                text.extend(headings.values().map(|entry| entry.lines(part_key(entry.part))));
            }
            let mut tables: IndexMap<&str, Vec<&Entry>> = IndexMap::new();
            for entry in entries.into_iter().filter(|entry| !matches!(entry.part, Part::Title | Part::Lead)) {
                tables.entry(part_key(entry.part)).or_default().push(entry);
            }
            for (name, entries) in tables {
                let name = group.as_ref().map_or(name.to_owned(), |group| format!("{group}.{name}"));
                header(&mut text, &name);
                text.extend(entries.iter().map(|entry| entry.lines(&entry.id)));
            }
        }
        text
    }
}

fn header(text: &mut String, name: &str) {
    if !text.is_empty() && !text.ends_with("\n\n") {
        text.push('\n');
    }
    text.push_str(&format!("[{name}]\n"));
}
