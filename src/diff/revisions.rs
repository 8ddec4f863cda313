//! What tells two states of a workspace apart: the edits of its sources, and what they do to each
//! persona.

use std::collections::{BTreeMap, BTreeSet};

use camino::Utf8Path;
use indexmap::IndexMap;
use rayon::prelude::*;

use super::causes::{Cause, Touches, causes};
use super::comparison::{Difference, Move, Row, compare};
use super::lines::{Hunk, Tag, hunks};
use crate::compose::{Composer, Composition};
use crate::model::{Diagnostic, Library, Severity, Source, settle};
use crate::render::{self, output_path, render};

/// A workspace in one state.
#[derive(Debug, Clone, Copy)]
pub struct State<'s> {
    /// What it holds.
    pub library: &'s Library,
    /// What is wrong with its files.
    pub findings: &'s [Diagnostic],
}

/// How a persona stands in one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// There is no such profile.
    Absent,
    /// It only serves as a parent.
    Abstract,
    /// It cannot be composed.
    Uncomposed,
    /// It can be composed, and not built.
    Unsound,
    /// It is built.
    Sound,
}

/// One file of a persona in both states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputChange {
    /// The target.
    pub target: &'static str,
    /// Its path and number of lines before; nothing if it was not made.
    pub before: Option<(String, usize)>,
    /// Its path and number of lines after.
    pub after: Option<(String, usize)>,
    /// Whether its text differs.
    pub is_reworded: bool,
}

/// What happened to one persona.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// The profile.
    pub profile: String,
    /// How it stood.
    pub before: Standing,
    /// How it stands.
    pub after: Standing,
    /// Its outputs that changed.
    pub outputs: Vec<OutputChange>,
    /// The addresses at which it says something else, or stands elsewhere.
    pub rows: Vec<Row>,
}

/// Changed lines that several outputs have alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedHunk {
    /// The lines, with those around them that all have alike.
    pub hunk: Hunk,
    /// The addresses that the lines speak about.
    pub addresses: BTreeSet<String>,
    /// The outputs: a profile and a target each.
    pub outputs: Vec<(String, &'static str)>,
}

/// An edit, and the personas that it changes.
#[derive(Debug, Clone)]
pub struct Caused {
    /// The edit.
    pub cause: Cause,
    /// The profiles of the personas that it changes.
    pub changes: Vec<String>,
    /// How many other personas have the source, and are as they were.
    pub without_effect: usize,
}

/// What tells two states of a workspace apart.
#[derive(Debug, Default)]
pub struct Changes {
    /// The edits, by file and line.
    pub causes: Vec<Caused>,
    /// The personas that changed, by profile.
    pub effects: Vec<Effect>,
    /// Their changed lines, each once, those of most outputs first.
    pub hunks: Vec<SharedHunk>,
    /// Errors and warnings that there were not before.
    pub found: Vec<Diagnostic>,
    /// Errors and warnings that there are not any more.
    pub mended: Vec<Diagnostic>,
    /// How many personas there are, in the later state.
    pub personas: usize,
}

impl Changes {
    /// Whether any persona or finding differs. An edit may change neither.
    pub fn has_effect(&self) -> bool {
        !self.effects.is_empty() || !self.found.is_empty() || !self.mended.is_empty()
    }
}

/// One profile in one state.
struct Seen<'a> {
    standing: Standing,
    composition: Option<Composition<'a>>,
    sources: BTreeSet<Source>,
    findings: Vec<Diagnostic>,
}

