//! Edits the names of fragments in `use` and `drop`.

use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, Value};

use super::comments::{each_table, text_of};
use super::names::replace_string;
use crate::model::grammar::{Drop, Profile};

/// The list of fragments.
const USE: &str = Profile::Use.name();

/// The list of dropped fragments.
const DROP: &str = Profile::Drop.name();

/// The id of a dropped fragment.
const FRAGMENT: &str = Drop::Fragment.name();

/// A change of `use`, and of `drop` if it names the old fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Use {
    /// Replaces a fragment with others.
    Replace(String, Vec<String>),
    /// Inserts the second fragment before the first; at the end if the first is not used.
    Before(String, String),
    /// Inserts the second fragment after the first; at the end if the first is not used.
    After(String, String),
    /// Appends a fragment.
    Last(String),
}

/// Applies a change to `use` and `drop`.
pub(super) fn change_use(document: &mut DocumentMut, change: &Use) {
    let mut is_dropped = false;
    if let (Some(tables), Use::Before(old, _) | Use::After(old, _) | Use::Replace(old, _)) =
        (document.get_mut(DROP).and_then(Item::as_array_of_tables_mut), change)
    {
        let names = |table: &Table| table.get(FRAGMENT).and_then(Item::as_str) == Some(old);
        is_dropped = tables.iter().any(names);
        change_tables(tables, change);
    }
    match change {
        Use::Replace(old, with) => {
            replace_in(document, USE, old, with);
            replace_in(document, DROP, old, with);
        }
        Use::Before(beside, new) | Use::After(beside, new) => {
            let after = usize::from(matches!(change, Use::After(..)));
            if let Some(array) = document.get_mut(USE).and_then(Item::as_array_mut)
                && let Some(at) = position(array, beside)
            {
                insert(array, at + after, new);
            } else if !is_dropped && position_of_drop(document, beside).is_none() {
                append(document, new);
            }
            if let Some(at) = position_of_drop(document, beside)
                && let Some(array) = document.get_mut(DROP).and_then(Item::as_array_mut)
            {
                let copied = array.get(at).cloned();
                insert(array, at + 1, new);
                rename_dropped(array, at + 1, copied, new);
            }
        }
        Use::Last(new) => append(document, new),
    }
}

fn append(document: &mut DocumentMut, new: &str) {
    match document.get_mut(USE).and_then(Item::as_array_mut) {
        Some(array) => insert(array, array.len(), new),
        None => {
            let has_values = document.iter().any(|(_, item)| item.is_value());
            document.insert(USE, Item::Value(Value::Array([new].into_iter().collect())));
            if !has_values {
                separate_first(document);
            }
        }
    }
}

/// Adds a blank line before the first table.
fn separate_first(document: &mut DocumentMut) {
    let mut first: Option<isize> = None;
    each_table(document.as_table_mut(), &mut |table| {
        if let Some(at) = table.position().filter(|_| !table.is_implicit() && !table.is_dotted()) {
            first = Some(first.map_or(at, |other| other.min(at)));
        }
    });
    each_table(document.as_table_mut(), &mut |table| {
        let prefix = text_of(table.decor().prefix());
        if first.is_some() && table.position() == first && !prefix.starts_with('\n') {
            table.decor_mut().set_prefix(format!("\n{prefix}"));
        }
    });
}

/// Applies a change to a `drop` that is written as `[[drop]]`.
fn change_tables(tables: &mut ArrayOfTables, change: &Use) {
    let (old, with, keeps) = match change {
        Use::Replace(old, with) => (old, with.clone(), false),
        Use::Before(old, new) | Use::After(old, new) => (old, vec![new.clone()], true),
        Use::Last(_) => return,
    };
    let is_of = |table: &Table, name: &str| table.get(FRAGMENT).and_then(Item::as_str) == Some(name);
    let Some(dropped) = tables.iter().find(|table| is_of(table, old)).cloned() else { return };
    for name in with {
        if !tables.iter().any(|table| is_of(table, &name)) {
            let mut table = dropped.clone();
            table.insert(FRAGMENT, toml_edit::value(name));
            tables.push(table);
        }
    }
    if !keeps {
        tables.retain(|table| !is_of(table, old));
    }
}

