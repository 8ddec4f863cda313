//! Files to import: a file of Markdown is one document, and a file of data holds one or more.

mod agents;
mod modes;
mod png;

use camino::{Utf8Path, Utf8PathBuf};

use super::Input;
use crate::model::{Code, Datum, Diagnostic, Severity, Target, codes, normalized};
use crate::text::yaml::{Mapping, Yaml};
use crate::workspace::files::utf8;

/// The values in a file of data, besides the text of the document.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    /// The part of the file that has the text, for messages.
    pub(super) part: String,
    /// The name that the profile's id is made from.
    pub(super) name: String,
    /// The target that the document is for.
    pub(super) target: &'static Target,
    /// The values of the keys of the target; `None` if they are in the front matter of the text.
    pub(super) values: Option<Vec<(&'static str, Datum)>>,
    /// The text of the file, if an output can have the same bytes.
    pub(super) whole: Option<String>,
    /// What is not imported, without places.
    pub(super) notes: Vec<Diagnostic>,
}

/// A document of a file, or why it cannot be imported.
pub(crate) type Read = Result<Input, Box<Diagnostic>>;

/// The file of Roo Code's modes.
const MODES: &str = ".roomodes";

/// Returns the documents in a file, and a finding for each that cannot be imported.
pub(crate) fn inputs(path: &Utf8Path, inside: Option<Utf8PathBuf>, bytes: Vec<u8>) -> Vec<Read> {
    documents(path, inside, bytes).unwrap_or_else(|finding| vec![Err(finding)])
}

/// Returns whether a file that is no document by its name holds a character card.
pub(crate) fn is_card(bytes: &[u8]) -> bool {
    match png::is_png(bytes) {
        true => png::has_card(bytes),
        false => agents::is_card(&String::from_utf8_lossy(bytes)),
    }
}

fn documents(
    path: &Utf8Path,
    inside: Option<Utf8PathBuf>,
    bytes: Vec<u8>,
) -> Result<Vec<Read>, Box<Diagnostic>> {
    if png::is_png(&bytes) {
        // An image is not an output, so the card goes to the default path.
        return Ok(vec![agents::card_in_image(path, &png::card(path, &bytes)?)]);
    }
    let text = utf8(path, bytes)?;
    let extension = path.extension().map(str::to_lowercase);
    match extension.as_deref() {
        _ if path.file_name() == Some(MODES) => modes::modes(path, &modes::read(path, &text)?),
        Some("json") => match json(path, &text)? {
            Yaml::Map(values) if modes::has_modes(&values) => modes::modes(path, &values),
            value => Ok(vec![agents::card(path, inside, &value, &text)]),
        },
        Some("yaml" | "yml") => modes::modes(path, &modes::read(path, &text)?),
        Some("toml") => Ok(vec![agents::toml(path, inside, &text)]),
        _ => {
            // A program looks for its outputs under other names now.
            let inside = inside.filter(|_| Target::formerly_named(path).is_none());
            Ok(vec![Ok(Input { path: path.to_owned(), inside, text, given: None })])
        }
    }
}

/// Reads JSON.
fn json(path: &Utf8Path, text: &str) -> Result<Yaml, Box<Diagnostic>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    serde_json::from_str(text).map_err(|error| {
        let message = format!("{path} is not valid JSON: {error}");
        refusal(codes::SYNTAX, message, "save the file again with the program that made it")
    })
}

/// A finding that refuses a file.
fn refusal(code: &'static Code, message: String, help: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::new(code, message).help(help.to_owned()))
}

/// A note that a part of a file is not imported.
fn left_out(severity: Severity, message: String) -> Diagnostic {
    Diagnostic { severity, ..Diagnostic::new(codes::LOSS, message) }
}

/// Returns the string at a key; empty if the key is missing or null.
///
/// # Errors
/// If it has another type.
fn string(path: &Utf8Path, values: &Mapping, at: &str, key: &str) -> Result<String, Box<Diagnostic>> {
    match values.iter().find(|(other, _)| other == key).map(|(_, value)| value) {
        None | Some(Yaml::Null) => Ok(String::new()),
        Some(Yaml::String(text)) => Ok(normalized(text)),
        Some(_) => {
            let message = format!("`{at}{key}` in {path} is not a string");
            Err(refusal(codes::WRONG_TYPE, message, "write a string there"))
        }
    }
}

/// As [`string`], for a key that must have a text.
fn required(path: &Utf8Path, values: &Mapping, at: &str, key: &str) -> Result<String, Box<Diagnostic>> {
    let text = string(path, values, at, key)?;
    if text.trim().is_empty() {
        let message = format!("`{at}{key}` is missing in {path}");
        return Err(refusal(codes::MISSING_KEY, message, "add it to the file"));
    }
    Ok(text)
}

impl Input {
    /// The path for messages about the text: that of the file, with the part that holds the text.
    pub(crate) fn shown_path(&self) -> Utf8PathBuf {
        match &self.given {
            Some(given) => format!("{}#{}", self.path, given.part).into(),
            None => self.path.clone(),
        }
    }

    /// The declared name of a document from a file of data.
    pub(super) fn given_name(&self) -> Option<&str> {
        self.given.as_ref().map(|given| given.name.as_str())
    }

    /// The values of a document whose target is data.
    pub(super) fn values(&self) -> Option<&[(&'static str, Datum)]> {
        self.given.as_ref()?.values.as_deref()
    }
}
