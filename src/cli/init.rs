//! `cento init`: a starter workspace.

use camino::Utf8Path;

use super::FINE;
use super::output::Output;
use crate::workspace::files::{Durability, Root, Standing};

/// The files of the starter workspace, by path.
const STARTER: [(&str, &str); 6] = [
    ("fragments/identity/engineer.toml", include_str!("starter/engineer.toml")),
    ("fragments/voice/plain.toml", include_str!("starter/plain.toml")),
    ("fragments/rules/honesty.toml", include_str!("starter/honesty.toml")),
    ("fragments/workflow/small-steps.toml", include_str!("starter/small-steps.toml")),
    ("profiles/assistant.toml", include_str!("starter/assistant.toml")),
    ("profiles/reviewer.toml", include_str!("starter/reviewer.toml")),
];

/// A path as a shell reads it as one word.
fn shell_word(path: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "-_./".contains(character);
    if path.chars().all(plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', "'\\''")) }
}

/// Writes the starter workspace to a directory, if none of its files is there.
pub(super) fn init(output: &Output, directory: &Utf8Path) -> anyhow::Result<u8> {
    let root = Root::open_or_create(directory)?;
    let mut there = Vec::new();
    for (path, _) in STARTER {
        if root.standing(Utf8Path::new(path))? != Standing::Nothing {
            there.push(path);
        }
    }
    if !there.is_empty() {
        anyhow::bail!("{directory} has {} already\nhelp: choose another directory", there.join(", "));
    }
    let mut text = String::new();
    for (path, content) in STARTER {
        root.write_atomic(Utf8Path::new(path), content.as_bytes(), Durability::Synced)?;
        let shown = if directory == "." { path.into() } else { root.shown(Utf8Path::new(path)) };
        text.push_str(&format!("wrote {shown}\n"));
    }
    let at = if directory == "." {
        String::new()
    } else {
        format!(" --workspace {}", shell_word(directory.as_str()))
    };
    text.push_str(&format!("next: cento build{at}\n"));
    output.print(&text)?;
    Ok(FINE)
}
