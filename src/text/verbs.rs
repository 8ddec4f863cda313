//! Verbs that begin an instruction.

/// Base forms of verbs that begin instructions. A noun phrase ("Cache invalidation", "No orphan pages") is
/// not an instruction, so it contradicts nothing.
const VERBS: &[&str] = &[
    "accept", "acknowledge", "act", "adapt", "add", "address", "adhere", "adjust", "admit", "adopt", "aim",
    "align", "allow", "analyze", "annotate", "answer", "apologize", "append", "apply", "approve", "archive",
    "ask", "assert", "assess", "assign", "assume", "attach", "attempt", "authenticate", "automate", "be",
    "begin", "block", "break", "bring", "build", "bump", "bundle", "bypass", "calculate", "call", "capture",
    "catch", "change", "check", "choose", "cite", "clarify", "classify", "clean", "clear", "close",
    "collect", "combine", "comment", "commit", "communicate", "compare", "compile", "complete", "compress",
    "compute", "conduct", "configure", "confirm", "connect", "consider", "consolidate", "consult",
    "continue", "convert", "copy", "correct", "cover", "create", "criticize", "cut", "debug", "declare",
    "decline", "decrease", "defer", "define", "delegate", "delete", "deliver", "deny", "depend", "deploy",
    "describe", "detect", "determine", "develop", "diagnose", "disable", "discard", "disclose", "discuss",
    "display", "distinguish", "do", "download", "draw", "drop", "duplicate", "edit", "embed", "emit",
    "employ", "enable", "encode", "encourage", "encrypt", "enforce", "engage", "ensure", "enter", "escalate",
    "escape", "establish", "estimate", "evaluate", "exceed", "exclude", "execute", "expect", "explain",
    "explore", "expose", "extend", "extract", "fabricate", "fake", "favor", "fetch", "fill", "filter",
    "find", "finish", "fix", "follow", "forbid", "generate", "get", "give", "go", "grant", "guarantee",
    "guess", "handle", "hardcode", "help", "hide", "highlight", "identify", "ignore", "implement", "import",
    "improve", "include", "increase", "indent", "inform", "inherit", "initialize", "inject", "inline",
    "insert", "inspect", "install", "instantiate", "integrate", "interrupt", "introduce", "invent",
    "investigate", "invoke", "isolate", "iterate", "join", "jump", "keep", "launch", "leave", "let", "link",
    "listen", "log", "maintain", "make", "manage", "maximize", "mention", "merge", "migrate", "minimize",
    "mix", "mock", "modify", "monitor", "move", "mutate", "normalize", "notify", "obtain", "offer", "omit",
    "optimize", "organize", "override", "overwrite", "parse", "perform", "persist", "pick", "pin", "prefer",
    "prepare", "present", "preserve", "prevent", "print", "prioritize", "proceed", "produce", "promise",
    "propose", "protect", "provide", "publish", "pull", "push", "put", "raise", "read", "recommend",
    "reduce", "refactor", "refer", "refuse", "register", "reject", "rely", "remember", "remove", "rename",
    "render", "repeat", "replace", "reply", "request", "require", "resolve", "respect", "respond", "restart",
    "restrict", "retry", "return", "reuse", "reveal", "revert", "revise", "rewrite", "roll", "rotate", "run",
    "sacrifice", "sanitize", "save", "scan", "secure", "select", "send", "separate", "serve", "set", "share",
    "ship", "show", "simplify", "simulate", "skip", "solve", "spawn", "speak", "specify", "split", "squash",
    "stay", "stick", "stop", "submit", "suggest", "summarize", "suppress", "swallow", "take", "talk", "tell",
    "terminate", "think", "throw", "track", "transform", "translate", "treat", "trigger", "trust", "try",
    "turn", "understand", "update", "upload", "use", "utilize", "validate", "verify", "wait", "warn",
    "watch", "wrap", "write", "yield",
];

/// Verbs that are also nouns. They begin an instruction only before a word of [`OBJECTS`].
const NOUNS: &[&str] = &[
    "access", "audit", "back", "base", "batch", "cache", "challenge", "claim", "clone", "code", "credit",
    "default", "design", "document", "double", "draft", "end", "export", "fail", "flag", "focus", "force",
    "format", "group", "guide", "hash", "label", "lead", "limit", "list", "load", "lock", "look", "mark",
    "match", "measure", "name", "nest", "note", "open", "output", "pass", "place", "plan", "post", "prefix",
    "process", "profile", "prompt", "query", "quote", "record", "reference", "release", "report", "research",
    "reset", "review", "schedule", "search", "sign", "sort", "stage", "start", "state", "store", "stream",
    "structure", "switch", "tag", "target", "test", "type", "upgrade", "version", "work",
];

/// Words that follow a verb rather than a noun.
const OBJECTS: [&str; 22] = [
    "a", "all", "an", "and", "any", "both", "each", "every", "how", "it", "its", "no", "only", "that", "the",
    "their", "them", "these", "this", "user", "what", "your",
];

/// Returns whether a word is the verb of an instruction before this next word.
pub(crate) fn is_verb(word: &str, next: Option<&str>) -> bool {
    let is = |verbs: &[&str]| verbs.binary_search(&word).is_ok();
    is(VERBS) || is(NOUNS) && next.is_some_and(|next| OBJECTS.contains(&next))
}

/// Returns whether a text of several words begins with the verb of an instruction.
pub(crate) fn begins_with_verb(text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut words = lower.split(' ').map(|word| word.trim_matches(|letter| ",.:;".contains(letter)));
    let Some(first) = words.next() else { return false };
    let next = words.next();
    // "Use of globals" is a noun.
    next.is_some_and(|next| next != "of") && is_verb(first, next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_are_sorted() {
        for verbs in [VERBS, NOUNS] {
            assert!(verbs.is_sorted(), "{:?}", verbs.windows(2).find(|pair| pair[0] > pair[1]));
        }
    }

    #[test]
    fn verbs_and_nouns_differ_by_what_follows() {
        for text in ["Use `any`", "Cache the answers", "guess a port"] {
            assert!(begins_with_verb(text), "{text}");
        }
        for text in ["Cache invalidation", "Use of globals", "Deep nesting", "`any`", "Guess", ""] {
            assert!(!begins_with_verb(text), "{text}");
        }
    }
}
