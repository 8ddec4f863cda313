//! Every code of a finding occurs in a fixture; workspaces that are too large for fixtures.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;

use super::case::Case;
use crate::compose::{Composer, Composition, Refusal};
use crate::model::{CODES, Diagnostic, Library, ProfileId};
use crate::render::render;
use crate::workspace::load_texts;
use camino::Utf8PathBuf;
use typed_index_collections::TiSlice;

/// Codes that need a file system or a build to occur.
const ELSEWHERE: [&str; 13] = [
    "git-attributes", "too-long", "encoding", "unreadable", "too-large", "path-collision", "name-collision",
    "unapproved", "hand-edited", "foreign-file", "orphan", "stale-output", "lock-unreadable",
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

/// A workspace in memory.
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

/// A workspace with one persona of `count` fragments, each with a rule of its own and a rule that all agree
/// on.
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
fn a_persona_of_200_disagreeing_fragments_names_a_few_and_counts_the_rest() {
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

/// A chain of profiles, each extending the next; `name` names them.
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

/// Whichever profile is visited first, only those with more than 64 generations below them are too deep.
#[test]
fn only_more_than_64_generations_are_refused() {
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
