//! Factoring: moves entries that several personas repeat into shared fragments.
//!
//! [`survey`] finds equal entries in different sources and groups them by the profiles that share them. It
//! proves each group: the moved entries are loaded, composed and rendered, and every persona must keep every
//! byte. Near-duplicates are only reported, because a person has to decide which text is right.

mod alike;
mod fleet;
mod group;
mod name;
mod order;
mod plan;
mod prove;
mod saving;
mod statement;
mod variants;
mod whole;

pub(crate) use alike::{Conflict, Difference, Variant};

use std::collections::BTreeSet;

use serde::Serialize;
use typed_index_collections::TiVec;

use crate::compose::Composition;
use crate::model::{Force, Part, ProfileId, address};
pub(crate) use crate::trial::Texts;
use crate::trial::Trial;
use fleet::Fleet;
use group::Group;
use prove::Prover;
use statement::{Occurrence, Statement};

/// The minimum number of personas that share a new fragment of one entry, unless it saves [`LEAST_FOR_TWO`].
const LEAST_WITH_ONE_ENTRY: usize = 3;

/// The bytes that a new fragment of one entry for two personas saves at least.
const LEAST_FOR_TWO: i64 = 500;

/// The options of a survey.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    /// The minimum number of personas that share a fragment.
    pub least_personas: usize,
    /// The minimum number of bytes of TOML that a fragment saves. Up to 0, lists are torn and single lines move
    /// too.
    pub least_bytes: i64,
    /// The names of the wanted proposals; empty for all.
    pub names: Vec<String>,
}

impl Options {
    /// Returns whether lists stay whole. Otherwise everything is proposed that saves anything.
    fn keeps_whole(&self) -> bool {
        self.least_bytes > 0
    }

    /// Returns whether a new fragment of one entry is worth it: for a short text that only two personas have, a file of
    /// its own is more to read than it saves to edit.
    fn is_worth_one_entry(&self, personas: usize, saves: i64) -> bool {
        !self.keeps_whole() || personas >= LEAST_WITH_ONE_ENTRY || saves >= LEAST_FOR_TWO
    }
}

impl Default for Options {
    fn default() -> Self {
        Options { least_personas: 2, least_bytes: 50, names: Vec::new() }
    }
}

/// The shared entries of a workspace.
#[derive(Debug)]
pub(crate) struct Survey {
    /// The proposed fragments, largest saving first.
    pub proposals: Vec<Proposal>,
    /// Near-duplicates, most serious difference first.
    pub conflicts: Vec<Conflict>,
    /// How many repeated entries are too short or too scattered to be worth a fragment.
    pub short: usize,
    /// The files after all wanted proposals that are proven.
    pub texts: Texts,
}

/// A fragment that several personas would share; see `docs/json.md` for its JSON form.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Proposal {
    /// The id of the fragment.
    pub name: String,
    /// Whether the fragment exists already.
    pub joins: bool,
    pub section: String,
    /// Whether the caller asked for it.
    #[serde(rename = "wanted")]
    pub is_wanted: bool,
    /// Why it cannot be extracted without changing a persona. `None` if it can.
    pub obstacle: Option<String>,
    /// The profiles with the same entries that cannot share the fragment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub apart: Option<Apart>,
    /// The profiles that will name it in `use`.
    pub profiles: Vec<String>,
    /// The personas that will contain it.
    pub personas: Vec<String>,
    pub saves: Saves,
    /// Its entries.
    pub entries: Vec<Entry>,
}

/// Profiles that keep their own entries.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Apart {
    pub profiles: Vec<String>,
    /// The changes in them.
    pub reason: String,
}

/// The savings of a shared fragment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Saves {
    /// How many entries the sources lose.
    pub entries: usize,
    /// The bytes of TOML saved. An estimate if the proposal has an obstacle.
    pub bytes: i64,
    /// How many files an edit of these entries touches now.
    pub files: usize,
}

/// An entry of a shared fragment.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Entry {
    pub address: String,
    /// The kind of entry.
    pub noun: &'static str,
    /// The force, if it is a rule.
    #[serde(serialize_with = "Force::serialize", skip_serializing_if = "Option::is_none")]
    pub force: Option<Force>,
    /// The text, with its label and reason.
    pub text: String,
    /// Where it is written now.
    pub places: Vec<Place>,
    /// The near-equal texts that stay, as overrides in profiles.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<Override>,
}

/// A text with which a profile overrides a shared entry.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Override {
    pub profile: String,
    /// The text, with its label and reason.
    pub text: String,
}

/// Where a claim is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Place {
    /// The fragment's id, or `profiles/NAME`.
    pub source: String,
    /// The path.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    pub address: String,
}

