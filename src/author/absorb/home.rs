//! Where a persona's texts are written, and how its files change there.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};

use crate::model::{Claim, Source, Span};
use crate::source::edit::{SourceEdit, apply, entry_place};
use crate::trial::{BuiltPersona, Texts};

/// Edits of source files, by path.
#[derive(Debug, Clone, Default)]
pub(super) struct FileEdits(BTreeMap<Utf8PathBuf, Vec<SourceEdit>>);

impl FileEdits {
    /// Edits of one file.
    pub(super) fn of(path: &Utf8Path, edits: impl IntoIterator<Item = SourceEdit>) -> Self {
        let mut all = FileEdits::default();
        all.add(path, edits);
        all
    }

    /// Adds edits of a file, made after those that it has.
    pub(super) fn add(&mut self, path: &Utf8Path, edits: impl IntoIterator<Item = SourceEdit>) {
        self.0.entry(path.to_owned()).or_default().extend(edits);
    }

    /// The files that change, with the edits made. `None` if an edit cannot be made.
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

/// Where an entry is written: the file, the tables that lead to it, and its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Home {
    pub(super) path: Utf8PathBuf,
    pub(super) tables: Vec<String>,
    pub(super) key: String,
}

impl Home {
    /// All keys that lead to it, its own the last.
    pub(super) fn keys(&self) -> Vec<String> {
        self.tables.iter().chain([&self.key]).cloned().collect()
    }

    /// The edit that takes the entry out.
    pub(super) fn removal(&self) -> SourceEdit {
        SourceEdit::Remove { keys: self.keys() }
    }
}

impl BuiltPersona<'_> {
    /// The path of the profile's file.
    pub(super) fn profile_path(&self) -> &Utf8Path {
        self.library.profile_path(self.composition.profile)
    }

    /// Who is composed.
    pub(super) fn profile(&self) -> Source {
        Source::Profile(self.composition.lineage[self.composition.lineage.len() - 1])
    }

    /// What a removal by the profile sees at an address.
    pub(super) fn seen_below(&self, at: &str) -> Vec<(String, String)> {
        self.composition.seen_below(self.library, at)
    }

    /// The file of a source.
    pub(super) fn path_of(&self, source: Source) -> &Utf8Path {
        let file = self.library.file_of(source);
        self.library.sources.file(file).path()
    }

    /// Edits that overwrite some places.
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

    /// Edits of the profile's file.
    pub(super) fn profile_edits(&self, edits: impl IntoIterator<Item = SourceEdit>) -> FileEdits {
        FileEdits::of(self.profile_path(), edits)
    }

    /// Where the entry of a claim is written.
    pub(super) fn home(&self, claim: &Claim) -> Option<Home> {
        let (tables, key) = entry_place(self.library, claim)?;
        Some(Home { path: self.path_of(claim.source).to_owned(), tables, key })
    }
}
