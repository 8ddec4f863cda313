//! A second, small implementation of the merge, written from `docs/merging.md` and compared with the program on random
//! workspaces. It knows fields, items, rules, groups, levels, layers, `drop`, removals, partial overrides, resolutions
//! and subjects, and asks two things of each address: what is composed there, or which conflict is open. `PROPTEST_CASES=10000` tries more
//! of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use camino::Utf8PathBuf;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, FileFailurePersistence};

use super::cases;
use super::states::locks_hold;
use crate::compose::{Cause, Composer, Composition, ConflictKind, Entry, State};
use crate::workspace::load_texts;

const FORCES: [&str; 6] = ["never", "avoid", "may", "should", "must", "always"];
const TEXTS: [&str; 3] = ["read the log", "run the tests", "keep it short"];
const PROFILES: [&str; 5] = ["p0", "p1", "p2", "p3", "me"];
const FRAGMENTS: [&str; 4] = ["rules/f0", "rules/f1", "rules/f2", "rules/f3"];
/// The addresses, each with whether it is usually a rule.
const ADDRESSES: [(&str, bool); 4] =
    [("rules.a", true), ("rules.b", true), ("rules.i", false), ("rules.g.c", true)];

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Field(String),
    Entry {
        /// `items` or a force.
        table: &'static str,
        /// None in a partial override.
        text: Option<String>,
        label: Option<&'static str>,
        why: Option<&'static str>,
        about: Option<&'static str>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Default,
    Normal,
    Locked,
}

#[derive(Clone, Debug)]
struct Claim {
    source: String,
    level: Level,
    what: What,
}

#[derive(Clone, Debug)]
struct Removal {
    by: String,
    target: &'static str,
    breaks_lock: bool,
}

#[derive(Clone, Debug)]
struct Drop {
    by: String,
    fragment: &'static str,
    breaks_lock: bool,
}

#[derive(Clone, Debug)]
struct Resolution {
    by: String,
    at: String,
    /// None for a text that is set.
    take: Option<String>,
    force: Option<&'static str>,
    breaks_lock: bool,
}

#[derive(Clone, Default)]
struct World {
    /// The claims of each source, by address.
    claims: BTreeMap<String, Vec<Claim>>,
    extends: BTreeMap<String, Vec<String>>,
    uses: BTreeMap<String, Vec<String>>,
    drops: Vec<Drop>,
    removals: Vec<Removal>,
    resolutions: Vec<Resolution>,
    /// The subjects whose contradictions the root keeps, with both rules.
    kept: BTreeSet<String>,
    /// A subject, `implies` or `excludes`, and another subject.
    relations: &'static [Relation],
}

type Relation = (&'static str, &'static str, &'static str);

/// Relations between subjects that do not contradict each other.
const RELATIONS: [&[Relation]; 6] = [
    &[],
    &[("a", "implies", "s")],
    &[("a", "implies", "s"), ("s", "implies", "b")],
    &[("a", "excludes", "b")],
    &[("a", "excludes", "s"), ("b", "implies", "s"), ("c", "implies", "b")],
    &[("c", "implies", "a"), ("c", "implies", "s"), ("a", "excludes", "b"), ("b", "excludes", "s")],
];

/// What is composed at an address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// The source, and the whole content.
    Composed(String, What),
    /// The text that a resolution sets, with the force.
    Set(Option<&'static str>),
    Nothing,
    Open(&'static str),
}

// The generator.

/// Choices, one after the other; the plainest when they run out.
struct Bytes<'b>(std::slice::Iter<'b, u8>);

impl Bytes<'_> {
    fn next(&mut self) -> usize {
        self.0.next().copied().unwrap_or(0) as usize
    }

    fn one_in(&mut self, times: usize) -> bool {
        self.next() % times == times - 1
    }

    fn pick<T: Copy>(&mut self, pool: &[T]) -> T {
        pool[self.next() % pool.len()]
    }
}

impl World {
    fn of(bytes: &[u8]) -> World {
        let mut world = World::default();
        let mut bytes = Bytes(bytes.iter());
        world.relations = bytes.pick(&RELATIONS);
        let fragments = 1 + bytes.next() % FRAGMENTS.len();
        let profiles = 1 + bytes.next() % PROFILES.len();
        for fragment in &FRAGMENTS[..fragments] {
            world.add_claims(fragment, &mut bytes);
        }
        // The last one is the root.
        for (index, profile) in PROFILES[PROFILES.len() - profiles..].iter().enumerate() {
            let earlier = &PROFILES[PROFILES.len() - profiles..][..index];
            let parents = earlier.iter().filter(|_| bytes.one_in(2)).map(|parent| (*parent).to_owned());
            world.extends.insert((*profile).to_owned(), parents.collect());
            let uses = FRAGMENTS[..fragments].iter().filter(|_| !bytes.one_in(2));
            let uses: Vec<String> = uses.map(|id| (*id).to_owned()).collect();
            let others = FRAGMENTS[..fragments].iter().filter(|id| !uses.contains(&(**id).to_owned()));
            let dropped: Vec<&'static str> = others.filter(|_| bytes.one_in(4)).copied().collect();
            for fragment in dropped {
                let breaks_lock = bytes.one_in(2);
                world.drops.push(Drop { by: (*profile).to_owned(), fragment, breaks_lock });
            }
            world.uses.insert((*profile).to_owned(), uses);
            if bytes.one_in(2) {
                world.add_claims(&format!("profiles/{profile}"), &mut bytes);
            }
            if bytes.one_in(3) {
                let targets = ["rules.a", "rules.b", "rules.i", "rules.g", "rules", "rules.g.c", "fields.x"];
                world.removals.push(Removal {
                    by: (*profile).to_owned(),
                    target: bytes.pick(&targets),
                    breaks_lock: bytes.one_in(3),
                });
            }
        }
        world
    }

