//! Proposals: changes of the sources that may produce an edit. [`super::prove`] proves which of them do.

use super::applied::AppliedHunks;
use super::home::FileEdits;
use super::hunks::{Group, Sort};
use super::{
    additions, entries, front_matter, layout, moves, sections, settings, strings, typed_values, values,
};
use crate::model::Address;
use crate::source::edit::SourceEdit;
use crate::trial::{BuiltPersona, Texts};

/// A change of the sources that may produce an edit.
#[derive(Debug, Clone)]
pub(super) struct Proposal {
    pub(super) edits: FileEdits,
    /// A short description: "the text of `rules.x`".
    pub(super) what: String,
    /// Whether the profile overrides a claim that is, or could be, in a fragment.
    pub(super) is_own: bool,
}

impl Proposal {
    pub(super) fn new(edits: FileEdits, what: impl Into<String>) -> Self {
        Proposal { edits, what: what.into(), is_own: false }
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
}

/// A group of hunks to apply, and the persona's text as it is now.
#[derive(Clone, Copy)]
pub(super) struct Edit<'e> {
    pub(super) applied: &'e AppliedHunks,
    pub(super) groups: &'e [Group],
    pub(super) group: &'e Group,
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

    /// Converts a hunk to a change of the text as it is now.
    pub(super) fn change(&self, index: usize) -> Change {
        let range = self.applied.range(index);
        Change { start: range.start, end: range.end, new: self.applied.hunks[index].new.clone() }
    }
}

impl Change {
    /// Returns the change and its equivalents at neighbouring line breaks: the result does not show whether a
    /// line was inserted before or after a break.
    pub(super) fn slides(&self, text: &str) -> Vec<Change> {
        let mut all = vec![self.clone()];
        if (self.start == self.end) == self.new.is_empty() {
            return all;
        }
        let mut left = self.clone();
        while text[..left.start].ends_with('\n') {
            let moved = if left.new.is_empty() { &text[left.start..left.end] } else { left.new.as_str() };
            if !moved.ends_with('\n') {
                break;
            }
            if !left.new.is_empty() {
                left.new = format!("\n{}", &left.new[..left.new.len() - 1]);
            }
            left = Change { start: left.start - 1, end: left.end - 1, new: left.new };
            all.push(left.clone());
        }
        let mut right = self.clone();
        while text[right.end..].starts_with('\n') {
            let moved = if right.new.is_empty() { &text[right.start..right.end] } else { right.new.as_str() };
            if !moved.starts_with('\n') {
                break;
            }
            if !right.new.is_empty() {
                right.new = format!("{}\n", &right.new[1..]);
            }
            right = Change { start: right.start + 1, end: right.end + 1, new: right.new };
            all.push(right.clone());
        }
        all
    }

    /// Applies the change to the part of the text at `range`. `None` if the change extends beyond it.
    pub(super) fn applied(&self, text: &str, range: std::ops::Range<usize>) -> Option<String> {
        if self.start < range.start || self.end > range.end {
            return None;
        }
        let (before, after) = (text.get(range.start..self.start)?, text.get(self.end..range.end)?);
        Some(format!("{before}{}{after}", self.new))
    }
}

/// Returns the proposals that may produce the edit, most likely first: changes at the source come before
/// overrides.
pub(super) fn candidates(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Vec<Candidate> {
    let mut all: Vec<Proposal> = Vec::new();
    match edit.group.sort {
        Sort::Words => {
            all.extend(strings::edited(persona, edit));
            all.extend(entries::forces(persona, edit));
            all.extend(typed_values::edited(persona, edit));
            all.extend(values::edited(persona, edit));
            all.extend(front_matter::edited(persona, edit));
            all.extend(strings::overridden(persona, edit));
            all.extend(layout::edited(persona, edit));
        }
        Sort::Lines => {
            all.extend(typed_values::edited(persona, edit));
            all.extend(settings::removed(persona, edit));
            all.extend(settings::added(persona, edit));
            all.extend(front_matter::edited(persona, edit));
            all.extend(front_matter::added(persona, edit));
            all.extend(sections::title(persona, edit));
            all.extend(moves::moved(persona, edit));
            all.extend(entries::removed(persona, edit));
            all.extend(additions::inserted(persona, edit));
            all.extend(sections::inserted(persona, edit));
            all.extend(sections::inserted_groups(persona, edit));
            all.extend(strings::edited(persona, edit));
            all.extend(additions::inserted_blocks(persona, edit));
            all.extend(strings::overridden(persona, edit));
            all.extend(layout::edited(persona, edit));
        }
    }
    let mut candidates: Vec<Candidate> = Vec::new();
    for Proposal { edits, what, is_own } in all {
        let Some(files) = edits.files(persona.texts).filter(|files| !files.is_empty()) else { continue };
        if !candidates.iter().any(|known| known.files == files) {
            candidates.push(Candidate { files, what, is_own });
        }
    }
    candidates
}
