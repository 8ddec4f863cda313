//! Decisions and conflicts: what resolving leaves behind, losers included.

use std::collections::BTreeSet;
use std::ops::Deref;

use foldhash::fast::FixedState;
use indexmap::IndexMap;
use smallvec::SmallVec;

use super::force::strength;
use crate::model::{
    Address, Choice, Claim, Force, Level, Library, Part, ProfileId, Removal, Resolution, Source, Statement,
};

/// What became of a claim. Every claim ends in exactly one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    /// It is in the persona.
    Emitted,
    /// It equals the emitted claim and shares the credit.
    Agreed,
    /// A stronger rule covers it.
    Subsumed,
    /// A claim of a higher layer or level overrides it.
    Shadowed,
    /// A profile removed it.
    Removed,
    /// A resolution or `combine` decided against it.
    Overruled,
    /// It disagrees with another, and nothing decides.
    Conflicted,
}

impl State {
    /// The state in words, as the end of "it is ...".
    pub(crate) fn describe(self) -> &'static str {
        match self {
            State::Emitted | State::Agreed => "in the persona",
            State::Subsumed => "subsumed",
            State::Shadowed => "shadowed",
            State::Removed => "removed",
            State::Overruled => "overruled",
            State::Conflicted => "in conflict",
        }
    }
}

/// Why a claim ended as it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// It stands by itself.
    Uncontested,
    /// Because of the claim with this index in its decision.
    Claim(usize),
    /// Because of a removal by this profile.
    Removal(ProfileId),
    /// Because of the resolution of this address, or of this subject.
    Resolution,
    /// Because of the profile's `combine`.
    Combine,
    /// Because of a rule at another address, on one subject with it.
    Subject,
}

/// What the sides of a dispute cannot agree about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum DisputeKind {
    /// Different values of one rank.
    Different,
    /// A locked claim and a different one.
    Locked,
    /// Rules that cannot both be obeyed.
    Contradiction,
    /// A weaker rule above a stronger one.
    Weakening,
    /// One profile removes a claim of a peer.
    Removal,
    /// A removal of a locked claim that does not break the lock.
    LockedRemoval,
    /// Entries of different types at one address.
    Clash,
    /// A higher layer allows more tools than a lower one.
    Widening,
    /// No tool is left.
    NoTools,
    /// Rules that pull in different directions: a warning.
    Tension,
}

/// The locked claims that did not get their way: they are neither in the persona nor in an open conflict. Only
/// `breaks-lock` of a removal or resolution may leave any.
pub(crate) fn lost_locks(claims: &[&Claim], outcomes: &[(State, Cause)]) -> impl Iterator<Item = usize> {
    let is_lost =
        |(state, _): &(State, Cause)| !matches!(state, State::Emitted | State::Agreed | State::Conflicted);
    let lost = claims.iter().zip(outcomes).enumerate();
    lost.filter(move |(_, (claim, outcome))| claim.level == Level::Locked && is_lost(outcome))
        .map(|(index, _)| index)
}

/// A disagreement at one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dispute {
    /// What it is about.
    pub kind: DisputeKind,
    /// The claims that disagree, by index.
    pub sides: Vec<usize>,
    /// The profiles whose removals are sides.
    pub removals: Vec<ProfileId>,
}

impl Dispute {
    pub(crate) fn new(kind: DisputeKind, sides: impl IntoIterator<Item = usize>) -> Self {
        let sides: BTreeSet<_> = sides.into_iter().collect();
        Dispute { kind, sides: sides.into_iter().collect(), removals: Vec::new() }
    }
}

/// The state of each claim at an address, and its cause. Most addresses have one claim.
pub(crate) type Outcomes = SmallVec<[(State, Cause); 1]>;

/// What was decided at one address.
#[derive(Debug)]
pub(crate) struct Decision<'a> {
    /// All claims, in display order.
    pub claims: Claims<'a>,
    /// The state of each claim and its cause.
    pub outcomes: Outcomes,
    /// The removals that matched, each with its profile.
    pub removals: Vec<(ProfileId, &'a Removal)>,
    /// What the claims disagreed about, whether or not it was settled.
    pub dispute: Option<Dispute>,
    /// The resolution that settled it.
    pub resolution: Option<Settled<'a>>,
    /// Whether the dispute is still open and keeps the persona from being built.
    pub is_open: bool,
    /// For a rule that lost to a rule at another address: the subject.
    pub subject: Option<String>,
}

/// The claims at an address. Most addresses have one, which is kept without an allocation. (`SmallVec` would tie the
/// lifetime of a composition to that of its library: it is invariant.)
#[derive(Debug)]
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

/// A resolution in force, with the profile that holds it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settled<'a> {
    /// The profile, by index.
    pub profile: ProfileId,
    /// The resolution.
    pub resolution: &'a Resolution,
}

impl Settled<'_> {
    /// Whether the resolution replaces all sides by a value of its own.
    pub(crate) fn sets(&self) -> bool {
        matches!(self.resolution.choice, Choice::Set(_))
    }
}

