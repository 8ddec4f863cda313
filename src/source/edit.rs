//! Editing of sources: comments, layout and line endings of the rest stay as they are. New files are written here too.

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
pub(crate) use inline::{item_range, key_range, lone_text};
pub(crate) use locate::{entry_place, entry_tables};
pub(crate) use names::Renames;
pub(crate) use new::{NewEntry, NewFile, NewFragment, entry, inline};
pub(crate) use strings::{line_literal, list_literal, literal, literal_like, value_literal};
pub(crate) use uses::Use;

use std::ops::Range;

use similar::{ChangeTag, TextDiff};
use toml_edit::DocumentMut;

use crate::model::address;
use crate::model::grammar::Profile;

/// The keys that lead to an entry or a table.
pub(crate) type Keys = Vec<String>;

/// One change of a source file. Values are written as in TOML.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum SourceEdit {
    /// Replaces a range of the text, which has only `\n`. Applied before all other edits.
    SetText { range: Range<usize>, text: String },
    /// Sets a key. Tables on the way to it are made; comments around an old value stay.
    SetKey { tables: Keys, key: String, value: String },
    /// Sets a key and gives it a place among the entries of its table.
    Insert { tables: Keys, place: Place, key: String, value: String },
    /// Moves an entry to another table, with the comments about it. It gets a new value there.
    Move { from: Keys, to: Keys, place: Place, value: String },
    /// Takes an entry out, with the comments about it and the tables that become empty.
    Remove { keys: Keys },
    /// Takes an entry out, with the comments about it. Its table stays, even if empty.
    Unset { keys: Keys },
    /// Puts the named entries of a table into this order. The others keep their places.
    Reorder { tables: Keys, order: Vec<String> },
    /// Adds comment lines above an entry, except those that it already has.
    Comment { keys: Keys, lines: Vec<String> },
    /// Changes `use`, and `drop` where it names the old fragment.
    Use(Use),
    /// Adds a `[[remove]]` to a profile, pinned to what it saw if it is of a single entry.
    RemoveAddress { target: String, seen: Vec<(String, String)>, reason: String },
    /// Gives entries of a list new ids wherever the file names them.
    Rename { list: String, ids: Renames },
    /// Renames a side of the decision about `at`.
    RenameSide { at: String, old: String, new: String },
    /// Sets `order` of a list in the layout, or takes it out and leaves its comments.
    Order { list: String, order: Option<Vec<String>> },
    /// Records a decision about `at`: in place if there is one, else as a new `[[resolve]]` at the end.
    Decide { at: String, decision: Decision },
    /// Pins the removal of `target` to what is below the profile now.
    PinRemoval { target: String, seen: Vec<(String, String)> },
    /// Pins the decision about `at` to what the sides say now.
    Pin { at: String, seen: Vec<(String, String)> },
    /// Deletes the decision about `at`.
    Withdraw { at: String },
    /// Records in cento.toml that two entries are meant as they are. Without a reason, the old one stays.
    Accept { seen: Vec<(String, String)>, reason: Option<String> },
    /// Deletes what is recorded about two entries.
    WithdrawAcceptance { sides: [String; 2] },
}

/// Keys of a path of names.
pub(crate) fn keys<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Keys {
    names.into_iter().map(|name| name.as_ref().to_owned()).collect()
}

/// The tables of a profile that lead to the layout of a place.
pub(crate) fn layout_tables(place: &str) -> Keys {
    keys([Profile::Layout.name()].into_iter().chain(address::parts(place)))
}

impl SourceEdit {
    /// Sets a key of the table that `tables` lead to.
    pub(crate) fn set<S: AsRef<str>>(tables: &[S], key: &str, value: impl Into<String>) -> Self {
        SourceEdit::SetKey { tables: keys(tables), key: key.to_owned(), value: value.into() }
    }

    /// Sets a key and puts it last in the table that `tables` lead to, or at another place.
    pub(crate) fn insert<S: AsRef<str>>(
        tables: &[S],
        place: Place,
        key: &str,
        value: impl Into<String>,
    ) -> Self {
        SourceEdit::Insert { tables: keys(tables), place, key: key.to_owned(), value: value.into() }
    }

    /// Sets a key of the layout of a place; the document is the empty place.
    pub(crate) fn layout(place: &str, key: &str, value: impl Into<String>) -> Self {
        SourceEdit::set(&layout_tables(place), key, value)
    }

    /// Takes a key out of the table that `tables` lead to.
    pub(crate) fn remove<S: AsRef<str>>(tables: &[S], key: &str) -> Self {
        let mut keys = keys(tables);
        keys.push(key.to_owned());
        SourceEdit::Remove { keys }
    }

    /// Removes an address in a profile. `seen` is what is there; empty for a section or group.
    pub(crate) fn remove_address(target: &str, seen: Vec<(String, String)>, reason: &str) -> Self {
        SourceEdit::RemoveAddress { target: target.to_owned(), seen, reason: reason.to_owned() }
    }

    /// Makes the change in a document. Returns what it takes out.
    fn make(&self, document: &mut DocumentMut) -> Result<Option<Taken>, EditError> {
        match self {
            // `take` has replaced it in the text.
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
/// If the text or a value is not TOML, what an edit names is not there, or something on the way is no table.
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

/// The text with the replacements of `SetText` in it.
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
    /// Something that is to hold tables is no array of them.
    #[error("`{0}` is not an array of tables")]
    NotTables(String),
    /// Something on the way to a key is no table.
    #[error("`{0}` is not a table")]
    NotATable(String),
    /// What was to be changed is not there.
    #[error("there is no `{0}`")]
    Missing(String),
}

/// The bytes of a file whose text, as [`crate::model::Sources`] has it, becomes `edited`: the byte order
/// mark stays, and so do the line endings of all lines that did not change.
pub(crate) fn restored(original: &str, edited: &str) -> String {
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
