//! Decides one address: from its claims and removals to an outcome for each claim and the remaining disagreement.

use std::collections::BTreeSet;

use smallvec::smallvec;

use super::decision::{Cause, ConflictKind, Disagreement, Outcomes, State};
use crate::compose::lineage::Lineages;
use crate::model::{
    Claim, Combine, Content, Digest, Force, Level, Library, Part, ProfileId, Removal, Source,
};

/// All claims and removals at one address.
pub(crate) struct Contest<'c, 'a> {
    pub(crate) library: &'a Library,
    pub(crate) lineages: &'c Lineages,
    pub(crate) combine: Combine,
    /// The claims in display order.
    pub(crate) claims: &'c [&'a Claim],
    /// The removals that match the address, with their profiles.
    pub(crate) removals: &'c [(ProfileId, &'a Removal)],
    /// The claims that take no part, by index. They are left in conflict, with each other and with nobody.
    pub(crate) outside: &'c [usize],
}

/// The verdict about one address, before any resolution.
#[derive(Debug)]
pub(crate) struct Verdict {
    /// The outcome of each claim.
    pub(super) outcomes: Outcomes,
    /// The open disagreement.
    pub(super) disagreement: Option<Disagreement>,
}

/// A contest in progress: `outcomes` is `None` for claims that are still open.
pub(crate) struct Running<'c, 'a> {
    pub(super) contest: &'c Contest<'c, 'a>,
    pub(super) outcomes: Vec<Option<(State, Cause)>>,
}

/// Decides a contest.
pub(super) fn decide(contest: &Contest<'_, '_>) -> Verdict {
    if let Some(outcomes) = uncontested(contest) {
        return Verdict { outcomes, disagreement: None };
    }
    let mut running = Running { contest, outcomes: vec![None; contest.claims.len()] };
    for index in contest.outside {
        running.set(*index, State::Conflicted, Cause::Uncontested);
    }
    let disagreement = running.remove().or_else(|| running.clash()).or_else(|| {
        running.yield_defaults();
        // Removed claims do not count when the kind of contest is chosen.
        match running.open().first().map(|index| &contest.claims[*index].content) {
            None | Some(Content::Partial(_)) => None,
            Some(Content::Tags(_) | Content::Deny(_)) => running.unite(),
            Some(Content::Allow(_)) => running.intersect(),
            Some(Content::Block(block)) if matches!(block.part, Part::Rule(_)) => running.weigh_forces(),
            Some(Content::Field(_) | Content::Setting(_) | Content::Block(_)) => {
                let open = running.open();
                running.one_value(&open)
            }
        }
    });
    running.finish(disagreement)
}

/// Returns the outcomes if there is nothing to decide: one claim, or fragments that agree on one value. The
/// first source by name is emitted; the others agree with it.
fn uncontested(contest: &Contest<'_, '_>) -> Option<Outcomes> {
    let (first, rest) = contest.claims.split_first()?;
    if !contest.removals.is_empty() || !contest.outside.is_empty() {
        return None;
    }
    if rest.is_empty() {
        return Some(smallvec![(State::Emitted, Cause::Uncontested)]);
    }
    let is_one_value = matches!(first.content, Content::Field(_) | Content::Setting(_) | Content::Block(_));
    let is_equal = |claim: &&Claim| {
        matches!(claim.source, Source::Fragment(_))
            && claim.level == Level::Normal
            && claim.digest == first.digest
    };
    if !is_one_value || !contest.claims.iter().all(is_equal) {
        return None;
    }
    // Fragments are numbered in order of name.
    let winner = (0..contest.claims.len()).min_by_key(|index| contest.claims[*index].source)?;
    let outcome = |index| match index == winner {
        true => (State::Emitted, Cause::Uncontested),
        false => (State::Agreed, Cause::Claim(winner)),
    };
    Some((0..contest.claims.len()).map(outcome).collect())
}

impl Running<'_, '_> {
    pub(super) fn claim(&self, index: usize) -> &Claim {
        self.contest.claims[index]
    }

    pub(super) fn digest(&self, index: usize) -> Digest {
        self.claim(index).digest
    }

    pub(super) fn is_above(&self, upper: usize, lower: usize) -> bool {
        self.contest.lineages.is_above(self.claim(upper).source, self.claim(lower).source)
    }

