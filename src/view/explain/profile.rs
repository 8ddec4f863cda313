//! `cento explain PROFILE`: what a persona is made of, in the order in which it is put together.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{excerpt, line};
use crate::analyse::diff::{Content, contents};
use crate::check::lost;
use crate::compose::{Composition, Element, Settled, State, TargetSettings};
use crate::model::grammar;
use crate::model::wording::{count, names};
use crate::model::{Choice, Diagnostic, Library, Source};
use crate::render::{output_path, parts_in};
use crate::view::json::{Version, Versioned};
use crate::view::page::{Block, Cell, Column, Fit, Page, Phrase, Table};
use crate::view::terminal::Role;

/// The parts of a persona; see `docs/json.md`.
#[derive(Debug, Serialize)]
pub(crate) struct Parts {
    profile: String,
    /// The file of the profile.
    path: String,
    description: String,
    /// The profiles that it extends, ancestors first.
    extends: Vec<String>,
    /// The fragments and profiles, in the order of their content.
    sources: Vec<Part>,
    /// Its content at each address, in display order.
    entries: Vec<AddressContent>,
    /// The conflicts that are settled.
    decided: Vec<Decided>,
    /// The conflicts that are open.
    open: Vec<Open>,
    /// The removals and drops of its profiles.
    removed: Vec<Removed>,
    /// The paths of its outputs.
    outputs: Vec<String>,
    /// Its outputs with what they do not have.
    targets: Vec<Output>,
    /// Commands to run next, each with its purpose.
    next: Vec<[String; 2]>,
}

/// A fragment or profile of a persona.
#[derive(Debug, Serialize)]
struct Part {
    source: String,
    summary: String,
    /// The profiles that use it.
    used_by: Vec<String>,
    /// The number of its entries.
    entries: usize,
    /// How many of them are in the persona.
    applied: usize,
}

/// An output of a persona.
#[derive(Debug, Serialize)]
struct Output {
    target: &'static str,
    /// The model that it names; nothing for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<String>,
    path: String,
    #[serde(flatten)]
    absent: Absent,
    /// What the other personas in it lack there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    personas: Vec<OfPersona>,
}

/// What an output does not have of a persona.
#[derive(Debug, Serialize)]
struct Absent {
    /// The addresses of what the target cannot express.
    lost: Vec<String>,
    /// The addresses of the entries that `only` or `not` leaves out.
    left_out: Vec<String>,
}

/// What an output does not have of one of its personas.
#[derive(Debug, Serialize)]
struct OfPersona {
    persona: String,
    #[serde(flatten)]
    absent: Absent,
}

impl Absent {
    fn of<'a>(composition: &Composition<'a>, settings: &TargetSettings<'a>) -> Self {
        let mut left_out = Vec::new();
        let persona = &composition.persona;
        persona.visit(|_, element| match element {
            Element::Block(block) if !persona.is_in(settings, &block.targets) => {
                left_out.push(block.address.to_string());
            }
            _ => {}
        });
        let lost = lost(composition, settings).into_iter().map(|(address, _)| address).collect();
        Absent { lost, left_out }
    }

    fn addresses(&self) -> impl Iterator<Item = &String> {
        self.lost.iter().chain(&self.left_out)
    }
}

impl Output {
    fn of<'a>(composition: &Composition<'a>, settings: &TargetSettings<'a>) -> Self {
        let of_persona = |part: &Composition<'a>| OfPersona {
            persona: part.profile.id.clone(),
            absent: Absent::of(part, &part.persona.settings(settings.target)),
        };
        Output {
            target: settings.target.name,
            model: composition.persona.model(settings).map(str::to_owned),
            path: output_path(composition, settings),
            absent: Absent::of(composition, settings),
            personas: parts_in(composition, settings).iter().map(of_persona).collect(),
        }
    }

    /// The path, the model, and what the output does not have.
    fn phrase(&self) -> Phrase {
        let of_others = self.personas.iter().flat_map(|OfPersona { persona, absent }| {
            absent.addresses().map(move |address| format!("{address} of {persona}"))
        });
        let without: Vec<String> = self.absent.addresses().cloned().chain(of_others).collect();
        let without: Vec<&str> = without.iter().map(String::as_str).collect();
        let model = self.model.as_ref().map_or(String::new(), |model| format!(" ({model})"));
        let phrase = Phrase::of(Role::Path, &self.path).and(model);
        if without.is_empty() {
            phrase
        } else {
            phrase.and(format!(" without {}", names(&without, MAX_NAMED)))
        }
    }
}

/// The most addresses that a line names.
const MAX_NAMED: usize = 6;

/// The content at an address.
#[derive(Debug, Serialize)]
struct AddressContent {
    address: String,
    #[serde(flatten)]
    content: Content,
}

impl AddressContent {
    fn of(content: Content) -> Self {
        AddressContent { address: content.address.clone(), content }
    }

