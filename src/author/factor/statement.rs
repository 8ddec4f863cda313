//! Statements: entries with equal text and settings in any number of sources.

use indexmap::IndexMap;

use super::fleet::Fleet;
use crate::model::{
    AddressBuf, Anchor, Band, Block, Claim, Level, Part, ProfileId, Source, TargetSet, Text, fold,
};
use crate::text::tags;

/// The meaning of braces in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Braces {
    /// There are none.
    None,
    /// Literal braces.
    Plain,
    /// Placeholders of a template.
    Template,
}

/// The content of an entry without its id. Entries with equal keys render equally.
///
/// White space counts, since personas keep their bytes; entries that differ only in white space are reported
/// as near-duplicates. Line breaks at the ends of a text are not rendered and do not count.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key<'a> {
    section: &'a str,
    group: Option<&'a str>,
    part: Part,
    text: &'a str,
    label: Option<&'a str>,
    why: Option<&'a str>,
    about: Option<&'a str>,
    under: Option<&'a str>,
    level: Level,
    targets: &'a TargetSet,
    braces: Braces,
    band: Option<Band>,
    before: Vec<(&'a str, bool, Option<bool>)>,
    after: Vec<(&'a str, bool, Option<bool>)>,
}

/// An entry in one source.
#[derive(Debug, Clone, Copy)]
pub(super) struct Occurrence<'a> {
    pub(super) source: Source,
    pub(super) claim: &'a Claim,
}

/// Entries of different sources with equal content in the same list.
#[derive(Debug, Clone)]
pub(super) struct Statement<'a> {
    /// The entries, sorted by the name of their source.
    pub(super) occurrences: Vec<Occurrence<'a>>,
    /// Near-equal entries that become overrides in the profiles that use their sources.
    pub(super) variants: Vec<Occurrence<'a>>,
    /// Whether the text is a template.
    pub(super) is_template: bool,
}

impl<'a> Statement<'a> {
    /// Returns its entries, with the near-equal ones.
    pub(super) fn entries(&self) -> impl Iterator<Item = &Occurrence<'a>> {
        self.occurrences.iter().chain(&self.variants)
    }

    /// Returns the block that all occurrences share.
    pub(super) fn block(&self) -> Option<&'a Block> {
        self.occurrences[0].claim.block()
    }

    /// Returns the list that contains it, such as `rules` or `expertise.languages`.
    pub(super) fn list(&self) -> &'a str {
        self.occurrences[0].claim.address.parent()
    }

    pub(super) fn section(&self) -> &'a str {
        self.occurrences[0].claim.address.section()
    }

    /// Returns whether its text begins or ends an element whose other end is elsewhere.
    pub(super) fn is_torn(&self) -> bool {
        self.block().is_some_and(|block| tags::is_torn(&block.text.value))
    }

    /// Returns whether it is the title or lead of a group.
    pub(super) fn is_heading(&self) -> bool {
        self.block().is_some_and(|block| block.part.is_heading())
    }
}

fn anchors(anchors: &[Anchor]) -> Vec<(&str, bool, Option<bool>)> {
    anchors.iter().map(|anchor| (anchor.id.as_str(), anchor.optional, anchor.directly)).collect()
}

fn key<'a>(claim: &'a Claim, is_template: bool) -> Option<Key<'a>> {
    let block = claim.block()?;
    let text = |text: &'a Text| text.value.trim_matches('\n');
    let optional = |text: &'a Option<Text>| text.as_ref().map(|text| text.value.trim_matches('\n'));
    let has_braces = block.texts().into_iter().flatten().any(|text| text.value.contains('{'));
    Some(Key {
        section: claim.address.section(),
        group: claim.address.group(),
        part: block.part,
        text: text(&block.text),
        label: optional(&block.label),
        why: optional(&block.why),
        about: optional(&block.about),
        under: optional(&block.under),
        level: claim.level,
        targets: &claim.targets,
        braces: match (has_braces, is_template) {
            (false, _) => Braces::None,
            (true, false) => Braces::Plain,
            (true, true) => Braces::Template,
        },
        band: claim.placement.band.map(|(band, _)| band),
        before: anchors(&claim.placement.before),
        after: anchors(&claim.placement.after),
    })
}

/// Returns the statements of all sources that personas contain, in source order.
///
/// A persona may have the same words at two addresses. These are two statements; otherwise one of them would
/// be lost.
pub(super) fn statements<'a>(fleet: &Fleet<'_, 'a>) -> Vec<Statement<'a>> {
    let library = fleet.library;
    let fragments = library.fragments.ids().map(Source::Fragment);
    let profiles = library.profiles.ids().map(Source::Profile);
    let mut keys: IndexMap<Key<'a>, Vec<Occurrence<'a>>> = IndexMap::new();
    for source in fragments.chain(profiles) {
        if fleet.reached(source).is_empty() || fleet.is_untouchable(source) {
            continue;
        }
        let is_template = library.is_template(source);
        let claims = fleet.claims(source);
        let fields: Vec<&str> = claims.iter().filter_map(|claim| claim.address.parsed().field()).collect();
        for claim in claims {
            let Some(key) = key(claim, is_template) else { continue };
            // An entry that uses fields of its own source stays there: other personas may lack the fields.
            let fills_own = || fields.iter().any(|field| key.text.contains(field));
            if key.braces != Braces::Template || !fills_own() {
                keys.entry(key).or_default().push(Occurrence { source, claim });
            }
        }
    }
    let mut statements = Vec::with_capacity(keys.len());
    for (key, occurrences) in keys {
        let is_template = key.braces == Braces::Template;
        for mut occurrences in by_number(fleet, occurrences) {
            occurrences.sort_by_cached_key(|occurrence| library.source_name(occurrence.source));
            statements.push(Statement { occurrences, variants: Vec::new(), is_template });
        }
    }
    statements
}

/// Splits equal entries so that no persona has two of one part at different addresses.
fn by_number<'a>(fleet: &Fleet<'_, 'a>, occurrences: Vec<Occurrence<'a>>) -> Vec<Vec<Occurrence<'a>>> {
    let mut first: IndexMap<ProfileId, Vec<&AddressBuf>> = IndexMap::new();
    let mut is_simple = true;
    for entry in &occurrences {
        for persona in fleet.reached(entry.source) {
            let addresses = first.entry(*persona).or_default();
            if !addresses.contains(&&entry.claim.address) {
                is_simple &= addresses.is_empty();
                addresses.push(&entry.claim.address);
            }
        }
    }
    if is_simple {
        return vec![occurrences];
    }
    let mut parts: Vec<Vec<Occurrence<'a>>> = Vec::new();
    for entry in occurrences {
        let reached = fleet.reached(entry.source).iter();
        let number =
            |persona: &ProfileId| first[persona].iter().position(|other| **other == entry.claim.address);
        let mut number = reached.filter_map(number).max().unwrap_or(0);
        // A statement has at most one entry in each source.
        while parts.get(number).is_some_and(|part| part.iter().any(|other| other.source == entry.source)) {
            number += 1;
        }
        while parts.len() <= number {
            parts.push(Vec::new());
        }
        parts[number].push(entry);
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Returns a text with its label and reason, white space folded, as a reader compares it.
pub(super) fn folded(block: &Block) -> String {
    let part = |text: Option<&Text>| text.map(|text| fold(&text.value).into_owned());
    let parts = [part(block.label.as_ref()), part(Some(&block.text)), part(block.why.as_ref())];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" \u{2014} ")
}
