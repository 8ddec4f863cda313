//! A workspace with a prepared repository, as in a downloaded archive: nothing that it configures is run or
//! fetched, and reading is limited.
#![cfg(unix)]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::Test;

/// A program that leaves a trace when it runs, under any name.
const PROGRAM: &str = "evil";

/// A workspace with a commit, and a program in its repository that leaves a trace.
struct Archive {
    test: Test,
}

impl Archive {
    fn new() -> Self {
        let test = Test::new(&[
            ("fragments/voice/a.toml", "[items]\na = \"one\"\n"),
            ("profiles/p.toml", "use = [\"voice/a\"]\n"),
            (".gitattributes", "*.toml filter=evil diff=evil\n"),
        ]);
        let archive = Archive { test };
        archive.git(&["init", "-q", "-b", "main"]);
        archive.git(&["add", "-A"]);
        archive.git(&["commit", "-q", "-m", "a state"]);
        archive.test.write("fragments/voice/a.toml", "[items]\na = \"two\"\n");
        archive.git(&["add", "-A"]);
        let program = archive.path(&format!(".git/{PROGRAM}"));
        archive.program(&program);
        archive
    }

    fn path(&self, below: &str) -> PathBuf {
        self.test.directory.path().join(below)
    }

    /// Returns where the program leaves its trace.
    fn trace(&self) -> PathBuf {
        self.path("trace")
    }

    fn program(&self, path: &Path) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, format!("#!/bin/sh\necho \"$0\" >> '{}'\n", self.trace().display())).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn git(&self, arguments: &[&str]) -> String {
        self.git_in(".", arguments)
    }

    fn git_in(&self, below: &str, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .args(["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"])
            .args(["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"])
            .args(arguments)
            .current_dir(self.path(below))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .env("GIT_NO_LAZY_FETCH", "1")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Deletes the object of the committed fragment.
    fn lose(&self) -> String {
        let object = self.git(&["rev-parse", "HEAD:fragments/voice/a.toml"]);
        fs::remove_file(self.path(&format!(".git/objects/{}/{}", &object[..2], &object[2..]))).unwrap();
        object
    }

    /// Configures the program everywhere that git accepts one.
    fn arm(&self) -> String {
        let program = self.path(&format!(".git/{PROGRAM}")).display().to_string();
        let mut config = String::from("[core]\nrepositoryformatversion = 1\nbare = false\n");
        for (section, keys) in [
            ("core", ["fsmonitor", "sshCommand", "gitProxy", "askPass", "pager", "editor"].as_slice()),
            ("core", &["alternateRefsCommand"]),
            ("credential", &["helper"]),
            ("diff", &["external"]),
            ("diff \"evil\"", &["textconv", "command"]),
            ("filter \"evil\"", &["smudge", "clean", "process"]),
            ("pager", &["rev-parse", "ls-tree", "ls-files", "cat-file"]),
            ("gpg", &["program"]),
        ] {
            config += &format!("[{section}]\n");
            for key in keys {
                config += &format!("{key} = {program}\n");
            }
        }
        config += "[alias]\n";
        for name in ["rev-parse", "ls-tree", "ls-files", "cat-file", "merge-base"] {
            config += &format!("{name} = !{program}\n");
        }
        for hook in ["post-index-change", "reference-transaction", "pre-auto-gc", "post-checkout"] {
            self.program(&self.path(&format!(".git/hooks/{hook}")));
        }
        config
    }

    /// Runs the commands that use git, and returns their output.
    fn look(&self, workspace: &str, variables: &[(&str, &str)]) -> String {
        let mut printed = String::new();
        for line in ["diff --staged", "diff --since HEAD", "diff --since HEAD...", "check --format sarif"] {
            let arguments: Vec<&str> = line.split(' ').chain(["--workspace", workspace]).collect();
            let mut command = self.test.command(&arguments);
            for (name, value) in variables {
                command.env(name, value);
            }
            let output = command.stdin(Stdio::null()).output().unwrap();
            printed += &String::from_utf8_lossy(&output.stdout);
            printed += &String::from_utf8_lossy(&output.stderr);
        }
        let trace = fs::read_to_string(self.trace()).unwrap_or_default();
        assert!(trace.is_empty(), "{variables:?} ran:\n{trace}\nand printed:\n{printed}");
        printed
    }
}

