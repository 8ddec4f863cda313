//! `cento blame`: the source of each line of a persona.

use std::collections::BTreeMap;

use serde::Serialize;

use super::json::{Version, Versioned};
use super::origins::Place;
use super::page::{Block, Cell, Column, Fit, Page, Phrase, Table};
use super::terminal::Role as Paint;
use crate::compose::{Composition, Origin};
use crate::model::Library;
use crate::render::{Attribution, Document, Ledger, Piece, Role as Part};

/// How a source determines a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Role {
    /// It alone has the text.
    Supplier,
    /// Several sources have the text, and the line is attributed to this one.
    CoSupplier,
    /// A resolution chose its text.
    Chosen,
    /// A resolution sets the text in place of all sides.
    Resolver,
}

impl Role {
    fn word(self) -> &'static str {
        match self {
            Role::Supplier => "",
            Role::CoSupplier => "shared",
            Role::Chosen => "chosen",
            Role::Resolver => "set",
        }
    }
}

/// The origin of a line.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Credit {
    /// The source: a fragment's id, or `profiles/NAME`.
    pub source: String,
    /// Where it has the text.
    #[serde(flatten)]
    pub at: Place,
    pub role: Role,
    pub address: String,
    /// The other sources with the same text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<String>,
}

/// A line of a persona.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Line {
    /// The line number, from 1.
    pub number: usize,
    /// The text, without the line break.
    pub text: String,
    /// The origin of the longest part that is not markup. `None` if the line is markup alone.
    pub credit: Option<Credit>,
    /// The other sources of parts of the line, such as field values.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<String>,
    /// The address, if its claims are in conflict on this line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open: Option<String>,
}

impl Line {
    /// The address that the line is about.
    pub(crate) fn address(&self) -> Option<&str> {
        self.credit.as_ref().map(|credit| credit.address.as_str()).or(self.open.as_deref())
    }
}

/// The lines of one output.
#[derive(Debug, Serialize)]
pub(crate) struct Blame {
    profile: String,
    target: &'static str,
    lines: Vec<Line>,
}

/// Attributes every line of a document.
pub(crate) fn blame<'a>(
    library: &'a Library,
    composition: &Composition<'a>,
    document: &Document<'a>,
    target: &'static str,
) -> Blame {
    let ledger = Ledger::new(library, composition);
    let mut lines = Vec::new();
    for (index, line) in document.lines().enumerate() {
        let (mut credit, mut open): (Option<Credit>, _) = (None, None);
        let mut sources: Vec<String> = Vec::new();
        let mut longest = 0;
        for piece in document.pieces_in(&line) {
            let range = piece.range.start.max(line.start)..piece.range.end.min(line.end);
            let length = document.text()[range].trim().len();
            if length > 0
                && let Some(found) = credit_of(library, &ledger, piece)
            {
                if !sources.contains(&found.source) {
                    sources.push(found.source.clone());
                }
                if length > longest {
                    (credit, longest) = (Some(found), length);
                }
            }
            if let Attribution::Open(address) = piece.attribution {
                open = Some(address.to_owned());
            }
        }
        sources.retain(|source| credit.as_ref().is_none_or(|credit| credit.source != *source));
        lines.push(Line {
            number: index + 1,
            text: document.text()[line].trim_end_matches(['\n', '\r']).to_owned(),
            credit,
            others: sources,
            open,
        });
    }
    Blame { profile: composition.profile.id.clone(), target, lines }
}

fn credit_of<'a>(library: &'a Library, ledger: &Ledger<'_, 'a>, piece: &Piece<'a>) -> Option<Credit> {
    let Attribution::From(address, origin) = piece.attribution else { return None };
    let contributors = ledger.provenance(address, origin).contributors;
    let first = contributors.first()?;
    let has = |role| contributors.iter().any(|contributor| contributor.role == role);
    let role = match origin {
        Origin::Resolution(..) => Role::Resolver,
        Origin::Claim(_) if has(Part::Resolver) => Role::Chosen,
        Origin::Claim(_) if has(Part::CoSupplier) => Role::CoSupplier,
        Origin::Claim(_) => Role::Supplier,
    };
    let mut with: Vec<String> = Vec::new();
    for other in contributors.iter().filter(|other| other.role == Part::CoSupplier) {
        let name = library.source_name(other.source);
        if other.source != first.source && !with.contains(&name) {
            with.push(name);
        }
    }
    let sources = &library.sources;
    let span = piece.written.map_or(first.span, |(text, offset)| sources.within(text, offset..offset));
    Some(Credit {
        source: library.source_name(first.source),
        at: Place::of(sources, span),
        role,
        address: address.to_owned(),
        with,
    })
}

impl Blame {
    pub(crate) fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The lines as JSON; see `docs/json.md`.
    pub(crate) fn report(&self) -> Versioned<&Blame> {
        Version::BLAME.of(self)
    }

    /// The lines as a table: source and line in its file, role, number, text.
    pub(crate) fn page(&self) -> Page {
        let mut colors: BTreeMap<&str, usize> = BTreeMap::new();
        let rows = self.lines.iter().map(|line| {
            let next = colors.len();
            let (origin, role) = match &line.credit {
                None if line.open.is_some() => (Phrase::of(Paint::Error, "in conflict"), ""),
                None => (Phrase::of(Paint::Faint, ""), ""),
                Some(credit) => {
                    let color = *colors.entry(&credit.source).or_insert(next);
                    let more = line.others.len();
                    let more = if more == 0 { String::new() } else { format!(" +{more}") };
                    let place = format!("{}:{}{more}", credit.source, credit.at.line);
                    (Phrase::of(Paint::Fragment(color), place), credit.role.word())
                }
            };
            vec![
                Cell::Text(origin),
                Cell::Text(Phrase::of(Paint::Faint, format!(" {role}"))),
                Cell::Text(Phrase::of(Paint::Faint, line.number.to_string())),
                Cell::Text(Phrase::plain(&line.text)),
            ]
        });
        let table = Table {
            rows: rows.collect(),
            columns: vec![
                Column::new("source", false, Fit::End),
                Column::new("role", false, Fit::Whole),
                Column::new("line", true, Fit::Whole),
                Column::new("text", false, Fit::Rest),
            ],
            is_headed: false,
        };
        Page::new(
            format!("{} ({}): the source of each line", self.profile, self.target),
            format!("cento blame {} --target {}", self.profile, self.target),
            vec![Block::Table(table)],
        )
    }
}
