//! Clusters: the results of all searches, without duplicates and sorted by severity.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use rayon::prelude::*;

use super::form::Weight;
use super::intended::{Locations, Templates, is_intended};
use super::polarity::{Basis, Polarity};
use super::relation::{Text, difference};
use super::search::{self, Sets};
use super::{Cluster, Corpus, Difference, Kind, MAX_OCCURRENCES, Occurrence, OccurrenceId, Variant};
use crate::model::{Force, ProfileId};

/// The minimum number of different words: shorter texts are similar by chance.
const LEAST_WORDS: usize = 3;

/// The minimum number of drifted variants that makes a text without a prevailing variant a template.
const MAX_DRIFTED: usize = 3;

/// Finds the clusters of a corpus, most severe first. `threshold` is the minimum word overlap (Jaccard index), from 0
/// to 1.
pub(crate) fn find(corpus: &Corpus, threshold: f64) -> Vec<Cluster> {
    let texts = texts(corpus);
    let sets: Vec<Vec<u64>> = texts
        .iter()
        .map(|text| if text.set.len() < LEAST_WORDS { Vec::new() } else { text.set.clone() })
        .collect();
    let sets = Sets::new(&sets);
    let near = search::clusters(&sets, threshold);
    let opposed = opposed(&texts);
    let named = named(&texts);
    let groups = united(near, opposed, named);
    let templates = Templates::of(&texts, &groups);
    let mut clusters: Vec<Cluster> = groups
        .into_par_iter()
        .filter_map(|group| cluster(corpus, &texts, &sets, &templates, &group))
        .collect();
    clusters.extend(repeats(corpus, &texts, &clusters));
    clusters.sort_by_cached_key(|cluster| rank(corpus, cluster));
    clusters
}

/// The different texts of a corpus, those of most personas and occurrences first.
fn texts(corpus: &Corpus) -> Vec<Text> {
    type Heard<'c> = (&'c str, Option<Force>, Option<Polarity>);
    let mut keys: IndexMap<Heard<'_>, Vec<OccurrenceId>> = IndexMap::new();
    for (index, occurrence) in corpus.occurrences.iter_enumerated() {
        keys.entry((&occurrence.text, occurrence.force, occurrence.heading)).or_default().push(index);
    }
    let keys: Vec<_> = keys.into_iter().collect();
    let read: Vec<Text> = keys
        .into_par_iter()
        .map(|((text, force, heading), occurrences)| {
            let is_listed = occurrences.iter().any(|id| corpus.occurrences[*id].is_listed);
            Text { occurrences, is_listed, ..Text::new(text.to_owned(), force, heading) }
        })
        .collect();
    // A heading makes two texts different only if it changes their polarity.
    let mut texts: IndexMap<(String, Option<Force>, Polarity), Text> = IndexMap::new();
    for text in read {
        match texts.entry((text.text.clone(), text.force, text.core.polarity)) {
            indexmap::map::Entry::Occupied(mut known) => {
                let known = known.get_mut();
                known.occurrences.extend(text.occurrences);
                known.is_listed |= text.is_listed;
                known.core.basis = known.core.basis.max(text.core.basis);
            }
            indexmap::map::Entry::Vacant(entry) => drop(entry.insert(text)),
        }
    }
    let mut texts: Vec<Text> = texts.into_values().collect();
    texts.par_iter_mut().for_each(|text| text.occurrences.sort_unstable());
    texts.par_sort_by_cached_key(|text| {
        let personas: BTreeSet<ProfileId> = match corpus.is_workspace() {
            true => text.occurrences.iter().flat_map(|id| corpus.occurrences[*id].personas.clone()).collect(),
            false => BTreeSet::new(),
        };
        let weight = (Reverse(personas.len()), Reverse(text.occurrences.len()));
        (weight, text.force, text.core.polarity, text.text.clone())
    });
    texts
}

/// Groups texts by key, given pairs of a key and a text. A text may have several keys.
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

/// Groups of texts that differ only in polarity, with at least one on each side.
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

/// Groups of texts that differ only in one name.
fn named(texts: &[Text]) -> Vec<Vec<usize>> {
    by_key(
        texts.iter().enumerate().flat_map(|(index, text)| text.names.iter().map(move |name| (*name, index))),
    )
}

