//! What the last build looked at, so that the next one need not read and compose again what has not changed.
//!
//! A build of the whole workspace after which every output is up to date leaves a [`Record`] of the files that it read and
//! wrote, and of what it reported. If the same program finds all of them as they were, a build would do nothing and report the
//! same.
//! As git does with its index, a file is unchanged if its [`Stamp`] is; one that was written just before the record is read
//! too, because a later change might have the same times. The stamp of a directory tells in the same way that no file was
//! added to it, removed or renamed, so that it need not be listed.
//!
//! If only texts of sources have changed, the build is [`Edited`]: it composes only the personas that reach one of them.
//!
//! A record holds nothing that was composed, and `build --check` does not use it. One that came with the files of others
//! does not match: nobody can choose the inode of a file in another's copy, nor the time of its last change.

mod personas;

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::attributes::ATTRIBUTES;
use super::built::{KEPT, ignore};
use super::files::{Directory, FileType, Listing, Reading, Root, Stamp, TemporaryFile, decode};
use super::lock::LOCK_PATH;
use super::{CONFIG, place};
use crate::model::{Library, SourceFile};
pub(crate) use personas::Made;
use personas::Personas;

/// The name of the record, in the directory for internal files.
const RECORD: &str = "last-build.json";

/// The maximum size of a record, in bytes. 10,000 personas take about 4 MiB.
const MAX_LENGTH: u64 = 256 << 20;

/// The files that a build depends on or makes only if they exist, all at the root.
const OPTIONAL: [&str; 2] = [CONFIG, ATTRIBUTES];

/// A build that found or left everything up to date.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Record {
    /// What else decided about it.
    setting: Setting,
    /// The directories that hold its sources, by the setting for them.
    directories: Vec<Utf8PathBuf>,
    /// Those directories and all below them, with the sources.
    sources: Vec<Folder>,
    /// The directories of its outputs, with these and with the other files that it reads or writes.
    others: Vec<Folder>,
    /// When the record was begun, by the clock of the file system: the stamp of the file that it was first written to.
    made: Stamp,
    printed: Printed,
    /// The hash of the text of its personas.
    personas: String,
}

/// What a build prints when nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Printed {
    /// Its findings, as shown on the terminal.
    pub(crate) findings: String,
    pub(crate) terminal: Terminal,
    /// Its last line.
    pub(crate) summary: String,
}

/// What decides how findings look: the width, whether there are colors, and whether long lines are folded.
pub(crate) type Terminal = (usize, bool, bool);

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

/// A directory with the files in it that a build read or wrote.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Folder {
    path: Utf8PathBuf,
    /// `None` if it does not exist.
    stamp: Option<Stamp>,
    files: Vec<File>,
}

/// A file that a build read or wrote: its name, and the hash of its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct File(String, Stamp, String);

/// What was found in a folder that still has its files.
struct Look {
    /// Its present stamp.
    stamp: Option<Stamp>,
    /// Whether no file was added to it, removed or renamed. If not, only a list of its files tells.
    has_same_names: bool,
    /// For each file, whether it has other bytes.
    edited: Vec<bool>,
}

/// What happened to the last build since.
pub(crate) enum Last {
    Unchanged(LastBuild),
    Edited(Box<Edited>),
}

/// A build after which nothing that it read or wrote has changed.
pub(crate) struct LastBuild {
    /// What it would print again.
    pub(crate) printed: Printed,
    /// The directories in which interrupted commands may have left files since.
    pub(crate) unswept: Vec<Utf8PathBuf>,
}

/// A build after which nothing has changed but texts of sources.
pub(crate) struct Edited {
    record: Record,
    personas: Personas,
    /// The places of the edited sources in the list of all.
    edited: BTreeSet<usize>,
    /// The next record, which was begun before any file was looked at.
    new: NewRecord,
    /// As in [`LastBuild`].
    pub(crate) unswept: Vec<Utf8PathBuf>,
}

