//! Applies edits: each by the first proposal that is proven to produce it and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use camino::Utf8PathBuf;

use super::applied::AppliedHunks;
use super::elements::{Element, elements};
use super::explain::{Explanation, explanation};
use super::finish::{self, Distance};
use super::front_matter;
use super::home::FileEdits;
use super::hunks::{Edits, Group, Sort};
use super::proposal::{Candidate, Edit, Form, Proposal};
use super::propose::{candidates, likeliest};
use super::regroup::{REGROUPINGS, links};
use super::search::{MAX_FINISHED, Proven, Search};
use super::state::{State, Subject};
use super::{Answer, Question, Reason};
use crate::model::Diagnostic;
use crate::trial::{AffectedPersona, BuiltPersona};

/// Decides about an edit that would change other personas.
pub(super) type Decide<'d> = dyn FnMut(&Question<'_>) -> Answer + 'd;

/// The outcome of a group of hunks.
#[derive(Debug, Clone)]
pub(super) enum Outcome {
    /// It was applied.
    Applied { what: Vec<String>, files: BTreeSet<Utf8PathBuf>, others: Vec<AffectedPersona> },
    /// It was not.
    Rejected(Reason),
}

/// Applies the edits of a text. Returns the changed sources, the edits as they were finally grouped, and the
/// outcome of each group.
pub(super) fn apply_edits<'f>(
    start: &State<'f>,
    subject: Subject<'_>,
    before: &str,
    edits: Edits,
    decide: &mut Decide<'_>,
) -> (State<'f>, Edits, Vec<Outcome>) {
    // Some edits are tried more than once; the user is asked only once.
    let mut answers: BTreeMap<(usize, String), Answer> = BTreeMap::new();
    let decide: &mut Decide<'_> = &mut |question: &Question<'_>| {
        let text = format!("{}\0{}\0{}", question.removed, question.added, question.others.is_empty());
        let key = (question.line, text);
        *answers.entry(key).or_insert_with(|| decide(question))
    };
    let (state, outcomes) = apply_groups(start, subject, before, &edits, decide);
    let wanted = edits.applied(before);
    let first = (state.clone(), edits.clone(), outcomes.clone());
    let mut best = (state, edits, outcomes);
    for regroup in REGROUPINGS {
        let (_, edits, outcomes) = &best;
        let is_rejected =
            |at: usize| matches!(&outcomes[at], Outcome::Rejected(reason) if !reason.is_shared());
        let Some(edits) = regroup(edits, before, &is_rejected) else { continue };
        if edits.applied(before) != wanted {
            continue;
        }
        let (state, outcomes) = apply_groups(start, subject, before, &edits, decide);
        if weight(&edits, &outcomes) <= weight(&best.1, &best.2) {
            best = (state, edits, outcomes);
        }
    }
    // If no regrouping applies more, keep the groups as first split.
    if weight(&best.1, &best.2) < weight(&first.1, &first.2) { best } else { first }
}

/// The weight of the edits that were not applied, in lines; a line that needs only a decision counts half.
fn weight(edits: &Edits, outcomes: &[Outcome]) -> usize {
    let lines = |group: &Group| group.removed.lines().count() + group.added.lines().count();
    let left = edits.groups.iter().zip(outcomes).filter_map(|(group, outcome)| match outcome {
        Outcome::Applied { .. } => None,
        Outcome::Rejected(reason) if reason.is_shared() => Some(lines(group)),
        Outcome::Rejected(_) => Some(2 * lines(group)),
    });
    left.sum()
}

