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

use rayon::prelude::*;

/// What part of the threshold the likeness to the first of a cluster must reach, for one that is alike to another member.
const NEAR: f64 = 0.75;

/// So many members of one cluster are found by one rare word. More say nothing new, and a template that ten thousand
/// texts fill in would cost the square of that.
const MOST_BY_WORD: u32 = 128;

/// A cluster: indexes of texts, the first of which the others are near to.
pub(crate) type Cluster = Vec<usize>;

/// Sets of words, ready to be compared.
#[derive(Debug)]
pub(crate) struct Sets {
    /// Of each text its words by number, the rarest first.
    words: Vec<Vec<u32>>,
    /// How many different words there are.
    count: usize,
}

impl Sets {
    /// Gives the words numbers, the rarest the lowest. Each set is sorted and has no word twice.
    pub(crate) fn new(sets: &[Vec<u64>]) -> Self {
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
        let words = sets.par_iter().map(|set| {
            let mut words: Vec<u32> = set.iter().map(number).collect();
            words.sort_unstable();
            words
        });
        Sets { words: words.collect(), count: numbers.len() }
    }

    /// What part of all words of either text is in both.
    pub(crate) fn alike(&self, one: usize, other: usize) -> f64 {
        let (one, other) = (&self.words[one], &self.words[other]);
        let both = common(one, other);
        both as f64 / (one.len() + other.len() - both).max(1) as f64
    }

    /// Whether two texts are alike at a threshold.
    fn are_alike(&self, one: usize, other: usize, threshold: f64) -> bool {
        self.alike(one, other) >= threshold - TOLERANCE
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

/// The least number that is at least this part of `count`.
fn part(count: usize, of: f64) -> usize {
    (count as f64 * of - TOLERANCE).ceil().max(0.0) as usize
}

/// Where a text has a rare word.
#[derive(Clone, Copy)]
struct Posting {
    text: u32,
    /// The place of the word among the text's words.
    place: u32,
}

/// The clusters of texts that are alike, of two or more members each. Texts come in the order of their weight: what
/// comes first leads. A text can be in several clusters.
pub(crate) fn clusters(sets: &Sets, threshold: f64) -> Vec<Cluster> {
    let mut search = Search {
        sets,
        threshold,
        clusters: Vec::new(),
        home: vec![u32::MAX; sets.words.len()],
        also: vec![Vec::new(); sets.words.len()],
        postings: vec![Vec::new(); sets.count],
        seen: vec![u32::MAX; sets.words.len()],
        verdicts: Vec::new(),
    };
    for text in 0..sets.words.len() {
        search.place(text);
    }
    let mut clusters = search.clusters;
    clusters.retain(|cluster| cluster.len() > 1);
    clusters
}

/// What the first of a cluster is to the text that is being placed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// Alike: the text joins.
    Alike,
    /// Near: the text joins if it is alike to another member.
    Near,
    /// Neither.
    Far,
}

struct Search<'s> {
    sets: &'s Sets,
    threshold: f64,
    clusters: Vec<Cluster>,
    /// The first cluster that each text came into.
    home: Vec<u32>,
    /// The others.
    also: Vec<Vec<u32>>,
    /// For each word, the texts that have it among their rarest.
    postings: Vec<Vec<Posting>>,
    /// The last text that each text was compared with.
    seen: Vec<u32>,
    /// For each cluster, the last text that was compared with its first, and what came of it.
    verdicts: Vec<(u32, Verdict)>,
}

