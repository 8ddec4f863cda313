//! `cento resolve` from the outside: decisions that are made, reaffirmed and dropped.

mod common;

use std::process::Stdio;

use common::{Ran, Test};

#[test]
fn resolve_takes_sets_keeps_pins_and_drops() {
    let test = Test::conflicted();
    test.run(&["resolve", "ada", "fields.title", "--take", "identity/lead"]).exits(2).says("--reason");
    test.run(&["resolve", "ada", "fields.title", "--take", "lead", "--reason", "r"])
        .exits(2)
        .says("identity/lead");
    test.run(&["resolve", "ada", "fields.titel", "--take", "identity/lead", "--reason", "r"])
        .exits(2)
        .says("did you mean `fields.title`?\nhelp: open conflicts: fields.title");
    test.run(&["resolve", "ada", "fields.title", "--keep", "both", "--reason", "r"])
        .exits(1)
        .says("single value");
    assert_eq!(test.read("profiles/ada.toml"), "use = [\"identity/lead\", \"identity/staff\"] # both\n");

    test.run(&["resolve", "ada", "fields.title", "--take", "identity/lead", "--reason", "she leads"])
        .exits(0);
    let decided = test.read("profiles/ada.toml");
    assert!(decided.starts_with("use = [\"identity/lead\", \"identity/staff\"] # both\n"), "{decided}");
    test.run(&["check", "ada", "--strict"]).exits(0);

    test.run(&["resolve", "ada", "fields.title", "--set", "Both", "--reason", "compromise"]).exits(0);
    test.run(&["explain", "ada", "fields.title"]).says("\"Both\"").says("compromise");
    assert_eq!(test.read("profiles/ada.toml").matches("[[resolve]]").count(), 1);

    test.write("fragments/identity/staff.toml", "[fields]\ntitle = \"Principal\"\n");
    test.run(&["check"]).exits(1).says("stale-resolution").says("identity/staff  ");
    test.run(&["resolve", "ada", "--reaffirm"]).exits(0).says("reaffirmed fields.title");
    test.run(&["check", "ada", "--strict"]).exits(0);

    test.write("fragments/identity/staff.toml", "[fields]\ntitle = \"Lead\"\n");
    test.run(&["check"]).exits(1).says("nothing to resolve").says("--drop");
    test.run(&["resolve", "ada", "fields.title", "--drop"]).exits(0);
    assert_eq!(test.read("profiles/ada.toml"), "use = [\"identity/lead\", \"identity/staff\"] # both\n");
    test.run(&["check", "ada", "--strict"]).exits(0);
}

#[test]
fn set_keeps_the_type_that_all_sides_have() {
    let test = Test::conflicted();
    test.write(
        "fragments/identity/lead.toml",
        "[fields]\nyears = 10\n[tools]\nallow = [\"Read\"]\n[items]\na = \"lead\"\n",
    );
    test.write("fragments/identity/staff.toml", "[fields]\nyears = 18\n[tools]\nallow = [\"Bash\"]\n");
    test.run(&["resolve", "ada", "fields.years", "--set", "15", "--reason", "r"]).exits(0);
    test.run(&["resolve", "ada", "tools.allow", "--set", "Read, Grep", "--reason", "r"]).exits(0);
    let profile = test.read("profiles/ada.toml");
    assert!(profile.contains("set = 15\n") && profile.contains("set = [\"Read\", \"Grep\"]\n"), "{profile}");
    test.run(&["check"]).exits(0);
}

#[test]
fn a_locked_side_loses_only_on_purpose() {
    let test = Test::conflicted();
    test.write(
        "fragments/identity/lead.toml",
        "[fields]\ntitle = { value = \"Lead\", level = \"locked\" }\n[items]\na = \"lead\"\n",
    );
    let take = ["resolve", "ada", "fields.title", "--take", "identity/staff", "--reason", "r"];
    test.run(&take).exits(1).says("breaks-lock").says("was not changed");
    test.run(&[&take[..], &["--breaks-lock"]].concat()).exits(0);
    test.run(&["check", "ada", "--strict"]).exits(0);
}

