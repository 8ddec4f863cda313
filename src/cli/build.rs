//! `cento build`.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::args::Build;
use super::output::Output;
use super::workspace::{Workspace, exclusive};
use super::{FINDINGS, FINE};
use crate::check::{Buildable, Checker, Depth};
use crate::model::wording::{count, names, series};
use crate::model::{Diagnostic, Library, Severity, codes};
use crate::render;
use crate::trial::paths;
use crate::view::terminal::Role;
use crate::view::{escape_line, origins};
use crate::workspace::attributes::{self, ATTRIBUTES, Ended, Missing};
use crate::workspace::files::Root;
use crate::workspace::lock::Lock;
use crate::workspace::outputs::{
    self, Action, CheckedPaths, Content, ORIGINS, ORIGINS_SUFFIX, Options, Output as File, Plan, Protected,
    Status, Step, check_paths,
};

use camino::{Utf8Path, Utf8PathBuf};

/// The maximum total length, in bytes, of texts that are kept until they are written. Enough for most
/// workspaces.
const MOST_KEPT: usize = 32 << 20;

/// The maximum number of directories in the summary.
const MOST_DIRECTORIES: usize = 4;

/// The maximum number of personas that were not built in the summary.
const MOST_UNBUILT: usize = 10;

/// Builds the personas, or shows what would be written.
pub(super) fn build(workspace: &Workspace, output: &Output, options: &Build) -> anyhow::Result<u8> {
    let library = &workspace.library;
    let out;
    let root = match &options.out {
        None => &workspace.root,
        Some(directory) => {
            out = Root::open_or_create(directory)?;
            &out
        }
    };
    let will_write = !options.check && !options.dry_run;
    // The workspace itself was locked before it was read.
    let _exclusive = (options.out.is_some() && will_write).then(|| exclusive(root, output)).transpose()?;
    let lock = Lock::read(root)?;
    // Lints are left to `check`, except those that the workspace makes errors.
    let checker = Checker::new(library, &workspace.findings);
    let keeper = Keeper { lock: lock.as_ref().ok(), left: AtomicUsize::new(MOST_KEPT) };
    let chosen = workspace.indices(&options.profiles)?;
    let survey = checker.survey(chosen.as_ref(), Depth::Build, |checked| match checked.buildable() {
        Some(buildable) => {
            let files = files(library, buildable, options.origins, |file| keeper.keep(file))?;
            anyhow::Ok((Some(checked.composition.profile.id.clone()), files))
        }
        None => Ok((None, paths(checked, options.origins))),
    });
    let (made, mut findings) = (survey.made, survey.findings);
    let lock = match lock {
        Ok(lock) => lock,
        Err(finding) => {
            findings.push(*finding);
            output.report(&library.sources, findings);
            return Ok(FINDINGS);
        }
    };
    if will_write {
        let directories = library.config.directories().map(Utf8Path::new);
        let sources = if options.out.is_none() { &directories[..] } else { &[] };
        report_swept(output, root, &outputs::sweep(root, &lock, sources));
    }
    let mut sound = BTreeSet::new();
    let mut all = Vec::new();
    for made in made {
        let (profile, files) = made?;
        sound.extend(profile);
        all.extend(files);
    }
    if let Some(chosen) = &chosen {
        // Paths may collide with those of any profile, whether or not it is built now.
        let others = checker.survey(None, Depth::Sound, |checked| paths(checked, options.origins)).made;
        let is_other =
            |file: &File| library.profiles.id_of(&file.profile).is_none_or(|id| !chosen.contains(&id));
        all.extend(others.into_iter().flatten().filter(is_other));
    }
    let (mut checked, mut unsafe_paths) = check_outputs((&workspace.root, library), root, all)?;
    let is_chosen = |profile: &String| options.profiles.is_empty() || options.profiles.contains(profile);
    unsafe_paths.retain(|finding| chosen.is_none() || finding.personas.iter().any(is_chosen));
    findings.extend(unsafe_paths);
    checked.retain(|profile| sound.contains(profile));
    // Only a run that has loaded all profiles knows that one is gone: an unreadable file may be the profile
    // of an output.
    let knows_all = options.profiles.is_empty() && !workspace.findings.iter().any(Diagnostic::breaks_file);
    let is_gone = |profile: &str| knows_all && !library.profiles.contains_key(profile);
    let in_scope = |profile: &str| sound.contains(profile) || is_gone(profile);
    let texts = |profile: &str, path: &Utf8Path| {
        let index = library.profiles.id_of(profile)?;
        let checked = checker.check(index, Depth::Build).ok()?;
        let files = files(library, checked.buildable()?, options.origins, |file| file).ok()?;
        let file = files.into_iter().find(|file| file.path == path)?;
        file.content?.into_text()
    };
    let plan = outputs::plan(root, lock, checked, &in_scope, &texts)?;
    let allowed = Options { force: options.force, prune: options.prune };
    let mut about = outputs::diagnostics(&plan, allowed);
    if options.check {
        about.extend(outputs::stale(&plan));
        for orphan in about.iter_mut().filter(|finding| finding.code == codes::ORPHAN) {
            orphan.severity = Severity::Error;
        }
    }
    let ends = ends(&plan, allowed);
    let missing = if will_write { None } else { attributes::missing(root, &ends)? };
    if options.check {
        about.extend(missing.as_ref().map(|missing| missing.finding(root)));
    }
    findings.extend(library.config.severities.applied(about));
    let unbuilt = unbuilt(&sound, workspace, &options.profiles);
    // Files are written before anything is printed, so that a closed pipe cannot stop a build.
    let outcome = will_write.then(|| outputs::apply(root, &plan, allowed, &texts)).transpose();
    let done = match &outcome {
        Ok(report) => report.as_ref(),
        Err(failure) => Some(&failure.report),
    };
    let steps = outputs::steps(&plan, allowed, done);
    // Which lines are missing depends on the files that were written, so it is determined again.
    let added = match &outcome {
        Ok(Some(_)) => add_attributes(root, &ends),
        _ => Ok(missing),
    };
    if !options.check {
        print_steps(output, &plan, &steps, options.dry_run)?;
        if let Ok(Some(missing)) = &added {
            print_attributes(output, root, missing, options.dry_run)?;
        }
    }
    findings.extend(outputs::overtaken(&plan, allowed, &steps));
    outcome.map_err(|failure| anyhow::anyhow!("{failure}"))?;
    added?;
    let has_errors = output.report(&library.sources, findings);
    output.print(&summary(&plan, &steps, options, &unbuilt))?;
    Ok(if has_errors { FINDINGS } else { FINE })
}

