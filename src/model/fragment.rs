//! Fragments: reusable blocks of claims.

use super::claim::Claim;
use super::source::{FileId, Text};

/// A reusable block, read from one file under `fragments/`.
#[derive(Debug)]
pub(crate) struct Fragment {
    /// The path under `fragments/` without `.toml`.
    pub id: String,
    /// Its file.
    pub file: FileId,
    /// What kind of thing it says.
    pub kind: String,
    /// The section that its body parts belong to: that of its kind, unless the file names another.
    pub section: String,
    /// What it is, in a line.
    pub summary: Option<Text>,
    /// Fragments that must be in the composition too.
    pub requires: Vec<Text>,
    /// Fragments that must not be.
    pub excludes: Vec<Text>,
    /// Whether `{{ fields }}` in its text are filled in.
    pub template: bool,
    /// What it says, in file order.
    pub claims: Vec<Claim>,
    /// Whether its file has errors; then no persona with it is built.
    pub broken: bool,
}
