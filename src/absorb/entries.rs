//! Entries that came, went, or have another force.

use super::ids::id;
use super::propose::{Change, Edit, Proposal};
use super::scene::{Home, Scene, Texts, part_table};
use super::strings::{entry, standing};
use super::things::{Thing, What, bullet, things};
use crate::load::edit::{self, EditError, Place, literal};
use crate::model::{Claim, Force, KINDS, Level, Part, Source, heading};

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
                proposals.push(Proposal::new(files, format!("{names} removed by the profile")));
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
        forget_layout(scene, &mut files, &thing.place);
    }
    Some(files)
}

fn take_out(scene: &Scene<'_>, files: &mut Texts, claim: &Claim) -> Option<()> {
    let home = scene.home(claim)?;
    let text = files.get(&home.path).or_else(|| scene.texts.get(&home.path))?;
    let text = edit::remove(text, &home.tables(), &home.key).ok()?;
    files.insert(home.path, text);
    Some(())
}

/// What the profile lays out of a place that is gone goes too.
fn forget_layout(scene: &Scene<'_>, files: &mut Texts, place: &str) {
    let path = scene.profile_path();
    let Some(text) = files.get(path).or_else(|| scene.texts.get(path)) else { return };
    let tables: Vec<&str> = ["layout"].into_iter().chain(place.split('.')).collect();
    if let Some((last, above)) = tables.split_last()
        && let Ok(text) = edit::remove(text, above, last)
    {
        files.insert(path.to_owned(), text);
    }
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
        forget_layout(scene, &mut files, &thing.place);
        if decision.claims.iter().all(|claim| claim.source == scene.profile()) {
            continue;
        }
        // A group of which nothing is left is removed as a whole.
        let is_whole = thing.list.contains('.')
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

/// A new entry, as its line says it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct New {
    part: Part,
    label: Option<String>,
    text: String,
    why: Option<String>,
}

impl New {
    fn fields(&self) -> Vec<(&'static str, String)> {
        let label = self.label.as_ref().map(|label| ("label", literal(label)));
        let why = self.why.as_ref().map(|why| ("why", literal(why)));
        label.into_iter().chain([("text", literal(&self.text))]).chain(why).collect()
    }
}

/// New entries of a list go where their neighbours come from.
pub(super) fn inserted(scene: &Scene<'_>, edit: Edit<'_>) -> Vec<Proposal> {
    let text = scene.document.text();
    let things = things(scene);
    let mut proposals = Vec::new();
    for index in edit.pending() {
        for change in edit.change(index).slides(text) {
            let is_line = change.start == 0 || text[..change.start].ends_with('\n');
            if change.new.is_empty() || change.start != change.end || !is_line {
                continue;
            }
            let before = things.iter().rev().find(|thing| thing.lines.end <= change.start);
            let after = things.iter().find(|thing| thing.lines.start >= change.start);
            let neighbours =
                [before, after].into_iter().flatten().filter(|thing| thing.list_part().is_some());
            let neighbours: Vec<&Thing<'_>> = neighbours.collect();
            let (mut shared, mut own) = (Vec::new(), Vec::new());
            for neighbour in &neighbours {
                for entries in readings(scene, neighbour, &change.new) {
                    let is_before = before.is_some_and(|before| before.place == neighbour.place);
                    shared.extend(beside(scene, neighbour, &entries, is_before));
                    own.extend(in_profile(scene, neighbour, &entries, before, after));
                }
            }
            let sources: Vec<Option<Source>> =
                neighbours.iter().map(|thing| thing.claim().map(|claim| claim.source)).collect();
            // What stands between the entries of two sources belongs to neither.
            let is_between = sources.len() == 2 && sources[0] != sources[1];
            let [first, second] = if is_between { [own, shared] } else { [shared, own] };
            proposals.extend(first);
            proposals.extend(second);
        }
    }
    proposals
}

