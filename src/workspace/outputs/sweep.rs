//! Removes leftovers of killed commands.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};

use crate::workspace::built::KEPT;
use crate::workspace::files::{Depth, Root};
use crate::workspace::lock::Lock;

/// Removes temporary files of killed commands and returns their paths. They are next to outputs, which are in
/// the lock before the first is written, next to the lock, and among the `sources`.
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
