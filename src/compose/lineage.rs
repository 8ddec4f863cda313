//! Lineages: the ancestors of each profile in display order, and the layers of sources.

use std::collections::BTreeMap;

use typed_index_collections::TiVec;

use crate::model::grammar::{self, Keys as _};
use crate::model::wording::{self, series};
use crate::model::{Diagnostic, Library, ProfileId, Source, Span, codes};

/// The maximum length of a chain of `extends`.
const MAX_DEPTH: usize = 64;

/// The lineages of all profiles of a library.
///
/// A lineage is the C3 linearization of `extends` with parents first. Each profile comes after all that it
/// extends, and the parents of a profile are in the order of its list. If a listed parent is already an
/// ancestor of another one, its position in the list is not a constraint.
#[derive(Debug)]
pub(crate) struct Lineages {
    profiles: TiVec<ProfileId, Result<Lineage, Box<Diagnostic>>>,
}

#[derive(Debug, Clone)]
struct Lineage {
    /// Profiles by index, parents first, the profile itself last.
    order: Vec<ProfileId>,
    /// The lineage without the profile itself, sorted for look-up.
    ancestors: Vec<ProfileId>,
    /// The length of the longest chain of parents.
    depth: usize,
}

impl Lineages {
    /// Linearizes every profile of the library.
    pub(crate) fn new(library: &Library) -> Self {
        let mut builder = Builder { library, done: BTreeMap::new(), path: Vec::new() };
        for index in library.profiles.ids() {
            builder.visit(index);
        }
        Lineages { profiles: builder.done.into_values().collect() }
    }

    /// The lineage of a profile, itself last.
    ///
    /// # Errors
    /// The finding that explains why `extends` cannot be linearized.
    pub(crate) fn order(&self, profile: ProfileId) -> Result<&[ProfileId], &Diagnostic> {
        let lineage = self.profiles[profile].as_ref();
        lineage.map(|lineage| lineage.order.as_slice()).map_err(|finding| &**finding)
    }

    /// Returns whether `upper` is in a strictly higher layer than `lower`. Profiles are above fragments, and a profile
    /// is above all that it extends. Fragments are peers, and so are profiles that do not extend each other.
    pub(crate) fn is_above(&self, upper: Source, lower: Source) -> bool {
        match (upper, lower) {
            (Source::Profile(_), Source::Fragment(_)) => true,
            (Source::Profile(upper), Source::Profile(lower)) => match &self.profiles[upper] {
                Ok(lineage) => lineage.ancestors.binary_search(&lower).is_ok(),
                Err(_) => false,
            },
            (Source::Fragment(_), _) => false,
        }
    }
}

/// A profile being visited, and the next entry of its `extends`.
struct Step {
    profile: ProfileId,
    next: usize,
    failure: Option<Diagnostic>,
}

struct Builder<'l> {
    library: &'l Library,
    done: BTreeMap<ProfileId, Result<Lineage, Box<Diagnostic>>>,
    /// The profiles being visited, each with the location of the `extends` entry that is being followed.
    path: Vec<(ProfileId, Span)>,
}

