//! Differences between two personas, address by address.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::compose::{Block, Composition, Entry, Origin, Persona, marker};
use crate::model::{Address, Force, Library, Part as Noun, Source, address, fold};

/// The shortest text that is known again at another address, in letters and digits.
const LEAST_MOVED: usize = 8;

/// What stands where claims are in conflict.
const CONFLICT: &str = "conflict";

/// The content of a persona at one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    /// The address.
    pub address: String,
    /// What it is: `rule`, `item`, `field`, `section`, ...
    pub noun: &'static str,
    /// The force, for a rule.
    pub force: Option<Force>,
    /// The text with its label and reason, or the value.
    pub text: String,
    /// Who says it, and where it is written: a source's name and `path:line`. Nothing for a default, and
    /// for what is in conflict.
    pub origin: Option<(String, String)>,
    /// The list that it stands in; nothing for what has no place of its own in the text.
    list: Option<String>,
}

impl Said {
    fn is_conflict(&self) -> bool {
        self.noun == CONFLICT
    }

    fn says(&self) -> (&'static str, Option<Force>, std::borrow::Cow<'_, str>) {
        (self.noun, self.force, fold(&self.text))
    }
}

/// How a place in the second persona stands to the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Move {
    /// It has the same neighbours.
    None,
    /// It is at another place of its list.
    Within,
    /// The same words stood at this other address.
    From(String),
}

/// One address of two personas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    /// The content in the first persona.
    pub before: Option<Said>,
    /// The content in the second persona.
    pub after: Option<Said>,
    /// Whether it stands elsewhere.
    pub moved: Move,
}

/// What two sides say differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Difference {
    /// It is only in the first persona.
    OnlyBefore,
    /// It is only in the second persona.
    OnlyAfter,
    /// One of them has a conflict there.
    Conflict,
    /// The words or the value differ.
    Wording,
    /// The force differs, and perhaps the words too.
    Force,
    /// It stands elsewhere, and says the same.
    Place,
    /// Nothing.
    None,
}

impl Row {
    /// The address in the second persona; in the first, for what only that one says.
    pub(crate) fn address(&self) -> &str {
        self.after.as_ref().or(self.before.as_ref()).map_or("", |said| &said.address)
    }

    /// Whether it stands, or stood, at this address.
    pub(super) fn is_at(&self, address: &str) -> bool {
        let asked = match Address::parse(address) {
            Address::SectionKey { kind, key: address::HEADING } => Address::Section(kind),
            other => other,
        };
        let own = Address::parse(self.address());
        // The two lists of tools are settled together.
        let are_tools = own.is_tools() && asked.is_tools();
        own == asked || are_tools || matches!(&self.moved, Move::From(from) if from == address)
    }

    /// What differs, the weightiest first.
    pub(crate) fn difference(&self) -> Difference {
        match (&self.before, &self.after) {
            (None, None) => Difference::None,
            (Some(_), None) => Difference::OnlyBefore,
            (None, Some(_)) => Difference::OnlyAfter,
            (Some(before), Some(after)) if before.is_conflict() != after.is_conflict() => {
                Difference::Conflict
            }
            (Some(before), Some(after)) if before.force != after.force => Difference::Force,
            (Some(before), Some(after)) if before.says() != after.says() => Difference::Wording,
            _ if self.moved != Move::None => Difference::Place,
            _ => Difference::None,
        }
    }
}

/// Compares two personas, which may be of two libraries. The rows are in the order of the second
/// persona; what only the first one says comes after.
pub(crate) fn compare(
    (library, before): (&Library, &Composition<'_>),
    (other_library, after): (&Library, &Composition<'_>),
) -> Vec<Row> {
    let before = said(library, before);
    let after = said(other_library, after);
    let moved = moved(&before, &after);
    let mut at: IndexMap<&str, Vec<&Said>> = IndexMap::new();
    for said in &before {
        at.entry(&said.address).or_default().push(said);
    }
    let mut rows: Vec<Row> = after
        .iter()
        .map(|said| {
            let candidates = at.entry(&said.address).or_default();
            // Where both sides of a conflict were kept, the same words belong together.
            let same = candidates.iter().position(|other| other.says() == said.says()).or(Some(0));
            let before =
                same.filter(|index| *index < candidates.len()).map(|index| candidates.remove(index).clone());
            let is_moved = before.is_some() && moved.contains(said.address.as_str());
            Row { before, after: Some(said.clone()), moved: if is_moved { Move::Within } else { Move::None } }
        })
        .collect();
    let mut gone: Vec<&Said> = at.into_values().flatten().collect();
    let mut again: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (index, said) in gone.iter().enumerate().filter(|(_, said)| is_known_again(said)).rev() {
        again.entry(said.says()).or_default().push(index);
    }
    let mut found = BTreeSet::new();
    for row in rows.iter_mut().filter(|row| row.before.is_none()) {
        let Some(after) = &row.after else { continue };
        let Some(index) = again.get_mut(&after.says()).and_then(Vec::pop) else { continue };
        found.insert(index);
        row.moved = Move::From(gone[index].address.clone());
        row.before = Some(gone[index].clone());
    }
    let mut index = 0..;
    gone.retain(|_| index.next().is_some_and(|index| !found.contains(&index)));
    rows.extend(gone.into_iter().map(|said| Row {
        before: Some(said.clone()),
        after: None,
        moved: Move::None,
    }));
    rows
}

fn is_known_again(said: &Said) -> bool {
    said.list.is_some()
        && said.text.chars().filter(|character| character.is_alphanumeric()).count() >= LEAST_MOVED
}

/// The addresses that both personas have and that stand at another place of their list.
fn moved<'s>(before: &'s [Said], after: &'s [Said]) -> BTreeSet<&'s str> {
    let lists = |all: &'s [Said]| {
        let mut lists: IndexMap<&'s str, Vec<&'s str>> = IndexMap::new();
        for said in all {
            if let Some(list) = &said.list {
                lists.entry(list).or_default().push(&said.address);
            }
        }
        lists
    };
    let (before, after) = (lists(before), lists(after));
    let mut moved = BTreeSet::new();
    for (list, addresses) in &after {
        let Some(others) = before.get(list) else { continue };
        let known: BTreeSet<&str> = others.iter().copied().collect();
        let both: Vec<&str> = addresses.iter().copied().filter(|address| known.contains(address)).collect();
        let kept: BTreeSet<&str> = both.iter().copied().collect();
        let others: Vec<&str> = others.iter().copied().filter(|address| kept.contains(address)).collect();
        for op in capture_diff_slices(Algorithm::Myers, &others, &both) {
            if !matches!(op, DiffOp::Equal { .. }) {
                moved.extend(&both[op.new_range()]);
            }
        }
    }
    moved
}

/// Returns all content of a persona, in display order.
pub(super) fn said(library: &Library, composition: &Composition<'_>) -> Vec<Said> {
    let mut reader = Reader { library, said: Vec::new() };
    reader.persona(&composition.persona);
    reader.said
}

struct Reader<'l> {
    library: &'l Library,
    said: Vec<Said>,
}

