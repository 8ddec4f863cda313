//! Combines the lists of tools: the allowed tools minus the denied ones.

use std::collections::BTreeSet;

use super::decision::{
    Cause, Conflict, ConflictKind, Decision, Decisions, Disagreement, Problem, Settled, State, sides,
};
use super::resolve::Running;
use super::settle::{Resolutions, taken as taken_side};
use crate::compose::lineage::Lineages;
use crate::compose::origin::Origin;
use crate::model::address::{ALLOW, DENY};
use crate::model::{Choice, Claim, Content, Datum, Library, Source, Text, is_tool_name};

/// Returns the text that replaces the tools while one of the lists is in conflict.
pub(crate) fn marker(conflict: &Conflict<'_>) -> Option<&'static str> {
    match conflict.at.as_str() {
        ALLOW => Some("\u{27e6}conflict: tools.allow\u{27e7}"),
        DENY => Some("\u{27e6}conflict: tools.deny\u{27e7}"),
        _ => None,
    }
}

/// The tools of a persona.
#[derive(Debug, Default)]
pub(crate) struct Tools<'a> {
    /// The allowed tools; `None` for all.
    pub(crate) allow: Option<Vec<&'a str>>,
    /// The denied tools.
    pub(crate) deny: Vec<&'a str>,
    /// The origins of both lists: the highest claim, or the resolution that sets the list.
    pub(crate) allow_origin: Option<Origin<'a>>,
    pub(crate) deny_origin: Option<Origin<'a>>,
    /// The conflict about a tool that a layer allows and a lower one denies, settled or not.
    pub(crate) conflict: Option<Conflict<'a>>,
    /// Whether every allowed tool is also denied.
    pub(crate) is_empty: bool,
}

/// Returns the tools that a claim allows.
fn allowed(claim: &Claim) -> BTreeSet<&str> {
    match &claim.content {
        Content::Allow(names) => names.iter().map(Text::as_str).collect(),
        _ => BTreeSet::new(),
    }
}

/// Returns the tools in a conflict that a list allows but a list below it does not allow, or denies.
pub(crate) fn widened<'a>(lineages: &Lineages, conflict: &Conflict<'a>) -> BTreeSet<&'a str> {
    let claims = || conflict.sides.iter().flat_map(|side| side.claims.iter().copied());
    let allows: Vec<&Claim> = claims().filter(|claim| matches!(claim.content, Content::Allow(_))).collect();
    let mut tools = BTreeSet::new();
    for upper in &allows {
        for lower in claims().filter(|lower| widens(lineages, upper, lower, &allows)) {
            tools.extend(exceeding(upper, lower));
        }
    }
    tools
}

/// Returns the tools that `upper` allows and `lower` does not allow, or denies.
fn exceeding<'a>(upper: &'a Claim, lower: &Claim) -> impl Iterator<Item = &'a str> {
    let is_deny = matches!(lower.content, Content::Deny(_));
    let listed: BTreeSet<String> = names(lower).iter().map(|name| name.value.clone()).collect();
    allowed(upper).into_iter().filter(move |name| listed.contains(*name) == is_deny)
}

/// Returns whether the list `upper` widens the list `lower` in a layer below it, by allowing a tool that
/// `lower` does not allow, or denies. Not if `upper` only narrows a list of `allows` in a layer between them:
/// then that layer widens.
pub(crate) fn widens(lineages: &Lineages, upper: &Claim, lower: &Claim, allows: &[&Claim]) -> bool {
    if !lineages.is_above(upper.source, lower.source) {
        return false;
    }
    let upper_list = allowed(upper);
    exceeding(upper, lower).next().is_some()
        && !allows.iter().any(|middle| {
            lineages.is_above(upper.source, middle.source)
                && lineages.is_above(middle.source, lower.source)
                && upper_list.is_subset(&allowed(middle))
        })
}

impl Running<'_, '_> {
    /// Decides `tools.allow`: each layer may narrow the layers below it but not widen them.
    pub(crate) fn intersect(&mut self) -> Option<Disagreement> {
        let open = self.open();
        let allows: Vec<&Claim> = open.iter().map(|index| self.claim(*index)).collect();
        let mut sides = BTreeSet::new();
        for (upper, claim) in open.iter().zip(&allows) {
            for (lower, other) in open.iter().zip(&allows) {
                if widens(self.contest.lineages, claim, other, &allows) {
                    sides.extend([*upper, *lower]);
                }
            }
        }
        if !sides.is_empty() {
            for index in open.iter().filter(|index| !sides.contains(index)) {
                self.set(*index, State::Emitted, Cause::Uncontested);
            }
            return Some(Disagreement::new(ConflictKind::Widening, sides));
        }
        if !allows.is_empty() && intersection(&allows).is_none_or(|common| common.is_empty()) {
            return Some(Disagreement::new(ConflictKind::NoTools, open));
        }
        self.unite()
    }
}