impl Builder<'_> {
    /// Visits a profile after all of its ancestors. An explicit stack instead of recursion keeps the depth
    /// limit independent of the starting profile.
    fn visit(&mut self, start: ProfileId) {
        if self.done.contains_key(&start) {
            return;
        }
        let mut steps = vec![Step { profile: start, next: 0, failure: None }];
        while let Some(step) = steps.last_mut() {
            let extends = &self.library.profiles[step.profile].extends;
            let Some(text) = extends.get(step.next) else {
                let Some(step) = steps.pop() else { break };
                let lineage = self.finish(step.profile, step.failure);
                self.done.insert(step.profile, lineage);
                self.path.pop();
                continue;
            };
            step.next += 1;
            // A missing parent is reported by the check of references.
            let Some(parent) = self.library.profiles.id_of(&text.value) else { continue };
            if self.done.contains_key(&parent) {
                continue;
            }
            self.path.push((step.profile, text.span));
            if self.path.iter().any(|(visited, _)| *visited == parent) {
                step.failure.get_or_insert_with(|| self.cycle(parent));
                self.path.pop();
            } else {
                steps.push(Step { profile: parent, next: 0, failure: None });
            }
        }
    }

    /// The lineage of a profile whose parents, except those in a cycle, are done.
    fn finish(&self, index: ProfileId, failure: Option<Diagnostic>) -> Result<Lineage, Box<Diagnostic>> {
        if let Some(finding) = failure {
            return Err(Box::new(finding));
        }
        let mut parents = Vec::new();
        for text in &self.library.profiles[index].extends {
            let Some(parent) = self.library.profiles.id_of(&text.value) else { continue };
            match &self.done[&(parent)] {
                Ok(_) => parents.push((parent, text.span)),
                Err(finding) => return Err(finding.clone()),
            }
        }
        self.linearize(index, &parents)
    }

    fn linearize(&self, index: ProfileId, parents: &[(ProfileId, Span)]) -> Result<Lineage, Box<Diagnostic>> {
        let lineages: Vec<_> = parents.iter().map(|(parent, _)| self.lineage(*parent)).collect();
        let depth = lineages.iter().map(|lineage| lineage.depth + 1).max().unwrap_or(0);
        if depth > MAX_DEPTH {
            return Err(Box::new(self.too_deep(parents[0].1)));
        }
        let extended =
            |profile: ProfileId| lineages.iter().any(|other| other.ancestors.binary_search(&profile).is_ok());
        let listed: Vec<ProfileId> =
            parents.iter().map(|(parent, _)| *parent).filter(|parent| !extended(*parent)).collect();
        let mut lists: Vec<&[ProfileId]> = lineages.iter().map(|lineage| lineage.order.as_slice()).collect();
        lists.push(&listed);
        let mut order = merge(&lists).map_err(|cycle| Box::new(self.contradiction(index, &lists, &cycle)))?;
        let mut ancestors = order.clone();
        ancestors.sort_unstable();
        order.push(index);
        Ok(Lineage { order, ancestors, depth })
    }

    fn lineage(&self, profile: ProfileId) -> &Lineage {
        match &self.done[&profile] {
            Ok(lineage) => lineage,
            Err(_) => unreachable!("a profile with a failed parent is not linearized"),
        }
    }

    fn name(&self, profile: ProfileId) -> &str {
        &self.library.profiles[profile].id
    }

    fn cycle(&self, back_to: ProfileId) -> Diagnostic {
        let start = self.path.iter().position(|(visited, _)| *visited == back_to).unwrap_or(0);
        // Every member of a cycle reports the same cycle, beginning with the first name in order.
        let mut steps: Vec<_> = self.path[start..].to_vec();
        let least = (0..steps.len()).min_by_key(|at| self.name(steps[*at].0)).unwrap_or(0);
        steps.rotate_left(least);
        let mut names: Vec<_> =
            steps.iter().map(|(profile, _)| format!("`{}`", self.name(*profile))).collect();
        names.push(names[0].clone());
        let message = format!("cycle in {}: {}", grammar::Profile::Extends.shown(), wording::chain(&names));
        let mut finding = Diagnostic::new(codes::EXTENDS_CYCLE, message);
        for (profile, span) in steps.iter().take(wording::MAX_CHAIN) {
            finding = finding.at(*span, format!("extended by `{}`", self.name(*profile)));
        }
        finding.help("delete one of these entries")
    }

    fn too_deep(&self, span: Span) -> Diagnostic {
        let message =
            format!("the chain of {} has more than {MAX_DEPTH} profiles", grammar::Profile::Extends.shown());
        Diagnostic::new(codes::TOO_DEEP, message)
            .at(span, "")
            .help("shorten the chain: extend a profile further up")
    }

    /// Reports opposite orders. Each profile in `cycle` precedes the next in one of the lists, and the last
    /// precedes the first.
    fn contradiction(&self, index: ProfileId, lists: &[&[ProfileId]], cycle: &[ProfileId]) -> Diagnostic {
        let message = format!(
            "the {} lists that `{}` inherits require opposite orders",
            grammar::Profile::Extends.shown(),
            self.name(index)
        );
        let mut finding = Diagnostic::new(codes::EXTENDS_ORDER, message);
        let next = cycle.iter().skip(1).chain(cycle.first());
        for (before, after) in cycle.iter().zip(next) {
            let text = format!("`{}` before `{}`", self.name(*before), self.name(*after));
            finding = match self.who_orders(index, *before, *after) {
                Some(span) => finding.at(span, text),
                None => finding.note(text),
            };
        }
        for list in lists {
            let names: Vec<_> = list.iter().map(|profile| self.name(*profile)).collect();
            if cycle.iter().filter(|profile| list.contains(profile)).count() > 1 {
                finding = finding.note(format!("one list requires {}", names.join(", ")));
            }
        }
        let names = cycle.iter().map(|profile| format!("`{}`", self.name(*profile)));
        finding.help(format!(
            "list {} in the same order everywhere, or extend fewer of them",
            series(names, cycle.len())
        ))
    }

    /// The entry of an `extends` list reachable from `index` that puts `before` ahead of `after`. Either the
    /// list contains both, or it belongs to `after` itself.
    fn who_orders(&self, index: ProfileId, before: ProfileId, after: ProfileId) -> Option<Span> {
        let mut reached = vec![index];
        for text in &self.library.profiles[index].extends {
            if let Some(parent) = self.library.profiles.id_of(&text.value) {
                reached.extend(&self.lineage(parent).order);
            }
        }
        reached.into_iter().find_map(|profile| {
            let extends = &self.library.profiles[profile].extends;
            let position =
                |wanted: ProfileId| extends.iter().position(|text| text.value == self.name(wanted));
            let at = position(before)?;
            (profile == after || position(after).is_some_and(|other| at < other)).then(|| extends[at].span)
        })
    }
}

