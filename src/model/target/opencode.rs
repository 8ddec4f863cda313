//! OpenCode. These are the keys of its first version, which the second one reads; one file must not mix both.

use super::{Facts, KeyType, Target, key};

const FACTS: Facts = Facts { source: "https://opencode.ai/docs/agents", verified: "2026-11-28" };

/// An agent. It is known by the name of its file, and unknown keys go on to the provider of the model.
pub(super) const OPENCODE: Target = Target {
    declared: None,
    other_paths: &[".opencode/agent/ID.md"],
    keys: &[
        key("mode", KeyType::OneOf(&["primary", "subagent", "all"])),
        key("model", KeyType::String),
        key("temperature", KeyType::Number(0, 2)),
        key("top_p", KeyType::Number(0, 1)),
        key("steps", KeyType::Count),
        key("permission", KeyType::Any),
        key("hidden", KeyType::Boolean),
        key("color", KeyType::String),
        key("disable", KeyType::Boolean),
    ],
    ..Target::agent("opencode", "an OpenCode agent", ".opencode/agents/ID.md", FACTS)
};
