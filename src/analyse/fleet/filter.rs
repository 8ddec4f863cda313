//! The rules and personas that a command line selects.

use std::collections::BTreeSet;

use super::rules::Rule;
use super::status::Status;
use crate::model::{Claim, Content, Force, Fragment, Library, Source, address};

/// A filter for rules and personas. Values of one criterion are alternatives; all criteria that are given
/// must match.
#[derive(Debug, Default)]
pub(crate) struct RuleFilter<'q> {
    /// Ids of personas.
    pub personas: &'q [String],
    pub tags: &'q [String],
    pub fragment_tags: &'q [String],
    /// Kinds of the fragments that define a rule, or of its section.
    pub kinds: &'q [String],
    /// Forces of rules, in a source or in a persona.
    pub forces: &'q [Force],
    /// Addresses of rules, sections or groups.
    pub rules: &'q [String],
    /// Only rules that some persona changes or drops.
    pub drift: bool,
}

impl RuleFilter<'_> {
    /// Returns the indexes of the selected personas, from their ids and their tags.
    pub(crate) fn personas(&self, ids: &[&str], tags_of: &[Vec<&str>]) -> BTreeSet<usize> {
        let is_selected = |at: &usize| {
            let named = self.personas.is_empty() || self.personas.iter().any(|id| id == ids[*at]);
            let has = |tag: &String| tags_of[*at].contains(&tag.as_str());
            named && (self.tags.is_empty() || self.tags.iter().any(has))
        };
        (0..ids.len()).filter(is_selected).collect()
    }

    /// Keeps the selected rules, with their status in the selected personas. The baseline of a rule stays
    /// that of the whole fleet, so it does not depend on the filter.
    pub(crate) fn narrow<'a>(
        &self,
        library: &Library,
        rules: Vec<Rule<'a>>,
        personas: &BTreeSet<usize>,
    ) -> Vec<Rule<'a>> {
        let is_narrowed = !self.personas.is_empty() || !self.tags.is_empty();
        rules
            .into_iter()
            .filter(|rule| self.wants(library, rule))
            .map(|mut rule| {
                rule.holdings.retain(|holding| personas.contains(&holding.persona));
                rule
            })
            .filter(|rule| {
                let differs = |status: Status| status != Status::AsWritten;
                let drifts = rule.holdings.iter().any(|holding| differs(holding.status));
                self.wants_force(rule)
                    && (!is_narrowed || !rule.holdings.is_empty())
                    && (!self.drift || drifts)
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

/// Returns whether `address` is `ancestor` or is in that section or group.
pub(crate) fn is_at_or_below(address: &str, ancestor: &str) -> bool {
    address == ancestor || address::is_below(address, ancestor)
}

/// The tags that a fragment adds to a persona.
pub(crate) fn tags(fragment: &Fragment) -> impl Iterator<Item = &str> {
    let lists = fragment.claims.iter().filter_map(|claim: &Claim| match &claim.content {
        Content::Tags(tags) => Some(tags),
        _ => None,
    });
    lists.flatten().map(|tag| tag.value.as_str())
}