fn apply_groups<'f>(
    start: &State<'f>,
    subject: Subject<'_>,
    before: &str,
    edits: &Edits,
    decide: &mut Decide<'_>,
) -> (State<'f>, Vec<Outcome>) {
    let links = links(edits);
    let targets = start.look(subject, targets).unwrap_or_default();
    // A proposal for one group may also produce part of another. Groups that end up partly applied, and
    // groups linked to them, are excluded and the run is repeated.
    let mut excluded: BTreeMap<usize, Reason> = BTreeMap::new();
    for (at, group) in edits.groups.iter().enumerate() {
        if front_matter::breaks_fence(before, &edits.hunks[group.hunks.clone()]) {
            for other in (0..links.len()).filter(|other| links[*other] == links[at] && *other != at) {
                excluded.entry(other).or_insert(Reason::DependsOn(group.line));
            }
            excluded.insert(at, Reason::Fence);
        }
    }
    loop {
        let (applied, groups, indices) = chosen(before, edits, &excluded);
        let targets = targets.clone();
        let mut run = Run { subject, targets, state: start.clone(), applied, groups, decide };
        let outcomes = run.all();
        let is_partial = |group: &Group| {
            let accepted = group.hunks.clone().filter(|index| run.applied.accepted[*index]).count();
            accepted > 0 && accepted < group.hunks.len()
        };
        let mut broken: BTreeMap<usize, Reason> = BTreeMap::new();
        for (at, outcome) in outcomes.iter().enumerate() {
            let Outcome::Rejected(reason) = outcome else { continue };
            if is_partial(&run.groups[at]) {
                broken.insert(indices[at], reason.clone());
            }
            let is_linked = |other: &usize| links[indices[*other]] == links[indices[at]];
            let applied = |other: &usize| matches!(outcomes[*other], Outcome::Applied { .. });
            if (0..outcomes.len()).filter(is_linked).any(|other| applied(&other)) {
                broken.entry(indices[at]).or_insert_with(|| reason.clone());
                for other in (0..outcomes.len()).filter(is_linked).filter(applied) {
                    broken.entry(indices[other]).or_insert(Reason::DependsOn(run.groups[at].line));
                }
            }
        }
        // Groups linked to the broken ones are excluded too.
        let lines: BTreeMap<usize, usize> =
            broken.keys().rev().map(|at| (links[*at], edits.groups[*at].line)).collect();
        for (at, index) in indices.iter().enumerate() {
            if let (Some(line), Outcome::Applied { .. }) = (lines.get(&links[*index]), &outcomes[at]) {
                broken.entry(*index).or_insert(Reason::DependsOn(*line));
            }
        }
        if broken.is_empty() {
            let mut all: Vec<Outcome> = vec![Outcome::Rejected(Reason::Partial); edits.groups.len()];
            excluded.into_iter().for_each(|(at, reason)| all[at] = Outcome::Rejected(reason));
            for (index, outcome) in indices.into_iter().zip(outcomes) {
                all[index] = outcome;
            }
            return (run.state, all);
        }
        excluded.extend(broken);
    }
}

fn targets(persona: &BuiltPersona<'_>) -> Vec<&'static str> {
    persona.composition.persona.targets.iter().map(|settings| settings.target.name).collect()
}

/// Returns the hunks without the excluded groups, and the groups with their original indices.
fn chosen(
    before: &str,
    edits: &Edits,
    excluded: &BTreeMap<usize, Reason>,
) -> (AppliedHunks, Vec<Group>, Vec<usize>) {
    let (mut hunks, mut groups, mut indices) = (Vec::new(), Vec::new(), Vec::new());
    for (index, group) in edits.groups.iter().enumerate().filter(|(index, _)| !excluded.contains_key(index)) {
        let first = hunks.len();
        hunks.extend_from_slice(&edits.hunks[group.hunks.clone()]);
        groups.push(Group { hunks: first..hunks.len(), ..group.clone() });
        indices.push(index);
    }
    (AppliedHunks::new(before, hunks), groups, indices)
}

struct Run<'r, 'd, 'f> {
    subject: Subject<'r>,
    /// The targets of the persona.
    targets: Vec<&'static str>,
    state: State<'f>,
    applied: AppliedHunks,
    groups: Vec<Group>,
    decide: &'r mut Decide<'d>,
}

