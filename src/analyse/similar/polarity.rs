//! Polarity: whether a text is for or against something, and the rest of the text.

use super::form::{is_measurement, label_word};
use super::verbs::{after_label, is_instruction};
use super::words::{Word, WordKind, hash, words};
use crate::model::Force;
use crate::text::forces::lead;
use crate::text::negation::{
    AGAINST, AT_FIRST, BETWEEN, CLAUSES, FACTS, FIRM, FOR, FORBIDDING, ORDERS, STRONG, UNSURE,
};

/// The polarity of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Polarity {
    /// Forbids what it names.
    Against,
    /// For it, explicitly.
    For,
    /// For it, as an instruction without a negation.
    Plain,
    /// Undetermined.
    Unknown,
}

/// A text without its polarity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Core {
    pub(super) polarity: Polarity,
    /// The hash of the remaining words, equal for opposite texts; `None` if too few remain.
    pub(super) key: Option<u64>,
    pub(super) basis: Basis,
    /// Whether the text is an instruction.
    pub(super) is_rule: bool,
}

/// What a text has its polarity from, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Basis {
    /// Nothing: it only begins like an instruction.
    Form,
    /// The heading above very few words.
    Heading,
    /// Its own words, its force, or the heading above a longer text.
    Words,
}

impl Basis {
    pub(super) const ALL: [Basis; 3] = [Basis::Form, Basis::Heading, Basis::Words];

    /// Returns whether opposite texts contradict each other. "Optimize performance" below "Don't" says what one reader
    /// leaves to others, and so does not contradict the same words elsewhere that have no force.
    pub(super) fn is_against(self, other: Basis) -> bool {
        !matches!((self, other), (Basis::Form, Basis::Heading) | (Basis::Heading, Basis::Form))
    }
}

/// Words without weight that are ignored in a comparison.
const FILLERS: [&str; 26] = [
    "a", "an", "the", "is", "are", "be", "been", "being", "of", "to", "your", "you", "this", "these", "its",
    "it", "any", "all", "please", "directly", "ever", "explicitly", "strictly", "do", "does", "our",
];

/// Words and their opposites, by stem. [`COMMANDS`](super::relation) are another matter: a fleet needs both.
const OPPOSITES: [(&str, &str); 22] = [
    ("forbid", "allow"),
    ("disallow", "allow"),
    ("prohibit", "allow"),
    ("deny", "allow"),
    ("exclude", "include"),
    ("omit", "include"),
    ("without", "with"),
    ("reject", "accept"),
    ("least", "most"),
    ("fewer", "more"),
    ("less", "more"),
    ("minimum", "maximum"),
    ("min", "max"),
    ("below", "above"),
    ("under", "over"),
    ("<", ">"),
    ("<=", ">="),
    ("optional", "required"),
    ("private", "public"),
    ("synchronous", "asynchronous"),
    ("implicit", "explicit"),
    ("false", "true"),
];

/// The minimum number of words of a core that can contradict another.
const LEAST_WORDS: usize = 2;

/// The minimum number of words of a core that has a polarity from its heading as it would have from its words.
const LEAST_BELOW_HEADING: usize = 3;

