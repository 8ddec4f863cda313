//! Lints of the fleet: sources that no persona uses.

use std::collections::{BTreeMap, BTreeSet};

use super::{claims, relations};
use crate::compose::{Composition, State};
use crate::model::wording::plural;
use crate::model::{Address, Claim, Diagnostic, FragmentId, Library, Source, Span, codes};

/// Places, or personas, that one finding names.
const MOST: usize = 4;

/// Reports fragments, fields and relations that no persona uses. `compositions` holds every profile that composes;
/// if any does not, the only finding is that these checks were skipped.
pub(crate) fn fleet(library: &Library, compositions: &[Composition<'_>]) -> Vec<Diagnostic> {
    if let Some(finding) = unchecked(library, compositions) {
        return library.config.severities.applied(vec![finding]);
    }
    let mut findings = unused_fragments(library, compositions);
    findings.extend(shadowed_fragments(library, compositions));
    findings.extend(unused_fields(library, compositions));
    findings.extend(relations::unused(library));
    library.config.severities.applied(findings)
}

/// Returns the finding that the checks were skipped, if some profile does not compose.
fn unchecked(library: &Library, compositions: &[Composition<'_>]) -> Option<Diagnostic> {
    let composed: BTreeSet<&str> =
        compositions.iter().map(|composition| composition.profile.id.as_str()).collect();
    let missing: BTreeSet<String> =
        library.profiles.keys().filter(|id| !composed.contains(id.as_str())).cloned().collect();
    let first = missing.first()?;
    let (which, help) = match missing.len() {
        1 => {
            (format!("`{first}` does not compose"), format!("fix the errors of `{first}`, then check again"))
        }
        count => {
            (format!("{count} profiles do not compose"), "fix their errors, then check again".to_owned())
        }
    };
    let message = format!("skipped unused-fragment and unmatched-requirement checks: {which}");
    let mut finding = Diagnostic::new(codes::UNCHECKED, message).help(help);
    finding.personas = missing;
    Some(finding)
}

/// Reports fragments that no profile uses, unless there are no compositions at all.
fn unused_fragments(library: &Library, compositions: &[Composition<'_>]) -> Vec<Diagnostic> {
    let named = library.profiles.values().flat_map(|profile| &profile.uses);
    let mut used: BTreeSet<&str> = named.map(|name| name.value.as_str()).collect();
    for composition in compositions {
        let selected = composition.selection.fragments.keys();
        used.extend(selected.map(|index| library.fragments[*index].id.as_str()));
    }
    let unused = library.fragments.values().filter(|fragment| !used.contains(fragment.id.as_str()));
    let unused = unused.filter(|_| !compositions.is_empty()).map(|fragment| {
        let path = library.sources.file(fragment.file).path();
        Diagnostic::new(codes::UNUSED_FRAGMENT, format!("no profile uses `{}`", fragment.id))
            .at(Span::new(fragment.file, 0..0), "")
            .help(format!("add \"{}\" to `use` in a profile, or delete {path}", fragment.id))
    });
    unused.collect()
}

/// A fragment with no effect in the personas seen so far.
#[derive(Default)]
struct Lost<'c> {
    /// The personas that have it.
    personas: Vec<&'c str>,
    /// A claim of it, and the claim that overrides it.
    example: Option<(&'c Claim, &'c Claim)>,
}

/// Reports fragments with no effect in any persona that uses them.
fn shadowed_fragments(library: &Library, compositions: &[Composition<'_>]) -> Vec<Diagnostic> {
    let mut lost: BTreeMap<FragmentId, Lost<'_>> = BTreeMap::new();
    let mut stands = BTreeSet::new();
    for composition in compositions.iter().filter(|composition| !composition.profile.is_abstract) {
        for decision in composition.decisions.values() {
            for (claim, (state, _)) in decision.claims.iter().zip(&decision.outcomes) {
                let Source::Fragment(index) = claim.source else { continue };
                match state {
                    State::Shadowed | State::Subsumed => {
                        let lost = lost.entry(index).or_default();
                        if lost.example.is_none() {
                            lost.example = decision.emitted().next().map(|winner| (*claim, winner));
                        }
                    }
                    State::Removed => {
                        lost.entry(index).or_default();
                    }
                    // Whoever decided against a claim has seen it.
                    State::Emitted | State::Agreed | State::Overruled | State::Conflicted => {
                        stands.insert(index);
                    }
                }
            }
        }
        for index in composition.selection.fragments.keys().filter(|index| !stands.contains(*index)) {
            if let Some(lost) = lost.get_mut(index) {
                lost.personas.push(&composition.profile.id);
            }
        }
    }
    let mut findings = Vec::new();
    for (index, Lost { personas, example }) in lost.into_iter().filter(|(index, _)| !stands.contains(index)) {
        let fragment = &library.fragments[index];
        let message = format!("`{}` has no effect in any persona that uses it", fragment.id);
        let mut finding = Diagnostic::new(codes::SHADOWED_FRAGMENT, message);
        finding = match example {
            Some((claim, winner)) => {
                let name = library.source_name(winner.source);
                finding.at(claim.span, "overridden").context(winner.span, format!("{name} wins"))
            }
            None => finding.at(Span::new(fragment.file, 0..0), "all entries are removed"),
        };
        finding.personas.extend(personas.into_iter().map(str::to_owned));
        findings.push(finding.help(format!(
            "remove \"{}\" from `use`, or delete the claims that override it; `cento explain PROFILE ADDRESS` shows \
             which claim wins and why",
            fragment.id
        )));
    }
    findings
}

/// Reports fields that no text, target or `[[require]]` uses.
fn unused_fields(library: &Library, compositions: &[Composition<'_>]) -> Vec<Diagnostic> {
    let mut idle: BTreeSet<&str> = BTreeSet::new();
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for composition in compositions {
        let persona = &composition.persona;
        used.extend(persona.fields_in_text.iter().map(String::as_str));
        for field in &persona.fields {
            let names = |name: &str| name.len() == field.name.len() && name.replace('-', "_") == field.name;
            let mut keys = persona.targets.iter().flat_map(|settings| settings.target.keys);
            let is_used = matches!(field.name, "name" | "description") || keys.any(|key| names(key.name));
            if is_used { &mut used } else { &mut idle }.insert(field.name);
        }
    }
    let wanted = library.config.requirements.iter().filter_map(|one| one.field.as_ref());
    let wanted = wanted.map(|field| field.name.value.as_str());
    used.extend(wanted);
    let mut places: BTreeMap<&str, Vec<&Claim>> = BTreeMap::new();
    for claim in claims(library).filter(|claim| claim.address.section() == "fields") {
        let name = claim.address.id();
        if idle.contains(name) && !used.contains(name) {
            places.entry(name).or_default().push(claim);
        }
    }
    let finding = |(name, claims): (&str, Vec<&Claim>)| {
        let message = format!("the field `{name}` is not used by any text or target");
        let mut finding =
            Diagnostic::new(codes::UNUSED_FIELD, message).about(Address::Field(name).to_string());
        for claim in claims.iter().take(MOST) {
            finding = finding.at(claim.span, "");
        }
        if let more @ 1.. = claims.len().saturating_sub(MOST) {
            finding = finding.note(format!("also set in {more} more {}", plural(more, "place")));
        }
        finding.help(format!("delete it, or use `{{{{ {name} }}}}` in a text with `template = true`"))
    };
    places.into_iter().map(finding).collect()
}
