//! The workspace that a command works on.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use anyhow::{Context, bail};
use camino::{Utf8Path, Utf8PathBuf};

use super::args::Medium;
use super::output::Output;
use crate::check::{Checked, Checker, Depth, Prepared, Survey};
use crate::compose::Composition;
use crate::model::{Diagnostic, FileId, Library, ProfileId, Severities, codes, nearest};
use crate::view::escape_line;
use crate::workspace::exclusive::{self, Exclusive, PATIENCE};
use crate::workspace::files::{Durability, Root};
use crate::workspace::reach::load_reached;
use crate::workspace::rewrite::{RewriteError, Texts, rewrite};
use crate::workspace::{CONFIG, load, load_config, place};

/// A loaded workspace.
pub(super) struct Workspace {
    pub(super) root: Root,
    pub(super) library: Library,
    /// The findings of loading it.
    pub(super) findings: Vec<Diagnostic>,
    /// Work that its personas share, once one is composed.
    prepared: OnceLock<Arc<Prepared>>,
    /// The right to write to it, once taken.
    exclusive: OnceLock<Exclusive>,
}

impl Workspace {
    /// Loads the workspace at `directory`, or the nearest one at or above the current directory.
    pub(super) fn open(directory: Option<&Utf8Path>) -> anyhow::Result<Workspace> {
        Workspace::load(find(directory)?, OnceLock::new())
    }

    /// As [`Workspace::open`], for a command that only looks at one persona: loads no more than the profile reaches,
    /// unless there is something to report.
    pub(super) fn open_for(directory: Option<&Utf8Path>, profile: &str) -> anyhow::Result<Workspace> {
        let root = find(directory)?;
        let Some(library) = load_reached(&root, &[profile.to_owned()]) else {
            return Workspace::load(root, OnceLock::new());
        };
        let reached = Workspace::of(root, library, OnceLock::new());
        let index = reached.library.profiles.id_of(profile);
        // A finding may name other files, such as fragments that would meet a requirement.
        let has_no_finding = |index| {
            let checked = reached.checker().check(index, Depth::Build);
            checked.is_ok_and(|checked| checked.composition.findings.is_empty())
        };
        if index.is_some_and(has_no_finding) {
            return Ok(reached);
        }
        reached.reload()
    }

    /// As [`Workspace::open`], for a command that writes without asking: first waits until no other command
    /// writes.
    pub(super) fn open_to_write(directory: Option<&Utf8Path>, output: &Output) -> anyhow::Result<Workspace> {
        Workspace::find_to_write(directory, output)?.load()
    }

    /// Waits until no other command writes to the workspace, but does not load it yet.
    pub(super) fn find_to_write(directory: Option<&Utf8Path>, output: &Output) -> anyhow::Result<Unloaded> {
        let root = find(directory)?;
        let exclusive = exclusive(&root, output)?;
        Ok(Unloaded { root, exclusive })
    }

    /// A workspace of a library that was loaded without findings.
    fn of(root: Root, library: Library, exclusive: OnceLock<Exclusive>) -> Workspace {
        Workspace { root, library, findings: Vec::new(), prepared: OnceLock::new(), exclusive }
    }

    /// Loads all of a workspace of which only a part was loaded.
    pub(super) fn reload(self) -> anyhow::Result<Workspace> {
        Workspace::load(self.root, self.exclusive)
    }

    fn load(root: Root, exclusive: OnceLock<Exclusive>) -> anyhow::Result<Workspace> {
        let (library, findings) = load(&root)?;
        Ok(Workspace { root, library, findings, prepared: OnceLock::new(), exclusive })
    }

    /// Takes the right to write, unless taken already. The files may have changed since they were read.
    pub(super) fn begin_to_write(&self, output: &Output) -> anyhow::Result<()> {
        if self.exclusive.get().is_none() {
            let _ = self.exclusive.set(exclusive(&self.root, output)?);
        }
        Ok(())
    }

