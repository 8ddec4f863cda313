//! Causes: what an edit of the sources says, file by file and statement by statement.

mod claims;
mod config;
mod lists;
mod renames;

use std::collections::{BTreeMap, BTreeSet};

use renames::renamed;

use crate::model::{
    Claim, FileId, Force, Fragment, FragmentId, Level, Library, Profile, ProfileId, Source, Span,
};

/// How a statement of a source file was edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Edit {
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
pub(crate) struct Cause {
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
    /// What this source, in the earlier and the later library, says at these addresses.
    Claims(BTreeSet<String>, [Option<Source>; 2]),
    /// What stands at this address, or in this group.
    AtOrIn(String),
    /// Rules about these subjects.
    Subjects(BTreeSet<String>),
    /// Where things stand.
    Order,
    /// Rules that are laid out in this style; nothing for the workspace's usual one.
    Style(Option<String>),
    /// Whether it can be built.
    Standing,
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
        if self.renamed.values().any(|from| *from == id) && !self.later.fragments.contains_key(id) {
            return;
        }
        let from = self.renamed.get(id).copied();
        let (before, after) =
            (self.earlier.fragments.find(from.unwrap_or(id)), self.later.fragments.find(id));
        let source = |found: Option<(FragmentId, &Fragment)>| found.map(|(id, _)| Source::Fragment(id));
        let pair = Pair { earlier: source(before), later: source(after) };
        let (before, after) = (before.map(|found| found.1), after.map(|found| found.1));
        let said = said_by([before, after], pair);
        let (Some(before), Some(after)) = (before, after) else {
            let whole = |fragment: &Fragment| (Span::new(fragment.file, 0..0), summary(fragment));
            let edits = vec![edit(before.is_some(), after.is_some(), Edit::Value)];
            let what = format!("fragment {id}");
            return self.add(pair, &what, edits, before.map(whole), after.map(whole), said);
        };
        let at = |fragment: &Fragment| Span::new(fragment.file, 0..0);
        if let Some(from) = from {
            let edits = vec![Edit::Renamed(from.to_owned())];
            let place = Some((at(after), String::new()));
            self.add(pair, &format!("fragment {id}"), edits, None, place, said.clone());
        }
        if self.text(self.earlier, before.file) == self.text(self.later, after.file)
            || self.broken(pair, (before.file, before.broken), (after.file, after.broken))
        {
            return;
        }
        let section = |fragment: &Fragment| {
            let mut blocks = fragment.claims.iter().filter(|claim| claim.block().is_some());
            blocks.next().map_or(String::new(), |claim| claim.address.section().to_owned())
        };
        let (from, to) = (section(before), section(after));
        let moved = from != to && !from.is_empty() && !to.is_empty();
        if moved {
            let touches = said.clone();
            self.changed(pair, "section", Some((at(before), from)), Some((at(after), to)), touches);
        }
        self.flag(pair, "template", (at(before), before.template), (at(after), after.template), said);
        for (word, old, new) in
            [("requires", &before.requires, &after.requires), ("excludes", &before.excludes, &after.excludes)]
        {
            self.names(pair, word, old, new, |_| Touches::Standing);
        }
        self.claims(pair, &before.claims, &after.claims, moved);
    }

    fn text(&self, library: &'l Library, file: FileId) -> &'l str {
        library.sources.file(file).text()
    }

    fn profile(&mut self, id: &str) {
        let (before, after) = (self.earlier.profiles.find(id), self.later.profiles.find(id));
        let source = |found: Option<(ProfileId, &Profile)>| found.map(|(id, _)| Source::Profile(id));
        let pair = Pair { earlier: source(before), later: source(after) };
        let (before, after) = (before.map(|found| found.1), after.map(|found| found.1));
        let at = |profile: &Profile| Span::new(profile.file, 0..0);
        let (Some(before), Some(after)) = (before, after) else {
            let whole = |profile: &Profile| (at(profile), String::new());
            let edits = vec![edit(before.is_some(), after.is_some(), Edit::Value)];
            let what = format!("profile {id}");
            return self.add(pair, &what, edits, before.map(whole), after.map(whole), Touches::Everything);
        };
        if self.text(self.earlier, before.file) == self.text(self.later, after.file)
            || self.broken(pair, (before.file, before.broken), (after.file, after.broken))
        {
            return;
        }
        let everything = Touches::Everything;
        self.flag(
            pair,
            "abstract",
            (at(before), before.is_abstract),
            (at(after), after.is_abstract),
            everything,
        );
        let own = addresses(before.claims.iter().chain(&after.claims));
        let own = Touches::Claims(own, [pair.earlier, pair.later]);
        self.flag(pair, "template", (at(before), before.template), (at(after), after.template), own);
        let order = |profile: &Profile| {
            profile.section_order.iter().map(|kind| kind.value.as_str()).collect::<Vec<_>>().join(", ")
        };
        if order(before) != order(after) {
            let (from, to) = ((at(before), order(before)), (at(after), order(after)));
            self.changed(pair, "order of [sections]", Some(from), Some(to), Touches::Order);
        }
        let everything = |_: &str| Touches::Everything;
        let (earlier, later, renamed) = (self.earlier, self.later, self.renamed.clone());
        let by_fragment = |id: &str| {
            let from = renamed.get(id).copied().unwrap_or(id);
            let found = [earlier.fragments.find(from), later.fragments.find(id)];
            let source = |index: usize| found[index].map(|(index, ..)| Source::Fragment(index));
            let pair = Pair { earlier: source(0), later: source(1) };
            said_by(found.map(|found| found.map(|found| found.1)), pair)
        };
        self.names(pair, "extends", &before.extends, &after.extends, everything);
        self.names(pair, "use", &before.uses, &after.uses, by_fragment);
        self.order(pair, "extends", &before.extends, &after.extends);
        self.order(pair, "use", &before.uses, &after.uses);
        self.drops(pair, &before.drops, &after.drops, by_fragment);
        self.names(pair, "target", &before.targets, &after.targets, everything);
        self.removals(pair, &before.removals, &after.removals);
        self.resolutions(pair, &before.resolutions, &after.resolutions);
        self.claims(pair, &before.claims, &after.claims, false);
    }

    fn flag(&mut self, pair: Pair, what: &str, before: (Span, bool), after: (Span, bool), touches: Touches) {
        if before.1 != after.1 {
            let side = |(span, value): (Span, bool)| Some((span, value.to_string()));
            self.changed(pair, what, side(before), side(after), touches);
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

    /// Whether the file has errors in either state: what was read of it then is not what it means.
    fn broken(&mut self, pair: Pair, before: (FileId, bool), after: (FileId, bool)) -> bool {
        let side = |file: FileId| Some((Span::new(file, 0..0), String::new()));
        let what = match (before.1, after.1) {
            (false, false) => return false,
            (false, true) => "has errors now",
            (true, false) => "has no errors any more",
            (true, true) => "was edited, and still has errors",
        };
        let edits = vec![Edit::Changed(what)];
        self.add(pair, "the file", edits, side(before.0), side(after.0), Touches::Everything);
        true
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

/// Everything that a fragment says in either state.
fn said_by(fragments: [Option<&Fragment>; 2], pair: Pair) -> Touches {
    let claims = fragments.into_iter().flatten().flat_map(|fragment| &fragment.claims);
    Touches::Claims(addresses(claims), [pair.earlier, pair.later])
}

fn addresses<'c>(claims: impl Iterator<Item = &'c Claim>) -> BTreeSet<String> {
    claims.map(|claim| claim.address.to_string()).collect()
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
