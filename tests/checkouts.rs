//! Outputs in a work tree of git: line endings of a checkout, conflicts left by a merge, and files read with them.

mod common;

use std::path::Path;
use std::process::Command;

use common::Test;

const FRAGMENT: (&str, &str) = ("fragments/rules/git.toml", "[must]\nsmall = \"keep commits small\"\n");
const ADA: (&str, &str) = (
    "profiles/ada.toml",
    "use = [\"rules/git\"]\ndescription = \"Reviews changes\"\n[target.prompt]\n[target.claude]\n",
);

fn git(directory: &Path, arguments: &[&str]) {
    let mut git = Command::new("git");
    for (name, value) in [("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")] {
        git.env(name, value);
    }
    let identity = ["-c", "user.name=a", "-c", "user.email=a@b.c"];
    let output = git.args(identity).args(arguments).current_dir(directory).output().expect("git runs");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A workspace in a work tree of git.
fn tracked(files: &[(&str, &str)]) -> Test {
    let test = Test::new(files);
    git(test.directory.path(), &["init", "-q"]);
    test
}

const LINES: &str = "/.claude/agents/*.md text eol=lf\n/personas/*.md text eol=lf\n";

#[test]
fn a_build_adds_each_line_once() {
    let test = tracked(&[FRAGMENT, ADA]);
    test.run(&["build", "--dry-run"]).exits(0).says("would add 2 lines to .gitattributes");
    assert!(!test.exists(".gitattributes"));
    test.run(&["build"]).exits(0).says("added 2 lines to .gitattributes");
    assert_eq!(test.read(".gitattributes"), LINES);
    // Building another persona, or the same one again, adds no line.
    test.write("profiles/bob.toml", ADA.1);
    let again = test.run(&["build"]).exits(0);
    assert!(!again.out.contains("gitattributes"), "{}", again.out);
    assert_eq!(test.read(".gitattributes"), LINES);
}

#[test]
fn init_adds_the_lines_of_its_personas() {
    let test = tracked(&[]);
    test.run(&["init"]).exits(0).says("to .gitattributes");
    let lines = test.read(".gitattributes");
    let built = test.run(&["build"]).exits(0);
    assert!(!built.out.contains("gitattributes"), "{}", built.out);
    assert_eq!(test.read(".gitattributes"), lines);
    let elsewhere = Test::new(&[]);
    elsewhere.run(&["init"]).exits(0);
    assert!(!elsewhere.exists(".gitattributes"));
}

#[test]
fn only_a_work_tree_gets_lines() {
    let test = Test::new(&[FRAGMENT, ADA]);
    test.run(&["build"]).exits(0);
    test.run(&["build", "--check"]).exits(0);
    assert!(!test.exists(".gitattributes"));
}

#[test]
fn a_workspace_in_a_subdirectory_has_its_own_lines() {
    let test = Test::new(&[]);
    git(test.directory.path(), &["init", "-q"]);
    for (path, text) in [FRAGMENT, ADA] {
        test.write(&format!("tools/agents/{path}"), text);
    }
    test.run(&["build", "--workspace", "tools/agents"]).exits(0);
    assert_eq!(test.read("tools/agents/.gitattributes"), LINES);
    assert!(!test.exists(".gitattributes"));
}

#[test]
fn ignored_outputs_get_no_line() {
    let test = tracked(&[FRAGMENT, ADA]);
    test.write(".gitignore", "/personas/\n");
    test.run(&["build"]).exits(0).says("added 1 line");
    assert_eq!(test.read(".gitattributes"), "/.claude/agents/*.md text eol=lf\n");
    test.write(".gitignore", "/personas/\n.claude\n");
    std::fs::remove_file(test.directory.path().join(".gitattributes")).expect("it was there");
    test.run(&["build"]).exits(0);
    assert!(!test.exists(".gitattributes"));
}

#[test]
fn lines_of_the_user_are_kept_and_count() {
    let added = "/.claude/agents/*.md text eol=lf\n";
    for (own, expected) in [
        // Without a line break at the end, and with other line breaks.
        ("*.png -diff", format!("*.png -diff\n{LINES}")),
        ("*.png -diff\r\n", format!("*.png -diff\r\n{}", LINES.replace('\n', "\r\n"))),
        // Attributes that already decide, and one that leaves the choice to the system.
        ("* -text\n", "* -text\n".to_owned()),
        ("* text=auto eol=lf\n", "* text=auto eol=lf\n".to_owned()),
        ("*.md eol=crlf\n", "*.md eol=crlf\n".to_owned()),
        ("*.md binary\n", "*.md binary\n".to_owned()),
        ("* text=auto\n", format!("* text=auto\n{LINES}")),
        ("personas/** -text\n", format!("personas/** -text\n{added}")),
        // Left out on purpose.
        ("# /personas/*.md   text eol=lf\n", format!("# /personas/*.md   text eol=lf\n{added}")),
    ] {
        let test = tracked(&[FRAGMENT, ADA]);
        test.write(".gitattributes", own);
        test.run(&["build"]).exits(0);
        assert_eq!(test.read(".gitattributes"), expected, "{own}");
        test.run(&["build"]).exits(0);
        assert_eq!(test.read(".gitattributes"), expected, "{own}");
    }
}

#[test]
fn a_path_and_line_endings_of_a_profile_have_a_line_each() {
    let text = "use = [\"rules/git\"]\n[target.prompt]\npath = \"docs/my agent.md\"\n";
    let exact = "use = [\"rules/git\"]\n[target.prompt]\n[layout]\nline-ending = \"crlf\"\n";
    let test = tracked(&[FRAGMENT, ("profiles/spaced.toml", text), ("profiles/win.toml", exact), ADA]);
    test.run(&["build", "--origins"]).exits(0);
    let origins = |path: &str| format!("{path}.origins.json text eol=lf\n");
    let expected = [
        "\"/docs/my agent.md\" text eol=lf\n",
        "\"/docs/my agent.md.origins.json\" text eol=lf\n",
        "/.claude/agents/*.md text eol=lf\n",
        &origins("/.claude/agents/*.md"),
        "/personas/*.md text eol=lf\n",
        &origins("/personas/*.md"),
        "/personas/win.md -text\n",
    ];
    let mut lines: Vec<String> =
        test.read(".gitattributes").lines().map(|line| format!("{line}\n")).collect();
    assert_eq!(lines.last().map(String::as_str), Some("/personas/win.md -text\n"), "it overrides the others");
    lines.sort();
    let mut expected = expected.map(str::to_owned);
    expected.sort();
    assert_eq!(lines, expected);
    test.run(&["build", "--origins", "--check"]).exits(0);
    assert_eq!(test.read(".gitattributes").lines().count(), 7);
}

#[test]
fn outputs_elsewhere_have_their_lines_there() {
    let test = tracked(&[FRAGMENT, ADA]);
    test.run(&["build", "--out", "dist"]).exits(0).says("dist/.gitattributes");
    assert_eq!(test.read("dist/.gitattributes"), LINES);
    assert!(!test.exists(".gitattributes"));
    let outside = Test::new(&[]);
    let path = outside.directory.path().join("out");
    test.run(&["build", "--out", path.to_str().expect("UTF-8")]).exits(0);
    assert!(!outside.exists("out/.gitattributes"));
}

#[test]
fn check_says_which_lines_are_missing_and_writes_none() {
    let test = Test::new(&[FRAGMENT, ADA]);
    test.run(&["build"]).exits(0);
    git(test.directory.path(), &["init", "-q"]);
    let check = test.run(&["build", "--check"]).exits(0);
    assert!(check.err.contains("note[git-attributes]"), "{}", check.err);
    assert!(check.err.contains("/personas/*.md text eol=lf"), "{}", check.err);
    assert!(!test.exists(".gitattributes"));
    test.write("cento.toml", "[severity]\ngit-attributes = \"error\"\n");
    test.run(&["build", "--check"]).exits(1);
    test.write("cento.toml", "[severity]\ngit-attributes = \"off\"\n");
    let off = test.run(&["build", "--check"]).exits(0);
    assert!(!off.err.contains("git-attributes"), "{}", off.err);
}

#[cfg(unix)]
#[test]
fn git_runs_only_where_its_answer_is_needed() {
    use std::os::unix::fs::PermissionsExt as _;
    let test = tracked(&[FRAGMENT, ADA]);
    test.run(&["build"]).exits(0);
    let programs = Test::new(&[]);
    let mark = programs.directory.path().join("mark");
    programs.write("git", format!("#!/bin/sh\n: > '{}'\nexit 1\n", mark.display()));
    let program = programs.directory.path().join("git");
    std::fs::set_permissions(program, std::fs::Permissions::from_mode(0o755)).expect("it is there");
    let runs_git = |arguments: &[&str]| {
        let output = test.command(arguments).env("PATH", programs.directory.path()).output();
        assert!(output.expect("cento runs").status.success(), "{arguments:?}");
        std::fs::remove_file(&mark).is_ok()
    };
    for arguments in [&["build"][..], &["build", "--check"], &["check"], &["check", "--format", "json"]] {
        assert!(!runs_git(arguments), "{arguments:?}");
    }
    assert!(runs_git(&["check", "--format", "sarif"]));
    test.write(".gitattributes", "/personas/*.md text eol=lf\n");
    assert!(runs_git(&["build", "--check"]) && runs_git(&["build"]));
}

#[cfg(unix)]
#[test]
fn a_link_is_left_alone() {
    let test = tracked(&[FRAGMENT, ADA]);
    std::os::unix::fs::symlink("elsewhere", test.directory.path().join(".gitattributes")).expect("a link");
    test.run(&["build"]).exits(0);
    assert!(!test.exists("elsewhere"));
}

#[test]
fn a_checkout_with_other_line_endings_has_the_built_bytes() {
    let win =
        ("profiles/win.toml", "use = [\"rules/git\"]\n[target.prompt]\n[layout]\nline-ending = \"crlf\"\n");
    let test = tracked(&[FRAGMENT, ADA, win]);
    test.run(&["build"]).exits(0);
    let directory = test.directory.path();
    git(directory, &["add", "-A"]);
    git(directory, &["commit", "-qm", "x"]);
    let clone = Test::new(&[]);
    let (from, to) = (directory.to_str().expect("UTF-8"), clone.directory.path().join("c"));
    git(
        clone.directory.path(),
        &["clone", "-q", "-c", "core.autocrlf=true", from, to.to_str().expect("UTF-8")],
    );
    assert!(clone.read("c/profiles/ada.toml").contains("\r\n"), "the clone changes line endings");
    for path in ["personas/ada.md", ".claude/agents/ada.md", "personas/win.md"] {
        assert_eq!(clone.read(&format!("c/{path}")), test.read(path), "{path}");
    }
    let check = clone.run(&["build", "--check", "--workspace", "c"]).exits(0);
    assert!(!check.err.contains("git-attributes"), "{}", check.err);
}

#[test]
fn a_lock_that_git_could_not_merge_is_named_as_such() {
    let test = Test::new(&[FRAGMENT, ADA]);
    test.run(&["build"]).exits(0);
    let lock = test.read("cento.lock");
    let conflicted =
        lock.replacen("hash =", "<<<<<<< HEAD\nhash = \"0\"\n=======\nhash =", 1) + ">>>>>>> other\n";
    test.write("cento.lock", &conflicted);
    let failed = test.run(&["build"]).exits(1);
    assert!(failed.err.contains("unresolved git merge conflict in lines"), "{}", failed.err);
    // The way out that the message offers.
    std::fs::remove_file(test.directory.path().join("cento.lock")).expect("it is there");
    test.run(&["build"]).exits(0);
    assert_eq!(test.read("cento.lock"), lock);
}

/// Codex reads the AGENTS.md of all directories down to its own, up to a limit for all of them together.
#[test]
fn files_that_cento_does_not_write_count_in_a_chain() {
    let text = "Small steps are easy to review. ".repeat(400);
    let by_hand = "x".repeat(20_000);
    let profile = "use = [\"voice/long\"]\n[target.agents-md]\npath = \"svc/AGENTS.md\"\n";
    let check = |workspace: &str, beside: &[&str]| {
        let test = tracked(&[]);
        test.write(&format!("{workspace}fragments/voice/long.toml"), format!("text = \"{text}\"\n"));
        test.write(&format!("{workspace}profiles/ada.toml"), profile);
        beside.iter().for_each(|path| test.write(path, &by_hand));
        let place = format!("./{workspace}");
        let out = || test.run(&["check", "--workspace", &place]).exits(0).out;
        let before = out();
        // A build changes nothing about it.
        test.run(&["build", "--workspace", &place]).exits(0);
        assert_eq!(out(), before);
        before
    };
    for (workspace, beside, named) in [
        ("", &["AGENTS.md"][..], "AGENTS.md, which cento does not write, has 20000 bytes"),
        ("", &["AGENTS.override.md"], "AGENTS.override.md, which cento does not write, has 20000 bytes"),
        ("sub/", &["AGENTS.md"], "note: ../AGENTS.md, which cento does not write, has 20000 bytes"),
        ("a/sub/", &["AGENTS.md"], "note: ../../AGENTS.md, which cento does not write, has 20000 bytes"),
        ("", &["svc/AGENTS.override.md", "AGENTS.md"], "it reads svc/AGENTS.override.md instead"),
    ] {
        let out = check(workspace, beside);
        assert!(out.contains("warning[cut-off]") && out.contains(named), "{beside:?}:\n{out}");
    }
    // Beside the way, or not of this name.
    for (workspace, beside) in [("", &["other/AGENTS.md"][..]), ("sub/", &["README.md", "b/AGENTS.md"])] {
        let out = check(workspace, beside);
        assert!(!out.contains("cut-off"), "{beside:?}:\n{out}");
    }
    // Above the work tree, Codex does not look.
    let test = Test::new(&[("AGENTS.md", &by_hand)]);
    test.write("repository/fragments/voice/long.toml", format!("text = \"{text}\"\n"));
    test.write("repository/profiles/ada.toml", profile);
    git(&test.path("repository"), &["init", "-q"]);
    let out = test.run(&["check", "--workspace", "repository"]).exits(0).out;
    assert!(!out.contains("cut-off"), "{out}");
}
