//! Decisions and conflicts: the results of the merge, losers included.

use std::collections::BTreeSet;
use std::ops::Deref;

use foldhash::fast::FixedState;
use indexmap::IndexMap;
use smallvec::SmallVec;

use super::force::strength;
use crate::compose::origin::Origin;
use crate::model::wording::serialize_by_name;
use crate::model::{
    Address, Anchor, Band, Choice, Claim, Force, Level, Library, Part, ProfileId, Removal, Resolution,
    Source, Span, Statement, TargetSet,
};

/// The outcome of a claim. Every claim has exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    /// It is in the persona.
    Emitted,
    /// It equals the emitted claim, which credits it too.
    Agreed,
    /// An entry of a profile without a text builds on it: its text is in the persona.
    Refined,
    /// A stronger rule in the same words subsumes it.
    Subsumed,
    /// A claim of a higher layer or level overrides it.
    Shadowed,
    /// A profile removed it.
    Removed,
    /// A resolution or `combine` chose another claim.
    Overruled,
    /// It conflicts with another claim, and nothing decides.
    Conflicted,
}

impl State {
    /// All states, in the order of their numbers.
    pub(crate) const ALL: [State; 8] = [
        State::Emitted,
        State::Agreed,
        State::Refined,
        State::Subsumed,
        State::Shadowed,
        State::Removed,
        State::Overruled,
        State::Conflicted,
    ];

    /// Returns the state in words that complete "it is ...".
    pub(crate) fn describe(self) -> &'static str {
        match self {
            State::Emitted | State::Agreed => "in the persona",
            State::Refined => "refined",
            State::Subsumed => "subsumed",
            State::Shadowed => "shadowed",
            State::Removed => "removed",
            State::Overruled => "overruled",
            State::Conflicted => "in conflict",
        }
    }
}

serialize_by_name!(State::describe);

/// The reason for an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// No other claim or decision was involved.
    Uncontested,
    /// The claim with this index in the decision.
    Claim(usize),
    /// A removal by this profile.
    Removal(ProfileId),
    /// The resolution of this address or subject.
    Resolution,
    /// The profile's `combine`.
    Combine,
    /// A rule about the same subject at another address.
    Subject,
}

/// The subject of a disagreement between sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ConflictKind {
    /// Different values in the same layer and level.
    Different,
    /// A locked claim and a different claim that the lock does not override.
    Locked,
    /// Rules that cannot both be followed.
    Contradiction,
    /// A weaker rule above a stronger one.
    Weakening,
    /// A removal by one profile of a claim of a peer.
    Removal,
    /// A removal of a locked claim without `breaks-lock`.
    LockedRemoval,
    /// Entries of different types at one address.
    Clash,
    /// A higher layer allows more tools than a lower one.
    Widening,
    /// No tool remains.
    NoTools,
    /// An entry without a text, and no one text below it.
    Unrefinable,
    /// Rules that pull in different directions. This is only a warning.
    Tension,
}

/// Returns the locked claims that lost: neither in the persona nor in an open conflict. Only `breaks-lock` of
/// a removal or resolution may leave any.
pub(crate) fn lost_locks(claims: &[&Claim], outcomes: &[(State, Cause)]) -> impl Iterator<Item = usize> {
    let is_lost = |(state, _): &(State, Cause)| {
        use State::{Agreed, Conflicted, Emitted, Refined};
        !matches!(state, Emitted | Agreed | Refined | Conflicted)
    };
    let lost = claims.iter().zip(outcomes).enumerate();
    lost.filter(move |(_, (claim, outcome))| claim.level == Level::Locked && is_lost(outcome))
        .map(|(index, _)| index)
}

/// A disagreement at one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Disagreement {
    pub kind: ConflictKind,
    /// The claims that disagree, by index.
    pub sides: Vec<usize>,
    /// The profiles whose removals are sides.
    pub removals: Vec<ProfileId>,
}

impl Disagreement {
    pub(crate) fn new(kind: ConflictKind, sides: impl IntoIterator<Item = usize>) -> Self {
        let sides: BTreeSet<_> = sides.into_iter().collect();
        Disagreement { kind, sides: sides.into_iter().collect(), removals: Vec::new() }
    }
}

/// The outcome of each claim at an address. Most addresses have one claim.
pub(crate) type Outcomes = SmallVec<[(State, Cause); 1]>;

/// The decision about one address.
#[derive(Debug, Clone)]
pub(crate) struct Decision<'a> {
    /// All claims, in display order.
    pub claims: Claims<'a>,
    /// The outcome of each claim.
    pub outcomes: Outcomes,
    /// The removals that matched, each with its profile.
    pub removals: Vec<(ProfileId, &'a Removal)>,
    /// What the claims disagree about, settled or not.
    pub disagreement: Option<Disagreement>,
    /// The resolution that settles it.
    pub resolution: Option<Settled<'a>>,
    /// The resolution that chose the text which an entry of a profile builds on.
    pub settled_below: Option<Settled<'a>>,
    /// Whether the disagreement is open, so that the persona cannot be built.
    pub is_open: bool,
    /// The subject, if a rule lost to a rule at another address.
    pub subject: Option<String>,
}

