//! Checks that outputs have what is required of their persona, where `only` or `not` leaves entries out of some.

use super::{Asked, MAX_NAMES};
use crate::compose::{Block, Entry, Section};
use crate::model::grammar::{Entry as Key, Keys as _, Require, Selector};
use crate::model::{Diagnostic, RequiredSection, wording};

impl<'a> Asked<'_, '_, 'a> {
    /// Names the targets whose outputs have none of these blocks; nothing if each output has one. A requirement that names
    /// targets is about their outputs only.
    pub(super) fn lacking(&self, blocks: &[&Block<'a>]) -> Option<String> {
        let (persona, wanted) = (&self.composition.persona, &self.requirement.personas.targets);
        let is_asked = |name: &str| wanted.is_empty() || wanted.iter().any(|target| target.value == name);
        let outputs = persona.targets.iter().filter(|settings| is_asked(settings.target.name));
        let lacking = outputs.filter(|settings| {
            let model = persona.model(settings);
            !blocks.iter().any(|block| block.targets.has(settings.target, model))
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
    let (only, not, target) = (Key::Only.shown(), Key::Not.shown(), Selector::Target.shown());
    finding.help(format!("change {only} or {not}, so that the output has it")).help(format!(
        "or, if the requirement is about other targets, name them as {target} in {}",
        Require::Personas.shown()
    ))
}
