//! Proposals for added and reordered sections, and for the document title.

use super::added_entry::AddedEntry;
use super::additions::{is_free, own_entries};
use super::change::Change;
use super::elements::{Element, What};
use super::entries::{covered, removal_from_sources};
use super::home::FileEdits;
use super::proposal::{Edit, Form, Proposal};
use crate::author::import::{Outline, OutlineEntry, OutlineNode, outline};
use crate::compose::Origin;
use crate::model::grammar::{Keys as _, Profile, part_key};
use crate::model::{KINDS, Part, address, heading, layout_keys as keys};
use crate::source::edit::{self, Place, SourceEdit, entry_tables, literal};
use crate::text::front_matter::FENCE;
use crate::text::ids::Ids;
use crate::trial::BuiltPersona;

/// Proposes new lines as sections, groups or entries of the profile: what `import` would make of them.
pub(super) fn inserted(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for (new, before) in insertions(persona, edit) {
        let is_top = before.is_none_or(|element| element.what == What::Title);
        let parts = outline(&new);
        let is_blank = |part: &Outline| !part.gap.contains(char::is_alphanumeric);
        if is_top && new.starts_with(FENCE) || parts.is_empty() || !parts.iter().all(is_blank) {
            continue;
        }
        let (heading, _) = persona.frame("", &keys::HEADING);
        let is_section = |part: &Outline| part.heading.as_ref().is_some_and(|(open, _)| *open == heading);
        if parts.iter().all(is_section)
            || is_top && parts[0].heading.is_none() && parts[1..].iter().all(is_section)
        {
            proposals.extend(sections(persona, &parts, &new, before));
        } else if let Some(before) = before {
            proposals.extend(nodes(persona, parts, before));
        }
    }
    proposals
}

/// Returns the inserted texts, for each possible position, with the element above.
fn insertions<'e>(persona: &BuiltPersona<'_>, edit: Edit<'e>) -> Vec<(String, Option<&'e Element<'e>>)> {
    let text = persona.document.text();
    let changes = edit.pending().flat_map(|index| edit.change(index).slides(text));
    // A line below a text without a final line break is inserted with the break.
    let is_line = |change: &Change| {
        change.start == change.end
            && (change.new.starts_with('\n') || change.start == 0 || text[..change.start].ends_with('\n'))
    };
    let inserted = changes.filter(is_line).map(|change| {
        let before = edit.elements.iter().rev().find(|element| element.range.end <= change.start);
        (change.new.replace("\r\n", "\n"), before)
    });
    inserted.collect()
}

/// Proposes groups and entries of the profile in the section of `before`.
fn nodes(persona: &BuiltPersona<'_>, parts: Vec<Outline>, before: &Element<'_>) -> Vec<Proposal> {
    let kind = address::section(&before.place);
    // A heading is the title of a group, which holds everything below it.
    let groups = parts.into_iter().flat_map(|part| match part.heading {
        Some((_, title)) => {
            vec![OutlineNode::Group { title: Some(title), lead: None, entries: flat(part.nodes) }]
        }
        None => part.nodes,
    });
    let nodes: Vec<OutlineNode> = groups.collect();
    // A paragraph belongs to the text beside it.
    if nodes.iter().all(|node| matches!(node, OutlineNode::Entry(entry) if entry.part == Part::Prose)) {
        return Vec::new();
    }
    let is_entries = nodes.iter().all(|node| matches!(node, OutlineNode::Entry(_)));
    let mut lists = vec![kind];
    if is_entries && !before.list.is_empty() && before.list != kind {
        lists.insert(0, &before.list);
    }
    let proposal = |list: &&str| {
        let (edits, names) = body(persona, list, &nodes);
        let what = format!("new {}, in the profile", names.join(", "));
        Proposal::new(persona.profile_edits(edits), what)
    };
    lists.iter().map(proposal).collect()
}

