//! Writes files atomically, and only over what the caller has seen.
//!
//! A file is written next to its destination and then renamed. A process that dies leaves the old file or the
//! new one, and at worst a temporary file, which the next build removes. The destination is checked just
//! before the rename: if it is not what the caller has seen, another program has written it, and it is not
//! overwritten.

use std::io;

use camino::{Utf8Path, Utf8PathBuf};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, OpenOptions};

use super::temporary::TemporaryFile;
use super::{Absent, FileError, FileType, Root, fault, is_absence, objection};

/// The failures that a written file must survive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// A power failure, once the call has returned. For files that cannot be rebuilt.
    Synced,
    /// The end of the process. A power failure may undo the change or damage the file.
    Unsynced,
}

/// What was at a path when the caller decided to write or remove it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Seen {
    #[default]
    Nothing,
    /// A regular file with this hash.
    File(blake3::Hash),
    /// Anything else, such as a link.
    Other(FileType),
}

impl Seen {
    /// Returns the value for a file with these bytes.
    pub(crate) fn bytes(bytes: &[u8]) -> Self {
        Seen::File(blake3::hash(bytes))
    }

    /// Returns what is there now, without following a link.
    pub(super) fn at(dir: &Dir, name: &str) -> io::Result<Self> {
        let look = || match FileType::of(&dir.symlink_metadata(name)?) {
            FileType::File => Ok(Seen::bytes(&dir.read(name)?)),
            other => Ok(Seen::Other(other)),
        };
        match look() {
            Err(error) if is_absence(&error) => Ok(Seen::Nothing),
            seen => seen,
        }
    }
}

/// Why a file was not written or removed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WriteError {
    /// It differs from the state that the caller had seen, and was not changed.
    #[error("{0} was changed by another program and was not overwritten")]
    Changed(Utf8PathBuf),
    /// The system refused, and the file is unchanged.
    #[error(transparent)]
    Refused(#[from] FileError),
    /// The file was changed, but a power failure may undo it.
    #[error("{0}; the change was made, but a power failure could undo it")]
    Unsynced(FileError),
}

impl Root {
    /// Returns what is at `path`, for a later write.
    ///
    /// # Errors
    /// On a system error.
    pub(crate) fn seen(&self, path: &Utf8Path) -> Result<Seen, FileError> {
        let look = || match self.open_parent(path, Absent::Fail) {
            Err(error) if is_absence(&error) => Ok(Seen::Nothing),
            opened => opened.and_then(|(parent, name)| Seen::at(&parent, name)),
        };
        look().map_err(|error| FileError::new("look at", self.shown(path), error))
    }

    /// Writes `bytes` to `path` if the file is still what was `seen`, creating directories as needed. An
    /// existing file keeps its mode, a new one gets the default. A link is replaced, not followed.
    ///
    /// # Errors
    /// If the file has changed, the path leads outside the root or through a link, or is a directory, or on a
    /// system error.
    pub(crate) fn write(
        &self,
        path: &Utf8Path,
        bytes: &[u8],
        seen: Seen,
        durability: Durability,
    ) -> Result<(), WriteError> {
        let fail = |error| FileError::new("write", self.shown(path), error);
        let replaced = || -> io::Result<bool> {
            let (parent, name) = self.open_parent(path, Absent::Make)?;
            let mut file = TemporaryFile::new(parent)?;
            file.write(bytes)?;
            file.keep_mode(name)?;
            if durability == Durability::Synced {
                file.sync()?;
            }
            if file.seen(name)? != seen {
                return Ok(false);
            }
            file.place(name)?;
            Ok(true)
        };
        if !replaced().map_err(fail)? {
            return Err(WriteError::Changed(self.shown(path)));
        }
        self.sync_above(path, durability)
    }

