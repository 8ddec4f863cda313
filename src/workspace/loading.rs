//! Loads a whole workspace.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use indexmap::IndexMap;
use rayon::prelude::*;

use super::files::{FileError, Listing, Reading, Root};
use crate::model::grammar::{Config, Paths, header};
use crate::model::{
    self, Claim, Diagnostic, FileId, Fragment, Library, Profile, Sources, Statement, codes, is_device, is_id,
    normalized,
};
use crate::source::read::{config, fragment, profile, references};
use crate::text::ids::slug;

/// The name of the configuration file.
pub(crate) const CONFIG: &str = "cento.toml";

/// A source file before it is parsed.
struct Found {
    id: String,
    file: FileId,
    /// Whether it could not be read; then its text is empty.
    unreadable: bool,
}

/// The files of a directory with their texts, and findings about the directory.
type Listed = (Vec<(Utf8PathBuf, Reading)>, Vec<Diagnostic>);

/// Loads the workspace at `root`. Every file is read and parsed once, and all problems are returned as
/// findings.
///
/// # Errors
/// On a system error.
pub(crate) fn load(root: &Root) -> Result<(Library, Vec<Diagnostic>), FileError> {
    load_from(root.read_source(Utf8Path::new(CONFIG))?, None, |directory| {
        let Listing { files: paths, mut findings, .. } = root.toml_files(Utf8Path::new(directory))?;
        let is_usual = [Paths::Fragments, Paths::Profiles].map(Paths::usual).contains(&directory);
        if !is_usual && root.file_type(Utf8Path::new(directory))? == super::files::FileType::Nothing {
            let message = format!(
                "the directory {directory}, set in {} of {CONFIG}, does not exist",
                header([Config::Paths.name()])
            );
            findings.push(
                Diagnostic::new(codes::UNSAFE_PATH, message)
                    .help("correct the path, or create the directory"),
            );
        }
        let read = |path: Utf8PathBuf| root.read_source(&path).map(|reading| (path, reading));
        let readings: Result<Vec<_>, FileError> = paths.into_par_iter().map(read).collect();
        Ok((readings?, findings))
    })
}

/// Loads `cento.toml` alone, for commands that need nothing else. What is wrong with it is not reported.
///
/// # Errors
/// On a system error.
pub(crate) fn load_config(root: &Root) -> Result<model::Config, FileError> {
    Ok(configuration(root.read_source(Utf8Path::new(CONFIG))?, &mut Sources::default()).0)
}

/// Loads a workspace from texts by path, relative to the workspace, instead of from disk.
pub(crate) fn load_texts(texts: &BTreeMap<Utf8PathBuf, String>) -> (Library, Vec<Diagnostic>) {
    let config = texts.get(Utf8Path::new(CONFIG)).map(|text| Reading::Text(normalized(text)));
    let reading = |text: &String| Reading::Text(normalized(text));
    let loaded: Result<_, std::convert::Infallible> =
        load_from(config.unwrap_or(Reading::Missing), None, |directory| {
            let below = texts
                .iter()
                .filter(|(path, _)| path.starts_with(directory) && path.extension() == Some("toml"));
            Ok((below.map(|(path, text)| (path.clone(), reading(text))).collect(), Vec::new()))
        });
    match loaded {
        Ok(loaded) => loaded,
        Err(never) => match never {},
    }
}

/// Loads a workspace from its configuration and what `list` reads of a directory. What `other` has read of a file with the
/// same text is not read again.
pub(super) fn load_from<E>(
    config: Reading,
    other: Option<&OtherState<'_>>,
    mut list: impl FnMut(&str) -> Result<Listed, E>,
) -> Result<(Library, Vec<Diagnostic>), E> {
    let mut loading = Loading::begin(config);
    let config = &loading.library.config;
    let listed = (list(&config.fragments)?, list(&config.profiles)?);
    loading.add(listed, other);
    Ok(loading.finish())
}

/// A library to which files are added. Each file is parsed once.
pub(super) struct Loading {
    pub(super) library: Library,
    findings: Vec<Diagnostic>,
}

