//! Findings about resolutions that were not applied, decide nothing, or are not pinned.

use std::collections::{BTreeMap, BTreeSet};

use super::super::State;
use super::{MAX_SIDES, Reporter};
use crate::compose::merge::{Conflict, Problem, Settled, Side};
use crate::compose::merge::{hashes, is_stale, moves};
use crate::model::Statement;
use crate::model::grammar::{self, BOTH, Keys as _, Resolve};
use crate::model::{Address, Choice, Claim, Diagnostic, Force, Level, Resolution, codes, is_hash_of};

impl<'a> Reporter<'_, 'a> {
    pub(super) fn stale(
        &self,
        conflict: &Conflict<'a>,
        settled: Settled<'a>,
        obstacle: Option<&Problem<'a>>,
    ) -> Diagnostic {
        let resolution = settled.resolution;
        let message = format!("the resolution of `{}` is out of date and was not applied", conflict.at);
        let finding = Diagnostic::new(codes::STALE_RESOLUTION, message);
        let finding = finding.at(resolution.at.span, "decided here");
        let finding = self.point_at_sides(finding, conflict);
        let finding = finding.reason(resolution.reason.as_ref());
        let finding = finding.note(format!("then -> now:\n{}", compare(resolution, &conflict.sides)));
        let finding = self.routes(finding, &conflict.sides);
        let decider = &self.library.profiles[settled.profile].id;
        let is_own = decider == self.id();
        let moves = moves(resolution, &conflict.sides);
        let is_there = |name: &str| conflict.sides.iter().any(|side| side.name == name);
        let renamed = |name: &str| moves.iter().find(|(old, _)| *old == name && !is_there(old));
        let current = |name: &'a str| renamed(name).map_or(name, |(_, new)| *new);
        let seen = resolution.pins().map(|(name, _)| current(name));
        let is_of_parent = || {
            seen.collect::<BTreeSet<_>>() == conflict.sides.iter().map(|side| side.name.as_str()).collect()
        };
        let command = format!("cento resolve {decider} {} --reaffirm", conflict.at);
        // A command that would be refused is not offered.
        let finding = match (is_own || is_of_parent(), obstacle) {
            (true, None) if is_own => {
                let follows = match &resolution.choice {
                    Choice::Take(name) => moves.iter().find(|(old, _)| *old == name.value),
                    _ => None,
                };
                let follows = follows.map(|(_, new)| format!(" (it then takes {new})")).unwrap_or_default();
                finding.help(format!("if the decision still holds{follows}:\n    {command}"))
            }
            (true, None) => return finding.help(format!("confirm it where it was decided:\n    {command}")),
            (true, Some(obstacle)) => {
                let why = match obstacle {
                    Problem::NotASide => {
                        "the side that it takes is gone, now has the text of a side that lost, or leaves the conflict open"
                    }
                    _ => "it would not apply to these sides",
                };
                finding.note(format!("it cannot be reaffirmed, because {why}"))
            }
            (false, _) => finding
                .note(format!("`{decider}` decided for its own sources; `{}` has different ones", self.id())),
        };
        match is_own {
            true => self.changed_mind(finding, conflict),
            false => self.choices(finding, conflict),
        }
    }

    fn changed_mind(&self, finding: Diagnostic, conflict: &Conflict<'a>) -> Diagnostic {
        let names: Vec<_> = conflict.choices().take(MAX_SIDES).map(|side| side.name.as_str()).collect();
        let locked =
            conflict.sides.iter().flat_map(|side| &side.claims).any(|claim| claim.level == Level::Locked);
        let breaks = if locked { " --breaks-lock" } else { "" };
        let command =
            format!("cento resolve {} {} --take SIDE --reason \"...\"{breaks}", self.id(), conflict.at);
        finding
            .help(format!("to decide again:\n    {command}\n    where SIDE is one of: {}", names.join(", ")))
    }

    pub(super) fn rivals(
        &self,
        conflict: &Conflict<'a>,
        first: Settled<'a>,
        second: Settled<'a>,
    ) -> Diagnostic {
        let message = format!("two parents resolve `{}` differently", conflict.at);
        let mut finding = Diagnostic::new(codes::CONFLICT, message);
        for settled in [first, second] {
            let profile = &self.library.profiles[settled.profile].id;
            finding = finding.at(
                settled.resolution.at.span,
                format!("`{profile}` {}", settled.resolution.choice.describe(str::to_owned)),
            );
            if let Some(reason) = &settled.resolution.reason {
                finding = finding.note(format!("reason of `{profile}`: \"{}\"", reason.value));
            }
        }
        let finding = self.routes(self.point_at_sides(finding, conflict), &conflict.sides);
        self.choices(finding, conflict)
    }

    /// Reports a conflict that a parent's resolution does not settle, with the reason.
    pub(super) fn beyond_parent(
        &self,
        conflict: &Conflict<'a>,
        settled: Settled<'a>,
        why: impl FnOnce(&str) -> String,
    ) -> Diagnostic {
        let parent = &self.library.profiles[settled.profile].id;
        let decided = format!("`{parent}` {}", settled.resolution.choice.describe(str::to_owned));
        self.open_conflict(conflict).context(settled.resolution.at.span, decided).note(why(parent))
    }

    pub(super) fn bad_resolution(
        &self,
        conflict: &Conflict<'a>,
        settled: Settled<'a>,
        problem: &Problem<'a>,
    ) -> Diagnostic {
        let resolution = settled.resolution;
        let at = &conflict.at;
        let (message, span, help) = match (problem, &resolution.choice) {
            (Problem::NotASide, Choice::Take(name)) => {
                let (message, help) = not_a_side(conflict, &name.value);
                (message, name.span, help)
            }
            (Problem::KeepsOneValue, Choice::KeepBoth(span)) => (
                format!(
                    "`{at}` has a single value, so `{} = \"{BOTH}\"` is not possible",
                    Resolve::Keep.name()
                ),
                *span,
                format!("use {} or {}", Resolve::Take.shown(), Resolve::Set.shown()),
            ),
            (Problem::Lock, _) => (
                format!("this resolution overrides a locked claim at `{at}`"),
                resolution.at.span,
                format!("to break the lock, add `{} = true`", Resolve::BreaksLock.name()),
            ),
            (Problem::WrongValue(expected), Choice::Set(value)) => {
                (format!("`{at}` must be {expected}"), value.span, "correct the value".to_owned())
            }
            (Problem::NeedsForce, Choice::Set(value)) => (
                format!(
                    "{} at `{at}` needs a force, because the rules contradict each other",
                    Resolve::Set.shown()
                ),
                value.span,
                format!("add one, for example `{} = \"{}\"`", Resolve::Force.name(), Force::Never.name()),
            ),
            (Problem::Below, _) => {
                let text = grammar::Entry::Text.shown();
                (
                    format!("the resolution of `{at}` settles one conflict, and there is another above it"),
                    resolution.at.span,
                    format!(
                        "write the entry without {text} in full, which leaves one conflict, or settle the one below it in its own profile"
                    ),
                )
            }
            _ => {
                let resolve = grammar::headers(grammar::Profile::Resolve.name());
                return self
                    .open_conflict(conflict)
                    .context(resolution.at.span, format!("this conflict cannot be resolved by a {resolve}"));
            }
        };
        let finding = Diagnostic::new(codes::BAD_RESOLUTION, message).at(span, "");
        self.point_at_sides(finding.reason(resolution.reason.as_ref()), conflict).help(help)
    }

    pub(super) fn unpinned(&self, resolution: &Resolution) -> Diagnostic {
        let at = &resolution.at.value;
        let (message, span, note) = match &resolution.seen {
            None => (
                format!("the resolution of `{at}` has no {}", Resolve::Seen.shown()),
                resolution.at.span,
                "without it, the resolution still applies after a side changes",
            ),
            Some(seen) => (
                format!("the resolution of `{at}` has hashes of the old form"),
                seen.span,
                "they have 24 bits, so a side can be changed to a text with the same hash",
            ),
        };
        Diagnostic::new(codes::UNPINNED_RESOLUTION, message)
            .at(span, "")
            .about(at.as_str())
            .note(note)
            .help(format!("pin it to the current texts:\n    cento resolve {} {at} --reaffirm", self.id()))
    }

    /// Reports a resolution of the profile itself at an address without a conflict.
    pub(super) fn moot(&self, resolution: &Resolution) -> Diagnostic {
        let at = resolution.at.value.as_str();
        let subject = Address::parse(at).subject();
        let known = match subject {
            Some(subject) => self.rules_about(subject),
            None => self
                .composition
                .decisions
                .get(at)
                .map(|decision| decision.emitted().collect())
                .unwrap_or_default(),
        };
        let is_there = self.composition.decisions.contains_key(at);
        let message = match known.is_empty() && !is_there {
            true => format!("`{at}` does not exist, so there is nothing to resolve"),
            false => format!("the conflict at `{at}` is gone, so there is nothing to resolve"),
        };
        let mut finding = Diagnostic::new(codes::STALE_RESOLUTION, message);
        finding = finding.at(resolution.at.span, "decided here").about(at);
        if known.is_empty() && !is_there {
            let addresses = self.composition.decisions.keys().copied();
            let open = self.composition.conflicts.iter().map(|conflict| conflict.at.as_str());
            let help = crate::model::nearest(at, open.chain(addresses));
            finding = finding.help_if(help.map(|nearest| format!("did you mean `{nearest}`?")));
        }
        for claim in known.iter().take(MAX_SIDES) {
            finding =
                finding.context(claim.span, format!("{} applies", self.library.source_name(claim.source)));
        }
        let mut finding = finding.reason(resolution.reason.as_ref());
        let seen: Vec<String> = resolution.pins().map(|(name, hash)| self.left_of(at, name, hash)).collect();
        if !seen.is_empty() {
            finding = finding.note(format!("then -> now:\n{}", seen.join("\n")));
        }
        finding.help(format!("delete the resolution:\n    cento resolve {} {at} --drop", self.id()))
    }

    /// Compares a side that a resolution saw with its current claims, for a conflict that is gone.
    fn left_of(&self, at: &str, name: &str, hash: &str) -> String {
        let source = self.library.source_by_name(name);
        let claims = || {
            let decisions = self.composition.decisions.iter();
            let about = decisions.filter(|(address, _)| match Address::parse(at).subject() {
                Some(_) => true,
                None => **address == at,
            });
            about.flat_map(|(_, decision)| &decision.claims).copied().filter(|claim| {
                Some(claim.source) == source
                    && Address::parse(at).subject().is_none_or(|subject| claim.subject() == Some(subject))
            })
        };
        let now = Statement::hash(&claims().map(|claim| self.library.statement(claim)).collect::<Vec<_>>());
        match claims().next() {
            None => format!("    {name}  {hash} -> gone"),
            Some(_) if is_hash_of(hash, &now) => format!("    {name}  {hash} unchanged"),
            Some(_) => format!("    {name}  {hash} -> {now} changed"),
        }
    }

    fn rules_about(&self, subject: &str) -> Vec<&'a Claim> {
        let decisions = self.composition.decisions.values();
        decisions
            .flat_map(|decision| decision.in_state(State::Emitted))
            .filter(|claim| claim.subject() == Some(subject))
            .collect()
    }
}