/// Splits a text into its polarity and its core. `force` is the force of a rule, and `heading` the polarity
/// of the headings above it.
pub(super) fn core(text: &str, words: &[Word], force: Option<Force>, heading: Option<Polarity>) -> Core {
    let label = after_label(text);
    let label = words.partition_point(|word| word.at < label);
    let after_label = words.get(label).map_or(0, |word| word.at);
    let label_word = label_word(&text[after_label..]);
    // "Link: use it" is about links, and so is its core, but "link" does not determine its polarity. "Bad: use it" does.
    let topic = label_word.filter(|word| of_heading(word).is_none());
    let start =
        topic.map_or(label, |topic| words.partition_point(|word| word.at < after_label + topic.len()));
    let (explicit, range) = modal(&words[start..]);
    let range = range.start + start..range.end + start;
    // "Scan time: 12s" begins like an instruction.
    let begins_so = is_instruction(&words[start..]) && !is_measurement(text, words);
    // So does what follows a topic, but "Link: link blue" describes.
    let is_instruction = begins_so && label_word.is_none();
    // Below "Don't", "**Don't guess**: ask" negates_fact the alternative: the heading applies to the label.
    let heading = heading.filter(|_| modal(&words[..label]).0 != Polarity::Against);
    let states_nothing = explicit == Polarity::Plain && (!begins_so || label_word != topic);
    let explicit = if states_nothing { Polarity::Unknown } else { explicit };
    let is_rule = force.is_some() || is_instruction || matches!(explicit, Polarity::For | Polarity::Against);
    let mut polarity = match force {
        // In a workspace, the text of a rule does not contain the words of its force; in a document it does.
        Some(_) if explicit == Polarity::Unknown && !range.is_empty() => Polarity::Unknown,
        Some(Force::Never | Force::Avoid) => Polarity::Against,
        Some(_) => Polarity::For,
        None => match (explicit, heading) {
            (Polarity::Plain, Some(heading)) => heading,
            // The same words below "Never" and below "Always" need no verb.
            (Polarity::Unknown, Some(heading)) if range.is_empty() => heading,
            // "Always ..." in a list of things to avoid is ambiguous.
            (Polarity::For, Some(Polarity::Against)) => Polarity::Unknown,
            (explicit, _) => explicit,
        },
    };
    // Import makes the heading of a list the force of its rules.
    let is_by_heading = explicit != polarity && heading == Some(polarity);
    let is_by_form = force.is_none() && polarity == Polarity::Plain;
    let mut is_inverted = false;
    let mut stems: Vec<String> = Vec::new();
    for (index, word) in words.iter().enumerate() {
        let follows_no = index > 0 && words[index - 1].text == "no";
        if range.contains(&index)
            || index < label
            || (word.kind != WordKind::Code && FILLERS.contains(&word.text.as_str()))
        {
            continue;
        }
        // "No more than" means "at most".
        is_inverted ^= follows_no && ["more", "fewer", "less"].contains(&word.text.as_str());
        let mut stem = if word.kind == WordKind::Plain { stem(&word.text) } else { word.text.clone() };
        if let Some((_, opposite)) =
            OPPOSITES.iter().find(|(one, _)| *one == stem && word.kind != WordKind::Code)
        {
            is_inverted = !is_inverted;
            (*opposite).clone_into(&mut stem);
        }
        stems.push(stem);
    }
    if is_inverted {
        polarity = match polarity {
            Polarity::Against => Polarity::For,
            Polarity::For | Polarity::Plain => Polarity::Against,
            Polarity::Unknown => Polarity::Unknown,
        };
    }
    let basis = match stems.len() < LEAST_BELOW_HEADING {
        true if is_by_heading => Basis::Heading,
        _ if is_by_form => Basis::Form,
        _ => Basis::Words,
    };
    let key = (stems.len() >= LEAST_WORDS).then(|| hash(&stems));
    Core { polarity, key, basis, is_rule }
}

/// The polarity of the words themselves, and the range of the words that express it.
fn modal(words: &[Word]) -> (Polarity, std::ops::Range<usize>) {
    let is = |index: usize, list: &[&str]| {
        words.get(index).is_some_and(|word| word.kind != WordKind::Code && list.contains(&word.text.as_str()))
    };
    let first = (0..words.len()).take_while(|index| *index == 0 || !is(*index, &CLAUSES)).find(|index| {
        let begins = is(*index, &AGAINST) || is(*index, &FIRM);
        begins && (*index == 0 || !is(*index, &AT_FIRST))
    });
    let permitted = permission(words);
    if permitted > 0 {
        return (Polarity::For, 0..permitted);
    }
    let Some(first) = first else { return (Polarity::Plain, 0..0) };
    // The meaning of "it" or "this" depends on the text before.
    if first > 0 && is(0, &PRONOUNS) {
        return (Polarity::Unknown, first..first + 1);
    }
    let is_order = first > 0 && is(first - 1, &["do"]) && (first == 1 || is(first - 2, &["you"]));
    let negates_fact = first > 0 && is(first, &["not"]) && !is(first - 1, &FOR) && !is(first - 1, &ORDERS);
    let is_statement = negates_fact || first > 0 && is(first, &STRONG) && is(first - 1, &FACTS) && !is_order;
    // "No" alone forbids nothing: "no orphan pages" may be a state, and "no more than 3" is a limit.
    if is_statement || is(first, &["no"]) {
        return (Polarity::Unknown, first..first + 1);
    }
    let mut start = first;
    let is_modal = |at: usize| is(at, &BETWEEN) || is(at, &FOR) || is(at, &["may", "can"]);
    while start > 0 && is_modal(start - 1) {
        start -= 1;
    }
    let mut end = first;
    while is(end, &AGAINST) || is(end, &FOR) || (end > first && is(end, &BETWEEN)) {
        end += 1;
    }
    let against = (first..end).filter(|index| is(*index, &AGAINST)).count();
    let polarity = match against {
        0 => Polarity::For,
        1 => Polarity::Against,
        _ => Polarity::Unknown,
    };
    (polarity, start..end)
}

