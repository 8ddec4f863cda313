//! Files beside and above outputs that programs read together with them. Nothing is known of them but their size.

use camino::Utf8PathBuf;

use super::files::{FileError, Root};
use super::place;

/// A workspace and the directories above it in its work tree of git.
pub(crate) struct Surroundings<'r> {
    root: &'r Root,
    /// The nearest first.
    above: Vec<Utf8PathBuf>,
}

impl<'r> Surroundings<'r> {
    /// Returns those of a workspace; only the workspace itself if it is in no work tree.
    ///
    /// # Errors
    /// If the system does not tell where it is.
    pub(crate) fn of(root: &'r Root) -> Result<Self, FileError> {
        let place = root.absolute()?;
        let top = place::work_tree(&place).unwrap_or(&place);
        let above = place.ancestors().skip(1).take_while(|above| above.starts_with(top));
        Ok(Surroundings { root, above: above.map(Utf8PathBuf::from).collect() })
    }

    /// Returns how many directories are above the workspace.
    pub(crate) fn levels(&self) -> usize {
        self.above.len()
    }

    /// Returns the size of the file at a path, which begins with `../` for each directory to go up. `None` if there is none.
    pub(crate) fn size(&self, path: &str) -> Option<usize> {
        let below = path.trim_start_matches("../");
        match (path.len() - below.len()) / "../".len() {
            0 => self.root.size(below.into()),
            levels => Root::open(self.above.get(levels - 1)?).ok()?.size(below.into()),
        }
    }
}
