//! The layout of an imported document: the fewest settings that reproduce it.
//!
//! The layout of each place is compared with the renderer's default. A setting that most places of the
//! document share is set for the document; one that most of a section share, for the section; the rest are
//! set at their own place.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::Document;
use super::tree::{Entry, Group, Heading, Node, Section, Tree};
use crate::compose::fewest_names;
use crate::model::{Force, LayoutKey, Part, Reach, Style, address, group_frame, layout_keys as keys};
use crate::render::{LayoutElement, Walk};
use crate::text::forces;

/// The value of a setting.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Value {
    Text(String),
    Number(usize),
    /// A gap, as text.
    Gap(String),
    Ids(Vec<String>),
    Truth(bool),
}

/// The settings by place; the empty place is the document.
pub(super) type Settings = IndexMap<String, IndexMap<&'static str, Value>>;

/// An observed setting of one element.
struct Seen {
    /// The places where a setting would apply to it, from the document down to the element.
    places: Vec<String>,
    /// The key for places above the element.
    key: &'static str,
    /// The key for the element itself.
    own: &'static str,
    value: Value,
    /// The renderer's default.
    usual: Value,
}

/// Returns the settings that reproduce the layout of a tree's document.
pub(super) fn arrange(tree: &Tree, styles: [&Style; 2], document: &Document) -> Settings {
    let mut observer = Observer {
        seen: Vec::new(),
        walk: Walk::new(document.body > 0),
        styles,
        ends_in_break: document.text.ends_with('\n'),
        is_empty: document.text.is_empty() && !document.has_mark,
    };
    observer.tree(tree);
    let mut settings = Settings::new();
    settings.insert(String::new(), IndexMap::new());
    let heads = tree.sections.iter().filter_map(|section| {
        let force = forces::lead(&section.heading.as_ref()?.words)?;
        Some((section.id.as_str(), force))
    });
    settle(&observer.seen, &heads.collect(), &mut settings);
    for section in &tree.sections {
        order(section, &mut settings);
    }
    settings.retain(|_, keys| !keys.is_empty());
    settings
}

struct Observer<'s> {
    seen: Vec<Seen>,
    walk: Walk,
    /// The styles of labelled rules: inline, and grouped under a line for each force.
    styles: [&'s Style; 2],
    /// Whether the document ends in a line break.
    ends_in_break: bool,
    /// Whether the document has no bytes at all.
    is_empty: bool,
}

