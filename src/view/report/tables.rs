//! The data that the personas of a fleet share, without duplicates: texts, addresses, claims, lines, decisions and
//! disputes. Everything else refers to it by index, which keeps a report of a thousand personas small.

use std::borrow::Cow;

use indexmap::{IndexMap, IndexSet};
use serde::{Serialize, Serializer};

use crate::analyse::diff;
use crate::compose::{Cause, Composition, Decision, Origin, State};
use crate::model::{Address, Choice, Claim, Content, Digest, Library, ProfileId, Source, Span, Text, fold};
use crate::render::{self, Grounds};

/// The causes of a state, in the order of [`cause_index`].
pub(super) const CAUSES: [&str; 6] = ["", "claim", "removal", "resolution", "combine", "subject"];

/// The tables, as the page reads them.
#[derive(Debug, Serialize)]
pub(super) struct Tables<'a> {
    #[serde(skip)]
    library: &'a Library,
    texts: Set<String>,
    addresses: Set<&'a str>,
    claims: Map<(Span, usize, Digest), ClaimRow>,
    origins: Set<(usize, usize, usize)>,
    slots: Set<(usize, usize)>,
    lines: Set<Line>,
    decisions: Set<Entry>,
    provenances: Set<Provenance>,
    disputes: Set<Dispute>,
    contents: Set<ContentRow>,
}

/// The content of a persona at an address, with its fields filled in: the address, its noun, the force, the text, its
/// list and its place (-1 for none).
#[derive(Debug, PartialEq, Eq, Hash, Serialize)]
struct ContentRow(usize, &'static str, &'static str, Lines, i64, i64);

