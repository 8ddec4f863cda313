//! Vocabularies: the names that a program knows as tools, models, colors or keys.

use super::Facts;

/// A kind of name that programs define and change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum NameKind {
    Tool,
    Model,
    Color,
    /// A key of front matter.
    Key,
}

/// The names that a program knows.
#[derive(Debug)]
pub(crate) struct Vocabulary<'w> {
    pub kind: NameKind,
    /// What one of them is, with the program: "a tool of Claude Code".
    pub what: &'w str,
    pub names: &'static [&'static str],
    /// Names that the program no longer knows, each with what it has instead.
    pub retired: &'static [(&'static str, &'static str)],
    /// Parts that only other valid names have, such as those of MCP tools. The empty part is in all names: a program
    /// whose names nobody lists.
    pub open: &'static [&'static str],
    pub facts: Facts,
}

/// What a vocabulary says about a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameStatus {
    Known,
    /// Gone, with what the program has instead.
    Retired(&'static str),
    Unknown,
}

impl Vocabulary<'_> {
    /// Looks a name up.
    pub(crate) fn status(&self, name: &str) -> NameStatus {
        let retired = self.retired.iter().find(|(retired, _)| *retired == name);
        let is_known = self.names.contains(&name) || self.open.iter().any(|part| name.contains(part));
        match retired {
            Some((_, instead)) => NameStatus::Retired(instead),
            None if is_known => NameStatus::Known,
            None => NameStatus::Unknown,
        }
    }
}