impl Search<'_> {
    fn place(&mut self, text: usize) {
        let words = &self.sets.words[text];
        if words.is_empty() {
            return;
        }
        let rare = words.len() - part(words.len(), self.threshold).max(1) + 1;
        let (joined, strays) = self.look(text, rare);
        match joined.iter().max_by(|one, other| one.1.total_cmp(&other.1).then(other.0.cmp(&one.0))) {
            Some((home, _)) => {
                for (cluster, _) in &joined {
                    self.clusters[*cluster as usize].push(text);
                    if cluster != home {
                        self.also[text].push(*cluster);
                    }
                }
                self.home[text] = *home;
                if !strays.is_empty() {
                    self.found(text, &strays);
                }
            }
            None => self.home[text] = self.found(text, &strays),
        }
        self.remember(text, rare);
    }

    /// The clusters that a text joins, each with its likeness to the first of it, and the texts that it is alike to in
    /// others.
    fn look(&mut self, text: usize, rare: usize) -> (Vec<(u32, f64)>, Vec<usize>) {
        let sets = self.sets;
        let words = &sets.words[text];
        let mut joined: Vec<(u32, f64)> = Vec::new();
        let mut strays: Vec<usize> = Vec::new();
        for (place, word) in words[..rare].iter().enumerate() {
            let postings = std::mem::take(&mut self.postings[*word as usize]);
            for posting in &postings {
                let other = posting.text as usize;
                if !self.has_room(words.len(), place, *posting)
                    || std::mem::replace(&mut self.seen[other], text as u32) == text as u32
                {
                    continue;
                }
                let is_in = |cluster: &u32| joined.iter().any(|(other, _)| other == cluster);
                if is_in(&self.home[other]) || self.also[other].iter().any(is_in) {
                    continue;
                }
                let homes = std::iter::once(self.home[other]).chain(self.also[other].iter().copied());
                let homes: Vec<u32> = homes.collect();
                let mut near = None;
                for home in homes {
                    let verdict = self.verdict(home, text);
                    if verdict == Verdict::Alike {
                        joined.push((home, sets.alike(self.clusters[home as usize][0], text)));
                    } else if verdict == Verdict::Near {
                        near = near.or(Some(home));
                    }
                }
                if joined
                    .iter()
                    .any(|(cluster, _)| *cluster == self.home[other] || self.also[other].contains(cluster))
                    || !sets.are_alike(other, text, self.threshold)
                {
                    continue;
                }
                match near {
                    Some(home) => joined.push((home, sets.alike(self.clusters[home as usize][0], text))),
                    None => strays.push(other),
                }
            }
            self.postings[*word as usize] = postings;
        }
        joined.dedup_by_key(|(cluster, _)| *cluster);
        strays.retain(|other| {
            !joined
                .iter()
                .any(|(cluster, _)| self.home[*other] == *cluster || self.also[*other].contains(cluster))
        });
        (joined, strays)
    }

    /// Whether two texts can be alike that share a word at these places, none rarer, and whose lengths are known.
    fn has_room(&self, length: usize, place: usize, posting: Posting) -> bool {
        let other = self.sets.words[posting.text as usize].len();
        let (shorter, longer) = (length.min(other), length.max(other));
        if shorter < part(longer, self.threshold) {
            return false;
        }
        // |A and B| >= t |A or B| means |A and B| >= t / (1 + t) (|A| + |B|).
        let needed = part(length + other, self.threshold / (1.0 + self.threshold));
        1 + (length - place - 1).min(other - posting.place as usize - 1) >= needed
    }

    fn verdict(&mut self, cluster: u32, text: usize) -> Verdict {
        let known = &mut self.verdicts[cluster as usize];
        if known.0 != text as u32 {
            let alike = self.sets.alike(self.clusters[cluster as usize][0], text);
            let verdict = match () {
                () if alike >= self.threshold - TOLERANCE => Verdict::Alike,
                () if alike >= self.threshold * NEAR => Verdict::Near,
                () => Verdict::Far,
            };
            *known = (text as u32, verdict);
        }
        known.1
    }

    /// A cluster that a text leads.
    fn found(&mut self, text: usize, others: &[usize]) -> u32 {
        let cluster = self.clusters.len() as u32;
        for other in others {
            self.also[*other].push(cluster);
        }
        if self.home[text] != u32::MAX {
            self.also[text].push(cluster);
        }
        self.clusters.push(std::iter::once(text).chain(others.iter().copied()).collect());
        self.verdicts.push((u32::MAX, Verdict::Far));
        cluster
    }

    /// Makes a text findable by its rare words.
    fn remember(&mut self, text: usize, rare: usize) {
        let home = self.home[text];
        let is_large = self.clusters[home as usize].len() > MOST_BY_WORD as usize;
        for (place, word) in self.sets.words[text][..rare].iter().enumerate() {
            let postings = &mut self.postings[*word as usize];
            let of_home = || postings.iter().rev().filter(|posting| self.home[posting.text as usize] == home);
            if is_large && of_home().take(MOST_BY_WORD as usize).count() == MOST_BY_WORD as usize {
                continue;
            }
            postings.push(Posting { text: text as u32, place: place as u32 });
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
        fn every_pair_that_is_alike_is_in_a_cluster(sets in drawn(), hundredths in 30u32..=100) {
            let threshold = f64::from(hundredths) / 100.0;
            let sets = Sets::new(&sets);
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
        fn every_member_is_near_the_first_and_alike_to_one(sets in drawn(), hundredths in 30u32..=100) {
            let threshold = f64::from(hundredths) / 100.0;
            let sets = Sets::new(&sets);
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
