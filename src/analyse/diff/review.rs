//! A review of two states of a workspace: what needs attention, the edits, what breaks, and the effects on personas.

mod alerts;
mod attribution;
mod outputs;
mod rewording;
mod watch;

pub(crate) use alerts::Alert;
pub(crate) use outputs::{OutputChange, OutputText};

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use rayon::prelude::*;
use serde::Serialize;

use attribution::{Persona, Reach};
use outputs::compare_outputs;

use super::causes::{Cause, Finder};
use super::comparison::{Difference, Row, compare};
use super::meaning::meaning;
use crate::check::{Checker, Depth};
use crate::compose::Composition;
use crate::model::wording::serialize_by_name;
use crate::model::{Address, Claim, Diagnostic, FileId, Library, Severity, Source, address, settle};

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

/// The effect of the edits on one persona.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Effect {
    pub profile: String,
    /// The earlier status.
    pub before: Status,
    /// The later status.
    pub after: Status,
    /// The digest of its meaning in the later state; nothing if it cannot be built then.
    pub digest: Option<String>,
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

    /// Returns whether it could be built, and no longer can.
    pub(crate) fn is_broken(&self) -> bool {
        self.before == Status::Sound && matches!(self.after, Status::Uncomposed | Status::Unsound)
    }

    /// Returns whether it is a persona, and not an abstract profile, in either state.
    pub(crate) fn is_persona(&self) -> bool {
        let is_none = |status| matches!(status, Status::Absent | Status::Abstract);
        !is_none(self.before) || !is_none(self.after)
    }
}

/// An edit, and the personas that use its source. Personas are named by their profiles.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Caused {
    #[serde(flatten)]
    pub cause: Cause,
    /// The personas that it changes.
    #[serde(rename = "personas")]
    pub changes: Vec<String>,
    /// The personas that remove the edited claim.
    pub removed_in: Vec<String>,
    /// The personas that override the edited claim.
    pub overridden_in: Vec<String>,
    /// The number of other personas, which do not change.
    pub without_effect: usize,
}

impl Caused {
    fn new(cause: Cause) -> Self {
        let (changes, removed_in, overridden_in) = (Vec::new(), Vec::new(), Vec::new());
        Caused { cause, changes, removed_in, overridden_in, without_effect: 0 }
    }
}

/// A difference at an address that several personas share.
#[derive(Debug, Clone)]
pub(crate) struct SharedRow {
    /// The difference in the first persona.
    pub row: Row,
    /// Whether personas differ in the values of fields.
    pub varies: bool,
    /// The profiles of the personas.
    pub personas: Vec<String>,
    /// The edit that shows the same difference, by index.
    pub cause: Option<usize>,
}

/// The options of a review.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Options<'o> {
    /// The profiles whose effects it lists; all if empty.
    pub only: &'o [String],
    /// Whether it has the changed lines of each output.
    pub texts: bool,
}

impl Options<'_> {
    fn includes(self, profile: &String) -> bool {
        self.only.is_empty() || self.only.contains(profile)
    }
}

/// The review of two states of a workspace. Alerts and edits name all personas that they concern, chosen or not.
#[derive(Debug, Default)]
pub(crate) struct Review {
    /// The changes that weaken a chosen persona or widen its permissions, most serious first.
    pub alerts: Vec<Alert>,
    /// The number of alerts about other personas only.
    pub other_alerts: usize,
    /// The edits, by file and line.
    pub causes: Vec<Caused>,
    /// The chosen personas that changed, by profile.
    pub effects: Vec<Effect>,
    /// The differences of the chosen personas, by address.
    pub rows: Vec<SharedRow>,
    /// The changed lines of each output, if they were asked for.
    pub texts: Vec<OutputText>,
    /// New errors and warnings.
    pub found: Vec<Diagnostic>,
    /// Errors and warnings that disappeared.
    pub mended: Vec<Diagnostic>,
    /// The number of chosen personas, which exist in either state.
    pub personas: usize,
}

impl Review {
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
    /// The edits to its sources, by index, and the effect of each.
    causes: Vec<(usize, Reach)>,
    alerts: Vec<Alert>,
    texts: Vec<OutputText>,
    findings: [Vec<Diagnostic>; 2],
}

