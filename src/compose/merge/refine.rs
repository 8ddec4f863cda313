//! Partial overrides: entries of profiles without a text.
//!
//! What is below the profile is decided first, as for any address. Of the winner and of what the entry names, a whole
//! claim of the profile is made, which takes part in the decision of the address like any other. So the text is where it
//! was written, and follows it.
//!
//! A conflict below is not decided by a partial override: it stays open until a resolution settles it, and the entry is
//! then made of the side that won.

use super::decision::{
    Cause, Conflict, ConflictKind, ConflictState, Decision, Disagreement, Problem, Settled, State, sides,
};
use super::resolve::Contest;
use super::settle::Resolutions;
use crate::model::{
    Block, Choice, Claim, Content, Derivation, Level, Library, Partial, ProfileId, Removal, Source, Spanned,
    Statement, TargetSet, Text, Writer,
};

/// The decision below a partial override.
struct Stage<'a> {
    /// The partial override, by index.
    at: usize,
    /// The claims below it, by index.
    members: Vec<usize>,
    below: Decision<'a>,
    conflicts: Vec<Conflict<'a>>,
    /// Whether a whole claim was made of it.
    is_whole: bool,
}

/// An address with partial overrides.
struct Refining<'r, 'a> {
    resolutions: &'r Resolutions<'r, 'a>,
    at: &'r str,
    contest: &'r Contest<'r, 'a>,
    /// The claims. A partial one is replaced by the complete one as soon as that is made.
    claims: Vec<&'a Claim>,
    stages: Vec<Stage<'a>>,
}

/// Decides an address with partial overrides. Returns its conflicts too: those below the overrides first.
pub(super) fn decide<'a>(
    resolutions: &Resolutions<'_, 'a>,
    at: &str,
    contest: &Contest<'_, 'a>,
) -> (Decision<'a>, Vec<Conflict<'a>>) {
    let claims = contest.claims.to_vec();
    let mut refining = Refining { resolutions, at, contest, claims, stages: Vec::new() };
    // Parents come first, so what is below an override is whole by then, if it can be.
    for index in 0..refining.claims.len() {
        let claim = refining.claims[index];
        if let (Some(partial), Source::Profile(profile)) = (claim.partial(), claim.source) {
            refining.refine(index, claim, partial, profile);
        }
    }
    let members: Vec<usize> = (0..refining.claims.len()).collect();
    refining.decide(&members, contest.removals, None)
}

