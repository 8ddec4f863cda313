//! `AGENTS.md`, the instructions that many programs read for a directory and all below it.

use super::{Facts, KeyType, PERSONAS, Target, key};

const FACTS: Facts = Facts { source: "https://agents.md", verified: "2026-11-28" };

/// The instructions of a directory.
pub(super) const AGENTS_MD: Target = Target {
    keys: &[key(PERSONAS, KeyType::Strings)],
    facts: Some(FACTS),
    ..Target::markdown("agents-md", "an AGENTS.md", "AGENTS.md")
};
