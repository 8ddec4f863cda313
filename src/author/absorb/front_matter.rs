//! Edits of front matter that no value explains: the profile then lists the lines as typed.

use std::ops::Range;

use super::change::Change;
use super::home::FileEdits;
use super::hunks::Hunk;
use super::proposal::{Edit, Proposal};
use super::settings;
use super::values::unquoted;
use crate::model::grammar::Profile;
use crate::model::{Address, DESCRIPTION, FRONT_MATTER, NAME, layout_keys as keys};
use crate::render::Attribution;
use crate::source::edit::{SourceEdit, list_literal, literal};
use crate::text::front_matter::{is_fence, split};
use crate::trial::BuiltPersona;

/// Returns the range of the front matter at the start of a text, including its fences.
fn fenced(text: &str) -> Option<Range<usize>> {
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    let (_, end) = split(&text[start..])?;
    Some(start..start + end)
}

/// Returns whether an edit removes a fence of the front matter or adds another one above or inside it. The
/// rest would no longer parse as front matter. Removing the whole front matter is allowed.
pub(super) fn breaks_fence(before: &str, hunks: &[Hunk]) -> bool {
    let Some(all) = fenced(before) else { return false };
    let inside = &before[all.clone()];
    let open = all.start..all.start + inside.find('\n').map_or(inside.len(), |at| at + 1);
    let close = all.start + inside.trim_end().rfind('\n').map_or(0, |at| at + 1)..all.end;
    hunks.iter().any(|hunk| {
        let Range { start, end } = hunk.old;
        let is_whole = start <= all.start && all.end <= end;
        let touches = |fence: &Range<usize>| start < fence.end && fence.start < end;
        let is_above = start <= all.start && start == end;
        let is_inside = all.start < start && end <= close.start;
        let another = is_inside && hunk.new.lines().any(is_fence);
        !is_whole && (touches(&open) || touches(&close) || is_above || another)
    })
}

/// Returns the range of the front matter between its fences.
fn inside(text: &str) -> Option<Range<usize>> {
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    let (inside, _) = split(&text[start..])?;
    Some(start + inside.start..start + inside.end)
}

