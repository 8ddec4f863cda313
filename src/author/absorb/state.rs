//! The sources while edits are placed in them.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};

use super::home::FileEdits;
use crate::compose::Problem;
use crate::model::Diagnostic;
use crate::source::edit::SourceEdit;
use crate::trial::{AffectedPersona, BuiltPersona, Texts, Trial, affected, slimmed};

/// The output that was edited.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'s> {
    pub(super) profile: &'s str,
    pub(super) target: &'static str,
    pub(super) path: &'s Utf8Path,
    /// The reason that a removal gets in the profile.
    pub(super) reason: &'s str,
}

/// The sources while edits are placed in them.
#[derive(Clone)]
pub(super) struct State {
    /// All files.
    pub(super) texts: Texts,
    /// The files that the persona reaches.
    reached: BTreeSet<Utf8PathBuf>,
    /// The profile's file if no other profile extends it: a change there affects no other persona.
    private: Option<Utf8PathBuf>,
}

impl State {
    /// The sources as they are.
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

    /// Composes the persona of all files from now on, not only of those that it reaches.
    pub(super) fn reach_all(&mut self) {
        self.reached = self.texts.keys().cloned().collect();
    }

    /// The sources with some files replaced.
    pub(super) fn with(&self, files: &Texts) -> State {
        let mut state = self.clone();
        for (path, text) in files {
            state.texts.insert(path.clone(), text.clone());
            state.reached.insert(path.clone());
        }
        state
    }

    /// Builds the persona and looks at it.
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

    /// The text of the output.
    ///
    /// # Errors
    /// As [`State::look`].
    pub(super) fn rendered(&self, subject: Subject<'_>) -> Result<String, Vec<Diagnostic>> {
        self.look(subject, |persona| persona.document.text().to_owned())
    }

    /// Pins the stale decisions of the persona to what their sides say now: the files that change, or `None` if no
    /// decision is stale.
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

    /// The other personas that the change of some files changes.
    pub(super) fn affected(&self, files: &Texts, profile: &str) -> Vec<AffectedPersona> {
        match files.keys().all(|path| Some(path) == self.private.as_ref()) {
            true => Vec::new(),
            false => affected(&self.texts, &self.with(files).texts, profile),
        }
    }
}
