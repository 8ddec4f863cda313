//! Outputs: the files that cento makes, and which of them it may write.
//!
//! Three steps, of which only the last changes anything. [`check_paths`] sets aside the outputs whose
//! path is not theirs to take; [`plan`] compares the rest with the disk and the lock; [`apply`] writes
//! what the plan and the options allow. `--dry-run` and `--check` end with the plan.
//!
//! Only a [`CheckedPaths`] set of outputs can be planned, and only a [`Plan`] applied, so that no path
//! reaches the disk unchecked.

mod apply;
mod findings;
mod paths;
mod plan;
mod sweep;

#[cfg(test)]
pub(crate) use apply::Report;
pub(crate) use apply::{apply, steps, take_over};
pub(crate) use findings::{diagnostics, overtaken, stale};
pub(crate) use paths::{CheckedPaths, Protected, check_paths};
pub(crate) use plan::plan;
pub(crate) use sweep::sweep;

use camino::{Utf8Path, Utf8PathBuf};

use super::files::{FileError, Seen, Standing};
use super::lock::Lock;

/// Stands for a target in the lock where an output says where the bytes of another one come from.
pub(crate) const ORIGINS: &str = "origins";

/// What the path of such an output adds to that of the other one.
pub(crate) const ORIGINS_SUFFIX: &str = ".origins.json";

/// A file as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Output {
    /// Its path, relative to the root of the outputs.
    pub path: Utf8PathBuf,
    /// Its profile.
    pub profile: String,
    /// The target, or [`ORIGINS`].
    pub target: &'static str,
    /// The name by which programs that load this target know it, if they do.
    pub name: Option<String>,
    /// What it holds; nothing where only its path counts.
    pub content: Option<Content>,
}

/// What an output holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Content {
    hash: blake3::Hash,
    /// Whether line endings count, since the profile sets them.
    is_exact: bool,
    /// The text, unless it is left to [`Texts`] to make it again.
    text: Option<String>,
}

impl Content {
    /// A text, kept.
    pub(crate) fn of(text: String) -> Self {
        Content { hash: blake3::hash(text.as_bytes()), is_exact: false, text: Some(text) }
    }

    /// The same, with line endings that count or do not.
    pub(crate) fn exact(self, is_exact: bool) -> Self {
        Content { is_exact, ..self }
    }

    /// The hash of the text.
    pub(crate) fn hash(&self) -> blake3::Hash {
        self.hash
    }

    /// The text, if it was kept.
    pub(crate) fn into_text(self) -> Option<String> {
        self.text
    }

    /// How long the kept text is.
    pub(crate) fn length(&self) -> usize {
        self.text.as_ref().map_or(0, String::len)
    }

    /// The same without the text.
    pub(crate) fn dropped(self) -> Self {
        Content { text: None, ..self }
    }
}

/// Makes the text of an output that was not kept again: that of the profile, at the path.
pub(crate) type Texts<'t> = &'t (dyn Fn(&str, &Utf8Path) -> Option<String> + Sync);

/// The text of an output.
///
/// # Errors
/// If it was not kept and cannot be made again.
fn text_of(content: &Content, texts: Texts<'_>, profile: &str, path: &Utf8Path) -> Result<String, FileError> {
    if let Some(text) = &content.text {
        return Ok(text.clone());
    }
    let again = texts(profile, path).filter(|text| blake3::hash(text.as_bytes()) == content.hash);
    again.ok_or_else(|| {
        FileError::new("write", path.to_owned(), std::io::Error::other("its text cannot be made again"))
    })
}

/// What the person at the keyboard allows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// Overwrite what was edited by hand and what cento did not write.
    pub force: bool,
    /// Remove the outputs that nothing makes any more.
    pub prune: bool,
}

