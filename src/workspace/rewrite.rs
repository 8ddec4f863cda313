//! Writing of several sources at once: all of them, or as they were.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};

use super::files::{FileError, Reading, Root, Standing};
use crate::model::Library;

/// Files by path, as they are on the disk.
pub(crate) type Texts = BTreeMap<Utf8PathBuf, String>;

/// Why sources were not written. All of them are as they were.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RewriteError {
    /// Somebody else has written a file in the meantime.
    #[error("{0} was changed by another program, so nothing was written")]
    Changed(Utf8PathBuf),
    /// A file already exists at the path of a new file.
    #[error("{0} already exists, so nothing was written")]
    InTheWay(Utf8PathBuf),
    /// The system refused.
    #[error("{0}; nothing was changed")]
    File(#[from] FileError),
    /// The system refused, and refused to put back what was written before.
    #[error("{0}; then {1}; some files were written and others were not")]
    HalfWay(FileError, FileError),
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

/// What is to be done to get from some texts to others, by path.
pub(crate) fn steps<'t>(before: &'t Texts, after: &'t Texts) -> BTreeMap<&'t Utf8Path, Step> {
    let written = after.iter().filter_map(|(path, text)| match before.get(path) {
        None => Some((path.as_path(), Step::New)),
        Some(old) => (old != text).then_some((path.as_path(), Step::Changed)),
    });
    let removed = before.keys().filter(|path| !after.contains_key(*path));
    written.chain(removed.map(|path| (path.as_path(), Step::Removed))).collect()
}

/// Writes sources: new files first, those under `profiles` before the rest, and removes last. So a
/// process that is killed half-way leaves duplicates but loses nothing.
///
/// # Errors
/// If a file is not as it was read, if something is in the way of a new one, or if the system refuses.
/// What was written before is put back then.
pub(crate) fn rewrite(
    root: &Root,
    before: &Texts,
    after: &Texts,
    profiles: &str,
) -> Result<(), RewriteError> {
    let mut steps: Vec<(&Utf8Path, Step)> = steps(before, after).into_iter().collect();
    steps.sort_by_key(|(path, step)| (*step, !path.starts_with(profiles), *path));
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
        let done = match after.get(*path) {
            Some(text) => root.write_source(path, text.as_bytes()),
            None => root.remove(path),
        };
        if let Err(error) = done {
            let undone = steps[..number].iter().rev().try_for_each(|(path, _)| match before.get(*path) {
                Some(text) => root.write_source(path, text.as_bytes()),
                None => root.remove(path),
            });
            return Err(match undone {
                Ok(()) => error.into(),
                Err(second) => RewriteError::HalfWay(error, second),
            });
        }
        if *step == Step::Removed {
            root.remove_empty_parents(path);
        }
    }
    Ok(())
}
