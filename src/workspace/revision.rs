//! Workspaces in git: at a commit, or in the index.
//!
//! `git` itself reads the objects, so packs, alternates and linked work trees all work. The work tree is
//! neither read nor changed, and nothing is fetched. The amount of data read is limited, since a few small
//! objects can name any number of files or unpack to any size.

use std::collections::BTreeMap;
use std::io;
use std::process::Command;

use camino::{Utf8Path, Utf8PathBuf};

use super::files::{Reading, Root, SOURCE_LIMIT, decode, too_large};
use super::git::{self, Answer, Refusal};
use super::loading::{CONFIG, OtherState, load_from};
use super::place::is_same;
use crate::model::{Diagnostic, Library, codes};

/// Why a workspace could not be read from git.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RevisionError {
    #[error("cannot run git: {0}\nhelp: install git, or add it to the PATH")]
    NoGit(io::Error),
    /// The workspace is not in a work tree.
    #[error("{0} is not in a git repository\nhelp: run `git init`, and commit the workspace")]
    NoRepository(Utf8PathBuf),
    #[error("unknown revision `{revision}`{help}", help = help(.revision))]
    Unknown { revision: String },
    #[error("{0} has merge conflicts in the index\nhelp: resolve them, then run `git add`")]
    Unmerged(Utf8PathBuf),
    /// The repository lacks an object.
    #[error(
        "the repository lacks {path} (object {object})\nhelp: cento fetches nothing; if this is a partial clone, \
         `git cat-file blob {object}` fetches the file, otherwise `git fsck` lists what is missing"
    )]
    Missing {
        path: Utf8PathBuf,
        /// The hash of the object.
        object: String,
    },
    /// The revision exceeds a limit.
    #[error("the revision is too large: {what}\nhelp: keep the workspace in its own directory")]
    TooLarge {
        /// The part that is too large, as a clause.
        what: &'static str,
    },
    #[error("git {command}: {message}")]
    Failed { command: &'static str, message: String },
}

fn help(revision: &str) -> &'static str {
    match revision {
        "HEAD" => "\nhelp: the repository has no commits yet",
        _ => "\nhelp: run `git log --oneline` or `git branch -a` to list revisions",
    }
}

/// The maximum length of a chain of symbolic links.
const MAX_LINKS: usize = 16;

/// The maximum size of a file listing, in bytes.
const MAX_LISTING: u64 = 64 << 20;
/// The maximum size of all texts of a revision, in bytes.
const MAX_TEXTS: u64 = 256 << 20;
/// The maximum size of any other output of git, in bytes.
const MAX_ANSWER: u64 = 1 << 20;

/// A state of a workspace in git.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Revision {
    /// A commit, by its full hash.
    Commit(String),
    /// The staged files.
    Index,
}

/// A file of a tree or of the index.
struct Entry {
    object: String,
    is_link: bool,
}

/// A file with its path.
type Named<'e> = (&'e Utf8PathBuf, &'e Entry);

/// The git repository that contains a workspace.
#[derive(Debug)]
pub(crate) struct Repository<'r> {
    root: &'r Root,
    /// The variables that name the repository, if git would not find it by itself.
    named: Vec<(&'static str, String)>,
}

/// The variables with which a hook or a user names a repository.
const NAMES: [&str; 2] = ["GIT_DIR", "GIT_WORK_TREE"];

impl<'r> Repository<'r> {
    /// Returns the repository that contains the workspace.
    ///
    /// # Errors
    /// If there is none, or git is missing.
    pub(crate) fn around(root: &'r Root) -> Result<Self, RevisionError> {
        // With these variables set, as in a hook, git takes the current directory for the top of the work
        // tree. So git searches without them first, and they are used only if they name another repository.
        let found = Repository { root, named: Vec::new() };
        let named = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let directory = found.run("rev-parse", &["--absolute-git-dir"])?;
        let is_found = directory.status.success();
        if let Some(asked) = named(NAMES[0])
            && (!is_found || !is_same(&asked, &directory.first_line()))
        {
            return Repository::named(root);
        }
        let output = found.run("rev-parse", &["--is-inside-work-tree"])?;
        if output.status.success() && output.stdout.starts_with(b"true") {
            return Ok(found);
        }
        // A repository that git does not trust or cannot read is still a repository.
        let message = output.message();
        if message.is_empty() || message.contains("not a git repository") {
            return Err(RevisionError::NoRepository(root.path().to_owned()));
        }
        Err(RevisionError::Failed { command: "rev-parse", message })
    }

