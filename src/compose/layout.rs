//! The layout settings of a persona, by place.

use std::collections::{BTreeMap, BTreeSet};

use super::persona::{Entry, Origin, Persona};
use crate::model::{
    Address, Choice, Content, Datum, Diagnostic, Library, Profile, address, codes, did_you_mean,
};

/// A setting of `[layout]` and where it comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LayoutSetting<'a> {
    /// The value.
    pub datum: &'a Datum,
    /// Where it comes from.
    pub origin: Origin<'a>,
}

/// The layout of a persona. Most have none.
#[derive(Debug, Default)]
pub(crate) struct Layouts<'a> {
    places: BTreeMap<&'a str, BTreeMap<&'a str, LayoutSetting<'a>>>,
}

impl<'a> Layouts<'a> {
    /// The layout that the decisions give. A setting in conflict has no effect.
    pub(super) fn new(decisions: &super::merge::Decisions<'a>) -> Self {
        let mut layouts = Layouts::default();
        for (address, decision) in decisions {
            let Address::Layout { place, key } = Address::parse(address) else { continue };
            if decision.is_open {
                continue;
            }
            let set = decision.resolution.and_then(|settled| match &settled.resolution.choice {
                Choice::Set(set) => {
                    Some((&set.value, Origin::Resolution(settled.profile, settled.resolution)))
                }
                _ => None,
            });
            let claimed = || {
                let claim = decision.emitted().next()?;
                match &claim.content {
                    Content::Setting(datum) => Some((datum, Origin::Claim(claim))),
                    _ => None,
                }
            };
            if let Some((datum, origin)) = set.or_else(claimed) {
                layouts.places.entry(place).or_default().insert(key, LayoutSetting { datum, origin });
            }
        }
        layouts
    }

    /// What is said of one place itself; the document is the empty place.
    pub(crate) fn own(&self, place: &str, key: &str) -> Option<LayoutSetting<'a>> {
        self.places.get(place)?.get(key).copied()
    }

    /// What the nearest place at or above an address says.
    pub(crate) fn nearest(&self, address: &str, key: &str) -> Option<LayoutSetting<'a>> {
        if self.places.is_empty() {
            return None;
        }
        Self::places_above(address).find_map(|place| self.own(place, key))
    }

    /// An address and the places above it, the nearest first; the document is the last.
    pub(crate) fn places_above(address: &str) -> impl Iterator<Item = &str> {
        address::enclosing(address)
    }

    /// Puts a list into the order that is said of its place: those named stand in the order in which
    /// they are named, and each takes along what follows it. What comes before the first of them stays
    /// at the front.
    pub(super) fn sort<T>(&self, place: &str, list: Vec<(&'a str, T)>) -> Vec<(&'a str, T)> {
        let Some(LayoutSetting { datum: Datum::List(ids), .. }) = self.own(place, "order") else {
            return list;
        };
        let ids: Vec<&str> = ids.iter().filter_map(Datum::as_str).collect();
        let rank = |address: &str| {
            let id = address::id(address);
            ids.iter().position(|named| *named == id)
        };
        let mut current = None;
        let mut ranked: Vec<(Option<usize>, (&'a str, T))> = Vec::with_capacity(list.len());
        for entry in list {
            current = rank(entry.0).or(current);
            ranked.push((current, entry));
        }
        // The sort is stable, so what a named entry takes along stays behind it.
        ranked.sort_by_key(|(rank, _)| *rank);
        ranked.into_iter().map(|(_, entry)| entry).collect()
    }
}

/// The fewest names for an `order` that make the list `wanted` of the list `found`: each takes along what
/// follows it.
pub(crate) fn fewest_names<'w>(found: &[&str], wanted: &[&'w str]) -> Vec<&'w str> {
    let before: BTreeMap<&str, &str> = found.windows(2).map(|pair| (pair[1], pair[0])).collect();
    let is_named = |at: &usize| match at.checked_sub(1) {
        None => found.first() != wanted.first(),
        Some(above) => before.get(wanted[*at]) != Some(&wanted[above]),
    };
    (0..wanted.len()).filter(is_named).map(|at| wanted[at]).collect()
}

