//! Near-equal entries: what several personas say almost alike, to be settled by hand.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::Place;
use super::fleet::Fleet;
use super::statement::{Said, Statement, folded};
use crate::model::{Force, Part};

/// Two texts are nearly equal if at least this part, in hundredths, of all words of either is in both.
const LEAST_ALIKE: usize = 70;

/// Texts of fewer words are alike too easily.
const LEAST_WORDS: usize = 3;

/// What tells nearly equal entries apart, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// The force of the rules.
    Force,
    /// Numbers alone.
    Numbers,
    /// Words.
    Words,
    /// White space alone.
    Space,
}

impl Difference {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Difference::Force => "force",
            Difference::Numbers => "numbers",
            Difference::Words => "words",
            Difference::Space => "space",
        }
    }
}

/// Entries that say nearly the same.
#[derive(Debug, Clone)]
pub struct Conflict {
    /// What tells them apart; the gravest, where several things do.
    pub difference: Difference,
    /// How alike the least alike of them is to the first, in hundredths.
    pub alike: usize,
    /// The ways in which it is said; first the one that most personas have.
    pub variants: Vec<Variant>,
    /// The personas, of all variants.
    pub personas: Vec<String>,
}

/// One way to say it.
#[derive(Debug, Clone)]
pub struct Variant {
    /// The text, with its label and reason.
    pub text: String,
    /// The force, of a rule.
    pub force: Option<Force>,
    /// The personas that it is part of.
    pub personas: Vec<String>,
    /// Where it is said.
    pub places: Vec<Place>,
}

/// A text that some sources say, with its words.
struct Text<'a> {
    said: Vec<Said<'a>>,
    spelled: &'a str,
    folded: String,
    force: Option<Force>,
    is_prose: bool,
    personas: BTreeSet<u32>,
    /// The words by number, the rare ones first; numbers count as one word.
    words: Vec<u32>,
}

/// Finds what is nearly equal in different personas, the worst first.
pub(super) fn conflicts(fleet: &Fleet<'_, '_>, statements: &[Statement<'_>]) -> Vec<Conflict> {
    let mut texts = texts(fleet, statements);
    number_words(&mut texts);
    // What most personas say is what others stray from.
    texts.sort_by(|a, b| {
        let of = |text: &Text<'_>| (std::cmp::Reverse(text.personas.len()), text.folded.clone(), text.force);
        of(a).cmp(&of(b)).then_with(|| a.spelled.cmp(b.spelled))
    });
    let clusters = clusters(&texts);
    let mut conflicts: Vec<Conflict> = clusters
        .into_iter()
        .filter(|cluster| cluster.len() > 1 && are_of_several(&texts, cluster))
        .map(|cluster| conflict(fleet, &texts, &cluster))
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
    let mut texts: IndexMap<(String, &'a str, Option<Force>, bool), Vec<Said<'a>>> = IndexMap::new();
    for statement in statements.iter().filter(|statement| !statement.is_heading()) {
        let Some(block) = statement.block() else { continue };
        let force = match block.part {
            Part::Rule(force) => Some(force),
            _ => None,
        };
        let key = (folded(block), block.text.value.trim_matches('\n'), force, block.part == Part::Prose);
        texts.entry(key).or_default().extend(&statement.said);
    }
    let text = |((folded, spelled, force, is_prose), said): (_, Vec<Said<'a>>)| Text {
        personas: said.iter().flat_map(|said| fleet.reached(said.source)).copied().collect(),
        said,
        spelled,
        folded,
        force,
        is_prose,
        words: Vec::new(),
    };
    texts.into_iter().map(text).collect()
}

/// The words of a text, in lower case; all numbers are one word, and a word that comes again is another.
fn words(text: &str) -> BTreeSet<(String, usize)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut words = BTreeSet::new();
    for word in text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let is_number = word.chars().all(|letter| letter.is_ascii_digit());
        let word = if is_number { "0".to_owned() } else { word.to_lowercase() };
        let count = counts.entry(word.clone()).or_default();
        words.insert((word, *count));
        *count += 1;
    }
    words
}

