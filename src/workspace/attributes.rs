//! The lines of `.gitattributes` that keep git from changing the line endings of outputs.
//!
//! With `core.autocrlf`, git writes `\r\n` into every text that it checks out. Tools would then read bytes other than
//! those composed, and comparisons would differ. A line is added only for outputs that git would keep: in a work tree,
//! not ignored, and without an attribute that already decides. The rest of the file stays as it is.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};

use super::files::{Durability, FileError, FileType, Root, Seen, WriteError};
use super::git;
use super::lock::Lock;
use super::outputs::ORIGINS_SUFFIX;
use super::place;
use crate::model::{Diagnostic, TARGETS, codes};

/// The path of the file.
pub(crate) const ATTRIBUTES: &str = ".gitattributes";

/// The maximum size of an answer of git, in bytes.
const MAX_ANSWER: u64 = 16 << 20;

/// The attribute for `\n` on every system.
const UNIX: &str = "text eol=lf";

/// The attribute that keeps git from changing any byte.
const EXACT: &str = "-text";

/// An output, with what decides its line endings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ended {
    /// Its path, relative to the root of the outputs.
    pub path: Utf8PathBuf,
    /// Its profile.
    pub profile: String,
    /// Whether the profile sets its line endings.
    pub is_exact: bool,
}

/// The lines that are missing.
#[derive(Debug)]
pub(crate) struct Missing {
    lines: Vec<String>,
    /// The bytes of the file; empty if it does not exist.
    bytes: Vec<u8>,
    seen: Seen,
}

/// Returns the lines that `.gitattributes` at the root of these outputs lacks; `None` if it lacks none. A line that is
/// commented out in the file was left out on purpose.
///
/// # Errors
/// If the system refuses to read the file.
pub(crate) fn missing(root: &Root, outputs: &[Ended]) -> Result<Option<Missing>, FileError> {
    let path = Utf8Path::new(ATTRIBUTES);
    let directory = root.absolute()?;
    if outputs.is_empty() || !place::is_in_work_tree(&directory) {
        return Ok(None);
    }
    let Some(bytes) = bytes(root)? else { return Ok(None) };
    let known = known(&bytes);
    // git is asked only about outputs whose line the file lacks: about none after the first build.
    let unlisted = outputs.iter().filter(|output| !known.contains(&words(&line(output).1))).collect();
    let undecided = undecided(&directory, unlisted).unwrap_or_default();
    let lines: BTreeSet<(u8, String)> = undecided.into_iter().map(line).collect();
    let lines: Vec<String> = lines.into_iter().map(|(_, line)| line).collect();
    let seen = root.seen(path)?;
    Ok((!lines.is_empty()).then_some(Missing { lines, bytes, seen }))
}

/// Returns the lines that cento wrote for these outputs in other directories, where shards were built, and that
/// `.gitattributes` lacks here.
///
/// # Errors
/// If the system refuses to read a file.
pub(crate) fn lacking(root: &Root, shards: &[Root], lock: &Lock) -> Result<Option<Missing>, FileError> {
    let Some(here) = bytes(root)? else { return Ok(None) };
    let known = known(&here);
    let mut there: BTreeSet<String> = BTreeSet::new();
    for shard in shards {
        let bytes = bytes(shard)?.unwrap_or_default();
        there.extend(String::from_utf8_lossy(&bytes).lines().map(str::to_owned));
    }
    // Other lines are not cento's: where they belong among those that are here, only their author knows.
    let possible = lock.entries.iter().flat_map(|(path, entry)| {
        [false, true]
            .map(|is_exact| line(&Ended { path: path.clone(), profile: entry.profile.clone(), is_exact }))
    });
    let lines: BTreeSet<(u8, String)> =
        possible.filter(|(_, line)| there.contains(line) && !known.contains(&words(line))).collect();
    let lines: Vec<String> = lines.into_iter().map(|(_, line)| line).collect();
    let seen = root.seen(Utf8Path::new(ATTRIBUTES))?;
    Ok((!lines.is_empty()).then_some(Missing { lines, bytes: here, seen }))
}

/// Returns the bytes of the file, none if it does not exist. `None` if it is no regular file: a link is not followed, since
/// cento must not write to its target.
fn bytes(root: &Root) -> Result<Option<Vec<u8>>, FileError> {
    let path = Utf8Path::new(ATTRIBUTES);
    Ok(match root.file_type(path)? {
        FileType::Nothing => Some(Vec::new()),
        FileType::File => Some(root.read(path)?.unwrap_or_default()),
        _ => None,
    })
}

/// The lines of a file, commented out or not.
fn known(bytes: &[u8]) -> BTreeSet<String> {
    String::from_utf8_lossy(bytes).lines().map(words).collect()
}

/// Returns the line for an output. The number sorts a line for one path after that of its target, which it overrides.
fn line(output: &Ended) -> (u8, String) {
    match output.is_exact {
        true => (1, format!("{} {EXACT}", exact(&output.path))),
        false => (0, format!("{} {UNIX}", pattern(output))),
    }
}

