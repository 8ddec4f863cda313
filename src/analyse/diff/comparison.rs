//! Differences between two personas, by address.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use serde::Serialize;

use crate::compose::{Block, Composition, Element, Origin, Persona, Words, marker};
use crate::model::grammar::Profile;
use crate::model::{Address, Force, Library, TargetSet, address, fold};

/// The minimum number of letters and digits by which a text is recognized at another address.
const LEAST_MOVED: usize = 8;

/// The noun of an address in conflict.
const CONFLICT: &str = "conflict";

/// The content of a persona at one address; see `docs/json.md` for its JSON form.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub(crate) struct Content {
    #[serde(skip)]
    pub address: String,
    /// Its kind: `rule`, `item`, `field`, `section`, ...
    pub noun: &'static str,
    #[serde(serialize_with = "Force::serialize", skip_serializing_if = "Option::is_none")]
    pub force: Option<Force>,
    /// The text with its label and reason, or the value.
    pub text: String,
    /// The text as a source has it, if a template fills in fields.
    #[serde(skip)]
    pub template: Option<String>,
    /// The targets whose outputs have it; no output, if the persona has none of them.
    #[serde(skip)]
    pub(super) targets: TargetSet,
    /// `None` for a default or a conflict.
    #[serde(flatten)]
    pub origin: Option<ContentOrigin>,
    /// The list that it belongs to; nothing for values outside the body.
    #[serde(skip)]
    pub list: Option<String>,
}

/// The origin of the content.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub(crate) struct ContentOrigin {
    /// The name of its source.
    pub source: String,
    /// Its location as `path:line`.
    pub place: String,
}

impl Content {
    fn is_conflict(&self) -> bool {
        self.noun == CONFLICT
    }

    /// The text before fields are filled in.
    pub(super) fn unfilled(&self) -> &str {
        self.template.as_ref().unwrap_or(&self.text)
    }

    /// The text without the targets that have it.
    pub(super) fn words(&self) -> &str {
        let targets = of_targets(&self.targets);
        self.text.strip_suffix(targets.as_str()).unwrap_or(&self.text)
    }

    fn comparable(&self) -> (&'static str, Option<Force>, std::borrow::Cow<'_, str>) {
        (self.noun, self.force, fold(&self.text))
    }
}

/// A change of position. Nothing else of the entry differs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub(crate) struct Move {
    /// The address where the same text was before. `None` if it moved within its list.
    pub from: Option<String>,
}

/// One address of two personas.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Row {
    /// The content in the first persona.
    pub before: Option<Content>,
    /// The content in the second persona.
    pub after: Option<Content>,
    /// How its position changed, if it did.
    pub moved: Option<Move>,
}

/// The kind of a difference between two personas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Difference {
    /// Only the first persona has it.
    OnlyBefore,
    /// Only the second persona has it.
    OnlyAfter,
    /// Only one of them has a conflict there.
    Conflict,
    /// The text or the value differs.
    Wording,
    /// The force differs, and possibly the text.
    Force,
    /// Only the position differs.
    Place,
    /// No difference.
    None,
}

impl Row {
    /// The address in the second persona, or in the first if the second has no such content.
    pub(crate) fn address(&self) -> &str {
        self.after.as_ref().or(self.before.as_ref()).map_or("", |content| &content.address)
    }

    /// The row before fields are filled in: equal for personas that differ only in the values of fields.
    pub(super) fn unfilled(&self) -> Row {
        let mut row = self.clone();
        for content in [&mut row.before, &mut row.after].into_iter().flatten() {
            if let Some(template) = content.template.take() {
                content.text = template;
            }
        }
        row
    }

    /// Returns whether the content is or was at this address.
    pub(super) fn is_at(&self, address: &str) -> bool {
        let wanted = match Address::parse(address) {
            Address::SectionKey { kind, key: address::HEADING } => Address::Section(kind),
            other => other,
        };
        let here = Address::parse(self.address());
        // The two lists of tools are decided together.
        let are_tools = here.is_tools() && wanted.is_tools();
        let was_there = |moved: &Move| moved.from.as_deref() == Some(address);
        here == wanted || are_tools || self.moved.as_ref().is_some_and(was_there)
    }

