//! Generates workspaces. Ids, texts and names come from small pools, so that claims collide often.
//!
//! Everything is derived from bytes, and zero is the plainest choice, so that shrinking leads to plain
//! workspaces.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;

use super::toml::Node;
use super::view::Loaded;
use super::workspace::{
    Body, Drop, Field, Fragment, Group, Heading, Item, Profile, ROOT, Removal, Resolution, Tools, Workspace,
};

const FRAGMENTS: [&str; 8] = [
    "rules/one", "rules/two", "voice/one", "rules/three", "voice/two", "voice/three", "notes/one",
    "rules/four",
];
/// The names are not in order of their generations, so that no code can depend on that.
const PROFILES: [&str; 5] = ["mid", "base", "zest", "aunt", "twin"];
const IDS: [&str; 4] = ["a", "b", "c", "d"];
const KINDS: [&str; 2] = ["rules", "voice"];
const FORCES: [&str; 6] = ["never", "avoid", "may", "should", "must", "always"];
const SUBJECTS: [&str; 5] = ["sql.x", "tls", "terse", "a", "b"];
const TOOLS: [&str; 4] = ["Read", "Grep", "Bash", "Edit"];
const TAGS: [&str; 3] = ["backend", "night", "sql"];
/// Texts with three meanings, each in several equivalent spellings.
const TEXTS: [[&str; 3]; 4] = [
    [
        "use `SELECT *` in \"production\"",
        "use  `SELECT *` in\n\"production\"",
        "use `SELECT *` in \"production\"\n",
    ],
    ["read the caf\u{e9} plan", "read the cafe\u{301} plan", "read the\tcaf\u{e9} plan"],
    ["sound {{ mood }} today", "sound {{ mood }}  today", "sound {{ mood }} today "],
    ["one line\n\nand\nanother", "one line\n\nand another", " one line and another"],
];

/// Words that can be in a persona only because a source has them.
pub(crate) const SAID: [&str; 16] = [
    "SELECT", "caf", "plan", "today", "another", "decided", "glad", "awake", "slow", "leaks", "Heed", "Mind",
    "Forge", "Bounds", "Builds", "inherit",
];

/// Picks from a pool; the first item for zero.
fn pick<T: Copy>(pool: &[T], byte: u8) -> T {
    pool[byte as usize % pool.len()]
}

/// True for `percent` of all bytes; false for zero.
fn chance(byte: u8, percent: u32) -> bool {
    u32::from(255 - byte) * 100 < percent * 255 && byte != 0
}

/// Picks from a pool for `percent` of all bytes.
fn maybe<T: Copy>(pool: &[T], byte: u8, percent: u32) -> Option<T> {
    (chance(byte, percent) && !pool.is_empty()).then(|| pick(pool, byte))
}

fn level(byte: u8) -> &'static str {
    match byte {
        0..170 => "normal",
        170..222 => "default",
        _ => "locked",
    }
}

fn text(which: u8, spelling: u8) -> String {
    pick(&pick(&TEXTS, which), spelling).to_owned()
}

fn line(which: u8, spelling: u8) -> String {
    text(which, spelling).replace('\n', " ").trim().to_owned()
}

type ItemBytes = [u8; 12];

/// Returns the usual part of an id in a kind; a few deviate and clash.
fn part(kind: &str, id: &str, part: u8, stray: u8) -> &'static str {
    let all = ["items", "prose", "steps", "never"];
    match (kind, id) {
        _ if chance(stray, 5) => pick(&all, part),
        ("rules", "d") => "items",
        // Forces of which the stronger wins, or which pull in different directions: neither is common by
        // chance.
        ("rules", "b") => pick(&["should", "must", "always"], part),
        ("rules", "c") => pick(&["may", "must", "always"], part),
        ("rules", _) | ("voice", "d") => pick(&FORCES, part),
        (_, "a") => "items",
        (_, "b") => pick(&["prose", "closing"], part),
        _ => "steps",
    }
}

