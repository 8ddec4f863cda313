//! Findings as SARIF 2.1.0, which code hosts and editors show beside the code.
//!
//! These types cover only the part of the format that cento writes; types generated from the schema are ten times as
//! long. `tests/rooms/formats.rs` validates reports against the schema.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use super::{Checked, WriteError, description};
use crate::model::{CODES, Code, Diagnostic, FileId, Label, Severity, Span, fold};
use crate::view::escape;

/// The SARIF name of the repository root.
const ROOT: &str = "%SRCROOT%";

/// The characters of a path, besides letters and digits, that are not percent-encoded in a URI.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/');

/// The bytes of a place that a fingerprint includes. With more, an edit nearby would change it.
const MOST_TEXT: usize = 200;

#[derive(Serialize)]
struct Log<'c> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'c>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'c> {
    tool: Tool,
    original_uri_base_ids: BTreeMap<&'static str, Base>,
    column_kind: &'static str,
    results: Vec<Finding<'c>>,
}

#[derive(Serialize)]
struct Base {
    description: Message,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    short_description: Message,
    full_description: Message,
    help: Help,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Configuration {
    enabled: bool,
    level: &'static str,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

impl Message {
    /// A message. SARIF reads `[words](1)` as a link, so that sequence is broken up.
    fn new(text: impl AsRef<str>) -> Self {
        Message { text: text.as_ref().replace("](", "] (") }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding<'c> {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Message,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Fix>,
    #[serde(skip_serializing_if = "Properties::is_empty")]
    properties: Properties<'c>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fix {
    description: Message,
    artifact_changes: Vec<ArtifactChange>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange {
    artifact_location: Artifact,
    replacements: Vec<Replacement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Region,
    #[serde(skip_serializing_if = "Option::is_none")]
    inserted_content: Option<Content>,
}

#[derive(Serialize)]
struct Content {
    text: String,
}

#[derive(Serialize)]
struct Properties<'c> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    personas: Vec<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<&'c str>,
}

impl Properties<'_> {
    fn is_empty(&self) -> bool {
        self.personas.is_empty() && self.address.is_none()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: Physical,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact {
    uri: String,
    uri_base_id: &'static str,
}

#[derive(Serialize, PartialEq)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

/// Writes the report.
pub(super) fn write(checked: &Checked<'_>) -> Result<String, WriteError> {
    let occurs = |code: &&&Code| checked.findings.iter().any(|finding| finding.code.name == code.name);
    let codes: Vec<&Code> = CODES.iter().filter(occurs).copied().collect();
    let mut seen = BTreeMap::new();
    let results = checked.findings.iter().map(|finding| {
        let index = codes.iter().position(|code| code.name == finding.code.name).unwrap_or_default();
        self::finding(checked, finding, index, &mut seen)
    });
    let log = Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            results: results.collect(),
            tool: Tool {
                driver: Driver {
                    name: "cento",
                    version: env!("CARGO_PKG_VERSION"),
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules: codes.iter().map(|code| rule(checked, code)).collect(),
                },
            },
            original_uri_base_ids: BTreeMap::from([(
                ROOT,
                Base { description: Message::new("The root of the repository.") },
            )]),
            column_kind: "utf16CodeUnits",
        }],
    };
    Ok(crate::view::json::pretty(&log)?)
}

fn level(severity: Severity) -> &'static str {
    severity.name()
}

fn rule(checked: &Checked<'_>, code: &'static Code) -> Rule {
    let severity = checked.library.config.severities.of(code).unwrap_or(code.severity);
    let help = Help {
        text: format!("{}\n\nExample:\n\n{}\nFix: {}", code.cause, code.example, code.fix),
        markdown: format!(
            "{}\n\n**Example**\n\n````\n{}````\n\n**Fix**: {}\n\nThe same text: `cento explain {}`.",
            code.cause, code.example, code.fix, code.name
        ),
    };
    Rule {
        id: code.name,
        short_description: Message::new(code.summary),
        full_description: Message::new(code.cause),
        help,
        default_configuration: Configuration { enabled: true, level: level(severity) },
    }
}

