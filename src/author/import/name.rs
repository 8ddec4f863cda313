//! Naming: assigns kinds and ids to sections, and ids to their content.

use super::tree::{Entry, Heading, Node, Section, Tree};
use crate::model::grammar::part_key;
use crate::model::{KINDS, Layout, Part, Style, group_frame, layout_keys as keys};
use crate::text::force_labels::opening;
use crate::text::forces;
use crate::text::ids::Ids;
use crate::text::titles;

/// The id of a section without a heading, unless its kind provides one.
const OPENING: &str = "opening";

/// Openings of texts that introduce the persona.
const INTRODUCTIONS: [&str; 8] =
    ["you are ", "you're ", "you\u{2019}re ", "i am ", "i'm ", "act as ", "as a ", "your role is "];

/// Assigns a kind and id to every section, and ids to its content. `persona` is the profile's id.
pub(super) fn name(tree: &mut Tree, persona: &str, grouped: &Style) {
    classify(tree);
    name_sections(tree);
    let mut rules = Ids::of_entries();
    for section in &mut tree.sections {
        keep_empty(section);
        section.bold_groups = has_bold_groups(section);
        group_by_force(section, grouped);
        name_entries(section, persona, &mut rules);
        name_parents(section);
    }
}

/// Returns whether most group titles of a section are standard bold lines.
fn has_bold_groups(section: &Section) -> bool {
    let titles: Vec<_> = section
        .nodes
        .iter()
        .filter_map(|node| match node {
            Node::Group(group) => group.title.as_ref(),
            Node::Entry(_) => None,
        })
        .collect();
    let is_bold =
        |title: &&&Heading| (title.open.as_str(), title.close.as_str()) == group_frame(true, &title.words);
    2 * titles.iter().filter(is_bold).count() > titles.len()
}

/// Turns a heading with nothing below it into prose, since a section without content is not rendered.
fn keep_empty(section: &mut Section) {
    if !section.nodes.is_empty() {
        return;
    }
    if let Some(heading) = section.heading.take() {
        let text = format!("{}{}{}", heading.open, heading.words, heading.close);
        section.nodes.push(Node::Entry(Entry::prose(&heading.gap, &text, heading.at)));
    }
}

