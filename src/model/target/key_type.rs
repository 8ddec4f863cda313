//! The types of the values of a target's keys.

use crate::model::claim::Datum;
use crate::model::wording::series;

/// The type of a front matter value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyType {
    String,
    /// A string that is not empty.
    Filled,
    /// One of these strings.
    OneOf(&'static [&'static str]),
    /// An integer of at least this.
    AtLeast(u32),
    Boolean,
    /// Any number.
    AnyNumber,
    /// A number from the first to the second.
    Number(u32, u32),
    /// A list of different names, at least one: letters of ASCII, digits, spaces, hyphens and underscores.
    Names,
    /// One pattern of paths.
    Pattern,
    /// Patterns of paths: a string or a list of strings, written on one line with commas.
    Globs(Quoting),
    /// A list of values of one type.
    List(&'static KeyType),
    /// A table whose values have one type.
    MapOf(&'static KeyType),
    /// A table in which these keys have types, and others any value.
    Table(&'static [Member]),
    /// A table.
    Map,
    /// One of two types.
    Either(&'static [KeyType; 2]),
    /// Any value, written unchanged.
    Any,
}

/// A key of a table that is a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Member {
    pub name: &'static str,
    pub value: KeyType,
    pub is_required: bool,
}

pub(super) const fn required(name: &'static str, value: KeyType) -> Member {
    Member { name, value, is_required: true }
}

pub(super) const fn optional(name: &'static str, value: KeyType) -> Member {
    Member { name, value, is_required: false }
}

/// How patterns of paths are written in front matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quoting {
    /// As YAML.
    Yaml,
    /// As YAML, for readers that also take a pattern without quotes.
    Optional,
    /// Without quotes, for readers that take the rest of the line literally. A pattern that begins with `*` is then no
    /// valid YAML.
    Bare,
}

/// A part of a value, or the whole, that does not have its type.
#[derive(Debug, PartialEq)]
pub(crate) struct Objection<'d> {
    /// The keys and places in lists that lead to it, from the outside. Empty for the value itself.
    pub path: Vec<Step<'d>>,
    pub wanted: KeyType,
    /// Nothing if it is missing.
    pub found: Option<&'d Datum>,
}

/// A step into a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step<'d> {
    Key(&'d str),
    /// A place in a list, from 0.
    Item(usize),
}

impl KeyType {
    /// An integer of at least 1.
    pub(crate) const COUNT: KeyType = KeyType::AtLeast(1);

    /// A list of strings.
    pub(crate) const STRINGS: KeyType = KeyType::List(&KeyType::String);

    /// A string or a list of strings.
    pub(crate) const STRING_OR_STRINGS: KeyType = KeyType::Either(&[KeyType::String, KeyType::STRINGS]);

    /// A pattern of paths or a list of them.
    pub(crate) const PATTERNS: KeyType =
        KeyType::Either(&[KeyType::Pattern, KeyType::List(&KeyType::Pattern)]);

    /// Returns whether a value has this type.
    pub(crate) fn accepts(self, datum: &Datum) -> bool {
        self.objections(datum).is_empty()
    }