fn anchors(byte: u8) -> Vec<String> {
    let ids = ["a?", "b?", "c?", "d?", "g?", "h?", "a?", "b?", "c?", "a"];
    maybe(&ids, byte, 16).into_iter().map(str::to_owned).collect()
}

fn item(kind: &str, bytes: ItemBytes) -> Item {
    let [id, part_byte, stray, which, spelling, label, why, about, level_byte, before, after, band] = bytes;
    let id = pick(&IDS, id);
    let part = part(kind, id, part_byte, stray);
    let own = |anchor: &String| anchor.trim_end_matches('?') != id;
    let is_rule = FORCES.contains(&part);
    let is_prose = matches!(part, "prose" | "closing");
    // Most sources word a rule alike and differ only in force, because different words are a conflict
    // whatever the forces.
    let shared = if chance(255 - label, 85) {
        ["b", "a", "c"].iter().position(|rule| is_rule && *rule == id)
    } else {
        None
    };
    let is_shared = shared.is_some();
    // Two entries share a text, since equal texts at several addresses are harder to edit.
    let which = shared.map_or(which, |rule| rule as u8 / 2);
    let anchors = |byte: u8| -> Vec<String> { anchors(byte).into_iter().filter(own).collect() };
    let (before, after) = (anchors(before), anchors(after));
    Item {
        id,
        part,
        text: text(which, spelling),
        label: maybe(&["Heed", "Mind {{ mood }}"], label, 12).filter(|_| !is_prose && !is_shared),
        why: maybe(&["it is slow", "it  is slow", "it leaks\nand hurts"], why, 12)
            .filter(|_| !is_prose && !is_shared),
        about: maybe(&SUBJECTS, about, 40).filter(|_| is_rule && !is_shared),
        level: level(level_byte),
        directly: maybe(&[true, false], spelling.rotate_left(4), 50)
            .filter(|_| !before.is_empty() || !after.is_empty()),
        before,
        after,
        band: maybe(&["first", "early", "late", "last"], band, 12),
    }
}

/// Returns entries with distinct ids that are not in `taken`.
fn items(kind: &str, bytes: &[ItemBytes], taken: &BTreeSet<&str>) -> Vec<Item> {
    let mut taken = taken.clone();
    let items = bytes.iter().map(|bytes| item(kind, *bytes));
    items.filter(|item| taken.insert(item.id)).collect()
}

type BodyBytes = (Vec<ItemBytes>, Vec<([u8; 6], Vec<ItemBytes>)>);

fn body_bytes(items: std::ops::Range<usize>) -> impl Strategy<Value = BodyBytes> {
    let group = (any::<[u8; 6]>(), vec(any::<ItemBytes>(), 0..3));
    (vec(any::<ItemBytes>(), items), prop_oneof![2 => Just(Vec::new()), 1 => vec(group, 1..3)])
}

fn body(kind: &str, (entries, groups): &BodyBytes) -> Body {
    let mut taken = BTreeSet::new();
    let heading = |bytes: [u8; 3]| Heading { text: line(bytes[0], bytes[1]), level: level(bytes[2]) };
    let mut made = Vec::new();
    for ([id, has, which, spelling, lead, level], entries) in groups {
        // A group with the same id as an entry clashes with it.
        let id = if chance(*has, 6) { "a" } else { pick(&["g", "h"], *id) };
        if taken.insert(id) {
            let title = (has % 3 != 0).then(|| heading([*which, *spelling, *level]));
            let lead = (has % 3 != 1).then(|| heading([*lead, *spelling, level.wrapping_mul(7)]));
            made.push(Group { id, title, lead, entries: items(kind, entries, &BTreeSet::new()) });
        }
    }
    Body { entries: items(kind, entries, &taken), groups: made }
}

