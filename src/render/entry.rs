//! Entries of `front-matter`: how the value of a key is typed.
//!
//! An entry is a key's line, or all of its lines, with `VALUE` in place of the value: plain or quoted, as a
//! block after `|` or `>`, or as a list, in brackets or on lines. Two `VALUE` in a line show the separator of
//! list elements. `VALUE{5}` takes the next five words of a text on several lines. [`read`] and [`fill`] are
//! inverse.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::model::Datum;
use crate::text::tools;
use crate::text::yaml::is_other_than_a_string;

/// The placeholder of the value.
pub(crate) const VALUE: &str = "VALUE";

/// How a pattern types its value.
#[derive(Debug, PartialEq, Eq)]
enum Form<'p> {
    /// On the line of the key, in these quotes, if in any.
    Scalar(Option<char>),
    /// The same, with this between the elements of a list.
    Joined(Option<char>, &'p str),
    /// Over several lines, with this number of words in each.
    Folded(Option<char>),
    /// On lines below that begin with this.
    Block(&'p str),
    /// Between brackets, each element in these quotes, if in any, with this between their quotes.
    Brackets(Option<char>, &'p str),
    /// Each element on a line of its own that begins with this, in these quotes, if in any.
    Lines(&'p str, Option<char>),
}

fn form(pattern: &str) -> Option<Form<'_>> {
    let (before, behind) = pattern.split_once(VALUE)?;
    let quote = before.chars().last().filter(|last| matches!(last, '"' | '\''));
    let (key, typed) = pattern.split_once(':')?;
    let typed = without_properties(typed);
    if behind.starts_with('{') && pattern.contains('\n') {
        // The quotes open on the first line, wherever they close.
        return Some(Form::Folded(typed.chars().next().filter(|first| matches!(first, '"' | '\''))));
    }
    let between = behind.split_once(VALUE).map(|(between, _)| between).filter(|text| !text.contains('\n'));
    let Some((_, line)) = before.rsplit_once('\n') else {
        let is_list = typed.starts_with('[') && before.len() > key.len();
        return Some(match (is_list, between) {
            (true, between) => Form::Brackets(quote, between.unwrap_or_default()),
            (false, Some(between)) => Form::Joined(quote, between),
            (false, None) => Form::Scalar(quote),
        });
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

/// Returns the text after a key, without spaces, anchor and tag.
fn without_properties(typed: &str) -> &str {
    let mut typed = typed.trim_start_matches([' ', '\t']);
    while typed.starts_with(['&', '!']) {
        let end = typed.find([' ', '\t', '\n']).unwrap_or(typed.len());
        typed = typed[end..].trim_start_matches([' ', '\t']);
    }
    typed
}

/// Returns whether a pattern types a list.
pub(super) fn is_list(pattern: &str) -> bool {
    matches!(form(pattern), Some(Form::Brackets(..) | Form::Lines(..) | Form::Joined(..)))
}

/// Returns a pattern with a value filled in. `None` if it cannot hold that value, because a reader would find
/// another one.
pub(crate) fn fill(pattern: &str, value: &Datum) -> Option<String> {
    let form = form(pattern)?;
    let list = |quote: Option<char>, between: &str| match value {
        Datum::List(items) if !items.is_empty() => {
            let names = items.iter().map(|item| quoted(item.as_str()?, quote));
            Some(names.collect::<Option<Vec<_>>>()?.join(between))
        }
        _ => None,
    };
    let text = || match value {
        Datum::List(_) | Datum::Map(_) => None,
        value => Some(value.to_string()),
    };
    let is_plain = matches!(
        form,
        Form::Scalar(None)
            | Form::Joined(None, _)
            | Form::Folded(None)
            | Form::Brackets(None, _)
            | Form::Lines(_, None)
    );
    if is_plain && is_misread(value) {
        return None;
    }
    let mark = |quote: Option<char>| quote.map_or(String::new(), String::from);
    let filled = match form {
        Form::Scalar(quote) => quoted(&text()?, quote)?,
        Form::Joined(quote, between) => list(quote, between)?,
        Form::Folded(quote) => {
            let filled = folded(pattern, &text()?, quote)?;
            return is_read_as(&filled, value).then_some(filled);
        }
        Form::Block(indent) => block(&text()?, indent)?,
        Form::Brackets(quote, "") => list(quote, &format!("{0}, {0}", mark(quote)))?,
        Form::Brackets(quote, between) => list(quote, between)?,
        Form::Lines(open, quote) => list(quote, &format!("{0}\n{open}{0}", mark(quote)))?,
    };
    let (before, behind) = pattern.split_once(VALUE)?;
    let is_repeated = matches!(form_between(pattern), Some(between) if !between.contains('\n'));
    let behind = if is_repeated { behind.split_once(VALUE)?.1 } else { behind };
    let filled = format!("{before}{filled}{behind}");
    is_read_as(&filled, value).then_some(filled)
}

/// Returns the text between the first two placeholders of a pattern.
fn form_between(pattern: &str) -> Option<&str> {
    Some(pattern.split_once(VALUE)?.1.split_once(VALUE)?.0)
}

/// The lines of a block, each indented except the first, which is already.
fn block(text: &str, indent: &str) -> Option<String> {
    let fits = !text.is_empty() && !text.starts_with([' ', '\t', '\n']) && !text.ends_with('\n');
    let lines = text.split('\n').enumerate().map(|(number, line)| match (number, line) {
        (0, line) => line.to_owned(),
        (_, "") => "\n".to_owned(),
        (_, line) => format!("\n{indent}{line}"),
    });
    fits.then(|| lines.collect())
}

/// Returns the placeholders in a folded pattern: range and number of words, `None` for all remaining words.
fn placeholders(pattern: &str) -> Vec<(Range<usize>, Option<usize>)> {
    let found = pattern.match_indices(VALUE).map(|(start, _)| {
        let end = start + VALUE.len();
        let count = pattern[end..].strip_prefix('{').and_then(|rest| rest.split_once('}'));
        match count.and_then(|(digits, _)| Some((digits.len(), digits.parse().ok()?))) {
            Some((length, count)) => (start..end + length + 2, Some(count)),
            None => (start..end, None),
        }
    });
    found.collect()
}

/// Returns a folded pattern with the words of a text. A line break in the pattern stands for a space, and a
/// blank line for a line break. Lines after the last word are dropped.
fn folded(pattern: &str, text: &str, quote: Option<char>) -> Option<String> {
    let places = placeholders(pattern);
    let first = places.first()?.0.start;
    let mut filled = pattern[..first].to_owned();
    let mut rest = text.trim_end_matches('\n');
    for (index, (range, count)) in places.iter().enumerate() {
        let next = places.get(index + 1).map(|(next, _)| &pattern[range.end..next.start]);
        let most = count.unwrap_or(usize::MAX);
        let line = rest.split('\n').next().unwrap_or_default();
        let end = match next {
            None => rest.len(),
            Some(_) => line.match_indices(' ').nth(most.checked_sub(1)?).map_or(line.len(), |(at, _)| at),
        };
        filled.push_str(&quoted(&rest[..end], quote)?);
        rest = &rest[end..];
        let Some(between) = next.filter(|_| !rest.is_empty()) else { break };
        let breaks = between.matches('\n').count();
        let separator = match breaks.checked_sub(1)? {
            0 => " ".to_owned(),
            blank => "\n".repeat(blank),
        };
        rest = rest.strip_prefix(&separator)?;
        filled.push_str(between);
    }
    filled.push_str(&pattern[places.last()?.0.end..]);
    Some(filled)
}

/// Returns whether a text, or one of a list, is a value of another type to some reader if it has no quotes.
fn is_misread(value: &Datum) -> bool {
    match value {
        Datum::String(text) => is_other_than_a_string(text),
        Datum::List(items) => items.iter().any(is_misread),
        _ => false,
    }
}

/// A text escaped for quotes.
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

/// Returns whether a reader of YAML finds this value in an entry.
fn is_read_as(entry: &str, value: &Datum) -> bool {
    match value {
        Datum::List(items) => {
            let wanted: Option<Vec<&str>> = items.iter().map(Datum::as_str).collect();
            let read = serde_yaml::from_str::<BTreeMap<String, Vec<String>>>(entry).ok();
            let names = read.and_then(|map| map.into_values().next());
            let names = names.or_else(|| scalar(entry).map(|line| tools::names(&line)));
            names.is_some_and(|names| wanted.is_some_and(|wanted| names == wanted))
        }
        Datum::String(text) => scalar(entry).is_some_and(|read| {
            // A block may be folded, and end in a line break.
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            let is_block = entry
                .split_once(':')
                .is_some_and(|(_, typed)| without_properties(typed).starts_with(['|', '>']));
            read == *text || (is_block && words(&read) == words(text))
        }),
        _ => true,
    }
}

/// The text that a YAML parser reads from an entry.
fn scalar(entry: &str) -> Option<String> {
    serde_yaml::from_str::<BTreeMap<String, String>>(entry).ok()?.into_values().next()
}

/// Returns the value of an entry, and the entry with `VALUE` in its place. An unquoted value is returned as a
/// string; the caller may know a better type for the key. `None` for other notations.
pub(crate) fn read(entry: &str) -> Option<(String, Datum)> {
    let (key, rest) = entry.split_once(':')?;
    let start = entry.len() - without_properties(rest).len();
    if start == entry.len() || entry[start..].starts_with('\n') {
        // An anchor belongs to the list below.
        let (first, below) = entry.split_once('\n')?;
        return read_lines(&entry[..first.len() + 1], below).filter(|_| !key.is_empty());
    }
    match entry[start..].chars().next()? {
        '|' | '>' => read_block(entry, start),
        '[' => read_brackets(entry, start),
        '{' | ']' | '}' | '*' | '%' | '@' | '`' | '#' | ',' => None,
        _ => read_scalar(entry, start),
    }
}

/// Where a scalar or a list in brackets ends that begins at an offset: before a comment, or at the end.
fn end_of_value(entry: &str, start: usize) -> Option<usize> {
    let typed = &entry[start..];
    let length = match typed.chars().next()? {
        '"' => {
            let mut is_escaped = false;
            let close = |letter: char| {
                let closes = letter == '"' && !is_escaped;
                is_escaped = letter == '\\' && !is_escaped;
                closes
            };
            1 + typed[1..].find(close)? + 1
        }
        '\'' => {
            let mut at = 1;
            loop {
                at += typed[at..].find('\'')? + 1;
                match typed[at..].starts_with('\'') {
                    true => at += 1,
                    false => break at,
                }
            }
        }
        '[' => typed.rfind(']')? + 1,
        _ => typed.find(" #").unwrap_or(typed.len()),
    };
    let length = typed[..length].trim_end().len();
    let behind = typed[length..].trim_start();
    (behind.is_empty() || (behind.starts_with('#') && !behind.contains('\n'))).then_some(start + length)
}

/// A scalar on the line of its key, or folded over several.
fn read_scalar(entry: &str, start: usize) -> Option<(String, Datum)> {
    let end = end_of_value(entry, start)?;
    let typed = &entry[start..end];
    // The caller knows whether the key has a number.
    let text = scalar(entry).or_else(|| (!typed.contains(['\n', '"', '\''])).then(|| typed.to_owned()))?;
    let quote = entry[start..].chars().next().filter(|first| matches!(first, '"' | '\''));
    let inner = match quote {
        Some(_) => start + 1..end.checked_sub(1).filter(|end| *end > start)?,
        None => start..end,
    };
    let (before, after) = (&entry[..inner.start], &entry[inner.end..]);
    let typed = &entry[inner];
    let pattern = if typed.contains('\n') { lines_of_words(typed)? } else { VALUE.to_owned() };
    Some((format!("{before}{pattern}{after}"), Datum::String(text)))
}

/// The lines of a folded text, each with the number of its words.
fn lines_of_words(typed: &str) -> Option<String> {
    let mut pattern = String::new();
    let mut lines = typed.split('\n').peekable();
    while let Some(line) = lines.next() {
        let words = line.trim_start_matches([' ', '\t']);
        pattern.push_str(&line[..line.len() - words.len()]);
        match (words, lines.peek()) {
            ("", Some(_)) => {}
            (_, None) => pattern.push_str(VALUE),
            (words, Some(_)) => pattern.push_str(&format!("{VALUE}{{{}}}", words.split(' ').count())),
        }
        if lines.peek().is_some() {
            pattern.push('\n');
        }
    }
    Some(pattern)
}

/// A list in brackets.
fn read_brackets(entry: &str, start: usize) -> Option<(String, Datum)> {
    let end = end_of_value(entry, start)?;
    let typed = &entry[start + 1..end - 1];
    let inner = typed.trim_matches(' ');
    let open = start + 1 + typed.len() - typed.trim_start_matches(' ').len();
    let (before, after) = (&entry[..open], &entry[open + inner.len()..]);
    [", ", ","].iter().find_map(|separator| {
        let names: Vec<&str> = inner.split(separator).collect();
        let (mark, names) = unquoted(&names)?;
        let pattern = match *separator {
            ", " => format!("{mark}{VALUE}{mark}"),
            separator => format!("{mark}{VALUE}{mark}{separator}{mark}{VALUE}{mark}"),
        };
        let pattern = format!("{before}{pattern}{after}");
        is_read_as(entry, &names).then_some((pattern, names))
    })
}

/// Lines below a key, each with an element of a list.
fn read_lines(first: &str, below: &str) -> Option<(String, Datum)> {
    let dash = below.find('-')?;
    let indent = dash + 1 + below[dash + 1..].len() - below[dash + 1..].trim_start_matches(' ').len();
    let (open, _) =
        below.split_at_checked(indent).filter(|(open, _)| open.ends_with(' ') && open.trim() == "-")?;
    let names: Option<Vec<&str>> = below.split('\n').map(|line| line.strip_prefix(open)).collect();
    let (mark, names) = unquoted(&names?)?;
    Some((format!("{first}{open}{mark}{VALUE}{mark}"), names))
}

/// Lines below a key that ends in `|` or `>`. Those below `>` are folded.
fn read_block(entry: &str, start: usize) -> Option<(String, Datum)> {
    let (header, below) = entry[start..].split_once('\n')?;
    let first = &entry[..start + header.len() + 1];
    let text = scalar(entry)?.trim_end_matches('\n').to_owned();
    if header.starts_with('>') && below.contains('\n') {
        return Some((format!("{first}{}", lines_of_words(below)?), Datum::String(text)));
    }
    let indent = &below[..below.len() - below.trim_start_matches(' ').len()];
    (!indent.is_empty()).then(|| (format!("{first}{indent}{VALUE}"), Datum::String(text)))
}

/// Names without their quotes, which must be the same for all.
fn unquoted(names: &[&str]) -> Option<(&'static str, Datum)> {
    let names: Vec<(&'static str, String)> = names.iter().map(|name| unquote(name)).collect::<Option<_>>()?;
    let mark = names.first()?.0;
    let is_one = names.iter().all(|(other, name)| *other == mark && !name.trim().is_empty());
    is_one.then(|| (mark, Datum::List(names.into_iter().map(|(_, name)| Datum::String(name)).collect())))
}

/// Returns a text without its quotes, and the quotes. `None` if it has escapes or is not closed.
fn unquote(typed: &str) -> Option<(&'static str, String)> {
    if let Some(inner) = typed.strip_prefix('"') {
        let inner = inner.strip_suffix('"')?;
        return (!inner.contains(['"', '\\'])).then(|| ("\"", inner.to_owned()));
    }
    match typed.strip_prefix('\'') {
        Some(inner) => Some(("'", inner.strip_suffix('\'')?.replace("''", "'"))),
        None => Some(("", typed.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_fills_the_pattern_again() {
        let cases = [
            ("description: Does x", "description: VALUE"),
            ("description:  \"Does \\\"x\\\"\" ", "description:  \"VALUE\" "),
            ("description: 'it''s'", "description: 'VALUE'"),
            ("description: >\n  Folded\n  words", "description: >\n  VALUE{1}\n  VALUE"),
            (
                "description: >-\n  One.\n  Two words.\n\n  Three.",
                "description: >-\n  VALUE{1}\n  VALUE{2}\n\n  VALUE",
            ),
            ("description: > # why\n  one line", "description: > # why\n  VALUE"),
            ("description: One two\n  three", "description: VALUE{2}\n  VALUE"),
            ("description: \"One \\\"two\\\"\n  three\" # c", "description: \"VALUE{2}\n  VALUE\" # c"),
            ("description: 'One\n\n  it''s'", "description: 'VALUE{1}\n\n  VALUE'"),
            ("description: Does x # comment", "description: VALUE # comment"),
            ("description: &d \"x\" # c", "description: &d \"VALUE\" # c"),
            ("tools: [Read,Grep]", "tools: [VALUE,VALUE]"),
            ("tools: [ 'Read','Grep' ] # c", "tools: [ 'VALUE','VALUE' ] # c"),
            ("tools: &t\n  - Read", "tools: &t\n  - VALUE"),
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
    fn front_matter_in_other_notations_is_not_read() {
        let entries = [
            "tools:",
            "description: Use: when",
            "description: *alias",
            "description: >-\n  a\n    more\n  c",
            "description: 1.0",
            "description: yes",
            "a: [\"b\", c]",
            "a: {b: c}",
            "a:\n  b: c",
            "a: \"b",
            "a: \"\\u0041\"",
            "a:\n  - b\n    c",
            "a: |\nb",
            "a: [b",
        ];
        for entry in entries {
            let back = read(entry).and_then(|(pattern, value)| fill(&pattern, &value));
            assert_ne!(back.as_deref(), Some(entry), "{entry}");
        }
    }

    #[test]
    fn a_pattern_holds_no_value_that_would_be_read_as_another() {
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
        let joined = |pattern| fill(pattern, &list(&["b", "c"]));
        assert_eq!(joined("a: VALUE,VALUE").as_deref(), Some("a: b,c"));
        assert_eq!(joined("a: 'VALUE VALUE' # d").as_deref(), Some("a: 'b c' # d"));
        let folded = |value| fill("a: >-\n  VALUE{2}\n  VALUE", &text(value));
        assert_eq!(folded("b c d e").as_deref(), Some("a: >-\n  b c\n  d e"));
        assert_eq!(folded("b").as_deref(), Some("a: >-\n  b"));
        assert_eq!(fill("a: \"VALUE\"", &text("b\n: \\c")).as_deref(), Some("a: \"b\\n: \\\\c\""));
    }
}
