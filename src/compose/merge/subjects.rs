//! Compares rules at different addresses about the same subject.
//!
//! A subject applies to the whole persona, in every section. Rules at different addresses keep their own
//! words, and only the tensions and contradictions of the force table apply to them. Declared relations
//! extend this: an obligation to `a` is one to everything that `a` implies, and obligations to subjects that
//! exclude each other contradict.

use std::collections::{BTreeMap, BTreeSet};

use super::combine::beats;
use super::decision::{Cause, Conflict, ConflictKind, Decisions, Problem, Side, State, sides};
use super::force::{Relation, relation};
use super::settle::{Resolutions, taken as taken_side};
use crate::compose::lineage::Lineages;
use crate::model::grammar::{self, Keys as _};
use crate::model::{
    Address, Choice, Claim, Combine, Diagnostic, Force, Level, Library, Resolution, Source, TargetSet, codes,
};

/// A rule that won at its address.
struct Rule<'a> {
    /// The index of its decision.
    decision: usize,
    /// The index of its claim there.
    claim: usize,
    stated: &'a Claim,
    force: Force,
    source: Source,
    /// The claims that agree with it at its address; they win or lose with it.
    supporters: Vec<&'a Claim>,
    /// Whether one of these claims is locked. A text set by a resolution is not: the claims that it replaces
    /// have lost.
    is_locked: bool,
}

impl<'a> Rule<'a> {
    /// Returns the claim and those that agree with it.
    fn claims(&self) -> impl Iterator<Item = &'a Claim> {
        std::iter::once(self.stated).chain(self.supporters.iter().copied())
    }

    /// The outputs that have it.
    fn targets(&self) -> TargetSet {
        let supporters = self.supporters.iter();
        supporters.fold(self.stated.targets.clone(), |targets, claim| targets.or(&claim.targets))
    }
}

/// Two rules that contradict each other or pull in different directions.
type Pair = (usize, usize, Relation);

/// The maximum number of pairs in one persona. The number grows with the square of the rules about a subject,
/// and of the related subjects.
const MAX_PAIRS: usize = 100_000;

/// The number of pairs that may still be found.
struct Budget {
    left: usize,
}

impl Budget {
    /// Takes `count` from the budget.
    fn take(&mut self, count: usize, rule: usize) -> Result<(), TooMany> {
        self.left = self.left.checked_sub(count).ok_or(TooMany { rule })?;
        Ok(())
    }
}

/// There are more pairs than are compared.
struct TooMany {
    /// A rule of the pair that exceeded the limit.
    rule: usize,
}

/// The rules of a persona and the disagreements among them.
pub(crate) struct Subjects<'c, 'a> {
    pub(crate) library: &'a Library,
    pub(crate) lineages: &'c Lineages,
    pub(crate) resolutions: &'c Resolutions<'c, 'a>,
    pub(crate) combine: Combine,
}

/// Returns the address of the conflicts about a subject.
fn address(subject: &str) -> String {
    Address::Subject(subject).to_string()
}

