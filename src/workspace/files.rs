//! Access to the files below one directory, and to no others.
//!
//! Every read and write of the workspace goes through a [`Root`]. The operating system confines it where it
//! can (`openat2`), cap-std elsewhere. `..`, absolute paths, and symbolic links that lead outside are refused
//! when the file is opened, not by an earlier check.

mod documents;
pub(crate) mod fault;
mod listing;
mod names;
mod stamp;
mod temporary;
mod writing;

pub(crate) use documents::{Found, documents, is_found_at, is_skill, read_document, utf8};
pub(crate) use listing::Listing;
pub(crate) use names::{fold, is_git, objection};
pub(crate) use stamp::{Directory, Stamp};
pub(crate) use temporary::{Depth, TemporaryFile};
pub(crate) use writing::{Durability, Lockable, Seen, WriteError};

use std::io::{self, Read};
use std::sync::OnceLock;

use camino::{Utf8Path, Utf8PathBuf};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, Metadata};

use crate::model::{Diagnostic, codes, normalized};

/// The maximum size of a source file, in bytes.
pub(crate) const SOURCE_LIMIT: u64 = 1 << 20;

/// The operating system refused access to a file.
#[derive(Debug, thiserror::Error)]
#[error("cannot {doing} {path}: {}", plain(.cause))]
pub(crate) struct FileError {
    doing: &'static str,
    path: Utf8PathBuf,
    // Not called `source`: the message contains it, and printing the error chain would repeat it.
    cause: io::Error,
}

impl FileError {
    pub(super) fn new(doing: &'static str, path: Utf8PathBuf, cause: io::Error) -> Self {
        FileError { doing, path, cause }
    }

    /// Returns the path and the system's error.
    pub(crate) fn into_parts(self) -> (Utf8PathBuf, io::Error) {
        (self.path, self.cause)
    }
}

/// Returns the message of an error without its number, such as `(os error 13)`.
fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error ") {
        Some((words, _)) => words.to_owned(),
        None => text,
    }
}

/// What is at a path, without following links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileType {
    /// Nothing.
    Nothing,
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link, valid or not.
    Link,
    /// A pipe, a socket or a device.
    Special,
}

impl FileType {
    /// Returns the noun for messages.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            FileType::Nothing => "nothing",
            FileType::File => "a file",
            FileType::Directory => "a directory",
            FileType::Link => "a symbolic link",
            FileType::Special => "a pipe, socket or device",
        }
    }

    fn of(metadata: &Metadata) -> Self {
        match metadata {
            _ if metadata.is_symlink() => FileType::Link,
            _ if metadata.is_dir() => FileType::Directory,
            _ if metadata.is_file() => FileType::File,
            _ => FileType::Special,
        }
    }
}

/// The result of reading a text.
#[derive(Debug)]
pub(crate) enum Reading {
    /// The text, without byte order mark and with `\n` line endings.
    Text(String),
    /// The file does not exist.
    Missing,
    /// The file is not accepted, for this reason.
    Refused(Box<Diagnostic>),
}

/// A directory through which nothing outside it can be accessed.
#[derive(Debug)]
pub(crate) struct Root {
    path: Utf8PathBuf,
    /// The prefix of paths in messages.
    prefix: Utf8PathBuf,
    /// Empty until the first write if the directory does not exist yet.
    dir: OnceLock<Dir>,
}

impl Root {
    /// Opens an existing directory. Messages show paths relative to it.
    ///
    /// # Errors
    /// If it does not exist or is not a directory, or on a system error.
    pub(crate) fn open(path: &Utf8Path) -> Result<Root, FileError> {
        let dir = Dir::open_ambient_dir(path, ambient_authority())
            .map_err(|error| FileError::new("open", path.to_owned(), error))?;
        Ok(Root { path: path.to_owned(), prefix: Utf8PathBuf::new(), dir: OnceLock::from(dir) })
    }

    /// Opens a directory, which the first write creates if it does not exist. Messages show paths with the
    /// directory in front.
    ///
    /// # Errors
    /// If the path is not a directory or is in a git directory, or on a system error.
    pub(crate) fn open_or_create(path: &Utf8Path) -> Result<Root, FileError> {
        let dir = match Dir::open_ambient_dir(path, ambient_authority()) {
            Ok(dir) => OnceLock::from(dir),
            Err(error) if error.kind() == io::ErrorKind::NotFound => OnceLock::new(),
            Err(error) => return Err(FileError::new("open", path.to_owned(), error)),
        };
        let root = Root { path: path.to_owned(), prefix: path.to_owned(), dir };
        if let Some(inside) = git_directory(&root.absolute()?) {
            let reason = format!("{inside} is a git directory, and cento never writes to one");
            return Err(FileError::new("write to", path.to_owned(), io::Error::other(reason)));
        }
        Ok(root)
    }

    /// Returns the path that was opened.
    pub(crate) fn path(&self) -> &Utf8Path {
        &self.path
    }

    /// Returns a path as messages show it.
    pub(crate) fn shown(&self, path: &Utf8Path) -> Utf8PathBuf {
        self.prefix.join(path)
    }

