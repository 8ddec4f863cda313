//! What a persona without one of its fragments keeps of the whole persona.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Composition;
use super::merge::{Conflict, Contest, Decision, Decisions};
use super::persona::Section;
use crate::model::{Address, Claim, Diagnostic, Library, Source, address};

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
        // A template may use any field.
        if is_same && !has_template(whole.library, decision) {
            continue;
        }
        match Address::parse(address) {
            Address::Body(_) => drop(changed.insert(address::section(address))),
            Address::SectionKey { kind, .. } if is_same => drop(changed.insert(kind)),
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

/// The decision about an address in the whole persona, and the conflict that it settles, if the same claims meet there
/// and they conflict with no others. `combine` must be the same too. What nobody contests is decided as fast as found.
pub(super) fn decision<'a>(
    whole: &Composition<'a>,
    address: &str,
    contest: &Contest<'_, 'a>,
) -> Option<(Decision<'a>, Vec<Conflict<'a>>)> {
    let is_uncontested = contest.claims.len() < 2 && contest.removals.is_empty();
    // Only conflicts of entries are alone at their address, and only those of whole claims.
    if is_uncontested || contest.claims.iter().any(|claim| !claim.is_entry() || claim.partial().is_some()) {
        return None;
    }
    let decision = whole.decisions.get(address)?;
    let is_final = decision.subject.is_none() && !decision.is_in_conflict();
    if !is_final || !same_claims(&decision.claims, contest.claims) {
        return None;
    }
    let conflicts = match &decision.disagreement {
        None => Vec::new(),
        Some(_) => {
            let tension = || whole.conflicts.iter().find(|conflict| conflict.at == address);
            vec![whole.settled.get(address).or_else(tension)?.clone()]
        }
    };
    Some((decision.clone(), conflicts))
}

/// Returns whether the whole persona has these claims of `combine`.
pub(super) fn has_same_combine(whole: &Composition<'_>, claims: &[&Claim]) -> bool {
    let all = whole.decisions.get(address::COMBINE).map_or(&[][..], |decision| &decision.claims);
    same_claims(all, claims)
}

fn same_claims(one: &[&Claim], other: &[&Claim]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| std::ptr::eq(*one, *other))
}

/// Returns whether a template takes part in a decision.
fn has_template(library: &Library, decision: &Decision<'_>) -> bool {
    let settled = [decision.resolution, decision.settled_below].into_iter().flatten();
    let settling = settled.map(|settled| Source::Profile(settled.profile));
    let mut sources = decision.claims.iter().map(|claim| claim.source).chain(settling);
    sources.any(|source| library.is_template(source))
}
