//! Lineages: which profiles a profile builds on, in display order, and which stands above which.

use std::collections::BTreeMap;

use crate::model::{Diagnostic, Library, Source, Span, codes};

/// Generations of profiles that one profile may build on.
const DEEPEST: usize = 64;

/// The lineages of all profiles of a library.
///
/// A lineage is the C3 linearization of `extends` with parents first: each profile comes after all
/// that it extends, and the parents of each profile stand in the order of its list. A parent that
/// another listed parent already extends brings nothing new, so its place in the list is free.
#[derive(Debug)]
pub struct Lineages {
    profiles: Vec<Result<Lineage, Diagnostic>>,
}

#[derive(Debug, Clone)]
struct Lineage {
    /// Profiles by index, parents first, the profile itself last.
    order: Vec<u32>,
    /// The same without the profile itself, sorted for look-up.
    ancestors: Vec<u32>,
    /// The length of the longest chain of parents.
    depth: usize,
}

impl Lineages {
    /// Linearizes every profile of the library.
    pub fn new(library: &Library) -> Self {
        let mut builder = Builder { library, done: BTreeMap::new(), path: Vec::new() };
        for index in 0..library.profiles.len() as u32 {
            builder.visit(index);
        }
        Lineages { profiles: builder.done.into_values().collect() }
    }

    /// The lineage of a profile, itself last.
    ///
    /// # Errors
    /// What keeps its `extends` from being linearized.
    pub fn order(&self, profile: u32) -> Result<&[u32], &Diagnostic> {
        self.profiles[profile as usize].as_ref().map(|lineage| lineage.order.as_slice())
    }

    /// Whether `upper` stands strictly above `lower`: profiles above fragments, and a profile above
    /// all that it extends. Fragments are peers, and so are profiles of which neither extends the
    /// other.
    pub fn is_above(&self, upper: Source, lower: Source) -> bool {
        match (upper, lower) {
            (Source::Profile(_), Source::Fragment(_)) => true,
            (Source::Profile(upper), Source::Profile(lower)) => match &self.profiles[upper as usize] {
                Ok(lineage) => lineage.ancestors.binary_search(&lower).is_ok(),
                Err(_) => false,
            },
            (Source::Fragment(_), _) => false,
        }
    }
}

struct Builder<'l> {
    library: &'l Library,
    done: BTreeMap<u32, Result<Lineage, Diagnostic>>,
    /// The profiles being visited, each with the place of the `extends` entry that led on from it.
    path: Vec<(u32, Span)>,
}

