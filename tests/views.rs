//! `blame` and `diff` on the command line: one persona, two personas, two states of a workspace.

mod common;

use std::process::Command;

use common::Test;
use serde_json::Value;

#[test]
fn blame_names_the_source_and_line_of_every_line() {
    let test = Test::named("blame-sources");
    let expected = [
        "                        1 │ ## Identity",
        "                        2 │",
        "identity/who:6          3 │ You are the Lead.",
        "                        4 │",
        "identity/who:8          5 │ You decide, Lead or not.",
        "                        6 │",
        "                        7 │ ## Rules",
        "                        8 │",
        "rules/a:2       shared  9 │ - **Never** guess",
        "rules/a:3              10 │ - **Never** hope \\u{1b}[31m",
        "profiles/p:3    set    11 │ - **You must** ask once",
        "",
    ];
    assert_eq!(test.run(&["blame", "p"]).exits(0).out, expected.join("\n"));
    test.run(&["blame", "p", "--line", "9"]).exits(0).says("agrees     rules/b");
    test.run(&["blame", "p", "--line", "1"]).exits(0).says("is layout");
    test.run(&["blame", "p", "--line", "12"]).exits(2).says("has 11");
    let json: serde_json::Value =
        serde_json::from_str(&test.run(&["blame", "p", "--format", "json"]).out).unwrap();
    assert_eq!((&json["version"], &json["lines"][4]["credit"]["line"]), (&1.into(), &8.into()));
    assert_eq!(json["lines"][8]["credit"]["with"][0], "rules/b");
}

#[test]
fn diff_shows_what_each_fragment_contributes_and_what_breaks_without_it() {
    let test = Test::named("fragment-contributions");
    let ran = test.run(&["diff", "p"]).exits(0);
    let shown = "rules/b  7 bytes, 15.6 %\n  shared    rules.x with rules/a, 1/2 each\n  subsumed  rules.y by rules/a\n  \
                 nothing changes in this output without it\n";
    assert!(ran.out.contains(shown), "{}", ran.out);
    let ran = test.run(&["diff", "p", "--without", "rules/a"]).exits(0);
    ran.says("breaks    error[unmet-requires]")
        .says("instead   rules.y of rules/b, now subsumed: hope")
        .says("  @@ -3,2 +3,2 @@\n   - **Never** guess\n  -- **Never** hope\n  +- **Try not to** hope\n");
    // A target that the profile does not list can be shown too.
    test.run(&["diff", "p", "--target", "skill"]).exits(0).says("p: 62 bytes");
    test.run(&["diff", "p", "--without", "rules/c"]).exits(2).says("does not use `rules/c`");
    let ran = test.run(&["diff", "p", "--view", "cumulative"]).exits(0);
    assert!(ran.out.ends_with("+ rules/b\n  nothing changes\n"), "{}", ran.out);
    let json: serde_json::Value =
        serde_json::from_str(&test.run(&["diff", "p", "--format", "json"]).out).unwrap();
    let parts = json["sources"].as_array().unwrap().iter();
    let bytes = parts.map(|source| {
        source["credit"]["numerator"].as_f64().unwrap() / source["credit"]["denominator"].as_f64().unwrap()
    });
    assert_eq!(bytes.sum::<f64>() + json["layout"].as_f64().unwrap(), json["bytes"].as_f64().unwrap());
}

#[test]
fn two_personas_are_compared_by_address_and_by_line() {
    let test = Test::named("two-personas");
    let ran = test.run(&["diff", "one", "two"]).exits(0);
    for line in [
        "! rules.y  SHOULD → MUST",
        "~ rules.x",
        "      - guess at a [-figure-]",
        "      + guess at a {+date+}",
        "+ rules.new",
        "> rules.source  was rules.z",
    ] {
        assert!(ran.out.contains(line), "no {line:?} in\n{}", ran.out);
    }
    test.run(&["diff", "one", "two", "--exit-code"]).exits(1);
    test.run(&["diff", "one", "one", "--exit-code"]).exits(0).says("one → one: 6 equal\n");
    let json = test.json(&["diff", "one", "two"]);
    let rows = json["rows"].as_array().expect("rows");
    let of = |address: &str| {
        rows.iter().find(|row| row["address"] == address).expect("a row")["difference"].clone()
    };
    assert_eq!(
        (of("rules.y"), of("rules.x"), of("rules.new")),
        ("force".into(), "wording".into(), "only-after".into())
    );
    let source = rows.iter().find(|row| row["address"] == "rules.source").expect("a row");
    assert_eq!((&source["difference"], &source["moved"]["from"]), (&"place".into(), &"rules.z".into()));
}