/// Reviews two states of a workspace. Only personas that an edited file reaches are composed.
pub(crate) fn review(earlier: State<'_>, later: State<'_>, options: Options<'_>) -> Review {
    let finder = Finder::new(earlier.library, later.library);
    let renamed = finder.renamed.clone();
    let causes = finder.causes();
    let edited = edited(earlier.library, later.library);
    let checkers = [earlier, later].map(|state| Checker::new(state.library, state.findings));
    let libraries = [earlier.library, later.library];
    let ids: BTreeSet<&String> = libraries.iter().flat_map(|library| library.profiles.keys()).collect();
    let is_chosen_persona = |id: &&&String| {
        let profiles = libraries.iter().filter_map(|library| library.profiles.get(id));
        options.includes(id) && profiles.into_iter().any(|profile| !profile.is_abstract)
    };
    let edited = libraries.map(|library| edited_in(library, &edited));
    let reached = |id: &&&String| {
        (0..2).any(|side| {
            let Some(index) = libraries[side].profiles.id_of(id) else { return true };
            checkers[side].composer().reaches(index, &edited[side])
        })
    };
    let reached: Vec<&String> = ids.par_iter().filter(reached).copied().collect();
    let both = Both { libraries, causes: &causes, renamed: &renamed };
    let compared: Vec<Compared> = reached
        .into_par_iter()
        .map(|id| {
            let seen = [examine(libraries[0], &checkers[0], id), examine(libraries[1], &checkers[1], id)];
            both.compare_profile(id, seen, options)
        })
        .collect();

    let personas = ids.iter().filter(is_chosen_persona).count();
    let mut review = Review { personas, ..Review::default() };
    let mut findings: [Vec<Diagnostic>; 2] = [earlier.findings.to_vec(), later.findings.to_vec()];
    let mut alerts = Vec::new();
    review.causes = causes.iter().cloned().map(Caused::new).collect();
    let mut uncomposed: BTreeSet<String> = BTreeSet::new();
    for Compared { effect, causes, alerts: of_persona, texts, findings: [old, new] } in compared {
        findings[0].extend(old);
        findings[1].extend(new);
        alerts.extend(of_persona);
        for (index, reach) in causes.into_iter().filter(|_| effect.is_persona()) {
            let caused = &mut review.causes[index];
            let profile = effect.profile.clone();
            match reach {
                Reach::Changes => caused.changes.push(profile),
                Reach::Removed => caused.removed_in.push(profile),
                Reach::Overridden => caused.overridden_in.push(profile),
                Reach::Nothing => caused.without_effect += 1,
            }
        }
        if effect.after == Status::Uncomposed {
            uncomposed.insert(effect.profile.clone());
        }
        if options.includes(&effect.profile) {
            review.texts.extend(texts);
            if effect.is_changed() {
                review.effects.push(effect);
            }
        }
    }
    review.rows = shared_rows(&review.effects, &causes);
    let [before, after] = findings;
    review.found = new_findings(&before, &after, libraries);
    review.mended = new_findings(&after, &before, [libraries[1], libraries[0]]);
    // The findings of a persona that no longer composes are unknown, not fixed.
    let is_gone = |finding: &Diagnostic| {
        !finding.personas.is_empty() && finding.personas.iter().all(|persona| uncomposed.contains(persona))
    };
    review.mended.retain(|finding| !is_gone(finding));
    alerts.extend(both.workspace_alerts(&review.causes, &review.found));
    review.alerts = alerts::united(alerts);
    let all = review.alerts.len();
    // An alert about no persona in particular concerns all of them.
    let is_chosen = |persona: &String| options.includes(persona);
    review.alerts.retain(|alert| alert.personas.is_empty() || alert.personas.iter().any(is_chosen));
    review.other_alerts = all - review.alerts.len();
    for findings in [&mut review.found, &mut review.mended] {
        findings.retain(|finding| finding.personas.is_empty() || finding.personas.iter().any(is_chosen));
    }
    review
}

