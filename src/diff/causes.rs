//! Causes: what an edit of the sources says, file by file and statement by statement.

mod claims;

use std::collections::{BTreeMap, BTreeSet};

use claims::edits;
use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::model::{
    Choice, Claim, FileId, Force, Fragment, Level, Library, Profile, Removal, Resolution, Source, Span, Text,
};

/// How a statement of a source file was edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It has other words.
    Reworded,
    /// It has another value.
    Value,
    /// It has another force.
    Force(Force, Force),
    /// It has another level.
    Level(Level, Level),
    /// It is about another subject, stands in another part of its section, or is read in another way.
    Changed(&'static str),
    /// It stands at another place.
    Moved,
    /// It is the file that had this name.
    Renamed(String),
}

/// One edit of a source file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// The file, relative to the workspace.
    pub path: String,
    /// The line there, from 1: in the later state, or in the earlier one for what is gone.
    pub line: usize,
    /// What was edited: an address for a claim, else the words of the grammar (`use rules/logging`).
    pub what: String,
    /// How.
    pub edits: Vec<Edit>,
    /// What it said.
    pub before: Option<String>,
    /// What it says.
    pub after: Option<String>,
    /// The source in the earlier library; nothing for settings of the workspace.
    pub(super) earlier: Option<Source>,
    /// The source in the later library.
    pub(super) later: Option<Source>,
    pub(super) touches: Touches,
}

/// What of a persona an edit can change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Touches {
    /// What stands at these addresses.
    Addresses(BTreeSet<String>),
    /// What stands at this address, or in this group.
    AtOrIn(String),
    /// Any rule: they are compared by subject.
    Rules,
    /// The order of sections.
    Sections,
    /// Anything.
    Everything,
}

/// What was edited between two states of a workspace, sorted by file and line.
pub(super) fn causes(earlier: &Library, later: &Library) -> Vec<Cause> {
    let mut finder = Finder { earlier, later, renamed: renamed(earlier, later), causes: Vec::new() };
    finder.config();
    let ids = |a: Vec<&String>, b: Vec<&String>| a.into_iter().chain(b).cloned().collect::<BTreeSet<_>>();
    for id in ids(earlier.fragments.keys().collect(), later.fragments.keys().collect()) {
        finder.fragment(&id);
    }
    for id in ids(earlier.profiles.keys().collect(), later.profiles.keys().collect()) {
        finder.profile(&id);
    }
    let mut causes = finder.causes;
    causes.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    causes
}

struct Finder<'l> {
    earlier: &'l Library,
    later: &'l Library,
    /// Fragments that came back under another name: the name before, by the name after.
    renamed: BTreeMap<&'l str, &'l str>,
    causes: Vec<Cause>,
}

/// A source file in both states.
#[derive(Clone, Copy)]
struct Pair {
    earlier: Option<Source>,
    later: Option<Source>,
}

impl<'l> Finder<'l> {
    fn fragment(&mut self, id: &str) {
        let (before, after) = (self.earlier.fragments.get_full(id), self.later.fragments.get_full(id));
        let source = |found: Option<(usize, &String, &Fragment)>| {
            found.map(|(index, ..)| Source::Fragment(index as u32))
        };
        let pair = Pair { earlier: source(before), later: source(after) };
        let (before, after) = (before.map(|found| found.2), after.map(|found| found.2));
        let file = |library: &'l Library, fragment: &Fragment| library.sources.file(fragment.file);
        let (Some(before), Some(after)) = (before, after) else {
            let whole = |fragment: &Fragment| (Span::new(fragment.file, 0..0), summary(fragment));
            let touches = said_by([self.earlier, self.later], id);
            if self.renamed.values().any(|from| *from == id) {
                return;
            }
            if let Some(from) = self.renamed.get(id) {
                let pair = Pair { earlier: self.earlier.source_by_name(from), ..pair };
                let edits = vec![Edit::Renamed((*from).to_owned())];
                let place = after.map(|fragment| (whole(fragment).0, String::new()));
                return self.add(pair, &format!("fragment {id}"), edits, None, place, touches);
            }
            let edits = vec![edit(before.is_some(), after.is_some(), Edit::Value)];
            return self.add(
                pair,
                &format!("fragment {id}"),
                edits,
                before.map(whole),
                after.map(whole),
                touches,
            );
        };
        if file(self.earlier, before).text() == file(self.later, after).text() {
            return;
        }
        let kind = |fragment: &Fragment| Some((Span::new(fragment.file, 0..0), fragment.kind.clone()));
        if before.kind != after.kind {
            self.changed(pair, "kind", kind(before), kind(after), Touches::Everything);
        }
        let at = |fragment: &Fragment| Span::new(fragment.file, 0..0);
        self.flag(pair, "template", (at(before), before.template), (at(after), after.template));
        self.broken(pair, (before.file, before.broken), (after.file, after.broken));
        for (word, old, new) in
            [("requires", &before.requires, &after.requires), ("excludes", &before.excludes, &after.excludes)]
        {
            self.names(pair, word, old, new, |_| Touches::Everything);
        }
        self.claims(pair, &before.claims, &after.claims);
    }