#[test]
fn since_shows_the_edit_first_and_each_change_once() {
    let test = Test::fleet();
    test.run(&["diff", "--since", "HEAD", "--exit-code"])
        .exits(0)
        .says("nothing that cento reads has changed");
    test.write(
        "fragments/rules/sql.toml",
        "# a comment is no edit\n[never]\nselect-star = \"use `SELECT *` anywhere\"\nconcat = \"build SQL by concatenating strings\"\n",
    );
    let ran = test.run(&["diff", "--since", "HEAD", "--exit-code"]).exits(1);
    let expected = [
        "HEAD → the working tree: 1 edit in 1 file, 2 of 3 personas changed",
        "",
        "look here first",
        "  nothing weakens a persona or widens its permissions",
        "",
        "edits",
        "  fragments/rules/sql.toml",
        "    rules.select-star reworded → 2 personas: a, b (1 more removes it)",
        "      - use `SELECT *` [-in production-]",
        "      + use `SELECT *` {+anywhere+}",
        "",
        "changes in personas",
        "  1 change is as the edits show",
        "",
    ];
    assert_eq!(ran.out, expected.join("\n"));
    let json = test.json(&["diff", "--since", "HEAD"]);
    assert_eq!(json["causes"][0]["personas"], serde_json::json!(["a", "b"]));
    assert_eq!(json["causes"][0]["removed_in"], serde_json::json!(["c"]));
    assert_eq!(json["rows"][0]["personas"], serde_json::json!(["a", "b"]));
    // A choice of personas limits the effects; what an edit changes stays true.
    for chosen in [&["b"][..], &["--persona", "b"]] {
        let ran = test.run(&[&["diff", "--since", "HEAD"], chosen].concat()).exits(0);
        ran.says("2 personas: a, b (1 more removes it)").says("1 of 1 persona changed");
    }
}

#[test]
fn ranges_and_the_index_are_read_from_git_alone() {
    let test = Test::fleet();
    test.write("fragments/voice/brief.toml", "[items]\nbrief = \"be very brief\"\n");
    test.commit();
    test.write("fragments/voice/brief.toml", "[items]\nbrief = \"be terse\"\n");
    test.git(&["add", "-A"]);
    // The working tree is not compared and does not change.
    test.write("fragments/voice/brief.toml", "this is not TOML");
    let staged = test.run(&["diff", "--staged"]).exits(0).says("HEAD → the index");
    assert!(
        staged.out.contains("- be [-very brief-]") && staged.out.contains("+ be {+terse+}"),
        "{}",
        staged.out
    );
    let range = test.run(&["diff", "--since", "HEAD~1..HEAD"]).exits(0).says("HEAD~1 → HEAD");
    assert!(range.out.contains("- be brief") && range.out.contains("+ be {+very +}brief"), "{}", range.out);
    test.run(&["diff", "--since", "HEAD~1..."]).exits(0).says("the merge base of");
    assert_eq!(test.read("fragments/voice/brief.toml"), "this is not TOML");
    test.run(&["diff", "--since", "nothing-of-that-name"]).exits(2).says("unknown revision");
    test.run(&["diff", "--since", "--output=x"]).exits(2);
    test.run(&["diff", "--staged", "--since", "HEAD..HEAD"]).exits(2).says("is a range");
    assert!(!test.exists("x"));
    // A link is read as its target, and one that leaves the workspace as missing.
    test.git(&["checkout", "-q", "-f", "HEAD"]);
    std::os::unix::fs::symlink("brief.toml", test.directory.path().join("fragments/voice/short.toml"))
        .expect("a link");
    std::os::unix::fs::symlink("/etc/hostname", test.directory.path().join("fragments/voice/out.toml"))
        .expect("a link");
    test.commit();
    let linked = test.run(&["diff", "--since", "HEAD~1..HEAD"]).exits(0).says("fragment voice/short added");
    assert!(linked.out.contains("voice/out.toml is a symbolic link"), "{}", linked.out);
}

#[test]
fn outside_git_there_is_nothing_to_compare_with() {
    let test = Test::conflicted();
    test.run(&["diff", "--since", "HEAD"]).exits(2).says("is not in a git repository");
    test.git(&["init", "-q"]);
    test.run(&["diff", "--since", "HEAD"]).exits(2).says("the repository has no commits yet");
}

#[test]
fn a_workspace_below_the_root_of_a_repository_is_read_from_there() {
    let test = Test::named("below-the-root");
    test.git(&["init", "-q"]);
    test.commit();
    test.write("deep/personas/fragments/voice/a.toml", "[items]\na = \"two\"\n");
    let ran = test.run(&["diff", "--since", "HEAD", "--workspace", "deep/personas"]).exits(0);
    assert!(ran.out.contains("  fragments/voice/a.toml\n    voice.a reworded → 1 persona: p"), "{}", ran.out);
}

