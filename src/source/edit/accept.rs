//! Editing of `[[accept]]` in `cento.toml`.

use std::collections::BTreeSet;

use toml_edit::{ArrayOfTables, Item, Table, TableLike, Value};

use super::{EditError, edit, list, see, set};

/// Records that two entries are meant as they are: in place if that is known already, else at the end. Without a
/// reason, the one that stands there stays.
///
/// # Errors
/// If the text is not TOML, or its `accept` is no array of tables.
pub fn accept(text: &str, seen: &[(String, String)], reason: Option<&str>) -> Result<String, EditError> {
    let sides: BTreeSet<&str> = seen.iter().map(|(side, _)| side.as_str()).collect();
    edit(text, |document| {
        let fill = |table: &mut dyn TableLike| {
            see(table, seen);
            if let Some(reason) = reason {
                set(table, "reason", reason);
            }
        };
        let mut table = Table::new();
        table.insert("sides", toml_edit::value(list(seen.iter().map(|(side, _)| side.clone()))));
        fill(&mut table);
        match document.entry("accept").or_insert(Item::ArrayOfTables(ArrayOfTables::new())) {
            Item::ArrayOfTables(tables) => {
                let known = tables.iter().position(|table| is_about(table, &sides));
                match known.and_then(|known| tables.get_mut(known)) {
                    Some(known) => fill(known),
                    None => tables.push(table),
                }
            }
            Item::Value(Value::Array(array)) => {
                let is_known =
                    |value: &Value| value.as_inline_table().is_some_and(|table| is_about(table, &sides));
                let known = array.iter().position(is_known);
                match known.and_then(|known| array.get_mut(known)).and_then(Value::as_inline_table_mut) {
                    Some(known) => fill(known),
                    None => array.push(table.into_inline_table()),
                }
            }
            _ => return Err(EditError::NotATable("accept".to_owned())),
        }
        Ok(())
    })
}

/// Deletes what is recorded about two entries.
///
/// # Errors
/// As [`accept`], or if nothing is recorded about them.
pub fn withdraw_acceptance(text: &str, sides: [&str; 2]) -> Result<String, EditError> {
    let sides: BTreeSet<&str> = sides.into_iter().collect();
    edit(text, |document| {
        let missing = || EditError::NoEntry(sides.iter().copied().collect::<Vec<_>>().join(" "));
        let (before, after) = match document.get_mut("accept") {
            Some(Item::ArrayOfTables(tables)) => {
                let before = tables.len();
                tables.retain(|table| !is_about(table, &sides));
                (before, tables.len())
            }
            Some(Item::Value(Value::Array(array))) => {
                let before = array.len();
                array.retain(|value| !value.as_inline_table().is_some_and(|table| is_about(table, &sides)));
                (before, array.len())
            }
            _ => return Err(missing()),
        };
        if after == before {
            return Err(missing());
        }
        if after == 0 {
            document.remove("accept");
        }
        Ok(())
    })
}

fn is_about(table: &dyn TableLike, sides: &BTreeSet<&str>) -> bool {
    let known = table.get("sides").and_then(Item::as_array);
    let known = known.map(|known| known.iter().filter_map(Value::as_str).collect::<BTreeSet<_>>());
    known.as_ref() == Some(sides)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(one: &str) -> Vec<(String, String)> {
        vec![
            ("a/b:rules.x".to_owned(), one.to_owned()),
            ("profiles/p:rules.y".to_owned(), "222222".to_owned()),
        ]
    }

    #[test]
    fn a_pair_is_recorded_pinned_anew_and_withdrawn() {
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
