//! Proposals for removed entries and for those that become another part, such as a rule of another force.

use super::added_entry::AddedEntry;
use super::change::Change;
use super::elements::{Element, label_of};
use super::home::FileEdits;
use super::proposal::{Edit, Proposal};
use crate::model::grammar::Entry;
use crate::model::{Claim, Force, Level, Part, Text, address};
use crate::source::edit::{Place, SourceEdit, entry, entry_tables, literal, literal_like, without_key};
use crate::trial::BuiltPersona;

/// Returns the elements whose lines a change removes.
pub(super) fn covered<'t, 'a>(
    change: &Change,
    elements: &'t [Element<'a>],
    text: &str,
) -> Vec<&'t Element<'a>> {
    let is_gone = |element: &&Element<'_>| {
        let end = element.lines.end - usize::from(text[..element.lines.end].ends_with('\n'));
        change.start <= element.lines.start && end <= change.end
    };
    if change.start == change.end { Vec::new() } else { elements.iter().filter(is_gone).collect() }
}

/// Proposes to delete removed entries from their sources, or to remove them in the profile.
pub(super) fn removed(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Vec<Proposal> {
    let text = persona.document.text();
    let elements = edit.elements;
    let mut proposals = Vec::new();
    for change in edit.changes(text) {
        let gone = covered(&change, elements, text);
        let blocks: Vec<_> = gone.iter().filter(|element| element.block.is_some()).collect();
        if blocks.is_empty() || !change.new.is_empty() {
            continue;
        }
        let names: Vec<String> = blocks.iter().map(|element| format!("`{}`", element.place)).collect();
        let names = names.join(", ");
        let taken_out = removal_from_sources(persona, &blocks);
        proposals
            .extend(taken_out.map(|edits| Proposal::new(edits, format!("{names} deleted at the source"))));
        let removed = removal_by_profile(persona, &blocks, elements, edit.reason);
        proposals
            .extend(removed.map(|edits| Proposal::own(edits, format!("{names} removed by the profile"))));
    }
    proposals
}

/// Returns the edits that delete entries from every source that claims them in these words.
pub(super) fn removal_from_sources(persona: &BuiltPersona<'_>, gone: &[&&Element<'_>]) -> Option<FileEdits> {
    let mut edits = FileEdits::default();
    for element in gone {
        let decision = persona.composition.decisions.get(element.place.as_str())?;
        for claim in decision.emitted().chain(decision.worded_alike()) {
            let home = persona.home(claim)?;
            edits.add(&home.path, [home.removal()]);
        }
    }
    Some(edits)
}