/// The C3 merge: repeatedly takes the first head that is in no tail of another list. If there is none,
/// returns a cycle: each profile precedes the next in one of the lists, and the last precedes the first.
fn merge<T: Copy + Ord>(lists: &[&[T]]) -> Result<Vec<T>, Vec<T>> {
    let mut rest: Vec<&[T]> = lists.iter().copied().filter(|list| !list.is_empty()).collect();
    let mut merged = Vec::new();
    while !rest.is_empty() {
        let heads: Vec<T> = rest.iter().map(|list| list[0]).collect();
        let free = heads.iter().copied().find(|head| rest.iter().all(|list| !list[1..].contains(head)));
        let Some(head) = free else { return Err(blocking_cycle(&rest)) };
        merged.push(head);
        for list in &mut rest {
            if list[0] == head {
                *list = &list[1..];
            }
        }
        rest.retain(|list| !list.is_empty());
    }
    Ok(merged)
}

/// Finds the cycle in lists whose heads are all in tails. It follows each head to the head of the list that
/// blocks it, until one repeats.
fn blocking_cycle<T: Copy + Ord>(lists: &[&[T]]) -> Vec<T> {
    let mut path = vec![lists[0][0]];
    loop {
        let blocked = path[path.len() - 1];
        let Some(list) = lists.iter().find(|list| list[1..].contains(&blocked)) else { return path };
        if let Some(start) = path.iter().position(|visited| *visited == list[0]) {
            let mut cycle = path.split_off(start);
            cycle.reverse();
            let least = (0..cycle.len()).min_by_key(|at| cycle[*at]).unwrap_or(0);
            cycle.rotate_left(least);
            return cycle;
        }
        path.push(list[0]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diamond_keeps_parents_first_and_lists_in_order() {
        assert_eq!(merge(&[&[0, 1], &[0, 2], &[1, 2]]), Ok(vec![0, 1, 2]));
    }

    #[test]
    fn opposite_lists_are_named() {
        assert_eq!(merge(&[&[0, 1, 2], &[1, 0, 3], &[2, 3]]), Err(vec![0, 1]));
        assert_eq!(merge(&[&[0, 1], &[1, 2], &[2, 0]]), Err(vec![0, 1, 2]));
    }
}
