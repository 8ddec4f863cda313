//! The blocks of a Markdown document, as byte ranges.
//!
//! A CommonMark parser finds where blocks begin and end. Its text output is not used: every byte comes from
//! the document itself.

use std::collections::BTreeSet;
use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag};

use crate::text::bullets::BULLETS;

/// A block of a document.
#[derive(Debug, Clone)]
pub(super) struct Block {
    /// Its bytes: from the start of its first line to the end of its last, without the line break.
    pub(super) range: Range<usize>,
    pub(super) shape: Shape,
}

/// The kind of a block.
#[derive(Debug, Clone)]
pub(super) enum Shape {
    /// A heading: its level and the range of its words.
    Heading(u8, Range<usize>),
    Paragraph,
    /// A list and its entries.
    List(Vec<Item>),
    /// A thematic break: a line of dashes, stars or underscores.
    Break,
    /// Code, a table, a quote, HTML: anything that is kept as Markdown.
    Other,
}

/// An entry of a list.
#[derive(Debug, Clone)]
pub(super) struct Item {
    /// Its bytes, from the start of its line.
    pub(super) range: Range<usize>,
    /// The offset of its words, after the bullet and task box.
    pub(super) words: usize,
    /// The number of a step.
    pub(super) number: Option<Number>,
}

/// The number of a step.
#[derive(Debug, Clone)]
pub(super) struct Number {
    /// The range of its digits.
    pub(super) digits: Range<usize>,
    pub(super) value: usize,
}

/// The maximum length of a line that, underlined with dashes, is a heading; a longer one is a sentence.
const MAX_HEADING_LENGTH: usize = 90;

/// Returns the blocks of `text` from `start`. Blocks at the offsets in `raw` are kept as Markdown.
pub(super) fn blocks(text: &str, start: usize, raw: &BTreeSet<usize>) -> Vec<Block> {
    let mut found = parsed(text, start);
    found.retain(|block| !text[block.range.clone()].trim().is_empty());
    let mut blocks: Vec<Block> = Vec::with_capacity(found.len());
    let mut end = start;
    for block in found {
        // The parser emits no events for link definitions.
        push_unseen(&mut blocks, text, end..block.range.start);
        end = block.range.end.max(end);
        if blocks.last().is_none_or(|last| last.range.end <= block.range.start) {
            push(&mut blocks, text, block, raw);
        }
    }
    push_unseen(&mut blocks, text, end..text.len());
    blocks
}

/// Returns the top-level blocks that the parser finds.
fn parsed(text: &str, start: usize) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut depth = 0;
    let mut starts: Vec<usize> = Vec::new();
    for (event, range) in Parser::new_ext(&text[start..], Options::ENABLE_TABLES).into_offset_iter() {
        let range = range.start + start..range.end + start;
        match event {
            Event::Start(tag) => {
                depth += 1;
                let shape = match &tag {
                    _ if depth == 2 && matches!(tag, Tag::Item) => {
                        starts.push(range.start);
                        continue;
                    }
                    _ if depth > 1 => continue,
                    Tag::Heading { level, .. } => Shape::Heading(*level as u8, 0..0),
                    Tag::Paragraph => Shape::Paragraph,
                    Tag::List(_) => {
                        starts.clear();
                        Shape::List(Vec::new())
                    }
                    _ => Shape::Other,
                };
                blocks.push(Block { range: trimmed(text, start, range), shape });
            }
            Event::End(_) => {
                depth -= 1;
                if depth == 0
                    && let Some(Block { range, shape }) = blocks.last_mut()
                    && let Shape::List(_) = shape
                {
                    *shape = items(text, range, &starts).map_or(Shape::Other, Shape::List);
                }
            }
            Event::Rule if depth == 0 => {
                blocks.push(Block { range: trimmed(text, start, range), shape: Shape::Break });
            }
            _ => {}
        }
    }
    blocks
}

/// Extends a range to the start of its first line if only white space precedes it, and trims blank lines at
/// its end.
fn trimmed(text: &str, least: usize, range: Range<usize>) -> Range<usize> {
    let line = text[least..range.start].rfind('\n').map_or(least, |at| least + at + 1);
    let indent = &text[line..range.start];
    let is_blank = indent.chars().all(|letter| letter == ' ' || letter == '\t');
    let start = if is_blank { line } else { range.start };
    start..content_end(text, start..range.end)
}

/// Returns the end of the last line in a range that is not blank, without its line break.
pub(super) fn content_end(text: &str, range: Range<usize>) -> usize {
    let content = range.start + text[range.clone()].trim_end().len();
    let rest = &text[content..range.end];
    content + rest.find("\r\n").into_iter().chain(rest.find('\n')).min().unwrap_or(rest.len())
}

