//! The library: the loaded contents of a workspace.

use camino::Utf8Path;
use indexmap::IndexSet;

use super::address::AddressBuf;
use super::claim::{Claim, Source};
use super::config::Config;
use super::fragment::Fragment;
use super::ids::{FragmentId, ProfileId, Registry};
use super::profile::Profile;
use super::source::{FileId, Sources};
use super::statement::Statement;

/// The fragments, profiles and settings of a workspace, and the files they come from.
#[derive(Debug, Default)]
pub(crate) struct Library {
    pub sources: Sources,
    pub config: Config,
    /// The fragments, sorted by id.
    pub fragments: Registry<FragmentId, Fragment>,
    /// The profiles, sorted by id.
    pub profiles: Registry<ProfileId, Profile>,
}

impl Library {
    /// The name of a source in conflicts and origins: a fragment's id, or `profiles/NAME`.
    pub(crate) fn source_name(&self, source: Source) -> String {
        match source {
            Source::Fragment(index) => self.fragments[index].id.clone(),
            Source::Profile(index) => format!("profiles/{}", self.profiles[index].id),
        }
    }

    /// The path of a profile's file, relative to the workspace.
    pub(crate) fn profile_path(&self, profile: &Profile) -> &Utf8Path {
        self.sources.file(profile.file).path()
    }

    /// The profile that a source is.
    pub(crate) fn profile_of(&self, source: Source) -> Option<&Profile> {
        match source {
            Source::Fragment(_) => None,
            Source::Profile(index) => Some(&self.profiles[index]),
        }
    }

    /// The source with this name.
    pub(crate) fn source_by_name(&self, name: &str) -> Option<Source> {
        let profile = name.strip_prefix("profiles/").and_then(|id| self.profiles.id_of(id));
        let profile = profile.map(Source::Profile);
        profile.or_else(|| self.fragments.id_of(name).map(Source::Fragment))
    }

    /// Every source: the fragments, then the profiles, each sorted by id.
    pub(crate) fn every_source(&self) -> impl Iterator<Item = Source> {
        self.fragments.ids().map(Source::Fragment).chain(self.profiles.ids().map(Source::Profile))
    }

    /// The claims of a source, in file order.
    pub(crate) fn claims_of(&self, source: Source) -> &[Claim] {
        match source {
            Source::Fragment(id) => &self.fragments[id].claims,
            Source::Profile(id) => &self.profiles[id].claims,
        }
    }

    /// The file of a source.
    pub(crate) fn file_of(&self, source: Source) -> FileId {
        match source {
            Source::Fragment(id) => self.fragments[id].file,
            Source::Profile(id) => self.profiles[id].file,
        }
    }

    /// Returns whether the file of a source has errors.
    pub(crate) fn is_broken(&self, source: Source) -> bool {
        match source {
            Source::Fragment(id) => self.fragments[id].broken,
            Source::Profile(id) => self.profiles[id].broken,
        }
    }

    /// Returns whether the text of a source is a template.
    pub(crate) fn is_template(&self, source: Source) -> bool {
        match source {
            Source::Fragment(index) => self.fragments[index].template,
            Source::Profile(index) => self.profiles[index].template,
        }
    }

    /// The statement of a claim of this library.
    pub(crate) fn statement(&self, claim: &Claim) -> Statement {
        Statement::of(claim, |source| self.is_template(source))
    }

    /// Returns whether two claims differ in the force of a rule at most.
    pub(crate) fn has_same_words(&self, one: &Claim, other: &Claim) -> bool {
        Statement::has_same_words(one, other, |source| self.is_template(source))
    }

    /// The claims of all fragments, and then of all profiles.
    pub(crate) fn claims(&self) -> impl Iterator<Item = &Claim> {
        let fragments = self.fragments.values().flat_map(|fragment| &fragment.claims);
        fragments.chain(self.profiles.values().flat_map(|profile| &profile.claims))
    }

    /// Sorts the fragments and profiles by id, after they were added in another order, and numbers them again.
    pub(crate) fn sort(&mut self) {
        self.fragments.sort();
        self.profiles.sort();
        for (id, fragment) in self.fragments.enumerate_mut() {
            fragment.claims.iter_mut().for_each(|claim| claim.source = Source::Fragment(id));
        }
        for (id, profile) in self.profiles.enumerate_mut() {
            profile.claims.iter_mut().for_each(|claim| claim.source = Source::Profile(id));
        }
    }

    /// Numbers the addresses of all claims in text order, and makes equal addresses share one allocation.
    pub(crate) fn number_addresses(&mut self) {
        let mut addresses: IndexSet<AddressBuf> = self.claims().map(|claim| claim.address.clone()).collect();
        addresses.sort_unstable();
        let fragments = self.fragments.values_mut().flat_map(|fragment| &mut fragment.claims);
        let profiles = self.profiles.values_mut().flat_map(|profile| &mut profile.claims);
        for claim in fragments.chain(profiles) {
            if let Some((index, address)) = addresses.get_full(&claim.address) {
                claim.number = index.into();
                claim.address.clone_from(address);
            }
        }
    }

    /// The profiles that are built, sorted by id.
    pub(crate) fn concrete_profiles(&self) -> impl Iterator<Item = &Profile> {
        self.profiles.values().filter(|profile| !profile.is_abstract)
    }
}
