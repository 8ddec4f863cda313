//! The table of diagnostic codes. It drives `cento explain CODE`, `cento list codes`, the reports and
//! the tests. The entries stand in the files below, by subject.

mod files;
mod lints;
mod merging;
mod outputs;
mod sources;
mod text;

use super::diagnostic::Severity;

/// One kind of finding.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// Its name, as it stands in brackets after the severity.
    pub name: &'static str,
    /// How serious it is, unless `[severity]` in cento.toml or `--strict` says otherwise.
    pub severity: Severity,
    /// Whether `[severity]` may say otherwise.
    pub bound: Bound,
    /// What it means, in a line.
    pub summary: &'static str,
    /// Why it is one.
    pub cause: &'static str,
    /// The least that brings it about: files, each below a comment with its path, or a session of
    /// commands.
    pub example: &'static str,
    /// What to do about it.
    pub fix: &'static str,
}

/// Whether the severity of a code may be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// To anything, `off` included.
    Free,
    /// Not at all, and why.
    Fixed(&'static str),
}

/// Why what cannot be read stays an error.
const UNREAD: &str = "what the file means is not known, and a persona would be made without it";
/// Why what is not decided stays an error.
const UNDECIDED: &str = "nobody has decided what the persona says there, and nothing wins silently";
/// Why what endangers files stays an error.
const UNSAFE: &str = "a file would be lost, overwritten or written where it must not be";

macro_rules! entries {
    ($(
        $constant:ident = $name:literal, $severity:ident, $bound:expr;
        $summary:literal
        cause $cause:literal
        example $example:literal
        fix $fix:literal
    )*) => {
        use crate::model::code::{Bound, Code};
        use crate::model::diagnostic::Severity;

        $(
            #[doc = $summary]
            pub const $constant: &Code = &Code {
                name: $name,
                severity: Severity::$severity,
                bound: $bound,
                summary: $summary,
                cause: $cause,
                example: $example,
                fix: $fix,
            };
        )*

        /// The codes of this file, in order.
        pub(super) const TABLE: &[&Code] = &[$($constant),*];
    };
}
use entries;

/// Every code, by a name that the compiler checks.
pub mod codes {
    pub use super::files::*;
    pub use super::lints::*;
    pub use super::merging::*;
    pub use super::outputs::*;
    pub use super::sources::*;
    pub use super::text::*;
}

/// The tables in the order of the pipeline.
const TABLES: [&[&Code]; 6] =
    [files::TABLE, text::TABLE, sources::TABLE, merging::TABLE, lints::TABLE, outputs::TABLE];

const COUNT: usize = {
    let (mut count, mut table) = (0, 0);
    while table < TABLES.len() {
        count += TABLES[table].len();
        table += 1;
    }
    count
};

/// Every code, in the order of the pipeline.
pub const CODES: &[&Code] = &{
    let mut codes = [files::SYNTAX; COUNT];
    let (mut at, mut table) = (0, 0);
    while table < TABLES.len() {
        let mut row = 0;
        while row < TABLES[table].len() {
            codes[at] = TABLES[table][row];
            at += 1;
            row += 1;
        }
        table += 1;
    }
    codes
};

/// The codes of what texts hold. Such a text is read, composed and shown like any other, but not built.
const TEXTS: &[&Code] = text::TABLE;

impl Code {
    /// Whether a finding of this code is about what a text holds, and the file can be read all the same.
    pub fn is_about_text(&self) -> bool {
        TEXTS.contains(&self)
    }

    /// The code of this name.
    pub fn from_name(name: &str) -> Option<&'static Code> {
        CODES.iter().copied().find(|code| code.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_kebab_case_and_explained() {
        let mut seen = std::collections::BTreeSet::new();
        for code in CODES {
            assert!(seen.insert(code.name), "{} stands twice", code.name);
            assert!(crate::model::is_id(code.name));
            assert!(!code.summary.ends_with('.'), "{}", code.name);
            for text in [code.cause, code.fix] {
                assert!(text.ends_with(['.', ')', '`']), "{}: {text}", code.name);
            }
            assert!(code.example.ends_with('\n') && !code.example.starts_with('\n'), "{}", code.name);
        }
        assert_eq!(seen.len(), COUNT);
    }

    #[test]
    fn what_cannot_be_lowered_is_an_error() {
        for code in CODES {
            let is_fixed = matches!(code.bound, Bound::Fixed(_));
            assert!(!is_fixed || code.severity == Severity::Error, "{} is fixed below an error", code.name);
        }
    }
}