    fn profile(&mut self, id: &str) {
        let (before, after) = (self.earlier.profiles.get_full(id), self.later.profiles.get_full(id));
        let source = |found: Option<(usize, &String, &Profile)>| {
            found.map(|(index, ..)| Source::Profile(index as u32))
        };
        let pair = Pair { earlier: source(before), later: source(after) };
        let (before, after) = (before.map(|found| found.2), after.map(|found| found.2));
        let at = |profile: &Profile| Span::new(profile.file, 0..0);
        let (Some(before), Some(after)) = (before, after) else {
            let whole = |profile: &Profile| (at(profile), String::new());
            let edits = vec![edit(before.is_some(), after.is_some(), Edit::Value)];
            let what = format!("profile {id}");
            return self.add(pair, &what, edits, before.map(whole), after.map(whole), Touches::Everything);
        };
        if self.earlier.sources.file(before.file).text() == self.later.sources.file(after.file).text() {
            return;
        }
        self.broken(pair, (before.file, before.broken), (after.file, after.broken));
        self.flag(pair, "abstract", (at(before), before.is_abstract), (at(after), after.is_abstract));
        self.flag(pair, "template", (at(before), before.template), (at(after), after.template));
        let order = |profile: &Profile| {
            profile.section_order.iter().map(|kind| kind.value.as_str()).collect::<Vec<_>>().join(", ")
        };
        if order(before) != order(after) {
            let (from, to) = ((at(before), order(before)), (at(after), order(after)));
            self.changed(pair, "order of [sections]", Some(from), Some(to), Touches::Sections);
        }
        let everything = |_: &str| Touches::Everything;
        let (earlier, later) = (self.earlier, self.later);
        let by_fragment = |id: &str| said_by([earlier, later], id);
        self.names(pair, "extends", &before.extends, &after.extends, everything);
        self.names(pair, "use", &before.uses, &after.uses, by_fragment);
        let drops = |profile: &Profile| -> Vec<Text> {
            profile.drops.iter().map(|drop| drop.fragment.clone()).collect()
        };
        self.names(pair, "drop", &drops(before), &drops(after), by_fragment);
        self.names(pair, "target", &before.targets, &after.targets, everything);
        self.removals(pair, &before.removals, &after.removals);
        self.resolutions(pair, &before.resolutions, &after.resolutions);
        self.claims(pair, &before.claims, &after.claims);
    }

    /// The settings of the workspace, table by table.
    fn config(&mut self) {
        let read = |library: &Library| {
            let text = library.config.file.map_or("", |file| library.sources.file(file).text());
            let table: toml::Table = text.parse().unwrap_or_default();
            let mut settings = BTreeMap::new();
            for (name, value) in table {
                match value {
                    toml::Value::Table(inner) => {
                        settings.extend(
                            inner
                                .into_iter()
                                .map(|(key, value)| (format!("{name}.{key}"), value.to_string())),
                        );
                    }
                    value => drop(settings.insert(name, value.to_string())),
                }
            }
            settings
        };
        let (before, after) = (read(self.earlier), read(self.later));
        let Some(file) = self.later.config.file.or(self.earlier.config.file) else { return };
        let library = if self.later.config.file.is_some() { self.later } else { self.earlier };
        let path = library.sources.file(file).path().to_string();
        let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        for key in keys.into_iter().filter(|key| before.get(*key) != after.get(*key)) {
            self.causes.push(Cause {
                path: path.clone(),
                line: 1,
                what: key.clone(),
                edits: vec![edit(before.contains_key(key), after.contains_key(key), Edit::Value)],
                before: before.get(key).cloned(),
                after: after.get(key).cloned(),
                earlier: None,
                later: None,
                touches: Touches::Everything,
            });
        }
    }

