//! Groups without a title, where the tables of a section cannot express the order of its entries.
//!
//! A file holds the prose of a section, its bullets and its steps in a table each, so a table cannot continue after another
//! one. From there on, the entries go to a group of their own, which the file holds below.

use super::tree::{Entry, Group, Node, Section, Tree};
use crate::model::Part;

/// The id of the prose that begins such a group, whose own id is that of the prose.
const MAIN: &str = "main";

/// Divides the entries of sections, and of groups with a title or lead, into groups, so that each table is in one piece.
pub(super) fn regroup(tree: &mut Tree) {
    for section in tree.sections.iter_mut().filter(|section| !section.grouped) {
        divide(section);
    }
}

fn divide(section: &mut Section) {
    let mut divided = Divided { nodes: Vec::new(), seen: Vec::new(), place: Place::Section };
    let old = std::mem::take(&mut section.nodes);
    let is_prose = |node: &Node| matches!(node, Node::Entry(entry) if entry.part == Part::Prose);
    let end = open(&old, is_prose);
    for (at, node) in old.into_iter().enumerate() {
        match node {
            Node::Entry(entry) if at < end => divided.place(entry),
            Node::Entry(closing) => divided.nodes.push(Node::Entry(closing)),
            Node::Group(group) => divided.group(group),
        }
    }
    section.nodes = divided.nodes;
    for node in &mut section.nodes {
        if let Node::Group(group) = node
            && group.title.is_none()
            && group.lead.is_none()
            && !group.entries.iter().any(|entry| entry.id == MAIN)
            && let Some(first) = group.entries.first_mut().filter(|first| first.part == Part::Prose)
        {
            first.id = MAIN.to_owned();
        }
    }
}

/// Where the prose begins that closes a list.
fn open<T>(list: &[T], is_prose: impl Fn(&T) -> bool) -> usize {
    list.len() - list.iter().rev().take_while(|one| is_prose(one)).count()
}

/// A section whose entries are being divided.
struct Divided {
    nodes: Vec<Node>,
    /// The tables so far of the list that gets the next entry.
    seen: Vec<Table>,
    place: Place,
}

/// The list that gets the next entry.
enum Place {
    Section,
    /// The last group.
    Group,
    /// A new group: below the last one, an entry of the section would be among those above it.
    Below,
}

impl Divided {
    fn place(&mut self, entry: Entry) {
        let table = Table::of(&entry);
        let continues = self.seen.last() == Some(&table) || entry.depth > 0;
        if matches!(self.place, Place::Below) || !continues && self.seen.contains(&table) {
            self.place = Place::Group;
            self.seen.clear();
            self.nodes.push(Node::Group(group_of(&entry)));
        }
        if self.seen.is_empty() || !continues {
            self.seen.push(table);
        }
        self.add(entry);
    }

    fn add(&mut self, entry: Entry) {
        match self.nodes.last_mut() {
            Some(Node::Group(group)) if !matches!(self.place, Place::Section) => group.entries.push(entry),
            _ => self.nodes.push(Node::Entry(entry)),
        }
    }

    /// Adds a group of the document, and other groups for what its tables cannot express.
    fn group(&mut self, mut group: Group) {
        let entries = std::mem::take(&mut group.entries);
        let end = open(&entries, |entry| entry.part == Part::Prose);
        self.nodes.push(Node::Group(group));
        self.place = Place::Group;
        self.seen.clear();
        for (at, entry) in entries.into_iter().enumerate() {
            if at < end { self.place(entry) } else { self.add(entry) }
        }
        self.place = Place::Below;
        self.seen.clear();
    }
}

/// A group without a title that an entry begins.
fn group_of(entry: &Entry) -> Group {
    Group { id: entry.id.clone(), ..Group::new(None, None) }
}

/// The table of a file that holds an entry.
#[derive(PartialEq)]
enum Table {
    Prose,
    Bullets,
    Steps,
}

impl Table {
    fn of(entry: &Entry) -> Self {
        match (entry.part, entry.number) {
            (_, Some(_)) => Table::Steps,
            (part, None) if part.is_listed() => Table::Bullets,
            (_, None) => Table::Prose,
        }
    }
}
