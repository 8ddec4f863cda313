//! JSON output: findings, and what all JSON forms share.

use serde::Serialize;

use crate::model::{Diagnostic, Edit, Label, Severity, Sources, Span};
pub(super) use crate::model::{JsonVersion as Version, VersionedJson as Versioned};
use crate::text::safety::concealed;

/// Serializes a value as JSON with a line break at its end. Control characters and invisible characters are written as
/// escapes, which programs read as the same text.
///
/// # Errors
/// If the value cannot be serialized.
pub(crate) fn pretty(value: &impl Serialize) -> serde_json::Result<String> {
    #[expect(clippy::disallowed_methods, reason = "what is hidden is escaped below")]
    let json = serde_json::to_string_pretty(value)? + "\n";
    let hidden = concealed(&json);
    if hidden.is_empty() {
        return Ok(json);
    }
    let mut safe = String::with_capacity(json.len() + 64);
    let mut from = 0;
    for range in hidden {
        safe.push_str(&json[from..range.start]);
        for unit in json[range.clone()].encode_utf16() {
            safe.push_str(&format!("\\u{unit:04x}"));
        }
        from = range.end;
    }
    Ok(safe + &json[from..])
}

/// A report of findings.
#[derive(Debug, Serialize)]
pub(crate) struct Findings<'f> {
    /// The findings, in the same order as on a terminal.
    pub findings: Vec<Finding<'f>>,
    /// The number of errors.
    pub errors: usize,
    /// The number of warnings.
    pub warnings: usize,
}

/// A finding.
#[derive(Debug, Serialize)]
pub(crate) struct Finding<'f> {
    /// The code, as `cento explain` accepts it.
    pub code: &'static str,
    /// `error`, `warning` or `note`.
    pub severity: &'static str,
    /// The message, in one line.
    pub message: &'f str,
    /// The address that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<&'f str>,
    /// The personas that are affected. Empty for a finding about a file alone.
    pub personas: Vec<&'f str>,
    /// The places; the first is the one to go to.
    pub places: Vec<Place<'f>>,
    /// Reasons and context.
    pub notes: &'f [String],
    /// How to fix it.
    pub helps: &'f [String],
    /// The edits that fix it, if the fix is certain.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub edits: Vec<Change<'f>>,
}

/// A range of a file. Lines and columns are counted from 1, columns in characters.
#[derive(Debug, Serialize)]
pub(crate) struct Range<'f> {
    /// The file, relative to the workspace.
    pub path: &'f str,
    /// The line of the first character.
    pub line: usize,
    /// The column of the first character.
    pub column: usize,
    /// The line of the end, which is exclusive.
    pub end_line: usize,
    /// The column of the end, which is exclusive.
    pub end_column: usize,
}

/// A place that a finding refers to.
#[derive(Debug, Serialize)]
pub(crate) struct Place<'f> {
    #[serde(flatten)]
    pub range: Range<'f>,
    /// The label; may be empty.
    pub label: &'f str,
    /// Whether the finding is about this place; other places are context.
    pub primary: bool,
}

/// An edit of a file. All edits of a finding together fix it.
#[derive(Debug, Serialize)]
pub(crate) struct Change<'f> {
    /// The replaced text.
    #[serde(flatten)]
    pub range: Range<'f>,
    /// The replacement; may be empty.
    pub text: &'f str,
}

/// The report of findings. Strings are not escaped for a terminal: a program that prints them must do that.
pub(crate) fn findings<'f>(sources: &'f Sources, findings: &'f [Diagnostic]) -> Versioned<Findings<'f>> {
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    Version::CHECK.of(Findings {
        findings: findings.iter().map(|finding| self::finding(sources, finding)).collect(),
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
    })
}

/// The JSON form of a finding.
pub(super) fn finding<'f>(sources: &'f Sources, finding: &'f Diagnostic) -> Finding<'f> {
    Finding {
        code: finding.code.name,
        severity: finding.severity.name(),
        message: &finding.message,
        address: finding.address.as_deref(),
        personas: finding.personas.iter().map(String::as_str).collect(),
        places: finding
            .labels
            .iter()
            .map(|Label { span, text, primary }| Place {
                range: range(sources, *span),
                label: text,
                primary: *primary,
            })
            .collect(),
        notes: &finding.notes,
        helps: &finding.helps,
        edits: finding
            .edits
            .iter()
            .map(|Edit { span, text }| Change { range: range(sources, *span), text })
            .collect(),
    }
}

fn range(sources: &Sources, span: Span) -> Range<'_> {
    let file = sources.file(span.file);
    let start = file.line_column(span.start as usize);
    let end = file.line_column(span.end as usize);
    Range {
        path: file.path().as_str(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::codes;

    #[test]
    fn json_escapes_hidden_characters_and_reads_back_equal() {
        let texts =
            ["a\u{1b}[2J\u{9b}1m\u{7f}", "\u{202e}b\u{e0041}\u{200b}c", "می\u{200c}شود 👩\u{200d}💻\n\t"];
        let json = pretty(&texts).unwrap();
        assert!(concealed(&json).is_empty(), "{json}");
        assert!(json.contains("می\u{200c}شود 👩\u{200d}💻"), "{json}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&json).unwrap(), texts);
    }

    #[test]
    fn findings_as_json() {
        let mut sources = Sources::default();
        let lead = sources.add("fragments/lead.toml".into(), "[fields]\ntitle = \"Léad\"\n".into());
        let prose = sources.add("fragments/prose.toml".into(), "text = \"\"\"\none\ntwo\"\"\"\n".into());
        let conflict = Diagnostic::new(codes::CONFLICT, "fragments disagree on `fields.title`")
            .at(Span::new(lead, 17..24), "lead")
            .context(Span::new(prose, 7..21), "")
            .note("peers\nof one layer")
            .help("choose one")
            .in_persona("ada")
            .in_persona("bob")
            .about("fields.title");
        let unplaced = Diagnostic::new(codes::NO_REASON, "escape \u{1b}[31m me");
        let report = serde_json::to_string_pretty(&findings(&sources, &[conflict, unplaced]));
        insta::assert_snapshot!(report.unwrap());
    }
}
