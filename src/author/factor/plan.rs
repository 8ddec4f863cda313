//! Plans how the files change when groups move into shared fragments.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use rayon::prelude::*;

use super::Texts;
use super::fleet::Fleet;
use super::group::Group;
use super::statement::{Occurrence, Statement};
use crate::model::{Address, FragmentId, Part, ProfileId, Source, address};
use crate::source::edit::{
    EditError, Keys, NewEntry, NewFragment, Place, Renames, SourceEdit, Taken, Use, apply, entry_place,
    entry_tables, take,
};

/// The changes of the files.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// The edits of existing files, by path.
    edits: BTreeMap<Utf8PathBuf, Vec<SourceEdit>>,
    /// The files after the changes.
    pub(super) texts: Texts,
    /// The new ids of renamed entries, by profile and list.
    pub(super) renames: BTreeMap<ProfileId, BTreeMap<String, Renames>>,
}

/// Returns the path of keys to an entry in its file.
fn keys(fleet: &Fleet<'_, '_>, occurrence: &Occurrence<'_>) -> Keys {
    let (mut keys, key) = entry_place(fleet.library, occurrence.claim).unwrap_or_default();
    keys.push(key);
    keys
}

pub(super) fn path(fleet: &Fleet<'_, '_>, source: Source) -> Utf8PathBuf {
    let library = fleet.library;
    let file = library.file_of(source);
    library.sources.file(file).path().to_owned()
}

/// The groups, and the data that all of them share.
struct Planner<'p, 'f, 'a> {
    fleet: &'p Fleet<'f, 'a>,
    groups: &'p [&'p Group<'a>],
    /// For each source, the entries that leave it, in file order: the entry, the index of its group, and its
    /// new id.
    leaving: BTreeMap<Source, Vec<(Occurrence<'a>, usize, String)>>,
    /// The fragments that become empty.
    emptied: BTreeSet<Source>,
}

impl Plan {
    /// Plans the moves of these groups.
    pub(super) fn new<'a>(
        fleet: &Fleet<'_, 'a>,
        texts: &Texts,
        groups: &[&Group<'a>],
    ) -> Result<Plan, EditError> {
        let mut leaving: BTreeMap<Source, Vec<(Occurrence<'a>, usize, String)>> = BTreeMap::new();
        for (number, group) in groups.iter().enumerate() {
            for (occurrence, _, id) in group.leaving() {
                leaving.entry(occurrence.source).or_default().push((*occurrence, number, id.to_owned()));
            }
        }
        for occurrences in leaving.values_mut() {
            occurrences.sort_by_key(|(occurrence, ..)| occurrence.claim.key.start);
        }
        let emptied = leaving.iter().filter(|(source, occurrences)| {
            fleet.fragment(**source).is_some_and(|fragment| {
                fragment.claims.len() == occurrences.len()
                    && fragment.requires.is_empty()
                    && fragment.excludes.is_empty()
                    && !fleet.is_named_elsewhere(&fragment.id)
            })
        });
        let emptied = emptied.map(|(source, _)| *source).collect();
        Planner { fleet, groups, leaving, emptied }.plan(texts)
    }

    fn edit(&mut self, path: Utf8PathBuf, edits: impl IntoIterator<Item = SourceEdit>) {
        self.edits.entry(path).or_default().extend(edits);
    }

    /// Replaces the order of lists in a profile.
    pub(super) fn lay_out(
        &mut self,
        original: &Texts,
        path: &Utf8PathBuf,
        orders: BTreeMap<String, Option<Vec<String>>>,
    ) -> Result<(), EditError> {
        let edits = self.edits.entry(path.clone()).or_default();
        edits.retain(|edit| !matches!(edit, SourceEdit::Order { list, .. } if orders.contains_key(list)));
        edits.extend(orders.into_iter().map(|(list, order)| SourceEdit::Order { list, order }));
        self.apply(original, path.clone())
    }

    /// Applies all edits of a file to its original text.
    fn apply(&mut self, original: &Texts, path: Utf8PathBuf) -> Result<(), EditError> {
        if let (Some(text), Some(edits)) = (original.get(&path), self.edits.get(&path)) {
            self.texts.insert(path, apply(text, edits)?);
        }
        Ok(())
    }
}

impl Plan {
    /// Returns the lists whose order a file sets anew, with the bytes that each takes.
    pub(super) fn orders(&self, path: &Utf8Path) -> impl Iterator<Item = (&str, i64)> {
        let edits = self.edits.get(path).into_iter().flatten();
        edits.filter_map(|edit| match edit {
            SourceEdit::Order { list, order: Some(order) } => {
                let names: usize = order.iter().map(|name| name.len() + 4).sum();
                Some((list.as_str(), names as i64 + ORDER))
            }
            _ => None,
        })
    }
}

/// The bytes of a typical `order` besides its names.
const ORDER: i64 = 12;

impl<'a> Planner<'_, '_, 'a> {
    fn plan(&self, texts: &Texts) -> Result<Plan, EditError> {
        let mut plan = Plan { texts: texts.clone(), ..Plan::default() };
        self.renames(&mut plan);
        // References to moved entries change first, while the entries still have their old places.
        self.sides(&mut plan);
        for (source, occurrences) in &self.leaving {
            let removed = occurrences
                .iter()
                .map(|(occurrence, ..)| SourceEdit::Remove { keys: keys(self.fleet, occurrence) });
            plan.edit(path(self.fleet, *source), removed);
        }
        self.uses(&mut plan);
        let edited: Vec<_> = plan
            .edits
            .par_iter()
            .filter_map(|(path, edits)| Some((path, take(texts.get(path)?, edits))))
            .collect();
        let mut taken: BTreeMap<Utf8PathBuf, Vec<Taken>> = BTreeMap::new();
        for (path, result) in edited {
            let (text, entries) = result?;
            plan.texts.insert(path.clone(), text);
            taken.insert(path.clone(), entries);
        }
        self.fragments(texts, &mut plan, &taken)?;
        for source in &self.emptied {
            plan.texts.remove(&path(self.fleet, *source));
        }
        Ok(plan)
    }

