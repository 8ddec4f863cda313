//! Markup around words that takes them from the page, or strikes them out.

use std::borrow::Cow;

use super::force_labels::of_label;

/// Elements that strike out their content.
const STRIKING: [&str; 3] = ["del", "s", "strike"];

/// Whether a piece with this byte needs a closer look. Every part of what strikes out or hides words has such a byte: either
/// end of a comment, an element, either end of the words of a link, tildes, and the first byte of combining characters.
fn is_sign(byte: u8) -> bool {
    matches!(byte, b'<' | b'>' | b'[' | b']' | b'~' | 0xcc)
}

/// The text without its comments; one that is not closed stays.
pub(crate) fn without_comments(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    while let Some(start) = text.find("<!--")
        && let Some(length) = text[start + 4..].find("-->")
    {
        text = Cow::Owned(format!("{}{}", &text[..start], &text[start + 4 + length + 3..]));
    }
    text
}

/// Returns whether the layout of a line strikes out or hides words: its own, or those that it surrounds. `pieces` are the
/// texts of the layout in order.
pub(crate) fn strikes<'t>(pieces: impl Iterator<Item = &'t str>) -> bool {
    any_strikes(pieces.filter(|piece| piece.bytes().any(is_sign)))
}

/// As [`strikes`], with a closer look at every piece.
fn any_strikes<'t>(pieces: impl Iterator<Item = &'t str>) -> bool {
    let mut tildes = 0;
    for piece in pieces {
        let shown = without_comments(piece);
        let has_words = |text: &str| text.contains(char::is_alphanumeric);
        let is_hidden = has_words(piece) && !has_words(&shown) && of_label(piece).is_some();
        if is_hidden || shown.contains("<!--") || shown.contains("-->") {
            return true;
        }
        // Combining characters that draw a line through a letter.
        if shown.contains(|letter| ('\u{335}'..='\u{338}').contains(&letter)) {
            return true;
        }
        let strikes = |tag: &str| {
            let name = tag.trim_start_matches('/');
            let end = name.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(name.len());
            STRIKING.iter().any(|striking| name[..end].eq_ignore_ascii_case(striking))
        };
        if shown.split('<').skip(1).any(strikes) {
            return true;
        }
        // A link definition, and the description or title of a link or an image.
        let line = shown.trim_start_matches(|letter: char| letter.is_whitespace() || "-*+>".contains(letter));
        let is_open =
            |start: &str, end: char| shown.rfind(start).is_some_and(|at| !shown[at..].contains(end));
        if line.starts_with('[') && line.contains("]:") || is_open("![", ')') || is_open("](", ')') {
            return true;
        }
        let bytes = shown.as_bytes();
        let touches = |at: Option<usize>| {
            at.and_then(|at| bytes.get(at)).is_none_or(|byte| !byte.is_ascii_whitespace() && *byte != b'~')
        };
        let runs = shown.match_indices('~').filter(|(at, _)| {
            let is_first = *at == 0 || bytes[at - 1] != b'~';
            let length = bytes[*at..].iter().take_while(|byte| **byte == b'~').count();
            is_first && length < 3 && (touches(at.checked_sub(1)) || touches(Some(at + length)))
        });
        tildes += runs.count();
    }
    tildes > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_are_struck_out_or_hidden_are_found() {
        for pieces in [
            &["~~Never~~"][..],
            &["- ", "**~Never~**", " "],
            &["~~", "~~"],
            &["~", "~"],
            &["<del>Never</del>"],
            &["<S class=x>", "</S>"],
            &["<!-- Never -->"],
            &["<!--", "-->"],
            &["N\u{336}ever"],
            &["[//]: # (", ")"],
            &["- [x]: "],
            &["![", "](a.png)"],
            &["[x](a.md \"", "\")"],
            &["](a.md \"", "\")"],
            &["](", ")"],
            &["-->"],
        ] {
            assert!(strikes(pieces.iter().copied()), "{pieces:?}");
        }
        for pieces in [
            &["**Never**"][..],
            &["- ", "<b>Never</b>", " "],
            &["<strong>", "</strong>"],
            &["- ~ ", "Never:"],
            &["~80% of the time: "],
            &["- [ ] ", "Never"],
            &["[", "](a.md)"],
            &["\u{274c} ", "Never", " <!-- rule -->"],
            &["You must <!-- x -->not"],
        ] {
            assert!(!strikes(pieces.iter().copied()), "{pieces:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_piece_without_a_sign_changes_nothing(pieces in proptest::collection::vec("[-<>!()~/ \"#:*adelsN\\[\\]\u{336}]{0,6}", 0..4)) {
            let pieces = || pieces.iter().map(String::as_str);
            assert_eq!(strikes(pieces()), any_strikes(pieces()));
        }
    }
}
