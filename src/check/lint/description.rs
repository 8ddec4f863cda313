//! Descriptions that do not say when to use a persona.

use super::Lints;
use crate::compose::Composition;
use crate::model::grammar::Profile;
use crate::model::{Address, Diagnostic, Loading, codes};
use crate::text::language::is_english;

/// Words that name an occasion, or ask a program to use the persona.
const OCCASIONS: [&str; 44] = [
    "when", "whenever", "where", "while", "if", "before", "after", "during", "until", "once", "upon", "use",
    "uses", "used", "proactively", "invoke", "invoked", "trigger", "triggers", "triggered", "call", "called",
    "consult", "delegate", "delegates", "activate", "activates", "activated", "apply", "applies", "need",
    "needs", "needed", "require", "requires", "asks", "asked", "request", "requests", "requested", "wants",
    "whose", "every", "any",
];

/// Words before "for" that make it name an occasion: "an agent for migrations", "best for short answers".
const BEFORE_FOR: [&str; 20] = [
    "agent", "subagent", "skill", "persona", "assistant", "specialist", "helper", "reviewer", "tool", "bot",
    "mode", "best", "ideal", "suited", "suitable", "useful", "designed", "meant", "intended", "not",
];

impl Lints<'_> {
    /// Reports a description that does not say when to use the persona.
    pub(super) fn description(&self, composition: &Composition<'_>) -> Option<Diagnostic> {
        let persona = &composition.persona;
        // People choose a prompt themselves; programs choose other personas by description.
        if !persona.targets.iter().any(|settings| persona.loading(settings) == Loading::Description) {
            return None;
        }
        let field = persona.field(Profile::Description.name())?;
        let (text, origin) = (field.value.as_str()?, field.origin?);
        if text.trim().is_empty() || !is_english(text) || names_an_occasion(text) {
            return None;
        }
        let message = format!("the description of `{}` does not say when to use it", composition.profile.id);
        let finding = Diagnostic::new(codes::VAGUE_DESCRIPTION, message).at(origin.span(), "");
        Some(
            finding
                .help("add the occasion, for example \"Use when ...\" or \"Use after ...\"")
                .about(Address::DESCRIPTION.to_string()),
        )
    }
}

/// Returns whether a description says when to use the persona.
fn names_an_occasion(text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut before = "";
    for clause in lower.split_inclusive(['.', '!', '?', ';', ':', '\n', ',', '\u{2014}']) {
        let words = clause.split(|letter: char| !letter.is_alphanumeric() && letter != '\'');
        for (at, word) in words.filter(|word| !word.is_empty()).enumerate() {
            let is_for = word == "for" && (at == 0 || BEFORE_FOR.contains(&before));
            if is_for || OCCASIONS.contains(&word) {
                return true;
            }
            before = word;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn occasions_are_found_in_typical_descriptions() {
        let with = [
            "Use this agent when the task requires searching memory",
            "Audits code for secrets. Use after code changes that touch user input.",
            "Expert code reviewer. MUST BE USED before each merge",
            "Write docs. Invoke when docs are missing, stale, or unclear.",
            "Financial analysis. Triggers on payments, Stripe, budget.",
            "Proactively reviews code for quality and security",
            "Plans a build. For interactive design sessions, ask the architect.",
            "An agent for database migrations",
            "Zig 코드 구현 전문 에이전트. 빌드 오류 해결이 필요할 때 사용한다.",
            "Prüft Änderungen, wenn sie fertig sind",
            "Experte für Datenbanken",
            "Writes the report that somebody asked for at standup, if there is one",
        ];
        for text in with {
            assert!(!is_english(text) || names_an_occasion(text), "{text}");
        }
        let without = [
            "Senior database engineer with deep Postgres expertise",
            "Principal backend engineer who builds systems to last and leaves teams that decide better",
            "Advanced code quality analysis for comprehensive improvements",
            "Create a new database migration",
            "A helpful assistant",
            "Coordinates Byzantine fault-tolerant consensus protocols with malicious actor detection",
            "Keeps services within their objectives, leads incidents and designs for the night shift",
        ];
        for text in without {
            assert!(is_english(text) && !names_an_occasion(text), "{text}");
        }
    }
}
