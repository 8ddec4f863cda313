//! `cento import` on the command line: its output, and the files that it writes or leaves unchanged.

mod common;

use std::path::PathBuf;

use common::{Test, files_below};
use serde_json::Value;

/// All files below a directory of a workspace.
fn files(test: &Test, directory: &str) -> Vec<String> {
    let root = test.directory.path();
    let name = |path: PathBuf| path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
    files_below(&root.join(directory)).into_iter().map(name).collect()
}

const AGENT: &str = "---\nname: forge\ndescription: Builds when asked\n---\n\nYou are a smith.\n\n## Rules\n\n- **Never** rush\n";

#[test]
fn an_agent_of_the_workspace_is_imported_and_adopted() {
    let test = Test::new(&[(".claude/agents/forge.md", AGENT), ("cento.toml", "")]);
    let ran = test.run(&["import", ".claude/agents/forge.md"]);
    assert_eq!(
        (ran.code, ran.out.as_str(), ran.err.as_str()),
        (
            0,
            "imported .claude/agents/forge.md as forge (prompt)\n  sections: identity, rules\n  1 rule, 1 block of \
             prose; 0 % kept as Markdown\n1 document imported\n"
                .replace("(prompt)", "(claude)")
                .as_str(),
            ""
        )
    );
    assert_eq!(test.run(&["show", "forge"]).out, AGENT);
    let built = test.run(&["build"]);
    assert_eq!(
        built.out, "adopted .claude/agents/forge.md\nbuilt 1 persona in .claude/agents: 1 adopted\n",
        "{}",
        built.err
    );
    assert_eq!(test.run(&["check", "--strict"]).out, "no findings\n");
    test.write("fragments/rules/forge.toml", "[never]\nrush = \"hurry\"\n");
    assert_eq!(
        test.run(&["build"]).out,
        "wrote .claude/agents/forge.md\nbuilt 1 persona in .claude/agents: 1 written\n"
    );
    assert_eq!(test.read(".claude/agents/forge.md"), AGENT.replace("rush", "hurry"));
}

/// The note has the rule of the target, so that the author knows what to change.
#[test]
fn a_document_that_does_not_fit_the_target_of_its_path_says_which_rule_it_breaks() {
    let skill = "---\nname: Forge Work\ndescription: Builds\n---\n\n## Rules\n\n- **Never** rush\n";
    let test = Test::new(&[("skills/forge/SKILL.md", skill), ("cento.toml", "")]);
    let ran = test.run(&["import", "skills"]);
    assert!(ran.out.contains("imported skills/forge/SKILL.md as forge-work (prompt)\n"), "{}", ran.out);
    let reason = "= note: `Forge Work` is not a valid name for an Agent Skill: ";
    assert!(ran.err.contains(reason), "{}", ran.err);
}