fn fields(bytes: &[[u8; 4]]) -> Vec<Field> {
    let mut taken = BTreeSet::new();
    let field = |[name, value, spelling, level_byte]: &[u8; 4]| Field {
        name: pick(&["mood", "role", "years", "mood", "description"], *name),
        value: match value % 7 {
            0 => Node::text("glad"),
            1 => Node::text(pick(&["wide  awake", "wide awake"], *spelling)),
            2 => Node::Number(10),
            3 => Node::text("10"),
            4 => Node::Truth(true),
            5 => Node::text("caf\u{e9}"),
            _ => Node::text("cafe\u{301}"),
        },
        level: level(*level_byte),
    };
    bytes.iter().map(field).filter(|field| taken.insert(field.name)).collect()
}

fn tools(allow: u8, deny: u8) -> Tools {
    let chosen = |byte: u8| TOOLS.iter().enumerate().filter(move |(at, _)| byte >> at & 1 == 1);
    let list = |byte: u8, percent| -> Vec<&'static str> {
        let mut list: Vec<_> = chosen(byte).map(|(_, tool)| *tool).collect();
        if byte.is_multiple_of(5) {
            list.reverse();
        }
        if chance(byte, percent) { list } else { Vec::new() }
    };
    Tools { allow: list(allow, 30), deny: list(deny, 20) }
}

fn tags(byte: u8) -> Vec<&'static str> {
    maybe(&TAGS, byte, 25).into_iter().collect()
}

type FragmentBytes = ([u8; 8], Vec<[u8; 4]>, BodyBytes);

fn fragment_bytes() -> impl Strategy<Value = FragmentBytes> {
    (any::<[u8; 8]>(), vec(any::<[u8; 4]>(), 0..3), body_bytes(0..5))
}

fn fragment(id: &str, (flags, field_bytes, body_bytes): &FragmentBytes, others: &[&str]) -> Fragment {
    let kind = id.split('/').next().unwrap_or_default();
    let named = |byte: u8, percent| {
        let named = maybe(others, byte, percent).filter(|other| *other != id);
        named.into_iter().map(str::to_owned).collect()
    };
    Fragment {
        id: id.to_owned(),
        template: chance(flags[0], 50),
        summary: maybe(&["what it is"], flags[1], 20),
        tags: tags(flags[2]),
        requires: named(flags[3], 4),
        excludes: named(flags[4], 3),
        fields: fields(field_bytes),
        tools: tools(flags[5], flags[6]),
        body: body(kind, body_bytes),
    }
}

type ProfileBytes = ([u8; 16], Vec<u8>, [Vec<ItemBytes>; 2], Vec<[u8; 4]>, Vec<[u8; 2]>);

fn profile_bytes() -> impl Strategy<Value = ProfileBytes> {
    let own = || prop_oneof![3 => Just(Vec::new()), 1 => vec(any::<ItemBytes>(), 1..3)];
    (
        any::<[u8; 16]>(),
        vec(any::<u8>(), 0..6),
        [own(), own()],
        prop_oneof![1 => Just(Vec::new()), 1 => vec(any::<[u8; 4]>(), 1..3)],
        prop_oneof![2 => Just(Vec::new()), 1 => vec(any::<[u8; 2]>(), 1..3)],
    )
}

