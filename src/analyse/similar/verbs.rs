//! Verbs that begin an instruction.

use super::words::{Word, WordKind};

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

/// Returns whether a text, without its label, begins like an instruction.
pub(super) fn is_instruction(words: &[Word]) -> bool {
    let Some(first) = words.first().filter(|word| matches!(word.kind, WordKind::Plain | WordKind::Name))
    else {
        return false;
    };
    let is = |word: Option<&Word>, text: &str| word.is_some_and(|word| word.text == text);
    // "At most 3 sentences" is a rule too.
    let is_limit = first.text == "at" && (is(words.get(1), "most") || is(words.get(1), "least"));
    let first =
        if first.text == "please" || first.text == "only" { words.get(1).unwrap_or(first) } else { first };
    let has_object = words
        .iter()
        .skip(1)
        .find(|word| word.at > first.at)
        .is_some_and(|next| OBJECTS.contains(&next.text.as_str()));
    let is_verb = |verbs: &[&str]| verbs.binary_search(&first.text.as_str()).is_ok();
    is_limit || (words.len() > 1 && (is_verb(VERBS) || (is_verb(NOUNS) && has_object)))
}

/// Words that make a number a limit.
const LIMITS: [&str; 24] = [
    "least", "most", "max", "maximum", "min", "minimum", "under", "over", "within", "below", "above", "less",
    "more", "fewer", "every", "after", "limit", "limits", "threshold", "exceed", "exceeds", "exceeding",
    "required", "target",
];

/// Returns whether a text sets a limit by a number.
pub(super) fn is_limit(words: &[Word]) -> bool {
    let has_number = words.iter().any(|word| word.kind == WordKind::Number);
    has_number
        && words.iter().any(|word| {
            word.kind == WordKind::Sign
                || (word.kind != WordKind::Code && LIMITS.contains(&word.text.as_str()))
        })
}

/// The offset after a bold label that a colon, full stop or dash separates from the text; 0 without one.
pub(super) fn after_label(text: &str) -> usize {
    let start = text.len()
        - text
            .trim_start_matches(|letter: char| !letter.is_alphanumeric() && !"*`[\"'(".contains(letter))
            .len();
    let Some(inner) = text[start..].strip_prefix("**") else { return 0 };
    let Some(end) = inner.find("**") else { return 0 };
    let rest = &inner[end + 2..];
    let is_sign = |letter: char| ":.\u{2014}\u{2013}-\u{ff1a}".contains(letter);
    let is_apart = inner[..end].ends_with([':', '.', '\u{ff1a}']) || rest.trim_start().starts_with(is_sign);
    if is_apart && rest.contains(char::is_alphanumeric) { text.len() - rest.len() } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::super::words::words;
    use super::*;

    #[test]
    fn verbs_are_sorted() {
        for verbs in [VERBS, NOUNS] {
            assert!(verbs.is_sorted(), "{:?}", verbs.windows(2).find(|pair| pair[0] > pair[1]));
        }
    }

    #[test]
    fn instructions_begin_with_a_verb_or_a_limit() {
        let is = |text: &str| is_instruction(&words(text));
        assert!(
            is("Use tabs") && is("please use tabs") && is("At most 3 sentences") && is("Cache the answers")
        );
        assert!(!is("Cache invalidation rules") && !is("`use` tabs") && !is("Use"));
    }

    #[test]
    fn labels_end_before_what_they_label() {
        let rest = |text: &'static str| &text[after_label(text)..];
        assert_eq!(rest("**Go**: use it"), ": use it");
        assert_eq!(rest("**Go:** use it"), " use it");
        assert_eq!(rest("\u{2705} **Go** \u{2014} use it"), " \u{2014} use it");
        assert_eq!(rest("**Never** use it"), "**Never** use it");
        assert_eq!(rest("**Never use it**"), "**Never use it**");
    }
}
