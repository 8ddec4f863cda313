//! A fleet of personas without faults, and faults that are planted in it.
//!
//! No command reports anything about the workspace `clean`. `faults.toml` describes each fault, which
//! commands report it, with which code and at which line. Each fault is planted alone, then all together; the
//! reports must match the table, each at its place, with nothing else.
//!
//! The fleet is a directory rather than a case of `common/case.rs`, because faults are edits of its files by
//! path and line, and editors and `cento` itself can open it.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt;
use std::fs;
use std::path::Path;
use std::process::Command;

use rayon::prelude::*;
use serde::Deserialize;
use serde_json::Value;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    fault: Vec<Fault>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fault {
    name: String,
    edit: Vec<Edit>,
    reported: Vec<Expected>,
}

/// A change of one file: `put` replaces `find`, or `add` is appended.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    file: String,
    find: Option<String>,
    #[serde(default)]
    put: String,
    #[serde(default)]
    add: String,
    #[serde(default = "once")]
    times: usize,
}

fn once() -> usize {
    1
}

/// An expected report.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    by: String,
    code: String,
    #[serde(default)]
    file: String,
    #[serde(default)]
    line: String,
    #[serde(default)]
    rule: String,
    #[serde(default)]
    persona: String,
}

impl Expected {
    fn is(&self, reported: &Reported) -> bool {
        self.by == reported.by
            && self.code == reported.code
            && self.file == reported.file
            && reported.line.contains(&self.line)
            && self.rule == reported.rule
            && self.persona == reported.persona
    }
}

/// An actual report.
#[derive(Debug, Clone, Default)]
struct Reported {
    by: &'static str,
    code: String,
    file: String,
    /// The line in the file.
    line: String,
    rule: String,
    persona: String,
}

impl fmt::Display for Reported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Reported { by, code, file, line, rule, persona } = self;
        write!(f, "{by} {code} {file} {rule} {persona}: {}", line.trim())
    }
}

fn faults() -> Outcome<Vec<Fault>> {
    let table: Table = toml::from_str(&fs::read_to_string("tests/fleet/faults.toml")?)?;
    Ok(table.fault)
}

/// Copies the clean fleet.
fn fleet() -> Outcome<tempfile::TempDir> {
    fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
        fs::create_dir_all(to)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            let to = to.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                copy(&entry.path(), &to)?;
            } else {
                fs::copy(entry.path(), to)?;
            }
        }
        Ok(())
    }
    let directory = tempfile::tempdir()?;
    copy(Path::new("tests/fleet/clean"), directory.path())?;
    Ok(directory)
}

fn plant(fleet: &Path, fault: &Fault) -> Outcome<()> {
    for edit in &fault.edit {
        let path = fleet.join(&edit.file);
        let text = if path.exists() { fs::read_to_string(&path)? } else { String::new() };
        let text = match &edit.find {
            Some(find) if !text.contains(find) => {
                return Err(format!("{}: {} has no {find:?}", fault.name, edit.file).into());
            }
            Some(find) => text.replacen(find, &edit.put.repeat(edit.times), 1),
            None => text + &edit.add.repeat(edit.times),
        };
        fs::write(path, text)?;
    }
    Ok(())
}

fn run(fleet: &Path, arguments: &[&str]) -> Outcome<Value> {
    let output = Command::new(env!("CARGO_BIN_EXE_cento")).args(arguments).current_dir(fleet).output()?;
    let said = String::from_utf8(output.stderr)?;
    serde_json::from_slice(&output.stdout).map_err(|error| format!("{arguments:?}: {error}\n{said}").into())
}

fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value[key].as_array().into_iter().flatten()
}

