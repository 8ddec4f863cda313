//! `SOUL.md`, the character of an agent in a file of its own.

use super::{Facts, Reading, Target, Unit};

const FACTS: Facts =
    Facts { source: "https://docs.openclaw.ai/concepts/agent-workspace", verified: "2026-11-28" };

/// A soul. Older programs read 20,000 characters, and some can be set up otherwise.
pub(super) const SOUL: Target = Target {
    other_paths: &["SOUL.md"],
    reading: Some(Reading {
        who: "newer programs read",
        most: 12_000,
        unit: Unit::Characters,
        counts_front_matter: true,
        facts: FACTS,
    }),
    facts: Some(FACTS),
    ..Target::markdown("soul", "a SOUL.md", "souls/ID/SOUL.md")
};
