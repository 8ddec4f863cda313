//! Proposals for entries under other entries: new ones, and those that were indented or outdented.

use super::additions::{AddedEntry, added_lines, beside, in_profile};
use super::elements::Element;
use super::entries::with_key;
use super::home::FileEdits;
use super::propose::{Change, Edit, Proposal};
use crate::author::import::nested;
use crate::model::grammar::Entry;
use crate::model::{Part, address};
use crate::source::edit::{SourceEdit, literal};
use crate::trial::BuiltPersona;

/// Proposes new lines that are indented more than an entry above them as entries under it.
pub(super) fn inserted(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Vec<Proposal> {
    let text = persona.document.text();
    let elements = edit.elements;
    let mut proposals = Vec::new();
    for change in edit.changes(text) {
        let Some(lines) = added_lines(&change, text) else { continue };
        let at = elements.partition_point(|element| element.lines.start < change.start);
        let Some((lines, indent)) = outdented(lines) else { continue };
        let Some(parent) = parent_of(&elements[..at], text, indent) else { continue };
        let entries: Vec<AddedEntry> = nested(&lines).iter().map(AddedEntry::of).collect();
        let under = |entry: AddedEntry| AddedEntry { under: Some(parent.id().to_owned()), ..entry };
        let entries: Vec<AddedEntry> = entries.into_iter().map(under).collect();
        let is_sibling =
            |element: &&Element<'_>| element.list == parent.list && element.under() == Some(parent.id());
        let before = elements[..at].iter().rfind(is_sibling);
        let after = elements[at..].iter().find(is_sibling);
        if entries.is_empty() {
            continue;
        }
        proposals.extend(before.into_iter().flat_map(|before| beside(persona, before, &entries, true)));
        proposals.extend(after.into_iter().flat_map(|after| beside(persona, after, &entries, false)));
        if before.is_none() && after.is_none() {
            proposals.extend(beside(persona, parent, &entries, true));
        }
        proposals.extend(in_profile(persona, parent, &entries, before, after));
    }
    proposals
}

/// Lines without the indent of the first one, and that indent. `None` if it has none, or a line has less.
fn outdented(lines: &str) -> Option<(String, &str)> {
    let lines = lines.trim_matches(['\n', '\r']);
    let indent = indent_of(lines);
    let strip = |line| if str::trim(line).is_empty() { Some("") } else { line.strip_prefix(indent) };
    let lines: Option<Vec<&str>> = lines.lines().map(strip).collect();
    Some((lines?.join("\n"), indent)).filter(|_| !indent.is_empty())
}

/// The spaces and tabs that a text begins with.
fn indent_of(text: &str) -> &str {
    &text[..text.len() - text.trim_start_matches([' ', '\t']).len()]
}

/// The last of some elements that a line with this indent would be under.
fn parent_of<'t, 'a>(elements: &'t [Element<'a>], text: &str, indent: &str) -> Option<&'t Element<'a>> {
    let mut above = elements.iter().rev().take_while(|element| element.list_part().is_some());
    above.find(|element| indent_of(&text[element.lines.clone()]).len() < indent.len())
}

/// Proposes another entry for an item or step to be under, or none, where the indent of its line was edited.
pub(super) fn indented(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Vec<Proposal> {
    let text = persona.document.text();
    let changes: Vec<Change> = edit.pending().map(|index| edit.change(index)).collect();
    let mut proposals = Vec::new();
    for (at, element) in edit.elements.iter().enumerate() {
        let old = &text[element.lines.clone()];
        let Some(new) = Change::all_applied(&changes, text, element.lines.clone()) else { continue };
        let is_moved = new.trim_start() == old.trim_start() && indent_of(&new) != indent_of(old);
        if !is_moved || !matches!(element.list_part(), Some(Part::Item | Part::Step)) {
            continue;
        }
        let parent = parent_of(&edit.elements[..at], text, indent_of(&new));
        let parent = parent.filter(|parent| parent.list == element.list).map(Element::id);
        if parent == element.under() {
            continue;
        }
        let Some(decision) = persona.composition.decisions.get(element.place.as_str()) else { continue };
        let mut edits = FileEdits::default();
        for claim in decision.effective() {
            let Some(home) = persona.home(claim) else { return proposals };
            let under = Entry::Under.name();
            let edit = match parent {
                Some(parent) if element.under().is_some() => {
                    SourceEdit::set(&home.keys(), under, literal(parent))
                }
                Some(parent) => {
                    let raw = persona.library.sources.text(claim.span);
                    let value = with_key(raw, Some((Entry::Under, parent)));
                    SourceEdit::set(&home.tables, &home.key, value)
                }
                None => SourceEdit::remove(&home.keys(), under),
            };
            edits.add(&home.path, [edit]);
        }
        let what = match parent {
            Some(parent) => {
                format!("`{}` under `{}`", element.place, address::below(&element.list, parent))
            }
            None => format!("`{}` no longer under another entry", element.place),
        };
        proposals.push(Proposal::new(edits, what));
    }
    proposals
}
