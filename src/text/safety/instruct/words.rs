//! The words by which a hidden text instructs, and those by which it looks after the document.

/// Two words with fewer than a number of words between them: `ignore` ... `rules`.
/// A trailing `*` matches any word with this prefix.
pub(super) struct Pair {
    pub(super) first: &'static [&'static str],
    pub(super) second: &'static [&'static str],
    pub(super) within: usize,
}

/// Verbs that revoke what a document says.
const TAKE_BACK: &[&str] = &[
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
    Pair { first: TAKE_BACK, second: TOLD, within: 6 },
    Pair { first: TOLD, second: TAKE_BACK, within: 6 },
    // "The rules above no longer apply", "do not apply".
    Pair {
        first: &["longer", "not", "dont", "never"],
        second: &["apply", "applies", "count", "valid", "binding"],
        within: 2,
    },
    Pair {
        first: &["disable", "deactivate", "lift"],
        second: &["safe*", "guard*", "restriction*"],
        within: 4,
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
    },
    Pair { first: &["tell", "inform", "warn"], second: &["nobody", "noone"], within: 2 },
    Pair {
        first: &["hide", "conceal", "keep"],
        second: &["user*", "secret", "human*", "reviewer*"],
        within: 6,
    },
    Pair { first: &["ohne"], second: &["fragen", "zu", "rückfrage", "nachfrage", "erlaubnis"], within: 3 },
    Pair { first: &["sans"], second: &["demander", "confirmation", "permission"], within: 3 },
    Pair {
        first: &["sin", "sem", "senza"],
        second: &["pregunt*", "pergunt*", "permi*", "chiedere", "confirm*"],
        within: 3,
    },
    Pair { first: &["без"], second: &["спрос*", "разреш*", "подтвержд*"], within: 3 },
    // Exceptions that depend on who asks.
    Pair { first: &["unless", "except"], second: &["*"], within: 2 },
    Pair {
        first: &["if", "when", "whenever", "once", "as", "until", "whatever"],
        second: &["user", "users", "human", "operator", "driver", "customer", "anyone", "someone"],
        within: 4,
    },
    Pair {
        first: &["you", "are"],
        second: &["allowed", "permitted", "authorized", "authorised", "free"],
        within: 2,
    },
    Pair {
        first: &["new", "real", "true", "actual"],
        second: &["instruction", "instructions", "task", "role"],
        within: 1,
    },
    Pair { first: &["developer", "admin", "root", "god", "debug"], second: &["mode"], within: 1 },
    // Verbs for actions that a model should take.
    Pair {
        first: &[
            "run", "execute", "approve", "accept", "grant", "trust", "allow", "answer", "reply", "obey",
            "follow", "send", "upload", "delete", "print", "output", "reveal", "merge", "install",
        ],
        second: &["every", "all", "any", "everything", "anything", "whatever", "yes"],
        within: 2,
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
    },
    Pair {
        first: &["send", "upload", "post", "forward", "email"],
        second: &["http", "https", "to"],
        within: 6,
    },
    Pair { first: &["execute", "run"], second: &["command", "commands", "shell", "code", "sudo"], within: 3 },
    Pair {
        first: &["delete", "drop", "destroy", "wipe", "erase", "remove"],
        second: &[
            "repo", "repository", "database*", "branch", "branches", "backup*", "history", "production",
            "files", "disk", "home", "tests", "data",
        ],
        within: 4,
    },
    Pair { first: &["act", "behave", "respond", "answer"], second: &["as"], within: 1 },
    Pair { first: &["from"], second: &["now"], within: 1 },
    Pair { first: &["rm"], second: &["rf", "r", "f"], within: 1 },
];

/// A model that is spoken to.
pub(super) const ADDRESSED: Pair = Pair {
    first: &[
        "you", "assistant", "assistants", "ai", "model", "models", "agent", "agents", "claude", "gpt",
        "chatgpt", "llm", "llms", "bot", "copilot", "gemini", "codex",
    ],
    second: &["must", "shall", "always", "never", "now", "obey*"],
    within: 2,
};

/// Words that are enough alone.
pub(super) const ALONE: &[&str] =
    &["obey*", "jailbreak*", "pretend", "exfiltrat*", "curl", "wget", "unrestricted", "im_start", "gehorch*"];

/// The same in scripts that put no spaces between words.
pub(super) const UNSPACED: &[&str] = &[
    "忽略", "无视", "無視", "忽視", "忘记", "忘記", "忘れ", "忘掉", "服从", "服從", "従え", "従う",
    "不要告诉", "不要告訴", "别告诉", "绝不", "絶対に", "決して", "永远不要", "秘密", "越狱", "脱獄", "무시",
    "잊어", "복종", "절대", "알리지", "ละเว้น", "เพิกเฉย",
];

/// Words with which a comment continues the visible text.
pub(super) const GOES_ON: &[&str] =
    &["unless", "except", "but", "and", "or", "however", "otherwise", "instead", "provided"];

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
