//! What was edited: the differences between two texts, in parts that can be placed one by one.

use std::collections::BTreeMap;
use std::ops::Range;

use similar::{DiffOp, TextDiff};

/// Lines with less in common than this are two lines, not one that was edited.
const LEAST_ALIKE: f64 = 0.4;

/// The most pairs of lines that are compared with each other in one changed block.
const MOST_PAIRS: usize = 10_000;

/// A piece of text that takes the place of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hunk {
    /// The bytes of the text before that it takes the place of.
    pub(super) old: Range<usize>,
    /// What stands there afterwards.
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
    /// The line of the text afterwards at which it stands, from 1.
    pub(super) line: usize,
    /// The lines before.
    pub(super) removed: String,
    /// The lines afterwards.
    pub(super) added: String,
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
    /// The same edits, where lines that went and lines that came in their place are one edit, if one of
    /// the two is `left`; nothing if there are none of those.
    pub(super) fn joined(&self, before: &str, left: &dyn Fn(usize) -> bool) -> Option<Edits> {
        let mut edits = Edits::default();
        let mut at = 0;
        while at < self.groups.len() {
            let group = &self.groups[at];
            let pair = self.groups.get(at + 1).filter(|next| {
                let is_pair = group.sort == Sort::Lines && next.sort == Sort::Lines;
                is_pair
                    && group.added.is_empty()
                    && next.removed.is_empty()
                    && self.hunks[group.hunks.start].old.end == self.hunks[next.hunks.start].old.start
                    && (left(at) || left(at + 1))
            });
            match pair {
                Some(next) => {
                    edits.replace(self.hunks[group.hunks.start].old.clone(), group, next, before);
                    at += 2;
                }
                None => {
                    edits.push(group, self.hunks[group.hunks.clone()].to_vec());
                    at += 1;
                }
            }
        }
        (edits.groups.len() < self.groups.len() || edits.hunks.len() != self.hunks.len()).then_some(edits)
    }

    /// Adds lines in the place of others: line by line where they are as many.
    fn replace(&mut self, old: Range<usize>, gone: &Group, new: &Group, before: &str) {
        let lines = |text| str::split_inclusive(text, '\n').collect::<Vec<_>>();
        let (removed, added) = (lines(&before[old.clone()]), lines(&new.added));
        if removed.len() != added.len() {
            let group = Group { sort: Sort::Words, removed: gone.removed.clone(), ..new.clone() };
            return self.push(&group, vec![Hunk { old, new: new.added.clone() }]);
        }
        let mut start = old.start;
        for (number, (removed, added)) in removed.into_iter().zip(added).enumerate() {
            let hunks = words(removed, added).into_iter();
            let hunks: Vec<Hunk> = hunks
                .map(|hunk| Hunk { old: start + hunk.old.start..start + hunk.old.end, new: hunk.new })
                .collect();
            let group = Group {
                sort: Sort::Words,
                hunks: 0..0,
                line: new.line + number,
                removed: removed.to_owned(),
                added: added.to_owned(),
            };
            start += removed.len();
            if !hunks.is_empty() {
                self.push(&group, hunks);
            }
        }
    }

    fn push(&mut self, group: &Group, hunks: Vec<Hunk>) {
        let first = self.hunks.len();
        self.hunks.extend(hunks);
        self.groups.push(Group { hunks: first..self.hunks.len(), ..group.clone() });
    }
}

/// The edits that make `after` of `before`.
pub(super) fn split(before: &str, after: &str) -> Edits {
    let (old, new): (Vec<&str>, Vec<&str>) =
        (before.split_inclusive('\n').collect(), after.split_inclusive('\n').collect());
    let diff = TextDiff::from_slices(&old, &new);
    let mut starts = vec![0];
    starts.extend(old.iter().scan(0, |at, line| {
        *at += line.len();
        Some(*at)
    }));
    let mut splitter = Splitter { old, new, starts, hunks: Vec::new(), groups: Vec::new() };
    for op in diff.ops().iter().filter(|op| !matches!(op, DiffOp::Equal { .. })) {
        splitter.block(op.old_range(), op.new_range());
    }
    Edits { hunks: splitter.hunks, groups: splitter.groups }
}

struct Splitter<'t> {
    old: Vec<&'t str>,
    new: Vec<&'t str>,
    /// Where each line before begins, and the end.
    starts: Vec<usize>,
    hunks: Vec<Hunk>,
    groups: Vec<Group>,
}

