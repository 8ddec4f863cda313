//! Claims: what one source says about one address.

use indexmap::IndexMap;

use super::address::AddressBuf;
use super::ids::{AddressId, FragmentId, ProfileId};
use super::source::{Span, Text};
use super::statement::Digest;

/// Who makes a claim: a fragment or a profile, by its index in the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Source {
    /// A fragment.
    Fragment(FragmentId),
    /// A profile.
    Profile(ProfileId),
}

/// How firmly a claim is made. The order is the precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) enum Level {
    /// Yields silently to a normal claim.
    Default,
    /// The usual level.
    #[default]
    Normal,
    /// No layer changes it, unless a resolution says `breaks-lock = true`.
    Locked,
}

impl Level {
    /// Every level with the word that the files use for it.
    pub(crate) const ALL: [(&str, Level); 3] =
        [("default", Level::Default), ("normal", Level::Normal), ("locked", Level::Locked)];

    /// The word that the files use.
    pub(crate) fn name(self) -> &'static str {
        Level::ALL[self as usize].0
    }
}

/// The force of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Force {
    /// A prohibition.
    Never,
    /// Advice against.
    Avoid,
    /// A permission.
    May,
    /// Advice.
    Should,
    /// An obligation.
    Must,
    /// An obligation without exception.
    Always,
}

impl Force {
    /// Every force with its name, which is also the name of its table.
    pub(crate) const ALL: [(&str, Force); 6] = [
        ("never", Force::Never),
        ("avoid", Force::Avoid),
        ("may", Force::May),
        ("should", Force::Should),
        ("must", Force::Must),
        ("always", Force::Always),
    ];

    /// The name, as in the files.
    pub(crate) fn name(self) -> &'static str {
        Force::ALL[self as usize].0
    }

    /// The force of this name.
    pub(crate) fn from_name(name: &str) -> Option<Force> {
        Force::ALL.iter().find(|(known, _)| *known == name).map(|(_, force)| *force)
    }
}

/// A scalar, list or map of TOML, without its layout.
#[derive(Debug, Clone)]
pub(crate) enum Datum {
    /// A string.
    String(String),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
    /// A truth value.
    Boolean(bool),
    /// A list.
    List(Vec<Datum>),
    /// A table, in file order.
    Map(IndexMap<String, Datum>),
}

impl PartialEq for Datum {
    /// Equal in type and value: `10` is not `"10"`, and a `nan` equals itself.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Datum::String(a), Datum::String(b)) => super::fold(a) == super::fold(b),
            (Datum::Integer(a), Datum::Integer(b)) => a == b,
            (Datum::Float(a), Datum::Float(b)) => a.to_bits() == b.to_bits(),
            (Datum::Boolean(a), Datum::Boolean(b)) => a == b,
            (Datum::List(a), Datum::List(b)) => a == b,
            (Datum::Map(a), Datum::Map(b)) => a == b,
            _ => false,
        }
    }
}

impl Datum {
    /// The string, if it is one.
    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Datum::String(text) => Some(text),
            _ => None,
        }
    }

    /// What TOML calls the type.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Datum::String(_) => "string",
            Datum::Integer(_) => "integer",
            Datum::Float(_) => "float",
            Datum::Boolean(_) => "boolean",
            Datum::List(_) => "array",
            Datum::Map(_) => "table",
        }
    }
}

impl std::fmt::Display for Datum {
    /// The value as a person reads it: a string without quotes.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Datum::String(text) => f.write_str(text),
            Datum::Integer(number) => write!(f, "{number}"),
            Datum::Float(number) => write!(f, "{number:?}"),
            Datum::Boolean(truth) => write!(f, "{truth}"),
            Datum::List(items) => {
                let items: Vec<_> = items.iter().map(Datum::to_string).collect();
                write!(f, "[{}]", items.join(", "))
            }
            Datum::Map(map) => {
                let entries: Vec<_> = map.iter().map(|(key, value)| format!("{key} = {value}")).collect();
                write!(f, "{{ {} }}", entries.join(", "))
            }
        }
    }
}

/// Which part of a section a block of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Part {
    /// The title of a group.
    Title,
    /// The line that introduces a group.
    Lead,
    /// A block of Markdown.
    Prose,
    /// A bullet.
    Item,
    /// A numbered step.
    Step,
    /// A rule with its force.
    Rule(Force),
}

