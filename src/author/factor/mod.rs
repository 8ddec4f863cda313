//! Factoring: entries that several personas repeat move into fragments that they share.
//!
//! [`survey`] finds equal entries in different sources, groups them by the profiles that
//! share them, and proves for each group that it can move: it loads and composes the files as they would
//! be, and compares every byte of every persona. What is only nearly equal it lists, to be settled by
//! hand.

mod alike;
mod fleet;
mod group;
mod name;
mod order;
mod plan;
mod prove;
mod statement;

pub(crate) use alike::{Conflict, Difference, Variant};

use std::collections::BTreeSet;

use typed_index_collections::TiVec;

use crate::compose::Composition;
use crate::model::{Force, Part, ProfileId, address};
pub(crate) use crate::trial::Texts;
use crate::trial::Trial;
use fleet::Fleet;
use group::Group;
use prove::Prover;
use statement::Occurrence;

/// What to look for.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    /// The fewest personas that share a fragment.
    pub least_personas: usize,
    /// The fewest bytes of TOML that a fragment saves.
    pub least_bytes: i64,
    /// The proposals that are wanted, by their names; all if empty.
    pub names: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Options { least_personas: 2, least_bytes: 50, names: Vec::new() }
    }
}

/// What factoring finds in a workspace.
#[derive(Debug)]
pub(crate) struct Survey {
    /// The shared fragments, those that save most first.
    pub proposals: Vec<Proposal>,
    /// What is nearly equal, the worst first.
    pub conflicts: Vec<Conflict>,
    /// How many repeated entries are too short to be worth a fragment.
    pub short: usize,
    /// The files as they are after all wanted proposals that can be kept.
    pub texts: Texts,
}

/// A fragment that several personas would share.
#[derive(Debug, Clone)]
pub(crate) struct Proposal {
    /// The id of the fragment.
    pub name: String,
    /// Whether the fragment is there already, and the others join it.
    pub joins: bool,
    /// The section of its entries.
    pub section: String,
    /// The profiles that name it in `use`.
    pub profiles: Vec<String>,
    /// The personas that it is part of.
    pub personas: Vec<String>,
    /// The content.
    pub entries: Vec<Entry>,
    /// What it saves.
    pub saves: Saves,
    /// Why it cannot be, without changing a persona; nothing if it can.
    pub obstacle: Option<String>,
    /// The profiles with the same entries that cannot share it.
    pub apart: Option<Apart>,
    /// Whether it was asked for.
    pub is_wanted: bool,
}

/// Profiles that keep their own.
#[derive(Debug, Clone)]
pub(crate) struct Apart {
    /// Their ids.
    pub profiles: Vec<String>,
    /// What would happen otherwise.
    pub reason: String,
}

/// What a shared fragment saves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Saves {
    /// How many entries fewer the sources have.
    pub entries: usize,
    /// About how many bytes of TOML fewer.
    pub bytes: i64,
    /// How many files an edit would touch instead of one.
    pub files: usize,
}

/// An entry of a shared fragment.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// Its address.
    pub address: String,
    /// Which part of the section it is.
    pub part: Part,
    /// The content.
    pub text: String,
    /// Where it is written now.
    pub places: Vec<Place>,
}

impl Entry {
    /// The force, if it is a rule.
    pub(crate) fn force(&self) -> Option<Force> {
        match self.part {
            Part::Rule(force) => Some(force),
            _ => None,
        }
    }
}

/// Where a claim is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// The fragment's id, or `profiles/NAME`.
    pub source: String,
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// The address.
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

/// Looks for what personas share in the files of a workspace, and proves what can move.
///
/// What has moved can make room for what could not, such as a free id, and what some personas share
/// without the others can be shared by yet others. So it looks again at the files as they are then, until
/// nothing moves: a second run finds nothing that the first did not. Each move leaves fewer entries, so
/// that ends. Entries of later proposals have their places in the files of their round.
pub(crate) fn survey(texts: &Texts, options: &Options) -> Survey {
    let mut survey = survey_once(texts, options);
    let mut has_moved = survey.texts != *texts && options.names.is_empty();
    while has_moved {
        let next = survey_once(&survey.texts, options);
        has_moved = next.texts != survey.texts;
        survey.proposals.retain(|proposal| proposal.obstacle.is_none());
        // Who keeps its own is told already.
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
    let proposals = groups.iter().enumerate().map(|(number, group)| {
        let mut proposal = proposal(&fleet, group);
        proposal.obstacle = proof.left_out.get(&number).cloned();
        proposal.apart = proof.apart.get(&number).map(|(profiles, reason)| Apart {
            profiles: profiles.iter().map(|index| library.profiles[*index].id.clone()).collect(),
            reason: reason.clone(),
        });
        proposal.is_wanted = is_wanted(group);
        proposal
    });
    Survey { proposals: proposals.collect(), conflicts, short, texts: proof.texts }
}

fn proposal(fleet: &Fleet<'_, '_>, group: &Group<'_>) -> Proposal {
    let profile = |index: &ProfileId| fleet.library.profiles[*index].id.clone();
    let entries: Vec<Entry> = group
        .entries
        .iter()
        .map(|(statement, id)| Entry {
            address: address::below(statement.list(), id),
            part: statement.block().map_or(Part::Prose, |block| block.part),
            text: statement.occurrences[0].claim.whole_text(),
            places: statement.occurrences.iter().map(|occurrence| Place::of(fleet, occurrence)).collect(),
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
