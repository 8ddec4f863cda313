//! Editing of sources: comments, layout and line endings of the rest stay as they are.

mod accept;
mod entries;
mod names;
mod strings;
pub mod transfer;
mod uses;

pub use accept::{accept, withdraw_acceptance};
pub use entries::{Place, insert, relocate, remove, remove_address, reorder, set_path, unset};
pub use strings::{line_literal, list_literal, literal, literal_like};

use similar::{ChangeTag, TextDiff};
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike, Value};

/// A `[[resolve]]` as it is to stand in a profile. What is `None` is left out.
#[derive(Debug, Clone, Default)]
pub struct Decision {
    /// `take`, `set` or `keep`, with its value.
    pub choice: Option<(&'static str, Value)>,
    /// The sides and their hashes.
    pub seen: Vec<(String, String)>,
    /// The force of a rule whose text is set.
    pub force: Option<String>,
    /// Whether a locked claim may lose.
    pub breaks_lock: bool,
    /// Why.
    pub reason: Option<String>,
}

/// Why a file was not edited.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The file is not TOML.
    #[error("the file is not valid TOML: {0}")]
    Syntax(#[from] toml_edit::TomlError),
    /// `resolve` is something that cannot hold decisions.
    #[error("`resolve` is not an array of tables")]
    NotTables,
    /// Something on the way to a key is no table.
    #[error("`{0}` is not a table")]
    NotATable(String),
    /// What was to be changed is not there.
    #[error("there is no `{0}`")]
    Missing(String),
    /// What is to leave is not there.
    #[error("there is no `{0}`")]
    NoEntry(String),
}

/// Writes the decision about `at` into the text of a profile: in place if there is one, else as a new
/// `[[resolve]]` at the end.
///
/// # Errors
/// If the text is not TOML, or its `resolve` is no array of tables.
pub fn decide(text: &str, at: &str, decision: &Decision) -> Result<String, EditError> {
    edit(text, |document| {
        if let Some(table) = find(document, at)? {
            fill(table, decision);
            return Ok(());
        }
        let mut table = Table::new();
        table.insert("at", toml_edit::value(at));
        fill(&mut table, decision);
        match document.entry("resolve").or_insert(Item::ArrayOfTables(ArrayOfTables::new())) {
            Item::ArrayOfTables(tables) => tables.push(table),
            Item::Value(Value::Array(array)) => array.push(table.into_inline_table()),
            _ => return Err(EditError::NotTables),
        }
        Ok(())
    })
}

/// Pins the decision about `at` to what the sides say now.
///
/// # Errors
/// As [`decide`].
pub fn pin(text: &str, at: &str, seen: &[(String, String)]) -> Result<String, EditError> {
    edit(text, |document| {
        if let Some(table) = find(document, at)? {
            see(table, seen);
        }
        Ok(())
    })
}

/// Deletes the decision about `at`.
///
/// # Errors
/// As [`decide`].
pub fn withdraw(text: &str, at: &str) -> Result<String, EditError> {
    edit(text, |document| {
        let is_at = |table: &dyn TableLike| table.get("at").and_then(Item::as_str) == Some(at);
        // What stands above the first table of a file is about the file.
        let mut header = None;
        let is_empty = match document.get_mut("resolve") {
            Some(Item::ArrayOfTables(tables)) => {
                let first = tables.iter().next().filter(|table| is_at(*table));
                header = first.and_then(header_of);
                tables.retain(|table| !is_at(table));
                if let (Some(text), Some(next)) = (&header, tables.iter_mut().next()) {
                    let own = next.decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default();
                    let joined = format!("{text}{}", own.trim_start_matches('\n'));
                    next.decor_mut().set_prefix(joined);
                    header = None;
                }
                tables.is_empty()
            }
            Some(Item::Value(Value::Array(array))) => {
                array.retain(|value| !value.as_inline_table().is_some_and(|table| is_at(table)));
                array.is_empty()
            }
            Some(_) => return Err(EditError::NotTables),
            None => false,
        };
        if is_empty {
            document.remove("resolve");
        }
        if let Some(text) = header {
            let trailing = document.trailing().as_str().unwrap_or_default().to_owned();
            document.set_trailing(format!("{text}{trailing}"));
        }
        Ok(())
    })
}

/// The comments before a table, up to the last blank line: those that are not about the table.
fn header_of(table: &Table) -> Option<String> {
    let prefix = table.decor().prefix()?.as_str()?;
    let end = prefix.rfind("\n\n")? + 2;
    let header = &prefix[..end];
    header.contains('#').then(|| header.to_owned())
}

/// Applies a change to the parsed text, and puts it back line by line: lines that did not change keep
/// their own line endings, new ones get the ending that most lines have.
fn edit(
    text: &str,
    change: impl FnOnce(&mut DocumentMut) -> Result<(), EditError>,
) -> Result<String, EditError> {
    let (mark, text) = match text.strip_prefix('\u{feff}') {
        Some(rest) => ("\u{feff}", rest),
        None => ("", text),
    };
    let normal = text.replace("\r\n", "\n");
    let mut document: DocumentMut = normal.parse()?;
    change(&mut document)?;
    Ok(format!("{mark}{}", with_line_endings(text, &normal, &document.to_string())))
}

/// The bytes of a file whose text, as [`crate::model::Sources`] has it, becomes `edited`: the byte order
/// mark stays, and so do the line endings of all lines that did not change.
pub fn restored(original: &str, edited: &str) -> String {
    let (mark, text) = match original.strip_prefix('\u{feff}') {
        Some(rest) => ("\u{feff}", rest),
        None => ("", original),
    };
    format!("{mark}{}", with_line_endings(text, &text.replace("\r\n", "\n"), edited))
}

/// Puts `edited` into the line endings of `text`, which is `normal` without carriage returns.
fn with_line_endings(text: &str, normal: &str, edited: &str) -> String {
    if text.len() == normal.len() {
        return edited.to_owned();
    }
    let windows = text.matches("\r\n").count() * 2 > text.matches('\n').count();
    let originals: Vec<&str> = text.split_inclusive('\n').collect();
    let mut result = String::with_capacity(text.len());
    for change in TextDiff::from_lines(normal, edited).iter_all_changes() {
        match change.tag() {
            ChangeTag::Delete => {}
            ChangeTag::Equal => {
                let original = change.old_index().and_then(|line| originals.get(line));
                result.push_str(original.copied().unwrap_or(change.value()));
            }
            ChangeTag::Insert if windows => result.push_str(&change.value().replace('\n', "\r\n")),
            ChangeTag::Insert => result.push_str(change.value()),
        }
    }
    result
}

fn find<'d>(document: &'d mut DocumentMut, at: &str) -> Result<Option<&'d mut dyn TableLike>, EditError> {
    let is_at = |table: &dyn TableLike| table.get("at").and_then(Item::as_str) == Some(at);
    match document.get_mut("resolve") {
        None => Ok(None),
        Some(Item::ArrayOfTables(tables)) => {
            let table = tables.iter_mut().find(|table| is_at(*table));
            Ok(table.map(|table| table as &mut dyn TableLike))
        }
        Some(Item::Value(Value::Array(array))) => {
            let tables = array.iter_mut().filter_map(Value::as_inline_table_mut);
            let table = tables.into_iter().find(|table| is_at(*table));
            Ok(table.map(|table| table as &mut dyn TableLike))
        }
        Some(_) => Err(EditError::NotTables),
    }
}

