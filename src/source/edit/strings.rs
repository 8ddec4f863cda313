//! Formats values as readable TOML.

use super::inline::inline_table;
use crate::model::Datum;
use crate::text::safety::concealed;
use crate::text::toml_escapes::{code, escape};

/// The maximum length of a value with several parts on one line.
pub(super) const MAX_LINE: usize = 100;

/// Formats a string in the same quotes as `old`, a TOML string, if that needs no escapes that `old` does not
/// use; else as [`literal`] does.
pub(crate) fn literal_like(text: &str, old: &str) -> String {
    let has_lines = text.contains('\n');
    if !needs_escapes(text) {
        if let Some(inner) = old.strip_prefix("'''")
            && !text.contains("'''")
            && !text.ends_with('\'')
            && !text.starts_with('\n')
        {
            return format!("'''{}{text}'''", if inner.starts_with('\n') { "\n" } else { "" });
        }
        if old.starts_with('\'') && !old.starts_with("'''") && !has_lines && !text.contains('\'') {
            return format!("'{text}'");
        }
        if let Some(inner) = old.strip_prefix("\"\"\"") {
            let fits = !text.contains('\\') && !text.contains("\"\"\"") && !text.ends_with('"');
            if fits && (inner.starts_with('\n') || !text.starts_with('\n')) {
                return format!("\"\"\"{}{text}\"\"\"", if inner.starts_with('\n') { "\n" } else { "" });
            }
            return literal(text);
        }
        if old.starts_with('"') && !has_lines && !text.contains(['"', '\\']) {
            return format!("\"{text}\"");
        }
    }
    // Escapes in a single-line string were a choice of its author.
    if old.starts_with('"') && !old.starts_with("\"\"\"") && old.contains('\\') && !has_lines {
        return format!("\"{}\"", escaped(text, false));
    }
    literal(text)
}

/// Formats a string in the quotes that need the fewest escapes.
pub(crate) fn literal(text: &str) -> String {
    let needs_escapes = needs_escapes(text);
    if text.contains('\n') && !is_gap(text) {
        let is_plain = !needs_escapes && !text.contains("'''") && !text.ends_with('\'');
        let is_basic =
            !needs_escapes && !text.contains('\\') && !text.contains("\"\"\"") && !text.ends_with('"');
        return match (is_basic, is_plain) {
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

/// Formats a string on one line. For gaps and markup, whose line breaks should be visible as `\n`.
pub(crate) fn line_literal(text: &str) -> String {
    if text.contains('\n') { format!("\"{}\"", escaped(text, false)) } else { literal(text) }
}

/// Formats a list of strings, on one line if it fits.
pub(crate) fn list_literal<'t>(items: impl IntoIterator<Item = &'t str>) -> String {
    let items: Vec<String> = items.into_iter().map(literal).collect();
    let line = format!("[{}]", items.join(", "));
    if items.is_empty() || (line.chars().count() <= MAX_LINE && !line.contains('\n')) {
        return line;
    }
    let lines: String = items.iter().map(|item| format!("  {item},\n")).collect();
    format!("[\n{lines}]")
}

/// Formats a value of any type.
pub(crate) fn value_literal(datum: &Datum) -> String {
    match datum {
        Datum::String(text) => literal(text),
        Datum::List(items) if items.iter().all(|item| item.as_str().is_some()) => {
            list_literal(items.iter().filter_map(Datum::as_str))
        }
        Datum::List(items) => {
            let items: Vec<String> = items.iter().map(value_literal).collect();
            format!("[{}]", items.join(", "))
        }
        Datum::Map(map) => {
            let fields: Vec<(String, String)> =
                map.iter().map(|(name, value)| (key_literal(name), value_literal(value))).collect();
            inline_table(fields.iter().map(|(name, value)| (name.as_str(), value.as_str())))
        }
        // TOML spells `nan` and `inf` in lower case.
        number => number.to_string().to_lowercase(),
    }
}

/// Formats a key, in quotes if it needs them.
pub(crate) fn key_literal(key: &str) -> String {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    match !key.is_empty() && key.bytes().all(is_part) {
        true => key.to_owned(),
        false => line_literal(key),
    }
}

/// Returns whether a text is only separators, which are best read on one line.
fn is_gap(text: &str) -> bool {
    text.len() < 60 && !text.contains(char::is_alphanumeric)
}

/// Returns whether a text has characters that TOML does not allow unescaped, or that a reader would not see.
fn needs_escapes(text: &str) -> bool {
    !concealed(text).is_empty()
}

fn escaped(text: &str, keep_lines: bool) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    let hidden = concealed(text);
    let is_hidden = |at: usize| {
        let next = hidden.partition_point(|range| range.end <= at);
        hidden.get(next).is_some_and(|range| range.contains(&at))
    };
    for (at, letter) in text.char_indices() {
        match escape(letter, keep_lines) {
            Some(escape) => escaped.push_str(&escape),
            None if is_hidden(at) => escaped.push_str(&code(letter)),
            None => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_chosen_to_avoid_escapes() {
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
            assert_eq!(literal(text), expected);
        }
        assert_eq!(line_literal("a\nb"), "\"a\\nb\"");
    }

    #[test]
    fn a_string_keeps_its_quotes_where_possible() {
        let cases = [
            ("'a'", "b", "'b'"),
            ("'a'", "it's", "\"it's\""),
            ("\"a\"", "say \"b\"", "'say \"b\"'"),
            ("\"a \\\"b\\\"\"", "c \"d\"", "\"c \\\"d\\\"\""),
            ("\"\"\"\na\"\"\"", "a\nb", "\"\"\"\na\nb\"\"\""),
            ("\"\"\"a\nb\"\"\"", "a\nc", "\"\"\"a\nc\"\"\""),
            ("\"\"\"\na\"\"\"", "a\\b\nc", "'''\na\\b\nc'''"),
            ("'''\na\n'''", "b\n", "'''\nb\n'''"),
            ("\"a\"", "a\nb", "\"\"\"\na\nb\"\"\""),
            ("\"a\"", "a\u{200b}b", "\"a\\u200Bb\""),
        ];
        for (old, text, expected) in cases {
            assert_eq!(literal_like(text, old), expected, "{old}");
        }
    }

    #[test]
    fn every_string_reads_back_unchanged() {
        let parts = [
            "a", "\"", "'", "\\", "\n", "\t", "\r", "\u{7}", "\u{feff}", "\u{2028}", "\u{7f}", " ", "\\\n",
            "\"\"\"", "'''",
        ];
        let olds = ["\"a\"", "'a'", "\"\"\"\na\"\"\"", "\"\"\"a\"\"\"", "'''a'''", "'''\na'''", "\"\\\\a\""];
        for one in parts {
            for two in parts {
                for three in parts {
                    for text in [format!("{one}{two}{three}"), format!("x\n{one}y{two}{three}")] {
                        let forms = olds
                            .iter()
                            .map(|old| literal_like(&text, old))
                            .chain([literal(&text), line_literal(&text)]);
                        for form in forms {
                            let toml = format!("a = {form}\n");
                            let value: toml::Table =
                                toml.parse().unwrap_or_else(|error| panic!("{toml}: {error}"));
                            assert_eq!(value["a"].as_str(), Some(text.as_str()), "{toml}");
                        }
                    }
                }
            }
        }
    }
}
