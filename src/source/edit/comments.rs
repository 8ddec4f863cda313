//! Removes entries from tables. The comments above an entry go with it; all other comments stay.

use toml_edit::{Decor, DocumentMut, Item, Table, TableLike, Value};

use super::{EditError, dotted};

/// An entry that was removed from a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    /// The comments above it, as lines that begin with `#`.
    pub comments: Vec<String>,
    /// The comment after it on the same line.
    pub trailing: Option<String>,
    /// Its value in TOML.
    pub value: String,
}

/// Returns the table at a path of keys.
pub(super) fn table_at<'d>(document: &'d mut DocumentMut, keys: &[String]) -> Option<&'d mut dyn TableLike> {
    let mut table: &mut dyn TableLike = document.as_table_mut();
    for key in keys {
        table = table.get_mut(key)?.as_table_like_mut()?;
    }
    Some(table)
}

/// Removes an entry with its comments, and with `prunes` also the tables that become empty.
///
/// # Errors
/// If it does not exist.
pub(super) fn take(document: &mut DocumentMut, keys: &[String], prunes: bool) -> Result<Taken, EditError> {
    let missing = || EditError::Missing(dotted(keys));
    let (last, above) = keys.split_last().ok_or_else(missing)?;
    let first = first_header(document);
    let table = table_at(document, above).ok_or_else(missing)?;
    let prefix = text_of(table.key(last).ok_or_else(missing)?.leaf_decor().prefix());
    let next = following(table, last);
    let item = table.remove(last).ok_or_else(missing)?;
    keep_brace(table, &item);
    let mut taken = Taken::default();
    let (mut left, own) = split_comments(&prefix);
    taken.comments = own;
    describe(item, &mut taken, &mut left);
    let mut position = None;
    if let Some(next) = next.filter(|_| !left.is_empty())
        && let Some(mut key) = table.key_mut(&next)
    {
        let joined = join(&left, &text_of(key.leaf_decor().prefix()));
        key.leaf_decor_mut().set_prefix(joined);
        left.clear();
    }
    for depth in (1..=above.len()).rev().filter(|_| prunes) {
        let Some(parent) = table_at(document, &above[..depth - 1]) else { break };
        let key = &above[depth - 1];
        let Some(item) = parent.get(key) else { break };
        if let Some(table) = item.as_table() {
            position = position.or(table.position());
        }
        if !item.as_table_like().is_some_and(TableLike::is_empty) {
            if let Some(table) = parent.get_mut(key).and_then(Item::as_table_mut) {
                hide_header(table);
            }
            continue;
        }
        if let Some(table) = item.as_table().filter(|table| !table.is_implicit() && !table.is_dotted()) {
            let prefix = text_of(table.decor().prefix());
            // A comment at the start of the file is about the file.
            let is_first = first.is_some() && table.position() == first;
            let (mut rest, mut own) = split_comments(&prefix);
            if is_first && rest.is_empty() && !own.is_empty() {
                (rest, own) = (prefix, Vec::new());
            }
            taken.comments.splice(0..0, own);
            left = join(&rest, &left);
        } else if let Some(key) = parent.key(key) {
            let (rest, own) = split_comments(&text_of(key.leaf_decor().prefix()));
            taken.comments.splice(0..0, own);
            left = join(&rest, &left);
        }
        parent.remove(key);
    }
    if !left.is_empty() {
        leave(document, position, &left);
    }
    Ok(taken)
}

/// Keeps the space before the closing brace of an inline table when its last entry is removed.
fn keep_brace(table: &mut dyn TableLike, gone: &Item) {
    let last = table.iter().last().map(|(name, _)| name.to_owned());
    if let Some(value) = last.and_then(|last| table.get_mut(&last)).and_then(Item::as_value_mut)
        && gone.as_value().is_some_and(|old| text_of(old.decor().suffix()) == " ")
    {
        value.decor_mut().set_suffix(" ");
    }
}

/// Hides the header of a table that has only subtables, unless it has comments.
fn hide_header(table: &mut Table) {
    let holds_tables = table.iter().all(|(_, item)| item.as_table().is_some_and(|table| !table.is_dotted()));
    if holds_tables && !text_of(table.decor().prefix()).contains('#') {
        table.set_implicit(true);
    }
}

/// Returns the key after `key` in a table, skipping subtables.
fn following(table: &dyn TableLike, key: &str) -> Option<String> {
    let mut entries = table.iter().skip_while(|(other, _)| *other != key).skip(1);
    entries.find(|(_, item)| item.is_value()).map(|(key, _)| key.to_owned())
}

