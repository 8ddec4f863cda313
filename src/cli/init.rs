//! `cento init`: a starter workspace.

use camino::Utf8Path;

use super::FINE;
use super::build::add_attributes;
use super::output::Output;
use crate::check::{Checker, Depth};
use crate::model::grammar::Paths;
use crate::model::wording::{count, series};
use crate::trial::{self, Trial};
use crate::workspace::attributes::{ATTRIBUTES, Ended};
use crate::workspace::files::{Durability, FileType, Root};
use crate::workspace::outputs::Output as File;
use crate::workspace::place;
use crate::workspace::rewrite::{Texts, rewrite};

/// The files of the starter workspace, by path.
const STARTER: [(&str, &str); 6] = [
    ("fragments/identity/engineer.toml", include_str!("starter/engineer.toml")),
    ("fragments/voice/plain.toml", include_str!("starter/plain.toml")),
    ("fragments/rules/honesty.toml", include_str!("starter/honesty.toml")),
    ("fragments/workflow/small-steps.toml", include_str!("starter/small-steps.toml")),
    ("profiles/assistant.toml", include_str!("starter/assistant.toml")),
    ("profiles/reviewer.toml", include_str!("starter/reviewer.toml")),
];

/// Quotes a path for a shell if necessary.
fn shell_word(path: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "-_./".contains(character);
    if path.chars().all(plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', "'\\''")) }
}

/// The line endings of the outputs that the starter workspace will have.
fn ends(files: &Texts) -> Vec<Ended> {
    let trial = Trial::new(files);
    let checker = Checker::new(&trial.library, &trial.findings);
    let survey = checker.survey(None, Depth::Sound, |checked| trial::paths(checked, false));
    let ended = |output: File| Ended { path: output.path, profile: output.profile, is_exact: false };
    survey.made.into_iter().flatten().map(ended).collect()
}

/// Writes the starter workspace to a directory. Writes nothing if the directory already holds a workspace, or
/// is inside fragments/ or profiles/ of another one.
pub(super) fn init(output: &Output, directory: &Utf8Path) -> anyhow::Result<u8> {
    let root = Root::open_or_create(directory)?;
    let at = if directory == "." {
        String::new()
    } else {
        format!(" --workspace {}", shell_word(directory.as_str()))
    };
    let mut found = Vec::new();
    for name in place::MARKS {
        if root.file_type(Utf8Path::new(name.trim_end_matches('/')))? != FileType::Nothing {
            found.push(name);
        }
    }
    if !found.is_empty() {
        let holder = if directory == "." { "this directory" } else { directory.as_str() };
        anyhow::bail!(
            "{holder} already holds a workspace: it has {}; nothing was written\n\
             help: list its personas with `cento list{at}`, or choose another directory: `cento init DIR`",
            series(&found, found.len())
        );
    }
    let absolute = root.absolute()?;
    let outer = absolute.ancestors().skip(1).find(|above| place::is_workspace(above));
    let below = outer.and_then(|outer| absolute.strip_prefix(outer).ok()).and_then(|path| path.iter().next());
    if let (Some(outer), Some(folder)) = (outer, below)
        && [Paths::Fragments, Paths::Profiles].map(Paths::usual).contains(&folder)
    {
        anyhow::bail!(
            "{directory} is inside {folder}/ of the workspace {outer}, which would load the new files as its own; \
             nothing was written\n\
             help: choose a directory outside it: `cento init DIR`"
        );
    }
    let mut text = String::new();
    let files = STARTER.map(|(path, content)| (path.into(), content.to_owned()));
    let files = files.into();
    rewrite(&root, &Texts::new(), &files, Paths::Profiles.usual(), Durability::Synced)?;
    let shown = |path: &str| if directory == "." { path.into() } else { root.shown(Utf8Path::new(path)) };
    for (path, _) in STARTER {
        text.push_str(&format!("wrote {}\n", shown(path)));
    }
    // So that the first build changes no committed file.
    if let Some(added) = add_attributes(&root, &ends(&files))? {
        text.push_str(&format!("added {} to {}\n", count(added.count(), "line"), shown(ATTRIBUTES)));
    }
    if let Some(outer) = outer {
        text.push_str(&format!(
            "note: this workspace is inside the workspace {outer}, but separate from it\n"
        ));
    }
    text.push_str(&format!("next: cento build{at}\n"));
    output.print(&text)?;
    Ok(FINE)
}
