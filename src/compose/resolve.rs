//! The merge: from all claims at one address to one decision.
//!
//! Claims are first collected and then resolved, all at once; nothing is folded in pairs. The rules:
//!
//! *Which claim stands.* Removals take away what lies strictly below their profile. A `locked` claim
//! stands: it shadows what lies below it, and a different claim beside or above it is a conflict.
//! Otherwise `default` claims yield to `normal` ones, of these the highest layer stands, and if those
//! disagree that is a conflict.
//!
//! | kind of claim | merge |
//! |---|---|
//! | field, setting, title, lead | one value |
//! | item, step, prose | one value; `keep = "both"` keeps several |
//! | rule | by force, see below; one wording |
//! | tags, `tools.deny` | union |
//! | `tools.allow` | intersection; a higher layer that widens it is a conflict |
//!
//! *Rules.* How forces relate is the table of [`super::force`]. Contradictions go to `combine`. Of the rest the strongest force stands, in the wording of the
//! highest layer among the strongest. A weaker claim above a stronger one is weakening, a conflict.

use std::collections::{BTreeMap, BTreeSet};

use super::decision::{Cause, Dispute, DisputeKind, State};
use super::force::{Relation, absorbs, relation, strength};
use super::lineage::Lineages;
use super::statement::Statement;
use crate::model::{Claim, Combine, Content, Force, Level, Library, Part, Removal, Source};

/// All claims and removals at one address.
pub(super) struct Contest<'c, 'a> {
    pub(super) library: &'a Library,
    pub(super) lineages: &'c Lineages,
    pub(super) combine: Combine,
    /// The claims in display order.
    pub(super) claims: &'c [&'a Claim],
    /// The removals that match, each with its profile.
    pub(super) removals: &'c [(u32, &'a Removal)],
}

/// What a contest comes to, before any resolution.
#[derive(Debug)]
pub(super) struct Outcome {
    /// The state of each claim and its cause.
    pub(super) fates: Vec<(State, Cause)>,
    /// What is left to decide.
    pub(super) dispute: Option<Dispute>,
}

/// The claims that are still in the running, and the fates of the others.
struct Running<'c, 'a> {
    contest: &'c Contest<'c, 'a>,
    statements: Vec<Statement>,
    fates: Vec<Option<(State, Cause)>>,
}

/// Decides a contest.
pub(super) fn decide(contest: &Contest<'_, '_>) -> Outcome {
    // One claim alone agrees with itself.
    let compared = if contest.claims.len() > 1 { contest.claims } else { &[] };
    let statements = compared.iter().map(|claim| Statement::of(contest.library, claim)).collect();
    let mut running = Running { contest, statements, fates: vec![None; contest.claims.len()] };
    let dispute = running.remove().or_else(|| running.clash()).or_else(|| {
        running.yield_defaults();
        // What was removed has no say in what sort of contest this is.
        match running.open().first().map(|index| &contest.claims[*index].content) {
            None => None,
            Some(Content::Tags(_) | Content::Deny(_)) => running.unite(),
            Some(Content::Allow(_)) => running.intersect(),
            Some(Content::Block(block)) if matches!(block.part, Part::Rule(_)) => running.weigh_forces(),
            Some(Content::Field(_) | Content::Setting(_) | Content::Block(_)) => {
                let open = running.open();
                running.one_value(&open)
            }
        }
    });
    running.finish(dispute)
}

impl Running<'_, '_> {
    fn claim(&self, index: usize) -> &Claim {
        self.contest.claims[index]
    }

    fn is_above(&self, upper: usize, lower: usize) -> bool {
        self.contest.lineages.is_above(self.claim(upper).source, self.claim(lower).source)
    }

    fn open(&self) -> Vec<usize> {
        (0..self.fates.len()).filter(|index| self.fates[*index].is_none()).collect()
    }

    fn set(&mut self, index: usize, state: State, cause: Cause) {
        self.fates[index] = Some((state, cause));
    }

    fn is_locked(&self, index: usize) -> bool {
        self.claim(index).level == Level::Locked
    }

    fn force(&self, index: usize) -> Force {
        self.claim(index).force().unwrap_or(Force::Must)
    }

    /// Removals: what lies strictly below goes; a peer that nothing above overrides is a conflict.
    fn remove(&mut self) -> Option<Dispute> {
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
        // What another removal may take, and takes, is no longer in anybody's way.
        let open = self.open();
        locked.retain(|(index, _)| open.contains(index));
        if !locked.is_empty() {
            // Nothing is decided here as long as the lock stands in the way.
            let mut dispute = Dispute::new(DisputeKind::LockedRemoval, open);
            dispute.removals = locked.into_iter().map(|(_, profile)| profile).collect();
            dispute.removals.sort_unstable();
            dispute.removals.dedup();
            return Some(dispute);
        }
        self.removal_between_peers()
    }

