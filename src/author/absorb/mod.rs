//! Absorbing: edits made by hand in a generated file go back to the sources that it is made of.
//!
//! What was edited is split into hunks ([`hunks`]). For each, the origins of the persona's text lead to
//! proposals ([`propose`]): changes of TOML that may make it. A proposal counts only if it is proven: the
//! changed sources are loaded, composed and rendered, and the persona must have the edit in it and nothing
//! that was not edited ([`place`]). So whatever is placed, a build gives back the edited file.

mod additions;
mod applied;
mod document;
mod elements;
mod entries;
mod front_matter;
mod home;
mod hunks;
mod layout;
mod merge;
mod moves;
mod pairing;
mod place;
mod propose;
mod regroup;
mod sections;
mod settings;
mod state;
mod strings;
mod tidy;
mod values;

use camino::{Utf8Path, Utf8PathBuf};

pub(crate) use crate::trial::{AffectedPersona, Texts};
pub(crate) use merge::Conflict;

use crate::model::Diagnostic;
use hunks::split;
use merge::{Merged, merge};
use place::{Decide, Fate, claim_places, place_edits};
use state::{State, Subject};
use tidy::{Tidied, tidy};

/// An output that was edited by hand.
#[derive(Debug, Clone)]
pub(crate) struct Edited {
    /// Its path, as messages name it.
    pub path: Utf8PathBuf,
    /// The target.
    pub target: &'static str,
    /// What was built last; nothing if that is what the sources make now.
    pub base: Option<String>,
    /// What stands there.
    pub found: String,
}

/// An edit that would change other personas too.
#[derive(Debug)]
pub(crate) struct Question<'q> {
    /// The output that was edited.
    pub path: &'q Utf8Path,
    /// The line of the edited file, from 1.
    pub line: usize,
    /// The lines before.
    pub removed: &'q str,
    /// The lines afterwards.
    pub added: &'q str,
    /// What would change, in a few words.
    pub what: &'q str,
    /// The files that would change.
    pub files: &'q [Utf8PathBuf],
    /// The personas that would change too.
    pub others: &'q [AffectedPersona],
    /// What would change instead for this persona alone, if that is possible.
    pub instead: Option<&'q str>,
}

/// Where an edit goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Where it is written, for all personas.
    Shared,
    /// Into this profile, for it alone.
    Own,
    /// Nowhere.
    Leave,
}

/// Why an edit was not placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reason {
    /// It changes other personas, and nobody allowed that.
    Shared {
        /// The files that would change.
        files: Vec<Utf8PathBuf>,
        /// The personas that would change too.
        others: Vec<AffectedPersona>,
        /// The personas that would change too if the profile said it for itself, which it could not
        /// otherwise.
        own: Option<Vec<AffectedPersona>>,
    },
    /// No change of the sources makes it.
    Unplaced {
        /// Why.
        why: String,
        /// Where the text there is written: file, line and address.
        places: Vec<String>,
    },
    /// It could be placed in part only.
    Torn,
    /// It belongs to the edit of this line, which was not placed.
    Bound(usize),
    /// Only a change of the profile makes it, and one of the fragment was asked for.
    Own,
    /// It takes away a line that opens or closes the front matter, or makes another line one.
    Fence,
    /// The sources changed in the same place.
    Conflict(Conflict),
}

impl Reason {
    /// Whether it waits for a word of the person who edited.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self, Reason::Shared { .. } | Reason::Own)
    }
}

/// What became of one edit.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    /// The line of the edited file, from 1.
    pub line: usize,
    /// The lines before.
    pub removed: String,
    /// The lines afterwards.
    pub added: String,
    /// Where it went.
    pub fate: Result<Placed, Reason>,
}

/// Where an edit went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Placed {
    /// What changed, in a few words each.
    pub what: Vec<String>,
    /// The files that changed.
    pub files: Vec<Utf8PathBuf>,
    /// The other personas that change with it.
    pub others: Vec<AffectedPersona>,
}

