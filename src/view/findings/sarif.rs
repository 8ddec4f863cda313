//! Findings as SARIF 2.1.0, which code hosts and editors show next to the code.
//!
//! The JSON is written with `json!` rather than from types, which would repeat each key. `tests/rooms/formats.rs`
//! validates reports against the schema.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::{Checked, WriteError, description};
use crate::model::{CODES, Code, Diagnostic, FileId, Span, fold};
use crate::view::escape;

/// The SARIF name of the repository root.
const ROOT: &str = "%SRCROOT%";

/// The characters of a path, besides letters and digits, that are not percent-encoded in a URI.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/');

/// The bytes of a place that a fingerprint includes. With more, an edit nearby would change it.
const MAX_TEXT: usize = 200;

/// Writes the report.
pub(super) fn write(checked: &Checked<'_>) -> Result<String, WriteError> {
    let occurs = |code: &&&Code| checked.findings.iter().any(|finding| finding.code.name == code.name);
    let codes: Vec<&Code> = CODES.iter().filter(occurs).copied().collect();
    let rules: Vec<Value> = codes.iter().map(|code| rule(checked, code)).collect();
    let mut seen = BTreeMap::new();
    let results = checked.findings.iter().map(|finding| {
        let index = codes.iter().position(|code| code.name == finding.code.name).unwrap_or_default();
        result(checked, finding, index, &mut seen)
    });
    let results: Vec<Value> = results.collect();
    let log = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "cento",
                    "version": env!("CARGO_PKG_VERSION"),
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": rules,
                },
            },
            "originalUriBaseIds": { ROOT: { "description": message("The root of the repository.") } },
            "columnKind": "utf16CodeUnits",
            "results": results,
        }],
    });
    Ok(crate::view::json::pretty(&log)?)
}

/// A message. SARIF reads `[words](1)` as a link, so that sequence is broken up.
fn message(text: impl AsRef<str>) -> Value {
    json!({ "text": text.as_ref().replace("](", "] (") })
}

fn rule(checked: &Checked<'_>, code: &'static Code) -> Value {
    let Code { name, summary, cause, example, fix, .. } = code;
    let severity = checked.library.config.severities.of(code).unwrap_or(code.severity);
    json!({
        "id": name,
        "shortDescription": message(summary),
        "fullDescription": message(cause),
        "help": {
            "text": format!("{cause}\n\nExample:\n\n{example}\nFix: {fix}"),
            "markdown": format!(
                "{cause}\n\n**Example**\n\n````\n{example}````\n\n**Fix**: {fix}\n\nThe same text: `cento explain {name}`."
            ),
        },
        "defaultConfiguration": { "enabled": true, "level": severity.name() },
    })
}

fn result(
    checked: &Checked<'_>,
    finding: &Diagnostic,
    rule_index: usize,
    seen: &mut BTreeMap<String, usize>,
) -> Value {
    let place = match checked.first_place(finding) {
        Some(label) => Some(json!({ "physicalLocation": place_of(checked, label.span) })),
        None => checked
            .file_of(finding)
            .map(|file| json!({ "physicalLocation": { "artifactLocation": artifact(checked, file) } })),
    };
    // The message includes the label of the first place, for readers who see nothing else.
    let (here, others) = checked.other_places(finding);
    let related = others.enumerate().map(|(number, label)| {
        let mut location = json!({ "id": number + 1, "physicalLocation": place_of(checked, label.span) });
        if !label.text.is_empty() {
            location["message"] = message(escape(&label.text));
        }
        location
    });
    let mut result = json!({
        "ruleId": finding.code.name,
        "ruleIndex": rule_index,
        "level": finding.severity.name(),
        "message": message(description(finding, here.as_slice())),
    });
    let mut set = |key: &str, list: Vec<Value>| {
        if !list.is_empty() {
            result[key] = list.into();
        }
    };
    set("locations", place.into_iter().collect());
    set("relatedLocations", related.collect());
    result["partialFingerprints"] = json!({ "finding/v1": fingerprint(checked, finding, seen) });
    if let Some(fix) = fix(checked, finding) {
        result["fixes"] = json!([fix]);
    }
    let mut properties = Map::new();
    if !finding.personas.is_empty() {
        properties.insert("personas".to_owned(), json!(finding.personas));
    }
    if let Some(address) = &finding.address {
        properties.insert("address".to_owned(), json!(address));
    }
    if !properties.is_empty() {
        result["properties"] = properties.into();
    }
    result
}

fn place_of(checked: &Checked<'_>, span: Span) -> Value {
    json!({ "artifactLocation": artifact(checked, span.file), "region": region(checked, span) })
}

fn artifact(checked: &Checked<'_>, file: FileId) -> Value {
    json!({ "uri": utf8_percent_encode(&checked.path(file), PATH).to_string(), "uriBaseId": ROOT })
}

/// The fix of a finding, if it has edits.
fn fix(checked: &Checked<'_>, finding: &Diagnostic) -> Option<Value> {
    let description = message(escape(finding.helps.first().filter(|_| !finding.edits.is_empty())?));
    let mut files: BTreeMap<FileId, Vec<Value>> = BTreeMap::new();
    for edit in &finding.edits {
        let mut replacement = json!({ "deletedRegion": region(checked, edit.span) });
        if !edit.text.is_empty() {
            replacement["insertedContent"] = json!({ "text": edit.text });
        }
        files.entry(edit.span.file).or_default().push(replacement);
    }
    let change = |(file, replacements): (FileId, Vec<Value>)| json!({ "artifactLocation": artifact(checked, file), "replacements": replacements });
    let changes: Vec<Value> = files.into_iter().map(change).collect();
    Some(json!({ "description": description, "artifactChanges": changes }))
}

fn region(checked: &Checked<'_>, span: Span) -> Value {
    let file = checked.library.sources.file(span.file);
    let start = file.line_column_utf16(span.start as usize);
    let end = file.line_column_utf16(span.end as usize);
    json!({
        "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column,
    })
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
        add(text.get(..MAX_TEXT).unwrap_or(&text));
    }
    let hash = hasher.finalize().to_hex()[..16].to_owned();
    let count = seen.entry(hash.clone()).or_default();
    *count += 1;
    format!("{hash}:{count}")
}