impl Builder<'_> {
    fn visit(&mut self, index: u32) {
        if self.done.contains_key(&index) {
            return;
        }
        let profile = &self.library.profiles[index as usize];
        let mut parents: Vec<(u32, Span)> = Vec::new();
        let mut failure = None;
        for text in &profile.extends {
            // A parent that does not exist is reported where the references are checked.
            let Some(parent) = self.library.profiles.get_index_of(&text.value) else { continue };
            let parent = parent as u32;
            self.path.push((index, text.span));
            if self.path.iter().any(|(visited, _)| *visited == parent) {
                failure = failure.or_else(|| Some(self.cycle(parent)));
            } else if self.path.len() > DEEPEST {
                failure = failure.or_else(|| Some(self.too_deep(text.span)));
            } else {
                self.visit(parent);
                match &self.done[&parent] {
                    Ok(_) => parents.push((parent, text.span)),
                    Err(finding) => failure = failure.or_else(|| Some(finding.clone())),
                }
            }
            self.path.pop();
        }
        let lineage = match failure {
            Some(finding) => Err(finding),
            None => self.linearize(index, &parents),
        };
        self.done.insert(index, lineage);
    }

    fn linearize(&self, index: u32, parents: &[(u32, Span)]) -> Result<Lineage, Diagnostic> {
        let lineages: Vec<_> = parents.iter().map(|(parent, _)| self.lineage(*parent)).collect();
        let depth = lineages.iter().map(|lineage| lineage.depth + 1).max().unwrap_or(0);
        if depth > DEEPEST {
            return Err(self.too_deep(parents[0].1));
        }
        let extended =
            |profile: u32| lineages.iter().any(|other| other.ancestors.binary_search(&profile).is_ok());
        let own: Vec<u32> =
            parents.iter().map(|(parent, _)| *parent).filter(|parent| !extended(*parent)).collect();
        let mut lists: Vec<&[u32]> = lineages.iter().map(|lineage| lineage.order.as_slice()).collect();
        lists.push(&own);
        let mut order =
            merge(&lists).map_err(|(first, second)| self.contradiction(index, &lists, first, second))?;
        let mut ancestors = order.clone();
        ancestors.sort_unstable();
        order.push(index);
        Ok(Lineage { order, ancestors, depth })
    }

    fn lineage(&self, profile: u32) -> &Lineage {
        match &self.done[&profile] {
            Ok(lineage) => lineage,
            Err(_) => unreachable!("a profile with a failed parent is not linearized"),
        }
    }

    fn name(&self, profile: u32) -> &str {
        &self.library.profiles[profile as usize].id
    }

    fn cycle(&self, back_to: u32) -> Diagnostic {
        let start = self.path.iter().position(|(visited, _)| *visited == back_to).unwrap_or(0);
        // Every member of the circle reports the same circle: it begins at the least name.
        let mut steps: Vec<_> = self.path[start..].to_vec();
        let least = (0..steps.len()).min_by_key(|at| self.name(steps[*at].0)).unwrap_or(0);
        steps.rotate_left(least);
        let mut names: Vec<_> =
            steps.iter().map(|(profile, _)| format!("`{}`", self.name(*profile))).collect();
        names.push(names[0].clone());
        let message = format!("profiles extend each other in a circle: {}", names.join(" -> "));
        let mut finding = Diagnostic::new(codes::EXTENDS_CYCLE, message);
        for (profile, span) in &steps {
            finding = finding.at(*span, format!("extended by `{}`", self.name(*profile)));
        }
        finding.help("remove one of these entries")
    }

    fn too_deep(&self, span: Span) -> Diagnostic {
        let message = format!("more than {DEEPEST} generations of profiles");
        Diagnostic::new(codes::TOO_DEEP, message)
            .at(span, "")
            .help("let the profile extend fewer generations")
    }

    /// `first` comes before `second` in one of the lists, and after it in another.
    fn contradiction(&self, index: u32, lists: &[&[u32]], first: u32, second: u32) -> Diagnostic {
        let (a, b) = (self.name(first), self.name(second));
        let message = format!("the parents of `{}` cannot be put in one order", self.name(index));
        let mut finding = Diagnostic::new(codes::EXTENDS_ORDER, message);
        for (before, after) in [(first, second), (second, first)] {
            let who = self.who_orders(index, before, after);
            let text = format!("`{}` before `{}`", self.name(before), self.name(after));
            finding = match who {
                Some(span) => finding.at(span, text),
                None => finding,
            };
        }
        for list in lists {
            let names: Vec<_> = list.iter().map(|profile| self.name(*profile)).collect();
            if list.contains(&first) && list.contains(&second) {
                finding = finding.note(format!("one list asks for {}", names.join(", ")));
            }
        }
        finding.help(format!("list `{a}` and `{b}` in the same order everywhere, or extend only one of them"))
    }

    /// The entry of an `extends` list, among those that `index` reaches, that puts `before` in front
    /// of `after`: by listing both, or by being the list of `after` itself.
    fn who_orders(&self, index: u32, before: u32, after: u32) -> Option<Span> {
        let mut reached = vec![index];
        for text in &self.library.profiles[index as usize].extends {
            if let Some(parent) = self.library.profiles.get_index_of(&text.value) {
                reached.extend(&self.lineage(parent as u32).order);
            }
        }
        reached.into_iter().find_map(|profile| {
            let extends = &self.library.profiles[profile as usize].extends;
            let position = |wanted: u32| extends.iter().position(|text| text.value == self.name(wanted));
            let at = position(before)?;
            (profile == after || position(after).is_some_and(|other| at < other)).then(|| extends[at].span)
        })
    }
}

/// The C3 merge: takes, again and again, the first head that no other list has in its tail.
/// Returns two profiles that the lists put in opposite orders if there is no such head.
fn merge(lists: &[&[u32]]) -> Result<Vec<u32>, (u32, u32)> {
    let mut rest: Vec<&[u32]> = lists.iter().copied().filter(|list| !list.is_empty()).collect();
    let mut merged = Vec::new();
    while !rest.is_empty() {
        let heads: Vec<u32> = rest.iter().map(|list| list[0]).collect();
        let free = heads.iter().copied().find(|head| rest.iter().all(|list| !list[1..].contains(head)));
        let Some(head) = free else { return Err(opposite_pair(&rest)) };
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

fn opposite_pair(lists: &[&[u32]]) -> (u32, u32) {
    let position = |list: &[u32], profile: u32| list.iter().position(|other| *other == profile);
    for list in lists {
        for (at, first) in list.iter().enumerate() {
            for second in &list[at + 1..] {
                let opposed =
                    lists.iter().any(|other| match (position(other, *first), position(other, *second)) {
                        (Some(first), Some(second)) => second < first,
                        _ => false,
                    });
                if opposed {
                    return (*first, *second);
                }
            }
        }
    }
    // Three or more lists can block each other without an opposite pair.
    (lists[0][0], lists[lists.len() - 1][0])
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
        assert_eq!(merge(&[&[0, 1, 2], &[1, 0, 3], &[2, 3]]), Err((0, 1)));
    }
}
