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
    /// Names of tools, each with the tools of Claude Code that together do what it does.
    pub stands_for: &'static [(&'static str, &'static [&'static str])],
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
    /// The tools in the names of the program. A name that stands for several tools replaces them if all are in the list, so
    /// that no program gets a tool that the list does not have.
    pub(crate) fn named<'t>(&self, tools: &[&'t str]) -> Vec<&'t str> {
        let mut names = Vec::new();
        for tool in tools {
            let name =
                self.row_of(tool).filter(|(_, tools_for)| tools_for.iter().all(|one| tools.contains(one)));
            let name = name.map_or(*tool, |(name, _)| *name);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// The name that stands for a tool that the program itself does not know, with all the tools that it stands for.
    pub(crate) fn row_of(&self, tool: &str) -> Option<&'static (&'static str, &'static [&'static str])> {
        let row = self.stands_for.iter().find(|(_, tools)| tools.contains(&tool));
        row.filter(|_| self.status(tool) == NameStatus::Unknown)
    }

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
