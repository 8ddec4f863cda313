//! The outcome of a rule in one persona, before it is compared with the baseline.

use std::collections::BTreeMap;

use crate::compose::{Cause, Composition, ConflictKind, Decision, Element, Origin, Settled, State};
use crate::model::{Address, Claim, Drop, Force, Library, ProfileId, Removal, Source, Target, TargetSet};
use crate::render::Grounds;

/// The status of a rule in a persona, compared with the baseline. Ordered by severity, least severe first.
///
/// JSON keeps the key `standing` for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    /// Same force, same text.
    AsWritten,
    /// Same force, different text.
    Reworded,
    /// A stronger force.
    Strengthened,
    /// A weaker force, or not in all outputs.
    Weakened,
    /// A prohibition instead of an obligation or permission, or the reverse.
    Reversed,
    /// A profile removed the rule, or dropped the fragment that contains it.
    Removed,
    /// It lost to a rule on the same subject at another address.
    Lost,
    /// It is part of an unresolved conflict.
    InConflict,
}

impl Status {
    /// Every status with its name, in the order of the variants.
    pub(crate) const ALL: [(&str, Status); 8] = [
        ("as written", Status::AsWritten),
        ("reworded", Status::Reworded),
        ("strengthened", Status::Strengthened),
        ("weakened", Status::Weakened),
        ("reversed", Status::Reversed),
        ("removed", Status::Removed),
        ("lost", Status::Lost),
        ("in conflict", Status::InConflict),
    ];

    pub(crate) fn name(self) -> &'static str {
        Status::ALL[self as usize].0
    }
}

