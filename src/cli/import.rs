//! `cento import`.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::bail;
use camino::{Utf8Path, Utf8PathBuf};
use indexmap::IndexSet;
use rayon::prelude::*;

use super::args::{Import, Medium};
use super::output::Output;
use super::{FINDINGS, FINE};
use crate::author::import::{self, Imported, Input, Setting};
use crate::compose::Composer;
use crate::model::{self, Diagnostic, FileId, Library, Severities, Sources, TARGETS, codes, normalized};
use crate::render::{output_path, render};
use crate::view::import::{Done, Report};
use crate::workspace::exclusive::Exclusive;
use crate::workspace::files::{
    Durability, FileType, Found, Reading, Root, documents, is_found_at, is_skill, read_document,
};
use crate::workspace::outputs::Protected;
use crate::workspace::rewrite::{Texts, rewrite};
use crate::workspace::{CONFIG, load};

/// Imports documents into a workspace.
pub(super) fn import(output: &Output, workspace: Option<&Utf8Path>, options: &Import) -> anyhow::Result<u8> {
    let Found { documents: paths, others } = found(&options.documents)?;
    let directory = match options.into.as_deref().or(workspace) {
        Some(directory) => directory.to_owned(),
        None => match super::workspace::nearest_workspace() {
            Ok(directory) => directory,
            Err(_) => bail!(
                "no workspace found\n\
                 help: name a directory with `--into DIR`; it is created if it does not exist"
            ),
        },
    };
    let target = Target::open(&directory, (!options.dry_run).then_some(output))?;
    let mut sources = Sources::default();
    let mut report = Report { is_dry: options.dry_run, others, ..Report::default() };
    let inputs = target.inputs(&paths, &options.documents, &mut sources, &mut report)?;
    let mut taken = target.taken.clone();
    let wanted = import::wanted_ids(&inputs.iter().map(|(input, _)| input).collect::<Vec<_>>());
    let mut named: Vec<Named> = inputs
        .into_iter()
        .zip(wanted)
        .map(|((input, file), wanted)| Named::new(input, file, wanted, &mut taken, &target))
        .collect();
    let all: Vec<(&Input, &str)> = named.iter().map(|named| (&named.input, named.id.as_str())).collect();
    let places = import::kept_places(&all, &options.documents, |place| target.may_hold(place));
    for (named, place) in named.iter_mut().zip(places) {
        named.input.inside = named.input.inside.take().or(place);
    }
    output.progress.count(named.len());
    let results: Vec<_> = named
        .into_par_iter()
        .map(|named| {
            let result = target.import(&named);
            output.progress.step();
            (named, result)
        })
        .collect();
    let mut written = BTreeSet::new();
    for (named, result) in results {
        match target.commit(named, result, &mut taken, &mut written, options.dry_run)? {
            Ok(done) => report.done.push(done),
            Err(finding) => report.refused.push(*finding),
        }
    }
    print(output, &sources, report, options.format)
}

/// Returns the files that the arguments name, each once.
fn found(words: &[Utf8PathBuf]) -> anyhow::Result<Found> {
    let plain = |path: Utf8PathBuf| path.strip_prefix("./").map(Utf8Path::to_owned).unwrap_or(path);
    let (mut found, mut others) = (IndexSet::new(), IndexSet::new());
    for word in words {
        let all = documents(word, import::is_card)?;
        let skills = skills(&all.documents);
        let (own, of_skills): (Vec<_>, Vec<_>) =
            all.documents.into_iter().partition(|path| path == word || is_own_document(path, &skills));
        found.extend(own.into_iter().map(plain));
        others.extend(of_skills.into_iter().chain(all.others).map(plain));
    }
    let others = others.into_iter().filter(|path| !found.contains(path)).collect();
    Ok(Found { documents: found.into_iter().collect(), others })
}

/// The directories of the skills among documents.
fn skills(documents: &[Utf8PathBuf]) -> Vec<Utf8PathBuf> {
    let skills = documents.iter().filter(|path| is_skill(path));
    skills.filter_map(|path| path.parent()).map(Utf8Path::to_owned).collect()
}

/// Whether a file is a document by itself. Other files in the directory of a skill belong to it, unless a program looks
/// for them at their path.
fn is_own_document(path: &Utf8Path, skills: &[Utf8PathBuf]) -> bool {
    let is_at = |target: &model::Target| is_found_at(target, path);
    is_skill(path) || !skills.iter().any(|skill| path.starts_with(skill)) || TARGETS.iter().any(is_at)
}