    /// Returns the parts of a value that do not have their types.
    pub(crate) fn objections<'d>(self, datum: &'d Datum) -> Vec<Objection<'d>> {
        let inside = |step: Step<'d>, value: &'d Datum, wanted: KeyType| {
            let mut objections = wanted.objections(value);
            objections.iter_mut().for_each(|objection| objection.path.insert(0, step));
            objections
        };
        let own = || Objection { path: Vec::new(), wanted: self, found: Some(datum) };
        match (self, datum) {
            (KeyType::List(of), Datum::List(items)) => {
                items.iter().enumerate().flat_map(|(at, item)| inside(Step::Item(at), item, *of)).collect()
            }
            (KeyType::MapOf(of), Datum::Map(map)) => {
                map.iter().flat_map(|(name, value)| inside(Step::Key(name), value, *of)).collect()
            }
            (KeyType::Table(entries), Datum::Map(map)) => {
                let of_entry = |entry: &Member| match map.get(entry.name) {
                    Some(value) => inside(Step::Key(entry.name), value, entry.value),
                    None if entry.is_required => {
                        let path = vec![Step::Key(entry.name)];
                        vec![Objection { path, wanted: entry.value, found: None }]
                    }
                    None => Vec::new(),
                };
                entries.iter().flat_map(of_entry).collect()
            }
            (KeyType::Globs(quoting), Datum::List(items)) => {
                let is_one = |item: &Datum| {
                    item.as_str().is_some_and(|text| is_pattern(text, quoting) && !has_outer_comma(text))
                };
                let others = items.iter().enumerate().filter(|(_, item)| !is_one(item));
                let objection =
                    |(at, item)| Objection { path: vec![Step::Item(at)], wanted: self, found: Some(item) };
                others.map(objection).collect()
            }
            (KeyType::Either(types), _) => {
                let objections = types.map(|of| of.objections(datum));
                if objections.iter().any(Vec::is_empty) {
                    return Vec::new();
                }
                // An objection to the intended type is more helpful than one that names both types.
                let mut meant = types.iter().zip(objections).filter(|(of, _)| of.is_like(datum));
                meant.next().map_or_else(|| vec![own()], |(_, objections)| objections)
            }
            _ if self.accepts_whole(datum) => Vec::new(),
            _ => vec![own()],
        }
    }

    /// Returns whether a value has this type, for types of values without parts.
    fn accepts_whole(self, datum: &Datum) -> bool {
        match (self, datum) {
            (KeyType::Any, _)
            | (KeyType::String, Datum::String(_))
            | (KeyType::Boolean, Datum::Boolean(_))
            | (KeyType::AnyNumber, Datum::Integer(_) | Datum::Float(_))
            | (KeyType::Map, Datum::Map(_)) => true,
            (KeyType::Filled, Datum::String(text)) => !text.trim().is_empty(),
            (KeyType::OneOf(words), Datum::String(text)) => words.contains(&text.as_str()),
            (KeyType::AtLeast(least), Datum::Integer(number)) => *number >= i64::from(least),
            (KeyType::Number(least, most), Datum::Integer(number)) => {
                (i64::from(least)..=i64::from(most)).contains(number)
            }
            (KeyType::Number(least, most), Datum::Float(number)) => {
                (f64::from(least)..=f64::from(most)).contains(number)
            }
            (KeyType::Pattern, Datum::String(text)) => is_pattern(text, Quoting::Yaml),
            (KeyType::Globs(quoting), Datum::String(text)) => is_pattern(text, quoting),
            (KeyType::Names, Datum::List(list)) => {
                let is_part = |letter: char| letter.is_ascii_alphanumeric() || " -_".contains(letter);
                let is_name = |item: &Datum| {
                    item.as_str().is_some_and(|text| !text.trim().is_empty() && text.chars().all(is_part))
                };
                let is_new = |(at, item): (usize, &Datum)| !list[..at].contains(item);
                !list.is_empty() && list.iter().all(is_name) && list.iter().enumerate().all(is_new)
            }
            _ => false,
        }
    }

    /// Returns whether a value is a string, list, table, ... as this type demands, whatever it holds.
    pub(crate) fn is_like(self, datum: &Datum) -> bool {
        match self {
            KeyType::String | KeyType::Filled | KeyType::OneOf(_) | KeyType::Pattern => {
                matches!(datum, Datum::String(_))
            }
            KeyType::Globs(_) => matches!(datum, Datum::String(_) | Datum::List(_)),
            KeyType::AtLeast(_) => matches!(datum, Datum::Integer(_)),
            KeyType::Number(..) | KeyType::AnyNumber => matches!(datum, Datum::Integer(_) | Datum::Float(_)),
            KeyType::Boolean => matches!(datum, Datum::Boolean(_)),
            KeyType::Names | KeyType::List(_) => matches!(datum, Datum::List(_)),
            KeyType::MapOf(_) | KeyType::Table(_) | KeyType::Map => matches!(datum, Datum::Map(_)),
            KeyType::Either(types) => types.iter().any(|of| of.is_like(datum)),
            KeyType::Any => true,
        }
    }

    /// The type as messages describe it.
    pub(crate) fn describe(self) -> String {
        match self {
            KeyType::String => "a string".to_owned(),
            KeyType::Filled => "a non-empty string".to_owned(),
            KeyType::OneOf([word]) => format!("`{word}`"),
            KeyType::OneOf(words) => format!("one of {}", words.join(", ")),
            KeyType::AtLeast(least) => format!("a whole number of at least {least}"),
            KeyType::Boolean => "true or false".to_owned(),
            KeyType::AnyNumber => "a number".to_owned(),
            KeyType::Number(least, most) => format!("a number from {least} to {most}"),
            KeyType::Names => {
                "a list of different names of letters, digits, spaces, `-` and `_`, at least one".to_owned()
            }
            KeyType::Pattern => "a path pattern".to_owned(),
            KeyType::Globs(_) => "a list of path patterns, or one string with commas between them".to_owned(),
            KeyType::List(of) => format!("a list of {}", of.describe_several()),
            KeyType::MapOf(of) => format!("a table of {}", of.describe_several()),
            KeyType::Table(entries) => {
                let names: Vec<String> = entries
                    .iter()
                    .filter(|entry| entry.is_required)
                    .map(|entry| format!("`{}`", entry.name))
                    .collect();
                match names.is_empty() {
                    true => "a table".to_owned(),
                    false => format!("a table with {}", series(names, usize::MAX)),
                }
            }
            KeyType::Map => "a table".to_owned(),
            KeyType::Either([one, KeyType::MapOf(KeyType::Either([inner, _]))]) if one == inner => {
                format!("{}, or a table of them by names and patterns", one.describe())
            }
            KeyType::Either([one, other]) => format!("{} or {}", one.describe(), other.describe()),
            KeyType::Any => "any value".to_owned(),
        }
    }

    /// Several values of the type as messages describe them.
    fn describe_several(self) -> String {
        match self {
            KeyType::String => "strings".to_owned(),
            KeyType::Pattern => "path patterns".to_owned(),
            KeyType::Table(_) | KeyType::Map => self.describe().replacen("a table", "tables", 1),
            KeyType::List(_) => self.describe().replacen("a list", "lists", 1),
            _ => format!("values that are {}", self.describe()),
        }
    }

    /// Adds the tables and lists that a value lacks and must have, as empty ones. Returns how many.
    pub(crate) fn complete(self, datum: &mut Datum) -> usize {
        match (self, datum) {
            (KeyType::List(of), Datum::List(items)) => items.iter_mut().map(|item| of.complete(item)).sum(),
            (KeyType::Table(entries), Datum::Map(map)) => {
                let mut added = 0;
                for entry in entries {
                    let is_container =
                        matches!(entry.value, KeyType::Map | KeyType::MapOf(_) | KeyType::List(_));
                    match map.get_mut(entry.name) {
                        Some(value) => added += entry.value.complete(value),
                        None if entry.is_required && is_container => {
                            // TOML has tables after the other values.
                            let end = map.values().position(Datum::has_maps).unwrap_or(map.len());
                            map.shift_insert(end, entry.name.to_owned(), entry.value.empty());
                            added += 1;
                        }
                        None => {}
                    }
                }
                added
            }
            _ => 0,
        }
    }

    /// The empty value of this type.
    pub(crate) fn empty(self) -> Datum {
        match self {
            KeyType::List(_) | KeyType::Names => Datum::List(Vec::new()),
            KeyType::MapOf(_) | KeyType::Table(_) | KeyType::Map => Datum::Map(Default::default()),
            _ => Datum::String(String::new()),
        }
    }
}

