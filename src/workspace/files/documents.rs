//! Documents to import. They may be anywhere, since they are not part of the workspace yet, and are only
//! read.
#![allow(clippy::disallowed_methods, reason = "documents to import lie outside the sandbox")]

use camino::{Utf8Path, Utf8PathBuf};

use super::{FileError, Root, not_utf8};
use crate::model::Diagnostic;

/// The extensions of documents.
const ENDINGS: [&str; 4] = ["md", "markdown", "mdc", "txt"];

/// The maximum nesting of directories.
const DEEPEST: usize = 64;

/// Directories that are skipped.
const PASSED_OVER: [&str; 3] = [".git", "node_modules", "target"];

/// Returns the documents that a command line argument names, sorted: a file, all documents below a directory,
/// or the matches of a glob.
///
/// If there are none, or on a system error.
/// If there is none, or the system refuses to look.
pub(crate) fn documents(word: &Utf8Path) -> Result<Vec<Utf8PathBuf>, FileError> {
    if word.is_file() {
        return Ok(vec![word.to_owned()]);
    }
    let mut found = Vec::new();
    if word.is_dir() {
        list(word, 0, &mut found)?;
    } else {
        let fail = |message: String| FileError::new("find", word.to_owned(), std::io::Error::other(message));
        let paths = glob::glob(word.as_str()).map_err(|error| fail(error.msg.to_owned()))?;
        for path in paths {
            let path = path.map_err(|error| FileError::new("list", word.to_owned(), error.into()))?;
            let path = Utf8PathBuf::from_path_buf(path);
            let path = path.map_err(|path| fail(format!("the path {} is not UTF-8", path.display())))?;
            if path.is_file() {
                found.push(path);
            }
        }
    }
    if found.is_empty() {
        let reason = match (word.is_dir(), word.exists()) {
            (true, _) => "the directory contains no documents",
            (false, true) => "it is neither a file nor a directory",
            (false, false) => "no such file; name a Markdown file, a directory or a glob",
        };
        return Err(FileError::new("find", word.to_owned(), std::io::Error::other(reason)));
    }
    found.sort();
    Ok(found)
}

fn list(directory: &Utf8Path, depth: usize, found: &mut Vec<Utf8PathBuf>) -> Result<(), FileError> {
    let fail = |error| FileError::new("list", directory.to_owned(), error);
    for entry in directory.read_dir_utf8().map_err(fail)? {
        let entry = entry.map_err(fail)?;
        let (path, kind) = (entry.path(), entry.file_type().map_err(fail)?);
        if kind.is_dir() && depth < DEEPEST && !PASSED_OVER.contains(&entry.file_name()) {
            list(path, depth + 1, found)?;
        } else if kind.is_file() && path.extension().is_some_and(|ending| ENDINGS.contains(&ending)) {
            found.push(path.to_owned());
        }
    }
    Ok(())
}

/// A document, as read.
#[derive(Debug)]
pub(crate) struct Document {
    /// Its absolute path without links, which identifies it.
    pub absolute: Utf8PathBuf,
    /// Its text with byte order mark and line endings, or why it is not accepted.
    pub text: Result<String, Box<Diagnostic>>,
}

/// On a system error.
/// If the system refuses to read it.
pub(crate) fn read_document(path: &Utf8Path) -> Result<Document, FileError> {
    let fail = |error| FileError::new("read", path.to_owned(), error);
    let absolute = path.canonicalize_utf8().map_err(fail)?;
    let (Some(parent), Some(name)) = (absolute.parent(), absolute.file_name()) else {
        return Err(fail(std::io::Error::other("not a file")));
    };
    let bytes = Root::open(parent)?.read(Utf8Path::new(name))?;
    let bytes = bytes.ok_or_else(|| fail(std::io::ErrorKind::NotFound.into()))?;
    let text = String::from_utf8(bytes).map_err(|error| Box::new(not_utf8(path, &error)));
    Ok(Document { absolute, text })
}
