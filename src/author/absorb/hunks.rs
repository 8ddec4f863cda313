//! Splits the differences between two texts into groups of hunks that can be applied one by one.

use std::ops::Range;

use similar::{DiffOp, TextDiff};

use super::pairing::{pairs, rewrapped};
use crate::text::front_matter::is_fence;

/// A range of the old text and its replacement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hunk {
    /// The byte range in the old text.
    pub(super) old: Range<usize>,
    /// The replacement.
    pub(super) new: String,
}

/// The kind of edit that a group makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// Whole lines were added or removed.
    Lines,
    /// Words of a line changed.
    Words,
}

/// Hunks that are applied together or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) sort: Sort,
    /// The indices of its hunks.
    pub(super) hunks: Range<usize>,
    /// Its line in the new text, from 1.
    pub(super) line: usize,
    /// The old lines.
    pub(super) removed: String,
    /// The new lines.
    pub(super) added: String,
    /// The byte range of the old lines.
    pub(super) old: Range<usize>,
    /// The number that it shares with other groups that must be applied together with it.
    pub(super) part_of: Option<usize>,
}

impl Group {
    /// Returns a group of whole lines, without hunks.
    pub(super) fn lines(line: usize, old: Range<usize>, removed: String, added: String) -> Self {
        Group { sort: Sort::Lines, hunks: 0..0, line, removed, added, old, part_of: None }
    }
}

/// All edits of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Edits {
    /// The hunks, in text order.
    pub(super) hunks: Vec<Hunk>,
    /// The groups, in text order.
    pub(super) groups: Vec<Group>,
}

impl Edits {
    /// Returns `before` with all hunks applied. `None` if two hunks overlap.
    pub(super) fn applied(&self, before: &str) -> Option<String> {
        let (mut text, mut from) = (String::new(), 0);
        for hunk in &self.hunks {
            text.push_str(before.get(from..hunk.old.start)?);
            text.push_str(&hunk.new);
            from = hunk.old.end;
        }
        text.push_str(&before[from..]);
        Some(text)
    }

    /// Adds a group and its hunks.
    pub(super) fn push(&mut self, group: Group, hunks: Vec<Hunk>) {
        let first = self.hunks.len();
        self.hunks.extend(hunks);
        self.groups.push(Group { hunks: first..self.hunks.len(), ..group });
    }
}

/// Returns the edits that turn `before` into `after`.
pub(super) fn split(before: &str, after: &str) -> Edits {
    let (old, new): (Vec<&str>, Vec<&str>) =
        (before.split_inclusive('\n').collect(), after.split_inclusive('\n').collect());
    let diff = TextDiff::from_slices(&old, &new);
    let mut splitter = Splitter::new(old, new);
    for op in diff.ops().iter().filter(|op| !matches!(op, DiffOp::Equal { .. })) {
        splitter.block(op.old_range(), op.new_range());
    }
    splitter.edits()
}

/// Splits changed lines into groups.
pub(super) struct Splitter<'t> {
    old: Vec<&'t str>,
    new: Vec<&'t str>,
    /// The offset of each old line, and the end.
    starts: Vec<usize>,
    edits: Edits,
}

impl<'t> Splitter<'t> {
    /// Creates a splitter for these lines.
    pub(super) fn new(old: Vec<&'t str>, new: Vec<&'t str>) -> Self {
        let mut starts = vec![0];
        starts.extend(old.iter().scan(0, |at, line| {
            *at += line.len();
            Some(*at)
        }));
        Splitter { old, new, starts, edits: Edits::default() }
    }

