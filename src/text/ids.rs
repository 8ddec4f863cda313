//! Ids: short, meaningful names.

use std::collections::{BTreeMap, BTreeSet};

use deunicode::deunicode;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::model::grammar::{FragmentFile, Heading, Keys, Profile, Tools};
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
const MAX_LENGTH: usize = 40;
/// The maximum length of one of its words. In a script without spaces, a word can be a whole sentence.
const MAX_WORD: usize = 24;

/// The ids of one list.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    taken: BTreeSet<String>,
    /// Names that an entry cannot have, or that would be taken for a key of the file.
    keys: BTreeSet<&'static str>,
    /// The last number appended to an id that was not unique.
    numbers: BTreeMap<String, usize>,
}

impl Ids {
    /// An empty list of entries. The keys of a group and of `[tools]` are not free in it, nor are those of a file that hold
    /// a text.
    pub(crate) fn of_entries() -> Self {
        let keys = [Heading::Title.name(), Heading::Lead.name(), Tools::Allow.name(), Tools::Deny.name()];
        let keys = keys.into_iter().chain(FragmentFile::texts()).chain(Profile::texts());
        Ids { keys: keys.collect(), ..Ids::default() }
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
            (id.len() <= MAX_LENGTH).then_some(id)
        };
        let wordy: Vec<String> = (first.max(1)..=words.len().min(MORE_WORDS)).filter_map(join).collect();
        let shorter = (1..first).rev().find_map(join);
        let base = wordy.first().cloned().or(shorter).unwrap_or_else(|| usual.to_owned());
        let kind = (base != usual).then(|| format!("{base}-{usual}")).filter(|_| !self.is_usable(&base));
        let mut candidates = wordy.into_iter().chain([base.clone()]).chain(kind);
        let is_free = |id: &String| self.is_free(id) && self.is_usable(id) && fits(id);
        let id = match candidates.find(&is_free) {
            Some(id) => id,
            None => {
                let mut number = self.numbers.get(&base).copied().unwrap_or(1);
                let id = loop {
                    number += 1;
                    let id = format!("{base}-{number}");
                    if is_free(&id) {
                        break id;
                    }
                };
                self.numbers.insert(base, number);
                id
            }
        };
        self.taken.insert(id.clone());
        id
    }

    /// Returns whether an id is not taken yet.
    pub(crate) fn is_free(&self, id: &str) -> bool {
        !self.taken.contains(id)
    }

    /// Reserves an id. Returns whether it is valid and was free.
    pub(crate) fn take(&mut self, id: &str) -> bool {
        self.is_usable(id) && self.taken.insert(id.to_owned())
    }

    /// Returns whether a word is a valid id, not a reserved one or a key, and can name a file, as that of a kind does.
    fn is_usable(&self, id: &str) -> bool {
        let is_setting = || LAYOUT.iter().any(|key| key.name == id);
        is_id(id) && !is_device(id) && !RESERVED.contains(&id) && !self.keys.contains(id) && !is_setting()
    }
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
    let words = text.split(|letter: char| !letter.is_alphanumeric() && !is_combining_mark(letter));
    let words: Vec<String> =
        words.map(|word| latin(word, MAX_WORD)).filter(|word| !word.is_empty()).take(60).collect();
    let significant: Vec<String> =
        words.iter().filter(|word| STOP_WORDS.binary_search(&word.as_str()).is_err()).cloned().collect();
    if significant.is_empty() { words } else { significant }
}

/// Returns a text as an id: `Foo Bar_x` becomes `foo-bar-x`. Empty if the text has no letter or digit.
pub(crate) fn slug(text: &str) -> String {
    latin(text, usize::MAX)
}

/// Transliterates a text into lower-case Latin letters, digits and single hyphens, of at most `longest` bytes. Empty if
/// the text has no letter or digit. A text that is too long is cut after a word or, as in Chinese, a syllable, if it has
/// more than one.
pub(crate) fn latin(text: &str, longest: usize) -> String {
    // Composed letters first: the parts of a Korean syllable have other Latin letters than the syllable.
    let text: String = text.nfc().filter(|letter| !is_combining_mark(*letter)).collect();
    // A sign between letters separates words, also where its name has letters: "\u{20ac}" is "EUR".
    let words: String =
        text.chars().map(|letter| if letter.is_alphanumeric() { letter } else { ' ' }).collect();
    let mut id = String::new();
    for part in deunicode(&words).split(|letter: char| !letter.is_ascii_alphanumeric()) {
        let hyphen = usize::from(!id.is_empty());
        if part.is_empty() {
            continue;
        }
        if !id.is_empty() && id.len() + hyphen + part.len() > longest {
            break;
        }
        id.push_str(&"-"[..hyphen]);
        id.extend(part.chars().take(longest).map(|letter| letter.to_ascii_lowercase()));
    }
    id
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
        assert_eq!(ids.make("\u{2026}", "item"), "item");
        assert_eq!(ids.make("\u{2192}", "item"), "item-2");
        assert_eq!(ids.make("gap", "item"), "gap-item");
        assert_eq!(ids.make("\u{c9}vite les co\u{fb}ts", "item"), "evite-les-couts");
        assert_eq!(ids.make("Go (primary): deep", "item"), "go");
        assert_eq!(ids.make("Loud alarms. Nobody sleeps", "item"), "loud-alarms");
        assert_eq!(ids.make("Node.js and Bun", "item"), "node-js-bun");
        assert!(STOP_WORDS.is_sorted());
    }

    #[test]
    fn entries_have_no_ids_that_look_like_keys() {
        let mut ids = Ids::of_entries();
        let made =
            ["Summary", "summary", "the text", "Title", "Kind regards"].map(|text| ids.make(text, "item"));
        assert_eq!(made, ["summary-item", "summary-2", "text-item", "title-item", "kind-regards"]);
        assert!(!ids.take("description") && ids.take("descriptions"));
        assert_eq!(Ids::default().make("Summary", "item"), "summary");
    }

    #[test]
    fn ids_of_other_scripts_are_transliterated() {
        let id = |text: &str| Ids::default().make(text, "item");
        assert_eq!(id("\u{5de5}\u{4f5c}"), "gong-zuo");
        assert_eq!(
            id("\u{5148}\u{8bfb}\u{6587}\u{6863}\u{518d}\u{6539}\u{4ee3}\u{7801}"),
            "xian-du-wen-dang-zai-gai"
        );
        assert_eq!(
            id("\u{41f}\u{438}\u{448}\u{438} \u{43a}\u{440}\u{430}\u{442}\u{43a}\u{43e}"),
            "pishi-kratko"
        );
        assert_eq!(id("\u{c791}\u{c5c5}"), "jageob");
        assert_eq!(id("\u{1112}\u{1161}\u{11ab}"), "han");
        assert_eq!(latin("PowerShell 5.1 \u{2013} Stra\u{df}e", 80), "powershell-5-1-strasse");
        assert_eq!(latin("--", 80), "");
        assert_eq!(latin("abcdef", 4), "abcd");
    }
}
