//! Removes what edits left without a use: layout settings without effect, ids in `order` that no longer
//! exist, and empty fragments.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};

use super::home::FileEdits;
use crate::compose::{Composition, Entry};
use crate::model::grammar::{Keys as _, Profile};
use crate::model::{Address, Claim, Content, Datum, Fragment, Library, address, codes, layout_keys as keys};
use crate::source::edit::{SourceEdit, Use, layout_tables, list_literal};
use crate::trial::{Fleet, Outputs, Texts, Trial, differing};

/// The result of tidying.
#[derive(Debug, Default)]
pub(super) struct Tidied {
    /// The files that differ from those of the fleet.
    pub(super) files: Texts,
    /// The deleted files.
    pub(super) gone: Vec<Utf8PathBuf>,
    /// Short notes about what was done or is left to do.
    pub(super) notes: Vec<String>,
}

/// Removes what changes of the fleet left without a use, unless that would change a persona.
pub(super) fn tidy(fleet: &Fleet<'_>, changed: Texts) -> Tidied {
    let paths: BTreeSet<&Utf8Path> = changed.keys().map(|path| path.as_path()).collect();
    // Files that no persona depends on are not changed.
    let before = fleet.texts_of(fleet.reaching(&paths));
    let mut after = before.clone();
    after.extend(changed);
    let mut notes = Vec::new();
    if after == before {
        return Tidied::default();
    }
    let built = {
        let trial = Trial::new(&after);
        let personas = trial.personas();
        let changed = differing(&before, &after);
        personas.outputs(|profile, _| personas.reaches(profile, &changed))
    };
    let is_same = |texts: &Texts| {
        let trial = Trial::new(texts);
        trial.personas().outputs(|_, profile| built.contains_key(profile)) == built
    };
    for (path, edit, note) in leftovers(&before, &after, &built) {
        let Some(files) = FileEdits::of(&path, [edit]).files(&after) else { continue };
        let mut next = after.clone();
        next.extend(files);
        if is_same(&next) {
            after = next;
            notes.push(note);
        }
    }
    for (path, id) in empty(&before, &after) {
        let (note, next) = without(fleet, &after, &path, &id);
        match next.filter(is_same) {
            Some(next) => {
                notes.push(format!("deleted {path}, which was empty"));
                after = next;
            }
            None => notes.push(format!("{path} is empty; {note}")),
        }
    }
    let gone = before.keys().filter(|path| !after.contains_key(*path)).cloned().collect();
    after.retain(|path, text| fleet.texts().get(path) != Some(text));
    Tidied { files: after, gone, notes }
}

/// Returns the settings of profiles that had an effect before and have none now: the file, the edit that
/// removes the setting, and a note.
fn leftovers(before: &Texts, after: &Texts, built: &Outputs) -> Vec<(Utf8PathBuf, SourceEdit, String)> {
    let (old, new) = (Trial::new(before), Trial::new(after));
    let (was, is) = (old.personas(), new.personas());
    let mut found = Vec::new();
    for id in built.keys() {
        let (Ok(one), Ok(other)) = (was.check(id), is.check(id)) else { continue };
        let (one, other) = (one.composition, other.composition);
        let path = new.library.profile_path(other.profile).to_owned();
        let known: BTreeSet<&str> = unused(&one).into_iter().map(|(message, _)| message).collect();
        for (message, claim) in unused(&other) {
            if let Address::Layout { place, key } = claim.address.parsed()
                && !known.contains(message)
            {
                let gone = (key == keys::ORDER.name).then(|| order(&other, place, claim)).flatten();
                let note = format!("removed `{}` from {path}: it no longer has any effect", claim.address);
                found.push((path.clone(), reordered(place, key, gone), note));
            }
        }
        for kind in other.profile.section_order.iter().map(|kind| kind.value.clone()) {
            let has = |composition: &Composition<'_>| {
                composition.persona.sections.iter().any(|section| section.kind == kind)
            };
            if has(&one) && !has(&other) {
                let note = format!(
                    "removed `{}` from {path}: the section no longer exists",
                    Address::Section(&kind)
                );
                let removal = SourceEdit::remove(&[Profile::Sections.name()], &kind);
                found.push((path.clone(), removal, note));
            }
        }
    }
    found
}

