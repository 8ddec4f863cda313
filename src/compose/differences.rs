//! How sides differ where their texts alone do not show it.

use std::collections::BTreeSet;

use super::decision::{Conflict, Side};
use crate::model::{Library, fold};

/// Names the relations by which rules about different subjects contradict each other.
pub(super) fn relations(library: &Library, conflict: &Conflict<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    let subjects: BTreeSet<&str> =
        conflict.sides.iter().flat_map(|side| &side.claims).filter_map(|claim| claim.subject()).collect();
    let known = &library.config.subjects;
    for a in &subjects {
        for b in subjects.iter().filter(|b| *b != a) {
            if known.implied.get(*a).is_some_and(|implied| implied.contains(*b)) {
                notes.push(format!("`{a}` implies `{b}`, says cento.toml"));
            }
            for obliged in known.obliges(a) {
                let excluded = known.excluded.get(obliged).into_iter().flatten();
                for other in excluded.filter(|other| a < b && known.obliges(b).any(|of_b| of_b == *other)) {
                    let mut why = format!("`{obliged}` excludes `{other}`");
                    for (from, to) in [(a, obliged), (b, other.as_str())] {
                        if *from != to {
                            why.push_str(&format!(", and `{from}` implies `{to}`"));
                        }
                    }
                    notes.push(format!("{why}, says cento.toml"));
                }
            }
        }
    }
    notes
}

/// Says how sides differ that look the same.
pub(super) fn template(library: &Library, conflict: &Conflict<'_>) -> Option<String> {
    let templates: Vec<&str> = conflict
        .sides
        .iter()
        .filter(|side| library.is_template(side.source))
        .map(|side| side.name.as_str())
        .collect();
    let text = |side: &Side<'_>| Some(fold(&side.claims.first()?.block()?.text.value).into_owned());
    let (first, rest) = (text(&conflict.sides[0]), &conflict.sides[1..]);
    let is_same = first.is_some() && rest.iter().any(|side| text(side) == first);
    if is_same && !templates.is_empty() && templates.len() < conflict.sides.len() {
        let note =
            format!("only {} is a template: the same characters mean something else", templates.join(", "));
        return Some(note);
    }
    None
}
