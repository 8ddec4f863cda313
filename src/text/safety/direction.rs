//! Characters that change the direction of text.

use super::Specimen;
use super::context::is_right_to_left;
use super::hidden::hidden;
use super::name::described;
use crate::model::codes;

/// Returns the characters that open or close a section of another direction without a good reason.
///
/// A line of Hebrew or Arabic quotes another language with a section that is closed in the same line.
/// Overrides force letters into a foreign direction and only serve to deceive. In a left-to-right line there
/// is nothing to reorder.
pub(super) fn inspect(text: &str) -> Vec<Specimen> {
    let mut specimens = Vec::new();
    if !text.contains(is_directing) {
        return specimens;
    }
    let mut start = 0;
    for line in text.split_inclusive(['\n', '\u{2028}', '\u{2029}']) {
        let found = improper(line);
        specimens.extend(found.into_iter().map(|(at, character)| Specimen {
            range: start + at..start + at + character.len_utf8(),
            code: codes::DIRECTION_CONTROL,
            what: described(character),
            why: hidden(character).map_or("", |entry| entry.reason),
            count: 1,
            fix: "delete it".to_owned(),
            instead: Some(String::new()),
        }));
        start += line.len();
    }
    specimens
}

/// Returns whether a character opens or closes a section of another direction.
pub(crate) fn is_directing(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn improper(line: &str) -> Vec<(usize, char)> {
    let controls: Vec<(usize, char)> =
        line.char_indices().filter(|(_, character)| is_directing(*character)).collect();
    if controls.is_empty() || !line.contains(is_right_to_left) {
        return controls;
    }
    let mut improper = Vec::new();
    let mut open: Vec<(usize, char)> = Vec::new();
    for (at, character) in controls {
        match character {
            '\u{202a}' | '\u{202b}' | '\u{2066}'..='\u{2068}' => open.push((at, character)),
            '\u{202c}' | '\u{2069}' => match open.pop() {
                Some((start, opener)) if closes(opener, character) && fits(opener, &line[start..at]) => {}
                Some(opener) => improper.extend([opener, (at, character)]),
                None => improper.push((at, character)),
            },
            _ => improper.push((at, character)),
        }
    }
    improper.extend(open);
    improper.sort_unstable();
    improper
}

fn closes(opener: char, closer: char) -> bool {
    (closer == '\u{2069}') == matches!(opener, '\u{2066}'..='\u{2068}')
}

/// Returns whether a section has the direction of its opener.
fn fits(opener: char, stretch: &str) -> bool {
    let first = stretch.chars().find(|character| character.is_alphabetic());
    match opener {
        '\u{202b}' | '\u{2067}' => first.is_some_and(is_right_to_left),
        '\u{202a}' | '\u{2066}' => !first.is_some_and(is_right_to_left),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> usize {
        inspect(text).len()
    }

    #[test]
    fn balanced_direction_marks_are_accepted_beside_right_to_left_text() {
        let proper = [
            "שלום \u{2066}hello\u{2069} עולם",
            "\u{202b}הקובץ \u{202a}README.md\u{202c} חדש\u{202c}",
            "user \u{2068}محمد\u{2069} is here",
            "the name \u{2067}שלום\u{2069} is Hebrew",
        ];
        for text in proper {
            assert_eq!(count(text), 0, "{text:?}");
        }
    }

    #[test]
    fn everything_else_is_not() {
        let cases = [
            ("a \u{202e}b", 1),
            ("access \u{2066}user\u{2069}", 2),
            ("שלום \u{202e}abc\u{202c}", 2),
            ("שלום \u{2066}abc", 1),
            ("שלום \u{2066}abc\n\u{2069}", 2),
            ("שלום \u{2066}abc\u{202c}", 2),
            ("שלום \u{2067}abc\u{2069}", 2),
            ("שלום\nabc \u{2066}def\u{2069}", 2),
            ("שלום\u{2069}", 1),
        ];
        for (text, expected) in cases {
            assert_eq!(count(text), expected, "{text:?}");
        }
    }
}