impl Part {
    /// The noun that messages use.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Part::Title => "title",
            Part::Lead => "lead",
            Part::Prose => "prose",
            Part::Item => "item",
            Part::Step => "step",
            Part::Rule(_) => "rule",
        }
    }
}

/// A block of text with its parts.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    /// Which part of the section it is.
    pub part: Part,
    /// The text; for a rule a verb phrase in the base form.
    pub text: Text,
    /// A bold label before the text.
    pub label: Option<Text>,
    /// The reason, rendered after the text.
    pub why: Option<Text>,
    /// The subject of a rule, where it is not the id.
    pub about: Option<Text>,
}

/// What a claim says.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    /// The value of a field.
    Field(Datum),
    /// The value of a setting: a heading, a style, a key of a target.
    Setting(Datum),
    /// Tags to add.
    Tags(Vec<Text>),
    /// The tools that may be used, at most.
    Allow(Vec<Text>),
    /// The tools that may not be used.
    Deny(Vec<Text>),
    /// A block of text.
    Block(Block),
}

/// Where in its list an entry wants to stand. The order is the order of the bands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) enum Band {
    /// Before everything.
    First,
    /// Before what names no band.
    Early,
    /// Where it is.
    #[default]
    Middle,
    /// After what names no band.
    Late,
    /// After everything.
    Last,
}

impl Band {
    /// The bands that a file can name.
    pub(crate) const NAMED: [(&str, Band); 4] =
        [("first", Band::First), ("early", Band::Early), ("late", Band::Late), ("last", Band::Last)];
}

/// An entry that another one wants to stand before or after.
#[derive(Debug, Clone)]
pub(crate) struct Anchor {
    /// The id of a sibling.
    pub id: String,
    /// Written `"id?"`: no error if there is none.
    pub optional: bool,
    /// Where the anchor is written.
    pub span: Span,
}

/// What a claim asks of the order of its list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Placement {
    /// The band and where it is written.
    pub band: Option<(Band, Span)>,
    /// Siblings that come after this one.
    pub before: Vec<Anchor>,
    /// Siblings that come before this one.
    pub after: Vec<Anchor>,
}

/// One source's statement about one address.
#[derive(Debug, Clone)]
pub(crate) struct Claim {
    /// What it is about.
    pub address: AddressBuf,
    /// Who says it.
    pub source: Source,
    /// How firmly.
    pub level: Level,
    /// What it says.
    pub content: Content,
    /// What it asks of the order.
    pub placement: Placement,
    /// The key under which it stands.
    pub key: Span,
    /// Its value.
    pub span: Span,
    /// The address as a number; set once the whole library is there.
    pub number: AddressId,
    /// The hash of what it says; set once its file is read.
    pub digest: Digest,
}

impl Claim {
    /// The block of text, if the claim is one.
    pub(crate) fn block(&self) -> Option<&Block> {
        match &self.content {
            Content::Block(block) => Some(block),
            _ => None,
        }
    }

    /// The force, if the claim is a rule.
    pub(crate) fn force(&self) -> Option<Force> {
        match self.block()?.part {
            Part::Rule(force) => Some(force),
            _ => None,
        }
    }

    /// The subject of a rule: `about`, else its id.
    pub(crate) fn subject(&self) -> Option<&str> {
        self.force()?;
        let about = self.block()?.about.as_ref().map(Text::as_str);
        Some(about.unwrap_or_else(|| self.address.id()))
    }

    /// All of its content as one text: a list with commas, a block with its label and reason.
    pub(crate) fn whole_text(&self) -> String {
        let names = |names: &[Text]| names.iter().map(Text::as_str).collect::<Vec<_>>().join(", ");
        match &self.content {
            Content::Field(datum) | Content::Setting(datum) => datum.to_string(),
            Content::Tags(list) | Content::Allow(list) | Content::Deny(list) => names(list),
            Content::Block(block) => {
                let label = block.label.as_ref().map_or(String::new(), |label| format!("{}: ", label.value));
                let why = block.why.as_ref().map_or(String::new(), |why| format!(" \u{2014} {}", why.value));
                format!("{label}{}{why}", block.text.value)
            }
        }
    }
}
