//! Statistics about an import.

use camino::Utf8Path;
use std::collections::BTreeMap;

use serde::Serialize;

use super::Document;
use super::blocks::{Item, Shape, blocks};
use super::extract;
use super::tree::{Node, Tree};
use crate::model::{Part, Target};
use crate::text::forces;

/// The name, in a summary, for the kinds of sections with unknown headings.
const UNKNOWN: &str = "unclassified";

/// How many of something were extracted.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Count {
    #[serde(rename = "lifted")]
    pub extracted: usize,
    /// The total.
    pub all: usize,
}

/// The bytes of a document, by what became of them.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Bytes {
    /// The total.
    pub all: usize,
    /// Texts of items, steps and rules, with their labels.
    pub entries: usize,
    /// Paragraphs, titles and leads.
    pub prose: usize,
    /// Other Markdown, which is kept as it is: code, tables, quotes, HTML.
    pub verbatim: usize,
}

/// Statistics about an import.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Summary {
    pub target: &'static str,
    /// The path that `build` writes.
    pub output: String,
    /// The number of sections by kind.
    pub sections: BTreeMap<&'static str, usize>,
    /// Headings that suggest a kind.
    pub classified: Count,
    pub groups: usize,
    pub prose: usize,
    pub items: usize,
    pub steps: usize,
    pub rules: usize,
    /// List entries that became entries with an id.
    pub listed: Count,
    /// List entries that begin with a force label and became rules. Such a step stays a step, since its place
    /// in the sequence matters more.
    pub modal: Count,
    /// Blocks kept as Markdown because extracting them would change bytes.
    pub left: usize,
    pub bytes: Bytes,
    /// Whether `build` writes the same bytes; otherwise it writes the same values.
    #[serde(rename = "same_bytes")]
    pub is_exact: bool,
}

impl Summary {
    pub(super) fn of(
        document: &Document,
        tree: &Tree,
        target: &'static Target,
        inside: Option<&Utf8Path>,
        id: &str,
        verbatim: &extract::Verbatim,
    ) -> Self {
        let mut summary = Summary {
            target: target.name,
            output: inside.map_or_else(|| target.default_path(id), |path| path.to_string()),
            sections: BTreeMap::new(),
            classified: Count::default(),
            groups: 0,
            prose: 0,
            items: 0,
            steps: 0,
            rules: 0,
            listed: Count::default(),
            modal: Count::default(),
            left: verbatim.blocks.len() + usize::from(verbatim.everything),
            bytes: Bytes { all: document.text.len(), ..Bytes::default() },
            is_exact: true,
        };
        for section in &tree.sections {
            *summary.sections.entry(section.known_kind.unwrap_or(UNKNOWN)).or_default() += 1;
            if let Some(heading) = &section.heading {
                summary.classified.all += 1;
                summary.classified.extracted += usize::from(section.known_kind.is_some());
                summary.bytes.prose += heading.words.len();
            }
            for node in &section.nodes {
                if let Node::Group(group) = node {
                    summary.groups += 1;
                    summary.bytes.prose += group.title.as_ref().map_or(0, |title| title.words.len());
                }
            }
            for entry in section.entries() {
                let label = entry.label.as_ref().map_or(0, |label| label.words.len());
                let bytes = entry.text.len() + label + entry.force.as_ref().map_or(0, String::len);
                match entry.part {
                    Part::Item => summary.items += 1,
                    Part::Step => summary.steps += 1,
                    Part::Rule(_) => summary.rules += 1,
                    Part::Prose | Part::Closing | Part::Lead | Part::Title => summary.prose += 1,
                }
                match () {
                    () if entry.is_listed() => summary.bytes.entries += bytes,
                    () if entry.is_markup => summary.bytes.verbatim += bytes,
                    () => summary.bytes.prose += bytes,
                }
                // In a grouped section the label is the line above the list, not part of the bullet.
                let is_labelled =
                    !section.grouped && entry.force.as_deref().is_some_and(|label| !label.is_empty());
                let is_modal =
                    entry.rule().is_some() && (is_labelled || forces::label(&entry.text).is_some());
                summary.modal.extracted += usize::from(is_modal);
            }
        }
        summary.listed.extracted = summary.items + summary.steps + summary.rules;
        for block in blocks(&document.text, document.body, &Default::default()) {
            if let Shape::List(items) = &block.shape {
                summary.listed.all += items.len();
                let text = |item: &Item| &document.text[item.words..item.range.end];
                summary.modal.all +=
                    items.iter().filter(|item| forces::of_entry(text(item)).is_some()).count();
            }
        }
        summary
    }
}
