//! `cento diff PROFILE`: what each source contributes, as a summary and in detail.

use std::cmp::Reverse;
use std::fmt::Write;

use serde::Serialize;
use similar::TextDiff;

use super::terminal::{Role, Terminal, width};
use super::{escape, escape_line};
use crate::diff::{Contribution, Contributions, Credit, Loss, Step};
use crate::model::Source;

/// The version of the JSON form.
const VERSION: u32 = 1;

/// Rows of the summary; the sources that contribute least share one more.
const MOST_ROWS: usize = 30;

/// The contributions to one output, as JSON. `docs/json.md` describes it.
#[derive(Debug, Serialize)]
pub struct Report<'c> {
    version: u32,
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
    /// Per cent of the output, rounded for reading; `credit` is exact.
    percent: f64,
    exclusive: Option<String>,
    breaks: Vec<Break<'c>>,
    shared: Vec<SharedReport<'c>>,
    lost: Vec<LostReport<'c>>,
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

#[derive(Debug, Serialize)]
struct SharedReport<'c> {
    address: &'c str,
    with: &'c [String],
}

#[derive(Debug, Serialize)]
struct LostReport<'c> {
    address: &'c str,
    state: &'static str,
    to: &'c [String],
}

/// The contributions in their JSON form.
pub fn report<'c>(profile: &'c str, target: &'static str, contributions: &'c Contributions) -> Report<'c> {
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
        shared: source
            .shared
            .iter()
            .map(|shared| SharedReport { address: &shared.address, with: &shared.with })
            .collect(),
        lost: source
            .lost
            .iter()
            .map(|loss| LostReport { address: &loss.address, state: loss.state.describe(), to: &loss.to })
            .collect(),
    });
    let (bytes, layout) = (contributions.text.len(), contributions.layout);
    Report { version: VERSION, profile, target, bytes, layout, sources: sources.collect() }
}

fn percent(credit: Credit, bytes: usize) -> f64 {
    let whole = credit * 1_000_000 / (bytes.max(1) as u64);
    *whole.trunc().numer() as f64 / 10_000.0
}

fn unified(before: &str, after: &str) -> String {
    TextDiff::from_lines(before, after).unified_diff().context_radius(1).to_string()
}

/// A bar for each source, the largest first, and the layout; they add up to the whole.
pub fn summary(profile: &str, contributions: &Contributions, terminal: &Terminal) -> String {
    let bytes = contributions.text.len();
    let mut rows: Vec<(&str, Credit, Role)> = contributions
        .sources
        .iter()
        .enumerate()
        .map(|(index, source)| (source.name.as_str(), source.credit, Role::Fragment(index)))
        .collect();
    rows.sort_by_key(|(name, credit, _)| (Reverse(*credit), *name));
    let layout = Credit::from_integer(contributions.layout);
    // What several small ones come to together may run past the end of the scale.
    let most = rows.iter().map(|(_, credit, _)| *credit).chain([layout]).max().unwrap_or_default();
    let rest = rows.split_off(rows.len().min(MOST_ROWS));
    let others = format!("{} more", rest.len());
    if !rest.is_empty() {
        rows.push((&others, rest.iter().map(|(_, credit, _)| *credit).sum(), Role::Faint));
    }
    rows.push(("layout", layout, Role::Faint));
    let names = rows.iter().map(|(name, ..)| width(name)).max().unwrap_or(0);
    let digits = bytes.to_string().len() + 2;
    let room = terminal.columns().saturating_sub(names + digits + 16).clamp(8, 60);
    let mut text = format!(
        "{}: {bytes} bytes from {} sources\n",
        terminal.paint(Role::Emphasis, escape_line(profile)),
        contributions.sources.len()
    );
    for (name, credit, role) in rows {
        let percent = percent(credit, bytes);
        let bar = bar(credit, most, room);
        let pad = " ".repeat(names - width(name));
        let _ = write!(text, "  {name}{pad} {percent:5.1} % {:>digits$}", amount(credit));
        if !bar.is_empty() {
            let _ = write!(text, " {}", terminal.paint(role, bar));
        }
        text.push('\n');
    }
    text
}

