//! Personas with everything that decides whether they may be built.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use typed_index_collections::TiVec;

use super::limits;
use super::lint::duplicates::{Meetings, Standing};
use super::lint::{self, Lints};
use super::require::Requirements;
use super::survey::Survey;
use crate::compose::{self, Composer, Composition, Refusal, TargetSettings};
use crate::model::{Bound, Diagnostic, FileId, FragmentId, Library, ProfileId, Severity, codes};
use crate::render::{Document, output_path, render};

/// How much is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Requirements and limits: whether the persona is sound.
    Sound,
    /// Also the lints that the workspace makes errors: whether it may be built.
    Build,
    /// Also what is probably not meant.
    Review,
}

impl Depth {
    /// Whether a finding of a lint counts.
    pub(super) fn wants(self, finding: &Diagnostic) -> bool {
        self == Depth::Review || finding.is_error()
    }
}

/// What the personas of a library share. Belongs to one library.
#[derive(Debug)]
pub(crate) struct Prepared {
    composer: Arc<compose::Prepared>,
    lints: OnceLock<lint::Prepared>,
}

impl Prepared {
    /// Prepares the checks of a library.
    pub(crate) fn new(library: &Library) -> Self {
        Prepared { composer: Arc::new(compose::Prepared::new(library)), lints: OnceLock::new() }
    }
}

/// Composes and checks the personas of one library. What they share is prepared once.
#[derive(Debug)]
pub(crate) struct Checker<'a> {
    pub(super) library: &'a Library,
    /// The findings of loading the library.
    loaded: &'a [Diagnostic],
    composer: Composer<'a>,
    requirements: Requirements<'a>,
    prepared: Arc<Prepared>,
    /// The files whose text must not become part of a built persona.
    unsafe_files: BTreeSet<FileId>,
}

impl<'a> Checker<'a> {
    /// A checker for the personas of a library. `loaded` holds the findings of loading it.
    pub(crate) fn new(library: &'a Library, loaded: &'a [Diagnostic]) -> Self {
        Checker::with(library, loaded, Arc::new(Prepared::new(library)))
    }

    /// As [`Checker::new`], with what was prepared for this library before.
    pub(crate) fn with(library: &'a Library, loaded: &'a [Diagnostic], prepared: Arc<Prepared>) -> Self {
        // Such a file can be read, but the workspace does not want its text in any persona.
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

    /// What composes the personas.
    pub(crate) fn composer(&self) -> &Composer<'a> {
        &self.composer
    }

