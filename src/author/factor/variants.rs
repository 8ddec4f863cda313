//! Near-equal statements: the text of most profiles moves to the shared fragment, and the others override it.

use std::collections::{BTreeMap, BTreeSet};

use super::alike::are_alike;
use super::fleet::Fleet;
use super::group::{Sets, users};
use super::statement::{Occurrence, Statement};
use crate::model::{ProfileId, Source};

/// A profile may override one of this many entries of a list.
const LEAST_SHARED: usize = 3;

/// Moves statements that nearly all profiles of a set share into that set, where the other profiles have a
/// near-equal text in the same list. These texts become the variants of the statement.
pub(super) fn adopt<'a>(fleet: &Fleet<'_, 'a>, statements: &[Statement<'a>], sets: &mut Sets<'a>) {
    let mut single: BTreeMap<&str, Vec<&Statement<'a>>> = BTreeMap::new();
    for statement in statements.iter().filter(|statement| !statement.is_heading()) {
        single.entry(statement.list()).or_default().push(statement);
    }
    for index in 0..sets.len() {
        let Some((key, shared)) = sets.get_index(index) else { continue };
        let (key, mut lists) = (key.clone(), BTreeMap::<&str, Shared<'a>>::new());
        for statement in shared {
            lists.entry(statement.list()).or_default().add(statement);
        }
        let lists = lists.into_iter().filter(|(_, shared)| shared.count > 1);
        for (list, shared) in lists.collect::<Vec<_>>() {
            let texts = single.get(list).map_or(&[][..], Vec::as_slice);
            adopt_in(fleet, &key, shared, texts, sets);
        }
    }
}

/// The part of one list that a set has.
#[derive(Default)]
struct Shared<'a> {
    list: &'a str,
    count: usize,
    sources: BTreeSet<Source>,
}

impl<'a> Shared<'a> {
    fn add(&mut self, statement: &Statement<'a>) {
        self.list = statement.list();
        self.count += 1;
        self.sources.extend(statement.occurrences.iter().map(|occurrence| occurrence.source));
    }
}

fn adopt_in<'a>(
    fleet: &Fleet<'_, 'a>,
    key: &(&'a str, bool, Vec<ProfileId>),
    shared: Shared<'a>,
    texts: &[&Statement<'a>],
    sets: &mut Sets<'a>,
) {
    let all = &key.2;
    let is_smaller = |other: &(&'a str, bool, Vec<ProfileId>)| {
        (other.0, other.1) == (key.0, key.1)
            && other.2.len() < all.len()
            && other.2.len() * 2 > all.len()
            && other.2.iter().all(|user| all.contains(user))
    };
    let mut overrides: BTreeMap<ProfileId, usize> = BTreeMap::new();
    let mut adopted = Vec::new();
    for (_, set) in sets.iter_mut().filter(|(other, _)| is_smaller(other)) {
        set.retain(|statement| {
            if statement.list() != shared.list || adopted.len() == shared.count {
                return true;
            }
            let Some(variants) = variants(fleet, all, &shared, statement, texts) else { return true };
            let entries = shared.count + adopted.len() + 1;
            let count = |user: &ProfileId| overrides.get(user).map_or(1, |count| count + 1);
            if variants.iter().any(|(user, _)| count(user) * LEAST_SHARED > entries) {
                return true;
            }
            for (user, _) in &variants {
                *overrides.entry(*user).or_default() += 1;
            }
            let variants = variants.into_iter().map(|(_, occurrence)| occurrence).collect();
            adopted.push(Statement { variants, ..statement.clone() });
            false
        });
    }
    if let Some(set) = sets.get_mut(key) {
        set.extend(adopted);
    }
}

/// Returns the near-equal text of each profile that lacks a statement. `None` if one has none.
fn variants<'a>(
    fleet: &Fleet<'_, 'a>,
    all: &[ProfileId],
    shared: &Shared<'a>,
    statement: &Statement<'a>,
    texts: &[&Statement<'a>],
) -> Option<Vec<(ProfileId, Occurrence<'a>)>> {
    let having = users(fleet, statement);
    let lacking = all.iter().filter(|user| !having.contains(user));
    let block = statement.block()?;
    let of_user = |user: &ProfileId| {
        let near = texts.iter().filter(|text| text.block().is_some_and(|other| are_alike(block, other)));
        let is_its = |occurrence: &&Occurrence<'a>| {
            matches!(occurrence.source, Source::Fragment(_))
                && shared.sources.contains(&occurrence.source)
                && fleet.users(occurrence.source) == [*user]
        };
        // Texts that other profiles share are statements of their own.
        let mut lone =
            near.filter(|text| text.occurrences.len() == 1 && text.is_template == statement.is_template);
        lone.find_map(|text| Some((*user, *text.occurrences.iter().find(is_its)?)))
    };
    lacking.map(of_user).collect()
}
