//! Forms: whether a text is a statement, a title, a setting or a reference.

use super::words::{UNITS, Word, WordKind};

/// The form of a text. Titles, settings and references resemble each other by nature, so only statements are worth a
/// comparison word by word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Statement,
    /// A few words in bold, or with a colon at the end.
    Title,
    /// A few words and a figure: `Padding: 8px`, `0 faults found`; or a name and what it is: `--verbose - Show more`.
    Setting,
    /// Hardly more than addresses or code, or a line of links.
    Reference,
}

/// How much it means that two texts resemble each other, most first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// A rule or a long statement.
    High,
    /// A short statement, often a phrase of two or three common words.
    Medium,
    /// A title, a setting or a reference.
    Low,
}

/// The maximum number of words of a title.
const MAX_TITLE: usize = 8;

/// The maximum number of words beside the figures of a setting.
const MAX_SETTING: usize = 4;

/// The maximum number of words of the description of a name.
const MAX_DESCRIPTION: usize = 8;

/// The minimum number of words beside addresses and code in a statement.
const LEAST_BESIDE: usize = 3;

/// The minimum number of separators in a line of links.
const LEAST_SEPARATORS: usize = 2;

impl Form {
    pub(super) fn of(text: &str, words: &[Word], has_force: bool, is_rule: bool) -> Self {
        let is_outside = |word: &&Word| word.kind != WordKind::Code && !is_in_address(text, word);
        let outside = words.iter().filter(is_outside).count();
        if !has_force && is_title(text, words, is_rule) {
            Form::Title
        } else if is_rule && !names_first(text, words) {
            Form::Statement
        } else if separators(text) >= LEAST_SEPARATORS || (outside < words.len() && outside < LEAST_BESIDE) {
            Form::Reference
        } else if is_setting(words) || names_first(text, words) {
            Form::Setting
        } else {
            Form::Statement
        }
    }
}

fn is_title(text: &str, words: &[Word], is_rule: bool) -> bool {
    let bare = text.trim_matches('*');
    let is_bold = bare.len() + 4 == text.len() && !bare.contains("**") && !bare.ends_with(['.', '!', '?']);
    let is_lead = bare.ends_with([':', '\u{ff1a}']);
    words.len() <= MAX_TITLE && (is_lead || (is_bold && !is_rule))
}

fn is_setting(words: &[Word]) -> bool {
    let has_digit = |word: &&Word| word.text.contains(|letter: char| letter.is_ascii_digit());
    let beside = words.iter().filter(|word| !has_digit(word) && !is_unit(word));
    words.iter().any(|word| has_digit(&word)) && beside.count() <= MAX_SETTING
}

/// Returns whether a text is an address, a name in code or with several hyphens, a dash, and a few words.
fn names_first(text: &str, words: &[Word]) -> bool {
    let Some(first) = words.first() else { return false };
    let is_name = first.kind == WordKind::Code || is_in_address(text, first) || is_in_identifier(text, first);
    let dash = [" - ", " \u{2014} ", " \u{2013} ", ": "].iter().filter_map(|dash| text.find(dash)).min();
    let after = dash.map_or(0, |dash| words.len() - words.partition_point(|word| word.at < dash));
    is_name && (1..=MAX_DESCRIPTION).contains(&after)
}

fn is_unit(word: &Word) -> bool {
    word.kind == WordKind::Sign || UNITS.iter().any(|names| names.contains(&word.text.as_str()))
}

/// Returns whether a text is a measurement: a few words, a colon, and only figures and units.
pub(super) fn is_measurement(text: &str, words: &[Word]) -> bool {
    let Some(colon) = text.find(": ") else { return false };
    let (before, after) = words.split_at(words.partition_point(|word| word.at < colon));
    (1..=MAX_SETTING).contains(&before.len())
        && after.iter().any(|word| word.kind == WordKind::Number)
        && after.iter().all(|word| word.kind == WordKind::Number || is_unit(word))
}

