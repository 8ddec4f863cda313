//! Laws about the origins of output bytes.

use crate::compose::{Origin, State};
use crate::model::Form;
use crate::render::{Attribution, Piece, render};
use crate::view::origins::origins;
use proptest::prelude::*;

use super::cases;
use super::generate::{SAID, workspace};
use super::view::{Loaded, all_targets, blocks};

proptest! {
    #![proptest_config(cases(200))]

    /// Every byte of output has an origin or is marked as layout.
    #[test]
    fn law_11_coverage(workspace in workspace()) {
        let loaded = Loaded::new(&workspace);
        let Ok(composition) = loaded.root() else { return Ok(()) };
        let documents =
            all_targets(&composition, |settings| (settings.target.form, render(&composition, settings)));
        for (form, document) in &documents {
            // A string of JSON has other letters than the text.
            let read = |piece: &str| match form {
                Form::Json(_) | Form::Structure => serde_json::from_str(&format!("\"{piece}\"")).unwrap_or_default(),
                _ => piece.to_owned(),
            };
            let mut end = 0;
            for Piece { range, attribution, written, .. } in document.pieces() {
                prop_assert_eq!(range.start, end, "a gap or an overlap in {:?}", document.text());
                prop_assert!(range.end > range.start && document.text().is_char_boundary(range.end));
                end = range.end;
                // A piece copied from a string equals the string, except for its first letter.
                if let Some((text, start)) = written {
                    let piece = &document.text()[range.clone()];
                    let there = text.value.get(*start..*start + piece.len()).unwrap_or_default();
                    prop_assert_eq!(piece.to_lowercase(), there.to_lowercase());
                }
                let text = &document.text()[range.clone()];
                match attribution {
                    // The origin is the emitted claim at that address.
                    Attribution::From(address, Origin::Claim(claim)) => {
                        prop_assert_eq!(*address, claim.address.as_str());
                        let decision = &composition.decisions[*address];
                        prop_assert!(decision.in_state(State::Emitted).any(|other| std::ptr::eq(other, *claim)));
                    }
                    Attribution::From(address, Origin::Resolution(_, resolution)) => {
                        prop_assert_eq!(*address, resolution.at.value.as_str());
                    }
                    Attribution::Open(address) => {
                        let decision = &composition.decisions[*address];
                        prop_assert!(decision.is_open || decision.in_state(State::Conflicted).next().is_some());
                    }
                    // Text that some file contains is not layout.
                    Attribution::Layout => prop_assert!(
                        !SAID.iter().any(|word| text.contains(word)), "as layout: {:?} in {:?}", text, document.text()
                    ),
                }
            }
            prop_assert_eq!(end, document.text().len());

            // Everything emitted is in the output, with its own origin.
            for block in blocks(&composition).values().flatten() {
                let is_from = |attribution: &Attribution<'_>| match (attribution, block.origin) {
                    (Attribution::From(_, Origin::Claim(a)), Origin::Claim(b)) => std::ptr::eq(*a, b),
                    (Attribution::From(_, Origin::Resolution(_, a)), Origin::Resolution(_, b)) => std::ptr::eq(*a, b),
                    _ => false,
                };
                let pieces = document.pieces().iter().filter(|piece| is_from(&piece.attribution));
                let lines: Vec<String> = pieces.map(|piece| read(&document.text()[piece.range.clone()]).to_lowercase()).collect();
                let texts = [Some(&block.text), block.label.as_ref(), block.why.as_ref()];
                // A value filled in by a template has the origin of its field.
                let own = texts.into_iter().flatten().flat_map(|words| {
                    let ends = words.filled.iter().map(|(range, _)| range.start).chain([words.text.len()]);
                    let starts = [0].into_iter().chain(words.filled.iter().map(|(range, _)| range.end));
                    starts.zip(ends).map(|(start, end)| &words.text[start..end]).collect::<Vec<_>>()
                });
                for line in own.flat_map(|text| text.trim_matches('\n').lines()) {
                    let line = line.to_lowercase();
                    prop_assert!(
                        lines.iter().any(|piece| piece.contains(&line)) || line.is_empty(), "{:?} of {} is not in {:?}", line, block.address, document.text()
                    );
                }
            }
        }
    }

    /// The JSON form covers the output too and is complete: every emitted or agreeing claim is a source of
    /// its address, every other claim is listed with the reason, and only a conflict has no winner.
    #[test]
    fn origins_list_every_contributor_and_every_loser(workspace in workspace()) {
        let loaded = Loaded::new(&workspace);
        let Ok(composition) = loaded.root() else { return Ok(()) };
        let library = &loaded.library;
        let told = all_targets(&composition, |settings| {
            origins(library, &composition, &render(&composition, settings), settings.target.name)
        });
        for told in told.iter().map(|told| &told.report) {
            let mut end = 0;
            for span in &told.spans {
                prop_assert_eq!(span.start, end);
                end = span.end;
                let entry = span.origin.map(|origin| &told.origins[origin]);
                prop_assert!(entry.is_none_or(|entry| !entry.sources.is_empty() || !entry.lost.is_empty()));
            }
            prop_assert_eq!(end, told.bytes);
            let lost = || told.origins.iter().flat_map(|entry| &entry.lost)
                .chain(told.absent.iter().flat_map(|absent| &absent.lost));
            for lost in lost() {
                prop_assert_eq!(lost.because.kind == "conflict", lost.state == "in conflict", "{:?}", lost);
            }
            let shown: Vec<&str> = told.origins.iter().map(|entry| entry.address.as_str())
                .chain(told.absent.iter().map(|absent| absent.address.as_str())).collect();
            for (address, decision) in composition.decisions.iter().filter(|(address, _)| shown.contains(address)) {
                for (claim, (state, _)) in decision.claims.iter().zip(&decision.outcomes) {
                    let name = library.source_name(claim.source);
                    let speaks = || told.origins.iter().filter(|entry| entry.address == **address)
                        .flat_map(|entry| &entry.sources).any(|other| other.source == name);
                    let lost = lost().any(|lost| lost.address == **address && lost.source == name);
                    let is_told = if matches!(state, State::Emitted | State::Agreed) { speaks() } else { lost };
                    prop_assert!(is_told, "{:?} of {} at {} is not told", state, name, address);
                }
            }
        }
    }
}
