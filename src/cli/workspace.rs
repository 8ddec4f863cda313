//! The workspace that a command works on.

use std::collections::BTreeSet;

use anyhow::{Context, bail};
use camino::{Utf8Path, Utf8PathBuf};

use super::output::Output;
use crate::check::{Composed, lint};
use crate::compose::{Composer, Composition};
use crate::model::{Diagnostic, FileId, Library, ProfileId, Severity, codes, nearest};
use crate::workspace::files::Root;
use crate::workspace::{CONFIG, load, place};

/// A loaded workspace.
pub(super) struct Workspace {
    /// Its directory.
    pub(super) root: Root,
    /// What is in it.
    pub(super) library: Library,
    /// What is wrong with its files.
    pub(super) findings: Vec<Diagnostic>,
}

impl Workspace {
    /// Loads the workspace at `directory`, or the nearest one at or above the current directory.
    pub(super) fn open(directory: Option<&Utf8Path>) -> anyhow::Result<Workspace> {
        let directory = match directory {
            Some(directory) if place::is_workspace(directory) => directory.to_owned(),
            Some(directory) => bail!(
                "{directory} is not a workspace: it has no fragments/, profiles/ or {CONFIG}\n\
                 help: create one with `cento init {directory}`"
            ),
            None => nearest_workspace()?,
        };
        let root = Root::open(&directory)?;
        let (library, findings) = load(&root)?;
        Ok(Workspace { root, library, findings })
    }

    /// The index of a profile.
    pub(super) fn profile_index(&self, id: &str) -> anyhow::Result<ProfileId> {
        profile_index(&self.library, id)
    }

    /// Composes one profile; reports what is wrong, and returns nothing, if it cannot be composed.
    pub(super) fn compose(&self, output: &Output, id: &str) -> anyhow::Result<Option<Composition<'_>>> {
        let mut composed = self.compose_some(std::slice::from_ref(&id.to_owned()))?;
        let composition = composed.compositions.pop();
        if composition.is_none() {
            output.report(&self.library.sources, composed.findings)?;
        }
        Ok(composition)
    }

    /// Composes the named profiles, or all of them, and collects the findings that concern them.
    pub(super) fn compose_some(&self, ids: &[String]) -> anyhow::Result<Composed<'_>> {
        let chosen = match ids {
            [] => None,
            ids => Some(
                ids.iter().map(|id| self.profile_index(id)).collect::<Result<BTreeSet<ProfileId>, _>>()?,
            ),
        };
        Ok(Composed::of(&self.library, &self.findings, chosen.as_ref()))
    }

    /// The ids of the named profiles, or of all, each once and in order.
    pub(super) fn chosen<'w>(&'w self, ids: &'w [String]) -> Vec<&'w str> {
        let all = self.library.profiles.keys().map(String::as_str);
        all.filter(|id| ids.is_empty() || ids.iter().any(|chosen| chosen == id)).collect()
    }

    /// The files that the named profiles reach, or all, in the order in which they were read.
    pub(super) fn files(&self, ids: &[String]) -> Vec<FileId> {
        let library = &self.library;
        let files: BTreeSet<FileId> = if ids.is_empty() {
            let fragments = library.fragments.values().map(|fragment| fragment.file);
            let profiles = library.profiles.values().map(|profile| profile.file);
            library.config.file.into_iter().chain(fragments).chain(profiles).collect()
        } else {
            let composer = Composer::new(library);
            let chosen = ids.iter().filter_map(|id| library.profiles.id_of(id));
            chosen.flat_map(|index| composer.files(index)).collect()
        };
        files.into_iter().collect()
    }

    /// As [`Workspace::compose_some`], with the lints of single personas that are at least as severe as `least`.
    pub(super) fn lint_some(&self, ids: &[String], least: Severity) -> anyhow::Result<Composed<'_>> {
        let mut composed = self.compose_some(ids)?;
        composed.lint(&self.library, least);
        Ok(composed)
    }

    /// Adds what the lints of the fleet find, or that some profiles keep them from looking. For all profiles only.
    pub(super) fn lint_fleet(&self, composed: &mut Composed<'_>) {
        let found = lint::fleet(&self.library, &composed.compositions);
        // That nobody uses a field says more than that one target has no place for it.
        let unused: BTreeSet<_> = found
            .iter()
            .filter(|finding| finding.code == codes::UNUSED_FIELD)
            .filter_map(|finding| finding.address.clone())
            .collect();
        let is_told = |finding: &Diagnostic| {
            finding.code == codes::LOSS && finding.address.as_ref().is_some_and(|at| unused.contains(at))
        };
        composed.findings.retain(|finding| !is_told(finding));
        composed.findings.extend(found);
    }
}

/// The index of a profile of a library.
pub(super) fn profile_index(library: &Library, id: &str) -> anyhow::Result<ProfileId> {
    if let Some(index) = library.profiles.id_of(id) {
        return Ok(index);
    }
    let help = match nearest(id, library.profiles.keys().map(String::as_str)) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => "run `cento list profiles` for all profiles".to_owned(),
    };
    bail!("the profile `{}` does not exist\nhelp: {help}", crate::view::escape_line(id))
}

pub(super) fn nearest_workspace() -> anyhow::Result<Utf8PathBuf> {
    place::nearest().context("cannot find the current directory")?.with_context(|| {
        format!(
            "no workspace found: neither this directory nor one above it has fragments/, profiles/ or {CONFIG}\n\
             help: create one with `cento init`, or name one with `--workspace DIR`"
        )
    })
}
