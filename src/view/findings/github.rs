//! Findings as workflow commands of GitHub Actions, which shows them as annotations of a change.
//!
//! A command is a line `::error file=PATH,line=1::MESSAGE`. Line breaks and percent signs are always written as `%0A`
//! and `%25`, colons and commas in properties as `%3A` and `%2C`. So text of a fragment cannot end a command or start
//! another.

use super::{Checked, description};
use crate::model::{Diagnostic, Severity};
use crate::view::escape_line;
use crate::view::human;

/// The commands, errors first, and a summary line.
pub(super) fn write(checked: &Checked<'_>) -> String {
    let mut text = String::new();
    for finding in checked.findings {
        text.push_str(&command(checked, finding));
    }
    text + &human::summary(checked.findings) + "\n"
}

fn command(checked: &Checked<'_>, finding: &Diagnostic) -> String {
    let word = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut properties = Vec::new();
    let mut property = |name: &str, value: String| properties.push(format!("{name}={}", property(&value)));
    if let Some(label) = checked.first_place(finding) {
        let file = checked.library.sources.file(label.span.file);
        let start = file.line_column(label.span.start as usize);
        let end = file.line_column(label.span.end as usize);
        property("file", checked.path(label.span.file));
        property("line", start.line.to_string());
        property("endLine", end.line.to_string());
        // GitHub rejects columns for a range of several lines.
        if start.line == end.line {
            property("col", start.column.to_string());
            property("endColumn", end.column.to_string());
        }
    } else if let Some(file) = checked.file_of(finding) {
        property("file", checked.path(file));
    }
    property("title", format!("cento: {}", finding.code.name));

    // An annotation has one place, so the message lists the others.
    let (here, others) = checked.other_places(finding);
    let others = others.map(|label| {
        let at = checked.library.sources.line_column(label.span);
        let what = if label.text.is_empty() { String::new() } else { format!(": {}", label.text) };
        format!("see {}:{}:{}{what}", checked.path(label.span.file), at.line, at.column)
    });
    let places: Vec<String> = here.into_iter().chain(others).collect();
    format!("::{word} {}::{}\n", properties.join(","), data(&description(finding, &places)))
}

/// Escapes the message of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the value of a property.
fn property(text: &str) -> String {
    data(&escape_line(text)).replace(':', "%3A").replace(',', "%2C")
}
