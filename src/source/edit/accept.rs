//! Edits `[[accept]]` in `cento.toml`.

use std::collections::BTreeSet;

use toml_edit::{DocumentMut, Item, Table, TableLike, Value};

use super::EditError;
use super::decisions::{delete, push, see, tables};
use super::entries::set;
use crate::model::grammar::{Accept, Config};

/// The array of acceptances.
const ACCEPT: &str = Config::Accept.name();

pub(super) fn accept(
    document: &mut DocumentMut,
    seen: &[(String, String)],
    reason: Option<&str>,
) -> Result<(), EditError> {
    let sides: BTreeSet<&str> = seen.iter().map(|(side, _)| side.as_str()).collect();
    let fill = |table: &mut dyn TableLike| {
        see(table, Accept::Seen.name(), seen);
        if let Some(reason) = reason {
            set(table, Accept::Reason.name(), reason);
        }
    };
    if let Some(known) = tables(document, ACCEPT)?.into_iter().find(|table| is_about(*table, &sides)) {
        fill(known);
        return Ok(());
    }
    let mut table = Table::new();
    table
        .insert(Accept::Sides.name(), toml_edit::value(seen.iter().map(|(side, _)| side).collect::<Value>()));
    fill(&mut table);
    push(document, ACCEPT, table)
}

pub(super) fn withdraw_acceptance(document: &mut DocumentMut, sides: &[String; 2]) -> Result<(), EditError> {
    let sides: BTreeSet<&str> = sides.iter().map(String::as_str).collect();
    match delete(document, ACCEPT, &|table| is_about(table, &sides))? {
        true => Ok(()),
        false => Err(EditError::Missing(sides.into_iter().collect::<Vec<_>>().join(" "))),
    }
}

fn is_about(table: &dyn TableLike, sides: &BTreeSet<&str>) -> bool {
    let known = table.get(Accept::Sides.name()).and_then(Item::as_array);
    let known = known.map(|known| known.iter().filter_map(Value::as_str).collect::<BTreeSet<_>>());
    known.as_ref() == Some(sides)
}

#[cfg(test)]
mod tests {
    use super::super::{SourceEdit, apply};
    use super::*;

    fn accept(text: &str, seen: &[(String, String)], reason: Option<&str>) -> Result<String, EditError> {
        let reason = reason.map(str::to_owned);
        apply(text, &[SourceEdit::Accept { seen: seen.to_vec(), reason }])
    }

    fn withdraw_acceptance(text: &str, sides: [&str; 2]) -> Result<String, EditError> {
        apply(text, &[SourceEdit::WithdrawAcceptance { sides: sides.map(str::to_owned) }])
    }

    fn seen(one: &str) -> Vec<(String, String)> {
        vec![
            ("a/b:rules.x".to_owned(), one.to_owned()),
            ("profiles/p:rules.y".to_owned(), "222222".to_owned()),
        ]
    }

    #[test]
    fn a_pair_is_recorded_pinned_again_and_withdrawn() {
        let text = "# mine\n[defaults]\nstyle = \"plain\" # so\n";
        let first = accept(text, &seen("111111"), Some("because")).unwrap();
        let expected = "\n[[accept]]\nsides = [\"a/b:rules.x\", \"profiles/p:rules.y\"]\nseen = { \"a/b:rules.x\" = \"111111\", \"profiles/p:rules.y\" = \"222222\" }\nreason = \"because\"\n";
        assert_eq!(first, format!("{text}{expected}"));
        let mut other = seen("333333");
        other.reverse();
        let again = accept(&first, &other, None).unwrap();
        assert!(
            again.contains("333333") && again.contains("because") && !again.contains("111111"),
            "{again}"
        );
        assert_eq!(again.matches("[[accept]]").count(), 1);
        assert_eq!(withdraw_acceptance(&again, ["profiles/p:rules.y", "a/b:rules.x"]).unwrap(), text);
        assert!(withdraw_acceptance(text, ["a:x", "b:y"]).is_err());
        assert!(accept("accept = 1\n", &seen("1"), None).is_err());
    }
}