/// Combines both lists. Tools are listed as in the highest layer, or as in the first source by name among
/// peers, so the order of `use` has no influence.
pub(crate) fn combine<'a>(
    library: &'a Library,
    lineages: &Lineages,
    resolutions: &Resolutions<'_, 'a>,
    decisions: &Decisions<'a>,
) -> Tools<'a> {
    let mut tools = Tools::default();
    let allows = claims(library, lineages, decisions.get(ALLOW));
    let mut denies = claims(library, lineages, decisions.get(DENY));
    let mut set: Option<Vec<&'a str>> = None;
    let mut taken: Option<Source> = None;
    let denied_below = |allow: &&Claim| {
        let widened: Vec<&Claim> =
            denies.iter().copied().filter(|deny| widens(lineages, allow, deny, &allows)).collect();
        (!widened.is_empty()).then_some(widened)
    };
    let widening: Vec<(&Claim, Vec<&Claim>)> =
        allows.iter().filter_map(|allow| Some((*allow, denied_below(allow)?))).collect();
    if !widening.is_empty() {
        let parties = widening.iter().flat_map(|(allow, denies)| denies.iter().copied().chain([*allow]));
        let parties: BTreeSet<_> = parties.map(|claim| (claim.source, claim.key)).collect();
        let party = |claim: &&&Claim| parties.contains(&(claim.source, claim.key));
        let all: Vec<&Claim> = allows.iter().chain(&denies).filter(party).copied().collect();
        let sides = sides(library, all, []);
        tools.conflict =
            Some(resolutions.settle(DENY, ConflictKind::Widening, sides, |resolution, sides| {
                match &resolution.choice {
                    // The side that is taken decides about the tools that it allows; the tools that it denies
                    // stay denied.
                    Choice::Take(name) => {
                        let side = taken_side(resolution, &name.value, sides).ok_or(Problem::NotASide)?;
                        taken = Some(side.source);
                    }
                    Choice::Set(list) => set = Some(listed(&list.value)?),
                    Choice::KeepBoth(_) => return Err(Problem::KeepsOneValue),
                }
                Ok(())
            }));
    }
    match tools.conflict.as_ref().and_then(Conflict::settled) {
        None => set = None,
        Some(_) => {
            let is_left = |deny: &&Claim| {
                taken.is_none_or(|taken| deny.source == taken || !lineages.is_above(taken, deny.source))
            };
            denies.retain(is_left);
        }
    }
    let set_by = |settled: &Settled<'a>| Origin::Resolution(settled.profile, settled.resolution);
    let sets = |settled: &Settled<'a>| matches!(settled.resolution.choice, Choice::Set(_));
    let first = |claims: &[&'a Claim]| claims.first().map(|claim| Origin::Claim(claim));
    let allow_set = decisions.get(ALLOW).and_then(|decision| decision.resolution).filter(sets);
    tools.allow_origin = allow_set.as_ref().map(set_by).or_else(|| first(&allows));
    let deny_set = tools.conflict.as_ref().and_then(Conflict::settled).filter(sets);
    tools.deny_origin = deny_set.as_ref().map(set_by).or_else(|| first(&denies));
    let mut denied = BTreeSet::new();
    let all = || denies.iter().flat_map(|claim| names(claim)).map(Text::as_str);
    tools.deny = set.unwrap_or_else(|| all().collect());
    tools.deny.retain(|name| denied.insert(*name));
    tools.allow = set_by_resolution(decisions).or_else(|| intersection(&allows));
    if let Some(allow) = &mut tools.allow {
        allow.retain(|name| !denied.contains(name));
        tools.is_empty = allow.is_empty() && !decisions.get(ALLOW).is_some_and(|decision| decision.is_open);
        tools.is_empty &= tools.conflict.as_ref().is_none_or(|conflict| conflict.settled().is_some());
    }
    tools
}

/// Returns the emitted claims, the highest layer first, then by source.
fn claims<'a>(library: &'a Library, lineages: &Lineages, decision: Option<&Decision<'a>>) -> Vec<&'a Claim> {
    let mut claims: Vec<_> =
        decision.into_iter().flat_map(|decision| decision.in_state(State::Emitted)).collect();
    claims.sort_by_cached_key(|claim| library.source_name(claim.source));
    // Layers are only partially ordered, so `sort` cannot be used. The lists are short.
    let mut layered: Vec<&Claim> = Vec::new();
    for claim in claims {
        let below = layered.iter().position(|other| lineages.is_above(claim.source, other.source));
        layered.insert(below.unwrap_or(layered.len()), claim);
    }
    layered
}

fn names(claim: &Claim) -> &[Text] {
    match &claim.content {
        Content::Allow(names) | Content::Deny(names) => names,
        _ => &[],
    }
}

/// Returns the tools that a `set` lists.
fn listed<'a>(value: &'a Datum) -> Result<Vec<&'a str>, Problem<'a>> {
    let names = match value {
        Datum::List(items) => items.iter().map(Datum::as_str).collect::<Option<Vec<_>>>(),
        _ => None,
    };
    let names = names.filter(|names| names.iter().all(|name| is_tool_name(name)));
    let expected = || Problem::WrongValue("a list of strings that is not empty".to_owned());
    names.filter(|names| !names.is_empty()).ok_or_else(expected)
}

fn intersection<'a>(allows: &[&'a Claim]) -> Option<Vec<&'a str>> {
    let (first, rest) = allows.split_first()?;
    let in_all = |name: &&str| rest.iter().all(|claim| allowed(claim).contains(name));
    Some(names(first).iter().map(Text::as_str).filter(in_all).collect())
}

fn set_by_resolution<'a>(decisions: &Decisions<'a>) -> Option<Vec<&'a str>> {
    let settled = decisions.get(ALLOW)?.resolution?;
    match &settled.resolution.choice {
        Choice::Set(set) => match &set.value {
            Datum::List(items) => Some(items.iter().filter_map(Datum::as_str).collect()),
            _ => None,
        },
        _ => None,
    }
}