/// The places in the workspace of documents elsewhere, of targets whose outputs all have one path, such as `AGENTS.md`: as
/// below the arguments of the command. Documents that would get the same place keep the directories that differ.
fn places<'d>(
    documents: impl Iterator<Item = (&'d Utf8PathBuf, &'d Utf8PathBuf)>,
    words: &[Utf8PathBuf],
) -> BTreeMap<Utf8PathBuf, Utf8PathBuf> {
    let mut sharing: BTreeMap<&Utf8Path, Vec<Utf8PathBuf>> = BTreeMap::new();
    for (path, absolute) in documents {
        let below = |word: &Utf8PathBuf| path.strip_prefix(word.strip_prefix("./").unwrap_or(word)).ok();
        let below = words.iter().filter_map(below).filter(|rest| !rest.as_str().is_empty());
        let shortest = below.min_by_key(|rest| rest.as_str().len());
        let Some(place) = shortest.or_else(|| path.file_name().map(Utf8Path::new)) else { continue };
        if TARGETS.iter().any(|target| !target.has_path_by_id() && target.is_at(place.as_str())) {
            sharing.entry(place).or_default().push(absolute.clone());
        }
    }
    let placed = sharing.into_iter().flat_map(|(place, all)| {
        // A directory above all files of a machine is not distinctive.
        let above = import::directory_of_all(&all).filter(|above| all.len() > 1 && above.parent().is_some());
        let of = |one: &Utf8PathBuf| {
            let apart = above.and_then(|above| one.strip_prefix(above).ok());
            (one.clone(), apart.unwrap_or(place).to_owned())
        };
        all.iter().map(of).collect::<Vec<_>>()
    });
    placed.collect()
}

/// A document and the id of its profile.
struct Named {
    input: Input,
    file: FileId,
    id: String,
    /// The preferred id, if another one was chosen.
    wanted: Option<String>,
}

impl Named {
    fn new(
        input: Input,
        file: FileId,
        wanted: String,
        taken: &mut BTreeSet<String>,
        target: &Target,
    ) -> Self {
        let id = distinct(&wanted, &input.path, taken, target);
        taken.insert(id.clone());
        Named { input, file, wanted: (id != wanted).then_some(wanted), id }
    }
}

/// Returns an unused id: the preferred one, else with the name of the directory, else with a number.
fn distinct(wanted: &str, path: &Utf8Path, taken: &BTreeSet<String>, target: &Target) -> String {
    let named = [wanted.to_owned(), import::with_directory(path, wanted)];
    let numbered = (2..).map(|number| format!("{wanted}-{number}"));
    let mut candidates = named.into_iter().chain(numbered);
    let is_free = |id: &String| !taken.contains(id) && !target.fragment_names.contains(id);
    candidates.find(is_free).unwrap_or_else(|| wanted.to_owned())
}

/// The workspace that documents are imported into.
struct Target {
    root: Root,
    absolute: Utf8PathBuf,
    setting: Setting,
    /// The directory of profiles.
    profiles: String,
    /// The ids of existing profiles.
    taken: BTreeSet<String>,
    /// The last parts of the ids of existing fragments.
    fragment_names: BTreeSet<String>,
    outputs: Outputs,
    /// The severities that the workspace sets.
    severities: Severities,
    _exclusive: Option<Exclusive>,
}

/// The outputs of a workspace's profiles.
#[derive(Default)]
struct Outputs {
    /// The profile of each path.
    paths: BTreeMap<Utf8PathBuf, String>,
    /// The profile of each text, by hash.
    texts: BTreeMap<[u8; 32], String>,
}

impl Target {
    /// Opens the workspace. `writes` is the output on which to report waiting for the lock; `None` if nothing
    /// will be written.
    fn open(directory: &Utf8Path, writes: Option<&Output>) -> anyhow::Result<Self> {
        let root = Root::open_or_create(directory)?;
        let exclusive = writes.map(|output| super::workspace::exclusive(&root, output)).transpose()?;
        let config = match root.read_source(Utf8Path::new(CONFIG))? {
            Reading::Missing => None,
            Reading::Text(text) => Some(text),
            Reading::Refused(finding) => bail!("{}", finding.message),
        };
        let (library, _) = load(&root)?;
        if library.config.broken {
            bail!("{} has errors\nhelp: run `cento check`", root.shown(Utf8Path::new(CONFIG)));
        }
        let last = |id: &String| id.rsplit('/').next().unwrap_or(id).to_owned();
        Ok(Target {
            absolute: root.absolute()?,
            setting: Setting::new(config),
            profiles: library.config.profiles.clone(),
            taken: library.profiles.keys().cloned().collect(),
            fragment_names: library.fragments.keys().map(last).collect(),
            outputs: outputs(&library),
            severities: library.config.severities.clone(),
            _exclusive: exclusive,
            root,
        })
    }

    /// Returns whether an output may be written to a path, and none is yet.
    fn may_hold(&self, path: &Utf8Path) -> bool {
        let sources = [self.setting.fragments().as_str(), self.setting.profiles().as_str()];
        !self.outputs.paths.contains_key(path) && Protected::inside(sources).objection(path).is_none()
    }

    /// Imports a document. Its findings have the severities of the workspace.
    fn import(&self, named: &Named) -> Result<Imported, Box<Diagnostic>> {
        let imported = import::import(&named.input, &named.id, &self.setting, named.file)?;
        let notes = self.severities.applied(imported.notes);
        Ok(Imported { notes, ..imported })
    }

