//! Fault injection for tests: makes a step of a write fail, as a full or broken disk would.

#[cfg(test)]
pub(crate) use injected::*;
#[cfg(not(test))]
pub(super) use real::point;

#[cfg(not(test))]
mod real {
    /// Never fails outside tests.
    #[inline(always)]
    pub(in super::super) fn point(_: &'static str) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod injected {
    use std::cell::RefCell;
    use std::io;
    use std::ops::Range;

    thread_local! {
        static STEPS: RefCell<(usize, Range<usize>, Vec<&'static str>)> = const { RefCell::new((0, 0..0, Vec::new())) };
    }

    /// Marks a step of a write on this thread. Fails if its number is to fail.
    pub(crate) fn point(step: &'static str) -> io::Result<()> {
        STEPS.with_borrow_mut(|(number, failing, failed)| {
            let is_failing = failing.contains(number);
            *number += 1;
            if is_failing {
                failed.push(step);
                return Err(io::Error::other(format!("injected at {step}")));
            }
            Ok(())
        })
    }

    /// Calls `run` while the steps with these numbers fail on this thread. Returns the steps that failed.
    pub(crate) fn inject<T>(failing: Range<usize>, run: impl FnOnce() -> T) -> (T, Vec<&'static str>) {
        STEPS.set((0, failing, Vec::new()));
        let result = run();
        let (_, _, failed) = STEPS.replace((0, 0..0, Vec::new()));
        (result, failed)
    }
}