/// Returns the layout settings without effect, each with the message of its finding.
fn unused<'c, 'a>(composition: &'c Composition<'a>) -> Vec<(&'c str, &'a Claim)> {
    let findings = composition.findings.iter().filter(|finding| finding.code == codes::UNUSED_LAYOUT);
    let claim = |finding: &'c crate::model::Diagnostic| {
        let span = finding.labels.first()?.span;
        let mut claims = composition.profile.claims.iter();
        let claim = claims.find(|claim| claim.key == span || claim.span == span)?;
        Some((finding.message.as_str(), claim))
    };
    findings.filter_map(claim).collect()
}

/// Returns an `order` without the ids that no longer exist. `None` if the list itself does not exist.
fn order(composition: &Composition<'_>, place: &str, claim: &Claim) -> Option<Vec<String>> {
    let Content::Setting(Datum::List(ids)) = &claim.content else { return None };
    let (kind, group) = address::section_and_group(place);
    let section = composition.persona.sections.iter().find(|section| section.kind == kind)?;
    let mut entries = &section.entries;
    if let Some(id) = group {
        entries = section.entries.iter().find_map(|entry| match entry {
            Entry::Group(group) if group.id == id => Some(&group.entries),
            _ => None,
        })?;
    }
    let here = |id: &&str| entries.iter().any(|entry| entry.id() == *id);
    Some(ids.iter().filter_map(Datum::as_str).filter(here).map(str::to_owned).collect())
}

/// Returns the edit that removes a layout setting or replaces it with a shorter `order`.
fn reordered(place: &str, key: &str, order: Option<Vec<String>>) -> SourceEdit {
    match order.filter(|order| order.len() > 1) {
        Some(order) => SourceEdit::layout(place, key, list_literal(order.iter().map(String::as_str))),
        None => SourceEdit::remove(&layout_tables(place), key),
    }
}

fn says_nothing(fragment: &Fragment) -> bool {
    let is_bare = fragment.claims.is_empty() && fragment.requires.is_empty() && fragment.excludes.is_empty();
    is_bare && !fragment.broken
}

/// Returns the fragments that became empty: path and id.
fn empty(before: &Texts, after: &Texts) -> Vec<(Utf8PathBuf, String)> {
    let (old, new) = (Trial::new(before).library, Trial::new(after).library);
    let now = new.fragments.iter().filter(|(id, fragment)| {
        says_nothing(fragment) && old.fragments.get(id).is_some_and(|old| !says_nothing(old))
    });
    now.map(|(id, fragment)| (new.sources.file(fragment.file).path().to_owned(), id.clone())).collect()
}

/// Returns the texts without an empty fragment, if only `use` refers to it, and what the user is to do
/// otherwise.
fn without(fleet: &Fleet<'_>, texts: &Texts, path: &Utf8PathBuf, id: &str) -> (String, Option<Texts>) {
    let uses = Profile::Use.shown();
    if texts.get(path).is_some_and(|text| text.contains('#')) {
        return (
            format!("it has comments, so it was kept; remove `{id}` from {uses} and delete the file"),
            None,
        );
    }
    let library = Trial::new(texts).library;
    if let Some(other) = mentioned(fleet.library(), id) {
        return (
            format!("{other} refers to it; remove `{id}` there and from {uses}, then delete the file"),
            None,
        );
    }
    let mut edits = FileEdits::default();
    for profile in
        library.profiles.values().filter(|profile| profile.uses.iter().any(|used| used.value == id))
    {
        let unused = Use::Replace(id.to_owned(), Vec::new());
        edits.add(library.profile_path(profile), [SourceEdit::Use(unused)]);
    }
    let mut next = texts.clone();
    next.remove(path);
    next.extend(edits.files(texts).unwrap_or_default());
    (format!("remove `{id}` from {uses} and delete the file"), Some(next))
}

/// Returns a file that refers to a fragment other than in `use`.
fn mentioned(library: &Library, id: &str) -> Option<Utf8PathBuf> {
    let fragments = library
        .fragments
        .values()
        .filter(|fragment| fragment.requires.iter().chain(&fragment.excludes).any(|other| other.value == id));
    let fragments = fragments.map(|fragment| library.sources.file(fragment.file).path().to_owned());
    let profiles = library.profiles.values().filter(|profile| {
        profile.drops.iter().any(|drop| drop.fragment.value == id)
            || profile.resolutions.iter().any(|resolution| resolution.pins().any(|(side, _)| side == id))
    });
    fragments.chain(profiles.map(|profile| library.profile_path(profile).to_owned())).next()
}
