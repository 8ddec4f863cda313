//! Claude Code.

use super::{Characters, Facts, KeyType, NameRule, Target, ToolList, key};

const FACTS: Facts = Facts { source: "https://code.claude.com/docs/en/sub-agents", verified: "2026-11-28" };

/// A subagent.
pub(super) const CLAUDE: Target = Target {
    declared: Some(NameRule {
        most: Some(256),
        characters: Characters::AllBut(&[':']),
        not_first: &['-'],
        ..NameRule::ANY
    }),
    allow: Some(("tools", ToolList::Commas)),
    deny: Some(("disallowedTools", ToolList::Commas)),
    keys: &[
        key("model", KeyType::String),
        key(
            "permissionMode",
            KeyType::OneOf(&[
                "default", "manual", "acceptEdits", "plan", "auto", "dontAsk", "bypassPermissions",
            ]),
        ),
        key("maxTurns", KeyType::Count),
        key("skills", KeyType::StringOrStrings),
        key("mcpServers", KeyType::Any),
        key("hooks", KeyType::Any),
        key("memory", KeyType::OneOf(&["user", "project", "local"])),
        key("background", KeyType::Boolean),
        key("effort", KeyType::String),
        key("isolation", KeyType::OneOf(&["worktree"])),
        key("color", KeyType::String),
        key("initialPrompt", KeyType::String),
        key("omitClaudeMd", KeyType::Boolean),
        key("autoCompactWindow", KeyType::Count),
        key("experimental", KeyType::Any),
    ],
    ..Target::agent("claude", "a Claude Code subagent", ".claude/agents/ID.md", FACTS)
};
