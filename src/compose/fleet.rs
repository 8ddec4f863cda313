//! Invariants over the fleet: the rules that every persona of a kind must carry.

use super::resolve::{Relation, relation, strength};
use super::{Composition, State};
use crate::model::{Claim, Diagnostic, Force, Library, Requirement, codes};

/// Reports each `[[require]]` of cento.toml that the persona breaks.
pub(super) fn check(library: &Library, composition: &Composition<'_>) -> Vec<Diagnostic> {
    let requirements = library.config.requirements.iter();
    requirements
        .filter(|requirement| selects(library, requirement, composition))
        .filter_map(|requirement| violation(composition, requirement))
        .collect()
}

fn selects(library: &Library, requirement: &Requirement, composition: &Composition<'_>) -> bool {
    let selector = &requirement.personas;
    let persona = &composition.persona;
    let is = |wanted: &Option<crate::model::Text>, holds: &dyn Fn(&str) -> bool| {
        wanted.as_ref().is_none_or(|text| holds(&text.value))
    };
    is(&selector.tag, &|tag| persona.tags.contains(&tag))
        && is(&selector.name, &|name| composition.profile.id == name)
        && is(&selector.target, &|name| persona.targets.iter().any(|settings| settings.target.name == name))
        && is(&selector.extends, &|parent| {
            let mut lineage = composition.lineage.iter().map(|index| &library.profiles[*index as usize].id);
            composition.profile.id != parent && lineage.any(|id| id == parent)
        })
}

fn violation(composition: &Composition<'_>, requirement: &Requirement) -> Option<Diagnostic> {
    let id = &composition.profile.id;
    let rule = requirement.rule.value.as_str();
    let decision = composition.decisions.get(rule);
    if decision.is_some_and(|decision| decision.in_state(State::Conflicted).next().is_some()) {
        return None;
    }
    let standing: Vec<&Claim> = decision.into_iter().flat_map(|decision| decision.emitted()).collect();
    let set = decision
        .and_then(|decision| decision.resolution)
        .and_then(|settled| settled.resolution.force.as_ref());
    let enough = |force: Force| requirement.force.is_none_or(|wanted| covers(force, wanted));
    if standing.iter().filter_map(|claim| claim.force()).chain(set.map(|force| force.value)).any(enough) {
        return None;
    }
    let wanted = requirement.force.map_or("rule", Force::name);
    let message = match standing.first().and_then(|claim| claim.force()) {
        Some(force) => format!("`{rule}` is `{}` in `{id}`, and must be at least `{wanted}`", force.name()),
        None => format!("`{id}` must carry the {wanted} `{rule}`, and does not"),
    };
    let mut finding = Diagnostic::new(codes::REQUIREMENT, message).at(requirement.rule.span, "required here");
    if let Some(claim) = standing.first() {
        finding = finding.context(claim.span, "what the persona says");
    }
    if let Some(decision) = decision {
        for (_, removal) in &decision.removals {
            finding = finding.context(removal.target.span, "removed here");
        }
    }
    if let Some(reason) = &requirement.reason {
        finding = finding.note(format!("reason: {}", reason.value));
    }
    let help = match decision {
        Some(_) => "let the persona keep the rule, or narrow `personas` in cento.toml",
        None => "use the fragment that holds the rule, or narrow `personas` in cento.toml",
    };
    Some(finding.help(help).in_persona(id).about(rule))
}

/// Whether a rule of this force says all that one of the wanted force would.
fn covers(force: Force, wanted: Force) -> bool {
    match relation(force, wanted) {
        Relation::Agree => true,
        Relation::Absorb => strength(force) > strength(wanted),
        Relation::Tension | Relation::Contradiction => false,
    }
}
