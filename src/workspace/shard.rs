//! Builds that are divided between machines, and the lock that they make together.
//!
//! A [`Shard`] builds the personas whose ids fall to it. It reads the whole workspace and needs nothing from the other
//! shards. In the lock it changes the entries of its own personas and leaves those of others as they are, so that the
//! locks of all shards can be joined: no entry is changed by two of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use camino::{Utf8Path, Utf8PathBuf};

use super::files::Seen;
use super::lock::{Entry, LOCK_PATH, Lock};

/// The maximum number of missing shards in a message. A lock may claim to be one of any number.
const MAX_MISSING: usize = 10;

/// One part of a divided build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shard {
    /// Its number, from 1.
    number: u64,
    /// How many there are.
    of: u64,
}

impl Shard {
    /// Whether the outputs of a profile belong to it, also if the profile is gone.
    pub(crate) fn holds(self, profile: &str) -> bool {
        number(profile, self.of) == self.number
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Shard {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts =
            text.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
        match parts {
            Some((number, of)) if (1..=of).contains(&number) => Ok(Shard { number, of }),
            _ => Err("expected K/N, with K from 1 to N, as in 1/4"),
        }
    }
}

/// Returns the number of a profile's shard. Its id alone decides, so that it is the same on every machine and stays the
/// same when other profiles come and go.
fn number(profile: &str, of: u64) -> u64 {
    let hash = blake3::hash(profile.as_bytes());
    let leading = hash.as_bytes()[..8].iter();
    leading.fold(0_u64, |number, byte| (number << 8) | u64::from(*byte)) % of + 1
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_profile_belongs_to_one_shard() {
        for of in 1..=7 {
            let mut sizes = vec![0; of];
            for profile in (0..700).map(|index| format!("persona-{index}")) {
                let own: Vec<_> = (1..=of)
                    .filter(|number| format!("{number}/{of}").parse::<Shard>().unwrap().holds(&profile))
                    .collect();
                assert_eq!(own.len(), 1, "{profile} of {of}");
                sizes[own[0] - 1] += 1;
            }
            assert!(sizes.iter().all(|size| *size > 700 / of / 2), "{sizes:?}");
        }
    }

    /// A shard is built on many machines, perhaps by several versions.
    #[test]
    fn the_shard_of_an_id_never_changes() {
        let numbers: Vec<u64> = ["ada", "assistant", "release-captain", "é"].map(|id| number(id, 8)).into();
        assert_eq!(numbers, [6, 5, 2, 5]);
    }

    #[test]
    fn a_shard_is_a_number_of_several() {
        assert_eq!("2/3".parse(), Ok(Shard { number: 2, of: 3 }));
        for text in ["", "1", "0/1", "2/1", "1/0", "a/b", "1/2/3", "-1/2", " 1/2", "1/99999999999999999999"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }
}
