//! Groups without a title, where the tables of a section cannot express the order of its entries.
//!
//! A file holds the prose of a section, its bullets and its steps in a table each, so a table cannot continue after another
//! one. From there on, the entries go to a group of their own, which the file holds below.

use super::tree::{Entry, Group, Node, Section, Tree};
use crate::model::Part;

/// The id of the prose that begins such a group, whose own id is that of the prose.
const MAIN: &str = "main";

/// Divides the entries of sections into groups, so that each table is in one piece.
pub(super) fn regroup(tree: &mut Tree) {
    for section in tree.sections.iter_mut().filter(|section| !section.grouped) {
        divide(section);
    }
}

fn divide(section: &mut Section) {
    // The prose at the end closes the section.
    let is_closing = |node: &Node| matches!(node, Node::Entry(entry) if entry.part == Part::Prose);
    let closing = section.nodes.iter().rev().take_while(|node| is_closing(node)).count();
    let end = section.nodes.len() - closing;
    let mut seen: Vec<Table> = Vec::new();
    let mut nodes: Vec<Node> = Vec::new();
    let mut is_divided = false;
    for (at, node) in std::mem::take(&mut section.nodes).into_iter().enumerate() {
        let entry = match node {
            Node::Entry(entry) if at < end => entry,
            other => {
                // What follows the groups of a document would be among the entries before them.
                is_divided |= matches!(other, Node::Group(_));
                seen.clear();
                nodes.push(other);
                continue;
            }
        };
        let table = Table::of(&entry);
        let continues = seen.last() == Some(&table) || entry.depth > 0;
        let begins = !continues && seen.contains(&table) || is_divided && seen.is_empty();
        if begins {
            is_divided = true;
            seen.clear();
            nodes.push(Node::Group(group_of(&entry)));
        }
        if !continues || begins {
            seen.push(table);
        }
        match nodes.last_mut() {
            Some(Node::Group(group)) if is_divided => {
                group.entries.push(entry);
            }
            _ => nodes.push(Node::Entry(entry)),
        }
    }
    for node in &mut nodes {
        if let Node::Group(group) = node
            && group.title.is_none()
            && group.lead.is_none()
            && !group.entries.iter().any(|entry| entry.id == MAIN)
            && let Some(first) = group.entries.first_mut().filter(|first| first.part == Part::Prose)
        {
            first.id = MAIN.to_owned();
        }
    }
    section.nodes = nodes;
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