#[test]
fn nothing_is_overwritten() {
    let test = Test::new(&[("a/forge.md", AGENT), ("b/forge.md", AGENT), ("c/forge.md", "x")]);
    test.write("into/profiles/forge.toml", "use = []\n");
    test.write("into/fragments/identity/b-forge.toml", "text = \"mine\"\n");
    let ran = test.run(&["import", "a", "b/forge.md", "*/forge.md", "--into", "into"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("imported a/forge.md as a-forge (prompt)\n  sections"), "{}", ran.out);
    let second = "imported b/forge.md as b-forge-2 (prompt)\n  named so because b-forge exists\n";
    assert!(ran.out.contains(second), "{}", ran.out);
    assert!(ran.out.ends_with("3 documents imported\n"), "{}", ran.out);
    assert_eq!(test.read("into/profiles/forge.toml"), "use = []\n");
    assert_eq!(test.read("into/fragments/identity/b-forge.toml"), "text = \"mine\"\n");
    for (profile, text) in [("a-forge", AGENT), ("b-forge-2", AGENT), ("c-forge", "x")] {
        assert_eq!(test.run(&["show", profile, "--workspace", "into"]).out, text);
    }
    let again = test.run(&["import", "a", "--into", "into"]);
    assert_eq!(
        (again.code, again.out.as_str()),
        (0, "a/forge.md is a-forge already\n0 documents imported, 1 known\n")
    );
}

#[test]
fn an_output_of_a_profile_is_not_imported_again() {
    let test = Test::new(&[(".claude/agents/forge.md", AGENT), ("cento.toml", "")]);
    test.run(&["import", ".claude"]);
    let before = files(&test, ".");
    let ran = test.run(&["import", ".claude"]);
    let known = ".claude/agents/forge.md is forge already\n0 documents imported, 1 known\n";
    assert_eq!((ran.code, ran.out.as_str()), (0, known));
    test.write(".claude/agents/forge.md", AGENT.replace("rush", "hurry"));
    let ran = test.run(&["import", ".claude"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, "0 documents imported, 1 refused\n"));
    assert!(
        ran.err.contains("error[path-collision]: .claude/agents/forge.md is an output of the profile"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("run `cento absorb forge`"), "{}", ran.err);
    assert_eq!(files(&test, "."), before);
}

#[test]
fn a_document_that_is_not_utf_8_is_refused_and_the_others_imported() {
    let test = Test::new(&[("docs/good.md", "## Rules\n\n- Never x\n")]);
    test.write("docs/bad.md", b"caf\xe9\n");
    let ran = test.run(&["import", "docs", "--into", "new/workspace"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.ends_with("1 document imported, 1 refused\n"), "{}", ran.out);
    assert!(
        ran.err.contains("error[encoding]: docs/bad.md is not UTF-8: byte 0xe9 at offset 3"),
        "{}",
        ran.err
    );
    assert_eq!(
        files(&test, "new"),
        [
            "new/workspace/.cento/.gitignore",
            "new/workspace/.cento/lock",
            "new/workspace/fragments/rules/good.toml",
            "new/workspace/profiles/good.toml"
        ]
    );
}

#[test]
fn a_dry_run_writes_nothing() {
    let test = Test::new(&[("a.md", "---\nname: a\nx: @y\n---\n- b\n")]);
    let ran = test.run(&["import", "a.md", "--into", "w", "--dry-run", "--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(!test.path("w").exists());
    let json: Value = serde_json::from_str(&ran.out).unwrap();
    let document = &json["documents"][0];
    assert_eq!(json["dry_run"], true);
    assert_eq!(document["profile"], "a");
    assert_eq!(document["files"][0], "fragments/opening/a.toml");
    assert_eq!(document["listed"]["lifted"], 1);
    let note = &document["notes"][0];
    assert_eq!((note["code"].as_str(), note["places"][0]["line"].as_u64()), (Some("front-matter"), Some(3)));
    let human = test.run(&["import", "a.md", "--into", "w", "--dry-run"]);
    assert!(human.out.starts_with("would import a.md as a (prompt)\n"), "{}", human.out);
    assert!(human.err.contains("warning[front-matter]") && human.err.contains("a.md:3:4"), "{}", human.err);
}

#[test]
fn names_that_are_no_strings_to_all_readers_are_reported_before_a_build_refuses_them() {
    for (line, is_reported) in [
        ("name: y", true),
        ("name: 1.0 # the first", true),
        ("name: 2024-01-01", true),
        ("name: \"y\"", false),
        ("name: yes-man", false),
        ("other: y", false),
    ] {
        let other =
            if line.starts_with("name") { "description: Reviews. Use when asked." } else { "name: a" };
        let document = format!("---\n{other}\n{line}\n---\n\n- Never guess.\n");
        let test = Test::new(&[(".claude/agents/a.md", &document)]);
        let ran = test.run(&["import", ".claude/agents/a.md", "--into", "w"]);
        let what = "is not a string";
        assert_eq!(
            ran.err.contains(what) && ran.err.contains("a.md:3:1"),
            is_reported,
            "{line}: {}",
            ran.err
        );
        let built = test.run(&["--workspace", "w", "build"]);
        assert_eq!(built.err.contains("front-matter-mismatch"), is_reported, "{line}: {}", built.err);
    }
}

#[test]
fn wrong_command_lines_say_what_is_missing() {
    let test = Test::new(&[("a.md", "x")]);
    let nowhere = test.run(&["import", "a.md"]);
    assert_eq!(nowhere.code, 2);
    assert!(nowhere.err.contains("name a directory with `--into DIR`"), "{}", nowhere.err);
    let nothing = test.run(&["import", "b.md", "--into", "w"]);
    assert_eq!(nothing.code, 2);
    assert!(nothing.err.contains("cannot find b.md: no such file"), "{}", nothing.err);
    assert!(!test.path("w").exists());
}

/// Editing an item's text changes that item, a removed item takes its gap with it, and a new item is laid out
/// like its neighbours.
#[test]
fn imported_sources_can_be_edited_like_handwritten_ones() {
    let document = "# House\n\n## Rules\n* Never run\n* Always walk\n* Never shout\n\n\n## Steps\n1) one\n2) two\n\nDone.";
    let test = Test::new(&[("house.md", document)]);
    test.run(&["import", "house.md", "--into", "."]);
    assert_eq!(test.run(&["show", "house"]).out, document);
    let rules = test.read("fragments/rules/house.toml");
    let edited = rules
        .replace(
            "text = \"shout\" }\n",
            "text = \"shout\" }\nspit = { force = \"never\", text = \"spit\" }\n",
        )
        .replace("\"run\"", "\"fly\"");
    assert_ne!(rules, edited);
    test.write("fragments/rules/house.toml", edited);
    let steps = test.read("fragments/workflow/house.toml").replace("one = \"one\"\n", "");
    test.write("fragments/workflow/house.toml", steps);
    let expected = document
        .replace("Never run", "Never fly")
        .replace("* Never shout\n", "* Never shout\n* Never spit\n")
        .replace("1) one\n2) two", "1) two");
    assert_eq!(test.run(&["show", "house"]).out, expected);
}

#[test]
fn files_that_are_no_documents_are_named() {
    let test =
        Test::new(&[("src/a.md", "x"), ("src/b.mkd", "x"), ("src/go/.cursorrules", "x"), ("src/c.py", "")]);
    let ran = test.run(&["import", "src", "--into", "into"]);
    assert!(ran.out.contains("imported src/b.mkd as b (prompt)"), "{}", ran.out);
    assert!(ran.out.contains("imported src/go/.cursorrules as cursorrules (prompt)"), "{}", ran.out);
    assert!(
        ran.out.contains("left out 1 file (not a document, or part of a skill): src/c.py\n"),
        "{}",
        ran.out
    );
    for number in 0..8 {
        test.write(&format!("src/{number}.json"), "");
    }
    let ran = test.run(&["import", "src", "--into", "other"]);
    assert!(
        ran.out.contains("left out 9 files (not a document, or part of a skill): 8 .json, 1 .py\n"),
        "{}",
        ran.out
    );
    let ran = test.run(&["import", "src", "--into", "third", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&ran.out).expect("it is JSON");
    assert_eq!(report["left_out"].as_array().map(Vec::len), Some(9));
    test.write("code/a.py", "");
    let ran = test.run(&["import", "code", "--into", "fourth"]);
    assert!(ran.err.contains("contains no documents, only 1 file of other kinds"), "{}", ran.err);
}

#[test]
fn documents_in_another_script_compose_together() {
    let document = |items: [&str; 2]| format!("## \u{89c4}\u{5219}\n\n- {}\n- {}\n", items[0], items[1]);
    let test = Test::new(&[
        ("a.md", &document(["\u{5148}\u{8bfb}\u{6587}\u{6863}", "\u{5199}\u{6d4b}\u{8bd5}"])),
        ("b.md", &document(["\u{4fdd}\u{6301}\u{7b80}\u{6d01}", "\u{4e0d}\u{8981}\u{731c}"])),
    ]);
    test.run(&["import", "a.md", "b.md", "--into", "w"]);
    assert_eq!(files(&test, "w/fragments"), ["w/fragments/rules/a.toml", "w/fragments/rules/b.toml"]);
    test.write("w/profiles/both.toml", "use = [\"rules/a\", \"rules/b\"]\n");
    let shown = test.run(&["show", "both", "--workspace", "w"]).out;
    assert_eq!(shown.matches("\n- ").count(), 4, "{shown}");
}

/// A list of patterns for Cursor, and tools of another program. Neither is as documented, but people have such files.
#[test]
fn files_that_their_program_may_misread_are_imported_and_built_with_a_warning() {
    let cases = [
        (
            ".cursor/rules/flow.mdc",
            "---\ndescription: Flow\nglobs: [\"**/*\"]\nalwaysApply: false\n---\n\n- Never push\n",
            "write the patterns in one string",
        ),
        (
            ".claude/agents/a.md",
            "---\nname: a\ndescription: Reads. Use when asked.\ntools: read, Edit\n---\n\n- Never push\n",
            "warning[front-matter-mismatch]",
        ),
    ];
    for (path, text, warning) in cases {
        let test = Test::new(&[(path, text)]);
        assert_eq!(test.run(&["import", path, "--into", "."]).code, 0);
        let ran = test.run(&["build"]);
        assert!(ran.code == 0 && ran.err.contains(warning), "{path}: {}", ran.err);
        assert_eq!(test.read(path), text);
    }
}

#[test]
fn an_agents_md_of_several_personas_is_imported_with_their_rules() {
    let profile = |title: &str, rules: &str| format!("title = \"{title}\"\nabstract = true\n{rules}");
    let reviewer =
        profile("Reviewer", "[body.rules.never]\nguess = \"guess\"\n[body.rules.should]\nwait = \"wait\"\n");
    let writer =
        profile("Writer", "[body.rules.never]\nguess = \"guess\"\n[body.rules.always]\ncite = \"cite\"\n");
    let team = "[body.identity.prose]\nall = \"They work here.\"\n[target.agents-md]\npersonas = [\"reviewer\", \"writer\"]\n";
    let from = Test::new(&[
        ("profiles/reviewer.toml", reviewer.as_str()),
        ("profiles/writer.toml", writer.as_str()),
        ("profiles/team.toml", team),
    ]);
    assert_eq!(from.run(&["build"]).code, 0);
    let text = from.read("AGENTS.md");
    let test = Test::new(&[("AGENTS.md", text.as_str())]);
    assert_eq!(test.run(&["import", "AGENTS.md", "--into", "."]).code, 0);
    let shown: Value =
        serde_json::from_str(&test.run(&["explain", "agents", "--format", "json"]).out).unwrap();
    let entries = shown["entries"].as_array().unwrap();
    let rules: Vec<[&str; 2]> = entries
        .iter()
        .filter_map(|entry| Some([entry["force"].as_str()?, entry["text"].as_str()?]))
        .collect();
    assert_eq!(rules, [["never", "guess"], ["should", "wait"], ["never", "guess"], ["always", "cite"]]);
    let blame = test.run(&["blame", "agents"]).out;
    for (line, source) in text.lines().zip(blame.lines()).filter(|(line, _)| line.starts_with(['-', '#'])) {
        assert!(source.ends_with(line) && source.contains("/agents"), "{source}");
    }
    assert!(test.run(&["build"]).out.contains("adopted AGENTS.md"));
}

/// An entry `summary` below a table would be taken for the key of the file that was meant to be above it.
#[test]
fn no_entry_is_named_like_a_key_of_its_file() {
    let names = ["Summary", "Text", "Description", "Name", "Kind", "Section", "Style", "Title", "Combine"];
    let list = |sign: &str| names.map(|name| format!("{sign} {name}\n")).concat();
    let groups = names.map(|name| format!("### {name}\n\nThe {name}.\n\n- {name}\n")).join("\n");
    let document = format!(
        "## Rules\n\n- **Never** text\n- **Always** summary\n\n## Facts\n\n{}\n## Workflow\n\n{}\n## Examples\n\n{groups}\n\
         ## Output\n\nText\n\nSummary\n\n\u{1f600}\n",
        list("-"),
        list("1."),
    );
    let test = Test::new(&[("AGENTS.md", &document), ("cento.toml", "")]);
    test.run(&["import", "AGENTS.md"]).exits(0);
    let out = test.run(&["check"]).out;
    assert!(!out.contains("slipped-key"), "{out}");
    assert_eq!(test.run(&["build", "--force"]).exits(0).code, 0);
    assert_eq!(test.read("AGENTS.md"), document);
}

#[test]
fn several_files_for_agents_keep_their_directories() {
    let texts = [
        ("project/AGENTS.md", "# Project\n\n- Never guess\n"),
        ("project/web/AGENTS.md", "# Web\n\n- Always test\n"),
        ("project/web/AGENTS.override.md", "# Web now\n\n- Always test twice\n"),
        (
            "project/.claude/agents/ada.md",
            "---\nname: ada\ndescription: Reviews. Use when asked.\n---\n\nYou are Ada.\n",
        ),
    ];
    let from = Test::new(&texts);
    let project = from.directory.path().join("project");
    let test = Test::new(&[]);
    test.run(&["import", project.to_str().unwrap(), "--into", "."]).exits(0);
    test.run(&["build"]).exits(0);
    for (path, text) in texts {
        assert_eq!(test.read(path.strip_prefix("project/").unwrap()), text);
    }
    // Files that are named one by one are told apart by their own directories.
    let test = Test::new(&[]);
    let named = ["project/AGENTS.md", "project/web/AGENTS.md"].map(|path| from.path(path));
    let named = named.each_ref().map(|path| path.to_str().unwrap());
    test.run(&["import", named[0], named[1], "--into", "."]).exits(0);
    test.run(&["build"]).exits(0);
    assert_eq!([test.read("AGENTS.md"), test.read("web/AGENTS.md")], [texts[0].1, texts[1].1]);
    // Among other documents and alone, a file has the same place.
    for more in [&[][..], &[from.path("project/.claude").to_str().unwrap()]] {
        let test = Test::new(&[]);
        test.run(&[&["import", named[1], "--into", "."], more].concat()).exits(0);
        test.run(&["build"]).exits(0);
        assert_eq!(test.read("AGENTS.md"), texts[1].1);
    }
    // A file elsewhere whose path would be that of an output is no edit of the output.
    let other = Test::new(&[("AGENTS.md", "# Other\n\n- Never rush\n")]);
    let other = other.path("AGENTS.md");
    let ran = test.run(&["import", other.to_str().unwrap(), "--into", "."]);
    assert!(ran.code == 0 && ran.out.contains("1 document imported"), "{}{}", ran.out, ran.err);
}

#[test]
fn a_file_without_front_matter_keeps_its_target_where_none_is_needed() {
    let text = "# Product\n\n- Never guess\n";
    for (path, target) in [
        (".kiro/steering/product.md", "kiro-steering"),
        (".cursor/rules/product.mdc", "cursor-rule"),
        (".cursor/agents/product.md", "cursor-agent"),
    ] {
        let test = Test::new(&[(path, text), ("cento.toml", "")]);
        let ran = test.run(&["import", path]);
        assert!(ran.err.is_empty() && ran.out.contains(target), "{path}: {}{}", ran.out, ran.err);
        test.run(&["build"]).exits(0).says("adopted");
        assert_eq!(test.read(path), text);
    }
}

#[test]
fn the_other_files_of_a_skill_are_left_alone() {
    let skill = "---\nname: pdf\ndescription: Reads PDF. Use when asked.\n---\n\n## Rules\n\n- Never guess\n";
    let files = [
        ("skills/pdf/SKILL.md", skill),
        ("skills/pdf/forms.md", "# Forms\n"),
        ("skills/pdf/references/fonts.md", "# Fonts\n"),
        ("skills/pdf/scripts/fill.py", "print()\n"),
        ("skills/README.md", "# Skills\n\n- Never guess\n"),
    ];
    let test = Test::new(&files);
    let ran = test.run(&["import", "skills", "--into", "."]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("imported skills/pdf/SKILL.md as pdf (skill)\n"), "{}", ran.out);
    let said = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        said.contains(
            "left out 3 files (not a document, or part of a skill): skills/pdf/forms.md, \
             skills/pdf/references/fonts.md, skills/pdf/scripts/fill.py"
        ),
        "{said}"
    );
    assert!(said.ends_with("2 documents imported"), "{said}");
    assert_eq!(test.run(&["build"]).code, 0);
    for (path, text) in files {
        assert_eq!(test.read(path), text, "{path}");
    }
    // Named, each is a document.
    assert_eq!(test.run(&["import", "skills/pdf/forms.md", "--into", "."]).code, 0);
}

/// A skill must be in a directory of its name, and two of one name get profiles with other ids.
#[test]
fn skills_with_one_name_stay_skills() {
    let skill =
        |what: &str| format!("---\nname: pdf\ndescription: {what}\n---\n\n# PDF\n\nRead the form first.\n");
    let test = Test::new(&[
        ("from/web/pdf/SKILL.md", &skill("Fills in forms of web pages. Use for a link to a form.")),
        ("from/desk/pdf/SKILL.md", &skill("Fills in forms on paper. Use for a scan of a form.")),
    ]);
    let ran = test.run(&["import", "--into", "w", "from"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(ran.out.contains("as web-pdf (skill)") && ran.out.contains("as desk-pdf (skill)"), "{}", ran.out);
    // Each stays in its place, where a program finds only one of them.
    assert_eq!(test.run(&["--workspace", "w", "build"]).code, 0);
    for skill in ["web/pdf/SKILL.md", "desk/pdf/SKILL.md"] {
        assert_eq!(test.read(&format!("w/{skill}")), test.read(&format!("from/{skill}")));
    }
    // In one place a program would load one of them, so the owner has to decide.
    for profile in ["web-pdf", "desk-pdf"] {
        let path = format!("w/profiles/{profile}.toml");
        let place = format!("{}/pdf/SKILL.md", profile.trim_end_matches("-pdf"));
        let moved = test.read(&path).replace(&place, "skills/pdf/SKILL.md");
        test.write(&path, moved);
    }
    let ran = test.run(&["--workspace", "w", "build"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("path-collision") && ran.err.contains("name-collision"), "{}", ran.err);
}

/// Translations declare the name of the original, and no program looks for them in their directory.
#[test]
fn translated_copies_stay_where_they_are() {
    let agent = |body: &str| {
        format!("---\nname: reader\ndescription: Reads logs. Use it.\nmodel: opus\n---\n\n{body}\n")
    };
    let files = [
        ("from/agents/reader.md", agent("Read the log.")),
        ("from/docs/zh-CN/agents/reader.md", agent("\u{8bfb}\u{65e5}\u{5fd7}\u{3002}")),
        ("from/docs/ja-JP/agents/reader.md", agent("\u{30ed}\u{30b0}\u{3092}\u{8aad}\u{3080}\u{3002}")),
    ];
    let test = Test::new(&files.each_ref().map(|(path, text)| (*path, text.as_str())));
    assert_eq!(test.run(&["import", "--into", "w", "from"]).code, 0);
    let ran = test.run(&["--workspace", "w", "build"]);
    assert_eq!((ran.code, ran.err.contains("collision")), (0, false), "{}", ran.err);
    for (path, text) in &files[1..] {
        assert_eq!(test.read(&path.replace("from/", "w/")), *text, "{path}");
    }
    // Two agents of one name that a program loads together are an error, wherever they come from.
    let both = Test::new(&[
        ("from/.claude/agents/web/reader.md", &agent("Read the page.")),
        ("from/.claude/agents/disk/reader.md", &agent("Read the file.")),
    ]);
    assert_eq!(both.run(&["import", "--into", "w", "from"]).code, 0);
    let ran = both.run(&["--workspace", "w", "build"]);
    assert!(ran.code == 1 && ran.err.contains("name-collision"), "{}", ran.err);
}

/// Documents that share names, in whatever layout, get different places below one directory.
#[test]
fn documents_that_share_names_are_built_at_different_paths() {
    let agent =
        |name: &str| format!("---\nname: {name}\ndescription: Reads. Use it.\nmodel: opus\n---\n\n- Read\n");
    // The arguments, the documents with their names, and the outputs. A document that keeps its id has the default path.
    let layouts = [
        ("from", "one/a/x.md:foo one/b/x.md:foo two/a/x.md:bar two/b/x.md:bar", ""),
        (
            "repo1/docs repo2",
            "repo1/docs/a/x.md:foo repo1/docs/b/x.md:foo repo2/a/x.md:bar repo2/b/x.md:bar",
            "",
        ),
        ("from", "alpha/a/y.md:help alpha/b/y.md:help beta/a/y.md:help beta/b/y.md:help", ""),
        // The default path of one is that of another document.
        (
            "from",
            ".claude/agents/bar.md:foo x/y.md:foo x/z.md:bar",
            ".claude/agents/bar.md .claude/agents/bar-foo.md x/y.md",
        ),
    ];
    for (arguments, documents, outputs) in layouts {
        let above = if arguments == "from" { "from/" } else { "" };
        let documents: Vec<_> =
            documents.split(' ').filter_map(|document| document.split_once(':')).collect();
        let files: Vec<_> =
            documents.iter().map(|(path, name)| (format!("{above}{path}"), agent(name))).collect();
        let test = Test::new(&files.iter().map(|(path, text)| (&**path, &**text)).collect::<Vec<_>>());
        let arguments: Vec<&str> = arguments.split(' ').collect();
        test.run(&[&["import", "--into", "w"], &*arguments].concat()).exits(0);
        test.run(&["--workspace", "w", "build"]).exits(0);
        let of_documents = documents.iter().map(|(path, _)| *path).filter(|_| outputs.is_empty());
        for path in outputs.split_whitespace().chain(of_documents) {
            assert!(test.path("w").join(path).exists(), "{path} of {documents:?}");
        }
    }
    // A directory without the name of its skill holds no skill, and prompts may share names.
    let (skill, prompt) = (agent("pdf"), "---\nname: foo\n---\n\nRead.\n");
    let test = Test::new(&[
        ("from/web/pdf/SKILL.md", &skill),
        ("from/desk/forms/SKILL.md", &skill),
        ("from/a/x.md", prompt),
        ("from/b/x.md", prompt),
    ]);
    let ran = test.run(&["import", "--into", "w", "from"]).exits(0);
    for imported in ["as forms-pdf (skill)", "as a-foo (prompt)", "as b-foo (prompt)"] {
        assert!(ran.out.contains(imported), "{}", ran.out);
    }
    assert!(!test.read("w/profiles/a-foo.toml").contains("path ="));
}

#[test]
fn rules_with_patterns_without_quotes_are_imported_without_advice() {
    let rule = |path: &'static str, front: &str| (path, format!("---\n{front}\n---\n\n- Never guess\n"));
    let rules = [
        rule(".devin/rules/a.md", "trigger: glob\nglobs: **/*.ts, src/*.{a,b}"),
        rule(".devin/rules/b.md", "trigger: glob\nglobs: \"**/*.ts\""),
        rule(".cursor/rules/c.mdc", "globs: **/*.ts\nalwaysApply: false"),
        rule(".cursor/rules/d.mdc", "globs:\nalwaysApply: true"),
    ];
    let files: Vec<(&str, &str)> = rules.iter().map(|(path, text)| (*path, &**text)).collect();
    let test = Test::new(&files);
    let ran = test.run(&["import", ".", "--into", "."]).exits(0);
    assert_eq!(ran.err, "");
    let ran = test.run(&["build", "--force"]).exits(0);
    assert!(ran.out.contains("4 adopted"), "{}", ran.out);
    assert!(!(ran.out + &ran.err).contains("warning"), "{}", ran.err);
    for (path, text) in rules {
        assert_eq!(test.read(path), text);
    }
}

#[test]
fn a_file_with_an_ending_of_former_times_gets_the_present_one() {
    let text = "---\ndescription: Debugs. Use when a test fails.\ntools: [read]\n---\n\nYou debug.\n";
    let test = Test::new(&[(".github/chatmodes/debug.chatmode.md", text), ("cento.toml", "")]);
    let ran = test.run(&["import", ".github"]).exits(0);
    assert!(ran.out.contains("debug.chatmode.md as debug (copilot-agent)"), "{}", ran.out);
    assert!(ran.err.contains("is not loaded as a GitHub Copilot agent"), "{}", ran.err);
    test.run(&["build"]).exits(0);
    assert_eq!(test.read(".github/agents/debug.agent.md"), text);
}

/// What one program's keys say about the loading of a rule holds for every target that is added, and an edit of a key goes home.
#[test]
fn rules_of_one_program_become_those_of_another() {
    let rule = |keys: &str| {
        format!("---\ndescription: Rules for Go. Use when Go is written.\n{keys}---\n\n- Never panic\n")
    };
    for (keys, trigger) in [
        ("globs: **/*.go,go.mod\nalwaysApply: false\n", "trigger: glob\nglobs: \"**/*.go,go.mod\"\n"),
        ("alwaysApply: true\n", "trigger: always_on\n"),
        ("globs:\nalwaysApply: false\n", "trigger: model_decision\n"),
    ] {
        let test = Test::new(&[(".cursor/rules/go.mdc", &rule(keys))]);
        test.run(&["import", ".cursor", "--into", "."]).exits(0);
        let profile = test.read("profiles/go.toml");
        assert!(profile.contains("[fields]\nloading = "), "{profile}");
        // The fields have a use.
        let checked = test.run(&["check", "--strict"]).exits(0);
        assert!(checked.out.contains("no findings"), "{}{}", checked.out, checked.err);
        test.run(&["build"]).exits(0);
        assert_eq!(test.read(".cursor/rules/go.mdc"), rule(keys));
        test.write("profiles/go.toml", format!("{profile}\n[target.devin-rule]\n"));
        test.run(&["build"]).exits(0);
        assert!(test.read(".devin/rules/go.md").contains(trigger), "{}", test.read(".devin/rules/go.md"));
    }
    for (keys, source) in [
        ("globs: **/*.go,go.mod\nalwaysApply: false\n", "paths = \"**/*.go,go.mod\""),
        ("globs: **/*.go\nalwaysApply: true\n", "alwaysApply = true"),
        ("alwaysApply: true\n", "alwaysApply = true"),
    ] {
        let test = Test::new(&[(".cursor/rules/go.mdc", &rule("globs: **/*.go\nalwaysApply: false\n"))]);
        test.run(&["import", ".cursor", "--into", "."]).exits(0);
        test.run(&["build"]).exits(0);
        test.write(".cursor/rules/go.mdc", rule(keys));
        test.run(&["absorb"]).exits(0);
        test.run(&["build"]).exits(0);
        assert_eq!(test.read(".cursor/rules/go.mdc"), rule(keys));
        assert!(test.read("profiles/go.toml").contains(source), "{}", test.read("profiles/go.toml"));
    }
}

#[test]
fn a_command_that_people_type_is_no_agent() {
    let text = "---\ndescription: Verifies features. Use when asked.\nargument-hint: \"[phase]\"\ntools: [read]\n---\n\nVerify.\n";
    let paths = [".opencode/command/verify.md", ".kilo/commands/look.md", ".github/prompts/see.md"];
    let test = Test::new(&paths.map(|path| (path, text)));
    let ran = test.run(&[&["import", "--into", "."], &paths[..]].concat()).exits(0);
    for path in paths {
        assert!(ran.out.contains(&format!("imported {path} as ")), "{}", ran.out);
    }
    assert_eq!((ran.out.matches("(prompt)").count(), ran.err.as_str()), (3, ""), "{}", ran.out);
}

#[test]
fn a_command_named_skill_makes_no_skill_of_its_directory() {
    let text = "---\ndescription: Does it\n---\n\nDo it.\n";
    let test = Test::new(&[
        ("commands/skill.md", text),
        ("commands/ask.md", text),
        ("skills/pdf/skill.md", "---\nname: pdf\ndescription: Reads PDFs. Use for PDFs.\n---\n\nRead it.\n"),
        ("skills/pdf/notes.md", "More.\n"),
    ]);
    let ran = test.run(&["import", ".", "--into", "w"]).exits(0);
    let imported: Vec<&str> = ran.out.lines().filter(|line| line.starts_with("imported")).collect();
    let expected = [
        "imported commands/ask.md as ask (prompt)",
        "imported commands/skill.md as skill (prompt)",
        "imported skills/pdf/skill.md as pdf (skill)",
    ];
    assert_eq!(imported, expected, "{}", ran.out);
    assert!(ran.out.contains("skills/pdf/notes.md"), "it belongs to the skill: {}", ran.out);
}

/// A rule without a description is not chosen by it, whatever its keys are like.
#[test]
fn a_rule_without_a_description_keeps_its_keys() {
    let test = Test::new(&[(".cursor/rules/man.mdc", "---\nalwaysApply: false\n---\n\n- Never panic\n")]);
    test.run(&["import", ".cursor", "--into", "."]).exits(0);
    let profile = test.read("profiles/man.toml");
    assert!(profile.contains("alwaysApply = false") && !profile.contains("loading"), "{profile}");
}

#[test]
fn the_nearest_directory_says_what_a_file_is() {
    let agent =
        "---\nname: rev\ndescription: Reviews. Use in reviews.\nmodel: opus\ntools: Read\n---\n\nReview.\n";
    for (path, target) in [
        ("prompts/agents/rev.md", "claude"),
        ("prompts/proj/team/rev.md", "claude"),
        ("Prompts/rev.md", "prompt"),
        (".claude/commands/git/rev.md", "prompt"),
    ] {
        let test = Test::new(&[(path, agent)]);
        let ran = test.run(&["import", path, "--into", "w"]).exits(0);
        assert!(ran.out.contains(&format!("as rev ({target})")), "{path}: {}", ran.out);
    }
}

/// Rules among steps are read, added and changed like those among items.
#[test]
fn a_rule_typed_among_steps_is_a_rule() {
    let profile = "description = \"Ships. Use for a release.\"\n[target.prompt]\n[body.work.steps]\n\
                   one = \"Read the ticket\"\ntwo = \"Ship\"\n";
    for (text, rule) in [
        (
            "## Work\n\n1. Read the ticket\n2. **Never** ship alone\n3. Ship\n",
            ["force = \"never\"", "text = \"ship alone\""],
        ),
        (
            "## Work\n\n1. **Always** read the ticket\n2. Ship\n",
            ["force = \"always\"", "text = \"read the ticket\""],
        ),
    ] {
        let test = Test::new(&[("profiles/p.toml", profile)]);
        test.run(&["build"]).exits(0);
        test.write("personas/p.md", text);
        test.run(&["absorb"]).exits(0);
        let written = test.read("profiles/p.toml");
        assert!(written.lines().any(|line| rule.iter().all(|part| line.contains(part))), "{written}");
        test.run(&["build"]).exits(0);
        assert_eq!(test.read("personas/p.md"), text);
        // And back: without its label or its line, no rule is left.
        let without = "## Work\n\n1. Read the ticket\n2. Ship\n";
        test.write("personas/p.md", without);
        test.run(&["absorb"]).exits(0);
        test.run(&["build"]).exits(0);
        assert_eq!(test.read("personas/p.md"), without);
        assert!(!test.read("profiles/p.toml").contains("force"), "{}", test.read("profiles/p.toml"));
    }
}
