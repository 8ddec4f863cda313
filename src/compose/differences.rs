//! Notes on differences between sides that their texts do not show.

use std::collections::BTreeSet;

use super::merge::{Conflict, Side};
use crate::model::{Address, Content, Datum, Library, fold};

/// The maximum number of subjects, relations and steps in a finding.
const MAX_NAMED: usize = 8;

/// Returns a note for each relation that makes rules about different subjects contradict each other, with its place;
/// the first of them, where there are many.
pub(super) fn relations(library: &Library, conflict: &Conflict<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    let all: BTreeSet<&str> =
        conflict.sides.iter().flat_map(|side| &side.claims).filter_map(|claim| claim.subject()).collect();
    let own = Address::parse(&conflict.at).subject();
    let others = all.iter().copied().filter(|subject| Some(*subject) != own).take(MAX_NAMED);
    let subjects: BTreeSet<&str> = own.filter(|own| all.contains(own)).into_iter().chain(others).collect();
    let known = &library.config.subjects;
    for a in &subjects {
        for b in subjects.iter().filter(|b| *b != a) {
            if notes.len() >= MAX_NAMED {
                return notes;
            }
            notes.extend(implication(library, a, b));
            for obliged in known.obliges(a) {
                let excluded = known.excluded.get(obliged).into_iter().flatten();
                for other in excluded.filter(|other| a < b && known.obliges(b).any(|of_b| of_b == *other)) {
                    let Some(relation) = known.exclusion(obliged, other) else { continue };
                    let place = library.sources.place(relation.other.span);
                    let why = format!("`{obliged}` excludes `{other}` ({place})");
                    let implied = [(a, obliged), (b, other.as_str())];
                    let implied = implied.iter().filter_map(|(from, to)| implication(library, from, to));
                    notes.push(std::iter::once(why).chain(implied).collect::<Vec<_>>().join(", and "));
                }
            }
        }
    }
    notes
}

/// Returns the chain of implications from one subject to another.
fn implication(library: &Library, from: &str, to: &str) -> Option<String> {
    let chain = library.config.subjects.chain(from, to);
    let steps = chain.iter().map(|relation| {
        let (other, place) = (relation.other.as_str(), library.sources.place(relation.other.span));
        format!("implies `{other}` ({place})")
    });
    let mut steps: Vec<String> = steps.collect();
    if steps.len() > MAX_NAMED {
        let last = steps.pop();
        steps.truncate(MAX_NAMED - 1);
        steps.extend(last.map(|last| format!("after {} more steps {last}", chain.len() - MAX_NAMED)));
    }
    (!steps.is_empty()).then(|| format!("`{from}` {}", steps.join(", which ")))
}

/// Returns a note for sides with equal texts, only some of which are templates.
pub(super) fn template(library: &Library, conflict: &Conflict<'_>) -> Option<String> {
    let templates: Vec<&str> = conflict
        .sides
        .iter()
        .filter(|side| library.is_template(side.source))
        .map(|side| side.name.as_str())
        .collect();
    let text = |side: &Side<'_>| {
        let claim = side.claims.first()?;
        let text = match &claim.content {
            Content::Block(block) => &block.text.value,
            Content::Field(Datum::String(text)) | Content::Setting(Datum::String(text)) => text,
            _ => return None,
        };
        Some(fold(text).into_owned())
    };
    let (first, rest) = (text(&conflict.sides[0]), &conflict.sides[1..]);
    let is_same = first.is_some() && rest.iter().any(|side| text(side) == first);
    if is_same && !templates.is_empty() && templates.len() < conflict.sides.len() {
        let note =
            format!("only {} is a template, so equal texts may render differently", templates.join(", "));
        return Some(note);
    }
    None
}
