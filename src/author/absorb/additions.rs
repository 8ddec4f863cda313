//! Proposals for added entries, paragraphs and sections.

use super::added_entry::AddedEntry;
use super::change::Change;
use super::elements::{Element, bullet, label_of};
use super::home::FileEdits;
use super::proposal::{Edit, Proposal};
use crate::model::grammar::Entry;
use crate::model::{Force, Part, Source, address, layout_keys as keys};
use crate::render::Piece;
use crate::source::edit::{Place, SourceEdit, entry_tables, literal};
use crate::text::bullets::without_marker;
use crate::text::force_labels::{Fit, fit};
use crate::text::forces::{self, bare};
use crate::text::ids::Ids;
use crate::trial::BuiltPersona;

impl AddedEntry {
    /// Reads the edited line of an item or rule. `None` if it cannot be read as one entry, or as a rule that the
    /// line was not before.
    pub(super) fn reread(persona: &BuiltPersona<'_>, element: &Element<'_>, line: &str) -> Option<Self> {
        let part = element.list_part()?;
        let bullet = bullet(persona, element);
        let only = |line: &str| bullets(line, bullet, false).filter(|texts| texts.len() == 1)?.pop();
        let text = only(line)?;
        let read = |how| reading(persona, element, &element.place, &text, how);
        if is_unlabelled(persona, element) {
            return read(Reading::Plain).filter(|new| new.part == element.plain_part());
        }
        if part.may_hold_rules() {
            let old = only(&persona.document.text()[element.lines.clone()])?;
            return read(Reading::Typed).filter(|_| forces::of_entry(&old).is_none());
        }
        // A sign is a label of the layout.
        let is_words = |new: &AddedEntry| {
            let first = new.text.chars().next();
            matches!(new.part, Part::Rule(_))
                || first.is_some_and(|first| first.is_alphanumeric() || "`\"'*_(<[$@/".contains(first))
        };
        // "Must not" begins with the label of another force.
        let new = [Reading::Typed, Reading::Extracted, Reading::Plain].into_iter().find_map(read);
        new.filter(is_words)
    }
}

/// Proposes new list entries in the source of a neighbour, or in the profile.
pub(super) fn inserted(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Vec<Proposal> {
    let text = persona.document.text();
    let elements = edit.elements;
    let mut proposals = Vec::new();
    for change in edit.changes(text) {
        let Some(lines) = added_lines(&change, text) else { continue };
        let before = elements.iter().rev().find(|element| element.lines.end <= change.start);
        let before = before.map(|before| outermost(elements, before));
        let after = elements.iter().find(|element| element.lines.start >= change.start);
        let neighbours =
            [before, after].into_iter().flatten().filter(|element| element.list_part().is_some());
        let neighbours: Vec<&Element<'_>> = neighbours.collect();
        let (mut shared, mut own) = (Vec::new(), Vec::new());
        for neighbour in &neighbours {
            for entries in readings(persona, neighbour, lines) {
                let is_before = before.is_some_and(|before| before.place == neighbour.place);
                shared.extend(beside(persona, neighbour, &entries, is_before));
                own.extend(in_profile(persona, neighbour, &entries, before, after));
            }
        }
        let sources: Vec<Option<Source>> =
            neighbours.iter().map(|element| element.claim().map(|claim| claim.source)).collect();
        // A line between entries of two sources belongs to neither, so the profile comes first.
        let is_between = sources.len() == 2 && sources[0] != sources[1];
        let [first, second] = if is_between { [own, shared] } else { [shared, own] };
        proposals.extend(first.into_iter().chain(second));
    }
    proposals
}

/// Returns the lines that a change adds between others, if it does nothing else.
pub(super) fn added_lines<'c>(change: &'c Change, text: &str) -> Option<&'c str> {
    // A text may lack its final line break; a line added below it then brings one.
    let below = change.new.strip_prefix('\n').filter(|_| change.start == text.len());
    let lines = below.unwrap_or(&change.new);
    let is_line = below.is_some() || change.start == 0 || text[..change.start].ends_with('\n');
    (!lines.is_empty() && change.start == change.end && is_line).then_some(lines)
}

/// The outermost entry that an element is under, or the element itself.
fn outermost<'t, 'a>(elements: &'t [Element<'a>], element: &'t Element<'a>) -> &'t Element<'a> {
    let is_above = |other: &&Element<'_>| other.list == element.list && other.under().is_none();
    let at = elements.partition_point(|other| other.lines.start < element.lines.start);
    match element.under() {
        Some(_) => elements[..at].iter().rfind(is_above).unwrap_or(element),
        None => element,
    }
}

