//! Groups of statements that the same profiles share; each group becomes one fragment.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::Options;
use super::fleet::Fleet;
use super::name;
use super::statement::{Occurrence, Statement};
use super::variants::adopt;
use super::whole::keep_whole;
use crate::model::{Claim, FragmentId, ProfileId, Source, address, is_id};

/// Statements to move into one fragment.
#[derive(Debug, Clone)]
pub(super) struct Group<'a> {
    /// The id of the fragment.
    pub(super) name: String,
    pub(super) kind: String,
    /// The existing fragment that holds exactly these entries, if there is one.
    pub(super) joins: Option<FragmentId>,
    /// The profiles that will use the fragment.
    pub(super) users: Vec<ProfileId>,
    /// The statements, each with its id in the fragment.
    pub(super) entries: Vec<(Statement<'a>, String)>,
    /// The saving in bytes of TOML: an estimate until the group is proven.
    pub(super) saves: i64,
}

impl<'a> Group<'a> {
    /// Returns the entries that leave their source.
    pub(super) fn leaving(&self) -> impl Iterator<Item = (&Occurrence<'a>, &Statement<'a>, &str)> {
        self.entries.iter().flat_map(|(statement, id)| {
            let leaves =
                |occurrence: &&Occurrence<'a>| self.joins.map(Source::Fragment) != Some(occurrence.source);
            statement.entries().filter(leaves).map(move |occurrence| (occurrence, statement, id.as_str()))
        })
    }

    pub(super) fn section(&self) -> &'a str {
        self.entries[0].0.section()
    }

    /// Returns the sources of its entries.
    pub(super) fn sources(&self) -> BTreeSet<Source> {
        self.entries
            .iter()
            .flat_map(|(statement, _)| statement.entries())
            .map(|occurrence| occurrence.source)
            .collect()
    }

    /// Returns the group without some profiles. `None` if the rest is not worth a fragment.
    pub(super) fn without(
        &self,
        fleet: &Fleet<'_, 'a>,
        profiles: &BTreeSet<ProfileId>,
        options: &Options,
    ) -> Option<Group<'a>> {
        let is_part = |occurrence: &Occurrence<'a>| {
            let reached =
                fleet.reached(occurrence.source).iter().copied().chain(fleet.users(occurrence.source));
            !reached.into_iter().any(|profile| profiles.contains(&profile))
        };
        let mut left = self.clone();
        for (statement, _) in &mut left.entries {
            statement.occurrences.retain(is_part);
            statement.variants.retain(is_part);
        }
        left.entries.retain(|(statement, _)| statement.occurrences.len() > 1);
        left.users.retain(|user| !profiles.contains(user));
        let has_joined = self.joins.is_none_or(|index| left.sources().contains(&Source::Fragment(index)));
        let is_less = left.sources().len() < self.sources().len();
        if left.entries.is_empty() || !has_joined || !is_less {
            return None;
        }
        left.is_worth_it(fleet, options).then_some(left)
    }

    /// Estimates the saving again. Returns whether the group is worth a fragment.
    pub(super) fn is_worth_it(&mut self, fleet: &Fleet<'_, 'a>, options: &Options) -> bool {
        if self.entries.is_empty() {
            return false;
        }
        self.saves = saves(fleet, &BTreeMap::new(), self);
        self.is_large_enough(fleet, options)
    }

    /// Returns whether its saving and its personas are enough. A fragment that exists may have a single entry.
    fn is_large_enough(&self, fleet: &Fleet<'_, 'a>, options: &Options) -> bool {
        let personas = self.personas(fleet).len();
        let is_one = self.joins.is_none() && self.entries.len() == 1;
        self.saves >= options.least_bytes
            && personas >= options.least_personas.max(2)
            && (!is_one || options.is_worth_one_entry(personas, self.saves))
    }

    /// Returns the personas that contain its entries.
    pub(super) fn personas(&self, fleet: &Fleet<'_, '_>) -> BTreeSet<ProfileId> {
        self.sources().into_iter().flat_map(|source| fleet.reached(source)).copied().collect()
    }
}