    /// Renames entries, and the references to them in every source of the personas that contain them.
    fn renames(&self, plan: &mut Plan) {
        let mut by_source: BTreeMap<Source, BTreeMap<String, Renames>> = BTreeMap::new();
        for (source, occurrences) in &self.leaving {
            for (occurrence, _, new) in
                occurrences.iter().filter(|(occurrence, _, new)| occurrence.claim.address.id() != new)
            {
                let list = occurrence.claim.address.parent().to_owned();
                let old = occurrence.claim.address.id().to_owned();
                by_source.entry(*source).or_default().entry(list).or_default().insert(old, new.clone());
            }
        }
        if by_source.is_empty() {
            return;
        }
        let mut files: BTreeMap<Source, BTreeMap<String, Renames>> = BTreeMap::new();
        for (index, composition) in self.fleet.compositions.iter_enumerated() {
            let Some(composition) = composition else { continue };
            let sources = &composition.selection.sources;
            for renamed in sources.iter().filter_map(|source| by_source.get(source)) {
                for (list, renames) in renamed {
                    let of_profile = plan.renames.entry(index).or_default();
                    of_profile.entry(list.clone()).or_default().extend(renames.clone());
                    let itself = Source::Profile(index);
                    for source in sources.iter().chain([&itself]) {
                        let lists = files.entry(*source).or_default();
                        lists.entry(list.clone()).or_default().extend(renames.clone());
                    }
                }
            }
        }
        for (source, lists) in files.into_iter().filter(|(source, _)| !self.fleet.is_untouchable(*source)) {
            let section = self.fleet.fragment(source).map(|fragment| fragment.section.as_str());
            let fits = |list: &str| section.is_none_or(|section| address::section(list) == section);
            let lists: BTreeMap<_, _> = lists.into_iter().filter(|(list, _)| fits(list)).collect();
            if !lists.is_empty() {
                let renames = lists.into_iter().map(|(list, ids)| SourceEdit::Rename { list, ids });
                plan.edit(path(self.fleet, source), renames);
            }
        }
    }

