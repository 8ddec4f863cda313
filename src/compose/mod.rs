//! Composition: from the library to personas. Pure: it opens no file.
//!
//! A composition collects the claims of all sources, resolves each address ([`merge`]), applies the
//! resolutions of the profiles, compares rules by subject, and assembles the persona.

mod arrange;
mod assemble;
mod collect;
mod differences;
mod fill;
mod kept;
mod layout;
mod lineage;
mod loading;
mod merge;
mod nest;
mod order;
mod origin;
mod parts;
mod persona;
mod report;
mod selection;
mod several;
mod targets;
mod template;
mod votes;
mod words;

pub(crate) use assemble::marker;
pub(crate) use layout::{LayoutSetting, Layouts, fewest_names};
pub(crate) use lineage::Lineages;
pub(crate) use loading::Loaded;
pub(crate) use merge::{Cause, Conflict, ConflictKind, Decision, Problem, Settled, Side, State};
pub(crate) use merge::{force, taken};
pub(crate) use nest::MAX_DEPTH;
pub(crate) use origin::Origin;
pub(crate) use parts::Parts;
pub(crate) use persona::{Block, Element, Entry, Field, Group, Persona, Section, Setting, TargetSettings};
pub(crate) use selection::{MAX_FRAGMENTS, Selection};
pub(crate) use template::FOREIGN;
pub(crate) use words::Words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use foldhash::fast::FixedState;
use rayon::prelude::*;
use typed_index_collections::TiVec;

use template::TemplateSet;

use crate::model::{
    Claim, Combine, Diagnostic, FileId, FragmentId, Library, Profile, ProfileId, Source, Span, Statement,
    address, codes,
};
use merge::Decisions;

/// A composed profile: the persona, all decisions including losing claims, and the findings.
#[derive(Debug)]
pub(crate) struct Composition<'a> {
    pub library: &'a Library,
    pub profile: &'a Profile,
    /// Its lineage, parents first, itself last.
    pub lineage: Vec<ProfileId>,
    pub selection: Selection,
    /// The decision at each address, in display order.
    pub decisions: Decisions<'a>,
    /// The conflicts settled by a resolution, by address.
    pub settled: BTreeMap<String, Conflict<'a>>,
    /// The open conflicts, including tensions.
    pub conflicts: Vec<Conflict<'a>>,
    /// The persona. Addresses in conflict contain a marker.
    pub persona: Persona<'a>,
    /// The personas of other profiles that its outputs include, in order.
    pub parts: Vec<Composition<'a>>,
    /// The findings of the composition, including those about conflicts. `check` adds its own.
    pub findings: Vec<Diagnostic>,
}

impl<'a> Composition<'a> {
    /// The id of the profile.
    pub(crate) fn index(&self) -> ProfileId {
        self.lineage[self.lineage.len() - 1]
    }

    /// The resolution that settles the conflict at an address.
    pub(crate) fn settlement(&self, at: &str) -> Option<Settled<'a>> {
        self.settled.get(at).and_then(Conflict::settled)
    }

    /// The sides of the conflict at an address, settled or not.
    pub(crate) fn sides_at(&self, at: &str) -> Option<&[Side<'_>]> {
        let open = self.conflicts.iter().find(|conflict| conflict.at == at).map(|conflict| &conflict.sides);
        open.or_else(|| self.settled.get(at).map(|conflict| &conflict.sides)).map(Vec::as_slice)
    }

    /// Returns the sources below the profile at an address with their hashes: what a `[[remove]]` of the
    /// profile removes there.
    pub(crate) fn seen_below(&self, library: &Library, at: &str) -> Vec<(String, String)> {
        let root = self.lineage.last().copied().map(Source::Profile);
        let claims = self.decisions.get(at).map(|decision| &*decision.claims).unwrap_or_default();
        let below = claims.iter().copied().filter(|claim| Some(claim.source) != root);
        merge::sides(library, below, []).into_iter().map(|side| (side.name, side.hash)).collect()
    }

    /// The shortest route from the profile to a source: the location of each `extends` or `use` entry, and
    /// its target. Empty for the profile itself.
    pub(crate) fn route(&self, library: &Library, source: Source) -> Vec<(Span, String)> {
        let root = self.lineage[self.lineage.len() - 1];
        self.route_from(library, root, source)
    }

    /// Same as [`Composition::route`], but from another profile of the lineage.
    fn route_from(&self, library: &Library, root: ProfileId, source: Source) -> Vec<(Span, String)> {
        selection::route(library, root, &self.selection, source)
    }
}

