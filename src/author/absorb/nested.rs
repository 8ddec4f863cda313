//! Proposals for entries under other entries: new ones, and those that were indented or outdented.

use super::added_entry::AddedEntry;
use super::additions::{added_lines, beside, in_profile};
use super::change::Change;
use super::elements::{Element, bullet};
use super::entries::{covered, removal_from_sources, with_key};
use super::home::FileEdits;
use super::proposal::{Edit, Proposal};
use crate::author::import::nested;
use crate::model::grammar::Entry;
use crate::model::{Part, address, layout_keys as keys};
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
        let above =
            elements[..at].iter().map(|element| (element, indent_of(&text[element.lines.clone()]).len()));
        let Some(parent) = parent_of(&above.collect::<Vec<_>>(), indent.len()) else { continue };
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

/// The last of some elements, each with the indent of its line, that a line with this indent would be under.
fn parent_of<'t, 'a>(above: &[(&'t Element<'a>, usize)], indent: usize) -> Option<&'t Element<'a>> {
    let mut above = above.iter().rev().take_while(|(element, _)| element.list_part().is_some());
    above.find(|(_, other)| *other < indent).map(|(element, _)| *element)
}

/// Proposes another entry for an item or step to be under, or none, where the indent of its line was edited.
pub(super) fn indented(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Vec<Proposal> {
    let text = persona.document.text();
    let lines = EditedLines::of(persona, edit);
    let mut proposals = Vec::new();
    for (at, element) in edit.elements.iter().enumerate() {
        let old = &text[element.lines.clone()];
        let Some(new) = Change::all_applied(&lines.changes, text, element.lines.clone()) else { continue };
        let is_moved = new.trim_start() == old.trim_start() && indent_of(&new) != indent_of(old);
        if !is_moved || !matches!(element.list_part(), Some(Part::Item | Part::Step)) {
            continue;
        }
        let parent = lines.parent_of(at);
        if parent == element.under() {
            continue;
        }
        let Some(edits) = placed_under(persona, element, parent) else { continue };
        proposals.push(Proposal::new(edits, described(element, parent)));
    }
    proposals
}

/// Proposes to delete entries at the source and to place those that were under them under the entries that they now
/// stand below, or under none: with the edits of all lines, since their own may be edited too, or of this group.
pub(super) fn orphaned(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Vec<Proposal> {
    let own = EditedLines::of(persona, edit);
    if !(0..edit.elements.len()).any(|at| own.is_orphan(at)) {
        return Vec::new();
    }
    let all = (0..edit.applied.hunks.len()).filter(|index| !edit.applied.accepted[*index]);
    let all = EditedLines::with(persona, edit, all);
    [all, own].iter().filter_map(|lines| adopted(persona, edit, lines)).collect()
}

/// Proposes what [`orphaned`] describes, given the edited lines. An entry that is indented below nothing is under none, and
/// the indent is part of its bullet.
fn adopted(persona: &BuiltPersona<'_>, edit: Edit<'_>, lines: &EditedLines<'_>) -> Option<Proposal> {
    let gone: Vec<_> = lines.gone().filter(|element| element.block.is_some()).collect();
    let mut edits = removal_from_sources(persona, &gone.iter().collect::<Vec<_>>())?;
    let mut what: Vec<String> =
        gone.iter().map(|element| format!("`{}` deleted at the source", element.place)).collect();
    for (at, child) in edit.elements.iter().enumerate().filter(|(at, _)| lines.is_orphan(*at)) {
        let parent = lines.parent_of(at);
        edits.extend(placed_under(persona, child, parent)?);
        what.push(described(child, parent));
        if lines.is_stranded(at) {
            edits.extend(persona.profile_edits([bullet_with_indent(persona, child, lines)?]));
        }
    }
    Some(Proposal::new(edits, what.join(", ")))
}

/// Returns the edit that makes the indent of an entry a part of its bullet.
fn bullet_with_indent(
    persona: &BuiltPersona<'_>,
    element: &Element<'_>,
    lines: &EditedLines<'_>,
) -> Option<SourceEdit> {
    let text = &persona.document.text()[element.lines.clone()];
    let line = Change::all_applied(&lines.changes, persona.document.text(), element.lines.clone());
    let indent = indent_of(line.as_deref().unwrap_or(text));
    let bullet = bullet(persona, element).trim_start();
    let (key, bullet) = match element.list_part()? {
        // A pattern has the number 1.
        Part::Step => {
            let sign = bullet.trim_start_matches(|letter: char| letter.is_ascii_digit());
            (&keys::STEP, format!("1{sign}"))
        }
        _ => (&keys::BULLET, bullet.to_owned()),
    };
    Some(SourceEdit::layout(&element.place, key.name, literal(&format!("{indent}{bullet}"))))
}

/// The lines of all elements as a group of hunks leaves them.
struct EditedLines<'e> {
    changes: Vec<Change>,
    elements: &'e [Element<'e>],
    /// The indent of each element. `None` if its lines are deleted.
    indents: Vec<Option<usize>>,
}

