//! Hidden markup that is in no source, because a template fills it in or the document joins two texts.
//!
//! Reading inspects the texts of every file as they are written. This module inspects the output as its readers see it.

use std::collections::BTreeMap;

use crate::compose::{Composition, Origin};
use crate::model::{DESCRIPTION, Diagnostic, FileId, Library, Span, codes};
use crate::render::{Attribution, Document, Piece};
use crate::text::safety::{self, Placed, Specimen};

/// Reports hidden markup in a document, and in the settings that templates fill in, unless a source has it.
pub(super) fn check(
    library: &Library,
    composition: &Composition<'_>,
    document: &Document<'_>,
) -> Vec<Diagnostic> {
    let mut found: BTreeMap<FileId, Vec<Placed>> = BTreeMap::new();
    let mut report = |specimen: Specimen, span: Span| {
        found.entry(span.file).or_default().push(Placed { specimen, span });
    };
    for specimen in safety::markup(document.text()) {
        let pieces: Vec<&Piece<'_>> = document.pieces_in(&specimen.range).collect();
        if is_in_source(library, document.text(), &specimen, &pieces) {
            continue;
        }
        let origin = pieces.iter().filter_map(|piece| match piece.attribution {
            Attribution::From(_, origin) => Some((piece.written.is_some(), origin)),
            _ => None,
        });
        // The place where the text is written is more helpful than the one where a value is set.
        let origin = origin.max_by_key(|(is_written, _)| *is_written).map(|(_, origin)| origin.span());
        report(specimen, origin.unwrap_or(composition.profile.start()));
    }
    for (text, origin) in filled(composition) {
        let source = library.sources.text(origin.span());
        let specimens = safety::markup(text);
        let is_new = |specimen: &Specimen| !source.contains(&text[specimen.range.clone()]);
        specimens.into_iter().filter(is_new).for_each(|specimen| report(specimen, origin.span()));
    }
    let reports = found
        .into_iter()
        .flat_map(|(file, placed)| safety::report(library.sources.file(file).text(), placed));
    reports.map(|finding| finding.note("it appears once the template is filled in")).collect()
}

/// The strings outside of the document that a template filled in, each with where it comes from.
fn filled<'c>(composition: &'c Composition<'_>) -> Vec<(&'c str, Origin<'c>)> {
    let persona = &composition.persona;
    let description = persona.field(DESCRIPTION).and_then(|field| Some((&field.value, field.origin?)));
    let values = persona.targets.iter().flat_map(|settings| &settings.values);
    let values = values.filter_map(|(_, value, origin)| Some((value, (*origin)?)));
    let is_filled = |value: &std::borrow::Cow<'_, _>| matches!(value, std::borrow::Cow::Owned(_));
    let all = description.into_iter().chain(values).filter(|(value, _)| is_filled(value));
    all.flat_map(|(value, origin)| value.strings().into_iter().map(move |text| (text, origin))).collect()
}

/// Whether the inspection of a source reports a specimen.
fn is_in_source(library: &Library, text: &str, specimen: &Specimen, pieces: &[&Piece<'_>]) -> bool {
    let Some(first) = pieces.first() else { return true };
    if let Some((written, start)) = first.written {
        let at = start + specimen.range.start - first.range.start;
        // Its error covers a note here.
        return safety::markup(&written.value).iter().any(|found| {
            found.range.start == at && (*found.code == *specimen.code || *found.code == *codes::HIDDEN_MARKUP)
        });
    }
    match first.attribution {
        Attribution::From(_, origin) => {
            pieces.len() == 1 && library.sources.text(origin.span()).contains(&text[specimen.range.clone()])
                || pieces.iter().all(|piece| piece.layout.is_some())
        }
        _ => pieces.iter().all(|piece| piece.layout.is_some() || piece.written.is_none()),
    }
}
