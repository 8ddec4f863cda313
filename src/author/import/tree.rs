//! The tree that a document is extracted to: its content, and the layout of each part.

use crate::model::{Force, Part};

/// An extracted document. All gaps and markup are as typed.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) title: Option<Heading>,
    pub(super) sections: Vec<Section>,
    /// The text after the last element.
    pub(super) end: String,
}

/// A heading and its markup.
#[derive(Debug, Clone)]
pub(super) struct Heading {
    /// The gap before it.
    pub(super) gap: String,
    /// The markup before its words.
    pub(super) open: String,
    pub(super) words: String,
    /// The markup after its words.
    pub(super) close: String,
    /// Its offset in the document.
    pub(super) at: usize,
}

#[derive(Debug)]
pub(super) struct Section {
    /// The id in addresses.
    pub(super) id: String,
    /// The kind that its heading suggests, if any.
    pub(super) known_kind: Option<&'static str>,
    pub(super) heading: Option<Heading>,
    /// Its entries and groups, in document order.
    pub(super) nodes: Vec<Node>,
    /// Whether its rules are grouped under a line for each force.
    pub(super) grouped: bool,
    /// Whether the titles of its groups are bold lines.
    pub(super) bold_groups: bool,
}

impl Section {
    /// Returns the kind of its fragment: the known kind, else the id of the section.
    pub(super) fn kind(&self) -> &str {
        self.known_kind.unwrap_or(&self.id)
    }
}

/// An entry or a group of a section.
#[derive(Debug)]
pub(super) enum Node {
    Entry(Entry),
    Group(Group),
}

/// Entries under a title or lead.
#[derive(Debug)]
pub(super) struct Group {
    /// The id in addresses.
    pub(super) id: String,
    pub(super) title: Option<Heading>,
    /// The text that introduces it.
    pub(super) lead: Option<Entry>,
    pub(super) entries: Vec<Entry>,
}

/// A text and its layout.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// The id in addresses.
    pub(super) id: String,
    pub(super) part: Part,
    /// The gap before it.
    pub(super) gap: String,
    /// The bullet; for a step, its markup with the number written as `1`.
    pub(super) bullet: String,
    /// The number of a step.
    pub(super) number: Option<usize>,
    /// The indent of its continuation lines, if it has any.
    pub(super) indent: Option<String>,
    /// The bold label before the text.
    pub(super) label: Option<Label>,
    /// The force label as typed.
    pub(super) force: Option<String>,
    /// The markup around the sentence of a rule.
    pub(super) sentence: Option<(String, String)>,
    /// Whether a rule without a label begins with a capital letter; `None` where it cannot.
    pub(super) capital: Option<bool>,
    /// The reason of a rule.
    pub(super) why: Option<Label>,
    /// The text, without labels.
    pub(super) text: String,
    /// The number of entries that it is under. They come before it.
    pub(super) depth: usize,
    /// The id of the entry that it is under.
    pub(super) under: Option<String>,
    /// Its offset in the document, or in the text of the entry that it is under.
    pub(super) at: usize,
    /// Whether it is Markdown other than a paragraph.
    pub(super) is_markup: bool,
    /// Whether it is a rule in the table of items or steps, because its list mixes rules with them or with other rules.
    pub(super) is_mixed: bool,
}

/// A label or reason and its markup.
#[derive(Debug, Clone)]
pub(super) struct Label {
    pub(super) open: String,
    pub(super) words: String,
    pub(super) close: String,
}

impl Entry {
    /// Creates a block of prose.
    pub(super) fn prose(gap: &str, text: &str, at: usize) -> Self {
        Entry {
            id: String::new(),
            part: Part::Prose,
            gap: gap.to_owned(),
            bullet: String::new(),
            number: None,
            indent: None,
            label: None,
            force: None,
            sentence: None,
            capital: None,
            why: None,
            text: text.to_owned(),
            depth: 0,
            under: None,
            at,
            is_markup: false,
            is_mixed: false,
        }
    }

    /// Returns the part whose table holds it.
    pub(super) fn table(&self) -> Part {
        match (self.is_mixed, self.number) {
            (true, Some(_)) => Part::Step,
            (true, None) => Part::Item,
            (false, _) => self.part,
        }
    }

    /// Returns whether it is an entry of a list.
    pub(super) fn is_listed(&self) -> bool {
        self.part.is_listed()
    }

    /// Returns the force of a rule. `None` for other entries.
    pub(super) fn rule(&self) -> Option<Force> {
        self.part.force()
    }
}

impl Group {
    /// Creates a group without an id.
    pub(super) fn new(title: Option<Heading>, lead: Option<Entry>) -> Self {
        Group { id: String::new(), title, lead, entries: Vec::new() }
    }

    /// Returns whether its title is a heading, so that everything after it belongs to the group.
    pub(super) fn is_heading(&self) -> bool {
        self.title.as_ref().is_some_and(|title| title.open.trim_start().starts_with('#'))
    }
}

impl Section {
    /// Returns all entries, including those of groups and their leads.
    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.nodes.iter().flat_map(|node| {
            let (one, group) = match node {
                Node::Entry(entry) => (Some(entry), None),
                Node::Group(group) => (None, Some(group)),
            };
            let of_group = group.into_iter().flat_map(|group| group.lead.iter().chain(&group.entries));
            one.into_iter().chain(of_group)
        })
    }
}
