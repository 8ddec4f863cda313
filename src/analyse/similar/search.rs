//! The search for texts that have most of their words in common, without comparing all with all.
//!
//! Two sets of words are alike if at least a part `threshold` of all words of either is in both (Jaccard). Two such sets
//! share one of their few rarest words, so each text is compared only with those that share one of those with it (prefix
//! filtering), and of these only where length and place of the shared word leave room for enough further ones. Nothing is
//! guessed: whatever is alike is found, and every comparison is exact.
//!
//! What is found goes into clusters at once. A text that is alike to the first of a cluster, or nearly so and alike to
//! another member, joins it, and is not compared with its other members; so 10,000 texts from one template cost 10,000
//! comparisons and not fifty million. No cluster chains from one text to another: each member is near the first.
//! Where a text is alike to members of a cluster that it cannot join, a further cluster says so.

use indexmap::IndexMap;
use rayon::prelude::*;
use typed_index_collections::TiVec;

pub(crate) use super::words::hash;
use crate::model::ids;

/// What part of the threshold the likeness to the first of a cluster must reach, for one that is alike to another member.
const NEAR: f64 = 0.75;

/// So many members of one cluster are found by one key. More say nothing new, and a template that ten thousand
/// texts fill in would cost the square of that.
const MOST_BY_KEY: usize = 128;

/// A cluster: indexes of texts, the first of which the others are near to.
pub(crate) type Cluster = Vec<usize>;

/// Sets of words, ready to be compared.
#[derive(Debug)]
pub(crate) struct Sets {
    /// Of each text its words by number, the rarest first.
    words: Vec<Vec<u32>>,
    /// Of each text its outline.
    outlines: Vec<Outline>,
    /// The first word that is common; those with higher numbers are as well.
    common: u32,
}

/// What tells most texts apart at a glance.
#[derive(Debug, Clone, Copy)]
struct Outline {
    /// How many words there are.
    length: usize,
    /// A bit for each word; several words can have the same one.
    bits: u128,
}

impl Outline {
    fn of(words: &[u32]) -> Self {
        let bits = words.iter().fold(0, |bits, word| bits | 1 << (word % u128::BITS));
        Outline { length: words.len(), bits }
    }

    /// The most words that two texts can have in common: a bit that only one has is a word that only one has.
    fn most_common(&self, other: &Outline) -> usize {
        let only = |one: &Outline, other: &Outline| (one.bits & !other.bits).count_ones() as usize;
        (self.length - only(self, other)).min(other.length - only(other, self))
    }
}

impl Sets {
    /// Gives the words numbers, the rarest the lowest. Each set is sorted and has no word twice.
    pub(crate) fn new(sets: &[Vec<u64>]) -> Self {
        Sets::where_common(sets, COMMON)
    }

