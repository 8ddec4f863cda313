//! Claude Code.

use super::{
    Characters, Facts, Key, KeyType, NameForm, NameKind, NameRule, Target, ToolList, Vocabulary, key, named,
    significant,
};

const FACTS: Facts = Facts { source: "https://code.claude.com/docs/en/sub-agents", verified: "2026-11-28" };

const TOOLS_DOCS: Facts =
    Facts { source: "https://code.claude.com/docs/en/tools-reference", verified: "2026-11-28" };

/// The tools. `Task` is the older name of `Agent` and still read.
pub(super) const TOOLS: Vocabulary<'static> = Vocabulary {
    kind: NameKind::Tool,
    what: "a tool of Claude Code",
    names: &[
        "*", "Agent", "Artifact", "AskUserQuestion", "Bash", "CronCreate", "CronDelete", "CronList", "Edit",
        "EndConversation", "EnterPlanMode", "EnterWorktree", "ExitPlanMode", "ExitWorktree", "Glob", "Grep",
        "LSP", "ListAgents", "ListMcpResourcesTool", "Monitor", "NotebookEdit", "PowerShell",
        "PushNotification", "Read", "ReadMcpResourceTool", "RemoteTrigger", "ReportFindings",
        "ScheduleWakeup", "SendFeedback", "SendMessage", "SendUserFile", "ShareOnboardingGuide", "Skill",
        "SubagentHandback", "Task", "TaskCreate", "TaskGet", "TaskList", "TaskOutput", "TaskStop",
        "TaskUpdate", "TodoWrite", "ToolSearch", "WaitForMcpServers", "WebFetch", "WebSearch", "Workflow",
        "Write",
    ],
    retired: &[
        ("BashOutput", "TaskOutput"),
        ("KillBash", "TaskStop"),
        ("KillShell", "TaskStop"),
        ("LS", "Glob"),
        ("MultiEdit", "Edit"),
        ("NotebookRead", "Read"),
        ("SlashCommand", "Skill"),
        ("TodoRead", "TaskList"),
    ],
    open: &[NameForm::With("mcp__")],
    stands_for: &[],
    facts: TOOLS_DOCS,
};

/// The aliases of models. Full ids name Claude, or have the colons of a cloud; `[` begins the size of the context.
const MODELS: Vocabulary<'static> = Vocabulary {
    kind: NameKind::Model,
    what: "a model alias of Claude Code",
    names: &["sonnet", "opus", "haiku", "fable", "inherit"],
    retired: &[],
    open: &[NameForm::With("claude"), NameForm::With(":"), NameForm::With("[")],
    stands_for: &[],
    facts: FACTS,
};

const COLORS: Vocabulary<'static> = Vocabulary {
    kind: NameKind::Color,
    what: "a color of Claude Code",
    names: &["red", "blue", "green", "yellow", "purple", "orange", "pink", "cyan"],
    retired: &[],
    open: &[],
    stands_for: &[],
    facts: FACTS,
};

/// The events at which hooks run.
const EVENTS: Vocabulary<'static> = Vocabulary {
    kind: NameKind::Key,
    what: "an event of hooks of Claude Code",
    names: &[
        "ConfigChange", "CwdChanged", "DirectoryAdded", "Elicitation", "ElicitationResult", "FileChanged",
        "InstructionsLoaded", "MessageDisplay", "Notification", "PermissionDenied", "PermissionRequest",
        "PostCompact", "PostModelSwitch", "PostToolBatch", "PostToolUse", "PostToolUseFailure", "PreCompact",
        "PreModelSwitch", "PreToolUse", "SessionEnd", "SessionStart", "Setup", "Stop", "StopFailure",
        "SubagentStart", "SubagentStop", "TaskCompleted", "TaskCreated", "TeammateIdle",
        "UserPromptExpansion", "UserPromptSubmit", "WorktreeCreate", "WorktreeRemove",
    ],
    retired: &[],
    open: &[],
    stands_for: &[],
    facts: Facts { source: "https://code.claude.com/docs/en/hooks", verified: "2026-11-29" },
};

/// Hooks by their events.
pub(super) const HOOKS: Key =
    Key { known: Some(&EVENTS), ..key("hooks", KeyType::MapOf(&KeyType::List(&KeyType::Map))) };

pub(super) const MODEL: Key = named("model", &MODELS);

pub(super) const EFFORT: Key = key("effort", KeyType::OneOf(&["low", "medium", "high", "xhigh", "max"]));

/// A subagent.
pub(crate) const CLAUDE: Target = Target {
    declared: Some(NameRule {
        most: Some(256),
        characters: Characters::AllBut(&[':']),
        not_first: &['-'],
        ..NameRule::ANY
    }),
    allow: Some(("tools", ToolList::Commas)),
    deny: Some(("disallowedTools", ToolList::Commas)),
    tools: Some(&TOOLS),
    keys: &[
        MODEL,
        significant(
            "permissionMode",
            KeyType::OneOf(&[
                "default", "manual", "acceptEdits", "plan", "auto", "dontAsk", "bypassPermissions",
            ]),
        ),
        key("maxTurns", KeyType::COUNT),
        key("skills", KeyType::STRING_OR_STRINGS),
        key("mcpServers", KeyType::Any),
        HOOKS,
        key("memory", KeyType::OneOf(&["user", "project", "local"])),
        key("background", KeyType::Boolean),
        EFFORT,
        key("isolation", KeyType::OneOf(&["worktree"])),
        named("color", &COLORS),
        significant("initialPrompt", KeyType::String),
        key("omitClaudeMd", KeyType::Boolean),
        key("autoCompactWindow", KeyType::Number(100_000, 1_000_000)),
        key("experimental", KeyType::Map),
    ],
    ..Target::agent("claude", "a Claude Code subagent", ".claude/agents/ID.md", FACTS)
};
