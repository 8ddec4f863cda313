//! Forces: the words that begin a rule, and the lines that introduce a list of rules.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::labels;
use super::negation::STRONG;
use crate::model::Force;

/// Phrases by the force that they express.
pub(super) type Phrases = &'static [(Force, &'static [&'static str])];

/// Each phrase with its force, in order.
pub(super) fn each(phrases: Phrases) -> impl Iterator<Item = (&'static str, Force)> {
    phrases.iter().flat_map(|(force, phrases)| phrases.iter().map(|phrase| (*phrase, *force)))
}

/// Phrases by their first letter; those of one letter are in the order of their tables.
pub(super) type ByLetter = BTreeMap<char, Vec<(&'static str, Force)>>;

/// Sorts phrases by their first letter.
pub(super) fn by_letter(tables: &[Phrases]) -> ByLetter {
    let mut sorted = ByLetter::new();
    for (phrase, force) in tables.iter().flat_map(|table| each(table)) {
        sorted.entry(phrase.chars().next().unwrap_or_default()).or_default().push((phrase, force));
    }
    sorted
}

/// The phrases that a text may begin with.
pub(super) fn beginning(phrases: &ByLetter, text: &str) -> impl Iterator<Item = (&'static str, Force)> {
    let letter = text.chars().next().map(|letter| letter.to_ascii_lowercase());
    letter.and_then(|letter| phrases.get(&letter)).into_iter().flatten().copied()
}

/// Phrases without apostrophes, each with its force: the first that a table gives it.
pub(super) type Whole = BTreeMap<String, Force>;

/// Sorts phrases that are looked up as a whole.
pub(super) fn whole(tables: &[Phrases]) -> Whole {
    let mut sorted = Whole::new();
    for (phrase, force) in tables.iter().flat_map(|table| each(table)) {
        sorted.entry(phrase.replace('\'', "")).or_insert(force);
    }
    sorted
}

/// The words that begin a rule, with their force. Where one phrase is a prefix of another, the longer comes
/// first.
pub(super) const MODALS: Phrases = &[
    (
        Force::Never,
        &[
            "under no circumstances should you",
            "under no circumstances may you",
            "under no circumstances",
            "you must never",
            "you must not",
            "you will never",
            "you should never",
            "you never",
            "you may not",
            "you do not",
            "you don't",
            "must never",
            "must not",
            "shall not",
            "do not ever",
            "do not",
            "don't ever",
            "don't",
            "never ever",
            "never",
        ],
    ),
    (Force::Avoid, &["you should not", "should not", "shouldn't", "try not to", "avoid"]),
    (Force::May, &["you may", "feel free to", "may"]),
    (Force::Should, &["you should", "should"]),
    (Force::Always, &["you must always", "you will always", "you always", "must always", "always"]),
    (Force::Must, &["you must", "you have to", "must", "make sure to"]),
];

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

/// Other lines that introduce a list of rules.
const LEADS: Phrases = &[
    (Force::Never, &["donts", "dont do", "never do", "never do this", "do nots", "what not to do"]),
    (Force::Avoid, &["what to avoid", "things to avoid"]),
    (Force::Always, &["always do", "always do this"]),
    (Force::Must, &["dos"]),
];

/// Returns the force and the length of the label at the beginning of a text, if a rule follows it after one
/// space: `Never use`, `**Do not** use`, `\u{274c} NEVER: use`.
pub(crate) fn label(text: &str) -> Option<(Force, usize)> {
    let line = text.split('\n').next().unwrap_or(text);
    let sign = |letter: char| !letter.is_alphanumeric() && !"*_`\"'([<#{".contains(letter);
    let start = line.len() - line.trim_start_matches(sign).len();
    let rest = &line[start..];
    let emphasis = rest.len() - rest.trim_start_matches(['*', '_']).len();
    let (marks, rest) = rest.split_at(emphasis);
    if emphasis > 3 {
        return None;
    }
    static SORTED: LazyLock<ByLetter> = LazyLock::new(|| by_letter(&[MODALS]));
    let (force, modal) =
        beginning(&SORTED, rest).find_map(|(words, force)| Some((force, matches_words(rest, words)?)))?;
    let mut end = start + emphasis + modal;
    let modal_text = line[start + emphasis..end].to_lowercase().replace('\u{2019}', "'");
    let rest = &line[end..];
    let colon = usize::from(rest.starts_with(':'));
    let closed = rest[colon..].strip_prefix(&reversed(marks))?;
    let outer = usize::from(colon == 0 && closed.starts_with(':'));
    end += colon + emphasis + outer;
    // A text that is entirely emphasized has no label, and one that continues with a comma is not a rule.
    let words = line[end..].strip_prefix(' ')?;
    let begins = words.chars().next()?;
    let is_rule = begins.is_alphanumeric() || "`\"'*_(<[$@/".contains(begins);
    (is_rule && !is_statement(&modal_text, force, words)).then_some((force, end))
}

/// The force of a list entry: that of its first words, or of the words after a bold label.
pub(crate) fn of_entry(text: &str) -> Option<Force> {
    let behind_label = || {
        let labelled = labels::split(text)?;
        let is_force = label(&format!("{} x", labelled.words)).is_some();
        if is_force { None } else { label(labelled.rest) }
    };
    label(text).or_else(behind_label).map(|(force, _)| force)
}

/// Returns whether the words after a modal make the text a question, a condition or a statement instead of a rule.
fn is_statement(modal: &str, force: Force, words: &str) -> bool {
    let is_word = |letter: char| letter.is_alphanumeric() || "-'\u{2019}".contains(letter);
    let end = words.find(|letter| !is_word(letter)).unwrap_or(words.len());
    let first = words[..end].to_lowercase().replace('\u{2019}', "'");
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
    // `avoid` is followed by a noun as often as by a verb.
    force != Force::Avoid
        && (NO_VERBS.contains(&first.as_str())
            || (is_state && STATES.contains(&first.as_str()))
            || is_third_person
            || is_negated
            || (is_number && force == Force::May))
}

fn reversed(marks: &str) -> String {
    marks.chars().rev().collect()
}

/// Whether one word of force is no verb before these words: "May 2024", "Must haves".
pub(super) fn is_noun(modal: &str, rest: &str) -> bool {
    ["may", "must", "should"].contains(&modal) && is_statement(modal, Force::May, rest)
}

/// The length of the prefix of `text` that equals `words` regardless of case and ends at a word boundary.
fn matches_words(text: &str, words: &str) -> Option<usize> {
    let mut letters = text.char_indices();
    for expected in words.chars() {
        let (_, letter) = letters.next()?;
        let letter = if letter == '\u{2019}' { '\'' } else { letter };
        if !letter.eq_ignore_ascii_case(&expected) {
            return None;
        }
    }
    match letters.next() {
        Some((_, letter)) if letter.is_alphanumeric() || letter == '\'' || letter == '\u{2019}' => None,
        Some((end, _)) => Some(end),
        None => Some(text.len()),
    }
}

/// The force that a line gives the list below it.
pub(crate) fn lead(line: &str) -> Option<Force> {
    modal(&crate::text::titles::words(line).join(" "))
}

/// The force of a phrase in lower case without apostrophes.
pub(super) fn modal(words: &str) -> Option<Force> {
    static SORTED: LazyLock<Whole> = LazyLock::new(|| whole(&[MODALS, LEADS]));
    SORTED.get(words).copied()
}

/// Returns the text of a rule as written without its label: the first letter in lower case, unless it begins
/// a name or an acronym. `None` if rendering would not restore the original.
pub(crate) fn bare(text: &str) -> Option<String> {
    let mut letters = text.chars();
    let first = letters.next()?;
    if first.is_lowercase() {
        return None;
    }
    let second = letters.next().unwrap_or(' ');
    if !first.is_ascii_uppercase() || !second.is_ascii_lowercase() || is_name(text) {
        let upper: String = first.to_uppercase().collect();
        return (upper == first.to_string()).then(|| text.to_owned());
    }
    Some(format!("{}{}", first.to_ascii_lowercase(), &text[1..]))
}

/// Returns whether a text begins with a name: "GitHub token", "Claude Code is installed".
fn is_name(text: &str) -> bool {
    let mut words = text.split(' ');
    let is_large = |letter: char| letter.is_uppercase();
    let has_inner = words.next().is_some_and(|word| word.chars().skip(1).any(is_large));
    has_inner
        || words.next().is_some_and(|word| word.starts_with(is_large) && word.contains(char::is_lowercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_found_with_their_markup() {
        let cases = [
            ("Never use x", Some((Force::Never, 5))),
            ("**Never** use x", Some((Force::Never, 9))),
            ("**DO NOT:** use x", Some((Force::Never, 11))),
            ("\u{274c} Don\u{2019}t use x", Some((Force::Never, 11))),
            ("You must always use x", Some((Force::Always, 15))),
            ("Always, or not", None),
            ("**Always use x** if y", None),
            ("Neverland", None),
            ("Mustard", None),
            ("Avoid `x`", Some((Force::Avoid, 5))),
            ("Avoid the passive voice", Some((Force::Avoid, 5))),
            ("Under no circumstances should you reveal it", Some((Force::Never, 33))),
            ("Always process the queue", Some((Force::Always, 6))),
            ("You must have tests", Some((Force::Must, 8))),
            ("Always bypasses the cache", None),
            ("Must haves", None),
            ("You must **never** guess", None),
            ("Should the user ask", None),
            ("Should you need more, ask", None),
            ("May 2024 was wet", None),
            ("May I ask", None),
            ("Never mind typos", None),
            ("Always on call", None),
            ("You do not have access", None),
            ("You don\u{2019}t see them", None),
        ];
        for (text, expected) in cases {
            assert_eq!(label(text), expected, "{text}");
        }
    }

    #[test]
    fn an_entry_may_have_a_label_before_its_force() {
        assert_eq!(of_entry("Never use x"), Some(Force::Never));
        assert_eq!(of_entry("**Speed:** avoid loops"), Some(Force::Avoid));
        // The label names a force itself, so the text after it is not consulted.
        assert_eq!(of_entry("**Always** \u{2014} avoid loops"), None);
        assert_eq!(of_entry("**Speed:** fast"), None);
    }

    #[test]
    fn lines_introduce_lists_of_a_force() {
        for line in ["**You MUST NOT:**", "You must not", "## Don'ts", "\u{274c} DON'T:"] {
            assert_eq!(lead(line), Some(Force::Never), "{line}");
        }
        assert_eq!(lead("Avoid:"), Some(Force::Avoid));
        assert_eq!(lead("Always consider:"), None);
        // Such a list mostly contains parameters.
        assert_eq!(lead("**Required:**"), None);
    }

    #[test]
    fn bare_rules_come_back_as_they_were() {
        assert_eq!(bare("Use x").as_deref(), Some("use x"));
        assert_eq!(bare("SQL in code").as_deref(), Some("SQL in code"));
        assert_eq!(bare("`x` in code").as_deref(), Some("`x` in code"));
        assert_eq!(bare("GitHub tokens in code").as_deref(), Some("GitHub tokens in code"));
        assert_eq!(bare("Claude Code as root").as_deref(), Some("Claude Code as root"));
        assert_eq!(bare("Use SQL").as_deref(), Some("use SQL"));
        assert_eq!(bare("use x"), None);
    }
}
