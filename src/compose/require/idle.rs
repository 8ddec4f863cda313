//! Requirements that select no persona. Without a finding, a misspelt one would never be enforced.

use std::collections::BTreeSet;

use super::{because, matches, selects};
use crate::compose::Composition;
use crate::model::{Diagnostic, Library, Requirement, Selector, Span, Text, codes, did_you_mean};

/// Warns of each `[[require]]` of cento.toml that selects none of these personas, and of its parts that match
/// nothing. For all personas of the library only: who asks about some does not ask about the others.
pub(crate) fn idle(library: &Library, compositions: &[Composition<'_>]) -> Vec<Diagnostic> {
    if library.config.requirements.is_empty() {
        return Vec::new();
    }
    let personas: Vec<&Composition<'_>> =
        compositions.iter().filter(|composition| !composition.profile.is_abstract).collect();
    let known = Known {
        tags: personas.iter().flat_map(|composition| composition.persona.tags.iter().copied()).collect(),
        personas: personas.iter().map(|composition| composition.profile.id.as_str()).collect(),
        parents: personas
            .iter()
            .flat_map(|composition| &composition.lineage[..composition.lineage.len() - 1])
            .map(|index| library.profiles[*index].id.as_str())
            .collect(),
        sections: personas
            .iter()
            .flat_map(|composition| &composition.persona.sections)
            .map(|section| section.kind)
            .collect(),
    };
    let mut findings = Vec::new();
    for requirement in &library.config.requirements {
        let selected: Vec<_> = personas
            .iter()
            .filter(|composition| selects(library, &requirement.personas, composition))
            .collect();
        let strays = known.strays(&requirement.personas);
        if selected.is_empty() {
            findings.push(nobody(requirement, &strays, personas.is_empty()));
            continue;
        }
        findings.extend(strays.iter().map(Stray::finding));
        let except = requirement.personas.except.as_deref();
        if let Some(except) = except {
            let strays = known.strays(except);
            let leaves_out = personas.iter().any(|composition| {
                selects(library, except, composition) && matches(library, &requirement.personas, composition)
            });
            if let (false, true, Some(span)) = (leaves_out, strays.is_empty(), except.span) {
                let message = "`except` matches no selected persona".to_owned();
                let finding = Diagnostic::new(codes::IDLE_REQUIREMENT, message).at(span, "");
                findings.push(finding.help("delete it"));
            }
            findings.extend(strays.iter().map(Stray::finding));
        }
        let sections = requirement.budgets.iter().filter_map(|budget| budget.section.as_ref());
        findings.extend(sections.filter_map(|section| known.section(section)));
    }
    library.config.severities.applied(findings)
}

/// What the personas of a fleet have, of what a requirement can ask for.
struct Known<'k> {
    tags: BTreeSet<&'k str>,
    personas: BTreeSet<&'k str>,
    parents: BTreeSet<&'k str>,
    sections: BTreeSet<&'k str>,
}

/// A part of a choice that holds for no persona.
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

impl Known<'_> {
    fn strays(&self, selector: &Selector) -> Vec<Stray> {
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
                help: did_you_mean(&text.value, known.iter().copied()),
            }));
        }
        strays
    }

    fn section(&self, section: &Text) -> Option<Diagnostic> {
        if self.sections.contains(section.value.as_str()) {
            return None;
        }
        let message = format!("no persona has the section `{}`", section.value);
        let help = did_you_mean(&section.value, self.sections.iter().copied());
        Some(Diagnostic::new(codes::IDLE_REQUIREMENT, message).at(section.span, "").help_if(help))
    }
}

/// Reports a requirement that selects no persona.
fn nobody(requirement: &Requirement, strays: &[Stray], is_empty: bool) -> Diagnostic {
    let span = requirement.personas.span.unwrap_or(requirement.span);
    let finding = Diagnostic::new(codes::IDLE_REQUIREMENT, "a [[require]] selects no persona");
    let finding = because(requirement, finding);
    match strays {
        _ if is_empty => finding.at(span, "there are no personas").help("create a profile"),
        [] => finding
            .at(span, "no persona matches all of this")
            .help("correct `personas`, or delete the [[require]]"),
        strays => strays.iter().fold(finding, |finding, stray| {
            finding.at(stray.span, stray.says.clone()).help_if(stray.help.clone())
        }),
    }
}
