//! Which rules and personas somebody asks about.

use std::collections::BTreeSet;

use super::rules::Rule;
use super::standing::Standing;
use crate::compose::Composition;
use crate::model::{Claim, Content, Force, Fragment, Library, Source, address};

/// A choice of rules and personas: of several values for one thing any will do, and all things that are
/// given must hold.
#[derive(Debug, Default)]
pub(crate) struct Asked<'q> {
    /// The personas, by id.
    pub personas: &'q [String],
    /// Tags of personas.
    pub tags: &'q [String],
    /// Tags of the fragments that define a rule.
    pub fragment_tags: &'q [String],
    /// Kinds of the fragments that define a rule, or its sections.
    pub kinds: &'q [String],
    /// Forces of rules, in their source or in a persona.
    pub forces: &'q [Force],
    /// Addresses of rules, or of their sections and groups.
    pub rules: &'q [String],
    /// Only rules that some persona changes or drops.
    pub drift: bool,
}

impl Asked<'_> {
    /// The places of the personas that are asked about.
    pub(crate) fn personas(
        &self,
        ids: &[&str],
        compositions: &[Option<&Composition<'_>>],
    ) -> BTreeSet<usize> {
        let is_asked = |at: &usize| {
            let named = self.personas.is_empty() || self.personas.iter().any(|id| id == ids[*at]);
            let has = |tag: &String| {
                compositions[*at].is_some_and(|composition| composition.persona.tags.contains(&tag.as_str()))
            };
            named && (self.tags.is_empty() || self.tags.iter().any(has))
        };
        (0..ids.len()).filter(is_asked).collect()
    }

    /// Leaves the rules that are asked about, each with what became of it in these personas. What a rule is
    /// measured against is not asked: that is the same whoever looks.
    pub(crate) fn narrow<'a>(
        &self,
        library: &Library,
        rules: Vec<Rule<'a>>,
        personas: &BTreeSet<usize>,
    ) -> Vec<Rule<'a>> {
        let of_some = !self.personas.is_empty() || !self.tags.is_empty();
        rules
            .into_iter()
            .filter(|rule| self.wants(library, rule))
            .map(|mut rule| {
                rule.holdings.retain(|holding| personas.contains(&holding.persona));
                rule
            })
            .filter(|rule| {
                let differs = |standing: Standing| standing != Standing::AsWritten;
                let drifts = rule.holdings.iter().any(|holding| differs(holding.standing));
                self.wants_force(rule) && (!of_some || !rule.holdings.is_empty()) && (!self.drift || drifts)
            })
            .collect()
    }

    fn wants(&self, library: &Library, rule: &Rule<'_>) -> bool {
        let fragments = || {
            rule.definitions.iter().filter_map(|claim| match claim.source {
                Source::Fragment(index) => Some(&library.fragments[index]),
                Source::Profile(_) => None,
            })
        };
        let section = address::section(rule.address);
        let is_of = |kind: &String| section == kind || fragments().any(|fragment| fragment.kind == *kind);
        let has = |tag: &String| fragments().any(|fragment| tags(fragment).any(|known| known == tag));
        let is_at = |address: &String| is_at_or_below(rule.address, address);
        let any =
            |list: &[String], holds: &dyn Fn(&String) -> bool| list.is_empty() || list.iter().any(holds);
        any(self.rules, &is_at) && any(self.kinds, &is_of) && any(self.fragment_tags, &has)
    }

    fn wants_force(&self, rule: &Rule<'_>) -> bool {
        let defined = rule.definitions.iter().filter_map(|claim| claim.force());
        let held = rule.holdings.iter().filter_map(|holding| Some(rule.wordings[holding.wording?].force));
        self.forces.is_empty() || defined.chain(held).any(|force| self.forces.contains(&force))
    }
}

/// Whether an address is another one, or lies in the section or group of that name.
pub(crate) fn is_at_or_below(address: &str, place: &str) -> bool {
    address == place || address::is_below(address, place)
}

/// The tags that a fragment gives.
pub(crate) fn tags(fragment: &Fragment) -> impl Iterator<Item = &str> {
    let lists = fragment.claims.iter().filter_map(|claim: &Claim| match &claim.content {
        Content::Tags(tags) => Some(tags),
        _ => None,
    });
    lists.flatten().map(|tag| tag.value.as_str())
}
