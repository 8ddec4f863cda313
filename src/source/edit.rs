//! Edits source files in place and writes new ones. Comments, layout and line endings of the rest of a file
//! stay.

mod accept;
mod comments;
mod decisions;
mod entries;
mod inline;
mod locate;
mod names;
mod new;
mod strings;
mod uses;

pub(crate) use comments::Taken;
pub(crate) use decisions::{Choice, Decision};
pub(crate) use entries::Place;
pub(crate) use inline::{item_range, key_range, lone_text, without_key};
pub(crate) use locate::{entry_place, entry_tables};
pub(crate) use names::Renames;
pub(crate) use new::{NewEntry, NewFile, NewFragment, entry, inline};
pub(crate) use strings::{key_literal, line_literal, list_literal, literal, literal_like, value_literal};
pub(crate) use uses::Use;

use std::ops::Range;

use similar::{ChangeTag, TextDiff};
use toml_edit::DocumentMut;

use crate::model::address;
use crate::model::grammar::Profile;

/// The path of keys to an entry or a table.
pub(crate) type Keys = Vec<String>;

/// One change of a source file. Values are written in TOML.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum SourceEdit {
    /// Replaces a range of the text, in which line endings are `\n`. Applied before all other edits.
    SetText { range: Range<usize>, text: String },
    /// Sets a key, creating its tables if necessary. Comments around an old value stay.
    SetKey { tables: Keys, key: String, value: String },
    /// Sets a key and moves it to a position in its table.
    Insert { tables: Keys, place: Place, key: String, value: String },
    /// Moves an entry to another table, with its comments and a new value.
    Move { from: Keys, to: Keys, place: Place, value: String },
    /// Removes an entry, its comments, and the tables that become empty.
    Remove { keys: Keys },
    /// Removes an entry and its comments. Its table stays, even if empty.
    Unset { keys: Keys },
    /// Sorts the named entries of a table in this order. Other entries keep their positions.
    Reorder { tables: Keys, order: Vec<String> },
    /// Adds comment lines above an entry, except those that it already has.
    Comment { keys: Keys, lines: Vec<String> },
    /// Changes `use`, and `drop` if it names the old fragment.
    Use(Use),
    /// Adds a `[[remove]]` to a profile. The removal of a single entry is pinned to `seen`.
    RemoveAddress { target: String, seen: Vec<(String, String)>, reason: String },
    /// Renames entries of a list wherever the file refers to them.
    Rename { list: String, ids: Renames },
    /// Renames a side in the decisions about `at`.
    RenameSide { at: String, old: String, new: String },
    /// Sets the `order` of a list in the layout, or removes it and keeps its comments.
    Order { list: String, order: Option<Vec<String>> },
    /// Records a resolution of `at`: in place if there is one, else in a new `[[resolve]]` at the end.
    Decide { at: String, decision: Decision },
    /// Pins the removal of `target` to the claims that it removes now.
    PinRemoval { target: String, seen: Vec<(String, String)> },
    /// Pins the resolution of `at` to the current texts of its sides.
    Pin { at: String, seen: Vec<(String, String)> },
    /// Deletes the resolution of `at`.
    Withdraw { at: String },
    /// Records in cento.toml that two similar entries are intended. Without a reason, the old one stays.
    Accept { seen: Vec<(String, String)>, reason: Option<String> },
    /// Deletes the acceptance of two entries.
    WithdrawAcceptance { sides: [String; 2] },
}

/// Collects a path of keys.
pub(crate) fn keys<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Keys {
    names.into_iter().map(|name| name.as_ref().to_owned()).collect()
}

/// Returns a path of keys as messages show it, separated by dots.
fn dotted(keys: &[String]) -> String {
    address::place(keys.iter().map(String::as_str))
}

/// Returns the path of a profile's table with the layout of a place.
pub(crate) fn layout_tables(place: &str) -> Keys {
    keys([Profile::Layout.name()].into_iter().chain(address::parts(place)))
}

impl SourceEdit {
    /// Sets a key in the table at `tables`.
    pub(crate) fn set<S: AsRef<str>>(tables: &[S], key: &str, value: impl Into<String>) -> Self {
        SourceEdit::SetKey { tables: keys(tables), key: key.to_owned(), value: value.into() }
    }

    /// Sets a key in the table at `tables` and moves it to a position.
    pub(crate) fn insert<S: AsRef<str>>(
        tables: &[S],
        place: Place,
        key: &str,
        value: impl Into<String>,
    ) -> Self {
        SourceEdit::Insert { tables: keys(tables), place, key: key.to_owned(), value: value.into() }
    }

    /// Sets a layout key of a place; the empty place is the document.
    pub(crate) fn layout(place: &str, key: &str, value: impl Into<String>) -> Self {
        SourceEdit::set(&layout_tables(place), key, value)
    }

    /// Removes a key from the table at `tables`.
    pub(crate) fn remove<S: AsRef<str>>(tables: &[S], key: &str) -> Self {
        let mut keys = keys(tables);
        keys.push(key.to_owned());
        SourceEdit::Remove { keys }
    }