/// Adds the text that the parser skipped, unless it is blank.
fn push_unseen(blocks: &mut Vec<Block>, text: &str, range: Range<usize>) {
    let range = range.start..range.end.max(range.start);
    let unseen = &text[range.clone()];
    if unseen.trim().is_empty() {
        return;
    }
    let first = range.start + unseen.len() - unseen.trim_start().len();
    let line = text[range.start..first].rfind('\n').map_or(range.start, |at| range.start + at + 1);
    blocks.push(Block { range: line..content_end(text, line..range.end), shape: Shape::Other });
}

/// Adds a block, splitting it further where necessary.
fn push(blocks: &mut Vec<Block>, text: &str, mut block: Block, raw: &BTreeSet<usize>) {
    if raw.contains(&block.range.start) {
        block.shape = Shape::Other;
    }
    match block.shape {
        Shape::Heading(level, _) => match heading(text, &block.range) {
            Heading::Words(words) => blocks.push(Block { shape: Shape::Heading(level, words), ..block }),
            Heading::Sentence(end) => {
                blocks.push(Block { range: block.range.start..end, shape: Shape::Paragraph });
                let line = end + text[end..block.range.end].find('\n').map_or(0, |at| at + 1);
                blocks.push(Block { range: line..block.range.end, shape: Shape::Break });
            }
            Heading::Nothing => blocks.push(Block { shape: Shape::Other, ..block }),
        },
        Shape::Paragraph => push_paragraph(blocks, text, block),
        Shape::List(mut items) => {
            let whole = block.range;
            let end = items.last_mut().map_or(whole.end, |last| {
                last.range.end = before_closing_tags(text, last);
                last.range.end
            });
            blocks.push(Block { range: whole.start..end, shape: Shape::List(items) });
            if end < whole.end {
                let tags = end + text[end..whole.end].find('\n').map_or(0, |at| at + 1);
                blocks.push(Block { range: tags..whole.end, shape: Shape::Other });
            }
        }
        _ => blocks.push(block),
    }
}

/// Returns the end of an entry without the lines at its end that only close an element, such as `</rules>`. Markdown
/// takes them for part of the entry if no blank line is between, but its author does not.
fn before_closing_tags(text: &str, item: &Item) -> usize {
    let is_closing = |line: &str| {
        let name = line.trim_end().strip_prefix("</").and_then(|rest| rest.strip_suffix('>'));
        name.is_some_and(|name| {
            !name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || "-_:".contains(letter))
        })
    };
    let mut end = item.range.end;
    while let Some(at) =
        text[item.words..end].rfind('\n').filter(|at| is_closing(&text[item.words + at + 1..end]))
    {
        end = content_end(text, item.range.start..item.words + at);
    }
    end
}

enum Heading {
    /// A heading with these words.
    Words(Range<usize>),
    /// A sentence that ends here, above a line of dashes that is not meant as an underline.
    Sentence(usize),
    /// No single line of words.
    Nothing,
}

fn heading(text: &str, range: &Range<usize>) -> Heading {
    let block = &text[range.clone()];
    let first = block.split('\n').next().unwrap_or(block);
    let line = first.trim();
    let start = range.start + first.len() - first.trim_start().len();
    let words = |words: &str, offset: usize| match words.trim().is_empty() || words.contains('\r') {
        true => Heading::Nothing,
        false => Heading::Words(start + offset..start + offset + words.len()),
    };
    if let Some(rest) = line.strip_prefix('#').filter(|_| first.len() == block.len()) {
        let rest = rest.trim_start_matches('#');
        let offset = line.len() - rest.trim_start().len();
        let rest = rest.trim();
        let open = rest.trim_end_matches('#');
        // Trailing number signs are markup if a space precedes them.
        let rest = if open.is_empty() || open.ends_with([' ', '\t']) { open.trim_end() } else { rest };
        return words(rest, offset);
    }
    let Some((_, underline)) = block.split_once('\n') else { return Heading::Nothing };
    if underline.contains('\n') {
        return Heading::Nothing;
    }
    let is_sentence = line.chars().count() > MAX_HEADING_LENGTH || line.ends_with(['.', ';', ',', ':', '|']);
    match is_sentence && underline.trim_start().starts_with('-') {
        true => Heading::Sentence(content_end(text, range.start..range.start + first.len())),
        false => words(line, 0),
    }
}

/// Adds a paragraph. Lines in it that begin with a bullet unknown to Markdown become a list.
fn push_paragraph(blocks: &mut Vec<Block>, text: &str, block: Block) {
    let range = block.range.clone();
    let mut starts = Vec::new();
    let mut at = range.start;
    for line in text[range.clone()].split_inclusive('\n') {
        let content = line.trim_start_matches([' ', '\t']);
        let mut letters = content.chars();
        if letters.next().is_some_and(|letter| BULLETS.contains(&letter))
            && letters.next().is_some_and(char::is_whitespace)
        {
            starts.push(at);
        }
        at += line.len();
    }
    let Some(first) = starts.first().copied() else { return blocks.push(block) };
    let list = first..range.end;
    let Some(mut list_items) = items(text, &list, &starts) else { return blocks.push(block) };
    if first > range.start {
        let end = content_end(text, range.start..first);
        blocks.push(Block { range: range.start..end, shape: Shape::Paragraph });
    }
    // The parser sees such entries as paragraphs if blank lines separate them; a reader sees one list.
    match blocks.last_mut() {
        Some(Block { range, shape: Shape::List(before) })
            if before.last().is_some_and(|last| is_same_sign(text, last, &list_items[0])) =>
        {
            range.end = list.end;
            before.append(&mut list_items);
        }
        _ => blocks.push(Block { range: list, shape: Shape::List(list_items) }),
    }
}

