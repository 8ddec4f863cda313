//! Subjects: rules at different addresses about the same thing.
//!
//! A subject holds for the whole persona, in whatever section its rules stand. Rules at different
//! addresses keep their own words; of the force table only tension and contradiction apply to them.
//! Declared relations widen that: an obligation to `a` is one to everything that `a` implies, and
//! obligations to subjects that exclude each other contradict.

use std::collections::{BTreeMap, BTreeSet};

use super::combine::beats;
use super::decision::{Cause, Conflict, Decisions, DisputeKind, Problem, Side, State, sides};
use super::force::{Relation, relation};
use super::settle::Resolutions;
use crate::compose::lineage::Lineages;
use crate::model::{Address, Choice, Claim, Combine, Force, Level, Library, Resolution, Source};

/// A rule that won at its address.
struct Rule<'a> {
    /// The index of its decision.
    decision: usize,
    /// The index of its claim there.
    claim: usize,
    said: &'a Claim,
    force: Force,
    source: Source,
    /// The claims that agree with it, of the same decision: they stand or fall with it.
    seconds: Vec<&'a Claim>,
    /// Whether one of these claims is locked. A text that a resolution sets is not: what it replaces has lost.
    is_locked: bool,
}

impl<'a> Rule<'a> {
    /// All claims that say it.
    fn claims(&self) -> impl Iterator<Item = &'a Claim> {
        std::iter::once(self.said).chain(self.seconds.iter().copied())
    }
}

/// A pair of rules that cannot both be obeyed, or pull in different directions.
type Pair = (usize, usize, Relation);

/// The rules of a persona and the disputes among them.
pub(crate) struct Subjects<'c, 'a> {
    pub(crate) library: &'a Library,
    pub(crate) lineages: &'c Lineages,
    pub(crate) resolutions: &'c Resolutions<'c, 'a>,
    pub(crate) combine: Combine,
}

/// The address of the disputes about a subject.
fn address(subject: &str) -> String {
    Address::Subject(subject).to_string()
}

