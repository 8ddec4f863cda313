//! Lints of the whole fleet: sources that no persona uses.

use std::collections::{BTreeMap, BTreeSet};

use super::{models, relations};
use crate::compose::{Composition, State};
use crate::model::grammar::{self, Keys as _};
use crate::model::wording::{self, plural};
use crate::model::{Address, Claim, Diagnostic, FragmentId, Library, Source, Span, codes};

/// The maximum number of places that one finding shows.
const MAX_NAMED: usize = 4;

/// What the personas of a fleet use of their sources.
#[derive(Debug, Default)]
pub(crate) struct Tally<'a> {
    /// The fragments that some profile selects.
    selected: BTreeSet<FragmentId>,
    /// The fragments with an effect in some persona.
    effective: BTreeSet<FragmentId>,
    /// The fragments without an effect in the personas that use them so far.
    lost: BTreeMap<FragmentId, Lost<'a>>,
    /// The fields that some persona sets but does not use.
    idle_fields: BTreeSet<&'a str>,
    /// The fields that some persona uses.
    used_fields: BTreeSet<String>,
    models: models::Tally,
}

impl<'a> Tally<'a> {
    /// Adds a persona.
    pub(crate) fn add(&mut self, composition: &Composition<'a>) {
        self.selected.extend(composition.selection.fragments.keys());
        if !composition.profile.is_abstract {
            self.add_claims(composition);
            self.models.add(composition);
        }
        self.add_fields(composition);
    }

    /// Adds the personas of another tally, which follow those of this one.
    pub(crate) fn extend(&mut self, later: Self) {
        self.selected.extend(later.selected);
        self.effective.extend(later.effective);
        for (index, later) in later.lost {
            let lost = self.lost.entry(index).or_default();
            lost.personas.extend(later.personas);
            lost.example = lost.example.or(later.example);
        }
        self.lost.retain(|index, _| !self.effective.contains(index));
        self.idle_fields.extend(later.idle_fields);
        self.used_fields.extend(later.used_fields);
        self.models.extend(later.models);
    }

    /// Reports fragments, fields, relations and models that no persona uses. If some profiles do not compose
    /// (`missing`), the only finding is that these checks were skipped.
    pub(crate) fn findings(&self, library: &Library, missing: BTreeSet<String>) -> Vec<Diagnostic> {
        if let Some(finding) = unchecked(missing) {
            return library.config.severities.applied(vec![finding]);
        }
        let mut findings = self.unused_fragments(library);
        findings.extend(self.shadowed_fragments(library));
        findings.extend(self.unused_fields(library));
        findings.extend(relations::unused(library));
        findings.extend(self.models.findings(library));
        library.config.severities.applied(findings)
    }

    fn add_claims(&mut self, composition: &Composition<'a>) {
        let mut lost: BTreeMap<FragmentId, Option<(&'a Claim, &'a Claim)>> = BTreeMap::new();
        for decision in composition.decisions.values() {
            for (claim, (state, _)) in decision.claims.iter().zip(&decision.outcomes) {
                let Source::Fragment(index) = claim.source else { continue };
                match state {
                    State::Shadowed | State::Subsumed => {
                        let example = lost.entry(index).or_default();
                        *example =
                            example.or_else(|| decision.emitted().next().map(|winner| (*claim, winner)));
                    }
                    State::Removed => {
                        lost.entry(index).or_default();
                    }
                    // Overruled and conflicting claims had an effect: somebody had to decide about them.
                    State::Emitted
                    | State::Agreed
                    | State::Refined
                    | State::Overruled
                    | State::Conflicted => {
                        if self.effective.insert(index) {
                            self.lost.remove(&index);
                        }
                    }
                }
            }
        }
        for (index, example) in lost.into_iter().filter(|(index, _)| !self.effective.contains(index)) {
            let lost = self.lost.entry(index).or_default();
            lost.personas.push(&composition.profile.id);
            lost.example = lost.example.or(example);
        }
    }

    fn add_fields(&mut self, composition: &Composition<'a>) {
        let persona = &composition.persona;
        let mut use_field = |name: &str| {
            if !self.used_fields.contains(name) {
                self.used_fields.insert(name.to_owned());
            }
        };
        persona.fields_in_text.iter().for_each(|name| use_field(name));
        for field in &persona.fields {
            let is_read = || persona.targets.iter().any(|settings| settings.reads_field(field.name));
            if grammar::own_field(field.name).is_some() || is_read() {
                use_field(field.name);
            } else {
                self.idle_fields.insert(field.name);
            }
        }
    }

