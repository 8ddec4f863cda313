//! Intended differences: those between texts about different things.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::form::{Form, is_in_address, is_in_identifier};
use super::relation::{Text, are_opposite_commands, differing_words};
use super::verbs::is_instruction;
use super::words::{Word, WordKind, hash, words};
use super::{Corpus, Difference, Kind, MAX_OCCURRENCES, PathId};
use crate::text::negation::AGAINST;

/// The maximum number of different words of texts that say the same in another order only by chance.
const MAX_BY_CHANCE: usize = 4;

/// Numbers in words.
const NUMBERS: [&str; 12] =
    ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

/// The minimum number of different things in a slot of a template.
const LEAST_FILLINGS: usize = 4;

/// The maximum number of words in a slot of a template.
const MAX_FILLING: usize = 3;

/// The locations of a text: its files, and the lists in them.
pub(super) struct Locations {
    files: BTreeSet<PathId>,
    lists: BTreeSet<(PathId, u32)>,
}

impl Locations {
    pub(super) fn of(corpus: &Corpus, text: &Text) -> Self {
        let occurrences = || text.occurrences.iter().map(|id| &corpus.occurrences[*id]);
        Locations {
            files: occurrences().map(|occurrence| occurrence.file).collect(),
            lists: occurrences().map(|occurrence| (occurrence.file, occurrence.list)).collect(),
        }
    }
}

/// Returns whether a difference looks intended: one text occurs only next to the other, a figure is
/// information and not a rule, or the texts are about different things.
pub(super) fn is_intended(
    corpus: &Corpus,
    (one, locations): (&Text, &Locations),
    other: &Text,
    difference: Difference,
) -> bool {
    let is_rule = one.core.is_rule && other.core.is_rule;
    let is_informative = matches!(difference, Difference::Number | Difference::Unit) && !is_rule;
    // Entries of one list that name different things are intended. An entry with an extra word is a
    // duplicate.
    let may_be_parallel = match difference {
        Difference::Polarity | Difference::Marks => false,
        Difference::Words => differing_words(one, other).iter().all(|words| !words.is_empty()),
        _ => true,
    };
    let are_parallel = || {
        let others = Locations::of(corpus, other);
        match difference.kind() {
            Kind::Drift => is_within(&locations.files, &others.files),
            _ => is_within(&locations.lists, &others.lists),
        }
    };
    is_informative
        || difference == Difference::Name
        || (may_be_parallel && are_parallel())
        || match difference {
            Difference::Words => are_apart(corpus, one, other),
            Difference::Marks => are_alike_by_chance(one, other),
            _ => false,
        }
}

/// Returns whether texts without a rule have the same few words, in another order.
fn are_alike_by_chance(one: &Text, other: &Text) -> bool {
    let order = |text: &Text| words(&text.text).into_iter().map(|word| word.text).collect::<Vec<_>>();
    one.form == Form::Reference
        || other.form == Form::Reference
        || (!one.core.is_rule
            && !other.core.is_rule
            && one.set.len() <= MAX_BY_CHANCE
            && order(one) != order(other))
}

/// Returns whether texts are about different things: titles, references or figures that differ; words that only one
/// of them has and that are names, parts of addresses, the subject of the sentence or of its own file, or a command
/// and its opposite; or one text negates the other.
fn are_apart(corpus: &Corpus, one: &Text, other: &Text) -> bool {
    let [left, right] = differing_words(one, other);
    if let ([left], [right]) = (&left[..], &right[..])
        && are_opposite_commands(left, right)
    {
        return true;
    }
    let negates = |words: &[Word]| words.iter().all(|word| AGAINST.contains(&word.text.as_str()));
    if negates(&left) && negates(&right) {
        return true;
    }
    if [one, other].iter().any(|text| matches!(text.form, Form::Title | Form::Reference)) {
        return true;
    }
    let is_rule = one.core.is_rule || other.core.is_rule;
    if !is_rule && figures(one) != figures(other) {
        return true;
    }
    if begin_with_addresses(one, other) {
        return true;
    }
    let is_of_address =
        |text: &Text, words: &[Word]| words.iter().all(|word| is_in_address(&text.text, word));
    if is_of_address(one, &left) && is_of_address(other, &right) {
        return true;
    }
    let names_its_own = |text: &Text, own: &[Word], against: &Text| {
        // "Go" is a name, and then it is one in "go-reviewer" as well.
        let is_typed_as_name = |word: &Word| {
            words(&text.text).iter().any(|other| {
                let is_name = matches!(other.kind, WordKind::Name | WordKind::Code | WordKind::Number);
                is_name && other.text == word.text
            })
        };
        let is_name = |word: &Word| {
            is_typed_as_name(word)
                || (word.at == 0 && !is_instruction(&words(&text.text)))
                || is_of_its_files(corpus, text, &word.text)
                || is_in_address(&text.text, word)
                || is_in_identifier(&text.text, word)
        };
        match own {
            // "For security reports" in the file on security, and "for reports": one is about less.
            [] => !is_rule,
            _ if differing_words(text, against)[1].is_empty() => own.iter().all(|word| {
                is_of_its_files(corpus, text, &word.text) && !is_of_its_files(corpus, against, &word.text)
            }),
            // In one place of the sentence, a word of its own file marks all words there.
            _ if !is_rule && slot(one, other).is_some() => own.iter().any(is_name),
            _ => own.iter().all(is_name),
        }
    };
    names_its_own(one, &left, other) && names_its_own(other, &right, one)
}