    /// Updates `use` and `drop` of each profile.
    fn uses(&self, plan: &mut Plan) {
        let library = self.fleet.library;
        for profile in library.profiles.ids() {
            let mut uses = Vec::new();
            let mut named: BTreeSet<&str> = BTreeSet::new();
            let is_user = |number: &usize| self.groups[*number].users.binary_search(&profile).is_ok();
            let texts = library.profiles[profile].drops.iter().map(|drop| &drop.fragment);
            let dropped = texts.filter_map(|text| library.fragments.id_of(&text.value));
            let dropped: Vec<Source> = dropped.map(Source::Fragment).collect();
            for source in self.fleet.sources_of(profile).into_iter().chain(dropped.iter().copied()) {
                let Some(occurrences) = self.leaving.get(&source) else { continue };
                let is_dropped = dropped.contains(&source);
                let mut numbers: Vec<usize> = Vec::new();
                for (_, number, _) in occurrences {
                    if !numbers.contains(number) && (is_dropped || is_user(number)) {
                        numbers.push(*number);
                    }
                }
                let fragments = numbers.iter().map(|number| self.groups[*number].name.as_str());
                let new: Vec<&str> = fragments.filter(|name| is_dropped || named.insert(name)).collect();
                let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
                match self.fleet.fragment(source) {
                    Some(fragment) if self.emptied.contains(&source) => {
                        uses.push(Use::Replace(fragment.id.clone(), owned(&new)));
                    }
                    Some(fragment) => {
                        // Entries from the start of a fragment go before it in `use`.
                        let first = fragment.claims.iter().find(|claim| claim.block().is_some());
                        let is_head = first.is_some_and(|first| std::ptr::eq(first, occurrences[0].0.claim));
                        let beside = |name: &str| match is_head {
                            true => Use::Before(fragment.id.clone(), name.to_owned()),
                            false => Use::After(fragment.id.clone(), name.to_owned()),
                        };
                        let names: Vec<&str> = if is_head { new } else { new.into_iter().rev().collect() };
                        uses.extend(names.into_iter().map(beside));
                    }
                    None => uses.extend(new.into_iter().map(|name| Use::Last(name.to_owned()))),
                }
            }
            if !uses.is_empty() {
                plan.edit(path(self.fleet, Source::Profile(profile)), uses.into_iter().map(SourceEdit::Use));
            }
        }
    }

    /// Updates resolutions: a moved entry becomes a side with the name of its new source.
    fn sides(&self, plan: &mut Plan) {
        let library = self.fleet.library;
        for (index, profile) in library.profiles.enumerate() {
            let mut sides = Vec::new();
            for resolution in &profile.resolutions {
                let at = resolution.at.value.as_str();
                let Some(composition) = &self.fleet.compositions[index] else { continue };
                for source in &composition.selection.sources {
                    for (occurrence, number, new) in self.leaving.get(source).into_iter().flatten() {
                        let address = &occurrence.claim.address;
                        let subject = occurrence.claim.subject();
                        let is_subject = Address::parse(at).subject().is_some_and(|at| subject == Some(at));
                        if address.as_str() != at && !is_subject {
                            continue;
                        }
                        let at =
                            if is_subject { at.to_owned() } else { address::below(address.parent(), new) };
                        let (old, new) = (library.source_name(*source), self.groups[*number].name.clone());
                        sides.push(SourceEdit::RenameSide { at, old, new });
                    }
                }
            }
            if !sides.is_empty() {
                plan.edit(path(self.fleet, Source::Profile(index)), sides);
            }
        }
    }