/// Returns whether a text can be a pattern of paths on a line of its own. Without quotes, a reader would take one that is
/// all in brackets for a list, and one with `#` or quotes for something else.
fn is_pattern(text: &str, quoting: Quoting) -> bool {
    let is_one_line = !text.trim().is_empty() && !text.contains(['\n', '\r']);
    let is_plain = || !text.contains(['"', '\'', '#']) && !is_bracketed(text);
    is_one_line && is_closed(text) && (quoting != Quoting::Bare || is_plain())
}

/// Returns whether the bracket that begins a text is closed by its last character.
fn is_bracketed(text: &str) -> bool {
    let mut depth = 0_usize;
    let closing = text.char_indices().find(|(_, letter)| {
        match letter {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    });
    text.starts_with('[') && closing.is_some_and(|(at, _)| at + 1 == text.len())
}

/// Returns whether each bracket and brace of a pattern has its partner. Readers take others literally, or refuse them.
fn is_closed(pattern: &str) -> bool {
    let mut open = Vec::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => {
                letters.next();
            }
            // Within brackets, only the closing one counts.
            ']' if open.last() == Some(&'[') => {
                open.pop();
            }
            _ if open.last() == Some(&'[') => {}
            '[' => open.push('['),
            '{' => open.push('{'),
            '}' if open.pop() != Some('{') => return false,
            _ => {}
        }
    }
    open.is_empty()
}

/// Whether a pattern has a comma that is not between braces, as in `*.{ts,tsx}`: it would be two patterns.
fn has_outer_comma(pattern: &str) -> bool {
    between_commas(pattern).nth(1).is_some()
}

/// The parts of a text between commas. A comma between braces divides nothing.
pub(super) fn between_commas(patterns: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    patterns.split(move |letter: char| {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        letter == ',' && depth == 0
    })
}
