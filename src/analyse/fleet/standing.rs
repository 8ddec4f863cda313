//! What became of a rule in one persona, before it is compared with what others say.

use std::collections::BTreeMap;

use crate::compose::{Cause, Composition, Decision, DisputeKind, Origin, Settled, State};
use crate::model::{Address, Choice, Claim, Drop, Force, Library, ProfileId, Removal};

/// How a persona has a rule, compared with the rule as it is written. The order is that of the gravest
/// last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    /// With this force, in these words.
    AsWritten,
    /// With this force, in other words.
    Reworded,
    /// With a stronger force.
    Strengthened,
    /// With a weaker force.
    Weakened,
    /// As a prohibition instead of an obligation or permission, or the reverse.
    Reversed,
    /// A profile removed it, or dropped the fragment that says it.
    Removed,
    /// A rule at another address has its subject, and it lost to that one.
    Lost,
    /// It is in conflict, and nothing decides.
    InConflict,
}

impl Standing {
    /// Every standing with its name.
    pub(crate) const ALL: [(&str, Standing); 8] = [
        ("as written", Standing::AsWritten),
        ("reworded", Standing::Reworded),
        ("strengthened", Standing::Strengthened),
        ("weakened", Standing::Weakened),
        ("reversed", Standing::Reversed),
        ("removed", Standing::Removed),
        ("lost", Standing::Lost),
        ("in conflict", Standing::InConflict),
    ];

    /// The word.
    pub(crate) fn name(self) -> &'static str {
        Standing::ALL[self as usize].0
    }
}

