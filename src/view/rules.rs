//! `cento rules`: every rule of the fleet, and its status in each persona.

mod table;

use std::collections::{BTreeMap, BTreeSet};

use super::comparison::{excerpt, texts};
use super::page::{Block, Mark, Matrix, MatrixRow, Page, Phrase};
use super::terminal::Role;
use crate::analyse::fleet::{Because, Holding, Rule, Status, Wording};
use crate::compose::Origin;
use crate::model::grammar::{self, Keys as _};
use crate::model::wording::{and_more, count, names, one_or_many, series};
use crate::model::{Library, Span};
use crate::render::Grounds;

/// The maximum number of names in a line.
const MAX_NAMES: usize = 6;

/// The width of the first word of a line about personas.
const WORD: usize = 12;

/// Rules of the fleet, and their status in some personas.
#[derive(Debug)]
pub(crate) struct Book<'v, 'a> {
    pub library: &'a Library,
    /// All personas by id, and whether each can be composed.
    pub personas: &'v [(&'a str, bool)],
    /// The indices of the personas that are shown.
    pub shown: &'v BTreeSet<usize>,
    /// The rules that are shown.
    pub rules: &'v [Rule<'a>],
    /// The command that shows them.
    pub command: String,
    /// Whether only rules with differences were asked for.
    pub drift: bool,
}

/// The personas in which a rule has the same status for the same reason.
struct Group<'v, 'a> {
    first: &'v Holding<'a>,
    personas: Vec<&'a str>,
}

