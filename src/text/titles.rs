//! Titles: the kind of section that a heading announces.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::lexicon;

/// The titles of headings, by kind; a plural counts as its singular. A longer phrase counts before a shorter one, and the
/// last words of a title count first, since English puts the head noun there: "Communication Rules" are rules. Only
/// unmistakable titles belong here; all others have no kind.
#[rustfmt::skip]
const TITLES: [(&str, &[&str]); 12] = [
    ("identity", &[
        "identity", "persona", "role", "about", "about you", "about me", "background", "profile", "character",
        "personality", "introduction", "biography", "bio", "experience", "you are", "role definition", "trait",
        "essence", "backstory", "origin story", "what i am", "what im about", "what im not", "what you are",
        "what you are not", "self image", "role description",
    ]),
    ("objectives", &[
        "objective", "goal", "mission", "purpose", "responsibility", "duty", "aim", "task", "primary function",
        "core function", "what you do", "what i do", "your job", "job", "mandate", "scope", "use case", "priority",
        "success metric", "intent", "overview", "primary directive", "trigger", "trigger condition",
        "activation", "value proposition", "job to be done", "benefit", "motivation", "outcome", "description",
        "north star",
    ]),
    ("expertise", &[
        "expertise", "skill", "skillset", "knowledge", "capability", "competency", "competence", "domain", "specialty",
        "specialization", "specialisation", "strength", "tech stack", "technology stack", "technical stack",
        "area of expertise", "proficiency", "technology", "focus area", "focus", "key area", "mastery", "stack",
        "knowledge base", "concept", "pattern", "architecture", "project structure", "project overview", "expertise map",
        "technical context", "terminology", "glossary", "feature", "functionality",
        "directory structure", "file structure", "file organization", "folder structure",
        "project layout", "plugin structure", "module structure",
    ]),
    ("voice", &[
        "voice", "tone", "style", "communication", "language", "manner", "demeanor", "vibe", "interaction pattern",
        "communication standard", "communication guideline", "voice rule", "tone guideline",
        "speech pattern", "mannerism", "catchphrase", "humor",
        "writing style", "communication style", "conversation style", "response style", "speaking style",
    ]),
    ("principles", &[
        "principle", "philosophy", "value", "belief", "mindset", "ethos", "tenet", "credo", "opinion", "worldview",
        "core truth", "truth", "preference", "trust", "behavior", "behaviour", "attitude", "thinking pattern",
        "mental model", "heuristic", "assumption", "manifesto",
        "mantra", "core thesis",
    ]),
    ("rules", &[
        "rule", "boundary", "constraint", "limit", "limitation", "restriction", "guardrail", "guideline", "dos and donts",
        "do and dont", "dont", "must", "must not", "never", "always", "avoid", "what to avoid", "thing to avoid",
        "requirement", "policy", "prohibition", "non negotiable", "non goal", "out of scope", "anti pattern", "important",
        "important note", "critical note", "final note", "forbidden", "taboo", "what not to do", "never do", "always do",
        "red line", "red flag", "pitfall", "mistake", "gotcha", "safety", "security", "privacy", "ethics", "compliance",
        "safety protocol", "security protocol", "safety check", "consideration", "convention", "permission", "directive",
        "allowed file", "known issue", "caveat", "warning", "commandment", "prime directive", "invariant", "ban", "remember",
        "reminder", "security baseline", "defense baseline", "prevention", "secret management", "discipline", "guidance",
        "style guide", "code smell", "smell",
        "antipattern", "enforcement", "code style", "coding style", "scope control",
    ]),
    ("workflow", &[
        "workflow", "process", "procedure", "step", "approach", "methodology", "method", "phase", "instruction",
        "protocol", "execution", "getting started", "quick start", "quickstart", "usage", "lifecycle", "pipeline",
        "when invoked", "next step", "workflow pattern", "process flow", "flow", "routine", "planning", "plan",
        "mode of operation", "mode", "collaboration", "coordination", "handoff", "delegation", "orchestration",
        "integration with other agents", "memory", "continuity", "session startup", "startup", "troubleshooting",
        "debugging", "deployment", "prerequisite", "setup", "installation", "strategy", "technique", "operation",
        "error recovery", "failure recovery", "cycle", "heartbeat", "what to do", "coordination hint", "rollback",
        "install", "configure", "next", "guide", "implementation", "technical implementation", "learning action", "operating loop", "execution loop",
        "cleanup",
        "feedback loop", "review loop", "analysis loop", "recovery", "monitoring", "operating model",
        "execution model", "precondition", "finalize", "discovery", "bootstrap", "initialize", "completion",
    ]),
    ("decisions", &[
        "decision", "decision making", "decision making process", "decision framework", "decision tree",
        "decision matrix", "trade off", "tradeoff", "when to escalate", "escalation", "prioritization", "prioritisation",
        "decision criteria", "decision rule", "escalation rule", "escalation protocol", "severity", "severity level",
        "severity definition", "classification", "risk level", "edge case", "error handling", "failure mode", "fallback", "risk", "threshold", "approval",
        "stop condition", "stopping condition", "when to stop", "escalation trigger", "alternative", "alternative considered",
        "decision guide", "severity guide",
        "selection",
        "abort condition", "halt condition", "exit condition", "classification model", "severity model",
        "open question",
    ]),
    ("quality", &[
        "quality", "quality bar", "standard", "checklist", "criteria", "definition of done", "done when", "verification",
        "validation", "quality assurance", "gate", "self check", "best practice", "test", "testing", "metric",
        "testing recommendation", "bias check", "check", "self review", "review focus", "tip", "indicator", "kpi", "benchmark",
        "performance target", "verify", "validate", "coverage", "rubric", "scoring", "audit", "review category",
        "review area", "review sequence", "review dimension",
        "continuous improvement", "scoring model", "scoring signal", "success signal",
    ]),
    ("output", &[
        "output", "format", "formatting", "deliverable", "response", "response structure", "output structure", "template",
        "reporting", "structure of responses", "formatting rule", "output requirement", "formatting guideline",
        "response guideline", "response rule", "output rule", "output standard", "output specification",
        "output guideline", "output contract", "format contract", "communication protocol", "message format", "artifact",
        "reporting requirement", "report", "input output contract",
        "finding", "finding shape", "report shape", "result", "return",
        "executive summary", "summary of change", "change summary", "report schema", "report type",
    ]),
    ("tools", &[
        "tool", "tooling", "tool usage", "tool use", "command", "integration", "toolbox", "toolkit", "tool suite", "input",
        "argument", "parameter", "option", "environment", "configuration", "setting", "reference", "resource", "file",
        "see also", "script", "tool instruction", "tool guideline", "tool rule", "cheat sheet", "further reading",
        "quick reference card", "reference card", "environment variable", "flag", "integration point", "integration hook",
        "related", "related documentation", "link", "learn more", "where to look", "navigation", "source", "dependency",
        "posttooluse hook", "pretooluse hook", "stop hook", "available agent", "agent inventory",
        "config", "subcommand", "related agent", "related skill", "specialist agent", "specialized agent",
        "review agent", "release agent", "agent type", "tool mapping", "evidence source", "data source",
        "knowledge source",
    ]),
    ("examples", &[
        "example", "sample", "example usage", "sample dialogue", "demonstration", "example interaction", "sample output",
        "scenario", "example prompt", "example session", "example conversation",
    ]),
];

