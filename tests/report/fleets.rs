//! The workspaces that the tests report on.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::case::Case;

/// A workspace in a temporary directory, and its report.
pub(crate) struct Fleet {
    directory: tempfile::TempDir,
}

impl Fleet {
    /// Creates a workspace of these files, with its report next to them.
    pub(crate) fn new(files: &[(&str, &str)]) -> Fleet {
        let fleet = Fleet { directory: tempfile::tempdir().expect("a temporary directory") };
        fs::create_dir(fleet.path("fragments")).expect("a directory");
        for (path, text) in files {
            fleet.write(path, text);
        }
        fleet.cento(&["report"]);
        fleet
    }

    /// The workspace of the case with this name in `tests/workspaces`.
    pub(crate) fn named(name: &str) -> Fleet {
        let fleet = Fleet { directory: tempfile::tempdir().expect("a directory") };
        Case::named(name).write_to(fleet.directory.path());
        fleet.cento(&["report"]);
        fleet
    }

    /// Personas of every kind: sound ones with shared, removed and decided claims, one in conflict, one that
    /// does not compose, and an abstract profile.
    pub(crate) fn varied() -> Fleet {
        Fleet::named("report")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a directory")).expect("it is made");
        fs::write(path, text).expect("it is written");
    }

    pub(crate) fn report(&self) -> PathBuf {
        self.path("report.html")
    }

    /// Commits everything, in a new repository.
    pub(crate) fn commit(&self) {
        self.git(&["init", "-q", "-b", "main"]);
        self.git(&["add", "."]);
        self.git(&["-c", "user.name=T", "-c", "user.email=t@example.com", "commit", "-qm", "first"]);
    }

    /// Runs git in it.
    fn git(&self, arguments: &[&str]) {
        let status = Command::new("git").args(arguments).current_dir(self.directory.path()).status();
        assert!(status.expect("git runs").success(), "git {arguments:?}");
    }

    /// Returns what a command prints as JSON.
    pub(crate) fn json(&self, arguments: &[&str]) -> serde_json::Value {
        let arguments: Vec<&str> = arguments.iter().copied().chain(["--format", "json"]).collect();
        serde_json::from_str(&printed(&self.cento(&arguments))).expect("JSON")
    }

    pub(crate) fn cento(&self, arguments: &[&str]) -> Output {
        run(self.directory.path(), arguments)
    }
}

/// Runs cento in a directory.
pub(crate) fn run(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cento"))
        .args(arguments)
        .current_dir(directory)
        .output()
        .expect("cento runs")
}

/// Returns what cento prints to standard output.
pub(crate) fn printed(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}
