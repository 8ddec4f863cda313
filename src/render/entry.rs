//! Entries of `front-matter`: the form in which the value of a key is written.
//!
//! An entry is the line of a key, or all of its lines, with `VALUE` as the placeholder of the value. The value may be
//! plain or quoted, a block below `|` or `>`, or a list in brackets or on lines of its own. [`read`] and [`fill`] are
//! inverses.

use std::collections::BTreeMap;

use crate::model::Datum;

pub(crate) const VALUE: &str = "VALUE";

/// The form of the value in a pattern.
enum Form<'p> {
    /// On the line of the key, in these quotes if any.
    Scalar(Option<char>),
    /// On the lines below the key, each with this indentation.
    Block(&'p str),
    /// In brackets, each element in these quotes if any.
    Brackets(Option<char>),
    /// One line for each element, with this prefix, in these quotes if any.
    Lines(&'p str, Option<char>),
}

fn form(pattern: &str) -> Option<Form<'_>> {
    let (before, _) = pattern.split_once(VALUE)?;
    let quote = before.chars().last().filter(|last| matches!(last, '"' | '\''));
    let (key, typed) = pattern.split_once(':')?;
    let typed = typed.trim_start_matches([' ', '\t']);
    let Some((_, line)) = before.rsplit_once('\n') else {
        let is_list = typed.starts_with('[') && before.len() > key.len();
        return Some(if is_list { Form::Brackets(quote) } else { Form::Scalar(quote) });
    };
    let bare = line.trim_end_matches(['"', '\'']);
    if typed.starts_with(['|', '>']) && line.trim().is_empty() {
        Some(Form::Block(line))
    } else if typed.starts_with('\n') && bare.trim_start().starts_with('-') && bare.ends_with(' ') {
        Some(Form::Lines(bare, quote))
    } else {
        Some(Form::Scalar(quote))
    }
}

/// Whether the value of a pattern is a list.
pub(super) fn is_list(pattern: &str) -> bool {
    matches!(form(pattern), Some(Form::Brackets(_) | Form::Lines(..)))
}

/// Fills a value into a pattern. `None` if a YAML reader would read another value from the result.
pub(crate) fn fill(pattern: &str, value: &Datum) -> Option<String> {
    let names = || match value {
        Datum::List(items) if !items.is_empty() => {
            items.iter().map(Datum::as_str).collect::<Option<Vec<_>>>()
        }
        _ => None,
    };
    let text = || match value {
        Datum::List(_) | Datum::Map(_) => None,
        value => Some(value.to_string()),
    };
    let filled = match form(pattern)? {
        Form::Scalar(quote) => quoted(&text()?, quote)?,
        Form::Block(indent) => {
            let text = text()?;
            let fits = !text.is_empty() && !text.starts_with([' ', '\t', '\n']) && !text.ends_with('\n');
            let lines = text.split('\n').enumerate().map(|(number, line)| match (number, line) {
                (0, line) => line.to_owned(),
                (_, "") => "\n".to_owned(),
                (_, line) => format!("\n{indent}{line}"),
            });
            fits.then(|| lines.collect())?
        }
        Form::Brackets(quote) => {
            let names: Option<Vec<_>> = names()?.into_iter().map(|name| quoted(name, quote)).collect();
            let mark = quote.map_or(String::new(), String::from);
            names?.join(&format!("{mark}, {mark}"))
        }
        Form::Lines(open, quote) => {
            let names: Option<Vec<_>> = names()?.into_iter().map(|name| quoted(name, quote)).collect();
            let mark = quote.map_or(String::new(), String::from);
            names?.join(&format!("{mark}\n{open}{mark}"))
        }
    };
    let filled = pattern.replacen(VALUE, &filled, 1);
    is_read_as(&filled, value).then_some(filled)
}

/// The text, escaped for these quotes. `None` if they cannot hold it.
fn quoted(text: &str, quote: Option<char>) -> Option<String> {
    match quote {
        Some('"') => {
            let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
            Some(escaped.replace('\n', "\\n").replace('\t', "\\t").replace('\r', "\\r"))
        }
        _ if text.contains('\n') => None,
        Some(_) => Some(text.replace('\'', "''")),
        None => Some(text.to_owned()),
    }
}

