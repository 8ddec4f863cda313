//! Files below one directory, and nothing outside it.
//!
//! Every read and write of the workspace goes through a [`Root`], which the operating system itself
//! confines where it can (`openat2`), and cap-std elsewhere: `..`, absolute paths and symbolic links
//! that lead out are refused at the moment of opening, not by a check beforehand.

mod documents;
pub(crate) mod fault;
mod listing;
mod names;
mod temporary;
mod writing;

pub(crate) use documents::{documents, read_document};
pub(crate) use names::{fold, is_git, objection};
pub(crate) use temporary::Depth;
pub(crate) use writing::{Durability, Lockable, Seen, WriteError};

use std::io::{self, Read};
use std::sync::OnceLock;

use camino::{Utf8Path, Utf8PathBuf};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, Metadata};

use crate::model::{Diagnostic, codes};

/// The most bytes that a source file may have.
pub(crate) const SOURCE_LIMIT: u64 = 1 << 20;

/// The operating system refused to read or write a file.
#[derive(Debug, thiserror::Error)]
#[error("cannot {doing} {path}: {}", plain(.cause))]
pub(crate) struct FileError {
    doing: &'static str,
    path: Utf8PathBuf,
    // Not called `source`: it stands in the message, and would be printed twice by whoever walks the chain.
    cause: io::Error,
}

impl FileError {
    pub(super) fn new(doing: &'static str, path: Utf8PathBuf, cause: io::Error) -> Self {
        FileError { doing, path, cause }
    }

    /// The path, and the reason of the system.
    pub(crate) fn into_parts(self) -> (Utf8PathBuf, io::Error) {
        (self.path, self.cause)
    }
}

/// The message of an error without the number, as in `(os error 13)`.
fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error ") {
        Some((words, _)) => words.to_owned(),
        None => text,
    }
}

/// What a path refers to, without following links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Nothing.
    Nothing,
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link, wherever it leads.
    Link,
    /// A pipe, a socket or a device.
    Special,
}

impl Standing {
    /// The noun that messages use.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Standing::Nothing => "nothing",
            Standing::File => "a file",
            Standing::Directory => "a directory",
            Standing::Link => "a symbolic link",
            Standing::Special => "a pipe, socket or device",
        }
    }

    fn of(metadata: &Metadata) -> Self {
        match metadata {
            _ if metadata.is_symlink() => Standing::Link,
            _ if metadata.is_dir() => Standing::Directory,
            _ if metadata.is_file() => Standing::File,
            _ => Standing::Special,
        }
    }
}

/// What came of reading a text.
#[derive(Debug)]
pub(crate) enum Reading {
    /// The text, without byte order mark and with `\n` for every `\r\n`.
    Text(String),
    /// There is no such file.
    Missing,
    /// There is one that cento does not take, and why.
    Refused(Box<Diagnostic>),
}

/// A directory, and all that cento can reach through it.
#[derive(Debug)]
pub(crate) struct Root {
    path: Utf8PathBuf,
    /// What messages put before the paths below the root.
    prefix: Utf8PathBuf,
    /// Empty until the first write, if the directory is still to be made.
    dir: OnceLock<Dir>,
}

impl Root {
    /// Opens a directory that is there; messages name the files in it relative to it.
    ///
    /// # Errors
    /// If there is none, if it is not a directory, or if the system refuses.
    pub(crate) fn open(path: &Utf8Path) -> Result<Root, FileError> {
        let dir = Dir::open_ambient_dir(path, ambient_authority())
            .map_err(|error| FileError::new("open", path.to_owned(), error))?;
        Ok(Root { path: path.to_owned(), prefix: Utf8PathBuf::new(), dir: OnceLock::from(dir) })
    }

    /// Opens a directory that the first write makes, if it is not there; messages name the files in
    /// it with its path before them.
    ///
    /// # Errors
    /// If something else is at the path, if it is in a git directory, or if the system refuses.
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

    /// The directory itself, as it was opened.
    pub(crate) fn path(&self) -> &Utf8Path {
        &self.path
    }

    /// A path below the root as messages name it.
    pub(crate) fn shown(&self, path: &Utf8Path) -> Utf8PathBuf {
        self.prefix.join(path)
    }

