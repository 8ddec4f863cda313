//! The workload for measurements: it has no findings, is deterministic, and resembles a real workspace.

#[path = "../examples/workload/main.rs"]
#[allow(dead_code, reason = "the test calls the generator and not its command line")]
mod workload;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use cento::Target;
use workload::profiles::{OTHER_TARGETS, TARGETS};
use workload::{Files, Options, generate, write};

const PERSONAS: usize = 60;

fn files(seed: u64) -> Files {
    generate(&Options { personas: PERSONAS, fragments: 400, seed }).unwrap()
}

/// Returns the output of a command, which must succeed.
fn run(directory: &Path, command: &str) -> String {
    let output =
        Command::new(env!("CARGO_BIN_EXE_cento")).arg(command).current_dir(directory).output().unwrap();
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cento {command}:\n{text}");
    text
}

/// Returns how many fragments and decisions a profile has, including those of its parents.
fn counts(files: &Files, profile: &str) -> (usize, usize) {
    let text = &files[&format!("profiles/{profile}.toml")];
    let table: toml::Table = text.parse().unwrap();
    let length = |key: &str| table.get(key).and_then(|value| value.as_array()).map_or(0, Vec::len);
    let mut sum = (length("use"), length("resolve"));
    for parent in table.get("extends").and_then(|value| value.as_array()).into_iter().flatten() {
        let (fragments, decisions) = counts(files, parent.as_str().unwrap());
        sum = (sum.0 + fragments, sum.1 + decisions);
    }
    sum
}

#[test]
fn the_workload_builds_and_is_like_a_real_workspace() {
    let directory = tempfile::tempdir().unwrap();
    let files = files(1);
    write(directory.path(), &files).unwrap();
    assert_eq!(run(directory.path(), "check").trim(), "no findings");
    run(directory.path(), "build");

    let (mut sizes, mut entries, mut decisions) = (Vec::new(), 0, 0);
    let mut targets = BTreeSet::new();
    for number in 0..PERSONAS {
        let id = format!("persona-{number}");
        let (fragments, decided) = counts(&files, &id);
        assert!((5..=30).contains(&fragments), "{id} has {fragments} fragments");
        for target in Target::all() {
            let Ok(text) = fs::read_to_string(directory.path().join(target.default_path(&id))) else {
                continue;
            };
            targets.insert(target.name());
            sizes.push(text.len());
            decisions += decided;
            entries += text.lines().filter(|line| line.starts_with("- ") || line.contains(". ")).count();
        }
    }
    let wanted: BTreeSet<&str> = TARGETS.into_iter().chain(OTHER_TARGETS).collect();
    assert_eq!(targets, wanted);
    let average = sizes.iter().sum::<usize>() / sizes.len();
    assert!((10_000..12_000).contains(&average), "outputs have {average} bytes on average");
    let share = decisions as f64 / entries as f64;
    assert!((0.05..0.07).contains(&share), "{:.1} % of the entries are settled conflicts", share * 100.0);
    for part in [
        "extends = ", "level = \"default\"", "[[remove]]", "take = ", "set = ", "keep = \"both\"",
        "combine = ",
    ] {
        assert!(files.values().any(|text| text.contains(part)), "nothing has `{part}`");
    }
}

#[test]
fn one_seed_gives_the_same_bytes() {
    assert_eq!(files(7), files(7));
    assert_ne!(files(7), files(8));
}

#[test]
fn a_directory_with_files_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("notes.txt"), "mine").unwrap();
    let message = write(directory.path(), &files(1)).unwrap_err();
    assert!(message.contains("is not empty"), "{message}");
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}

#[test]
fn more_fragments_than_the_personas_can_use_are_refused() {
    let message = generate(&Options { personas: 2, fragments: 400, seed: 1 }).unwrap_err();
    assert!(message.contains("2 personas use only"), "{message}");
}
