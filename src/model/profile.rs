//! Profiles: the definitions of personas.

use super::address::Address;
use super::claim::{Claim, Content, Datum, Force};
use super::source::{FileId, Span, Spanned, Text};
use super::statement::Seen;
use super::target::PERSONAS;

/// The definition of one persona, read from one file under `profiles/`.
#[derive(Debug, Clone)]
pub(crate) struct Profile {
    /// The file name without `.toml`.
    pub id: String,
    pub file: FileId,
    /// Whether it is only a parent of other profiles.
    pub is_abstract: bool,
    /// Whether `{{ fields }}` in its own body are filled in.
    pub template: bool,
    /// Its parents.
    pub extends: Vec<Text>,
    /// The fragments that it adds.
    pub uses: Vec<Text>,
    /// Fragments of its parents that it drops.
    pub drops: Vec<Drop>,
    /// The kinds listed in its `[sections]`, in that order.
    pub section_order: Vec<Text>,
    /// The targets that it names, in file order.
    pub targets: Vec<Text>,
    /// The targets of its parents that it does not have.
    pub without_targets: Vec<Text>,
    /// Its claims: fields, tags, tools, settings and body.
    pub claims: Vec<Claim>,
    /// The models that `only` and `not` name in it.
    pub models: Vec<Text>,
    /// The removals of entries of lower layers.
    pub removals: Vec<Removal>,
    /// Its resolutions of conflicts.
    pub resolutions: Vec<Resolution>,
    /// Whether its file has errors; if so, neither it nor its descendants are built.
    pub broken: bool,
}

/// A fragment that a parent uses and this profile drops.
#[derive(Debug, Clone)]
pub(crate) struct Drop {
    pub fragment: Text,
    /// Whether locked claims may be dropped.
    pub breaks_lock: bool,
    pub reason: Option<Text>,
}

/// The removal of an address, group or section from strictly lower layers.
#[derive(Debug, Clone)]
pub(crate) struct Removal {
    /// The address, group or section.
    pub target: Text,
    /// For a single entry: the sources below the profile, each with the hash of its claim.
    pub seen: Option<Seen>,
    /// Whether locked claims may be removed.
    pub breaks_lock: bool,
    pub reason: Option<Text>,
}

/// A recorded decision about a conflict.
#[derive(Debug, Clone)]
pub(crate) struct Resolution {
    /// The address of the conflict.
    pub at: Text,
    pub choice: Choice,
    /// The sides when the decision was made, each with the hash of its claims.
    pub seen: Option<Seen>,
    /// The force, if the decision sets the text of a rule.
    pub force: Option<Spanned<Force>>,
    /// Whether a locked claim may lose.
    pub breaks_lock: bool,
    pub reason: Option<Text>,
    /// The `[[resolve]]` table.
    pub span: Span,
}

/// The decision about a conflict.
#[derive(Debug, Clone)]
pub(crate) enum Choice {
    /// This side wins.
    Take(Text),
    /// This value replaces all sides.
    Set(Spanned<Datum>),
    /// All sides are kept.
    KeepBoth(Span),
}

impl Resolution {
    /// The name and the recorded hash of each side.
    pub(crate) fn pins(&self) -> impl Iterator<Item = (&str, &str)> {
        self.seen.iter().flat_map(Seen::pins)
    }
}

impl Choice {
    /// What the decision does, as a verb with its object. `shown` formats a text that it sets.
    pub(crate) fn describe(&self, shown: impl Fn(&str) -> String) -> String {
        match self {
            Choice::Take(name) => format!("takes {}", name.value),
            Choice::Set(value) => format!("sets \"{}\"", shown(&value.value.to_string())),
            Choice::KeepBoth(_) => "keeps both".to_owned(),
        }
    }

    /// The text that replaces all sides; empty if the choice sets none.
    pub(crate) fn text(&self) -> &str {
        match self {
            Choice::Set(value) => value.value.as_str().unwrap_or_default(),
            Choice::Take(_) | Choice::KeepBoth(_) => "",
        }
    }
}

impl Profile {
    /// The start of its file, for findings without a better place.
    pub(crate) fn start(&self) -> Span {
        Span::new(self.file, 0..0)
    }

    /// The ids of the profiles whose personas it puts into its own outputs.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &str> {
        let lists = self.claims.iter().filter_map(|claim| {
            match (Address::parse(claim.address.as_str()), &claim.content) {
                (Address::TargetKey { key: PERSONAS, .. }, Content::Setting(datum)) => Some(datum.strings()),
                _ => None,
            }
        });
        lists.flatten()
    }
}
