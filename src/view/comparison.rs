//! `cento diff A B`: the differences between two personas, by address and then by line.

use serde::Serialize;

use super::json::{Version, Versioned};
use super::page::{Block, Diff, Page, Phrase, beginning};
use super::terminal::Role;
use crate::analyse::diff::{Content, Difference, Hunk, Move, Row, Words, hunks, words};
use crate::model::{Force, fold};

/// The maximum length of a text that only one side has, and of an equal part between changes. `--text` shows all.
const MAX_LENGTH: usize = 240;

/// Two personas, compared.
#[derive(Debug)]
pub(crate) struct Comparison<'c> {
    pub profiles: [&'c str; 2],
    pub targets: [&'static str; 2],
    /// The paths of the outputs.
    pub paths: [String; 2],
    /// The rendered texts.
    pub texts: [&'c str; 2],
    /// Whether to show the lines that differ.
    pub with_lines: bool,
    /// The rows, by address.
    pub rows: Vec<Row>,
}

/// How many characters are shown around a change in a longer text.
const AROUND: usize = 60;

/// The sets of rows, each with its name in JSON and its heading.
const SETS: [(Difference, &str, &str); 6] = [
    (Difference::Conflict, "conflict", "in conflict on one side"),
    (Difference::Force, "force", "different force"),
    (Difference::Wording, "wording", "reworded"),
    (Difference::Place, "place", "moved"),
    (Difference::OnlyBefore, "only-before", "only in"),
    (Difference::OnlyAfter, "only-after", "only in"),
];

/// The name of a difference in the JSON form.
fn word(difference: Difference) -> &'static str {
    SETS.iter().find(|(known, ..)| *known == difference).map_or("same", |(_, word, _)| word)
}

impl Comparison<'_> {
    /// Returns whether anything differs.
    pub(crate) fn differs(&self) -> bool {
        self.texts[0] != self.texts[1] || self.rows.iter().any(|row| row.difference() != Difference::None)
    }

    fn in_set(&self, wanted: Difference) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(move |row| row.difference() == wanted)
    }

    /// The comparison as a page.
    pub(crate) fn page(&self) -> Page {
        let [before, after] = self.profiles;
        let mut page = Page::new(
            format!("{before} compared with {after}"),
            format!("cento diff {before} {after} --target {}", self.targets[0]),
            Vec::new(),
        );
        let count = |set| self.in_set(set).count();
        let mut parts = vec![format!("{} equal", count(Difference::None))];
        for (set, _, what) in SETS {
            if count(set) == 0 {
                continue;
            }
            let what = match set {
                Difference::OnlyBefore => format!("only in {before}"),
                Difference::OnlyAfter => format!("only in {after}"),
                _ => format!("with {what}"),
            };
            parts.push(format!("{} {what}", count(set)));
        }
        let summary = Phrase::of(Role::Emphasis, format!("{before} \u{2192} {after}"));
        page.blocks.push(Block::Line(0, summary.and(format!(": {}", parts.join(", ")))));
        for (set, _, what) in SETS {
            let rows: Vec<&Row> = self.in_set(set).collect();
            if rows.is_empty() {
                continue;
            }
            let heading = match set {
                Difference::OnlyBefore => format!("only in {before}"),
                Difference::OnlyAfter => format!("only in {after}"),
                _ => what.to_owned(),
            };
            page.blocks.push(Block::Heading(format!("{heading} ({})", rows.len()).into()));
            for row in rows {
                page.blocks.extend(row_blocks(row, Phrase::default()));
            }
        }
        if self.with_lines && self.texts[0] != self.texts[1] {
            let [one, other] = self.targets;
            let targets = if one == other { one.to_owned() } else { format!("{one} and {other}") };
            page.blocks.push(Block::Heading(format!("lines ({targets})").into()));
            let paths = Some(self.paths.clone().map(Some));
            page.blocks.push(Block::Diff(Diff { paths, ..self.hunks().into() }));
        }
        page
    }

    fn hunks(&self) -> Vec<Hunk> {
        hunks(self.texts[0], self.texts[1], 3)
    }

    /// The comparison as JSON; see `docs/json.md`.
    pub(crate) fn report(&self) -> Versioned<Report<'_>> {
        Version::COMPARISON.of(Report {
            before: Name { profile: self.profiles[0], target: self.targets[0] },
            after: Name { profile: self.profiles[1], target: self.targets[1] },
            rows: self.rows.iter().map(RowReport::of).collect(),
            hunks: self.hunks(),
        })
    }
}

