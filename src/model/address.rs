//! Addresses: the parts of a persona that claims are about.
//!
//! A *place* is the dotted path of a section, group or entry in the body. The place of the document is the empty
//! string.

use std::fmt;
use std::sync::Arc;

use super::grammar::{Profile, Section, Tools};

/// A parsed address. Only this file knows the syntax of addresses: other code builds a variant, or matches on one.
///
/// Parsing does not validate names and keys; the readers of the files do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Address<'a> {
    /// `title`: the title of the document.
    Title,
    /// `style`: the default style of rules.
    Style,
    /// `combine`: how contradicting rules are combined.
    Combine,
    /// `tags`.
    Tags,
    /// `tools.allow`.
    Allow,
    /// `tools.deny`.
    Deny,
    /// `fields.NAME`.
    Field(&'a str),
    /// `subject.NAME`: all rules about a subject. Used by conflicts and resolutions, never by a claim.
    Subject(&'a str),
    /// `sections.KIND`: all settings of a section.
    Section(&'a str),
    /// `sections.KIND.KEY`: a setting of a section.
    SectionKey {
        kind: &'a str,
        /// `heading`, `style` or `groups`.
        key: &'a str,
    },
    /// `target.NAME`: all settings of a target.
    Target(&'a str),
    /// `target.NAME.KEY`: a setting of a target.
    TargetKey { target: &'a str, key: &'a str },
    /// `layout[.PLACE].KEY`: a setting of the layout.
    Layout {
        /// A section, group or entry; empty for the document.
        place: &'a str,
        key: &'a str,
    },
    /// `SECTION[.GROUP].ID`: an entry, or the title or lead of a group. A single part is a section.
    Body(&'a str),
}

/// The address of the list of allowed tools.
pub(crate) const ALLOW: &str = Tools::Allow.path();

/// The address of the list of denied tools.
pub(crate) const DENY: &str = Tools::Deny.path();

/// The key of a section's heading, in `sections.KIND.heading`.
pub(crate) const HEADING: &str = Section::Heading.name();

/// The key of a section's rule style.
pub(crate) const STYLE: &str = Section::Style.name();

/// The key of the form of a section's group titles.
pub(crate) const GROUPS: &str = Section::Groups.name();

// The first words of addresses. All but one are keys of a profile.
const TITLE: &str = Profile::Title.name();
const PROFILE_STYLE: &str = Profile::Style.name();
pub(crate) const COMBINE: &str = Profile::Combine.name();
pub(crate) const TAGS: &str = Profile::Tags.name();
const FIELDS: &str = Profile::Fields.name();
const SUBJECT: &str = "subject";
const SECTIONS: &str = Profile::Sections.name();
const TARGET: &str = Profile::Target.name();
const LAYOUT: &str = Profile::Layout.name();

/// Kinds that would be ambiguous in an address, so no section may have them.
pub(crate) const RESERVED: [&str; 5] = [FIELDS, SUBJECT, SECTIONS, TARGET, LAYOUT];

impl<'a> Address<'a> {
    /// The field that a profile sets with its key `name`.
    pub(crate) const NAME: Address<'static> = Address::Field(Profile::Name.name());

    /// The field that a profile sets with its key `description`.
    pub(crate) const DESCRIPTION: Address<'static> = Address::Field(Profile::Description.name());

    /// Whether templates fill in the strings at the address. Besides the texts of entries, these are all strings that
    /// reach an output, except the layout and the paths of outputs.
    pub(crate) fn is_filled(self) -> bool {
        match self {
            Address::Title => true,
            Address::Field(name) => name == super::DESCRIPTION,
            Address::SectionKey { key, .. } => key == HEADING,
            Address::TargetKey { key, .. } => key != super::PATH,
            _ => false,
        }
    }

    /// Parses an address. This cannot fail: any other text is a place in the body.
    pub(crate) fn parse(text: &'a str) -> Self {
        let (first, rest) = text.split_once('.').unwrap_or((text, ""));
        match (first, rest) {
            (TITLE, "") => Address::Title,
            (PROFILE_STYLE, "") => Address::Style,
            (COMBINE, "") => Address::Combine,
            (TAGS, "") => Address::Tags,
            _ if text == ALLOW => Address::Allow,
            _ if text == DENY => Address::Deny,
            (_, "") => Address::Body(text),
            (FIELDS, name) => Address::Field(name),
            (SUBJECT, name) => Address::Subject(name),
            (SECTIONS, rest) => match rest.split_once('.') {
                Some((kind, key)) => Address::SectionKey { kind, key },
                None => Address::Section(rest),
            },
            (TARGET, rest) => match rest.split_once('.') {
                Some((target, key)) => Address::TargetKey { target, key },
                None => Address::Target(rest),
            },
            (LAYOUT, rest) => {
                let (place, key) = rest.rsplit_once('.').unwrap_or(("", rest));
                Address::Layout { place, key }
            }
            _ => Address::Body(text),
        }
    }

    /// The heading of a section.
    pub(crate) fn heading(kind: &'a str) -> Self {
        Address::SectionKey { kind, key: HEADING }
    }

    /// The address as an owned string.
    pub(crate) fn to_buf(self) -> AddressBuf {
        AddressBuf(self.to_string().into())
    }

    /// The name of the field, if this is a field.
    pub(crate) fn field(self) -> Option<&'a str> {
        match self {
            Address::Field(name) => Some(name),
            _ => None,
        }
    }

    /// The subject, if this is a subject.
    pub(crate) fn subject(self) -> Option<&'a str> {
        match self {
            Address::Subject(name) => Some(name),
            _ => None,
        }
    }

    /// Returns whether this is `tools.allow` or `tools.deny`.
    pub(crate) fn is_tools(self) -> bool {
        matches!(self, Address::Allow | Address::Deny)
    }
}

impl fmt::Display for Address<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Title => f.write_str(TITLE),
            Address::Style => f.write_str(PROFILE_STYLE),
            Address::Combine => f.write_str(COMBINE),
            Address::Tags => f.write_str(TAGS),
            Address::Allow => f.write_str(ALLOW),
            Address::Deny => f.write_str(DENY),
            Address::Field(name) => write!(f, "{FIELDS}.{name}"),
            Address::Subject(name) => write!(f, "{SUBJECT}.{name}"),
            Address::Section(kind) => write!(f, "{SECTIONS}.{kind}"),
            Address::SectionKey { kind, key } => write!(f, "{SECTIONS}.{kind}.{key}"),
            Address::Target(target) => write!(f, "{TARGET}.{target}"),
            Address::TargetKey { target, key } => write!(f, "{TARGET}.{target}.{key}"),
            Address::Layout { place: "", key } => write!(f, "{LAYOUT}.{key}"),
            Address::Layout { place, key } => write!(f, "{LAYOUT}.{place}.{key}"),
            Address::Body(place) => f.write_str(place),
        }
    }
}

