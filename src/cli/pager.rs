//! Shows long output in a pager, like git does.

use std::io::{self, Write};
use std::process::{Command, Stdio};

/// The default pager.
const USUAL: &str = "less";

/// Default options for `less`: quit if everything fits on one screen, show colors, keep the text on screen.
const LESS: &str = "FRX";

/// Returns the pager command: `CENTO_PAGER`, else `PAGER`, else `less`. `None` if the pager is disabled.
fn command() -> Option<String> {
    let set = ["CENTO_PAGER", "PAGER"].into_iter().find_map(|name| std::env::var(name).ok());
    let command = set.unwrap_or_else(|| USUAL.to_owned());
    let command = command.trim();
    (!command.is_empty() && command != "cat").then(|| command.to_owned())
}

/// Shows a text in the pager and waits until it is closed. Returns false, without output, if there is no
/// pager.
///
/// # Errors
/// If waiting for the pager fails.
pub(super) fn show(text: &str) -> io::Result<bool> {
    let Some(command) = command() else { return Ok(false) };
    let mut pager = if cfg!(windows) { Command::new("cmd") } else { Command::new("sh") };
    // `exec` exits with 127 if there is no such program.
    let line = if cfg!(windows) { command } else { format!("exec {command}") };
    pager.arg(if cfg!(windows) { "/C" } else { "-c" }).arg(line).stdin(Stdio::piped());
    for (name, value) in [("LESS", LESS), ("LV", "-c")] {
        if std::env::var_os(name).is_none() {
            pager.env(name, value);
        }
    }
    // Interrupts go to the pager. This process must outlive it, or the pager and the shell would compete for
    // the terminal.
    super::interrupt::leave_to_pager();
    let Ok(mut child) = pager.spawn() else { return Ok(false) };
    if let Some(mut stdin) = child.stdin.take() {
        // The user may close the pager early.
        let _ = stdin.write_all(text.as_bytes());
    }
    Ok(child.wait()?.code() != Some(127))
}
