//! Polarity: whether a text asks for something or against it, and what is left of it without that.

use super::verbs::{after_label, is_instruction, is_limit};
use super::words::{Sort, Word, hash, words};
use crate::model::Force;
use crate::text::forces::lead;

/// Which way a text points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Polarity {
    /// Against what it names.
    Against,
    /// For it, and says so.
    For,
    /// For it, since it is an instruction and nothing says otherwise.
    Plain,
    /// Nothing can be said.
    Unknown,
}

/// A text without its polarity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Core {
    /// The polarity.
    pub(super) polarity: Polarity,
    /// The hash of what is left, the same for opposite texts; nothing where too little is left.
    pub(super) key: Option<u64>,
    /// Whether the text is an instruction, or a limit.
    pub(super) is_rule: bool,
}

/// Words that turn what follows them into its opposite.
const AGAINST: [&str; 17] = [
    "never",
    "not",
    "dont",
    "cannot",
    "cant",
    "wont",
    "shouldnt",
    "mustnt",
    "shant",
    "avoid",
    "no",
    "refrain",
    "forbidden",
    "prohibited",
    "disallowed",
    "avoiding",
    "nobody",
];

/// Of those, the ones that do so only at the beginning.
const AT_FIRST: [&str; 4] = ["avoid", "refrain", "avoiding", "no"];

/// Words before "not" with which a text tells what is, and not what has to be.
const FACTS: [&str; 10] = ["is", "are", "does", "did", "was", "were", "do", "has", "have", "been"];

/// Words before "not" with which a text says what has to be, beside those that ask for something.
const ORDERS: [&str; 8] = ["do", "to", "can", "may", "could", "would", "might", "please"];

/// Words that ask for what follows them.
const FOR: [&str; 12] = [
    "always",
    "must",
    "should",
    "shall",
    "required",
    "mandatory",
    "ensure",
    "need",
    "have",
    "make",
    "sure",
    "will",
];

/// Of those, the ones that say so by themselves. The others go along with them.
const FIRM: [&str; 4] = ["always", "must", "should", "shall"];

/// Words between the words of a polarity that say nothing more.
const BETWEEN: [&str; 11] =
    ["do", "does", "did", "you", "to", "ever", "from", "be", "under", "circumstances", "will"];

/// Words that begin a clause: a polarity behind them is that of the clause.
const CLAUSES: [&str; 24] = [
    "when", "if", "unless", "because", "that", "which", "until", "since", "while", "so", "but", "where",
    "before", "after", "who", "whose", "and", "or", "than", "as", "without", "except", "whether", "for",
];

/// Words that are left out of what is compared: they carry little, and come and go.
const FILLERS: [&str; 26] = [
    "a",
    "an",
    "the",
    "is",
    "are",
    "be",
    "been",
    "being",
    "of",
    "to",
    "your",
    "you",
    "this",
    "these",
    "its",
    "it",
    "any",
    "all",
    "please",
    "directly",
    "ever",
    "explicitly",
    "strictly",
    "do",
    "does",
    "our",
];

/// Words and their opposites, by stem.
const OPPOSITES: [(&str, &str); 26] = [
    ("disable", "enable"),
    ("forbid", "allow"),
    ("disallow", "allow"),
    ("prohibit", "allow"),
    ("deny", "allow"),
    ("exclude", "include"),
    ("omit", "include"),
    ("without", "with"),
    ("reject", "accept"),
    ("hide", "show"),
    ("least", "most"),
    ("fewer", "more"),
    ("less", "more"),
    ("minimum", "maximum"),
    ("min", "max"),
    ("below", "above"),
    ("under", "over"),
    ("<", ">"),
    ("<=", ">="),
    ("optional", "required"),
    ("decrease", "increase"),
    ("minimize", "maximize"),
    ("private", "public"),
    ("synchronous", "asynchronous"),
    ("implicit", "explicit"),
    ("false", "true"),
];

/// A core of fewer words says too little to contradict another.
const LEAST_WORDS: usize = 2;

