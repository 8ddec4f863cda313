//! Proposals for added paragraphs.

use super::added_entry::AddedEntry;
use super::additions::in_profile;
use super::elements::{Element, What};
use super::proposal::{Edit, Form, Proposal};
use crate::model::Part;
use crate::text::bullets::without_marker;
use crate::trial::BuiltPersona;

/// Proposes new paragraphs as blocks of the profile.
pub(super) fn inserted(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Vec<Proposal> {
    let elements = edit.elements;
    let mut proposals = Vec::new();
    for index in edit.pending() {
        let change = edit.change(index);
        let new = change.new.replace("\r\n", "\n");
        let is_bullet =
            new.trim_start_matches('\n').lines().next().is_some_and(|line| without_marker(line) != line);
        // A line directly below an entry or a paragraph, without a blank line, is part of it.
        let mut above = persona.document.text()[..change.start].lines().rev();
        let is_heading = |line: &str| line.trim().is_empty() || line.starts_with('#');
        let is_apart = new.starts_with('\n') || above.next().is_none_or(is_heading);
        if change.start != change.end || new.trim().is_empty() || is_bullet || !is_apart {
            continue;
        }
        let before = elements.iter().rev().find(|element| element.range.end <= change.start);
        let after = elements.iter().find(|element| element.range.start >= change.start);
        let mut lists: Vec<&str> = Vec::new();
        for element in [before, after].into_iter().flatten() {
            let list = if element.what == What::Heading { &element.place } else { &element.list };
            if !list.is_empty() && !lists.contains(&list.as_str()) {
                lists.push(list);
            }
        }
        for list in lists {
            let prose = AddedEntry::plain(Part::Prose, new.trim_matches('\n').to_owned());
            // Behind the lists of a section, it is a closing.
            let closing = AddedEntry { part: Part::Closing, ..prose.clone() };
            // Beside an entry with a band, only one of the same band stays.
            let band = before.and_then(Element::claim).and_then(|claim| claim.placement.band);
            let band = band.map(|(_, span)| persona.library.sources.text(span).to_owned());
            let banded = band.map(|band| AddedEntry { band: Some(band), ..prose.clone() });
            let neighbour = Element {
                what: What::Heading,
                place: list.to_owned(),
                list: list.to_owned(),
                range: 0..0,
                lines: 0..0,
                block: None,
            };
            for entry in [prose, closing].into_iter().chain(banded) {
                let blocks = in_profile(persona, &neighbour, &[entry], before, after).into_iter();
                proposals.extend(blocks.map(|block| block.in_form(Form::Block)));
            }
        }
    }
    proposals
}
