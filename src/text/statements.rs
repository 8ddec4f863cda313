//! Statements, questions and conditions that begin with a modal but are not rules: "May take ten minutes".

use super::forces::is_before_noun;
use super::negation::{CLAUSES, STRONG};
use crate::model::Force;

/// Words after a modal that make it a question, a date or a state instead of a rule: "Should the user ask",
/// "May 2024", "Always on call".
const NO_VERBS: [&str; 34] = [
    "a", "an", "any", "anyone", "at", "available", "can", "can't", "anybody", "he", "i", "in", "it", "may",
    "mind", "must", "on", "one", "ready", "she", "should", "someone", "that", "the", "there", "these",
    "they", "this", "those", "up", "we", "will", "you", "your",
];

/// Verbs that describe a state instead of an action: "You do not have access to the network".
const STATES: [&str; 19] = [
    "believe", "belong", "care", "exist", "feel", "forget", "get", "have", "know", "like", "lose", "need",
    "own", "possess", "remember", "retain", "see", "sleep", "want",
];

/// Verbs of what happens to a reader: "You may find stale files".
const EVENTS: [&str; 11] =
    ["be", "encounter", "experience", "find", "get", "notice", "now", "receive", "see", "still", "wonder"];

/// Verbs of what a thing is or does, after a modal without a subject: "Must be signed", "Should not happen".
const PROPERTIES: [&str; 7] = ["be", "exist", "happen", "have", "matter", "occur", "work"];

/// Words after a prohibition that limit it: "Do not only read".
const LIMITS: [&str; 7] = ["always", "just", "merely", "necessarily", "only", "simply", "solely"];

/// Words after "never" or "always" that describe a state; participles in "ed" do so too: "Never too late", "Never tested".
const DESCRIPTIONS: [&str; 32] = [
    "are", "bad", "been", "before", "certain", "could", "did", "does", "done", "easy", "enough", "false",
    "good", "gone", "had", "has", "impossible", "is", "known", "late", "possible", "quite", "seen", "sure",
    "taken", "too", "true", "was", "were", "would", "written", "wrong",
];

/// Verbs that end in "ed" and are not participles, besides those in "eed".
const NO_PARTICIPLES: [&str; 3] = ["embed", "shed", "shred"];

/// Words that negate the verb or the object of a permission: "You can use no macros", "You can hardly wait".
const NEGATIVES: [&str; 19] = [
    "barely", "can't", "cannot", "don't", "hardly", "must", "neither", "never", "no", "nobody", "none",
    "nor", "not", "nothing", "nowhere", "rarely", "scarcely", "seldom", "shouldn't",
];

/// Words that take a part back from a permission, wherever they are: "but not in libraries", "only when asked".
const RESTRICTIONS: [&str; 6] = ["but", "except", "excepting", "excluding", "only", "unless"];

/// A modal at the beginning of a text.
pub(super) struct Modal<'t> {
    /// The words as typed.
    pub(super) typed: &'t str,
    pub(super) force: Force,
    /// Whether emphasis or a colon sets it apart.
    pub(super) is_marked: bool,
}

impl Modal<'_> {
    /// Returns whether the words after it make the text a question, a condition or a statement instead of a rule.
    pub(super) fn is_statement(&self, words: &str) -> bool {
        let modal = self.typed.to_lowercase().replace('\u{2019}', "'");
        is_no_rule(&modal, self.force, words)
            || self.is_description(&modal, words)
            || self.force == Force::May && is_restricted(words)
    }

    /// Returns whether the text describes a thing or what may happen: "Must be signed", "You may find stale files".
    fn is_description(&self, modal: &str, words: &str) -> bool {
        let first = first_word(words);
        let is = |verbs: &[&str]| verbs.contains(&first.as_str());
        if self.force.is_prohibition() && is(&LIMITS) {
            return true;
        }
        match modal {
            // Without emphasis, "May" expresses a possibility more often than a permission.
            "may" => is(&EVENTS) || is(&STATES) || !(self.is_marked || self.typed == "MAY"),
            "must" | "should" => is(&PROPERTIES),
            "must not" | "must never" | "shall not" | "shall never" | "should not" | "shouldn't" => {
                is(&PROPERTIES)
            }
            "always" | "never" | "never ever" => {
                is(&DESCRIPTIONS) || is_participle(&first) || is_subject(&first, words)
            }
            "you may" | "you can" => is(&EVENTS) || is(&STATES),
            "you should" => is(&EVENTS) && first != "be" || is_past(words),
            "you must" | "you have to" => is_past(words),
            "you will not" => is(&EVENTS) || is(&STATES),
            _ => false,
        }
    }
}

