//! The tree that a document is extracted to: its content, and the layout of each part.

use crate::model::{Force, Part};

/// A document in its parts. All gaps and marks are as they are typed.
#[derive(Debug, Default)]
pub(super) struct Tree {
    /// The title.
    pub(super) title: Option<Heading>,
    /// The sections.
    pub(super) sections: Vec<Section>,
    /// The text after the last word.
    pub(super) end: String,
}

/// A heading, and the markup around its words.
#[derive(Debug, Clone)]
pub(super) struct Heading {
    /// The gap before it.
    pub(super) gap: String,
    /// The markup before its words.
    pub(super) open: String,
    /// Its words.
    pub(super) words: String,
    /// The markup after them.
    pub(super) close: String,
    /// Where it begins in the document.
    pub(super) at: usize,
}

/// A section.
#[derive(Debug)]
pub(super) struct Section {
    /// What addresses call it.
    pub(super) id: String,
    /// Its kind.
    pub(super) kind: &'static str,
    /// Its heading, if it has one.
    pub(super) heading: Option<Heading>,
    /// What it holds, in the order of the document.
    pub(super) nodes: Vec<Node>,
    /// Whether its rules are grouped under a line for each force.
    pub(super) grouped: bool,
    /// Whether the titles of its groups are bold lines.
    pub(super) bold_groups: bool,
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
    /// What addresses call it.
    pub(super) id: String,
    /// Its title.
    pub(super) title: Option<Heading>,
    /// What introduces it.
    pub(super) lead: Option<Entry>,
    /// What it holds.
    pub(super) entries: Vec<Entry>,
}

/// A text, and how it is laid out.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// What addresses call it.
    pub(super) id: String,
    /// What it is.
    pub(super) part: Part,
    /// The gap before it.
    pub(super) gap: String,
    /// The bullet, or the markup before a step with its number as `1`.
    pub(super) bullet: String,
    /// The number of a step.
    pub(super) number: Option<usize>,
    /// The indent of its further lines, if it has any.
    pub(super) indent: Option<String>,
    /// The bold words before the text.
    pub(super) label: Option<Label>,
    /// The label of its force, as it is typed.
    pub(super) force: Option<String>,
    /// The content.
    pub(super) text: String,
    /// Where it begins in the document.
    pub(super) at: usize,
    /// Whether it is Markdown of other sorts than a paragraph.
    pub(super) is_markup: bool,
    /// Whether it stays at the end of its section.
    pub(super) is_last: bool,
}

/// The words before a text, and the markup around them.
#[derive(Debug, Clone)]
pub(super) struct Label {
    pub(super) open: String,
    pub(super) words: String,
    pub(super) close: String,
}

impl Entry {
    /// A block of prose.
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
            text: text.to_owned(),
            at,
            is_markup: false,
            is_last: false,
        }
    }

    /// Whether it is an entry of a list.
    pub(super) fn is_listed(&self) -> bool {
        matches!(self.part, Part::Item | Part::Step | Part::Rule(_))
    }

    /// Its force, for a rule.
    pub(super) fn rule(&self) -> Option<Force> {
        match self.part {
            Part::Rule(force) => Some(force),
            _ => None,
        }
    }
}

impl Group {
    /// A group without a name.
    pub(super) fn new(title: Option<Heading>, lead: Option<Entry>) -> Self {
        Group { id: String::new(), title, lead, entries: Vec::new() }
    }

    /// Whether its title is a heading, so that all that follows belongs to it.
    pub(super) fn is_heading(&self) -> bool {
        self.title.as_ref().is_some_and(|title| title.open.trim_start().starts_with('#'))
    }
}

impl Section {
    /// Every entry, those of groups included; leads are entries of their group.
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
