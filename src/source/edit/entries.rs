//! Inserts, moves and sorts entries of tables.

use toml_edit::{DocumentMut, Item, Table, TableLike, Value};

use super::comments::{add, take};
use super::{EditError, Keys, dotted};

/// The position of an entry in its table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// Before all others.
    First,
    /// After all others.
    Last,
    /// Directly after this key.
    After(String),
    /// Directly before this key.
    Before(String),
}

impl Place {
    /// The position directly after an entry.
    pub(crate) fn after(key: &str) -> Self {
        Place::After(key.to_owned())
    }

    /// The position directly before an entry.
    pub(crate) fn before(key: &str) -> Self {
        Place::Before(key.to_owned())
    }
}

/// Sets a key. If it exists, the comments around it stay.
pub(super) fn set(table: &mut dyn TableLike, key: &str, value: impl Into<Value>) {
    let mut value = value.into();
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) => {
            *value.decor_mut() = old.decor().clone();
            *old = value;
        }
        None => drop(table.insert(key, Item::Value(value))),
    }
}

pub(super) fn set_key(
    document: &mut DocumentMut,
    tables: &[String],
    key: &str,
    value: &str,
) -> Result<(), EditError> {
    let value: Value = value.parse()?;
    set(open(document, tables)?, key, value);
    Ok(())
}

/// Moves an entry with its comments.
pub(super) fn relocate(
    document: &mut DocumentMut,
    from: &Keys,
    to: &[String],
    place: &Place,
    value: &str,
) -> Result<(), EditError> {
    let mut value: Value = value.parse()?;
    let taken = take(document, from, true)?;
    let Some(key) = from.last() else { return Ok(()) };
    if let Some(comment) = &taken.trailing {
        value.decor_mut().set_suffix(format!(" {comment}"));
    }
    open(document, to)?.insert(key, Item::Value(value));
    let mut keys = to.to_vec();
    keys.push(key.clone());
    add(document, &keys, &taken.comments);
    put_at(document, to, place, key)
}

/// Moves an entry to a position in its table.
pub(super) fn put_at(
    document: &mut DocumentMut,
    tables: &[String],
    place: &Place,
    key: &str,
) -> Result<(), EditError> {
    let table = open(document, tables)?;
    let mut order: Vec<String> =
        table.iter().map(|(name, _)| name.to_owned()).filter(|name| name != key).collect();
    let position = |other: &String| order.iter().position(|name| name == other);
    let at = match place {
        Place::First => 0,
        Place::Last => order.len(),
        Place::After(other) => position(other).map_or(order.len(), |at| at + 1),
        Place::Before(other) => position(other).unwrap_or(order.len()),
    };
    order.insert(at, key.to_owned());
    sort(table, &order);
    Ok(())
}

/// Sorts the entries in `order`; the others keep their positions.
pub(super) fn reorder(
    document: &mut DocumentMut,
    tables: &[String],
    order: &[String],
) -> Result<(), EditError> {
    let table = open(document, tables)?;
    let mut named = order.iter().filter(|name| table.contains_key(name)).collect::<Vec<_>>().into_iter();
    let all: Vec<String> = table
        .iter()
        .map(|(name, _)| match order.iter().any(|other| other == name) {
            true => named.next().map_or_else(|| name.to_owned(), String::clone),
            false => name.to_owned(),
        })
        .collect();
    sort(table, &all);
    Ok(())
}

/// Returns the table at a path, creating missing tables.
fn open<'d>(document: &'d mut DocumentMut, tables: &[String]) -> Result<&'d mut dyn TableLike, EditError> {
    let mut table: &mut dyn TableLike = document.as_table_mut();
    for (depth, name) in tables.iter().enumerate() {
        if !table.contains_key(name) {
            let mut new = Table::new();
            new.set_implicit(depth + 1 < tables.len());
            table.insert(name, Item::Table(new));
        }
        table = table
            .get_mut(name)
            .and_then(Item::as_table_like_mut)
            .ok_or_else(|| EditError::NotATable(dotted(&tables[..=depth])))?;
    }
    Ok(table)
}

