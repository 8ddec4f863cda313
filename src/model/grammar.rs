//! The grammar: every key of fragments, profiles and `cento.toml`, with its type, default and meaning.
//!
//! Each TOML table is an enum here, with a row for each key. Readers match on the enum, so a row without a reader, or a
//! reader without a row, does not compile. The help for unknown keys, the tables in `docs/grammar.md` and `cento
//! schema` are generated from the same rows. `[layout]`, `[target]` and `[severity]` have tables of their own:
//! [`LAYOUT`](super::LAYOUT), [`TARGETS`](super::TARGETS) and [`CODES`](super::CODES).

mod body;
mod config;
mod fragment;
mod profile;

pub(crate) use body::{
    Body, Entries, Entry, Field, Group, Grouping, Heading, Outputs, Tools, group_tables, part_key,
};
pub(crate) use config::{
    Accept, Config, Defaults, Except, Known, Paths, Personas, Require, Selector, Style, Subject, TARGET_NAMES,
};
pub(crate) use fragment::{Fragment, FragmentFile};
pub(crate) use profile::{BOLD, BOTH, Drop, Profile, Remove, Resolve, Section, own_field};

use super::address;
use super::claim::{Force, Part};

/// The type of a key's value.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Type {
    String,
    /// A string that is not blank.
    Text,
    /// A string of one line that is not blank.
    Line,
    /// A string of one line, or the empty string.
    Heading,
    /// The path of a directory in the workspace.
    Directory,
    /// A boolean.
    Truth,
    /// An integer above zero.
    Count,
    /// A string, number or boolean.
    Scalar,
    /// Any value except a date.
    Any,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A string of this form.
    Name(Name),
    /// A list that may contain duplicates.
    List(&'static Type),
    /// A list without duplicates, of at least this length.
    Set(&'static Type, usize),
    /// Two different entries, each as `SOURCE:ADDRESS`.
    Sides,
    /// One value, or a nonempty list.
    OneOrMore(&'static Type),
    /// Ids of siblings, as one string or a list.
    Anchors,
    /// Any of these types.
    Either(&'static [Type]),
    /// A table with these keys.
    Table(fn() -> Table),
    /// An array of tables with these keys.
    Tables(fn() -> Table),
    /// A table from names of this form to values, with at least this many entries.
    Map(Name, &'static Type, usize),
    /// An entry of a body.
    Entry(Part),
    /// The settings of `[layout]`.
    Layout,
    /// A table of settings for each target.
    Targets,
    /// Severities by code.
    Severities,
    /// Relations by subject. The dots of a subject may be nested tables.
    Subjects,
}

/// The form of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Name {
    /// Any string.
    Any,
    /// An id: lower-case letters, digits and hyphens.
    Id,
    /// An id that is not the start of another kind of address.
    Kind,
    /// The name of a field.
    Field,
    /// One or more ids with dots between them.
    Subject,
    /// The name of a tool.
    Tool,
    /// The name of a force.
    Force,
}

/// The default of a key.
#[derive(Debug, Clone, Copy)]
pub(crate) enum LeftOut {
    /// Nothing.
    Nothing,
    /// False.
    False,
    /// This text.
    Text(&'static str),
    /// This list.
    List(&'static [&'static str]),
    /// A default that this sentence describes.
    Derived(&'static str),
    /// As [`LeftOut::Required`] in a fragment. In a profile, the entry below keeps its own.
    RequiredInFragment,
    /// The key is required. Without it, `missing-key` is reported, with this help if it is not empty.
    Required(&'static str),
}

/// The row of a key.
#[derive(Debug)]
pub(crate) struct Row {
    /// The key.
    pub name: &'static str,
    /// The key with its table, where messages name that.
    pub path: &'static str,
    /// The path as messages show it: in backticks.
    pub shown: &'static str,
    pub value: Type,
    pub left_out: LeftOut,
    /// Its meaning, in one sentence.
    pub summary: &'static str,
}

/// A constraint between the keys of one table.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Rule {
    /// Exactly one of these is present.
    ExactlyOne(&'static [&'static str]),
    /// At least one of these is present.
    AtLeastOne(&'static [&'static str]),
    /// At most one of these is present.
    AtMostOne(&'static [&'static str]),
    /// The first key has no effect without one of the others.
    Needs(&'static str, &'static [&'static str]),
}

/// A TOML table and the keys it may have.
#[derive(Debug)]
pub(crate) struct Table {
    /// The name, in one or two words.
    pub name: &'static str,
    pub rows: Vec<&'static Row>,
    pub rules: Vec<Rule>,
}

/// The keys of one table.
pub(crate) trait Keys: Copy + 'static {
    /// The name of the table, in one or two words.
    const NAME: &'static str;
    /// The place of an unknown key, for messages.
    const PLACE: &'static str;
    /// Constraints between the keys.
    fn rules() -> Vec<Rule> {
        Vec::new()
    }

    /// Every key, in the order of the reference.
    fn rows() -> impl Iterator<Item = &'static Row>;

    /// The names of the keys that hold a text.
    fn texts() -> impl Iterator<Item = &'static str> {
        let is_text = |row: &&Row| {
            matches!(row.value, Type::String | Type::Text | Type::Line | Type::Name(_) | Type::OneOf(_))
        };
        Self::rows().filter(is_text).map(|row| row.name)
    }

    /// The key with this name.
    fn find(name: &str) -> Option<Self>;

    fn row(self) -> &'static Row;

    /// The key.
    fn name(self) -> &'static str {
        self.row().name
    }

    /// The key as messages show it: in backticks, with its table where that is needed.
    fn shown(self) -> &'static str {
        self.row().shown
    }
}

