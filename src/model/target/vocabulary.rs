//! Vocabularies: the names that a program knows as tools, models, colors or keys.

use super::{Facts, TARGETS};

/// A kind of name that programs define and change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum NameKind {
    Tool,
    Model,
    Color,
    /// A key of front matter.
    Key,
}

/// The form of names that no vendor can list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameForm {
    /// Any name.
    Any,
    /// With this part.
    With(&'static str),
    /// `#` and six hexadecimal digits.
    HexColor,
    /// Two lower-case letters.
    TwoLetters,
}

impl NameForm {
    /// The names of this form, in a list of names.
    pub(crate) fn describe(self) -> String {
        match self {
            NameForm::Any => "any other name".to_owned(),
            NameForm::With(part) => format!("any name with `{part}`"),
            NameForm::HexColor => "`#` and six hexadecimal digits".to_owned(),
            NameForm::TwoLetters => "two lower-case letters".to_owned(),
        }
    }

    fn fits(self, name: &str) -> bool {
        match self {
            NameForm::Any => true,
            NameForm::With(part) => name.contains(part),
            NameForm::HexColor => name.strip_prefix('#').is_some_and(|digits| {
                digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
            }),
            NameForm::TwoLetters => name.len() == 2 && name.bytes().all(|letter| letter.is_ascii_lowercase()),
        }
    }
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
    /// Forms of other valid names, such as those of MCP tools.
    pub open: &'static [NameForm],
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
    /// The tools under the names of the program, each with its tool in the list. A name for several tools replaces them if
    /// all of them are in the list, so that no program gets a tool that is not in the list. If a name has two meanings, the
    /// one with fewer tools is allowed, and the one with more is denied.
    pub(crate) fn named<'t>(&self, tools: &[&'t str], is_denied: bool) -> Vec<(&'t str, &'t str)> {
        let common = |tool: &&'t str| -> Vec<(&'t str, &'t str)> {
            let is_own = self.names.contains(tool);
            let names = if is_own { None } else { common_names(tool, is_denied) };
            names.map_or_else(
                || vec![(*tool, *tool)],
                |names| names.iter().map(|name| (*name, *tool)).collect(),
            )
        };
        let all: Vec<(&str, &str)> = tools.iter().flat_map(common).collect();
        let has = |tool: &&str| all.iter().any(|(name, _)| name == tool);
        let mut named: Vec<(&str, &str)> = Vec::new();
        for (tool, of) in &all {
            let row = self.row_of(tool).filter(|(_, tools)| tools.iter().all(&has));
            let name = row.map_or(*tool, |(name, _)| *name);
            if !named.iter().any(|(other, _)| *other == name) {
                named.push((name, *of));
            }
        }
        named
    }

    /// The name of the program for a tool that it does not know itself, with all the tools that this name includes.
    pub(crate) fn row_of(&self, tool: &str) -> Option<&'static (&'static str, &'static [&'static str])> {
        let row = self.stands_for.iter().find(|(_, tools)| tools.contains(&tool));
        row.filter(|_| self.status(tool) == NameStatus::Unknown)
    }

    /// Looks a name up.
    pub(crate) fn status(&self, name: &str) -> NameStatus {
        let retired = self.retired.iter().find(|(retired, _)| *retired == name);
        let is_known = self.names.contains(&name) || self.open.iter().any(|form| form.fits(name));
        match retired {
            Some((_, instead)) => NameStatus::Retired(instead),
            None if is_known => NameStatus::Known,
            None => NameStatus::Unknown,
        }
    }
}

/// The tools of Claude Code that a name of another program includes.
fn common_names(tool: &str, is_denied: bool) -> Option<&'static [&'static str]> {
    let rows = TARGETS.iter().filter_map(|target| target.tools).flat_map(|vocabulary| vocabulary.stands_for);
    let named = rows.filter(|(name, _)| *name == tool).map(|(_, tools)| *tools);
    if is_denied { named.max_by_key(|tools| tools.len()) } else { named.min_by_key(|tools| tools.len()) }
}
