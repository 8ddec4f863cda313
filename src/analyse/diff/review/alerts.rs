//! Alerts: what weakens a persona or widens what it may do.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::attribution::{Persona, Reach};
use super::{Both, Caused, Status};
use crate::analyse::diff::causes::{Cause, Edit, Touches};
use crate::analyse::diff::comparison::{Content, Difference, Row};
use crate::compose::{Composition, State, force};
use crate::model::grammar::{self, headers};
use crate::model::wording::serialize_by_name;
use crate::model::{Address, Code, Diagnostic, Force, Level, Library, Requirement, Source, address, codes};

/// Why a change needs attention, most serious first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Concern {
    /// A locked entry was removed, or is no longer locked.
    LockBroken,
    RuleRemoved,
    /// The force of a rule is lower, or the opposite.
    RuleWeakened,
    /// A locked rule is still locked, with another text.
    LockedReworded,
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
    /// What happened, as the end of a sentence; may be empty.
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
    let is_told = |alert: &Alert| {
        let place = alert.place.clone().unwrap_or_default();
        alert.addresses.iter().all(|at| told.contains(&(at.clone(), place.clone())))
    };
    alerts.retain(|alert| alert.concern != Concern::Decided || !is_told(alert));
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
                    let word =
                        |severity: Option<crate::model::Severity>| severity.map_or("off", |it| it.name());
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

/// The requirements of a workspace as written, each with what it is about.
fn requirements(library: &Library) -> BTreeMap<&str, String> {
    let subject = |requirement: &Requirement| {
        let rule = requirement.rule.as_ref().map(|rule| rule.address.value.clone());
        let section = requirement.section.as_ref().map(|section| section.kind.value.clone());
        let field = requirement.field.as_ref().map(|field| Address::Field(&field.name.value).to_string());
        rule.or(section).or(field).unwrap_or_else(|| "fragments or length".to_owned())
    };
    let text = |requirement: &Requirement| library.sources.text(requirement.span).trim();
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

impl Persona<'_, '_> {
    /// The alerts of this persona.
    pub(super) fn alerts(&self, caused: &[(usize, Reach)]) -> Vec<Alert> {
        let is_persona = |status| !matches!(status, Status::Absent | Status::Abstract);
        let [Some(old), Some(new)] = self.seen.map(|seen| seen.composition.as_ref()) else {
            return Vec::new();
        };
        if !is_persona(self.effect.before) || !is_persona(self.effect.after) {
            return Vec::new();
        }
        let of = |changes: bool| {
            let chosen = caused.iter().filter(move |(_, reach)| (*reach == Reach::Changes) == changes);
            chosen.map(|(index, _)| &self.both.causes[*index]).collect::<Vec<&Cause>>()
        };
        let (changing, other) = (of(true), of(false));
        let dropped = self.dropped_sources(old, new);
        let mut watch = Watch {
            persona: self,
            old,
            new,
            changing,
            other,
            dropped,
            removed: BTreeMap::new(),
            alerts: Vec::new(),
        };
        watch.locks();
        for row in &self.effect.rows {
            watch.row(row);
        }
        watch.tools();
        watch.fragments();
        watch.alerts
    }

    /// The names of the sources that the persona no longer has.
    fn dropped_sources(&self, old: &Composition<'_>, new: &Composition<'_>) -> BTreeSet<String> {
        let names = |composition: &Composition<'_>, side: usize| -> BTreeSet<String> {
            let sources = composition.selection.sources.iter();
            sources.map(|source| self.both.libraries[side].source_name(*source)).collect()
        };
        let kept: BTreeSet<String> = names(new, 1)
            .into_iter()
            .map(|name| self.both.renamed.get(name.as_str()).map_or(name, |from| (*from).to_owned()))
            .collect();
        names(old, 0).difference(&kept).cloned().collect()
    }
}

/// Collects the alerts of one persona. An address has only its most serious one.
struct Watch<'w, 'a> {
    persona: &'w Persona<'w, 'a>,
    old: &'w Composition<'a>,
    new: &'w Composition<'a>,
    /// The edits that change the persona.
    changing: Vec<&'w Cause>,
    /// The other edits of its sources.
    other: Vec<&'w Cause>,
    dropped: BTreeSet<String>,
    /// What was removed with a source, by concern and source.
    removed: BTreeMap<(Concern, String), Vec<String>>,
    alerts: Vec<Alert>,
}

