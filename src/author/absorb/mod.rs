//! Absorbing: moves hand edits of generated files back to the sources.
//!
//! The edits of a file are split into groups of hunks ([`hunks`]). The origins of the edited text lead to
//! proposals ([`propose`]): changes of TOML that may produce an edit. A proposal is accepted only if it is
//! proven ([`prove`]): with the changed sources the persona must render with the edit and without any change
//! that was not made by hand. So after absorbing, a build reproduces the edited file.

mod added_entry;
mod additions;
mod applied;
mod blocks;
mod change;
mod document;
mod elements;
mod entries;
mod explain;
mod filled;
mod finish;
mod front_matter;
mod home;
mod hunks;
mod layout;
mod merge;
mod moves;
mod nested;
mod pairing;
mod proposal;
mod propose;
mod prove;
mod regroup;
mod search;
mod sections;
mod settings;
mod state;
mod strings;
mod tidy;
mod typed_values;
mod values;

use camino::{Utf8Path, Utf8PathBuf};

pub(crate) use crate::trial::{AffectedPersona, Fleet, Texts};
pub(crate) use merge::Conflict;

use crate::model::Diagnostic;
use explain::claim_places;
use hunks::split;
use merge::{Merged, merge};
use prove::{Decide, Outcome, apply_edits};
use state::{State, Subject};
use tidy::{Tidied, tidy};

/// An output that was edited by hand.
#[derive(Debug, Clone)]
pub(crate) struct Edited {
    /// Its path, for messages.
    pub path: Utf8PathBuf,
    pub target: &'static str,
    /// The text of the last build. `None` if it equals the current output of the sources.
    pub base: Option<String>,
    /// The text of the file.
    pub found: String,
}

/// An edit that would also change other personas.
#[derive(Debug)]
pub(crate) struct Question<'q> {
    /// The edited output.
    pub path: &'q Utf8Path,
    /// The line in the edited file, from 1.
    pub line: usize,
    /// The old lines.
    pub removed: &'q str,
    /// The new lines.
    pub added: &'q str,
    /// A short description of the change.
    pub what: &'q str,
    /// The files that would change.
    pub files: &'q [Utf8PathBuf],
    /// The other personas that would change.
    pub others: &'q [AffectedPersona],
    /// A short description of the change that would affect this persona alone, if there is one.
    pub instead: Option<&'q str>,
}

/// Where an edit is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// In the shared source, for all personas.
    Shared,
    /// In this profile only.
    Profile,
    /// Nowhere.
    Leave,
}

/// Why an edit was not applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reason {
    /// It changes other personas, which was not allowed.
    Shared {
        /// The files that would change.
        files: Vec<Utf8PathBuf>,
        /// The other personas that would change.
        others: Vec<AffectedPersona>,
        /// The other personas that would change if the profile overrode the text instead. `None` if it
        /// cannot.
        own: Option<Vec<AffectedPersona>>,
    },
    /// No change of the sources produces it.
    NoSource {
        why: String,
        /// Where the text at that point is written: file, line and address.
        places: Vec<String>,
    },
    /// Only part of it could be applied.
    Partial,
    /// It depends on the edit of this line, which was not applied.
    DependsOn(usize),
    /// Only a change of the profile produces it, but a change of the shared source was requested.
    ProfileOnly,
    /// It removes a fence of the front matter or adds another.
    Fence,
    /// The sources changed the same lines.
    Conflict(Conflict),
}

impl Reason {
    /// Returns whether a decision of the user would let it be applied.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self, Reason::Shared { .. } | Reason::ProfileOnly)
    }
}

/// The outcome of one edit.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    /// The line in the edited file, from 1.
    pub line: usize,
    /// The old lines.
    pub removed: String,
    /// The new lines.
    pub added: String,
    /// The applied edit, or the reason why nothing was applied.
    pub outcome: Result<Applied, Reason>,
}

/// The changes that an edit led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Applied {
    /// Short descriptions of the changes.
    pub what: Vec<String>,
    pub files: Vec<Utf8PathBuf>,
    /// The other personas that change as well.
    pub others: Vec<AffectedPersona>,
}

/// The outcomes of one output's edits.
#[derive(Debug, Clone)]
pub(crate) struct Absorbed {
    /// Its path, for messages.
    pub path: Utf8PathBuf,
    pub target: &'static str,
    pub changes: Vec<Change>,
    /// The outputs of the changed sources.
    pub text: String,
    /// Whether sources and file both changed since the last build.
    pub is_merged: bool,
}