    /// Writes changed sources, as [`rewrite()`] does.
    pub(super) fn rewrite(&self, before: &Texts, after: &Texts) -> Result<(), RewriteError> {
        rewrite(&self.root, before, after, &self.library.config.profiles, Durability::Synced)
    }

    /// Returns a checker of its personas.
    pub(super) fn checker(&self) -> Checker<'_> {
        let prepared = self.prepared.get_or_init(|| Arc::new(Prepared::new(&self.library)));
        Checker::with(&self.library, &self.findings, Arc::clone(prepared))
    }

    /// Returns the errors in its files.
    pub(super) fn errors(&self) -> Vec<Diagnostic> {
        self.findings.iter().filter(|finding| finding.is_error()).cloned().collect()
    }

    /// Returns the index of a profile.
    pub(super) fn profile_index(&self, id: &str) -> anyhow::Result<ProfileId> {
        profile_index(&self.library, id)
    }

    /// Composes and checks profiles. If one does not compose, reports why, as JSON if the view would have been, and
    /// returns `None`.
    pub(super) fn check<const N: usize>(
        &self,
        output: &Output,
        medium: Medium,
        ids: [&str; N],
    ) -> anyhow::Result<Option<[Checked<'_>; N]>> {
        let checker = self.checker();
        let (mut all, mut findings) = (Vec::new(), Vec::new());
        for id in ids {
            let index = self.profile_index(id)?;
            match checker.check(index, Depth::Build) {
                Ok(checked) => all.push(checked),
                Err(refusal) => findings.extend(checker.loaded([index]).into_iter().chain(refusal)),
            }
        }
        let all = all.try_into().ok();
        if all.is_none() {
            output.refuse(medium, &self.library.sources, findings)?;
        }
        Ok(all)
    }

    /// Composes profiles, as [`Workspace::check`] does.
    pub(super) fn compose<const N: usize>(
        &self,
        output: &Output,
        medium: Medium,
        ids: [&str; N],
    ) -> anyhow::Result<Option<[Composition<'_>; N]>> {
        let checked = self.check(output, medium, ids)?;
        Ok(checked.map(|checked| checked.map(|checked| checked.composition)))
    }

    /// Composes and checks the named profiles, or all. Returns the results of `visit` and the findings that
    /// concern these profiles.
    pub(super) fn survey<'w, T: Send>(
        &'w self,
        ids: &[String],
        depth: Depth,
        visit: impl Fn(&Checked<'w>) -> T + Sync,
    ) -> anyhow::Result<Survey<'w, T>> {
        let chosen = self.indices(ids)?;
        Ok(self.checker().survey(chosen.as_ref(), depth, visit))
    }

    /// Returns the indices of the named profiles. `None`, for all, if none is named.
    pub(super) fn indices(&self, ids: &[String]) -> anyhow::Result<Option<BTreeSet<ProfileId>>> {
        let indices = ids.iter().map(|id| self.profile_index(id));
        Ok(if ids.is_empty() { None } else { Some(indices.collect::<anyhow::Result<_>>()?) })
    }

    /// Returns the ids of the named profiles, or of all, sorted and without duplicates.
    pub(super) fn chosen<'w>(&'w self, ids: &'w [String]) -> Vec<&'w str> {
        let all = self.library.profiles.keys().map(String::as_str);
        all.filter(|id| ids.is_empty() || ids.iter().any(|chosen| chosen == id)).collect()
    }

    /// Returns the files that the named profiles depend on, or all files, in the order in which they were
    /// read.
    pub(super) fn files(&self, ids: &[String]) -> Vec<FileId> {
        let library = &self.library;
        let files: BTreeSet<FileId> = if ids.is_empty() {
            let fragments = library.fragments.values().map(|fragment| fragment.file);
            let profiles = library.profiles.values().map(|profile| profile.file);
            library.config.file.into_iter().chain(fragments).chain(profiles).collect()
        } else {
            let checker = self.checker();
            let chosen = ids.iter().filter_map(|id| library.profiles.id_of(id));
            chosen.flat_map(|index| checker.composer().files(index)).collect()
        };
        files.into_iter().collect()
    }
}

