//! The values of an output that is data, as another program finds them.

use serde_json::{Map, Value};

use crate::model::{BODY, Datum, Form, Target};

/// Returns whether an output has these values of its target's keys, this body, and nothing else.
pub(super) fn are_in(output: &str, target: &Target, values: &[(&'static str, Datum)], body: &str) -> bool {
    let chosen = values.iter().find(|(key, _)| *key == BODY).and_then(|(_, datum)| datum.as_str());
    let Some(key) = target.form.body(chosen) else { return false };
    let found = match target.form {
        Form::Toml(_) => toml::from_str::<Map<String, Value>>(output).ok(),
        Form::Json(envelope) => {
            let Ok(Value::Object(mut top)) = serde_json::from_str(output) else { return false };
            let found = top.shift_remove(envelope.within);
            let is_mark = |(key, mark): &(&str, &str)| top.get(*key).and_then(Value::as_str) == Some(*mark);
            if !envelope.marks.iter().all(is_mark) || top.len() != envelope.marks.len() {
                return false;
            }
            found.and_then(|found| serde_json::from_value(found).ok())
        }
        Form::Markdown | Form::FrontMatter | Form::Structure => return false,
    };
    let written = values.iter().filter(|(key, _)| *key != BODY);
    let mut expected: Map<String, Value> =
        written.map(|(key, datum)| ((*key).to_owned(), json(datum))).collect();
    for key in target.keys.iter().filter(|key| key.is_always_written) {
        expected.entry(key.name).or_insert_with(|| json(&key.value.empty()));
    }
    expected.insert(key.to_owned(), body.into());
    found == Some(expected)
}

/// A value as a reader of JSON finds it.
fn json(datum: &Datum) -> Value {
    match datum {
        Datum::String(text) => text.as_str().into(),
        Datum::Integer(number) => (*number).into(),
        Datum::Float(number) => (*number).into(),
        Datum::Boolean(truth) => (*truth).into(),
        Datum::List(items) => items.iter().map(json).collect(),
        Datum::Map(map) => map.iter().map(|(key, datum)| (key.clone(), json(datum))).collect(),
    }
}
