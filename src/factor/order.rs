//! The order of lists, and the setting of the layout that brings one about.

use std::collections::BTreeMap;

use crate::compose::{Composition, Entry};

/// The ids in each section and group of a persona, in order.
pub(super) type Lists = BTreeMap<String, Vec<String>>;

/// The lists of a persona.
pub(super) fn lists(composition: &Composition<'_>) -> Lists {
    let mut lists = Lists::new();
    for section in &composition.persona.sections {
        lists.insert(section.kind.to_owned(), ids(&section.entries));
        for entry in &section.entries {
            if let Entry::Group(group) = entry {
                lists.insert(format!("{}.{}", section.kind, group.id), ids(&group.entries));
            }
        }
    }
    lists
}

fn ids(entries: &[Entry<'_>]) -> Vec<String> {
    let id = |entry: &Entry<'_>| match entry {
        Entry::Block(block) => block.address.id().to_owned(),
        Entry::Group(group) => group.id.to_owned(),
        Entry::Conflict(address) => address.id().to_owned(),
    };
    let mut ids: Vec<String> = entries.iter().map(id).collect();
    // All kept sides of a conflict stand together.
    ids.dedup();
    ids
}

/// The fewest names for `order` that make `wanted` of `found`: each takes along what follows it.
pub(super) fn order(found: &[String], wanted: &[String]) -> Vec<String> {
    let follows: BTreeMap<&String, &String> = found.windows(2).map(|pair| (&pair[1], &pair[0])).collect();
    let is_head = |at: usize| match at.checked_sub(1) {
        None => found.first() != wanted.first(),
        Some(before) => follows.get(&wanted[at]) != Some(&&wanted[before]),
    };
    (0..wanted.len()).filter(|at| is_head(*at)).map(|at| wanted[at].clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fewest_names_bring_an_order_about() {
        let ids = |text: &str| text.chars().map(String::from).collect::<Vec<_>>();
        let named = |found: &str, wanted: &str| order(&ids(found), &ids(wanted)).concat();
        assert_eq!(named("abcd", "abcd"), "");
        assert_eq!(named("abcd", "acdb"), "cb");
        assert_eq!(named("abcd", "cdab"), "ca");
        assert_eq!(named("abcd", "dcba"), "dcba");
    }
}