/// The numbers of a text, in order.
fn figures(text: &Text) -> Vec<String> {
    let is_number = |word: &Word| word.kind == WordKind::Number || NUMBERS.contains(&word.text.as_str());
    words(&text.text).into_iter().filter(is_number).map(|word| word.text).collect()
}

/// The slots of templates. A slot is what stands between the words that two texts begin and end with; if it holds
/// many things, it is meant to.
pub(super) struct Templates(BTreeSet<u64>);

impl Templates {
    /// Finds the templates among the groups of similar texts.
    pub(super) fn of(texts: &[Text], groups: &[Vec<usize>]) -> Self {
        let pairs = groups.par_iter().flat_map_iter(|group| {
            let others = group[1..].iter().take(MAX_OCCURRENCES);
            others.filter_map(|other| slot(&texts[group[0]], &texts[*other]))
        });
        let mut fillings: Vec<(u64, u64)> =
            pairs.flat_map_iter(|(key, fillings)| fillings.map(|filling| (key, filling))).collect();
        fillings.par_sort_unstable();
        fillings.dedup();
        let filled = fillings.chunk_by(|one, other| one.0 == other.0);
        Templates(filled.filter(|slot| slot.len() >= LEAST_FILLINGS).map(|slot| slot[0].0).collect())
    }

    /// Returns whether two texts differ in a slot. Several wordings of one rule are not a template: it has drifted.
    pub(super) fn contain(&self, one: &Text, other: &Text) -> bool {
        let has_rule = one.core.is_rule || other.core.is_rule;
        !has_rule && slot(one, other).is_some_and(|(key, _)| self.0.contains(&key))
    }
}

/// The hash of what two texts begin and end with, and the hashes of the few words between.
fn slot(one: &Text, other: &Text) -> Option<(u64, [u64; 2])> {
    let read = |text: &Text| words(&text.text).into_iter().map(|word| word.text).collect::<Vec<_>>();
    let (left, right) = (read(one), read(other));
    let shorter = left.len().min(right.len());
    let before = left.iter().zip(&right).take_while(|(one, other)| one == other).count();
    let after = left.iter().rev().zip(right.iter().rev()).take_while(|(one, other)| one == other).count();
    let after = after.min(shorter - before);
    let between = |words: &[String]| words.len() - before - after;
    if between(&left).max(between(&right)) > MAX_FILLING || before + after == 0 {
        return None;
    }
    let around = left[..before].iter().map(String::as_str).chain(["\u{0}"]);
    let key = hash(around.chain(left[left.len() - after..].iter().map(String::as_str)));
    Some((key, [&left, &right].map(|words| hash(&words[before..words.len() - after]))))
}

/// Returns whether two texts begin with different addresses, which are what they are about.
fn begin_with_addresses(one: &Text, other: &Text) -> bool {
    let first = |text: &Text| {
        let address = words(&text.text).first().is_some_and(|word| is_in_address(&text.text, word));
        address.then(|| text.text.split_whitespace().next().unwrap_or_default().to_owned())
    };
    matches!((first(one), first(other)), (Some(one), Some(other)) if one != other)
}

/// Returns whether one of two sets contains the other.
fn is_within<T: Ord>(one: &BTreeSet<T>, other: &BTreeSet<T>) -> bool {
    if one.len() < other.len() { one.is_subset(other) } else { other.is_subset(one) }
}

/// Returns whether a word begins a word of the path of a file with the text, or of the name of its persona.
fn is_of_its_files(corpus: &Corpus, text: &Text, word: &str) -> bool {
    let is_of = |path: &str| {
        let path = path.to_lowercase();
        let mut words = path.split(|letter: char| !letter.is_alphanumeric());
        word.len() > 1 && words.any(|other| other.starts_with(word))
    };
    text.occurrences.iter().take(MAX_OCCURRENCES).any(|id| {
        let occurrence = &corpus.occurrences[*id];
        let mut personas = occurrence.personas.iter().map(|persona| &corpus.personas[*persona]);
        is_of(&corpus.files[occurrence.file]) || personas.any(|persona| is_of(persona))
    })
}
