//! What the last build looked at, so that the next one need not read and compose again what has not changed.
//!
//! A build of the whole workspace after which every output is up to date, and which has nothing to report, leaves a
//! [`Record`] of the files that it read and wrote. If the same program finds all of them as they were, a build would do
//! nothing and say the same. As git does with its index, a file is unchanged if its [`Stamp`] is; one that was written just
//! before the record is read too, because a later change might have the same times.
//!
//! A record holds nothing that was composed, and `build --check` does not use it. One that came with the files of others
//! does not match: nobody can choose the inode of a file in another's copy, nor the time of its last change.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::attributes::ATTRIBUTES;
use super::built::{KEPT, ignore};
use super::files::{FileType, Reading, Root, Stamp, TemporaryFile};
use super::lock::LOCK_PATH;
use super::{CONFIG, place};
use crate::model::Library;

/// The name of the record, in the directory for internal files.
const RECORD: &str = "last-build.json";

/// The maximum size of a record, in bytes. 10,000 personas take about 4 MiB.
const MAX_LENGTH: u64 = 256 << 20;

/// A build that found or left everything up to date.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// What else decided about it.
    setting: Setting,
    /// The directories of its sources.
    directories: Vec<Utf8PathBuf>,
    /// Its sources.
    sources: BTreeMap<Utf8PathBuf, Known>,
    /// The outputs, and the other files that it writes.
    written: BTreeMap<Utf8PathBuf, Known>,
    /// When the record was made, by the clock of the file system: the stamp of the file that it was first written to.
    made: Stamp,
    /// What the build said.
    pub(crate) summary: String,
}

/// What decides about a build besides the files that it reads.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Setting {
    /// The program.
    program: (String, Stamp),
    /// Where the workspace is, because outputs in some places are refused.
    place: Utf8PathBuf,
    /// Whether it is in a work tree of git, which needs a `.gitattributes`.
    is_in_work_tree: bool,
    /// Whether origins are written.
    origins: bool,
}

/// A file that a build read or wrote.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    stamp: Stamp,
    /// The hash of its content.
    hash: String,
}

impl Setting {
    /// Returns the present setting. `None` if the system does not tell which program runs.
    fn now(root: &Root, origins: bool) -> Option<Self> {
        let place = root.absolute().ok()?;
        let is_in_work_tree = place::is_in_work_tree(&place);
        Some(Setting { program: program()?, place, is_in_work_tree, origins })
    }
}

/// Returns the path and the stamp of the running program.
fn program() -> Option<(String, Stamp)> {
    let path = Utf8PathBuf::try_from(std::env::current_exe().ok()?).ok()?;
    let directory = Root::open(path.parent()?).ok()?;
    let stamp = directory.stamp(Utf8Path::new(path.file_name()?))?;
    Some((path.into_string(), stamp))
}

/// Returns the last build, if nothing that it read or wrote has changed since.
pub(crate) fn last_build(root: &Root, origins: bool) -> Option<Record> {
    let Ok(Reading::Text(text)) = root.read_text(&path(), MAX_LENGTH) else { return None };
    let record: Record = serde_json::from_str(&text).ok()?;
    let all = || record.sources.par_iter().chain(&record.written);
    let is_sure = |known: &Known| known.stamp.is_before(&record.made);
    // If files have to be read, the next build is spared that: the record is written again, as of now.
    let again = match all().all(|(_, known)| is_sure(known)) {
        true => None,
        false => Some(NewRecord::create(root)?),
    };
    let is_unchanged = |(path, known): (&Utf8PathBuf, &Known), hash: Hash| {
        root.stamp(path) == Some(known.stamp)
            && (is_sure(known) || hash(root, path).as_ref() == Some(&known.hash))
    };
    let is_unchanged = Setting::now(root, origins)? == record.setting
        && record.sources.keys().eq(listed(root, &record.directories)?.iter())
        && record.written.contains_key(Utf8Path::new(ATTRIBUTES)) == exists(root, ATTRIBUTES)?
        && record.sources.par_iter().all(|file| is_unchanged(file, source_hash))
        && record.written.par_iter().all(|file| is_unchanged(file, output_hash));
    match (is_unchanged, again) {
        (false, _) => None,
        (true, None) => Some(record),
        (true, Some(new)) => Some(new.place(|made| Some(Record { made, ..record }))?),
    }
}

