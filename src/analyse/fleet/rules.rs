//! The status of every rule in every persona.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::baseline::{Wording, Wordings, index_of};
use super::status::{Because, Outcome, Persona, Status};
use crate::compose::force::strength;
use crate::compose::{Composition, Origin};
use crate::model::{Claim, Force, Library};

/// A rule, identified by its address.
#[derive(Debug, Clone)]
pub(crate) struct Rule<'a> {
    pub address: &'a str,
    /// The claims that define it: fragments first, then profiles, each by id.
    pub definitions: Vec<&'a Claim>,
    /// Its wordings. The first is the baseline.
    pub wordings: Vec<Wording<'a>>,
    /// Its status in each persona that has or lost it, in the order of the personas.
    pub holdings: Vec<Holding<'a>>,
}

impl<'a> Rule<'a> {
    /// The wording that personas are compared with.
    pub(crate) fn baseline(&self) -> &Wording<'a> {
        &self.wordings[0]
    }

    /// Returns whether some persona changes or drops the rule.
    pub(crate) fn drifts(&self) -> bool {
        self.holdings.iter().any(|holding| holding.status != Status::AsWritten)
    }
}

/// A rule in one persona.
#[derive(Debug, Clone)]
pub(crate) struct Holding<'a> {
    /// The index of the persona.
    pub persona: usize,
    /// How the persona's version compares with the baseline.
    pub status: Status,
    /// The index of the wording that applies, if any.
    pub wording: Option<usize>,
    /// The origin of that wording.
    pub origin: Option<Origin<'a>>,
    /// The reason for the status, or for an unchanged rule the decision between sources that disagreed.
    pub because: Option<Because<'a>>,
}

/// The outcome of one rule in one persona.
struct PersonaOutcome<'a> {
    persona: usize,
    outcome: Outcome<'a>,
    because: Option<Because<'a>>,
}

/// Returns every rule of the library by address, with its status in these personas. A persona that does not
/// compose is `None` and has no entries.
pub(crate) fn rules<'a>(library: &'a Library, personas: &[Option<&Composition<'a>>]) -> Vec<Rule<'a>> {
    let seen = personas.par_iter().map(|composition| seen(library, *composition));
    rules_seen(library, seen.collect())
}

/// The rules of a persona, with their outcomes.
pub(crate) struct Seen<'a>(Vec<(&'a str, Outcome<'a>, Option<Because<'a>>)>);

/// Returns the outcome of each rule in a persona; empty if it does not compose.
pub(crate) fn seen<'a>(library: &'a Library, composition: Option<&Composition<'a>>) -> Seen<'a> {
    Seen(composition.map_or_else(Vec::new, |composition| Persona::new(library, composition).rules()))
}

/// As [`rules`], of personas that need not be kept.
pub(crate) fn rules_seen<'a>(library: &'a Library, seen: Vec<Seen<'a>>) -> Vec<Rule<'a>> {
    let mut definitions: BTreeMap<&'a str, Vec<&'a Claim>> = BTreeMap::new();
    for claim in library.claims().filter(|claim| claim.force().is_some()) {
        definitions.entry(claim.address.as_str()).or_default().push(claim);
    }
    let mut outcomes: BTreeMap<&'a str, Vec<PersonaOutcome<'a>>> = BTreeMap::new();
    for (persona, Seen(rules)) in seen.into_iter().enumerate() {
        for (address, outcome, because) in rules {
            outcomes.entry(address).or_default().push(PersonaOutcome { persona, outcome, because });
        }
    }
    let rule = |(address, definitions): (&'a str, Vec<&'a Claim>)| {
        let seen = outcomes.remove(address).unwrap_or_default();
        rule(address, definitions, seen)
    };
    definitions.into_iter().map(rule).collect()
}

fn rule<'a>(address: &'a str, definitions: Vec<&'a Claim>, seen: Vec<PersonaOutcome<'a>>) -> Rule<'a> {
    let mut wordings = Wordings::defined(&definitions);
    for (force, origin) in seen.iter().flat_map(|seen| applied_rules(&seen.outcome)) {
        wordings.count(*force, *origin);
    }
    let wordings = wordings.ranked();
    let holdings = seen.into_iter().map(|seen| holding(&wordings, seen)).collect();
    Rule { address, definitions, wordings, holdings }
}

fn applied_rules<'o, 'a>(outcome: &'o Outcome<'a>) -> &'o [(Force, Origin<'a>)] {
    match outcome {
        Outcome::Applies(rules) => rules,
        Outcome::Gone(_) => &[],
    }
}

fn holding<'a>(wordings: &[Wording<'a>], seen: PersonaOutcome<'a>) -> Holding<'a> {
    let PersonaOutcome { persona, outcome, because } = seen;
    // Where a resolution keeps several versions, the one closest to the baseline counts, whatever their order.
    let distance = |at: Option<usize>| {
        let (baseline, here) = wordings.first().zip(at.and_then(|at| wordings.get(at)))?;
        let apart = strength(baseline.force).abs_diff(strength(here.force));
        Some((apart, here.force, here.words.whole_text()))
    };
    let compared = applied_rules(&outcome).iter().map(|(force, origin)| {
        let wording = index_of(wordings, *force, *origin);
        (compare(wordings, wording), wording, *origin)
    });
    match (compared.min_by_key(|(status, wording, _)| (*status, distance(*wording))), outcome) {
        (Some((status, wording, origin)), _) => {
            Holding { persona, status, wording, origin: Some(origin), because }
        }
        (None, Outcome::Gone(status)) => Holding { persona, status, wording: None, origin: None, because },
        (None, Outcome::Applies(_)) => {
            Holding { persona, status: Status::Lost, wording: None, origin: None, because }
        }
    }
}

/// Compares a wording with the baseline.
fn compare(wordings: &[Wording<'_>], wording: Option<usize>) -> Status {
    let (Some(baseline), Some(here)) = (wordings.first(), wording.and_then(|at| wordings.get(at))) else {
        return Status::AsWritten;
    };
    if baseline.force.is_prohibition() != here.force.is_prohibition() {
        return Status::Reversed;
    }
    match strength(here.force).cmp(&strength(baseline.force)) {
        std::cmp::Ordering::Greater => Status::Strengthened,
        std::cmp::Ordering::Less => Status::Weakened,
        std::cmp::Ordering::Equal if baseline.words == here.words => Status::AsWritten,
        std::cmp::Ordering::Equal => Status::Reworded,
    }
}
