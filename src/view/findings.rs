//! The formats of `cento check --format`: one table, and a writer for each.

mod github;
mod junit;
mod sarif;

use crate::model::{Diagnostic, FileId, Label, Library, codes};

use super::escape::escape;
use super::terminal::Terminal;
use super::{human, json};

/// What a check came to.
#[derive(Debug)]
pub(crate) struct Checked<'c> {
    /// What was checked.
    pub library: &'c Library,
    /// What was found, as [`settle`](crate::model::settle) leaves it.
    pub findings: &'c [Diagnostic],
    /// The profiles that were checked, by id.
    pub profiles: &'c [&'c str],
    /// Their files and those that they reach, in order.
    pub files: &'c [FileId],
    /// Where the workspace lies in its repository: nothing, or a path that ends in `/`.
    pub base: &'c str,
}

/// A form of the report.
#[derive(Debug)]
pub(crate) struct Format {
    /// The word on the command line.
    pub name: &'static str,
    /// What reads it.
    pub summary: &'static str,
    write: fn(&Checked<'_>, &Terminal) -> Result<String, WriteError>,
}

/// All formats.
pub(crate) const FORMATS: [Format; 5] = [
    Format {
        name: "human",
        summary: "Text for people",
        write: |checked, terminal| {
            Ok(human::report_with_summary(&checked.library.sources, checked.findings, terminal))
        },
    },
    Format {
        name: "json",
        summary: "JSON, as described in docs/json.md",
        write: |checked, _| programs(checked),
    },
    Format {
        name: "sarif",
        summary: "SARIF 2.1.0 for code hosts and editors",
        write: |checked, _| sarif::write(checked),
    },
    Format {
        name: "github",
        summary: "Workflow commands that GitHub Actions shows as annotations",
        write: |checked, _| Ok(github::write(checked)),
    },
    Format {
        name: "junit",
        summary: "JUnit XML for build servers",
        write: |checked, _| junit::write(checked),
    },
];

/// Why a report could not be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WriteError {
    /// Not as JSON.
    #[error("cannot write the report as JSON")]
    Json(#[from] serde_json::Error),
    /// Not as XML.
    #[error("cannot write the report as XML")]
    Xml(#[from] quick_junit::SerializeError),
}

impl Format {
    /// The format of this name.
    pub(crate) fn from_name(name: &str) -> Option<&'static Format> {
        const TABLE: &[Format] = &FORMATS;
        TABLE.iter().find(|format| format.name == name)
    }

    /// The report in this format, with a line break at its end.
    ///
    /// # Errors
    /// If a library that writes the format refuses.
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

    /// Where a finding belongs that has no place: its file, the profile of its first persona, or the
    /// settings.
    fn file_of(&self, finding: &Diagnostic) -> Option<FileId> {
        let profile = finding.personas.first().and_then(|persona| self.library.profiles.get(persona));
        finding.file.or(profile.map(|profile| profile.file)).or(self.library.config.file)
    }
}

impl Checked<'_> {
    /// The place to go to first: the first that the finding is about. Of what breaks an invariant, it is where somebody
    /// says otherwise: that is what was changed and is looked at, and cento.toml is not.
    fn first_place<'f>(&self, finding: &'f Diagnostic) -> Option<&'f Label> {
        let is_asked = |label: &&Label| Some(label.span.file) == self.library.config.file;
        if finding.code == codes::REQUIREMENT {
            return finding.labels.iter().find(|label| !is_asked(label));
        }
        finding.labels.iter().find(|label| label.primary).or(finding.labels.first())
    }
}

/// What a finding says, for a reader who sees the first place and nothing else: the message, reasons and
/// helps, escaped. `others` are lines about the other places.
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