/// The hash of the content of a claim, independent of its location, as used by `seen`.
pub(crate) fn hash(library: &Library, claim: &Claim) -> String {
    Statement::hash([&library.statement(claim)])
}

/// The findings that prevent a composition.
pub(crate) type Refusal = Vec<Diagnostic>;

/// Composes the profiles of one library. Work that they share is done once.
#[derive(Debug)]
pub(crate) struct Composer<'a> {
    library: &'a Library,
    prepared: Arc<Prepared>,
}

/// Data shared by the profiles of one library.
#[derive(Debug)]
pub(crate) struct Prepared {
    lineages: Lineages,
    templates: TemplateSet,
}

impl Prepared {
    /// Finds the lineages of a library and compiles its templates.
    pub(crate) fn new(library: &Library) -> Self {
        Prepared { lineages: Lineages::new(library), templates: TemplateSet::new(library) }
    }
}

impl<'a> Composer<'a> {
    pub(crate) fn new(library: &'a Library) -> Self {
        Composer::with(library, Arc::new(Prepared::new(library)))
    }

    /// Creates a composer with data prepared for this library before.
    pub(crate) fn with(library: &'a Library, prepared: Arc<Prepared>) -> Self {
        Composer { library, prepared }
    }

    /// Composes every profile, abstract ones included, in order of id. A command that keeps them all would need memory for
    /// the whole fleet.
    #[cfg(test)]
    pub(crate) fn compose_all(&self) -> TiVec<ProfileId, Result<Composition<'a>, Refusal>> {
        self.each(|composed| composed)
    }

    /// Composes every profile, abstract ones included, in order of id, but keeps only what `visit` makes of it.
    pub(crate) fn each<T: Send>(
        &self,
        visit: impl Fn(Result<Composition<'a>, Refusal>) -> T + Sync,
    ) -> TiVec<ProfileId, T> {
        let profiles: Vec<ProfileId> = self.library.profiles.ids().collect();
        profiles.into_par_iter().map(|profile| visit(self.compose(profile))).collect::<Vec<_>>().into()
    }

    /// Composes one profile.
    ///
    /// # Errors
    /// The findings that prevent the composition: a source file with errors, or `extends` without a valid
    /// order. All other findings, including conflicts, are part of the composition.
    pub(crate) fn compose(&self, index: ProfileId) -> Result<Composition<'a>, Refusal> {
        compose(self, index, &|_| true, None)
    }

    /// Composes a persona as if it did not use a fragment. The result shares what stays the same, so it has no findings
    /// about these sections.
    ///
    /// # Errors
    /// As for [`Composer::compose`].
    pub(crate) fn compose_without(
        &self,
        whole: &Composition<'a>,
        fragment: FragmentId,
    ) -> Result<Composition<'a>, Refusal> {
        compose(self, whole.index(), &|other| other != fragment, Some(whole))
    }

    /// Composes one profile as if it used only the fragments that satisfy `keep`.
    ///
    /// # Errors
    /// As for [`Composer::compose`].
    pub(crate) fn compose_with(
        &self,
        index: ProfileId,
        keep: &dyn Fn(FragmentId) -> bool,
    ) -> Result<Composition<'a>, Refusal> {
        compose(self, index, keep, None)
    }

    /// The sources that a profile reaches: itself, its ancestors, and their fragments.
    pub(crate) fn sources(&self, index: ProfileId) -> BTreeSet<Source> {
        let Ok(order) = self.prepared.lineages.order(index) else {
            return BTreeSet::from([Source::Profile(index)]);
        };
        let (selection, _) = selection::select(self.library, &self.prepared.lineages, order);
        selection.sources.into_iter().collect()
    }

    /// The files that a profile reaches: `cento.toml`, its own, and those of its ancestors and their
    /// fragments.
    pub(crate) fn files(&self, index: ProfileId) -> Vec<FileId> {
        let library = self.library;
        let mut files: Vec<FileId> = library.config.file.into_iter().collect();
        for index in self.profiles(index) {
            files.push(library.profiles[index].file);
            if let Ok(order) = self.prepared.lineages.order(index) {
                let (selection, _) = selection::select(library, &self.prepared.lineages, order);
                files.extend(order.iter().map(|index| library.profiles[*index].file));
                files.extend(selection.fragments.keys().map(|index| library.fragments[*index].file));
            }
        }
        files
    }

    /// Returns whether a profile reaches one of these files.
    pub(crate) fn reaches(&self, index: ProfileId, asked: &BTreeSet<FileId>) -> bool {
        // What no profile of the lineage names need not be selected to know that it is not reached.
        let library = self.library;
        let names = |index: &ProfileId| {
            let profile = &library.profiles[*index];
            let mut used = profile.uses.iter().filter_map(|used| library.fragments.get(&used.value));
            asked.contains(&profile.file) || used.any(|fragment| asked.contains(&fragment.file))
        };
        let named = |index: ProfileId| {
            let order = self.prepared.lineages.order(index).unwrap_or_default();
            order.iter().chain([&index]).any(names)
        };
        let is_config = library.config.file.is_some_and(|file| asked.contains(&file));
        (is_config || self.profiles(index).into_iter().any(named))
            && self.files(index).iter().any(|file| asked.contains(file))
    }

    /// A profile, and those whose personas its outputs include.
    pub(crate) fn profiles(&self, index: ProfileId) -> Vec<ProfileId> {
        let order = self.prepared.lineages.order(index).unwrap_or_default();
        let profiles = order.iter().chain([&index]).map(|index| &self.library.profiles[*index]);
        let parts = profiles.flat_map(|profile| profile.parts());
        let mut all = vec![index];
        for part in parts.filter_map(|part| self.library.profiles.id_of(part)) {
            if !all.contains(&part) {
                all.push(part);
            }
        }
        all
    }
}

