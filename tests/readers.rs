//! Outputs opened by other projects' readers: agnix, the reference validator of Agent Skills, and a reader of character
//! cards. `.ci/run` installs them and sets `CENTO_READERS` to their directory; without it these tests are left out.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::Test;
use common::case::Case;
use serde_json::Value;

/// The directory of the readers. Without it, the last lines of `cargo test` say that these tests did not run.
fn readers() -> Option<PathBuf> {
    std::env::var_os("CENTO_READERS").map(PathBuf::from)
}

/// Runs a reader and returns its exit code and output. A reader that does not run fails the test.
fn run(program: &Path, arguments: &[&str], directory: &Path) -> (Option<i32>, String) {
    let output = Command::new(program).args(arguments).current_dir(directory).output();
    let output = output.unwrap_or_else(|error| panic!("{} does not run: {error}", program.display()));
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code(), text)
}

/// One persona in every format.
fn every_target() -> Test {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/target-every.txt");
    let test = Test::of(&Case::parse(&fs::read_to_string(path).unwrap()).unwrap());
    test.run(&["build"]).exits(0);
    test
}

/// The library of this repository, built elsewhere.
fn library() -> Test {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let test = Test::new(&[]);
    let out = test.directory.path().to_str().unwrap();
    test.run(&["build", "--workspace", root.to_str().unwrap(), "--out", out]).exits(0);
    test
}

/// Quotes the patterns of the Cursor rule: Cursor takes them bare, which no reader of YAML accepts.
fn without_bare_patterns(test: &Test) {
    let path = ".cursor/rules/sql.mdc";
    let rule = test.read(path);
    let quoted = rule.replace("globs: **/*.sql,db/**", "globs: \"**/*.sql,db/**\"");
    assert_ne!(rule, quoted, "the rule has bare patterns");
    test.write(path, &quoted);
}

#[test]
fn agnix_finds_no_error() {
    let Some(readers) = readers() else { return };
    let every = every_target();
    without_bare_patterns(&every);
    for test in [every, library()] {
        let (code, found) = run(&readers.join("bin/agnix"), &["."], test.directory.path());
        assert_eq!(code, Some(0), "{found}");
    }
    // It would have found one.
    let test = Test::new(&[("skills/a/SKILL.md", "---\nname: Wrong Name\ndescription: x\n---\n\nText\n")]);
    let (code, found) = run(&readers.join("bin/agnix"), &["."], test.directory.path());
    assert_ne!(code, Some(0), "{found}");
}

#[test]
fn the_reference_validator_accepts_skills() {
    let Some(readers) = readers() else { return };
    let validate = |test: &Test, skill: &str| {
        run(&readers.join("bin/agentskills"), &["validate", skill], test.directory.path())
    };
    let test = every_target();
    let (code, found) = validate(&test, "skills/sql");
    assert_eq!(code, Some(0), "{found}");
    test.write("skills/sql/SKILL.md", "---\nname: other\ndescription: x\n---\n");
    assert_ne!(validate(&test, "skills/sql").0, Some(0));
}

#[test]
fn readers_of_cards_find_the_persona() {
    let Some(readers) = readers() else { return };
    let test = every_target();
    let body = test.run(&["show", "sql", "--target", "prompt"]).out;
    let script = "const { v2 } = require('character-card-utils'); const fs = require('fs'); \
                  console.log(JSON.stringify(v2.parse(JSON.parse(fs.readFileSync(process.argv[1])))))";
    let node = |card: &str| {
        let card = test.directory.path().join(card);
        run(Path::new("node"), &["-e", script, card.to_str().unwrap()], &readers)
    };
    let (code, card) = node("cards/sql.json");
    assert_eq!(code, Some(0), "{card}");
    let card: Value = serde_json::from_str(&card).unwrap();
    assert_eq!(
        (card["data"]["name"].as_str(), card["data"]["system_prompt"].as_str()),
        (Some("sql"), Some(&*body))
    );
    assert_eq!(card["data"]["tags"][0], "sql");
    assert_ne!(node("cards/sql.v3.json").0, Some(0), "a card of another version");
}
