//! Removes leftovers of killed commands.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};

use crate::workspace::built::KEPT;
use crate::workspace::files::{Depth, Root};

/// Removes temporary files of killed commands and returns their paths. They are directly in the first directories, beside
/// the lock, and in the second directories and below them.
pub(crate) fn sweep<'p>(
    root: &Root,
    directly: impl Iterator<Item = &'p Utf8Path>,
    below: impl Iterator<Item = &'p Utf8Path>,
) -> Vec<Utf8PathBuf> {
    let mut directly: BTreeSet<&Utf8Path> = directly.collect();
    directly.insert(Utf8Path::new(""));
    let below = below.chain([Utf8Path::new(KEPT)]);
    let mut swept: Vec<Utf8PathBuf> =
        directly.into_iter().flat_map(|directory| root.sweep(directory, Depth::One)).collect();
    swept.extend(below.flat_map(|directory| root.sweep(directory, Depth::Any)));
    swept.sort();
    swept
}