fn name_of(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value.as_inline_table()?.get(FRAGMENT)?.as_str())
}

fn position(array: &Array, name: &str) -> Option<usize> {
    array.iter().position(|value| name_of(value) == Some(name))
}

fn position_of_drop(document: &DocumentMut, name: &str) -> Option<usize> {
    document.get(DROP).and_then(Item::as_array).and_then(|array| position(array, name))
}

/// Inserts a name, formatted like its neighbours, unless the list has it already.
fn insert(array: &mut Array, at: usize, name: &str) {
    if position(array, name).is_some() {
        return;
    }
    let neighbour = array.get(at.min(array.len().saturating_sub(1)));
    let space = neighbour.map(|value| text_of(value.decor().prefix()));
    let mut value = Value::from(name);
    match space {
        // The neighbour is on its own line, maybe below comments; the last line before it is the indent.
        Some(space) if space.contains('\n') => {
            let indent = space.rsplit('\n').next().unwrap_or_default();
            let behind = if at > 0 { take_comment_behind(array, at) } else { String::new() };
            value.decor_mut().set_prefix(format!("{behind}\n{indent}"));
        }
        _ if at > 0 => value.decor_mut().set_prefix(" "),
        _ => {
            if let Some(first) = array.get_mut(0) {
                first.decor_mut().set_prefix(" ");
            }
            value.decor_mut().set_prefix("");
        }
    }
    if at == array.len() && at > 0 {
        // The space before the bracket stays there; a comment stays with the last name.
        if let Some(last) = array.get_mut(at - 1) {
            let suffix = text_of(last.decor().suffix());
            let (comment, space) = match suffix.find('#') {
                Some(start) => {
                    let end = suffix[start..].find('\n').map_or(suffix.len(), |end| start + end);
                    (suffix[..end].to_owned(), suffix[end..].to_owned())
                }
                None => (String::new(), suffix),
            };
            last.decor_mut().set_suffix("");
            let prefix = text_of(value.decor().prefix());
            value.decor_mut().set_prefix(format!("{comment}{prefix}"));
            value.decor_mut().set_suffix(space);
        }
    }
    array.insert_formatted(at, value);
}

/// Takes the comment after the previous name. It follows the comma, so it is parsed as part of the next item.
fn take_comment_behind(array: &mut Array, at: usize) -> String {
    let split = |text: String| match text.split_once('\n') {
        Some((line, rest)) if line.contains('#') => Some((line.to_owned(), format!("\n{rest}"))),
        _ => None,
    };
    if let Some(next) = array.get_mut(at) {
        let parts = split(text_of(next.decor().prefix()));
        return parts.map_or(String::new(), |(line, rest)| {
            next.decor_mut().set_prefix(rest);
            line
        });
    }
    let parts = split(text_of(Some(array.trailing())));
    parts.map_or(String::new(), |(line, rest)| {
        array.set_trailing(rest);
        line
    })
}

/// Turns a name into a dropped fragment with the same reason as `like`.
fn rename_dropped(array: &mut Array, at: usize, like: Option<Value>, name: &str) {
    let Some(Value::InlineTable(mut table)) = like else { return };
    table.insert(FRAGMENT, name.into());
    if let Some(value) = array.get_mut(at) {
        let decor = value.decor().clone();
        *value = Value::InlineTable(table);
        *value.decor_mut() = decor;
    }
}

