//! Proposals: changes of the sources that may produce an edit. [`super::prove`] proves which of them do.

use std::ops::Range;

use super::applied::AppliedHunks;
use super::elements::Element;
use super::home::FileEdits;
use super::hunks::{Group, Sort};
use super::{
    additions, blocks, entries, front_matter, layout, moves, nested, sections, settings, strings,
    typed_values, values,
};
use crate::model::Address;
use crate::source::edit::SourceEdit;
use crate::trial::{BuiltPersona, Texts};

/// Moves a change above or below an equal line or line break, if there is one.
type Slide = fn(&Change, &str, bool) -> Option<Change>;

/// The maximum number of steps by which a change slides in one direction.
const MAX_SLIDES: usize = 8;

/// The form that a proposal gives to new lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Entries of any type that the lines parse as. These proposals come first.
    Entries,
    /// A paragraph.
    Block,
    /// A part of a text or of the layout. Settings do not finish such a proposal: it would hide entries in a text.
    Text,
}

/// A change of the sources that may produce an edit.
#[derive(Debug, Clone)]
pub(super) struct Proposal {
    pub(super) edits: FileEdits,
    /// A short description: "the text of `rules.x`".
    pub(super) what: String,
    /// Whether the profile overrides a claim that is, or could be, in a fragment.
    pub(super) is_own: bool,
    pub(super) form: Form,
}

impl Proposal {
    pub(super) fn new(edits: FileEdits, what: impl Into<String>) -> Self {
        Proposal { edits, what: what.into(), is_own: false, form: Form::Entries }
    }

    /// The same proposal, as one of another form.
    pub(super) fn in_form(self, form: Form) -> Self {
        Proposal { form, ..self }
    }

    /// A change in which the profile overrides a claim that is, or could be, in a fragment.
    pub(super) fn own(edits: FileEdits, what: impl Into<String>) -> Self {
        Proposal { is_own: true, ..Proposal::new(edits, what) }
    }

    /// Sets a key of the profile's layout.
    pub(super) fn layout(persona: &BuiltPersona<'_>, place: &str, key: &str, value: &str) -> Self {
        let edits = persona.profile_edits([SourceEdit::layout(place, key, value)]);
        Proposal::new(edits, format!("`{}`", Address::Layout { place, key }))
    }

    /// Adds a setting of the profile's layout to the proposal.
    pub(super) fn and_layout(
        mut self,
        persona: &BuiltPersona<'_>,
        place: &str,
        key: &str,
        value: &str,
    ) -> Self {
        self.edits.add(persona.profile_path(), [SourceEdit::layout(place, key, value)]);
        self.what.push_str(&format!(", and `{}`", Address::Layout { place, key }));
        self
    }

    /// An entry of the profile that replaces one below it: inserted alone, and inserted together with a
    /// removal of the other.
    pub(super) fn replacing(
        persona: &BuiltPersona<'_>,
        insertion: &SourceEdit,
        (address, reason): (&str, &str),
        what: &str,
    ) -> [Self; 2] {
        let removal = SourceEdit::remove_address(address, persona.seen_below(address), reason);
        let removed = persona.profile_edits([insertion.clone(), removal]);
        [persona.profile_edits([insertion.clone()]), removed].map(|edits| Proposal::own(edits, what))
    }
}

/// A proposal with its edits applied.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    /// The files that change.
    pub(super) files: Texts,
    pub(super) what: String,
    pub(super) is_own: bool,
    pub(super) form: Form,
}

/// A group of hunks to apply, and the persona's text as it is now.
#[derive(Clone, Copy)]
pub(super) struct Edit<'e> {
    pub(super) applied: &'e AppliedHunks,
    pub(super) groups: &'e [Group],
    pub(super) group: &'e Group,
    /// The elements of the persona.
    pub(super) elements: &'e [Element<'e>],
    /// The reason to record with a removal in the profile.
    pub(super) reason: &'e str,
}

/// A range of the persona's text and its replacement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) new: String,
}

