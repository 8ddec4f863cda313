//! Differences between two states of a workspace: the edits of its sources, and their effect on each persona.

mod attribution;
mod shared;

pub(crate) use shared::SharedHunk;

use std::collections::{BTreeMap, BTreeSet};

use camino::Utf8Path;
use rayon::prelude::*;
use serde::Serialize;

use attribution::Persona;
use shared::{Change, Side};

use super::causes::{Cause, causes};
use super::comparison::{Difference, Row, compare};
use super::lines::hunks;
use crate::check::{Checker, Depth};
use crate::compose::Composition;
use crate::model::wording::serialize_by_name;
use crate::model::{Address, Claim, Diagnostic, Library, Severity, Source, address, settle};
use crate::render::{output_path, render};

/// A workspace in one state.
#[derive(Debug, Clone, Copy)]
pub(crate) struct State<'s> {
    pub library: &'s Library,
    /// The findings in its files.
    pub findings: &'s [Diagnostic],
}

/// The status of a persona in one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    /// No such profile exists.
    Absent,
    /// The profile is abstract.
    Abstract,
    /// It does not compose.
    Uncomposed,
    /// It composes, but has errors and cannot be built.
    Unsound,
    /// It can be built.
    Sound,
}

impl Status {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Status::Absent => "absent",
            Status::Abstract => "abstract",
            Status::Uncomposed => "cannot be composed",
            Status::Unsound => "cannot be built",
            Status::Sound => "sound",
        }
    }
}

serialize_by_name!(Status::name);

/// One output of a persona in both states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct OutputChange {
    pub target: &'static str,
    /// Its path in the earlier state; `None` if it had no output.
    pub before: Option<String>,
    /// Its path in the later state.
    pub after: Option<String>,
    /// Its number of lines in the later state.
    #[serde(skip)]
    pub lines: usize,
    /// Whether its text differs.
    #[serde(skip)]
    pub is_reworded: bool,
}

/// The effect of the edits on one persona.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Effect {
    pub profile: String,
    /// The earlier status.
    pub before: Status,
    /// The later status.
    pub after: Status,
    /// The outputs that changed.
    pub outputs: Vec<OutputChange>,
    /// The addresses whose content or position changed.
    #[serde(skip)]
    pub rows: Vec<Row>,
}

impl Effect {
    /// Returns whether the persona differs. One that composes in neither state cannot be compared and counts as
    /// changed.
    fn is_changed(&self) -> bool {
        let is_unknown = self.before == Status::Uncomposed && self.after == Status::Uncomposed;
        self.before != self.after || !self.outputs.is_empty() || is_unknown
    }

    /// Returns whether it is a persona, and not an abstract profile, in either state.
    pub(crate) fn is_persona(&self) -> bool {
        let is_none = |status| matches!(status, Status::Absent | Status::Abstract);
        !is_none(self.before) || !is_none(self.after)
    }
}

/// An edit, and the personas that it changes.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Caused {
    #[serde(flatten)]
    pub cause: Cause,
    /// The profiles of the personas that it changes.
    #[serde(rename = "personas")]
    pub changes: Vec<String>,
    /// The number of other personas that use the source and did not change.
    pub without_effect: usize,
}

impl Caused {
    fn new(cause: Cause) -> Self {
        Caused { cause, changes: Vec::new(), without_effect: 0 }
    }
}

/// The differences between two states of a workspace.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// The edits, by file and line.
    pub causes: Vec<Caused>,
    /// The personas that changed, by profile.
    pub effects: Vec<Effect>,
    /// The changed lines, grouped across outputs, those of most outputs first.
    pub hunks: Vec<SharedHunk>,
    /// New errors and warnings.
    pub found: Vec<Diagnostic>,
    /// Errors and warnings that disappeared.
    pub mended: Vec<Diagnostic>,
    /// The number of personas compared: those in either state, or those that were named.
    pub personas: usize,
}

impl Changes {
    /// Returns whether any persona or finding changed. An edit may change neither.
    pub(crate) fn has_effect(&self) -> bool {
        !self.effects.is_empty() || !self.found.is_empty() || !self.mended.is_empty()
    }
}

/// One profile in one state.
struct Seen<'a> {
    status: Status,
    composition: Option<Composition<'a>>,
    sources: BTreeSet<Source>,
    findings: Vec<Diagnostic>,
    /// The styles of its sections; `None` is the workspace default.
    styles: BTreeSet<Option<String>>,
}

impl Seen<'_> {
    /// Returns whether a section is rendered in this style.
    fn uses_style(&self, style: Option<&str>) -> bool {
        self.styles.iter().any(|other| other.as_deref() == style)
    }
}

/// The comparison of one profile.
struct Compared {
    effect: Effect,
    /// The edits of its sources, by index, and whether each changes it.
    causes: Vec<(usize, bool)>,
    changes: Vec<Change>,
    findings: [Vec<Diagnostic>; 2],
}