/// The beginnings of titles that are sentences, longer ones before shorter ones.
const BEGINNINGS: [(&str, &[&str]); 8] = [
    ("identity", &["who i am", "who you are", "who we are"]),
    (
        "voice",
        &[
            "how i sound", "how you sound", "how i speak", "how you speak", "how i talk", "how you talk",
            "how i narrate", "how you narrate",
        ],
    ),
    ("decisions", &["how i decide", "how you decide", "when to ask", "when to escalate"]),
    (
        "objectives",
        &[
            "when to use", "when not to use", "when to invoke", "when not to invoke", "when to activate",
            "when to apply", "when to call", "when to trigger", "when to run", "when it fits", "use when",
            "use this", "what this skill", "what this agent", "what this command", "what it", "what you do",
            "when to skip", "when this applies", "why this", "why use",
        ],
    ),
    ("quality", &["what to check", "what to audit", "what to look for", "what to verify", "what you check"]),
    ("output", &["what you deliver", "what you produce", "what to report", "what to return"]),
    ("rules", &["what not to", "what you must", "what you never"]),
    (
        "workflow",
        &["how to", "how it", "how you", "how i", "how we", "how this", "on complete", "on completion"],
    ),
];

/// Words that determine the kind of a title whose head noun does not: "Escalation Path".
#[rustfmt::skip]
const MODIFIERS: [(&str, &[&str]); 10] = [
    ("objectives", &["mission", "trigger"]),
    ("voice", &["communication", "tone", "voice"]),
    ("principles", &["trust"]),
    ("rules", &["security", "safety", "compliance", "privacy", "secret"]),
    ("workflow", &["workflow", "memory", "delegation", "handoff", "collaboration", "deployment"]),
    ("decisions", &["escalation", "decision", "approval", "risk"]),
    ("quality", &["quality", "validation", "verification", "test", "testing", "performance", "coverage"]),
    ("output", &["output", "response"]),
    ("tools", &["tool"]),
    ("examples", &["example"]),
];

