//! What a proposal is: changes of the sources that may produce an edit.

use super::applied::AppliedHunks;
use super::change::Change;
use super::elements::Element;
use super::home::FileEdits;
use super::hunks::Group;
use crate::model::Address;
use crate::source::edit::SourceEdit;
use crate::trial::{BuiltPersona, Texts};

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