/// Returns the outputs that match their sources after the build, with what decides their line endings.
fn ends(plan: &Plan, allowed: Options) -> Vec<Ended> {
    let is_kept = |step: &&Step| matches!(step.action(allowed), Action::Write | Action::Adopt | Action::Keep);
    let ended = |step: &Step| Ended {
        path: step.path.clone(),
        profile: step.profile.clone(),
        is_exact: step.is_exact(),
    };
    plan.steps.iter().filter(is_kept).map(ended).collect()
}

/// Adds the lines that `.gitattributes` lacks, and returns them.
pub(super) fn add_attributes(root: &Root, outputs: &[Ended]) -> anyhow::Result<Option<Missing>> {
    let missing = attributes::missing(root, outputs)?;
    if let Some(missing) = &missing {
        missing.add(root)?;
    }
    Ok(missing)
}

/// Prints what was added to `.gitattributes`, or would be.
fn print_attributes(output: &Output, root: &Root, missing: &Missing, dry_run: bool) -> anyhow::Result<()> {
    let path = escape_line(root.shown(Utf8Path::new(ATTRIBUTES)).as_str()).into_owned();
    output.print(&format!(
        "{} {} to {}\n",
        output.out.paint(Role::Added, if dry_run { "would add" } else { "added" }),
        count(missing.count(), "line"),
        output.out.paint(Role::Path, path)
    ))
}

/// Reports the leftover files of interrupted commands that were removed.
fn report_swept(output: &Output, root: &Root, swept: &[Utf8PathBuf]) {
    let line = |path: &Utf8PathBuf| {
        format!("removed {}, left by an interrupted command\n", escape_line(root.shown(path).as_str()))
    };
    output.warn(&swept.iter().map(line).collect::<String>());
}