impl<'a> Refining<'_, 'a> {
    fn is_above(&self, upper: Source, lower: Source) -> bool {
        self.contest.lineages.is_above(upper, lower)
    }

    /// Decides what is below a partial override, and makes a whole claim of it if that is one entry.
    fn refine(&mut self, at: usize, claim: &'a Claim, partial: &'a Partial, profile: ProfileId) {
        let source = claim.source;
        let members: Vec<usize> = (0..self.claims.len())
            .filter(|index| self.is_above(source, self.claims[*index].source))
            .collect();
        let removals: Vec<(ProfileId, &Removal)> = self
            .contest
            .removals
            .iter()
            .copied()
            .filter(|(remover, _)| *remover == profile || self.is_above(source, Source::Profile(*remover)))
            .collect();
        let (below, conflicts) = self.decide(&members, &removals, Some(profile));
        let made = entry_of(&below).map(|entry| whole(self.contest.library, claim, partial, entry));
        if let Some(made) = &made {
            self.claims[at] = partial.derived.intern(made);
        }
        self.stages.push(Stage { at, members, below, conflicts, is_whole: made.is_some() });
    }

    /// Decides between some of the claims.
    fn decide(
        &self,
        members: &[usize],
        removals: &[(ProfileId, &'a Removal)],
        below: Option<ProfileId>,
    ) -> (Decision<'a>, Vec<Conflict<'a>>) {
        let is_member = |index: &usize| members.binary_search(index).is_ok();
        let is_out = |index: &usize| !is_member(index) || self.claims[*index].partial().is_some();
        let outside: Vec<usize> = (0..self.claims.len()).filter(is_out).collect();
        let contest = Contest { claims: &self.claims, removals, outside: &outside, ..*self.contest };
        let (mut decision, conflict) = self.resolutions.decide_whole(self.at, &contest, below);
        let mut conflicts = Vec::new();
        for stage in self.stages.iter().filter(|stage| is_member(&stage.at)) {
            if stage.is_whole {
                stage.apply(&mut decision, &mut conflicts);
            } else if let Some(outcome) = self.overridden(stage.at, &decision, removals) {
                decision.outcomes[stage.at] = outcome;
            } else {
                return self.blocked(stage, decision);
            }
        }
        let settled_below = decision.settled_below;
        conflicts.extend(conflict.map(|conflict| without_decision_below(conflict, settled_below)));
        (decision, conflicts)
    }

    /// What became of a partial override that has no entry below it, if something above it decides.
    fn overridden(
        &self,
        at: usize,
        decision: &Decision<'a>,
        removals: &[(ProfileId, &'a Removal)],
    ) -> Option<(State, Cause)> {
        let source = self.claims[at].source;
        let is_above = |upper: Source| self.is_above(upper, source);
        // A lock holds whether or not there is something that it could be made of.
        let is_locked = self.claims[at].level == Level::Locked;
        let may_take = |removal: &Removal| !is_locked || removal.breaks_lock;
        let mut taking = removals
            .iter()
            .filter(|(remover, removal)| is_above(Source::Profile(*remover)) && may_take(removal));
        if let Some((remover, _)) = taking.next() {
            return Some((State::Removed, Cause::Removal(*remover)));
        }
        if decision.is_open {
            return Some((State::Conflicted, Cause::Uncontested));
        }
        let overrules = |settled: Settled<'_>| {
            is_above(Source::Profile(settled.profile)) && (!is_locked || settled.resolution.breaks_lock)
        };
        if decision.resolution.is_some_and(overrules) {
            return Some((State::Overruled, Cause::Resolution));
        }
        if is_locked {
            return None;
        }
        let winner = decision
            .claims
            .iter()
            .zip(&decision.outcomes)
            .position(|(claim, (state, _))| *state == State::Emitted && is_above(claim.source));
        winner.map(|winner| (State::Shadowed, Cause::Claim(winner)))
    }

    /// The decision where a partial override can be made of nothing: the conflict below it stays open, or it is an error
    /// of its own.
    fn blocked(&self, stage: &Stage<'a>, decided: Decision<'a>) -> (Decision<'a>, Vec<Conflict<'a>>) {
        let mut decision = decided;
        decision.resolution = None;
        decision.is_open = true;
        let is_removed = |(state, _): &(State, Cause)| *state == State::Removed;
        for (index, outcome) in decision.outcomes.iter_mut().enumerate() {
            *outcome = match (stage.members.contains(&index), is_removed(outcome)) {
                (_, true) => *outcome,
                (true, false) => stage.below.outcomes[index],
                (false, false) => (State::Conflicted, Cause::Uncontested),
            };
        }
        if stage.below.is_open {
            decision.disagreement.clone_from(&stage.below.disagreement);
            return (decision, stage.conflicts.clone());
        }
        let disagreement = Disagreement::new(ConflictKind::Unrefinable, [stage.at]);
        let conflict = Conflict {
            at: self.at.to_owned(),
            kind: disagreement.kind,
            sides: sides(self.contest.library, [self.claims[stage.at]], []),
            state: ConflictState::Open,
        };
        decision.disagreement = Some(disagreement);
        (decision, vec![conflict])
    }
}

impl<'a> Stage<'a> {
    /// Says what the override did to the claims below it, if it takes part: the winner there is refined, not overridden,
    /// and the others lost before.
    fn apply(&self, decision: &mut Decision<'a>, conflicts: &mut Vec<Conflict<'a>>) {
        for index in &self.members {
            let (outcome, before) = (&mut decision.outcomes[*index], self.below.outcomes[*index]);
            let is_overridden = outcome.1 == Cause::Claim(self.at)
                && matches!(outcome.0, State::Shadowed | State::Subsumed | State::Agreed);
            *outcome = match before.0 {
                _ if !is_overridden => *outcome,
                State::Emitted | State::Agreed => (State::Refined, Cause::Claim(self.at)),
                _ => before,
            };
        }
        if !matches!(decision.outcomes[self.at].0, State::Shadowed | State::Removed) {
            decision.settled_below =
                self.below.resolution.or(self.below.settled_below).or(decision.settled_below);
            conflicts.extend(self.conflicts.iter().filter(|conflict| conflict.settled().is_some()).cloned());
        }
    }
}

/// The conflict of a whole claim that was made, which is a second one at its address. A resolution that settled the first
/// and does not settle this one is not wrong.
fn without_decision_below<'a>(conflict: Conflict<'a>, below: Option<Settled<'a>>) -> Conflict<'a> {
    let is_below =
        |settled: &Settled<'a>| below.is_some_and(|below| std::ptr::eq(settled.resolution, below.resolution));
    match conflict.state {
        ConflictState::Unapplied(settled, Problem::NotASide | Problem::Stale(_)) if is_below(&settled) => {
            Conflict { state: ConflictState::Unapplied(settled, Problem::Below), ..conflict }
        }
        _ => conflict,
    }
}

/// The single entry that a decision results in.
enum Entry<'a> {
    /// A claim, its block, and the targets that have it.
    Claim(&'a Claim, &'a Block, TargetSet),
    /// The text that a resolution sets, and the force of a rule.
    Set(ProfileId, Text, Option<crate::model::Force>),
}

fn entry_of<'a>(below: &Decision<'a>) -> Option<Entry<'a>> {
    if below.is_open {
        return None;
    }
    if let Some(Settled { profile, resolution }) = below.resolution
        && let Choice::Set(set) = &resolution.choice
    {
        let text = Spanned { value: set.value.as_str()?.to_owned(), span: set.span };
        return Some(Entry::Set(profile, text, below.set_force()));
    }
    let mut emitted = below.emitted();
    let only = emitted.next().filter(|_| emitted.next().is_none())?;
    Some(Entry::Claim(only, only.block()?, below.targets(only)))
}