/// Compares two states of a workspace, or only these profiles of it if any are named. Only personas that an
/// edited file reaches are composed.
pub(crate) fn revisions(earlier: State<'_>, later: State<'_>, only: &[String]) -> Changes {
    let causes = causes(earlier.library, later.library);
    let edited = edited(earlier.library, later.library);
    let checkers = [earlier, later].map(|state| Checker::new(state.library, state.findings));
    let libraries = [earlier.library, later.library];
    let ids: BTreeSet<&String> = libraries.iter().flat_map(|library| library.profiles.keys()).collect();
    let ids: Vec<&String> = ids.into_iter().filter(|id| only.is_empty() || only.contains(id)).collect();
    let is_persona = |id: &&&String| {
        let profiles = libraries.iter().filter_map(|library| library.profiles.get(id));
        profiles.into_iter().any(|profile| !profile.is_abstract)
    };
    let personas = ids.iter().filter(is_persona).count();
    let reached = |id: &&&String| {
        (0..2).any(|side| {
            let Some(index) = libraries[side].profiles.id_of(id) else { return true };
            let files = checkers[side].composer().files(index);
            files.iter().any(|file| edited.contains(libraries[side].sources.file(*file).path()))
        })
    };
    let reached: Vec<&String> = ids.iter().filter(reached).copied().collect();
    let compared: Vec<Compared> = reached
        .into_par_iter()
        .map(|id| {
            let seen = [see(libraries[0], &checkers[0], id), see(libraries[1], &checkers[1], id)];
            compare_profile(id, seen, libraries, &causes)
        })
        .collect();

    let mut changes = Changes { personas, ..Changes::default() };
    let mut findings: [Vec<Diagnostic>; 2] = [earlier.findings.to_vec(), later.findings.to_vec()];
    let mut lines = Vec::new();
    changes.causes = causes.into_iter().map(Caused::new).collect();
    let mut uncomposed: BTreeSet<String> = BTreeSet::new();
    for Compared { effect, causes, changes: hunks, findings: [old, new] } in compared {
        findings[0].extend(old);
        findings[1].extend(new);
        lines.extend(hunks);
        for (index, does_change) in causes.into_iter().filter(|_| effect.is_persona()) {
            let caused = &mut changes.causes[index];
            match does_change {
                true => caused.changes.push(effect.profile.clone()),
                false => caused.without_effect += 1,
            }
        }
        if effect.after == Status::Uncomposed {
            uncomposed.insert(effect.profile.clone());
        }
        if effect.is_changed() {
            changes.effects.push(effect);
        }
    }
    changes.hunks = shared::shared(lines);
    let [before, after] = findings;
    changes.found = new_findings(&before, &after, libraries);
    changes.mended = new_findings(&after, &before, [libraries[1], libraries[0]]);
    // The findings of a persona that no longer composes are unknown, not fixed.
    let is_gone = |finding: &Diagnostic| {
        !finding.personas.is_empty() && finding.personas.iter().all(|persona| uncomposed.contains(persona))
    };
    changes.mended.retain(|finding| !is_gone(finding));
    changes
}

/// The files whose texts differ.
fn edited<'l>(earlier: &'l Library, later: &'l Library) -> BTreeSet<&'l Utf8Path> {
    let texts = |library: &'l Library| -> BTreeMap<&'l Utf8Path, &'l str> {
        library.sources.files().map(|file| (file.path(), file.text())).collect()
    };
    let (earlier, later) = (texts(earlier), texts(later));
    let paths = earlier.keys().chain(later.keys());
    paths.filter(|path| earlier.get(*path) != later.get(*path)).copied().collect()
}

fn see<'a>(library: &'a Library, checker: &Checker<'a>, id: &str) -> Seen<'a> {
    let absent = Seen {
        status: Status::Absent,
        composition: None,
        sources: BTreeSet::new(),
        findings: Vec::new(),
        styles: BTreeSet::new(),
    };
    let Some(index) = library.profiles.id_of(id) else { return absent };
    match checker.check(index, Depth::Sound) {
        Err(findings) => {
            let sources = checker.composer().sources(index);
            Seen { status: Status::Uncomposed, findings, sources, ..absent }
        }
        Ok(checked) => {
            let is_safe = checked.is_safe();
            let composition = checked.composition;
            let status = match (composition.profile.is_abstract, is_safe) {
                (true, _) => Status::Abstract,
                (false, true) => Status::Sound,
                (false, false) => Status::Unsound,
            };
            Seen {
                status,
                findings: composition.findings.clone(),
                sources: composition.selection.sources.iter().copied().collect(),
                styles: styles(library, &composition),
                composition: Some(composition),
            }
        }
    }
}

