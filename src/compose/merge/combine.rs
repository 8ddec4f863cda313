//! The `combine` policies: which of two contradicting rules loses.

use super::force::{Relation, relation, strength};
use crate::compose::lineage::Lineages;
use crate::model::{Combine, Force, Source};

/// The force and source of a rule, as policies compare them.
pub(super) type Ranked = (Force, Source);

/// Returns whether `winner` decides against `loser` under the policy. False if the rules do not contradict
/// each other, and always under `unanimous`. The caller checks locks.
pub(super) fn beats(combine: Combine, lineages: &Lineages, winner: Ranked, loser: Ranked) -> bool {
    if relation(winner.0, loser.0) != Relation::Contradiction {
        return false;
    }
    match combine {
        Combine::Unanimous => false,
        Combine::ProhibitionOverrides => winner.0.is_prohibition() && !loser.0.is_prohibition(),
        Combine::PermissionOverrides => !winner.0.is_prohibition() && loser.0.is_prohibition(),
        Combine::HighestLayer => lineages.is_above(winner.1, loser.1),
    }
}

/// Returns whether `winner` replaces the stronger rule `loser` at the same address. Only `highest-layer` lets
/// a higher layer weaken a rule without a resolution.
pub(super) fn may_weaken(combine: Combine, lineages: &Lineages, winner: Ranked, loser: Ranked) -> bool {
    combine == Combine::HighestLayer
        && strength(winner.0) < strength(loser.0)
        && lineages.is_above(winner.1, loser.1)
}