/// Returns the last build, if nothing that it read or wrote has changed since, or only texts of sources.
pub(crate) fn last_build(root: &Root, origins: bool, terminal: Terminal) -> Option<Last> {
    let Ok(Reading::Text(text)) = root.read_text(&path(), MAX_LENGTH) else { return None };
    let mut record: Record = serde_json::from_str(&text).ok()?;
    let is_shown_alike = record.printed.findings.is_empty() || record.printed.terminal == terminal;
    if !is_shown_alike || Setting::now(root, origins)? != record.setting {
        return None;
    }
    // If files had to be read or listed, the record is written again, so that the next build does not have to.
    let mut again = match record.is_sure() {
        true => None,
        false => Some(NewRecord::begin(root)?),
    };
    for name in OPTIONAL {
        let is_recorded = record.others.iter().any(|folder| folder.path == "" && folder.has(name));
        if is_recorded != exists(root, name)? {
            return None;
        }
    }
    let is_edited = |looks: &[Look]| looks.iter().any(|look| look.edited.contains(&true));
    let mut sources = record.look(root, &record.sources)?;
    if is_edited(&sources) && again.is_none() {
        // There will be another record, which must be begun before what it tells of is looked at.
        again = Some(NewRecord::begin(root)?);
        sources = record.look(root, &record.sources)?;
    }
    let others = record.look(root, &record.others)?;
    if is_edited(&others) {
        return None;
    }
    if !sources.iter().all(|look| look.has_same_names) {
        let listings = listings(root, &record.directories)?;
        let is_same = record.sources.iter().map(|folder| &folder.path).eq(folders(&record.directories, &listings))
            && record.sources.iter().flat_map(Folder::paths).eq(files(&listings))
            // Which findings there were is not recorded.
            && listings.iter().all(|listing| listing.findings.is_empty() && !listing.has_links);
        if !is_same {
            return None;
        }
    }
    let files = sources.iter().flat_map(|look| &look.edited).enumerate();
    let edited: BTreeSet<usize> =
        files.filter(|(_, is_edited)| **is_edited).map(|(place, _)| place).collect();
    let folders = record.sources.iter_mut().chain(&mut record.others);
    let mut unswept = Vec::new();
    for (folder, look) in folders.zip(sources.into_iter().chain(others)) {
        if !look.has_same_names {
            unswept.push(folder.path.clone());
        }
        folder.stamp = look.stamp;
    }
    if !edited.is_empty() {
        // Which personas or files the findings were about is not recorded.
        let personas =
            record.printed.findings.is_empty().then(|| Personas::read(root, &record.personas))??;
        let new = again?;
        return Some(Last::Edited(Box::new(Edited { record, personas, edited, new, unswept })));
    }
    if let Some(new) = again {
        let made = new.made;
        record = new.place(Record { made, ..record })?;
    }
    Some(Last::Unchanged(LastBuild { printed: record.printed, unswept }))
}

impl Edited {
    /// Returns the ids of the profiles that reach an edited source. `None` if it saves little to build only these.
    pub(crate) fn profiles(&self) -> Option<Vec<&str>> {
        let profiles = self.personas.reaching(&self.edited)?;
        (profiles.len() * 2 <= self.personas.len()).then_some(profiles)
    }

    /// Returns whether a build of these personas, of a library with only what they reach, does all that one of everything
    /// would: the library has each edited source, and the personas decide about all others as they did.
    pub(crate) fn is_covered(&self, library: &Library, made: &[Made]) -> bool {
        let loaded: BTreeSet<&Utf8Path> = library.sources.files().map(SourceFile::path).collect();
        let paths = self.record.source_paths();
        self.edited.iter().all(|place| loaded.contains(paths[*place].as_path()))
            && made.iter().all(|made| self.personas.is_alike(&library.profiles[made.profile].id, made.shared))
    }

    /// Records the build of the personas of these profiles, as [`record`] does.
    pub(crate) fn record(
        self,
        root: &Root,
        library: &Library,
        outputs: &[(&Utf8Path, blake3::Hash)],
        made: &[Made],
        printed: Printed,
    ) {
        let Edited { record, mut personas, edited, new, .. } = self;
        let paths = record.source_paths();
        let texts: BTreeMap<_, _> =
            library.sources.files().map(|file| (file.path(), Expected::Text(file.text()))).collect();
        let written: BTreeMap<_, _> = outputs
            .iter()
            .map(|(path, hash)| (*path, Expected::Hash(*hash)))
            .chain([(Utf8Path::new(LOCK_PATH), Expected::Anything)])
            .collect();
        let edited: BTreeSet<&Utf8Path> = edited.iter().map(|place| paths[*place].as_path()).collect();
        let looked_at = new.made;
        let again = || {
            let sources = record.sources.iter().map(|folder| {
                let files =
                    folder.again(root, |path| edited.contains(path).then(|| texts.get(path)).flatten())?;
                Some(Folder { path: folder.path.clone(), stamp: folder.stamp, files })
            });
            let others = record.others.iter().map(|folder| {
                let stamp = root.directory(&folder.path).as_ref().and_then(Directory::stamp);
                let files = folder.again(root, |path| written.get(path))?;
                Some(Folder { path: folder.path.clone(), stamp, files })
            });
            Some((sources.collect::<Option<_>>()?, others.collect::<Option<_>>()?))
        };
        if personas.add(&paths, library, made).is_some()
            && let Some((sources, others)) = again()
            && let Some(personas) = personas.write(root)
        {
            new.place(Record { sources, others, made: looked_at, printed, personas, ..record });
        }
    }
}

