//! Alternative groupings of the same edits, tried if some could not be applied as first grouped.

use std::collections::BTreeMap;
use std::ops::Range;

use super::hunks::{Edits, Group, Hunk, Sort, Splitter, shifted, word_hunks};
use crate::text::bullets::without_marker;

/// Returns whether a group of edits could not be applied.
pub(super) type IsRejected<'l> = dyn Fn(usize) -> bool + 'l;

/// Regroups edits. `None` if no group that could not be applied would change.
pub(super) type Regrouping = fn(&Edits, &str, &IsRejected<'_>) -> Option<Edits>;

/// All regroupings, in the order in which they are tried.
pub(super) const REGROUPINGS: [Regrouping; 4] = [by_line, joined, spaced, at_end];

/// Returns whether two groups replace lines: one removes them, the next adds others at the same place.
pub(super) fn is_replaced(gone: &Group, new: &Group) -> bool {
    let is_pair = gone.sort == Sort::Lines && new.sort == Sort::Lines;
    is_pair && gone.added.is_empty() && new.removed.is_empty() && gone.old.end == new.old.start
}

/// Returns whether lines added or removed below the last line of a text gave it a line break or took it.
fn is_end(last: &Group, below: &Group) -> bool {
    let has_changed = last.removed.ends_with('\n') != last.added.ends_with('\n');
    let is_pair = last.sort == Sort::Words && below.sort == Sort::Lines;
    is_pair && has_changed && last.old.end == below.old.start
}

/// Returns the links between groups that must be applied together: for each group, the first one linked to
/// it. Replacement lines are linked to the lines that they replace, and moved lines to those removed
/// elsewhere.
pub(super) fn links(edits: &Edits) -> Vec<usize> {
    let groups = &edits.groups;
    let mut links: Vec<usize> = (0..groups.len()).collect();
    let mut join = |one: usize, other: usize| {
        let (first, last) = (links[one].min(links[other]), links[one].max(links[other]));
        links.iter_mut().filter(|link| **link == last).for_each(|link| *link = first);
    };
    let moves: Vec<Vec<&str>> = groups.iter().map(moved_lines).collect();
    let mut is_matched = vec![false; groups.len()];
    for at in 0..groups.len() {
        let group = &groups[at];
        if at > 0 && (is_replaced(&groups[at - 1], group) || is_end(&groups[at - 1], group)) {
            join(at - 1, at);
        }
        let is_part = |other: &usize| group.part_of.is_some() && groups[*other].part_of == group.part_of;
        if let Some(other) = (0..at).find(is_part) {
            join(other, at);
        }
        if moves[at].is_empty() || is_matched[at] {
            continue;
        }
        let is_partner = |other: &usize| {
            !is_matched[*other]
                && moves[*other] == moves[at]
                && groups[*other].added.is_empty() != group.added.is_empty()
        };
        if let Some(other) = (0..at).find(is_partner) {
            (is_matched[at], is_matched[other]) = (true, true);
            join(other, at);
        }
    }
    // A moved line may be removed with some lines and added with others.
    let (mut gone, mut new) = (BTreeMap::<&str, Vec<usize>>::new(), Vec::new());
    for (at, group) in groups.iter().enumerate().filter(|(at, _)| !is_matched[*at]) {
        let (removed, added) =
            (own_lines(&group.removed, &group.added), own_lines(&group.added, &group.removed));
        removed.into_iter().for_each(|line| gone.entry(line).or_default().push(at));
        new.extend(added.into_iter().map(|line| (line, at)));
    }
    for (line, at) in new {
        if let Some(other) = gone.get_mut(line).and_then(Vec::pop) {
            join(other, at);
        }
    }
    links
}

/// Returns the lines that only one of two texts has, without their markers.
fn own_lines<'t>(text: &'t str, other: &str) -> Vec<&'t str> {
    let lines = |text: &'t str| text.lines().map(|line| without_marker(line).trim());
    let mut known: Vec<String> = other.lines().map(|line| without_marker(line).trim().to_owned()).collect();
    let mut own: Vec<&str> = lines(text).filter(|line| !line.is_empty()).collect();
    own.retain(|line| match known.iter().position(|known| known == line) {
        Some(at) => {
            known.swap_remove(at);
            false
        }
        None => true,
    });
    own
}