impl<'f> Run<'_, '_, 'f> {
    /// Applies all groups. Lines come before words, because an added or removed entry may renumber others;
    /// blank lines come after other lines, because they may belong to a removed entry.
    fn all(&mut self) -> Vec<Outcome> {
        let mut order: Vec<usize> = (0..self.groups.len()).collect();
        order.sort_by_key(|at| {
            let group = &self.groups[*at];
            let is_blank = group.removed.trim().is_empty() && group.added.trim().is_empty();
            (group.sort == Sort::Words, is_blank)
        });
        let mut outcomes: Vec<Option<Outcome>> = vec![None; self.groups.len()];
        let lines = order.partition_point(|at| self.groups[*at].sort == Sort::Lines);
        for groups in [&order[..lines], &order[lines..]] {
            self.together(groups, &mut outcomes, &mut 0);
        }
        // A group may depend on a later one, so groups that failed are tried a second time.
        for _ in 0..2 {
            let mut is_changed = false;
            for at in &order {
                if matches!(
                    outcomes[*at],
                    Some(Outcome::Applied { .. }) | Some(Outcome::Rejected(Reason::Shared { .. }))
                ) {
                    continue;
                }
                let outcome = self.group(*at);
                is_changed |= matches!(outcome, Outcome::Applied { .. });
                outcomes[*at] = Some(outcome);
            }
            let is_done = outcomes.iter().all(|outcome| matches!(outcome, Some(Outcome::Applied { .. })));
            if is_done || !is_changed {
                break;
            }
        }
        outcomes.into_iter().map(|outcome| outcome.unwrap_or(Outcome::Rejected(Reason::Partial))).collect()
    }

    fn group(&mut self, at: usize) -> Outcome {
        let group = self.groups[at].clone();
        let snapshot = (self.state.clone(), self.applied.accepted.clone());
        let (mut what, mut files, mut changed) = (Vec::new(), BTreeSet::new(), Vec::new());
        let mut answer = None;
        while group.hunks.clone().any(|index| !self.applied.accepted[index]) {
            match self.step(&group, &mut answer) {
                Ok((proven, others)) => {
                    files.extend(proven.files.into_keys());
                    if !what.contains(&proven.what) {
                        what.push(proven.what);
                    }
                    changed.extend(others);
                    self.state = proven.state;
                    self.applied.accepted = proven.accepted;
                }
                Err(reason) => {
                    (self.state, self.applied.accepted) = snapshot;
                    return Outcome::Rejected(reason);
                }
            }
        }
        changed.sort_by(|one: &AffectedPersona, other| one.profile.cmp(&other.profile));
        changed.dedup_by(|one, other| one.profile == other.profile);
        Outcome::Applied { what, files, others: changed }
    }

