//! A workspace of which only the files that a question concerns are loaded again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use camino::{Utf8Path, Utf8PathBuf};
use rayon::prelude::*;
use typed_index_collections::TiVec;

use super::{AffectedPersona, Texts, affected, texts};
use crate::compose::Composer;
use crate::model::{FileId, KINDS, Library, ProfileId};

/// The texts of a loaded workspace, as they change, and the files that each persona depends on.
pub(crate) struct Fleet<'l> {
    library: &'l Library,
    composer: &'l Composer<'l>,
    texts: Texts,
    /// For each profile, the files that it depends on.
    reached: OnceLock<TiVec<ProfileId, BTreeSet<FileId>>>,
    /// For each file, the other files without which it would name something that does not exist.
    named: OnceLock<BTreeMap<FileId, Vec<FileId>>>,
}

impl<'l> Fleet<'l> {
    /// The fleet as it was loaded.
    pub(crate) fn new(library: &'l Library, composer: &'l Composer<'l>) -> Self {
        let (reached, named) = (OnceLock::new(), OnceLock::new());
        Fleet { library, composer, texts: texts(library), reached, named }
    }

    /// The library as it was loaded.
    pub(crate) fn library(&self) -> &'l Library {
        self.library
    }

    /// All texts as they are now.
    pub(crate) fn texts(&self) -> &Texts {
        &self.texts
    }

    /// Changes texts. No change may add a fragment or parent to a profile.
    pub(crate) fn change(&mut self, files: Texts, gone: &[Utf8PathBuf]) {
        self.texts.extend(files);
        self.texts.retain(|path, _| !gone.contains(path));
    }

    /// The texts from which these profiles build what they build from all texts.
    pub(crate) fn texts_of(&self, profiles: impl IntoIterator<Item = ProfileId>) -> Texts {
        let mut files: BTreeSet<FileId> = profiles.into_iter().flat_map(|id| self.files(id)).collect();
        let named = self.named.get_or_init(|| named(self.library));
        let more: Vec<FileId> = files.iter().filter_map(|file| named.get(file)).flatten().copied().collect();
        files.extend(more);
        let paths = files.into_iter().map(|file| self.library.sources.file(file).path());
        paths.filter_map(|path| Some((path.to_owned(), self.texts.get(path)?.clone()))).collect()
    }

    /// The profiles that depend on any of the files.
    pub(crate) fn reaching(&self, paths: &BTreeSet<&Utf8Path>) -> BTreeSet<ProfileId> {
        let is_asked = |file: &FileId| paths.contains(self.library.sources.file(*file).path());
        let reached = self.reached.get_or_init(|| {
            let ids: Vec<ProfileId> = self.library.profiles.enumerate().map(|(id, _)| id).collect();
            ids.into_par_iter().map(|id| self.files(id)).collect::<Vec<_>>().into()
        });
        let reaching = reached.iter_enumerated().filter(|(_, own)| own.iter().any(is_asked));
        reaching.map(|(id, _)| id).collect()
    }

    /// The personas other than `profile` whose outputs change if, after the changes `before`, these files do.
    pub(crate) fn affected(&self, before: &Texts, files: &Texts, profile: &str) -> Vec<AffectedPersona> {
        let others = self.reaching(&files.keys().map(|path| path.as_path()).collect());
        let mut others = others.into_iter().filter(|id| self.library.profiles[*id].id != profile).peekable();
        if others.peek().is_none() {
            return Vec::new();
        }
        let mut old = self.texts_of(others);
        old.extend(before.clone());
        let mut new = old.clone();
        new.extend(files.clone());
        affected(&old, &new, profile)
    }

    /// The files that a profile depends on, those of all fragments in its `use` included.
    fn files(&self, id: ProfileId) -> BTreeSet<FileId> {
        let used = self.composer.profiles(id).into_iter().flat_map(|id| &self.library.profiles[id].uses);
        let used = used.filter_map(|used| Some(self.library.fragments.get(&used.value)?.file));
        self.composer.files(id).into_iter().chain(used).collect()
    }
}

/// Returns, for each file, the files of the fragments, profiles and sections that it names.
fn named(library: &Library) -> BTreeMap<FileId, Vec<FileId>> {
    let fragment = |id: &str| Some(library.fragments.get(id)?.file);
    let profile = |id: &str| Some(library.profiles.get(id)?.file);
    let mut kinds: BTreeMap<&str, FileId> = BTreeMap::new();
    for (kind, file) in library.fragments.values().map(|fragment| (&fragment.section, fragment.file)) {
        kinds.entry(kind).or_insert(file);
    }
    for profile in library.profiles.values() {
        for claim in profile.claims.iter().filter(|claim| claim.block().is_some()) {
            kinds.entry(claim.address.section()).or_insert(profile.file);
        }
    }
    for (kind, ..) in KINDS {
        kinds.remove(kind);
    }
    let mut named: BTreeMap<FileId, Vec<FileId>> = BTreeMap::new();
    for own in library.fragments.values() {
        let others = own.requires.iter().chain(&own.excludes).filter_map(|other| fragment(&other.value));
        named.entry(own.file).or_default().extend(others);
    }
    for own in library.profiles.values() {
        let fragments = own.uses.iter().chain(own.drops.iter().map(|drop| &drop.fragment));
        let others = fragments.filter_map(|other| fragment(&other.value));
        let others = others.chain(own.extends.iter().filter_map(|other| profile(&other.value)));
        let others = others.chain(own.parts().filter_map(profile));
        let sections = own.section_order.iter().filter_map(|kind| kinds.get(kind.value.as_str()).copied());
        named.entry(own.file).or_default().extend(others.chain(sections));
    }
    let Some(config) = library.config.file else { return named };
    for requirement in &library.config.requirements {
        let profiles = requirement.personas.profiles().filter_map(|other| profile(&other.value));
        let fragments = requirement.fragments.iter().chain(&requirement.without);
        let fragments = fragments.filter_map(|other| fragment(&other.value));
        named.entry(config).or_default().extend(profiles.chain(fragments));
    }
    named
}