#[test]
fn since_shows_what_breaks_and_what_cannot_be_compared() {
    let test = Test::fleet();
    test.write("fragments/voice/loud.toml", "[items]\nbrief = \"be loud\"\n");
    test.write("profiles/b.toml", "use = [\"rules/sql\", \"voice/brief\", \"voice/loud\"]\n");
    test.write("profiles/a.toml", "use = [\"rules/sql\", \"rules/plain\"\n");
    test.write("profiles/d.toml", "use = [\"rules/sql\"]\n");
    let ran = test.run(&["diff", "--since", "HEAD"]).exits(0);
    for line in [
        "error[conflict]: fragments disagree on `voice.brief`  in b",
        "error[syntax]: ",
        "  a no longer composes, so its text is not compared",
        "  b no longer builds",
        "  d added; personas/d.md (4 lines)",
        "    use voice/loud added → 1 persona: b",
    ] {
        assert!(ran.out.contains(line), "no {line:?} in\n{}", ran.out);
    }
    test.write("profiles/c.toml", "use = [\"rules/sql\"]\n[target.prompt]\npath = \"personas/d.md\"\n");
    test.run(&["diff", "--since", "HEAD"]).exits(0).says("error[path-collision]");
    test.git(&["checkout", "-q", "profiles/c.toml"]);
    test.commit();
    test.write("profiles/a.toml", "use = [\"rules/sql\", \"rules/plain\"]\n");
    let ran = test.run(&["diff", "--since", "HEAD"]).exits(0).says("fixed findings");
    assert!(ran.out.contains("  a builds again; it did not compose before"), "{}", ran.out);
}

#[test]
fn each_kind_of_edit_is_named() {
    let test = Test::fleet();
    test.write("cento.toml", "[defaults]\nstyle = \"plain\"\n");
    test.write(
        "fragments/rules/plain.toml",
        "[should]\nplan = { text = \"read the query plan\", about = \"sql.plan\" }\n",
    );
    test.write("fragments/rules/sql.toml", "[never]\nconcat = { text = \"build SQL by concatenating strings\", level = \"locked\" }\nselect-star = \"use `SELECT *` in production\"\n");
    test.git(&["mv", "fragments/voice/brief.toml", "fragments/voice/terse.toml"]);
    test.write(
        "profiles/b.toml",
        "name = \"B\"\nuse = [\"rules/sql\", \"voice/terse\"]\n[sections]\nvoice = \"How\"\n",
    );
    let c = test.read("profiles/c.toml");
    test.write("profiles/c.toml", format!("{c}[layout]\nbullet = \"* \"\n"));
    let ran = test.run(&["diff", "--since", "HEAD"]).exits(0);
    for line in [
        "defaults.style added → 3 personas: a, b, c",
        "rules.plan MUST → SHOULD, is about another subject → 1 persona: a",
        "rules.concat level normal → locked",
        "fragment voice/terse renamed from voice/brief",
        "use voice/terse renamed from voice/brief",
        "fields.name added",
        "sections.voice.heading added → 1 persona: b",
        "layout.bullet added → 1 persona: c",
    ] {
        assert!(ran.out.contains(line), "no {line:?} in\n{}", ran.out);
    }
    assert!(ran.out.contains("moved"), "{}", ran.out);
}

/// Returns what `diff --since HEAD` shows for one edit: the personas after the arrow.
#[track_caller]
fn caused(test: &Test, what: &str) -> String {
    let told = test.json(&["diff", "--since", "HEAD"]);
    let causes = told["causes"].as_array().expect("causes");
    let of = causes.iter().filter(|cause| cause["what"] == what);
    let personas: Vec<String> = of.map(|cause| cause["personas"].to_string()).collect();
    assert!(!personas.is_empty(), "no {what:?} in {causes:#?}");
    personas.join(" ")
}

