//! Collecting: all claims and removals of a persona, by address. A union; nothing is decided here.

use std::collections::BTreeMap;
use std::ops::Range;

use super::lineage::Lineages;
use super::merge::Contest;
use super::merge::Resolutions;
use super::merge::{Cause, Conflict, ConflictKind, ConflictState, Decision, Decisions, State, sides};
use super::selection::Selection;
use crate::model::grammar;
use crate::model::{
    Address, AddressId, Choice, Claim, Combine, Content, Diagnostic, Library, NAME, PATH, ProfileId, Removal,
    Source, Suggestions, address, codes,
};

/// The claims of a persona.
pub(super) struct Collected<'a> {
    /// The addresses in order of their first claim.
    pub(super) addresses: Vec<Run<'a>>,
    /// The claims, grouped by address and in display order within each group.
    claims: Vec<&'a Claim>,
    /// The position of each claim in the display order of all claims.
    places: Vec<u32>,
    /// The removals that match each address, with their profiles.
    pub(super) removals: BTreeMap<&'a str, Vec<(ProfileId, &'a Removal)>>,
    /// Findings about removals of the profile itself that match nothing or are not allowed.
    pub(super) findings: Vec<Diagnostic>,
}

pub(super) struct Run<'a> {
    pub(super) address: &'a str,
    claims: Range<usize>,
}

impl<'a> Collected<'a> {
    /// The claims of a run, in display order.
    pub(super) fn claims(&self, run: &Run<'a>) -> &[&'a Claim] {
        &self.claims[run.claims.clone()]
    }

    pub(super) fn at(&self, address: &str) -> Option<&[&'a Claim]> {
        self.addresses.iter().find(|run| run.address == address).map(|run| self.claims(run))
    }
}

/// Collects the claims of all sources in display order.
pub(super) fn collect<'a>(
    library: &'a Library,
    lineages: &Lineages,
    root: ProfileId,
    order: &[ProfileId],
    selection: &Selection,
) -> Collected<'a> {
    let mut gathered: Vec<(AddressId, u32, &'a Claim)> = Vec::new();
    for source in &selection.sources {
        for claim in library.claims_of(*source) {
            let is_parent = matches!(source, Source::Profile(index) if *index != root);
            if is_parent && is_private(claim) {
                continue;
            }
            gathered.push((claim.number, gathered.len() as u32, claim));
        }
    }
    gathered.sort_unstable_by_key(|(address, place, _)| (*address, *place));
    let mut addresses = Vec::new();
    let mut start = 0;
    for claims in gathered.chunk_by(|one, other| one.0 == other.0) {
        addresses.push(Run { address: claims[0].2.address.as_str(), claims: start..start + claims.len() });
        start += claims.len();
    }
    addresses.sort_unstable_by_key(|run| gathered[run.claims.start].1);
    let mut collected = Collected {
        addresses,
        claims: gathered.iter().map(|(.., claim)| *claim).collect(),
        places: gathered.iter().map(|(_, place, _)| *place).collect(),
        removals: BTreeMap::new(),
        findings: Vec::new(),
    };
    let mut sorted: Vec<&'a str> = Vec::new();
    let suggestions = Suggestions::default();
    for profile in order {
        for removal in &library.profiles[*profile].removals {
            if sorted.is_empty() {
                sorted = collected.addresses.iter().map(|run| run.address).collect();
                sorted.sort_unstable();
            }
            let target = removal.target.value.as_str();
            if matches!(target, address::ALLOW | address::DENY) || target == grammar::Profile::Tools.name() {
                if *profile == root {
                    collected.findings.push(widening(removal));
                }
                continue;
            }
            let mut matched = false;
            for address in at_or_in(&sorted, target) {
                let remover = Source::Profile(*profile);
                matched |= collected
                    .at(address)
                    .into_iter()
                    .flatten()
                    .any(|claim| lineages.is_above(remover, claim.source));
                collected.removals.entry(address).or_default().push((*profile, removal));
            }
            // A removal of a parent that no longer matches is reported when the parent is checked.
            if !matched && *profile == root {
                collected.findings.push(unmatched(library, root, removal, &sorted, &suggestions));
            }
        }
    }
    collected
}

/// Returns whether a claim identifies one persona and is not inherited: its names, or the path of its output.
fn is_private(claim: &Claim) -> bool {
    let address = &claim.address;
    matches!(address.parsed(), Address::NAME | Address::TargetKey { key: PATH | NAME, .. })
}

/// The addresses in `sorted` that equal `target` or are in the section or group `target`.
fn at_or_in<'a>(sorted: &[&'a str], target: &str) -> Vec<&'a str> {
    let exact = sorted.binary_search(&target).ok().map(|at| sorted[at]);
    let prefix = address::prefix(target);
    let is_list =
        matches!(Address::parse(target), Address::Body(place) if address::parts(place).count() <= 2);
    let start = sorted.partition_point(|address| *address < prefix.as_str());
    let members =
        sorted[start..].iter().copied().take_while(|address| is_list && address.starts_with(&prefix));
    exact.into_iter().chain(members).collect()
}

