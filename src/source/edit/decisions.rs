//! Edits arrays of tables that record decisions: `[[resolve]]` and `[[remove]]` of a profile.

use toml_edit::{ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike, Value};

use super::comments::text_of;
use super::entries::set;
use super::{EditError, literal};
use crate::model::grammar::{BOTH, Profile, Remove, Resolve};

/// The array of decisions.
pub(super) const RESOLVE: &str = Profile::Resolve.name();

/// The array of removals.
pub(super) const REMOVE: &str = Profile::Remove.name();

/// The choice of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Choice {
    /// The side that wins.
    Take(String),
    /// The value that replaces all sides, in TOML.
    Set(String),
    /// All sides stay.
    KeepBoth,
}

impl Choice {
    /// Returns the key of the choice.
    const fn key(&self) -> &'static str {
        match self {
            Choice::Take(_) => Resolve::Take.name(),
            Choice::Set(_) => Resolve::Set.name(),
            Choice::KeepBoth => Resolve::Keep.name(),
        }
    }

    /// Returns the value of the key, in TOML.
    fn value(&self) -> String {
        match self {
            Choice::Take(side) => literal(side),
            Choice::Set(value) => value.clone(),
            Choice::KeepBoth => literal(BOTH),
        }
    }
}

/// The content of a `[[resolve]]`. Keys that are `None` or false are omitted; a reason that is `None` keeps
/// the old one.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Decision {
    pub choice: Option<Choice>,
    /// The sides and their hashes.
    pub seen: Vec<(String, String)>,
    /// The force of the text in `set`.
    pub force: Option<String>,
    /// Whether a locked claim may lose.
    pub breaks_lock: bool,
    pub reason: Option<String>,
}

/// Returns the tables of an array of tables or inline tables.
pub(super) fn tables<'d>(
    document: &'d mut DocumentMut,
    array: &str,
) -> Result<Vec<&'d mut dyn TableLike>, EditError> {
    match document.get_mut(array) {
        None => Ok(Vec::new()),
        Some(Item::ArrayOfTables(tables)) => {
            Ok(tables.iter_mut().map(|table| table as &mut dyn TableLike).collect())
        }
        Some(Item::Value(Value::Array(array))) => {
            let tables = array.iter_mut().filter_map(Value::as_inline_table_mut);
            Ok(tables.map(|table| table as &mut dyn TableLike).collect())
        }
        Some(_) => Err(EditError::NotTables(array.to_owned())),
    }
}

/// Appends a table to an array.
pub(super) fn push(document: &mut DocumentMut, array: &str, table: Table) -> Result<(), EditError> {
    match document.entry(array).or_insert(Item::ArrayOfTables(ArrayOfTables::new())) {
        Item::ArrayOfTables(tables) => tables.push(table),
        Item::Value(Value::Array(array)) => array.push(table.into_inline_table()),
        _ => return Err(EditError::NotTables(array.to_owned())),
    }
    Ok(())
}

/// Deletes the tables for which `is_gone` is true, and the array if it becomes empty. Returns whether any
/// were deleted.
pub(super) fn delete(
    document: &mut DocumentMut,
    array: &str,
    is_gone: &dyn Fn(&dyn TableLike) -> bool,
) -> Result<bool, EditError> {
    // A comment above the first table of a file is about the file.
    let mut header = None;
    let (before, after) = match document.get_mut(array) {
        Some(Item::ArrayOfTables(tables)) => {
            let before = tables.len();
            let first = tables.iter().next().filter(|table| is_gone(*table));
            header = first.and_then(header_of);
            tables.retain(|table| !is_gone(table));
            if let (Some(text), Some(next)) = (&header, tables.iter_mut().next()) {
                let own = text_of(next.decor().prefix());
                next.decor_mut().set_prefix(format!("{text}{}", own.trim_start_matches('\n')));
                header = None;
            }
            (before, tables.len())
        }
        Some(Item::Value(Value::Array(array))) => {
            let before = array.len();
            array.retain(|value| !value.as_inline_table().is_some_and(|table| is_gone(table)));
            (before, array.len())
        }
        Some(_) => return Err(EditError::NotTables(array.to_owned())),
        None => return Ok(false),
    };
    if after == 0 {
        document.remove(array);
    }
    if let Some(text) = header {
        let trailing = text_of(Some(document.trailing()));
        document.set_trailing(format!("{text}{trailing}"));
    }
    Ok(after < before)
}

