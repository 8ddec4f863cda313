//! The metadata of a file that shows whether it has changed, without reading it.

use camino::Utf8Path;
use cap_std::fs::Dir;
use serde::{Deserialize, Serialize};

use super::Root;

/// A second, in nanoseconds.
const SECOND: i64 = 1_000_000_000;

/// The coarsest precision of the times of files, in nanoseconds.
const PRECISION: i64 = 2 * SECOND;

/// The identity, size and times of a file or directory. Two equal stamps are of the same file with the same bytes, or of the
/// same directory with the same names, unless it was changed twice within the precision of the clock: see
/// [`Stamp::is_before`]. There are none on systems that do not tell the identity of a file: there, two files could have
/// the same stamp by chance or by intent.
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
    /// Returns the stamp of a file or directory. `None` for anything else.
    #[cfg(unix)]
    #[allow(clippy::unnecessary_cast, reason = "the types of the fields differ between systems")]
    fn of(stat: rustix::fs::Stat) -> Option<Self> {
        use rustix::fs::FileType;
        let time =
            |seconds: i64, nanoseconds: i64| seconds.saturating_mul(SECOND).saturating_add(nanoseconds);
        let is_known =
            matches!(FileType::from_raw_mode(stat.st_mode), FileType::RegularFile | FileType::Directory);
        is_known.then(|| Stamp {
            device: stat.st_dev as u64,
            inode: stat.st_ino as u64,
            size: stat.st_size as u64,
            modified: time(stat.st_mtime as i64, stat.st_mtime_nsec as i64),
            changed: time(stat.st_ctime as i64, stat.st_ctime_nsec as i64),
        })
    }

    /// Returns the stamp of an open file.
    pub(super) fn of_open(file: &std::fs::File) -> Option<Self> {
        #[cfg(unix)]
        return Stamp::of(rustix::fs::fstat(file).ok()?);
        #[cfg(not(unix))]
        return None;
    }

    /// Returns whether the file was last changed so long before another that no later change can have the same time,
    /// whatever the precision of the clock.
    pub(crate) fn is_before(&self, other: &Stamp) -> bool {
        self.modified.max(self.changed).saturating_add(PRECISION) < other.changed
    }
}

/// A directory that is open, so that looking at its files walks no path.
pub(crate) struct Directory(Dir);

impl Directory {
    /// Returns its own stamp. It changes with every file that is added, removed or renamed in it.
    pub(crate) fn stamp(&self) -> Option<Stamp> {
        #[cfg(unix)]
        return Stamp::of(rustix::fs::fstat(&self.0).ok()?);
        #[cfg(not(unix))]
        return None;
    }

    /// Returns the stamp of a file in it, without following a link. `None` if there is none, or if `name` is a path.
    pub(crate) fn stamp_of(&self, name: &str) -> Option<Stamp> {
        #[cfg(unix)]
        {
            use rustix::fs::{AtFlags, statat};
            let is_name = Utf8Path::new(name).file_name() == Some(name);
            is_name
                .then(|| statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW).ok())
                .flatten()
                .and_then(Stamp::of)
        }
        #[cfg(not(unix))]
        {
            let _ = name;
            None
        }
    }
}

impl Root {
    /// Opens a directory; the root itself if the path is empty. `None` if there is none.
    pub(crate) fn directory(&self, path: &Utf8Path) -> Option<Directory> {
        let path = if path.as_str().is_empty() { Utf8Path::new(".") } else { path };
        self.dir.get()?.open_dir(path).ok().map(Directory)
    }
}
