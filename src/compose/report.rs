//! Findings about conflicts and resolutions: both places, why each is there, and what settles it.

use std::collections::{BTreeMap, BTreeSet};

use super::decision::{Conflict, DisputeKind, Problem, Settled, Side};
use super::settle::{Resolutions, is_stale};
use super::{Composition, State};
use crate::model::{
    Choice, Claim, Code, Diagnostic, Level, Library, Resolution, Source, codes, did_you_mean,
};

/// Sides that one message shows; more are counted.
const MOST_SIDES: usize = 8;

/// A finding for each conflict and tension of a composition.
pub(super) fn conflicts(library: &Library, composition: &Composition<'_>) -> Vec<Diagnostic> {
    let reporter = Reporter { library, composition };
    composition.conflicts.iter().map(|conflict| reporter.conflict(conflict)).collect()
}

/// Findings about the profile's own resolutions: those that decide nothing, and those without
/// `seen`.
pub(super) fn resolutions(
    library: &Library,
    composition: &Composition<'_>,
    resolutions: &Resolutions<'_>,
) -> Vec<Diagnostic> {
    let reporter = Reporter { library, composition };
    let root = composition.lineage[composition.lineage.len() - 1];
    let open: BTreeSet<&str> = composition.conflicts.iter().map(|conflict| conflict.at.as_str()).collect();
    let mut findings = Vec::new();
    for settled in resolutions.own(root) {
        let at = settled.resolution.at.value.as_str();
        if composition.settled.contains_key(at) {
            findings
                .extend((settled.resolution.seen.is_none()).then(|| reporter.unpinned(settled.resolution)));
        } else if !open.contains(at) {
            findings.push(reporter.moot(settled.resolution));
        }
    }
    findings
}

struct Reporter<'c, 'a> {
    library: &'a Library,
    composition: &'c Composition<'a>,
}

