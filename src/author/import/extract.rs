//! Extraction: turns the blocks of a document into sections, groups and entries.

use std::collections::BTreeSet;
use std::ops::Range;

use super::blocks::{Block, Item, Shape, blocks};
use super::nested::{listed, unfold};
use super::rules;
use super::tree::{Entry, Group, Heading, Node, Section, Tree};
use crate::model::{Force, Part};
use crate::text::force_labels::above_labels;
use crate::text::forces::Lead;
use crate::text::titles;

/// The parts of a document that are kept as Markdown because extracting them would change bytes.
#[derive(Debug, Clone, Default)]
pub(super) struct Verbatim {
    /// The offsets of blocks to keep.
    pub(super) blocks: BTreeSet<usize>,
    /// The offsets of lists whose entries keep the lists in their texts.
    pub(super) flat: BTreeSet<usize>,
    /// Whether to keep everything as one block of prose.
    pub(super) everything: bool,
}

/// The maximum length, in words, of a bold line that is a title.
const MAX_TITLE_WORDS: usize = 8;

/// Extracts a document from offset `start` on. Ids are assigned later.
pub(super) fn extract(text: &str, start: usize, verbatim: &Verbatim) -> Tree {
    let blocks = match verbatim.everything {
        true => whole(text, start).into_iter().collect(),
        false => blocks(text, start, &verbatim.blocks),
    };
    let levels = Levels::of(text, &blocks);
    let mut extractor = Extractor {
        text,
        blocks: &blocks,
        flat: &verbatim.flat,
        at: start,
        tree: Tree::default(),
        levels,
        open: None,
    };
    extractor.run(start);
    extractor.tree
}

/// Returns everything that is not blank as one block.
fn whole(text: &str, start: usize) -> Option<Block> {
    let all = &text[start..];
    let content = start + all.len() - all.trim_start().len();
    let line = text[start..content].rfind('\n').map_or(start, |at| start + at + 1);
    let end = super::blocks::content_end(text, line..text.len());
    (!all.trim().is_empty()).then_some(Block { range: line..end, shape: Shape::Other })
}

/// The role of each heading level.
struct Levels {
    /// The index of the block that is the document's title.
    title: Option<usize>,
    /// The deepest level of a section; deeper headings are groups.
    section: u8,
    /// Whether the document has no headings, so that a line with only a known title counts as one.
    plain: bool,
}

impl Levels {
    fn of(text: &str, blocks: &[Block]) -> Self {
        let headings: Vec<(usize, u8)> = blocks
            .iter()
            .enumerate()
            .filter_map(|(index, block)| match block.shape {
                Shape::Heading(level, _) => Some((index, level)),
                _ => None,
            })
            .collect();
        // A single level-1 heading before everything else is the title.
        let is_title = |(index, level): &(usize, u8)| {
            *level == 1 && *index == 0 && headings.iter().filter(|(_, other)| other == level).count() == 1
        };
        let title = headings.first().filter(|first| is_title(first)).map(|(index, _)| *index);
        let others = headings.iter().filter(|(index, _)| Some(*index) != title);
        let least = others.map(|(_, level)| *level).min();
        let plain = least.is_none() && blocks.iter().any(|block| plain_title(text, block));
        Levels { title, section: least.unwrap_or(2).max(2), plain }
    }
}

/// Returns whether a paragraph is one line with only a known title.
fn plain_title(text: &str, block: &Block) -> bool {
    let line = &text[block.range.clone()];
    let is_line = matches!(block.shape, Shape::Paragraph) && !line.contains(['\n', '\r']) && line.len() < 60;
    is_line && titles::is_title(line)
}

/// Where new entries go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Section,
    Group,
}

struct Extractor<'t> {
    text: &'t str,
    blocks: &'t [Block],
    /// The offsets of lists whose entries keep the lists in their texts.
    flat: &'t BTreeSet<usize>,
    /// The end of the part extracted so far.
    at: usize,
    tree: Tree,
    levels: Levels,
    /// Where new entries go; `None` before the first section.
    open: Option<Open>,
}