impl Splitter<'_> {
    /// One changed block of lines.
    fn block(&mut self, old: Range<usize>, new: Range<usize>) {
        let pairs = pairs(&self.old[old.clone()], &self.new[new.clone()]);
        let (mut from, mut to) = (old.start, new.start);
        for (one, other) in pairs {
            let (one, other) = (old.start + one, new.start + other);
            self.loose(from..one, to..other);
            self.words(one, other);
            (from, to) = (one + 1, other + 1);
        }
        self.loose(from..old.end, to..new.end);
    }

    /// Lines without a partner.
    fn loose(&mut self, old: Range<usize>, new: Range<usize>) {
        let line = new.start + 1;
        let first = self.hunks.len();
        let end = self.starts[old.end];
        if !old.is_empty() {
            self.hunks.push(Hunk { old: self.starts[old.start]..end, new: String::new() });
            let removed = self.old[old].concat();
            self.push(Sort::Lines, first, line, removed, String::new());
        }
        if !new.is_empty() {
            let first = self.hunks.len();
            let added = self.new[new].concat();
            self.hunks.push(Hunk { old: end..end, new: added.clone() });
            self.push(Sort::Lines, first, line, String::new(), added);
        }
    }

    /// A line that was edited.
    fn words(&mut self, old: usize, new: usize) {
        let (before, after) = (self.old[old], self.new[new]);
        let first = self.hunks.len();
        let start = self.starts[old];
        self.hunks.extend(
            words(before, after)
                .into_iter()
                .map(|hunk| Hunk { old: start + hunk.old.start..start + hunk.old.end, new: hunk.new }),
        );
        if self.hunks.len() > first {
            self.push(Sort::Words, first, new + 1, before.to_owned(), after.to_owned());
        }
    }

    fn push(&mut self, sort: Sort, first: usize, line: usize, removed: String, added: String) {
        self.groups.push(Group { sort, hunks: first..self.hunks.len(), line, removed, added });
    }
}

/// The words that differ between two lines.
pub(super) fn words(before: &str, after: &str) -> Vec<Hunk> {
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

/// The lines of two blocks that are the same line, edited: by index, in order.
fn pairs(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
    if old.is_empty() || new.is_empty() {
        return Vec::new();
    }
    if old.len() * new.len() > MOST_PAIRS {
        return Vec::new();
    }
    let score = |one: &str, other: &str| {
        let (one, other) = (said(one), said(other));
        if one.trim().is_empty() || other.trim().is_empty() {
            return f64::from(u8::from(one == other));
        }
        if one == other { 2.0 } else { alike(one, other) }
    };
    // The best total of all alignments that keep the order.
    let mut best = vec![vec![0.0_f64; new.len() + 1]; old.len() + 1];
    let mut scores = vec![vec![0.0_f64; new.len()]; old.len()];
    for one in (0..old.len()).rev() {
        for other in (0..new.len()).rev() {
            let own = score(old[one], new[other]);
            scores[one][other] = own;
            let skipped = best[one + 1][other].max(best[one][other + 1]);
            best[one][other] = if own > 0.0 { skipped.max(own + best[one + 1][other + 1]) } else { skipped };
        }
    }
    let mut found = Vec::new();
    let (mut one, mut other) = (0, 0);
    while one < old.len() && other < new.len() {
        let own = scores[one][other];
        if own > 0.0 && best[one][other] == own + best[one + 1][other + 1] {
            found.push((one, other));
            (one, other) = (one + 1, other + 1);
        } else if best[one][other] == best[one + 1][other] {
            one += 1;
        } else {
            other += 1;
        }
    }
    reworded(old, new, found)
}

/// Adds lines that have little in common, but stand in each other's place: headings, settings and
/// paragraphs are reworded, where an entry of a list is another entry.
fn reworded(old: &[&str], new: &[&str], found: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    let mut all = Vec::new();
    let mut from = (0, 0);
    for (one, other) in found.into_iter().chain([(old.len(), new.len())]) {
        let (left, right) = (one - from.0, other - from.1);
        let is_prose = |line: &&str| said(line) == *line && !line.trim().is_empty();
        let own = &old[from.0..one];
        if left == right && own.iter().chain(&new[from.1..other]).all(is_prose) {
            all.extend((0..left).map(|at| (from.0 + at, from.1 + at)));
        }
        if one < old.len() {
            all.push((one, other));
        }
        from = (one + 1, other + 1);
    }
    all
}

/// A line without the marker of a list entry.
pub(super) fn said(line: &str) -> &str {
    let text = line.trim_start_matches([' ', '\t']);
    for marker in ["- ", "* ", "+ ", "\u{2022} "] {
        if let Some(rest) = text.strip_prefix(marker) {
            return rest;
        }
    }
    let digits = text.len() - text.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
    match text[digits..].strip_prefix(". ").or_else(|| text[digits..].strip_prefix(") ")) {
        Some(rest) if digits > 0 => rest,
        _ => line,
    }
}

/// How much of two lines is the same, from 0 to 1; 0 if it is too little.
fn alike(one: &str, other: &str) -> f64 {
    let count = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).count();
    let diff = TextDiff::from_unicode_words(one, other);
    let same: usize = diff
        .iter_all_changes()
        .filter(|change| change.tag() == similar::ChangeTag::Equal)
        .map(|change| count(change.value()))
        .sum();
    let ratio = 2.0 * same as f64 / (count(one) + count(other)).max(1) as f64;
    if ratio >= LEAST_ALIKE { ratio } else { 0.0 }
}

