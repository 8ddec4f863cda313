//! How an instruction or a limit begins.

use super::words::{Word, WordKind};
use crate::text::verbs::is_verb;

/// Returns whether a text, without its label, begins like an instruction.
pub(super) fn is_instruction(words: &[Word]) -> bool {
    let Some(first) = words.first().filter(|word| matches!(word.kind, WordKind::Plain | WordKind::Name))
    else {
        return false;
    };
    let is = |word: Option<&Word>, text: &str| word.is_some_and(|word| word.text == text);
    // "At most 3 sentences" is a rule too.
    let is_limit = first.text == "at" && (is(words.get(1), "most") || is(words.get(1), "least"));
    let first =
        if first.text == "please" || first.text == "only" { words.get(1).unwrap_or(first) } else { first };
    let next = words.iter().skip(1).find(|word| word.at > first.at);
    is_limit || (words.len() > 1 && is_verb(&first.text, next.map(|next| next.text.as_str())))
}

/// The offset after a bold label that a colon, full stop or dash separates from the text; 0 without one.
pub(super) fn after_label(text: &str) -> usize {
    let start = text.len()
        - text
            .trim_start_matches(|letter: char| !letter.is_alphanumeric() && !"*`[\"'(".contains(letter))
            .len();
    let Some(inner) = text[start..].strip_prefix("**") else { return 0 };
    let Some(end) = inner.find("**") else { return 0 };
    let rest = &inner[end + 2..];
    let is_sign = |letter: char| ":.\u{2014}\u{2013}-\u{ff1a}".contains(letter);
    let is_apart = inner[..end].ends_with([':', '.', '\u{ff1a}']) || rest.trim_start().starts_with(is_sign);
    if is_apart && rest.contains(char::is_alphanumeric) { text.len() - rest.len() } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::super::words::words;
    use super::*;

    #[test]
    fn instructions_begin_with_a_verb_or_a_limit() {
        let is = |text: &str| is_instruction(&words(text));
        assert!(
            is("Use tabs") && is("please use tabs") && is("At most 3 sentences") && is("Cache the answers")
        );
        assert!(!is("Cache invalidation rules") && !is("`use` tabs") && !is("Use"));
    }

    #[test]
    fn labels_end_before_what_they_label() {
        let rest = |text: &'static str| &text[after_label(text)..];
        assert_eq!(rest("**Go**: use it"), ": use it");
        assert_eq!(rest("**Go:** use it"), " use it");
        assert_eq!(rest("\u{2705} **Go** \u{2014} use it"), " \u{2014} use it");
        assert_eq!(rest("**Never** use it"), "**Never** use it");
        assert_eq!(rest("**Never use it**"), "**Never use it**");
    }
}
