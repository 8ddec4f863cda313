//! Relations: the difference between two texts of a cluster.

use super::Difference;
use super::OccurrenceId;
use super::form::{Form, Weight};
use super::polarity::{Core, Polarity, core, stem};
use super::verbs::{after_label, is_instruction};
use super::words::{UNITS, Word, WordKind, hash, set, words};
use crate::model::Force;

/// A text, prepared for comparison.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) text: String,
    /// The force of a rule.
    pub(super) force: Option<Force>,
    pub(super) occurrences: Vec<OccurrenceId>,
    /// Whether one of its occurrences is an item of a list.
    pub(super) is_listed: bool,
    /// The polarity and the remaining words.
    pub(super) core: Core,
    pub(super) form: Form,
    /// The hashes of its words.
    pub(super) set: Vec<u64>,
    /// One hash for each name in the text. Texts that differ only in one name share one.
    pub(super) names: Vec<u64>,
}

/// The minimum number of different words of a text that others hardly resemble by chance.
const LONG: usize = 7;

/// The minimum number of other words in texts that differ only in a name.
const LEAST_BESIDE_NAME: usize = 5;

/// The maximum number of names in a text. A text with more has no name hashes.
const MAX_NAMES: usize = 3;

impl Text {
    pub(super) fn new(text: String, force: Option<Force>, heading: Option<Polarity>) -> Self {
        let words = words(&text);
        let names = names(&text, &words);
        let core = core(&text, &words, force, heading);
        let set = set(&words);
        let form = Form::of(&text, &words, force.is_some(), core.is_rule);
        Text { text, force, occurrences: Vec::new(), is_listed: false, core, form, set, names }
    }
}

impl Text {
    /// How much it means that another text resembles it.
    pub(super) fn weight(&self) -> Weight {
        match self.form {
            Form::Statement if self.core.is_rule || self.set.len() >= LONG => Weight::High,
            Form::Statement => Weight::Medium,
            _ => Weight::Low,
        }
    }

    /// Returns whether it forbids what it names. `None` if that is undetermined.
    pub(super) fn stance(&self) -> Option<bool> {
        match self.core.polarity {
            Polarity::Against => Some(true),
            Polarity::For => Some(false),
            // Prose may begin with a verb without being an instruction.
            Polarity::Plain => self.is_listed.then_some(false),
            Polarity::Unknown => None,
        }
    }
}

/// For each name in a text, the hash of the text without it. The first word is the topic of a text and a
/// label is its title, so neither counts as a name.
fn names(text: &str, words: &[Word]) -> Vec<u64> {
    let label = after_label(text).max(1);
    let is_name = |word: &&Word| matches!(word.kind, WordKind::Name | WordKind::Code);
    let beside = words.iter().filter(|word| word.kind == WordKind::Plain && word.at >= label).count();
    if beside < LEAST_BESIDE_NAME || words.iter().filter(is_name).count() > MAX_NAMES {
        return Vec::new();
    }
    let names = words.iter().enumerate().filter(|(_, word)| is_name(word) && word.at >= label);
    let without = |name: usize| {
        hash(
            words.iter().enumerate().map(|(index, word)| if index == name { "\u{0}" } else { word.masked() }),
        )
    };
    names.map(|(index, _)| without(index)).collect()
}

/// The words that only the first and only the second text has.
pub(super) fn differing_words(one: &Text, other: &Text) -> [Vec<Word>; 2] {
    let (left, right) = (words(&one.text), words(&other.text));
    let only = |words: &[Word], others: &[Word]| {
        words.iter().filter(|word| !others.iter().any(|other| other.text == word.text)).cloned().collect()
    };
    [only(&left, &right), only(&right, &left)]
}

/// Commands and their opposites. A fleet has rules for both, so they are neither near-duplicates nor
/// contradictions.
const COMMANDS: [(&str, &str); 28] = [
    ("enable", "disable"),
    ("activate", "deactivate"),
    ("start", "stop"),
    ("open", "close"),
    ("show", "hide"),
    ("increase", "decrease"),
    ("maximize", "minimize"),
    ("add", "remove"),
    ("create", "delete"),
    ("install", "uninstall"),
    ("lock", "unlock"),
    ("push", "pull"),
    ("import", "export"),
    ("upload", "download"),
    ("encrypt", "decrypt"),
    ("encode", "decode"),
    ("compress", "decompress"),
    ("connect", "disconnect"),
    ("attach", "detach"),
    ("mount", "unmount"),
    ("subscribe", "unsubscribe"),
    ("upgrade", "downgrade"),
    ("pause", "resume"),
    ("expand", "collapse"),
    ("read", "write"),
    ("send", "receive"),
    ("up", "down"),
    ("on", "off"),
];

/// Returns whether a pair of words is a command and its opposite.
pub(super) fn are_opposite_commands(one: &Word, other: &Word) -> bool {
    let pair = [stem(&one.text), stem(&other.text)];
    COMMANDS.iter().any(|(one, other)| {
        let known = [stem(one), stem(other)];
        pair == known || pair.iter().eq(known.iter().rev())
    })
}

