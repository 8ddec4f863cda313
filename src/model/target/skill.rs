//! Agent Skills: the specification and its reference validator.

use camino::Utf8Path;

use super::{
    Advice, Characters, DescriptionRule, Dialect, Facts, Idle, Key, KeyType, NameForm, NameRule, Target,
    ToolList, Vocabulary, claude, key, significant,
};

const FACTS: Facts = Facts { source: "https://agentskills.io/specification", verified: "2026-11-28" };

/// The tools of the program that loads the skill, so any name. Those that Claude Code no longer has are reported.
const TOOLS: Vocabulary<'static> = Vocabulary { open: &[NameForm::Any], ..claude::TOOLS };

/// What Claude Code adds. The reference validator refuses skills with other keys than those of the specification.
const CLAUDE_CODE: Dialect = Dialect {
    who: "Claude Code",
    path: ".claude/skills/ID/SKILL.md",
    facts: Facts { source: "https://code.claude.com/docs/en/skills", verified: "2026-11-28" },
};

/// What VS Code reads besides the keys of the specification.
const VS_CODE: Dialect = Dialect {
    who: "VS Code",
    path: ".github/skills/ID/SKILL.md",
    facts: Facts {
        source: "https://code.visualstudio.com/docs/agent-customization/agent-skills",
        verified: "2026-11-30",
    },
};

/// A key that Claude Code adds.
const fn added(key: Key) -> Key {
    Key { dialects: &[&CLAUDE_CODE], ..key }
}

/// A key that Claude Code and VS Code add.
const fn added_by_both(key: Key) -> Key {
    Key { dialects: &[&CLAUDE_CODE, &VS_CODE], ..key }
}

/// The name of the file of a skill.
const SKILL_FILE: &str = "SKILL.md";

/// A skill.
pub(crate) const SKILL: Target = Target {
    declared: Some(NameRule { most: Some(64), characters: Characters::Hyphenated, ..NameRule::ANY }),
    description: Some(DescriptionRule {
        most: Some(1024),
        avoid: &["<", ">", "---"],
        ..DescriptionRule::REQUIRED
    }),
    allow: Some(("allowed-tools", ToolList::Spaces)),
    tools: Some(&TOOLS),
    idle: &[("agent", "context", Idle::Unless("fork"))],
    named_directory: true,
    other_paths: &[".claude/skills/ID/SKILL.md", ".agents/skills/ID/SKILL.md"],
    advice: Some(Advice { lines: 500, tokens: Some(5_000) }),
    keys: &[
        key("license", KeyType::String),
        Key { most: Some(500), ..key("compatibility", KeyType::Filled) },
        key("metadata", KeyType::MapOf(&KeyType::String)),
        added(key("when_to_use", KeyType::String)),
        added_by_both(key("argument-hint", KeyType::String)),
        added(key("arguments", KeyType::STRING_OR_STRINGS)),
        added_by_both(significant("disable-model-invocation", KeyType::Boolean)),
        added_by_both(key("user-invocable", KeyType::Boolean)),
        added(claude::MODEL),
        added_by_both(key("context", KeyType::OneOf(&["fork"]))),
        added(key("agent", KeyType::String)),
        added(claude::HOOKS),
        added(claude::EFFORT),
        added(key("paths", KeyType::PATTERNS)),
        added(key("shell", KeyType::OneOf(&["bash", "powershell"]))),
        added(significant("disallowed-tools", KeyType::STRING_OR_STRINGS)),
    ],
    ..Target::agent("skill", "an Agent Skill", "skills/ID/SKILL.md", FACTS)
};

/// Whether a file is that of a skill, by its path. Outside a directory of skills, a file called `skill.md` may be anything:
/// `commands/skill.md` is a command.
pub(crate) fn is_skill_file(path: &Utf8Path) -> bool {
    let is_among_skills = || {
        let above = path.parent().and_then(Utf8Path::parent).and_then(Utf8Path::file_name);
        above.is_some_and(|name| name.eq_ignore_ascii_case("skills"))
    };
    path.file_name()
        .is_some_and(|name| name == SKILL_FILE || name.eq_ignore_ascii_case(SKILL_FILE) && is_among_skills())
}