/// The parts of a place, or of the TOML tables that lead to it: section, group, entry. None for the document.
pub(crate) fn parts(place: &str) -> impl Iterator<Item = &str> + Clone {
    place.split('.').filter(|part| !part.is_empty())
}

/// Joins parts into a place, skipping empty ones such as the document.
pub(crate) fn place<'p>(parts: impl IntoIterator<Item = &'p str>) -> String {
    let mut place = String::new();
    for part in parts.into_iter().filter(|part| !part.is_empty()) {
        if !place.is_empty() {
            place.push('.');
        }
        place.push_str(part);
    }
    place
}

/// The place of the entry or group `id` in a list.
pub(crate) fn below(list: &str, id: &str) -> String {
    place([list, id])
}

/// The section that contains a place.
pub(crate) fn section(place: &str) -> &str {
    place.split('.').next().unwrap_or(place)
}

/// The last part of a place: the id of an entry or group, or a section.
pub(crate) fn id(place: &str) -> &str {
    place.rsplit('.').next().unwrap_or(place)
}

/// The list that contains a place: its section or group. Empty for a section.
pub(crate) fn list(place: &str) -> &str {
    place.rsplit_once('.').map_or("", |(list, _)| list)
}

/// Splits a list into its section and group.
pub(crate) fn section_and_group(list: &str) -> (&str, Option<&str>) {
    list.split_once('.').map_or((list, None), |(section, group)| (section, Some(group)))
}

/// The parts of a place after the section, or the place itself if there are none.
pub(crate) fn below_section(place: &str) -> &str {
    place.split_once('.').map_or(place, |(_, below)| below)
}

/// A place and everything that contains it, innermost first. The last is the document, the empty string.
pub(crate) fn enclosing(place: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(place), |place| (!place.is_empty()).then(|| list(place)))
}

/// Returns whether `place` is strictly below `above`.
pub(crate) fn is_below(place: &str, above: &str) -> bool {
    place.strip_prefix(above).is_some_and(|rest| rest.starts_with('.'))
}

/// Returns the prefix that all places below this one share.
pub(crate) fn prefix(place: &str) -> String {
    format!("{place}.")
}

