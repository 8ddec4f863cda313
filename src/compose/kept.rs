//! What a persona without one of its fragments keeps of the whole persona.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Composition;
use super::merge::Decisions;
use super::persona::Section;
use crate::model::{Address, Diagnostic, address};

/// The sections of the whole persona, by kind, that are the same with these decisions. Those that are in doubt are left out.
pub(super) fn sections<'a>(
    whole: &Composition<'a>,
    decisions: &Decisions<'a>,
) -> BTreeMap<&'a str, Arc<Section<'a>>> {
    // A template may use any field. Findings about a section that is kept are not made again.
    let has_template = || whole.selection.sources.iter().any(|source| whole.library.is_template(*source));
    if has_template() || whole.findings.iter().any(Diagnostic::is_error) {
        return BTreeMap::new();
    }
    let mut changed = BTreeSet::new();
    for (address, decision) in &whole.decisions {
        if decisions.get(address).is_some_and(|other| other.is_same(decision)) {
            continue;
        }
        match Address::parse(address) {
            Address::Body(_) => drop(changed.insert(address::section(address))),
            Address::Style
            | Address::Section(_)
            | Address::SectionKey { .. }
            | Address::Layout { .. }
            | Address::Subject(_) => return BTreeMap::new(),
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
