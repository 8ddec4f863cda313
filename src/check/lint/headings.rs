//! Reports headings without content, and headings that skip a level.
//!
//! Headings come from the titles of sections and groups and from Markdown in texts, so they are read from the
//! rendered document. Personas that cannot have odd headings are not rendered.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag};

use super::{Lints, blocks};
use crate::compose::{Composition, Entry, Group};
use crate::model::grammar::{Profile, header};
use crate::model::wording::and_more;
use crate::model::{Diagnostic, FileId, Library, Severity, Span, codes};
use crate::render::{Attribution, Document, render};

/// The maximum number of headings of one file that a finding shows.
const MAX_PLACES: usize = 4;

/// A longer line above a row of dashes counts as a sentence above a thematic break, not as a setext heading.
const MAX_LENGTH: usize = 90;

/// Returns the texts of a library that may contain a heading.
pub(super) fn headed(library: &Library) -> BTreeSet<Span> {
    let texts = library.claims().filter_map(|claim| claim.block()).map(|block| &block.text);
    texts.filter(|text| may_hold_heading(&text.value)).map(|text| text.span).collect()
}

/// Returns whether a line of a text begins with `#` or looks like an underline.
fn may_hold_heading(text: &str) -> bool {
    (text.contains('#') || text.contains("--") || text.contains("=="))
        && text.lines().any(|line| {
            let line = line.trim();
            line.starts_with('#')
                || (!line.is_empty() && line.bytes().all(|byte| matches!(byte, b'-' | b'=')))
        })
}

/// A heading of a document.
#[derive(Debug, PartialEq, Eq)]
struct Heading {
    /// The level, from 1 to 6.
    level: u8,
    /// The range of its words in the document.
    words: Range<usize>,
    /// Whether there is content between it and the next heading.
    has_text: bool,
}

/// Returns the headings of a document, except those in lists and quotes.
fn headings(text: &str) -> Vec<Heading> {
    let mut headings: Vec<Heading> = Vec::new();
    let mut depth = 0usize;
    for (event, range) in Parser::new_ext(text, Options::ENABLE_YAML_STYLE_METADATA_BLOCKS).into_offset_iter()
    {
        let is_top = depth == 0;
        match event {
            Event::Start(tag) => {
                depth += 1;
                if !is_top || matches!(tag, Tag::MetadataBlock(_)) {
                    continue;
                }
                let words = text[range.clone()].trim_end();
                let is_sentence = !words.starts_with('#')
                    && words.lines().next().is_some_and(|line| line.chars().count() > MAX_LENGTH);
                if let (Tag::Heading { level, .. }, false) = (&tag, is_sentence) {
                    let start = range.start + words.len() - words.trim_start_matches(['#', ' ']).len();
                    let words = start..range.start + words.len();
                    headings.push(Heading { level: *level as u8, words, has_text: false });
                    continue;
                }
            }
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                continue;
            }
            // A thematic break is not content.
            Event::Rule => continue,
            _ if !is_top => continue,
            _ => {}
        }
        if let Some(last) = headings.last_mut() {
            last.has_text = true;
        }
    }
    headings
}

impl Lints<'_> {
    /// Reports headings that are empty or skip a level, with one finding per file.
    pub(super) fn headings(&self, composition: &Composition<'_>) -> Vec<Diagnostic> {
        let Some(settings) = composition.persona.targets.first().filter(|_| self.may_be_odd(composition))
        else {
            return Vec::new();
        };
        let document = render(composition, settings);
        let headings = headings(document.text());
        let mut empty = Odd::default();
        let mut jumps = Odd::default();
        for (at, heading) in headings.iter().enumerate() {
            let next = headings.get(at + 1);
            if !heading.has_text && next.is_none_or(|next| next.level <= heading.level) {
                empty.push(self, composition, &document, heading, "no content".to_owned());
            }
            if let Some(next) = next.filter(|next| next.level > heading.level + 1) {
                let label = format!("level {} below level {}", next.level, heading.level);
                jumps.push(self, composition, &document, next, label);
            }
        }
        let mut findings = Vec::new();
        for places in empty.by_file.into_values() {
            let message = match places.as_slice() {
                [only] => format!("the heading \"{}\" has no content", only.words),
                [first, more @ ..] => {
                    let more = and_more(more.len());
                    format!("the heading \"{}\"{more} have no content", first.words)
                }
                [] => continue,
            };
            let mut finding = show(Diagnostic::new(codes::EMPTY_SECTION, message), &places);
            if places.iter().all(|place| place.is_markdown) {
                // The author of a text decides about headings in it, and imported texts must not change.
                finding.severity = Severity::Note;
            }
            findings.push(finding.help("add the content, or delete the heading"));
        }
        for places in jumps.by_file.into_values() {
            let message = match places.as_slice() {
                [only] => format!("the heading \"{}\" skips a level", only.words),
                [first, more @ ..] => {
                    format!("the heading \"{}\"{} skip a level", first.words, and_more(more.len()))
                }
                [] => continue,
            };
            let finding = show(Diagnostic::new(codes::HEADING_JUMP, message), &places);
            let is_markdown = places.iter().any(|place| place.is_markdown);
            findings.push(finding.help(match is_markdown {
                true => "remove the extra `#`".to_owned(),
                false => format!("give its section a heading in `{}`", header([Profile::Sections.name()])),
            }));
        }
        findings
    }

    /// Returns whether a persona may have odd headings: it has a group below a section without a heading, an
    /// empty group, or headings in its texts.
    fn may_be_odd(&self, composition: &Composition<'_>) -> bool {
        let persona = &composition.persona;
        let is_bare = |group: &Group<'_>| group.lead.is_none() && group.entries.is_empty();
        let has_bare = |entry: &Entry<'_>| matches!(entry, Entry::Group(group) if is_bare(group));
        persona.sections.iter().any(|section| {
            section.heading.text.is_empty()
                && section.entries.iter().any(|entry| matches!(entry, Entry::Group(_)))
                || section.entries.iter().any(has_bare)
        }) || blocks(composition)
            .any(|block| block.text.written.is_some_and(|text| self.prepared.headed.contains(&text.span)))
    }
}

