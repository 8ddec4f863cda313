//! The sources, as edits are applied to them.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};

use super::home::FileEdits;
use crate::compose::Problem;
use crate::model::Diagnostic;
use crate::source::edit::SourceEdit;
use crate::trial::{AffectedPersona, BuiltPersona, Texts, Trial, affected, slimmed};

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
pub(super) struct State {
    pub(super) texts: Texts,
    /// The files that the persona depends on.
    reached: BTreeSet<Utf8PathBuf>,
    /// The profile's file if no other profile extends it, so that a change there affects no other persona.
    private: Option<Utf8PathBuf>,
}

impl State {
    /// Starts with the unchanged sources.
    pub(super) fn new(texts: &Texts, profile: &str) -> Self {
        let trial = Trial::new(texts);
        let Some((id, own)) = trial.library.profiles.find(profile) else {
            return State { texts: texts.clone(), reached: texts.keys().cloned().collect(), private: None };
        };
        let mut parents = trial.library.profiles.values().flat_map(|other| &other.extends);
        let is_parent = parents.any(|parent| parent.value == profile);
        State {
            texts: texts.clone(),
            reached: trial.personas().files(id).map(Utf8Path::to_owned).collect(),
            private: (!is_parent).then(|| trial.library.profile_path(own).to_owned()),
        }
    }

    /// Composes the persona from all files from now on, not only from those that it depends on.
    pub(super) fn reach_all(&mut self) {
        self.reached = self.texts.keys().cloned().collect();
    }

    /// Returns the sources with some files replaced.
    pub(super) fn with(&self, files: &Texts) -> State {
        let mut state = self.clone();
        for (path, text) in files {
            state.texts.insert(path.clone(), text.clone());
            state.reached.insert(path.clone());
        }
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
        let texts = slimmed(&self.texts, &self.reached);
        let trial = Trial::new(&texts);
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
        let texts = slimmed(&self.texts, &self.reached);
        let trial = Trial::new(&texts);
        let composition = trial.personas().check(profile).ok()?.composition;
        let mut pins = FileEdits::default();
        for conflict in &composition.conflicts {
            let Some((settled, Problem::Stale(_))) = conflict.unapplied() else { continue };
            let path = trial.library.profile_path(&trial.library.profiles[settled.profile]);
            let seen = conflict.sides.iter().map(|side| (side.name.clone(), side.hash.clone())).collect();
            pins.add(path, [SourceEdit::Pin { at: settled.resolution.at.value.clone(), seen }]);
        }
        pins.files(&texts).filter(|changed| !changed.is_empty())
    }

    /// Returns the other personas that change if these files do.
    pub(super) fn affected(&self, files: &Texts, profile: &str) -> Vec<AffectedPersona> {
        match files.keys().all(|path| Some(path) == self.private.as_ref()) {
            true => Vec::new(),
            false => affected(&self.texts, &self.with(files).texts, profile),
        }
    }
}
