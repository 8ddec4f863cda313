//! The force of a whole label: words of force in a row act on each other, and words after them can revoke them.
//!
//! Each word of a phrase applies to the words after it: "not prohibited" permits, "you must refrain" forbids, "never
//! hesitate" asks. Words set apart by punctuation repeat the force, "Never (do not)", or revoke it, "Never (obsolete)".
//! Only words of force, omission and condition count; others do not change its force.

use super::force_labels::{self, Fit, fit, phrases};
use super::{force_names, titles};
use crate::model::Force;

/// Verbs and adjectives that reverse what follows them, with what their own negation asks for: "never hesitate" permits,
/// "never fail" obliges. A trailing `*` matches any word with this beginning.
const REVERSING: [(&[&str], Force); 2] = [
    (
        &[
            "abstain*", "afraid", "avoid*", "banned", "barred", "ceas*", "declin*", "deny", "denies",
            "desist*", "disallowed", "forbidden", "hesitat*", "illegal", "kidding", "joke", "joking",
            "outlawed", "prohibited", "quit", "refrain*", "refus*", "reject*", "reluctant", "resist*",
            "scared", "shy", "stop", "stopping", "taboo", "unacceptable", "withhold*", "worry",
        ],
        Force::May,
    ),
    (
        &[
            "break", "breaking", "cancelled", "canceled", "deprecated", "disobey*", "disregard*", "fail",
            "failing", "false", "forget*", "ignor*", "invalid", "irrelevant", "lie", "miss", "neglect*",
            "obsolete", "omit*", "outdated", "overlook*", "overrid*", "overrul*", "repealed", "retired",
            "revoked", "skip*", "suspended", "untrue", "violat*", "void", "withdrawn", "wrong",
        ],
        Force::Must,
    ),
];

/// Words that begin a condition, or make a force a matter of degree.
const QUALIFYING: [&str; 12] = [
    "if", "unless", "except", "until", "when", "where", "while", "sometimes", "usually", "mostly", "often",
    "maybe",
];

/// Words that negate the words after them.
const NEGATING: [&str; 5] = ["not", "isnt", "arent", "doesnt", "never"];

/// Names of forces that are other words within a phrase.
const OTHER_WORDS: [&str; 16] = [
    "allow", "deny", "do", "enforce", "need", "needed", "needs", "no", "obligations", "ok", "okay",
    "permissions", "permit", "prohibitions", "recommendations", "requirements",
];

/// The most words of a phrase in the tables of forces.
const MOST_WORDS: usize = 6;

/// A piece of a phrase that states a force or reverses one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Force(Force),
    /// A permission that obliges if it is negated: "not optional".
    Optional,
    /// A word of [`REVERSING`].
    Reversing(Force),
}

/// The forces that a label states.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Sense {
    /// The forces that its phrases state, each read as a whole, and that of all of them.
    forces: Vec<Force>,
    /// Whether a condition or a degree qualifies them.
    pub(crate) is_qualified: bool,
}

impl Sense {
    /// Reads the words of a label that a page shows.
    pub(crate) fn of(label: &str) -> Self {
        let mut sense = Sense::default();
        let mut running: Option<(Unit, bool)> = None;
        for (_, phrase) in phrases(label) {
            let words = titles::words(phrase);
            let is_stated = force_labels::stated(phrase).is_some();
            if !is_stated && words.iter().any(|word| QUALIFYING.contains(&word.as_str())) {
                sense.is_qualified = true;
                if words.first().is_some_and(|word| QUALIFYING.contains(&word.as_str())) {
                    continue;
                }
            }
            let Some(unit) = composed(&units(&words)) else { continue };
            let is_bare = is_bare(phrase);
            running = Some(match (running, unit) {
                (None, unit) => (unit, is_bare),
                (Some((before, _)), Unit::Reversing(_)) => (applied(before, Some(unit)), false),
                (Some((before, true)), unit) => (applied(before, Some(unit)), false),
                (Some((before, _)), _) if is_bare => (applied(unit, Some(before)), false),
                (before @ Some(_), unit) => {
                    sense.forces.push(unit.force());
                    before.unwrap_or((unit, false))
                }
            });
        }
        sense.forces.extend(running.map(|(unit, _)| unit.force()));
        sense
    }

    /// The force that it states against a rule of this force.
    pub(crate) fn against(&self, rule: Force) -> Option<Force> {
        self.forces.iter().copied().find(|force| fit(*force, rule) != Fit::Close)
    }
}

