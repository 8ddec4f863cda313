//! `cento absorb` on the command line.

mod common;

use common::Test;
use common::case::Case;
use serde_json::Value;

/// The fragment before any edit is absorbed.
fn rules() -> String {
    Case::named("absorb").files["fragments/rules/house.toml"].clone()
}

fn test() -> Test {
    let test = Test::named("absorb");
    test.run(&["build"]).exits(0);
    test
}

/// Replaces a part of a file.
fn edit(test: &Test, path: &str, old: &str, new: &str) {
    let text = test.read(path);
    assert_eq!(text.matches(old).count(), 1, "{text}");
    test.write(path, text.replace(old, new));
}

#[test]
fn without_an_edit_nothing_is_written() {
    let test = test();
    let lock = test.read("cento.lock");
    test.run(&["absorb"]).exits(0).says("no hand edits");
    assert_eq!((test.read("fragments/rules/house.toml"), test.read("cento.lock")), (rules(), lock));
    test.run(&["absorb", "nobody"]).exits(2).says("the profile `nobody` does not exist");
    test.run(&["absorb", "personas/ada.md"]).exits(2).says("did you mean `ada`?");
}

#[test]
fn applied_edits_count_as_built() {
    let test = test();
    edit(&test, "personas/ada.md", "plain words", "short words");
    test.run(&["build"]).exits(1).says("cento absorb ada");
    test.run(&["absorb", "--dry-run"]).exits(0).says("would be absorbed").says("+plain = ");
    assert!(test.read("profiles/ada.toml").contains("plain words"));
    test.run(&["absorb", "ada"]).exits(0).says("the text of `voice.plain`");
    let expected = "use = [\"rules/house\"]\r\n[body.voice.items]\r\nplain = \"short words\"\r\n";
    assert_eq!(test.read("profiles/ada.toml"), expected);
    test.run(&["build", "--check"]).exits(0).says("2 unchanged");
    test.run(&["absorb"]).exits(0).says("no hand edits");
}

#[test]
fn an_edit_of_a_shared_fragment_needs_a_choice() {
    let test = test();
    edit(&test, "personas/ada.md", "guess", "guess at figures");
    edit(&test, "personas/ada.md", "plain words", "short words");
    test.run(&["absorb"]).exits(1).says("would change `bob` too").says("--to profile").says("1 absorbed");
    assert_eq!(test.read("fragments/rules/house.toml"), rules());
    // Applied edits count as built; only the rest is still an edit.
    let json: Value = serde_json::from_str(&test.run(&["absorb", "--format", "json"]).exits(1).out).unwrap();
    assert_eq!(json["outputs"][0]["changes"].as_array().unwrap().len(), 1);
    assert_eq!(json["outputs"][0]["changes"][0]["others"][0]["profile"], "bob");
    test.run(&["absorb", "--to", "fragment"]).exits(0).says("changes `bob` too");
    assert_eq!(test.read("fragments/rules/house.toml"), rules().replace("\"guess\"", "\"guess at figures\""));
    test.run(&["build"]).exits(0).says("wrote personas/bob.md").says("1 written, 1 unchanged");
}

#[test]
fn an_edit_that_cannot_be_applied_is_reported_with_the_reason() {
    let test = test();
    let text = test.read("personas/ada.md");
    test.write("personas/ada.md", format!("{text}no place\n"));
    test.run(&["absorb"])
        .exits(1)
        .says("not absorbed: there is no adjacent list or text")
        .says("1 not absorbed");
    test.run(&["build"]).exits(1).says("hand-edited");
    std::fs::write(test.directory.path().join("personas/ada.md"), b"\xff\xfe").unwrap();
    test.run(&["absorb"]).exits(1).says("skipped: it is not UTF-8");
}

#[test]
fn edits_of_two_targets_are_merged_or_conflict() {
    let test = test();
    let targets = "[target.claude]\r\n[target.prompt]\r\n";
    let ada = test.read("profiles/ada.toml").replace("[body", "description = \"x\"\r\n[body");
    test.write("profiles/ada.toml", format!("{ada}{targets}"));
    test.run(&["build"]).exits(0);
    edit(&test, "personas/ada.md", "plain words", "short words");
    edit(&test, ".claude/agents/ada.md", "rush", "hurry");
    test.run(&["absorb", "--to", "profile"]).exits(0);
    test.run(&["build"]).exits(0);
    for path in ["personas/ada.md", ".claude/agents/ada.md"] {
        assert!(test.read(path).contains("short words") && test.read(path).contains("hurry"), "{path}");
    }
    edit(&test, "personas/ada.md", "short words", "few words");
    edit(&test, ".claude/agents/ada.md", "short words", "long words");
    test.run(&["absorb"]).exits(1).says("the sources changed in the same place");
    test.run(&["build"]).exits(1).says("hand-edited");
}

