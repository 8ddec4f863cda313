//! Acknowledgements: the pairs that `[[accept]]` tables of `cento.toml` accept.
//!
//! An acceptance is about two texts. It covers every occurrence of them, and it holds until one of the two
//! named entries changes.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Cluster, Corpus, OccurrenceId, Side};
use crate::compose;
use crate::model::grammar::{self, Keys as _};
use crate::model::{
    Acceptance, Claim, Diagnostic, Library, Severity, codes, did_you_mean, is_hash_of, is_old_hash,
};

/// An accepted pair of a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Accepted {
    pub sides: [String; 2],
    /// The reason given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Side {
    /// Parses `SOURCE:ADDRESS`, as on the command line or in `cento.toml`.
    pub(crate) fn read(word: &str) -> Option<Side> {
        let (source, address) = word.split_once(':')?;
        Some(Side { source: source.to_owned(), address: address.to_owned() })
    }

    /// The entry that it names, if there is one.
    pub(crate) fn claim<'l>(&self, library: &'l Library) -> Option<&'l Claim> {
        let claims = library.claims_of(library.source_by_name(&self.source)?);
        claims.iter().find(|claim| claim.block().is_some() && claim.address.as_str() == self.address)
    }

    /// Returns the entry that it names.
    ///
    /// # Errors
    /// Returns an error message and, if a similar name exists, a suggestion.
    pub(crate) fn find<'l>(&self, library: &'l Library) -> Result<&'l Claim, (String, Option<String>)> {
        if let Some(claim) = self.claim(library) {
            return Ok(claim);
        }
        let blocks = |claims: &'l [Claim]| {
            claims.iter().filter(|claim| claim.block().is_some()).map(|claim| claim.address.as_str())
        };
        let known: Vec<&str> = match library.source_by_name(&self.source) {
            Some(source) => blocks(library.claims_of(source)).collect(),
            None => {
                let profiles: Vec<String> =
                    library.profiles.keys().map(|id| format!("profiles/{id}")).collect();
                let known = library.fragments.keys().chain(&profiles).map(String::as_str);
                let message = format!("the fragment or profile `{}` does not exist", self.source);
                return Err((message, did_you_mean(&self.source, known)));
            }
        };
        let message = format!("`{}` has no entry `{}`", self.source, self.address);
        Err((message, did_you_mean(&self.address, known)))
    }
}

/// The validity of an acceptance.
enum Validity<'a> {
    /// Both entries are unchanged.
    Holds,
    /// It has no `seen`.
    Unpinned,
    /// It matches the current texts, but has hashes of the old form.
    Short,
    /// An entry has changed. For each side: its name, the pinned hash and the current hash.
    Changed(Vec<(&'a str, &'a str, String)>),
    /// A side does not exist: its name, the error and a suggestion.
    Gone(&'a crate::model::Text, String, Option<String>),
}

fn validity<'a>(library: &Library, acceptance: &'a Acceptance) -> Validity<'a> {
    let mut now = Vec::new();
    for side in &acceptance.sides {
        let read = Side::read(&side.value);
        match read.map_or(Err((format!("`{}` does not name an entry", side.value), None)), |read| {
            read.find(library)
        }) {
            Ok(claim) => now.push((side.as_str(), compose::hash(library, claim))),
            Err((message, help)) => return Validity::Gone(side, message, help),
        }
    }
    let Some(seen) = &acceptance.seen else { return Validity::Unpinned };
    let seen: BTreeMap<&str, &str> = seen.pins().collect();
    let sides: Vec<_> = now
        .into_iter()
        .map(|(side, now)| (side, seen.get(side).copied().unwrap_or("(not seen)"), now))
        .collect();
    match sides.iter().all(|(_, then, now)| is_hash_of(then, now)) {
        true if sides.iter().any(|(_, then, _)| is_old_hash(then)) => Validity::Short,
        true => Validity::Holds,
        false => Validity::Changed(sides),
    }
}

/// Reports each acceptance of `cento.toml` that no longer holds.
pub(crate) fn stale(library: &Library) -> Vec<Diagnostic> {
    let acceptances = library.config.acceptances.iter();
    acceptances.filter_map(|acceptance| report(library, acceptance, validity(library, acceptance))).collect()
}

