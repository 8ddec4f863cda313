//! Findings and errors.

use std::path::PathBuf;
use std::{fmt, io};

use crate::model::{Diagnostic, Library, Severity, Span};

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The operating system refused to list or read a directory or file.
    #[error("cannot read {}", .path.display())]
    Unreadable {
        /// The directory or file.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// The directory holds no workspace: it has no `fragments/`, `profiles/` or `cento.toml`.
    #[error("{} is not a workspace: it has no fragments/, profiles/ or cento.toml", .0.display())]
    NotAWorkspace(PathBuf),
    /// The workspace has no profile with this id.
    #[error("the profile `{0}` does not exist")]
    NoProfile(String),
    /// The profile with this id is abstract: others extend it, and nothing is built from it.
    #[error("the profile `{0}` is abstract and has no outputs")]
    Abstract(String),
    /// The persona may not be built. At least one of the findings is an error.
    #[error("the persona has errors: {}", first_error(.0))]
    Refused(Vec<Finding>),
}

fn first_error(findings: &[Finding]) -> &str {
    let error = findings.iter().find(|finding| finding.severity == Severity::Error);
    error.map_or("its sources have errors", |finding| &finding.message)
}

/// One finding of `cento check`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Finding {
    /// The code, such as `conflict`. Codes are stable across versions.
    pub code: &'static str,
    /// How serious it is. An error prevents the build of the personas that it affects.
    pub severity: Severity,
    /// One line without a final period.
    pub message: String,
    /// The first place to look at. The first line of the file for a finding about a whole file, and `None` for one that
    /// is not about a file.
    pub place: Option<Place>,
    /// The ids of the personas that it affects. Empty for a finding about a file alone.
    pub personas: Vec<String>,
    /// Reasons and context.
    pub notes: Vec<String>,
    /// How to fix it: sentences and commands.
    pub helps: Vec<String>,
}

impl Finding {
    pub(super) fn of(library: &Library, finding: &Diagnostic) -> Self {
        let start = |file| Span::new(file, 0..0);
        let span = finding.labels.first().map(|label| label.span).or(finding.file.map(start));
        Finding {
            code: finding.code.name,
            severity: finding.severity,
            message: finding.message.clone(),
            place: span.map(|span| Place::of(library, span)),
            personas: finding.personas.iter().cloned().collect(),
            notes: finding.notes.clone(),
            helps: finding.helps.clone(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = self.severity.name();
        match &self.place {
            Some(place) => write!(f, "{place}: {severity}[{}]: {}", self.code, self.message),
            None => write!(f, "{severity}[{}]: {}", self.code, self.message),
        }
    }
}

/// A place in a file of a workspace. Displayed as `file:line:column`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Place {
    /// The path relative to the workspace, separated by `/`.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The column, counted from 1 in characters (Unicode scalar values), not bytes.
    pub column: usize,
}

impl Place {
    pub(super) fn of(library: &Library, span: Span) -> Self {
        let at = library.sources.line_column(span);
        Place { file: library.sources.path(span).to_string(), line: at.line, column: at.column }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}