/// Sets a key, keeping the comments around it if it is there.
fn set(table: &mut dyn TableLike, key: &str, value: impl Into<Value>) {
    let mut value = value.into();
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) => {
            *value.decor_mut() = old.decor().clone();
            *old = value;
        }
        None => drop(table.insert(key, Item::Value(value))),
    }
}

fn fill(table: &mut dyn TableLike, decision: &Decision) {
    if let Some((chosen, value)) = &decision.choice {
        let mut value = value.clone();
        let mut comments = None;
        for key in ["take", "set", "keep"].into_iter().filter(|key| key != chosen) {
            // The comments around the old choice go on to the new one.
            comments = comments.or_else(|| table.key(key).map(|key| key.leaf_decor().clone()));
            if let Some(old) = table.remove(key).as_ref().and_then(Item::as_value) {
                *value.decor_mut() = old.decor().clone();
            }
        }
        set(table, chosen, value);
        if let (Some(comments), Some(mut key)) = (comments, table.key_mut(chosen)) {
            *key.leaf_decor_mut() = comments;
        }
    }
    match &decision.force {
        Some(force) => set(table, "force", force.as_str()),
        None => drop(table.remove("force")),
    }
    match decision.breaks_lock {
        true => set(table, "breaks-lock", true),
        false => drop(table.remove("breaks-lock")),
    }
    see(table, &decision.seen);
    if let Some(reason) = &decision.reason {
        set(table, "reason", reason.as_str());
    }
}

