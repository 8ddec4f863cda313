//! Checks the fields that say when programs load a rule.

use crate::compose::{Composition, Loaded, Origin, TargetSettings};
use crate::model::grammar::{Profile, header, target_header};
use crate::model::wording::{series, shortened};
use crate::model::{DESCRIPTION, Diagnostic, Facts, LOADING, PATHS, Severity, Span, Target, When, codes};

/// Reports fields that say nothing, and what an output cannot do. Targets without settings for it do not read the fields.
pub(super) fn check(composition: &Composition<'_>) -> Vec<Diagnostic> {
    let Some(loaded) = Loaded::of(&composition.persona.fields) else { return Vec::new() };
    let span = |origin: Option<Origin<'_>>| origin.map_or(composition.profile.start(), Origin::span);
    let readers = || composition.persona.targets.iter().filter(|settings| reads(settings));
    let wrong = |(message, help): (String, String)| {
        Diagnostic::new(codes::TARGET, message).at(span(loaded.origin), "").help(help)
    };
    if let Some(problem) = incomplete(composition, &loaded).filter(|_| readers().next().is_some()) {
        return vec![wrong(problem)];
    }
    let cannot = |settings: &&TargetSettings<'_>| {
        loaded.when.is_some_and(|when| settings.target.switched(when, "").is_none())
    };
    let impossible = readers().filter(cannot).map(|settings| {
        wrong(impossible(settings.target, &loaded)).note_if(settings.target.facts.map(Facts::note))
    });
    let idle = idle(composition, &loaded, span(loaded.paths_origin));
    impossible.chain(idle).collect()
}

/// Whether the fields alone say when an output is loaded, and do not say it.
pub(super) fn is_unsaid(composition: &Composition<'_>, settings: &TargetSettings<'_>) -> bool {
    reads(settings) && is_said(composition)
}

/// Whether a persona has one of the fields.
pub(super) fn is_said(composition: &Composition<'_>) -> bool {
    Loaded::of(&composition.persona.fields).is_some()
}

/// Whether a target has keys for the loading, and the output has none of them.
fn reads(settings: &TargetSettings<'_>) -> bool {
    settings.target.switches().next().is_some() && Loaded::is_open(settings)
}

/// Reports patterns beside another way of loading, and those that are not what a key of a target can hold.
fn idle(composition: &Composition<'_>, loaded: &Loaded<'_>, span: Span) -> Option<Diagnostic> {
    let mut rules =
        composition.persona.targets.iter().filter(|settings| settings.target.switches().next().is_some());
    let first = rules.next()?;
    let finding =
        |message: String, help: String| Diagnostic::new(codes::TARGET, message).at(span, "").help(help);
    if loaded.when != Some(When::Paths) {
        let message = format!("the field `{PATHS}` has no effect where `{LOADING}` is `{}`", loaded.word);
        let warning = finding(message, format!("delete `{PATHS}` or `{LOADING}`"));
        return loaded.has_patterns().then_some(Diagnostic { severity: Severity::Warning, ..warning });
    }
    let value = |settings: &TargetSettings<'_>| {
        let (key, datum, _) = settings.loaded.iter().find(|(key, ..)| settings.target.holds_paths(key))?;
        let wanted = settings.target.key(key)?.value;
        (!wanted.accepts(datum)).then(|| (*key, wanted.describe()))
    };
    let (key, wanted) = [first].into_iter().chain(rules).find_map(value)?;
    Some(finding(
        format!("the field `{PATHS}` is not valid for `{key}`, which must be {wanted}"),
        "correct the patterns: each is closed, on one line, and has commas only between braces".to_owned(),
    ))
}

/// What is wrong with the fields for every target, and what would be right.
fn incomplete(composition: &Composition<'_>, loaded: &Loaded<'_>) -> Option<(String, String)> {
    let word = shortened(&loaded.word, 40);
    match loaded.when {
        None => Some((
            format!("the field `{LOADING}` cannot be `{word}`"),
            format!("write one of {}", words(|_| true)),
        )),
        Some(When::Paths) if !loaded.has_patterns() => Some((
            format!("the field `{LOADING}` is `{word}`, but the field `{PATHS}` has no pattern"),
            format!(
                "add `{PATHS} = \"...\"` to {}: patterns with commas between them",
                header([Profile::Fields.name()])
            ),
        )),
        Some(When::Description) if composition.persona.field_text(DESCRIPTION).trim().is_empty() => Some((
            format!("the field `{LOADING}` is `{word}`, but the profile has no description"),
            format!("add `{} = \"...\"` to it", Profile::Description.name()),
        )),
        Some(_) => None,
    }
}

/// That a target cannot do what the fields say, and what it can.
fn impossible(target: &Target, loaded: &Loaded<'_>) -> (String, String) {
    let table = target_header(target.name);
    let can = words(|when| target.switched(when, "").is_some());
    (
        format!("{} cannot have `{LOADING} = \"{}\"`", target.summary, loaded.word),
        format!("choose among {can}, set the keys in {table}, or delete {table}"),
    )
}

/// The words of the field that are possible.
fn words(is_possible: impl Fn(When) -> bool) -> String {
    let words = When::WORDS.iter().filter(|(_, when)| is_possible(*when));
    series(words.map(|(word, _)| format!("`{word}`")), usize::MAX)
}