/// Odd headings, by the file in which they are written.
#[derive(Default)]
struct Odd {
    by_file: BTreeMap<FileId, Vec<Place>>,
}

/// Where an odd heading is written.
struct Place {
    span: Span,
    label: String,
    words: String,
    is_markdown: bool,
}

impl Odd {
    fn push(
        &mut self,
        lints: &Lints<'_>,
        composition: &Composition<'_>,
        document: &Document<'_>,
        heading: &Heading,
        label: String,
    ) {
        let pieces = document.pieces();
        let at = pieces.partition_point(|piece| piece.range.end <= heading.words.start);
        let Some(piece) = pieces.get(at) else { return };
        let words = &document.text()[heading.words.clone()];
        let (span, is_markdown) = match (piece.written, piece.attribution) {
            (Some((text, start)), attribution) => {
                let start = start + heading.words.start.saturating_sub(piece.range.start);
                let end = (start + words.len()).min(text.value.len());
                let is_title =
                    matches!(attribution, Attribution::From(address, _) if is_title(composition, address));
                (lints.library.sources.within(text, start.min(end)..end), !is_title)
            }
            (None, Attribution::From(_, origin)) => (origin.span(), false),
            // The profile can change the default heading of a section.
            (None, Attribution::Open(_) | Attribution::Layout) => (composition.profile.start(), false),
        };
        // Empty groups have a finding of their own.
        let is_known = composition.findings.iter().any(|finding| {
            let holds =
                |other: Span| other.file == span.file && other.start <= span.start && span.end <= other.end;
            finding.code == codes::EMPTY_GROUP && finding.labels.iter().any(|label| holds(label.span))
        });
        if !is_known {
            let words = words.lines().next().unwrap_or_default().to_owned();
            self.by_file.entry(span.file).or_default().push(Place { span, label, words, is_markdown });
        }
    }
}

/// Returns whether an address is the title of a group.
fn is_title(composition: &Composition<'_>, address: &str) -> bool {
    let titles = composition.persona.sections.iter().flat_map(|section| &section.entries);
    titles
        .filter_map(|entry| match entry {
            Entry::Group(group) => group.title.as_ref(),
            _ => None,
        })
        .any(|title| title.address.as_str() == address)
}

fn show(mut finding: Diagnostic, places: &[Place]) -> Diagnostic {
    for place in places.iter().take(MAX_PLACES) {
        finding = finding.at(place.span, place.label.clone());
    }
    finding
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(u8, &str, bool)> {
        let headings = headings(text).into_iter();
        headings.map(|heading| (heading.level, text.get(heading.words).unwrap(), heading.has_text)).collect()
    }

    #[test]
    fn headings_are_read_as_markdown_reads_them() {
        let text = "---\nname: x\n---\n# A\n\n## B ##\n\ntext\n\n```sh\n# no heading\n```\n\n> # quoted\n\n- # in a list\n\nC\n---\n\n***\n\n### D";
        assert_eq!(read(text), [(1, "A", false), (2, "B ##", true), (2, "C\n---", false), (3, "D", false)]);
    }

    #[test]
    fn a_sentence_over_a_line_of_dashes_is_text() {
        let sentence = "A sentence ".repeat(10);
        assert_eq!(read(&format!("# A\n\n{sentence}\n---\n")), [(1, "A", true)]);
    }

    #[test]
    fn texts_that_may_hold_a_heading_are_recognized() {
        assert!(may_hold_heading("a\n### b") && may_hold_heading("a\n---") && may_hold_heading("a\n==="));
        assert!(!may_hold_heading("a # b") && !may_hold_heading("a -- b") && !may_hold_heading("a\n- b"));
    }
}
