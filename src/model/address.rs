//! Addresses: the places of a persona that claims speak about.

use std::fmt;
use std::sync::Arc;

/// A place in a persona, taken apart. The only code that knows how an address is written is in this file; everywhere
/// else an address is built from a variant and read back as one.
///
/// Names and keys are not checked: what the readers of the files let through is an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Address<'a> {
    /// `title`: the title of the document.
    Title,
    /// `style`: the style of all lists of rules.
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
    /// `subject.NAME`: the rules about a subject, wherever they are. Conflicts and resolutions have it, claims do not.
    Subject(&'a str),
    /// `sections.KIND`: a section as a whole.
    Section(&'a str),
    /// `sections.KIND.KEY`: a setting of a section.
    SectionKey {
        /// The kind of the section.
        kind: &'a str,
        /// `heading`, `style` or `groups`.
        key: &'a str,
    },
    /// `target.NAME`: a target as a whole.
    Target(&'a str),
    /// `target.NAME.KEY`: a setting of a target.
    TargetKey {
        /// The target.
        target: &'a str,
        /// The setting.
        key: &'a str,
    },
    /// `layout[.PLACE].KEY`: a setting of the layout.
    Layout {
        /// A section, group or entry; empty for the document.
        place: &'a str,
        /// The setting.
        key: &'a str,
    },
    /// `SECTION[.GROUP].ID`: an entry, or the title or lead of a group. With one part, a section.
    Body(&'a str),
}

/// The list of the tools that may be used.
pub(crate) const ALLOW: &str = "tools.allow";

/// The list of the tools that may not be used.
pub(crate) const DENY: &str = "tools.deny";

/// The key of a section's heading.
pub(crate) const HEADING: &str = "heading";

/// The key of a section's style.
pub(crate) const STYLE: &str = "style";

/// The key of how a section's groups are titled.
pub(crate) const GROUPS: &str = "groups";

impl<'a> Address<'a> {
    /// Reads an address. Every text is one: what is nothing else is a place in the body.
    pub(crate) fn parse(text: &'a str) -> Self {
        let (first, rest) = text.split_once('.').unwrap_or((text, ""));
        match (first, rest) {
            ("title", "") => Address::Title,
            ("style", "") => Address::Style,
            ("combine", "") => Address::Combine,
            ("tags", "") => Address::Tags,
            ("tools", _) if text == ALLOW => Address::Allow,
            ("tools", _) if text == DENY => Address::Deny,
            (_, "") => Address::Body(text),
            ("fields", name) => Address::Field(name),
            ("subject", name) => Address::Subject(name),
            ("sections", rest) => match rest.split_once('.') {
                Some((kind, key)) => Address::SectionKey { kind, key },
                None => Address::Section(rest),
            },
            ("target", rest) => match rest.split_once('.') {
                Some((target, key)) => Address::TargetKey { target, key },
                None => Address::Target(rest),
            },
            ("layout", rest) => {
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

    /// The address as it is written, to keep.
    pub(crate) fn to_buf(self) -> AddressBuf {
        AddressBuf(self.to_string().into())
    }

    /// The name of a field, if it is one.
    pub(crate) fn field(self) -> Option<&'a str> {
        match self {
            Address::Field(name) => Some(name),
            _ => None,
        }
    }

    /// The subject, if it is one.
    pub(crate) fn subject(self) -> Option<&'a str> {
        match self {
            Address::Subject(name) => Some(name),
            _ => None,
        }
    }

    /// Whether it is one of the two lists of tools.
    pub(crate) fn is_tools(self) -> bool {
        matches!(self, Address::Allow | Address::Deny)
    }
}

impl fmt::Display for Address<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Title => f.write_str("title"),
            Address::Style => f.write_str("style"),
            Address::Combine => f.write_str("combine"),
            Address::Tags => f.write_str("tags"),
            Address::Allow => f.write_str(ALLOW),
            Address::Deny => f.write_str(DENY),
            Address::Field(name) => write!(f, "fields.{name}"),
            Address::Subject(name) => write!(f, "subject.{name}"),
            Address::Section(kind) => write!(f, "sections.{kind}"),
            Address::SectionKey { kind, key } => write!(f, "sections.{kind}.{key}"),
            Address::Target(target) => write!(f, "target.{target}"),
            Address::TargetKey { target, key } => write!(f, "target.{target}.{key}"),
            Address::Layout { place: "", key } => write!(f, "layout.{key}"),
            Address::Layout { place, key } => write!(f, "layout.{place}.{key}"),
            Address::Body(place) => f.write_str(place),
        }
    }
}

/// The parts of a place in the body, or of the tables of a file that lead there: section, group, entry. None for the
/// document, whose place is empty.
pub(crate) fn parts(place: &str) -> impl Iterator<Item = &str> + Clone {
    place.split('.').filter(|part| !part.is_empty())
}

/// Joins the parts of a place; empty ones, as of the document, are left out.
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

/// The place of what is called `id` in a list.
pub(crate) fn below(list: &str, id: &str) -> String {
    place([list, id])
}

/// The section of a place in the body.
pub(crate) fn section(place: &str) -> &str {
    place.split('.').next().unwrap_or(place)
}

/// The last part of a place: the id of an entry or group, or a section.
pub(crate) fn id(place: &str) -> &str {
    place.rsplit('.').next().unwrap_or(place)
}

/// The list that holds what is at a place: a section or group. Empty for a section.
pub(crate) fn list(place: &str) -> &str {
    place.rsplit_once('.').map_or("", |(list, _)| list)
}

/// The section and the group of a list.
pub(crate) fn section_and_group(list: &str) -> (&str, Option<&str>) {
    list.split_once('.').map_or((list, None), |(section, group)| (section, Some(group)))
}

/// What follows the section in a place: the place itself where nothing does.
pub(crate) fn below_section(place: &str) -> &str {
    place.split_once('.').map_or(place, |(_, below)| below)
}

/// A place and all that hold it, the nearest first; the document, which is empty, is the last.
pub(crate) fn enclosing(place: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(place), |place| (!place.is_empty()).then(|| list(place)))
}