/// Records a build of a library after which nothing is left to do: its outputs by path, each with the hash of its bytes, its
/// personas, and what the next build would print. Records nothing if a file is not what it was for the build: then the next
/// build looks at everything again.
pub(crate) fn record(
    root: &Root,
    library: &Library,
    outputs: &[(&Utf8Path, blake3::Hash)],
    origins: bool,
    made: &[Made],
    printed: Printed,
) {
    let make = |begun: Stamp| {
        let directories: Vec<_> = library.config.directories().map(Utf8PathBuf::from).into_iter().collect();
        let listings = listings(root, &directories)?;
        let (config, mut sources): (Vec<_>, Vec<_>) = library
            .sources
            .files()
            .map(|file| (file.path(), Expected::Text(file.text())))
            .partition(|(path, _)| *path == CONFIG);
        sources.sort_by_key(|(path, _)| (path.parent(), path.file_name()));
        let is_plain = listings.iter().all(|listing| !listing.has_links);
        if !is_plain || !sources.iter().map(|(path, _)| *path).eq(files(&listings)) {
            return None;
        }
        let outputs = outputs.iter().map(|(path, hash)| (*path, Expected::Hash(*hash)));
        let attributes = exists(root, ATTRIBUTES)?.then_some(ATTRIBUTES);
        let own =
            [LOCK_PATH].into_iter().chain(attributes).map(|path| (Utf8Path::new(path), Expected::Anything));
        let mut personas = Personas::default();
        personas.add(&files(&listings), library, made)?;
        Some(Record {
            setting: Setting::now(root, origins)?,
            sources: Folder::all(root, folders(&directories, &listings), sources)?,
            others: Folder::all(root, [], config.into_iter().chain(outputs).chain(own))?,
            directories,
            made: begun,
            printed,
            personas: personas.write(root)?,
        })
    };
    if let Some(new) = NewRecord::begin(root)
        && let Some(record) = make(new.made)
    {
        new.place(record);
    }
}

impl Record {
    /// Whether stamps cover everything.
    fn is_sure(&self) -> bool {
        let is_sure = |folder: &Folder| {
            let stamps = folder.files.iter().map(|File(_, stamp, _)| stamp).chain(&folder.stamp);
            stamps.into_iter().all(|stamp| stamp.is_before(&self.made))
        };
        self.sources.iter().chain(&self.others).all(is_sure)
    }

    /// Returns the paths of all sources.
    fn source_paths(&self) -> Vec<Utf8PathBuf> {
        self.sources.iter().flat_map(Folder::paths).collect()
    }

    /// Looks at folders. `None` if a file is gone.
    fn look(&self, root: &Root, folders: &[Folder]) -> Option<Vec<Look>> {
        folders.par_iter().map(|folder| folder.look(root, &self.made)).collect()
    }
}

impl Setting {
    /// Returns the present setting. `None` if the system does not say which program is running.
    fn now(root: &Root, origins: bool) -> Option<Self> {
        let place = root.absolute().ok()?;
        let is_in_work_tree = place::is_in_work_tree(&place);
        Some(Setting { program: program()?, place, is_in_work_tree, origins })
    }
}

/// Returns the path and the stamp of the running program.
fn program() -> Option<(String, Stamp)> {
    let path = Utf8PathBuf::try_from(std::env::current_exe().ok()?).ok()?;
    let directory = Root::open(path.parent()?).ok()?.directory(Utf8Path::new(""))?;
    let stamp = directory.stamp_of(path.file_name()?)?;
    Some((path.into_string(), stamp))
}

/// What the bytes of a file must be for a record.
enum Expected<'e> {
    /// Those of a source with this text.
    Text(&'e str),
    Hash(blake3::Hash),
    Anything,
}

