//! Titles: the kind of section that a heading announces.

/// The titles of headings, by kind. A longer phrase counts before a shorter one, and the last words of a title
/// count first, since English puts the head noun there: "Communication Rules" are rules. Only unmistakable
/// titles belong here; all others have no kind.
#[rustfmt::skip]
const TITLES: [(&str, &[&str]); 12] = [
    ("identity", &[
        "identity", "persona", "role", "roles", "about", "about you", "about me", "who you are", "who i am", "background",
        "profile", "character", "personality", "introduction", "core identity", "biography", "bio", "experience",
        "you are", "role definition", "professional background", "personality traits", "traits",
    ]),
    ("objectives", &[
        "objective", "objectives", "goal", "goals", "mission", "purpose", "responsibilities", "responsibility", "duties",
        "aims", "task", "tasks", "primary function", "core function", "core functions", "what you do", "what i do",
        "your job", "job", "mandate", "scope", "when to use", "when to use this", "when to use this skill", "when to use this agent", "use when", "use cases", "priorities",
        "success metrics", "key responsibilities", "core tasks",
    ]),
    ("expertise", &[
        "expertise", "skills", "skill", "skillset", "knowledge", "capabilities", "capability", "competencies", "competence",
        "domain", "domains", "specialties", "specialization", "specializations", "specialisations", "strengths", "tech stack",
        "technology stack", "technical stack", "technical skills", "domain knowledge", "areas of expertise", "proficiencies",
        "technologies", "focus areas", "key areas", "mastery", "stack", "knowledge base",
    ]),
    ("voice", &[
        "voice", "tone", "style", "communication", "communication style", "personality and tone", "tone of voice",
        "writing style", "speaking style", "language", "manner", "demeanor", "how you speak", "interaction style",
        "communication protocol",
    ]),
    ("principles", &[
        "principles", "principle", "philosophy", "values", "beliefs", "mindset", "core principles", "ethos", "tenets",
        "design principles", "guiding principles", "credo", "opinions",
    ]),
    ("rules", &[
        "rules", "rule", "boundaries", "boundary", "constraints", "constraint", "limits", "limitations", "restrictions",
        "guardrails", "guidelines", "guideline", "dos and donts", "do and dont", "donts", "must", "must not", "never",
        "always", "avoid", "what to avoid", "things to avoid", "requirements", "policies", "policy", "prohibitions",
        "non negotiables", "non goals", "anti patterns", "hard rules", "critical rules", "important", "important notes",
        "forbidden", "taboos", "dont", "what not to do", "never do", "always do", "important guidelines",
    ]),
    ("workflow", &[
        "workflow", "workflows", "process", "processes", "procedure", "procedures", "steps", "approach", "methodology",
        "method", "methods", "phases", "instructions", "how you work", "how i work", "how you proceed", "how to use", "protocol", "protocols",
        "execution", "getting started", "quick start", "usage", "development workflow", "implementation steps", "lifecycle",
        "pipeline", "when invoked", "next steps",
    ]),
    ("decisions", &[
        "decisions", "decision", "decision making", "decision framework", "decision tree", "decision matrix", "trade offs",
        "tradeoffs", "when to escalate", "escalation", "prioritization", "prioritisation", "decision criteria",
    ]),
    ("quality", &[
        "quality", "quality bar", "quality standards", "quality checklist", "standards", "checklist", "acceptance criteria",
        "definition of done", "verification", "validation", "quality assurance", "quality gates", "success criteria",
        "review checklist", "self check", "best practices",
    ]),
    ("output", &[
        "output", "outputs", "output format", "response format", "format", "formatting", "deliverables", "report format",
        "response", "responses", "response structure", "output structure", "templates", "template", "reporting",
        "report template", "structure of responses", "formatting rules", "output requirements", "formatting guidelines", "response guidelines",
    ]),
    ("tools", &[
        "tools", "tool", "tooling", "tool usage", "tool use", "available tools", "commands", "mcp tools", "integrations",
        "toolbox", "toolkit", "tool suite",
    ]),
    ("examples", &[
        "example", "examples", "sample", "samples", "example usage", "usage examples", "sample dialogue", "demonstrations",
        "example interactions", "code examples", "few shot examples", "example prompts", "sample output",
    ]),
];

/// Words that end the head of a title: "Rules for Reviews" are rules.
const DIVIDERS: [&str; 14] =
    ["for", "of", "to", "with", "in", "on", "when", "by", "from", "you", "i", "we", "that", "which"];

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
    // Text in parentheses or after a dash explains, and text after a colon specifies.
    let head = title.split(['(', '\u{2014}']).next().unwrap_or(title);
    let halves = head.split_once(':').filter(|(first, _)| !words(first).is_empty());
    let (head, rest) = halves.unwrap_or((head, ""));
    let kind = of_words(&words(head)).or_else(|| of_words(&words(rest)));
    kind.or_else(|| is_numbered_step(&words(head)).then_some("workflow"))
}

/// Returns whether a title is one of several steps: "Phase 2".
fn is_numbered_step(words: &[String]) -> bool {
    let [what, number] = words else { return false };
    let is_number = number.chars().all(|letter| letter.is_ascii_digit());
    is_number && ["step", "phase", "stage"].contains(&what.as_str())
}

fn of_words(words: &[String]) -> Option<&'static str> {
    if let Some(kind) = of_phrase(words) {
        return Some(kind);
    }
    let before = words.iter().skip(1).position(|word| DIVIDERS.contains(&word.as_str())).map(|at| at + 1);
    if let Some(end) = before {
        return of_words(&words[..end]);
    }
    // In "Rules and Workflow" the first part matters most. Each part ends with its own head noun.
    let mut parts = words.split(|word| word == "and" || word == "or");
    parts.find_map(of_part)
}

/// The kind of the longest phrase at the end of a part of a title.
fn of_part(words: &[String]) -> Option<&'static str> {
    (0..words.len()).find_map(|start| of_phrase(&words[start..]))
}

/// The kind that a phrase alone announces.
fn of_phrase(words: &[String]) -> Option<&'static str> {
    let phrase = words.join(" ");
    TITLES.iter().find(|(_, phrases)| phrases.contains(&phrase.as_str())).map(|(kind, _)| *kind)
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
            ("What the Sea Brings", None),
            ("War Stories", None),
            ("\u{5de5}\u{4f5c}\u{6d41}\u{7a0b}", None),
            ("", None),
        ];
        for (title, expected) in cases {
            assert_eq!(kind(title), expected, "{title}");
        }
    }

    #[test]
    fn titles_are_unique_and_kinds_are_known() {
        let mut seen = std::collections::BTreeSet::new();
        for (kind, phrases) in TITLES {
            assert!(crate::model::KINDS.iter().any(|(known, ..)| *known == kind));
            for phrase in phrases {
                assert!(seen.insert(phrase), "{phrase} is listed twice");
                assert_eq!(words(phrase).join(" "), *phrase);
            }
        }
    }
}
