//! Lints: personas that compose and build, but probably not as intended.
//!
//! The lints of a persona look at one composition. The lints of the fleet need all of them, so they run only
//! when the whole workspace is checked. No lint changes an output, unless cento.toml makes it an error.

mod description;
mod duplicates;
mod fleet;
mod headings;
mod length;
mod relations;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use duplicates::Said;

use crate::compose::{Block, Composition, Entry, Origin};
use crate::model::{Claim, Diagnostic, Library, Span};

pub(crate) use fleet::fleet;

/// The lints of personas, with the work that all personas of a library share.
#[derive(Debug)]
pub(crate) struct Lints<'a> {
    library: &'a Library,
    /// The texts that more than one address has.
    twins: BTreeMap<Span, duplicates::Twin>,
    /// The texts that may hold a heading.
    headed: BTreeSet<Span>,
}

impl<'a> Lints<'a> {
    /// The lints for the personas of a library.
    pub(crate) fn new(library: &'a Library) -> Self {
        Lints { library, twins: duplicates::twins(library), headed: headings::headed(library) }
    }

    /// Returns the findings of each persona.
    pub(crate) fn personas(&self, compositions: &[Composition<'_>]) -> Vec<Vec<Diagnostic>> {
        let twins = Said::of(self, compositions);
        compositions.par_iter().map(|composition| self.persona(composition, &twins)).collect()
    }

    /// Returns the findings of one persona. An abstract profile has none.
    fn persona(&self, composition: &Composition<'_>, twins: &Said<'_>) -> Vec<Diagnostic> {
        if composition.profile.is_abstract {
            return Vec::new();
        }
        let mut findings = self.duplicates(composition, twins);
        findings.extend(self.headings(composition));
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

/// Returns the place where a part of a persona is written.
fn place(origin: Origin<'_>) -> Span {
    match origin {
        Origin::Claim(claim) => claim.span,
        Origin::Resolution(_, resolution) => resolution.span,
    }
}
