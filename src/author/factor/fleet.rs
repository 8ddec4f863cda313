//! The fleet as factoring sees it: which profiles use a source, and which personas contain it.

use crate::compose::Composition;
use typed_index_collections::{TiSlice, TiVec};

use crate::model::{BySource, Fragment, FragmentId, Library, ProfileId, Source};

/// All personas to factor, composed.
#[derive(Debug)]
pub(super) struct Fleet<'f, 'a> {
    pub(super) library: &'a Library,
    /// The compositions by profile; `None` if a profile cannot be composed.
    pub(super) compositions: &'f TiSlice<ProfileId, Option<Composition<'a>>>,
    /// The profiles that name each fragment in `use`.
    users: TiVec<FragmentId, Vec<ProfileId>>,
    /// The personas that contain each source.
    reached: BySource<Vec<ProfileId>>,
    /// Whether each source must stay unchanged.
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
                // A persona that cannot be composed cannot be compared, so its sources stay unchanged.
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

    /// Returns the profiles that bring in a source directly, by id.
    pub(super) fn users(&self, source: Source) -> Vec<ProfileId> {
        match source {
            Source::Fragment(index) => self.users[index].clone(),
            Source::Profile(index) => vec![index],
        }
    }

    /// Returns the personas that contain a source, by id.
    pub(super) fn reached(&self, source: Source) -> &[ProfileId] {
        &self.reached[source]
    }

    /// Returns whether a source must stay unchanged: its file has errors, or a persona with it does not
    /// compose.
    pub(super) fn is_untouchable(&self, source: Source) -> bool {
        self.untouchable[source]
    }

    /// Returns the sources that a profile contributes directly, in display order: its fragments, then itself.
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

    /// Returns whether one profile extends another, directly or not.
    pub(super) fn builds_on(&self, child: ProfileId, parent: ProfileId) -> bool {
        let composition = self.compositions[child].as_ref();
        child != parent && composition.is_some_and(|composition| composition.lineage.contains(&parent))
    }

    pub(super) fn claims(&self, source: Source) -> &'a [crate::model::Claim] {
        self.library.claims_of(source)
    }

    /// Returns the fragment. `None` for a profile.
    pub(super) fn fragment(&self, source: Source) -> Option<&'a Fragment> {
        match source {
            Source::Fragment(index) => Some(&self.library.fragments[index]),
            Source::Profile(_) => None,
        }
    }

    /// Returns whether a fragment's `requires` or `excludes` names this fragment.
    pub(super) fn is_named_elsewhere(&self, id: &str) -> bool {
        let mut lists = self.library.fragments.values();
        lists
            .any(|fragment| fragment.requires.iter().chain(&fragment.excludes).any(|named| named.value == id))
    }
}
