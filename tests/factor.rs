//! `cento factor` on the command line: its proposals, and the files that it changes or leaves unchanged.

mod common;

use common::Test;
use common::case::Case;

/// A file of the workspace before factoring.
fn original(path: &str) -> String {
    Case::named("shared-rules").files[path].clone()
}

/// Two personas that share two rules in different order, one of them under another id.
fn two() -> Test {
    Test::named("shared-rules")
}

fn shown(test: &Test, profiles: &[&str]) -> Vec<String> {
    profiles.iter().map(|profile| test.run(&["show", profile]).out).collect()
}

#[test]
fn shared_rules_move_with_comments_and_outputs_stay_identical() {
    let test = two();
    let before = shown(&test, &["ada", "bob"]);
    test.run(&["factor", "--apply"])
        .exits(0)
        .says("1 shared fragment made")
        .says("2 entries instead of 4 copies");
    assert_eq!(shown(&test, &["ada", "bob"]), before);
    insta::assert_snapshot!(test.read("fragments/rules/secrets-and-guess.toml"), @r#"
    [never]
    # Audit 12.
    # No log is private.
    secrets = "print a secret, a token or a password, not even into a log that nobody reads" # for good
    guess = "guess what a number means, instead of asking the person who wrote it down"
    "#);
    insta::assert_snapshot!(test.read("fragments/rules/ada.toml"), @r#"
    # The rules of Ada.

    [always]
    cover = "cover at least 90 % of the lines that a change touches"
    names = "call people by the names that they give themselves"
    "#);
    insta::assert_snapshot!(test.read("profiles/ada.toml"), @r#"
    name = "Ada"
    use = ["rules/secrets-and-guess", "rules/ada"]
    "#);
    insta::assert_snapshot!(test.read("profiles/bob.toml"), @r#"
    name = "Bob"
    use = [
      "rules/bob", # his own
      "rules/secrets-and-guess",
    ]

    [layout.rules]
    secrets.gap = 1 # apart
    order = ["guess", "secrets"]
    "#);
    test.run(&["factor"]).exits(0).says("nothing to factor");
    test.run(&["check", "--strict"]).exits(0);
}

#[test]
fn a_dry_run_shows_the_lines_and_writes_nothing() {
    let test = two();
    test.run(&["factor", "--dry-run", "--apply"])
        .exits(0)
        .says("fragments/rules/secrets-and-guess.toml (new)")
        .says("-secrets = \"print a secret");
    assert_eq!(test.read("fragments/rules/ada.toml"), original("fragments/rules/ada.toml"));
    assert!(!test.exists("fragments/rules/secrets-and-guess.toml"));
}

#[test]
fn near_duplicates_are_reported_and_not_moved() {
    let test = two();
    test.run(&["factor"]).exits(0).says("near-duplicates to settle by hand (1)").says("numbers");
    let report: serde_json::Value =
        serde_json::from_str(&test.run(&["factor", "--format", "json"]).out).unwrap();
    let conflict = &report["conflicts"][0];
    assert_eq!(conflict["difference"], "numbers");
    assert_eq!(conflict["variants"][0]["places"][0]["address"], "rules.cover");
    assert_eq!(report["proposals"][0]["saves"]["files"], 2);
    assert_eq!(report["applied"], false);
}

#[test]
fn only_named_proposals_move() {
    let test = two();
    test.write(
        "fragments/voice/ada.toml",
        "text = \"Say what is so, and say it once, in words that the reader knows already.\"\n",
    );
    test.write(
        "fragments/voice/bob.toml",
        "[prose]\nplain = \"Say what is so, and say it once, in words that the reader knows already.\"\n",
    );
    test.write("profiles/ada.toml", "use = [\"rules/ada\", \"voice/ada\"]\n");
    test.write("profiles/bob.toml", "use = [\"rules/bob\", \"voice/bob\"]\n");
    let before = shown(&test, &["ada", "bob"]);
    test.run(&["factor", "voice/none"]).exits(2).says("there is no proposal `voice/none`");
    test.run(&["factor", "voice/ada-2", "--apply"]).exits(2);
    test.run(&["factor", "voice/plain", "--apply", "--min-bytes", "0"])
        .exits(0)
        .says("1 shared fragment made");
    assert_eq!(shown(&test, &["ada", "bob"]), before);
    assert_eq!(
        test.read("fragments/voice/plain.toml"),
        "text = \"Say what is so, and say it once, in words that the reader knows already.\"\n"
    );
    assert!(!test.exists("fragments/voice/ada.toml") && !test.exists("fragments/voice/bob.toml"));
    assert_eq!(test.read("profiles/ada.toml"), "use = [\"rules/ada\", \"voice/plain\"]\n");
    assert_eq!(test.read("fragments/rules/ada.toml"), original("fragments/rules/ada.toml"));
}

#[test]
fn entries_of_bodies_move_too() {
    let test = Test::named("shared-bodies");
    let before = shown(&test, &["a", "b"]);
    test.run(&["factor", "--apply"]).exits(0);
    assert_eq!(shown(&test, &["a", "b"]), before);
    insta::assert_snapshot!(test.read("profiles/a.toml"), @r#"
    use = ["rules/x-and-y"]

    # A.

    [body.voice.items]
    own = "short"
    "#);
    insta::assert_snapshot!(test.read("profiles/b.toml"), @r#"
    use = ["rules/x-and-y"]

    [layout.rules]
    order = ["y", "x"]
    "#);
}

#[test]
fn decisions_and_removals_follow_moved_entries() {
    let test = Test::named("shared-and-decided");
    test.run(&["resolve", "b", "rules.finished", "--take", "rules/b", "--reason", "it is exact"]).exits(0);
    let before = shown(&test, &["a", "b", "child"]);
    test.run(&["factor", "--apply", "--min-bytes", "0"]).exits(0).says("1 shared fragment made");
    assert_eq!(shown(&test, &["a", "b", "child"]), before);
    let profile = test.read("profiles/b.toml");
    assert!(
        profile.contains("take = \"rules/finished\"") && profile.contains("\"rules/finished\" = \""),
        "{profile}"
    );
    test.run(&["check", "b", "a"]).exits(0);
}

#[test]
fn moves_that_would_change_a_persona_are_rejected_with_a_reason() {
    let said = "answer in the language in which the question was asked";
    let body = format!(
        "[body.voice.items]\nlanguage = \"{said}\"\nshort = \"make every sentence as short as it can be made\"\n"
    );
    let files = [
        ("fragments/voice/english.toml", "[items]\nlanguage = \"answer in English\"\n".to_owned()),
        ("profiles/a.toml", format!("use = [\"voice/english\"]\n{body}")),
        ("profiles/b.toml", body.clone()),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let test = Test::new(&files);
    // The profile's claim overrides its fragment's; in a fragment it would be one of two peers.
    let ran = test.run(&["factor", "--apply"]).exits(0).says("not proposed").says("one more `conflict`");
    assert!(ran.out.contains("nothing to factor"), "{}", ran.out);
    assert_eq!(test.read("profiles/b.toml"), body);
    test.run(&["factor", "voice/language-and-short"]).exits(1);
}

#[test]
fn an_existing_fragment_with_exactly_these_entries_is_joined() {
    let rules = "[never]\nx = \"leave a thing half done and say that it is done\"\ny = \"blame a person for what a process lets happen\"\n";
    let test = Test::new(&[
        ("fragments/rules/honest.toml", rules),
        ("profiles/a.toml", "use = [\"rules/honest\"]\n"),
        ("profiles/b.toml", &format!("name = \"B\"\n\n[body.rules.never]\n# Since May.\n{}", &rules[8..])),
    ]);
    let before = shown(&test, &["a", "b"]);
    test.run(&["factor", "--apply"]).exits(0).says("rules/honest, an existing fragment");
    assert_eq!(shown(&test, &["a", "b"]), before);
    assert_eq!(test.read("profiles/b.toml"), "name = \"B\"\nuse = [\"rules/honest\"]\n");
    assert_eq!(test.read("fragments/rules/honest.toml"), rules.replace("x =", "# Since May.\nx ="));
}

#[test]
fn line_endings_and_byte_order_marks_stay() {
    let test = two();
    test.write(
        "fragments/rules/bob.toml",
        format!("\u{feff}{}", original("fragments/rules/bob.toml").replace('\n', "\r\n")),
    );
    let before = shown(&test, &["ada", "bob"]);
    test.run(&["factor", "--apply"]).exits(0);
    assert_eq!(shown(&test, &["ada", "bob"]), before);
    assert_eq!(
        test.read("fragments/rules/bob.toml"),
        "\u{feff}[always]\r\ncover = \"cover at least 85 % of the lines that a change touches\"\r\n"
    );
}

#[test]
fn broken_files_are_left_alone_and_reported() {
    let test = two();
    test.write(
        "fragments/rules/eve.toml",
        original("fragments/rules/ada.toml").replace("[never]", "[newer]"),
    );
    test.write("profiles/eve.toml", "use = [\"rules/eve\"]\n");
    test.run(&["factor", "--apply"]).exits(1).says("1 shared fragment made").says("unknown-key");
    assert!(test.read("fragments/rules/eve.toml").contains("[newer]"));
}

#[test]
fn nothing_is_written_if_a_file_is_in_the_way() {
    let test = two();
    test.write("fragments/rules/secrets-and-guess.toml/keep", "");
    test.run(&["factor", "--apply"]).exits(2);
    assert_eq!(test.read("fragments/rules/ada.toml"), original("fragments/rules/ada.toml"));
    assert_eq!(test.read("fragments/rules/bob.toml"), original("fragments/rules/bob.toml"));
}

#[test]
fn personas_can_be_too_few_and_savings_too_small() {
    let test = two();
    test.run(&["factor", "--min-personas", "3"]).exits(0).says("nothing to factor");
    test.run(&["factor", "--min-bytes", "5000"]).exits(0).says("2 repeated entries too short");
}

#[test]
fn every_format_escapes_text_from_files() {
    let test = two();
    for path in ["fragments/rules/ada.toml", "fragments/rules/bob.toml"] {
        let text = test.read(path).replace("guess what", "guess <script>alert(1)</script> | `what");
        test.write(path, &text);
    }
    // Such markup is an error by default; this workspace allows it, so the views must escape it.
    test.write("cento.toml", "[severity]\nhidden-markup = \"off\"\n");
    let html = test.run(&["factor", "--format", "html", "--dry-run"]).exits(0).out;
    assert!(html.starts_with("<!doctype html>") && !html.contains("<script>alert"), "{html}");
    let markdown = test.run(&["factor", "--format", "markdown"]).exits(0).out;
    assert!(!markdown.contains("guess <script>"), "{markdown}");
}

#[test]
fn a_persona_that_cannot_share_keeps_its_own_and_the_others_share() {
    let test = Test::named("shared-by-two-of-three");
    let before = shown(&test, &["ada", "bob", "kid"]);
    test.run(&["factor", "--apply"])
        .exits(0)
        .says("1 shared fragment made")
        .says("kid keeps its own: `kid` would have one more `conflict`");
    assert_eq!(shown(&test, &["ada", "bob", "kid"]), before);
}

#[test]
fn an_entry_stays_with_the_field_that_its_fragment_gives_it() {
    let team = |name: &str| {
        format!(
            "template = true\n[fields]\nteam = {{ value = \"{name}\", level = \"default\" }}\n[always]\npage = \"page the {{{{ team }}}} team when a service is down for long\"\n"
        )
    };
    let test = Test::new(&[
        ("fragments/rules/a.toml", &team("data")),
        ("fragments/rules/b.toml", &team("platform")),
        ("profiles/ada.toml", "use = [\"rules/a\"]\n"),
        ("profiles/bob.toml", "use = [\"rules/b\"]\n"),
    ]);
    test.run(&["factor"]).exits(0).says("nothing to factor");
}

#[test]
fn equal_texts_in_different_sections_are_reported() {
    let rule = "[never]\nguess = \"guess what a number means, instead of asking\"\n";
    let test = Test::new(&[
        ("fragments/rules/a.toml", rule),
        ("fragments/boundaries/b.toml", rule),
        ("profiles/ada.toml", "use = [\"rules/a\"]\n"),
        ("profiles/bob.toml", "use = [\"boundaries/b\"]\n"),
    ]);
    let ran = test.run(&["factor"]).exits(0);
    insta::assert_snapshot!(ran.out, @"
    nothing to factor: no repeated entries that one fragment could hold

    near-duplicates to settle by hand (1)
      section  fragments/boundaries/b.toml:2  ada, bob
        boundaries: guess what a number means, instead of asking  fragments/boundaries/b.toml:2
        rules: guess what a number means, instead of asking  fragments/rules/a.toml:2
    ");
}

/// Personas with a list of these entries each.
fn lists(lists: &[(&str, &[&str])]) -> Test {
    let files: Vec<(String, String)> = lists
        .iter()
        .flat_map(|(name, entries)| {
            let entry = |text: &&str| format!("{} = \"{text}\"\n", text.replace([' ', ','], "-"));
            let items: String = entries.iter().map(entry).collect();
            [
                (format!("fragments/quality/{name}.toml"), format!("[items]\n{items}")),
                (format!("profiles/{name}.toml"), format!("use = [\"quality/{name}\"]\n")),
            ]
        })
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    Test::new(&files)
}

/// The size of all sources in bytes.
fn size(test: &Test) -> u64 {
    let folders = ["fragments/quality", "profiles"].map(|folder| test.directory.path().join(folder));
    let files = folders.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten();
    files.map(|file| file.unwrap().metadata().unwrap().len()).sum()
}

const SHARED: [&str; 4] = [
    "errors carry enough context to find the cause",
    "public functions are documented with examples",
    "tests cover the lines that the change touches",
    "logs contain no personal data of any customer",
];

#[test]
fn a_list_that_would_alternate_between_files_stays() {
    let [a, b, c, d] = SHARED;
    let test = lists(&[
        ("ada", &[a, "own one of ada", b, "own two of ada", c, "own three of ada", d]),
        ("bob", &[a, "own one of bob", b, "own two of bob", c, "own three of bob", d]),
    ]);
    let before = size(&test);
    test.run(&["factor", "--apply"]).exits(0).says("nothing to factor").says("too scattered");
    assert_eq!(size(&test), before);
    // What is together in both moves, and the rest stays.
    let test = lists(&[
        ("ada", &[a, "own one of ada", b, c, d]),
        ("bob", &[a, "own one of bob", "own two of bob", b, c, d]),
    ]);
    let before = (size(&test), shown(&test, &["ada", "bob"]));
    test.run(&["factor", "--apply"]).exits(0).says("3 entries instead of 6 copies");
    assert_eq!(shown(&test, &["ada", "bob"]), before.1);
    assert!(size(&test) < before.0);
    assert!(test.read("fragments/quality/ada.toml").contains(a));
    assert!(!test.read("profiles/ada.toml").contains("order"), "{}", test.read("profiles/ada.toml"));
}

#[test]
fn one_line_of_a_list_does_not_move() {
    let [a, b, c, d] = SHARED;
    let test = lists(&[("ada", &[a, b, "own of ada"]), ("bob", &[a, c, "own of bob"]), ("cyd", &[a, d])]);
    test.run(&["factor"]).exits(0).says("nothing to factor");
    test.run(&["factor", "--min-bytes", "0"]).exits(0).says("1 shared fragment proposed");
}

#[test]
fn one_short_entry_needs_three_personas() {
    let [a, b, c, _] = SHARED;
    let long = "errors carry enough context to find the cause ".repeat(12);
    let short = format!("{a}, {b}, and {c}");
    let two = lists(&[("ada", &[&short]), ("bob", &[&short])]);
    two.run(&["factor"]).exits(0).says("nothing to factor").says("1 repeated entry too short");
    two.run(&["factor", "--min-bytes", "0"]).exits(0).says("1 shared fragment proposed");
    let three = lists(&[("ada", &[&short]), ("bob", &[&short]), ("cyd", &[&short])]);
    three.run(&["factor"]).exits(0).says("1 shared fragment proposed");
    let two = lists(&[("ada", &[long.trim()]), ("bob", &[long.trim()])]);
    two.run(&["factor"]).exits(0).says("1 shared fragment proposed");
}

#[test]
fn a_saving_is_the_difference_in_size() {
    let test = lists(&[("ada", &SHARED), ("bob", &SHARED), ("cyd", &SHARED)]);
    let before = size(&test);
    let ran = test.run(&["factor", "--apply", "--format", "json"]).exits(0);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(report["proposals"][0]["saves"]["bytes"], before - size(&test));
}

#[test]
fn a_near_equal_entry_becomes_an_override() {
    let [a, b, c, d] = SHARED;
    let near = "public functions are documented with short examples";
    let test = lists(&[("ada", &SHARED), ("bob", &[a, near, c, d]), ("cyd", &SHARED)]);
    let path = "fragments/quality/bob.toml";
    test.write(path, test.read(path).replace("public-", "# For newcomers.\npublic-"));
    let before = shown(&test, &["ada", "bob", "cyd"]);
    let ran =
        test.run(&["factor", "--apply"]).exits(0).says("quality/errors-carry-enough-context-to-find-the");
    assert!(ran.out.contains(&format!("bob: {near}")), "{}", ran.out);
    assert_eq!(shown(&test, &["ada", "bob", "cyd"]), before);
    let id = b.replace(' ', "-");
    let profile = test.read("profiles/bob.toml");
    assert!(
        profile.ends_with(&format!("[body.quality.items]\n# For newcomers.\n{id} = \"{near}\"\n")),
        "{profile}"
    );
    test.run(&["factor"]).exits(0).says("nothing to factor");
    // An entry that differs too much keeps the list of one persona apart.
    let test =
        lists(&[("ada", &SHARED), ("bob", &[a, "names follow the house style", c, d]), ("cyd", &SHARED)]);
    test.run(&["factor", "--apply"]).exits(0);
    assert!(!test.read("profiles/bob.toml").contains("body"), "{}", test.read("profiles/bob.toml"));
}

#[test]
fn entries_stay_with_the_entry_that_they_are_under() {
    let persona = |name: &str, setup: &str| {
        let items = format!(
            "[items]\nfirst = \"what {name} does first is known to nobody else\"\nsetup = \"{setup}\"\n\
             tools = {{ text = \"with the tools of the whole team in the room\", under = \"setup\" }}\n\
             plans = {{ text = \"after the plans of the whole team are read\", under = \"tools\" }}\n"
        );
        let profile = format!("use = [\"quality/{name}\"]\n");
        [(format!("fragments/quality/{name}.toml"), items), (format!("profiles/{name}.toml"), profile)]
    };
    let test = |setups: [&str; 2]| {
        let files = [persona("ada", setups[0]), persona("bob", setups[1])].concat();
        let files: Vec<(&str, &str)> =
            files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        Test::new(&files)
    };
    let same = test(["set everything up that will be needed"; 2]);
    let before = shown(&same, &["ada", "bob"]);
    same.run(&["factor", "--apply"]).exits(0).says("3 entries instead of 6 copies");
    assert_eq!(shown(&same, &["ada", "bob"]), before);
    let other = test(["set everything up that will be needed", "begin with a clean table and no tools"]);
    other.run(&["factor", "--min-bytes", "0"]).exits(0).says("nothing to factor");
}

#[test]
fn no_output_of_a_persona_changes() {
    let persona = |name: &str, limit: &str| {
        let rule = |id: &str, text: &str| format!("{id} = {{ text = \"{text}\"{limit} }}\n");
        let rules = rule("tags", "move a tag that has been pushed to the repository of the team")
            + &rule("notes", "publish a release that has no notes for the people who install it");
        let profile = format!(
            "description = \"Use for a release of {name}\"\nuse = [\"rules/{name}\"]\n\n[target.prompt]\n[target.skill]\n\n\
             [body.voice.items]\nbrief = \"say in one sentence what {name} does\"\n"
        );
        [
            (format!("fragments/rules/{name}.toml"), format!("[never]\n{rules}")),
            (format!("profiles/{name}.toml"), profile),
        ]
    };
    // The first output of both personas has the rules; the second has them only in one of them.
    let files = [persona("ada", ""), persona("bob", ", not = [\"skill\"]"), persona("eve", "")].concat();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let test = Test::new(&files);
    test.run(&["build"]).exits(0).says("6 written");
    test.run(&["factor", "--apply"]);
    test.run(&["build", "--check"]).exits(0).says("6 unchanged");
}

#[test]
fn entries_for_other_targets_are_other_entries() {
    let profile = |targets: &str| {
        format!(
            "description = \"Answers. Use when asked.\"\n[body.voice.items]\nown = \"be brief\"\n[body.rules.never]\nfigure = {{ {targets}text = \"publish a figure that has no source behind it\" }}\n\
             price = {{ {targets}text = \"quote a price without the date on which it was valid\" }}\n\
             name = {{ {targets}text = \"answer in the name of another department or person\" }}\n[target.claude]\nmodel = \"haiku\"\n[target.prompt]\n"
        )
    };
    let of_model = "only = { model = \"haiku\" }, ";
    let profiles = [
        ("profiles/a.toml", profile("")),
        ("profiles/b.toml", profile("")),
        ("profiles/c.toml", profile(of_model)),
        ("profiles/d.toml", profile(of_model)),
    ];
    let profiles: Vec<(&str, &str)> = profiles.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let test = Test::new(&profiles);
    test.run(&["build"]).exits(0);
    test.run(&["factor", "--apply"]).exits(0).says("2 shared fragments made");
    test.run(&["build", "--check"]).exits(0);
    let fragments = common::files_below(&test.path("fragments"));
    let limited = fragments.iter().filter(|path| std::fs::read_to_string(path).unwrap().contains("haiku"));
    assert_eq!((fragments.len(), limited.count()), (2, 1));
}

#[test]
fn the_end_of_an_element_does_not_move_without_its_beginning() {
    let profile = |own: &str| {
        format!(
            "[sections]\nnotes = \"Notes\"\n[body.notes.prose]\nbegin = \"\"\"\n<memory>\n{own}\"\"\"\n\
             end = \"</memory>\"\nnext = \"\"\"\n<protocol>\nYou must call the learning tools after each task of the run.\"\"\"\n\
             [body.notes.items]\na = \"Write down what each of the tools has said\"\nb = \"Keep the notes of the last ten runs at hand\"\n"
        )
    };
    let test = Test::new(&[
        ("profiles/a.toml", &profile("one")),
        ("profiles/b.toml", &profile("two")),
        ("profiles/c.toml", &profile("three")),
    ]);
    let ran = test.run(&["factor", "--dry-run"]).exits(0);
    assert!(ran.out.contains("Write down what each"), "{}", ran.out);
    assert!(!ran.out.contains("    prose") && !ran.out.contains("+</memory>"), "{}", ran.out);
}
