//! Budgets of `[[require]]`: the maximum length of a persona or of one of its sections.

use super::require::outputs::is_about;
use super::require::{selects, with_reason};
use crate::compose::{Composition, Persona, TargetSettings};
use crate::model::{Budget, Claim, Diagnostic, Extent, Library, Measure, Requirement, Span, codes};
use crate::render::{markdown, render};
use crate::text::tokens;

/// The maximum number of sections or personas that a finding names.
const MAX_NAMED: usize = 4;

/// Reports each budget that the persona exceeds.
pub(crate) fn check(library: &Library, composition: &Composition<'_>) -> Vec<Diagnostic> {
    let requirements = library.config.requirements.iter().filter(|requirement| {
        !requirement.budgets.is_empty() && selects(library, &requirement.personas, composition)
    });
    let mut sizes = Sizes { composition, outputs: None, sections: None };
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

/// The sizes of a persona's outputs and of their sections, computed on demand.
struct Sizes<'c, 'a> {
    composition: &'c Composition<'a>,
    /// Of each output.
    outputs: Option<Vec<Size>>,
    /// The sections of each output, by kind. One list for all outputs, if none leaves entries out.
    sections: Option<Vec<Vec<(&'a str, Size)>>>,
}

impl<'a> Sizes<'_, 'a> {
    fn outputs(&mut self) -> &[Size] {
        let composition = self.composition;
        self.outputs.get_or_insert_with(|| {
            let targets = composition.persona.targets.iter();
            targets.map(|settings| Size::of(render(composition, settings).text())).collect()
        })
    }

    /// The sections of the output with this number.
    fn sections(&mut self, output: usize) -> &[(&'a str, Size)] {
        let persona = &self.composition.persona;
        let lists = self.sections.get_or_insert_with(|| {
            let of = |persona: &Persona<'a>| {
                let sections = persona.sections.iter();
                sections
                    .map(|section| (section.kind, Size::of(&markdown::section(persona, section))))
                    .collect()
            };
            let limited: Vec<_> =
                persona.targets.iter().map(|settings| persona.limited_to(settings)).collect();
            match limited.iter().all(Option::is_none) {
                true => vec![of(persona)],
                false => limited.iter().map(|limited| of(limited.as_ref().unwrap_or(persona))).collect(),
            }
        });
        lists.get(output).or(lists.first()).map_or(&[], Vec::as_slice)
    }

    /// The longest output, or the one with the longest section of this kind, of those that a requirement is about.
    fn longest(&mut self, requirement: &Requirement, budget: &Budget) -> Option<(usize, usize)> {
        let targets = &self.composition.persona.targets;
        let asked: Vec<usize> = (0..targets.len())
            .filter(|at| is_about(&requirement.personas, targets[*at].target.name))
            .collect();
        let sizes = asked.into_iter().filter_map(|at| {
            let size = match &budget.section {
                None => *self.outputs().get(at)?,
                Some(wanted) => self.sections(at).iter().find(|(kind, _)| *kind == wanted.value)?.1,
            };
            Some((at, size.by(budget.measure)))
        });
        sizes.max_by_key(|(at, size)| (*size, std::cmp::Reverse(*at)))
    }

    fn check(&mut self, requirement: &Requirement, budget: &Budget) -> Option<Diagnostic> {
        let (measure, most) = (budget.measure, budget.most.value);
        let id = &self.composition.profile.id;
        // The longest must fit.
        let (at, size) = self.longest(requirement, budget)?;
        let settings = self.composition.persona.targets.get(at)?;
        let output = format!("`{id}` for target `{}`", settings.target.name);
        let (what, whose) = match &budget.section {
            None => (output, String::new()),
            Some(section) => {
                let is_limited = self.sections.as_ref().is_some_and(|lists| lists.len() > 1);
                let owner = if is_limited { output } else { format!("`{id}`") };
                (
                    format!("the section `{}` of {owner}", section.value),
                    format!(" in the section `{}`", section.value),
                )
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
        if let Some(span) = self.longest_text(budget, settings) {
            finding = finding.context(span, "the longest text");
        }
        finding = with_reason(requirement, finding);
        if measure == Measure::Tokens {
            finding = finding.note(tokens::METHOD);
        }
        if budget.section.is_none() {
            finding = finding.note(format!("longest sections: {}", longest(self.sections(at), measure)));
        }
        Some(
            finding.help(format!(
                "shorten or remove at least {} of them, or raise the limit",
                spaced(size - most)
            )),
        )
    }

    /// Returns the span of the longest text that counts towards the budget.
    fn longest_text(&self, budget: &Budget, settings: &TargetSettings<'a>) -> Option<Span> {
        let is_in = |claim: &Claim| self.composition.persona.is_in(settings, &claim.targets);
        let claims = self.composition.decisions.values().flat_map(|decision| decision.emitted());
        let counts = |section: &str| budget.section.as_ref().is_none_or(|wanted| wanted.value == section);
        let blocks = claims.filter(|claim| counts(claim.address.section()) && is_in(claim));
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