/// Returns the entries of nodes, with those of groups among them.
fn flat(nodes: Vec<OutlineNode>) -> Vec<OutlineEntry> {
    let prose = |text| OutlineEntry { part: Part::Prose, label: None, text, depth: 0 };
    let entries = nodes.into_iter().flat_map(|node| match node {
        OutlineNode::Entry(entry) => vec![entry],
        OutlineNode::Group { title, lead, entries } => {
            title.into_iter().chain(lead).map(prose).chain(entries).collect()
        }
    });
    entries.collect()
}

/// Returns the edits that add nodes to a list of the profile, and their addresses.
fn body(persona: &BuiltPersona<'_>, list: &str, nodes: &[OutlineNode]) -> (Vec<SourceEdit>, Vec<String>) {
    let (mut edits, mut names) = (Vec::new(), Vec::new());
    let mut taken = Ids::of_entries();
    let mut add = |edits: &mut Vec<SourceEdit>, list: &str, entries: &[OutlineEntry], taken: &mut Ids| {
        let new: Vec<AddedEntry> = entries.iter().map(AddedEntry::of).collect();
        let (added, ids) = own_entries(persona, list, &new, None, taken);
        edits.extend(added);
        names.extend(ids.iter().map(|id| format!("`{}`", address::below(list, id))));
    };
    let is_nested = |node: &&OutlineNode| matches!(node, OutlineNode::Entry(entry) if entry.depth > 0);
    for (at, node) in nodes.iter().enumerate() {
        match node {
            // Written with the entry that it is under.
            OutlineNode::Entry(entry) if entry.depth > 0 => {}
            OutlineNode::Entry(entry) => {
                let nested = nodes[at + 1..].iter().take_while(is_nested);
                let nested = nested.filter_map(|node| match node {
                    OutlineNode::Entry(entry) => Some(entry.clone()),
                    OutlineNode::Group { .. } => None,
                });
                let entries: Vec<OutlineEntry> = std::iter::once(entry.clone()).chain(nested).collect();
                add(&mut edits, list, &entries, &mut taken);
            }
            OutlineNode::Group { title, lead, entries } => {
                let words = title.as_ref().or(lead.as_ref()).map_or("", String::as_str);
                let is_free = |id: &str| is_free(persona, &address::below(list, id));
                let list = address::below(list, &taken.make_where(words, "group", &is_free));
                for (part, text) in [(Part::Title, title), (Part::Lead, lead)] {
                    let tables = entry_tables(persona.profile(), &list, part);
                    edits.extend(
                        text.iter().map(|text| SourceEdit::set(&tables, part_key(part), literal(text))),
                    );
                }
                add(&mut edits, &list, entries, &mut Ids::of_entries());
            }
        }
    }
    (edits, names)
}

/// Returns the edit that sets a section and its heading in the profile's `sections`.
pub(super) fn listed(kind: &str, heading: &str) -> SourceEdit {
    SourceEdit::set(&[Profile::Sections.name()], kind, literal(heading))
}

