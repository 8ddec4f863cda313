//! `cento list`: the contents of a workspace as tables.

use std::collections::{BTreeMap, BTreeSet};

use super::page::{Block, Page, Table};
use crate::analyse::fleet;
use crate::check::{Checker, Depth};
use crate::compose::{Composition, Refusal};
use crate::model::grammar;
use crate::model::wording::count;
use crate::model::{
    CODES, Diagnostic, Force, FragmentId, KINDS, Library, Severities, Severity, TARGETS, fold,
};

/// Every fragment: its id, kind, number of personas, and summary.
pub(crate) fn fragments(library: &Library, checker: &Checker<'_>) -> Page {
    let selected = checker.composer().each(|composed| match concrete(composed) {
        Some(composition) => composition.selection.fragments.keys().copied().collect(),
        None => Vec::new(),
    });
    let mut personas: BTreeMap<FragmentId, usize> = BTreeMap::new();
    for index in selected.into_iter().flatten() {
        *personas.entry(index).or_default() += 1;
    }
    let rows = library.fragments.enumerate().map(|(index, fragment)| {
        let count = personas.get(&index).copied().unwrap_or(0);
        let summary = fragment.summary.as_ref().map_or("", |summary| &summary.value);
        vec![fragment.id.clone(), fragment.kind.clone(), count.to_string(), summary.to_owned()]
    });
    page("fragments", &["fragment", "kind", "personas", "summary"], rows)
}

/// Every profile: its id, state, number of fragments, targets and description.
pub(crate) fn profiles(library: &Library, checker: &Checker<'_>) -> Page {
    let composed = checker.each(Depth::Build, |checked| Some(state(&checked.ok()?.composition)));
    let broken = || ["broken", "", "", ""].map(str::to_owned);
    let rows = library.profiles.values().zip(composed).map(|(profile, state)| {
        [profile.id.clone()].into_iter().chain(state.unwrap_or_else(broken)).collect()
    });
    page("profiles", &["profile", "state", "fragments", "targets", "description"], rows)
}

/// The state of a profile that composes, its number of fragments, its targets and its description.
fn state(composition: &Composition<'_>) -> [String; 4] {
    let is_abstract = composition.profile.is_abstract;
    let conflicts = composition.conflicts.iter().filter(|conflict| !conflict.is_tension()).count();
    let errors = composition.findings.iter().filter(|finding| Diagnostic::is_error(finding)).count();
    let state = match (conflicts, errors) {
        (0, 0) if is_abstract => "abstract".to_owned(),
        (0, 0) => "ok".to_owned(),
        (0, errors) => count(errors, "error"),
        (conflicts, _) => count(conflicts, "conflict"),
    };
    let targets: Vec<_> = composition.persona.targets.iter().map(|settings| settings.target.name).collect();
    let targets = if is_abstract { String::new() } else { targets.join(", ") };
    let description = composition.persona.field_text(grammar::Profile::Description.name());
    [state, composition.selection.fragments.len().to_string(), targets, description]
}

/// Every rule that some persona has: its address, forces, number of personas, and text.
pub(crate) fn rules(library: &Library, checker: &Checker<'_>) -> Page {
    let seen = checker.composer().each(|composed| fleet::seen(library, concrete(composed).as_ref()));
    let rows = fleet::rules_seen(library, seen.into()).into_iter().filter_map(|rule| {
        let applied: Vec<_> = rule.wordings.iter().filter(|wording| wording.personas > 0).collect();
        let forces: BTreeSet<Force> = applied.iter().map(|wording| wording.force).collect();
        let names: Vec<_> = forces.into_iter().map(Force::name).collect();
        let personas = rule.holdings.iter().filter(|holding| holding.wording.is_some()).count();
        let text = applied.first()?.words.text.clone();
        Some(vec![rule.address.to_owned(), names.join(", "), personas.to_string(), text])
    });
    page("rules", &["rule", "force", "personas", "text"], rows)
}

/// The predefined kinds, and those that the workspace adds.
pub(crate) fn kinds(library: &Library, _: &Checker<'_>) -> Page {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for fragment in library.fragments.values() {
        *counts.entry(&fragment.kind).or_default() += 1;
    }
    let custom = counts.keys().filter(|kind| !KINDS.iter().any(|(known, ..)| known == *kind));
    let custom = custom.map(|kind| (*kind, crate::model::heading(kind), "defined in this workspace"));
    let known = KINDS.iter().map(|(kind, heading, what)| (*kind, (*heading).to_owned(), *what));
    let rows = known.chain(custom).map(|(kind, heading, what)| {
        let count = counts.get(kind).copied().unwrap_or(0);
        vec![kind.to_owned(), heading, count.to_string(), what.to_owned()]
    });
    page("kinds", &["kind", "heading", "fragments", "what it holds"], rows)
}

/// The targets that cento can write, and the settings that only some of them have.
pub(crate) fn targets() -> Page {
    let rows = TARGETS.iter().map(|target| {
        let verified = target.facts.map_or("", |facts| facts.verified);
        [target.name, target.summary, target.path, verified].map(str::to_owned).to_vec()
    });
    let mut page = page("targets", &["target", "what it is", "default path", "verified"], rows);
    // In a column of its own, the longest list would leave one word a line.
    let settings = TARGETS.iter().filter(|target| !target.keys.is_empty()).map(|target| {
        let keys: Vec<_> = target.keys.iter().map(|key| key.name).collect();
        vec![target.name.to_owned(), keys.join(", ")]
    });
    page.blocks.push(Block::Space);
    page.blocks.push(table(&["target", "settings of its own"], settings));
    page
}

/// The codes of findings, with the severities of this workspace.
pub(crate) fn codes(severities: &Severities) -> Page {
    let rows = CODES.iter().map(|code| {
        let severity = severities.of(code).map_or("off", Severity::name);
        let severity = match severities.sets(code) {
            true => format!("{severity} (set)"),
            false => severity.to_owned(),
        };
        vec![code.name.to_owned(), severity, code.summary.to_owned()]
    });
    page("codes", &["code", "severity", "what it means"], rows)
}

/// A persona, if it composes and has outputs.
fn concrete(composed: Result<Composition<'_>, Refusal>) -> Option<Composition<'_>> {
    composed.ok().filter(|composition| !composition.profile.is_abstract)
}

/// A page with one table.
fn page(what: &str, headings: &[&'static str], rows: impl Iterator<Item = Vec<String>>) -> Page {
    Page::new(format!("All {what}"), format!("cento list {what}"), vec![table(headings, rows)])
}

fn table(headings: &[&'static str], rows: impl Iterator<Item = Vec<String>>) -> Block {
    let rows = rows.map(|row| row.iter().map(|cell| fold(cell).into_owned()).collect());
    Block::Table(Table::headed(headings, rows))
}
