//! Attribution of changes: the edits that change a persona.

use std::collections::BTreeSet;

use super::{Both, Effect, Seen, Status};
use crate::analyse::diff::causes::{Cause, Touches};
use crate::analyse::diff::comparison::{Difference, Row};
use crate::compose::State;
use crate::model::{Address, FRONT_MATTER, PATH, Source, address};

/// One persona in both states, and its differences.
pub(super) struct Persona<'p, 'a> {
    pub(super) both: &'p Both<'p>,
    pub(super) seen: [&'p Seen<'a>; 2],
    pub(super) effect: &'p Effect,
    /// The addresses of its changed lines.
    pub(super) lines: &'p BTreeSet<String>,
}

/// The effect of an edit to one of its sources on a persona.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    Changes,
    /// None, because the persona removes the edited claim.
    Removed,
    /// None, because the persona overrides the edited claim.
    Overridden,
    Nothing,
}

impl Persona<'_, '_> {
    /// Returns whether the persona uses the edited source in each state in which that source exists.
    pub(super) fn has(&self, cause: &Cause) -> bool {
        let mut sides = self.seen.iter().zip(cause.source);
        sides.all(|(seen, source)| source.is_none_or(|source| seen.sources.contains(&source)))
    }

    /// Returns the effect of an edit to one of its sources on the persona.
    pub(super) fn reach(&self, cause: &Cause) -> Reach {
        if self.is_changed_by(cause) {
            return Reach::Changes;
        }
        let Touches::Claims(addresses, sources) = &cause.touches else { return Reach::Nothing };
        let states = (0..2).flat_map(|side| {
            let states = addresses.iter().flat_map(move |at| self.states(side, sources[side], at));
            states.map(|(state, _)| state)
        });
        let states: BTreeSet<State> = states.collect();
        let lost = [State::Removed, State::Subsumed, State::Shadowed, State::Overruled];
        match states.first() {
            Some(State::Removed) if states.len() == 1 => Reach::Removed,
            Some(_) if states.iter().all(|state| lost.contains(state)) => Reach::Overridden,
            _ => Reach::Nothing,
        }
    }

    /// The outcomes of the claims of a source at an address, and whether a resolution decided there.
    fn states(&self, side: usize, source: Option<Source>, address: &str) -> Vec<(State, bool)> {
        let composition = self.seen[side].composition.as_ref();
        let Some(decision) = composition.and_then(|composition| composition.decisions.get(address)) else {
            return Vec::new();
        };
        let outcomes = decision.claims.iter().zip(&decision.outcomes);
        let of_source = outcomes.filter(|(claim, _)| Some(claim.source) == source);
        of_source.map(|(_, (state, _))| (*state, decision.resolution.is_some())).collect()
    }

    /// Returns whether an edit of one of its sources changes the persona.
    fn is_changed_by(&self, cause: &Cause) -> bool {
        if !self.effect.is_changed() {
            return false;
        }
        let [before, after] = [self.effect.before, self.effect.after];
        let is_absent = |status| status == Status::Absent;
        if is_absent(before) || is_absent(after) {
            // It was added or deleted with its profile, whatever else was edited.
            let is_profile = |source: Option<Source>| matches!(source, Some(Source::Profile(_)));
            let [earlier, later] = cause.source;
            return match is_absent(before) {
                true => earlier.is_none() && is_profile(later),
                false => later.is_none() && is_profile(earlier),
            };
        }
        if self.seen.iter().any(|seen| seen.composition.is_none()) {
            return true;
        }
        // The status can change without any line changing.
        let status_differs = before != after;
        match &cause.touches {
            Touches::Everything => true,
            Touches::Status => status_differs,
            Touches::Order => !self.effect.outputs.is_empty(),
            Touches::AtOrIn(target) => {
                let below = format!("{target}.");
                self.rows(|row| row.is_at(target) || row.address().starts_with(&below))
                    || self.lines.iter().any(|line| line == target || line.starts_with(&below))
                    || has_no_rows(target)
                    || status_differs
                    || self.changes_others(target)
            }
            Touches::Subjects(subjects) => self.has_changed_rule(subjects),
            Touches::Style(name) => self.seen.iter().any(|seen| seen.uses_style(name.as_deref())),
            Touches::Claims(addresses, sources) => {
                let matters =
                    |address: &&String| (0..2).any(|side| self.matters(side, sources[side], address));
                let changes = |address: &String| {
                    self.lines.contains(address)
                        || self.rows(|row| row.is_at(address))
                        || has_no_rows(address)
                        || status_differs
                        || self.changes_others(address)
                };
                addresses.iter().filter(matters).any(changes)
            }
        }
    }

    fn rows(&self, matches: impl Fn(&Row) -> bool) -> bool {
        self.effect.rows.iter().any(matches)
    }

    /// Returns whether the claim of a source at an address is emitted, shared or in conflict in this state.
    fn matters(&self, side: usize, source: Option<Source>, address: &str) -> bool {
        self.states(side, source, address).into_iter().any(|(state, is_resolved)| match state {
            State::Emitted | State::Agreed | State::Refined | State::Conflicted => true,
            // A resolution can decide against a claim that is in conflict in the other state.
            State::Overruled => is_resolved,
            State::Subsumed | State::Shadowed | State::Removed => false,
        })
    }

    /// Returns whether a rule at an address can change another rule through their subjects.
    fn changes_others(&self, address: &str) -> bool {
        let mut subjects = BTreeSet::new();
        for (side, seen) in self.seen.iter().enumerate() {
            let decision =
                seen.composition.as_ref().and_then(|composition| composition.decisions.get(address));
            let claims = decision.into_iter().flat_map(|decision| &decision.claims);
            for subject in claims.filter_map(|claim| claim.subject()) {
                let relations = &self.both.libraries[side].config.subjects;
                subjects.insert(subject.to_owned());
                let related = [relations.implied.get(subject), relations.excluded.get(subject)];
                subjects.extend(related.into_iter().flatten().flatten().cloned());
                let implying = relations.implied.iter().filter(|(_, implied)| implied.contains(subject));
                subjects.extend(implying.map(|(name, _)| name.clone()));
            }
        }
        !subjects.is_empty() && self.has_changed_rule(&subjects)
    }

    /// Returns whether a rule on one of these subjects differs.
    fn has_changed_rule(&self, subjects: &BTreeSet<String>) -> bool {
        let is_about = |address: &str| {
            self.seen.iter().filter_map(|seen| seen.composition.as_ref()).any(|composition| {
                let decision = composition.decisions.get(address);
                let mut claims = decision.into_iter().flat_map(|decision| &decision.claims);
                claims.any(|claim| claim.subject().is_some_and(|subject| subjects.contains(subject)))
            })
        };
        self.rows(|row| row.difference() != Difference::Place && is_about(row.address()))
    }
}

/// Returns whether the setting at an address shows only in the lines of the output and never as a row.
fn has_no_rows(address: &str) -> bool {
    match Address::parse(address) {
        Address::Style | Address::Combine | Address::Layout { .. } => true,
        Address::SectionKey { key, .. } => key != address::HEADING,
        Address::TargetKey { key, .. } => matches!(key, PATH | FRONT_MATTER),
        _ => false,
    }
}
