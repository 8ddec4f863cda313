//! The layout settings of a persona, by address.

use std::collections::{BTreeMap, BTreeSet};

use super::origin::Origin;
use super::persona::{Entry, Persona};
use crate::model::{
    Address, Choice, Content, Datum, Diagnostic, Library, Profile, Suggestions, address, codes, grammar,
    layout_keys,
};

/// A setting of `[layout]` with its origin.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LayoutSetting<'a> {
    pub datum: &'a Datum,
    pub origin: Origin<'a>,
}

/// The layout settings of a persona. Most personas have none.
#[derive(Debug, Clone, Default)]
pub(crate) struct Layouts<'a> {
    places: BTreeMap<&'a str, BTreeMap<&'a str, LayoutSetting<'a>>>,
}

impl<'a> Layouts<'a> {
    /// Collects the layout settings from the decisions. A setting in conflict has no effect.
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

    /// Returns whether nothing differs from the defaults, as in most personas.
    pub(crate) fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The setting at exactly this address. The empty address is the document.
    pub(crate) fn own(&self, place: &str, key: &str) -> Option<LayoutSetting<'a>> {
        self.places.get(place)?.get(key).copied()
    }

    /// The setting at the nearest address at or above this one.
    pub(crate) fn nearest(&self, address: &str, key: &str) -> Option<LayoutSetting<'a>> {
        if self.is_empty() {
            return None;
        }
        Self::places_above(address).find_map(|place| self.own(place, key))
    }

    /// An address and the addresses above it, nearest first. The document comes last.
    pub(crate) fn places_above(address: &str) -> impl Iterator<Item = &str> {
        address::enclosing(address)
    }

    /// Sorts a list by its `order` setting. The named entries come in the given order, and each takes along
    /// the entries that follow it. Entries before the first named one stay at the front.
    pub(super) fn sort<T>(&self, place: &str, list: Vec<(&'a str, T)>) -> Vec<(&'a str, T)> {
        let Some(LayoutSetting { datum: Datum::List(ids), .. }) = self.own(place, layout_keys::ORDER.name)
        else {
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
        // The sort is stable, so entries stay after the named one that they move with.
        ranked.sort_by_key(|(rank, _)| *rank);
        ranked.into_iter().map(|(_, entry)| entry).collect()
    }
}

/// Returns the fewest names for an `order` that turns the list `found` into `wanted`. A named entry takes
/// along those that follow it.
pub(crate) fn fewest_names<'w>(found: &[&str], wanted: &[&'w str]) -> Vec<&'w str> {
    let before: BTreeMap<&str, &str> = found.windows(2).map(|pair| (pair[1], pair[0])).collect();
    let is_named = |at: &usize| match at.checked_sub(1) {
        None => found.first() != wanted.first(),
        Some(above) => before.get(wanted[*at]) != Some(&wanted[above]),
    };
    (0..wanted.len()).filter(is_named).map(|at| wanted[at]).collect()
}

/// The addresses of a persona that can have a layout.
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

/// Reports `[layout]` settings of the profile itself for addresses that its persona does not have. Those of
/// parents are reported when the parents are checked.
pub(super) fn check(library: &Library, profile: &Profile, persona: &Persona<'_>) -> Vec<Diagnostic> {
    let settings = profile.claims.iter().filter_map(|claim| match claim.address.parsed() {
        Address::Layout { place, key } => Some(((place, key), claim)),
        _ => None,
    });
    let mut settings = settings.peekable();
    if settings.peek().is_none() {
        return Vec::new();
    }
    let known = places(persona);
    let suggestions = Suggestions::default();
    let mut findings = Vec::new();
    for ((place, key), claim) in settings {
        if !place.is_empty() && !known.contains(place) {
            let layout = grammar::header(Some(grammar::Profile::Layout.name()));
            let message = format!("`{layout}` refers to `{place}`, which `{}` does not have", profile.id);
            let finding = Diagnostic::new(codes::UNUSED_LAYOUT, message).at(claim.key, "");
            findings.push(finding.help_if(suggestions.did_you_mean(place, known.iter().map(String::as_str))));
        } else if let Content::Setting(Datum::List(ids)) = &claim.content
            && key == layout_keys::ORDER.name
        {
            for id in ids.iter().filter_map(Datum::as_str) {
                let address = address::place([place, id]);
                if !known.contains(&address) {
                    let message = format!("`{key}` lists `{address}`, which `{}` does not have", profile.id);
                    let here = known
                        .iter()
                        .filter(|&other| address::list(other) == place)
                        .map(|other| address::id(other));
                    let help = suggestions.did_you_mean(id, here);
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