#[test]
fn an_edit_names_the_personas_that_it_changes_and_no_others() {
    // q starts to use the fragment that p drops, and its rule is reworded: neither changes by itself.
    let test = Test::fleet();
    test.write("profiles/a.toml", "use = [\"rules/sql\"]\n");
    test.write("profiles/b.toml", "use = [\"rules/sql\", \"voice/brief\", \"rules/plain\"]\n");
    test.write("fragments/rules/plain.toml", "[must]\nplan = \"read the plan of a query\"\n");
    assert_eq!(caused(&test, "use rules/plain"), "[\"a\"] [\"b\"]");
    assert_eq!(caused(&test, "rules.plan"), "[]");

    // A shadowed claim changes no persona, nor does a setting without effect.
    let test = Test::fleet();
    test.write("fragments/voice/brief.toml", "[fields]\nmood = \"calm\"\n[items]\nbrief = \"be brief\"\n");
    test.write("profiles/b.toml", "use = [\"rules/sql\", \"voice/brief\"]\n[fields]\nmood = \"glad\"\n");
    test.commit();
    test.write(
        "fragments/voice/brief.toml",
        "template = true\n[fields]\nmood = \"sad\"\n[items]\nbrief = \"be brief\"\n",
    );
    test.write("profiles/b.toml", "use = [\"rules/sql\", \"voice/brief\"]\n[fields]\nmood = \"merry\"\n");
    test.write("cento.toml", "\n[styles.house]\nlayout = \"inline\"\n[subjects]\nfoo = { implies = [\"bar\"] }\n[[require]]\npersonas = { name = \"c\" }\nrule = \"rules.concat\"\n");
    let told = test.json(&["diff", "--since", "HEAD"]);
    let personas: Vec<(&str, String, u64)> = told["causes"]
        .as_array()
        .expect("causes")
        .iter()
        .map(|cause| {
            (
                cause["what"].as_str().expect("a name"),
                cause["personas"].to_string(),
                cause["line"].as_u64().expect("a line"),
            )
        })
        .collect();
    let expected = [
        ("styles.house", "[]", 2),
        ("subjects.foo", "[]", 5),
        ("require", "[]", 6),
        ("template", "[]", 1),
        ("fields.mood", "[]", 3),
        ("fields.mood", "[]", 3),
    ];
    let expected: Vec<_> = expected.map(|(what, personas, line)| (what, personas.to_owned(), line)).into();
    assert_eq!(personas, expected, "a field that no text uses changes no output");
}

#[test]
fn orders_white_space_and_broken_files_are_edits_too() {
    let test = Test::fleet();
    test.write("profiles/a.toml", "use = [\"rules/plain\", \"rules/sql\"]\n");
    assert_eq!(caused(&test, "order of use"), "[\"a\"]");

    test.git(&["checkout", "-q", "."]);
    test.write("fragments/voice/brief.toml", "[items]\nbrief = \"be  brief\"\n");
    let ran = test.run(&["diff", "--since", "HEAD"]).exits(0).says("voice.brief reworded → 1 persona: b");
    assert!(ran.out.contains("      only white space changed"), "{}", ran.out);

    // The readable part of a broken file is not its meaning.
    test.write(
        "fragments/rules/sql.toml",
        "[never]\nselect-star = \"use `SELECT *` anywhere\"\nconcat = [\n",
    );
    test.write("cento.toml", "[defaults\n");
    let ran = test.run(&["diff", "--since", "HEAD"]).exits(0).says("the file has errors now");
    assert!(!ran.out.contains("rules.concat removed"), "{}", ran.out);

    // A persona that is broken on both sides may have changed: that is unknown.
    test.git(&["checkout", "-q", "."]);
    test.git(&["clean", "-fdq"]);
    test.write("profiles/a.toml", "use = [\"rules/sql\", \"rules/plain\"\n");
    test.commit();
    test.write("fragments/rules/plain.toml", "[must]\nplan = \"read every query plan\"\n");
    test.write("profiles/a.toml", "use = [\"rules/plain\", \"rules/sql\"\n");
    test.run(&["diff", "--since", "HEAD", "--exit-code", "a"])
        .exits(1)
        .says("cannot be composed on either side");

    // Profiles that were deleted count as changed.
    test.git(&["checkout", "-q", "."]);
    test.git(&["rm", "-q", "profiles/b.toml", "profiles/c.toml"]);
    test.run(&["diff", "--since", "HEAD"]).exits(0).says("2 of 3 personas changed");
    test.run(&["diff", "--since", "HEAD", "b"]).exits(0).says("b removed");
}