#[test]
fn without_a_terminal_resolve_shows_what_is_open_and_asks_nothing() {
    let test = Test::conflicted();
    let ran = Ran::of(test.command(&["resolve", "ada"]).stdin(Stdio::null()).output().unwrap());
    ran.exits(1).says("cento resolve ada fields.title --take identity/lead --reason");
    test.run(&["resolve", "bob"]).exits(0).says("no open conflict");
    let near =
        "help: a similar address is `identity.opening`, which is not in conflict\nhelp: open conflicts: none";
    test.run(&["resolve", "bob", "identity.openin"]).exits(2).says(near);
}

#[test]
fn a_removal_is_reaffirmed_whatever_the_workspace_requires() {
    let profile = "use = [\"rules/a\"]\n[[remove]]\ntarget = \"rules.x\"\nreason = \"too strict\"\n";
    let test = Test::new(&[
        ("fragments/rules/a.toml", "[must]\nx = \"log every call\"\n"),
        ("profiles/p.toml", profile),
        ("cento.toml", "[[require]]\npersonas = \"all\"\nrule = \"rules.x\"\n"),
    ]);
    test.run(&["check"]).exits(1).says("error[requirement]").says("unpinned-removal");
    test.run(&["resolve", "p", "--reaffirm"]).exits(0).says("reaffirmed rules.x");
    assert!(test.read("profiles/p.toml").contains("seen"));
    let check = test.run(&["check"]).exits(1);
    assert!(
        !check.err.contains("unpinned-removal") && !check.out.contains("unpinned-removal"),
        "{}",
        check.out
    );
}

/// A decision is made on the first texts of the sides; then each side is changed, dropped or added in every way.
/// Reaffirming may keep the text that won or accept a new one, but never brings back one that lost. It is offered
/// where it works, and only there.
#[test]
fn no_text_that_lost_is_reaffirmed() {
    let sides = ["rules/a", "rules/b", "rules/c"];
    let texts = ["log every call", "log failed calls", "log slow calls", "log nothing"];
    let write = |test: &Test, chosen: &[Option<usize>; 3]| {
        for (side, text) in sides.iter().zip(chosen) {
            let rule = text.map(|text| format!("[must]\nx = \"{}\"\n", texts[text]));
            test.write(&format!("fragments/{side}.toml"), rule.unwrap_or_default());
        }
    };
    for first in [[Some(0), Some(1), None], [Some(0), Some(1), Some(2)]] {
        let test = Test::new(&[("profiles/p.toml", "use = [\"rules/a\", \"rules/b\", \"rules/c\"]\n")]);
        write(&test, &first);
        test.run(&["resolve", "p", "rules.x", "--take", "rules/a", "--reason", "as agreed"]).exits(0);
        let decided = test.read("profiles/p.toml");
        let lost: Vec<&str> = first[1..].iter().flatten().map(|text| texts[*text]).collect();
        let one = || [None, Some(0), Some(1), Some(3)];
        let changes =
            one().into_iter().flat_map(|a| one().into_iter().flat_map(move |b| one().map(|c| [a, b, c])));
        let mut reaffirmed = 0;
        for change in changes {
            write(&test, &change);
            let check = test.run(&["check", "p"]);
            let check = check.out + &check.err;
            let is_offered = check.contains("--reaffirm");
            if !check.contains("stale-resolution") || check.contains("nothing to resolve") {
                assert!(!is_offered, "{change:?}: {}", check);
                continue;
            }
            let resolve = test.run(&["resolve", "p", "rules.x", "--reaffirm"]);
            assert_eq!(resolve.code == 0, is_offered, "{change:?}: {}{}", check, resolve.err);
            if is_offered {
                reaffirmed += 1;
                test.run(&["check", "p", "--strict"]).exits(0);
                let shown = test.run(&["show", "p"]).exits(0).out;
                let returns = lost.iter().any(|text| shown.contains(text));
                assert!(!returns, "{change:?}: {shown}");
                if change.contains(&Some(0)) {
                    assert!(shown.contains(texts[0]), "{change:?}: {shown}");
                }
                test.write("profiles/p.toml", &decided);
            } else {
                assert_eq!(test.read("profiles/p.toml"), decided, "{change:?}");
            }
        }
        assert!(reaffirmed > 20, "{reaffirmed}");
    }
}
