//! Lets only one command write at a time.
//!
//! A command that writes locks `.cento/lock` in its output directory before it reads anything that its
//! decisions depend on. The lock is advisory and belongs to the process, so a killed command leaves none
//! behind. Commands that only read take no lock: files are replaced as a whole, so they see the old or the
//! new version of each.

use std::fs::TryLockError;
use std::io;
use std::thread::sleep;
use std::time::{Duration, Instant};

use camino::{Utf8Path, Utf8PathBuf};

use super::built::{self, KEPT};
use super::files::{FileError, Lockable, Root};

/// The time a command waits for another one.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The interval between attempts to take the lock.
const INTERVAL: Duration = Duration::from_millis(20);

/// The right to write to a directory, released when dropped.
#[derive(Debug)]
pub(crate) struct Exclusive {
    /// `None` if the file system has no locks or is read-only.
    _held: Option<std::fs::File>,
}

/// Why the right to write was not granted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExclusiveError {
    /// Another command did not finish in time.
    #[error(
        "another cento command is still writing here: it has held {lock} for more than {} seconds\n\
         help: run the command again when the other one has finished",
        .waited.as_secs()
    )]
    Busy {
        /// The locked file.
        lock: Utf8PathBuf,
        /// The time waited.
        waited: Duration,
    },
    /// The system refused.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Returns the path of the lock file, relative to the directory.
fn path() -> Utf8PathBuf {
    Utf8Path::new(KEPT).join("lock")
}

/// Waits until no other command writes to `root`. If it has to wait, it calls `tell` once with the path of
/// the lock.
///
/// # Errors
/// If another command has not finished after `patience`, or on a system error.
pub(crate) fn exclusive(
    root: &Root,
    patience: Duration,
    tell: impl FnOnce(&Utf8Path),
) -> Result<Exclusive, ExclusiveError> {
    let (path, begun) = (path(), Instant::now());
    let lock = root.shown(&path);
    let mut tell = Some(tell);
    loop {
        built::ignore(root);
        let Lockable::File(file) = root.lockable(&path)? else { return Ok(Exclusive { _held: None }) };
        match file.try_lock() {
            // If the file was deleted meanwhile, another command may have locked a new one.
            Ok(()) if root.is_file_at(&path, &file) => return Ok(Exclusive { _held: Some(file) }),
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                if let Some(tell) = tell.take() {
                    tell(&lock);
                }
                if begun.elapsed() >= patience {
                    return Err(ExclusiveError::Busy { lock, waited: patience });
                }
                sleep(INTERVAL);
            }
            // The file system does not support locks.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                return Ok(Exclusive { _held: None });
            }
            Err(TryLockError::Error(error)) => return Err(root.cannot_lock(&path, error).into()),
        }
    }
}
