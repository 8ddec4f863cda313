//! Invariants over the fleet: the rules that every persona of a kind must carry.

use std::collections::BTreeSet;

use super::force::absorbs;
use super::{Composition, State};
use crate::model::{Claim, Diagnostic, Force, Library, Requirement, Severity, codes, did_you_mean};

/// Warns of each `[[require]]` of cento.toml that selects none of these personas: a misspelt tag
/// would otherwise never be enforced.
pub fn idle(library: &Library, compositions: &[Composition<'_>]) -> Vec<Diagnostic> {
    let requirements = library.config.requirements.iter();
    let idle = requirements
        .filter(|requirement| {
            let mut concrete = compositions.iter().filter(|composition| !composition.profile.is_abstract);
            !concrete.any(|composition| selects(library, requirement, composition))
        })
        .map(|requirement| {
            let message = format!("no persona has to carry `{}`: none is selected", requirement.rule.value);
            let mut finding = Diagnostic::new(codes::REQUIREMENT, message).at(requirement.rule.span, "");
            finding.severity = Severity::Warning;
            let tags: BTreeSet<&str> = compositions
                .iter()
                .flat_map(|composition| composition.persona.tags.iter().copied())
                .collect();
            match &requirement.personas.tag {
                Some(tag) if !tags.contains(tag.value.as_str()) => finding
                    .context(tag.span, "no persona has this tag")
                    .help_if(did_you_mean(&tag.value, tags)),
                _ => finding.help("correct `personas`, or delete the [[require]]"),
            }
        });
    library.config.severities.applied(idle.collect())
}

/// Reports each `[[require]]` of cento.toml that the persona breaks.
pub(super) fn check(library: &Library, composition: &Composition<'_>) -> Vec<Diagnostic> {
    let requirements = library.config.requirements.iter();
    requirements
        .filter(|requirement| selects(library, requirement, composition))
        .filter_map(|requirement| violation(library, composition, requirement))
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

fn violation(
    library: &Library,
    composition: &Composition<'_>,
    requirement: &Requirement,
) -> Option<Diagnostic> {
    let id = &composition.profile.id;
    let rule = requirement.rule.value.as_str();
    let decision = composition.decisions.get(rule);
    if decision.is_some_and(|decision| decision.in_state(State::Conflicted).next().is_some()) {
        return None;
    }
    let standing: Vec<&Claim> = decision.into_iter().flat_map(|decision| decision.emitted()).collect();
    let set = decision.and_then(|decision| decision.set_force());
    let enough = |force: Force| requirement.force.is_none_or(|wanted| covers(force, wanted));
    if standing.iter().filter_map(|claim| claim.force()).chain(set).any(enough) {
        return None;
    }
    let wanted = requirement.force.map_or("rule", Force::name);
    let message = match standing.first().and_then(|claim| claim.force()).or(set) {
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
    let holder = library.fragments.values().find(|fragment| {
        fragment.claims.iter().any(|claim| claim.address.as_str() == rule && claim.force().is_some())
    });
    let path = library.profile_path(composition.profile);
    let help = match (decision, holder) {
        (Some(_), _) => "let the persona keep the rule, or narrow `personas` in cento.toml".to_owned(),
        (None, Some(holder)) => format!("add \"{}\" to `use` in {path}: it holds the rule", holder.id),
        (None, None) => {
            let all = library.fragments.values().flat_map(|fragment| &fragment.claims);
            let rules = all.filter(|claim| claim.force().is_some()).map(|claim| claim.address.as_str());
            let near = did_you_mean(rule, rules).filter(|help| help.starts_with("did"));
            near.unwrap_or_else(|| {
                "no fragment holds this rule: write one, or correct its address".to_owned()
            })
        }
    };
    Some(finding.help(help).in_persona(id).about(rule))
}

/// Whether a rule of this force says all that one of the wanted force would.
fn covers(force: Force, wanted: Force) -> bool {
    force == wanted || absorbs(force, wanted)
}
