//! Differences between two personas.

use crate::analyse::diff::{Content, Difference, Row};
use crate::model::Force;

/// An address at which two personas differ.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Change {
    /// The address in the second persona, or in the first if only that has it.
    pub address: String,
    /// How they differ.
    pub kind: ChangeKind,
    /// The entry in the first persona. `None` if it has none.
    pub before: Option<ChangeSide>,
    /// The entry in the second persona. `None` if it has none.
    pub after: Option<ChangeSide>,
}

/// The content of one of the two personas at an address.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ChangeSide {
    /// The address. Differs from that of the change if the text has moved to another address.
    pub address: String,
    /// The text with its label and reason, or the value.
    pub text: String,
    /// The force of a rule. `None` for everything else.
    pub force: Option<Force>,
    /// The fragment or profile that it comes from, such as `rules/git`. `None` for a default or a conflict.
    pub source: Option<String>,
}

/// How two personas differ at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ChangeKind {
    /// Only the second persona has it.
    Added,
    /// Only the first persona has it.
    Removed,
    /// The text or value differs.
    Text,
    /// The force of the rule differs, and perhaps its text.
    Force,
    /// One of the two has an open conflict there.
    Conflict,
    /// It has moved; its text and force are equal.
    Moved,
}

impl Change {
    /// The change of a row, unless its two sides are equal.
    pub(super) fn of(row: Row) -> Option<Self> {
        let kind = match row.difference() {
            Difference::None => return None,
            Difference::OnlyBefore => ChangeKind::Removed,
            Difference::OnlyAfter => ChangeKind::Added,
            Difference::Conflict => ChangeKind::Conflict,
            Difference::Wording => ChangeKind::Text,
            Difference::Force => ChangeKind::Force,
            Difference::Place => ChangeKind::Moved,
        };
        let address = row.address().to_owned();
        Some(Change {
            address,
            kind,
            before: row.before.map(ChangeSide::of),
            after: row.after.map(ChangeSide::of),
        })
    }
}

impl ChangeSide {
    fn of(content: Content) -> Self {
        let Content { address, text, force, origin, .. } = content;
        ChangeSide { address, text, force, source: origin.map(|origin| origin.source) }
    }
}
