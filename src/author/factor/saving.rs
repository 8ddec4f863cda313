//! What each group saves: the difference in size of every file, split among the groups that change it.

use std::collections::{BTreeMap, BTreeSet};

use camino::Utf8Path;

use super::fleet::Fleet;
use super::group::{Group, NAMED, bytes};
use super::plan::{Plan, path};
use crate::model::{ProfileId, Source};
use crate::trial::{Texts, differing};

/// Returns the bytes that each group saves. Their sum is the difference in size of all files.
pub(super) fn savings(fleet: &Fleet<'_, '_>, before: &Texts, plan: &Plan, groups: &[&Group<'_>]) -> Vec<i64> {
    let library = fleet.library;
    let sources: BTreeMap<_, Source> =
        library.every_source().map(|source| (path(fleet, source), source)).collect();
    let mut saved = vec![0; groups.len()];
    for at in differing(before, &plan.texts) {
        let size = |texts: &Texts| texts.get(at).map_or(0, |text| text.len() as i64);
        let mut rest = size(before) - size(&plan.texts);
        let weights: Vec<i64> = match sources.get(at) {
            Some(Source::Profile(profile)) => {
                for (list, length) in plan.orders(at) {
                    let touches = |group: &&Group<'_>| i64::from(touches(fleet, group, *profile, list));
                    split(-length, &groups.iter().map(touches).collect::<Vec<_>>(), &mut saved);
                    rest += length;
                }
                groups.iter().map(|group| weight(group, Source::Profile(*profile))).collect()
            }
            Some(source) => groups.iter().map(|group| weight(group, *source)).collect(),
            None => groups.iter().map(|group| i64::from(is_file_of(at, group))).collect(),
        };
        split(rest, &weights, &mut saved);
    }
    saved
}

/// Returns the part of a group in the changes of a source.
fn weight(group: &Group<'_>, source: Source) -> i64 {
    let leaving = group.leaving().filter(|(occurrence, ..)| occurrence.source == source);
    let uses = matches!(source, Source::Profile(profile) if group.users.contains(&profile));
    leaving.map(|(occurrence, ..)| bytes(occurrence)).sum::<i64>() + i64::from(uses) * NAMED
}

fn is_file_of(path: &Utf8Path, group: &Group<'_>) -> bool {
    path.with_extension("").as_str().ends_with(&format!("/{}", group.name))
}

/// Returns whether a group moves entries of a list of a profile.
fn touches(fleet: &Fleet<'_, '_>, group: &Group<'_>, profile: ProfileId, list: &str) -> bool {
    let mut entries = group.entries.iter();
    let own: BTreeSet<Source> = fleet.compositions[profile]
        .iter()
        .flat_map(|composition| composition.selection.sources.iter().copied())
        .collect();
    entries.any(|(statement, _)| {
        (statement.list() == list || statement.section() == list)
            && statement.entries().any(|occurrence| own.contains(&occurrence.source))
    })
}

/// Adds a part of `amount` to each group by weight; without any weight, to the first.
fn split(amount: i64, weights: &[i64], saved: &mut [i64]) {
    let mut left = amount;
    let total: i64 = weights.iter().sum();
    for (weight, saved) in weights.iter().zip(saved.iter_mut()).filter(|_| total > 0) {
        let part = amount * weight / total;
        *saved += part;
        left -= part;
    }
    let most = weights.iter().enumerate().max_by_key(|(index, weight)| (**weight, std::cmp::Reverse(*index)));
    if let Some(saved) = most.and_then(|(index, _)| saved.get_mut(index)) {
        *saved += left;
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn parts_add_up_to_the_whole() {
        let split = |amount, weights: &[i64]| {
            let mut saved = vec![0; weights.len()];
            super::split(amount, weights, &mut saved);
            saved
        };
        assert_eq!(split(10, &[1, 2]), [3, 7]);
        assert_eq!(split(-7, &[0, 2, 2]), [0, -4, -3]);
        assert_eq!(split(5, &[0, 0]), [5, 0]);
    }
}