/// Assigns kinds. A section whose heading suggests none inherits the kind of the section above it.
fn classify(tree: &mut Tree) {
    let mut above: Vec<(usize, Option<&'static str>)> = Vec::new();
    for section in &mut tree.sections {
        let Some(heading) = &section.heading else {
            let text = section.entries().next().map(|entry| entry.text.trim_start().to_lowercase());
            let text = text.unwrap_or_default();
            let introduces = INTRODUCTIONS.iter().any(|words| text.starts_with(words));
            section.known_kind = introduces.then_some("identity");
            continue;
        };
        let level = heading.open.chars().filter(|letter| *letter == '#').count();
        above.retain(|(other, _)| *other < level);
        let states = || forces::lead(&heading.words).is_some() || opening(&heading.words).is_some();
        let rules = || states().then_some("rules");
        let own = titles::kind(&heading.words).or_else(rules);
        let inherited = above.last().and_then(|(_, kind)| *kind);
        section.known_kind = own.or(inherited);
        above.push((level, section.known_kind));
    }
}

fn name_sections(tree: &mut Tree) {
    let mut ids = Ids::default();
    let is_kind = |id: &str| KINDS.iter().any(|(kind, ..)| *kind == id);
    let has_identity = tree
        .sections
        .iter()
        .any(|section| section.heading.is_some() && section.known_kind == Some("identity"));
    for section in &mut tree.sections {
        section.id = match (&section.heading, section.known_kind) {
            (None, Some("identity")) if !has_identity => {
                ids.take("identity");
                "identity".to_owned()
            }
            (None, _) => {
                ids.take(OPENING);
                OPENING.to_owned()
            }
            // The first section of a kind is named after the kind.
            (Some(_), Some(kind)) if ids.take(kind) => kind.to_owned(),
            (Some(heading), kind) => {
                ids.make_where(unnumbered(&heading.words), kind.unwrap_or("section"), &|id| !is_kind(id))
            }
        };
    }
}

/// Dissolves groups whose title is only a force label, where the grouped style renders them the same way.
fn group_by_force(section: &mut Section, style: &Style) {
    let mut order = Vec::new();
    let mut is_loose = true;
    for node in &section.nodes {
        match node {
            Node::Entry(entry) => {
                // Unlisted entries after the rules would be rendered before them.
                if entry.is_listed() || !order.is_empty() {
                    is_loose = false;
                }
            }
            Node::Group(group) => {
                let force = group.title.as_ref().and_then(|title| forces::lead(&title.words));
                let is_bare = |entry: &Entry| {
                    entry.depth > 0
                        || entry.rule() == force
                            && entry.force.as_deref() == Some("")
                            && !order.contains(&force)
                };
                let gaps = group.entries.first().map(|entry| entry.gap.as_str())
                    == Some(keys::BEFORE_LISTS.gap(true))
                    && group.title.as_ref().is_some_and(|title| title.gap == keys::BETWEEN_BLOCKS.gap(false));
                if force.is_none() || !group.entries.iter().all(is_bare) || group.lead.is_some() || !gaps {
                    is_loose = false;
                }
                order.push(force);
            }
        }
    }
    // The gap before the first force line depends on what is above it.
    let is_below = section.heading.is_some();
    let places: Vec<Option<usize>> =
        order.iter().map(|force| style.order.iter().position(|other| Some(*other) == *force)).collect();
    if order.is_empty() || !is_loose || !is_below || !places.is_sorted() || style.layout != Layout::Grouped {
        return;
    }
    let nodes = std::mem::take(&mut section.nodes);
    section.grouped = true;
    section.bold_groups = false;
    for node in nodes {
        match node {
            Node::Group(group) => {
                let title = group.title.as_ref();
                let line = title
                    .map_or(String::new(), |title| format!("{}{}{}", title.open, title.words, title.close));
                section.nodes.extend(group.entries.into_iter().map(|entry| {
                    let force = entry.rule().map(|_| line.clone());
                    Node::Entry(Entry { force, ..entry })
                }));
            }
            entry => section.nodes.push(entry),
        }
    }
}

fn name_entries(section: &mut Section, persona: &str, rules: &mut Ids) {
    let mut ids = Ids::of_entries();
    let alone = fragment_name(section, persona);
    if let [Node::Entry(entry)] = section.nodes.as_mut_slice()
        && entry.part == Part::Prose
        && ids.take(&alone)
    {
        entry.id = alone;
        return;
    }
    // Entries are named first, since a longer id matters less for a group.
    for node in &mut section.nodes {
        if let Node::Entry(entry) = node {
            name_entry(entry, &mut ids, rules);
        }
    }
    for node in &mut section.nodes {
        if let Node::Group(group) = node {
            let lead = group.lead.as_ref().map(|lead| lead.text.as_str());
            let words = group.title.as_ref().map(|title| title.words.as_str()).or(lead);
            group.id = ids.make(unnumbered(words.unwrap_or_default()), "group");
            let mut members = Ids::of_entries();
            if let Some(lead) = &mut group.lead {
                lead.id = part_key(Part::Lead).to_owned();
            }
            for entry in &mut group.entries {
                name_entry(entry, &mut members, rules);
            }
        }
    }
}

/// Notes the id of the entry that each nested entry is under.
fn name_parents(section: &mut Section) {
    let mut above: Vec<String> = Vec::new();
    let mut note = |entry: &mut Entry| {
        above.truncate(entry.depth);
        entry.under = above.last().cloned();
        above.push(entry.id.clone());
    };
    for node in &mut section.nodes {
        match node {
            Node::Entry(entry) => note(entry),
            Node::Group(group) => group.entries.iter_mut().for_each(&mut note),
        }
    }
}

/// Strips the number before a title.
fn unnumbered(title: &str) -> &str {
    let rest = title.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let sign =
        rest.strip_prefix(['.', ')', ':']).filter(|words| words.starts_with(' ') && rest.len() < title.len());
    sign.filter(|words| !words.trim().is_empty()).unwrap_or(title)
}

fn name_entry(entry: &mut Entry, ids: &mut Ids, rules: &mut Ids) {
    let words = entry.label.as_ref().map_or(entry.text.as_str(), |label| label.words.as_str());
    entry.id = match entry.part {
        // A rule's id is its subject, so it must be unique in the whole persona.
        Part::Rule(force) => {
            let own = forces::own_label(words, force).filter(|_| entry.label.is_none());
            let words = own.map_or(words, |end| &words[end..]);
            let id = rules.make_where(words, "rule", &|id| ids.is_free(id));
            ids.take(&id);
            id
        }
        Part::Step => ids.make(words, "step"),
        Part::Item => ids.make(words, "item"),
        _ => ids.make(unfenced(words), Part::Prose.noun()),
    };
}

/// Strips the opening fence from a block of code: it names only a language.
fn unfenced(text: &str) -> &str {
    let is_fence = |text: &str| text.starts_with("```") || text.starts_with("~~~");
    match text.split_once('\n') {
        Some((_, code)) if is_fence(text.trim_start()) && code.contains(char::is_alphanumeric) => {
            code.trim_start()
        }
        _ => text,
    }
}

/// Returns the last part of a section's fragment id: the persona's id, and the section's id if it is not
/// named after its kind.
pub(super) fn fragment_name(section: &Section, persona: &str) -> String {
    if section.id == section.kind() { persona.to_owned() } else { format!("{persona}-{}", section.id) }
}