/// A statement at an address: the claim of a fragment or profile, or the `set` of a resolution. It is serialized as a
/// list, to leave out the key names.
#[derive(Debug, Serialize)]
struct ClaimRow(Place, &'static str, Lines, #[serde(skip_serializing_if = "Rest::is_empty")] Rest);

/// The address, the source, and the line and column in its file.
type Place = (usize, usize, usize, usize);

/// A text, by its lines. Most lines of claims are also lines of outputs.
type Lines = Vec<usize>;

/// Optional properties of a claim.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
struct Rest {
    #[serde(skip_serializing_if = "str::is_empty")]
    force: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    level: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<Lines>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<Lines>,
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<String>,
}

impl Rest {
    fn is_empty(&self) -> bool {
        *self == Rest::default()
    }
}

/// A line of an output: its words, each with its origin. `-1` is layout.
pub(super) type Line = Vec<(Word, i64)>;

/// A part of a line: a text (0 and up) or a slot (-1 and down). A slot is the value of a field, which each persona has
/// in a table of its own. So lines that differ only in field values are shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub(super) struct Word(i64);

/// The decision at an address.
#[derive(Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(untagged)]
enum Entry {
    /// One claim, without competition.
    Alone(usize),
    Contest(Contest),
}

#[derive(Debug, PartialEq, Eq, Hash, Serialize)]
struct Contest {
    at: usize,
    /// For each claim its state, the cause, and the sources that won or decided against it.
    claims: Vec<(usize, usize, usize, Vec<usize>)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    set: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    force: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<Because>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    removals: Vec<Because>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    open: bool,
}

/// The contributors to the content at an address, and the claims that lost there.
#[derive(Debug, PartialEq, Eq, Hash, Serialize)]
struct Provenance {
    /// The source, its role, and the line and column where that is written.
    parts: Vec<(usize, &'static str, usize, usize)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lost: Vec<Lost>,
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<Because>,
}

/// A claim that lost, and why.
#[derive(Debug, PartialEq, Eq, Hash, Serialize)]
struct Lost {
    claim: usize,
    state: usize,
    /// `claim`, `removal`, `resolution`, `combine`, `subject` or `conflict`.
    why: &'static str,
    /// The source that won, or removed the claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<usize>,
    /// The reason for the removal, or the subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// A decision recorded in a profile: source, line, effect and reason.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub(super) struct Because {
    pub(super) by: usize,
    pub(super) line: usize,
    pub(super) does: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
}

impl<'a> Tables<'a> {
    /// Empty tables for the personas of a library.
    pub(super) fn new(library: &'a Library) -> Self {
        Tables {
            library,
            texts: Set::default(),
            addresses: Set::default(),
            claims: Map::default(),
            origins: Set::default(),
            slots: Set::default(),
            lines: Set::default(),
            decisions: Set::default(),
            provenances: Set::default(),
            disputes: Set::default(),
            contents: Set::default(),
        }
    }

    /// The index of a source: fragments first, then profiles.
    pub(super) fn source(&self, source: Source) -> usize {
        match source {
            Source::Fragment(index) => usize::from(index),
            Source::Profile(index) => self.library.fragments.len() + usize::from(index),
        }
    }

    pub(super) fn address(&mut self, address: &'a str) -> usize {
        self.addresses.index(address)
    }

    /// The index of a form of a field.
    pub(super) fn slot(&mut self, address: &'a str, form: usize) -> usize {
        let address = self.address(address);
        self.slots.index((address, form))
    }

    /// A text within a line.
    pub(super) fn text(&mut self, text: String) -> Word {
        Word(self.texts.index(text) as i64)
    }

    /// The value of a field within a line, by its slot.
    pub(super) fn value(slot: usize) -> Word {
        Word(-1 - slot as i64)
    }

    /// The index of a text on one line.
    pub(super) fn phrase(&mut self, text: &str) -> usize {
        self.texts.index(fold(text).into_owned())
    }

    /// The index of the content of a persona at an address.
    pub(super) fn content(&mut self, content: &diff::Content) -> usize {
        let mut index = |text: Option<&str>| text.map_or(-1, |text| self.phrase(text) as i64);
        let place = index(content.origin.as_ref().map(|origin| origin.place.as_str()));
        let list = index(content.list.as_deref());
        let force = content.force.map_or("", crate::model::Force::name);
        let text = self.text_lines(&content.text);
        let row = ContentRow(self.phrase(&content.address), content.noun, force, text, list, place);
        self.contents.index(row)
    }

    fn text_lines(&mut self, text: &str) -> Lines {
        text.split('\n').map(|line| self.texts.index(line.to_owned())).collect()
    }

    pub(super) fn line(&mut self, line: Line) -> usize {
        self.lines.index(line)
    }

    pub(super) fn dispute(&mut self, dispute: Dispute) -> usize {
        self.disputes.index(dispute)
    }

    /// The index of a place that text comes from.
    pub(super) fn origin(&mut self, origin: Origin<'a>, line: usize, column: usize) -> usize {
        let row = self.statement(origin);
        self.origins.index((row, line, column))
    }

    /// The index of a claim, or of the `set` of a resolution.
    pub(super) fn statement(&mut self, origin: Origin<'a>) -> usize {
        match origin {
            Origin::Claim(claim) => self.claim(claim),
            Origin::Resolution(profile, resolution) => self.set(profile, resolution),
        }
    }

    /// The index of a claim.
    pub(super) fn claim(&mut self, claim: &'a Claim) -> usize {
        let at = self.address(claim.address.as_str());
        if let Some(known) = self.claims.find(&(claim.span, at, claim.digest)) {
            return known;
        }
        let (part, text) = match &claim.content {
            Content::Field(_) => ("field", claim.whole_text().into()),
            Content::Setting(_) => ("setting", claim.whole_text().into()),
            Content::Tags(_) => ("tags", claim.whole_text().into()),
            Content::Allow(_) | Content::Deny(_) => ("tools", claim.whole_text().into()),
            Content::Block(block) => (block.part.noun(), Cow::Borrowed(block.text.value.as_str())),
            Content::Partial(partial) => (partial.part.noun(), claim.whole_text().into()),
        };
        let block = claim.block();
        let mut lines = |text: Option<&Text>| text.map(|text| self.text_lines(&text.value));
        let rest = Rest {
            force: claim.force().map_or("", crate::model::Force::name),
            level: match claim.level {
                crate::model::Level::Normal => "",
                other => other.name(),
            },
            label: lines(block.and_then(|block| block.label.as_ref())),
            why: lines(block.and_then(|block| block.why.as_ref())),
            about: block.and_then(|block| block.about.as_ref()).map(|about| about.value.clone()),
        };
        self.enter(claim.source, (claim.span, claim.digest), at, part, &text, rest)
    }

    /// The index of the text that a resolution sets, as a statement of its profile.
    fn set(&mut self, profile: ProfileId, resolution: &'a crate::model::Resolution) -> usize {
        let at = self.address(&resolution.at.value);
        let text = match &resolution.choice {
            Choice::Set(value) => value.value.to_string(),
            Choice::Take(_) | Choice::KeepBoth(_) => String::new(),
        };
        let force = resolution.force.as_ref().map_or("", |force| force.value.name());
        let rest = Rest { force, ..Rest::default() };
        self.enter(
            Source::Profile(profile),
            (resolution.at.span, Digest::default()),
            at,
            "resolution",
            &text,
            rest,
        )
    }

    fn enter(
        &mut self,
        source: Source,
        (span, digest): (Span, Digest),
        at: usize,
        part: &'static str,
        text: &str,
        rest: Rest,
    ) -> usize {
        let place = self.library.sources.line_column(span);
        let place = (at, self.source(source), place.line, place.column);
        let row = ClaimRow(place, part, self.text_lines(text), rest);
        self.claims.index((span, at, digest), row)
    }

    /// The index of the decision at an address.
    pub(super) fn decision(&mut self, composition: &Composition<'a>, address: &'a str) -> usize {
        let decision = &composition.decisions[address];
        if let ([claim], [(State::Emitted, Cause::Uncontested)], [], None, None) = (
            &decision.claims[..],
            &decision.outcomes[..],
            &decision.removals[..],
            &decision.resolution,
            &decision.subject,
        ) && !decision.is_open
        {
            let alone = Entry::Alone(self.claim(claim));
            return self.decisions.index(alone);
        }
        let at = self.address(address);
        let claims = decision.claims.iter().zip(&decision.outcomes).map(|(claim, (state, cause))| {
            let to = self.winners(decision, *state, *cause);
            (self.claim(claim), *state as usize, cause_index(*cause), to)
        });
        let claims = claims.collect();
        let subject = decision.subject.as_ref().map(|subject| Address::Subject(subject).to_string());
        let settled = decision.resolution.or_else(|| composition.settlement(subject.as_ref()?));
        let set = decision.resolution.filter(|settled| settled.sets());
        let contest = Contest {
            at,
            claims,
            set: set.map(|settled| self.set(settled.profile, settled.resolution)),
            force: decision.set_force().map(crate::model::Force::name),
            because: settled.map(|settled| self.because(settled)),
            removals: decision
                .removals
                .iter()
                .map(|(profile, removal)| {
                    let does = format!("removes {}", removal.target.value);
                    self.decided(*profile, removal.target.span, does, removal.reason.as_ref())
                })
                .collect(),
            subject,
            open: decision.is_open,
        };
        self.decisions.index(Entry::Contest(contest))
    }

    /// The index of the provenance of a text. `None` if it has one contributor and no claim lost.
    pub(super) fn provenance(&mut self, known: &render::Provenance<'_, 'a>) -> Option<usize> {
        if known.contributors.len() == 1 && known.losers.is_empty() {
            return None;
        }
        let parts = known.contributors.iter().map(|part| {
            let place = self.library.sources.line_column(part.span);
            (self.source(part.source), part.role.name(), place.line, place.column)
        });
        let parts = parts.collect();
        let lost = known.losers.iter().map(|loser| self.lost(loser)).collect();
        let because = known.settled.map(|settled| self.because(settled));
        Some(self.provenances.index(Provenance { parts, lost, because }))
    }

    fn lost(&mut self, loser: &render::Loser<'_, 'a>) -> Lost {
        let Grounds { kind, by, reason } = loser.because.grounds();
        // The reason of a resolution is that of the whole provenance.
        let is_settled = matches!(loser.because, render::Because::Resolution(_));
        Lost {
            claim: self.claim(loser.claim),
            state: loser.state as usize,
            why: kind,
            to: by.map(|(source, _)| self.source(source)),
            reason: reason.filter(|_| !is_settled).map(str::to_owned),
        }
    }

    /// A resolution in words.
    pub(super) fn because(&self, settled: crate::compose::Settled<'_>) -> Because {
        let resolution = settled.resolution;
        let does = resolution.choice.describe(str::to_owned);
        self.decided(settled.profile, resolution.at.span, does, resolution.reason.as_ref())
    }

    /// A decision of a profile, in words.
    pub(super) fn decided(
        &self,
        profile: ProfileId,
        span: Span,
        does: String,
        reason: Option<&Text>,
    ) -> Because {
        Because {
            by: self.source(Source::Profile(profile)),
            line: self.library.sources.line_column(span).line,
            does,
            reason: reason.map(|reason| reason.value.clone()),
        }
    }

    /// The sources that won over a claim, or decided against it.
    fn winners(&self, decision: &Decision<'_>, state: State, cause: Cause) -> Vec<usize> {
        match (state, cause) {
            (State::Emitted, _) => Vec::new(),
            (_, Cause::Claim(winner)) => vec![self.source(decision.claims[winner].source)],
            (_, Cause::Removal(profile)) => vec![self.source(Source::Profile(profile))],
            _ => decision.emitted().map(|claim| self.source(claim.source)).collect(),
        }
    }
}

fn cause_index(cause: Cause) -> usize {
    match cause {
        Cause::Uncontested => 0,
        Cause::Claim(_) => 1,
        Cause::Removal(_) => 2,
        Cause::Resolution => 3,
        Cause::Combine => 4,
        Cause::Subject => 5,
    }
}

/// Items without duplicates, in the order in which they were added.
#[derive(Debug)]
struct Set<T>(IndexSet<T>);

impl<T> Default for Set<T> {
    fn default() -> Self {
        Set(IndexSet::new())
    }
}

impl<T: std::hash::Hash + Eq> Set<T> {
    fn index(&mut self, item: T) -> usize {
        self.0.insert_full(item).0
    }
}

impl<T: Serialize> Serialize for Set<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.0)
    }
}

