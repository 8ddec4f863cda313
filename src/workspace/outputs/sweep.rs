//! Removes leftovers of killed commands.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};

use crate::workspace::built::KEPT;
use crate::workspace::files::{Depth, Root};

/// Removes temporary files of killed commands and returns their paths. They are next to `outputs`, next to
/// the lock, and among the `sources`.
pub(crate) fn sweep<'p>(
    root: &Root,
    outputs: impl Iterator<Item = &'p Utf8Path>,
    sources: impl Iterator<Item = &'p Utf8Path>,
) -> Vec<Utf8PathBuf> {
    let mut beside: BTreeSet<&Utf8Path> = outputs.filter_map(Utf8Path::parent).collect();
    beside.insert(Utf8Path::new(""));
    let below = sources.chain([Utf8Path::new(KEPT)]);
    let mut swept: Vec<Utf8PathBuf> =
        beside.into_iter().flat_map(|directory| root.sweep(directory, Depth::One)).collect();
    swept.extend(below.flat_map(|directory| root.sweep(directory, Depth::Any)));
    swept.sort();
    swept
}
