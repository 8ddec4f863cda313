//! The headings, titles and entries of a persona, each with its range in the text.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::compose::{Block, Entry, Origin};
use crate::model::grammar::Profile;
use crate::model::{Address, Claim, Force, Part, address, layout_keys as keys};
use crate::render::{Attribution, PieceLayout};
use crate::trial::BuiltPersona;

/// The kind of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// The document's title.
    Title,
    /// The heading of a section.
    Heading,
    /// The title or lead of a group, or an entry.
    Block(Part),
}

/// An element of a persona's text.
#[derive(Debug, Clone)]
pub(super) struct Element<'a> {
    pub(super) what: What,
    /// Its address in `[layout]`.
    pub(super) place: String,
    /// The address of the section or group that contains it. Empty for the title and for headings.
    pub(super) list: String,
    /// The range of its words.
    pub(super) range: Range<usize>,
    /// The range of its lines, including the last line break.
    pub(super) lines: Range<usize>,
    pub(super) block: Option<&'a Block<'a>>,
}

impl<'a> Element<'a> {
    /// Returns the last part of the address.
    pub(super) fn id(&self) -> &str {
        address::id(&self.place)
    }

    /// Returns the id of the entry that it is under.
    pub(super) fn under(&self) -> Option<&'a str> {
        self.block?.under.map(|under| under.as_str())
    }

    /// Returns the claim that the element comes from. `None` for headings and for texts set by a resolution.
    pub(super) fn claim(&self) -> Option<&'a Claim> {
        self.block?.origin.claim()
    }

    /// Returns the part if the element is a list entry.
    pub(super) fn list_part(&self) -> Option<Part> {
        match self.what {
            What::Block(part @ (Part::Item | Part::Step | Part::Rule(_))) => Some(part),
            _ => None,
        }
    }

    /// Returns whether the element is a step, or a rule among steps.
    pub(super) fn is_numbered(&self) -> bool {
        self.block.is_some_and(|block| block.is_numbered)
    }

    /// Returns the part of an entry of the same list that is no rule.
    pub(super) fn plain_part(&self) -> Part {
        if self.is_numbered() { Part::Step } else { Part::Item }
    }

    /// Returns whether the element is an entry, not a title or lead.
    pub(super) fn is_entry(&self) -> bool {
        matches!(self.what, What::Block(part) if !matches!(part, Part::Title | Part::Lead))
    }
}

/// Returns all elements of a persona in text order.
pub(super) fn elements<'a>(persona: &'a BuiltPersona<'_>) -> Vec<Element<'a>> {
    let text = persona.document.text();
    let pieces = persona.document.pieces();
    // A force label is attributed to its rule too, so only pieces with written words count.
    let mut ranges: BTreeMap<&str, Range<usize>> = BTreeMap::new();
    for piece in pieces {
        if let Attribution::From(address, origin) = piece.attribution
            && (piece.written.is_some() || !matches!(origin, Origin::Claim(claim) if claim.block().is_some()))
        {
            let range = ranges.entry(address).or_insert_with(|| piece.range.clone());
            range.end = range.end.max(piece.range.end);
        }
    }
    let mut elements = Vec::new();
    let mut add = |what, place: String, list: &str, range: Option<Range<usize>>, block| {
        let Some(range) = range else { return };
        let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
        let end = text[range.end..].find('\n').map_or(text.len(), |at| range.end + at + 1);
        elements.push(Element { what, place, list: list.to_owned(), range, lines: start..end, block });
    };
    let title = ranges.get(Profile::Title.name()).cloned();
    add(What::Title, String::new(), "", title, None);
    let mut at = 0;
    for section in &persona.composition.persona.sections {
        let heading = pieces[at..].iter().position(|piece| match piece.attribution {
            Attribution::Layout => {
                section.heading.origin.is_none() && text[piece.range.clone()] == *section.heading.text
            }
            Attribution::Open(_) => false,
            Attribution::From(address, _) => Address::parse(address) == Address::heading(section.kind),
        });
        if let Some(found) = heading.filter(|_| !section.heading.text.is_empty()) {
            at += found + 1;
            let range = pieces[at - 1].range.clone();
            add(What::Heading, section.kind.to_owned(), "", Some(range), None);
        }
        let mut block = |block: &'a Block<'a>, list: &str| {
            let address = block.address.as_str();
            add(What::Block(block.part), address.to_owned(), list, ranges.get(address).cloned(), Some(block));
        };
        for entry in &section.entries {
            match entry {
                Entry::Block(own) => block(own, section.kind),
                Entry::Group(group) => {
                    let list = address::below(section.kind, group.id);
                    let headings = group.title.iter().chain(&group.lead);
                    headings.for_each(|heading| block(heading, &list));
                    for entry in &group.entries {
                        if let Entry::Block(own) = entry {
                            block(own, &list);
                        }
                    }
                }
                Entry::Conflict(_) => {}
            }
        }
    }
    elements.sort_by_key(|element| element.range.start);
    elements
}

/// Returns the bullet or number of a list entry. Empty if it has none.
pub(super) fn bullet<'t>(persona: &'t BuiltPersona<'_>, element: &Element<'_>) -> &'t str {
    let is_bullet = |layout: PieceLayout<'_>| {
        layout.place == element.place && [keys::BULLET.name, keys::STEP.name].contains(&layout.key.name)
    };
    let mut pieces = persona.document.pieces().iter();
    let piece = pieces.find(|piece| piece.layout.is_some_and(is_bullet));
    piece.map_or("", |piece| &persona.document.text()[piece.range.clone()])
}

/// Returns the label of a force in an element's section.
pub(super) fn label_of(persona: &BuiltPersona<'_>, element: &Element<'_>, force: Force) -> Option<String> {
    let persona = &persona.composition.persona;
    let laid = persona.layout.nearest(&element.place, force.name()).and_then(|laid| laid.datum.as_str());
    let kind = address::section(&element.place);
    let section = persona.sections.iter().find(|section| section.kind == kind)?;
    Some(laid.map_or_else(|| section.style.label(force).to_owned(), str::to_owned))
}
