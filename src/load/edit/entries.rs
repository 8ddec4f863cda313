//! Entries that leave a file for another one, and what names them: `use`, `drop`, layout, anchors,
//! removals and decisions. Comments above an entry go with it; all other comments stay.

use std::collections::BTreeMap;

use toml_edit::{Array, Decor, DocumentMut, Formatted, Item, Table, TableLike, Value};

use super::{EditError, edit};

/// The keys that lead to an entry.
pub type Keys = Vec<String>;

/// New ids by old ones.
pub type Renames = BTreeMap<String, String>;

/// What is to change in one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Entries that leave, by the keys that lead to them.
    pub leave: Vec<Keys>,
    /// Comments that an entry gets.
    pub comments: Vec<(Keys, Vec<String>)>,
    /// Fragments that come, go, or take the place of others.
    pub uses: Vec<Use>,
    /// New ids of entries, by the list that holds them (`rules`, `expertise.languages`).
    pub renames: BTreeMap<String, Renames>,
    /// Sides of decisions with other names: the address of the decision, the old and the new name.
    pub sides: Vec<(String, String, String)>,
    /// The `order` of lists in the layout; nothing where there is to be none.
    pub orders: BTreeMap<String, Option<Vec<String>>>,
}

/// A change of `use`, and of `drop` where that names the old fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Use {
    /// These stand where the fragment stood.
    Replace(String, Vec<String>),
    /// The second stands before the first; at the end, where the first is not used.
    Before(String, String),
    /// The second stands after the first; at the end, where the first is not used.
    After(String, String),
    /// It stands at the end.
    Last(String),
}

/// An entry that has left a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken {
    /// The comments above it, each a line that begins with `#`.
    pub comments: Vec<String>,
    /// The comment behind it.
    pub trailing: Option<String>,
    /// Its value as it was written.
    pub value: String,
}

/// Makes the changes in the text of a file. Returns the text and what left it, in the order of
/// [`Changes::leave`].
///
/// # Errors
/// If the text is not TOML, or an entry that is to leave is not there.
pub fn change(text: &str, changes: &Changes) -> Result<(String, Vec<Taken>), EditError> {
    let mut taken = Vec::new();
    let edited = edit(text, |document| {
        // What names entries is changed first, so that those that leave name the right ones.
        for (list, renames) in &changes.renames {
            rename(document, list, renames);
        }
        for (at, old, new) in &changes.sides {
            rename_side(document, at, old, new);
        }
        for keys in &changes.leave {
            let entry = take(document, keys).ok_or_else(|| EditError::NoEntry(keys.join(".")))?;
            taken.push(entry);
        }
        for (keys, comments) in &changes.comments {
            add_comments(document, keys, comments);
        }
        for (list, order) in &changes.orders {
            set_order(document, list, order.as_deref());
        }
        for change in &changes.uses {
            change_use(document, change);
        }
        trim_start(document);
        Ok(())
    })?;
    Ok((edited, taken))
}

fn table_at<'d>(document: &'d mut DocumentMut, keys: &[String]) -> Option<&'d mut dyn TableLike> {
    let mut table: &mut dyn TableLike = document.as_table_mut();
    for key in keys {
        table = table.get_mut(key)?.as_table_like_mut()?;
    }
    Some(table)
}

/// Takes an entry out, and the tables that it leaves empty. What was written about it comes along.
fn take(document: &mut DocumentMut, keys: &[String]) -> Option<Taken> {
    let (last, above) = keys.split_last()?;
    let table = table_at(document, above)?;
    let prefix = text_of(table.key(last)?.leaf_decor().prefix());
    let next = following(table, last);
    let item = table.remove(last)?;
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
    for depth in (1..=above.len()).rev() {
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
            let (rest, own) = split_comments(&text_of(table.decor().prefix()));
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
    Some(taken)
}

/// A table of tables alone needs no header, if no comment stands above it.
fn hide_header(table: &mut Table) {
    let holds_tables = table.iter().all(|(_, item)| item.as_table().is_some_and(|table| !table.is_dotted()));
    if holds_tables && !text_of(table.decor().prefix()).contains('#') {
        table.set_implicit(true);
    }
}

/// The key after `key` of a table, if what it holds stands in the lines below.
fn following(table: &dyn TableLike, key: &str) -> Option<String> {
    let mut entries = table.iter().skip_while(|(other, _)| *other != key).skip(1);
    entries.find(|(_, item)| item.is_value()).map(|(key, _)| key.to_owned())
}

/// Writes down what an item says, and gathers the comments in and around it.
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

fn text_of(raw: Option<&toml_edit::RawString>) -> String {
    raw.and_then(|raw| raw.as_str()).unwrap_or_default().to_owned()
}

fn comment_lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| line.starts_with('#')).map(str::to_owned).collect()
}