fn report(library: &Library, acceptance: &Acceptance, validity: Validity<'_>) -> Option<Diagnostic> {
    let [one, other] = &acceptance.sides;
    let names = format!("{} {}", one.value, other.value);
    let accept = format!("cento similar --accept {names}");
    let drop = format!("cento similar --drop {names}");
    let reason = |finding: Diagnostic| finding.reason(acceptance.reason.as_ref());
    let new = |message: &str| Diagnostic::new(codes::STALE_ACCEPTANCE, message);
    match validity {
        Validity::Holds => None,
        Validity::Unpinned | Validity::Short => {
            let (message, note) = match validity {
                Validity::Short => (
                    "an accepted pair has hashes of the old form".to_owned(),
                    "they have 24 bits, so a side can be changed to a text with the same hash",
                ),
                _ => (
                    format!("an accepted pair has no {}", grammar::Accept::Seen.shown()),
                    "without it, the pair stays accepted after a side changes",
                ),
            };
            let mut finding = new(&message).at(acceptance.span, "");
            finding.severity = Severity::Warning;
            let finding = finding.note(note);
            Some(finding.help(format!("pin it to the current texts:\n    {accept}")))
        }
        Validity::Gone(side, message, help) => {
            let finding = new(&format!("an accepted pair has an unknown side: {message}")).at(side.span, "");
            Some(
                reason(finding)
                    .help_if(help)
                    .help(format!("if the entry was deleted, withdraw the acceptance:\n    {drop}")),
            )
        }
        Validity::Changed(sides) => {
            let mut finding = new("an accepted pair has changed").at(acceptance.span, "accepted here");
            for side in &acceptance.sides {
                if let Some(claim) = Side::read(&side.value).and_then(|side| side.claim(library)) {
                    finding = finding.context(claim.span, side.value.clone());
                }
            }
            let width = sides.iter().map(|(side, ..)| side.len()).max().unwrap_or(0);
            let line = |(side, then, now): &(&str, &str, String)| match is_hash_of(then, now) {
                true => format!("    {side:width$}  {then} unchanged"),
                false => format!("    {side:width$}  {then} -> {now} changed"),
            };
            let lines: Vec<String> = sides.iter().map(line).collect();
            let finding = reason(finding).note(format!("then -> now:\n{}", lines.join("\n")));
            let finding = finding.help(format!("if the pair is still acceptable:\n    {accept}"));
            Some(finding.help(format!("otherwise:\n    {drop}")))
        }
    }
}

/// Removes accepted pairs from the clusters. Returns the number of clusters that this removes entirely.
pub(crate) fn acknowledge(library: &Library, corpus: &Corpus, clusters: &mut Vec<Cluster>) -> usize {
    let acceptances: Vec<&Acceptance> = library
        .config
        .acceptances
        .iter()
        .filter(|acceptance| {
            matches!(validity(library, acceptance), Validity::Holds | Validity::Unpinned | Validity::Short)
        })
        .collect();
    if acceptances.is_empty() {
        return 0;
    }
    let mut known: BTreeMap<String, OccurrenceId> = BTreeMap::new();
    for (index, occurrence) in corpus.occurrences.iter_enumerated() {
        if let Some(side) = &occurrence.side {
            known.insert(side.to_string(), index);
        }
    }
    let pairs: Vec<([OccurrenceId; 2], &Acceptance)> = acceptances
        .into_iter()
        .filter_map(|acceptance| {
            let [one, other] = &acceptance.sides;
            Some(([*known.get(&one.value)?, *known.get(&other.value)?], acceptance))
        })
        .collect();
    let before = clusters.len();
    clusters.retain_mut(|cluster| remains(cluster, &pairs));
    before - clusters.len()
}

/// Removes accepted pairs from a cluster. Returns whether anything of it remains.
fn remains(cluster: &mut Cluster, pairs: &[([OccurrenceId; 2], &Acceptance)]) -> bool {
    let is_repeat = cluster.variants.len() == 1;
    // A node of the graph of acceptances: a variant or, in a cluster of repetitions, an occurrence.
    let node = |id: OccurrenceId| match is_repeat {
        true => cluster.variants[0].occurrences.iter().position(|other| *other == id),
        false => cluster.variants.iter().position(|variant| variant.occurrences.contains(&id)),
    };
    let mut edges = Vec::new();
    let mut accepted = Vec::new();
    for ([one, other], acceptance) in pairs {
        if let (Some(one), Some(other)) = (node(*one), node(*other)) {
            edges.push((one, other));
            let sides = acceptance.sides.clone().map(|side| side.value);
            let reason = acceptance.reason.as_ref().map(|reason| reason.value.clone());
            accepted.push(Accepted { sides, reason });
        }
    }
    if edges.is_empty() {
        return true;
    }
    // A pair is accepted, and not what else is accepted with one of the two.
    let compared = |index: usize| -> usize {
        let opposes =
            cluster.variants.get(index).filter(|_| !is_repeat).and_then(|other| other.opposes.as_ref());
        opposes.and_then(|(_, id)| node(*id)).unwrap_or(0)
    };
    let is_accepted = |index: &usize| {
        let other = compared(*index);
        edges.iter().any(|edge| *edge == (*index, other) || *edge == (other, *index))
    };
    let count = if is_repeat { cluster.variants[0].occurrences.len() } else { cluster.variants.len() };
    let reached: BTreeSet<usize> = (1..count).filter(is_accepted).collect();
    if reached.len() + 1 == count {
        return false;
    }
    let mut index = 0..;
    let mut is_left = || index.next().is_some_and(|index| !reached.contains(&index));
    if is_repeat {
        cluster.variants[0].occurrences.retain(|_| is_left());
    } else {
        cluster.variants.retain(|_| is_left());
        cluster.judge();
    }
    cluster.accepted = accepted;
    true
}
