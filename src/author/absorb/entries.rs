//! Entries that went, or have another force.

use super::propose::{Change, Edit, Proposal};
use super::scene::{Scene, Texts, part_table};
use super::strings::{entry, standing};
use super::things::{Thing, things};
use crate::model::{Claim, Force, Level, Part, Source, address};
use crate::source::edit::transfer::{self, Changes};
use crate::source::edit::{self, Place, literal};

/// The entries whose lines a change takes away.
pub(super) fn covered<'t, 'a>(change: &Change, things: &'t [Thing<'a>], text: &str) -> Vec<&'t Thing<'a>> {
    let is_gone = |thing: &&Thing<'_>| {
        let end = thing.lines.end - usize::from(text[..thing.lines.end].ends_with('\n'));
        change.start <= thing.lines.start && end <= change.end
    };
    if change.start == change.end { Vec::new() } else { things.iter().filter(is_gone).collect() }
}

/// Entries that went leave their source; or the profile removes them.
pub(super) fn removed(scene: &Scene<'_>, edit: Edit<'_>) -> Vec<Proposal> {
    let text = scene.document.text();
    let things = things(scene);
    let mut proposals = Vec::new();
    for index in edit.pending() {
        for change in edit.change(index).slides(text) {
            let gone = covered(&change, &things, text);
            let blocks: Vec<_> = gone.iter().filter(|thing| thing.block.is_some()).collect();
            if blocks.is_empty() || !change.new.is_empty() {
                continue;
            }
            let names: Vec<String> = blocks.iter().map(|thing| format!("`{}`", thing.place)).collect();
            let names = names.join(", ");
            if let Some(files) = leave(scene, &blocks) {
                proposals.push(Proposal::new(files, format!("{names} leaves its source")));
            }
            if let Some(files) = remove(scene, &blocks, &things) {
                proposals.push(Proposal::own(files, format!("{names} removed by the profile")));
            }
        }
    }
    proposals
}

/// Takes entries out of all sources that say them.
fn leave(scene: &Scene<'_>, gone: &[&&Thing<'_>]) -> Option<Texts> {
    let mut files = Texts::new();
    for thing in gone {
        let decision = scene.composition.decisions.get(thing.place.as_str())?;
        for claim in standing(decision) {
            take_out(scene, &mut files, claim)?;
        }
    }
    Some(files)
}

fn take_out(scene: &Scene<'_>, files: &mut Texts, claim: &Claim) -> Option<()> {
    let home = scene.home(claim)?;
    let text = files.get(&home.path).or_else(|| scene.texts.get(&home.path))?;
    let leave = vec![home.tables.iter().chain([&home.key]).cloned().collect()];
    let (text, _) = transfer::change(text, &Changes { leave, ..Changes::default() }).ok()?;
    files.insert(home.path, text);
    Some(())
}

/// Removes entries in the profile; its own leave it.
fn remove(scene: &Scene<'_>, gone: &[&&Thing<'_>], things: &[Thing<'_>]) -> Option<Texts> {
    let path = scene.profile_path().to_owned();
    let mut files = Texts::new();
    let mut targets: Vec<String> = Vec::new();
    for thing in gone {
        let decision = scene.composition.decisions.get(thing.place.as_str())?;
        let own = decision.claims.iter().filter(|claim| claim.source == scene.profile());
        for claim in own {
            take_out(scene, &mut files, claim)?;
        }
        if decision.claims.iter().any(|claim| claim.level == Level::Locked) {
            return None;
        }
        if decision.claims.iter().all(|claim| claim.source == scene.profile()) {
            continue;
        }
        // A group of which nothing is left is removed as a whole.
        let is_whole = address::is_in_section(&thing.list)
            && things
                .iter()
                .filter(|other| other.list == thing.list)
                .all(|other| gone.iter().any(|gone| gone.place == other.place));
        let target = if is_whole { thing.list.clone() } else { thing.place.clone() };
        if !targets.contains(&target) {
            targets.push(target);
        }
    }
    let mut text = files.get(&path).or_else(|| scene.texts.get(&path))?.clone();
    for target in targets {
        text = edit::remove_address(&text, &target, scene.reason).ok()?;
    }
    files.insert(path, text);
    Some(files)
}

/// The label of a force in the section of a thing.
pub(super) fn label_of(scene: &Scene<'_>, thing: &Thing<'_>, force: Force) -> Option<String> {
    let persona = &scene.composition.persona;
    let laid = persona.layout.nearest(&thing.place, force.name()).and_then(|laid| laid.datum.as_str());
    let kind = address::section(&thing.place);
    let section = persona.sections.iter().find(|section| section.kind == kind)?;
    Some(laid.map_or_else(|| section.style.label(force).to_owned(), str::to_owned))
}

/// The tables of a source that lead to a list.
pub(super) fn list_tables(scene: &Scene<'_>, source: Source, list: &str, part: Part) -> Vec<String> {
    let (section, group) = address::section_and_group(list);
    let mut tables = scene.body(source, section);
    if let Some(group) = group {
        tables.extend(["group".to_owned(), group.to_owned()]);
    }
    tables.extend(part_table(part).map(str::to_owned));
    tables
}