/// What lines say as entries of the list of a neighbour.
fn readings(scene: &Scene<'_>, neighbour: &Thing<'_>, lines: &str) -> Vec<Vec<New>> {
    let bullet = bullet(scene, neighbour);
    let Some(texts) = bullets(lines, bullet, neighbour.list_part() == Some(Part::Step)) else {
        return Vec::new();
    };
    let mut all: Vec<Vec<New>> = Vec::new();
    for lifted in [true, false] {
        let entries: Vec<New> =
            texts.iter().filter_map(|text| reading(scene, neighbour, text, lifted)).collect();
        if entries.len() == texts.len() && !all.contains(&entries) {
            all.push(entries);
        }
    }
    all
}

/// The texts of the bullets or steps of some lines, if they are nothing else.
fn bullets(lines: &str, bullet: &str, is_step: bool) -> Option<Vec<String>> {
    let indent = " ".repeat(bullet.chars().count());
    let mut texts: Vec<String> = Vec::new();
    for line in lines.replace("\r\n", "\n").trim_matches('\n').split('\n') {
        match (after_bullet(line, bullet, is_step), texts.last_mut()) {
            (Some(text), _) => texts.push(text.to_owned()),
            (None, Some(last)) => {
                last.push('\n');
                last.push_str(line.strip_prefix(&indent).unwrap_or(line));
            }
            (None, None) => return None,
        }
    }
    let texts: Vec<String> = texts.iter().map(|text| text.trim_end_matches('\n').to_owned()).collect();
    (!texts.is_empty() && texts.iter().all(|text| !text.trim().is_empty())).then_some(texts)
}

fn after_bullet<'l>(line: &'l str, bullet: &str, is_step: bool) -> Option<&'l str> {
    if !is_step {
        return line.strip_prefix(bullet).filter(|_| !bullet.is_empty());
    }
    let digit = |letter: char| letter.is_ascii_digit();
    let (open, rest) = bullet.split_at(bullet.find(digit)?);
    let rest = line.strip_prefix(open).map(|line| (line, rest.trim_start_matches(digit)))?;
    let unnumbered = rest.0.trim_start_matches(digit);
    unnumbered.strip_prefix(rest.1).filter(|_| unnumbered.len() < rest.0.len())
}

/// What one text says as an entry; `lifted` into its label and reason where it can have them.
fn reading(scene: &Scene<'_>, neighbour: &Thing<'_>, text: &str, lifted: bool) -> Option<New> {
    let mut rest = text;
    let mut label = None;
    if lifted
        && let Some((bold, after)) = rest.strip_prefix("**").and_then(|rest| rest.split_once("**: "))
        && !bold.contains(['\n', '*'])
    {
        (label, rest) = (Some(bold.to_owned()), after);
    }
    let part = match neighbour.list_part()? {
        Part::Rule(force) => {
            let (part, after) = ruled(scene, neighbour, force, rest);
            rest = after;
            part
        }
        part => part,
    };
    let mut said = rest.to_owned();
    // What begins like a sentence in the persona begins in lower case in its source.
    if let (Part::Rule(_), true) = (part, rest == text && label.is_none() || is_unlabelled(scene, neighbour))
    {
        let mut letters = rest.chars();
        let first = letters.next().map(|letter| letter.to_lowercase().to_string()).unwrap_or_default();
        said = format!("{first}{}", letters.as_str());
    }
    let mut why = None;
    let has_why = neighbour.block.is_some_and(|block| block.why.is_some());
    if lifted
        && has_why
        && let Some((before, after)) = said.clone().rsplit_once(" \u{2014} ")
    {
        (said, why) = (before.to_owned(), Some(after.to_owned()));
    }
    (!said.trim().is_empty()).then_some(New { part, label, text: said, why })
}

/// Whether the force of a neighbour stands above its list.
fn is_unlabelled(scene: &Scene<'_>, neighbour: &Thing<'_>) -> bool {
    let Some(Part::Rule(force)) = neighbour.list_part() else { return false };
    let line = &scene.document.text()[neighbour.lines.start..neighbour.range.start];
    let Some(label) = label_of(scene, neighbour, force) else { return true };
    label.is_empty() || !line.contains(&label)
}