    pub(super) fn open(&self) -> Vec<usize> {
        (0..self.outcomes.len()).filter(|index| self.outcomes[*index].is_none()).collect()
    }

    pub(super) fn set(&mut self, index: usize, state: State, cause: Cause) {
        self.outcomes[index] = Some((state, cause));
    }

    pub(super) fn is_locked(&self, index: usize) -> bool {
        self.claim(index).level == Level::Locked
    }

    pub(super) fn force(&self, index: usize) -> Force {
        self.claim(index).force().unwrap_or(Force::Must)
    }

    /// Applies removals. Claims strictly below the removing profile are removed; a claim of a peer is a
    /// conflict unless a source above both overrides it.
    pub(super) fn remove(&mut self) -> Option<Disagreement> {
        let contest = self.contest;
        let mut locked = Vec::new();
        for (profile, removal) in contest.removals {
            let remover = Source::Profile(*profile);
            for index in self.open() {
                if contest.lineages.is_above(remover, self.claim(index).source) {
                    if self.is_locked(index) && !removal.breaks_lock {
                        locked.push((index, *profile));
                    } else {
                        self.set(index, State::Removed, Cause::Removal(*profile));
                    }
                }
            }
        }
        // A claim that another removal has removed is no longer in the way.
        let open = self.open();
        locked.retain(|(index, _)| open.contains(index));
        if !locked.is_empty() {
            // While a lock prevents a removal, nothing at this address is decided.
            let mut disagreement = Disagreement::new(ConflictKind::LockedRemoval, open);
            disagreement.removals = locked.into_iter().map(|(_, profile)| profile).collect();
            disagreement.removals.sort_unstable();
            disagreement.removals.dedup();
            return Some(disagreement);
        }
        self.removal_between_peers()
    }

    pub(super) fn removal_between_peers(&mut self) -> Option<Disagreement> {
        let contest = self.contest;
        let mut disagreement = Disagreement::new(ConflictKind::Removal, []);
        for (profile, _) in contest.removals {
            let remover = Source::Profile(*profile);
            let is_above = |upper, lower| contest.lineages.is_above(upper, lower);
            let open = self.open();
            // A profile that removes an entry and also claims it, replaces it: its claim competes like any
            // other.
            if open.iter().any(|index| self.claim(*index).source == remover) {
                continue;
            }
            for index in &open {
                let source = self.claim(*index).source;
                let peers = source != remover && !is_above(source, remover);
                let overridden = open.iter().any(|other| {
                    let other = self.claim(*other).source;
                    is_above(other, remover) && is_above(other, source)
                });
                if peers && !overridden {
                    match self.claim(*index).level {
                        Level::Default => self.set(*index, State::Removed, Cause::Removal(*profile)),
                        _ => {
                            disagreement.sides.push(*index);
                            disagreement.removals.push(*profile);
                        }
                    }
                }
            }
        }
        if disagreement.sides.is_empty() {
            return None;
        }
        // All open claims are sides, such as a claim of the remover itself: otherwise they would be lost
        // whoever wins.
        disagreement.sides = self.open();
        disagreement.removals.sort_unstable();
        disagreement.removals.dedup();
        Some(disagreement)
    }

    /// Reports entries of different types at one address: an address names one thing.
    pub(super) fn clash(&mut self) -> Option<Disagreement> {
        let sort = |index: &usize| match &self.claim(*index).content {
            Content::Block(block) => block.part.noun(),
            _ => "value",
        };
        let open = self.open();
        let sorts: BTreeSet<_> = open.iter().map(sort).collect();
        (sorts.len() > 1).then(|| Disagreement::new(ConflictKind::Clash, open))
    }

    pub(super) fn yield_defaults(&mut self) {
        let open = self.open();
        let is_firm = |index: &usize| self.claim(*index).level != Level::Default;
        if let Some(firm) = self.least(open.iter().copied().filter(is_firm)) {
            for index in open {
                if self.claim(index).level == Level::Default {
                    self.set(index, State::Shadowed, Cause::Claim(firm));
                }
            }
        }
    }

