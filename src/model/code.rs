//! The table of diagnostic codes. `cento explain CODE`, `cento list codes`, the reports and the tests read it. The
//! modules below hold its rows, by subject.

mod files;
mod lints;
mod merging;
mod outputs;
mod sources;
mod text;

use super::diagnostic::Severity;

/// A kind of finding.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Code {
    /// The name, printed in brackets after the severity.
    pub name: &'static str,
    /// The default severity, which `[severity]` in cento.toml and `--strict` may change.
    pub severity: Severity,
    /// Whether `[severity]` may change the severity.
    pub bound: Bound,
    /// The meaning of the code, in one line.
    pub summary: &'static str,
    /// Why it is reported.
    pub cause: &'static str,
    /// A minimal example: files, each under a comment with its path, or a shell session.
    pub example: &'static str,
    /// How to fix it.
    pub fix: &'static str,
}

/// Whether `[severity]` may change the severity of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    /// Any severity, or `off`.
    Free,
    /// Never, for this reason.
    Fixed(&'static str),
}

/// Why the severity of unreadable input is fixed.
const UNREAD: &str = "the file could not be understood, and the persona would be built without it";
/// Why the severity of an open decision is fixed.
const UNDECIDED: &str = "the persona is undecided at this point, and nothing wins silently";
/// Why the severity of a threat to files is fixed.
const UNSAFE: &str = "a file would be lost, overwritten or written to the wrong place";

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
            pub(crate) const $constant: &Code = &Code {
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

/// Every code as a constant.
pub(crate) mod codes {
    pub(crate) use super::files::*;
    pub(crate) use super::lints::*;
    pub(crate) use super::merging::*;
    pub(crate) use super::outputs::*;
    pub(crate) use super::sources::*;
    pub(crate) use super::text::*;
}

/// The tables of codes, in pipeline order.
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

/// Every code, in pipeline order.
pub(crate) const CODES: &[&Code] = &{
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

/// Codes about the content of a text. Such a text is read, composed and shown like any other, but not built.
const TEXTS: &[&Code] = text::TABLE;

impl Code {
    /// Returns whether a finding with this code is about the content of a text, in a file that can still be read.
    pub(crate) fn is_about_text(&self) -> bool {
        TEXTS.contains(&self)
    }

    /// Returns the code with this name.
    pub(crate) fn from_name(name: &str) -> Option<&'static Code> {
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
            assert!(seen.insert(code.name), "{} is listed twice", code.name);
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
    fn codes_with_a_fixed_severity_are_errors() {
        for code in CODES {
            let is_fixed = matches!(code.bound, Bound::Fixed(_));
            assert!(!is_fixed || code.severity == Severity::Error, "{} is fixed below an error", code.name);
        }
    }
}
