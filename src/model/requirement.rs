//! Requirements: what `[[require]]` in `cento.toml` demands of personas.

use regex::Regex;

use super::claim::Force;
use super::source::{Span, Spanned, Text};

/// A requirement that some personas must meet.
#[derive(Debug)]
pub(crate) struct Requirement {
    /// The `[[require]]` table.
    pub span: Span,
    /// The personas that must meet it.
    pub personas: Selector,
    /// A rule that they must have.
    pub rule: Option<RequiredRule>,
    /// A section that they must have.
    pub section: Option<RequiredSection>,
    /// A field that they must have.
    pub field: Option<RequiredField>,
    /// Fragments that they must include.
    pub fragments: Vec<Text>,
    /// Fragments that they must not include.
    pub without: Vec<Text>,
    /// Limits on their length.
    pub budgets: Vec<Budget>,
    /// Limits on the length of all their descriptions together.
    pub descriptions: Vec<Budget>,
    pub reason: Option<Text>,
}

/// A required rule.
#[derive(Debug)]
pub(crate) struct RequiredRule {
    pub address: Text,
    /// Its minimum force, if one is required.
    pub force: Option<Force>,
    /// Its text, if one is required.
    pub text: Option<Text>,
}

/// A required section.
#[derive(Debug)]
pub(crate) struct RequiredSection {
    pub kind: Text,
    /// Its heading, if one is required.
    pub heading: Option<Text>,
}

/// A required field.
#[derive(Debug)]
pub(crate) struct RequiredField {
    pub name: Text,
    /// The pattern that its value must match, if one is required.
    pub pattern: Option<Pattern>,
}

/// A regular expression.
#[derive(Debug)]
pub(crate) struct Pattern {
    /// The expression as written.
    pub text: Text,
    /// The compiled expression. It matches in linear time.
    pub regex: Regex,
}

/// A limit on the length of a persona or of a section of it.
#[derive(Debug)]
pub(crate) struct Budget {
    /// The unit of the limit.
    pub measure: Measure,
    /// The section. `None` for the whole output.
    pub section: Option<Text>,
    /// The maximum.
    pub most: Spanned<usize>,
}

/// The unit of a budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Measure {
    /// Unicode characters.
    Characters,
    /// Estimated tokens of a language model.
    Tokens,
}

/// A selection of personas: those that match every given key, by any of its values.
#[derive(Debug, Default)]
pub(crate) struct Selector {
    /// Where it is written. `None` for all personas.
    pub span: Option<Span>,
    /// Tags of the persona.
    pub tags: Vec<Text>,
    pub names: Vec<Text>,
    /// Targets of the persona.
    pub targets: Vec<Text>,
    /// Profiles that it extends, directly or through others.
    pub extends: Vec<Text>,
    /// Personas to leave out.
    pub except: Option<Box<Selector>>,
}

impl Selector {
    /// The profiles that it names, including those in `except`.
    pub(crate) fn profiles(&self) -> impl Iterator<Item = &Text> {
        let except = self.except.iter().flat_map(|except| except.names.iter().chain(&except.extends));
        self.names.iter().chain(&self.extends).chain(except)
    }
}
