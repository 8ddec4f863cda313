//! Fragments: reusable blocks of claims.

use super::claim::Claim;
use super::source::{FileId, Text};

/// A reusable block of claims, read from one file under `fragments/`.
#[derive(Debug, Clone)]
pub(crate) struct Fragment {
    /// The path under `fragments/` without `.toml`.
    pub id: String,
    pub file: FileId,
    /// The kind, such as `rules` or `voice`.
    pub kind: String,
    /// The section of its body: that of its kind, unless the file names another.
    pub section: String,
    /// A one-line summary.
    pub summary: Option<Text>,
    /// Fragments that must be in the composition too.
    pub requires: Vec<Text>,
    /// Fragments that must not be in the composition.
    pub excludes: Vec<Text>,
    /// Whether `{{ fields }}` in its text are filled in.
    pub template: bool,
    /// The claims, in file order.
    pub claims: Vec<Claim>,
    /// The models that `only` and `not` name in it.
    pub models: Vec<Text>,
    /// Whether its file has errors; if so, no persona with it is built.
    pub broken: bool,
}
