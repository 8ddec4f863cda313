//! Decides the rules at one address: contradictions, locks, weakening, then the wording.

use std::collections::{BTreeMap, BTreeSet};

use super::combine::{Ranked, beats, may_weaken};
use super::decision::{Cause, ConflictKind, Disagreement, State};
use super::force::{Relation, relation, strength};
use super::resolve::Running;
use crate::model::{Combine, Force};

impl Running<'_, '_> {
    /// Decides rules: `combine` settles contradictions, then come locks and weakening, then the strongest
    /// force in the highest layer wins. Different words in that layer are a conflict, whatever their forces.
    pub(super) fn weigh_forces(&mut self) -> Option<Disagreement> {
        if let Some(disagreement) = self.combine_contradictions() {
            return Some(disagreement);
        }
        let open = self.open();
        if let Some(rivals) = self.rivals_of_locks(&open) {
            return Some(self.disagreement(ConflictKind::Locked, rivals));
        }
        if let Some(sides) = self.weakening(&open) {
            return Some(self.disagreement(ConflictKind::Weakening, sides));
        }
        let highest = self.highest(&open);
        let first = *highest.first()?;
        if highest.iter().any(|index| !self.has_same_words(*index, first)) {
            return Some(self.disagreement(ConflictKind::Different, highest));
        }
        let strongest = highest.iter().copied().max_by_key(|index| strength(self.force(*index)));
        let winner = self.least(
            highest
                .iter()
                .copied()
                .filter(|index| Some(self.force(*index)) == strongest.map(|top| self.force(top))),
        )?;
        for index in &open {
            let outcome = match *index {
                index if index == winner => (State::Emitted, Cause::Uncontested),
                index if self.digest(index) == self.digest(winner) => (State::Agreed, Cause::Claim(winner)),
                index if self.has_same_words(index, winner) => (State::Subsumed, Cause::Claim(winner)),
                index => {
                    let is_above = |upper: &usize| self.is_above(*upper, index);
                    let upper = match is_above(&winner) {
                        true => winner,
                        false => self.least(highest.iter().copied().filter(is_above)).unwrap_or(winner),
                    };
                    (State::Shadowed, Cause::Claim(upper))
                }
            };
            self.outcomes[*index] = Some(outcome);
        }
        let is_tense = |a: usize, b: usize| relation(self.force(a), self.force(b)) == Relation::Tension;
        let sides = self.related(&highest, is_tense);
        (!sides.is_empty()).then(|| Disagreement::new(ConflictKind::Tension, sides))
    }

    /// Returns the claims in `among` for which `relates` holds with another of them. Only one claim of each
    /// force is compared, so the cost is linear in the claims.
    fn related(&self, among: &[usize], relates: impl Fn(usize, usize) -> bool) -> Vec<usize> {
        let samples = self.samples(among);
        let related = |sample: &&usize| samples.iter().any(|other| relates(**sample, *other));
        let forces: Vec<Force> = samples.iter().filter(related).map(|sample| self.force(*sample)).collect();
        among.iter().copied().filter(|index| forces.contains(&self.force(*index))).collect()
    }

    /// Returns one claim of each force in `among`.
    fn samples(&self, among: &[usize]) -> Vec<usize> {
        let mut by_force: BTreeMap<Force, usize> = BTreeMap::new();
        for index in among {
            by_force.entry(self.force(*index)).or_insert(*index);
        }
        by_force.into_values().collect()
    }

    fn ranked(&self, index: usize) -> Ranked {
        (self.force(index), self.claim(index).source)
    }

    fn combine_contradictions(&mut self) -> Option<Disagreement> {
        let open = self.open();
        let combine = self.contest.combine;
        if combine == Combine::Unanimous {
            return self.contradiction(&open);
        }
        // Only `highest-layer` compares sources; for the other policies, claims of equal force are
        // interchangeable.
        let rivals = if combine == Combine::HighestLayer { self.highest(&open) } else { self.samples(&open) };
        let loses = |index: &usize| {
            let loser = self.ranked(*index);
            rivals.iter().any(|rival| {
                let winner = self.ranked(*rival);
                beats(combine, self.contest.lineages, winner, loser)
                    || may_weaken(combine, self.contest.lineages, winner, loser)
            })
        };
        let losers: Vec<usize> = open.iter().copied().filter(loses).collect();
        if losers.iter().any(|index| self.is_locked(*index)) {
            return Some(Disagreement::new(ConflictKind::Locked, open));
        }
        for index in losers {
            self.set(index, State::Overruled, Cause::Combine);
        }
        let open = self.open();
        self.contradiction(&open)
    }

    fn contradiction(&self, open: &[usize]) -> Option<Disagreement> {
        let contradicts =
            |a: usize, b: usize| relation(self.force(a), self.force(b)) == Relation::Contradiction;
        let sides = self.related(open, contradicts);
        (!sides.is_empty()).then(|| self.disagreement(ConflictKind::Contradiction, sides))
    }

    /// Returns the rules that weaken a strongest rule below them, unless a strongest rule above them restores
    /// it, followed by the strongest rules. `None` if nothing is weakened.
    fn weakening(&self, open: &[usize]) -> Option<Vec<usize>> {
        let strongest = open.iter().map(|index| strength(self.force(*index))).max()?;
        let (top, weaker): (Vec<usize>, Vec<usize>) =
            open.iter().partition(|index| strength(self.force(**index)) == strongest);
        let weakens = |index: &usize| {
            top.iter().any(|strong| self.is_above(*index, *strong))
                && !top.iter().any(|strong| self.is_above(*strong, *index))
        };
        let weakening: Vec<usize> = weaker.into_iter().filter(weakens).collect();
        (!weakening.is_empty()).then(|| weakening.into_iter().chain(top).collect())
    }

    /// Returns a disagreement between `sides`, the highest layer, all locked rules, and every rule that one of
    /// these would weaken or contradict if it won. The remaining rules are below a side that may override
    /// them.
    fn disagreement(&self, kind: ConflictKind, sides: Vec<usize>) -> Disagreement {
        let open = self.open();
        let mut all: BTreeSet<usize> = sides.into_iter().chain(self.highest(&open)).collect();
        all.extend(open.iter().copied().filter(|index| self.is_locked(*index)));
        let mut rest: Vec<usize> = open.into_iter().filter(|index| !all.contains(index)).collect();
        loop {
            let cannot_override = |index: &usize| {
                all.iter().any(|side| {
                    let (upper, lower) = (self.force(*side), self.force(*index));
                    let yields = strength(upper) < strength(lower)
                        || relation(upper, lower) == Relation::Contradiction;
                    yields && self.is_above(*side, *index)
                })
            };
            let (more, less): (Vec<usize>, Vec<usize>) =
                rest.iter().partition(|index| cannot_override(index));
            if more.is_empty() {
                return Disagreement::new(kind, all);
            }
            all.extend(more);
            rest = less;
        }
    }
}