/// Returns the ids of the entries that new entries are under.
fn parents<'e>(entries: &'e [AddedEntry], ids: &'e [String]) -> Vec<Option<&'e str>> {
    let mut above: Vec<&str> = Vec::new();
    let parent = |(new, id): (&'e AddedEntry, &'e String)| {
        above.truncate(new.depth);
        let parent = above.last().copied().or(new.under.as_deref());
        above.push(id);
        parent
    };
    entries.iter().zip(ids).map(parent).collect()
}

/// Returns the ways to parse lines as entries of a neighbour's list.
fn readings(persona: &BuiltPersona<'_>, neighbour: &Element<'_>, lines: &str) -> Vec<Vec<AddedEntry>> {
    let bullet = bullet(persona, neighbour);
    if let Some((force, lines)) = under_a_force(persona, neighbour, lines) {
        let texts = bullets(lines, bullet, false).unwrap_or_default();
        let rules: Vec<AddedEntry> =
            texts.iter().map(|text| AddedEntry::plain(Part::Rule(force), uncapitalized(text))).collect();
        return if rules.is_empty() { Vec::new() } else { vec![rules] };
    }
    let like_neighbour = bullets(lines, bullet, neighbour.is_numbered());
    let Some(texts) = like_neighbour.or_else(|| marked(lines, bullet.contains('['))) else {
        return Vec::new();
    };
    let mut all: Vec<Vec<AddedEntry>> = Vec::new();
    for how in [Reading::Extracted, Reading::Typed, Reading::Plain] {
        let entries: Vec<AddedEntry> =
            texts.iter().filter_map(|text| reading(persona, neighbour, &neighbour.list, text, how)).collect();
        if entries.len() == texts.len() && !all.contains(&entries) {
            let unfolded: Vec<AddedEntry> = entries.iter().flat_map(AddedEntry::unfolded).collect();
            if unfolded.len() > entries.len() {
                all.push(unfolded);
            }
            all.push(entries);
        }
    }
    all
}

/// Splits lines into a force label and the bullets below it.
fn under_a_force<'l>(
    persona: &BuiltPersona<'_>,
    neighbour: &Element<'_>,
    lines: &'l str,
) -> Option<(Force, &'l str)> {
    let (first, rest) = lines.trim_start_matches(['\n', '\r']).split_once('\n')?;
    let is_label = |force: &Force| {
        let label = label_of(persona, neighbour, *force);
        label.is_some_and(|label| !label.is_empty() && label == first.trim_end())
    };
    let force = Force::ALL.into_iter().map(|(_, force)| force).find(is_label)?;
    Some((force, rest))
}

/// Parses lines as bullets or steps. `None` if there is any other text.
fn bullets(lines: &str, bullet: &str, is_step: bool) -> Option<Vec<String>> {
    let indent = " ".repeat(bullet.chars().count());
    let mut texts: Vec<String> = Vec::new();
    for line in lines.replace("\r\n", "\n").trim_matches('\n').split('\n') {
        match (after_bullet(line, bullet, is_step), texts.last_mut()) {
            (Some(text), _) => texts.push(text.to_owned()),
            (None, Some(last)) => {
                last.push('\n');
                last.push_str(line.strip_prefix(&indent).unwrap_or(line));
            }
            (None, None) => return None,
        }
    }
    let texts: Vec<String> = texts.iter().map(|text| text.trim_end_matches('\n').to_owned()).collect();
    (!texts.is_empty() && texts.iter().all(|text| !text.trim().is_empty())).then_some(texts)
}

/// Parses lines as entries of a list with any bullets or numbers, and with task boxes in a list that has them. `None` if
/// there is any other text.
fn marked(lines: &str, has_boxes: bool) -> Option<Vec<String>> {
    let first = lines.trim_start_matches(['\n', '\r']).lines().next()?;
    let rest = without_marker(first);
    let boxed = ["[ ] ", "[x] ", "[X] "].iter().find_map(|task| rest.strip_prefix(task));
    let rest = boxed.filter(|_| has_boxes).unwrap_or(rest);
    let marker = &first[..first.len() - rest.len()];
    bullets(lines, marker, marker.contains(|letter: char| letter.is_ascii_digit()))
}

