//! Renames entries where a file refers to them: in layout, anchors, removals and resolutions.

use std::collections::BTreeMap;

use toml_edit::{DocumentMut, Formatted, Item, TableLike, Value};

use super::comments::{leave, table_at, take};
use super::decisions::{REMOVE, RESOLVE, is_at, is_of, tables};
use super::locate::{list_tables, section_tables};
use super::{EditError, entries, layout_tables, list_literal};
use crate::model::address;
use crate::model::grammar::{Entries, Entry, Remove, Resolve};
use crate::model::layout_keys::ORDER;

/// New ids by old id.
pub(crate) type Renames = BTreeMap<String, String>;

/// Renames entries of a list wherever the file refers to them: in layout, removals, resolutions and anchors.
pub(super) fn rename(document: &mut DocumentMut, list: &str, renames: &Renames) {
    if let Some(table) = table_at(document, &layout_tables(list)) {
        rename_keys(table, renames);
    }
    for (array, key) in [(REMOVE, Remove::Target.name()), (RESOLVE, Resolve::At.name())] {
        tables(document, array).into_iter().flatten().for_each(|table| {
            if let Some(value) = table.get_mut(key).and_then(Item::as_value_mut) {
                let address = value.as_str().unwrap_or_default();
                let id = Some(address::id(address)).filter(|_| address::list(address) == list);
                if let Some(new) = id.and_then(|id| renames.get(id)) {
                    replace_string(value, &address::below(list, new));
                }
            }
        });
    }
    for part in Entries::all() {
        let own = list_tables(list, part.part());
        for tables in [[section_tables(list), own.clone()].concat(), own] {
            let Some(entries) = table_at(document, &tables) else { continue };
            for (_, item) in entries.iter_mut() {
                let Some(entry) = item.as_table_like_mut() else { continue };
                for key in [Entry::Before.name(), Entry::After.name(), Entry::Under.name()] {
                    match entry.get_mut(key).and_then(Item::as_value_mut) {
                        Some(Value::Array(array)) => {
                            array.iter_mut().for_each(|value| rename_anchor(value, renames))
                        }
                        Some(value) => rename_anchor(value, renames),
                        None => {}
                    }
                }
            }
        }
    }
}

fn rename_anchor(value: &mut Value, renames: &Renames) {
    let anchor = value.as_str().unwrap_or_default().to_owned();
    let (id, mark) = anchor.strip_suffix('?').map_or((anchor.as_str(), ""), |id| (id, "?"));
    if let Some(new) = renames.get(id) {
        replace_string(value, &format!("{new}{mark}"));
    }
}

/// Replaces a string, keeping the comments and spaces around it.
pub(super) fn replace_string(value: &mut Value, text: &str) {
    let decor = value.decor().clone();
    *value = Value::String(Formatted::new(text.to_owned()));
    *value.decor_mut() = decor;
}

/// Renames keys of a table without moving them.
fn rename_keys(table: &mut dyn TableLike, renames: &Renames) {
    let keys: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).collect();
    if !keys.iter().any(|key| renames.contains_key(key)) {
        return;
    }
    let mut entries = Vec::new();
    for key in keys {
        let decor = table.key(&key).map(|key| (key.leaf_decor().clone(), key.dotted_decor().clone()));
        if let (Some(decor), Some(item)) = (decor, table.remove(&key)) {
            entries.push((renames.get(&key).cloned().unwrap_or(key), decor, item));
        }
    }
    for (key, (leaf, dotted), item) in entries {
        table.insert(&key, item);
        if let Some(mut key) = table.key_mut(&key) {
            *key.leaf_decor_mut() = leaf;
            *key.dotted_decor_mut() = dotted;
        }
    }
}

