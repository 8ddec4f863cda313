//! Ids for what came in by hand: the first words of it that say something.

use crate::model::is_id;

/// Words that say little about what a text is about.
const STOP_WORDS: [&str; 48] = [
    "a", "an", "and", "any", "are", "as", "at", "be", "but", "by", "do", "every", "for", "from", "has",
    "have", "how", "if", "in", "into", "is", "it", "its", "no", "not", "of", "on", "only", "or", "so",
    "that", "the", "their", "them", "then", "this", "to", "use", "was", "what", "when", "where", "which",
    "who", "will", "with", "you", "your",
];

/// How many words an id has.
const WORDS: usize = 3;

/// An id for something that says `text`, or `usual` where it has no words; with a number where it is
/// taken already.
pub(super) fn id(text: &str, usual: &str, is_taken: &dyn Fn(&str) -> bool) -> String {
    let plain = text.replace(['\'', '\u{2019}'], "");
    let words: Vec<String> = plain
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty() && word.is_ascii())
        .map(str::to_ascii_lowercase)
        .collect();
    let meant: Vec<&str> =
        words.iter().map(String::as_str).filter(|word| STOP_WORDS.binary_search(word).is_err()).collect();
    let base = meant.iter().take(WORDS).copied().collect::<Vec<_>>().join("-");
    let base = if is_id(&base) && base.len() <= 40 { base } else { usual.to_owned() };
    let numbered = (2..).map(|number| format!("{base}-{number}"));
    let mut candidates = [base.clone()].into_iter().chain(numbered);
    candidates.find(|id| !is_taken(id)).unwrap_or(base)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_made_of_the_words_that_matter() {
        let free = |_: &str| false;
        assert_eq!(
            id("use `SELECT *` in the production queries", "item", &free),
            "select-production-queries"
        );
        assert_eq!(id("\u{5de5}\u{4f5c}", "item", &free), "item");
        assert_eq!(id("don't", "item", &free), "dont");
        assert_eq!(id("a plan", "item", &|id| id == "plan"), "plan-2");
        assert!(STOP_WORDS.is_sorted());
    }
}
