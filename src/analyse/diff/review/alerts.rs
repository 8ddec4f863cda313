//! Alerts: changes that weaken a persona or widen its permissions.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Both, Caused};
use crate::analyse::diff::causes::{Cause, Edit};
use crate::model::grammar::{self, headers};
use crate::model::wording::serialize_by_name;
use crate::model::{Address, Code, Diagnostic, Library, Requirement, Severity, address, codes};

/// Why a change needs attention, most serious first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Concern {
    /// A locked entry was removed, or is no longer locked.
    LockBroken,
    RuleRemoved,
    /// The force of a rule is lower, or the opposite.
    RuleWeakened,
    /// A locked rule is still locked, with another text.
    LockedReworded,
    /// The words of a rule are weaker: an exception, another number, or less.
    RuleReworded,
    RequirementUnmet,
    /// A requirement or the severity of a finding was lowered.
    CheckLoosened,
    /// More tools or permissions.
    Widened,
    /// A resolution or removal is about a text that has changed since.
    DecisionStale,
    /// A resolution or removal is new, or was changed.
    Decided,
    FragmentDropped,
    ModelChanged,
    /// The description by which an agent is chosen.
    DescriptionChanged,
}

impl Concern {
    /// The concern in words.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Concern::LockBroken => "lock broken",
            Concern::RuleRemoved => "rule removed",
            Concern::RuleWeakened => "rule weakened",
            Concern::LockedReworded => "locked rule reworded",
            Concern::RuleReworded => "rule reworded",
            Concern::RequirementUnmet => "requirement not met",
            Concern::CheckLoosened => "check loosened",
            Concern::Widened => "permission widened",
            Concern::DecisionStale => "decision stale",
            Concern::Decided => "decision recorded",
            Concern::FragmentDropped => "fragment dropped",
            Concern::ModelChanged => "model changed",
            Concern::DescriptionChanged => "description changed",
        }
    }

    /// Returns whether it takes protection away.
    pub(crate) fn is_serious(self) -> bool {
        self <= Concern::Widened
    }
}

serialize_by_name!(Concern::name);

/// A change that needs attention.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Alert {
    pub concern: Concern,
    /// The addresses, or the fragment.
    pub addresses: Vec<String>,
    /// What happened, worded as the end of a sentence; may be empty.
    pub what: String,
    /// The text that a rule has, or had.
    pub text: Option<String>,
    /// The place of the edit as `path:line`.
    pub place: Option<String>,
    /// The profiles of the personas; empty for a change of the workspace.
    pub personas: Vec<String>,
}

/// Unites equal alerts of several personas, and sorts them: the most serious first, then those of most personas.
pub(super) fn united(mut alerts: Vec<Alert>) -> Vec<Alert> {
    alerts.sort();
    alerts.dedup_by(|next, first| {
        let mut personas = std::mem::take(&mut first.personas);
        let is_same = Alert { personas: next.personas.clone(), ..first.clone() } == *next;
        if is_same {
            personas.append(&mut next.personas);
        }
        first.personas = personas;
        is_same
    });
    // The removal that breaks a lock or removes a rule is shown there.
    let told: BTreeSet<(String, String)> = alerts
        .iter()
        .filter(|alert| alert.concern < Concern::Decided)
        .flat_map(|alert| {
            alert.addresses.iter().map(|at| (at.clone(), alert.place.clone().unwrap_or_default()))
        })
        .collect();
    let is_reported = |alert: &Alert| {
        let place = alert.place.clone().unwrap_or_default();
        alert.addresses.iter().all(|at| told.contains(&(at.clone(), place.clone())))
    };
    alerts.retain(|alert| alert.concern != Concern::Decided || !is_reported(alert));
    alerts.sort_by_key(|alert| (alert.concern, std::cmp::Reverse(alert.personas.len())));
    alerts
}

