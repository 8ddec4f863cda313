//! Rules at one address: contradictions, strength, locks and layers.

use std::collections::BTreeMap;

use super::combine::{Ranked, beats, may_weaken};
use super::decision::{Cause, Dispute, DisputeKind, State};
use super::force::{Relation, relation, strength, subsumes};
use super::resolve::Running;
use crate::model::{Combine, Force};

impl Running<'_, '_> {
    /// Rules: contradictions to `combine`, then the strongest force, then one wording.
    pub(super) fn weigh_forces(&mut self) -> Option<Dispute> {
        if let Some(dispute) = self.combine_contradictions() {
            return Some(dispute);
        }
        let open = self.open();
        let strongest = open.iter().map(|index| strength(self.force(*index))).max()?;
        let (top, weaker): (Vec<usize>, Vec<usize>) =
            open.iter().partition(|index| strength(self.force(**index)) == strongest);
        if let Some(dispute) = self.locks_and_layers(&top, &weaker) {
            return Some(dispute);
        }
        let dispute = self.one_value(&top);
        let winner = self.winner(&top).unwrap_or(top[0]);
        for index in &weaker {
            self.set(*index, State::Subsumed, Cause::Claim(winner));
        }
        dispute.or_else(|| {
            let tense = |a: usize, b: usize| relation(self.force(a), self.force(b)) == Relation::Tension;
            // A layer may strengthen lower layers.
            let strengthened = |index: &usize| {
                weaker.contains(index) && top.iter().any(|strong| self.is_above(*strong, *index))
            };
            let open: Vec<usize> = open.iter().copied().filter(|index| !strengthened(index)).collect();
            let sides = self.related(&open, tense);
            (!sides.is_empty()).then(|| Dispute::new(DisputeKind::Tension, sides))
        })
    }

    fn winner(&self, among: &[usize]) -> Option<usize> {
        among.iter().copied().find(|index| matches!(self.outcomes[*index], Some((State::Emitted, _))))
    }

    /// The claims in `among` that `relates` to another of them. One claim of each force is compared, so this is
    /// linear in the claims.
    fn related(&self, among: &[usize], relates: impl Fn(usize, usize) -> bool) -> Vec<usize> {
        let samples = self.samples(among);
        let related = |sample: &&usize| samples.iter().any(|other| relates(**sample, *other));
        let forces: Vec<Force> = samples.iter().filter(related).map(|sample| self.force(*sample)).collect();
        among.iter().copied().filter(|index| forces.contains(&self.force(*index))).collect()
    }

    /// One claim of each force in `among`.
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

    fn combine_contradictions(&mut self) -> Option<Dispute> {
        let open = self.open();
        let contradicts =
            |a: usize, b: usize| relation(self.force(a), self.force(b)) == Relation::Contradiction;
        let sides = self.related(&open, contradicts);
        let combine = self.contest.combine;
        if combine == Combine::Unanimous {
            return (!sides.is_empty()).then(|| self.dispute(DisputeKind::Contradiction, &open, sides));
        }
        // Only `highest-layer` looks at sources; to the other policies all claims of one force are alike.
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
            let rest = open.iter().filter(|index| !losers.contains(index));
            return Some(Dispute::new(DisputeKind::Locked, losers.iter().chain(rest).copied()));
        }
        for index in losers {
            self.set(index, State::Overruled, Cause::Combine);
        }
        let open = self.open();
        let contradicts =
            |a: usize, b: usize| relation(self.force(a), self.force(b)) == Relation::Contradiction;
        let sides = self.related(&open, contradicts);
        (!sides.is_empty()).then(|| self.dispute(DisputeKind::Contradiction, &open, sides))
    }

    /// A dispute of rules between `sides`. What none of them subsumes, or what stands above the one that
    /// does, is to be chosen from as well.
    fn dispute(&self, kind: DisputeKind, open: &[usize], sides: Vec<usize>) -> Dispute {
        let is_subsumed = |index: &usize| {
            sides.iter().any(|side| self.subsumes(*side, *index) && !self.is_above(*index, *side))
        };
        let others = open.iter().copied().filter(|index| !is_subsumed(index));
        Dispute::new(kind, others.chain(sides.iter().copied()))
    }

    /// Whether one rule covers another, weaker one.
    pub(super) fn subsumes(&self, strong: usize, weak: usize) -> bool {
        let forces = self.claim(strong).force().zip(self.claim(weak).force());
        forces.is_some_and(|(strong, weak)| subsumes(strong, weak))
    }

    /// What subsumption may not do: change a locked rule, or pass over a weakening.
    fn locks_and_layers(&self, top: &[usize], weaker: &[usize]) -> Option<Dispute> {
        let changed: Vec<usize> = weaker.iter().copied().filter(|index| self.is_locked(*index)).collect();
        let above_a_top = |index: &usize| top.iter().any(|strong| self.is_above(*index, *strong));
        let below_a_top = |index: &usize| {
            top.iter().any(|strong| {
                self.is_above(*strong, *index) || self.claim(*strong).source == self.claim(*index).source
            })
        };
        let weakens = |index: &&usize| above_a_top(index) && !below_a_top(index);
        let weakening: Vec<usize> = weaker.iter().filter(weakens).copied().collect();
        if !weakening.is_empty() {
            let sides = weakening.iter().chain(top).copied().collect();
            return Some(self.dispute(DisputeKind::Weakening, &self.open(), sides));
        }
        let sides = || changed.iter().chain(top).copied().collect();
        (!changed.is_empty()).then(|| self.dispute(DisputeKind::Locked, &self.open(), sides()))
    }
}
