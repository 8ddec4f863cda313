//! The rules of the fleet and their status in each persona, for the matrix.

use serde::Serialize;

use super::Member;
use super::disputes;
use super::tables::Tables;
use crate::analyse::fleet::{self, Because};
use crate::model::{Level, Library};
use crate::view::rules::{explain, left_out};

/// A rule: one address.
#[derive(Debug, Serialize)]
pub(super) struct Rule {
    at: usize,
    /// The wordings, the baseline first: the force, and the statement.
    wordings: Vec<(&'static str, usize)>,
    personas: Vec<Use>,
}

/// A rule in a persona: the persona, its wording (-1 for none), its status, why (-1 for nothing to say), and whether a
/// lock is broken. It is serialized as a list, to leave out the key names.
#[derive(Debug, Serialize)]
struct Use(usize, i64, &'static str, i64, u8);

/// The rules that any persona has or lost, by address. The disputes about them are added to those of the personas.
pub(super) fn rules<'a>(
    tables: &mut Tables<'a>,
    library: &'a Library,
    members: &[Member<'a>],
    summaries: &mut [super::Summary<'a>],
) -> Vec<Rule> {
    let compositions: Vec<_> = members.iter().map(|member| member.composition.as_ref()).collect();
    let mut all = fleet::rules(library, &compositions);
    all.retain(|rule| !rule.holdings.is_empty());
    let mut rule = |rule: fleet::Rule<'a>| {
        // An unused wording is shown only if it is the baseline.
        let shown: Vec<usize> =
            (0..rule.wordings.len()).filter(|at| *at == 0 || rule.wordings[*at].personas > 0).collect();
        let place = |wording: usize| shown.binary_search(&wording).map_or(-1, |place| place as i64);
        let mut uses = Vec::with_capacity(rule.holdings.len());
        for holding in &rule.holdings {
            let is_lock_broken = is_lock_broken(&rule, holding, compositions[holding.persona]);
            let id = &members[holding.persona].profile.id;
            let is_written = holding.status == fleet::Status::AsWritten;
            let why = holding.because.as_ref().filter(|_| !is_written);
            let why = why.map(|because| explain(library, because, id));
            let why: Vec<String> = left_out(holding).into_iter().chain(why).collect();
            let why = if why.is_empty() { -1 } else { tables.phrase(&why.join("; ")) as i64 };
            summaries[holding.persona]
                .disputes
                .extend(disputes::of_rule(tables, &rule, holding, is_lock_broken));
            let wording = holding.wording.map_or(-1, place);
            uses.push(Use(holding.persona, wording, holding.status.name(), why, u8::from(is_lock_broken)));
        }
        let wording = |at: &usize| {
            let wording = &rule.wordings[*at];
            (wording.force.name(), tables.statement(wording.origin))
        };
        let wordings = shown.iter().map(wording).collect();
        Rule { personas: uses, wordings, at: tables.address(rule.address) }
    };
    all.into_iter().map(&mut rule).collect()
}

/// Returns whether a persona breaks the lock of a rule.
fn is_lock_broken(
    rule: &fleet::Rule<'_>,
    holding: &fleet::Holding<'_>,
    composition: Option<&crate::compose::Composition<'_>>,
) -> bool {
    match &holding.because {
        Some(Because::Drop(_, drop)) => {
            drop.breaks_lock && rule.definitions.iter().any(|claim| claim.level == Level::Locked)
        }
        _ => {
            let decision = composition.and_then(|composition| composition.decisions.get(rule.address));
            decision.is_some_and(disputes::breaks_lock)
        }
    }
}
