//! The characters of TOML strings that are written as escapes.

use std::borrow::Cow;

/// Returns the escape of a character in a basic string. `None` if it may stand for itself, as line breaks and tabs do in
/// a string of several lines.
pub(crate) fn escape(letter: char, keep_lines: bool) -> Option<Cow<'static, str>> {
    let escape = match letter {
        '\n' | '\t' if keep_lines => return None,
        '\n' => "\\n",
        '\t' => "\\t",
        '\r' => "\\r",
        '"' => "\\\"",
        '\\' => "\\\\",
        letter if letter.is_control() => return Some(Cow::Owned(code(letter))),
        _ => return None,
    };
    Some(Cow::Borrowed(escape))
}

/// Returns the escape of a character by its code.
pub(crate) fn code(letter: char) -> String {
    match u32::from(letter) {
        code @ 0..=0xffff => format!("\\u{code:04X}"),
        code => format!("\\U{code:08X}"),
    }
}

/// Returns whether a literal string of several lines may have a character.
pub(crate) fn is_literal(letter: char) -> bool {
    matches!(letter, '"' | '\\') || escape(letter, true).is_none()
}
