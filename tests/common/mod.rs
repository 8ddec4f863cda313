//! A workspace in a temporary directory, and commands run in it.

#![allow(dead_code, reason = "each test file has its own copy, and needs only part of it")]

pub(crate) mod case;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A workspace in a temporary directory, and commands run in it.
pub(crate) struct Test {
    pub(crate) directory: tempfile::TempDir,
}

impl Test {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let test = Test { directory: tempfile::tempdir().unwrap() };
        for (path, text) in files {
            test.write(path, text);
        }
        test
    }

    /// Runs git in the workspace, with its own identity and without the machine's configuration.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .args(["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"])
            .args(arguments)
            .current_dir(self.directory.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .output()
            .expect("git runs");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("git prints UTF-8")
    }

    pub(crate) fn commit(&self) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "a state"]);
    }

    pub(crate) fn json(&self, arguments: &[&str]) -> serde_json::Value {
        let ran = self.run(&[arguments, &["--format", "json"]].concat()).exits(0);
        serde_json::from_str(&ran.out).expect("JSON")
    }

    /// Three personas that share fragments, committed.
    pub(crate) fn fleet() -> Test {
        let test = Test::named("three-personas");
        test.git(&["init", "-q", "-b", "main"]);
        test.commit();
        test
    }

    /// The workspace of a case.
    pub(crate) fn of(case: &case::Case) -> Self {
        let test = Test::new(&[]);
        case.write_to(test.directory.path());
        test
    }

    /// The workspace of the case with this name in `tests/workspaces`.
    pub(crate) fn named(name: &str) -> Self {
        Test::of(&case::Case::named(name))
    }

    /// Two fragments that disagree on one field, and a profile that uses both.
    pub(crate) fn conflicted() -> Self {
        Test::named("conflicted")
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.directory.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.directory.path().join(path)).unwrap()
    }

    pub(crate) fn exists(&self, path: &str) -> bool {
        self.directory.path().join(path).exists()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cento"));
        command
            .args(arguments)
            .current_dir(self.directory.path())
            .env_remove("NO_COLOR")
            .env("COLUMNS", "100");
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments).output().unwrap())
    }
}

/// All files below a directory, sorted.
pub(crate) fn files_below(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(files_below(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    pub(crate) fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }

    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "out: {}\nerr: {}", self.out, self.err);
        self
    }

    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(
            self.out.contains(text) || self.err.contains(text),
            "no {text:?} in\n{}{}",
            self.out,
            self.err
        );
        self
    }
}
