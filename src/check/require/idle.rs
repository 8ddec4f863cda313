//! Reports requirements that select no persona: a misspelt one would silently never be enforced.

use std::collections::BTreeSet;

use super::{matches, selects, with_reason};
use crate::compose::Composition;
use crate::model::grammar::{Config, Except, Keys as _, Require, headers};
use crate::model::{Diagnostic, Library, Requirement, Selector, Span, Suggestions, Text, codes};

/// The tags, names, parents and sections that personas have, and the requirements that select one.
#[derive(Debug, Default)]
pub(crate) struct Tally<'a> {
    tags: BTreeSet<&'a str>,
    personas: BTreeSet<&'a str>,
    parents: BTreeSet<&'a str>,
    sections: BTreeSet<&'a str>,
    /// The indices of requirements that select a persona.
    selecting: BTreeSet<usize>,
    /// The indices of requirements whose `except` excludes a persona that they would otherwise select.
    excepting: BTreeSet<usize>,
}

impl<'a> Tally<'a> {
    /// Adds a persona.
    pub(crate) fn add(&mut self, library: &'a Library, composition: &Composition<'a>) {
        let requirements = &library.config.requirements;
        if requirements.is_empty() || composition.profile.is_abstract {
            return;
        }
        self.tags.extend(&composition.persona.tags);
        self.personas.insert(&composition.profile.id);
        let parents = &composition.lineage[..composition.lineage.len() - 1];
        self.parents.extend(parents.iter().map(|index| library.profiles[*index].id.as_str()));
        self.sections.extend(composition.persona.sections.iter().map(|section| section.kind));
        for (number, requirement) in requirements.iter().enumerate() {
            let selector = &requirement.personas;
            if !matches(library, selector, composition) {
                continue;
            }
            let excepts = |except: &Selector| selects(library, except, composition);
            let is_excepted = selector.except.as_deref().is_some_and(excepts);
            if is_excepted { &mut self.excepting } else { &mut self.selecting }.insert(number);
        }
    }

    /// Adds the personas of another tally.
    pub(crate) fn extend(&mut self, other: Self) {
        self.tags.extend(other.tags);
        self.personas.extend(other.personas);
        self.parents.extend(other.parents);
        self.sections.extend(other.sections);
        self.selecting.extend(other.selecting);
        self.excepting.extend(other.excepting);
    }

    /// Reports each `[[require]]` that selects no persona, and parts of selectors that match nothing. The
    /// tally must cover all personas of the library.
    pub(crate) fn findings(&self, library: &Library) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        let suggestions = Suggestions::default();
        for (number, requirement) in library.config.requirements.iter().enumerate() {
            let strays = self.strays(&requirement.personas, &suggestions);
            if !self.selecting.contains(&number) {
                findings.push(unmatched(requirement, &strays, self.personas.is_empty()));
                continue;
            }
            findings.extend(strays.iter().map(Stray::finding));
            if let Some(except) = requirement.personas.except.as_deref() {
                let strays = self.strays(except, &suggestions);
                if let (false, true, Some(span)) =
                    (self.excepting.contains(&number), strays.is_empty(), except.span)
                {
                    let message = format!("{} matches no selected persona", Except::Except.shown());
                    let finding = Diagnostic::new(codes::IDLE_REQUIREMENT, message).at(span, "");
                    findings.push(finding.help("delete it"));
                }
                findings.extend(strays.iter().map(Stray::finding));
            }
            let sections = requirement.budgets.iter().filter_map(|budget| budget.section.as_ref());
            findings.extend(sections.filter_map(|section| self.section(section, &suggestions)));
        }
        library.config.severities.applied(findings)
    }

    fn strays(&self, selector: &Selector, suggestions: &Suggestions) -> Vec<Stray> {
        let mut strays = Vec::new();
        for (texts, known, says) in [
            (&selector.tags, &self.tags, "no persona has the tag"),
            (&selector.names, &self.personas, "no persona is built from the abstract profile"),
            (&selector.extends, &self.parents, "no persona extends"),
        ] {
            let unknown = texts.iter().filter(|text| !known.contains(text.value.as_str()));
            strays.extend(unknown.map(|text| Stray {
                span: text.span,
                says: format!("{says} `{}`", text.value),
                help: suggestions.did_you_mean(&text.value, known.iter().copied()),
            }));
        }
        strays
    }

    fn section(&self, section: &Text, suggestions: &Suggestions) -> Option<Diagnostic> {
        if self.sections.contains(section.value.as_str()) {
            return None;
        }
        let message = format!("no persona has the section `{}`", section.value);
        let help = suggestions.did_you_mean(&section.value, self.sections.iter().copied());
        Some(Diagnostic::new(codes::IDLE_REQUIREMENT, message).at(section.span, "").help_if(help))
    }
}

/// A part of a selector that matches no persona.
struct Stray {
    span: Span,
    says: String,
    help: Option<String>,
}

impl Stray {
    fn finding(&self) -> Diagnostic {
        Diagnostic::new(codes::IDLE_REQUIREMENT, self.says.clone())
            .at(self.span, "")
            .help_if(self.help.clone())
    }
}

/// Reports a requirement that selects no persona.
fn unmatched(requirement: &Requirement, strays: &[Stray], is_empty: bool) -> Diagnostic {
    let span = requirement.personas.span.unwrap_or(requirement.span);
    let finding = Diagnostic::new(
        codes::IDLE_REQUIREMENT,
        format!("a {} selects no persona", headers(Config::Require.name())),
    );
    let finding = with_reason(requirement, finding);
    match strays {
        _ if is_empty => finding.at(span, "there are no personas").help("create a profile"),
        [] => finding.at(span, "no persona matches all of this").help(format!(
            "correct {}, or delete the {}",
            Require::Personas.shown(),
            headers(Config::Require.name())
        )),
        strays => strays.iter().fold(finding, |finding, stray| {
            finding.at(stray.span, stray.says.clone()).help_if(stray.help.clone())
        }),
    }
}
