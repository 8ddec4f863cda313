//! Every command with `--format json` prints JSON, also where it has nothing to show, with the exit code of the others.

mod common;

use common::Test;

/// What may be wrong with the profile `p`.
const STATES: [(&str, &[(&str, &str)]); 3] = [
    ("broken", &[("profiles/p.toml", "use = [\"rules/a\"\n")]),
    ("unknown", &[]),
    (
        "conflicted",
        &[
            ("fragments/rules/b.toml", "[must]\nx = \"log nothing\"\n"),
            (
                "profiles/p.toml",
                "use = [\"rules/a\", \"rules/b\"]\ndescription = \"Reviews changes when asked\"\n",
            ),
        ],
    ),
];

/// The exit code of a command, and whether it prints findings instead of its view, in each state.
type Expected = [(i32, bool); 3];

/// Commands, each with its exit code in every state, and whether it prints findings there instead of its view.
const COMMANDS: [(&[&str], Expected); 12] = [
    (&["check", "p"], [(1, true), (2, true), (1, true)]),
    (&["check"], [(1, true), (0, true), (1, true)]),
    (&["explain", "p"], [(1, true), (2, true), (0, false)]),
    (&["explain", "p", "rules.x"], [(1, true), (2, true), (0, false)]),
    (&["blame", "p"], [(1, true), (2, true), (1, false)]),
    (&["diff", "p"], [(1, true), (2, true), (0, false)]),
    (&["diff", "p", "q"], [(1, true), (2, true), (0, false)]),
    (&["diff", "q", "p"], [(1, true), (2, true), (0, false)]),
    (&["absorb", "p"], [(1, true), (2, true), (1, true)]),
    (&["rules", "--persona", "p"], [(1, false), (2, true), (0, false)]),
    (&["factor"], [(1, false), (0, false), (0, false)]),
    (&["similar"], [(1, false), (0, false), (0, false)]),
];

/// The version of the JSON form of a command.
fn version_of(command: &[&str]) -> u64 {
    match command {
        ["diff", _, _] => 2,
        _ => 1,
    }
}

#[test]
fn every_state_is_json() {
    let mut wrong = String::new();
    for (at, (state, files)) in STATES.iter().enumerate() {
        let test = Test::new(&[
            ("fragments/rules/a.toml", "[must]\nx = \"log every call\"\n"),
            ("profiles/q.toml", "use = [\"rules/a\"]\ndescription = \"Reviews designs when asked\"\n"),
        ]);
        for (path, text) in *files {
            test.write(path, text);
        }
        for (command, expected) in COMMANDS {
            let (code, has_findings) = expected[at];
            let ran = test.run(&[command, &["--format", "json"]].concat());
            let json: Option<serde_json::Value> = serde_json::from_str(&ran.out).ok();
            let version = json.as_ref().and_then(|json| json["version"].as_u64());
            let found =
                json.as_ref().is_some_and(|json| json["errors"].is_u64() && json["findings"].is_array());
            let form = if has_findings { 1 } else { version_of(command) };
            if (ran.code, version, found) != (code, Some(form), has_findings) {
                let got = (ran.code, version, found);
                wrong += &format!("{command:?} {state}: {got:?}\n{}{}\n", ran.out, ran.err);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn two_personas_that_do_not_compose_are_one_report() {
    let broken = "use = [\n";
    let test = Test::new(&[("profiles/p.toml", broken), ("profiles/q.toml", broken)]);
    let ran = test.run(&["diff", "p", "q", "--format", "json"]).exits(1);
    let json: serde_json::Value = serde_json::from_str(&ran.out).expect("one JSON value");
    assert!(json["errors"].as_u64() >= Some(2), "{}", ran.out);
}

/// A lint that the workspace makes an error, and the commands that report it.
#[test]
fn severities_hold_in_every_command() {
    let profile = "use = [\"rules/a\"]\ndescription = \"Helps.\"\n[target.claude]\n";
    let files =
        [("fragments/rules/a.toml", "[must]\nx = \"log every call\"\n"), ("profiles/p.toml", profile)];
    let test = Test::new(&files);
    for command in
        [&["check"][..], &["build", "--dry-run"], &["show", "p"], &["blame", "p"], &["report", "--out", "-"]]
    {
        test.run(command).exits(0);
    }
    test.run(&["list", "profiles"]).says(" ok ");
    test.run(&["explain", "vague-description"]).says("note[vague-description]");
    test.write("cento.toml", "[severity]\nvague-description = \"error\"\n");
    for command in
        [&["check"][..], &["build", "--dry-run"], &["show", "p"], &["blame", "p"], &["report", "--out", "-"]]
    {
        test.run(command).exits(1);
    }
    test.run(&["list", "profiles"]).says("1 error");
    test.run(&["explain", "vague-description"])
        .says("error[vague-description]")
        .says("Set by this workspace");
    test.run(&["explain", "p"]).exits(0).says("cento check p");
    test.write("cento.toml", "[severity]\nvague-description = \"off\"\n");
    test.run(&["explain", "vague-description"]).says("off[vague-description]");
}

#[test]
fn import_has_the_severities_of_the_workspace() {
    let test = Test::new(&[("profiles/q.toml", ""), ("a.md", "Keep it sh\u{200b}ort.\n")]);
    test.run(&["import", "a.md", "--dry-run"]).exits(0).says("warning[hidden-character]");
    test.write("cento.toml", "[severity]\nhidden-character = \"off\"\n");
    let off = test.run(&["import", "a.md", "--dry-run"]).exits(0);
    assert!(!off.err.contains("hidden-character"), "{}", off.err);
    test.write("cento.toml", "[severity]\nhidden-character = \"note\"\n");
    test.run(&["import", "a.md", "--dry-run"]).exits(0).says("note[hidden-character]");
}

#[test]
fn a_profile_is_explained_in_the_order_of_its_parts() {
    let test = Test::named("profile-of-all-parts");
    let ran = test.run(&["explain", "p"]).exits(0);
    let mut rest = ran.out.as_str();
    for part in [
        "p  profiles/p.toml",
        "Reviews changes",
        "extends    base",
        "rules/a: ",
        "used by base",
        "Logging",
        "rules/b: ",
        "takes rules/a over rules/b: we need logs",
        "rules.y: no callers",
        "rules/c: too slow",
        "personas/p.md",
        "cento build p",
        "cento show p",
        "cento explain p rules.x",
    ] {
        rest =
            rest.split_once(part).unwrap_or_else(|| panic!("no {part:?} after the others in\n{}", ran.out)).1;
    }
}
