//! Documents: text that knows where each of its bytes comes from.

use std::borrow::Cow;
use std::ops::Range;

use super::layout::{Markup, PieceLayout};
use crate::compose::{Block, Origin, Persona, Words};
use crate::model::{Force, LayoutKey, Part, Text};

/// Where a piece of a document comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Attribution<'a> {
    /// From the persona: the address, and the winning claim or resolution.
    From(&'a str, Origin<'a>),
    /// The marker of an address whose claims are in conflict.
    Open(&'a str),
    /// Markup, separators and defaults without a source.
    Layout,
}

impl<'a> Attribution<'a> {
    /// The attribution of words of a block.
    pub(crate) fn words_of(block: &Block<'a>, words: &Words<'a>) -> Self {
        Attribution::From(block.address.as_str(), words.origin.unwrap_or(block.origin))
    }

    /// The attribution of the force of a rule.
    pub(crate) fn force_of(block: &Block<'a>) -> Self {
        Attribution::From(block.address.as_str(), block.force_origin.unwrap_or(block.origin))
    }

    /// The attribution of a field or setting; a default is layout.
    pub(crate) fn from(origin: Option<Origin<'a>>) -> Self {
        origin.map_or(Attribution::Layout, |origin| Attribution::From(origin.address(), origin))
    }
}

/// Finds the parts of a text that a template did not fill in, one after the other, in the string that
/// the template is.
struct Tracer<'a> {
    written: Option<&'a Text>,
    at: usize,
}

impl<'a> Tracer<'a> {
    fn find(&mut self, part: &str) -> Option<(&'a Text, usize)> {
        let text = self.written?;
        let value = text.value.as_str();
        let rest = &value[self.at..];
        // Usually the part is all of the text, which needs no search.
        let found = if rest.starts_with(part) { Some(0) } else { rest.find(part) };
        let (start, end) = match found {
            Some(found) => (self.at + found, self.at + found + part.len()),
            None => capitalized(value, self.at, part)?,
        };
        self.at = end;
        Some((text, start))
    }
}

/// Finds a part whose first letter was put in upper case, which may be several letters, of another length. The start is
/// such that what follows the letter is as far from it as in the part, unless that is inside of a character.
fn capitalized(value: &str, from: usize, part: &str) -> Option<(usize, usize)> {
    let prefixes = part.char_indices().skip(1).map(|(at, _)| at).chain([part.len()]);
    for upper in prefixes.take(MAX_CAPITALS).filter(|upper| *upper > 0) {
        let (upper, rest) = part.split_at(upper);
        for (at, _) in value[from..].match_indices(rest) {
            let at = from + at;
            let Some(letter) = value[from..at].chars().next_back() else { continue };
            if letter.to_uppercase().eq(upper.chars()) {
                let start = at.checked_sub(upper.len()).filter(|start| value.is_char_boundary(*start));
                return Some((start.unwrap_or(at - letter.len_utf8()), at + rest.len()));
            }
        }
    }
    None
}

/// As many letters as one becomes in upper case, at most.
const MAX_CAPITALS: usize = 3;

/// A part of a document that comes from one place.
#[derive(Debug, Clone)]
pub(crate) struct Piece<'a> {
    /// Its bytes in the document.
    pub range: Range<usize>,
    /// Where it comes from.
    pub attribution: Attribution<'a>,
    /// The string that it is copied from, and the byte of the value at which it begins there; nothing
    /// for markup and for values that are written in another form.
    pub written: Option<(&'a Text, usize)>,
    /// The setting of the layout that it follows; nothing for words, and for front matter.
    pub layout: Option<PieceLayout<'a>>,
}

/// An item, step or rule in a document.
#[derive(Debug, Clone)]
pub(crate) struct ListEntry<'a> {
    /// Its bytes, from the bullet to the end of the reason.
    pub range: Range<usize>,
    /// The bytes of its text, without labels and reason.
    pub text: Range<usize>,
    /// The force of a rule.
    pub force: Option<Force>,
    /// The number of entries that it is under.
    pub depth: usize,
    /// Its address.
    pub address: &'a str,
    /// Where it comes from.
    pub origin: Origin<'a>,
}

/// A rendered persona.
#[derive(Debug, Default)]
pub(crate) struct Document<'a> {
    text: String,
    pieces: Vec<Piece<'a>>,
    entries: Vec<ListEntry<'a>>,
    /// Whether each line ends in `\r\n`.
    has_carriage_returns: bool,
}

