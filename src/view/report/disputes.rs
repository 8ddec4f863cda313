//! Conflicts, tensions and resolutions, each once for all personas that share it.

use crate::model::grammar::{self, Keys as _};
use serde::Serialize;

use super::super::explain::describe;
use super::tables::{Because, Tables};
use crate::compose::{Composition, Conflict, DisputeKind, Problem, Side};

/// A disagreement, open or settled.
#[derive(Debug, PartialEq, Eq, Hash, Serialize)]
pub(super) struct Dispute {
    at: String,
    /// `open`, `settled` or `tension`.
    state: &'static str,
    /// The kind of disagreement, in words.
    what: &'static str,
    sides: Vec<DisputeSide>,
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<Because>,
    /// Why the resolution was not applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    unapplied: Option<String>,
    /// How to settle it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    helps: Vec<String>,
}

#[derive(Debug, PartialEq, Eq, Hash, Serialize)]
struct DisputeSide {
    by: usize,
    hash: String,
    claims: Vec<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    removal: Option<String>,
}

/// The disputes of a persona, as indices in the table. Open ones come first.
pub(super) fn disputes<'a>(tables: &mut Tables<'a>, composition: &Composition<'a>) -> Vec<usize> {
    let open: Vec<Dispute> =
        composition.conflicts.iter().map(|conflict| open(tables, composition, conflict)).collect();
    let settled = composition.settled.iter().map(|(at, conflict)| Dispute {
        at: at.clone(),
        state: "settled",
        what: describe(conflict.kind),
        sides: sides(tables, &conflict.sides),
        because: conflict.settled().map(|settled| tables.because(settled)),
        unapplied: None,
        helps: Vec::new(),
    });
    let all: Vec<Dispute> = open.into_iter().chain(settled).collect();
    all.into_iter().map(|dispute| tables.dispute(dispute)).collect()
}

fn open<'a>(tables: &mut Tables<'a>, composition: &Composition<'a>, conflict: &Conflict<'a>) -> Dispute {
    let has_helps = |finding: &&crate::model::Diagnostic| {
        finding.address.as_deref() == Some(conflict.at.as_str()) && !finding.helps.is_empty()
    };
    let helps = composition.findings.iter().find(has_helps).map(|finding| finding.helps.clone());
    Dispute {
        at: conflict.at.clone(),
        state: if conflict.kind == DisputeKind::Tension { "tension" } else { "open" },
        what: describe(conflict.kind),
        sides: sides(tables, &conflict.sides),
        because: conflict.unapplied().map(|(settled, _)| tables.because(settled)),
        unapplied: conflict.unapplied().map(|(_, why)| problem(why)),
        helps: helps.unwrap_or_default(),
    }
}

fn sides<'a>(tables: &mut Tables<'a>, sides: &[Side<'a>]) -> Vec<DisputeSide> {
    sides
        .iter()
        .map(|side| DisputeSide {
            by: tables.source(side.source),
            hash: side.hash.clone(),
            claims: side.claims.iter().map(|claim| tables.claim(claim)).collect(),
            removal: side
                .removal
                .map(|removal| removal.reason.as_ref().map_or(String::new(), |reason| reason.value.clone())),
        })
        .collect()
}

/// Why a resolution was not applied, in words.
fn problem(problem: &Problem<'_>) -> String {
    let words = match problem {
        Problem::Stale(_) => "its sides have changed since",
        Problem::Older => "a side is in a higher layer than the profile that decided",
        Problem::Below => "it settles a conflict below this one, of what an entry without a text refines",
        Problem::Rival(_) => "another parent settles it differently",
        Problem::NotASide => "it takes a source that is not a side, or that leaves the conflict open",
        Problem::KeepsOneValue => "it keeps both, but only one value fits",
        Problem::Lock => {
            let key = grammar::Resolve::BreaksLock.shown();
            return format!("a locked side would lose, and {key} is not set");
        }
        Problem::WrongValue(wanted) => return format!("the value that it sets does not fit: {wanted}"),
        Problem::NeedsForce => "it does not give the force of its text",
        Problem::Unresolvable => "no resolution can settle this kind of conflict",
    };
    words.to_owned()
}
