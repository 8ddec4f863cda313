//! `cento diff PROFILE`: the contribution of each source, in summary and in detail.

use std::cmp::Reverse;

use serde::Serialize;
use similar::TextDiff;

use super::comparison::excerpt;
use super::json::{Version, Versioned};
use super::page::{Block, Cell, Column, Fit, Page, Phrase, Table};
use super::terminal::Role;
use crate::analyse::diff::{Contribution, Contributions, Credit, Instead, Loss, Shared, Step, hunks};
use crate::model::Source;

/// The maximum number of rows in the summary. The smallest contributions share one more row.
const MAX_ROWS: usize = 30;

/// The contributions to one output as JSON; see `docs/json.md`.
#[derive(Debug, Serialize)]
pub(crate) struct Report<'c> {
    profile: &'c str,
    target: &'static str,
    bytes: usize,
    layout: u64,
    sources: Vec<SourceReport<'c>>,
}

#[derive(Debug, Serialize)]
struct SourceReport<'c> {
    source: &'c str,
    credit: Fraction,
    /// Percentage of the output, rounded for readers; `credit` is exact.
    percent: f64,
    exclusive: Option<String>,
    breaks: Vec<Break<'c>>,
    instead: &'c [Instead],
    shared: &'c [Shared],
    lost: &'c [Loss],
}

#[derive(Debug, Serialize)]
struct Fraction {
    numerator: u64,
    denominator: u64,
}

#[derive(Debug, Serialize)]
struct Break<'c> {
    code: &'static str,
    message: &'c str,
}

/// The contributions as JSON.
pub(crate) fn report<'c>(
    profile: &'c str,
    target: &'static str,
    contributions: &'c Contributions,
) -> Versioned<Report<'c>> {
    let sources = contributions.sources.iter().map(|source| SourceReport {
        source: &source.name,
        credit: Fraction { numerator: *source.credit.numer(), denominator: *source.credit.denom() },
        percent: (percent(source.credit, contributions.text.len()) * 100.0).round() / 100.0,
        exclusive: source.without.as_ref().map(|without| unified(&contributions.text, without)),
        breaks: source
            .breaks
            .iter()
            .map(|finding| Break { code: finding.code.name, message: &finding.message })
            .collect(),
        instead: &source.instead,
        shared: &source.shared,
        lost: &source.lost,
    });
    let (bytes, layout) = (contributions.text.len(), contributions.layout);
    Version::CONTRIBUTIONS.of(Report { profile, target, bytes, layout, sources: sources.collect() })
}

fn percent(credit: Credit, bytes: usize) -> f64 {
    let whole = credit * 1_000_000 / (bytes.max(1) as u64);
    *whole.trunc().numer() as f64 / 10_000.0
}

fn unified(before: &str, after: &str) -> String {
    TextDiff::from_lines(before, after).unified_diff().context_radius(1).to_string()
}

/// The contributions as a page: a bar for each source, then the details of each.
pub(crate) fn page(profile: &str, target: &'static str, contributions: &Contributions) -> Page {
    let bytes = contributions.text.len();
    let title = Phrase::of(Role::Emphasis, profile);
    let sources = contributions.sources.len();
    let mut page = Page::new(
        format!("{profile} ({target}): contributions by source"),
        format!("cento diff {profile} --target {target}"),
        vec![
            Block::Line(0, title.and(format!(": {bytes} bytes for `{target}` from {sources} sources"))),
            Block::Table(summary(contributions)),
        ],
    );
    for (index, source) in contributions.sources.iter().enumerate() {
        if matches!(source.source, Source::Profile(_)) && source.lost.is_empty() && source.shared.is_empty() {
            continue;
        }
        page.blocks.push(Block::Space);
        page.blocks.push(block(contributions, source, Role::Fragment(index)));
    }
    page
}

/// A page about one source.
pub(crate) fn single(
    profile: &str,
    target: &'static str,
    contributions: &Contributions,
    source: &Contribution,
) -> Page {
    Page::new(
        format!("{profile} without {}", source.name),
        format!("cento diff {profile} --target {target} --without {}", source.name),
        vec![block(contributions, source, Role::Emphasis)],
    )
}

