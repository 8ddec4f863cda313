//! Agent Skills: the specification and its reference validator.

use super::{
    Advice, Characters, DescriptionRule, Facts, Key, KeyType, NameKind, NameRule, Target, ToolList,
    Vocabulary, claude, key,
};

const FACTS: Facts = Facts { source: "https://agentskills.io/specification", verified: "2026-11-28" };

/// The tools of the program that loads the skill, so any name. Those that Claude Code gave up are told.
const TOOLS: Vocabulary<'static> = Vocabulary { open: &[""], ..claude::TOOLS };

/// The keys that Claude Code adds. The reference validator refuses them.
const OTHER_KEYS: Vocabulary<'static> = Vocabulary {
    kind: NameKind::Key,
    what: "a key of Agent Skills or of Claude Code",
    names: &[
        "when_to_use",
        "argument-hint",
        "arguments",
        "disable-model-invocation",
        "user-invocable",
        "model",
        "context",
        "agent",
        "hooks",
        "effort",
        "paths",
        "shell",
        "disallowed-tools",
    ],
    retired: &[],
    open: &[],
    stands_for: &[],
    facts: Facts { source: "https://code.claude.com/docs/en/skills", verified: "2026-11-28" },
};

/// A skill.
pub(super) const SKILL: Target = Target {
    declared: Some(NameRule { most: Some(64), characters: Characters::Hyphenated, ..NameRule::ANY }),
    description: Some(DescriptionRule { most: Some(1024), ..DescriptionRule::REQUIRED }),
    allow: Some(("allowed-tools", ToolList::Spaces)),
    tools: Some(&TOOLS),
    other_keys: Some(&OTHER_KEYS),
    named_directory: true,
    other_paths: &[".claude/skills/ID/SKILL.md", ".agents/skills/ID/SKILL.md"],
    advice: Some(Advice { lines: 500, tokens: Some(5_000) }),
    keys: &[
        key("license", KeyType::String),
        Key { most: Some(500), ..key("compatibility", KeyType::String) },
        key("metadata", KeyType::StringMap),
    ],
    ..Target::agent("skill", "an Agent Skill", "skills/ID/SKILL.md", FACTS)
};
