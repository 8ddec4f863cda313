//! `cento similar`: findings in workspaces and documents, and accepted pairs.

mod common;

use common::Test;
use serde_json::Value;

/// A workspace with one fault of each kind, and texts that only look like one.
fn faulty() -> Test {
    Test::named("similar-rules")
}

fn json(test: &Test, arguments: &[&str]) -> Value {
    let all: Vec<&str> = ["similar", "--format", "json"].iter().chain(arguments).copied().collect();
    serde_json::from_str(&test.run(&all).out).unwrap()
}

/// Returns the kind of each cluster, and the addresses or lines of each variant.
fn clusters(report: &Value) -> Vec<String> {
    let places = |variant: &Value| {
        let place = |place: &Value| match place["address"].as_str() {
            Some(address) => address.to_owned(),
            None => format!("{}:{}", place["path"].as_str().unwrap(), place["line"]),
        };
        variant["places"].as_array().unwrap().iter().map(place).collect::<Vec<_>>().join(" ")
    };
    let cluster = |cluster: &Value| {
        let variants: Vec<String> = cluster["variants"].as_array().unwrap().iter().map(places).collect();
        let meant = if cluster["meant"] == true { " (meant)" } else { "" };
        format!("{}{meant}: {}", cluster["kind"].as_str().unwrap(), variants.join(" | "))
    };
    report["clusters"].as_array().unwrap().iter().map(cluster).collect()
}

#[test]
fn every_kind_is_found_most_serious_first() {
    let test = faulty();
    let expected = [
        "contradiction: rules.log-bodies | rules.bodies",
        "drift: rules.cover | rules.coverage",
        "duplicate: rules.first | rules.answer",
        "duplicate: rules.same rules.repeat",
    ];
    assert_eq!(clusters(&json(&test, &[])), expected);
    assert_eq!(clusters(&json(&test, &["--only", "drift"])), expected[1..2]);
    let first = &json(&test, &[])["clusters"][0]["variants"];
    assert_eq!((&first[0]["force"], &first[0]["against"]), (&"always".into(), &false.into()));
    assert_eq!(first[0]["personas"], serde_json::json!(["b", "c"]));
    assert_eq!(first[1]["difference"], "polarity");
    test.run(&["similar"]).exits(0).says("always \u{2192} never");
    test.run(&["similar", "--exit-code"]).exits(1);
    test.run(&["similar", "--exit-code", "--threshold", "1", "--only", "duplicates"]).exits(1);
}

#[test]
fn what_is_shown_at_a_terminal() {
    insta::assert_snapshot!(faulty().run(&["similar"]).exits(0).out);
}

#[test]
fn every_format_escapes_hostile_text() {
    let evil = "\"keep <script>alert(1)</script> \\u001b[31m out of 90 | pages\"";
    let test = Test::new(&[
        ("fragments/rules/a.toml", &format!("[items]\nx = {evil}\n")),
        ("fragments/rules/b.toml", &format!("[items]\ny = {}\n", evil.replace("90", "80"))),
    ]);
    // A control character is an error as well.
    let html = test.run(&["similar", "--format", "html"]).exits(1).out;
    assert!(!html.contains("<script>alert") && html.contains("alert(1)"));
    for format in ["human", "markdown", "json", "html"] {
        let ran = test.run(&["similar", "--format", format]);
        assert!(!ran.out.contains('\u{1b}') && !ran.err.contains('\u{1b}'), "{format}");
    }
}

