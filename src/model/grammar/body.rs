//! Keys that fragments and the bodies of profiles share.

use super::config::TARGET_NAMES;
use super::{FORCES, LeftOut, Name, Rule, Type, joined, keys, table, words};
use crate::model::claim::{Band, Force, Level, Part};

const LEVELS: &[&str] = &words(&Level::ALL);
const BANDS: &[&str] = &words(&Band::NAMED);

const TARGET_OR_TARGETS: Type = Type::OneOrMore(&Type::OneOf(TARGET_NAMES));

/// Targets, or a table of targets and models.
const OUTPUTS: Type = Type::Either(&[TARGET_OR_TARGETS, Type::Table(table::<Outputs>)]);

/// The type of a table of entries.
const fn entries(part: &'static Type) -> Type {
    Type::Map(Name::Id, part, 0)
}

keys! {
    /// The tables of entries.
    Entries, "entries", "a body", "";
    Prose = "prose", entries(&Type::Entry(Part::Prose)), LeftOut::Nothing, "blocks of Markdown, printed unchanged";
    Closing = "closing", entries(&Type::Entry(Part::Closing)), LeftOut::Nothing, "blocks of Markdown after everything else in the section or group";
    Items = "items", entries(&Type::Entry(Part::Item)), LeftOut::Nothing, "bullets: `- text`";
    Steps = "steps", entries(&Type::Entry(Part::Step)), LeftOut::Nothing, "steps, numbered through the section or group: `1. text`";
    Never = "never", entries(&Type::Entry(Part::Rule(Force::Never))), LeftOut::Nothing, "rules: prohibitions";
    Avoid = "avoid", entries(&Type::Entry(Part::Rule(Force::Avoid))), LeftOut::Nothing, "rules: advice against something";
    May = "may", entries(&Type::Entry(Part::Rule(Force::May))), LeftOut::Nothing, "rules: permissions";
    Should = "should", entries(&Type::Entry(Part::Rule(Force::Should))), LeftOut::Nothing, "rules: advice";
    Must = "must", entries(&Type::Entry(Part::Rule(Force::Must))), LeftOut::Nothing, "rules: obligations";
    Always = "always", entries(&Type::Entry(Part::Rule(Force::Always))), LeftOut::Nothing, "rules: obligations without exception";
}

keys! {
    /// The table of groups, and the targets of a whole body.
    Grouping, "groups", "a body", "", &[Rule::AtMostOne(&[Grouping::Only.name(), Grouping::Not.name()])];
    Group = "group", Type::Map(Name::Id, &Type::Table(table::<Group>), 0), LeftOut::Nothing, "[groups](#groups) of entries, each with a heading";
    Only = "only", OUTPUTS, LeftOut::Nothing, "the targets and models that have these entries; see [wording by target](#wording-by-target)";
    Not = "not", OUTPUTS, LeftOut::Nothing, "the targets and models that do not have these entries";
}

joined! {
    /// The tables of a body.
    Body = Entries, Grouping, "body", "a body"
}

keys! {
    /// The title and lead above the entries of a group.
    Heading, "heading", "a group", "", &[Rule::AtMostOne(&[Heading::Only.name(), Heading::Not.name()])];
    Title = "title", Type::Entry(Part::Title), LeftOut::Nothing, "the title of the group, in one line";
    Lead = "lead", Type::Entry(Part::Lead), LeftOut::Nothing, "a paragraph below the title";
    Only = "only", OUTPUTS, LeftOut::Nothing, "the targets and models that have the group; see [wording by target](#wording-by-target)";
    Not = "not", OUTPUTS, LeftOut::Nothing, "the targets and models that do not have the group";
}

joined! {
    /// The keys of `[group.ID]`.
    Group = Heading, Entries, "group", "a group"
}

