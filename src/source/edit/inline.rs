//! The parts of a single TOML value.

use std::ops::Range;

use toml_edit::{Document, Item, Table};

use crate::model::grammar::Entry;

/// The key put before a value to make it a document.
const KEY: &str = "x = ";

fn parsed(value: &str) -> Option<Document<String>> {
    format!("{KEY}{value}").parse().ok()
}

fn range(item: &Item) -> Option<Range<usize>> {
    let span = item.span()?;
    Some(span.start - KEY.len()..span.end - KEY.len())
}

/// Returns the range of a value in an inline table, for the first of these keys that it has.
pub(crate) fn key_range(table: &str, keys: &[&str]) -> Option<Range<usize>> {
    let document = parsed(table)?;
    let item = Table::get(&document, "x")?;
    keys.iter().find_map(|key| item.get(key)).and_then(range)
}

/// Returns the range of an item in a list.
pub(crate) fn item_range(list: &str, index: usize) -> Option<Range<usize>> {
    range(parsed(list)?.get("x")?.get(index)?)
}

/// Returns the `text` of an inline entry in TOML, if the entry has no other keys than `text` and `key`.
pub(crate) fn lone_text(entry: &str, key: &str) -> Option<String> {
    let document = parsed(entry)?;
    let table = document.get("x")?.as_inline_table()?;
    let text = Entry::Text.name();
    let is_alone = table.iter().all(|(name, _)| name == key || name == text);
    let span = table.get(text).filter(|_| is_alone)?.span()?;
    entry.get(span.start - KEY.len()..span.end - KEY.len()).map(str::to_owned)
}

/// Returns an inline entry without a key: its text alone if it has no other keys. `None` if it does not have the key.
pub(crate) fn without_key(entry: &str, key: &str) -> Option<String> {
    let document = parsed(entry)?;
    document.get("x")?.get(key)?;
    if let Some(text) = lone_text(entry, key) {
        return Some(text);
    }
    let mut document = document.into_mut();
    document.get_mut("x")?.as_inline_table_mut()?.remove(key);
    Some(document.get("x")?.as_value()?.to_string().trim().to_owned())
}

/// Keys and values as an inline table.
pub(super) fn inline_table<'k>(fields: impl IntoIterator<Item = (&'k str, &'k str)>) -> String {
    let fields: Vec<String> = fields.into_iter().map(|(key, value)| format!("{key} = {value}")).collect();
    if fields.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", fields.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_removed_and_a_lone_text_needs_no_table() {
        let without = |entry: &str| without_key(entry, "force");
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(without("{ force = \"never\", text = 'lend' }"), text("'lend'"));
        assert_eq!(
            without("{ label = \"A\", force = \"never\", text = \"lend\" }"),
            text("{ label = \"A\", text = \"lend\" }")
        );
        assert_eq!(
            without("{ text = \"lend\", force = \"never\", why = \"w\" }"),
            text("{ text = \"lend\", why = \"w\" }")
        );
        assert_eq!((without("\"lend\""), without("{ text = \"lend\" }")), (None, None));
    }
}
