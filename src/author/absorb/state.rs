//! The sources, as edits are applied to them.

use camino::{Utf8Path, Utf8PathBuf};

use super::home::FileEdits;
use crate::compose::Problem;
use crate::model::Diagnostic;
use crate::source::edit::SourceEdit;
use crate::trial::{AffectedPersona, BuiltPersona, Fleet, Texts, Trial};

/// The edited output.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'s> {
    pub(super) profile: &'s str,
    pub(super) target: &'static str,
    pub(super) path: &'s Utf8Path,
    /// The reason to record with a removal in the profile.
    pub(super) reason: &'s str,
}

/// The sources, as edits are applied to them.
#[derive(Clone)]
pub(super) struct State<'f> {
    fleet: &'f Fleet<'f>,
    /// The texts that the persona is built from.
    texts: Texts,
    /// The files that differ from those of the fleet.
    pub(super) changed: Texts,
    /// The profile's file if no other profile extends it, so that a change there affects no other persona.
    private: Option<Utf8PathBuf>,
}

impl<'f> State<'f> {
    /// Starts with the unchanged sources.
    pub(super) fn new(fleet: &'f Fleet<'f>, profile: &str) -> Self {
        let library = fleet.library();
        let (texts, private) = match library.profiles.find(profile) {
            Some((id, own)) => {
                let mut parents = library.profiles.values().flat_map(|other| &other.extends);
                let is_parent = parents.any(|parent| parent.value == profile);
                let private = (!is_parent).then(|| library.profile_path(own).to_owned());
                (fleet.texts_of([id]), private)
            }
            None => (fleet.texts().clone(), None),
        };
        State { fleet, texts, changed: Texts::new(), private }
    }

    /// Builds the persona from all files from now on, not only from those that it depends on.
    pub(super) fn reach_all(&mut self) {
        self.texts = self.fleet.texts().clone();
        self.texts.extend(self.changed.clone());
    }

    /// Returns the sources with edits of files. `None` if they change none, or one does not apply.
    pub(super) fn edited(&self, edits: &FileEdits) -> Option<(State<'f>, Texts)> {
        let files = edits.files(&self.texts).filter(|files| !files.is_empty())?;
        Some((self.with(&files), files))
    }

    /// Returns the sources with some files replaced.
    pub(super) fn with(&self, files: &Texts) -> State<'f> {
        let mut state = self.clone();
        state.texts.extend(files.clone());
        state.changed.extend(files.clone());
        state
    }

    /// Builds the persona and calls `look` with it.
    ///
    /// # Errors
    /// The findings that keep it from being built.
    pub(super) fn look<R>(
        &self,
        subject: Subject<'_>,
        look: impl FnOnce(&BuiltPersona<'_>) -> R,
    ) -> Result<R, Vec<Diagnostic>> {
        let trial = Trial::new(&self.texts);
        let persona = trial.personas().build(subject.profile, subject.target)?;
        Ok(look(&persona))
    }

    /// Returns the text of the output.
    ///
    /// # Errors
    /// As [`State::look`].
    pub(super) fn rendered(&self, subject: Subject<'_>) -> Result<String, Vec<Diagnostic>> {
        self.look(subject, |persona| persona.document.text().to_owned())
    }

    /// Pins the persona's stale resolutions to the current text of their sides. Returns the files that
    /// change; `None` if no resolution is stale.
    pub(super) fn pinned(&self, profile: &str) -> Option<Texts> {
        let trial = Trial::new(&self.texts);
        let composition = trial.personas().check(profile).ok()?.composition;
        let mut pins = FileEdits::default();
        for conflict in &composition.conflicts {
            let Some((settled, Problem::Stale(_))) = conflict.unapplied() else { continue };
            let path = trial.library.profile_path(&trial.library.profiles[settled.profile]);
            let seen = conflict.sides.iter().map(|side| (side.name.clone(), side.hash.clone())).collect();
            pins.add(path, [SourceEdit::Pin { at: settled.resolution.at.value.clone(), seen }]);
        }
        pins.files(&self.texts).filter(|changed| !changed.is_empty())
    }

    /// Returns the other personas that change if these files do.
    pub(super) fn affected(&self, files: &Texts, profile: &str) -> Vec<AffectedPersona> {
        match files.keys().all(|path| Some(path) == self.private.as_ref()) {
            true => Vec::new(),
            false => self.fleet.affected(&self.changed, files, profile),
        }
    }
}
