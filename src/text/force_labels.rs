//! How a reader takes a label, a heading or the beginning of a text: the force it states, if any.
//!
//! The phrases are those of [`forces`](super::forces) and [`force_names`](super::force_names). `import` extracts rules by
//! fewer of them, because most lines of a document are not rules; a label of a rule is about its force.

use std::sync::LazyLock;

use super::forces::{ADVICE, ByLetter, MODALS, Phrases, Whole, beginning, by_letter, surely_differs, whole};
use super::statements::is_noun;
use super::{force_names, forces, lexicon, titles};
use crate::model::Force;

/// Phrases that state a force in a label or before the text of a rule. In a document, they introduce a description or a
/// list of parameters just as often.
const PHRASES: Phrases = &[
    (
        Force::Never,
        &[
            "by no means", "can not", "in no case", "may not", "on no account", "you are not to",
            "you can not", "you can't", "you cannot",
        ],
    ),
    (Force::Avoid, &["prefer not to"]),
    (
        Force::May,
        &[
            "at your discretion", "do not have to", "do not need to", "don't have to", "don't need to",
            "if you like", "need not", "no need to", "optionally", "you are permitted to", "you could",
            "you do not have to", "you do not need to", "you don't have to", "you don't need to",
            "you might", "you need not",
        ],
    ),
    (Force::Should, &["ideally", "preferably", "you ought to"]),
    (Force::Must, &["you need to"]),
];

/// Phrases that complete a sentence begun by the label of a force: "Always avoid", "You should feel free to".
const COMPLETIONS: [&str; 8] = [
    "always", "avoid", "be sure to", "feel free to", "make sure to", "prefer to", "refrain from",
    "try not to",
];

/// Names of forces that are topics as well: rules under "Permissions" may be of any force.
const TOPICS: [&str; 14] = [
    "allow", "deny", "do", "enforce", "need", "needed", "needs", "no", "obligations", "permissions",
    "permit", "prohibitions", "recommendations", "requirements",
];

/// Words around a name of a force: "It is forbidden to", "You are allowed to".
const FILLERS: [&str; 8] = ["you", "are", "it", "its", "is", "please", "strictly", "to"];

/// The force that a phrase states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stated {
    pub(crate) force: Force,
    /// Whether the phrase may also name what rules are about.
    pub(crate) is_topic: bool,
}

/// The phrases of a label, each with the byte at which it begins: what punctuation sets apart.
pub(crate) fn phrases(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_divider = |letter: char| ":;,.()[]|>/!?\n\u{2014}\u{2013}\u{2026}".contains(letter);
    let mut at = 0;
    text.split(is_divider).map(move |phrase| {
        let start = at;
        let divider = text[start + phrase.len()..].chars().next();
        at = start + phrase.len() + divider.map_or(0, char::len_utf8);
        (start, phrase)
    })
}

/// The force that a whole phrase states, whatever its case, emphasis and decoration.
pub(crate) fn stated(phrase: &str) -> Option<Stated> {
    // "Permissions of files and directories" is too long for any name of a force.
    let phrase = phrase.trim_matches(|letter: char| !letter.is_alphanumeric());
    if phrase.is_empty() || phrase.len() > MAX_LENGTH {
        return None;
    }
    static SORTED: LazyLock<Whole> = LazyLock::new(|| whole(&[PHRASES]));
    let words = titles::words(phrase);
    let joined = words.join(" ");
    if let Some(force) = forces::modal(&joined).or_else(|| SORTED.get(&joined).copied()) {
        return Some(Stated { force, is_topic: false });
    }
    let named = |words: &[String]| {
        let name = words.concat();
        let force = force_names::known(&name)?;
        Some(Stated { force, is_topic: TOPICS.contains(&name.as_str()) })
    };
    let is_filler = |word: &&String| FILLERS.contains(&word.as_str());
    let first = words.iter().take_while(is_filler).count();
    let last = words.len() - words[first..].iter().rev().take_while(is_filler).count();
    named(&words).or_else(|| named(&words[first..last]))
}

/// The force of words in small letters without apostrophes, within a phrase too.
pub(super) fn worded(words: &str) -> Option<Force> {
    static SORTED: LazyLock<Whole> = LazyLock::new(|| whole(&[PHRASES, ADVICE]));
    forces::modal(words).or_else(|| SORTED.get(words).copied())
}

