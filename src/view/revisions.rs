//! `cento diff --since`: the edits, and their effects on personas.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use serde::Serialize;

use super::comparison::{RowReport, excerpt, texts};
use super::json::{Version, Versioned};
use super::page::{Block, Diff, Page, Phrase};
use super::terminal::Role;
use crate::analyse::diff::{Caused, Changes, Edit, Effect, OutputChange, SharedHunk, Status};
use crate::model::wording::{count, names, one_or_many};
use crate::model::{Diagnostic, Severity, Sources, fold};

/// The maximum number of personas named in a line; others are counted.
const MOST_NAMES: usize = 12;

/// How many hunks are expanded at first, in media that fold. The first hunks affect the most personas.
const OPEN_HUNKS: usize = 5;

/// The changes between two states of a workspace, with what is needed to show them.
#[derive(Debug)]
pub(crate) struct Story<'c> {
    /// The names of the two states.
    pub names: [&'c str; 2],
    /// The files of both states, for the places of findings.
    pub sources: [&'c Sources; 2],
    pub changes: &'c Changes,
    /// The command that shows them.
    pub command: String,
}

impl Story<'_> {
    /// The changes as a page: edits, findings and effects, each once.
    pub(crate) fn page(&self) -> Page {
        let [before, after] = self.names;
        let mut page = Page {
            title: format!("What changes in the personas between {before} and {after}"),
            command: self.command.clone(),
            blocks: Vec::new(),
        };
        page.blocks.push(Block::Line(0, self.summary()));
        self.causes(&mut page.blocks);
        self.findings(&mut page.blocks);
        self.effects(&mut page.blocks);
        page
    }

    fn summary(&self) -> Phrase {
        let [before, after] = self.names;
        let changes = self.changes;
        let title = Phrase::of(Role::Emphasis, format!("{before} \u{2192} {after}"));
        if changes.causes.is_empty() && !changes.has_effect() {
            return title.and(": nothing that cento reads has changed");
        }
        let files: BTreeSet<&str> = changes.causes.iter().map(|caused| caused.cause.path.as_str()).collect();
        let changed = changes.effects.iter().filter(|effect| effect.is_persona()).count();
        title.and(format!(
            ": {} in {}, {} of {}",
            count(changes.causes.len(), "edit"),
            count(files.len(), "file"),
            if changed == 0 { "none".to_owned() } else { changed.to_string() },
            format_args!("{} changed", count(changes.personas, "persona")),
        ))
    }

    fn causes(&self, blocks: &mut Vec<Block>) {
        if self.changes.causes.is_empty() {
            return;
        }
        blocks.push(Block::Heading("edits".into()));
        let mut path = "";
        for caused in &self.changes.causes {
            if caused.cause.path != path {
                path = &caused.cause.path;
                blocks.push(Block::Line(1, Phrase::of(Role::Path, path)));
            }
            blocks.push(Block::Line(2, cause_line(caused)));
            let cause = &caused.cause;
            match (&cause.before, &cause.after) {
                (Some(before), Some(after)) if fold(before) != fold(after) => {
                    blocks.extend(texts(before, after, 3));
                }
                (Some(before), Some(after)) if before != after => {
                    blocks.push(Block::Line(3, Phrase::of(Role::Faint, "only white space changed")));
                }
                (Some(text), None) | (None, Some(text))
                    if !text.is_empty() && !cause.what.ends_with(text.as_str()) =>
                {
                    let (sign, role) =
                        if cause.after.is_some() { ("+ ", Role::Added) } else { ("- ", Role::Removed) };
                    blocks.push(Block::Line(3, Phrase::of(role, format!("{sign}{}", excerpt(text)))));
                }
                _ => {}
            }
        }
    }

    fn findings(&self, blocks: &mut Vec<Block>) {
        let sets = [
            ("new findings", &self.changes.found, self.sources[1]),
            ("fixed findings", &self.changes.mended, self.sources[0]),
        ];
        for (heading, findings, sources) in sets {
            if findings.is_empty() {
                continue;
            }
            blocks.push(Block::Heading(heading.into()));
            blocks.extend(findings.iter().flat_map(|finding| finding_blocks(finding, sources)));
        }
    }

    fn effects(&self, blocks: &mut Vec<Block>) {
        let status_lines: Vec<Block> = self.changes.effects.iter().filter_map(status_line).collect();
        if !status_lines.is_empty() {
            blocks.push(Block::Heading("personas added, removed or no longer built".into()));
            blocks.extend(status_lines);
        }
        if self.changes.hunks.is_empty() {
            return;
        }
        blocks.push(Block::Heading("changes in personas".into()));
        for (number, shared) in self.changes.hunks.iter().enumerate() {
            let mut summary = Phrase::of(Role::Emphasis, outputs(shared));
            if shared.varies {
                summary = summary.then(Role::Faint, ", equal except for field values");
            }
            let about = Phrase::of(Role::Path, names(&shared.addresses, MOST_NAMES));
            let diff = Diff { hunks: vec![(about, shared.hunk.clone())] };
            let open = number < OPEN_HUNKS;
            blocks.push(Block::Details { summary, blocks: vec![Block::Diff(diff)], open });
        }
    }

    /// The changes as JSON; see `docs/json.md`.
    pub(crate) fn report(&self) -> Versioned<Report<'_>> {
        Version::REVISIONS.of(Report {
            before: self.names[0],
            after: self.names[1],
            causes: &self.changes.causes,
            found: findings(&self.changes.found, self.sources[1]),
            mended: findings(&self.changes.mended, self.sources[0]),
            personas: &self.changes.effects,
            rows: shared_rows(&self.changes.effects),
            hunks: &self.changes.hunks,
        })
    }
}

