//! Writes a workspace of any size, for measurements:
//! `cargo run --release --example workload -- --personas N --fragments M --out DIR [--seed S]`.
//!
//! Equal options give equal bytes. The workspace builds without errors and is realistic: parents, shared
//! rules, agreed duplicates, defaults, removals, decisions and every target.

pub(crate) mod profiles;
mod topic;
mod words;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub(crate) use profiles::generate;

/// Files by path relative to the workspace.
pub(crate) type Files = BTreeMap<String, String>;

fn main() -> ExitCode {
    match Options::from_arguments().and_then(|(options, out)| write(&out, &generate(&options)?)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

/// The size of the workspace, and the seed.
pub(crate) struct Options {
    pub(crate) personas: usize,
    pub(crate) fragments: usize,
    pub(crate) seed: u64,
}

impl Options {
    fn from_arguments() -> Result<(Options, PathBuf), String> {
        const USAGE: &str = "usage: workload --personas N --fragments M --out DIR [--seed S]";
        let mut values = BTreeMap::new();
        let mut arguments = std::env::args().skip(1);
        while let Some(name) = arguments.next() {
            if !["--personas", "--fragments", "--out", "--seed"].contains(&name.as_str()) {
                return Err(format!("unknown argument `{name}`\n{USAGE}"));
            }
            let value = arguments.next().ok_or_else(|| format!("`{name}` needs a value\n{USAGE}"))?;
            values.insert(name, value);
        }
        let text = |name: &str| values.get(name).ok_or_else(|| format!("`{name}` is missing\n{USAGE}"));
        let number = |name: &str| {
            let value = text(name)?;
            value.parse().map_err(|_| format!("`{name}` takes a whole number, not `{value}`"))
        };
        let seed = if values.contains_key("--seed") { number("--seed")? } else { 1 };
        let options = Options {
            personas: number("--personas")? as usize,
            fragments: number("--fragments")? as usize,
            seed,
        };
        Ok((options, PathBuf::from(text("--out")?)))
    }
}

/// Writes the files into an empty or new directory.
pub(crate) fn write(out: &Path, files: &Files) -> Result<(), String> {
    let failed = |path: &Path, error: std::io::Error| format!("cannot write {}: {error}", path.display());
    std::fs::create_dir_all(out).map_err(|error| failed(out, error))?;
    if std::fs::read_dir(out).map_err(|error| failed(out, error))?.next().is_some() {
        return Err(format!("{} is not empty; name a new or empty directory", out.display()));
    }
    for (path, text) in files {
        let path = out.join(path);
        let parent = path.parent().unwrap_or(out);
        std::fs::create_dir_all(parent).map_err(|error| failed(parent, error))?;
        std::fs::write(&path, text).map_err(|error| failed(&path, error))?;
    }
    Ok(())
}