impl<'a> Document<'a> {
    /// Creates an empty document whose lines will end in `\n`, or in `\r\n`.
    pub(crate) fn new(has_carriage_returns: bool) -> Self {
        Document { has_carriage_returns, ..Document::default() }
    }

    /// Makes room for a body with this number of entries, so that it is not copied as it grows.
    pub(super) fn reserve(&mut self, entries: usize) {
        self.text.reserve(128 * entries);
        self.pieces.reserve(8 * entries);
        self.entries.reserve(entries);
    }

    /// The text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The text, without its origins.
    pub(crate) fn into_text(self) -> String {
        self.text
    }

    /// The pieces in order. They cover every byte of the text, and none is empty.
    pub(crate) fn pieces(&self) -> &[Piece<'a>] {
        &self.pieces
    }

    /// The pieces that a range covers at least in part.
    pub(crate) fn pieces_in(&self, range: &Range<usize>) -> impl Iterator<Item = &Piece<'a>> + use<'_, 'a> {
        let first = self.pieces.partition_point(|piece| piece.range.end <= range.start);
        let end = range.end;
        self.pieces[first..].iter().take_while(move |piece| piece.range.start < end)
    }

    /// The entries of all lists, in order.
    pub(crate) fn entries(&self) -> &[ListEntry<'a>] {
        &self.entries
    }

    /// Begins an entry of a list with its bullet.
    pub(super) fn begin_entry(&mut self, block: &Block<'a>) {
        let at = self.text.len();
        let force = match block.part {
            Part::Rule(force) => Some(force),
            _ => None,
        };
        let address = block.address.as_str();
        let depth = block.depth;
        self.entries.push(ListEntry {
            range: at..at,
            text: at..at,
            force,
            depth,
            address,
            origin: block.origin,
        });
    }

    /// Appends the text of the entry that began last, and with `rest` what follows it.
    pub(super) fn end_entry(&mut self, text: impl FnOnce(&mut Self), rest: impl FnOnce(&mut Self)) {
        let start = self.text.len();
        text(self);
        let end = self.text.len();
        rest(self);
        if let Some(entry) = self.entries.last_mut() {
            entry.text = start..end;
            entry.range.end = self.text.len();
        }
    }

    /// The range of each line, with its line break.
    pub(crate) fn lines(&self) -> impl Iterator<Item = Range<usize>> {
        let mut start = 0;
        self.text.split_inclusive('\n').map(move |line| {
            let range = start..start + line.len();
            start = range.end;
            range
        })
    }

    /// What `of` returns for the piece with the most text in a range, among those for which it returns something.
    pub(crate) fn longest_in<T>(
        &self,
        range: &Range<usize>,
        of: impl Fn(&Piece<'a>) -> Option<T>,
    ) -> Option<T> {
        let mut longest: Option<(usize, T)> = None;
        for piece in self.pieces_in(range) {
            let part = &self.text[piece.range.start.max(range.start)..piece.range.end.min(range.end)];
            let length = part.trim().len();
            if longest.as_ref().is_none_or(|(most, _)| length > *most)
                && let Some(found) = of(piece)
            {
                longest = Some((length, found));
            }
        }
        longest.map(|(_, found)| found)
    }

    /// Returns the address of the content of each line. `None` for a line of layout.
    pub(crate) fn line_addresses(&self) -> Vec<Option<String>> {
        let address = |piece: &Piece<'a>| match piece.attribution {
            Attribution::From(at, _) | Attribution::Open(at) => Some(at.to_owned()),
            Attribution::Layout => None,
        };
        self.lines().map(|line| self.longest_in(&line, address)).collect()
    }

    /// Appends a piece.
    pub(crate) fn push(&mut self, text: &str, attribution: Attribution<'a>) {
        self.push_piece(text, attribution, None, None);
    }

    /// Appends markup.
    pub(crate) fn markup(&mut self, markup: &Markup<'a>) {
        self.push_piece(&markup.text, markup.attribution, None, Some(markup.layout));
    }

    fn push_piece(
        &mut self,
        text: &str,
        attribution: Attribution<'a>,
        written: Option<(&'a Text, usize)>,
        layout: Option<PieceLayout<'a>>,
    ) {
        if !text.is_empty() {
            let start = self.text.len();
            match self.has_carriage_returns && text.contains('\n') {
                true => self.text.push_str(&text.replace('\n', "\r\n")),
                false => self.text.push_str(text),
            }
            self.pieces.push(Piece { range: start..self.text.len(), attribution, written, layout });
        }
    }

    /// Appends markup for which there is no setting.
    pub(crate) fn layout(&mut self, text: &str) {
        self.push(text, Attribution::Layout);
    }

    /// Appends another document in a different encoding. A piece whose bytes do not change keeps its origin.
    pub(super) fn append(&mut self, other: &Document<'a>, write: impl Fn(&str) -> Cow<'_, str>) {
        for piece in &other.pieces {
            let text = &other.text[piece.range.clone()];
            let written = write(text);
            let copied = piece.written.filter(|_| written == text);
            self.push_piece(&written, piece.attribution, copied, piece.layout);
        }
    }

    /// Appends a text of several lines, indenting all lines but the first. Empty lines are not indented, and
    /// line breaks at the ends of the text are dropped. A value filled in by a template is attributed to its
    /// field.
    pub(crate) fn push_words(
        &mut self,
        words: &Words<'a>,
        indent: &[Markup<'a>],
        attribution: Attribution<'a>,
        persona: &Persona<'a>,
    ) {
        let text = words.text.as_ref();
        let start = text.len() - text.trim_start_matches('\n').len();
        let end = start + text[start..].trim_end_matches('\n').len();
        let mut at = start;
        let mut origin = Tracer { written: words.written, at: 0 };
        for (range, name) in &words.filled {
            let (from, to) = (range.start.clamp(at, end), range.end.clamp(at, end));
            let written = origin.find(&text[at..from]);
            self.push_lines(&text[at..from], indent, attribution, written);
            self.push_lines(
                &text[from..to],
                indent,
                Attribution::from(persona.field(name).and_then(|field| field.origin)),
                None,
            );
            at = to;
        }
        let written = origin.find(&text[at..end]);
        self.push_lines(&text[at..end], indent, attribution, written);
    }

    fn push_lines(
        &mut self,
        text: &str,
        indent: &[Markup<'a>],
        attribution: Attribution<'a>,
        written: Option<(&'a Text, usize)>,
    ) {
        let mut offset = 0;
        let at = |offset: usize| written.map(|(text, start)| (text, start + offset));
        for (number, line) in text.split('\n').enumerate() {
            if number > 0 {
                self.push_piece("\n", attribution, at(offset), None);
                offset += 1;
            }
            if !line.is_empty() && self.text.ends_with('\n') {
                indent.iter().for_each(|indent| self.markup(indent));
            }
            self.push_piece(line, attribution, at(offset), None);
            offset += line.len();
        }
    }

    /// Ends the last line, if there is one.
    pub(crate) fn end_line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.layout("\n");
        }
    }

    /// Ends the document with the default gap of a key, if it has any text: a line that has ended already
    /// is not ended again.
    pub(crate) fn end(&mut self, key: &'static LayoutKey) {
        let gap = key.gap(false);
        if !self.text.is_empty() {
            let is_ended = self.text.ends_with('\n');
            let rest = gap.get(usize::from(is_ended)..).unwrap_or_default();
            self.push_piece(rest, Attribution::Layout, None, Some(PieceLayout::whole(key, "")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Sources, Span};

    #[test]
    fn a_part_is_found_whatever_its_first_letter_becomes_in_upper_case() {
        let mut sources = Sources::default();
        let file = sources.add("a.toml".into(), String::new());
        for (value, part, expected) in [
            ("test it", "Test it", Some(0)),
            ("test it", "test it", Some(0)),
            ("ßtest it", "SStest it", Some(0)),
            ("{{ a }}ŉtest", "ʼNtest", Some(6)),
            ("{{ a }}ıtest", "Itest", Some(7)),
            ("ßaßb", "SSb", Some(3)),
            ("ﬃx", "FFIx", Some(0)),
            ("é", "É", Some(0)),
            ("test", "Best", None),
            ("", "A", None),
        ] {
            let text = Text { value: value.to_owned(), span: Span::new(file, 0..0) };
            let mut tracer = Tracer { written: Some(&text), at: 0 };
            assert_eq!(tracer.find(part).map(|(_, start)| start), expected, "{part} in {value}");
            assert!(value.is_char_boundary(tracer.at));
        }
    }
}
