//! Clusters: what is alike, by whichever search it was found, once, and the worst first.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use rayon::prelude::*;

use super::polarity::Polarity;
use super::relation::{Text, difference, names_apart};
use super::search::{self, Sets};
use super::{Cluster, Corpus, Difference, Kind, Occurrence, Options, Variant};
use super::{OccurrenceId, PathId};
use crate::model::{Force, ProfileId};

/// Texts of fewer different words are alike too easily.
const LEAST_WORDS: usize = 3;

/// So many ways to fill in a blank are a form, unless one of them is the usual one.
const MOST_DRIFTED: usize = 3;

/// Of a text, the places whose names are compared with its words.
const MOST_PLACES: usize = 32;

/// Finds what is alike, the worst first.
pub(crate) fn find(corpus: &Corpus, options: &Options) -> Vec<Cluster> {
    let texts = texts(corpus);
    let sets: Vec<Vec<u64>> = texts
        .iter()
        .map(|text| if text.set.len() < LEAST_WORDS { Vec::new() } else { text.set.clone() })
        .collect();
    let sets = Sets::new(&sets);
    let near = search::clusters(&sets, options.threshold);
    let opposed = opposed(&texts);
    let named = named(&texts);
    let groups = united(near, opposed, named);
    let mut clusters: Vec<Cluster> =
        groups.into_par_iter().filter_map(|group| cluster(corpus, &texts, &sets, &group)).collect();
    clusters.extend(repeats(corpus, &texts, &clusters));
    clusters.sort_by_cached_key(|cluster| rank(corpus, cluster));
    clusters
}

/// What is said, each text once, what most places say first.
fn texts(corpus: &Corpus) -> Vec<Text> {
    type Heard<'c> = (&'c str, Option<Force>, Option<Polarity>);
    let mut keys: IndexMap<Heard<'_>, Vec<OccurrenceId>> = IndexMap::new();
    for (index, said) in corpus.occurrences.iter_enumerated() {
        keys.entry((&said.text, said.force, said.heading)).or_default().push(index);
    }
    let keys: Vec<_> = keys.into_iter().collect();
    let read: Vec<Text> = keys
        .into_par_iter()
        .map(|((text, force, heading), places)| {
            let is_listed = places.iter().any(|place| corpus.occurrences[*place].is_listed);
            Text { places, is_listed, ..Text::new(text.to_owned(), force, heading) }
        })
        .collect();
    // What headings say counts only where it makes a difference.
    let mut texts: IndexMap<(String, Option<Force>, Polarity), Text> = IndexMap::new();
    for text in read {
        match texts.entry((text.text.clone(), text.force, text.core.polarity)) {
            indexmap::map::Entry::Occupied(mut known) => {
                let known = known.get_mut();
                known.places.extend(text.places);
                known.is_listed |= text.is_listed;
            }
            indexmap::map::Entry::Vacant(entry) => drop(entry.insert(text)),
        }
    }
    let mut texts: Vec<Text> = texts.into_values().collect();
    texts.par_iter_mut().for_each(|text| text.places.sort_unstable());
    texts.par_sort_by_cached_key(|text| {
        let personas: BTreeSet<ProfileId> = match corpus.is_workspace() {
            true => {
                text.places.iter().flat_map(|place| corpus.occurrences[*place].personas.clone()).collect()
            }
            false => BTreeSet::new(),
        };
        let weight = (Reverse(personas.len()), Reverse(text.places.len()));
        (weight, text.force, text.core.polarity, text.text.clone())
    });
    texts
}

/// Groups of texts that share a key, each text with its keys.
fn by_key(keys: impl Iterator<Item = (u64, usize)>) -> Vec<Vec<usize>> {
    let mut keys: Vec<(u64, usize)> = keys.collect();
    keys.par_sort_unstable();
    keys.dedup();
    let groups = keys.chunk_by(|one, other| one.0 == other.0);
    groups
        .filter(|group| group.len() > 1)
        .map(|group| group.iter().map(|(_, text)| *text).collect())
        .collect()
}

/// Texts that are the same without their polarity, some for it and some against.
fn opposed(texts: &[Text]) -> Vec<Vec<usize>> {
    let keys = texts.iter().enumerate().filter_map(|(index, text)| Some((text.core.key?, index)));
    let mut groups = by_key(keys);
    groups.retain_mut(|group| {
        let opposites = Opposites::of(texts, group);
        group.retain(|index| opposites.to(&texts[*index]).is_some());
        group.len() > 1
    });
    groups
}

/// Texts that are the same but for one name.
fn named(texts: &[Text]) -> Vec<Vec<usize>> {
    by_key(
        texts.iter().enumerate().flat_map(|(index, text)| text.names.iter().map(move |name| (*name, index))),
    )
}