#[test]
fn neighbouring_edits_and_filled_in_fields_are_each_reported_once() {
    let test = Test::fleet();
    test.write(
        "fragments/identity/who.toml",
        "template = true\n[prose]\nwho = \"You are {{ name }}, who asks.\"\n",
    );
    for (id, more) in [("a", "\"rules/plain\""), ("b", "\"voice/brief\""), ("c", "\"identity/who\"")] {
        test.write(
            &format!("profiles/{id}.toml"),
            format!("name = \"{id}{id}\"\nuse = [\"identity/who\", \"rules/sql\", {more}]\n"),
        );
    }
    test.commit();
    test.write(
        "fragments/identity/who.toml",
        "template = true\n[prose]\nwho = \"You are {{ name }}, who waits.\"\n",
    );
    test.write(
        "fragments/rules/sql.toml",
        "[never]\nselect-star = \"use `SELECT *` anywhere\"\nconcat = \"build SQL from strings\"\n",
    );
    test.write("fragments/rules/plain.toml", "[must]\nplan = \"read the plan of the query\"\n");
    let told = test.json(&["diff", "--since", "HEAD"]);
    let rows: Vec<(&str, usize, bool, &Value)> = told["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| {
            let personas = row["personas"].as_array().expect("personas").len();
            (row["address"].as_str().expect("an address"), personas, row["varies"] == true, &row["cause"])
        })
        .collect();
    let expected = [
        ("identity.who", 3, true, 0.into()),
        ("rules.concat", 3, false, 3.into()),
        ("rules.plan", 1, false, 1.into()),
        ("rules.select-star", 3, false, 2.into()),
    ];
    let expected: Vec<_> =
        expected.iter().map(|(address, all, varies, cause)| (*address, *all, *varies, cause)).collect();
    assert_eq!(rows, expected);
    test.run(&["diff", "--since", "HEAD"]).exits(0).says("4 changes are as the edits show");
    // A fragment that is newly used shows with its entries.
    test.git(&["checkout", "-q", "."]);
    test.write(
        "profiles/c.toml",
        "name = \"cc\"\nuse = [\"rules/sql\", \"identity/who\", \"rules/plain\"]\n",
    );
    test.run(&["diff", "--since", "HEAD"])
        .exits(0)
        .says("use rules/plain added → 1 persona: c")
        .says("+ rules.plan  rules/plain → 1 persona: c\n      MUST read the query plan");
}

#[test]
fn a_renamed_fragment_is_recognized_by_its_content() {
    let test = Test::fleet();
    test.git(&["mv", "fragments/rules/sql.toml", "fragments/rules/queries.toml"]);
    test.write("fragments/rules/queries.toml", "[never]\nselect-star = \"use `SELECT *` anywhere\"\nconcat = \"build SQL by concatenating strings\"\n");
    for id in ["a", "b", "c"] {
        let text = test.read(&format!("profiles/{id}.toml")).replace("rules/sql", "rules/queries");
        test.write(&format!("profiles/{id}.toml"), &text);
    }
    let ran =
        test.run(&["diff", "--since", "HEAD"]).exits(0).says("fragment rules/queries renamed from rules/sql");
    assert!(ran.out.contains("rules.select-star reworded → 2 personas: a, b"), "{}", ran.out);
    assert!(!ran.out.contains("rules/sql removed") && !ran.out.contains("added"), "{}", ran.out);
    // Another kind means another section, but the same statements.
    test.commit();
    test.write("fragments/voice/brief.toml", "kind = \"output\"\n[items]\nbrief = \"be brief\"\n");
    let ran = test.run(&["diff", "--since", "HEAD"]).exits(0).says("section changed → 1 persona: b");
    assert!(!ran.out.contains("voice.brief removed"), "{}", ran.out);
}

#[test]
fn hooks_and_linked_work_trees_see_the_right_files() {
    let test = Test::new(&[
        ("ws/fragments/voice/a.toml", "[items]\na = \"one\"\n"),
        ("ws/profiles/p.toml", "use = [\"voice/a\"]\n"),
    ]);
    test.git(&["init", "-q"]);
    test.commit();
    test.git(&["worktree", "add", "-q", "linked"]);
    let linked = test.directory.path().join("linked");
    std::fs::write(linked.join("ws/fragments/voice/a.toml"), "[items]\na = \"two\"\n")
        .expect("a file is written");
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).current_dir(&linked).output().expect("git runs");
        String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned()
    };
    git(&["add", "-A"]);
    // The environment in which git runs a hook.
    let directory = git(&["rev-parse", "--absolute-git-dir"]);
    let run = |arguments: &[&str], below: &str| {
        let mut command = test.command(arguments);
        command
            .current_dir(linked.join(below))
            .env("GIT_DIR", &directory)
            .env("GIT_INDEX_FILE", format!("{directory}/index"));
        String::from_utf8(command.output().expect("cento runs").stdout).expect("UTF-8")
    };
    for told in [
        run(&["diff", "--staged", "--workspace", "ws"], ""),
        run(&["diff", "--staged"], "ws"),
        run(&["diff", "--since", "HEAD", "--workspace", "ws"], ""),
    ] {
        assert!(told.contains("voice.a reworded → 1 persona: p"), "{told}");
    }
}

