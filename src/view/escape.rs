//! Makes text from files safe to print.
//!
//! A fragment may come from anybody. Printed as it is, it could recolour or overwrite the terminal,
//! reverse the order in which a line is read, or hide words from the reader that a model will see.

use std::borrow::Cow;

/// A run of characters that a reader would not see, or not as what they are.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Hidden {
    /// The first character.
    pub first: char,
    /// The last character.
    pub last: char,
    /// What they do to a text that is printed as it is.
    pub reason: &'static str,
}

const fn run(first: char, last: char, reason: &'static str) -> Hidden {
    Hidden { first, last, reason }
}

/// Every character that is shown as an escape, in ascending order.
///
/// Three that are as invisible are missing on purpose, since ordinary text needs them: the joiner
/// U+200D and the variation selectors U+FE0E and U+FE0F, which make up emoji.
pub(super) const HIDDEN: &[Hidden] = &[
    run('\u{0}', '\u{1f}', "control character: moves the cursor, rings, or begins an escape sequence"),
    run('\u{7f}', '\u{9f}', "control character: the 8-bit forms of escape sequences among them"),
    run('\u{ad}', '\u{ad}', "soft hyphen: invisible inside a line"),
    run('\u{34f}', '\u{34f}', "grapheme joiner: invisible"),
    run('\u{61c}', '\u{61c}', "direction mark: changes the order in which text is shown"),
    run('\u{115f}', '\u{1160}', "Hangul filler: a letter that looks like nothing"),
    run('\u{17b4}', '\u{17b5}', "Khmer inherent vowel: invisible"),
    run('\u{180b}', '\u{180f}', "Mongolian selector or separator: invisible"),
    run('\u{200b}', '\u{200c}', "zero-width space or non-joiner: splits a word that looks whole"),
    run('\u{200e}', '\u{200f}', "direction mark: changes the order in which text is shown"),
    run('\u{2028}', '\u{2029}', "line or paragraph separator: a line break to some programs only"),
    run('\u{202a}', '\u{202e}', "direction override: text is read in another order than it is shown"),
    run('\u{2060}', '\u{2064}', "word joiner or invisible operator"),
    run('\u{2065}', '\u{2065}', "unassigned and ignorable: invisible"),
    run('\u{2066}', '\u{2069}', "direction isolate: text is read in another order than it is shown"),
    run('\u{206a}', '\u{206f}', "deprecated format character: invisible"),
    run('\u{3164}', '\u{3164}', "Hangul filler: a letter that looks like nothing"),
    run('\u{fdd0}', '\u{fdef}', "noncharacter: never part of a text"),
    run('\u{fe00}', '\u{fe0d}', "variation selector: invisible, and can carry a message"),
    run('\u{feff}', '\u{feff}', "byte order mark, or zero-width no-break space"),
    run('\u{ffa0}', '\u{ffa0}', "Hangul filler: a letter that looks like nothing"),
    run('\u{fff0}', '\u{fffb}', "interlinear annotation: hides text between its marks"),
    run('\u{fffe}', '\u{ffff}', "noncharacter: never part of a text"),
    run('\u{1bca0}', '\u{1bca3}', "shorthand format control: invisible"),
    run('\u{1d173}', '\u{1d17a}', "musical format control: invisible"),
    run('\u{e0000}', '\u{e0fff}', "tag or variation selector: invisible, and can carry a message"),
];

/// The entry of [`HIDDEN`] for a character, if it has one.
pub(super) fn hidden(character: char) -> Option<&'static Hidden> {
    let at = HIDDEN.partition_point(|run| run.last < character);
    HIDDEN.get(at).filter(|run| run.first <= character)
}

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
