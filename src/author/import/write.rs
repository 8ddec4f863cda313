//! Writing: the fragments and the profile that say a tree, in TOML that a person would keep.

use std::fmt::Write;

use indexmap::IndexMap;

use super::arrange::{Settings, Value};
use super::name::fragment_name;
use super::tree::{Entry, Group, Node, Section, Tree};
use crate::model::grammar::part_key;
use crate::model::{Address, LAYOUT, LayoutKey, Part, address, layout_key};
use crate::source::edit::{line_literal, list_literal, literal};

/// What a profile says beside its sections.
#[derive(Debug, Default, Clone)]
pub(super) struct Recipe {
    /// Lines of the profile's own keys, such as `description`.
    pub(super) keys: Vec<(&'static str, String)>,
    /// The tools that may be used.
    pub(super) allow: Vec<String>,
    /// The tools that may not be used.
    pub(super) deny: Vec<String>,
    /// The table of the target: its name, and its lines; nothing for a target that needs no table.
    pub(super) target: Option<(&'static str, Vec<(String, String)>)>,
}

/// A fragment: its id and its text.
pub(super) type Fragment = (String, String);

/// The fragments of a tree, one for each section.
pub(super) fn fragments(tree: &Tree, persona: &str) -> Vec<Fragment> {
    let spoken = tree.sections.iter().filter(|section| !section.nodes.is_empty());
    spoken.map(|section| (fragment_id(section, persona), fragment(section, persona))).collect()
}

fn fragment_id(section: &Section, persona: &str) -> String {
    format!("{}/{}", section.kind, fragment_name(section, persona))
}

fn fragment(section: &Section, persona: &str) -> String {
    let mut text = String::new();
    if section.id != section.kind {
        line(&mut text, "section", &literal(&section.id));
    }
    if let [Node::Entry(entry)] = section.nodes.as_slice()
        && entry.part == Part::Prose
        && entry.id == fragment_name(section, persona)
        && !entry.is_last
    {
        line(&mut text, "text", &literal(&entry.text));
        return text;
    }
    let loose = section.nodes.iter().filter_map(|node| match node {
        Node::Entry(entry) => Some(entry),
        Node::Group(_) => None,
    });
    parts(&mut text, "", loose);
    for node in &section.nodes {
        if let Node::Group(group) = node {
            write_group(&mut text, group);
        }
    }
    text
}

fn write_group(text: &mut String, group: &Group) {
    let name = format!("group.{}", group.id);
    if group.title.is_some() || group.lead.is_some() || group.entries.is_empty() {
        header(text, &name);
    }
    if let Some(title) = &group.title {
        line(text, "title", &literal(&title.words));
    }
    if let Some(lead) = &group.lead {
        line(text, "lead", &literal(&lead.text));
    }
    parts(text, &format!("{name}."), group.entries.iter());
}

/// The tables of a list of entries, in the order in which their parts first occur.
fn parts<'t>(text: &mut String, before: &str, entries: impl Iterator<Item = &'t Entry>) {
    let mut tables: IndexMap<&'static str, Vec<&Entry>> = IndexMap::new();
    for entry in entries {
        tables.entry(part_key(entry.part)).or_default().push(entry);
    }
    for (table, mut entries) in tables {
        entries.sort_by_key(|entry| entry.is_last);
        header(text, &format!("{before}{table}"));
        for entry in entries {
            line(text, &entry.id, &value(entry));
        }
    }
}

fn value(entry: &Entry) -> String {
    let mut keys = Vec::new();
    if let Some(label) = &entry.label {
        keys.push(format!("label = {}", literal(&label.words)));
    }
    keys.push(format!("text = {}", literal(&entry.text)));
    if entry.is_last {
        keys.push("band = \"last\"".to_owned());
    }
    match keys.as_slice() {
        [_] => literal(&entry.text),
        _ => format!("{{ {} }}", keys.join(", ")),
    }
}

fn header(text: &mut String, name: &str) {
    if !text.is_empty() {
        text.push('\n');
    }
    let _ = writeln!(text, "[{name}]");
}

fn line(text: &mut String, key: &str, value: &str) {
    let _ = writeln!(text, "{key} = {value}");
}

/// The profile of a tree.
pub(super) fn profile(tree: &Tree, persona: &str, settings: &Settings, recipe: &Recipe) -> String {
    let mut text = String::new();
    for (key, value) in &recipe.keys {
        line(&mut text, key, value);
    }
    if let Some(title) = &tree.title {
        line(&mut text, "title", &literal(&title.words));
    }
    let fragments = fragments(tree, persona);
    if !fragments.is_empty() {
        line(&mut text, "use", &list_literal(fragments.iter().map(|(id, _)| id.as_str())));
    }
    if !tree.sections.is_empty() {
        header(&mut text, "sections");
        for section in &tree.sections {
            line(&mut text, &section.id, &heading(section));
        }
    }
    layout(&mut text, tree, settings);
    if !recipe.allow.is_empty() || !recipe.deny.is_empty() {
        header(&mut text, "tools");
        for (key, tools) in [("allow", &recipe.allow), ("deny", &recipe.deny)] {
            if !tools.is_empty() {
                line(&mut text, key, &list_literal(tools.iter().map(String::as_str)));
            }
        }
    }
    if let Some((target, lines)) = &recipe.target {
        header(&mut text, &Address::Target(target).to_string());
        for (key, value) in lines {
            line(&mut text, key, value);
        }
    }
    text
}

fn heading(section: &Section) -> String {
    let words = section.heading.as_ref().map_or(String::new(), |heading| heading.words.clone());
    let mut keys = vec![format!("heading = {}", literal(&words))];
    if section.grouped {
        keys.push("style = \"grouped\"".to_owned());
    }
    if section.bold_groups {
        keys.push("groups = \"bold\"".to_owned());
    }
    match keys.as_slice() {
        [_] => literal(&words),
        _ => format!("{{ {} }}", keys.join(", ")),
    }
}

/// `[layout]`, and a table in it for each section.
fn layout(text: &mut String, tree: &Tree, settings: &Settings) {
    let mut tables: IndexMap<&str, Vec<(String, String)>> = IndexMap::new();
    for place in [""].into_iter().chain(tree.sections.iter().map(|section| section.id.as_str())) {
        tables.insert(place, Vec::new());
    }
    for (place, keys) in settings {
        let section = address::section(place);
        let below = place[section.len()..].trim_start_matches('.');
        let mut sorted: Vec<_> = keys.iter().collect();
        sorted.sort_by_key(|(key, _)| LAYOUT.iter().position(|known| known.name == **key));
        for (key, value) in sorted {
            let name = if below.is_empty() { (*key).to_owned() } else { format!("{below}.{key}") };
            tables.entry(section).or_default().push((name, setting(key, value)));
        }
    }
    for (section, lines) in &mut tables {
        if lines.is_empty() {
            continue;
        }
        // What holds for all of the table comes before what holds for one thing in it.
        lines.sort_by_key(|(name, _)| address::is_in_section(name));
        header(text, &address::place(["layout", section]));
        for (name, value) in lines {
            line(text, name, value);
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
