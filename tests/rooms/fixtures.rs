//! Every file in `tests/fixtures` is a test, in the format of `common/case.rs`. `FIXTURE=NAME` runs only those whose name
//! contains NAME.
//!
//! A case holds a small workspace about one subject and the expected results: `check.txt`, the output of
//! `cento check` at 100 columns without colours, and `show/PROFILE.md`, the first target of each profile
//! that is not abstract and composes. Findings about output paths are left out; `tests/rooms/writing.rs` has
//! those. Lints run only in cases whose name begins with `lint-`.
//!
//! Each workspace is composed again with every `use` reversed, and with every `extends`. Their order is
//! presentation: the findings must be the same, and every line of every persona must still be there.
//!
//! `UPDATE=1 cargo test --lib fixtures` rewrites the expected part of each file. Read the diff before you
//! commit it. A new case needs a sentence and the blocks of its workspace.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write;
use std::fs;

use super::case::{Case, Texts};
use crate::check::{Checker, Depth};
use crate::compose::Composition;
use crate::model::{Diagnostic, Library, Profile, SourceFile, Text, codes, settle};
use crate::render::render;
use crate::view::blame::blame;
use crate::view::explain::{Parts, Question};
use crate::view::{Terminal, human};
use crate::workspace::files::Root;
use crate::workspace::load;
use crate::workspace::reach::{self, load_reached};
use camino::{Utf8Path, Utf8PathBuf};
use rayon::prelude::*;
use similar::TextDiff;

fn fixture(path: &Utf8Path) -> Result<(), Box<dyn Error>> {
    let mut case = Case::parse(&fs::read_to_string(path)?)?;
    let directory = tempfile::tempdir()?;
    case.write_to(directory.path());
    let folder = Utf8Path::from_path(directory.path()).ok_or("not UTF-8")?;
    let root = Root::open(folder)?;
    let (mut library, loaded) = load(&root)?;
    for id in library.profiles.keys() {
        // Where there is nothing to report, one persona is the same from the files that it reaches as from all.
        if let Some(reached) = load_reached(&root, &[id.to_owned()])
            && let (Some(index), Some(all)) = (reached.profiles.id_of(id), library.profiles.id_of(id))
            && let Ok(checked) = Checker::new(&reached, &[]).check(index, Depth::Build)
            && checked.composition.findings.is_empty()
        {
            same(&views(&library, &loaded, id), &views(&reached, &[], id))?;
            let files = reach::reached(&library, all).into_iter().map(|source| library.file_of(source));
            let files = files.chain(library.config.file).map(|file| library.sources.file(file).path());
            let loaded = reached.sources.files().map(SourceFile::path);
            let [files, loaded] = [files.collect::<BTreeSet<_>>(), loaded.collect()];
            same(&format!("{files:#?}"), &format!("{loaded:#?}"))?;
        }
    }
    // What was read for other personas, or for the persona before, changes nothing.
    let shared = Checker::new(&library, &loaded);
    let checked = |checker: &Checker<'_>, index| match checker.check(index, Depth::Review) {
        Ok(checked) => format!("{:#?}", checked.composition.findings),
        Err(refusal) => format!("{refusal:#?}"),
    };
    for _ in 0..2 {
        for index in library.profiles.ids() {
            same(&checked(&Checker::new(&library, &loaded), index), &checked(&shared, index))?;
        }
    }
    // The other cases are about composing, with little text and many unused fragments.
    let lints = path.file_name().is_some_and(|name| name.starts_with("lint-"));
    let (results, findings) = compose(&library, &loaded, lints);
    if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
        case.expected = results.clone();
        fs::write(path, case.to_string())?;
    } else {
        compare(&case.expected, &results)?;
    }
    for (list, of) in [("use", uses as fn(&mut Profile) -> &mut Vec<Text>), ("extends", extends)] {
        library.profiles.values_mut().for_each(|profile| of(profile).reverse());
        let (reversed, other_findings) = compose(&library, &loaded, lints);
        library.profiles.values_mut().for_each(|profile| of(profile).reverse());
        same(&without_order(&findings), &without_order(&other_findings))
            .map_err(|diff| format!("the order of `{list}` changes the findings:\n{diff}"))?;
        same(&lines(&results), &lines(&reversed))
            .map_err(|diff| format!("the order of `{list}` changes what personas say:\n{diff}"))?;
    }
    Ok(())
}

fn uses(profile: &mut Profile) -> &mut Vec<Text> {
    &mut profile.uses
}

fn extends(profile: &mut Profile) -> &mut Vec<Text> {
    &mut profile.extends
}

