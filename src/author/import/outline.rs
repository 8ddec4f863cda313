//! The sections, groups and entries of a text that belongs into a document, without their layout.

use super::extract::{Verbatim, extract};
use super::tree::{Entry, Group, Heading, Node};
use crate::model::Part;

/// A section of a text, or the part before the first heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::author) struct Outline {
    /// The markup of the heading before its words, and its words.
    pub(in crate::author) heading: Option<(String, String)>,
    /// The text between the section above and this one.
    pub(in crate::author) gap: String,
    pub(in crate::author) nodes: Vec<OutlineNode>,
}

/// A part of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::author) enum OutlineNode {
    Entry(OutlineEntry),
    Group { title: Option<String>, lead: Option<String>, entries: Vec<OutlineEntry> },
}

/// An entry of a section or group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::author) struct OutlineEntry {
    pub(in crate::author) part: Part,
    pub(in crate::author) label: Option<String>,
    pub(in crate::author) text: String,
    /// The number of entries that it is under. They come before it.
    pub(in crate::author) depth: usize,
}

/// Extracts the entries of a text that consists of lists, as they are under another entry. None if there is other text.
pub(in crate::author) fn nested(text: &str) -> Vec<OutlineEntry> {
    super::nested::all(text).into_iter().map(entry).collect()
}

/// Extracts the lists at the end of the text of an entry. Returns the text before them, and the entries under it.
pub(in crate::author) fn unfolded(text: &str) -> (String, Vec<OutlineEntry>) {
    let mut list = Vec::new();
    super::nested::unfold(Entry::prose("", text, 0), 0, &mut list);
    let mut list = list.into_iter();
    let own = list.next().map(|own| own.text).unwrap_or_default();
    (own, list.map(entry).collect())
}

/// Extracts the sections of a text as `import` does.
pub(in crate::author) fn outline(text: &str) -> Vec<Outline> {
    let tree = extract(text, 0, &Verbatim::default());
    let mut sections: Vec<(Option<Heading>, Vec<Node>)> =
        tree.sections.into_iter().map(|section| (section.heading, section.nodes)).collect();
    // A title at the top is a heading like any other here.
    if let Some(title) = tree.title {
        match sections.first_mut().filter(|(heading, _)| heading.is_none()) {
            Some((heading, _)) => *heading = Some(title),
            None => sections.insert(0, (Some(title), Vec::new())),
        }
    }
    let outline = |(heading, nodes): (Option<Heading>, Vec<Node>)| {
        let gap = match (&heading, nodes.first()) {
            (Some(heading), _) => heading.gap.clone(),
            (None, Some(Node::Entry(entry))) => entry.gap.clone(),
            (None, _) => String::new(),
        };
        let heading = heading.map(|heading| (heading.open, heading.words));
        Outline { heading, gap, nodes: nodes.into_iter().map(node).collect() }
    };
    sections.into_iter().map(outline).collect()
}

fn node(node: Node) -> OutlineNode {
    match node {
        Node::Entry(own) => OutlineNode::Entry(entry(own)),
        Node::Group(Group { title, lead, entries, .. }) => OutlineNode::Group {
            title: title.map(|title| title.words),
            lead: lead.map(|lead| lead.text),
            entries: entries.into_iter().map(entry).collect(),
        },
    }
}

fn entry(entry: Entry) -> OutlineEntry {
    let (part, depth) = (entry.part, entry.depth);
    OutlineEntry { part, label: entry.label.map(|label| label.words), text: entry.text, depth }
}
