//! `cento.lock`: the outputs that cento wrote, so that it can tell them from other files.
//!
//! The lock decides what may be overwritten and deleted, so it is validated: if a path in it is absolute,
//! contains `..` or occurs twice, the whole lock is refused.

use std::collections::BTreeMap;
use std::io;

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

use super::files::{Durability, FileError, FileType, Reading, Root, Seen, WriteError, objection};
use super::shard::Shard;
use crate::model::{Diagnostic, codes};
use crate::text::merge_conflict::merge_conflicts;

/// The path of the lock, relative to the root of the outputs.
pub(crate) const LOCK_PATH: &str = "cento.lock";

/// The version of the format that this version of cento writes, and the only one that it reads.
const VERSION: i64 = 1;

/// The maximum size of a lock, in bytes. 10,000 outputs take about 3 MiB; the limit only protects memory from
/// a wrong file.
const MAX_LENGTH: u64 = 64 << 20;

const HEADER: &str =
    "# Written by cento: what it wrote, and how to tell an edit. Commit it; do not edit it.\n";

/// The record of one output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub profile: String,
    pub target: String,
    /// The hash of the written bytes.
    pub hash: blake3::Hash,
    /// The hash of what was written before. After a power failure, an older file may be left next to a newer
    /// lock; this hash shows that it is not a hand edit.
    pub was: Option<blake3::Hash>,
}

/// The recorded outputs, by path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Lock {
    /// The entries, sorted by path.
    pub entries: BTreeMap<Utf8PathBuf, Entry>,
    /// The shard that wrote it, so that joining sees whether one is missing. `None` for a whole lock.
    pub shard: Option<Shard>,
    /// The file that was read, so that no other one is overwritten.
    pub seen: Seen,
}

#[derive(Deserialize)]
struct AnyVersion {
    version: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    shard: Option<String>,
    #[serde(default, rename = "output", skip_serializing_if = "Vec::is_empty")]
    outputs: Vec<FileOutput>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileOutput {
    path: String,
    profile: String,
    target: String,
    hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    was: Option<String>,
}

impl Lock {
    /// Reads the lock of `root`. Returns an empty lock if there is none, and a finding if it is invalid.
    ///
    /// # Errors
    /// On a system error.
    pub(crate) fn read(root: &Root) -> Result<Result<Lock, Box<Diagnostic>>, FileError> {
        let path = Utf8Path::new(LOCK_PATH);
        let unreadable = |reason: &str| {
            let message = format!("{} cannot be read: {reason}", root.shown(path));
            let help = "restore it from version control, or delete it: the next build accepts outputs that are up to \
                        date and reports the others";
            Ok(Err(Box::new(Diagnostic::new(codes::LOCK_UNREADABLE, message).help(help))))
        };
        match root.file_type(path)? {
            FileType::Nothing => return Ok(Ok(Lock::default())),
            FileType::File => {}
            other => return unreadable(&format!("it is {}", other.noun())),
        }
        let seen = root.seen(path)?;
        match root.read_text(path, MAX_LENGTH)? {
            Reading::Missing => Ok(Ok(Lock::default())),
            Reading::Refused(finding) => unreadable(&finding.message),
            Reading::Text(text) => match Lock::parse(&text) {
                Ok(lock) => Ok(Ok(Lock { seen, ..lock })),
                Err(reason) => unreadable(&reason),
            },
        }
    }

    /// # Errors
    /// Why it is not a valid lock, as a sentence.
    pub(crate) fn parse(text: &str) -> Result<Lock, String> {
        let read: Result<File, _> = toml::from_str(text);
        if read.as_ref().map_or(true, |file| file.version != VERSION) {
            // Keys of a newer format would make the message confusing, so its version comes first.
            let AnyVersion { version } = toml::from_str(text).map_err(|error| malformed(text, &error))?;
            if version != VERSION {
                return Err(format!(
                    "it has version {version}, but this cento supports only version {VERSION}"
                ));
            }
        }
        let file = read.map_err(|error| malformed(text, &error))?;
        let shard = file.shard.as_deref().map(parse_shard).transpose()?;
        let mut lock = Lock { shard, ..Lock::default() };
        for output in file.outputs {
            let path = Utf8PathBuf::from(output.path);
            if let Some(reason) = objection(&path) {
                return Err(format!("its path `{path}` {reason}"));
            }
            let hash = parse_hash(&output.hash)?;
            let was = output.was.as_deref().map(parse_hash).transpose()?;
            let entry = Entry { profile: output.profile, target: output.target, hash, was };
            if lock.entries.insert(path.clone(), entry).is_some() {
                return Err(format!("it lists `{path}` twice"));
            }
        }
        Ok(lock)
    }

