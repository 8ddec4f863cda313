//! The words of hidden text that gives instructions, and of hidden text that is about maintaining the document.

/// Two words with fewer than a number of words between them: `ignore` ... `rules`.
/// A trailing `*` matches any word with this prefix.
pub(super) struct Pair {
    pub(super) first: &'static [&'static str],
    pub(super) second: &'static [&'static str],
    pub(super) within: usize,
    pub(super) sort: Sort,
}

/// The meaning of two words together, which determines the words around them that make them harmless.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// Nothing makes them harmless.
    Plain,
    /// They revoke something, which may be a default: "rules below override the defaults".
    Revoking,
    /// They ask for silence, or report what happened without any.
    Silence,
    /// They depend on a user, who may be part of a name: "user story".
    Condition,
    /// They send something, which may be a patch or a question of an author.
    Sending,
    /// They run something, which may be a step in the making of the document.
    Running,
    /// They prescribe a form of answer, as authors of issue templates do too.
    Speech,
}

/// Verbs that revoke what a document says.
pub(super) const TAKE_BACK: &[&str] = &[
    "ignor*", "disregard*", "forget", "forgetting", "overrid*", "overrul*", "bypass*", "circumvent*",
    "violat*", "disobey*", "neglect*", "vergiss*", "vergessen", "missacht*", "oublie*", "olvid*", "esque*",
    "dimentic*", "негл*", "игнорир*", "забуд*", "negeer*", "zignoruj*",
];

/// Nouns for what a document tells a model.
const TOLD: &[&str] = &[
    "instruct*", "rule", "rules", "prompt*", "guideline*", "polic*", "constraint*", "restriction*", "safe*",
    "guard*", "above", "previous*", "prior", "earlier", "preceding", "everything", "user*", "told", "said",
    "anweisung*", "regel*", "vorgabe*", "vorherig*", "bisherig*", "consigne*", "règle*", "precedent*",
    "précédent*", "instrucc*", "instruç*", "regla*", "regra*", "anterior*", "istruzion*", "regol*",
    "инструкц*", "правил*", "указани*", "zasad*",
];

