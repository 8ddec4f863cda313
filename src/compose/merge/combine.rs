//! `combine`: which of two contradicting rules loses, by the policy of the profile.

use super::force::{Relation, relation, strength};
use crate::compose::lineage::Lineages;
use crate::model::{Combine, Force, Source};

/// A rule as a policy sees it: its force and the source that states it.
pub(super) type Ranked = (Force, Source);

/// Whether a force forbids or discourages.
fn is_prohibition(force: Force) -> bool {
    matches!(force, Force::Never | Force::Avoid)
}

/// Whether `winner` decides against `loser` under the policy. False for two rules that do not contradict each other,
/// and always under `unanimous`. Locks are the caller's business.
pub(super) fn beats(combine: Combine, lineages: &Lineages, winner: Ranked, loser: Ranked) -> bool {
    if relation(winner.0, loser.0) != Relation::Contradiction {
        return false;
    }
    match combine {
        Combine::Unanimous => false,
        Combine::ProhibitionOverrides => is_prohibition(winner.0) && !is_prohibition(loser.0),
        Combine::PermissionOverrides => !is_prohibition(winner.0) && is_prohibition(loser.0),
        Combine::HighestLayer => lineages.is_above(winner.1, loser.1),
    }
}

/// Whether `winner` replaces the stronger rule `loser` at the same address: only `highest-layer` lets a higher layer
/// weaken a rule without a resolution.
pub(super) fn may_weaken(combine: Combine, lineages: &Lineages, winner: Ranked, loser: Ranked) -> bool {
    combine == Combine::HighestLayer
        && strength(winner.0) < strength(loser.0)
        && lineages.is_above(winner.1, loser.1)
}