impl Watch<'_, '_> {
    /// The entries that were locked and are no longer.
    fn locks(&mut self) {
        for (address, decision) in &self.old.decisions {
            if !is_locked(decision.claims.iter().zip(&decision.outcomes)) {
                continue;
            }
            let rows = &self.persona.effect.rows;
            let row =
                rows.iter().find(|row| row.before.as_ref().is_some_and(|before| before.address == *address));
            let now = row.and_then(|row| row.after.as_ref()).map_or(*address, |after| after.address.as_str());
            let decision = self.new.decisions.get(now);
            if decision.is_some_and(|it| it.is_open || is_locked(it.claims.iter().zip(&it.outcomes))) {
                continue;
            }
            match row {
                Some(row @ Row { after: None, .. }) => self.removed(Concern::LockBroken, "removed", row),
                Some(row) => self.add(Concern::LockBroken, now, "no longer locked".to_owned(), Some(row)),
                None => self.add(Concern::LockBroken, address, "no longer locked".to_owned(), None),
            }
        }
    }

    fn row(&mut self, row: &Row) {
        let force = |content: &Option<Content>| content.as_ref().and_then(|content| content.force);
        let (before, after) = (force(&row.before), force(&row.after));
        let text = |content: &Option<Content>| content.as_ref().map(|content| content.text.clone());
        let address = row.address();
        let is_subsumed = || {
            let decision = self.new.decisions.get(address);
            decision.is_some_and(|decision| decision.in_state(State::Subsumed).next().is_some())
        };
        match (row.difference(), before, after) {
            (Difference::OnlyBefore, Some(_), _) if !is_subsumed() => {
                self.removed(Concern::RuleRemoved, "", row);
            }
            (Difference::OnlyAfter, None, Some(Force::May)) => {
                self.add(Concern::Widened, address, "permitted".to_owned(), Some(row));
            }
            (Difference::Force, Some(from), Some(to)) if force::weakens(from, to) => {
                let what = format!("{} \u{2192} {}", from.capitals(), to.capitals());
                self.add(Concern::RuleWeakened, address, what, Some(row));
            }
            (Difference::Force | Difference::Wording, Some(_), None) => {
                self.add(Concern::RuleWeakened, address, "no longer a rule".to_owned(), Some(row));
            }
            (Difference::Wording | Difference::Force, Some(_), Some(_)) if self.is_locked_now(address) => {
                self.add(Concern::LockedReworded, address, String::new(), Some(row));
            }
            _ => {}
        }
        if row.difference() == Difference::Conflict {
            return;
        }
        let changed = [text(&row.before), text(&row.after)];
        match Address::parse(address) {
            Address::TargetKey { key, .. } => {
                let [from, to] = &changed;
                if let Some(concern) = setting_concern(key, from.as_deref(), to.as_deref()) {
                    let word = |text: &Option<String>| text.clone().unwrap_or_else(|| "not set".to_owned());
                    self.add(concern, address, format!("{} \u{2192} {}", word(from), word(to)), None);
                }
            }
            of if of == Address::DESCRIPTION && self.is_called_by_description() => {
                self.add(Concern::DescriptionChanged, address, String::new(), None);
            }
            _ => {}
        }
    }

    fn is_locked_now(&self, address: &str) -> bool {
        let decision = self.new.decisions.get(address);
        decision.is_some_and(|decision| is_locked(decision.claims.iter().zip(&decision.outcomes)))
    }

    /// Returns whether a program chooses the agent by its description.
    fn is_called_by_description(&self) -> bool {
        let targets = [self.old, self.new].into_iter().flat_map(|composition| &composition.persona.targets);
        targets.into_iter().any(|settings| settings.target.description.is_some_and(|rule| rule.decides))
    }

    /// The tools that are newly allowed, or no longer denied.
    fn tools(&mut self) {
        let (old, new) = (&self.old.persona, &self.new.persona);
        let more = |all: &[&str], than: &[&str]| -> Vec<String> {
            let more = all.iter().filter(|name| !than.contains(*name));
            more.map(|name| (*name).to_owned()).collect()
        };
        let allowed = match (&old.allow, &new.allow) {
            (Some(_), None) => "allows every tool".to_owned(),
            (Some(old), Some(new)) => listed("allows", &more(new, old)),
            (None, _) => String::new(),
        };
        let undenied = listed("no longer denies", &more(&old.deny, &new.deny));
        for (at, what) in [(Address::Allow, allowed), (Address::Deny, undenied)] {
            if !what.is_empty() {
                self.add(Concern::Widened, &at.to_string(), what, None);
            }
        }
    }

    /// The rules that went with a source, and the fragments that took something else along.
    fn fragments(&mut self) {
        for ((concern, source), addresses) in std::mem::take(&mut self.removed) {
            let removed = if concern == Concern::LockBroken { "removed with" } else { "with" };
            let noun = if self.is_fragment(&source) { "fragment " } else { "" };
            let place = self.place_of(&source);
            self.push(concern, addresses, format!("{removed} {noun}{source}"), None, place);
            self.dropped.remove(&source);
        }
        for source in std::mem::take(&mut self.dropped) {
            let is_from = |row: &Row| {
                let origin = row.before.as_ref().and_then(|before| before.origin.as_ref());
                origin.is_some_and(|origin| origin.source == source)
            };
            if self.is_fragment(&source) && self.persona.effect.rows.iter().any(is_from) {
                let place = self.place_of(&source);
                self.push(Concern::FragmentDropped, vec![source], String::new(), None, place);
            }
        }
    }

