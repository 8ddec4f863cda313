//! Reports limits to outputs that a profile writes and that do not limit its persona.

use super::{Lints, blocks};
use crate::compose::{Block, Composition};
use crate::model::grammar::{Entry, Keys as _};
use crate::model::{Claim, Diagnostic, Level, Source, codes, wording};

/// The most outputs that a finding names.
const MAX_NAMED: usize = 4;

impl Lints<'_> {
    /// Reports entries of the persona's own profile that more outputs have than their `only` and `not` say: another source
    /// has the same text for these, or locks it.
    pub(super) fn idle_limits(&self, composition: &Composition<'_>) -> Vec<Diagnostic> {
        blocks(composition).filter_map(|block| idle_limit(composition, block)).collect()
    }
}

fn idle_limit(composition: &Composition<'_>, block: &Block<'_>) -> Option<Diagnostic> {
    let decision = composition.decisions.get(block.address.as_str())?;
    let is_own = |claim: &&&Claim| claim.source == Source::Profile(composition.index());
    let own = decision.claims.iter().find(is_own).filter(|claim| !claim.targets.is_all())?;
    // A resolution may keep several versions, each with its own outputs.
    if decision.emitted().count() != 1 || decision.is_open {
        return None;
    }
    let persona = &composition.persona;
    let has_anyway = persona
        .targets
        .iter()
        .filter(|settings| persona.is_in(settings, &block.targets) && !persona.is_in(settings, &own.targets));
    let names: Vec<String> = has_anyway.map(|settings| format!("`{}`", settings.target.name)).collect();
    if names.is_empty() {
        return None;
    }
    let (only, not, text) = (Entry::Only.shown(), Entry::Not.shown(), Entry::Text.shown());
    let locked = decision.claims.iter().find(|claim| claim.level == Level::Locked);
    let others = || decision.claims.iter().filter(|claim| claim.source != own.source);
    let same = || others().find(|claim| claim.digest == own.digest);
    let (by, why, help) = match locked.filter(|claim| claim.source != own.source) {
        Some(locked) => {
            let help = format!("delete {only} or {not}, or change the outputs where the entry is locked");
            (*locked, "locked here, with its outputs", help)
        }
        None => {
            (*same()?, "the same text", format!("to change only the outputs of this entry, leave out {text}"))
        }
    };
    let message = format!(
        "the limit of `{}` has no effect: the {} for {} {} it too",
        block.address,
        wording::one_or_many(names.len(), "output", "outputs"),
        wording::series(&names, MAX_NAMED),
        wording::one_or_many(names.len(), "has", "have"),
    );
    let finding = Diagnostic::new(codes::IDLE_LIMIT, message);
    let limit = own.targets.describe().unwrap_or_default();
    Some(finding.at(own.span, limit).context(by.span, why).help(help).about(block.address.as_str()))
}