/// Returns the lines that were added or removed, without their markers. Empty if words changed.
pub(super) fn moved_lines(group: &Group) -> Vec<&str> {
    if group.sort == Sort::Words {
        return Vec::new();
    }
    let text = if group.removed.is_empty() { &group.added } else { &group.removed };
    text.lines().map(without_marker).filter(|line| !line.trim().is_empty()).collect()
}

/// Splits rewrapped texts into lines: they may be two entries or two texts.
fn by_line(edits: &Edits, _: &str, is_rejected: &IsRejected<'_>) -> Option<Edits> {
    let mut regrouped = Edits::default();
    let mut is_new = false;
    for (at, group) in edits.groups.iter().enumerate() {
        let lines = |text| str::split_inclusive(text, '\n').collect::<Vec<_>>();
        let (old, new) = (lines(&group.removed), lines(&group.added));
        let is_wrapped = group.sort == Sort::Words && (old.len() > 1 || new.len() > 1);
        if !is_wrapped || !is_rejected(at) || group.part_of.is_some() {
            regrouped.push(group.clone(), edits.hunks[group.hunks.clone()].to_vec());
            continue;
        }
        is_new = true;
        let (ours, theirs) = (0..old.len(), 0..new.len());
        let mut splitter = Splitter::new(old, new);
        splitter.lines(ours, theirs);
        let parts = splitter.edits();
        for part in &parts.groups {
            let hunks = shifted(parts.hunks[part.hunks.clone()].to_vec(), group.old.start);
            let old = group.old.start + part.old.start..group.old.start + part.old.end;
            let line = group.line + part.line - 1;
            regrouped.push(Group { line, old, part_of: Some(group.old.start), ..part.clone() }, hunks);
        }
    }
    is_new.then_some(regrouped)
}

/// Joins removed lines with the lines that replace them.
fn joined(edits: &Edits, before: &str, is_rejected: &IsRejected<'_>) -> Option<Edits> {
    let mut regrouped = Edits::default();
    let mut is_new = false;
    let mut at = 0;
    while at < edits.groups.len() {
        let group = &edits.groups[at];
        let next = edits.groups.get(at + 1).filter(|next| is_replaced(group, next));
        match next.filter(|_| is_rejected(at) || is_rejected(at + 1)) {
            Some(next) => {
                is_new = true;
                replace(&mut regrouped, group, next, before);
                at += 2;
            }
            None => {
                regrouped.push(group.clone(), edits.hunks[group.hunks.clone()].to_vec());
                at += 1;
            }
        }
    }
    is_new.then_some(regrouped)
}

/// Adds the replacement of lines as a group: line by line if the counts are equal.
fn replace(regrouped: &mut Edits, gone: &Group, new: &Group, before: &str) {
    let lines = |text| str::split_inclusive(text, '\n').collect::<Vec<_>>();
    let (removed, added) = (lines(&before[gone.old.clone()]), lines(&new.added));
    if removed.len() != added.len() {
        let group = Group {
            sort: Sort::Words,
            removed: gone.removed.clone(),
            old: gone.old.clone(),
            part_of: Some(gone.old.start),
            ..new.clone()
        };
        return regrouped.push(group, vec![Hunk { old: gone.old.clone(), new: new.added.clone() }]);
    }
    let mut start = gone.old.start;
    for (number, (removed, added)) in removed.into_iter().zip(added).enumerate() {
        let hunks = shifted(word_hunks(removed, added), start);
        let old = start..start + removed.len();
        start = old.end;
        let group = Group {
            sort: Sort::Words,
            ..Group::lines(new.line + number, old, removed.to_owned(), added.to_owned())
        };
        if !hunks.is_empty() {
            regrouped.push(group, hunks);
        }
    }
}

/// Joins lines added or removed at the end of a text that lacks a final line break with the break above them.
fn at_end(edits: &Edits, _: &str, is_rejected: &IsRejected<'_>) -> Option<Edits> {
    let at = edits.groups.len().checked_sub(2)?;
    let (last, below) = (&edits.groups[at], &edits.groups[at + 1]);
    let hunks = |group: &Group| edits.hunks[group.hunks.clone()].to_vec();
    let (mut words, lines) = (hunks(last), hunks(below));
    let is_break = |hunk: &Hunk| hunk.new == "\n" || hunk.new.is_empty() && hunk.old.len() == 1;
    let end = words.pop().filter(|end| is_break(end) && end.old.end == last.old.end)?;
    let [line] = lines.as_slice() else { return None };
    if !is_end(last, below) || !(is_rejected(at) || is_rejected(at + 1)) {
        return None;
    }
    let mut regrouped = Edits::default();
    edits.groups[..at].iter().for_each(|group| regrouped.push(group.clone(), hunks(group)));
    if !words.is_empty() {
        regrouped.push(last.clone(), words);
    }
    let hunk = Hunk { old: end.old.start..line.old.end, new: end.new + &line.new };
    regrouped.push(Group { old: hunk.old.clone(), ..below.clone() }, vec![hunk]);
    Some(regrouped)
}

