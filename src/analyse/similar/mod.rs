//! Near-duplicate and contradictory rules.
//!
//! [`of_library`] and [`of_documents`] gather the occurrences of texts. [`find`] clusters similar texts by
//! three searches: texts with many words in common ([`search`]), texts that differ only in polarity
//! ([`polarity`]), and texts that differ only in one name. None of them compares all pairs. Nothing is
//! changed or merged.

mod accept;
mod clusters;
mod documents;
mod form;
mod gather;
mod intended;
mod polarity;
mod relation;
pub(crate) mod search;
mod verbs;
mod words;

pub(crate) use accept::{Accepted, acknowledge, stale};
pub(crate) use clusters::find;
pub(crate) use gather::{of_documents, of_library};

use serde::Serialize;
use typed_index_collections::TiVec;

use crate::model::wording::serialize_by_name;
use crate::model::{Force, ProfileId, ids};

ids! {
    /// A file of a [`Corpus`].
    PathId;
    /// An occurrence in a [`Corpus`], in the order of the files.
    OccurrenceId;
}

/// The maximum number of occurrences of a text that are examined one by one.
const MAX_OCCURRENCES: usize = 32;

/// The default minimum word overlap (Jaccard index).
pub(crate) const THRESHOLD: f64 = 0.8;

/// The texts to compare, with their locations.
#[derive(Debug, Default)]
pub(crate) struct Corpus {
    /// The paths of the files.
    pub files: TiVec<PathId, String>,
    /// The ids of all profiles; empty for documents.
    pub personas: TiVec<ProfileId, String>,
    /// The occurrences of texts, in the order of the files.
    pub occurrences: TiVec<OccurrenceId, Occurrence>,
}

/// One occurrence of a text.
#[derive(Debug, Clone)]
pub(crate) struct Occurrence {
    /// The text on one line.
    pub text: String,
    pub force: Option<Force>,
    /// The polarity that the headings above it give it.
    heading: Option<polarity::Polarity>,
    /// Whether it is an item of a list.
    pub is_listed: bool,
    pub file: PathId,
    /// The line, from 1.
    pub line: u32,
    /// The number of its list within the file.
    list: u32,
    /// The source and the address, in a workspace.
    pub side: Option<Side>,
    /// The personas that it reaches; empty for documents.
    pub personas: Vec<ProfileId>,
}

/// An entry of a workspace, written as in `[[accept]]`: `rules/sql:rules.select-star`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Side {
    /// The id of a fragment, or `profiles/NAME`.
    pub source: String,
    pub address: String,
}

impl std::fmt::Display for Side {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.source, self.address)
    }
}

/// The kind of a cluster, most severe first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Two texts of opposite polarity.
    Contradiction,
    /// One rule with different numbers, units or forces.
    Drift,
    /// One rule in different words or about different names, or verbatim in several files.
    Duplicate,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Contradiction => "contradiction",
            Kind::Drift => "drift",
            Kind::Duplicate => "duplicate",
        }
    }
}

serialize_by_name!(Kind::name, Difference::name);

/// The most severe difference between two texts, most severe first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Difference {
    /// For or against.
    Polarity,
    /// A number.
    Number,
    /// The unit of a number.
    Unit,
    /// A name.
    Name,
    /// The force of a rule.
    Force,
    /// Other words.
    Words,
    /// Punctuation, capitals, or the order of the words.
    Marks,
}

impl Difference {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Difference::Polarity => "polarity",
            Difference::Number => "number",
            Difference::Unit => "unit",
            Difference::Name => "name",
            Difference::Force => "force",
            Difference::Words => "words",
            Difference::Marks => "marks",
        }
    }

    /// The kind of a cluster in which this is the most severe difference.
    fn kind(self) -> Kind {
        match self {
            Difference::Polarity => Kind::Contradiction,
            Difference::Number | Difference::Unit | Difference::Force => Kind::Drift,
            Difference::Name | Difference::Words | Difference::Marks => Kind::Duplicate,
        }
    }
}

/// A group of similar texts.
#[derive(Debug, Clone)]
pub(crate) struct Cluster {
    pub kind: Kind,
    /// Its different texts: first the most frequent, then by severity of the difference.
    pub variants: Vec<Variant>,
    /// How much it means that other texts resemble the first.
    weight: form::Weight,
    /// Whether all differences look intended, as between items of one list. Such clusters are sorted last.
    pub is_intended: bool,
    /// The accepted pairs, if the cluster has others too.
    pub accepted: Vec<Accepted>,
}

impl Cluster {
    /// Sets kind and `is_intended` from the differences of the variants.
    fn judge(&mut self) {
        let differences = |is_intended: bool| {
            let variants = self.variants.iter().filter(move |variant| variant.is_intended == is_intended);
            variants.filter_map(|variant| variant.difference).map(Difference::kind).min()
        };
        let (unintended, intended) = (differences(false), differences(true));
        self.is_intended = unintended.is_none() && intended.is_some();
        self.kind = unintended.or(intended).unwrap_or(Kind::Duplicate);
    }
}

/// One of the texts of a cluster.
#[derive(Debug, Clone)]
pub(crate) struct Variant {
    pub text: String,
    pub force: Option<Force>,
    /// Whether it forbids what it names.
    pub is_against: bool,
    /// Its difference from the first variant, or from the one in `opposes`; nothing for the first.
    pub difference: Option<Difference>,
    /// The variant that it opposes, if that is not the first: its text and its first occurrence.
    pub opposes: Option<(String, OccurrenceId)>,
    /// Whether the difference looks intended.
    pub is_intended: bool,
    /// The Jaccard index with the first variant, or with the one in `opposes`, in percent.
    pub similarity: u32,
    /// Its occurrences in [`Corpus::occurrences`].
    pub occurrences: Vec<OccurrenceId>,
}
