//! Composed personas with everything that decides whether they may be built.

use std::collections::BTreeSet;

use super::lint::Lints;
use crate::compose::{Composer, Composition, idle};
use crate::model::{Bound, Diagnostic, FileId, Library, ProfileId, Severity};

/// Some profiles of a library, composed and checked against their targets.
pub(crate) struct Composed<'a> {
    /// The profiles that could be composed, in order of id.
    pub compositions: Vec<Composition<'a>>,
    /// Every finding: about the files that the profiles reach, and about the personas.
    pub findings: Vec<Diagnostic>,
    /// The files whose text must not become part of a built persona.
    unsafe_files: BTreeSet<FileId>,
    composer: Composer<'a>,
}

impl<'a> Composed<'a> {
    /// Composes the `chosen` profiles, by index, or all of them. `loaded` holds the findings of loading the library.
    pub(crate) fn of(
        library: &'a Library,
        loaded: &[Diagnostic],
        chosen: Option<&BTreeSet<ProfileId>>,
    ) -> Self {
        let composer = Composer::new(library);
        let mut findings = Vec::new();
        let results = match chosen {
            None => {
                findings.extend(loaded.iter().cloned());
                composer.compose_all()
            }
            Some(chosen) => {
                let reached: BTreeSet<_> = chosen.iter().flat_map(|index| composer.files(*index)).collect();
                let concerns = |finding: &&Diagnostic| {
                    let file = finding.labels.first().map(|label| label.span.file).or(finding.file);
                    file.is_none_or(|file| reached.contains(&file))
                };
                findings.extend(loaded.iter().filter(concerns).cloned());
                chosen.iter().map(|index| composer.compose(*index)).collect()
            }
        };
        let mut compositions = Vec::new();
        for result in results {
            match result {
                Ok(mut composition) => {
                    composition.findings.extend(super::check(library, &composition));
                    findings.extend(composition.findings.iter().cloned());
                    compositions.push(composition);
                }
                Err(refusal) => findings.extend(refusal),
            }
        }
        if chosen.is_none() && compositions.len() == library.profiles.len() {
            findings.extend(idle(library, &compositions));
        }
        // Such a file can be read, but the workspace does not want its text in any persona.
        let is_judged = |finding: &&Diagnostic| finding.is_error() && finding.code.bound == Bound::Free;
        let judged = loaded.iter().filter(is_judged);
        let unsafe_files = judged.filter_map(|finding| Some(finding.labels.first()?.span.file)).collect();
        Composed { compositions, findings, unsafe_files, composer }
    }

    /// Adds the findings of the lints of single personas that are at least as severe as `least`.
    pub(crate) fn lint(&mut self, library: &'a Library, least: Severity) {
        let found = Lints::new(library).personas(&self.compositions);
        for (composition, found) in self.compositions.iter_mut().zip(found) {
            let found: Vec<Diagnostic> =
                found.into_iter().filter(|finding| finding.severity >= least).collect();
            self.findings.extend(found.iter().cloned());
            composition.findings.extend(found);
        }
    }

    /// The ids of the profiles that may be built: they have no error, and neither has any file that they reach.
    pub(crate) fn buildable(&self, library: &Library) -> BTreeSet<String> {
        let is_safe = |id: &str| {
            let index = library.profiles.id_of(id).map(|index| self.composer.files(index));
            self.unsafe_files.is_empty()
                || !index.is_some_and(|files| files.iter().any(|file| self.unsafe_files.contains(file)))
        };
        let ids = self.compositions.iter().filter(|composition| composition.is_safe());
        ids.map(|composition| composition.profile.id.clone()).filter(|id| is_safe(id)).collect()
    }
}
