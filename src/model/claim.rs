//! Claims: the statements of fragments and profiles, each about one address.

use indexmap::IndexMap;
use serde::{Serialize, Serializer};

use super::address::AddressBuf;
use super::ids::{AddressId, FragmentId, ProfileId};
use super::partial::{Derivation, Partial, Writer};
use super::source::{Span, Text};
use super::statement::Digest;
use super::target::TargetSet;
use super::wording::serialize_by_name;

/// The fragment or profile that makes a claim, by its id in the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Source {
    Fragment(FragmentId),
    Profile(ProfileId),
}

/// How firmly a claim is made, from weakest to strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) enum Level {
    /// Yields silently to a normal claim.
    Default,
    /// The default level.
    #[default]
    Normal,
    /// No layer can change it, unless a resolution has `breaks-lock = true`.
    Locked,
}

impl Level {
    /// Every level, with its name in the files.
    pub(crate) const ALL: [(&str, Level); 3] =
        [("default", Level::Default), ("normal", Level::Normal), ("locked", Level::Locked)];

    /// The name in the files.
    pub(crate) fn name(self) -> &'static str {
        Level::ALL[self as usize].0
    }
}

serialize_by_name!(Level::name);

/// The force of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Force {
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
    /// Every force, with its name in the files, which is also the name of its table.
    pub(crate) const ALL: [(&str, Force); 6] = [
        ("never", Force::Never),
        ("avoid", Force::Avoid),
        ("may", Force::May),
        ("should", Force::Should),
        ("must", Force::Must),
        ("always", Force::Always),
    ];

    /// The name in the files, such as `must`.
    pub fn name(self) -> &'static str {
        Force::ALL[self as usize].0
    }

    /// The name in capitals, as comparisons show it.
    pub(crate) fn capitals(self) -> String {
        self.name().to_uppercase()
    }

    /// Whether it forbids or discourages.
    pub(crate) fn is_prohibition(self) -> bool {
        matches!(self, Force::Never | Force::Avoid)
    }

    /// The force with this name.
    pub(crate) fn from_name(name: &str) -> Option<Force> {
        Force::ALL.iter().find(|(known, _)| *known == name).map(|(_, force)| *force)
    }

    /// Serializes a force, or an optional force, as its name. A function, because the public type must not implement
    /// traits of dependencies.
    pub(crate) fn serialize<S: Serializer>(
        force: &(impl Into<Option<Force>> + Copy),
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        (*force).into().map(Force::name).serialize(serializer)
    }
}

/// A TOML value without its formatting. Dates are not supported.
#[derive(Debug, Clone)]
pub(crate) enum Datum {
    String(String),
    /// An integer.
    Integer(i64),
    /// A floating-point number.
    Float(f64),
    Boolean(bool),
    List(Vec<Datum>),
    /// A table, in file order.
    Map(IndexMap<String, Datum>),
}

impl PartialEq for Datum {
    /// Values are equal if their types are: `10` is not `"10"`. Strings are folded first, and `nan` equals itself.
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
    /// Patterns of paths in one string. A space after a comma would belong to the next pattern.
    pub(crate) fn on_one_line(&self) -> Datum {
        match self {
            Datum::List(patterns) => Datum::String(
                patterns.iter().filter_map(Datum::as_str).map(str::trim).collect::<Vec<_>>().join(","),
            ),
            other => other.clone(),
        }
    }