    fn edit<'e>(&'e self, group: &'e Group, elements: &'e [Element<'e>]) -> Edit<'e> {
        let reason = self.subject.reason;
        Edit { applied: &self.applied, groups: &self.groups, group, elements, reason }
    }

    /// Applies the likeliest change of each of many groups at once, and of ever fewer of them while they do not
    /// fit, so that the cost does not grow with the number of groups. Groups that are left are tried one by one.
    fn together(&mut self, groups: &[usize], outcomes: &mut [Option<Outcome>], failures: &mut usize) {
        if groups.len() < MIN_TOGETHER || *failures == MAX_FAILURES {
            return;
        }
        if self.at_once(groups, outcomes).is_none() {
            *failures += 1;
            let (first, last) = groups.split_at(groups.len() / 2);
            self.together(first, outcomes, failures);
            self.together(last, outcomes, failures);
        }
    }

    /// Applies the likeliest change of each group. `None` if they do not produce all of these edits, or change
    /// another persona.
    fn at_once(&mut self, groups: &[usize], outcomes: &mut [Option<Outcome>]) -> Option<()> {
        let proposals = self.state.look(self.subject, |persona| {
            let elements = elements(persona);
            let likeliest = |at: &usize| likeliest(persona, self.edit(&self.groups[*at], &elements));
            groups.iter().map(likeliest).collect::<Option<Vec<Proposal>>>()
        });
        let proposals = proposals.ok()??;
        let mut edits = FileEdits::default();
        proposals.iter().for_each(|proposal| edits.extend(proposal.edits.clone()));
        let (state, files) = self.state.edited(&edits)?;
        let (text, targets) = self.text(&state).ok()?;
        let accepted = self.applied.explain(&text, &[])?;
        let mut hunks = groups.iter().flat_map(|at| self.groups[*at].hunks.clone());
        let is_whole = hunks.all(|index| accepted[index]) && targets == self.targets;
        if !is_whole || !self.state.affected(&files, self.subject.profile).is_empty() {
            return None;
        }
        (self.state, self.applied.accepted) = (state, accepted);
        for (at, Proposal { edits, what, .. }) in groups.iter().zip(proposals) {
            let files = edits.paths().cloned().collect();
            outcomes[*at] = Some(Outcome::Applied { what: vec![what], files, others: Vec::new() });
        }
        Some(())
    }

    /// Applies at least one hunk of a group.
    fn step(
        &mut self,
        group: &Group,
        answer: &mut Option<Answer>,
    ) -> Result<(Proven<'f>, Vec<AffectedPersona>), Reason> {
        let looked = self.state.look(self.subject, |persona| {
            let elements = elements(persona);
            let edit = self.edit(group, &elements);
            (candidates(persona, edit), explanation(persona, edit))
        });
        let Ok((candidates, why)) = looked else { return Err(Reason::Partial) };
        let mut search = Search::new(candidates);
        let Some(first) = self.next(&mut search, group) else {
            let Explanation { why, is_field, places } = why;
            let why = match search.refused {
                Some(refused) if is_field => format!("{why}: {refused}"),
                Some(refused) => refused,
                None => why,
            };
            return Err(Reason::NoSource { why, places });
        };
        let reached = self.state.affected(&first.files, self.subject.profile);
        if reached.is_empty() && !first.is_own {
            return Ok((first, reached));
        }
        let own_path = self.state.look(self.subject, |persona| persona.profile_path().to_owned()).ok();
        let is_profiles =
            |proven: &Proven<'_>| proven.files.keys().all(|path| Some(path) == own_path.as_ref());
        let paths: Vec<Utf8PathBuf> = first.files.keys().cloned().collect();
        let mut question = Question {
            path: self.subject.path,
            line: group.line,
            removed: &group.removed,
            added: &group.added,
            what: &first.what,
            files: &paths,
            others: &reached,
            instead: Some(&first.what),
        };
        if first.is_own {
            let asked = match reached.is_empty() {
                true => (self.decide)(&question),
                false => *answer.get_or_insert_with(|| (self.decide)(&question)),
            };
            return match asked {
                // `Shared` excludes an override in the profile.
                Answer::Shared => {
                    let mut proven = std::iter::from_fn(|| self.next(&mut search, group));
                    let shared = proven.find(|proven| !proven.is_own).ok_or(Reason::ProfileOnly)?;
                    let reached = self.state.affected(&shared.files, self.subject.profile);
                    Ok((shared, reached))
                }
                Answer::Leave if !reached.is_empty() => {
                    Err(Reason::Shared { files: paths, own: Some(reached.clone()), others: reached })
                }
                Answer::Profile | Answer::Leave => Ok((first, reached)),
            };
        }
        // Look for the same edit in the profile, for this persona alone or for those that extend it.
        let own = match is_profiles(&first) {
            true => Some((first.clone(), reached.clone())),
            false => std::iter::from_fn(|| self.next(&mut search, group)).find_map(|own| {
                let others = self.state.affected(&own.files, self.subject.profile);
                (others.is_empty() || is_profiles(&own)).then_some((own, others))
            }),
        };
        question.instead = own.as_ref().map(|own| own.0.what.as_str());
        let answer = *answer.get_or_insert_with(|| (self.decide)(&question));
        match (answer, own) {
            (Answer::Shared, _) => Ok((first, reached)),
            (Answer::Profile, Some(own)) => Ok(own),
            (_, own) => {
                Err(Reason::Shared { files: paths, others: reached, own: own.map(|(_, others)| others) })
            }
        }
    }

    /// Returns the next candidate with which the persona has the edit and no other change, if need be with
    /// settings that finish it. Those that read entries come first.
    fn next(&self, search: &mut Search<'f>, group: &Group) -> Option<Proven<'f>> {
        loop {
            let proven = if let Some(candidate) = search.candidates.pop_front() {
                self.prove(candidate, group, search)
            } else if let Some((_, wanted, near)) = search.nearest() {
                self.finished(near, &search.wanted[wanted].0)
            } else {
                search.candidates = search.late.take()?;
                search.attempts = MAX_FINISHED;
                None
            };
            if proven.is_some() {
                return proven;
            }
        }
    }

    /// Returns the candidate if, with its changes, the persona has the edit and no other change. One that comes
    /// near is kept in the search.
    fn prove(&self, candidate: Candidate, group: &Group, search: &mut Search<'f>) -> Option<Proven<'f>> {
        let Candidate { mut files, mut what, is_own, form } = candidate;
        let mut state = self.state.with(&files);
        let mut rendered = self.text(&state);
        // A decision pinned to the old words is pinned to the new ones.
        if rendered.is_err()
            && let Some(pins) = state.pinned(self.subject.profile)
        {
            state = state.with(&pins);
            files.extend(pins);
            what.push_str(", with its decision pinned again");
            rendered = self.text(&state);
        }
        let rendered = match rendered {
            // A setting of one target must not remove the other targets.
            Ok((rendered, targets)) if targets == self.targets => rendered,
            Ok(_) => return None,
            Err(findings) => {
                let first = findings.into_iter().find(Diagnostic::breaks_file);
                if let (None, Some(finding)) = (&search.refused, first) {
                    search.refused = Some(finding.message);
                }
                return None;
            }
        };
        let explained = self.applied.explain(&rendered, &[]);
        let pending = |index: &usize| !self.applied.accepted[*index];
        let is_step = |accepted: &[bool]| group.hunks.clone().filter(pending).any(|index| accepted[index]);
        let accepted = explained.filter(|accepted| is_step(accepted)).unwrap_or_default();
        let proven = Proven { state, accepted, files, what, is_own };
        if !proven.accepted.is_empty() {
            return Some(proven);
        }
        if form != Form::Text {
            search.keep(proven, &rendered, &self.applied, (group, &self.groups));
        }
        None
    }

    /// Returns the persona's text and targets.
    fn text(&self, state: &State<'_>) -> Result<(String, Vec<&'static str>), Vec<Diagnostic>> {
        state.look(self.subject, |persona| (persona.document.text().to_owned(), targets(persona)))
    }

    /// Adds the settings with which a candidate produces the wanted text: each brings it closer. `None` if none does.
    fn finished(&self, near: Proven<'f>, wanted: &str) -> Option<Proven<'f>> {
        let Proven { mut state, mut files, mut what, .. } = near;
        let far = (usize::MAX, usize::MAX);
        let mut left = finish::distance(&self.text(&state).ok()?.0, wanted, far)?;
        for _ in 0..finish::MAX_SETTINGS {
            if left == Distance::default() {
                let accepted = self.applied.explain(wanted, &[])?;
                return Some(Proven { state, files, what, accepted, ..near });
            }
            let settings =
                state.look(self.subject, |persona| finish::settings(persona, wanted, self.subject.reason));
            let closer = settings.ok()?.into_iter().find_map(|candidate| {
                let next = state.with(&candidate.files);
                let (text, targets) = self.text(&next).ok()?;
                let distance = finish::distance(&text, wanted, left)?;
                (distance < left && targets == self.targets).then_some((next, distance, candidate))
            });
            let (next, distance, candidate) = closer?;
            (state, left) = (next, distance);
            files.extend(candidate.files);
            what.push_str(&format!(", and {}", candidate.what));
        }
        None
    }
}

/// The fewest groups that are worth applying at once.
const MIN_TOGETHER: usize = 4;

/// The number of times that groups may fail to be applied at once.
const MAX_FAILURES: usize = 16;
