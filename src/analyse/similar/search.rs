//! Search for texts with most of their words in common, without comparing all pairs.
//!
//! Two sets of words are similar if their Jaccard index is at least `threshold`. Such sets share one of their
//! few rarest words. So each text is compared only with candidates that share one (prefix filtering), and
//! only if their lengths and the positions of that word leave room for enough further words. The search is
//! exact: it finds every similar pair.
//!
//! Texts are clustered as they are found. A text joins a cluster if it is similar to the first member, or
//! nearly similar to it and similar to another member. It is not compared with the other members, so 10,000
//! texts from one template cost 10,000 comparisons instead of fifty million. Clusters do not chain, because
//! each member is near the first. A text that is similar to members of a cluster it cannot join leads a
//! further cluster with them.

use indexmap::IndexMap;
use rayon::prelude::*;
use smallvec::SmallVec;
use typed_index_collections::TiVec;

pub(crate) use super::words::hash;
use crate::model::ids;

/// The part of the threshold that the similarity to the first member must reach, for a text that is similar
/// to another member.
const NEAR: f64 = 0.75;

/// The maximum number of members of one cluster per key. Without it, a template that ten thousand texts fill
/// in would cost quadratic time.
const MAX_BY_KEY: usize = 128;

/// Indexes of texts. All members are near the first.
pub(crate) type Cluster = Vec<usize>;

/// Sets of words, prepared for comparison.
#[derive(Debug)]
pub(crate) struct Sets {
    /// The words of each text as numbers, rarest first.
    words: Vec<Vec<u32>>,
    outlines: TiVec<TextId, Outline>,
    /// The lowest number of a common word. All higher numbers are common words too.
    common: u32,
}

/// A summary of a set that rules out most pairs.
#[derive(Debug, Clone, Copy)]
struct Outline {
    /// The number of words.
    length: usize,
    /// A bit for each word; several words can share one.
    bits: u128,
}

impl Outline {
    fn of(words: &[u32]) -> Self {
        let bits = words.iter().fold(0, |bits, word| bits | 1 << (word % u128::BITS));
        Outline { length: words.len(), bits }
    }

    /// The maximum number of common words: a bit that only one text has is a word that only this text has.
    fn max_overlap(&self, other: &Outline) -> usize {
        let only = |one: &Outline, other: &Outline| (one.bits & !other.bits).count_ones() as usize;
        (self.length - only(self, other)).min(other.length - only(other, self))
    }
}

impl Sets {
    /// Numbers the words, rarest first. Each set must be sorted and without duplicates.
    pub(crate) fn new(sets: &[Vec<u64>]) -> Self {
        Sets::with_common(sets, COMMON)
    }

    /// Same as `new`, but a word of more than `most` texts is common.
    fn with_common(sets: &[Vec<u64>], most: u32) -> Self {
        let mut all: Vec<u64> = sets.iter().flatten().copied().collect();
        all.par_sort_unstable();
        let mut counted: Vec<(u32, u64)> =
            all.chunk_by(|one, other| one == other).map(|same| (same.len() as u32, same[0])).collect();
        counted.par_sort_unstable();
        let mut numbers: Vec<(u64, u32)> =
            counted.iter().enumerate().map(|(number, (_, word))| (*word, number as u32)).collect();
        numbers.par_sort_unstable();
        let number = |word: &u64| {
            let at = numbers.binary_search_by_key(word, |(word, _)| *word);
            at.map_or(u32::MAX, |at| numbers[at].1)
        };
        let words: Vec<Vec<u32>> = sets
            .par_iter()
            .map(|set| {
                let mut words: Vec<u32> = set.iter().map(number).collect();
                words.sort_unstable();
                words
            })
            .collect();
        let outlines = words.iter().map(|words| Outline::of(words)).collect();
        let common = counted.partition_point(|(count, _)| *count <= most) as u32;
        Sets { words, outlines, common }
    }

    /// The Jaccard index of two texts.
    pub(crate) fn similarity(&self, one: usize, other: usize) -> f64 {
        let (one, other) = (&self.words[one], &self.words[other]);
        let both = overlap(one, other);
        both as f64 / (one.len() + other.len() - both).max(1) as f64
    }

    /// Returns whether the Jaccard index of two texts reaches a threshold.
    fn are_similar(&self, one: usize, other: usize, threshold: f64) -> bool {
        let (one, other) = (&self.words[one], &self.words[other]);
        overlap_of_at_least(one, other, min_overlap(one.len(), other.len(), threshold)).is_some()
    }
}