/// Returns whether a place is inside a section, and not the section itself.
pub(crate) fn is_in_section(place: &str) -> bool {
    place.contains('.')
}

/// The address of a claim, as an owned string. [`AddressBuf::parsed`] returns it as an [`Address`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct AddressBuf(Arc<str>);

impl AddressBuf {
    /// The place in the body with these parts.
    pub(crate) fn body<'p>(parts: impl IntoIterator<Item = &'p str>) -> Self {
        AddressBuf(place(parts).into())
    }

    /// The parsed address.
    pub(crate) fn parsed(&self) -> Address<'_> {
        Address::parse(&self.0)
    }

    /// The address as text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The first part: the section, or `fields`, `tools` and so on.
    pub(crate) fn section(&self) -> &str {
        section(&self.0)
    }

    /// The last part.
    pub(crate) fn id(&self) -> &str {
        id(&self.0)
    }

    /// The group, if the address is that of an entry in a group.
    pub(crate) fn group(&self) -> Option<&str> {
        section_and_group(self.parent()).1
    }

    /// The list that contains this address: the section, or the section and group.
    pub(crate) fn parent(&self) -> &str {
        list(&self.0)
    }
}

impl fmt::Display for AddressBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Returns whether `id` matches `[a-z0-9][a-z0-9-]*`, the form of the ids of entries, groups, kinds and profiles, and
/// of each part of a fragment's id.
pub(crate) fn is_id(id: &str) -> bool {
    let first = id.as_bytes().first();
    first.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// Returns whether `name` matches `[a-z][a-z0-9_]*`, the form of field names.
pub(crate) fn is_field_name(name: &str) -> bool {
    name.as_bytes().first().is_some_and(u8::is_ascii_lowercase)
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Returns whether `name` can name one tool: not blank, no line breaks, and no commas but in parentheses: `Agent(a, b)`.
/// A target that lists tools on one line would read another name with commas as several.
pub(crate) fn is_tool_name(name: &str) -> bool {
    let is_parenthesis: &[char] = &['(', ')'];
    let is_inside = |comma: usize| {
        let opening = name[..comma].rfind(is_parenthesis).map(|at| &name[at..=at]);
        let closing = name[comma..].find(is_parenthesis).map(|at| &name[comma + at..=comma + at]);
        opening == Some("(") && closing == Some(")")
    };
    let mut commas = name.match_indices(',').map(|(at, _)| at);
    !name.is_empty() && name.trim() == name && !name.contains(['\n', '\r']) && commas.all(is_inside)
}

/// Returns whether `subject` is one or more ids separated by dots.
pub(crate) fn is_subject(subject: &str) -> bool {
    subject.split('.').all(is_id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_they_are_written() {
        let body = ["rules", "rules.a", "rules.g.a", "tools.first", "title.x"];
        for address in [
            Address::Title,
            Address::Style,
            Address::Combine,
            Address::Tags,
            Address::Allow,
            Address::Deny,
            Address::Field("years"),
            Address::Subject("sql.indexing"),
            Address::Section("rules"),
            Address::heading("rules"),
            Address::Target("claude"),
            Address::TargetKey { target: "claude", key: "path" },
            Address::Layout { place: "", key: "gap" },
            Address::Layout { place: "rules.g.x", key: "gap" },
        ]
        .into_iter()
        .chain(body.map(Address::Body))
        {
            assert_eq!(Address::parse(&address.to_string()), address);
        }
    }

    #[test]
    fn places_are_taken_apart() {
        assert_eq!((section("a.b.c"), list("a.b.c"), id("a.b.c")), ("a", "a.b", "c"));
        assert_eq!((section("a"), list("a"), id("a")), ("a", "", "a"));
        assert_eq!(enclosing("a.b.c").collect::<Vec<_>>(), ["a.b.c", "a.b", "a", ""]);
        assert_eq!((section_and_group("a.b"), section_and_group("a")), (("a", Some("b")), ("a", None)));
        assert_eq!(parts("").count(), 0);
        assert!(is_below("a.b.c", "a.b") && !is_below("a.bc", "a.b") && !is_below("a.b", "a.b"));
    }

    #[test]
    fn ids_are_lower_case_ascii() {
        assert!(is_id("a-1") && is_id("1a"));
        assert!(!is_id("") && !is_id("-a") && !is_id("A") && !is_id("a_b") && !is_id("é"));
        assert!(is_field_name("a_1") && !is_field_name("1a") && !is_field_name("a-b"));
        assert!(is_subject("sql.indexing") && !is_subject("sql..x") && !is_subject(".x"));
    }
}