/// The longest phrase that is looked up, in bytes.
const MAX_LENGTH: usize = 80;

/// The force that a heading or line states above rules that have labels of their own, whatever topic it names. Nothing
/// where it states several: "Do and don't".
pub(crate) fn above_labels(line: &str) -> Option<(Force, std::ops::Range<usize>)> {
    let mut found = phrases(line).filter_map(|(at, phrase)| {
        let stated = stated(phrase).filter(|stated| !stated.is_topic)?;
        Some((stated.force, at..at + phrase.len()))
    });
    let first = found.next()?;
    found.all(|(force, _)| force == first.0).then_some(first)
}

/// How compatible a line or label that states one force is with a rule of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    /// One is only weaker or stronger.
    Close,
    /// The rule forbids below a line that obliges: "You must: never guess".
    Negated,
    /// A reader takes the one or the other.
    Contradicting,
}

/// How compatible a rule is with a line above it that states another force.
pub(crate) fn fit(above: Force, rule: Force) -> Fit {
    let forbids = Force::is_prohibition;
    let is_may = [above, rule].map(|force| force == Force::May);
    if is_may[0] == is_may[1] && forbids(above) == forbids(rule) {
        Fit::Close
    } else if !is_may[0] && !forbids(above) && forbids(rule) {
        Fit::Negated
    } else {
        Fit::Contradicting
    }
}

/// The phrase of an entry's label that states another force than its rule has, and the force.
pub(crate) fn against_label(label: &str, rule: Force) -> Option<(Force, std::ops::Range<usize>)> {
    phrases(label).find_map(|(at, phrase)| {
        let stated = stated(phrase).filter(|stated| !stated.is_topic && stated.force != rule)?;
        let is_against = forces::lead(phrase).is_some() || fit(stated.force, rule) == Fit::Contradicting;
        is_against.then(|| (stated.force, at..at + phrase.len()))
    })
}

/// The force that the label of a rule states: that of one of its phrases, or of its first words. What its other words make
/// of it, `label_sense` reads.
pub(crate) fn of_label(label: &str) -> Option<Force> {
    let exact = phrases(label).find_map(|(_, phrase)| stated(phrase));
    exact.map(|stated| stated.force).or_else(|| Some(opening(label)?.force))
}

/// The words of force that a text begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Opening<'t> {
    pub(crate) force: Force,
    /// The words, without any text before them.
    pub(crate) words: &'t str,
    /// Whether they can follow the label of another force.
    pub(crate) completes: bool,
}

/// The words of force at the beginning of a text, in a sentence or set apart from it.
pub(crate) fn opening(text: &str) -> Option<Opening<'_>> {
    let line = text.lines().next()?.trim_start_matches(|letter: char| !letter.is_alphanumeric());
    static SORTED: LazyLock<ByLetter> = LazyLock::new(|| by_letter(&[PHRASES, MODALS]));
    let found =
        beginning(&SORTED, line).filter_map(|(words, force)| Some((begins(line, words)?, words, force)));
    if let Some((end, words, force)) = found.max_by_key(|(end, ..)| *end) {
        let rest = line[end..].trim_start_matches(|letter: char| !letter.is_alphanumeric());
        let is_stated = !is_noun(words, rest);
        let completes = COMPLETIONS.contains(&words);
        return is_stated.then_some(Opening { force, words: &line[..end], completes });
    }
    if let Some((force, end)) = lexicon::begin(line) {
        return Some(Opening { force, words: &line[..end], completes: false });
    }
    if let Some((force, words)) = lexicon::end(line) {
        return Some(Opening { force, words, completes: false });
    }
    if let Some(end) = begins(line, "not") {
        return Some(Opening { force: Force::Never, words: &line[..end], completes: false });
    }
    // "Optional: use x"
    let (label, _) = line.split_once([':', ')', ']', '\u{2014}'])?;
    let stated = stated(label).filter(|stated| !stated.is_topic)?;
    Some(Opening { force: stated.force, words: label, completes: false })
}

