//! Reads `[layout]`.

use toml::de::{DeTable, DeValue};

use super::Value;
use super::body::Claims;
use super::reader::{Key, Reader};
use crate::model::grammar::{self, Keys as _, Profile};
use crate::model::{Address, Content, Force, LAYOUT, LayoutKey, Level, address, codes, is_id, layout_key};

/// The maximum number of parts in the address of a place: section, group and entry.
const MAX_DEPTH: usize = 3;

/// Reads `[layout]`. A table in it is a place; any other value is a setting.
pub(super) fn read(reader: &mut Reader, claims: &mut Claims, value: &Value<'_>) {
    if let Some(table) = reader.table(Profile::Layout.shown(), value) {
        read_place(reader, claims, "", table);
    }
}

fn read_place(reader: &mut Reader, claims: &mut Claims, place: &str, table: &DeTable<'_>) {
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        match value.get_ref() {
            DeValue::Table(below) => {
                let depth = address::parts(place).count();
                if depth == MAX_DEPTH || !is_id(name) {
                    let message = format!(
                        "`{}` is not a valid address for layout",
                        Address::Layout { place, key: name }
                    );
                    let help = "use `KIND`, `KIND.GROUP`, `KIND.ID` or `KIND.GROUP.ID`".to_owned();
                    reader.error(codes::BAD_NAME, message, reader.key_span(key), Some(help));
                    continue;
                }
                let below_place = address::below(place, name);
                read_place(reader, claims, &below_place, below);
            }
            _ => read_setting(reader, claims, place, key, value),
        }
    }
}

fn read_setting(reader: &mut Reader, claims: &mut Claims, place: &str, key: &Key<'_>, value: &Value<'_>) {
    let name = key.get_ref().as_ref();
    let header = |place: &str| format!("`{}`", grammar::header([Profile::Layout.name(), place]));
    let shown = header(place);
    let fits = |key: &&LayoutKey| key.reach.fits(place.is_empty());
    let Some(known) = layout_key(name).filter(fits) else {
        if layout_key(name).is_some() {
            let message = format!("`{name}` is not allowed in {shown}");
            let help = match place {
                "" => format!("it applies to one place: move it to {}", header("KIND")),
                _ => format!("it applies to the whole document: move it to {}", header("")),
            };
            return reader.error(codes::UNKNOWN_KEY, message, reader.key_span(key), Some(help));
        }
        let names = LAYOUT.iter().filter(fits).map(|key| key.name);
        return reader.unknown_key(key, value, &shown, names);
    };
    let address = Address::Layout { place, key: name }.to_buf();
    let what = format!("`{address}`");
    let Some(datum) = reader.datum(&what, value) else { return };
    if let Some(expected) = known.value.objection(&datum) {
        let message = format!("{what} must be {expected}");
        return reader.error(codes::BAD_VALUE, message, reader.span(value), None);
    }
    if place.is_empty() && Force::from_name(name).is_some() && datum.as_str() == Some("") {
        let message = format!("{what} must not be empty here, because its rules would lose their force");
        let help = format!("set it for a list whose title names the force: {}", header("KIND.GROUP"));
        return reader.error(codes::BAD_VALUE, message, reader.span(value), Some(help));
    }
    let (key, span) = (reader.key_span(key), reader.span(value));
    claims.add(address, Level::Normal, Content::Setting(datum), key, span);
}
