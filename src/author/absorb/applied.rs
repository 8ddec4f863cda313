//! The hunks between two texts, and which of them are applied.

use std::collections::BTreeMap;
use std::ops::Range;

use super::hunks::Hunk;

/// All hunks between two texts, and which of them are applied.
#[derive(Debug, Clone)]
pub(super) struct AppliedHunks {
    before: String,
    /// The hunks, in order.
    pub(super) hunks: Vec<Hunk>,
    /// For each hunk, whether it is applied.
    pub(super) accepted: Vec<bool>,
}

impl AppliedHunks {
    /// Returns the hunks with none applied.
    pub(super) fn new(before: &str, hunks: Vec<Hunk>) -> Self {
        AppliedHunks { before: before.to_owned(), accepted: vec![false; hunks.len()], hunks }
    }

    /// Returns the range of a hunk in the text after the applied hunks.
    pub(super) fn range(&self, index: usize) -> Range<usize> {
        let mut shift = 0_isize;
        for (hunk, accepted) in self.hunks[..index].iter().zip(&self.accepted) {
            if *accepted {
                shift += hunk.new.len() as isize - hunk.old.len() as isize;
            }
        }
        let at = |offset: usize| offset.saturating_add_signed(shift);
        at(self.hunks[index].old.start)..at(self.hunks[index].old.end)
    }

    /// Returns the text after the applied hunks and those in `also`.
    pub(super) fn text_with(&self, also: impl Fn(usize) -> bool) -> String {
        let (mut text, mut from) = (String::new(), 0);
        for (index, hunk) in self.hunks.iter().enumerate() {
            if self.accepted[index] || also(index) {
                text.push_str(&self.before[from..hunk.old.start]);
                text.push_str(&hunk.new);
                from = hunk.old.end;
            }
        }
        text + &self.before[from..]
    }

    /// Finds the hunks that turn the old text into `text`: those already applied, those in `must`, and as few
    /// others as possible. `None` if no choice of hunks does.
    pub(super) fn explain(&self, text: &str, must: &[usize]) -> Option<Vec<bool>> {
        // For each offset in `text` that can be reached, the offset before this hunk and whether the hunk is
        // applied.
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
    use super::super::hunks::split;
    use super::*;

    #[test]
    fn a_text_is_explained_by_its_hunks() {
        let (before, after) = ("a b c d\n", "x b y d\n");
        let applied = AppliedHunks::new(before, split(before, after).hunks);
        assert_eq!(applied.explain(before, &[]), Some(vec![false, false]));
        assert_eq!(applied.explain("a b y d\n", &[1]), Some(vec![false, true]));
        assert_eq!(applied.explain(after, &[1]), Some(vec![true, true]));
        assert_eq!(applied.explain("x b c d\n", &[1]), None);
        assert_eq!(applied.explain("x b z d\n", &[0]), None);
        assert_eq!(applied.explain("x b y d\n!", &[0]), None);
    }
}
