//! Outputs: the files that cento builds, and which of them it may write.
//!
//! There are three steps, of which only the last changes anything. [`check_paths`] sets aside outputs with
//! forbidden or colliding paths; [`plan`] compares the rest with the disk and the lock; [`apply`] writes what
//! the plan and the options allow. `--dry-run` and `--check` stop after the plan.
//!
//! Only [`CheckedPaths`] can be planned, and only a [`Plan`] can be applied, so no unchecked path reaches the
//! disk.

mod apply;
mod findings;
mod paths;
mod plan;
mod sweep;

#[cfg(test)]
pub(crate) use apply::Report;
pub(crate) use apply::{apply, record_built, steps};
pub(crate) use findings::{diagnostics, overtaken, stale};
pub(crate) use paths::{CheckedPaths, Protected, check_paths};
pub(crate) use plan::{plan, touched};
pub(crate) use sweep::sweep;

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};

use super::files::{FileError, FileType, Seen};
use super::lock::Lock;
use super::shard::Shard;

/// The target, in the lock, of files that record the origins of another output's bytes.
pub(crate) const ORIGINS: &str = "origins";

/// The suffix of such a file, after the path of the other output.
pub(crate) const ORIGINS_SUFFIX: &str = ".origins.json";

/// A file to build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Output {
    /// Its path, relative to the root of the outputs.
    pub path: Utf8PathBuf,
    pub profile: String,
    /// The target, or [`ORIGINS`].
    pub target: &'static str,
    /// The name by which programs load it, if the target has one.
    pub name: Option<String>,
    /// Its content. `None` if only the path matters.
    pub content: Option<Content>,
}

/// The content of an output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Content {
    hash: blake3::Hash,
    /// Whether line endings matter, because the profile sets them.
    is_exact: bool,
    /// The text. `None` if [`Texts`] has to build it again.
    text: Option<String>,
}

impl Content {
    /// Content with its text.
    pub(crate) fn of(text: String) -> Self {
        Content { hash: blake3::hash(text.as_bytes()), is_exact: false, text: Some(text) }
    }

    /// Returns the content, with line endings that matter or not.
    pub(crate) fn exact(self, is_exact: bool) -> Self {
        Content { is_exact, ..self }
    }

    pub(crate) fn hash(&self) -> blake3::Hash {
        self.hash
    }

    /// Whether line endings matter, because the profile sets them.
    pub(crate) fn is_exact(&self) -> bool {
        self.is_exact
    }

    /// Returns the text, if it was kept.
    pub(crate) fn into_text(self) -> Option<String> {
        self.text
    }

    /// Returns the text, if it was kept.
    pub(crate) fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// Returns the content without its text.
    pub(crate) fn dropped(self) -> Self {
        Content { text: None, ..self }
    }
}

/// Builds the text of an output again if it was not kept: by profile and path.
pub(crate) type Texts<'t> = &'t (dyn Fn(&str, &Utf8Path) -> Option<String> + Sync);

/// Returns the text of an output.
///
/// # Errors
/// If it was not kept and cannot be built again.
fn text_of(content: &Content, texts: Texts<'_>, profile: &str, path: &Utf8Path) -> Result<String, FileError> {
    if let Some(text) = &content.text {
        return Ok(text.clone());
    }
    let again = texts(profile, path).filter(|text| blake3::hash(text.as_bytes()) == content.hash);
    again.ok_or_else(|| {
        FileError::new("write", path.to_owned(), std::io::Error::other("its text cannot be made again"))
    })
}

/// What the user allows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// Overwrite hand edits and files that cento did not write.
    pub force: bool,
    /// Delete outputs that no profile builds any more.
    pub prune: bool,
    /// The shard that is built, which the lock names.
    pub shard: Option<Shard>,
}

/// The status of an output compared with the disk and the lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Status {
    /// Up to date.
    Unchanged,
    /// Up to date, but missing or different in the lock. Only the lock changes.
    Adopt,
    /// Never written before.
    New,
    /// Unchanged since cento wrote it, now or the time before, but its sources have changed.
    Changed,
    /// Deleted, though cento wrote it.
    Missing,
    /// Damaged by a power failure: empty, truncated, or filled with zeros.
    Damaged,
    /// Edited by hand.
    HandEdited,
    /// Something that cento did not write is at the path.
    Foreign(FileType),
    /// An ancestor is a link or a file instead of a directory. Not even `--force` writes there.
    Blocked {
        /// The ancestor.
        at: Utf8PathBuf,
        /// What it is.
        by: FileType,
    },
    /// The path belongs to the output of a profile that this run does not build. Not even `--force` writes
    /// there.
    Claimed {
        /// That profile.
        by: String,
    },
    /// In the lock, but no profile builds it any more.
    Orphan {
        /// Whether the file was edited by hand.
        edited: bool,
    },
    /// In the lock, but no longer built and not on disk as a file of cento. The entry is dropped from the
    /// lock.
    Forgotten,
}

