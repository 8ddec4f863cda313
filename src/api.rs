//! The public API, in types of its own.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use camino::{Utf8Path, Utf8PathBuf};

use crate::analyse::diff::{Content, Difference, compare};
use crate::check::{Checked, Checker, Depth, Prepared};
use crate::compose::Origin;
use crate::model::{Diagnostic, Library, Severity, TARGETS};
use crate::render::{Attribution, Document};
use crate::workspace::files::Root;
use crate::workspace::{load, load_texts};

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The directory of the workspace cannot be read, for this reason.
    #[error("cannot read the workspace: {0}")]
    Unreadable(String),
    /// The workspace has no profile with this id.
    #[error("the profile `{0}` does not exist")]
    NoProfile(String),
    /// The persona may not be built. At least one of the findings is an error.
    #[error("the persona has errors: {}", first_error(.0))]
    Refused(Vec<Finding>),
}

fn first_error(findings: &[Finding]) -> &str {
    let error = findings.iter().find(|finding| finding.severity == Severity::Error);
    error.map_or("its sources have errors", |finding| &finding.message)
}

/// One finding of `cento check`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The code, such as `conflict`. Codes are stable across versions.
    pub code: &'static str,
    /// How serious it is. An error prevents the build of the personas that it affects.
    pub severity: Severity,
    /// One line without a final period.
    pub message: String,
    /// The first place to look at, as `path:line`, with the path relative to the workspace. `None` for a finding that
    /// is not about a file.
    pub place: Option<String>,
    /// How to fix it: sentences and commands.
    pub helps: Vec<String>,
}

impl Finding {
    fn of(library: &Library, finding: &Diagnostic) -> Self {
        Finding {
            code: finding.code.name,
            severity: finding.severity,
            message: finding.message.clone(),
            place: finding.labels.first().map(|label| library.sources.place(label.span)),
            helps: finding.helps.clone(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = self.severity.name();
        match &self.place {
            Some(place) => write!(f, "{place}: {severity}[{}]: {}", self.code, self.message),
            None => write!(f, "{severity}[{}]: {}", self.code, self.message),
        }
    }
}

/// A loaded workspace: its fragments, profiles and settings, and the findings about their files.
pub struct Workspace {
    library: Library,
    findings: Vec<Diagnostic>,
    /// What its personas share, from the first that is composed.
    prepared: OnceLock<Arc<Prepared>>,
}

impl Workspace {
    /// Loads the workspace in a directory. Errors in its files are not errors here; see [`Workspace::findings`].
    ///
    /// ```
    /// # fn main() -> Result<(), cento::Error> {
    /// # let directory = env!("CARGO_MANIFEST_DIR");
    /// let workspace = cento::Workspace::open(directory)?;
    /// assert!(workspace.profiles().any(|id| id == "rust-engineer"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Unreadable`] if the directory cannot be listed or read.
    pub fn open(directory: impl AsRef<Path>) -> Result<Self, Error> {
        let unreadable = |reason: &dyn fmt::Display| Error::Unreadable(reason.to_string());
        let directory = directory.as_ref();
        let directory = Utf8Path::from_path(directory)
            .ok_or_else(|| unreadable(&format!("{} is not UTF-8", directory.display())))?;
        let root = Root::open(directory).map_err(|error| unreadable(&error))?;
        let (library, findings) = load(&root).map_err(|error| unreadable(&error))?;
        Ok(Workspace { library, findings, prepared: OnceLock::new() })
    }

    /// Makes a workspace from texts, by path relative to the workspace. Nothing is read from disk.
    pub fn from_texts<P, T>(texts: impl IntoIterator<Item = (P, T)>) -> Self
    where
        P: Into<String>,
        T: Into<String>,
    {
        let texts: BTreeMap<Utf8PathBuf, String> =
            texts.into_iter().map(|(path, text)| (Utf8PathBuf::from(path.into()), text.into())).collect();
        let (library, findings) = load_texts(&texts);
        Workspace { library, findings, prepared: OnceLock::new() }
    }

    /// The findings about files. Those about a persona are in [`Persona::findings`].
    pub fn findings(&self) -> Vec<Finding> {
        self.findings.iter().map(|finding| Finding::of(&self.library, finding)).collect()
    }

    /// The ids of the profiles that define a persona, in order. Abstract profiles are left out.
    pub fn profiles(&self) -> impl Iterator<Item = &str> {
        self.library.concrete_profiles().map(|profile| profile.id.as_str())
    }

    /// Composes a profile and runs every check that decides whether it may be built.
    ///
    /// ```
    /// # fn main() -> Result<(), cento::Error> {
    /// let workspace = cento::Workspace::from_texts([
    ///     ("fragments/rules/tests.toml", "[must]\nrun = 'run the tests before you commit'"),
    ///     ("profiles/dev.toml", "use = ['rules/tests']"),
    /// ]);
    /// let persona = workspace.compose("dev")?;
    /// assert!(persona.conflicts().is_empty());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::NoProfile`], or [`Error::Refused`] if a file that the profile reaches has errors. A conflict is not an
    /// error: it is part of the persona and prevents its build.
    pub fn compose(&self, id: &str) -> Result<Persona<'_>, Error> {
        let library = &self.library;
        let index = library.profiles.id_of(id).ok_or_else(|| Error::NoProfile(id.to_owned()))?;
        let prepared = self.prepared.get_or_init(|| Arc::new(Prepared::new(library)));
        let checker = Checker::with(library, &self.findings, Arc::clone(prepared));
        let loaded = checker.loaded([index]);
        let of = |found: &[Diagnostic]| {
            loaded.iter().chain(found).map(|finding| Finding::of(library, finding)).collect()
        };
        match checker.check(index, Depth::Build) {
            Ok(checked) => {
                let findings = of(&checked.composition.findings);
                Ok(Persona { library, checked, findings })
            }
            Err(refusal) => Err(Error::Refused(of(&refusal))),
        }
    }
}

/// A composed persona and its findings.
pub struct Persona<'w> {
    library: &'w Library,
    checked: Checked<'w>,
    findings: Vec<Finding>,
}

