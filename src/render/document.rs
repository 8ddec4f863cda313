//! Documents: text that knows where each of its bytes comes from.

use std::ops::Range;

use crate::compose::{Block, Origin, Persona, Words};

/// Where a piece of a document comes from.
#[derive(Debug, Clone, Copy)]
pub enum Ink<'a> {
    /// From the persona: the address, and the claim or resolution that stands there.
    From(&'a str, Origin<'a>),
    /// Markup, separators and defaults that no source says.
    Layout,
}

impl<'a> Ink<'a> {
    /// The ink of a block.
    pub(super) fn of(block: &Block<'a>) -> Self {
        Ink::From(block.address.as_str(), block.origin)
    }

    /// The ink of a field or setting; a default is layout.
    pub(super) fn from(origin: Option<Origin<'a>>) -> Self {
        origin.map_or(Ink::Layout, |origin| Ink::From(origin.address(), origin))
    }
}

/// A rendered persona.
#[derive(Debug, Default)]
pub struct Document<'a> {
    text: String,
    pieces: Vec<(Range<usize>, Ink<'a>)>,
}

impl<'a> Document<'a> {
    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text, without its origins.
    pub fn into_text(self) -> String {
        self.text
    }

    /// The pieces in order. They cover every byte of the text, and none is empty.
    pub fn pieces(&self) -> &[(Range<usize>, Ink<'a>)] {
        &self.pieces
    }

    /// Appends a piece.
    pub(super) fn push(&mut self, text: &str, ink: Ink<'a>) {
        if !text.is_empty() {
            let start = self.text.len();
            self.text.push_str(text);
            self.pieces.push((start..self.text.len(), ink));
        }
    }

    /// Appends markup.
    pub(super) fn layout(&mut self, text: &str) {
        self.push(text, Ink::Layout);
    }

    /// Appends a text of several lines with `indent` spaces before each line but the first. Empty
    /// lines get none, and line breaks at the ends of the text are left out. What a template filled
    /// in has the ink of its field.
    pub(super) fn push_words(
        &mut self,
        words: &Words<'a>,
        indent: usize,
        ink: Ink<'a>,
        persona: &Persona<'a>,
    ) {
        let text = words.text.as_ref();
        let start = text.len() - text.trim_start_matches('\n').len();
        let end = start + text[start..].trim_end_matches('\n').len();
        let mut at = start;
        for (range, name) in &words.filled {
            let (from, to) = (range.start.clamp(at, end), range.end.clamp(at, end));
            self.push_lines(&text[at..from], indent, ink);
            self.push_lines(
                &text[from..to],
                indent,
                Ink::from(persona.field(name).and_then(|field| field.origin)),
            );
            at = to;
        }
        self.push_lines(&text[at..end], indent, ink);
    }

    fn push_lines(&mut self, text: &str, indent: usize, ink: Ink<'a>) {
        for (number, line) in text.split('\n').enumerate() {
            if number > 0 {
                self.push("\n", ink);
            }
            if indent > 0 && !line.is_empty() && self.text.ends_with('\n') {
                self.layout(&" ".repeat(indent));
            }
            self.push(line, ink);
        }
    }

    /// Ends the last line, and begins a new paragraph if there is text above.
    pub(super) fn paragraph(&mut self) {
        self.end_line();
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.layout("\n");
        }
    }

    /// Ends the last line, if there is one.
    pub(super) fn end_line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.layout("\n");
        }
    }
}
