//! The files that profiles reach. A persona without findings depends on nothing else, so commands about some personas of a
//! large workspace load only these.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};

use super::files::{Reading, Root};
use super::loading::{CONFIG, Loading};
use crate::model::{Config, Fragment, Library, Profile, ProfileId, Source, Text};

/// The maximum number of rounds in which files named by others are read. Each looks at the names in all of them.
const MAX_ROUNDS: usize = 64;

/// The ids that a file names.
#[derive(Default)]
struct Names<'l> {
    fragments: Vec<&'l str>,
    profiles: Vec<&'l str>,
}

impl<'l> Names<'l> {
    fn in_config(config: &'l Config) -> Self {
        let requirements = &config.requirements;
        let fragments = requirements
            .iter()
            .flat_map(|requirement| requirement.fragments.iter().chain(&requirement.without));
        let profiles = requirements.iter().flat_map(|requirement| requirement.personas.profiles());
        Names {
            fragments: fragments.map(Text::as_str).collect(),
            profiles: profiles.map(Text::as_str).collect(),
        }
    }

    fn in_fragment(fragment: &'l Fragment) -> Self {
        let related = fragment.requires.iter().chain(&fragment.excludes);
        Names { fragments: related.map(Text::as_str).collect(), profiles: Vec::new() }
    }

    fn in_profile(profile: &'l Profile) -> Self {
        let fragments = profile.uses.iter().chain(profile.drops.iter().map(|drop| &drop.fragment));
        let parents = profile.extends.iter().map(Text::as_str);
        Names {
            fragments: fragments.map(Text::as_str).collect(),
            profiles: parents.chain(profile.parts()).collect(),
        }
    }

    /// Returns the fragments and profiles of these names that a library has.
    fn sources<'n>(&'n self, library: &'n Library) -> impl Iterator<Item = Source> + 'n {
        let fragments = self.fragments.iter().filter_map(|id| library.fragments.id_of(id));
        let profiles = self.profiles.iter().filter_map(|id| library.profiles.id_of(id));
        fragments.map(Source::Fragment).chain(profiles.map(Source::Profile))
    }
}

/// Returns what a profile reaches: itself, what it and `cento.toml` name, and what these name in turn.
pub(crate) fn reached(library: &Library, profile: ProfileId) -> BTreeSet<Source> {
    let mut waiting = vec![Source::Profile(profile)];
    waiting.extend(Names::in_config(&library.config).sources(library));
    let mut reached = BTreeSet::new();
    while let Some(source) = waiting.pop() {
        if reached.insert(source) {
            let names = match source {
                Source::Fragment(fragment) => Names::in_fragment(&library.fragments[fragment]),
                Source::Profile(profile) => Names::in_profile(&library.profiles[profile]),
            };
            waiting.extend(names.sources(library));
        }
    }
    reached
}

/// Returns a library of `cento.toml` and what profiles reach, as [`reached`] does. `None` if there is anything to report about
/// these files, or if some are not found where they usually are: then the whole workspace decides.
pub(crate) fn load_reached(root: &Root, profiles: &[String]) -> Option<Library> {
    let config = root.read_source(Utf8Path::new(CONFIG)).ok()?;
    if matches!(config, Reading::Refused(_)) {
        return None;
    }
    let mut loading = Loading::begin(config);
    let [fragments, directory] = loading.library.config.directories().map(Utf8Path::new);
    if fragments.starts_with(directory) || directory.starts_with(fragments) {
        return None;
    }
    let mut seen = BTreeSet::new();
    for _ in 0..MAX_ROUNDS {
        let mut read_new = |paths: Vec<Utf8PathBuf>| {
            let new: Vec<_> = paths.into_iter().filter(|path| seen.insert(path.clone())).collect();
            let read = |path: Utf8PathBuf| reading(root, &path).map(|reading| (path, reading));
            // These are few, so other threads would take longer to start.
            new.into_iter().map(read).collect::<Option<Vec<_>>>()
        };
        let [fragments, profiles] = named(&loading.library, profiles).map(&mut read_new);
        let (fragments, profiles) = (fragments?, profiles?);
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

/// Returns the paths of all fragments that a library names, and of profiles and all that it names.
fn named(library: &Library, profiles: &[String]) -> [Vec<Utf8PathBuf>; 2] {
    let config = &library.config;
    let own = library.profiles.values().map(Names::in_profile);
    let asked = [
        Names::in_config(config),
        Names { profiles: profiles.iter().map(String::as_str).collect(), ..Names::default() },
    ];
    let all: Vec<_> = own.chain(library.fragments.values().map(Names::in_fragment)).chain(asked).collect();
    let path = |directory: &str, id: &&str| Utf8Path::new(directory).join(format!("{id}.toml"));
    let fragments = all.iter().flat_map(|names| &names.fragments);
    let profiles = all.iter().flat_map(|names| &names.profiles);
    [
        fragments.map(|id| path(&config.fragments, id)).collect(),
        profiles.map(|id| path(&config.profiles, id)).collect(),
    ]
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
        let library = load_reached(&root, &["p-20".to_owned()]).unwrap();
        assert_eq!(library.profiles.len(), 21);
        assert!(library.fragments.keys().eq(["rules/a", "rules/b"]));
        assert!(library.profiles.keys().is_sorted());
        for source in library.every_source() {
            assert!(library.claims_of(source).iter().all(|claim| claim.source == source));
        }
    }
}
