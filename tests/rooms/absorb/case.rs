//! A workspace, edits of one of its personas, and the results.

use std::collections::BTreeMap;

use crate::author::absorb::{Absorption, Answer, Edited, Reason, Texts, absorb};
use crate::check::{Checker, Depth};
use crate::render::render;
use crate::trial::Trial;
use crate::workspace::load_texts;
use camino::Utf8PathBuf;

pub(crate) const RULES: &str = "\
# rules for all
summary = \"house rules\"

[never]
# keep this comment
secrets = \"print a secret\" # and this
guess = { text = 'guess at \"figures\"', why = \"a wrong number is worse than none\" }
rush = \"rush\"

[always]
tests = \"run the tests\"
";

pub(crate) const OPENING: &str = "\
template = true

[fields]
years = { value = 10, level = \"default\" }

[prose]
opening = \"\"\"
You are **{{ name }}**, an engineer with {{ years }} years.

You care for the craft.\"\"\"
";

pub(crate) const STEPS: &str = "\
[steps]
plan = \"write the plan\"
build = { label = \"Build\", text = \"make the change\" }
ship = \"ship it\"
";

pub(crate) const ADA: &str = "\
name = \"Ada\"
description = \"Builds things\"
use = [\"identity/engineer\", \"rules/house\", \"workflow/change\"]

[body.rules.must]
cite = \"cite the line\"
";

pub(crate) const BOB: &str = "use = [\"rules/house\"]\n";

pub(crate) fn workspace() -> Texts {
    let files = [
        ("fragments/identity/engineer.toml", OPENING),
        ("fragments/rules/house.toml", RULES),
        ("fragments/workflow/change.toml", STEPS),
        ("profiles/ada.toml", ADA),
        ("profiles/bob.toml", BOB),
    ];
    files.into_iter().map(|(path, text)| (path.into(), text.to_owned())).collect()
}

/// Returns the outputs of a persona, by target.
pub(crate) fn built(texts: &Texts, profile: &str) -> BTreeMap<&'static str, String> {
    let (library, _) = load_texts(texts);
    let index = library.profiles.id_of(profile).unwrap();
    let checked = Checker::new(&library, &[]).check(index, Depth::Sound).unwrap();
    assert!(checked.is_sound(), "{:?}", checked.composition.findings);
    let composition = checked.composition;
    let targets = composition.persona.targets.iter();
    targets.map(|settings| (settings.target.name, render(&composition, settings).into_text())).collect()
}

/// A workspace, and edits of its first persona.
pub(crate) struct Case {
    pub(crate) texts: Texts,
    pub(crate) profile: &'static str,
    pub(crate) answer: Answer,
    pub(crate) found: String,
    pub(crate) base: Option<String>,
}

impl Case {
    pub(crate) fn new() -> Self {
        Case::of(workspace(), "ada")
    }

    pub(crate) fn of(texts: Texts, profile: &'static str) -> Self {
        let found = built(&texts, profile).into_values().next().unwrap();
        Case { texts, profile, answer: Answer::Leave, found, base: None }
    }

    #[track_caller]
    pub(crate) fn edit(mut self, old: &str, new: &str) -> Self {
        assert_eq!(self.found.matches(old).count(), 1, "{old:?} in\n{}", self.found);
        self.found = self.found.replace(old, new);
        self
    }

    pub(crate) fn answer(mut self, answer: Answer) -> Self {
        self.answer = answer;
        self
    }

    pub(crate) fn absorb(&self) -> Absorption {
        let edited = Edited {
            path: format!("personas/{}.md", self.profile).into(),
            target: built(&self.texts, self.profile).into_keys().next().unwrap(),
            base: self.base.clone(),
            found: self.found.clone(),
        };
        let trial = Trial::new(&self.texts);
        absorb(&trial.personas().fleet(), self.profile, &[edited], &mut |_| self.answer).unwrap()
    }

    /// Absorbs the edits, all of which must be applied. Returns the changed files.
    #[track_caller]
    pub(crate) fn applied(&self) -> Applied {
        let absorption = self.absorb();
        for change in &absorption.outputs[0].changes {
            assert!(change.outcome.is_ok(), "{:#?}\n{}", absorption.outputs[0].changes, self.found);
        }
        let mut texts = self.texts.clone();
        texts.extend(absorption.files.clone());
        texts.retain(|path, _| !absorption.gone.contains(path));
        let built = built(&texts, self.profile).into_values().next().unwrap();
        assert_eq!(built, self.found);
        Applied { before: self.texts.clone(), files: absorption.files, gone: absorption.gone }
    }

    /// Absorbs the edits, one of which must be rejected. Returns the reason.
    #[track_caller]
    pub(crate) fn rejected(&self) -> Reason {
        let absorption = self.absorb();
        let mut left =
            absorption.outputs[0].changes.iter().filter_map(|change| change.outcome.as_ref().err());
        left.next().cloned().unwrap_or_else(|| panic!("{absorption:#?}"))
    }
}

pub(crate) struct Applied {
    pub(crate) before: Texts,
    pub(crate) files: Texts,
    pub(crate) gone: Vec<Utf8PathBuf>,
}

impl Applied {
    /// Returns a file after the edits.
    #[track_caller]
    pub(crate) fn text(&self, path: &str) -> &str {
        self.files.get(&Utf8PathBuf::from(path)).unwrap_or_else(|| panic!("{:#?}", self.files))
    }

    /// Asserts that only this file changed, and how.
    #[track_caller]
    pub(crate) fn only(&self, path: &str, old: &str, new: &str) {
        let paths: Vec<&Utf8PathBuf> = self.files.keys().collect();
        assert_eq!(paths, [path], "{:#?}", self.files);
        let before = &self.before[&Utf8PathBuf::from(path)];
        let expected = if old.is_empty() { format!("{before}{new}") } else { before.replacen(old, new, 1) };
        assert_eq!(self.files[&Utf8PathBuf::from(path)], expected);
    }
}

pub(crate) const HOUSE: &str = "fragments/rules/house.toml";
pub(crate) const CHANGE: &str = "fragments/workflow/change.toml";
pub(crate) const ENGINEER: &str = "fragments/identity/engineer.toml";
pub(crate) const PROFILE: &str = "profiles/ada.toml";