impl Loading {
    /// Begins with the configuration.
    pub(super) fn begin(config: Reading) -> Self {
        let mut sources = Sources::default();
        let (config, findings) = configuration(config, &mut sources);
        Loading { library: Library { sources, config, ..Library::default() }, findings }
    }

    /// Adds fragments and profiles, sorted and numbered by id. If there were some, `Library::sort` sorts and numbers all.
    pub(super) fn add(&mut self, (fragments, profiles): (Listed, Listed), other: Option<&OtherState<'_>>) {
        let Loading {
            library: Library { sources, config, fragments: known_fragments, profiles: known_profiles },
            findings,
        } = self;
        let fragments = find(fragments, &config.fragments, Depth::Any, sources, findings);
        let profiles = find(profiles, &config.profiles, Depth::One, sources, findings);
        let other = other.filter(|other| other.has_config(sources, config.file));
        for fragment in parsed(&fragments, findings, |index, found| {
            if let Some(same) = other.and_then(|other| other.fragment(sources, index, found)) {
                return (same, Vec::new());
            }
            let (mut fragment, wrong) = fragment::read(sources, found.file, &found.id, index.into());
            fragment.broken |= found.unreadable;
            digest(&mut fragment.claims, fragment.template);
            (fragment, wrong)
        }) {
            known_fragments.insert(fragment.id.clone(), fragment);
        }
        for profile in parsed(&profiles, findings, |index, found| {
            if let Some(same) = other.and_then(|other| other.profile(sources, index, found)) {
                return (same, Vec::new());
            }
            let (mut profile, wrong) = profile::read(sources, found.file, &found.id, index.into());
            profile.broken |= found.unreadable;
            digest(&mut profile.claims, profile.template);
            (profile, wrong)
        }) {
            known_profiles.insert(profile.id.clone(), profile);
        }
    }

    /// Checks what the files say about each other.
    pub(super) fn finish(self) -> (Library, Vec<Diagnostic>) {
        let Loading { mut library, mut findings } = self;
        findings.extend(references::check(&mut library));
        library.number_addresses();
        let findings = library.config.severities.applied(findings);
        (library, findings)
    }
}

/// Reads the configuration, and adds its file to the sources.
fn configuration(reading: Reading, sources: &mut Sources) -> (model::Config, Vec<Diagnostic>) {
    match reading {
        Reading::Missing => (config::defaults(), Vec::new()),
        Reading::Refused(finding) => {
            let file = sources.add(CONFIG.into(), String::new());
            let config = model::Config { broken: true, file: Some(file), ..config::defaults() };
            (config, vec![*finding])
        }
        Reading::Text(text) => {
            let file = sources.add(CONFIG.into(), text);
            config::read(sources, file)
        }
    }
}

/// Another state of a workspace, which shares most of its files with the one that is loaded.
#[derive(Debug)]
pub(crate) struct OtherState<'o> {
    library: &'o Library,
    /// The files that findings are about. They are read again, for their findings.
    found_in: BTreeSet<FileId>,
}

impl<'o> OtherState<'o> {
    pub(crate) fn new(library: &'o Library, findings: &[Diagnostic]) -> Self {
        let labelled = findings.iter().flat_map(|finding| &finding.labels).map(|label| label.span.file);
        let found_in = labelled.chain(findings.iter().filter_map(|finding| finding.file)).collect();
        OtherState { library, found_in }
    }

    /// Returns whether `cento.toml` is the same. It decides which findings count.
    fn has_config(&self, sources: &Sources, file: Option<FileId>) -> bool {
        match (self.library.config.file, file) {
            (Some(own), Some(file)) => {
                self.library.sources.file(own).text() == sources.file(file).text()
                    && !self.found_in.contains(&own)
            }
            (own, file) => own == file,
        }
    }

    /// Returns the fragment of a file. `None` if the file is not the same, or has another number, which spans name.
    fn fragment(&self, sources: &Sources, index: usize, found: &Found) -> Option<Fragment> {
        let (id, fragment) = self.library.fragments.find(&found.id)?;
        let is_same = id == index.into() && !fragment.broken && self.has_file(sources, fragment.file, found);
        is_same.then(|| fragment.clone())
    }

