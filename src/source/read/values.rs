//! Reads what fragments and profiles share besides their entries: fields, tools and tags.

use toml::de::{DeTable, DeValue};

use super::Value;
use super::body::{Claims, read_level};
use super::reader::{Key, Reader};
use crate::model::grammar::{self, Field, Keys as _, Tools};
use crate::model::{Address, AddressBuf, Content, Datum, Level, Span, codes, is_field_name, is_tool_name};
use crate::text::ids::slug;

/// Reads `[fields]`.
pub(crate) fn read_fields(reader: &mut Reader, claims: &mut Claims, value: &Value<'_>) {
    let Some(fields) = reader.table(grammar::Fragment::Fields.shown(), value) else { return };
    for (key, value) in fields {
        let name = key.get_ref();
        let key_span = reader.key_span(key);
        if !is_field_name(name) {
            let message = format!("`{name}` is not a valid name for a field");
            let suggestion = slug(name).replace('-', "_");
            let help = match is_field_name(&suggestion) {
                true => format!("use lower-case letters, digits and underscores: `{suggestion}`"),
                false => "use lower-case letters, digits and underscores; begin with a letter".to_owned(),
            };
            reader.error(codes::BAD_NAME, message, key_span, Some(help));
            continue;
        }
        let address = Address::Field(name).to_buf();
        let (datum, level) = match value.get_ref() {
            DeValue::Table(table) => read_field_table(reader, &address, key_span, table),
            _ => {
                let help = reader.slipped(key);
                (reader.scalar_but(&format!("`{address}`"), value, help), Level::Normal)
            }
        };
        let Some(datum) = datum else { continue };
        let span = reader.span(value);
        if claims.take(reader, &address, "field", key_span) {
            claims.add(address, level, Content::Field(datum), key_span, span);
        }
    }
}

fn read_field_table(
    reader: &mut Reader,
    address: &AddressBuf,
    key_span: Span,
    table: &DeTable<'_>,
) -> (Option<Datum>, Level) {
    let what = format!("`{address}`");
    let (mut datum, mut level) = (None, Level::Normal);
    for (key, value) in table {
        match reader.known_in(key, value, &what) {
            Some(Field::Value) => datum = reader.scalar(&what, value),
            Some(known @ Field::Level) => level = read_level(reader, known, value),
            None => {}
        }
    }
    reader.required::<Field>(table, &what, key_span);
    (datum, level)
}

/// Adds the claim of a field that has its own key: `name` or `description` of a profile.
pub(crate) fn read_own_field(reader: &mut Reader, claims: &mut Claims, key: &Key<'_>, value: &Value<'_>) {
    let Some(text) = reader.filled(&format!("`{}`", key.get_ref()), value) else { return };
    let address = Address::Field(key.get_ref()).to_buf();
    let key_span = reader.key_span(key);
    if claims.take(reader, &address, "field", key_span) {
        let content = Content::Field(Datum::String(text.value));
        claims.add(address, Level::Normal, content, key_span, text.span);
    }
}

/// Reads `[tools]`.
pub(crate) fn read_tools(reader: &mut Reader, claims: &mut Claims, value: &Value<'_>) {
    let Some(tools) = reader.table(grammar::Fragment::Tools.shown(), value) else { return };
    for (key, value) in tools {
        let Some(known) = reader.known::<Tools>(key, value) else { continue };
        let (key_span, span) = (reader.key_span(key), reader.span(value));
        let tools = reader.distinct(known.shown(), value);
        for tool in &tools {
            if !is_tool_name(&tool.value) {
                let message = format!("`{}` is not a valid tool name", tool.value.escape_debug());
                let help = match tool.value.trim() == tool.value {
                    true => "list each tool as a separate string",
                    false => {
                        "delete the spaces around it, which programs read as part of the name or not at all"
                    }
                };
                let help = help.to_owned();
                reader.error(codes::BAD_VALUE, message, tool.span, Some(help));
            }
        }
        if known == Tools::Allow
            && tools.is_empty()
            && value.get_ref().as_array().is_some_and(|array| array.is_empty())
        {
            let message =
                format!("{} must not be empty: a target without `tools` grants all of them", known.shown());
            let help = format!("list the tools, or delete the key and use `{}`", Tools::Deny.name());
            reader.error(codes::TOOLS_EMPTY, message, span, Some(help));
        }
        let content = match known {
            Tools::Allow => Content::Allow(tools),
            Tools::Deny => Content::Deny(tools),
        };
        let address = match known {
            Tools::Allow => Address::Allow,
            Tools::Deny => Address::Deny,
        };
        claims.add(address.to_buf(), Level::Normal, content, key_span, span);
    }
}

/// Reads `tags`.
pub(crate) fn read_tags(reader: &mut Reader, claims: &mut Claims, key: &Key<'_>, value: &Value<'_>) {
    let tags = reader.distinct(grammar::Fragment::Tags.shown(), value);
    let (key, span) = (reader.key_span(key), reader.span(value));
    claims.add(Address::Tags.to_buf(), Level::Normal, Content::Tags(tags), key, span);
}
