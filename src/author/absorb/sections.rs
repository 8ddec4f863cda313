//! Sections that came in or moved, and the title of the document.

use super::additions::{New, bullets, ids};
use super::elements::{Element, What, elements};
use super::entries::covered;
use super::home::list_tables;
use super::hunks::Group;
use super::propose::{Edit, Proposal};
use super::strings::entry;
use crate::compose::Origin;
use crate::model::{KINDS, Part, address, heading, layout_keys as keys};
use crate::source::edit::{self, EditError, Place, SourceEdit, literal};
use crate::text::ids::Ids;
use crate::trial::BuiltPersona;

/// New lines under a heading become a section of the profile's own.
pub(super) fn inserted(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Vec<Proposal> {
    let elements = elements(persona);
    let mut proposals = Vec::new();
    for (new, before) in insertions(persona, edit, &elements) {
        match headed(&new, keys::HEADING.frame()) {
            Some((title, rest)) => proposals.extend(section(persona, title, rest, before)),
            // What stands above all headings is a section without one.
            None if before.is_none_or(|element| element.what == What::Title)
                && !new.trim().is_empty()
                && !new.starts_with("---") =>
            {
                proposals.extend(section(persona, "", &new, before));
            }
            None => {}
        }
    }
    proposals
}

/// The texts that the edit inserts, once for each possible place, with the element before that place.
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

/// The title and the rest of a text that begins with a heading.
fn headed<'t>(text: &'t str, (open, close): (&str, &str)) -> Option<(&'t str, &'t str)> {
    let (first, rest) = text.trim_start_matches('\n').split_once('\n')?;
    let title = first.strip_prefix(open)?.strip_suffix(close)?.trim();
    let has_another = rest.lines().any(|line| line.starts_with(open));
    (!title.is_empty() && !rest.trim().is_empty() && !has_another).then_some((title, rest))
}

/// New lines under a smaller heading become a group of the profile's own.
pub(super) fn inserted_groups(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Vec<Proposal> {
    let elements = elements(persona);
    let mut proposals = Vec::new();
    for (new, before) in insertions(persona, edit, &elements) {
        let (Some((title, rest)), Some(before)) = (headed(&new, keys::GROUP.frame()), before) else {
            continue;
        };
        let kind = address::section(&before.place);
        if !kind.is_empty() && !rest.lines().any(|line| line.starts_with('#')) {
            proposals.extend(group(persona, kind, title, rest));
        }
    }
    proposals
}

/// A group of the profile's own.
fn group(persona: &BuiltPersona<'_>, kind: &str, title: &str, rest: &str) -> Vec<Proposal> {
    let is_free = |id: &str| {
        let address = address::below(kind, id);
        let below = format!("{address}.");
        let mut known = persona.composition.decisions.keys();
        !known.any(|known| *known == address || known.starts_with(&below))
    };
    let list = address::below(kind, &Ids::default().make_where(title, "group", &is_free));
    let files = [true, false].into_iter().filter_map(|reads_forces| {
        persona.own(|text| {
            let tables = list_tables(persona, persona.profile(), &list, Part::Title);
            let tables: Vec<&str> = tables.iter().map(String::as_str).collect();
            let text = edit::apply(text, &[SourceEdit::set(&tables, "title", literal(title))])?;
            filled(persona, &text, &list, rest, reads_forces)
        })
    });
    files.map(|files| Proposal::new(files, format!("a group `{list}` of the profile's own"))).collect()
}

/// The profile with some lines as the entries of a list; bullets that say their force as rules, if
/// `reads_forces`.
fn filled(
    persona: &BuiltPersona<'_>,
    text: &str,
    list: &str,
    lines: &str,
    reads_forces: bool,
) -> Result<String, EditError> {
    let said = |text: String| match reads_forces {
        true => New::said(&text),
        false => New::plain(Part::Item, text),
    };
    let entries: Vec<New> = match bullets(lines, keys::BULLET.text(), false) {
        Some(texts) => texts.into_iter().map(said).collect(),
        None => vec![New::plain(Part::Prose, lines.trim_matches('\n').to_owned())],
    };
    let mut text = text.to_owned();
    for (new, id) in entries.iter().zip(ids(persona, list, &entries)) {
        let tables = list_tables(persona, persona.profile(), list, new.part);
        let tables: Vec<&str> = tables.iter().map(String::as_str).collect();
        text = edit::apply(&text, &[SourceEdit::insert(&tables, Place::Last, &id, entry(&new.fields()))])?;
        if let (Some(typed), Part::Rule(force)) = (&new.typed, new.part) {
            let tables: Vec<&str> =
                ["layout"].into_iter().chain(address::parts(list)).chain([id.as_str()]).collect();
            text = edit::apply(&text, &[SourceEdit::set(&tables, force.name(), literal(typed))])?;
        }
    }
    Ok(text)
}

/// A section of the profile's own.
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
        let body = |text: &str| filled(persona, text, &kind, rest, reads_forces);
        let plain = persona.own(body);
        let headed = persona
            .own(|text| edit::apply(&body(text)?, &[SourceEdit::set(&["sections"], &kind, literal(title))]));
        let placed = persona.own(|text| {
            let mut text = body(text)?;
            let mut last: Option<&str> = None;
            for section in &sections[..at] {
                if section.heading.origin.is_none() {
                    text = edit::apply(
                        &text,
                        &[SourceEdit::set(&["sections"], section.kind, literal(&section.heading.text))],
                    )?;
                }
                last = Some(section.kind);
            }
            let place = last.map_or(Place::First, Place::after);
            edit::apply(&text, &[SourceEdit::insert(&["sections"], place, &kind, literal(title))])
        });
        let files = [plain, headed, placed].into_iter().flatten();
        proposals.extend(files.map(|files| Proposal::new(files, what.clone())));
    }
    proposals
}