fn finding<'c>(
    checked: &Checked<'c>,
    finding: &'c Diagnostic,
    rule_index: usize,
    seen: &mut BTreeMap<String, usize>,
) -> Finding<'c> {
    let first = checked.first_place(finding);
    let place = match first {
        Some(label) => Some(location(checked, label.span.file, Some(label.span), None)),
        None => checked.file_of(finding).map(|file| location(checked, file, None, None)),
    };
    // The message includes the label of the first place, for readers who see nothing else.
    let here = first.filter(|label| !label.text.is_empty()).map(|label| format!("here: {}", label.text));
    let others =
        finding.labels.iter().filter(|label| !first.is_some_and(|first| std::ptr::eq(first, *label)));
    let related = others.enumerate().map(|(number, label)| {
        location(checked, label.span.file, Some(label.span), Some((number + 1, label)))
    });
    Finding {
        rule_id: finding.code.name,
        rule_index,
        level: level(finding.severity),
        message: Message::new(description(finding, here.as_slice())),
        locations: place.into_iter().collect(),
        related_locations: related.collect(),
        partial_fingerprints: BTreeMap::from([("finding/v1", fingerprint(checked, finding, seen))]),
        fixes: fix(checked, finding).into_iter().collect(),
        properties: Properties {
            personas: finding.personas.iter().map(String::as_str).collect(),
            address: finding.address.as_deref(),
        },
    }
}

fn location(
    checked: &Checked<'_>,
    file: FileId,
    span: Option<Span>,
    related: Option<(usize, &Label)>,
) -> Location {
    Location {
        id: related.map(|(id, _)| id),
        physical_location: Physical {
            artifact_location: artifact(checked, file),
            region: span.map(|span| region(checked, span)),
        },
        message: related
            .filter(|(_, label)| !label.text.is_empty())
            .map(|(_, label)| Message::new(escape(&label.text))),
    }
}

fn artifact(checked: &Checked<'_>, file: FileId) -> Artifact {
    Artifact { uri: utf8_percent_encode(&checked.path(file), PATH).to_string(), uri_base_id: ROOT }
}

/// The fix of a finding, if it has edits.
fn fix(checked: &Checked<'_>, finding: &Diagnostic) -> Option<Fix> {
    let description = Message::new(escape(finding.helps.first().filter(|_| !finding.edits.is_empty())?));
    let mut files: BTreeMap<FileId, Vec<Replacement>> = BTreeMap::new();
    for edit in &finding.edits {
        let text = edit.text.clone();
        let inserted_content = (!text.is_empty()).then_some(Content { text });
        let replacement = Replacement { deleted_region: region(checked, edit.span), inserted_content };
        files.entry(edit.span.file).or_default().push(replacement);
    }
    let change =
        |(file, replacements)| ArtifactChange { artifact_location: artifact(checked, file), replacements };
    Some(Fix { description, artifact_changes: files.into_iter().map(change).collect() })
}

fn region(checked: &Checked<'_>, span: Span) -> Region {
    let file = checked.library.sources.file(span.file);
    let start = file.line_column_utf16(span.start as usize);
    let end = file.line_column_utf16(span.end as usize);
    Region { start_line: start.line, start_column: start.column, end_line: end.line, end_column: end.column }
}

/// A hash that identifies a finding across edits: of the code, message, address and file, and of the text at its place,
/// but not of the line. Digits in the message are ignored, because counts change with each edit. Equal findings are
/// numbered.
fn fingerprint(checked: &Checked<'_>, finding: &Diagnostic, seen: &mut BTreeMap<String, usize>) -> String {
    // The requirement identifies the finding, whichever persona violates it. So this is not `first_place`.
    let first = finding.labels.iter().find(|label| label.primary).or(finding.labels.first());
    let mut hasher = blake3::Hasher::new();
    let mut add = |part: &str| {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    };
    add(finding.code.name);
    add(&finding.message.replace(|letter: char| letter.is_ascii_digit() || letter == ',', ""));
    add(finding.address.as_deref().unwrap_or_default());
    if let Some(file) = first.map(|label| label.span.file).or_else(|| checked.file_of(finding)) {
        add(&checked.path(file));
    }
    if let Some(label) = first {
        let text = fold(checked.library.sources.text(label.span));
        add(text.get(..MOST_TEXT).unwrap_or(&text));
    }
    let hash = hasher.finalize().to_hex()[..16].to_owned();
    let count = seen.entry(hash.clone()).or_default();
    *count += 1;
    format!("{hash}:{count}")
}
