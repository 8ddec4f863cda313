//! Proposals for added and moved sections, and for the document title.

use super::additions::{AddedEntry, bullets, is_free, own_entries};
use super::elements::{Element, What, elements};
use super::entries::covered;
use super::front_matter::FENCE;
use super::home::FileEdits;
use super::hunks::Group;
use super::propose::{Edit, Proposal};
use crate::compose::{Entry, Origin, Section, fewest_names};
use crate::model::grammar::{Keys as _, Profile, part_key};
use crate::model::{KINDS, Part, address, group_frame, heading, layout_keys as keys};
use crate::source::edit::{self, Place, SourceEdit, entry_tables, list_literal, literal};
use crate::text::ids::Ids;
use crate::trial::BuiltPersona;

/// Proposes new lines under a heading as a section of the profile.
pub(super) fn inserted(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Vec<Proposal> {
    let elements = elements(persona);
    let mut proposals = Vec::new();
    for (new, before) in insertions(persona, edit, &elements) {
        match headed(&new, persona.frame("", &keys::HEADING)) {
            Some((title, rest)) => proposals.extend(section(persona, title, rest, before)),
            // Text above all headings is a section without a heading.
            None if before.is_none_or(|element| element.what == What::Title)
                && !new.trim().is_empty()
                && !new.starts_with(FENCE) =>
            {
                proposals.extend(section(persona, "", &new, before));
            }
            None => {}
        }
    }
    proposals
}

/// Returns the inserted texts, for each possible position, with the element above.
fn insertions<'e, 'a>(
    persona: &BuiltPersona<'_>,
    edit: Edit<'_>,
    elements: &'e [Element<'a>],
) -> Vec<(String, Option<&'e Element<'a>>)> {
    let changes = edit.pending().flat_map(|index| edit.change(index).slides(persona.document.text()));
    let inserted = changes.filter(|change| change.start == change.end).map(|change| {
        let before = elements.iter().rev().find(|element| element.range.end <= change.start);
        (change.new.replace("\r\n", "\n"), before)
    });
    inserted.collect()
}

/// Splits a text that begins with a heading into title and body.
fn headed(text: &str, (open, close): (String, String)) -> Option<(&str, &str)> {
    let (first, rest) = text.trim_start_matches('\n').split_once('\n')?;
    let title = first.strip_prefix(open.as_str())?.strip_suffix(close.as_str())?.trim();
    let has_another = !open.is_empty() && rest.lines().any(|line| line.starts_with(&open));
    (!title.is_empty() && !rest.trim().is_empty() && !has_another).then_some((title, rest))
}

