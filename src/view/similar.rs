//! `cento similar`: near-duplicates and contradictions.

use serde::Serialize;

use super::comparison::{excerpt, texts};
use super::json::{Version, Versioned};
use super::page::{Block, Page, Phrase};
use super::terminal::Role;
use crate::analyse::similar::{Accepted, Cluster, Corpus, Difference, Kind, OccurrenceId, Side, Variant};
use crate::model::Force;
use crate::model::wording::{count, names};

/// The maximum number of clusters shown without `--all`. The JSON form has all.
const MAX_CLUSTERS: usize = 20;

/// The maximum number of wordings shown of a cluster.
const MAX_VARIANTS: usize = 6;

/// The maximum number of places shown of a wording.
const MAX_PLACES: usize = 3;

/// The maximum number of names in a line.
const MAX_NAMES: usize = 6;

/// The clusters that were found.
#[derive(Debug)]
pub(crate) struct Similar<'s> {
    /// The entries that were compared.
    pub corpus: &'s Corpus,
    /// The clusters, the most serious first.
    pub clusters: &'s [Cluster],
    pub threshold: f64,
    /// The number of accepted clusters, which are not shown.
    pub quiet: usize,
    /// Whether all clusters are shown.
    pub shows_all: bool,
    /// The arguments of `cento similar` that print this.
    pub words: String,
}

fn role(kind: Kind) -> Role {
    match kind {
        Kind::Contradiction => Role::Error,
        Kind::Drift => Role::Warning,
        Kind::Duplicate => Role::Note,
    }
}

