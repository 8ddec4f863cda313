//! Selection: the fragments of a persona, their routes, and their display order.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::lineage::Lineages;
use super::votes::{self, Tally, Vote};
use crate::model::grammar::{self, Keys as _};
use crate::model::{
    Claim, Diagnostic, Drop, Fragment, FragmentId, Level, Library, Profile, ProfileId, Source, Span, Text,
    codes, wording,
};

/// The maximum number of fragments in one persona.
pub(crate) const MAX_FRAGMENTS: usize = 1_000;

/// The most excluded fragments that a finding names.
const MAX_NAMED: usize = 4;

/// The sources of a persona.
#[derive(Debug)]
pub(crate) struct Selection {
    /// All sources in display order: for each profile of the lineage its fragments, then itself.
    pub sources: Vec<Source>,
    /// The fragments, each with the profiles that use it and the locations of the `use` entries.
    pub fragments: IndexMap<FragmentId, Vec<(ProfileId, Span)>>,
    /// The fragments that a profile dropped.
    pub dropped: BTreeMap<FragmentId, ProfileId>,
}

impl Selection {
    /// Leaves out the fragments that do not satisfy `keep`.
    pub(super) fn retain(&mut self, keep: &dyn Fn(FragmentId) -> bool) {
        self.fragments.retain(|fragment, _| keep(*fragment));
        self.sources.retain(|source| match source {
            Source::Fragment(fragment) => keep(*fragment),
            Source::Profile(_) => true,
        });
    }
}

/// The `use` and `drop` entries of one fragment.
#[derive(Default)]
struct Votes<'l> {
    uses: Vec<Vote>,
    drops: Vec<(ProfileId, &'l Drop)>,
}

/// Selects the fragments of the last profile in `order`.
pub(super) fn select(
    library: &Library,
    lineages: &Lineages,
    order: &[ProfileId],
) -> (Selection, Vec<Diagnostic>) {
    let mut findings = Vec::new();
    let mut selection =
        Selection { sources: Vec::new(), fragments: IndexMap::new(), dropped: BTreeMap::new() };
    let votes = collect_votes(library, order);
    for (fragment, votes) in &votes {
        let kept = count(library, lineages, order, *fragment, votes, &mut selection, &mut findings);
        if !kept.is_empty() {
            selection.fragments.insert(*fragment, kept);
        }
    }
    let mut placed = BTreeSet::new();
    for profile in order {
        for text in &library.profiles[*profile].uses {
            let Some(fragment) = library.fragments.id_of(&text.value) else { continue };
            let kept = selection.fragments.get(&fragment);
            let brings = kept.is_some_and(|uses| uses.iter().any(|(user, _)| user == profile));
            if brings && placed.insert(fragment) {
                selection.sources.push(Source::Fragment(fragment));
            }
        }
        selection.sources.push(Source::Profile(*profile));
    }
    (selection, findings)
}

fn collect_votes<'l>(library: &'l Library, order: &[ProfileId]) -> IndexMap<FragmentId, Votes<'l>> {
    let mut votes: IndexMap<FragmentId, Votes<'l>> = IndexMap::new();
    for index in order {
        let profile = &library.profiles[*index];
        for text in &profile.uses {
            if let Some(fragment) = library.fragments.id_of(&text.value) {
                votes.entry(fragment).or_default().uses.push((*index, text.span));
            }
        }
        for drop in &profile.drops {
            if let Some(fragment) = library.fragments.id_of(&drop.fragment.value) {
                votes.entry(fragment).or_default().drops.push((*index, drop));
            }
        }
    }
    votes
}

