//! `cento report`: the whole fleet as one interactive HTML page.
//!
//! The page uses no network, no web fonts, and only its own script. Its data is JSON. One element holds the tables that
//! all personas share and a summary of each persona; it is read when the page opens. Every persona has an element of
//! its own, read when the persona is selected. Equal input gives equal bytes.
//!
//! `docs/report.md` describes the page, and the head of `app/data.js` its data.

mod disputes;
mod page;
mod persona;
mod rules;
mod tables;

use rayon::prelude::*;
use serde::Serialize;

use super::explain::side_word;
use super::json::{Finding, Version, finding};
use super::page::Page;
use crate::check::Checker;
use crate::compose::{Composition, State};
use crate::model::grammar;
use crate::model::{Diagnostic, Library, Profile, Severity, Source, Target, codes};
use crate::text::tokens;
use tables::{CAUSES, Tables};

pub(crate) use page::is_report;

/// How many personas are prepared at a time. It keeps all processors busy, and limits the memory for results that are
/// not in the tables yet.
const BATCH: usize = 64;

/// A persona of the report.
#[derive(Debug)]
pub(crate) struct Member<'a> {
    pub profile: &'a Profile,
    /// The composition of the profile. `None` if it cannot be composed.
    pub composition: Option<Composition<'a>>,
    /// The findings about it.
    pub findings: Vec<Diagnostic>,
}

/// The data that the page reads when it opens.
#[derive(Debug, Serialize)]
struct Fleet<'a, 'm> {
    states: [&'static str; 8],
    causes: [&'static str; 6],
    personas: Vec<Summary<'a>>,
    sources: Vec<SourceSummary<'m>>,
    rules: Vec<rules::Rule>,
    /// The number of requirements in cento.toml.
    requirements: usize,
    /// The path from the report to the workspace; empty or with `/` at its end.
    base: &'m str,
    findings: Vec<Finding<'m>>,
    #[serde(flatten)]
    tables: Tables<'a>,
}

#[derive(Debug, Default, Serialize)]
struct Summary<'a> {
    id: &'a str,
    name: String,
    description: String,
    tags: Vec<&'a str>,
    /// `ok`, `conflict`, `error` or `broken`.
    state: &'static str,
    fragments: usize,
    targets: Vec<&'static str>,
    errors: usize,
    warnings: usize,
    /// How many requirements it does not meet.
    unmet: usize,
    disputes: Vec<usize>,
    /// The length of each output.
    lengths: Vec<Length>,
}

/// The length of an output in lines and tokens, each with the maximum that its target recommends (0 for none).
#[derive(Debug, Clone, Copy, Serialize)]
struct Length([usize; 2], [usize; 2]);

impl Length {
    fn of(text: &str, target: &Target) -> Length {
        let advice = target.advice.map_or([0, 0], |advice| [advice.lines, advice.tokens.unwrap_or(0)]);
        Length([text.lines().count(), tokens::estimate(text)], advice)
    }
}

/// What a report shows besides the personas.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Surroundings<'s> {
    /// The findings about files that none of its personas uses.
    pub unused: &'s [Diagnostic],
    /// The path from the report to the workspace.
    pub base: &'s str,
    /// The review of what changed since a revision.
    pub review: Option<&'s Page>,
}

#[derive(Debug, Serialize)]
struct SourceSummary<'m> {
    name: String,
    path: &'m str,
    summary: &'m str,
    personas: usize,
}

/// The page about some personas.
pub(crate) fn report<'a>(
    library: &'a Library,
    checker: &Checker<'a>,
    members: &[Member<'a>],
    Surroundings { unused, base, review }: Surroundings<'_>,
) -> String {
    let mut tables = Tables::new(library);
    let mut personas = Vec::with_capacity(members.len());
    let mut summaries = Vec::with_capacity(members.len());
    for batch in members.chunks(BATCH) {
        let drawn: Vec<_> = batch
            .par_iter()
            .map(|member| {
                let composition = member.composition.as_ref()?;
                Some(persona::draw(library, checker, composition))
            })
            .collect();
        for (member, drawn) in batch.iter().zip(drawn) {
            let lengths = drawn.as_ref().map_or(Vec::new(), persona::Drawn::lengths);
            summaries.push(summary(&mut tables, member, lengths));
            let persona = persona::enter(&mut tables, library, member, drawn);
            personas.push(page::json(&persona));
        }
    }
    let rules = rules::rules(&mut tables, library, members, &mut summaries);
    let sources = sources(library, members);
    let findings = unused.iter().map(|found| finding(&library.sources, found)).collect();
    let fleet = Fleet {
        states: State::ALL.map(side_word),
        causes: CAUSES,
        personas: summaries,
        sources,
        rules,
        requirements: library.config.requirements.len(),
        base,
        findings,
        tables,
    };
    page::page(&page::json(&Version::PAGE.of(fleet)), &personas, review)
}

fn summary<'a>(tables: &mut Tables<'a>, member: &Member<'a>, lengths: Vec<Length>) -> Summary<'a> {
    let errors = member.findings.iter().filter(|finding| finding.is_error()).count();
    let is_warning = |finding: &&Diagnostic| finding.severity == Severity::Warning;
    let warnings = member.findings.iter().filter(is_warning).count();
    let is_unmet = |finding: &&Diagnostic| finding.code.name == codes::REQUIREMENT.name;
    let unmet = member.findings.iter().filter(is_unmet).count();
    let Some(composition) = &member.composition else {
        return Summary {
            id: &member.profile.id,
            name: member.profile.id.clone(),
            state: "broken",
            errors,
            warnings,
            unmet,
            ..Summary::default()
        };
    };
    let persona = &composition.persona;
    let is_open = composition.conflicts.iter().any(|conflict| !conflict.is_tension());
    Summary {
        id: &member.profile.id,
        name: persona.field_text(grammar::Profile::Name.name()),
        description: persona.field_text(grammar::Profile::Description.name()),
        tags: persona.tags.clone(),
        state: match (is_open, errors) {
            (true, _) => "conflict",
            (false, 0) => "ok",
            (false, _) => "error",
        },
        fragments: composition.selection.fragments.len(),
        targets: persona.targets.iter().map(|settings| settings.target.name).collect(),
        errors,
        warnings,
        unmet,
        lengths,
        disputes: disputes::disputes(tables, composition),
    }
}

/// The sources, in the order of [`Tables::source`].
fn sources<'m>(library: &'m Library, members: &[Member<'_>]) -> Vec<SourceSummary<'m>> {
    let mut counts = std::collections::BTreeMap::new();
    for composition in members.iter().filter_map(|member| member.composition.as_ref()) {
        for source in &composition.selection.sources {
            *counts.entry(*source).or_insert(0) += 1;
        }
    }
    let summary = |source: Source, file, summary| SourceSummary {
        name: library.source_name(source),
        path: library.sources.file(file).path().as_str(),
        summary,
        personas: counts.get(&source).copied().unwrap_or(0),
    };
    let fragments = library.fragments.enumerate().map(|(index, fragment)| {
        let text = fragment.summary.as_ref().map_or("", |summary| summary.value.as_str());
        summary(Source::Fragment(index), fragment.file, text)
    });
    let profiles = library
        .profiles
        .enumerate()
        .map(|(index, profile)| summary(Source::Profile(index), profile.file, ""));
    fragments.chain(profiles).collect()
}