    /// The string, if it is one.
    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Datum::String(text) => Some(text),
            _ => None,
        }
    }

    /// Whether TOML can write it as tables: a map or a list of maps, none of them empty.
    pub(crate) fn has_maps(&self) -> bool {
        let is_map = |datum: &Datum| matches!(datum, Datum::Map(map) if !map.is_empty());
        match self {
            Datum::List(items) => !items.is_empty() && items.iter().all(is_map),
            other => is_map(other),
        }
    }

    /// Every string in the value, in order.
    pub(crate) fn strings(&self) -> Vec<&str> {
        match self {
            Datum::String(text) => vec![text],
            Datum::List(items) => items.iter().flat_map(Datum::strings).collect(),
            Datum::Map(map) => map.values().flat_map(Datum::strings).collect(),
            _ => Vec::new(),
        }
    }

    /// The value with another text for each of its strings, in the order of [`Datum::strings`].
    pub(crate) fn with_strings(&self, other: &mut impl FnMut(&str) -> String) -> Datum {
        match self {
            Datum::String(text) => Datum::String(other(text)),
            Datum::List(items) => Datum::List(items.iter().map(|item| item.with_strings(other)).collect()),
            Datum::Map(map) => {
                Datum::Map(map.iter().map(|(key, value)| (key.clone(), value.with_strings(other))).collect())
            }
            plain => plain.clone(),
        }
    }

    /// The TOML name of the type.
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
    /// Writes the value for people: a string without quotes.
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

/// The kind of a block of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Part {
    /// The title of a group.
    Title,
    /// The line that introduces a group.
    Lead,
    /// A block of Markdown.
    Prose,
    /// A block of Markdown after everything else in its list.
    Closing,
    /// A bullet.
    Item,
    /// A numbered step.
    Step,
    /// A rule, with its force.
    Rule(Force),
}

impl Part {
    /// The noun in messages.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Part::Title => "title",
            Part::Lead => "lead",
            Part::Prose | Part::Closing => "prose",
            Part::Item => "item",
            Part::Step => "step",
            Part::Rule(_) => "rule",
        }
    }

    /// The force of a rule.
    pub(crate) fn force(self) -> Option<Force> {
        match self {
            Part::Rule(force) => Some(force),
            Part::Title | Part::Lead | Part::Prose | Part::Closing | Part::Item | Part::Step => None,
        }
    }

    /// Returns whether it is the title or lead of a group.
    pub(crate) fn is_heading(self) -> bool {
        matches!(self, Part::Title | Part::Lead)
    }

    /// Returns whether it is an entry of a list, which can have other entries under it.
    pub(crate) fn is_listed(self) -> bool {
        matches!(self, Part::Item | Part::Step | Part::Rule(_))
    }

    /// Returns whether its table may hold rules, in their places among its other entries.
    pub(crate) fn may_hold_rules(self) -> bool {
        matches!(self, Part::Item | Part::Step)
    }

    /// Returns whether it is a block of Markdown.
    pub(crate) fn is_prose(self) -> bool {
        matches!(self, Part::Prose | Part::Closing)
    }
}

/// A block of text, with its label, reason and subject.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    pub part: Part,
    /// The part whose table holds it: that of an item may hold rules, each with its force.
    pub table: Part,
    /// The text. For a rule, a verb phrase in the base form.
    pub text: Text,
    /// A bold label before the text.
    pub label: Option<Text>,
    /// The reason, rendered after the text.
    pub why: Option<Text>,
    /// The subject of a rule, if it is not the entry's id.
    pub about: Option<Text>,
    /// The id of the entry of the same list that an item or step is printed under.
    pub under: Option<Text>,
}

impl Block {
    /// The text, the label and the reason.
    pub(crate) fn texts(&self) -> [Option<&Text>; 3] {
        [Some(&self.text), self.label.as_ref(), self.why.as_ref()]
    }
}

/// The content of a claim.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    /// The value of a field.
    Field(Datum),
    /// The value of a setting: a heading, a style, a key of a target or of the layout.
    Setting(Datum),
    /// Tags to add.
    Tags(Vec<Text>),
    /// The only tools that may be used.
    Allow(Vec<Text>),
    /// Tools that may not be used.
    Deny(Vec<Text>),
    Block(Block),
    /// An entry of a profile without a text. Where there is an entry below it, compositions have a claim with a whole
    /// block in its place.
    Partial(Box<Partial>),
}

/// The part of its list that an entry is sorted into. Bands are in display order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) enum Band {
    /// Before all other bands.
    First,
    /// Before entries without a band.
    Early,
    /// The band of entries that name none.
    #[default]
    Middle,
    /// After entries without a band.
    Late,
    /// After all other bands.
    Last,
}

