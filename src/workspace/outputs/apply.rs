//! Applies a plan.

use std::collections::BTreeSet;

use camino::Utf8PathBuf;
use rayon::prelude::*;

use super::{Action, ORIGINS, Options, Plan, Step, Texts, text_of};
use crate::workspace::built::Kept;
use crate::workspace::files::{Durability, FileError, Root, WriteError};
use crate::workspace::lock::{Entry, Lock};

/// The action taken for one output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Done {
    /// Its path, relative to the root.
    pub path: Utf8PathBuf,
    /// The profile that builds it, or built it.
    pub profile: String,
    pub target: String,
    pub action: Action,
}

/// The actions taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Report {
    /// The outputs, sorted by path.
    pub done: Vec<Done>,
    pub lock_written: bool,
}

/// A system error, and the actions taken before it.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub(crate) struct Failure {
    error: WriteError,
    pub report: Report,
}

/// The number of texts that are built in parallel before they are written one by one.
const BATCH: usize = 64;

/// Writes and deletes what the plan and the options allow, then writes the lock, synced.
///
/// The lock is also written before the outputs, with their new hashes. If the process dies or power fails in
/// between, each file matches the lock, matches the previous hash in it, or is damaged, so none is mistaken
/// for a hand edit. This first write must be synced too, since a damaged lock cannot be repaired.
///
/// The texts are in `kept` before any output is written, and those of the previous build until the lock that
/// replaces them is written. `texts` builds a text again that is not there.
///
/// A file that has changed since the plan was made is left alone: its action is `Refuse`.
///
/// # Errors
/// On a system error. Later steps are not taken, and the lock records the steps before.
pub(crate) fn apply(
    root: &Root,
    plan: &Plan,
    options: Options,
    kept: Kept<'_>,
    texts: Texts<'_>,
) -> Result<Report, Box<Failure>> {
    let mut report = Report::default();
    match carry_out_all(root, plan, options, kept, texts, &mut report) {
        Ok(()) => Ok(report),
        Err(error) => Err(Box::new(Failure { error, report })),
    }
}

fn carry_out_all(
    root: &Root,
    plan: &Plan,
    options: Options,
    kept: Kept<'_>,
    texts: Texts<'_>,
    report: &mut Report,
) -> Result<(), WriteError> {
    let mut announced = announcement(plan, options);
    keep(root, plan, options, &kept, texts)?;
    kept.finish(&hashes([&plan.lock, &announced]));
    let is_announced = announced != plan.lock;
    if is_announced {
        announced.write(root)?;
    }
    let mut lock = Lock { seen: announced.seen, shard: options.shard, ..plan.lock.clone() };
    let outcome = steps_with_texts(plan, options, &kept, texts).try_for_each(|(step, text)| {
        let text = text?;
        let action = match carry_out(root, step, step.action(options), text.as_deref()) {
            Err(WriteError::Changed(_)) => Action::Refuse,
            done => done.map(|()| step.action(options))?,
        };
        record(&mut lock, step, action);
        let Step { path, profile, target, .. } = step;
        let (path, profile, target) = (path.clone(), profile.clone(), target.clone());
        report.done.push(Done { path, profile, target, action });
        Ok::<(), WriteError>(())
    });
    if is_announced || lock.entries != plan.lock.entries {
        let written = lock.write(root);
        // Report the first failure.
        outcome.and(written)?;
        report.lock_written = true;
    } else {
        outcome?;
    }
    // Until the new lock is written, the old texts may be needed as the base of a merge.
    kept.forget(&hashes([&lock]));
    Ok(())
}

/// Returns the steps with their actions: those taken, or those that a build would take if `done` is `None`.
pub(crate) fn steps<'p>(plan: &'p Plan, options: Options, done: Option<&Report>) -> Vec<(&'p Step, Action)> {
    match done {
        Some(report) => plan.steps.iter().zip(report.done.iter().map(|done| done.action)).collect(),
        None => plan.steps.iter().map(|step| (step, step.action(options))).collect(),
    }
}

