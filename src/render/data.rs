//! Outputs that are data, not Markdown: the values of a persona and its body in TOML or JSON.

use std::borrow::Cow;

use super::document::Document;
use super::front_matter::{Known, Plain, known};
use super::markdown::body_alone;
use crate::compose::{Persona, TargetSettings};
use crate::model::{Datum, Envelope};
use crate::text::toml_escapes::{escape, is_literal};

/// Appends a persona as TOML; the body is the last key. See <https://toml.io/en/v1.0.0#string>.
pub(super) fn toml<'a>(
    document: &mut Document<'a>,
    body_key: &str,
    id: &str,
    persona: &Persona<'a>,
    settings: &TargetSettings<'a>,
) {
    for Known { key, value, attribution, .. } in &known(id, persona, settings) {
        document.push(&format!("{key} = {}\n", toml_value(value)), *attribution);
    }
    let body = body_alone(persona);
    // A literal string has no escapes, so each line of the body is a line of the file.
    let is_plain = !body.text().contains("'''") && body.text().chars().all(is_literal);
    let quotes = if is_plain { "'''" } else { "\"\"\"" };
    document.layout(&format!("{body_key} = {quotes}\n"));
    document.append(&body, |text| match is_plain {
        true => Cow::Borrowed(text),
        false => Cow::Owned(escaped(text, true)),
    });
    document.layout(&format!("{quotes}\n"));
}

/// A value on one line.
fn toml_value(datum: &Datum) -> String {
    let value =
        toml::Value::try_from(Plain(datum)).unwrap_or_else(|_| toml::Value::String(datum.to_string()));
    match &value {
        toml::Value::String(text) => format!("\"{}\"", escaped(text, false)),
        _ => value.to_string(),
    }
}

/// The text in a basic string.
fn escaped(text: &str, keep_lines: bool) -> String {
    let letter = |letter| escape(letter, keep_lines).unwrap_or_else(|| letter.to_string().into());
    text.chars().map(letter).collect()
}

/// Appends a persona as JSON, a line for each of its keys.
pub(super) fn json<'a>(
    document: &mut Document<'a>,
    envelope: &Envelope,
    id: &str,
    persona: &Persona<'a>,
    settings: &TargetSettings<'a>,
) {
    let known = known(id, persona, settings);
    document.layout("{\n");
    for (key, value) in envelope.marks {
        document.layout(&format!("  {}: {},\n", string(key), string(value)));
    }
    document.layout(&format!("  {}: {{\n", string(envelope.within)));
    let body = settings.body_key().unwrap_or_default();
    let usual = settings.target.keys.iter().filter(|key| key.is_always_written && key.name != body);
    let missing = usual.filter(|key| !known.iter().any(|known| known.key == key.name));
    for Known { key, value, attribution, .. } in &known {
        document.push(&format!("    {}: {},\n", string(key), serde_json::json!(Plain(value))), *attribution);
    }
    for key in missing {
        let empty = key.value.empty();
        document.layout(&format!("    {}: {},\n", string(key.name), serde_json::json!(Plain(&empty))));
    }
    document.layout(&format!("    {}: \"", string(body)));
    document.append(&body_alone(persona), |text| Cow::Owned(within_string(text)));
    document.layout("\"\n  }\n}\n");
}

/// A string of JSON with its quotes.
pub(super) fn string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A string of JSON without its quotes.
pub(super) fn within_string(text: &str) -> String {
    let quoted = string(text);
    quoted[1..quoted.len() - 1].to_owned()
}
