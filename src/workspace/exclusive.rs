//! One command that writes at a time.
//!
//! A command that writes locks the file `.cento/lock` of the directory that it writes to, before it reads what it will
//! decide by. The lock is advisory and belongs to the process, so none is left behind by one that was killed. Commands
//! that only read do not take it: files are replaced whole, so they see each as it was or as it is.

use std::fs::TryLockError;
use std::io;
use std::thread::sleep;
use std::time::{Duration, Instant};

use camino::{Utf8Path, Utf8PathBuf};

use super::built::{self, KEPT};
use super::files::{FileError, Lockable, Root};

/// How long a command waits for another one.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// How often it looks whether the other one has finished.
const INTERVAL: Duration = Duration::from_millis(20);

/// The right to write to a directory, until this is dropped.
#[derive(Debug)]
pub(crate) struct Exclusive {
    /// Nothing where the system cannot lock, or nothing can be written anyway.
    _held: Option<std::fs::File>,
}

/// Why a directory cannot be written to.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExclusiveError {
    /// Another command has not finished in time.
    #[error(
        "another cento command is still writing here: it has held {lock} for more than {} seconds\n\
         help: run the command again when the other one has finished",
        .waited.as_secs()
    )]
    Busy {
        /// The file that it holds.
        lock: Utf8PathBuf,
        /// How long this command has waited.
        waited: Duration,
    },
    /// The system refused.
    #[error(transparent)]
    File(#[from] FileError),
}

/// The path of the file that is locked, below the directory.
fn path() -> Utf8PathBuf {
    Utf8Path::new(KEPT).join("lock")
}

/// Waits until no other command writes to `root`, calling `tell` with the path of the lock if that takes a moment.
///
/// # Errors
/// If another command has not finished after `patience`, or if the system refuses.
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
            // Whoever removed the file meanwhile made place for another lock.
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
            // Of file systems that have no locks.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                return Ok(Exclusive { _held: None });
            }
            Err(TryLockError::Error(error)) => return Err(root.cannot_lock(&path, error).into()),
        }
    }
}
