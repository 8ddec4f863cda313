//! Antigravity and Gemini CLI of Google.

use super::{Characters, Facts, KeyType, NameRule, Target, ToolList, key};

const ANTIGRAVITY_DOCS: Facts = Facts { source: "https://antigravity.google/docs", verified: "2026-11-28" };
const GEMINI_DOCS: Facts =
    Facts { source: "https://geminicli.com/docs/core/subagents", verified: "2026-11-28" };

/// An agent of Antigravity.
pub(super) const ANTIGRAVITY: Target = Target {
    allow: Some(("tools", ToolList::List)),
    keys: &[
        key("model", KeyType::String),
        key("mainAgent", KeyType::Boolean),
        key("subagent", KeyType::Boolean),
        key("hidden", KeyType::Boolean),
        key("skills", KeyType::Strings),
        key("plugins", KeyType::Strings),
        key("mcpServers", KeyType::Any),
        key("inheritMcp", KeyType::Boolean),
        key("commandExecutionPolicy", KeyType::String),
    ],
    ..Target::agent("antigravity", "an Antigravity agent", ".agents/agents/ID.md", ANTIGRAVITY_DOCS)
};

/// An agent of Gemini CLI, which refuses unknown keys.
pub(super) const GEMINI: Target = Target {
    declared: Some(NameRule { characters: Characters::Slug, ..NameRule::ANY }),
    file: NameRule { not_first: &['_'], ..NameRule::ANY },
    allow: Some(("tools", ToolList::List)),
    keys: &[
        key("kind", KeyType::OneOf(&["local", "remote"])),
        key("display_name", KeyType::String),
        key("mcp_servers", KeyType::Any),
        key("model", KeyType::String),
        key("temperature", KeyType::Number(0, 2)),
        key("max_turns", KeyType::Count),
        key("timeout_mins", KeyType::Count),
    ],
    ..Target::agent("gemini", "a Gemini CLI agent", ".gemini/agents/ID.md", GEMINI_DOCS)
};
