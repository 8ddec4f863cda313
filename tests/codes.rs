//! Every code of a finding occurs in a fixture, and workspaces that are too large to lie in a folder.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;

use camino::Utf8PathBuf;
use cento::compose::{Composer, Composition, Refusal};
use cento::model::ProfileId;
use cento::model::{CODES, Diagnostic, Library};
use cento::render::render;
use cento::workspace::load_texts;
use common::case::Case;
use typed_index_collections::TiSlice;

/// Codes that need a file system, or a build, to occur.
const ELSEWHERE: [&str; 11] = [
    "too-long",
    "encoding",
    "unreadable",
    "too-large",
    "path-collision",
    "hand-edited",
    "foreign-file",
    "orphan",
    "stale-output",
    "lock-unreadable",
    "front-matter",
];

#[test]
fn every_code_occurs_in_a_fixture() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut reports = String::new();
    for entry in fs::read_dir(fixtures).unwrap() {
        let case = Case::parse(&fs::read_to_string(entry.unwrap().path()).unwrap()).unwrap();
        reports.push_str(&case.expected["check.txt"]);
    }
    let occurs = |name: &str| reports.contains(&format!("[{name}]: "));
    let expected: BTreeSet<&str> = CODES.iter().map(|code| code.name).filter(|name| !occurs(name)).collect();
    assert_eq!(expected, ELSEWHERE.into(), "left: codes without a fixture; right: those that may have none");
}

/// A workspace that is nowhere on disk.
#[derive(Default)]
struct Workspace(BTreeMap<Utf8PathBuf, String>);

impl Workspace {
    fn put(&mut self, path: impl Into<Utf8PathBuf>, text: impl Into<String>) {
        self.0.insert(path.into(), text.into());
    }

    /// Loads it without errors.
    fn load(&self) -> Library {
        let (library, findings) = load_texts(&self.0);
        assert!(findings.is_empty(), "{findings:?}");
        library
    }
}

fn composed<'c, 'a>(
    library: &Library,
    results: &'c TiSlice<ProfileId, Result<Composition<'a>, Refusal>>,
    id: &str,
) -> &'c Result<Composition<'a>, Refusal> {
    &results[library.profiles.id_of(id).unwrap()]
}

fn codes(findings: &[Diagnostic]) -> Vec<&str> {
    findings.iter().map(|finding| finding.code.name).collect()
}

/// A workspace with one persona of `count` fragments, each with a rule of its own and one that they
/// agree about.
fn large(count: usize) -> Workspace {
    let mut workspace = Workspace::default();
    let mut uses = String::new();
    for number in 0..count {
        let text = format!("[never]\nrule-{number} = \"do {number}\"\nshared = \"do what all forbid\"\n");
        workspace.put(format!("fragments/rules/f{number}.toml"), text);
        write!(uses, "\"rules/f{number}\", ").unwrap();
    }
    workspace.put("profiles/large.toml", format!("use = [{uses}]\n"));
    workspace
}

#[test]
fn a_persona_of_200_fragments() {
    let library = large(200).load();
    let results = Composer::new(&library).compose_all();
    let composition = composed(&library, &results, "large").as_ref().unwrap();
    assert_eq!(codes(&composition.findings), [""; 0]);
    let text = render(composition, &composition.persona.targets[0]).into_text();
    assert_eq!(text.lines().filter(|line| line.starts_with("- **Never** do ")).count(), 201);
    assert!(
        text.starts_with("## Rules\n\n- **Never** do 0\n- **Never** do what all forbid\n- **Never** do 1\n")
    );
    assert!(text.ends_with("- **Never** do 199\n"));
}

#[test]
fn a_persona_of_200_fragments_that_all_disagree_names_a_few_and_counts_the_others() {
    let mut workspace = large(200);
    for number in 0..200 {
        let text = format!("[items]\none = \"{number}\"\n");
        workspace.put(format!("fragments/rules/f{number}.toml"), text);
    }
    let library = workspace.load();
    let results = Composer::new(&library).compose_all();
    let composition = composed(&library, &results, "large").as_ref().unwrap();
    assert_eq!(codes(&composition.findings), ["conflict"]);
    assert_eq!(composition.conflicts[0].sides.len(), 200);
    assert!(composition.findings[0].labels.len() < 20);
}

