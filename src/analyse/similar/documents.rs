//! Documents: the items, steps and short paragraphs of Markdown files that are not imported.
//!
//! Import keeps a nested list as one entry, because it must reproduce bytes. Here every item is an entry of
//! its own, so this module reads the events of the parser. Forces are recognized as on import.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::polarity::{Polarity, of_heading};
use crate::model::{Force, fold};
use crate::text::{bullets::bulleted, forces, front_matter};

/// An entry of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its text on one line, with code spans and links as typed.
    pub(super) text: String,
    /// The force of its opening words.
    pub(super) force: Option<Force>,
    /// The polarity that the headings and lead-ins above it give it.
    pub(super) heading: Option<Polarity>,
    /// Whether it is an item of a list.
    pub(super) is_listed: bool,
    /// The number of its list. Headings and lines with typed bullets start a new number too.
    pub(super) list: u32,
    /// Its line, from 1.
    pub(super) line: u32,
}

/// The maximum length of a paragraph in bytes. Longer texts are prose that does not compare well.
const MAX_LENGTH: usize = 1_200;

/// Returns the entries of a document, in order.
pub(super) fn entries(text: &str) -> Vec<Entry> {
    let start = front_matter::body_start(text);
    let body = &text[start..];
    let mut walk = Walk {
        body,
        lines: line_starts(body),
        first: text[..start].matches('\n').count() as u32 + 1,
        ..Walk::default()
    };
    for (event, range) in Parser::new_ext(body, Options::ENABLE_TABLES).into_offset_iter() {
        walk.event(event, range);
    }
    // An outer entry is closed after its nested entries.
    walk.entries.sort_by_key(|entry| entry.line);
    walk.entries
}

fn line_starts(text: &str) -> Vec<u32> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at as u32 + 1)).collect()
}

/// A block whose text is being collected.
struct Open {
    kind: BlockKind,
    text: String,
    at: usize,
    /// Whether its own text is complete. Further blocks in the same item do not belong to it.
    is_done: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum BlockKind {
    Heading(HeadingLevel),
    Item,
    Paragraph,
}

#[derive(Default)]
struct Walk<'t> {
    body: &'t str,
    lines: Vec<u32>,
    first: u32,
    /// The enclosing headings with the polarity of each.
    headings: Vec<(HeadingLevel, Option<Polarity>)>,
    /// The enclosing lists: their numbers, and the polarity that each gives its items.
    lists: Vec<(u32, Option<Polarity>)>,
    open: Vec<Open>,
    /// The polarity of the paragraph directly before a list.
    lead: Option<Polarity>,
    /// The number of enclosing blocks whose text is ignored.
    skip: usize,
    lists_seen: u32,
    entries: Vec<Entry>,
}

