//! `SOUL.md`, the character of an agent in a file of its own.

use super::{Facts, Target};

const FACTS: Facts =
    Facts { source: "https://docs.openclaw.ai/concepts/agent-workspace", verified: "2026-11-28" };

/// A soul.
pub(super) const SOUL: Target = Target {
    other_paths: &["SOUL.md"],
    facts: Some(FACTS),
    ..Target::markdown("soul", "a SOUL.md", "souls/ID/SOUL.md")
};