/// The hunks between two texts, and which of them are in.
#[derive(Debug, Clone)]
pub(super) struct Board {
    before: String,
    /// The hunks, in order.
    pub(super) hunks: Vec<Hunk>,
    /// Which of them are in.
    pub(super) accepted: Vec<bool>,
}

impl Board {
    /// A board on which no hunk is in.
    pub(super) fn new(before: &str, hunks: Vec<Hunk>) -> Self {
        Board { before: before.to_owned(), accepted: vec![false; hunks.len()], hunks }
    }

    /// Where a hunk stands in the text of those that are in.
    pub(super) fn place(&self, index: usize) -> Range<usize> {
        let mut shift = 0_isize;
        for (hunk, accepted) in self.hunks[..index].iter().zip(&self.accepted) {
            if *accepted {
                shift += hunk.new.len() as isize - hunk.old.len() as isize;
            }
        }
        let at = |offset: usize| offset.saturating_add_signed(shift);
        at(self.hunks[index].old.start)..at(self.hunks[index].old.end)
    }

    /// Which hunks are in if the text is `text`: those that are in now, those of `must`, and as few
    /// others as need be; nothing if hunks do not explain the text.
    pub(super) fn explain(&self, text: &str, must: &[usize]) -> Option<Vec<bool>> {
        // For each place that the text can be read up to, how it was reached.
        let mut reached: BTreeMap<usize, (usize, bool)> = BTreeMap::from([(0, (0, false))]);
        let mut steps: Vec<BTreeMap<usize, (usize, bool)>> = Vec::with_capacity(self.hunks.len());
        let mut from = 0;
        for (index, hunk) in self.hunks.iter().enumerate() {
            let fixed = &self.before[from..hunk.old.start];
            from = hunk.old.end;
            let is_in = self.accepted[index] || must.contains(&index);
            let mut next = BTreeMap::new();
            for at in reached.keys() {
                let Some(rest) = text.get(*at..).and_then(|rest| rest.strip_prefix(fixed)) else { continue };
                let start = at + fixed.len();
                let old = &self.before[hunk.old.clone()];
                for (part, accepted) in [(old, false), (hunk.new.as_str(), true)] {
                    if (accepted || !is_in) && rest.starts_with(part) {
                        next.entry(start + part.len()).or_insert((*at, accepted));
                    }
                }
            }
            if next.is_empty() {
                return None;
            }
            steps.push(next.clone());
            reached = next;
        }
        let last = &self.before[from..];
        let mut at = *reached.keys().find(|at| text.get(**at..) == Some(last))?;
        let mut accepted = vec![false; self.hunks.len()];
        for (index, step) in steps.iter().enumerate().rev() {
            let (previous, is_in) = step[&at];
            accepted[index] = is_in;
            at = previous;
        }
        Some(accepted)
    }
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
        assert_eq!(drawn("a\n- use the old thing\n", "a\n- use the new thing\n"), ["2 \"old\">\"new\""]);
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

    #[test]
    fn a_text_is_explained_by_the_hunks_that_are_in_it() {
        let (before, after) = ("a b c d\n", "x b y d\n");
        let board = Board::new(before, split(before, after).hunks);
        assert_eq!(board.explain(before, &[]), Some(vec![false, false]));
        assert_eq!(board.explain("a b y d\n", &[1]), Some(vec![false, true]));
        assert_eq!(board.explain(after, &[1]), Some(vec![true, true]));
        assert_eq!(board.explain("x b c d\n", &[1]), None);
        assert_eq!(board.explain("x b z d\n", &[0]), None);
        assert_eq!(board.explain("x b y d\n!", &[0]), None);
    }
}