    /// As [`OtherState::fragment`], for a profile.
    fn profile(&self, sources: &Sources, index: usize, found: &Found) -> Option<Profile> {
        let (id, profile) = self.library.profiles.find(&found.id)?;
        let is_same = id == index.into() && !profile.broken && self.has_file(sources, profile.file, found);
        is_same.then(|| profile.clone())
    }

    fn has_file(&self, sources: &Sources, own: FileId, found: &Found) -> bool {
        let (file, other) = (self.library.sources.file(own), sources.file(found.file));
        own == found.file
            && !found.unreadable
            && !self.found_in.contains(&own)
            && file.path() == other.path()
            && file.text() == other.text()
    }
}

/// As many files as are parsed before other threads would have started.
const FEW_FILES: usize = 64;

/// Parses files, many of them in parallel. Returns their contents in order.
fn parsed<T: Send>(
    files: &[Found],
    findings: &mut Vec<Diagnostic>,
    read: impl Fn(usize, &Found) -> (T, Vec<Diagnostic>) + Sync,
) -> Vec<T> {
    let read = |(index, found)| read(index, found);
    let parsed: Vec<_> = match files.len() {
        0..=FEW_FILES => files.iter().enumerate().map(read).collect(),
        _ => files.par_iter().enumerate().map(read).collect(),
    };
    let content = files.iter().zip(parsed).map(|(found, (content, wrong))| {
        // If a file could not be read, findings about missing keys would be noise.
        findings.extend(wrong.into_iter().filter(|_| !found.unreadable));
        content
    });
    content.collect()
}

/// Hashes the claims of a source once, for all personas that use it.
fn digest(claims: &mut [Claim], is_template: bool) {
    for claim in claims {
        claim.digest = Statement::of(claim, |_| is_template).digest();
    }
}

/// Where the files of a directory may be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    One,
    /// Also in subdirectories.
    Any,
}

/// Adds the TOML files of a directory to the sources, sorted by id.
fn find(
    (readings, unlisted): Listed,
    directory: &str,
    depth: Depth,
    sources: &mut Sources,
    findings: &mut Vec<Diagnostic>,
) -> Vec<Found> {
    findings.extend(unlisted);
    let mut texts: IndexMap<String, (Utf8PathBuf, Option<String>)> = IndexMap::new();
    let mut refused: BTreeMap<String, Diagnostic> = BTreeMap::new();
    for (path, reading) in readings {
        let id = path.strip_prefix(directory).unwrap_or(&path).with_extension("").to_string();
        if let Some(finding) = bad_name(&path, &id, directory, depth) {
            findings.push(finding);
            continue;
        }
        let text = match reading {
            Reading::Text(text) => Some(text),
            Reading::Refused(finding) => {
                refused.insert(id.clone(), *finding);
                None
            }
            Reading::Missing => continue,
        };
        texts.insert(id, (path, text));
    }
    texts.sort_unstable_keys();
    let found = texts.into_iter().map(|(id, (path, text))| Found {
        id,
        unreadable: text.is_none(),
        file: sources.add(path, text.unwrap_or_default()),
    });
    let found: Vec<Found> = found.collect();
    for found in &found {
        if let Some(mut finding) = refused.remove(&found.id) {
            finding.file = Some(found.file);
            findings.push(finding);
        }
    }
    found
}