/// The action for an output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Action {
    /// None: it is up to date.
    Keep,
    /// Record it in the lock as it is.
    Adopt,
    /// Write it.
    Write,
    /// Do not write it, since that would lose something or leave the root.
    Refuse,
    /// Leave it, though no profile builds it any more.
    Leave,
    /// Delete it.
    Remove,
    /// Drop it from the lock.
    Forget,
}

impl Action {
    /// Returns whether the output then matches its sources.
    pub(crate) fn is_up_to_date(self) -> bool {
        matches!(self, Action::Keep | Action::Adopt | Action::Write)
    }
}

/// An output, or an entry of the lock without an output.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    /// Its path, relative to the root.
    pub path: Utf8PathBuf,
    /// The profile that builds it, or built it.
    pub profile: String,
    pub target: String,
    pub status: Status,
    /// The content to write. `None` for an orphan, and where the caller knows that it is up to date. Includes the text if the file was edited by hand.
    content: Option<Content>,
    /// What was at the path. Nothing else may be overwritten or removed.
    seen: Seen,
    /// The bytes of a file edited by hand.
    found: Option<Vec<u8>>,
}

impl Step {
    /// Returns the action that these options allow.
    pub(crate) fn action(&self, options: Options) -> Action {
        let Options { force, prune, .. } = options;
        match &self.status {
            Status::Unchanged => Action::Keep,
            Status::Adopt => Action::Adopt,
            Status::New | Status::Changed | Status::Missing | Status::Damaged => Action::Write,
            // The content of a directory is never discarded.
            Status::Foreign(FileType::Directory) | Status::Blocked { .. } | Status::Claimed { .. } => {
                Action::Refuse
            }
            Status::HandEdited | Status::Foreign(_) if force => Action::Write,
            Status::HandEdited | Status::Foreign(_) => Action::Refuse,
            Status::Orphan { edited } if prune && (force || !edited) => Action::Remove,
            Status::Orphan { .. } => Action::Leave,
            Status::Forgotten => Action::Forget,
        }
    }

    /// Returns the hash of the text to write. `None` for an orphan.
    pub(crate) fn hash(&self) -> Option<blake3::Hash> {
        self.content.as_ref().map(Content::hash)
    }

    /// Whether its line endings are compared too, because the profile sets them.
    pub(crate) fn is_exact(&self) -> bool {
        self.content.as_ref().is_some_and(Content::is_exact)
    }

    /// Returns the text to write, if the output is still built and its text was kept.
    pub(crate) fn text(&self) -> Option<&str> {
        self.content.as_ref()?.text.as_deref()
    }

    /// Returns whether a file edited by hand is empty.
    pub(crate) fn is_empty(&self) -> bool {
        self.found.as_ref().is_some_and(Vec::is_empty)
    }

    /// Returns the bytes of a file edited by hand.
    pub(crate) fn found(&self) -> Option<&[u8]> {
        self.found.as_deref()
    }
}

/// What a build would do, by path.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The steps, sorted by path.
    pub steps: Vec<Step>,
    /// The lock as it was read.
    lock: Lock,
    /// The prefix of paths in messages.
    prefix: Utf8PathBuf,
}

impl Plan {
    /// Returns the lock as it was read.
    pub(crate) fn lock(&self) -> &Lock {
        &self.lock
    }

    /// Adds the other outputs in the lock. The caller knows that they are up to date.
    pub(crate) fn with_unchanged(mut self) -> Self {
        let planned: BTreeSet<_> = self.steps.iter().map(|step| step.path.clone()).collect();
        let others = self.lock.entries.iter().filter(|(path, _)| !planned.contains(*path));
        self.steps.extend(others.map(|(path, entry)| Step {
            path: path.clone(),
            profile: entry.profile.clone(),
            target: entry.target.clone(),
            status: Status::Unchanged,
            content: None,
            seen: Seen::Nothing,
            found: None,
        }));
        self.steps.sort_by(|a, b| a.path.cmp(&b.path));
        self
    }

    /// Returns a path as messages show it.
    pub(crate) fn shown(&self, path: &Utf8Path) -> Utf8PathBuf {
        self.prefix.join(path)
    }
}
