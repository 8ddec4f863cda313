//! Writes the fragments and the profile of an imported document as readable TOML.

use indexmap::IndexMap;

use super::arrange::{Settings, Value};
use super::name::fragment_name;
use super::tree::{Entry, Node, Section, Tree};
use crate::model::grammar::{BOLD, Entry as Field, Profile, Section as Heading, Tools};
use crate::model::{Datum, LAYOUT, LayoutKey, Part, address, layout_key};
use crate::source::edit::{self, NewEntry, NewFile, NewFragment, line_literal, list_literal, literal};

/// The keys of a profile other than its sections.
#[derive(Debug, Default, Clone)]
pub(super) struct Recipe {
    /// Top-level keys, such as `description`, with their values in TOML.
    pub(super) keys: Vec<(Profile, String)>,
    /// The allowed tools.
    pub(super) allow: Vec<String>,
    /// The denied tools.
    pub(super) deny: Vec<String>,
    /// The fields, with their values in TOML.
    pub(super) fields: Vec<(&'static str, String)>,
    /// The name of the target and the values in its table; `None` if the profile needs no table.
    pub(super) target: Option<(&'static str, Vec<(String, Datum)>)>,
}

/// Returns the fragments of a tree, one for each section.
pub(super) fn fragments(tree: &Tree, persona: &str) -> Vec<(String, NewFragment)> {
    let sections = tree.sections.iter().filter(|section| !section.nodes.is_empty());
    sections.map(|section| (fragment_id(section, persona), fragment(section, persona))).collect()
}

fn fragment_id(section: &Section, persona: &str) -> String {
    format!("{}/{}", section.kind(), fragment_name(section, persona))
}

fn fragment(section: &Section, persona: &str) -> NewFragment {
    let mut entries = Vec::new();
    for node in &section.nodes {
        match node {
            Node::Entry(entry) => entries.push(new_entry(&section.id, entry)),
            Node::Group(group) => {
                let list = address::below(&section.id, &group.id);
                let title = group.title.as_ref().map(|title| literal(&title.words));
                entries.extend(title.map(|title| NewEntry::plain(&list, "", Part::Title, title)));
                entries.extend(group.lead.iter().chain(&group.entries).map(|entry| new_entry(&list, entry)));
            }
        }
    }
    NewFragment {
        name: fragment_name(section, persona),
        section: (section.id != section.kind()).then(|| section.id.clone()),
        entries,
        ..NewFragment::default()
    }
}

fn new_entry(list: &str, entry: &Entry) -> NewEntry {
    let mut fields = Vec::new();
    if let Some(label) = &entry.label {
        fields.push((Field::Label, literal(&label.words)));
    }
    if let (true, Some(force)) = (entry.is_mixed, entry.rule()) {
        fields.push((Field::Force, literal(force.name())));
    }
    fields.push((Field::Text, literal(&entry.text)));
    if let Some(why) = &entry.why {
        fields.push((Field::Why, literal(&why.words)));
    }
    if let Some(under) = &entry.under {
        fields.push((Field::Under, literal(under)));
    }
    NewEntry::plain(list, &entry.id, entry.table(), edit::entry(&fields))
}

/// Returns the text of the profile, which uses these fragments.
pub(super) fn profile(tree: &Tree, fragments: &[String], settings: &Settings, recipe: &Recipe) -> String {
    let mut file = NewFile::default();
    for (key, value) in &recipe.keys {
        file.set(key.name(), value);
    }
    if let Some(title) = &tree.title {
        file.set(Profile::Title.name(), &literal(&title.words));
    }
    if !fragments.is_empty() {
        file.set(Profile::Use.name(), &list_literal(fragments.iter().map(String::as_str)));
    }
    if !tree.sections.is_empty() {
        file.table([Profile::Sections.name()]);
        for section in &tree.sections {
            file.set(&section.id, &heading(section));
        }
    }
    layout(&mut file, tree, settings);
    if !recipe.allow.is_empty() || !recipe.deny.is_empty() {
        file.table([Profile::Tools.name()]);
        for (key, tools) in [(Tools::Allow, &recipe.allow), (Tools::Deny, &recipe.deny)] {
            if !tools.is_empty() {
                file.set(key.name(), &list_literal(tools.iter().map(String::as_str)));
            }
        }
    }
    if !recipe.fields.is_empty() {
        file.table([Profile::Fields.name()]);
        for (key, value) in &recipe.fields {
            file.set(key, value);
        }
    }
    if let Some((target, values)) = &recipe.target {
        let mut sorted: Vec<_> = values.iter().map(|(key, value)| (key, value)).collect();
        // The target has an order of its own for its keys.
        sorted.sort_by_key(|(_, value)| value.has_maps());
        file.values(&edit::keys([Profile::Target.name(), target]), sorted.into_iter());
    }
    file.into_text()
}

fn heading(section: &Section) -> String {
    let words = section.heading.as_ref().map_or("", |heading| heading.words.as_str());
    let mut fields = vec![(Heading::Heading, literal(words))];
    if section.grouped {
        fields.push((Heading::Style, literal("grouped")));
    }
    if section.bold_groups {
        fields.push((Heading::Groups, literal(BOLD)));
    }
    edit::inline(Heading::Heading, &fields)
}

/// Writes `[layout]`, with a table for each section.
fn layout(file: &mut NewFile, tree: &Tree, settings: &Settings) {
    let mut tables: IndexMap<&str, Vec<(String, String)>> = IndexMap::new();
    for place in [""].into_iter().chain(tree.sections.iter().map(|section| section.id.as_str())) {
        tables.insert(place, Vec::new());
    }
    for (place, keys) in settings {
        let section = address::section(place);
        let below = if address::is_in_section(place) { address::below_section(place) } else { "" };
        let mut sorted: Vec<_> = keys.iter().collect();
        sorted.sort_by_key(|(key, _)| LAYOUT.iter().position(|known| known.name == **key));
        for (key, value) in sorted {
            tables.entry(section).or_default().push((address::below(below, key), setting(key, value)));
        }
    }
    for (section, lines) in &mut tables {
        if lines.is_empty() {
            continue;
        }
        // Settings of the whole table come before those of single elements.
        lines.sort_by_key(|(name, _)| address::is_in_section(name));
        file.table(edit::layout_tables(section));
        for (name, value) in lines {
            file.set(name, value);
        }
    }
}

fn setting(key: &str, value: &Value) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        Value::Truth(truth) => truth.to_string(),
        Value::Ids(ids) => list_literal(ids.iter().map(String::as_str)),
        Value::Text(text) => line_literal(text),
        Value::Gap(gap) => {
            let breaks = gap.len();
            let is_blank = gap.bytes().all(|byte| byte == b'\n') && breaks < 50;
            let own = layout_key(key).map_or(1, LayoutKey::breaks);
            if is_blank && breaks >= own && (own == 1 || breaks > 0) {
                (breaks - own).to_string()
            } else {
                line_literal(gap)
            }
        }
    }
}
