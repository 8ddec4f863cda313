//! Fragments that came back under another name.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Fragment, Library};

/// Half, in thousandths.
const HALF: u32 = 500;

/// More pairs than this are not compared: a workspace that is new throughout has no renames.
const MOST_PAIRS: usize = 10_000;

/// The fragments of `later` that were there under another name, with that name. A fragment is known again
/// by half of what it says.
pub(super) fn renamed<'l>(earlier: &'l Library, later: &'l Library) -> BTreeMap<&'l str, &'l str> {
    let gone = missing(earlier, later);
    let come = missing(later, earlier);
    if gone.len() * come.len() > MOST_PAIRS {
        return BTreeMap::new();
    }
    let mut pairs: Vec<(u32, &str, &str)> = Vec::new();
    for (id, said) in &come {
        for (from, other) in &gone {
            let common = said.intersection(other).count();
            let share = (2000 * common / (said.len() + other.len()).max(1)) as u32;
            if share >= HALF {
                pairs.push((share, id, from));
            }
        }
    }
    // Of several that say the same, the one that profiles took in its place.
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

/// The fragments that that are missing in the other library, with the statements of each.
fn missing<'l>(library: &'l Library, other: &'l Library) -> Vec<(&'l str, BTreeSet<String>)> {
    let missing = library.fragments.iter().filter(|(id, _)| !other.fragments.contains_key(id));
    missing.map(|(id, fragment)| (id.as_str(), statements(fragment))).collect()
}

fn statements(fragment: &Fragment) -> BTreeSet<String> {
    fragment.claims.iter().map(|claim| format!("{} {}", claim.address.id(), claim.whole_text())).collect()
}