/// Whether a YAML reader reads this value from an entry.
fn is_read_as(entry: &str, value: &Datum) -> bool {
    let is_folded = entry.contains('\n');
    match value {
        Datum::List(items) => {
            let read = serde_yaml::from_str::<BTreeMap<String, Vec<String>>>(entry);
            let read = read.ok().and_then(|map| map.into_values().next());
            read.is_some_and(|read| {
                items.iter().map(Datum::as_str).eq(read.iter().map(|name| Some(name.as_str())))
            })
        }
        Datum::String(text) => {
            let read = serde_yaml::from_str::<BTreeMap<String, String>>(entry);
            let read = read.ok().and_then(|map| map.into_values().next());
            // A block may be folded, and may end in a line break.
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            read.is_some_and(|read| read == *text || (is_folded && words(&read) == words(text)))
        }
        _ => true,
    }
}

/// The value in an entry, and the entry with `VALUE` in its place. `None` for other forms.
///
/// Plain words and numbers are read as a string; the caller converts them if the key has another type.
pub(crate) fn read(entry: &str) -> Option<(String, Datum)> {
    let (key, rest) = entry.split_once(':')?;
    let line = rest.split('\n').next().unwrap_or(rest);
    let typed = line.trim();
    let start = key.len() + 1 + line.len() - line.trim_start().len();
    let (before, after) = (&entry[..start], &entry[start + typed.len()..]);
    if let Some((_, below)) = rest.split_once('\n') {
        let first = &entry[..entry.len() - below.len()];
        return match typed.chars().next() {
            None => read_lines(first, below),
            Some('|' | '>') => read_block(first, below),
            Some(_) => None,
        };
    }
    if let Some(inner) = typed.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')) {
        let names: Vec<&str> = inner.split(", ").collect();
        let (mark, names) = unquoted(&names)?;
        return Some((format!("{before}[{mark}{VALUE}{mark}]{after}"), names));
    }
    let is_quoted = typed.len() > 1 && typed.starts_with(['"', '\'']);
    let is_plain = !typed.is_empty()
        && !typed.starts_with(|letter: char| "[]{}&*!|>%@`\"'#,?".contains(letter))
        && !typed.contains(" #");
    let (mark, text) = (is_quoted || is_plain).then(|| unquote(typed))??;
    Some((format!("{before}{mark}{VALUE}{mark}{after}"), Datum::String(text)))
}

/// Reads a list whose elements are on the lines below the key.
fn read_lines(first: &str, below: &str) -> Option<(String, Datum)> {
    let dash = below.find('-')?;
    let indent = dash + 1 + below[dash + 1..].len() - below[dash + 1..].trim_start_matches(' ').len();
    let (open, _) =
        below.split_at_checked(indent).filter(|(open, _)| open.ends_with(' ') && open.trim() == "-")?;
    let names: Option<Vec<&str>> = below.split('\n').map(|line| line.strip_prefix(open)).collect();
    let (mark, names) = unquoted(&names?)?;
    Some((format!("{first}{open}{mark}{VALUE}{mark}"), names))
}

/// Reads a block of text below a key that ends in `|` or `>`.
fn read_block(first: &str, below: &str) -> Option<(String, Datum)> {
    let indent = &below[..below.len() - below.trim_start_matches(' ').len()];
    let strip = |line| if str::is_empty(line) { Some("") } else { str::strip_prefix(line, indent) };
    let lines: Option<Vec<&str>> = below.split('\n').map(strip).collect();
    let text = lines?.join("\n");
    (!indent.is_empty()).then(|| (format!("{first}{indent}{VALUE}"), Datum::String(text)))
}

