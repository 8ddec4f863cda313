//! Near-duplicate entries of several personas, which a person has to unify.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use serde::Serialize;

use super::Place;
use super::fleet::Fleet;
use super::statement::{Occurrence, Statement, folded};
use crate::analyse::similar::search::{self, Sets};
use crate::model::wording::serialize_by_name;
use crate::model::{Block, Force, ProfileId};

/// The minimum share of common words (Jaccard index) for two texts to be near-duplicates.
const LEAST_ALIKE: f64 = 0.7;

/// Texts with fewer words match too easily and are skipped.
const LEAST_WORDS: usize = 3;

/// How near-duplicates differ, the most serious difference first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Difference {
    /// The forces of rules.
    Force,
    /// Only numbers.
    Numbers,
    /// Words.
    Words,
    /// Only white space.
    Space,
    /// Only the section.
    Section,
}

impl Difference {
    /// Returns the name of the difference, as the views show it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Difference::Force => "force",
            Difference::Numbers => "numbers",
            Difference::Words => "words",
            Difference::Space => "space",
            Difference::Section => "section",
        }
    }
}

serialize_by_name!(Difference::name);

/// Near-duplicate entries; see `docs/json.md` for the JSON form.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Conflict {
    /// The most serious difference between them.
    pub difference: Difference,
    /// The lowest similarity between the first variant and another, in hundredths.
    pub alike: usize,
    /// The personas of all variants.
    pub personas: Vec<String>,
    /// The variants, the one in most personas first.
    pub variants: Vec<Variant>,
}

/// One variant of an entry.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Variant {
    /// The text, with its label and reason.
    pub text: String,
    /// The force, if it is a rule.
    #[serde(serialize_with = "Force::serialize", skip_serializing_if = "Option::is_none")]
    pub force: Option<Force>,
    /// The personas that contain it.
    pub personas: Vec<String>,
    /// Where it is written.
    pub places: Vec<Place>,
}

/// A text as the sources spell it, with its words.
struct Text<'a> {
    occurrences: Vec<Occurrence<'a>>,
    spelled: &'a str,
    folded: String,
    force: Option<Force>,
    is_prose: bool,
    personas: BTreeSet<ProfileId>,
    /// The hashes of its words, sorted. All numbers count as the same word, and a repeated word counts as a
    /// new word each time.
    words: Vec<u64>,
}

/// Finds near-duplicates in different personas, the most serious difference first.
pub(super) fn conflicts(fleet: &Fleet<'_, '_>, statements: &[Statement<'_>]) -> Vec<Conflict> {
    let mut texts = texts(fleet, statements);
    // The variant in most personas comes first; the others are compared with it.
    texts.sort_by(|a, b| {
        let of = |text: &Text<'_>| (std::cmp::Reverse(text.personas.len()), text.folded.clone(), text.force);
        of(a).cmp(&of(b)).then_with(|| a.spelled.cmp(b.spelled))
    });
    let sets: Vec<Vec<u64>> = texts.iter().map(|text| text.words.clone()).collect();
    let sets = Sets::new(&sets);
    let clusters = search::clusters(&sets, LEAST_ALIKE);
    let mut conflicts: Vec<Conflict> = clusters
        .into_iter()
        .filter(|cluster| are_of_several(&texts, cluster))
        .map(|cluster| conflict(fleet, &texts, &sets, &cluster))
        .chain(texts.iter().filter_map(|text| elsewhere(fleet, text)))
        .collect();
    conflicts.sort_by(|a, b| {
        let of = |one: &Conflict| {
            (one.difference, std::cmp::Reverse(one.alike), std::cmp::Reverse(one.personas.len()))
        };
        of(a).cmp(&of(b)).then_with(|| a.variants[0].places.cmp(&b.variants[0].places))
    });
    conflicts
}

fn texts<'a>(fleet: &Fleet<'_, 'a>, statements: &[Statement<'a>]) -> Vec<Text<'a>> {
    let mut texts: IndexMap<(String, &'a str, Option<Force>, bool), Vec<Occurrence<'a>>> = IndexMap::new();
    for statement in statements.iter().filter(|statement| !statement.is_heading()) {
        let Some(block) = statement.block() else { continue };
        let spelled = block.text.value.trim_matches('\n');
        let key = (folded(block), spelled, block.part.force(), block.part.is_prose());
        texts.entry(key).or_default().extend(&statement.occurrences);
    }
    let text = |((folded, spelled, force, is_prose), occurrences): (_, Vec<Occurrence<'a>>)| Text {
        personas: occurrences
            .iter()
            .flat_map(|occurrence| fleet.reached(occurrence.source))
            .copied()
            .collect(),
        occurrences,
        spelled,
        folded,
        force,
        is_prose,
        words: Vec::new(),
    };
    let mut texts: Vec<Text<'a>> = texts.into_iter().map(text).collect();
    texts.iter_mut().for_each(|text| text.words = word_hashes(&text.folded, text.is_prose));
    texts
}

