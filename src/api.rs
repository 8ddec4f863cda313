//! The public API, in types of its own.

mod built;
mod diff;
mod findings;
mod target;

pub use built::{Built, LineOrigin};
pub use diff::{Change, ChangeKind, ChangeSide};
pub use findings::{Error, Finding, Place};
pub use target::Target;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use camino::{Utf8Path, Utf8PathBuf};

use crate::analyse::diff::compare;
use crate::check::{Checked, Checker, Depth, Prepared};
use crate::model::{Diagnostic, Library};
use crate::trial::clashes;
use crate::workspace::files::Root;
use crate::workspace::{load, load_texts, place};

/// A loaded workspace: its fragments, profiles and settings, and the findings about their files.
pub struct Workspace {
    library: Library,
    findings: Vec<Diagnostic>,
    /// Work that its personas share, from the first that is composed.
    prepared: OnceLock<Arc<Prepared>>,
    /// The findings about outputs of several personas, by profile, from the first persona that is built.
    clashes: OnceLock<BTreeMap<String, Vec<Diagnostic>>>,
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
    /// [`Error::Unreadable`] if the directory or a file in it cannot be listed or read, and [`Error::NotAWorkspace`] if
    /// it has none of the files of a workspace.
    pub fn open(directory: impl AsRef<Path>) -> Result<Self, Error> {
        let path = directory.as_ref();
        let unreadable = |path: &Path, source| Error::Unreadable { path: path.to_owned(), source };
        let Some(directory) = Utf8Path::from_path(path) else {
            let source = std::io::Error::new(std::io::ErrorKind::InvalidInput, "the path is not UTF-8");
            return Err(unreadable(path, source));
        };
        let root = Root::open(directory).map_err(|error| unreadable(path, error.into_parts().1))?;
        if !place::is_workspace(directory) {
            return Err(Error::NotAWorkspace(path.to_owned()));
        }
        let (library, findings) = load(&root).map_err(|error| {
            let (file, source) = error.into_parts();
            unreadable(&path.join(file), source)
        })?;
        Ok(Workspace::of(library, findings))
    }

    /// Makes a workspace from texts, by path relative to the workspace. Nothing is read from disk.
    ///
    /// ```
    /// let workspace = cento::Workspace::from_texts([
    ///     ("fragments/voice/plain.toml", "[items]\nshort = 'Answer in one paragraph.'"),
    ///     ("profiles/dev.toml", "use = ['voice/plain']"),
    /// ]);
    /// assert!(workspace.profiles().eq(["dev"]));
    /// ```
    pub fn from_texts<P, T>(texts: impl IntoIterator<Item = (P, T)>) -> Self
    where
        P: Into<String>,
        T: Into<String>,
    {
        let texts: BTreeMap<Utf8PathBuf, String> =
            texts.into_iter().map(|(path, text)| (Utf8PathBuf::from(path.into()), text.into())).collect();
        let (library, findings) = load_texts(&texts);
        Workspace::of(library, findings)
    }

    fn of(library: Library, findings: Vec<Diagnostic>) -> Self {
        Workspace { library, findings, prepared: OnceLock::new(), clashes: OnceLock::new() }
    }

    /// The findings about files. Those about a persona are in [`Persona::findings`].
    ///
    /// ```
    /// let workspace = cento::Workspace::from_texts([("profiles/dev.toml", "descripton = 'Builds things'")]);
    /// let finding = &workspace.findings()[0];
    /// assert_eq!((finding.code, finding.severity), ("unknown-key", cento::Severity::Error));
    /// assert_eq!(finding.place.as_ref().map(|place| (place.line, place.column)), Some((1, 1)));
    /// assert_eq!(finding.helps, ["did you mean `description`?"]);
    /// ```
    pub fn findings(&self) -> Vec<Finding> {
        self.findings.iter().map(|finding| Finding::of(&self.library, finding)).collect()
    }

    /// The ids of the profiles that define a persona, in order. Abstract profiles are left out.
    pub fn profiles(&self) -> impl Iterator<Item = &str> {
        self.library.concrete_profiles().map(|profile| profile.id.as_str())
    }

    /// Composes a profile and runs the checks of one persona.
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
        let checker = self.checker();
        let loaded = checker.loaded([index]);
        let of = |found: &[Diagnostic]| {
            loaded.iter().chain(found).map(|finding| Finding::of(library, finding)).collect()
        };
        match checker.check(index, Depth::Build) {
            Ok(checked) => {
                let findings = of(&checked.composition.findings);
                Ok(Persona { workspace: self, checked, findings })
            }
            Err(refusal) => Err(Error::Refused(of(&refusal))),
        }
    }

    fn checker(&self) -> Checker<'_> {
        let prepared = self.prepared.get_or_init(|| Arc::new(Prepared::new(&self.library)));
        Checker::with(&self.library, &self.findings, Arc::clone(prepared))
    }

    /// The findings about the outputs of a persona that need those of all others.
    fn clashes(&self, id: &str) -> &[Diagnostic] {
        let all = self.clashes.get_or_init(|| {
            let mut by_persona: BTreeMap<String, Vec<Diagnostic>> = BTreeMap::new();
            for finding in clashes(&self.library, &self.checker()) {
                for persona in &finding.personas {
                    by_persona.entry(persona.clone()).or_default().push(finding.clone());
                }
            }
            by_persona
        });
        all.get(id).map_or(&[], Vec::as_slice)
    }
}

