//! Ids: short, meaningful names.

use std::collections::{BTreeMap, BTreeSet};

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::model::grammar::{Heading, Tools};
use crate::model::{LAYOUT, RESERVED, is_device, is_id};

/// Words that say little about the subject of a text.
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

/// The usual number of words in an id, and the maximum to make an id unique.
const WORDS: usize = 3;
const MORE_WORDS: usize = 6;
/// The maximum length of an id derived from words.
const LONGEST: usize = 40;

/// The ids of one list.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    taken: BTreeSet<String>,
    /// The last number appended to an id that was not unique.
    numbers: BTreeMap<String, usize>,
}

impl Ids {
    /// An empty list of entries. The keys of a group and of `[tools]` are not free in it.
    pub(crate) fn of_entries() -> Self {
        let keys = [Heading::Title.name(), Heading::Lead.name(), Tools::Allow.name(), Tools::Deny.name()];
        Ids { taken: keys.map(str::to_owned).into(), ..Ids::default() }
    }

    /// Returns a new id for `text`: its first meaningful words, with more of them or a number if necessary. A
    /// text without such words gets `usual`.
    pub(crate) fn make(&mut self, text: &str, usual: &str) -> String {
        self.make_where(text, usual, &|_| true)
    }

    /// Same as [`Ids::make`], but only ids that pass `fits`.
    pub(crate) fn make_where(&mut self, text: &str, usual: &str, fits: &dyn Fn(&str) -> bool) -> String {
        let words = meaningful(text);
        // A text usually names its subject before the first punctuation mark.
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

    /// Reserves an id. Returns whether it is valid and was free.
    pub(crate) fn take(&mut self, id: &str) -> bool {
        is_usable(id) && self.taken.insert(id.to_owned())
    }
}

/// Whether a word is a valid id, not reserved, and can name a file, as that of a kind does.
fn is_usable(id: &str) -> bool {
    is_id(id) && !is_device(id) && !RESERVED.contains(&id) && !LAYOUT.iter().any(|key| key.name == id)
}

/// The text up to the first punctuation that ends a clause. A comma does so only after two words.
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

/// The meaningful words of a text in lower case, or all words if none is meaningful.
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
    let significant: Vec<String> =
        words.iter().filter(|word| STOP_WORDS.binary_search(&word.as_str()).is_err()).cloned().collect();
    if significant.is_empty() { words } else { significant }
}

/// Removes the accents from letters. This makes ASCII of most text in Latin letters.
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