impl<'t> Extractor<'t> {
    fn run(&mut self, start: usize) {
        let mut lead = None;
        let mut above = None;
        for (index, block) in self.blocks.iter().enumerate() {
            if !matches!(block.shape, Shape::List(_) | Shape::Break) {
                let range = match &block.shape {
                    Shape::Heading(_, words) => words,
                    _ => &block.range,
                };
                let line = self.text[range.clone()].trim_end().lines().next_back();
                above = line.and_then(above_labels).map(|(force, _)| force);
            }
            match &block.shape {
                Shape::Break => {}
                Shape::Heading(_, words) if self.levels.title == Some(index) => {
                    self.tree.title = Some(self.heading(block, words.clone()));
                }
                Shape::Heading(level, words) => {
                    let heading = self.heading(block, words.clone());
                    lead = Lead::of(&heading.words);
                    if *level <= self.levels.section {
                        self.section(Some(heading));
                    } else {
                        self.group(Group::new(Some(heading), None));
                    }
                }
                Shape::Paragraph if self.levels.plain && plain_title(self.text, block) => {
                    let words = self.text[block.range.clone()].trim();
                    let offset = self.text[block.range.clone()].find(words).unwrap_or(0);
                    let start = block.range.start + offset;
                    let heading = self.heading(block, start..start + words.len());
                    lead = Lead::of(&heading.words);
                    self.section(Some(heading));
                }
                Shape::Paragraph => {
                    if self.paragraph(index, block) {
                        lead = Lead::of(&self.text[block.range.clone()]);
                    } else if !self.is_before_list(index) {
                        lead = lead.filter(|_| !self.has_list());
                    }
                }
                Shape::List(items) => {
                    if self.is_other_list(index, items) && !self.is_below_heading(index) {
                        (lead, above) = (None, None);
                    }
                    let mut entries = Vec::new();
                    for item in items {
                        let entry = self.item(item, lead, above);
                        match self.flat.contains(&block.range.start) {
                            true => entries.push(entry),
                            false => unfold(entry, 0, &mut entries),
                        }
                    }
                    entries.into_iter().for_each(|entry| self.entry(entry));
                }
                Shape::Other => self.verbatim_block(index, block),
            }
        }
        if self.at == start && self.tree.sections.is_empty() && self.tree.title.is_none() {
            self.tree.end = self.text[start..].to_owned();
        } else {
            self.tree.end = self.text[self.at..].to_owned();
        }
    }

    /// Returns the gap before a range, and marks the range as extracted.
    fn gap(&mut self, range: &Range<usize>) -> String {
        let gap = self.text[self.at..range.start].to_owned();
        self.at = range.end;
        gap
    }

    fn heading(&mut self, block: &Block, words: Range<usize>) -> Heading {
        let gap = self.gap(&block.range);
        Heading {
            gap,
            open: self.text[block.range.start..words.start].to_owned(),
            close: self.text[words.end..block.range.end].to_owned(),
            words: self.text[words].to_owned(),
            at: block.range.start,
        }
    }

    fn section(&mut self, heading: Option<Heading>) {
        self.tree.sections.push(Section {
            id: String::new(),
            known_kind: None,
            heading,
            nodes: Vec::new(),
            grouped: false,
            bold_groups: false,
        });
        self.open = Some(Open::Section);
    }

    /// Returns the nodes of the open section. Opens one without a heading if necessary.
    fn nodes(&mut self) -> &mut Vec<Node> {
        if self.open.is_none() {
            self.section(None);
        }
        match self.tree.sections.last_mut() {
            Some(section) => &mut section.nodes,
            None => unreachable!("a section was just made"),
        }
    }

    fn group(&mut self, group: Group) {
        self.nodes().push(Node::Group(group));
        self.open = Some(Open::Group);
    }

