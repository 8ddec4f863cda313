//! Makes text from files safe to print.
//!
//! A fragment may come from anybody. Printed as it is, it could recolour or overwrite the terminal,
//! reverse the order in which a line is read, or hide words from the reader that a model will see.

use std::borrow::Cow;

use crate::model::hidden;

/// A text that is safe to print on several lines: hidden characters become escapes such as
/// `\u{1b}`; line breaks and tabs stay.
pub fn escape(text: &str) -> Cow<'_, str> {
    replace(text, |character| match character {
        '\n' | '\t' => None,
        _ => visible(character),
    })
}

/// A text that is safe to print within a line: as [`escape`], with `⏎` for a line break and four
/// spaces for a tab.
pub fn escape_line(text: &str) -> Cow<'_, str> {
    replace(text, within_line)
}

/// What stands for a character within a line, where that is not the character itself.
pub(super) fn within_line(character: char) -> Option<Cow<'static, str>> {
    match character {
        '\n' => Some(Cow::Borrowed("⏎")),
        '\t' => Some(Cow::Borrowed("    ")),
        _ => visible(character),
    }
}

fn visible(character: char) -> Option<Cow<'static, str>> {
    hidden(character).map(|_| Cow::Owned(character.escape_unicode().to_string()))
}

fn replace(text: &str, replacement: impl Fn(char) -> Option<Cow<'static, str>>) -> Cow<'_, str> {
    let Some(first) = text.find(|character| replacement(character).is_some()) else {
        return Cow::Borrowed(text);
    };
    let (clean, rest) = text.split_at(first);
    let mut safe = String::with_capacity(text.len() + 16);
    safe.push_str(clean);
    for character in rest.chars() {
        match replacement(character) {
            Some(shown) => safe.push_str(&shown),
            None => safe.push(character),
        }
    }
    Cow::Owned(safe)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::HIDDEN;

    #[test]
    fn the_table_is_sorted_without_overlaps() {
        assert!(HIDDEN.iter().all(|run| run.first <= run.last && !run.reason.is_empty()));
        assert!(HIDDEN.windows(2).all(|pair| pair[0].last < pair[1].first));
    }

    #[test]
    fn hidden_characters_become_visible() {
        assert_eq!(escape("\u{1b}[31mred\u{1b}[0m\r\u{7}"), r"\u{1b}[31mred\u{1b}[0m\u{d}\u{7}");
        assert_eq!(escape("a\u{202e}b\u{2066}c\u{200b}d"), r"a\u{202e}b\u{2066}c\u{200b}d");
        assert_eq!(escape("\u{9b}2J\u{7f}\u{feff}\u{e0041}"), r"\u{9b}2J\u{7f}\u{feff}\u{e0041}");
    }

    #[test]
    fn line_breaks_and_tabs_stay_only_where_there_are_lines() {
        assert_eq!(escape("a\n\tb"), "a\n\tb");
        assert_eq!(escape_line("a\n\tb"), "a⏎    b");
    }

    #[test]
    fn ordinary_text_is_borrowed() {
        for text in ["", "plain", "naïve — «ça»", "日本語", "👩\u{200d}💻 ❤\u{fe0f}", "שלום", "a\u{a0}b"]
        {
            assert!(matches!(escape(text), Cow::Borrowed(_)), "{text}");
            assert!(matches!(escape_line(text), Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn a_hidden_character_has_a_reason() {
        assert_eq!(hidden('\u{202e}').map(|run| run.first), Some('\u{202a}'));
        assert!(hidden('a').is_none() && hidden('\u{200d}').is_none() && hidden('\u{10ffff}').is_none());
    }
}