/// The clusters of all searches, without those that lie in another one.
fn united(near: Vec<Vec<usize>>, opposed: Vec<Vec<usize>>, named: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut of_text: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for group in near.into_iter().chain(opposed).chain(named) {
        // A later group that lies in an earlier one says nothing more.
        let mut homes = of_text.get(&group[0]).cloned().unwrap_or_default();
        for text in &group[1..] {
            let others = of_text.get(text);
            homes.retain(|home| others.is_some_and(|others| others.contains(home)));
        }
        if !homes.is_empty() {
            continue;
        }
        for text in &group {
            of_text.entry(*text).or_default().push(groups.len());
        }
        groups.push(group);
    }
    groups
}

/// The cluster of some texts; nothing if nothing tells them apart.
fn cluster(corpus: &Corpus, texts: &[Text], sets: &Sets, group: &[usize]) -> Option<Cluster> {
    let first = group[0];
    let leading = Places::of(corpus, &texts[first]);
    let opposites = Opposites::of(texts, group);
    let mut variants: Vec<Variant> = group
        .iter()
        .map(|index| {
            let text = &texts[*index];
            let mut against = first;
            let is_one = *index == first || are_merged(corpus, &texts[first], text);
            let mut apart = if is_one { None } else { difference(&texts[first], text) };
            // In a cluster of both tones, a text is told from the first of the other polarity.
            if apart.is_some_and(|apart| apart.kind() == Kind::Duplicate)
                && let Some(other) =
                    opposites.to(text).filter(|other| !are_merged(corpus, &texts[*other], text))
            {
                against = other;
                apart = Some(Difference::Polarity);
            }
            let other = &texts[against];
            let is_meant = apart.is_some_and(|apart| match against == first {
                true => is_meant(corpus, (other, &leading), text, apart),
                false => is_meant(corpus, (other, &Places::of(corpus, other)), text, apart),
            });
            let opposes = (against != first).then(|| (other.text.clone(), other.places[0]));
            let alike = (sets.alike(against, *index) * 100.0).round() as u32;
            Variant { difference: apart, opposes, is_meant, alike, ..variant(text) }
        })
        .collect();
    // Few of many are shown.
    variants[1..].sort_by_key(|variant| (variant.difference.is_none(), variant.is_meant, variant.difference));
    let mut cluster = Cluster { kind: Kind::Duplicate, variants, is_meant: false, accepted: Vec::new() };
    // Many names or numbers, of which none stands out, are blanks that were filled in.
    let has_drifted = |variant: &Variant| variant.difference.is_some_and(|apart| apart.kind() == Kind::Drift);
    let drifted = cluster.variants.iter().filter(|variant| has_drifted(variant)).count();
    if drifted >= MOST_DRIFTED && cluster.variants[0].places.len() == 1 {
        let filled = cluster.variants.iter_mut().filter(|variant| has_drifted(variant));
        filled.for_each(|variant| variant.is_meant = true);
    }
    cluster.judge();
    cluster.variants.iter().any(|variant| variant.difference.is_some()).then_some(cluster)
}

fn variant(text: &Text) -> Variant {
    Variant {
        text: text.text.clone(),
        force: text.force,
        is_against: text.core.polarity == Polarity::Against,
        difference: None,
        opposes: None,
        is_meant: false,
        alike: 100,
        places: text.places.clone(),
    }
}

/// For each core of a cluster, the first text that is for it, and the first that is against it.
struct Opposites(BTreeMap<u64, [Option<usize>; 2]>);

impl Opposites {
    fn of(texts: &[Text], group: &[usize]) -> Self {
        let mut firsts: BTreeMap<u64, [Option<usize>; 2]> = BTreeMap::new();
        for index in group {
            let text = &texts[*index];
            if let (Some(key), Some(is_against)) = (text.core.key, text.stance()) {
                firsts.entry(key).or_default()[usize::from(is_against)].get_or_insert(*index);
            }
        }
        Opposites(firsts)
    }

    /// The first text that opposes another.
    fn to(&self, text: &Text) -> Option<usize> {
        let firsts = self.0.get(&text.core.key?)?;
        firsts[usize::from(!text.stance()?)]
    }
}

/// Whether two texts are only said at one address, by sources that meet in a persona. Merging decides between those, and
/// `check` tells where it does not.
fn are_merged(corpus: &Corpus, one: &Text, other: &Text) -> bool {
    let places = || one.places.iter().chain(&other.places).map(|place| &corpus.occurrences[*place]);
    let Some(first) = places().next().and_then(|said| said.side.as_ref()) else { return false };
    let is_there = |said: &Occurrence| said.side.as_ref().is_some_and(|side| side.address == first.address);
    let meets = |place: &OccurrenceId, others: &[OccurrenceId]| {
        let personas = &corpus.occurrences[*place].personas;
        let is_among = |place: &OccurrenceId| {
            corpus.occurrences[*place].personas.iter().any(|other| personas.binary_search(other).is_ok())
        };
        others.iter().any(is_among)
    };
    one.places.len() + other.places.len() <= MOST_PLACES
        && places().all(is_there)
        && one.places.iter().all(|place| meets(place, &other.places))
        && other.places.iter().all(|place| meets(place, &one.places))
}