/// The band and anchors of a claim that have an effect.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placed<'a> {
    pub band: Option<(Band, Span)>,
    pub before: &'a [Anchor],
    pub after: &'a [Anchor],
}

/// The claims at an address. A single claim, the usual case, needs no allocation. (`SmallVec` is invariant:
/// it would tie the lifetime of a composition to that of its library.)
#[derive(Debug, Clone)]
pub(crate) enum Claims<'a> {
    /// One claim.
    One([&'a Claim; 1]),
    /// None, or several.
    Several(Vec<&'a Claim>),
}

impl<'a> From<&[&'a Claim]> for Claims<'a> {
    fn from(claims: &[&'a Claim]) -> Self {
        match claims {
            [claim] => Claims::One([claim]),
            _ => Claims::Several(claims.to_vec()),
        }
    }
}

impl<'a> Deref for Claims<'a> {
    type Target = [&'a Claim];

    fn deref(&self) -> &Self::Target {
        match self {
            Claims::One(claim) => claim,
            Claims::Several(claims) => claims,
        }
    }
}

impl<'d, 'a> IntoIterator for &'d Claims<'a> {
    type Item = &'d &'a Claim;
    type IntoIter = std::slice::Iter<'d, &'a Claim>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The decisions by address, in display order.
pub(crate) type Decisions<'a> = IndexMap<&'a str, Decision<'a>, FixedState>;

/// A resolution and the profile that holds it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settled<'a> {
    pub profile: ProfileId,
    pub resolution: &'a Resolution,
}

impl Settled<'_> {
    /// Returns whether the resolution replaces all sides with a value of its own.
    pub(crate) fn sets(&self) -> bool {
        matches!(self.resolution.choice, Choice::Set(_))
    }
}

impl<'a> Decision<'a> {
    /// Returns the emitted claims, in display order.
    pub(crate) fn emitted(&self) -> impl Iterator<Item = &'a Claim> {
        self.in_state(State::Emitted)
    }

    /// The targets that have an emitted claim: its own, those of the claims that agree with it, and those of locked ones,
    /// which nothing above them can take away.
    pub(crate) fn targets(&self, emitted: &Claim) -> TargetSet {
        let place = self.claims.iter().position(|claim| std::ptr::eq(*claim, emitted));
        let outcomes = self.claims.iter().zip(&self.outcomes);
        let counts = outcomes.filter(|(claim, (state, cause))| match state {
            State::Agreed if matches!(cause, Cause::Claim(other) if Some(*other) == place) => true,
            State::Agreed | State::Refined | State::Subsumed | State::Shadowed => {
                claim.level == Level::Locked
            }
            _ => false,
        });
        counts.fold(emitted.targets.clone(), |targets, (claim, _)| targets.or(&claim.targets))
    }

    /// The targets of locked claims that no decision overrules. `None` without such a claim.
    pub(crate) fn locked_targets(&self) -> Option<TargetSet> {
        let is_kept = |state: State| !matches!(state, State::Removed | State::Overruled | State::Conflicted);
        let kept = self.claims.iter().zip(&self.outcomes).filter(|(_, (state, _))| is_kept(*state));
        let locked = kept.map(|(claim, _)| claim).filter(|claim| claim.level == Level::Locked);
        locked.map(|claim| claim.targets.clone()).reduce(|one, other| one.or(&other))
    }

    /// Returns whether the same claims have the same outcomes for the same reasons.
    pub(crate) fn is_same(&self, other: &Decision<'_>) -> bool {
        let settled = |decision: &Decision<'_>| {
            [decision.resolution, decision.settled_below]
                .map(|by| Some(std::ptr::from_ref(by?.resolution).addr()))
        };
        let removers = |decision: &Decision<'_>| decision.removals.len();
        let is_claim = |(one, other): (&&Claim, &&Claim)| std::ptr::eq(*one, *other);
        self.outcomes == other.outcomes
            && self.claims.len() == other.claims.len()
            && self.claims.iter().zip(&other.claims).all(is_claim)
            && settled(self) == settled(other)
            && removers(self) == removers(other)
            && (&self.disagreement, self.is_open, &self.subject)
                == (&other.disagreement, other.is_open, &other.subject)
    }

    /// Returns the emitted claims, then those that agree with them.
    pub(crate) fn effective(&self) -> impl Iterator<Item = &'a Claim> {
        self.in_state(State::Emitted).chain(self.in_state(State::Agreed))
    }

    /// Returns the claims with the words of an emitted one: those that agree with it, those that it refines, and the
    /// weaker rules that it subsumes. An edit of the words must change them too, since different words at one address
    /// are a conflict.
    pub(crate) fn worded_alike(&self) -> impl Iterator<Item = &'a Claim> {
        let states = [State::Agreed, State::Refined, State::Subsumed];
        states.into_iter().flat_map(|state| self.in_state(state))
    }

    /// Returns the force of a rule whose text a resolution sets: the force that the resolution names, else
    /// the strongest of the sides.
    pub(crate) fn set_force(&self) -> Option<Force> {
        let resolution = self.resolution.map(|settled| settled.resolution)?;
        if !matches!(resolution.choice, Choice::Set(_)) {
            return None;
        }
        let sides = self.disagreement.iter().flat_map(|disagreement| &disagreement.sides);
        let strongest =
            sides.filter_map(|side| self.claims[*side].force()).max_by_key(|force| strength(*force));
        strongest.map(|strongest| resolution.force.as_ref().map_or(strongest, |force| force.value))
    }

    /// Returns the rules that apply, with their forces. Several if a resolution keeps more than one version.
    pub(crate) fn applied_rules(&self) -> Vec<(Force, Origin<'a>)> {
        if let (Some(settled), Some(force)) = (self.resolution, self.set_force()) {
            // The text that is set may have lost to another rule about its subject.
            let set = (force, Origin::Resolution(settled.profile, settled.resolution));
            return if self.subject.is_none() { vec![set] } else { Vec::new() };
        }
        self.emitted().filter_map(|claim| Some((claim.force()?, Origin::Claim(claim)))).collect()
    }

    /// Returns the removal that took effect, with its profile.
    pub(crate) fn removal(&self) -> Option<(ProfileId, &'a Removal)> {
        let removed = self.outcomes.iter().find_map(|(state, cause)| match (state, cause) {
            (State::Removed, Cause::Removal(profile)) => Some(*profile),
            _ => None,
        });
        self.removals.iter().find(|(profile, _)| Some(*profile) == removed).copied()
    }

    /// The claims whose bands and anchors have an effect: the effective claims, and for what these leave out, the
    /// claims that they refine.
    pub(crate) fn placed(&self) -> Vec<(&'a Claim, Placed<'a>)> {
        let of = |claim: &'a Claim| Placed {
            band: claim.placement.band,
            before: &claim.placement.before,
            after: &claim.placement.after,
        };
        let mut placed: Vec<_> = self.effective().map(|claim| (claim, of(claim))).collect();
        for (claim, (state, cause)) in self.claims.iter().zip(&self.outcomes) {
            let (State::Refined, mut cause) = (*state, *cause) else { continue };
            let mut place = of(claim);
            while let Cause::Claim(by) = cause {
                let named = &self.claims[by].placement;
                place.band = place.band.filter(|_| named.band.is_none());
                if !named.before.is_empty() {
                    place.before = &[];
                }
                if !named.after.is_empty() {
                    place.after = &[];
                }
                cause = match self.outcomes[by] {
                    (State::Refined, cause) => cause,
                    _ => break,
                };
            }
            placed.push((claim, place));
        }
        placed
    }

    /// Returns whether the claims conflict, at this address or with others about their subject.
    pub(crate) fn is_in_conflict(&self) -> bool {
        self.is_open || self.in_state(State::Conflicted).next().is_some()
    }

    /// Returns the claims in a state, in display order.
    pub(crate) fn in_state(&self, wanted: State) -> impl Iterator<Item = &'a Claim> {
        let pairs = self.claims.iter().zip(&self.outcomes);
        pairs.filter(move |(_, (state, _))| *state == wanted).map(|(claim, _)| *claim)
    }
}