impl<'a> Subjects<'_, 'a> {
    /// Compares all standing rules by subject. Rules that lose are overruled in their decisions.
    /// Returns the conflicts, settled or not.
    pub(crate) fn compare(&self, decisions: &mut Decisions<'a>) -> Vec<Conflict<'a>> {
        let rules = standing(decisions);
        let mut conflicts = Vec::new();
        let mut lost = BTreeSet::new();
        for (subject, pairs) in self.disputes(&rules) {
            let mut pairs: Vec<Pair> =
                pairs.into_iter().filter(|(a, b, _)| !lost.contains(a) && !lost.contains(b)).collect();
            let losers = self.combined(&rules, &mut pairs);
            self.overrule(decisions, &rules, &losers, &subject, Cause::Combine, &mut lost);
            if pairs.is_empty() {
                continue;
            }
            let is_error = pairs.iter().any(|(.., relation)| *relation == Relation::Contradiction);
            let kind = if is_error { DisputeKind::Contradiction } else { DisputeKind::Tension };
            let members: BTreeSet<usize> = pairs.iter().flat_map(|(a, b, _)| [*a, *b]).collect();
            let mut sides = sides(self.library, members.iter().flat_map(|rule| rules[*rule].claims()), []);
            for side in &mut sides {
                side.settles = beaten_by(&rules, &pairs, side.source).is_some();
            }
            let mut losers = BTreeSet::new();
            let conflict = self.resolutions.settle(&address(&subject), kind, sides, |resolution, sides| {
                losers = choose(&rules, &pairs, resolution, sides)?;
                Ok(())
            });
            if conflict.settled().is_some() {
                self.overrule(decisions, &rules, &losers, &subject, Cause::Subject, &mut lost);
            } else if !conflict.is_tension() {
                for rule in members {
                    let Rule { decision, claim, .. } = &rules[rule];
                    let decision = &mut decisions[*decision];
                    // Who agrees with a side is on that side.
                    for (index, outcome) in decision.outcomes.iter_mut().enumerate() {
                        if index == *claim || seconds(*outcome, *claim) {
                            *outcome = (State::Conflicted, Cause::Subject);
                        }
                    }
                    decision.subject = Some(subject.clone());
                }
            }
            conflicts.push(conflict);
        }
        conflicts
    }

    /// The disputed pairs, by the subject under which they are settled.
    fn disputes(&self, rules: &[Rule<'a>]) -> BTreeMap<String, Vec<Pair>> {
        let mut by_subject: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, rule) in rules.iter().enumerate() {
            if let Some(subject) = rule.said.subject() {
                by_subject.entry(subject).or_default().push(index);
            }
        }
        let mut disputes: BTreeMap<String, Vec<Pair>> = BTreeMap::new();
        for (subject, members) in &by_subject {
            let mut pairs = pairs_of_one_subject(rules, members);
            pairs.extend(self.pairs_with_implied(rules, &by_subject, subject));
            if !pairs.is_empty() {
                disputes.entry((*subject).to_owned()).or_default().extend(pairs);
            }
            for (other, pairs) in self.pairs_with_excluded(rules, &by_subject, subject) {
                disputes.entry(other).or_default().extend(pairs);
            }
        }
        disputes
    }

    /// An obligation to something that implies `subject` contradicts `never` to `subject`.
    fn pairs_with_implied(
        &self,
        rules: &[Rule<'a>],
        by_subject: &BTreeMap<&str, Vec<usize>>,
        subject: &str,
    ) -> Vec<Pair> {
        let forbids: Vec<usize> =
            by_subject[subject].iter().copied().filter(|rule| rules[*rule].force == Force::Never).collect();
        if forbids.is_empty() {
            return Vec::new();
        }
        let implying =
            self.library.config.subjects.implied.iter().filter(|(_, implied)| implied.contains(subject));
        let mut pairs = Vec::new();
        for (other, _) in implying {
            for obligation in obligations(rules, by_subject, other) {
                pairs.extend(forbids.iter().map(|rule| (*rule, obligation, Relation::Contradiction)));
            }
        }
        pairs
    }

    /// Obligations to `subject`, or to what implies it, contradict obligations to what it excludes.
    /// Each pair of excluding subjects is settled under the lesser name.
    fn pairs_with_excluded(
        &self,
        rules: &[Rule<'a>],
        by_subject: &BTreeMap<&str, Vec<usize>>,
        subject: &str,
    ) -> Vec<(String, Vec<Pair>)> {
        let relations = &self.library.config.subjects;
        if relations.excluded.is_empty() {
            return Vec::new();
        }
        let mut disputes = Vec::new();
        for rule in obligations(rules, by_subject, subject) {
            for obliged in relations.obliges(subject) {
                for excluded in relations.excluded.get(obliged).into_iter().flatten() {
                    for (other, _) in by_subject.iter().filter(|(other, _)| **other >= subject) {
                        if !relations.obliges(other).any(|subject| subject == excluded) {
                            continue;
                        }
                        let pairs: Vec<Pair> = obligations(rules, by_subject, other)
                            .filter(|opposite| *opposite != rule)
                            .map(|opposite| (rule, opposite, Relation::Contradiction))
                            .collect();
                        if !pairs.is_empty() {
                            disputes.push((subject.to_owned(), pairs));
                        }
                    }
                }
            }
        }
        disputes
    }

    /// Applies `combine` to contradicting pairs: removes those it decides, and returns the losers.
    /// A locked rule is never decided against so.
    fn combined(&self, rules: &[Rule<'a>], pairs: &mut Vec<Pair>) -> BTreeSet<usize> {
        let mut losers = BTreeSet::new();
        let ranked = |rule: usize| (rules[rule].force, rules[rule].source);
        let beats =
            |winner: usize, loser: usize| beats(self.combine, self.lineages, ranked(winner), ranked(loser));
        let loser_of = |a: usize, b: usize| match (beats(a, b), beats(b, a)) {
            (true, false) => Some(b),
            (false, true) => Some(a),
            _ => None,
        };
        // A rule that has lost beats nobody, so the beaten are found from the top down.
        let contradicting = pairs.iter().filter(|(.., relation)| *relation == Relation::Contradiction);
        let mut beaten: Vec<(usize, usize)> = contradicting
            .filter_map(|(a, b, _)| {
                let loser = loser_of(*a, *b).filter(|loser| !rules[*loser].is_locked)?;
                Some((if loser == *a { *b } else { *a }, loser))
            })
            .collect();
        while !beaten.is_empty() {
            let all: BTreeSet<usize> = beaten.iter().map(|(_, loser)| *loser).collect();
            let lost: BTreeSet<usize> =
                beaten.iter().filter(|(winner, _)| !all.contains(winner)).map(|(_, loser)| *loser).collect();
            if lost.is_empty() {
                break;
            }
            beaten.retain(|(winner, loser)| !lost.contains(winner) && !lost.contains(loser));
            losers.extend(lost);
        }
        pairs.retain(|(a, b, _)| !losers.contains(a) && !losers.contains(b));
        losers
    }

    fn overrule(
        &self,
        decisions: &mut Decisions<'a>,
        rules: &[Rule<'a>],
        losers: &BTreeSet<usize>,
        subject: &str,
        cause: Cause,
        lost: &mut BTreeSet<usize>,
    ) {
        for loser in losers {
            lost.insert(*loser);
            let rule = &rules[*loser];
            let decision = &mut decisions[rule.decision];
            // What agreed with the rule, or was subsumed by it, loses with it.
            for (index, outcome) in decision.outcomes.iter_mut().enumerate() {
                let follows = matches!(outcome, (State::Agreed | State::Subsumed, Cause::Claim(winner)) if *winner == rule.claim);
                if index == rule.claim || follows {
                    *outcome = (State::Overruled, cause);
                }
            }
            decision.subject = Some(subject.to_owned());
        }
    }
}

/// The rules that stand. One whose text a resolution sets stands with the force that it got, for the
/// least of the sides that it replaces.
fn standing<'a>(decisions: &Decisions<'a>) -> Vec<Rule<'a>> {
    let mut rules = Vec::new();
    for (at, decision) in decisions.values().enumerate() {
        let mut add = |claim: usize, force: Force, is_set: bool| {
            let said = decision.claims[claim];
            let agree = decision.outcomes.iter().zip(&decision.claims);
            let seconds: Vec<&Claim> =
                agree.filter(|(outcome, _)| seconds(**outcome, claim)).map(|(_, claim)| *claim).collect();
            let is_locked =
                !is_set && seconds.iter().chain([&said]).any(|claim| claim.level == Level::Locked);
            rules.push(Rule { decision: at, claim, said, force, source: said.source, seconds, is_locked });
        };
        let sides = decision.dispute.iter().flat_map(|dispute| &dispute.sides);
        if let (Some(force), Some(side)) =
            (decision.set_force(), sides.min_by_key(|side| decision.claims[**side].source))
        {
            add(*side, force, true);
            continue;
        }
        for (index, claim) in decision.claims.iter().enumerate() {
            if let (State::Emitted, Some(force)) = (decision.outcomes[index].0, claim.force()) {
                add(index, force, false);
            }
        }
    }
    rules
}

fn obligations<'r>(
    rules: &'r [Rule<'_>],
    by_subject: &'r BTreeMap<&str, Vec<usize>>,
    subject: &str,
) -> impl Iterator<Item = usize> + 'r {
    let members = by_subject.get(subject).into_iter().flatten().copied();
    members.filter(|rule| matches!(rules[*rule].force, Force::Must | Force::Always))
}