/// Where a text stands: its files, and the lists of them.
struct Places {
    files: BTreeSet<PathId>,
    lists: BTreeSet<(PathId, u32)>,
}

impl Places {
    fn of(corpus: &Corpus, text: &Text) -> Self {
        let said = || text.places.iter().map(|place| &corpus.occurrences[*place]);
        Places {
            files: said().map(|said| said.file).collect(),
            lists: said().map(|said| (said.file, said.list)).collect(),
        }
    }
}

/// Whether a difference looks meant, so that nothing has drifted: wherever one text stands, the other stands beside it;
/// or the text tells a figure and sets none; or each names what its own file is about.
fn is_meant(corpus: &Corpus, (one, places): (&Text, &Places), other: &Text, difference: Difference) -> bool {
    let is_told = matches!(difference, Difference::Number | Difference::Unit)
        && !(one.core.is_rule && other.core.is_rule);
    // Entries of a list that name different things are meant; the same entry with a word more is said twice.
    let may_be_parallel = match difference {
        Difference::Polarity | Difference::Marks => false,
        Difference::Words => names_apart(one, other).iter().all(|names| !names.is_empty()),
        _ => true,
    };
    let are_parallel = || {
        let others = Places::of(corpus, other);
        match difference.kind() {
            Kind::Drift => is_within(&places.files, &others.files),
            _ => is_within(&places.lists, &others.lists),
        }
    };
    is_told
        || (may_be_parallel && are_parallel())
        || (difference == Difference::Name && are_own_names(corpus, one, other))
}

/// Whether one of two sets lies in the other.
fn is_within<T: Ord>(one: &BTreeSet<T>, other: &BTreeSet<T>) -> bool {
    if one.len() < other.len() { one.is_subset(other) } else { other.is_subset(one) }
}

/// Whether the names that tell two texts apart stand in the paths of their files, or in the names of the personas.
fn are_own_names(corpus: &Corpus, one: &Text, other: &Text) -> bool {
    let [left, right] = names_apart(one, other);
    let has = |text: &Text, names: &[String]| {
        text.places.iter().take(MOST_PLACES).any(|place| {
            let said = &corpus.occurrences[*place];
            let personas = said.personas.iter().map(|persona| &corpus.personas[*persona]);
            let mut paths = std::iter::once(&corpus.files[said.file])
                .chain(personas)
                .map(|path: &String| path.to_lowercase());
            let is_of = |path: &str, name: &String| {
                let mut words = path.split(|letter: char| !letter.is_alphanumeric());
                name.len() > 1 && words.any(|word| word.starts_with(name.as_str()))
            };
            paths.any(|path: String| names.iter().any(|name| is_of(&path, name)))
        })
    };
    has(one, &left) || has(other, &right)
}

/// Texts that stand word for word in several files, and in no other cluster.
fn repeats(corpus: &Corpus, texts: &[Text], clusters: &[Cluster]) -> Vec<Cluster> {
    let known: BTreeSet<OccurrenceId> = clusters
        .iter()
        .flat_map(|cluster| &cluster.variants)
        .flat_map(|variant| &variant.places)
        .copied()
        .collect();
    let files = |text: &Text| {
        let files = text.places.iter().map(|place| corpus.occurrences[*place].file);
        files.collect::<BTreeSet<_>>().len()
    };
    let repeated = texts.iter().filter(|text| {
        text.set.len() >= LEAST_WORDS
            && text.places.len() > 1
            && !known.contains(&text.places[0])
            && files(text) > 1
    });
    let cluster = |text: &Text| Cluster {
        kind: Kind::Duplicate,
        variants: vec![variant(text)],
        is_meant: false,
        accepted: Vec::new(),
    };
    repeated.map(cluster).collect()
}

/// The worst first: by kind, then by how many personas and places it concerns. What looks meant comes last, and what is
/// only repeated comes after what differs.
fn rank(
    corpus: &Corpus,
    cluster: &Cluster,
) -> (bool, Kind, bool, Reverse<usize>, Reverse<usize>, Vec<OccurrenceId>) {
    let places: Vec<OccurrenceId> =
        cluster.variants.iter().flat_map(|variant| variant.places.iter().copied()).collect();
    let personas = corpus.reached(places.iter().copied()).len();
    let is_repeated = cluster.variants.len() == 1;
    (cluster.is_meant, cluster.kind, is_repeated, Reverse(personas), Reverse(places.len()), places)
}
