//! The keys of targets, and the types of their values.

use super::Vocabulary;
use crate::model::claim::Datum;

/// The type of a front matter value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyType {
    String,
    /// One of these strings.
    OneOf(&'static [&'static str]),
    /// An integer of at least 1.
    Count,
    Boolean,
    /// A number from the first to the second.
    Number(u32, u32),
    /// A string or a list of strings.
    StringOrStrings,
    /// A list of strings.
    Strings,
    /// A list of different strings of ASCII, at least one.
    Names,
    /// Patterns of paths: a string or a list of strings, written on one line with commas.
    Globs(Quoting),
    /// A table whose values are strings.
    StringMap,
    /// A table.
    Map,
    /// Any value, written unchanged.
    Any,
}

/// How patterns of paths are written in front matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quoting {
    /// As YAML.
    Yaml,
    /// Without quotes, for readers that take the rest of the line literally. A pattern that begins with `*` is then no
    /// valid YAML.
    Bare,
}

impl KeyType {
    /// Returns whether a value has this type.
    pub(crate) fn accepts(self, datum: &Datum) -> bool {
        let is_string = |item: &Datum| matches!(item, Datum::String(_));
        match (self, datum) {
            (KeyType::Any, _)
            | (KeyType::String | KeyType::StringOrStrings, Datum::String(_))
            | (KeyType::Boolean, Datum::Boolean(_)) => true,
            (KeyType::OneOf(words), Datum::String(text)) => words.contains(&text.as_str()),
            (KeyType::Count, Datum::Integer(number)) => *number >= 1,
            (KeyType::Number(least, most), Datum::Integer(number)) => {
                (i64::from(least)..=i64::from(most)).contains(number)
            }
            (KeyType::Number(least, most), Datum::Float(number)) => {
                (f64::from(least)..=f64::from(most)).contains(number)
            }
            (KeyType::Globs(_), Datum::String(text)) => is_pattern(text),
            (KeyType::Globs(_), Datum::List(list)) => list
                .iter()
                .all(|item| item.as_str().is_some_and(|text| is_pattern(text) && !has_outer_comma(text))),
            (KeyType::StringOrStrings | KeyType::Strings, Datum::List(list)) => list.iter().all(is_string),
            (KeyType::Names, Datum::List(list)) => {
                let is_name = |item: &Datum| {
                    item.as_str().is_some_and(|text| text.is_ascii() && !text.trim().is_empty())
                };
                let is_new = |(at, item): (usize, &Datum)| !list[..at].contains(item);
                !list.is_empty() && list.iter().all(is_name) && list.iter().enumerate().all(is_new)
            }
            (KeyType::Map, Datum::Map(_)) => true,
            (KeyType::StringMap, Datum::Map(map)) => map.values().all(is_string),
            _ => false,
        }
    }

    /// The type as messages describe it.
    pub(crate) fn describe(self) -> String {
        match self {
            KeyType::String => "a string".to_owned(),
            KeyType::OneOf(words) => format!("one of {}", words.join(", ")),
            KeyType::Count => "a whole number of at least 1".to_owned(),
            KeyType::Boolean => "true or false".to_owned(),
            KeyType::Number(least, most) => format!("a number from {least} to {most}"),
            KeyType::Strings => "a list of strings".to_owned(),
            KeyType::Names => "a list of different strings of ASCII, at least one".to_owned(),
            KeyType::Globs(_) => "a list of path patterns, or one string with commas between them".to_owned(),
            KeyType::StringOrStrings => "a string or a list of strings".to_owned(),
            KeyType::StringMap => "a table of strings".to_owned(),
            KeyType::Map => "a table".to_owned(),
            KeyType::Any => "any value".to_owned(),
        }
    }

    /// The value of this type that says nothing.
    pub(crate) fn empty(self) -> Datum {
        match self {
            KeyType::Strings | KeyType::Names => Datum::List(Vec::new()),
            KeyType::StringMap | KeyType::Map => Datum::Map(Default::default()),
            _ => Datum::String(String::new()),
        }
    }
}

/// Returns whether a text can be a pattern of paths on a line of its own.
fn is_pattern(text: &str) -> bool {
    !text.trim().is_empty() && !text.contains(['\n', '\r', '"', '\'', '#'])
}

/// Whether a pattern has a comma that is not between braces, as in `*.{ts,tsx}`: it would be two patterns.
fn has_outer_comma(pattern: &str) -> bool {
    let mut depth = 0_usize;
    pattern.chars().any(|letter| {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        letter == ',' && depth == 0
    })
}

/// A key that a profile can set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key {
    pub name: &'static str,
    pub value: KeyType,
    /// The maximum number of characters, if there is one.
    pub most: Option<usize>,
    /// Whether outputs without it are not loaded, or never applied.
    pub is_required: bool,
    /// Whether a persona without its value says something else, or may do more.
    pub is_significant: bool,
    /// Whether it is written with an empty value if nothing sets it.
    pub is_always_written: bool,
    /// The values that the program knows, if someone lists them.
    pub known: Option<&'static Vocabulary<'static>>,
}

pub(super) const fn key(name: &'static str, value: KeyType) -> Key {
    Key {
        name,
        value,
        most: None,
        is_required: false,
        is_significant: false,
        is_always_written: false,
        known: None,
    }
}

/// A key for a name that the program has to know.
pub(super) const fn named(name: &'static str, known: &'static Vocabulary<'static>) -> Key {
    Key { known: Some(known), ..key(name, KeyType::String) }
}

/// A key whose value is content of the persona, or restricts it.
pub(super) const fn significant(name: &'static str, value: KeyType) -> Key {
    Key { is_significant: true, ..key(name, value) }
}
