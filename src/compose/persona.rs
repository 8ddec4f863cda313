//! Personas: what a composition comes to, ready to be rendered.

use std::borrow::Cow;
use std::ops::Range;

use super::layout::Layouts;
use crate::model::{AddressBuf, Claim, Datum, Part, ProfileId, Resolution, Span, Style, Target, Text};

/// Where a piece of a persona comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Origin<'a> {
    /// From a claim.
    Claim(&'a Claim),
    /// From the `set` of a resolution, held by this profile.
    Resolution(ProfileId, &'a Resolution),
}

impl<'a> Origin<'a> {
    /// Where it is written.
    pub(crate) fn span(self) -> Span {
        match self {
            Origin::Claim(claim) => claim.span,
            Origin::Resolution(_, resolution) => resolution.span,
        }
    }

    /// Its address.
    pub(crate) fn address(self) -> &'a str {
        match self {
            Origin::Claim(claim) => claim.address.as_str(),
            Origin::Resolution(_, resolution) => &resolution.at.value,
        }
    }
}

/// A composed persona.
#[derive(Debug, Default)]
pub(crate) struct Persona<'a> {
    /// The document's title, if it has one.
    pub title: Option<Setting<'a>>,
    /// The fields, by name.
    pub fields: Vec<Field<'a>>,
    /// The tags, sorted.
    pub tags: Vec<&'a str>,
    /// The tools that may be used; none for all of them.
    pub allow: Option<Vec<&'a str>>,
    /// The tools that may not be used.
    pub deny: Vec<&'a str>,
    /// Where the list of tools that may be used comes from, first of all.
    pub allow_origin: Option<Origin<'a>>,
    /// Where the list of tools that may not be used comes from, first of all.
    pub deny_origin: Option<Origin<'a>>,
    /// The sections in display order.
    pub sections: Vec<Section<'a>>,
    /// The targets that it is written to, in order.
    pub targets: Vec<TargetSettings<'a>>,
    /// The fields that templates asked for, sorted.
    pub fields_in_text: Vec<String>,
    /// How it is laid out where it is not laid out as usual.
    pub layout: Layouts<'a>,
}

impl<'a> Persona<'a> {
    /// The value of a field.
    pub(crate) fn field(&self, name: &str) -> Option<&Field<'a>> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Its settings for a target. One that the profile does not name has none, and can be looked at too.
    pub(crate) fn settings(&self, target: &'static Target) -> Cow<'_, TargetSettings<'a>> {
        let own = self.targets.iter().find(|settings| settings.target.name == target.name);
        own.map_or_else(|| Cow::Owned(TargetSettings::none(target)), Cow::Borrowed)
    }
}

/// A setting and where it comes from.
#[derive(Debug, Clone)]
pub(crate) struct Setting<'a> {
    /// The value.
    pub text: Cow<'a, str>,
    /// Where it comes from; nothing for a default.
    pub origin: Option<Origin<'a>>,
}

/// A field of a persona.
#[derive(Debug, Clone)]
pub(crate) struct Field<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its value; where claims are in conflict, a marker that says so.
    pub value: Cow<'a, Datum>,
    /// Where it comes from; nothing for a default or a conflict.
    pub origin: Option<Origin<'a>>,
}

/// A section of a persona.
#[derive(Debug)]
pub(crate) struct Section<'a> {
    /// Its kind.
    pub kind: &'a str,
    /// Its heading; empty for a section without one.
    pub heading: Setting<'a>,
    /// The style of its rules.
    pub style: &'a Style,
    /// Whether the titles of its groups are bold lines rather than headings.
    pub bold_groups: bool,
    /// What it holds, in display order.
    pub entries: Vec<Entry<'a>>,
}

/// A part of a section or group.
#[expect(clippy::large_enum_variant, reason = "nearly every entry is a block")]
#[derive(Debug)]
pub(crate) enum Entry<'a> {
    /// A block of text.
    Block(Block<'a>),
    /// A group of entries under a title or lead.
    Group(Group<'a>),
    /// An address whose claims are in conflict.
    Conflict(&'a AddressBuf),
}

impl Entry<'_> {
    /// Its id in the list.
    pub(crate) fn id(&self) -> &str {
        match self {
            Entry::Block(block) => block.address.id(),
            Entry::Group(group) => group.id,
            Entry::Conflict(address) => address.id(),
        }
    }
}

/// Entries under a title or lead.
#[derive(Debug)]
pub(crate) struct Group<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its title.
    pub title: Option<Block<'a>>,
    /// The text that introduces it.
    pub lead: Option<Block<'a>>,
    /// What it holds.
    pub entries: Vec<Entry<'a>>,
}

/// A text of the persona, and the parts of it that are values of fields.
#[derive(Debug, Clone, Default)]
pub(crate) struct Words<'a> {
    /// The text, templates filled in.
    pub text: Cow<'a, str>,
    /// The ranges that a template filled in, in order, each with the name of the field.
    pub filled: Vec<(Range<usize>, String)>,
    /// The string of a source file that it is, or is filled in from.
    pub written: Option<&'a Text>,
}

impl<'a> From<&'a str> for Words<'a> {
    fn from(text: &'a str) -> Self {
        Words { text: Cow::Borrowed(text), filled: Vec::new(), written: None }
    }
}

impl<'a> From<&'a Text> for Words<'a> {
    fn from(text: &'a Text) -> Self {
        Words { text: Cow::Borrowed(&text.value), filled: Vec::new(), written: Some(text) }
    }
}

/// A block of text of the persona.
#[derive(Debug, Clone)]
pub(crate) struct Block<'a> {
    /// Its address.
    pub address: &'a AddressBuf,
    /// Which part of the section it is; for a rule, with the force that it ended with.
    pub part: Part,
    /// The text.
    pub text: Words<'a>,
    /// The label before it.
    pub label: Option<Words<'a>>,
    /// The reason after it.
    pub why: Option<Words<'a>>,
    /// Where it comes from.
    pub origin: Origin<'a>,
}

/// A target of a persona with the settings for its front matter.
#[derive(Debug, Clone)]
pub(crate) struct TargetSettings<'a> {
    /// The target.
    pub target: &'static Target,
    /// The path that the profile gives; nothing for the usual one.
    pub path: Option<Setting<'a>>,
    /// How its front matter is laid out; nothing for the usual way.
    pub front_matter: Option<(&'a Datum, Origin<'a>)>,
    /// The values for its keys, in the order of the target's table.
    pub values: Vec<(&'static str, Cow<'a, Datum>, Option<Origin<'a>>)>,
}

impl TargetSettings<'_> {
    /// The settings of a target of which a profile says nothing.
    pub(crate) fn none(target: &'static Target) -> Self {
        TargetSettings { target, path: None, front_matter: None, values: Vec::new() }
    }
}