    /// Returns the absolute path without links, even if the directory does not exist yet.
    ///
    /// # Errors
    /// On a system error, or if the path is not UTF-8.
    #[allow(clippy::disallowed_methods, reason = "the root itself lies outside the sandbox")]
    pub(crate) fn absolute(&self) -> Result<Utf8PathBuf, FileError> {
        let fail = |error| FileError::new("find", self.path.clone(), error);
        let mut missing = Vec::new();
        let mut existing = camino::absolute_utf8(&self.path).map_err(fail)?;
        loop {
            match existing.canonicalize_utf8() {
                Ok(mut absolute) => {
                    // Below a missing directory there are no links, so `..` can be resolved textually.
                    for part in missing.iter().rev() {
                        match part {
                            Missing::Up => drop(absolute.pop()),
                            Missing::Down(name) => absolute.push(name),
                        }
                    }
                    return Ok(absolute);
                }
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(fail(error)),
                Err(error) => {
                    let part = match existing.components().next_back() {
                        Some(camino::Utf8Component::Normal(name)) => Missing::Down(name.to_owned()),
                        Some(camino::Utf8Component::ParentDir) => Missing::Up,
                        _ => return Err(fail(error)),
                    };
                    missing.push(part);
                    existing.pop();
                }
            }
        }
    }

    /// Returns what `path` refers to, without following a link.
    ///
    /// # Errors
    /// On a system error.
    pub(crate) fn file_type(&self, path: &Utf8Path) -> Result<FileType, FileError> {
        let Some(dir) = self.dir.get() else { return Ok(FileType::Nothing) };
        match dir.symlink_metadata(path) {
            Ok(metadata) => Ok(FileType::of(&metadata)),
            Err(error) if is_absence(&error) => Ok(FileType::Nothing),
            Err(error) => Err(FileError::new("look at", self.shown(path), error)),
        }
    }

    /// Returns the first ancestor of `path` that is not a directory, and what it is. A link to a directory
    /// counts too, since files written through it would end up elsewhere.
    ///
    /// # Errors
    /// On a system error.
    pub(crate) fn blocked_by(&self, path: &Utf8Path) -> Result<Option<(Utf8PathBuf, FileType)>, FileError> {
        let mut above: Vec<_> =
            path.ancestors().skip(1).filter(|parent| !parent.as_str().is_empty()).collect();
        above.reverse();
        for parent in above {
            match self.file_type(parent)? {
                FileType::Directory => {}
                FileType::Nothing => break,
                other => return Ok(Some((parent.to_owned(), other))),
            }
        }
        Ok(None)
    }

    /// Returns whether two paths are the same file, as they may be on a file system that ignores case.
    /// Without inodes, files of equal length count as the same, to be safe.
    pub(crate) fn is_one_file(&self, one: &Utf8Path, other: &Utf8Path) -> bool {
        let metadata = |path| self.dir.get().and_then(|dir| dir.symlink_metadata(path).ok());
        let (Some(one), Some(other)) = (metadata(one), metadata(other)) else { return false };
        #[cfg(unix)]
        {
            use cap_std::fs::MetadataExt;
            (one.dev(), one.ino()) == (other.dev(), other.ino())
        }
        #[cfg(not(unix))]
        {
            one.len() == other.len()
        }
    }

    /// Returns the bytes of a regular file. `None` if it does not exist. Links inside the root are followed.
    ///
    /// # Errors
    /// If it is not a regular file or leads outside the root, or on a system error.
    pub(crate) fn read(&self, path: &Utf8Path) -> Result<Option<Vec<u8>>, FileError> {
        let Some(dir) = self.dir.get() else { return Ok(None) };
        let read = || {
            // Opening a pipe would block.
            if !dir.metadata(path)?.is_file() {
                return Err(io::Error::other("not a regular file"));
            }
            dir.read(path)
        };
        match read() {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if is_absence(&error) => Ok(None),
            Err(error) => Err(FileError::new("read", self.shown(path), error)),
        }
    }

    /// Returns the size of a regular file, in bytes. `None` if there is none. Links inside the root are followed.
    pub(crate) fn size(&self, path: &Utf8Path) -> Option<usize> {
        let metadata = self.dir.get()?.metadata(path).ok()?;
        metadata.is_file().then(|| usize::try_from(metadata.len()).unwrap_or(usize::MAX))
    }

    /// Opens a regular file for reading. `None` if there is none, or a link leads there.
    ///
    /// # Errors
    /// On a system error.
    pub(crate) fn open_file(&self, path: &Utf8Path) -> io::Result<Option<std::fs::File>> {
        let (parent, name) = self.open_parent(path, Absent::Fail)?;
        let is_file = FileType::of(&parent.symlink_metadata(name)?) == FileType::File;
        is_file.then(|| Ok(parent.open(name)?.into_std())).transpose()
    }

    /// Reads a source file. Problems with the file itself (size, encoding, links) are returned as findings.
    ///
    /// # Errors
    /// On a system error.
    pub(crate) fn read_source(&self, path: &Utf8Path) -> Result<Reading, FileError> {
        self.read_text(path, SOURCE_LIMIT)
    }

