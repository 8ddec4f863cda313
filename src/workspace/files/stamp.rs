//! What the system says about a file without reading it.

use camino::Utf8Path;
use cap_std::fs::Metadata;
use serde::{Deserialize, Serialize};

use super::Root;

/// A second, in nanoseconds.
const SECOND: i64 = 1_000_000_000;

/// The coarsest precision of the times of files, in nanoseconds.
const PRECISION: i64 = 2 * SECOND;

/// The identity, size and times of a regular file. Two equal stamps are of the same file with the same bytes, unless it
/// was written twice within the precision of the clock: see [`Stamp::is_before`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    device: u64,
    inode: u64,
    size: u64,
    /// The times of the last change of the bytes and of anything about the file, in nanoseconds since 1970. A program
    /// can set the first of them, but not the second.
    modified: i64,
    changed: i64,
}

impl Stamp {
    /// Returns the stamp of a regular file. `None` for anything else, and on systems that do not tell the identity of a
    /// file: there, two files could have the same stamp by chance or by intent.
    #[cfg(unix)]
    fn of(metadata: &Metadata) -> Option<Self> {
        use cap_std::fs::MetadataExt;
        let time =
            |seconds: i64, nanoseconds: i64| seconds.saturating_mul(SECOND).saturating_add(nanoseconds);
        metadata.is_file().then(|| Stamp {
            device: metadata.dev(),
            inode: metadata.ino(),
            size: metadata.size(),
            modified: time(metadata.mtime(), metadata.mtime_nsec()),
            changed: time(metadata.ctime(), metadata.ctime_nsec()),
        })
    }

    #[cfg(not(unix))]
    fn of(_: &Metadata) -> Option<Self> {
        None
    }

    /// Returns the stamp of an open file.
    pub(super) fn of_open(file: &std::fs::File) -> Option<Self> {
        Stamp::of(&Metadata::from_file(file).ok()?)
    }

    /// Returns whether the file was last changed so long before another that no later change can have the same time,
    /// whatever the precision of the clock.
    pub(crate) fn is_before(&self, other: &Stamp) -> bool {
        self.modified.max(self.changed).saturating_add(PRECISION) < other.changed
    }
}

impl Root {
    /// Returns the stamp of a file, without following a link. `None` if there is none.
    pub(crate) fn stamp(&self, path: &Utf8Path) -> Option<Stamp> {
        Stamp::of(&self.dir.get()?.symlink_metadata(path).ok()?)
    }
}