/// The first word of a text if it is a label: "Link" in "Link: blue".
pub(super) fn label_word(text: &str) -> Option<&str> {
    let first = text.split_whitespace().next()?;
    first.strip_suffix(':').filter(|_| first.len() + 1 < text.len())
}

/// The signs between the links of a line, outside of code.
fn separators(text: &str) -> usize {
    let outside = text.split('`').step_by(2);
    outside.map(|part| [" | ", " \u{b7} "].iter().map(|sign| part.matches(sign).count()).sum::<usize>()).sum()
}

/// The run of letters and signs without white space that a word belongs to, without quotes and brackets around it.
fn run<'t>(text: &'t str, word: &Word) -> &'t str {
    let start = text[..word.at].rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let start = text[start..]
        .char_indices()
        .find(|(_, letter)| !letter.is_whitespace())
        .map_or(start, |(at, _)| start + at);
    let end = text[word.at..].find(char::is_whitespace).map_or(text.len(), |at| word.at + at);
    let is_around = |letter: char| "\"'`()[]<>{}*,;:".contains(letter);
    text.get(start.min(end)..end).unwrap_or_default().trim_matches(is_around)
}

/// Returns whether a word is part of a path, a URL without a scheme, or a handle.
pub(super) fn is_in_address(text: &str, word: &Word) -> bool {
    let run = run(text, word);
    let slashes = run.matches('/').count();
    run.len() > 1 && run.starts_with(['/', '~', '@', '$', '.']) && run[1..].contains(char::is_alphanumeric)
        || slashes > 1
        || slashes == 1 && run.contains(['.', '*', '_', '-'])
}

/// Returns whether a word is part of a name with several hyphens: `go-build-resolver`.
pub(super) fn is_in_identifier(text: &str, word: &Word) -> bool {
    run(text, word).matches('-').count() > 1
}

#[cfg(test)]
mod tests {
    use super::super::words::words;
    use super::*;

    #[test]
    fn titles_settings_and_references_say_nothing() {
        let form = |text: &str| Form::of(text, &words(text), false, false);
        for title in ["**1. Store Review Experience:**", "**Step 4: Generate Report**", "If gaps found:"] {
            assert_eq!(form(title), Form::Title, "{title}");
        }
        for setting in ["Padding: 8px 16px", "0 faults found", "**Memory**: 50-75% less use"] {
            assert_eq!(form(setting), Form::Setting, "{setting}");
        }
        for reference in [
            "English | Deutsch | **T\u{fc}rk\u{e7}e**",
            "`a`, `b`, `c`",
            "GitHub: github.com/one/two",
            "/a-b - Run",
        ] {
            assert_eq!(form(reference), Form::Reference, "{reference}");
        }
        for statement in [
            "**Reads every file.**",
            "Final: `a | b | c` of the whole build",
            "Answers cite their sources",
            "If a task spans more than the one file that it names:",
            "Coverage of all changed files is at least 80%",
        ] {
            assert_eq!(form(statement), Form::Statement, "{statement}");
        }
        let rule = "`rg` must find it";
        assert_eq!(Form::of(rule, &words(rule), true, true), Form::Statement);
    }

    #[test]
    fn only_figures_after_a_colon_are_a_measurement() {
        let is = |text: &str| is_measurement(text, &words(text));
        assert!(is("Scan time: 12s") && is("Build time: 2m 34s"));
        assert!(
            label_word("Link: blue") == Some("Link")
                && label_word("Use it: now").is_none()
                && label_word("Use:").is_none()
        );
        assert!(!is("Keep it short: 3 sentences at most") && !is("Scan: all") && !is("Wait 3 s"));
    }

    #[test]
    fn addresses_are_told_from_words_with_a_slash() {
        let is = |text: &str| is_in_address(text, &words(text)[0]);
        for address in ["aqe/tdd/outcomes", "(~/.claude", "@remotion/media", "src/main.rs", "`/react-test`"] {
            assert!(is(address), "{address}");
        }
        for word in ["and/or", "SUCCESS/FAILED", "end-to-end", "\u{2192} fine", "Mr. B"] {
            assert!(!is(word), "{word}");
        }
    }
}