pub(super) const PAIRS: &[Pair] = &[
    Pair { first: TAKE_BACK, second: TOLD, within: 6, sort: Sort::Revoking },
    Pair { first: TOLD, second: TAKE_BACK, within: 6, sort: Sort::Revoking },
    // "The rules above no longer apply", "do not apply".
    Pair {
        first: &["longer", "not", "dont", "never"],
        second: &["apply", "applies", "count", "valid", "binding"],
        within: 2,
        sort: Sort::Plain,
    },
    Pair {
        first: &["disable", "deactivate", "lift"],
        second: &["safe*", "guard*", "restriction*"],
        within: 4,
        sort: Sort::Plain,
    },
    // "The rules above are void."
    Pair {
        first: &[
            "instruct*", "rule", "rules", "prompt*", "guideline*", "polic*", "constraint*", "restriction*",
            "limit*", "safe*", "guard*", "above",
        ],
        second: &[
            "void", "invalid", "revoked", "suspended", "cancelled", "canceled", "lifted", "nullified",
            "annulled", "repealed", "optional", "waived", "abolished", "disabled", "expired", "moot", "fake",
            "rescinded", "withdrawn", "meaningless", "nonbinding",
        ],
        within: 5,
        sort: Sort::Plain,
    },
    Pair {
        first: &["treat", "consider", "regard"],
        second: &[
            "user*", "visitor*", "customer*", "human*", "everyone", "anyone", "request*", "input*",
            "operator*", "caller*",
        ],
        within: 3,
        sort: Sort::Plain,
    },
    Pair {
        first: &["respond", "answer", "reply", "speak", "talk"],
        second: &["only", "in", "with", "like", "exclusively", "solely"],
        within: 2,
        sort: Sort::Speech,
    },
    // Silence, and no questions.
    Pair {
        first: &["never", "not", "dont", "without", "nobody", "secretly", "silently", "covertly", "quietly"],
        second: &[
            "tell", "telling", "mention", "mentioning", "reveal", "revealing", "inform", "informing",
            "disclose", "disclosing", "ask", "asking", "confirm", "confirming", "confirmation", "permission",
            "approval", "consent", "warn", "warning", "notify", "notifying", "admit", "admitting",
        ],
        within: 5,
        sort: Sort::Silence,
    },
    Pair { first: &["tell", "inform", "warn"], second: &["nobody", "noone"], within: 2, sort: Sort::Plain },
    Pair {
        first: &["hide", "conceal", "keep"],
        second: &["user*", "secret", "human*", "reviewer*"],
        within: 6,
        sort: Sort::Plain,
    },
    Pair {
        first: &["ohne"],
        second: &["fragen", "zu", "rückfrage", "nachfrage", "erlaubnis"],
        within: 3,
        sort: Sort::Plain,
    },
    Pair {
        first: &["sans"],
        second: &["demander", "confirmation", "permission"],
        within: 3,
        sort: Sort::Plain,
    },
    Pair {
        first: &["sin", "sem", "senza"],
        second: &["pregunt*", "pergunt*", "permi*", "chiedere", "confirm*"],
        within: 3,
        sort: Sort::Plain,
    },
    Pair {
        first: &["без"], second: &["спрос*", "разреш*", "подтвержд*"], within: 3, sort: Sort::Plain
    },
    // Exceptions that depend on who asks.
    Pair {
        first: &["unless", "except"],
        second: &[
            "user*", "nobody", "anyone", "someone", "asked", "told", "asks", "says", "tells", "instructed",
            "requested", "urgent", "necessary",
        ],
        within: 4,
        sort: Sort::Plain,
    },
    Pair {
        first: &["if", "when", "whenever", "once", "as", "until", "whatever"],
        second: &["user", "users", "human", "operator", "driver", "customer", "anyone", "someone"],
        within: 4,
        sort: Sort::Condition,
    },
    Pair {
        first: &["you", "are"],
        second: &["allowed", "permitted", "authorized", "authorised", "free"],
        within: 2,
        sort: Sort::Plain,
    },
    Pair {
        first: &["new", "real", "true", "actual"],
        second: &["instruction", "instructions", "task", "role"],
        within: 1,
        sort: Sort::Plain,
    },
    Pair {
        first: &["developer", "admin", "root", "god", "debug"],
        second: &["mode"],
        within: 1,
        sort: Sort::Plain,
    },
    // Verbs for actions that a model should take.
    Pair {
        first: &[
            "run", "execute", "approve", "accept", "grant", "trust", "allow", "answer", "reply", "obey",
            "follow", "send", "upload", "delete", "print", "output", "reveal", "merge", "install",
        ],
        second: &["every", "all", "any", "everything", "anything", "whatever", "yes"],
        within: 2,
        sort: Sort::Running,
    },
    Pair {
        first: &[
            "print", "reveal", "leak", "dump", "disclose", "exfiltrat*", "repeat", "send", "upload", "post",
            "paste", "expose", "output", "email", "read", "ask", "give", "include",
        ],
        second: &[
            "prompt", "prompts", "secret", "secrets", "password*", "credential*", "token", "tokens", "key",
            "keys", "env", "environment", "ssh", "history", "conversation", "cookie*", "invoice*",
        ],
        within: 4,
        sort: Sort::Plain,
    },
    Pair {
        first: &["send", "upload", "post", "forward", "email"],
        second: &["http", "https", "to"],
        within: 6,
        sort: Sort::Sending,
    },
    Pair {
        first: &["execute", "run"],
        second: &["command", "commands", "shell", "code", "sudo"],
        within: 3,
        sort: Sort::Running,
    },
    Pair {
        first: &["delete", "drop", "destroy", "wipe", "erase", "remove"],
        second: &[
            "repo", "repository", "database*", "branch", "branches", "backup*", "history", "production",
            "files", "disk", "home", "tests", "data",
        ],
        within: 4,
        sort: Sort::Plain,
    },
    Pair { first: &["act", "behave", "respond", "answer"], second: &["as"], within: 1, sort: Sort::Plain },
    Pair { first: &["from"], second: &["now"], within: 1, sort: Sort::Plain },
    Pair { first: &["rm"], second: &["rf", "r", "f"], within: 1, sort: Sort::Plain },
];

/// A model that is spoken to.
pub(super) const ADDRESSED: Pair = Pair {
    first: &[
        "you", "assistant", "assistants", "ai", "model", "models", "agent", "agents", "claude", "gpt",
        "chatgpt", "llm", "llms", "bot", "copilot", "gemini", "codex",
    ],
    second: &["must", "shall", "always", "never", "now", "obey*"],
    within: 2,
    sort: Sort::Plain,
};

/// Words that are enough alone.
pub(super) const ALONE: &[&str] = &[
    "obey*", "jailbreak*", "pretend", "exfiltrat*", "curl", "wget", "unrestricted", "gehorch*", "comply",
    "complies",
];

/// The same in scripts that put no spaces between words.
pub(super) const UNSPACED: &[&str] = &[
    "忽略", "无视", "無視", "忽視", "忘记", "忘記", "忘れ", "忘掉", "服从", "服從", "従え", "従う",
    "不要告诉", "不要告訴", "别告诉", "绝不", "絶対に", "決して", "永远不要", "秘密", "越狱", "脱獄", "무시",
    "잊어", "복종", "절대", "알리지", "ละเว้น", "เพิกเฉย",
];