fn compose<'a>(
    composer: &Composer<'a>,
    index: ProfileId,
    keep: &dyn Fn(FragmentId) -> bool,
    whole: Option<&Composition<'a>>,
) -> Result<Composition<'a>, Refusal> {
    let mut composition = compose_alone(composer, index, keep, whole)?;
    let profile = composition.profile;
    let start = profile.start();
    let (parts, findings) = several::parts(composer, &composition.persona, &profile.id, start, keep);
    let findings = findings.into_iter().map(|finding| finding.in_persona(&profile.id)).collect();
    composition.findings.extend(composer.library.config.severities.applied(findings));
    composition.parts = parts;
    Ok(composition)
}

/// Composes one profile without the other personas that its outputs include. `whole` is the persona with all of its
/// fragments, if it was composed before.
fn compose_alone<'a>(
    composer: &Composer<'a>,
    index: ProfileId,
    keep: &dyn Fn(FragmentId) -> bool,
    whole: Option<&Composition<'a>>,
) -> Result<Composition<'a>, Refusal> {
    let Composer { library, prepared } = composer;
    let Prepared { lineages, templates } = &**prepared;
    let library: &'a Library = library;
    let profile = &library.profiles[index];
    let in_persona = |finding: Diagnostic| finding.in_persona(&profile.id);
    let order = lineages.order(index).map_err(|finding| vec![in_persona(finding.clone())])?;
    let (mut selection, mut findings) = selection::select(library, lineages, order);
    selection.retain(keep);
    let broken = broken_files(library, order, &selection);
    if !broken.is_empty() || profile.broken {
        return Err(broken.into_iter().map(in_persona).collect());
    }
    findings.extend(selection::check(library, profile, &selection));
    if selection.fragments.len() > MAX_FRAGMENTS {
        return Err(findings.into_iter().map(in_persona).collect());
    }

    let mut collected = collect::collect(library, lineages, index, order, &selection);
    findings.append(&mut collected.findings);
    let resolutions = merge::Resolutions::new(library, lineages, order);
    let combine = collect::combine(library, lineages, &resolutions, &collected);
    let combining = collected.at(address::COMBINE).unwrap_or_default();
    let alike = whole.filter(|whole| kept::has_same_combine(whole, combining));
    let (mut decisions, mut conflicts) = decide(library, lineages, &resolutions, combine, &collected, alike);
    conflicts.extend(collect::group_clashes(library, &mut decisions));
    let subjects = merge::Subjects { library, lineages, resolutions: &resolutions, combine };
    match subjects.compare(&mut decisions) {
        Ok(disputed) => conflicts.extend(disputed),
        Err(finding) => findings.push(*finding),
    }
    let tools = merge::combine_tools(library, lineages, &resolutions, &decisions);
    conflicts.extend(tools.conflict);
    let (settled, conflicts): (Vec<_>, Vec<_>) =
        conflicts.into_iter().partition(|conflict| conflict.settled().is_some());
    let settled = settled.into_iter().map(|conflict| (conflict.at.clone(), conflict)).collect();

    let places = collect::places(&decisions, &collected);
    let kept = whole.map_or_else(BTreeMap::new, |whole| kept::sections(whole, &decisions));
    let (decided, places) = (&decisions, &places);
    let (targets, unsettled) = targets::chosen(library, lineages, index, order);
    findings.extend(unsettled.into_iter().map(in_persona));
    let targets = &targets;
    let assembly =
        assemble::Assembly { library, profile, templates, order, targets, decisions: decided, places, kept };
    let (mut persona, unassembled) = assembly.persona();
    findings.extend(unassembled);
    findings.extend(tools.is_empty.then(|| no_tools(profile, &decisions)));
    persona.allow = tools.allow;
    if let Some(marker) = conflicts.iter().find_map(merge::tools_marker) {
        persona.allow = Some(vec![marker]);
    }
    persona.deny = tools.deny;
    persona.allow_origin = tools.allow_origin;
    persona.deny_origin = tools.deny_origin;
    persona.tags = collect::tags(&decisions);

    let mut composition = Composition {
        library,
        profile,
        lineage: order.to_vec(),
        selection,
        decisions,
        settled,
        conflicts,
        persona,
        parts: Vec::new(),
        findings: Vec::new(),
    };
    findings.extend(report::conflicts(library, lineages, &composition));
    findings.extend(report::resolutions(library, lineages, &composition, &resolutions));
    findings.extend(report::removals(library, lineages, &composition));
    findings.extend(report::replaced(library, lineages, &composition));
    findings.extend(layout::check(library, profile, &composition.persona));
    let findings = findings.into_iter().map(in_persona).collect();
    composition.findings = library.config.severities.applied(findings);
    Ok(composition)
}