/// Words that make rules of whatever follows: "Banned Patterns".
const FORBIDDING: [&str; 4] = ["banned", "disallowed", "forbidden", "prohibited"];

/// Words that tell something only alone, or after one of the [`OWNERS`]: "Core Values" are principles, and "Return Values",
/// "Color Palette and Roles", "Traits and Generics" and "Navigation with a Router" are about programs and products.
#[rustfmt::skip]
const AMBIGUOUS: [&str; 29] = [
    "behavior", "behaviour", "bootstrap", "character", "completion", "configure", "dependency", "description",
    "discovery", "essence", "finalize", "implementation", "initialize", "install", "job", "language", "monitoring",
    "navigation", "next", "profile", "return", "role", "source", "style", "task", "trait", "validate", "value",
    "verify",
];

/// Words after which an ambiguous noun is that of a persona.
#[rustfmt::skip]
const OWNERS: [&str; 16] = [
    "agent", "brand", "company", "core", "expected", "guiding", "key", "my", "our", "persona", "personal", "personality",
    "primary", "shared", "team", "your",
];

/// Words that end the head of a title: "Rules for Reviews" are rules.
const DIVIDERS: [&str; 15] =
    ["for", "of", "to", "with", "in", "on", "when", "by", "from", "you", "youll", "i", "we", "that", "which"];

/// The words of a title in lower case, without decoration, emoji and numbering.
pub(crate) fn words(title: &str) -> Vec<String> {
    let plain = title.replace(['\u{2019}', '\''], "").replace('&', " and ");
    let split = plain.split(|letter: char| !letter.is_alphanumeric());
    let mut words: Vec<String> = split.filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    let is_number = |word: &String| {
        word.chars().all(|letter| letter.is_ascii_digit())
            || ["i", "ii", "iii", "iv", "v"].contains(&word.as_str())
    };
    // "2. Rules" and "II. Rules" are numbered; but "I" may begin "I am".
    if words.len() > 1 && is_number(&words[0]) && words[0] != "i" {
        words.remove(0);
    }
    words
}

/// The kind that a title announces, if it is unmistakable.
pub(crate) fn kind(title: &str) -> Option<&'static str> {
    // Text in parentheses explains.
    let title =
        title.split('(').next().unwrap_or(title).replace(" - ", "\u{2014}").replace(" \u{2013} ", "\u{2014}");
    let parts: Vec<_> = title.split('\u{2014}').filter(|part| !words(part).is_empty()).collect();
    // Text after a dash explains, except where it is more specific: "Section 3 - Rules", "Style - Rules".
    if parts.iter().any(|part| words(part) == ["rules"]) {
        return Some("rules");
    }
    let parts: Vec<_> = parts.into_iter().map(at_colon).collect();
    let first = words(parts.first()?.0);
    // What a step does is part of the workflow, whatever its words: "Phase 3: Load Configuration".
    if is_numbered_step(&first) {
        return Some("workflow");
    }
    let known = |part: &str| {
        let words = words(part);
        of_words(&words).or_else(|| lexicon::kind(&words.join(" ")))
    };
    let kind = parts.iter().find_map(|(head, rest)| known(head).or_else(|| known(rest)));
    kind.or_else(|| of_numbered(&first))
}

