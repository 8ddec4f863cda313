//! `cento explain`: which claim wins at an address, which lost, and why.

mod profile;

pub(crate) use profile::Parts;

use serde::Serialize;

use super::json::{Version, Versioned};
use super::origins::{self, Contributor, Lost};
use super::page::{Block, Page, Phrase, beginning};
use super::terminal::{Role, Terminal, wrap};
use crate::compose::{Cause, Composition, ConflictKind, Decision, Settled, State};
use crate::model::grammar::{self, Keys as _};
use crate::model::wording::series;
use crate::model::{
    Address, Bound, Choice, Claim, Code, Level, Library, Severities, Severity, Span, address,
};
use crate::render::{Ledger, Role as Part};

/// The maximum length of an excerpt in characters.
const MAX_LENGTH: usize = 200;

/// The width of the first word of a line.
const WORD: usize = 10;

/// Explains a diagnostic code.
pub(crate) fn code(code: &Code, severities: &Severities, terminal: &Terminal) -> String {
    let severity = severities.of(code);
    let role = match severity {
        Some(Severity::Error) => Role::Error,
        Some(Severity::Warning) => Role::Warning,
        Some(Severity::Note) | None => Role::Note,
    };
    let title = format!("{}[{}]", severity.map_or("off", Severity::name), code.name);
    let bound = match code.bound {
        Bound::Free => format!(
            "`[severity]` in cento.toml can make it an error, a warning or a note, or turn it off:\n\n    \
             [severity]\n    {} = \"off\"",
            code.name
        ),
        Bound::Fixed(reason) => format!("Always: otherwise {reason}."),
    };
    let bound = match severities.sets(code) {
        true => format!("Set by this workspace; otherwise {}.\n\n{bound}", code.severity.name()),
        false => bound,
    };
    let example = code.example.lines().map(|line| format!("    {line}\n")).collect::<String>();
    let mut text = format!("{}: {}\n", terminal.paint(role, title), code.summary);
    for (heading, body) in
        [("Cause", code.cause), ("Example", &example), ("Fix", code.fix), ("Severity", &bound)]
    {
        let body = wrap(body, terminal.columns());
        text.push_str(&format!("\n{}\n{}\n", terminal.paint(Role::Emphasis, heading), body.trim_end()));
    }
    text
}

/// The subject of an explanation: an address, all addresses below it, or a subject of rules.
#[derive(Debug)]
pub(crate) struct Question<'e, 'a> {
    library: &'a Library,
    composition: &'e Composition<'a>,
    address: &'e str,
    /// The matching decisions, by address.
    decisions: Vec<(&'a str, &'e Decision<'a>)>,
}

impl<'e, 'a> Question<'e, 'a> {
    /// A question about an address. `None` if the composition has nothing there.
    pub(crate) fn about(
        library: &'a Library,
        composition: &'e Composition<'a>,
        address: &'e str,
    ) -> Option<Self> {
        let all = composition.decisions.iter().map(|(address, decision)| (*address, decision));
        let decisions: Vec<_> = if composition.decisions.contains_key(address) {
            all.filter(|(at, _)| *at == address).collect()
        } else if let Some(subject) = Address::parse(address).subject() {
            let is_about = |decision: &Decision<'_>| {
                decision.claims.iter().any(|claim| claim.subject() == Some(subject))
            };
            all.filter(|(_, decision)| is_about(decision)).collect()
        } else {
            all.filter(|(at, _)| address::is_below(at, address)).collect()
        };
        let has_sides = composition.sides_at(address).is_some_and(|sides| !sides.is_empty());
        (!decisions.is_empty() || has_sides).then_some(Question { library, composition, address, decisions })
    }

    /// A question without an answer, for a line of markup.
    pub(crate) fn none(library: &'a Library, composition: &'e Composition<'a>) -> Self {
        Question { library, composition, address: "", decisions: Vec::new() }
    }

