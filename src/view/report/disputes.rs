//! Conflicts, decisions and what takes a rule away or weakens it, each once for all personas that share it.

use crate::model::grammar::{self, Keys as _};

use super::super::explain::describe;
use super::tables::{Because, Dispute, DisputeSide, Tables};
use crate::analyse::fleet::{self, Status};
use crate::compose::{Composition, Conflict, ConflictKind, Decision, Origin, Problem, Side, State};
use crate::model::{Claim, Level};

/// The disputes of a persona, as indices in the table. Open ones come first.
pub(super) fn disputes<'a>(tables: &mut Tables<'a>, composition: &Composition<'a>) -> Vec<usize> {
    let open: Vec<Dispute> =
        composition.conflicts.iter().map(|conflict| open(tables, composition, conflict)).collect();
    let settled = composition.settled.iter().map(|(at, conflict)| Dispute {
        at: at.clone(),
        state: if composition.decisions.get(at.as_str()).is_some_and(breaks_lock) {
            LOCK_BROKEN
        } else {
            "settled"
        },
        what: describe(conflict.kind),
        sides: sides(tables, &conflict.sides),
        because: conflict.settled().map(|settled| tables.because(settled)),
        unapplied: None,
        helps: Vec::new(),
    });
    let mut all: Vec<Dispute> = open.into_iter().chain(settled).collect();
    all.extend(removed(tables, composition));
    all.into_iter().map(|dispute| tables.dispute(dispute)).collect()
}

/// The state of a dispute in which a locked claim lost.
const LOCK_BROKEN: &str = "lock broken";

/// Returns whether a locked claim lost at this address.
pub(super) fn breaks_lock(decision: &Decision<'_>) -> bool {
    let is_lost = |state| matches!(state, State::Removed | State::Overruled | State::Shadowed);
    let mut outcomes = decision.claims.iter().zip(&decision.outcomes);
    outcomes.any(|(claim, (state, _))| claim.level == Level::Locked && is_lost(*state))
}

/// The claims that the profiles of a persona remove, by address.
fn removed<'a>(tables: &mut Tables<'a>, composition: &Composition<'a>) -> Vec<Dispute> {
    let removed = |(at, decision): (&&'a str, &Decision<'a>)| {
        let (profile, removal) = decision.removal().or(decision.removals.first().copied())?;
        let claims: Vec<&'a Claim> = decision.in_state(State::Removed).collect();
        let because = tables.decided(
            profile,
            removal.target.span,
            format!("removes {}", removal.target.value),
            removal.reason.as_ref(),
        );
        let state = if breaks_lock(decision) { LOCK_BROKEN } else { "removed" };
        (!claims.is_empty())
            .then(|| Dispute::about(tables, at, state, "removed by a profile", &claims, Some(because)))
    };
    composition.decisions.iter().filter_map(removed).collect()
}

/// What a persona does to a rule of the fleet: it weakens it, or drops the fragment that contains it.
pub(super) fn of_rule<'a>(
    tables: &mut Tables<'a>,
    rule: &fleet::Rule<'a>,
    holding: &fleet::Holding<'a>,
    is_lock_broken: bool,
) -> Option<usize> {
    let dispute = match (holding.status, &holding.because) {
        (Status::Removed, Some(fleet::Because::Drop(profile, drop))) => {
            let does = format!("drops {}", drop.fragment.value);
            let because = tables.decided(*profile, drop.fragment.span, does, drop.reason.as_ref());
            let state = if is_lock_broken { LOCK_BROKEN } else { "removed" };
            let what = "removed with its fragment";
            Dispute::about(tables, rule.address, state, what, &rule.definitions, Some(because))
        }
        (Status::Weakened | Status::Reversed, because) => {
            let because = match because {
                Some(fleet::Because::Resolution(settled)) => Some(tables.because(*settled)),
                _ => None,
            };
            let origins = [Some(rule.baseline().origin), holding.origin].into_iter().flatten();
            let claims: Vec<&'a Claim> = origins.filter_map(Origin::claim).collect();
            let state = if is_lock_broken { LOCK_BROKEN } else { "weakened" };
            let what = match holding.left_out.is_empty() {
                true => "weaker than most sources have it",
                false => "not in all outputs",
            };
            Dispute::about(tables, rule.address, state, what, &claims, because)
        }
        _ => return None,
    };
    Some(tables.dispute(dispute))
}

impl Dispute {
    /// What happened to these claims.
    fn about<'a>(
        tables: &mut Tables<'a>,
        at: &str,
        state: &'static str,
        what: &'static str,
        claims: &[&'a Claim],
        because: Option<Because>,
    ) -> Dispute {
        let side = |claim: &&'a Claim| DisputeSide {
            by: tables.source(claim.source),
            hash: String::new(),
            claims: vec![tables.claim(claim)],
            removal: None,
        };
        let sides = claims.iter().map(side).collect();
        Dispute { at: at.to_owned(), state, what, sides, because, unapplied: None, helps: Vec::new() }
    }
}

fn open<'a>(tables: &mut Tables<'a>, composition: &Composition<'a>, conflict: &Conflict<'a>) -> Dispute {
    let has_helps = |finding: &&crate::model::Diagnostic| {
        finding.address.as_deref() == Some(conflict.at.as_str()) && !finding.helps.is_empty()
    };
    let helps = composition.findings.iter().find(has_helps).map(|finding| finding.helps.clone());
    Dispute {
        at: conflict.at.clone(),
        state: if conflict.kind == ConflictKind::Tension { "tension" } else { "open" },
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