fn word(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Returns the file and line of a place in a report.
fn place(fleet: &Path, place: &Value) -> Outcome<(String, String)> {
    let file = word(&place["path"]);
    let text = fs::read_to_string(fleet.join(&file)).map_err(|error| format!("{place}: {error}"))?;
    let line = usize::try_from(place["line"].as_u64().unwrap_or_default())?;
    let line = text.lines().nth(line.saturating_sub(1)).unwrap_or_default().to_owned();
    Ok((file, line))
}

/// Collects all reports about a fleet.
fn reported(fleet: &Path) -> Outcome<Vec<Reported>> {
    let mut all = Vec::new();
    for finding in list(&run(fleet, &["check", "--format", "json"])?, "findings") {
        let first = list(finding, "places").find(|place| place["primary"] == true);
        let (file, line) = place(fleet, first.ok_or_else(|| format!("no place: {finding}"))?)?;
        all.push(Reported { by: "check", code: word(&finding["code"]), file, line, ..Reported::default() });
    }
    for cluster in list(&run(fleet, &["similar", "--all", "--format", "json"])?, "clusters") {
        // The other variants are compared with the first; a single variant is reported as repeated.
        let alone = list(cluster, "variants").count() == 1;
        for variant in list(cluster, "variants").filter(|variant| alone || variant["difference"].is_string())
        {
            let (file, line) = place(fleet, &variant["places"][0])?;
            let code = format!("{} {}", word(&cluster["kind"]), word(&variant["difference"]));
            all.push(Reported { by: "similar", code, file, line, ..Reported::default() });
        }
    }
    for rule in list(&run(fleet, &["rules", "--drift", "--format", "json"])?, "rules") {
        for holding in list(rule, "personas").filter(|holding| holding["standing"] != "as-written") {
            let (rule, persona) = (word(&rule["address"]), word(&holding["persona"]));
            let code = word(&holding["standing"]);
            all.push(Reported { by: "rules", code, rule, persona, ..Reported::default() });
        }
    }
    Ok(all)
}

/// Returns unexpected and missing reports, each once.
fn apart<'e>(expected: impl Iterator<Item = &'e Expected>, mut reported: Vec<Reported>) -> String {
    let mut lines = String::new();
    for expected in expected {
        match reported.iter().position(|reported| expected.is(reported)) {
            Some(at) => drop(reported.swap_remove(at)),
            None => lines += &format!("    not reported: {expected:?}\n"),
        }
    }
    lines.extend(reported.iter().map(|reported| format!("    reported: {reported}\n")));
    lines
}

#[test]
fn the_clean_fleet_is_silent() -> Outcome<()> {
    let fleet = fleet()?;
    let found = reported(fleet.path())?;
    assert!(found.is_empty(), "{found:#?}");
    let report = run(fleet.path(), &["check", "--strict", "--format", "json"])?;
    assert_eq!(list(&report, "findings").count(), 0, "{report}");
    // With a lower threshold, merely similar texts would be reported.
    let report = run(fleet.path(), &["similar", "--threshold", "0.7", "--format", "json"])?;
    assert_eq!(list(&report, "clusters").count(), 0, "{report}");
    Ok(())
}

#[test]
fn each_fault_is_reported_at_its_place_and_nothing_else_is() -> Outcome<()> {
    let wrong = faults()?
        .par_iter()
        .map(|fault| {
            let fleet = fleet()?;
            plant(fleet.path(), fault)?;
            let apart = apart(fault.reported.iter(), reported(fleet.path())?);
            Ok(if apart.is_empty() { apart } else { format!("{}:\n{apart}", fault.name) })
        })
        .collect::<Outcome<Vec<String>>>()?
        .concat();
    assert!(wrong.is_empty(), "{wrong}");
    Ok(())
}

#[test]
fn all_faults_at_once_are_each_reported_at_their_place() -> Outcome<()> {
    let (faults, fleet) = (faults()?, fleet()?);
    for fault in &faults {
        plant(fleet.path(), fault)?;
    }
    let wrong = apart(faults.iter().flat_map(|fault| &fault.reported), reported(fleet.path())?);
    assert!(wrong.is_empty(), "{wrong}");
    Ok(())
}

#[test]
fn there_are_more_than_forty_faults_with_unique_names() -> Outcome<()> {
    let faults = faults()?;
    let names: BTreeSet<&str> = faults.iter().map(|fault| fault.name.as_str()).collect();
    assert_eq!(names.len(), faults.len());
    assert!(faults.len() > 40, "{}", faults.len());
    Ok(())
}
