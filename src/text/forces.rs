//! Forces: the words that begin a rule, and the lines that introduce a list of rules.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::statements::{Modal, is_question};
use super::{labels, lexicon};
use crate::model::Force;

/// Phrases by the force that they express.
pub(super) type Phrases = &'static [(Force, &'static [&'static str])];

/// Each phrase with its force, in order.
pub(super) fn each(phrases: Phrases) -> impl Iterator<Item = (&'static str, Force)> {
    phrases.iter().flat_map(|(force, phrases)| phrases.iter().map(|phrase| (*phrase, *force)))
}

/// Phrases by their first letter; those of one letter are in the order of their tables.
pub(super) type ByLetter = BTreeMap<char, Vec<(&'static str, Force)>>;

/// Sorts phrases by their first letter.
pub(super) fn by_letter(tables: &[Phrases]) -> ByLetter {
    let mut sorted = ByLetter::new();
    for (phrase, force) in tables.iter().flat_map(|table| each(table)) {
        sorted.entry(phrase.chars().next().unwrap_or_default()).or_default().push((phrase, force));
    }
    sorted
}

/// The first letter of a text in lower case, by which phrases are sorted.
pub(super) fn first_letter(text: &str) -> Option<char> {
    text.chars().next().and_then(|letter| letter.to_lowercase().next())
}

/// The phrases that a text may begin with.
pub(super) fn beginning(phrases: &ByLetter, text: &str) -> impl Iterator<Item = (&'static str, Force)> {
    first_letter(text).and_then(|letter| phrases.get(&letter)).into_iter().flatten().copied()
}

/// Phrases without apostrophes, each with its force: the first that a table gives it.
pub(super) type Whole = BTreeMap<String, Force>;

/// Sorts phrases that are looked up as a whole.
pub(super) fn whole(tables: &[Phrases]) -> Whole {
    let mut sorted = Whole::new();
    for (phrase, force) in tables.iter().flat_map(|table| each(table)) {
        sorted.entry(phrase.replace('\'', "")).or_insert(force);
    }
    sorted
}

/// The words that begin a rule, with their force. Where one phrase is a prefix of another, the longer comes
/// first.
pub(super) const MODALS: Phrases = &[
    (
        Force::May,
        &[
            "please do not hesitate to",
            "please don't hesitate to",
            "do not hesitate to",
            "don't hesitate to",
            "never hesitate to",
            "do not be afraid to",
            "don't be afraid to",
        ],
    ),
    (
        Force::Never,
        &[
            "under no circumstances should you",
            "under no circumstances may you",
            "under no circumstances",
            "it is strictly forbidden to",
            "it is forbidden to",
            "it is prohibited to",
            "it is not allowed to",
            "please do not",
            "please don't",
            "please never",
            "you are not allowed to",
            "you are not permitted to",
            "you are forbidden to",
            "you must never",
            "you must not",
            "you will never",
            "you will not",
            "you shall never",
            "you shall not",
            "you should never",
            "you never",
            "you may not",
            "you do not",
            "you don't",
            "must never",
            "must not",
            "shall never",
            "shall not",
            "do not ever",
            "do not",
            "don't ever",
            "don't",
            "never ever",
            "never",
        ],
    ),
    (
        Force::Avoid,
        &[
            "you should not", "you should avoid", "should not", "shouldn't", "try not to", "please avoid",
            "refrain from", "avoid",
        ],
    ),
    (
        Force::May,
        &[
            "you are allowed to", "you are free to", "you may", "you can", "feel free to", "it is fine to",
            "it's fine to", "it is ok to", "it is okay to", "may",
        ],
    ),
    (Force::Should, &["you should", "should", "prefer to"]),
    (
        Force::Always,
        &[
            "you must always", "you should always", "you will always", "you always", "must always",
            "please always", "always",
        ],
    ),
    (Force::Must, &["you are required to", "you must", "you have to", "must", "make sure to", "be sure to"]),
];

/// Verbs that begin a rule, but state no force as a label or heading: "Prefer", above "tea".
pub(super) const ADVICE: Phrases = &[
    (Force::Should, &["prefer"]),
    (Force::Must, &["make sure that", "make sure", "be sure that", "ensure that", "ensure"]),
];

/// Words of force before a noun, a gerund or a clause. They are part of the text of their rule, because the label of a
/// style goes before a verb: "Try not to deep nesting", "You must tests pass".
const BEFORE_NOUNS: [&str; 10] = [
    "avoid", "please avoid", "refrain from", "you should avoid", "prefer", "make sure", "make sure that",
    "be sure that", "ensure", "ensure that",
];

/// Words between commas that stress words of force.
const ASIDES: [&str; 12] = [
    "ever", "even", "under any", "under no", "in any", "at any", "for any", "on any", "no matter",
    "without exception", "whatever", "at all",
];

/// Other lines that introduce a list of rules.
const LEADS: Phrases = &[
    (
        Force::Never,
        &[
            "donts",
            "dont do",
            "never do",
            "never do this",
            "never do these",
            "do nots",
            "do not do",
            "do not do this",
            "what not to do",
            "what you must never do",
            "what you must not do",
            "things you must never do",
            "you must never do",
        ],
    ),
    (Force::Avoid, &["what to avoid", "things to avoid"]),
    (Force::Always, &["always do", "always do this"]),
    (Force::Must, &["dos"]),
];

/// Returns the force and the length of the label at the beginning of a text, if a rule follows it after one
/// space: `Never use`, `**Do not** use`, `\u{274c} NEVER: use`, `Do not, under any condition, use`.
pub(crate) fn label(text: &str) -> Option<(Force, usize)> {
    let line = text.split('\n').next().unwrap_or(text);
    let start = signs(line);
    let marks = emphasis(&line[start..]);
    let inner = start + marks.len();
    let inner = inner + if marks.is_empty() { 0 } else { signs(&line[inner..]) };
    if marks.len() > 3 {
        return None;
    }
    static SORTED: LazyLock<ByLetter> = LazyLock::new(|| by_letter(&[MODALS, ADVICE]));
    let rest = &line[inner..];
    let english =
        beginning(&SORTED, rest).find_map(|(words, force)| Some((force, label_words(rest, words)?)));
    let (is_english, is_spaceless) = (english.is_some(), english.is_none() && lexicon::is_spaceless(rest));
    let Some((force, modal)) = english.or_else(|| lexicon::begin(rest)) else {
        // Words at the end are part of the text, as those of other languages at the beginning are.
        let ended = lexicon::end(rest).filter(|_| marks.is_empty());
        return ended.filter(|_| !is_question(text)).map(|(force, _)| (force, 0));
    };
    let mut end = inner + modal;
    let typed = &line[inner..end];
    let is_emphasized = typed.contains('*');
    if is_emphasized && !marks.is_empty() {
        return None;
    }
    let rest = &line[end..];
    let colon =
        [":", "\u{ff1a}"].iter().find(|colon| rest.starts_with(**colon)).map_or(0, |colon| colon.len());
    let closed = rest[colon..].strip_prefix(&reversed(marks))?;
    let outer = usize::from(colon == 0 && closed.starts_with(':'));
    end += colon + marks.len() + outer;
    if colon + outer == 0 {
        end += aside(closed).unwrap_or_else(|| if marks.is_empty() { 0 } else { dash(closed) });
    }
    // A text that is entirely emphasized has no label, and one that continues with a comma is not a rule.
    let words = line[end..].strip_prefix(' ').or(is_spaceless.then_some(&line[end..]))?;
    let begins = words.chars().next()?;
    let is_rule = begins.is_alphanumeric() || "`\"'*_(<[$@/".contains(begins);
    let typed = typed.replace('*', "");
    let is_marked = is_emphasized || !marks.is_empty() || colon + outer > 0;
    let is_statement = is_english && Modal { typed: &typed, force, is_marked }.is_statement(words);
    (is_rule && !is_statement && !is_question(text)).then_some((force, end))
}

/// Returns whether the last words of a text are within a quotation or an aside.
pub(super) fn ends_quoted(text: &str) -> bool {
    let end = text.trim_end_matches(|letter: char| !letter.is_alphanumeric()).len();
    text[end..].contains(|letter| CLOSING.contains(letter))
}

/// The offset of the words after a label that ends at `end`.
pub(crate) fn behind(text: &str, end: usize) -> usize {
    end + usize::from(text[end..].starts_with(' '))
}

/// Marks that open a quotation or an aside, and those that close one.
const OPENING: &str = "\"'([<{\u{201c}\u{201e}\u{2018}\u{ab}\u{300c}\u{300e}\u{3010}\u{300a}\u{ff08}";
const CLOSING: &str = "\"')]>}\u{201d}\u{2019}\u{bb}\u{300d}\u{300f}\u{3011}\u{300b}\u{ff09}";

/// The bytes of emoji and other signs at the beginning of a text.
pub(crate) fn signs(text: &str) -> usize {
    let sign =
        |letter: char| !letter.is_alphanumeric() && !OPENING.contains(letter) && !"*_`#".contains(letter);
    text.len() - text.trim_start_matches(sign).len()
}

/// The asterisks or underscores that a text begins with.
pub(crate) fn emphasis(text: &str) -> &str {
    &text[..text.len() - text.trim_start_matches(['*', '_']).len()]
}

/// The length of words between commas that only stress the words of force before them: "Never, ever, guess". A
/// condition is part of its rule, so such a text is none.
pub(super) fn aside(text: &str) -> Option<usize> {
    let inner = text.strip_prefix(", ")?;
    let end = inner.find(|letter| ",.;:(".contains(letter))?;
    let stressed =
        ASIDES.iter().any(|words| matches_words(inner, words).is_some()) || lexicon::stresses(inner);
    (stressed && inner[end..].starts_with(',')).then_some(2 + end + 1)
}

/// The length of a dash between a label and its text.
fn dash(text: &str) -> usize {
    [" \u{2014} ", " \u{2013} ", " - "]
        .iter()
        .find(|dash| text.starts_with(**dash))
        .map_or(0, |dash| dash.len() - 1)
}

/// Returns the length of the words of its own force that a rule's text begins with. They take the place of the label.
pub(crate) fn own_label(text: &str, force: Force) -> Option<usize> {
    label(text).filter(|(own, _)| *own == force).map(|(_, end)| end)
}

/// Returns whether words of force are part of the text of their rule: a noun may follow them, they are not in English, or they
/// are at its end, after no label.
pub(crate) fn is_before_noun(label: &str) -> bool {
    let words = crate::text::titles::words(label).join(" ");
    if label.is_empty() {
        return true;
    }
    // Words between commas may follow.
    let first = label.split(',').next().map(|first| crate::text::titles::words(first).join(" "));
    BEFORE_NOUNS.contains(&words.as_str())
        || [Some(words), first].into_iter().flatten().any(|words| lexicon::whole(&words).is_some())
}

/// The force of a list entry: that of its first words, or of the words after a bold label.
pub(crate) fn of_entry(text: &str) -> Option<Force> {
    let behind_label = || {
        let labelled = labels::split(text)?;
        let is_force = label(&format!("{} x", labelled.words)).is_some();
        if is_force { None } else { label(labelled.rest) }
    };
    label(text).or_else(behind_label).map(|(force, _)| force)
}

/// Emphasis that closes what these marks open.
pub(crate) fn reversed(marks: &str) -> String {
    marks.chars().rev().collect()
}

/// The length of the prefix of `text` that equals `words` regardless of case and ends at a word boundary.
pub(super) fn matches_words(text: &str, words: &str) -> Option<usize> {
    if surely_differs(text, words) {
        return None;
    }
    let mut rest = text.chars();
    for expected in words.chars() {
        rest.next().filter(|letter| is_same(*letter, expected))?;
    }
    let rest = rest.as_str();
    ends_word(rest).then(|| text.len() - rest.len())
}

/// The length of words of force at the beginning of a text, some of which may be emphasized: "You **must not**".
fn label_words(text: &str, words: &str) -> Option<usize> {
    if surely_differs(text, words) {
        return None;
    }
    let mut letters = text.char_indices().peekable();
    let mut runs: Vec<&str> = Vec::new();
    let mut end = 0;
    for expected in words.chars() {
        if text[end..].starts_with('*') && end > 0 {
            let run = &text[end..][..text[end..].bytes().take_while(|byte| *byte == b'*').count()];
            runs.push(run);
            while letters.next_if(|(_, letter)| *letter == '*').is_some() {}
        }
        let (at, letter) = letters.next()?;
        is_same(letter, expected).then_some(())?;
        end = at + letter.len_utf8();
    }
    match runs[..] {
        [open] => {
            let rest = text[end..].strip_prefix(open).filter(|rest| !rest.starts_with('*'))?;
            Some(text.len() - rest.len())
        }
        [open, close] if open != close => None,
        [] | [_, _] => Some(end).filter(|end| ends_word(&text[*end..])),
        _ => None,
    }
}

/// Returns whether a text does not begin with these words, by its first letter that is another one: nearly all texts do not,
/// and this tells it for most. `false` where emphasis or a letter beyond ASCII comes first, which needs a closer look.
pub(super) fn surely_differs(text: &str, words: &str) -> bool {
    let mut letters = text.bytes().zip(words.bytes());
    let is_other = |(letter, expected): &(u8, u8)| !letter.eq_ignore_ascii_case(expected);
    let is_plain = |letter: u8| letter.is_ascii() && !matches!(letter, b'*' | b'_');
    letters.find(is_other).is_some_and(|(letter, expected)| is_plain(letter) && expected.is_ascii())
}

/// Returns whether a letter is the expected one, regardless of case and of the form of an apostrophe.
fn is_same(letter: char, expected: char) -> bool {
    if letter.is_ascii() && expected.is_ascii() {
        return letter.eq_ignore_ascii_case(&expected);
    }
    let letter = if letter == '\u{2019}' { '\'' } else { letter };
    letter == expected || letter.to_lowercase().eq(expected.to_lowercase())
}

/// Returns whether no word goes on in the rest of a text.
fn ends_word(rest: &str) -> bool {
    !rest.starts_with(|letter: char| letter.is_alphanumeric() || letter == '\'' || letter == '\u{2019}')
}

/// A line that gives the list below it a force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lead {
    pub(crate) force: Force,
    /// Whether its entries complete a sentence, so that a label in one names a topic: "You must not:".
    pub(crate) is_sentence: bool,
    /// Whether nouns follow it as often as verbs: "Avoid:".
    pub(crate) is_before_noun: bool,
}

impl Lead {
    /// Reads a line.
    pub(crate) fn of(line: &str) -> Option<Self> {
        let words = crate::text::titles::words(line).join(" ");
        let force = modal(&words)?;
        let is_listed = |(_, phrases): &(Force, &[&str])| phrases.contains(&words.as_str());
        Some(Lead {
            force,
            is_sentence: words.starts_with("you ") || !force.is_prohibition() && !LEADS.iter().any(is_listed),
            is_before_noun: force == Force::Avoid && words.contains("avoid"),
        })
    }
}

/// The force that a line gives the list below it.
pub(crate) fn lead(line: &str) -> Option<Force> {
    Lead::of(line).map(|lead| lead.force)
}

/// The force of a phrase in lower case without apostrophes.
pub(super) fn modal(words: &str) -> Option<Force> {
    static SORTED: LazyLock<Whole> = LazyLock::new(|| whole(&[MODALS, LEADS]));
    SORTED.get(words).copied().or_else(|| lexicon::whole(words))
}

/// Returns the text of a rule as written without its label: the first letter in lower case, unless it begins
/// a name or an acronym. `None` if the first letter has no single capital.
pub(crate) fn bare(text: &str) -> Option<String> {
    let mut letters = text.chars();
    let first = letters.next()?;
    if first.is_lowercase() {
        return None;
    }
    let second = letters.next().unwrap_or(' ');
    if !first.is_ascii_uppercase() || !second.is_ascii_lowercase() || is_name(text) {
        let upper: String = first.to_uppercase().collect();
        return (upper == first.to_string()).then(|| text.to_owned());
    }
    Some(format!("{}{}", first.to_ascii_lowercase(), &text[1..]))
}

/// Returns whether a text begins with a name: "GitHub token", "Claude Code is installed".
fn is_name(text: &str) -> bool {
    let mut words = text.split(' ');
    let is_large = |letter: char| letter.is_uppercase();
    let has_inner = words.next().is_some_and(|word| word.chars().skip(1).any(is_large));
    has_inner
        || words.next().is_some_and(|word| word.starts_with(is_large) && word.contains(char::is_lowercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_found_with_their_markup() {
        let cases = [
            ("Never use x", Some((Force::Never, 5))),
            ("**Never** use x", Some((Force::Never, 9))),
            ("**DO NOT:** use x", Some((Force::Never, 11))),
            ("\u{274c} Don\u{2019}t use x", Some((Force::Never, 11))),
            ("You must always use x", Some((Force::Always, 15))),
            ("**NEVER** \u{2014} use x", Some((Force::Never, 13))),
            ("**\u{274c} Never** - use x", Some((Force::Never, 15))),
            ("Please do not use x", Some((Force::Never, 13))),
            ("NEVER EVER use x", Some((Force::Never, 10))),
            ("It is forbidden to use x", Some((Force::Never, 18))),
            ("Do not, under any condition, use x", Some((Force::Never, 28))),
            ("Never, unless asked, use x", None),
            ("Never - use x", None),
            ("Always, or not", None),
            ("**Always use x** if y", None),
            ("Neverland", None),
            ("Mustard", None),
            ("Avoid `x`", Some((Force::Avoid, 5))),
            ("Avoid the passive voice", Some((Force::Avoid, 5))),
            ("Under no circumstances should you reveal it", Some((Force::Never, 33))),
            ("Always process the queue", Some((Force::Always, 6))),
            ("You must have tests", Some((Force::Must, 8))),
            ("Always bypasses the cache", None),
            ("Must haves", None),
            ("You must **never** guess", Some((Force::Never, 18))),
            ("You **must** cite sources", Some((Force::Must, 12))),
            ("You **MUST NOT** guess", Some((Force::Never, 16))),
            ("Do **not** guess", Some((Force::Never, 10))),
            ("You **must not guess**", None),
            ("You **must* guess", None),
            ("You **mustard** it", None),
            ("**Do *not* guess**", None),
            ("Ensure the tests pass", Some((Force::Must, 6))),
            ("**Ensure** tests pass", Some((Force::Must, 10))),
            ("Make sure that it ends", Some((Force::Must, 14))),
            ("Prefer interfaces", Some((Force::Should, 6))),
            ("Should we ensure it?", None),
            ("Ensures order", None),
            ("Preferred tools", None),
            ("Should the user ask", None),
            ("Should you need more, ask", None),
            ("May 2024 was wet", None),
            ("May I ask", None),
            ("Never mind typos", None),
            ("Always on call", None),
            ("You do not have access", None),
            ("You don\u{2019}t see them", None),
        ];
        for (text, expected) in cases {
            assert_eq!(label(text), expected, "{text}");
        }
    }

    #[test]
    fn an_entry_may_have_a_label_before_its_force() {
        assert_eq!(of_entry("Never use x"), Some(Force::Never));
        assert_eq!(of_entry("**Speed:** avoid loops"), Some(Force::Avoid));
        assert_eq!(of_entry("**Always** \u{2014} avoid loops"), Some(Force::Always));
        assert_eq!(of_entry("**Speed:** fast"), None);
    }

    #[test]
    fn lines_introduce_lists_of_a_force() {
        for line in ["**You MUST NOT:**", "You must not", "## Don'ts", "\u{274c} DON'T:"] {
            assert_eq!(lead(line), Some(Force::Never), "{line}");
        }
        assert_eq!(lead("Avoid:"), Some(Force::Avoid));
        assert_eq!(lead("Always consider:"), None);
        assert_eq!(lead("You NEVER:"), Some(Force::Never));
        // Such a list mostly contains parameters.
        assert_eq!(lead("**Required:**"), None);
    }

    #[test]
    fn bare_rules_come_back_as_they_were() {
        assert_eq!(bare("Use x").as_deref(), Some("use x"));
        assert_eq!(bare("SQL in code").as_deref(), Some("SQL in code"));
        assert_eq!(bare("`x` in code").as_deref(), Some("`x` in code"));
        assert_eq!(bare("GitHub tokens in code").as_deref(), Some("GitHub tokens in code"));
        assert_eq!(bare("Claude Code as root").as_deref(), Some("Claude Code as root"));
        assert_eq!(bare("Use SQL").as_deref(), Some("use SQL"));
        assert_eq!(bare("use x"), None);
    }
}