    /// Writes a source file. If it is a link to another file of the workspace, that file is written and the
    /// link stays; `seen` then refers to that file.
    ///
    /// # Errors
    /// As [`Root::write`].
    pub(crate) fn write_source(
        &self,
        path: &Utf8Path,
        bytes: &[u8],
        seen: Seen,
        durability: Durability,
    ) -> Result<(), WriteError> {
        if self.file_type(path)? != FileType::Link {
            return self.write(path, bytes, seen, durability);
        }
        let fail = |error| FileError::new("write", self.shown(path), error);
        let followed = self.open_or_make().and_then(|dir| dir.canonicalize(path)).map_err(fail)?;
        let followed = Utf8PathBuf::try_from(followed).map_err(|error| fail(error.into_io_error()))?;
        self.write(&followed, bytes, seen, durability)
    }

    /// Removes a file or link if it is still what was `seen`. Removing a missing file succeeds.
    ///
    /// # Errors
    /// If the file has changed, the path leads outside the root or through a link, or is a directory, or on a
    /// system error.
    pub(crate) fn remove(
        &self,
        path: &Utf8Path,
        seen: Seen,
        durability: Durability,
    ) -> Result<(), WriteError> {
        let remove = || -> io::Result<bool> {
            let (parent, name) = self.open_parent(path, Absent::Fail)?;
            match Seen::at(&parent, name)? {
                Seen::Nothing => return Ok(true),
                found if found != seen => return Ok(false),
                _ => {}
            }
            fault::point("remove")?;
            parent.remove_file(name)?;
            Ok(true)
        };
        match remove() {
            Ok(true) => self.sync_above(path, durability),
            Ok(false) => Err(WriteError::Changed(self.shown(path))),
            Err(error) if is_absence(&error) => Ok(()),
            Err(error) => Err(FileError::new("remove", self.shown(path), error).into()),
        }
    }

    /// Removes a file or link, whatever it has become. For files on which nothing depends.
    ///
    /// # Errors
    /// If there is none, or on a system error.
    pub(crate) fn discard(&self, path: &Utf8Path) -> io::Result<()> {
        let (parent, name) = self.open_parent(path, Absent::Fail)?;
        fault::point("remove")?;
        parent.remove_file(name)
    }

    /// Removes the empty directories above `path`, innermost first, up to the root. Errors are ignored: a
    /// leftover directory does no harm.
    pub(crate) fn remove_empty_parents(&self, path: &Utf8Path) {
        let Some(dir) = self.dir.get() else { return };
        for parent in path.ancestors().skip(1).filter(|parent| !parent.as_str().is_empty()) {
            // The system does not remove directories that are not empty.
            if self.blocked_by(parent).ok().flatten().is_some() || dir.remove_dir(parent).is_err() {
                return;
            }
        }
    }

    /// Returns the directory, creating it if necessary.
    fn open_or_make(&self) -> io::Result<&Dir> {
        if let Some(dir) = self.dir.get() {
            return Ok(dir);
        }
        Dir::create_ambient_dir_all(&self.path, ambient_authority())?;
        let dir = Dir::open_ambient_dir(&self.path, ambient_authority())?;
        Ok(self.dir.get_or_init(|| dir))
    }