impl<'a> Reporter<'_, 'a> {
    fn id(&self) -> &str {
        &self.composition.profile.id
    }

    fn path(&self) -> &str {
        self.library.sources.file(self.composition.profile.file).path().as_str()
    }

    fn conflict(&self, conflict: &Conflict<'a>) -> Diagnostic {
        let finding = match &conflict.unapplied {
            None => self.open_conflict(conflict),
            Some(unapplied) => match &unapplied.problem {
                Problem::Stale => self.stale(conflict, unapplied.settled),
                Problem::Rival(rival) => self.rivals(conflict, unapplied.settled, *rival),
                problem => self.bad_resolution(conflict, unapplied.settled, problem),
            },
        };
        finding.about(&conflict.at)
    }

    fn open_conflict(&self, conflict: &Conflict<'a>) -> Diagnostic {
        let at = &conflict.at;
        let who = parties(&conflict.sides);
        let (code, message): (&'static Code, String) = match conflict.kind {
            DisputeKind::Different => (codes::CONFLICT, format!("{who} disagree on `{at}`")),
            DisputeKind::Locked => {
                (codes::LOCK_CONFLICT, format!("`{at}` is locked, and another claim differs"))
            }
            DisputeKind::Contradiction => {
                let subject = at.strip_prefix("subject.").unwrap_or(at);
                (codes::CONTRADICTION, format!("no persona can obey all rules about `{subject}`"))
            }
            DisputeKind::Weakening => (codes::WEAKENING, format!("a higher layer weakens the rule `{at}`")),
            DisputeKind::Removal => {
                (codes::REMOVE_CONFLICT, format!("one parent removes `{at}`, another edits it"))
            }
            DisputeKind::LockedRemoval => {
                (codes::LOCKED_REMOVAL, format!("`{at}` is locked, so it is not removed by the way"))
            }
            DisputeKind::Clash => {
                (codes::DUPLICATE_ADDRESS, format!("two things of different sorts at `{at}`"))
            }
            DisputeKind::Widening => {
                (codes::TOOLS_WIDENED, "a layer allows tools that one below does not".to_owned())
            }
            DisputeKind::NoTools => (codes::TOOLS_EMPTY, "no tool is allowed by all sources".to_owned()),
            DisputeKind::Tension => {
                let subject = at.strip_prefix("subject.").unwrap_or(at);
                (codes::TENSION, format!("the rules about `{subject}` pull in different directions"))
            }
        };
        let finding = self.point_at_sides(Diagnostic::new(code, message), conflict);
        let finding = self.routes(finding, &conflict.sides);
        let finding = match conflict.kind {
            DisputeKind::Different => finding.note(self.rank(&conflict.sides)),
            DisputeKind::Clash => return finding.help("rename one of them: an address names one thing"),
            DisputeKind::LockedRemoval => {
                return finding.help("add `breaks-lock = true` to the [[remove]] if that is what you want");
            }
            _ => finding,
        };
        self.choices(finding, conflict)
    }

    /// Labels each side's claim, and the removals.
    fn point_at_sides(&self, mut finding: Diagnostic, conflict: &Conflict<'a>) -> Diagnostic {
        for side in conflict.sides.iter().take(MOST_SIDES) {
            for claim in &side.claims {
                finding = finding.at(claim.span, describe(side, claim));
            }
            if let Some(removal) = side.removal {
                finding = finding.at(removal.target.span, format!("{}: removed here", side.name));
            }
        }
        match conflict.sides.len().saturating_sub(MOST_SIDES) {
            0 => finding,
            more => {
                let names: Vec<_> =
                    conflict.sides[MOST_SIDES..].iter().map(|side| side.name.as_str()).collect();
                finding.note(format!("and {more} more: {}", names.join(", ")))
            }
        }
    }

    /// Says by which `extends` and `use` entries each side is in the persona.
    fn routes(&self, finding: Diagnostic, sides: &[Side<'a>]) -> Diagnostic {
        let mut lines = Vec::new();
        for side in sides.iter().take(MOST_SIDES) {
            let steps = self.composition.route(self.library, side.source);
            if steps.is_empty() {
                lines.push(format!("    {} is the profile itself", self.path()));
                continue;
            }
            let steps: Vec<_> = steps
                .iter()
                .map(|(span, what)| format!("{} {what}", self.library.sources.place(*span)))
                .collect();
            lines.push(format!("    {}", steps.join(" -> ")));
        }
        let what = if sides.len() > 1 { "why they are here" } else { "why it is here" };
        finding.note(format!("{what}:\n{}", lines.join("\n")))
    }

    /// Why neither side stands above the other.
    fn rank(&self, sides: &[Side<'a>]) -> String {
        let levels: BTreeSet<_> =
            sides.iter().flat_map(|side| &side.claims).map(|claim| claim.level).collect();
        let level = levels.first().copied().unwrap_or_default().name();
        let is_fragment = |side: &Side<'_>| matches!(side.source, Source::Fragment(_));
        if sides.iter().all(is_fragment) {
            format!("all are `{level}`, and fragments are peers: the order of `use` does not choose")
        } else {
            format!("all are `{level}`, and neither profile extends the other: they are peers")
        }
    }

    /// The commands that settle a conflict.
    fn choices(&self, finding: Diagnostic, conflict: &Conflict<'a>) -> Diagnostic {
        let at = &conflict.at;
        let mut lines = vec![format!("choose (writes a [[resolve]] to {}):", self.path())];
        for side in conflict.sides.iter().take(MOST_SIDES) {
            let breaks = if self.would_break_lock(conflict, side) { " --breaks-lock" } else { "" };
            lines.push(format!(
                "    cento resolve {} {at} --take {} --reason \"...\"{breaks}",
                self.id(),
                side.name
            ));
        }
        if conflict.keeps_several() {
            lines.push(format!("    cento resolve {} {at} --keep both --reason \"...\"", self.id()));
        }
        let finding = finding.help(lines.join("\n"));
        match conflict.kind {
            DisputeKind::Different if conflict.sides.iter().all(|side| matches!(side.source, Source::Fragment(_))) => {
                finding.help("if one of them is only a fallback, mark it `level = \"default\"` in its fragment")
            }
            DisputeKind::Contradiction | DisputeKind::Tension if at.starts_with("subject.") => finding
                .help("if they speak of different actions, give the narrower rule a subject of its own with `about`"),
            DisputeKind::NoTools | DisputeKind::Widening => finding.help(format!(
                "or set the list: cento resolve {} {at} --set 'Read, Grep' --reason \"...\"",
                self.id()
            )),
            _ => finding,
        }
    }

    /// Whether taking a side would overrule a locked claim of another.
    fn would_break_lock(&self, conflict: &Conflict<'a>, taken: &Side<'a>) -> bool {
        let others = conflict.sides.iter().filter(|side| side.name != taken.name);
        others.flat_map(|side| &side.claims).any(|claim| claim.level == Level::Locked)
    }

    fn reason(&self, finding: Diagnostic, resolution: &Resolution) -> Diagnostic {
        match &resolution.reason {
            Some(reason) => finding.note(format!("reason given: \"{}\"", reason.value)),
            None => finding,
        }
    }

    fn stale(&self, conflict: &Conflict<'a>, settled: Settled<'a>) -> Diagnostic {
        let resolution = settled.resolution;
        let message = format!("the resolution of `{}` no longer fits and was not applied", conflict.at);
        let finding = Diagnostic::new(codes::STALE_RESOLUTION, message);
        let finding = finding.at(resolution.at.span, "decided here");
        let finding = self.point_at_sides(finding, conflict);
        let finding = self.reason(finding, resolution);
        let finding =
            finding.note(format!("what it saw -> what is there:\n{}", compare(resolution, &conflict.sides)));
        let finding = self.routes(finding, &conflict.sides);
        let is_own =
            self.library.source_name(Source::Profile(settled.profile)) == format!("profiles/{}", self.id());
        if is_own {
            let command = format!("cento resolve {} {} --reaffirm", self.id(), conflict.at);
            let finding = finding.help(format!("still right?\n    {command}"));
            return self.changed_mind(finding, conflict);
        }
        let note = format!(
            "`{}` decided it for its own sources; `{}` has others",
            self.library.profiles[settled.profile as usize].id,
            self.id()
        );
        self.choices(finding.note(note), conflict)
    }

    fn changed_mind(&self, finding: Diagnostic, conflict: &Conflict<'a>) -> Diagnostic {
        let names: Vec<_> = conflict.sides.iter().take(MOST_SIDES).map(|side| side.name.as_str()).collect();
        let command = format!("cento resolve {} {} --take SIDE --reason \"...\"", self.id(), conflict.at);
        finding.help(format!(
            "changed your mind?\n    {command}\n    where SIDE is one of: {}",
            names.join(", ")
        ))
    }

    fn rivals(&self, conflict: &Conflict<'a>, first: Settled<'a>, second: Settled<'a>) -> Diagnostic {
        let message = format!("two parents settle `{}` in different ways", conflict.at);
        let mut finding = Diagnostic::new(codes::CONFLICT, message);
        for settled in [first, second] {
            let profile = &self.library.profiles[settled.profile as usize].id;
            finding = finding
                .at(settled.resolution.at.span, format!("`{profile}` {}", decided(settled.resolution)));
        }
        self.choices(self.point_at_sides(finding, conflict), conflict)
    }

    fn bad_resolution(
        &self,
        conflict: &Conflict<'a>,
        settled: Settled<'a>,
        problem: &Problem<'a>,
    ) -> Diagnostic {
        let resolution = settled.resolution;
        let at = &conflict.at;
        let sides: Vec<&str> = conflict.sides.iter().map(|side| side.name.as_str()).collect();
        let (message, span, help) = match (problem, &resolution.choice) {
            (Problem::NotASide, Choice::Take(name)) => {
                let known = sides.contains(&name.value.as_str());
                let message = match known {
                    true => {
                        format!("taking `{}` does not settle `{at}`: other sides still disagree", name.value)
                    }
                    false => format!("`{}` is no side of the conflict at `{at}`", name.value),
                };
                let nearest = did_you_mean(&name.value, sides.iter().copied());
                let help =
                    nearest.filter(|_| !known).unwrap_or_else(|| format!("the sides: {}", sides.join(", ")));
                (message, name.span, help)
            }
            (Problem::KeepsOneValue, _) => (
                format!("`{at}` holds one value, so both cannot be kept"),
                resolution.at.span,
                "take one of the sides, or set a value".to_owned(),
            ),
            (Problem::Lock, _) => (
                format!("this resolution would overrule a locked claim at `{at}`"),
                resolution.at.span,
                "add `breaks-lock = true` if that is what you want".to_owned(),
            ),
            (Problem::WrongValue(expected), _) => {
                (format!("`{at}` takes {expected}"), resolution.at.span, "correct the resolution".to_owned())
            }
            _ => {
                let finding = self.open_conflict(&Conflict {
                    at: conflict.at.clone(),
                    kind: conflict.kind,
                    sides: conflict.sides.clone(),
                    unapplied: None,
                });
                return finding.context(resolution.at.span, "no resolution settles this");
            }
        };
        let finding = Diagnostic::new(codes::BAD_RESOLUTION, message).at(span, "");
        self.point_at_sides(self.reason(finding, resolution), conflict).help(help)
    }

    fn unpinned(&self, resolution: &Resolution) -> Diagnostic {
        let at = &resolution.at.value;
        Diagnostic::new(
            codes::UNPINNED_RESOLUTION,
            format!("the resolution of `{at}` does not say what it saw"),
        )
        .at(resolution.at.span, "")
        .about(at.as_str())
        .note("it would go on to apply after one of the sides has changed")
        .help(format!("pin it to what it sees now:\n    cento resolve {} {at} --reaffirm", self.id()))
    }

    /// A resolution of the profile's own where nothing is in dispute.
    fn moot(&self, resolution: &Resolution) -> Diagnostic {
        let at = resolution.at.value.as_str();
        let subject = at.strip_prefix("subject.");
        let known = match subject {
            Some(subject) => self.rules_about(subject),
            None => self
                .composition
                .decisions
                .get(at)
                .map(|decision| decision.emitted().collect())
                .unwrap_or_default(),
        };
        let message = match known.is_empty() {
            true => format!("there is nothing at `{at}` to resolve"),
            false => format!("nothing is left to decide at `{at}`"),
        };
        let mut finding = Diagnostic::new(codes::STALE_RESOLUTION, message);
        finding = finding.at(resolution.at.span, "decided here").about(at);
        if known.is_empty() {
            let addresses = self.composition.decisions.keys().copied();
            let open = self.composition.conflicts.iter().map(|conflict| conflict.at.as_str());
            let help = crate::model::nearest(at, open.chain(addresses));
            finding = finding.help_if(help.map(|nearest| format!("did you mean `{nearest}`?")));
        }
        for claim in known.iter().take(MOST_SIDES) {
            finding =
                finding.context(claim.span, format!("{} stands", self.library.source_name(claim.source)));
        }
        let finding = self.reason(finding, resolution);
        finding.help(format!("drop the resolution:\n    cento resolve {} {at} --drop", self.id()))
    }

    fn rules_about(&self, subject: &str) -> Vec<&'a Claim> {
        let decisions = self.composition.decisions.values();
        decisions
            .flat_map(|decision| decision.in_state(State::Emitted))
            .filter(|claim| claim.subject() == Some(subject))
            .collect()
    }
}

