//! `cento absorb`: the edits that were applied to sources, and those that were not.

use camino::Utf8PathBuf;
use serde::Serialize;

use super::json::{Version, Versioned};
use super::page::{Block, Diff, Page, Phrase};
use super::terminal::Role;
use crate::analyse::diff::{Hunk, hunks};
use crate::author::absorb::{Absorbed, AffectedPersona, Applied, Change, Conflict, Reason};
use crate::model::wording::{self, count, one_or_many};

/// The maximum number of places that a help names.
const MAX_PLACES: usize = 3;

/// The most other personas that a line names.
const MAX_PERSONAS: usize = 8;

/// The results for the edits of some personas.
#[derive(Debug)]
pub(crate) struct Story {
    /// The personas with edited outputs, by id.
    pub personas: Vec<Persona>,
    /// The changed sources: path, text before, and text after. `None` if the file is removed.
    pub files: Vec<(Utf8PathBuf, String, Option<String>)>,
    /// Notes on other things that were, or should be, cleaned up.
    pub notes: Vec<String>,
    pub written: bool,
}

/// The results for the edits of one persona.
#[derive(Debug)]
pub(crate) struct Persona {
    pub profile: String,
    /// Its edited outputs.
    pub outputs: Vec<Absorbed>,
    /// The edited outputs that were skipped, each with the reason.
    pub skipped: Vec<(Utf8PathBuf, String)>,
}

/// The reason as text, and helps.
fn because(profile: &str, reason: &Reason) -> (String, Vec<String>) {
    match reason {
        Reason::Shared { files, others, own } => {
            let files: Vec<&str> = files.iter().map(|path| path.as_str()).collect();
            let mut helps = vec![format!("to change all of them: cento absorb {profile} --to fragment")];
            if let Some(heirs) = own {
                let whom = match heirs.as_slice() {
                    [] => "only this persona".to_owned(),
                    heirs => format!(
                        "only this persona and {}, which {} it",
                        names(heirs),
                        one_or_many(heirs.len(), "extends", "extend")
                    ),
                };
                helps.push(format!("to change {whom}: cento absorb {profile} --to profile"));
            }
            if own.as_ref() == Some(others) {
                helps.remove(0);
            }
            (format!("{} would change {} too", files.join(", "), names(others)), helps)
        }
        Reason::NoSource { why, places } => (why.clone(), vec![by_hand(profile, places)]),
        Reason::Partial => ("only part of it could be applied".to_owned(), vec![by_hand(profile, &[])]),
        Reason::DependsOn(line) => (
            format!("it depends on line {line}, which was not applied"),
            vec![format!("once line {line} is applied: cento absorb {profile}")],
        ),
        Reason::ProfileOnly => (
            "no edit of a fragment gives this text; only the profile can".to_owned(),
            vec![format!("to change only this persona: cento absorb {profile} --to profile")],
        ),
        Reason::Fence => (
            "front matter must open the file, between two lines `---`; this edit breaks it".to_owned(),
            vec![
                format!("restore the line, then: cento absorb {profile}"),
                format!("to drop the front matter, delete all of it, then: cento absorb {profile}"),
            ],
        ),
        Reason::Conflict(conflict) => (
            "the sources changed in the same place".to_owned(),
            vec![
                format!(
                    "to keep the edit, make it in {}, then: cento absorb {profile}",
                    place_names(&conflict.places)
                ),
                format!("to keep the sources, restore their text here, then: cento absorb {profile}"),
            ],
        ),
    }
}

/// The help for an edit that was not applied.
fn by_hand(profile: &str, places: &[String]) -> String {
    format!("make the edit in {}, then: cento build {profile} --force", place_names(places))
}

/// The first places, as a list.
fn place_names(places: &[String]) -> String {
    if places.is_empty() {
        return "the profile or one of its fragments".to_owned();
    }
    wording::names(places, MAX_PLACES)
}

/// The names of personas, first of those that would then have an error.
fn names(others: &[AffectedPersona]) -> String {
    let name = |other: &AffectedPersona| match &other.breaks {
        None => format!("`{}`", other.profile),
        Some(why) => format!("`{}` (which would then have an error: {why})", other.profile),
    };
    let (broken, sound): (Vec<_>, Vec<_>) = others.iter().partition(|other| other.breaks.is_some());
    wording::series(broken.into_iter().chain(sound).map(name), MAX_PERSONAS)
}

impl Story {
    /// Returns whether every edit was applied.
    pub(crate) fn is_whole(&self) -> bool {
        let is_whole =
            |persona: &Persona| persona.skipped.is_empty() && persona.outputs.iter().all(Absorbed::is_whole);
        self.personas.iter().all(is_whole)
    }