/// The polarity of a text and what is left without it. `force` is that of a rule; `heading` what the headings above it say.
pub(super) fn core(text: &str, words: &[Word], force: Option<Force>, heading: Option<Polarity>) -> Core {
    let label = after_label(text);
    let label = words.partition_point(|word| word.at < label);
    let (own, range) = modal(&words[label..]);
    let range = range.start + label..range.end + label;
    let is_instruction = is_instruction(&words[label..]);
    // Below "Don't", "**Don't guess**: ask" says what to do instead: the heading speaks of the label.
    let heading = heading.filter(|_| modal(&words[..label]).0 != Polarity::Against);
    let own = if own == Polarity::Plain && !is_instruction { Polarity::Unknown } else { own };
    let is_rule = force.is_some()
        || is_instruction
        || matches!(own, Polarity::For | Polarity::Against)
        || is_limit(words);
    let mut polarity = match force {
        // The words of the force are no part of a rule of a workspace, and part of that of a document.
        Some(_) if own == Polarity::Unknown && !range.is_empty() => Polarity::Unknown,
        Some(Force::Never | Force::Avoid) => Polarity::Against,
        Some(_) => Polarity::For,
        None => match (own, heading) {
            (Polarity::Plain, Some(heading)) => heading,
            // The same words under "Never" and under "Always" need no verb.
            (Polarity::Unknown, Some(heading)) if range.is_empty() => heading,
            // "Always ..." in a list of what to avoid can be meant either way.
            (Polarity::For, Some(Polarity::Against)) => Polarity::Unknown,
            (own, _) => own,
        },
    };
    let mut turns = false;
    let mut stems: Vec<String> = Vec::new();
    for (index, word) in words.iter().enumerate() {
        let follows_no = index > 0 && words[index - 1].text == "no";
        if range.contains(&index)
            || index < label
            || (word.sort != Sort::Code && FILLERS.contains(&word.text.as_str()))
        {
            continue;
        }
        // "No more than" is "at most".
        turns ^= follows_no && ["more", "fewer", "less"].contains(&word.text.as_str());
        let mut stem = if word.sort == Sort::Plain { stem(&word.text) } else { word.text.clone() };
        if let Some((_, opposite)) = OPPOSITES.iter().find(|(one, _)| *one == stem && word.sort != Sort::Code)
        {
            turns = !turns;
            (*opposite).clone_into(&mut stem);
        }
        stems.push(stem);
    }
    if turns {
        polarity = match polarity {
            Polarity::Against => Polarity::For,
            Polarity::For | Polarity::Plain => Polarity::Against,
            Polarity::Unknown => Polarity::Unknown,
        };
    }
    let key = (stems.len() >= LEAST_WORDS).then(|| hash(&stems));
    Core { polarity, key, is_rule }
}

/// The polarity that the words of a text themselves have, and which words say so.
fn modal(words: &[Word]) -> (Polarity, std::ops::Range<usize>) {
    let is = |index: usize, list: &[&str]| {
        words.get(index).is_some_and(|word| word.sort != Sort::Code && list.contains(&word.text.as_str()))
    };
    let first = (0..words.len()).take_while(|index| *index == 0 || !is(*index, &CLAUSES)).find(|index| {
        let begins = is(*index, &AGAINST) || is(*index, &FIRM);
        begins && (*index == 0 || !is(*index, &AT_FIRST))
    });
    let Some(first) = first else { return (Polarity::Plain, 0..0) };
    let orders = first > 0 && is(first - 1, &["do"]) && (first == 1 || is(first - 2, &["you"]));
    let states = first > 0 && is(first, &["not"]) && !is(first - 1, &FOR) && !is(first - 1, &ORDERS);
    let tells = states || first > 0 && is(first, &["not", "never"]) && is(first - 1, &FACTS) && !orders;
    // "No" forbids nothing by itself: "no orphan pages" may be a state, and "no more than 3" is a limit.
    if tells || is(first, &["no"]) {
        return (Polarity::Unknown, first..first + 1);
    }
    let mut start = first;
    while start > 0 && (is(start - 1, &BETWEEN) || is(start - 1, &FOR)) {
        start -= 1;
    }
    let mut end = first;
    while is(end, &AGAINST) || is(end, &FOR) || (end > first && is(end, &BETWEEN)) {
        end += 1;
    }
    let against = (first..end).filter(|index| is(*index, &AGAINST)).count();
    let polarity = match against {
        0 => Polarity::For,
        1 => Polarity::Against,
        _ => Polarity::Unknown,
    };
    (polarity, start..end)
}

/// A word without its ending: "committing", "commits" and "commit" are one.
fn stem(word: &str) -> String {
    let mut stem = word.to_owned();
    let long = |stem: &str, ending: &str| stem.is_ascii() && stem.len() >= ending.len() + 3;
    if let Some(ending) =
        ["ing", "ed"].into_iter().find(|ending| stem.ends_with(ending) && long(&stem, ending))
    {
        stem.truncate(stem.len() - ending.len());
        let bytes = stem.as_bytes();
        let doubled = bytes.len() > 3 && bytes[bytes.len() - 1] == bytes[bytes.len() - 2];
        if doubled && !stem.ends_with(['s', 'l']) {
            stem.pop();
        }
    } else if stem.ends_with('s') && !stem.ends_with("ss") && !stem.ends_with("us") && long(&stem, "s") {
        stem.pop();
    }
    if stem.ends_with('e')
        && long(&stem, "e")
        && !OPPOSITES.iter().any(|(one, other)| *one == stem || *other == stem)
    {
        stem.pop();
    }
    stem
}

