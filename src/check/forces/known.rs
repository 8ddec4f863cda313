//! Lines of rules that were read before.
//!
//! Most rules are in many personas, with the same line in each. Whether a line states the force of its rule does not
//! depend on the lines above it, so it is read once for all personas. So are the headings and lines above rules.

use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use foldhash::fast::FixedState;
use indexmap::{IndexMap, IndexSet};

use super::above::Place;
use super::kind;
use crate::model::{Digest, Force, layout_keys as keys};
use crate::render::{Document, ListEntry};

/// Lines that were read. Shared by the personas of a library.
#[derive(Debug, Default)]
pub(in crate::check) struct KnownLines(RwLock<Lines>);

/// Lines that were read, and what was found in them.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// Those of rules that state the force of their rule, by [`key`].
    pub(super) of_rules: IndexSet<Digest, FixedState>,
    /// Those above rules.
    pub(super) above: IndexMap<String, Lead, FixedState>,
}

/// The effect of a line above rules on those that have labels of their own.
#[derive(Debug, Clone)]
pub(super) struct Lead {
    /// The force that it states, and where.
    pub(super) stated: Option<(Force, Place)>,
    /// Whether it dismisses the rules.
    pub(super) dismisses: bool,
}

impl KnownLines {
    /// The lines known so far.
    pub(super) fn read(&self) -> RwLockReadGuard<'_, Lines> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds those that were new in a document.
    pub(super) fn add(&self, new: Lines) {
        if !new.of_rules.is_empty() || !new.above.is_empty() {
            let mut lines = self.0.write().unwrap_or_else(PoisonError::into_inner);
            lines.of_rules.extend(new.of_rules);
            lines.above.extend(new.above);
        }
    }
}

/// The cache key of a rule's line, made of everything that reading it depends on: its force, its words, and the kind of
/// each piece. The line begins at `start`. A piece may begin before it or go on after the rule, so all of its words count.
pub(super) fn key(document: &Document<'_>, entry: &ListEntry<'_>, force: Force, start: usize) -> Digest {
    let (mut begin, mut end) = (start, entry.range.end);
    let mut known = vec![force as u8];
    let number = |known: &mut Vec<u8>, number: usize| known.extend((number as u64).to_le_bytes());
    for piece in document.pieces_in(&(start..entry.range.end)) {
        begin = begin.min(piece.range.start);
        end = end.max(piece.range.end);
        let is_sentence = piece.layout.is_some_and(|layout| layout.key.name == keys::SENTENCE.name);
        known.extend([kind(piece) as u8, u8::from(piece.layout.is_some()), u8::from(is_sentence)]);
        number(&mut known, piece.range.end - begin);
    }
    // The ends of the pieces come before these; the total number of bytes determines how many there are.
    for at in [start, entry.range.start, entry.text.start, entry.text.end, entry.range.end, end] {
        number(&mut known, at - begin);
    }
    known.extend_from_slice(&document.text().as_bytes()[begin..end]);
    Digest::of(&known)
}
