//! Cursor.

use super::{
    Advice, Characters, DESCRIPTION, DescriptionRule, Facts, Given, Idle, KeyType, Loading, NameRule,
    Quoting, Switch, Target, When, key, significant,
};

const RULES: Facts = Facts { source: "https://cursor.com/docs/rules", verified: "2026-11-28" };
const AGENTS: Facts = Facts { source: "https://cursor.com/docs/subagents", verified: "2026-11-28" };

/// A rule. Cursor takes the patterns as they stand in the line, quotes included.
pub(super) const RULE: Target = Target {
    declared: None,
    description: Some(DescriptionRule::OPTIONAL),
    advice: Some(Advice { lines: 500, tokens: None }),
    idle: &[("globs", "alwaysApply", Idle::Where("true"))],
    loading: &[
        ("alwaysApply", Given::Value("true"), Loading::Whole),
        ("globs", Given::Any, Loading::Nothing),
        (DESCRIPTION, Given::None, Loading::Nothing),
    ],
    switches: &[
        (When::Always, &[("alwaysApply", Switch::Truth(true))]),
        (When::Paths, &[("globs", Switch::Paths), ("alwaysApply", Switch::Truth(false))]),
        (When::Description, &[("alwaysApply", Switch::Truth(false))]),
    ],
    keys: &[key("globs", KeyType::Globs(Quoting::Bare)), key("alwaysApply", KeyType::Boolean)],
    ..Target::agent("cursor-rule", "a Cursor rule", ".cursor/rules/ID.mdc", RULES)
};

/// A subagent.
pub(super) const AGENT: Target = Target {
    declared: Some(NameRule { advised: Characters::Hyphenated, ..NameRule::OPTIONAL }),
    description: Some(DescriptionRule::OPTIONAL),
    keys: &[
        key("model", KeyType::String),
        significant("readonly", KeyType::Boolean),
        key("is_background", KeyType::Boolean),
    ],
    ..Target::agent("cursor-agent", "a Cursor subagent", ".cursor/agents/ID.md", AGENTS)
};
