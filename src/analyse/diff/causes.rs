//! The edits of the source files, one by one.

mod claims;
mod config;
mod lists;
mod renames;

use std::collections::{BTreeMap, BTreeSet};

use renames::renamed;
use serde::Serialize;

use super::comparison::{Content, Row};
use crate::model::grammar;
use crate::model::{
    Address, Claim, FileId, Force, Fragment, FragmentId, Level, Library, Profile, ProfileId, Source, Span,
    address, fold,
};

/// The kind of an edit; see `docs/json.md` for its JSON form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum Edit {
    /// The statement is new.
    Added,
    /// The statement was deleted.
    Removed,
    /// Its text, label or reason changed.
    Reworded,
    /// Its value changed.
    Value,
    /// Its force changed.
    Force {
        #[serde(serialize_with = "Force::serialize")]
        from: Force,
        #[serde(serialize_with = "Force::serialize")]
        to: Force,
    },
    /// Its level changed.
    Level { from: Level, to: Level },
    /// Another property changed. The text is the predicate of a sentence.
    Changed { to: &'static str },
    /// Its position changed.
    Moved,
    /// The file was renamed.
    Renamed { from: String },
}

/// One edit of a source file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Cause {
    /// The path relative to the workspace.
    pub path: String,
    /// The line, from 1, in the later state; for a deletion, in the earlier one.
    pub line: usize,
    /// The statement: an address for a claim, otherwise the terms of the grammar (`use rules/logging`).
    pub what: String,
    /// The changes to it.
    pub edits: Vec<Edit>,
    /// The force of a rule that was added or removed.
    #[serde(serialize_with = "Force::serialize", skip_serializing_if = "Option::is_none")]
    pub force: Option<Force>,
    /// The earlier text or value.
    pub before: Option<String>,
    /// The later text or value.
    pub after: Option<String>,
    /// The source that was edited.
    #[serde(skip)]
    pub(super) source: Pair,
    #[serde(skip)]
    pub(super) touches: Touches,
}

/// The part of a persona that an edit can affect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Touches {
    /// The claims at these addresses of the source.
    Claims(BTreeSet<String>, Pair),
    /// The content at this address, or below it if it is a group.
    AtOrIn(String),
    /// Rules on these subjects.
    Subjects(BTreeSet<String>),
    /// The order of the content.
    Order,
    /// Rules rendered in this style; nothing for the default style of the workspace.
    Style(Option<String>),
    /// Whether the persona can be built.
    Status,
    /// Everything.
    Everything,
}

impl Cause {
    /// Its place as `path:line`.
    pub(super) fn place(&self) -> String {
        format!("{}:{}", self.path, self.line)
    }

    /// Returns whether it accounts for all of a difference between personas. Fields are not filled in yet.
    pub(super) fn shows(&self, row: &Row) -> bool {
        let text =
            |content: &Option<Content>| content.as_ref().map(|content| fold(content.words()).into_owned());
        let edited = |text: &Option<String>| text.as_ref().map(|text| fold(text).into_owned());
        let forces = self.edits.iter().find_map(|edit| match edit {
            Edit::Force { from, to } => Some((Some(*from), Some(*to))),
            _ => None,
        });
        let has_forces = match (&row.before, &row.after) {
            (Some(before), Some(after)) if before.force != after.force => {
                let is_rule = [before.force, after.force].map(|force| force.is_some());
                forces == Some((before.force, after.force))
                    || is_rule.contains(&false) && self.edits.contains(&Edit::Changed { to: OTHER_PART })
            }
            (Some(_), Some(_)) => true,
            _ => row.moved.is_none(),
        };
        let has_targets = match (&row.before, &row.after) {
            (Some(before), Some(after)) if before.targets != after.targets => {
                self.edits.contains(&Edit::Changed { to: OTHER_TARGETS })
            }
            _ => true,
        };
        let is_moved_alike = row.moved.is_none() || self.edits.contains(&Edit::Moved);
        let is_here = match Address::parse(&self.what) {
            Address::SectionKey { kind, key: address::HEADING } => {
                Address::parse(row.address()) == Address::Section(kind)
            }
            _ => self.what == row.address(),
        };
        is_here
            && has_forces
            && has_targets
            && is_moved_alike
            && (edited(&self.before), edited(&self.after)) == (text(&row.before), text(&row.after))
    }
}