impl<'a> Subjects<'_, 'a> {
    /// Compares the winning rules by subject, and overrules the losers in their decisions. Returns the
    /// conflicts, settled or not.
    ///
    /// # Errors
    /// A finding if there are too many pairs to compare. It is an error, so the persona is not built.
    pub(crate) fn compare(
        &self,
        decisions: &mut Decisions<'a>,
    ) -> Result<Vec<Conflict<'a>>, Box<Diagnostic>> {
        let rules = winning_rules(decisions);
        let disagreements = self.disagreements(&rules).map_err(|TooMany { rule }| {
            let stated = rules[rule].stated;
            let message = format!("more than {MAX_PAIRS} pairs of rules contradict each other");
            let label = stated.subject().map_or_else(String::new, |subject| format!("one of them, about `{subject}`"));
            let help = format!(
                "give rules about different actions subjects of their own with {}, or declare fewer relations in {}",
                grammar::Entry::About.shown(),
                grammar::header([grammar::Config::Subjects.name()])
            );
            Box::new(Diagnostic::new(codes::TOO_LARGE, message).at(stated.span, label).help(help))
        })?;
        let mut conflicts = Vec::new();
        let mut lost = BTreeSet::new();
        for (subject, pairs) in disagreements {
            // Rules that no output can have both of do not meet.
            let meet = |a: &usize, b: &usize| rules[*a].targets().overlaps(&rules[*b].targets());
            let mut pairs: Vec<Pair> = pairs
                .into_iter()
                .filter(|(a, b, _)| !lost.contains(a) && !lost.contains(b) && meet(a, b))
                .collect();
            let losers = self.combined(&rules, &mut pairs);
            self.overrule(decisions, &rules, &losers, &subject, Cause::Combine, &mut lost);
            if pairs.is_empty() {
                continue;
            }
            let is_error = pairs.iter().any(|(.., relation)| *relation == Relation::Contradiction);
            let kind = if is_error { ConflictKind::Contradiction } else { ConflictKind::Tension };
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
                    // Claims that agree with a side are on that side.
                    for (index, outcome) in decision.outcomes.iter_mut().enumerate() {
                        if index == *claim || agrees_with(*outcome, *claim) {
                            *outcome = (State::Conflicted, Cause::Subject);
                        }
                    }
                    decision.subject = Some(subject.clone());
                }
            }
            conflicts.push(conflict);
        }
        Ok(conflicts)
    }

    /// Returns the disputed pairs, by the subject under which they are settled.
    fn disagreements(&self, rules: &[Rule<'a>]) -> Result<BTreeMap<String, Vec<Pair>>, TooMany> {
        let mut by_subject: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, rule) in rules.iter().enumerate() {
            if let Some(subject) = rule.stated.subject() {
                by_subject.entry(subject).or_default().push(index);
            }
        }
        let mut budget = Budget { left: MAX_PAIRS };
        let mut disagreements: BTreeMap<String, Vec<Pair>> = BTreeMap::new();
        for (subject, members) in &by_subject {
            let pairs = pairs_of_one_subject(rules, members, &mut budget)?;
            if !pairs.is_empty() {
                disagreements.entry((*subject).to_owned()).or_default().extend(pairs);
            }
        }
        self.pairs_with_implied(rules, &by_subject, &mut disagreements, &mut budget)?;
        self.pairs_with_excluded(rules, &by_subject, &mut disagreements, &mut budget)?;
        Ok(disagreements)
    }

    /// Adds pairs for implied subjects: `never` to a subject contradicts an obligation to something that
    /// implies it.
    fn pairs_with_implied(
        &self,
        rules: &[Rule<'a>],
        by_subject: &BTreeMap<&str, Vec<usize>>,
        disagreements: &mut BTreeMap<String, Vec<Pair>>,
        budget: &mut Budget,
    ) -> Result<(), TooMany> {
        for other in by_subject.keys() {
            let obligations: Vec<usize> = obligations(rules, by_subject, other).collect();
            let Some(first) = obligations.first() else { continue };
            for subject in self.library.config.subjects.implied.get(*other).into_iter().flatten() {
                let members = by_subject.get(subject.as_str()).into_iter().flatten().copied();
                let forbids = members.filter(|rule| rules[*rule].force == Force::Never);
                for rule in forbids {
                    budget.take(obligations.len(), *first)?;
                    let pairs =
                        obligations.iter().map(|obligation| (rule, *obligation, Relation::Contradiction));
                    disagreements.entry(subject.clone()).or_default().extend(pairs);
                }
            }
        }
        Ok(())
    }

    /// Adds pairs for excluded subjects: obligations to two subjects contradict if what they imply excludes
    /// each other. A pair of subjects is settled under the first name in alphabetical order.
    fn pairs_with_excluded(
        &self,
        rules: &[Rule<'a>],
        by_subject: &BTreeMap<&str, Vec<usize>>,
        disagreements: &mut BTreeMap<String, Vec<Pair>>,
        budget: &mut Budget,
    ) -> Result<(), TooMany> {
        let relations = &self.library.config.subjects;
        if relations.excluded.is_empty() {
            return Ok(());
        }
        // For each subject that excludes another: the subjects with rules that oblige to it.
        let mut obliging: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for subject in
            by_subject.keys().filter(|subject| obligations(rules, by_subject, subject).next().is_some())
        {
            for obliged in
                relations.obliges(subject).filter(|obliged| relations.excluded.contains_key(*obliged))
            {
                obliging.entry(obliged).or_default().push(subject);
            }
        }
        let mut met: BTreeSet<(&str, &str)> = BTreeSet::new();
        for (obliged, subjects) in &obliging {
            for excluded in relations.excluded.get(*obliged).into_iter().flatten() {
                let others = obliging.get(excluded.as_str()).into_iter().flatten();
                for (subject, other) in
                    others.flat_map(|other| subjects.iter().map(move |subject| (subject, other)))
                {
                    let Some(first) = obligations(rules, by_subject, subject).next() else { continue };
                    // Several relations may lead to the same pair of subjects, and each costs time.
                    budget.take(1, first)?;
                    if other < subject || !met.insert((subject, other)) {
                        continue;
                    }
                    for rule in obligations(rules, by_subject, subject) {
                        let opposite =
                            obligations(rules, by_subject, other).filter(|opposite| *opposite != rule);
                        let pairs: Vec<Pair> =
                            opposite.map(|opposite| (rule, opposite, Relation::Contradiction)).collect();
                        budget.take(pairs.len(), rule)?;
                        if !pairs.is_empty() {
                            disagreements.entry((*subject).to_owned()).or_default().extend(pairs);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// Applies `combine` to contradicting pairs: removes the pairs that it decides, and returns the losers. A
    /// locked rule never loses.
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
        // A rule that has lost beats no other, so losers are found from the top down.
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
            // Claims that agree with the rule or are subsumed by it lose with it.
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

/// Returns the winning rules. A text set by a resolution counts as a rule of its first side, with the force
/// of the resolution.
fn winning_rules<'a>(decisions: &Decisions<'a>) -> Vec<Rule<'a>> {
    let mut rules = Vec::new();
    for (at, decision) in decisions.values().enumerate() {
        let mut add = |claim: usize, force: Force, is_set: bool| {
            let stated = decision.claims[claim];
            let agree = decision.outcomes.iter().zip(&decision.claims);
            let supporters: Vec<&Claim> =
                agree.filter(|(outcome, _)| agrees_with(**outcome, claim)).map(|(_, claim)| *claim).collect();
            let is_locked =
                !is_set && supporters.iter().chain([&stated]).any(|claim| claim.level == Level::Locked);
            rules.push(Rule {
                decision: at,
                claim,
                stated,
                force,
                source: stated.source,
                supporters,
                is_locked,
            });
        };
        let sides = decision.disagreement.iter().flat_map(|disagreement| &disagreement.sides);
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

/// Returns the pairs at different addresses that contradict each other or pull in different directions.
/// Forces are compared first, since rules of compatible forces need no comparison.
fn pairs_of_one_subject(
    rules: &[Rule<'_>],
    members: &[usize],
    budget: &mut Budget,
) -> Result<Vec<Pair>, TooMany> {
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
                budget.take(seconds.len(), *first)?;
                let elsewhere = |second: &&usize| rules[*first].decision != rules[**second].decision;
                pairs.extend(seconds.iter().filter(elsewhere).map(|second| (*first, *second, relation)));
            }
        }
    }
    Ok(pairs)
}

/// Returns the rules that a resolution decides against.
fn choose<'a>(
    rules: &[Rule<'a>],
    pairs: &[Pair],
    resolution: &Resolution,
    sides: &[Side<'a>],
) -> Result<BTreeSet<usize>, Problem<'a>> {
    let losers = match &resolution.choice {
        Choice::KeepBoth(_) => return Ok(BTreeSet::new()),
        Choice::Set(_) => {
            return Err(Problem::WrongValue(format!(
                "{} or {}: the rules are at different addresses",
                grammar::Resolve::Take.shown(),
                grammar::Resolve::Keep.shown()
            )));
        }
        Choice::Take(name) => {
            let side = taken_side(resolution, &name.value, sides).ok_or(Problem::NotASide)?;
            beaten_by(rules, pairs, side.source).ok_or(Problem::NotASide)?
        }
    };
    if !resolution.breaks_lock && losers.iter().any(|rule| rules[*rule].is_locked) {
        return Err(Problem::Lock);
    }
    Ok(losers)
}

/// Returns the rules that lose if a source is taken. `None` if a pair would stay open, because the source has
/// neither or both of its rules.
fn beaten_by(rules: &[Rule<'_>], pairs: &[Pair], taken: Source) -> Option<BTreeSet<usize>> {
    let is_taken: Vec<bool> =
        rules.iter().map(|rule| rule.claims().any(|claim| claim.source == taken)).collect();
    // Computed once for all pairs, since each side of a disagreement asks.
    let mut has_lost = vec![false; rules.len()];
    for (a, b, _) in pairs.iter().filter(|(a, b, _)| is_taken[*a] != is_taken[*b]) {
        has_lost[if is_taken[*a] { *b } else { *a }] = true;
    }
    let is_open = |(a, b, _): &Pair| !has_lost[*a] && !has_lost[*b];
    (!pairs.iter().any(is_open)).then(|| (0..rules.len()).filter(|rule| has_lost[*rule]).collect())
}

/// Returns whether a claim with this outcome agrees with another of its decision.
fn agrees_with(outcome: (State, Cause), claim: usize) -> bool {
    outcome == (State::Agreed, Cause::Claim(claim))
}
