//! What-if: loads changed texts of a workspace in memory and builds its personas.

mod fleet;
mod outputs;
mod paths;

pub(crate) use fleet::Fleet;
pub(crate) use outputs::{AffectedPersona, Output, Outputs, affected, outputs};
pub(crate) use paths::{clashes, path_findings, paths};

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use typed_index_collections::TiVec;

use crate::check::{Checked, Checker, Depth};
use crate::compose::Composition;
use crate::model::{Diagnostic, Library, ProfileId, Target};
use crate::render::{Document, output_path, render};
use crate::workspace::load_texts;

/// The texts of a workspace by path, with `\n` for every line break.
pub(crate) type Texts = BTreeMap<Utf8PathBuf, String>;

/// The texts of a loaded workspace.
pub(crate) fn texts(library: &Library) -> Texts {
    library.sources.files().map(|file| (file.path().to_owned(), file.text().to_owned())).collect()
}

/// The files that differ between two states of a workspace, including added and removed ones.
pub(crate) fn differing<'t>(before: &'t Texts, after: &'t Texts) -> BTreeSet<&'t Utf8Path> {
    let paths = before.keys().chain(after.keys()).filter(|path| before.get(*path) != after.get(*path));
    paths.map(|path| path.as_path()).collect()
}

/// A workspace loaded from texts.
pub(crate) struct Trial<'t> {
    pub texts: &'t Texts,
    /// The library loaded from the texts.
    pub library: Library,
    pub findings: Vec<Diagnostic>,
}

impl<'t> Trial<'t> {
    pub(crate) fn new(texts: &'t Texts) -> Self {
        let (library, findings) = load_texts(texts);
        Trial { texts, library, findings }
    }

    /// The personas of this workspace. Work that they share is done once.
    pub(crate) fn personas(&self) -> Personas<'_> {
        Personas { trial: self, checker: Checker::new(&self.library, &self.findings) }
    }
}

pub(crate) struct Personas<'t> {
    trial: &'t Trial<'t>,
    checker: Checker<'t>,
}

impl<'t> Personas<'t> {
    /// Composes a profile, conflicts included, and runs the checks except the lints.
    ///
    /// # Errors
    /// The errors that prevent composition, including those of files. Empty if there is no such profile.
    pub(crate) fn check(&self, profile: &str) -> Result<Checked<'t>, Vec<Diagnostic>> {
        let composed = match self.trial.library.profiles.id_of(profile) {
            Some(id) => self.checker.check(id, Depth::Sound),
            None => Err(Vec::new()),
        };
        composed.map_err(|refusal| {
            let broken = self.trial.findings.iter().filter(|finding| finding.breaks_file()).cloned();
            broken.chain(refusal).collect()
        })
    }

    /// As [`Personas::check`], for every profile.
    pub(crate) fn check_all(&self) -> TiVec<ProfileId, Result<Composition<'t>, Vec<Diagnostic>>> {
        self.checker.each(Depth::Sound, |checked| checked.map(|checked| checked.composition))
    }

    /// Composes a profile, checks it, and renders it for a target.
    ///
    /// # Errors
    /// The errors that prevent the build. Empty if there is no such profile or target.
    pub(crate) fn build(&self, profile: &str, target: &str) -> Result<BuiltPersona<'t>, Vec<Diagnostic>> {
        let checked = self.check(profile)?;
        let persona = BuiltPersona::of(self.trial, checked.composition, Some(target)).ok_or_else(Vec::new)?;
        match persona.errors().cloned().collect::<Vec<_>>() {
            errors if errors.is_empty() => Ok(persona),
            errors => Err(errors),
        }
    }

    /// The workspace, of which parts are loaded again with changes.
    #[cfg(test)]
    pub(crate) fn fleet(&self) -> Fleet<'_> {
        Fleet::new(&self.trial.library, self.checker.composer())
    }

    /// The files that a profile reaches.
    pub(crate) fn files(&self, profile: ProfileId) -> impl Iterator<Item = &'t Utf8Path> {
        let sources = &self.trial.library.sources;
        self.checker.composer().files(profile).into_iter().map(|file| sources.file(file).path())
    }
}

/// A persona built for a target, in memory.
pub(crate) struct BuiltPersona<'t> {
    pub library: &'t Library,
    /// The texts that it was built from.
    pub texts: &'t Texts,
    /// The composition, with the findings of the checks.
    pub composition: Composition<'t>,
    pub target: &'static Target,
    /// The path of the output, relative to the root of outputs.
    pub path: String,
    /// The output.
    pub document: Document<'t>,
}

