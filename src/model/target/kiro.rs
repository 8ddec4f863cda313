//! Kiro.

use super::{
    DESCRIPTION, DescriptionRule, Facts, Given, Idle, KeyType, Loading, NameForm, NameKind, NameRule, Switch,
    Target, ToolList, Vocabulary, When, key, optional, required, significant,
};

const FACTS: Facts = Facts { source: "https://kiro.dev/docs/custom-agents/", verified: "2026-11-28" };
const STEERING_DOCS: Facts = Facts { source: "https://kiro.dev/docs/steering/", verified: "2026-11-28" };

/// The tags of tools. Each stands for all tools of its category; `@` begins the name of an MCP server.
const TOOLS: Vocabulary<'static> = Vocabulary {
    kind: NameKind::Tool,
    what: "a tag of tools of Kiro",
    names: &["*", "context", "read", "shell", "subagent", "web", "write"],
    retired: &[],
    open: &[NameForm::With("@")],
    stands_for: &[
        ("read", &["Glob", "Grep", "Read"]),
        ("shell", &["Bash"]),
        ("subagent", &["Agent"]),
        ("web", &["WebFetch", "WebSearch"]),
        ("write", &["Edit", "Write"]),
    ],
    facts: FACTS,
};

/// A server of MCP.
const SERVER: KeyType = KeyType::Table(&[
    optional("command", KeyType::String),
    optional("args", KeyType::STRINGS),
    optional("env", KeyType::MapOf(&KeyType::String)),
    optional("url", KeyType::String),
]);

/// A rule of what the agent may do without being asked. Kiro skips an agent with another one.
const PERMISSIONS: KeyType = KeyType::List(&KeyType::Table(&[
    required("capability", KeyType::String),
    required("effect", KeyType::OneOf(&["allow", "ask", "deny"])),
    optional("match", KeyType::STRINGS),
    optional("exclude", KeyType::STRINGS),
]));

/// An agent, known by its path below `.kiro/agents`.
pub(super) const KIRO: Target = Target {
    declared: None,
    allow: Some(("tools", ToolList::List)),
    tools: Some(&TOOLS),
    keys: &[
        key("model", KeyType::String),
        key("mcpServers", KeyType::MapOf(&SERVER)),
        significant(
            "permissions",
            KeyType::Either(&[PERMISSIONS, KeyType::Table(&[optional("rules", PERMISSIONS)])]),
        ),
    ],
    ..Target::agent("kiro", "a Kiro agent", ".kiro/agents/ID.md", FACTS)
};

/// A steering file. Without `inclusion`, Kiro always reads it, and with `auto` by its name and description.
pub(super) const STEERING: Target = Target {
    declared: Some(NameRule::OPTIONAL),
    description: Some(DescriptionRule::OPTIONAL),
    needs: &[("inclusion", "fileMatch", "fileMatchPattern"), ("inclusion", "auto", DESCRIPTION)],
    idle: &[("fileMatchPattern", "inclusion", Idle::Unless("fileMatch"))],
    loading: &[
        ("inclusion", Given::None, Loading::Whole),
        ("inclusion", Given::Value("always"), Loading::Whole),
        ("inclusion", Given::Value("fileMatch"), Loading::Nothing),
        ("inclusion", Given::Value("manual"), Loading::Nothing),
    ],
    switches: &[
        (When::Always, &[("inclusion", Switch::Word("always"))]),
        (When::Paths, &[("inclusion", Switch::Word("fileMatch")), ("fileMatchPattern", Switch::Paths)]),
        (When::Description, &[("inclusion", Switch::Word("auto"))]),
        (When::Manual, &[("inclusion", Switch::Word("manual"))]),
    ],
    keys: &[
        key("inclusion", KeyType::OneOf(&["always", "fileMatch", "manual", "auto"])),
        key("fileMatchPattern", KeyType::PATTERNS),
    ],
    ..Target::agent("kiro-steering", "a Kiro steering file", ".kiro/steering/ID.md", STEERING_DOCS)
};
