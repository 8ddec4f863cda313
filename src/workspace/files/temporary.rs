//! Temporary files, which are written first and then renamed.
//!
//! A temporary file is next to its destination. Its name is [`TemporaryFile::PREFIX`] and a number, so
//! leftovers of killed processes can be recognized. It is locked while in use, and the system releases the
//! lock when the process ends; [`Root::sweep`] removes files that are not locked.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};

use camino::{Utf8Path, Utf8PathBuf};
use cap_std::fs::{Dir, OpenOptions};

use super::{Absent, Root, Seen, Stamp, fault};

/// The maximum nesting of directories.
const MAX_DEPTH: usize = 64;

/// The maximum number of names to try.
const ATTEMPTS: usize = 10_000;

/// A file that is removed when dropped, unless it was renamed to its destination.
pub(crate) struct TemporaryFile {
    dir: Dir,
    file: std::fs::File,
    name: String,
    is_placed: bool,
}

impl TemporaryFile {
    const PREFIX: &'static str = ".cento-";
    const SUFFIX: &'static str = ".tmp";

    /// Creates an empty file in a directory, with the default mode.
    pub(super) fn new(dir: Dir) -> io::Result<Self> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        fault::point("create")?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        let mut attempts = 0;
        loop {
            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
            let name = format!("{}{}-{number}{}", Self::PREFIX, std::process::id(), Self::SUFFIX);
            match dir.open_with(&name, &options) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && attempts < ATTEMPTS => {
                    attempts += 1
                }
                Err(error) => return Err(error),
                Ok(file) => {
                    let file = file.into_std();
                    // Without locks, `sweep` removes nothing either.
                    let _ = file.try_lock();
                    return Ok(TemporaryFile { dir, file, name, is_placed: false });
                }
            }
        }
    }

    /// Appends bytes.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        fault::point("write")?;
        self.file.write_all(bytes)
    }

    /// Returns the file for reading, also once it has its name.
    pub(crate) fn reader(&self) -> io::Result<std::fs::File> {
        self.file.try_clone()
    }

    /// Returns its stamp. `None` on systems without stamps.
    pub(crate) fn stamp(&self) -> Option<Stamp> {
        Stamp::of_open(&self.file)
    }

    /// Returns what is at `name` in the directory.
    pub(super) fn seen(&self, name: &str) -> io::Result<Seen> {
        Seen::at(&self.dir, name)
    }

    pub(super) fn sync(&self) -> io::Result<()> {
        fault::point("sync")?;
        self.file.sync_all()
    }

    /// Copies the mode of the regular file that it will replace.
    pub(super) fn keep_mode(&self, name: &str) -> io::Result<()> {
        let Ok(old) = self.dir.symlink_metadata(name) else { return Ok(()) };
        if !old.is_file() {
            return Ok(());
        }
        let mode = old.permissions().into_std(&self.file)?;
        // Some file systems have no modes and refuse to set one, so it is set only if it differs.
        if self.file.metadata()?.permissions() == mode {
            return Ok(());
        }
        self.file.set_permissions(mode)
    }

    /// Renames the file to `name`, replacing any file there.
    pub(crate) fn place(mut self, name: &str) -> io::Result<()> {
        fault::point("rename")?;
        self.dir.rename(&self.name, &self.dir, name)?;
        self.is_placed = true;
        Ok(())
    }

    /// Returns whether a name is that of a temporary file.
    fn is_name(name: &str) -> bool {
        let number = name.strip_prefix(Self::PREFIX).and_then(|rest| rest.strip_suffix(Self::SUFFIX));
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        number
            .and_then(|number| number.split_once('-'))
            .is_some_and(|(one, two)| is_number(one) && is_number(two))
    }
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        if !self.is_placed {
            let _ = self.dir.remove_file(&self.name);
        }
    }
}

/// How deep [`Root::sweep`] goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    One,
    /// Directories below it too.
    Any,
}

impl Root {
    /// Creates a temporary file in a directory, which is created if necessary.
    ///
    /// # Errors
    /// If the path leads outside the root or through a link, or on a system error.
    pub(crate) fn temporary(&self, directory: &Utf8Path) -> io::Result<TemporaryFile> {
        TemporaryFile::new(self.open_parent(&directory.join("any"), Absent::Make)?.0)
    }

    /// Removes the temporary files in a directory that no process uses, and returns their paths. Errors are
    /// ignored: a leftover file does no harm.
    pub(crate) fn sweep(&self, directory: &Utf8Path, depth: Depth) -> Vec<Utf8PathBuf> {
        let mut swept = Vec::new();
        let directory = if directory == "." { Utf8Path::new("") } else { directory };
        if let (Ok(None), Some(root)) = (self.blocked_by(&directory.join("any")), self.dir.get()) {
            let levels = if depth == Depth::Any { MAX_DEPTH } else { 1 };
            let dir = if directory.as_str().is_empty() { root.try_clone() } else { root.open_dir(directory) };
            if let Ok(dir) = dir {
                sweep(&dir, directory, levels, &mut swept);
            }
        }
        swept.sort();
        swept
    }
}

/// Sweeps a directory and `levels - 1` levels below it.
fn sweep(dir: &Dir, path: &Utf8Path, levels: usize, swept: &mut Vec<Utf8PathBuf>) {
    let Ok(entries) = dir.entries() else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let (Some(name), Ok(kind)) = (name.to_str(), entry.file_type()) else { continue };
        if kind.is_dir() && levels > 1 {
            if let Ok(inner) = entry.open_dir() {
                sweep(&inner, &path.join(name), levels - 1, swept);
            }
        } else if kind.is_file() && TemporaryFile::is_name(name) {
            let is_free = entry.open().is_ok_and(|file| file.into_std().try_lock().is_ok());
            if is_free && entry.remove_file().is_ok() {
                swept.push(path.join(name));
            }
        }
    }
}