/// The label of a force in the section of a thing.
fn label_of(scene: &Scene<'_>, thing: &Thing<'_>, force: Force) -> Option<String> {
    let persona = &scene.composition.persona;
    let laid = persona.layout.nearest(&thing.place, force.name()).and_then(|laid| laid.datum.as_str());
    let kind = thing.place.split('.').next()?;
    let section = persona.sections.iter().find(|section| section.kind == kind)?;
    Some(laid.map_or_else(|| section.style.label(force).to_owned(), str::to_owned))
}

/// The force that a line names, and the rest of it; without one it is an item, unless the force of its
/// neighbour stands above the list.
fn ruled<'l>(scene: &Scene<'_>, neighbour: &Thing<'_>, force: Force, text: &'l str) -> (Part, &'l str) {
    if is_unlabelled(scene, neighbour) {
        return (Part::Rule(force), text);
    }
    for (_, force) in Force::ALL {
        let label = label_of(scene, neighbour, force).filter(|label| !label.is_empty());
        let after = label.and_then(|label| text.strip_prefix(&label)?.strip_prefix(' '));
        if let Some(after) = after {
            return (Part::Rule(force), after);
        }
    }
    (Part::Item, text)
}

/// The tables of a source that lead to a list.
fn list_tables(scene: &Scene<'_>, source: Source, list: &str, part: Part) -> Vec<String> {
    let (section, group) =
        list.split_once('.').map_or((list, None), |(section, group)| (section, Some(group)));
    let mut tables = scene.body(source, section);
    if let Some(group) = group {
        tables.extend(["group".to_owned(), group.to_owned()]);
    }
    tables.extend(part_table(part).map(str::to_owned));
    tables
}

/// Ids for new entries of a list.
fn ids(scene: &Scene<'_>, list: &str, entries: &[New]) -> Vec<String> {
    let mut taken: Vec<String> = Vec::new();
    for new in entries {
        let is_taken = |id: &str| {
            let address = format!("{list}.{id}");
            let group = format!("{address}.");
            let mut known = scene.composition.decisions.keys();
            taken.iter().any(|taken| taken == id)
                || ["title", "lead", "allow", "deny"].contains(&id)
                || known.any(|known| *known == address || known.starts_with(&group))
        };
        let said = new.label.as_deref().unwrap_or(&new.text);
        taken.push(id(said, new.part.noun(), &is_taken));
    }
    taken
}

/// New entries beside their neighbour, in its source.
fn beside(scene: &Scene<'_>, neighbour: &Thing<'_>, entries: &[New], is_before: bool) -> Option<Proposal> {
    let claim = neighbour.claim()?;
    let Home { path, tables: own, key } = scene.home(claim)?;
    let mut text = scene.texts.get(&path)?.clone();
    let ids = ids(scene, &neighbour.list, entries);
    let mut last = is_before.then(|| key.clone());
    for (new, id) in entries.iter().zip(&ids) {
        let tables = list_tables(scene, claim.source, &neighbour.list, new.part);
        let place = match &last {
            _ if tables != own => Place::Last,
            Some(last) => Place::After(last),
            None => Place::Before(&key),
        };
        let tables: Vec<&str> = tables.iter().map(String::as_str).collect();
        text = edit::insert(&text, &tables, place, id, &entry(&new.fields())).ok()?;
        if is_before {
            last = Some(id.clone());
        }
    }
    let names: Vec<String> = ids.iter().map(|id| format!("`{}.{id}`", neighbour.list)).collect();
    Some(Proposal::new(Texts::from([(path, text)]), format!("new {}", names.join(", "))))
}