/// The table with these keys.
pub(crate) fn table<K: Keys>() -> Table {
    Table { name: K::NAME, rows: K::rows().collect(), rules: K::rules() }
}

/// Returns the header of the table at this path of keys: `[body.rules]`.
pub(crate) fn header<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    format!("[{}]", address::place(names))
}

/// Returns the header of the table of a target: `[target.claude]`.
pub(crate) fn target_header(target: &str) -> String {
    header([Profile::Target.name(), target])
}

/// Returns the header of an array of tables: `[[remove]]`.
pub(crate) fn headers(array: &str) -> String {
    format!("[{}]", header([array]))
}

/// The keys of a table that has two groups of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Or<A, B> {
    /// A key of the first group.
    Own(A),
    /// A key of the second group.
    Shared(B),
}

/// Makes an enum of keys from rows: variant, key, type, default, meaning.
macro_rules! keys {
    (
        $(#[$meta:meta])*
        $table:ident, $name:literal, $place:literal, $prefix:literal $(, $rules:expr)?;
        $($key:ident = $word:literal, $value:expr, $left_out:expr, $summary:literal;)*
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum $table {
            $(#[doc = $summary] $key,)*
        }

        impl $table {
            const ALL: &'static [$table] = &[$($table::$key),*];
            const ROWS: &'static [$crate::model::grammar::Row] = &[$($crate::model::grammar::Row {
                name: $word,
                path: concat!($prefix, $word),
                shown: concat!("`", $prefix, $word, "`"),
                value: $value,
                left_out: $left_out,
                summary: $summary,
            }),*];

            /// The key.
            pub(crate) const fn name(self) -> &'static str {
                Self::ROWS[self as usize].name
            }
        }

        impl $crate::model::grammar::Keys for $table {
            const NAME: &'static str = $name;
            const PLACE: &'static str = $place;
            $(fn rules() -> Vec<$crate::model::grammar::Rule> {
                const RULES: &[$crate::model::grammar::Rule] = $rules;
                RULES.to_vec()
            })?

            fn rows() -> impl Iterator<Item = &'static $crate::model::grammar::Row> {
                Self::ROWS.iter()
            }

            fn find(name: &str) -> Option<Self> {
                let at = Self::ROWS.iter().position(|row| row.name == name)?;
                Self::ALL.get(at).copied()
            }

            fn row(self) -> &'static $crate::model::grammar::Row {
                &Self::ROWS[self as usize]
            }

            fn name(self) -> &'static str {
                <$table>::name(self)
            }
        }
    };
}
use keys;

/// Declares a table whose keys are those of two enums. So are its rules, unless it has its own.
macro_rules! joined {
    (@rules $own:ty, $shared:ty) => {
        [<$own>::rules(), <$shared>::rules()].concat()
    };
    (@rules $own:ty, $shared:ty, $rules:expr) => {{
        const RULES: &[$crate::model::grammar::Rule] = $rules;
        RULES.to_vec()
    }};
    ($(#[$meta:meta])* $table:ident = $own:ty, $shared:ty, $name:literal, $place:literal $(, $rules:expr)?) => {
        $(#[$meta])*
        pub(crate) type $table = $crate::model::grammar::Or<$own, $shared>;

        impl $crate::model::grammar::Keys for $table {
            const NAME: &'static str = $name;
            const PLACE: &'static str = $place;
            fn rules() -> Vec<$crate::model::grammar::Rule> {
                $crate::model::grammar::joined!(@rules $own, $shared $(, $rules)?)
            }

            fn rows() -> impl Iterator<Item = &'static $crate::model::grammar::Row> {
                <$own>::rows().chain(<$shared>::rows())
            }

            fn find(name: &str) -> Option<Self> {
                let own = <$own>::find(name).map($crate::model::grammar::Or::Own);
                own.or_else(|| <$shared>::find(name).map($crate::model::grammar::Or::Shared))
            }

            fn row(self) -> &'static $crate::model::grammar::Row {
                match self {
                    $crate::model::grammar::Or::Own(key) => key.row(),
                    $crate::model::grammar::Or::Shared(key) => key.row(),
                }
            }
        }
    };
}
use joined;

