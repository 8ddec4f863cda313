//! The lock that all shards of a build make together.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};

use super::files::Seen;
use super::lock::{Entry, LOCK_PATH, Lock};
use super::shard::Shard;

/// The maximum number of missing shards in a message. A lock may claim to be one of any number.
const MAX_MISSING: usize = 10;

/// Returns what all shards of a build make of a lock: `shards` are their locks, each in a directory.
///
/// # Errors
/// Why these cannot be the locks of the shards of one build, as a message with a help.
pub(crate) fn join(lock: &Lock, shards: &[(Utf8PathBuf, Lock)]) -> Result<Lock, String> {
    let mut joined = Lock { shard: None, ..lock.clone() };
    let mut changed: BTreeMap<&Utf8Path, &str> = BTreeMap::new();
    for (shard, directory, own) in whole(shards)? {
        for (path, profile, entry) in changes(lock, own) {
            if !shard.holds(profile) {
                return Err(format!(
                    "the lock of shard {shard} in {directory} was not built from the present lock\n\
                     help: restore the lock from which all shards were built"
                ));
            }
            if let Some(other) = changed.insert(path, profile) {
                let [other, profile] = [other, profile].map(|id| id.escape_debug().to_string());
                return Err(format!(
                    "the shards of `{other}` and `{profile}` both changed {}\n\
                     help: build without `--shard`, which tells whether both have this output or it moved",
                    path.as_str().escape_debug()
                ));
            }
            match entry {
                Some(entry) => joined.entries.insert(path.to_owned(), entry.clone()),
                None => joined.entries.remove(path),
            };
        }
    }
    Ok(joined)
}

/// Returns the locks with their shards, if these are all shards of one number, each once.
fn whole(shards: &[(Utf8PathBuf, Lock)]) -> Result<Vec<(Shard, &Utf8Path, &Lock)>, String> {
    let help = "help: name the directories of all shards of one build, each once";
    let mut given: BTreeMap<u64, &Utf8Path> = BTreeMap::new();
    let mut all: Vec<(Shard, &Utf8Path, &Lock)> = Vec::new();
    for (directory, lock) in shards {
        let Some(shard) = lock.shard else {
            let reason = match lock.seen {
                Seen::Nothing => format!("{directory} has no {LOCK_PATH}"),
                _ => format!("the lock in {directory} is not that of a shard"),
            };
            return Err(format!("{reason}\nhelp: name the directories in which shards were built"));
        };
        if let Some((first, other, _)) = all.first().filter(|(first, ..)| first.of != shard.of) {
            return Err(format!("{other} has shard {first}, but {directory} has shard {shard}\n{help}"));
        }
        if let Some(other) = given.insert(shard.number, directory) {
            return Err(format!("shard {shard} was given twice: in {other} and in {directory}\n{help}"));
        }
        all.push((shard, directory, lock));
    }
    let of = all.first().map_or(0, |(shard, ..)| shard.of);
    let mut missing = (1..=of).filter(|number| !given.contains_key(number));
    let named: Vec<String> =
        missing.by_ref().take(MAX_MISSING).map(|number| Shard { number, of }.to_string()).collect();
    match (named.as_slice(), missing.next()) {
        ([], _) => Ok(all),
        (_, None) => Err(format!("not all shards were given: {} missing\n{help}", named.join(", "))),
        (_, Some(_)) => {
            Err(format!("not all shards were given: {} and more missing\n{help}", named.join(", ")))
        }
    }
}

/// The entries of `after` that differ from those of `before`, by path, with the profiles that they belong to. `None` for
/// one that is gone.
fn changes<'l>(
    before: &'l Lock,
    after: &'l Lock,
) -> impl Iterator<Item = (&'l Utf8Path, &'l str, Option<&'l Entry>)> {
    let paths: BTreeSet<&Utf8PathBuf> = before.entries.keys().chain(after.entries.keys()).collect();
    paths.into_iter().filter_map(|path| {
        let (old, new) = (before.entries.get(path), after.entries.get(path));
        let owner = new.or(old).filter(|_| old != new)?;
        Some((path.as_path(), owner.profile.as_str(), new))
    })
}
