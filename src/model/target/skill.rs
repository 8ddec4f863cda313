//! Agent Skills: the specification and its reference validator.

use super::{Advice, Characters, DescriptionRule, Facts, Key, KeyType, NameRule, Target, ToolList, key};

const FACTS: Facts = Facts { source: "https://agentskills.io/specification", verified: "2026-11-28" };

/// A skill.
pub(super) const SKILL: Target = Target {
    declared: Some(NameRule { most: Some(64), characters: Characters::Hyphenated, ..NameRule::ANY }),
    description: Some(DescriptionRule { most: Some(1024), ..DescriptionRule::REQUIRED }),
    allow: Some(("allowed-tools", ToolList::Spaces)),
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
