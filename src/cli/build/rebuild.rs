//! A build after which only sources were edited: it composes the personas that reach one of them.

use super::super::output::Output;
use super::super::workspace::{Unloaded, Workspace};
use super::{Composed, Planned, Run, build_in, check_outputs, sweep_after};
use crate::cli::args::Build;
use crate::workspace::built::Kept;
use crate::workspace::lock::Lock;
use crate::workspace::outputs::{self, Status};
use crate::workspace::unchanged::Edited;

use camino::Utf8Path;

/// Builds what the edits since the last build reach. If there is anything to report, or if they may concern other personas,
/// builds everything instead.
pub(super) fn rebuild(
    found: Unloaded,
    edited: Edited,
    output: &Output,
    options: &Build,
) -> anyhow::Result<u8> {
    let Some(profiles) = edited.profiles() else { return build_in(&found.load()?, output, options) };
    let profiles: Vec<String> = profiles.into_iter().map(str::to_owned).collect();
    match found.load_reached(&profiles) {
        Err(found) => build_in(&found.load()?, output, options),
        Ok(reached) => match build_reached(&reached, &profiles, edited, output, options)? {
            Some(code) => Ok(code),
            None => build_in(&reached.reload()?, output, options),
        },
    }
}

/// Builds these profiles. Returns `None`, and has written nothing, if that is not all that has to be done.
fn build_reached(
    workspace: &Workspace,
    profiles: &[String],
    edited: Edited,
    output: &Output,
    options: &Build,
) -> anyhow::Result<Option<u8>> {
    let Workspace { root, library, .. } = workspace;
    let Ok(lock) = Lock::read(root)? else { return Ok(None) };
    let chosen = workspace.indices(profiles)?;
    let run = Run { workspace, options, root, checker: workspace.checker(), chosen };
    let kept = Kept::open(root);
    let Composed { sound, files, made, findings } = run.compose(output, Some(&lock), Some(&kept))?;
    let (checked, unsafe_paths) = check_outputs((root, library), root, files)?;
    let is_built =
        |id: &String| sound.contains(id) || library.profiles.get(id).is_some_and(|one| one.is_abstract);
    let is_clean = findings.is_empty() && unsafe_paths.is_empty() && profiles.iter().all(is_built);
    if !is_clean || !edited.is_covered(library, &made) {
        return Ok(None);
    }
    let texts = |profile: &str, path: &Utf8Path| run.text(profile, path);
    let plan = outputs::plan(root, lock, checked, &|profile| sound.contains(profile), &texts)?;
    if !plan.steps.iter().all(|step| matches!(step.status, Status::Unchanged | Status::Changed)) {
        return Ok(None);
    }
    sweep_after(output, root, &edited.unswept);
    let planned = Planned {
        plan: plan.with_unchanged(),
        ends: Vec::new(),
        findings: Vec::new(),
        lasting: 0,
        made,
        unbuilt: Vec::new(),
    };
    run.carry_out(output, planned, Some(kept), Some(edited)).map(Some)
}
