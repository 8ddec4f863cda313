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

use super::json::{Finding, Version, finding};
use crate::check::Checker;
use crate::compose::Composition;
use crate::model::grammar;
use crate::model::{Diagnostic, Library, Profile, Severity, Source};
use tables::{CAUSES, STATES, Tables};

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
    disputes: Vec<usize>,
}

#[derive(Debug, Serialize)]
struct SourceSummary<'m> {
    name: String,
    path: &'m str,
    summary: &'m str,
    personas: usize,
}

/// The page about some personas. `unused` are the findings about files that none of them uses.
pub(crate) fn report<'a>(
    library: &'a Library,
    checker: &Checker<'a>,
    members: &[Member<'a>],
    unused: &[Diagnostic],
) -> String {
    let mut tables = Tables::new(library);
    let mut personas = Vec::with_capacity(members.len());
    for batch in members.chunks(BATCH) {
        let drawn: Vec<_> = batch
            .par_iter()
            .map(|member| {
                let composition = member.composition.as_ref()?;
                Some(persona::draw(library, checker, composition))
            })
            .collect();
        for (member, drawn) in batch.iter().zip(drawn) {
            let persona = persona::enter(&mut tables, library, member, drawn);
            personas.push(page::json(&persona));
        }
    }
    let summaries = members.iter().map(|member| summary(&mut tables, member)).collect();
    let rules = rules::rules(&mut tables, library, members);
    let sources = sources(library, members);
    let findings = unused.iter().map(|found| finding(&library.sources, found)).collect();
    let fleet =
        Fleet { states: STATES, causes: CAUSES, personas: summaries, sources, rules, findings, tables };
    page::page(&page::json(&Version::PAGE.of(fleet)), &personas)
}

fn summary<'a>(tables: &mut Tables<'a>, member: &Member<'a>) -> Summary<'a> {
    let errors = member.findings.iter().filter(|finding| finding.is_error()).count();
    let is_warning = |finding: &&Diagnostic| finding.severity == Severity::Warning;
    let warnings = member.findings.iter().filter(is_warning).count();
    let Some(composition) = &member.composition else {
        return Summary {
            id: &member.profile.id,
            name: member.profile.id.clone(),
            state: "broken",
            errors,
            warnings,
            ..Summary::default()
        };
    };
    let persona = &composition.persona;
    let field = |name| persona.field(name).map_or(String::new(), |field| field.value.to_string());
    let is_open = composition.conflicts.iter().any(|conflict| !conflict.is_tension());
    Summary {
        id: &member.profile.id,
        name: field(grammar::Profile::Name.name()),
        description: field(grammar::Profile::Description.name()),
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