/// A part of a title before and after a colon, which specifies.
fn at_colon(part: &str) -> (&str, &str) {
    part.split_once(':').filter(|(head, _)| !words(head).is_empty()).unwrap_or((part, ""))
}

/// Returns whether a title is one of several steps: "Phase 2".
fn is_numbered_step(words: &[String]) -> bool {
    let [what, number, ..] = words else { return false };
    ["step", "phase", "stage"].contains(&what.as_str()) && is_number(number)
}

/// Whether a word is a number, or begins with one: "2", "0a".
fn is_number(word: &str) -> bool {
    word.starts_with(|letter: char| letter.is_ascii_digit())
}

/// The kind of a title that is one of several things with a kind: "Pattern 3", "Gate A".
fn of_numbered(words: &[String]) -> Option<&'static str> {
    let [what, number, rest @ ..] = words else { return None };
    let is_letter = rest.is_empty() && number.chars().count() == 1;
    if is_letter || is_number(number) { of_phrase(std::slice::from_ref(what)) } else { None }
}

fn of_words(words: &[String]) -> Option<&'static str> {
    if let Some(kind) = of_phrase(words).or_else(|| of_beginning(words)) {
        return Some(kind);
    }
    if FORBIDDING.contains(&words.first()?.as_str()) {
        return Some("rules");
    }
    let before = words.iter().skip(1).position(|word| DIVIDERS.contains(&word.as_str())).map(|at| at + 1);
    if let Some(end) = before {
        return of_words(&words[..end]).filter(|_| !is_ambiguous(&words[..end]));
    }
    // In "Rules and Workflow" the first part matters most. Each part ends with its own head noun.
    let parts: Vec<_> = words.split(|word| word == "and" || word == "or").collect();
    let known = |at: usize| of_part(parts[at], at == 0);
    // "Roles and Responsibilities" are a persona's, "Traits and Generics" a program's.
    let is_clear = |at: &usize| {
        let mut others = (0..parts.len()).filter(|other| other != at);
        parts.len() == 1 || !is_ambiguous(parts[*at]) || others.any(|other| known(other).is_some())
    };
    (0..parts.len()).filter(is_clear).find_map(known).or_else(|| of_modifier(words.first()?))
}

/// Returns whether a phrase is one word that tells something only alone.
fn is_ambiguous(phrase: &[String]) -> bool {
    phrase.len() == 1 && AMBIGUOUS.contains(&singular(phrase.iter().map(String::as_str)).as_str())
}

/// The kind that the first word of a title determines.
fn of_modifier(word: &str) -> Option<&'static str> {
    let one = singular([word].into_iter());
    MODIFIERS.iter().find(|(_, words)| words.contains(&one.as_str())).map(|(kind, _)| *kind)
}

/// The kind of the longest phrase at the end of a part of a title.
fn of_part(words: &[String], is_first: bool) -> Option<&'static str> {
    let is_owned = |before: &[String]| before.iter().all(|word| OWNERS.contains(&word.as_str()));
    (0..words.len()).find_map(|start| {
        let (before, phrase) = words.split_at(start);
        let is_clear = !is_ambiguous(phrase) || is_owned(before) && (is_first || start > 0);
        of_phrase(phrase).filter(|_| is_clear)
    })
}

/// The kind that the first words of a title announce.
fn of_beginning(words: &[String]) -> Option<&'static str> {
    let begins = |phrase: &&str| phrase.split(' ').eq(words.iter().take(phrase.split(' ').count()));
    BEGINNINGS.iter().find(|(_, phrases)| phrases.iter().any(begins)).map(|(kind, _)| *kind)
}