fn replace_in(document: &mut DocumentMut, list: &str, old: &str, with: &[String]) {
    let Some(array) = document.get_mut(list).and_then(Item::as_array_mut) else { return };
    let Some(at) = position(array, old) else { return };
    let copied = array.get(at).cloned();
    let new: Vec<&String> = with.iter().filter(|name| position(array, name).is_none()).collect();
    if let Some((first, rest)) = new.split_first() {
        if let Some(value) = array.get_mut(at) {
            replace_string(value, first);
        }
        rename_dropped(array, at, copied.clone(), first);
        for (number, name) in rest.iter().enumerate() {
            insert(array, at + 1 + number, name);
            rename_dropped(array, at + 1 + number, copied.clone(), name);
        }
        return;
    }
    let removed = array.remove(at);
    let prefix = text_of(removed.decor().prefix());
    match array.get_mut(at) {
        Some(next) if prefix.contains('#') => {
            let own = text_of(next.decor().prefix());
            next.decor_mut().set_prefix(format!("{}{own}", prefix.trim_end()));
        }
        Some(next) if at == 0 => next.decor_mut().set_prefix(prefix),
        None if prefix.contains('#') => {
            let trailing = text_of(Some(array.trailing()));
            array.set_trailing(format!("{}{trailing}", prefix.trim_end()));
        }
        _ => {}
    }
    if array.is_empty() && !text_of(Some(array.trailing())).contains('#') {
        let key = document.as_table().key(list).map(|key| text_of(key.leaf_decor().prefix()));
        if !key.is_some_and(|prefix| prefix.contains('#')) {
            document.remove(list);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{SourceEdit, apply};
    use super::*;

    fn uses(text: &str, uses: Vec<Use>) -> String {
        apply(text, &uses.into_iter().map(SourceEdit::Use).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn names_in_use_are_added_and_removed_with_their_lines() {
        let text = "use = [\n  # first\n  \"a\",\n  \"b\", # second\n]\n";
        let after = uses(text, vec![Use::After("a".into(), "n".into())]);
        assert_eq!(after, "use = [\n  # first\n  \"a\",\n  \"n\",\n  \"b\", # second\n]\n");
        let last = uses(text, vec![Use::After("b".into(), "n".into())]);
        assert_eq!(last, "use = [\n  # first\n  \"a\",\n  \"b\", # second\n  \"n\",\n]\n");
        let unclosed = uses("use = [\n  \"a\" # only\n]\n", vec![Use::Last("n".into())]);
        assert_eq!(unclosed, "use = [\n  \"a\", # only\n  \"n\"\n]\n");
        let replaced = uses(text, vec![Use::Replace("a".into(), vec!["m".into(), "n".into()])]);
        assert_eq!(replaced, "use = [\n  # first\n  \"m\",\n  \"n\",\n  \"b\", # second\n]\n");
        let removed = uses(text, vec![Use::Replace("a".into(), Vec::new())]);
        assert!(removed.contains("# first") && !removed.contains("\"a\""), "{removed}");
        assert_eq!(
            uses("use = [\"a\"]\n", vec![Use::Before("a".into(), "n".into())]),
            "use = [\"n\", \"a\"]\n"
        );
        assert_eq!(uses("use = [\"a\"]\n", vec![Use::Last("n".into())]), "use = [\"a\", \"n\"]\n");
        assert_eq!(
            uses("[tools]\nallow = []\n", vec![Use::Last("n".into())]),
            "use = [\"n\"]\n\n[tools]\nallow = []\n"
        );
        let dropped = "drop = [{ fragment = \"a\", breaks-lock = true, reason = \"r\" }]\n";
        let tables = "[[drop]]\nfragment = \"a\"\nreason = \"r\"\n";
        let both = uses(tables, vec![Use::After("a".into(), "n".into())]);
        assert!(both.starts_with(tables) && both.contains("fragment = \"n\"\nreason = \"r\"\n"), "{both}");
        assert_eq!(
            uses(tables, vec![Use::Replace("a".into(), vec!["n".into()])]),
            tables.replace("\"a\"", "\"n\"")
        );
        let both = uses(dropped, vec![Use::After("a".into(), "n".into())]);
        assert!(both.contains("{ fragment = \"n\", breaks-lock = true, reason = \"r\" }"), "{both}");
        assert!(both.contains("\"a\"") && !both.contains("use"), "{both}");
    }
}