/// The names without their quotes, which must be the same for all.
fn unquoted(names: &[&str]) -> Option<(&'static str, Datum)> {
    let names: Vec<(&'static str, String)> = names.iter().map(|name| unquote(name)).collect::<Option<_>>()?;
    let mark = names.first()?.0;
    let is_one = names.iter().all(|(other, name)| *other == mark && !name.trim().is_empty());
    is_one.then(|| (mark, Datum::List(names.into_iter().map(|(_, name)| Datum::String(name)).collect())))
}

/// The text without its quotes, and the quotes. `None` if they are not closed, or if an escape is unusual.
fn unquote(typed: &str) -> Option<(&'static str, String)> {
    if let Some(inner) = typed.strip_prefix('"') {
        return unescape(inner.strip_suffix('"')?).map(|text| ("\"", text));
    }
    match typed.strip_prefix('\'') {
        Some(inner) => Some(("'", inner.strip_suffix('\'')?.replace("''", "'"))),
        None => Some(("", typed.to_owned())),
    }
}

/// The content of a double-quoted string. `None` if it contains unusual escapes.
fn unescape(inner: &str) -> Option<String> {
    let mut text = String::new();
    let mut letters = inner.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => text.push(match letters.next()? {
                'n' => '\n',
                't' => '\t',
                '"' => '"',
                '\\' => '\\',
                _ => return None,
            }),
            '"' => return None,
            letter => text.push(letter),
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_an_entry_and_filling_its_pattern_gives_the_entry() {
        let cases = [
            ("description: Does x", "description: VALUE"),
            ("description:  \"Does \\\"x\\\"\" ", "description:  \"VALUE\" "),
            ("description: 'it''s'", "description: 'VALUE'"),
            ("description: >\n  Folded\n  words", "description: >\n  VALUE"),
            ("description: |-\n    One\n\n    two", "description: |-\n    VALUE"),
            ("tools: [Read, Grep]", "tools: [VALUE]"),
            ("tools: [\"Read\", \"Grep\"]", "tools: [\"VALUE\"]"),
            ("tools:\n  - Read\n  - Grep", "tools:\n  - VALUE"),
            ("tools:\n- 'Read'\n- 'Grep'", "tools:\n- 'VALUE'"),
        ];
        for (entry, expected) in cases {
            let (pattern, value) = read(entry).unwrap_or_else(|| panic!("{entry}"));
            assert_eq!(pattern, expected);
            assert_eq!(fill(&pattern, &value).as_deref(), Some(entry), "{value:?}");
        }
    }

    #[test]
    fn other_yaml_forms_are_not_read() {
        let entries = [
            "tools:",
            "description: Use: when",
            "a: [\"b\", c]",
            "a: {b: c}",
            "a:\n  b: c",
            "a: \"b",
            "a: \"\\u0041\"",
            "a:\n  - b\n    c",
            "a: b # c",
            "a: |\nb",
            "a: [b",
        ];
        for entry in entries {
            let back = read(entry).and_then(|(pattern, value)| fill(&pattern, &value));
            assert_ne!(back.as_deref(), Some(entry), "{entry}");
        }
    }

    #[test]
    fn a_value_that_a_pattern_cannot_express_is_not_filled_in() {
        let text = |text: &str| Datum::String(text.to_owned());
        let list = |items: &[&str]| Datum::List(items.iter().map(|item| text(item)).collect());
        let cases = [
            ("a: VALUE", text("b: c")),
            ("a: VALUE", text("# b")),
            ("a: VALUE", text("- b")),
            ("a: 'VALUE'", text("b\nc")),
            ("a: |\n  VALUE", text("  b")),
            ("a: [VALUE]", list(&["b, c"])),
            ("a:\n- VALUE", list(&["b: c"])),
            ("a: [VALUE]", list(&[])),
            ("a: VALUE", list(&["b"])),
            ("a: [VALUE]", text("b")),
        ];
        for (pattern, value) in cases {
            assert_eq!(fill(pattern, &value), None, "{pattern} {value:?}");
        }
        assert_eq!(fill("a: \"VALUE\"", &text("b\n: \\c")).as_deref(), Some("a: \"b\\n: \\\\c\""));
    }
}