fn cause_line(caused: &Caused) -> Phrase {
    let cause = &caused.cause;
    let edits: Vec<String> = cause.edits.iter().map(edited).collect();
    let line = Phrase::of(Role::Emphasis, &cause.what).and(format!(" {} ", edits.join(", ")));
    let changes = &caused.changes;
    let unchanged = |more: &str| match caused.without_effect {
        0 => String::new(),
        others => {
            let phrase = one_or_many(others, "has it but does not change", "have it but do not change");
            format!(" ({others}{more} {phrase})")
        }
    };
    if changes.is_empty() {
        return line.then(Role::Faint, format!("\u{2192} no persona changes{}", unchanged("")));
    }
    let names = names(changes, MOST_NAMES);
    let line = line.and(format!("\u{2192} {}: {names}", count(changes.len(), "persona")));
    line.then(Role::Faint, unchanged(" more"))
}

/// Describes an edit, as the end of a sentence.
fn edited(edit: &Edit) -> String {
    match edit {
        Edit::Added => "added".to_owned(),
        Edit::Removed => "removed".to_owned(),
        Edit::Reworded => "reworded".to_owned(),
        Edit::Value => "changed".to_owned(),
        Edit::Force { from, to } => format!("{} \u{2192} {}", from.name(), to.name()),
        Edit::Level { from, to } => format!("level {} \u{2192} {}", from.name(), to.name()),
        Edit::Changed { to } => (*to).to_owned(),
        Edit::Moved => "moved".to_owned(),
        Edit::Renamed { from } => format!("renamed from {from}"),
    }
}

fn finding_blocks(finding: &Diagnostic, sources: &Sources) -> Vec<Block> {
    let role = if finding.severity == Severity::Error { Role::Error } else { Role::Warning };
    let mut line = Phrase::of(role, format!("{}[{}]", finding.severity.name(), finding.code.name))
        .and(format!(": {}", finding.message));
    if !finding.personas.is_empty() {
        let personas = names(&finding.personas, MOST_NAMES);
        line = line.then(Role::Faint, format!("  in {personas}"));
    }
    let mut blocks = vec![Block::Line(1, line)];
    if let Some(label) = finding.labels.first() {
        blocks.push(Block::Line(2, Phrase::of(Role::Path, sources.place(label.span))));
    }
    for help in finding.helps.iter().take(1).flat_map(|help| help.lines()) {
        blocks.push(Block::Line(2, Phrase::of(Role::Faint, help.trim())));
    }
    blocks
}

