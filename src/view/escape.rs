//! Makes text from files safe to print.
//!
//! A fragment may come from anyone. Printed unchanged, it could recolour or overwrite the terminal, reverse the reading
//! order of a line, or hide words from people that a model will read.

use std::borrow::Cow;
use std::ops::Range;

use crate::text::safety::concealed;

/// Makes a text safe to print on several lines. Hidden characters become escapes such as `\u{1b}`; line breaks and tabs
/// stay.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    replace(text, |_| None)
}

/// Makes a text safe to print within a line. Like [`escape`], with `⏎` for a line break and four spaces for a tab.
pub(crate) fn escape_line(text: &str) -> Cow<'_, str> {
    replace(text, within_line)
}

/// The replacement of a line break or tab within a line.
fn within_line(character: char) -> Option<&'static str> {
    match character {
        '\n' => Some("⏎"),
        '\t' => Some("    "),
        _ => None,
    }
}

/// The hidden ranges of one line, to look up the replacement of each character.
#[derive(Debug)]
pub(super) struct Escapes(Vec<Range<usize>>);

impl Escapes {
    /// The escapes of a text.
    pub(super) fn of(text: &str) -> Self {
        Escapes(concealed(text))
    }

    /// The replacement of the character at an offset, if it has one.
    pub(super) fn shown(&self, at: usize, character: char) -> Option<Cow<'static, str>> {
        if let Some(shown) = within_line(character) {
            return Some(Cow::Borrowed(shown));
        }
        self.is_hidden(at).then(|| Cow::Owned(character.escape_unicode().to_string()))
    }

    fn is_hidden(&self, at: usize) -> bool {
        let next = self.0.partition_point(|range| range.end <= at);
        self.0.get(next).is_some_and(|range| range.contains(&at))
    }
}

fn replace(text: &str, replacement: impl Fn(char) -> Option<&'static str>) -> Cow<'_, str> {
    let escapes = Escapes::of(text);
    if escapes.0.is_empty() && !text.contains(|character| replacement(character).is_some()) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for (at, character) in text.char_indices() {
        match replacement(character) {
            Some(shown) => safe.push_str(shown),
            None if escapes.is_hidden(at) => safe.extend(character.escape_unicode()),
            None => safe.push(character),
        }
    }
    Cow::Owned(safe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_become_visible() {
        assert_eq!(escape("\u{1b}[31mred\u{1b}[0m\r\u{7}"), r"\u{1b}[31mred\u{1b}[0m\u{d}\u{7}");
        assert_eq!(escape("a\u{202e}b\u{2066}c\u{200b}d"), r"a\u{202e}b\u{2066}c\u{200b}d");
        assert_eq!(escape("a\u{200d}b\u{fe0f} \u{e000}"), r"a\u{200d}b\u{fe0f} \u{e000}");
        assert_eq!(escape("\u{9b}2J\u{7f}\u{feff}\u{e0041}"), r"\u{9b}2J\u{7f}\u{feff}\u{e0041}");
    }

    #[test]
    fn line_breaks_and_tabs_are_replaced_only_within_a_line() {
        assert_eq!(escape("a\n\tb"), "a\n\tb");
        assert_eq!(escape_line("a\n\tb"), "a⏎    b");
    }

    #[test]
    fn ordinary_text_is_borrowed() {
        let persian = "می\u{200c}شود";
        let texts =
            ["", "plain", "naïve — «ça»", "日本語", "👩\u{200d}💻 ❤\u{fe0f}", "שלום", "a\u{a0}b", persian];
        for text in texts {
            assert!(matches!(escape(text), Cow::Borrowed(_)), "{text}");
            assert!(matches!(escape_line(text), Cow::Borrowed(_)), "{text}");
        }
    }
}
