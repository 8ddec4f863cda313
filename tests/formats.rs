//! `cento check --format`: output for other programs, with paths, fingerprints and exit codes.
//! `rooms/formats.rs` validates every report.

mod common;

use std::collections::BTreeSet;

use common::Test;
use serde_json::Value;

const FORMATS: [&str; 5] = ["human", "json", "sarif", "github", "junit"];

fn fingerprints(test: &Test) -> Vec<String> {
    let report: Value = serde_json::from_str(&test.run(&["check", "--format", "sarif"]).out).unwrap();
    let results = report["runs"][0]["results"].as_array().unwrap();
    results.iter().map(|one| one["partialFingerprints"]["finding/v1"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn fingerprints_survive_moved_lines_and_change_with_their_subject() {
    let profile = "use = [\"identity/lead\", \"identity/staff\"]\n";
    let test = Test::conflicted();
    test.write("profiles/ada.toml", profile);
    let before = fingerprints(&test);
    assert_eq!(before.iter().collect::<BTreeSet<_>>().len(), before.len(), "each is its own");
    let lead = test.read("fragments/identity/lead.toml");
    test.write("fragments/identity/lead.toml", format!("# a comment\n\n{lead}"));
    test.write("profiles/ada.toml", format!("\n\n{profile}"));
    assert_eq!(fingerprints(&test), before);
    test.write("fragments/identity/lead.toml", lead.replace("\"Lead\"", "\"Head\""));
    assert_ne!(fingerprints(&test), before);
}

#[test]
fn fingerprints_survive_changed_counts() {
    let test = Test::new(&[
        ("cento.toml", "[[require]]\npersonas = \"all\"\nmax-chars = 20\n"),
        ("fragments/rules/long.toml", "[items]\nx = \"Say it in so many words\"\n"),
        ("profiles/ada.toml", "use = [\"rules/long\"]\n"),
    ]);
    let before = fingerprints(&test);
    assert_eq!(before.len(), 1);
    test.write("fragments/rules/long.toml", format!("[items]\nx = \"{}\"\n", "Say it. ".repeat(900)));
    assert_eq!(fingerprints(&test), before);
}

#[test]
fn an_error_of_many_personas_is_reported_in_full_once() {
    let mut files = vec![
        ("fragments/voice/a.toml".to_owned(), "[items]\nx = \"a\"\n".to_owned()),
        ("fragments/voice/b.toml".to_owned(), "[items]\nx = \"b\"\n".to_owned()),
        ("profiles/base.toml".to_owned(), "use = [\"voice/a\", \"voice/b\"]\n".to_owned()),
    ];
    for number in 0..50 {
        files.push((format!("profiles/p{number}.toml"), "extends = [\"base\"]\n".to_owned()));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let test = Test::new(&files);
    let ran = test.run(&["check", "--format", "junit"]).exits(1);
    assert_eq!(ran.out.matches("why they are included").count(), 1);
    assert_eq!(ran.out.matches("as in `base`").count(), 50);
    assert_eq!(ran.out.matches("<failure").count(), 51);
}

fn workspace() -> Test {
    Test::named("formats")
}

#[test]
fn the_formats_as_they_are() {
    let test = workspace();
    for format in ["sarif", "github", "junit"] {
        let ran = test.run(&["check", "--workspace", "agents", "--format", format]).exits(1);
        assert_eq!(ran.err, "");
        let again = test.run(&["check", "--workspace", "agents", "--format", format]);
        assert_eq!(ran.out, again.out, "{format} is not always the same");
        insta::assert_snapshot!(format!("format_{format}"), ran.out);
    }
}

#[test]
fn paths_are_relative_to_the_repository() {
    let test = workspace();
    let paths = |arguments: &[&str]| {
        let ran = test.run(arguments).exits(1);
        let file = ran.out.split_once("file=").and_then(|(_, rest)| rest.split_once(',')).expect("a place");
        file.0.to_owned()
    };
    let check = ["check", "--workspace", "agents", "--format", "github"];
    assert_eq!(paths(&check), "fragments/voice/a.toml");

    let top = test.directory.path().canonicalize().unwrap();
    let mut command = test.command(&check);
    let out = command.env("GITHUB_WORKSPACE", top).output().unwrap().stdout;
    assert!(
        String::from_utf8(out).unwrap().starts_with("::error file=agents/fragments/voice/a.toml,line=2,")
    );

    let git =
        std::process::Command::new("git").args(["init", "-q"]).current_dir(test.directory.path()).status();
    assert!(git.unwrap().success());
    assert_eq!(paths(&check), "agents/fragments/voice/a.toml");
    assert_eq!(
        paths(&["check", "ada", "--workspace", "agents", "--format", "github"]),
        "agents/fragments/voice/a.toml"
    );
}

#[test]
fn the_exit_code_is_the_same_in_every_format() {
    let sound =
        Test::new(&[("profiles/ada.toml", "[tools]\nallow = [\"Read\"]\n[body.voice.items]\na = \"a\"\n")]);
    let content = "[body.voice.items]\na = \"a\"\n";
    let warned = Test::new(&[("profiles/ada.toml", content), ("fragments/voice/a.toml", "text = \"x\"\n")]);
    for format in FORMATS {
        sound.run(&["check", "--strict", "--format", format]).exits(0);
        warned.run(&["check", "--format", format]).exits(0).says("unused-fragment");
        warned.run(&["check", "--strict", "--format", format]).exits(1);
        // Only a check of the whole fleet finds what it does not use.
        warned.run(&["check", "ada", "--strict", "--format", format]).exits(0);
    }
    sound.run(&["check", "--format", "xml"]).exits(2).says(&FORMATS.join(", "));
}