/// Sorts a table. `order` names all of its entries.
fn sort(table: &mut dyn TableLike, order: &[String]) {
    let rank = |key: &str| order.iter().position(|name| name == key);
    // A table iterates in order of insertion, so every entry is removed and inserted again.
    let mut entries = Vec::new();
    let mut keys: Vec<String> = table.iter().map(|(name, _)| name.to_owned()).collect();
    let is_sorted = keys.is_sorted_by_key(|key| rank(key));
    if is_sorted {
        return;
    }
    keys.sort_by_key(|key| rank(key));
    for key in &keys {
        let decor = table.key(key).map(|key| key.leaf_decor().clone());
        if let Some(item) = table.remove(key) {
            entries.push((key, decor, item));
        }
    }
    for (key, decor, item) in entries {
        table.insert(key, item);
        if let (Some(decor), Some(mut key)) = (decor, table.key_mut(key)) {
            *key.leaf_decor_mut() = decor;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{SourceEdit, apply, keys};
    use super::*;

    fn insert(
        text: &str,
        tables: &[&str],
        place: Place,
        key: &str,
        value: &str,
    ) -> Result<String, EditError> {
        apply(text, &[SourceEdit::insert(tables, place, key, value)])
    }

    fn set_path(text: &str, tables: &[&str], key: &str, value: &str) -> Result<String, EditError> {
        apply(text, &[SourceEdit::set(tables, key, value)])
    }

    fn remove(text: &str, tables: &[&str], key: &str) -> Result<String, EditError> {
        apply(text, &[SourceEdit::remove(tables, key)])
    }

    fn relocate(from: [&str; 2]) -> Result<String, EditError> {
        let (from, to) = (keys(from), keys(["must"]));
        apply(TEXT, &[SourceEdit::Move { from, to, place: Place::First, value: "'x'".to_owned() }])
    }

    const TEXT: &str =
        "# about\nkind = \"rules\"\n\n[never]\n# first\na = \"x\" # one\nb = \"y\"\n\n[must]\nc = \"z\"\n";

    #[test]
    fn a_new_entry_is_inserted_at_its_position_and_the_rest_stays() {
        let inserted = |place| insert(TEXT, &["never"], place, "n", "\"new\"").unwrap();
        let expected = TEXT.replace("b = ", "n = \"new\"\nb = ");
        assert_eq!(inserted(Place::after("a")), expected);
        assert_eq!(inserted(Place::before("b")), expected);
        assert_eq!(inserted(Place::Last), TEXT.replace("\n\n[must]", "\nn = \"new\"\n\n[must]"));
        let new = insert(TEXT, &["always"], Place::Last, "n", "{ text = \"t\", why = \"w\" }").unwrap();
        assert_eq!(new, format!("{TEXT}\n[always]\nn = {{ text = \"t\", why = \"w\" }}\n"));
        let inline =
            insert("items = { a = \"x\", b = \"y\" }\n", &["items"], Place::after("a"), "n", "\"m\"");
        assert_eq!(inline.unwrap(), "items = { a = \"x\", n = \"m\", b = \"y\" }\n");
        let dotted =
            insert("items.a = \"x\"\nitems.b = \"y\"\n", &["items"], Place::after("a"), "n", "\"m\"");
        assert_eq!(dotted.unwrap(), "items.a = \"x\"\nitems.n = \"m\"\nitems.b = \"y\"\n");
    }

    #[test]
    fn an_entry_is_removed_with_its_comments_and_an_emptied_table() {
        let one = remove(TEXT, &["never"], "b").unwrap();
        assert_eq!(one, TEXT.replace("b = \"y\"\n", ""));
        let table = remove(TEXT, &["must"], "c").unwrap();
        assert_eq!(table, TEXT.replace("\n[must]\nc = \"z\"\n", ""));
        assert!(remove(TEXT, &["never"], "z").is_err());
    }

    #[test]
    fn an_entry_moves_to_another_table_with_its_comments() {
        let moved = relocate(["never", "a"]).unwrap();
        let expected =
            TEXT.replace("# first\na = \"x\" # one\n", "").replace("c = ", "# first\na = 'x' # one\nc = ");
        assert_eq!(moved, expected);
        assert!(relocate(["never", "z"]).is_err());
    }

    #[test]
    fn missing_tables_are_created_and_keys_change_in_place() {
        let made = set_path("name = \"A\" # a\n", &["layout", "rules"], "gap", "1").unwrap();
        assert_eq!(made, "name = \"A\" # a\n\n[layout.rules]\ngap = 1\n");
        assert_eq!(set_path(&made, &["layout", "rules"], "gap", "2").unwrap(), made.replace("= 1", "= 2"));
        assert_eq!(set_path(&made, &[], "name", "'B'").unwrap(), made.replace("\"A\"", "'B'"));
        assert!(set_path("name = 1\n", &["name"], "x", "1").is_err());
    }

    #[test]
    fn entries_change_places_with_their_comments() {
        let expected =
            TEXT.replace("# first\na = \"x\" # one\nb = \"y\"\n", "b = \"y\"\n# first\na = \"x\" # one\n");
        assert_eq!(
            apply(TEXT, &[SourceEdit::Reorder { tables: keys(["never"]), order: keys(["b", "a"]) }]).unwrap(),
            expected
        );
    }
}