#[test]
fn every_view_has_every_format() {
    let test = Test::fleet();
    test.write(
        "fragments/rules/sql.toml",
        "[never]\nselect-star = \"use `SELECT *` </summary><script>alert(1)</script> @team\"\n",
    );
    for view in [
        &["blame", "a"][..],
        &["blame", "a", "--line", "3"],
        &["explain", "a", "rules.select-star"],
        &["diff", "a"],
        &["diff", "a", "--view", "cumulative"],
        &["diff", "a", "--without", "rules/sql"],
        &["diff", "a", "b", "--text"],
        &["diff", "--since", "HEAD"],
    ] {
        let form = |form: &str| test.run(&[view, &["--format", form]].concat()).exits(0).out;
        let json: Value = serde_json::from_str(&form("json")).expect("JSON");
        let version = if view.contains(&"b") || view.contains(&"--since") { 2 } else { 1 };
        assert_eq!(json["version"], version, "{view:?}");
        let html = form("html");
        assert!(html.starts_with("<!doctype html>") && html.ends_with("</html>\n"), "{view:?}");
        assert!(html.contains("SELECT *") && !html.contains("<script"), "{view:?}: {html}");
        let markdown = form("markdown");
        assert!(markdown.starts_with("## ") && markdown.contains("SELECT"), "{view:?}: {markdown}");
        // Markup may be in a code fence, where it is text.
        let outside: String = markdown.split("```").step_by(2).collect();
        assert!(!outside.contains("<script") && !outside.contains("@team"), "{view:?}: {markdown}");
        assert!(form("human").contains("SELECT *"), "{view:?}");
    }
}

#[test]
fn explain_json_has_winners_losers_and_routes() {
    let test = Test::conflicted();
    let json = test.json(&["explain", "ada", "fields.title"]);
    let entry = &json["entries"][0];
    assert_eq!((&entry["stands"], entry["lost"].as_array().map(Vec::len)), (&serde_json::json!([]), Some(2)));
    assert_eq!(entry["open"], "peers disagree");
    assert_eq!(entry["routes"][1]["steps"][0]["what"], "use -> identity/staff");
    test.write("profiles/bob.toml", "use = [\"identity/lead\"]\n[fields]\ntitle = \"Boss\"\n");
    let json = test.json(&["explain", "bob", "fields.title"]);
    let entry = &json["entries"][0];
    assert_eq!(
        (&entry["stands"][0], &entry["sources"][0]["source"]),
        (&"Boss".into(), &"profiles/bob".into())
    );
    assert_eq!(
        (&entry["lost"][0]["state"], &entry["lost"][0]["because"]["source"]),
        (&"shadowed".into(), &"profiles/bob".into())
    );
}

/// Runs cento on a terminal of this width, using `script`.
fn on_a_terminal(test: &Test, columns: u16, pager: &str, arguments: &str) -> String {
    let line = format!("stty cols {columns} rows 40; {} {arguments}", env!("CARGO_BIN_EXE_cento"));
    let output = Command::new("script")
        .args(["-qec", &line, "/dev/null"])
        .current_dir(test.directory.path())
        .env("CENTO_PAGER", pager)
        .env("TERM", "xterm")
        .env_remove("COLUMNS")
        .env_remove("NO_COLOR")
        .output()
        .expect("script runs");
    String::from_utf8(output.stdout).expect("cento prints UTF-8")
}

#[test]
fn on_a_terminal_views_are_paged_coloured_and_folded() {
    let test = Test::fleet();
    let long = "a word or two ".repeat(20);
    test.write("fragments/voice/brief.toml", format!("[items]\nbrief = \"{long}end\"\n"));
    let paged = on_a_terminal(&test, 60, "tr a-z A-Z", "diff --since HEAD");
    assert!(paged.contains("EDITS") && paged.contains("\u{1b}["), "{paged}");
    // Color codes have no width.
    let plain = on_a_terminal(&test, 60, "cat", "diff --since HEAD --text --color never");
    assert!(
        plain.lines().count() > 20 && plain.lines().all(|line| line.trim_end().chars().count() <= 60),
        "{plain}"
    );
    let wide = on_a_terminal(&test, 140, "cat", "diff --since HEAD --text --color never");
    assert!(wide.lines().count() < plain.lines().count(), "{wide}");
    // Without a pager, or if none is wanted, the text is printed.
    for plain in [
        on_a_terminal(&test, 60, "no-such-pager", "diff a b --color never"),
        on_a_terminal(&test, 60, "false", "--no-pager diff a b --color never"),
    ] {
        assert!(plain.contains("only in b (2)"), "{plain}");
    }
}

