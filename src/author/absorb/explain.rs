//! Why an edit is left, and where the text that it concerns is written.

use std::ops::Range;

use super::additions::is_unlabelled;
use super::change::Change;
use super::elements::{Element, bullet};
use super::filled::sources;
use super::hunks::Sort;
use super::proposal::Edit;
use crate::compose::Origin;
use crate::model::grammar::{Entries, Keys as _};
use crate::model::{Address, Span};
use crate::render::{Attribution, Piece};
use crate::text::bullets::without_marker;
use crate::text::forces;
use crate::trial::BuiltPersona;

/// Why no proposal produces an edit.
pub(super) struct Explanation {
    pub(super) why: String,
    /// Whether the edit is in a field, such as `name`.
    pub(super) is_field: bool,
    /// Where the text at that point is written.
    pub(super) places: Vec<String>,
}

pub(super) fn explanation(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Explanation {
    let mut places: Vec<String> = Vec::new();
    let mut printed = None;
    for change in edit.pending().map(|index| edit.change(index)) {
        for piece in pieces_at(persona, change.start..change.end) {
            let Attribution::From(address, _) = piece.attribution else { continue };
            if printed.is_none() && Address::parse(address).field().is_some() && piece.written.is_none() {
                printed = Some(format!(
                    "`{address}` is printed here; it cannot have this value, or appears elsewhere unedited"
                ));
            }
        }
        for place in written_places(persona, edit.elements, &change) {
            if !places.contains(&place) {
                places.push(place);
            }
        }
    }
    let is_field = printed.is_some();
    let why = printed
        .or_else(|| unlisted(persona, edit, &mut places))
        .or_else(|| doubled(persona, edit))
        .unwrap_or_else(|| {
            let why = match edit.group.sort {
                Sort::Words => "no single string or layout setting produces this text",
                Sort::Lines if edit.group.added.is_empty() => {
                    "these lines are not whole entries, nor part of one text"
                }
                Sort::Lines => "there is no adjacent list or text that these lines could belong to",
            };
            why.to_owned()
        });
    Explanation { why, is_field, places }
}

/// Returns the pieces that a range overlaps; for an insertion, the pieces that touch it. If none of them has
/// an origin, returns the pieces nearby.
fn pieces_at<'s, 'a>(persona: &'s BuiltPersona<'a>, at: Range<usize>) -> Vec<&'s Piece<'a>> {
    let touches = |range: &Range<usize>| match at.is_empty() {
        true => range.start <= at.end && at.start <= range.end,
        false => range.start < at.end && at.start < range.end,
    };
    let near = |piece: &&Piece<'_>| piece.range.start <= at.end + 2 && at.start <= piece.range.end + 2;
    let pieces = persona.document.pieces();
    let own: Vec<&Piece<'_>> = pieces.iter().filter(|piece| touches(&piece.range)).collect();
    match own.iter().any(|piece| matches!(piece.attribution, Attribution::From(..))) {
        true => own,
        false => pieces.iter().filter(near).collect(),
    }
}

/// Returns where the entries that a change concerns are written: the entries that it is in, else those next to it. If
/// there are none, returns where the text at that place is written.
fn written_places(persona: &BuiltPersona<'_>, elements: &[Element<'_>], change: &Change) -> Vec<String> {
    let blocks = || elements.iter().filter(|element| element.block.is_some());
    let is_in = |element: &&Element<'_>| element.lines.start < change.end && change.start < element.lines.end;
    let mut concerned: Vec<&Element<'_>> = blocks().filter(is_in).collect();
    if concerned.is_empty() {
        let above = blocks().rev().find(|element| element.lines.end <= change.start);
        let below = blocks().find(|element| change.end <= element.lines.start);
        let is_there = |range: &Range<usize>| {
            persona.document.text()[range.clone()].chars().all(|letter| !letter.is_alphanumeric())
        };
        concerned.extend(above.filter(|above| is_there(&(above.lines.end..change.start))));
        concerned.extend(below.filter(|below| is_there(&(change.end..below.lines.start))));
    }
    match concerned.as_slice() {
        [] => claim_places(persona, change.start..change.end),
        concerned => {
            concerned.iter().flat_map(|element| claim_places(persona, element.range.clone())).collect()
        }
    }
}

/// Returns where a range of the persona's text is written: file, line and address.
pub(super) fn claim_places(persona: &BuiltPersona<'_>, at: Range<usize>) -> Vec<String> {
    let mut places: Vec<String> = Vec::new();
    for piece in pieces_at(persona, at) {
        let Attribution::From(address, origin) = piece.attribution else { continue };
        let span = match origin {
            Origin::Claim(claim) => claim.key,
            Origin::Resolution(_, resolution) => resolution.at.span,
        };
        let mut add = |span: Span, address: &str| {
            let place = format!("{} (`{address}`)", persona.library.sources.place(span));
            if !places.contains(&place) {
                places.push(place);
            }
        };
        add(span, address);
        if let Origin::Claim(claim) = origin {
            sources(persona, claim).into_iter().for_each(|claim| add(claim.key, claim.address.as_str()));
        }
    }
    places
}

/// Explains an entry that lost its bullet.
fn unlisted(persona: &BuiltPersona<'_>, edit: Edit<'_>, places: &mut Vec<String>) -> Option<String> {
    let elements = edit.elements;
    edit.pending().map(|index| edit.change(index)).find_map(|change| {
        let entry = elements.iter().find(|element| {
            let bullet = bullet(persona, element).trim();
            let start = element.lines.start;
            let is_there = !bullet.is_empty() && change.start <= start && start + bullet.len() <= change.end;
            element.list_part().is_some() && is_there && change.end <= element.range.start
        })?;
        let is_gone = change.new.trim().is_empty();
        is_gone.then(|| {
            *places = claim_places(persona, entry.range.clone());
            format!(
                "without its bullet, `{}` would be a paragraph, which belongs in a {} table",
                entry.place,
                Entries::Prose.shown()
            )
        })
    })
}

/// Explains a new rule that repeats the force named above its list.
fn doubled(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Option<String> {
    let elements = edit.elements;
    edit.pending().map(|index| edit.change(index)).find_map(|change| {
        let (_, end) = forces::label(without_marker(change.new.trim_start_matches(['\n', '\r'])))?;
        let neighbour = elements.iter().rev().find(|element| element.lines.end <= change.start)?;
        let label = &without_marker(change.new.trim_start_matches(['\n', '\r']))[..end];
        is_unlabelled(persona, neighbour).then(|| {
            format!("the line above this list already names its force; remove `{label}` to use that force")
        })
    })
}