/// The change of a persona's status or output paths, if there is one.
fn status_line(effect: &Effect) -> Option<Block> {
    let paths: Vec<String> = effect.outputs.iter().filter_map(moved_output).collect();
    let (role, what) = match (effect.before, effect.after) {
        (Status::Absent, _) => (Role::Added, "added".to_owned()),
        (_, Status::Absent) => (Role::Removed, "removed".to_owned()),
        (before, after) if before == after && paths.is_empty() => {
            return match after {
                Status::Uncomposed => Some(line(
                    effect,
                    Role::Warning,
                    "cannot be composed on either side, so it is not compared".to_owned(),
                )),
                _ => None,
            };
        }
        (before, after) if before == after => (Role::Moved, String::new()),
        (Status::Uncomposed, Status::Sound) => {
            (Role::Added, "builds again; it did not compose before, so its text is not compared".to_owned())
        }
        (_, Status::Uncomposed) => {
            (Role::Error, "no longer composes, so its text is not compared".to_owned())
        }
        (_, Status::Unsound) => (Role::Error, "no longer builds".to_owned()),
        (Status::Unsound, Status::Sound) => (Role::Added, "builds again".to_owned()),
        (before, after) => (Role::Warning, format!("was {}, is now {}", before.name(), after.name())),
    };
    let what = [vec![what], paths]
        .concat()
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("; ");
    Some(line(effect, role, what))
}

fn line(effect: &Effect, role: Role, what: String) -> Block {
    Block::Line(1, Phrase::of(Role::Emphasis, &effect.profile).and(" ").then(role, what))
}

/// The change of an output's path, if there is one.
fn moved_output(output: &OutputChange) -> Option<String> {
    match (&output.before, &output.after) {
        (None, Some(path)) => Some(format!("{path} ({})", count(output.lines, "line"))),
        (Some(path), None) => Some(format!("{path} is no longer built")),
        (Some(before), Some(after)) if before != after => Some(format!("{before} \u{2192} {after}")),
        _ => None,
    }
}

/// The personas of a shared hunk, such as `6 personas: a (claude, prompt), b`.
fn outputs(shared: &SharedHunk) -> String {
    let mut personas: Vec<(&str, Vec<&str>)> = Vec::new();
    for (profile, target) in &shared.outputs {
        match personas.last_mut().filter(|(last, _)| last == profile) {
            Some((_, targets)) => targets.push(target),
            None => personas.push((profile, vec![target])),
        }
    }
    let named: Vec<String> = personas
        .iter()
        .map(|(profile, targets)| match targets.as_slice() {
            [_] => (*profile).to_owned(),
            targets => format!("{profile} ({})", targets.join(", ")),
        })
        .collect();
    format!("{}: {}", count(personas.len(), "persona"), names(&named, MOST_NAMES))
}

/// The JSON form of the changes.
#[derive(Debug, Serialize)]
pub(crate) struct Report<'c> {
    before: &'c str,
    after: &'c str,
    causes: &'c [Caused],
    found: Vec<FindingReport<'c>>,
    mended: Vec<FindingReport<'c>>,
    personas: &'c [Effect],
    rows: Vec<SharedRow<'c>>,
    hunks: &'c [SharedHunk],
}

/// A difference at an address that several personas share.
#[derive(Debug, Serialize)]
struct SharedRow<'c> {
    #[serde(flatten)]
    row: RowReport<'c>,
    personas: Vec<&'c str>,
}

/// The rows of all personas, each once.
fn shared_rows(effects: &[Effect]) -> Vec<SharedRow<'_>> {
    let mut rows: IndexMap<String, SharedRow<'_>> = IndexMap::new();
    for effect in effects {
        for row in effect.rows.iter().map(RowReport::of) {
            let key = serde_json::to_string(&row).unwrap_or_default();
            let shared = rows.entry(key).or_insert_with(|| SharedRow { row, personas: Vec::new() });
            shared.personas.push(&effect.profile);
        }
    }
    rows.into_values().collect()
}

#[derive(Debug, Serialize)]
struct FindingReport<'c> {
    code: &'static str,
    severity: &'static str,
    message: &'c str,
    place: Option<String>,
    personas: &'c BTreeSet<String>,
}

fn findings<'c>(findings: &'c [Diagnostic], sources: &Sources) -> Vec<FindingReport<'c>> {
    let report = |finding: &'c Diagnostic| FindingReport {
        code: finding.code.name,
        severity: finding.severity.name(),
        message: &finding.message,
        place: finding.labels.first().map(|label| sources.place(label.span)),
        personas: &finding.personas,
    };
    findings.iter().map(report).collect()
}
