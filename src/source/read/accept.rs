//! Reading of `[[accept]]`: pairs of similar entries that are meant as they are.

use toml::de::DeTable;

use super::profile::{no_reason, read_seen};
use super::reader::{Reader, Value};
use crate::model::{Acceptance, Span, Text, codes};

const KEYS: [&str; 3] = ["sides", "seen", "reason"];

pub(super) fn read(reader: &mut Reader, value: &Value<'_>) -> Vec<Acceptance> {
    let tables = reader.tables("`accept`", value);
    tables.into_iter().filter_map(|(span, table)| read_one(reader, span, table)).collect()
}

fn read_one(reader: &mut Reader, span: Span, table: &DeTable<'_>) -> Option<Acceptance> {
    let (mut sides, mut seen, mut reason) = (None, None, None);
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "sides" => sides = read_sides(reader, value),
            "seen" => seen = read_seen(reader, value),
            "reason" => reason = reader.filled("`reason`", value),
            _ => reader.unknown_key(key, "`[[accept]]`", KEYS),
        }
    }
    if reason.is_none() {
        no_reason(reader, "this acceptance", span);
    }
    if !table.iter().any(|(key, _)| key.get_ref() == "sides") {
        reader.missing("sides", "`[[accept]]`", span, None);
    }
    Some(Acceptance { sides: sides?, seen, reason, span })
}

fn read_sides(reader: &mut Reader, value: &Value<'_>) -> Option<[Text; 2]> {
    let before = reader.findings.len();
    let sides = reader.distinct("`sides`", value);
    if reader.findings.len() > before {
        return None;
    }
    let help = "write both as SOURCE:ADDRESS, e.g. \"rules/sql-safety:rules.select-star\"".to_owned();
    if let Some(side) = sides.iter().find(|side| !side.value.contains(':')) {
        let message = format!("`{}` names no entry of a source", side.value);
        reader.error(codes::BAD_VALUE, message, side.span, Some(help));
        return None;
    }
    let count = sides.len();
    match <[Text; 2]>::try_from(sides) {
        Ok(sides) => Some(sides),
        Err(_) => {
            let message = format!("`sides` names {count}, and an acceptance is about two");
            reader.error(codes::BAD_VALUE, message, reader.span(value), Some(help));
            None
        }
    }
}