/// Proposes new lines under a subheading as a group of the profile.
pub(super) fn inserted_groups(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Vec<Proposal> {
    let elements = elements(persona);
    let mut proposals = Vec::new();
    for (new, before) in insertions(persona, edit, &elements) {
        let Some(before) = before else { continue };
        let kind = address::section(&before.place);
        let mut sections = persona.composition.persona.sections.iter();
        let Some(section) = sections.find(|section| section.kind == kind) else { continue };
        let (heading, _) = persona.frame("", &keys::HEADING);
        // Titles that end like a sentence have another frame where groups are bold.
        let defaults = ["", "."].map(|title| group_frame(section.bold_groups, title));
        for frame in defaults.map(|default| persona.frame_or(kind, &keys::GROUP, default)) {
            let is_section = |line: &str| !heading.is_empty() && line.starts_with(&heading);
            let headed = headed(&new, frame).filter(|(_, rest)| !rest.lines().any(is_section));
            proposals.extend(
                headed.into_iter().flat_map(|(title, rest)| group(persona, section, before, title, rest)),
            );
        }
    }
    proposals
}

/// Proposes a group of the profile: last in its section, or after the group or entry that contains `before`.
fn group(
    persona: &BuiltPersona<'_>,
    section: &Section<'_>,
    before: &Element<'_>,
    title: &str,
    rest: &str,
) -> Vec<Proposal> {
    let kind = section.kind;
    let is_free = |id: &str| is_free(persona, &address::below(kind, id));
    let list = address::below(kind, &Ids::of_entries().make_where(title, "group", &is_free));
    let tables = entry_tables(persona.profile(), &list, Part::Title);
    let title = SourceEdit::set(&tables, part_key(Part::Title), literal(title));
    let what = format!("a group `{list}` of the profile's own");
    let mut found: Vec<&str> = section.entries.iter().map(Entry::id).collect();
    let above = address::section_and_group(&before.list).1.unwrap_or(before.id());
    let at = found.iter().position(|id| *id == above).map_or(0, |at| at + 1);
    let mut wanted = found.clone();
    wanted.insert(at, address::id(&list));
    found.push(address::id(&list));
    let order = list_literal(fewest_names(&found, &wanted));
    let proposals = |reads_forces| {
        let entries = filled(persona, &list, rest, reads_forces);
        let last = Proposal::new(persona.profile_edits([title.clone()].into_iter().chain(entries)), &what);
        let placed = last.clone().and_layout(persona, kind, keys::ORDER.name, &order);
        [last, placed].into_iter().take(if found == wanted { 1 } else { 2 })
    };
    [true, false].into_iter().flat_map(proposals).collect()
}

/// Returns the edits that make lines the entries of a list in the profile. With `reads_forces`, bullets that
/// begin with a force label become rules.
fn filled(persona: &BuiltPersona<'_>, list: &str, lines: &str, reads_forces: bool) -> Vec<SourceEdit> {
    let new = |text: String| match reads_forces {
        true => AddedEntry::read(&text),
        false => AddedEntry::plain(Part::Item, text),
    };
    let entries: Vec<AddedEntry> = match bullets(lines, &persona.bullet(list), false) {
        Some(texts) => texts.into_iter().map(new).collect(),
        None => vec![AddedEntry::plain(Part::Prose, lines.trim_matches('\n').to_owned())],
    };
    own_entries(persona, list, &entries, None).0
}

/// Returns the edit that sets a section and its heading in the profile's `sections`.
pub(super) fn listed(kind: &str, heading: &str) -> SourceEdit {
    SourceEdit::set(&[Profile::Sections.name()], kind, literal(heading))
}

/// Proposes a section of the profile.
fn section(
    persona: &BuiltPersona<'_>,
    title: &str,
    rest: &str,
    before: Option<&Element<'_>>,
) -> Vec<Proposal> {
    let sections = &persona.composition.persona.sections;
    let is_headless = title.is_empty();
    let usual = KINDS.iter().map(|(kind, ..)| *kind).find(|kind| heading(kind) == title);
    let is_taken =
        |id: &str| sections.iter().any(|section| section.kind == id) || crate::model::RESERVED.contains(&id);
    let usual = if is_headless { Some("identity") } else { usual };
    let kind = usual
        .filter(|kind| !is_taken(kind))
        .map_or_else(|| Ids::default().make_where(title, "more", &|id| !is_taken(id)), str::to_owned);
    let above = before.map(|element| address::section(&element.place));
    let at = sections.iter().position(|section| Some(section.kind) == above).map_or(0, |at| at + 1);
    let what = format!("a section `{kind}` of the profile's own");
    let mut proposals = Vec::new();
    for reads_forces in [true, false] {
        let body = filled(persona, &kind, rest, reads_forces);
        let above = sections[..at].iter().filter(|section| section.heading.origin.is_none());
        let above: Vec<SourceEdit> =
            above.map(|section| listed(section.kind, &section.heading.text)).collect();
        let place = sections[..at].last().map_or(Place::First, |last| Place::after(last.kind));
        let own = SourceEdit::insert(&[Profile::Sections.name()], place, &kind, literal(title));
        for lists in [vec![], vec![listed(&kind, title)], [above, vec![own]].concat()] {
            proposals.push(Proposal::new(persona.profile_edits(body.iter().cloned().chain(lists)), &what));
        }
    }
    proposals
}

/// Proposes another order of sections, for sections that were removed in one place and added in another.
pub(super) fn moved(persona: &BuiltPersona<'_>, edit: Edit<'_>, out: &Group, into: &Group) -> Vec<Proposal> {
    let text = persona.document.text();
    let elements = elements(persona);
    let sections = &persona.composition.persona.sections;
    let kind = |element: &Element<'_>| address::section(&element.place).to_owned();
    let outs = edit.change(out.hunks.start).slides(text);
    let mut gone: Vec<String> = Vec::new();
    for change in outs {
        let covered = covered(&change, &elements, text);
        let heads: Vec<String> = covered
            .iter()
            .filter(|element| element.what == What::Heading)
            .map(|element| kind(element))
            .collect();
        let is_whole = elements
            .iter()
            .filter(|element| heads.contains(&kind(element)))
            .all(|element| covered.iter().any(|covered| covered.place == element.place));
        if !heads.is_empty() && is_whole && covered.iter().all(|element| heads.contains(&kind(element))) {
            gone = heads;
            break;
        }
    }
    if gone.is_empty() {
        return Vec::new();
    }
    let at = edit.change(into.hunks.start).start;
    let start = |section: &str| {
        elements.iter().find(|element| kind(element) == section).map(|element| element.range.start)
    };
    let old: Vec<String> = sections.iter().map(|section| section.kind.to_owned()).collect();
    let mut new: Vec<String> = old.iter().filter(|kind| !gone.contains(kind)).cloned().collect();
    let before = new.iter().filter(|kind| start(kind).is_some_and(|start| start < at)).count();
    new.splice(before..before, gone.iter().cloned());
    let last = (0..new.len()).rev().find(|at| new[*at] != old[*at]).map_or(0, |at| at + 1);
    let what = format!("the order of {}: {}", Profile::Sections.shown(), gone.join(", "));
    let is_listed =
        |kind: &str| persona.composition.profile.section_order.iter().any(|own| own.value == kind);
    let reordered = |count: usize| {
        let unlisted = sections.iter().filter(|section| !is_listed(section.kind));
        let unlisted = unlisted.filter(|section| new[..count].iter().any(|kind| kind == section.kind));
        let edits = unlisted.map(|section| listed(section.kind, &section.heading.text));
        let (tables, order) = (edit::keys([Profile::Sections.name()]), new[..count].to_vec());
        Proposal::new(persona.profile_edits(edits.chain([SourceEdit::Reorder { tables, order }])), &what)
    };
    vec![reordered(last), reordered(new.len())]
}

/// Proposes a title that was added or removed.
pub(super) fn title(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Vec<Proposal> {
    let text = persona.document.text();
    let elements = elements(persona);
    let own_title = persona.composition.persona.title.as_ref();
    let mut proposals = Vec::new();
    for index in edit.pending() {
        for change in edit.change(index).slides(text) {
            let first = elements.iter().map(|element| element.lines.start).min().unwrap_or(text.len());
            let line = change.new.trim_matches(['\n', '\r']);
            if own_title.is_none()
                && change.start == change.end
                && change.start <= first
                && let (open, close) = persona.frame("", &keys::TITLE)
                && let Some(title) =
                    line.strip_prefix(open.as_str()).and_then(|line| line.strip_suffix(close.as_str()))
                && !title.contains('\n')
            {
                let value = literal(title);
                let own = SourceEdit::insert(&[] as &[&str], Place::Last, Profile::Title.name(), value);
                proposals.push(Proposal::new(persona.profile_edits([own]), Profile::Title.shown()));
            }
            let is_gone = covered(&change, &elements, text).iter().any(|element| element.what == What::Title);
            if let (true, Some(Origin::Claim(claim))) = (is_gone, own_title.and_then(|title| title.origin)) {
                let removal = SourceEdit::remove(&[] as &[&str], Profile::Title.name());
                let edits = FileEdits::of(persona.path_of(claim.source), [removal]);
                proposals.push(Proposal::new(edits, format!("{} removed", Profile::Title.shown())));
            }
        }
    }
    proposals
}