fn bad_name(path: &Utf8Path, id: &str, directory: &str, depth: Depth) -> Option<Diagnostic> {
    if depth == Depth::One && id.contains('/') {
        let message = format!("{path} is in a subdirectory; profiles must be directly in {directory}/");
        return Some(
            Diagnostic::new(codes::BAD_NAME, message).help(format!("move the file to {directory}/")),
        );
    }
    if id.split('/').any(is_device) {
        let message = format!("{path} has the name of a device on Windows, which cannot store it");
        return Some(Diagnostic::new(codes::BAD_NAME, message).help("rename it"));
    }
    if id.split('/').all(is_id) {
        return None;
    }
    let message = format!("{path} is not a valid id: use only lower-case letters, digits and hyphens");
    let suggestion: Vec<_> = id.split('/').map(slug).collect();
    let finding = Diagnostic::new(codes::BAD_NAME, message);
    Some(match suggestion.iter().all(|part| is_id(part)) {
        true => finding.help(format!("rename it to {directory}/{}.toml", suggestion.join("/"))),
        false => finding.help("rename it"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    type Texts = BTreeMap<Utf8PathBuf, String>;

    fn workspace() -> Texts {
        let files = [
            (CONFIG, "[styles.short]\nlayout = 'grouped'\n"),
            ("fragments/rules/git.toml", "[must]\nsmall = 'keep commits small'\n"),
            ("fragments/rules/old.toml", "[must]\nodd = 'keep {{ name }} odd'\n"),
            ("fragments/voice/hidden.toml", "[items]\nplain = 'Write\u{200b} plain English.'\n"),
            ("fragments/voice/plain.toml", "[items]\nplain = 'Write plain English.'\n"),
            ("profiles/base.toml", "abstract = true\nuse = ['rules/git', 'rules/old']\n"),
            ("profiles/one.toml", "extends = ['base']\ndescription = 'One'\n"),
            ("profiles/two.toml", "use = ['voice/plain', 'voice/none']\ndescription = 'Two'\n"),
        ];
        files.map(|(path, text)| (path.into(), text.to_owned())).into()
    }

    /// The library and the findings of loading texts, beside another state or alone.
    fn loaded(texts: &Texts, other: Option<&OtherState<'_>>) -> (Library, Vec<Diagnostic>) {
        let config = texts.get(Utf8Path::new(CONFIG)).map(|text| Reading::Text(text.clone()));
        let list = |directory: &str| -> Result<Listed, std::convert::Infallible> {
            let below = texts.iter().filter(|(path, _)| path.starts_with(directory));
            Ok((below.map(|(path, text)| (path.clone(), Reading::Text(text.clone()))).collect(), Vec::new()))
        };
        load_from(config.unwrap_or(Reading::Missing), other, list).unwrap_or_else(|never| match never {})
    }

    #[test]
    fn a_state_beside_another_loads_as_it_does_alone() {
        let before = workspace();
        let (library, findings) = loaded(&before, None);
        assert!(findings.iter().any(|finding| finding.is_error()));
        let other = OtherState::new(&library, &findings);
        // No file has templates, so what has some was taken over from here.
        let (mut marked, _) = loaded(&before, None);
        marked.fragments.values_mut().for_each(|fragment| fragment.template = true);
        marked.profiles.values_mut().for_each(|profile| profile.template = true);
        let marked = OtherState::new(&marked, &findings);
        // The fragments and profiles that are shared.
        let edits: [(&str, Option<&str>, [usize; 2]); 9] = [
            ("README.toml", Some(""), [3, 2]),
            ("fragments/rules/git.toml", Some("[must]\nsmall = 'keep commits tiny'\n"), [2, 2]),
            ("fragments/rules/git.toml", Some("[must]\nsmall = 1\n"), [2, 2]),
            // Files after a new or removed one have other numbers.
            ("fragments/rules/old.toml", None, [1, 0]),
            ("fragments/rules/all.toml", Some("[must]\nall = 'test all of it'\n"), [0, 0]),
            ("fragments/voice/none.toml", Some("[items]\nnone = 'Say nothing.'\n"), [2, 0]),
            ("profiles/one.toml", Some("extends = ['two']\ndescription = 'One'\n"), [3, 1]),
            (CONFIG, Some("[severity]\nplaceholder = 'error'\n"), [0, 0]),
            (CONFIG, None, [0, 0]),
        ];
        for (path, text, shared) in edits {
            let mut after = before.clone();
            after.remove(Utf8Path::new(path));
            after.extend(text.map(|text| (path.into(), text.to_owned())));
            let (alone, beside) = (loaded(&after, None), loaded(&after, Some(&other)));
            assert_eq!(format!("{beside:?}"), format!("{alone:?}"), "{path}: {text:?}");
            let (taken, _) = loaded(&after, Some(&marked));
            let fragments = taken.fragments.values().filter(|fragment| fragment.template).count();
            let profiles = taken.profiles.values().filter(|profile| profile.template).count();
            assert_eq!([fragments, profiles], shared, "{path}: {text:?}");
        }
    }
}
