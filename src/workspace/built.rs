//! What was built last, kept under `.cento/`, so that an edit can be told from a change of the sources.
//!
//! The lock has the hash of each output; the text lies in a file named by that hash, and counts only if it
//! has it. Nothing depends on these files: without them, `cento absorb` cannot merge where both the sources
//! and the output have changed, and says so. So failing to write one fails no build.

use camino::{Utf8Path, Utf8PathBuf};

use super::files::{Durability, FileError, Root, Standing};

/// The directory of what cento keeps for itself, at the root under which outputs are laid.
pub(crate) const KEPT: &str = ".cento";

/// Keeps git from taking up what can be made again.
const IGNORE: &str = "# What cento built last; it can be made again.\n*\n";

fn path(hash: blake3::Hash) -> Utf8PathBuf {
    Utf8Path::new(KEPT).join("built").join(hash.to_hex().as_str())
}

/// Keeps a text that was built, if it is not kept yet. `text` is the one with this hash, if it can be had.
pub(crate) fn keep(root: &Root, hash: blake3::Hash, text: impl FnOnce() -> Option<String>) {
    let path = path(hash);
    if root.standing(&path).is_ok_and(|standing| standing != Standing::Nothing) {
        return;
    }
    let Some(text) = text().filter(|text| blake3::hash(text.as_bytes()) == hash) else { return };
    let ignore = Utf8Path::new(KEPT).join(".gitignore");
    if root.standing(&ignore).is_ok_and(|standing| standing == Standing::Nothing) {
        let _ = root.write_atomic(&ignore, IGNORE.as_bytes(), Durability::Unsynced);
    }
    let _ = root.write_atomic(&path, text.as_bytes(), Durability::Unsynced);
}

/// Forgets a text.
pub(crate) fn forget(root: &Root, hash: blake3::Hash) {
    let path = path(hash);
    if root.remove(&path).is_ok() {
        root.remove_empty_parents(&path);
    }
}

/// Leaves nothing behind, where no output is left.
pub(crate) fn clear(root: &Root) {
    let ignore = Utf8Path::new(KEPT).join(".gitignore");
    if root.remove(&ignore).is_ok() {
        root.remove_empty_parents(&ignore);
    }
}

/// The text with this hash, if it was kept.
///
/// # Errors
/// If the system refuses to read it.
pub(crate) fn recall(root: &Root, hash: blake3::Hash) -> Result<Option<String>, FileError> {
    let path = path(hash);
    if root.standing(&path)? != Standing::File || root.blocked_by(&path)?.is_some() {
        return Ok(None);
    }
    let bytes = root.read(&path)?.filter(|bytes| blake3::hash(bytes) == hash);
    Ok(bytes.and_then(|bytes| String::from_utf8(bytes).ok()))
}
