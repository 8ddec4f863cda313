//! Codex of OpenAI.

use super::{Facts, Form, KeyType, NameRule, Target, key};

const FACTS: Facts =
    Facts { source: "https://developers.openai.com/codex/subagents", verified: "2026-11-28" };

/// An agent. Other keys of the configuration of Codex have no effect in it.
pub(super) const CODEX: Target = Target {
    form: Form::Toml("developer_instructions"),
    declared: Some(NameRule { reserved: &["default", "worker", "explorer"], ..NameRule::ANY }),
    keys: &[
        key("nickname_candidates", KeyType::Names),
        key("model", KeyType::String),
        key("model_reasoning_effort", KeyType::String),
    ],
    ..Target::agent("codex", "a Codex agent", ".codex/agents/ID.toml", FACTS)
};