/// The places of a persona that can be laid out.
fn places(persona: &Persona<'_>) -> BTreeSet<String> {
    let mut places = BTreeSet::new();
    let mut add = |entries: &[Entry<'_>], within: &str| {
        for entry in entries {
            match entry {
                Entry::Block(block) => drop(places.insert(block.address.as_str().to_owned())),
                Entry::Conflict(address) => drop(places.insert(address.as_str().to_owned())),
                Entry::Group(group) => {
                    places.insert(address::below(within, group.id));
                    for block in group.title.iter().chain(&group.lead) {
                        places.insert(block.address.as_str().to_owned());
                    }
                }
            }
        }
    };
    for section in &persona.sections {
        add(&section.entries, section.kind);
        for entry in &section.entries {
            if let Entry::Group(group) = entry {
                add(&group.entries, section.kind);
            }
        }
    }
    places.extend(persona.sections.iter().map(|section| section.kind.to_owned()));
    places
}

/// What the profile's own `[layout]` says of places that its persona does not have. What parents say
/// is reported where they are checked.
pub(super) fn check(library: &Library, profile: &Profile, persona: &Persona<'_>) -> Vec<Diagnostic> {
    let own = profile.claims.iter().filter(|claim| claim.address.section() == "layout");
    let own = own.filter_map(|claim| match claim.address.parsed() {
        Address::Layout { place, key } => Some(((place, key), claim)),
        _ => None,
    });
    let mut own = own.peekable();
    if own.peek().is_none() {
        return Vec::new();
    }
    let known = places(persona);
    let mut findings = Vec::new();
    for ((place, key), claim) in own {
        if !place.is_empty() && !known.contains(place) {
            let message = format!("`[layout]` refers to `{place}`, which `{}` does not have", profile.id);
            let finding = Diagnostic::new(codes::UNUSED_LAYOUT, message).at(claim.key, "");
            findings.push(finding.help_if(did_you_mean(place, known.iter().map(String::as_str))));
        } else if let (Content::Setting(Datum::List(ids)), "order") = (&claim.content, key) {
            for id in ids.iter().filter_map(Datum::as_str) {
                let address = address::place([place, id]);
                if !known.contains(&address) {
                    let message = format!("`order` lists `{address}`, which `{}` does not have", profile.id);
                    let here = known
                        .iter()
                        .filter(|&other| address::list(other) == place)
                        .map(|other| address::id(other));
                    let help = did_you_mean(id, here);
                    findings.push(
                        Diagnostic::new(codes::UNUSED_LAYOUT, message).at(claim.span, "").help_if(help),
                    );
                }
            }
        }
    }
    let path = library.profile_path(profile);
    let about = |finding: Diagnostic| finding.help(format!("correct or delete the line in {path}"));
    findings.into_iter().map(about).collect()
}

/// Checks the value of a resolution for a setting of `[layout]`.
pub(super) fn check_value(address: &str, value: &Datum) -> Result<(), String> {
    let key = match Address::parse(address) {
        Address::Layout { key, .. } => crate::model::layout_key(key),
        _ => None,
    };
    key.and_then(|key| key.value.objection(value)).map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fewest_names_bring_an_order_about() {
        let named = |found: &str, wanted: &str| {
            let (found, wanted): (Vec<&str>, Vec<&str>) =
                (found.split(' ').collect(), wanted.split(' ').collect());
            fewest_names(&found, &wanted).concat()
        };
        assert_eq!(named("a b c d", "a b c d"), "");
        assert_eq!(named("a b c d", "a c d b"), "cb");
        assert_eq!(named("a b c d", "c d a b"), "ca");
        assert_eq!(named("a b c d", "d c b a"), "dcba");
    }
}