/// The finding for a removal of a list of tools: without one, a persona may use all tools.
fn widening(removal: &Removal) -> Diagnostic {
    let message =
        format!("removing `{}` would allow tools that a lower layer does not allow", removal.target.value);
    Diagnostic::new(codes::TOOLS_WIDENED, message).at(removal.target.span, "").help(format!(
        "list the allowed tools in {} of the profile; if a lower layer does not allow them all, add a {}",
        grammar::header([grammar::Profile::Tools.name()]),
        grammar::headers(grammar::Profile::Resolve.name())
    ))
}

fn unmatched(
    library: &Library,
    root: ProfileId,
    removal: &Removal,
    addresses: &[&str],
    suggestions: &Suggestions,
) -> Diagnostic {
    let target = &removal.target;
    let profile = &library.profiles[root];
    let message = format!("no fragment or parent of `{}` has `{}` to remove", profile.id, target.value);
    let mut finding = Diagnostic::new(codes::REMOVE_UNMATCHED, message).at(target.span, "");
    let remove = grammar::headers(grammar::Profile::Remove.name());
    let own = profile.claims.iter().find(|claim| claim.address.as_str() == target.value);
    if let Some(own) = own {
        finding = finding
            .context(own.key, format!("a claim of the profile itself, which {remove} does not affect"));
    } else {
        finding = finding.help_if(suggestions.did_you_mean(&target.value, addresses.iter().copied()));
    }
    finding.help(format!("correct the address, or delete the {remove}"))
}

/// The `combine` setting of the profile. It is resolved like any other, but first, since other decisions need
/// it.
pub(super) fn combine<'a>(
    library: &'a Library,
    lineages: &Lineages,
    resolutions: &Resolutions<'_, 'a>,
    collected: &Collected<'a>,
) -> Combine {
    let address = Address::Combine.to_string();
    let Some(claims) = collected.at(&address) else { return Combine::default() };
    let removals = collected.removals.get(address.as_str()).map_or(&[][..], Vec::as_slice);
    let contest = Contest { library, lineages, combine: Combine::default(), claims, removals, outside: &[] };
    let (decision, _) = resolutions.decide(&address, &contest);
    let set = decision.resolution.and_then(|settled| match &settled.resolution.choice {
        Choice::Set(set) => set.value.as_str(),
        _ => None,
    });
    let emitted = decision.emitted().next().and_then(|claim| match &claim.content {
        Content::Setting(datum) => datum.as_str(),
        _ => None,
    });
    set.or(emitted).map(Combine::from_name).unwrap_or_default()
}

/// Finds groups that share their address with an entry of another source.
pub(super) fn group_clashes<'a>(library: &'a Library, decisions: &mut Decisions<'a>) -> Vec<Conflict<'a>> {
    let mut clashes: BTreeMap<&str, Vec<&Claim>> = BTreeMap::new();
    let mut members: Vec<&str> = Vec::new();
    for (address, decision) in &*decisions {
        let parent = address::list(address);
        let is_body = decision.claims.iter().any(|claim| claim.is_entry());
        if !is_body || !address::is_in_section(parent) {
            continue;
        }
        if let Some(entry) = decisions.get(parent) {
            let live = |decision: &Decision<'a>| -> Vec<&'a Claim> {
                let states = decision.claims.iter().zip(&decision.outcomes);
                states.filter(|(_, (state, _))| *state != State::Removed).map(|(claim, _)| *claim).collect()
            };
            let (entry, member) = (live(entry), live(decision));
            if !entry.is_empty() && !member.is_empty() {
                clashes.entry(parent).or_insert(entry).extend(member);
                members.extend([parent, address]);
            }
        }
    }
    // One marker replaces all entries at the address.
    for at in members {
        let is_entry = clashes.contains_key(at);
        if let Some(decision) = decisions.get_mut(at) {
            decision.is_open |= is_entry;
            for (state, cause) in &mut decision.outcomes {
                if *state != State::Removed {
                    (*state, *cause) = (State::Conflicted, Cause::Uncontested);
                }
            }
        }
    }
    clashes
        .into_iter()
        .map(|(at, claims)| Conflict {
            at: at.to_owned(),
            kind: ConflictKind::Clash,
            sides: sides(library, claims, []),
            state: ConflictState::Open,
        })
        .collect()
}

/// The position of each body address in display order, that of its first claim that is not removed.
pub(super) fn places<'a>(decisions: &Decisions<'a>, collected: &Collected<'a>) -> BTreeMap<&'a str, usize> {
    let mut places = BTreeMap::new();
    for ((address, decision), run) in decisions.iter().zip(&collected.addresses) {
        if !decision.claims.iter().any(|claim| claim.is_entry()) {
            continue;
        }
        let live = decision.outcomes.iter().zip(&collected.places[run.claims.clone()]);
        if let Some((_, place)) = live.into_iter().find(|((state, _), _)| *state != State::Removed) {
            places.insert(*address, *place as usize);
        }
    }
    places
}

/// The tags of the persona, merged and sorted.
pub(super) fn tags<'a>(decisions: &Decisions<'a>) -> Vec<&'a str> {
    let mut tags: Vec<&str> = Vec::new();
    for claim in decisions.get(address::TAGS).into_iter().flat_map(|decision| decision.emitted()) {
        if let Content::Tags(names) = &claim.content {
            tags.extend(names.iter().map(|name| name.as_str()));
        }
    }
    tags.sort_unstable();
    tags.dedup();
    tags
}
