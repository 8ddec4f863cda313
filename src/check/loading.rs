//! Checks the fields that say when programs load a rule.

use crate::compose::{Composition, Loaded, Origin, TargetSettings};
use crate::model::grammar::{Profile, header, target_header};
use crate::model::wording::{series, shortened};
use crate::model::{Diagnostic, Facts, LOADING, PATHS, Target, When, codes};

/// Reports fields that say nothing, and what an output cannot do. Targets without settings for it do not read the fields.
pub(super) fn check(composition: &Composition<'_>) -> Vec<Diagnostic> {
    let Some(loaded) = Loaded::of(&composition.persona.fields) else { return Vec::new() };
    let span = loaded.origin.map_or(composition.profile.start(), Origin::span);
    let finding =
        |(message, help): (String, String)| Diagnostic::new(codes::TARGET, message).at(span, "").help(help);
    let targets = composition.persona.targets.iter();
    let readers = targets.filter(|settings| reads(settings)).map(|settings| settings.target);
    match (loaded.when, incomplete(&loaded)) {
        (_, Some(problem)) => readers.take(1).map(|_| finding(problem.clone())).collect(),
        (Some(when), None) => readers
            .filter(|target| target.switched(when, "").is_none())
            .map(|target| finding(impossible(target, &loaded)).note_if(target.facts.map(Facts::note)))
            .collect(),
        (None, None) => Vec::new(),
    }
}

/// Whether the fields alone say when an output is loaded, and do not say it.
pub(super) fn is_unsaid(composition: &Composition<'_>, settings: &TargetSettings<'_>) -> bool {
    reads(settings) && Loaded::of(&composition.persona.fields).is_some()
}

/// Whether a target has keys for the loading, and the output has none of them.
fn reads(settings: &TargetSettings<'_>) -> bool {
    settings.target.switches().next().is_some() && Loaded::is_open(settings)
}

/// What is wrong with the fields for every target, and what would be right.
fn incomplete(loaded: &Loaded<'_>) -> Option<(String, String)> {
    let word = shortened(&loaded.word, 40);
    match loaded.when {
        None => {
            Some((format!("the field `{LOADING}` is `{word}`"), format!("write one of {}", words(|_| true))))
        }
        Some(When::Paths) if loaded.paths.trim().is_empty() => Some((
            format!("the field `{LOADING}` is `{word}`, but there is no field `{PATHS}`"),
            format!(
                "add `{PATHS} = \"...\"` to {}: patterns with commas between them",
                header([Profile::Fields.name()])
            ),
        )),
        Some(_) => None,
    }
}

/// That a target cannot do what the fields say, and what it can.
fn impossible(target: &Target, loaded: &Loaded<'_>) -> (String, String) {
    let table = target_header(target.name);
    let can = words(|when| target.switched(when, "").is_some());
    (
        format!("{} cannot be loaded as the field `{LOADING}` says: `{}`", target.summary, loaded.word),
        format!("choose among {can}, set the keys in {table}, or delete {table}"),
    )
}

/// The words of the field that are possible.
fn words(is_possible: impl Fn(When) -> bool) -> String {
    let words = When::WORDS.iter().filter(|(_, when)| is_possible(*when));
    series(words.map(|(word, _)| format!("`{word}`")), usize::MAX)
}