impl Observer<'_> {
    fn tree(&mut self, tree: &Tree) {
        if let Some(title) = &tree.title {
            self.gap("", &title.gap, LayoutElement::Title);
            self.heading("", &keys::TITLE, title, keys::TITLE.frame());
        }
        for section in &tree.sections {
            self.section(section);
        }
        if self.walk.is_at_start() {
            // The document has no content, so all of it is the gap at the start.
            self.see("", &keys::START, Value::Gap(tree.end.clone()), Value::Gap(String::new()));
            let usual = keys::END.gap(false).get(usize::from(self.ends_in_break)..).unwrap_or_default();
            let usual = if self.is_empty { "" } else { usual };
            self.see("", &keys::END, Value::Gap(String::new()), Value::Gap(usual.to_owned()));
        } else {
            let usual = Value::Gap(keys::END.gap(false).to_owned());
            self.see("", &keys::END, Value::Gap(tree.end.clone()), usual);
        }
    }

    fn see(&mut self, place: &str, key: &'static LayoutKey, value: Value, usual: Value) {
        self.see_own(place, key, key.name, value, usual);
    }

    /// `own` is the key for the element itself.
    fn see_own(
        &mut self,
        place: &str,
        key: &'static LayoutKey,
        own: &'static str,
        value: Value,
        usual: Value,
    ) {
        let is_everywhere = key.reach == Reach::Document;
        let within = address::enclosing(place).filter(|at| !is_everywhere || *at == place || at.is_empty());
        let mut places: Vec<String> = within.map(str::to_owned).collect();
        places.reverse();
        self.seen.push(Seen { places, key: key.name, own, value, usual });
    }

    fn gap(&mut self, place: &str, gap: &str, element: LayoutElement) {
        let place = if self.walk.is_at_start() { "" } else { place };
        let (key, usual) = self.walk.go_to(element);
        let own = if place.is_empty() { key.name } else { keys::GAP.name };
        self.see_own(place, key, own, Value::Gap(gap.to_owned()), Value::Gap(usual.to_owned()));
    }

    fn heading(&mut self, place: &str, key: &'static LayoutKey, heading: &Heading, usual: (&str, &str)) {
        let pattern = |open: &str, close: &str| Value::Text(format!("{open}{}{close}", key.word()));
        let value = pattern(&heading.open, &heading.close);
        self.see(place, key, value, pattern(usual.0, usual.1));
    }

    fn section(&mut self, section: &Section) {
        self.walk.enter_section();
        if let Some(heading) = &section.heading {
            self.gap(&section.id, &heading.gap, LayoutElement::Heading);
            self.heading(&section.id, &keys::HEADING, heading, keys::HEADING.frame());
        }
        // Nodes are in source order. Only closing prose is moved (to the end), so the walk is unaffected.
        let mut previous = None;
        let mut steps = 0;
        for node in &section.nodes {
            match node {
                Node::Group(group) => self.group(section, group),
                Node::Entry(entry) if entry.depth > 0 => self.entry(&section.id, entry, section.grouped),
                Node::Entry(entry) => {
                    let force = entry.rule().filter(|_| section.grouped);
                    if previous != force {
                        self.walk.resume_steps(steps);
                    }
                    if force.is_some() && previous != force {
                        self.force_line(section, entry);
                        self.walk.begin_steps();
                    }
                    previous = force;
                    self.entry(&section.id, entry, section.grouped);
                    if force.is_none() {
                        steps = self.walk.next_number() - 1;
                    }
                }
            }
        }
    }

    /// Observes the line above the rules of a force. It is not an entry, so only settings of the whole
    /// section apply to it. Import groups rules under such lines only where their gaps are the defaults.
    fn force_line(&mut self, section: &Section, entry: &Entry) {
        let Some(force) = entry.rule() else { return };
        let (key, usual) = self.walk.go_to(LayoutElement::ForceLine);
        let places = vec![String::new(), section.id.clone()];
        let usual = Value::Gap(usual.to_owned());
        let value = Value::Gap(keys::BETWEEN_BLOCKS.gap(false).to_owned());
        let of_gap = if key.reach == Reach::Document { vec![String::new()] } else { places.clone() };
        self.seen.push(Seen { places: of_gap, key: key.name, own: key.name, value, usual });
        let label = Value::Text(entry.force.clone().unwrap_or_default());
        let usual = Value::Text(self.styles[1].label(force).to_owned());
        let key = force.name();
        self.seen.push(Seen { places, key, own: key, value: label, usual });
    }

    fn group(&mut self, section: &Section, group: &Group) {
        let place = address::below(&section.id, &group.id);
        self.walk.enter_group();
        if let Some(title) = &group.title {
            self.gap(&place, &title.gap, LayoutElement::group_title(&title.open));
            self.heading(&place, &keys::GROUP, title, group_frame(section.bold_groups, &title.words));
        }
        if let Some(lead) = &group.lead {
            self.gap(&address::below(&place, &lead.id), &lead.gap, LayoutElement::Lead);
        }
        let steps = self.walk.begin_steps();
        for entry in &group.entries {
            self.entry(&place, entry, false);
        }
        self.walk.leave_group(steps);
    }

    fn entry(&mut self, list: &str, entry: &Entry, is_grouped: bool) {
        let place = address::below(list, &entry.id);
        let text = |text: &str| Value::Text(text.to_owned());
        self.walk.enter_depth(entry.depth);
        let (element, key) = match entry.part {
            Part::Rule(_) if entry.is_mixed && entry.number.is_some() => (LayoutElement::Step, &keys::STEP),
            Part::Rule(_) if entry.number.is_some() => (LayoutElement::Step, &keys::BULLET),
            Part::Item | Part::Rule(_) => (LayoutElement::Bullet, &keys::BULLET),
            Part::Step => (LayoutElement::Step, &keys::STEP),
            Part::Prose | Part::Closing | Part::Lead | Part::Title => {
                return self.gap(&place, &entry.gap, LayoutElement::Block);
            }
        };
        self.gap(&place, &entry.gap, element);
        self.see(&place, key, text(&entry.bullet), text(key.text()));
        let mut width = entry.bullet.chars().count();
        if let Some(number) = entry.number {
            let digits = entry.bullet.chars().filter(char::is_ascii_digit).count();
            width = width - digits + number.to_string().len().max(digits);
            let counted = self.walk.next_number();
            self.walk.number(number);
            self.see(&place, &keys::NUMBER, Value::Number(number), Value::Number(counted));
        }
        if let Some(indent) = &entry.indent {
            self.see(&place, &keys::INDENT, text(indent), text(&" ".repeat(width)));
        }
        if let Some(label) = &entry.label {
            let pattern = format!("{}{}{}", label.open, keys::LABEL.word(), label.close);
            self.see(&place, &keys::LABEL, Value::Text(pattern), text(keys::LABEL.text()));
        }
        let Some(force) = entry.rule() else { return };
        let pattern =
            |key: &LayoutKey, open: &str, close: &str| text(&format!("{open}{}{close}", key.word()));
        let (open, close) = entry.sentence.as_ref().map_or(("", ""), |(open, close)| (open, close));
        self.see(&place, &keys::SENTENCE, pattern(&keys::SENTENCE, open, close), text(keys::SENTENCE.word()));
        if let Some(why) = &entry.why {
            self.see(&place, &keys::WHY, pattern(&keys::WHY, &why.open, &why.close), text(keys::WHY.text()));
        }
        if let Some(capital) = entry.capital {
            self.see(&place, &keys::CAPITALS, Value::Truth(capital), Value::Truth(keys::CAPITALS.truth()));
        }
        if let (false, Some(label)) = (is_grouped, &entry.force) {
            let own = forces::own_label(&entry.text, force).map(|end| &entry.text[..end]);
            let usual = text(own.unwrap_or_else(|| self.styles[0].label(force)));
            self.see(&place, keys::of_force(force), text(label), usual);
        }
    }
}