/// One side of a conflict: the claims of one source.
#[derive(Debug, Clone)]
pub(crate) struct Side<'a> {
    /// The name of the source.
    pub name: String,
    pub source: Source,
    pub claims: Vec<&'a Claim>,
    /// Its removal of another side's claim, if it has one.
    pub removal: Option<&'a Removal>,
    /// The hash of its content, as `seen` records it.
    pub hash: String,
    /// Whether taking this side settles the disagreement. Not if the source has claims on both sides.
    pub settles: bool,
}

/// A disagreement between sources, settled or not. It is a value, so that composition continues.
#[derive(Debug, Clone)]
pub(crate) struct Conflict<'a> {
    /// The address, or `subject.NAME`.
    pub at: String,
    pub kind: ConflictKind,
    /// The sides, by name.
    pub sides: Vec<Side<'a>>,
    pub state: ConflictState<'a>,
}

/// Whether and how a conflict is settled.
#[derive(Debug, Clone)]
pub(crate) enum ConflictState<'a> {
    /// No resolution applies to it.
    Open,
    /// This resolution settles it.
    Settled(Settled<'a>),
    /// This resolution names it but was not applied.
    Unapplied(Settled<'a>, Problem<'a>),
}

impl<'a> Conflict<'a> {
    /// Returns the resolution that settles it.
    pub(crate) fn settled(&self) -> Option<Settled<'a>> {
        match self.state {
            ConflictState::Settled(settled) => Some(settled),
            ConflictState::Open | ConflictState::Unapplied(..) => None,
        }
    }

    /// Returns the resolution that was not applied, and why.
    pub(crate) fn unapplied(&self) -> Option<(Settled<'a>, &Problem<'a>)> {
        match &self.state {
            ConflictState::Unapplied(settled, problem) => Some((*settled, problem)),
            ConflictState::Open | ConflictState::Settled(_) => None,
        }
    }

    /// Returns whether it is only a warning.
    pub(crate) fn is_tension(&self) -> bool {
        self.kind == ConflictKind::Tension
    }

    /// Returns whether `keep = "both"` can settle it: several texts or rules can be kept, but not several
    /// values.
    pub(crate) fn keeps_several(&self) -> bool {
        use ConflictKind::{Contradiction, Different, Locked, Tension};
        let is_text = |claim: &Claim| {
            claim.block().is_some_and(|block| !matches!(block.part, Part::Title | Part::Lead))
        };
        matches!(self.kind, Different | Contradiction | Tension | Locked)
            && self.sides.iter().flat_map(|side| &side.claims).all(|claim| is_text(claim))
    }

    /// Returns the sides that settle it if taken.
    pub(crate) fn choices(&self) -> impl Iterator<Item = &Side<'a>> {
        self.sides.iter().filter(|side| side.settles)
    }

    /// Returns whether `set` can settle it. Not if its rules are at several addresses.
    pub(crate) fn takes_a_value(&self) -> bool {
        use ConflictKind::{Clash, LockedRemoval, Unrefinable};
        let settled = !matches!(self.kind, Clash | LockedRemoval | Unrefinable);
        settled && Address::parse(&self.at).subject().is_none()
    }
}

