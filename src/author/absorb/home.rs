//! Where the texts of a persona are written, and edits of these files.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};

use crate::model::{Claim, Source, Span};
use crate::source::edit::{SourceEdit, apply, entry_place};
use crate::trial::{BuiltPersona, Texts};

/// Edits of source files, by path.
#[derive(Debug, Clone, Default)]
pub(super) struct FileEdits(BTreeMap<Utf8PathBuf, Vec<SourceEdit>>);

impl FileEdits {
    /// Creates edits of one file.
    pub(super) fn of(path: &Utf8Path, edits: impl IntoIterator<Item = SourceEdit>) -> Self {
        let mut all = FileEdits::default();
        all.add(path, edits);
        all
    }

    /// Appends edits of a file; they apply after its earlier ones.
    pub(super) fn add(&mut self, path: &Utf8Path, edits: impl IntoIterator<Item = SourceEdit>) {
        self.0.entry(path.to_owned()).or_default().extend(edits);
    }

    /// Appends other edits.
    pub(super) fn extend(&mut self, other: FileEdits) {
        other.0.into_iter().for_each(|(path, edits)| self.add(&path, edits));
    }

    /// Returns whether nothing is edited.
    pub(super) fn is_empty(&self) -> bool {
        self.0.values().all(Vec::is_empty)
    }

    /// Returns the paths of the edited files.
    pub(super) fn paths(&self) -> impl Iterator<Item = &Utf8PathBuf> {
        self.0.iter().filter(|(_, edits)| !edits.is_empty()).map(|(path, _)| path)
    }

    /// Applies the edits and returns the files that change. `None` if an edit does not apply.
    pub(super) fn files(&self, texts: &Texts) -> Option<Texts> {
        let mut files = Texts::new();
        for (path, edits) in &self.0 {
            let text = texts.get(path)?;
            let edited = apply(text, edits).ok()?;
            if edited != *text {
                files.insert(path.clone(), edited);
            }
        }
        Some(files)
    }
}

/// The location of an entry: its file, the tables that lead to it, and its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Home {
    pub(super) path: Utf8PathBuf,
    pub(super) tables: Vec<String>,
    pub(super) key: String,
}

impl Home {
    /// Returns the path of keys to the entry, its own key last.
    pub(super) fn keys(&self) -> Vec<String> {
        self.tables.iter().chain([&self.key]).cloned().collect()
    }

    /// Returns the edit that deletes the entry.
    pub(super) fn removal(&self) -> SourceEdit {
        SourceEdit::Remove { keys: self.keys() }
    }
}

impl BuiltPersona<'_> {
    /// Returns the path of the profile's file.
    pub(super) fn profile_path(&self) -> &Utf8Path {
        self.library.profile_path(self.composition.profile)
    }

    /// Returns the composed profile as a source.
    pub(super) fn profile(&self) -> Source {
        Source::Profile(self.composition.lineage[self.composition.lineage.len() - 1])
    }

    /// Returns what a removal by the profile pins at an address: sources and hashes.
    pub(super) fn seen_below(&self, at: &str) -> Vec<(String, String)> {
        self.composition.seen_below(self.library, at)
    }

    /// Returns the path of a source's file.
    pub(super) fn path_of(&self, source: Source) -> &Utf8Path {
        let file = self.library.file_of(source);
        self.library.sources.file(file).path()
    }

    /// Returns edits that overwrite these spans.
    pub(super) fn spliced(&self, mut splices: Vec<(Span, String)>) -> FileEdits {
        splices.sort_by_key(|(span, _)| (span.file, span.start));
        splices.dedup_by_key(|(span, _)| *span);
        let mut edits = FileEdits::default();
        for (span, text) in splices {
            let path = self.library.sources.path(span);
            edits.add(path, [SourceEdit::SetText { range: span.range(), text }]);
        }
        edits
    }

    /// Returns edits of the profile's file.
    pub(super) fn profile_edits(&self, edits: impl IntoIterator<Item = SourceEdit>) -> FileEdits {
        FileEdits::of(self.profile_path(), edits)
    }

    /// Returns the location of a claim's entry.
    pub(super) fn home(&self, claim: &Claim) -> Option<Home> {
        let (tables, key) = entry_place(self.library, claim)?;
        Some(Home { path: self.path_of(claim.source).to_owned(), tables, key })
    }
}
