//! Every rule of the fleet, and what became of it in each persona.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::baseline::{Wording, Wordings, index_of};
use super::standing::{Because, Outcome, Persona, Standing};
use crate::compose::force::strength;
use crate::compose::{Composition, Origin};
use crate::model::{Claim, Force, Library};

/// A rule: one address.
#[derive(Debug, Clone)]
pub(crate) struct Rule<'a> {
    /// The address.
    pub address: &'a str,
    /// The claims that define it, those of fragments first; each by id.
    pub definitions: Vec<&'a Claim>,
    /// The ways in which it is said. The first is the rule as it is written.
    pub wordings: Vec<Wording<'a>>,
    /// What became of it in the personas that have it or had it, in their order.
    pub holdings: Vec<Holding<'a>>,
}

impl<'a> Rule<'a> {
    /// The rule as it is written.
    pub(crate) fn norm(&self) -> &Wording<'a> {
        &self.wordings[0]
    }

    /// Whether some persona changes or drops it.
    pub(crate) fn drifts(&self) -> bool {
        self.holdings.iter().any(|holding| holding.standing != Standing::AsWritten)
    }
}

/// A rule in one persona.
#[derive(Debug, Clone)]
pub(crate) struct Holding<'a> {
    /// The persona, by its place among those that were asked about.
    pub persona: usize,
    /// How it has the rule.
    pub standing: Standing,
    /// The wording that the persona has, if any.
    pub wording: Option<usize>,
    /// Its origin there, if the persona has it.
    pub origin: Option<Origin<'a>>,
    /// Why it is not as it is written, or why it is although sources disagree.
    pub because: Option<Because<'a>>,
}

/// What became of one rule in one persona.
struct Seen<'a> {
    persona: usize,
    outcome: Outcome<'a>,
    because: Option<Because<'a>>,
}

/// The rules that any source of the library states, by address, and what became of them in these personas;
/// a persona that could not be composed has none.
pub(crate) fn rules<'a>(library: &'a Library, personas: &[Option<&Composition<'a>>]) -> Vec<Rule<'a>> {
    let mut definitions: BTreeMap<&'a str, Vec<&'a Claim>> = BTreeMap::new();
    let fragments = library.fragments.values().flat_map(|fragment| &fragment.claims);
    let profiles = library.profiles.values().flat_map(|profile| &profile.claims);
    for claim in fragments.chain(profiles).filter(|claim| claim.force().is_some()) {
        definitions.entry(claim.address.as_str()).or_default().push(claim);
    }
    let seen: Vec<_> = personas
        .par_iter()
        .map(|composition| {
            composition.map_or_else(Vec::new, |composition| Persona::new(library, composition).rules())
        })
        .collect();
    let mut outcomes: BTreeMap<&'a str, Vec<Seen<'a>>> = BTreeMap::new();
    for (persona, rules) in seen.into_iter().enumerate() {
        for (address, outcome, because) in rules {
            outcomes.entry(address).or_default().push(Seen { persona, outcome, because });
        }
    }
    let rule = |(address, definitions): (&'a str, Vec<&'a Claim>)| {
        let seen = outcomes.remove(address).unwrap_or_default();
        rule(address, definitions, seen)
    };
    definitions.into_iter().map(rule).collect()
}

fn rule<'a>(address: &'a str, definitions: Vec<&'a Claim>, seen: Vec<Seen<'a>>) -> Rule<'a> {
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
        Outcome::Stands(rules) => rules,
        Outcome::Gone(_) => &[],
    }
}

fn holding<'a>(wordings: &[Wording<'a>], seen: Seen<'a>) -> Holding<'a> {
    let Seen { persona, outcome, because } = seen;
    // Where a resolution keeps several, the persona has the one that is nearest to what is written.
    let compared = applied_rules(&outcome).iter().map(|(force, origin)| {
        let wording = index_of(wordings, *force, *origin);
        (compare(wordings, wording), wording, *origin)
    });
    match (compared.min_by_key(|(standing, ..)| *standing), outcome) {
        (Some((standing, wording, origin)), _) => {
            Holding { persona, standing, wording, origin: Some(origin), because }
        }
        (None, Outcome::Gone(standing)) => {
            Holding { persona, standing, wording: None, origin: None, because }
        }
        (None, Outcome::Stands(_)) => {
            Holding { persona, standing: Standing::Lost, wording: None, origin: None, because }
        }
    }
}

/// How a wording differs from the rule as it is written.
fn compare(wordings: &[Wording<'_>], wording: Option<usize>) -> Standing {
    let (Some(norm), Some(here)) = (wordings.first(), wording.and_then(|at| wordings.get(at))) else {
        return Standing::AsWritten;
    };
    let prohibits = |force: Force| matches!(force, Force::Never | Force::Avoid);
    if prohibits(norm.force) != prohibits(here.force) {
        return Standing::Reversed;
    }
    match strength(here.force).cmp(&strength(norm.force)) {
        std::cmp::Ordering::Greater => Standing::Strengthened,
        std::cmp::Ordering::Less => Standing::Weakened,
        std::cmp::Ordering::Equal if norm.words == here.words => Standing::AsWritten,
        std::cmp::Ordering::Equal => Standing::Reworded,
    }
}
