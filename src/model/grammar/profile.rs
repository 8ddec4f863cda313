//! The keys of profiles.

use super::body::{Body, FIELDS, TAGS, Tools};
use super::{FORCES, LeftOut, Name, Rule, Type, keys, table, words};
use crate::model::config::Combine;

const COMBINE: &[&str] = &words(&Combine::ALL);

/// The heading and layout of a section.
const SECTIONS: Type =
    Type::Map(Name::Kind, &Type::Either(&[Type::Heading, Type::Table(table::<Section>)]), 0);

/// The fragments that a profile drops.
const DROPS: Type = Type::List(&Type::Either(&[Type::String, Type::Table(table::<Drop>)]));

keys! {
    /// The keys of a profile.
    Profile, "profile", "a profile", "";
    Name = "name", Type::Text, LeftOut::Derived("the profile's id"), "the field `name`";
    Description = "description", Type::Text, LeftOut::Nothing, "the field `description`; targets with front matter need it";
    Title = "title", Type::Line, LeftOut::Nothing, "the document's title: `# title`";
    Abstract = "abstract", Type::Truth, LeftOut::False, "the profile is only a parent: it is checked, and not built";
    Template = "template", Type::Truth, LeftOut::False, "texts, `description` and settings are [templates](#templates)";
    Extends = "extends", Type::Set(&Type::Text, 0), LeftOut::Nothing, "profiles to build on";
    Use = "use", Type::List(&Type::Text), LeftOut::Nothing, "ids of fragments; their order is display order and chooses no value";
    Drop = "drop", DROPS, LeftOut::Nothing, "fragments of the parents to leave out; see [drop](#drop)";
    Tags = "tags", TAGS, LeftOut::Nothing, "words for `[[require]]` and the filters";
    Style = "style", Type::Line, LeftOut::Derived("`defaults.style` of `cento.toml`"), "how rules are printed; see [styles](#styles)";
    Combine = "combine", Type::OneOf(COMBINE), LeftOut::Text("unanimous"), "how contradicting rules are settled; see [combine](#combine)";
    Fields = "fields", FIELDS, LeftOut::Nothing, "values for templates and front matter; see [fields](#fields)";
    Sections = "sections", SECTIONS, LeftOut::Derived("the usual order and headings"), "the order and headings of sections; see [sections](#sections)";
    Layout = "layout", Type::Layout, LeftOut::Derived("the default of each setting"), "the layout of the document; see [layout](#layout)";
    Body = "body", Type::Map(Name::Kind, &Type::Table(table::<Body>), 0), LeftOut::Nothing, "the profile's own entries; see [body](#body)";
    Remove = "remove", Type::Tables(table::<Remove>), LeftOut::Nothing, "entries to leave out; see [remove](#remove)";
    Resolve = "resolve", Type::Tables(table::<Resolve>), LeftOut::Nothing, "decisions about conflicts; see [resolve](#resolve)";
    Tools = "tools", Type::Table(table::<Tools>), LeftOut::Nothing, "allowed and denied tools; see [tools](#tools)";
    Target = "target", Type::Targets, LeftOut::Derived("`defaults.targets` of `cento.toml`"), "the targets of the persona and their settings; see [targets](#targets)";
}

keys! {
    /// The keys of a section that is a table.
    Section, "section", "a section", "";
    Heading = "heading", Type::Heading, LeftOut::Derived("that of its [kind](#kinds)"), "the heading of the section; `\"\"` prints none";
    Style = "style", Type::Line, LeftOut::Derived("the profile's `style`"), "a [style](#styles) for the rules of this section";
    Groups = "groups", Type::OneOf(&["heading", BOLD]), LeftOut::Text("heading"), "titles of groups as `### Title`, or as `**Title:**`";
}

keys! {
    /// The keys of an entry of `drop` that is a table.
    Drop, "drop", "an entry of `drop`", "";
    Fragment = "fragment", Type::String, LeftOut::Required(""), "the id of a fragment that a parent uses or requires";
    BreaksLock = "breaks-lock", Type::Truth, LeftOut::False, "also drops its locked claims, which is otherwise `error[locked-drop]`";
    Reason = "reason", Type::Text, LeftOut::Derived("none; with `breaks-lock` `warning[no-reason]`"), "why the fragment is dropped";
}

keys! {
    /// The keys of `[[remove]]`.
    Remove, "removal", "`[[remove]]`", "";
    Target = "target", Type::String, LeftOut::Required(""), "an address, a group (`expertise.languages`) or a section (`voice`)";
    Seen = "seen", Type::Map(Name::Any, &Type::String, 0), LeftOut::Derived("`warning[unpinned-removal]`"), "for a single entry: each source and the hash of its claim";
    BreaksLock = "breaks-lock", Type::Truth, LeftOut::False, "also removes locked claims, which is otherwise `error[locked-removal]`";
    Reason = "reason", Type::Text, LeftOut::Derived("`warning[no-reason]`"), "why the entry is removed";
}

/// The key that sets a field by itself, without `[fields]`.
pub(crate) fn own_field(name: &str) -> Option<Profile> {
    [Profile::Name, Profile::Description].into_iter().find(|key| key.name() == name)
}

/// The value of `groups` for titles in bold.
pub(crate) const BOLD: &str = "bold";

/// The value of `keep`.
pub(crate) const BOTH: &str = "both";

keys! {
    /// The keys of `[[resolve]]`.
    Resolve, "resolution", "`[[resolve]]`", "", &[
        Rule::ExactlyOne(&[Resolve::Take.name(), Resolve::Set.name(), Resolve::Keep.name()]),
        Rule::Needs(Resolve::Force.name(), &[Resolve::Set.name()]),
    ];
    At = "at", Type::Line, LeftOut::Required(""), "the address of the conflict, or `subject.NAME`";
    Take = "take", Type::Line, LeftOut::Nothing, "the side that wins: a fragment's id, or `profiles/NAME`";
    Set = "set", Type::Any, LeftOut::Nothing, "a value that replaces all sides; not at `subject.NAME`";
    Keep = "keep", Type::OneOf(&[BOTH]), LeftOut::Nothing, "all sides stay; for prose, items, steps and rules";
    Seen = "seen", Type::Map(Name::Any, &Type::String, 0), LeftOut::Derived("`warning[unpinned-resolution]`"), "the hash of each side when the decision was made";
    Force = "force", Type::OneOf(FORCES), LeftOut::Derived("the strongest of the sides; required if they contradict each other"), "with `set` on a rule: its force";
    BreaksLock = "breaks-lock", Type::Truth, LeftOut::False, "lets a locked side lose, which is otherwise `error[bad-resolution]`";
    Reason = "reason", Type::Text, LeftOut::Derived("`warning[no-reason]`"), "why this decision was made";
}