    /// Adds an entry to the open section or group.
    fn entry(&mut self, entry: Entry) {
        let is_group = self.open == Some(Open::Group);
        match self.nodes().last_mut() {
            Some(Node::Group(group)) if is_group => group.entries.push(entry),
            _ => self.nodes().push(Node::Entry(entry)),
        }
    }

    fn open_group(&self) -> Option<&Group> {
        match self.tree.sections.last()?.nodes.last()? {
            Node::Group(group) if self.open == Some(Open::Group) => Some(group),
            _ => None,
        }
    }

    /// Returns whether the open section or group has list entries.
    fn has_list(&self) -> bool {
        if self.open == Some(Open::Group) {
            return self.open_group().is_some_and(|group| group.entries.iter().any(Entry::is_listed));
        }
        let nodes = self.tree.sections.last().map_or(&[][..], |section| &section.nodes);
        self.open.is_some()
            && nodes.iter().any(|node| matches!(node, Node::Entry(entry) if entry.is_listed()))
    }

    fn is_before_list(&self, index: usize) -> bool {
        matches!(self.blocks.get(index + 1), Some(Block { shape: Shape::List(_), .. }))
    }

    /// Returns whether a list follows another one, of which one is numbered and the other is not. What the line above the
    /// first one says may not be about the second.
    fn is_other_list(&self, index: usize, items: &[Item]) -> bool {
        let before = index.checked_sub(1).and_then(|before| self.blocks.get(before));
        let is_numbered = |item: Option<&Item>| item.map(|item| item.number.is_some());
        matches!(before, Some(Block { shape: Shape::List(before), .. })
            if is_numbered(before.last()) != is_numbered(items.first()))
    }

    /// Returns whether nothing but lists is between a list and the heading above it.
    fn is_below_heading(&self, index: usize) -> bool {
        let above = self.blocks[..index].iter().rfind(|block| !matches!(block.shape, Shape::List(_)));
        matches!(above, Some(Block { shape: Shape::Heading(..), .. }))
    }

    /// Returns whether only prose follows in this section.
    fn ends_in_prose(&self, index: usize) -> bool {
        let rest = self.blocks[index..].iter();
        let mut rest = rest.take_while(|block| {
            let is_section = matches!(block.shape, Shape::Heading(level, _) if level <= self.levels.section);
            let is_title = self.levels.plain && plain_title(self.text, block);
            !is_section && !is_title
        });
        rest.all(|block| matches!(block.shape, Shape::Paragraph | Shape::Other | Shape::Break))
    }

    /// Extracts a paragraph. Returns whether it introduces a list.
    fn paragraph(&mut self, index: usize, block: &Block) -> bool {
        let text = &self.text[block.range.clone()];
        let is_before_list = self.is_before_list(index);
        let lead = Lead::of(text).filter(|_| is_before_list && !text.contains('\n'));
        if let Some(words) = bold_line(text) {
            let start = block.range.start + words.start;
            let words = start..start + words.len();
            let is_title = is_before_list || self.is_bold_heading(index, &self.text[words.clone()]);
            if is_title {
                let heading = self.heading(block, words);
                self.group(Group::new(Some(heading), None));
                return is_before_list;
            }
        }
        let gap = self.gap(&block.range);
        let entry = Entry::prose(&gap, text, block.range.start);
        let is_untouched =
            self.open_group().is_some_and(|group| group.entries.is_empty() && group.lead.is_none());
        if is_before_list && (self.has_list() || (lead.is_some() && !is_untouched)) {
            self.group(Group::new(None, Some(Entry { part: Part::Lead, ..entry })));
        } else if is_before_list && is_untouched {
            if let Some(Node::Group(group)) = self.nodes().last_mut() {
                group.lead = Some(Entry { part: Part::Lead, ..entry });
            }
        } else {
            self.leave_group(index);
            self.entry(entry);
        }
        is_before_list
    }

