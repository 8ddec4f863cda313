//! Excerpts of the lines that a finding refers to: escaped, and cut to fit.

use std::collections::BTreeMap;
use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use super::escape::{Escapes, escape_line};
use super::terminal::{width, wrap};
use crate::model::{Label, SourceFile};

/// How many lines of a span are shown after the first.
const FOLLOWING: usize = 2;
/// How many columns are kept before a mark if the start of its line is cut off.
const LEAD: usize = 8;
/// The replacement of text that is cut off.
const DOTS: &str = "...";

/// Lines of a file as one text. Lines that are not shown are empty.
#[derive(Debug)]
pub(super) struct Excerpt {
    pub first: usize,
    pub text: String,
    /// The ranges to underline.
    pub marks: Vec<Mark>,
    /// The ranges that are shown without a mark.
    pub around: Vec<Range<usize>>,
}

/// A range to underline, with its label.
#[derive(Debug)]
pub(super) struct Mark {
    /// The range in the text of the excerpt.
    pub range: Range<usize>,
    /// The lines of the label; empty if there is no label.
    pub label: Vec<String>,
    /// Whether the label is too long to fit next to the underline.
    pub below: bool,
    /// Whether the finding is about this range; other ranges are context.
    pub primary: bool,
}

/// The highest line number that an excerpt with these labels can show.
pub(super) fn last_line(file: &SourceFile, labels: &[&Label]) -> usize {
    let last = labels.iter().map(|label| file.line_column(label.span.start as usize).line).max();
    last.unwrap_or(1) + FOLLOWING
}

/// The excerpt for these labels, at most `room` columns wide.
///
/// A span of several lines is marked on its first line, and its label gives the number of lines.
pub(super) fn excerpt(file: &SourceFile, labels: &[&Label], room: usize) -> Excerpt {
    let lines = shown_lines(file, labels);
    let first = lines.keys().next().copied().unwrap_or(1);
    let mut excerpt = Excerpt { first, text: String::new(), marks: Vec::new(), around: Vec::new() };
    let mut number = first;
    for (at, line) in &lines {
        for _ in number..*at {
            excerpt.text.push('\n');
        }
        number = *at;
        let start = excerpt.text.len();
        line.draw(room, &mut excerpt);
        if line.spots.is_empty() {
            excerpt.around.push(start..excerpt.text.len());
        }
    }
    excerpt
}

/// A line to show.
#[derive(Debug)]
struct Line<'f> {
    text: &'f str,
    escapes: Escapes,
    spots: Vec<Spot>,
}

/// A range of a line to mark.
#[derive(Debug)]
struct Spot {
    range: Range<usize>,
    label: String,
    primary: bool,
}

fn shown_lines<'f>(file: &'f SourceFile, labels: &[&Label]) -> BTreeMap<usize, Line<'f>> {
    let text = file.text();
    let mut starts = BTreeMap::new();
    let mut spots: BTreeMap<usize, Vec<Spot>> = BTreeMap::new();
    for label in labels {
        let start = boundary(text, label.span.start as usize);
        let end = boundary(text, label.span.end as usize).max(start);
        let number = file.line_column(start).line;
        let line = line_around(text, start);
        starts.insert(number, line.start);
        if text[line.clone()].trim().is_empty() && line.start > 0 {
            // An empty line alone would not show where in the file it is.
            starts.insert(number - 1, line_around(text, line.start - 1).start);
        }
        let span = text[start..end].trim_end();
        let count = span.lines().count();
        let following: Vec<&str> = span.lines().skip(1).take(FOLLOWING).collect();
        let filled = following.iter().rposition(|line| !line.trim().is_empty());
        let mut next = line.end + 1;
        for below in 1..=filled.map_or(0, |last| last + 1) {
            starts.insert(number + below, next);
            next = line_around(text, next).end + 1;
        }
        let label_text = escape_line(&label.text);
        let label_text = match (count, label_text.is_empty()) {
            (0 | 1, _) => label_text.into_owned(),
            (_, true) => format!("{count} lines"),
            (_, false) => format!("{label_text} ({count} lines)"),
        };
        let range = start - line.start..end.min(line.end) - line.start;
        spots.entry(number).or_default().push(Spot { range, label: label_text, primary: label.primary });
    }
    // The renderer shows a single line between two shown lines instead of eliding it.
    let shown: Vec<_> = starts.iter().map(|(number, start)| (*number, *start)).collect();
    for pair in shown.windows(2) {
        if pair[1].0 - pair[0].0 == 2 {
            starts.insert(pair[0].0 + 1, line_around(text, pair[0].1).end + 1);
        }
    }
    starts
        .into_iter()
        .map(|(number, start)| {
            let spots = spots.remove(&number).unwrap_or_default();
            let text = &text[line_around(text, start)];
            (number, Line { text, escapes: Escapes::of(text), spots })
        })
        .collect()
}

