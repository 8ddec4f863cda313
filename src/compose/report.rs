//! Findings about conflicts and resolutions: all locations, why each source is included, and the fix.

mod removals;
mod replaced;
mod resolutions;

pub(super) use removals::removals;
pub(super) use replaced::replaced;

use std::collections::BTreeSet;

use super::Composition;
use super::differences;
use super::lineage::Lineages;
use super::merge::Resolutions;
use super::merge::force::weakens;
use super::merge::widened;
use super::merge::{Conflict, ConflictKind, Problem, Side, State};
use crate::model::grammar::{self, Keys as _};
use crate::model::wording;
use crate::model::{
    Address, Claim, Code, Content, Diagnostic, Level, Library, NAME, PATH, Part, ProfileId, Seen, Source,
    Suggestions, address, codes,
};

/// The maximum number of sides in one message; the rest is counted.
const MAX_SIDES: usize = 8;

/// Returns a finding for each conflict and tension of a composition.
///
/// A conflict that a parent has too is attributed to the parent. So both have the same finding and one place
/// to settle it.
pub(super) fn conflicts(
    library: &Library,
    lineages: &Lineages,
    composition: &Composition<'_>,
) -> Vec<Diagnostic> {
    let suggestions = Suggestions::default();
    let report = |conflict: &Conflict<'_>| {
        let profile = owner(lineages, composition, conflict);
        Reporter { library, lineages, composition, profile, suggestions: &suggestions }.conflict(conflict)
    };
    // The entry that an abstract profile refines may be in its children.
    let is_left_to_children = |conflict: &&Conflict<'_>| {
        composition.profile.is_abstract && conflict.kind == ConflictKind::Unrefinable
    };
    composition.conflicts.iter().filter(|conflict| !is_left_to_children(conflict)).map(report).collect()
}

/// The first profile of the lineage, parents first, that has all sides of an open conflict.
fn owner(lineages: &Lineages, composition: &Composition<'_>, conflict: &Conflict<'_>) -> ProfileId {
    let root = composition.lineage[composition.lineage.len() - 1];
    // Settings that are not inherited, and decisions by the child's own `combine`, concern only the child.
    let is_private =
        matches!(Address::parse(&conflict.at), Address::NAME | Address::TargetKey { key: PATH | NAME, .. });
    // A child may lack the entry that its parent refines.
    if conflict.unapplied().is_some() || is_private || conflict.kind == ConflictKind::Unrefinable {
        return root;
    }
    let combines =
        composition.decisions.get(address::COMBINE).map(|decision| &*decision.claims).unwrap_or_default();
    let combines_above = |profile: ProfileId| {
        combines.iter().any(|claim| lineages.is_above(claim.source, Source::Profile(profile)))
    };
    let has_all = |profile: &&ProfileId| {
        let reaches = |side: &Side<'_>| reaches(lineages, composition, **profile, side.source);
        !combines_above(**profile) && conflict.sides.iter().all(reaches)
    };
    composition.lineage.iter().find(has_all).copied().unwrap_or(root)
}

/// Returns whether a profile of the lineage includes a source itself: it is a parent, or a fragment that the
/// profile or a parent uses.
fn reaches(lineages: &Lineages, composition: &Composition<'_>, profile: ProfileId, source: Source) -> bool {
    let is_or_above = |other: ProfileId| {
        other == profile || lineages.is_above(Source::Profile(profile), Source::Profile(other))
    };
    match source {
        Source::Profile(other) => is_or_above(other),
        Source::Fragment(fragment) => {
            let uses = composition.selection.fragments.get(&fragment);
            uses.is_some_and(|uses| uses.iter().any(|(user, _)| is_or_above(*user)))
        }
    }
}

/// Returns findings about the profile's own resolutions: those that decide nothing, and those without `seen`.
pub(super) fn resolutions(
    library: &Library,
    lineages: &Lineages,
    composition: &Composition<'_>,
    resolutions: &Resolutions<'_, '_>,
) -> Vec<Diagnostic> {
    let root = composition.lineage[composition.lineage.len() - 1];
    let suggestions = Suggestions::default();
    let reporter = Reporter { library, lineages, composition, profile: root, suggestions: &suggestions };
    let open: BTreeSet<&str> = composition.conflicts.iter().map(|conflict| conflict.at.as_str()).collect();
    let mut findings = Vec::new();
    for settled in resolutions.own(root) {
        let at = settled.resolution.at.value.as_str();
        if composition.settled.contains_key(at) {
            let is_unpinned = settled.resolution.seen.as_ref().is_none_or(Seen::has_old_hashes);
            findings.extend(is_unpinned.then(|| reporter.unpinned(settled.resolution)));
        } else if !open.contains(at) {
            findings.push(reporter.moot(settled.resolution));
        }
    }
    findings
}

