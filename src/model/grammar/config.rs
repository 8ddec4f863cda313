//! The keys of `cento.toml`.

use super::{FORCES, LeftOut, Name, Rule, Type, joined, keys, table, words};
use crate::model::config::Layout;
use crate::model::target::{NameKind, PROMPT, TARGETS};

const LAYOUTS: &[&str] = &words(&Layout::ALL);

/// The names of the targets.
pub(crate) const TARGET_NAMES: &[&str] = &{
    let mut names = [""; TARGETS.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = TARGETS[at].name;
        at += 1;
    }
    names
};

keys! {
    /// The tables of `cento.toml`.
    Config, "config", "cento.toml", "";
    Paths = "paths", Type::Table(table::<Paths>), LeftOut::Nothing, "the directories of the sources";
    Defaults = "defaults", Type::Table(table::<Defaults>), LeftOut::Nothing, "defaults for profiles";
    Styles = "styles", Type::Map(Name::Id, &Type::Table(table::<Style>), 0), LeftOut::Nothing, "rule styles of your own";
    Subjects = "subjects", Type::Subjects, LeftOut::Nothing, "relations between subjects";
    Require = "require", Type::Tables(table::<Require>), LeftOut::Nothing, "requirements for personas";
    Accept = "accept", Type::Tables(table::<Accept>), LeftOut::Nothing, "pairs of similar entries that are intended";
    Known = "known", Type::Table(table::<Known>), LeftOut::Nothing, "names that programs know and cento does not";
    Severity = "severity", Type::Severities, LeftOut::Nothing, "how serious findings are";
}

keys! {
    /// The keys of `[paths]`.
    Paths, "paths", "`[paths]`", "paths.";
    Fragments = "fragments", Type::Directory, LeftOut::Text("fragments"), "the directory of fragments";
    Profiles = "profiles", Type::Directory, LeftOut::Text("profiles"), "the directory of profiles";
}

impl Paths {
    /// The directory where the key is not set.
    pub(crate) const fn usual(self) -> &'static str {
        Self::ROWS[self as usize].left_out.text()
    }
}

keys! {
    /// The keys of `[defaults]`.
    Defaults, "defaults", "`[defaults]`", "defaults.";
    Targets = "targets", Type::Set(&Type::OneOf(TARGET_NAMES), 1), LeftOut::List(&[PROMPT.name]), "names of [targets](#targets), for profiles that name none";
    Style = "style", Type::Line, LeftOut::Text("modal"), "a [style](#styles) for profiles that name none";
}

keys! {
    /// The keys of `[styles.NAME]`.
    Style, "style", "a style", "";
    Layout = "layout", Type::OneOf(LAYOUTS), LeftOut::Text("inline"), "each rule with its label, or a list under each label";
    Order = "order", Type::Set(&Type::OneOf(FORCES), 0), LeftOut::Derived("never, avoid, must, always, should, may"), "forces, for the grouped layout; those not listed follow";
    Labels = "labels", Type::Map(Name::Force, &Type::Line, 0), LeftOut::Derived("those of `modal`, or of `grouped`"), "the label of each force, one line each, with their markup";
}

keys! {
    /// The keys of a subject.
    Subject, "subject", "a subject", "";
    Implies = "implies", Type::Set(&Type::Name(Name::Subject), 0), LeftOut::Nothing, "whoever must do this must do those too; transitive";
    Excludes = "excludes", Type::Set(&Type::Name(Name::Subject), 0), LeftOut::Nothing, "nobody can be obliged to both; symmetric";
}

keys! {
    /// The keys of `[known]`.
    Known, "known-name", "`[known]`", "known.";
    Tools = "tools", Type::Set(&Type::Text, 0), LeftOut::Nothing, "names of tools";
    Models = "models", Type::Set(&Type::Text, 0), LeftOut::Nothing, "names of models";
    Colors = "colors", Type::Set(&Type::Text, 0), LeftOut::Nothing, "names of colors";
    Keys = "keys", Type::Set(&Type::Text, 0), LeftOut::Nothing, "keys of front matter that a profile types";
}

impl Known {
    /// The key that lists names of a kind.
    pub(crate) const fn of(kind: NameKind) -> Self {
        match kind {
            NameKind::Tool => Known::Tools,
            NameKind::Model => Known::Models,
            NameKind::Color => Known::Colors,
            NameKind::Key => Known::Keys,
        }
    }

    /// The kind of the names that a key lists.
    pub(crate) const fn kind(self) -> NameKind {
        match self {
            Known::Tools => NameKind::Tool,
            Known::Models => NameKind::Model,
            Known::Colors => NameKind::Color,
            Known::Keys => NameKind::Key,
        }
    }
}

/// A limit for the whole output, or one for each section.
const BUDGET: Type = Type::Either(&[Type::Count, Type::Map(Name::Id, &Type::Count, 1)]);

/// One name or several.
const NAMES: Type = Type::OneOrMore(&Type::Text);

