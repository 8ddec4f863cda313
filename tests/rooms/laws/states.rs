//! Laws about the outcome of each claim.

use std::collections::{BTreeMap, BTreeSet};

use crate::compose::{Block, Cause, Composition, Decision, Entry, Origin, State};
use crate::model::{Choice, Claim, Diagnostic, Level, Source, fold};
use proptest::prelude::*;

use super::cases;
use super::generate::workspace;
use super::view::{Loaded, blocks, meaning};

/// Returns the claims of all sources in the persona, by address. Only the profile itself can set a path.
fn claims_of_sources<'a>(
    loaded: &'a Loaded,
    composition: &Composition<'_>,
) -> BTreeMap<&'a str, Vec<&'a Claim>> {
    let mut claims: BTreeMap<&str, Vec<&Claim>> = BTreeMap::new();
    for source in &composition.selection.sources {
        let of_source = match source {
            Source::Fragment(index) => &loaded.library.fragments[*index].claims,
            Source::Profile(index) => &loaded.library.profiles[*index].claims,
        };
        for claim in of_source {
            claims.entry(claim.address.as_str()).or_default().push(claim);
        }
    }
    claims
}

/// Returns whether some claim at the address may replace `claim`.
fn is_outranked(loaded: &Loaded, decision: &Decision<'_>, claim: &Claim) -> bool {
    decision.claims.iter().zip(&decision.outcomes).any(|(other, (state, _))| {
        let stood = matches!(state, State::Emitted | State::Agreed | State::Conflicted | State::Overruled);
        let is_above = loaded.lineages.is_above(other.source, claim.source);
        stood && (other.level > claim.level || other.level == claim.level && is_above)
    })
}

/// Returns the claim at the end of the chain of causes.
fn last_cause(decision: &Decision<'_>, claim: usize) -> usize {
    let mut at = claim;
    for _ in 0..decision.claims.len() {
        match decision.outcomes[at].1 {
            Cause::Claim(next) => at = next,
            _ => break,
        }
    }
    at
}

/// Returns the addresses where the persona shows a conflict.
fn marked(composition: &Composition<'_>) -> BTreeSet<String> {
    fn add(entries: &[Entry<'_>], marked: &mut BTreeSet<String>) {
        for entry in entries {
            match entry {
                Entry::Conflict(address) => drop(marked.insert(address.to_string())),
                Entry::Group(group) => add(&group.entries, marked),
                Entry::Block(_) => {}
            }
        }
    }
    let mut found = BTreeSet::new();
    for section in &composition.persona.sections {
        add(&section.entries, &mut found);
    }
    found
}

fn claim_of<'a>(block: &Block<'a>) -> Option<&'a Claim> {
    match block.origin {
        Origin::Claim(claim) => Some(claim),
        Origin::Resolution(..) => None,
    }
}

fn is_one(a: &Claim, b: &Claim) -> bool {
    std::ptr::eq(a, b)
}

/// The lock law: a locked claim that is neither in the persona nor in an open conflict lost by `breaks-lock`.
pub(crate) fn locks_hold(
    composition: &Composition<'_>,
    decision: &Decision<'_>,
) -> Result<(), TestCaseError> {
    for (claim, (state, cause)) in decision.claims.iter().zip(&decision.outcomes) {
        use State::{Agreed, Conflicted, Emitted, Refined};
        if claim.level != Level::Locked || matches!(state, Emitted | Agreed | Refined | Conflicted) {
            continue;
        }
        let subject = decision.subject.as_ref().map(|subject| format!("subject.{subject}"));
        let settled = [decision.resolution, decision.settled_below];
        let settled =
            settled.into_iter().chain([subject.and_then(|at| composition.settlement(&at))]).flatten();
        let is_broken = match cause {
            Cause::Removal(profile) => {
                decision.removals.iter().any(|(remover, removal)| remover == profile && removal.breaks_lock)
            }
            _ => settled.into_iter().any(|settled| settled.resolution.breaks_lock),
        };
        prop_assert!(is_broken, "{}: {:?} by {:?} of {:?}", claim.address, state, cause, decision);
    }
    Ok(())
}