/// Returns the groups that are worth a fragment, largest saving first, and the number of repeated statements
/// in no group.
pub(super) fn groups<'a>(
    fleet: &Fleet<'_, 'a>,
    statements: Vec<Statement<'a>>,
    options: &Options,
) -> (Vec<Group<'a>>, usize) {
    let personas = |statement: &Statement<'a>| {
        let reached = statement.occurrences.iter().flat_map(|occurrence| fleet.reached(occurrence.source));
        reached.collect::<BTreeSet<_>>().len()
    };
    let repeated = |statement: &Statement<'a>| {
        statement.occurrences.len() > 1 && personas(statement) >= options.least_personas.max(2)
    };
    // The other end of an element would be in another file.
    let may_move = |statement: &&Statement<'a>| repeated(statement) && !statement.is_torn();
    let (headings, plain): (Vec<_>, Vec<_>) =
        statements.iter().filter(may_move).cloned().partition(Statement::is_heading);
    let mut sets: Sets<'a> = IndexMap::new();
    for statement in plain {
        let key = (statement.section(), statement.is_template, users(fleet, &statement));
        sets.entry(key).or_default().push(statement);
    }
    adopt(fleet, &statements, &mut sets);
    sets.values_mut().for_each(|statements| keep_families(fleet, statements, |statement| statement));
    sets.retain(|_, statements| !statements.is_empty());
    for heading in headings {
        attach(fleet, heading, &mut sets);
    }
    let claims_at = ClaimsByAddress::new(fleet);
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut moving: BTreeMap<Source, usize> = BTreeMap::new();
    let mut waiting: Vec<(Vec<ProfileId>, Vec<Statement<'a>>)> =
        sets.into_iter().map(|((_, _, users), statements)| (users, statements)).collect();
    // Once a group has moved, another may be all that is left of a fragment and so become cheaper to move.
    // Repeat until no group is added.
    loop {
        let mut left = Vec::new();
        let before = groups.len();
        for (users, statements) in waiting {
            let group = group(fleet, &claims_at, &moving, statements.clone(), users.clone());
            if group.is_large_enough(fleet, options) {
                groups.push(group);
            } else {
                left.push((users, statements));
            }
        }
        for occurrence in groups[before..].iter().flat_map(Group::leaving).map(|(occurrence, ..)| occurrence)
        {
            *moving.entry(occurrence.source).or_default() += 1;
        }
        waiting = left;
        if groups.len() == before {
            break;
        }
    }
    let count = |groups: &[Group<'a>]| groups.iter().map(|group| group.entries.len()).sum::<usize>();
    let mut left: usize =
        waiting.iter().map(|(_, statements)| statements.len()).sum::<usize>() + count(&groups);
    groups.sort_by(|a, b| b.saves.cmp(&a.saves).then_with(|| a.users.cmp(&b.users)));
    if options.keeps_whole() {
        groups = keep_whole(fleet, groups, options);
    }
    left -= count(&groups);
    let mut taken: BTreeSet<String> = fleet.library.fragments.keys().cloned().collect();
    for group in &mut groups {
        if group.joins.is_none() {
            group.name = format!("{}/{}", group.kind, name::name(fleet, group, &taken));
            taken.insert(group.name.clone());
        }
    }
    (groups, left)
}

/// Leaves out the entries under others of their source that do not come along: they stay with these.
pub(super) fn keep_families<'a, T>(
    fleet: &Fleet<'_, 'a>,
    entries: &mut Vec<T>,
    statement: impl Fn(&T) -> &Statement<'a>,
) {
    let mut before = usize::MAX;
    while entries.len() < before {
        before = entries.len();
        let all = entries.iter().flat_map(|entry| statement(entry).entries());
        let all = all.map(|occurrence| (occurrence.source, occurrence.claim.address.as_str()));
        let coming: BTreeSet<(Source, &'a str)> = all.collect();
        let is_alone = |occurrence: &Occurrence<'a>| {
            let Some(under) = occurrence.claim.block().and_then(|block| block.under.as_ref()) else {
                return false;
            };
            let above = address::below(occurrence.claim.address.parent(), &under.value);
            let is_above = |claim: &Claim| claim.address.as_str() == above;
            !coming.contains(&(occurrence.source, above.as_str()))
                && fleet.claims(occurrence.source).iter().any(is_above)
        };
        entries.retain(|entry| !statement(entry).entries().any(is_alone));
    }
}

