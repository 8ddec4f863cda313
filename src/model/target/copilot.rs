//! GitHub Copilot.

use super::{
    Advice, Characters, DescriptionRule, Facts, Given, Idle, Key, KeyType, Loading, NameForm, NameKind,
    NameRule, Quoting, Reading, Switch, Target, ToolList, Unit, Variables, Vocabulary, When, key, required,
    significant,
};

const AGENTS: Facts = Facts {
    source: "https://docs.github.com/en/copilot/reference/custom-agents-configuration",
    verified: "2026-11-28",
};
const INSTRUCTION_FILES: Facts = Facts {
    source: "https://docs.github.com/en/copilot/how-tos/configure-custom-instructions",
    verified: "2026-11-28",
};

/// The aliases of tools, in any case, and the tools of VS Code that have one in Claude Code, with their former names. Names that a product does not
/// know are ignored, so an agent may name those of others: any name is valid.
const TOOLS: Vocabulary<'static> = Vocabulary {
    kind: NameKind::Tool,
    what: "a tool of GitHub Copilot",
    names: &[
        "*", "agent", "agent/runSubagent", "codebase", "createFile", "custom-agent", "edit",
        "edit/createFile", "edit/editFiles", "editFiles", "execute", "execute/runInTerminal", "fetch",
        "fileSearch", "powershell", "read", "read/readFile", "readFile", "runCommands", "runInTerminal",
        "runSubagent", "search", "search/codebase", "search/fileSearch", "search/textSearch", "shell",
        "textSearch", "todo", "todos", "web", "web/fetch",
    ],
    retired: &[],
    open: &[NameForm::Any],
    stands_for: &[
        ("agent", &["Agent"]),
        ("edit", &["Edit", "Write"]),
        ("execute", &["Bash"]),
        ("read", &["Read"]),
        ("search", &["Glob", "Grep"]),
        ("todo", &["TodoWrite"]),
        ("web", &["WebFetch", "WebSearch"]),
        ("agent/runSubagent", &["Agent"]),
        ("custom-agent", &["Agent"]),
        ("edit/createFile", &["Write"]),
        ("edit/editFiles", &["Edit"]),
        ("execute/runInTerminal", &["Bash"]),
        ("powershell", &["Bash"]),
        ("read/readFile", &["Read"]),
        ("search/codebase", &["Glob", "Grep"]),
        ("search/fileSearch", &["Glob"]),
        ("search/textSearch", &["Grep"]),
        ("shell", &["Bash"]),
        ("web/fetch", &["WebFetch"]),
        ("codebase", &["Glob", "Grep"]),
        ("createFile", &["Write"]),
        ("editFiles", &["Edit"]),
        ("fetch", &["WebFetch"]),
        ("fileSearch", &["Glob"]),
        ("readFile", &["Read"]),
        ("runCommands", &["Bash"]),
        ("runInTerminal", &["Bash"]),
        ("runSubagent", &["Agent"]),
        ("textSearch", &["Grep"]),
        ("todos", &["TodoWrite"]),
    ],
    facts: AGENTS,
};

/// No other keys are valid.
const OTHER_KEYS: Vocabulary<'static> = Vocabulary {
    kind: NameKind::Key,
    what: "a key of a GitHub Copilot agent",
    names: &[],
    retired: &[("infer", "disable-model-invocation")],
    open: &[],
    stands_for: &[],
    facts: AGENTS,
};

/// A server of MCP. Copilot demands the names of its tools; `*` is all.
const SERVER: KeyType = KeyType::Table(&[required("tools", KeyType::STRINGS)]);

/// The secrets and variables that servers of MCP get.
const VARIABLES: Variables = Variables {
    stores: &["secrets.", "vars."],
    prefix: "COPILOT_MCP_",
    facts: Facts {
        source: "https://docs.github.com/en/copilot/how-tos/copilot-on-github/customize-copilot/configure-mcp-servers",
        verified: "2026-11-29",
    },
};

/// A custom agent.
pub(super) const AGENT: Target = Target {
    declared: Some(NameRule::OPTIONAL),
    allow: Some(("tools", ToolList::List)),
    tools: Some(&TOOLS),
    other_keys: Some(&OTHER_KEYS),
    file: NameRule { characters: Characters::Portable, ..NameRule::ANY },
    former_ending: Some(".chatmode.md"),
    reading: Some(Reading {
        who: "GitHub Copilot reads",
        most: 30_000,
        unit: Unit::Characters,
        counts_front_matter: false,
        facts: AGENTS,
    }),
    idle: &[
        ("mcp-servers", "target", Idle::Where("vscode")),
        ("metadata", "target", Idle::Where("vscode")),
        ("argument-hint", "target", Idle::Where("github-copilot")),
        ("handoffs", "target", Idle::Where("github-copilot")),
    ],
    loading: &[("disable-model-invocation", Given::Value("true"), Loading::Nothing)],
    keys: &[
        key("target", KeyType::OneOf(&["vscode", "github-copilot"])),
        key("model", KeyType::STRING_OR_STRINGS),
        key("disable-model-invocation", KeyType::Boolean),
        key("user-invocable", KeyType::Boolean),
        Key { variables: Some(&VARIABLES), ..key("mcp-servers", KeyType::MapOf(&SERVER)) },
        key("metadata", KeyType::MapOf(&KeyType::String)),
        key("argument-hint", KeyType::String),
        key("agents", KeyType::STRING_OR_STRINGS),
        significant("handoffs", KeyType::List(&KeyType::Map)),
        key("reasoning-effort", KeyType::OneOf(&["low", "medium", "high", "xhigh", "max"])),
        key("hooks", KeyType::Map),
    ],
    ..Target::agent("copilot-agent", "a GitHub Copilot agent", ".github/agents/ID.agent.md", AGENTS)
};

/// Instructions for some paths.
pub(super) const INSTRUCTIONS: Target = Target {
    declared: Some(NameRule::OPTIONAL),
    description: Some(DescriptionRule::OPTIONAL),
    advice: Some(Advice { lines: 1_000, tokens: None }),
    loading: &[
        ("applyTo", Given::Value("**"), Loading::Whole),
        ("applyTo", Given::Value("**/*"), Loading::Whole),
        ("applyTo", Given::Any, Loading::Nothing),
    ],
    switches: &[
        (When::Always, &[("applyTo", Switch::Word("**"))]),
        (When::Paths, &[("applyTo", Switch::Paths)]),
    ],
    keys: &[
        Key { is_required: true, ..key("applyTo", KeyType::Globs(Quoting::Yaml)) },
        key("excludeAgent", KeyType::OneOf(&["code-review", "cloud-agent"])),
    ],
    ..Target::agent(
        "copilot-instructions",
        "a file of GitHub Copilot instructions",
        ".github/instructions/ID.instructions.md",
        INSTRUCTION_FILES,
    )
};