    /// The address, the force, and the text with its source.
    fn cells(&self) -> Vec<Cell> {
        let Content { force, text, noun, origin, .. } = &self.content;
        let force = force.map_or(String::new(), |force| force.capitals());
        let text = match text.as_str() {
            "" => Phrase::of(Role::Faint, *noun),
            text => super::excerpt(text).into(),
        };
        let source = origin.as_ref().map_or(String::new(), |origin| format!("  {}", origin.source));
        let cells = [Phrase::of(Role::Path, &self.address), Phrase::of(Role::Emphasis, force)];
        cells.into_iter().chain([text.then(Role::Faint, source)]).map(Cell::Text).collect()
    }
}

/// A settled conflict.
#[derive(Debug, Serialize)]
struct Decided {
    address: String,
    /// The effect of the resolution.
    decision: String,
    /// The sides that lost.
    over: Vec<String>,
    /// The profile with the resolution.
    by: String,
    reason: String,
}

/// An open conflict or tension.
#[derive(Debug, Serialize)]
struct Open {
    address: String,
    sides: Vec<String>,
    is_tension: bool,
}

/// A removal or drop of a profile.
#[derive(Debug, Serialize)]
struct Removed {
    /// The address of a removal, or the fragment of a drop.
    target: String,
    by: String,
    reason: String,
}

impl Parts {
    /// The parts of a composed persona.
    pub(crate) fn of(library: &Library, composition: &Composition<'_>) -> Self {
        let profile = composition.profile;
        let lineage = composition.lineage.iter().map(|index| &library.profiles[*index]);
        let parents = lineage.clone().filter(|parent| parent.id != profile.id);
        let persona = &composition.persona;
        let is_built = !profile.is_abstract;
        let targets: Vec<Output> = persona
            .targets
            .iter()
            .filter(|_| is_built)
            .map(|settings| Output::of(composition, settings))
            .collect();
        let removed = lineage.flat_map(|profile| {
            let by = profile.id.as_str();
            let removals = profile.removals.iter().map(|removal| (&removal.target, &removal.reason));
            let drops = profile.drops.iter().map(|drop| (&drop.fragment, &drop.reason));
            removals.chain(drops).map(move |(target, reason)| Removed {
                target: target.value.clone(),
                by: by.to_owned(),
                reason: reason.as_ref().map_or(String::new(), |reason| reason.value.clone()),
            })
        });
        Parts {
            profile: profile.id.clone(),
            path: library.profile_path(profile).to_string(),
            description: persona.field_text(grammar::Profile::Description.name()),
            extends: parents.map(|parent| parent.id.clone()).collect(),
            sources: sources(library, composition),
            entries: contents(library, composition).into_iter().map(AddressContent::of).collect(),
            decided: composition
                .settled
                .iter()
                .filter_map(|(at, conflict)| {
                    let Settled { profile, resolution, .. } = conflict.settled()?;
                    let taken = match &resolution.choice {
                        Choice::Take(name) => Some(name.as_str()),
                        Choice::Set(_) | Choice::KeepBoth(_) => None,
                    };
                    let loses = |name: &&str| taken.is_some_and(|taken| taken != *name);
                    let sides = conflict.sides.iter().map(|side| side.name.as_str());
                    Some(Decided {
                        address: at.to_string(),
                        decision: resolution.choice.describe(excerpt),
                        over: sides.filter(loses).map(str::to_owned).collect(),
                        by: library.profiles[profile].id.clone(),
                        reason: resolution
                            .reason
                            .as_ref()
                            .map_or(String::new(), |reason| reason.value.clone()),
                    })
                })
                .collect(),
            open: composition
                .conflicts
                .iter()
                .map(|conflict| Open {
                    address: conflict.at.clone(),
                    sides: conflict.sides.iter().map(|side| side.name.clone()).collect(),
                    is_tension: conflict.is_tension(),
                })
                .collect(),
            removed: removed.collect(),
            outputs: targets.iter().map(|output| output.path.clone()).collect(),
            targets,
            next: next(composition),
        }
    }