/// Proposes sections of the profile below `before`: each with what `import` would make of it, or the only one with
/// its text as it is.
fn sections(
    persona: &BuiltPersona<'_>,
    parts: &[Outline],
    text: &str,
    before: Option<&Element<'_>>,
) -> Vec<Proposal> {
    let sections = &persona.composition.persona.sections;
    let mut ids = Ids::default();
    let is_taken =
        |id: &str| sections.iter().any(|section| section.kind == id) || crate::model::RESERVED.contains(&id);
    let named = parts.iter().map(|part| {
        let title = part.heading.as_ref().map_or("", |(_, words)| words);
        let usual = KINDS.iter().map(|(kind, ..)| *kind).find(|kind| heading(kind) == title);
        let usual = if title.is_empty() { Some("identity") } else { usual };
        let kind = usual.filter(|kind| !is_taken(kind) && ids.take(kind)).map(str::to_owned);
        (kind.unwrap_or_else(|| ids.make_where(title, "more", &|id| !is_taken(id))), title)
    });
    let named: Vec<(String, &str)> = named.collect();
    let above = before.map(|element| address::section(&element.place));
    let at = sections.iter().position(|section| Some(section.kind) == above).map_or(0, |at| at + 1);
    let mut last = sections[..at].last().map(|last| last.kind);
    let above = sections[..at].iter().filter(|section| section.heading.origin.is_none());
    let mut placed: Vec<SourceEdit> =
        above.map(|section| listed(section.kind, &section.heading.text)).collect();
    for (kind, title) in &named {
        let place = last.map_or(Place::First, Place::after);
        placed.push(SourceEdit::insert(&[Profile::Sections.name()], place, kind, literal(title)));
        last = Some(kind);
    }
    let at_end = named.iter().map(|(kind, title)| listed(kind, title)).collect();
    let lists = [Vec::new(), at_end, placed];
    let names: Vec<String> = named.iter().map(|(kind, _)| format!("`{kind}`")).collect();
    let what = match names.as_slice() {
        [only] => format!("a section {only} of the profile's own"),
        names => format!("sections {} of the profile's own", names.join(", ")),
    };
    let propose = |nodes: &[Vec<OutlineNode>]| {
        let bodies = named.iter().zip(nodes).flat_map(|((kind, _), nodes)| body(persona, kind, nodes).0);
        let bodies: Vec<SourceEdit> = bodies.collect();
        let proposal = |list: &Vec<SourceEdit>| {
            Proposal::new(persona.profile_edits(bodies.iter().chain(list).cloned()), &what)
        };
        lists.iter().map(proposal).collect::<Vec<_>>()
    };
    let nodes: Vec<Vec<OutlineNode>> = parts.iter().map(|part| part.nodes.clone()).collect();
    let mut proposals = propose(&nodes);
    if let [part] = parts {
        let text = &text[part.gap.len()..];
        let text = match part.heading {
            Some(_) => text.split_once('\n').map_or("", |(_, below)| below),
            None => text,
        };
        let text = text.trim_matches('\n').to_owned();
        let prose = OutlineNode::Entry(OutlineEntry { part: Part::Prose, label: None, text, depth: 0 });
        let blocks = propose(&[vec![prose]]).into_iter();
        proposals.extend(blocks.map(|block| block.in_form(Form::Block)));
    }
    proposals
}