#[test]
fn at_80_columns_the_text_has_room_and_labels_keep_their_column() {
    let test = Test::new(&[
        (
            "fragments/identity/a-fragment-with-a-rather-long-name.toml",
            "summary = \"What everybody who works on the service has to know before the first change\"\n[items]\nx = \"one two three four five six seven eight nine ten eleven twelve\"\n",
        ),
        (
            "fragments/identity/another-fragment-with-a-long-name.toml",
            "[items]\nx = \"one two three four five six seven eight nine ten eleven twelve\"\n",
        ),
        (
            "profiles/p.toml",
            "use = [\"identity/a-fragment-with-a-rather-long-name\"]\n[body.rules.never]\nleak = \"print a secret that somebody could read in a log file of the service\"\n[body.rules.group.a-rather-long-name-for-a-rule.should]\nand-another-one = \"be brief\"\n",
        ),
        (
            "profiles/shared.toml",
            "extends = [\"p\"]\nuse = [\"identity/another-fragment-with-a-long-name\"]\n",
        ),
    ]);
    // A line of several sources has a mark for that, beside a number of three digits.
    let items: String = (0..100).map(|item| format!("x{item} = \"one of a hundred\"\n")).collect();
    test.write("fragments/identity/many.toml", format!("[items]\n{items}"));
    test.write(
        "profiles/shared.toml",
        "extends = [\"p\"]\nuse = [\"identity/another-fragment-with-a-long-name\", \"identity/many\"]\n",
    );
    for profile in ["p", "shared"] {
        let blame = on_a_terminal(&test, 80, "cat", &format!("blame {profile} --color never"));
        let gutter = |line: &str| line.split_once('\u{2502}').map(|(gutter, _)| gutter.chars().count() + 2);
        let widest = blame.lines().filter_map(gutter).max().expect("lines");
        assert!(80 - widest >= 50, "{profile}: {blame}");
    }
    let blame = on_a_terminal(&test, 80, "cat", "blame p --color never");
    let line = blame.lines().find(|line| line.contains("one two")).expect("a line of text");
    let (origin, text) = line.split_once("\u{2502} ").expect("a gutter");
    assert!(
        origin.starts_with("ident") && origin.contains('\u{2026}') && origin.contains("name:3"),
        "{blame}"
    );
    assert!(text.trim_end().chars().count() > 45 && origin.chars().count() + 2 <= 30, "{blame}");
    let explain = on_a_terminal(&test, 80, "cat", "explain p --color never");
    let mut lines = explain.lines().skip_while(|line| !line.starts_with("  from       "));
    assert!(lines.nth(1).expect("a folded line").starts_with("             "), "{explain}");
    // The entries are a table, and a long text keeps to its column.
    let explain = on_a_terminal(&test, 80, "cat", "explain p --color never");
    let (_, entries) = explain.split_once("entries (").expect("entries");
    let rule = entries.lines().position(|line| line.starts_with("rules.leak")).expect("the rule");
    let lines: Vec<&str> = entries.lines().skip(rule).take(2).collect();
    let column = lines[0].find("\u{2502} print").expect("a text");
    assert_eq!(lines[0].split_whitespace().take(2).collect::<Vec<_>>(), ["rules.leak", "NEVER"]);
    assert!(
        !lines[1].trim().is_empty() && lines[1].len() - lines[1].trim_start().len() == column + 2,
        "{explain}"
    );
    // A long address has a line of its own.
    let long = "rules.a-rather-long-name-for-a-rule.and-another-one";
    let below =
        entries.lines().skip_while(|line| *line != long).nth(1).expect("the text of the long address");
    assert_eq!(
        (below.trim_start().starts_with("SHOULD"), below.find('\u{2502}')),
        (true, lines[0].find('\u{2502}'))
    );
    assert!(entries.contains("profiles/p") && !entries.contains("\n  entry "), "{explain}");
}

#[test]
fn a_line_in_conflict_leads_to_its_conflict_and_markup_to_no_source() {
    let test = Test::named("lines-in-conflict");
    test.run(&["blame", "p"]).exits(1).says("in conflict");
    let lines = test.run(&["blame", "p", "--format", "json"]).out;
    let lines: Value = serde_json::from_str(&lines).expect("JSON");
    let lines = lines["lines"].as_array().expect("lines");
    let marker =
        lines.iter().position(|line| line["open"] == "rules.x").expect("the conflict has a line") + 1;
    test.run(&["blame", "p", "--line", &marker.to_string()]).exits(1).says("rules.x is in conflict");
    let none = test.run(&["blame", "p", "--line", "1", "--format", "json"]).exits(1).out;
    assert_eq!(serde_json::from_str::<Value>(&none).expect("JSON")["entries"], serde_json::json!([]));
    // A combined list is credited to all its sources.
    let tools = test.json(&["explain", "p", "tools.allow"]);
    assert_eq!(tools["entries"][0]["stands"], serde_json::json!(["Bash"]));
    test.run(&["diff", "p"])
        .exits(0)
        .says("shared    tools.allow with rules/c, 1/2 each")
        .says("in conflict rules.x by rules/b");
}

