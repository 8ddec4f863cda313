//! Loads only the files that one profile reaches, for commands about one persona of a large workspace.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};

use super::files::{Reading, Root};
use super::loading::{CONFIG, load_listed};
use crate::model::{Library, Text};

/// The maximum number of rounds in which files named by others are read. Each round parses everything again.
const MAX_ROUNDS: usize = 8;

/// Returns a library of `cento.toml`, a profile, what it names, and what these name in turn. `None` if there is anything
/// to report about these files, or if some are not found where they usually are: then the whole workspace decides.
pub(crate) fn load_reached(root: &Root, profile: &str) -> Option<Library> {
    let config = match root.read_source(Utf8Path::new(CONFIG)).ok()? {
        Reading::Text(text) => Some(text),
        Reading::Missing => None,
        Reading::Refused(_) => return None,
    };
    let mut texts = BTreeMap::new();
    for _ in 0..MAX_ROUNDS {
        let reading = config.clone().map_or(Reading::Missing, Reading::Text);
        let (library, findings) = load_listed(reading, &texts);
        let missing: BTreeSet<_> =
            named(&library, profile).into_iter().filter(|path| !texts.contains_key(path)).collect();
        if missing.is_empty() {
            let mut broken = library.fragments.values().map(|fragment| fragment.broken);
            let mut broken_profiles = library.profiles.values().map(|profile| profile.broken);
            let is_sound = findings.is_empty() && !broken.any(|is| is) && !broken_profiles.any(|is| is);
            return is_sound.then_some(library);
        }
        for path in missing {
            // The whole workspace reports a link.
            match root.blocked_by(&path).ok()? {
                None => texts.insert(path.clone(), text(root, &path)?),
                Some(_) => return None,
            };
        }
    }
    None
}

fn text(root: &Root, path: &Utf8Path) -> Option<String> {
    match root.read_source(path).ok()? {
        Reading::Text(text) => Some(text),
        Reading::Missing | Reading::Refused(_) => None,
    }
}

/// Returns the paths of a profile and of all files that a library names.
fn named(library: &Library, profile: &str) -> Vec<Utf8PathBuf> {
    let config = &library.config;
    let requirements = || config.requirements.iter();
    let asked = requirements().flat_map(|requirement| requirement.personas.profiles());
    let extended = library.profiles.values().flat_map(|profile| &profile.extends);
    let parts = library.profiles.values().flat_map(|profile| profile.parts());
    let profiles = asked.chain(extended).map(Text::as_str).chain(parts).chain([profile]);
    let used = library
        .profiles
        .values()
        .flat_map(|profile| profile.uses.iter().chain(profile.drops.iter().map(|drop| &drop.fragment)));
    let related =
        library.fragments.values().flat_map(|fragment| fragment.requires.iter().chain(&fragment.excludes));
    let required =
        requirements().flat_map(|requirement| requirement.fragments.iter().chain(&requirement.without));
    let fragments = used.chain(related).chain(required).map(Text::as_str);
    let path = |directory: &str, id: &str| Utf8Path::new(directory).join(format!("{id}.toml"));
    let profiles = profiles.map(|id| path(&config.profiles, id));
    profiles.chain(fragments.map(|id| path(&config.fragments, id))).collect()
}
