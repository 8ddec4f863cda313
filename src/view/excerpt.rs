//! Excerpts of the lines that a finding refers to: escaped, and cut to fit.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use super::escape::{Escapes, escape_line};
use super::terminal::{width, wrap};
use crate::model::{FileId, Label, SourceFile, Sources};

/// How many lines of a span are shown after the first.
const FOLLOWING: usize = 2;
/// How many columns are kept before a mark if the start of its line is cut off.
const LEAD: usize = 8;
/// The bytes of a line that are read on each side of its first mark: at least this many, and more for each column of the
/// excerpt. The rest is cut off unread, so findings in one long line take no longer than findings in many short ones.
const REACH: usize = 1 << 10;
const REACH_PER_COLUMN: usize = 8;
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

/// The maximum number of lines between two labels of one excerpt. The renderer reads all lines between them.
pub(super) const MAX_GAP: usize = 1_000;

/// The labels by excerpt: those of a file, in several excerpts if they are far apart. Excerpts are in the order of their
/// first label.
pub(super) fn by_excerpt<'l>(sources: &Sources, labels: &'l [Label]) -> Vec<(FileId, Vec<&'l Label>)> {
    let place = |label: &Label| {
        let file = label.span.file;
        (file, sources.file(file).line_number(label.span.start as usize))
    };
    // The lines with labels, each with the number of its excerpt.
    let mut numbers: BTreeMap<(FileId, usize), usize> =
        labels.iter().map(|label| (place(label), 0)).collect();
    let (mut last, mut number) = (None, 0);
    for ((file, line), of_line) in &mut numbers {
        let is_near = |(other, above): (FileId, usize)| other == *file && line - above <= MAX_GAP;
        number += usize::from(!last.is_some_and(is_near));
        *of_line = number;
        last = Some((*file, *line));
    }
    let mut excerpts: Vec<(FileId, Vec<&Label>)> = Vec::new();
    let mut known: BTreeMap<usize, usize> = BTreeMap::new();
    for label in labels {
        let number = numbers.get(&place(label)).copied().unwrap_or_default();
        let index = *known.entry(number).or_insert(excerpts.len());
        match excerpts.get_mut(index) {
            Some((_, labels)) => labels.push(label),
            None => excerpts.push((label.span.file, vec![label])),
        }
    }
    excerpts
}

/// The highest line number that an excerpt with these labels can show.
pub(super) fn last_line(file: &SourceFile, labels: &[&Label]) -> usize {
    let last = labels.iter().map(|label| file.line_number(label.span.start as usize)).max();
    last.unwrap_or(1) + FOLLOWING
}

/// The excerpt for these labels, at most `room` columns wide.
///
/// A span of several lines is marked on its first line, and its label gives the number of lines.
pub(super) fn excerpt(file: &SourceFile, labels: &[&Label], room: usize) -> Excerpt {
    let lines = shown_lines(file, labels, room);
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

/// A line to show, or the part of a long line around its first mark.
#[derive(Debug)]
struct Line<'f> {
    text: &'f str,
    escapes: Escapes,
    spots: Vec<Spot>,
    /// Whether the line has more text before this part.
    continues_before: bool,
    /// Whether the line has more text after this part.
    continues_after: bool,
}

/// A range of a line to mark.
#[derive(Debug)]
struct Spot {
    /// The range in the part of the line. It may end after that part.
    range: Range<usize>,
    label: String,
    primary: bool,
}