/// The status of an output compared with the disk and the lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Status {
    /// As it should be.
    Unchanged,
    /// As it should be, and the lock does not know it, or not so: only the lock changes.
    Adopt,
    /// Not there, and never was.
    New,
    /// As cento wrote it, now or the time before; its sources have changed.
    Changed,
    /// Gone, though cento wrote it.
    Missing,
    /// As a power cut leaves a file: empty, cut off, or filled with zeros.
    Damaged,
    /// Not as cento wrote it.
    HandEdited,
    /// Something that cento did not write is there.
    Foreign(Standing),
    /// A directory above it is something else: a link, or a file. Not even `--force` writes there.
    Blocked {
        /// The part of the path that is not a directory.
        at: Utf8PathBuf,
        /// What it is.
        by: Standing,
    },
    /// The output of a profile that this run leaves alone has the path. Not even `--force` writes there.
    Claimed {
        /// That profile.
        by: String,
    },
    /// In the lock, and no profile makes it any more.
    Orphan {
        /// Whether the file is not as cento wrote it.
        edited: bool,
    },
    /// In the lock, not made any more, and not on the disk as a file of cento's either: the lock
    /// forgets it.
    Forgotten,
}

/// What is done about an output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Action {
    /// Nothing: it is as it should be.
    Keep,
    /// It is taken into the lock as it is.
    Adopt,
    /// It is written.
    Write,
    /// It is not written, since that would lose something, or lead elsewhere.
    Refuse,
    /// It stays, though nothing makes it any more.
    Leave,
    /// It is removed.
    Remove,
    /// The lock forgets it.
    Forget,
}

/// One output, or one entry of the lock that no output answers to.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    /// Where it is, relative to the root.
    pub path: Utf8PathBuf,
    /// The profile that makes it, or made it.
    pub profile: String,
    /// The target.
    pub target: String,
    /// Its status.
    pub status: Status,
    /// What it should hold; nothing for an orphan. Has the text of a file edited by hand.
    content: Option<Content>,
    /// What was at the path, which only that may be overwritten or removed.
    seen: Seen,
    /// What a file edited by hand holds.
    found: Option<Vec<u8>>,
}

impl Step {
    /// What these options allow to be done.
    pub(crate) fn action(&self, options: Options) -> Action {
        let Options { force, prune } = options;
        match &self.status {
            Status::Unchanged => Action::Keep,
            Status::Adopt => Action::Adopt,
            Status::New | Status::Changed | Status::Missing | Status::Damaged => Action::Write,
            // What a directory holds is nobody's to throw away unseen.
            Status::Foreign(Standing::Directory) | Status::Blocked { .. } | Status::Claimed { .. } => {
                Action::Refuse
            }
            Status::HandEdited | Status::Foreign(_) if force => Action::Write,
            Status::HandEdited | Status::Foreign(_) => Action::Refuse,
            Status::Orphan { edited } if prune && (force || !edited) => Action::Remove,
            Status::Orphan { .. } => Action::Leave,
            Status::Forgotten => Action::Forget,
        }
    }

    /// What the output should hold, if it is still made and its text was kept.
    pub(crate) fn text(&self) -> Option<&str> {
        self.content.as_ref()?.text.as_deref()
    }

    /// Whether a file that is not as cento wrote it holds nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.found.as_ref().is_some_and(Vec::is_empty)
    }

    /// What a file edited by hand holds.
    pub(crate) fn found(&self) -> Option<&[u8]> {
        self.found.as_deref()
    }
}

/// What there is to do, by path.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The steps, sorted by path.
    pub steps: Vec<Step>,
    /// The lock as it was read.
    lock: Lock,
    /// What messages put before a path.
    prefix: Utf8PathBuf,
}

impl Plan {
    /// The lock as it was read.
    pub(crate) fn lock(&self) -> &Lock {
        &self.lock
    }

    /// A path as messages name it.
    pub(crate) fn shown(&self, path: &Utf8Path) -> Utf8PathBuf {
        self.prefix.join(path)
    }
}