/// Adds a profile on top of the existing ones.
fn add_profile(
    workspace: &mut Workspace,
    id: &str,
    (flags, uses, bodies, field_bytes, removals): &ProfileBytes,
) {
    let is_root = id == ROOT;
    let index = workspace.profiles.len();
    let mut extends: Vec<String> = (0..index)
        .filter(|parent| flags[0] >> parent & 1 == 1 && (is_root || flags[1] >> parent & 1 == 1))
        .map(|parent| workspace.profiles[parent].id.clone())
        .collect();
    if chance(flags[2], 15) {
        extends.reverse();
    }
    let mut used = BTreeSet::new();
    let uses = uses.iter().map(|byte| &workspace.fragments[*byte as usize % workspace.fragments.len()].id);
    let uses: Vec<String> = uses.filter(|id| used.insert(id.as_str())).cloned().collect();
    let bodies = KINDS.iter().zip(bodies).filter(|(_, bytes)| !bytes.is_empty());
    let bodies = bodies.map(|(kind, bytes)| (*kind, body(kind, &(bytes.clone(), Vec::new()))));
    let profile = Profile {
        id: id.to_owned(),
        is_abstract: !is_root && chance(flags[3], 50) || is_root && chance(flags[3], 4),
        template: chance(flags[4], 40),
        description: (flags[5] % 3 == 0).then(|| "Builds things".to_owned()),
        title: maybe(&["Forge", "Anvil"], flags[6], 25),
        style: maybe(&["grouped", "plain"], flags[7], 20),
        combine: maybe(
            &["prohibition-overrides", "permission-overrides", "highest-layer", "unanimous"],
            flags[8],
            20,
        ),
        extends,
        uses,
        drops: Vec::new(),
        tags: tags(flags[9]),
        fields: fields(field_bytes).into_iter().filter(|field| field.name != "description").collect(),
        sections: maybe(&[("voice", "Voice", None), ("rules", "Bounds", Some("grouped"))], flags[10], 30)
            .into_iter()
            .collect(),
        body: bodies.collect(),
        removals: Vec::new(),
        resolutions: Vec::new(),
        tools: tools(flags[11], flags[12]),
        targets: maybe(&[("claude", Some("inherit")), ("skill", None), ("prompt", None)], flags[13], 30)
            .into_iter()
            .collect(),
    };
    workspace.profiles.push(profile);
    let below: Vec<usize> = workspace.ancestors(index).into_iter().collect();
    let (drops, targets) = below_of(workspace, &below, index);
    let profile = &mut workspace.profiles[index];
    if chance(flags[14], 30) && !drops.is_empty() {
        let fragment = drops[flags[15] as usize % drops.len()].clone();
        profile.drops.push(Drop { fragment, breaks_lock: flags[15] % 2 == 1 });
    }
    let mut removed = BTreeSet::new();
    for [target, breaks] in removals.iter().filter(|_| !targets.is_empty()) {
        let target = targets[*target as usize % targets.len()].clone();
        if removed.insert(target.clone()) {
            profile.removals.push(Removal { target, breaks_lock: chance(*breaks, 40) });
        }
    }
}

/// Returns the fragments that a profile could drop and the addresses that it could remove.
fn below_of(workspace: &Workspace, below: &[usize], index: usize) -> (Vec<String>, Vec<String>) {
    let own = &workspace.profiles[index];
    let used = || below.iter().flat_map(|at| &workspace.profiles[*at].uses);
    let drops = used().filter(|id| !own.uses.contains(id)).cloned().collect();
    let mut targets: Vec<String> = Vec::new();
    for id in used().chain(&own.uses) {
        targets.extend(workspace.fragment(id).addresses());
    }
    // Claims of peers cannot be removed, only be in conflict.
    let peers = 0..if own.id == ROOT { 0 } else { index };
    for at in below.iter().copied().chain(peers) {
        targets.extend(workspace.profiles[at].addresses());
    }
    (drops, targets)
}

/// Any workspace that loads.
pub(crate) fn workspace() -> impl Strategy<Value = Workspace> {
    let relation = (0..5u8, any::<bool>(), 0..5u8);
    (
        vec(relation, 0..6),
        vec(fragment_bytes(), 2..=FRAGMENTS.len()),
        vec(profile_bytes(), 0..=PROFILES.len()),
        profile_bytes(),
        vec(any::<u8>(), 0..8),
    )
        .prop_map(|(relations, fragments, profiles, root, settling)| {
            let mut workspace = Workspace::default();
            for (subject, excludes, other) in relations {
                let (subject, other) = (pick(&SUBJECTS, subject), pick(&SUBJECTS, other));
                if subject != other {
                    workspace.relations.insert((
                        subject,
                        if excludes { "excludes" } else { "implies" },
                        other,
                    ));
                }
            }
            let ids = &FRAGMENTS[..fragments.len()];
            workspace.fragments =
                ids.iter().zip(&fragments).map(|(id, bytes)| fragment(id, bytes, ids)).collect();
            for (id, bytes) in PROFILES.iter().zip(&profiles) {
                add_profile(&mut workspace, id, bytes);
            }
            add_profile(&mut workspace, ROOT, &root);
            // Without parents a root uses few sources. If the bits match none, take the last.
            if workspace.root().extends.is_empty() && root.0[0] > 0 && !profiles.is_empty() {
                let parent = workspace.profiles[profiles.len() - 1].id.clone();
                workspace.root().extends.push(parent);
            }
            if let Some((first, rest)) = settling.split_first() {
                // Parents that do not extend each other can decide differently, especially if the profile
                // below them left something open.
                let mut parents: Vec<usize> =
                    (0..workspace.profiles.len() - 1).filter(|parent| first >> parent & 1 == 1).collect();
                if chance(*first, 50) {
                    parents.reverse();
                }
                for parent in parents {
                    let ways: Vec<u8> = rest.iter().map(|way| way.rotate_left(parent as u32)).collect();
                    settle(&mut workspace, parent, &ways);
                }
                let root = workspace.profiles.len() - 1;
                settle(&mut workspace, root, rest);
                settle(&mut workspace, root, rest);
            }
            workspace
        })
}