/// The whole claim that a partial override makes of an entry.
fn whole(library: &Library, claim: &Claim, partial: &Partial, entry: Entry<'_>) -> Claim {
    let own = Writer::Claim(claim.source);
    // Targets that the entry does not name are those of the entry below it.
    let mut targets = claim.targets.clone();
    let (text, label, why, about, under, force, parts) = match entry {
        Entry::Claim(below, block, below_targets) => {
            if targets.is_all() {
                targets = below_targets;
            }
            let writer = Writer::Claim(below.source);
            let plain = Derivation { text: writer, label: writer, why: writer, force: writer };
            let parts = below.derivation.as_deref().copied().unwrap_or(plain);
            let Block { text, label, why, about, under, .. } = block.clone();
            (text, label, why, about, under, below.force(), parts)
        }
        Entry::Set(profile, text, force) => {
            let writer = Writer::Resolution(profile);
            let parts = Derivation { text: writer, label: own, why: own, force: writer };
            (text, None, None, None, None, force, parts)
        }
    };
    let writer = |is_named: bool, below: Writer| if is_named { own } else { below };
    let derivation = Derivation {
        text: parts.text,
        label: writer(partial.label.is_some(), parts.label),
        why: writer(partial.why.is_some(), parts.why),
        force: writer(partial.part.force() != force, parts.force),
    };
    let block = Block {
        part: partial.part,
        table: partial.table,
        text,
        label: partial.label.clone().or(label),
        why: partial.why.clone().or(why),
        about: partial.about.clone().or(about),
        under: partial.under.clone().or(under),
    };
    let derivation = Some(Box::new(derivation));
    let mut made = Claim { content: Content::Block(block), derivation, targets, ..claim.clone() };
    made.digest = Statement::of(&made, |source| library.is_template(source)).digest();
    made
}
