//! How another wording weakens a rule.

use crate::model::fold;

/// Words that make an exception or leave a rule to judgement.
const RESERVATIONS: [&str; 25] = [
    "unless", "except", "excluding", "exception", "exceptions", "ideally", "preferably", "usually",
    "generally", "normally", "typically", "mostly", "mainly", "often", "sometimes", "optionally", "possible",
    "practical", "feasible", "reasonable", "convenient", "appropriate", "try", "consider", "urgent",
];

/// Words that turn a sentence around.
const NEGATIONS: [&str; 7] = ["not", "no", "never", "without", "none", "nor", "cannot"];

/// Returns how the second text of a rule may be weaker than the first, as the end of a sentence. `None` if no word
/// indicates that it is weaker.
pub(super) fn weakening(before: &str, after: &str) -> Option<String> {
    let (old, new) = (words(before), words(after));
    let (added, removed) = (missing(&new, &old), missing(&old, &new));
    if let Some(word) = added.iter().find(|word| RESERVATIONS.contains(word)) {
        return Some(format!("now has \u{201c}{word}\u{201d}"));
    }
    let negations = |words: &[&str]| {
        words.iter().filter(|word| NEGATIONS.contains(word) || word.ends_with("n't")).count()
    };
    if negations(&added) != negations(&removed) {
        return Some("is negated differently".to_owned());
    }
    let numbers = |words: &[&str]| -> Vec<String> {
        let numbers = words.iter().filter(|word| word.starts_with(|first: char| first.is_ascii_digit()));
        numbers.map(|number| (*number).to_owned()).collect()
    };
    let (gone, come) = (numbers(&removed), numbers(&added));
    if !gone.is_empty() && !come.is_empty() {
        return Some(format!("{} \u{2192} {}", gone.join(", "), come.join(", ")));
    }
    let is_shorter = added.is_empty() && !removed.is_empty();
    is_shorter.then(|| format!("no longer says \u{201c}{}\u{201d}", removed.join(" ")))
}

/// The words of a text in lower case.
fn words(text: &str) -> Vec<String> {
    let text = fold(text).to_lowercase().replace('\u{2019}', "'");
    let words = text.split(|character: char| !character.is_alphanumeric() && character != '\'');
    let words = words.map(|word| word.trim_matches('\''));
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The words of one text that the other lacks, or has less often.
fn missing<'w>(words: &'w [String], other: &[String]) -> Vec<&'w str> {
    let mut left: Vec<&String> = other.iter().collect();
    let mut missing = Vec::new();
    for word in words {
        match left.iter().position(|known| *known == word) {
            Some(at) => drop(left.swap_remove(at)),
            None => missing.push(word.as_str()),
        }
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weaker_wording_is_recognized() {
        let cases = [
            ("run all tests", "run all tests unless it is urgent", Some("now has \u{201c}unless\u{201d}")),
            ("run all tests", "run all tests if possible", Some("now has \u{201c}possible\u{201d}")),
            ("keep coverage above 90 %", "keep coverage above 70 %", Some("90 \u{2192} 70")),
            (
                "report it as tested, deployed or verified",
                "report it as tested",
                Some("no longer says \u{201c}deployed or verified\u{201d}"),
            ),
            (
                "merge with a red build",
                "merge with a red build, but not on main",
                Some("is negated differently"),
            ),
            ("accept input without checking it", "accept input without validating it", None),
            ("do not guess", "don't guess", None),
            ("run the tests", "run the tests and the linter", None),
        ];
        for (before, after, expected) in cases {
            assert_eq!(weakening(before, after).as_deref(), expected, "{before} / {after}");
        }
    }
}