/// Records the value of an item, and collects the comments in and around it.
fn describe(item: Item, taken: &mut Taken, left: &mut String) {
    let mut value = match item {
        Item::Value(value) => value,
        Item::Table(mut table) => {
            let (rest, own) = split_comments(&text_of(table.decor().prefix()));
            *left = join(left, &rest);
            taken.comments.extend(own);
            for (mut key, item) in table.iter_mut() {
                taken.comments.extend(comment_lines(&text_of(key.leaf_decor().prefix())));
                *key.leaf_decor_mut() = Decor::default();
                if let Some(value) = item.as_value_mut() {
                    taken.comments.extend(comment_lines(&text_of(value.decor().suffix())));
                    *value.decor_mut() = Decor::default();
                }
            }
            table.fmt();
            let mut inline = table.into_inline_table();
            inline.fmt();
            Value::InlineTable(inline)
        }
        Item::None | Item::ArrayOfTables(_) => return,
    };
    taken.trailing = comment_lines(&text_of(value.decor().suffix())).into_iter().next();
    *value.decor_mut() = Decor::new("", "");
    taken.value = value.to_string();
}

pub(super) fn text_of(raw: Option<&toml_edit::RawString>) -> String {
    raw.and_then(|raw| raw.as_str()).unwrap_or_default().to_owned()
}

fn comment_lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| line.starts_with('#')).map(str::to_owned).collect()
}

/// Splits the text before a key or table at its last blank line: comments about something else, and those
/// about the item itself.
fn split_comments(prefix: &str) -> (String, Vec<String>) {
    let lines: Vec<&str> = prefix.split_inclusive('\n').collect();
    let blank = lines.iter().rposition(|line| line.ends_with('\n') && line.trim().is_empty());
    let (rest, own) = lines.split_at(blank.map_or(0, |at| at + 1));
    let rest = rest.concat();
    let rest = if rest.contains('#') { rest } else { String::new() };
    (rest, comment_lines(&own.concat()))
}

/// Joins two prefixes with at most one blank line between them.
fn join(first: &str, second: &str) -> String {
    if first.is_empty() {
        return second.to_owned();
    }
    format!("{}\n\n{}", first.trim_end_matches('\n'), second.trim_start_matches('\n'))
}

/// Puts comments before the first table after `position`, or at the end of the file.
pub(super) fn leave(document: &mut DocumentMut, position: Option<isize>, comments: &str) {
    let position = position.unwrap_or(-1);
    let mut next = None;
    each_table(document.as_table_mut(), &mut |table| {
        if let Some(at) = table.position().filter(|at| *at > position && !table.is_implicit()) {
            next = Some(next.map_or(at, |other: isize| other.min(at)));
        }
    });
    let Some(next) = next else {
        let joined = join(comments, &text_of(Some(document.trailing())));
        document.set_trailing(joined);
        return;
    };
    each_table(document.as_table_mut(), &mut |table| {
        if table.position() == Some(next) && !table.is_implicit() {
            let joined = join(comments, &text_of(table.decor().prefix()));
            table.decor_mut().set_prefix(joined);
        }
    });
}

/// Calls `visit` with each table except the document itself.
pub(super) fn each_table(table: &mut Table, visit: &mut dyn FnMut(&mut Table)) {
    for (_, item) in table.iter_mut() {
        match item {
            Item::Table(table) => {
                visit(table);
                each_table(table, visit);
            }
            Item::ArrayOfTables(tables) => {
                for table in tables.iter_mut() {
                    visit(table);
                    each_table(table, visit);
                }
            }
            Item::Value(_) | Item::None => {}
        }
    }
}

/// Removes blank lines at the start of a file after its first entry was removed.
pub(super) fn trim_start(document: &mut DocumentMut) {
    if document.iter().any(|(_, item)| item.is_value()) {
        let first = document.iter().find(|(_, item)| item.is_value()).map(|(key, _)| key.to_owned());
        if let Some(mut key) = first.and_then(|first| document.as_table_mut().key_mut(&first)) {
            let prefix = text_of(key.leaf_decor().prefix());
            key.leaf_decor_mut().set_prefix(prefix.trim_start_matches('\n'));
        }
        return;
    }
    let first = first_header(document);
    each_table(document.as_table_mut(), &mut |table| {
        if first.is_some() && table.position() == first {
            let prefix = text_of(table.decor().prefix());
            table.decor_mut().set_prefix(prefix.trim_start_matches('\n'));
        }
    });
}