/// Returns the words of a line, separated by single spaces, without a leading `#`.
fn words(line: &str) -> String {
    line.trim_start_matches(['#', ' ', '\t']).split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Missing {
    /// The number of lines.
    pub(crate) fn count(&self) -> usize {
        self.lines.len()
    }

    /// Appends the lines to the file.
    ///
    /// # Errors
    /// If the file has changed, or the system refuses.
    pub(crate) fn add(&self, root: &Root) -> Result<(), WriteError> {
        root.write(Utf8Path::new(ATTRIBUTES), &self.text(), self.seen, Durability::Unsynced)
    }

    fn text(&self) -> Vec<u8> {
        let ending = if self.bytes.windows(2).any(|pair| pair == b"\r\n") { "\r\n" } else { "\n" };
        let mut text = self.bytes.clone();
        if text.last().is_some_and(|last| *last != b'\n') {
            text.extend(ending.bytes());
        }
        text.extend(self.lines.iter().flat_map(|line| line.bytes().chain(ending.bytes())));
        text
    }

    /// Returns the finding for a build that writes nothing.
    pub(crate) fn finding(&self, root: &Root) -> Diagnostic {
        let shown = root.shown(Utf8Path::new(ATTRIBUTES));
        let message = format!("git may change the line endings of outputs: {shown} does not set them");
        Diagnostic::new(codes::GIT_ATTRIBUTES, message)
            .note(format!("it lacks:\n{}", self.lines.join("\n")))
            .help("run `cento build` and commit the file; to leave a line out, add it as a comment")
    }
}

/// Returns the outputs that git would keep and whose line endings it may change. `None` if git does not answer.
fn undecided<'o>(directory: &Utf8Path, outputs: Vec<&'o Ended>) -> Option<Vec<&'o Ended>> {
    let paths = |outputs: &[&Ended]| -> Vec<u8> {
        outputs.iter().flat_map(|output| output.path.as_str().bytes().chain([0])).collect()
    };
    let ignored = ask(directory, "check-ignore", &["-z", "--stdin"], paths(&outputs))?;
    let ignored: BTreeSet<&str> = ignored.split('\0').collect();
    let kept: Vec<&Ended> =
        outputs.into_iter().filter(|output| !ignored.contains(output.path.as_str())).collect();
    let attributes = ask(directory, "check-attr", &["-z", "--stdin", "text", "eol"], paths(&kept))?;
    let fields: Vec<&str> = attributes.split('\0').collect();
    let mut values: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for answer in fields.chunks_exact(3) {
        values.insert((answer[0], answer[1]), answer[2]);
    }
    let is_open = |output: &&Ended| {
        let value = |name| values.get(&(output.path.as_str(), name)).copied().unwrap_or("unspecified");
        // The `eol` that applies to its target may be wrong for an output whose profile sets its line endings.
        let is_decided = value("text") == "unset" || value("eol") != "unspecified" && !output.is_exact;
        !is_decided
    };
    Some(kept.into_iter().filter(is_open).collect())
}

/// Returns git's answer about paths; `None` if there is none. Exit code 1 is an answer: no path is ignored.
fn ask(directory: &Utf8Path, subcommand: &str, arguments: &[&str], paths: Vec<u8>) -> Option<String> {
    if paths.is_empty() {
        return Some(String::new());
    }
    let answer = git::ask(git::command(Some(directory), subcommand, arguments), paths, MAX_ANSWER).ok()?;
    matches!(answer.status.code(), Some(0 | 1)).then(|| String::from_utf8_lossy(&answer.stdout).into_owned())
}

/// Returns the pattern for an output: if it has the default path, the one for all outputs of its target.
fn pattern(output: &Ended) -> String {
    let has_suffix = |suffix: &&&str| output.path.as_str().ends_with(**suffix);
    let usual = [ORIGINS_SUFFIX, ""].iter().find(has_suffix).and_then(|suffix| {
        let is_usual = |path: &str| output.path.as_str().strip_suffix(suffix) == Some(path);
        let target = TARGETS.iter().find(|target| is_usual(&target.default_path(&output.profile)))?;
        Some(format!("/{}{suffix}", target.default_path("*")))
    });
    usual.unwrap_or_else(|| exact(&output.path))
}

/// Returns the pattern that matches only this path.
fn exact(path: &Utf8Path) -> String {
    let mut pattern = String::from("/");
    for character in path.as_str().chars() {
        if "*?[".contains(character) {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    if pattern.contains(|character: char| character == '"' || character.is_whitespace()) {
        return format!("\"{}\"", pattern.replace('\\', "\\\\").replace('"', "\\\""));
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_at_the_default_path_share_a_line() {
        let pattern =
            |path: &str| pattern(&Ended { path: path.into(), profile: "ada".to_owned(), is_exact: false });
        assert_eq!(pattern("personas/ada.md"), "/personas/*.md");
        assert_eq!(pattern("skills/ada/SKILL.md"), "/skills/*/SKILL.md");
        assert_eq!(pattern(".claude/agents/ada.md.origins.json"), "/.claude/agents/*.md.origins.json");
        assert_eq!(pattern("personas/bob.md"), "/personas/bob.md");
        assert_eq!(pattern("AGENTS.md"), "/AGENTS.md");
        assert_eq!(pattern("out/a b[1]*.md"), "\"/out/a b\\\\[1]\\\\*.md\"");
        assert_eq!(pattern("out/a\"b.md"), "\"/out/a\\\"b.md\"");
    }

    #[test]
    fn lines_are_compared_without_spaces_and_comment_signs() {
        assert_eq!(words("/personas/*.md   text\teol=lf  "), "/personas/*.md text eol=lf");
        assert_eq!(words("  # /personas/*.md text eol=lf"), "/personas/*.md text eol=lf");
    }

    #[test]
    fn added_lines_end_like_the_others() {
        let text = |bytes: &[u8]| {
            let missing =
                Missing { lines: vec!["/a text".into()], bytes: bytes.to_vec(), seen: Seen::Nothing };
            String::from_utf8(missing.text()).unwrap()
        };
        assert_eq!(text(b""), "/a text\n");
        assert_eq!(text(b"* text"), "* text\n/a text\n");
        assert_eq!(text(b"* text\r\n*.png -text"), "* text\r\n*.png -text\r\n/a text\r\n");
    }
}
