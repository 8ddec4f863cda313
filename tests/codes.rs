//! Every code has an explanation, and its example triggers the code.

mod common;

use std::collections::BTreeSet;
use std::fmt::Write;

use common::Test;

/// Examples that TOML files alone cannot show: they need other file names or bytes, a lock and outputs, or
/// hundreds of lines.
const SESSIONS: [&str; 14] = [
    "git-attributes", "ignored-file", "cut-off", "unreadable", "encoding", "too-large", "front-matter",
    "too-long", "unapproved", "hand-edited", "foreign-file", "orphan", "stale-output", "lock-unreadable",
];

/// Codes that only follow from another error.
const FOLLOWING: [&str; 2] = ["broken-file", "unchecked"];

/// The names of all codes and their summaries.
fn codes(test: &Test) -> Vec<(String, String)> {
    let list = test.run(&["list", "codes"]).exits(0).out;
    let mut lines = list.lines();
    let meaning = lines.next().and_then(|header| header.find("WHAT IT MEANS")).expect("a column of meanings");
    let mut codes: Vec<(String, String)> = Vec::new();
    for line in lines {
        // A long summary continues on the next lines.
        match codes.last_mut().filter(|_| line.starts_with(' ')) {
            Some((_, text)) => *text = format!("{text} {}", line.trim()),
            None => {
                let name = line.split_whitespace().next().expect("a name");
                codes.push((name.to_owned(), line[meaning..].to_owned()));
            }
        }
    }
    codes
}

/// Returns the severity of a code and its example, as `cento explain` shows them.
fn explained(test: &Test, name: &str, meaning: &str) -> (String, String) {
    let text = test.run(&["explain", name]).exits(0).says(meaning).out;
    let (severity, _) = text.split_once('[').expect("it begins with the severity");
    let (_, rest) = text.split_once("\nExample\n").expect("an example");
    let (example, _) = rest.split_once("\n\nFix\n").expect("a fix");
    let lines = example.lines().map(|line| format!("{}\n", line.strip_prefix("    ").unwrap_or(line)));
    (severity.to_owned(), lines.collect())
}

/// What every profile of an example says too, because an example shows a part of a persona, often none of its text.
const CONTENT: &str = "[body.rules.avoid]\nthe-rest = \"guess\"\n";

/// Creates a workspace from an example, in which each file begins with a comment with its path. `content` goes to the
/// end of each profile.
fn workspace(example: &str, content: &str) -> Test {
    let mut files: Vec<(&str, String)> = Vec::new();
    for line in example.lines() {
        match line.strip_prefix("# ").filter(|path| path.ends_with(".toml")) {
            Some(path) => files.push((path, String::new())),
            None => {
                let (_, text) = files.last_mut().expect("an example begins with the path of a file");
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    for (_, text) in files.iter_mut().filter(|(path, _)| path.starts_with("profiles/")) {
        text.push_str(content);
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    Test::new(&files)
}

/// Returns the findings of `cento check`: severities and codes.
fn checked(test: &Test) -> BTreeSet<(String, String)> {
    let ran = test.run(&["check", "--format", "json", "--workspace", "."]);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}", ran.err));
    let text = |finding: &serde_json::Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let findings = report["findings"].as_array().unwrap();
    findings.iter().map(|finding| (text(finding, "severity"), text(finding, "code"))).collect()
}

#[test]
fn every_example_is_minimal_and_triggers_its_code() {
    let nowhere = Test::new(&[]);
    let codes = codes(&nowhere);
    assert!(codes.len() > 50, "only {codes:?}");
    let mut wrong = String::new();
    for (name, meaning) in &codes {
        let (severity, example) = explained(&nowhere, name, meaning);
        if SESSIONS.contains(&name.as_str()) {
            assert!(example.starts_with("$ "), "{name} is a session of commands");
            continue;
        }
        let content = if name == "empty-persona" { "" } else { CONTENT };
        let found = checked(&workspace(&example, content));
        // Notes and consequences of a broken file may accompany it, but nothing else as severe.
        let others: Vec<_> = found
            .iter()
            .filter(|(severity, other)| {
                // A broken or refused file uses nothing, so its fragments may be reported as unused.
                let follows = ["broken-file", "unused-fragment"].contains(&other.as_str())
                    || FOLLOWING.contains(&name.as_str());
                other != name && severity != "note" && !follows
            })
            .collect();
        if !found.contains(&(severity, name.clone())) || !others.is_empty() {
            writeln!(wrong, "{name}: {found:?}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    for name in SESSIONS {
        assert!(codes.iter().any(|(code, _)| code == name), "there is no code {name}");
    }
}