/// Tolerance for rounding: 4/5 must not count as less than 0.8.
const TOLERANCE: f64 = 1e-9;

/// The size of the intersection of two sorted sets.
fn overlap(one: &[u32], other: &[u32]) -> usize {
    let (mut at, mut both) = (0, 0);
    for word in one {
        while other.get(at).is_some_and(|other| other < word) {
            at += 1;
        }
        both += usize::from(other.get(at) == Some(word));
    }
    both
}

/// The number of words that two sets of these lengths must share. A Jaccard index of t requires at least t /
/// (1 + t) of the sum of both lengths.
fn min_overlap(one: usize, other: usize, threshold: f64) -> usize {
    fraction_of(one + other, threshold / (1.0 + threshold))
}

/// The size of the intersection if it is at least `needed`. Stops early when that is out of reach.
fn overlap_of_at_least(one: &[u32], other: &[u32], needed: usize) -> Option<usize> {
    let (mut left, mut right, mut both) = (0, 0, 0);
    while left < one.len() && right < other.len() {
        if both + (one.len() - left).min(other.len() - right) < needed {
            return None;
        }
        let order = one[left].cmp(&other[right]);
        both += usize::from(order.is_eq());
        left += usize::from(order.is_le());
        right += usize::from(order.is_ge());
    }
    (both >= needed).then_some(both)
}

/// The smallest integer that is at least this fraction of `count`.
fn fraction_of(count: usize, of: f64) -> usize {
    (count as f64 * of - TOLERANCE).ceil().max(0.0) as usize
}

/// A word in more texts than this is common. Texts that share only common words are found by combinations of
/// three, because the list of texts for one common word would be long.
const COMMON: u32 = 200;

/// The maximum number of a text's rarest words from which combinations of three are formed.
const MAX_COMBINED: usize = 9;

ids! {
    /// A text, by its index in [`Sets`].
    TextId;
    /// A cluster under construction.
    ClusterId;
}

/// An occurrence of a key in a text.
#[derive(Clone, Copy)]
struct Posting {
    text: TextId,
    /// The position of the key's first word among the words of the text.
    position: u32,
}

/// The key of a candidate list: one rare word three times, or three common words.
type Key = [u32; 3];

/// The choice of keys for a threshold.
#[derive(Debug, Clone, Copy)]
struct Scheme {
    threshold: f64,
    /// The lowest number of a common word.
    common: u32,
    /// The maximum length of texts with combined keys. Longer texts have enough rare words.
    combined: usize,
}

impl Scheme {
    fn new(sets: &Sets, threshold: f64) -> Self {
        let is_few = |length: &usize| length - fraction_of(*length, threshold) + 3 <= MAX_COMBINED;
        let combined = (1..=40).take_while(is_few).last().unwrap_or(0);
        Scheme { threshold, common: sets.common, combined }
    }

    /// The keys of a text, each with the position of its first word.
    ///
    /// Two similar texts of n and m words share at least k >= t max(n, m) words. So their n - k + 1 and
    /// m - k + 1 rarest words have one in common, and their n - k + 3 and m - k + 3 rarest have three. If the
    /// rarest shared word is common, so are all shared words.
    fn keys(self, words: &[u32]) -> Vec<(Key, u32)> {
        let least = fraction_of(words.len(), self.threshold).max(1);
        let one = words.len() - least + 1;
        let three = (words.len() + 3 - least).min(words.len());
        let is_short = words.len() <= self.combined && least >= 3;
        // A similar text of another length may only be found by the other sort of key.
        let is_combined = least < 3 || words.len() as f64 <= self.combined as f64 / self.threshold + 1.0;
        let rare = words.partition_point(|word| *word < self.common);
        let mut keys: Vec<(Key, u32)> = Vec::with_capacity(one);
        let single = if is_short { one.min(rare) } else { one };
        keys.extend(words[..single].iter().enumerate().map(|(position, word)| ([*word; 3], position as u32)));
        if is_combined {
            for first in rare..three {
                for second in first + 1..three {
                    for third in second + 1..three {
                        keys.push(([words[first], words[second], words[third]], first as u32));
                    }
                }
            }
        }
        keys
    }
}

