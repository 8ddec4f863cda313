//! `cento import`: the result for each document.

use std::collections::BTreeMap;

use camino::Utf8PathBuf;
use serde::Serialize;

use super::json::{Finding, Version, Versioned, finding};
use super::page::{Block, Page, Phrase};
use super::terminal::Role;
use crate::author::import::{Imported, Summary};
use crate::model::wording::{count, names};
use crate::model::{Diagnostic, Sources};

/// An imported document.
#[derive(Debug)]
pub(crate) struct Done {
    pub path: Utf8PathBuf,
    /// The resulting profile and fragments.
    pub imported: Imported,
    /// The id that it would have had, if another profile has that id.
    pub wanted: Option<String>,
}

/// The result of one run.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// The documents that were imported.
    pub done: Vec<Done>,
    /// The documents that a profile already reproduces, with that profile.
    pub known: Vec<(Utf8PathBuf, String)>,
    /// Why the other documents were refused.
    pub refused: Vec<Diagnostic>,
    /// The files in directories that are not documents.
    pub others: Vec<Utf8PathBuf>,
    /// Whether this is a dry run.
    pub is_dry: bool,
}

/// The most files that are named one by one. More are counted by their endings.
const MAX_NAMED: usize = 8;

/// The JSON form.
#[derive(Debug, Serialize)]
pub(crate) struct JsonReport<'r> {
    dry_run: bool,
    documents: Vec<JsonDocument<'r>>,
    known: Vec<JsonKnown<'r>>,
    refused: Vec<Finding<'r>>,
    left_out: Vec<&'r str>,
}

#[derive(Debug, Serialize)]
struct JsonDocument<'r> {
    path: &'r str,
    profile: &'r str,
    files: Vec<&'r str>,
    #[serde(flatten)]
    summary: &'r Summary,
    notes: Vec<Finding<'r>>,
}

#[derive(Debug, Serialize)]
struct JsonKnown<'r> {
    path: &'r str,
    profile: &'r str,
}

impl Report {
    /// The result as a page.
    pub(crate) fn page(&self) -> Page {
        let verb = if self.is_dry { "would import" } else { "imported" };
        let mut blocks = Vec::new();
        for document in &self.done {
            blocks.extend(document.blocks(verb));
        }
        for (path, profile) in &self.known {
            let line = Phrase::of(Role::Path, path.as_str()).and(" is ").then(Role::Emphasis, profile);
            blocks.push(Block::Line(0, line.and(" already")));
        }
        if !self.others.is_empty() {
            let files = count(self.others.len(), "file");
            let line = Phrase::from(format!("left out {files} (not a document, or part of a skill): "));
            blocks.push(Block::Line(0, line.and(self.left_out())));
            blocks.push(Block::Line(1, "to import such a file, name it on the command line".into()));
        }
        let others = [(self.known.len(), "known"), (self.refused.len(), "refused")];
        let others = others.iter().filter(|(number, _)| *number > 0);
        let others: String = others.map(|(number, what)| format!(", {number} {what}")).collect();
        let documents = count(self.done.len(), "document");
        blocks.push(Block::Line(0, format!("{documents} {verb}{others}").into()));
        Page::new("Imported documents", "cento import", blocks)
    }

    /// The files that are not documents; if there are many, their endings.
    fn left_out(&self) -> String {
        if self.others.len() <= MAX_NAMED {
            return names(&self.others, MAX_NAMED);
        }
        let mut endings: BTreeMap<String, usize> = BTreeMap::new();
        for path in &self.others {
            let ending = path.extension().map(|ending| format!(".{ending}"));
            *endings.entry(ending.unwrap_or_else(|| "no ending".to_owned())).or_default() += 1;
        }
        let mut endings: Vec<_> = endings.into_iter().collect();
        endings.sort_by_key(|(_, number)| std::cmp::Reverse(*number));
        names(endings.iter().map(|(ending, number)| format!("{number} {ending}")), MAX_NAMED)
    }

    /// The result as JSON; see `docs/json.md`.
    pub(crate) fn report<'r>(&'r self, sources: &'r Sources) -> Versioned<JsonReport<'r>> {
        let findings = |findings: &'r [Diagnostic]| -> Vec<Finding<'r>> {
            findings.iter().map(|found| finding(sources, found)).collect()
        };
        let documents = self.done.iter().map(|Done { path, imported, .. }| JsonDocument {
            path: path.as_str(),
            profile: &imported.profile,
            files: imported.files.iter().map(|(path, _)| path.as_str()).collect(),
            summary: &imported.summary,
            notes: findings(&imported.notes),
        });
        let known = self.known.iter().map(|(path, profile)| JsonKnown { path: path.as_str(), profile });
        Version::IMPORT.of(JsonReport {
            dry_run: self.is_dry,
            documents: documents.collect(),
            known: known.collect(),
            refused: findings(&self.refused),
            left_out: self.others.iter().map(|path| path.as_str()).collect(),
        })
    }
}

impl Done {
    /// The lines about this document.
    fn blocks(&self, verb: &str) -> Vec<Block> {
        let Summary { target, output, sections, rules, items, steps, prose, left, bytes, is_exact, .. } =
            &self.imported.summary;
        let line = Phrase::of(Role::Added, verb).and(" ").then(Role::Path, self.path.as_str());
        let line = line.and(" as ").then(Role::Emphasis, &self.imported.profile);
        let mut blocks = vec![Block::Line(0, line.and(format!(" ({target})")))];
        let mut detail = |text: String| blocks.push(Block::Line(1, text.into()));
        if let Some(wanted) = &self.wanted {
            detail(format!("named so because {wanted} exists"));
        }
        let kind = |(kind, number): (&&str, &usize)| match number {
            1 => (*kind).to_owned(),
            _ => format!("{number} {kind}"),
        };
        if !sections.is_empty() {
            detail(format!("sections: {}", sections.iter().map(kind).collect::<Vec<_>>().join(", ")));
        }
        let counts = [(*rules, "rule"), (*items, "item"), (*steps, "step"), (*prose, "block of prose")];
        let counts = counts.iter().filter(|(number, _)| *number > 0);
        let counts: Vec<String> = counts.map(|(number, noun)| count(*number, noun)).collect();
        if !counts.is_empty() {
            let verbatim = (100 * bytes.verbatim).div_ceil(bytes.all.max(1));
            detail(format!("{}; {verbatim} % kept as Markdown", counts.join(", ")));
        }
        if !is_exact {
            let replaces = if output.as_str() == self.path.as_str() { " --force" } else { "" };
            detail(format!("`cento build{replaces}` writes it to {output} in the layout of cento"));
        }
        if *left > 0 {
            detail(format!("{} kept as Markdown to stay byte-identical", count(*left, "block")));
        }
        blocks
    }
}