/// Words that stand for something named before.
const PRONOUNS: [&str; 8] = ["it", "they", "this", "that", "these", "those", "he", "she"];

/// Words that permit what follows them, after "you".
const PERMISSIONS: [&[&str]; 5] =
    [&["may"], &["can"], &["are", "allowed", "to"], &["are", "permitted", "to"], &["are", "free", "to"]];

/// Words after a permission that turn or restrict it.
const RESTRICTIONS: [&str; 4] = ["not", "never", "only", "no"];

/// The number of words at the start of a text that permit the rest of it; 0 without such words.
fn permission(words: &[Word]) -> usize {
    let is = |index: usize, text: &str| words.get(index).is_some_and(|word| word.text == text);
    let of_phrase = |phrase: &&&[&str]| phrase.iter().enumerate().all(|(index, word)| is(index + 1, word));
    let found = PERMISSIONS.iter().find(of_phrase).filter(|_| is(0, "you"));
    let length = found.map_or(0, |phrase| phrase.len() + 1);
    if RESTRICTIONS.iter().any(|word| is(length, word)) { 0 } else { length }
}

/// Removes the ending of a word: "committing", "commits" and "commit" have one stem.
pub(super) fn stem(word: &str) -> String {
    let mut stem = word.to_owned();
    let long = |stem: &str, ending: &str| stem.is_ascii() && stem.len() >= ending.len() + 3;
    if let Some(ending) =
        ["ing", "ed"].into_iter().find(|ending| stem.ends_with(ending) && long(&stem, ending))
    {
        stem.truncate(stem.len() - ending.len());
        let bytes = stem.as_bytes();
        let doubled = bytes.len() > 3 && bytes[bytes.len() - 1] == bytes[bytes.len() - 2];
        if doubled && !stem.ends_with(['s', 'l']) {
            stem.pop();
        }
    } else if stem.ends_with('s') && !stem.ends_with("ss") && !stem.ends_with("us") && long(&stem, "s") {
        stem.pop();
    }
    if stem.ends_with('e')
        && long(&stem, "e")
        && !OPPOSITES.iter().any(|(one, other)| *one == stem || *other == stem)
    {
        stem.pop();
    }
    stem
}

