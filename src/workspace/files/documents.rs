//! Documents to import. They may be anywhere, since they are not part of the workspace yet, and are only
//! read.
#![allow(clippy::disallowed_methods, reason = "documents to import lie outside the sandbox")]

use camino::{Utf8Path, Utf8PathBuf};

use super::{FileError, Root, not_utf8, too_large};
use crate::model::wording::count;
use crate::model::{Diagnostic, Form, TARGETS, Target, is_skill_file};
use crate::workspace::built::KEPT;

/// The extensions of documents.
const ENDINGS: [&str; 9] = ["md", "markdown", "mdc", "mdown", "mdwn", "mdx", "mkd", "mkdn", "txt"];

/// Documents without an extension: files of rules that tools read.
const RULES: [&str; 6] =
    [".clinerules", ".cursorrules", ".goosehints", ".roomodes", ".rules", ".windsurfrules"];

/// The extensions of files that may hold a character card.
const CARDS: [&str; 2] = ["json", "png"];

/// The most bytes of a document, which may be an image.
const LIMIT: u64 = 64 << 20;

/// The maximum nesting of directories.
const MAX_DEPTH: usize = 64;

/// Directories that are skipped.
const SKIPPED: [&str; 4] = [".git", "node_modules", "target", KEPT];

/// The files that a command line argument names.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// The documents, sorted.
    pub documents: Vec<Utf8PathBuf>,
    /// The other files of a directory, sorted.
    pub others: Vec<Utf8PathBuf>,
}

/// Finds the documents that a command line argument names: a file, all documents below a directory, or the matches of a
/// glob. `is_card` tells which files of data are documents wherever they are, by their bytes.
///
/// # Errors
/// If there are none, or on a system error.
pub(crate) fn documents(word: &Utf8Path, is_card: fn(&[u8]) -> bool) -> Result<Found, FileError> {
    let mut found = Found::default();
    if word.is_file() {
        found.documents.push(word.to_owned());
        return Ok(found);
    }
    if word.is_dir() {
        list(word, 0, is_card, &mut found)?;
    } else {
        let fail = |message: String| FileError::new("find", word.to_owned(), std::io::Error::other(message));
        let paths = glob::glob(word.as_str()).map_err(|error| fail(error.msg.to_owned()))?;
        for path in paths {
            let path = path.map_err(|error| FileError::new("list", word.to_owned(), error.into()))?;
            let path = Utf8PathBuf::from_path_buf(path);
            let path = path.map_err(|path| fail(format!("the path {} is not UTF-8", path.display())))?;
            if path.is_file() {
                found.documents.push(path);
            }
        }
    }
    if found.documents.is_empty() {
        let others = found.others.len();
        let reason = match (word.is_dir(), word.exists()) {
            (true, _) if others > 0 => {
                format!("the directory contains no documents, only {} of other kinds", count(others, "file"))
            }
            (true, _) => "the directory contains no documents".to_owned(),
            (false, true) => "it is neither a file nor a directory".to_owned(),
            (false, false) => "no such file; name a Markdown file, a directory or a glob".to_owned(),
        };
        return Err(FileError::new("find", word.to_owned(), std::io::Error::other(reason)));
    }
    found.documents.sort();
    found.others.sort();
    Ok(found)
}

fn list(
    directory: &Utf8Path,
    depth: usize,
    is_card: fn(&[u8]) -> bool,
    found: &mut Found,
) -> Result<(), FileError> {
    let fail = |error| FileError::new("list", directory.to_owned(), error);
    for entry in directory.read_dir_utf8().map_err(fail)? {
        let entry = entry.map_err(fail)?;
        let (path, kind) = (entry.path(), entry.file_type().map_err(fail)?);
        if kind.is_dir() && depth < MAX_DEPTH && !SKIPPED.contains(&entry.file_name()) {
            list(path, depth + 1, is_card, found)?;
        } else if kind.is_file() && (is_document(path) || holds_card(path, is_card)) {
            found.documents.push(path.to_owned());
        } else if kind.is_file() {
            found.others.push(path.to_owned());
        }
    }
    Ok(())
}

/// Whether the program of a target looks for its files at a path, relative or not: `cento import .` may run in the directory
/// of agents itself. What no program reads is known by the path as it was named.
pub(crate) fn is_found_at(target: &Target, path: &Utf8Path) -> bool {
    let absolute = || camino::absolute_utf8(path).is_ok_and(|path| target.is_at(path.as_str()));
    target.is_at(path.as_str()) || target.facts.is_some() && absolute()
}

/// Whether a file is that of a skill, wherever the command runs.
pub(crate) fn is_skill(path: &Utf8Path) -> bool {
    is_skill_file(path) || camino::absolute_utf8(path).is_ok_and(|path| is_skill_file(&path))
}

fn is_document(path: &Utf8Path) -> bool {
    let ending = path.extension().map(str::to_lowercase);
    // Data is a document where a program looks for it.
    let is_data = |form| matches!(form, Form::Toml(_) | Form::Json(_));
    ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
        || path.file_name().is_some_and(|name| RULES.contains(&name))
        || TARGETS.iter().any(|target| is_data(target.form) && is_found_at(target, path))
}

/// Whether a file of data holds a card. One that cannot be read is no document.
fn holds_card(path: &Utf8Path, is_card: fn(&[u8]) -> bool) -> bool {
    let ending = path.extension().map(str::to_lowercase);
    let has_ending = ending.is_some_and(|ending| CARDS.contains(&ending.as_str()));
    has_ending
        && std::fs::metadata(path).is_ok_and(|file| file.len() <= LIMIT)
        && std::fs::read(path).is_ok_and(|bytes| is_card(&bytes))
}

/// A document as it was read.
#[derive(Debug)]
pub(crate) struct Document {
    /// Its absolute path without links, which identifies it.
    pub absolute: Utf8PathBuf,
    /// Its bytes, or why it is not accepted.
    pub bytes: Result<Vec<u8>, Box<Diagnostic>>,
}

/// Reads a document.
///
/// # Errors
/// On a system error.
pub(crate) fn read_document(path: &Utf8Path) -> Result<Document, FileError> {
    let fail = |error| FileError::new("read", path.to_owned(), error);
    let absolute = path.canonicalize_utf8().map_err(fail)?;
    let (Some(parent), Some(name)) = (absolute.parent(), absolute.file_name()) else {
        return Err(fail(std::io::Error::other("not a file")));
    };
    if std::fs::metadata(&absolute).map_err(fail)?.len() > LIMIT {
        return Ok(Document { absolute, bytes: Err(Box::new(too_large(path, LIMIT))) });
    }
    let bytes = Root::open(parent)?.read(Utf8Path::new(name))?;
    let bytes = bytes.ok_or_else(|| fail(std::io::ErrorKind::NotFound.into()))?;
    Ok(Document { absolute, bytes: Ok(bytes) })
}

/// The text of a document, with byte order mark and line endings.
///
/// # Errors
/// If it is not UTF-8.
pub(crate) fn utf8(path: &Utf8Path, bytes: Vec<u8>) -> Result<String, Box<Diagnostic>> {
    String::from_utf8(bytes).map_err(|error| Box::new(not_utf8(path, &error)))
}