impl Both<'_> {
    /// The alerts that follow from the edits and from new findings.
    pub(super) fn workspace_alerts(&self, causes: &[Caused], found: &[Diagnostic]) -> Vec<Alert> {
        let mut alerts: Vec<Alert> = found.iter().filter_map(|finding| self.finding_alert(finding)).collect();
        alerts.extend(causes.iter().filter_map(decision_alert));
        alerts.extend(self.loosened_checks());
        alerts
    }

    fn finding_alert(&self, finding: &Diagnostic) -> Option<Alert> {
        let concerns = [
            (codes::REQUIREMENT, Concern::RequirementUnmet),
            (codes::STALE_RESOLUTION, Concern::DecisionStale),
            (codes::STALE_REMOVAL, Concern::DecisionStale),
            (codes::STALE_ACCEPTANCE, Concern::DecisionStale),
        ];
        let (_, concern) = concerns.into_iter().find(|(code, _)| finding.code.name == code.name)?;
        let sources = &self.libraries[1].sources;
        Some(Alert {
            concern,
            addresses: Vec::new(),
            what: finding.message.clone(),
            text: None,
            place: finding.labels.first().map(|label| sources.place(label.span)),
            personas: finding.personas.iter().cloned().collect(),
        })
    }

    /// The requirements and severities that were lowered.
    fn loosened_checks(&self) -> Vec<Alert> {
        let [earlier, later] = self.libraries;
        let loosened = |cause: &Cause, what: String| Alert {
            concern: Concern::CheckLoosened,
            addresses: Vec::new(),
            what,
            text: None,
            place: Some(cause.place()),
            personas: Vec::new(),
        };
        let of_config = self.causes.iter().filter(|cause| cause.source == [None, None]);
        let mut alerts = Vec::new();
        for cause in of_config {
            match Address::parse(&cause.what) {
                Address::Body(key) if key == grammar::Config::Require.name() => {
                    let kept = requirements(later);
                    let lost = requirements(earlier).into_iter().filter(|(text, _)| !kept.contains_key(text));
                    alerts.extend(lost.map(|(_, what)| {
                        loosened(cause, format!("{} about {what} removed or changed", headers(key)))
                    }));
                }
                Address::Body(place) if address::section(place) == grammar::Config::Severity.name() => {
                    let Some(code) = Code::from_name(address::below_section(place)) else { continue };
                    let [before, after] = [earlier, later].map(|library| library.config.severities.of(code));
                    let word = |severity: Option<Severity>| severity.map_or("off", |it| it.name());
                    if after < before {
                        let what = format!("`{}`: {} \u{2192} {}", code.name, word(before), word(after));
                        alerts.push(loosened(cause, what));
                    }
                }
                _ => {}
            }
        }
        alerts
    }
}

/// The requirements of a workspace as written, each with its subject.
fn requirements(library: &Library) -> BTreeMap<&str, String> {
    let subject = |requirement: &Requirement| {
        let rule = requirement.rule.as_ref().map(|rule| rule.address.value.clone());
        let section = requirement.section.as_ref().map(|section| section.kind.value.clone());
        let field = requirement.field.as_ref().map(|field| Address::Field(&field.name.value).to_string());
        rule.or(section).or(field).unwrap_or_else(|| "fragments or length".to_owned())
    };
    // The span is that of the header.
    let text = |requirement: &Requirement| {
        let text = library.sources.file(requirement.span.file).text();
        let rest = text.get(requirement.span.range().start..).unwrap_or_default();
        let end = rest.match_indices("\n[").next().map_or(rest.len(), |(at, _)| at);
        rest[..end].trim()
    };
    library.config.requirements.iter().map(|it| (text(it), subject(it))).collect()
}

/// The alert of an edit that records a resolution or a removal.
fn decision_alert(caused: &Caused) -> Option<Alert> {
    let Caused { cause, changes, .. } = caused;
    let words = [grammar::Profile::Resolve, grammar::Profile::Remove].map(|key| headers(key.name()));
    let (word, at) = words.iter().find_map(|word| Some((word, cause.what.strip_prefix(word.as_str())?)))?;
    if cause.edits.contains(&Edit::Removed) {
        return None;
    }
    let verb = match cause.edits.first() {
        Some(Edit::Added) => "added",
        Some(Edit::Changed { to }) => to,
        _ => "changed",
    };
    Some(Alert {
        concern: Concern::Decided,
        addresses: vec![at.trim().to_owned()],
        what: format!("{word} {verb}"),
        text: None,
        place: Some(cause.place()),
        personas: changes.clone(),
    })
}