/// A rule whose label became that of another force moves to the table of that force.
pub(super) fn forces(scene: &Scene<'_>, edit: Edit<'_>) -> Vec<Proposal> {
    let text = scene.document.text();
    let changes: Vec<Change> = edit.pending().map(|index| edit.change(index)).collect();
    let mut proposals = Vec::new();
    for thing in things(scene) {
        let Some(Part::Rule(old)) = thing.list_part() else { continue };
        let line = thing.lines.start..thing.range.start;
        let within = |change: &&Change| line.start <= change.start && change.end <= line.end;
        let mut lead = text[line.clone()].to_owned();
        let mut is_changed = false;
        for change in changes.iter().filter(within).rev() {
            lead.replace_range(change.start - line.start..change.end - line.start, &change.new);
            is_changed = true;
        }
        let (Some(label), true) = (label_of(scene, &thing, old), is_changed) else { continue };
        let Some((before, after)) = text[line.clone()].rsplit_once(label.as_str()) else { continue };
        let new = lead.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
        let force = Force::ALL
            .into_iter()
            .map(|(_, force)| force)
            .find(|force| *force != old && label_of(scene, &thing, *force).as_deref() == new);
        let Some(force) = force else { continue };
        proposals.extend(with_force(scene, &thing, force, Place::Last));
    }
    proposals
}

/// A rule in the table of another force: where it is said, or in the profile.
pub(super) fn with_force(
    scene: &Scene<'_>,
    thing: &Thing<'_>,
    force: Force,
    beside: Place<'_>,
) -> Vec<Proposal> {
    let what = format!("`{}` becomes `{}`", thing.place, force.name());
    let Some(decision) = scene.composition.decisions.get(thing.place.as_str()) else { return Vec::new() };
    let claims: Vec<&Claim> = standing(decision).collect();
    let things = things(scene);
    let siblings: Vec<&Thing<'_>> =
        things.iter().filter(|other| other.list == thing.list && other.is_entry()).collect();
    let at = siblings.iter().position(|other| other.place == thing.place).unwrap_or(0);
    let before = at.checked_sub(1).and_then(|at| siblings.get(at)).map(|thing| ("after", thing.id()));
    let after = siblings.get(at + 1).map(|thing| ("before", thing.id()));
    // In another table it would stand at another place of the list, unless it says where it wants to be.
    let here = match beside {
        Place::After(id) => Some(("after", id)),
        Place::Before(id) => Some(("before", id)),
        Place::First | Place::Last => None,
    };
    let anchors = [None, here, before, after];
    let mut proposals = Vec::new();
    for anchor in anchors.iter().enumerate().filter(|(at, anchor)| *at == 0 || anchor.is_some()) {
        for place in [beside, Place::Last, Place::First] {
            let files = moved(scene, &claims, thing, force, place, *anchor.1);
            proposals.extend(files.map(|files| Proposal::new(files, what.clone())));
        }
    }
    let Some(claim) = thing.claim().filter(|claim| claim.source != scene.profile()) else { return proposals };
    if claim.level == Level::Locked || scene.library.is_template(claim.source) {
        return proposals;
    }
    let what = format!("{what}, said by the profile itself");
    for anchor in [None, here, after, before] {
        let own = |text: &str| {
            let tables = list_tables(scene, scene.profile(), &thing.list, Part::Rule(force));
            let tables: Vec<&str> = tables.iter().map(String::as_str).collect();
            edit::insert(text, &tables, Place::Last, thing.id(), &anchored(scene, claim, anchor))
        };
        let plain = scene.own(own);
        let removed = scene.own(|text| edit::remove_address(&own(text)?, &thing.place, scene.reason));
        let files = [plain, removed].into_iter().flatten();
        proposals.extend(files.map(|files| Proposal::own(files, what.clone())));
    }
    proposals
}

/// The files with claims in the table of another force.
fn moved(
    scene: &Scene<'_>,
    claims: &[&Claim],
    thing: &Thing<'_>,
    force: Force,
    place: Place<'_>,
    anchor: Option<(&str, &str)>,
) -> Option<Texts> {
    let mut files = Texts::new();
    for claim in claims {
        let home = scene.home(claim)?;
        let tables = list_tables(scene, claim.source, &thing.list, Part::Rule(force));
        let tables: Vec<&str> = tables.iter().map(String::as_str).collect();
        let entry = anchored(scene, claim, anchor);
        let text = files.get(&home.path).or_else(|| scene.texts.get(&home.path))?;
        let text = edit::relocate(text, (&home.tables(), &home.key), &tables, place, &entry).ok()?;
        files.insert(home.path, text);
    }
    Some(files)
}

/// The entry of a claim as it is written, with an anchor.
fn anchored(scene: &Scene<'_>, claim: &Claim, anchor: Option<(&str, &str)>) -> String {
    let raw = scene.library.sources.text(claim.span);
    match (anchor, raw.strip_prefix('{').and_then(|rest| rest.trim_end().strip_suffix('}'))) {
        (None, _) => raw.to_owned(),
        (Some((key, id)), None) => entry(&[("text", raw.to_owned()), (key, literal(id))]),
        (Some((key, id)), Some(inner)) => {
            format!("{{{}, {key} = {} }}", inner.trim_end().trim_end_matches(','), literal(id))
        }
    }
}
