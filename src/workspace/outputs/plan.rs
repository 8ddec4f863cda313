//! Compares outputs with the disk and the lock.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use rayon::prelude::*;

use super::paths::Protected;
use super::{CheckedPaths, Content, Output, Plan, Status, Step, Texts, text_of};
use crate::workspace::files::{FileError, FileType, Root, Seen, fold};
use crate::workspace::lock::{Entry, Lock};

/// Compares the outputs with the files below `root`, and finds entries of the lock that are no longer built.
/// Reads each file once and writes nothing.
///
/// `in_scope` tells whether this run decides about a profile: it was composed, or it no longer exists.
/// Entries of other profiles, which failed or were not requested, stay in the lock. `texts` builds texts
/// again that are needed but were not kept.
///
/// # Errors
/// On a system error.
pub(crate) fn plan(
    root: &Root,
    lock: Lock,
    checked: CheckedPaths,
    in_scope: &(dyn Fn(&str) -> bool + Sync),
    texts: Texts<'_>,
) -> Result<Plan, FileError> {
    let CheckedPaths { outputs, refused, protected } = checked;
    let speaks_for = |profile: &str| !refused.contains(profile) && in_scope(profile);
    let made: BTreeMap<_, _> =
        outputs.iter().map(|output| (fold(output.path.as_str()), output.path.clone())).collect();

    let orphans: Vec<_> = lock
        .entries
        .iter()
        .map(|(path, entry)| (path, entry, made.get(&fold(path.as_str()))))
        .filter(|(path, entry, heir)| *heir != Some(path) && speaks_for(&entry.profile))
        .map(|(path, entry, heir)| {
            Ok(Step {
                seen: root.seen(path).unwrap_or_default(),
                path: path.clone(),
                profile: entry.profile.clone(),
                target: entry.target.clone(),
                status: orphan_status(root, path, entry, &protected, heir.map(|heir| heir.as_path()))?,
                content: None,
                found: None,
            })
        })
        .collect::<Result<_, FileError>>()?;

    let mut steps: Vec<_> = outputs
        .into_par_iter()
        .filter_map(|mut output| {
            let content = output.content.take()?;
            let entry = lock.entries.get(&output.path);
            Some(step(root, output, content, entry, &speaks_for, texts))
        })
        .collect::<Result<_, FileError>>()?;
    steps.extend(orphans);
    steps.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Plan { steps, lock, prefix: root.shown(Utf8Path::new("")) })
}

/// Returns the profiles of the outputs whose files do not have the bytes that the lock records, whatever their line
/// endings, or with them if they are `exact`. Other outputs were not edited by hand.
///
/// # Errors
/// On a system error.
pub(crate) fn touched(root: &Root, lock: &Lock, exact: bool) -> Result<BTreeSet<String>, FileError> {
    let is_touched = |(path, entry): &(&Utf8PathBuf, &Entry)| -> Result<bool, FileError> {
        if root.file_type(path)? != FileType::File {
            return Ok(false);
        }
        let is_known = |bytes: &[u8]| blake3::hash(bytes) == entry.hash;
        let found = root.read(path)?;
        Ok(found.is_some_and(|found| !is_known(&found) && (exact || !is_known(&unix_lines(found.clone())))))
    };
    let entries: Vec<_> = lock.entries.iter().collect();
    let touched = entries.into_par_iter().map(|entry| Ok((is_touched(&entry)?, &entry.1.profile)));
    let touched: Vec<(bool, &String)> = touched.collect::<Result<_, FileError>>()?;
    Ok(touched
        .into_iter()
        .filter(|(is_touched, _)| *is_touched)
        .map(|(_, profile)| profile.clone())
        .collect())
}

fn step(
    root: &Root,
    output: Output,
    mut content: Content,
    entry: Option<&Entry>,
    speaks_for: &(dyn Fn(&str) -> bool + Sync),
    texts: Texts<'_>,
) -> Result<Step, FileError> {
    let (status, seen, found) = match entry.map(|entry| &entry.profile) {
        Some(owner) if *owner != output.profile && !speaks_for(owner) => {
            (Status::Claimed { by: owner.clone() }, Seen::Nothing, None)
        }
        _ => output_status(root, &output, &mut content, entry, texts)?,
    };
    let Output { path, profile, target, .. } = output;
    Ok(Step { path, profile, target: target.to_owned(), status, content: Some(content), seen, found })
}

