//! Invariants over the fleet: what `[[require]]` of `cento.toml` asks of personas.

use regex::Regex;

use super::claim::Force;
use super::source::{Span, Spanned, Text};

/// What some personas must be like.
#[derive(Debug)]
pub(crate) struct Requirement {
    /// The table.
    pub span: Span,
    /// Which personas.
    pub personas: Selector,
    /// A rule that they must carry.
    pub rule: Option<RequiredRule>,
    /// A section that they must have.
    pub section: Option<RequiredSection>,
    /// A field that they must have.
    pub field: Option<RequiredField>,
    /// Fragments that must be in them.
    pub fragments: Vec<Text>,
    /// Fragments that must not be.
    pub without: Vec<Text>,
    /// How long they may be.
    pub budgets: Vec<Budget>,
    /// Why.
    pub reason: Option<Text>,
}

/// A rule that must be there.
#[derive(Debug)]
pub(crate) struct RequiredRule {
    /// Its address.
    pub address: Text,
    /// Its least force, if one is asked for.
    pub force: Option<Force>,
    /// Its wording, if one is asked for.
    pub text: Option<Text>,
}

/// A section that must be there.
#[derive(Debug)]
pub(crate) struct RequiredSection {
    /// Its kind.
    pub kind: Text,
    /// Its heading, if one is asked for.
    pub heading: Option<Text>,
}

/// A field that must be there.
#[derive(Debug)]
pub(crate) struct RequiredField {
    /// Its name.
    pub name: Text,
    /// What its value must match, if that is asked for.
    pub pattern: Option<Pattern>,
}

/// A regular expression.
#[derive(Debug)]
pub(crate) struct Pattern {
    /// As it is written.
    pub text: Text,
    /// Ready to match, in time that grows with the text and no faster.
    pub regex: Regex,
}

/// How long a persona, or a section of it, may be.
#[derive(Debug)]
pub(crate) struct Budget {
    /// What is counted.
    pub measure: Measure,
    /// The section; nothing for the whole.
    pub section: Option<Text>,
    /// The most.
    pub most: Spanned<usize>,
}

/// What a budget counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Measure {
    /// Characters, as Unicode counts them.
    Characters,
    /// Tokens of a language model, estimated.
    Tokens,
}

/// A choice of personas. Every part that is given must hold, and of several values of a part any.
#[derive(Debug, Default)]
pub(crate) struct Selector {
    /// Where it is written.
    pub span: Option<Span>,
    /// Tags of the persona.
    pub tags: Vec<Text>,
    /// Ids.
    pub names: Vec<Text>,
    /// Targets that it is written to.
    pub targets: Vec<Text>,
    /// Profiles that it builds on.
    pub extends: Vec<Text>,
    /// Those that are left out all the same.
    pub except: Option<Box<Selector>>,
}

impl Selector {
    /// The profiles that it names, those that it leaves out among them.
    pub(crate) fn profiles(&self) -> impl Iterator<Item = &Text> {
        let except = self.except.iter().flat_map(|except| except.names.iter().chain(&except.extends));
        self.names.iter().chain(&self.extends).chain(except)
    }
}