    /// Returns the groups found so far. Those of one entry of front matter are one group, because half an entry is meaningless.
    pub(super) fn edits(self) -> Edits {
        let (before, after) = (entry_lines(&self.old), entry_lines(&self.new));
        if before.is_empty() && after.is_empty() {
            return self.edits;
        }
        let is_shared = |entries: &[Range<usize>], one: &Range<usize>, other: &Range<usize>| {
            let touches = |entry: &&Range<usize>| one.start < entry.end && entry.start < one.end;
            let touching = entries.iter().filter(touches);
            !one.is_empty() && { touching }.any(|entry| other.start < entry.end && entry.start < other.end)
        };
        let old_lines = |group: &Group| {
            let line = |offset: usize| self.starts.partition_point(|start| *start < offset);
            line(group.old.start)..line(group.old.end)
        };
        let new_lines =
            |group: &Group| group.line - 1..group.line - 1 + group.added.split_inclusive('\n').count();
        let mut groups: Vec<Group> = Vec::new();
        for group in self.edits.groups {
            match groups.last_mut() {
                Some(last)
                    if is_shared(&before, &old_lines(last), &old_lines(&group))
                        || is_shared(&after, &new_lines(last), &new_lines(&group)) =>
                {
                    let (old, new) = (old_lines(last).start..old_lines(&group).end, new_lines(&group));
                    *last = Group {
                        sort: Sort::Words,
                        hunks: last.hunks.start..group.hunks.end,
                        removed: self.old[old].concat(),
                        added: self.new[last.line - 1..new.end].concat(),
                        old: last.old.start..group.old.end,
                        ..last.clone()
                    };
                }
                _ => groups.push(group),
            }
        }
        Edits { groups, ..self.edits }
    }

    /// Splits a block of changed lines: first the rewrapped paragraphs and entries, then the lines between
    /// them.
    fn block(&mut self, old: Range<usize>, new: Range<usize>) {
        let (mut from, mut to) = (old.start, new.start);
        for (one, other) in rewrapped(&self.old[old.clone()], &self.new[new.clone()]) {
            let one = old.start + one.start..old.start + one.end;
            let other = new.start + other.start..new.start + other.end;
            self.lines(from..one.start, to..other.start);
            (from, to) = (one.end, other.end);
            self.edited_lines(one, other);
        }
        self.lines(from..old.end, to..new.end);
    }

    /// Splits changed lines, each on its own.
    pub(super) fn lines(&mut self, old: Range<usize>, new: Range<usize>) {
        let pairs = pairs(&self.old[old.clone()], &self.new[new.clone()]);
        let (mut from, mut to) = (old.start, new.start);
        for (one, other) in pairs {
            let (one, other) = (old.start + one, new.start + other);
            self.unpaired(from..one, to..other);
            self.edited_lines(one..one + 1, other..other + 1);
            (from, to) = (one + 1, other + 1);
        }
        self.unpaired(from..old.end, to..new.end);
    }

    /// Adds groups for removed and added lines that have no counterpart.
    fn unpaired(&mut self, old: Range<usize>, new: Range<usize>) {
        let line = new.start + 1;
        let (start, end) = (self.starts[old.start], self.starts[old.end]);
        if !old.is_empty() {
            let removed = self.old[old].concat();
            let hunk = Hunk { old: start..end, new: String::new() };
            self.edits.push(Group::lines(line, start..end, removed, String::new()), vec![hunk]);
        }
        if !new.is_empty() {
            let added = self.new[new].concat();
            let hunk = Hunk { old: end..end, new: added.clone() };
            self.edits.push(Group::lines(line, end..end, String::new(), added), vec![hunk]);
        }
    }

    /// Adds a group for edited lines.
    fn edited_lines(&mut self, old: Range<usize>, new: Range<usize>) {
        let line = new.start + 1;
        let (start, end) = (self.starts[old.start], self.starts[old.end]);
        let (removed, added) = (self.old[old].concat(), self.new[new].concat());
        let hunks = shifted(word_hunks(&removed, &added), start);
        if !hunks.is_empty() {
            self.edits
                .push(Group { sort: Sort::Words, ..Group::lines(line, start..end, removed, added) }, hunks);
        }
    }
}

