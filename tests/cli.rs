//! Commands from the outside: exit codes, streams, colors, and files.

mod common;

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

use common::{Ran, Test};

#[test]
fn exit_codes_distinguish_findings_from_usage_errors() {
    let test = Test::conflicted();
    test.run(&["check", "bob"]).exits(0).says("1 note");
    test.run(&["check"]).exits(1).says("error[conflict]");
    test.run(&["check", "ada"]).exits(1);
    test.run(&["build"]).exits(1).says("not built: ada");
    test.run(&["explain", "ada", "fields.title"]).exits(0).says("conflict");
    test.run(&["list"]).exits(0).says("1 conflict");
    test.run(&["show", "bo"]).exits(2).says("did you mean `bob`?");
    test.run(&["show", "bob", "--target", "promt"]).exits(2).says("did you mean `prompt`?");
    test.run(&["show", "bob", "--target", "zzz"])
        .exits(2)
        .says("help: run `cento list targets` for all targets");
    test.run(&["explain", "ada", "fields.titel"]).exits(2).says("did you mean `fields.title`?");
    test.run(&["explain", "contradicton"]).exits(2).says("did you mean `contradiction`?");
    test.run(&["frobnicate"]).exits(2);
    test.run(&["check", "--workspace", "nowhere"]).exits(2).says("cento init nowhere");
    Test::new(&[]).run(&["check"]).exits(2).says("no workspace found");
}

#[test]
fn a_workspace_is_found_from_a_subdirectory() {
    let test = Test::conflicted();
    let below = test.directory.path().join("fragments/identity");
    let ran = Ran::of(test.command(&["check", "bob"]).current_dir(below).output().unwrap());
    ran.exits(0);
}

#[test]
fn a_persona_in_conflict_is_shown_with_a_marker_and_not_written() {
    let test = Test::conflicted();
    test.write("fragments/identity/who.toml", "template = true\ntext = \"You are {{ title }}.\"\n");
    test.write("profiles/ada.toml", "use = [\"identity/lead\", \"identity/staff\", \"identity/who\"]\n");
    test.run(&["show", "ada"])
        .exits(1)
        .says("You are \u{27e6}conflict: fields.title\u{27e7}.")
        .says("error[conflict]");
    test.run(&["build"]).exits(1);
    assert!(!test.exists("personas/ada.md") && test.exists("personas/bob.md"));
}

#[test]
fn a_broken_file_blocks_only_personas_that_reach_it() {
    let test = Test::conflicted();
    test.write("fragments/identity/staff.toml", "[fields]\ntitle = \nx = 'y\n");
    let ran = test.run(&["build"]).exits(1).says("fragments/identity/staff.toml has errors");
    assert_eq!(ran.err.matches("error[syntax]").count(), 2, "{}", ran.err);
    assert!(test.exists("personas/bob.md"));
    test.run(&["check", "bob"]).exits(0);
    test.run(&["show", "ada"]).exits(1);
}

#[test]
fn colours_follow_the_option_and_the_environment() {
    let test = Test::conflicted();
    assert!(!test.run(&["check"]).out.contains('\u{1b}'));
    assert!(test.run(&["check", "--color", "always"]).out.contains('\u{1b}'));
    let mut command = test.command(&["check", "--color", "always"]);
    let ran = Ran::of(command.env("NO_COLOR", "1").output().unwrap());
    assert!(ran.out.contains('\u{1b}'), "a flag is more than a variable");
}

