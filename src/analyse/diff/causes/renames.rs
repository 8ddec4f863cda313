//! Detection of renamed fragments.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Fragment, Library};

/// Half, in thousandths.
const HALF: u32 = 500;

/// The maximum number of pairs to compare. A workspace with more new and deleted fragments is new throughout.
const MAX_PAIRS: usize = 10_000;

/// Returns the renamed fragments: their earlier ids by their later ids. A fragment is recognized by at least
/// half of its statements.
pub(super) fn renamed<'l>(earlier: &'l Library, later: &'l Library) -> BTreeMap<&'l str, &'l str> {
    let deleted = missing(earlier, later);
    let added = missing(later, earlier);
    if deleted.len() * added.len() > MAX_PAIRS {
        return BTreeMap::new();
    }
    let mut pairs: Vec<(u32, &str, &str)> = Vec::new();
    for (id, statements) in &added {
        for (from, other) in &deleted {
            let common = statements.intersection(other).count();
            let share = (2000 * common / (statements.len() + other.len()).max(1)) as u32;
            if share >= HALF {
                pairs.push((share, id, from));
            }
        }
    }
    // Among candidates that are equally similar, prefer the one that profiles use in place of the old one.
    let swaps = |id: &str, from: &str| {
        let profiles =
            earlier.profiles.iter().filter_map(|(name, old)| Some((old, later.profiles.get(name)?)));
        profiles
            .filter(|(old, new)| {
                let uses = |profile: &crate::model::Profile, id: &str| {
                    profile.uses.iter().any(|used| used.value == id)
                };
                uses(old, from) && uses(new, id)
            })
            .count()
    };
    pairs.sort_by_cached_key(|(share, id, from)| (std::cmp::Reverse((*share, swaps(id, from))), *id, *from));
    let mut taken = BTreeSet::new();
    let mut renamed = BTreeMap::new();
    for (_, id, from) in pairs {
        if !renamed.contains_key(id) && taken.insert(from) {
            renamed.insert(id, from);
        }
    }
    renamed
}

/// The fragments that are missing in the other library, with their statements.
fn missing<'l>(library: &'l Library, other: &'l Library) -> Vec<(&'l str, BTreeSet<String>)> {
    let missing = library.fragments.iter().filter(|(id, _)| !other.fragments.contains_key(id));
    missing.map(|(id, fragment)| (id.as_str(), statements(fragment))).collect()
}

fn statements(fragment: &Fragment) -> BTreeSet<String> {
    fragment.claims.iter().map(|claim| format!("{} {}", claim.address.id(), claim.whole_text())).collect()
}