/// Finds the fewest settings, from the document down.
fn settle(seen: &[Seen], heads: &BTreeMap<&str, Force>, settings: &mut Settings) {
    let mut by_key: BTreeMap<&'static str, Vec<&Seen>> = BTreeMap::new();
    for one in seen {
        by_key.entry(one.key).or_default().push(one);
    }
    for list in by_key.into_values() {
        settle_below(&list, 0, None, heads, settings);
    }
}

impl Seen {
    /// Returns whether this is an empty force label. That is right only where the text above the list names
    /// the force; elsewhere a prohibition would read as a command.
    fn is_bare(&self) -> bool {
        Force::from_name(self.key).is_some() && self.value == Value::Text(String::new())
    }

    /// Returns whether an empty label can be set for a place: for a group, or for a section whose heading
    /// names the force.
    fn is_bare_below(&self, place: &str, heads: &BTreeMap<&str, Force>) -> bool {
        let list = self.places.iter().rev().nth(1);
        let is_head = || heads.get(place).is_some_and(|force| force.name() == self.key);
        list.is_some_and(|list| list == place) && (address::is_in_section(place) || is_head())
    }
}

/// Settles the observations below one place, where the value `inherited` applies.
fn settle_below(
    seen: &[&Seen],
    depth: usize,
    inherited: Option<&Value>,
    heads: &BTreeMap<&str, Force>,
    settings: &mut Settings,
) {
    let Some(first) = seen.first() else { return };
    let place = &first.places[depth.min(first.places.len() - 1)];
    let fits = |one: &Seen| !one.is_bare() || one.is_bare_below(place, heads);
    let is_right = |one: &Seen, value: Option<&Value>| {
        let value = value.unwrap_or(&one.usual);
        one.value == *value && (fits(one) || inherited == Some(value))
    };
    let wrong = |value: Option<&Value>| seen.iter().filter(|one| !is_right(one, value)).count();
    let mut counts: BTreeMap<&Value, usize> = BTreeMap::new();
    for one in seen.iter().filter(|one| fits(one)) {
        *counts.entry(&one.value).or_default() += 1;
    }
    // The most frequent value; on a tie the smallest, so that the result is deterministic.
    let common = counts
        .iter()
        .max_by_key(|(value, count)| (**count, std::cmp::Reverse(*value)))
        .map(|(value, _)| *value);
    let mut holds = inherited;
    let of_first = [&keys::BEFORE_LISTS, &keys::BELOW_HEADINGS, &keys::BELOW_GROUPS];
    let is_list = of_first.iter().any(|key| key.name == first.key);
    let lists = seen.iter().map(|one| one.places.get(depth + 1)).collect::<BTreeSet<_>>().len();
    let pays = match depth {
        _ if first.key == keys::BELOW_TITLE.name => wrong(inherited) > 0,
        // A label that occurs in only one section is not a convention of the document.
        0 => wrong(common) + 1 < wrong(inherited) && (lists > 1 || Force::from_name(first.key).is_none()),
        // Whichever entry is the first of a list gets this gap.
        _ if is_list && wrong(common) == 0 => wrong(inherited) > 0,
        _ => wrong(common) + 1 < wrong(inherited),
    };
    if let Some(common) = common
        && pays
    {
        settings.entry(place.clone()).or_default().insert(first.key, common.clone());
        holds = Some(common);
    }
    // An empty label applies to a list but not to the groups below it.
    let is_bare = seen.iter().any(|one| one.is_bare() && Some(&one.value) == holds);
    let holds_below = if is_bare { inherited } else { holds };
    let mut below: IndexMap<&str, Vec<&Seen>> = IndexMap::new();
    for one in seen {
        if one.places.len() - 1 <= depth || one.places.len() == depth + 2 {
            // This is the last place where a setting applies.
            if !is_right(one, holds) {
                let own = one.places.last().map_or("", String::as_str);
                settings.entry(own.to_owned()).or_default().insert(one.own, one.value.clone());
            }
        } else {
            below.entry(&one.places[depth + 1]).or_default().push(one);
        }
    }
    for list in below.values() {
        settle_below(list, depth + 1, holds_below, heads, settings);
    }
}

