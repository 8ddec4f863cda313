//! `cento factor`: repeated content, and near-duplicates.

use std::collections::BTreeMap;

use camino::Utf8Path;
use serde::Serialize;

use super::comparison::{excerpt, texts};
use super::json::{Version, Versioned};
use super::page::{Block, Diff, Page, Phrase};
use super::terminal::Role;
use crate::analyse::diff::hunks;
use crate::author::factor::{Conflict, Difference, Proposal, Survey, Texts, Variant};
use crate::model::address;
use crate::model::wording::{and_more, count, names, one_or_many};

/// The maximum number of proposals shown; those that save most are shown. The JSON form has all.
const MAX_PROPOSALS: usize = 30;

/// The maximum number of entries shown of a proposal.
const MAX_ENTRIES: usize = 8;

/// The maximum number of names in a line.
const MAX_NAMES: usize = 6;

/// The maximum number of wordings shown of a conflict.
const MAX_VARIANTS: usize = 4;

/// The maximum number of conflicts shown. The JSON form has all.
const MAX_CONFLICTS: usize = 20;

/// The hint at the end of a list that is cut.
const ALL_IN_JSON: &str = ": `--format json` has all";

/// The results of factoring.
#[derive(Debug)]
pub(crate) struct Factoring<'s> {
    pub survey: &'s Survey,
    /// The files before the change.
    pub before: &'s Texts,
    /// The change of each file: `new`, `changed` or `removed`.
    pub files: BTreeMap<&'s Utf8Path, &'static str>,
    /// Whether the changes were written.
    pub applied: bool,
    /// Whether to show the changed lines.
    pub shows_files: bool,
}