impl Similar<'_> {
    /// The clusters as a page.
    pub(crate) fn page(&self) -> Page {
        let mut page = Page::new(
            "Near-duplicates and contradictions",
            format!("cento similar{}", self.words),
            vec![Block::Line(0, self.summary())],
        );
        let most = if self.shows_all { self.clusters.len() } else { MAX_CLUSTERS };
        for cluster in self.clusters.iter().take(most) {
            page.blocks.push(Block::Space);
            page.blocks.extend(self.cluster(cluster));
        }
        let left_out = Block::left_out(0, self.clusters.len(), most, ": `--all` shows them");
        page.blocks.extend(left_out.into_iter().flat_map(|line| [Block::Space, line]));
        if self.corpus.is_workspace() && !self.clusters.is_empty() {
            page.blocks.push(Block::Space);
            let help = "to accept an intended difference until a side changes: ";
            let command = "cento similar --accept SIDE SIDE --reason \"...\"";
            page.blocks.push(Block::Line(0, Phrase::of(Role::Faint, help).then(Role::Help, command)));
        }
        page
    }

    fn summary(&self) -> Phrase {
        let of = |kind: Kind| self.clusters.iter().filter(|cluster| cluster.kind == kind).count();
        let found = if self.clusters.is_empty() {
            "no near-duplicates".to_owned()
        } else {
            let kinds = [Kind::Contradiction, Kind::Drift, Kind::Duplicate];
            let parts = kinds.into_iter().filter(|kind| of(*kind) > 0).map(|kind| match kind {
                Kind::Drift => format!("{} drifted", of(kind)),
                kind => count(of(kind), kind.name()),
            });
            parts.collect::<Vec<_>>().join(", ")
        };
        let scope = format!(
            ": {} in {}",
            count(self.corpus.occurrences.len(), "entry"),
            count(self.corpus.files.len(), "file")
        );
        let quiet = match self.quiet {
            0 => String::new(),
            quiet => format!("; {quiet} accepted in cento.toml"),
        };
        Phrase::of(Role::Emphasis, found).and(format!("{scope}{quiet}"))
    }

    fn cluster(&self, cluster: &Cluster) -> Vec<Block> {
        let first = &cluster.variants[0];
        let mut head = Phrase::of(role(cluster.kind), cluster.kind.name());
        if cluster.is_intended {
            head = head.then(Role::Faint, ", probably intended");
        }
        let mut blocks = vec![
            Block::Line(0, head.then(Role::Faint, format!("  {}", self.reach(cluster)))),
            Block::Line(1, self.force(first).and(excerpt(&first.text))),
        ];
        blocks.extend(self.places(first));
        for variant in cluster.variants.iter().skip(1).take(MAX_VARIANTS) {
            let difference =
                variant.difference.map_or("polarity of the heading", |difference| difference.name());
            let alike = format!("  {} % of the words", variant.similarity);
            let is_short = variant.similarity == 0;
            let line = Phrase::of(Role::Emphasis, difference)
                .then(Role::Faint, if is_short { String::new() } else { alike });
            blocks.push(Block::Line(1, line));
            let (against, other) = match &variant.opposes {
                Some((text, place)) => (text, Some(*place)),
                None => (&first.text, None),
            };
            if self.corpus.is_workspace() && other.is_none() && first.force != variant.force {
                let force = |variant: &Variant| variant.force.map_or("no force", |force| force.name());
                let forces = format!("{} \u{2192} {}", force(first), force(variant));
                blocks.push(Block::Line(2, Phrase::of(Role::Warning, forces)));
            }
            if *against != variant.text {
                blocks.extend(texts(against, &variant.text, 2));
            }
            blocks.extend(self.places(variant));
            if let Some(place) = other {
                let line = format!("and for the other: {}", self.corpus.location(place));
                blocks.push(Block::faint(3, line));
            }
        }
        let hint = " more wordings: `--format json` lists all";
        blocks.extend(Block::left_out(1, cluster.variants.len(), 1 + MAX_VARIANTS, hint));
        for accepted in &cluster.accepted {
            let [one, other] = &accepted.sides;
            let reason = accepted.reason.as_ref().map_or(String::new(), |reason| format!(": {reason}"));
            let line = format!("accepted: {one} and {other}{reason}");
            blocks.push(Block::faint(1, line));
        }
        blocks
    }

    /// The force of a rule, before its text. In a document, the text includes it.
    fn force(&self, variant: &Variant) -> Phrase {
        let force = variant.force.filter(|_| self.corpus.is_workspace());
        Phrase::of(Role::Faint, force.map_or(String::new(), |force| format!("{} ", force.name())))
    }

    /// The places and personas of a cluster.
    fn reach(&self, cluster: &Cluster) -> String {
        let places = cluster.variants.iter().flat_map(|variant| variant.occurrences.iter().copied());
        let reached = self.corpus.reached(places.clone());
        let places = count(places.count(), "place");
        if !self.corpus.is_workspace() {
            return format!("{places} in {}", count(reached.len(), "file"));
        }
        match reached.len() {
            0 => format!("{places}, in no persona"),
            number => format!("{places}, {}: {}", count(number, "persona"), names(reached, MAX_NAMES)),
        }
    }

    /// The places of a wording.
    fn places(&self, variant: &Variant) -> Vec<Block> {
        let shown = variant.occurrences.iter().take(MAX_PLACES).map(|place| {
            let mut line = Phrase::of(Role::Path, self.corpus.location(*place));
            if let Some(side) = &self.corpus.occurrences[*place].side {
                line = line.then(Role::Faint, format!("  {side}"));
            }
            Block::Line(3, line)
        });
        let mut blocks: Vec<Block> = shown.collect();
        blocks.extend(Block::left_out(3, variant.occurrences.len(), MAX_PLACES, ""));
        blocks
    }

    /// The clusters as JSON; see `docs/json.md`.
    pub(crate) fn report(&self) -> Versioned<Report<'_>> {
        Version::SIMILAR.of(Report {
            threshold: self.threshold,
            files: self.corpus.files.len(),
            entries: self.corpus.occurrences.len(),
            accepted: self.quiet,
            clusters: self.clusters.iter().map(|cluster| self.cluster_report(cluster)).collect(),
        })
    }

    fn cluster_report<'r>(&'r self, cluster: &'r Cluster) -> ClusterReport<'r> {
        let reached = |variant: &'r Variant| match self.corpus.is_workspace() {
            true => self.corpus.reached(variant.occurrences.iter().copied()),
            false => Vec::new(),
        };
        let variant = |variant: &'r Variant| VariantReport {
            text: &variant.text,
            force: variant.force,
            against: variant.is_against,
            difference: variant.difference,
            opposes: variant.opposes.as_ref().map(|(text, _)| text.as_str()),
            alike: variant.similarity,
            personas: reached(variant),
            places: variant.occurrences.iter().map(|place| self.place_report(*place)).collect(),
        };
        ClusterReport {
            kind: cluster.kind,
            meant: cluster.is_intended,
            variants: cluster.variants.iter().map(variant).collect(),
            accepted: &cluster.accepted,
        }
    }

    fn place_report(&self, place: OccurrenceId) -> PlaceReport<'_> {
        let occurrence = &self.corpus.occurrences[place];
        PlaceReport {
            path: &self.corpus.files[occurrence.file],
            line: occurrence.line,
            side: occurrence.side.as_ref(),
        }
    }
}

/// The JSON form.
#[derive(Debug, Serialize)]
pub(crate) struct Report<'s> {
    threshold: f64,
    files: usize,
    entries: usize,
    accepted: usize,
    clusters: Vec<ClusterReport<'s>>,
}

#[derive(Debug, Serialize)]
struct ClusterReport<'s> {
    kind: Kind,
    meant: bool,
    variants: Vec<VariantReport<'s>>,
    #[serde(skip_serializing_if = "<[Accepted]>::is_empty")]
    accepted: &'s [Accepted],
}

#[derive(Debug, Serialize)]
struct VariantReport<'s> {
    text: &'s str,
    #[serde(serialize_with = "Force::serialize", skip_serializing_if = "Option::is_none")]
    force: Option<Force>,
    against: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    difference: Option<Difference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    opposes: Option<&'s str>,
    alike: u32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    personas: Vec<&'s str>,
    places: Vec<PlaceReport<'s>>,
}

#[derive(Debug, Serialize)]
struct PlaceReport<'s> {
    path: &'s str,
    line: u32,
    #[serde(flatten)]
    side: Option<&'s Side>,
}
