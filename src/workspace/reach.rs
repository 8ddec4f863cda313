//! Loads only the files that one profile reaches, for commands about one persona of a large workspace.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};

use super::files::{Reading, Root};
use super::loading::{CONFIG, Loading};
use crate::model::{Library, Text};

/// The maximum number of rounds in which files named by others are read. Each looks at the names in all of them.
const MAX_ROUNDS: usize = 64;

/// Returns a library of `cento.toml`, a profile, what it names, and what these name in turn. `None` if there is anything
/// to report about these files, or if some are not found where they usually are: then the whole workspace decides.
pub(crate) fn load_reached(root: &Root, profile: &str) -> Option<Library> {
    let config = root.read_source(Utf8Path::new(CONFIG)).ok()?;
    if matches!(config, Reading::Refused(_)) {
        return None;
    }
    let mut loading = Loading::begin(config);
    let [fragments, profiles] = loading.library.config.directories().map(Utf8Path::new);
    if fragments.starts_with(profiles) || profiles.starts_with(fragments) {
        return None;
    }
    let mut seen = BTreeSet::new();
    for _ in 0..MAX_ROUNDS {
        let mut read_new = |paths: Vec<Utf8PathBuf>| {
            let new = paths.into_iter().filter(|path| seen.insert(path.clone()));
            new.map(|path| Some((path.clone(), reading(root, &path)?))).collect::<Option<Vec<_>>>()
        };
        let [fragments, profiles] = named(&loading.library, profile);
        let (fragments, profiles) = (read_new(fragments)?, read_new(profiles)?);
        if fragments.is_empty() && profiles.is_empty() {
            loading.library.sort();
            let (library, findings) = loading.finish();
            let mut broken = library.fragments.values().map(|fragment| fragment.broken);
            let mut broken_profiles = library.profiles.values().map(|profile| profile.broken);
            let is_sound = findings.is_empty() && !broken.any(|is| is) && !broken_profiles.any(|is| is);
            return is_sound.then_some(library);
        }
        loading.add(((fragments, Vec::new()), (profiles, Vec::new())), None);
    }
    None
}

/// Reads a source. `None` if there is none; the whole workspace reports a link.
fn reading(root: &Root, path: &Utf8Path) -> Option<Reading> {
    if root.blocked_by(path).ok()?.is_some() {
        return None;
    }
    match root.read_source(path).ok()? {
        Reading::Text(text) => Some(Reading::Text(text)),
        Reading::Missing | Reading::Refused(_) => None,
    }
}

/// Returns the paths of all fragments that a library names, and of a profile and all that it names.
fn named(library: &Library, profile: &str) -> [Vec<Utf8PathBuf>; 2] {
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
    let fragments = fragments.map(|id| path(&config.fragments, id)).collect();
    [fragments, profiles.map(|id| path(&config.profiles, id)).collect()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::files::{Durability, Seen};

    #[test]
    fn what_a_profile_reaches_through_many_others_is_loaded_alone() {
        let directory = tempfile::tempdir().unwrap();
        let root = Root::open(Utf8Path::from_path(directory.path()).unwrap()).unwrap();
        let write = |path: &str, text: &str| {
            root.write_source(path.into(), text.as_bytes(), Seen::Nothing, Durability::Unsynced).unwrap();
        };
        write("fragments/rules/a.toml", "requires = ['rules/b']\n[must]\nx = 'log calls'\n");
        write("fragments/rules/b.toml", "[must]\ny = 'keep logs'\n");
        write("fragments/rules/other.toml", "[must]\nz = 1\n");
        write("profiles/p-0.toml", "use = ['rules/a', 'rules/b']\n");
        for number in 1..30 {
            write(&format!("profiles/p-{number}.toml"), &format!("extends = ['p-{}']\n", number - 1));
        }
        let library = load_reached(&root, "p-20").unwrap();
        assert_eq!(library.profiles.len(), 21);
        assert!(library.fragments.keys().eq(["rules/a", "rules/b"]));
        assert!(library.profiles.keys().is_sorted());
        for source in library.every_source() {
            assert!(library.claims_of(source).iter().all(|claim| claim.source == source));
        }
    }
}