/// Returns the position of the table whose header begins the file. `None` if a key comes first.
fn first_header(document: &mut DocumentMut) -> Option<isize> {
    let mut begins_with_key = document.iter().any(|(_, item)| item.is_value());
    let mut first: Option<isize> = None;
    each_table(document.as_table_mut(), &mut |table| {
        begins_with_key |= table.is_dotted();
        if let Some(at) = table.position().filter(|_| !table.is_implicit() && !table.is_dotted()) {
            first = Some(first.map_or(at, |other| other.min(at)));
        }
    });
    first.filter(|_| !begins_with_key)
}

/// Adds comments above an entry, except those that it already has.
pub(super) fn add(document: &mut DocumentMut, keys: &[String], comments: &[String]) {
    let Some((last, above)) = keys.split_last() else { return };
    let Some(table) = table_at(document, above) else { return };
    let is_table = table.get(last).is_some_and(Item::is_table);
    let add = |prefix: String| {
        let known = comment_lines(&prefix);
        let new: String =
            comments.iter().filter(|line| !known.contains(line)).map(|line| format!("{line}\n")).collect();
        format!("{prefix}{new}")
    };
    if let Some(table) = table.get_mut(last).and_then(Item::as_table_mut).filter(|table| !table.is_dotted()) {
        let prefix = add(text_of(table.decor().prefix()));
        table.decor_mut().set_prefix(prefix);
    } else if let Some(mut key) = table.key_mut(last).filter(|_| !is_table) {
        let prefix = add(text_of(key.leaf_decor().prefix()));
        key.leaf_decor_mut().set_prefix(prefix);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{SourceEdit, keys};
    use super::*;

    fn leave(text: &str, entries: &[&str]) -> (String, Vec<Taken>) {
        let remove = |entry: &&str| SourceEdit::Remove { keys: keys(entry.split('.')) };
        super::super::take(text, &entries.iter().map(remove).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn an_entry_is_removed_with_its_own_comments_only() {
        let text = "# file\n\n[never]\n# other\n\n# about a\na = \"x\" # behind a\nb = 'y'\n";
        let (rest, taken) = leave(text, &["never.a"]);
        assert_eq!(rest, "# file\n\n[never]\n# other\n\nb = 'y'\n");
        assert_eq!(taken[0].comments, ["# about a"]);
        assert_eq!(taken[0].trailing.as_deref(), Some("# behind a"));
        assert_eq!(taken[0].value, "\"x\"");
    }

    #[test]
    fn an_emptied_table_is_removed_and_its_comment_goes_with_the_entry() {
        let text = "# file\n\n# prohibitions\n[never]\na = \"x\"\n\n[always]\nb = \"y\"\n";
        let (rest, taken) = leave(text, &["never.a"]);
        assert_eq!(rest, "# file\n\n[always]\nb = \"y\"\n");
        assert_eq!(taken[0].comments, ["# prohibitions"]);
        let (rest, _) =
            leave("[body.rules.never]\na = \"x\"\n\n[tools]\nallow = [\"A\"]\n", &["body.rules.never.a"]);
        assert_eq!(rest, "[tools]\nallow = [\"A\"]\n");
    }

    #[test]
    fn entries_are_removed_however_they_are_written() {
        let inline = "items = { a = \"x\", b = \"y\" }\n";
        assert_eq!(leave(inline, &["items.a"]).0, "items = { b = \"y\" }\n");
        let dotted = "# note\nitems.a = \"x\"\nitems.b = \"y\"\n";
        let (rest, taken) = leave(dotted, &["items.a"]);
        assert_eq!(
            (rest.as_str(), taken[0].comments.as_slice()),
            ("items.b = \"y\"\n", &["# note".to_owned()][..])
        );
        let table =
            "[items.a]\n# note\ntext = \"x\" # more\nwhy = \"\"\"\nz\n\"\"\"\n\n[items.b]\ntext = \"y\"\n";
        let (rest, taken) = leave(table, &["items.a"]);
        assert_eq!(rest, "[items.b]\ntext = \"y\"\n");
        assert_eq!(taken[0].comments, ["# note", "# more"]);
        assert_eq!(taken[0].value, "{ text = \"x\", why = \"\"\"\nz\n\"\"\" }");
    }

    #[test]
    fn line_endings_stay() {
        let (rest, taken) = leave("\u{feff}[never]\r\n# c\r\na = \"x\"\r\nb = \"y\"\r\n", &["never.a"]);
        assert_eq!(rest, "\u{feff}[never]\r\nb = \"y\"\r\n");
        assert_eq!(taken[0].comments, ["# c"]);
    }
}
