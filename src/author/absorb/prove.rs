//! Applies edits: each by the first proposal that is proven to produce it and nothing else.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::Range;

use camino::Utf8PathBuf;

use super::additions::is_unlabelled;
use super::applied::AppliedHunks;
use super::elements::{Element, bullet, elements};
use super::finish::{self, Distance};
use super::front_matter;
use super::home::FileEdits;
use super::hunks::{Edits, Group, Sort};
use super::propose::{Candidate, Change, Edit, Form, Proposal, candidates, likeliest};
use super::regroup::{REGROUPINGS, links};
use super::state::{State, Subject};
use super::{Answer, Question, Reason};
use crate::compose::Origin;
use crate::model::grammar::{Entries, Keys as _};
use crate::model::{Address, Diagnostic};
use crate::render::{Attribution, Piece};
use crate::text::bullets::without_marker;
use crate::text::forces;
use crate::trial::{AffectedPersona, BuiltPersona, Texts};

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

/// Weighs what was not applied, in lines; a line that needs only a decision counts half.
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

/// A proposal that was proven to produce an edit.
#[derive(Clone)]
struct Proven<'f> {
    state: State<'f>,
    accepted: Vec<bool>,
    files: Texts,
    what: String,
    is_own: bool,
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
        if groups.len() < FEWEST_TOGETHER || *failures == MOST_FAILURES {
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
                search.attempts = MOST_FINISHED;
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
            search.keep(proven, &rendered, self, group);
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
        for _ in 0..finish::MOST_SETTINGS {
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

/// Returns the texts that an edit may lead to, and how far the text now is from each.
fn wanted(applied: &AppliedHunks, group: &Group, groups: &[Group]) -> Vec<(String, Distance)> {
    let is_word =
        |index: usize| groups.iter().any(|group| group.sort == Sort::Words && group.hunks.contains(&index));
    let own = |index: usize| group.hunks.contains(&index);
    // An entry that comes or goes renumbers others.
    let mut texts = vec![
        applied.text_with(own),
        applied.text_with(|at| own(at) || is_word(at)),
        applied.text_with(|_| true),
    ];
    texts.dedup();
    let now = applied.text_with(|_| false);
    let left = |wanted: &String| finish::distance(&now, wanted, (usize::MAX, usize::MAX));
    texts
        .into_iter()
        .filter_map(|wanted| Some((left(&wanted)?, wanted)))
        .map(|(left, wanted)| (wanted, left))
        .collect()
}

/// The fewest groups that are worth applying at once.
const FEWEST_TOGETHER: usize = 4;

/// The number of times that groups may fail to be applied at once.
const MOST_FAILURES: usize = 16;

/// The maximum number of candidates that are finished with settings.
const MOST_FINISHED: usize = 3;

/// A search for a candidate that produces an edit.
struct Search<'f> {
    candidates: VecDeque<Candidate>,
    /// The candidates that come after all others.
    late: Option<VecDeque<Candidate>>,
    /// The candidates that come near: how much is left to do, for which of the wanted texts.
    near: Vec<(Distance, usize, Proven<'f>)>,
    /// How many more of them to finish.
    attempts: usize,
    /// The texts that the edit may lead to, alone and with others, and how far the text now is from each; set when
    /// first needed.
    wanted: Vec<(String, Distance)>,
    /// Why the first of the candidates that do not build does not.
    refused: Option<String>,
}

impl<'f> Search<'f> {
    fn new(candidates: Vec<Candidate>) -> Self {
        let is_late = |candidate: &Candidate| candidate.form != Form::Entries;
        let (late, candidates) = candidates.into_iter().partition(is_late);
        let (near, wanted, attempts) = (Vec::new(), Vec::new(), MOST_FINISHED);
        Search { candidates, late: Some(late), near, attempts, wanted, refused: None }
    }

    /// Keeps a candidate whose text is closer to a wanted one than the text now.
    fn keep(&mut self, near: Proven<'f>, rendered: &str, run: &Run<'_, '_, '_>, group: &Group) {
        if self.wanted.is_empty() {
            self.wanted = wanted(&run.applied, group, &run.groups);
        }
        let distances = self.wanted.iter().enumerate().filter_map(|(at, (wanted, left))| {
            let distance = finish::distance(rendered, wanted, *left)?;
            (distance < *left).then_some((distance, at))
        });
        if let Some((distance, at)) = distances.min() {
            self.near.push((distance, at, near));
        }
    }

    /// Takes the candidate that comes nearest.
    fn nearest(&mut self) -> Option<(Distance, usize, Proven<'f>)> {
        let least = self.near.iter().enumerate().min_by_key(|(_, (distance, ..))| *distance);
        let at = least.map(|(at, _)| at).filter(|_| self.attempts > 0);
        self.attempts = self.attempts.saturating_sub(1);
        match at {
            Some(at) => Some(self.near.remove(at)),
            None => {
                self.near.clear();
                None
            }
        }
    }
}

/// Why no proposal produces an edit.
struct Explanation {
    why: String,
    /// Whether the edit is in a field, such as `name`.
    is_field: bool,
    /// Where the text at that point is written.
    places: Vec<String>,
}

fn explanation(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Explanation {
    let mut places: Vec<String> = Vec::new();
    let mut printed = None;
    for change in edit.pending().map(|index| edit.change(index)) {
        for piece in pieces_at(persona, change.start..change.end) {
            let Attribution::From(address, _) = piece.attribution else { continue };
            if printed.is_none() && Address::parse(address).field().is_some() && piece.written.is_none() {
                printed = Some(format!(
                    "`{address}` is printed here; it cannot have this value, or appears elsewhere unedited"
                ));
            }
        }
        for place in written_places(persona, edit.elements, &change) {
            if !places.contains(&place) {
                places.push(place);
            }
        }
    }
    let is_field = printed.is_some();
    let why = printed
        .or_else(|| unlisted(persona, edit, &mut places))
        .or_else(|| doubled(persona, edit))
        .unwrap_or_else(|| {
            let why = match edit.group.sort {
                Sort::Words => "no single string or layout setting produces this text",
                Sort::Lines if edit.group.added.is_empty() => {
                    "these lines are not whole entries, nor part of one text"
                }
                Sort::Lines => "there is no adjacent list or text that these lines could belong to",
            };
            why.to_owned()
        });
    Explanation { why, is_field, places }
}

/// Returns the pieces that a range overlaps; for an insertion, the pieces that touch it. If none of them has
/// an origin, returns the pieces nearby.
fn pieces_at<'s, 'a>(persona: &'s BuiltPersona<'a>, at: Range<usize>) -> Vec<&'s Piece<'a>> {
    let touches = |range: &Range<usize>| match at.is_empty() {
        true => range.start <= at.end && at.start <= range.end,
        false => range.start < at.end && at.start < range.end,
    };
    let near = |piece: &&Piece<'_>| piece.range.start <= at.end + 2 && at.start <= piece.range.end + 2;
    let pieces = persona.document.pieces();
    let own: Vec<&Piece<'_>> = pieces.iter().filter(|piece| touches(&piece.range)).collect();
    match own.iter().any(|piece| matches!(piece.attribution, Attribution::From(..))) {
        true => own,
        false => pieces.iter().filter(near).collect(),
    }
}

/// Returns where the entries that a change concerns are written: those it is in, or else those beside it. Without any,
/// where whatever is there is written.
fn written_places(persona: &BuiltPersona<'_>, elements: &[Element<'_>], change: &Change) -> Vec<String> {
    let blocks = || elements.iter().filter(|element| element.block.is_some());
    let is_in = |element: &&Element<'_>| element.lines.start < change.end && change.start < element.lines.end;
    let mut concerned: Vec<&Element<'_>> = blocks().filter(is_in).collect();
    if concerned.is_empty() {
        let above = blocks().rev().find(|element| element.lines.end <= change.start);
        let below = blocks().find(|element| change.end <= element.lines.start);
        let is_there = |range: &Range<usize>| {
            persona.document.text()[range.clone()].chars().all(|letter| !letter.is_alphanumeric())
        };
        concerned.extend(above.filter(|above| is_there(&(above.lines.end..change.start))));
        concerned.extend(below.filter(|below| is_there(&(change.end..below.lines.start))));
    }
    match concerned.as_slice() {
        [] => claim_places(persona, change.start..change.end),
        concerned => {
            concerned.iter().flat_map(|element| claim_places(persona, element.range.clone())).collect()
        }
    }
}

/// Returns where a range of the persona's text is written: file, line and address.
pub(super) fn claim_places(persona: &BuiltPersona<'_>, at: Range<usize>) -> Vec<String> {
    let mut places: Vec<String> = Vec::new();
    for piece in pieces_at(persona, at) {
        let Attribution::From(address, origin) = piece.attribution else { continue };
        let span = match origin {
            Origin::Claim(claim) => claim.key,
            Origin::Resolution(_, resolution) => resolution.at.span,
        };
        let place = format!("{} (`{address}`)", persona.library.sources.place(span));
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places
}

/// Explains an entry that lost its bullet.
fn unlisted(persona: &BuiltPersona<'_>, edit: Edit<'_>, places: &mut Vec<String>) -> Option<String> {
    let elements = edit.elements;
    edit.pending().map(|index| edit.change(index)).find_map(|change| {
        let entry = elements.iter().find(|element| {
            let bullet = bullet(persona, element).trim();
            let start = element.lines.start;
            let is_there = !bullet.is_empty() && change.start <= start && start + bullet.len() <= change.end;
            element.list_part().is_some() && is_there && change.end <= element.range.start
        })?;
        let is_gone = change.new.trim().is_empty();
        is_gone.then(|| {
            *places = claim_places(persona, entry.range.clone());
            format!(
                "without its bullet, `{}` would be a paragraph, which belongs in a {} table",
                entry.place,
                Entries::Prose.shown()
            )
        })
    })
}

/// Explains a new rule that repeats the force named above its list.
fn doubled(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Option<String> {
    let elements = edit.elements;
    edit.pending().map(|index| edit.change(index)).find_map(|change| {
        let (_, end) = forces::label(without_marker(change.new.trim_start_matches(['\n', '\r'])))?;
        let neighbour = elements.iter().rev().find(|element| element.lines.end <= change.start)?;
        let label = &without_marker(change.new.trim_start_matches(['\n', '\r']))[..end];
        is_unlabelled(persona, neighbour).then(|| {
            format!("the line above this list already names its force; remove `{label}` to use that force")
        })
    })
}
