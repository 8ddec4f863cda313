//! Findings as JUnit XML: a test case for each file and for each persona.
//!
//! An error fails the personas that it is about, or the file that it is about where it is about no
//! persona; warnings and notes are what the test printed. An error of many personas is told in full at the
//! first of them, so that the report of a fleet does not grow with the square of it.

use std::collections::BTreeMap;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{Checked, WriteError};
use crate::model::wording::and_more;
use crate::model::{Diagnostic, FileId, Severity};
use crate::view::terminal::Terminal;
use crate::view::{escape_line, human};

/// The columns of the text of a failure.
const WIDTH: usize = 100;

/// The report.
pub(super) fn write(checked: &Checked<'_>) -> Result<String, WriteError> {
    let mut of_files: BTreeMap<Option<FileId>, Vec<Told>> = BTreeMap::new();
    let mut of_personas: BTreeMap<&str, Vec<Told>> = BTreeMap::new();
    for finding in checked.findings {
        let text = || {
            human::report(&checked.library.sources, std::slice::from_ref(finding), &Terminal::plain(WIDTH))
        };
        if finding.personas.is_empty() {
            let place = checked.first_place(finding).map(|label| label.span.file);
            let file = place.or_else(|| checked.file_of(finding));
            of_files.entry(file).or_default().push(Told::new(finding, text()));
        }
        let mut first: Option<&str> = None;
        for persona in &finding.personas {
            let text = match first {
                None => text(),
                Some(first) => format!("{}\nas in `{}`\n", headline(finding), escape_line(first)),
            };
            first.get_or_insert(persona);
            of_personas.entry(persona).or_default().push(Told::new(finding, text));
        }
    }

    let mut report = Report::new("cento check");
    let mut files = TestSuite::new("files");
    for file in checked.files {
        let told = of_files.remove(&Some(*file)).unwrap_or_default();
        files.add_test_case(test_case("files", &escape_line(&checked.path(*file)), &told));
    }
    // What is about no file that was read: one with a name that is not allowed, or the workspace.
    let rest: Vec<Told> = of_files.into_values().flatten().collect();
    if !rest.is_empty() {
        files.add_test_case(test_case("files", "the workspace", &rest));
    }
    report.add_test_suite(files);
    let mut personas = TestSuite::new("personas");
    for profile in checked.profiles {
        let told = of_personas.remove(profile).unwrap_or_default();
        personas.add_test_case(test_case("personas", &escape_line(profile), &told));
    }
    for (persona, told) in of_personas {
        personas.add_test_case(test_case("personas", &escape_line(persona), &told));
    }
    report.add_test_suite(personas);
    Ok(report.to_string()?)
}

/// A finding as it is told in one test case.
struct Told {
    severity: Severity,
    code: &'static str,
    headline: String,
    text: String,
}

impl Told {
    fn new(finding: &Diagnostic, text: String) -> Self {
        Told { severity: finding.severity, code: finding.code.name, headline: headline(finding), text }
    }
}

fn headline(finding: &Diagnostic) -> String {
    let message = escape_line(&finding.message);
    format!("{}[{}]: {message}", finding.severity.name(), finding.code.name)
}

fn test_case(class: &str, name: &str, told: &[Told]) -> TestCase {
    let (errors, others): (Vec<&Told>, Vec<&Told>) =
        told.iter().partition(|told| told.severity == Severity::Error);
    let texts = |told: &[&Told]| told.iter().map(|told| told.text.as_str()).collect::<Vec<_>>().join("\n");
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