/// Returns the profiles that need a statement: those that bring in one of its sources, unless they extend
/// another of them.
pub(super) fn users(fleet: &Fleet<'_, '_>, statement: &Statement<'_>) -> Vec<ProfileId> {
    let all: BTreeSet<ProfileId> =
        statement.entries().flat_map(|occurrence| fleet.users(occurrence.source)).collect();
    let needed = |user: &&ProfileId| !all.iter().any(|other| fleet.builds_on(**user, *other));
    all.iter().filter(needed).copied().collect()
}

/// Statements by section, whether they are templates, and the profiles that share them.
pub(super) type Sets<'a> = IndexMap<(&'a str, bool, Vec<ProfileId>), Vec<Statement<'a>>>;

/// Adds the title or lead of a group to the largest set of entries of that group whose sources all have this
/// heading. Occurrences in other sources go to the next set.
fn attach<'a>(fleet: &Fleet<'_, 'a>, mut heading: Statement<'a>, sets: &mut Sets<'a>) {
    while heading.occurrences.len() > 1 {
        let sources: BTreeSet<Source> =
            heading.occurrences.iter().map(|occurrence| occurrence.source).collect();
        let in_group =
            |statement: &&Statement<'a>| !statement.is_heading() && statement.list() == heading.list();
        let best = sets
            .iter_mut()
            .filter(|((_, is_template, _), _)| *is_template == heading.is_template)
            .map(|((.., users), set)| (set.iter().filter(in_group).count(), users, set))
            .filter(|(count, _, set)| {
                let entries = set.iter().filter(in_group).flat_map(|statement| &statement.occurrences);
                let mut entries = entries.map(|occurrence| occurrence.source);
                *count > 0 && entries.all(|source| sources.contains(&source))
            })
            .max_by_key(|(count, ..)| *count);
        let Some((_, users, set)) = best else { return };
        let is_part = |occurrence: &Occurrence<'a>| {
            fleet
                .users(occurrence.source)
                .iter()
                .any(|user| users.contains(user) || users.iter().any(|other| fleet.builds_on(*user, *other)))
        };
        let (part, rest): (Vec<Occurrence<'a>>, Vec<Occurrence<'a>>) =
            heading.occurrences.iter().copied().partition(is_part);
        set.push(Statement { occurrences: part, ..heading.clone() });
        heading.occurrences = rest;
    }
}

/// The sources that claim each address, for finding free ids.
struct ClaimsByAddress<'a> {
    claims: BTreeMap<&'a str, Vec<Source>>,
    required: BTreeSet<&'a str>,
}

impl<'a> ClaimsByAddress<'a> {
    fn new(fleet: &Fleet<'_, 'a>) -> Self {
        let library = fleet.library;
        let mut claims: BTreeMap<&'a str, Vec<Source>> = BTreeMap::new();
        for claim in library.claims().filter(|claim| claim.block().is_some()) {
            claims.entry(claim.address.as_str()).or_default().push(claim.source);
            // Groups have an address too.
            if claim.address.group().is_some() {
                claims.entry(claim.address.parent()).or_default().push(claim.source);
            }
        }
        let rules = library.config.requirements.iter().filter_map(|required| required.rule.as_ref());
        let required = rules.map(|rule| rule.address.value.as_str());
        ClaimsByAddress { claims, required: required.collect() }
    }

    /// Returns whether other sources claim the address in a persona that contains the entry.
    fn has_others(
        &self,
        fleet: &Fleet<'_, 'a>,
        address: &str,
        statement: &Statement<'a>,
        entry: &Occurrence<'a>,
    ) -> bool {
        let is_own = |source: &Source| {
            let is_here = |occurrence: &Occurrence<'a>| {
                occurrence.source == *source && occurrence.claim.address.as_str() == address
            };
            statement.entries().any(is_here)
        };
        let sources = self.claims.get(address).into_iter().flatten();
        let mut others = sources.filter(|source| !is_own(source));
        let personas = fleet.reached(entry.source);
        others.any(|source| {
            fleet.reached(*source).iter().any(|persona| personas.binary_search(persona).is_ok())
        })
    }

    /// Returns whether renaming an entry to this address would collide with another claim.
    fn is_taken(&self, fleet: &Fleet<'_, 'a>, address: &str, statement: &Statement<'a>) -> bool {
        let moves = |entry: &&Occurrence<'a>| entry.claim.address.as_str() != address;
        statement.entries().filter(moves).any(|entry| self.has_others(fleet, address, statement, entry))
    }

    /// Returns whether an entry at this address meets claims of other sources there, so that it must keep its
    /// id.
    fn is_held(&self, fleet: &Fleet<'_, 'a>, address: &str, statement: &Statement<'a>) -> bool {
        let stays = |entry: &&Occurrence<'a>| entry.claim.address.as_str() == address;
        statement.entries().filter(stays).any(|entry| self.has_others(fleet, address, statement, entry))
    }
}

