//! Copies of the last build under `.cento/`, which tell hand edits from changes of the sources.
//!
//! The lock has the hash of each output. The text is in a file named after that hash and is used only if it
//! still matches. Nothing depends on these files: without them, `cento absorb` cannot merge if sources and
//! output both changed, and says so. So failing to write one does not fail a build.

use camino::{Utf8Path, Utf8PathBuf};

use super::files::{Durability, FileError, FileType, Root, Seen};

/// The directory for internal files, at the root of the outputs.
pub(crate) const KEPT: &str = ".cento";

/// The content of its `.gitignore`: all files in it can be rebuilt.
const IGNORE: &str =
    "# What cento built last, and the file that it locks while it writes. Both can be made again.\n*\n";

fn path(hash: blake3::Hash) -> Utf8PathBuf {
    Utf8Path::new(KEPT).join("built").join(hash.to_hex().as_str())
}

/// Writes the `.gitignore` of the directory.
pub(super) fn ignore(root: &Root) {
    write_if_missing(root, &Utf8Path::new(KEPT).join(".gitignore"), || Some(IGNORE.to_owned()));
}

/// Writes a file if none exists.
fn write_if_missing(root: &Root, path: &Utf8Path, text: impl FnOnce() -> Option<String>) {
    if root.file_type(path).is_ok_and(|found| found == FileType::Nothing)
        && let Some(text) = text()
    {
        let _ = root.write(path, text.as_bytes(), Seen::Nothing, Durability::Unsynced);
    }
}

/// Keeps the text of an output, unless it is kept already. `text` returns the text with this hash, if
/// available.
pub(crate) fn keep(root: &Root, hash: blake3::Hash, text: impl FnOnce() -> Option<String>) {
    ignore(root);
    write_if_missing(root, &path(hash), || text().filter(|text| blake3::hash(text.as_bytes()) == hash));
}

/// Deletes the copy of a text.
pub(crate) fn forget(root: &Root, hash: blake3::Hash) {
    let path = path(hash);
    let Ok(seen) = root.seen(&path) else { return };
    if root.remove(&path, seen, Durability::Unsynced).is_ok() {
        root.remove_empty_parents(&path);
    }
}

/// Returns the text with this hash, if it was kept.
///
/// # Errors
/// If the system refuses to read it.
pub(crate) fn recall(root: &Root, hash: blake3::Hash) -> Result<Option<String>, FileError> {
    let path = path(hash);
    if root.file_type(&path)? != FileType::File || root.blocked_by(&path)?.is_some() {
        return Ok(None);
    }
    let bytes = root.read(&path)?.filter(|bytes| blake3::hash(bytes) == hash);
    Ok(bytes.and_then(|bytes| String::from_utf8(bytes).ok()))
}