    /// Returns the text of the lock. It is deterministic and has one table for each output, so that branches
    /// which build different personas merge cleanly.
    ///
    /// # Errors
    /// If it has no form in TOML.
    fn text(&self) -> Result<String, toml::ser::Error> {
        let outputs = self.entries.iter().map(|(path, entry)| FileOutput {
            path: path.to_string(),
            profile: entry.profile.clone(),
            target: entry.target.clone(),
            hash: format_hash(entry.hash),
            was: entry.was.filter(|was| *was != entry.hash).map(format_hash),
        });
        let shard = self.shard.map(|shard| shard.to_string());
        let file = File { version: VERSION, shard, outputs: outputs.collect() };
        #[expect(clippy::disallowed_methods, reason = "the lock has no comments to keep")]
        let text = toml::to_string(&file)?;
        Ok(format!("{HEADER}{text}"))
    }

    /// Writes the lock to `root`, synced, over the one that was read.
    ///
    /// # Errors
    /// If the file has changed since it was read, or on a system error.
    pub(crate) fn write(&mut self, root: &Root) -> Result<(), WriteError> {
        let path = Utf8Path::new(LOCK_PATH);
        let text = self
            .text()
            .map_err(|error| FileError::new("write", root.shown(path), io::Error::other(error)))?;
        root.write(path, text.as_bytes(), self.seen, Durability::Synced)?;
        self.seen = Seen::bytes(text.as_bytes());
        Ok(())
    }
}

/// Why the text of a file that cento writes does not parse, with its line.
pub(super) fn malformed(text: &str, error: &toml::de::Error) -> String {
    let start = error.span().map_or(0, |span| span.start.min(text.len()));
    let line = |offset: usize| text.as_bytes()[..offset].iter().filter(|byte| **byte == b'\n').count() + 1;
    if let Some(conflict) = merge_conflicts(text).first() {
        let (first, last) = (line(conflict.first().start), line(conflict.last().start));
        return format!("it has an unresolved git merge conflict in lines {first} to {last}");
    }
    format!("line {}: {}", line(start), error.message())
}

fn parse_shard(text: &str) -> Result<Shard, String> {
    text.parse().map_err(|_| format!("`{}` is not a shard", text.escape_debug()))
}

fn format_hash(hash: blake3::Hash) -> String {
    format!("blake3:{}", hash.to_hex())
}

fn parse_hash(text: &str) -> Result<blake3::Hash, String> {
    text.strip_prefix("blake3:")
        .and_then(|hex| blake3::Hash::from_hex(hex).ok())
        .ok_or_else(|| format!("`{text}` is not a hash"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock() -> Lock {
        let entry = |text: &str, was: Option<&str>| Entry {
            profile: "ada".into(),
            target: "prompt".into(),
            hash: blake3::hash(text.as_bytes()),
            was: was.map(|text| blake3::hash(text.as_bytes())),
        };
        let entries = [
            ("skills/ada/SKILL.md".into(), entry("b", Some("a"))),
            ("personas/a \"b\" é.md".into(), entry("a", None)),
        ];
        Lock { entries: entries.into(), ..Lock::default() }
    }

    #[test]
    fn a_lock_reads_back_unchanged() {
        let text = lock().text().unwrap();
        assert!(text.starts_with("# Written by cento"), "{text}");
        assert!(text.find("personas/") < text.find("skills/"));
        assert_eq!(Lock::parse(&text), Ok(lock()));
        assert_eq!(Lock::parse(&Lock::default().text().unwrap()), Ok(Lock::default()));
        let shard = Lock { shard: "2/3".parse().ok(), ..lock() };
        assert_eq!(Lock::parse(&shard.text().unwrap()), Ok(shard));
    }

    #[test]
    fn an_invalid_lock_is_not_read() {
        let hash = format_hash(blake3::hash(b""));
        let output = |path: &str| {
            format!("[[output]]\npath = '{path}'\nprofile = 'p'\ntarget = 't'\nhash = '{hash}'\n")
        };
        let lock = |outputs: &[&str]| {
            let outputs: String = outputs.iter().map(|path| output(path)).collect();
            Lock::parse(&format!("version = 1\n{outputs}"))
        };
        assert!(lock(&["a.md"]).is_ok());
        for path in ["/etc/passwd", "../a", "a/../../b", "", "a//b", "./a", "a\\b", "a/"] {
            assert!(lock(&[path]).is_err(), "{path}");
        }
        assert_eq!(lock(&["a", "a"]), Err("it lists `a` twice".to_owned()));
        assert!(Lock::parse("version = 2\nnew = 1").is_err_and(|reason| reason.contains("version 2")));
        assert!(Lock::parse("<<<<<<< HEAD\nversion = 1").is_err_and(|reason| reason.contains("merge")));
        for text in [
            "",
            "version = 1\nx = 1",
            "version = 1\nshard = '3/2'",
            "version = '1'",
            "version = 1\n[[output]]\npath = 'a'",
            "\0",
        ] {
            assert!(Lock::parse(text).is_err(), "{text}");
        }
        let wrong = format!("version = 1\n{}", output("a").replace("blake3:", "sha256:"));
        assert!(Lock::parse(&wrong).is_err_and(|reason| reason.contains("not a hash")));
    }
}