    /// The parts as a page.
    pub(crate) fn page(&self) -> Page {
        let id = &self.profile;
        let title = Phrase::of(Role::Emphasis, id).and("  ").then(Role::Path, &self.path);
        let mut blocks = vec![Block::Line(0, title)];
        let mut say = |word: &str, role, text: Phrase| blocks.push(line(word, role, text));
        if !self.description.is_empty() {
            say("is", Role::Plain, super::excerpt(&self.description).into());
        }
        if !self.extends.is_empty() {
            say("extends", Role::Plain, self.extends.join(", ").into());
        }
        for part in &self.sources {
            say("from", Role::Plain, part.phrase(id));
        }
        for decided in &self.decided {
            let over = if decided.over.is_empty() {
                String::new()
            } else {
                format!(" over {}", decided.over.join(", "))
            };
            let text = format!(" {}{over}{}", decided.decision, because(&decided.reason));
            say("decided", Role::Plain, Phrase::of(Role::Path, &decided.address).and(text));
        }
        for open in &self.open {
            let (word, role) =
                if open.is_tension { ("tension", Role::Warning) } else { ("conflict", Role::Error) };
            say(word, role, format!("{} between {}", open.address, open.sides.join(", ")).into());
        }
        for removed in &self.removed {
            let by = if removed.by == *id { String::new() } else { format!(" by {}", removed.by) };
            let text = format!("{by}{}", because(&removed.reason));
            say("removed", Role::Removed, Phrase::of(Role::Path, &removed.target).and(text));
        }
        for output in &self.targets {
            say("written to", Role::Plain, output.phrase());
        }
        for [command, purpose] in &self.next {
            say("next", Role::Plain, Phrase::of(Role::Emphasis, command).and(format!("  {purpose}")));
        }
        blocks.push(Block::Heading(format!("entries ({})", self.entries.len()).into()));
        blocks.push(Block::Table(Table {
            columns: vec![
                Column::new("address", false, Fit::Whole),
                Column::new("force", false, Fit::Whole),
                Column::new("text and source", false, Fit::Rest),
            ],
            rows: self.entries.iter().map(AddressContent::cells).collect(),
            is_headed: false,
        }));
        Page::new(id.clone(), format!("cento explain {id}"), blocks)
    }

    /// The parts as JSON.
    pub(crate) fn report(&self) -> Versioned<&Parts> {
        Version::PARTS.of(self)
    }
}

impl Part {
    /// The part on one line of the explanation of a profile.
    fn phrase(&self, profile: &str) -> Phrase {
        let entries = match self.applied {
            applied if applied == self.entries => count(applied, "entry"),
            applied => format!("{applied} of {}", count(self.entries, "entry")),
        };
        let phrase = Phrase::of(Role::Path, &self.source).and(format!(": {entries}"));
        let others: Vec<&str> = self.used_by.iter().map(String::as_str).filter(|by| *by != profile).collect();
        let phrase =
            if others.is_empty() { phrase } else { phrase.and(format!(", used by {}", others.join(", "))) };
        if self.summary.is_empty() { phrase } else { phrase.and(format!(" \u{2014} {}", self.summary)) }
    }
}

fn because(reason: &str) -> String {
    if reason.is_empty() { String::new() } else { format!(": {reason}") }
}

/// The sources of a persona with what they contribute, without profiles that have no entries.
fn sources(library: &Library, composition: &Composition<'_>) -> Vec<Part> {
    let mut counts: BTreeMap<Source, (usize, usize)> = BTreeMap::new();
    for decision in composition.decisions.values() {
        for (claim, (state, _)) in decision.claims.iter().zip(&decision.outcomes) {
            let (entries, applied) = counts.entry(claim.source).or_default();
            *entries += 1;
            *applied += usize::from(matches!(state, State::Emitted | State::Agreed));
        }
    }
    let part = |source: &Source| {
        let (entries, applied) = counts.get(source).copied().unwrap_or_default();
        let (summary, used_by) = match source {
            Source::Fragment(id) => {
                let summary = library.fragments[*id].summary.as_ref();
                let uses = composition.selection.fragments.get(id).into_iter().flatten();
                let users = uses.map(|(profile, _)| library.profiles[*profile].id.clone());
                (summary.map_or(String::new(), |summary| summary.value.clone()), users.collect())
            }
            Source::Profile(_) if entries == 0 => return None,
            Source::Profile(_) => (String::new(), Vec::new()),
        };
        Some(Part { source: library.source_name(*source), summary, used_by, entries, applied })
    };
    composition.selection.sources.iter().filter_map(part).collect()
}

/// The commands that lead on from here.
fn next(composition: &Composition<'_>) -> Vec<[String; 2]> {
    let id = &composition.profile.id;
    let step = |command: String, purpose: &str| [command, purpose.to_owned()];
    let mut next = Vec::new();
    if composition.conflicts.iter().any(|conflict| !conflict.is_tension()) {
        next.push(step(format!("cento resolve {id}"), "decide the conflicts"));
    } else if composition.findings.iter().any(Diagnostic::is_error) {
        next.push(step(format!("cento check {id}"), "see the errors"));
    } else if !composition.profile.is_abstract {
        next.push(step(format!("cento build {id}"), "write the outputs"));
    }
    next.push(step(format!("cento show {id}"), "read the persona"));
    if let Some(address) = composition
        .decisions
        .iter()
        .find_map(|(at, decision)| decision.claims.iter().any(|claim| claim.force().is_some()).then_some(*at))
    {
        next.push(step(format!("cento explain {id} {address}"), "see where an entry comes from"));
    }
    next
}
