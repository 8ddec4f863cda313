//! The origins of an output as JSON, which `build --origins` writes next to it.

use indexmap::IndexMap;
use serde::Serialize;

use super::json::{Version, Versioned};
use crate::compose::Composition;
use crate::model::{Library, LineColumn, Source, Sources, Span};
use crate::render::{Attribution, Document, Grounds, Ledger, Loser, Provenance};

/// The origin of every byte of an output; see `docs/json.md`.
#[derive(Debug, Serialize)]
pub(crate) struct Origins<'a> {
    pub profile: &'a str,
    pub target: &'static str,
    /// The length of the output in bytes.
    pub bytes: usize,
    /// The entries that the spans refer to.
    pub origins: Vec<Entry>,
    /// The pieces, which cover the output from its first to its last byte.
    pub spans: Vec<Piece>,
    /// Addresses without content in the persona, with the claims that lost.
    pub absent: Vec<Absent>,
}

/// The contributors to the text at one address.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Entry {
    pub address: String,
    /// The contributors: first the author of the text, or the resolution that sets it.
    pub sources: Vec<Contributor>,
    /// The claims that lost at this address, or as rules on the same subject at another.
    pub lost: Vec<Lost>,
    /// The reason of the resolution, if one decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A contributor to a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Contributor {
    /// The fragment's id, or `profiles/NAME`.
    pub source: String,
    /// `supplier`, `co-supplier`, `orderer` or `resolver`.
    pub role: &'static str,
    /// Where the contribution is written.
    #[serde(flatten)]
    pub at: Place,
}

/// A place in a file of the workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Place {
    /// The path, relative to the workspace.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// A claim that lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Lost {
    /// The source of the claim.
    pub source: String,
    /// The address of the claim. It differs from that of the entry for rules on the same subject.
    pub address: String,
    /// `subsumed`, `shadowed`, `removed`, `overruled` or `in conflict`.
    pub state: &'static str,
    /// Where it is written.
    #[serde(flatten)]
    pub at: Place,
    /// Its text.
    pub text: String,
    /// Why it lost.
    pub because: Why,
}

/// Why a claim lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Why {
    /// `claim`, `removal`, `resolution`, `combine`, `subject`, or `conflict` if nothing is decided.
    pub kind: &'static str,
    /// The source that won, removed the claim or decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Where that is written.
    #[serde(flatten)]
    pub at: Option<Place>,
    /// The reason given there, or the subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Why {
    pub(crate) fn of(library: &Library, grounds: Grounds<'_>) -> Self {
        Why {
            kind: grounds.kind,
            source: grounds.by.map(|(source, _)| library.source_name(source)),
            at: grounds.by.map(|(_, span)| Place::of(&library.sources, span)),
            reason: grounds.reason.map(str::to_owned),
        }
    }
}

/// A range of bytes with one origin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Piece {
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// The index in `origins`; absent for layout.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<usize>,
    /// Where these bytes are written, if they are copied from a file.
    #[serde(flatten)]
    pub at: Option<Place>,
}

/// An address without content in the persona.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Absent {
    pub address: String,
    /// The claims that lost there.
    pub lost: Vec<Lost>,
}

/// The origins of a rendered composition.
pub(crate) fn origins<'a>(
    library: &'a Library,
    composition: &Composition<'a>,
    document: &Document<'a>,
    target: &'static str,
) -> Versioned<Origins<'a>> {
    let ledger = Ledger::new(library, composition);
    let mut entries: IndexMap<(&str, Option<Source>), Entry> = IndexMap::new();
    let mut spans = Vec::new();
    for piece in document.pieces() {
        let key = match piece.attribution {
            Attribution::Layout => None,
            Attribution::Open(address) => Some((address, None)),
            Attribution::From(address, origin) => Some((address, Some(origin.source()))),
        };
        let origin = key.map(|key| {
            let entry = entries.entry(key);
            let index = entry.index();
            entry.or_insert_with(|| {
                let provenance = match piece.attribution {
                    Attribution::From(address, origin) => ledger.provenance(address, origin),
                    Attribution::Open(address) => ledger.open(address),
                    Attribution::Layout => Provenance::default(),
                };
                self::entry(library, key.0.to_owned(), &provenance)
            });
            index
        });
        let written = piece.written.map(|(text, offset)| library.sources.within(text, offset..offset));
        let at = written.map(|span| Place::of(&library.sources, span));
        spans.push(Piece { start: piece.range.start, end: piece.range.end, origin, at });
    }
    let absent = ledger.absent().map(|(address, losers)| Absent {
        address: address.to_owned(),
        lost: losers.iter().map(|loser| lost(library, loser)).collect(),
    });
    Version::ORIGINS.of(Origins {
        profile: &composition.profile.id,
        target,
        bytes: document.text().len(),
        origins: entries.into_values().collect(),
        spans,
        absent: absent.collect(),
    })
}

/// The entry of one address.
pub(crate) fn entry(library: &Library, address: String, provenance: &Provenance<'_, '_>) -> Entry {
    let sources = provenance.contributors.iter().map(|contributor| Contributor {
        source: library.source_name(contributor.source),
        role: contributor.role.name(),
        at: Place::of(&library.sources, contributor.span),
    });
    let reason = provenance.settled.and_then(|settled| settled.resolution.reason.as_ref());
    Entry {
        address,
        sources: sources.collect(),
        lost: provenance.losers.iter().map(|loser| lost(library, loser)).collect(),
        reason: reason.map(|reason| reason.value.clone()),
    }
}

impl Place {
    /// The start of a span.
    pub(crate) fn of(sources: &Sources, span: Span) -> Self {
        let LineColumn { line, column } = sources.line_column(span);
        Place { path: sources.path(span).to_string(), line, column }
    }
}

/// The JSON form of a claim that lost.
pub(crate) fn lost(library: &Library, loser: &Loser<'_, '_>) -> Lost {
    let claim = loser.claim;
    Lost {
        source: library.source_name(claim.source),
        address: claim.address.to_string(),
        state: loser.state.describe(),
        at: Place::of(&library.sources, claim.span),
        text: claim.whole_text(),
        because: Why::of(library, loser.because.grounds()),
    }
}