/// Returns the comments before a table up to the last blank line: those that are not about the table.
fn header_of(table: &Table) -> Option<String> {
    let prefix = table.decor().prefix()?.as_str()?;
    let end = prefix.rfind("\n\n")? + 2;
    let header = &prefix[..end];
    header.contains('#').then(|| header.to_owned())
}

pub(super) fn is_at(table: &dyn TableLike, at: &str) -> bool {
    table.get(Resolve::At.name()).and_then(Item::as_str) == Some(at)
}

/// Returns whether a removal removes `target`.
pub(super) fn is_of(table: &dyn TableLike, target: &str) -> bool {
    table.get(Remove::Target.name()).and_then(Item::as_str) == Some(target)
}

fn find<'d>(document: &'d mut DocumentMut, at: &str) -> Result<Option<&'d mut dyn TableLike>, EditError> {
    Ok(tables(document, RESOLVE)?.into_iter().find(|table| is_at(*table, at)))
}

pub(super) fn decide(document: &mut DocumentMut, at: &str, decision: &Decision) -> Result<(), EditError> {
    if let Some(table) = find(document, at)? {
        return fill(table, decision);
    }
    let mut table = Table::new();
    table.insert(Resolve::At.name(), toml_edit::value(at));
    fill(&mut table, decision)?;
    push(document, RESOLVE, table)
}

pub(super) fn pin(document: &mut DocumentMut, at: &str, seen: &[(String, String)]) -> Result<(), EditError> {
    if let Some(table) = find(document, at)? {
        see(table, Resolve::Seen.name(), seen);
    }
    Ok(())
}

pub(super) fn pin_removal(
    document: &mut DocumentMut,
    target: &str,
    seen: &[(String, String)],
) -> Result<(), EditError> {
    if let Some(table) = tables(document, REMOVE)?.into_iter().find(|table| is_of(*table, target)) {
        see(table, Remove::Seen.name(), seen);
    }
    Ok(())
}

pub(super) fn withdraw(document: &mut DocumentMut, at: &str) -> Result<(), EditError> {
    delete(document, RESOLVE, &|table| is_at(table, at)).map(drop)
}

pub(super) fn remove_address(
    document: &mut DocumentMut,
    target: &str,
    seen: &[(String, String)],
    reason: &str,
) -> Result<(), EditError> {
    let mut table = Table::new();
    table.insert(Remove::Target.name(), toml_edit::value(target));
    if !seen.is_empty() {
        see(&mut table, Remove::Seen.name(), seen);
    }
    table.insert(Remove::Reason.name(), toml_edit::value(reason));
    push(document, REMOVE, table)
}