#[test]
fn programs_that_a_repository_configures_are_not_run() {
    let archive = Archive::new();
    let config = archive.arm();
    // In the configuration, in a file that it includes, and in that of a work tree.
    let include = format!("[include]\npath = {}\n", archive.path(".git/more").display());
    let apart = "[core]\nrepositoryformatversion = 1\nbare = false\n[extensions]\nworktreeConfig = true\n";
    for (file, text, other) in [
        (".git/config", config.as_str(), ""),
        (".git/more", config.as_str(), include.as_str()),
        (".git/config.worktree", config.as_str(), apart),
    ] {
        fs::write(archive.path(".git/config"), other).unwrap();
        fs::write(archive.path(file), text).unwrap();
        let printed = archive.look(".", &[]);
        assert!(printed.contains("voice.a reworded → 1 persona: p"), "{file}: {printed}");
    }
}

#[test]
fn a_missing_object_is_an_error_and_nothing_is_fetched() {
    let archive = Archive::new();
    let object = archive.lose();
    let program = archive.path(&format!(".git/{PROGRAM}")).display().to_string();
    let elsewhere = archive.path("elsewhere").display().to_string();
    for remote in [
        "url = ssh://example.invalid/x".to_owned(),
        "url = git://example.invalid/x".to_owned(),
        format!("url = ext::{program}"),
        format!("url = file://{elsewhere}\nuploadpack = {program}"),
        format!("url = {elsewhere}\nuploadpack = {program}"),
        "url = x\nvcs = evil".to_owned(),
    ] {
        let allowed = "[protocol]\nallow = always\n[protocol \"ext\"]\nallow = always\n";
        let config = format!(
            "{}{allowed}[extensions]\npartialClone = o\n[remote \"o\"]\npromisor = true\n{remote}\n",
            archive.arm()
        );
        fs::write(archive.path(".git/config"), config).unwrap();
        archive.program(&archive.path("bin/git-remote-evil"));
        let path = format!("{}:{}", archive.path("bin").display(), std::env::var("PATH").unwrap());
        let printed = archive.look(".", &[("PATH", &path)]);
        let told = format!("the repository lacks fragments/voice/a.toml (object {object})");
        assert!(printed.contains(&told), "{remote}: {printed}");
    }
}

#[test]
fn a_git_file_that_points_elsewhere_is_no_bypass() {
    let archive = Archive::new();
    let config = archive.arm();
    archive.test.write("inner/fragments/voice/a.toml", "[items]\na = \"three\"\n");
    archive.test.write("inner/profiles/p.toml", "use = [\"voice/a\"]\n");
    fs::write(archive.path(".git/config"), config).unwrap();
    fs::write(archive.path("inner/.git"), "gitdir: ../.git\n").unwrap();
    let printed = archive.look("inner", &[]);
    assert!(printed.contains("voice.a reworded → 1 persona: p"), "{printed}");
    // A directory that looks like a repository is not one.
    fs::remove_file(archive.path("inner/.git")).unwrap();
    fs::remove_dir_all(archive.path("inner")).unwrap();
    fs::rename(archive.path(".git"), archive.path("bare")).unwrap();
    archive.test.write("bare/fragments/voice/a.toml", "[items]\na = \"three\"\n");
    archive.test.write("bare/profiles/p.toml", "use = [\"voice/a\"]\n");
    let printed = archive.look("bare", &[]);
    assert!(!printed.contains("reworded"), "{printed}");
}

#[test]
fn git_variables_run_nothing() {
    let archive = Archive::new();
    archive.lose();
    fs::write(archive.path(".git/config"), archive.arm()).unwrap();
    let program = archive.path(&format!(".git/{PROGRAM}")).display().to_string();
    let trace = archive.trace().display().to_string();
    archive.look(
        ".",
        &[
            ("GIT_SSH_COMMAND", &program),
            ("GIT_SSH", &program),
            ("GIT_PAGER", &program),
            ("GIT_EXTERNAL_DIFF", &program),
            ("GIT_ASKPASS", &program),
            ("GIT_PROXY_COMMAND", &program),
            ("GIT_ALLOW_PROTOCOL", "ssh:file:ext"),
            ("GIT_NO_LAZY_FETCH", "0"),
            ("GIT_TRACE", &trace),
            ("GIT_TRACE2_EVENT", &trace),
            ("GIT_CONFIG_COUNT", "1"),
            ("GIT_CONFIG_KEY_0", "core.fsmonitor"),
            ("GIT_CONFIG_VALUE_0", &program),
            ("GIT_CONFIG_PARAMETERS", &format!("'core.fsmonitor={program}'")),
        ],
    );
}

