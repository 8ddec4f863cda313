//! `cento diff --since`: what needs attention, the edits, what breaks, and the effects on personas.

use std::collections::BTreeSet;

use indexmap::{IndexMap, IndexSet};
use serde::Serialize;

use super::comparison::{RowReport, excerpt, forces, row_blocks, texts};
use super::json::{Version, Versioned};
use super::page::{Block, Diff, Page, Phrase, beginning};
use super::terminal::Role;
use crate::analyse::diff::{
    Alert, Caused, Edit, Effect, OutputChange, OutputText, Review, SharedRow, Status, combined,
};
use crate::model::wording::{count, names, one_or_many};
use crate::model::{Diagnostic, Severity, Sources, fold};

/// The maximum number of personas named in a line; others are counted.
const MAX_NAMES: usize = 12;

/// The maximum number of addresses and of personas named in an alert.
const MAX_ALERTED: usize = 4;

/// The maximum length of a rule's text in an alert. The edits show all of it.
const MAX_ALERT_LENGTH: usize = 120;

/// The maximum number of effects that are expanded at first, in media that fold.
const OPEN_ROWS: usize = 10;

/// The maximum number of digests listed; others are counted.
const MAX_DIGESTS: usize = 100;

/// A review with the data needed to show it.
#[derive(Debug)]
pub(crate) struct Story<'c> {
    /// The names of the two states.
    pub names: [&'c str; 2],
    /// The files of both states, for the places of findings.
    pub sources: [&'c Sources; 2],
    pub review: &'c Review,
    /// The command that shows it.
    pub command: String,
}

impl Story<'_> {
    /// The review as a page: each alert, edit, finding and effect once.
    pub(crate) fn page(&self) -> Page {
        let [before, after] = self.names;
        let mut page = Page::new(
            format!("What changes in the personas between {before} and {after}"),
            self.command.clone(),
            Vec::new(),
        );
        page.blocks.push(Block::Line(0, self.summary()));
        if self.is_empty() {
            return page;
        }
        if self.is_without_effect() {
            let mut blocks = Vec::new();
            self.causes(&mut blocks);
            let summary = Phrase::plain(count(self.review.causes.len(), "edit"));
            page.blocks.push(Block::Footer(vec![Block::Details { summary, blocks, open: false }]));
            return page;
        }
        self.alerts(&mut page.blocks);
        self.causes(&mut page.blocks);
        self.findings(&mut page.blocks);
        self.effects(&mut page.blocks);
        self.texts(&mut page.blocks);
        self.digests(&mut page.blocks);
        page
    }

    fn is_empty(&self) -> bool {
        self.review.causes.is_empty() && !self.review.has_effect()
    }

    /// Returns whether the edits change no persona, chosen or not, and no finding, as when content only changes its place.
    fn is_without_effect(&self) -> bool {
        let review = self.review;
        let is_idle = |caused: &Caused| caused.changes.is_empty();
        let has_alerts = !review.alerts.is_empty() || review.other_alerts > 0;
        !review.has_effect() && !has_alerts && review.causes.iter().all(is_idle)
    }

    fn summary(&self) -> Phrase {
        let [before, after] = self.names;
        let review = self.review;
        let title = Phrase::of(Role::Emphasis, format!("{before} \u{2192} {after}"));
        if self.is_empty() {
            return title.and(": nothing that cento reads has changed");
        }
        let files: BTreeSet<&str> = review.causes.iter().map(|caused| caused.cause.path.as_str()).collect();
        let changed = review.effects.iter().filter(|effect| effect.is_persona()).count();
        let broken = review.effects.iter().filter(|effect| effect.is_broken()).count();
        let summary = title.and(format!(
            ": {} in {}, {} of {} changed",
            count(review.causes.len(), "edit"),
            count(files.len(), "file"),
            if changed == 0 { "none".to_owned() } else { changed.to_string() },
            count(review.personas, "persona"),
        ));
        if broken == 0 {
            return summary;
        }
        summary
            .and(", ")
            .then(Role::Error, format!("{broken} no longer {}", one_or_many(broken, "builds", "build")))
    }

    fn alerts(&self, blocks: &mut Vec<Block>) {
        let alerts = alike(&self.review.alerts);
        let heading = if alerts.is_empty() { String::new() } else { format!(" ({})", alerts.len()) };
        blocks.push(Block::Heading(format!("look here first{heading}").into()));
        blocks.extend(alerts.iter().flat_map(|alike| alert_blocks(alike)));
        let uncompared =
            self.review.effects.iter().filter(|effect| effect.after == Status::Uncomposed).count();
        let mut asides = Vec::new();
        if alerts.is_empty() && (uncompared == 0 || self.review.effects.len() > uncompared) {
            let whom = if uncompared == 0 { "a" } else { "another" };
            asides.push(format!("nothing weakens {whom} persona or widens its permissions"));
        }
        if uncompared > 0 {
            let verb = one_or_many(uncompared, "does", "do");
            asides.push(format!(
                "{} that {verb} not compose could not be compared",
                count(uncompared, "persona")
            ));
        }
        if self.review.other_alerts > 0 {
            asides.push(format!("{} more about other personas", self.review.other_alerts));
        }
        let unshown = self.review.rows.iter().filter(|shared| shared.cause.is_none()).count();
        if unshown > 0 {
            asides.push(format!("{} that the edits do not show; see the end", count(unshown, "change")));
        }
        blocks.extend(asides.into_iter().map(|aside| Block::faint(1, aside)));
    }

    fn causes(&self, blocks: &mut Vec<Block>) {
        if self.review.causes.is_empty() {
            return;
        }
        blocks.push(Block::Heading("edits".into()));
        let mut path = "";
        for caused in &self.review.causes {
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
                    blocks.push(Block::faint(3, "only white space changed"));
                }
                (Some(text), None) | (None, Some(text))
                    if !text.is_empty() && !cause.what.ends_with(text.as_str()) =>
                {
                    let (sign, role) =
                        if cause.after.is_some() { ("+", Role::Added) } else { ("-", Role::Removed) };
                    let force = cause.force.map_or(String::new(), |force| format!(" {}", force.capitals()));
                    blocks.push(Block::Line(3, Phrase::of(role, format!("{sign}{force} {}", excerpt(text)))));
                }
                _ => {}
            }
        }
    }

    fn findings(&self, blocks: &mut Vec<Block>) {
        let sets = [
            ("new findings", &self.review.found, self.sources[1]),
            ("fixed findings", &self.review.mended, self.sources[0]),
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
        let status_lines: Vec<Block> = self.review.effects.iter().filter_map(status_line).collect();
        if !status_lines.is_empty() {
            blocks.push(Block::Heading("personas added, removed or no longer built".into()));
            blocks.extend(status_lines);
        }
        let (shown, other): (Vec<_>, Vec<_>) =
            self.review.rows.iter().partition(|shared| shared.cause.is_some());
        let is_layout = |effect: &&Effect| {
            let is_rewritten =
                effect.outputs.iter().any(|output| output.before.is_some() && output.after.is_some());
            effect.rows.is_empty() && is_rewritten
        };
        let layout: Vec<&str> =
            self.review.effects.iter().filter(is_layout).map(|effect| effect.profile.as_str()).collect();
        if self.review.rows.is_empty() && layout.is_empty() {
            return;
        }
        blocks.push(Block::Heading("changes in personas".into()));
        if !other.is_empty() {
            let summary = format!("{} that the edits do not show", count(other.len(), "change"));
            let rows = other.iter().flat_map(|shared| row_blocks(&shared.row, personas_of(shared))).collect();
            blocks.push(Block::Details {
                summary: summary.into(),
                blocks: rows,
                open: other.len() <= OPEN_ROWS,
            });
        }
        let mut asides = Vec::new();
        if !shown.is_empty() {
            let verb = one_or_many(shown.len(), "is", "are");
            asides.push(format!("{} {verb} as the edits show", count(shown.len(), "change")));
        }
        if !layout.is_empty() {
            asides.push(format!(
                "only the layout changes in {}: {}",
                count(layout.len(), "persona"),
                names(&layout, MAX_NAMES)
            ));
        }
        blocks.extend(asides.into_iter().map(|aside| Block::faint(1, aside)));
    }

    /// The changed lines of each output, as unified diffs.
    fn texts(&self, blocks: &mut Vec<Block>) {
        if self.review.texts.is_empty() {
            return;
        }
        blocks.push(Block::Heading("changed lines".into()));
        for text in &self.review.texts {
            let summary = Phrase::of(Role::Emphasis, &text.profile).and(format!(" ({})", text.target));
            let diff = Diff { paths: Some(text.paths.clone()), ..text.hunks.clone().into() };
            blocks.push(Block::Details { summary, blocks: vec![Block::Diff(diff)], open: false });
        }
    }

    /// The digests of the personas that changed, which `cento approve` records.
    fn digests(&self, blocks: &mut Vec<Block>) {
        let digests: Vec<(&str, &str)> = self.review.effects.iter().filter_map(digest_of).collect();
        if digests.is_empty() {
            return;
        }
        let (all, personas) = (combined(digests.iter().copied()), count(digests.len(), "changed persona"));
        let line = |(profile, digest): &(&str, &str)| {
            Block::Line(1, Phrase::of(Role::Path, *profile).then(Role::Faint, format!("  {digest}")))
        };
        let mut lines: Vec<Block> = digests.iter().take(MAX_DIGESTS).map(line).collect();
        lines.extend(Block::left_out(1, digests.len(), MAX_DIGESTS, ""));
        let summary = Phrase::plain(format!("meaning of {personas}: ")).then(Role::Path, all);
        blocks
            .push(Block::Footer(vec![Block::Space, Block::Details { summary, blocks: lines, open: false }]));
    }

    /// The review as JSON; see `docs/json.md`.
    pub(crate) fn report(&self) -> Versioned<Report<'_>> {
        let review = self.review;
        Version::REVIEW.of(Report {
            before: self.names[0],
            after: self.names[1],
            alerts: &review.alerts,
            other_alerts: review.other_alerts,
            causes: &review.causes,
            found: findings(&review.found, self.sources[1]),
            mended: findings(&review.mended, self.sources[0]),
            personas: &review.effects,
            rows: review.rows.iter().map(SharedRowReport::of).collect(),
            texts: &review.texts,
        })
    }
}

