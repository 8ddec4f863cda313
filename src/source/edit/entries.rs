//! Entries of tables: put in, taken out, and put into another order.

use toml_edit::{ArrayOfTables, Decor, DocumentMut, Item, Table, TableLike, Value};

use super::{EditError, edit, set};

/// Where a new entry stands among those of its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place<'p> {
    /// Before all others.
    First,
    /// After all others.
    Last,
    /// Straight after the entry of this key.
    After(&'p str),
    /// Straight before the entry of this key.
    Before(&'p str),
}

/// Sets a key, given by the tables that lead to it, to a value written as in TOML. Tables that are not
/// there are made; comments around a value that is there stay.
///
/// # Errors
/// If the text is not TOML, `value` is no value of TOML, or something on the way is no table.
pub fn set_path(text: &str, tables: &[&str], key: &str, value: &str) -> Result<String, EditError> {
    let value: Value = value.parse()?;
    edit(text, |document| {
        let table = open(document, tables)?;
        set(table, key, value);
        Ok(())
    })
}

/// Puts an entry into a table, given by the tables that lead to it, at a place among those that are
/// there. An entry of this key is replaced.
///
/// # Errors
/// As [`set_path`].
pub fn insert(
    text: &str,
    tables: &[&str],
    place: Place<'_>,
    key: &str,
    value: &str,
) -> Result<String, EditError> {
    let value: Value = value.parse()?;
    edit(text, |document| {
        let table = open(document, tables)?;
        set(table, key, value);
        seat(table, place, key);
        Ok(())
    })
}

/// Puts an entry of one table into another, each given by the tables that lead to it, with the comments
/// about it. It is `value` there.
///
/// # Errors
/// As [`set_path`], or if there is no such entry.
pub fn relocate(
    text: &str,
    (from, key): (&[&str], &str),
    to: &[&str],
    place: Place<'_>,
    value: &str,
) -> Result<String, EditError> {
    let mut value: Value = value.parse()?;
    edit(text, |document| {
        let (comments, old) = take(document, from, key)?;
        if let Some(old) = old.as_value() {
            *value.decor_mut() = old.decor().clone();
        }
        prune(document, from);
        let table = open(document, to)?;
        table.insert(key, Item::Value(value));
        if let (Some(comments), Some(mut key)) = (comments, table.key_mut(key)) {
            *key.leaf_decor_mut() = comments;
        }
        seat(table, place, key);
        Ok(())
    })
}

/// Puts an entry of a table at a place among the others.
fn seat(table: &mut dyn TableLike, place: Place<'_>, key: &str) {
    let mut order: Vec<String> =
        table.iter().map(|(name, _)| name.to_owned()).filter(|name| name != key).collect();
    let at = match place {
        Place::First => 0,
        Place::Last => order.len(),
        Place::After(other) => order.iter().position(|name| name == other).map_or(order.len(), |at| at + 1),
        Place::Before(other) => order.iter().position(|name| name == other).unwrap_or(order.len()),
    };
    order.insert(at, key.to_owned());
    sort(table, &order);
}

/// Puts the entries of a table that `order` names into its order; the others keep their places.
///
/// # Errors
/// As [`set_path`].
pub fn reorder(text: &str, tables: &[&str], order: &[&str]) -> Result<String, EditError> {
    edit(text, |document| {
        let table = open(document, tables)?;
        let mut named = order.iter().filter(|name| table.contains_key(name)).collect::<Vec<_>>().into_iter();
        let all: Vec<String> = table
            .iter()
            .map(|(name, _)| match order.contains(&name) {
                true => named.next().map_or_else(|| name.to_owned(), |name| (*name).to_owned()),
                false => name.to_owned(),
            })
            .collect();
        sort(table, &all);
        Ok(())
    })
}

/// Takes a key out of a table, given by the tables that lead to it, with the comments of its own. A
/// table that nothing is left in goes too.
///
/// # Errors
/// If the text is not TOML, or there is no such key.
pub fn remove(text: &str, tables: &[&str], key: &str) -> Result<String, EditError> {
    edit(text, |document| {
        drop(take(document, tables, key)?);
        prune(document, tables);
        Ok(())
    })
}

/// Takes a key out of a table as [`remove`] does; a table that nothing is left in stays.
///
/// # Errors
/// As [`remove`].
pub fn unset(text: &str, tables: &[&str], key: &str) -> Result<String, EditError> {
    edit(text, |document| {
        drop(take(document, tables, key)?);
        Ok(())
    })
}

/// Takes an entry out, with the comments about it.
fn take(document: &mut DocumentMut, tables: &[&str], key: &str) -> Result<(Option<Decor>, Item), EditError> {
    let missing = || EditError::Missing(format!("{}.{key}", tables.join(".")));
    let mut table: &mut dyn TableLike = document.as_table_mut();
    for name in tables {
        table = table.get_mut(name).and_then(Item::as_table_like_mut).ok_or_else(missing)?;
    }
    let comments = table.key(key).map(|key| key.leaf_decor().clone());
    let item = table.remove(key).ok_or_else(missing)?;
    let last = table.iter().last().map(|(name, _)| name.to_owned());
    if let Some(value) = last.and_then(|last| table.get_mut(&last)).and_then(Item::as_value_mut)
        && item.as_value().is_some_and(|old| old.decor().suffix().and_then(|raw| raw.as_str()) == Some(" "))
    {
        // The last of an inline table stands before its brace as the one before did.
        value.decor_mut().set_suffix(" ");
    }
    Ok((comments, item))
}

/// Takes away those of the tables on the way to an entry that nothing is left in.
fn prune(document: &mut DocumentMut, tables: &[&str]) {
    for depth in (1..=tables.len()).rev() {
        let mut parent: &mut dyn TableLike = document.as_table_mut();
        for name in &tables[..depth - 1] {
            let Some(table) = parent.get_mut(name).and_then(Item::as_table_like_mut) else { return };
            parent = table;
        }
        let name = tables[depth - 1];
        if !parent.get(name).is_some_and(is_bare) {
            break;
        }
        parent.remove(name);
    }
}

/// Whether a table is empty and has no comment that would be lost with it.
fn is_bare(item: &Item) -> bool {
    let has_comment = item
        .as_table()
        .and_then(|table| table.decor().prefix()?.as_str())
        .is_some_and(|prefix| prefix.contains('#'));
    item.as_table_like().is_some_and(TableLike::is_empty) && !has_comment
}

/// Adds a `[[remove]]` of an address to a profile.
///
/// # Errors
/// If the text is not TOML, or its `remove` is no array of tables.
pub fn remove_address(text: &str, target: &str, reason: &str) -> Result<String, EditError> {
    edit(text, |document| {
        let mut table = Table::new();
        table.insert("target", toml_edit::value(target));
        table.insert("reason", toml_edit::value(reason));
        match document.entry("remove").or_insert(Item::ArrayOfTables(ArrayOfTables::new())) {
            Item::ArrayOfTables(tables) => tables.push(table),
            Item::Value(Value::Array(array)) => array.push(table.into_inline_table()),
            _ => return Err(EditError::NotATable("remove".to_owned())),
        }
        Ok(())
    })
}

/// The table that some tables lead to; those that are not there are made.
fn open<'d>(document: &'d mut DocumentMut, tables: &[&str]) -> Result<&'d mut dyn TableLike, EditError> {
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
            .ok_or_else(|| EditError::NotATable(tables[..=depth].join(".")))?;
    }
    Ok(table)
}