/// A bar for each source, the largest first, and one for layout. Together they make up the whole output.
fn summary(contributions: &Contributions) -> Table {
    let bytes = contributions.text.len();
    let mut rows: Vec<(String, Credit, Role)> = contributions
        .sources
        .iter()
        .enumerate()
        .map(|(index, source)| (source.name.clone(), source.credit, Role::Fragment(index)))
        .collect();
    rows.sort_by(|a, b| (Reverse(a.1), &a.0).cmp(&(Reverse(b.1), &b.0)));
    let layout = Credit::from_integer(contributions.layout);
    // The combined row of small contributions may be longer than the scale.
    let most = rows.iter().map(|(_, credit, _)| *credit).chain([layout]).max().unwrap_or_default();
    let rest = rows.split_off(rows.len().min(MAX_ROWS));
    if !rest.is_empty() {
        let sum = rest.iter().map(|(_, credit, _)| *credit).sum();
        rows.push((format!("{} more", rest.len()), sum, Role::Faint));
    }
    rows.push(("layout".to_owned(), layout, Role::Faint));
    let cells = rows.into_iter().map(|(name, credit, role)| {
        vec![
            Cell::Text(Phrase::plain("")),
            Cell::Text(Phrase::of(role, name)),
            Cell::Text(Phrase::plain(format!("{:.1} %", percent(credit, bytes)))),
            Cell::Text(Phrase::plain(amount(credit))),
            Cell::Bar(role, thousandths(credit, most)),
        ]
    });
    Table {
        columns: vec![
            Column::new("", false, Fit::Whole),
            Column::new("source", false, Fit::End),
            Column::new("share", true, Fit::Whole),
            Column::new("bytes", true, Fit::Whole),
            Column::new("", false, Fit::Whole),
        ],
        is_headed: false,
        rows: cells.collect(),
    }
}

fn thousandths(credit: Credit, most: Credit) -> u32 {
    if *most.numer() == 0 {
        return 0;
    }
    *(credit.min(most) / most * 1000).round().numer() as u32
}

/// Whole bytes, or tenths for shared ones. The JSON form is exact.
fn amount(credit: Credit) -> String {
    if credit.is_integer() {
        return credit.numer().to_string();
    }
    let tenths = (credit * 10).round();
    format!("{}.{}", tenths.numer() / 10, tenths.numer() % 10)
}

/// One source in detail: shared texts, lost claims, errors without it, and text lost without it.
fn block(contributions: &Contributions, source: &Contribution, role: Role) -> Block {
    let bytes = contributions.text.len();
    let share = format!("  {} bytes, {:.1} %", amount(source.credit), percent(source.credit, bytes));
    let mut blocks = Vec::new();
    let mut line = |role: Role, word: &str, text: Phrase| {
        blocks.push(Block::Line(1, Phrase::of(role, format!("{word:9} ")).join(text)));
    };
    for shared in &source.shared {
        let credit = format!(", 1/{} each", shared.with.len() + 1);
        let text = Phrase::of(Role::Path, &shared.address).and(" with ");
        line(Role::Plain, "shared", text.and(shared.with.join(", ")).and(credit));
    }
    for loss in &source.lost {
        let winner = if loss.to.is_empty() { String::new() } else { format!(" by {}", loss.to.join(", ")) };
        line(Role::Plain, loss.state.describe(), Phrase::of(Role::Path, &loss.address).and(winner));
    }
    for finding in &source.breaks {
        let code = format!("{}[{}]", finding.severity.name(), finding.code.name);
        line(Role::Plain, "breaks", Phrase::of(Role::Error, code).and(format!(": {}", finding.message)));
    }
    for instead in &source.instead {
        let description =
            format!(" of {}, now {}: {}", instead.source, instead.state.describe(), excerpt(&instead.text));
        line(Role::Plain, "instead", Phrase::of(Role::Path, &instead.address).and(description));
    }
    match &source.without {
        Some(without) if *without == contributions.text => {
            blocks.push(Block::Line(1, "nothing changes in this output without it".into()));
        }
        Some(without) => blocks.push(Block::Diff(hunks(&contributions.text, without, 1).into())),
        None => {}
    }
    Block::Details { summary: Phrase::of(role, &source.name).and(share), blocks, open: false }
}

/// The text that each source adds in display order.
pub(crate) fn steps_page(profile: &str, target: &'static str, steps: &[Step]) -> Page {
    let mut blocks = Vec::new();
    let mut before = "";
    for step in steps {
        let name = step.fragment.as_deref().unwrap_or("profiles only");
        let inner = match step.text == before {
            true => Block::Line(1, "nothing changes".into()),
            false => Block::Diff(hunks(before, &step.text, 1).into()),
        };
        let summary = Phrase::of(Role::Emphasis, format!("+ {name}"));
        blocks.push(Block::Details { summary, blocks: vec![inner], open: false });
        before = &step.text;
    }
    Page::new(
        format!("{profile}, step by step"),
        format!("cento diff {profile} --target {target} --view cumulative"),
        blocks,
    )
}

/// The steps in their JSON form.
#[derive(Debug, Serialize)]
pub(crate) struct StepsReport<'c> {
    profile: &'c str,
    target: &'static str,
    steps: Vec<StepReport<'c>>,
}

#[derive(Debug, Serialize)]
struct StepReport<'c> {
    fragment: Option<&'c str>,
    bytes: usize,
    diff: String,
}

/// The steps as JSON.
pub(crate) fn steps_report<'c>(
    profile: &'c str,
    target: &'static str,
    steps: &'c [Step],
) -> Versioned<StepsReport<'c>> {
    let mut before = "";
    let steps = steps.iter().map(|step| {
        let diff = unified(before, &step.text);
        before = &step.text;
        StepReport { fragment: step.fragment.as_deref(), bytes: step.text.len(), diff }
    });
    Version::STEPS.of(StepsReport { profile, target, steps: steps.collect() })
}
