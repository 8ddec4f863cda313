//! The fleet as factoring sees it: who uses which source, and which personas it reaches.

use crate::compose::Composition;
use crate::model::{Fragment, Library, Source};

/// Everything that is to be factored, composed.
#[derive(Debug)]
pub(super) struct Fleet<'f, 'a> {
    pub(super) library: &'a Library,
    /// The compositions, by profile; nothing for those that cannot be composed.
    pub(super) compositions: &'f [Option<Composition<'a>>],
    /// For each fragment, the profiles that name it in `use`.
    users: Vec<Vec<u32>>,
    /// For each fragment and then each profile, the personas that it reaches.
    reached: [Vec<Vec<u32>>; 2],
    /// For each fragment and then each profile, whether it is left as it is.
    untouchable: [Vec<bool>; 2],
}

fn at<T>(lists: &[Vec<T>; 2], source: Source) -> &T {
    match source {
        Source::Fragment(index) => &lists[0][index as usize],
        Source::Profile(index) => &lists[1][index as usize],
    }
}

impl<'f, 'a> Fleet<'f, 'a> {
    pub(super) fn new(library: &'a Library, compositions: &'f [Option<Composition<'a>>]) -> Self {
        let mut users = vec![Vec::new(); library.fragments.len()];
        let sizes = [library.fragments.len(), library.profiles.len()];
        let mut reached = sizes.map(|size| vec![Vec::new(); size]);
        let mut untouchable = [
            library.fragments.values().map(|fragment| fragment.broken).collect::<Vec<bool>>(),
            library.profiles.values().map(|profile| profile.broken).collect(),
        ];
        for (index, profile) in library.profiles.values().enumerate() {
            for name in &profile.uses {
                let Some(fragment) = library.fragments.get_index_of(&name.value) else { continue };
                if !users[fragment].contains(&(index as u32)) {
                    users[fragment].push(index as u32);
                }
            }
        }
        for (index, composition) in compositions.iter().enumerate() {
            let Some(composition) = composition else {
                // What a persona says that cannot be composed cannot be compared.
                untouchable[1][index] = true;
                let used = library.profiles[index].uses.iter();
                for fragment in used.filter_map(|name| library.fragments.get_index_of(&name.value)) {
                    untouchable[0][fragment] = true;
                }
                continue;
            };
            if composition.profile.is_abstract {
                continue;
            }
            for source in &composition.selection.sources {
                match source {
                    Source::Fragment(fragment) => reached[0][*fragment as usize].push(index as u32),
                    Source::Profile(profile) => reached[1][*profile as usize].push(index as u32),
                }
            }
        }
        Fleet { library, compositions, users, reached, untouchable }
    }

    /// The profiles that bring a source in themselves, in order of id.
    pub(super) fn users(&self, source: Source) -> Vec<u32> {
        match source {
            Source::Fragment(index) => self.users[index as usize].clone(),
            Source::Profile(index) => vec![index],
        }
    }

    /// The personas that a source is part of, in order of id.
    pub(super) fn reached(&self, source: Source) -> &[u32] {
        at::<Vec<u32>>(&self.reached, source)
    }

    /// Whether a source is left as it is: its file has errors, or a persona with it is not composed.
    pub(super) fn is_untouchable(&self, source: Source) -> bool {
        *at(&self.untouchable, source)
    }

    /// The sources that a profile brings in itself, in display order: its fragments, then itself.
    pub(super) fn sources_of(&self, profile: u32) -> Vec<Source> {
        let library = self.library;
        let used = library.profiles[profile as usize].uses.iter();
        let mut sources: Vec<Source> = Vec::new();
        for index in used.filter_map(|name| library.fragments.get_index_of(&name.value)) {
            if !sources.contains(&Source::Fragment(index as u32)) {
                sources.push(Source::Fragment(index as u32));
            }
        }
        sources.push(Source::Profile(profile));
        sources
    }

    /// Whether one profile builds on another.
    pub(super) fn builds_on(&self, child: u32, parent: u32) -> bool {
        let composition = self.compositions[child as usize].as_ref();
        child != parent && composition.is_some_and(|composition| composition.lineage.contains(&parent))
    }

    /// The claims of a source.
    pub(super) fn claims(&self, source: Source) -> &'a [crate::model::Claim] {
        match source {
            Source::Fragment(index) => &self.library.fragments[index as usize].claims,
            Source::Profile(index) => &self.library.profiles[index as usize].claims,
        }
    }

    /// A fragment, if the source is one.
    pub(super) fn fragment(&self, source: Source) -> Option<&'a Fragment> {
        match source {
            Source::Fragment(index) => Some(&self.library.fragments[index as usize]),
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