/// What a heading says of the list below it. Nothing but the words of a force has that force; a heading that is against
/// something among other words leaves open what it means for the entries.
pub(super) fn of_heading(line: &str) -> Option<Polarity> {
    match lead(line) {
        Some(Force::Never | Force::Avoid) => return Some(Polarity::Against),
        Some(_) => return Some(Polarity::For),
        None => {}
    }
    let words: Vec<String> = words(line).into_iter().map(|word| word.text).collect();
    if FORBIDDING.contains(&words.join(" ").as_str()) {
        return Some(Polarity::Against);
    }
    words.iter().any(|word| UNSURE.contains(&word.as_str())).then_some(Polarity::Unknown)
}

/// Headings of what is not to be done, beside those that importing knows.
const FORBIDDING: [&str; 16] = [
    "anti patterns",
    "antipatterns",
    "anti patterns to avoid",
    "common anti patterns",
    "bad practices",
    "forbidden",
    "prohibited",
    "not allowed",
    "you will not",
    "prohibitions",
    "taboos",
    "patterns to avoid",
    "practices to avoid",
    "never do these",
    "do not do",
    "do not do this",
];

/// Words of headings below which stands what happens, or what is wrong, and no instruction.
#[rustfmt::skip]
const UNSURE: [&str; 52] = [
    "not", "never", "dont", "doesnt", "cannot", "cant", "avoid", "without", "no", "flags", "flag", "mistakes", "mistake", "pitfalls",
    "pitfall", "problem", "problems", "symptoms", "smells", "excuses", "rationalizations", "violations", "violation", "wrong", "bad",
    "warning", "warnings", "failure", "failures", "issues", "issue", "errors", "error", "risks", "scope", "limitations", "weaknesses",
    "cons", "disadvantages", "myths", "gotchas", "before", "examples", "example", "incorrect", "instead", "traps", "signs", "fails",
    "threats", "rejected", "patterns",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Core {
        core(text, &words(text), None, None)
    }

    #[test]
    fn opposite_texts_have_one_core() {
        let cases = [
            ("Never commit secrets to the repository", "Always commit secrets to the repository"),
            ("Don't commit secrets", "Commit secrets"),
            ("You must not log request bodies", "You should log request bodies"),
            ("Avoid committing secrets", "commit secrets"),
            ("Tests must not share state", "Tests must share state"),
            ("**Plans**: never skip a step", "**Steps**: skip a step"),
            ("Write at most 3 sentences", "Write at least 3 sentences"),
            ("Keep coverage < 80%", "Keep coverage > 80%"),
            ("Write no more than 3 sentences", "Write no fewer than 3 sentences"),
            ("Merge without review", "Merge with review"),
            ("If tests fail, never merge", "If tests fail, merge"),
        ];
        for (one, other) in cases {
            let (one, other) = (of(one), of(other));
            assert!(one.key.is_some() && one.key == other.key, "{one:?} {other:?}");
            assert_ne!(
                one.polarity == Polarity::Against,
                other.polarity == Polarity::Against,
                "{one:?} {other:?}"
            );
        }
    }

    #[test]
    fn what_only_looks_opposite_is_not() {
        assert_ne!(of("Never use raw SQL").key, of("Use raw SQL when the builder cannot").key);
        assert_ne!(of("Prefer A over B").key, of("Never prefer B over A").key);
        assert_eq!(of("Never merge without review").polarity, of("Always merge with review").polarity);
        assert_ne!(
            of("Reject code that does not pass").polarity,
            of("Accept code that does not pass").polarity
        );
        assert_eq!(of("Never").key, None);
        for text in [
            "No orphan pages",
            "The plan is not optional",
            "Orphan pages",
            "Tests do not pass",
            "Fix not committed to git",
        ] {
            assert_eq!(of(text).polarity, Polarity::Unknown, "{text}");
        }
    }

    #[test]
    fn headings_give_their_tone_to_what_says_none() {
        let heading = |line: &str| of_heading(line);
        for line in ["Never", "\u{274c} Don'ts", "Things to avoid", "You MUST NOT:", "Anti-patterns"] {
            assert_eq!(heading(line), Some(Polarity::Against), "{line}");
        }
        assert_eq!(heading("Always do"), Some(Polarity::For));
        assert_eq!(heading("Red flags"), Some(Polarity::Unknown));
        assert_eq!(heading("Testing"), None);
        let under = |text: &str, heading| core(text, &words(text), None, heading).polarity;
        assert_eq!(under("commit secrets", Some(Polarity::Against)), Polarity::Against);
        assert_eq!(under("Don't commit secrets", Some(Polarity::Against)), Polarity::Against);
        assert_eq!(under("Always commit", Some(Polarity::Against)), Polarity::Unknown);
        assert_eq!(under("**Don't guess**: Ask first", Some(Polarity::Against)), Polarity::Plain);
        assert_eq!(under("**Guessing**: Ask first", Some(Polarity::Against)), Polarity::Against);
    }
}
