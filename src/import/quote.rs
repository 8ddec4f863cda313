//! TOML strings as a person would write them.

use crate::model::hidden;

/// The longest list that stands on one line.
const LONGEST_LIST: usize = 100;

/// A string in the quotes that need the fewest escapes.
pub(super) fn string(text: &str) -> String {
    let needs_escapes = text.contains(|letter: char| needs_escape(letter));
    if text.contains('\n') && !is_short_gap(text) {
        let is_plain = !needs_escapes && !text.contains("'''") && !text.ends_with('\'');
        let basic =
            !needs_escapes && !text.contains('\\') && !text.contains("\"\"\"") && !text.ends_with('"');
        return match (basic, is_plain) {
            (true, _) => format!("\"\"\"\n{text}\"\"\""),
            (false, true) => format!("'''\n{text}'''"),
            (false, false) => format!("\"\"\"\n{}\"\"\"", escaped(text, true)),
        };
    }
    if !needs_escapes && !text.contains('\n') {
        if !text.contains(['"', '\\']) {
            return format!("\"{text}\"");
        }
        if !text.contains('\'') {
            return format!("'{text}'");
        }
        if !text.contains("'''") && !text.ends_with('\'') && !text.starts_with('\'') {
            return format!("'''{text}'''");
        }
    }
    format!("\"{}\"", escaped(text, false))
}

/// A string of the layout, whose line breaks are better seen than made.
pub(super) fn markup(text: &str) -> String {
    if text.contains('\n') { format!("\"{}\"", escaped(text, false)) } else { string(text) }
}

/// Whether a text is a gap between two things, which reads best on one line.
fn is_short_gap(text: &str) -> bool {
    text.len() < 60 && !text.contains(char::is_alphanumeric)
}

/// Characters that TOML does not take as they are, or that a reader would not see.
fn needs_escape(letter: char) -> bool {
    letter != '\n' && letter != '\t' && (letter.is_control() || hidden(letter).is_some())
}

fn escaped(text: &str, keep_lines: bool) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        match letter {
            '\n' if keep_lines => escaped.push('\n'),
            '\n' => escaped.push_str("\\n"),
            '\t' if keep_lines => escaped.push('\t'),
            '\t' => escaped.push_str("\\t"),
            '\r' => escaped.push_str("\\r"),
            '"' => escaped.push_str("\\\""),
            '\\' => escaped.push_str("\\\\"),
            letter if needs_escape(letter) => match u32::from(letter) {
                code @ 0..=0xffff => escaped.push_str(&format!("\\u{code:04X}")),
                code => escaped.push_str(&format!("\\U{code:08X}")),
            },
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// A list of strings, on one line where it fits.
pub(super) fn list<'t>(items: impl IntoIterator<Item = &'t str>) -> String {
    let items: Vec<String> = items.into_iter().map(string).collect();
    let line = format!("[{}]", items.join(", "));
    if items.is_empty() || (line.chars().count() <= LONGEST_LIST && !line.contains('\n')) {
        return line;
    }
    let lines: String = items.iter().map(|item| format!("  {item},\n")).collect();
    format!("[\n{lines}]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quotes_are_those_that_need_no_escapes() {
        let cases = [
            ("a", "\"a\""),
            ("a \"b\"", "'a \"b\"'"),
            ("it's \"b\"", "'''it's \"b\"'''"),
            ("\n\n", "\"\\n\\n\""),
            ("a\nb", "\"\"\"\na\nb\"\"\""),
            ("a\n\\b", "'''\na\n\\b'''"),
            ("a\u{7}", "\"a\\u0007\""),
        ];
        for (text, expected) in cases {
            assert_eq!(string(text), expected);
        }
    }

    #[test]
    fn every_string_is_read_back_as_it_was() {
        let parts = [
            "a", "\"", "'", "\\", "\n", "\t", "\r", "\u{7}", "\u{feff}", "\u{2028}", "\u{7f}", " ", "\\\n",
            "\"\"\"", "'''",
        ];
        for one in parts {
            for two in parts {
                for three in parts {
                    for text in [format!("{one}{two}{three}"), format!("x\n{one}y{two}{three}")] {
                        let toml = format!("a = {}\n", string(&text));
                        let value: toml::Table =
                            toml.parse().unwrap_or_else(|error| panic!("{toml}: {error}"));
                        assert_eq!(value["a"].as_str(), Some(text.as_str()), "{toml}");
                    }
                }
            }
        }
    }
}
