//! Settles disagreements with the resolutions of profiles.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::decision::{
    Cause, Conflict, ConflictKind, ConflictState, Decision, Disagreement, Outcomes, Problem, Settled, Side,
    State, lost_locks, sides,
};
use super::force::{Relation, relation, strength, subsumes};
use super::refine;
use super::resolve::{Contest, decide, has_same_words};
use crate::compose::lineage::Lineages;
use crate::model::grammar::{Keys as _, Section};
use crate::model::{
    Address, Choice, Claim, Combine, Content, Datum, Level, Library, Part, ProfileId, Resolution, Source,
    address, is_hash_of, is_tool_name,
};

/// The resolutions that apply to one persona.
pub(crate) struct Resolutions<'l, 'a> {
    library: &'a Library,
    lineages: &'l Lineages,
    by_address: BTreeMap<&'a str, Vec<Settled<'a>>>,
}

impl<'l, 'a> Resolutions<'l, 'a> {
    /// Collects the resolutions of a lineage.
    pub(crate) fn new(library: &'a Library, lineages: &'l Lineages, order: &[ProfileId]) -> Self {
        let mut by_address: BTreeMap<&str, Vec<Settled<'_>>> = BTreeMap::new();
        for profile in order {
            for resolution in &library.profiles[*profile].resolutions {
                let settled = by_address.entry(&resolution.at.value).or_default();
                settled.push(Settled { profile: *profile, resolution });
            }
        }
        Resolutions { library, lineages, by_address }
    }

    /// Returns the resolution of an address. A child's replaces its parent's. If it does not fit the sides `below` a
    /// profile, one of that profile or its parents that fits them is used.
    fn find(
        &self,
        at: &str,
        sides: &[Side<'a>],
        below: Option<ProfileId>,
    ) -> Option<(Settled<'a>, Option<Problem<'a>>)> {
        let all = self.by_address.get(at)?;
        let highest = self.highest(all.iter().copied(), sides);
        let Some(profile) = below else { return highest };
        let is_above = |lower: ProfileId| self.is_above(profile, lower);
        let own =
            || all.iter().copied().filter(|settled| settled.profile == profile || is_above(settled.profile));
        let fits = |(settled, problem): &(Settled<'a>, Option<Problem<'a>>)| {
            let is_side = match &settled.resolution.choice {
                Choice::Take(name) => sides.iter().any(|side| side.name == name.value),
                Choice::Set(_) | Choice::KeepBoth(_) => true,
            };
            problem.is_none() && is_side && !is_stale(settled.resolution, sides)
        };
        match highest {
            Some(found) if fits(&found) => Some(found),
            found => self.highest(own(), sides).filter(fits).or(found),
        }
    }

    fn is_above(&self, upper: ProfileId, lower: ProfileId) -> bool {
        self.lineages.is_above(Source::Profile(upper), Source::Profile(lower))
    }

    /// Returns the resolution that no other replaces. If parents decide differently, the first one is returned with the
    /// problem. If they decide alike, the one that is not stale is preferred; the order of `extends` has no influence.
    fn highest(
        &self,
        all: impl Iterator<Item = Settled<'a>>,
        sides: &[Side<'a>],
    ) -> Option<(Settled<'a>, Option<Problem<'a>>)> {
        let mut settled: Vec<Settled<'a>> = Vec::new();
        for other in all {
            settled.retain(|lower| !self.is_above(other.profile, lower.profile));
            settled.push(other);
        }
        let first = *settled.first()?;
        if let Some(rival) = settled.iter().find(|other| !same_choice(first.resolution, other.resolution)) {
            return Some((first, Some(Problem::Rival(*rival))));
        }
        let fits = |settled: &&Settled<'a>| {
            (is_stale(settled.resolution, sides), !settled.resolution.breaks_lock, settled.profile)
        };
        Some((*settled.iter().min_by_key(fits)?, None))
    }

    /// Returns the resolutions of a profile itself.
    pub(crate) fn own(&self, profile: ProfileId) -> impl Iterator<Item = Settled<'a>> {
        let all = self.by_address.values().flatten();
        all.copied().filter(move |settled| settled.profile == profile)
    }

