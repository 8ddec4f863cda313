//! Lints: personas that compose and build but are probably not as intended.
//!
//! The lints of a persona need one composition. The lints of the fleet need all of them, so they run only
//! when the whole workspace is checked. A lint never changes an output; it prevents one only if cento.toml
//! makes it an error.

pub(super) mod chains;
mod description;
pub(super) mod duplicates;
pub(super) mod fleet;
mod headings;
mod idle_limits;
mod length;
mod models;
mod relations;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use crate::compose::{Block, Composition};
use crate::model::{Diagnostic, Library, Span};

/// Lint data shared by the personas of a library.
#[derive(Debug)]
pub(super) struct Prepared {
    /// The texts that several addresses share; computed when duplicate texts are asked for.
    twins: OnceLock<BTreeMap<Span, duplicates::Twin>>,
    /// The texts that may contain a heading.
    headed: BTreeSet<Span>,
}

impl Prepared {
    /// Scans the texts of a library for headings.
    pub(super) fn new(library: &Library) -> Self {
        Prepared { twins: OnceLock::new(), headed: headings::headed(library) }
    }
}

#[derive(Debug)]
pub(super) struct Lints<'p> {
    pub(super) library: &'p Library,
    pub(super) prepared: &'p Prepared,
}

impl Lints<'_> {
    /// Returns the findings of one persona, except those about duplicate texts.
    pub(super) fn persona(&self, composition: &Composition<'_>) -> Vec<Diagnostic> {
        let mut findings = self.headings(composition);
        findings.extend(self.length(composition));
        findings.extend(self.description(composition));
        findings.extend(self.idle_limits(composition));
        let findings = findings.into_iter().map(|finding| finding.in_persona(&composition.profile.id));
        self.library.config.severities.applied(findings.collect())
    }
}

/// Returns the blocks of a persona, including those in groups.
fn blocks<'c, 'a>(composition: &'c Composition<'a>) -> impl Iterator<Item = &'c Block<'a>> {
    composition.persona.sections.iter().flat_map(|section| section.blocks())
}
