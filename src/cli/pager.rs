//! Long output on a terminal goes through a pager, as git's does.

use std::io::{self, Write};
use std::process::{Command, Stdio};

/// The pager where none is chosen.
const USUAL: &str = "less";

/// What `less` is told where the environment says nothing: quit if all fits on one screen, show colours,
/// leave the text on the screen.
const LESS: &str = "FRX";

/// The command of the pager: `CENTO_PAGER`, else `PAGER`, else `less`; nothing where it is switched off.
fn command() -> Option<String> {
    let set = ["CENTO_PAGER", "PAGER"].into_iter().find_map(|name| std::env::var(name).ok());
    let command = set.unwrap_or_else(|| USUAL.to_owned());
    let command = command.trim();
    (!command.is_empty() && command != "cat").then(|| command.to_owned())
}

/// Shows a text in the pager and waits until it is closed. Returns whether there was one: where there is
/// not, nothing has been shown.
///
/// # Errors
/// If waiting for it fails.
pub(super) fn show(text: &str) -> io::Result<bool> {
    let Some(command) = command() else { return Ok(false) };
    let mut pager = if cfg!(windows) { Command::new("cmd") } else { Command::new("sh") };
    // `exec` fails with 127 where there is no such program; whatever else it does, it was there.
    let line = if cfg!(windows) { command } else { format!("exec {command}") };
    pager.arg(if cfg!(windows) { "/C" } else { "-c" }).arg(line).stdin(Stdio::piped());
    for (name, value) in [("LESS", LESS), ("LV", "-c")] {
        if std::env::var_os(name).is_none() {
            pager.env(name, value);
        }
    }
    // An interrupt is for the pager, which begins with the usual handling: this process waits for it, or it
    // would be left to fight the shell for the terminal.
    super::interrupt::leave_to_pager();
    let Ok(mut child) = pager.spawn() else { return Ok(false) };
    if let Some(mut stdin) = child.stdin.take() {
        // Who closes the pager early has seen enough.
        let _ = stdin.write_all(text.as_bytes());
    }
    Ok(child.wait()?.code() != Some(127))
}