impl Folder {
    /// Returns directories with these files in them, and `empty` ones, sorted. `None` if a file is not what is expected.
    fn all<'e>(
        root: &Root,
        empty: impl IntoIterator<Item = &'e Utf8PathBuf>,
        files: impl IntoIterator<Item = (&'e Utf8Path, Expected<'e>)>,
    ) -> Option<Vec<Self>> {
        let mut folders: BTreeMap<&Utf8Path, BTreeMap<&str, Expected<'_>>> = BTreeMap::new();
        folders.extend(empty.into_iter().map(|path| (path.as_path(), BTreeMap::new())));
        for (path, expected) in files {
            folders.entry(path.parent()?).or_default().insert(path.file_name()?, expected);
        }
        let folder = |(path, files): (&Utf8Path, BTreeMap<&str, Expected<'_>>)| {
            let directory = root.directory(path);
            let stamp = directory.as_ref().and_then(Directory::stamp);
            let files: Vec<_> = files.into_iter().collect();
            let files = files.into_par_iter().map(|(name, expected)| {
                File::of(root, directory.as_ref()?, &path.join(name), name, &expected)
            });
            Some(Folder { path: path.to_owned(), stamp, files: files.collect::<Option<_>>()? })
        };
        let folders: Vec<_> = folders.into_iter().collect();
        folders.into_par_iter().map(folder).collect()
    }

    fn has(&self, name: &str) -> bool {
        self.files.iter().any(|File(own, ..)| own == name)
    }

    fn paths(&self) -> impl Iterator<Item = Utf8PathBuf> {
        self.files.iter().map(|File(name, ..)| self.path.join(name))
    }

    /// Looks at the files. `None` if one is gone.
    fn look(&self, root: &Root, made: &Stamp) -> Option<Look> {
        let directory = root.directory(&self.path);
        let stamp = directory.as_ref().and_then(Directory::stamp);
        let has_same_names = stamp == self.stamp && stamp.is_none_or(|stamp| stamp.is_before(made));
        let is_edited = |File(name, stamp, known): &File| {
            let found = directory.as_ref()?.stamp_of(name)?;
            let is_known =
                || stamp.is_before(made) || hash(root, &self.path.join(name)).as_ref() == Some(known);
            Some(found != *stamp || !is_known())
        };
        let edited = self.files.par_iter().map(is_edited).collect::<Option<_>>()?;
        Some(Look { stamp, has_same_names, edited })
    }

    /// Returns the files, those again of which something is expected. `None` if one of these is not as expected.
    fn again<'e>(
        &self,
        root: &Root,
        expected: impl Fn(&Utf8Path) -> Option<&'e Expected<'e>>,
    ) -> Option<Vec<File>> {
        let again = |file: &File| {
            let path = self.path.join(&file.0);
            match expected(&path) {
                Some(expected) => File::of(root, &root.directory(&self.path)?, &path, &file.0, expected),
                None => Some(file.clone()),
            }
        };
        self.files.iter().map(again).collect()
    }
}

impl File {
    /// Returns a file. `None` if it does not have the expected content.
    fn of(
        root: &Root,
        directory: &Directory,
        path: &Utf8Path,
        name: &str,
        expected: &Expected<'_>,
    ) -> Option<Self> {
        // The stamp is taken first: if the file changes before it is read, it will not have this stamp any more.
        let stamp = directory.stamp_of(name)?;
        let bytes = root.read(path).ok()??;
        let hash = blake3::hash(&bytes);
        let is_expected = match expected {
            Expected::Text(text) => decode(path, bytes).is_ok_and(|read| read == *text),
            Expected::Hash(expected) => hash == *expected,
            Expected::Anything => true,
        };
        is_expected.then(|| File(name.to_owned(), stamp, hash.to_hex().to_string()))
    }
}

/// The file of a record that is being made. Failing to write it fails nothing: the next build then looks at everything.
struct NewRecord {
    file: TemporaryFile,
    /// When it was begun, which is before any file is looked at. A file that changes later is then newer than the record.
    made: Stamp,
}

impl NewRecord {
    fn begin(root: &Root) -> Option<Self> {
        ignore(root);
        let file = root.temporary(Utf8Path::new(KEPT)).ok()?;
        let made = file.stamp()?;
        Some(NewRecord { file, made })
    }

    /// Writes the record and returns it.
    fn place(mut self, record: Record) -> Option<Record> {
        #[expect(clippy::disallowed_methods, reason = "only cento reads the record")]
        let text = serde_json::to_string(&record).ok()?;
        self.file.write(text.as_bytes()).ok()?;
        self.file.place(RECORD).ok()?;
        Some(record)
    }
}

/// Returns the hash of a file. `None` if it cannot be read.
fn hash(root: &Root, path: &Utf8Path) -> Option<String> {
    Some(blake3::hash(&root.read(path).ok()??).to_hex().to_string())
}

/// Lists the sources in directories.
fn listings(root: &Root, directories: &[Utf8PathBuf]) -> Option<Vec<Listing>> {
    directories.iter().map(|directory| root.toml_files(directory).ok()).collect()
}

/// Returns the directories of sources and all below them, sorted.
fn folders<'l>(directories: &'l [Utf8PathBuf], listings: &'l [Listing]) -> BTreeSet<&'l Utf8PathBuf> {
    directories.iter().chain(listings.iter().flat_map(|listing| &listing.directories)).collect()
}

/// Returns the sources, sorted by directory and name.
fn files(listings: &[Listing]) -> Vec<Utf8PathBuf> {
    let mut files: Vec<_> = listings.iter().flat_map(|listing| listing.files.iter().cloned()).collect();
    files.sort_by(|one, other| (one.parent(), one.file_name()).cmp(&(other.parent(), other.file_name())));
    files
}

fn exists(root: &Root, path: &str) -> Option<bool> {
    Some(root.file_type(Utf8Path::new(path)).ok()? != FileType::Nothing)
}

fn path() -> Utf8PathBuf {
    Utf8Path::new(KEPT).join(RECORD)
}
