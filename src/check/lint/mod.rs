//! Lints: personas that compose and build, but probably not as intended.
//!
//! The lints of a persona look at one composition. The lints of the fleet need all of them, so they run only
//! when the whole workspace is checked. No lint changes an output, unless cento.toml makes it an error.

mod description;
pub(super) mod duplicates;
pub(super) mod fleet;
mod headings;
mod length;
mod relations;

use std::collections::{BTreeMap, BTreeSet};

use crate::compose::{Block, Composition, Entry};
use crate::model::{Claim, Diagnostic, Library, Span};

/// What the lints of all personas of a library share.
#[derive(Debug)]
pub(super) struct Prepared {
    /// The texts that more than one address has.
    twins: BTreeMap<Span, duplicates::Twin>,
    /// The texts that may hold a heading.
    headed: BTreeSet<Span>,
}

impl Prepared {
    /// Goes through the texts of a library.
    pub(super) fn new(library: &Library) -> Self {
        Prepared { twins: duplicates::twins(library), headed: headings::headed(library) }
    }
}

/// The lints of personas.
#[derive(Debug)]
pub(super) struct Lints<'p> {
    pub(super) library: &'p Library,
    pub(super) prepared: &'p Prepared,
}

impl Lints<'_> {
    /// Returns the findings of one persona, but for what it says in several places.
    pub(super) fn persona(&self, composition: &Composition<'_>) -> Vec<Diagnostic> {
        let mut findings = self.headings(composition);
        findings.extend(self.length(composition));
        findings.extend(self.description(composition));
        let findings = findings.into_iter().map(|finding| finding.in_persona(&composition.profile.id));
        self.library.config.severities.applied(findings.collect())
    }
}

/// The claims of all fragments and profiles.
fn claims(library: &Library) -> impl Iterator<Item = &Claim> {
    let fragments = library.fragments.values().flat_map(|fragment| &fragment.claims);
    fragments.chain(library.profiles.values().flat_map(|profile| &profile.claims))
}

/// Iterates over the blocks of a persona, including those in groups.
fn blocks<'c, 'a>(composition: &'c Composition<'a>) -> impl Iterator<Item = &'c Block<'a>> {
    let entries = composition.persona.sections.iter().flat_map(|section| &section.entries);
    entries.flat_map(|entry| {
        let (own, group) = match entry {
            Entry::Block(block) => (Some(block), None),
            Entry::Group(group) => (None, Some(group)),
            Entry::Conflict(_) => (None, None),
        };
        let inner = group.into_iter().flat_map(|group| {
            let entries = group.entries.iter().filter_map(|entry| match entry {
                Entry::Block(block) => Some(block),
                Entry::Group(_) | Entry::Conflict(_) => None,
            });
            group.title.iter().chain(&group.lead).chain(entries)
        });
        own.into_iter().chain(inner)
    })
}
