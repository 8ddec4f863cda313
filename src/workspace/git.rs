//! Running git on a repository that nobody vouches for.
//!
//! A workspace may come out of an archive, with a `.git` of its own making, whose configuration names programs. git has
//! no switch that ignores a repository's configuration, so three things keep those programs from running. Only plumbing
//! is run, which knows no alias, filter, textconv or external diff. Settings that plumbing would obey are overridden on
//! the command line, which wins over every file and include. And what could reach another machine is refused in the
//! environment, which wins over the configuration.
//!
//! The system's and the user's own configuration are read, because they say which repositories of others the user
//! trusts (`safe.directory`).

use std::io::{self, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};

use camino::Utf8Path;

/// The device that holds nothing.
const NOWHERE: &str = if cfg!(windows) { "NUL" } else { "/dev/null" };

/// Settings that override whatever a repository says.
const OVERRIDES: [(&str, &str); 14] = [
    // Programs that reading an index may run.
    ("core.fsmonitor", "false"),
    ("core.hooksPath", NOWHERE),
    // Programs of the transports. None may be used; these stand behind the environment.
    ("core.sshCommand", "false"),
    ("core.gitProxy", ""),
    ("core.askPass", ""),
    ("core.alternateRefsCommand", ""),
    ("credential.helper", ""),
    ("protocol.allow", "never"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("core.pager", "cat"),
    // A directory of the workspace that looks like a repository is none.
    ("safe.bareRepository", "explicit"),
    // What stands in for history and can contradict it.
    ("core.commitGraph", "false"),
    ("core.useReplaceRefs", "false"),
];

/// Variables that every call gets.
const VARIABLES: [(&str, &str); 7] = [
    // Messages of git are matched.
    ("LC_ALL", "C"),
    // Nothing of the repository is written.
    ("GIT_OPTIONAL_LOCKS", "0"),
    // A missing object is an error. The first says so; where git is too old for it, the second refuses the transport.
    ("GIT_NO_LAZY_FETCH", "1"),
    ("GIT_ALLOW_PROTOCOL", "none"),
    ("GIT_PROTOCOL_FROM_USER", "0"),
    ("GIT_NO_REPLACE_OBJECTS", "1"),
    ("GIT_TERMINAL_PROMPT", "0"),
];

/// The variables of git that are handed on: where the repository and its objects are, and the user's configuration.
/// Hooks set some of them.
const KEPT: [&str; 6] = [
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_QUARANTINE_PATH",
    "GIT_CEILING_DIRECTORIES",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM",
    "GIT_INDEX_FILE",
];

/// How the variables begin that hold the user's configuration.
const CONFIGURATION: &str = "GIT_CONFIG";

/// As much of git's messages as is read, in bytes.
const LONGEST_MESSAGE: u64 = 1 << 16;

/// What git answered.
pub(super) struct Answer {
    pub(super) status: ExitStatus,
    pub(super) stdout: Vec<u8>,
    stderr: Vec<u8>,
}

impl Answer {
    /// The first line of the answer.
    pub(super) fn first_line(&self) -> String {
        first_line(&self.stdout)
    }

    /// What git says is wrong, in a line.
    pub(super) fn message(&self) -> String {
        let text = first_line(&self.stderr);
        text.strip_prefix("fatal: ").unwrap_or(&text).to_owned()
    }
}

fn first_line(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).lines().next().unwrap_or_default().to_owned()
}

/// Why there is no answer.
pub(super) enum Refusal {
    /// There is no git, or it cannot be started.
    NotRun(io::Error),
    /// The answer is longer than asked for.
    TooLong,
    /// The system failed while git ran.
    Failed(io::Error),
}

/// A call of git that is safe on any repository, in `directory` or where this program runs.
pub(super) fn command(directory: Option<&Utf8Path>, subcommand: &str, arguments: &[&str]) -> Command {
    let mut git = Command::new("git");
    for (name, _) in std::env::vars_os() {
        let kept = |name: &str| KEPT.contains(&name) || name.starts_with(CONFIGURATION);
        if name.to_str().is_some_and(|name| name.starts_with("GIT_") && !kept(name)) {
            git.env_remove(name);
        }
    }
    git.envs(VARIABLES);
    // A hook may name the index relative to the directory that it runs in.
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

/// Runs git with an input, and returns an answer of at most `limit` bytes.
pub(super) fn ask(mut git: Command, input: Vec<u8>, limit: u64) -> Result<Answer, Refusal> {
    let mut child = git
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(Refusal::NotRun)?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    // git answers while it is still being asked, so asking must not wait for the answers to be read. What it says
    // beyond the limit is read too, or it would wait.
    let asking = std::thread::spawn(move || stdin.map_or(Ok(()), |mut stdin| stdin.write_all(&input)));
    let listening = std::thread::spawn(move || {
        let mut said = Vec::new();
        if let Some(mut stderr) = stderr {
            let _ = stderr.by_ref().take(LONGEST_MESSAGE).read_to_end(&mut said);
            let _ = io::copy(&mut stderr, &mut io::sink());
        }
        said
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
    // Where git failed, it may not have read what it was asked, and its own message says more.
    if status.success() {
        asked.map_err(Refusal::Failed)?;
    }
    Ok(Answer { status, stdout: answer, stderr })
}

/// Ends a git that has more to say than anyone reads. It may have ended by itself.
fn stop(child: &mut Child) {
    let _ = child.kill();
}