fn shown_lines<'f>(file: &'f SourceFile, labels: &[&Label], room: usize) -> BTreeMap<usize, Line<'f>> {
    let text = file.text();
    let mut shown = BTreeSet::new();
    let mut spots: BTreeMap<usize, Vec<Spot>> = BTreeMap::new();
    for label in labels {
        let start = file.boundary(label.span.start as usize);
        let end = file.boundary(label.span.end as usize).max(start);
        let number = file.line_number(start);
        let line = file.line(number);
        let is_blank = |number: usize| text[file.line(number)].trim_start().is_empty();
        shown.insert(number);
        if number > 1 && is_blank(number) {
            // An empty line alone would not show where in the file it is.
            shown.insert(number - 1);
        }
        let last = file.line_number(start + text[start..end].trim_end().len());
        let filled = (number + 1..=last.min(number + FOLLOWING)).rev().find(|number| !is_blank(*number));
        shown.extend(number..=filled.unwrap_or(number));
        let label_text = escape_line(&label.text);
        let label_text = match (last - number + 1, label_text.is_empty()) {
            (1, _) => label_text.into_owned(),
            (count, true) => format!("{count} lines"),
            (count, false) => format!("{label_text} ({count} lines)"),
        };
        let spot = Spot { range: start..end.min(line.end), label: label_text, primary: label.primary };
        spots.entry(number).or_default().push(spot);
    }
    // The renderer shows a single line between two shown lines instead of eliding it.
    let between = |number: &usize| shown.contains(&(number + 2)).then_some(number + 1);
    let between: Vec<usize> = shown.iter().filter_map(between).collect();
    shown.extend(between);
    let lines = shown.into_iter().map(|number| {
        let spots = spots.remove(&number).unwrap_or_default();
        (number, Line::of(file, file.line(number), spots, room))
    });
    lines.collect()
}

/// The spot that a line is cut around.
fn first_spot(spots: &[Spot]) -> Option<&Spot> {
    spots.iter().find(|spot| spot.primary).or(spots.first())
}

impl<'f> Line<'f> {
    /// The line at a range of a file. The spots have ranges in the file.
    fn of(file: &'f SourceFile, line: Range<usize>, mut spots: Vec<Spot>, room: usize) -> Self {
        let reach = REACH.max(room.saturating_mul(REACH_PER_COLUMN));
        let focus = first_spot(&spots).map_or(line.start, |spot| spot.range.start);
        let start = file.boundary(focus.saturating_sub(reach)).max(line.start);
        let end = file.boundary(focus.saturating_add(reach)).min(line.end);
        for Spot { range, .. } in &mut spots {
            *range = range.start.saturating_sub(start)..range.end.saturating_sub(start);
        }
        let text = &file.text()[start..end];
        let (continues_before, continues_after) = (start > line.start, end < line.end);
        Line { text, escapes: Escapes::of(text), spots, continues_before, continues_after }
    }

    /// Appends the line and its marks.
    fn draw(&self, room: usize, excerpt: &mut Excerpt) {
        let window = self.window(room);
        let base = excerpt.text.len();
        let out = &mut excerpt.text;
        if window.start > 0 || self.continues_before {
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
        if seen < self.text.len() || self.continues_after {
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

    /// The width in columns of a part of the line. What is past the end of the text has none.
    fn columns(&self, part: Range<usize>) -> usize {
        let end = part.end.min(self.text.len());
        let start = part.start.min(end);
        let shown = |(at, character): (usize, char)| match self.escapes.shown(start + at, character) {
            Some(shown) => width(&shown),
            None => character.width().unwrap_or(1),
        };
        self.text[start..end].char_indices().map(shown).sum()
    }

    /// The columns to show: all if they fit; else from the start of the line, if that shows the first mark and its
    /// label; else those around the mark.
    fn window(&self, room: usize) -> Range<usize> {
        let total = self.columns(0..self.text.len());
        let fits = |room: usize| total <= room && !self.continues_after;
        let Some(spot) = first_spot(&self.spots) else {
            return 0..if fits(room) { total } else { room.saturating_sub(DOTS.len()) };
        };
        let start = self.columns(0..spot.range.start);
        let end = start + self.columns(spot.range.clone()).max(1);
        let label = match width(&spot.label) {
            0 => 0,
            label => (label + 1).min(room / 3),
        };
        // A label can go below a mark that is entirely visible. A cut mark needs room for the label next to
        // it.
        let wanted = if fits(room) { label } else { label + (end - start).min(2 * LEAD) };
        let mut left = 0;
        if start + wanted + DOTS.len() > room {
            let until = total.min(end + LEAD).max(end + label);
            left = (until + 2 * DOTS.len()).saturating_sub(room).min(start.saturating_sub(LEAD));
        }
        let left = if left > DOTS.len() { left } else { 0 };
        let is_cut = left > 0 || self.continues_before;
        let room = if is_cut { room.saturating_sub(DOTS.len()) } else { room };
        if fits(left + room) {
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