impl Walk<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(&tag, range),
            Event::End(tag) => self.end(tag),
            _ if self.skip > 0 => {}
            Event::Text(text) => self.push(&text),
            Event::Code(code) => {
                let ticks = if code.contains('`') { "``" } else { "`" };
                self.push(&format!("{ticks}{code}{ticks}"));
            }
            Event::SoftBreak | Event::HardBreak => self.push("\n"),
            _ => {}
        }
    }

    fn push(&mut self, text: &str) {
        if let Some(open) = self.open.last_mut().filter(|open| !open.is_done) {
            open.text.push_str(text);
        }
    }

    fn start(&mut self, tag: &Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::Table(_) | Tag::Image { .. } => self.skip += 1,
            Tag::Heading { level, .. } => self.begin(BlockKind::Heading(*level), range.start),
            Tag::Item => self.begin(BlockKind::Item, range.start),
            Tag::Paragraph if !self.open.last().is_some_and(|open| open.kind == BlockKind::Item) => {
                self.begin(BlockKind::Paragraph, range.start);
            }
            // The second paragraph of an item explains the first.
            Tag::Paragraph => {
                if let Some(open) = self.open.last_mut() {
                    open.is_done |= !open.text.is_empty();
                }
            }
            Tag::List(_) => {
                let above = self.open.last().and_then(|open| of_lead(&open.text));
                if let Some(open) = self.open.last_mut() {
                    open.is_done = true;
                }
                self.lists_seen += 1;
                let inherited = self.lists.last().and_then(|(_, polarity)| *polarity);
                let lead = if self.lists.is_empty() { self.lead.take() } else { None };
                self.lists.push((self.lists_seen, above.or(lead).or(inherited)));
            }
            Tag::Strong => self.push("**"),
            _ => {}
        }
    }

    fn begin(&mut self, kind: BlockKind, at: usize) {
        self.open.push(Open { kind, text: String::new(), at, is_done: false });
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::CodeBlock | TagEnd::HtmlBlock | TagEnd::Table | TagEnd::Image => {
                self.skip = self.skip.saturating_sub(1);
            }
            TagEnd::Heading(_) | TagEnd::Item => self.close(),
            TagEnd::Paragraph if self.open.last().is_some_and(|open| open.kind == BlockKind::Paragraph) => {
                self.close()
            }
            TagEnd::List(_) => drop(self.lists.pop()),
            TagEnd::Strong => self.push("**"),
            _ => {}
        }
    }

    fn close(&mut self) {
        let Some(open) = self.open.pop() else { return };
        match open.kind {
            BlockKind::Heading(level) => {
                self.headings.retain(|(other, _)| *other < level);
                self.headings.push((level, of_heading(&open.text)));
                self.lists_seen += 1;
                self.lead = None;
            }
            BlockKind::Item => self.add(&open.text, self.line(open.at), true),
            BlockKind::Paragraph => {
                self.lead = of_lead(&open.text);
                match bulleted(&open.text) {
                    Some(lines) => {
                        self.lists_seen += 1;
                        for (offset, line) in lines {
                            let before = open.text[..offset].matches('\n').count() as u32;
                            let at = self.line(open.at) + before;
                            self.add(line, at, true);
                        }
                    }
                    None => self.add(&open.text, self.line(open.at), false),
                }
            }
        }
    }

    fn line(&self, at: usize) -> u32 {
        let line = self.lines.partition_point(|start| *start as usize <= at.min(self.body.len()));
        self.first + line as u32 - 1
    }

    fn add(&mut self, text: &str, line: u32, is_listed: bool) {
        let text = fold(text).into_owned();
        let text = ["[ ] ", "[x] ", "[X] "].iter().find_map(|mark| text.strip_prefix(mark)).unwrap_or(&text);
        if text.is_empty() || text.len() > MAX_LENGTH {
            return;
        }
        let heading = match self.lists.last() {
            Some((_, Some(polarity))) => Some(*polarity),
            _ => self.headings.iter().rev().find_map(|(_, polarity)| *polarity),
        };
        let list = self.lists.last().map_or(self.lists_seen, |(list, _)| *list);
        let force = is_listed.then(|| forces::of_entry(text)).flatten();
        self.entries.push(Entry { text: text.to_owned(), force, heading, is_listed, list, line });
    }
}

/// The polarity that a line gives the list below it, if it introduces one.
fn of_lead(text: &str) -> Option<Polarity> {
    let line = text.trim().trim_matches('*').trim_end();
    (text.trim().ends_with(':') || line.len() < text.trim().len()).then(|| of_heading(line)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let polarity = |entry: &Entry| match (entry.force, entry.heading) {
            (Some(force), _) => force.name().to_owned(),
            (None, Some(polarity)) => format!("{polarity:?}"),
            (None, None) => "-".to_owned(),
        };
        let line = |entry: &Entry| format!("{} {} {}", entry.line, polarity(entry), entry.text);
        entries(text).iter().map(line).collect()
    }

    #[test]
    fn entries_within_entries_count_by_themselves() {
        let text = "---\nname: a\n---\n# T\n\n- **One**: first\n  second\n  - inner `x`\n\n    more\n- [x] two\n\n1. step\n";
        assert_eq!(read(text), ["6 - **One**: first second", "8 - inner `x`", "11 - two", "13 - step"]);
    }

    #[test]
    fn code_tables_and_pictures_do_not_count() {
        assert_eq!(
            read("```\n- a b c\n```\n\n| a |\n|---|\n| b |\n\n<p>x</p>\n\nreal words\n"),
            ["11 - real words"]
        );
    }

    #[test]
    fn headings_and_leads_give_their_polarity() {
        let text = "## Never\n\n- commit secrets\n\n## Style\n\n- Never shout\n\nAvoid:\n\n- whispers\n\n**Always**\n- speak\n";
        assert_eq!(
            read(text),
            [
                "3 Against commit secrets",
                "7 never Never shout",
                "9 - Avoid:",
                "11 Against whispers",
                "13 - **Always**",
                "14 For speak"
            ]
        );
    }

    #[test]
    fn signs_that_markdown_does_not_know_make_entries() {
        assert_eq!(read("Points:\n\u{2022} one a\n\u{2022} two b\n"), ["2 - one a", "3 - two b"]);
    }
}
