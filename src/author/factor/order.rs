//! The order of lists, and the `order` setting that restores it.

use crate::model::address;
use std::collections::BTreeMap;

use crate::compose::{Composition, Entry, fewest_names};

/// The ids in each section and group of a persona, in display order.
pub(super) type Lists = BTreeMap<String, Vec<String>>;

/// Returns the lists of a persona.
pub(super) fn lists(composition: &Composition<'_>) -> Lists {
    let mut lists = Lists::new();
    for section in &composition.persona.sections {
        lists.insert(section.kind.to_owned(), ids(&section.entries));
        for entry in &section.entries {
            if let Entry::Group(group) = entry {
                lists.insert(address::below(section.kind, group.id), ids(&group.entries));
            }
        }
    }
    lists
}

fn ids(entries: &[Entry<'_>]) -> Vec<String> {
    let mut ids: Vec<String> = entries.iter().map(|entry| entry.id().to_owned()).collect();
    // The kept sides of a conflict have one id and are adjacent.
    ids.dedup();
    ids
}

/// Returns the shortest `order` that turns `found` into `wanted`.
pub(super) fn order(found: &[String], wanted: &[String]) -> Vec<String> {
    let (found, wanted): (Vec<&str>, Vec<&str>) =
        (found.iter().map(String::as_str).collect(), wanted.iter().map(String::as_str).collect());
    fewest_names(&found, &wanted).into_iter().map(str::to_owned).collect()
}