#[test]
fn a_persona_of_more_than_1000_fragments_is_refused() {
    let library = large(1001).load();
    let results = Composer::new(&library).compose_all();
    let refusal = composed(&library, &results, "large").as_ref().unwrap_err();
    assert_eq!(codes(refusal), ["too-large"]);
}

/// A chain of profiles, each extending the next; `name` says how they are called.
fn chain(count: usize, name: impl Fn(usize) -> String) -> Library {
    let mut workspace = Workspace::default();
    for number in 0..count {
        let text = match number + 1 < count {
            true => format!("extends = [\"{}\"]\n", name(number + 1)),
            false => String::new(),
        };
        workspace.put(format!("profiles/{}.toml", name(number)), text);
    }
    workspace.load()
}

/// Whichever profile is visited first: only those with more than 64 generations below them are too deep.
#[test]
fn more_than_64_generations_are_refused_and_no_others() {
    for upward in [true, false] {
        let name = |number: usize| format!("p{:03}", if upward { number } else { 999 - number });
        let library = chain(80, name);
        let results = Composer::new(&library).compose_all();
        for number in 0..80 {
            let too_deep = 79 - number > 64;
            match composed(&library, &results, &name(number)) {
                Ok(_) => assert!(!too_deep, "{number}"),
                Err(refusal) => {
                    assert_eq!(codes(refusal), ["too-deep"]);
                    assert!(too_deep, "{} has {} generations", name(number), 79 - number);
                }
            }
        }
    }
}

/// Examples that no folder of TOML files can be: they need another name or bytes that are no text, the lock and outputs
/// of a build, or hundreds of lines.
const SESSIONS: [&str; 12] = [
    "ignored-file",
    "cut-off",
    "unreadable",
    "encoding",
    "too-large",
    "front-matter",
    "too-long",
    "hand-edited",
    "foreign-file",
    "orphan",
    "stale-output",
    "lock-unreadable",
];

/// Codes that follow from an error of another.
const FOLLOWING: [&str; 2] = ["broken-file", "unchecked"];

/// The files of an example, each below a comment with its path.
fn files(example: &str) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    for line in example.lines() {
        match line.strip_prefix("# ").filter(|path| path.ends_with(".toml")) {
            Some(path) => files.push((path.to_owned(), String::new())),
            None => {
                let (_, text) = files.last_mut().expect("an example begins with the path of a file");
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    files
}

/// What `cento check` finds in a folder: severities and codes.
fn checked(files: &[(String, String)]) -> BTreeSet<(String, String)> {
    let directory = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let ran = std::process::Command::new(env!("CARGO_BIN_EXE_cento"))
        .args(["check", "--format", "json", "--workspace", "."])
        .current_dir(directory.path())
        .output()
        .unwrap();
    let report: serde_json::Value = serde_json::from_slice(&ran.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&ran.stderr)));
    let text = |finding: &serde_json::Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let findings = report["findings"].as_array().unwrap();
    findings.iter().map(|finding| (text(finding, "severity"), text(finding, "code"))).collect()
}

#[test]
fn every_example_brings_about_its_code_and_is_the_least_that_does() {
    let mut wrong = String::new();
    for code in CODES.iter().filter(|code| !SESSIONS.contains(&code.name)) {
        let found = checked(&files(code.example));
        let expected = (code.severity.name().to_owned(), code.name.to_owned());
        // Notes may stand beside it, and what follows from a broken file; nothing else that is as bad.
        let others: Vec<_> = found
            .iter()
            .filter(|(severity, name)| {
                // What is broken or refused uses nothing, and what is whole is then one too many.
                let follows = ["broken-file", "unused-fragment"].contains(&name.as_str())
                    || FOLLOWING.contains(&code.name);
                *name != code.name && severity != "note" && !follows
            })
            .collect();
        if !found.contains(&expected) || !others.is_empty() {
            writeln!(wrong, "{}: {found:?}", code.name).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    for name in SESSIONS {
        let code = cento::model::Code::from_name(name).unwrap();
        assert!(code.example.starts_with("$ "), "{name} is a session of commands");
    }
}
