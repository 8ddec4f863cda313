//! Progress of commands that take long, on a terminal.
//!
//! Nothing is shown before a command has taken a second, nor after the first line that it prints, so that progress and
//! output never mix. It goes to standard error, and only to a terminal.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How long a command may take before progress is shown.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often the time is shown anew.
const TICK: Duration = Duration::from_millis(200);

/// The progress of this process.
pub(super) struct Progress {
    bar: ProgressBar,
    delayed: Option<Delayed>,
}

impl Progress {
    /// Starts the clock. Shows nothing unless standard error is a terminal.
    pub(super) fn new(err_is_terminal: bool) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let delayed = err_is_terminal.then(|| {
            let bar = bar.clone();
            Delayed::new(PATIENCE, move || {
                bar.set_draw_target(ProgressDrawTarget::stderr());
                bar.enable_steady_tick(TICK);
            })
        });
        let progress = Progress { bar, delayed };
        progress.style("working, {elapsed}");
        progress
    }

    /// Counts to a number from now on.
    pub(super) fn count(&self, length: usize) {
        self.bar.set_length(length as u64);
        self.style("{pos} of {len} done, {elapsed}");
    }

    /// Counts one.
    pub(super) fn step(&self) {
        self.bar.inc(1);
    }

    /// Removes what is shown, and shows nothing any more.
    pub(super) fn end(&self) {
        if self.delayed.as_ref().is_some_and(Delayed::end) {
            self.bar.finish_and_clear();
        }
    }

    fn style(&self, template: &str) {
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style);
        }
    }
}

/// Something that happens after a while, unless it is ended before.
struct Delayed(Arc<(Mutex<State>, Condvar)>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Waiting,
    Happened,
    Ended,
}

impl Delayed {
    /// Waits in a thread of its own, with which the process need not wait.
    fn new(delay: Duration, happen: impl FnOnce() + Send + 'static) -> Self {
        let shared = Arc::new((Mutex::new(State::Waiting), Condvar::new()));
        let own = Arc::clone(&shared);
        thread::spawn(move || {
            let (state, ended) = &*own;
            let state = state.lock().unwrap_or_else(PoisonError::into_inner);
            let is_waiting = |state: &mut State| *state == State::Waiting;
            let waited = ended.wait_timeout_while(state, delay, is_waiting);
            let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
            // The lock is held, so that what happens is over before it is ended.
            if *state == State::Waiting {
                happen();
                *state = State::Happened;
            }
        });
        Delayed(shared)
    }

    /// Ends it. Returns whether it had happened and was not ended yet.
    fn end(&self) -> bool {
        let (state, ended) = &*self.0;
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *state, State::Ended);
        ended.notify_all();
        before == State::Happened
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Instant;

    use super::*;

    fn delayed(delay: Duration) -> (Delayed, Arc<AtomicBool>) {
        let happened = Arc::new(AtomicBool::new(false));
        let own = Arc::clone(&happened);
        (Delayed::new(delay, move || own.store(true, Ordering::SeqCst)), happened)
    }

    #[test]
    fn an_action_that_is_ended_in_time_never_happens() {
        let (delayed, happened) = delayed(Duration::from_millis(200));
        assert!(!delayed.end());
        thread::sleep(Duration::from_millis(400));
        assert!(!happened.load(Ordering::SeqCst));
        assert!(!delayed.end());
    }

    #[test]
    fn an_action_that_is_not_ended_happens_once() {
        let (delayed, happened) = delayed(Duration::from_millis(20));
        let begin = Instant::now();
        while !happened.load(Ordering::SeqCst) {
            assert!(begin.elapsed() < Duration::from_secs(20));
            thread::yield_now();
        }
        assert!(begin.elapsed() >= Duration::from_millis(20));
        assert!(delayed.end());
        assert!(!delayed.end());
    }
}