    /// Returns the repository that the variables name, resolved from the current directory.
    fn named(root: &'r Root) -> Result<Self, RevisionError> {
        let command = "rev-parse";
        let mut git = git::command(None, command, &["--absolute-git-dir", "--show-toplevel"]);
        git.envs(NAMES.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        let output = answer(command, git, Vec::new(), MAX_ANSWER)?;
        let answers = String::from_utf8_lossy(&output.stdout).into_owned();
        let answers: Vec<&str> = answers.lines().collect();
        let [directory, top] = answers.as_slice() else {
            return Err(RevisionError::NoRepository(root.path().to_owned()));
        };
        let named = vec![(NAMES[0], (*directory).to_owned()), (NAMES[1], (*top).to_owned())];
        Ok(Repository { root, named })
    }

    /// Returns the path of the workspace in the work tree: empty at the top, else with a trailing `/`.
    ///
    /// # Errors
    /// If git fails.
    pub(crate) fn prefix(&self) -> Result<String, RevisionError> {
        let command = "rev-parse";
        let output = succeeded(command, self.run(command, &["--show-prefix"])?)?;
        Ok(String::from_utf8_lossy(&output).trim_end_matches(['\n', '\r']).to_owned())
    }

    /// Resolves a revision to a commit: a hash, branch, tag, or an expression such as `HEAD~2`.
    ///
    /// # Errors
    /// There is no such commit.
    pub(crate) fn commit(&self, revision: &str) -> Result<Revision, RevisionError> {
        let wanted = format!("{revision}^{{commit}}");
        let output = self.run("rev-parse", &["--verify", "--quiet", "--end-of-options", &wanted])?;
        match output.status.success() {
            true => Ok(Revision::Commit(output.first_line())),
            false => Err(RevisionError::Unknown { revision: revision.to_owned() }),
        }
    }

    /// Returns the merge base of two revisions.
    ///
    /// # Errors
    /// If a revision does not exist, or they have no common ancestor.
    pub(crate) fn merge_base(&self, one: &str, other: &str) -> Result<Revision, RevisionError> {
        for revision in [one, other] {
            self.commit(revision)?;
        }
        let output = self.run("merge-base", &["--end-of-options", one, other])?;
        if output.status.success() {
            return Ok(Revision::Commit(output.first_line()));
        }
        let message = output.message();
        if !message.is_empty() {
            return Err(RevisionError::Failed { command: "merge-base", message });
        }
        let message = format!("`{one}` and `{other}` have no common ancestor");
        Err(RevisionError::Failed { command: "merge-base", message })
    }

    /// Loads the workspace at a revision. Problems with its files are returned as findings. Files with the same text in
    /// `other` are not parsed again.
    ///
    /// # Errors
    /// If git fails.
    pub(crate) fn load(
        &self,
        revision: &Revision,
        other: &OtherState<'_>,
    ) -> Result<(Library, Vec<Diagnostic>), RevisionError> {
        let entries = match revision {
            Revision::Commit(commit) => self.tree(commit)?,
            Revision::Index => self.index()?,
        };
        let config = self.readings(&entries, |path| path == CONFIG)?;
        let config = config.into_iter().next().map_or(Reading::Missing, |(_, reading)| reading);
        load_from(config, Some(other), |directory| {
            let directory = if directory == "." { "" } else { directory };
            let is_source = |path: &Utf8Path| {
                let below = path.strip_prefix(directory).ok();
                let hidden = |path: &Utf8Path| path.components().any(|part| part.as_str().starts_with('.'));
                path.extension() == Some("toml") && below.is_some_and(|below| !hidden(below))
            };
            Ok((self.readings(&entries, is_source)?, Vec::new()))
        })
    }

    /// Returns the files of a commit, relative to the workspace.
    fn tree(&self, commit: &str) -> Result<BTreeMap<Utf8PathBuf, Entry>, RevisionError> {
        let listed = self.listing("ls-tree", &["-r", "-z", "--end-of-options", commit])?;
        // MODE TYPE OBJECT TAB PATH
        Ok(records(&listed).map(|(words, path)| (path, entry(words[0], words[2]))).collect())
    }

    /// Returns the files of the index, relative to the workspace.
    fn index(&self) -> Result<BTreeMap<Utf8PathBuf, Entry>, RevisionError> {
        let listed = self.listing("ls-files", &["--stage", "-z"])?;
        // MODE OBJECT STAGE TAB PATH
        let mut entries = BTreeMap::new();
        for (words, path) in records(&listed) {
            if words[2] != "0" && path.extension() == Some("toml") {
                return Err(RevisionError::Unmerged(path));
            }
            entries.insert(path, entry(words[0], words[1]));
        }
        Ok(entries)
    }

    /// Returns the texts of the `wanted` files, by path.
    fn readings(
        &self,
        entries: &BTreeMap<Utf8PathBuf, Entry>,
        wanted: impl Fn(&Utf8Path) -> bool,
    ) -> Result<Vec<(Utf8PathBuf, Reading)>, RevisionError> {
        let wanted: Vec<Named<'_>> = entries.iter().filter(|(path, _)| wanted(path)).collect();
        fn file<'e>((path, entry): Named<'e>) -> (Utf8PathBuf, &'e str) {
            (path.clone(), &entry.object)
        }
        // A link is stored as the path that it points to. All links are followed one step at a time.
        let mut at: Vec<Option<Named<'_>>> = wanted.iter().copied().map(Some).collect();
        for step in 0..=MAX_LINKS {
            let is_link = |named: &Option<Named<'_>>| named.is_some_and(|(_, entry)| entry.is_link);
            let links: Vec<usize> = (0..at.len()).filter(|index| is_link(&at[*index])).collect();
            let files: Vec<_> = links.iter().filter_map(|index| at[*index].map(file)).collect();
            for (index, target) in links.into_iter().zip(self.objects(&files)?) {
                let next = at[index].zip(target).and_then(|((link, _), target)| link_target(link, &target));
                let next = next.filter(|_| step < MAX_LINKS);
                at[index] = next.and_then(|next| entries.get_key_value(&next));
            }
        }
        let files: Vec<_> = at.iter().flatten().copied().map(file).collect();
        let mut texts = self.objects(&files)?.into_iter();
        let reading = |((path, _), end): (Named<'_>, Option<Named<'_>>)| {
            let reading = match end.and_then(|_| texts.next()) {
                None => {
                    let message =
                        format!("{path} is a symbolic link that does not lead to a file in the workspace");
                    Reading::Refused(Box::new(Diagnostic::new(codes::UNSAFE_PATH, message)))
                }
                Some(None) => Reading::Refused(Box::new(too_large(path, SOURCE_LIMIT))),
                Some(Some(bytes)) => decode(path, bytes).map_or_else(Reading::Refused, Reading::Text),
            };
            (path.clone(), reading)
        };
        Ok(wanted.into_iter().zip(at).map(reading).collect())
    }

