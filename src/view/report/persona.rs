//! One persona of a report: its outputs by line, and the contribution of each source.

use serde::Serialize;
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::tables::{Line, Tables};
use super::{Length, Member};
use crate::analyse::diff::{Credit, contents, credits, leave_out};
use crate::check::Checker;
use crate::compose::{Composition, Origin};
use crate::model::{Address, FragmentId, Library, LineColumn, Source};
use crate::render::{Attribution, Document, Ledger, output_path, render};
use crate::view::json::{Finding, finding};

/// A persona as the page reads it.
#[derive(Debug, Default, Serialize)]
pub(super) struct Persona<'m> {
    /// The sources, in display order.
    sources: Vec<usize>,
    targets: Vec<Output>,
    /// The field values in its lines, each with its slot and origin.
    slots: Vec<(usize, String, i64)>,
    /// Statements with several contributors, each with its provenance.
    provenances: Vec<(usize, usize)>,
    /// The decision at each address.
    decisions: Vec<usize>,
    /// The differences without each of its fragments.
    without: Vec<Without>,
    /// Its content, in display order.
    contents: Vec<usize>,
    /// The findings about it.
    findings: Vec<Finding<'m>>,
}

#[derive(Debug, Serialize)]
struct Output {
    name: &'static str,
    path: String,
    bytes: usize,
    layout: u64,
    /// The sources, each with its share in bytes as numerator and denominator.
    credits: Vec<(usize, u64, u64)>,
    lines: Vec<usize>,
}

#[derive(Debug, Serialize)]
struct Without {
    source: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    breaks: Vec<(&'static str, String)>,
    /// The hunks of each output. `None` if the profile cannot be composed without the fragment.
    hunks: Option<Vec<Vec<LineHunk>>>,
}

/// The line at which a hunk starts, the number of removed lines, and the added lines.
type LineHunk = (usize, usize, Vec<usize>);

/// Results that take time to compute. They do not use the shared tables, so personas can be prepared in parallel.
pub(super) struct Drawn<'a> {
    outputs: Vec<DrawnOutput<'a>>,
    without: Vec<DrawnWithout>,
}

struct DrawnOutput<'a> {
    length: Length,
    name: &'static str,
    path: String,
    bytes: usize,
    layout: u64,
    credits: Vec<(Source, Credit)>,
    lines: Vec<Vec<DrawnWord<'a>>>,
}

/// A text and its origin: the address, the claim, and the place in a file.
type DrawnWord<'a> = (String, Option<(&'a str, Origin<'a>, LineColumn)>);

struct DrawnWithout {
    fragment: FragmentId,
    breaks: Vec<(&'static str, String)>,
    hunks: Option<Vec<Vec<Hunk>>>,
}

/// A hunk: removed lines, and the lines that replace them.
struct Hunk {
    at: usize,
    removed: usize,
    added: Vec<String>,
}

impl Drawn<'_> {
    /// The length of each output.
    pub(super) fn lengths(&self) -> Vec<Length> {
        self.outputs.iter().map(|output| output.length).collect()
    }
}

/// Renders the outputs of a persona, and again without each of its fragments.
pub(super) fn draw<'a>(
    library: &'a Library,
    checker: &Checker<'a>,
    composition: &Composition<'a>,
) -> Drawn<'a> {
    let documents: Vec<Document<'a>> =
        composition.persona.targets.iter().map(|settings| render(composition, settings)).collect();
    let without = composition.selection.sources.iter().filter_map(|source| match source {
        Source::Fragment(fragment) => Some(draw_without(checker, composition, &documents, *fragment)),
        Source::Profile(_) => None,
    });
    let without = without.collect();
    let outputs = composition.persona.targets.iter().zip(&documents).map(|(settings, document)| {
        let (layout, credits) = credits(composition, document);
        DrawnOutput {
            name: settings.target.name,
            path: output_path(composition, settings),
            bytes: document.text().len(),
            layout,
            credits: credits.into_iter().collect(),
            lines: lines(library, document),
            length: Length::of(document.text(), settings.target),
        }
    });
    Drawn { outputs: outputs.collect(), without }
}

fn draw_without<'a>(
    checker: &Checker<'a>,
    composition: &Composition<'a>,
    documents: &[Document<'_>],
    fragment: FragmentId,
) -> DrawnWithout {
    let (less, breaks) = leave_out(checker, composition, fragment);
    let hunks = less.map(|less| {
        let targets = documents.iter().zip(&composition.persona.targets);
        let text = |name: &str| {
            let settings = less.persona.targets.iter().find(|settings| settings.target.name == name);
            settings.map_or(String::new(), |settings| render(&less, settings).into_text())
        };
        targets.map(|(document, settings)| hunks(document.text(), &text(settings.target.name))).collect()
    });
    let breaks = breaks.into_iter().map(|finding| (finding.code.name, finding.message)).collect();
    DrawnWithout { fragment, breaks, hunks }
}

fn hunks(before: &str, after: &str) -> Vec<Hunk> {
    if before == after {
        return Vec::new();
    }
    let (before, after): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let hunk = |at, removed, range: std::ops::Range<usize>| {
        let added = after[range].iter().map(|line| (*line).to_owned()).collect();
        Some(Hunk { at, removed, added })
    };
    let operations = capture_diff_slices(Algorithm::Myers, &before, &after);
    let hunks = operations.into_iter().filter_map(|operation| match operation {
        DiffOp::Equal { .. } => None,
        DiffOp::Delete { old_index, old_len, .. } => hunk(old_index, old_len, 0..0),
        DiffOp::Insert { old_index, new_index, new_len } => {
            hunk(old_index, 0, new_index..new_index + new_len)
        }
        DiffOp::Replace { old_index, old_len, new_index, new_len } => {
            hunk(old_index, old_len, new_index..new_index + new_len)
        }
    });
    hunks.collect()
}