impl Record {
    /// Records a build of a library after which nothing is left to do: its outputs by path, each with the hash of its text,
    /// and what the build said. Records nothing if a file is not what it was for the build: then the next build looks at
    /// everything again.
    pub(crate) fn write(
        root: &Root,
        library: &Library,
        outputs: &[(&Utf8Path, blake3::Hash)],
        origins: bool,
        summary: String,
    ) {
        let make = |made: Stamp| {
            let directories: Vec<Utf8PathBuf> =
                library.config.directories().map(Utf8PathBuf::from).into_iter().collect();
            let sources: Vec<_> = library.sources.files().collect();
            let sources = sources.par_iter().map(|file| {
                Known::of(root, file.path(), source_hash, Some(blake3::hash(file.text().as_bytes())))
            });
            let attributes = exists(root, ATTRIBUTES)?.then_some(ATTRIBUTES);
            let own = [LOCK_PATH].into_iter().chain(attributes);
            let own: Vec<_> = own.map(|path| (Utf8Path::new(path), None)).collect();
            let outputs = outputs.par_iter().map(|(path, hash)| (*path, Some(*hash)));
            let written = outputs.chain(own).map(|(path, hash)| Known::of(root, path, output_hash, hash));
            let record = Record {
                setting: Setting::now(root, origins)?,
                sources: sources.collect::<Option<_>>()?,
                written: written.collect::<Option<_>>()?,
                directories,
                made,
                summary,
            };
            let listed = listed(root, &record.directories)?;
            record.sources.keys().eq(listed.iter()).then_some(record)
        };
        NewRecord::create(root).and_then(|new| new.place(make));
    }

    /// Returns the outputs, and the other files that it writes.
    pub(crate) fn written(&self) -> impl Iterator<Item = &Utf8Path> {
        self.written.keys().map(Utf8PathBuf::as_path)
    }

    /// Returns the directories of the sources.
    pub(crate) fn directories(&self) -> impl Iterator<Item = &Utf8Path> {
        self.directories.iter().map(Utf8PathBuf::as_path)
    }
}

impl Known {
    /// Returns a file with its path. `None` if it does not have the expected content.
    fn of(
        root: &Root,
        path: &Utf8Path,
        hash: Hash,
        expected: Option<blake3::Hash>,
    ) -> Option<(Utf8PathBuf, Self)> {
        // The stamp is taken first: if the file changes before it is read, it will not have this stamp any more.
        let stamp = root.stamp(path)?;
        let hash = hash(root, path)?;
        let is_expected = expected.is_none_or(|expected| expected.to_hex().as_str() == hash);
        is_expected.then(|| (path.to_owned(), Known { stamp, hash }))
    }
}

/// The file of a record that is being made. Failing to write it fails nothing: the next build then looks at everything.
struct NewRecord {
    file: TemporaryFile,
    /// When it was begun.
    made: Stamp,
}

impl NewRecord {
    fn create(root: &Root) -> Option<Self> {
        ignore(root);
        let file = root.temporary(Utf8Path::new(KEPT)).ok()?;
        let made = file.stamp()?;
        Some(NewRecord { file, made })
    }

    /// Writes the record that `make` returns, if it returns one.
    fn place(mut self, make: impl FnOnce(Stamp) -> Option<Record>) -> Option<Record> {
        let record = make(self.made)?;
        self.file.write(serde_json::to_string(&record).ok()?.as_bytes()).ok()?;
        self.file.place(RECORD).ok()?;
        Some(record)
    }
}

/// Returns the hash of a file, as a record has it. `None` if it cannot be read.
type Hash = fn(&Root, &Utf8Path) -> Option<String>;

fn source_hash(root: &Root, path: &Utf8Path) -> Option<String> {
    match root.read_source(path) {
        Ok(Reading::Text(text)) => Some(blake3::hash(text.as_bytes()).to_hex().to_string()),
        _ => None,
    }
}

fn output_hash(root: &Root, path: &Utf8Path) -> Option<String> {
    Some(blake3::hash(&root.read(path).ok()??).to_hex().to_string())
}

/// Returns the sources in these directories, and the configuration, sorted. `None` if a build would report something about
/// them.
fn listed(root: &Root, directories: &[Utf8PathBuf]) -> Option<Vec<Utf8PathBuf>> {
    let mut all: Vec<Utf8PathBuf> = exists(root, CONFIG)?.then(|| CONFIG.into()).into_iter().collect();
    for directory in directories {
        let (files, findings) = root.toml_files(directory).ok()?;
        if !findings.is_empty() {
            return None;
        }
        all.extend(files);
    }
    all.sort();
    Some(all)
}

fn exists(root: &Root, path: &str) -> Option<bool> {
    Some(root.file_type(Utf8Path::new(path)).ok()? != FileType::Nothing)
}

fn path() -> Utf8PathBuf {
    Utf8Path::new(KEPT).join(RECORD)
}