impl<'t> BuiltPersona<'t> {
    /// Renders a checked composition for `target`, or for its first target. `None` if it has no such target.
    pub(crate) fn of(
        trial: &'t Trial<'t>,
        composition: Composition<'t>,
        target: Option<&str>,
    ) -> Option<Self> {
        let mut targets = composition.persona.targets.iter();
        let settings = targets.find(|settings| target.is_none_or(|target| settings.target.name == target))?;
        Some(BuiltPersona {
            library: &trial.library,
            texts: trial.texts,
            target: settings.target,
            path: output_path(&composition, settings),
            document: render(&composition, settings),
            composition,
        })
    }

    /// The errors that prevent the build.
    pub(crate) fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.composition.findings.iter().filter(|finding| finding.breaks_file())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace() -> Texts {
        let files = [
            ("fragments/rules/git.toml", "[must]\nsmall = 'keep commits small'\n"),
            ("fragments/voice/plain.toml", "[items]\nplain = 'Write plain English.'\n"),
            ("profiles/base.toml", "abstract = true\nuse = ['rules/git']\n"),
            ("profiles/one.toml", "extends = ['base']\ndescription = 'One'\n"),
            ("profiles/two.toml", "use = ['voice/plain']\ndescription = 'Two'\n"),
        ];
        files.map(|(path, text)| (path.into(), text.to_owned())).into()
    }

    /// The workspace with one file changed or removed.
    fn changed(path: &str, text: Option<&str>) -> Texts {
        let mut texts = workspace();
        texts.remove(Utf8Path::new(path));
        texts.extend(text.map(|text| (path.into(), text.to_owned())));
        texts
    }

    #[test]
    fn a_changed_file_changes_the_personas_that_reach_it() {
        let (before, path) = (workspace(), "fragments/rules/git.toml");
        let reworded = changed(path, Some("[must]\nsmall = 'keep commits tiny'\n"));
        let one = AffectedPersona { profile: "one".to_owned(), breaks: None };
        assert_eq!(affected(&before, &reworded, "two"), [one]);
        assert_eq!(affected(&before, &reworded, "one"), []);
        let same = changed(path, Some("# why\n[must]\nsmall = 'keep commits small'\n"));
        assert_eq!(affected(&before, &same, "two"), []);
        let gone = affected(&before, &changed(path, None), "two");
        assert!(matches!(&gone[..], [one] if one.profile == "one" && one.breaks.is_some()), "{gone:?}");
    }

    #[test]
    fn a_persona_with_an_error_is_not_built() {
        let mut texts = workspace();
        let trial = Trial::new(&texts);
        let built = trial.personas().build("one", "prompt");
        assert!(built.is_ok_and(|built| built.document.text().contains("keep commits small")));
        texts.insert("fragments/rules/git.toml".into(), "[must]\nsmall = 1\n".to_owned());
        let trial = Trial::new(&texts);
        assert!(trial.personas().build("one", "prompt").is_err_and(|findings| !findings.is_empty()));
        assert!(trial.personas().build("two", "prompt").is_ok());
    }

    #[test]
    fn a_persona_builds_the_same_from_the_files_that_it_depends_on() {
        let mut texts = workspace();
        let extra = "extends = ['base']\nuse = ['voice/plain']\n[sections]\nodd = 'Odd'\n[[drop]]\nfragment = 'rules/git'\n";
        texts.insert("profiles/three.toml".into(), extra.to_owned());
        texts.insert("fragments/odd/end.toml".into(), "text = 'Odd.'\n".to_owned());
        let trial = Trial::new(&texts);
        let personas = trial.personas();
        let fleet = personas.fleet();
        let id = |name: &str| trial.library.profiles.id_of(name).unwrap();
        for (name, count) in [("one", 3), ("two", 2), ("three", 5)] {
            let own = fleet.texts_of([id(name)]);
            assert_eq!(own.len(), count, "{own:?}");
            let text = |texts: &Texts| {
                let trial = Trial::new(texts);
                trial.personas().build(name, "prompt").map(|built| built.document.into_text())
            };
            assert_eq!(text(&texts).unwrap(), text(&own).unwrap());
        }
        let reaching = |path: &str| fleet.reaching(&[Utf8Path::new(path)].into());
        assert_eq!(reaching("fragments/rules/git.toml"), ["base", "one"].map(id).into());
        assert_eq!(reaching("fragments/odd/end.toml"), [].into());
    }
}