/// The words at the beginning of a rule's text that state another force than its own. `is_labelled` says whether a label
/// before the text states the force, rather than a line above the list: "Always avoid" is a sentence, and so is "avoid"
/// below "You must", but not below "Never".
pub(crate) fn contradiction(text: &str, force: Force, is_labelled: bool) -> Option<Opening<'_>> {
    // Words that do not surely state their own force may still contradict another.
    let unsure = || {
        let (force, end) = lexicon::open(text)?;
        Some(Opening { force, words: &text[..end], completes: false })
    };
    let opening = opening(text).or_else(unsure).filter(|opening| opening.force != force)?;
    let is_obliged = matches!(force, Force::Must | Force::Always | Force::Should);
    (!opening.completes || !(is_labelled || is_obliged)).then_some(opening)
}

/// The length of the beginning of a text that has these words, whatever its case and emphasis.
fn begins(text: &str, words: &str) -> Option<usize> {
    if surely_differs(text, words) {
        return None;
    }
    let mut expected = words.chars();
    let mut next = expected.next();
    let mut end = 0;
    for (at, letter) in text.char_indices() {
        let letter = match letter {
            '*' | '_' => continue,
            '\u{2019}' => '\'',
            '\u{a0}' => ' ',
            letter => letter,
        };
        let Some(wanted) = next else {
            let goes_on = letter.is_alphanumeric() || letter == '\'';
            return (!goes_on).then_some(end);
        };
        if !letter.eq_ignore_ascii_case(&wanted) {
            return None;
        }
        end = at + text[at..].chars().next().map_or(1, char::len_utf8);
        next = expected.next();
    }
    next.is_none().then_some(end)
}

#[cfg(test)]
mod tests {
    use super::super::forces::each;
    use super::*;

    #[test]
    fn labels_state_a_force_whatever_surrounds_it() {
        let cases = [
            ("**Never**", Some(Force::Never)),
            ("**You MAY**:", Some(Force::May)),
            ("> Optional:", Some(Force::May)),
            ("\u{2705} You are allowed to", Some(Force::May)),
            ("It is **forbidden** to", Some(Force::Never)),
            ("_You **may not**_", Some(Force::Never)),
            ("You do not have to", Some(Force::May)),
            ("Not required", Some(Force::May)),
            ("*Required:*", Some(Force::Must)),
            ("Rules (optional)", Some(Force::May)),
            ("Never, unless asked,", Some(Force::Never)),
            ("Under no circumstances, ever,", Some(Force::Never)),
            ("\u{274c} DON\u{2019}T:", Some(Force::Never)),
            ("**Off limits:**", None),
            ("Maybe", None),
            ("", None),
        ];
        for (label, expected) in cases {
            assert_eq!(of_label(label), expected, "{label}");
        }
    }

    #[test]
    fn texts_begin_with_words_of_force() {
        let opens = |text| opening(text).map(|opening| (opening.force, opening.words, opening.completes));
        assert_eq!(opens("You may print it"), Some((Force::May, "You may", false)));
        assert_eq!(opens("**you *may*** x"), Some((Force::May, "you *may", false)));
        assert_eq!(opens("**you may** print it"), Some((Force::May, "you may", false)));
        assert_eq!(opens("not print it"), Some((Force::Never, "not", false)));
        assert_eq!(opens("(optional) print it"), Some((Force::May, "optional", false)));
        assert_eq!(opens("avoid loops"), Some((Force::Avoid, "avoid", true)));
        assert_eq!(opens("always ask"), Some((Force::Always, "always", true)));
        for text in ["allow guests", "ensure order", "may 2024", "must haves", "nothing", "notes: all", ""] {
            assert_eq!(opens(text), None, "{text}");
        }
    }

    #[test]
    fn phrases_are_unique_and_in_no_other_table() {
        let mut seen = std::collections::BTreeSet::new();
        assert!(each(PHRASES).chain(each(MODALS)).all(|(phrase, _)| seen.insert(phrase)));
        assert!(TOPICS.iter().all(|name| force_names::known(name).is_some()));
        let is_phrase = |words: &str| each(PHRASES).chain(each(MODALS)).any(|(phrase, _)| phrase == words);
        assert!(COMPLETIONS.iter().all(|words| is_phrase(words)));
    }
}
