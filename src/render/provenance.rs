//! Provenance: the sources that contribute to an address, and the claims that lost there.

use std::collections::BTreeMap;

use crate::compose::{Cause, Composition, Decision, Origin, Parts, Settled, State};
use crate::model::{Address, Claim, Library, ProfileId, Removal, Source, Span, Text, address};

/// The contribution of a source to a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    /// It wrote the text.
    Supplier,
    /// It has the same text, and shares the credit.
    CoSupplier,
    /// It ordered the entry, by a band, `before` or `after`, or the order of `[sections]`.
    Orderer,
    /// It decided a conflict in favour of the text, or set the text in place of all sides.
    Resolver,
}

impl Role {
    /// The name in the JSON forms.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Role::Supplier => "supplier",
            Role::CoSupplier => "co-supplier",
            Role::Orderer => "orderer",
            Role::Resolver => "resolver",
        }
    }
}

/// A source that contributes to a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Contributor {
    /// The fragment or profile.
    pub source: Source,
    /// Its contribution.
    pub role: Role,
    /// Where the contribution is written.
    pub span: Span,
}

/// A claim that lost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Loser<'c, 'a> {
    pub claim: &'a Claim,
    /// Its state.
    pub state: State,
    /// Why it lost.
    pub because: Because<'c, 'a>,
}

/// Why a claim lost.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Because<'c, 'a> {
    /// Another claim at the same address overrides it.
    Claim(&'a Claim),
    /// A profile removed it.
    Removal(ProfileId, &'a Removal),
    /// A resolution decided against it.
    Resolution(Settled<'a>),
    /// The profile's `combine` decided against it.
    Combine,
    /// A rule on the same subject at another address won.
    Subject(&'c str),
    /// Nothing is decided: the claim is in conflict.
    Nothing,
}

/// The grounds on which a claim lost, or a rule changed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grounds<'a> {
    /// The name of their kind in the JSON and CSV forms.
    pub kind: &'static str,
    /// The source that won, removed the claim or decided, and where that is written.
    pub by: Option<(Source, Span)>,
    /// The reason given there, or the subject.
    pub reason: Option<&'a str>,
}

impl<'a> Grounds<'a> {
    pub(crate) fn new(kind: &'static str, by: Option<(Source, Span)>, reason: Option<&'a str>) -> Self {
        Grounds { kind, by, reason }
    }

    /// Those that a profile gives.
    pub(crate) fn decision(kind: &'static str, by: ProfileId, at: Span, reason: &'a Option<Text>) -> Self {
        Grounds::new(kind, Some((Source::Profile(by), at)), reason.as_ref().map(Text::as_str))
    }

    /// Those of a resolution.
    pub(crate) fn resolution(settled: Settled<'a>) -> Self {
        let resolution = settled.resolution;
        Grounds::decision("resolution", settled.profile, resolution.at.span, &resolution.reason)
    }
}

impl<'c, 'a: 'c> Because<'c, 'a> {
    pub(crate) fn grounds(self) -> Grounds<'c> {
        match self {
            Because::Claim(winner) => Grounds::new("claim", Some((winner.source, winner.span)), None),
            Because::Removal(by, removal) => {
                Grounds::decision("removal", by, removal.target.span, &removal.reason)
            }
            Because::Resolution(settled) => Grounds::resolution(settled),
            Because::Combine => Grounds::new("combine", None, None),
            Because::Subject(subject) => Grounds::new("subject", None, Some(subject)),
            Because::Nothing => Grounds::new("conflict", None, None),
        }
    }
}

/// The provenance of one address.
#[derive(Debug, Clone, Default)]
pub(crate) struct Provenance<'c, 'a> {
    /// The contributors: the author of the text first, then those with the same text, those who ordered it, and who
    /// decided.
    pub contributors: Vec<Contributor>,
    /// The claims that lost, at this address or as rules on the same subject at others.
    pub losers: Vec<Loser<'c, 'a>>,
    /// The resolution that decided, if there is one.
    pub settled: Option<Settled<'a>>,
}

/// Computes the provenance of all addresses of one composition. Shared lookups are built once.
#[derive(Debug)]
pub(crate) struct Ledger<'c, 'a> {
    library: &'a Library,
    composition: &'c Composition<'a>,
    /// Anchors, by the list and id that they refer to.
    anchors: BTreeMap<(&'a str, &'a str), Vec<Contributor>>,
    /// The addresses whose rules lost to a rule at another address, by subject.
    outvoted: BTreeMap<&'c str, Vec<&'a str>>,
    /// The subjects that a resolution decided, by the addresses of the rules concerned.
    decided: BTreeMap<&'a str, Vec<&'c str>>,
}