/// The key by which personas are grouped: status, wording, origin, reason, and the outputs without the rule.
type GroupKey<'v> = (Status, Option<usize>, Option<Span>, Option<Span>, &'v [&'static str]);

/// The mark of each status, in the order of [`Status::ALL`].
const MARKS: [(char, Role); 8] = [
    ('\u{25cf}', Role::Added),
    ('~', Role::Warning),
    ('\u{25b2}', Role::Note),
    ('\u{25bc}', Role::Error),
    ('\u{21c4}', Role::Error),
    ('\u{d7}', Role::Removed),
    ('\u{25cb}', Role::Moved),
    ('!', Role::Error),
];

/// The index of the mark for a rule that a persona does not have, and for a persona that cannot be composed.
const ABSENT: usize = MARKS.len();
const UNKNOWN: usize = MARKS.len() + 1;

impl<'a> Book<'_, 'a> {
    /// Returns whether any persona has a rule that differs from its baseline.
    pub(crate) fn drifts(&self) -> bool {
        self.rules.iter().any(Rule::drifts)
    }

    /// The rules one below the other, each with its status in each persona.
    pub(crate) fn page(&self) -> Page {
        let mut page = self.empty_page();
        for rule in self.rules {
            page.blocks.push(Block::Space);
            page.blocks.extend(self.rule(rule));
        }
        page
    }

    /// The rules as rows, the personas as columns.
    pub(crate) fn matrix_page(&self) -> Page {
        let mut page = self.empty_page();
        if self.rules.is_empty() || self.shown.is_empty() {
            return page;
        }
        let mut legend: Vec<Mark> = MARKS
            .iter()
            .zip(Status::ALL)
            .map(|((sign, role), (meaning, _))| Mark { sign: *sign, role: *role, meaning })
            .collect();
        legend.push(Mark { sign: '\u{b7}', role: Role::Faint, meaning: "not there" });
        legend.push(Mark { sign: '?', role: Role::Warning, meaning: "cannot be composed" });
        let row = |rule: &Rule<'_>| {
            let held: BTreeMap<usize, usize> =
                rule.holdings.iter().map(|holding| (holding.persona, holding.status as usize)).collect();
            let mark = |persona: &usize| match held.get(persona) {
                Some(mark) => *mark,
                None if self.personas[*persona].1 => ABSENT,
                None => UNKNOWN,
            };
            MatrixRow {
                name: rule.address.to_owned(),
                aside: rule.baseline().force.name().to_owned(),
                marks: self.shown.iter().map(mark).collect(),
            }
        };
        page.blocks.push(Block::Space);
        page.blocks.push(Block::Matrix(Matrix {
            corner: "rule",
            columns: self.shown.iter().map(|persona| self.personas[*persona].0.to_owned()).collect(),
            rows: self.rules.iter().map(row).collect(),
            legend,
        }));
        page
    }

    fn empty_page(&self) -> Page {
        let title = if self.drift { "Rules that differ among personas" } else { "Rules of the fleet" };
        Page::new(title.to_owned(), self.command.clone(), vec![Block::Line(0, self.summary())])
    }

    fn summary(&self) -> Phrase {
        let personas = count(self.shown.len(), "persona");
        if self.rules.is_empty() {
            return match self.drift {
                true => Phrase::of(Role::Emphasis, "nothing differs")
                    .and(format!(": every rule is as written in {personas}")),
                false => Phrase::of(Role::Emphasis, "no rules").and(format!(" in {personas}")),
            };
        }
        let differ = self.rules.iter().filter(|rule| rule.drifts()).count();
        let mut counts: BTreeMap<Status, usize> = BTreeMap::new();
        for holding in self.rules.iter().flat_map(|rule| &rule.holdings) {
            *counts.entry(holding.status).or_default() += 1;
        }
        let unused = self.rules.iter().filter(|rule| rule.holdings.is_empty()).count();
        let times = |(status, count): (&Status, &usize)| format!("{count} {}", status.name());
        let kinds: Vec<String> =
            counts.iter().filter(|(status, _)| **status != Status::AsWritten).map(times).collect();
        let unknown = self.shown.iter().filter(|persona| !self.personas[**persona].1).count();
        let mut parts = Vec::new();
        match differ {
            0 => parts.push("all as written".to_owned()),
            _ => {
                let verb = one_or_many(differ, "differs", "differ");
                parts.push(format!("{differ} {verb} ({})", kinds.join(", ")));
            }
        }
        if unused > 0 {
            parts.push(format!("{unused} in no persona"));
        }
        if unknown > 0 {
            parts.push(format!("{} cannot be composed", count(unknown, "persona")));
        }
        let head = format!("{} in {personas}", count(self.rules.len(), "rule"));
        Phrase::of(Role::Emphasis, head).and(format!(": {}", parts.join("; ")))
    }

    fn rule(&self, rule: &Rule<'a>) -> Vec<Block> {
        let baseline = rule.baseline();
        let more = and_more(rule.definitions.len().saturating_sub(1));
        let heading = Phrase::of(Role::Path, rule.address)
            .then(Role::Faint, format!("  {}{more}", self.location(baseline.origin)));
        let text = Phrase::of(Role::Emphasis, baseline.force.name())
            .and(format!(": {}", excerpt(&baseline.words.whole_text())));
        let mut blocks = vec![Block::Line(0, heading), Block::Line(1, text)];
        let groups = self.groups(rule);
        for group in &groups {
            blocks.extend(self.group(baseline, rule, group));
        }
        if rule.holdings.is_empty() {
            blocks.push(Block::faint(1, "in no persona"));
        }
        for wording in rule.wordings.iter().skip(1).filter(|wording| wording.personas == 0) {
            let line = format!(
                "{} has it as `{}`: in no persona",
                self.location(wording.origin),
                wording.force.name()
            );
            blocks.push(Block::faint(1, line));
        }
        blocks
    }

    /// The personas of a rule, grouped by status and reason.
    fn groups<'r>(&self, rule: &'r Rule<'a>) -> Vec<Group<'r, 'a>> {
        let mut groups: BTreeMap<GroupKey<'r>, Group<'r, 'a>> = BTreeMap::new();
        for holding in &rule.holdings {
            let is_written = holding.status == Status::AsWritten;
            let origin = holding.origin.filter(|_| !is_written).map(Origin::place);
            let because = holding.because.as_ref().filter(|_| !is_written);
            let because = because.and_then(|because| Some(because.grounds().by?.1));
            let new = || Group { first: holding, personas: Vec::new() };
            let key = (holding.status, holding.wording, origin, because, holding.left_out.as_slice());
            let group = groups.entry(key).or_insert_with(new);
            group.personas.push(self.personas[holding.persona].0);
        }
        groups.into_values().collect()
    }

    fn group(&self, baseline: &Wording<'a>, rule: &Rule<'a>, group: &Group<'_, 'a>) -> Vec<Block> {
        let holding = group.first;
        let (_, role) = MARKS[holding.status as usize];
        let is_written = holding.status == Status::AsWritten;
        let role = if is_written { Role::Faint } else { role };
        let mut line = Phrase::of(role, format!("{:<WORD$} ", holding.status.name()));
        let wording = holding.wording.and_then(|at| rule.wordings.get(at)).filter(|_| !is_written);
        if let Some(wording) = wording.filter(|wording| wording.force != baseline.force) {
            line = line.then(role, format!("{} \u{2192} {}  ", baseline.force.name(), wording.force.name()));
        }
        line = line.and(self.names(&group.personas));
        if let Some(left_out) = left_out(holding) {
            line = line.then(role, format!("  {left_out}"));
        }
        if let Some(origin) = holding.origin.filter(|_| !is_written) {
            line = line.then(Role::Faint, format!("  {}", self.location(origin)));
        }
        let mut blocks = vec![Block::Line(1, line)];
        if let Some(wording) = wording.filter(|wording| wording.words != baseline.words) {
            blocks.extend(texts(&baseline.words.whole_text(), &wording.words.whole_text(), 3));
        }
        if let Some(because) = holding.because.as_ref().filter(|_| !is_written) {
            blocks.push(Block::faint(3, explain(self.library, because, group.personas[0])));
        }
        blocks
    }

    fn names(&self, personas: &[&str]) -> String {
        let all = self.shown.len();
        if personas.len() == all && all > 1 {
            return format!("in all {all} personas");
        }
        // If only one rule is shown, all of its personas are named.
        let most = if self.rules.len() == 1 { personas.len() } else { MAX_NAMES };
        names(personas, most)
    }

    /// The source of a rule as `path:line`.
    fn location(&self, origin: Origin<'_>) -> String {
        self.library.sources.place(origin.place())
    }
}