fn after_bullet<'l>(line: &'l str, bullet: &str, is_step: bool) -> Option<&'l str> {
    if !is_step {
        return line.strip_prefix(bullet).filter(|_| !bullet.is_empty());
    }
    let digit = |letter: char| letter.is_ascii_digit();
    let (open, rest) = bullet.split_at(bullet.find(digit)?);
    let rest = line.strip_prefix(open).map(|line| (line, rest.trim_start_matches(digit)))?;
    let unnumbered = rest.0.trim_start_matches(digit);
    unnumbered.strip_prefix(rest.1).filter(|_| unnumbered.len() < rest.0.len())
}

/// How a line is parsed as an entry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// With its label, reason and force label extracted, where the list prints them that way.
    Extracted,
    /// As `Extracted`, but with a force label that differs from what the list would print.
    Typed,
    /// As plain text.
    Plain,
}

/// Parses a text as an entry that is printed as the layout at a place says. `None` if it cannot be parsed that way.
fn reading(
    persona: &BuiltPersona<'_>,
    neighbour: &Element<'_>,
    place: &str,
    text: &str,
    how: Reading,
) -> Option<AddedEntry> {
    let is_extracted = how != Reading::Plain;
    let mut rest = text;
    let (mut label, mut behind) = (None, None);
    // "**Never guess.** Ask" has the rule in the sentence, although a label may be printed with the same markup.
    if is_extracted
        && let (open, close) = persona.frame(place, &keys::SENTENCE)
        && let Some((sentence, after)) = between(rest, &open, &close)
        && forces::label(sentence).is_some()
    {
        (rest, behind) = (sentence, Some(after));
    } else if is_extracted
        && let (open, close) = persona.frame(place, &keys::LABEL)
        && let Some((bold, after)) = between(rest, &open, &close)
        && !bold.contains(['\n', '*'])
    {
        (label, rest) = (Some(bold.to_owned()), after);
    }
    let (start, mut typed) = (rest, None);
    let found = forces::label(rest);
    let part = match (neighbour.list_part()?, found) {
        (Part::Item | Part::Step | Part::Rule(_), Some((force, end))) if how == Reading::Typed => {
            if !forces::is_before_noun(&rest[..end]) {
                typed = Some(rest[..end].to_owned());
                rest = &rest[forces::behind(rest, end)..];
            }
            Part::Rule(force)
        }
        (_, None) if how == Reading::Typed => return None,
        // Under a heading that names a force, a label is too many; one that contradicts the heading makes an item.
        (Part::Rule(above), Some((force, _))) if is_unlabelled(persona, neighbour) => {
            let is_item = how == Reading::Plain && fit(above, force) == Fit::Contradicting;
            if is_item { neighbour.plain_part() } else { return None }
        }
        (Part::Rule(force), _) => {
            let (part, after) = rule_of_line(persona, neighbour, force, rest);
            rest = after;
            part
        }
        (part, _) => part,
    };
    // A line that begins with a force label is read as a rule, not as an item.
    let part = match part {
        Part::Item | Part::Step if found.is_some() && how == Reading::Extracted => return None,
        part => part,
    };
    let mut content = rest.to_owned();
    // The renderer capitalizes these texts, so the source gets them in lower case.
    let is_bare = typed.is_none() && (rest == start && label.is_none() || is_unlabelled(persona, neighbour));
    if let (Part::Rule(_), true) = (part, is_bare) {
        content = uncapitalized(rest);
    }
    let mut why = None;
    let has_why = neighbour.block.is_some_and(|block| block.why.is_some());
    let (open, close) = persona.frame(place, &keys::WHY);
    if let Some(behind) = behind.filter(|behind| !behind.is_empty()) {
        why = Some(behind.strip_prefix(open.as_str())?.strip_suffix(close.as_str())?.to_owned());
    } else if is_extracted
        && has_why
        && behind.is_none()
        && let Some((before, after)) = content.clone().rsplit_once(open.as_str()).filter(|_| !open.is_empty())
        && let Some(after) = after.strip_suffix(close.as_str())
    {
        (content, why) = (before.to_owned(), Some(after.to_owned()));
    }
    let read = AddedEntry { label, why, typed, ..AddedEntry::plain(part, content) };
    (!read.text.trim().is_empty()).then_some(read)
}