/// A workspace that is not loaded yet, with the right to write to it.
pub(super) struct Unloaded {
    pub(super) root: Root,
    exclusive: Exclusive,
}

impl Unloaded {
    pub(super) fn load(self) -> anyhow::Result<Workspace> {
        Workspace::load(self.root, OnceLock::from(self.exclusive))
    }

    /// Loads only what profiles reach. Returns itself if there is anything to report about that.
    pub(super) fn load_reached(self, profiles: &[String]) -> Result<Workspace, Unloaded> {
        match load_reached(&self.root, profiles) {
            Some(library) => Ok(Workspace::of(self.root, library, OnceLock::from(self.exclusive))),
            None => Err(self),
        }
    }
}

/// Opens the directory of the workspace.
fn find(directory: Option<&Utf8Path>) -> anyhow::Result<Root> {
    let directory = match directory {
        Some(directory) if place::is_workspace(directory) => directory.to_owned(),
        Some(directory) => bail!(
            "{directory} is not a workspace: it has no fragments/, profiles/ or {CONFIG}\n\
             help: create one with `cento init {directory}`"
        ),
        None => nearest_workspace()?,
    };
    Ok(Root::open(&directory)?)
}

/// Returns the severities that a workspace sets, of which nothing else is loaded.
pub(super) fn severities(directory: Option<&Utf8Path>) -> anyhow::Result<Severities> {
    Ok(load_config(&find(directory)?)?.severities)
}

/// Takes the right to write to a directory, waiting for other commands if necessary.
pub(super) fn exclusive(root: &Root, output: &Output) -> anyhow::Result<Exclusive> {
    let tell = |lock: &Utf8Path| {
        output.warn(&format!(
            "waiting for another cento command, which holds {}\n",
            escape_line(lock.as_str())
        ));
    };
    Ok(exclusive::exclusive(root, PATIENCE, tell)?)
}

/// Returns the index of a profile in a library.
pub(super) fn profile_index(library: &Library, id: &str) -> anyhow::Result<ProfileId> {
    if let Some(index) = library.profiles.id_of(id) {
        return Ok(index);
    }
    // The path of an output or of the profile itself: `.claude/agents/ID.md`, `skills/ID/SKILL.md`.
    let path = Utf8Path::new(id);
    let names = [Some(path), path.parent()].into_iter().flatten();
    let named = names.filter_map(Utf8Path::file_stem).find(|name| library.profiles.id_of(name).is_some());
    let is_path = path.components().nth(1).is_some();
    let near = || nearest(id, library.profiles.keys().map(String::as_str)).filter(|_| !is_path);
    let help = match named.or_else(near) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "run `cento list profiles` for all profiles".to_owned(),
    };
    Err(Unknown { message: format!("the profile `{}` does not exist", escape_line(id)), help }.into())
}

/// A profile that a command names and the workspace lacks.
#[derive(Debug, thiserror::Error)]
#[error("{message}\nhelp: {help}")]
pub(super) struct Unknown {
    pub(super) message: String,
    pub(super) help: String,
}

impl Unknown {
    /// The same as a finding.
    pub(super) fn finding(&self) -> Diagnostic {
        Diagnostic::new(codes::UNKNOWN_PROFILE, &self.message).help(&self.help)
    }
}

pub(super) fn nearest_workspace() -> anyhow::Result<Utf8PathBuf> {
    place::nearest().context("cannot find the current directory")?.with_context(|| {
        format!(
            "no workspace found: neither this directory nor one above it has fragments/, profiles/ or {CONFIG}\n\
             help: create one with `cento init`, or name one with `--workspace DIR`"
        )
    })
}