    /// As [`Root::read_source`], with another size limit.
    pub(crate) fn read_text(&self, path: &Utf8Path, limit: u64) -> Result<Reading, FileError> {
        let refused = |finding| Ok(Reading::Refused(Box::new(finding)));
        let shown = self.shown(path);
        if let Some(reason) = objection(path) {
            return refused(Diagnostic::new(codes::UNSAFE_PATH, format!("the path `{path}` {reason}")));
        }
        let Some(dir) = self.dir.get() else { return Ok(Reading::Missing) };
        let metadata = match dir.metadata(path) {
            Ok(metadata) => metadata,
            Err(error) if self.file_type(path).is_ok_and(|found| found == FileType::Link) => {
                return refused(bad_link(&shown, &error));
            }
            Err(error) if is_absence(&error) => return Ok(Reading::Missing),
            Err(error) if is_escape(&error) => return refused(bad_link(&shown, &error)),
            Err(error) => return Err(FileError::new("read", shown, error)),
        };
        if !metadata.is_file() {
            return refused(irregular(&shown, FileType::of(&metadata)));
        }
        if metadata.len() > limit {
            return refused(too_large(&shown, limit));
        }
        let mut bytes = Vec::with_capacity(metadata.len() as usize);
        // The file may have grown since its size was read.
        dir.open(path)
            .and_then(|file| file.take(limit + 1).read_to_end(&mut bytes))
            .map_err(|error| FileError::new("read", shown.clone(), error))?;
        if bytes.len() as u64 > limit {
            return refused(too_large(&shown, limit));
        }
        Ok(decode(&shown, bytes).map_or_else(Reading::Refused, Reading::Text))
    }
}

/// The entries by which git recognizes a git directory.
const GIT_MARKS: [&str; 3] = ["HEAD", "objects", "refs"];

/// Returns the git directory that is or contains a directory: a `.git`, a bare repository, or a separate one.
#[allow(clippy::disallowed_methods, reason = "the directories above a root lie outside the sandbox")]
pub(crate) fn git_directory(directory: &Utf8Path) -> Option<&Utf8Path> {
    let is_git_directory = |directory: &&Utf8Path| {
        directory.file_name().is_some_and(is_git)
            || GIT_MARKS.iter().all(|mark| directory.join(mark).exists())
    };
    directory.ancestors().find(is_git_directory)
}

/// A component of a path that does not exist.
enum Missing {
    Up,
    Down(String),
}

/// Returns whether an error means that the path does not exist.
fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Returns whether the sandbox itself refused. Unlike a system error, such an error has no error number.
fn is_escape(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::PermissionDenied && error.raw_os_error().is_none()
}

fn bad_link(shown: &Utf8Path, error: &io::Error) -> Diagnostic {
    let finding = |message| Diagnostic::new(codes::UNSAFE_PATH, message);
    if is_absence(error) {
        return finding(format!("{shown} is a broken symbolic link")).help("delete or repair the link");
    }
    if is_escape(error) {
        return finding(format!("{shown} is a symbolic link that leaves the workspace"))
            .help("replace it with a copy of the file, or with a relative link to a file in the workspace");
    }
    finding(format!("{shown} is a symbolic link that cannot be followed: {}", plain(error)))
}

fn irregular(shown: &Utf8Path, found: FileType) -> Diagnostic {
    Diagnostic::new(codes::UNSAFE_PATH, format!("{shown} is {}, not a regular file", found.noun()))
}

pub(crate) fn too_large(shown: &Utf8Path, limit: u64) -> Diagnostic {
    Diagnostic::new(codes::TOO_LARGE, format!("{shown} is larger than {} MiB", limit >> 20))
}

/// Decodes a file: without byte order mark and with `\n` line endings. If it is not UTF-8, returns a finding
/// with the place.
pub(crate) fn decode(shown: &Utf8Path, bytes: Vec<u8>) -> Result<String, Box<Diagnostic>> {
    let text = String::from_utf8(bytes).map_err(|error| Box::new(not_utf8(shown, &error)))?;
    Ok(if text.starts_with('\u{feff}') || text.contains('\r') { normalized(&text) } else { text })
}

fn not_utf8(shown: &Utf8Path, error: &std::string::FromUtf8Error) -> Diagnostic {
    let (bytes, offset) = (error.as_bytes(), error.utf8_error().valid_up_to());
    let line = bytes[..offset].iter().filter(|byte| **byte == b'\n').count() + 1;
    let byte = bytes.get(offset).copied().unwrap_or_default();
    let message = format!("{shown} is not UTF-8: byte 0x{byte:02x} at offset {offset}, line {line}");
    let finding = Diagnostic::new(codes::ENCODING, message);
    match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => finding.help("it looks like UTF-16; save it as UTF-8"),
        _ => finding.help("save it as UTF-8"),
    }
}

/// What to do about a missing directory.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Absent {
    Make,
    Fail,
}