impl Reader<'_> {
    fn persona(&mut self, persona: &Persona<'_>) {
        if let Some(title) = &persona.title {
            self.value(Address::Title, "title", title.text.to_string(), title.origin);
        }
        for field in &persona.fields {
            self.value(Address::Field(field.name), "field", field.value.to_string(), field.origin);
        }
        if !persona.tags.is_empty() {
            self.value(Address::Tags, "tags", persona.tags.join(", "), None);
        }
        if let Some(allow) = &persona.allow {
            self.value(Address::Allow, "tools", allow.join(", "), persona.allow_origin);
        }
        if !persona.deny.is_empty() {
            self.value(Address::Deny, "tools", persona.deny.join(", "), persona.deny_origin);
        }
        for settings in &persona.targets {
            let name = settings.target.name;
            let path = settings.path.as_ref();
            let origin = path.and_then(|path| path.origin);
            let path = path.map_or("", |path| &path.text);
            self.value(Address::Target(name), "target", path.to_owned(), origin);
            for (key, datum, origin) in &settings.values {
                self.value(Address::TargetKey { target: name, key }, "setting", datum.to_string(), *origin);
            }
        }
        for section in &persona.sections {
            let address = Address::Section(section.kind).to_string();
            let heading = section.heading.text.to_string();
            self.add(Some("sections"), address, "section", None, heading, section.heading.origin);
            self.entries(section.kind, &section.entries);
        }
    }

    fn entries(&mut self, list: &str, entries: &[Entry<'_>]) {
        for entry in entries {
            match entry {
                Entry::Block(block) => self.block(list, block),
                Entry::Conflict(address) => {
                    let text = marker(address.as_str());
                    self.add(Some(list), address.to_string(), CONFLICT, None, text, None);
                }
                Entry::Group(group) => {
                    let address = address::below(list, group.id);
                    self.add(Some(list), address.clone(), "group", None, String::new(), None);
                    for block in group.title.iter().chain(&group.lead) {
                        self.block(&address, block);
                    }
                    self.entries(&address, &group.entries);
                }
            }
        }
    }

    fn block(&mut self, list: &str, block: &Block<'_>) {
        let force = match block.part {
            Noun::Rule(force) => Some(force),
            _ => None,
        };
        let label = block.label.as_ref().map_or(String::new(), |label| format!("{}: ", label.text));
        let why = block.why.as_ref().map_or(String::new(), |why| format!(" \u{2014} {}", why.text));
        let text = format!("{label}{}{why}", block.text.text);
        self.add(Some(list), block.address.to_string(), block.part.noun(), force, text, Some(block.origin));
    }

    fn value(&mut self, address: Address<'_>, noun: &'static str, text: String, origin: Option<Origin<'_>>) {
        self.add(None, address.to_string(), noun, None, text, origin);
    }

    fn add(
        &mut self,
        list: Option<&str>,
        address: String,
        noun: &'static str,
        force: Option<Force>,
        text: String,
        origin: Option<Origin<'_>>,
    ) {
        let origin = origin.map(|origin| {
            let (source, span) = match origin {
                Origin::Claim(claim) => (claim.source, claim.span),
                Origin::Resolution(profile, resolution) => (Source::Profile(profile), resolution.at.span),
            };
            (self.library.source_name(source), self.library.sources.place(span))
        });
        self.said.push(Said { address, noun, force, text, origin, list: list.map(str::to_owned) });
    }
}