impl<'a> Decision<'a> {
    /// The emitted claims, in display order.
    pub(crate) fn emitted(&self) -> impl Iterator<Item = &'a Claim> {
        self.in_state(State::Emitted)
    }

    /// The claims with an effect: the emitted ones, then those that agree with them.
    pub(crate) fn effective(&self) -> impl Iterator<Item = &'a Claim> {
        self.in_state(State::Emitted).chain(self.in_state(State::Agreed))
    }

    /// The claims with the words of an emitted one: those that agree with it, and weaker rules that it subsumes. An edit
    /// of the words has to reach them too, since different words at one address are a conflict.
    pub(crate) fn worded_alike(&self) -> impl Iterator<Item = &'a Claim> {
        self.in_state(State::Agreed).chain(self.in_state(State::Subsumed))
    }

    /// The force of a rule whose text a resolution sets: the one that it names, else the strongest.
    pub(crate) fn set_force(&self) -> Option<Force> {
        let resolution = self.resolution.map(|settled| settled.resolution)?;
        if !matches!(resolution.choice, Choice::Set(_)) {
            return None;
        }
        let sides = self.dispute.iter().flat_map(|dispute| &dispute.sides);
        let strongest =
            sides.filter_map(|side| self.claims[*side].force()).max_by_key(|force| strength(*force));
        strongest.map(|strongest| resolution.force.as_ref().map_or(strongest, |force| force.value))
    }

    /// The claims in a state, in display order.
    pub(crate) fn in_state(&self, wanted: State) -> impl Iterator<Item = &'a Claim> {
        let pairs = self.claims.iter().zip(&self.outcomes);
        pairs.filter(move |(_, (state, _))| *state == wanted).map(|(claim, _)| *claim)
    }
}

/// One side of a conflict: all claims of one source in it.
#[derive(Debug, Clone)]
pub(crate) struct Side<'a> {
    /// The source's name.
    pub name: String,
    /// The source.
    pub source: Source,
    /// Its claims.
    pub claims: Vec<&'a Claim>,
    /// Its removal of another side's claim, if any.
    pub removal: Option<&'a Removal>,
    /// The hash of its content.
    pub hash: String,
    /// Whether taking it settles the dispute. One that is on both sides of it does not.
    pub settles: bool,
}

/// A disagreement of sources, settled or not. A value, not an exception: the persona goes on.
#[derive(Debug)]
pub(crate) struct Conflict<'a> {
    /// The address, or `subject.NAME`.
    pub at: String,
    /// What the sides disagree about.
    pub kind: DisputeKind,
    /// The sides, by name.
    pub sides: Vec<Side<'a>>,
    /// Whether a resolution settles it.
    pub state: ConflictState<'a>,
}

/// Whether a resolution settles a conflict.
#[derive(Debug, Clone)]
pub(crate) enum ConflictState<'a> {
    /// There is none.
    Open,
    /// This one does.
    Settled(Settled<'a>),
    /// This one was meant to, and was not applied.
    Unapplied(Settled<'a>, Problem<'a>),
}

impl<'a> Conflict<'a> {
    /// The resolution that settles it.
    pub(crate) fn settled(&self) -> Option<Settled<'a>> {
        match self.state {
            ConflictState::Settled(settled) => Some(settled),
            ConflictState::Open | ConflictState::Unapplied(..) => None,
        }
    }

    /// The resolution that was meant to settle it, and why it was not applied.
    pub(crate) fn unapplied(&self) -> Option<(Settled<'a>, &Problem<'a>)> {
        match &self.state {
            ConflictState::Unapplied(settled, problem) => Some((*settled, problem)),
            ConflictState::Open | ConflictState::Settled(_) => None,
        }
    }

    /// Whether it is only worth a warning.
    pub(crate) fn is_tension(&self) -> bool {
        self.kind == DisputeKind::Tension
    }

    /// Whether `keep = "both"` can settle it: there can be two texts or rules, but not two values.
    pub(crate) fn keeps_several(&self) -> bool {
        use DisputeKind::{Contradiction, Different, Locked, Tension};
        let is_text = |claim: &Claim| {
            claim.block().is_some_and(|block| !matches!(block.part, Part::Title | Part::Lead))
        };
        matches!(self.kind, Different | Contradiction | Tension | Locked)
            && self.sides.iter().flat_map(|side| &side.claims).all(|claim| is_text(claim))
    }

    /// The sides that settle it when they are taken.
    pub(crate) fn choices(&self) -> impl Iterator<Item = &Side<'a>> {
        self.sides.iter().filter(|side| side.settles)
    }

    /// Whether `set` can settle it: rules about one subject stand at addresses of their own.
    pub(crate) fn takes_a_value(&self) -> bool {
        let settled = !matches!(self.kind, DisputeKind::Clash | DisputeKind::LockedRemoval);
        settled && Address::parse(&self.at).subject().is_none()
    }
}

/// Why a resolution cannot be applied.
#[derive(Debug, Clone)]
pub(crate) enum Problem<'a> {
    /// What it saw is not what is there. It would not apply even if it had seen what is there, for the reason inside.
    Stale(Option<Box<Problem<'a>>>),
    /// A side stands above the profile that holds it.
    Older,
    /// Another parent settles it in another way.
    Rival(Settled<'a>),
    /// `take` names no side.
    NotASide,
    /// `keep = "both"` where only one value fits.
    KeepsOneValue,
    /// A locked side would lose, and `breaks-lock` is not set.
    Lock,
    /// `set` holds a value that does not fit; this is what would.
    WrongValue(String),
    /// `set` on rules that contradict each other does not say which force its text has.
    NeedsForce,
    /// No resolution settles this kind of conflict.
    Unresolvable,
}

/// The sides of a dispute: its claims and removals by source, sorted by name.
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
        let mut statements: Vec<_> = side.claims.iter().map(|claim| library.statement(claim)).collect();
        statements.extend(side.removal.map(|_| Statement::removal()));
        side.hash = Statement::hash(&statements);
    }
    sides
}
