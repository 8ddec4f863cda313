//! Changes of a persona's text: what a hand edit makes of it.

use std::ops::Range;

/// Moves a change above or below an equal line or line break, if there is one.
type Slide = fn(&Change, &str, bool) -> Option<Change>;

/// The maximum number of steps by which a change slides in one direction.
const MAX_SLIDES: usize = 8;

/// A range of the persona's text and its replacement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) new: String,
}

impl Change {
    /// Returns the change and its equivalents above and below: the result does not show whether a line was
    /// inserted before or after an equal line, or a line break before or after another.
    pub(super) fn slides(&self, text: &str) -> Vec<Change> {
        if (self.start == self.end) == self.new.is_empty() {
            return vec![self.clone()];
        }
        let mut all = vec![self.clone()];
        let directions: [Slide; 2] = [Change::above, Change::below];
        for is_break in [true, false] {
            for at in 0..all.len() {
                for step in directions {
                    let slides = std::iter::successors(step(&all[at], text, is_break), |change| {
                        step(change, text, is_break)
                    });
                    for change in slides.take(MAX_SLIDES) {
                        if !all.contains(&change) {
                            all.push(change);
                        }
                    }
                }
            }
        }
        all
    }

    /// The lines, or the line break, that the change inserts or removes.
    fn moved<'t>(&'t self, text: &'t str) -> &'t str {
        if self.new.is_empty() { &text[self.start..self.end] } else { &self.new }
    }

    /// Returns the equivalent change above the line break, or the line, before it.
    fn above(&self, text: &str, is_break: bool) -> Option<Change> {
        let moved = self.moved(text);
        let inner = moved.strip_suffix('\n')?;
        let at = if is_break { inner.len() } else { inner.rfind('\n').map_or(0, |at| at + 1) };
        let (rest, last) = moved.split_at(at);
        let above = text[..self.start].strip_suffix(last)?;
        let new = if self.new.is_empty() { String::new() } else { format!("{last}{rest}") };
        Some(Change { start: above.len(), end: self.end - last.len(), new })
    }

    /// Returns the equivalent change below the line break, or the line, after it.
    fn below(&self, text: &str, is_break: bool) -> Option<Change> {
        let moved = self.moved(text);
        let end = moved.find('\n')? + 1;
        let (first, rest) = moved.split_at(end);
        if is_break && first != "\n" || !text[self.end..].starts_with(first) {
            return None;
        }
        let new = if self.new.is_empty() { String::new() } else { format!("{rest}{first}") };
        Some(Change { start: self.start + first.len(), end: self.end + first.len(), new })
    }

    /// Applies the change to the part of the text at `range`. `None` if the change extends beyond it.
    pub(super) fn applied(&self, text: &str, range: Range<usize>) -> Option<String> {
        Change::all_applied(std::slice::from_ref(self), text, range)
    }

    /// Applies the changes within `range` to that part of the text. `None` if there are none, or one extends
    /// beyond it.
    pub(super) fn all_applied(changes: &[Change], text: &str, range: Range<usize>) -> Option<String> {
        let touches = |change: &&Change| change.start <= range.end && range.start <= change.end;
        let is_within = |change: &Change| range.start <= change.start && change.end <= range.end;
        // A change that ends where the range begins is beside it.
        let is_beside = |change: &Change| change.end == range.start || change.start == range.end;
        let own: Vec<&Change> =
            changes.iter().filter(touches).filter(|change| is_within(change) || !is_beside(change)).collect();
        if own.is_empty() || !own.iter().all(|change| is_within(change)) {
            return None;
        }
        let mut new = text.get(range.clone())?.to_owned();
        for change in own.iter().rev() {
            new.replace_range(change.start - range.start..change.end - range.start, &change.new);
        }
        Some(new)
    }
}
