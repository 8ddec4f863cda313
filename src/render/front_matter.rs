//! YAML front matter that every reader reads as meant.

use serde::Serialize;
use serde_yaml::SerializerOptions;

use super::document::{Document, Ink};
use crate::compose::{Origin, Persona, TargetSettings};
use crate::model::{Datum, ToolList};

/// A value of the front matter.
enum Value<'v> {
    Text(String),
    Datum(&'v Datum),
}

impl Serialize for Value<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Text(text) => serializer.serialize_str(text),
            Value::Datum(datum) => Plain(datum).serialize(serializer),
        }
    }
}

/// A datum without its Rust shape: what TOML says, said in YAML.
struct Plain<'d>(&'d Datum);

impl Serialize for Plain<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Datum::String(text) => serializer.serialize_str(text),
            Datum::Integer(number) => serializer.serialize_i64(*number),
            Datum::Float(number) => serializer.serialize_f64(*number),
            Datum::Boolean(truth) => serializer.serialize_bool(*truth),
            Datum::List(items) => serializer.collect_seq(items.iter().map(Plain)),
            Datum::Map(map) => serializer.collect_map(map.iter().map(|(key, value)| (key, Plain(value)))),
        }
    }
}

/// Appends the front matter of a target: `name` (the profile's id), `description`, the tools, and
/// the target's own keys in the order of its table.
pub(super) fn front_matter<'a>(
    document: &mut Document<'a>,
    id: &str,
    persona: &Persona<'a>,
    settings: &TargetSettings<'a>,
) {
    document.layout("---\n");
    document.layout(&line("name", Value::Text(id.to_owned())));
    if let Some(field) = persona.field("description") {
        document.push(&line("description", Value::Text(field.value.to_string())), Ink::from(field.origin));
    }
    let lists = [
        (settings.target.allow, persona.allow.as_deref(), persona.allow_origin),
        (settings.target.deny, Some(&persona.deny[..]), persona.deny_origin),
    ];
    for (key, tools, origin) in lists {
        if let (Some((key, form)), Some(tools @ [_, ..])) = (key, tools) {
            let separator = match form {
                ToolList::Commas => ", ",
                ToolList::Spaces => " ",
            };
            document.push(&line(key, Value::Text(tools.join(separator))), Ink::from(origin));
        }
    }
    for key in settings.target.keys {
        if let Some((datum, origin)) = super::key_value(persona, settings, key.name) {
            document.push(&line(key.name, Value::Datum(datum)), Ink::from(origin));
        }
    }
    document.layout("---\n");
}

/// `key: value` in YAML, with its line break. Strings stay on one line where they can: some readers
/// of front matter know only that form.
fn line(key: &str, value: Value<'_>) -> String {
    let mut options = SerializerOptions::default();
    options.prefer_block_scalars = false;
    let map = std::collections::BTreeMap::from([(key, &value)]);
    serde_yaml::to_string_with_options(&map, options).unwrap_or_else(|_| {
        // JSON is YAML too, and has a form for everything that TOML can say.
        format!("{key}: {}\n", serde_json::json!(value))
    })
}

/// Where a value of the front matter comes from.
pub(super) type Sourced<'p, 'a> = (&'p Datum, Option<Origin<'a>>);
