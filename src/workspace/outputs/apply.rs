//! Carrying out a plan.

use std::collections::BTreeSet;

use camino::Utf8PathBuf;
use rayon::prelude::*;

use super::{Action, Content, ORIGINS, Options, Plan, Step, Texts, text_of};
use crate::workspace::built;
use crate::workspace::files::{Durability, FileError, Root, WriteError};
use crate::workspace::lock::{Entry, Lock};

/// What was done about one output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Done {
    /// Where it is, relative to the root.
    pub path: Utf8PathBuf,
    /// The profile that makes it, or made it.
    pub profile: String,
    /// The target.
    pub target: String,
    /// What was done.
    pub action: Action,
}

/// What was done, by path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Report {
    /// The outputs, sorted by path.
    pub done: Vec<Done>,
    /// Whether the lock was written.
    pub lock_written: bool,
}

/// What was done before the system refused, and why it did.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub(crate) struct Failure {
    error: WriteError,
    /// What was done until then.
    pub report: Report,
}

/// How many texts are made at a time, in parallel, before they are written one after the other.
const BATCH: usize = 64;

/// Writes and removes what the plan and the options allow, and the lock last of all, synced.
///
/// The lock also goes first, as an announcement: if the process dies half-way, or the power goes, each
/// file is as the lock says, or as it says it was before, or damaged, and none passes for an edit. That
/// has to be synced too, since nothing repairs a damaged lock.
///
/// `texts` makes those again that were not kept.
///
/// A file that is not as it was when the plan was made is left alone: its step is refused.
///
/// # Errors
/// If the system refuses to write or remove a file. What comes after it is left as it was, and the lock
/// says what was done until then.
pub(crate) fn apply(
    root: &Root,
    plan: &Plan,
    options: Options,
    texts: Texts<'_>,
) -> Result<Report, Box<Failure>> {
    let mut report = Report::default();
    match carry_out_all(root, plan, options, texts, &mut report) {
        Ok(()) => Ok(report),
        Err(error) => Err(Box::new(Failure { error, report })),
    }
}

fn carry_out_all(
    root: &Root,
    plan: &Plan,
    options: Options,
    texts: Texts<'_>,
    report: &mut Report,
) -> Result<(), WriteError> {
    let mut announced = announcement(plan, options);
    let is_announced = announced.entries != plan.lock.entries;
    if is_announced {
        announced.write(root)?;
    }
    let mut lock = Lock { seen: announced.seen, ..plan.lock.clone() };
    let outcome = steps_with_texts(plan, options, texts).try_for_each(|(step, text)| {
        let text = text?;
        let action = match carry_out(root, step, step.action(options), text.as_deref()) {
            Err(WriteError::Changed(_)) => Action::Refuse,
            done => done.map(|()| step.action(options))?,
        };
        record(&mut lock, step, action);
        if let (Action::Write | Action::Adopt | Action::Keep, Some(Content { hash, .. })) =
            (action, &step.content)
            && step.target != ORIGINS
        {
            // What is not written is on the disk as it should be.
            let on_disk = || root.read(&step.path).ok()?.and_then(|bytes| String::from_utf8(bytes).ok());
            built::keep(root, *hash, || text.or_else(on_disk));
        }
        let Step { path, profile, target, .. } = step;
        let (path, profile, target) = (path.clone(), profile.clone(), target.clone());
        report.done.push(Done { path, profile, target, action });
        Ok::<(), WriteError>(())
    });
    if is_announced || lock.entries != plan.lock.entries {
        let written = lock.write(root);
        // The first failure is the one to tell of.
        outcome.and(written)?;
        report.lock_written = true;
        // Until the lock that does without them is written, they may be the only base of a merge.
        forget(root, &plan.lock, &lock);
    } else {
        outcome?;
    }
    Ok(())
}

/// The steps with what was done about each: all that were carried out, or, of a plan that was not, what would be done.
pub(crate) fn steps<'p>(plan: &'p Plan, options: Options, done: Option<&Report>) -> Vec<(&'p Step, Action)> {
    match done {
        Some(report) => plan.steps.iter().zip(report.done.iter().map(|done| done.action)).collect(),
        None => plan.steps.iter().map(|step| (step, step.action(options))).collect(),
    }
}

/// Takes edits of outputs that went to their sources into the lock: each path with the text that counts as
/// built there.
///
/// # Errors
/// If the system refuses to write the lock.
pub(crate) fn take_over(root: &Root, lock: &Lock, texts: &[(Utf8PathBuf, String)]) -> Result<(), WriteError> {
    let mut new = lock.clone();
    for (path, text) in texts {
        let Some(entry) = new.entries.get_mut(path) else { continue };
        let hash = blake3::hash(text.as_bytes());
        if entry.hash != hash {
            entry.was = Some(entry.hash);
            entry.hash = hash;
        }
        built::keep(root, hash, || Some(text.clone()));
    }
    if new.entries != lock.entries {
        new.write(root)?;
        forget(root, lock, &new);
    }
    Ok(())
}

/// Forgets the texts that no output has any more.
fn forget(root: &Root, before: &Lock, after: &Lock) {
    let current: BTreeSet<_> = after.entries.values().map(|entry| *entry.hash.as_bytes()).collect();
    let gone = before.entries.values().filter(|entry| !current.contains(entry.hash.as_bytes()));
    gone.for_each(|entry| built::forget(root, entry.hash));
}

/// The steps, each with its text if it is to be written.
fn steps_with_texts<'p>(
    plan: &'p Plan,
    options: Options,
    texts: Texts<'p>,
) -> impl Iterator<Item = (&'p Step, Result<Option<String>, FileError>)> {
    let text = move |step: &'p Step| match &step.content {
        Some(content) if step.action(options) == Action::Write => {
            (step, text_of(content, texts, &step.profile, &step.path).map(Some))
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

/// The lock as it will be, but for what is to be removed: that stays known until it is gone.
fn announcement(plan: &Plan, options: Options) -> Lock {
    let mut lock = plan.lock.clone();
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