    /// Settles a disagreement: passes its resolution, if there is one, to `apply`, and returns the conflict.
    /// Callers must check that the conflict is settled before they use what `apply` computed, because `apply`
    /// also runs for stale resolutions.
    pub(crate) fn settle(
        &self,
        at: &str,
        kind: ConflictKind,
        sides: Vec<Side<'a>>,
        apply: impl FnOnce(&'a Resolution, &[Side<'a>]) -> Result<(), Problem<'a>>,
    ) -> Conflict<'a> {
        self.settle_below(at, kind, sides, None, apply)
    }

    /// As [`Resolutions::settle`], but only for the layers below a profile.
    fn settle_below(
        &self,
        at: &str,
        kind: ConflictKind,
        sides: Vec<Side<'a>>,
        below: Option<ProfileId>,
        apply: impl FnOnce(&'a Resolution, &[Side<'a>]) -> Result<(), Problem<'a>>,
    ) -> Conflict<'a> {
        let Some((settled, rival)) = self.find(at, &sides, below) else {
            return Conflict { at: at.to_owned(), kind, sides, state: ConflictState::Open };
        };
        // Whether a stale resolution can be reaffirmed depends on its effect now.
        let applied = apply(settled.resolution, &sides);
        // A parent cannot have decided against a claim of a profile above it.
        let is_older = || {
            let decided = Source::Profile(settled.profile);
            sides.iter().any(|side| self.lineages.is_above(side.source, decided)).then_some(Problem::Older)
        };
        let problem = match rival {
            Some(rival) => Some(rival),
            None if is_stale(settled.resolution, &sides) => Some(Problem::Stale(applied.err().map(Box::new))),
            None => is_older().or(applied.err()),
        };
        let state = match problem {
            None => ConflictState::Settled(settled),
            Some(problem) => ConflictState::Unapplied(settled, problem),
        };
        Conflict { at: at.to_owned(), kind, sides, state }
    }

    /// Decides one address and settles it. Returns its conflicts too: one, or several if profiles refine what is below
    /// them.
    pub(crate) fn decide(&self, at: &str, contest: &Contest<'_, 'a>) -> (Decision<'a>, Vec<Conflict<'a>>) {
        if contest.claims.iter().any(|claim| claim.partial().is_some()) {
            return refine::decide(self, at, contest);
        }
        let (decision, conflict) = self.decide_whole(at, contest, None);
        (decision, conflict.into_iter().collect())
    }

    /// Decides one address between whole claims: all of them, or what is `below` a profile.
    pub(super) fn decide_whole(
        &self,
        at: &str,
        contest: &Contest<'_, 'a>,
        below: Option<ProfileId>,
    ) -> (Decision<'a>, Option<Conflict<'a>>) {
        let verdict = decide(contest);
        let mut decision = Decision {
            claims: contest.claims.into(),
            outcomes: verdict.outcomes,
            removals: contest.removals.to_vec(),
            disagreement: verdict.disagreement,
            resolution: None,
            settled_below: None,
            is_open: false,
            subject: None,
        };
        let Some(disagreement) = decision.disagreement.clone() else { return (decision, None) };
        let mut settled = None;
        let claims = disagreement.sides.iter().map(|index| contest.claims[*index]);
        let removals =
            contest.removals.iter().copied().filter(|(profile, _)| disagreement.removals.contains(profile));
        let sides = sides(self.library, claims, removals);
        let conflict = self.settle_below(at, disagreement.kind, sides, below, |resolution, sides| {
            let (library, lineages) = (self.library, self.lineages);
            let applying =
                Applying { library, lineages, decision: &decision, disagreement: &disagreement, resolution };
            settled = Some(applying.outcomes(sides)?);
            Ok(())
        });
        decision.resolution = conflict.settled();
        if let (Some(_), Some(outcomes)) = (decision.resolution, settled) {
            decision.outcomes = outcomes;
        }
        decision.is_open = decision.resolution.is_none() && !conflict.is_tension();
        (decision, Some(conflict))
    }
}