#[test]
fn wrong_combinations_are_refused_with_a_reason() {
    let test = Test::fleet();
    test.run(&["diff"]).exits(2).says("needs one profile, two profiles, or `--since REV`");
    test.run(&["diff", "a", "b", "c"]).exits(2).says("not 3");
    test.run(&["diff", "a", "--exit-code"]).exits(2).says("needs two profiles");
    test.run(&["diff", "a", "b", "--without", "rules/sql"]).exits(2).says("only one profile");
    test.run(&["diff", "a", "--without", "rules/sq"]).exits(2).says("did you mean `rules/sql`");
    test.run(&["diff", "--since", "HEAD", "nobody"]).exits(2).says("the profile `nobody` does not exist");
}

#[test]
fn carriage_returns_of_a_document_are_not_shown() {
    let test = Test::new(&[
        ("fragments/rules/a.toml", "[must]\nx = \"log every call\"\n"),
        ("profiles/p.toml", "use = [\"rules/a\"]\n[layout]\nline-ending = \"crlf\"\n"),
    ]);
    for format in ["human", "json", "markdown", "html"] {
        let ran = test.run(&["blame", "p", "--format", format]).exits(0);
        let shown = ["\r", "\\r", "\\u000d", "\\u{d}", "&#13;"].iter().find(|sign| ran.out.contains(**sign));
        assert_eq!(shown, None, "{format}: {}", ran.out);
    }
    let report = test.run(&["report", "--out", "-"]).exits(0).out;
    assert!(report.contains("log every call") && !report.contains("log every call.\\r"), "a carriage return");
    assert!(!report.contains("\\r\""), "a carriage return");
    assert!(test.run(&["show", "p"]).exits(0).out.contains("\r\n"));
}

#[test]
fn the_report_counts_the_warnings_of_a_persona_that_does_not_compose() {
    let test = Test::new(&[
        ("fragments/rules/a.toml", "[must]\nx = 1\n"),
        ("profiles/p.toml", "use = [\"rules/a\"]\n[[remove]]\ntarget = \"rules.x\"\n"),
    ]);
    let report = test.run(&["report", "--out", "-"]).exits(1).out;
    assert!(report.contains("\"state\":\"broken\""), "it does not compose");
    assert!(report.contains("\"warnings\":1"), "{}", report.matches("\"warnings\":").count());
}

#[test]
fn explain_says_what_each_output_does_not_have() {
    let profile = "description = \"Reviews SQL\"\ntools.allow = [\"Read\"]\n\
                   [body.rules.never]\nguess = \"guess\"\nask = { text = \"ask\", not = [\"prompt\"] }\n\
                   often = { text = \"stop\", only = { model = [\"haiku\", \"sonnet\"] } }\n\
                   [target.prompt]\n[target.claude]\nmodel = \"haiku\"\n";
    let test = Test::new(&[("profiles/p.toml", profile)]);
    let out = test.run(&["explain", "p"]).out;
    assert!(out.contains("personas/p.md without tools.allow, rules.ask, rules.often\n"), "{out}");
    assert!(out.contains(".claude/agents/p.md (haiku)\n"), "{out}");
    let often = test.run(&["explain", "p", "rules.often"]).out;
    assert!(often.contains("only for haiku, sonnet"), "{often}");
    let out = test.run(&["explain", "p", "--format", "json"]).out;
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        json["targets"],
        serde_json::json!([
            { "target": "prompt", "path": "personas/p.md", "lost": ["tools.allow"], "left_out": ["rules.ask", "rules.often"] },
            { "target": "claude", "model": "haiku", "path": ".claude/agents/p.md", "lost": [], "left_out": [] },
        ])
    );
    // An output of several personas lacks what it lacks of each.
    test.write(
        "profiles/team.toml",
        "tools.deny = [\"Bash\"]\n[target.agents-md]\npersonas = [\"p\"]\n[target.prompt]\n",
    );
    let out = test.run(&["explain", "team"]).out;
    assert!(out.contains("AGENTS.md without tools.deny, tools.allow of p, rules.often of p\n"), "{out}");
    assert!(out.contains("personas/team.md without tools.deny\n"), "{out}");
    let out = test.run(&["explain", "team", "--format", "json"]).out;
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        json["targets"][0]["personas"],
        serde_json::json!([{ "persona": "p", "lost": ["tools.allow"], "left_out": ["rules.often"] }])
    );
}
