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
    /// Nothing but the section that it stands in.
    Section,
}

impl Difference {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Difference::Force => "force",
            Difference::Numbers => "numbers",
            Difference::Words => "words",
            Difference::Space => "space",
            Difference::Section => "section",
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
    /// A bit for each word; several words can have the same one.
    bits: u128,
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
        bits: 0,
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
        text.bits = text.words.iter().fold(0, |bits, word| bits | 1 << (word % u128::BITS));
    }
}

/// The texts that are nearly equal to a first one, by their index, that one first.
///
/// Two sets of words that have most words in common have one of their rarest in common, so that each
/// text is compared only with those that share one of those few.
fn clusters(texts: &[Text<'_>]) -> Vec<Vec<usize>> {
    let mut clusters: Vec<Vec<usize>> = Vec::new();
    let mut by_word: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    // For each cluster, the last text that was compared with it.
    let mut compared: Vec<usize> = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        if text.words.len() < LEAST_WORDS {
            continue;
        }
        let common = (text.words.len() * LEAST_ALIKE).div_ceil(100);
        let rare = &text.words[..text.words.len() - common + 1];
        let mut best: Option<(usize, usize)> = None;
        for cluster in rare.iter().flat_map(|word| by_word.get(word).into_iter().flatten()) {
            if std::mem::replace(&mut compared[*cluster], index) == index {
                continue;
            }
            let first = &texts[clusters[*cluster][0]];
            if first.is_prose != text.is_prose || !may_be_alike(first, text) {
                continue;
            }
            let alike = alike(&first.words, &text.words);
            let is_better = best.is_none_or(|(other, at)| alike > other || (alike == other && *cluster < at));
            if alike >= LEAST_ALIKE && is_better {
                best = Some((alike, *cluster));
            }
        }
        match best {
            Some((_, cluster)) => clusters[cluster].push(index),
            None => {
                for word in rare {
                    by_word.entry(*word).or_default().push(clusters.len());
                }
                clusters.push(vec![index]);
                compared.push(usize::MAX);
            }
        }
    }
    clusters
}

/// Whether two texts can be nearly equal by their bits: a bit that only one has is a word that only one
/// has.
fn may_be_alike(one: &Text<'_>, other: &Text<'_>) -> bool {
    let (shorter, longer) = match one.words.len() < other.words.len() {
        true => (one, other),
        false => (other, one),
    };
    let only = |one: &Text<'_>, other: &Text<'_>| (one.bits & !other.bits).count_ones() as usize;
    let both = shorter.words.len().saturating_sub(only(shorter, longer));
    let both = both.min(longer.words.len().saturating_sub(only(longer, shorter)));
    both * 100 >= (shorter.words.len() + longer.words.len() - both) * LEAST_ALIKE
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

/// A text that different personas say in different sections, so that they cannot share it.
fn elsewhere(fleet: &Fleet<'_, '_>, text: &Text<'_>) -> Option<Conflict> {
    let mut sections: BTreeMap<&str, Vec<Said<'_>>> = BTreeMap::new();
    for said in &text.said {
        sections.entry(said.claim.address.section()).or_default().push(*said);
    }
    if sections.len() < 2 || text.words.len() < LEAST_WORDS || text.personas.len() < 2 {
        return None;
    }
    let name = |index: &u32| fleet.library.profiles[*index as usize].id.clone();
    let mut variants: Vec<Variant> = sections
        .into_values()
        .map(|said| {
            let personas: BTreeSet<&u32> = said.iter().flat_map(|said| fleet.reached(said.source)).collect();
            let mut places: Vec<Place> = said.iter().map(|said| Place::of(fleet, said)).collect();
            places.sort();
            Variant {
                text: said[0].claim.said(),
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

    /// Texts of words drawn from few, so that many are alike, each with its words as numbers.
    fn drawn(count: usize) -> Vec<Text<'static>> {
        let mut state = 7u32;
        let mut draw = |below: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) as usize % below
        };
        let mut texts: Vec<Text<'static>> = Vec::new();
        for _ in 0..count {
            let length = 3 + draw(7);
            let folded = (0..length).map(|_| format!("w{}", draw(14))).collect::<Vec<_>>().join(" ");
            let (said, personas) = (Vec::new(), BTreeSet::new());
            texts.push(Text {
                said,
                spelled: "",
                folded,
                force: None,
                is_prose: false,
                personas,
                words: Vec::new(),
                bits: 0,
            });
        }
        number_words(&mut texts);
        texts
    }

    #[test]
    fn no_text_that_is_alike_is_missed() {
        let texts = drawn(600);
        let clusters = clusters(&texts);
        let first: Vec<usize> = clusters.iter().map(|cluster| cluster[0]).collect();
        assert!(clusters.iter().any(|cluster| cluster.len() > 2) && first.len() > 100);
        for cluster in &clusters {
            for other in first.iter().filter(|other| **other < cluster[0]) {
                let alike = alike(&texts[*other].words, &texts[cluster[0]].words);
                assert!(alike < LEAST_ALIKE, "{} and {}", texts[*other].folded, texts[cluster[0]].folded);
            }
            for member in &cluster[1..] {
                let nearest = first.iter().filter(|first| *first < member);
                let nearest = nearest.map(|first| alike(&texts[*first].words, &texts[*member].words)).max();
                assert_eq!(nearest, Some(alike(&texts[cluster[0]].words, &texts[*member].words)));
            }
        }
    }
}
