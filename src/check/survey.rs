//! Checks many personas one at a time, and collects the findings that need all of them.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::checker::{Checked, Checker, Depth};
use super::lint::duplicates::{Duplicates, SharedTexts};
use super::lint::{chains, fleet};
use super::require::{descriptions, idle};
use crate::compose::Composition;
use crate::model::{Diagnostic, Findings, Library, ProfileId, codes};

/// What findings about several personas need of each at [`Depth::Build`], besides the paths and names of outputs.
#[derive(Debug, Default)]
pub(crate) struct Shared<'a> {
    idle: idle::Tally<'a>,
    descriptions: descriptions::Tally<'a>,
}

impl<'a> Shared<'a> {
    /// Adds a persona.
    pub(crate) fn add(&mut self, library: &'a Library, composition: &Composition<'a>) {
        self.idle.add(library, composition);
        self.descriptions.add(library, composition);
    }

    fn extend(&mut self, later: Self) {
        self.idle.extend(later.idle);
        self.descriptions.extend(later.descriptions);
    }
}

/// What remains of checked personas after they are dropped.
#[derive(Debug)]
pub(crate) struct Survey<'a, T> {
    /// The results of `visit`, in order of profile id.
    pub made: Vec<T>,
    /// All findings: about files, personas and the fleet.
    pub findings: Vec<Diagnostic>,
    /// The findings of the personas added so far.
    found: Findings,
    /// The profiles that compose.
    composed: BTreeSet<ProfileId>,
    shared_texts: SharedTexts<'a>,
    shared: Shared<'a>,
    fleet: fleet::Tally<'a>,
    /// The chains of `AGENTS.md`. What is wrong with them depends on files that the library does not hold.
    pub chains: chains::Tally<'a>,
}

impl<T> Default for Survey<'_, T> {
    fn default() -> Self {
        Survey {
            made: Vec::new(),
            findings: Vec::new(),
            found: Findings::default(),
            composed: BTreeSet::new(),
            shared_texts: SharedTexts::default(),
            shared: Shared::default(),
            fleet: fleet::Tally::default(),
            chains: chains::Tally::default(),
        }
    }
}

impl<'a> Checker<'a> {
    /// Composes and checks the chosen profiles, or all. Keeps only the findings and the results of `visit`,
    /// so no more personas than threads are in memory at once.
    pub(crate) fn survey<T: Send>(
        &self,
        chosen: Option<&BTreeSet<ProfileId>>,
        depth: Depth,
        visit: impl Fn(&Checked<'a>) -> T + Sync,
    ) -> Survey<'a, T> {
        Survey::of(self, chosen, depth, &visit)
    }
}

impl<'a, T: Send> Survey<'a, T> {
    fn of(
        checker: &Checker<'a>,
        chosen: Option<&BTreeSet<ProfileId>>,
        depth: Depth,
        visit: &(impl Fn(&Checked<'a>) -> T + Sync),
    ) -> Self {
        let library = checker.library;
        let profiles: Vec<ProfileId> = match chosen {
            Some(chosen) => chosen.iter().copied().collect(),
            None => library.profiles.ids().collect(),
        };
        let is_fleet = chosen.is_none();
        // Each thread handles a range of profiles; the ranges are joined in order.
        let mut survey = profiles
            .par_iter()
            .fold(Survey::default, |mut survey: Self, index| {
                match checker.examine(*index, depth) {
                    Ok((checked, duplicates)) => {
                        survey.made.push(visit(&checked));
                        survey.add(
                            library,
                            *index,
                            checked.composition,
                            duplicates,
                            is_fleet.then_some(depth),
                        );
                    }
                    Err(refusal) => survey.found.extend(refusal),
                }
                survey
            })
            .reduce(Survey::default, Survey::then);
        survey.findings = std::mem::take(&mut survey.found).into_vec();
        let loaded = match chosen {
            Some(chosen) => checker.loaded(chosen.iter().copied()),
            None => checker.all_loaded().to_vec(),
        };
        survey.findings.extend(loaded);
        let found_duplicates = std::mem::take(&mut survey.shared_texts).findings(library);
        survey.findings.extend(found_duplicates.into_iter().filter(|finding| depth.wants(finding)));
        if is_fleet {
            survey.conclude(library, depth);
        }
        survey
    }

    /// Adds one persona. `fleet` is the depth of the fleet checks; `None` if only some profiles are checked.
    fn add(
        &mut self,
        library: &'a Library,
        index: ProfileId,
        composition: Composition<'a>,
        duplicates: Duplicates<'a>,
        fleet: Option<Depth>,
    ) {
        self.composed.insert(index);
        self.shared_texts.add(library, &composition, duplicates);
        if fleet.is_some() {
            self.shared.add(library, &composition);
        }
        if fleet == Some(Depth::Review) {
            self.fleet.add(&composition);
            self.chains.add(&composition);
        }
        self.found.extend(composition.findings);
    }

    /// Appends the survey of the personas that follow.
    fn then(mut self, later: Self) -> Self {
        self.made.extend(later.made);
        self.found.extend(later.found.into_vec());
        self.composed.extend(later.composed);
        self.shared_texts.extend(later.shared_texts);
        self.shared.extend(later.shared);
        self.fleet.extend(later.fleet);
        self.chains.extend(later.chains);
        self
    }

    /// Adds the findings about the fleet.
    fn conclude(&mut self, library: &Library, depth: Depth) {
        let composed = &self.composed;
        let missing: BTreeSet<String> = library
            .profiles
            .enumerate()
            .filter(|(index, _)| !composed.contains(index))
            .map(|(_, profile)| profile.id.clone())
            .collect();
        if missing.is_empty() {
            self.findings.extend(self.shared.idle.findings(library));
        }
        self.findings.extend(library.config.severities.applied(self.shared.descriptions.findings(library)));
        if depth != Depth::Review {
            return;
        }
        let found = self.fleet.findings(library, missing);
        // A field that nobody uses need not be reported again for each target that cannot express it.
        let unused: BTreeSet<_> = found
            .iter()
            .filter(|finding| finding.code == codes::UNUSED_FIELD)
            .filter_map(|finding| finding.address.clone())
            .collect();
        let is_reported = |finding: &Diagnostic| {
            finding.code == codes::LOSS && finding.address.as_ref().is_some_and(|at| unused.contains(at))
        };
        self.findings.retain(|finding| !is_reported(finding));
        self.findings.extend(found);
    }
}
