//! Where a workspace is. These questions come before there is a root, so they are asked outside the sandbox.
#![allow(clippy::disallowed_methods, reason = "the sandbox begins at the directory that is looked for here")]

use std::io;
use std::path::Path;

use camino::{Utf8Path, Utf8PathBuf};

use super::CONFIG;

/// The names that make a directory a workspace; a directory is written with a slash. One is enough.
pub(crate) const MARKS: [&str; 3] = ["fragments/", "profiles/", CONFIG];

/// Whether a directory holds a workspace.
pub(crate) fn is_workspace(directory: &Utf8Path) -> bool {
    MARKS.iter().any(|name| match name.strip_suffix('/') {
        Some(name) => directory.join(name).is_dir(),
        None => directory.join(name).is_file(),
    })
}

/// The nearest workspace at or above the current directory; `.` if it is the current directory.
///
/// # Errors
/// If the current directory is gone, or its path is not UTF-8.
pub(crate) fn nearest() -> io::Result<Option<Utf8PathBuf>> {
    let here = Utf8PathBuf::try_from(std::env::current_dir()?).map_err(io::Error::other)?;
    let found = here.ancestors().find(|directory| is_workspace(directory));
    // Messages name files relative to here where they can.
    Ok(found.map(|found| if found == here { Utf8PathBuf::from(".") } else { found.to_owned() }))
}

/// Whether two paths lead to one file or directory. A path that leads nowhere is the same as any other of that sort.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    let real = |path: &str| Path::new(path).canonicalize().unwrap_or_default();
    real(one) == real(other)
}
