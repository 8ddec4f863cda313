//! Writes several sources at once: either all of them, or none.

use std::collections::BTreeMap;
use std::fmt;

use camino::{Utf8Path, Utf8PathBuf};

use super::files::{Durability, FileError, FileType, Reading, Root, Seen, WriteError};
use crate::model::{Library, SourceFile, normalized};

/// Files by path, with the bytes on disk.
pub(crate) type Texts = BTreeMap<Utf8PathBuf, String>;

/// Why sources were not written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RewriteError {
    /// Another program has written a file meanwhile. All other files are unchanged.
    #[error("{0} was changed by another program, so nothing was written")]
    Changed(Utf8PathBuf),
    /// A file exists at the path of a new file. All files are unchanged.
    #[error("{0} already exists, so nothing was written")]
    InTheWay(Utf8PathBuf),
    /// A system error. All files are unchanged.
    #[error("{0}; nothing was changed")]
    File(#[from] FileError),
    /// Writing failed halfway, and undoing it failed too or is not synced.
    #[error(transparent)]
    HalfWay(Box<HalfWay>),
}

/// The state of the files after a rewrite that failed halfway.
#[derive(Debug)]
pub(crate) struct HalfWay {
    /// Why writing failed.
    first: String,
    /// Why undoing failed. `None` if it succeeded but could not be synced.
    second: Option<String>,
    /// The files that stay changed, in the order in which they were written.
    done: Vec<(Utf8PathBuf, Step)>,
    /// The files that are unchanged or restored.
    not_done: Vec<Utf8PathBuf>,
}

impl std::error::Error for HalfWay {}

impl fmt::Display for HalfWay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.first)?;
        let Some(second) = &self.second else {
            return write!(f, "; everything was put back, but a power failure could undo that");
        };
        write!(f, "; undoing the change failed too: {second}")?;
        for (path, step) in &self.done {
            write!(f, "\nnote: {path} {}", step.done())?;
        }
        for path in &self.not_done {
            write!(f, "\nnote: {path} is as it was")?;
        }
        write!(
            f,
            "\nhelp: nothing is lost, but entries may be in two files: compare them, then run `cento check`"
        )
    }
}

/// The planned change to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    New,
    Changed,
    Removed,
}

impl Step {
    /// Returns the name of the step.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Step::New => "new",
            Step::Changed => "changed",
            Step::Removed => "removed",
        }
    }

    /// Returns a phrase for the state of a file after the step.
    fn done(self) -> &'static str {
        match self {
            Step::New => "is new",
            Step::Changed => "has the new text",
            Step::Removed => "was removed",
        }
    }
}

/// Returns the bytes of all sources of a library that are valid text.
///
/// # Errors
/// On a system error.
pub(crate) fn read(root: &Root, library: &Library) -> Result<Texts, FileError> {
    let mut texts = Texts::new();
    for file in library.sources.files() {
        // Problems with a file were reported when the workspace was loaded.
        if !matches!(root.read_source(file.path())?, Reading::Text(_)) {
            continue;
        }
        if let Some(text) = root.read(file.path())?.and_then(|bytes| String::from_utf8(bytes).ok()) {
            texts.insert(file.path().to_owned(), text);
        }
    }
    Ok(texts)
}

/// Returns the bytes of one source if it is unchanged since loading. Empty if it does not exist.
///
/// # Errors
/// If it has changed or is not UTF-8, or on a system error.
pub(crate) fn read_one(root: &Root, library: &Library, path: &Utf8Path) -> Result<Texts, RewriteError> {
    let loaded = library.sources.files().find(|file| file.path() == path).map(SourceFile::text);
    let changed = || RewriteError::Changed(path.to_owned());
    let text = root.read(path)?.map(String::from_utf8).transpose().map_err(|_| changed())?;
    if text.as_deref().map(normalized).as_deref() != loaded {
        return Err(changed());
    }
    Ok(text.map(|text| (path.to_owned(), text)).into_iter().collect())
}

/// Returns the steps from some texts to others, by path.
pub(crate) fn steps<'t>(before: &'t Texts, after: &'t Texts) -> BTreeMap<&'t Utf8Path, Step> {
    let written = after.iter().filter_map(|(path, text)| match before.get(path) {
        None => Some((path.as_path(), Step::New)),
        Some(old) => (old != text).then_some((path.as_path(), Step::Changed)),
    });
    let removed = before.keys().filter(|path| !after.contains_key(*path));
    written.chain(removed.map(|path| (path.as_path(), Step::Removed))).collect()
}