/// Why a persona changes or drops a rule.
#[derive(Debug, Clone)]
pub(crate) enum Because<'a> {
    /// A profile removed the rule.
    Removal(ProfileId, &'a Removal),
    /// A profile dropped the fragment that contains it.
    Drop(ProfileId, &'a Drop),
    /// A resolution at the address or on the subject.
    Resolution(Settled<'a>),
    /// The profile's `combine` setting.
    Combine,
    /// A rule on the same subject at another address; `None` if no such rule is left.
    Subject(String, Option<&'a Claim>),
    /// An unresolved conflict: its address and its kind.
    Open(String, ConflictKind),
}

impl Because<'_> {
    pub(crate) fn grounds(&self) -> Grounds<'_> {
        match self {
            Because::Removal(by, removal) => {
                Grounds::decision("removal", *by, removal.target.span, &removal.reason)
            }
            Because::Drop(by, drop) => Grounds::decision("drop", *by, drop.fragment.span, &drop.reason),
            Because::Resolution(settled) => Grounds::resolution(*settled),
            Because::Combine => Grounds::new("combine", None, None),
            Because::Subject(subject, winner) => {
                Grounds::new("subject", winner.map(|winner| (winner.source, winner.span)), Some(subject))
            }
            Because::Open(at, _) => Grounds::new("conflict", None, Some(at)),
        }
    }
}

/// The outcome of a rule in a persona.
pub(super) enum Outcome<'a> {
    /// The rule applies with this force; several entries if a resolution keeps more than one version.
    Applies(Vec<(Force, Origin<'a>)>),
    /// The rule does not apply, for the reason that the status gives.
    Gone(Status),
}

/// An output of a persona that `only` or `not` leaves a rule out of.
#[derive(Debug, Clone)]
pub(super) struct Lacking {
    pub target: &'static Target,
    pub model: Option<String>,
}

/// A rule that a source of a persona contains.
pub(super) struct PersonaRule<'a> {
    pub address: &'a str,
    pub outcome: Outcome<'a>,
    pub because: Option<Because<'a>>,
    /// If it applies: the outputs that lack it.
    pub lacking: Vec<Lacking>,
}

/// A composition, indexed for questions about many rules.
pub(super) struct Persona<'c, 'a> {
    library: &'a Library,
    composition: &'c Composition<'a>,
    /// The rules of the persona, by subject. Filled in only if some rule lost by its subject.
    subjects: BTreeMap<&'a str, Vec<&'a Claim>>,
    /// The kinds of the unresolved conflicts, by address. Tensions are warnings and do not count.
    open: BTreeMap<&'c str, ConflictKind>,
    /// The outputs of each rule that not all outputs have.
    limits: BTreeMap<&'a str, TargetSet>,
}

impl<'c, 'a> Persona<'c, 'a> {
    pub(super) fn new(library: &'a Library, composition: &'c Composition<'a>) -> Self {
        let mut subjects: BTreeMap<&'a str, Vec<&'a Claim>> = BTreeMap::new();
        // Only rules that lost by their subject need this index.
        if composition.decisions.values().any(|decision| decision.subject.is_some()) {
            for claim in composition.decisions.values().flat_map(Decision::emitted) {
                if let Some(subject) = claim.subject() {
                    subjects.entry(subject).or_default().push(claim);
                }
            }
        }
        let open = composition.conflicts.iter().filter(|conflict| !conflict.is_tension());
        let open = open.map(|conflict| (conflict.at.as_str(), conflict.kind)).collect();
        let mut limits: BTreeMap<&'a str, TargetSet> = BTreeMap::new();
        composition.persona.visit(|_, element| match element {
            Element::Block(block) if block.part.force().is_some() && !block.targets.is_all() => {
                // A resolution may keep several versions.
                let outputs = limits.entry(block.address.as_str()).or_insert_with(TargetSet::none);
                *outputs = outputs.or(&block.targets);
            }
            _ => {}
        });
        Persona { library, composition, subjects, open, limits }
    }

    /// Returns each rule that a source of the persona contains.
    pub(super) fn rules(&self) -> Vec<PersonaRule<'a>> {
        let mut rules = Vec::new();
        for (address, decision) in &self.composition.decisions {
            if decision.claims.iter().any(|claim| claim.force().is_some()) {
                let outcome = outcome(decision);
                let because = self.because(address, decision, &outcome);
                let lacking = self.lacking(address);
                // A rule for other programs is none of this persona.
                if !self.is_nowhere(&lacking) || decision.claims.iter().any(|claim| self.may_have(claim)) {
                    rules.push(PersonaRule { address, outcome, because, lacking });
                }
            }
        }
        rules.extend(self.dropped());
        rules
    }

    /// Whether all outputs of the persona lack a rule.
    fn is_nowhere(&self, lacking: &[Lacking]) -> bool {
        !lacking.is_empty() && lacking.len() == self.composition.persona.targets.len()
    }

    /// Whether a claim alone would be in an output of the persona.
    fn may_have(&self, claim: &Claim) -> bool {
        !self.composition.persona.reach(&claim.targets).is_empty()
    }

    fn lacking(&self, address: &str) -> Vec<Lacking> {
        let Some(limit) = self.limits.get(address) else { return Vec::new() };
        let persona = &self.composition.persona;
        let outputs = persona.targets.iter().map(|settings| (settings.target, persona.model(settings)));
        let lacking = outputs.filter(|(target, model)| !limit.has(target, *model));
        lacking.map(|(target, model)| Lacking { target, model: model.map(str::to_owned) }).collect()
    }

    /// The rules that disappeared with a dropped fragment and that no other source contains.
    fn dropped(&self) -> Vec<PersonaRule<'a>> {
        let mut gone: BTreeMap<&'a str, Because<'a>> = BTreeMap::new();
        for (fragment, profile) in &self.composition.selection.dropped {
            let fragment = &self.library.fragments[*fragment];
            let drops = &self.library.profiles[*profile].drops;
            let Some(drop) = drops.iter().find(|drop| drop.fragment.value == fragment.id) else { continue };
            if !self.is_used(&fragment.id) {
                continue;
            }
            for claim in fragment.claims.iter().filter(|claim| claim.force().is_some()) {
                let address = claim.address.as_str();
                if !self.composition.decisions.contains_key(address) {
                    gone.entry(address).or_insert(Because::Drop(*profile, drop));
                }
            }
        }
        let gone = gone.into_iter().map(|(address, because)| PersonaRule {
            address,
            outcome: Outcome::Gone(Status::Removed),
            because: Some(because),
            lacking: Vec::new(),
        });
        gone.collect()
    }

    /// Whether a profile of the persona uses a fragment, dropped or not.
    fn is_used(&self, fragment: &str) -> bool {
        self.composition.selection.sources.iter().any(|source| match source {
            Source::Profile(profile) => {
                self.library.profiles[*profile].uses.iter().any(|used| used.value == fragment)
            }
            Source::Fragment(_) => false,
        })
    }

    fn because(&self, address: &str, decision: &Decision<'a>, outcome: &Outcome<'a>) -> Option<Because<'a>> {
        match outcome {
            Outcome::Gone(Status::InConflict) => self.open(address, decision),
            Outcome::Gone(Status::Removed) => {
                let (profile, removal) = decision.removal().or(decision.removals.first().copied())?;
                Some(Because::Removal(profile, removal))
            }
            Outcome::Gone(_) => self.lost_by_subject(decision),
            Outcome::Applies(_) => {
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

    /// The reason why a rule lost by its subject: the resolution, or the rule that won.
    fn lost_by_subject(&self, decision: &Decision<'a>) -> Option<Because<'a>> {
        let subject = decision.subject.as_ref()?;
        if let Some(settled) = self.composition.settlement(&Address::Subject(subject).to_string()) {
            return Some(Because::Resolution(settled));
        }
        let winner = self.subjects.get(subject.as_str()).and_then(|rules| rules.first().copied());
        Some(Because::Subject(subject.clone(), winner))
    }
}

fn outcome<'a>(decision: &Decision<'a>) -> Outcome<'a> {
    if decision.is_in_conflict() {
        return Outcome::Gone(Status::InConflict);
    }
    let rules = decision.applied_rules();
    match rules.is_empty() {
        false => Outcome::Applies(rules),
        true if decision.subject.is_none() && decision.in_state(State::Removed).next().is_some() => {
            Outcome::Gone(Status::Removed)
        }
        true => Outcome::Gone(Status::Lost),
    }
}
