//! Addresses: the places of a persona that claims speak about.

use std::fmt;

/// A place in a persona: `SECTION[.GROUP].ID` for what stands in the text (`rules.select-star`,
/// `expertise.languages.go`), `fields.NAME`, `tags`, `tools.allow`, `tools.deny`,
/// `sections.KIND.KEY`, `target.NAME.KEY`, `layout[.PLACE].KEY`, `style` and `combine` for the rest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address(String);

impl Address {
    /// Joins the parts of an address with dots.
    pub fn new<'p>(parts: impl IntoIterator<Item = &'p str>) -> Self {
        let mut address = String::new();
        for part in parts {
            if !address.is_empty() {
                address.push('.');
            }
            address.push_str(part);
        }
        Address(address)
    }

    /// The address as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first part: the section, or `fields`, `tools`, and so on.
    pub fn section(&self) -> &str {
        self.0.split('.').next().unwrap_or(&self.0)
    }

    /// The last part.
    pub fn id(&self) -> &str {
        self.0.rsplit('.').next().unwrap_or(&self.0)
    }

    /// The group, for an address of three parts.
    pub fn group(&self) -> Option<&str> {
        let mut parts = self.0.split('.');
        let group = parts.nth(1)?;
        parts.next().map(|_| group)
    }

    /// The address of the list that holds this one: the section, or the section and group.
    pub fn parent(&self) -> &str {
        self.0.rsplit_once('.').map_or("", |(parent, _)| parent)
    }

    /// Whether this is `target` itself or lies in the group `target`.
    pub fn is_at_or_in(&self, target: &str) -> bool {
        self.0
            .strip_prefix(target)
            .is_some_and(|rest| rest.is_empty() || (rest.starts_with('.') && target.contains('.')))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether `id` is `[a-z0-9][a-z0-9-]*`, the form of the ids of items, groups, kinds, the parts of
/// fragment ids, and profiles.
pub fn is_id(id: &str) -> bool {
    let first = id.as_bytes().first();
    first.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// Whether `name` is `[a-z][a-z0-9_]*`, the form of field names.
pub fn is_field_name(name: &str) -> bool {
    name.as_bytes().first().is_some_and(u8::is_ascii_lowercase)
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Whether `name` can be the name of one tool: not blank, and without commas and line breaks, which
/// would make it several where a target lists tools in a line.
pub fn is_tool_name(name: &str) -> bool {
    !name.trim().is_empty() && !name.contains([',', '\n', '\r'])
}

/// Whether `subject` is one or more ids with dots between them.
pub fn is_subject(subject: &str) -> bool {
    subject.split('.').all(is_id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_covers_its_members_and_a_section_does_not() {
        let address = Address::new(["expertise", "languages", "go"]);
        assert!(address.is_at_or_in("expertise.languages"));
        assert!(address.is_at_or_in("expertise.languages.go"));
        assert!(!address.is_at_or_in("expertise.lang"));
        assert!(!address.is_at_or_in("expertise"));
        assert_eq!(address.parent(), "expertise.languages");
        assert_eq!(address.group(), Some("languages"));
        assert_eq!(Address::new(["rules", "a"]).group(), None);
    }

    #[test]
    fn ids_are_lower_case_ascii() {
        assert!(is_id("a-1") && is_id("1a"));
        assert!(!is_id("") && !is_id("-a") && !is_id("A") && !is_id("a_b") && !is_id("é"));
        assert!(is_field_name("a_1") && !is_field_name("1a") && !is_field_name("a-b"));
        assert!(is_subject("sql.indexing") && !is_subject("sql..x") && !is_subject(".x"));
    }
}
