//! Composes personas and runs every check that decides whether they may be built.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use typed_index_collections::TiVec;

use super::forces::KnownLines;
use super::lint::duplicates::{Duplicates, SharedTexts};
use super::lint::{self, Lints};
use super::require::Requirements;
use super::{empty, limits};
use crate::compose::{self, Composer, Composition, Refusal, TargetSettings};
use crate::model::{Bound, Diagnostic, FileId, FragmentId, Library, ProfileId, Severity, codes};
use crate::render::{Document, output_path, parts_in, render};

/// How much is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Requirements and limits.
    Sound,
    /// Also the lints that the workspace makes errors, which decide whether the persona may be built.
    Build,
    /// Also the other lints.
    Review,
}

impl Depth {
    /// Returns whether a lint finding counts at this depth.
    pub(super) fn wants(self, finding: &Diagnostic) -> bool {
        self == Depth::Review || finding.is_error()
    }
}

/// Data shared by the personas of one library.
#[derive(Debug)]
pub(crate) struct Prepared {
    composer: Arc<compose::Prepared>,
    lints: OnceLock<lint::Prepared>,
    known_lines: KnownLines,
}

impl Prepared {
    /// Prepares the checks of a library.
    pub(crate) fn new(library: &Library) -> Self {
        Prepared {
            composer: Arc::new(compose::Prepared::new(library)),
            lints: OnceLock::new(),
            known_lines: KnownLines::default(),
        }
    }
}

/// Composes and checks the personas of one library. Shared data is prepared once.
#[derive(Debug)]
pub(crate) struct Checker<'a> {
    pub(super) library: &'a Library,
    loaded: &'a [Diagnostic],
    composer: Composer<'a>,
    requirements: Requirements<'a>,
    prepared: Arc<Prepared>,
    /// Files with text that no built persona may contain.
    unsafe_files: BTreeSet<FileId>,
}

impl<'a> Checker<'a> {
    /// Creates a checker. `loaded` holds the findings of loading the library.
    pub(crate) fn new(library: &'a Library, loaded: &'a [Diagnostic]) -> Self {
        Checker::with(library, loaded, Arc::new(Prepared::new(library)))
    }

    /// As [`Checker::new`], with data prepared for the same library before.
    pub(crate) fn with(library: &'a Library, loaded: &'a [Diagnostic], prepared: Arc<Prepared>) -> Self {
        // Such a file can be read, but the workspace forbids its text in personas.
        let is_judged = |finding: &&Diagnostic| finding.is_error() && finding.code.bound == Bound::Free;
        let judged = loaded.iter().filter(is_judged);
        Checker {
            library,
            loaded,
            composer: Composer::with(library, Arc::clone(&prepared.composer)),
            requirements: Requirements::new(library),
            prepared,
            unsafe_files: judged.filter_map(|finding| Some(finding.labels.first()?.span.file)).collect(),
        }
    }