impl Absorbed {
    /// Returns whether all edits were applied.
    pub(crate) fn is_whole(&self) -> bool {
        self.changes.iter().all(|change| change.outcome.is_ok())
    }
}

/// The outcomes of one persona's edits.
#[derive(Debug, Clone)]
pub(crate) struct Absorption {
    /// The files that change, by path, with `\n` line endings.
    pub files: Texts,
    /// The files to delete.
    pub gone: Vec<Utf8PathBuf>,
    /// Short notes about follow-up changes, made or recommended.
    pub notes: Vec<String>,
    /// The outputs, in the order given.
    pub outputs: Vec<Absorbed>,
}

/// Applies the edits of one persona's outputs to the sources, in memory.
///
/// # Errors
/// The findings that keep the persona from being built from its unchanged sources.
pub(crate) fn absorb(
    fleet: &Fleet<'_>,
    profile: &str,
    edited: &[Edited],
    decide: &mut Decide<'_>,
) -> Result<Absorption, Vec<Diagnostic>> {
    let mut state = State::new(fleet, profile);
    if edited.iter().any(|edited| state.rendered(subject(profile, edited, "")).is_err()) {
        state.reach_all();
    }
    let mut outputs = Vec::new();
    // The current text of each output, before any edit is applied.
    let mut bases = Vec::new();
    for edited in edited {
        bases.push(state.rendered(subject(profile, edited, ""))?);
    }
    for (edited, unedited) in edited.iter().zip(&bases) {
        let reason = format!("edited by hand in {}", edited.path);
        let subject = subject(profile, edited, &reason);
        let (found, settled) = document::settings(&mut state, subject, &edited.found, decide);
        let before = state.rendered(subject)?;
        let base = edited.base.as_deref().unwrap_or(unedited);
        let whole = Merged {
            text: found.clone(),
            lines: (1..=found.lines().count().max(1)).collect(),
            conflicts: Vec::new(),
        };
        // Line endings and the byte order mark were handled above.
        let base = with_settings_of(base, &before);
        let merged = if base == before { whole } else { merge(&base, &before, &found) };
        let edits = split(&before, &merged.text);
        let sources = state.clone();
        let (changed, edits, outcomes) = apply_edits(&state, subject, &before, edits, decide);
        state = changed;
        let line = |line: usize| merged.lines.get(line - 1).or(merged.lines.last()).copied().unwrap_or(1);
        let changes = edits.groups.iter().zip(outcomes).map(|(group, outcome)| Change {
            line: line(group.line),
            removed: group.removed.clone(),
            added: group.added.clone(),
            outcome: match outcome {
                Outcome::Applied { what, files, others } => {
                    Ok(Applied { what, files: files.into_iter().collect(), others })
                }
                Outcome::Rejected(reason) => Err(reason),
            },
        });
        let conflicts = merged.conflicts.iter().map(|conflict| Change {
            line: conflict.line,
            removed: conflict.sources.clone(),
            added: conflict.file.clone(),
            outcome: Err(Reason::Conflict(located(&sources, subject, conflict))),
        });
        let mut changes: Vec<Change> = settled.into_iter().chain(changes).chain(conflicts).collect();
        changes.sort_by_key(|change| change.line);
        outputs.push(Absorbed {
            path: edited.path.clone(),
            target: edited.target,
            changes,
            text: String::new(),
            is_merged: edited.base.as_deref().is_some_and(|base| base != unedited),
        });
    }
    for (output, edited) in outputs.iter_mut().zip(edited) {
        output.text = state.rendered(subject(profile, edited, ""))?;
    }
    let Tidied { files, gone, notes } = tidy(fleet, state.changed);
    Ok(Absorption { files, gone, notes, outputs })
}

fn subject<'s>(profile: &'s str, edited: &'s Edited, reason: &'s str) -> Subject<'s> {
    Subject { profile, target: edited.target, path: &edited.path, reason }
}

/// Returns the conflict with the places where the sources' text is written.
fn located(state: &State<'_>, subject: Subject<'_>, conflict: &Conflict) -> Conflict {
    let end = conflict.at + conflict.sources.len();
    let places = state.look(subject, |persona| claim_places(persona, conflict.at..end));
    Conflict { places: places.unwrap_or_default(), ..conflict.clone() }
}

/// Returns a text with the line endings and byte order mark of another.
fn with_settings_of(text: &str, like: &str) -> String {
    let plain = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let plain = if like.contains("\r\n") { plain.replace('\n', "\r\n") } else { plain };
    if like.starts_with('\u{feff}') { format!("\u{feff}{plain}") } else { plain }
}