/// Words with which a comment continues the visible text.
pub(super) const GOES_ON: &[&str] = &["but", "and", "or"];

/// Words with which a comment limits the visible text.
pub(super) const EXCEPTIONS: &[&str] = &["unless", "except", "however", "otherwise", "instead", "provided"];

/// Phrases that are enough alone, between spaces.
pub(super) const PHRASES: &[&str] = &[" from here on ", " im start ", " system prompt "];

/// Names of a model that is spoken to.
pub(super) const MODELS: &[&str] = &[
    "assistant", "assistants", "ai", "ais", "model", "models", "agent", "agents", "claude", "gpt", "chatgpt",
    "llm", "llms", "bot", "bots", "copilot", "gemini", "codex", "cursor",
];

/// What a document is made of, and what its authors do with it.
pub(super) const DOCUMENT: &[&str] = &[
    "author*", "below", "brief", "build", "builds", "building", "changelog", "changing", "chapter*", "ci",
    "column*", "contribut*", "contents", "doc", "docs", "documentation", "draft*", "edit", "editing",
    "edits", "editor*", "example*", "file*", "heading*", "html", "indent*", "installed", "issue*", "level*",
    "line", "lines", "link", "links", "lint*", "maintainer*", "make", "markdown", "md", "nest*", "noted",
    "page*", "paragraph*", "part", "placeholder*", "pr", "prs", "readme*", "reading", "root", "row", "rows",
    "screenshot*", "section*", "sentence*", "short", "site", "spelling", "stated", "table*", "template*",
    "tense", "thread*", "toc", "translat*", "trained", "typo*", "unit", "units", "wording",
];

/// What a model does, and with whom.
pub(super) const CONDUCT: &[&str] = &[
    "answer*", "anybody", "anyone", "approv*", "ask", "asks", "asked", "asking", "call", "chat", "comply",
    "confirm*", "conversation*", "credential*", "customer*", "delet*", "everybody", "everyone", "execut*",
    "human*", "instruct*", "mention*", "nobody", "obey*", "operator*", "password*", "permission", "person",
    "prompt*", "refus*", "reply", "replies", "request*", "respon*", "reveal*", "say", "says", "secret*",
    "send", "silent*", "somebody", "someone", "sudo", "tell", "tells", "told", "token*", "trust*", "user",
    "users", "visitor*", "whatever", "without",
];

/// The same beside a word that is about conduct itself.
pub(super) const CONDUCT_BESIDE: &[&str] = &[
    "run", "do", "then", "instead", "user*", "prompt*", "rule*", "instruct*", "obey*", "tell*", "said",
    "told",
];

/// What an override in a file is for.
pub(super) const DEFAULTS: &[&str] = &[
    "default", "defaults", "inherited", "upstream", "config*", "setting*", "style", "styles", "css", "parent",
];

/// Nouns that follow "user" in the names of things.
pub(super) const USER_THINGS: &[&str] = &[
    "stor*", "guide*", "manual*", "interface*", "doc*", "account*", "group*", "case*", "test*", "id", "ids",
    "name*", "agent*", "journey*", "research",
];

/// What readers of a document send to its authors.
pub(super) const FEEDBACK: &[&str] = &[
    "pr", "prs", "pull", "patch*", "question*", "feedback", "issue*", "suggestion*", "bug*", "report*",
    "correction*", "comment*", "translation*", "typo*", "fix*", "improvement*", "contribution*", "changes",
];

/// Words before the place at which something is run.
pub(super) const PLACES: &[&str] =
    &["from", "in", "inside", "at", "below", "above", "here", "after", "before"];

/// First words of sentences that command, in addition to the force lexicon.
pub(super) const COMMANDS: &[&str] = &[
    "niemals", "jamais", "toujours", "nunca", "jamás", "siempre", "sempre", "никогда", "всегда", "immer",
    "nooit", "altijd", "zawsze", "nigdy",
];

/// Verbs and things of someone who looks after a document. "Never edit this section by hand" is for authors.
pub(super) const UPKEEP_VERBS: &[&str] = &[
    "edit*", "modify", "change", "remove", "delete", "touch", "reformat", "rename", "move", "reorder",
    "update", "keep", "sync", "add", "forget", "translate", "regenerate", "format", "wrap", "split", "merge",
    "replace", "adjust", "fill", "put", "list", "include",
];
pub(super) const UPKEEP_THINGS: &[&str] = &[
    "this", "these", "here", "below", "above", "manually", "directly", "hand", "line", "lines", "section",
    "sections", "file", "heading", "headings", "table", "list", "toc", "comment", "comments", "block",
    "marker", "markers", "template", "generated", "readme", "placeholder", "it", "version", "sync",
    "frontmatter", "docs",
];
