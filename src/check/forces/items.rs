//! Entries that are not rules and read as one because of their layout.

use super::above::Place;
use super::{Kind, Reader, is_mark, kind};
use crate::model::wording::shortened;
use crate::model::{Diagnostic, codes};
use crate::render::ListEntry;
use crate::text::force_labels::opening;

impl<'a> Reader<'_, 'a> {
    /// Reads an entry without a force, whose line begins at `start`. The words before its text are layout, such as a
    /// bullet or the gap below a heading, and must not give it one.
    pub(super) fn item(&mut self, entry: &ListEntry<'a>, start: usize) -> Option<Diagnostic> {
        let text = self.document.text();
        let layout =
            self.segments(start, entry.text.start).into_iter().filter(|(kind, _)| *kind == Kind::Other);
        let words =
            |place: &Place| text[place.clone()].trim_start_matches(|letter: char| !letter.is_alphabetic());
        // A line above the entry that only layout puts there. What is under a rule belongs below the label of its force.
        let above = self.stated_above().filter(|line| {
            let mut pieces = self.document.pieces_in(&line.place);
            pieces.all(|piece| match kind(piece) {
                Kind::Other => true,
                Kind::Force => entry.depth == 0,
                Kind::Label => false,
            })
        });
        let mut read = layout.filter_map(|(_, place)| Some((opening(words(&place))?.force, place)));
        let read = read.next().or_else(|| above.map(|line| (line.force, line.place)));
        let (force, place) = read?;
        let words = shortened(text[place.clone()].trim_matches(is_mark), 60);
        let message =
            format!("`{}` is not a rule, but `{words}` before it reads as `{}`", entry.address, force.name());
        let origin = self.origin(&place, force);
        let finding =
            self.finding(codes::MISREAD_FORCE, message, entry, force, Some(force), origin.as_ref())?;
        let make = format!("make the entry a `{}` rule", force.name());
        let is_label = self.document.pieces_in(&place).any(|piece| kind(piece) == Kind::Force);
        Some(match origin {
            _ if is_label => finding.help(format!("add a heading or text above the entry, or {make}")),
            Some((_, at)) => finding.help(format!("delete the words in `{at}`, or {make}")),
            None => finding.help(format!("delete the words, or {make}")),
        })
    }
}
