//! What a persona without one of its fragments keeps of the whole persona.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Composition;
use super::merge::{Decision, Decisions};
use super::persona::Section;
use crate::model::{Address, Diagnostic, Library, Source, address};

/// The sections of the whole persona, by kind, that are the same with these decisions. Those that are in doubt are left out.
pub(super) fn sections<'a>(
    whole: &Composition<'a>,
    decisions: &Decisions<'a>,
) -> BTreeMap<&'a str, Arc<Section<'a>>> {
    // Findings about a section that is kept are not made again.
    if whole.findings.iter().any(Diagnostic::is_error) {
        return BTreeMap::new();
    }
    let mut changed = BTreeSet::new();
    for (address, decision) in &whole.decisions {
        let is_same = decisions.get(address).is_some_and(|other| other.is_same(decision));
        match Address::parse(address) {
            // A template may use any field.
            Address::Body(_) => {
                if !is_same || has_template(whole.library, decision) {
                    changed.insert(address::section(address));
                }
            }
            Address::SectionKey { kind, .. } if is_same => {
                if has_template(whole.library, decision) {
                    changed.insert(kind);
                }
            }
            Address::Style
            | Address::Section(_)
            | Address::SectionKey { .. }
            | Address::Layout { .. }
            | Address::Subject(_) => {
                if !is_same {
                    return BTreeMap::new();
                }
            }
            // What these decide of an entry is in its own decision.
            Address::Title
            | Address::Combine
            | Address::Tags
            | Address::Allow
            | Address::Deny
            | Address::Field(_)
            | Address::Target(_)
            | Address::TargetKey { .. } => {}
        }
    }
    let kept = whole.persona.sections.iter().filter(|section| !changed.contains(section.kind));
    kept.map(|section| (section.kind, Arc::clone(section))).collect()
}

/// Returns whether a template takes part in a decision.
fn has_template(library: &Library, decision: &Decision<'_>) -> bool {
    let settled = [decision.resolution, decision.settled_below].into_iter().flatten();
    let settling = settled.map(|settled| Source::Profile(settled.profile));
    let mut sources = decision.claims.iter().map(|claim| claim.source).chain(settling);
    sources.any(|source| library.is_template(source))
}