impl Factoring<'_> {
    /// The proposals that are possible and selected.
    fn kept(&self) -> impl Iterator<Item = &Proposal> {
        self.survey.proposals.iter().filter(|proposal| proposal.obstacle.is_none() && proposal.is_wanted)
    }

    /// The results as a page.
    pub(crate) fn page(&self) -> Page {
        let mut page = Page::new("Shared content", "cento factor", vec![Block::Line(0, self.summary())]);
        for proposal in self.kept().take(MAX_PROPOSALS) {
            page.blocks.extend(self.proposal(proposal));
        }
        let left_out = Block::left_out(0, self.kept().count(), MAX_PROPOSALS, ALL_IN_JSON);
        page.blocks.extend(left_out.into_iter().flat_map(|line| [Block::Space, line]));
        let rejected: Vec<_> = self
            .survey
            .proposals
            .iter()
            .filter_map(|proposal| Some((proposal, proposal.obstacle.as_ref()?)))
            .collect();
        if !rejected.is_empty() {
            page.blocks.push(Block::Heading("not proposed".into()));
            for (proposal, obstacle) in rejected.iter().take(MAX_PROPOSALS) {
                let line = Phrase::of(Role::Path, &proposal.name).and(format!(
                    " ({}, {}): {obstacle}",
                    count(proposal.entries.len(), "entry"),
                    count(proposal.personas.len(), "persona")
                ));
                page.blocks.push(Block::Line(1, line));
            }
            page.blocks.extend(Block::left_out(1, rejected.len(), MAX_PROPOSALS, ALL_IN_JSON));
        }
        if self.shows_files {
            page.blocks.extend(self.changed_files());
        }
        if !self.applied {
            page.blocks.extend(self.conflicts());
        }
        page
    }

    fn summary(&self) -> Phrase {
        let kept: Vec<&Proposal> = self.kept().collect();
        if kept.is_empty() {
            let message = "no repeated entries that one fragment could hold";
            return Phrase::of(Role::Emphasis, "nothing to factor")
                .and(format!(": {message}{}", self.short()));
        }
        let entries: usize = kept.iter().map(|proposal| proposal.entries.len()).sum();
        let saved: usize = kept.iter().map(|proposal| proposal.saves.entries).sum();
        let size = |texts: &Texts| texts.values().map(String::len).sum::<usize>();
        let (before, after) = (size(self.before), size(&self.survey.texts));
        let less = if after <= before { "less" } else { "more" };
        let verb = if self.applied { "made" } else { "proposed" };
        let head = Phrase::of(Role::Emphasis, format!("{} {verb}", count(kept.len(), "shared fragment")));
        head.and(format!(
            ": {} instead of {} copies, {} {less} TOML; outputs stay byte-identical{}",
            count(entries, "entry"),
            entries + saved,
            count(before.abs_diff(after), "byte"),
            self.short()
        ))
    }

    fn short(&self) -> String {
        match self.survey.short {
            0 => String::new(),
            short => format!(
                "; {} too short or too scattered to be worth a fragment",
                count(short, "repeated entry")
            ),
        }
    }

    fn proposal(&self, proposal: &Proposal) -> Vec<Block> {
        let joins = if proposal.joins { ", an existing fragment" } else { "" };
        let heading = Phrase::of(Role::Path, &proposal.name).and(joins);
        let mut blocks = vec![Block::Space, Block::Line(0, heading)];
        let saves = format!(
            "saves {} and {}; an edit then touches 1 file instead of {}",
            count(proposal.saves.entries, "entry"),
            count(proposal.saves.bytes.unsigned_abs() as usize, "byte"),
            proposal.saves.files
        );
        let personas = format!(
            "{}: {}",
            count(proposal.personas.len(), "persona"),
            names(&proposal.personas, MAX_NAMES)
        );
        let apart = proposal.apart.as_ref().map(|apart| {
            let verb = one_or_many(apart.profiles.len(), "keeps its own", "keep their own");
            format!("{} {verb}: {}", names(&apart.profiles, MAX_NAMES), apart.reason)
        });
        for text in [personas, saves].into_iter().chain(apart) {
            blocks.push(Block::faint(1, text));
        }
        for entry in proposal.entries.iter().take(MAX_ENTRIES) {
            let noun = entry.force.map_or(entry.noun, |force| force.name());
            let line = Phrase::of(Role::Faint, format!("{noun:<6} ")).and(excerpt(&entry.text));
            blocks.push(Block::Line(2, line));
            let keeps = entry.overrides.iter().take(MAX_VARIANTS).map(|kept| {
                let line = Phrase::of(Role::Faint, format!("{}: ", kept.profile));
                Block::Line(3, line.and(excerpt(&kept.text)))
            });
            blocks.extend(keeps);
            blocks.extend(Block::left_out(3, entry.overrides.len(), MAX_VARIANTS, ""));
        }
        blocks.extend(Block::left_out(2, proposal.entries.len(), MAX_ENTRIES, ""));
        if !self.applied {
            let command = format!("cento factor {} --apply", proposal.name);
            blocks.push(Block::Line(1, Phrase::of(Role::Help, command)));
        }
        blocks
    }

    fn changed_files(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        for (path, what) in &self.files {
            let text =
                |texts: &Texts| texts.get(*path).map(|text| text.replace("\r\n", "\n")).unwrap_or_default();
            let what = if *what == "changed" { String::new() } else { format!(" ({what})") };
            blocks.push(Block::Heading(format!("{path}{what}").into()));
            blocks.push(Block::Diff(Diff::from(hunks(&text(self.before), &text(&self.survey.texts), 1))));
        }
        blocks
    }

    fn conflicts(&self) -> Vec<Block> {
        let conflicts = &self.survey.conflicts;
        if conflicts.is_empty() {
            return Vec::new();
        }
        let heading = format!("near-duplicates to settle by hand ({})", conflicts.len());
        let mut blocks = vec![Block::Heading(heading.into())];
        for conflict in conflicts.iter().take(MAX_CONFLICTS) {
            let first = &conflict.variants[0];
            let line = Phrase::of(Role::Warning, conflict.difference.name())
                .and(format!("  {}", locations(first)))
                .then(Role::Faint, format!("  {}", names(&conflict.personas, MAX_NAMES)));
            blocks.push(Block::Line(1, line));
            if conflict.difference == Difference::Section {
                blocks.extend(conflict.variants.iter().take(MAX_VARIANTS).map(in_section));
                continue;
            }
            for variant in conflict.variants.iter().skip(1).take(MAX_VARIANTS) {
                if first.force != variant.force {
                    let force = |variant: &Variant| variant.force.map_or("no rule", |force| force.name());
                    let forces = format!("{} \u{2192} {}", force(first), force(variant));
                    blocks.push(Block::Line(2, Phrase::of(Role::Warning, forces)));
                }
                blocks.extend(texts(&first.text, &variant.text, 2));
                blocks.push(Block::faint(3, locations(variant)));
            }
            blocks.extend(Block::left_out(2, conflict.variants.len(), 1 + MAX_VARIANTS, ""));
        }
        blocks.extend(Block::left_out(1, conflicts.len(), MAX_CONFLICTS, ALL_IN_JSON));
        blocks
    }

    /// The results as JSON; see `docs/json.md`.
    pub(crate) fn report(&self) -> Versioned<Report<'_>> {
        Version::FACTOR.of(Report {
            applied: self.applied,
            proposals: &self.survey.proposals,
            conflicts: &self.survey.conflicts,
            short: self.survey.short,
            files: self
                .files
                .iter()
                .map(|(path, change)| FileReport { path: path.as_str(), change })
                .collect(),
        })
    }
}

/// The section and text of a variant.
fn in_section(variant: &Variant) -> Block {
    let address = variant.places.first().map_or("", |place| place.address.as_str());
    let section = address::section(address);
    let line = format!("{section}: {}", excerpt(&variant.text));
    Block::Line(2, Phrase::from(line).then(Role::Faint, format!("  {}", locations(variant))))
}

/// The first place of a variant, and the number of others.
fn locations(variant: &Variant) -> String {
    let Some(first) = variant.places.first() else { return String::new() };
    format!("{}:{}{}", first.path, first.line, and_more(variant.places.len() - 1))
}

/// The JSON form.
#[derive(Debug, Serialize)]
pub(crate) struct Report<'s> {
    applied: bool,
    proposals: &'s [Proposal],
    conflicts: &'s [Conflict],
    short: usize,
    files: Vec<FileReport<'s>>,
}

#[derive(Debug, Serialize)]
struct FileReport<'s> {
    path: &'s str,
    change: &'static str,
}