/// Renames a side of a resolution or removal.
pub(super) fn rename_side(document: &mut DocumentMut, at: &str, old: &str, new: &str) {
    for table in tables(document, RESOLVE).into_iter().flatten().filter(|table| is_at(*table, at)) {
        if let Some(take) = table.get_mut(Resolve::Take.name()).and_then(Item::as_value_mut)
            && take.as_str() == Some(old)
        {
            replace_string(take, new);
        }
        rename_seen(table, Resolve::Seen.name(), old, new);
    }
    for table in tables(document, REMOVE).into_iter().flatten().filter(|table| is_of(*table, at)) {
        rename_seen(table, Remove::Seen.name(), old, new);
    }
}

fn rename_seen(table: &mut dyn TableLike, key: &str, old: &str, new: &str) {
    if let Some(seen) = table.get_mut(key).and_then(Item::as_table_like_mut) {
        rename_keys(seen, &Renames::from([(old.to_owned(), new.to_owned())]));
    }
}

/// Sets the `order` of a list in the layout, or removes it.
pub(super) fn set_order(
    document: &mut DocumentMut,
    list: &str,
    order: Option<&[String]>,
) -> Result<(), EditError> {
    let mut keys = layout_tables(list);
    if let Some(order) = order {
        return entries::set_key(
            document,
            &keys,
            ORDER.name,
            &list_literal(order.iter().map(String::as_str)),
        );
    }
    keys.push(ORDER.name.to_owned());
    if let Some(taken) = take(document, &keys, true).ok().filter(|taken| !taken.comments.is_empty()) {
        leave(document, None, &format!("{}\n\n", taken.comments.join("\n")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{SourceEdit, apply, keys};
    use super::*;

    #[test]
    fn a_new_id_replaces_the_old_one_everywhere() {
        let text =
            "[layout.rules]\nold.gap = 2 # wide\norder = [\"x\"]\n\n[layout.rules.old]\nbullet = \"* \"\n";
        let renames = Renames::from([("old".to_owned(), "new".to_owned())]);
        let renamed = |text: &str| {
            apply(text, &[SourceEdit::Rename { list: "rules".to_owned(), ids: renames.clone() }]).unwrap()
        };
        assert!(apply(text, &[]).is_err(), "a table cannot be defined twice");
        let dotted = "[layout.rules]\nold.gap = 2 # wide\nx.gap = 1\n";
        assert_eq!(renamed(dotted), dotted.replace("old", "new"));
        let table = "[layout.rules.old]\nbullet = \"* \"\n\n[[remove]]\ntarget = \"rules.old\" # gone\n";
        assert_eq!(renamed(table), table.replace("old", "new"));
        let anchors = "[never]\na = { text = \"x\", after = \"old\", before = [\"old?\", \"b\"] }\n";
        assert_eq!(renamed(anchors), anchors.replace("old", "new"));
        assert_eq!(renamed("[[remove]]\ntarget = \"voice.old\"\n"), "[[remove]]\ntarget = \"voice.old\"\n");
    }

    #[test]
    fn renamed_sides_are_renamed_in_decisions() {
        let text = "[[resolve]]\nat = \"rules.a\"\ntake = \"x/y\"\nseen = { \"x/y\" = \"12\", \"z/z\" = \"34\" } # pinned\n";
        let [at, old, new] = ["rules.a", "x/y", "n/n"].map(str::to_owned);
        let changed = apply(text, &[SourceEdit::RenameSide { at, old, new }]).unwrap();
        assert_eq!(changed, text.replace("x/y", "n/n"));
    }

    #[test]
    fn orders_are_set_and_removed() {
        let ordered = |text: &str, order: Option<&[&str]>| {
            let order = order.map(keys);
            apply(text, &[SourceEdit::Order { list: "rules.g".to_owned(), order }]).unwrap()
        };
        let set = ordered("use = [\"a\"]\n", Some(&["b", "a"]));
        assert_eq!(set, "use = [\"a\"]\n\n[layout.rules.g]\norder = [\"b\", \"a\"]\n");
        assert_eq!(ordered(&set, None), "use = [\"a\"]\n");
        let noted = "[layout]\nend = \"\"\n\n[layout.rules.g]\n# so they want it\norder = [\"a\"]\n";
        assert!(ordered(noted, None).contains("# so they want it"));
    }
}
