//! The search for near-duplicates and contradictions misses nothing.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use crate::analyse::similar::{Corpus, Kind, find, of_documents};

/// Documents of a few rules each, made from few words, with some words of each rule changed.
fn drawn() -> impl Strategy<Value = Vec<(String, String)>> {
    let word = (0..18u32).prop_map(|number| format!("w{}", char::from(b'a' + number as u8)));
    let rule =
        (prop::sample::select(vec!["Never ", "Always ", ""]), prop::collection::vec(word, 3..9), 0..3u32)
            .prop_map(|(modal, words, number)| format!("- {modal}{} {number}\n", words.join(" ")));
    prop::collection::vec(prop::collection::vec(rule, 1..8), 1..8).prop_map(|files| {
        files.into_iter().enumerate().map(|(index, rules)| (format!("f{index}.md"), rules.concat())).collect()
    })
}

/// Returns the words of a text that count, parsed independently of the program.
fn words(text: &str) -> BTreeSet<String> {
    let words = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| if word.parse::<u32>().is_ok() { "0".to_owned() } else { word.to_lowercase() }).collect()
}

/// Returns the clusters of each place, by file and line.
fn homes(corpus: &Corpus, threshold: f64) -> BTreeMap<String, BTreeSet<BTreeSet<String>>> {
    let mut homes: BTreeMap<String, BTreeSet<BTreeSet<String>>> = BTreeMap::new();
    for cluster in find(corpus, threshold) {
        let places = cluster.variants.iter().flat_map(|variant| &variant.occurrences);
        let places: BTreeSet<String> = places.map(|place| corpus.location(*place)).collect();
        for place in &places {
            homes.entry(place.clone()).or_default().insert(places.clone());
        }
    }
    homes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn law_similar_rules_in_two_files_are_found(documents in drawn(), hundredths in 40u32..=100) {
        let threshold = f64::from(hundredths) / 100.0;
        let corpus = of_documents(&documents);
        let homes = homes(&corpus, threshold);
        for (index, one) in corpus.occurrences.iter().enumerate() {
            for (other_index, other) in corpus.occurrences.iter().enumerate().take(index) {
                let (left, right) = (words(&one.text), words(&other.text));
                let both = left.intersection(&right).count();
                let alike = both as f64 / left.union(&right).count() as f64;
                if one.file == other.file || alike < threshold - 1e-9 || left.len() < 3 || right.len() < 3 {
                    continue;
                }
                let (one, other) = (corpus.location(index.into()), corpus.location(other_index.into()));
                let clusters = homes.get(&one).cloned().unwrap_or_default();
                prop_assert!(clusters.iter().any(|cluster| cluster.contains(&other)), "{one} {other} {documents:?}");
            }
        }
    }

    #[test]
    fn law_the_order_of_the_files_changes_nothing(documents in drawn()) {
        let mut turned = documents.clone();
        turned.reverse();
        let (one, other) = (of_documents(&documents), of_documents(&turned));
        prop_assert_eq!(homes(&one, 0.8), homes(&other, 0.8));
    }

    #[test]
    fn law_the_same_rule_with_the_opposite_modal_is_a_contradiction(documents in drawn()) {
        let corpus = of_documents(&documents);
        let found = find(&corpus, 0.8);
        let opposed = |one: &str, other: &str| found.iter().any(|cluster| {
            let has = |text: &str| cluster.variants.iter().any(|variant| variant.text == text);
            cluster.kind == Kind::Contradiction && has(one) && has(other)
        });
        let texts: BTreeSet<&str> = corpus.occurrences.iter().map(|said| said.text.as_str()).collect();
        for text in &texts {
            if let Some(rest) = text.strip_prefix("Never ")
                && let Some(other) = texts.get(format!("Always {rest}").as_str())
            {
                prop_assert!(opposed(text, other), "{text}");
            }
        }
    }
}