impl<'e> EditedLines<'e> {
    fn of(persona: &BuiltPersona<'_>, edit: Edit<'e>) -> Self {
        EditedLines::with(persona, edit, edit.pending())
    }

    fn with(persona: &BuiltPersona<'_>, edit: Edit<'e>, hunks: impl Iterator<Item = usize>) -> Self {
        let text = persona.document.text();
        let changes: Vec<Change> = hunks.map(|index| edit.change(index)).collect();
        let indent = |element: &Element<'_>| {
            let is_gone = |change: &Change| {
                change.new.is_empty() && !covered(change, std::slice::from_ref(element), text).is_empty()
            };
            if changes.iter().any(is_gone) {
                return None;
            }
            let new = Change::all_applied(&changes, text, element.lines.clone());
            Some(indent_of(new.as_deref().unwrap_or(&text[element.lines.clone()])).len())
        };
        let indents = edit.elements.iter().map(indent).collect();
        EditedLines { changes, elements: edit.elements, indents }
    }

    /// Returns whether an element stays whose parent is deleted.
    fn is_orphan(&self, at: usize) -> bool {
        let child = &self.elements[at];
        let is_parent = |gone: &Element<'_>| gone.list == child.list && child.under() == Some(gone.id());
        child.under().is_some() && self.indents[at].is_some() && self.gone().any(is_parent)
    }

    /// The elements whose lines are deleted.
    fn gone(&self) -> impl Iterator<Item = &'e Element<'e>> {
        self.elements
            .iter()
            .zip(&self.indents)
            .filter(|(_, indent)| indent.is_none())
            .map(|(element, _)| element)
    }

    /// Returns whether an orphan is indented, with no entry above that it could be under.
    fn is_stranded(&self, at: usize) -> bool {
        let is_indented = self.indents[at].is_some_and(|indent| indent > 0);
        is_indented && self.is_orphan(at) && self.parent_of(at).is_none()
    }

    /// Returns the id of the entry that an element of the same list stands under now.
    fn parent_of(&self, at: usize) -> Option<&'e str> {
        let above = self.elements[..at].iter().zip(&self.indents);
        let above: Vec<(&Element<'_>, usize)> =
            above.filter_map(|(element, indent)| Some((element, (*indent)?))).collect();
        let parent = parent_of(&above, self.indents[at]?);
        parent.filter(|parent| parent.list == self.elements[at].list).map(Element::id)
    }
}

/// Returns the edits that place an entry under another, or under none, in each of its sources.
fn placed_under(
    persona: &BuiltPersona<'_>,
    element: &Element<'_>,
    parent: Option<&str>,
) -> Option<FileEdits> {
    let decision = persona.composition.decisions.get(element.place.as_str())?;
    let mut edits = FileEdits::default();
    for claim in decision.effective() {
        let home = persona.home(claim)?;
        let under = Entry::Under.name();
        let edit = match parent {
            Some(parent) if element.under().is_some() => {
                SourceEdit::set(&home.keys(), under, literal(parent))
            }
            Some(parent) => {
                let raw = persona.library.sources.text(claim.span);
                SourceEdit::set(&home.tables, &home.key, with_key(raw, Some((Entry::Under, parent))))
            }
            None => SourceEdit::remove(&home.keys(), under),
        };
        edits.add(&home.path, [edit]);
    }
    Some(edits)
}

fn described(element: &Element<'_>, parent: Option<&str>) -> String {
    match parent {
        Some(parent) => format!("`{}` under `{}`", element.place, address::below(&element.list, parent)),
        None => format!("`{}` no longer under another entry", element.place),
    }
}
