//! A persona as some texts make it, and what others are made of the same texts.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use rayon::prelude::*;

use crate::check::check;
use crate::compose::{Composer, Composition, Problem};
use crate::model::{Claim, Diagnostic, Library, Part, ProfileId, Source, Span};
use crate::render::{Document, render};
use crate::source::edit;
use crate::workspace::load_texts;

/// The files of a workspace by path, with `\n` for every line break.
pub type Texts = BTreeMap<Utf8PathBuf, String>;

/// A persona, composed and rendered.
pub(super) struct Scene<'a> {
    pub(super) library: &'a Library,
    pub(super) composition: &'a Composition<'a>,
    pub(super) document: &'a Document<'a>,
    pub(super) texts: &'a Texts,
    /// The target that is rendered.
    pub(super) target: &'static str,
    /// What is written into the reason of what is removed.
    pub(super) reason: &'a str,
}

/// Where an entry is written: the file, the tables that lead to it, and its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Home {
    pub(super) path: Utf8PathBuf,
    pub(super) tables: Vec<String>,
    pub(super) key: String,
}

impl Home {
    /// The tables that lead to it.
    pub(super) fn tables(&self) -> Vec<&str> {
        self.tables.iter().map(String::as_str).collect()
    }
}

impl<'a> Scene<'a> {
    /// The path of the profile's file.
    pub(super) fn profile_path(&self) -> &'a Utf8Path {
        self.library.profile_path(self.composition.profile)
    }

    /// Who is composed.
    pub(super) fn profile(&self) -> Source {
        Source::Profile(self.composition.lineage[self.composition.lineage.len() - 1])
    }

    /// The file of a source.
    pub(super) fn path_of(&self, source: Source) -> &'a Utf8Path {
        let file = self.library.file_of(source);
        self.library.sources.file(file).path()
    }

    /// The files with some places overwritten.
    pub(super) fn spliced(&self, mut splices: Vec<(Span, String)>) -> Texts {
        splices.sort_by_key(|(span, _)| std::cmp::Reverse((span.file, span.start)));
        splices.dedup_by_key(|(span, _)| *span);
        let mut changed = Texts::new();
        for (span, text) in splices {
            let path = self.library.sources.path(span);
            let file = changed
                .entry(path.to_owned())
                .or_insert_with(|| self.texts.get(path).cloned().unwrap_or_default());
            file.replace_range(span.range(), &text);
        }
        changed
    }

    /// The profile's file, edited.
    pub(super) fn own(&self, change: impl FnOnce(&str) -> Result<String, edit::EditError>) -> Option<Texts> {
        let path = self.profile_path();
        let text = change(self.texts.get(path)?).ok()?;
        Some(Texts::from([(path.to_owned(), text)]))
    }

    /// Where the entry of a claim is written.
    pub(super) fn home(&self, claim: &Claim) -> Option<Home> {
        let part = claim.block()?.part;
        let path = self.path_of(claim.source).to_owned();
        let mut tables = self.body(claim.source, claim.address.section());
        if let Source::Fragment(_) = claim.source
            && claim.address.group().is_none()
            && self.library.sources.text(claim.key) == "text"
            && claim.address.id() != "text"
        {
            return Some(Home { path, tables: Vec::new(), key: "text".to_owned() });
        }
        if let Some(group) = claim.address.group() {
            tables.extend(["group".to_owned(), group.to_owned()]);
        }
        tables.extend(part_table(part).map(str::to_owned));
        Some(Home { path, tables, key: claim.address.id().to_owned() })
    }

    /// The tables of a source that lead to its body.
    pub(super) fn body(&self, source: Source, section: &str) -> Vec<String> {
        match source {
            Source::Fragment(_) => Vec::new(),
            Source::Profile(_) => vec!["body".to_owned(), section.to_owned()],
        }
    }
}

/// The table that holds entries of a part; a title or lead stands in its group itself.
pub(super) fn part_table(part: Part) -> Option<&'static str> {
    match part {
        Part::Title | Part::Lead => None,
        Part::Prose => Some("prose"),
        Part::Item => Some("items"),
        Part::Step => Some("steps"),
        Part::Rule(force) => Some(force.name()),
    }
}

/// Which persona is looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'s> {
    pub(super) profile: &'s str,
    pub(super) target: &'static str,
    pub(super) path: &'s Utf8Path,
    pub(super) reason: &'s str,
}