/// The files whose texts differ.
fn edited<'l>(earlier: &'l Library, later: &'l Library) -> BTreeSet<&'l str> {
    // Paths compare part by part, which takes long for many.
    let texts = |library: &'l Library| -> BTreeMap<&'l str, &'l str> {
        library.sources.files().map(|file| (file.path().as_str(), file.text())).collect()
    };
    let (earlier, later) = (texts(earlier), texts(later));
    let paths = earlier.keys().chain(later.keys());
    paths.filter(|path| earlier.get(*path) != later.get(*path)).copied().collect()
}

/// The files of one state that are among these paths.
fn edited_in(library: &Library, paths: &BTreeSet<&str>) -> BTreeSet<FileId> {
    let files = library.sources.files().enumerate();
    files.filter(|(_, file)| paths.contains(file.path().as_str())).map(|(index, _)| index.into()).collect()
}

/// Composes and checks a persona of one state.
fn examine<'a>(library: &'a Library, checker: &Checker<'a>, id: &str) -> Seen<'a> {
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

/// Both states of the workspace, with the edits between them.
struct Both<'b> {
    libraries: [&'b Library; 2],
    causes: &'b [Cause],
    /// The earlier names of renamed fragments, by their later names.
    renamed: &'b BTreeMap<&'b str, &'b str>,
}

impl Both<'_> {
    fn compare_profile(&self, id: &str, [before, after]: [Seen<'_>; 2], options: Options<'_>) -> Compared {
        let mut effect = Effect {
            profile: id.to_owned(),
            before: before.status,
            after: after.status,
            digest: None,
            outputs: Vec::new(),
            rows: Vec::new(),
        };
        let mut texts = Vec::new();
        let mut lines = BTreeSet::new();
        if let (Some(old), Some(new)) = (&before.composition, &after.composition) {
            effect.rows = compare((self.libraries[0], old), (self.libraries[1], new));
            effect.rows.retain(|row| row.difference() != Difference::None);
        }
        // If one side does not compose, there is no text to compare.
        if before.status != Status::Uncomposed && after.status != Status::Uncomposed {
            let is_built = |seen: &Seen<'_>| matches!(seen.status, Status::Sound | Status::Unsound);
            let built = [&before, &after].map(|seen| seen.composition.as_ref().filter(|_| is_built(seen)));
            let compared = compare_outputs(id, built, options.texts && options.includes(&effect.profile));
            (effect.outputs, texts, lines) = (compared.changes, compared.texts, compared.lines);
        }
        if let (Status::Sound, Some(new)) = (after.status, &after.composition) {
            effect.digest = Some(meaning(self.libraries[1], new));
        }
        let persona = Persona { both: self, seen: [&before, &after], effect: &effect, lines: &lines };
        let caused = self.causes.iter().enumerate().filter(|(_, cause)| persona.has(cause));
        let mut caused: Vec<(usize, Reach)> =
            caused.map(|(index, cause)| (index, persona.reach(cause))).collect();
        // A persona does not change without a cause. If no edit was identified, all edits of its sources count.
        if effect.is_changed() && !caused.iter().any(|(_, reach)| *reach == Reach::Changes) {
            caused.iter_mut().for_each(|(_, reach)| *reach = Reach::Changes);
        }
        let alerts = persona.alerts(&caused);
        Compared { alerts, causes: caused, texts, findings: [before.findings, after.findings], effect }
    }
}

/// The differences of all personas by address, equal ones once.
fn shared_rows(effects: &[Effect], causes: &[Cause]) -> Vec<SharedRow> {
    let mut rows: IndexMap<Row, SharedRow> = IndexMap::new();
    for effect in effects {
        for row in &effect.rows {
            let key = row.unfilled();
            let cause = || causes.iter().position(|cause| cause.shows(&key));
            match rows.get_mut(&key) {
                Some(shared) => {
                    shared.varies |= shared.row != *row;
                    shared.personas.push(effect.profile.clone());
                }
                None => {
                    let shared = SharedRow {
                        row: row.clone(),
                        varies: false,
                        personas: vec![effect.profile.clone()],
                        cause: cause(),
                    };
                    rows.insert(key, shared);
                }
            }
        }
    }
    let mut rows: Vec<SharedRow> = rows.into_values().collect();
    rows.sort_by(|one, other| one.row.address().cmp(other.row.address()));
    rows
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