/// The force that a rule has because of the words before or after it, if that differs from its own.
pub(crate) fn changed(words: &str, rule: Force, is_behind: bool) -> Option<Force> {
    let mut inner = Unit::Force(rule);
    let mut each: Vec<(Unit, &str)> = phrases(words)
        .filter_map(|(_, phrase)| Some((composed(&units(&titles::words(phrase)))?, phrase)))
        .collect();
    if !is_behind {
        each.reverse();
    }
    for (unit, phrase) in each {
        let is_repeated =
            unit == Unit::Force(rule) && force_labels::stated(phrase).is_some() && !is_bare(phrase);
        inner = match is_behind {
            _ if is_repeated => inner,
            false => applied(unit, Some(inner)),
            true => applied(inner, Some(unit)),
        };
    }
    Some(inner.force()).filter(|force| fit(*force, rule) != Fit::Close)
}

/// Whether a phrase is a negation alone, which states nothing itself.
fn is_bare(phrase: &str) -> bool {
    matches!(&titles::words(phrase)[..], [word] if ["not", "no"].contains(&word.as_str()))
}

/// Whether a line dismisses the list below it: "Feel free to ignore these:", "These rules no longer apply:".
pub(crate) fn dismisses(line: &str) -> bool {
    let words = titles::words(line);
    let has = |phrase: &str| format!(" {} ", words.join(" ")).contains(&format!(" {phrase} "));
    let ends = [
        "no longer apply", "no longer applies", "no longer hold", "no longer valid", "do not apply",
        "dont apply",
    ];
    let is_void = ends.iter().any(|phrase| has(phrase)) && !has("if") && !has("when");
    let object = |word: &String| {
        [
            "all", "any", "below", "each", "everything", "following", "list", "of", "the", "them", "these",
            "this", "those", "what", "follows", "rule", "rules", "instructions", "points", "too", "whole",
            "section", "here",
        ]
        .contains(&word.as_str())
    };
    let dismissing = |word: &String| {
        ["ignor", "disregard", "skip", "forget", "overrid", "overrul"]
            .iter()
            .any(|stem| word.starts_with(stem))
    };
    let is_dismissed = words.iter().rposition(dismissing).is_some_and(|at| {
        let rest = &words[at + 1..];
        let before = composed(&units(&words[..at]));
        let is_kept = before.is_some_and(|unit| unit.force().is_prohibition());
        !rest.is_empty() && rest.iter().all(object) && !is_kept
    });
    is_void || is_dismissed
}

impl Unit {
    /// The force that it states by itself.
    fn force(self) -> Force {
        match self {
            Unit::Force(force) => force,
            Unit::Optional => Force::May,
            Unit::Reversing(_) => Force::Never,
        }
    }
}

/// The result of a row of units: each applies to all that follow it.
fn composed(units: &[Unit]) -> Option<Unit> {
    units.iter().rev().fold(None, |inner, unit| Some(applied(*unit, inner)))
}

/// How a unit changes the one after it.
fn applied(outer: Unit, inner: Option<Unit>) -> Unit {
    let Some(inner) = inner else { return outer };
    let force = match (outer, inner) {
        (Unit::Force(outer), Unit::Reversing(negated)) if outer.is_prohibition() => negated,
        (Unit::Force(outer), Unit::Optional) if outer.is_prohibition() => Force::Must,
        (Unit::Force(outer), Unit::Force(Force::May)) if outer.is_prohibition() => outer,
        (Unit::Force(outer), Unit::Force(_)) if outer.is_prohibition() => Force::May,
        (Unit::Force(Force::May) | Unit::Optional, Unit::Force(inner)) if inner.is_prohibition() => inner,
        (Unit::Force(Force::May) | Unit::Optional, _) => Force::May,
        (Unit::Force(_), Unit::Reversing(_)) => Force::Never,
        (Unit::Force(_), Unit::Optional) => Force::May,
        (Unit::Force(_), Unit::Force(inner)) if inner.is_prohibition() || inner == Force::May => inner,
        (Unit::Force(outer), Unit::Force(_)) => outer,
        (Unit::Reversing(_), Unit::Reversing(negated)) => negated,
        (Unit::Reversing(_), inner) if inner.force().is_prohibition() => Force::May,
        (Unit::Reversing(_), _) => Force::Never,
    };
    Unit::Force(force)
}

/// The units of a phrase: the longest that the tables know, from the left.
fn units(words: &[String]) -> Vec<Unit> {
    let mut units = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let most = MOST_WORDS.min(words.len() - at);
        let found = (1..=most).rev().find_map(|length| Some((unit(&words[at..at + length])?, length)));
        at += match found {
            Some((unit, length)) => {
                units.extend(unit);
                length
            }
            None => 1,
        };
    }
    units
}