#[test]
fn a_program_in_the_workspace_is_not_taken_for_git() {
    let archive = Archive::new();
    archive.program(&archive.path("git"));
    let path = std::env::var("PATH").unwrap();
    for relative in [".", "", "./", "profiles/.."] {
        archive.look(".", &[("PATH", &format!("{relative}:{path}"))]);
    }
}

/// Returns the name of a new object of this type.
fn object(archive: &Archive, kind: &str, content: &[u8]) -> String {
    let file = archive.path("object");
    fs::write(&file, content).unwrap();
    archive.git(&["hash-object", "-w", "-t", kind, file.to_str().unwrap()])
}

/// A tree with these entries: mode, name, object.
fn tree(archive: &Archive, entries: &[(&str, String, &str)]) -> String {
    let mut content = Vec::new();
    for (mode, name, object) in entries {
        content.extend(format!("{mode} {name}\0").bytes());
        content.extend((0..20).map(|at| u8::from_str_radix(&object[2 * at..2 * at + 2], 16).unwrap()));
    }
    object(archive, "tree", &content)
}

fn commit(archive: &Archive, tree: &str) -> String {
    archive.git(&["commit-tree", tree, "-m", "a state"])
}

#[test]
fn a_few_objects_with_too_many_names_are_refused() {
    let archive = Archive::new();
    // Ten levels of ten equal directories: ten billion files in a kilobyte.
    let mut at = object(&archive, "blob", b"[items]\na = \"one\"\n");
    for level in 0..10 {
        let (mode, end) = if level == 0 { ("100644", ".toml") } else { ("40000", "") };
        let entries: Vec<_> = (0..10).map(|name| (mode, format!("f{name}{end}"), at.as_str())).collect();
        at = tree(&archive, &entries);
    }
    at = tree(&archive, &[("40000", "fragments".to_owned(), &at)]);
    let bomb = commit(&archive, &at);
    archive.test.run(&["diff", "--since", &bomb]).exits(2).says("the revision is too large");
}

#[test]
fn long_objects_and_long_chains_of_links_are_refused() {
    let archive = Archive::new();
    let long = object(&archive, "blob", &vec![b'#'; 9 << 20]);
    let link = object(&archive, "blob", b"round.toml");
    let entries =
        [("120000", "round.toml".to_owned(), link.as_str()), ("100644", "x.toml".to_owned(), &long)];
    let voice = tree(&archive, &entries);
    let fragments = tree(&archive, &[("40000", "voice".to_owned(), &voice)]);
    let bomb = commit(&archive, &tree(&archive, &[("40000", "fragments".to_owned(), &fragments)]));
    let ran = archive.test.run(&["diff", "--since", &bomb]);
    ran.says("fragments/voice/x.toml is larger than 1 MiB")
        .says("round.toml is a symbolic link that does not lead");
}

/// Approvals are written where a person asks, but not where git, cento or a later command would take them for something
/// else.
#[test]
fn approvals_are_not_written_where_nothing_is_ever_written() {
    let archive = Archive::new();
    let places = [
        ".git/hooks/post-checkout",
        "other/.git/hooks/pre-commit",
        "profiles/z.toml",
        "fragments/z.toml",
        "cento.toml",
        "cento.lock",
        ".gitattributes",
        ".cento/approved.toml",
    ];
    for place in places {
        let path = archive.path(place);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let before = fs::read(&path).ok();
        let ran = archive.test.run(&["approve", "--file", place]).exits(2);
        assert!(ran.err.contains("choose another file with `--file`"), "{place}: {}", ran.err);
        assert_eq!(fs::read(&path).ok(), before, "{place}");
    }
    archive.test.run(&["approve", "--file", "reviews.toml"]).exits(0);
}