/// Whole bytes as they are, shared ones to a tenth: the JSON form has them exactly.
fn amount(credit: Credit) -> String {
    if credit.is_integer() {
        return credit.numer().to_string();
    }
    let tenths = (credit * 10).round();
    format!("{}.{}", tenths.numer() / 10, tenths.numer() % 10)
}

/// A bar in eighths of a column.
fn bar(credit: Credit, most: Credit, columns: usize) -> String {
    const PARTS: [char; 8] =
        [' ', '\u{258f}', '\u{258e}', '\u{258d}', '\u{258c}', '\u{258b}', '\u{258a}', '\u{2589}'];
    if *most.numer() == 0 {
        return String::new();
    }
    let eighths = *(credit.min(most) / most * (columns as u64 * 8)).round().numer() as usize;
    let mut bar = "\u{2588}".repeat(eighths / 8);
    if !eighths.is_multiple_of(8) {
        bar.push(PARTS[eighths % 8]);
    }
    bar
}

/// One block for each fragment, in display order: what the persona loses without it, what it says with
/// others, and what did not come through.
pub fn details(contributions: &Contributions, terminal: &Terminal) -> String {
    let mut text = String::new();
    for (index, source) in contributions.sources.iter().enumerate() {
        if matches!(source.source, Source::Profile(_)) && source.lost.is_empty() && source.shared.is_empty() {
            continue;
        }
        text.push('\n');
        text.push_str(&block(contributions, source, Role::Fragment(index), terminal));
    }
    text
}

/// One source in detail.
pub fn block(
    contributions: &Contributions,
    source: &Contribution,
    role: Role,
    terminal: &Terminal,
) -> String {
    let bytes = contributions.text.len();
    let mut text = format!(
        "{}  {} bytes, {:.1} %\n",
        terminal.paint(role, escape_line(&source.name)),
        amount(source.credit),
        percent(source.credit, bytes)
    );
    for shared in &source.shared {
        let _ = writeln!(
            text,
            "  {:9} {} with {}, 1/{} each",
            "shared",
            shared.address,
            shared.with.join(", "),
            shared.with.len() + 1
        );
    }
    for loss in &source.lost {
        let _ = writeln!(text, "  {:9} {}{}", loss.state.describe(), loss.address, lost_to(loss));
    }
    for finding in &source.breaks {
        let code = format!("{}[{}]", finding.severity.name(), finding.code.name);
        let _ = writeln!(
            text,
            "  {:9} {}: {}",
            "breaks",
            terminal.paint(Role::Error, code),
            escape_line(&finding.message)
        );
    }
    match &source.without {
        Some(without) if *without == contributions.text => text.push_str("  without it nothing changes\n"),
        Some(without) => text.push_str(&painted(&unified(&contributions.text, without), terminal)),
        None => {}
    }
    text
}

fn lost_to(loss: &Loss) -> String {
    if loss.to.is_empty() { String::new() } else { format!(" by {}", loss.to.join(", ")) }
}

/// A unified diff with its lines in colours.
fn painted(diff: &str, terminal: &Terminal) -> String {
    let mut text = String::new();
    for line in diff.lines() {
        let role = match line.as_bytes().first() {
            Some(b'+') => Role::Added,
            Some(b'-') => Role::Removed,
            Some(b'@') => Role::Frame,
            _ => Role::Context,
        };
        let _ = writeln!(text, "    {}", terminal.paint(role, escape(line)));
    }
    text
}

/// What each step of the display order adds, up to the whole.
pub fn steps(steps: &[Step], terminal: &Terminal) -> String {
    let mut text = String::new();
    let mut before = "";
    for step in steps {
        let name = step.fragment.as_deref().unwrap_or("the profiles alone");
        let _ = writeln!(text, "{}", terminal.paint(Role::Emphasis, format!("+ {}", escape_line(name))));
        match step.text == before {
            true => text.push_str("    nothing changes\n"),
            false => text.push_str(&painted(&unified(before, &step.text), terminal)),
        }
        before = &step.text;
    }
    text
}
