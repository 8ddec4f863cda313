//! The rules of the fleet and the personas that have them, for the matrix.

use serde::Serialize;

use super::Member;
use super::tables::Tables;
use crate::analyse::fleet;
use crate::model::Library;

/// A rule: one address.
#[derive(Debug, Serialize)]
pub(super) struct Rule {
    at: usize,
    /// The wordings, the baseline first: the force, and the statement.
    wordings: Vec<(&'static str, usize)>,
    /// The personas that have the rule, each with the index of its wording.
    personas: Vec<(usize, usize)>,
}

/// The rules that any persona has, by address.
pub(super) fn rules<'a>(tables: &mut Tables<'a>, library: &'a Library, members: &[Member<'a>]) -> Vec<Rule> {
    let compositions: Vec<_> = members.iter().map(|member| member.composition.as_ref()).collect();
    let mut all = fleet::rules(library, &compositions);
    all.retain(|rule| rule.holdings.iter().any(|holding| holding.wording.is_some()));
    let rule = |rule: fleet::Rule<'a>| {
        // An unused wording is shown only if it is the baseline.
        let shown: Vec<usize> =
            (0..rule.wordings.len()).filter(|at| *at == 0 || rule.wordings[*at].personas > 0).collect();
        let place = |wording: usize| shown.binary_search(&wording).ok();
        let applied = |holding: &fleet::Holding<'a>| Some((holding.persona, place(holding.wording?)?));
        let wording = |at: &usize| {
            let wording = &rule.wordings[*at];
            (wording.force.name(), tables.statement(wording.origin))
        };
        Rule {
            personas: rule.holdings.iter().filter_map(applied).collect(),
            wordings: shown.iter().map(wording).collect(),
            at: tables.address(rule.address),
        }
    };
    all.into_iter().map(rule).collect()
}
