//! Budgets of `[[require]]`: the maximum length of a persona or of one of its sections.

use super::require::{selects, with_reason};
use crate::compose::Composition;
use crate::model::{Budget, Diagnostic, Extent, Library, Measure, Requirement, Span, codes};
use crate::render::{markdown, render};
use crate::text::tokens;

/// The maximum number of sections or personas that a finding names.
const MAX_NAMED: usize = 4;

/// Reports each budget that the persona exceeds.
pub(crate) fn check(library: &Library, composition: &Composition<'_>) -> Vec<Diagnostic> {
    let requirements = library.config.requirements.iter().filter(|requirement| {
        !requirement.budgets.is_empty() && selects(library, &requirement.personas, composition)
    });
    let mut sizes = Sizes { composition, targets: None, sections: None };
    let mut findings = Vec::new();
    for requirement in requirements {
        for budget in &requirement.budgets {
            findings.extend(sizes.check(requirement, budget));
        }
    }
    findings
}

/// The length of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    characters: usize,
    tokens: usize,
}

impl Size {
    pub(super) fn of(text: &str) -> Self {
        Size { characters: text.chars().count(), tokens: tokens::estimate(text) }
    }

    pub(super) fn by(self, measure: Measure) -> usize {
        match measure {
            Measure::Characters => self.characters,
            Measure::Tokens => self.tokens,
        }
    }
}

/// The sizes of a persona's outputs and sections, computed on demand.
struct Sizes<'c, 'a> {
    composition: &'c Composition<'a>,
    /// The size of each output, with its target.
    targets: Option<Vec<(&'static str, Size)>>,
    /// The size of each section, by kind.
    sections: Option<Vec<(&'a str, Size)>>,
}

impl<'a> Sizes<'_, 'a> {
    fn targets(&mut self) -> &[(&'static str, Size)] {
        let composition = self.composition;
        self.targets.get_or_insert_with(|| {
            let targets = composition.persona.targets.iter();
            targets
                .map(|settings| (settings.target.name, Size::of(render(composition, settings).text())))
                .collect()
        })
    }

    fn sections(&mut self) -> &[(&'a str, Size)] {
        let persona = &self.composition.persona;
        self.sections.get_or_insert_with(|| {
            let sections = persona.sections.iter();
            sections.map(|section| (section.kind, Size::of(&markdown::section(persona, section)))).collect()
        })
    }

    fn check(&mut self, requirement: &Requirement, budget: &Budget) -> Option<Diagnostic> {
        let (measure, most) = (budget.measure, budget.most.value);
        let id = &self.composition.profile.id;
        let (size, what, whose) = match &budget.section {
            // The longest output must fit.
            None => {
                let longest = self.targets().iter().max_by_key(|(_, size)| size.by(measure))?;
                (longest.1.by(measure), format!("`{id}` for target `{}`", longest.0), String::new())
            }
            Some(section) => {
                let found = self.sections().iter().find(|(kind, _)| *kind == section.value)?;
                let whose = format!(" in the section `{}`", section.value);
                (found.1.by(measure), format!("the section `{}` of `{id}`", section.value), whose)
            }
        };
        if size <= most {
            return None;
        }
        let unit = unit(measure);
        let message = format!("{what} has {} {unit}; the limit is {}", spaced(size), spaced(most));
        let mut finding = Diagnostic::new(codes::REQUIREMENT, message).at(budget.most.span, "limit");
        finding.extent = Some(Box::new(Extent {
            size,
            size_text: format!("`{id}` {}", spaced(size)),
            together: format!("{{}} personas have more than {} {unit}{whose}", spaced(most)),
            help: "shorten or remove the longest parts of each, or raise the limit".to_owned(),
        }));
        if let Some(span) = self.longest_text(budget) {
            finding = finding.context(span, "the longest text");
        }
        finding = with_reason(requirement, finding);
        if measure == Measure::Tokens {
            finding = finding.note(tokens::METHOD);
        }
        if budget.section.is_none() {
            finding = finding.note(format!("longest sections: {}", longest(self.sections(), measure)));
        }
        Some(
            finding.help(format!(
                "shorten or remove at least {} of them, or raise the limit",
                spaced(size - most)
            )),
        )
    }

    /// Returns the span of the longest text that counts towards the budget.
    fn longest_text(&self, budget: &Budget) -> Option<Span> {
        let claims = self.composition.decisions.values().flat_map(|decision| decision.emitted());
        let counts = |section: &str| budget.section.as_ref().is_none_or(|wanted| wanted.value == section);
        let blocks = claims.filter(|claim| counts(claim.address.section()));
        let blocks = blocks.filter_map(|claim| Some((claim.block()?.text.value.len(), claim.span)));
        blocks.max_by_key(|(length, span)| (*length, std::cmp::Reverse(*span))).map(|(_, span)| span)
    }
}

/// Names the longest of several texts.
pub(super) fn longest(sizes: &[(&str, Size)], measure: Measure) -> String {
    let mut sorted: Vec<(&str, usize)> = sizes.iter().map(|(name, size)| (*name, size.by(measure))).collect();
    sorted.sort_by_key(|(name, size)| (std::cmp::Reverse(*size), *name));
    let named = sorted.iter().take(MAX_NAMED).map(|(name, size)| format!("`{name}` {}", spaced(*size)));
    named.collect::<Vec<_>>().join(", ")
}

/// The unit of a length, in the plural.
pub(super) fn unit(measure: Measure) -> &'static str {
    match measure {
        Measure::Characters => "characters",
        Measure::Tokens => "tokens (estimated)",
    }
}

/// Formats a number with a comma before every three digits.
pub(super) fn spaced(number: usize) -> String {
    let digits = number.to_string();
    let mut spaced = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            spaced.push(',');
        }
        spaced.push(digit);
    }
    spaced
}