    fn claims(&mut self, pair: Pair, before: &'l [Claim], after: &'l [Claim]) {
        let by_address = |claims: &'l [Claim]| -> BTreeMap<&'l str, &'l Claim> {
            claims.iter().map(|claim| (claim.address.as_str(), claim)).collect()
        };
        let (old, new) = (by_address(before), by_address(after));
        let order = |claims: &'l [Claim], other: &BTreeMap<&str, &Claim>| -> Vec<&'l str> {
            let blocks = claims.iter().filter(|claim| claim.block().is_some());
            blocks.map(|claim| claim.address.as_str()).filter(|address| other.contains_key(address)).collect()
        };
        let (before_order, after_order) = (order(before, &new), order(after, &old));
        let ops = capture_diff_slices(Algorithm::Myers, &before_order, &after_order);
        let moved: BTreeSet<&str> = ops
            .iter()
            .filter(|op| !matches!(op, DiffOp::Equal { .. }))
            .flat_map(|op| &after_order[op.new_range()])
            .copied()
            .collect();
        let addresses: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
        for address in addresses {
            let (before, after) = (old.get(address).copied(), new.get(address).copied());
            let edits = match (before, after) {
                (Some(before), Some(after)) => edits(before, after, moved.contains(address)),
                (before, after) => vec![edit(before.is_some(), after.is_some(), Edit::Value)],
            };
            if edits.is_empty() {
                continue;
            }
            let said = |claim: &Claim| (claim.key, claim.said());
            let touches = Touches::Addresses(BTreeSet::from([address.to_owned()]));
            self.add(pair, address, edits, before.map(said), after.map(said), touches);
        }
    }

    fn names(
        &mut self,
        pair: Pair,
        word: &str,
        before: &[Text],
        after: &[Text],
        touches: impl Fn(&str) -> Touches,
    ) {
        let find =
            |texts: &[Text], name: &str| texts.iter().find(|text| text.value == name).map(|text| text.span);
        let names: BTreeSet<&str> = before.iter().chain(after).map(Text::as_str).collect();
        for name in names {
            let (old, new) = (find(before, name), find(after, name));
            if old.is_some() != new.is_some() {
                // One entry that follows the new name of a fragment is one edit.
                let followed = self.renamed.iter().find(|(_, from)| **from == name);
                if new.is_none() && followed.is_some_and(|(to, _)| find(after, to).is_some()) {
                    continue;
                }
                let from = self.renamed.get(name).filter(|from| find(before, from).is_some());
                let edits = match from {
                    Some(from) => vec![Edit::Renamed((*from).to_owned())],
                    None => vec![edit(old.is_some(), new.is_some(), Edit::Value)],
                };
                let side = |span: Option<Span>| span.map(|span| (span, name.to_owned()));
                let what = format!("{word} {name}");
                self.add(pair, &what, edits, side(old), side(new), touches(name));
            }
        }
    }

    fn removals(&mut self, pair: Pair, before: &[Removal], after: &[Removal]) {
        let by_target = |removals: &'_ [Removal]| -> BTreeMap<String, (Span, String)> {
            let described = removals.iter().map(|removal| {
                let reason = removal.reason.as_ref().map_or("", |reason| &reason.value);
                let lock = if removal.breaks_lock { "breaks the lock; " } else { "" };
                (removal.target.value.clone(), (removal.target.span, format!("{lock}{reason}")))
            });
            described.collect()
        };
        self.entries(pair, "[[remove]]", &by_target(before), &by_target(after));
    }

    fn resolutions(&mut self, pair: Pair, before: &[Resolution], after: &[Resolution]) {
        let by_address = |resolutions: &[Resolution]| -> BTreeMap<String, (Span, String)> {
            resolutions.iter().map(|it| (it.at.value.clone(), (it.at.span, decided(it)))).collect()
        };
        self.entries(pair, "[[resolve]]", &by_address(before), &by_address(after));
    }

    fn entries(
        &mut self,
        pair: Pair,
        word: &str,
        before: &BTreeMap<String, (Span, String)>,
        after: &BTreeMap<String, (Span, String)>,
    ) {
        let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        for key in keys {
            let (old, new) = (before.get(key), after.get(key));
            if old.map(|old| &old.1) == new.map(|new| &new.1) {
                continue;
            }
            let touches =
                if key.starts_with("subject.") { Touches::Rules } else { Touches::AtOrIn(key.clone()) };
            let edits = vec![edit(old.is_some(), new.is_some(), Edit::Value)];
            self.add(pair, &format!("{word} {key}"), edits, old.cloned(), new.cloned(), touches);
        }
    }

    fn flag(&mut self, pair: Pair, what: &str, before: (Span, bool), after: (Span, bool)) {
        if before.1 != after.1 {
            let side = |(span, value): (Span, bool)| Some((span, value.to_string()));
            self.changed(pair, what, side(before), side(after), Touches::Everything);
        }
    }

    fn changed(
        &mut self,
        pair: Pair,
        what: &str,
        before: Option<(Span, String)>,
        after: Option<(Span, String)>,
        touches: Touches,
    ) {
        self.add(pair, what, vec![Edit::Value], before, after, touches);
    }

    fn broken(&mut self, pair: Pair, before: (FileId, bool), after: (FileId, bool)) {
        let side = |file: FileId| Some((Span::new(file, 0..0), String::new()));
        let what = match (before.1, after.1) {
            (false, true) => "has errors now",
            (true, false) => "has no errors any more",
            _ => return,
        };
        let edits = vec![Edit::Changed(what)];
        self.add(pair, "the file", edits, side(before.0), side(after.0), Touches::Everything);
    }

    fn add(
        &mut self,
        pair: Pair,
        what: &str,
        edits: Vec<Edit>,
        before: Option<(Span, String)>,
        after: Option<(Span, String)>,
        touches: Touches,
    ) {
        let place = |library: &Library, span: Span| {
            (library.sources.path(span).to_string(), library.sources.line_column(span).line)
        };
        let (path, line) = match (&after, &before) {
            (Some((span, _)), _) => place(self.later, *span),
            (None, Some((span, _))) => place(self.earlier, *span),
            (None, None) => return,
        };
        self.causes.push(Cause {
            path,
            line,
            what: what.to_owned(),
            edits,
            before: before.map(|(_, text)| text),
            after: after.map(|(_, text)| text),
            earlier: pair.earlier,
            later: pair.later,
            touches,
        });
    }
}

