//! Placing: each edit goes to the first proposal that is proven to make it, and nothing but it.

use std::collections::{BTreeMap, BTreeSet};

use camino::Utf8PathBuf;

use super::hunks::{Board, Edits, Group, Sort};
use super::propose::{Edit, Proposal, proposals};
use super::scene::{Other, Scene, Subject, Texts, look, others, pinned, slim};
use super::{Answer, Question, Reason};
use crate::model::Diagnostic;
use crate::render::Ink;

/// Who is asked where an edit would change other personas.
pub(super) type Decide<'d> = dyn FnMut(&Question<'_>) -> Answer + 'd;

/// The sources while edits are placed in them.
#[derive(Clone)]
pub(super) struct State {
    /// All files.
    pub(super) texts: Texts,
    /// Which of them the persona reaches.
    pub(super) reached: BTreeSet<Utf8PathBuf>,
    /// The profile's file, if no other profile builds on it: what changes there changes nobody else.
    pub(super) private: Option<Utf8PathBuf>,
}

impl State {
    /// What the persona is composed of.
    pub(super) fn slim(&self) -> Texts {
        slim(&self.texts, &self.reached)
    }

    fn with(&self, files: &Texts) -> State {
        let mut state = self.clone();
        for (path, text) in files {
            state.texts.insert(path.clone(), text.clone());
            state.reached.insert(path.clone());
        }
        state
    }
}

/// What became of a group of hunks.
#[derive(Debug, Clone)]
pub(super) enum Fate {
    /// It was placed.
    Placed { what: Vec<String>, files: BTreeSet<Utf8PathBuf>, others: Vec<Other> },
    /// It was not.
    Left(Reason),
}

/// Places the edits of a text; returns the sources with those that could be placed, the edits as they were
/// placed, and what became of each group.
pub(super) fn place(
    start: &State,
    subject: Subject<'_>,
    before: &str,
    edits: Edits,
    decide: &mut Decide<'_>,
) -> (State, Edits, Vec<Fate>) {
    // Some edits are tried more than once, and nobody is asked twice.
    let mut answers: BTreeMap<(usize, String), Answer> = BTreeMap::new();
    let decide: &mut Decide<'_> = &mut |question: &Question<'_>| {
        let key = (question.line, format!("{}\0{}", question.removed, question.added));
        *answers.entry(key).or_insert_with(|| decide(question))
    };
    let (state, fates) = place_groups(start, subject, before, &edits, decide);
    let is_left = |at: usize| matches!(fates[at], Fate::Left(Reason::Unplaced(_) | Reason::Torn));
    // Lines that neither went nor came by themselves are others in their place.
    match edits.joined(before, &is_left) {
        Some(edits) => {
            let (state, fates) = place_groups(start, subject, before, &edits, decide);
            (state, edits, fates)
        }
        None => (state, edits, fates),
    }
}

fn place_groups(
    start: &State,
    subject: Subject<'_>,
    before: &str,
    edits: &Edits,
    decide: &mut Decide<'_>,
) -> (State, Vec<Fate>) {
    // A group that cannot be placed whole must not be placed in part by what places another.
    let mut excluded: BTreeSet<usize> = BTreeSet::new();
    let mut reasons: Vec<Option<Reason>> = vec![None; edits.groups.len()];
    loop {
        let (board, groups, indices) = chosen(before, edits, &excluded);
        let mut run = Run { subject, state: start.clone(), board, groups, decide };
        let fates = run.all();
        let is_torn = |group: &Group| {
            let accepted = group.hunks.clone().filter(|index| run.board.accepted[*index]).count();
            accepted > 0 && accepted < group.hunks.len()
        };
        let torn: Vec<usize> = (0..fates.len())
            .filter(|at| matches!(fates[*at], Fate::Left(_)) && is_torn(&run.groups[*at]))
            .collect();
        for at in &torn {
            if let Fate::Left(reason) = &fates[*at] {
                reasons[indices[*at]] = Some(reason.clone());
            }
            excluded.insert(indices[*at]);
        }
        if torn.is_empty() {
            let mut all: Vec<Fate> =
                reasons.into_iter().map(|reason| Fate::Left(reason.unwrap_or(Reason::Torn))).collect();
            for (index, fate) in indices.into_iter().zip(fates) {
                all[index] = fate;
            }
            return (run.state, all);
        }
    }
}

