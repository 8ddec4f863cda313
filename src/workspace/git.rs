//! Runs git on an untrusted repository.
//!
//! A workspace may come from an archive with a prepared `.git` whose configuration names programs. git has no
//! option to ignore a repository's configuration, so three measures keep these programs from running. Only
//! plumbing commands are run, which use no aliases, filters, textconv or external diffs. Settings that
//! plumbing obeys are overridden on the command line, which takes precedence over every file and include.
//! Network access is denied in the environment, which takes precedence over the configuration.
//!
//! The configuration of the system and of the user is read, because it lists repositories of other owners
//! that the user trusts (`safe.directory`).

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};

use camino::Utf8Path;

/// The null device.
const NOWHERE: &str = if cfg!(windows) { "NUL" } else { "/dev/null" };

/// Settings that override those of a repository.
const OVERRIDES: [(&str, &str); 14] = [
    // Programs that may run when the index is read.
    ("core.fsmonitor", "false"),
    ("core.hooksPath", NOWHERE),
    // Programs of transports. None may be used; these back up the environment variables.
    ("core.sshCommand", "false"),
    ("core.gitProxy", ""),
    ("core.askPass", ""),
    ("core.alternateRefsCommand", ""),
    ("credential.helper", ""),
    ("protocol.allow", "never"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("core.pager", "cat"),
    // A directory of the workspace that looks like a bare repository is not one.
    ("safe.bareRepository", "explicit"),
    // Mechanisms that can replace or contradict the real history.
    ("core.commitGraph", "false"),
    ("core.useReplaceRefs", "false"),
];

/// Environment variables of every call.
const VARIABLES: [(&str, &str); 7] = [
    // Messages of git are matched in English.
    ("LC_ALL", "C"),
    // Nothing in the repository is written.
    ("GIT_OPTIONAL_LOCKS", "0"),
    // A missing object is an error. The first variable says so; for versions of git without it, the second
    // denies the transport.
    ("GIT_NO_LAZY_FETCH", "1"),
    ("GIT_ALLOW_PROTOCOL", "none"),
    ("GIT_PROTOCOL_FROM_USER", "0"),
    ("GIT_NO_REPLACE_OBJECTS", "1"),
    ("GIT_TERMINAL_PROMPT", "0"),
];

/// The git variables that are passed on: locations of the repository and its objects, and the user's
/// configuration. Hooks set some of them.
const KEPT: [&str; 6] = [
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_QUARANTINE_PATH",
    "GIT_CEILING_DIRECTORIES",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM",
    "GIT_INDEX_FILE",
];

/// The prefix of the variables with the user's configuration.
const CONFIGURATION: &str = "GIT_CONFIG";

/// The maximum length of git's error output, in bytes; the rest is discarded.
const MAX_MESSAGE: u64 = 1 << 16;

/// The result of a git command.
pub(super) struct Answer {
    pub(super) status: ExitStatus,
    pub(super) stdout: Vec<u8>,
    stderr: Vec<u8>,
}

impl Answer {
    /// Returns the first line of the output.
    pub(super) fn first_line(&self) -> String {
        first_line(&self.stdout)
    }

    /// Returns git's error message, in one line.
    pub(super) fn message(&self) -> String {
        let text = first_line(&self.stderr);
        text.strip_prefix("fatal: ").unwrap_or(&text).to_owned()
    }
}

fn first_line(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).lines().next().unwrap_or_default().to_owned()
}

/// Why there is no result.
pub(super) enum Refusal {
    /// git is not installed or could not be started.
    NotRun(io::Error),
    /// The output exceeds the limit.
    TooLong,
    /// A system error while git ran.
    Failed(io::Error),
}

/// The directories in which programs are looked up, without relative ones: in the workspace, these may hold a file `git`.
fn search_path() -> OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let absolute = std::env::split_paths(&path).filter(|directory| directory.is_absolute());
    std::env::join_paths(absolute).unwrap_or_default()
}

/// Returns a git command that is safe on any repository, run in `directory` or in the current directory.
pub(super) fn command(directory: Option<&Utf8Path>, subcommand: &str, arguments: &[&str]) -> Command {
    let mut git = Command::new("git");
    for (name, _) in std::env::vars_os() {
        let kept = |name: &str| KEPT.contains(&name) || name.starts_with(CONFIGURATION);
        if name.to_str().is_some_and(|name| name.starts_with("GIT_") && !kept(name)) {
            git.env_remove(name);
        }
    }
    git.envs(VARIABLES);
    // The program is looked up in this variable, too.
    git.env("PATH", search_path());
    // A hook may name the index relative to its own working directory.
    if let Some(index) = std::env::var_os("GIT_INDEX_FILE") {
        git.env("GIT_INDEX_FILE", std::path::absolute(&index).unwrap_or_else(|_| index.into()));
    }
    if let Some(directory) = directory {
        git.arg("-C").arg(directory);
    }
    git.arg("--no-pager");
    for (key, value) in OVERRIDES {
        git.arg("-c").arg(format!("{key}={value}"));
    }
    git.arg(subcommand).args(arguments);
    git
}

/// Runs git with an input. Returns at most `limit` bytes of output.
pub(super) fn ask(mut git: Command, input: Vec<u8>, limit: u64) -> Result<Answer, Refusal> {
    let mut child = git
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(Refusal::NotRun)?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    // git writes output while it reads input, so both run in threads, and error output beyond the limit is
    // read as well. Otherwise git could block.
    let asking = std::thread::spawn(move || stdin.map_or(Ok(()), |mut stdin| stdin.write_all(&input)));
    let listening = std::thread::spawn(move || {
        let mut message = Vec::new();
        if let Some(mut stderr) = stderr {
            let _ = stderr.by_ref().take(MAX_MESSAGE).read_to_end(&mut message);
            let _ = io::copy(&mut stderr, &mut io::sink());
        }
        message
    });
    let mut answer = Vec::new();
    let read = match stdout {
        Some(stdout) => stdout.take(limit + 1).read_to_end(&mut answer).map(|_| ()),
        None => Ok(()),
    };
    let is_too_long = answer.len() as u64 > limit;
    if is_too_long || read.is_err() {
        stop(&mut child);
    }
    let status = child.wait().map_err(Refusal::Failed)?;
    let stderr = listening.join().unwrap_or_default();
    let asked = asking.join().unwrap_or(Ok(()));
    if is_too_long {
        return Err(Refusal::TooLong);
    }
    read.map_err(Refusal::Failed)?;
    // If git failed, it may not have read its input, and its own message is more useful.
    if status.success() {
        asked.map_err(Refusal::Failed)?;
    }
    Ok(Answer { status, stdout: answer, stderr })
}

/// Kills a git process whose output is too long. It may have ended already.
fn stop(child: &mut Child) {
    let _ = child.kill();
}
