//! Kiro.

use super::{Facts, KeyType, Target, ToolList, key};

const FACTS: Facts = Facts { source: "https://kiro.dev/docs/custom-agents/", verified: "2026-11-28" };

/// An agent, known by its path below `.kiro/agents`.
pub(super) const KIRO: Target = Target {
    declared: None,
    allow: Some(("tools", ToolList::List)),
    keys: &[key("model", KeyType::String), key("mcpServers", KeyType::Any), key("permissions", KeyType::Any)],
    ..Target::agent("kiro", "a Kiro agent", ".kiro/agents/ID.md", FACTS)
};