    /// Reads the documents, and reports those that cannot be imported or were imported already.
    fn inputs(
        &self,
        paths: &[Utf8PathBuf],
        words: &[Utf8PathBuf],
        sources: &mut Sources,
        report: &mut Report,
    ) -> anyhow::Result<Vec<(Input, FileId)>> {
        let mut read = Vec::new();
        let mut documents = Vec::new();
        let mut seen = BTreeSet::new();
        for path in paths {
            let document = read_document(path)?;
            if seen.insert(document.absolute.clone()) {
                documents.push((path, document));
            }
        }
        let outside = documents.iter().filter(|(_, document)| !document.absolute.starts_with(&self.absolute));
        let mut places = places(outside.map(|(path, document)| (*path, &document.absolute)), words);
        for (path, document) in documents {
            let inside = document.absolute.strip_prefix(&self.absolute).ok();
            let place = inside.map(Utf8Path::to_owned).or_else(|| places.remove(&document.absolute));
            let maker = inside.and_then(|inside| self.outputs.paths.get(inside));
            let known = |bytes: &[u8]| self.outputs.texts.get(blake3::hash(bytes).as_bytes());
            match (document.bytes, maker) {
                (Ok(bytes), maker)
                    if known(&bytes).is_some_and(|known| maker.is_none_or(|maker| maker == known)) =>
                {
                    let profile = known(&bytes).cloned().unwrap_or_default();
                    report.known.push((path.clone(), profile));
                }
                (_, Some(profile)) => {
                    let message =
                        format!("{path} is an output of the profile `{profile}` that was edited by hand");
                    let help = format!(
                        "run `cento absorb {profile}` to move the edits to that profile and its fragments"
                    );
                    read.push(Err(Box::new(Diagnostic::new(codes::PATH_COLLISION, message).help(help))));
                }
                (Err(finding), None) => read.push(Err(finding)),
                (Ok(bytes), None) => read.extend(import::inputs(path, place, bytes)),
            }
        }
        let mut inputs = Vec::new();
        for input in read {
            match input {
                Ok(input) => {
                    let file = sources.add(input.shown_path(), normalized(&input.text));
                    inputs.push((input, file));
                }
                Err(finding) => report.refused.push(*finding),
            }
        }
        Ok(inputs)
    }

    /// Writes the files of a document, all or none. If one of them exists, the document is imported again
    /// under another id.
    fn commit(
        &self,
        mut named: Named,
        mut result: Result<Imported, Box<Diagnostic>>,
        taken: &mut BTreeSet<String>,
        written: &mut BTreeSet<Utf8PathBuf>,
        is_dry: bool,
    ) -> anyhow::Result<Result<Done, Box<Diagnostic>>> {
        loop {
            let imported = match result {
                Ok(imported) => imported,
                Err(finding) => return Ok(Err(finding)),
            };
            if !self.are_there(&imported, written)? {
                if !is_dry {
                    self.write(&imported)?;
                }
                written.extend(imported.files.iter().map(|(path, _)| path.clone()));
                return Ok(Ok(Done { path: named.input.path, imported, wanted: named.wanted }));
            }
            let wanted = named.wanted.clone().unwrap_or_else(|| named.id.clone());
            taken.insert(named.id.clone());
            named.id = distinct(&wanted, &named.input.path, taken, self);
            named.wanted = Some(wanted);
            taken.insert(named.id.clone());
            result = self.import(&named);
        }
    }

    /// Returns whether one of the files exists.
    fn are_there(&self, imported: &Imported, written: &BTreeSet<Utf8PathBuf>) -> anyhow::Result<bool> {
        for (path, _) in &imported.files {
            if written.contains(path) || self.root.file_type(path)? != FileType::Nothing {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn write(&self, imported: &Imported) -> anyhow::Result<()> {
        let files: Texts = imported.files.iter().cloned().collect();
        // The document stays and can be imported again, so nothing is synced.
        Ok(rewrite(&self.root, &Texts::new(), &files, &self.profiles, Durability::Unsynced)?)
    }
}

/// Returns the outputs of all profiles that compose.
fn outputs(library: &Library) -> Outputs {
    let mut outputs = Outputs::default();
    let written = Composer::new(library).each(|composed| -> Vec<(String, [u8; 32])> {
        let Some(composition) = composed.ok().filter(|composition| !composition.profile.is_abstract) else {
            return Vec::new();
        };
        let targets = composition.persona.targets.iter();
        let written = targets.map(|settings| {
            let text = render(&composition, settings).into_text();
            (output_path(&composition, settings), *blake3::hash(text.as_bytes()).as_bytes())
        });
        written.collect()
    });
    for (profile, written) in library.profiles.values().zip(written) {
        for (path, hash) in written {
            outputs.paths.insert(path.into(), profile.id.clone());
            outputs.texts.entry(hash).or_insert_with(|| profile.id.clone());
        }
    }
    outputs
}

fn print(output: &Output, sources: &Sources, report: Report, format: Medium) -> anyhow::Result<u8> {
    let is_fine = report.refused.is_empty();
    output.view(format, || report.page(), || report.report(sources))?;
    // The JSON output includes the findings.
    if format != Medium::Json {
        let notes = report.done.into_iter().flat_map(|done| done.imported.notes);
        output.report(sources, report.refused.into_iter().chain(notes).collect());
    }
    Ok(if is_fine { FINE } else { FINDINGS })
}
