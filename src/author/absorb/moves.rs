//! Entries that stand in another place than before.

use super::again::moved_lines as lines;
use super::entries::{covered, with_force};
use super::hunks::{Group, Sort};
use super::propose::{Edit, Proposal};
use super::scene::{Scene, Texts};
use super::sections;
use super::things::{Thing, things};
use crate::compose::fewest_names;
use crate::model::{Address, Part, address};
use crate::source::edit::{self, Place, list_literal};

/// Entries that went from one place and came in at another stand in another order: in the file that says
/// them all, or in the profile's layout.
pub(super) fn moved(scene: &Scene<'_>, edit: Edit<'_>) -> Vec<Proposal> {
    let own = lines(edit.group);
    let is_out = !edit.group.removed.is_empty();
    let is_partner = |group: &&Group| {
        group.sort == Sort::Lines
            && group.removed.is_empty() == is_out
            && lines(group) == own
            && group.hunks.clone().any(|index| !edit.board.accepted[index])
    };
    if own.is_empty() {
        return Vec::new();
    }
    let partners: Vec<&Group> = edit.groups.iter().filter(is_partner).collect();
    let mut proposals = Vec::new();
    for partner in partners {
        let (out, into) = if is_out { (edit.group, partner) } else { (partner, edit.group) };
        proposals.extend(sections::moved(scene, edit, out, into));
        proposals.extend(between(scene, edit, out, into));
    }
    proposals
}

fn between(scene: &Scene<'_>, edit: Edit<'_>, out: &Group, into: &Group) -> Vec<Proposal> {
    let text = scene.document.text();
    let things = things(scene);
    let mut proposals = Vec::new();
    let outs = edit.change(out.hunks.start).slides(text);
    let Some(gone) = outs.iter().map(|change| covered(change, &things, text)).find(|gone| !gone.is_empty())
    else {
        return proposals;
    };
    let list = &gone[0].list;
    let entries: Vec<&Thing<'_>> = gone.iter().copied().filter(|thing| thing.is_entry()).collect();
    if entries.is_empty() || entries.iter().any(|thing| thing.list != *list) {
        return proposals;
    }
    let at = edit.change(into.hunks.start).start;
    let above = things.iter().rev().find(|thing| thing.lines.end <= at);
    let below = things.iter().find(|thing| thing.lines.start >= at);
    // Between rules of another force it is one of them.
    for beside in [above, below].into_iter().flatten().filter(|thing| thing.list == *list) {
        if let ([rule], Some(Part::Rule(force))) = (entries.as_slice(), beside.list_part())
            && matches!(rule.list_part(), Some(Part::Rule(own)) if own != force)
        {
            let is_above = above.is_some_and(|above| above.place == beside.place);
            let place = if is_above { Place::After(beside.id()) } else { Place::Before(beside.id()) };
            proposals.extend(with_force(scene, rule, force, place));
        }
    }
    let rest: Vec<&Thing<'_>> = things
        .iter()
        .filter(|thing| thing.list == *list && thing.is_entry())
        .filter(|thing| !entries.iter().any(|gone| gone.place == thing.place))
        .collect();
    let before = rest.iter().filter(|thing| thing.range.start < at).count();
    let mut order: Vec<&str> = rest.iter().map(|thing| thing.id()).collect();
    order.splice(before..before, entries.iter().map(|thing| thing.id()));
    let what = format!("the order of `{list}`");
    proposals.extend(reordered(scene, &things, list, &order).map(|files| Proposal::new(files, what.clone())));
    let tables: Vec<&str> = ["layout"].into_iter().chain(address::parts(list)).collect();
    let found: Vec<&str> = things
        .iter()
        .filter(|thing| thing.list == *list && thing.is_entry())
        .map(|thing| thing.id())
        .collect();
    // Where there is an order already, the files have another one than the text.
    for ids in [fewest_names(&found, &order), order] {
        let ids = list_literal(ids);
        let own = scene.own(|text| edit::set_path(text, &tables, "order", &ids));
        proposals.extend(own.map(|files| {
            Proposal::own(files, format!("`{}`", Address::Layout { place: list, key: "order" }))
        }));
    }
    proposals
}

/// The files that say the entries of a list, each with its own of them in this order.
fn reordered(scene: &Scene<'_>, things: &[Thing<'_>], list: &str, order: &[&str]) -> Option<Texts> {
    let mut files = Texts::new();
    let claims = things.iter().filter(|thing| thing.list == list).filter_map(Thing::claim);
    let mut done = Vec::new();
    for home in claims.filter_map(|claim| scene.home(claim)) {
        let place = (home.path.clone(), home.tables.clone());
        if done.contains(&place) {
            continue;
        }
        done.push(place);
        let text = files.get(&home.path).or_else(|| scene.texts.get(&home.path))?;
        let new = edit::reorder(text, &home.tables(), order).ok()?;
        if new != *text {
            files.insert(home.path, new);
        }
    }
    Some(files)
}