/// Returns the text between `open` and `close` at the start of a line, and the rest. `None` if `close` is
/// empty, since nothing would end the text.
fn between<'t>(line: &'t str, open: &str, close: &str) -> Option<(&'t str, &'t str)> {
    line.strip_prefix(open).filter(|_| !close.is_empty())?.split_once(close)
}

/// Lowercases the first letter, as in the middle of a sentence. Names keep their capitals.
pub(super) fn uncapitalized(text: &str) -> String {
    bare(text).unwrap_or_else(|| text.to_owned())
}

/// Returns whether the neighbour's force is printed above its list and not in its line.
pub(super) fn is_unlabelled(persona: &BuiltPersona<'_>, neighbour: &Element<'_>) -> bool {
    let Some(Part::Rule(force)) = neighbour.list_part() else { return false };
    let pieces = persona.document.pieces();
    let is_label = |piece: &Piece<'_>, place: &str| {
        piece.layout.is_some_and(|layout| layout.key.name == force.name() && layout.place == place)
    };
    let from = pieces.partition_point(|piece| piece.range.start < neighbour.lines.start);
    let mut line = pieces[from..].iter().take_while(|piece| piece.range.end <= neighbour.lines.end);
    // Words of its own force at the beginning of its text take the place of the label: "Prefer recent data".
    let has_own = || {
        let text = neighbour.block.map(|block| block.text.text.as_ref());
        text.is_some_and(|text| forces::own_label(text, force).is_some())
            && label_of(persona, neighbour, force).is_some_and(|label| !label.is_empty())
            && !pieces.iter().any(|piece| is_label(piece, &neighbour.list))
    };
    !line.any(|piece| is_label(piece, &neighbour.place)) && !has_own()
}

/// Returns the force that a line names and the rest of the line. A line without a force is an item, or a rule
/// of the neighbour's force if that is printed above the list.
fn rule_of_line<'l>(
    persona: &BuiltPersona<'_>,
    neighbour: &Element<'_>,
    force: Force,
    text: &'l str,
) -> (Part, &'l str) {
    if is_unlabelled(persona, neighbour) {
        return (Part::Rule(force), text);
    }
    for (_, force) in Force::ALL {
        let label = label_of(persona, neighbour, force).filter(|label| !label.is_empty());
        let after = label.and_then(|label| text.strip_prefix(&label)?.strip_prefix(' '));
        if let Some(after) = after {
            return (Part::Rule(force), after);
        }
    }
    (neighbour.plain_part(), text)
}

/// Returns whether the persona has nothing at an address or below it.
pub(super) fn is_free(persona: &BuiltPersona<'_>, place: &str) -> bool {
    let mut known = persona.composition.decisions.keys();
    !known.any(|known| *known == place || address::is_below(known, place))
}

/// Returns unused ids for new entries of a list.
fn ids(persona: &BuiltPersona<'_>, list: &str, entries: &[AddedEntry], ids: &mut Ids) -> Vec<String> {
    let is_free = |id: &str| is_free(persona, &address::below(list, id));
    let id = |new: &AddedEntry| {
        ids.make_where(new.label.as_deref().unwrap_or(&new.text), new.part.noun(), &is_free)
    };
    entries.iter().map(id).collect()
}

/// Proposes new entries next to their neighbour, in its source. Entries of another table land elsewhere in
/// the list, so these are also proposed among items or steps, if the neighbour is there, and with an anchor.
pub(super) fn beside(
    persona: &BuiltPersona<'_>,
    neighbour: &Element<'_>,
    entries: &[AddedEntry],
    is_before: bool,
) -> Vec<Proposal> {
    let table = neighbour.claim().and_then(|claim| Some(claim.block()?.table));
    let is_same = entries.iter().all(|new| Some(new.part) == table);
    let anchors: &[bool] = if is_same { &[false] } else { &[false, true] };
    let mut proposals: Vec<Proposal> = anchors
        .iter()
        .filter_map(|is_anchored| beside_at(persona, neighbour, entries, is_before, *is_anchored))
        .collect();
    let among = table.filter(|table| table.may_hold_rules() && !is_same);
    if among.is_some() {
        let among = |new: &AddedEntry| AddedEntry { among, ..new.clone() };
        let entries: Vec<AddedEntry> = entries.iter().map(among).collect();
        let among = beside_at(persona, neighbour, &entries, is_before, false);
        // In a list that mixes forces, the rules are among the items or steps.
        let at = if neighbour.list_part() == table { proposals.len().min(1) } else { 0 };
        proposals.splice(at..at, among);
    }
    proposals
}

