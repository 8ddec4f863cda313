//! Composition: from the library to personas. Pure: it opens no file.
//!
//! Claims are collected from all sources of a persona, then resolved address by address
//! ([`resolve`]), settled by the profiles' resolutions, compared by subject, and put together.

mod assemble;
mod collect;
mod decision;
mod fleet;
mod lineage;
mod order;
mod persona;
mod report;
pub mod resolve;
mod selection;
mod settle;
mod statement;
mod subjects;
mod template;
mod tools;

pub use assemble::marker;
pub use decision::{
    Agreement, Cause, Conflict, Decision, Dispute, DisputeKind, Problem, Settled, Side, State, Unapplied,
};
pub use lineage::Lineages;
pub use persona::{Block, Entry, Field, Group, Origin, Persona, Section, Setting, TargetSettings};
pub use resolve::Combine;
pub use selection::{MOST_FRAGMENTS, Selection};

use std::collections::BTreeMap;

use indexmap::IndexMap;
use rayon::prelude::*;

use crate::model::{Diagnostic, FileId, Library, Profile, Source, Span, codes};

/// A composed profile: the persona, every decision with its losers, and what is wrong.
#[derive(Debug)]
pub struct Composition<'a> {
    /// The profile.
    pub profile: &'a Profile,
    /// The profiles that it builds on, parents first, itself last.
    pub lineage: Vec<u32>,
    /// Its sources.
    pub selection: Selection,
    /// What was decided at each address, in display order.
    pub decisions: IndexMap<&'a str, Decision<'a>>,
    /// The conflicts that a resolution settles, by address.
    pub settled: BTreeMap<String, Agreement<'a>>,
    /// What nothing settles, tensions included.
    pub conflicts: Vec<Conflict<'a>>,
    /// The persona; where claims are in conflict, it says so at the place.
    pub persona: Persona<'a>,
    /// All findings, those about conflicts included.
    pub findings: Vec<Diagnostic>,
}

impl Composition<'_> {
    /// Whether the persona can be built: no conflict is open and no finding is an error.
    pub fn is_sound(&self) -> bool {
        !self.findings.iter().any(Diagnostic::is_error)
    }

    /// The sides of the conflict at an address, settled or not.
    pub fn sides_at(&self, at: &str) -> Option<&[Side<'_>]> {
        let open = self.conflicts.iter().find(|conflict| conflict.at == at).map(|conflict| &conflict.sides);
        open.or_else(|| self.settled.get(at).map(|agreement| &agreement.sides)).map(Vec::as_slice)
    }

    /// The shortest way from the profile to a source: the place of each `extends` or `use` entry
    /// and what it leads to. Empty for the profile itself.
    pub fn route(&self, library: &Library, source: Source) -> Vec<(Span, String)> {
        let root = self.lineage[self.lineage.len() - 1];
        selection::route(library, root, &self.selection, source)
    }
}

/// What keeps a profile from being composed at all.
pub type Refusal = Vec<Diagnostic>;

/// Composes every profile of the library, abstract ones included, in order of id.
pub fn compose_all<'a>(library: &'a Library, lineages: &Lineages) -> Vec<Result<Composition<'a>, Refusal>> {
    (0..library.profiles.len() as u32)
        .into_par_iter()
        .map(|index| compose(library, lineages, index))
        .collect()
}