impl Edit<'_> {
    /// Returns the hunks of the group that are not applied yet.
    pub(super) fn pending(&self) -> impl Iterator<Item = usize> {
        self.group.hunks.clone().filter(|index| !self.applied.accepted[*index])
    }

    /// Returns the changes of the pending hunks, each with its equivalents.
    pub(super) fn changes(&self, text: &str) -> impl Iterator<Item = Change> {
        self.pending().flat_map(|index| self.change(index).slides(text))
    }

    /// Converts a hunk to a change of the text as it is now.
    pub(super) fn change(&self, index: usize) -> Change {
        let range = self.applied.range(index);
        Change { start: range.start, end: range.end, new: self.applied.hunks[index].new.clone() }
    }
}

impl Change {
    /// Returns the change and its equivalents above and below: the result does not show whether a line was
    /// inserted before or after an equal line, or a line break before or after another.
    pub(super) fn slides(&self, text: &str) -> Vec<Change> {
        if (self.start == self.end) == self.new.is_empty() {
            return vec![self.clone()];
        }
        let mut all = vec![self.clone()];
        let directions: [Slide; 2] = [Change::above, Change::below];
        for is_break in [true, false] {
            for at in 0..all.len() {
                for step in directions {
                    let slides = std::iter::successors(step(&all[at], text, is_break), |change| {
                        step(change, text, is_break)
                    });
                    for change in slides.take(MAX_SLIDES) {
                        if !all.contains(&change) {
                            all.push(change);
                        }
                    }
                }
            }
        }
        all
    }

    /// The lines, or the line break, that the change inserts or removes.
    fn moved<'t>(&'t self, text: &'t str) -> &'t str {
        if self.new.is_empty() { &text[self.start..self.end] } else { &self.new }
    }

    /// Returns the equivalent change above the line break, or the line, before it.
    fn above(&self, text: &str, is_break: bool) -> Option<Change> {
        let moved = self.moved(text);
        let inner = moved.strip_suffix('\n')?;
        let at = if is_break { inner.len() } else { inner.rfind('\n').map_or(0, |at| at + 1) };
        let (rest, last) = moved.split_at(at);
        let above = text[..self.start].strip_suffix(last)?;
        let new = if self.new.is_empty() { String::new() } else { format!("{last}{rest}") };
        Some(Change { start: above.len(), end: self.end - last.len(), new })
    }

    /// Returns the equivalent change below the line break, or the line, after it.
    fn below(&self, text: &str, is_break: bool) -> Option<Change> {
        let moved = self.moved(text);
        let end = moved.find('\n')? + 1;
        let (first, rest) = moved.split_at(end);
        if is_break && first != "\n" || !text[self.end..].starts_with(first) {
            return None;
        }
        let new = if self.new.is_empty() { String::new() } else { format!("{rest}{first}") };
        Some(Change { start: self.start + first.len(), end: self.end + first.len(), new })
    }

    /// Applies the change to the part of the text at `range`. `None` if the change extends beyond it.
    pub(super) fn applied(&self, text: &str, range: Range<usize>) -> Option<String> {
        Change::all_applied(std::slice::from_ref(self), text, range)
    }

    /// Applies the changes within `range` to that part of the text. `None` if there are none, or one extends
    /// beyond it.
    pub(super) fn all_applied(changes: &[Change], text: &str, range: Range<usize>) -> Option<String> {
        let touches = |change: &&Change| change.start <= range.end && range.start <= change.end;
        let is_within = |change: &Change| range.start <= change.start && change.end <= range.end;
        // A change that ends where the range begins is beside it.
        let is_beside = |change: &Change| change.end == range.start || change.start == range.end;
        let own: Vec<&Change> =
            changes.iter().filter(touches).filter(|change| is_within(change) || !is_beside(change)).collect();
        if own.is_empty() || !own.iter().all(|change| is_within(change)) {
            return None;
        }
        let mut new = text.get(range.clone())?.to_owned();
        for change in own.iter().rev() {
            new.replace_range(change.start - range.start..change.end - range.start, &change.new);
        }
        Some(new)
    }
}

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
const OF_LINES: [Proposer; 17] = [
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
