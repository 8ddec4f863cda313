//! Writing files whole, or not at all.
//!
//! A file is written beside its place, without a name where the system can do that, and then renamed
//! into it. A process that dies leaves the old file or the new one; at worst, dying between naming the
//! new file and renaming it, also a stray one whose name is a bare UUID and which nothing reads.

use std::io::{self, Write};

use camino::{Utf8Path, Utf8PathBuf};
use cap_std::ambient_authority;
use cap_std::fs::Dir;
use cap_tempfile::TempFile;

use super::{FileError, Root, Standing, objection};

/// What a written file is to survive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// A power cut, once the call has returned: for what cannot be made again.
    Synced,
    /// The end of the process. A power cut may lose the change or damage the file.
    Unsynced,
}

impl Root {
    /// Puts `bytes` at `path`, making the directories above it. A file that was there keeps its mode, a
    /// new one gets what the umask leaves; a link is replaced, not followed.
    ///
    /// # Errors
    /// If the path leads out of the root or through a link, if a directory stands there, or if the
    /// system refuses. The old file then stands as it was.
    pub(crate) fn write_atomic(
        &self,
        path: &Utf8Path,
        bytes: &[u8],
        durability: Durability,
    ) -> Result<(), FileError> {
        self.replace(path, bytes, durability)
            .map_err(|error| FileError::new("write", self.shown(path), error))
    }

    /// Puts `bytes`, synced, into a file that a person keeps. If that is a link to another file of the
    /// workspace, the other file is written and the link stays.
    ///
    /// # Errors
    /// As [`Root::write_atomic`].
    pub(crate) fn write_source(&self, path: &Utf8Path, bytes: &[u8]) -> Result<(), FileError> {
        if self.standing(path)? != Standing::Link {
            return self.write_atomic(path, bytes, Durability::Synced);
        }
        let fail = |error| FileError::new("write", self.shown(path), error);
        let followed = self.made().and_then(|dir| dir.canonicalize(path)).map_err(fail)?;
        let followed = Utf8PathBuf::try_from(followed).map_err(|error| fail(error.into_io_error()))?;
        self.write_atomic(&followed, bytes, Durability::Synced)
    }

    /// Removes a file, or a link itself. It is no error if there is none.
    ///
    /// # Errors
    /// If the path leads out of the root or through a link, if it is a directory, or if the system
    /// refuses.
    pub(crate) fn remove(&self, path: &Utf8Path) -> Result<(), FileError> {
        let remove = || {
            let (parent, name) = self.open_parent(path, Absent::Fail)?;
            parent.remove_file(name)
        };
        match remove() {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(FileError::new("remove", self.shown(path), error))
            }
            _ => Ok(()),
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

    fn replace(&self, path: &Utf8Path, bytes: &[u8], durability: Durability) -> io::Result<()> {
        let (parent, name) = self.open_parent(path, Absent::Make)?;
        let mut file = TempFile::new(&parent)?;
        file.write_all(bytes)?;
        keep_mode(&parent, name, &file)?;
        if durability == Durability::Synced {
            file.as_file().sync_all()?;
        }
        file.replace(name)?;
        if durability == Durability::Synced {
            self.sync_directories(path)?;
        }
        Ok(())
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
    fn open_parent<'p>(&self, path: &'p Utf8Path, absent: Absent) -> io::Result<(Dir, &'p str)> {
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

    /// Syncs every directory above `path`, since any of them may just have been made.
    fn sync_directories(&self, path: &Utf8Path) -> io::Result<()> {
        if cfg!(unix) {
            let root = self.made()?;
            for parent in path.ancestors().skip(1) {
                let parent = if parent.as_str().is_empty() { Utf8Path::new(".") } else { parent };
                root.open(parent)?.sync_all()?;
            }
        }
        Ok(())
    }
}

/// What to do about a directory that is not there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Absent {
    Make,
    Fail,
}

fn open_step(dir: &Dir, name: &str, absent: Absent) -> io::Result<Dir> {
    match dir.symlink_metadata(name).map(|metadata| Standing::of(&metadata)) {
        Ok(Standing::Directory) => {}
        Ok(other) => return Err(io::Error::other(format!("`{name}` in its path is {}", other.noun()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound && absent == Absent::Make => {
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

/// Gives the new file the mode of the regular file that it replaces.
fn keep_mode(parent: &Dir, name: &str, file: &TempFile<'_>) -> io::Result<()> {
    match parent.symlink_metadata(name) {
        Ok(old) if old.is_file() => {
            let mode = old.permissions();
            // Some file systems have no modes and refuse to set one, so only a difference is set.
            if file.as_file().metadata()?.permissions() == mode {
                return Ok(());
            }
            file.as_file().set_permissions(mode)
        }
        _ => Ok(()),
    }
}