/// Composes one profile, by its index in the library.
///
/// # Errors
/// The findings that keep it from being composed: a file with errors among its sources, or `extends`
/// without an order. Everything else, conflicts included, is part of the composition.
pub fn compose<'a>(
    library: &'a Library,
    lineages: &Lineages,
    index: u32,
) -> Result<Composition<'a>, Refusal> {
    let profile = &library.profiles[index as usize];
    let in_persona = |finding: Diagnostic| finding.in_persona(&profile.id);
    let order = lineages.order(index).map_err(|finding| vec![in_persona(finding.clone())])?;
    let (selection, mut findings) = selection::select(library, lineages, order);
    let broken = broken_files(library, order, &selection);
    if !broken.is_empty() {
        return Err(broken.into_iter().map(in_persona).collect());
    }
    findings.extend(selection::check(library, profile, &selection));
    if selection.fragments.len() > MOST_FRAGMENTS {
        return Err(findings.into_iter().map(in_persona).collect());
    }

    let collected = collect::collect(library, lineages, index, order, &selection);
    findings.extend(collected.findings);
    let resolutions = settle::Resolutions::new(library, lineages, order);
    let mut conflicts = Vec::new();
    let mut settled = BTreeMap::new();
    let mut decisions = IndexMap::with_capacity(collected.claims.len());
    let combine = collect::combine(library, lineages, &resolutions, &collected.claims, &collected.removals);
    for (address, claims) in &collected.claims {
        let removals = collected.removals.get(address).map_or(&[][..], Vec::as_slice);
        let contest = resolve::Contest { library, lineages, combine, claims, removals };
        let (decision, verdict) = resolutions.decide(address, &contest);
        decisions.insert(*address, decision);
        match verdict {
            settle::Verdict::Undisputed => {}
            settle::Verdict::Settled(agreement) => drop(settled.insert((*address).to_owned(), agreement)),
            settle::Verdict::Open(conflict) => conflicts.push(conflict),
        }
    }
    conflicts.extend(collect::group_clashes(library, &decisions));
    let subjects = subjects::Subjects { library, lineages, resolutions: &resolutions, combine };
    let (agreed, disputes) = subjects.compare(&mut decisions);
    settled.extend(agreed);
    conflicts.extend(disputes);
    let tools = tools::combine(library, lineages, &resolutions, &decisions);
    conflicts.extend(tools.conflict);
    settled
        .extend(tools.agreement.map(|agreement| (agreement.settled.resolution.at.value.clone(), agreement)));

    let places = collect::places(&decisions, &collected.sequence);
    let assembly = assemble::Assembly { library, profile, order, decisions: &decisions, places: &places };
    let (mut persona, unassembled) = assembly.persona();
    findings.extend(unassembled);
    if tools.is_empty {
        let message = format!("every tool that `{}` allows is denied", profile.id);
        let denied = decisions.get("tools.deny").and_then(|decision| decision.emitted().next());
        let finding = Diagnostic::new(codes::TOOLS_EMPTY, message);
        findings.push(match denied {
            Some(claim) => finding.at(claim.span, "denied here"),
            None => finding,
        });
    }
    persona.allow = tools.allow;
    persona.deny = tools.deny;
    persona.tags = collect::tags(&decisions);

    let mut composition = Composition {
        profile,
        lineage: order.to_vec(),
        selection,
        decisions,
        settled,
        conflicts,
        persona,
        findings: Vec::new(),
    };
    findings.extend(report::conflicts(library, &composition));
    findings.extend(report::resolutions(library, &composition, &resolutions));
    if !profile.is_abstract {
        findings.extend(fleet::check(library, &composition));
    }
    composition.findings = findings.into_iter().map(in_persona).collect();
    Ok(composition)
}

/// The files that a profile reaches: the settings, itself, its parents, and their fragments.
pub fn files(library: &Library, lineages: &Lineages, index: u32) -> Vec<FileId> {
    let own = library.profiles[index as usize].file;
    let mut files: Vec<FileId> = library.config.file.into_iter().chain([own]).collect();
    if let Ok(order) = lineages.order(index) {
        let (selection, _) = selection::select(library, lineages, order);
        files.extend(order.iter().map(|index| library.profiles[*index as usize].file));
        files.extend(selection.fragments.keys().map(|index| library.fragments[*index as usize].file));
    }
    files
}

/// A finding for each file with errors that the profile reaches.
fn broken_files(library: &Library, order: &[u32], selection: &Selection) -> Vec<Diagnostic> {
    let fragments = selection.fragments.keys().map(|index| &library.fragments[*index as usize]);
    let fragments = fragments.filter(|fragment| fragment.broken).map(|fragment| fragment.file);
    let profiles = order.iter().map(|index| &library.profiles[*index as usize]);
    let profiles = profiles.filter(|profile| profile.broken).map(|profile| profile.file);
    let config = library.config.file.filter(|_| library.config.broken);
    config
        .into_iter()
        .chain(profiles)
        .chain(fragments)
        .map(|file| {
            let path = library.sources.file(file).path();
            Diagnostic::new(
                codes::BROKEN_FILE,
                format!("{path} has errors, so no persona that reaches it is built"),
            )
        })
        .collect()
}