/// Composes a persona of texts and looks at it; says why it cannot be built otherwise.
pub(super) fn look<R>(
    texts: &Texts,
    subject: Subject<'_>,
    look: impl FnOnce(&Scene<'_>) -> R,
) -> Result<R, Vec<Diagnostic>> {
    let (library, findings) = load_texts(texts);
    let refused = |refusal: Vec<Diagnostic>| {
        let own = findings.iter().filter(|finding| finding.breaks_file()).cloned();
        own.chain(refusal).collect::<Vec<_>>()
    };
    let Some(index) = library.profiles.id_of(subject.profile) else { return Err(refused(Vec::new())) };
    let mut composition = Composer::new(&library).compose(index).map_err(refused)?;
    composition.findings.extend(check(&library, &composition));
    if !composition.is_sound() {
        return Err(composition.findings.into_iter().filter(Diagnostic::breaks_file).collect());
    }
    let settings = composition.persona.targets.iter().find(|settings| settings.target.name == subject.target);
    let Some(settings) = settings else { return Err(Vec::new()) };
    let document = render(&composition, settings);
    Ok(look(&Scene {
        library: &library,
        composition: &composition,
        document: &document,
        texts,
        target: subject.target,
        reason: subject.reason,
    }))
}

/// Pins the decisions of a persona that a change of what they saw has made stale to what their sides say
/// now; nothing if no decision is stale.
pub(super) fn pinned(texts: &Texts, profile: &str) -> Option<Texts> {
    let (library, _) = load_texts(texts);
    let index = library.profiles.id_of(profile)?;
    let composition = Composer::new(&library).compose(index).ok()?;
    let mut changed = Texts::new();
    for conflict in &composition.conflicts {
        let Some(unapplied) = &conflict.unapplied else { continue };
        if !matches!(unapplied.problem, Problem::Stale) {
            continue;
        }
        let holder = &library.profiles[unapplied.settled.profile];
        let path = library.profile_path(holder);
        let text = changed.get(path).or_else(|| texts.get(path))?;
        let seen: Vec<_> = conflict.sides.iter().map(|side| (side.name.clone(), side.hash.clone())).collect();
        let text = edit::pin(text, &unapplied.settled.resolution.at.value, &seen).ok()?;
        changed.insert(path.to_owned(), text);
    }
    (!changed.is_empty()).then_some(changed)
}

/// The texts without what a profile does not reach, where that makes the same persona: composing is then
/// quick, however many others there are.
pub(super) fn reached(texts: &Texts, profile: &str) -> BTreeSet<Utf8PathBuf> {
    let (library, _) = load_texts(texts);
    let Some(index) = library.profiles.id_of(profile) else { return texts.keys().cloned().collect() };
    let files = Composer::new(&library).files(index);
    files.into_iter().map(|file| library.sources.file(file).path().to_owned()).collect()
}

/// The file of a profile on which no other builds.
pub(super) fn private(texts: &Texts, profile: &str) -> Option<Utf8PathBuf> {
    let (library, _) = load_texts(texts);
    let is_parent =
        library.profiles.values().flat_map(|other| &other.extends).any(|parent| parent.value == profile);
    let own = library.profiles.get(profile).filter(|_| !is_parent)?;
    Some(library.profile_path(own).to_owned())
}

/// The texts, with an empty file in the place of each that is not in `reached`.
pub(super) fn slim(texts: &Texts, reached: &BTreeSet<Utf8PathBuf>) -> Texts {
    let text = |(path, text): (&Utf8PathBuf, &String)| {
        let text = if reached.contains(path) { text.clone() } else { String::new() };
        (path.clone(), text)
    };
    texts.iter().map(text).collect()
}

/// Another persona that a change reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Other {
    /// The profile.
    pub profile: String,
    /// What keeps it from being built afterwards, if something does.
    pub breaks: Option<String>,
}

/// The personas but `profile` that some changed files change.
pub(super) fn others(before: &Texts, changed: &Texts, profile: &str) -> Vec<Other> {
    let mut after = before.clone();
    after.extend(changed.clone());
    let ((old, _), (new, _)) = rayon::join(|| load_texts(before), || load_texts(&after));
    let (was, is) = (Composer::new(&old), Composer::new(&new));
    let ids: Vec<&String> = new.profiles.keys().filter(|id| *id != profile).collect();
    ids.into_par_iter()
        .filter_map(|id| {
            let index = new.profiles.id_of(id)?;
            if new.profiles[index].is_abstract {
                return None;
            }
            let mut reached = is.files(index).into_iter();
            if !reached.any(|file| changed.contains_key(new.sources.file(file).path())) {
                return None;
            }
            let outputs = rendered(&new, &is, index);
            let earlier = rendered(&old, &was, old.profiles.id_of(id)?);
            match (earlier, outputs) {
                (Err(_), Err(_)) => None,
                (Ok(one), Ok(other)) if one == other => None,
                (_, Ok(_)) => Some(Other { profile: id.clone(), breaks: None }),
                (Ok(_), Err(reason)) => Some(Other { profile: id.clone(), breaks: Some(reason) }),
            }
        })
        .collect()
}

/// All outputs of a persona, or why there are none.
pub(super) fn rendered(
    library: &Library,
    composer: &Composer<'_>,
    index: ProfileId,
) -> Result<Vec<String>, String> {
    let first = |findings: Vec<Diagnostic>| {
        let error = findings.into_iter().find(Diagnostic::breaks_file);
        error.map_or_else(String::new, |finding| finding.message)
    };
    let mut composition = composer.compose(index).map_err(first)?;
    composition.findings.extend(check(library, &composition));
    if !composition.is_sound() {
        return Err(first(composition.findings));
    }
    let targets = composition.persona.targets.iter();
    Ok(targets.map(|settings| render(&composition, settings).into_text()).collect())
}
