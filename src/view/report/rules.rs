//! The rules of the fleet and the personas that carry them, for the matrix.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Member;
use super::tables::Tables;
use crate::compose::{Decision, Origin};
use crate::model::{Choice, Force, fold};

/// A rule: one address.
#[derive(Debug, Serialize)]
pub(super) struct Rule {
    at: usize,
    /// The wordings, the most common one first: the force, and what says it so.
    wordings: Vec<(&'static str, usize)>,
    /// The personas that carry it, each with the index of its wording.
    personas: Vec<(usize, usize)>,
}

/// One rule in one persona.
struct Use<'a> {
    persona: usize,
    force: Force,
    origin: Origin<'a>,
}

/// The rules that stand in any persona, by address.
pub(super) fn rules<'a>(tables: &mut Tables<'a>, members: &[Member<'a>]) -> Vec<Rule> {
    let mut uses: BTreeMap<&'a str, Vec<Use<'a>>> = BTreeMap::new();
    for (persona, member) in members.iter().enumerate() {
        let decisions = member.composition.iter().flat_map(|composition| &composition.decisions);
        for (address, decision) in decisions {
            if let Some((force, origin)) = standing(decision) {
                uses.entry(address).or_default().push(Use { persona, force, origin });
            }
        }
    }
    uses.into_iter().map(|(address, uses)| rule(tables, address, &uses)).collect()
}

/// The force and origin of the rule that stands at an address, if one does.
fn standing<'a>(decision: &Decision<'a>) -> Option<(Force, Origin<'a>)> {
    if let Some(settled) = decision.resolution
        && settled.sets()
    {
        return Some((decision.set_force()?, Origin::Resolution(settled.profile, settled.resolution)));
    }
    let claim = decision.emitted().find(|claim| claim.force().is_some())?;
    Some((claim.force()?, Origin::Claim(claim)))
}

fn rule<'a>(tables: &mut Tables<'a>, address: &'a str, uses: &[Use<'a>]) -> Rule {
    let wording = |at: &Use<'a>| {
        let text = match at.origin {
            Origin::Claim(claim) => claim.block().map_or("", |block| block.text.value.as_str()),
            Origin::Resolution(_, resolution) => match &resolution.choice {
                Choice::Set(value) => value.value.as_str().unwrap_or_default(),
                Choice::Take(_) | Choice::KeepBoth(_) => "",
            },
        };
        (fold(text).into_owned(), at.force)
    };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut wordings: BTreeMap<(String, Force), Origin<'a>> = BTreeMap::new();
    for at in uses {
        let (text, force) = wording(at);
        *counts.entry(text.clone()).or_default() += 1;
        wordings.entry((text, force)).or_insert(at.origin);
    }
    let mut ranked: Vec<((String, Force), Origin<'a>)> = wordings.into_iter().collect();
    ranked.sort_by_key(|((text, force), _)| (std::cmp::Reverse(counts[text]), text.clone(), *force));
    let place = |at: &Use<'a>| {
        let key = wording(at);
        ranked.iter().position(|(known, _)| *known == key).unwrap_or_default()
    };
    Rule {
        at: tables.address(address),
        personas: uses.iter().map(|at| (at.persona, place(at))).collect(),
        wordings: ranked.iter().map(|((_, force), origin)| (force.name(), tables.said(*origin))).collect(),
    }
}