/// Returns whether a permission forbids something as well. A negation in a clause is about that clause.
fn is_restricted(words: &str) -> bool {
    let lower = words.to_lowercase().replace('\u{2019}', "'");
    let has = |part: &str| {
        let is_mark = |letter: char| "*_\"()".contains(letter);
        let mut words = part.split_whitespace().map(|word| word.trim_matches(is_mark));
        let is_clause = |word: &&str| *word != "and" && CLAUSES.contains(word);
        words.clone().any(|word| RESTRICTIONS.contains(&word))
            || words.by_ref().take_while(|word| !is_clause(word)).any(|word| NEGATIVES.contains(&word))
    };
    lower.split(|letter| ",;:.!\u{2014}\u{2013}\n".contains(letter)).any(has)
}

/// Returns whether a word is a participle: "tested", but not "re-embed" or "proceed".
fn is_participle(word: &str) -> bool {
    let word = word.rsplit('-').next().unwrap_or(word);
    word.len() > 3 && word.ends_with("ed") && !word.ends_with("eed") && !NO_PARTICIPLES.contains(&word)
}

/// Returns whether a gerund is the subject of a sentence: "failing tests are skipped", but not "bring what you need".
fn is_subject(first: &str, words: &str) -> bool {
    let ends_clause = |letter| ",;:.!".contains(letter);
    let first_clause = words.split(ends_clause).next().unwrap_or(words).to_lowercase();
    let is_verb = |word: &str| ["is", "are", "was", "were", "has", "have", "will", "can"].contains(&word);
    first.len() > 6 && first.ends_with("ing") && first_clause.split_whitespace().any(is_verb)
}

/// Returns whether a text describes a state that was reached: "have been invited", "be signed".
fn is_past(words: &str) -> bool {
    let rest = words.strip_prefix("have ").or_else(|| words.strip_prefix("be "));
    rest.map(first_word).is_some_and(|word| word.ends_with("ed") || word == "been")
}

fn first_word(words: &str) -> String {
    let is_word = |letter: char| letter.is_alphanumeric() || "-'\u{2019}".contains(letter);
    let end = words.find(|letter| !is_word(letter)).unwrap_or(words.len());
    words[..end].to_lowercase().replace('\u{2019}', "'")
}

/// Returns whether no verb of a rule follows a modal.
fn is_no_rule(modal: &str, force: Force, words: &str) -> bool {
    let first = first_word(words);
    let is_state = ["you do not", "you don't", "you may not", "you never", "you will never"].contains(&modal);
    // "Always bypasses", but not "Always process".
    let is_third_person = first.len() > 3
        && first.ends_with('s')
        && !["ss", "us", "is", "as", "os"].iter().any(|end| first.ends_with(end));
    let is_number = first.starts_with(|letter: char| letter.is_ascii_digit());
    // "You must **never** guess": the label alone does not express the force.
    let is_negated = force != Force::Never
        && STRONG.contains(
            &words
                .trim_start_matches(['*', '_'])
                .split([' ', '*', '_'])
                .next()
                .unwrap_or("")
                .to_lowercase()
                .as_str(),
        );
    // A noun or a clause may follow these as well as a verb.
    force != Force::Avoid
        && !is_before_noun(modal)
        && (NO_VERBS.contains(&first.as_str())
            || (is_state && STATES.contains(&first.as_str()))
            || is_third_person
            || is_negated
            || (is_number && force == Force::May))
}

