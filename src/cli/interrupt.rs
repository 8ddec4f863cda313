//! Interrupts: who presses Ctrl-C at a question gets the terminal back as it was, and nothing is written.

use std::io;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use dialoguer::console::Term;

/// What a shell reports of a process that an interrupt ended.
const INTERRUPTED: i32 = 130;

/// Whether a pager has the terminal.
static IS_PAGING: AtomicBool = AtomicBool::new(false);

/// Takes over the handling of interrupts, of which a process has only one.
fn handle() {
    static ONCE: Once = Once::new();
    // Where it cannot be taken over, an interrupt ends the process as it does by itself.
    ONCE.call_once(|| {
        let _ = ctrlc::set_handler(|| {
            if !IS_PAGING.load(Ordering::SeqCst) {
                end();
            }
        });
    });
}

/// From now on an interrupt is for the pager.
pub(super) fn leave_to_pager() {
    IS_PAGING.store(true, Ordering::SeqCst);
    handle();
}

/// What a question is answered with. A question hides the cursor, so an interrupt must not end the process
/// before it is shown again.
pub(super) fn asked<T>(ask: impl FnOnce() -> dialoguer::Result<T>) -> anyhow::Result<T> {
    handle();
    match ask() {
        // The handler runs beside this, and whoever is first ends the process.
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