/// What the sides are, as the subject of a sentence.
fn parties(sides: &[Side<'_>]) -> &'static str {
    let fragments = sides.iter().filter(|side| matches!(side.source, Source::Fragment(_))).count();
    match fragments {
        0 => "profiles",
        count if count == sides.len() => "fragments",
        _ => "sources",
    }
}

/// A side's name with what a reader needs beside the text: its force and level.
fn describe(side: &Side<'_>, claim: &Claim) -> String {
    let mut text = side.name.clone();
    if let Some(force) = claim.force() {
        text.push_str(&format!(" [{}]", force.name()));
    }
    if claim.level != Level::Normal {
        text.push_str(&format!(" {}", claim.level.name()));
    }
    text
}

/// What a resolution decided, as a verb with its object.
fn decided(resolution: &Resolution) -> String {
    match &resolution.choice {
        Choice::Take(name) => format!("takes {}", name.value),
        Choice::Set(value) => format!("sets \"{}\"", value.value),
        Choice::KeepBoth(_) => "keeps both".to_owned(),
    }
}

/// A line for each side: what the resolution saw, and what is there now.
fn compare(resolution: &Resolution, sides: &[Side<'_>]) -> String {
    debug_assert!(is_stale(resolution, sides));
    let seen = resolution.seen.iter().flat_map(|seen| &seen.value);
    let seen: BTreeMap<&str, &str> = seen.map(|(name, hash)| (name.as_str(), hash.as_str())).collect();
    let there: BTreeMap<&str, &str> =
        sides.iter().map(|side| (side.name.as_str(), side.hash.as_str())).collect();
    let names: BTreeSet<&str> = seen.keys().chain(there.keys()).copied().collect();
    let width = names.iter().map(|name| name.len()).max().unwrap_or(0);
    let line = |name: &&str| match (seen.get(name), there.get(name)) {
        (Some(old), Some(new)) if old == new => format!("    {name:width$}  {old} unchanged"),
        (Some(old), Some(new)) => format!("    {name:width$}  {old} -> {new} changed"),
        (Some(old), None) => format!("    {name:width$}  {old} -> gone"),
        (None, new) => format!("    {name:width$}  (not there) -> {} new", new.unwrap_or(&"")),
    };
    names.iter().map(line).collect::<Vec<_>>().join("\n")
}