/// Gives each word a number, the rarest the lowest, and each text its words in that order.
fn number_words(texts: &mut [Text<'_>]) {
    let sets: Vec<BTreeSet<(String, usize)>> = texts.iter().map(|text| words(&text.folded)).collect();
    let mut counts: BTreeMap<&(String, usize), usize> = BTreeMap::new();
    for word in sets.iter().flatten() {
        *counts.entry(word).or_default() += 1;
    }
    let mut ranked: Vec<(usize, &(String, usize))> =
        counts.into_iter().map(|(word, count)| (count, word)).collect();
    ranked.sort_unstable();
    let numbers: BTreeMap<&(String, usize), u32> =
        ranked.into_iter().enumerate().map(|(number, (_, word))| (word, number as u32)).collect();
    for (text, set) in texts.iter_mut().zip(&sets) {
        text.words = set.iter().map(|word| numbers[word]).collect();
        text.words.sort_unstable();
    }
}

/// The texts that are nearly equal to a first one, by their index, that one first.
///
/// Two sets of words that have most words in common have one of their rarest in common, so that each
/// text is compared only with those that share one of those few.
fn clusters(texts: &[Text<'_>]) -> Vec<Vec<usize>> {
    let mut clusters: Vec<Vec<usize>> = Vec::new();
    let mut by_word: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (index, text) in texts.iter().enumerate() {
        if text.words.len() < LEAST_WORDS {
            continue;
        }
        let common = (text.words.len() * LEAST_ALIKE).div_ceil(100);
        let rare = &text.words[..text.words.len() - common + 1];
        let candidates: BTreeSet<usize> =
            rare.iter().flat_map(|word| by_word.get(word).into_iter().flatten()).copied().collect();
        let best = candidates
            .into_iter()
            .filter(|cluster| texts[clusters[*cluster][0]].is_prose == text.is_prose)
            .map(|cluster| (alike(&texts[clusters[cluster][0]].words, &text.words), cluster))
            .filter(|(alike, _)| *alike >= LEAST_ALIKE)
            .max_by_key(|(alike, cluster)| (*alike, std::cmp::Reverse(*cluster)));
        match best {
            Some((_, cluster)) => clusters[cluster].push(index),
            None => {
                for word in rare {
                    by_word.entry(*word).or_default().push(clusters.len());
                }
                clusters.push(vec![index]);
            }
        }
    }
    clusters
}

/// How many hundredths of all words of either text are in both.
fn alike(one: &[u32], other: &[u32]) -> usize {
    let (shorter, longer) = (one.len().min(other.len()), one.len().max(other.len()));
    if shorter * 100 < longer * LEAST_ALIKE {
        return 0;
    }
    let (mut at, mut both) = (0, 0);
    for word in one {
        while other.get(at).is_some_and(|other| other < word) {
            at += 1;
        }
        both += usize::from(other.get(at) == Some(word));
    }
    both * 100 / (one.len() + other.len() - both).max(1)
}

fn are_of_several(texts: &[Text<'_>], cluster: &[usize]) -> bool {
    cluster.iter().flat_map(|index| &texts[*index].personas).collect::<BTreeSet<_>>().len() > 1
}

fn conflict(fleet: &Fleet<'_, '_>, texts: &[Text<'_>], cluster: &[usize]) -> Conflict {
    let name = |index: &u32| fleet.library.profiles[*index as usize].id.clone();
    let first = &texts[cluster[0]];
    let variant = |index: &usize| {
        let text = &texts[*index];
        let mut places: Vec<Place> = text.said.iter().map(|said| Place::of(fleet, said)).collect();
        places.sort();
        Variant {
            text: text.said[0].claim.said(),
            force: text.force,
            personas: text.personas.iter().map(name).collect(),
            places,
        }
    };
    let others = || cluster[1..].iter().map(|index| &texts[*index]);
    let all: BTreeSet<u32> = cluster.iter().flat_map(|index| &texts[*index].personas).copied().collect();
    Conflict {
        difference: others().map(|text| difference(first, text)).min().unwrap_or(Difference::Words),
        alike: others().map(|text| alike(&first.words, &text.words)).min().unwrap_or(100),
        variants: cluster.iter().map(variant).collect(),
        personas: all.iter().map(name).collect(),
    }
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
    use super::*;

    #[test]
    fn numbers_are_one_word_and_repeated_words_are_several() {
        assert_eq!(words("Cover 90 % of it"), words("cover 85% of IT"));
        assert_eq!(words("no, no").len(), 2);
    }

    #[test]
    fn alike_is_the_part_of_words_in_both() {
        assert_eq!(alike(&[1, 2, 3, 4], &[1, 2, 3, 5]), 60);
        assert_eq!(alike(&[1, 2, 3, 4], &[1, 2, 3, 4]), 100);
        assert_eq!(alike(&[1], &[1, 2]), 0, "their lengths alone keep them apart");
    }
}
