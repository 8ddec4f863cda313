//! Kilo, the heir of Roo Code.

use super::opencode::permission;
use super::{Facts, Given, KeyType, Loading, Target, key};

const FACTS: Facts = Facts { source: "https://kilo.ai/docs", verified: "2026-11-28" };

const PERMISSIONS: Facts =
    Facts { source: "https://kilo.ai/docs/customize/agent-permissions", verified: "2026-11-29" };

/// An agent, known by the name of its file.
pub(crate) const KILO: Target = Target {
    declared: None,
    loading: &[("mode", Given::Value("primary"), Loading::Nothing)],
    keys: &[
        key("mode", KeyType::OneOf(&["primary", "subagent", "all"])),
        key("model", KeyType::String),
        permission(PERMISSIONS),
        key("steps", KeyType::COUNT),
        key("hidden", KeyType::Boolean),
        key("disable", KeyType::Boolean),
        key("color", KeyType::String),
        key("variant", KeyType::String),
        key("options", KeyType::Any),
    ],
    ..Target::agent("kilo", "a Kilo agent", ".kilo/agents/ID.md", FACTS)
};