    /// Reports fragments that no profile uses, unless there are no profiles at all.
    fn unused_fragments(&self, library: &Library) -> Vec<Diagnostic> {
        let named = library.profiles.values().flat_map(|profile| &profile.uses);
        let named: BTreeSet<&str> = named.map(|name| name.value.as_str()).collect();
        let fragments = library.fragments.enumerate().filter(|(index, fragment)| {
            library.profiles.len() > 0
                && !self.selected.contains(index)
                && !named.contains(fragment.id.as_str())
        });
        let unused = fragments.map(|(_, fragment)| {
            let path = library.sources.file(fragment.file).path();
            Diagnostic::new(codes::UNUSED_FRAGMENT, format!("no profile uses `{}`", fragment.id))
                .at(Span::new(fragment.file, 0..0), "")
                .help(format!(
                    "add \"{}\" to {} in a profile, or delete {path}",
                    fragment.id,
                    grammar::Profile::Use.shown()
                ))
        });
        unused.collect()
    }

    /// Reports fragments with no effect in any persona that uses them.
    fn shadowed_fragments(&self, library: &Library) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        for (index, Lost { personas, example }) in &self.lost {
            let fragment = &library.fragments[*index];
            let message = format!("`{}` has no effect in any persona that uses it", fragment.id);
            let mut finding = Diagnostic::new(codes::SHADOWED_FRAGMENT, message);
            finding = match example {
                Some((claim, winner)) => {
                    let name = library.source_name(winner.source);
                    finding.at(claim.span, "overridden").context(winner.span, format!("{name} wins"))
                }
                None => finding.at(Span::new(fragment.file, 0..0), "all entries are removed"),
            };
            finding.personas.extend(personas.iter().map(|id| (*id).to_owned()));
            findings.push(finding.help(format!(
                "remove \"{}\" from {}, or delete the claims that override it; `cento explain PROFILE ADDRESS` shows \
                 which claim wins and why",
                fragment.id,
                grammar::Profile::Use.shown()
            )));
        }
        findings
    }

    /// Reports fields that no text, target or `[[require]]` uses.
    fn unused_fields(&self, library: &Library) -> Vec<Diagnostic> {
        let wanted = library.config.requirements.iter().filter_map(|one| one.field.as_ref());
        let wanted = wanted.map(|field| field.name.value.as_str());
        let wanted: BTreeSet<&str> = wanted.collect();
        let is_idle = |name: &str| {
            self.idle_fields.contains(name) && !self.used_fields.contains(name) && !wanted.contains(name)
        };
        let mut places: BTreeMap<&str, Vec<&Claim>> = BTreeMap::new();
        for claim in library.claims() {
            if let Some(name) = claim.address.parsed().field()
                && is_idle(name)
            {
                places.entry(name).or_default().push(claim);
            }
        }
        let finding = |(name, claims): (&str, Vec<&Claim>)| {
            let message = format!("the field `{name}` is not used by any text or target");
            let mut finding =
                Diagnostic::new(codes::UNUSED_FIELD, message).about(Address::Field(name).to_string());
            for claim in claims.iter().take(MAX_NAMED) {
                finding = finding.at(claim.span, "");
            }
            if let more @ 1.. = claims.len().saturating_sub(MAX_NAMED) {
                finding = finding.note(format!("also set in {more} more {}", plural(more, "place")));
            }
            let template = grammar::Fragment::Template.name();
            finding.help(format!("delete it, or use `{{{{ {name} }}}}` in a text with `{template} = true`"))
        };
        places.into_iter().map(finding).collect()
    }
}

/// A fragment that had no effect in any persona so far.
#[derive(Debug, Default)]
struct Lost<'a> {
    /// The personas that use it.
    personas: Vec<&'a str>,
    /// One of its claims, and the claim that overrides it.
    example: Option<(&'a Claim, &'a Claim)>,
}

/// Reports that the checks were skipped, if some profile does not compose.
fn unchecked(missing: BTreeSet<String>) -> Option<Diagnostic> {
    let names = wording::series(missing.iter().map(|id| format!("`{id}`")), MAX_NAMED);
    let verb = wording::one_or_many(missing.len(), "does", "do");
    let message =
        format!("skipped unused-fragment and unmatched-requirement checks: {names} {verb} not compose");
    (!missing.is_empty()).then(|| Diagnostic::new(codes::UNCHECKED, message))
}
