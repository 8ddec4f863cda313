//! The files in which a text is written before it takes its place.
//!
//! Each lies beside its place under a name of its own, [`TemporaryFile::PREFIX`] and a number, so that one whose process
//! was killed is known for what it is. While it is in use it is locked, and the system gives the lock up with the process:
//! [`Root::sweep`] removes those that nobody holds.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};

use camino::{Utf8Path, Utf8PathBuf};
use cap_std::fs::{Dir, OpenOptions};

use super::{Root, fault};

/// How many directories may lie within each other.
const DEEPEST: usize = 64;

/// How many names in use are passed over.
const ATTEMPTS: usize = 10_000;

/// A file that is removed unless it takes its place.
pub(super) struct TemporaryFile<'d> {
    dir: &'d Dir,
    file: std::fs::File,
    name: String,
    is_placed: bool,
}

impl<'d> TemporaryFile<'d> {
    const PREFIX: &'static str = ".cento-";
    const SUFFIX: &'static str = ".tmp";

    /// Makes an empty file in a directory, with the mode that the umask leaves.
    pub(super) fn new(dir: &'d Dir) -> io::Result<Self> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        fault::point("create")?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
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
                    // Where files cannot be locked, nothing is swept either.
                    let _ = file.try_lock();
                    return Ok(TemporaryFile { dir, file, name, is_placed: false });
                }
            }
        }
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        fault::point("write")?;
        self.file.write_all(bytes)
    }

    pub(super) fn sync(&self) -> io::Result<()> {
        fault::point("sync")?;
        self.file.sync_all()
    }

    /// Gives it the mode of the regular file that it is to replace.
    pub(super) fn keep_mode(&self, name: &str) -> io::Result<()> {
        let Ok(old) = self.dir.symlink_metadata(name) else { return Ok(()) };
        if !old.is_file() {
            return Ok(());
        }
        let mode = old.permissions().into_std(&self.file)?;
        // Some file systems have no modes and refuse to set one, so only a difference is set.
        if self.file.metadata()?.permissions() == mode {
            return Ok(());
        }
        self.file.set_permissions(mode)
    }

    /// Takes the place of whatever has this name in its directory.
    pub(super) fn place(mut self, name: &str) -> io::Result<()> {
        fault::point("rename")?;
        self.dir.rename(&self.name, self.dir, name)?;
        self.is_placed = true;
        Ok(())
    }

    /// Whether a name is that of such a file.
    fn is_name(name: &str) -> bool {
        let number = name.strip_prefix(Self::PREFIX).and_then(|rest| rest.strip_suffix(Self::SUFFIX));
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        number
            .and_then(|number| number.split_once('-'))
            .is_some_and(|(one, two)| is_number(one) && is_number(two))
    }
}

impl Drop for TemporaryFile<'_> {
    fn drop(&mut self) {
        if !self.is_placed {
            let _ = self.dir.remove_file(&self.name);
        }
    }
}

/// How far [`Root::sweep`] goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Only the directory itself.
    One,
    /// The directories below it too.
    Any,
}

impl Root {
    /// Removes the temporary files in a directory that no process has in use, and returns their paths. What hinders it
    /// leaves them where they are, which harms nobody.
    pub(crate) fn sweep(&self, directory: &Utf8Path, depth: Depth) -> Vec<Utf8PathBuf> {
        let mut swept = Vec::new();
        let directory = if directory == "." { Utf8Path::new("") } else { directory };
        if let (Ok(None), Some(root)) = (self.blocked_by(&directory.join("any")), self.dir.get()) {
            let levels = if depth == Depth::Any { DEEPEST } else { 1 };
            let dir = if directory.as_str().is_empty() { root.try_clone() } else { root.open_dir(directory) };
            if let Ok(dir) = dir {
                sweep(&dir, directory, levels, &mut swept);
            }
        }
        swept.sort();
        swept
    }
}

/// Sweeps a directory, and those below it for as many levels.
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