/// The polarity that a heading gives the list below it. Only a heading that consists of the words of a force
/// is certain. A negation among other words leaves the polarity of the entries undetermined.
pub(super) fn of_heading(line: &str) -> Option<Polarity> {
    match lead(line) {
        Some(Force::Never | Force::Avoid) => return Some(Polarity::Against),
        Some(_) => return Some(Polarity::For),
        None => {}
    }
    let words: Vec<String> = words(line).into_iter().map(|word| word.text).collect();
    if FORBIDDING.contains(&words.join(" ").as_str()) {
        return Some(Polarity::Against);
    }
    words.iter().any(|word| UNSURE.contains(&word.as_str())).then_some(Polarity::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Core {
        core(text, &words(text), None, None)
    }

    #[test]
    fn opposite_texts_have_one_core() {
        let cases = [
            ("Never commit secrets to the repository", "Always commit secrets to the repository"),
            ("Don't commit secrets", "Commit secrets"),
            ("You must not log request bodies", "You should log request bodies"),
            ("Avoid committing secrets", "commit secrets"),
            ("Tests must not share state", "Tests must share state"),
            ("**Plans**: never skip a step", "**Steps**: skip a step"),
            ("Write at most 3 sentences", "Write at least 3 sentences"),
            ("Keep coverage < 80%", "Keep coverage > 80%"),
            ("Write no more than 3 sentences", "Write no fewer than 3 sentences"),
            ("Merge without review", "Merge with review"),
            ("If tests fail, never merge", "If tests fail, merge"),
            ("You may push to main", "Never push to main"),
            ("You can push to main", "You may not push to main"),
            ("You are free to push to main", "Do not push to main"),
            ("Answers must cite sources", "Answers must not cite sources"),
        ];
        for (one, other) in cases {
            let (one, other) = (of(one), of(other));
            assert!(one.key.is_some() && one.key == other.key, "{one:?} {other:?}");
            assert_ne!(
                one.polarity == Polarity::Against,
                other.polarity == Polarity::Against,
                "{one:?} {other:?}"
            );
        }
    }

    #[test]
    fn apparent_opposites_are_not_contradictions() {
        assert_ne!(of("Never use raw SQL").key, of("Use raw SQL when the builder cannot").key);
        assert_ne!(of("Prefer A over B").key, of("Never prefer B over A").key);
        assert_eq!(of("Never merge without review").polarity, of("Always merge with review").polarity);
        assert_ne!(
            of("Reject code that does not pass").polarity,
            of("Accept code that does not pass").polarity
        );
        assert_eq!(of("Never").key, None);
        for only in ["You may only push to main", "You can never push to main", "Reviewers may push to main"]
        {
            assert_ne!(of(only).polarity, Polarity::For, "{only}");
        }
        for (one, other) in [("Enable the log", "Disable the log"), ("Show the log", "Hide the log")] {
            assert_ne!(of(one).key, of(other).key, "{one}");
        }
        for text in [
            "No orphan pages",
            "The plan is not optional",
            "Orphan pages",
            "Tests do not pass",
            "Fix not committed to git",
            "It must not include tests",
            "They should include tests",
            "This may include tests",
        ] {
            assert_eq!(of(text).polarity, Polarity::Unknown, "{text}");
        }
    }

    #[test]
    fn a_force_that_a_heading_repeats_is_that_of_the_heading() {
        let basis = |text: &str, force, heading| core(text, &words(text), force, heading).basis;
        let below = Some(Polarity::Against);
        assert_eq!(basis("optimize lamps", Some(Force::Never), below), Basis::Heading);
        assert_eq!(basis("optimize lamps", None, below), Basis::Heading);
        assert!(!basis("optimize lamps", None, None).is_against(Basis::Heading));
        for (text, heading) in [("optimize lamps", None), ("Never optimize lamps", below)] {
            assert_eq!(basis(text, Some(Force::Never), heading), Basis::Words, "{text}");
        }
        assert_eq!(basis("optimize lamps before lunch", Some(Force::Never), below), Basis::Words);
    }

    #[test]
    fn headings_give_their_polarity_to_entries_without_one() {
        let heading = |line: &str| of_heading(line);
        for line in ["Never", "\u{274c} Don'ts", "Things to avoid", "You MUST NOT:", "Anti-patterns"] {
            assert_eq!(heading(line), Some(Polarity::Against), "{line}");
        }
        assert_eq!(heading("Always do"), Some(Polarity::For));
        assert_eq!(heading("Red flags"), Some(Polarity::Unknown));
        assert_eq!(heading("Testing"), None);
        let under = |text: &str, heading| core(text, &words(text), None, heading).polarity;
        assert_eq!(under("commit secrets", Some(Polarity::Against)), Polarity::Against);
        assert_eq!(under("Don't commit secrets", Some(Polarity::Against)), Polarity::Against);
        assert_eq!(under("Always commit", Some(Polarity::Against)), Polarity::Unknown);
        assert_eq!(under("**Don't guess**: Ask first", Some(Polarity::Against)), Polarity::Plain);
        assert_eq!(under("**Guessing**: Ask first", Some(Polarity::Against)), Polarity::Against);
    }
}