/// A change of one output, on its way to be shared.
struct Change {
    hunk: Hunk,
    above: Option<String>,
    below: Option<String>,
    addresses: BTreeSet<String>,
    output: (String, &'static str),
}

/// What came of comparing one profile.
struct Compared {
    effect: Effect,
    sources: [BTreeSet<Source>; 2],
    changes: Vec<Change>,
    findings: [Vec<Diagnostic>; 2],
}

/// Compares two states of a workspace, or only these profiles of it if any are named. Only the personas
/// that an edited file reaches are composed.
pub fn revisions(earlier: State<'_>, later: State<'_>, only: &[String]) -> Changes {
    let causes = causes(earlier.library, later.library);
    let edited = edited(earlier.library, later.library);
    let composers = [Composer::new(earlier.library), Composer::new(later.library)];
    let libraries = [earlier.library, later.library];
    let ids: BTreeSet<&String> = libraries.iter().flat_map(|library| library.profiles.keys()).collect();
    let reached = |id: &&&String| {
        (only.is_empty() || only.contains(id))
            && (0..2).any(|side| {
                let Some(index) = libraries[side].profiles.get_index_of(**id) else { return true };
                let files = composers[side].files(index as u32);
                files.iter().any(|file| edited.contains(libraries[side].sources.file(*file).path()))
            })
    };
    let reached: Vec<&String> = ids.iter().filter(reached).copied().collect();
    let compared: Vec<Compared> = reached
        .into_par_iter()
        .map(|id| {
            compare_profile(
                id,
                [see(libraries[0], &composers[0], id), see(libraries[1], &composers[1], id)],
                libraries,
            )
        })
        .collect();

    let mut before: Vec<Diagnostic> = earlier.findings.to_vec();
    let mut after: Vec<Diagnostic> = later.findings.to_vec();
    let mut changes = Changes { personas: later.library.concrete_profiles().count(), ..Changes::default() };
    let mut lines = Vec::new();
    let mut reach = Vec::new();
    for Compared { effect, sources, changes: hunks, findings: [old, new] } in compared {
        before.extend(old);
        after.extend(new);
        lines.extend(hunks);
        reach.push((sources, effect));
    }
    changes.causes = causes.into_iter().map(|cause| caused(cause, &reach)).collect();
    changes.effects = reach.into_iter().map(|(_, effect)| effect).filter(is_changed).collect();
    changes.hunks = shared(lines);
    changes.found = new_findings(&before, &after);
    changes.mended = new_findings(&after, &before);
    changes
}

/// The files whose text is not the same in both states.
fn edited<'l>(earlier: &'l Library, later: &'l Library) -> BTreeSet<&'l Utf8Path> {
    let texts = |library: &'l Library| -> BTreeMap<&'l Utf8Path, &'l str> {
        library.sources.files().map(|file| (file.path(), file.text())).collect()
    };
    let (earlier, later) = (texts(earlier), texts(later));
    let paths = earlier.keys().chain(later.keys());
    paths.filter(|path| earlier.get(*path) != later.get(*path)).copied().collect()
}

fn see<'a>(library: &'a Library, composer: &Composer<'a>, id: &str) -> Seen<'a> {
    let absent = Seen {
        standing: Standing::Absent,
        composition: None,
        sources: BTreeSet::new(),
        findings: Vec::new(),
    };
    let Some(index) = library.profiles.get_index_of(id) else { return absent };
    let source = BTreeSet::from([Source::Profile(index as u32)]);
    match composer.compose(index as u32) {
        Err(findings) => Seen { standing: Standing::Uncomposed, findings, sources: source, ..absent },
        Ok(mut composition) => {
            let limits = render::check(library, &composition);
            composition.findings.extend(limits);
            let standing = match (composition.profile.is_abstract, composition.is_sound()) {
                (true, _) => Standing::Abstract,
                (false, true) => Standing::Sound,
                (false, false) => Standing::Unsound,
            };
            let sources = composition.selection.sources.iter().copied().collect();
            Seen { standing, findings: composition.findings.clone(), sources, composition: Some(composition) }
        }
    }
}