/// Records the order of a section and its groups where the files cannot express it.
fn order(section: &Section, settings: &mut Settings) {
    let mut ids = Vec::new();
    for node in &section.nodes {
        match node {
            Node::Entry(entry) => ids.push((entry.id.as_str(), Some(entry))),
            Node::Group(group) => {
                ids.push((group.id.as_str(), None));
                let entries: Vec<_> =
                    group.entries.iter().map(|entry| (entry.id.as_str(), Some(entry))).collect();
                let place = address::below(&section.id, &group.id);
                put_order(&entries, place, settings);
            }
        }
    }
    put_order(&ids, section.id.clone(), settings);
}

fn put_order(list: &[(&str, Option<&Entry>)], place: String, settings: &mut Settings) {
    // Closing prose stays last, whatever the order of the rest.
    let is_closing = |entry: &Option<&Entry>| entry.is_some_and(|entry| entry.part == Part::Closing);
    let list: Vec<_> = list.iter().copied().filter(|(_, entry)| !is_closing(entry)).collect();
    let parts = parts(&list);
    let mut siblings: IndexMap<Option<&str>, Vec<(&str, Option<&Entry>)>> = IndexMap::new();
    for (id, entry) in list {
        let under = entry.and_then(|entry| entry.under.as_deref());
        siblings.entry(under).or_default().push((id, entry));
    }
    let mut order: Vec<String> = Vec::new();
    for list in siblings.values() {
        let wanted: Vec<&str> = list.iter().map(|(id, _)| *id).collect();
        order.extend(fewest_names(&filed(list, &parts), &wanted).into_iter().map(str::to_owned));
    }
    if !order.is_empty() {
        settings.entry(place).or_default().insert(keys::ORDER.name, Value::Ids(order));
    }
}

