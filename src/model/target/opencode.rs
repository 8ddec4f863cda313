//! OpenCode. These are the keys of its first version, which the second one reads; one file must not mix both.

use super::{Facts, KeyType, NameKind, Target, Vocabulary, key, named, significant};

const FACTS: Facts = Facts { source: "https://opencode.ai/docs/agents", verified: "2026-11-28" };

/// Models are written as `provider/id`.
const MODELS: Vocabulary<'static> = Vocabulary {
    kind: NameKind::Model,
    what: "a model of OpenCode (`provider/id`)",
    names: &[],
    retired: &[],
    open: &["/"],
    stands_for: &[],
    facts: FACTS,
};

/// Hexadecimal, or a color of the theme.
const COLORS: Vocabulary<'static> = Vocabulary {
    kind: NameKind::Color,
    what: "a color of OpenCode",
    names: &["primary", "secondary", "accent", "success", "warning", "error", "info"],
    retired: &[],
    open: &["#"],
    stands_for: &[],
    facts: FACTS,
};

/// All keys are valid.
const OTHER_KEYS: Vocabulary<'static> = Vocabulary {
    kind: NameKind::Key,
    what: "a key of OpenCode",
    names: &[],
    retired: &[("tools", "permission"), ("maxSteps", "steps")],
    open: &[""],
    stands_for: &[],
    facts: FACTS,
};

/// An agent. It is known by the name of its file, and unknown keys go on to the provider of the model.
pub(super) const OPENCODE: Target = Target {
    declared: None,
    other_paths: &[".opencode/agent/ID.md"],
    other_keys: Some(&OTHER_KEYS),
    keys: &[
        key("mode", KeyType::OneOf(&["primary", "subagent", "all"])),
        named("model", &MODELS),
        key("temperature", KeyType::Number(0, 2)),
        key("top_p", KeyType::Number(0, 1)),
        key("steps", KeyType::Count),
        significant("permission", KeyType::Any),
        key("hidden", KeyType::Boolean),
        named("color", &COLORS),
        key("disable", KeyType::Boolean),
    ],
    ..Target::agent("opencode", "an OpenCode agent", ".opencode/agents/ID.md", FACTS)
};
