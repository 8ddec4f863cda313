//! What was edited: the differences between two texts, in parts that can be placed one by one.

use std::ops::Range;

use similar::{DiffOp, TextDiff};

use super::pairing::{pairs, rewrapped};

/// A piece of text that takes the place of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hunk {
    /// The bytes of the text before that it takes the place of.
    pub(super) old: Range<usize>,
    /// The text there afterwards.
    pub(super) new: String,
}

/// What sort of edit a group is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// Whole lines came or went.
    Lines,
    /// Words changed in a line.
    Words,
}

/// Hunks that are placed together or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    /// The sort.
    pub(super) sort: Sort,
    /// The hunks, by index.
    pub(super) hunks: Range<usize>,
    /// Its line in the text afterwards, from 1.
    pub(super) line: usize,
    /// The lines before.
    pub(super) removed: String,
    /// The lines afterwards.
    pub(super) added: String,
    /// The bytes of the text before that those lines take.
    pub(super) old: Range<usize>,
    /// What it is a part of: such groups are placed together or not at all.
    pub(super) part_of: Option<usize>,
}

impl Group {
    /// Whole lines that came or went, without their hunks.
    pub(super) fn lines(line: usize, old: Range<usize>, removed: String, added: String) -> Self {
        Group { sort: Sort::Lines, hunks: 0..0, line, removed, added, old, part_of: None }
    }
}

/// All edits of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Edits {
    /// The hunks, in order.
    pub(super) hunks: Vec<Hunk>,
    /// The groups, in order.
    pub(super) groups: Vec<Group>,
}

impl Edits {
    /// The text with all of them in it; nothing if two are about the same place.
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

    /// Adds a group with its hunks.
    pub(super) fn push(&mut self, group: Group, hunks: Vec<Hunk>) {
        let first = self.hunks.len();
        self.hunks.extend(hunks);
        self.groups.push(Group { hunks: first..self.hunks.len(), ..group });
    }
}

/// The edits that make `after` of `before`.
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

/// Splits the changed lines of a text into groups.
pub(super) struct Splitter<'t> {
    old: Vec<&'t str>,
    new: Vec<&'t str>,
    /// Where each line before begins, and the end.
    starts: Vec<usize>,
    edits: Edits,
}

impl<'t> Splitter<'t> {
    /// A splitter of these lines, without groups.
    pub(super) fn new(old: Vec<&'t str>, new: Vec<&'t str>) -> Self {
        let mut starts = vec![0];
        starts.extend(old.iter().scan(0, |at, line| {
            *at += line.len();
            Some(*at)
        }));
        Splitter { old, new, starts, edits: Edits::default() }
    }

    /// What was split.
    pub(super) fn edits(self) -> Edits {
        self.edits
    }

    /// One changed block of lines: paragraphs and entries that are broken into other lines first, then what
    /// lies between them.
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

    /// Changed lines, each by itself.
    pub(super) fn lines(&mut self, old: Range<usize>, new: Range<usize>) {
        let pairs = pairs(&self.old[old.clone()], &self.new[new.clone()]);
        let (mut from, mut to) = (old.start, new.start);
        for (one, other) in pairs {
            let (one, other) = (old.start + one, new.start + other);
            self.loose(from..one, to..other);
            self.edited_lines(one..one + 1, other..other + 1);
            (from, to) = (one + 1, other + 1);
        }
        self.loose(from..old.end, to..new.end);
    }

    /// Lines without a partner.
    fn loose(&mut self, old: Range<usize>, new: Range<usize>) {
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

    /// Lines that were edited.
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

/// Hunks of a part of a text as hunks of the text.
pub(super) fn shifted(hunks: Vec<Hunk>, start: usize) -> Vec<Hunk> {
    let shift = |hunk: Hunk| Hunk { old: start + hunk.old.start..start + hunk.old.end, new: hunk.new };
    hunks.into_iter().map(shift).collect()
}

/// The words that differ between two lines.
pub(super) fn word_hunks(before: &str, after: &str) -> Vec<Hunk> {
    let diff = TextDiff::from_unicode_words(before, after);
    let mut from = 0;
    let mut hunks: Vec<Hunk> = Vec::new();
    // Between two changed words, white space counts as changed with them.
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
    fn an_edited_line_is_told_by_its_words_and_another_line_by_itself() {
        assert_eq!(drawn("a\n- use the old element\n", "a\n- use the new element\n"), ["2 \"old\">\"new\""]);
        assert_eq!(
            drawn("- alpha one\n- b\n", "- beta two\n- b\n"),
            ["1 \"- alpha one\\n\">\"\"", "1 \"\">\"- beta two\\n\""]
        );
        assert_eq!(drawn("## Rules\n", "## Bounds\n"), ["1 \"Rules\">\"Bounds\""]);
    }

    #[test]
    fn a_step_that_comes_in_renumbers_those_after_it() {
        let (before, after) =
            ("1. plan\n2. build\n3. ship\n", "1. plan\n2. test it all\n3. build\n4. ship\n");
        let expected = ["2 \"\">\"2. test it all\\n\"", "3 \"2\">\"3\"", "4 \"3\">\"4\""];
        assert_eq!(drawn(before, after), expected);
    }
}