fn group<'a>(
    fleet: &Fleet<'_, 'a>,
    claims_at: &ClaimsByAddress<'a>,
    moving: &BTreeMap<Source, usize>,
    mut statements: Vec<Statement<'a>>,
    users: Vec<ProfileId>,
) -> Group<'a> {
    sort(&mut statements);
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for occurrence in statements.iter().flat_map(|statement| &statement.occurrences) {
        let kind = fleet
            .fragment(occurrence.source)
            .map_or(occurrence.claim.address.section(), |fragment| &fragment.kind);
        *kinds.entry(kind).or_default() += 1;
    }
    let kind = kinds.iter().rev().max_by_key(|(_, count)| **count).map_or("", |(kind, _)| *kind).to_owned();
    let joins = existing(fleet, moving, &statements);
    let mut taken = BTreeSet::new();
    let mut entries = Vec::new();
    for statement in statements {
        let id = id(fleet, claims_at, &statement, joins, &taken);
        taken.insert(address::below(statement.list(), &id));
        entries.push((statement, id));
    }
    let name = joins.map_or(String::new(), |index| fleet.library.fragments[index].id.clone());
    let mut group = Group { name, kind, joins, users, entries, saves: 0 };
    group.saves = saves(fleet, moving, &group);
    group
}

/// Sorts statements as in the file that has most of them; the others follow.
fn sort(statements: &mut [Statement<'_>]) {
    let mut counts: BTreeMap<Source, usize> = BTreeMap::new();
    for occurrence in statements.iter().flat_map(|statement| &statement.occurrences) {
        *counts.entry(occurrence.source).or_default() += 1;
    }
    let Some((first, _)) = counts.iter().rev().max_by_key(|(_, count)| **count) else { return };
    let place = |statement: &Statement<'_>| {
        let occurrence = statement.occurrences.iter().find(|occurrence| occurrence.source == *first);
        occurrence.map_or((1, 0), |occurrence| (0, occurrence.claim.key.start))
    };
    statements.sort_by_key(place);
}

/// Returns the number of claims in a source that are not moving.
fn remaining(fleet: &Fleet<'_, '_>, moving: &BTreeMap<Source, usize>, source: Source) -> usize {
    fleet.claims(source).len() - moving.get(&source).copied().unwrap_or(0)
}