/// Splits removals that took too few or too many blank lines: into the lines with the blank lines below them,
/// and the surplus or missing blank lines.
fn spaced(edits: &Edits, before: &str, is_rejected: &IsRejected<'_>) -> Option<Edits> {
    let mut regrouped = Edits::default();
    let mut is_new = false;
    for (at, group) in edits.groups.iter().enumerate() {
        let is_gone = group.sort == Sort::Lines && group.added.is_empty() && is_rejected(at);
        let next = edits.groups.get(at + 1).map_or(before.len(), |next| next.old.start);
        let previous = regrouped.groups.iter().map(|group| group.old.end).max().unwrap_or(0);
        match respaced(group, before, previous..next).filter(|_| is_gone) {
            Some(parts) => {
                is_new = true;
                parts.into_iter().for_each(|(group, hunk)| regrouped.push(group, vec![hunk]));
            }
            None => regrouped.push(group.clone(), edits.hunks[group.hunks.clone()].to_vec()),
        }
    }
    is_new.then_some(regrouped)
}

/// Returns the removed lines with the blank lines below them, and the blank lines then missing or left over.
/// `None` if no split is needed.
fn respaced(group: &Group, before: &str, free: Range<usize>) -> Option<Vec<(Group, Hunk)>> {
    let is_blank = |line: &&str| line.trim().is_empty();
    let length = |lines: &[&str]| lines.iter().map(|line| line.len()).sum::<usize>();
    let lines: Vec<&str> = group.removed.split_inclusive('\n').collect();
    let lead = lines.iter().take_while(|line| is_blank(line)).count();
    let trail = lines.iter().rev().take_while(|line| is_blank(line)).count();
    if lead == lines.len() {
        return None;
    }
    let below: Vec<&str> =
        before[group.old.end..free.end].split_inclusive('\n').take_while(is_blank).collect();
    let above: Vec<&str> = before[free.start..group.old.start].split_inclusive('\n').collect();
    let above = above.iter().rev().take_while(|line| is_blank(line)).count();
    let removal = |old: Range<usize>, line: usize| {
        let removed = before[old.clone()].to_owned();
        (Group::lines(line, old.clone(), removed, String::new()), Hunk { old, new: String::new() })
    };
    let addition = |at: usize, count: usize| {
        let ending = if group.removed.ends_with("\r\n") { "\r\n" } else { "\n" };
        let added = ending.repeat(count);
        let hunk = Hunk { old: at..at, new: added.clone() };
        (Group::lines(group.line, at..at, String::new(), added), hunk)
    };
    let core =
        group.old.start + length(&lines[..lead])..group.old.end - length(&lines[lines.len() - trail..]);
    if group.old.end + length(&below) == before.len() {
        // At the end of the text, the blank lines above are removed instead.
        let above = before[..core.start].trim_end_matches(['\n', '\r']).len();
        let above = (above + before[above..core.start].find('\n').map_or(0, |at| at + 1)).min(core.start);
        let above = above.max(free.start);
        let kept = before[above..group.old.start.max(above)].matches('\n').count();
        let all = above..before.len();
        return (all != group.old).then(|| {
            [removal(all.clone(), group.line)]
                .into_iter()
                .chain((kept > 0).then(|| addition(all.end, kept)))
                .collect()
        });
    }
    let whole = core.start..group.old.end + length(&below);
    match below.len().cmp(&lead) {
        std::cmp::Ordering::Greater => {
            Some(vec![removal(whole.clone(), group.line), addition(whole.end, below.len() - lead)])
        }
        std::cmp::Ordering::Less if above + lead > 0 => {
            let too_many = length(&lines[..lead - below.len()]);
            let extra = core.start - too_many..core.start;
            Some(vec![removal(extra, group.line), removal(whole, group.line)])
        }
        _ => None,
    }
}
