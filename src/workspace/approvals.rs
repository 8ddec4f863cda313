//! Approvals: the digests of what personas meant when somebody approved them.
//!
//! The file has one line for each persona, so that `git blame` and `git log` say who approved it, and when.

use std::collections::BTreeMap;

use camino::Utf8Path;
use serde::Deserialize;

use super::files::{Durability, FileError, Reading, Root, Seen, WriteError};
use super::lock::malformed;

/// The file that `approve` writes, relative to the workspace, unless another is named.
pub(crate) const APPROVALS: &str = "approved.toml";

/// The version of the format.
const VERSION: i64 = 1;

/// The maximum size of the file, in bytes. 10,000 personas take less than 1 MiB.
const LIMIT: u64 = 16 << 20;

const HEADER: &str = "# Written by `cento approve`: a digest of the meaning of each persona. `git blame` shows who approved it, and when.\n";

/// The approved digests, by profile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Approvals {
    pub digests: BTreeMap<String, String>,
    /// The file that was read, so that no other one is overwritten.
    seen: Seen,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: i64,
    #[serde(default)]
    approved: BTreeMap<String, String>,
}

impl Approvals {
    /// Reads the file; `None` if it does not exist.
    ///
    /// # Errors
    /// Why it cannot be read, as a sentence, or a system error.
    pub(crate) fn read(root: &Root, path: &Utf8Path) -> Result<Result<Option<Approvals>, String>, FileError> {
        let seen = root.seen(path)?;
        Ok(match root.read_text(path, LIMIT)? {
            Reading::Missing => Ok(None),
            Reading::Refused(finding) => Err(finding.message),
            Reading::Text(text) => Approvals::parse(&text).map(|digests| Some(Approvals { digests, seen })),
        })
    }

    fn parse(text: &str) -> Result<BTreeMap<String, String>, String> {
        let file: File = toml::from_str(text).map_err(|error| malformed(text, &error))?;
        match file.version {
            VERSION => Ok(file.approved),
            other => Err(format!("it has version {other}, but this cento supports only version {VERSION}")),
        }
    }

    fn text(&self) -> String {
        let digests = self.digests.iter().map(|(profile, digest)| (profile.clone(), digest.clone().into()));
        let approved = toml::Table::from_iter(digests);
        let file = [("version".to_owned(), VERSION.into()), ("approved".to_owned(), approved.into())];
        format!("{HEADER}{}", toml::Table::from_iter(file))
    }

    /// Writes the file over the one that was read.
    ///
    /// # Errors
    /// If the file has changed since it was read, or on a system error.
    pub(crate) fn write(&self, root: &Root, path: &Utf8Path) -> Result<(), WriteError> {
        root.write(path, self.text().as_bytes(), self.seen, Durability::Synced)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn approvals_read_back_unchanged() {
        let digests = [("b c".to_owned(), "2".to_owned()), ("a".to_owned(), "1".to_owned())].into();
        let approvals = Approvals { digests, ..Approvals::default() };
        assert_eq!(Approvals::parse(&approvals.text()), Ok(approvals.digests.clone()));
        assert!(approvals.text().find("a = ") < approvals.text().find("\"b c\" = "));
        for text in ["", "version = 2\n[approved]\n", "version = 1\nx = 1", "version = 1\n[approved]\na = 1"]
        {
            assert!(Approvals::parse(text).is_err(), "{text}");
        }
    }
}
