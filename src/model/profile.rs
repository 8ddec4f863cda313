//! Profiles: the recipes of personas.

use super::claim::{Claim, Datum, Force};
use super::source::{FileId, Span, Spanned, Text};

/// The recipe of one persona, read from one file under `profiles/`.
#[derive(Debug)]
pub(crate) struct Profile {
    /// The file's name without `.toml`.
    pub id: String,
    /// Its file.
    pub file: FileId,
    /// Whether it only serves as a parent.
    pub is_abstract: bool,
    /// Whether `{{ fields }}` in its own body are filled in.
    pub template: bool,
    /// The profiles that it builds on.
    pub extends: Vec<Text>,
    /// The fragments that it brings in.
    pub uses: Vec<Text>,
    /// The fragments of its parents that it leaves out.
    pub drops: Vec<Drop>,
    /// The kinds that its `[sections]` lists, in that order.
    pub section_order: Vec<Text>,
    /// The targets that it names, in file order.
    pub targets: Vec<Text>,
    /// Its own claims: fields, tags, tools, settings and body.
    pub claims: Vec<Claim>,
    /// What it removes from the layers below.
    pub removals: Vec<Removal>,
    /// The conflicts that it settles.
    pub resolutions: Vec<Resolution>,
    /// Whether its file has errors; then neither it nor its children are built.
    pub broken: bool,
}

/// A fragment that a parent uses and this profile does not want.
#[derive(Debug, Clone)]
pub(crate) struct Drop {
    /// The fragment's id.
    pub fragment: Text,
    /// Whether its locked claims may go too.
    pub breaks_lock: bool,
    /// Why.
    pub reason: Option<Text>,
}

/// An address or group that a profile removes from strictly lower layers.
#[derive(Debug, Clone)]
pub(crate) struct Removal {
    /// The address or group.
    pub target: Text,
    /// Whether locked claims may go too.
    pub breaks_lock: bool,
    /// Why.
    pub reason: Option<Text>,
}

/// A recorded decision about one conflict.
#[derive(Debug, Clone)]
pub(crate) struct Resolution {
    /// The address of the conflict.
    pub at: Text,
    /// The decision.
    pub choice: Choice,
    /// The sides that the decision saw, each with the hash of what it said.
    pub seen: Option<Spanned<Vec<(Text, Text)>>>,
    /// The force of a rule whose text is set.
    pub force: Option<Spanned<Force>>,
    /// Whether a locked claim may lose.
    pub breaks_lock: bool,
    /// Why.
    pub reason: Option<Text>,
    /// The `[[resolve]]` table.
    pub span: Span,
}

/// How a conflict is settled.
#[derive(Debug, Clone)]
pub(crate) enum Choice {
    /// This side wins.
    Take(Text),
    /// Neither: this value stands.
    Set(Spanned<Datum>),
    /// All sides stay.
    KeepBoth(Span),
}