#[test]
fn an_accepted_pair_is_quiet_until_a_side_changes() {
    let test = faulty();
    let sides = ["rules/care:rules.bodies", "rules/ops:rules.log-bodies"];
    let accept = ["similar", "--accept", sides[0], sides[1]];
    test.run(&accept).exits(2).says("needs a reason");
    test.run(&["similar", "--accept", sides[0], "rules/ops:rules.log-body", "--reason", "x"])
        .exits(2)
        .says("did you mean `rules.log-bodies`?");
    test.run(&["similar", "--accept", sides[0], sides[0], "--reason", "x"]).exits(2);
    test.run(&["similar", "--accept", "x", "y", "--reason", "x"]).exits(2).says("SOURCE:ADDRESS");
    test.write("cento.toml", "# ours\r\n[defaults]\r\nstyle = \"plain\"\r\n");
    test.run(&[&accept[..], &["--reason", "they debug"]].concat()).exits(0);
    assert!(test.read("cento.toml").starts_with("# ours\r\n[defaults]\r\nstyle = \"plain\"\r\n"));
    let report = json(&test, &[]);
    assert_eq!(clusters(&report).len(), 3);
    assert_eq!(report["accepted"], 1);
    test.run(&["check"]).exits(0);

    let ops = test.read("fragments/rules/ops.toml");
    test.write("fragments/rules/ops.toml", ops.replace("log the body", "log the whole body"));
    test.run(&["check"])
        .exits(1)
        .says("[stale-acceptance]")
        .says("reason given: \"they debug\"")
        .says("changed");
    test.run(&["similar"]).exits(1).says("[stale-acceptance]");
    let settings = test.read("cento.toml");
    test.write("cento.toml", format!("{settings}\n[severity]\nstale-acceptance = \"off\"\n"));
    let ran = test.run(&["similar"]).exits(0);
    assert_eq!(ran.err, "");
    test.write("cento.toml", &settings);
    test.run(&accept).exits(0);
    test.run(&["check"]).exits(0);
    assert!(test.read("cento.toml").contains("they debug"));

    test.run(&["similar", "--drop", sides[1], sides[0]]).exits(0);
    assert_eq!(test.read("cento.toml"), "# ours\r\n[defaults]\r\nstyle = \"plain\"\r\n");
    test.run(&["similar", "--drop", sides[1], sides[0]]).exits(2);
}

#[test]
fn the_most_serious_of_many_are_shown_with_their_opposites() {
    let rules: String =
        (0..40).map(|one| format!("- Send the traces of the service to Host{one} and keep them\n")).collect();
    let opposite = "- Never send the traces of the service to Host7 and keep them\n";
    let test = Test::new(&[("a.md", &format!("# A\n\n{rules}")), ("b.md", &format!("# B\n\n{opposite}"))]);
    let ran = test.run(&["similar", "a.md", "b.md"]).exits(0);
    let lines: Vec<&str> = ran.out.lines().map(str::trim).collect();
    assert_eq!(lines[2], "contradiction  41 places in 2 files");
    assert!(lines[5].starts_with("polarity  "), "{}", ran.out);
    assert_eq!(lines[6], "- [-Send-] the traces of the service to Host7 and keep them");
    assert_eq!(lines[7], "+ {+Never send+} the traces of the service to Host7 and keep them");
    assert_eq!(lines[8..10], ["b.md:3", "and for the other: a.md:10"]);
    let report = json(&test, &["a.md", "b.md"]);
    let variant = &report["clusters"][0]["variants"][1];
    assert_eq!(variant["difference"], "polarity");
    assert_eq!(variant["opposes"], "Send the traces of the service to Host7 and keep them");
}

#[test]
fn pairs_that_merging_decides_are_not_reported_but_others_are() {
    let rule = |force: &str| format!("[{force}]\nreview = \"ask a second person to read the change\"\n");
    let body = |force: &str| rule(force).replace(&format!("[{force}]"), &format!("[body.rules.{force}]"));
    let test = Test::new(&[
        ("fragments/rules/team.toml", &rule("should")),
        ("profiles/ada.toml", &format!("use = [\"rules/team\"]\n{}", body("must"))),
        ("profiles/bob.toml", "use = [\"rules/team\"]\n"),
    ]);
    assert_eq!(clusters(&json(&test, &[])), Vec::<String>::new());
    test.write("profiles/eve.toml", body("must"));
    assert_eq!(clusters(&json(&test, &[])).len(), 1);
}

#[test]
fn words_of_a_document_are_not_shown_twice() {
    let test = Test::new(&[
        ("a.md", "# A\n\n- Never commit secrets to the repository\n"),
        ("b.md", "# B\n\n- Always commit secrets to the repository\n"),
    ]);
    let ran = test.run(&["similar", "a.md", "b.md"]).exits(0);
    assert!(ran.out.contains("  Never commit secrets") && !ran.out.contains("never"), "{}", ran.out);
}

