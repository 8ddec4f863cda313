//! `cento list profiles --cost`: what programs load of each output, always and on demand.

use serde::Serialize;

use super::json::{Version, Versioned};
use super::page::{Block, Page, Phrase, Table};
use crate::analyse::cost::{Cost, Size};
use crate::check::Checker;
use crate::text::tokens;

/// The costs of all outputs.
#[derive(Debug, Serialize)]
pub(crate) struct Costs<'a> {
    outputs: Vec<Output<'a>>,
    /// The sums for each target, by name.
    targets: Vec<Total>,
}

/// An output.
#[derive(Debug, Serialize)]
struct Output<'a> {
    profile: &'a str,
    target: &'static str,
    #[serde(flatten)]
    cost: Cost,
}

/// The outputs of a target together. A program loads those of one target.
#[derive(Debug, Serialize)]
struct Total {
    target: &'static str,
    personas: usize,
    #[serde(flatten)]
    cost: Cost,
}

impl<'a> Costs<'a> {
    /// Measures the outputs of the personas that compose.
    pub(crate) fn of(checker: &Checker<'a>) -> Self {
        let outputs = checker.composer().each(|composed| {
            let concrete = composed.ok().filter(|composition| !composition.profile.is_abstract);
            let outputs = concrete.iter().flat_map(|composition| {
                composition.persona.targets.iter().map(|settings| Output {
                    profile: &composition.profile.id,
                    target: settings.target.name,
                    cost: Cost::of(composition, settings),
                })
            });
            outputs.collect::<Vec<_>>()
        });
        let outputs: Vec<Output<'_>> = outputs.into_iter().flatten().collect();
        let totals = crate::model::TARGETS.iter().filter_map(|target| {
            let own: Vec<Cost> = outputs
                .iter()
                .filter(|output| output.target == target.name)
                .map(|output| output.cost)
                .collect();
            let mut cost = Cost::default();
            own.iter().for_each(|one| cost += *one);
            (!own.is_empty()).then_some(Total { target: target.name, personas: own.len(), cost })
        });
        Costs { targets: totals.collect(), outputs }
    }

    /// The JSON form.
    pub(crate) fn report(&self) -> Versioned<&Self> {
        Version::COST.of(self)
    }

    /// A table of the outputs, and one of the targets.
    pub(crate) fn page(&self) -> Page {
        let row = |first: String, second: String, cost: Cost| {
            let size = |size: Size| [size.bytes.to_string(), size.tokens.to_string()];
            [[first, second], size(cost.always), size(cost.on_demand)].concat()
        };
        let outputs = self
            .outputs
            .iter()
            .map(|output| row(output.profile.to_owned(), output.target.to_owned(), output.cost));
        let totals = self
            .targets
            .iter()
            .map(|total| row(total.target.to_owned(), total.personas.to_string(), total.cost));
        let headings = ["always: bytes", "tokens", "on demand: bytes", "tokens"];
        let table = |first: [&'static str; 2], rows: Vec<Vec<String>>| {
            Block::Table(Table::headed(&[first.as_slice(), &headings].concat(), rows.into_iter()))
        };
        Page::new(
            "What programs load",
            "cento list profiles --cost",
            vec![
                table(["profile", "target"], outputs.collect()),
                table(["target", "personas"], totals.collect()),
                Block::Line(0, Phrase::plain(tokens::METHOD)),
            ],
        )
    }
}
