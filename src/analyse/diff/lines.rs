//! Differences between two texts: changed lines, and the words that changed in them.

use std::ops::Range;

use serde::{Serialize, Serializer};
use similar::{ChangeTag, DiffOp, DiffTag, InlineChangeMode, InlineChangeOptions, TextDiff};

/// The minimum similarity of two texts for their changed words to be marked.
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
    /// Whether it has no line break.
    pub unended: bool,
    /// Whether its line break is a carriage return and a line feed.
    pub crlf: bool,
    /// Its parts, without the line break.
    pub words: Vec<Words>,
}

impl Line {
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
            unended: bool,
            #[serde(skip_serializing_if = "std::ops::Not::not")]
            crlf: bool,
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
        Form { tag: self.tag, unended: self.unended, crlf: self.crlf, text, changed }.serialize(serializer)
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

impl Hunk {
    /// The header of the hunk in a unified diff, between its two `@@`.
    pub(crate) fn range(&self) -> String {
        let side = |first: usize, other: Tag| match self.lines.iter().filter(|line| line.tag != other).count()
        {
            // An empty side is at the line before it.
            0 => format!("{},0", first - 1),
            1 => first.to_string(),
            count => format!("{first},{count}"),
        };
        format!("-{} +{}", side(self.before, Tag::Added), side(self.after, Tag::Removed))
    }
}

/// The lines of a text. They end as in documents: a lone carriage return does not end a line.
fn split(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// Returns the differences between two texts, with up to `context` lines around each.
pub(crate) fn hunks(before: &str, after: &str, context: usize) -> Vec<Hunk> {
    let diff = TextDiff::from_slices(&split(before), &split(after));
    let groups = diff.grouped_ops(context);
    let hunk = |ops: &Vec<DiffOp>| {
        let first = ops.first()?;
        let lines = ops.iter().flat_map(|op| lines(&diff, op)).collect();
        Some(Hunk { before: first.old_range().start + 1, after: first.new_range().start + 1, lines })
    };
    groups.iter().filter_map(hunk).collect()
}

/// Returns the adjacent lines that differ between two texts, by index: those of the first text, and those of the second
/// in their place.
pub(super) fn changed_lines(before: &str, after: &str) -> Vec<[Range<usize>; 2]> {
    let diff = TextDiff::from_slices(&split(before), &split(after));
    let changed = diff.ops().iter().filter(|op| op.tag() != DiffTag::Equal);
    changed.map(|op| [op.old_range(), op.new_range()]).collect()
}

/// Compares two short texts word by word. Returns the parts of the first and of the second, or nothing if they have
/// little in common.
pub(crate) fn words(before: &str, after: &str) -> Option<(Vec<Words>, Vec<Words>)> {
    let diff = TextDiff::from_unicode_words(before, after);
    if !are_alike(&diff) {
        return None;
    }
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
    Some((unmarked(joined(removed)), unmarked(joined(added))))
}

/// Returns whether enough words of two texts are equal, or one text has all words of the other. White space does not count.
fn are_alike(diff: &TextDiff<'_, '_, str>) -> bool {
    let count = |except: ChangeTag| {
        let changes = diff.iter_all_changes();
        changes.filter(|change| change.tag() != except && !change.value().trim().is_empty()).count()
    };
    let (before, after) = (count(ChangeTag::Insert), count(ChangeTag::Delete));
    let equal =
        before + after - diff.iter_all_changes().filter(|change| !change.value().trim().is_empty()).count();
    let is_within = equal > 0 && equal == before.min(after);
    is_within || 2.0 * equal as f32 >= LEAST_ALIKE * (before + after) as f32
}

fn lines<'t>(diff: &TextDiff<'t, 't, str>, op: &DiffOp) -> Vec<Line> {
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
            let (mut words, mut whole) = (Vec::new(), String::new());
            for (changed, text) in change.iter_strings_lossy() {
                push(&mut words, changed, &text);
                whole.push_str(&text);
            }
            let text = whole.strip_suffix('\n').unwrap_or(&whole);
            let (unended, crlf) =
                (text.len() == whole.len(), text.len() < whole.len() && text.ends_with('\r'));
            let text = if crlf { &text[..text.len() - 1] } else { text };
            let mut words = joined(cut(words, text.len()));
            if words.iter().all(|words| words.changed) {
                words.clear();
                push(&mut words, false, text);
            }
            Line { tag, unended, crlf, words }
        })
        .collect()
}

/// The first `length` bytes of the parts.
fn cut(words: Vec<Words>, length: usize) -> Vec<Words> {
    let (mut cut, mut left) = (Vec::with_capacity(words.len()), length);
    for Words { changed, text } in words {
        let text = text.get(..left).unwrap_or(&text);
        push(&mut cut, changed, text);
        left -= text.len();
    }
    cut
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

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(before: &str, after: &str) -> String {
        let mut text = String::new();
        for hunk in hunks(before, after, 1) {
            text.push_str(&format!("{}\n", hunk.range()));
            for line in &hunk.lines {
                let sign = match line.tag {
                    Tag::Same => ' ',
                    Tag::Removed => '-',
                    Tag::Added => '+',
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
        -1,2 +1,2
         same
        -use `SELECT *` in [production queries]
        +use `SELECT *` in [any query]
        ");
    }

    #[test]
    fn lines_without_much_in_common_are_two_lines() {
        insta::assert_snapshot!(drawn("keep your own counsel\n", "write the tests first\n"), @r"
        -1 +1
        -keep your own counsel
        +write the tests first
        ");
    }

    #[test]
    fn a_last_line_without_a_line_break_is_another_line() {
        let hunks = hunks("a\nb", "a\nb\n", 0);
        let unended: Vec<bool> = hunks[0].lines.iter().map(|line| line.unended).collect();
        assert_eq!(unended, [true, false]);
    }
}