/// The offset, limited to the text and moved back to a character boundary.
fn boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// The range of the line that contains an offset, without its line break.
fn line_around(text: &str, offset: usize) -> Range<usize> {
    let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
    let end = text[offset..].find('\n').map_or(text.len(), |at| offset + at);
    start..end
}

impl Line<'_> {
    /// Appends the line and its marks.
    fn draw(&self, room: usize, excerpt: &mut Excerpt) {
        let window = self.window(room);
        let base = excerpt.text.len();
        let out = &mut excerpt.text;
        if window.start > 0 {
            out.push_str(DOTS);
        }
        // The offset of each visible character in the line and in the excerpt.
        let mut visible = Vec::new();
        let (mut column, mut seen) = (0, self.text.len());
        for (at, character) in self.text.char_indices() {
            let shown = self.escapes.shown(at, character);
            let next = column + self.columns(at..at + character.len_utf8());
            if next > window.end {
                seen = at;
                break;
            }
            if column >= window.start {
                visible.push((at, out.len()));
                match shown {
                    Some(shown) => out.push_str(&shown),
                    None => out.push(character),
                }
            }
            column = next;
        }
        let visible_end = out.len();
        if seen < self.text.len() {
            out.push_str(DOTS);
        }
        if out.len() == base {
            // The renderer does not count an empty last line.
            out.push(' ');
        }
        let end = out.len();
        let place = |offset: usize| {
            let index = visible.partition_point(|(at, _)| *at < offset);
            match visible.get(index) {
                Some(_) if index == 0 && offset < visible[0].0 => base,
                Some((_, at)) => *at,
                None => visible_end,
            }
        };
        for spot in &self.spots {
            let runs_on = spot.range.end > seen;
            let range = place(spot.range.start)..if runs_on { end } else { place(spot.range.end) };
            let before = columns(&excerpt.text[base..range.start]);
            let marked = columns(&excerpt.text[range.clone()]).max(1);
            let (label, below) = arrange(&spot.label, before, marked, room);
            excerpt.marks.push(Mark { range, label, below, primary: spot.primary });
        }
    }

    /// The width of a part of the line in columns.
    fn columns(&self, part: Range<usize>) -> usize {
        let start = part.start;
        let shown = |(at, character): (usize, char)| match self.escapes.shown(start + at, character) {
            Some(shown) => width(&shown),
            None => character.width().unwrap_or(1),
        };
        self.text[part].char_indices().map(shown).sum()
    }

    /// The columns to show: all if they fit; else from the start of the line, if that shows the first mark and its
    /// label; else those around the mark.
    fn window(&self, room: usize) -> Range<usize> {
        let total = self.columns(0..self.text.len());
        let Some(spot) = self.spots.iter().find(|spot| spot.primary).or(self.spots.first()) else {
            let end = if total <= room { total } else { room.saturating_sub(DOTS.len()) };
            return 0..end;
        };
        let start = self.columns(0..spot.range.start);
        let end = start + self.columns(spot.range.clone()).max(1);
        let label = match width(&spot.label) {
            0 => 0,
            label => (label + 1).min(room / 3),
        };
        // A label can go below a mark that is entirely visible. A cut mark needs room for the label next to
        // it.
        let wanted = if total <= room { label } else { label + (end - start).min(2 * LEAD) };
        let mut left = 0;
        if start + wanted + DOTS.len() > room {
            let until = total.min(end + LEAD).max(end + label);
            left = (until + 2 * DOTS.len()).saturating_sub(room).min(start.saturating_sub(LEAD));
        }
        let left = if left > DOTS.len() { left } else { 0 };
        let room = if left > 0 { room.saturating_sub(DOTS.len()) } else { room };
        if total <= left + room {
            return left..total;
        }
        let right = left + room.saturating_sub(DOTS.len());
        // A mark that extends past the cut is shortened further, so that a label of ordinary length fits next
        // to it.
        let shortens = end > right && width(&spot.label) < room / 3;
        left..if shortens { right - label } else { right }
    }
}

/// Places a label next to its mark, or below it if it does not fit.
fn arrange(label: &str, before: usize, marked: usize, room: usize) -> (Vec<String>, bool) {
    if label.is_empty() {
        return (Vec::new(), false);
    }
    if before + marked + 1 + width(label) <= room {
        return (vec![label.to_owned()], false);
    }
    // The renderer cannot put a one-line label below a mark of one column, so such a label gets two lines.
    let below = room.saturating_sub(before + if marked < 2 { 2 } else { 0 }).max(room / 3);
    (wrap(label, below).lines().map(str::to_owned).collect(), true)
}

/// The width that the renderer computes: the sum of the characters' widths. It does not treat emoji sequences as one
/// character.
fn columns(shown: &str) -> usize {
    shown.chars().map(|character| character.width().unwrap_or(1)).sum()
}