/// Returns the sorted hashes of a text's words, ignoring case. All numbers hash as the same word, and a
/// repeated word gets a new hash each time. Prose shares no hash with list entries. Empty if the text has too
/// few words.
fn word_hashes(text: &str, is_prose: bool) -> Vec<u64> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for word in text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let is_number = word.chars().all(|letter| letter.is_ascii_digit());
        *counts.entry(if is_number { "0".to_owned() } else { word.to_lowercase() }).or_default() += 1;
    }
    let part = if is_prose { "prose" } else { "" };
    let numbered = counts.iter().flat_map(|(word, count)| (0..*count).map(move |number| (word, number)));
    let mut words: Vec<u64> =
        numbered.map(|(word, number)| search::hash([word.as_str(), part, &number.to_string()])).collect();
    words.sort_unstable();
    if words.len() < LEAST_WORDS { Vec::new() } else { words }
}

/// Returns whether two entries of one part are near-duplicates.
pub(super) fn are_alike(one: &Block, other: &Block) -> bool {
    let words = |block: &Block| word_hashes(&folded(block), block.part.is_prose());
    let sets = Sets::new(&[words(one), words(other)]);
    one.part == other.part && sets.similarity(0, 1) >= LEAST_ALIKE
}

fn are_of_several(texts: &[Text<'_>], cluster: &[usize]) -> bool {
    cluster.iter().flat_map(|index| &texts[*index].personas).collect::<BTreeSet<_>>().len() > 1
}

fn conflict(fleet: &Fleet<'_, '_>, texts: &[Text<'_>], sets: &Sets, cluster: &[usize]) -> Conflict {
    let name = |index: &ProfileId| fleet.library.profiles[*index].id.clone();
    let first = &texts[cluster[0]];
    let variant = |index: &usize| {
        let text = &texts[*index];
        let mut places: Vec<Place> =
            text.occurrences.iter().map(|occurrence| Place::of(fleet, occurrence)).collect();
        places.sort();
        Variant {
            text: text.occurrences[0].claim.whole_text(),
            force: text.force,
            personas: text.personas.iter().map(name).collect(),
            places,
        }
    };
    let others = || cluster[1..].iter().map(|index| &texts[*index]);
    let all: BTreeSet<ProfileId> =
        cluster.iter().flat_map(|index| &texts[*index].personas).copied().collect();
    Conflict {
        difference: others().map(|text| difference(first, text)).min().unwrap_or(Difference::Words),
        alike: cluster[1..]
            .iter()
            .map(|other| hundredths(sets.similarity(cluster[0], *other)))
            .min()
            .unwrap_or(100),
        variants: cluster.iter().map(variant).collect(),
        personas: all.iter().map(name).collect(),
    }
}

/// Returns a text that personas have in different sections, so that no fragment can hold it.
fn elsewhere(fleet: &Fleet<'_, '_>, text: &Text<'_>) -> Option<Conflict> {
    let mut sections: BTreeMap<&str, Vec<Occurrence<'_>>> = BTreeMap::new();
    for occurrence in &text.occurrences {
        sections.entry(occurrence.claim.address.section()).or_default().push(*occurrence);
    }
    if sections.len() < 2 || text.words.len() < LEAST_WORDS || text.personas.len() < 2 {
        return None;
    }
    let name = |index: &ProfileId| fleet.library.profiles[*index].id.clone();
    let mut variants: Vec<Variant> = sections
        .into_values()
        .map(|occurrences| {
            let personas: BTreeSet<&ProfileId> =
                occurrences.iter().flat_map(|occurrence| fleet.reached(occurrence.source)).collect();
            let mut places: Vec<Place> =
                occurrences.iter().map(|occurrence| Place::of(fleet, occurrence)).collect();
            places.sort();
            Variant {
                text: occurrences[0].claim.whole_text(),
                force: text.force,
                personas: personas.into_iter().map(name).collect(),
                places,
            }
        })
        .collect();
    variants.sort_by_key(|variant| (std::cmp::Reverse(variant.personas.len()), variant.places[0].clone()));
    let personas = text.personas.iter().map(name).collect();
    Some(Conflict { difference: Difference::Section, alike: 100, variants, personas })
}

fn hundredths(part: f64) -> usize {
    (part * 100.0 + 1e-9) as usize
}

fn difference(one: &Text<'_>, other: &Text<'_>) -> Difference {
    let bare = |text: &str| text.chars().filter(|letter| !letter.is_ascii_digit()).collect::<String>();
    match () {
        () if one.force != other.force => Difference::Force,
        () if one.folded == other.folded => Difference::Space,
        () if bare(&one.folded) == bare(&other.folded) => Difference::Numbers,
        () => Difference::Words,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_count_as_one_word_and_repeated_words_as_several() {
        let words = |text| super::word_hashes(text, false);
        assert_eq!(words("Cover 90 % of it"), words("cover 85% of IT"));
        assert_eq!(words("no, no, no").len(), 3);
        assert!(words("no, no").is_empty());
        assert!(
            words("one two three")
                .iter()
                .all(|word| !super::word_hashes("one two three", true).contains(word))
        );
    }
}
