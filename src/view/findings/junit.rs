//! Findings as JUnit XML: a test case for each file and for each persona.
//!
//! An error fails the test cases of its personas, or that of its file if it has no personas. Warnings and notes are the
//! output of the test. An error of many personas is written in full for the first one only, so that a report grows
//! linearly with the fleet.

use std::collections::BTreeMap;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{Checked, WriteError};
use crate::model::wording::and_more;
use crate::model::{Diagnostic, FileId, Severity};
use crate::view::terminal::Terminal;
use crate::view::{escape_line, human};

/// The width of a failure's text in columns.
const WIDTH: usize = 100;

/// Writes the report.
pub(super) fn write(checked: &Checked<'_>) -> Result<String, WriteError> {
    let mut of_files: BTreeMap<Option<FileId>, Vec<CaseFinding>> = BTreeMap::new();
    let mut of_personas: BTreeMap<&str, Vec<CaseFinding>> = BTreeMap::new();
    for finding in checked.findings {
        let text = || {
            human::report(&checked.library.sources, std::slice::from_ref(finding), &Terminal::plain(WIDTH))
        };
        if finding.personas.is_empty() {
            let place = checked.first_place(finding).map(|label| label.span.file);
            let file = place.or_else(|| checked.file_of(finding));
            of_files.entry(file).or_default().push(CaseFinding::new(finding, text()));
        }
        let mut first: Option<&str> = None;
        for persona in &finding.personas {
            let text = match first {
                None => text(),
                Some(first) => format!("{}\nas in `{}`\n", headline(finding), escape_line(first)),
            };
            first.get_or_insert(persona);
            of_personas.entry(persona).or_default().push(CaseFinding::new(finding, text));
        }
    }

    let mut report = Report::new("cento check");
    let mut files = TestSuite::new("files");
    for file in checked.files {
        let findings = of_files.remove(&Some(*file)).unwrap_or_default();
        files.add_test_case(test_case("files", &escape_line(&checked.path(*file)), &findings));
    }
    // Findings about no file that was read, such as a file with an invalid name, or about the workspace.
    let rest: Vec<CaseFinding> = of_files.into_values().flatten().collect();
    if !rest.is_empty() {
        files.add_test_case(test_case("files", "the workspace", &rest));
    }
    report.add_test_suite(files);
    let mut personas = TestSuite::new("personas");
    for profile in checked.profiles {
        let findings = of_personas.remove(profile).unwrap_or_default();
        personas.add_test_case(test_case("personas", &escape_line(profile), &findings));
    }
    for (persona, findings) in of_personas {
        personas.add_test_case(test_case("personas", &escape_line(persona), &findings));
    }
    report.add_test_suite(personas);
    Ok(report.to_string()?)
}

/// A finding in one test case.
struct CaseFinding {
    severity: Severity,
    code: &'static str,
    headline: String,
    text: String,
}

impl CaseFinding {
    fn new(finding: &Diagnostic, text: String) -> Self {
        CaseFinding { severity: finding.severity, code: finding.code.name, headline: headline(finding), text }
    }
}

fn headline(finding: &Diagnostic) -> String {
    let message = escape_line(&finding.message);
    format!("{}[{}]: {message}", finding.severity.name(), finding.code.name)
}

fn test_case(class: &str, name: &str, findings: &[CaseFinding]) -> TestCase {
    let (errors, others): (Vec<&CaseFinding>, Vec<&CaseFinding>) =
        findings.iter().partition(|finding| finding.severity == Severity::Error);
    let texts = |findings: &[&CaseFinding]| {
        findings.iter().map(|finding| finding.text.as_str()).collect::<Vec<_>>().join("\n")
    };
    let status = match errors.as_slice() {
        [] => TestCaseStatus::success(),
        [first, more @ ..] => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(format!("{}{}", first.headline, and_more(more.len())));
            status.set_type(first.code);
            status.set_description(texts(&errors));
            status
        }
    };
    let mut case = TestCase::new(name, status);
    case.set_classname(class);
    if !others.is_empty() {
        case.set_system_out(texts(&others));
    }
    case
}