/// Decides every address, or takes its decision over from the whole persona. Returns the conflicts too, settled or not.
fn decide<'a>(
    library: &'a Library,
    lineages: &Lineages,
    resolutions: &merge::Resolutions<'_, 'a>,
    combine: Combine,
    collected: &collect::Collected<'a>,
    whole: Option<&Composition<'a>>,
) -> (Decisions<'a>, Vec<Conflict<'a>>) {
    let mut conflicts = Vec::new();
    let mut decisions = Decisions::with_capacity_and_hasher(collected.addresses.len(), FixedState::default());
    for run in &collected.addresses {
        let (address, claims) = (run.address, collected.claims(run));
        let removals = collected.removals.get(address).map_or(&[][..], Vec::as_slice);
        let contest = merge::Contest { library, lineages, combine, claims, removals, outside: &[] };
        let kept = whole.and_then(|whole| kept::decision(whole, address, &contest));
        let (decision, found) = kept.unwrap_or_else(|| resolutions.decide(address, &contest));
        decisions.insert(address, decision);
        conflicts.extend(found);
    }
    (decisions, conflicts)
}

/// The finding for a profile that denies every tool that it allows.
fn no_tools(profile: &Profile, decisions: &Decisions<'_>) -> Diagnostic {
    let message = format!("`{}` denies every tool that it allows", profile.id);
    let claim = |list| decisions.get(list).and_then(|decision| decision.emitted().next());
    let mut finding = Diagnostic::new(codes::TOOLS_EMPTY, message);
    if let Some(denied) = claim(address::DENY) {
        finding = finding.at(denied.span, "denied here");
    }
    if let Some(allowed) = claim(address::ALLOW) {
        finding = finding.context(allowed.span, "allowed here");
    }
    finding
        .help("allow another tool, or deny fewer: a target without `tools` grants all of them")
        .about(address::ALLOW)
}

/// Returns a finding for each file with errors that the profile reaches, except its own. The errors in its
/// own file are reported already.
fn broken_files(library: &Library, order: &[ProfileId], selection: &Selection) -> Vec<Diagnostic> {
    let fragments = selection.fragments.keys().map(|index| &library.fragments[*index]);
    let fragments = fragments.filter(|fragment| fragment.broken).map(|fragment| fragment.file);
    let parents = order[..order.len() - 1].iter().map(|index| &library.profiles[*index]);
    let parents = parents.filter(|profile| profile.broken).map(|profile| profile.file);
    let config = library.config.file.filter(|_| library.config.broken);
    config
        .into_iter()
        .chain(parents)
        .chain(fragments)
        .map(|file| {
            let path = library.sources.file(file).path();
            Diagnostic::new(
                codes::BROKEN_FILE,
                format!("{path} has errors, so the personas that use it were not composed"),
            )
        })
        .collect()
}
