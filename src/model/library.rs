//! The library: everything that a workspace holds.

use camino::Utf8Path;
use indexmap::IndexMap;

use super::claim::Source;
use super::config::Config;
use super::fragment::Fragment;
use super::profile::Profile;
use super::source::Sources;

/// The fragments, profiles and settings of a workspace, and the files they come from.
#[derive(Debug, Default)]
pub struct Library {
    /// The files.
    pub sources: Sources,
    /// The settings.
    pub config: Config,
    /// The fragments by id, sorted.
    pub fragments: IndexMap<String, Fragment>,
    /// The profiles by id, sorted.
    pub profiles: IndexMap<String, Profile>,
}

impl Library {
    /// The name of a source, as sides of a conflict and origins are named: a fragment's id, or
    /// `profiles/NAME`.
    pub fn source_name(&self, source: Source) -> String {
        match source {
            Source::Fragment(index) => self.fragments[index as usize].id.clone(),
            Source::Profile(index) => format!("profiles/{}", self.profiles[index as usize].id),
        }
    }

    /// The path of a profile's file, relative to the workspace.
    pub fn profile_path(&self, profile: &Profile) -> &Utf8Path {
        self.sources.file(profile.file).path()
    }

    /// The source of this name.
    pub fn source_by_name(&self, name: &str) -> Option<Source> {
        let profile = name.strip_prefix("profiles/").and_then(|id| self.profiles.get_index_of(id));
        let profile = profile.map(|index| Source::Profile(index as u32));
        profile.or_else(|| self.fragments.get_index_of(name).map(|index| Source::Fragment(index as u32)))
    }

    /// Whether the text of this source is a template.
    pub fn is_template(&self, source: Source) -> bool {
        match source {
            Source::Fragment(index) => self.fragments[index as usize].template,
            Source::Profile(index) => self.profiles[index as usize].template,
        }
    }

    /// The profiles that are built, in order of id.
    pub fn concrete_profiles(&self) -> impl Iterator<Item = &Profile> {
        self.profiles.values().filter(|profile| !profile.is_abstract)
    }
}
