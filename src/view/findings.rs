//! The formats of `cento check --format`, and the function that writes each.

mod github;
mod junit;
mod sarif;

use crate::model::{Diagnostic, FileId, Label, Library, codes};

use super::escape::escape;
use super::terminal::Terminal;
use super::{human, json};

/// The result of a check.
#[derive(Debug)]
pub(crate) struct Checked<'c> {
    pub library: &'c Library,
    /// The findings, merged and sorted by [`settle`](crate::model::settle).
    pub findings: &'c [Diagnostic],
    /// The ids of the profiles that were checked.
    pub profiles: &'c [&'c str],
    /// The files of those profiles and all files that they reach, in order.
    pub files: &'c [FileId],
    /// The path of the workspace in its repository, for formats with such paths: empty, or a path that ends in `/`.
    pub base: &'c str,
}

/// A format of the report.
#[derive(Debug)]
pub(crate) struct Format {
    /// The name on the command line.
    pub name: &'static str,
    /// The purpose of the format.
    pub summary: &'static str,
    /// Whether its paths start at the repository instead of the workspace.
    pub has_repository_paths: bool,
    write: fn(&Checked<'_>, &Terminal) -> Result<String, WriteError>,
}

/// The versioned form that all commands share.
const JSON: Format = Format {
    name: "json",
    summary: "JSON, as described in docs/json.md",
    has_repository_paths: false,
    write: |checked, _| programs(checked),
};

/// All formats.
pub(crate) const FORMATS: [Format; 5] = [
    Format {
        name: "human",
        summary: "Text for people",
        has_repository_paths: false,
        write: |checked, terminal| {
            Ok(human::report_with_summary(&checked.library.sources, checked.findings, terminal))
        },
    },
    JSON,
    Format {
        name: "sarif",
        summary: "SARIF 2.1.0 for code hosts and editors",
        has_repository_paths: true,
        write: |checked, _| sarif::write(checked),
    },
    Format {
        name: "github",
        summary: "Workflow commands that GitHub Actions shows as annotations",
        has_repository_paths: true,
        write: |checked, _| Ok(github::write(checked)),
    },
    Format {
        name: "junit",
        summary: "JUnit XML for build servers",
        has_repository_paths: true,
        write: |checked, _| junit::write(checked),
    },
];

/// Why a report could not be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WriteError {
    /// JSON serialization failed.
    #[error("cannot write the report as JSON")]
    Json(#[from] serde_json::Error),
    /// XML serialization failed.
    #[error("cannot write the report as XML")]
    Xml(#[from] quick_junit::SerializeError),
}

impl Format {
    /// The format with this name.
    pub(crate) fn from_name(name: &str) -> Option<&'static Format> {
        const TABLE: &[Format] = &FORMATS;
        TABLE.iter().find(|format| format.name == name)
    }

    /// Whether the report is the JSON that all commands write.
    pub(crate) fn is_json(&self) -> bool {
        self.name == JSON.name
    }

    /// Writes the report in this format, with a line break at its end.
    ///
    /// # Errors
    /// If the serializer of the format fails.
    pub(crate) fn write(&self, checked: &Checked<'_>, terminal: &Terminal) -> Result<String, WriteError> {
        (self.write)(checked, terminal)
    }
}

fn programs(checked: &Checked<'_>) -> Result<String, WriteError> {
    let report = json::findings(&checked.library.sources, checked.findings);
    Ok(json::pretty(&report)?)
}

impl Checked<'_> {
    /// The path of a file in its repository.
    fn path(&self, file: FileId) -> String {
        format!("{}{}", self.base, self.library.sources.file(file).path())
    }

    /// The file for a finding without a place: its own file, the profile of its first persona, or `cento.toml`.
    fn file_of(&self, finding: &Diagnostic) -> Option<FileId> {
        let profile = finding.personas.first().and_then(|persona| self.library.profiles.get(persona));
        finding.file.or(profile.map(|profile| profile.file)).or(self.library.config.file)
    }

    /// Returns the place to show first: usually the first label. For an unmet requirement, it is the place in
    /// the persona that violates it, which a person edited and reviews, rather than `cento.toml`.
    fn first_place<'f>(&self, finding: &'f Diagnostic) -> Option<&'f Label> {
        let is_in_config = |label: &&Label| Some(label.span.file) == self.library.config.file;
        if finding.code == codes::REQUIREMENT {
            return finding.labels.iter().find(|label| !is_in_config(label));
        }
        finding.labels.iter().find(|label| label.primary).or(finding.labels.first())
    }

    /// The label of the first place, as a line of a message, and the other places.
    fn other_places<'f>(&self, finding: &'f Diagnostic) -> (Option<String>, impl Iterator<Item = &'f Label>) {
        let first = self.first_place(finding);
        let here = first.filter(|label| !label.text.is_empty()).map(|label| format!("here: {}", label.text));
        let is_other = move |label: &&Label| !first.is_some_and(|first| std::ptr::eq(first, *label));
        (here, finding.labels.iter().filter(is_other))
    }
}

/// The message, notes and helps as one escaped text, for a reader who sees only the first place. `others` are lines
/// about the other places.
fn description(finding: &Diagnostic, others: &[String]) -> String {
    let mut text = escape(&finding.message).into_owned();
    let notes = finding.notes.iter().cloned().chain(human::personas(finding));
    let parts = others.iter().cloned().chain(notes.map(|note| format!("note: {note}")));
    let parts: Vec<String> = parts.chain(finding.helps.iter().map(|help| format!("help: {help}"))).collect();
    for (number, part) in parts.iter().enumerate() {
        text.push_str(if number == 0 { "\n\n" } else { "\n" });
        text.push_str(&escape(part));
    }
    text
}