/// Returns whether two resolutions decide the same.
fn same_choice(a: &Resolution, b: &Resolution) -> bool {
    let forces = |resolution: &Resolution| resolution.force.as_ref().map(|force| force.value);
    forces(a) == forces(b)
        && match (&a.choice, &b.choice) {
            (Choice::Take(a), Choice::Take(b)) => a.value == b.value,
            (Choice::Set(a), Choice::Set(b)) => a.value == b.value,
            (Choice::KeepBoth(_), Choice::KeepBoth(_)) => true,
            _ => false,
        }
}

/// Returns where the texts that a resolution saw are now, if they are at another side: old and new name. A text has
/// moved if its side lost it, and a side that had another text or was not there has it now; of several, the first.
/// This is how a renamed source is recognized, and how two that swapped their texts are.
pub(crate) fn moves<'r>(resolution: &'r Resolution, sides: &'r [Side<'_>]) -> Vec<(&'r str, &'r str)> {
    if !is_stale(resolution, sides) {
        return Vec::new();
    }
    let seen: BTreeMap<&str, &str> = resolution.pins().collect();
    let there = hashes(sides);
    let has_changed = |name: &str| match (seen.get(name), there.get(name)) {
        (Some(old), Some(new)) => !is_hash_of(old, new),
        _ => true,
    };
    let new: Vec<_> = there.iter().filter(|(name, _)| has_changed(name)).collect();
    let gone = seen.iter().filter(|(name, _)| has_changed(name));
    gone.filter_map(|(old, hash)| {
        let (now, _) = new.iter().find(|(_, now)| is_hash_of(hash, now))?;
        Some((*old, **now))
    })
    .collect()
}

/// Returns the side that the `take` of a resolution names now: the one with the text that it took, if that has moved,
/// else the one of that name. `None` if there is none, or if it now has the text of a side that lost, which nobody has chosen.
pub(crate) fn taken<'s, 'a>(
    resolution: &Resolution,
    name: &str,
    sides: &'s [Side<'a>],
) -> Option<&'s Side<'a>> {
    let moves = moves(resolution, sides);
    let now = moves.iter().find(|(old, _)| *old == name).map_or(name, |(_, new)| *new);
    let side = sides.iter().find(|side| side.name == now)?;
    let alike = resolution.pins().filter(|(_, hash)| is_hash_of(hash, &side.hash));
    let alike: Vec<&str> = alike.map(|(old, _)| old).collect();
    let has_lost = !alike.is_empty() && !alike.contains(&name);
    (!has_lost).then_some(side)
}

