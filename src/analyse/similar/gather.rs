//! Gathering the entries of a workspace, or of Markdown files.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::documents::entries;
use super::polarity::{Polarity, of_heading};
use super::{Corpus, Occurrence, OccurrenceId, PathId, Side};
use crate::compose::Composer;
use crate::model::{Block, Claim, Library, Part, ProfileId, Source, fold};

/// The maximum length of a block of prose in bytes. Longer texts do not compare well.
const MAX_PROSE_LENGTH: usize = 1_200;

/// The entries of all fragments and profiles, with the personas that each reaches.
pub(crate) fn of_library(library: &Library) -> Corpus {
    let composer = Composer::new(library);
    let mut reached: BTreeMap<Source, Vec<ProfileId>> = BTreeMap::new();
    for (index, profile) in library.profiles.enumerate() {
        if !profile.is_abstract {
            for source in composer.sources(index) {
                reached.entry(source).or_default().push(index);
            }
        }
    }
    let mut corpus = Corpus { personas: library.profiles.keys().cloned().collect(), ..Corpus::default() };
    for source in library.every_source() {
        let claims = library.claims_of(source);
        let Some(first) = claims.first() else { continue };
        let file = corpus.files.push_and_get_key(library.sources.path(first.key).to_string());
        let personas = reached.get(&source).cloned().unwrap_or_default();
        let polarities = polarities(claims);
        let mut lists: BTreeMap<&str, u32> = BTreeMap::new();
        for claim in claims {
            let Some(block) = claim.block().filter(|block| counts(block)) else { continue };
            let parent = claim.address.parent();
            let next = lists.len() as u32;
            let list = *lists.entry(parent).or_insert(next);
            corpus.occurrences.push(Occurrence {
                text: text(block),
                force: claim.force(),
                heading: polarities.get(parent).copied(),
                is_listed: !block.part.is_prose(),
                file,
                line: library.sources.line_column(claim.key).line as u32,
                list,
                side: Some(Side { source: library.source_name(source), address: claim.address.to_string() }),
                personas: personas.clone(),
            });
        }
    }
    corpus
}

/// The polarity that the title or lead of a group gives its entries, by the address of the group.
fn polarities(claims: &[Claim]) -> BTreeMap<&str, Polarity> {
    let headings = claims.iter().filter_map(|claim| {
        let block = claim.block().filter(|block| matches!(block.part, Part::Title | Part::Lead))?;
        Some((claim.address.parent(), of_heading(&block.text.value)?))
    });
    headings.collect()
}

fn counts(block: &Block) -> bool {
    match block.part {
        Part::Title | Part::Lead => false,
        Part::Prose | Part::Closing => {
            let text = block.text.value.trim();
            text.len() <= MAX_PROSE_LENGTH
                && !text.contains("\n\n")
                && !text.starts_with(['#', '|', '`', '>', '<', '-'])
        }
        Part::Item | Part::Step | Part::Rule(_) => true,
    }
}

/// The label and the text. The reason is left out, since it may differ.
fn text(block: &Block) -> String {
    let text = fold(&block.text.value);
    match &block.label {
        Some(label) => format!("**{}**: {text}", fold(&label.value)),
        None => text.into_owned(),
    }
}

/// The entries of documents, given as pairs of path and text. A document counts as a persona.
pub(crate) fn of_documents(documents: &[(String, String)]) -> Corpus {
    let read: Vec<_> = documents.par_iter().map(|(_, text)| entries(text)).collect();
    let mut corpus =
        Corpus { files: documents.iter().map(|(path, _)| path.clone()).collect(), ..Corpus::default() };
    for (file, entries) in read.into_iter().enumerate() {
        corpus.occurrences.extend(entries.into_iter().map(|entry| Occurrence {
            text: entry.text,
            force: entry.force,
            heading: entry.heading,
            is_listed: entry.is_listed,
            file: PathId::from(file),
            line: entry.line,
            list: entry.list,
            side: None,
            personas: Vec::new(),
        }));
    }
    corpus
}

impl Corpus {
    /// The personas that these occurrences reach, by id; for documents, their files.
    pub(crate) fn reached(&self, ids: impl IntoIterator<Item = OccurrenceId>) -> Vec<&str> {
        let occurrences = ids.into_iter().map(|id| &self.occurrences[id]);
        if self.is_workspace() {
            let reached: BTreeSet<ProfileId> =
                occurrences.flat_map(|occurrence| occurrence.personas.iter().copied()).collect();
            reached.into_iter().map(|profile| self.personas[profile].as_str()).collect()
        } else {
            let reached: BTreeSet<PathId> = occurrences.map(|occurrence| occurrence.file).collect();
            reached.into_iter().map(|file| self.files[file].as_str()).collect()
        }
    }

    /// Returns whether the corpus comes from a workspace, and not from documents.
    pub(crate) fn is_workspace(&self) -> bool {
        self.occurrences.first().is_some_and(|occurrence| occurrence.side.is_some())
    }

    /// The location of an occurrence as `path:line`.
    pub(crate) fn location(&self, id: OccurrenceId) -> String {
        let occurrence = &self.occurrences[id];
        format!("{}:{}", self.files[occurrence.file], occurrence.line)
    }
}
