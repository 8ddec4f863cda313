//! Makes the proposals for an edit. [`super::prove`] proves which of them produce it.

use super::hunks::Sort;
use super::proposal::{Candidate, Edit, Form, Proposal};
use super::{
    additions, blocks, entries, front_matter, layout, moves, nested, sections, settings, strings,
    typed_values, values,
};
use crate::trial::BuiltPersona;

/// A function that proposes changes for an edit, and the form of its proposals.
type Proposer = (for<'p> fn(&BuiltPersona<'p>, Edit<'_>) -> Vec<Proposal>, Form);

/// The functions that propose changes for edited words, most likely first: changes at the source come before overrides.
const OF_WORDS: [Proposer; 9] = [
    (nested::indented, Form::Entries),
    (entries::reread, Form::Entries),
    (sections::exchanged, Form::Entries),
    (strings::edited, Form::Entries),
    (typed_values::edited, Form::Entries),
    (values::edited, Form::Entries),
    (front_matter::edited, Form::Entries),
    (strings::overridden, Form::Entries),
    (layout::edited, Form::Entries),
];

/// The functions that propose changes for added and removed lines, in the same order.
const OF_LINES: [Proposer; 18] = [
    (nested::indented, Form::Entries),
    (nested::orphaned, Form::Entries),
    (typed_values::edited, Form::Entries),
    (settings::removed, Form::Entries),
    (settings::added, Form::Entries),
    (front_matter::edited, Form::Entries),
    (front_matter::added, Form::Entries),
    (sections::title, Form::Entries),
    (moves::moved, Form::Entries),
    (entries::removed, Form::Entries),
    (sections::emptied, Form::Entries),
    (nested::inserted, Form::Entries),
    (additions::inserted, Form::Entries),
    (sections::inserted, Form::Entries),
    (strings::edited, Form::Text),
    (blocks::inserted, Form::Block),
    (strings::overridden, Form::Text),
    (layout::edited, Form::Text),
];

/// Returns the changes that may produce the edit, most likely first.
fn proposals<'e>(persona: &'e BuiltPersona<'_>, edit: Edit<'e>) -> impl Iterator<Item = Proposal> + 'e {
    let proposers: &[Proposer] = match edit.group.sort {
        Sort::Words => &OF_WORDS,
        Sort::Lines => &OF_LINES,
    };
    proposers.iter().flat_map(move |(propose, form)| {
        let in_form = move |proposal: Proposal| match form {
            Form::Entries => proposal,
            form => proposal.in_form(*form),
        };
        propose(persona, edit).into_iter().map(in_form)
    })
}

/// Returns the candidates that may produce the edit, most likely first.
pub(super) fn candidates(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Vec<Candidate> {
    merged(persona, proposals(persona, edit))
}

/// Returns the most likely change. `None` if that is an override in the profile.
pub(super) fn likeliest(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Option<Proposal> {
    let mut proposals = proposals(persona, edit);
    proposals.find(|proposal| !proposal.edits.is_empty()).filter(|proposal| !proposal.is_own)
}

/// Applies the edits of proposals. Those that change nothing, or the same as another, are left out.
pub(super) fn merged(persona: &BuiltPersona<'_>, all: impl IntoIterator<Item = Proposal>) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> = Vec::new();
    for Proposal { edits, what, is_own, form } in all {
        let Some(files) = edits.files(persona.texts).filter(|files| !files.is_empty()) else { continue };
        if !candidates.iter().any(|known| known.files == files) {
            candidates.push(Candidate { files, what, is_own, form });
        }
    }
    candidates
}