#[test]
fn accepting_a_pair_of_a_larger_cluster_leaves_the_rest() {
    let rule = |words: &str| format!("[must]\nx = \"keep {words} of the new code under a good test\"\n");
    let test = Test::new(&[
        ("fragments/rules/a.toml", &rule("90 %")),
        ("fragments/rules/b.toml", &rule("85 %")),
        ("fragments/rules/c.toml", &rule("80 %")),
        ("fragments/rules/d.toml", &rule("90 %")),
    ]);
    let accept = |one: &str, other: &str| {
        let sides = [format!("rules/{one}:rules.x"), format!("rules/{other}:rules.x")];
        test.run(&["similar", "--accept", &sides[0], &sides[1], "--reason", "so"]).exits(0);
    };
    accept("b", "d");
    let report = json(&test, &[]);
    assert_eq!(report["clusters"][0]["variants"].as_array().unwrap().len(), 2);
    assert_eq!(report["clusters"][0]["accepted"][0]["reason"], "so");
    test.run(&["similar"]).exits(0).says("accepted: rules/b:rules.x and rules/d:rules.x: so");
    // What is accepted with one of two texts is not accepted with the other.
    accept("c", "b");
    assert_eq!(clusters(&json(&test, &[])), ["drift: rules.x rules.x | rules.x"]);
    accept("c", "a");
    assert_eq!(clusters(&json(&test, &[])), [""; 0]);
}

#[test]
fn documents_are_compared_without_a_workspace() {
    let test = Test::named("similar-documents");
    test.write("agents/e.md", "x");
    std::fs::write(test.directory.path().join("agents/e.md"), b"caf\xe9").unwrap();
    let report = json(&test, &["agents"]);
    assert_eq!(
        clusters(&report),
        [
            "contradiction: agents/a.md:8 | agents/b.md:5",
            "contradiction: agents/b.md:9 | agents/a.md:13",
            "drift: agents/c.md:1 | agents/d.md:1",
        ]
    );
    test.run(&["similar", "agents"]).exits(1).says("[encoding]").says("2 contradictions, 1 drifted");
    test.run(&["similar", "agents/[ab].md", "agents/a.md", "./agents/a.md"]).exits(0).says("in 2 files");
    test.run(&["similar", "nowhere"]).exits(2).says("no such file; name a Markdown file");
    test.run(&["similar", "agents", "--threshold", "0"]).exits(2);
    test.run(&["similar"]).exits(2).says("no workspace");
}

/// Returns the clusters of two documents with one line each.
fn pair(one: &str, other: &str) -> Vec<String> {
    let test = Test::new(&[("one.md", &format!("# A\n\n{one}\n")), ("two.md", &format!("# B\n\n{other}\n"))]);
    clusters(&json(&test, &["one.md", "two.md"]))
}

#[test]
fn names_versions_dates_and_opposite_commands_are_meant() {
    let meant = [
        (
            "- Always use Auth0's built-in methods for every login",
            "- Always use Clerk's built-in methods for every login",
        ),
        ("- Keep the Auth0 client in one module", "- Keep the Stripe client in one module"),
        (
            "- Run the suite on Python 3.11 before each release",
            "- Run the suite on Python 3.12 before each release",
        ),
        (
            "- Node 18 is the oldest version that we support",
            "- Node 20 is the oldest version that we support",
        ),
        ("- Support for the old API ends in March 2025", "- Support for the old API ends in June 2026"),
        ("- The numbers were last checked on 2024-11-05", "- The numbers were last checked on 2025-02-17"),
        (
            "- Enable the feature flag of the service in staging",
            "- Disable the feature flag of the service in staging",
        ),
        (
            "- Start the worker with the script in the tools folder",
            "- Stop the worker with the script in the tools folder",
        ),
        (
            "- GitHub issues by area are triaged every morning",
            "- Jira issues by area are triaged every morning",
        ),
        ("It must not contain any personal data.", "It must contain any personal data."),
        (
            "- Code coverage > 80% of all changed lines confirmed",
            "- Code coverage > 90% of all changed lines confirmed",
        ),
    ];
    for (one, other) in meant {
        let found = pair(one, other);
        assert!(found.iter().all(|cluster| cluster.contains("(meant)")), "{one}: {found:?}");
    }
    let drifted = [
        ("- Keep coverage above 80% of all changed lines", "- Keep coverage above 90% of all changed lines"),
        (
            "- Wait 30 seconds before you try the call again",
            "- Wait 60 seconds before you try the call again",
        ),
        ("- Stop a call after 5 ms without any answer", "- Stop a call after 5 m without any answer"),
    ];
    for (one, other) in drifted {
        let found = pair(one, other);
        assert!(matches!(&found[..], [only] if only.starts_with("drift: ")), "{one}: {found:?}");
    }
}