/// Returns the status of an output, what is at its path, and the bytes of the file if it was edited by hand.
fn output_status(
    root: &Root,
    output: &Output,
    content: &mut Content,
    entry: Option<&Entry>,
    texts: Texts<'_>,
) -> Result<(Status, Seen, Option<Vec<u8>>), FileError> {
    if let Some((at, by)) = root.blocked_by(&output.path)? {
        return Ok((Status::Blocked { at, by }, Seen::Nothing, None));
    }
    let absent = if entry.is_some() { Status::Missing } else { Status::New };
    match root.file_type(&output.path)? {
        FileType::Nothing => return Ok((absent, Seen::Nothing, None)),
        FileType::File => {}
        other => return Ok((Status::Foreign(other), Seen::Other(other), None)),
    }
    let Some(found) = root.read(&output.path)? else { return Ok((absent, Seen::Nothing, None)) };
    let seen = Seen::bytes(&found);
    let (literal, found) = (blake3::hash(&found), if content.is_exact { found } else { unix_lines(found) });
    let hashes = [literal, blake3::hash(&found)];
    let status = match entry {
        None if hashes.contains(&content.hash) => Status::Adopt,
        None => Status::Foreign(FileType::File),
        Some(entry) => {
            match hashes.into_iter().find_map(|hash| known_status(output, content.hash, entry, hash)) {
                Some(status) => status,
                None => {
                    let text = text_of(content, texts, &output.profile, &output.path)?;
                    let status = match found {
                        _ if is_damaged(&found, text.as_bytes()) => Status::Damaged,
                        _ if !content.is_exact && found == unix_lines(text.clone().into()) => {
                            Status::Unchanged
                        }
                        _ => Status::HandEdited,
                    };
                    content.text = Some(text);
                    status
                }
            }
        }
    };
    let found = matches!(status, Status::HandEdited | Status::Damaged).then_some(found);
    Ok((status, seen, found))
}

/// Returns the status of a file in the lock by its hash. `None` if cento did not write these bytes.
fn known_status(output: &Output, wanted: blake3::Hash, entry: &Entry, found: blake3::Hash) -> Option<Status> {
    if found == wanted {
        let is_recorded =
            entry.hash == found && entry.profile == output.profile && entry.target == output.target;
        return Some(if is_recorded { Status::Unchanged } else { Status::Adopt });
    }
    (entry.hash == found || entry.was == Some(found)).then_some(Status::Changed)
}

/// Replaces `\r\n` with `\n`, undoing the conversion that git makes on some systems.
fn unix_lines(bytes: Vec<u8>) -> Vec<u8> {
    if !bytes.contains(&b'\r') {
        return bytes;
    }
    let is_kept = |at: usize| bytes[at] != b'\r' || bytes.get(at + 1) != Some(&b'\n');
    (0..bytes.len()).filter(|at| is_kept(*at)).map(|at| bytes[at]).collect()
}

/// Returns whether `found` looks like `whole` after a power failure: empty, all zeros, or its beginning
/// padded with zeros. A plain truncation does not count, since a person may have deleted the end.
fn is_damaged(found: &[u8], whole: &[u8]) -> bool {
    let kept = found.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let is_cut = kept < found.len() || found.is_empty();
    is_cut && whole.starts_with(&found[..kept])
}

/// Returns the status of an entry of the lock without an output. `heir` is the output whose path differs only
/// in case, if there is one.
fn orphan_status(
    root: &Root,
    path: &Utf8Path,
    entry: &Entry,
    protected: &Protected,
    heir: Option<&Utf8Path>,
) -> Result<Status, FileError> {
    // A lock may come from anywhere or predate a change of `[paths]`, so sources are never removed, whatever
    // it says. Nor is the heir's file, on a file system that ignores case.
    let is_heirs = heir.is_some_and(|heir| root.is_one_file(path, heir));
    if is_heirs || protected.objection(path).is_some() || root.blocked_by(path)?.is_some() {
        return Ok(Status::Forgotten);
    }
    let edited = match root.file_type(path)? {
        FileType::Nothing | FileType::Directory => return Ok(Status::Forgotten),
        FileType::Link | FileType::Special => true,
        FileType::File => {
            let Some(found) = root.read(path)? else { return Ok(Status::Forgotten) };
            let is_empty = is_damaged(&found, b"");
            let hashes = [blake3::hash(&found), blake3::hash(&unix_lines(found))];
            let is_known = |hash: &blake3::Hash| entry.hash == *hash || entry.was == Some(*hash);
            !hashes.iter().any(is_known) && !is_empty
        }
    };
    Ok(Status::Orphan { edited })
}