impl<'c, 'a> Ledger<'c, 'a> {
    pub(crate) fn new(library: &'a Library, composition: &'c Composition<'a>) -> Self {
        let mut anchors: BTreeMap<(&'a str, &'a str), Vec<Contributor>> = BTreeMap::new();
        let mut outvoted: BTreeMap<&'c str, Vec<&'a str>> = BTreeMap::new();
        for (address, decision) in &composition.decisions {
            if let Some(subject) = &decision.subject {
                outvoted.entry(subject).or_default().push(address);
            }
            for (claim, placed) in decision.placed() {
                for anchor in placed.before.iter().chain(placed.after) {
                    let place = Contributor { source: claim.source, role: Role::Orderer, span: anchor.span };
                    anchors.entry((claim.address.parent(), anchor.id.as_str())).or_default().push(place);
                }
            }
        }
        let mut decided: BTreeMap<&'a str, Vec<&'c str>> = BTreeMap::new();
        for (at, conflict) in &composition.settled {
            let Some(subject) = Address::parse(at).subject() else { continue };
            for claim in conflict.sides.iter().flat_map(|side| &side.claims) {
                decided.entry(claim.address.as_str()).or_default().push(subject);
            }
        }
        Ledger { library, composition, anchors, outvoted, decided }
    }

    /// Returns the provenance of the content at `address` with this origin.
    pub(crate) fn provenance(&self, address: &str, origin: Origin<'a>) -> Provenance<'c, 'a> {
        let decision = self.decision(address, origin);
        let settled = decision.and_then(|decision| decision.resolution);
        let mut contributors = Vec::new();
        if let Origin::Claim(claim) = origin {
            contributors.push(Contributor { source: claim.source, role: Role::Supplier, span: claim.span });
        }
        if let Some(decision) = decision {
            let role = Role::CoSupplier;
            // Lists of tools and tags combine all claims. If two texts are both kept, each has its own origin.
            let is_first =
                |claim: &Claim| matches!(origin, Origin::Claim(first) if std::ptr::eq(claim, first));
            let is_list = |claim: &&Claim| claim.block().is_none() && !is_first(claim);
            // If both sides of a conflict are kept, a claim that agrees counts for its own side; for a list, all count.
            let winner = decision.claims.iter().position(|claim| is_first(claim));
            let agrees = |(state, cause): &(State, Cause)| {
                let of = if let Cause::Claim(of) = cause { Some(*of) } else { None };
                let is_in_list = of.is_some_and(|of| is_list(&decision.claims[of]));
                *state == State::Agreed && (of.is_none() || winner.is_none() || of == winner || is_in_list)
            };
            let all = decision.claims.iter().zip(&decision.outcomes);
            // Of the claims that an entry without a text builds on, those with the text of the first.
            let is_refined = |claim: &Claim, state: State| {
                let has_text = matches!(origin, Origin::Claim(first) if first.digest == claim.digest);
                state == State::Refined && has_text && !is_first(claim)
            };
            let agreed = all.filter(|(claim, outcome)| agrees(outcome) || is_refined(claim, outcome.0));
            let agreed = agreed.map(|(claim, _)| *claim);
            let agreed = decision.emitted().filter(is_list).chain(agreed);
            let agreed = agreed.map(|claim| Contributor { source: claim.source, role, span: claim.span });
            contributors.extend(agreed);
        }
        contributors.extend(self.orderers(address));
        let mut subjects: Vec<&str> = self.decided.get(address).cloned().unwrap_or_default();
        let resolver = match origin {
            Origin::Resolution(profile, resolution) => Some(Settled { profile, resolution }),
            Origin::Claim(_) => {
                let below = || decision.and_then(|decision| decision.settled_below);
                settled.or_else(below).or_else(|| self.settled(subjects.first()?))
            }
        };
        contributors.extend(resolver.map(|settled| Contributor {
            source: Source::Profile(settled.profile),
            role: Role::Resolver,
            span: settled.resolution.at.span,
        }));
        let mut losers = decision.map_or_else(Vec::new, |decision| self.losers(decision));
        // `combine` leaves no resolution, so the claims that lost are found by the subject of the rule.
        if let Origin::Claim(claim) = origin
            && let Some(subject) = claim.subject().filter(|subject| !subjects.contains(subject))
        {
            subjects.push(subject);
        }
        for subject in subjects {
            let others = self.outvoted.get(subject).into_iter().flatten().filter(|other| **other != address);
            losers.extend(others.flat_map(|other| self.losers(&self.composition.decisions[*other])));
        }
        Provenance { contributors, losers, settled: resolver }
    }