/// A fragment that no workspace has yet.
pub(crate) fn another_fragment() -> impl Strategy<Value = Fragment> {
    (fragment_bytes(), 0..3usize).prop_map(|(bytes, kind)| {
        let id = ["rules/extra", "voice/extra", "notes/extra"][kind];
        fragment(id, &bytes, &[])
    })
}

/// Lets a profile decide its conflicts, each in one of several ways: validly, with a side that does not
/// exist, with stale hashes, or without any.
fn settle(workspace: &mut Workspace, index: usize, ways: &[u8]) {
    let id = workspace.profiles[index].id.clone();
    let loaded = Loaded::new(workspace);
    let Ok(composition) = loaded.compose(&id) else { return };
    let known: BTreeSet<String> =
        workspace.profiles[index].resolutions.iter().map(|resolution| resolution.at.clone()).collect();
    let mut resolutions = Vec::new();
    for (number, conflict) in composition.conflicts.iter().enumerate() {
        let Some(way) = ways.get(number % ways.len().max(1)).copied() else { break };
        // Sometimes leave open what parents decided in vain, so that it is visible.
        let is_left = way < 24 || conflict.unapplied().is_some() && way % 2 == 1;
        if known.contains(&conflict.at) || is_left {
            continue;
        }
        let mut seen: Vec<(String, String)> =
            conflict.sides.iter().map(|side| (side.name.clone(), side.hash.clone())).collect();
        if seen.is_empty() {
            continue;
        }
        let side = &conflict.sides[way as usize % conflict.sides.len()];
        let is_list = conflict.at.starts_with("tools.");
        let set = if is_list { Node::texts(["Read", "Task"]) } else { Node::text("what was decided") };
        let choice = match way % 8 {
            0..5 => ("take", Node::text(&side.name)),
            5 if conflict.at != "combine" && !conflict.at.ends_with(".style") => ("set", set),
            _ => ("keep", Node::text("both")),
        };
        let force = (choice.0 == "set" && way % 3 == 0).then_some("must");
        if way % 16 == 15 {
            seen[0].1 = "000000".to_owned();
        }
        resolutions.push(Resolution {
            at: conflict.at.clone(),
            choice,
            seen: (way % 7 != 6).then_some(seen),
            force,
            breaks_lock: way % 5 != 4,
        });
    }
    drop(composition);
    // Sometimes add a decision about nothing.
    if ways.first().is_some_and(|way| chance(*way, 4)) && !known.contains("fields.role") {
        let is_new = resolutions.iter().all(|resolution| resolution.at != "fields.role");
        resolutions.extend(is_new.then(|| Resolution {
            at: "fields.role".to_owned(),
            choice: ("set", Node::text("what was decided")),
            seen: None,
            force: None,
            breaks_lock: false,
        }));
    }
    let mut at = BTreeSet::new();
    resolutions.retain(|resolution| at.insert(resolution.at.clone()));
    workspace.profiles[index].resolutions.extend(resolutions);
}