fn is_same_sign(text: &str, one: &Item, other: &Item) -> bool {
    let sign = |item: &Item| text[item.range.start..].trim_start().chars().next();
    sign(one) == sign(other) && sign(one).is_some_and(|sign| BULLETS.contains(&sign))
}

/// Returns the entries of a list that begin at these offsets. `None` if one has no words.
fn items(text: &str, list: &Range<usize>, starts: &[usize]) -> Option<Vec<Item>> {
    let lines: Vec<usize> = starts
        .iter()
        .map(|start| text[list.start..*start].rfind('\n').map_or(list.start, |at| list.start + at + 1))
        .collect();
    let mut items = Vec::with_capacity(lines.len());
    for (index, line) in lines.iter().enumerate() {
        let next = lines.get(index + 1).copied().unwrap_or(list.end);
        if next <= *line {
            return None;
        }
        let range = *line..content_end(text, *line..next);
        items.push(item(text, range)?);
    }
    (!items.is_empty()).then_some(items)
}

fn item(text: &str, range: Range<usize>) -> Option<Item> {
    let line = text[range.clone()].split('\n').next()?;
    let content = line.trim_start();
    let start = range.start + line.len() - content.len();
    let digits = content.len() - content.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
    let (sign, number) = match digits {
        0 => (content.chars().next()?.len_utf8(), None),
        _ => {
            let value = content[..digits].parse().ok()?;
            (digits + 1, Some(Number { digits: start..start + digits, value }))
        }
    };
    let rest = content.get(sign..)?;
    if rest.trim().is_empty() {
        return None;
    }
    let mut words = start + sign + rest.len() - rest.trim_start().len();
    let rest = rest.trim_start();
    if number.is_none()
        && ["[ ] ", "[x] ", "[X] "].iter().any(|task| rest.starts_with(task) && rest.trim() != task.trim())
    {
        words += 4 + rest[4..].len() - rest[4..].trim_start().len();
    }
    (!text[words.min(range.end)..range.end].trim().is_empty()).then_some(Item { range, words, number })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shapes(text: &str) -> Vec<String> {
        let name = |block: &Block| match &block.shape {
            Shape::Heading(level, words) => format!("h{level} {:?}", &text[words.clone()]),
            Shape::List(items) => {
                let items: Vec<_> = items.iter().map(|item| &text[item.words..item.range.end]).collect();
                format!("list {items:?}")
            }
            Shape::Paragraph => format!("p {:?}", &text[block.range.clone()]),
            Shape::Break => "break".to_owned(),
            Shape::Other => format!("other {:?}", &text[block.range.clone()]),
        };
        blocks(text, 0, &BTreeSet::new()).iter().map(name).collect()
    }

    #[test]
    fn headings_lists_and_other_blocks_are_distinguished() {
        let text = "# One ##\n\nText\n===\n\n```\n# no\n```\n- a\n  b\n- [ ] c\n\n3) d\n[x]: y\n";
        assert_eq!(
            shapes(text),
            [
                "h1 \"One\"",
                "h1 \"Text\"",
                "other \"```\\n# no\\n```\"",
                "list [\"a\\n  b\", \"c\"]",
                "list [\"d\\n[x]: y\"]"
            ]
        );
        assert_eq!(
            shapes("- a\n- b\n</x>\n</y>\n\nz"),
            ["list [\"a\", \"b\"]", "other \"</x>\\n</y>\"", "p \"z\""]
        );
        assert_eq!(shapes("- a\n  </x>\n- b\n</x> c"), ["list [\"a\\n  </x>\", \"b\\n</x> c\"]"]);
        assert_eq!(shapes("[x]: y\n\nz"), ["other \"[x]: y\"", "p \"z\""]);
    }

    #[test]
    fn a_sentence_above_dashes_is_not_a_heading() {
        assert_eq!(shapes("So it is.\n---\nx"), ["p \"So it is.\"", "break", "p \"x\""]);
    }

    #[test]
    fn bullets_unknown_to_markdown_make_a_list() {
        let text = "Points:\n\u{2022} a\n\u{2022} b\n\n  \u{2022} c";
        assert_eq!(shapes(text), ["p \"Points:\"", "list [\"a\", \"b\", \"c\"]"]);
    }
}