fn compare_profile(id: &str, [before, after]: [Seen<'_>; 2], libraries: [&Library; 2]) -> Compared {
    let mut effect = Effect {
        profile: id.to_owned(),
        before: before.standing,
        after: after.standing,
        outputs: Vec::new(),
        rows: Vec::new(),
    };
    let mut changes = Vec::new();
    if let (Some(old), Some(new)) = (&before.composition, &after.composition) {
        effect.rows = compare((libraries[0], old), (libraries[1], new));
        effect.rows.retain(|row| row.difference() != Difference::None);
    }
    let is_made = |seen: &Seen<'_>| matches!(seen.standing, Standing::Sound | Standing::Unsound);
    let made: Vec<Option<&Composition<'_>>> = [&before, &after]
        .into_iter()
        .map(|seen| seen.composition.as_ref().filter(|_| is_made(seen)))
        .collect();
    // What cannot be composed on one side has no text there to compare with.
    if before.standing != Standing::Uncomposed && after.standing != Standing::Uncomposed {
        let names = made.iter().flatten().flat_map(|composition| &composition.persona.targets);
        let mut names: Vec<&'static str> = names.map(|settings| settings.target.name).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let (change, hunks) = compare_output(id, name, made[0], made[1]);
            if change.is_reworded
                || change.before.as_ref().map(|it| &it.0) != change.after.as_ref().map(|it| &it.0)
            {
                effect.outputs.push(change);
            }
            changes.extend(hunks);
        }
    }
    Compared {
        effect,
        sources: [before.sources, after.sources],
        changes,
        findings: [before.findings, after.findings],
    }
}

fn compare_output(
    id: &str,
    target: &'static str,
    before: Option<&Composition<'_>>,
    after: Option<&Composition<'_>>,
) -> (OutputChange, Vec<Change>) {
    let document = |composition: Option<&Composition<'_>>| {
        let composition = composition?;
        let settings = composition.persona.targets.iter().find(|settings| settings.target.name == target)?;
        let document = render(composition, settings);
        let addresses: Vec<Option<String>> =
            document.line_addresses().into_iter().map(|address| address.map(str::to_owned)).collect();
        Some((output_path(composition, settings), addresses, document.into_text()))
    };
    let (before, after) = (document(before), document(after));
    let side = |document: &Option<(String, Vec<Option<String>>, String)>| {
        document.as_ref().map(|(path, lines, _)| (path.clone(), lines.len()))
    };
    let text = |document: &Option<(String, Vec<Option<String>>, String)>| {
        document.as_ref().map(|(.., text)| text.clone())
    };
    let is_reworded = text(&before) != text(&after);
    let change = OutputChange { target, before: side(&before), after: side(&after), is_reworded };
    let (Some((_, old_addresses, old)), Some((_, new_addresses, new))) = (before, after) else {
        return (change, Vec::new());
    };
    let lines: Vec<&str> = old.lines().collect();
    let changes = hunks(&old, &new, 0).into_iter().map(|hunk| {
        let (removed, added) = (count(&hunk, Tag::Removed), count(&hunk, Tag::Added));
        let at = |addresses: &[Option<String>], from: usize, count: usize| -> Vec<String> {
            addresses.iter().skip(from - 1).take(count).flatten().cloned().collect()
        };
        let addresses = at(&old_addresses, hunk.before, removed).into_iter();
        let addresses = addresses.chain(at(&new_addresses, hunk.after, added)).collect();
        let above = hunk.before.checked_sub(2).and_then(|line| lines.get(line));
        let below = lines.get(hunk.before - 1 + removed);
        let owned = |line: Option<&&str>| line.map(|line| (*line).to_owned());
        Change { above: owned(above), below: owned(below), addresses, output: (id.to_owned(), target), hunk }
    });
    let changes = changes.collect();
    (change, changes)
}

fn count(hunk: &Hunk, tag: Tag) -> usize {
    hunk.lines.iter().filter(|line| line.tag == tag).count()
}

/// Puts the changes of equal lines together, those of most outputs first.
fn shared(changes: Vec<Change>) -> Vec<SharedHunk> {
    let mut groups: IndexMap<Vec<(Tag, String)>, Vec<Change>> = IndexMap::new();
    for change in changes {
        let key = change.hunk.lines.iter().map(|line| (line.tag, line.text())).collect();
        groups.entry(key).or_default().push(change);
    }
    let mut shared: Vec<SharedHunk> = groups.into_values().filter_map(share).collect();
    shared.sort_by_key(|hunk| std::cmp::Reverse(hunk.outputs.len()));
    shared
}