/// Returns whether the sides differ from those that a resolution saw. A resolution without `seen` is never
/// stale.
pub(crate) fn is_stale(resolution: &Resolution, sides: &[Side<'_>]) -> bool {
    let Some(seen) = &resolution.seen else { return false };
    let seen: BTreeMap<&str, &str> = seen.pins().collect();
    let there = hashes(sides);
    seen.len() != there.len()
        || there.iter().any(|(name, now)| !seen.get(name).is_some_and(|seen| is_hash_of(seen, now)))
}

/// The hash of each side, by name.
pub(crate) fn hashes<'s>(sides: &'s [Side<'_>]) -> BTreeMap<&'s str, &'s str> {
    sides.iter().map(|side| (side.name.as_str(), side.hash.as_str())).collect()
}

/// A resolution that is applied to the disagreement at an address.
struct Applying<'r, 'a> {
    library: &'a Library,
    lineages: &'r Lineages,
    decision: &'r Decision<'a>,
    disagreement: &'r Disagreement,
    resolution: &'a Resolution,
}

impl<'a> Applying<'_, 'a> {
    /// Returns the outcomes at the address after the resolution.
    fn outcomes(&self, sides: &[Side<'a>]) -> Result<Outcomes, Problem<'a>> {
        if matches!(
            self.disagreement.kind,
            ConflictKind::Clash | ConflictKind::LockedRemoval | ConflictKind::Unrefinable
        ) {
            return Err(Problem::Unresolvable);
        }
        let claims = &self.decision.claims;
        let mut outcomes = self.decision.outcomes.clone();
        match &self.resolution.choice {
            Choice::Take(name) => {
                let side = taken(self.resolution, &name.value, sides).ok_or(Problem::NotASide)?;
                self.take(side, &mut outcomes);
            }
            Choice::Set(value) => self.set(&value.value, &mut outcomes)?,
            Choice::KeepBoth(_) => self.keep_all(&mut outcomes)?,
        }
        if !matches!(self.resolution.choice, Choice::Set(_)) {
            follow(self.library, self.lineages, claims, &self.disagreement.sides, &mut outcomes);
        }
        let was_locked = |index: usize| self.decision.outcomes[index].0 != State::Removed;
        if !self.resolution.breaks_lock && lost_locks(claims, &outcomes).any(was_locked) {
            return Err(Problem::Lock);
        }
        Ok(outcomes)
    }

    fn take(&self, side: &Side<'a>, outcomes: &mut Outcomes) {
        let claims = &self.decision.claims;
        let winner =
            self.disagreement.sides.iter().copied().find(|index| claims[*index].source == side.source);
        for index in &self.disagreement.sides {
            outcomes[*index] = match winner {
                Some(winner) if *index == winner => (State::Emitted, Cause::Resolution),
                Some(winner) => covered(self.library, claims, *index, winner).unwrap_or(OVERRULED),
                None => OVERRULED,
            };
        }
    }

    fn set(&self, value: &Datum, outcomes: &mut Outcomes) -> Result<(), Problem<'a>> {
        let (claims, disputed) = (&self.decision.claims, &self.disagreement.sides);
        let first = disputed.first().ok_or(Problem::Unresolvable)?;
        check_value(self.library, claims[*first], value).map_err(Problem::WrongValue)?;
        let forces: Vec<_> = disputed.iter().filter_map(|index| claims[*index].force()).collect();
        let contradict = |a| forces.iter().any(|b| relation(a, *b) == Relation::Contradiction);
        if self.resolution.force.is_none() && forces.iter().any(|force| contradict(*force)) {
            return Err(Problem::NeedsForce);
        }
        for index in disputed {
            outcomes[*index] = OVERRULED;
        }
        Ok(())
    }

    /// Keeps every side. If sides agree, the first source by name is emitted, as everywhere; of rules in the same words,
    /// the strongest.
    fn keep_all(&self, outcomes: &mut Outcomes) -> Result<(), Problem<'a>> {
        let (claims, disputed) = (&self.decision.claims, &self.disagreement.sides);
        let part = disputed.first().and_then(|index| claims[*index].block()).map(|block| block.part);
        let several =
            matches!(part, Some(Part::Prose | Part::Closing | Part::Item | Part::Step | Part::Rule(_)));
        if !several || self.disagreement.kind == ConflictKind::Removal {
            return Err(Problem::KeepsOneValue);
        }
        let mut ranked = disputed.to_vec();
        let rank = |index: &usize| {
            let claim = claims[*index];
            (Reverse(claim.force().map(strength)), self.library.source_name(claim.source))
        };
        ranked.sort_by_cached_key(rank);
        let mut kept: Vec<usize> = Vec::new();
        for index in ranked {
            let is_locked = claims[index].level == Level::Locked;
            let may_cover = |(state, _): &(State, Cause)| !is_locked || *state == State::Agreed;
            let cover = kept.iter().find_map(|other| covered(self.library, claims, index, *other));
            outcomes[index] = cover.filter(may_cover).unwrap_or_else(|| {
                kept.push(index);
                (State::Emitted, Cause::Resolution)
            });
        }
        Ok(())
    }
}

/// The outcome of a claim that a resolution decides against.
const OVERRULED: (State, Cause) = (State::Overruled, Cause::Resolution);

/// Returns the outcome of a claim that agrees with the winner or is subsumed by it. `None` for other claims.
fn covered(library: &Library, claims: &[&Claim], index: usize, winner: usize) -> Option<(State, Cause)> {
    let (claim, by) = (claims[index], claims[winner]);
    let is_subsumed = || by.force().zip(claim.force()).is_some_and(|(strong, weak)| subsumes(strong, weak));
    match () {
        () if claim.digest == by.digest => Some((State::Agreed, Cause::Claim(winner))),
        () if has_same_words(library, claim, by) && is_subsumed() => {
            Some((State::Subsumed, Cause::Claim(winner)))
        }
        () => None,
    }
}