    fn add_claims(&mut self, source: &str, bytes: &mut Bytes<'_>) {
        let is_profile = source.starts_with("profiles/");
        for (address, is_rule) in ADDRESSES {
            if bytes.one_in(2) {
                continue;
            }
            let table = match (is_rule, bytes.next()) {
                // Now and then another type.
                (true, 250..) => "items",
                (false, 250..) => "must",
                (true, byte) => *["should", "must", "always", "should", "may", "avoid", "never"]
                    .get(byte % 7)
                    .unwrap_or(&"must"),
                (false, _) => "items",
            };
            let is_partial = is_profile && bytes.one_in(2);
            let text = bytes.pick(&[0, 0, 0, 1, 2]);
            let what = What::Entry {
                table,
                text: (!is_partial).then(|| TEXTS[text].to_owned()),
                label: bytes.one_in(5).then_some("Label"),
                why: bytes.one_in(5).then_some("a reason"),
                about: bytes.one_in(4).then(|| bytes.pick(&["s", "a", "b"])).filter(|_| table != "items"),
            };
            let level = level(bytes);
            self.add(address, source, level, what);
        }
        if bytes.one_in(3) {
            let what = What::Field(TEXTS[bytes.next() % 2].to_owned());
            let level = level(bytes);
            self.add("fields.x", source, level, what);
        }
    }

    fn add(&mut self, address: &str, source: &str, level: Level, what: What) {
        let claim = Claim { source: source.to_owned(), level, what };
        self.claims.entry(address.to_owned()).or_default().push(claim);
    }
}

fn level(bytes: &mut Bytes<'_>) -> Level {
    bytes.pick(&[Level::Normal, Level::Normal, Level::Normal, Level::Normal, Level::Default, Level::Locked])
}

// The files.

impl World {
    fn texts(&self) -> BTreeMap<Utf8PathBuf, String> {
        let mut texts = BTreeMap::new();
        let mut config = String::new();
        for subject in self.relations.iter().map(|(subject, ..)| *subject).collect::<BTreeSet<_>>() {
            for word in ["implies", "excludes"] {
                let others =
                    self.relations.iter().filter(|relation| (relation.0, relation.1) == (subject, word));
                let others: Vec<&str> = others.map(|relation| relation.2).collect();
                if !others.is_empty() {
                    config += &format!("[subjects.{subject}]\n{word} = {others:?}\n");
                }
            }
        }
        texts.insert("cento.toml".into(), config);
        for fragment in FRAGMENTS {
            texts.insert(format!("fragments/{fragment}.toml").into(), self.body_of(fragment, ""));
        }
        for (profile, parents) in &self.extends {
            let mut text = format!("extends = {parents:?}\nuse = {:?}\n", self.uses[profile]);
            let drops = self.drops.iter().filter(|drop| drop.by == *profile).map(
                |Drop { fragment, breaks_lock, .. }| {
                    format!("{{ fragment = {fragment:?}, breaks-lock = {breaks_lock}, reason = \"r\" }}")
                },
            );
            text += &format!("drop = [{}]\n", drops.collect::<Vec<_>>().join(", "));
            for removal in self.removals.iter().filter(|removal| removal.by == *profile) {
                text += &format!(
                    "[[remove]]\ntarget = {:?}\nbreaks-lock = {}\nreason = \"r\"\n",
                    removal.target, removal.breaks_lock
                );
            }
            for resolution in self.resolutions.iter().filter(|resolution| resolution.by == *profile) {
                let choice = match &resolution.take {
                    Some(side) => format!("take = {side:?}"),
                    None => "set = \"as decided\"".to_owned(),
                };
                let force = resolution.force.map_or(String::new(), |force| format!("force = {force:?}\n"));
                text += &format!(
                    "[[resolve]]\nat = {:?}\n{choice}\n{force}breaks-lock = {}\nreason = \"r\"\n",
                    resolution.at, resolution.breaks_lock
                );
            }
            for subject in self.kept.iter().filter(|_| profile == "me") {
                text += &format!("[[resolve]]\nat = {subject:?}\nkeep = \"both\"\nreason = \"r\"\n");
            }
            text += &self.body_of(&format!("profiles/{profile}"), "body.rules.");
            texts.insert(format!("profiles/{profile}.toml").into(), text);
        }
        texts
    }

