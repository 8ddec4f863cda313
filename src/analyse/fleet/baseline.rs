//! The wordings of a rule, and the choice of its baseline.
//!
//! The baseline is the wording that a fragment gives the rule. If fragments differ, it is the wording in most
//! personas, and on a tie that of the fragment with the lowest id. A rule that only profiles contain is
//! compared in the same way with the wordings of the profiles.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::compose::Origin;
use crate::model::{Claim, Force, Source, Text, fold};

/// A wording of a rule; see `docs/json.md` for its JSON form.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Wording<'a> {
    #[serde(serialize_with = "Force::serialize")]
    pub force: Force,
    /// The text with its label and reason.
    #[serde(flatten)]
    pub words: Words,
    /// The first fragment or profile with this wording, else a resolution.
    #[serde(skip)]
    pub origin: Origin<'a>,
    /// The number of personas with this wording.
    pub personas: usize,
}

/// The normalized text of a rule: white space folded, templates not filled in.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Words {
    pub text: String,
    /// The label before the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The reason after the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

impl Words {
    fn of(origin: Origin<'_>) -> Self {
        match origin {
            Origin::Claim(claim) => Words::of_claim(claim),
            Origin::Resolution(_, resolution) => {
                Words { text: fold(resolution.choice.text()).into_owned(), ..Words::default() }
            }
        }
    }

    fn of_claim(claim: &Claim) -> Self {
        let folded = |text: &Option<Text>| text.as_ref().map(|text| fold(&text.value).into_owned());
        match claim.block() {
            Some(block) => Words {
                text: fold(&block.text.value).into_owned(),
                label: folded(&block.label),
                why: folded(&block.why),
            },
            None => Words::default(),
        }
    }

    /// Label, text and reason as one string.
    pub(crate) fn whole_text(&self) -> String {
        let label = self.label.as_ref().map_or(String::new(), |label| format!("{label}: "));
        let why = self.why.as_ref().map_or(String::new(), |why| format!(" \u{2014} {why}"));
        format!("{label}{}{why}", self.text)
    }
}

/// A count of the wordings of one rule.
pub(super) struct Wordings<'a> {
    all: BTreeMap<(Words, Force), Counted<'a>>,
}

struct Counted<'a> {
    origin: Origin<'a>,
    personas: usize,
    /// The first fragment, else the first profile, with this wording; `None` if only a resolution sets it.
    defined: Option<Source>,
}

impl<'a> Wordings<'a> {
    /// Collects the wordings of the claims that define a rule, with a count of zero. `claims` has those of
    /// fragments first.
    pub(super) fn defined(claims: &[&'a Claim]) -> Self {
        let mut all = BTreeMap::new();
        for claim in claims {
            let Some(force) = claim.force() else { continue };
            let counted = Counted { origin: Origin::Claim(claim), personas: 0, defined: Some(claim.source) };
            all.entry((Words::of_claim(claim), force)).or_insert(counted);
        }
        Wordings { all }
    }

    /// Counts a persona in which the rule applies.
    pub(super) fn count(&mut self, force: Force, origin: Origin<'a>) {
        let new = || Counted { origin, personas: 0, defined: None };
        self.all.entry((Words::of(origin), force)).or_insert_with(new).personas += 1;
    }

    /// Returns the wordings by descending number of personas, but with the baseline first.
    pub(super) fn ranked(self) -> Vec<Wording<'a>> {
        let rank = |counted: &Counted<'_>| match counted.defined {
            Some(Source::Fragment(_)) => 0,
            Some(Source::Profile(_)) => 1,
            None => 2,
        };
        let mut ranked: Vec<((Words, Force), Counted<'a>)> = self.all.into_iter().collect();
        ranked.sort_by_key(|(_, counted)| (std::cmp::Reverse(counted.personas), counted.defined));
        let lowest = ranked.iter().map(|(_, counted)| rank(counted)).min();
        if let Some(at) = ranked.iter().position(|(_, counted)| Some(rank(counted)) == lowest) {
            let baseline = ranked.remove(at);
            ranked.insert(0, baseline);
        }
        let wording =
            |((words, force), Counted { origin, personas, .. })| Wording { force, words, origin, personas };
        ranked.into_iter().map(wording).collect()
    }
}

/// Returns the index of a wording in the ranked list.
pub(super) fn index_of(wordings: &[Wording<'_>], force: Force, origin: Origin<'_>) -> Option<usize> {
    let words = Words::of(origin);
    wordings.iter().position(|wording| wording.force == force && wording.words == words)
}