keys! {
    /// The keys of an entry that is a table.
    Entry, "entry", "an entry", "", &[
        Rule::Needs(Entry::Directly.name(), &[Entry::Before.name(), Entry::After.name()]),
        Rule::AtMostOne(&[Entry::Only.name(), Entry::Not.name()]),
        Rule::AtMostOne(&[Entry::Force.name(), Entry::Under.name()]),
    ];
    Text = "text", Type::Text, LeftOut::RequiredInFragment, "the text of the entry";
    Label = "label", Type::Line, LeftOut::Nothing, "printed bold before the text";
    Why = "why", Type::Text, LeftOut::Nothing, "the reason, printed after a dash";
    Force = "force", Type::OneOf(FORCES), LeftOut::Nothing, "makes a rule of an item or step, at its place in the list; see [mixed lists](#mixed-lists)";
    About = "about", Type::Name(Name::Subject), LeftOut::Derived("the entry's id"), "the [subject](merging.md#subjects) of the rule";
    Under = "under", Type::Name(Name::Id), LeftOut::Nothing, "the id of the item, step or rule of the same list that it is printed under; see [nested entries](#nested-entries)";
    Level = "level", Type::OneOf(LEVELS), LeftOut::Text("normal"), "how easily other claims override it; see [levels](#levels)";
    Before = "before", Type::Anchors, LeftOut::Nothing, "puts the entry before these neighbours; see [places](#places)";
    After = "after", Type::Anchors, LeftOut::Nothing, "puts the entry after these neighbours";
    Directly = "directly", Type::Truth, LeftOut::Nothing, "with `before` or `after`: whether nothing may come between";
    Band = "band", Type::OneOf(BANDS), LeftOut::Nothing, "the part of the list for the entry";
    Only = "only", OUTPUTS, LeftOut::Nothing, "the targets and models that have the entry; see [wording by target](#wording-by-target)";
    Not = "not", OUTPUTS, LeftOut::Nothing, "the targets and models that do not have the entry";
}

keys! {
    /// The keys of `only` and `not` as tables.
    Outputs, "outputs", "`only` and `not`", "", &[Rule::AtLeastOne(&[Outputs::Target.name(), Outputs::Model.name()])];
    Target = "target", TARGET_OR_TARGETS, LeftOut::Derived("all targets"), "one target, or a list of them";
    Model = "model", Type::OneOrMore(&Type::Text), LeftOut::Derived("all models"), "one model, or a list of them, each written as `model` in `[target.NAME]`";
}

impl Entry {
    /// Every key of an entry.
    pub(crate) fn all() -> &'static [Entry] {
        Entry::ALL
    }

    /// Returns whether entries of this part may have the key.
    pub(crate) fn fits(self, part: Part) -> bool {
        match self {
            Entry::Text | Entry::Level | Entry::Only | Entry::Not => true,
            Entry::Label | Entry::Why => part.is_listed(),
            Entry::Force => part.may_hold_rules(),
            Entry::About => matches!(part, Part::Rule(_)),
            Entry::Under => matches!(part, Part::Item | Part::Step),
            Entry::Before | Entry::After | Entry::Directly | Entry::Band => {
                !matches!(part, Part::Title | Part::Lead)
            }
        }
    }
}

/// The tables above a group.
pub(crate) fn group_tables(group: &str) -> [&str; 2] {
    [Grouping::Group.name(), group]
}

/// The key of a part: the table of its entries, or `title` or `lead` of a group.
pub(crate) fn part_key(part: Part) -> &'static str {
    match Entries::ALL.iter().find(|entries| entries.part() == part) {
        Some(entries) => entries.name(),
        None if part == Part::Title => Heading::Title.name(),
        None => Heading::Lead.name(),
    }
}

impl Entries {
    /// Every table of entries.
    pub(crate) fn all() -> &'static [Entries] {
        Entries::ALL
    }

    /// The part that the table's entries are.
    pub(crate) const fn part(self) -> Part {
        match self {
            Entries::Prose => Part::Prose,
            Entries::Closing => Part::Closing,
            Entries::Items => Part::Item,
            Entries::Steps => Part::Step,
            Entries::Never => Part::Rule(Force::Never),
            Entries::Avoid => Part::Rule(Force::Avoid),
            Entries::May => Part::Rule(Force::May),
            Entries::Should => Part::Rule(Force::Should),
            Entries::Must => Part::Rule(Force::Must),
            Entries::Always => Part::Rule(Force::Always),
        }
    }
}

keys! {
    /// The keys of a field that is a table.
    Field, "field", "a field", "";
    Value = "value", Type::Scalar, LeftOut::Required(""), "the value";
    Level = "level", Type::OneOf(LEVELS), LeftOut::Text("normal"), "how easily other claims override it; see [levels](#levels)";
}

/// A table of fields.
pub(super) const FIELDS: Type =
    Type::Map(Name::Field, &Type::Either(&[Type::Scalar, Type::Table(table::<Field>)]), 0);

/// A list of tags.
pub(super) const TAGS: Type = Type::Set(&Type::Text, 0);

keys! {
    /// The keys of `[tools]`.
    Tools, "tools", "`[tools]`", "tools.";
    Allow = "allow", Type::Set(&Type::Name(Name::Tool), 1), LeftOut::Derived("all are allowed"), "the maximum set of allowed tools";
    Deny = "deny", Type::Set(&Type::Name(Name::Tool), 0), LeftOut::Nothing, "the denied tools";
}

impl Tools {
    /// The key with its table: the address of the list.
    pub(crate) const fn path(self) -> &'static str {
        Self::ROWS[self as usize].path
    }
}
