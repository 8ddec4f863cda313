//! Checks that outputs have what is required of their persona, where `only` or `not` leaves entries out of some.

use std::borrow::Cow;

use super::{Asked, MAX_NAMES};
use crate::compose::{Block, Entry, Section, TargetSettings};
use crate::model::grammar::{Entry as Key, Keys as _, Require, Selector as Select};
use crate::model::{Diagnostic, RequiredSection, Selector, wording};

/// Returns whether a requirement for these personas is about their outputs for a target: those that it names, or all.
pub(in crate::check) fn is_about(personas: &Selector, target: &str) -> bool {
    personas.targets.is_empty() || personas.targets.iter().any(|named| named.value == target)
}

impl<'a> Asked<'_, '_, 'a> {
    /// Reports what an output of another persona, which holds this one, lacks of it. What is wrong in every output is a
    /// finding about the persona itself.
    pub(super) fn breaches_in_holder(&self) -> Vec<Diagnostic> {
        let rule = self.requirement.rule.as_ref().filter(|wanted| !self.is_open(&wanted.address.value));
        let sections = &self.composition.persona.sections;
        let section = self.requirement.section.as_ref().and_then(|wanted| {
            let section = sections.iter().find(|section| section.kind == wanted.kind.value)?;
            self.absent_section(section, wanted)
        });
        rule.and_then(|wanted| self.absent_rule_of_persona(wanted)).into_iter().chain(section).collect()
    }

    /// Names the targets whose outputs have none of these blocks; nothing if each output has one. A requirement that names
    /// targets is about their outputs only.
    pub(super) fn lacking(&self, blocks: &[&Block<'a>]) -> Option<String> {
        let (persona, personas) = (&self.composition.persona, &self.requirement.personas);
        let outputs: Vec<Cow<'_, TargetSettings<'a>>> = match self.holder {
            None => persona.targets.iter().map(Cow::Borrowed).collect(),
            Some(target) => vec![persona.settings(target)],
        };
        let lacking = outputs.iter().filter(|settings| {
            is_about(personas, settings.target.name)
                && !blocks.iter().any(|block| persona.is_in(settings, &block.targets))
        });
        let names: Vec<String> = lacking.map(|settings| format!("`{}`", settings.target.name)).collect();
        (!names.is_empty()).then(|| wording::series(names, MAX_NAMES))
    }

    /// Reports a section that some outputs of the persona do not have.
    pub(super) fn absent_section(
        &self,
        section: &Section<'a>,
        wanted: &RequiredSection,
    ) -> Option<Diagnostic> {
        // A conflict stands for entries of every output.
        if section.entries.iter().any(|entry| matches!(entry, Entry::Conflict(_))) {
            return None;
        }
        let blocks: Vec<&Block<'a>> = section.blocks().collect();
        let lacking = self.lacking(&blocks)?;
        let message = format!("the required section `{}` is not in the output for {lacking}", section.kind);
        Some(located(self.breach(message, wanted.kind.span), &blocks))
    }
}

/// Adds where the entries that an output lacks are written, and what to change.
pub(super) fn located(finding: Diagnostic, blocks: &[&Block<'_>]) -> Diagnostic {
    let places = blocks.iter().take(MAX_NAMES);
    let finding = places.fold(finding, |finding, block| {
        let limit = block.targets.describe().unwrap_or_default();
        finding.context(block.origin.span(), limit)
    });
    let (only, not, target) = (Key::Only.shown(), Key::Not.shown(), Select::Target.shown());
    finding.help(format!("change {only} or {not}, so that the output has it")).help(format!(
        "or, if the requirement is about other targets, name them as {target} in {}",
        Require::Personas.shown()
    ))
}