impl fmt::Debug for Workspace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let profiles: Vec<&str> = self.profiles().collect();
        let mut shown = f.debug_struct("Workspace");
        shown.field("profiles", &profiles).field("findings", &self.findings.len()).finish_non_exhaustive()
    }
}

/// A composed persona and its findings.
pub struct Persona<'w> {
    workspace: &'w Workspace,
    checked: Checked<'w>,
    findings: Vec<Finding>,
}

impl Persona<'_> {
    /// The id of its profile.
    pub fn id(&self) -> &str {
        &self.checked.composition.profile.id
    }

    /// The findings about the persona and the files that it reaches. Those that need the outputs of all personas are in
    /// the error of [`Persona::build`].
    ///
    /// ```
    /// # fn main() -> Result<(), cento::Error> {
    /// let workspace = cento::Workspace::from_texts([
    ///     ("fragments/identity/a.toml", "[fields]\nyears = 7"),
    ///     ("fragments/identity/b.toml", "[fields]\nyears = 8"),
    ///     ("profiles/dev.toml", "use = ['identity/a', 'identity/b']"),
    /// ]);
    /// let persona = workspace.compose("dev")?;
    /// assert_eq!(persona.findings()[0].code, "conflict");
    /// assert_eq!(persona.findings()[0].personas, ["dev"]);
    /// # Ok(())
    /// # }
    /// ```
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

    /// Renders the persona for each of its targets, after the checks that need all personas of the workspace: no two
    /// outputs have one path, and no two of one target declare one name. The first build of a workspace composes all
    /// its personas for them. Nothing is written, and nothing else returns a [`Built`], so no caller can skip a check.
    ///
    /// ```
    /// # fn main() -> Result<(), cento::Error> {
    /// let workspace = cento::Workspace::from_texts([
    ///     ("fragments/voice/plain.toml", "[items]\nshort = 'Answer in one paragraph.'"),
    ///     ("profiles/dev.toml", "use = ['voice/plain']"),
    /// ]);
    /// let outputs = workspace.compose("dev")?.build()?;
    /// assert_eq!(outputs[0].path, "personas/dev.md");
    /// assert!(outputs[0].text.contains("- Answer in one paragraph."));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Abstract`] for an abstract profile. [`Error::Refused`] with all findings if one of them is an error: a
    /// conflict, a limit of a target, hidden text, a lint that the workspace makes an error, a path or a name that an
    /// output of another persona has too.
    pub fn build(&self) -> Result<Vec<Built>, Error> {
        let library = &self.workspace.library;
        if self.checked.composition.profile.is_abstract {
            return Err(Error::Abstract(self.id().to_owned()));
        }
        let clashes = self.workspace.clashes(self.id());
        let Some(buildable) = self.checked.buildable().filter(|_| clashes.is_empty()) else {
            let clashes = clashes.iter().map(|finding| Finding::of(library, finding));
            return Err(Error::Refused(self.findings.iter().cloned().chain(clashes).collect()));
        };
        let built = buildable
            .outputs()
            .map(|(settings, path, document)| Built::of(library, path, settings.target.name, document));
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
    /// let forces = [&changes[0].before, &changes[0].after].map(|side| side.as_ref().and_then(|side| side.force));
    /// assert_eq!(forces, [Some(cento::Force::Should), Some(cento::Force::Must)]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn diff(&self, other: &Persona<'_>) -> Vec<Change> {
        let rows = compare(
            (&self.workspace.library, &self.checked.composition),
            (&other.workspace.library, &other.checked.composition),
        );
        rows.into_iter().filter_map(Change::of).collect()
    }
}

impl fmt::Debug for Persona<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Persona");
        shown.field("id", &self.id()).field("findings", &self.findings).finish_non_exhaustive()
    }
}

/// A disagreement of sources that no resolution settles.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Conflict {
    /// The address, or `subject.NAME`: the `at` of a resolution.
    pub address: String,
    /// The sides, sorted by name.
    pub sides: Vec<Side>,
}

/// One side of a conflict.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Side {
    /// The fragment or profile, such as `rules/git`: the `take` of a resolution.
    pub source: String,
    /// The short hash of its claims: its value in the `seen` of a resolution.
    pub seen: String,
}