/// Decides whether a fragment is included, and returns the effective uses.
fn count(
    library: &Library,
    lineages: &Lineages,
    order: &[ProfileId],
    fragment: FragmentId,
    votes: &Votes<'_>,
    selection: &mut Selection,
    findings: &mut Vec<Diagnostic>,
) -> Vec<Vote> {
    let root = order[order.len() - 1];
    let id = &library.fragments[fragment].id;
    let drops: Vec<Vote> = votes.drops.iter().map(|(dropper, drop)| (*dropper, drop.fragment.span)).collect();
    let Tally { kept, contradicted } = votes::tally(lineages, &votes.uses, &drops);
    for ((dropper, drop), vote) in votes.drops.iter().zip(&drops) {
        let cancelled = votes.uses.iter().any(|user| votes::is_above(lineages, *vote, *user));
        if !cancelled && *dropper == root {
            let message = format!("no parent of `{}` uses `{id}`", library.profiles[root].id);
            let extends_nothing = library.profiles[root].extends.is_empty();
            let drop_key = grammar::Profile::Drop.shown();
            let help = match extends_nothing {
                true => format!("delete the {drop_key}: the profile extends nothing"),
                false => format!("correct the id, or delete the {drop_key}"),
            };
            findings
                .push(Diagnostic::new(codes::DROP_UNMATCHED, message).at(drop.fragment.span, "").help(help));
        }
        let locked = library.fragments[fragment].claims.iter().find(|claim| claim.level == Level::Locked);
        if cancelled
            && !drop.breaks_lock
            && let Some(claim) = locked
        {
            findings.push(locked_drop(id, drop, claim));
        }
    }
    if kept.is_empty()
        && let Some((dropper, _)) = votes.drops.last()
    {
        selection.dropped.insert(fragment, *dropper);
    }
    for dropper in contradicted {
        findings.push(drop_conflict(library, root, id, dropper, kept[0]));
    }
    kept
}

fn locked_drop(id: &str, drop: &Drop, claim: &Claim) -> Diagnostic {
    Diagnostic::new(codes::LOCKED_DROP, format!("`{id}` has locked claims and cannot be dropped"))
        .at(drop.fragment.span, "dropped here")
        .context(claim.span, format!("`{}` is locked", claim.address))
        .help(format!(
            "to drop it, write {{ {} = \"{id}\", {} = true, {} = \"...\" }}",
            grammar::Drop::Fragment.name(),
            grammar::Drop::BreaksLock.name(),
            grammar::Drop::Reason.name()
        ))
}

fn drop_conflict(library: &Library, root: ProfileId, id: &str, dropper: Vote, user: Vote) -> Diagnostic {
    let name = |profile: ProfileId| &library.profiles[profile].id;
    let (drops, uses) = (name(dropper.0), name(user.0));
    let peers = [(dropper, format!("dropped by `{drops}`")), (user, format!("used by `{uses}`"))];
    votes::conflict(format!("`{drops}` drops `{id}`, and `{uses}` uses it"), peers)
        .help(format!(
            "add `{id}` to {1} in {0} to keep it, or to {2} in {0} to leave it out",
            library.profile_path(&library.profiles[root]),
            grammar::Profile::Use.shown(),
            grammar::Profile::Drop.shown()
        ))
        .in_persona(name(root))
}

/// Reports unmet `requires`, violated `excludes`, and too many fragments.
pub(super) fn check(library: &Library, profile: &Profile, selection: &Selection) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    if selection.fragments.len() > MAX_FRAGMENTS {
        let message = format!("`{}` has {} fragments", profile.id, selection.fragments.len());
        let place = profile.uses.last().or(profile.extends.last());
        let finding = Diagnostic::new(codes::TOO_LARGE, message)
            .note(format!("the maximum is {MAX_FRAGMENTS}"))
            .help("merge small fragments into larger ones");
        findings.push(finding.at_if(place.map(|text| text.span), ""));
    }
    let present = |id: &str| {
        let index = library.fragments.id_of(id)?;
        selection.fragments.get(&(index)).map(|uses| uses[0].1)
    };
    let excluders: BTreeSet<(&str, &str)> = selection
        .fragments
        .keys()
        .map(|index| &library.fragments[*index])
        .flat_map(|fragment| fragment.excludes.iter().map(|text| (fragment.id.as_str(), text.value.as_str())))
        .collect();
    for (index, uses) in &selection.fragments {
        let fragment = &library.fragments[*index];
        for required in fragment.requires.iter().filter(|text| present(&text.value).is_none()) {
            if profile.is_abstract {
                continue;
            }
            let message =
                format!("`{}` requires `{}`, which is not in `{}`", fragment.id, required.value, profile.id);
            let finding = Diagnostic::new(codes::UNMET_REQUIRES, message)
                .at(required.span, "required here")
                .context(uses[0].1, format!("`{}` is used here", fragment.id))
                .in_persona(&profile.id);
            let dropped = library.fragments.id_of(&required.value);
            let dropped = dropped.and_then(|index| selection.dropped.get(&(index)));
            findings.push(match dropped {
                Some(dropper) => finding.help(format!(
                    "`{}` drops it: also drop `{}`, or drop neither",
                    library.profiles[*dropper].id, fragment.id
                )),
                None => finding.help(format!(
                    "add \"{}\" to {} in {}",
                    required.value,
                    grammar::Profile::Use.shown(),
                    library.profile_path(profile)
                )),
            });
        }
        // Mutual exclusion is one finding, reported for the fragment with the lesser id.
        let is_reported = |excluded: &&Text| {
            let is_mutual = excluders.contains(&(excluded.value.as_str(), fragment.id.as_str()));
            present(&excluded.value).is_some() && !(is_mutual && excluded.value < fragment.id)
        };
        let excluded: Vec<&Text> = fragment.excludes.iter().filter(is_reported).collect();
        findings.extend(excludes(fragment, uses[0].1, &excluded, profile, &present));
    }
    findings
}

