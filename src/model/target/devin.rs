//! Devin, formerly Windsurf.

use super::{
    DESCRIPTION, DescriptionRule, Facts, Given, Idle, Key, KeyType, Loading, Quoting, Reading, Switch,
    Target, Unit, When, key,
};

const FACTS: Facts = Facts { source: "https://docs.devin.ai", verified: "2026-11-28" };

/// A rule. Older versions read it from `.windsurf/rules`.
pub(super) const RULE: Target = Target {
    declared: None,
    description: Some(DescriptionRule::OPTIONAL),
    other_paths: &[".windsurf/rules/ID.md"],
    reading: Some(Reading {
        who: "Devin reads",
        most: 12_000,
        unit: Unit::Characters,
        counts_front_matter: true,
        facts: FACTS,
    }),
    needs: &[("trigger", "glob", "globs"), ("trigger", "model_decision", DESCRIPTION)],
    idle: &[("globs", "trigger", Idle::Unless("glob"))],
    loading: &[
        ("trigger", Given::Value("always_on"), Loading::Whole),
        ("trigger", Given::Value("glob"), Loading::Nothing),
        ("trigger", Given::Value("manual"), Loading::Nothing),
    ],
    switches: &[
        (When::Always, &[("trigger", Switch::Word("always_on"))]),
        (When::Paths, &[("trigger", Switch::Word("glob")), ("globs", Switch::Paths)]),
        (When::Description, &[("trigger", Switch::Word("model_decision"))]),
        (When::Manual, &[("trigger", Switch::Word("manual"))]),
    ],
    keys: &[
        Key {
            is_required: true,
            ..key("trigger", KeyType::OneOf(&["always_on", "model_decision", "glob", "manual", "agent"]))
        },
        key("globs", KeyType::Globs(Quoting::Optional)),
    ],
    ..Target::agent("devin-rule", "a Devin rule", ".devin/rules/ID.md", FACTS)
};