/// The parts of a list in the order in which the files hold them: that of their first entries, then groups.
fn parts(list: &[(&str, Option<&Entry>)]) -> Vec<Option<Part>> {
    let mut parts: Vec<Option<Part>> = Vec::new();
    for (_, entry) in list {
        let part = entry.map(Entry::table);
        if part.is_some() && !parts.contains(&part) {
            parts.push(part);
        }
    }
    parts.push(None);
    parts
}

/// Returns the order in which the files hold entries of a list.
fn filed<'t>(list: &[(&'t str, Option<&Entry>)], parts: &[Option<Part>]) -> Vec<&'t str> {
    let rank = |entry: &Option<&Entry>| parts.iter().position(|part| *part == entry.map(Entry::table));
    let mut sorted: Vec<_> = list.to_vec();
    sorted.sort_by_key(|(_, entry)| rank(entry));
    sorted.into_iter().map(|(id, _)| id).collect()
}

/// Chooses the tables of entries that are not in those of their part: the prose that closes a section or group, which
/// would otherwise move to the front, and rules that alternate with items or rules of another force.
pub(super) fn choose_tables(tree: &mut Tree) {
    for section in &mut tree.sections {
        for node in &mut section.nodes {
            if let Node::Group(group) = node {
                let mut list: Vec<_> = group.entries.iter_mut().map(Some).collect();
                close_list(&mut list);
                mix_list(&mut list);
            }
        }
        let mut list: Vec<_> = section
            .nodes
            .iter_mut()
            .map(|node| match node {
                Node::Entry(entry) => Some(entry),
                Node::Group(_) => None,
            })
            .collect();
        close_list(&mut list);
        if !section.grouped {
            mix_list(&mut list);
        }
    }
}

/// Puts the rules of a list into the table of items or steps: bullets if the tables of their forces would change the order,
/// and numbered rules if the list has steps too, since their numbers continue each other.
fn mix_list(list: &mut [Option<&mut Entry>]) {
    let parts = |list: &[Option<&mut Entry>], is_numbered: bool| -> Vec<Part> {
        // The table of items begins with the first of them, also where that is under another entry.
        let counts =
            |entry: &&&mut Entry| entry.is_listed() && (entry.depth == 0 || entry.part == Part::Item);
        let entries = list.iter().flatten().filter(counts);
        entries.filter(|entry| entry.number.is_some() == is_numbered).map(|entry| entry.part).collect()
    };
    let alternates = |mut runs: Vec<Part>| {
        runs.dedup();
        runs.iter().collect::<BTreeSet<_>>().len() < runs.len()
    };
    let numbered = parts(list, true);
    let is_mixed = [alternates(parts(list, false)), numbered.contains(&Part::Step) || alternates(numbered)];
    for entry in list.iter_mut().flatten().filter(|entry| entry.depth == 0 && entry.rule().is_some()) {
        entry.is_mixed = is_mixed[usize::from(entry.number.is_some())];
    }
}

fn close_list(list: &mut [Option<&mut Entry>]) {
    let is_prose = |entry: &Option<&mut Entry>| entry.as_ref().is_some_and(|entry| entry.part == Part::Prose);
    let closing = list.iter().rev().take_while(|entry| is_prose(entry)).count();
    let others = list.len() - closing;
    // Prose after nothing but prose is in order already.
    if list[..others].iter().all(is_prose) {
        return;
    }
    for entry in list[others..].iter_mut().flatten() {
        entry.part = Part::Closing;
    }
}
