//! Keeps lists whole: no list alternates between files, and none is torn for a single line.

use std::collections::{BTreeMap, BTreeSet};

use super::Options;
use super::fleet::Fleet;
use super::group::{Group, bytes, keep_families};
use super::statement::Occurrence;
use crate::compose::{Composition, Entry};
use crate::model::{Claim, ProfileId, Source, address};

/// The maximum number of files that one list is read from, unless it is read from more already.
const MAX_FILES: usize = 3;

/// Where an entry is after the moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Home {
    /// In a source that exists.
    Source(Source),
    /// In the new fragment of a group, by index.
    Group(usize),
}

/// The homes of the entries that move, by source and address.
type Moves<'a> = BTreeMap<(Source, &'a str), Home>;

/// The entries of a list in display order, each with its claims: those of a group are one entry.
type List<'a> = Vec<Vec<&'a Claim>>;

/// Where an entry is: in each persona, by index, the piece of its list.
type Places = Vec<(usize, usize)>;

/// The lists of a persona, by address.
type Lists<'a> = BTreeMap<String, List<'a>>;

/// Takes out of each group what would tear a list, and leaves out the groups that are then not worth a
/// fragment. Groups come in order of their saving, so a list goes to the group that saves most.
pub(super) fn keep_whole<'a>(
    fleet: &Fleet<'_, 'a>,
    groups: Vec<Group<'a>>,
    options: &Options,
) -> Vec<Group<'a>> {
    let mut lists = BTreeMap::new();
    let mut moves = Moves::new();
    let mut kept: Vec<Group<'a>> = Vec::new();
    for mut group in groups {
        let personas = group.personas(fleet);
        for profile in &personas {
            if let (None, Some(composition)) = (lists.get(profile), &fleet.compositions[*profile]) {
                lists.insert(*profile, lists_of(composition));
            }
        }
        let before = group.entries.len();
        let home = group.joins.map_or(Home::Group(kept.len()), |index| Home::Source(Source::Fragment(index)));
        let shaper = Shaper { lists: &lists, personas, moves: &moves, home };
        let own = shaper.shape(fleet, &mut group);
        if group.entries.len() == before || group.is_worth_it(fleet, options) {
            moves.extend(own);
            kept.push(group);
        }
    }
    kept
}

/// Returns the lists of a persona with the claims of their entries.
fn lists_of<'a>(composition: &Composition<'a>) -> Lists<'a> {
    let mut lists = Lists::new();
    for section in &composition.persona.sections {
        let mut list = List::new();
        for entry in &section.entries {
            match entry {
                Entry::Block(block) => list.extend(block.origin.claim().map(|claim| vec![claim])),
                Entry::Group(group) => {
                    let members: List<'a> = group
                        .entries
                        .iter()
                        .filter_map(|entry| match entry {
                            Entry::Block(block) => block.origin.claim().map(|claim| vec![claim]),
                            Entry::Group(_) | Entry::Conflict(_) => None,
                        })
                        .collect();
                    list.push(members.concat());
                    lists.insert(address::below(section.kind, group.id), members);
                }
                Entry::Conflict(_) => {}
            }
        }
        list.retain(|members| !members.is_empty());
        lists.insert(section.kind.to_owned(), list);
    }
    lists
}

/// Shapes one group.
struct Shaper<'s, 'a> {
    lists: &'s BTreeMap<ProfileId, Lists<'a>>,
    /// The personas that contain entries of the group.
    personas: BTreeSet<ProfileId>,
    /// The moves of the groups before it.
    moves: &'s Moves<'a>,
    /// Where its entries move.
    home: Home,
}