/// What became of the edits of one output.
#[derive(Debug, Clone)]
pub(crate) struct Absorbed {
    /// Its path, as messages name it.
    pub path: Utf8PathBuf,
    /// The target.
    pub target: &'static str,
    /// The edits.
    pub changes: Vec<Change>,
    /// What the changed sources make of it.
    pub text: String,
    /// Whether sources and file had both changed since the last build.
    pub is_merged: bool,
}

impl Absorbed {
    /// Whether all edits were placed.
    pub(crate) fn is_whole(&self) -> bool {
        self.changes.iter().all(|change| change.fate.is_ok())
    }
}

/// What became of the edits of one persona.
#[derive(Debug, Clone)]
pub(crate) struct Absorption {
    /// The files that change, by path, with `\n` for every line break.
    pub files: Texts,
    /// The files that go.
    pub gone: Vec<Utf8PathBuf>,
    /// What else was tidied up, or is to be, in a few words each.
    pub notes: Vec<String>,
    /// The outputs, in the order in which they were given.
    pub outputs: Vec<Absorbed>,
}

/// Places the edits of one persona's outputs in the sources. Nothing is written.
///
/// # Errors
/// What keeps the persona from being built as its sources are.
pub(crate) fn absorb(
    texts: &Texts,
    profile: &str,
    edited: &[Edited],
    decide: &mut Decide<'_>,
) -> Result<Absorption, Vec<Diagnostic>> {
    let mut state = State::new(texts, profile);
    if edited.iter().any(|edited| state.rendered(subject(profile, edited, "")).is_err()) {
        state.reach_all();
    }
    let mut outputs = Vec::new();
    // What the sources made of each output before the edits of the others were placed.
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
        // Line endings and the byte order mark are settled already.
        let base = with_settings_of(base, &before);
        let merged = if base == before { whole } else { merge(&base, &before, &found) };
        let edits = split(&before, &merged.text);
        let sources = state.clone();
        let (placed, edits, fates) = place_edits(&state, subject, &before, edits, decide);
        state = placed;
        let line = |line: usize| merged.lines.get(line - 1).or(merged.lines.last()).copied().unwrap_or(1);
        let changes = edits.groups.iter().zip(fates).map(|(group, fate)| Change {
            line: line(group.line),
            removed: group.removed.clone(),
            added: group.added.clone(),
            fate: match fate {
                Fate::Placed { what, files, others } => {
                    Ok(Placed { what, files: files.into_iter().collect(), others })
                }
                Fate::Left(reason) => Err(reason),
            },
        });
        let conflicts = merged.conflicts.iter().map(|conflict| Change {
            line: conflict.line,
            removed: conflict.sources.clone(),
            added: conflict.file.clone(),
            fate: Err(Reason::Conflict(located(&sources, subject, conflict))),
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
    let Tidied { texts: tidied, notes } = tidy(texts, state.texts);
    let gone = texts.keys().filter(|path| !tidied.contains_key(*path)).cloned().collect();
    let files = tidied.into_iter().filter(|(path, text)| texts.get(path) != Some(text)).collect();
    Ok(Absorption { files, gone, notes, outputs })
}

fn subject<'s>(profile: &'s str, edited: &'s Edited, reason: &'s str) -> Subject<'s> {
    Subject { profile, target: edited.target, path: &edited.path, reason }
}

/// A conflict with the places where the text of the sources is written.
fn located(state: &State, subject: Subject<'_>, conflict: &Conflict) -> Conflict {
    let end = conflict.at + conflict.sources.len();
    let places = state.look(subject, |persona| claim_places(persona, conflict.at..end));
    Conflict { places: places.unwrap_or_default(), ..conflict.clone() }
}

/// A text with the line endings and the byte order mark of another.
fn with_settings_of(text: &str, like: &str) -> String {
    let plain = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let plain = if like.contains("\r\n") { plain.replace('\n', "\r\n") } else { plain };
    if like.starts_with('\u{feff}') { format!("\u{feff}{plain}") } else { plain }
}
