//! Writing of several sources at once: all of them, or as they were.

use std::collections::BTreeMap;
use std::fmt;

use camino::{Utf8Path, Utf8PathBuf};

use super::files::{Durability, FileError, Reading, Root, Seen, Standing, WriteError};
use crate::model::{Library, SourceFile};

/// Files by path, as they are on the disk.
pub(crate) type Texts = BTreeMap<Utf8PathBuf, String>;

/// Why sources were not written as they should be.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RewriteError {
    /// Somebody else has written a file in the meantime. All files are as they were, but for that one.
    #[error("{0} was changed by another program, so nothing was written")]
    Changed(Utf8PathBuf),
    /// A file already exists at the path of a new file. All files are as they were.
    #[error("{0} already exists, so nothing was written")]
    InTheWay(Utf8PathBuf),
    /// The system refused. All files are as they were.
    #[error("{0}; nothing was changed")]
    File(#[from] FileError),
    /// It went wrong half-way, and what was done could not be undone, or not safely.
    #[error(transparent)]
    HalfWay(Box<HalfWay>),
}

/// Where the files of a rewrite are that failed half-way, and what failed.
#[derive(Debug)]
pub(crate) struct HalfWay {
    /// Why it could not go on.
    first: String,
    /// Why it could not be undone; nothing if it was, but only as far as the memory of the system.
    second: Option<String>,
    /// The files that are not as they were, in the order in which they were written.
    done: Vec<(Utf8PathBuf, Step)>,
    /// The files that are as they were.
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

/// What happens to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    /// It is made.
    New,
    /// It is written anew.
    Changed,
    /// It is removed.
    Removed,
}

impl Step {
    /// The word for it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Step::New => "new",
            Step::Changed => "changed",
            Step::Removed => "removed",
        }
    }

    /// What is true of a file once it was done.
    fn done(self) -> &'static str {
        match self {
            Step::New => "is new",
            Step::Changed => "has the new text",
            Step::Removed => "was removed",
        }
    }
}

/// The bytes of all sources of a library that can be read as text.
///
/// # Errors
/// If the system refuses to read one.
pub(crate) fn read(root: &Root, library: &Library) -> Result<Texts, FileError> {
    let mut texts = Texts::new();
    for file in library.sources.files() {
        // What cannot be taken was reported when the workspace was loaded.
        if !matches!(root.read_source(file.path())?, Reading::Text(_)) {
            continue;
        }
        if let Some(text) = root.read(file.path())?.and_then(|bytes| String::from_utf8(bytes).ok()) {
            texts.insert(file.path().to_owned(), text);
        }
    }
    Ok(texts)
}

/// The bytes of one source, as text, if it still holds what the library was loaded from; nothing if there is none.
///
/// # Errors
/// If it was changed since, if it is not UTF-8, or if the system refuses to read it.
pub(crate) fn read_one(root: &Root, library: &Library, path: &Utf8Path) -> Result<Texts, RewriteError> {
    let loaded = library.sources.files().find(|file| file.path() == path).map(SourceFile::text);
    let changed = || RewriteError::Changed(path.to_owned());
    let text = root.read(path)?.map(String::from_utf8).transpose().map_err(|_| changed())?;
    let plain = text.as_ref().map(|text| text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n"));
    if plain.as_deref() != loaded {
        return Err(changed());
    }
    Ok(text.map(|text| (path.to_owned(), text)).into_iter().collect())
}

/// What is to be done to get from some texts to others, by path.
pub(crate) fn steps<'t>(before: &'t Texts, after: &'t Texts) -> BTreeMap<&'t Utf8Path, Step> {
    let written = after.iter().filter_map(|(path, text)| match before.get(path) {
        None => Some((path.as_path(), Step::New)),
        Some(old) => (old != text).then_some((path.as_path(), Step::Changed)),
    });
    let removed = before.keys().filter(|path| !after.contains_key(*path));
    written.chain(removed.map(|path| (path.as_path(), Step::Removed))).collect()
}

/// Writes sources: new files first, then the changed ones, and removes last. Of the new ones those under `profiles` come
/// last, since they use the others, and of the changed ones first. So a process that is killed half-way leaves
/// duplicates but loses nothing.
///
/// # Errors
/// If a file is not as it was read, if something is in the way of a new one, or if the system refuses.
/// What was written before is put back then.
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
            if root.standing(path)? != Standing::Nothing || root.blocked_by(path)?.is_some() {
                return Err(RewriteError::InTheWay((*path).to_owned()));
            }
        } else if root.read(path)?.as_deref() != before.get(*path).map(|text| text.as_bytes()) {
            return Err(RewriteError::Changed((*path).to_owned()));
        }
    }
    for (number, (path, step)) in steps.iter().enumerate() {
        if let Err(error) = change(root, path, before, after, durability) {
            return Err(undone(root, (before, after), &steps[..=number], &steps[number + 1..], error));
        }
        if *step == Step::Removed {
            root.remove_empty_parents(path);
        }
    }
    Ok(())
}

/// Makes a file what it is in `to`, if it is what it is in `from`.
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

/// Puts back what was done, the last step first; that one may have been done or not. It stops at the first file that
/// cannot be put back, since what was written before that may hold what that file has no more.
fn undone(
    root: &Root,
    (before, after): (&Texts, &Texts),
    tried: &[(&Utf8Path, Step)],
    not_tried: &[(&Utf8Path, Step)],
    error: WriteError,
) -> RewriteError {
    let mut is_synced = true;
    let mut second = None;
    // What another program has saved is not ours to put back.
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

/// Puts a file back as it was before. Returns whether that is synced: where the system cannot sync any more, the file is
/// at least put back.
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