    fn changes(&self) -> impl Iterator<Item = &Change> {
        self.personas.iter().flat_map(|persona| &persona.outputs).flat_map(|output| &output.changes)
    }

    /// The results as a page.
    pub(crate) fn page(&self) -> Page {
        let mut page = Page::new("Hand edits", "cento absorb", Vec::new());
        if self.personas.is_empty() {
            page.blocks.push(Block::Line(0, "no hand edits".into()));
            return page;
        }
        for persona in &self.personas {
            for output in &persona.outputs {
                page.blocks.push(Block::Heading(heading(output.path.as_str(), &persona.profile)));
                for changes in
                    output.changes.chunk_by(|one, other| is_part_of_another(one) && is_part_of_another(other))
                {
                    match changes {
                        [first, .., last] if is_part_of_another(first) => {
                            page.blocks.push(grouped_edits(first, last))
                        }
                        _ => page.blocks.extend(
                            changes.iter().flat_map(|change| change_blocks(&persona.profile, change)),
                        ),
                    }
                }
            }
            for (path, reason) in &persona.skipped {
                page.blocks.push(Block::Heading(heading(path.as_str(), &persona.profile)));
                let line = Phrase::of(Role::Warning, "skipped: ").and(reason.clone());
                page.blocks.push(Block::Line(1, line));
            }
        }
        for note in &self.notes {
            page.blocks.push(Block::Line(0, Phrase::of(Role::Note, "note: ").and(note.clone())));
        }
        // A diff of written sources can be shown by git.
        if !self.written {
            for (path, before, after) in &self.files {
                page.blocks.push(Block::Heading(Phrase::of(Role::Path, path.as_str())));
                let after = after.as_deref().unwrap_or_default();
                page.blocks.push(Block::Diff(Diff::from(hunks(before, after, 1))));
            }
        }
        page.blocks.push(Block::Space);
        page.blocks.push(Block::Line(0, self.summary().into()));
        page
    }

    fn summary(&self) -> String {
        let applied = self.changes().filter(|change| change.outcome.is_ok()).count();
        let remaining = self.changes().count() - applied;
        let skipped = self.personas.iter().map(|persona| persona.skipped.len()).sum::<usize>();
        let mut parts = Vec::new();
        let verb = if self.written { "" } else { " would be" };
        if applied > 0 || remaining + skipped == 0 {
            parts.push(format!("{applied}{verb} absorbed, {} changed", count(self.files.len(), "file")));
        }
        if remaining > 0 {
            parts.push(format!("{remaining} not absorbed"));
        }
        if skipped > 0 {
            parts.push(format!("{skipped} skipped"));
        }
        parts.join("; ")
    }

    /// The results as JSON; see `docs/json.md`.
    pub(crate) fn report(&self) -> Versioned<Report<'_>> {
        let outputs = self.personas.iter().flat_map(|persona| {
            let applied = persona.outputs.iter().map(|output| OutputReport {
                profile: &persona.profile,
                path: output.path.as_str(),
                target: Some(output.target),
                merged: output.is_merged,
                left_alone: None,
                changes: output
                    .changes
                    .iter()
                    .map(|change| ChangeReport::of(&persona.profile, change))
                    .collect(),
            });
            let skipped = persona.skipped.iter().map(|(path, reason)| OutputReport {
                profile: &persona.profile,
                path: path.as_str(),
                target: None,
                merged: false,
                left_alone: Some(reason),
                changes: Vec::new(),
            });
            applied.chain(skipped).collect::<Vec<_>>()
        });
        let file = |(path, before, after): &(Utf8PathBuf, String, Option<String>)| FileReport {
            path: path.to_string(),
            removed: after.is_none(),
            hunks: hunks(before, after.as_deref().unwrap_or_default(), 1),
        };
        Version::ABSORB.of(Report {
            written: self.written,
            outputs: outputs.collect(),
            files: self.files.iter().map(file).collect(),
            notes: &self.notes,
        })
    }
}

fn heading(path: &str, profile: &str) -> Phrase {
    Phrase::of(Role::Path, path).then(Role::Faint, format!("  {profile}"))
}

/// Returns whether an edit was applied as part of another one.
fn is_part_of_another(change: &Change) -> bool {
    change.outcome.as_ref().is_ok_and(|applied| applied.what.is_empty())
}

/// One line for successive edits that were applied as part of others.
fn grouped_edits(first: &Change, last: &Change) -> Block {
    let lines = format!("lines {} to {}", first.line, last.line);
    let line = Phrase::of(Role::Frame, lines).and("  ").then(Role::Added, "\u{2192} ");
    Block::Line(1, line.and("applied with another edit"))
}

