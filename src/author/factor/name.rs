//! Names for shared fragments: what the entries are about.

use std::collections::{BTreeMap, BTreeSet};

use super::fleet::Fleet;
use super::group::Group;
use crate::model::{Address, ProfileId, Source, address, is_device, is_id};

/// Words that do not name the topic of a text.
const STOP_WORDS: [&str; 77] = [
    "about", "above", "after", "all", "always", "and", "any", "are", "avoid", "bash", "because", "been",
    "before", "below", "between", "but", "can", "cannot", "do", "does", "each", "ever", "every", "first",
    "following", "for", "from", "give", "has", "have", "how", "into", "its", "javascript", "json", "keep",
    "let", "like", "make", "may", "more", "most", "must", "never", "not", "one", "only", "other", "over",
    "same", "should", "some", "such", "than", "that", "the", "their", "them", "then", "there", "they",
    "this", "typescript", "until", "use", "using", "what", "when", "where", "which", "who", "will", "with",
    "within", "without", "you", "your",
];

/// The maximum length of a name.
const MAX_LENGTH: usize = 40;

/// Returns a free name under the group's kind. The candidates, in order: its only list; the heading of a
/// section of which it holds the larger part; words common to most entries; the heading; the ids of its entries; the first words
/// of their texts.
pub(super) fn name(fleet: &Fleet<'_, '_>, group: &Group<'_>, taken: &BTreeSet<String>) -> String {
    let heading = common_heading(fleet, group);
    let candidates =
        [only_list(group), heading.clone().filter(|_| is_most(fleet, group)), common_words(group), heading];
    let entries = group.entries.iter().filter(|(statement, _)| !statement.is_heading());
    let ids: Vec<&str> = entries.map(|(_, id)| id.as_str()).collect();
    let both = if let [one, other] = ids[..] { Some(format!("{one}-and-{other}")) } else { None };
    let candidates = candidates
        .into_iter()
        .chain([both])
        .flatten()
        .chain(ids.iter().map(|id| shortened(id).to_owned()))
        .chain(first_words(group));
    let is_free = |name: &String| !taken.contains(&format!("{}/{name}", group.kind));
    let fits =
        |name: &String| is_id(name) && !is_device(name) && name.len() <= MAX_LENGTH && *name != group.kind;
    let known: Vec<String> = candidates.filter(fits).chain(["shared".to_owned()]).collect();
    if let Some(name) = known.iter().find(|name| is_free(name)) {
        return name.clone();
    }
    let numbered = (2..=taken.len() + 2).map(|number| format!("{}-{number}", known[0]));
    numbered.into_iter().find(|name| is_free(name)).unwrap_or_default()
}

/// Returns as many words of an id as a name may have.
fn shortened(id: &str) -> &str {
    match id.get(..=MAX_LENGTH) {
        Some(start) => start.rsplit_once('-').map_or("", |(words, _)| words),
        None => id,
    }
}

fn only_list(group: &Group<'_>) -> Option<String> {
    let first = group.entries[0].0.list();
    let id = address::section_and_group(first).1?;
    group.entries.iter().all(|(statement, _)| statement.list() == first).then(|| id.to_owned())
}

/// Returns the words of a text that may name its topic, in lower case.
fn telling_words(text: &str) -> BTreeSet<String> {
    let words = text.split(|letter: char| !letter.is_alphanumeric()).map(str::to_lowercase);
    words
        .filter(|word| word.len() > 2 && word.chars().all(|letter| letter.is_ascii_alphabetic()))
        .filter(|word| STOP_WORDS.binary_search(&word.as_str()).is_err())
        .collect()
}

/// Returns up to two words that at least two thirds of several entries contain, the most common first.
fn common_words(group: &Group<'_>) -> Option<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let entries: Vec<_> = group.entries.iter().filter(|(statement, _)| !statement.is_heading()).collect();
    for (statement, id) in &entries {
        let text = statement.block().map_or("", |block| &block.text.value);
        for word in telling_words(&format!("{text} {}", id.replace('-', " "))) {
            *counts.entry(word).or_default() += 1;
        }
    }
    let mut common: Vec<(String, usize)> =
        counts.into_iter().filter(|(_, count)| *count > 1 && count * 3 >= entries.len() * 2).collect();
    common.sort_by(|(a, of_a), (b, of_b)| of_b.cmp(of_a).then_with(|| a.cmp(b)));
    let name: Vec<String> = common.into_iter().take(2).map(|(word, _)| word).collect();
    (!name.is_empty()).then(|| name.join("-"))
}

/// Returns the first words of each text that may name its topic.
fn first_words(group: &Group<'_>) -> impl Iterator<Item = String> {
    let texts = group.entries.iter().filter_map(|(statement, _)| Some(&statement.block()?.text.value));
    texts.filter_map(|text| {
        let told = telling_words(text);
        let words = text.split(|letter: char| !letter.is_alphanumeric()).map(str::to_lowercase);
        let name: Vec<String> = words.filter(|word| told.contains(word)).take(3).collect();
        (!name.is_empty()).then(|| name.join("-"))
    })
}

/// Returns whether the group holds more than half of what its sources have in the section.
fn is_most(fleet: &Fleet<'_, '_>, group: &Group<'_>) -> bool {
    let section = group.section();
    let claimed = |source: &Source| {
        fleet
            .claims(*source)
            .iter()
            .filter(|claim| claim.block().is_some() && claim.address.section() == section)
            .count()
    };
    let moved: usize = group.entries.iter().map(|(statement, _)| statement.entries().count()).sum();
    group.sources().iter().map(claimed).sum::<usize>() < moved * 2
}

/// Returns the heading that all profiles give the section, as an id without the name of the kind.
fn common_heading(fleet: &Fleet<'_, '_>, group: &Group<'_>) -> Option<String> {
    let address = Address::heading(group.section()).to_string();
    let heading = |user: &ProfileId| {
        let mut claims = fleet.claims(Source::Profile(*user)).iter();
        claims.find(|claim| claim.address.as_str() == address).map(|claim| claim.whole_text())
    };
    let first = group.users.first().and_then(heading)?;
    if !group.users.iter().all(|user| heading(user).as_ref() == Some(&first)) {
        return None;
    }
    let words = first.split(|letter: char| !letter.is_ascii_alphanumeric()).map(str::to_ascii_lowercase);
    let name: Vec<String> = words.filter(|word| !word.is_empty() && *word != group.kind).collect();
    let name = name.join("-");
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stop_words_are_sorted_to_be_found() {
        assert!(STOP_WORDS.is_sorted());
        assert_eq!(
            telling_words("Use the index, never a scan").into_iter().collect::<Vec<_>>(),
            ["index", "scan"]
        );
    }
}