/// The unit that words are; `Some(None)` for words that only stress others.
fn unit(words: &[String]) -> Option<Option<Unit>> {
    let joined = words.join(" ");
    if ["no matter", "no exception", "no exceptions", "without exception", "no longer"]
        .contains(&joined.as_str())
    {
        return Some((joined == "no longer").then_some(Unit::Force(Force::Never)));
    }
    if joined == "off limits" {
        return Some(Some(Unit::Reversing(Force::May)));
    }
    if let [word] = words {
        let matches = |pattern: &&str| match pattern.strip_suffix('*') {
            Some(stem) => word.starts_with(stem),
            None => word == pattern,
        };
        if let Some((_, negated)) = REVERSING.iter().find(|(patterns, _)| patterns.iter().any(matches)) {
            return Some(Some(Unit::Reversing(*negated)));
        }
        if NEGATING.contains(&word.as_str()) {
            return Some(Some(Unit::Force(Force::Never)));
        }
        if OTHER_WORDS.contains(&word.as_str()) {
            return None;
        }
    }
    let name = words.concat();
    if ["optional", "optionally"].contains(&name.as_str()) {
        return Some(Some(Unit::Optional));
    }
    let named = || force_names::known(&name).filter(|_| words.len() < 3);
    Some(Some(Unit::Force(force_labels::worded(&joined).or_else(named)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_read_to_their_end() {
        for (rule, labels) in [
            (
                Force::Never,
                "Never hesitate to|Don't hesitate to|Do not refuse to|Never fail to|You must not forget to|You must never \
                 not|Don't be afraid to|Not prohibited:|Not banned:|Not disallowed:|Not off limits:|Never avoid to|Never \
                 stop|Never: hesitate to|Never (obsolete)|Never, don't hesitate to|Not: prohibited|Never required|Never \
                 optional",
            ),
            (
                Force::Must,
                "Make sure not to|Be sure to never|Ensure you do not|You must refrain from|You must avoid to|Must be \
                 avoided:|Must (optional):|You must (if you like)|You must neglect to|Required, or optional|Must (void)",
            ),
            (Force::Always, "Always not|Always forbidden:|Always optional:|Always refuse to|Always skip"),
            (Force::May, "You may never|May under no circumstances|You may (not)"),
        ] {
            for label in labels.split('|') {
                let sense = Sense::of(label);
                assert!(sense.against(rule).is_some(), "{label}: {sense:?}");
            }
        }
    }

    #[test]
    fn ordinary_labels_say_what_they_say() {
        for (rule, labels) in [
            (
                Force::Never,
                "Never|Never, ever,|**You must never**|Never EVIL|Do not, under any circumstances|What you must not do|Never \
                 (do not try to)|NEVER / DO NOT|Never, no exceptions|Not allowed:|Never allowed|Do not allow|Stop. \
                 Never|Hard rules|Non-negotiable:|Must not|It is not permitted to|You are strictly forbidden to",
            ),
            (
                Force::Must,
                "You must|Make sure to|Required:|Must, always|Hard rules|Non-negotiable:|You must always ensure \
                 that|Not optional|Requirements (required)",
            ),
            (Force::Always, "Always|You must always|Without exception:|Always, no matter what"),
            (
                Force::May,
                "You may|Optional:|Not required|Not mandatory:|Feel free to|You don't have to|Not forbidden",
            ),
            (Force::Should, "You should|Prefer to|Recommended:|Ideally"),
            (Force::Avoid, "Avoid|Try not to|You should refrain from|Not recommended"),
        ] {
            for label in labels.split('|') {
                assert_eq!(Sense::of(label).against(rule), None, "{label}");
            }
        }
        assert!(Sense::of("Never, unless asked,").is_qualified);
        assert!(!Sense::of("You may, if you like").is_qualified);
    }

    #[test]
    fn words_around_a_rule_can_take_it_back() {
        for words in
            ["It is not true that: ", "Ignore this: ", "Obsolete: ", "It is false that ", "No longer: "]
        {
            assert!(changed(words, Force::Never, false).is_some(), "{words}");
            assert!(changed(words, Force::Must, false).is_some(), "{words}");
        }
        for words in
            ["", "Please note: ", "Do not forget: ", "Always remember: ", "Never ignore this: ", "- Rule: "]
        {
            assert_eq!(changed(words, Force::Never, false), None, "{words}");
            assert_eq!(changed(words, Force::Must, false), None, "{words}");
        }
        assert!(changed(" (optional)", Force::Must, true).is_some());
        assert!(changed(" \u{2013} not!", Force::Never, true).is_some());
        assert_eq!(changed(" (never)", Force::Never, true), None);
        assert_eq!(changed(" (see above)", Force::Never, true), None);
    }

    #[test]
    fn lines_dismiss_the_rules_below_them() {
        for line in [
            "Feel free to ignore these:",
            "Ignore the following rules:",
            "You may skip all of these:",
            "These rules no longer apply:",
        ] {
            assert!(dismisses(line), "{line}");
        }
        for line in [
            "Never ignore these:",
            "Do not skip any of the following:",
            "Skip checks only when asked:",
            "Rules:",
            "Ignore:",
            "Ignored files",
        ] {
            assert!(!dismisses(line), "{line}");
        }
    }
}
