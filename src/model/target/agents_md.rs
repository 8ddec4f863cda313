//! `AGENTS.md`, the instructions that many programs read for a directory and all below it.

use super::{Facts, KeyType, PERSONAS, Reading, Target, Unit, setting};

const FACTS: Facts = Facts { source: "https://agents.md", verified: "2026-11-28" };

/// How many bytes Codex reads, unless it is set up otherwise, of all such files from the root to a directory.
pub(crate) const CHAIN_BYTES: usize = 32 * 1024;

/// The instructions of a directory.
pub(super) const AGENTS_MD: Target = Target {
    other_paths: &["AGENTS.override.md"],
    reading: Some(Reading {
        who: "Codex by default reads",
        most: CHAIN_BYTES,
        unit: Unit::Bytes,
        counts_front_matter: true,
        facts: Facts {
            source: "https://developers.openai.com/codex/guides/agents-md",
            verified: "2026-11-28",
        },
    }),
    keys: &[setting(PERSONAS, KeyType::STRINGS)],
    facts: Some(FACTS),
    ..Target::markdown("agents-md", "an AGENTS.md", "AGENTS.md")
};