    /// Opens the directory that contains `path`, and returns it with the file name. It opens one component at
    /// a time, since each must be a directory and not a link.
    pub(super) fn open_parent<'p>(&self, path: &'p Utf8Path, absent: Absent) -> io::Result<(Dir, &'p str)> {
        if let Some(reason) = objection(path) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("the path {reason}")));
        }
        let mut dir = match absent {
            Absent::Make => self.open_or_make()?.try_clone()?,
            Absent::Fail => self.dir.get().ok_or(io::ErrorKind::NotFound)?.try_clone()?,
        };
        let (parents, name) = path.as_str().rsplit_once('/').unwrap_or(("", path.as_str()));
        for part in parents.split('/').filter(|part| !part.is_empty()) {
            dir = open_step(&dir, part, absent)?;
        }
        Ok((dir, name))
    }

    /// Syncs every directory above a changed path, since each may be new.
    fn sync_above(&self, path: &Utf8Path, durability: Durability) -> Result<(), WriteError> {
        if !cfg!(unix) || durability == Durability::Unsynced {
            return Ok(());
        }
        for parent in path.ancestors().skip(1) {
            let at = if parent.as_str().is_empty() { Utf8Path::new(".") } else { parent };
            let sync = || {
                fault::point("sync-directory")?;
                self.open_or_make()?.open(at)?.sync_all()
            };
            match sync() {
                // Removed with its content, or of a file system that cannot sync directories.
                Err(error) if is_absence(&error) || error.kind() == io::ErrorKind::InvalidInput => {}
                Err(error) => {
                    return Err(WriteError::Unsynced(FileError::new("sync", self.shown(path), error)));
                }
                Ok(()) => {}
            }
        }
        Ok(())
    }
}

/// A file opened for locking.
#[derive(Debug)]
pub(crate) enum Lockable {
    File(std::fs::File),
    /// The file does not exist and cannot be created, because the directory is read-only. So nobody writes
    /// here.
    NobodyWrites,
}

impl Root {
    /// Opens a file for locking, creating it if necessary. Its content does not matter.
    ///
    /// # Errors
    /// If the path is not a regular file, or on a system error.
    pub(crate) fn lockable(&self, path: &Utf8Path) -> Result<Lockable, FileError> {
        let open = || -> io::Result<std::fs::File> {
            let (parent, name) = self.open_parent(path, Absent::Make)?;
            match parent.symlink_metadata(name).map(|found| FileType::of(&found)) {
                Ok(FileType::File) => {}
                Ok(other) => return Err(io::Error::other(format!("it is {}", other.noun()))),
                Err(error) if is_absence(&error) => {}
                Err(error) => return Err(error),
            }
            let mut options = OpenOptions::new();
            options.read(true).write(true).create(true);
            let opened = match parent.open_with(name, &options) {
                // A file of another user can be locked as well.
                Err(error) if is_refusal(&error) => parent.open(name).map_err(|_| error)?,
                opened => opened?,
            };
            Ok(opened.into_std())
        };
        match open() {
            Ok(file) => Ok(Lockable::File(file)),
            Err(error) if is_refusal(&error) => Ok(Lockable::NobodyWrites),
            Err(error) => Err(self.cannot_lock(path, error)),
        }
    }

    /// Returns whether an open file is still the one at `path`. True on systems that cannot tell.
    pub(crate) fn is_file_at(&self, path: &Utf8Path, file: &std::fs::File) -> bool {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let there = self.dir.get().and_then(|dir| dir.symlink_metadata(path).ok());
            let identity = |there: &cap_std::fs::Metadata| {
                use cap_std::fs::MetadataExt;
                (there.dev(), there.ino())
            };
            let here = file.metadata().map(|here| (here.dev(), here.ino())).ok();
            here.is_some() && there.as_ref().map(identity) == here
        }
        #[cfg(not(unix))]
        {
            let _ = (path, file);
            true
        }
    }

    /// Returns the error for a file that cannot be locked.
    pub(crate) fn cannot_lock(&self, path: &Utf8Path, error: io::Error) -> FileError {
        FileError::new("lock", self.shown(path), error)
    }
}

/// Returns whether the system denies write access.
fn is_refusal(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}

fn open_step(dir: &Dir, name: &str, absent: Absent) -> io::Result<Dir> {
    match dir.symlink_metadata(name).map(|metadata| FileType::of(&metadata)) {
        Ok(FileType::Directory) => {}
        Ok(other) => return Err(io::Error::other(format!("`{name}` in its path is {}", other.noun()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound && absent == Absent::Make => {
            fault::point("make-directory")?;
            match dir.create_dir(name) {
                // Another process created it first.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                made => made?,
            }
        }
        Err(error) => return Err(error),
    }
    dir.open_dir(name)
}