/// Whether `place` is strictly below `above`.
pub(crate) fn is_below(place: &str, above: &str) -> bool {
    place.strip_prefix(above).is_some_and(|rest| rest.starts_with('.'))
}

/// Whether a section, group or entry is named, not a section alone.
pub(crate) fn is_in_section(place: &str) -> bool {
    place.contains('.')
}

/// The address of a claim, as text. [`Address::parse`] takes it apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct AddressBuf(Arc<str>);

impl AddressBuf {
    /// The place in the body with these parts.
    pub(crate) fn body<'p>(parts: impl IntoIterator<Item = &'p str>) -> Self {
        AddressBuf(place(parts).into())
    }

    /// The address, taken apart.
    pub(crate) fn parsed(&self) -> Address<'_> {
        Address::parse(&self.0)
    }

    /// The address as it is written.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The first part: the section, or `fields`, `tools`, and so on.
    pub(crate) fn section(&self) -> &str {
        section(&self.0)
    }

    /// The last part.
    pub(crate) fn id(&self) -> &str {
        id(&self.0)
    }

    /// The group, for an entry of one.
    pub(crate) fn group(&self) -> Option<&str> {
        section_and_group(self.parent()).1
    }

    /// The address of the list that holds this one: the section, or the section and group.
    pub(crate) fn parent(&self) -> &str {
        list(&self.0)
    }
}

impl fmt::Display for AddressBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether `id` is `[a-z0-9][a-z0-9-]*`, the form of the ids of items, groups, kinds, the parts of
/// fragment ids, and profiles.
pub(crate) fn is_id(id: &str) -> bool {
    let first = id.as_bytes().first();
    first.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// Whether `name` is `[a-z][a-z0-9_]*`, the form of field names.
pub(crate) fn is_field_name(name: &str) -> bool {
    name.as_bytes().first().is_some_and(u8::is_ascii_lowercase)
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Whether `name` can be the name of one tool: not blank, and without commas and line breaks, which
/// would make it several where a target lists tools in a line.
pub(crate) fn is_tool_name(name: &str) -> bool {
    !name.trim().is_empty() && !name.contains([',', '\n', '\r'])
}

/// Whether `subject` is one or more ids with dots between them.
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
