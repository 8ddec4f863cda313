//! Writing files whole, or not at all, and only over what was seen there.
//!
//! A file is written beside its place and then renamed into it. A process that dies leaves the old file or the new one,
//! and at worst a temporary file, which the next build removes. Just before the rename the place is looked at again: if
//! it does not hold what the caller has seen, somebody else has saved there, and nothing is overwritten.

use std::io;

use camino::{Utf8Path, Utf8PathBuf};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, OpenOptions};

use super::temporary::TemporaryFile;
use super::{FileError, Root, Standing, fault, is_absence, objection};

/// What a written file is to survive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// A power cut, once the call has returned: for what cannot be made again.
    Synced,
    /// The end of the process. A power cut may lose the change or damage the file.
    Unsynced,
}

/// What was at a place when it was decided to write or remove there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Seen {
    /// Nothing.
    #[default]
    Nothing,
    /// A regular file whose bytes have this hash.
    File(blake3::Hash),
    /// Something else, such as a link.
    Other(Standing),
}

impl Seen {
    /// A file with these bytes.
    pub(crate) fn bytes(bytes: &[u8]) -> Self {
        Seen::File(blake3::hash(bytes))
    }

    /// What is there now, without following a link.
    fn at(dir: &Dir, name: &str) -> io::Result<Self> {
        let look = || match Standing::of(&dir.symlink_metadata(name)?) {
            Standing::File => Ok(Seen::bytes(&dir.read(name)?)),
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
    /// It does not hold what was seen there. It was left as it is.
    #[error("{0} was changed by another program and was not overwritten")]
    Changed(Utf8PathBuf),
    /// The system refused. The file is as it was.
    #[error(transparent)]
    Refused(#[from] FileError),
    /// The change was made, but a power failure may undo it.
    #[error("{0}; the change was made, but a power failure could undo it")]
    Unsynced(FileError),
}

impl Root {
    /// What is at `path`, to be compared when it is written.
    ///
    /// # Errors
    /// If the system refuses to look.
    pub(crate) fn seen(&self, path: &Utf8Path) -> Result<Seen, FileError> {
        let look = || match self.open_parent(path, Absent::Fail) {
            Err(error) if is_absence(&error) => Ok(Seen::Nothing),
            opened => opened.and_then(|(parent, name)| Seen::at(&parent, name)),
        };
        look().map_err(|error| FileError::new("look at", self.shown(path), error))
    }

    /// Puts `bytes` at `path`, making the directories above it, if what is there is what was `seen`. A file that was
    /// there keeps its mode, a new one gets what the umask leaves; a link is replaced, not followed.
    ///
    /// # Errors
    /// If something else is there by now, if the path leads out of the root or through a link, if a directory stands
    /// there, or if the system refuses.
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
            let mut file = TemporaryFile::new(&parent)?;
            file.write(bytes)?;
            file.keep_mode(name)?;
            if durability == Durability::Synced {
                file.sync()?;
            }
            if Seen::at(&parent, name)? != seen {
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

    /// Puts `bytes` into a file that a person keeps. If that is a link to another file of the workspace, the other file
    /// is written and the link stays; it is the other file that was `seen` then.
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
        if self.standing(path)? != Standing::Link {
            return self.write(path, bytes, seen, durability);
        }
        let fail = |error| FileError::new("write", self.shown(path), error);
        let followed = self.made().and_then(|dir| dir.canonicalize(path)).map_err(fail)?;
        let followed = Utf8PathBuf::try_from(followed).map_err(|error| fail(error.into_io_error()))?;
        self.write(&followed, bytes, seen, durability)
    }

    /// Removes a file, or a link itself, if it is what was `seen`. It is no error if there is nothing.
    ///
    /// # Errors
    /// If something else is there by now, if the path leads out of the root or through a link, if it is a directory, or
    /// if the system refuses.
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

    /// Removes the directories above `path` from the innermost on, as long as they are empty. The root
    /// stays. Whatever hinders it leaves a directory standing, which harms nobody.
    pub(crate) fn remove_empty_parents(&self, path: &Utf8Path) {
        let Some(dir) = self.dir.get() else { return };
        for parent in path.ancestors().skip(1).filter(|parent| !parent.as_str().is_empty()) {
            // The system removes no directory that has anything in it.
            if self.blocked_by(parent).ok().flatten().is_some() || dir.remove_dir(parent).is_err() {
                return;
            }
        }
    }

    /// The directory itself, made if need be.
    fn made(&self) -> io::Result<&Dir> {
        if let Some(dir) = self.dir.get() {
            return Ok(dir);
        }
        Dir::create_ambient_dir_all(&self.path, ambient_authority())?;
        let dir = Dir::open_ambient_dir(&self.path, ambient_authority())?;
        Ok(self.dir.get_or_init(|| dir))
    }

    /// The directory that holds `path`, and the name in it. Goes down step by step, since each step must
    /// be a directory, and not a link to one.
    pub(super) fn open_parent<'p>(&self, path: &'p Utf8Path, absent: Absent) -> io::Result<(Dir, &'p str)> {
        if let Some(reason) = objection(path) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("the path {reason}")));
        }
        let mut dir = match absent {
            Absent::Make => self.made()?.try_clone()?,
            Absent::Fail => self.dir.get().ok_or(io::ErrorKind::NotFound)?.try_clone()?,
        };
        let (parents, name) = path.as_str().rsplit_once('/').unwrap_or(("", path.as_str()));
        for part in parents.split('/').filter(|part| !part.is_empty()) {
            dir = open_step(&dir, part, absent)?;
        }
        Ok((dir, name))
    }

    /// Syncs every directory above a path that was changed, since any of them may just have been made.
    fn sync_above(&self, path: &Utf8Path, durability: Durability) -> Result<(), WriteError> {
        if !cfg!(unix) || durability == Durability::Unsynced {
            return Ok(());
        }
        for parent in path.ancestors().skip(1) {
            let at = if parent.as_str().is_empty() { Utf8Path::new(".") } else { parent };
            let sync = || {
                fault::point("sync-directory")?;
                self.made()?.open(at)?.sync_all()
            };
            match sync() {
                // Removed with what was in it, or, of some file systems, nothing that can be synced.
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

/// A file that is opened to be locked.
#[derive(Debug)]
pub(crate) enum Lockable {
    /// It is open.
    File(std::fs::File),
    /// There is none and none can be made, nor any other file: nobody writes here.
    NobodyWrites,
}

impl Root {
    /// Opens a file to be locked, and makes it if need be. What it holds does not matter.
    ///
    /// # Errors
    /// If something else is at the path, or if the system refuses.
    pub(crate) fn lockable(&self, path: &Utf8Path) -> Result<Lockable, FileError> {
        let open = || -> io::Result<std::fs::File> {
            let (parent, name) = self.open_parent(path, Absent::Make)?;
            match parent.symlink_metadata(name).map(|found| Standing::of(&found)) {
                Ok(Standing::File) => {}
                Ok(other) => return Err(io::Error::other(format!("it is {}", other.noun()))),
                Err(error) if is_absence(&error) => {}
                Err(error) => return Err(error),
            }
            let mut options = OpenOptions::new();
            options.read(true).write(true).create(true);
            let opened = match parent.open_with(name, &options) {
                // A file of somebody else can be locked all the same.
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

    /// Whether an open file is still the one at `path`. Where the system has no way to tell, it is.
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

    /// The error of a file that cannot be locked.
    pub(crate) fn cannot_lock(&self, path: &Utf8Path, error: io::Error) -> FileError {
        FileError::new("lock", self.shown(path), error)
    }
}

/// Whether the system refuses to let this user write.
fn is_refusal(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}

/// What to do about a directory that is not there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Absent {
    Make,
    Fail,
}

fn open_step(dir: &Dir, name: &str, absent: Absent) -> io::Result<Dir> {
    match dir.symlink_metadata(name).map(|metadata| Standing::of(&metadata)) {
        Ok(Standing::Directory) => {}
        Ok(other) => return Err(io::Error::other(format!("`{name}` in its path is {}", other.noun()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound && absent == Absent::Make => {
            fault::point("make-directory")?;
            match dir.create_dir(name) {
                // Another build was quicker.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                made => made?,
            }
        }
        Err(error) => return Err(error),
    }
    dir.open_dir(name)
}