impl Place {
    fn of(fleet: &Fleet<'_, '_>, occurrence: &Occurrence<'_>) -> Place {
        let sources = &fleet.library.sources;
        Place {
            source: fleet.library.source_name(occurrence.source),
            path: sources.path(occurrence.claim.key).to_string(),
            line: sources.line_column(occurrence.claim.key).line,
            address: occurrence.claim.address.as_str().to_owned(),
        }
    }
}

/// Finds entries that personas share, and proves which of them can move.
///
/// A move can free an id or leave a smaller set of personas with equal entries, so the search repeats until
/// nothing moves. A second run of the command then finds nothing new. Each move removes entries, so the loop
/// terminates. The places of later proposals refer to the files of their round.
pub(crate) fn survey(texts: &Texts, options: &Options) -> Survey {
    let mut survey = survey_once(texts, options);
    let mut has_moved = survey.texts != *texts && options.names.is_empty();
    while has_moved {
        let next = survey_once(&survey.texts, options);
        has_moved = next.texts != survey.texts;
        survey.proposals.retain(|proposal| proposal.obstacle.is_none());
        // Obstacles and kept profiles are reported in the first round only.
        let told: BTreeSet<String> = survey.proposals.iter().map(|proposal| proposal.name.clone()).collect();
        let is_new = |proposal: &Proposal| proposal.obstacle.is_none() || !told.contains(&proposal.name);
        survey.proposals.extend(next.proposals.into_iter().filter(is_new));
        (survey.short, survey.texts) = (next.short, next.texts);
    }
    survey
}

fn survey_once(texts: &Texts, options: &Options) -> Survey {
    let trial = Trial::new(texts);
    let (library, findings) = (&trial.library, &trial.findings);
    let compositions: TiVec<ProfileId, Option<Composition<'_>>> =
        trial.personas().check_all().into_iter().map(Result::ok).collect();
    let fleet = Fleet::new(library, &compositions);
    let statements = statement::statements(&fleet);
    let conflicts = alike::conflicts(&fleet, &statements);
    let (mut groups, short) = group::groups(&fleet, statements, options);
    let is_wanted = |group: &Group<'_>| options.names.is_empty() || options.names.contains(&group.name);
    let wanted: Vec<usize> = (0..groups.len()).filter(|number| is_wanted(&groups[*number])).collect();
    let proof = Prover::new(&fleet, texts, findings, &mut groups, options).prove(&wanted);
    let worthwhile = groups.iter().enumerate().filter(|(number, _)| !proof.poor.contains(number));
    let poor: usize = proof.poor.iter().map(|number| groups[*number].entries.len()).sum();
    let proposals = worthwhile.map(|(number, group)| {
        let mut proposal = proposal(&fleet, group);
        proposal.obstacle = proof.left_out.get(&number).cloned();
        proposal.apart = proof.apart.get(&number).map(|(profiles, reason)| Apart {
            profiles: profiles.iter().map(|index| library.profiles[*index].id.clone()).collect(),
            reason: reason.clone(),
        });
        proposal.is_wanted = is_wanted(group);
        proposal
    });
    Survey { proposals: proposals.collect(), conflicts, short: short + poor, texts: proof.texts }
}

/// Returns the near-equal texts of a statement, by the profiles that keep them.
fn overrides(fleet: &Fleet<'_, '_>, statement: &Statement<'_>) -> Vec<Override> {
    let users = statement.variants.iter().flat_map(|variant| {
        let claim = variant.claim;
        fleet.users(variant.source).into_iter().map(move |user| (user, claim))
    });
    let name = |user: ProfileId| fleet.library.profiles[user].id.clone();
    users.map(|(user, claim)| Override { profile: name(user), text: claim.whole_text() }).collect()
}

fn proposal(fleet: &Fleet<'_, '_>, group: &Group<'_>) -> Proposal {
    let profile = |index: &ProfileId| fleet.library.profiles[*index].id.clone();
    let entries: Vec<Entry> = group
        .entries
        .iter()
        .map(|(statement, id)| {
            let part = statement.block().map_or(Part::Prose, |block| block.part);
            Entry {
                address: address::below(statement.list(), id),
                noun: part.noun(),
                force: part.force(),
                text: statement.occurrences[0].claim.whole_text(),
                places: statement.occurrences.iter().map(|occurrence| Place::of(fleet, occurrence)).collect(),
                overrides: overrides(fleet, statement),
            }
        })
        .collect();
    let occurrences: usize = entries.iter().map(|entry| entry.places.len()).sum();
    Proposal {
        name: group.name.clone(),
        joins: group.joins.is_some(),
        section: group.section().to_owned(),
        profiles: group.users.iter().map(profile).collect(),
        personas: group.personas(fleet).iter().map(profile).collect(),
        saves: Saves {
            entries: occurrences - entries.len(),
            bytes: group.saves,
            files: group.sources().len(),
        },
        entries,
        obstacle: None,
        apart: None,
        is_wanted: true,
    }
}