/// Records absorbed edits in the lock: for each path, the text that counts as built.
///
/// # Errors
/// On a system error.
pub(crate) fn record_built(
    root: &Root,
    lock: &Lock,
    texts: &[(Utf8PathBuf, String)],
) -> Result<(), WriteError> {
    let (mut new, kept) = (lock.clone(), Kept::open(root));
    for (path, text) in texts {
        let Some(entry) = new.entries.get_mut(path) else { continue };
        let hash = blake3::hash(text.as_bytes());
        if entry.hash != hash {
            // A person wrote this text. To go back to the one before by hand is an edit too, not a file that a power cut left.
            entry.was = None;
            entry.hash = hash;
        }
        kept.add(hash, text);
    }
    kept.finish(&hashes([lock, &new]));
    if new.entries != lock.entries {
        new.write(root)?;
    }
    kept.forget(&hashes([&new]));
    Ok(())
}

/// Returns the hashes of all outputs in these locks.
fn hashes<'l>(locks: impl IntoIterator<Item = &'l Lock>) -> BTreeSet<[u8; 32]> {
    let entries = locks.into_iter().flat_map(|lock| lock.entries.values());
    entries.map(|entry| *entry.hash.as_bytes()).collect()
}

/// Keeps the texts of the outputs that match their sources after this build.
fn keep(
    root: &Root,
    plan: &Plan,
    options: Options,
    kept: &Kept<'_>,
    texts: Texts<'_>,
) -> Result<(), FileError> {
    let is_missing = |step: &&Step| {
        let hash = step.content.as_ref().map(|content| content.hash);
        hash.is_some_and(|hash| {
            step.target != ORIGINS && step.action(options).is_up_to_date() && !kept.holds(hash)
        })
    };
    let text = |step: &&Step| {
        let content = step.content.as_ref()?;
        Some(match step.action(options) {
            Action::Write => {
                text_of(content, texts, &step.profile, &step.path).map(|text| (content.hash, text))
            }
            // It is up to date on disk.
            _ => {
                let text = root.read(&step.path).ok()?.and_then(|bytes| String::from_utf8(bytes).ok())?;
                return (blake3::hash(text.as_bytes()) == content.hash).then_some(Ok((content.hash, text)));
            }
        })
    };
    let missing: Vec<&Step> = plan.steps.iter().filter(is_missing).collect();
    for batch in missing.chunks(BATCH) {
        for text in batch.par_iter().filter_map(text).collect::<Vec<_>>() {
            let (hash, text) = text?;
            kept.add(hash, &text);
        }
    }
    Ok(())
}

/// Returns the steps, each with its text if it is to be written.
fn steps_with_texts<'p>(
    plan: &'p Plan,
    options: Options,
    kept: &'p Kept<'_>,
    texts: Texts<'p>,
) -> impl Iterator<Item = (&'p Step, Result<Option<String>, FileError>)> {
    let text = move |step: &'p Step| match &step.content {
        Some(content) if step.action(options) == Action::Write => {
            let text = content.text.is_none().then(|| kept.text(content.hash)).flatten();
            let again = || text_of(content, texts, &step.profile, &step.path);
            (step, text.map_or_else(again, Ok).map(Some))
        }
        _ => (step, Ok(None)),
    };
    let batches = plan.steps.chunks(BATCH);
    batches.flat_map(move |batch| batch.par_iter().map(text).collect::<Vec<_>>())
}

fn carry_out(root: &Root, step: &Step, action: Action, text: Option<&str>) -> Result<(), WriteError> {
    match (action, text) {
        (Action::Write, Some(text)) => {
            root.write(&step.path, text.as_bytes(), step.seen, Durability::Unsynced)
        }
        (Action::Remove, _) => {
            root.remove(&step.path, step.seen, Durability::Unsynced)?;
            root.remove_empty_parents(&step.path);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Returns the lock to write before the outputs. Outputs to delete stay in it until they are gone.
fn announcement(plan: &Plan, options: Options) -> Lock {
    let mut lock = Lock { shard: options.shard, ..plan.lock.clone() };
    for step in &plan.steps {
        let action = step.action(options);
        if action == Action::Write {
            record(&mut lock, step, action);
        }
    }
    lock
}

fn record(lock: &mut Lock, step: &Step, action: Action) {
    match (action, &step.content) {
        (Action::Write | Action::Adopt, Some(content)) => {
            let hash = content.hash;
            let before = lock.entries.get(&step.path);
            let was = before.and_then(|entry| if entry.hash == hash { entry.was } else { Some(entry.hash) });
            let (profile, target) = (step.profile.clone(), step.target.clone());
            lock.entries.insert(step.path.clone(), Entry { profile, target, hash, was });
        }
        (Action::Remove | Action::Forget, _) => {
            lock.entries.remove(&step.path);
        }
        _ => {}
    }
}