#[test]
fn sentences_of_opposite_modality_contradict_each_other() {
    let opposed = [
        ("You may push to the main branch.", "Never push to the main branch."),
        ("You can push to the main branch.", "You must not push to the main branch."),
        ("Answers must cite their sources.", "Answers must not cite their sources."),
        ("You are allowed to call the payment API.", "Do not call the payment API."),
    ];
    for (one, other) in opposed {
        assert_eq!(pair(one, other).len(), 1, "{one}");
        assert!(pair(one, other)[0].starts_with("contradiction: "), "{one}: {:?}", pair(one, other));
    }
    let others = [
        ("It must include the tests.", "It must not include the tests."),
        ("You may only push to the main branch.", "Push to the main branch."),
        ("The job may take ten minutes.", "The job must not take ten minutes."),
        ("You may push to the main branch.", "You should push to the main branch."),
        ("You can never push to the main branch.", "You must not push to the main branch."),
    ];
    for (one, other) in others {
        let found = pair(one, other);
        assert!(!found.iter().any(|cluster| cluster.starts_with("contradiction")), "{one}: {found:?}");
    }
}

#[test]
fn a_force_that_the_line_above_gives_is_no_drift() {
    let test = Test::new(&[
        ("fragments/rules/a.toml", "[never]\nx = \"push to the main branch of the team\"\n"),
        (
            "fragments/rules/b.toml",
            "[group.no]\nlead = \"Never:\"\n[group.no.items]\nx = \"push to the main branch of the team\"\n",
        ),
        ("profiles/a.toml", "use = [\"rules/a\"]\n"),
        ("profiles/b.toml", "use = [\"rules/b\"]\n"),
    ]);
    assert_eq!(clusters(&json(&test, &["--only", "drift"])), [""; 0]);
}

/// Returns the clusters of files that consist of one bullet each.
fn listed(files: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<(String, String)> = files
        .iter()
        .map(|(path, text)| (format!("docs/{path}.md"), format!("# Notes\n\n- {text}\n")))
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    clusters(&json(&Test::new(&files), &["docs"]))
}

#[test]
fn texts_about_different_things_are_meant() {
    let meant = [
        // Addresses, and what begins with one.
        ("a/tdd/outcomes/* - Results of a whole run", "a/tdd/green/outcomes/* - Results of a whole run"),
        (
            "Maps to go-build-resolver and calls its tools itself",
            "Maps to go-error-resolver and calls its tools itself",
        ),
        // Names that are also typed in small letters.
        (
            "This command starts the go-reviewer for comprehensive reviews of Go code",
            "This command starts the kotlin-reviewer for comprehensive reviews of Kotlin code",
        ),
        // Titles.
        ("**Step 4: Generate the Report**", "**Step 4: Generate the Comparison Report**"),
        // Figures without a rule.
        ("Risk score of it: 0.72 (high)", "Risk score of it: 68/100 (high)"),
        (
            "All of the seven flags are evaluated with evidence",
            "All of the six flags are evaluated with evidence",
        ),
        ("Scan time: 12s", "Scan time: 2.3s"),
        ("Link: link blue (`#0099ff`)", "Link: link blue (`#1151ff`)"),
        // Lines of links.
        ("English | Deutsch | Dansk | Norsk | Suomi", "English | Deutsch | Dansk | Norsk | Suomi | Eesti"),
        // The same words by chance.
        ("`shift-left-testing`", "Shift testing left"),
    ];
    for (one, other) in meant {
        let found = listed(&[("one", one), ("other", other)]);
        assert!(found.len() == 1 && found[0].contains("(meant)"), "{one} / {other}: {found:?}");
    }
    let duplicates = [
        ("Wait for the tests of all modules", "Wait for all tests of all the modules"),
        ("If all flags are false, skip to the next step", "If all flags false, skip to the next step"),
        ("Save the JSON record to `out/7.json`", "Save the record to `out/7.json`"),
    ];
    for (one, other) in duplicates {
        let found = listed(&[("one", one), ("other", other)]);
        assert!(found.len() == 1 && !found[0].contains("(meant)"), "{one} / {other}: {found:?}");
    }
}

#[test]
fn a_word_of_its_own_file_and_the_slot_of_a_template_are_meant() {
    let one = ("security", "Markdown for human-readable security reports");
    let other = ("speed", "Markdown for human-readable reports");
    assert_eq!(listed(&[one, other]), ["duplicate (meant): docs/speed.md:3 | docs/security.md:3"]);
    // The same words in other files.
    assert_eq!(listed(&[("x", one.1), other]), ["duplicate: docs/speed.md:3 | docs/x.md:3"]);
    let texts: Vec<(String, String)> = ["a red", "the blue", "some green", "no"]
        .map(|word| {
            (word.replace(' ', "-"), format!("Reports that have {word} cover are kept in the archive"))
        })
        .to_vec();
    let texts: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let found = listed(&texts);
    assert!(!found.is_empty() && found.iter().all(|cluster| cluster.contains("(meant)")), "{found:?}");
    let found = listed(&texts[..2]);
    assert!(found.iter().all(|cluster| !cluster.contains("(meant)")), "{found:?}");
}