/// Returns the edits that remove entries in the profile: `[[remove]]` for claims of other sources, deletion
/// for its own. `None` if a claim is locked.
fn removal_by_profile(
    persona: &BuiltPersona<'_>,
    gone: &[&&Element<'_>],
    elements: &[Element<'_>],
    reason: &str,
) -> Option<FileEdits> {
    let mut edits = Vec::new();
    let mut targets: Vec<&str> = Vec::new();
    for element in gone {
        let claims = &persona.composition.decisions.get(element.place.as_str())?.claims;
        if claims.iter().any(|claim| claim.level == Level::Locked) {
            return None;
        }
        let own = claims.iter().filter(|claim| claim.source == persona.profile());
        for claim in own.clone() {
            edits.push(persona.home(claim)?.removal());
        }
        if own.count() == claims.len() {
            continue;
        }
        // A group that would be empty is removed as a whole.
        let is_whole = address::is_in_section(&element.list)
            && elements
                .iter()
                .filter(|other| other.list == element.list)
                .all(|other| gone.iter().any(|gone| gone.place == other.place));
        let target = if is_whole { &element.list } else { &element.place };
        if !targets.contains(&target.as_str()) {
            targets.push(target);
        }
    }
    let removals = targets.into_iter().map(|target| {
        let seen = persona.seen_below(target);
        SourceEdit::remove_address(target, seen, reason)
    });
    Some(persona.profile_edits(edits.into_iter().chain(removals)))
}

/// Proposes another table for an entry whose edited line reads as another part: a rule of another force, a rule instead
/// of an item, or an item instead of a rule.
pub(super) fn reread(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Vec<Proposal> {
    let text = persona.document.text();
    let changes: Vec<Change> = edit.pending().map(|index| edit.change(index)).collect();
    let mut proposals = Vec::new();
    for element in edit.elements {
        let Some(line) = Change::all_applied(&changes, text, element.lines.clone()) else { continue };
        let new = AddedEntry::reread(persona, element, &line);
        if let Some(new) = new.filter(|new| Some(new.part) != element.list_part()) {
            proposals.extend(with_part(persona, edit, element, new.part, Some(&new), Place::Last));
        }
    }
    proposals
}

/// Proposes an entry as another part, with new words if there are any: in its sources or as an override in the profile.
pub(super) fn with_part(
    persona: &BuiltPersona<'_>,
    edit: Edit<'_>,
    element: &Element<'_>,
    part: Part,
    new: Option<&AddedEntry>,
    beside: Place,
) -> Vec<Proposal> {
    let noun = part.force().map_or(part.noun(), Force::name);
    let what = format!("`{}` becomes `{noun}`", element.place);
    let Some(decision) = persona.composition.decisions.get(element.place.as_str()) else { return Vec::new() };
    let claims: Vec<&Claim> = decision.effective().collect();
    let elements = edit.elements;
    let siblings: Vec<&Element<'_>> =
        elements.iter().filter(|other| other.list == element.list && other.is_entry()).collect();
    let at = siblings.iter().position(|other| other.place == element.place).unwrap_or(0);
    let before =
        at.checked_sub(1).and_then(|at| siblings.get(at)).map(|element| (Entry::After, element.id()));
    let after = siblings.get(at + 1).map(|element| (Entry::Before, element.id()));
    // In another table the entry would move within the list unless it has an anchor.
    let here = match &beside {
        Place::After(id) => Some((Entry::After, id.as_str())),
        Place::Before(id) => Some((Entry::Before, id.as_str())),
        Place::First | Place::Last => None,
    };
    let anchors = [None, here, before, after];
    let among =
        among_items(persona, &claims, element, part, new).map(|edits| Proposal::new(edits, what.clone()));
    let is_among = claims.iter().filter_map(|claim| claim.block()).any(|block| block.table != block.part);
    let (mut proposals, mut among): (Vec<_>, Vec<_>) = match is_among {
        true => (among.into_iter().collect(), Vec::new()),
        false => (Vec::new(), among.into_iter().collect()),
    };
    for anchor in anchors.iter().enumerate().filter(|(at, anchor)| *at == 0 || anchor.is_some()) {
        if anchor.0 > 0 {
            proposals.append(&mut among);
        }
        for place in [beside.clone(), Place::Last, Place::First] {
            let edits = moves_to(persona, &claims, element, (part, new), place, *anchor.1);
            proposals.extend(edits.map(|edits| Proposal::new(edits, what.clone())));
        }
    }
    proposals.append(&mut among);
    let Some(claim) = element.claim().filter(|claim| claim.source != persona.profile()) else {
        return proposals;
    };
    if claim.level == Level::Locked || persona.library.is_template(claim.source) {
        return proposals;
    }
    let what = format!("{what}, overridden in the profile");
    let tables = entry_tables(persona.profile(), &element.list, part);
    let Some(value) = reworded(persona, claim, new) else { return proposals };
    let value = without_force(value);
    for anchor in [None, here, after, before] {
        let insertion = SourceEdit::insert(&tables, Place::Last, element.id(), with_key(&value, anchor));
        let mut replacing = Proposal::replacing(persona, &insertion, (&element.place, edit.reason), &what);
        for proposal in &mut replacing {
            proposal.edits.add(persona.profile_path(), typed_label(persona, element, part, new));
        }
        proposals.extend(replacing);
    }
    proposals
}

/// Returns the edits that move claims to the table of another part, with new words if there are any.
fn moves_to(
    persona: &BuiltPersona<'_>,
    claims: &[&Claim],
    element: &Element<'_>,
    (part, new): (Part, Option<&AddedEntry>),
    place: Place,
    anchor: Option<(Entry, &str)>,
) -> Option<FileEdits> {
    let mut edits = FileEdits::default();
    for claim in claims {
        let home = persona.home(claim)?;
        let to = entry_tables(claim.source, &element.list, part);
        let value = without_force(reworded(persona, claim, new)?);
        let (from, value) = (home.keys(), with_key(&value, anchor));
        edits.add(&home.path, [SourceEdit::Move { from, to, place: place.clone(), value }]);
    }
    edits.add(persona.profile_path(), typed_label(persona, element, part, new));
    Some(edits)
}

/// Returns the edits that change the force of entries in tables of items or steps, with new words if there are any. Their places stay.
fn among_items(
    persona: &BuiltPersona<'_>,
    claims: &[&Claim],
    element: &Element<'_>,
    part: Part,
    new: Option<&AddedEntry>,
) -> Option<FileEdits> {
    let mut edits = FileEdits::default();
    for claim in claims {
        let home = persona
            .home(claim)
            .filter(|_| claim.block().is_some_and(|block| block.table.may_hold_rules()))?;
        let value = without_force(reworded(persona, claim, new)?);
        let value = match part {
            Part::Rule(force) => with_key(&value, Some((Entry::Force, force.name()))),
            _ => value,
        };
        edits.add(&home.path, [SourceEdit::set(&home.tables, &home.key, value)]);
    }
    edits.add(persona.profile_path(), typed_label(persona, element, part, new));
    Some(edits)
}

/// Returns the TOML of an entry without the key for its force.
fn without_force(raw: String) -> String {
    without_key(&raw, Entry::Force.name()).unwrap_or(raw)
}

/// Returns the setting that prints the label of a force as typed, if that of the list differs.
fn typed_label(
    persona: &BuiltPersona<'_>,
    element: &Element<'_>,
    part: Part,
    new: Option<&AddedEntry>,
) -> Option<SourceEdit> {
    let (force, typed) = (part.force()?, new?.typed.as_ref()?);
    let is_usual = label_of(persona, element, force).is_some_and(|label| label == *typed);
    (!is_usual).then(|| SourceEdit::layout(&element.place, force.name(), literal(typed)))
}

/// Returns the TOML of a claim's entry with new words. `None` if it is a template, or has a label or a reason where the
/// other has none and is not written as [`entry`] writes it, since it may have more keys.
fn reworded(persona: &BuiltPersona<'_>, claim: &Claim, new: Option<&AddedEntry>) -> Option<String> {
    let mut raw = persona.library.sources.text(claim.span).to_owned();
    let Some(new) = new else { return Some(raw) };
    let block = claim.block()?;
    let written = |text: &Option<Text>| text.as_ref().map(|text| text.value.clone());
    let old = AddedEntry {
        label: written(&block.label),
        why: written(&block.why),
        ..AddedEntry::plain(new.part, block.text.value.clone())
    };
    if (old.label.is_some(), old.why.is_some()) != (new.label.is_some(), new.why.is_some())
        && raw == entry(&old.fields())
    {
        return Some(entry(&new.fields()));
    }
    let pairs = [
        (Some(&block.text), Some(&new.text)),
        (block.label.as_ref(), new.label.as_ref()),
        (block.why.as_ref(), new.why.as_ref()),
    ];
    let mut splices = Vec::new();
    for (old, new) in pairs {
        match (old, new) {
            (Some(old), Some(new)) if old.value != *new => {
                let is_own = old.span.file == claim.span.file
                    && claim.span.start <= old.span.start
                    && old.span.end <= claim.span.end;
                if !is_own || persona.library.is_template(claim.source) {
                    return None;
                }
                let text = literal_like(new, persona.library.sources.text(old.span));
                let range = old.span.range();
                splices.push((range.start - claim.span.start as usize, range.len(), text));
            }
            (Some(_), Some(_)) | (None, None) => {}
            (Some(_), None) | (None, Some(_)) => return None,
        }
    }
    splices.sort_by_key(|(start, ..)| std::cmp::Reverse(*start));
    for (start, length, text) in splices {
        raw.replace_range(start..start + length, &text);
    }
    Some(raw)
}

/// Returns the TOML of an entry with a key added whose value is an id, such as an anchor.
pub(super) fn with_key(raw: &str, key: Option<(Entry, &str)>) -> String {
    match (key, raw.strip_prefix('{').and_then(|rest| rest.trim_end().strip_suffix('}'))) {
        (None, _) => raw.to_owned(),
        (Some((key, id)), None) => entry(&[(Entry::Text, raw.to_owned()), (key, literal(id))]),
        (Some((key, id)), Some(inner)) => {
            format!("{{{}, {} = {} }}", inner.trim_end().trim_end_matches(','), key.name(), literal(id))
        }
    }
}