/// One edit: where it was applied, or why it was not.
fn change_blocks(profile: &str, change: &Change) -> Vec<Block> {
    let line = Phrase::of(Role::Frame, format!("line {}", change.line)).and("  ");
    match &change.outcome {
        Ok(Applied { what, files, others }) => {
            let files: Vec<&str> = files.iter().map(|path| path.as_str()).collect();
            let mut blocks = Vec::new();
            let what = if what.is_empty() { "applied with another edit".to_owned() } else { what.join("; ") };
            let line = line.then(Role::Added, "\u{2192} ").and(what);
            let line = if files.is_empty() {
                line
            } else {
                line.then(Role::Path, format!("  {}", files.join(", ")))
            };
            blocks.push(Block::Line(1, line));
            if !others.is_empty() {
                blocks.push(Block::Line(
                    2,
                    Phrase::of(Role::Warning, format!("changes {} too", names(others))),
                ));
            }
            blocks
        }
        Err(reason) => {
            let (why, helps) = because(profile, reason);
            let mut blocks = vec![Block::Line(1, line.then(Role::Warning, "not absorbed: ").and(why))];
            match reason {
                Reason::Conflict(conflict) => blocks.extend(sides(conflict)),
                _ => blocks.extend(edit_blocks(&change.removed, &change.added)),
            }
            blocks.extend(
                helps.into_iter().map(|help| Block::Line(2, Phrase::of(Role::Help, "help: ").and(help))),
            );
            blocks
        }
    }
}

/// The lines of an edit, before and after.
fn edit_blocks(removed: &str, added: &str) -> Vec<Block> {
    let hunks = hunks(removed, added, 0);
    vec![Block::Diff(Diff { hunks, paths: None, is_excerpt: true })]
}

/// The three versions in a conflict: the last build, the sources now, and the edited file.
fn sides(conflict: &Conflict) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut side = |role, name: &str, text: &str| {
        let nothing = text.trim().is_empty().then_some("(nothing)");
        for line in nothing.into_iter().chain(text.lines().filter(|_| nothing.is_none())) {
            let name = Phrase::of(Role::Note, format!("{name:<13}"));
            blocks.push(Block::Line(2, name.then(role, line)));
        }
    };
    side(Role::Faint, "last build:", &conflict.base);
    side(Role::Removed, "sources now:", &conflict.sources);
    side(Role::Added, "here:", &conflict.file);
    if !conflict.places.is_empty() {
        blocks.push(Block::Line(
            2,
            Phrase::of(Role::Note, "written in: ").then(Role::Path, place_names(&conflict.places)),
        ));
    }
    blocks
}

/// A page with one edit alone.
pub(crate) fn edit_page(removed: &str, added: &str) -> Page {
    Page { blocks: edit_blocks(removed, added), ..Page::default() }
}

/// The JSON form of the results.
#[derive(Debug, Serialize)]
pub(crate) struct Report<'s> {
    written: bool,
    outputs: Vec<OutputReport<'s>>,
    files: Vec<FileReport>,
    notes: &'s [String],
}

#[derive(Debug, Serialize)]
struct FileReport {
    path: String,
    removed: bool,
    hunks: Vec<Hunk>,
}

#[derive(Debug, Serialize)]
struct OutputReport<'s> {
    profile: &'s str,
    path: &'s str,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<&'static str>,
    merged: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    left_alone: Option<&'s String>,
    changes: Vec<ChangeReport<'s>>,
}

#[derive(Debug, Default, Serialize)]
struct ChangeReport<'s> {
    line: usize,
    removed: &'s str,
    added: &'s str,
    placed: bool,
    what: Vec<String>,
    files: Vec<&'s str>,
    others: &'s [AffectedPersona],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    places: &'s [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    help: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    base: Option<&'s str>,
}

impl<'s> ChangeReport<'s> {
    fn of(profile: &str, change: &'s Change) -> Self {
        let mut report = ChangeReport {
            line: change.line,
            removed: &change.removed,
            added: &change.added,
            placed: change.outcome.is_ok(),
            ..ChangeReport::default()
        };
        let paths = |files: &'s [Utf8PathBuf]| files.iter().map(|path| path.as_str()).collect();
        match &change.outcome {
            Ok(Applied { what, files, others }) => {
                (report.what, report.files, report.others) = (what.clone(), paths(files), others);
            }
            Err(reason) => {
                let (why, help) = because(profile, reason);
                (report.what, report.help) = (vec![why], help);
                match reason {
                    Reason::Shared { files, others, .. } => {
                        (report.files, report.others) = (paths(files), others);
                    }
                    Reason::NoSource { places, .. } => report.places = places,
                    Reason::Conflict(conflict) => {
                        (report.places, report.base) = (&conflict.places, Some(conflict.base.as_str()));
                    }
                    Reason::Partial | Reason::DependsOn(_) | Reason::ProfileOnly | Reason::Fence => {}
                }
            }
        }
        report
    }
}