/// Moves hunks by an offset.
pub(super) fn shifted(hunks: Vec<Hunk>, start: usize) -> Vec<Hunk> {
    let shift = |hunk: Hunk| Hunk { old: start + hunk.old.start..start + hunk.old.end, new: hunk.new };
    hunks.into_iter().map(shift).collect()
}

/// Returns the words that differ between two lines.
pub(super) fn word_hunks(before: &str, after: &str) -> Vec<Hunk> {
    let diff = TextDiff::from_unicode_words(before, after);
    let mut from = 0;
    let mut hunks: Vec<Hunk> = Vec::new();
    // Spaces between two changed words count as changed with them.
    let mut between = String::new();
    for change in diff.iter_all_changes() {
        let text = change.value();
        match change.tag() {
            similar::ChangeTag::Equal => {
                from += text.len();
                between.push_str(text);
                continue;
            }
            tag => {
                let is_joined = between.chars().all(|letter| letter == ' ');
                match hunks.last_mut().filter(|_| is_joined) {
                    Some(last) => {
                        last.new.push_str(&between);
                        last.old.end = from;
                    }
                    None => hunks.push(Hunk { old: from..from, new: String::new() }),
                }
                between.clear();
                let Some(last) = hunks.last_mut() else { continue };
                if tag == similar::ChangeTag::Delete {
                    from += text.len();
                    last.old.end = from;
                } else {
                    last.new.push_str(text);
                }
            }
        }
    }
    hunks
}

/// Returns the lines of each entry of front matter that has several.
fn entry_lines(lines: &[&str]) -> Vec<Range<usize>> {
    let is_fence = |line: &&str| is_fence(line.trim_start_matches('\u{feff}'));
    if !lines.first().is_some_and(is_fence) {
        return Vec::new();
    }
    let end = lines.iter().skip(1).position(is_fence).map_or(0, |at| at + 1);
    let mut entries: Vec<Range<usize>> = Vec::new();
    for (at, line) in lines.iter().enumerate().take(end).skip(1) {
        let goes_on = line.starts_with([' ', '\t', '-']) || line.trim().is_empty();
        match entries.last_mut() {
            Some(last) if goes_on => last.end = at + 1,
            _ => entries.push(at..at + 1),
        }
    }
    entries.retain(|entry| entry.len() > 1);
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(before: &str, after: &str) -> Vec<String> {
        let Edits { hunks, groups } = split(before, after);
        let hunk = |hunk: &Hunk| format!("{:?}>{:?}", &before[hunk.old.clone()], hunk.new);
        groups
            .iter()
            .map(|group| {
                let own: Vec<_> = hunks[group.hunks.clone()].iter().map(hunk).collect();
                format!("{} {}", group.line, own.join(" "))
            })
            .collect()
    }

    #[test]
    fn a_lone_carriage_return_ends_no_line() {
        assert_eq!(drawn("a\rb c d\ne\n", "a\rb x d\ne\n"), ["1 \"c\">\"x\""]);
    }

    #[test]
    fn an_edited_line_changes_words_and_a_new_line_is_a_line() {
        assert_eq!(drawn("a\n- use the old element\n", "a\n- use the new element\n"), ["2 \"old\">\"new\""]);
        assert_eq!(
            drawn("- alpha one\n- b\n", "- beta two\n- b\n"),
            ["1 \"- alpha one\\n\">\"\"", "1 \"\">\"- beta two\\n\""]
        );
        assert_eq!(drawn("## Rules\n", "## Bounds\n"), ["1 \"Rules\">\"Bounds\""]);
    }

    #[test]
    fn an_inserted_step_renumbers_those_after_it() {
        let (before, after) =
            ("1. plan\n2. build\n3. ship\n", "1. plan\n2. test it all\n3. build\n4. ship\n");
        let expected = ["2 \"\">\"2. test it all\\n\"", "3 \"2\">\"3\"", "4 \"3\">\"4\""];
        assert_eq!(drawn(before, after), expected);
    }
}
