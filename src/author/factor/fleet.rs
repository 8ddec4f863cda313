//! The fleet as factoring sees it: who uses which source, and which personas it reaches.

use crate::compose::Composition;
use typed_index_collections::{TiSlice, TiVec};

use crate::model::{BySource, Fragment, FragmentId, Library, ProfileId, Source};

/// Everything that is to be factored, composed.
#[derive(Debug)]
pub(super) struct Fleet<'f, 'a> {
    pub(super) library: &'a Library,
    /// The compositions, by profile; nothing for those that cannot be composed.
    pub(super) compositions: &'f TiSlice<ProfileId, Option<Composition<'a>>>,
    /// For each fragment, the profiles that name it in `use`.
    users: TiVec<FragmentId, Vec<ProfileId>>,
    /// The personas that each source reaches.
    reached: BySource<Vec<ProfileId>>,
    /// Whether each source is left as it is.
    untouchable: BySource<bool>,
}

impl<'f, 'a> Fleet<'f, 'a> {
    pub(super) fn new(
        library: &'a Library,
        compositions: &'f TiSlice<ProfileId, Option<Composition<'a>>>,
    ) -> Self {
        let mut users: TiVec<FragmentId, Vec<ProfileId>> = vec![Vec::new(); library.fragments.len()].into();
        let mut reached = BySource::new(library, |_| Vec::new());
        let mut untouchable = BySource::new(library, |source| library.is_broken(source));
        for (index, profile) in library.profiles.enumerate() {
            for name in &profile.uses {
                let Some(fragment) = library.fragments.id_of(&name.value) else { continue };
                if !users[fragment].contains(&index) {
                    users[fragment].push(index);
                }
            }
        }
        for (index, composition) in compositions.iter_enumerated() {
            let Some(composition) = composition else {
                // What a persona says that cannot be composed cannot be compared.
                untouchable[Source::Profile(index)] = true;
                let used = library.profiles[index].uses.iter();
                for fragment in used.filter_map(|name| library.fragments.id_of(&name.value)) {
                    untouchable[Source::Fragment(fragment)] = true;
                }
                continue;
            };
            if composition.profile.is_abstract {
                continue;
            }
            for source in &composition.selection.sources {
                reached[*source].push(index);
            }
        }
        Fleet { library, compositions, users, reached, untouchable }
    }

    /// The profiles that bring a source in themselves, in order of id.
    pub(super) fn users(&self, source: Source) -> Vec<ProfileId> {
        match source {
            Source::Fragment(index) => self.users[index].clone(),
            Source::Profile(index) => vec![index],
        }
    }

    /// The personas that a source is part of, in order of id.
    pub(super) fn reached(&self, source: Source) -> &[ProfileId] {
        &self.reached[source]
    }

    /// Whether a source is left as it is: its file has errors, or a persona with it is not composed.
    pub(super) fn is_untouchable(&self, source: Source) -> bool {
        self.untouchable[source]
    }

    /// The sources that a profile brings in itself, in display order: its fragments, then itself.
    pub(super) fn sources_of(&self, profile: ProfileId) -> Vec<Source> {
        let library = self.library;
        let used = library.profiles[profile].uses.iter();
        let mut sources: Vec<Source> = Vec::new();
        for index in used.filter_map(|name| library.fragments.id_of(&name.value)) {
            if !sources.contains(&Source::Fragment(index)) {
                sources.push(Source::Fragment(index));
            }
        }
        sources.push(Source::Profile(profile));
        sources
    }

    /// Whether one profile builds on another.
    pub(super) fn builds_on(&self, child: ProfileId, parent: ProfileId) -> bool {
        let composition = self.compositions[child].as_ref();
        child != parent && composition.is_some_and(|composition| composition.lineage.contains(&parent))
    }

    /// The claims of a source.
    pub(super) fn claims(&self, source: Source) -> &'a [crate::model::Claim] {
        self.library.claims_of(source)
    }

    /// A fragment, if the source is one.
    pub(super) fn fragment(&self, source: Source) -> Option<&'a Fragment> {
        match source {
            Source::Fragment(index) => Some(&self.library.fragments[index]),
            Source::Profile(_) => None,
        }
    }

    /// Whether other files than profiles' `use` and `drop` name a fragment.
    pub(super) fn is_named_elsewhere(&self, id: &str) -> bool {
        let mut lists = self.library.fragments.values();
        lists
            .any(|fragment| fragment.requires.iter().chain(&fragment.excludes).any(|named| named.value == id))
    }
}