impl Persona<'_> {
    /// The id of its profile.
    pub fn id(&self) -> &str {
        &self.checked.composition.profile.id
    }

    /// All findings about the persona and the files that it reaches.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Its open conflicts. While there are any, it cannot be built.
    ///
    /// ```
    /// # fn main() -> Result<(), cento::Error> {
    /// let workspace = cento::Workspace::from_texts([
    ///     ("fragments/voice/terse.toml", "[items]\nlength = 'Answer in one sentence.'"),
    ///     ("fragments/voice/full.toml", "[items]\nlength = 'Explain every step.'"),
    ///     ("profiles/dev.toml", "use = ['voice/terse', 'voice/full']"),
    /// ]);
    /// let conflicts = workspace.compose("dev")?.conflicts();
    /// assert_eq!(conflicts[0].address, "voice.length");
    /// assert_eq!(conflicts[0].sides[0].source, "voice/full");
    /// # Ok(())
    /// # }
    /// ```
    pub fn conflicts(&self) -> Vec<Conflict> {
        let open = self.checked.composition.conflicts.iter().filter(|conflict| !conflict.is_tension());
        let side =
            |side: &crate::compose::Side<'_>| Side { source: side.name.clone(), seen: side.hash.clone() };
        open.map(|conflict| Conflict {
            address: conflict.at.clone(),
            sides: conflict.sides.iter().map(side).collect(),
        })
        .collect()
    }

    /// Renders the persona for each of its targets. Nothing else returns a [`Built`], so no caller can skip a check.
    /// Nothing is written. The caller must check that no two personas have an output with the same path.
    ///
    /// ```
    /// # fn main() -> Result<(), cento::Error> {
    /// let workspace = cento::Workspace::from_texts([
    ///     ("fragments/voice/plain.toml", "[items]\nshort = 'Answer in one paragraph.'"),
    ///     ("profiles/dev.toml", "use = ['voice/plain']"),
    /// ]);
    /// let outputs = workspace.compose("dev")?.build()?;
    /// assert!(outputs[0].text.contains("- Answer in one paragraph."));
    /// let line = outputs[0].text.lines().position(|line| line.starts_with('-')).unwrap_or_default();
    /// let origin = outputs[0].origin(line + 1).map(|origin| origin.place.as_str());
    /// assert_eq!(origin, Some("fragments/voice/plain.toml:2"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Refused`] with all findings if one of them is an error: a conflict, a limit of a target, hidden text, a
    /// lint that the workspace makes an error. Also for an abstract profile.
    pub fn build(&self) -> Result<Vec<Built>, Error> {
        let Some(buildable) = self.checked.buildable() else {
            return Err(Error::Refused(self.findings.clone()));
        };
        let built = buildable.outputs().map(|(settings, path, document)| Built {
            path,
            target: settings.target.name,
            origins: origins(self.library, &document),
            text: document.into_text(),
        });
        Ok(built.collect())
    }

    /// The differences from this persona to another, by address. The two may be from different workspaces, such as two
    /// states of one.
    ///
    /// ```
    /// # fn main() -> Result<(), cento::Error> {
    /// let state = |force: &str| cento::Workspace::from_texts([
    ///     ("fragments/rules/git.toml", format!("[{force}]\nsmall = 'keep commits small'")),
    ///     ("profiles/dev.toml", "use = ['rules/git']".to_owned()),
    /// ]);
    /// let (before, after) = (state("should"), state("must"));
    /// let changes = before.compose("dev")?.diff(&after.compose("dev")?);
    /// assert_eq!(changes[0].address, "rules.small");
    /// assert_eq!(changes[0].kind, cento::ChangeKind::Force);
    /// # Ok(())
    /// # }
    /// ```
    pub fn diff(&self, other: &Persona<'_>) -> Vec<Change> {
        let rows =
            compare((self.library, &self.checked.composition), (other.library, &other.checked.composition));
        let text = |content: &Option<Content>| content.as_ref().map(|content| content.text.clone());
        let change = |row: crate::analyse::diff::Row| {
            let kind = match row.difference() {
                Difference::None => return None,
                Difference::OnlyBefore => ChangeKind::Removed,
                Difference::OnlyAfter => ChangeKind::Added,
                Difference::Conflict => ChangeKind::Conflict,
                Difference::Wording => ChangeKind::Text,
                Difference::Force => ChangeKind::Force,
                Difference::Place => ChangeKind::Moved,
            };
            let address = row.address().to_owned();
            Some(Change { address, kind, before: text(&row.before), after: text(&row.after) })
        };
        rows.into_iter().filter_map(change).collect()
    }
}