    fn removal_between_peers(&mut self) -> Option<Dispute> {
        let contest = self.contest;
        let mut dispute = Dispute::new(DisputeKind::Removal, []);
        for (profile, _) in contest.removals {
            let remover = Source::Profile(*profile);
            let is_above = |upper, lower| contest.lineages.is_above(upper, lower);
            let open = self.open();
            // A profile that removes and says it anew edits: its claim is compared like any other.
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
                            dispute.sides.push(*index);
                            dispute.removals.push(*profile);
                        }
                    }
                }
            }
        }
        if dispute.sides.is_empty() {
            return None;
        }
        // What else is still in the running, such as what the remover says itself, is to be chosen from
        // as well: else it would be gone whoever wins.
        dispute.sides = self.open();
        dispute.removals.sort_unstable();
        dispute.removals.dedup();
        Some(dispute)
    }

    /// An address names one thing: an item and a rule cannot share it.
    fn clash(&mut self) -> Option<Dispute> {
        let sort = |index: &usize| match &self.claim(*index).content {
            Content::Block(block) => block.part.noun(),
            _ => "value",
        };
        let open = self.open();
        let sorts: BTreeSet<_> = open.iter().map(sort).collect();
        (sorts.len() > 1).then(|| Dispute::new(DisputeKind::Clash, open))
    }

    fn yield_defaults(&mut self) {
        let open = self.open();
        let firm = open.iter().copied().find(|index| self.claim(*index).level != Level::Default);
        if let Some(firm) = firm {
            for index in open {
                if self.claim(index).level == Level::Default {
                    self.set(index, State::Shadowed, Cause::Claim(firm));
                }
            }
        }
    }

    /// Those of `among` that nothing in it stands above.
    fn highest(&self, among: &[usize]) -> Vec<usize> {
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

    /// One value for all of `among`: the locked ones, else the highest layer, if they agree.
    fn one_value(&mut self, among: &[usize]) -> Option<Dispute> {
        let locked: Vec<usize> = among.iter().copied().filter(|index| self.is_locked(*index)).collect();
        let top = if locked.is_empty() { self.highest(among) } else { locked.clone() };
        let first = *top.first()?;
        if let [only] = among {
            self.set(*only, State::Emitted, Cause::Stands);
            return None;
        }
        let mut rivals: Vec<usize> = top.clone();
        if !locked.is_empty() {
            // Where locks disagree, what agrees with one of them still differs from another.
            rivals.extend(among.iter().filter(|index| {
                let differs = |lock: &usize| self.statements[**index] != self.statements[*lock];
                !locked.contains(index)
                    && locked.iter().any(differs)
                    && !locked.iter().any(|lock| self.is_above(*lock, **index))
            }));
        }
        if rivals.iter().any(|index| self.statements[*index] != self.statements[first]) {
            let kind = if locked.is_empty() { DisputeKind::Different } else { DisputeKind::Locked };
            for index in among.iter().filter(|index| !rivals.contains(index)) {
                self.set(*index, State::Shadowed, Cause::Claim(first));
            }
            return Some(Dispute::new(kind, rivals));
        }
        let winner = top.into_iter().min_by_key(|index| self.name(*index)).unwrap_or(first);
        for index in among {
            let fate = match *index {
                index if index == winner => (State::Emitted, Cause::Stands),
                index if self.statements[index] == self.statements[winner] => {
                    (State::Agreed, Cause::Claim(winner))
                }
                _ => (State::Shadowed, Cause::Claim(winner)),
            };
            self.fates[*index] = Some(fate);
        }
        None
    }

    fn name(&self, index: usize) -> String {
        self.contest.library.source_name(self.claim(index).source)
    }

    /// Rules: contradictions to `combine`, then the strongest force, then one wording.
    fn weigh_forces(&mut self) -> Option<Dispute> {
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
            self.set(*index, State::Absorbed, Cause::Claim(winner));
        }
        dispute.or_else(|| {
            let tense = |a: usize, b: usize| relation(self.force(a), self.force(b)) == Relation::Tension;
            // A layer may strengthen what lies below it freely.
            let strengthened = |index: &usize| {
                weaker.contains(index) && top.iter().any(|strong| self.is_above(*strong, *index))
            };
            let open: Vec<usize> = open.iter().copied().filter(|index| !strengthened(index)).collect();
            let sides = self.related(&open, tense);
            (!sides.is_empty()).then(|| Dispute::new(DisputeKind::Tension, sides))
        })
    }

    fn winner(&self, among: &[usize]) -> Option<usize> {
        among.iter().copied().find(|index| matches!(self.fates[*index], Some((State::Emitted, _))))
    }

    /// Those of `among` that `relates` to another of them. Forces are few, so one claim of each is
    /// compared.
    fn related(&self, among: &[usize], relates: impl Fn(usize, usize) -> bool) -> Vec<usize> {
        let mut by_force: BTreeMap<Force, Vec<usize>> = BTreeMap::new();
        for index in among {
            by_force.entry(self.force(*index)).or_default().push(*index);
        }
        let samples: Vec<usize> = by_force.values().map(|indices| indices[0]).collect();
        let related = |indices: &&Vec<usize>| samples.iter().any(|sample| relates(indices[0], *sample));
        by_force.values().filter(related).flatten().copied().collect()
    }

    fn combine_contradictions(&mut self) -> Option<Dispute> {
        let open = self.open();
        let contradicts =
            |a: usize, b: usize| relation(self.force(a), self.force(b)) == Relation::Contradiction;
        let sides = self.related(&open, contradicts);
        let prohibits = |index: &usize| matches!(self.force(*index), Force::Never | Force::Avoid);
        let losers: Vec<usize> = match self.contest.combine {
            Combine::Unanimous if sides.is_empty() => return None,
            Combine::Unanimous => return Some(self.dispute(DisputeKind::Contradiction, &open, sides)),
            Combine::ProhibitionOverrides => {
                sides.iter().copied().filter(|index| !prohibits(index)).collect()
            }
            Combine::PermissionOverrides => sides.iter().copied().filter(prohibits).collect(),
            Combine::HighestLayer => {
                let top = self.highest(&open);
                let loses = |index: &&usize| {
                    let over = |upper: &usize| {
                        let (high, low) = (self.force(*upper), self.force(**index));
                        let changes =
                            relation(high, low) == Relation::Contradiction || strength(high) < strength(low);
                        changes && self.is_above(*upper, **index)
                    };
                    top.iter().any(over)
                };
                open.iter().filter(loses).copied().collect()
            }
        };
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

    /// A dispute of rules between `sides`. What none of them absorbs, or what stands above the one that
    /// does, is to be chosen from as well.
    fn dispute(&self, kind: DisputeKind, open: &[usize], sides: Vec<usize>) -> Dispute {
        let is_absorbed = |index: &usize| {
            sides.iter().any(|side| self.absorbs(*side, *index) && !self.is_above(*index, *side))
        };
        let others = open.iter().copied().filter(|index| !is_absorbed(index));
        Dispute::new(kind, others.chain(sides.iter().copied()))
    }

    /// Whether one rule says already what another, weaker one does.
    fn absorbs(&self, strong: usize, weak: usize) -> bool {
        let forces = self.claim(strong).force().zip(self.claim(weak).force());
        forces.is_some_and(|(strong, weak)| absorbs(strong, weak))
    }

    /// What absorption may not do: change a locked rule, or pass over a weakening.
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

    fn unite(&mut self) -> Option<Dispute> {
        for index in self.open() {
            self.set(index, State::Emitted, Cause::Stands);
        }
        None
    }

    /// Tools: each profile may narrow what lies below it, and not widen it.
    fn intersect(&mut self) -> Option<Dispute> {
        let open = self.open();
        let lists: Vec<BTreeSet<&str>> =
            open.iter().map(|index| allowed(self.contest.claims[*index])).collect();
        let mut sides = BTreeSet::new();
        let listed = || open.iter().copied().zip(&lists);
        for (upper, upper_list) in listed() {
            for (lower, lower_list) in listed() {
                // What only narrows a layer between the two is not what widens the lower one.
                let narrows = || {
                    listed().any(|(middle, list)| {
                        self.is_above(upper, middle)
                            && self.is_above(middle, lower)
                            && upper_list.is_subset(list)
                    })
                };
                if self.is_above(upper, lower) && !upper_list.is_subset(lower_list) && !narrows() {
                    sides.extend([upper, lower]);
                }
            }
        }
        if !sides.is_empty() {
            for index in open.iter().filter(|index| !sides.contains(index)) {
                self.set(*index, State::Emitted, Cause::Stands);
            }
            return Some(Dispute::new(DisputeKind::Widening, sides));
        }
        let common = lists.iter().skip(1).fold(lists.first().cloned().unwrap_or_default(), |common, list| {
            common.intersection(list).copied().collect()
        });
        if common.is_empty() && !open.is_empty() {
            return Some(Dispute::new(DisputeKind::NoTools, open));
        }
        self.unite()
    }

    fn finish(mut self, dispute: Option<Dispute>) -> Outcome {
        if let Some(dispute) = &dispute
            && dispute.kind != DisputeKind::Tension
        {
            for index in &dispute.sides {
                self.set(*index, State::Conflicted, Cause::Stands);
            }
            // What was still in the running and is no side lost to the sides: a weaker rule to one that
            // says it already, and everything else by its rank.
            let first = dispute.sides.first().copied().unwrap_or_default();
            for index in self.open() {
                match dispute.sides.iter().find(|side| self.absorbs(**side, index)) {
                    Some(side) => self.set(index, State::Absorbed, Cause::Claim(*side)),
                    None => self.set(index, State::Shadowed, Cause::Claim(first)),
                }
            }
        }
        let fates =
            self.fates.into_iter().map(|fate| fate.unwrap_or((State::Emitted, Cause::Stands))).collect();
        Outcome { fates, dispute }
    }
}

/// The tools that a claim allows.
pub(super) fn allowed(claim: &Claim) -> BTreeSet<&str> {
    match &claim.content {
        Content::Allow(names) => names.iter().map(|name| name.as_str()).collect(),
        _ => BTreeSet::new(),
    }
}