    fn body_of(&self, source: &str, prefix: &str) -> String {
        let mut text = String::new();
        for (address, claims) in &self.claims {
            for claim in claims.iter().filter(|claim| claim.source == source) {
                let level = match claim.level {
                    Level::Default => "level = \"default\"",
                    Level::Normal => "level = \"normal\"",
                    Level::Locked => "level = \"locked\"",
                };
                let (header, keys) = match &claim.what {
                    What::Field(value) => ("fields.x".to_owned(), format!("value = {value:?}\n")),
                    What::Entry { table, text, label, why, about } => {
                        let id = address.trim_start_matches("rules.");
                        let (group, id) = id
                            .split_once('.')
                            .map_or((String::new(), id), |(group, id)| (format!("group.{group}."), id));
                        let key = |name: &str, value: Option<&str>| {
                            value.map_or(String::new(), |value| format!("{name} = {value:?}\n"))
                        };
                        let keys =
                            [("text", text.as_deref()), ("label", *label), ("why", *why), ("about", *about)];
                        let keys: String = keys.iter().map(|(name, value)| key(name, *value)).collect();
                        (format!("{prefix}{group}{table}.{id}"), keys)
                    }
                };
                text += &format!("[{header}]\n{keys}{level}\n");
            }
        }
        text
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.texts().iter().try_for_each(|(path, text)| writeln!(f, "\n# {path}\n{}", text.trim_end()))
    }
}

// The merge, as the documentation has it.

fn strength(force: &str) -> u8 {
    match force {
        "never" | "always" => 3,
        "must" => 2,
        "avoid" | "should" => 1,
        _ => 0,
    }
}

fn contradict(a: &str, b: &str) -> bool {
    relation(a, b) == b'x'
}

/// Whether two forces pull in different directions.
fn tense(a: &str, b: &str) -> bool {
    relation(a, b) == b'~'
}

fn relation(a: &str, b: &str) -> u8 {
    let row = |force: &str| match force {
        "never" => "=<xxxx",
        "avoid" => "<=~xxx",
        "may" => "x~=<~~",
        "should" => "xx<=<<",
        "must" => "xx~<=<",
        _ => "xx~<<=",
    };
    let column = FORCES.iter().position(|force| *force == b).expect("a force");
    row(a).as_bytes()[column]
}

fn force_of(claim: &Claim) -> Option<&'static str> {
    match &claim.what {
        What::Entry { table, .. } if *table != "items" => Some(table),
        _ => None,
    }
}

/// The content without the force.
fn words(claim: &Claim) -> What {
    match &claim.what {
        What::Entry { text, label, why, about, .. } => {
            What::Entry { table: "", text: text.clone(), label: *label, why: *why, about: *about }
        }
        field => field.clone(),
    }
}

fn is_partial(claim: &Claim) -> bool {
    matches!(&claim.what, What::Entry { text: None, .. })
}

/// What a step of the decision comes to, with the claims that are still in the running.
struct Step {
    outcome: Outcome,
    live: Vec<Claim>,
    /// Whether a resolution decided.
    is_settled: bool,
    /// The subject of a text that a resolution sets, if its first side names one.
    about: Option<&'static str>,
}

impl World {
    fn lineage(&self, profile: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::from([profile.to_owned()]);
        for parent in &self.extends[profile] {
            found.extend(self.lineage(parent));
        }
        found
    }

    fn is_above(&self, upper: &str, lower: &str) -> bool {
        let Some(upper) = upper.strip_prefix("profiles/") else { return false };
        match lower.strip_prefix("profiles/") {
            None => true,
            Some(lower) => upper != lower && self.lineage(upper).contains(lower),
        }
    }

    /// The profiles whose use of a fragment counts: those that no profile above them drops.
    fn users(&self, lineage: &BTreeSet<String>, fragment: &str) -> Vec<String> {
        let is_dropped = |user: &String| {
            let mut drops =
                self.drops.iter().filter(|drop| drop.fragment == fragment && lineage.contains(&drop.by));
            drops.any(|drop| self.is_higher(&drop.by, user))
        };
        let uses = |profile: &&String| self.uses[*profile].iter().any(|id| id == fragment);
        lineage.iter().filter(uses).filter(|user| !is_dropped(user)).cloned().collect()
    }

    fn is_higher(&self, upper: &str, lower: &str) -> bool {
        self.is_above(&format!("profiles/{upper}"), &format!("profiles/{lower}"))
    }

