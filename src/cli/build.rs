//! `cento build`.

use std::collections::BTreeSet;

use super::args::Build;
use super::output::Output;
use super::workspace::Workspace;
use super::{FINDINGS, FINE};
use crate::compose::Composition;
use crate::model::wording::{count, names, series};
use crate::model::{Diagnostic, Library, Severity};
use crate::render;
use crate::view::origins;
use crate::view::terminal::Role;
use crate::workspace::files::Root;
use crate::workspace::lock::Lock;
use crate::workspace::outputs::{
    self, Action, Checked, ORIGINS, Options, Output as File, Plan, Protected, Step, check_paths,
};

use rayon::prelude::*;

/// The most directories that the last line names.
const MOST_DIRECTORIES: usize = 4;

/// The most personas that it names of those that were not built.
const MOST_UNBUILT: usize = 10;

/// Writes the personas, or says what would be written.
pub(super) fn build(workspace: &Workspace, output: &Output, options: &Build) -> anyhow::Result<u8> {
    // What is probably not meant is for `check` to say, but where the workspace makes an error of it.
    let composed = workspace.lint_some(&options.profiles, Severity::Error)?;
    let sound = composed.buildable(&workspace.library);
    let (compositions, mut findings) = (composed.compositions, composed.findings);
    let out;
    let root = match &options.out {
        None => &workspace.root,
        Some(directory) => {
            out = Root::open_or_create(directory)?;
            &out
        }
    };
    let lock = match Lock::read(root)? {
        Ok(lock) => lock,
        Err(finding) => {
            findings.push(*finding);
            output.report(&workspace.library.sources, findings)?;
            return Ok(FINDINGS);
        }
    };
    let (mut checked, unsafe_paths) = chosen_outputs(workspace, root, &compositions, options)?;
    findings.extend(unsafe_paths);
    checked.retain(|profile| sound.contains(profile));
    // Only who has seen all profiles knows that one is gone: a file that could not be read or listed
    // may be the profile of an output.
    let knows_all = options.profiles.is_empty() && !workspace.findings.iter().any(Diagnostic::breaks_file);
    let is_gone = |profile: &str| knows_all && !workspace.library.profiles.contains_key(profile);
    let in_scope = |profile: &str| sound.contains(profile) || is_gone(profile);
    let plan = outputs::plan(root, lock, checked, &in_scope)?;
    let allowed = Options { force: options.force, prune: options.prune };
    findings.extend(outputs::diagnostics(&plan, allowed));
    if options.check {
        findings.extend(outputs::stale(&plan));
    }
    let unbuilt = unbuilt(&sound, workspace, &options.profiles);
    let will_write = !options.check && !options.dry_run;
    // What is written is written before anything is printed: a closed pipe stops no build.
    let outcome = will_write.then(|| outputs::apply(root, &plan, allowed));
    if !options.check {
        print_steps(output, &plan, allowed, options.dry_run)?;
    }
    if let Some(outcome) = outcome {
        outcome?;
    }
    let report = output.report(&workspace.library.sources, findings)?;
    output.print(&summary(&plan, allowed, options, &unbuilt))?;
    Ok(if report.has_errors { FINDINGS } else { FINE })
}

