//! Differences between two texts: changed lines, and the words that changed in them.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use similar::{ChangeTag, DiffOp, InlineChangeMode, InlineChangeOptions, TextDiff};

/// The minimum number of letters and digits of a moved line: `}` and `---` are everywhere.
const LEAST_MOVED: usize = 8;

/// The minimum similarity of two lines that are shown as one changed line.
const LEAST_ALIKE: f32 = 0.4;

/// Which of the texts has a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Tag {
    /// Both texts.
    Same,
    /// The first text only.
    Removed,
    /// The second text only.
    Added,
}

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Words {
    /// Whether these words changed.
    pub changed: bool,
    pub text: String,
}

/// A line of a diff.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Line {
    pub tag: Tag,
    /// Whether the same line was removed at one place and added at another.
    pub moved: bool,
    /// Whether it has no line break.
    pub unended: bool,
    /// Its parts, without the line break.
    pub words: Vec<Words>,
}

impl Line {
    /// A line of context.
    pub(super) fn same(text: String) -> Line {
        let words = vec![Words { changed: false, text }];
        Line { tag: Tag::Same, moved: false, unended: false, words }
    }

    /// An annotation for a property that the text does not show.
    pub(crate) fn note(&self) -> Option<&'static str> {
        match (self.moved, self.unended && self.tag != Tag::Same) {
            (true, _) => Some("moved"),
            (_, true) => Some("no line break at the end"),
            _ => None,
        }
    }

    /// The complete line without its line break.
    pub(crate) fn text(&self) -> String {
        self.words.iter().map(|words| words.text.as_str()).collect()
    }
}

impl Serialize for Line {
    /// Writes the text as a whole, with the byte ranges of what changed in it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Form {
            tag: Tag,
            #[serde(skip_serializing_if = "std::ops::Not::not")]
            moved: bool,
            #[serde(skip_serializing_if = "std::ops::Not::not")]
            unended: bool,
            text: String,
            #[serde(skip_serializing_if = "Vec::is_empty")]
            changed: Vec<[usize; 2]>,
        }
        let mut text = String::new();
        let mut changed = Vec::new();
        for words in &self.words {
            let start = text.len();
            text.push_str(&words.text);
            if words.changed {
                changed.push([start, text.len()]);
            }
        }
        Form { tag: self.tag, moved: self.moved, unended: self.unended, text, changed }.serialize(serializer)
    }
}

/// Adjacent changed lines, with the lines around them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Hunk {
    /// The number of its first line in the first text, from 1.
    pub before: usize,
    /// The number of its first line in the second text, from 1.
    pub after: usize,
    pub lines: Vec<Line>,
}

/// Returns the differences between two texts, with up to `context` lines around each.
pub(crate) fn hunks(before: &str, after: &str, context: usize) -> Vec<Hunk> {
    // Split as documents do: a lone carriage return does not end a line.
    let split = |text| str::split_inclusive(text, '\n').collect::<Vec<&str>>();
    let diff = TextDiff::from_slices(&split(before), &split(after));
    let moved = moved(&diff);
    let groups = diff.grouped_ops(context);
    let hunk = |ops: &Vec<DiffOp>| {
        let first = ops.first()?;
        let lines = ops.iter().flat_map(|op| lines(&diff, op, &moved)).collect();
        Some(Hunk { before: first.old_range().start + 1, after: first.new_range().start + 1, lines })
    };
    groups.iter().filter_map(hunk).collect()
}

/// Compares two short texts word by word. Returns the parts of the first and of the second.
pub(crate) fn words(before: &str, after: &str) -> (Vec<Words>, Vec<Words>) {
    let diff = TextDiff::from_unicode_words(before, after);
    let (mut removed, mut added) = (Vec::new(), Vec::new());
    for change in diff.iter_all_changes() {
        let changed = change.tag() != ChangeTag::Equal;
        if change.tag() != ChangeTag::Insert {
            push(&mut removed, changed, change.value());
        }
        if change.tag() != ChangeTag::Delete {
            push(&mut added, changed, change.value());
        }
    }
    let unmarked = |mut words: Vec<Words>| {
        // If all words changed, marking them adds nothing.
        let is_other = words.iter().all(|words| words.changed || words.text.trim().is_empty());
        words.iter_mut().filter(|_| is_other).for_each(|words| words.changed = false);
        words
    };
    (unmarked(joined(removed)), unmarked(joined(added)))
}