/// The outputs of a persona that `only` or `not` leaves a rule out of; nothing if each has it.
pub(super) fn left_out(holding: &Holding<'_>) -> Option<String> {
    let outputs = &holding.left_out;
    (!outputs.is_empty()).then(|| format!("not in {}", series(outputs, outputs.len())))
}

/// Why a rule has its status in a persona, in one line.
pub(super) fn explain(library: &Library, because: &Because<'_>, persona: &str) -> String {
    let Grounds { by, reason, .. } = because.grounds();
    let place = by.map_or(String::new(), |(_, span)| library.sources.place(span));
    let reason = reason.unwrap_or("no reason given");
    match because {
        Because::Removal(..) => format!("{place} removes it: {reason}"),
        Because::Drop(_, drop) => format!("{place} drops `{}`: {reason}", drop.fragment.value),
        Because::Resolution(_) => format!("{place} decides: {reason}"),
        Because::Combine => format!("the profile's {} decides", grammar::Profile::Combine.shown()),
        Because::Subject(subject, Some(winner)) => {
            let address = &winner.address;
            let combine = grammar::Profile::Combine.shown();
            format!("`{address}` at {place} has the subject `{subject}`, and {combine} prefers it")
        }
        Because::Subject(subject, None) => {
            format!("{} decides about the subject `{subject}`", grammar::Profile::Combine.shown())
        }
        Because::Open(at, kind) => {
            format!("{}: cento explain {persona} {at}", super::explain::describe(*kind))
        }
    }
}