    /// The absolute path of the root, without links, even if it is not there yet.
    ///
    /// # Errors
    /// If the system refuses to look, or the path is not UTF-8.
    #[allow(clippy::disallowed_methods, reason = "the root itself lies outside the sandbox")]
    pub(crate) fn absolute(&self) -> Result<Utf8PathBuf, FileError> {
        let fail = |error| FileError::new("find", self.path.clone(), error);
        let mut missing = Vec::new();
        let mut existing = camino::absolute_utf8(&self.path).map_err(fail)?;
        loop {
            match existing.canonicalize_utf8() {
                Ok(mut absolute) => {
                    // Below a directory that is not there no link can be, so `..` may be read off the text.
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
    /// If the system refuses to look.
    pub(crate) fn standing(&self, path: &Utf8Path) -> Result<Standing, FileError> {
        let Some(dir) = self.dir.get() else { return Ok(Standing::Nothing) };
        match dir.symlink_metadata(path) {
            Ok(metadata) => Ok(Standing::of(&metadata)),
            Err(error) if is_absence(&error) => Ok(Standing::Nothing),
            Err(error) => Err(FileError::new("look at", self.shown(path), error)),
        }
    }

    /// The first of the directories above `path` that is something else, and what it is. A link to a
    /// directory counts as something else: what is written through it lands where nobody looks.
    ///
    /// # Errors
    /// If the system refuses to look.
    pub(crate) fn blocked_by(&self, path: &Utf8Path) -> Result<Option<(Utf8PathBuf, Standing)>, FileError> {
        let mut above: Vec<_> =
            path.ancestors().skip(1).filter(|parent| !parent.as_str().is_empty()).collect();
        above.reverse();
        for parent in above {
            match self.standing(parent)? {
                Standing::Directory => {}
                Standing::Nothing => break,
                other => return Ok(Some((parent.to_owned(), other))),
            }
        }
        Ok(None)
    }

    /// Whether two paths that differ in case only lead to one file, as on a disk where case does not
    /// count. Where the system has no way to tell, they do.
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

    /// The bytes of a regular file, or nothing if there is none. Links are followed inside the root.
    ///
    /// # Errors
    /// If it is not a regular file, leads out of the root, or the system refuses.
    pub(crate) fn read(&self, path: &Utf8Path) -> Result<Option<Vec<u8>>, FileError> {
        let Some(dir) = self.dir.get() else { return Ok(None) };
        let read = || {
            // Opening a pipe would wait for a writer.
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

    /// The text of a source file. What is wrong with the file itself (its size, its encoding, where
    /// its path leads) is a finding.
    ///
    /// # Errors
    /// If the system refuses to read it.
    pub(crate) fn read_source(&self, path: &Utf8Path) -> Result<Reading, FileError> {
        self.read_text(path, SOURCE_LIMIT)
    }

    /// As [`Root::read_source`], with a limit of its own.
    pub(crate) fn read_text(&self, path: &Utf8Path, limit: u64) -> Result<Reading, FileError> {
        let refused = |finding| Ok(Reading::Refused(Box::new(finding)));
        let shown = self.shown(path);
        if let Some(reason) = objection(path) {
            return refused(Diagnostic::new(codes::UNSAFE_PATH, format!("the path `{path}` {reason}")));
        }
        let Some(dir) = self.dir.get() else { return Ok(Reading::Missing) };
        let metadata = match dir.metadata(path) {
            Ok(metadata) => metadata,
            Err(error) if self.standing(path).is_ok_and(|standing| standing == Standing::Link) => {
                return refused(bad_link(&shown, &error));
            }
            Err(error) if is_absence(&error) => return Ok(Reading::Missing),
            Err(error) if is_escape(&error) => return refused(bad_link(&shown, &error)),
            Err(error) => return Err(FileError::new("read", shown, error)),
        };
        if !metadata.is_file() {
            return refused(irregular(&shown, Standing::of(&metadata)));
        }
        if metadata.len() > limit {
            return refused(too_large(&shown, limit));
        }
        let mut bytes = Vec::with_capacity(metadata.len() as usize);
        // The file may have grown since it was measured.
        dir.open(path)
            .and_then(|file| file.take(limit + 1).read_to_end(&mut bytes))
            .map_err(|error| FileError::new("read", shown.clone(), error))?;
        if bytes.len() as u64 > limit {
            return refused(too_large(&shown, limit));
        }
        Ok(decode(&shown, bytes).map_or_else(Reading::Refused, Reading::Text))
    }
}

/// What a git directory holds, by which git itself knows one.
const GIT_MARKS: [&str; 3] = ["HEAD", "objects", "refs"];

/// The git directory that a directory is, or lies in: a `.git`, a bare repository, or one kept elsewhere.
#[allow(clippy::disallowed_methods, reason = "the directories above a root lie outside the sandbox")]
fn git_directory(directory: &Utf8Path) -> Option<&Utf8Path> {
    let is_git_directory = |directory: &&Utf8Path| {
        directory.file_name().is_some_and(is_git)
            || GIT_MARKS.iter().all(|mark| directory.join(mark).exists())
    };
    directory.ancestors().find(is_git_directory)
}

/// A step of a path that does not exist.
enum Missing {
    Up,
    Down(String),
}

/// Whether an error means that the path does not exist.
fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Whether an error is the sandbox's own refusal. cap-std makes it without asking the system, so
/// unlike a file's missing permission it carries no number.
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

fn irregular(shown: &Utf8Path, standing: Standing) -> Diagnostic {
    Diagnostic::new(codes::UNSAFE_PATH, format!("{shown} is {}, not a regular file", standing.noun()))
}

pub(crate) fn too_large(shown: &Utf8Path, limit: u64) -> Diagnostic {
    Diagnostic::new(codes::TOO_LARGE, format!("{shown} is larger than {} MiB", limit >> 20))
}

/// The text of a file as the rest of cento sees it, or a finding that says from where it is not UTF-8.
pub(crate) fn decode(shown: &Utf8Path, bytes: Vec<u8>) -> Result<String, Box<Diagnostic>> {
    let text = String::from_utf8(bytes).map_err(|error| Box::new(not_utf8(shown, &error)))?;
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    Ok(if text.contains('\r') { text.replace("\r\n", "\n") } else { text })
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