/// New entries of the profile's own, at their place in the list.
fn in_profile(
    scene: &Scene<'_>,
    neighbour: &Thing<'_>,
    entries: &[New],
    before: Option<&Thing<'_>>,
    after: Option<&Thing<'_>>,
) -> Vec<Proposal> {
    let list = &neighbour.list;
    let ids = ids(scene, list, entries);
    let sibling = |thing: Option<&Thing<'_>>| {
        thing.filter(|thing| thing.list == *list && thing.is_entry()).map(|thing| thing.id().to_owned())
    };
    let anchors = [None, sibling(after).map(|id| ("before", id)), sibling(before).map(|id| ("after", id))];
    let mut proposals = Vec::new();
    for anchor in anchors.iter().enumerate().filter(|(at, anchor)| *at == 0 || anchor.is_some()) {
        let files = scene.own(|text| {
            let mut text = text.to_owned();
            for (new, id) in entries.iter().zip(&ids) {
                let mut fields = new.fields();
                fields.extend(anchor.1.iter().map(|(key, id)| (*key, literal(id))));
                let tables = list_tables(scene, scene.profile(), list, new.part);
                let tables: Vec<&str> = tables.iter().map(String::as_str).collect();
                text = edit::insert(&text, &tables, Place::Last, id, &entry(&fields))?;
            }
            Ok(text)
        });
        let names: Vec<String> = ids.iter().map(|id| format!("`{list}.{id}`")).collect();
        let what = format!("new {}, said by the profile itself", names.join(", "));
        proposals.extend(files.map(|files| Proposal::new(files, what)));
    }
    proposals
}

/// New paragraphs become blocks of the profile's own.
pub(super) fn inserted_blocks(scene: &Scene<'_>, edit: Edit<'_>) -> Vec<Proposal> {
    let things = things(scene);
    let mut proposals = Vec::new();
    for index in edit.pending() {
        let change = edit.change(index);
        let new = change.new.replace("\r\n", "\n");
        if change.start != change.end || new.trim().is_empty() {
            continue;
        }
        let before = things.iter().rev().find(|thing| thing.range.end <= change.start);
        let after = things.iter().find(|thing| thing.range.start >= change.start);
        let mut lists: Vec<&str> = Vec::new();
        for thing in [before, after].into_iter().flatten() {
            let list = if thing.what == What::Heading { &thing.place } else { &thing.list };
            if !list.is_empty() && !lists.contains(&list.as_str()) {
                lists.push(list);
            }
        }
        for list in lists {
            let prose =
                New { part: Part::Prose, label: None, text: new.trim_matches('\n').to_owned(), why: None };
            let neighbour = Thing {
                what: What::Heading,
                place: list.to_owned(),
                list: list.to_owned(),
                range: 0..0,
                lines: 0..0,
                block: None,
            };
            proposals.extend(in_profile(scene, &neighbour, &[prose], before, after));
        }
    }
    proposals
}

/// New lines under a heading become a section of the profile's own.
pub(super) fn inserted_sections(scene: &Scene<'_>, edit: Edit<'_>) -> Vec<Proposal> {
    let things = things(scene);
    let mut proposals = Vec::new();
    for index in edit.pending() {
        for change in edit.change(index).slides(scene.document.text()) {
            let new = change.new.replace("\r\n", "\n");
            let before = things.iter().rev().find(|thing| thing.range.end <= change.start);
            if change.start == change.end
                && let Some((title, rest)) = headed(&new, "## ")
            {
                proposals.extend(section(scene, title, rest, before));
            }
        }
    }
    proposals
}

/// The title and the rest of a text that begins with a heading.
fn headed<'t>(text: &'t str, marker: &str) -> Option<(&'t str, &'t str)> {
    let (first, rest) = text.trim_start_matches('\n').split_once('\n')?;
    let title = first.strip_prefix(marker)?.trim();
    let has_another = rest.lines().any(|line| line.starts_with(marker));
    (!title.is_empty() && !rest.trim().is_empty() && !has_another).then_some((title, rest))
}