/// Fragments that are gone and came back under another name.
fn renamed<'l>(earlier: &'l Library, later: &'l Library) -> BTreeMap<&'l str, &'l str> {
    let missing = |library: &'l Library, other: &'l Library| -> Vec<(&'l str, &'l str)> {
        let missing = library.fragments.iter().filter(|(id, _)| !other.fragments.contains_key(*id));
        missing.map(|(id, fragment)| (library.sources.file(fragment.file).text(), id.as_str())).collect()
    };
    let mut gone: BTreeMap<&str, &str> = missing(earlier, later).into_iter().collect();
    let come = missing(later, earlier).into_iter();
    come.filter_map(|(text, id)| Some((id, gone.remove(text)?))).collect()
}

/// Everything that a fragment says in these libraries.
fn said_by(libraries: [&Library; 2], id: &str) -> Touches {
    let fragments = libraries.into_iter().filter_map(|library| library.fragments.get(id));
    let claims = fragments.flat_map(|fragment| &fragment.claims);
    Touches::Addresses(claims.map(|claim| claim.address.to_string()).collect())
}

fn summary(fragment: &Fragment) -> String {
    fragment.summary.as_ref().map_or(String::new(), |summary| summary.value.clone())
}

fn edit(before: bool, after: bool, both: Edit) -> Edit {
    match (before, after) {
        (false, _) => Edit::Added,
        (true, false) => Edit::Removed,
        (true, true) => both,
    }
}

/// What a resolution says, as one text.
fn decided(resolution: &Resolution) -> String {
    let mut text = match &resolution.choice {
        Choice::Take(side) => format!("take {}", side.value),
        Choice::Set(value) => format!("set {}", value.value),
        Choice::KeepBoth(_) => "keep both".to_owned(),
    };
    if let Some(force) = &resolution.force {
        text.push_str(&format!(" as {}", force.value.name()));
    }
    if resolution.breaks_lock {
        text.push_str(", breaking the lock");
    }
    for (side, hash) in resolution.seen.iter().flat_map(|seen| &seen.value) {
        text.push_str(&format!("; saw {} {}", side.value, hash.value));
    }
    if let Some(reason) = &resolution.reason {
        text.push_str(&format!(": {}", reason.value));
    }
    text
}