/// The profile of a persona and the digest of its meaning.
fn digest_of(effect: &Effect) -> Option<(&str, &str)> {
    Some((&effect.profile, effect.digest.as_deref()?))
}

/// The alerts, those that differ only in their places and personas together.
fn alike(alerts: &[Alert]) -> Vec<Vec<&Alert>> {
    let mut groups: IndexMap<_, Vec<&Alert>> = IndexMap::new();
    for alert in alerts {
        let key = (alert.concern, &alert.addresses, &alert.what, &alert.text);
        groups.entry(key).or_default().push(alert);
    }
    groups.into_values().collect()
}

/// Alerts that differ only in their places and personas.
fn alert_blocks(alike: &[&Alert]) -> Vec<Block> {
    let Some(alert) = alike.first() else { return Vec::new() };
    let role = if alert.concern.is_serious() { Role::Error } else { Role::Warning };
    let mut line = Phrase::of(role, alert.concern.name()).and(": ");
    if !alert.addresses.is_empty() {
        line = line.then(Role::Path, names(&alert.addresses, MAX_ALERTED));
    }
    if !alert.what.is_empty() {
        line = line.and(format!("{}{}", if alert.addresses.is_empty() { "" } else { " " }, alert.what));
    }
    let concerned: BTreeSet<&String> = alike.iter().flat_map(|alert| &alert.personas).collect();
    if !concerned.is_empty() {
        let concerned: Vec<String> = concerned.into_iter().cloned().collect();
        line = line.and(format!(" \u{2192} {}", personas(&concerned, MAX_ALERTED)));
    }
    let places: IndexSet<&str> = alike.iter().filter_map(|alert| alert.place.as_deref()).collect();
    let places: Vec<&str> = places.into_iter().collect();
    let mut below = if places.is_empty() {
        Phrase::default()
    } else {
        Phrase::of(Role::Path, names(&places, MAX_ALERTED))
    };
    if let Some(text) = &alert.text {
        let gap = if below.is_empty() { "" } else { "  " };
        below = below.then(Role::Faint, format!("{gap}{}", beginning(text, MAX_ALERT_LENGTH)));
    }
    let below = (!below.is_empty()).then_some(Block::Line(2, below));
    [Block::Line(1, line)].into_iter().chain(below).collect()
}