fn beside_at(
    persona: &BuiltPersona<'_>,
    neighbour: &Element<'_>,
    entries: &[AddedEntry],
    is_before: bool,
    is_anchored: bool,
) -> Option<Proposal> {
    let claim = neighbour.claim()?;
    let home = persona.home(claim)?;
    let list = neighbour.list.as_str();
    let ids = ids(persona, list, entries, &mut Ids::of_entries());
    let mut edits = FileEdits::default();
    let mut last = is_before.then_some(&home.key);
    let mut sibling = last;
    let parents = parents(entries, &ids);
    for ((new, id), under) in entries.iter().zip(&ids).zip(parents) {
        let place = match last {
            _ if entry_tables(claim.source, list, new.table()) != home.tables => Place::Last,
            Some(last) => Place::after(last),
            None => Place::before(&home.key),
        };
        let anchor = if is_before { Entry::After } else { Entry::Before };
        let anchor = (is_anchored && new.depth == 0).then(|| (anchor, sibling.unwrap_or(&home.key).as_str()));
        edits.add(&home.path, [new.insertion(claim.source, (list, id, under), place, anchor)]);
        if is_before {
            last = Some(id);
            sibling = if new.depth == 0 { last } else { sibling };
        }
    }
    edits.add(persona.profile_path(), typed_labels(list, entries, &ids));
    Some(Proposal::new(edits, format!("new {}", names(list, &ids))))
}

/// Formats the addresses of new entries for a message.
fn names(list: &str, ids: &[String]) -> String {
    let names: Vec<String> = ids.iter().map(|id| format!("`{}`", address::below(list, id))).collect();
    names.join(", ")
}

/// Returns the layout settings that print the force labels of new entries as typed.
fn typed_labels(list: &str, entries: &[AddedEntry], ids: &[String]) -> Vec<SourceEdit> {
    let label = |(new, id): (&AddedEntry, &String)| match (&new.typed, new.part) {
        (Some(typed), Part::Rule(force)) => {
            Some(SourceEdit::layout(&address::below(list, id), force.name(), literal(typed)))
        }
        _ => None,
    };
    entries.iter().zip(ids).filter_map(label).collect()
}

/// Returns the edits that add entries to a list of the profile, with their typed labels, and the new ids, which are not
/// among those in `taken`.
pub(super) fn own_entries(
    persona: &BuiltPersona<'_>,
    list: &str,
    entries: &[AddedEntry],
    anchor: Option<(Entry, &str)>,
    taken: &mut Ids,
) -> (Vec<SourceEdit>, Vec<String>) {
    let ids = ids(persona, list, entries, taken);
    let new = entries.iter().zip(&ids).zip(parents(entries, &ids));
    let new = new.map(|((new, id), under)| {
        let anchor = anchor.filter(|_| new.depth == 0);
        new.insertion(persona.profile(), (list, id, under), Place::Last, anchor)
    });
    let edits = new.chain(typed_labels(list, entries, &ids)).collect();
    (edits, ids)
}

/// Proposes new entries in the profile, without an anchor and anchored to each neighbour.
pub(super) fn in_profile(
    persona: &BuiltPersona<'_>,
    neighbour: &Element<'_>,
    entries: &[AddedEntry],
    before: Option<&Element<'_>>,
    after: Option<&Element<'_>>,
) -> Vec<Proposal> {
    let list = &neighbour.list;
    let sibling = |element: Option<&Element<'_>>| {
        element
            .filter(|element| element.list == *list && element.is_entry())
            .map(|element| element.id().to_owned())
    };
    let (after, before) = (sibling(after), sibling(before));
    let beside =
        [after.as_deref().map(|id| (Entry::Before, id)), before.as_deref().map(|id| (Entry::After, id))];
    let anchors = [None].into_iter().chain(beside.into_iter().flatten().map(Some));
    let is_own = neighbour.claim().is_some_and(|claim| claim.source != persona.profile());
    let proposal = |anchor| {
        let (edits, ids) = own_entries(persona, list, entries, anchor, &mut Ids::of_entries());
        let what = format!("new {}, in the profile", names(list, &ids));
        Proposal { is_own, ..Proposal::new(persona.profile_edits(edits), what) }
    };
    anchors.map(proposal).collect()
}
