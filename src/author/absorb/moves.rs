//! Proposals for entries that were moved.

use camino::Utf8PathBuf;

use super::elements::Element;
use super::entries::{covered, with_part};
use super::home::FileEdits;
use super::hunks::{Group, Sort};
use super::proposal::{Edit, Proposal};
use super::regroup::moved_lines as lines;
use super::sections;
use crate::compose::fewest_names;
use crate::model::{Part, layout_keys as keys};
use crate::source::edit::{self, Keys, Place, SourceEdit, list_literal};
use crate::trial::BuiltPersona;

/// Proposes another order for entries that were removed in one place and added in another: in the file that
/// holds all of them, or in the profile's layout.
pub(super) fn moved(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Vec<Proposal> {
    let own = lines(edit.group);
    let is_out = !edit.group.removed.is_empty();
    let is_partner = |group: &&Group| {
        group.sort == Sort::Lines
            && group.removed.is_empty() == is_out
            && lines(group) == own
            && group.hunks.clone().any(|index| !edit.applied.accepted[index])
    };
    if own.is_empty() {
        return Vec::new();
    }
    let partners: Vec<&Group> = edit.groups.iter().filter(is_partner).collect();
    let mut proposals = Vec::new();
    if !partners.is_empty() {
        proposals.extend(sections::reordered(persona, edit));
    }
    for partner in partners {
        let (out, into) = if is_out { (edit.group, partner) } else { (partner, edit.group) };
        proposals.extend(between(persona, edit, out, into));
    }
    proposals
}

fn between(persona: &BuiltPersona<'_>, edit: Edit<'_>, out: &Group, into: &Group) -> Vec<Proposal> {
    let text = persona.document.text();
    let elements = edit.elements;
    let mut proposals = Vec::new();
    let outs = edit.change(out.hunks.start).slides(text);
    let Some(gone) = outs.iter().map(|change| covered(change, elements, text)).find(|gone| !gone.is_empty())
    else {
        return proposals;
    };
    let list = &gone[0].list;
    let entries: Vec<&Element<'_>> = gone.iter().copied().filter(|element| element.is_entry()).collect();
    if entries.is_empty() || entries.iter().any(|element| element.list != *list) {
        return proposals;
    }
    let at = edit.change(into.hunks.start).start;
    let above = elements.iter().rev().find(|element| element.lines.end <= at);
    let below = elements.iter().find(|element| element.lines.start >= at);
    // A rule moved between rules of another force takes that force.
    for beside in [above, below].into_iter().flatten().filter(|element| element.list == *list) {
        if let ([rule], Some(Part::Rule(force))) = (entries.as_slice(), beside.list_part())
            && matches!(rule.list_part(), Some(Part::Rule(own)) if own != force)
        {
            let is_above = above.is_some_and(|above| above.place == beside.place);
            let place = if is_above { Place::after(beside.id()) } else { Place::before(beside.id()) };
            proposals.extend(with_part(persona, edit, rule, Part::Rule(force), None, place));
        }
    }
    let rest: Vec<&Element<'_>> = elements
        .iter()
        .filter(|element| element.list == *list && element.is_entry())
        .filter(|element| !entries.iter().any(|gone| gone.place == element.place))
        .collect();
    let before = rest.iter().filter(|element| element.range.start < at).count();
    let mut order: Vec<&str> = rest.iter().map(|element| element.id()).collect();
    order.splice(before..before, entries.iter().map(|element| element.id()));
    let what = format!("the order of `{list}`");
    proposals.push(Proposal::new(reordered(persona, elements, list, &order), what));
    let found: Vec<&str> = elements
        .iter()
        .filter(|element| element.list == *list && element.is_entry())
        .map(|element| element.id())
        .collect();
    // Where an `order` is set already, the order in the files differs from that in the text.
    for ids in [fewest_names(&found, &order), order] {
        let setting = Proposal::layout(persona, list, keys::ORDER.name, &list_literal(ids));
        proposals.push(Proposal { is_own: true, ..setting });
    }
    proposals
}

/// Returns the edits that sort the entries of a list in every file that has some of them.
fn reordered(persona: &BuiltPersona<'_>, elements: &[Element<'_>], list: &str, order: &[&str]) -> FileEdits {
    let claims = elements.iter().filter(|element| element.list == list).filter_map(Element::claim);
    let mut tables: Vec<(Utf8PathBuf, Keys)> =
        claims.filter_map(|claim| persona.home(claim)).map(|home| (home.path, home.tables)).collect();
    tables.sort_unstable();
    tables.dedup();
    let mut edits = FileEdits::default();
    for (path, tables) in tables {
        edits.add(&path, [SourceEdit::Reorder { tables, order: edit::keys(order) }]);
    }
    edits
}