/// Decides which texts are kept until they are written; the others are built again.
struct Keeper<'l> {
    lock: Option<&'l Lock>,
    /// How many more bytes may be kept.
    left: AtomicUsize,
}

impl Keeper<'_> {
    /// Keeps the text of a file that differs from the lock, and so is probably written, while there is room.
    fn keep(&self, file: File) -> File {
        let Some(content) = file.content else { return file };
        let known = self.lock.and_then(|lock| lock.entries.get(&file.path));
        let is_known = known.is_some_and(|entry| entry.hash == content.hash());
        let length = content.length();
        let take = |left: usize| left.checked_sub(length);
        let is_kept = !is_known && self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok();
        File { content: Some(if is_kept { content } else { content.dropped() }), ..file }
    }
}

/// Checks the paths of a library's outputs.
pub(super) fn check_outputs(
    (home, library): (&Root, &Library),
    root: &Root,
    files: Vec<File>,
) -> anyhow::Result<(CheckedPaths, Vec<Diagnostic>)> {
    Ok(check_paths(files, &Protected::new(home, root, library.config.directories())?))
}

/// Returns the files of a persona: its outputs, and with `origins` where their bytes come from.
fn files(
    library: &Library,
    persona: Buildable<'_, '_>,
    origins: bool,
    keep: impl Fn(File) -> File,
) -> Result<Vec<File>, serde_json::Error> {
    let mut files = Vec::new();
    let composition = persona.composition();
    for (settings, path, document) in persona.outputs() {
        let profile = composition.profile.id.clone();
        let target = settings.target.name;
        if origins {
            let origins = origins::origins(library, composition, &document, target);
            let text = serde_json::to_string_pretty(&origins)? + "\n";
            let path = format!("{path}{ORIGINS_SUFFIX}").into();
            let content = Some(Content::of(text));
            files.push(keep(File { path, profile: profile.clone(), target: ORIGINS, name: None, content }));
        }
        let content = Some(Content::of(document.into_text()).exact(render::sets_line_ending(composition)));
        let name = render::declared_name(composition, settings);
        files.push(keep(File { path: path.into(), profile, target, name, content }));
    }
    Ok(files)
}

/// Returns the ids of the chosen personas that were not built.
fn unbuilt<'w>(built: &BTreeSet<String>, workspace: &'w Workspace, chosen: &[String]) -> Vec<&'w str> {
    let wanted = workspace.library.concrete_profiles().map(|profile| profile.id.as_str());
    wanted
        .filter(|id| chosen.is_empty() || chosen.iter().any(|chosen| chosen == id))
        .filter(|id| !built.contains(*id))
        .collect()
}

/// Prints the actions that were taken or would be.
fn print_steps(output: &Output, plan: &Plan, steps: &[(&Step, Action)], dry_run: bool) -> anyhow::Result<()> {
    let mut text = String::new();
    for (step, action) in steps {
        let (done, planned, role) = match action {
            Action::Write if matches!(step.status, Status::Missing | Status::Damaged) => {
                ("restored", "would restore", Role::Added)
            }
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

/// Returns the last line of a build: the number of personas, their directories, and the actions.
fn summary(plan: &Plan, steps: &[(&Step, Action)], build: &Build, unbuilt: &[&str]) -> String {
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
        .map(|(action, what)| (steps.iter().filter(|(_, done)| *done == action).count(), what))
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let mut summary = match (up_to_date(plan, steps), build.check) {
        (Some(made), false) => {
            format!("{} {made}: {}", if build.dry_run { "would build" } else { "built" }, counts.join(", "))
        }
        _ if counts.is_empty() => "nothing built".to_owned(),
        _ => counts.join(", "),
    };
    if !unbuilt.is_empty() {
        summary.push_str(&format!("; not built: {}", names(unbuilt, MOST_UNBUILT)));
    }
    summary + "\n"
}

/// Returns how many personas are up to date, and in which directories. `None` if there are none.
fn up_to_date(plan: &Plan, steps: &[(&Step, Action)]) -> Option<String> {
    let is_current = |action: &Action| matches!(action, Action::Write | Action::Adopt | Action::Keep);
    let steps: Vec<&Step> =
        steps.iter().filter(|(_, action)| is_current(action)).map(|(step, _)| *step).collect();
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