    /// The decision from which content at an address is. Personas in one output can have the same address.
    fn decision(&self, address: &str, origin: Origin<'a>) -> Option<&'c Decision<'a>> {
        let is_of = |decision: &Decision<'a>| match origin {
            Origin::Claim(claim) => decision.claims.iter().any(|other| std::ptr::eq(*other, claim)),
            Origin::Resolution(_, resolution) => {
                decision.resolution.is_some_and(|settled| std::ptr::eq(settled.resolution, resolution))
            }
        };
        let own = self.composition.decisions.get(address);
        let of_parts = self.composition.parts.iter().filter_map(|part| part.decisions.get(address));
        own.into_iter().chain(of_parts).find(|decision| is_of(decision)).or(own)
    }

    /// Returns the provenance of an address. It has no contributors if nothing at the address was composed.
    pub(crate) fn at(&self, address: &str, decision: &'c Decision<'a>) -> Provenance<'c, 'a> {
        let set = decision.resolution.filter(Settled::sets);
        let set = set.map(|settled| Origin::Resolution(settled.profile, settled.resolution));
        let mut emitted = decision.emitted();
        let Some(origin) = set.or_else(|| emitted.next().map(Origin::Claim)) else {
            return self.open(address);
        };
        let mut provenance = self.provenance(address, origin);
        // Where several texts are kept, each has its own contributors. A list has them all already.
        let others = emitted.filter(|claim| claim.block().is_some()).map(Origin::Claim);
        let parts = match origin {
            Origin::Claim(claim) => {
                let Parts { text, label, why, force } = Parts::of(self.library, decision, claim);
                let block = claim.block();
                let label = block.and_then(|block| block.label.as_ref()).map(|_| label);
                let why = block.and_then(|block| block.why.as_ref()).map(|_| why);
                [Some(text), label, why, Some(force)].into_iter().flatten().collect()
            }
            Origin::Resolution(..) => Vec::new(),
        };
        for other in others.chain(parts) {
            for contributor in self.provenance(address, other).contributors {
                if !provenance.contributors.contains(&contributor) {
                    provenance.contributors.push(contributor);
                }
            }
        }
        provenance.contributors.sort_by_key(|contributor| contributor.role);
        provenance
    }

    /// Returns the provenance of an address whose claims are in conflict, or all lost.
    pub(crate) fn open(&self, address: &str) -> Provenance<'c, 'a> {
        let Some(decision) = self.composition.decisions.get(address) else { return Provenance::default() };
        // The marker replaces all claims at the address, including those that are not in conflict.
        let role = Role::CoSupplier;
        let contributors =
            decision.effective().map(|claim| Contributor { source: claim.source, role, span: claim.span });
        Provenance {
            contributors: contributors.collect(),
            losers: self.losers(decision),
            settled: decision.resolution,
        }
    }

    /// Returns the addresses without content in the persona, with the claims that lost there.
    pub(crate) fn absent(&self) -> impl Iterator<Item = (&'a str, Vec<Loser<'c, 'a>>)> {
        self.composition.decisions.iter().filter_map(|(address, decision)| {
            let sets = decision.resolution.is_some_and(|settled| settled.sets());
            let is_absent = decision.emitted().next().is_none() && !sets;
            is_absent.then(|| (*address, self.losers(decision)))
        })
    }

    /// The resolution that decided about a subject.
    fn settled(&self, subject: &str) -> Option<Settled<'a>> {
        self.composition.settlement(&Address::Subject(subject).to_string())
    }

    /// The contributors that determine the position of the entry at an address.
    fn orderers(&self, address: &str) -> Vec<Contributor> {
        let role = Role::Orderer;
        if let Address::SectionKey { kind, key: address::HEADING } = Address::parse(address) {
            return self
                .composition
                .lineage
                .iter()
                .rev()
                .filter_map(|index| {
                    let order = &self.library.profiles[*index].section_order;
                    let listed = order.iter().find(|listed| listed.value == kind)?;
                    Some(Contributor { source: Source::Profile(*index), role, span: listed.span })
                })
                .collect();
        }
        let Some((key, decision)) = self.composition.decisions.get_key_value(address) else {
            return Vec::new();
        };
        let mut orderers = Vec::new();
        for (claim, placed) in decision.placed() {
            let band = placed.band.map(|(_, span)| span);
            let anchors = placed.before.iter().chain(placed.after).map(|anchor| anchor.span);
            let places = band.into_iter().chain(anchors);
            orderers.extend(places.map(|span| Contributor { source: claim.source, role, span }));
        }
        let place = (address::list(key), address::id(key));
        orderers.extend(self.anchors.get(&place).into_iter().flatten());
        orderers
    }

    fn losers(&self, decision: &'c Decision<'a>) -> Vec<Loser<'c, 'a>> {
        let outcomes = decision.claims.iter().zip(&decision.outcomes);
        outcomes
            .filter(|(_, (state, _))| !matches!(state, State::Emitted | State::Agreed | State::Refined))
            .map(|(claim, (state, cause))| Loser {
                claim,
                state: *state,
                because: self.because(decision, *state, *cause),
            })
            .collect()
    }

    fn because(&self, decision: &'c Decision<'a>, state: State, cause: Cause) -> Because<'c, 'a> {
        if state == State::Conflicted {
            return Because::Nothing;
        }
        let subject = decision.subject.as_deref();
        match cause {
            Cause::Claim(index) => Because::Claim(decision.claims[index]),
            Cause::Removal(profile) => {
                let removal = decision.removals.iter().find(|(remover, _)| *remover == profile);
                removal.map_or(Because::Nothing, |(_, removal)| Because::Removal(profile, removal))
            }
            Cause::Combine => Because::Combine,
            Cause::Resolution => {
                let settled = decision.resolution.or(decision.settled_below);
                settled.map_or(Because::Nothing, Because::Resolution)
            }
            Cause::Subject => {
                let settled = subject.and_then(|subject| self.settled(subject));
                let alone = || subject.map_or(Because::Nothing, Because::Subject);
                settled.map_or_else(alone, Because::Resolution)
            }
            Cause::Uncontested => Because::Nothing,
        }
    }
}