/// Composes everything. Returns the results and the findings.
fn compose(library: &Library, loaded: &[Diagnostic], lints: bool) -> (Texts, Vec<Diagnostic>) {
    let depth = if lints { Depth::Review } else { Depth::Sound };
    let survey = Checker::new(library, loaded).survey(None, depth, |checked| show(&checked.composition));
    let mut results: Texts = survey.made.into_iter().flatten().collect();
    let mut findings = survey.findings;
    findings.extend(library.config.severities.applied(survey.chains.findings(0, &|_| None)));
    findings.extend(crate::analyse::similar::stale(library));
    let findings = settle(findings);
    let mut report = human::report(&library.sources, &findings, &Terminal::plain(100));
    if !findings.is_empty() {
        report.push('\n');
    }
    report.push_str(&human::summary(&findings));
    report.push('\n');
    results.insert("check.txt".into(), report);
    (results, findings)
}

/// Returns all views of one persona and its findings.
fn views(library: &Library, loaded: &[Diagnostic], id: &str) -> String {
    let index = library.profiles.id_of(id).unwrap();
    let report = |findings: &[Diagnostic]| human::report(&library.sources, findings, &Terminal::plain(100));
    let checked = match Checker::new(library, loaded).check(index, Depth::Build) {
        Ok(checked) => checked,
        Err(refusal) => return report(&refusal),
    };
    let composition = &checked.composition;
    let mut views = report(&composition.findings);
    writeln!(views, "{}\n{:?}", checked.buildable().is_some(), Parts::of(library, composition).page())
        .unwrap();
    for settings in &composition.persona.targets {
        let document = render(composition, settings);
        let blamed = blame(library, composition, &document, settings.target.name);
        writeln!(views, "{}\n{:?}", document.text(), blamed.page()).unwrap();
    }
    for address in composition.decisions.keys() {
        let question = Question::about(library, composition, address).unwrap();
        writeln!(views, "{:?}", question.page(None)).unwrap();
    }
    views
}

/// The first output of a persona.
fn show(composition: &Composition<'_>) -> Option<(String, String)> {
    let first = composition.persona.targets.first().filter(|_| !composition.profile.is_abstract)?;
    Some((format!("show/{}.md", composition.profile.id), render(composition, first).into_text()))
}

/// Returns the findings without what may depend on display order: notes about routes and neighbours, and places.
fn without_order(findings: &[Diagnostic]) -> String {
    let mut lines: Vec<_> = findings
        .iter()
        .filter(|finding| finding.code != codes::ORDER_NOT_ADJACENT)
        .map(|finding| {
            let personas: Vec<_> = finding.personas.iter().map(String::as_str).collect();
            format!("{}: {} in {}\n", finding.code.name, finding.message, personas.join(", "))
        })
        .collect();
    lines.sort();
    lines.concat()
}

/// Returns the lines of all personas, sorted, without blank lines and step numbers.
fn lines(results: &Texts) -> String {
    let mut lines: Vec<String> = Vec::new();
    for (path, text) in results.iter().filter(|(path, _)| path.starts_with("show/")) {
        let numbers = |character: char| character.is_ascii_digit();
        let without_order = text.lines().filter(|line| !line.is_empty());
        lines.extend(without_order.map(|line| format!("{path}: {}\n", line.trim_start_matches(numbers))));
    }
    lines.sort();
    lines.concat()
}

fn compare(expected: &Texts, results: &Texts) -> Result<(), Box<dyn Error>> {
    let mut differences = String::new();
    let paths = expected.keys().chain(results.keys().filter(|path| !expected.contains_key(*path)));
    for path in paths {
        let text = |results: &Texts| results.get(path).cloned().unwrap_or_default();
        if let Err(diff) = same(&text(expected), &text(results)) {
            write!(differences, "{path} differs from the results:\n{diff}")?;
        }
    }
    if differences.is_empty() { Ok(()) } else { Err(differences.into()) }
}

/// Returns an error with the differences if two texts are not equal.
fn same(expected: &str, found: &str) -> Result<(), String> {
    if expected == found {
        return Ok(());
    }
    Err(TextDiff::from_lines(expected, found).unified_diff().header("expected", "found").to_string())
}

#[test]
fn every_fixture_gives_the_expected_results() {
    let folder = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let wanted = std::env::var("FIXTURE").unwrap_or_default();
    let paths = folder.read_dir_utf8().unwrap().map(|entry| entry.unwrap().into_path());
    let mut paths: Vec<Utf8PathBuf> =
        paths.filter(|path| path.file_stem().is_some_and(|name| name.contains(&wanted))).collect();
    paths.sort();
    assert!(!paths.is_empty(), "no fixture has `{wanted}` in its name");
    let failed = paths.par_iter().filter_map(|path| {
        let error = fixture(path).err()?;
        Some(format!("tests/fixtures/{}:\n{error}", path.file_name().unwrap_or_default()))
    });
    let failed: Vec<String> = failed.collect();
    assert!(failed.is_empty(), "{} of {} fixtures fail\n{}", failed.len(), paths.len(), failed.join("\n"));
}