/// A number of personas with their names.
fn personas(profiles: &[String], most: usize) -> String {
    format!("{}: {}", count(profiles.len(), "persona"), names(profiles, most))
}

/// The personas of a shared row.
fn personas_of(shared: &SharedRow) -> Phrase {
    let phrase = Phrase::plain(format!(" \u{2192} {}", personas(&shared.personas, MAX_NAMES)));
    if shared.varies { phrase.then(Role::Faint, ", equal except for field values") } else { phrase }
}

fn cause_line(caused: &Caused) -> Phrase {
    let cause = &caused.cause;
    let edits: Vec<String> = cause.edits.iter().map(edited).collect();
    let line = Phrase::of(Role::Emphasis, &cause.what).and(format!(" {} \u{2192} ", edits.join(", ")));
    let line = match caused.changes.as_slice() {
        [] => line.then(Role::Faint, "no persona changes"),
        changes => line.and(personas(changes, MAX_NAMES)),
    };
    let others = [
        (caused.removed_in.len(), "removes it", "remove it"),
        (caused.overridden_in.len(), "overrides it", "override it"),
        (caused.without_effect, "has it but does not change", "have it but do not change"),
    ];
    let others = others.into_iter().filter(|(number, ..)| *number > 0);
    let mut others: Vec<String> =
        others.map(|(number, one, many)| format!("{number} {}", one_or_many(number, one, many))).collect();
    if let Some(first) = others.first_mut().filter(|_| !caused.changes.is_empty()) {
        *first = first.replacen(' ', " more ", 1);
    }
    if others.is_empty() { line } else { line.then(Role::Faint, format!(" ({})", others.join(", "))) }
}