/// The kind that a phrase alone announces.
fn of_phrase(words: &[String]) -> Option<&'static str> {
    static KINDS: LazyLock<BTreeMap<String, &'static str>> = LazyLock::new(|| {
        let each = |(kind, phrases): &(&'static str, &[&str])| {
            let kind = *kind;
            phrases.iter().map(move |phrase| (singular(phrase.split(' ')), kind)).collect::<Vec<_>>()
        };
        TITLES.iter().flat_map(each).collect()
    });
    KINDS.get(&singular(words.iter().map(String::as_str))).copied()
}

/// A phrase with every word in the singular. Its result for other words that end in "s" does not matter, because it
/// does the same with the table.
fn singular<'w>(words: impl Iterator<Item = &'w str>) -> String {
    let one = |word: &'w str| match () {
        () if word.ends_with("ss") || word.len() < 4 => word.to_owned(),
        () if word.ends_with("ies") => format!("{}y", &word[..word.len() - 3]),
        () if word.ends_with("sses") => word[..word.len() - 2].to_owned(),
        () => word.strip_suffix('s').unwrap_or(word).to_owned(),
    };
    words.map(one).collect::<Vec<_>>().join(" ")
}

/// Returns whether a line without markup is certainly a heading: a known title, or several joined by "and".
pub(crate) fn is_title(line: &str) -> bool {
    let words = words(line);
    let known = |part: &[String]| of_phrase(part).is_some();
    let begins_large = line.trim().starts_with(char::is_uppercase);
    begins_large && !words.is_empty() && words.split(|word| word == "and").all(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_of_the_kind_that_their_last_words_name() {
        let cases = [
            ("\u{1f916} Identity", Some("identity")),
            ("2. Hard Rules & Boundaries", Some("rules")),
            ("Communication Rules", Some("rules")),
            ("Rules for Reviews", Some("rules")),
            ("Quality Bar", Some("quality")),
            ("Output Format (strict)", Some("output")),
            ("Workflow: the short form", Some("workflow")),
            ("DO's and DON'Ts", Some("rules")),
            ("Critical Rules You Must Follow", Some("rules")),
            ("Phase 2: Planning", Some("workflow")),
            ("Your Core Mission", Some("objectives")),
            ("Anti-Patterns to Avoid", Some("rules")),
            ("Checklists", Some("quality")),
            ("Policies", Some("rules")),
            ("Processes", Some("workflow")),
            ("Safety Protocols", Some("rules")),
            ("Communication Protocol", Some("output")),
            ("Escalation Protocol", Some("decisions")),
            ("Protocol", Some("workflow")),
            ("Core Workflow Pattern", Some("workflow")),
            ("When to Invoke This Agent", Some("objectives")),
            ("When NOT to use", Some("objectives")),
            ("Primary Directive", Some("objectives")),
            ("Inputs you\u{2019}ll receive", Some("tools")),
            ("Output Specifications", Some("output")),
            ("How I sound", Some("voice")),
            ("Who You Are", Some("identity")),
            ("How to audit", Some("workflow")),
            ("Step 0a: Ask", Some("workflow")),
            ("Escalation Path", Some("decisions")),
            ("Forbidden Actions", Some("rules")),
            ("Key Features", Some("expertise")),
            ("Stop Conditions", Some("decisions")),
            ("Quick Reference Card", Some("tools")),
            ("Performance Tips", Some("quality")),
            ("Enforcement Rules - READ FIRST", Some("rules")),
            ("- Rules", Some("rules")),
            ("1 - Rules", Some("rules")),
            ("Section 3 - Security Rules", Some("rules")),
            ("Notes - Rules", Some("rules")),
            ("Notes \u{2013} Rules", Some("rules")),
            ("Notes \u{2014} Rules", Some("rules")),
            ("Part 2 - Workflow", Some("workflow")),
            ("Mode 2 - Examples", Some("examples")),
            ("Claude Code - Best Practices", Some("quality")),
            ("Step 1 - Rules", Some("rules")),
            ("Step 1 - READ FIRST", Some("workflow")),
            ("Step 1: Ask \u{2014} at once", Some("workflow")),
            ("Chapter 4 \u{2013} Output Format - Strict", Some("output")),
            ("Style - rules", Some("rules")),
            ("Style - Examples of Use", Some("voice")),
            ("Hard Rules \u{2013} Workflow", Some("rules")),
            ("Enforcement Rules \u{2014} READ FIRST", Some("rules")),
            ("Tools Available", Some("tools")),
            ("What this command does", Some("objectives")),
            ("TDD Cycle", Some("workflow")),
            ("Related Documentation", Some("tools")),
            ("Directory Structure", Some("expertise")),
            ("Color Palette & Roles", None),
            ("Roles & Responsibilities", Some("identity")),
            ("Return Values", None),
            ("Sealed Traits", None),
            ("Core Values", Some("principles")),
            ("Mission and Our Values", Some("objectives")),
            ("Banned Patterns", Some("rules")),
            ("Forbidden Tools and Files", Some("rules")),
            ("Escalation Triggers", Some("decisions")),
            ("Gate A: CI", Some("quality")),
            ("Plan a Sprint", None),
            ("Phase 9 Sweeping", Some("workflow")),
            ("Phase 10: Logging Configuration", Some("workflow")),
            ("Step 1: Receive Research Scope", Some("workflow")),
            ("Pattern 3: Fan-Out", Some("expertise")),
            ("Layer 4", None),
            ("What You Deliver", Some("output")),
            ("Alternatives Considered", Some("decisions")),
            ("Open Source", None),
            ("Parse, Don\u{2019}t Validate", None),
            ("Verify", Some("quality")),
            ("Severity Guide", Some("decisions")),
            ("Sources", Some("tools")),
            ("Keyboard Navigation", None),
            ("Navigation with a Router", None),
            ("Source of Truth", None),
            ("Traits and Generics", None),
            ("Code Style", Some("rules")),
            ("Defining Styles", None),
            ("Style", Some("voice")),
            ("Communication Style", Some("voice")),
            ("Background Jobs", None),
            ("Your Task", Some("objectives")),
            ("Allowed Language", None),
            ("Recovery", Some("workflow")),
            ("Abort Conditions", Some("decisions")),
            ("Executive Summary", Some("output")),
            ("Related Agents", Some("tools")),
            ("Common Antipatterns", Some("rules")),
            ("Service Discovery", None),
            ("Event Loop", None),
            ("Role Description", Some("identity")),
            ("Performance Characteristics", Some("quality")),
            ("Migration Guide", Some("workflow")),
            ("Style Guide", Some("rules")),
            ("SQL Injection Prevention", Some("rules")),
            ("Version History", None),
            ("Notes", None),
            ("Beat order", None),
            ("What the Sea Brings", None),
            ("War Stories", None),
            ("\u{5de5}\u{4f5c}\u{6d41}\u{7a0b}", Some("workflow")),
            ("", None),
        ];
        for (title, expected) in cases {
            assert_eq!(kind(title), expected, "{title}");
        }
    }

    #[test]
    fn titles_are_unique_and_kinds_are_known() {
        let mut seen = std::collections::BTreeSet::new();
        for kind in BEGINNINGS.iter().chain(&MODIFIERS).map(|(kind, _)| *kind) {
            assert!(crate::model::KINDS.iter().any(|(known, ..)| *known == kind));
        }
        for (kind, phrases) in TITLES {
            assert!(crate::model::KINDS.iter().any(|(known, ..)| *known == kind));
            for phrase in phrases {
                assert!(seen.insert(singular(phrase.split(' '))), "{phrase} is listed twice");
                assert_eq!(words(phrase).join(" "), *phrase);
            }
        }
        for (_, phrases) in BEGINNINGS.iter().chain(&MODIFIERS) {
            assert!(phrases.iter().all(|phrase| words(phrase).join(" ") == **phrase));
        }
    }
}
