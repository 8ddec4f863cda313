//! One test for each folder under `tests/fixtures`.
//!
//! A folder holds a small workspace about one subject, and what comes of it: `check.txt`, what
//! `cento check` prints where 100 columns wide and without colours, and `show/PROFILE.md`, the first
//! target of each profile that is not abstract and can be composed. Findings about paths of outputs
//! are not in it; `tests/writing.rs` has those. What the lints find is in it where the folder's name begins
//! with `lint-`.
//!
//! Each workspace is composed again with every `use` reversed, and with every `extends`. Their order is
//! presentation: the findings must be the same, and every line of every persona must still be there.
//!
//! `UPDATE=1 cargo test --test fixtures` writes what comes of each workspace instead of comparing it.
//! Read what it changes before you commit it. A new fixture begins as a workspace with an empty
//! `check.txt`.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write;
use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use cento::check::check;
use cento::check::lint::{Lints, fleet};
use cento::compose::{Composer, Composition, idle};
use cento::model::{Diagnostic, Library, Profile, Text, settle};
use cento::render::render;
use cento::view::{Terminal, human};
use cento::workspace::files::Root;
use cento::workspace::load;
use similar::TextDiff;

/// What comes of a workspace: texts by path.
type Results = BTreeMap<Utf8PathBuf, String>;

fn fixture(check: &Utf8Path) -> Result<(), Box<dyn Error>> {
    let folder = check.parent().ok_or("no folder")?;
    let (mut library, loaded) = load(&Root::open(folder)?)?;
    // The others are about composing, with little text and many fragments that nobody uses.
    let lints = folder.file_name().is_some_and(|name| name.starts_with("lint-"));
    let (results, findings) = compose(&library, &loaded, lints);
    if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
        write(folder, &results)?;
    } else {
        compare(&expected(folder)?, &results)?;
    }
    for (list, of) in [("use", uses as fn(&mut Profile) -> &mut Vec<Text>), ("extends", extends)] {
        library.profiles.values_mut().for_each(|profile| of(profile).reverse());
        let (reversed, other_findings) = compose(&library, &loaded, lints);
        library.profiles.values_mut().for_each(|profile| of(profile).reverse());
        same(&said(&findings), &said(&other_findings))
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

/// Composes everything; returns what comes of it and the findings.
fn compose(library: &Library, loaded: &[Diagnostic], lints: bool) -> (Results, Vec<Diagnostic>) {
    let mut findings = loaded.to_vec();
    let mut results = Results::new();
    let mut compositions = Vec::new();
    for composition in Composer::new(library).compose_all() {
        match composition {
            Ok(composition) => {
                findings.extend(check(library, &composition));
                findings.extend(composition.findings.iter().cloned());
                show(&composition, &mut results);
                compositions.push(composition);
            }
            Err(refusal) => findings.extend(refusal),
        }
    }
    if compositions.len() == library.profiles.len() {
        findings.extend(idle(library, &compositions));
        findings.extend(cento::analyse::similar::stale(library));
    }
    if lints {
        findings.extend(Lints::new(library).personas(&compositions).into_iter().flatten());
        findings.extend(fleet(library, &compositions));
    }
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

fn show(composition: &Composition<'_>, results: &mut Results) {
    if let (false, Some(first)) = (composition.profile.is_abstract, composition.persona.targets.first()) {
        let path = format!("show/{}.md", composition.profile.id);
        results.insert(path.into(), render(composition, first).into_text());
    }
}

/// The findings without what may depend on display order: notes about routes, and places.
fn said(findings: &[Diagnostic]) -> String {
    let mut lines: Vec<_> = findings
        .iter()
        .map(|finding| {
            let personas: Vec<_> = finding.personas.iter().map(String::as_str).collect();
            format!("{}: {} in {}\n", finding.code.name, finding.message, personas.join(", "))
        })
        .collect();
    lines.sort();
    lines.concat()
}

/// The lines of all personas, sorted, without blank ones and the numbers of steps.
fn lines(results: &Results) -> String {
    let mut lines: Vec<String> = Vec::new();
    for (path, text) in results.iter().filter(|(path, _)| path.starts_with("show")) {
        let numbers = |character: char| character.is_ascii_digit();
        let said = text.lines().filter(|line| !line.is_empty());
        lines.extend(said.map(|line| format!("{path}: {}\n", line.trim_start_matches(numbers))));
    }
    lines.sort();
    lines.concat()
}

/// The results that the folder holds.
fn expected(folder: &Utf8Path) -> Result<Results, Box<dyn Error>> {
    let mut paths = vec![folder.join("check.txt")];
    if folder.join("show").is_dir() {
        for entry in folder.join("show").read_dir_utf8()? {
            paths.push(entry?.into_path());
        }
    }
    let mut results = Results::new();
    for path in paths {
        let text = fs::read_to_string(&path)?;
        results.insert(path.strip_prefix(folder)?.to_owned(), text);
    }
    Ok(results)
}

fn write(folder: &Utf8Path, results: &Results) -> Result<(), Box<dyn Error>> {
    for path in expected(folder)?.keys().filter(|path| !results.contains_key(*path)) {
        fs::remove_file(folder.join(path))?;
    }
    for (path, text) in results {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().ok_or("no folder")?)?;
        fs::write(path, text)?;
    }
    Ok(())
}

fn compare(expected: &Results, results: &Results) -> Result<(), Box<dyn Error>> {
    let mut differences = String::new();
    let paths = expected.keys().chain(results.keys().filter(|path| !expected.contains_key(*path)));
    for path in paths {
        let text = |results: &Results| results.get(path).cloned().unwrap_or_default();
        if let Err(diff) = same(&text(expected), &text(results)) {
            write!(differences, "{path} is not what comes of the workspace:\n{diff}")?;
        }
    }
    if differences.is_empty() { Ok(()) } else { Err(differences.into()) }
}

/// Whether two texts are equal; if not, how they differ.
fn same(expected: &str, found: &str) -> Result<(), String> {
    if expected == found {
        return Ok(());
    }
    Err(TextDiff::from_lines(expected, found).unified_diff().header("expected", "found").to_string())
}

datatest_stable::harness! {
    { test = fixture, root = "tests/fixtures", pattern = r"^[^/]+/check\.txt$" },
}
