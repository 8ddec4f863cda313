//! Proposals: changes of the sources that may produce an edit. [`super::prove`] proves which of them do.

use std::ops::Range;

use super::applied::AppliedHunks;
use super::home::FileEdits;
use super::hunks::{Group, Sort};
use super::{
    additions, entries, front_matter, layout, moves, sections, settings, strings, typed_values, values,
};
use crate::model::{Address, layout_keys as keys};
use crate::source::edit::SourceEdit;
use crate::trial::{BuiltPersona, Texts};

/// The maximum number of steps by which a change slides in one direction.
const MOST_SLIDES: usize = 8;

/// What a proposal makes of new lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Whatever they read as. These proposals come first.
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
    pub(super) fn as_form(self, form: Form) -> Self {
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
    /// Returns the change and its equivalents above and below: the result does not show whether a line was
    /// inserted before or after an equal line, or a line break before or after another.
    pub(super) fn slides(&self, text: &str) -> Vec<Change> {
        if (self.start == self.end) == self.new.is_empty() {
            return vec![self.clone()];
        }
        let mut all = vec![self.clone()];
        let directions: [fn(&Change, &str, bool) -> Option<Change>; 2] = [Change::above, Change::below];
        for is_break in [true, false] {
            for at in 0..all.len() {
                for step in directions {
                    let slides = std::iter::successors(step(&all[at], text, is_break), |change| {
                        step(change, text, is_break)
                    });
                    for change in slides.take(MOST_SLIDES) {
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

/// Returns the proposals that may produce the edit, most likely first: changes at the source come before
/// overrides.
pub(super) fn candidates(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Vec<Candidate> {
    let mut all: Vec<Proposal> = Vec::new();
    match edit.group.sort {
        Sort::Words => {
            all.extend(entries::reread(persona, edit));
            if edit.group.removed.starts_with(&persona.frame("", &keys::HEADING).0) {
                all.extend(sections::reordered(persona, edit));
            }
            all.extend(strings::edited(persona, edit));
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
            let text =
                |proposals: Vec<Proposal>| proposals.into_iter().map(|proposal| proposal.as_form(Form::Text));
            all.extend(text(strings::edited(persona, edit)));
            all.extend(additions::inserted_blocks(persona, edit));
            all.extend(text(strings::overridden(persona, edit)));
            all.extend(text(layout::edited(persona, edit)));
        }
    }
    merged(persona, all)
}

/// Applies the edits of proposals. Those that change nothing, or the same as another, are left out.
pub(super) fn merged(persona: &BuiltPersona<'_>, all: Vec<Proposal>) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> = Vec::new();
    for Proposal { edits, what, is_own, form } in all {
        let Some(files) = edits.files(persona.texts).filter(|files| !files.is_empty()) else { continue };
        if !candidates.iter().any(|known| known.files == files) {
            candidates.push(Candidate { files, what, is_own, form });
        }
    }
    candidates
}
