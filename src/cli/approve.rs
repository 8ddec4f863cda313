//! `cento approve`: records what personas mean, so that `check --approved` finds what has changed since.

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use camino::{Utf8Path, Utf8PathBuf};

use super::args::Approve;
use super::output::Output;
use super::workspace::Workspace;
use super::{FINDINGS, FINE, parent};
use crate::analyse::diff::meaning;
use crate::check::{Checked, Depth};
use crate::model::wording::{count, names, one_or_many};
use crate::model::{Diagnostic, Library, codes};
use crate::view::escape_line;
use crate::workspace::approvals::{APPROVALS, Approvals};
use crate::workspace::files::{Root, git_directory};
use crate::workspace::outputs::Protected;

/// The maximum number of personas named in a line.
const MAX_NAMES: usize = 12;

/// Records the digests of the named personas, or of all. One that cannot be built is not approved.
pub(super) fn approve(workspace: &Workspace, output: &Output, options: &Approve) -> anyhow::Result<u8> {
    let library = &workspace.library;
    let place = Place::of(workspace, options.file.as_deref())?;
    place.require_writable(workspace)?;
    let mut approvals = place.read()?.unwrap_or_default();
    let survey = workspace.survey(&options.profiles, Depth::Build, |checked| digest_of(library, checked))?;
    let digests: BTreeMap<String, Option<String>> = survey.made.into_iter().flatten().collect();
    let before = approvals.digests.clone();
    for (profile, digest) in &digests {
        if let Some(digest) = digest {
            approvals.digests.insert(profile.clone(), digest.clone());
        }
    }
    approvals.digests.retain(|profile, _| is_persona(library, profile));
    let changed: Vec<&String> = approvals
        .digests
        .iter()
        .filter(|(profile, digest)| before.get(*profile) != Some(digest))
        .map(|(profile, _)| profile)
        .collect();
    let removed = before.keys().filter(|profile| !is_persona(library, profile)).count();
    if approvals.digests != before {
        approvals.write(&place.root, &place.name)?;
    }
    let mut told = match changed.as_slice() {
        [] => "nothing new to approve".to_owned(),
        changed => format!("approved {}: {}", count(changed.len(), "persona"), names(changed, MAX_NAMES)),
    };
    if removed > 0 {
        let has = one_or_many(removed, "has", "have");
        told += &format!("; removed {} that no longer {has} a persona", count(removed, "approval"));
    }
    output.print(&format!("{} in {}\n", told, escape_line(place.shown.as_str())))?;
    let errors = survey.findings.into_iter().filter(Diagnostic::is_error).collect();
    Ok(if output.report(&library.sources, errors) { FINDINGS } else { FINE })
}

fn is_persona(library: &Library, profile: &str) -> bool {
    library.profiles.get(profile).is_some_and(|profile| !profile.is_abstract)
}

/// Returns the profile of a persona and the digest of its meaning; no digest if it cannot be built, and nothing for an
/// abstract profile.
pub(super) fn digest_of(library: &Library, checked: &Checked<'_>) -> Option<(String, Option<String>)> {
    let composition = &checked.composition;
    let digest = || meaning(library, composition);
    (!composition.profile.is_abstract)
        .then(|| (composition.profile.id.clone(), checked.buildable().is_some().then(digest)))
}

/// Returns a finding for each persona whose meaning is not the approved one, and, if all personas are checked, for each
/// that was approved and is gone.
pub(super) fn unapproved(
    workspace: &Workspace,
    file: &Utf8Path,
    are_all: bool,
    digests: impl Iterator<Item = (String, Option<String>)>,
) -> anyhow::Result<Vec<Diagnostic>> {
    let place = Place::of(workspace, Some(file))?;
    let Some(approvals) = place.read()? else {
        bail!("{file} does not exist\nhelp: write it with `cento approve --file {file}`");
    };
    let is_gone = |profile: &&String| are_all && !is_persona(&workspace.library, profile);
    let mut findings: Vec<Diagnostic> = approvals
        .digests
        .keys()
        .filter(is_gone)
        .map(|profile| {
            let message = format!("`{}` was approved and no longer exists", escape_line(profile));
            let delete = format!("to approve its removal, delete its line from {file}");
            Diagnostic::new(codes::UNAPPROVED, message).help(delete)
        })
        .collect();
    for (profile, digest) in digests {
        // Personas that cannot be built have errors already.
        let Some(digest) = digest else { continue };
        let what = match approvals.digests.get(&profile) {
            Some(approved) if *approved == digest => continue,
            Some(_) => "has changed in meaning since it was approved",
            None => "has not been approved",
        };
        let option = if file == APPROVALS { String::new() } else { format!(" --file {file}") };
        let review = "to see what changed since it was approved:\n    cento diff --since REV --persona ";
        let mut finding = Diagnostic::new(codes::UNAPPROVED, format!("`{profile}` {what}"))
            .note(format!(
                "the digest of its meaning is {digest}; the git history of {file} shows who approved which digest"
            ))
            .help(format!("{review}{profile}"))
            .help(format!("to approve it:\n    cento approve {profile}{option}"));
        finding.personas.insert(profile.clone());
        finding.file = workspace.library.profiles.get(&profile).map(|profile| profile.file);
        findings.push(finding);
    }
    Ok(findings)
}

/// The file of approvals.
struct Place {
    root: Root,
    name: Utf8PathBuf,
    shown: Utf8PathBuf,
}

impl Place {
    /// The named file, relative to the current directory, or the usual one of the workspace.
    fn of(workspace: &Workspace, file: Option<&Utf8Path>) -> anyhow::Result<Self> {
        let Some(file) = file else {
            let root = Root::open(workspace.root.path())?;
            let shown = workspace.root.shown(APPROVALS.into());
            return Ok(Place { root, name: APPROVALS.into(), shown });
        };
        let name = file.file_name().with_context(|| format!("{file} is not a file name"))?;
        Ok(Place { root: Root::open(parent(file))?, name: name.into(), shown: file.to_owned() })
    }

    /// Refuses a place where cento never writes.
    fn require_writable(&self, workspace: &Workspace) -> anyhow::Result<()> {
        let directories = workspace.library.config.directories();
        let protected = Protected::new(&workspace.root, &self.root, directories)?;
        let reason = protected.objection(&self.name).or_else(|| {
            let parent = self.root.absolute().ok()?;
            git_directory(&parent).map(|inside| format!("is in the git directory {inside}"))
        });
        match reason {
            None => Ok(()),
            Some(reason) => bail!(
                "approvals cannot be written to {}: the path {reason}\nhelp: choose another file with `--file`",
                self.shown
            ),
        }
    }

    fn read(&self) -> anyhow::Result<Option<Approvals>> {
        match Approvals::read(&self.root, &self.name)? {
            Ok(approvals) => Ok(approvals),
            Err(reason) => bail!(
                "{} cannot be read: {reason}\nhelp: restore it from git, or delete it and approve all personas again",
                self.shown
            ),
        }
    }
}
