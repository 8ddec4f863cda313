//! A seam for tests: makes one step of a write fail, as a full disk or a broken one does.

#[cfg(test)]
pub(crate) use injected::*;
#[cfg(not(test))]
pub(super) use real::point;

#[cfg(not(test))]
mod real {
    /// Nothing fails here.
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

    /// A step of a write on this thread; fails if it is one of those that are to fail.
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

    /// Runs something on this thread while the steps with these numbers fail. Returns those that did.
    pub(crate) fn inject<T>(failing: Range<usize>, run: impl FnOnce() -> T) -> (T, Vec<&'static str>) {
        STEPS.set((0, failing, Vec::new()));
        let result = run();
        let (_, _, failed) = STEPS.replace((0, 0..0, Vec::new()));
        (result, failed)
    }
}