/// Puts the entries of a table into an order that names all of them.
fn sort(table: &mut dyn TableLike, order: &[String]) {
    let rank = |key: &str| order.iter().position(|name| name == key);
    // A table keeps its entries in the order in which they came in, so each goes out and in again.
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
    use super::*;

    const TEXT: &str =
        "# about\nkind = \"rules\"\n\n[never]\n# first\na = \"x\" # one\nb = \"y\"\n\n[must]\nc = \"z\"\n";

    #[test]
    fn a_new_entry_stands_where_it_was_put_and_the_rest_stays() {
        let inserted = |place| insert(TEXT, &["never"], place, "n", "\"new\"").unwrap();
        let expected = TEXT.replace("b = ", "n = \"new\"\nb = ");
        assert_eq!(inserted(Place::After("a")), expected);
        assert_eq!(inserted(Place::Before("b")), expected);
        assert_eq!(inserted(Place::Last), TEXT.replace("\n\n[must]", "\nn = \"new\"\n\n[must]"));
        let new = insert(TEXT, &["always"], Place::Last, "n", "{ text = \"t\", why = \"w\" }").unwrap();
        assert_eq!(new, format!("{TEXT}\n[always]\nn = {{ text = \"t\", why = \"w\" }}\n"));
        let inline =
            insert("items = { a = \"x\", b = \"y\" }\n", &["items"], Place::After("a"), "n", "\"m\"");
        assert_eq!(inline.unwrap(), "items = { a = \"x\", n = \"m\", b = \"y\" }\n");
        let dotted =
            insert("items.a = \"x\"\nitems.b = \"y\"\n", &["items"], Place::After("a"), "n", "\"m\"");
        assert_eq!(dotted.unwrap(), "items.a = \"x\"\nitems.n = \"m\"\nitems.b = \"y\"\n");
    }

    #[test]
    fn an_entry_goes_with_its_comments_and_an_empty_table_with_it() {
        let one = remove(TEXT, &["never"], "b").unwrap();
        assert_eq!(one, TEXT.replace("b = \"y\"\n", ""));
        let table = remove(TEXT, &["must"], "c").unwrap();
        assert_eq!(table, TEXT.replace("\n[must]\nc = \"z\"\n", ""));
        assert!(remove(TEXT, &["never"], "z").is_err());
    }

    #[test]
    fn an_entry_takes_its_comments_to_another_table() {
        let moved = relocate(TEXT, (&["never"], "a"), &["must"], Place::First, "'x'").unwrap();
        let expected =
            TEXT.replace("# first\na = \"x\" # one\n", "").replace("c = ", "# first\na = 'x' # one\nc = ");
        assert_eq!(moved, expected);
        assert!(relocate(TEXT, (&["never"], "z"), &["must"], Place::First, "'x'").is_err());
    }

    #[test]
    fn tables_are_made_on_the_way_and_keys_change_in_place() {
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
        assert_eq!(reorder(TEXT, &["never"], &["b", "a"]).unwrap(), expected);
    }
}