/// The outputs of these compositions, compared with the paths of all other profiles, whether or not
/// those are built now.
fn chosen_outputs(
    workspace: &Workspace,
    root: &Root,
    compositions: &[Composition<'_>],
    options: &Build,
) -> anyhow::Result<(Checked, Vec<Diagnostic>)> {
    let chosen = &options.profiles;
    if chosen.is_empty() {
        return check_outputs((&workspace.root, &workspace.library), root, compositions, options.origins);
    }
    let all = workspace.compose_some(&[])?.compositions;
    let (mut checked, mut findings) =
        check_outputs((&workspace.root, &workspace.library), root, &all, options.origins)?;
    let is_chosen = |profile: &str| chosen.iter().any(|chosen| chosen == profile);
    checked.retain(is_chosen);
    findings.retain(|finding| finding.personas.iter().any(|persona| is_chosen(persona)));
    Ok((checked, findings))
}

/// Findings about the paths of all outputs of these compositions of a library, laid below its workspace.
pub(super) fn path_findings(
    home: &Root,
    library: &Library,
    compositions: &[Composition<'_>],
) -> anyhow::Result<Vec<Diagnostic>> {
    Ok(check_outputs((home, library), home, compositions, false)?.1)
}

/// The outputs of these compositions of a library, with findings about their paths.
pub(super) fn check_outputs(
    (home, library): (&Root, &Library),
    root: &Root,
    compositions: &[Composition<'_>],
    origins: bool,
) -> anyhow::Result<(Checked, Vec<Diagnostic>)> {
    let config = &library.config;
    let protected = Protected::new(home, root, [config.fragments.as_str(), config.profiles.as_str()])?;
    let files: Vec<Vec<File>> = compositions
        .par_iter()
        .filter(|composition| composition.is_sound() && !composition.profile.is_abstract)
        .map(|composition| files(library, composition, origins))
        .collect::<Result<_, _>>()?;
    Ok(check_paths(files.into_iter().flatten().collect(), &protected))
}

/// The files of one persona: its outputs, and where their bytes come from.
fn files(
    library: &Library,
    composition: &Composition<'_>,
    origins: bool,
) -> Result<Vec<File>, serde_json::Error> {
    let mut files = Vec::new();
    for settings in &composition.persona.targets {
        let path = render::output_path(composition, settings);
        let document = render::render(composition, settings);
        let profile = composition.profile.id.clone();
        if origins {
            let origins = origins::origins(library, composition, &document, settings.target.name);
            let text = serde_json::to_string_pretty(&origins)? + "\n";
            let path = format!("{path}{}", origins::SUFFIX).into();
            files.push(File { path, profile: profile.clone(), target: ORIGINS, text });
        }
        files.push(File {
            path: path.into(),
            profile,
            target: settings.target.name,
            text: document.into_text(),
        });
    }
    Ok(files)
}

/// The personas that should have been built and were not, by id.
fn unbuilt<'w>(built: &BTreeSet<String>, workspace: &'w Workspace, chosen: &[String]) -> Vec<&'w str> {
    let wanted = workspace.library.concrete_profiles().map(|profile| profile.id.as_str());
    wanted
        .filter(|id| chosen.is_empty() || chosen.iter().any(|chosen| chosen == id))
        .filter(|id| !built.contains(*id))
        .collect()
}

fn print_steps(output: &Output, plan: &Plan, options: Options, dry_run: bool) -> anyhow::Result<()> {
    let mut text = String::new();
    for step in &plan.steps {
        let (done, planned, role) = match step.action(options) {
            Action::Write => ("wrote", "would write", Role::Added),
            Action::Remove => ("removed", "would remove", Role::Removed),
            Action::Adopt => ("adopted", "would adopt", Role::Context),
            Action::Keep | Action::Refuse | Action::Leave | Action::Forget => continue,
        };
        let path = plan.shown(&step.path);
        let verb = if dry_run { planned } else { done };
        text.push_str(&format!(
            "{} {}\n",
            output.out.paint(role, verb),
            output.out.paint(Role::Path, crate::view::escape_line(path.as_str()))
        ));
    }
    output.print(&text)
}

/// The sentence that a build ends with: which personas there are, in which directories, and what happened to their files.
fn summary(plan: &Plan, options: Options, build: &Build, unbuilt: &[&str]) -> String {
    let [write, adopt, remove] = if build.check || build.dry_run {
        ["to write", "to adopt", "to remove"]
    } else {
        ["written", "adopted", "removed"]
    };
    let actions = [
        (Action::Write, write),
        (Action::Adopt, adopt),
        (Action::Remove, remove),
        (Action::Keep, "unchanged"),
        (Action::Refuse, "refused"),
    ];
    let counts: Vec<String> = actions
        .into_iter()
        .map(|(action, what)| (plan.steps.iter().filter(|step| step.action(options) == action).count(), what))
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let mut summary = match (made(plan, options), build.check) {
        (Some(made), false) => {
            format!("{} {made}: {}", if build.dry_run { "would build" } else { "built" }, counts.join(", "))
        }
        _ if counts.is_empty() => "nothing to write".to_owned(),
        _ => counts.join(", "),
    };
    if !unbuilt.is_empty() {
        summary.push_str(&format!("; not built: {}", names(unbuilt, MOST_UNBUILT)));
    }
    summary + "\n"
}

/// How many personas have their files as the sources make them, and where those are; `None` if there are none.
fn made(plan: &Plan, options: Options) -> Option<String> {
    let current = |step: &&Step| matches!(step.action(options), Action::Write | Action::Adopt | Action::Keep);
    let steps: Vec<&Step> = plan.steps.iter().filter(current).collect();
    let personas: BTreeSet<&str> = steps.iter().map(|step| step.profile.as_str()).collect();
    let directories: BTreeSet<String> = steps
        .iter()
        .map(|step| plan.shown(&step.path))
        .map(|path| {
            path.parent().filter(|parent| !parent.as_str().is_empty()).unwrap_or(".".into()).to_string()
        })
        .collect();
    let directories = directories.iter().map(|name| crate::view::escape_line(name));
    let directories = series(directories, MOST_DIRECTORIES);
    (!steps.is_empty()).then(|| format!("{} in {directories}", count(personas.len(), "persona")))
}
