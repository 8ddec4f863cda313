//! What commands that were killed have left behind.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};

use crate::workspace::built::KEPT;
use crate::workspace::files::{Depth, Root};
use crate::workspace::lock::Lock;

/// Removes the temporary files of commands that were killed, and returns their paths: beside the outputs, which the lock
/// knows before the first of them is written, beside the lock, and among the `sources`.
pub(crate) fn sweep(root: &Root, lock: &Lock, sources: &[&Utf8Path]) -> Vec<Utf8PathBuf> {
    let mut beside: BTreeSet<&Utf8Path> = lock.entries.keys().filter_map(|path| path.parent()).collect();
    beside.insert(Utf8Path::new(""));
    let below = sources.iter().copied().chain([Utf8Path::new(KEPT)]);
    let mut swept: Vec<Utf8PathBuf> =
        beside.into_iter().flat_map(|directory| root.sweep(directory, Depth::One)).collect();
    swept.extend(below.flat_map(|directory| root.sweep(directory, Depth::Any)));
    swept.sort();
    swept
}