/// Updates claims that are not sides: each lost to a side, which may now have lost too.
fn follow(
    library: &Library,
    lineages: &Lineages,
    claims: &[&Claim],
    disputed: &[usize],
    outcomes: &mut Outcomes,
) {
    let emitted = |index: &usize| outcomes[*index].0 == State::Emitted;
    let mut winners: Vec<usize> = disputed.iter().copied().filter(emitted).collect();
    winners.sort_by_cached_key(|index| library.source_name(claims[*index].source));
    for index in (0..claims.len()).filter(|index| !disputed.contains(index)) {
        let claim = claims[index];
        if outcomes[index].0 != State::Shadowed || claim.level == Level::Default {
            continue;
        }
        let is_above = |winner: &&usize| lineages.is_above(claims[**winner].source, claim.source);
        let cover = winners.iter().find_map(|winner| covered(library, claims, index, *winner));
        let shadow = || winners.iter().find(is_above).map(|winner| (State::Shadowed, Cause::Claim(*winner)));
        outcomes[index] = cover.or_else(shadow).unwrap_or(OVERRULED);
    }
}

/// Checks the type of a `set` value against the claim that it replaces.
///
/// # Errors
/// A description of the expected type.
fn check_value(library: &Library, replaced: &Claim, value: &Datum) -> Result<(), String> {
    let text = value.as_str().filter(|text| !text.trim().is_empty());
    let (fits, expected) = match &replaced.content {
        Content::Field(_) => {
            (!matches!(value, Datum::List(_) | Datum::Map(_)), "a string, a number, true or false".to_owned())
        }
        Content::Setting(_) => return check_setting(library, replaced.address.as_str(), value),
        Content::Tags(_) | Content::Allow(_) | Content::Deny(_) => {
            let is_name = |item: &Datum| item.as_str().is_some_and(is_tool_name);
            let fits = matches!(value, Datum::List(items) if !items.is_empty() && items.iter().all(is_name));
            (fits, "a list of names that is not empty".to_owned())
        }
        Content::Block(block) if block.part == Part::Title => {
            (text.is_some_and(|text| !text.contains(['\n', '\r'])), "one line of text".to_owned())
        }
        Content::Block(_) | Content::Partial(_) => (text.is_some(), "a string that is not empty".to_owned()),
    };
    if fits { Ok(()) } else { Err(expected) }
}

/// Checks a `set` value of a setting, as [`check_value`] does. Only values that a profile could write are
/// allowed.
fn check_setting(library: &Library, address: &str, value: &Datum) -> Result<(), String> {
    let line = value.as_str().filter(|text| !text.contains(['\n', '\r']));
    let one_of = |words: Vec<&str>| match line.is_some_and(|word| words.contains(&word)) {
        true => Ok(()),
        false => Err(format!("one of {}", words.join(", "))),
    };
    match Address::parse(address) {
        Address::Style | Address::SectionKey { key: address::STYLE, .. } => {
            one_of(library.config.styles.keys().map(String::as_str).collect())
        }
        Address::Combine => one_of(Combine::ALL.map(|(name, _)| name).to_vec()),
        Address::SectionKey { key: address::GROUPS, .. } => one_of(Section::Groups.row().words().to_vec()),
        Address::Layout { .. } => crate::compose::layout::check_value(address, value),
        Address::TargetKey { key: crate::model::FRONT_MATTER, .. } => match value {
            Datum::String(_) => Ok(()),
            Datum::List(entries) if entries.iter().all(|entry| entry.as_str().is_some()) => Ok(()),
            _ => Err("the text itself, or a list of keys and lines".to_owned()),
        },
        Address::TargetKey { target, key } => {
            match crate::model::target(target).and_then(|target| target.key(key)) {
                Some(key) if !key.value.accepts(value) => Err(key.value.describe()),
                None if line.is_none() => Err("one line of text".to_owned()),
                _ => Ok(()),
            }
        }
        _ if line.is_some() => Ok(()),
        _ => Err("one line of text".to_owned()),
    }
}