/// The pieces of a document by line. Adjacent pieces of layout are merged.
fn lines<'a>(library: &Library, document: &Document<'a>) -> Vec<Vec<DrawnWord<'a>>> {
    let sources = &library.sources;
    let mut lines = vec![Vec::new()];
    for piece in document.pieces() {
        let origin = match piece.attribution {
            Attribution::Layout | Attribution::Open(_) => None,
            Attribution::From(address, origin) => {
                let written = piece.written.map(|(text, offset)| sources.within(text, offset..offset));
                let span = written.unwrap_or(origin.place());
                Some((address, origin, sources.line_column(span)))
            }
        };
        for (number, part) in document.text()[piece.range.clone()].split('\n').enumerate() {
            if number > 0 {
                lines.push(Vec::new());
            }
            // A line break may be `\r\n`; a text has no other `\r`.
            let part = part.trim_end_matches('\r');
            let Some(line) = lines.last_mut().filter(|_| !part.is_empty()) else { continue };
            match line.last_mut() {
                Some((text, None)) if origin.is_none() => String::push_str(text, part),
                _ => line.push((part.to_owned(), origin)),
            }
        }
    }
    // A line break at the end of a document starts no line.
    if lines.last().is_some_and(Vec::is_empty) {
        lines.pop();
    }
    lines
}

/// Adds a persona to the tables.
pub(super) fn enter<'a>(
    tables: &mut Tables<'a>,
    library: &'a Library,
    member: &'a Member<'a>,
    drawn: Option<Drawn<'a>>,
) -> Persona<'a> {
    let findings = member.findings.iter().map(|found| finding(&library.sources, found)).collect();
    let (Some(composition), Some(drawn)) = (&member.composition, drawn) else {
        return Persona { findings, ..Persona::default() };
    };
    let mut slots = Slots::default();
    let provenances = provenances(tables, library, composition, &drawn);
    let outputs = drawn.outputs.into_iter();
    let targets = outputs.map(|output| enter_output(tables, &mut slots, output)).collect();
    let without = drawn.without.into_iter().map(|without| enter_without(tables, without)).collect();
    let decisions = composition.decisions.keys().map(|address| tables.decision(composition, address));
    Persona {
        decisions: decisions.collect(),
        sources: composition.selection.sources.iter().map(|source| tables.source(*source)).collect(),
        targets,
        slots: slots.values,
        provenances,
        without,
        contents: contents(library, composition).iter().map(|content| tables.content(content)).collect(),
        findings,
    }
}

fn enter_output<'a>(tables: &mut Tables<'a>, slots: &mut Slots<'a>, output: DrawnOutput<'a>) -> Output {
    let DrawnOutput { name, path, bytes, layout, credits, lines, .. } = output;
    let credit =
        |(source, credit): (Source, Credit)| (tables.source(source), *credit.numer(), *credit.denom());
    let credits = credits.into_iter().map(credit).collect();
    let lines = lines.into_iter().map(|line| {
        let line = enter_line(tables, slots, line);
        tables.line(line)
    });
    Output { name, path, bytes, layout, credits, lines: lines.collect() }
}

fn enter_without(tables: &mut Tables<'_>, without: DrawnWithout) -> Without {
    let source = tables.source(Source::Fragment(without.fragment));
    let mut enter = |hunk: Hunk| -> LineHunk {
        let added = hunk.added.into_iter().map(|text| {
            let text = tables.text(text);
            tables.line(vec![(text, -1)])
        });
        (hunk.at, hunk.removed, added.collect())
    };
    let hunks = without.hunks.map(|targets| {
        targets.into_iter().map(|hunks| hunks.into_iter().map(&mut enter).collect()).collect()
    });
    Without { source, breaks: without.breaks, hunks }
}

/// The provenance of all content in the outputs.
fn provenances<'a>(
    tables: &mut Tables<'a>,
    library: &'a Library,
    composition: &Composition<'a>,
    drawn: &Drawn<'a>,
) -> Vec<(usize, usize)> {
    let ledger = Ledger::new(library, composition);
    let mut found = std::collections::BTreeMap::new();
    for (_, origin) in drawn.outputs.iter().flat_map(|output| output.lines.iter().flatten()) {
        let Some((address, origin, _)) = origin else { continue };
        let statement = tables.statement(*origin);
        found
            .entry((statement, *address))
            .or_insert_with(|| tables.provenance(&ledger.provenance(address, *origin)));
    }
    found.into_iter().filter_map(|((statement, _), provenance)| Some((statement, provenance?))).collect()
}

/// The field values in the lines of one persona.
#[derive(Default)]
struct Slots<'a> {
    values: Vec<(usize, String, i64)>,
    /// The forms in which each field occurs: plain, or as quoted in front matter.
    forms: std::collections::BTreeMap<&'a str, Vec<String>>,
}

fn enter_line<'a>(tables: &mut Tables<'a>, slots: &mut Slots<'a>, line: Vec<DrawnWord<'a>>) -> Line {
    line.into_iter()
        .map(|(text, origin)| {
            let Some((address, origin, place)) = origin else { return (tables.text(text), -1) };
            let index = tables.origin(origin, place.line, place.column) as i64;
            if Address::parse(address).field().is_none() {
                return (tables.text(text), index);
            }
            let forms = slots.forms.entry(address).or_default();
            let known = forms.iter().position(|form| *form == text);
            let form = known.unwrap_or(forms.len());
            let slot = tables.slot(address, form);
            if known.is_none() {
                forms.push(text.clone());
                slots.values.push((slot, text, index));
            }
            (Tables::value(slot), -1)
        })
        .collect()
}
