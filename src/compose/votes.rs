//! Whether a persona has what one profile takes and another leaves out: a fragment or a target.
//!
//! A profile that leaves it out cancels what profiles below it take, and a profile above that one may take it again.
//! Between peers there is a conflict.

use super::lineage::Lineages;
use crate::model::{Diagnostic, ProfileId, Source, Span, codes};

/// A profile that takes something or leaves it out, and where.
pub(super) type Vote = (ProfileId, Span);

/// What became of the votes about one thing.
pub(super) struct Tally {
    /// Those that take it and are not cancelled; nothing if the persona does not have it.
    pub kept: Vec<Vote>,
    /// Those that leave it out, although a peer takes it and nobody above decides.
    pub contradicted: Vec<Vote>,
}

/// Decides about one thing.
pub(super) fn tally(lineages: &Lineages, takes: &[Vote], leaves: &[Vote]) -> Tally {
    let has_above = |votes: &[Vote], vote: &Vote| votes.iter().any(|other| is_above(lineages, *other, *vote));
    let kept: Vec<Vote> = takes.iter().filter(|take| !has_above(leaves, take)).copied().collect();
    let is_open = |leave: &&Vote| !kept.is_empty() && !has_above(&kept, leave) && !has_above(leaves, leave);
    let contradicted = leaves.iter().filter(is_open).copied().collect();
    Tally { kept, contradicted }
}

/// Returns whether the profile of one vote is above that of another.
pub(super) fn is_above(lineages: &Lineages, upper: Vote, lower: Vote) -> bool {
    lineages.is_above(Source::Profile(upper.0), Source::Profile(lower.0))
}

/// The finding about two peers, each with what it does.
pub(super) fn conflict(message: String, peers: [(Vote, String); 2]) -> Diagnostic {
    let finding = Diagnostic::new(codes::DROP_CONFLICT, message)
        .note("neither profile extends the other, so neither takes precedence");
    peers.into_iter().fold(finding, |finding, ((_, span), what)| finding.at(span, what))
}