/// What stands before a key or table: what is about something else, up to the last blank line, and
/// the comments about the thing itself.
fn split_comments(prefix: &str) -> (String, Vec<String>) {
    let lines: Vec<&str> = prefix.split_inclusive('\n').collect();
    let blank = lines.iter().rposition(|line| line.ends_with('\n') && line.trim().is_empty());
    let (rest, own) = lines.split_at(blank.map_or(0, |at| at + 1));
    let rest = rest.concat();
    let rest = if rest.contains('#') { rest } else { String::new() };
    (rest, comment_lines(&own.concat()))
}

/// Two texts that stand before something, with no more than one blank line between them.
fn join(first: &str, second: &str) -> String {
    if first.is_empty() {
        return second.to_owned();
    }
    format!("{}\n\n{}", first.trim_end_matches('\n'), second.trim_start_matches('\n'))
}

/// Puts comments before the first table after `position`, or at the end.
fn leave(document: &mut DocumentMut, position: Option<isize>, comments: &str) {
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

/// Calls `visit` with each table that can have a header, but for the document itself.
fn each_table(table: &mut Table, visit: &mut dyn FnMut(&mut Table)) {
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

/// A file does not begin with a blank line because what stood above it has left.
fn trim_start(document: &mut DocumentMut) {
    if document.iter().any(|(_, item)| item.is_value()) {
        let first = document.iter().find(|(_, item)| item.is_value()).map(|(key, _)| key.to_owned());
        if let Some(mut key) = first.and_then(|first| document.as_table_mut().key_mut(&first)) {
            let prefix = text_of(key.leaf_decor().prefix());
            key.leaf_decor_mut().set_prefix(prefix.trim_start_matches('\n'));
        }
        return;
    }
    let mut first = None;
    let mut has_dotted = false;
    each_table(document.as_table_mut(), &mut |table| {
        has_dotted |= table.is_dotted();
        if let Some(at) = table.position().filter(|_| !table.is_implicit() && !table.is_dotted()) {
            first = Some(first.map_or(at, |other: isize| other.min(at)));
        }
    });
    if has_dotted {
        return;
    }
    each_table(document.as_table_mut(), &mut |table| {
        if first.is_some() && table.position() == first {
            let prefix = text_of(table.decor().prefix());
            table.decor_mut().set_prefix(prefix.trim_start_matches('\n'));
        }
    });
}

/// Adds comments above an entry, those that it does not have yet.
fn add_comments(document: &mut DocumentMut, keys: &[String], comments: &[String]) {
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

/// Gives entries of a list other ids, wherever the file names them: in the layout, in removals and
/// decisions, and in the anchors of other entries.
fn rename(document: &mut DocumentMut, list: &str, renames: &Renames) {
    let places: Keys = list.split('.').map(str::to_owned).collect();
    let layout: Keys = std::iter::once("layout".to_owned()).chain(places.iter().cloned()).collect();
    if let Some(table) = table_at(document, &layout) {
        rename_keys(table, renames);
    }
    for (array, key) in [("remove", "target"), ("resolve", "at")] {
        each_of(document, array, &mut |table| {
            if let Some(value) = table.get_mut(key).and_then(Item::as_value_mut) {
                let address = value.as_str().unwrap_or_default().to_owned();
                let id = address.strip_prefix(list).and_then(|rest| rest.strip_prefix('.'));
                if let Some(new) = id.and_then(|id| renames.get(id)) {
                    replace_string(value, &format!("{list}.{new}"));
                }
            }
        });
    }
    let (section, group) = places.split_at(1);
    let group = group.iter().flat_map(|group| ["group".to_owned(), group.clone()]);
    let body = ["body".to_owned(), section[0].clone()].into_iter().chain(group.clone()).collect();
    for keys in [group.collect::<Keys>(), body] {
        let Some(table) = table_at(document, &keys) else { continue };
        for (part, _) in super::super::body::PARTS {
            let Some(entries) = table.get_mut(part).and_then(Item::as_table_like_mut) else { continue };
            for (_, item) in entries.iter_mut() {
                let Some(entry) = item.as_table_like_mut() else { continue };
                for key in ["before", "after"] {
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

/// Another string, with the comments and spaces around it as they were.
fn replace_string(value: &mut Value, text: &str) {
    let decor = value.decor().clone();
    *value = Value::String(Formatted::new(text.to_owned()));
    *value.decor_mut() = decor;
}

/// Renames keys of a table in their places.
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

/// Calls `visit` with each table of an array, however it is written.
fn each_of(document: &mut DocumentMut, array: &str, visit: &mut dyn FnMut(&mut dyn TableLike)) {
    match document.get_mut(array) {
        Some(Item::ArrayOfTables(tables)) => tables.iter_mut().for_each(|table| visit(table)),
        Some(Item::Value(Value::Array(array))) => {
            for value in array.iter_mut() {
                if let Some(table) = value.as_inline_table_mut() {
                    visit(table);
                }
            }
        }
        _ => {}
    }
}

fn rename_side(document: &mut DocumentMut, at: &str, old: &str, new: &str) {
    each_of(document, "resolve", &mut |table| {
        if table.get("at").and_then(Item::as_str) != Some(at) {
            return;
        }
        if let Some(take) = table.get_mut("take").and_then(Item::as_value_mut)
            && take.as_str() == Some(old)
        {
            replace_string(take, new);
        }
        if let Some(seen) = table.get_mut("seen").and_then(Item::as_table_like_mut) {
            rename_keys(seen, &Renames::from([(old.to_owned(), new.to_owned())]));
        }
    });
}

/// The longest list of ids that stands on one line.
const LONGEST_LINE: usize = 100;

fn set_order(document: &mut DocumentMut, list: &str, order: Option<&[String]>) {
    let mut keys: Keys = std::iter::once("layout").chain(list.split('.')).map(str::to_owned).collect();
    let Some(order) = order else {
        keys.push("order".to_owned());
        if let Some(taken) = take(document, &keys).filter(|taken| !taken.comments.is_empty()) {
            leave(document, None, &format!("{}\n\n", taken.comments.join("\n")));
        }
        return;
    };
    let mut array: Array = order.iter().cloned().collect();
    if array.to_string().len() > LONGEST_LINE {
        array.iter_mut().for_each(|value| value.decor_mut().set_prefix("\n  "));
        array.set_trailing("\n");
        array.set_trailing_comma(true);
    }
    let mut table: &mut dyn TableLike = document.as_table_mut();
    for (depth, key) in keys.iter().enumerate() {
        let item = table.entry(key).or_insert_with(|| {
            let mut table = Table::new();
            table.set_implicit(depth + 1 < keys.len());
            Item::Table(table)
        });
        match item.as_table_like_mut() {
            Some(below) => table = below,
            None => return,
        }
    }
    super::set(table, "order", Value::Array(array));
}

fn change_use(document: &mut DocumentMut, change: &Use) {
    match change {
        Use::Replace(old, with) => {
            replace_in(document, "use", old, with);
            replace_in(document, "drop", old, with);
        }
        Use::Before(beside, new) | Use::After(beside, new) => {
            let after = usize::from(matches!(change, Use::After(..)));
            if let Some(array) = document.get_mut("use").and_then(Item::as_array_mut)
                && let Some(at) = position(array, beside)
            {
                insert(array, at + after, new);
            } else if position_of_drop(document, beside).is_none() {
                append(document, new);
            }
            if let Some(at) = position_of_drop(document, beside)
                && let Some(array) = document.get_mut("drop").and_then(Item::as_array_mut)
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
    match document.get_mut("use").and_then(Item::as_array_mut) {
        Some(array) => insert(array, array.len(), new),
        None => {
            let has_values = document.iter().any(|(_, item)| item.is_value());
            document.insert("use", Item::Value(Value::Array([new].into_iter().collect())));
            if !has_values {
                separate_first(document);
            }
        }
    }
}

/// Puts a blank line before the first table.
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

fn name_of(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value.as_inline_table()?.get("fragment")?.as_str())
}

fn position(array: &Array, name: &str) -> Option<usize> {
    array.iter().position(|value| name_of(value) == Some(name))
}

fn position_of_drop(document: &DocumentMut, name: &str) -> Option<usize> {
    document.get("drop").and_then(Item::as_array).and_then(|array| position(array, name))
}

/// Inserts a name, laid out like its neighbours; not if it is there.
fn insert(array: &mut Array, at: usize, name: &str) {
    if position(array, name).is_some() {
        return;
    }
    let neighbour = array.get(at.min(array.len().saturating_sub(1)));
    let space = neighbour.map(|value| text_of(value.decor().prefix()));
    let mut value = Value::from(name);
    match space {
        // A neighbour on a line of its own, below comments maybe: the last of its lines is the indent.
        Some(space) if space.contains('\n') => {
            let indent = space.rsplit('\n').next().unwrap_or_default();
            value.decor_mut().set_prefix(format!("\n{indent}"));
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
        // What stands between the last name and the bracket stays before the bracket.
        if let Some(last) = array.get_mut(at - 1) {
            let suffix = text_of(last.decor().suffix());
            if !suffix.contains('#') {
                last.decor_mut().set_suffix("");
                value.decor_mut().set_suffix(suffix);
            }
        }
    }
    array.insert_formatted(at, value);
}

/// Makes the name at a place that of a dropped fragment, with the reason that the one beside it has.
fn rename_dropped(array: &mut Array, at: usize, like: Option<Value>, name: &str) {
    let Some(Value::InlineTable(mut table)) = like else { return };
    table.insert("fragment", name.into());
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
