//! Budgets of `[[require]]` for descriptions: programs load those of all their personas at the start.

use std::collections::BTreeMap;

use super::outputs::is_about;
use super::{selects, with_reason};
use crate::check::budget::{Size, longest, spaced, unit};
use crate::compose::Composition;
use crate::model::grammar::Profile;
use crate::model::{Diagnostic, Library, Loading, Measure, codes};
use crate::text::tokens;

/// The descriptions that count for a requirement.
#[derive(Debug, Default)]
pub(crate) struct Tally<'a> {
    /// By the number of the requirement and the target that loads them.
    sizes: BTreeMap<(usize, &'static str), Vec<(&'a str, Size)>>,
}

impl<'a> Tally<'a> {
    /// Adds the description of a persona.
    pub(crate) fn add(&mut self, library: &Library, composition: &Composition<'a>) {
        if composition.profile.is_abstract {
            return;
        }
        let bounded = library.config.requirements.iter().enumerate().filter(|(_, requirement)| {
            !requirement.descriptions.is_empty() && selects(library, &requirement.personas, composition)
        });
        let mut size = None;
        for (number, requirement) in bounded {
            let description = || Size::of(&composition.persona.field_text(Profile::Description.name()));
            let size = *size.get_or_insert_with(description);
            for settings in &composition.persona.targets {
                let target = settings.target;
                let is_loaded = composition.persona.loading(settings) == Loading::Description;
                if is_loaded && is_about(&requirement.personas, target.name) {
                    let sizes = self.sizes.entry((number, target.name)).or_default();
                    sizes.push((&composition.profile.id, size));
                }
            }
        }
    }

    /// Adds the descriptions of another tally.
    pub(crate) fn extend(&mut self, later: Self) {
        for (key, sizes) in later.sizes {
            self.sizes.entry(key).or_default().extend(sizes);
        }
    }

    /// Reports each budget that the descriptions of a target exceed together.
    pub(crate) fn findings(&self, library: &Library) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        for ((number, target), sizes) in &self.sizes {
            let Some(requirement) = library.config.requirements.get(*number) else { continue };
            for budget in &requirement.descriptions {
                let (measure, most) = (budget.measure, budget.most.value);
                let sum: usize = sizes.iter().map(|(_, size)| size.by(measure)).sum();
                if sum <= most {
                    continue;
                }
                let message = format!(
                    "the descriptions for target `{target}` have {} {} together; the limit is {}",
                    spaced(sum),
                    unit(measure),
                    spaced(most)
                );
                let mut finding = Diagnostic::new(codes::REQUIREMENT, message).at(budget.most.span, "limit");
                finding.personas.extend(sizes.iter().map(|(id, _)| (*id).to_owned()));
                finding = with_reason(requirement, finding);
                if measure == Measure::Tokens {
                    finding = finding.note(tokens::METHOD);
                }
                let over = spaced(sum - most);
                findings.push(
                    finding
                        .note(format!("longest of {}: {}", sizes.len(), longest(sizes, measure)))
                        .help(format!("shorten them by {over}, or raise the limit")),
                );
            }
        }
        findings
    }
}