/// Sections that went from one place and came in at another: the profile lists them in the new order.
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
    let what = format!("the order of `sections`: {}", gone.join(", "));
    let listed = |count: usize| {
        persona.own(|text| {
            let mut text = text.to_owned();
            for kind in &new[..count] {
                let is_listed =
                    persona.composition.profile.section_order.iter().any(|own| own.value == *kind);
                let section = sections.iter().find(|section| section.kind == kind);
                if let (false, Some(section)) = (is_listed, section) {
                    text = edit::apply(
                        &text,
                        &[SourceEdit::set(&["sections"], kind, literal(&section.heading.text))],
                    )?;
                }
            }
            let tables = edit::keys(["sections"]);
            edit::apply(&text, &[SourceEdit::Reorder { tables, order: new[..count].to_vec() }])
        })
    };
    let files = [listed(last), listed(new.len())].into_iter().flatten();
    files.map(|files| Proposal::new(files, what.clone())).collect()
}

/// A title that came in or went.
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
                && let (open, close) = keys::TITLE.frame()
                && let Some(title) = line.strip_prefix(open).and_then(|line| line.strip_suffix(close))
                && !title.contains('\n')
            {
                let own = persona.own(|text| {
                    edit::apply(
                        text,
                        &[SourceEdit::insert(&[] as &[&str], Place::Last, "title", literal(title))],
                    )
                });
                proposals.extend(own.map(|files| Proposal::new(files, "`title`")));
            }
            let is_gone = covered(&change, &elements, text).iter().any(|element| element.what == What::Title);
            if let (true, Some(Origin::Claim(claim))) = (is_gone, own_title.and_then(|title| title.origin)) {
                let path = persona.path_of(claim.source);
                let edited = persona
                    .texts
                    .get(path)
                    .map(|text| edit::apply(text, &[SourceEdit::remove(&[] as &[&str], "title")]));
                let files = edited.and_then(Result::ok).map(|text| [(path.to_owned(), text)].into());
                proposals.extend(files.map(|files| Proposal::new(files, "`title` goes")));
            }
        }
    }
    proposals
}