    fn is_fragment(&self, source: &str) -> bool {
        self.persona.both.libraries[0]
            .source_by_name(source)
            .is_some_and(|it| matches!(it, Source::Fragment(_)))
    }

    /// Records the removal of an entry: with others of the same source if the persona no longer has the source.
    fn removed(&mut self, concern: Concern, what: &str, row: &Row) {
        if self.is_told(row.address()) {
            return;
        }
        let origin = row.before.as_ref().and_then(|before| before.origin.as_ref());
        match origin.filter(|origin| self.dropped.contains(&origin.source)) {
            Some(origin) => {
                let key = (concern, origin.source.clone());
                self.removed.entry(key).or_default().push(row.address().to_owned());
            }
            None => self.add(concern, row.address(), what.to_owned(), Some(row)),
        }
    }

    fn add(&mut self, concern: Concern, address: &str, what: String, row: Option<&Row>) {
        if self.is_told(address) {
            return;
        }
        let content = row.and_then(|row| row.after.as_ref().or(row.before.as_ref()));
        let text = content.map(|content| {
            let force = content.force.map_or(String::new(), |force| format!("{} ", force.capitals()));
            format!("{force}{}", content.unfilled())
        });
        let origin = content.and_then(|content| content.origin.as_ref());
        let place = self.place(address).or_else(|| origin.map(|origin| origin.place.clone()));
        self.push(concern, vec![address.to_owned()], what, text, place);
    }

    fn push(
        &mut self,
        concern: Concern,
        addresses: Vec<String>,
        what: String,
        text: Option<String>,
        place: Option<String>,
    ) {
        let personas = vec![self.persona.effect.profile.clone()];
        self.alerts.push(Alert { concern, addresses, what, text, place, personas });
    }

    fn is_told(&self, address: &str) -> bool {
        let mut told = self.alerts.iter().map(|alert| &alert.addresses).chain(self.removed.values());
        told.any(|addresses| addresses.iter().any(|told| told == address))
    }

    /// The place of the edit that changed an address: one about the address itself, or else one about what it is in.
    fn place(&self, address: &str) -> Option<String> {
        let is_about = |cause: &&&Cause| match &cause.touches {
            Touches::AtOrIn(target) => address == target || address.starts_with(&format!("{target}.")),
            _ => cause.what == address,
        };
        let includes = |cause: &&&Cause| match &cause.touches {
            Touches::Claims(addresses, _) => addresses.contains(address),
            _ => false,
        };
        let mut causes = self.changing.iter().chain(&self.other);
        let cause = causes.find(is_about).or_else(|| self.changing.iter().find(includes));
        let cause = cause.or_else(|| self.changing.first().filter(|_| self.changing.len() == 1));
        cause.map(|cause| cause.place())
    }

    /// The place of the edit that took a source away.
    fn place_of(&self, source: &str) -> Option<String> {
        let name = source.rsplit_once("profiles/").map_or(source, |(_, name)| name);
        let is_about = |cause: &&&Cause| cause.what.split(' ').next_back() == Some(name);
        let cause = self.changing.iter().find(is_about).or_else(|| self.changing.first());
        cause.map(|cause| cause.place())
    }
}

/// Returns whether a locked claim is in the persona.
fn is_locked<'c>(
    mut claims: impl Iterator<Item = (&'c &'c crate::model::Claim, &'c (State, crate::compose::Cause))>,
) -> bool {
    claims.any(|(claim, (state, _))| {
        let applies = matches!(state, State::Emitted | State::Agreed | State::Refined);
        claim.level == Level::Locked && applies
    })
}

/// A verb and names; nothing without names.
fn listed(verb: &str, names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!("{verb} {}", names.join(", ")) }
}

/// What a change of a target's setting is about, if it needs attention.
fn setting_concern(key: &str, from: Option<&str>, to: Option<&str>) -> Option<Concern> {
    // How much a mode permits without asking; a mode that is not set is the default.
    let permits = |mode: Option<&str>| match mode {
        Some("plan") => 0,
        Some("acceptEdits") => 2,
        Some("auto") => 3,
        Some("bypassPermissions") => 4,
        _ => 1,
    };
    let widened = match key {
        "model" => return Some(Concern::ModelChanged),
        "permissionMode" => permits(to) > permits(from),
        "mcpServers" | "skills" => to.is_some(),
        // A hook may be what guards a tool.
        "hooks" => true,
        "isolation" => to.is_none(),
        _ => false,
    };
    widened.then_some(Concern::Widened)
}