/// Returns the difference between two texts. `None` if text, force and polarity are equal.
pub(super) fn difference(one: &Text, other: &Text) -> Option<Difference> {
    if oppose(one, other) {
        return Some(Difference::Polarity);
    }
    let (left, right) = (words(&one.text), words(&other.text));
    if let Some(number) = numbers(one, &left, other, &right) {
        return Some(number);
    }
    if one.names.iter().any(|name| other.names.contains(name)) && one.set != other.set {
        return Some(Difference::Name);
    }
    if one.set != other.set {
        return Some(Difference::Words);
    }
    // The remaining numbers are dates, versions and the numbers of steps, which are names.
    let figures = |words: &[Word]| -> Vec<String> {
        words.iter().filter(|word| word.kind == WordKind::Number).map(|word| word.text.clone()).collect()
    };
    if figures(&left) != figures(&right) {
        return Some(Difference::Name);
    }
    if one.force != other.force && !is_given(one, other) && !is_given(other, one) {
        return Some(Difference::Force);
    }
    (one.text != other.text).then_some(Difference::Marks)
}

/// Returns whether the line above a text gives it the polarity that the force of another has.
fn is_given(one: &Text, other: &Text) -> bool {
    let is_explicit = matches!(one.core.polarity, Polarity::For | Polarity::Against);
    one.force.is_none() && other.force.is_some() && is_explicit && one.core.polarity == other.core.polarity
}

/// Returns whether the texts have the same core and opposite polarity.
pub(super) fn oppose(one: &Text, other: &Text) -> bool {
    let stances = (one.stance(), other.stance());
    one.core.key.is_some()
        && one.core.key == other.core.key
        && one.core.basis.is_against(other.core.basis)
        && matches!(stances, (Some(one), Some(other)) if one != other)
}

/// A number that counts or measures something, and its unit.
#[derive(PartialEq, Eq)]
struct Quantity {
    number: String,
    unit: Option<&'static str>,
}

/// Words before a number that make it part of a name: step 3 is not an amount.
const NUMBERED: [&str; 34] = [
    "step", "steps", "phase", "phases", "section", "sections", "chapter", "part", "level", "tier", "stage",
    "round", "loop", "option", "example", "figure", "table", "task", "issue", "bug", "version", "rule",
    "line", "lines", "port", "exit", "code", "layer", "sprint", "week", "day", "principle", "pattern",
    "http",
];

/// The amounts in a text, in order, without dates, versions and the numbers of steps.
fn quantities(text: &str, words: &[Word]) -> Vec<Quantity> {
    let is_amount = |(index, word): &(usize, &Word)| {
        word.kind == WordKind::Number
            && !(*index > 0 && NUMBERED.contains(&words[index - 1].text.as_str()))
            && !(*index > 0 && is_named(text, words, *index))
            && is_amount(text, *index, word)
    };
    let unit = |index: usize| {
        let next = words.get(index + 1).filter(|word| word.kind != WordKind::Code)?;
        UNITS.iter().find(|names| names.contains(&next.text.as_str())).map(|names| names[0])
    };
    let amounts = words.iter().enumerate().filter(is_amount);
    amounts.map(|(index, word)| Quantity { number: word.text.clone(), unit: unit(index) }).collect()
}

/// Returns whether a number belongs to the name directly before it, as in "Python 3.12" or "Node 20".
fn is_named(text: &str, words: &[Word], index: usize) -> bool {
    let (before, number) = (&words[index - 1], &words[index]);
    let is_capital = text[before.at..].starts_with(char::is_uppercase);
    let is_next = text[before.at..number.at].split_whitespace().count() == 1;
    let is_name = before.kind == WordKind::Name || (index == 1 && !is_instruction(words));
    is_capital && is_next && is_name && before.text.len() > 1
}

/// Returns whether a number is not a version, a date, or the number of an entry.
fn is_amount(text: &str, index: usize, word: &Word) -> bool {
    let (before, after) = (&text[..word.at], &text[word.at + word.text.len()..]);
    let is_version = word.text.matches('.').count() > 1 || before.ends_with(['v', '#']);
    let is_year = word.text.len() == 4 && (word.text.starts_with("20") || word.text.starts_with("19"));
    let date = before.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '-');
    let date = &before.as_bytes()[date.len()..];
    let is_day = date.len() >= 5 && date[..4].iter().all(u8::is_ascii_digit) && date[4] == b'-';
    let is_entry = index == 0 && after.starts_with([':', '.', ')']);
    !is_version && !is_year && !is_day && !is_entry
}

/// Returns whether the amounts of two texts or their units differ.
fn numbers(one: &Text, left: &[Word], other: &Text, right: &[Word]) -> Option<Difference> {
    let (left, right) = (quantities(&one.text, left), quantities(&other.text, right));
    if left.len() != right.len() {
        return None;
    }
    let mut pairs = left.iter().zip(&right);
    if pairs
        .clone()
        .any(|(one, other)| one.number.trim_end_matches(".0") != other.number.trim_end_matches(".0"))
    {
        return Some(Difference::Number);
    }
    pairs
        .any(|(one, other)| one.unit.is_some() && other.unit.is_some() && one.unit != other.unit)
        .then_some(Difference::Unit)
}