    /// The most significant difference.
    pub(crate) fn difference(&self) -> Difference {
        match (&self.before, &self.after) {
            (None, None) => Difference::None,
            (Some(_), None) => Difference::OnlyBefore,
            (None, Some(_)) => Difference::OnlyAfter,
            (Some(before), Some(after)) if before.is_conflict() != after.is_conflict() => {
                Difference::Conflict
            }
            (Some(before), Some(after)) if before.force != after.force => Difference::Force,
            (Some(before), Some(after)) if before.comparable() != after.comparable() => Difference::Wording,
            _ if self.moved.is_some() => Difference::Place,
            _ => Difference::None,
        }
    }
}

/// Compares two personas, which may be of two libraries. The rows are in the order of the second persona,
/// followed by those of the first persona alone.
pub(crate) fn compare(
    (library, before): (&Library, &Composition<'_>),
    (other_library, after): (&Library, &Composition<'_>),
) -> Vec<Row> {
    let before = contents(library, before);
    let after = contents(other_library, after);
    let moved = moved(&before, &after);
    let mut at: IndexMap<&str, Vec<&Content>> = IndexMap::new();
    for content in &before {
        at.entry(&content.address).or_default().push(content);
    }
    let mut rows: Vec<Row> = after
        .iter()
        .map(|content| {
            let candidates = at.entry(&content.address).or_default();
            // If both sides of a conflict were kept, an address has several entries: pair those with equal
            // text.
            let same =
                candidates.iter().position(|other| other.comparable() == content.comparable()).or(Some(0));
            let before =
                same.filter(|index| *index < candidates.len()).map(|index| candidates.remove(index).clone());
            let is_equal =
                before.as_ref().is_some_and(|before: &Content| before.comparable() == content.comparable());
            let is_moved = is_equal && moved.contains(content.address.as_str());
            Row { before, after: Some(content.clone()), moved: is_moved.then_some(Move { from: None }) }
        })
        .collect();
    let mut unmatched: Vec<&Content> = at.into_values().flatten().collect();
    let mut by_content: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (index, content) in unmatched.iter().enumerate().filter(|(_, content)| is_recognizable(content)).rev()
    {
        by_content.entry(content.comparable()).or_default().push(index);
    }
    let mut found = BTreeSet::new();
    for row in rows.iter_mut().filter(|row| row.before.is_none()) {
        let Some(after) = &row.after else { continue };
        let Some(index) = by_content.get_mut(&after.comparable()).and_then(Vec::pop) else { continue };
        found.insert(index);
        row.moved = Some(Move { from: Some(unmatched[index].address.clone()) });
        row.before = Some(unmatched[index].clone());
    }
    let mut index = 0..;
    unmatched.retain(|_| index.next().is_some_and(|index| !found.contains(&index)));
    rows.extend(unmatched.into_iter().map(|content| Row {
        before: Some(content.clone()),
        after: None,
        moved: None,
    }));
    rows
}

fn is_recognizable(content: &Content) -> bool {
    content.list.is_some()
        && content.text.chars().filter(|character| character.is_alphanumeric()).count() >= LEAST_MOVED
}

/// The addresses that both personas have at different positions of the same list.
fn moved<'s>(before: &'s [Content], after: &'s [Content]) -> BTreeSet<&'s str> {
    let lists = |all: &'s [Content]| {
        let mut lists: IndexMap<&'s str, Vec<&'s str>> = IndexMap::new();
        for content in all {
            if let Some(list) = &content.list {
                lists.entry(list).or_default().push(&content.address);
            }
        }
        lists
    };
    let (before, after) = (lists(before), lists(after));
    let mut moved = BTreeSet::new();
    for (list, addresses) in &after {
        let Some(others) = before.get(list) else { continue };
        let places: BTreeMap<&str, usize> = others.iter().copied().zip(0..).collect();
        let both: Vec<(usize, &str)> =
            addresses.iter().filter_map(|address| Some((*places.get(address)?, *address))).collect();
        let kept = longest_ascent(&both.iter().map(|(place, _)| *place).collect::<Vec<usize>>());
        moved.extend(both.iter().zip(0..).filter(|(_, index)| !kept.contains(index)).map(|((_, at), _)| *at));
    }
    moved
}

/// The indices of a longest sequence of numbers that do not descend. Of several, it is the one that `longestAscent` in
/// `view/report/app/compare.js` finds too.
fn longest_ascent(numbers: &[usize]) -> BTreeSet<usize> {
    // For each length, the last index of the sequence with the least last number.
    let mut ends: Vec<usize> = Vec::new();
    let mut previous: Vec<Option<usize>> = Vec::with_capacity(numbers.len());
    for (index, number) in numbers.iter().enumerate() {
        let length = ends.partition_point(|end| numbers[*end] <= *number);
        previous.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        match ends.get_mut(length) {
            Some(end) => *end = index,
            None => ends.push(index),
        }
    }
    std::iter::successors(ends.last().copied(), |index| previous[*index]).collect()
}

/// The targets of an entry, as the end of its text; nothing for all of them.
fn of_targets(targets: &TargetSet) -> String {
    targets.describe().map_or(String::new(), |targets| format!(" ({targets})"))
}

/// Returns all content of a persona in display order.
pub(crate) fn contents(library: &Library, composition: &Composition<'_>) -> Vec<Content> {
    let mut reader = Reader { library, contents: Vec::new() };
    reader.persona(&composition.persona);
    reader.contents
}

struct Reader<'l> {
    library: &'l Library,
    contents: Vec<Content>,
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
        persona.visit(|list, element| match element {
            Element::Section(section) => {
                let address = Address::Section(section.kind).to_string();
                let heading = section.heading.text.to_string();
                self.add(Some(Profile::Sections.name()), address, "section", heading, section.heading.origin);
            }
            Element::Group(group) => {
                self.add(Some(list), address::below(list, group.id), "group", String::new(), None);
            }
            Element::Block(block) => self.block(list, block, persona.reach(&block.targets)),
            Element::Conflict(address) => {
                self.add(Some(list), address.to_string(), CONFLICT, marker(address.as_str()), None);
            }
        });
    }

    fn block(&mut self, list: &str, block: &Block<'_>, targets: TargetSet) {
        let text = |part: for<'w> fn(&'w Words<'_>) -> &'w str| {
            let label = block.label.as_ref().map_or(String::new(), |label| format!("{}: ", part(label)));
            let why = block.why.as_ref().map_or(String::new(), |why| format!(" \u{2014} {}", part(why)));
            format!("{label}{}{why}{}", part(&block.text), of_targets(&targets))
        };
        let mut parts = [&block.label, &block.why].into_iter().flatten().chain([&block.text]);
        let is_filled = parts.any(|part| !part.filled.is_empty());
        let address = block.address.to_string();
        let content =
            self.content(Some(list), address, block.part.noun(), text(|part| &part.text), Some(block.origin));
        let template =
            is_filled.then(|| text(|part| part.written.map_or(&part.text, |written| &written.value)));
        let force = block.part.force();
        self.contents.push(Content { force, template, targets, ..content });
    }

    fn value(&mut self, address: Address<'_>, noun: &'static str, text: String, origin: Option<Origin<'_>>) {
        self.add(None, address.to_string(), noun, text, origin);
    }

    fn add(
        &mut self,
        list: Option<&str>,
        address: String,
        noun: &'static str,
        text: String,
        origin: Option<Origin<'_>>,
    ) {
        self.contents.push(self.content(list, address, noun, text, origin));
    }

    fn content(
        &self,
        list: Option<&str>,
        address: String,
        noun: &'static str,
        text: String,
        origin: Option<Origin<'_>>,
    ) -> Content {
        let origin = origin.map(|origin| ContentOrigin {
            source: self.library.source_name(origin.source()),
            place: self.library.sources.place(origin.place()),
        });
        let list = list.map(str::to_owned);
        Content {
            address,
            noun,
            force: None,
            text,
            template: None,
            targets: TargetSet::default(),
            origin,
            list,
        }
    }
}
