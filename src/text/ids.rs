//! Ids: short names that say what they name.

use std::collections::{BTreeMap, BTreeSet};

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::model::{LAYOUT, RESERVED, is_id};

/// Words that say little about what a text is about.
const STOP_WORDS: [&str; 98] = [
    "a", "about", "after", "all", "also", "an", "and", "any", "are", "as", "at", "be", "because", "been",
    "before", "being", "but", "by", "can", "could", "do", "does", "each", "even", "ever", "every", "for",
    "from", "had", "has", "have", "here", "how", "i", "if", "in", "into", "is", "it", "its", "just", "like",
    "make", "may", "more", "most", "must", "my", "no", "not", "of", "on", "only", "or", "other", "our",
    "over", "own", "same", "should", "so", "some", "such", "than", "that", "the", "their", "them", "then",
    "there", "these", "they", "this", "those", "through", "to", "too", "under", "until", "up", "use",
    "using", "very", "was", "we", "were", "what", "when", "where", "which", "while", "who", "will", "with",
    "without", "would", "you", "your",
];

/// How many words an id has, and how many more where that is not enough.
const WORDS: usize = 3;
const MORE_WORDS: usize = 6;
/// The maximum length of an id derived from words.
const LONGEST: usize = 40;

/// The ids of one list.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    taken: BTreeSet<String>,
    /// For an id that was asked for again, the number that came after it last.
    numbers: BTreeMap<String, usize>,
}

impl Ids {
    /// No ids yet, but these words mean something else.
    pub(crate) fn but(words: &[&str]) -> Self {
        Ids { taken: words.iter().map(|word| (*word).to_owned()).collect(), ..Ids::default() }
    }

    /// A new id for something that says `text`: its first meaningful words, more of them if need be,
    /// or `usual` with a number where no words are left.
    pub(crate) fn make(&mut self, text: &str, usual: &str) -> String {
        self.make_where(text, usual, &|_| true)
    }

    /// As [`Ids::make`], of ids that also fit elsewhere.
    pub(crate) fn make_where(&mut self, text: &str, usual: &str, fits: &dyn Fn(&str) -> bool) -> String {
        let words = meaningful(text);
        // A text mostly names its subject before the first sign of punctuation.
        let clause = meaningful(clause(text)).len();
        let first = if (1..WORDS).contains(&clause) { clause } else { WORDS.min(words.len()) };
        let join = |count: usize| {
            let id = words[..count].join("-");
            (id.len() <= LONGEST).then_some(id)
        };
        let wordy: Vec<String> = (first.max(1)..=words.len().min(MORE_WORDS)).filter_map(join).collect();
        let shorter = (1..first).rev().find_map(join);
        let base = wordy.first().cloned().or(shorter).unwrap_or_else(|| usual.to_owned());
        let kind = (base != usual).then(|| format!("{base}-{usual}")).filter(|_| !is_usable(&base));
        let mut candidates = wordy.into_iter().chain([base.clone()]).chain(kind);
        let is_free = |id: &String| !self.taken.contains(id) && is_usable(id) && fits(id);
        let id = candidates.find(is_free).unwrap_or_else(|| {
            let mut number = self.numbers.get(&base).copied().unwrap_or(1);
            loop {
                number += 1;
                let id = format!("{base}-{number}");
                if is_free(&id) {
                    self.numbers.insert(base.clone(), number);
                    return id;
                }
            }
        });
        self.taken.insert(id.clone());
        id
    }

    /// Whether an id is not taken yet.
    pub(crate) fn is_free(&self, id: &str) -> bool {
        !self.taken.contains(id)
    }

    /// Reserves an id; returns whether it was free.
    pub(crate) fn take(&mut self, id: &str) -> bool {
        is_usable(id) && self.taken.insert(id.to_owned())
    }
}

/// Whether a word is an id and not reserved.
fn is_usable(id: &str) -> bool {
    is_id(id) && !RESERVED.contains(&id) && !LAYOUT.iter().any(|key| key.name == id)
}

/// A text up to the first sign that ends a clause. A comma does so after two words.
fn clause(text: &str) -> &str {
    let text = text.trim_start_matches(|letter: char| !letter.is_alphanumeric());
    let mut letters = text.char_indices().peekable();
    let mut spaces = 0;
    while let Some((at, letter)) = letters.next() {
        let is_next_space = letters.peek().is_none_or(|(_, next)| next.is_whitespace());
        spaces += usize::from(letter == ' ');
        let ends = match letter {
            '(' | '\u{2014}' | '\u{2013}' | '\n' => true,
            '.' | ':' | ';' | '!' | '?' => is_next_space,
            ',' => spaces > 0 && is_next_space,
            _ => false,
        };
        if ends && at > 0 {
            return &text[..at];
        }
    }
    text
}

/// The words of a text that say what it is about, in lower case.
fn meaningful(text: &str) -> Vec<String> {
    let text = text.replace(['\'', '\u{2019}'], "");
    let plain = plain_letters(&text);
    let ascii = |letter: char| letter.is_ascii_alphanumeric();
    let words: Vec<String> = plain
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty() && word.chars().all(ascii))
        .map(str::to_ascii_lowercase)
        .take(60)
        .collect();
    let said: Vec<String> =
        words.iter().filter(|word| STOP_WORDS.binary_search(&word.as_str()).is_err()).cloned().collect();
    if said.is_empty() { words } else { said }
}

/// A text without the marks on its letters: what is left of most languages in Latin letters is ASCII.
pub(crate) fn plain_letters(text: &str) -> std::borrow::Cow<'_, str> {
    if text.is_ascii() {
        return text.into();
    }
    text.nfkd().filter(|letter| !is_combining_mark(*letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_the_first_words_that_matter() {
        let mut ids = Ids::default();
        assert_eq!(ids.make("use `SELECT *` in the production queries", "x"), "select-production-queries");
        assert_eq!(
            ids.make("Use `SELECT *` in production queries of reports", "x"),
            "select-production-queries-reports"
        );
        assert_eq!(ids.make("SELECT production queries", "x"), "select-production-queries-2");
        assert_eq!(ids.make("\u{5de5}\u{4f5c}", "item"), "item");
        assert_eq!(ids.make("\u{5de5}", "item"), "item-2");
        assert_eq!(ids.make("gap", "item"), "gap-item");
        assert_eq!(ids.make("\u{c9}vite les co\u{fb}ts", "item"), "evite-les-couts");
        assert_eq!(ids.make("Go (primary): deep", "item"), "go");
        assert_eq!(ids.make("Loud alarms. Nobody sleeps", "item"), "loud-alarms");
        assert_eq!(ids.make("Node.js and Bun", "item"), "node-js-bun");
        assert!(STOP_WORDS.is_sorted());
    }
}