/// A row: its address and difference, further remarks, and the texts below.
pub(super) fn row_blocks(row: &Row, about: Phrase) -> Vec<Block> {
    let (sign, role) = match row.difference() {
        Difference::OnlyBefore => ("-", Role::Removed),
        Difference::OnlyAfter => ("+", Role::Added),
        Difference::Place => (">", Role::Moved),
        Difference::Wording => ("~", Role::Warning),
        _ => ("!", Role::Warning),
    };
    let mut line = Phrase::of(role, format!("{sign} ")).then(Role::Path, row.address());
    if let (Some(Some(before)), Some(Some(after))) =
        (row.before.as_ref().map(|content| content.force), row.after.as_ref().map(|content| content.force))
        && before != after
    {
        line = line.and("  ").then(Role::Warning, forces(before, after));
    }
    if let Some(moved) = &row.moved {
        line = match &moved.from {
            Some(from) => line.then(Role::Moved, "  was ").then(Role::Path, from),
            None => line.then(Role::Moved, "  moved"),
        };
    }
    let sources = [&row.before, &row.after]
        .map(|content| content.as_ref().and_then(|content| Some(content.origin.as_ref()?.source.as_str())));
    let names: Vec<&str> = match sources {
        [Some(one), Some(other)] if one != other => vec![one, other],
        [one, other] => other.or(one).into_iter().collect(),
    };
    if !names.is_empty() {
        line = line.then(Role::Faint, format!("  {}", names.join(" \u{2192} ")));
    }
    let mut blocks = vec![Block::Line(1, line.join(about))];
    match (&row.before, &row.after) {
        (Some(before), Some(after)) if before.text != after.text => {
            blocks.extend(texts(&before.text, &after.text, 3));
        }
        (Some(content), None) | (None, Some(content)) if !content.text.is_empty() => {
            let force = content.force.map_or(String::new(), |force| format!("{} ", force.capitals()));
            blocks.push(Block::Line(3, Phrase::of(Role::Faint, force).and(excerpt(&content.text))));
        }
        _ => {}
    }
    blocks
}

/// The change of a force.
pub(super) fn forces(before: Force, after: Force) -> String {
    format!("{} \u{2192} {}", before.capitals(), after.capitals())
}

/// Two texts as two lines. In similar texts, the changed words are marked, and long equal parts are shortened to the
/// text around a change; a long text to which words were only added, or of which some remain, is left out. Other texts
/// are shown whole.
pub(super) fn texts(before: &str, after: &str, indent: usize) -> Vec<Block> {
    let (before, after) = (fold(before), fold(after));
    let whole = |text: &str| vec![Words { changed: false, text: text.to_owned() }];
    let marked = words(&before, &after);
    let is_similar = marked.is_some();
    let (removed, added) = marked.unwrap_or_else(|| (whole(&before), whole(&after)));
    let line = |sign: &str, role: Role, marked: Role, parts: Vec<Words>| {
        let mut phrase = Phrase::of(role, sign);
        let last = parts.len().saturating_sub(1);
        for (index, part) in parts.into_iter().enumerate() {
            let text = match part.changed || last == 0 {
                true => part.text,
                false => surroundings(&part.text, index > 0, index < last),
            };
            phrase = phrase.then(if part.changed { marked } else { role }, text);
        }
        Block::Line(indent, phrase)
    };
    let sides = [
        ("- ", Role::Removed, Role::RemovedWord, removed, &before),
        ("+ ", Role::Added, Role::AddedWord, added, &after),
    ];
    // If words only come or go, the other side repeats what surrounds them.
    let is_repeated = |parts: &[Words], text: &str| {
        is_similar && parts.iter().all(|part| !part.changed) && text.chars().count() > MAX_LENGTH
    };
    let shown = sides.into_iter().filter(|(_, _, _, parts, text)| !is_repeated(parts, text));
    shown.map(|(sign, role, marked, parts, _)| line(sign, role, marked, parts)).collect()
}

/// The start and end of an equal part: after one change and before the next.
fn surroundings(text: &str, is_after: bool, is_before: bool) -> String {
    let count = text.chars().count();
    let (head, tail) = (if is_after { AROUND } else { 0 }, if is_before { AROUND } else { 0 });
    if count <= MAX_LENGTH || count <= head + tail {
        return text.to_owned();
    }
    let (head, tail) = if head + tail == 0 { (MAX_LENGTH, 0) } else { (head, tail) };
    let start: String = text.chars().take(head).collect();
    let end: String = text.chars().skip(count - tail).collect();
    format!("{start}\u{2026}{end}")
}

/// The start of a text, on one line.
pub(super) fn excerpt(text: &str) -> String {
    beginning(text, MAX_LENGTH)
}

/// The JSON form of a comparison.
#[derive(Debug, Serialize)]
pub(crate) struct Report<'c> {
    before: Name<'c>,
    after: Name<'c>,
    rows: Vec<RowReport<'c>>,
    hunks: Vec<Hunk>,
}

#[derive(Debug, Serialize)]
struct Name<'c> {
    profile: &'c str,
    target: &'static str,
}

/// A row in JSON.
#[derive(Debug, Serialize)]
pub(super) struct RowReport<'c> {
    address: &'c str,
    difference: &'static str,
    before: Option<&'c Content>,
    after: Option<&'c Content>,
    #[serde(skip_serializing_if = "Option::is_none")]
    moved: Option<&'c Move>,
}

impl<'c> RowReport<'c> {
    pub(super) fn of(row: &'c Row) -> Self {
        RowReport {
            address: row.address(),
            difference: word(row.difference()),
            before: row.before.as_ref(),
            after: row.after.as_ref(),
            moved: row.moved.as_ref(),
        }
    }
}
