//! Reads `[[accept]]`: pairs of similar entries that are intended.

use toml::de::DeTable;

use super::Value;
use super::profile::{no_reason, read_seen};
use super::reader::Reader;
use crate::model::grammar::{Accept, Config, Keys as _};
use crate::model::{Acceptance, Span, Text, codes};

pub(super) fn read(reader: &mut Reader, value: &Value<'_>) -> Vec<Acceptance> {
    let tables = reader.tables(Config::Accept.shown(), value);
    tables.into_iter().filter_map(|(span, table)| read_one(reader, span, table)).collect()
}

fn read_one(reader: &mut Reader, span: Span, table: &DeTable<'_>) -> Option<Acceptance> {
    let (mut sides, mut seen, mut reason) = (None, None, None);
    for (key, value) in table {
        let Some(known) = reader.known::<Accept>(key, value) else { continue };
        match known {
            Accept::Sides => sides = read_sides(reader, known.shown(), value),
            Accept::Seen => seen = read_seen(reader, known.shown(), value),
            Accept::Reason => reason = reader.filled(known.shown(), value),
        }
    }
    if reason.is_none() {
        no_reason(reader, "this acceptance", span);
    }
    reader.required::<Accept>(table, Accept::PLACE, span);
    Some(Acceptance { sides: sides?, seen, reason, span })
}

fn read_sides(reader: &mut Reader, what: &str, value: &Value<'_>) -> Option<[Text; 2]> {
    let before = reader.findings.len();
    let sides = reader.distinct(what, value);
    if reader.findings.len() > before {
        return None;
    }
    let help = "write both as SOURCE:ADDRESS, e.g. \"rules/sql-safety:rules.select-star\"".to_owned();
    if let Some(side) = sides.iter().find(|side| !side.value.contains(':')) {
        let message = format!("`{}` does not name an entry", side.value);
        reader.error(codes::BAD_VALUE, message, side.span, Some(help));
        return None;
    }
    let count = sides.len();
    match <[Text; 2]>::try_from(sides) {
        Ok(sides) => Some(sides),
        Err(_) => {
            let message = format!("{what} must name two entries, not {count}");
            reader.error(codes::BAD_VALUE, message, reader.span(value), Some(help));
            None
        }
    }
}
