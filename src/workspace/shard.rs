//! Builds that are divided between machines.
//!
//! A [`Shard`] builds the personas whose ids fall to it. It reads the whole workspace and needs nothing from the other
//! shards. In the lock it changes the entries of its own personas and leaves those of others as they are, so that the
//! locks of all shards can be joined: no entry is changed by two of them.

use std::fmt;
use std::str::FromStr;

/// One part of a divided build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shard {
    /// Its number, from 1.
    pub(super) number: u64,
    /// How many there are.
    pub(super) of: u64,
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