/// The finding about the fragments of a persona that one of its fragments excludes.
fn excludes(
    fragment: &Fragment,
    used: Span,
    excluded: &[&Text],
    profile: &Profile,
    present: &dyn Fn(&str) -> Option<Span>,
) -> Option<Diagnostic> {
    let both = wording::one_or_many(excluded.len(), "both", "all of them");
    let names = wording::series(excluded.iter().map(|text| format!("`{}`", text.value)), MAX_NAMED);
    let message = format!("`{}` excludes {names}, and `{}` has {both}", fragment.id, profile.id);
    let mut finding = Diagnostic::new(codes::EXCLUDED, message);
    for text in excluded.iter().take(MAX_NAMED) {
        finding = finding.at(text.span, "excluded here");
    }
    finding = finding.context(used, format!("`{}` is used here", fragment.id));
    for text in excluded.iter().take(MAX_NAMED) {
        if let Some(span) = present(&text.value) {
            finding = finding.context(span, format!("`{}` is used here", text.value));
        }
    }
    let either = match excluded {
        [] => return None,
        [_] => "remove one of them".to_owned(),
        _ => format!("remove `{}` or the others", fragment.id),
    };
    Some(
        finding
            .help(format!(
                "{either} from {}, or {} it if a parent uses it",
                grammar::Profile::Use.shown(),
                grammar::Profile::Drop.shown()
            ))
            .in_persona(&profile.id),
    )
}

/// The `use` entries of a fragment, each with its profile, and the fragment's id.
type LastStep<'s> = (&'s [(ProfileId, Span)], &'s str);

/// The shortest route from the profile `root` to a source. Each step is the location of an `extends` or `use`
/// entry, and its target.
pub(super) fn route(
    library: &Library,
    root: ProfileId,
    selection: &Selection,
    source: Source,
) -> Vec<(Span, String)> {
    let (goals, last): (Vec<ProfileId>, Option<LastStep<'_>>) = match source {
        Source::Profile(profile) => (vec![profile], None),
        Source::Fragment(fragment) => match selection.fragments.get(&fragment) {
            Some(uses) => {
                let id = library.fragments[fragment].id.as_str();
                (uses.iter().map(|(user, _)| *user).collect(), Some((uses.as_slice(), id)))
            }
            None => return Vec::new(),
        },
    };
    // Breadth first, so the first route found is the shortest.
    let mut came_from: IndexMap<ProfileId, Option<(ProfileId, Span)>> = IndexMap::from([(root, None)]);
    let mut at = 0;
    while at < came_from.len() {
        let Some((profile, _)) = came_from.get_index(at).map(|(profile, from)| (*profile, *from)) else {
            break;
        };
        if goals.contains(&profile) {
            return steps(library, &came_from, profile, last);
        }
        for text in &library.profiles[profile].extends {
            if let Some(parent) = library.profiles.id_of(&text.value) {
                came_from.entry(parent).or_insert(Some((profile, text.span)));
            }
        }
        at += 1;
    }
    Vec::new()
}

fn steps(
    library: &Library,
    came_from: &IndexMap<ProfileId, Option<(ProfileId, Span)>>,
    goal: ProfileId,
    last: Option<LastStep<'_>>,
) -> Vec<(Span, String)> {
    let mut steps = Vec::new();
    if let Some((uses, id)) = last
        && let Some((_, span)) = uses.iter().find(|(user, _)| *user == goal)
    {
        steps.push((*span, format!("{} -> {id}", grammar::Profile::Use.name())));
    }
    let mut profile = goal;
    while let Some(Some((child, span))) = came_from.get(&profile) {
        steps.push((*span, format!("{} {}", grammar::Profile::Extends.name(), library.profiles[profile].id)));
        profile = *child;
    }
    steps.reverse();
    steps
}