    /// The findings of loading the library that concern some profiles.
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
        let (mut checked, standing) = self.examine(index, depth)?;
        let mut meetings = Meetings::default();
        meetings.add(self.library, &checked.composition, standing);
        let found = meetings.findings(self.library).into_iter().filter(|finding| depth.wants(finding));
        checked.composition.findings.extend(found);
        Ok(checked)
    }

    /// Composes and checks every profile, in order of id, without lints. For those who need all at once.
    pub(crate) fn check_all(&self) -> TiVec<ProfileId, Result<Composition<'a>, Refusal>> {
        let profiles: Vec<ProfileId> = self.library.profiles.ids().collect();
        let check = |index| self.check(index, Depth::Sound).map(|checked| checked.composition);
        profiles.into_par_iter().map(check).collect::<Vec<_>>().into()
    }

    /// Checks a profile as if it used only the fragments that `keep` says; without lints.
    ///
    /// # Errors
    /// As [`Composer::compose`].
    pub(crate) fn check_with(
        &self,
        index: ProfileId,
        keep: &dyn Fn(FragmentId) -> bool,
    ) -> Result<Checked<'a>, Refusal> {
        let composition = self.composer.compose_with(index, keep)?;
        Ok(self.decide(index, composition, Depth::Sound).0)
    }

    /// Composes and checks the chosen profiles, or all, one after the other, and keeps of each only its findings and
    /// what `visit` makes of it. As many are in memory at a time as there are threads.
    pub(crate) fn survey<T: Send>(
        &self,
        chosen: Option<&BTreeSet<ProfileId>>,
        depth: Depth,
        visit: impl Fn(&Checked<'a>) -> T + Sync,
    ) -> Survey<'a, T> {
        Survey::of(self, chosen, depth, &visit)
    }

    /// The findings of loading the library.
    pub(super) fn all_loaded(&self) -> &'a [Diagnostic] {
        self.loaded
    }

    /// As [`Checker::check`], but what it says in several places goes apart, since the finding about that names
    /// the places of all personas.
    pub(super) fn examine(
        &self,
        index: ProfileId,
        depth: Depth,
    ) -> Result<(Checked<'a>, Standing<'a>), Refusal> {
        let composition = self.composer.compose(index)?;
        Ok(self.decide(index, composition, depth))
    }

    /// Runs the checks: the one place where it is decided whether a persona may be built.
    fn decide(
        &self,
        index: ProfileId,
        mut composition: Composition<'a>,
        depth: Depth,
    ) -> (Checked<'a>, Standing<'a>) {
        let library = self.library;
        let mut findings = self.requirements.check(&composition);
        findings.extend(limits::check(library, &composition));
        let mut standing = Standing::default();
        if depth != Depth::Sound && !composition.profile.is_abstract {
            let lints =
                Lints { library, prepared: self.prepared.lints.get_or_init(|| lint::Prepared::new(library)) };
            findings.extend(lints.persona(&composition).into_iter().filter(|finding| depth.wants(finding)));
            standing = lints.standing(&composition);
        }
        let says_twice = !standing.is_empty()
            && library.config.severities.of(codes::DUPLICATE_TEXT) == Some(Severity::Error);
        composition.findings.append(&mut findings);
        let is_safe = !composition.findings.iter().any(Diagnostic::is_error) && !says_twice;
        let may_be_built = depth != Depth::Sound
            && is_safe
            && !composition.profile.is_abstract
            && (self.unsafe_files.is_empty()
                || !self.composer.files(index).iter().any(|file| self.unsafe_files.contains(file)));
        (Checked { composition, is_safe, may_be_built }, standing)
    }
}

/// A composed persona with the findings of the checks.
#[derive(Debug)]
pub(crate) struct Checked<'a> {
    /// The persona, with all that was found about it.
    pub composition: Composition<'a>,
    is_safe: bool,
    may_be_built: bool,
}

impl<'a> Checked<'a> {
    /// Whether the persona says what its sources mean: no conflict is open, and no error but what a text hides.
    pub(crate) fn is_sound(&self) -> bool {
        !self.composition.findings.iter().any(Diagnostic::breaks_file)
    }

    /// Whether it has no error of its own.
    pub(crate) fn is_safe(&self) -> bool {
        self.is_safe
    }

    /// The persona as something that may be built: it was checked to [`Depth::Build`] at least, it is not abstract, and
    /// neither it nor any file that it reaches has an error.
    pub(crate) fn buildable(&self) -> Option<Buildable<'_, 'a>> {
        self.may_be_built.then_some(Buildable(&self.composition))
    }
}

/// A persona that passed every check. Only [`Checked::buildable`] makes one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Buildable<'c, 'a>(&'c Composition<'a>);

impl<'c, 'a> Buildable<'c, 'a> {
    /// Its composition.
    pub(crate) fn composition(self) -> &'c Composition<'a> {
        self.0
    }

    /// Its outputs: the settings, the path and the document of each.
    pub(crate) fn outputs(self) -> impl Iterator<Item = (&'c TargetSettings<'a>, String, Document<'a>)> {
        let Buildable(composition) = self;
        let targets = composition.persona.targets.iter();
        targets.map(|settings| (settings, output_path(composition, settings), render(composition, settings)))
    }
}