impl Band {
    /// The bands that a file can name.
    pub(crate) const NAMED: [(&str, Band); 4] =
        [("first", Band::First), ("early", Band::Early), ("late", Band::Late), ("last", Band::Last)];
}

/// An entry that another entry is ordered before or after.
#[derive(Debug, Clone)]
pub(crate) struct Anchor {
    /// The id of a sibling.
    pub id: String,
    /// Whether it is written `"id?"`: no error if there is no such sibling.
    pub optional: bool,
    /// Whether the entries must be next to each other; `None` if the claim leaves it open.
    pub directly: Option<bool>,
    /// Where the anchor is written.
    pub span: Span,
}

/// The ordering that a claim requests for its entry.
#[derive(Debug, Clone, Default)]
pub(crate) struct Placement {
    /// The band, and where it is written.
    pub band: Option<(Band, Span)>,
    /// Siblings that this entry precedes.
    pub before: Vec<Anchor>,
    /// Siblings that this entry follows.
    pub after: Vec<Anchor>,
}

/// A statement of one source about one address.
#[derive(Debug, Clone)]
pub(crate) struct Claim {
    pub address: AddressBuf,
    /// The fragment or profile that makes it.
    pub source: Source,
    pub level: Level,
    pub content: Content,
    /// Its ordering in the list.
    pub placement: Placement,
    /// The outputs that have it. Merging ignores this.
    pub targets: TargetSet,
    /// The key that it is written under.
    pub key: Span,
    /// The value.
    pub span: Span,
    /// The address as a number; set when the whole library is loaded.
    pub number: AddressId,
    /// The hash of its statement; set when its file is read.
    pub digest: Digest,
    /// Where its parts come from, if a partial override makes it of the entry below.
    pub derivation: Option<Box<Derivation>>,
}

impl Claim {
    /// The block of text, if it has one.
    pub(crate) fn block(&self) -> Option<&Block> {
        match &self.content {
            Content::Block(block) => Some(block),
            _ => None,
        }
    }

    /// Whether the claim is about an entry of a body, with a text of its own or without.
    pub(crate) fn is_entry(&self) -> bool {
        matches!(self.content, Content::Block(_) | Content::Partial(_))
    }

    /// The sources of its text, label and reason; none for a text that a resolution sets.
    pub(crate) fn writers(&self) -> [Option<Source>; 3] {
        match &self.derivation {
            None => [Some(self.source); 3],
            Some(parts) => [parts.text, parts.label, parts.why].map(Writer::source),
        }
    }

    /// The keys that it sets, if it is an entry without a text.
    pub(crate) fn partial(&self) -> Option<&Partial> {
        match &self.content {
            Content::Partial(partial) => Some(partial),
            _ => None,
        }
    }

    /// The part of its entry, and the part whose table holds it.
    pub(crate) fn part(&self) -> Option<[Part; 2]> {
        let of_partial = || self.partial().map(|partial| [partial.part, partial.table]);
        self.block().map(|block| [block.part, block.table]).or_else(of_partial)
    }

    /// The force, if the claim is a rule.
    pub(crate) fn force(&self) -> Option<Force> {
        self.block()?.part.force()
    }

    /// The subject of a rule: its `about`, or else its id.
    pub(crate) fn subject(&self) -> Option<&str> {
        self.force()?;
        let about = self.block()?.about.as_ref().map(Text::as_str);
        Some(about.unwrap_or_else(|| self.address.id()))
    }

    /// The whole content as one text: a list separated by commas, or a block with its label and reason.
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
            Content::Partial(partial) => {
                let named = [
                    ("label", &partial.label),
                    ("why", &partial.why),
                    ("about", &partial.about),
                    ("under", &partial.under),
                ];
                let named =
                    named.iter().filter_map(|(key, text)| Some(format!("{key}: {}", text.as_ref()?.value)));
                named.collect::<Vec<_>>().join(", ")
            }
        }
    }
}