/// A disagreement of sources that no resolution settles.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Conflict {
    /// The address, or `subject.NAME`: the `at` of a resolution.
    pub address: String,
    /// The sides, sorted by name.
    pub sides: Vec<Side>,
}

/// One side of a conflict.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Side {
    /// The fragment or profile, such as `rules/git`: the `take` of a resolution.
    pub source: String,
    /// The short hash of its claims: its value in the `seen` of a resolution.
    pub seen: String,
}

/// A kind of output that personas are rendered for.
#[derive(Debug, Clone, Copy)]
pub struct Target(&'static crate::model::Target);

impl Target {
    /// All targets.
    pub fn all() -> impl Iterator<Item = Target> {
        TARGETS.iter().map(Target)
    }

    /// The name, such as `claude` in `[target.claude]`.
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// The default path of its output for the profile with this id.
    pub fn usual_path(self, id: &str) -> String {
        self.0.usual_path(id)
    }

    /// Whether `[target.NAME]` accepts this setting, such as `model`.
    pub fn has_setting(self, name: &str) -> bool {
        self.0.settings().any(|setting| setting == name)
    }

    /// Whether its outputs can list the allowed tools.
    pub fn lists_tools(self) -> bool {
        self.0.allow.is_some()
    }
}

/// A rendered output of a persona that passed every check.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Built {
    /// The path, relative to the workspace.
    pub path: String,
    /// The name of its target, such as `claude`.
    pub target: &'static str,
    /// Its text.
    pub text: String,
    origins: Vec<Option<LineOrigin>>,
}

impl Built {
    /// The origin of a line, counted from 1. `None` for lines of layout alone, and past the last line.
    pub fn origin(&self, line: usize) -> Option<&LineOrigin> {
        self.origins.get(line.checked_sub(1)?)?.as_ref()
    }
}

/// The origin of the longest part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LineOrigin {
    /// The address, such as `rules.small`.
    pub address: String,
    /// The fragment or profile, such as `rules/git`.
    pub source: String,
    /// `path:line`, with the path relative to the workspace.
    pub place: String,
}

/// An address at which two personas differ.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// The address.
    pub address: String,
    /// How they differ.
    pub kind: ChangeKind,
    /// The text or value in the first persona.
    pub before: Option<String>,
    /// The text or value in the second persona.
    pub after: Option<String>,
}

/// How two personas differ at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChangeKind {
    /// Only the second persona has it.
    Added,
    /// Only the first persona has it.
    Removed,
    /// The text or value differs.
    Text,
    /// The force of the rule differs, and perhaps its text.
    Force,
    /// One of the two has an open conflict there.
    Conflict,
    /// It has moved; its text and force are equal.
    Moved,
}

/// The origin of each line of a document.
fn origins(library: &Library, document: &Document<'_>) -> Vec<Option<LineOrigin>> {
    let mut pieces = document.pieces().iter().peekable();
    let mut start = 0;
    let mut origins = Vec::new();
    for line in document.text().split_inclusive('\n') {
        let end = start + line.len();
        let mut longest: Option<(usize, LineOrigin)> = None;
        while let Some(piece) = pieces.peek().filter(|piece| piece.range.start < end) {
            let part = &document.text()[piece.range.start.max(start)..piece.range.end.min(end)];
            let length = part.trim().len();
            if let Attribution::From(address, origin) = piece.attribution
                && longest.as_ref().is_none_or(|(most, _)| length > *most)
            {
                let source = match origin {
                    Origin::Claim(claim) => claim.source,
                    Origin::Resolution(profile, _) => crate::model::Source::Profile(profile),
                };
                let place = library.sources.place(origin.span());
                let source = library.source_name(source);
                longest = Some((length, LineOrigin { address: address.to_owned(), source, place }));
            }
            if piece.range.end > end {
                break;
            }
            pieces.next();
        }
        origins.push(longest.map(|(_, origin)| origin));
        start = end;
    }
    origins
}