/// Writes sources: new files first, then changed ones, and deletes last. Files under `profiles` are the last
/// of the new ones, since they use the others, and the first of the changed ones. So a process killed halfway
/// leaves duplicates but loses nothing.
///
/// # Errors
/// If a file has changed since it was read, a file exists at the path of a new one, or on a system error.
/// Files that were already written are restored.
pub(crate) fn rewrite(
    root: &Root,
    before: &Texts,
    after: &Texts,
    profiles: &str,
    durability: Durability,
) -> Result<(), RewriteError> {
    let mut steps: Vec<(&Utf8Path, Step)> = steps(before, after).into_iter().collect();
    steps.sort_by_key(|(path, step)| (*step, path.starts_with(profiles) == (*step == Step::New), *path));
    for (path, step) in &steps {
        if *step == Step::New {
            if root.file_type(path)? != FileType::Nothing || root.blocked_by(path)?.is_some() {
                return Err(RewriteError::InTheWay((*path).to_owned()));
            }
        } else if root.read(path)?.as_deref() != before.get(*path).map(|text| text.as_bytes()) {
            return Err(RewriteError::Changed((*path).to_owned()));
        }
    }
    for (number, (path, step)) in steps.iter().enumerate() {
        if let Err(error) = change(root, path, before, after, durability) {
            return Err(undo(root, (before, after), &steps[..=number], &steps[number + 1..], error));
        }
        if *step == Step::Removed {
            root.remove_empty_parents(path);
        }
    }
    Ok(())
}

/// Changes a file from its state in `from` to that in `to`, if it still has the former.
fn change(
    root: &Root,
    path: &Utf8Path,
    from: &Texts,
    to: &Texts,
    durability: Durability,
) -> Result<(), WriteError> {
    let seen = from.get(path).map_or(Seen::Nothing, |text| Seen::bytes(text.as_bytes()));
    match to.get(path) {
        Some(text) => root.write_source(path, text.as_bytes(), seen, durability),
        None => root.remove(path, seen, durability),
    }
}

/// Undoes the steps, last first; the last one may not have been completed. It stops at the first file that
/// cannot be restored, since earlier files may hold what that file has lost.
fn undo(
    root: &Root,
    (before, after): (&Texts, &Texts),
    tried: &[(&Utf8Path, Step)],
    not_tried: &[(&Utf8Path, Step)],
    error: WriteError,
) -> RewriteError {
    let mut is_synced = true;
    let mut second = None;
    // A file that another program has saved must not be restored.
    let mut left = tried.len() - usize::from(matches!(error, WriteError::Changed(_)));
    for (path, _) in tried[..left].iter().rev() {
        match put_back(root, path, before, after) {
            Ok(synced) => is_synced &= synced,
            Err(error) => {
                second = Some(error.to_string());
                break;
            }
        }
        left -= 1;
    }
    if second.is_none() && is_synced {
        return match error {
            WriteError::Changed(path) => RewriteError::Changed(path),
            WriteError::Refused(error) | WriteError::Unsynced(error) => RewriteError::File(error),
        };
    }
    let as_it_was = tried[left..].iter().chain(not_tried).map(|(path, _)| (*path).to_owned());
    RewriteError::HalfWay(Box::new(HalfWay {
        first: match error {
            WriteError::Changed(path) => format!("{path} was changed by another program"),
            WriteError::Refused(error) | WriteError::Unsynced(error) => error.to_string(),
        },
        second,
        done: tried[..left].iter().map(|(path, step)| ((*path).to_owned(), *step)).collect(),
        not_done: as_it_was.collect(),
    }))
}

/// Restores a file. Returns whether that is synced: if the system can no longer sync, the file is restored
/// anyway.
fn put_back(root: &Root, path: &Utf8Path, before: &Texts, after: &Texts) -> Result<bool, WriteError> {
    if root.read(path)?.as_deref() == before.get(path).map(|text| text.as_bytes()) {
        return Ok(true);
    }
    let result = match change(root, path, after, before, Durability::Synced) {
        Err(WriteError::Refused(_)) => {
            change(root, path, after, before, Durability::Unsynced).map(|()| false)
        }
        Err(WriteError::Unsynced(_)) => Ok(false),
        other => other.map(|()| true),
    };
    if result.is_ok() && !before.contains_key(path) {
        root.remove_empty_parents(path);
    }
    result
}
