//! Handling of Ctrl-C: the terminal is restored and nothing is written.

use std::io;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use dialoguer::console::Term;

/// The exit code for a process ended by an interrupt.
const INTERRUPTED: i32 = 130;

/// Whether a pager has the terminal.
static IS_PAGING: AtomicBool = AtomicBool::new(false);

/// Installs the handler, once for the process.
fn handle() {
    static ONCE: Once = Once::new();
    // If this fails, an interrupt ends the process as usual.
    ONCE.call_once(|| {
        let _ = ctrlc::set_handler(|| {
            if !IS_PAGING.load(Ordering::SeqCst) {
                end();
            }
        });
    });
}

/// Leaves interrupts to the pager from now on.
pub(super) fn leave_to_pager() {
    IS_PAGING.store(true, Ordering::SeqCst);
    handle();
}

/// Asks a question. It hides the cursor, so an interrupt must not end the process before the cursor is shown
/// again.
pub(super) fn asked<T>(ask: impl FnOnce() -> dialoguer::Result<T>) -> anyhow::Result<T> {
    handle();
    match ask() {
        // The handler runs at the same time; whichever comes first ends the process.
        Err(dialoguer::Error::IO(error)) if error.kind() == io::ErrorKind::Interrupted => end(),
        Err(error) => {
            let _ = Term::stderr().show_cursor();
            Err(error.into())
        }
        Ok(answer) => Ok(answer),
    }
}

fn end() -> ! {
    let _ = Term::stderr().show_cursor();
    let _ = Term::stderr().write_line("");
    std::process::exit(INTERRUPTED)
}
