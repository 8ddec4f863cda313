//! The keys of targets.

use super::{Facts, KeyType, Vocabulary};
use crate::model::wording::{one_or_many, series};

/// A key that a profile can set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key {
    pub name: &'static str,
    pub value: KeyType,
    /// The maximum number of characters, if there is one.
    pub most: Option<usize>,
    /// Whether outputs without it are not loaded, or never applied.
    pub is_required: bool,
    /// Whether a persona without its value reads differently, or may do more.
    pub is_significant: bool,
    /// Whether outputs have it. A key that they do not have decides what else they have, and where.
    pub is_written: bool,
    /// Whether it is written with an empty value if nothing sets it.
    pub is_always_written: bool,
    /// The names that the program knows as its value, or as the keys of its value, if someone lists them.
    pub known: Option<&'static Vocabulary<'static>>,
    /// Where the program documents that it applies the last of the rules in the value that match.
    pub last_applies: Option<Facts>,
    /// The names that references in the value to variables of the program can have.
    pub variables: Option<&'static Variables>,
    /// The programs that added it to the format, if other readers refuse it.
    pub dialects: &'static [&'static Dialect],
}

/// Variables that a program fills in: `${{ secrets.NAME }}`.
#[derive(Debug)]
pub(crate) struct Variables {
    /// What comes before the name.
    pub stores: &'static [&'static str],
    /// The beginning of all names that are filled in.
    pub prefix: &'static str,
    pub facts: Facts,
}

impl Variables {
    /// The names in a text that are not filled in.
    pub(crate) fn unknown<'t>(&self, text: &'t str) -> Vec<&'t str> {
        let references = text.split("${{").skip(1).filter_map(|rest| Some(rest.split_once("}}")?.0.trim()));
        let name = |inner: &'t str| self.stores.iter().find_map(|store| inner.strip_prefix(store));
        references.filter_map(name).filter(|name| !name.starts_with(self.prefix)).collect()
    }
}

/// A program that reads more keys than a format has.
#[derive(Debug)]
pub(crate) struct Dialect {
    pub who: &'static str,
    /// The path at which this program looks for outputs, and readers that refuse its keys do not.
    pub path: &'static str,
    pub facts: Facts,
}

impl Dialect {
    /// Whether this program looks for outputs at a path.
    pub(crate) fn is_at(&self, path: &str) -> bool {
        super::paths::fits(self.path, path)
    }
}

/// When a key has no effect, by the value of another key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Idle {
    /// Where the other key has this value.
    Where(&'static str),
    /// Where it has another value, or none.
    Unless(&'static str),
}

impl Idle {
    /// Whether the key has no effect, given the value of the other one.
    pub(crate) fn applies(self, value: Option<&str>) -> bool {
        match self {
            Idle::Where(idle) => value == Some(idle),
            Idle::Unless(needed) => value != Some(needed),
        }
    }

    /// The predicate of a sentence about the key.
    pub(crate) fn clause(self, other: &str) -> String {
        match self {
            Idle::Where(value) => format!("has no effect where `{other}` is `{value}`"),
            Idle::Unless(value) => format!("has no effect unless `{other}` is `{value}`"),
        }
    }
}

impl Key {
    /// The programs that added it, with their verb: `Claude Code and VS Code read`.
    pub(crate) fn readers(&self) -> String {
        let who = series(self.dialects.iter().map(|dialect| dialect.who.to_string()), usize::MAX);
        format!("{who} {}", one_or_many(self.dialects.len(), "reads", "read"))
    }

    /// The name of the field that fills it in where the profile sets no value. A field is for all programs, and most refuse
    /// what one of them adds to a format, so no field fills in such a key, nor one that outputs do not have.
    pub(crate) fn field(&self) -> Option<String> {
        (self.dialects.is_empty() && self.is_written).then(|| self.name.replace('-', "_"))
    }
}

pub(super) const fn key(name: &'static str, value: KeyType) -> Key {
    Key {
        name,
        value,
        most: None,
        is_required: false,
        is_significant: false,
        is_written: true,
        is_always_written: false,
        known: None,
        last_applies: None,
        variables: None,
        dialects: &[],
    }
}

/// A key that outputs do not have.
pub(super) const fn setting(name: &'static str, value: KeyType) -> Key {
    Key { is_written: false, ..key(name, value) }
}

/// A key for a name that the program has to know.
pub(super) const fn named(name: &'static str, known: &'static Vocabulary<'static>) -> Key {
    Key { known: Some(known), ..key(name, KeyType::String) }
}

/// A key whose value is content of the persona, or restricts it.
pub(super) const fn significant(name: &'static str, value: KeyType) -> Key {
    Key { is_significant: true, ..key(name, value) }
}