/// Returns a line for each side with the hash that the resolution saw and the current one.
fn compare(resolution: &Resolution, sides: &[Side<'_>]) -> String {
    debug_assert!(is_stale(resolution, sides));
    let seen: BTreeMap<&str, &str> = resolution.pins().collect();
    let there = hashes(sides);
    let moves = moves(resolution, sides);
    let moved_to = |name: &str| moves.iter().find(|(old, _)| *old == name).map(|(_, new)| *new);
    let has_moved_text = |name: &str| moves.iter().any(|(_, new)| *new == name);
    let names: BTreeSet<&str> =
        seen.keys().chain(there.keys().filter(|name| !has_moved_text(name))).copied().collect();
    let width = names.iter().map(|name| name.len()).max().unwrap_or(0);
    let line = |name: &&str| {
        let became = match (seen.get(name), there.get(name), moved_to(name)) {
            (Some(old), None, Some(new)) => format!("{old} renamed {new}, unchanged"),
            (Some(old), Some(_), Some(new)) => format!("{old} is now the text of {new}"),
            (Some(old), Some(new), None) if is_hash_of(old, new) => format!("{old} unchanged"),
            (Some(old), Some(new), None) => format!("{old} -> {new} changed"),
            (Some(old), None, None) => format!("{old} -> gone"),
            (None, new, _) => format!("(absent) -> {} new", new.unwrap_or(&"")),
        };
        let own = there.get(name).filter(|_| moved_to(name).is_some() && !has_moved_text(name));
        let own = own.map(|new| format!("\n    {name:width$}  -> {new} new")).unwrap_or_default();
        format!("    {name:width$}  {became}{own}")
    };
    names.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The message and help for a resolution that takes a source which does not settle the conflict.
fn not_a_side(conflict: &Conflict<'_>, name: &str) -> (String, String) {
    let (at, take) = (&conflict.at, Resolve::Take.name());
    let message = match conflict.sides.iter().any(|side| side.name == name) {
        true => format!(
            "`{take} = \"{name}\"` does not resolve `{at}`: this side has both of the conflicting rules, or neither"
        ),
        false => format!("`{name}` is not a side of the conflict at `{at}`"),
    };
    // No side is suggested: the name that is most like an old one may be that of the side that lost.
    let choices: Vec<&str> = conflict.choices().map(|side| side.name.as_str()).collect();
    let help = match choices.is_empty() {
        true => "no single side resolves it: keep both, or change one of the rules".to_owned(),
        false => format!("choose one of: {}", choices.join(", ")),
    };
    (message, help)
}