fn share(group: Vec<Change>) -> Option<SharedHunk> {
    let common = |line: fn(&Change) -> &Option<String>| -> Option<String> {
        let first = line(group.first()?).clone()?;
        group.iter().all(|change| line(change).as_ref() == Some(&first)).then_some(first)
    };
    let (above, below) = (common(|change| &change.above), common(|change| &change.below));
    let mut hunk = group.first()?.hunk.clone();
    let same = |text: String| super::lines::Line::same(text);
    if let Some(above) = above {
        hunk.lines.insert(0, same(above));
        (hunk.before, hunk.after) = (hunk.before - 1, hunk.after - 1);
    }
    hunk.lines.extend(below.map(same));
    let addresses = group.iter().flat_map(|change| &change.addresses).cloned().collect();
    Some(SharedHunk { hunk, addresses, outputs: group.into_iter().map(|change| change.output).collect() })
}

fn is_changed(effect: &Effect) -> bool {
    effect.before != effect.after || !effect.outputs.is_empty()
}

/// The personas that an edit changes. A parent that is only abstract is none.
fn caused(cause: Cause, reach: &[([BTreeSet<Source>; 2], Effect)]) -> Caused {
    let is_reached = |sources: &[BTreeSet<Source>; 2]| {
        let of_workspace = cause.earlier.is_none() && cause.later.is_none();
        let has = |side: usize, source: Option<Source>| {
            source.is_some_and(|source| sources[side].contains(&source))
        };
        of_workspace || has(0, cause.earlier) || has(1, cause.later)
    };
    let (mut changes, mut without_effect) = (Vec::new(), 0);
    let personas = reach.iter().filter(|(_, effect)| {
        [effect.before, effect.after]
            .iter()
            .any(|standing| !matches!(standing, Standing::Absent | Standing::Abstract))
    });
    for (_, effect) in personas.filter(|(sources, _)| is_reached(sources)) {
        match is_changed(effect) && is_touched(&cause, effect) {
            true => changes.push(effect.profile.clone()),
            false => without_effect += 1,
        }
    }
    Caused { cause, changes, without_effect }
}

fn is_touched(cause: &Cause, effect: &Effect) -> bool {
    let is_built = |standing| matches!(standing, Standing::Sound | Standing::Unsound);
    if !is_built(effect.before) || !is_built(effect.after) {
        return true;
    }
    let rows = |matches: &dyn Fn(&Row) -> bool| effect.rows.iter().any(matches);
    let is_at = |row: &Row, address: &str| {
        let from = if let Move::From(from) = &row.moved { Some(from.as_str()) } else { None };
        row.address() == address || from == Some(address)
    };
    match &cause.touches {
        Touches::Everything => true,
        Touches::Rules => {
            rows(&|row| [&row.before, &row.after].into_iter().flatten().any(|said| said.force.is_some()))
        }
        Touches::Sections => rows(&|row| row.address().starts_with("sections.")),
        Touches::AtOrIn(target) => {
            rows(&|row| row.address() == target || row.address().starts_with(&format!("{target}.")))
                || is_setting(target)
        }
        Touches::Addresses(addresses) => {
            addresses.iter().any(|address| is_setting(address) || rows(&|row| is_at(row, address)))
        }
    }
}

/// Whether an address sets how something is written, which shows in the text and not at an address.
fn is_setting(address: &str) -> bool {
    let first = address.split('.').next().unwrap_or_default();
    matches!(first, "sections" | "style" | "combine" | "target" | "title" | "layout")
}

/// The errors and warnings of `after` that are not in `before`.
fn new_findings(before: &[Diagnostic], after: &[Diagnostic]) -> Vec<Diagnostic> {
    let key = |finding: &Diagnostic| (finding.code.name, finding.message.clone(), finding.personas.clone());
    let known: BTreeSet<_> = before.iter().map(key).collect();
    let is_new = |finding: &&Diagnostic| finding.severity != Severity::Note && !known.contains(&key(finding));
    settle(after.iter().filter(is_new).cloned().collect())
}
