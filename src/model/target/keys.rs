//! The keys of targets.

use super::{Facts, KeyType, Vocabulary};

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
    /// Whether it is written with an empty value if nothing sets it.
    pub is_always_written: bool,
    /// The names that the program knows as its value, or as the keys of its value, if someone lists them.
    pub known: Option<&'static Vocabulary<'static>>,
    /// Where the program documents that it applies the last of the rules in the value that match.
    pub last_applies: Option<Facts>,
    /// The names that references in the value to variables of the program can have.
    pub variables: Option<&'static Variables>,
    /// The program that added it to the format, if other readers refuse it.
    pub dialect: Option<&'static Dialect>,
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
    /// The path at which only this program reads outputs.
    pub path: &'static str,
    pub facts: Facts,
}

impl Dialect {
    /// Whether only this program looks for outputs at a path.
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
    /// The name of the field that fills it in where the profile sets no value. A field is for all programs, and most refuse
    /// what one of them adds to a format, so no field fills in such a key.
    pub(crate) fn field(&self) -> Option<String> {
        self.dialect.is_none().then(|| self.name.replace('-', "_"))
    }
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
        last_applies: None,
        variables: None,
        dialect: None,
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