    /// Closes a group without a heading if only prose follows its list in the section; that prose belongs to
    /// the section.
    fn leave_group(&mut self, index: usize) {
        let is_loose = self.open_group().is_some_and(|group| !group.is_heading()) && self.has_list();
        let is_heading = |node: &Node| matches!(node, Node::Group(group) if group.is_heading());
        let mut sections = self.tree.sections.iter().rev().take(1);
        if is_loose
            && self.ends_in_prose(index)
            && !sections.any(|section| section.nodes.iter().any(is_heading))
        {
            self.open = Some(Open::Section);
        }
    }

    /// Returns whether a bold line is the title of the prose below it.
    fn is_bold_heading(&self, index: usize, words: &str) -> bool {
        let is_short =
            words.split_whitespace().count() <= MAX_TITLE_WORDS && !words.contains(['|', '\u{2022}']);
        let is_followed =
            matches!(self.blocks.get(index + 1), Some(Block { shape: Shape::Paragraph | Shape::Other, .. }));
        let in_section = self.tree.sections.last().is_some_and(|section| section.heading.is_some());
        is_short && is_followed && in_section && !words.ends_with(['.', '!', '?', ','])
    }

    /// Extracts a block that is kept as Markdown. It continues the prose before it, which usually introduces
    /// it.
    fn verbatim_block(&mut self, index: usize, block: &Block) {
        self.leave_group(index);
        let between = &self.text[self.at..block.range.start];
        let is_next = between.trim().is_empty() && index > 0;
        let range = block.range.clone();
        let last = match self.tree.sections.last_mut().and_then(|section| section.nodes.last_mut()) {
            Some(Node::Entry(entry)) if self.open == Some(Open::Section) => Some(entry),
            Some(Node::Group(group)) if self.open == Some(Open::Group) => group.entries.last_mut(),
            _ => None,
        };
        let last = last.filter(|entry| is_next && entry.part == Part::Prose && entry.at < range.start);
        if let Some(entry) = last
            && self.open.is_some()
        {
            entry.text = self.text[entry.at..range.end].to_owned();
            entry.is_markup = true;
            self.at = range.end;
            return;
        }
        let gap = self.gap(&range);
        let entry = Entry { is_markup: true, ..Entry::prose(&gap, &self.text[range.clone()], range.start) };
        self.entry(entry);
    }

    fn item(&mut self, item: &Item, lead: Option<Lead>, above: Option<Force>) -> Entry {
        let gap = self.gap(&item.range);
        let mut entry = listed(self.text, &gap, item);
        rules::read(&mut entry, lead, above);
        entry
    }
}

/// Returns the words of a line that is entirely bold, apart from an emoji before or a colon after them.
fn bold_line(text: &str) -> Option<Range<usize>> {
    let line = text.trim_end();
    if line.contains(['\n', '\r']) {
        return None;
    }
    let start = line.find("**")?;
    let before = &line[..start];
    let end = line.rfind("**").filter(|end| *end > start + 2)?;
    let is_sign =
        |part: &str| !part.contains(|letter: char| letter.is_alphanumeric() || "*`[<".contains(letter));
    let words = &line[start + 2..end];
    let words_end = words.strip_suffix(':').map_or(words.len(), str::len);
    let words = &words[..words_end];
    let is_whole = is_sign(before) && [":", ""].contains(&&line[end + 2..]) && !words.contains("**");
    (is_whole && !words.is_empty() && words.trim() == words).then_some(start + 2..start + 2 + words_end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bold_lines_may_have_a_colon_and_an_emoji() {
        let words = |text: &'static str| bold_line(text).map(|range| &text[range]);
        assert_eq!(words("**You MUST NOT:**"), Some("You MUST NOT"));
        assert_eq!(words("\u{274c} **Never**:"), Some("Never"));
        assert_eq!(words("**A** and **B**"), None);
        assert_eq!(words("**A** b"), None);
    }
}