struct Reporter<'c, 'a> {
    library: &'a Library,
    lineages: &'c Lineages,
    composition: &'c Composition<'a>,
    /// The profile that has to resolve the conflicts.
    profile: ProfileId,
    suggestions: &'c Suggestions,
}

impl<'a> Reporter<'_, 'a> {
    fn id(&self) -> &str {
        &self.library.profiles[self.profile].id
    }

    fn path(&self) -> &str {
        self.library.profile_path(&self.library.profiles[self.profile]).as_str()
    }

    fn conflict(&self, conflict: &Conflict<'a>) -> Diagnostic {
        let finding = match conflict.unapplied() {
            None => self.open_conflict(conflict),
            Some((settled, problem)) => match problem {
                // What no decision can settle is not out of date.
                Problem::Stale(Some(obstacle)) if matches!(**obstacle, Problem::Unresolvable) => {
                    self.bad_resolution(conflict, settled, obstacle)
                }
                Problem::Stale(obstacle) => self.stale(conflict, settled, obstacle.as_deref()),
                Problem::Rival(rival) => self.rivals(conflict, settled, *rival),
                Problem::Older => self.beyond_parent(conflict, settled, |parent| {
                    format!("the resolution of `{parent}` does not cover the claims of profiles above it, so it was not applied")
                }),
                Problem::Below if settled.profile != self.profile => {
                    self.beyond_parent(conflict, settled, |parent| {
                        let text = grammar::Entry::Text.shown();
                        format!("the resolution of `{parent}` chooses what an entry without {text} refines; this conflict is above it")
                    })
                }
                problem => self.bad_resolution(conflict, settled, problem),
            },
        };
        finding.about(&conflict.at)
    }

    fn open_conflict(&self, conflict: &Conflict<'a>) -> Diagnostic {
        let at = &conflict.at;
        let who = parties(&conflict.sides);
        let (code, message): (&'static Code, String) = match conflict.kind {
            ConflictKind::Different => (codes::CONFLICT, format!("{who} disagree on `{at}`")),
            ConflictKind::Locked => {
                (codes::LOCK_CONFLICT, format!("another claim disagrees with the locked `{at}`"))
            }
            ConflictKind::Contradiction => {
                let subject = Address::parse(at).subject().unwrap_or(at);
                (codes::CONTRADICTION, format!("the rules about `{subject}` contradict each other"))
            }
            ConflictKind::Weakening => (codes::WEAKENING, format!("a higher layer weakens the rule `{at}`")),
            ConflictKind::Removal => {
                (codes::REMOVE_CONFLICT, format!("one parent removes `{at}` and another changes it"))
            }
            ConflictKind::LockedRemoval => {
                (codes::LOCKED_REMOVAL, format!("`{at}` is locked and cannot be removed"))
            }
            ConflictKind::Clash => {
                (codes::DUPLICATE_ADDRESS, format!("entries of different types share the address `{at}`"))
            }
            ConflictKind::Widening => {
                let tools: Vec<&str> = widened(self.lineages, conflict).into_iter().collect();
                let below = if Address::parse(at) == Address::Deny { "denies" } else { "does not allow" };
                let message =
                    format!("a layer allows tools that a lower layer {below}: {}", tools.join(", "));
                (codes::TOOLS_WIDENED, message)
            }
            ConflictKind::Unrefinable => (codes::OVERRIDE_UNMATCHED, self.unrefinable(conflict)),
            ConflictKind::NoTools => {
                (codes::TOOLS_EMPTY, format!("no tool is in every `{}` list", grammar::Tools::Allow.name()))
            }
            ConflictKind::Tension => {
                let subject = Address::parse(at).subject().unwrap_or(at);
                (codes::TENSION, format!("the rules about `{subject}` are hard to reconcile"))
            }
        };
        let finding = self.point_at_sides(Diagnostic::new(code, message), conflict);
        let finding = self.routes(finding, &conflict.sides);
        let finding = match conflict.kind {
            ConflictKind::Contradiction => {
                differences::relations(self.library, conflict).into_iter().fold(finding, Diagnostic::note)
            }
            ConflictKind::Different => differences::template(self.library, conflict)
                .into_iter()
                .fold(finding, Diagnostic::note)
                .note(self.rank(&conflict.sides)),
            ConflictKind::Clash => return finding.help(separation(&conflict.sides)),
            ConflictKind::Unrefinable => return self.refinable(finding, conflict),
            ConflictKind::LockedRemoval => {
                let (key, remove) = (grammar::Remove::BreaksLock.name(), grammar::Profile::Remove.name());
                return finding
                    .help(format!("to remove it, add `{key} = true` to the {}", grammar::headers(remove)));
            }
            _ => finding,
        };
        self.choices(finding, conflict)
    }

    /// The entry without a text that refines what wins a conflict below it.
    fn refining(&self, conflict: &Conflict<'a>) -> Option<&'a Claim> {
        let is_above = |claim: &Claim| {
            let mut sides = conflict.sides.iter();
            let is_side = conflict.sides.iter().any(|side| side.source == claim.source);
            !is_side && sides.any(|side| self.lineages.is_above(claim.source, side.source))
        };
        let profiles = self.composition.lineage.iter().map(|profile| &self.library.profiles[*profile]);
        let mut claims = profiles.flat_map(|profile| &profile.claims);
        claims.find(|claim| {
            matches!(claim.content, Content::Partial(_))
                && claim.address.as_str() == conflict.at
                && is_above(claim)
        })
    }

    /// What is wrong with an entry without a text.
    fn unrefinable(&self, conflict: &Conflict<'a>) -> String {
        let at = &conflict.at;
        let claims = conflict.sides.iter().flat_map(|side| &side.claims);
        let owner =
            claims.map(|claim| claim.source).next().and_then(|source| self.library.profile_of(source));
        let id = owner.map_or("", |profile| profile.id.as_str());
        let entry = format!("`{at}` in `{id}` has no `{}`", grammar::Entry::Text.name());
        match self.below(conflict).as_slice() {
            [] => format!("{entry}, and there is no entry below it"),
            below if below.iter().all(|(_, state)| *state == State::Removed) => {
                format!("{entry}, and the entry below it is removed")
            }
            _ => format!("{entry}, and there are several below it"),
        }
    }

    /// The claims below an entry without a text, and what became of them.
    fn below(&self, conflict: &Conflict<'a>) -> Vec<(&'a Claim, State)> {
        let Some(decision) = self.composition.decisions.get(conflict.at.as_str()) else { return Vec::new() };
        let is_below = |claim: &Claim| {
            conflict.sides.iter().any(|side| self.lineages.is_above(side.source, claim.source))
        };
        let all = decision.claims.iter().zip(&decision.outcomes);
        all.filter(|(claim, _)| is_below(claim)).map(|(claim, (state, _))| (*claim, *state)).collect()
    }

    /// Adds what would give an entry without a text an entry below it, or a text.
    fn refinable(&self, finding: Diagnostic, conflict: &Conflict<'a>) -> Diagnostic {
        let at = conflict.at.as_str();
        let below = self.below(conflict);
        let mut finding = finding;
        for (claim, state) in &below {
            let name = self.library.source_name(claim.source);
            finding = finding.context(claim.span, format!("{name}: {}", state.describe()));
        }
        if let Some(decision) = self.composition.decisions.get(at) {
            for (_, removal) in &decision.removals {
                finding = finding.context(removal.target.span, "removed here");
            }
        }
        let addresses = self.composition.decisions.iter().filter(|(address, _)| **address != at);
        let entries =
            addresses.filter(|(_, decision)| decision.claims.iter().any(|claim| claim.block().is_some()));
        let similar = self
            .suggestions
            .did_you_mean(at, entries.map(|(address, _)| *address))
            .filter(|_| below.is_empty());
        let root = &self.library.profiles[self.composition.lineage[self.composition.lineage.len() - 1]];
        let is_own = conflict
            .sides
            .iter()
            .any(|side| self.library.profile_of(side.source).is_some_and(|profile| profile.id == root.id));
        let finding = finding.help_if(similar);
        let is_removed = !below.is_empty() && below.iter().all(|(_, state)| *state == State::Removed);
        let add = format!("add `{} = \"...\"` to it", grammar::Entry::Text.name());
        let using = format!("`{}` a fragment that has the entry", grammar::Profile::Use.name());
        match is_own {
            true if is_removed => finding.help(format!("{add}, or delete it")),
            true if !below.is_empty() => finding.help(format!("{add}: it replaces the others")),
            true => finding.help(format!("{add}, {using}, or delete it")),
            false => finding.help(format!("{add}, or {using}")).help(format!(
                "or leave it out here: add to {}:\n    {}\n    {} = \"{at}\"\n    {} = \"...\"",
                self.library.profile_path(root),
                grammar::headers(grammar::Profile::Remove.name()),
                grammar::Remove::Target.name(),
                grammar::Remove::Reason.name()
            )),
        }
    }

    /// Labels the claims and removals of each side.
    fn point_at_sides(&self, mut finding: Diagnostic, conflict: &Conflict<'a>) -> Diagnostic {
        for side in conflict.sides.iter().take(MAX_SIDES) {
            for claim in side.claims.iter().take(MAX_SIDES) {
                finding = finding.at(claim.span, describe(side, claim));
            }
            if let more @ 1.. = side.claims.len().saturating_sub(MAX_SIDES) {
                finding = finding.note(format!(
                    "{more} more {} of {} not shown",
                    wording::plural(more, "claim"),
                    side.name
                ));
            }
            if let Some(removal) = side.removal {
                finding = finding.at(removal.target.span, format!("{}: removed here", side.name));
            }
        }
        match conflict.sides.len().saturating_sub(MAX_SIDES) {
            0 => finding,
            more => {
                let names = conflict.sides[MAX_SIDES..].iter().map(|side| &side.name);
                finding.note(format!(
                    "{more} more {} not shown: {}",
                    wording::plural(more, "side"),
                    wording::names(names, more)
                ))
            }
        }
    }

    /// Explains by which `extends` and `use` entries each side is included.
    fn routes(&self, finding: Diagnostic, sides: &[Side<'a>]) -> Diagnostic {
        let mut lines = Vec::new();
        for side in sides.iter().take(MAX_SIDES) {
            let steps = self.composition.route_from(self.library, self.profile, side.source);
            if steps.is_empty() {
                lines.push(format!("    {} (the profile itself)", self.path()));
                continue;
            }
            let steps: Vec<_> = steps
                .iter()
                .map(|(span, what)| format!("{} {what}", self.library.sources.place(*span)))
                .collect();
            lines.push(format!("    {}", steps.join(" -> ")));
        }
        let what = wording::one_or_many(sides.len(), "why it is included", "why they are included");
        finding.note(format!("{what}:\n{}", lines.join("\n")))
    }

    /// Explains why neither side overrides the other.
    fn rank(&self, sides: &[Side<'a>]) -> String {
        let levels: BTreeSet<_> =
            sides.iter().flat_map(|side| &side.claims).map(|claim| claim.level).collect();
        let level = levels.first().copied().unwrap_or_default().name();
        let is_fragment = |side: &Side<'_>| matches!(side.source, Source::Fragment(_));
        if sides.iter().all(is_fragment) {
            let list = grammar::Profile::Use.shown();
            format!("all have level `{level}`; fragments are peers, and the order of {list} does not choose")
        } else {
            format!("all have level `{level}`, and neither profile extends the other")
        }
    }

    /// Adds the commands that settle a conflict.
    fn choices(&self, finding: Diagnostic, conflict: &Conflict<'a>) -> Diagnostic {
        let at = &conflict.at;
        if conflict.sides.len() == 1 {
            let help = format!(
                "both are in one source: delete one, rename it, or give one a subject of its own with {}",
                grammar::Entry::About.shown()
            );
            return finding.help(help);
        }
        let refining = self.refining(conflict);
        let conflicts_too = |claim: &&Claim| {
            let Content::Partial(partial) = &claim.content else { return false };
            let forces = conflict.sides.iter().flat_map(|side| &side.claims).filter_map(|side| side.force());
            partial.part.force().is_some_and(|force| forces.into_iter().any(|below| weakens(below, force)))
        };
        if let Some(claim) = refining.filter(conflicts_too) {
            // Its own conflict is above this one, and a profile has one decision for an address.
            let text = grammar::Entry::Text.name();
            let path = self.library.sources.path(claim.span);
            return finding
                .context(claim.span, "refines them")
                .help(format!("add `{text} = \"...\"` to the entry in {path}: it then replaces the others"));
        }
        let mut lines = vec![format!(
            "choose one (writes a {} to {}):",
            grammar::headers(grammar::Profile::Resolve.name()),
            self.path()
        )];
        for side in conflict.choices().take(MAX_SIDES) {
            let breaks = if self.would_break_lock(conflict, side) { " --breaks-lock" } else { "" };
            lines.push(format!(
                "    cento resolve {} {at} --take {} --reason \"...\"{breaks}",
                self.id(),
                side.name
            ));
        }
        if conflict.keeps_several() && refining.is_none() {
            lines.push(format!("    cento resolve {} {at} --keep both --reason \"...\"", self.id()));
        }
        let finding = finding.help(lines.join("\n"));
        let claims = || conflict.sides.iter().flat_map(|side| &side.claims);
        let are_fragments = conflict.sides.iter().all(|side| matches!(side.source, Source::Fragment(_)));
        match conflict.kind {
            ConflictKind::Different if are_fragments && claims().all(|claim| claim.level == Level::Default) => {
                finding.help(format!("or write it in {}, which overrides its fragments", self.path()))
            }
            ConflictKind::Different if are_fragments => {
                finding.help(format!(
                    "if one is only a fallback, mark it `{} = \"{}\"` in its fragment",
                    grammar::Entry::Level.name(),
                    Level::Default.name()
                ))
            }
            ConflictKind::Contradiction | ConflictKind::Tension if Address::parse(at).subject().is_some() => finding
                .help(format!(
                    "if they are about different actions, give the narrower rule a subject of its own with {}",
                    grammar::Entry::About.shown()
                )),
            ConflictKind::NoTools | ConflictKind::Widening if Address::parse(at) == Address::Allow => finding.help(format!(
                "or set the list: cento resolve {} {at} --set 'Read, Grep' --reason \"...\"",
                self.id()
            )),
            _ => finding,
        }
    }

    /// Returns whether taking a side would overrule a locked claim of another.
    fn would_break_lock(&self, conflict: &Conflict<'a>, taken: &Side<'a>) -> bool {
        let others = conflict.sides.iter().filter(|side| side.name != taken.name);
        others.flat_map(|side| &side.claims).any(|claim| claim.level == Level::Locked)
    }
}

/// The plural noun for the sides.
fn parties(sides: &[Side<'_>]) -> &'static str {
    let fragments = sides.iter().filter(|side| matches!(side.source, Source::Fragment(_))).count();
    match fragments {
        0 => "profiles",
        count if count == sides.len() => "fragments",
        _ => "sources",
    }
}

/// The name of a side with the force and level of its claim.
fn describe(side: &Side<'_>, claim: &Claim) -> String {
    let mut text = side.name.clone();
    if let Some(force) = claim.force() {
        text.push_str(&format!(" [{}]", force.name()));
    }
    if claim.level != Level::Normal {
        text.push_str(&format!(" {}", claim.level.name()));
    }
    text
}

/// How to separate entries of different types at one address, or to make a rule of an item that lacks its force.
fn separation(sides: &[Side<'_>]) -> String {
    let claims = sides.iter().flat_map(|side| side.claims.iter().copied());
    let written = claims.filter_map(Claim::part).collect::<BTreeSet<[Part; 2]>>();
    let mut tables = written.iter().map(|[_, table]| *table);
    let table = tables.next().filter(|first| first.may_hold_rules() && tables.all(|table| table == *first));
    let mut forces = written.iter().filter_map(|[part, _]| part.force());
    match (table, forces.next(), forces.next()) {
        (Some(table), Some(force), None) => {
            let (key, name) = (grammar::Entry::Force.name(), force.name());
            format!(
                "rename one of them, or add `{key} = \"{name}\"` to the {} if it is that rule",
                table.noun()
            )
        }
        _ => "rename one of them".to_owned(),
    }
}