/// Returns the clusters of similar texts, with at least two members each. Texts are sorted by weight, and the
/// first of a cluster leads it. A text can be in several clusters.
pub(crate) fn clusters(sets: &Sets, threshold: f64) -> Vec<Cluster> {
    let count = sets.words.len();
    let mut search = Search {
        sets,
        scheme: Scheme::new(sets, threshold),
        threshold,
        clusters: TiVec::new(),
        homes: vec![SmallVec::new(); count],
        postings: IndexMap::new(),
        same: IndexMap::new(),
        seen: vec![None; count],
    };
    for text in 0..count {
        search.insert(text);
    }
    // Texts with the same words are in the same clusters.
    let with_same = |text: &usize| search.same[sets.words[*text].as_slice()].iter().copied();
    let clusters =
        search.clusters.iter().map(|cluster| cluster.iter().flat_map(with_same).collect::<Cluster>());
    clusters.filter(|cluster| cluster.len() > 1).collect()
}

struct Search<'s> {
    sets: &'s Sets,
    scheme: Scheme,
    threshold: f64,
    clusters: TiVec<ClusterId, Cluster>,
    /// The clusters of each text, the primary one first.
    homes: Vec<SmallVec<[ClusterId; 2]>>,
    /// The texts that have a key.
    postings: IndexMap<Key, Vec<Posting>>,
    /// The texts with the same set of words. Only the first of them is compared.
    same: IndexMap<&'s [u32], Vec<usize>>,
    /// The last text that each text was compared with, to avoid a second comparison.
    seen: Vec<Option<TextId>>,
}

impl<'s> Search<'s> {
    fn insert(&mut self, text: usize) {
        let sets = self.sets;
        let words = &sets.words[text];
        if words.is_empty() {
            return;
        }
        let same = self.same.entry(words).or_default();
        same.push(text);
        if same.len() > 1 {
            return;
        }
        let keys = self.scheme.keys(words);
        let (joined, outsiders) = self.find_clusters(text, &keys);
        let best = joined.iter().max_by(|one, other| one.1.total_cmp(&other.1).then(other.0.cmp(&one.0)));
        if let Some((primary, _)) = best {
            let others = joined.iter().map(|(cluster, _)| *cluster).filter(|cluster| cluster != primary);
            self.homes[text] = std::iter::once(*primary).chain(others).collect();
            for home in &self.homes[text] {
                self.clusters[*home].push(text);
            }
        }
        if best.is_none() || !outsiders.is_empty() {
            self.start_cluster(text, &outsiders);
        }
        self.add_postings(text, &keys);
    }

    /// Returns the clusters that a text joins, each with its similarity to the first member, and the similar
    /// texts in clusters that it cannot join.
    fn find_clusters(&mut self, text: usize, keys: &[(Key, u32)]) -> (Vec<(ClusterId, f64)>, Vec<usize>) {
        let sets = self.sets;
        let this = TextId::from(text);
        let outline = sets.outlines[this];
        let mut joined: Vec<(ClusterId, f64)> = Vec::new();
        let mut outsiders: Vec<usize> = Vec::new();
        for (key, position) in keys {
            let Some(postings) = self.postings.get(key) else { continue };
            for posting in postings {
                let other = usize::from(posting.text);
                if !self.may_be_similar(&outline, *position as usize, *posting)
                    || self.seen[other].replace(this) == Some(this)
                {
                    continue;
                }
                let is_joined = |home: &ClusterId| joined.iter().any(|(other, _)| other == home);
                if self.homes[other].iter().any(is_joined) || !sets.are_similar(other, text, self.threshold) {
                    continue;
                }
                // Prefer the cluster whose first member is the most similar to this text.
                let with_similarity =
                    |home: &ClusterId| (*home, sets.similarity(self.clusters[*home][0], text));
                let best = self.homes[other]
                    .iter()
                    .map(with_similarity)
                    .max_by(|one, other| one.1.total_cmp(&other.1).then(other.0.cmp(&one.0)));
                match best.filter(|(_, similarity)| *similarity >= self.threshold * NEAR - TOLERANCE) {
                    Some(home) => joined.push(home),
                    None => outsiders.push(other),
                }
            }
        }
        let is_joined = |home: &ClusterId| joined.iter().any(|(other, _)| other == home);
        outsiders.retain(|other| !self.homes[*other].iter().any(is_joined));
        (joined, outsiders)
    }