fn lines<'t>(diff: &TextDiff<'t, 't, str>, op: &DiffOp, moved: &BTreeMap<String, Balance>) -> Vec<Line> {
    let mut options = InlineChangeOptions::new();
    options.mode(InlineChangeMode::UnicodeWords).min_ratio(LEAST_ALIKE).semantic_cleanup(true);
    // No deadline: the output must not depend on the speed of the machine.
    let changes = diff.iter_inline_changes_with_options_deadline(op, options, None);
    changes
        .map(|change| {
            let tag = match change.tag() {
                ChangeTag::Equal => Tag::Same,
                ChangeTag::Delete => Tag::Removed,
                ChangeTag::Insert => Tag::Added,
            };
            let (mut words, mut unended) = (Vec::new(), true);
            for (changed, text) in change.iter_strings_lossy() {
                unended = !text.ends_with('\n');
                push(&mut words, changed, text.trim_end_matches(['\n', '\r']));
            }
            let mut line = Line { tag, moved: false, unended, words: joined(words) };
            let text = line.text();
            line.moved = tag != Tag::Same && moved.get(&text).is_some_and(Balance::is_move);
            if line.moved || line.words.iter().all(|words| words.changed) {
                line.words.clear();
                push(&mut line.words, false, &text);
            }
            line
        })
        .collect()
}

fn push(words: &mut Vec<Words>, changed: bool, text: &str) {
    match words.last_mut() {
        _ if text.is_empty() => {}
        Some(last) if last.changed == changed => last.text.push_str(text),
        _ => words.push(Words { changed, text: text.to_owned() }),
    }
}

/// Merges the parts, counting the space between two changed words as changed.
fn joined(words: Vec<Words>) -> Vec<Words> {
    let mut joined = Vec::with_capacity(words.len());
    let last = words.len().saturating_sub(1);
    for (index, Words { changed, text }) in words.into_iter().enumerate() {
        // Changed and unchanged parts alternate, so an inner part has changed neighbours on both sides.
        let is_between = index > 0 && index < last;
        push(&mut joined, changed || (is_between && text.trim().is_empty()), &text);
    }
    joined
}

/// How often a line was removed and added.
#[derive(Default)]
struct Balance {
    removed: usize,
    added: usize,
}

impl Balance {
    fn is_move(&self) -> bool {
        self.removed > 0 && self.removed == self.added
    }
}

/// The changed lines that are long enough to count as moved.
fn moved<'t>(diff: &TextDiff<'t, 't, str>) -> BTreeMap<String, Balance> {
    let mut balances: BTreeMap<String, Balance> = BTreeMap::new();
    for change in diff.iter_all_changes() {
        let line = change.value().trim_end_matches(['\n', '\r']);
        let letters = line.chars().filter(|character| character.is_alphanumeric()).count();
        if change.tag() == ChangeTag::Equal || letters < LEAST_MOVED {
            continue;
        }
        let balance = balances.entry(line.to_owned()).or_default();
        match change.tag() {
            ChangeTag::Delete => balance.removed += 1,
            _ => balance.added += 1,
        }
    }
    balances
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(before: &str, after: &str) -> String {
        let mut text = String::new();
        for hunk in hunks(before, after, 1) {
            text.push_str(&format!("@{} @{}\n", hunk.before, hunk.after));
            for line in &hunk.lines {
                let sign = match (line.tag, line.moved) {
                    (Tag::Same, _) => ' ',
                    (Tag::Removed, false) => '-',
                    (Tag::Added, false) => '+',
                    (Tag::Removed, true) => '<',
                    (Tag::Added, true) => '>',
                };
                let word = |words: &Words| {
                    if words.changed { format!("[{}]", words.text) } else { words.text.clone() }
                };
                text.push_str(&format!("{sign}{}\n", line.words.iter().map(word).collect::<String>()));
            }
        }
        text
    }

    #[test]
    fn the_words_that_changed_are_marked() {
        let (before, after) =
            ("same\nuse `SELECT *` in production queries\n", "same\nuse `SELECT *` in any query\n");
        insta::assert_snapshot!(drawn(before, after), @r"
        @1 @1
         same
        -use `SELECT *` in [production queries]
        +use `SELECT *` in [any query]
        ");
    }

    #[test]
    fn lines_without_much_in_common_are_two_lines() {
        insta::assert_snapshot!(drawn("keep your own counsel\n", "write the tests first\n"), @r"
        @1 @1
        -keep your own counsel
        +write the tests first
        ");
    }

    #[test]
    fn a_line_that_moved_is_known_again() {
        insta::assert_snapshot!(drawn("alpha the first\nb\nc\nd\n", "b\nc\nd\nalpha the first\n"), @r"
        @1 @1
        <alpha the first
         b
        @4 @3
         d
        >alpha the first
        ");
    }

    #[test]
    fn a_last_line_without_a_line_break_is_another_line() {
        let hunks = hunks("a\nb", "a\nb\n", 0);
        let unended: Vec<bool> = hunks[0].lines.iter().map(|line| line.unended).collect();
        assert_eq!(unended, [true, false]);
    }
}