/// Proposes a heading without a section, as `import` writes one, if everything below the heading was removed.
pub(super) fn emptied(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Vec<Proposal> {
    let text = persona.document.text();
    let mut proposals = Vec::new();
    let all = (0..edit.applied.hunks.len()).filter(|index| !edit.applied.accepted[*index]);
    let added: Vec<usize> = all
        .map(|index| edit.change(index))
        .filter(|change| !change.new.trim().is_empty())
        .map(|change| change.start)
        .collect();
    for change in edit.changes(text).filter(|change| change.new.trim().is_empty()) {
        let gone = covered(&change, edit.elements, text);
        for heading in edit.elements.iter().filter(|element| element.what == What::Heading) {
            let kind = heading.place.as_str();
            let is_in =
                |element: &&&Element<'_>| element.block.is_some() && address::section(&element.place) == kind;
            let blocks: Vec<_> = gone.iter().filter(is_in).collect();
            let all = edit.elements.iter().filter(|element| is_in(&element)).count();
            // Lines that are written there take the place of the removed ones.
            let end = blocks.iter().map(|block| block.lines.end).max().unwrap_or_default();
            let is_replaced = added.iter().any(|at| (heading.lines.start..=end + 1).contains(at));
            if is_replaced
                || blocks.is_empty()
                || blocks.len() < all
                || gone.iter().any(|gone| gone.place == kind)
            {
                continue;
            }
            let Some(mut edits) = removal_from_sources(persona, &blocks) else { continue };
            let is_free = |id: &str| is_free(persona, &address::below(kind, id));
            let words = &text[heading.range.clone()];
            let id = Ids::of_entries().make_where(words, Part::Prose.noun(), &is_free);
            let line = literal(text[heading.lines.clone()].trim_end());
            let tables = entry_tables(persona.profile(), kind, Part::Prose);
            let own = [SourceEdit::insert(&tables, Place::Last, &id, line), listed(kind, "")];
            edits.add(persona.profile_path(), own);
            proposals.push(Proposal::new(edits, format!("`{kind}` became a heading alone, in the profile")));
        }
    }
    proposals
}

/// Proposes the order of the sections in the edited text if a heading was edited: two sections that change places may
/// look like edited ones.
pub(super) fn exchanged(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Vec<Proposal> {
    let (heading, _) = persona.frame("", &keys::HEADING);
    let is_heading = !heading.is_empty() && edit.group.removed.starts_with(&heading);
    if is_heading { reordered(persona, edit) } else { Vec::new() }
}

/// Proposes the order of the sections in the edited text.
pub(super) fn reordered(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Vec<Proposal> {
    let wanted = edit.applied.text_with(|_| true);
    let text = persona.document.text();
    let (mut old, mut found) = (Vec::new(), Vec::new());
    for element in edit.elements.iter().filter(|element| element.what == What::Heading) {
        let line = &text[element.lines.clone()];
        let count = old.iter().filter(|(_, other)| *other == line).count();
        let starts = wanted.match_indices(line).map(|(at, _)| at);
        let mut starts = starts.filter(|at| *at == 0 || wanted[..*at].ends_with('\n'));
        let Some(at) = starts.nth(count) else { return Vec::new() };
        found.push((at, element.place.clone()));
        old.push((element.place.clone(), line));
    }
    found.sort_unstable();
    let sections = &persona.composition.persona.sections;
    // Sections without a heading keep their positions.
    let mut headed = found.into_iter().map(|(_, kind)| kind);
    let new: Vec<String> = sections
        .iter()
        .map(|section| match old.iter().any(|(kind, _)| kind == section.kind) {
            true => headed.next().unwrap_or_default(),
            false => section.kind.to_owned(),
        })
        .collect();
    let Some(last) = (0..new.len()).rev().find(|at| new[*at] != sections[*at].kind) else {
        return Vec::new();
    };
    let what = format!("the order of {}", Profile::Sections.shown());
    let is_listed =
        |kind: &str| persona.composition.profile.section_order.iter().any(|own| own.value == kind);
    let reordered = |count: usize| {
        let unlisted = sections.iter().filter(|section| !is_listed(section.kind));
        let unlisted = unlisted.filter(|section| new[..count].iter().any(|kind| kind == section.kind));
        let edits = unlisted.map(|section| listed(section.kind, &section.heading.text));
        let (tables, order) = (edit::keys([Profile::Sections.name()]), new[..count].to_vec());
        Proposal::new(persona.profile_edits(edits.chain([SourceEdit::Reorder { tables, order }])), &what)
    };
    vec![reordered(last + 1), reordered(new.len())]
}

/// Proposes a title that was added or removed.
pub(super) fn title(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Vec<Proposal> {
    let text = persona.document.text();
    let elements = edit.elements;
    let own_title = persona.composition.persona.title.as_ref();
    let mut proposals = Vec::new();
    for change in edit.changes(text) {
        let first = elements.iter().map(|element| element.lines.start).min().unwrap_or(text.len());
        let line = change.new.trim_matches(['\n', '\r']);
        if own_title.is_none()
            && change.start == change.end
            && change.start <= first
            && let (open, close) = persona.frame("", &keys::TITLE)
            && let Some(title) =
                line.strip_prefix(open.as_str()).and_then(|line| line.strip_suffix(close.as_str()))
            && !title.contains('\n')
        {
            let value = literal(title);
            let own = SourceEdit::insert(&[] as &[&str], Place::Last, Profile::Title.name(), value);
            proposals.push(Proposal::new(persona.profile_edits([own]), Profile::Title.shown()));
        }
        let is_gone = covered(&change, elements, text).iter().any(|element| element.what == What::Title);
        if let (true, Some(Origin::Claim(claim))) = (is_gone, own_title.and_then(|title| title.origin)) {
            let removal = SourceEdit::remove(&[] as &[&str], Profile::Title.name());
            let edits = FileEdits::of(persona.path_of(claim.source), [removal]);
            proposals.push(Proposal::new(edits, format!("{} removed", Profile::Title.shown())));
        }
    }
    proposals
}