/// Returns the fragment that holds exactly these statements, ignoring entries that are moving.
fn existing(
    fleet: &Fleet<'_, '_>,
    moving: &BTreeMap<Source, usize>,
    statements: &[Statement<'_>],
) -> Option<FragmentId> {
    let mut counts: BTreeMap<FragmentId, usize> = BTreeMap::new();
    for occurrence in statements.iter().flat_map(|statement| &statement.occurrences) {
        if let Source::Fragment(index) = occurrence.source {
            *counts.entry(index).or_default() += 1;
        }
    }
    let whole = counts.into_iter().filter(|(index, count)| {
        let fragment = &fleet.library.fragments[*index];
        let demands = !fragment.requires.is_empty() || !fragment.excludes.is_empty();
        let is_whole = remaining(fleet, moving, Source::Fragment(*index)) == *count;
        *count == statements.len() && is_whole && !demands && !is_named_after_its_user(fleet, *index)
    });
    // The one that most profiles use; on a tie, the first by id.
    whole
        .map(|(index, _)| (fleet.users(Source::Fragment(index)).len(), index))
        .max_by_key(|(users, index)| (*users, std::cmp::Reverse(*index)))
        .map(|(_, index)| index)
}

/// Returns whether a fragment is used by one profile only and named after it. Such a name would mislead the
/// profiles that join.
fn is_named_after_its_user(fleet: &Fleet<'_, '_>, index: FragmentId) -> bool {
    let name = fleet.library.fragments[index].id.rsplit('/').next().unwrap_or_default();
    match fleet.users(Source::Fragment(index)).as_slice() {
        [only] => name.starts_with(&fleet.library.profiles[*only].id),
        _ => false,
    }
}

/// Chooses the id of a statement: one that must not change, else the one that most sources use, else the
/// shortest.
fn id<'a>(
    fleet: &Fleet<'_, 'a>,
    claims_at: &ClaimsByAddress<'a>,
    statement: &Statement<'a>,
    joins: Option<FragmentId>,
    taken: &BTreeSet<String>,
) -> String {
    let own = statement
        .occurrences
        .iter()
        .find(|occurrence| joins.map(Source::Fragment) == Some(occurrence.source));
    if let Some(occurrence) =
        own.or(statement.occurrences.first()).filter(|_| own.is_some() || statement.is_heading())
    {
        return occurrence.claim.address.id().to_owned();
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for occurrence in &statement.occurrences {
        *counts.entry(occurrence.claim.address.id()).or_default() += 1;
    }
    let mut ids: Vec<(&str, usize)> = counts.into_iter().collect();
    let address = |id: &str| address::below(statement.list(), id);
    let users: BTreeSet<&str> = statement
        .occurrences
        .iter()
        .flat_map(|occurrence| fleet.users(occurrence.source))
        .map(|user| fleet.library.profiles[user].id.as_str())
        .collect();
    let rank = |(id, count): &(&str, usize)| {
        let at = address(id);
        let is_required =
            claims_at.required.contains(at.as_str()) || claims_at.is_held(fleet, &at, statement);
        // The name of a profile means nothing in other profiles.
        let is_name = users.contains(id);
        (!is_required, is_name, usize::MAX - count, id.len(), (*id).to_owned())
    };
    ids.sort_by_cached_key(rank);
    let is_free = |id: &str| {
        let address = address(id);
        is_id(id) && !taken.contains(&address) && !claims_at.is_taken(fleet, &address, statement)
    };
    if let Some((id, _)) = ids.iter().find(|(id, _)| is_free(id)) {
        return (*id).to_owned();
    }
    let numbered = (2..).map(|number| format!("{}-{number}", ids[0].0));
    let mut free = numbered.take(1_000).filter(|id| is_free(id));
    free.next().unwrap_or_else(|| ids[0].0.to_owned())
}

/// Returns the bytes that an entry takes in its file: key, value and punctuation.
pub(super) fn bytes(occurrence: &Occurrence<'_>) -> i64 {
    i64::from(occurrence.claim.span.end.saturating_sub(occurrence.claim.span.start))
        + occurrence.claim.address.id().len() as i64
        + 4
}

/// The bytes of a new fragment in addition to its entries: a table header.
const HEADER: i64 = 10;

/// The bytes of a typical fragment name in `use`, with quotes, comma and space.
pub(super) const NAMED: i64 = 20;

/// The bytes of an override in a profile besides its entry: a table header.
const OVERRIDDEN: i64 = 24;

/// Estimates the bytes of TOML that a group saves.
fn saves(fleet: &Fleet<'_, '_>, moving: &BTreeMap<Source, usize>, group: &Group<'_>) -> i64 {
    let leaving: i64 = group.leaving().map(|(occurrence, ..)| bytes(occurrence)).sum();
    let used = |user: &&ProfileId| {
        group.joins.is_none_or(|index| !fleet.users(Source::Fragment(index)).contains(user))
    };
    let naming = group.users.iter().filter(used).count() as i64 * NAMED;
    let written = match group.joins {
        Some(_) => 0,
        None => {
            HEADER + group.entries.iter().map(|(statement, _)| bytes(&statement.occurrences[0])).sum::<i64>()
        }
    };
    let variants = group.entries.iter().flat_map(|(statement, _)| &statement.variants);
    let overrides: i64 = variants.map(|variant| bytes(variant) + OVERRIDDEN).sum();
    // A fragment that becomes empty also frees its place in `use`.
    let mut leaving_of: BTreeMap<Source, usize> = BTreeMap::new();
    for (occurrence, ..) in group.leaving() {
        *leaving_of.entry(occurrence.source).or_default() += 1;
    }
    let emptied = leaving_of.into_iter().filter(|(source, count)| {
        fleet.fragment(*source).is_some() && remaining(fleet, moving, *source) == *count
    });
    let freed: i64 = emptied.map(|(source, _)| fleet.users(source).len() as i64 * NAMED + HEADER).sum();
    leaving + freed - written - naming - overrides
}