    /// Removes an address in a profile. `seen` holds the claims that the removal removes now; empty for a section or
    /// group.
    pub(crate) fn remove_address(target: &str, seen: Vec<(String, String)>, reason: &str) -> Self {
        SourceEdit::RemoveAddress { target: target.to_owned(), seen, reason: reason.to_owned() }
    }

    /// Applies the edit to a document. Returns the entry that it removes, if any.
    fn make(&self, document: &mut DocumentMut) -> Result<Option<Taken>, EditError> {
        match self {
            // Already applied to the text by `take`.
            SourceEdit::SetText { .. } => {}
            SourceEdit::SetKey { tables, key, value } => entries::set_key(document, tables, key, value)?,
            SourceEdit::Insert { tables, place, key, value } => {
                entries::set_key(document, tables, key, value)?;
                entries::put_at(document, tables, place, key)?;
            }
            SourceEdit::Move { from, to, place, value } => {
                entries::relocate(document, from, to, place, value)?
            }
            SourceEdit::Remove { keys } => return comments::take(document, keys, true).map(Some),
            SourceEdit::Unset { keys } => return comments::take(document, keys, false).map(Some),
            SourceEdit::Reorder { tables, order } => entries::reorder(document, tables, order)?,
            SourceEdit::Comment { keys, lines } => comments::add(document, keys, lines),
            SourceEdit::Use(change) => uses::change_use(document, change),
            SourceEdit::RemoveAddress { target, seen, reason } => {
                decisions::remove_address(document, target, seen, reason)?
            }
            SourceEdit::PinRemoval { target, seen } => decisions::pin_removal(document, target, seen)?,
            SourceEdit::Rename { list, ids } => names::rename(document, list, ids),
            SourceEdit::RenameSide { at, old, new } => names::rename_side(document, at, old, new),
            SourceEdit::Order { list, order } => names::set_order(document, list, order.as_deref())?,
            SourceEdit::Decide { at, decision } => decisions::decide(document, at, decision)?,
            SourceEdit::Pin { at, seen } => decisions::pin(document, at, seen)?,
            SourceEdit::Withdraw { at } => decisions::withdraw(document, at)?,
            SourceEdit::Accept { seen, reason } => accept::accept(document, seen, reason.as_deref())?,
            SourceEdit::WithdrawAcceptance { sides } => accept::withdraw_acceptance(document, sides)?,
        }
        Ok(None)
    }
}

/// Applies edits to the text of a file, in order.
///
/// # Errors
/// If the text or a value is not TOML, an edit names something that does not exist, or a key on its path is
/// not a table.
pub(crate) fn apply(text: &str, edits: &[SourceEdit]) -> Result<String, EditError> {
    Ok(take(text, edits)?.0)
}

/// As [`apply`]. Also returns the entries that were removed, in order.
///
/// # Errors
/// As [`apply`].
pub(crate) fn take(text: &str, edits: &[SourceEdit]) -> Result<(String, Vec<Taken>), EditError> {
    let (mark, text) = match text.strip_prefix('\u{feff}') {
        Some(rest) => ("\u{feff}", rest),
        None => ("", text),
    };
    let normal = text.replace("\r\n", "\n");
    let mut document: DocumentMut = spliced(&normal, edits)?.parse()?;
    let mut taken = Vec::new();
    for edit in edits {
        taken.extend(edit.make(&mut document)?);
    }
    if !taken.is_empty() {
        comments::trim_start(&mut document);
    }
    Ok((format!("{mark}{}", with_line_endings(text, &normal, &document.to_string())), taken))
}

/// Applies the `SetText` edits to a text.
fn spliced(text: &str, edits: &[SourceEdit]) -> Result<String, EditError> {
    let texts = edits.iter().filter_map(|edit| match edit {
        SourceEdit::SetText { range, text } => Some((range.clone(), text)),
        _ => None,
    });
    let mut texts: Vec<_> = texts.collect();
    texts.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    let mut spliced = text.to_owned();
    for (range, new) in texts {
        spliced.get(range.clone()).ok_or_else(|| EditError::Missing(format!("{range:?}")))?;
        spliced.replace_range(range, new);
    }
    Ok(spliced)
}

/// Why a file was not edited.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EditError {
    /// The file is not TOML.
    #[error("the file is not valid TOML: {0}")]
    Syntax(#[from] toml_edit::TomlError),
    /// The item is not an array of tables.
    #[error("`{0}` is not an array of tables")]
    NotTables(String),
    /// A key on the path is not a table.
    #[error("`{0}` is not a table")]
    NotATable(String),
    /// The item to change does not exist.
    #[error("there is no `{0}`")]
    Missing(String),
}

/// Returns the new bytes of a file whose text in [`crate::model::Sources`] becomes `edited`. The byte order
/// mark stays, and so do the line endings of unchanged lines.
pub(crate) fn restored(original: &str, edited: &str) -> String {
    let (mark, text) = match original.strip_prefix('\u{feff}') {
        Some(rest) => ("\u{feff}", rest),
        None => ("", original),
    };
    format!("{mark}{}", with_line_endings(text, &text.replace("\r\n", "\n"), edited))
}

/// Restores the line endings of `text` in `edited`; `normal` is `text` without carriage returns.
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