    /// The codes of the findings about `drop`.
    fn drop_findings(&self, root: &str) -> BTreeSet<&'static str> {
        let lineage = self.lineage(root);
        let mut found = BTreeSet::new();
        for drop in self.drops.iter().filter(|drop| lineage.contains(&drop.by)) {
            let uses = |profile: &&String| self.uses[*profile].iter().any(|id| id == drop.fragment);
            let has_effect = lineage.iter().filter(uses).any(|user| self.is_higher(&drop.by, user));
            if !has_effect && drop.by == root {
                found.insert("drop-unmatched");
            }
            let mut claims = self.claims.values().flatten().filter(|claim| claim.source == drop.fragment);
            if has_effect && !drop.breaks_lock && claims.any(|claim| claim.level == Level::Locked) {
                found.insert("locked-drop");
            }
            let users = self.users(&lineage, drop.fragment);
            let mut others = self.drops.iter().filter(|other| other.fragment == drop.fragment);
            let is_answered = users.iter().any(|user| self.is_higher(user, &drop.by))
                || others.any(|other| lineage.contains(&other.by) && self.is_higher(&other.by, &drop.by));
            if !users.is_empty() && !is_answered {
                found.insert("drop-conflict");
            }
        }
        found
    }

    /// What a persona has at each address where a source says something.
    fn composed(&self, root: &str) -> BTreeMap<&'static str, Outcome> {
        let addresses = ADDRESSES.into_iter().map(|(address, _)| address).chain(["fields.x"]);
        let steps: BTreeMap<&'static str, Step> =
            addresses.filter_map(|address| Some((address, self.decided(root, address)?))).collect();
        let disputed = self.disputed(root, &steps);
        let outcome = |(address, step): (&'static str, Step)| {
            let is_disputed = disputed.contains(address);
            (address, if is_disputed { Outcome::Open("contradiction") } else { step.outcome })
        };
        steps.into_iter().map(outcome).collect()
    }

    /// The subjects that a subject implies, and the subject itself.
    fn implied(&self, subject: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::from([subject.to_owned()]);
        for (from, word, to) in self.relations {
            if *from == subject && *word == "implies" {
                found.extend(self.implied(to));
            }
        }
        found
    }

    /// The addresses of the rules whose subjects contradict each other.
    fn disputed(&self, root: &str, steps: &BTreeMap<&'static str, Step>) -> BTreeSet<&'static str> {
        let mut rules: Vec<(&'static str, &'static str, &'static str)> = Vec::new();
        for (address, step) in steps {
            let (force, about) = match &step.outcome {
                Outcome::Composed(_, What::Entry { table, about, .. }) if *table != "items" => {
                    (*table, *about)
                }
                Outcome::Set(Some(force)) => (*force, step.about),
                _ => continue,
            };
            let id = address.rsplit('.').next().expect("an id");
            rules.push((address, force, about.unwrap_or(id)));
        }
        let obliges = |force: &str| matches!(force, "must" | "always");
        let excludes = |a: &String, b: &String| {
            let is_so = |(from, word, to): &Relation| {
                *word == "excludes" && (from == a && to == b || from == b && to == a)
            };
            self.relations.iter().any(is_so)
        };
        // The addresses and whether it is a contradiction, by the subject.
        let mut pairs: BTreeMap<String, Vec<([&'static str; 2], bool)>> = BTreeMap::new();
        for (index, (at, force, subject)) in rules.iter().enumerate() {
            for (other_at, other_force, other) in &rules[index + 1..] {
                let mut add = |subject: &str, is_contradiction: bool| {
                    let pair = ([*at, *other_at], is_contradiction);
                    pairs.entry(subject.to_owned()).or_default().push(pair);
                };
                if subject == other && contradict(force, other_force) {
                    add(subject, true);
                } else if subject == other && tense(force, other_force) {
                    add(subject, false);
                }
                if subject != other {
                    if obliges(force) && *other_force == "never" && self.implied(subject).contains(*other) {
                        add(other, true);
                    }
                    if obliges(other_force) && *force == "never" && self.implied(other).contains(*subject) {
                        add(subject, true);
                    }
                }
                if obliges(force) && obliges(other_force) {
                    let (implied, others) = (self.implied(subject), self.implied(other));
                    if implied.iter().any(|a| others.iter().any(|b| excludes(a, b))) {
                        add(subject.min(other), true);
                    }
                }
            }
        }
        let is_kept = |subject: &String| root == "me" && self.kept.contains(&format!("subject.{subject}"));
        let is_open = |pairs: &Vec<(_, bool)>| pairs.iter().any(|(_, is_contradiction)| *is_contradiction);
        let open = pairs.iter().filter(|(subject, pairs)| is_open(pairs) && !is_kept(subject));
        open.flat_map(|(_, pairs)| pairs.iter().flat_map(|(pair, _)| *pair)).collect()
    }

    /// What an address comes to; `None` if no source says anything.
    fn decided(&self, root: &str, address: &str) -> Option<Step> {
        let lineage = self.lineage(root);
        let is_in = |claim: &&Claim| match claim.source.strip_prefix("profiles/") {
            Some(profile) => lineage.contains(profile),
            None => !self.users(&lineage, &claim.source).is_empty(),
        };
        let claims: Vec<Claim> = self.claims.get(address)?.iter().filter(is_in).cloned().collect();
        let matches = |target: &str| address == target || address.starts_with(&format!("{target}."));
        let removals: Vec<&Removal> = self
            .removals
            .iter()
            .filter(|removal| lineage.contains(&removal.by) && matches(removal.target))
            .collect();
        let resolution =
            self.resolutions.iter().find(|resolution| resolution.by == root && resolution.at == address);
        (!claims.is_empty()).then(|| self.decide(&claims, &removals, resolution))
    }

    /// Decides between claims, partial overrides among them.
    fn decide(&self, claims: &[Claim], removals: &[&Removal], resolution: Option<&Resolution>) -> Step {
        let mut whole: Vec<Claim> = claims.iter().filter(|claim| !is_partial(claim)).cloned().collect();
        let mut partial: Vec<&Claim> = claims.iter().filter(|claim| is_partial(claim)).collect();
        // What is below a profile comes before it.
        partial.sort_by_key(|claim| self.lineage(claim.source.trim_start_matches("profiles/")).len());
        let mut blocked: Vec<(&Claim, Outcome)> = Vec::new();
        for claim in partial {
            let is_below = |source: &str| self.is_above(&claim.source, source);
            let below: Vec<Claim> =
                claims.iter().filter(|other| is_below(&other.source) && is_partial(other)).cloned().collect();
            let made = |source: &str| whole.iter().find(|other| other.source == source);
            let mut below: Vec<Claim> = below
                .iter()
                .map(|other| made(&other.source).cloned().unwrap_or_else(|| other.clone()))
                .collect();
            let others = whole.iter().filter(|other| is_below(&other.source));
            let known: BTreeSet<String> = below.iter().map(|other| other.source.clone()).collect();
            below.extend(others.filter(|other| !known.contains(&other.source)).cloned());
            let removals: Vec<&Removal> = removals
                .iter()
                .copied()
                .filter(|removal| {
                    let remover = format!("profiles/{}", removal.by);
                    remover == claim.source || is_below(&remover)
                })
                .collect();
            let step = self.decide(&below, &removals, resolution);
            let What::Entry { table, label, why, about, .. } = &claim.what else { continue };
            let (text, old_label, old_why, old_about) = match step.outcome {
                Outcome::Composed(_, What::Entry { text, label, why, about, .. }) => {
                    (text, label, why, about)
                }
                Outcome::Set(_) => (Some("as decided".to_owned()), None, None, None),
                Outcome::Nothing | Outcome::Composed(..) => {
                    blocked.push((claim, Outcome::Open("override-unmatched")));
                    continue;
                }
                open @ Outcome::Open(_) => {
                    blocked.push((claim, open));
                    continue;
                }
            };
            let what = What::Entry {
                table,
                text,
                label: label.or(old_label),
                why: why.or(old_why),
                about: about.or(old_about),
            };
            whole.push(Claim { what, ..claim.clone() });
        }
        let step = self.decide_whole(&whole, removals, resolution);
        if matches!(step.outcome, Outcome::Open(_)) {
            return step;
        }
        for (claim, open) in blocked {
            let is_locked = claim.level == Level::Locked;
            let is_above = |profile: &str| self.is_above(&format!("profiles/{profile}"), &claim.source);
            let is_removed =
                removals.iter().any(|removal| is_above(&removal.by) && (!is_locked || removal.breaks_lock));
            let is_overridden = match &step.outcome {
                Outcome::Composed(source, _) => !is_locked && self.is_above(source, &claim.source),
                _ => false,
            };
            let is_decided = step.is_settled
                && resolution.is_some_and(|resolution| {
                    is_above(&resolution.by) && (!is_locked || resolution.breaks_lock)
                });
            if !is_removed && !is_overridden && !is_decided {
                return Step { outcome: open, ..step };
            }
        }
        step
    }

    /// Decides between whole claims and applies the resolution to a conflict.
    fn decide_whole(&self, claims: &[Claim], removals: &[&Removal], resolution: Option<&Resolution>) -> Step {
        let (step, mut sides) = self.verdict(claims, removals);
        let (Outcome::Open(code), Some(resolution)) = (&step.outcome, resolution) else { return step };
        let bad = |step: Step| Step { outcome: Outcome::Open("bad-resolution"), ..step };
        if matches!(*code, "duplicate-address" | "locked-removal") {
            return bad(step);
        }
        // A parent cannot have decided about what is above it.
        let decider = format!("profiles/{}", resolution.by);
        let is_older = sides.iter().any(|side| self.is_above(side, &decider));
        sides.sort();
        let taken = resolution.take.as_ref().map(|take| step.live.iter().find(|claim| claim.source == *take));
        let is_side = |take: &String| sides.contains(take);
        if is_older || resolution.take.as_ref().is_some_and(|take| !is_side(take)) {
            return bad(step);
        }
        let is_lost = |claim: &&Claim| {
            let is_kept =
                taken.flatten().is_some_and(|taken| taken.what == claim.what || taken.source == claim.source);
            claim.level == Level::Locked && !is_kept
        };
        if !resolution.breaks_lock && step.live.iter().any(|claim| is_lost(&claim)) {
            return bad(step);
        }
        let outcome = match taken {
            Some(Some(claim)) => Outcome::Composed(claim.source.clone(), claim.what.clone()),
            Some(None) => Outcome::Nothing,
            None => {
                let forces: Vec<&'static str> = step
                    .live
                    .iter()
                    .filter(|claim| sides.contains(&claim.source))
                    .filter_map(force_of)
                    .collect();
                let contradicts = forces.iter().any(|a| forces.iter().any(|b| contradict(a, b)));
                if contradicts && resolution.force.is_none() {
                    return bad(step);
                }
                let strongest = forces.iter().copied().max_by_key(|force| strength(force));
                Outcome::Set(strongest.map(|strongest| resolution.force.unwrap_or(strongest)))
            }
        };
        let about = |claim: &&Claim| match &claim.what {
            What::Entry { about, .. } => *about,
            What::Field(_) => None,
        };
        // Fragments come before profiles.
        let first = step
            .live
            .iter()
            .filter(|claim| sides.contains(&claim.source))
            .min_by_key(|claim| (claim.source.starts_with("profiles/"), &claim.source));
        let about = first.as_ref().and_then(about);
        Step { outcome, is_settled: true, about, ..step }
    }

    /// The sides of a conflict: those that disagree, the highest layer, and of rules what one of these would weaken or
    /// contradict if it won.
    fn sides(&self, live: &[Claim], disagrees: impl Fn(&Claim) -> bool) -> Vec<String> {
        let is_highest =
            |claim: &Claim| !live.iter().any(|other| self.is_above(&other.source, &claim.source));
        let (mut sides, mut rest): (Vec<&Claim>, Vec<&Claim>) = live.iter().partition(|claim| {
            let is_locked_rule = claim.level == Level::Locked && force_of(claim).is_some();
            disagrees(claim) || is_highest(claim) && force_of(claim).is_some() || is_locked_rule
        });
        loop {
            let resists = |lower: &&Claim| {
                let is_weaker =
                    |upper: &str, lower: &str| strength(upper) < strength(lower) || contradict(upper, lower);
                sides.iter().any(|side| {
                    let forces = force_of(side).zip(force_of(lower));
                    forces.is_some_and(|(side, lower)| is_weaker(side, lower))
                        && self.is_above(&side.source, &lower.source)
                })
            };
            let (more, less): (Vec<&Claim>, Vec<&Claim>) = rest.into_iter().partition(resists);
            if more.is_empty() {
                return sides.iter().map(|claim| claim.source.clone()).collect();
            }
            sides.extend(more);
            rest = less;
        }
    }

    /// The verdict without a resolution, and the sides of a conflict.
    fn verdict(&self, claims: &[Claim], removals: &[&Removal]) -> (Step, Vec<String>) {
        let remover = |removal: &&&Removal| format!("profiles/{}", removal.by);
        // 1. Removals.
        let takes = |removal: &&&Removal, claim: &Claim| {
            self.is_above(&remover(removal), &claim.source)
                && (claim.level != Level::Locked || removal.breaks_lock)
        };
        let mut live: Vec<Claim> = claims
            .iter()
            .filter(|claim| !removals.iter().any(|removal| takes(&removal, claim)))
            .cloned()
            .collect();
        let open = |code: &'static str, live: Vec<Claim>, sides: Vec<String>| {
            (Step { outcome: Outcome::Open(code), live, is_settled: false, about: None }, sides)
        };
        let all = |live: &[Claim]| live.iter().map(|claim| claim.source.clone()).collect::<Vec<_>>();
        if removals
            .iter()
            .any(|removal| live.iter().any(|claim| self.is_above(&remover(&removal), &claim.source)))
        {
            let sides = all(&live);
            return open("locked-removal", live, sides);
        }
        let mut removing: Vec<String> = Vec::new();
        let mut yielded: BTreeSet<String> = BTreeSet::new();
        for removal in removals {
            let by = remover(&removal);
            let left: Vec<&Claim> = live.iter().filter(|claim| !yielded.contains(&claim.source)).collect();
            if left.iter().any(|claim| claim.source == by) {
                continue;
            }
            for claim in &left {
                let is_peer = !self.is_above(&claim.source, &by);
                let is_overridden = left.iter().any(|other| {
                    self.is_above(&other.source, &by) && self.is_above(&other.source, &claim.source)
                });
                if is_peer && !is_overridden {
                    match claim.level {
                        Level::Default => drop(yielded.insert(claim.source.clone())),
                        _ => removing.push(by.clone()),
                    }
                }
            }
        }
        live.retain(|claim| !yielded.contains(&claim.source));
        if !removing.is_empty() {
            let sides = all(&live).into_iter().chain(removing).collect();
            return open("remove-conflict", live, sides);
        }
        // 2. Types.
        let type_of = |claim: &Claim| match &claim.what {
            What::Field(_) => "field",
            What::Entry { table: "items", .. } => "item",
            What::Entry { .. } => "rule",
        };
        if live.iter().map(type_of).collect::<BTreeSet<_>>().len() > 1 {
            let sides = all(&live);
            return open("duplicate-address", live, sides);
        }
        // 3. Defaults.
        if live.iter().any(|claim| claim.level != Level::Default) {
            live.retain(|claim| claim.level != Level::Default);
        }
        if live.is_empty() {
            return (Step { outcome: Outcome::Nothing, live, is_settled: false, about: None }, Vec::new());
        }
        let is_rule = force_of(&live[0]).is_some();
        if is_rule {
            let contradicts = |a: &Claim, b: &Claim| match (force_of(a), force_of(b)) {
                (Some(a), Some(b)) => contradict(a, b),
                _ => false,
            };
            if live.iter().any(|a| live.iter().any(|b| contradicts(a, b))) {
                let sides = self.sides(&live, |claim| live.iter().any(|other| contradicts(claim, other)));
                return open("contradiction", live, sides);
            }
        }
        // 4. Locks.
        let locked: Vec<&Claim> = live.iter().filter(|claim| claim.level == Level::Locked).collect();
        if let Some(first) = locked.first() {
            let is_free =
                |claim: &&Claim| !locked.iter().any(|lock| self.is_above(&lock.source, &claim.source));
            let rivals = locked.iter().copied().chain(live.iter().filter(is_free));
            if rivals.map(|claim| &claim.what).any(|what| *what != first.what) {
                let is_rival = |claim: &Claim| claim.level == Level::Locked || is_free(&claim);
                let sides = self.sides(&live, is_rival);
                return open("lock-conflict", live, sides);
            }
        }
        // 5. Layers.
        let is_highest =
            |claim: &&Claim| !live.iter().any(|other| self.is_above(&other.source, &claim.source));
        let force = |claim: &Claim| force_of(claim).map_or(0, strength);
        let strongest = live.iter().map(force).max().unwrap_or(0);
        let weakens = |claim: &Claim| {
            let strong = || live.iter().filter(|other| force(other) == strongest);
            force(claim) < strongest
                && strong().any(|strong| self.is_above(&claim.source, &strong.source))
                && !strong().any(|strong| self.is_above(&strong.source, &claim.source))
        };
        if is_rule && live.iter().any(weakens) {
            let sides = self.sides(&live, |claim| weakens(claim) || force(claim) == strongest);
            return open("weakening", live, sides);
        }
        let top: Vec<&Claim> = match locked.is_empty() || is_rule {
            true => live.iter().filter(is_highest).collect(),
            false => locked.clone(),
        };
        let first = top[0];
        if top.iter().any(|claim| words(claim) != words(first)) {
            let sides = match is_rule {
                true => self.sides(&live, |_| false),
                false => top.iter().map(|claim| claim.source.clone()).collect(),
            };
            return open("conflict", live, sides);
        }
        let strongest = top.iter().map(|claim| force(claim)).max().unwrap_or(0);
        let winner =
            top.into_iter().filter(|claim| force(claim) == strongest).min_by_key(|claim| &claim.source);
        let outcome = winner.map(|claim| Outcome::Composed(claim.source.clone(), claim.what.clone()));
        let outcome = outcome.unwrap_or(Outcome::Nothing);
        (Step { outcome, live, is_settled: false, about: None }, Vec::new())
    }
}

// What the program says.

fn code(kind: ConflictKind) -> &'static str {
    match kind {
        ConflictKind::Different => "conflict",
        ConflictKind::Locked => "lock-conflict",
        ConflictKind::Contradiction => "contradiction",
        ConflictKind::Weakening => "weakening",
        ConflictKind::Removal => "remove-conflict",
        ConflictKind::LockedRemoval => "locked-removal",
        ConflictKind::Clash => "duplicate-address",
        ConflictKind::Unrefinable => "override-unmatched",
        ConflictKind::Widening | ConflictKind::NoTools | ConflictKind::Tension => "other",
    }
}

fn composed_by_program(
    library: &crate::model::Library,
    composition: &Composition<'_>,
    address: &str,
) -> Option<Outcome> {
    let decision = composition.decisions.get(address)?;
    let open = composition.conflicts.iter().find(|conflict| conflict.at == address && !conflict.is_tension());
    if let Some(conflict) = open {
        let code = if conflict.unapplied().is_some() { "bad-resolution" } else { code(conflict.kind) };
        return Some(Outcome::Open(code));
    }
    if decision.outcomes.iter().any(|(state, cause)| (*state, *cause) == (State::Conflicted, Cause::Subject))
    {
        return Some(Outcome::Open("contradiction"));
    }
    if decision.resolution.is_some_and(|settled| settled.sets()) {
        return Some(Outcome::Set(decision.set_force().map(crate::model::Force::name)));
    }
    let mut emitted = decision.emitted();
    let Some(claim) = emitted.next() else { return Some(Outcome::Nothing) };
    assert!(emitted.next().is_none(), "one claim is emitted at {address}");
    let known = |text: &Option<crate::model::Text>, all: &[&'static str]| {
        text.as_ref().and_then(|text| all.iter().copied().find(|known| *known == text.value))
    };
    let what = match claim.block() {
        None => What::Field(claim.whole_text()),
        Some(block) => What::Entry {
            table: claim.force().map_or("items", crate::model::Force::name),
            text: Some(block.text.value.clone()),
            label: known(&block.label, &["Label"]),
            why: known(&block.why, &["a reason"]),
            about: known(&block.about, &["a", "b", "s"]),
        },
    };
    Some(Outcome::Composed(library.source_name(claim.source), what))
}

/// Lets profiles settle conflicts that the program finds, each by one of its sides or by a text of its own.
fn settled(world: &World, ways: &[u8]) -> World {
    let mut world = world.clone();
    let mut ways = Bytes(ways.iter());
    let (library, _) = load_texts(&world.texts());
    let Some(index) = library.profiles.id_of("me") else { return world };
    let Ok(composition) = Composer::new(&library).compose(index) else { return world };
    for conflict in composition.conflicts.iter().filter(|conflict| !conflict.is_tension()) {
        if ways.one_in(4) {
            continue;
        }
        if conflict.at.starts_with("subject.") {
            world.kept.insert(conflict.at.clone());
            continue;
        }
        let sides: Vec<&str> = conflict.sides.iter().map(|side| side.name.as_str()).collect();
        let way = ways.next();
        let is_set = way % 5 == 4;
        let is_rule =
            conflict.sides.iter().flat_map(|side| &side.claims).any(|claim| claim.force().is_some());
        world.resolutions.push(Resolution {
            by: "me".to_owned(),
            at: conflict.at.clone(),
            take: (!is_set).then(|| sides[way % sides.len()].to_owned()),
            force: (is_set && is_rule && ways.one_in(2)).then_some("must"),
            breaks_lock: ways.one_in(2),
        });
    }
    world
}

/// Compares the two on every profile.
fn compare(world: &World) -> Result<(), TestCaseError> {
    let (library, findings) = load_texts(&world.texts());
    let broken: Vec<_> = findings.iter().filter(|finding| finding.is_error()).collect();
    prop_assert!(broken.is_empty(), "{:?}", broken);
    let composer = Composer::new(&library);
    for profile in world.extends.keys() {
        let index = library.profiles.id_of(profile).expect("the profile is there");
        let Ok(composition) = composer.compose(index) else { continue };
        let dropping = ["drop-unmatched", "locked-drop", "drop-conflict"];
        let codes = composition.findings.iter().map(|finding| finding.code.name);
        let found: BTreeSet<&str> = codes.filter(|code| dropping.contains(code)).collect();
        prop_assert_eq!(found, world.drop_findings(profile), "drops of {}", profile);
        let composed = world.composed(profile);
        for (address, _) in ADDRESSES.into_iter().chain([("fields.x", false)]) {
            let program = composed_by_program(&library, &composition, address);
            let reference = composed.get(address).cloned();
            // Of several entries without a text that cannot be made whole, the first in display order is reported. The
            // reference knows no display order.
            let is_unmatched =
                |outcome: &Option<Outcome>| *outcome == Some(Outcome::Open("override-unmatched"));
            let is_open = |outcome: &Option<Outcome>| matches!(outcome, Some(Outcome::Open(_)));
            let is_other = is_open(&program)
                && is_open(&reference)
                && (is_unmatched(&program) || is_unmatched(&reference));
            if !is_other {
                prop_assert_eq!(program, reference, "{} of {}", address, profile);
            }
        }
        // What is composed is in the document, and nothing else is.
        let shown = shown(&composition);
        for (address, _) in ADDRESSES {
            let is_there = matches!(composed.get(address), Some(Outcome::Composed(..) | Outcome::Set(_)));
            prop_assert_eq!(is_there, shown.contains(address), "{} of {}", address, profile);
        }
        // No lock is lost but by a decision that breaks it.
        for decision in composition.decisions.values() {
            locks_hold(&composition, decision)?;
        }
    }
    Ok(())
}

/// The addresses of the blocks in the document.
fn shown(composition: &Composition<'_>) -> BTreeSet<String> {
    fn add(entries: &[Entry<'_>], found: &mut BTreeSet<String>) {
        for entry in entries {
            match entry {
                Entry::Block(block) => drop(found.insert(block.address.to_string())),
                Entry::Group(group) => add(&group.entries, found),
                Entry::Conflict(_) => {}
            }
        }
    }
    let mut found = BTreeSet::new();
    for section in &composition.persona.sections {
        add(&section.entries, &mut found);
    }
    found
}

/// Any workspace, without resolutions and with.
fn worlds() -> impl Strategy<Value = World> {
    let ways = prop_oneof![Just(Vec::new()), vec(any::<u8>(), 1..24)];
    (vec(any::<u8>(), 0..240), ways).prop_map(|(bytes, ways)| {
        let world = World::of(&bytes);
        if ways.is_empty() { world } else { settled(&world, &ways) }
    })
}

/// As the laws, but what failed once is tried first from then on.
fn remembered(usual: u32) -> Config {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rooms/laws/reference.txt");
    Config { failure_persistence: Some(Box::new(FileFailurePersistence::Direct(file))), ..cases(usual) }
}

proptest! {
    #![proptest_config(remembered(600))]

    /// The program and the reference compose the same.
    #[test]
    fn the_program_merges_as_documented(world in worlds()) {
        compare(&world)?;
    }
}
