//! `cento import`: what became of each document.

use std::fmt::Write;

use camino::Utf8PathBuf;
use serde::Serialize;

use super::escape_line;
use super::json::{Finding, findings};
use super::terminal::{Role, Terminal};
use crate::author::import::{Imported, Summary};
use crate::model::wording::count;
use crate::model::{Diagnostic, Sources};

/// The version of the JSON form.
const VERSION: u32 = 1;

/// A document that was imported.
#[derive(Debug)]
pub struct Done {
    /// Its path.
    pub path: Utf8PathBuf,
    /// What it was made into.
    pub imported: Imported,
    /// The id that it asked for, if another document or profile has that.
    pub wanted: Option<String>,
}

/// What became of the documents of one run.
#[derive(Debug, Default)]
pub struct Report {
    /// The documents that were imported.
    pub done: Vec<Done>,
    /// Those that a profile gives back already, each with that profile.
    pub known: Vec<(Utf8PathBuf, String)>,
    /// Why others were not.
    pub refused: Vec<Diagnostic>,
    /// Whether nothing was written.
    pub is_dry: bool,
}

#[derive(Serialize)]
struct JsonReport<'r> {
    version: u32,
    dry_run: bool,
    documents: Vec<JsonDocument<'r>>,
    known: Vec<JsonKnown<'r>>,
    refused: Vec<Finding<'r>>,
}

#[derive(Serialize)]
struct JsonDocument<'r> {
    path: &'r str,
    profile: &'r str,
    files: Vec<&'r str>,
    #[serde(flatten)]
    summary: &'r Summary,
    notes: Vec<Finding<'r>>,
}

#[derive(Serialize)]
struct JsonKnown<'r> {
    path: &'r str,
    profile: &'r str,
}

impl Report {
    /// The report for people.
    pub fn human(&self, terminal: &Terminal) -> String {
        let mut text = String::new();
        let verb = if self.is_dry { "would import" } else { "imported" };
        for Done { path, imported, wanted } in &self.done {
            let summary = &imported.summary;
            let _ = writeln!(
                text,
                "{} {} as {} ({})",
                terminal.paint(Role::Added, verb),
                terminal.paint(Role::Path, escape_line(path.as_str())),
                terminal.paint(Role::Emphasis, escape_line(&imported.profile)),
                summary.target,
            );
            if let Some(wanted) = wanted {
                let _ = writeln!(text, "  not as {}, since there is one", escape_line(wanted));
            }
            let kinds: Vec<String> = summary
                .sections
                .iter()
                .map(|(kind, count)| if *count == 1 { (*kind).to_owned() } else { format!("{count} {kind}") })
                .collect();
            if !kinds.is_empty() {
                let _ = writeln!(text, "  sections: {}", kinds.join(", "));
            }
            let counts = [
                (summary.rules, "rule"),
                (summary.items, "item"),
                (summary.steps, "step"),
                (summary.prose, "block of prose"),
            ];
            let counts: Vec<String> = counts
                .iter()
                .filter(|(number, _)| *number > 0)
                .map(|(number, noun)| count(*number, noun))
                .collect();
            let verbatim = percent(summary.bytes.verbatim, summary.bytes.all);
            if !counts.is_empty() {
                let _ = writeln!(text, "  {}; {verbatim} % stays Markdown", counts.join(", "));
            }
            if summary.left > 0 {
                let blocks = count(summary.left, "block");
                let _ = writeln!(text, "  {blocks} left as it was, to come back byte for byte");
            }
        }
        for (path, profile) in &self.known {
            let path = terminal.paint(Role::Path, escape_line(path.as_str()));
            let _ =
                writeln!(text, "{path} is {} already", terminal.paint(Role::Emphasis, escape_line(profile)));
        }
        let documents = count(self.done.len(), "document");
        let others = [(self.known.len(), "known"), (self.refused.len(), "refused")];
        let others = others.iter().filter(|(count, _)| *count > 0);
        let others: String = others.map(|(count, what)| format!(", {count} {what}")).collect();
        let _ = writeln!(text, "{documents} {verb}{others}");
        text
    }

    /// The report for programs.
    pub fn json(&self, sources: &Sources) -> serde_json::Value {
        let documents = self.done.iter().map(|Done { path, imported, .. }| JsonDocument {
            path: path.as_str(),
            profile: &imported.profile,
            files: imported.files.iter().map(|(path, _)| path.as_str()).collect(),
            summary: &imported.summary,
            notes: findings(sources, &imported.notes).findings,
        });
        serde_json::json!(JsonReport {
            version: VERSION,
            dry_run: self.is_dry,
            documents: documents.collect(),
            known: self
                .known
                .iter()
                .map(|(path, profile)| JsonKnown { path: path.as_str(), profile })
                .collect(),
            refused: findings(sources, &self.refused).findings,
        })
    }
}

fn percent(part: usize, whole: usize) -> usize {
    (100 * part).div_ceil(whole.max(1))
}
