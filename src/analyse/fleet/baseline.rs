//! The wordings of a rule, and which of them is the rule as it is written.
//!
//! That is what a fragment says at the address. Where fragments say different things, it is the wording
//! that stands in most personas; of those, the one of the least fragment id. A rule that only profiles say
//! is measured in the same way, against what the profiles say.

use std::collections::BTreeMap;

use super::standing::set_text;
use crate::compose::Origin;
use crate::model::{Claim, Force, Source, Text, fold};

/// One wording of a rule.
#[derive(Debug, Clone)]
pub(crate) struct Wording<'a> {
    /// The force.
    pub force: Force,
    /// The words.
    pub words: Words,
    /// Its source: the first fragment or profile that has it, else a resolution.
    pub origin: Origin<'a>,
    /// The number of personas that have it.
    pub personas: usize,
}

/// The words of a rule as they are compared: white space folded, templates not filled in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Words {
    /// The text.
    pub text: String,
    /// The label before it.
    pub label: Option<String>,
    /// The reason after it.
    pub why: Option<String>,
}

impl Words {
    fn of(origin: Origin<'_>) -> Self {
        match origin {
            Origin::Claim(claim) => Words::of_claim(claim),
            Origin::Resolution(_, resolution) => {
                Words { text: fold(set_text(&resolution.choice)).into_owned(), label: None, why: None }
            }
        }
    }

    fn of_claim(claim: &Claim) -> Self {
        let own = |text: &Option<Text>| text.as_ref().map(|text| fold(&text.value).into_owned());
        match claim.block() {
            Some(block) => Words {
                text: fold(&block.text.value).into_owned(),
                label: own(&block.label),
                why: own(&block.why),
            },
            None => Words { text: String::new(), label: None, why: None },
        }
    }

    /// Label, text and reason as one text.
    pub(crate) fn whole_text(&self) -> String {
        let label = self.label.as_ref().map_or(String::new(), |label| format!("{label}: "));
        let why = self.why.as_ref().map_or(String::new(), |why| format!(" \u{2014} {why}"));
        format!("{label}{}{why}", self.text)
    }
}

/// The wordings of one rule while they are counted.
pub(super) struct Wordings<'a> {
    all: BTreeMap<(Words, Force), Counted<'a>>,
}

struct Counted<'a> {
    origin: Origin<'a>,
    personas: usize,
    /// The place of the first fragment, else the first profile, that says it so; nothing for a `set`.
    defined: Option<Source>,
}

impl<'a> Wordings<'a> {
    /// The wordings of the claims that define a rule, those of fragments first.
    pub(super) fn defined(claims: &[&'a Claim]) -> Self {
        let mut all = BTreeMap::new();
        for claim in claims {
            let Some(force) = claim.force() else { continue };
            let counted = Counted { origin: Origin::Claim(claim), personas: 0, defined: Some(claim.source) };
            all.entry((Words::of_claim(claim), force)).or_insert(counted);
        }
        Wordings { all }
    }

    /// Counts a persona that has the rule.
    pub(super) fn count(&mut self, force: Force, origin: Origin<'a>) {
        let new = || Counted { origin, personas: 0, defined: None };
        self.all.entry((Words::of(origin), force)).or_insert_with(new).personas += 1;
    }

    /// The wordings with the rule as it is written at the front, then by how many personas have them.
    pub(super) fn ranked(self) -> Vec<Wording<'a>> {
        let rank = |counted: &Counted<'_>| match counted.defined {
            Some(Source::Fragment(_)) => 0,
            Some(Source::Profile(_)) => 1,
            None => 2,
        };
        let mut ranked: Vec<((Words, Force), Counted<'a>)> = self.all.into_iter().collect();
        ranked.sort_by_key(|(_, counted)| (std::cmp::Reverse(counted.personas), counted.defined));
        let written = ranked.iter().map(|(_, counted)| rank(counted)).min();
        if let Some(at) = ranked.iter().position(|(_, counted)| Some(rank(counted)) == written) {
            let norm = ranked.remove(at);
            ranked.insert(0, norm);
        }
        let wording =
            |((words, force), Counted { origin, personas, .. })| Wording { force, words, origin, personas };
        ranked.into_iter().map(wording).collect()
    }
}

/// The index of a wording among the ranked ones.
pub(super) fn index_of(wordings: &[Wording<'_>], force: Force, origin: Origin<'_>) -> Option<usize> {
    let words = Words::of(origin);
    wordings.iter().position(|wording| wording.force == force && wording.words == words)
}