/// The keys that state a requirement; at least one of them is needed.
const ASKS: &[&str] = &[
    Require::Rule.name(),
    Require::Section.name(),
    Require::Field.name(),
    Require::Fragment.name(),
    Require::Without.name(),
    Require::MaxChars.name(),
    Require::MaxTokens.name(),
    Require::MaxDescriptionChars.name(),
    Require::MaxDescriptionTokens.name(),
];

/// The keys that select personas; at least one of them is needed.
const SELECTORS: &[&str] =
    &[Selector::Tag.name(), Selector::Name.name(), Selector::Target.name(), Selector::Extends.name()];

keys! {
    /// The keys of `[[require]]`.
    Require, "requirement", "`[[require]]`", "", &[
        Rule::Needs(Require::Force.name(), &[Require::Rule.name()]),
        Rule::Needs(Require::Text.name(), &[Require::Rule.name()]),
        Rule::Needs(Require::Heading.name(), &[Require::Section.name()]),
        Rule::Needs(Require::Matches.name(), &[Require::Field.name()]),
        Rule::AtLeastOne(ASKS),
    ];
    Personas = "personas", Type::Either(&[Type::OneOf(&["all"]), Type::Table(table::<Personas>)]), LeftOut::Required("choose personas by `tag`, `name`, `target` or `extends`, or write `personas = \"all\"`"), "`\"all\"`, or a table of the keys [below](#who-is-asked)";
    Rule = "rule", Type::Line, LeftOut::Nothing, "the address of a required rule";
    Force = "force", Type::OneOf(FORCES), LeftOut::Derived("any"), "the minimum force of that rule; a stronger one of the same direction is enough";
    Text = "text", Type::Text, LeftOut::Derived("any"), "the wording of that rule; white space does not count, and a template may be filled in or not";
    Section = "section", Type::Line, LeftOut::Nothing, "the kind of a required section";
    Heading = "heading", Type::Line, LeftOut::Derived("any"), "the heading of that section";
    Field = "field", Type::Line, LeftOut::Nothing, "the name of a required field, which must not be blank";
    Matches = "matches", Type::Text, LeftOut::Derived("any"), "a [regular expression](https://docs.rs/regex/latest/regex/#syntax) that must match in its value; `^...$` matches all of it";
    Fragment = "fragment", NAMES, LeftOut::Nothing, "ids of fragments that must be in the persona";
    Without = "without", NAMES, LeftOut::Nothing, "ids of forbidden fragments";
    MaxChars = "max-chars", BUDGET, LeftOut::Nothing, "the maximum number of characters: a number for the whole output, front matter included, or a table of sections";
    MaxTokens = "max-tokens", BUDGET, LeftOut::Nothing, "the maximum number of [tokens](#tokens), likewise";
    MaxDescriptionChars = "max-description-chars", Type::Count, LeftOut::Nothing, "the maximum number of characters in the descriptions of all these personas together, for each target that loads them at the start";
    MaxDescriptionTokens = "max-description-tokens", Type::Count, LeftOut::Nothing, "the maximum number of [tokens](#tokens), likewise";
    Reason = "reason", Type::Text, LeftOut::Nothing, "why it is required, for the message";
}

keys! {
    /// The keys that select personas.
    Selector, "selector", "`personas`", "", &[Rule::AtLeastOne(SELECTORS)];
    Tag = "tag", NAMES, LeftOut::Nothing, "the persona has this tag, of its profile or of any fragment in it";
    Name = "name", NAMES, LeftOut::Nothing, "it is of this profile";
    Target = "target", Type::OneOrMore(&Type::OneOf(TARGET_NAMES)), LeftOut::Nothing, "it is written to this target";
    Extends = "extends", NAMES, LeftOut::Nothing, "it extends this profile, directly or through others";
}

keys! {
    /// The key that excludes personas.
    Except, "exception", "`personas`", "";
    Except = "except", Type::Either(&[NAMES, Type::Table(table::<Selector>)]), LeftOut::Nothing, "it is not of these profiles; or a table of the other keys: it is not that";
}

joined! {
    /// The keys of `personas`.
    Personas = Selector, Except, "personas", "`personas`", &[Rule::AtLeastOne(&[
        Selector::Tag.name(),
        Selector::Name.name(),
        Selector::Target.name(),
        Selector::Extends.name(),
        Except::Except.name(),
    ])]
}

keys! {
    /// The keys of `[[accept]]`.
    Accept, "acceptance", "`[[accept]]`", "";
    Sides = "sides", Type::Sides, LeftOut::Required(""), "the two entries, each as `SOURCE:ADDRESS`: a fragment's id or `profiles/NAME`, and an address";
    Seen = "seen", Type::Map(Name::Any, &Type::String, 0), LeftOut::Derived("a warning under the code `stale-acceptance`"), "a hash of each side; when one changes, the acceptance is `error[stale-acceptance]`";
    Reason = "reason", Type::Text, LeftOut::Derived("`warning[no-reason]`"), "why both are right as they are";
}