    /// Returns the claims in `among` with no other claim in a higher layer.
    pub(super) fn highest(&self, among: &[usize]) -> Vec<usize> {
        // Fragments are below every profile, so they need not be compared with each other.
        let profiles: Vec<usize> = among
            .iter()
            .copied()
            .filter(|index| matches!(self.claim(*index).source, Source::Profile(_)))
            .collect();
        let uppers = if profiles.is_empty() { return among.to_vec() } else { &profiles };
        uppers
            .iter()
            .copied()
            .filter(|index| !uppers.iter().any(|other| self.is_above(*other, *index)))
            .collect()
    }

    /// Returns the locked claims in `among`, and the others that no lock overrides, if they differ. A lock
    /// overrides the layers below it.
    pub(super) fn rivals_of_locks(&self, among: &[usize]) -> Option<Vec<usize>> {
        let locked: Vec<usize> = among.iter().copied().filter(|index| self.is_locked(*index)).collect();
        let first = *locked.first()?;
        let is_rival =
            |index: &usize| locked.contains(index) || !locked.iter().any(|lock| self.is_above(*lock, *index));
        let rivals: Vec<usize> = among.iter().copied().filter(is_rival).collect();
        rivals.iter().any(|index| self.digest(*index) != self.digest(first)).then_some(rivals)
    }

    /// Decides on one value: that of the locked claims, else that of the highest layer, if they agree.
    pub(super) fn one_value(&mut self, among: &[usize]) -> Option<Disagreement> {
        if let Some(rivals) = self.rivals_of_locks(among) {
            return Some(Disagreement::new(ConflictKind::Locked, rivals));
        }
        let locked: Vec<usize> = among.iter().copied().filter(|index| self.is_locked(*index)).collect();
        let top = if locked.is_empty() { self.highest(among) } else { locked };
        let first = *top.first()?;
        if top.iter().any(|index| self.digest(*index) != self.digest(first)) {
            return Some(Disagreement::new(ConflictKind::Different, top));
        }
        let winner = self.least(top).unwrap_or(first);
        for index in among {
            let outcome = match *index {
                index if index == winner => (State::Emitted, Cause::Uncontested),
                index if self.digest(index) == self.digest(winner) => (State::Agreed, Cause::Claim(winner)),
                _ => (State::Shadowed, Cause::Claim(winner)),
            };
            self.outcomes[*index] = Some(outcome);
        }
        None
    }

    /// Returns the claim in `among` whose source comes first by name.
    pub(super) fn least(&self, among: impl IntoIterator<Item = usize>) -> Option<usize> {
        among.into_iter().min_by_key(|index| self.name(*index))
    }

    fn name(&self, index: usize) -> String {
        self.contest.library.source_name(self.claim(index).source)
    }

    /// Returns whether two claims have the same words; the forces of rules may differ.
    pub(super) fn has_same_words(&self, one: usize, other: usize) -> bool {
        has_same_words(self.contest.library, self.claim(one), self.claim(other))
    }

    pub(super) fn unite(&mut self) -> Option<Disagreement> {
        for index in self.open() {
            self.set(index, State::Emitted, Cause::Uncontested);
        }
        None
    }

    pub(super) fn finish(mut self, disagreement: Option<Disagreement>) -> Verdict {
        if let Some(disagreement) = &disagreement
            && disagreement.kind != ConflictKind::Tension
        {
            for index in &disagreement.sides {
                self.set(*index, State::Conflicted, Cause::Uncontested);
            }
            // The other open claims are below a side.
            let sides = || disagreement.sides.iter().copied();
            for index in self.open() {
                let upper = self.least(sides().filter(|side| self.is_above(*side, index)));
                let upper = upper.or_else(|| self.least(sides())).unwrap_or_default();
                self.set(index, State::Shadowed, Cause::Claim(upper));
            }
        }
        let outcomes = self
            .outcomes
            .into_iter()
            .map(|outcome| outcome.unwrap_or((State::Emitted, Cause::Uncontested)))
            .collect();
        Verdict { outcomes, disagreement }
    }
}

/// Returns whether two claims have the same words: text, label, reason and subject. The forces of rules may
/// differ.
pub(super) fn has_same_words(library: &Library, one: &Claim, other: &Claim) -> bool {
    one.digest == other.digest || one.force() != other.force() && library.has_same_words(one, other)
}