/// The words of a claim, without its force.
fn words(claim: &Claim) -> Option<[Option<String>; 3]> {
    let block = claim.block()?;
    let texts = [Some(&block.text), block.label.as_ref(), block.why.as_ref()];
    Some(texts.map(|text| text.map(|text| fold(&text.value).into_owned())))
}

proptest! {
    #![proptest_config(cases(300))]

    /// Law 13: words that are not in the persona are in an open conflict, or a claim of a higher layer or level replaces
    /// them, or a removal, a resolution or `combine` decided against them.
    #[test]
    fn law_13_no_silent_loss(workspace in workspace()) {
        let loaded = Loaded::new(&workspace);
        for profile in &workspace.profiles {
            let Ok(composition) = loaded.compose(&profile.id) else { continue };
            for (address, decision) in &composition.decisions {
                let is_open = decision.in_state(State::Conflicted);
                let shown: Vec<_> = decision.emitted().chain(is_open).map(words).collect();
                for (claim, (state, cause)) in decision.claims.iter().zip(&decision.outcomes) {
                    if words(claim).is_none() || shown.contains(&words(claim)) || *state == State::Conflicted {
                        continue;
                    }
                    let is_told = match cause {
                        Cause::Removal(_) | Cause::Resolution | Cause::Combine => true,
                        Cause::Subject => composition.findings.iter().any(Diagnostic::is_error) || decision.subject.is_some(),
                        Cause::Claim(_) => {
                            decision.resolution.is_some()
                                || is_outranked(&loaded, decision, claim)
                                || composition.findings.iter().any(|finding| finding.address.as_deref() == Some(address))
                        }
                        Cause::Uncontested => decision.resolution.is_some(),
                    };
                    prop_assert!(is_told, "{}: {:?} by {:?} of {:?}", address, state, cause, decision);
                }
            }
        }
    }

    /// A locked claim is lost only through `breaks-lock`, by whatever route.
    #[test]
    fn law_locks_are_only_broken(workspace in workspace()) {
        let loaded = Loaded::new(&workspace);
        for profile in &workspace.profiles {
            let Ok(composition) = loaded.compose(&profile.id) else { continue };
            for decision in composition.decisions.values() {
                locks_hold(&composition, decision)?;
            }
            // A fragment takes its locks with it when it is dropped.
            for (fragment, dropper) in &composition.selection.dropped {
                let fragment = &loaded.library.fragments[*fragment];
                let has_lock = fragment.claims.iter().any(|claim| claim.level == Level::Locked);
                let drop = loaded.library.profiles[*dropper].drops.iter().find(|drop| drop.fragment.value == fragment.id);
                let is_told = composition.findings.iter().any(|finding| finding.code.name == "locked-drop");
                prop_assert!(!has_lock || is_told || drop.is_some_and(|drop| drop.breaks_lock) || dropper != composition.lineage.last().expect("a root"));
            }
        }
    }

    /// Every claim ends in exactly one state: emitted, agreed, subsumed, shadowed, removed, overruled,
    /// conflicted.
    #[test]
    fn law_7_conservation(workspace in workspace()) {
        let loaded = Loaded::new(&workspace);
        let Ok(composition) = loaded.root() else { return Ok(()) };

        // Each claim of each source is in one decision, once, and there are no others.
        let mut expected = claims_of_sources(&loaded, &composition);
        for (address, decision) in &composition.decisions {
            prop_assert_eq!(decision.claims.len(), decision.outcomes.len());
            let mut expected = expected.remove(address).unwrap_or_default();
            for claim in &decision.claims {
                let at = expected.iter().position(|other| is_one(claim, other));
                prop_assert!(at.is_some(), "{} has a claim that no source makes there, or makes once", address);
                expected.remove(at.unwrap_or_default());
            }
            prop_assert!(expected.is_empty(), "{} has lost {} claims", address, expected.len());
        }
        prop_assert!(expected.is_empty(), "these addresses are lost: {:?}", expected.keys());

        // The state matches what happened.
        let in_conflict = |claim: &Claim| composition.conflicts.iter().any(|conflict| {
            conflict.sides.iter().any(|side| side.claims.iter().any(|other| is_one(claim, other)))
        });
        for (address, decision) in &composition.decisions {
            for (index, (claim, (state, cause))) in decision.claims.iter().zip(&decision.outcomes).enumerate() {
                let winner = match cause {
                    Cause::Claim(winner) => {
                        prop_assert_ne!(*winner, index, "{} lost to itself", address);
                        Some((decision.claims[*winner], decision.outcomes[*winner].0))
                    }
                    _ => None,
                };
                let is_right = match (state, cause, winner) {
                    (State::Emitted, Cause::Uncontested | Cause::Resolution, None) => true,
                    (State::Agreed, _, Some((winner, _))) => meaning(winner) == meaning(claim),
                    (State::Subsumed, _, Some((winner, _))) => {
                        let strength = |claim: &Claim| claim.force().map(crate::compose::force::strength);
                        strength(winner) > strength(claim)
                    }
                    (State::Shadowed, _, Some(_)) => is_outranked(&loaded, decision, claim),
                    (State::Removed, Cause::Removal(profile), None) => {
                        let remover = Source::Profile(*profile);
                        claim.source != remover
                            && (loaded.lineages.is_above(remover, claim.source) || claim.level == Level::Default)
                    }
                    (State::Overruled, Cause::Resolution, None) => decision.resolution.is_some(),
                    (State::Overruled, Cause::Combine | Cause::Subject, None) => claim.force().is_some(),
                    (State::Conflicted, Cause::Uncontested | Cause::Subject, None) => in_conflict(claim),
                    _ => false,
                };
                prop_assert!(is_right, "{}: {:?} by {:?} of {:?}", address, state, cause, decision);
            }
            // A claim that lost has lost to an emitted claim, or to one that was overruled in turn.
            for (index, (_, (state, _))) in decision.claims.iter().zip(&decision.outcomes).enumerate() {
                if matches!(state, State::Agreed | State::Subsumed | State::Shadowed) {
                    let end = decision.outcomes[last_cause(decision, index)].0;
                    prop_assert!(
                        matches!(end, State::Emitted | State::Conflicted | State::Overruled),
                        "{}: {:?} lost to what is {:?}", address, state, end
                    );
                }
            }
        }

        // An open conflict is visible, and so is every emitted claim: nothing vanishes from the text.
        let (blocks, marked) = (blocks(&composition), marked(&composition));
        for (address, decision) in &composition.decisions {
            if !decision.claims.iter().any(|claim| claim.block().is_some()) {
                continue;
            }
            let shown = blocks.get(*address).map(Vec::as_slice).unwrap_or_default();
            let has_lost = decision.in_state(State::Conflicted).next().is_some();
            let is_marked = marked.contains(*address);
            // A group that clashes with an entry is marked as a whole.
            let is_in_marked = address.rsplit_once('.').is_some_and(|(group, _)| marked.contains(group));
            prop_assert!(is_marked == has_lost || is_in_marked && has_lost, "{}: {:?}", address, decision);
            let emitted: Vec<&Claim> = decision.emitted().filter(|_| !has_lost).collect();
            let is_set = decision.resolution.is_some_and(|settled| {
                matches!(settled.resolution.choice, Choice::Set(_)) && !has_lost
            });
            if is_set && shown.iter().all(|block| claim_of(block).is_none()) {
                // A text set by a resolution can lose to another rule about its subject.
                prop_assert_eq!(shown.len(), usize::from(decision.subject.is_none()));
                prop_assert!(emitted.is_empty());
            } else {
                let told = |claim: &Claim| shown.iter().filter_map(|block| claim_of(block)).any(|other| is_one(claim, other));
                prop_assert_eq!(shown.len(), emitted.len(), "{}: {:?}", address, decision);
                prop_assert!(emitted.iter().all(|claim| told(claim)), "{}: {:?}", address, decision);
            }
        }
    }
}