impl Row {
    /// The words that the value may be; empty if it is not limited to certain words.
    pub(crate) fn words(&self) -> &'static [&'static str] {
        match self.value {
            Type::OneOf(words) => words,
            _ => &[],
        }
    }
}

/// The names in a list of names and values.
pub(crate) const fn words<T: Copy, const N: usize>(list: &[(&'static str, T); N]) -> [&'static str; N] {
    let mut words = [""; N];
    let mut at = 0;
    while at < N {
        words[at] = list[at].0;
        at += 1;
    }
    words
}

/// The names of the forces.
pub(crate) const FORCES: &[&str] = &words(&Force::ALL);

/// A kind of file that people write.
#[derive(Debug)]
pub(crate) struct File {
    /// The name in `cento schema`.
    pub name: &'static str,
    pub summary: &'static str,
    pub table: fn() -> Table,
    /// Whether entries of its body may leave out their text.
    pub has_partial_entries: bool,
}

/// Every kind of file.
pub(crate) const FILES: [File; 3] = [
    File {
        name: "fragment",
        summary: "A file in fragments/",
        table: table::<FragmentFile>,
        has_partial_entries: false,
    },
    File {
        name: "profile",
        summary: "A file in profiles/",
        table: table::<Profile>,
        has_partial_entries: true,
    },
    File {
        name: "config",
        summary: "The settings of a workspace, in cento.toml",
        table: table::<Config>,
        has_partial_entries: false,
    },
];

/// The kind of file with this name.
pub(crate) fn file(name: &str) -> Option<&'static File> {
    static KINDS: [File; FILES.len()] = FILES;
    KINDS.iter().find(|file| file.name == name)
}

impl LeftOut {
    /// The default text; empty if the default is not a text.
    pub(crate) const fn text(self) -> &'static str {
        match self {
            LeftOut::Text(text) => text,
            _ => "",
        }
    }

    /// The default list; empty if the default is not a list.
    pub(crate) const fn list(self) -> &'static [&'static str] {
        match self {
            LeftOut::List(list) => list,
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_in_every_table_and_rules_name_its_keys() {
        let mut pending: Vec<Table> = FILES.iter().map(|file| (file.table)()).collect();
        let mut count = 0;
        while let Some(table) = pending.pop() {
            count += table.rows.len();
            let mut seen = std::collections::BTreeSet::new();
            let has = |name: &&str| table.rows.iter().any(|row| row.name == *name);
            for rule in &table.rules {
                let are_keys = match rule {
                    Rule::ExactlyOne(keys) | Rule::AtLeastOne(keys) | Rule::AtMostOne(keys) => {
                        keys.iter().all(has)
                    }
                    Rule::Needs(key, of) => has(key) && of.iter().all(has),
                };
                assert!(are_keys, "{rule:?} of {} names a key that it does not have", table.name);
            }
            for row in &table.rows {
                assert!(seen.insert(row.name), "`{}` is listed twice in {}", row.name, table.name);
                assert!(!row.summary.ends_with('.') && !row.summary.is_empty(), "{}", row.name);
                pending.extend(tables_in(row.value));
            }
        }
        assert!(count > 100, "only {count} keys");
    }

    fn tables_in(value: Type) -> Vec<Table> {
        match value {
            Type::Table(table) | Type::Tables(table) => vec![table()],
            Type::List(of) | Type::Map(_, of, _) => tables_in(*of),
            Type::Either(types) => types.iter().flat_map(|one| tables_in(*one)).collect(),
            Type::Entry(_) => vec![table::<Entry>()],
            _ => Vec::new(),
        }
    }

    #[test]
    fn a_key_is_found_by_its_name() {
        assert_eq!(Remove::find("reason"), Some(Remove::Reason));
        assert_eq!(Tools::Allow.shown(), "`tools.allow`");
        assert_eq!(FragmentFile::find("never"), Some(Or::Shared(Or::Own(Entries::Never))));
        assert_eq!(FragmentFile::find("nevr"), None);
    }
}