/// The board without the groups that are excluded, and the index of each of its groups.
fn chosen(before: &str, edits: &Edits, excluded: &BTreeSet<usize>) -> (Board, Vec<Group>, Vec<usize>) {
    let (mut hunks, mut groups, mut indices) = (Vec::new(), Vec::new(), Vec::new());
    for (index, group) in edits.groups.iter().enumerate().filter(|(index, _)| !excluded.contains(index)) {
        let first = hunks.len();
        hunks.extend_from_slice(&edits.hunks[group.hunks.clone()]);
        groups.push(Group { hunks: first..hunks.len(), ..group.clone() });
        indices.push(index);
    }
    (Board::new(before, hunks), groups, indices)
}

struct Run<'r, 'd> {
    subject: Subject<'r>,
    state: State,
    board: Board,
    groups: Vec<Group>,
    decide: &'r mut Decide<'d>,
}

/// A proposal that makes an edit.
struct Proven {
    state: State,
    accepted: Vec<bool>,
    files: Texts,
    what: String,
}

impl Run<'_, '_> {
    /// Places all groups: lines before words, since what comes in or goes may renumber the others.
    fn all(&mut self) -> Vec<Fate> {
        let mut order: Vec<usize> = (0..self.groups.len()).collect();
        order.sort_by_key(|at| self.groups[*at].sort == Sort::Words);
        let mut fates: Vec<Option<Fate>> = vec![None; self.groups.len()];
        // What one group needs may come with another, so those that are left are tried again.
        for _ in 0..2 {
            let mut is_changed = false;
            for at in &order {
                if matches!(fates[*at], Some(Fate::Placed { .. }) | Some(Fate::Left(Reason::Shared { .. }))) {
                    continue;
                }
                let fate = self.group(*at);
                is_changed |= matches!(fate, Fate::Placed { .. });
                fates[*at] = Some(fate);
            }
            let is_done = fates.iter().all(|fate| matches!(fate, Some(Fate::Placed { .. })));
            if is_done || !is_changed {
                break;
            }
        }
        fates.into_iter().map(|fate| fate.unwrap_or(Fate::Left(Reason::Torn))).collect()
    }

    fn group(&mut self, at: usize) -> Fate {
        let group = self.groups[at].clone();
        let snapshot = (self.state.clone(), self.board.accepted.clone());
        let (mut what, mut files, mut changed) = (Vec::new(), BTreeSet::new(), Vec::new());
        let mut answer = None;
        while group.hunks.clone().any(|index| !self.board.accepted[index]) {
            match self.step(&group, &mut answer) {
                Ok((proven, others)) => {
                    files.extend(proven.files.into_keys());
                    if !what.contains(&proven.what) {
                        what.push(proven.what);
                    }
                    changed.extend(others);
                    self.state = proven.state;
                    self.board.accepted = proven.accepted;
                }
                Err(reason) => {
                    (self.state, self.board.accepted) = snapshot;
                    return Fate::Left(reason);
                }
            }
        }
        changed.sort_by(|one: &Other, other| one.profile.cmp(&other.profile));
        changed.dedup_by(|one, other| one.profile == other.profile);
        Fate::Placed { what, files, others: changed }
    }