/// The groups of all searches, without a group that is contained in an earlier one.
fn united(near: Vec<Vec<usize>>, opposed: Vec<Vec<usize>>, named: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut of_text: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for group in near.into_iter().chain(opposed).chain(named) {
        // A group that is contained in an earlier one adds nothing.
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

/// Builds the cluster of a group of texts. `None` if all of them count as equal.
fn cluster(
    corpus: &Corpus,
    texts: &[Text],
    sets: &Sets,
    templates: &Templates,
    group: &[usize],
) -> Option<Cluster> {
    let first = group[0];
    let leading = Locations::of(corpus, &texts[first]);
    let opposites = Opposites::of(texts, group);
    let mut variants: Vec<Variant> = group
        .iter()
        .map(|index| {
            let text = &texts[*index];
            let mut against = first;
            let is_one = *index == first || are_merged(corpus, &texts[first], text);
            let mut apart = if is_one { None } else { difference(&texts[first], text) };
            // In a cluster of both polarities, a duplicate of the first text is compared with the first text
            // that it opposes.
            if apart.is_some_and(|apart| apart.kind() == Kind::Duplicate && apart != Difference::Name)
                && let Some(other) =
                    opposites.to(text).filter(|other| !are_merged(corpus, &texts[*other], text))
            {
                against = other;
                apart = Some(Difference::Polarity);
            }
            let other = &texts[against];
            let is_intended = apart.is_some_and(|apart| match against == first {
                true => is_intended(corpus, (other, &leading), text, apart),
                false => is_intended(corpus, (other, &Locations::of(corpus, other)), text, apart),
            }) || (apart == Some(Difference::Words) && templates.contain(other, text));
            let opposes = (against != first).then(|| (other.text.clone(), other.occurrences[0]));
            let similarity = (sets.similarity(against, *index) * 100.0).round() as u32;
            Variant { difference: apart, opposes, is_intended, similarity, ..variant(text) }
        })
        .collect();
    // Only the first few variants are shown.
    variants[1..]
        .sort_by_key(|variant| (variant.difference.is_none(), variant.is_intended, variant.difference));
    let weight = texts[first].weight();
    let mut cluster =
        Cluster { kind: Kind::Duplicate, variants, weight, is_intended: false, accepted: Vec::new() };
    // Many names or numbers without a prevailing one are values of a template.
    let has_drifted = |variant: &Variant| variant.difference.is_some_and(|apart| apart.kind() == Kind::Drift);
    let drifted = cluster.variants.iter().filter(|variant| has_drifted(variant)).count();
    if drifted >= MAX_DRIFTED && cluster.variants[0].occurrences.len() == 1 {
        let filled = cluster.variants.iter_mut().filter(|variant| has_drifted(variant));
        filled.for_each(|variant| variant.is_intended = true);
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
        is_intended: false,
        similarity: 100,
        occurrences: text.occurrences.clone(),
    }
}

/// For each core in a cluster, and each [`Basis`] of another text with it, the first text for it and the first text
/// against it.
struct Opposites(BTreeMap<(u64, Basis), [Option<usize>; 2]>);

impl Opposites {
    fn of(texts: &[Text], group: &[usize]) -> Self {
        let mut firsts: BTreeMap<(u64, Basis), [Option<usize>; 2]> = BTreeMap::new();
        for index in group {
            let text = &texts[*index];
            if let (Some(key), Some(is_against)) = (text.core.key, text.stance()) {
                for basis in Basis::ALL.into_iter().filter(|basis| basis.is_against(text.core.basis)) {
                    let firsts = firsts.entry((key, basis)).or_default();
                    firsts[usize::from(is_against)].get_or_insert(*index);
                }
            }
        }
        Opposites(firsts)
    }

    /// The first text of the opposite polarity.
    fn to(&self, text: &Text) -> Option<usize> {
        let firsts = self.0.get(&(text.core.key?, text.core.basis))?;
        firsts[usize::from(!text.stance()?)]
    }
}

/// Returns whether two texts occur only at one address, in sources that meet in a persona. Merging decides between
/// these, and `check` reports those that it cannot decide.
fn are_merged(corpus: &Corpus, one: &Text, other: &Text) -> bool {
    let occurrences = || one.occurrences.iter().chain(&other.occurrences).map(|id| &corpus.occurrences[*id]);
    let Some(first) = occurrences().next().and_then(|occurrence| occurrence.side.as_ref()) else {
        return false;
    };
    let is_there =
        |occurrence: &Occurrence| occurrence.side.as_ref().is_some_and(|side| side.address == first.address);
    let meets = |id: &OccurrenceId, others: &[OccurrenceId]| {
        let personas = &corpus.occurrences[*id].personas;
        let is_among = |id: &OccurrenceId| {
            corpus.occurrences[*id].personas.iter().any(|other| personas.binary_search(other).is_ok())
        };
        others.iter().any(is_among)
    };
    one.occurrences.len() + other.occurrences.len() <= MAX_OCCURRENCES
        && occurrences().all(is_there)
        && one.occurrences.iter().all(|id| meets(id, &other.occurrences))
        && other.occurrences.iter().all(|id| meets(id, &one.occurrences))
}

/// Texts that occur verbatim in several files and are in no other cluster.
fn repeats(corpus: &Corpus, texts: &[Text], clusters: &[Cluster]) -> Vec<Cluster> {
    let known: BTreeSet<OccurrenceId> = clusters
        .iter()
        .flat_map(|cluster| &cluster.variants)
        .flat_map(|variant| &variant.occurrences)
        .copied()
        .collect();
    let files = |text: &Text| {
        let files = text.occurrences.iter().map(|id| corpus.occurrences[*id].file);
        files.collect::<BTreeSet<_>>().len()
    };
    let repeated = texts.iter().filter(|text| {
        text.set.len() >= LEAST_WORDS
            && text.occurrences.len() > 1
            && !known.contains(&text.occurrences[0])
            && files(text) > 1
    });
    let cluster = |text: &Text| Cluster {
        kind: Kind::Duplicate,
        variants: vec![variant(text)],
        weight: text.weight(),
        is_intended: false,
        accepted: Vec::new(),
    };
    repeated.map(cluster).collect()
}

/// The sort key of a cluster: first unintended differences, then the kind, then differences before
/// repetitions, then the weight, then the number of personas and of occurrences.
fn rank(
    corpus: &Corpus,
    cluster: &Cluster,
) -> (bool, Kind, bool, Weight, Reverse<usize>, Reverse<usize>, Vec<OccurrenceId>) {
    let occurrences: Vec<OccurrenceId> =
        cluster.variants.iter().flat_map(|variant| variant.occurrences.iter().copied()).collect();
    let personas = corpus.reached(occurrences.iter().copied()).len();
    let is_repeated = cluster.variants.len() == 1;
    (
        cluster.is_intended,
        cluster.kind,
        is_repeated,
        cluster.weight,
        Reverse(personas),
        Reverse(occurrences.len()),
        occurrences,
    )
}