/// The change of an entry to another part, such as of an item to a rule.
const OTHER_PART: &str = "is of another kind";

/// The change of an entry that is limited to other targets.
const OTHER_TARGETS: &str = "is in other targets";

/// Entries of a file, such as those of a list, by key: the location and the text of each.
type Entries = BTreeMap<String, (Span, String)>;

/// Finds the edits between two states of a workspace.
pub(super) struct Finder<'l> {
    earlier: &'l Library,
    later: &'l Library,
    /// The earlier names of renamed fragments, by their later names.
    pub(super) renamed: BTreeMap<&'l str, &'l str>,
    causes: Vec<Cause>,
}

/// A source in the earlier and the later library. `None` where it does not exist; both are `None` for a
/// setting of the workspace.
pub(super) type Pair = [Option<Source>; 2];

impl<'l> Finder<'l> {
    pub(super) fn new(earlier: &'l Library, later: &'l Library) -> Self {
        Finder { earlier, later, renamed: renamed(earlier, later), causes: Vec::new() }
    }

    /// Returns the edits, sorted by file and line.
    pub(super) fn causes(mut self) -> Vec<Cause> {
        self.config();
        let (earlier, later) = (self.earlier, self.later);
        let fragments: BTreeSet<&String> = earlier.fragments.keys().chain(later.fragments.keys()).collect();
        for id in fragments {
            self.fragment(id);
        }
        let profiles: BTreeSet<&String> = earlier.profiles.keys().chain(later.profiles.keys()).collect();
        for id in profiles {
            self.profile(id);
        }
        self.causes.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
        self.causes
    }

