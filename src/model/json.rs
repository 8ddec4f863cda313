//! The versions of the JSON forms.

use serde::Serialize;

/// The version of a JSON form. It increases when a key is removed or changes its meaning. New keys do not increase it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct JsonVersion(u32);

impl JsonVersion {
    /// `absorb`.
    pub(crate) const ABSORB: JsonVersion = JsonVersion(2);
    /// `blame`.
    pub(crate) const BLAME: JsonVersion = JsonVersion(1);
    /// `check`.
    pub(crate) const CHECK: JsonVersion = JsonVersion(1);
    /// `diff` of two profiles.
    pub(crate) const COMPARISON: JsonVersion = JsonVersion(2);
    /// `diff` of one profile.
    pub(crate) const CONTRIBUTIONS: JsonVersion = JsonVersion(1);
    /// `diff --view cumulative`.
    pub(crate) const STEPS: JsonVersion = JsonVersion(1);
    /// `diff --since`.
    pub(crate) const REVIEW: JsonVersion = JsonVersion(2);
    /// `explain`.
    pub(crate) const EXPLAIN: JsonVersion = JsonVersion(1);
    /// `explain` of a profile.
    pub(crate) const PARTS: JsonVersion = JsonVersion(1);
    /// `list profiles --cost`.
    pub(crate) const COST: JsonVersion = JsonVersion(1);
    /// `factor`.
    pub(crate) const FACTOR: JsonVersion = JsonVersion(1);
    /// `import`.
    pub(crate) const IMPORT: JsonVersion = JsonVersion(1);
    /// `build --origins`.
    pub(crate) const ORIGINS: JsonVersion = JsonVersion(1);
    /// The data in the page that `report` writes.
    pub(crate) const PAGE: JsonVersion = JsonVersion(1);
    /// An output of the target `json`.
    pub(crate) const PERSONA: JsonVersion = JsonVersion(1);
    /// `rules`.
    pub(crate) const RULES: JsonVersion = JsonVersion(1);
    /// `similar`.
    pub(crate) const SIMILAR: JsonVersion = JsonVersion(1);

    /// The report, with this version.
    pub(crate) fn of<R>(self, report: R) -> VersionedJson<R> {
        VersionedJson { version: self, report }
    }
}

/// A report, with the version of its form as the first key.
#[derive(Debug, Serialize)]
pub(crate) struct VersionedJson<R> {
    version: JsonVersion,
    #[serde(flatten)]
    /// The keys of the report.
    pub report: R,
}