    /// The answer as a page. `printed` is the line of the output, if the address is there.
    pub(crate) fn page(&self, printed: Option<&str>) -> Page {
        let mut blocks = Vec::new();
        match self.decisions.as_slice() {
            [(address, decision)] if *address == self.address => {
                self.decision(&mut blocks, address, decision, printed);
            }
            members => self.members(&mut blocks, members),
        }
        let id = &self.composition.profile.id;
        Page::new(format!("{} in {id}", self.address), format!("cento explain {id} {}", self.address), blocks)
    }

    /// The answer as JSON; see `docs/json.md`.
    pub(crate) fn report(&self) -> Versioned<Report<'_>> {
        let ledger = Ledger::new(self.library, self.composition);
        let entries = self.decisions.iter().map(|(address, decision)| {
            let provenance = ledger.at(address, decision);
            let entry = origins::entry(self.library, (*address).to_owned(), &provenance);
            let has_text = |one: &Contributor| one.role != Part::Orderer.name();
            let open = decision.disagreement.as_ref().filter(|_| decision.is_open);
            Entry {
                address: entry.address,
                stands: self.composed_texts(address, decision),
                sources: entry.sources.into_iter().filter(has_text).collect(),
                lost: entry.lost,
                reason: entry.reason,
                open: open.map(|disagreement| describe(disagreement.kind)),
                outputs: self.outputs(address),
                routes: self.routes(decision),
            }
        });
        Version::EXPLAIN.of(Report {
            profile: &self.composition.profile.id,
            address: self.address,
            entries: entries.collect(),
        })
    }

    fn decision(
        &self,
        blocks: &mut Vec<Block>,
        address: &str,
        decision: &Decision<'_>,
        printed: Option<&str>,
    ) {
        let title = Phrase::of(Role::Emphasis, self.headline(address, decision));
        let title = match printed {
            Some(place) => title.and("  ").then(Role::Path, place),
            None => title,
        };
        blocks.push(Block::Line(0, title));
        self.claims(blocks, decision);
        let own = decision.emitted().next().and_then(|claim| claim.targets.describe());
        // Claims that agree have the outputs of all of them.
        let outputs = self.outputs(address).or_else(|| own.as_ref().map(|_| "all".to_owned()));
        let outputs = outputs.filter(|outputs| own.as_ref() != Some(outputs));
        blocks.extend(outputs.map(|text| line("outputs", Role::Help, text.into())));
        for (profile, removal) in &decision.removals {
            let name = &self.library.profiles[*profile].id;
            let reason = removal.reason.as_ref();
            let reason = reason.map_or(String::new(), |reason| format!(" \"{}\"", reason.value));
            let place = self.location(removal.target.span);
            let text = Phrase::plain(format!("{place} [[remove]] of profiles/{name}{reason}"));
            blocks.push(line("because", Role::Help, text));
        }
        for settled in decision.resolution.into_iter().chain(decision.settled_below) {
            blocks.push(self.because(settled));
        }
        if let Some(subject) = &decision.subject {
            blocks.push(match self.composition.settlement(&Address::Subject(subject).to_string()) {
                Some(settled) => self.because(settled),
                None => {
                    let text = format!("of the rules about `{subject}`: see {}", Address::Subject(subject));
                    line("because", Role::Help, text.into())
                }
            });
        }
        if decision.outcomes.iter().any(|(_, cause)| *cause == Cause::Combine) {
            let key = grammar::Profile::Combine.shown();
            let text = format!("the profile's {key} settles contradictions");
            blocks.push(line("because", Role::Help, text.into()));
        }
        if decision.is_open {
            let why = decision.disagreement.as_ref().map_or("", |disagreement| describe(disagreement.kind));
            blocks.push(line("open", Role::Error, why.into()));
        }
        for Route { steps, .. } in self.routes(decision) {
            let steps: Vec<String> =
                steps.iter().map(|step| format!("{}:{} {}", step.path, step.line, step.what)).collect();
            for (number, step) in steps.iter().enumerate() {
                let word = if number == 0 { "via" } else { "" };
                let arrow = if number == 0 { "" } else { "-> " };
                blocks.push(line(word, Role::Faint, format!("{arrow}{step}").into()));
            }
        }
    }

    fn claims(&self, blocks: &mut Vec<Block>, decision: &Decision<'_>) {
        let names = decision.claims.iter().map(|claim| self.library.source_name(claim.source));
        let width = names.map(|name| name.len()).max().unwrap_or(0);
        let alone = decision.claims.len() == 1;
        let mut rows: Vec<_> = decision.claims.iter().zip(&decision.outcomes).collect();
        rows.sort_by_key(|(_, (state, _))| *state);
        for (claim, (state, _)) in rows {
            let (word, role) = state_word(*state, claim, alone);
            let name = self.library.source_name(claim.source);
            let mut extra = String::new();
            if let Some(force) = claim.force() {
                extra.push_str(&format!(" [{}]", force.name()));
            }
            if claim.level != Level::Normal {
                extra.push_str(&format!(" {}", claim.level.name()));
            }
            if let Some(targets) = claim.targets.describe() {
                extra.push_str(&format!(" {targets}"));
            }
            let text = Phrase::plain(format!("{name:width$}  ")).then(Role::Path, self.location(claim.span));
            blocks.push(line(word, role, text.and(extra)));
            if !matches!(state, State::Emitted | State::Agreed) && !claim.whole_text().is_empty() {
                let quote = format!("{:1$}\"{2}\"", "", WORD - 1, excerpt(&claim.whole_text()));
                blocks.push(Block::faint(2, quote));
            }
        }
    }

    /// The outputs of an entry that not all have, after every limit and lock.
    fn outputs(&self, address: &str) -> Option<String> {
        let persona = &self.composition.persona;
        let outputs = persona.blocks_at(address).map(|block| block.targets.clone());
        persona.reach(&outputs.reduce(|all, block| all.or(&block))?).describe()
    }

    fn members(&self, blocks: &mut Vec<Block>, members: &[(&str, &Decision<'_>)]) {
        let width = members.iter().map(|(address, _)| address.len()).max().unwrap_or(0);
        for (address, decision) in members {
            let names: Vec<_> =
                decision.emitted().map(|claim| self.library.source_name(claim.source)).collect();
            let state = match names.as_slice() {
                [] if decision.is_in_conflict() => "in conflict".to_owned(),
                [] => decision.outcomes.first().map_or("", |(state, _)| state.describe()).to_owned(),
                names => names.join(", "),
            };
            let address = Phrase::of(Role::Path, format!("{address:width$}"));
            blocks.push(Block::Line(0, address.and(format!("  {state}"))));
        }
        if let Some(settled) = self.composition.settlement(self.address) {
            blocks.push(self.because(settled));
        }
        let open = self.composition.conflicts.iter().find(|conflict| conflict.at == self.address);
        blocks.extend(open.map(|conflict| line("open", Role::Error, describe(conflict.kind).into())));
    }

    fn because(&self, settled: Settled<'_>) -> Block {
        let resolution = settled.resolution;
        let place = self.location(resolution.at.span);
        let reason = resolution.reason.as_ref();
        let reason = reason.map_or(String::new(), |reason| format!(": \"{}\"", reason.value));
        let text = format!("{place} [[resolve]] {}{reason}", resolution.choice.describe(excerpt));
        line("because", Role::Help, text.into())
    }

    /// How each source of a decision is included in the persona.
    fn routes(&self, decision: &Decision<'_>) -> Vec<Route> {
        let mut seen = std::collections::BTreeSet::new();
        let mut routes = Vec::new();
        for claim in decision.claims.iter().filter(|claim| seen.insert(claim.source)) {
            let steps = self.composition.route(self.library, claim.source);
            let steps = steps.into_iter().map(|(span, what)| Step {
                path: self.library.sources.path(span).to_string(),
                line: self.library.sources.line_column(span).line,
                what,
            });
            let steps: Vec<Step> = steps.collect();
            if !steps.is_empty() {
                routes.push(Route { source: self.library.source_name(claim.source), steps });
            }
        }
        routes
    }

    /// The composed texts at an address.
    fn composed_texts(&self, address: &str, decision: &Decision<'_>) -> Vec<String> {
        if let Some(settled) = decision.resolution
            && let Choice::Set(set) = &settled.resolution.choice
        {
            return vec![set.value.to_string()];
        }
        // Lists combine several sources.
        let persona = &self.composition.persona;
        let list = match address {
            "tags" => Some(&persona.tags),
            address::ALLOW => persona.allow.as_ref(),
            address::DENY => Some(&persona.deny),
            _ => None,
        };
        match list {
            Some(names) if !names.is_empty() => vec![names.join(", ")],
            _ => decision.emitted().map(Claim::whole_text).collect(),
        }
    }

    /// The composed texts, as one line.
    fn headline(&self, address: &str, decision: &Decision<'_>) -> String {
        let texts = self.composed_texts(address, decision);
        match texts.as_slice() {
            [] if decision.is_in_conflict() => format!("{address} is in conflict"),
            [] => format!("{address} is not in the persona"),
            texts => series(texts.iter().map(|text| format!("\"{}\"", excerpt(text))), texts.len()),
        }
    }

    fn location(&self, span: Span) -> String {
        self.library.sources.place(span)
    }
}

/// A line that starts with a word in a column of its own.
fn line(word: &str, role: Role, text: Phrase) -> Block {
    Block::Line(1, Phrase::of(role, format!("{word:WORD$} ")).join(text))
}

/// A text on one line, shortened if it is long.
fn excerpt(text: &str) -> String {
    beginning(text, MAX_LENGTH)
}

/// The state of one of several claims, as a word behind its source.
pub(super) fn side_word(state: State) -> &'static str {
    match state {
        State::Emitted => "wins",
        State::Agreed => "agrees",
        other => other.describe(),
    }
}