    fn fragment(&mut self, id: &str) {
        if self.renamed.values().any(|from| *from == id) && !self.later.fragments.contains_key(id) {
            return;
        }
        let from = self.renamed.get(id).copied();
        let (before, after) =
            (self.earlier.fragments.find(from.unwrap_or(id)), self.later.fragments.find(id));
        let source = |found: Option<(FragmentId, &Fragment)>| found.map(|(id, _)| Source::Fragment(id));
        let pair = [source(before), source(after)];
        let (before, after) = (before.map(|found| found.1), after.map(|found| found.1));
        let (earlier, later) = (self.earlier, self.later);
        let is_same = |(before, after): (&Fragment, &Fragment)| {
            earlier.sources.file(before.file).text() == later.sources.file(after.file).text()
        };
        if from.is_none() && before.zip(after).is_some_and(is_same) {
            return;
        }
        let touches = claims_of([before, after], pair);
        let (Some(before), Some(after)) = (before, after) else {
            let described = |fragment: &Fragment| (Span::new(fragment.file, 0..0), summary(fragment));
            let edits = vec![edit(before.is_some(), after.is_some(), Edit::Value)];
            let what = format!("fragment {id}");
            return self.add(pair, &what, edits, before.map(described), after.map(described), touches);
        };
        let at = |fragment: &Fragment| Span::new(fragment.file, 0..0);
        if let Some(from) = from {
            let edits = vec![Edit::Renamed { from: from.to_owned() }];
            let place = Some((at(after), String::new()));
            self.add(pair, &format!("fragment {id}"), edits, None, place, touches.clone());
        }
        if is_same((before, after))
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
            self.changed(
                pair,
                grammar::Fragment::Section.name(),
                Some((at(before), from)),
                Some((at(after), to)),
                touches.clone(),
            );
        }
        let template = grammar::Fragment::Template.name();
        self.flag(pair, template, (at(before), before.template), (at(after), after.template), touches);
        for (key, old, new) in [
            (grammar::Fragment::Requires, &before.requires, &after.requires),
            (grammar::Fragment::Excludes, &before.excludes, &after.excludes),
        ] {
            self.names(pair, key.name(), old, new, |_| Touches::Status);
        }
        self.claims(pair, &before.claims, &after.claims, moved);
    }

    fn text(&self, library: &'l Library, file: FileId) -> &'l str {
        library.sources.file(file).text()
    }

    fn profile(&mut self, id: &str) {
        let (before, after) = (self.earlier.profiles.find(id), self.later.profiles.find(id));
        let source = |found: Option<(ProfileId, &Profile)>| found.map(|(id, _)| Source::Profile(id));
        let pair = [source(before), source(after)];
        let (before, after) = (before.map(|found| found.1), after.map(|found| found.1));
        let at = |profile: &Profile| profile.start();
        let (Some(before), Some(after)) = (before, after) else {
            let described = |profile: &Profile| (at(profile), String::new());
            let edits = vec![edit(before.is_some(), after.is_some(), Edit::Value)];
            let what = format!("profile {id}");
            let (before, after) = (before.map(described), after.map(described));
            return self.add(pair, &what, edits, before, after, Touches::Everything);
        };
        if self.text(self.earlier, before.file) == self.text(self.later, after.file)
            || self.broken(pair, (before.file, before.broken), (after.file, after.broken))
        {
            return;
        }
        let is_abstract = |profile: &Profile| (at(profile), profile.is_abstract);
        let key = grammar::Profile::Abstract.name();
        self.flag(pair, key, is_abstract(before), is_abstract(after), Touches::Everything);
        let claims = addresses(before.claims.iter().chain(&after.claims));
        let claims = Touches::Claims(claims, pair);
        let key = grammar::Profile::Template.name();
        self.flag(pair, key, (at(before), before.template), (at(after), after.template), claims);
        let order = |profile: &Profile| {
            profile.section_order.iter().map(|kind| kind.value.as_str()).collect::<Vec<_>>().join(", ")
        };
        if order(before) != order(after) {
            let (from, to) = ((at(before), order(before)), (at(after), order(after)));
            let order = format!("order of {}", grammar::header([grammar::Profile::Sections.name()]));
            self.changed(pair, &order, Some(from), Some(to), Touches::Order);
        }
        let everything = |_: &str| Touches::Everything;
        let (earlier, later, renamed) = (self.earlier, self.later, self.renamed.clone());
        let by_fragment = |id: &str| {
            let from = renamed.get(id).copied().unwrap_or(id);
            let found = [earlier.fragments.find(from), later.fragments.find(id)];
            let sources = found.map(|found| Some(Source::Fragment(found?.0)));
            claims_of(found.map(|found| Some(found?.1)), sources)
        };
        self.names(pair, grammar::Profile::Extends.name(), &before.extends, &after.extends, everything);
        self.names(pair, grammar::Profile::Use.name(), &before.uses, &after.uses, by_fragment);
        self.order(pair, grammar::Profile::Extends.name(), &before.extends, &after.extends);
        self.order(pair, grammar::Profile::Use.name(), &before.uses, &after.uses);
        self.drops(pair, &before.drops, &after.drops, by_fragment);
        self.names(pair, grammar::Profile::Target.name(), &before.targets, &after.targets, everything);
        let without = format!("{} = false", grammar::Profile::Target.name());
        self.names(pair, &without, &before.without_targets, &after.without_targets, everything);
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

    /// Records the edits of entries. The words before its key name the type of an entry.
    fn entries(
        &mut self,
        pair: Pair,
        words: &str,
        before: &Entries,
        after: &Entries,
        touches: impl Fn(&str) -> Touches,
    ) {
        let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        for key in keys {
            let (old, new) = (before.get(key), after.get(key));
            if old.map(|old| &old.1) != new.map(|new| &new.1) {
                let edits = vec![edit(old.is_some(), new.is_some(), Edit::Value)];
                self.add(pair, &format!("{words}{key}"), edits, old.cloned(), new.cloned(), touches(key));
            }
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

    /// Returns whether the file has errors in either state. If so, records that it was edited: what was read
    /// from such a file is incomplete, so its statements are not compared.
    fn broken(&mut self, pair: Pair, before: (FileId, bool), after: (FileId, bool)) -> bool {
        let side = |file: FileId| Some((Span::new(file, 0..0), String::new()));
        let what = match (before.1, after.1) {
            (false, false) => return false,
            (false, true) => "has errors now",
            (true, false) => "no longer has errors",
            (true, true) => "was edited, and still has errors",
        };
        let edits = vec![Edit::Changed { to: what }];
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
            force: None,
            before: before.map(|(_, text)| text),
            after: after.map(|(_, text)| text),
            source: pair,
            touches,
        });
    }
}

/// All claims of a fragment in either state.
fn claims_of(fragments: [Option<&Fragment>; 2], pair: Pair) -> Touches {
    let claims = fragments.into_iter().flatten().flat_map(|fragment| &fragment.claims);
    Touches::Claims(addresses(claims), pair)
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