#[test]
fn a_closed_pipe_is_not_an_error() {
    let test = Test::conflicted();
    test.write(
        "profiles/bob.toml",
        format!("use = []\n[body.voice.prose]\nlong = '''\n{}'''\n", "x\n".repeat(200_000)),
    );
    let mut child =
        test.command(&["show", "bob"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = [0; 16];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert_eq!((child.wait().unwrap().code(), err.as_str()), (Some(0), ""));
}

#[test]
fn outputs_are_written_below_the_out_directory() {
    let test = Test::conflicted();
    test.run(&["build", "bob", "--out", "dist"]).exits(0).says("dist/personas/bob.md");
    assert!(
        test.exists("dist/personas/bob.md") && test.exists("dist/cento.lock") && !test.exists("personas")
    );
    test.run(&["build", "bob", "--out", "dist", "--check"]).exits(0);
    test.run(&["build", "bob", "--check"]).exits(1).says("stale-output");
    test.run(&["build", "bob", "--dry-run"]).exits(0).says("would write personas/bob.md");
    assert!(!test.exists("personas"));
}

#[test]
fn orphaned_outputs_are_reported_and_pruned() {
    let test = Test::conflicted();
    test.run(&["build", "bob"]).exits(0);
    fs::remove_file(test.directory.path().join("profiles/bob.toml")).unwrap();
    test.run(&["build"]).says("warning[orphan]");
    assert!(test.exists("personas/bob.md"));
    test.run(&["build", "--prune"]).says("removed personas/bob.md");
    assert!(!test.exists("personas"));
}

#[test]
fn the_output_of_a_profile_that_became_abstract_is_an_orphan() {
    let test = Test::named("three-personas");
    test.run(&["build"]).exits(0);
    test.write("profiles/a.toml", format!("abstract = true\n{}", test.read("profiles/a.toml")));
    test.run(&["build"]).says("warning[orphan]");
    test.run(&["build", "--prune"]).says("removed personas/a.md");
}

#[test]
fn a_merged_tool_list_credits_every_source() {
    let test = Test::named("tools-of-many");
    test.run(&["build", "me", "--origins"]);
    let origins: serde_json::Value =
        serde_json::from_str(&test.read(".claude/agents/me.md.origins.json")).unwrap();
    let entries = origins["origins"].as_array().unwrap();
    let tools = entries.iter().find(|entry| entry["address"] == "tools.allow").unwrap();
    let sources: Vec<&str> = tools["sources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|source| source["source"].as_str().unwrap())
        .collect();
    assert!(sources.contains(&"profiles/base") && sources.contains(&"voice/one"), "{tools:#}");
}

#[test]
fn origins_are_written_next_to_outputs_and_checked_like_them() {
    let test = Test::conflicted();
    test.write("fragments/voice/plain.toml", "[items]\na = \"be brief\"\n");
    test.write("fragments/voice/terse.toml", "[items]\na = \"be  brief\"\n");
    test.write(
        "profiles/ada.toml",
        "description = \"leads\"\nuse = [\"identity/lead\", \"identity/staff\", \"voice/plain\", \"voice/terse\"]\n\
         [[resolve]]\nat = \"fields.title\"\ntake = \"identity/lead\"\nreason = \"she leads\"\n\
         [target.claude]\n[target.prompt]\n",
    );
    test.run(&["build", "--origins"]).exits(0).says("wrote personas/ada.md.origins.json");
    let origins: serde_json::Value =
        serde_json::from_str(&test.read(".claude/agents/ada.md.origins.json")).unwrap();
    let text = test.read(".claude/agents/ada.md");
    assert_eq!((&origins["version"], &origins["target"]), (&1.into(), &"claude".into()));
    let spans = origins["spans"].as_array().unwrap();
    let said = |span: &serde_json::Value| {
        let range = span["start"].as_u64().unwrap() as usize..span["end"].as_u64().unwrap() as usize;
        text[range].to_owned()
    };
    let span = spans.iter().find(|span| said(span) == "be brief").expect("the item has a span");
    assert_eq!(
        (&span["path"], &span["line"], &span["column"]),
        (&"fragments/voice/plain.toml".into(), &2.into(), &6.into())
    );
    let entry = &origins["origins"][span["origin"].as_u64().unwrap() as usize];
    let sources = entry["sources"].as_array().unwrap();
    let roles: Vec<_> = sources.iter().map(|one| (one["source"].as_str(), one["role"].as_str())).collect();
    assert_eq!(roles, [(Some("voice/plain"), Some("supplier")), (Some("voice/terse"), Some("co-supplier"))]);

    // They are checked and removed like any output.
    test.run(&["build", "--check", "--origins"]).exits(0).says("6 unchanged");
    test.write("personas/ada.md.origins.json", "{}");
    test.run(&["build", "--origins"]).exits(1).says("was edited by hand");
    test.run(&["build", "--origins", "--force"]).exits(0);
    test.run(&["build"]).exits(0).says("to keep it up to date: cento build --origins");
    test.run(&["build", "--prune"]).exits(0);
    assert!(test.exists("personas/ada.md") && !test.exists("personas/ada.md.origins.json"));
}

#[test]
fn nothing_is_pruned_while_a_profile_is_unreadable() {
    let breakages: [(&str, &str); 4] = [
        ("cento.toml", "[paths]\nprofiles = \"recipes\"\n"),
        ("cento.toml", "[paths"),
        ("fragments/identity/lead.toml", "[fields"),
        ("profiles/A.toml", "use = []\n"),
    ];
    for (path, text) in breakages {
        let test = Test::conflicted();
        fs::remove_file(test.directory.path().join("profiles/ada.toml")).unwrap();
        test.run(&["build"]).exits(0);
        if path.ends_with("A.toml") {
            fs::remove_file(test.directory.path().join("profiles/bob.toml")).unwrap();
        }
        test.write(path, text);
        test.run(&["build", "--prune"]).exits(1);
        assert!(test.exists("personas/bob.md"), "{path}: {text}");
    }
}

#[test]
fn path_collisions_with_unselected_profiles_are_reported() {
    let test = Test::new(&[
        ("profiles/a.toml", "[body.voice.prose]\nx = \"A\"\n[target.prompt]\npath = \"x.md\"\n"),
        ("profiles/b.toml", "[body.voice.prose]\nx = \"B\"\n[target.prompt]\npath = \"x.md\"\n"),
    ]);
    test.run(&["build", "a"]).exits(1).says("path-collision");
    assert!(!test.exists("x.md"));
}

#[test]
fn deleting_the_end_of_an_output_is_an_edit() {
    let test = Test::conflicted();
    test.run(&["build", "bob"]).exits(0);
    let whole = test.read("personas/bob.md");
    test.write("personas/bob.md", &whole[..whole.len() - 4]);
    test.run(&["build", "bob"]).exits(1).says("hand-edited");
    test.write("personas/bob.md", "");
    test.run(&["build", "bob"]).exits(0);
    assert_eq!(test.read("personas/bob.md"), whole);
}

#[test]
fn a_closed_pipe_hides_no_error() {
    let test = Test::conflicted();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let ran = Ran::of(test.command(&["build"]).stdout(writer).stderr(Stdio::piped()).output().unwrap());
    ran.exits(1).says("error[conflict]");
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let ran = Ran::of(test.command(&["show", "nobody"]).stderr(writer).output().unwrap());
    ran.exits(2);
}

#[test]
fn text_from_files_reaches_the_terminal_escaped() {
    let test = Test::conflicted();
    let resolve = "[[resolve]]\nat = \"\\u001b[2Jfoo\"\nkeep = \"both\"\nreason = \"\\u001b[31m\"\n";
    let target = "[target.prompt]\npath = \"a\\u001b[31mred.md\"\n";
    test.write("profiles/bob.toml", format!("use = [\"identity/lead\"]\n{target}{resolve}"));
    let commands: [&[&str]; 7] = [
        &["check"],
        &["build"],
        &["explain", "bob"],
        &["explain", "bob", "identity.opening"],
        &["blame", "bob"],
        &["resolve", "bob", "--reaffirm"],
        &["resolve", "bob", "\u{1b}[2Jfoo", "--drop"],
    ];
    for command in commands {
        let ran = test.run(command);
        assert!(
            !ran.out.contains('\u{1b}') && !ran.err.contains('\u{1b}'),
            "{command:?}: {}{}",
            ran.out,
            ran.err
        );
    }
}

#[test]
fn only_force_overwrites() {
    let test = Test::conflicted();
    test.write("personas/bob.md", "mine\n");
    test.run(&["build", "bob"]).exits(1).says("error[foreign-file]");
    assert_eq!(test.read("personas/bob.md"), "mine\n");
    test.run(&["build", "bob", "--force"]).exits(0);
    test.write("personas/bob.md", "mine again\n");
    test.run(&["build", "bob"]).exits(1).says("error[hand-edited]").says("+mine again");
    assert_eq!(test.read("personas/bob.md"), "mine again\n");
}

#[test]
fn json_has_a_version_and_places() {
    let test = Test::conflicted();
    let ran = test.run(&["check", "--format", "json"]).exits(1);
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(json["version"], 1);
    let finding = &json["findings"][0];
    assert_eq!(finding["code"], "conflict");
    assert_eq!(finding["address"], "fields.title");
    assert_eq!(finding["places"][0]["path"], "fragments/identity/lead.toml");
    assert_eq!((&finding["places"][0]["line"], &finding["places"][0]["column"]), (&2.into(), &9.into()));
}

#[test]
fn claims_that_agree_with_a_rule_lose_with_it() {
    let test = Test::named("agreed-and-lost");
    let ran = test.run(&["explain", "p", "rules.x"]).exits(0).says("rules.x is not in the persona");
    assert_eq!(ran.out.matches("  lost ").count(), 2, "{}", ran.out);
}

#[test]
fn init_creates_a_workspace_that_builds() {
    let test = Test::new(&[]);
    test.run(&["init", "new"]).exits(0);
    test.run(&["check", "--strict", "--workspace", "new"]).exits(0);
    test.run(&["build", "--workspace", "new"]).exits(0);
}

#[test]
fn init_writes_nothing_in_an_existing_workspace() {
    let test = Test::new(&[]);
    test.run(&["init", "new"]).exits(0);
    test.write("new/profiles/assistant.toml", "# mine\n");
    let ran = test.run(&["init", "new"]).exits(2).says("new already holds a workspace");
    ran.says("fragments/ and profiles/").says("cento list --workspace new").says("cento init DIR");
    assert_eq!(test.read("new/profiles/assistant.toml"), "# mine\n");

    // One sign of a workspace is enough.
    test.write("configured/cento.toml", "");
    test.run(&["init", "configured"]).exits(2).says("it has cento.toml; nothing was written");
    test.write("mine/fragments/rules/git.toml", "[never]\nforce = 'force-push'\n");
    test.run(&["init", "mine"]).exits(2).says("it has fragments/; nothing was written");
    test.run(&["init", "--workspace", "mine"]).exits(2).says("mine already holds");
    for missing in ["configured/profiles", "configured/fragments", "mine/profiles", "mine/fragments/voice"] {
        assert!(!test.exists(missing), "{missing}");
    }
}

#[test]
fn init_here_names_this_directory() {
    let test = Test::new(&[]);
    test.run(&["init"]).exits(0).says("next: cento build\n");
    test.run(&["init"]).exits(2).says("this directory already holds a workspace").says("`cento list`");
}

#[test]
fn init_below_a_workspace_keeps_out_of_its_sources() {
    let test = Test::new(&[]);
    test.run(&["init"]).exits(0);
    for inside in ["fragments/rules", "fragments/new/deeper", "profiles/new"] {
        test.run(&["init", inside])
            .exits(2)
            .says("would load the new files as its own")
            .says("nothing was written");
        assert!(!test.exists(&format!("{inside}/profiles")), "{inside}");
    }
    test.run(&["check", "--strict"]).exits(0);
    // Elsewhere below it, a separate workspace is created, and the output says so.
    test.run(&["init", "demo"]).exits(0).says("note: this workspace is inside the workspace");
    test.run(&["build", "--workspace", "demo"]).exits(0);
}

#[test]
fn the_schemas_are_printed_without_a_workspace() {
    let test = Test::new(&[]);
    for (file, key) in [("fragment", "summary"), ("profile", "use"), ("config", "paths")] {
        let ran = test.run(&["schema", file]).exits(0);
        let schema: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert!(schema["properties"][key].is_object(), "{file} has no {key}");
    }
    test.run(&["schema", "fragments"]).exits(2);
}

#[test]
fn the_repo_itself_is_up_to_date_and_sound() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let run = |arguments: &[&str]| {
        Ran::of(Command::new(env!("CARGO_BIN_EXE_cento")).args(arguments).current_dir(root).output().unwrap())
    };
    run(&["check", "--strict"]).exits(0);
    run(&["build", "--check"]).exits(0);
}

#[test]
fn hidden_text_is_shown_but_not_built() {
    let test = Test::named("hidden-texts");
    test.run(&["build"])
        .exits(1)
        .says("not built: ada")
        .says("error[hidden-character]")
        .says("error[confusable-word]");
    assert!(!test.exists("personas/ada.md") && test.exists("personas/bob.md"));
    test.run(&["build", "bob"]).exits(0);
    test.run(&["build", "ada"]).exits(1).says("not built: ada");
    test.run(&["check", "bob"]).exits(0);
    let shown = test.run(&["show", "ada"]).exits(0);
    assert!(shown.out.contains("pay\u{200b} by p\u{430}ypal"), "{}", shown.out);
    for arguments in [["blame", "ada"], ["diff", "ada"], ["explain", "ada rules.x"]] {
        let words: Vec<&str> = arguments.iter().flat_map(|words| words.split(' ')).collect();
        test.run(&words).exits(0);
    }
    test.run(&["import", "docs"]).exits(0).says("warning[direction-control]");
    let again = test.run(&["show", "eve"]).exits(0);
    assert_eq!(again.out, test.read("docs/eve.md"));
    test.run(&["build", "eve"]).exits(1);
    test.write("cento.toml", "[severity]\nhidden-character = \"warning\"\nconfusable-word = \"off\"\n");
    test.run(&["build", "ada"]).exits(0).says("warning[hidden-character]");
    test.write("cento.toml", "");
    // Earlier outputs are neither changed nor treated as orphans.
    test.write("profiles/bob.toml", "[body.rules.never]\ny = \"lie\\u200b\"\n");
    test.run(&["build", "--prune"]).exits(1);
    assert!(test.exists("personas/bob.md"));
}

#[test]
fn a_lint_raised_to_an_error_stops_the_build() {
    let test = Test::named("severity-stops-the-build");
    test.run(&["check"]).exits(0).says("2 warnings");
    test.run(&["check", "--strict"]).exits(1).says("2 errors");
    for code in ["duplicate-text", "no-reason"] {
        test.write("cento.toml", format!("[severity]\n{code} = \"error\"\n"));
        test.run(&["check"]).exits(1).says(&format!("error[{code}]"));
        test.run(&["build"]).exits(1).says("not built: ada").says(&format!("error[{code}]"));
        assert!(!test.exists("personas/ada.md") && test.exists("personas/bob.md"));
    }
    test.run(&["list", "codes"]).exits(0).says("error (set)");
    test.write("cento.toml", "[severity]\nno-reason = \"off\"\nduplicate-text = \"note\"\n");
    test.run(&["check", "--strict"]).exits(0).says("1 note");
    // Lints are reported by `check` only.
    let ran = test.run(&["build"]).exits(0);
    assert_eq!(ran.err, "");
    test.write("cento.toml", "[severity]\nconflict = \"off\"\n");
    test.run(&["build"]).exits(1).says("`conflict` is always an error");
}

#[test]
fn a_skill_longer_than_advised_is_reported_with_its_length() {
    let lines = |count: usize| format!("[prose]\nlong = \"\"\"\n{}\"\"\"\n", "line\n".repeat(count));
    let profile = "description = \"Use when asked\"\nuse = [\"workflow/long\"]\n[target.skill]\n";
    let test = Test::new(&[("fragments/workflow/long.toml", &lines(600)), ("profiles/ada.toml", profile)]);
    test.run(&["check"]).exits(0).says("warning[too-long]").says("at most 500 recommended");
    test.write("fragments/workflow/long.toml", lines(400));
    test.run(&["check", "--strict"]).exits(0);
}

#[test]
fn costs_separate_what_is_always_loaded_from_what_is_on_demand() {
    let rest = "[body.rules.never]\nguess = \"guess\"\n";
    let profile = format!("description = \"Use it.\"\n{rest}[target.claude]\n[target.prompt]\n");
    let test = Test::new(&[("profiles/ada.toml", &profile), ("profiles/bob.toml", &profile)]);
    let ran = test.run(&["list", "profiles", "--cost", "--format", "json"]).exits(0);
    let costs: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let body = test.run(&["show", "ada", "--target", "prompt"]).out.len();
    let bytes =
        |what: &serde_json::Value| [what["always"]["bytes"].clone(), what["on_demand"]["bytes"].clone()];
    assert_eq!(costs["version"], 1);
    assert_eq!(bytes(&costs["outputs"][0]), [7, body]);
    assert_eq!(bytes(&costs["outputs"][1]), [body, 0], "a prompt is loaded as a whole");
    let claude = &costs["targets"][1];
    assert_eq!((claude["target"].as_str(), claude["personas"].as_u64()), (Some("claude"), Some(2)));
    assert_eq!(bytes(claude), [14, 2 * body]);
    test.run(&["list", "--cost"]).exits(0).says("ON DEMAND: BYTES");
    test.run(&["list", "rules", "--cost"]).exits(2).says("only profiles have a cost");
}

/// Whether a persona may be built depends on itself alone, so a limit of all together fails the command and stops none.
#[test]
fn a_limit_of_all_descriptions_together_stops_no_persona() {
    let profile = |text: &str| {
        format!("description = \"{text}\"\n[body.rules.never]\nguess = \"guess\"\n[target.claude]\n")
    };
    let test = Test::new(&[
        ("cento.toml", "[[require]]\npersonas = \"all\"\nmax-description-chars = 40\n"),
        ("profiles/a.toml", &profile("Use when it is slow.")),
        ("profiles/b.toml", &profile("Use when it is wrong.")),
    ]);
    test.run(&["check"]).exits(1).says("error[requirement]");
    test.run(&["build"]).exits(1).says("error[requirement]");
    assert!(test.exists(".claude/agents/a.md") && test.exists(".claude/agents/b.md"));
    // No record hides it.
    test.run(&["build"]).exits(1).says("error[requirement]");
    test.run(&["build", "--check"]).exits(1).says("error[requirement]");
    test.run(&["build", "a", "--check"]).exits(0);
}

/// What lists or explains codes loads `cento.toml` alone. A directory whose name is too long for the system shows it,
/// because nothing can be loaded from there.
#[test]
fn codes_are_listed_without_loading_the_sources() {
    let config = format!("[severity]\nno-reason = \"error\"\n[paths]\nfragments = \"{}\"\n", "x".repeat(300));
    let test = Test::new(&[("cento.toml", &config)]);
    test.run(&["list", "kinds"]).exits(2).says("xxx");
    test.run(&["list", "codes"]).exits(0).says("error (set)");
    test.run(&["list", "codes", "--workspace", "."]).exits(0).says("error (set)");
    test.run(&["explain", "no-reason"]).exits(0).says("error[no-reason]");
}