#[test]
fn sources_and_outputs_that_both_changed_are_merged() {
    let test = test();
    edit(&test, "personas/bob.md", "guess", "guess blindly");
    edit(&test, "fragments/rules/house.toml", "\"rush\"", "\"hurry\"");
    test.run(&["absorb", "--to", "fragment"]).exits(0);
    let expected = rules().replace("\"guess\"", "\"guess blindly\"").replace("\"rush\"", "\"hurry\"");
    assert_eq!(test.read("fragments/rules/house.toml"), expected);
    test.run(&["build"]).exits(0).says("2 written");
    assert!(test.read("personas/bob.md").contains("hurry"));
    // Both sides changed the same words.
    edit(&test, "personas/bob.md", "hurry", "dawdle");
    edit(&test, "fragments/rules/house.toml", "hurry", "rest");
    let report = test.run(&["absorb", "--format", "json"]).exits(1).out;
    let json: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(json["outputs"][0]["changes"][0]["base"], "- **Never** hurry\n");
    assert!(test.read("fragments/rules/house.toml").contains("rest"));
    let text = test.run(&["absorb"]).exits(1);
    for said in [
        "last build:  - **Never** hurry",
        "sources now: - **Never** rest",
        "here:        - **Never** dawdle",
        "written in: fragments/rules/house.toml:3 (`rules.rush`)",
        "help: to keep the edit, make it in fragments/rules/house.toml:3 (`rules.rush`), then: cento absorb bob",
    ] {
        assert!(text.out.contains(said), "{said} in\n{}", text.out);
    }
    // Following the help resolves it.
    edit(&test, "fragments/rules/house.toml", "rest", "dawdle");
    test.run(&["absorb"]).exits(0);
    test.run(&["build"]).exits(0);
    edit(&test, "personas/bob.md", "dawdle", "wait");
    edit(&test, "fragments/rules/house.toml", "dawdle", "rest");
    // Without the last build there is no base for a merge.
    std::fs::remove_dir_all(test.directory.path().join(".cento")).unwrap();
    test.run(&["absorb"]).exits(1).says("what was built then is not kept");
}

#[test]
fn every_format_shows_the_result() {
    let test = test();
    edit(&test, "personas/ada.md", "plain words", "<b>short</b> words");
    let html = test.run(&["absorb", "--dry-run", "--format", "html"]).exits(0).out;
    assert!(html.contains("&lt;b&gt;short") && !html.contains("<b>short"), "{html}");
    test.run(&["absorb", "--dry-run", "--format", "markdown"]).exits(0).says("voice.plain");
}

#[test]
fn outputs_are_not_written_into_the_lock_directory() {
    let test = Test::new(&[(
        "profiles/a.toml",
        "[body.voice.items]\nx = \"y\"\n[target.prompt]\npath = \".cento/built/x.md\"\n",
    )]);
    test.run(&["build"]).exits(1).says("is inside .cento");
}

#[test]
fn an_emptied_output_is_an_edit() {
    let test = test();
    let (text, lock) = (test.read("personas/ada.md"), test.read("cento.lock"));
    test.write("personas/ada.md", "");
    test.run(&["absorb"]).exits(1).says("skipped: it is empty").says("cento build ada");
    assert_eq!(test.read("cento.lock"), lock);
    test.run(&["build", "ada"]).exits(0);
    assert_eq!(test.read("personas/ada.md"), text);
}

#[test]
fn an_unresolved_git_conflict_is_no_edit() {
    let test = test();
    let text = test.read("personas/ada.md");
    let line = text.lines().find(|line| line.contains("plain words")).unwrap();
    let conflict = format!("<<<<<<< HEAD\n{line}\n=======\n- short words\n>>>>>>> other");
    test.write("personas/ada.md", text.replace(line, &conflict));
    let sources = || (test.read("profiles/ada.toml"), test.read("fragments/rules/house.toml"));
    let before = sources();
    test.run(&["absorb"]).exits(1).says("are an unresolved git conflict").says("cento absorb ada");
    assert_eq!(sources(), before);
}

/// An edit in an output of several personas goes to the sources of its own.
#[test]
fn an_edit_below_the_title_of_another_persona_goes_to_that_persona() {
    let test = Test::new(&[
        (
            "profiles/reviewer.toml",
            "abstract = true\ntitle = \"Reviewer\"\n[body.rules.never]\nguess = \"guess\"\n",
        ),
        (
            "profiles/team.toml",
            "[body.rules.never]\nguess = \"guess a name\"\n[target.agents-md]\npersonas = [\"reviewer\"]\n",
        ),
    ]);
    assert_eq!(test.run(&["build"]).code, 0);
    let built = test.read("AGENTS.md");
    assert_eq!(
        built,
        "## Rules\n\n- **Never** guess a name\n\n# Reviewer\n\n## Rules\n\n- **Never** guess\n"
    );
    test.write("AGENTS.md", built.replace("guess\n", "guess a port\n").replace("a name", "a word"));
    assert_eq!(test.run(&["build", "--check"]).code, 1);
    assert_eq!(test.run(&["absorb"]).code, 0);
    assert!(test.read("profiles/reviewer.toml").contains("guess = \"guess a port\""));
    assert!(test.read("profiles/team.toml").contains("guess = \"guess a word\""));
    assert_eq!(test.run(&["build", "--check"]).code, 0);
    // A persona that cannot be composed is not left out.
    test.write("profiles/reviewer.toml", "title = \"\n");
    assert_eq!(test.run(&["build", "team"]).code, 1);
    assert!(test.read("AGENTS.md").contains("# Reviewer"));
}

#[test]
fn a_tool_added_to_an_output_has_the_name_of_the_other_tools() {
    let profile = "description = \"Reads. Use when asked.\"\ntools.allow = [\"Read\", \"my_tool\"]\n\
                   [body.rules.never]\nguess = \"guess\"\n[target.gemini]\n[target.claude]\n";
    let test = Test::new(&[("profiles/p.toml", profile), ("cento.toml", "[known]\ntools = [\"my_tool\"]\n")]);
    test.run(&["build"]).exits(0);
    edit(&test, ".gemini/agents/p.md", "- my_tool\n", "- my_tool\n- write_file\n");
    test.run(&["absorb"]).exits(0);
    let now = profile.replace("\"my_tool\"]", "\"my_tool\", \"Write\"]");
    assert_eq!(test.read("profiles/p.toml"), now);
    assert!(test.read(".claude/agents/p.md").contains("tools: Read, my_tool\n"));
    test.run(&["build"]).exits(0);
    assert!(test.read(".claude/agents/p.md").contains("tools: Read, my_tool, Write\n"));
}