    /// Writes the shared fragments, from the entries taken out of the files.
    fn fragments(
        &self,
        texts: &Texts,
        plan: &mut Plan,
        taken: &BTreeMap<Utf8PathBuf, Vec<Taken>>,
    ) -> Result<(), EditError> {
        let library = self.fleet.library;
        let left = |occurrence: &Occurrence<'a>| -> Option<Taken> {
            let place = self.leaving.get(&occurrence.source)?;
            let place = place.iter().position(|(other, ..)| std::ptr::eq(other.claim, occurrence.claim))?;
            taken.get(&path(self.fleet, occurrence.source))?.get(place).cloned()
        };
        let mut heads: Vec<(Vec<String>, Vec<String>)> =
            self.groups.iter().map(|_| Default::default()).collect();
        for source in &self.emptied {
            // Comments left in a deleted file are about its former entries.
            let (Some((_, number, _)), Some(fragment)) =
                (self.leaving[source].first(), self.fleet.fragment(*source))
            else {
                continue;
            };
            let rest = plan.texts.get(&path(self.fleet, *source)).cloned().unwrap_or_default();
            let lines = rest.lines().map(str::trim).filter(|line| line.starts_with('#'));
            let (comments, summaries) = &mut heads[*number];
            for line in lines.map(str::to_owned) {
                if !comments.contains(&line) {
                    comments.push(line);
                }
            }
            if let Some(summary) = fragment.summary.as_ref().filter(|text| !summaries.contains(&text.value)) {
                summaries.push(summary.value.clone());
            }
        }
        for (number, group) in self.groups.iter().enumerate() {
            let (mut comments, mut summaries) = std::mem::take(&mut heads[number]);
            if let Some(index) = group.joins {
                self.join(texts, plan, group, index, &left, [comments, summaries].concat())?;
                continue;
            }
            let summary = if summaries.is_empty() { None } else { Some(summaries.remove(0)) };
            comments
                .extend(summaries.iter().flat_map(|summary| summary.lines()).map(|line| format!("# {line}")));
            let section = Some(group.section()).filter(|section| *section != group.kind);
            let entry = |(statement, id): &(Statement<'a>, String)| {
                // The value of the first entry is written, with its force if it is among items.
                let part = statement.block().map_or(Part::Prose, |block| block.table);
                let taken = statement.occurrences.iter().filter_map(&left).collect();
                NewEntry::merged(statement.list(), id, part, taken)
            };
            let shared = NewFragment {
                name: group.name.split('/').next_back().unwrap_or_default().to_owned(),
                comments,
                summary,
                section: section.map(str::to_owned),
                is_template: group.entries.iter().any(|(statement, _)| statement.is_template),
                entries: group.entries.iter().filter_map(entry).collect(),
            };
            let path = format!("{}/{}.toml", library.config.fragments, group.name);
            plan.texts.insert(path.into(), shared.text());
        }
        self.overrides(texts, plan, &left)
    }

    /// Moves near-equal texts to the profiles that use their sources, as overrides of the shared entries.
    fn overrides(
        &self,
        texts: &Texts,
        plan: &mut Plan,
        left: &dyn Fn(&Occurrence<'a>) -> Option<Taken>,
    ) -> Result<(), EditError> {
        let mut overridden = BTreeSet::new();
        for (statement, id) in self.groups.iter().flat_map(|group| &group.entries) {
            for variant in &statement.variants {
                let Some(taken) = left(variant) else { continue };
                let part = variant.claim.block().map_or(Part::Prose, |block| block.table);
                for profile in self.fleet.users(variant.source) {
                    let tables = entry_tables(Source::Profile(profile), statement.list(), part);
                    let keys = tables.iter().cloned().chain([id.clone()]).collect();
                    let lines = taken.comments.iter().chain(&taken.trailing).cloned().collect();
                    let path = path(self.fleet, Source::Profile(profile));
                    let entry = SourceEdit::insert(&tables, Place::Last, id, taken.value.clone());
                    plan.edit(path.clone(), [entry, SourceEdit::Comment { keys, lines }]);
                    overridden.insert(path);
                }
            }
        }
        overridden.into_iter().try_for_each(|path| plan.apply(texts, path))
    }

    /// Moves comments about the other copies of an entry to the existing fragment.
    fn join(
        &self,
        texts: &Texts,
        plan: &mut Plan,
        group: &Group<'a>,
        index: FragmentId,
        left: &dyn Fn(&Occurrence<'a>) -> Option<Taken>,
        head: Vec<String>,
    ) -> Result<(), EditError> {
        let itself = Source::Fragment(index);
        let path = path(self.fleet, itself);
        let mut comments = Vec::new();
        for (number, (statement, _)) in group.entries.iter().enumerate() {
            let Some(own) = statement.occurrences.iter().find(|occurrence| occurrence.source == itself)
            else {
                continue;
            };
            let others = statement
                .occurrences
                .iter()
                .filter(|occurrence| occurrence.source != itself)
                .filter_map(left);
            let about = others.flat_map(|taken| taken.comments.into_iter().chain(taken.trailing));
            let hashed =
                |line: &String| if line.starts_with('#') { line.clone() } else { format!("# {line}") };
            let head = head.iter().filter(|_| number == 0).map(hashed);
            let lines: Vec<String> = head.chain(about).collect();
            if !lines.is_empty() {
                comments.push(SourceEdit::Comment { keys: keys(self.fleet, own), lines });
            }
        }
        if comments.is_empty() {
            return Ok(());
        }
        plan.edit(path.clone(), comments);
        plan.apply(texts, path)
    }
}