    /// Returns the composer of the personas.
    pub(crate) fn composer(&self) -> &Composer<'a> {
        &self.composer
    }

    /// Returns the findings of loading that concern these profiles.
    pub(crate) fn loaded(&self, chosen: impl IntoIterator<Item = ProfileId>) -> Vec<Diagnostic> {
        let reached: BTreeSet<_> = chosen.into_iter().flat_map(|index| self.composer.files(index)).collect();
        let concerns = |finding: &&Diagnostic| {
            let file = finding.labels.first().map(|label| label.span.file).or(finding.file);
            file.is_none_or(|file| reached.contains(&file))
        };
        self.loaded.iter().filter(concerns).cloned().collect()
    }

    /// Composes a profile and checks the persona.
    ///
    /// # Errors
    /// As [`Composer::compose`].
    pub(crate) fn check(&self, index: ProfileId, depth: Depth) -> Result<Checked<'a>, Refusal> {
        let (mut checked, duplicates) = self.examine(index, depth)?;
        let mut shared_texts = SharedTexts::default();
        shared_texts.add(self.library, &checked.composition, duplicates);
        let found = shared_texts.findings(self.library).into_iter().filter(|finding| depth.wants(finding));
        checked.composition.findings.extend(found);
        Ok(checked)
    }

    /// Composes and checks every profile, in order of id, but keeps only what `visit` makes of it.
    pub(crate) fn each<T: Send>(
        &self,
        depth: Depth,
        visit: impl Fn(Result<Checked<'a>, Refusal>) -> T + Sync,
    ) -> TiVec<ProfileId, T> {
        let profiles: Vec<ProfileId> = self.library.profiles.ids().collect();
        profiles.into_par_iter().map(|index| visit(self.check(index, depth))).collect::<Vec<_>>().into()
    }

    /// Composes and checks a persona as if it did not use a fragment, without lints.
    ///
    /// # Errors
    /// As [`Composer::compose`].
    pub(crate) fn check_without(
        &self,
        whole: &Composition<'a>,
        fragment: FragmentId,
    ) -> Result<Checked<'a>, Refusal> {
        let composition = self.composer.compose_without(whole, fragment)?;
        Ok(self.decide(whole.index(), composition, Depth::Sound).0)
    }

    /// Returns the findings of loading the library.
    pub(super) fn all_loaded(&self) -> &'a [Diagnostic] {
        self.loaded
    }

    /// As [`Checker::check`], but duplicate texts are returned separately: one finding about a text names its
    /// places in all personas.
    pub(super) fn examine(
        &self,
        index: ProfileId,
        depth: Depth,
    ) -> Result<(Checked<'a>, Duplicates<'a>), Refusal> {
        let composition = self.composer.compose(index)?;
        Ok(self.decide(index, composition, depth))
    }

    /// Runs the checks. Only this function decides whether a persona may be built.
    fn decide(
        &self,
        index: ProfileId,
        mut composition: Composition<'a>,
        depth: Depth,
    ) -> (Checked<'a>, Duplicates<'a>) {
        let library = self.library;
        let check = |persona: &Composition<'a>| {
            let mut findings = self.requirements.check(persona);
            findings.extend(limits::check(library, &self.prepared.known_lines, persona));
            findings
        };
        let mut findings = check(&composition);
        for part in &composition.parts {
            let all = part.findings.iter().cloned().chain(check(part));
            if all.into_iter().any(|finding| finding.is_error()) {
                findings.push(part_with_errors(&composition, &part.profile.id));
            }
        }
        for settings in &composition.persona.targets {
            let target = settings.target;
            let held = parts_in(&composition, settings).iter();
            // What its own output for the target lacks is a finding about the part itself.
            let others =
                held.filter(|part| part.persona.targets.iter().all(|own| own.target.name != target.name));
            findings.extend(others.flat_map(|part| self.requirements.check_in(&composition, target, part)));
        }
        // Where something else is wrong, that may be why nothing is there.
        let is_wrong = composition.findings.iter().chain(&findings).any(Diagnostic::is_error);
        // Lints do not repeat these findings.
        composition.findings.extend(empty::check(library, &composition, is_wrong));
        let mut duplicates = Duplicates::default();
        let forbids_duplicates = library.config.severities.of(codes::DUPLICATE_TEXT) == Some(Severity::Error);
        if depth != Depth::Sound && !composition.profile.is_abstract {
            let lints =
                Lints { library, prepared: self.prepared.lints.get_or_init(|| lint::Prepared::new(library)) };
            findings.extend(lints.persona(&composition).into_iter().filter(|finding| depth.wants(finding)));
            if depth == Depth::Review || forbids_duplicates {
                duplicates = lints.duplicates(&composition);
            }
        }
        let has_duplicates = forbids_duplicates && !duplicates.is_empty();
        composition.findings.append(&mut findings);
        let is_safe = !composition.findings.iter().any(Diagnostic::is_error) && !has_duplicates;
        let may_be_built = depth != Depth::Sound
            && is_safe
            && !composition.profile.is_abstract
            && (self.unsafe_files.is_empty()
                || !self.composer.files(index).iter().any(|file| self.unsafe_files.contains(file)));
        (Checked { composition, is_safe, may_be_built }, duplicates)
    }
}

/// The finding about a persona that outputs of another hold and that has errors.
fn part_with_errors(composition: &Composition<'_>, part: &str) -> Diagnostic {
    let id = &composition.profile.id;
    let message = format!("`{part}`, which outputs of `{id}` include, has errors");
    let start = composition.profile.start();
    let finding = Diagnostic::new(codes::TARGET, message).at(start, "");
    finding.help(format!("run `cento check {part}` to see them")).in_persona(id)
}

/// A composed persona with its findings.
#[derive(Debug)]
pub(crate) struct Checked<'a> {
    /// The persona, with the findings of composition and of the checks.
    pub composition: Composition<'a>,
    is_safe: bool,
    may_be_built: bool,
}

impl<'a> Checked<'a> {
    /// Returns whether the persona means what its sources say: no open conflict, and no errors except about
    /// hidden text.
    pub(crate) fn is_sound(&self) -> bool {
        !self.composition.findings.iter().any(Diagnostic::breaks_file)
    }

    /// Returns whether it has no errors of its own.
    pub(crate) fn is_safe(&self) -> bool {
        self.is_safe
    }

    /// Returns the persona as buildable, if it was checked to [`Depth::Build`] at least, is not abstract, and
    /// neither it nor any file that it depends on has an error.
    pub(crate) fn buildable(&self) -> Option<Buildable<'_, 'a>> {
        self.may_be_built.then_some(Buildable(&self.composition))
    }
}

/// A persona that passed every check. Only [`Checked::buildable`] makes one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Buildable<'c, 'a>(&'c Composition<'a>);

impl<'c, 'a> Buildable<'c, 'a> {
    pub(crate) fn composition(self) -> &'c Composition<'a> {
        self.0
    }

    /// Returns the settings, path and document of each output.
    pub(crate) fn outputs(self) -> impl Iterator<Item = (&'c TargetSettings<'a>, String, Document<'a>)> {
        let Buildable(composition) = self;
        let targets = composition.persona.targets.iter();
        targets.map(|settings| (settings, output_path(composition, settings), render(composition, settings)))
    }
}