/// A section of the profile's own.
fn section(scene: &Scene<'_>, title: &str, rest: &str, before: Option<&Thing<'_>>) -> Vec<Proposal> {
    let persona = &scene.composition.persona;
    let usual = KINDS.iter().map(|(kind, ..)| *kind).find(|kind| heading(kind) == title);
    let is_taken = |id: &str| {
        persona.sections.iter().any(|section| section.kind == id) || crate::model::RESERVED.contains(&id)
    };
    let kind =
        usual.filter(|kind| !is_taken(kind)).map_or_else(|| id(title, "more", &is_taken), str::to_owned);
    let body = |text: &str| -> Result<String, EditError> {
        let entries = match bullets(rest, "- ", false) {
            Some(texts) => {
                texts.into_iter().map(|text| New { part: Part::Item, label: None, text, why: None }).collect()
            }
            None => {
                let text = rest.trim_matches('\n').to_owned();
                vec![New { part: Part::Prose, label: None, text, why: None }]
            }
        };
        let mut text = text.to_owned();
        for (new, id) in entries.iter().zip(ids(scene, &kind, &entries)) {
            let tables = list_tables(scene, scene.profile(), &kind, new.part);
            let tables: Vec<&str> = tables.iter().map(String::as_str).collect();
            text = edit::insert(&text, &tables, Place::Last, &id, &entry(&new.fields()))?;
        }
        Ok(text)
    };
    let above = before.map(|thing| thing.place.split('.').next().unwrap_or_default());
    let at = persona.sections.iter().position(|section| Some(section.kind) == above).map_or(0, |at| at + 1);
    let what = format!("a section `{kind}` of the profile's own");
    let plain = scene.own(body);
    let headed = scene.own(|text| edit::set_path(&body(text)?, &["sections"], &kind, &literal(title)));
    let placed = scene.own(|text| {
        let mut text = body(text)?;
        let mut last: Option<&str> = None;
        for section in &persona.sections[..at] {
            if section.heading.origin.is_none() {
                text = edit::set_path(&text, &["sections"], section.kind, &literal(&section.heading.text))?;
            }
            last = Some(section.kind);
        }
        let place = last.map_or(Place::Last, Place::After);
        edit::insert(&text, &["sections"], place, &kind, &literal(title))
    });
    let files = [plain, headed, placed].into_iter().flatten();
    files.map(|files| Proposal::new(files, what.clone())).collect()
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
        proposals.extend(with_force(scene, &thing, force));
    }
    proposals
}

fn with_force(scene: &Scene<'_>, thing: &Thing<'_>, force: Force) -> Vec<Proposal> {
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
    let anchors = [None, before, after];
    let mut proposals = Vec::new();
    for anchor in anchors.iter().enumerate().filter(|(at, anchor)| *at == 0 || anchor.is_some()) {
        for place in [Place::Last, Place::First] {
            let files = moved(scene, &claims, thing, force, place, *anchor.1);
            proposals.extend(files.map(|files| Proposal::new(files, what.clone())));
        }
    }
    let Some(claim) = thing.claim().filter(|claim| claim.source != scene.profile()) else { return proposals };
    if claim.level == Level::Locked || scene.library.is_template(claim.source) {
        return proposals;
    }
    let what = format!("{what}, said by the profile itself");
    for anchor in [None, after, before] {
        let own = |text: &str| {
            let tables = list_tables(scene, scene.profile(), &thing.list, Part::Rule(force));
            let tables: Vec<&str> = tables.iter().map(String::as_str).collect();
            edit::insert(text, &tables, Place::Last, thing.id(), &anchored(scene, claim, anchor))
        };
        let plain = scene.own(own);
        let removed = scene.own(|text| edit::remove_address(&own(text)?, &thing.place, scene.reason));
        let files = [plain, removed].into_iter().flatten();
        proposals.extend(files.map(|files| Proposal::new(files, what.clone())));
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
        take_out(scene, &mut files, claim)?;
        let tables = list_tables(scene, claim.source, &thing.list, Part::Rule(force));
        let tables: Vec<&str> = tables.iter().map(String::as_str).collect();
        let entry = anchored(scene, claim, anchor);
        let text = edit::insert(files.get(&home.path)?, &tables, place, &home.key, &entry).ok()?;
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