/// Says what was seen. A table of its own keeps the comments around the names that stay.
fn see(table: &mut dyn TableLike, seen: &[(String, String)]) {
    let Some(Item::Table(known)) = table.get_mut("seen") else {
        return set(table, "seen", seen_value(seen));
    };
    known.retain(|name, _| seen.iter().any(|(other, _)| other == name));
    for (name, hash) in seen {
        set(known, name, hash.as_str());
    }
}

fn seen_value(seen: &[(String, String)]) -> Value {
    let mut table = InlineTable::new();
    for (name, hash) in seen {
        table.insert(name, hash.as_str().into());
    }
    Value::InlineTable(table)
}

/// A list of strings as a TOML value.
pub fn list(items: impl IntoIterator<Item = String>) -> Value {
    Value::Array(items.into_iter().collect::<Array>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(side: &str) -> Decision {
        Decision {
            choice: Some(("take", side.into())),
            seen: vec![("a/b".to_owned(), "91c0e2".to_owned())],
            reason: Some("because".to_owned()),
            ..Decision::default()
        }
    }

    #[test]
    fn a_new_decision_goes_to_the_end_and_the_rest_stays() {
        let text = "# mine\nuse = [\n  \"a/b\", # first\n]\n";
        let expected = "\n[[resolve]]\nat = \"fields.x\"\ntake = \"a/b\"\nseen = { \"a/b\" = \"91c0e2\" }\nreason = \"because\"\n";
        assert_eq!(decide(text, "fields.x", &take("a/b")).unwrap(), format!("{text}{expected}"));
    }

    #[test]
    fn a_decision_is_changed_in_place_with_its_comments() {
        let text = "[[resolve]]\nat = \"x.y\" # here\nkeep = \"both\"\nreason = \"old\" # why\n\n[tools]\nallow = [\"A\"]\n";
        let edited = decide(text, "x.y", &take("a/b")).unwrap();
        assert!(
            edited.contains("at = \"x.y\" # here\n") && edited.contains("reason = \"because\" # why\n"),
            "{edited}"
        );
        assert!(!edited.contains("keep") && edited.ends_with("\n[tools]\nallow = [\"A\"]\n"), "{edited}");
    }

    #[test]
    fn what_was_seen_is_pinned_again_in_place() {
        let text = "[[resolve]]\nat = \"x.y\"\n\n# what it saw\n[resolve.seen]\n# ours\n\"a/b\" = \"1\" # one\n\"c/d\" = \"2\"\n";
        let edited = pin(text, "x.y", &take("a").seen).unwrap();
        assert_eq!(edited, text.replace("\"1\"", "\"91c0e2\"").replace("\"c/d\" = \"2\"\n", ""));
    }

    #[test]
    fn line_endings_and_the_byte_order_mark_stay() {
        let text = "\u{feff}name = \"A\"\r\nuse = []\n[[resolve]]\r\nat = \"x.y\"\r\nkeep = \"both\"\r\n";
        let edited = pin(text, "x.y", &take("a").seen).unwrap();
        assert_eq!(edited, format!("{text}seen = {{ \"a/b\" = \"91c0e2\" }}\r\n"));
        assert_eq!(withdraw(text, "x.y").unwrap(), "\u{feff}name = \"A\"\r\nuse = []\n");
    }

    #[test]
    fn comments_go_on_to_another_choice_and_a_header_stays() {
        let text = "# license\n\n[[resolve]]\nat = \"x.y\"\n# we take a\ntake = \"a\" # t\n";
        let keep = Decision { choice: Some(("keep", "both".into())), ..Decision::default() };
        let edited = decide(text, "x.y", &keep).unwrap();
        assert!(edited.contains("# we take a\nkeep = \"both\" # t\n"), "{edited}");
        assert_eq!(withdraw(text, "x.y").unwrap(), "# license\n\n");
        let more = format!("{text}\n[[resolve]]\nat = \"z.z\"\n");
        assert_eq!(withdraw(&more, "x.y").unwrap(), "# license\n\n[[resolve]]\nat = \"z.z\"\n");
    }

    #[test]
    fn inline_decisions_stay_inline() {
        let text = "resolve = [{ at = \"x.y\", keep = \"both\" }]\n";
        let edited = decide(text, "z.z", &take("a/b")).unwrap();
        assert!(
            edited.starts_with("resolve = [{ at = \"x.y\", keep = \"both\" }, { at = \"z.z\""),
            "{edited}"
        );
        assert_eq!(withdraw(text, "x.y").unwrap(), "");
    }
}