    /// Returns the contents of files, in order; `None` for a file that is too large.
    fn objects(&self, files: &[(Utf8PathBuf, &str)]) -> Result<Vec<Option<Vec<u8>>>, RevisionError> {
        // An object may have several paths but is read once.
        let paths: BTreeMap<&str, &Utf8Path> =
            files.iter().map(|(path, object)| (*object, path.as_path())).collect();
        let command = "cat-file";
        let sizes = self.answer(command, &["--batch-check"], &paths, MAX_LISTING)?;
        let mut readable: BTreeMap<&str, &Utf8Path> = BTreeMap::new();
        let mut length: BTreeMap<&str, u64> = BTreeMap::new();
        for ((object, path), line) in paths.iter().zip(String::from_utf8_lossy(&sizes).lines()) {
            let Some(size) = size_of_file(line) else {
                return Err(RevisionError::Missing {
                    path: path.to_path_buf(),
                    object: (*object).to_owned(),
                });
            };
            if size <= SOURCE_LIMIT {
                readable.insert(object, path);
                length.insert(object, size);
            }
        }
        let total: u64 = files.iter().filter_map(|(_, object)| length.get(object)).sum();
        if total > MAX_TEXTS {
            return Err(RevisionError::TooLarge { what: "its files have more than 256 MiB of text" });
        }
        let answer = self.answer(command, &["--batch"], &readable, MAX_TEXTS + MAX_LISTING)?;
        let texts = batch(&answer, readable.len());
        let texts = texts.ok_or_else(|| RevisionError::Failed { command, message: "cut off".to_owned() })?;
        let texts: BTreeMap<&str, Vec<u8>> = readable.into_keys().zip(texts).collect();
        Ok(files.iter().map(|(_, object)| texts.get(object).cloned()).collect())
    }

    /// Returns the output of `cat-file` about objects.
    fn answer(
        &self,
        command: &'static str,
        arguments: &[&str],
        objects: &BTreeMap<&str, &Utf8Path>,
        limit: u64,
    ) -> Result<Vec<u8>, RevisionError> {
        if objects.is_empty() {
            return Ok(Vec::new());
        }
        let asked: String = objects.keys().flat_map(|object| [object, "\n"]).collect();
        let answer = answer(command, self.git(command, arguments), asked.into_bytes(), limit)?;
        succeeded(command, answer)
    }