fn state_word(state: State, claim: &Claim, alone: bool) -> (&'static str, Role) {
    match state {
        State::Emitted if alone => ("source", Role::Added),
        State::Shadowed if claim.level == Level::Default => ("yielded", Role::Faint),
        State::Emitted | State::Agreed | State::Refined => (side_word(state), Role::Added),
        State::Subsumed | State::Shadowed => (side_word(state), Role::Faint),
        State::Removed => (side_word(state), Role::Removed),
        State::Overruled => ("lost", Role::Removed),
        State::Conflicted => ("conflict", Role::Error),
    }
}

/// The kind of a disagreement, as the end of "open: ...".
pub(super) fn describe(kind: ConflictKind) -> &'static str {
    match kind {
        ConflictKind::Different => "peers disagree",
        ConflictKind::Locked => "a locked claim is contradicted",
        ConflictKind::Contradiction => "the rules cannot both be obeyed",
        ConflictKind::Weakening => "a higher layer weakens the rule",
        ConflictKind::Removal => "one parent removes what another edits",
        ConflictKind::LockedRemoval => "a locked claim is removed without breaks-lock",
        ConflictKind::Clash => "entries of different types share the address",
        ConflictKind::Widening => "a higher layer allows more than a lower one",
        ConflictKind::Unrefinable => "an entry without a text, and no one text below it",
        ConflictKind::NoTools => "no tool is allowed by every source",
        ConflictKind::Tension => "the rules pull in different directions",
    }
}

/// The JSON form of an answer.
#[derive(Debug, Serialize)]
pub(crate) struct Report<'e> {
    profile: &'e str,
    address: &'e str,
    entries: Vec<Entry>,
}

#[derive(Debug, Serialize)]
struct Entry {
    address: String,
    stands: Vec<String>,
    sources: Vec<Contributor>,
    lost: Vec<Lost>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    open: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outputs: Option<String>,
    routes: Vec<Route>,
}

#[derive(Debug, Serialize)]
struct Route {
    source: String,
    steps: Vec<Step>,
}

#[derive(Debug, Serialize)]
struct Step {
    path: String,
    line: usize,
    what: String,
}
