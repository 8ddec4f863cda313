//! The search for a change that produces an edit: the candidates to prove, and those that came near.

use std::collections::VecDeque;

use super::applied::AppliedHunks;
use super::finish::{self, Distance};
use super::hunks::{Group, Sort};
use super::proposal::{Candidate, Form};
use super::state::State;
use crate::trial::Texts;

/// The maximum number of candidates that are finished with settings.
pub(super) const MAX_FINISHED: usize = 3;

/// A proposal that was proven to produce an edit.
#[derive(Clone)]
pub(super) struct Proven<'f> {
    pub(super) state: State<'f>,
    pub(super) accepted: Vec<bool>,
    pub(super) files: Texts,
    pub(super) what: String,
    pub(super) is_own: bool,
}

/// A search for a candidate that produces an edit.
pub(super) struct Search<'f> {
    pub(super) candidates: VecDeque<Candidate>,
    /// The candidates that come after all others.
    pub(super) late: Option<VecDeque<Candidate>>,
    /// The candidates that come near: how much is left to do, for which of the wanted texts.
    near: Vec<(Distance, usize, Proven<'f>)>,
    /// How many more of them to finish.
    pub(super) attempts: usize,
    /// The texts that the edit may lead to, alone and with others, and how far the text now is from each; set when
    /// first needed.
    pub(super) wanted: Vec<(String, Distance)>,
    /// Why the first of the candidates that do not build does not.
    pub(super) refused: Option<String>,
}

impl<'f> Search<'f> {
    pub(super) fn new(candidates: Vec<Candidate>) -> Self {
        let is_late = |candidate: &Candidate| candidate.form != Form::Entries;
        let (late, candidates) = candidates.into_iter().partition(is_late);
        let (near, wanted, attempts) = (Vec::new(), Vec::new(), MAX_FINISHED);
        Search { candidates, late: Some(late), near, attempts, wanted, refused: None }
    }

    /// Keeps a candidate whose text is closer to a wanted one than the text now.
    pub(super) fn keep(
        &mut self,
        near: Proven<'f>,
        rendered: &str,
        applied: &AppliedHunks,
        (group, groups): (&Group, &[Group]),
    ) {
        if self.wanted.is_empty() {
            self.wanted = wanted(applied, group, groups);
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
    pub(super) fn nearest(&mut self) -> Option<(Distance, usize, Proven<'f>)> {
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
