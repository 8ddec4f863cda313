//! Control characters and terminal escape sequences.

use std::ops::Range;

use super::Specimen;
use super::name::described;
use crate::model::codes;

/// Returns the control characters of a text. An escape sequence is one specimen, described by its effect.
pub(super) fn inspect(text: &str) -> Vec<Specimen> {
    let mut specimens = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find(is_control).map(|at| from + at) {
        if text[at..].starts_with("\r\n") {
            from = at + 2;
            continue;
        }
        let (range, what) = specimen(text, at);
        from = range.end;
        let (fix, instead) = match &text[range.clone()] {
            "\r" => ("delete it, or write `\\n` for a line break", None),
            "\u{85}" | "\u{b}" | "\u{c}" => ("write a line break instead", None),
            _ => ("delete it", Some(String::new())),
        };
        let fix = fix.to_owned();
        let why = "";
        specimens.push(Specimen { range, code: codes::CONTROL_CHARACTER, what, why, count: 1, fix, instead });
    }
    specimens
}

/// Returns whether a character is a control character that no text needs. This includes `\r`, although `\r\n` is a line
/// break: a single character cannot decide that.
pub(super) fn is_control(character: char) -> bool {
    character.is_control() && !matches!(character, '\n' | '\t')
}

fn specimen(text: &str, at: usize) -> (Range<usize>, String) {
    let rest = &text[at..];
    let first = rest.chars().next().unwrap_or_default();
    let after = &rest[first.len_utf8()..];
    let one = (at..at + first.len_utf8(), described(first));
    let (kind, body) = match (first, after.chars().next()) {
        ('\u{1b}', Some(kind @ ('[' | ']' | 'P' | '^' | '_' | 'X'))) => (kind, &after[1..]),
        ('\u{1b}', Some(kind @ '\u{20}'..='\u{7e}')) => {
            let what = format!("a terminal sequence (ESC {kind})");
            return (at..at + 2, what);
        }
        ('\u{9b}', _) => ('[', after),
        ('\u{9d}', _) => (']', after),
        ('\u{90}' | '\u{98}' | '\u{9e}' | '\u{9f}', _) => ('P', after),
        _ => return one,
    };
    let start = text.len() - body.len();
    if kind == '[' {
        let parameters = body.bytes().take_while(|byte| (0x20..0x40).contains(byte)).count();
        let Some(command) = body[parameters..].chars().next().filter(|last| matches!(last, '@'..='~')) else {
            return one;
        };
        let what = format!("a terminal sequence that {}", effect(command));
        return (at..start + parameters + 1, what);
    }
    let end = body.find(['\u{7}', '\u{9c}', '\u{1b}', '\n']).unwrap_or(body.len());
    let closed = match body[end..].chars().next() {
        Some('\u{1b}') if body[end..].starts_with("\u{1b}\\") => end + 2,
        Some(last @ ('\u{7}' | '\u{9c}')) => end + last.len_utf8(),
        _ => return one,
    };
    let effect = match body[..end].split(';').next() {
        Some("0" | "1" | "2") if kind == ']' => "sets the title of the window",
        Some("8") if kind == ']' => "turns text into a link",
        Some("52") if kind == ']' => "writes to the clipboard",
        _ => "controls the terminal",
    };
    (at..start + closed, format!("a terminal sequence that {effect}"))
}

fn effect(command: char) -> &'static str {
    match command {
        'm' => "changes colors, or hides text",
        'J' | 'K' => "clears the screen or a line",
        'A'..='H' | 'f' | 'd' | 's' | 'u' => "moves the cursor, to print over text",
        'h' | 'l' => "changes the mode of the terminal",
        'n' | 'c' => "makes the terminal send a reply",
        _ => "controls the terminal",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&str, String)> {
        inspect(text).into_iter().map(|specimen| (&text[specimen.range], specimen.what)).collect()
    }

    #[test]
    fn an_escape_sequence_is_described_by_its_effect() {
        let cases = [
            ("a\u{1b}[31mb", "\u{1b}[31m", "a terminal sequence that changes colors, or hides text"),
            ("a\u{9b}2Jb", "\u{9b}2J", "a terminal sequence that clears the screen or a line"),
            (
                "\u{1b}]0;owned\u{7}b",
                "\u{1b}]0;owned\u{7}",
                "a terminal sequence that sets the title of the window",
            ),
            (
                "\u{1b}]52;c;aGk=\u{1b}\\",
                "\u{1b}]52;c;aGk=\u{1b}\\",
                "a terminal sequence that writes to the clipboard",
            ),
            ("\u{1b}c", "\u{1b}c", "a terminal sequence (ESC c)"),
            ("\u{1b}", "\u{1b}", "U+001B ESCAPE"),
            ("\u{1b}[31", "\u{1b}", "U+001B ESCAPE"),
            ("\u{1b}]0;open", "\u{1b}", "U+001B ESCAPE"),
            ("a\rb", "\r", "U+000D CARRIAGE RETURN"),
            ("a\u{7f}", "\u{7f}", "U+007F DELETE"),
            ("\u{9b}é", "\u{9b}", "U+009B CONTROL SEQUENCE INTRODUCER"),
        ];
        for (text, part, what) in cases {
            assert_eq!(found(text), [(part, what.to_owned())], "{text:?}");
        }
    }

    #[test]
    fn line_breaks_and_tabs_are_none() {
        assert_eq!(found("a\r\nb\tc\n"), []);
    }
}