/// Why a persona changes or drops a rule.
#[derive(Debug, Clone)]
pub(crate) enum Because<'a> {
    /// This profile removed it.
    Removal(ProfileId, &'a Removal),
    /// This profile dropped the fragment that has it.
    Drop(ProfileId, &'a Drop),
    /// This resolution decided, at the address or about the subject.
    Resolution(Settled<'a>),
    /// The profile's `combine` decided.
    Combine,
    /// Another rule about this subject, at another address, takes its place.
    Subject(String, Option<&'a Claim>),
    /// The disagreement that is open: its address, and what it is about.
    Open(String, DisputeKind),
}

/// A rule as a persona has it.
pub(super) enum Outcome<'a> {
    /// The rule, with its force; several times where a resolution keeps both.
    Stands(Vec<(Force, Origin<'a>)>),
    /// Nothing.
    Gone(Standing),
}

/// A composition that is asked about many rules.
pub(super) struct Persona<'c, 'a> {
    library: &'a Library,
    composition: &'c Composition<'a>,
    /// The rules of the persona, by subject.
    subjects: BTreeMap<&'a str, Vec<&'a Claim>>,
    /// The disagreements that are open.
    open: BTreeMap<&'c str, DisputeKind>,
}

impl<'c, 'a> Persona<'c, 'a> {
    pub(super) fn new(library: &'a Library, composition: &'c Composition<'a>) -> Self {
        let mut subjects: BTreeMap<&'a str, Vec<&'a Claim>> = BTreeMap::new();
        // Only who lost asks for these.
        if composition.decisions.values().any(|decision| decision.subject.is_some()) {
            for claim in composition.decisions.values().flat_map(Decision::emitted) {
                if let Some(subject) = claim.subject() {
                    subjects.entry(subject).or_default().push(claim);
                }
            }
        }
        let open = composition.conflicts.iter().filter(|conflict| !conflict.is_tension());
        let open = open.map(|conflict| (conflict.at.as_str(), conflict.kind)).collect();
        Persona { library, composition, subjects, open }
    }

    /// What became of each rule that some source of the persona speaks of, and why.
    pub(super) fn rules(&self) -> Vec<(&'a str, Outcome<'a>, Option<Because<'a>>)> {
        let mut rules = Vec::new();
        for (address, decision) in &self.composition.decisions {
            if decision.claims.iter().any(|claim| claim.force().is_some()) {
                let outcome = outcome(decision);
                let because = self.because(address, decision, &outcome);
                rules.push((*address, outcome, because));
            }
        }
        rules.extend(self.dropped());
        rules
    }

    /// The rules that are gone with a fragment that a profile dropped.
    fn dropped(&self) -> Vec<(&'a str, Outcome<'a>, Option<Because<'a>>)> {
        let mut gone: BTreeMap<&'a str, Because<'a>> = BTreeMap::new();
        for (fragment, profile) in &self.composition.selection.dropped {
            let fragment = &self.library.fragments[*fragment];
            let drops = &self.library.profiles[*profile].drops;
            let Some(drop) = drops.iter().find(|drop| drop.fragment.value == fragment.id) else { continue };
            for claim in fragment.claims.iter().filter(|claim| claim.force().is_some()) {
                let address = claim.address.as_str();
                if !self.composition.decisions.contains_key(address) {
                    gone.entry(address).or_insert(Because::Drop(*profile, drop));
                }
            }
        }
        gone.into_iter().map(|(at, because)| (at, Outcome::Gone(Standing::Removed), Some(because))).collect()
    }

    fn because(&self, address: &str, decision: &Decision<'a>, outcome: &Outcome<'a>) -> Option<Because<'a>> {
        match outcome {
            Outcome::Gone(Standing::InConflict) => self.open(address, decision),
            Outcome::Gone(Standing::Removed) => {
                let removed = decision.outcomes.iter().find_map(|(state, cause)| match (state, cause) {
                    (State::Removed, Cause::Removal(profile)) => Some(*profile),
                    _ => None,
                });
                let removal = decision.removals.iter().find(|(profile, _)| Some(*profile) == removed);
                let (profile, removal) = removal.or(decision.removals.first())?;
                Some(Because::Removal(*profile, removal))
            }
            Outcome::Gone(_) => self.outvoted(decision),
            Outcome::Stands(_) => {
                let combined = decision.outcomes.iter().any(|(_, cause)| *cause == Cause::Combine);
                let settled = decision.resolution.map(Because::Resolution);
                settled.or_else(|| combined.then_some(Because::Combine))
            }
        }
    }

    fn open(&self, address: &str, decision: &Decision<'a>) -> Option<Because<'a>> {
        let subject = decision.subject.as_ref().map(|subject| Address::Subject(subject).to_string());
        let at = [Some(address.to_owned()), subject].into_iter().flatten();
        let mut open = at.filter_map(|at| Some((self.open.get(at.as_str()).copied()?, at)));
        open.next().map(|(kind, at)| Because::Open(at, kind))
    }

    /// Who stands in the place of a rule that lost by its subject.
    fn outvoted(&self, decision: &Decision<'a>) -> Option<Because<'a>> {
        let subject = decision.subject.as_ref()?;
        if let Some(settled) = self.composition.settlement(&Address::Subject(subject).to_string()) {
            return Some(Because::Resolution(settled));
        }
        let winner = self.subjects.get(subject.as_str()).and_then(|rules| rules.first().copied());
        Some(Because::Subject(subject.clone(), winner))
    }
}

fn outcome<'a>(decision: &Decision<'a>) -> Outcome<'a> {
    if decision.is_open || decision.in_state(State::Conflicted).next().is_some() {
        return Outcome::Gone(Standing::InConflict);
    }
    if let (Some(settled), Some(force)) = (decision.resolution, decision.set_force()) {
        let set = Origin::Resolution(settled.profile, settled.resolution);
        return match &decision.subject {
            Some(_) => Outcome::Gone(Standing::Lost),
            None => Outcome::Stands(vec![(force, set)]),
        };
    }
    let rules: Vec<(Force, Origin<'a>)> =
        decision.emitted().filter_map(|claim| Some((claim.force()?, Origin::Claim(claim)))).collect();
    match rules.is_empty() {
        false => Outcome::Stands(rules),
        true if decision.subject.is_none() && decision.in_state(State::Removed).next().is_some() => {
            Outcome::Gone(Standing::Removed)
        }
        true => Outcome::Gone(Standing::Lost),
    }
}

/// The words of a rule that a resolution sets.
pub(super) fn set_text(choice: &Choice) -> &str {
    match choice {
        Choice::Set(value) => value.value.as_str().unwrap_or_default(),
        Choice::Take(_) | Choice::KeepBoth(_) => "",
    }
}
