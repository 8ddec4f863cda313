//! What each persona of the last build was made from, so that an edit composes no more than it reaches.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

use super::MAX_LENGTH;
use crate::model::{Library, ProfileId};
use crate::workspace::built::KEPT;
use crate::workspace::files::{Reading, Root};
use crate::workspace::reach::reached;

/// The name of the file, in the directory for internal files.
const PERSONAS: &str = "last-build-personas.json";

/// What one persona was made from.
pub(crate) struct Made {
    pub(crate) profile: ProfileId,
    /// A hash of all about it that decides about other personas, such as the paths of its outputs.
    pub(crate) shared: blake3::Hash,
}

/// The personas of the last build, by id.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Personas(BTreeMap<String, Persona>);

/// The sources that a persona reaches, as places in the list of all, and [`Made::shared`].
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Persona(Vec<usize>, String);

impl Personas {
    /// Reads the personas whose text has this hash. `None` if it has another.
    pub(super) fn read(root: &Root, hash: &str) -> Option<Self> {
        let Ok(Reading::Text(text)) = root.read_text(&path(), MAX_LENGTH) else { return None };
        let is_known = blake3::hash(text.as_bytes()).to_hex().as_str() == hash;
        is_known.then(|| serde_json::from_str(&text).ok()).flatten()
    }

    /// Writes the personas and returns the hash of their text.
    pub(super) fn write(&self, root: &Root) -> Option<String> {
        #[expect(clippy::disallowed_methods, reason = "only cento reads the file")]
        let text = serde_json::to_string(self).ok()?;
        let mut file = root.temporary(Utf8Path::new(KEPT)).ok()?;
        file.write(text.as_bytes()).ok()?;
        file.place(PERSONAS).ok()?;
        Some(blake3::hash(text.as_bytes()).to_hex().to_string())
    }

    /// Adds personas of a library, or replaces them. `sources` are the paths of all sources of the workspace. `None` if a
    /// persona reaches others.
    pub(super) fn add(&mut self, sources: &[Utf8PathBuf], library: &Library, made: &[Made]) -> Option<()> {
        let places: BTreeMap<&Utf8Path, usize> =
            sources.iter().enumerate().map(|(place, path)| (path.as_path(), place)).collect();
        let place = |source| places.get(library.sources.file(library.file_of(source)).path()).copied();
        for Made { profile, shared } in made {
            let reached: Option<Vec<_>> = reached(library, *profile).into_iter().map(place).collect();
            let persona = Persona(reached?, shared.to_hex().to_string());
            self.0.insert(library.profiles[*profile].id.clone(), persona);
        }
        Some(())
    }

    /// Returns the ids of the profiles that reach one of these sources. `None` if no profile reaches one of them: what else
    /// depends on it is not recorded.
    pub(super) fn reaching(&self, edited: &BTreeSet<usize>) -> Option<Vec<&str>> {
        let mut missed = edited.clone();
        let mut reaching = Vec::new();
        for (id, Persona(sources, _)) in &self.0 {
            let before = reaching.len();
            for source in sources.iter().filter(|source| edited.contains(source)) {
                missed.remove(source);
                reaching.truncate(before);
                reaching.push(id.as_str());
            }
        }
        missed.is_empty().then_some(reaching)
    }

    /// Returns whether a persona decides about others as it did.
    pub(super) fn is_alike(&self, id: &str, shared: blake3::Hash) -> bool {
        self.0.get(id).is_some_and(|Persona(_, known)| *known == shared.to_hex().as_str())
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

fn path() -> Utf8PathBuf {
    Utf8Path::new(KEPT).join(PERSONAS)
}
