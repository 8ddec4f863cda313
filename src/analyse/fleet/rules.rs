//! The status of every rule in every persona.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::baseline::{Wording, Wordings, index_of};
use super::status::{Because, Outcome, Persona, PersonaRule, Status};
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
    /// The targets of the persona's outputs that `only` or `not` leaves it out of.
    pub left_out: Vec<&'static str>,
    /// The reason for the status, or for an unchanged rule the decision between sources that disagreed.
    pub because: Option<Because<'a>>,
}

/// Returns every rule of the library by address, with its status in these personas. A persona that does not
/// compose is `None` and has no entries.
pub(crate) fn rules<'a>(library: &'a Library, personas: &[Option<&Composition<'a>>]) -> Vec<Rule<'a>> {
    let seen = personas.par_iter().map(|composition| seen(library, *composition));
    rules_seen(library, seen.collect())
}

/// The rules of a persona, with their outcomes.
pub(crate) struct Seen<'a>(Vec<PersonaRule<'a>>);

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
    // With the index of each persona.
    let mut by_address: BTreeMap<&'a str, Vec<(usize, PersonaRule<'a>)>> = BTreeMap::new();
    for (persona, Seen(rules)) in seen.into_iter().enumerate() {
        for rule in rules {
            by_address.entry(rule.address).or_default().push((persona, rule));
        }
    }
    let rule = |(address, definitions): (&'a str, Vec<&'a Claim>)| {
        let seen = by_address.remove(address).unwrap_or_default();
        rule(address, definitions, seen)
    };
    definitions.into_iter().map(rule).collect()
}

fn rule<'a>(address: &'a str, definitions: Vec<&'a Claim>, seen: Vec<(usize, PersonaRule<'a>)>) -> Rule<'a> {
    let mut wordings = Wordings::defined(&definitions);
    for (force, origin) in seen.iter().flat_map(|(_, seen)| applied_rules(&seen.outcome)) {
        wordings.count(*force, *origin);
    }
    let wordings = wordings.ranked();
    let holdings = seen.into_iter().map(|(persona, seen)| holding(&wordings, persona, seen)).collect();
    Rule { address, definitions, wordings, holdings }
}

fn applied_rules<'o, 'a>(outcome: &'o Outcome<'a>) -> &'o [(Force, Origin<'a>)] {
    match outcome {
        Outcome::Applies(rules) => rules,
        Outcome::Gone(_) => &[],
    }
}

fn holding<'a>(wordings: &[Wording<'a>], persona: usize, seen: PersonaRule<'a>) -> Holding<'a> {
    let PersonaRule { outcome, because, lacking, .. } = seen;
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
    let closest = compared.min_by_key(|(status, wording, _)| (*status, distance(*wording)));
    let (status, wording, origin) = match (closest, outcome) {
        (Some((status, wording, origin)), _) => (status, wording, Some(origin)),
        (None, Outcome::Gone(status)) => (status, None, None),
        (None, Outcome::Applies(_)) => (Status::Lost, None, None),
    };
    // An output that has the rule as it is written, and not here, is a loss whatever the words.
    let written = wordings.first().and_then(|baseline| baseline.origin.claim()).map(|claim| &claim.targets);
    let is_limited = lacking
        .iter()
        .any(|output| written.is_none_or(|written| written.has(output.target, output.model.as_deref())));
    let status = if is_limited { status.max(Status::Weakened) } else { status };
    let left_out = lacking.iter().map(|output| output.target.name).collect();
    Holding { persona, status, wording, origin, left_out, because }
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
