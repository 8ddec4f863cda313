//! Composes the personas of a workspace from another program. Prints the path of each output, and what keeps
//! personas from being built: `cargo run --example embed -- DIR`.

use std::error::Error as _;
use std::process::ExitCode;

use cento::{Error, Severity, Workspace};

fn main() -> ExitCode {
    let directory = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    match outputs(&directory) {
        Ok(refused) => ExitCode::from(u8::from(refused > 0)),
        Err(error) => {
            match error.source() {
                Some(cause) => eprintln!("error: {error}: {cause}"),
                None => eprintln!("error: {error}"),
            }
            ExitCode::from(2)
        }
    }
}

/// Prints the outputs of all personas. Returns the number of personas that may not be built.
fn outputs(directory: &str) -> Result<usize, Error> {
    let workspace = Workspace::open(directory)?;
    let mut refused = 0;
    for id in workspace.profiles() {
        match workspace.compose(id).and_then(|persona| persona.build()) {
            Ok(outputs) => {
                for output in outputs {
                    println!("{}: {} bytes for `{}`", output.path, output.text.len(), output.target);
                }
            }
            Err(Error::Refused(findings)) => {
                refused += 1;
                for finding in findings.iter().filter(|finding| finding.severity == Severity::Error) {
                    eprintln!("{finding}");
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok(refused)
}
