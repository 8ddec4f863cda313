//! OpenCode. These are the keys of its first version, which the second one reads; one file must not mix both.

use super::{
    Facts, Given, Idle, Key, KeyType, Loading, NameForm, NameKind, Target, Vocabulary, key, named,
    significant,
};

const FACTS: Facts = Facts { source: "https://opencode.ai/docs/agents", verified: "2026-11-28" };

/// Models are written as `provider/id`.
const MODELS: Vocabulary<'static> = Vocabulary {
    kind: NameKind::Model,
    what: "a model of OpenCode (`provider/id`)",
    names: &[],
    retired: &[],
    open: &[NameForm::With("/")],
    stands_for: &[],
    facts: FACTS,
};

/// Hexadecimal, or a color of the theme.
const COLORS: Vocabulary<'static> = Vocabulary {
    kind: NameKind::Color,
    what: "a color of OpenCode",
    names: &["primary", "secondary", "accent", "success", "warning", "error", "info"],
    retired: &[],
    open: &[NameForm::HexColor],
    stands_for: &[],
    facts: FACTS,
};

const ACTION: KeyType = KeyType::OneOf(&["allow", "ask", "deny"]);

/// What happens when the agent calls tools: all of them, each by its name, or by patterns of what it is called with.
pub(super) const fn permission(facts: Facts) -> Key {
    let value =
        KeyType::Either(&[ACTION, KeyType::MapOf(&KeyType::Either(&[ACTION, KeyType::MapOf(&ACTION)]))]);
    Key { last_applies: Some(facts), ..significant("permission", value) }
}

const PERMISSIONS: Facts =
    Facts { source: "https://opencode.ai/v1/docs/permissions/", verified: "2026-11-29" };

/// The keys of the first version that the second one has under another name.
const FIRST_VERSION: &[&str] =
    &["disable", "maxSteps", "permission", "prompt", "temperature", "tools", "top_p"];

/// The keys that the first version does not have.
const SECOND_VERSION: &[&str] = &["disabled", "permissions", "request", "system"];

/// All keys are valid.
const OTHER_KEYS: Vocabulary<'static> = Vocabulary {
    kind: NameKind::Key,
    what: "a key of OpenCode",
    names: &[],
    retired: &[("tools", "permission"), ("maxSteps", "steps")],
    open: &[NameForm::Any],
    stands_for: &[],
    facts: FACTS,
};

/// An agent. It is known by the name of its file, and unknown keys go on to the provider of the model.
pub(super) const OPENCODE: Target = Target {
    declared: None,
    other_paths: &[".opencode/agent/ID.md"],
    other_keys: Some(&OTHER_KEYS),
    versions: Some([FIRST_VERSION, SECOND_VERSION]),
    idle: &[("hidden", "mode", Idle::Unless("subagent"))],
    loading: &[("mode", Given::Value("primary"), Loading::Nothing)],
    keys: &[
        key("mode", KeyType::OneOf(&["primary", "subagent", "all"])),
        named("model", &MODELS),
        key("temperature", KeyType::Number(0, 2)),
        key("top_p", KeyType::Number(0, 1)),
        key("steps", KeyType::COUNT),
        permission(PERMISSIONS),
        key("hidden", KeyType::Boolean),
        named("color", &COLORS),
        key("disable", KeyType::Boolean),
    ],
    ..Target::agent("opencode", "an OpenCode agent", ".opencode/agents/ID.md", FACTS)
};