    /// Places at least one hunk of a group.
    fn step(&mut self, group: &Group, answer: &mut Option<Answer>) -> Result<(Proven, Vec<Other>), Reason> {
        let edit = Edit { board: &self.board, groups: &self.groups, group };
        let looked = look(&self.state.slim(), self.subject, |scene| {
            (proposals(scene, edit), explanation(scene, edit))
        });
        let Ok((proposals, why)) = looked else { return Err(Reason::Torn) };
        let mut refused = None;
        let mut proposals = proposals.into_iter();
        let Some(first) = proposals.by_ref().find_map(|proposal| self.prove(proposal, group, &mut refused))
        else {
            return Err(Reason::Unplaced(refused.unwrap_or(why)));
        };
        let reached = self.others(&first);
        if reached.is_empty() {
            return Ok((first, reached));
        }
        let own = proposals.find_map(|proposal| {
            let proven = self.prove(proposal, group, &mut refused)?;
            self.others(&proven).is_empty().then_some(proven)
        });
        let paths: Vec<Utf8PathBuf> = first.files.keys().cloned().collect();
        let question = Question {
            line: group.line,
            removed: &group.removed,
            added: &group.added,
            what: &first.what,
            files: &paths,
            others: &reached,
            instead: own.as_ref().map(|own| own.what.as_str()),
        };
        let answer = *answer.get_or_insert_with(|| (self.decide)(&question));
        match (answer, own) {
            (Answer::Shared, _) => Ok((first, reached)),
            (Answer::Own, Some(own)) => Ok((own, Vec::new())),
            (_, own) => Err(Reason::Shared { files: paths, others: reached, can_override: own.is_some() }),
        }
    }

    /// The proposal, if the persona then has the edit in it, and nothing that was not edited.
    fn prove(&self, proposal: Proposal, group: &Group, refused: &mut Option<String>) -> Option<Proven> {
        let mut files = proposal.files;
        let mut what = proposal.what;
        let mut state = self.state.with(&files);
        let text =
            |state: &State| look(&state.slim(), self.subject, |scene| scene.document.text().to_owned());
        let mut rendered = text(&state);
        // A decision that saw the old words has seen the new ones now.
        if rendered.is_err()
            && let Some(pins) = pinned(&state.slim(), self.subject.profile)
        {
            state = state.with(&pins);
            files.extend(pins);
            what.push_str(", and the decision about it pinned again");
            rendered = text(&state);
        }
        let rendered = match rendered {
            Ok(rendered) => rendered,
            Err(findings) => {
                let first = findings.into_iter().find(Diagnostic::breaks_file);
                if let (None, Some(finding)) = (&refused, first) {
                    *refused = Some(finding.message);
                }
                return None;
            }
        };
        let pending: Vec<usize> = group.hunks.clone().filter(|index| !self.board.accepted[*index]).collect();
        let accepted = self.board.explain(&rendered, &[])?;
        let is_step = pending.iter().any(|index| accepted[*index]);
        is_step.then_some(Proven { state, accepted, files, what })
    }

    /// The other personas that a proven proposal changes.
    fn others(&self, proven: &Proven) -> Vec<Other> {
        if proven.files.keys().all(|path| Some(path) == self.state.private.as_ref()) {
            return Vec::new();
        }
        others(&self.state.texts, &proven.files, self.subject.profile)
    }
}

/// Why an edit has no place, as far as the persona shows it.
fn explanation(scene: &Scene<'_>, edit: Edit<'_>) -> String {
    for index in edit.pending() {
        let change = edit.change(index);
        let touches = |range: &std::ops::Range<usize>| range.start <= change.start && change.end <= range.end;
        for piece in scene.document.pieces().iter().filter(|piece| touches(&piece.range)) {
            if let Ink::From(address, _) = piece.ink
                && address.starts_with("fields.")
                && piece.written.is_none()
            {
                return format!(
                    "`{address}` is printed here; it cannot be that, or stands elsewhere unedited"
                );
            }
        }
    }
    match edit.group.sort {
        Sort::Words => {
            "no string of a fragment or profile, and no setting of the layout, says this alone".to_owned()
        }
        Sort::Lines if edit.group.added.is_empty() => {
            "these lines are not whole entries, nor part of one text".to_owned()
        }
        Sort::Lines => "there is no list or text beside it that these lines could belong to".to_owned(),
    }
}
