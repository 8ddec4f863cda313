//! Compares the outputs of personas before and after a change.

use std::collections::{BTreeMap, BTreeSet};

use camino::Utf8Path;
use rayon::prelude::*;
use serde::Serialize;

use super::{Personas, Texts, Trial, differing};
use crate::compose::{Composition, TargetSettings};
use crate::model::{Diagnostic, ProfileId};
use crate::render::{output_path, render};

/// One output of a persona.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Output {
    /// The name of its target.
    pub target: &'static str,
    /// The path, relative to the root of outputs.
    pub path: String,
    pub text: String,
}

/// All outputs of a composition, even if it has errors.
pub(crate) fn outputs(composition: &Composition<'_>) -> Vec<Output> {
    let output = |settings: &TargetSettings<'_>| Output {
        target: settings.target.name,
        path: output_path(composition, settings),
        text: render(composition, settings).into_text(),
    };
    composition.persona.targets.iter().map(output).collect()
}

/// The outputs of personas by profile, or the reason a persona cannot be built.
pub(crate) type Outputs = BTreeMap<String, Result<Vec<Output>, String>>;

impl Personas<'_> {
    /// The outputs of the profiles selected by `is_asked`, including abstract ones.
    pub(crate) fn outputs(&self, is_asked: impl Fn(ProfileId, &str) -> bool + Sync) -> Outputs {
        let profiles: Vec<_> = self.trial.library.profiles.enumerate().collect();
        let asked = profiles.into_par_iter().filter(|(id, profile)| is_asked(*id, &profile.id));
        asked.map(|(_, profile)| (profile.id.clone(), self.outputs_of(&profile.id))).collect()
    }

    fn outputs_of(&self, profile: &str) -> Result<Vec<Output>, String> {
        let composition = self.check(profile).map_err(first_message)?.composition;
        match composition.findings.iter().find(|finding| finding.breaks_file()) {
            Some(error) => Err(error.message.clone()),
            None => Ok(outputs(&composition)),
        }
    }

    /// Returns whether a profile reaches any of the files.
    pub(crate) fn reaches(&self, profile: ProfileId, paths: &BTreeSet<&Utf8Path>) -> bool {
        self.files(profile).any(|path| paths.contains(path))
    }
}

fn first_message(findings: Vec<Diagnostic>) -> String {
    let error = findings.into_iter().find(Diagnostic::breaks_file);
    error.map_or_else(String::new, |finding| finding.message)
}

/// A persona whose outputs a change of files affects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct AffectedPersona {
    pub profile: String,
    /// Why it can no longer be built, if it could be before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub breaks: Option<String>,
}

/// The personas other than `profile` whose outputs differ between two states of a workspace, sorted by id.
pub(crate) fn affected(before: &Texts, after: &Texts, profile: &str) -> Vec<AffectedPersona> {
    let (old, new) = rayon::join(|| Trial::new(before), || Trial::new(after));
    let (was, is) = (old.personas(), new.personas());
    let paths = differing(before, after);
    let reached = |name: &str| old.library.profiles.id_of(name).is_some_and(|id| was.reaches(id, &paths));
    let mut later = is.outputs(|id, name| {
        let is_other = name != profile && !new.library.profiles[id].is_abstract;
        is_other && (is.reaches(id, &paths) || reached(name))
    });
    let earlier = was.outputs(|_, name| later.contains_key(name));
    later.retain(|profile, _| earlier.contains_key(profile));
    let compared = later.into_iter().zip(earlier.into_values());
    compared
        .filter_map(|((profile, after), before)| match (before, after) {
            (Err(_), Err(_)) => None,
            (Ok(before), Ok(after)) if before == after => None,
            (_, Ok(_)) => Some(AffectedPersona { profile, breaks: None }),
            (Ok(_), Err(reason)) => Some(AffectedPersona { profile, breaks: Some(reason) }),
        })
        .collect()
}
