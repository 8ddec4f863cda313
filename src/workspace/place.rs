//! Finds the workspace. This happens before there is a [`super::files::Root`], so it uses the file system
//! directly.
#![allow(clippy::disallowed_methods, reason = "the sandbox begins at the directory that is looked for here")]

use std::io;
use std::path::Path;

use camino::{Utf8Path, Utf8PathBuf};

use super::CONFIG;

/// The names that make a directory a workspace, one of which is enough. Directories end in a slash.
pub(crate) const MARKS: [&str; 3] = ["fragments/", "profiles/", CONFIG];

/// Returns whether a directory is a workspace.
pub(crate) fn is_workspace(directory: &Utf8Path) -> bool {
    MARKS.iter().any(|name| match name.strip_suffix('/') {
        Some(name) => directory.join(name).is_dir(),
        None => directory.join(name).is_file(),
    })
}

/// Returns whether a directory is in a work tree of git, judged only by a `.git` at or above it.
pub(crate) fn is_in_work_tree(directory: &Utf8Path) -> bool {
    work_tree(directory).is_some()
}

/// Returns the root of the work tree of git that a directory is in, judged as by [`is_in_work_tree`].
pub(super) fn work_tree(directory: &Utf8Path) -> Option<&Utf8Path> {
    directory.ancestors().find(|above| above.join(".git").exists())
}

/// Returns the nearest workspace at or above the current directory; `.` if it is the current directory.
///
/// # Errors
/// If the current directory does not exist, or its path is not UTF-8.
pub(crate) fn nearest() -> io::Result<Option<Utf8PathBuf>> {
    let here = Utf8PathBuf::try_from(std::env::current_dir()?).map_err(io::Error::other)?;
    let found = here.ancestors().find(|directory| is_workspace(directory));
    // Messages show paths relative to the current directory where possible.
    Ok(found.map(|found| if found == here { Utf8PathBuf::from(".") } else { found.to_owned() }))
}

/// Returns whether two paths lead to the same file or directory. All paths that do not exist count as the
/// same.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    let real = |path: &str| Path::new(path).canonicalize().unwrap_or_default();
    real(one) == real(other)
}