impl<'a> Shaper<'_, 'a> {
    /// Removes statements from the group until it tears no list. Returns its moves.
    fn shape(&self, fleet: &Fleet<'_, 'a>, group: &mut Group<'a>) -> Moves<'a> {
        loop {
            let entries = group.leaving().map(|(occurrence, ..)| (key(occurrence), self.home));
            let own: Moves<'a> = entries.collect();
            if let Some(list) = self.torn(group, &own) {
                self.reduce(group, &own, &list);
            } else if let Some(list) = self.single_line(group) {
                group.entries.retain(|(statement, _)| statement.list() != list);
            } else {
                return own;
            }
            // A title or lead does not move alone.
            let entries = group.entries.iter().filter(|(statement, _)| !statement.is_heading());
            let filled: BTreeSet<&str> = entries.map(|(statement, _)| statement.list()).collect();
            group.entries.retain(|(statement, _)| filled.contains(statement.list()));
            keep_families(fleet, &mut group.entries, |(statement, _)| statement);
        }
    }

    /// Returns a list that the moves would tear in a persona; one of a group before that of its section.
    fn torn(&self, group: &Group<'a>, own: &Moves<'a>) -> Option<String> {
        let entries = group.entries.iter();
        let lists = entries.flat_map(|(statement, _)| [statement.list(), statement.section()]);
        let mut lists: Vec<&str> = lists.collect::<BTreeSet<_>>().into_iter().collect();
        lists.sort_by_key(|list| !address::is_in_section(list));
        let torn = lists.into_iter().find(|at| {
            // Groups may be in the middle of a section: each has a heading of its own.
            let of_groups =
                |claim: &&'a Claim| !address::is_in_section(at) && claim.address.group().is_some();
            let mut shown = self.shown(at);
            shown.any(|list| {
                let spare = usize::from(list.iter().flatten().any(&of_groups));
                self.is_torn(list, own, spare)
            })
        });
        torn.map(str::to_owned)
    }

    /// Returns a list as each persona shows it.
    fn shown<'s>(&'s self, list: &'s str) -> impl Iterator<Item = &'s List<'a>> {
        self.personas.iter().filter_map(move |profile| self.lists.get(profile)?.get(list))
    }

    /// Returns whether a list would be read from too many files, or go back and forth between them more than
    /// `spare` times.
    fn is_torn(&self, list: &List<'a>, own: &Moves<'a>, spare: usize) -> bool {
        let first = list.iter().filter_map(|members| members.first());
        let before: Vec<Source> = first.clone().map(|claim| claim.source).collect();
        let after: Vec<Home> = first
            .map(|claim| {
                let key = (claim.source, claim.address.as_str());
                let moved = own.get(&key).or_else(|| self.moves.get(&key));
                moved.copied().unwrap_or(Home::Source(claim.source))
            })
            .collect();
        let files = distinct(&after);
        files > MAX_FILES.max(distinct(&before)) || runs(&after) > (files + spare).max(runs(&before))
    }

    /// Keeps of a list only the largest part that is in one piece in every persona; nothing if the list is in
    /// one piece already.
    fn reduce(&self, group: &mut Group<'a>, own: &Moves<'a>, list: &str) {
        let mut places: BTreeMap<(Source, &str), Places> = BTreeMap::new();
        for (persona, list) in self.shown(list).enumerate() {
            let mut piece = 0;
            let mut is_open = false;
            for members in list {
                let keys = members.iter().map(|claim| (claim.source, claim.address.as_str()));
                let moving: Vec<_> = keys.filter(|key| own.contains_key(key)).collect();
                piece += usize::from(is_open && moving.is_empty());
                is_open = !moving.is_empty();
                for key in moving {
                    places.entry(key).or_default().push((persona, piece));
                }
            }
        }
        let is_in = |at: &str| at == list || (address::section(at) == list);
        let mut pieces: BTreeMap<Places, (i64, Vec<usize>)> = BTreeMap::new();
        for (index, (statement, _)) in group.entries.iter().enumerate() {
            if statement.is_heading() || !is_in(statement.list()) {
                continue;
            }
            let found = statement.entries().filter_map(|occurrence| places.get(&key(occurrence)));
            let piece = pieces.entry(found.flatten().copied().collect()).or_default();
            piece.0 += statement.occurrences.first().map_or(0, bytes);
            piece.1.push(index);
        }
        let best = pieces.values().rev().max_by_key(|(bytes, _)| *bytes).filter(|_| pieces.len() > 1);
        let best: BTreeSet<usize> = best.into_iter().flat_map(|(_, indexes)| indexes.clone()).collect();
        let mut index = 0;
        group.entries.retain(|(statement, _)| {
            index += 1;
            statement.is_heading() || !is_in(statement.list()) || best.contains(&(index - 1))
        });
    }

    /// Returns a list of which only one of several entries would move.
    fn single_line(&self, group: &Group<'a>) -> Option<&'a str> {
        let mut counts: BTreeMap<&'a str, usize> = BTreeMap::new();
        for (statement, _) in group.entries.iter().filter(|(statement, _)| !statement.is_heading()) {
            *counts.entry(statement.list()).or_default() += 1;
        }
        let mut lists = counts.into_iter().filter(|(_, count)| *count == 1).map(|(list, _)| list);
        lists.find(|list| self.shown(list).any(|entries| entries.len() > 1))
    }
}

fn key<'a>(occurrence: &Occurrence<'a>) -> (Source, &'a str) {
    (occurrence.source, occurrence.claim.address.as_str())
}

fn distinct<T: Ord + Copy>(homes: &[T]) -> usize {
    homes.iter().copied().collect::<BTreeSet<T>>().len()
}

fn runs<T: PartialEq>(homes: &[T]) -> usize {
    homes.chunk_by(PartialEq::eq).count()
}