/// Describes an edit, as the end of a sentence.
fn edited(edit: &Edit) -> String {
    match edit {
        Edit::Added => "added".to_owned(),
        Edit::Removed => "removed".to_owned(),
        Edit::Reworded => "reworded".to_owned(),
        Edit::Value => "changed".to_owned(),
        Edit::Force { from, to } => forces(*from, *to),
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
        let personas = names(&finding.personas, MAX_NAMES);
        line = line.then(Role::Faint, format!("  in {personas}"));
    }
    let mut blocks = vec![Block::Line(1, line)];
    if let Some(label) = finding.labels.first() {
        blocks.push(Block::Line(2, Phrase::of(Role::Path, sources.place(label.span))));
    }
    for help in finding.helps.iter().take(1).flat_map(|help| help.lines()) {
        blocks.push(Block::faint(2, help.trim()));
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

/// The JSON form of a review.
#[derive(Debug, Serialize)]
pub(crate) struct Report<'c> {
    before: &'c str,
    after: &'c str,
    alerts: &'c [Alert],
    other_alerts: usize,
    causes: &'c [Caused],
    found: Vec<FindingReport<'c>>,
    mended: Vec<FindingReport<'c>>,
    personas: &'c [Effect],
    rows: Vec<SharedRowReport<'c>>,
    texts: &'c [OutputText],
}

/// A difference at an address that several personas share.
#[derive(Debug, Serialize)]
struct SharedRowReport<'c> {
    #[serde(flatten)]
    row: RowReport<'c>,
    varies: bool,
    personas: &'c [String],
    cause: Option<usize>,
}

impl<'c> SharedRowReport<'c> {
    fn of(shared: &'c SharedRow) -> Self {
        let SharedRow { row, varies, personas, cause } = shared;
        SharedRowReport { row: RowReport::of(row), varies: *varies, personas, cause: *cause }
    }
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