    /// Returns the output of a command that lists files.
    fn listing(&self, command: &'static str, arguments: &[&str]) -> Result<Vec<u8>, RevisionError> {
        succeeded(command, answer(command, self.git(command, arguments), Vec::new(), MAX_LISTING)?)
    }

    fn run(&self, command: &'static str, arguments: &[&str]) -> Result<Answer, RevisionError> {
        answer(command, self.git(command, arguments), Vec::new(), MAX_ANSWER)
    }

    fn git(&self, command: &'static str, arguments: &[&str]) -> Command {
        let mut git = git::command(Some(self.root.path()), command, arguments);
        git.envs(self.named.iter().map(|(name, value)| (*name, value.as_str())));
        git
    }
}

fn answer(command: &'static str, git: Command, input: Vec<u8>, limit: u64) -> Result<Answer, RevisionError> {
    git::ask(git, input, limit).map_err(|refusal| match refusal {
        Refusal::NotRun(error) => RevisionError::NoGit(error),
        Refusal::TooLong => RevisionError::TooLarge { what: "the list of its files is longer than 64 MiB" },
        Refusal::Failed(error) => RevisionError::Failed { command, message: error.to_string() },
    })
}

fn succeeded(command: &'static str, answer: Answer) -> Result<Vec<u8>, RevisionError> {
    match answer.status.success() {
        true => Ok(answer.stdout),
        false => Err(RevisionError::Failed { command, message: answer.message() }),
    }
}

fn entry(mode: &str, object: &str) -> Entry {
    Entry { object: object.to_owned(), is_link: mode == "120000" }
}

/// Parses the records of a listing: three words, a tab, and a path that ends with a null byte. Submodules and
/// names that are not UTF-8 are skipped.
fn records(listed: &[u8]) -> impl Iterator<Item = ([&str; 3], Utf8PathBuf)> {
    listed.split(|byte| *byte == 0).filter_map(|record| {
        let (words, path) = std::str::from_utf8(record).ok()?.split_once('\t')?;
        let mut words = words.split(' ');
        let words = [words.next()?, words.next()?, words.next()?];
        (words[0] != "160000").then(|| (words, path.into()))
    })
}

/// Returns the path that a link points to. `None` if it leaves the workspace.
fn link_target(link: &Utf8Path, target: &[u8]) -> Option<Utf8PathBuf> {
    let mut path = link.parent()?.to_owned();
    for part in std::str::from_utf8(target).ok()?.split('/') {
        match part {
            "." => {}
            ".." if path.pop() => {}
            "" | ".." => return None,
            part => path.push(part),
        }
    }
    Some(path)
}

/// Parses the output of `cat-file --batch`: a line `OBJECT blob SIZE`, the bytes, a line break. `None` if it
/// is incomplete.
fn batch(mut answer: &[u8], count: usize) -> Option<Vec<Vec<u8>>> {
    let mut contents = Vec::with_capacity(count);
    for _ in 0..count {
        let end = answer.iter().position(|byte| *byte == b'\n')?;
        let header = std::str::from_utf8(&answer[..end]).ok()?;
        let size: usize = header.split(' ').nth(2)?.parse().ok()?;
        contents.push(answer.get(end + 1..end + 1 + size)?.to_vec());
        answer = answer.get(end + 2 + size..)?;
    }
    Some(contents)
}

/// Returns the size in a line of `cat-file --batch-check`, `OBJECT blob SIZE`. `None` if it is not about a
/// file.
fn size_of_file(line: &str) -> Option<u64> {
    let (_, rest) = line.split_once(' ')?;
    rest.strip_prefix("blob ")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_leaves_the_workspace_leads_nowhere() {
        let led = |target: &str| {
            link_target("fragments/a/x.toml".into(), target.as_bytes()).map(Utf8PathBuf::into_string)
        };
        assert_eq!(led("../b/./y.toml").as_deref(), Some("fragments/b/y.toml"));
        assert_eq!(led("../../../y.toml"), None);
        assert_eq!(led("/etc/passwd"), None);
    }

    #[test]
    fn an_incomplete_answer_is_none() {
        assert_eq!(batch(b"aa blob 2\nhi\nbb blob 0\n\n", 2), Some(vec![b"hi".to_vec(), Vec::new()]));
        assert_eq!(batch(b"aa missing\n", 1), None);
        assert_eq!(batch(b"aa blob 9\nhi\n", 1), None);
    }
}