/// Whether one word of force is not a verb before these words: "May 2024", "Must haves".
pub(super) fn is_noun(modal: &str, rest: &str) -> bool {
    ["may", "must", "should"].contains(&modal) && is_no_rule(modal, Force::May, rest)
}

/// Returns whether a text is a question, or begins with one.
pub(crate) fn is_question(text: &str) -> bool {
    let end = text.trim_end_matches(|letter: char| letter.is_whitespace() || "*_~)]".contains(letter));
    let is_link = || text.trim_end().ends_with(')') && text.contains("?](");
    let is_end = |(at, mark): &(usize, &str)| {
        let rest = &text[at + mark.len()..];
        // No space follows the marks of Chinese and Japanese.
        let is_wide = mark.len() > 1 && !rest.starts_with(['\u{300d}', '\u{300f}', '\u{201d}', '\u{ff09}']);
        is_wide || rest.starts_with([' ', '\n'])
    };
    let first = text.match_indices(|letter| ".!?\u{3002}\u{ff01}\u{ff1f}".contains(letter)).find(is_end);
    let is_asked = |mark: &str| ["?", "\u{ff1f}"].contains(&mark);
    end.ends_with(['?', '\u{ff1f}']) || is_link() || first.is_some_and(|(_, mark)| is_asked(mark))
}

#[cfg(test)]
mod tests {
    use crate::text::forces::label;

    #[test]
    fn statements_and_questions_are_no_rules() {
        for text in [
            "May take ten minutes on a large base",
            "May miss dependencies",
            "You may be in a work tree with changes",
            "You may notice a delay",
            "Must have been installed",
            "Must be signed",
            "You must have been invited",
            "You must be authenticated",
            "You should have received a token",
            "You should see a prompt",
            "Should be fast",
            "Should authentication use a token?",
            "Should we use **JWT or keys**?",
            "Must it end? Ask",
            "Should keys rotate [daily?](x.md)",
            "Must the report be signed?",
            "You will not see the key again",
            "You can no longer push",
            "You may no longer push",
            "You can use neither macros nor globals",
            "You can use no macros",
            "You can do nothing without a key",
            "You can hardly refuse",
            "You can rarely wait",
            "You can use macros, but never in libraries",
            "You may read it. Never change it",
            "You may read it; do not change it",
            "Feel free to refactor, but do not change the API",
            "It is fine to log, except secrets",
            "You can stop only when tests pass",
            "You may push unless the branch is protected",
            "**May** read the log, but not the mail",
            "Never too late",
            "Never been tested",
            "Never tested on Windows",
            "Never re-tested",
            "Never ever seen before",
            "Always tested on Windows",
            "Should not happen.",
            "Should not be needed.",
            "Should never happen",
            "Must not be empty",
            "Should happen rarely",
            "Do not only read; also test.",
            "Don't only guess.",
            "Don\u{2019}t just guess",
            "You must not only read",
            "You do not always have to ask",
            "Never simply guess",
        ] {
            assert_eq!(label(text), None, "{text}");
        }
        for text in [
            "MAY read the log",
            "You may skip tests that do not matter",
            "You can merge without a review",
            "You may write \"so\" (or not)",
            "Should not guess",
            "Must not reveal a secret",
            "Never embed a key",
            "Never re-embed keys",
            "Never shed load",
            "Never shred the evidence",
            "Never proceed without a test",
            "Do not read only the title",
            "Always log only what failed",
            "**May** read the log",
            "You may read the log",
            "You must have tests",
            "You should be brief",
            "Must cite sources",
            "Never ask \"why?\" of a user",
            "Never guess. Why? It lies",
        ] {
            assert!(label(text).is_some(), "{text}");
        }
    }
}