/// Like [`Set`], with a separate key for items that are expensive to make.
#[derive(Debug)]
struct Map<K, T>(IndexMap<K, T>);

impl<K, T> Default for Map<K, T> {
    fn default() -> Self {
        Map(IndexMap::new())
    }
}

impl<K: std::hash::Hash + Eq, T> Map<K, T> {
    fn find(&self, key: &K) -> Option<usize> {
        self.0.get_index_of(key)
    }

    fn index(&mut self, key: K, item: T) -> usize {
        self.0.insert_full(key, item).0
    }
}

impl<K, T: Serialize> Serialize for Map<K, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.values())
    }
}

/// A disagreement, open or settled.
#[derive(Debug, PartialEq, Eq, Hash, Serialize)]
pub(super) struct Dispute {
    pub(super) at: String,
    /// `open`, `tension`, `lock broken`, `removed`, `weakened` or `settled`.
    pub(super) state: &'static str,
    /// The kind of disagreement, in words.
    pub(super) what: &'static str,
    pub(super) sides: Vec<DisputeSide>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) because: Option<Because>,
    /// Why the resolution was not applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) unapplied: Option<String>,
    /// How to settle it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) helps: Vec<String>,
}

#[derive(Debug, PartialEq, Eq, Hash, Serialize)]
pub(super) struct DisputeSide {
    pub(super) by: usize,
    pub(super) hash: String,
    pub(super) claims: Vec<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) removal: Option<String>,
}