/// The styles of a persona's sections. A section without a style has the workspace default, which is recorded
/// both as `None` and by name.
fn styles(library: &Library, composition: &Composition<'_>) -> BTreeSet<Option<String>> {
    let named = |address: &str| -> Vec<String> {
        let decision = composition.decisions.get(address);
        decision.into_iter().flat_map(|decision| decision.emitted()).map(Claim::whole_text).collect()
    };
    let persona_styles = named(&Address::Style.to_string());
    let mut styles: BTreeSet<Option<String>> = persona_styles.iter().cloned().map(Some).collect();
    for section in &composition.persona.sections {
        let section_styles =
            named(&Address::SectionKey { kind: section.kind, key: address::STYLE }.to_string());
        if section_styles.is_empty() && persona_styles.is_empty() {
            styles.extend([None, Some(library.config.style.clone())]);
        }
        styles.extend(section_styles.into_iter().map(Some));
    }
    styles
}

fn compare_profile(
    id: &str,
    [before, after]: [Seen<'_>; 2],
    libraries: [&Library; 2],
    causes: &[Cause],
) -> Compared {
    let mut effect = Effect {
        profile: id.to_owned(),
        before: before.status,
        after: after.status,
        outputs: Vec::new(),
        rows: Vec::new(),
    };
    let mut changes = Vec::new();
    if let (Some(old), Some(new)) = (&before.composition, &after.composition) {
        effect.rows = compare((libraries[0], old), (libraries[1], new));
        effect.rows.retain(|row| row.difference() != Difference::None);
    }
    let is_made = |seen: &Seen<'_>| matches!(seen.status, Status::Sound | Status::Unsound);
    let made: Vec<Option<&Composition<'_>>> = [&before, &after]
        .into_iter()
        .map(|seen| seen.composition.as_ref().filter(|_| is_made(seen)))
        .collect();
    // If one side does not compose, there is no text to compare.
    if before.status != Status::Uncomposed && after.status != Status::Uncomposed {
        let names = made.iter().flatten().flat_map(|composition| &composition.persona.targets);
        let mut names: Vec<&'static str> = names.map(|settings| settings.target.name).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let (change, hunks) = compare_output(id, name, made[0], made[1]);
            if change.is_reworded || change.before != change.after {
                effect.outputs.push(change);
            }
            changes.extend(hunks);
        }
    }
    let lines = shared::addresses(&changes);
    let persona = Persona { libraries, seen: [&before, &after], effect: &effect, lines: &lines };
    let caused = causes.iter().enumerate().filter(|(_, cause)| persona.has(cause));
    let mut caused: Vec<(usize, bool)> =
        caused.map(|(index, cause)| (index, persona.is_changed_by(cause))).collect();
    // A persona does not change without a cause. If no edit was identified, all edits of its sources count.
    if effect.is_changed() && !caused.iter().any(|(_, changes)| *changes) {
        caused.iter_mut().for_each(|(_, changes)| *changes = true);
    }
    Compared { effect, causes: caused, changes, findings: [before.findings, after.findings] }
}

fn compare_output(
    id: &str,
    target: &'static str,
    before: Option<&Composition<'_>>,
    after: Option<&Composition<'_>>,
) -> (OutputChange, Vec<Change>) {
    let document = |composition: Option<&Composition<'_>>| {
        let composition = composition?;
        let settings = composition.persona.targets.iter().find(|settings| settings.target.name == target)?;
        let document = render(composition, settings);
        let lines = document.lines();
        Some(Side { path: output_path(composition, settings), lines, text: document.into_text() })
    };
    let (before, after) = (document(before), document(after));
    let path = |side: &Option<Side>| side.as_ref().map(|side| side.path.clone());
    let change = OutputChange {
        target,
        before: path(&before),
        after: path(&after),
        lines: after.as_ref().map_or(0, |side| side.lines.len()),
        is_reworded: before.as_ref().map(|side| &side.text) != after.as_ref().map(|side| &side.text),
    };
    let (Some(old), Some(new)) = (before, after) else { return (change, Vec::new()) };
    let lines = hunks(&old.text, &new.text, 0);
    let changes = shared::changes(lines, &old, &new, &(id.to_owned(), target));
    (change, changes)
}

/// The errors and warnings in `after` that are not in `before`.
fn new_findings(before: &[Diagnostic], after: &[Diagnostic], libraries: [&Library; 2]) -> Vec<Diagnostic> {
    let key = |library: &Library, finding: &Diagnostic| {
        let file = finding.labels.first().map(|label| library.sources.path(label.span).to_string());
        let Diagnostic { code, message, personas, address, .. } = finding;
        (code.name, message.clone(), personas.clone(), address.clone(), file)
    };
    let mut known: BTreeMap<_, usize> = BTreeMap::new();
    for finding in before {
        *known.entry(key(libraries[0], finding)).or_default() += 1;
    }
    let is_new = |finding: &&Diagnostic| {
        let times = known.get_mut(&key(libraries[1], finding)).filter(|times| **times > 0);
        times.map(|times| *times -= 1).is_none() && finding.severity != Severity::Note
    };
    settle(after.iter().filter(is_new).cloned().collect())
}