/// Returns the front matter between its fences before and after the edit, with `\n` for every line break. `None` if the
/// edit changes something else.
pub(super) fn edited_text(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Option<(String, String)> {
    let text = persona.document.text();
    let range = inside(text)?;
    let changes: Vec<Change> = edit.pending().map(|index| edit.change(index)).collect();
    let is_outside = |change: &Change| change.start < range.start || change.end > range.end;
    if changes.is_empty() || changes.iter().any(is_outside) {
        return None;
    }
    let mut new = text[range.clone()].to_owned();
    for change in changes.iter().rev() {
        new.replace_range(change.start - range.start..change.end - range.start, &change.new);
    }
    Some((text[range].replace("\r\n", "\n"), new.replace("\r\n", "\n")))
}

/// Proposes a `front-matter` list for the profile that prints the edited front matter.
pub(super) fn edited(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Vec<Proposal> {
    let text = persona.document.text();
    let (Some(range), Some((_, new))) = (inside(text), edited_text(persona, edit)) else {
        return Vec::new();
    };
    // The lines that cento writes by itself; typed lines are in the setting already.
    let is_written = |address: &str| !address.ends_with(FRONT_MATTER);
    let pieces = persona.document.pieces().iter().filter(|piece| range.contains(&piece.range.start));
    let written: Vec<&str> = pieces
        .filter(|piece| {
            matches!(piece.attribution, Attribution::Layout)
                || matches!(piece.attribution, Attribution::From(at, _) if is_written(at))
        })
        .map(|piece| &text[piece.range.clone()])
        .collect();
    let old = typed(persona);
    let lines = entries(&new);
    [true, false].map(|is_set| listed(persona, &lines, &old, &written, is_set)).into()
}

/// Proposes the profile's list for lines of front matter. With `is_set`, keys that the target knows become
/// settings; otherwise they stay typed lines.
fn listed(
    persona: &BuiltPersona<'_>,
    lines: &[String],
    old: &[String],
    written: &[&str],
    is_set: bool,
) -> Proposal {
    let mut values: Option<FileEdits> = None;
    let mut known: Vec<(String, String)> = Vec::new();
    let list: Vec<String> = lines
        .iter()
        .map(|line| {
            let key = line.split(':').next().unwrap_or_default();
            if written.contains(&format!("{line}\n").as_str()) {
                let same = old.iter().find(|entry| entry.split(':').next() == Some(key));
                return same.cloned().unwrap_or_else(|| key.to_owned());
            }
            let setting = settings::setting(persona.target.name, line).filter(|_| is_set && !key.is_empty());
            if let Some((name, value)) = setting {
                known.push((name.to_owned(), value));
                return name.to_owned();
            }
            match quoted(persona, key, line) {
                Some((edits, entry)) if values.is_none() => {
                    values = Some(edits);
                    entry
                }
                _ => line.clone(),
            }
        })
        .collect();
    let list = list_literal(list.iter().map(String::as_str));
    let target = persona.target.name;
    let mut edits = values.unwrap_or_default();
    let mut what = Vec::new();
    for (key, value) in known.iter().map(|(key, value)| (key.as_str(), value)).chain([(FRONT_MATTER, &list)])
    {
        edits.add(persona.profile_path(), [settings::set_target(target, key, value)]);
        what.push(format!("`{}`", Address::TargetKey { target, key }));
    }
    Proposal::new(edits, what.join(", "))
}

/// Splits front matter into entries: a key and its continuation lines.
fn entries(text: &str) -> Vec<String> {
    let mut entries: Vec<String> = Vec::new();
    for line in text.trim_end_matches('\n').split('\n') {
        match entries.last_mut() {
            Some(last) if line.starts_with([' ', '\t', '-']) || line.is_empty() => {
                last.push('\n');
                last.push_str(line);
            }
            _ => entries.push(line.to_owned()),
        }
    }
    entries
}

/// Returns the `front-matter` list that the profile has now.
pub(super) fn typed(persona: &BuiltPersona<'_>) -> Vec<String> {
    let targets = persona.composition.persona.targets.iter();
    let mut settings = targets.filter(|settings| settings.target.name == persona.target.name);
    match settings.next().and_then(|settings| settings.typed_front_matter()) {
        Some((crate::model::Datum::List(list), _)) => {
            list.iter().filter_map(|entry| entry.as_str().map(str::to_owned)).collect()
        }
        _ => Vec::new(),
    }
}

/// Handles a description whose words and quotes changed: the words go to the field, the quotes to the entry
/// of the list.
fn quoted(persona: &BuiltPersona<'_>, key: &str, line: &str) -> Option<(FileEdits, String)> {
    let value = line.strip_prefix(key)?.strip_prefix(": ")?;
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let text = unquoted(value).into_iter().next().filter(|text| text != value)?;
    if key != DESCRIPTION || text.contains('\n') {
        return None;
    }
    let edits =
        persona.profile_edits([SourceEdit::set(&[] as &[&str], Profile::Description.name(), literal(&text))]);
    Some((edits, format!("{key}: {quote}VALUE{quote}")))
}

/// Proposes a `front-matter` list for front matter added to an output that had none.
pub(super) fn added(persona: &BuiltPersona<'_>, edit: Edit<'_>) -> Vec<Proposal> {
    let text = persona.document.text();
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    let mut proposals = Vec::new();
    for change in edit.pending().map(|index| edit.change(index)) {
        let new = change.new.replace("\r\n", "\n");
        let Some(inside) = new.strip_prefix("---\n").filter(|_| change.start == start && change.end == start)
        else {
            continue;
        };
        let Some((inside, below)) = inside.split_once("---\n").filter(|(inside, below)| {
            (inside.is_empty() || inside.ends_with('\n')) && below.trim().is_empty()
        }) else {
            continue;
        };
        let own_name = format!("{NAME}: {}", persona.composition.profile.id);
        let typed = |line: String| if line == own_name { NAME.to_owned() } else { line };
        let lines = entries(inside);
        let known: Vec<String> = lines.iter().cloned().map(typed).collect();
        let start = text.len() - text[change.end..].trim_start_matches(['\n', '\r']).len() - change.end;
        let breaks = below.len() + text[change.end..][..start].matches('\n').count();
        // The whole block as a string, for front matter that omits what cento would print.
        let whole = literal(&new[..new.len() - below.len()]);
        let lists = [known, lines].map(|list| list_literal(list.iter().map(String::as_str)));
        for list in lists.into_iter().chain([whole]) {
            let (target, key) = (persona.target.name, FRONT_MATTER);
            let setting = settings::set_target(target, key, &list);
            let headed = Proposal::new(
                persona.profile_edits([setting]),
                format!("`{}`", Address::TargetKey { target, key }),
            );
            let start = SourceEdit::layout("", keys::START.name, breaks.to_string());
            let mut spaced = headed.clone();
            spaced.edits.add(persona.profile_path(), [start]);
            proposals.extend([headed, spaced]);
        }
    }
    proposals
}