    /// Returns whether two texts whose rarest shared word is at these positions can still be similar, by their lengths
    /// and outlines.
    fn may_be_similar(&self, one: &Outline, position: usize, posting: Posting) -> bool {
        let other = &self.sets.outlines[posting.text];
        let (shorter, longer) = (one.length.min(other.length), one.length.max(other.length));
        if (shorter as f64) < self.threshold * longer as f64 - TOLERANCE {
            return false;
        }
        let rest = (one.length - position - 1).min(other.length - posting.position as usize - 1);
        let needed = min_overlap(one.length, other.length, self.threshold);
        1 + rest >= needed && one.max_overlap(other) >= needed
    }

    /// Starts a cluster with a text as its first member.
    fn start_cluster(&mut self, text: usize, others: &[usize]) {
        let cluster = self.clusters.next_key();
        let members: Cluster = std::iter::once(text).chain(others.iter().copied()).collect();
        for member in &members {
            self.homes[*member].push(cluster);
        }
        self.clusters.push(members);
    }

    /// Adds a text to the candidate lists of its keys.
    fn add_postings(&mut self, text: usize, keys: &[(Key, u32)]) {
        let primary = |text: usize| self.homes[text].first().copied();
        let home = primary(text);
        let is_large = home.is_some_and(|home| self.clusters[home].len() > MAX_BY_KEY);
        for (key, position) in keys {
            let postings = self.postings.entry(*key).or_default();
            let of_home = postings.iter().rev().filter(|posting| primary(usize::from(posting.text)) == home);
            if is_large && of_home.take(MAX_BY_KEY).count() == MAX_BY_KEY {
                continue;
            }
            postings.push(Posting { text: text.into(), position: *position });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    /// Sets of words from a small vocabulary, so that many are similar.
    fn drawn() -> impl Strategy<Value = Vec<Vec<u64>>> {
        let set = prop::collection::btree_set(0u64..14, 0..9);
        let sets = prop::collection::vec(set, 0..60);
        sets.prop_map(|sets| sets.into_iter().map(|set| set.into_iter().collect()).collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn every_similar_pair_is_in_a_cluster(sets in drawn(), hundredths in 30u32..=100, most in 0u32..20) {
            let threshold = f64::from(hundredths) / 100.0;
            let sets = Sets::with_common(&sets, most);
            let clusters = clusters(&sets, threshold);
            let members: Vec<BTreeSet<usize>> = clusters.iter().map(|cluster| cluster.iter().copied().collect()).collect();
            for one in 0..sets.words.len() {
                for other in 0..one {
                    let are_alike = sets.are_similar(one, other, threshold) && !sets.words[one].is_empty();
                    let are_found = members.iter().any(|cluster| cluster.contains(&one) && cluster.contains(&other));
                    prop_assert!(are_found || !are_alike, "{other} and {one} of {:?}", sets.words);
                }
            }
        }

        #[test]
        fn every_member_is_near_the_first_and_similar_to_one(sets in drawn(), hundredths in 30u32..=100, most in 0u32..20) {
            let threshold = f64::from(hundredths) / 100.0;
            let sets = Sets::with_common(&sets, most);
            for cluster in clusters(&sets, threshold) {
                prop_assert_eq!(cluster.iter().collect::<BTreeSet<_>>().len(), cluster.len());
                for member in &cluster[1..] {
                    prop_assert!(sets.similarity(cluster[0], *member) >= threshold * NEAR - TOLERANCE);
                    let mut others = cluster.iter().filter(|other| *other != member);
                    prop_assert!(others.any(|other| sets.are_similar(*other, *member, threshold)));
                }
            }
        }
    }

    #[test]
    fn clusters_do_not_chain() {
        // Adjacent sets share nine of eleven words.
        let sets: Vec<Vec<u64>> = (0..40).map(|first| (first..first + 10).collect()).collect();
        let clusters = clusters(&Sets::new(&sets), 0.8);
        assert!(clusters.len() > 10 && clusters.iter().all(|cluster| cluster.len() < 6), "{clusters:?}");
    }

    #[test]
    fn a_template_that_many_fill_in_is_one_cluster() {
        let sets: Vec<Vec<u64>> = (0..20_000).map(|blank| (0..12).chain([100 + blank]).collect()).collect();
        let found = clusters(&Sets::new(&sets), 0.8);
        assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), [20_000]);
    }
}