#[test]
fn rules_and_long_statements_come_before_phrases_and_settings() {
    let test = Test::new(&[
        ("docs/a.md", "- Hero grid, dark\n\n## B\n\n- Padding: 8px\n\n## C\n\n- Keep the old names\n"),
        ("docs/b.md", "- Hero grid dark\n\n## B\n\n- **Padding**: 8px\n\n## C\n\n- Keep the old names.\n"),
        ("docs/c.md", "- Hero grid dark\n\n## B\n\n- **Padding**: 8px\n"),
    ]);
    let order: Vec<String> = clusters(&json(&test, &["docs"]));
    let places: Vec<&str> = order.iter().map(|cluster| cluster.rsplit(' ').next().unwrap()).collect();
    assert_eq!(places, ["docs/b.md:9", "docs/a.md:1", "docs/a.md:5"]);
}

#[test]
fn two_words_below_a_heading_contradict_nothing() {
    let found = |text: &str| {
        let test = Test::new(&[
            ("a.md", &format!("## Don't\n\n- {text}\n")),
            ("b.md", &format!("## Steps\n\n- {text}\n")),
        ]);
        clusters(&json(&test, &["a.md", "b.md"]))
    };
    assert_eq!(found("Optimize performance"), [""; 0]);
    assert_eq!(found("Optimize performance early"), ["contradiction: a.md:3 | b.md:3"]);
    assert_eq!(found("Forbid uploads"), [""; 0]);
}

#[test]
fn two_words_below_a_heading_contradict_what_states_its_force() {
    let opposed = [
        ("## Never\n\n- Share passwords", "You may share passwords."),
        ("## Never\n\n- Share passwords", "- You may share passwords"),
        ("## Never\n\n- Share passwords", "## You may\n\n- Share passwords"),
        ("## Don't\n\n- Force push", "- Always force push"),
        ("## Don't\n\n- Delete branches", "## Must\n\n- Delete branches"),
        ("## Don't\n\n- Allow uploads", "## Don't\n\n- Forbid uploads"),
    ];
    for (one, other) in opposed {
        for found in [pair(one, other), pair(other, one)] {
            assert!(matches!(&found[..], [only] if only.starts_with("contradiction: ")), "{one}: {found:?}");
        }
    }
    // A more frequent text without a force does not hide the one with a force.
    let test = Test::new(&[
        ("a.md", "## Steps\n\n- Delete branches\n"),
        ("b.md", "## Must\n\n- Delete branches\n"),
        ("c.md", "## Don't\n\n- Delete branches\n"),
        ("d.md", "## Tasks\n\n- Delete branches\n"),
    ]);
    let found = clusters(&json(&test, &["a.md", "b.md", "c.md", "d.md"]));
    assert!(found.contains(&"contradiction: c.md:3 | b.md:3".to_owned()), "{found:?}");
}

#[test]
fn a_label_ends_before_what_states_a_force() {
    for label in ["Link", "Docs", "Test"] {
        let one = format!("- {label}: use relative links in docs");
        for other in ["do not use", "never use"].map(|words| one.replace("use", words)) {
            let found = pair(&one, &other);
            assert!(
                matches!(&found[..], [only] if only.starts_with("contradiction: ")),
                "{other}: {found:?}"
            );
        }
    }
    // These labels do say something of it.
    for label in ["Bad", "Wrong", "Example"] {
        let one = format!("- {label}: use relative links in docs");
        let found = pair(&one, &one.replace("use", "never use"));
        assert!(!found.iter().any(|cluster| cluster.starts_with("contradiction")), "{label}: {found:?}");
    }
}

#[test]
fn wordings_of_one_rule_are_no_template() {
    let parties = ["third", "any", "other", "external"];
    for rule in [
        "Never share the data of customers with PARTY parties",
        "Keep the personal data of customers away from PARTY parties",
    ] {
        let texts = parties.map(|party| rule.replace("PARTY", party));
        let texts: Vec<(&str, &str)> =
            ["a", "b", "c", "d"].into_iter().zip(texts.iter().map(String::as_str)).collect();
        let found = listed(&texts);
        assert!(
            !found.is_empty() && found.iter().all(|cluster| !cluster.contains("(meant)")),
            "{rule}: {found:?}"
        );
    }
}
