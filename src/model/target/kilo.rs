//! Kilo, the heir of Roo Code.

use super::opencode::PERMISSION;
use super::{Facts, KeyType, Target, key};

const FACTS: Facts = Facts { source: "https://kilo.ai/docs", verified: "2026-11-28" };

/// An agent, known by the name of its file.
pub(crate) const KILO: Target = Target {
    declared: None,
    keys: &[
        key("mode", KeyType::OneOf(&["primary", "subagent", "all"])),
        key("model", KeyType::String),
        PERMISSION,
        key("steps", KeyType::Count),
        key("hidden", KeyType::Boolean),
        key("disable", KeyType::Boolean),
        key("color", KeyType::String),
        key("variant", KeyType::String),
        key("options", KeyType::Any),
    ],
    ..Target::agent("kilo", "a Kilo agent", ".kilo/agents/ID.md", FACTS)
};
