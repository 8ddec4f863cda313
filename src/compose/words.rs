//! A text of a persona, and what templates filled in.

use std::borrow::Cow;
use std::ops::Range;

use super::persona::Origin;
use crate::model::Text;

/// A text of the persona, with the ranges that come from fields.
#[derive(Debug, Clone, Default)]
pub(crate) struct Words<'a> {
    /// The text with templates filled in.
    pub text: Cow<'a, str>,
    /// The ranges filled in by a template, in order, each with the name of the field.
    pub filled: Vec<(Range<usize>, String)>,
    /// The string in a source file that the text equals or was filled in from.
    pub written: Option<&'a Text>,
    /// Who wrote it, if that is not the origin of its block.
    pub origin: Option<Origin<'a>>,
}

impl<'a> Words<'a> {
    /// The words from an offset on, which lies before all that was filled in.
    pub(crate) fn after(&self, start: usize) -> Self {
        self.moved(self.text[start..].to_owned().into(), |offset| offset - start)
    }

    /// The same words with a changed beginning; `shift` moves the offsets after it.
    pub(crate) fn moved(&self, text: Cow<'a, str>, shift: impl Fn(usize) -> usize) -> Self {
        let filled = self.filled.iter();
        let filled = filled.map(|(range, name)| (shift(range.start)..shift(range.end), name.clone()));
        Words { text, filled: filled.collect(), written: self.written, origin: self.origin }
    }

    /// Whether a template filled in one of these fields with its value as it is.
    pub(super) fn fills_in(&self, macros: &[(&str, &str)]) -> bool {
        self.filled.iter().any(|(range, name)| macros.contains(&(name, &self.text[range.clone()])))
    }

    /// Puts macros where a template filled in these fields with their values as they are.
    pub(super) fn restore(&mut self, macros: &[(&str, &str)]) {
        if !self.fills_in(macros) {
            return;
        }
        let (mut text, mut filled, mut end) = (String::new(), Vec::new(), 0);
        for (range, name) in std::mem::take(&mut self.filled) {
            text.push_str(&self.text[end..range.start]);
            end = range.end;
            let start = text.len();
            let value = &self.text[range];
            if macros.contains(&(&name, value)) {
                text.push_str(&format!("{{{{{name}}}}}"));
            } else {
                text.push_str(value);
                filled.push((start..text.len(), name));
            }
        }
        text.push_str(&self.text[end..]);
        (self.text, self.filled) = (text.into(), filled);
    }
}

impl<'a> From<&'a str> for Words<'a> {
    fn from(text: &'a str) -> Self {
        Words { text: Cow::Borrowed(text), filled: Vec::new(), written: None, origin: None }
    }
}

impl<'a> From<&'a Text> for Words<'a> {
    fn from(text: &'a Text) -> Self {
        Words { text: Cow::Borrowed(&text.value), filled: Vec::new(), written: Some(text), origin: None }
    }
}
