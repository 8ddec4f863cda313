//! Similar: rules that say nearly the same in several places, and those that say the opposite.
//!
//! [`of_library`] and [`of_documents`] gather what is said and where; [`find`] puts what is alike into clusters, by three
//! searches of which none compares all with all: texts with most words in common ([`search`]), texts that are the same
//! without their polarity ([`polarity`]), and texts that are the same but for a name. Nothing is changed or merged.

mod accept;
mod clusters;
mod documents;
mod gather;
mod polarity;
mod relation;
pub(crate) mod search;
mod verbs;
mod words;

pub(crate) use accept::{Accepted, acknowledge, stale};
pub(crate) use clusters::find;
pub(crate) use gather::{of_documents, of_library};

use typed_index_collections::TiVec;

use crate::model::{Force, ProfileId, ids};

ids! {
    /// A file of a [`Corpus`].
    PathId;
    /// The place of a text, in order of the files.
    OccurrenceId;
}

/// The threshold that is used where none is given: what part of all words of two texts is in both.
pub(crate) const THRESHOLD: f64 = 0.8;

/// All texts with their places.
#[derive(Debug, Default)]
pub(crate) struct Corpus {
    /// The paths of the files.
    pub files: TiVec<PathId, String>,
    /// The personas; none where documents are compared.
    pub personas: TiVec<ProfileId, String>,
    /// The texts, in order of the files.
    pub occurrences: TiVec<OccurrenceId, Occurrence>,
}

/// A text at one place.
#[derive(Debug, Clone)]
pub(crate) struct Occurrence {
    /// The words, in one line.
    pub text: String,
    /// The force, of a rule.
    pub force: Option<Force>,
    /// What the headings above it say of it.
    heading: Option<polarity::Polarity>,
    /// Whether it is in a list.
    pub is_listed: bool,
    /// The file.
    pub file: PathId,
    /// The line, from 1.
    pub line: u32,
    /// Its list within the file.
    list: u32,
    /// In a workspace, the source and the address.
    pub side: Option<Side>,
    /// The personas that it reaches.
    pub personas: Vec<ProfileId>,
}

/// A place of a workspace, as the two sides of an acknowledgement name it: `rules/sql:rules.select-star`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Side {
    /// A fragment's id, or `profiles/NAME`.
    pub source: String,
    /// The address.
    pub address: String,
}

impl std::fmt::Display for Side {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.source, self.address)
    }
}

/// What is wrong with a cluster, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// One text asks for what another is against.
    Contradiction,
    /// One rule with different numbers, units, names or forces.
    Drift,
    /// One rule in different words, or in the same words in several files.
    Duplicate,
}

impl Kind {
    /// The word for it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Contradiction => "contradiction",
            Kind::Drift => "drift",
            Kind::Duplicate => "duplicate",
        }
    }
}

/// The differences of a text from the first of its cluster, the most serious first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Difference {
    /// The polarity: for, and against.
    Polarity,
    /// A number.
    Number,
    /// The unit of a number.
    Unit,
    /// A name.
    Name,
    /// The force of a rule.
    Force,
    /// Words.
    Words,
    /// Marks, capitals, or the order of the words.
    Marks,
}

impl Difference {
    /// The word for it.
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

    /// The kind of a cluster in which this is the gravest difference.
    fn kind(self) -> Kind {
        match self {
            Difference::Polarity => Kind::Contradiction,
            Difference::Number | Difference::Unit | Difference::Name | Difference::Force => Kind::Drift,
            Difference::Words | Difference::Marks => Kind::Duplicate,
        }
    }
}

/// Texts that are alike.
#[derive(Debug, Clone)]
pub(crate) struct Cluster {
    /// What is wrong with it.
    pub kind: Kind,
    /// The ways in which it is said: first the one that most places have, then those with the gravest difference.
    pub variants: Vec<Variant>,
    /// Whether all differences look meant, as those of entries of one list: then it comes after the others.
    pub is_meant: bool,
    /// The pairs that are accepted, if others are left.
    pub accepted: Vec<Accepted>,
}

impl Cluster {
    /// Says what is wrong with it by what tells its variants apart.
    fn judge(&mut self) {
        let differences = |is_meant: bool| {
            let variants = self.variants.iter().filter(move |variant| variant.is_meant == is_meant);
            variants.filter_map(|variant| variant.difference).map(Difference::kind).min()
        };
        let (open, meant) = (differences(false), differences(true));
        self.is_meant = open.is_none() && meant.is_some();
        self.kind = open.or(meant).unwrap_or(Kind::Duplicate);
    }
}

/// One way to say it.
#[derive(Debug, Clone)]
pub(crate) struct Variant {
    /// The text.
    pub text: String,
    /// The force, of a rule.
    pub force: Option<Force>,
    /// Whether it is against what it names.
    pub is_against: bool,
    /// What tells it from the first, or from the one that it opposes; nothing for the first.
    pub difference: Option<Difference>,
    /// The one that it opposes, if that is not the first: what that says, and the first place of it.
    pub opposes: Option<(String, OccurrenceId)>,
    /// Whether the difference looks meant.
    pub is_meant: bool,
    /// How alike it is to the first, or to the one that it opposes, in hundredths.
    pub alike: u32,
    /// Where it is said, by index in [`Corpus::said`].
    pub places: Vec<OccurrenceId>,
}

/// What is looked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Options {
    /// What part of all words of two texts must be in both.
    pub threshold: f64,
}