fn fill(table: &mut dyn TableLike, decision: &Decision) -> Result<(), EditError> {
    if let Some(choice) = &decision.choice {
        let chosen = choice.key();
        let mut value: Value = choice.value().parse()?;
        let mut comments = None;
        let keys = [Resolve::Take, Resolve::Set, Resolve::Keep].map(Resolve::name);
        for key in keys.into_iter().filter(|key| *key != chosen) {
            // The comments around the old choice move to the new one.
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
        Some(force) => set(table, Resolve::Force.name(), force.as_str()),
        None => drop(table.remove(Resolve::Force.name())),
    }
    match decision.breaks_lock {
        true => set(table, Resolve::BreaksLock.name(), true),
        false => drop(table.remove(Resolve::BreaksLock.name())),
    }
    see(table, Resolve::Seen.name(), &decision.seen);
    if let Some(reason) = &decision.reason {
        set(table, Resolve::Reason.name(), reason.as_str());
    }
    Ok(())
}

/// Sets the hashes. If they are a subtable, comments around names that stay are kept.
pub(super) fn see(table: &mut dyn TableLike, key: &str, seen: &[(String, String)]) {
    let Some(Item::Table(known)) = table.get_mut(key) else {
        let pairs = seen.iter().map(|(name, hash)| (name.as_str(), hash.as_str()));
        return set(table, key, Value::InlineTable(pairs.collect::<InlineTable>()));
    };
    known.retain(|name, _| seen.iter().any(|(other, _)| other == name));
    for (name, hash) in seen {
        set(known, name, hash.as_str());
    }
}

#[cfg(test)]
mod tests {
    use super::super::{SourceEdit, apply};
    use super::*;

    fn take(side: &str) -> Decision {
        Decision {
            choice: Some(Choice::Take(side.to_owned())),
            seen: vec![("a/b".to_owned(), "91c0e2".to_owned())],
            reason: Some("because".to_owned()),
            ..Decision::default()
        }
    }

    #[test]
    fn a_new_decision_is_appended_and_the_rest_stays() {
        let text = "# mine\nuse = [\n  \"a/b\", # first\n]\n";
        let expected = "\n[[resolve]]\nat = \"fields.x\"\ntake = \"a/b\"\nseen = { \"a/b\" = \"91c0e2\" }\nreason = \"because\"\n";
        assert_eq!(
            apply(text, &[SourceEdit::Decide { at: "fields.x".to_owned(), decision: take("a/b") }]).unwrap(),
            format!("{text}{expected}")
        );
    }

    #[test]
    fn a_decision_is_changed_in_place_with_its_comments() {
        let text = "[[resolve]]\nat = \"x.y\" # here\nkeep = \"both\"\nreason = \"old\" # why\n\n[tools]\nallow = [\"A\"]\n";
        let edited =
            apply(text, &[SourceEdit::Decide { at: "x.y".to_owned(), decision: take("a/b") }]).unwrap();
        assert!(
            edited.contains("at = \"x.y\" # here\n") && edited.contains("reason = \"because\" # why\n"),
            "{edited}"
        );
        assert!(!edited.contains("keep") && edited.ends_with("\n[tools]\nallow = [\"A\"]\n"), "{edited}");
    }

    #[test]
    fn hashes_are_pinned_again_in_place() {
        let text = "[[resolve]]\nat = \"x.y\"\n\n# what it saw\n[resolve.seen]\n# ours\n\"a/b\" = \"1\" # one\n\"c/d\" = \"2\"\n";
        let edited = apply(text, &[SourceEdit::Pin { at: "x.y".to_owned(), seen: take("a").seen }]).unwrap();
        assert_eq!(edited, text.replace("\"1\"", "\"91c0e2\"").replace("\"c/d\" = \"2\"\n", ""));
    }

    #[test]
    fn line_endings_and_the_byte_order_mark_stay() {
        let text = "\u{feff}name = \"A\"\r\nuse = []\n[[resolve]]\r\nat = \"x.y\"\r\nkeep = \"both\"\r\n";
        let edited = apply(text, &[SourceEdit::Pin { at: "x.y".to_owned(), seen: take("a").seen }]).unwrap();
        assert_eq!(edited, format!("{text}seen = {{ \"a/b\" = \"91c0e2\" }}\r\n"));
        assert_eq!(
            apply(text, &[SourceEdit::Withdraw { at: "x.y".to_owned() }]).unwrap(),
            "\u{feff}name = \"A\"\r\nuse = []\n"
        );
    }

    #[test]
    fn comments_move_to_another_choice_and_a_header_stays() {
        let text = "# license\n\n[[resolve]]\nat = \"x.y\"\n# we take a\ntake = \"a\" # t\n";
        let keep = Decision { choice: Some(Choice::KeepBoth), ..Decision::default() };
        let edited =
            apply(text, &[SourceEdit::Decide { at: "x.y".to_owned(), decision: keep.clone() }]).unwrap();
        assert!(edited.contains("# we take a\nkeep = \"both\" # t\n"), "{edited}");
        assert_eq!(apply(text, &[SourceEdit::Withdraw { at: "x.y".to_owned() }]).unwrap(), "# license\n\n");
        let more = format!("{text}\n[[resolve]]\nat = \"z.z\"\n");
        assert_eq!(
            apply(&more, &[SourceEdit::Withdraw { at: "x.y".to_owned() }]).unwrap(),
            "# license\n\n[[resolve]]\nat = \"z.z\"\n"
        );
    }

    #[test]
    fn inline_decisions_stay_inline() {
        let text = "resolve = [{ at = \"x.y\", keep = \"both\" }]\n";
        let edited =
            apply(text, &[SourceEdit::Decide { at: "z.z".to_owned(), decision: take("a/b") }]).unwrap();
        assert!(
            edited.starts_with("resolve = [{ at = \"x.y\", keep = \"both\" }, { at = \"z.z\""),
            "{edited}"
        );
        assert_eq!(apply(text, &[SourceEdit::Withdraw { at: "x.y".to_owned() }]).unwrap(), "");
    }
}