/// Why a resolution is not applied.
#[derive(Debug, Clone)]
pub(crate) enum Problem<'a> {
    /// It saw other sides than there are now. The inner problem would prevent it even after reaffirming.
    Stale(Option<Box<Problem<'a>>>),
    /// A side is in a higher layer than the profile of the resolution.
    Older,
    /// It settles what an entry without a text refines, below this conflict.
    Below,
    /// Another parent settles it differently.
    Rival(Settled<'a>),
    /// `take` names no side.
    NotASide,
    /// `keep = "both"` where only one value fits.
    KeepsOneValue,
    /// A locked side would lose, and `breaks-lock` is not set.
    Lock,
    /// `set` has a value of the wrong type; this describes the right one.
    WrongValue(String),
    /// `set` replaces contradicting rules but names no `force`.
    NeedsForce,
    /// No resolution settles this kind of conflict.
    Unresolvable,
}

/// Returns the sides of a disagreement: its claims and removals grouped by source, sorted by name.
pub(crate) fn sides<'a>(
    library: &'a Library,
    claims: impl IntoIterator<Item = &'a Claim>,
    removals: impl IntoIterator<Item = (ProfileId, &'a Removal)>,
) -> Vec<Side<'a>> {
    let mut sides: std::collections::BTreeMap<String, Side<'a>> = Default::default();
    let mut side = |source: Source, claim: Option<&'a Claim>, removal: Option<&'a Removal>| {
        let name = library.source_name(source);
        let new = || Side {
            name: name.clone(),
            source,
            claims: Vec::new(),
            removal: None,
            hash: String::new(),
            settles: true,
        };
        let side = sides.entry(name.clone()).or_insert_with(new);
        side.claims.extend(claim);
        side.removal = side.removal.or(removal);
    };
    for claim in claims {
        side(claim.source, Some(claim), None);
    }
    for (profile, removal) in removals {
        side(Source::Profile(profile), None, Some(removal));
    }
    let mut sides: Vec<_> = sides.into_values().collect();
    for side in &mut sides {
        // Nearly every side has one claim, whose hash was made when it was loaded.
        if let (Some(claim), None) = (side.claims.first(), side.removal)
            && side.claims.iter().all(|other| other.digest == claim.digest)
        {
            side.hash = claim.digest.hash();
            continue;
        }
        let mut statements: Vec<_> = side.claims.iter().map(|claim| library.statement(claim)).collect();
        statements.extend(side.removal.map(|_| Statement::removal()));
        side.hash = Statement::hash(&statements);
    }
    sides
}