/// The pairs at different addresses that contradict each other or pull apart. Rules that agree
/// need no comparison, so forces are compared first.
fn pairs_of_one_subject(rules: &[Rule<'_>], members: &[usize]) -> Vec<Pair> {
    let mut by_force: BTreeMap<Force, Vec<usize>> = BTreeMap::new();
    for member in members {
        by_force.entry(rules[*member].force).or_default().push(*member);
    }
    let mut pairs = Vec::new();
    for (force, firsts) in &by_force {
        for (other, seconds) in by_force.range(force..) {
            let relation = relation(*force, *other);
            if !matches!(relation, Relation::Tension | Relation::Contradiction) {
                continue;
            }
            for first in firsts {
                let elsewhere = |second: &&usize| rules[*first].decision != rules[**second].decision;
                pairs.extend(seconds.iter().filter(elsewhere).map(|second| (*first, *second, relation)));
            }
        }
    }
    pairs
}

/// The rules that lose by a resolution.
fn choose<'a>(
    rules: &[Rule<'a>],
    pairs: &[Pair],
    resolution: &Resolution,
    sides: &[Side<'a>],
) -> Result<BTreeSet<usize>, Problem<'a>> {
    let losers = match &resolution.choice {
        Choice::KeepBoth(_) => return Ok(BTreeSet::new()),
        Choice::Set(_) => {
            return Err(Problem::WrongValue(
                "`take` or `keep`: the rules stand at addresses of their own".to_owned(),
            ));
        }
        Choice::Take(name) => {
            let side = sides.iter().find(|side| side.name == name.value).ok_or(Problem::NotASide)?;
            beaten_by(rules, pairs, side.source).ok_or(Problem::NotASide)?
        }
    };
    if !resolution.breaks_lock && losers.iter().any(|rule| rules[*rule].is_locked) {
        return Err(Problem::Lock);
    }
    Ok(losers)
}

/// The rules that lose to those of one source; none where a pair would still be open, because the
/// source says neither of it, or both.
fn beaten_by(rules: &[Rule<'_>], pairs: &[Pair], taken: Source) -> Option<BTreeSet<usize>> {
    let is_taken: Vec<bool> =
        rules.iter().map(|rule| rule.claims().any(|claim| claim.source == taken)).collect();
    // Each side of a dispute asks this about all its pairs.
    let mut has_lost = vec![false; rules.len()];
    for (a, b, _) in pairs.iter().filter(|(a, b, _)| is_taken[*a] != is_taken[*b]) {
        has_lost[if is_taken[*a] { *b } else { *a }] = true;
    }
    let is_open = |(a, b, _): &Pair| !has_lost[*a] && !has_lost[*b];
    (!pairs.iter().any(is_open)).then(|| (0..rules.len()).filter(|rule| has_lost[*rule]).collect())
}

/// Whether a claim of this outcome agrees with another of its decision.
fn seconds(outcome: (State, Cause), claim: usize) -> bool {
    outcome == (State::Agreed, Cause::Claim(claim))
}