    /// The same, with the words of more than `most` texts as common ones.
    fn where_common(sets: &[Vec<u64>], most: u32) -> Self {
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

    /// What part of all words of either text is in both.
    pub(crate) fn alike(&self, one: usize, other: usize) -> f64 {
        let (one, other) = (&self.words[one], &self.words[other]);
        let both = common(one, other);
        both as f64 / (one.len() + other.len() - both).max(1) as f64
    }

    /// Whether two texts are alike at a threshold.
    fn are_alike(&self, one: usize, other: usize, threshold: f64) -> bool {
        let (one, other) = (&self.words[one], &self.words[other]);
        common_of(one, other, needed(one.len(), other.len(), threshold)).is_some()
    }
}

/// 4/5 is not below 0.8 for want of a bit.
const TOLERANCE: f64 = 1e-9;

/// How many words of two sets are in both.
fn common(one: &[u32], other: &[u32]) -> usize {
    let (mut at, mut both) = (0, 0);
    for word in one {
        while other.get(at).is_some_and(|other| other < word) {
            at += 1;
        }
        both += usize::from(other.get(at) == Some(word));
    }
    both
}

/// How many words two sets of these lengths must have in common: if a part t of all words is in both, then at least a
/// part t / (1 + t) of the words of one and of the other together.
fn needed(one: usize, other: usize, threshold: f64) -> usize {
    part(one + other, threshold / (1.0 + threshold))
}

/// How many words of two sets are in both, if so many are needed and there are; it stops where too few are left.
fn common_of(one: &[u32], other: &[u32], needed: usize) -> Option<usize> {
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

/// The least number that is at least this part of `count`.
fn part(count: usize, of: f64) -> usize {
    (count as f64 * of - TOLERANCE).ceil().max(0.0) as usize
}

/// A word that more texts than this have is common. What texts share that have no rare word in common is sought by three
/// common words at once: lists of the texts with one of them would be long.
const COMMON: u32 = 200;

/// The most words among a text's rarest that are combined by three.
const MOST_COMBINED: usize = 9;

ids! {
    /// A text, by its place in [`Sets`].
    TextId;
    /// A cluster that is being put together.
    ClusterId;
}

/// Where a text has a rare word.
#[derive(Clone, Copy)]
struct Posting {
    text: TextId,
    /// The place of the word among the text's words.
    place: u32,
}

/// What texts are found by: a rare word, or three common ones.
type Key = [u32; 3];

/// Which words of a text it is found by.
#[derive(Debug, Clone, Copy)]
struct Scheme {
    threshold: f64,
    /// The first word that is common.
    common: u32,
    /// Texts of up to so many words are found by three common words at once; longer ones have rare ones enough.
    combined: usize,
}

impl Scheme {
    fn new(sets: &Sets, threshold: f64) -> Self {
        let is_few = |length: &usize| length - part(*length, threshold) + 3 <= MOST_COMBINED;
        let combined = (1..=40).take_while(is_few).last().unwrap_or(0);
        Scheme { threshold, common: sets.common, combined }
    }

    /// The keys of a text, each with the place of its first word.
    ///
    /// Two texts of n and m words that are alike share at least k >= t max(n, m) of them, so the n - k + 1 rarest of one
    /// and the m - k + 1 rarest of the other have a word in common, and the n - k + 3 and m - k + 3 rarest have three. If
    /// the rarest word that both have is common, all that both have are.
    fn keys(self, words: &[u32]) -> Vec<(Key, u32)> {
        let least = part(words.len(), self.threshold).max(1);
        let one = words.len() - least + 1;
        let three = (words.len() + 3 - least).min(words.len());
        let is_short = words.len() <= self.combined && least >= 3;
        // A longer or shorter text that is alike may be found in the other way.
        let is_combined = least < 3 || words.len() as f64 <= self.combined as f64 / self.threshold + 1.0;
        let rare = words.partition_point(|word| *word < self.common);
        let mut keys: Vec<(Key, u32)> = Vec::with_capacity(one);
        let single = if is_short { one.min(rare) } else { one };
        keys.extend(words[..single].iter().enumerate().map(|(place, word)| ([*word; 3], place as u32)));
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

/// The clusters of texts that are alike, of two or more members each. Texts come in the order of their weight: what
/// comes first leads. A text can be in several clusters.
pub(crate) fn clusters(sets: &Sets, threshold: f64) -> Vec<Cluster> {
    let count = sets.words.len();
    let mut search = Search {
        sets,
        scheme: Scheme::new(sets, threshold),
        threshold,
        clusters: TiVec::new(),
        home: vec![None; count],
        also: vec![Vec::new(); count],
        postings: IndexMap::new(),
        same: IndexMap::new(),
        seen: vec![None; count],
    };
    for text in 0..count {
        search.place(text);
    }
    // What has the same words is in the same clusters.
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
    /// The first cluster that each text came into.
    home: Vec<Option<ClusterId>>,
    /// The others.
    also: Vec<Vec<ClusterId>>,
    /// For each key, the texts that have it.
    postings: IndexMap<Key, Vec<Posting>>,
    /// For each set of words, the texts that have it; the first of them stands for all.
    same: IndexMap<&'s [u32], Vec<usize>>,
    /// The last text that each text was compared with.
    seen: Vec<Option<TextId>>,
}

impl<'s> Search<'s> {
    fn place(&mut self, text: usize) {
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
        let (joined, strays) = self.look(text, &keys);
        let best = joined.iter().max_by(|one, other| one.1.total_cmp(&other.1).then(other.0.cmp(&one.0)));
        match best {
            Some((home, _)) => {
                self.home[text] = Some(*home);
                self.also[text] =
                    joined.iter().map(|(cluster, _)| *cluster).filter(|cluster| cluster != home).collect();
                self.join(text);
                if !strays.is_empty() {
                    self.found(text, &strays);
                }
            }
            None => self.home[text] = Some(self.found(text, &strays)),
        }
        self.remember(text, &keys);
    }

    /// Adds a text to its clusters.
    fn join(&mut self, text: usize) {
        for cluster in self.home[text].iter().chain(&self.also[text]) {
            self.clusters[*cluster].push(text);
        }
    }

    /// The clusters that a text joins, each with its likeness to the first of it, and the texts that it is alike to in
    /// others.
    fn look(&mut self, text: usize, keys: &[(Key, u32)]) -> (Vec<(ClusterId, f64)>, Vec<usize>) {
        let sets = self.sets;
        let outline = sets.outlines[text];
        let this = Some(TextId::from(text));
        let mut joined: Vec<(ClusterId, f64)> = Vec::new();
        let mut strays: Vec<usize> = Vec::new();
        for (key, place) in keys {
            let Some(postings) = self.postings.get(key) else { continue };
            for posting in postings {
                let other = usize::from(posting.text);
                if !self.has_room(&outline, *place as usize, *posting)
                    || std::mem::replace(&mut self.seen[other], this) == this
                {
                    continue;
                }
                let is_in = |cluster: &ClusterId| joined.iter().any(|(other, _)| other == cluster);
                if self.home[other].iter().any(is_in)
                    || self.also[other].iter().any(is_in)
                    || !sets.are_alike(other, text, self.threshold)
                {
                    continue;
                }
                // Of the clusters of the other text, the one whose first is the most like this one.
                let homes = self.home[other].iter().chain(&self.also[other]);
                let likeness = |home: &ClusterId| (*home, sets.alike(self.clusters[*home][0], text));
                let best = homes
                    .map(likeness)
                    .max_by(|one, other| one.1.total_cmp(&other.1).then(other.0.cmp(&one.0)));
                match best.filter(|(_, alike)| *alike >= self.threshold * NEAR - TOLERANCE) {
                    Some(home) => joined.push(home),
                    None => strays.push(other),
                }
            }
        }
        strays.retain(|other| {
            let is_in = |cluster: &ClusterId| joined.iter().any(|(other, _)| other == cluster);
            !self.home[*other].iter().any(is_in) && !self.also[*other].iter().any(is_in)
        });
        (joined, strays)
    }

    /// Whether two texts can be alike that share a word at these places, and none that is rarer, by their lengths and
    /// outlines.
    fn has_room(&self, one: &Outline, place: usize, posting: Posting) -> bool {
        let other = &self.sets.outlines[usize::from(posting.text)];
        let (shorter, longer) = (one.length.min(other.length), one.length.max(other.length));
        if (shorter as f64) < self.threshold * longer as f64 - TOLERANCE {
            return false;
        }
        let rest = (one.length - place - 1).min(other.length - posting.place as usize - 1);
        let needed = needed(one.length, other.length, self.threshold);
        1 + rest >= needed && one.most_common(other) >= needed
    }

    /// A cluster that a text leads.
    fn found(&mut self, text: usize, others: &[usize]) -> ClusterId {
        let cluster = self.clusters.next_key();
        for other in others {
            self.also[*other].push(cluster);
        }
        if self.home[text].is_some() {
            self.also[text].push(cluster);
        }
        self.clusters.push(std::iter::once(text).chain(others.iter().copied()).collect());
        cluster
    }

    /// Makes a text findable by its keys.
    fn remember(&mut self, text: usize, keys: &[(Key, u32)]) {
        let home = self.home[text];
        let is_large = home.is_some_and(|home| self.clusters[home].len() > MOST_BY_KEY);
        for (key, place) in keys {
            let postings = self.postings.entry(*key).or_default();
            let of_home =
                || postings.iter().rev().filter(|posting| self.home[usize::from(posting.text)] == home);
            if is_large && of_home().take(MOST_BY_KEY).count() == MOST_BY_KEY {
                continue;
            }
            postings.push(Posting { text: text.into(), place: *place });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    /// Sets of words drawn from few, so that many are alike.
    fn drawn() -> impl Strategy<Value = Vec<Vec<u64>>> {
        let set = prop::collection::btree_set(0u64..14, 0..9);
        let sets = prop::collection::vec(set, 0..60);
        sets.prop_map(|sets| sets.into_iter().map(|set| set.into_iter().collect()).collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn every_pair_that_is_alike_is_in_a_cluster(sets in drawn(), hundredths in 30u32..=100, most in 0u32..20) {
            let threshold = f64::from(hundredths) / 100.0;
            let sets = Sets::where_common(&sets, most);
            let clusters = clusters(&sets, threshold);
            let members: Vec<BTreeSet<usize>> = clusters.iter().map(|cluster| cluster.iter().copied().collect()).collect();
            for one in 0..sets.words.len() {
                for other in 0..one {
                    let are_alike = sets.are_alike(one, other, threshold) && !sets.words[one].is_empty();
                    let are_found = members.iter().any(|cluster| cluster.contains(&one) && cluster.contains(&other));
                    prop_assert!(are_found || !are_alike, "{other} and {one} of {:?}", sets.words);
                }
            }
        }

        #[test]
        fn every_member_is_near_the_first_and_alike_to_one(sets in drawn(), hundredths in 30u32..=100, most in 0u32..20) {
            let threshold = f64::from(hundredths) / 100.0;
            let sets = Sets::where_common(&sets, most);
            for cluster in clusters(&sets, threshold) {
                prop_assert_eq!(cluster.iter().collect::<BTreeSet<_>>().len(), cluster.len());
                for member in &cluster[1..] {
                    prop_assert!(sets.alike(cluster[0], *member) >= threshold * NEAR - TOLERANCE);
                    let mut others = cluster.iter().filter(|other| *other != member);
                    prop_assert!(others.any(|other| sets.are_alike(*other, *member, threshold)));
                }
            }
        }
    }

    #[test]
    fn clusters_do_not_chain() {
        // Each shares nine of eleven words with the next.
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
