//! Changed lines that several outputs have in common.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use serde::Serialize;

use super::super::lines::{Hunk, Line, Tag};
use crate::render::DocumentLine;

/// Changed lines that several outputs have in common; see `docs/json.md` for the JSON form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct SharedHunk {
    /// The addresses of the lines.
    pub addresses: BTreeSet<String>,
    /// The outputs: a profile and a target each.
    pub outputs: Vec<(String, &'static str)>,
    /// Whether the lines differ between outputs in the values of fields.
    pub varies: bool,
    /// The lines of the first output, with a line of context on each side that all outputs share.
    #[serde(flatten)]
    pub hunk: Hunk,
}

/// A change of one output, before grouping.
pub(super) struct Change {
    hunk: Hunk,
    key: Vec<(Tag, bool, String)>,
    above: Option<String>,
    below: Option<String>,
    address: Option<String>,
    output: (String, &'static str),
}

/// A document as text, with the address of each line.
pub(super) struct Side {
    pub(super) path: String,
    pub(super) text: String,
    pub(super) lines: Vec<DocumentLine>,
}

/// Splits the hunks of one output by address, since lines that are adjacent in one persona are apart in
/// another.
pub(super) fn changes(
    hunks: Vec<Hunk>,
    before: &Side,
    after: &Side,
    output: &(String, &'static str),
) -> Vec<Change> {
    let old: Vec<&str> = before.text.lines().collect();
    let mut changes = Vec::new();
    for hunk in hunks {
        // The lines of the hunk by address, each with its index in its own text.
        let mut parts: IndexMap<Option<&str>, Vec<(usize, Line)>> = IndexMap::new();
        let (mut at_old, mut at_new) = (hunk.before - 1, hunk.after - 1);
        let mut last: Option<&str> = None;
        for line in hunk.lines {
            let (number, side) = match line.tag {
                Tag::Added => (&mut at_new, after),
                Tag::Removed | Tag::Same => (&mut at_old, before),
            };
            let address = side.lines.get(*number).and_then(|line| line.address.as_deref());
            // A line of layout belongs to the content before it.
            last = address.or(last);
            parts.entry(last).or_default().push((*number, line));
            *number += 1;
        }
        let count = parts.len();
        for (index, (address, lines)) in parts.into_iter().enumerate() {
            let side = |line: &Line| if line.tag == Tag::Added { after } else { before };
            let masked = |(number, line): &(usize, Line)| {
                let masked =
                    side(line).lines.get(*number).map_or_else(|| line.text(), |of| of.masked.clone());
                (line.tag, line.moved, masked)
            };
            let key = lines.iter().map(masked).collect();
            let first =
                |tag: Tag| lines.iter().find(|(_, line)| line.tag == tag).map(|(number, _)| number + 1);
            let removed = lines.iter().filter(|(_, line)| line.tag == Tag::Removed).count();
            let start = first(Tag::Removed).unwrap_or(hunk.before);
            let owned = |line: Option<&&str>| line.map(|line| (*line).to_owned());
            let above = (index == 0).then(|| start.checked_sub(2).and_then(|line| old.get(line))).flatten();
            let below = (index + 1 == count).then(|| old.get(start - 1 + removed)).flatten();
            changes.push(Change {
                key,
                above: owned(above),
                below: owned(below),
                address: address.map(str::to_owned),
                output: output.clone(),
                hunk: Hunk {
                    before: start,
                    after: first(Tag::Added).unwrap_or(hunk.after),
                    lines: lines.into_iter().map(|(_, line)| line).collect(),
                },
            });
        }
    }
    changes
}

/// The addresses of changes.
pub(super) fn addresses(changes: &[Change]) -> BTreeSet<String> {
    changes.iter().filter_map(|change| change.address.clone()).collect()
}

/// Groups changes with equal lines, those of most outputs first.
pub(super) fn shared(changes: Vec<Change>) -> Vec<SharedHunk> {
    let mut groups: IndexMap<Vec<(Tag, bool, String)>, Vec<Change>> = IndexMap::new();
    for mut change in changes {
        groups.entry(std::mem::take(&mut change.key)).or_default().push(change);
    }
    let mut shared: Vec<SharedHunk> = groups.into_values().filter_map(share).collect();
    shared.sort_by_key(|hunk| std::cmp::Reverse(hunk.outputs.len()));
    shared
}

fn share(group: Vec<Change>) -> Option<SharedHunk> {
    let common = |line: fn(&Change) -> &Option<String>| -> Option<String> {
        let first = line(group.first()?).clone()?;
        group.iter().all(|change| line(change).as_ref() == Some(&first)).then_some(first)
    };
    let (above, below) = (common(|change| &change.above), common(|change| &change.below));
    let text = |change: &Change| change.hunk.lines.iter().map(Line::text).collect::<Vec<_>>();
    let first = text(group.first()?);
    let varies = group.iter().any(|change| text(change) != first);
    let mut hunk = group.first()?.hunk.clone();
    if let Some(above) = above {
        hunk.lines.insert(0, Line::same(above));
        (hunk.before, hunk.after) =
            (hunk.before.saturating_sub(1).max(1), hunk.after.saturating_sub(1).max(1));
    }
    hunk.lines.extend(below.map(Line::same));
    let addresses = addresses(&group);
    Some(SharedHunk {
        hunk,
        addresses,
        varies,
        outputs: group.into_iter().map(|change| change.output).collect(),
    })
}
