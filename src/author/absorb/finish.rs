//! Finishes a proposal that is nearly right: what still differs is the order of a list or a setting of the layout.

use std::collections::BTreeMap;

use super::applied::AppliedHunks;
use super::elements::{Element, elements};
use super::hunks::{Edits, Group, Hunk, Sort, split};
use super::layout;
use super::proposal::{Candidate, Edit, Proposal};
use super::propose::merged;
use crate::compose::fewest_names;
use crate::model::{address, layout_keys as keys};
use crate::source::edit::list_literal;
use crate::trial::BuiltPersona;

/// The maximum number of settings that finish one proposal.
pub(super) const MAX_SETTINGS: usize = 24;

/// The maximum number of differences for which settings are looked for at a time.
const MAX_GROUPS: usize = 4;

/// How many bytes of a text differ from the wanted one: in words, regardless of their order, and in total.
pub(super) type Distance = (usize, usize);

/// Returns how far a text is from the wanted one. `None` if it is farther in words than `most`.
pub(super) fn distance(text: &str, wanted: &str, most: Distance) -> Option<Distance> {
    if text == wanted {
        return Some(Distance::default());
    }
    let words = |text| str::split(text, |letter: char| !letter.is_alphanumeric());
    let in_words = Some(unmatched(words(text), words(wanted))).filter(|size| *size <= most.0)?;
    let size = |hunk: &Hunk| hunk.old.len() + hunk.new.len();
    Some((in_words, split(text, wanted).hunks.iter().map(size).sum()))
}

/// Returns the total length of the parts that only one side has, regardless of their order.
fn unmatched<'t>(one: impl Iterator<Item = &'t str>, other: impl Iterator<Item = &'t str>) -> usize {
    let mut counts: BTreeMap<&str, isize> = BTreeMap::new();
    one.for_each(|part| *counts.entry(part).or_default() += 1);
    other.for_each(|part| *counts.entry(part).or_default() -= 1);
    counts.into_iter().map(|(part, count)| part.len() * count.unsigned_abs()).sum()
}

/// Returns settings that may bring the persona's text closer to the wanted one, most likely first.
pub(super) fn settings(persona: &BuiltPersona<'_>, wanted: &str, reason: &str) -> Vec<Candidate> {
    let elements = elements(persona);
    let mut proposals = orders(persona, &elements, wanted);
    let text = persona.document.text();
    let Edits { hunks, groups } = gaps(text, wanted).unwrap_or_else(|| split(text, wanted));
    let applied = AppliedHunks::new(persona.document.text(), hunks);
    for group in groups.iter().take(MAX_GROUPS) {
        let edit = Edit { applied: &applied, groups: &groups, group, elements: &elements, reason };
        proposals.extend(layout::edited(persona, edit));
    }
    merged(persona, proposals)
}

/// Returns the blank lines by which two texts differ. `None` if they differ in another line.
fn gaps(text: &str, wanted: &str) -> Option<Edits> {
    // Each line with the blank lines above it, and what is below the last.
    let parts = |text: &str| -> Vec<(usize, String)> {
        let mut parts = vec![(0, String::new())];
        for line in text.split_inclusive('\n') {
            if let Some((blank, own)) = parts.last_mut() {
                if line.trim().is_empty() { *blank += line.len() } else { own.push_str(line) }
            }
            if !line.trim().is_empty() {
                parts.push((0, String::new()));
            }
        }
        parts
    };
    let (old, new) = (parts(text), parts(wanted));
    if old.len() != new.len() || old.iter().zip(&new).any(|((_, old), (_, new))| old != new) {
        return None;
    }
    let mut edits = Edits::default();
    let (mut start, mut line) = (0, 1);
    let mut from = 0;
    for ((old, words), (blank, _)) in old.iter().zip(&new) {
        let (range, added) = (start..start + old, &wanted[from..from + blank]);
        if text[range.clone()] != *added {
            let group = Group::lines(line, range.clone(), text[range.clone()].to_owned(), added.to_owned());
            let group = Group { sort: Sort::Words, ..group };
            edits.push(group, vec![Hunk { old: range, new: added.to_owned() }]);
        }
        line += added.matches('\n').count() + 1;
        start += old + words.len();
        from += blank + words.len();
    }
    Some(edits)
}

/// Proposes the order of each list whose entries are in another order in the wanted text.
fn orders(persona: &BuiltPersona<'_>, elements: &[Element<'_>], wanted: &str) -> Vec<Proposal> {
    let mut lists: Vec<&str> = Vec::new();
    for list in elements.iter().flat_map(|element| address::enclosing(&element.list)) {
        if !list.is_empty() && !lists.contains(&list) {
            lists.push(list);
        }
    }
    let mut proposals = Vec::new();
    for list in lists {
        let Some((found, order)) = order(persona, elements, list, wanted) else { continue };
        // Where an `order` is set already, the order in the files differs from that in the text.
        for ids in [fewest_names(&found, &order), order] {
            proposals.push(Proposal::layout(persona, list, keys::ORDER.name, &list_literal(ids)));
        }
    }
    proposals
}

/// Returns the ids of a list as the persona has them, and as the wanted text has them. `None` if they are the same,
/// or one of them is not found.
fn order<'e>(
    persona: &BuiltPersona<'_>,
    elements: &'e [Element<'_>],
    list: &str,
    wanted: &str,
) -> Option<(Vec<&'e str>, Vec<&'e str>)> {
    let text = persona.document.text();
    let mut found: Vec<(&str, usize)> = Vec::new();
    let mut seen: Vec<(&str, usize)> = Vec::new();
    for element in elements {
        let id = match address::section_and_group(&element.list) {
            _ if element.list == list && element.is_entry() => element.id(),
            (section, Some(group)) if section == list => group,
            _ => continue,
        };
        if found.iter().any(|(known, _)| *known == id) {
            continue;
        }
        let words = text[element.range.clone()].lines().next().unwrap_or_default();
        let count = seen.iter().filter(|(other, _)| *other == words).count();
        let at = wanted.match_indices(words).map(|(at, _)| at).nth(count)?;
        seen.push((words, at));
        found.push((id, at));
    }
    let ids = |entries: &[(&'e str, usize)]| entries.iter().map(|(id, _)| *id).collect::<Vec<_>>();
    let mut order = found.clone();
    order.sort_by_key(|(_, at)| *at);
    (order != found).then(|| (ids(&found), ids(&order)))
}
