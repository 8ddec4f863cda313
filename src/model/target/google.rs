//! Antigravity and Gemini CLI of Google.

use super::{
    Characters, Facts, KeyType, NameForm, NameKind, NameRule, Target, ToolList, Vocabulary, key, optional,
    significant,
};

const ANTIGRAVITY_DOCS: Facts = Facts { source: "https://antigravity.google/docs", verified: "2026-11-28" };
const GEMINI_DOCS: Facts =
    Facts { source: "https://geminicli.com/docs/core/subagents", verified: "2026-11-28" };

const GEMINI_TOOLS_DOCS: Facts =
    Facts { source: "https://geminicli.com/docs/reference/tools/", verified: "2026-11-28" };

/// The tools of Gemini CLI. MCP servers and a command for discovery add others.
const GEMINI_TOOLS: Vocabulary<'static> = Vocabulary {
    kind: NameKind::Tool,
    what: "a tool of Gemini CLI",
    names: &[
        "*", "activate_skill", "ask_user", "complete_task", "enter_plan_mode", "exit_plan_mode",
        "get_internal_docs", "glob", "google_web_search", "grep_search", "list_directory", "read_file",
        "read_many_files", "replace", "run_shell_command", "save_memory", "tracker_add_dependency",
        "tracker_create_task", "tracker_get_task", "tracker_list_tasks", "tracker_update_task",
        "tracker_visualize", "update_topic", "web_fetch", "write_file", "write_todos",
    ],
    retired: &[("search_file_content", "grep_search")],
    open: &[NameForm::With("mcp_"), NameForm::With("__"), NameForm::With("discovered_tool_")],
    stands_for: &[
        ("activate_skill", &["Skill"]),
        ("ask_user", &["AskUserQuestion"]),
        ("enter_plan_mode", &["EnterPlanMode"]),
        ("exit_plan_mode", &["ExitPlanMode"]),
        ("glob", &["Glob"]),
        ("google_web_search", &["WebSearch"]),
        ("grep_search", &["Grep"]),
        ("read_file", &["Read"]),
        ("replace", &["Edit"]),
        ("run_shell_command", &["Bash"]),
        ("web_fetch", &["WebFetch"]),
        ("write_file", &["Write"]),
        ("write_todos", &["TodoWrite"]),
    ],
    facts: GEMINI_TOOLS_DOCS,
};

/// An agent of Antigravity.
pub(super) const ANTIGRAVITY: Target = Target {
    allow: Some(("tools", ToolList::List)),
    keys: &[
        key("model", KeyType::String),
        key("mainAgent", KeyType::Boolean),
        key("subagent", KeyType::Boolean),
        key("hidden", KeyType::Boolean),
        key("skills", KeyType::STRINGS),
        key("plugins", KeyType::STRINGS),
        key("mcpServers", KeyType::Map),
        key("inheritMcp", KeyType::Boolean),
        significant("commandExecutionPolicy", KeyType::String),
    ],
    ..Target::agent("antigravity", "an Antigravity agent", ".agents/agents/ID.md", ANTIGRAVITY_DOCS)
};

/// A server of MCP.
const GEMINI_SERVER: KeyType = KeyType::Table(&[
    optional("command", KeyType::String),
    optional("args", KeyType::STRINGS),
    optional("env", KeyType::MapOf(&KeyType::String)),
    optional("cwd", KeyType::String),
    optional("url", KeyType::String),
    optional("http_url", KeyType::String),
    optional("headers", KeyType::MapOf(&KeyType::String)),
    optional("type", KeyType::OneOf(&["sse", "http"])),
    optional("timeout", KeyType::AnyNumber),
    optional("trust", KeyType::Boolean),
    optional("include_tools", KeyType::STRINGS),
    optional("exclude_tools", KeyType::STRINGS),
    optional("auth", KeyType::Table(&[optional("type", KeyType::OneOf(&["google-credentials", "oauth"]))])),
]);

/// An agent of Gemini CLI, which refuses unknown keys. One of the kind `remote` has no prompt, so no persona is one.
pub(super) const GEMINI: Target = Target {
    declared: Some(NameRule { characters: Characters::Slug, ..NameRule::ANY }),
    refuses_other_keys: true,
    file: NameRule { not_first: &['_'], ..NameRule::ANY },
    allow: Some(("tools", ToolList::List)),
    tools: Some(&GEMINI_TOOLS),
    keys: &[
        key("kind", KeyType::OneOf(&["local"])),
        key("display_name", KeyType::String),
        key("mcp_servers", KeyType::MapOf(&GEMINI_SERVER)),
        key("model", KeyType::String),
        key("temperature", KeyType::Number(0, 2)),
        key("max_turns", KeyType::COUNT),
        key("timeout_mins", KeyType::COUNT),
    ],
    ..Target::agent("gemini", "a Gemini CLI agent", ".gemini/agents/ID.md", GEMINI_DOCS)
};
