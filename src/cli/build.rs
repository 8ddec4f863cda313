//! `cento build`.

use std::collections::BTreeSet;

use super::args::Build;
use super::join;
use super::output::Output;
use super::workspace::{Workspace, exclusive};
use super::{FINDINGS, FINE, parent};
use crate::check::{Buildable, Checker, Depth};
use crate::model::wording::{count, names, series};
use crate::model::{Diagnostic, Library, ProfileId, Severity, codes};
use crate::render;
use crate::trial::paths;
use crate::view::terminal::Role;
use crate::view::{Terminal, escape_line, json, origins};
use crate::workspace::attributes::{self, ATTRIBUTES, Ended, Missing};
use crate::workspace::built::Kept;
use crate::workspace::files::Root;
use crate::workspace::lock::Lock;
use crate::workspace::outputs::{
    self, Action, CheckedPaths, Content, ORIGINS, ORIGINS_SUFFIX, Options, Output as File, Plan, Protected,
    Status, Step, check_paths,
};
use crate::workspace::unchanged::{self, LastBuild, Said, last_build};

use camino::{Utf8Path, Utf8PathBuf};

/// The maximum number of directories in the summary.
const MAX_DIRECTORIES: usize = 4;

/// The maximum number of personas that were not built in the summary.
const MAX_UNBUILT: usize = 10;

impl Build {
    /// Returns whether it writes to the workspace.
    pub(super) fn writes_here(&self) -> bool {
        !self.check && !self.dry_run && self.out.is_none()
    }

    /// Returns whether all personas are built.
    pub(super) fn builds_all(&self) -> bool {
        self.profiles.is_empty() && self.shard.is_none()
    }

    /// Returns whether a persona is built.
    pub(super) fn builds(&self, profile: &str) -> bool {
        (self.profiles.is_empty() || self.profiles.iter().any(|chosen| chosen == profile))
            && self.shard.is_none_or(|shard| shard.holds(profile))
    }
}

/// Builds the personas, or shows what would be written.
pub(super) fn build(directory: Option<&Utf8Path>, output: &Output, options: &Build) -> anyhow::Result<u8> {
    if !options.join.is_empty() {
        return join::join(directory, output, options);
    }
    if !options.writes_here() {
        return build_in(&Workspace::open(directory)?, output, options);
    }
    let found = Workspace::find_to_write(directory, output)?;
    let last = || last_build(&found.root, options.origins, terminal(output));
    match options.builds_all().then(last).flatten() {
        None => build_in(&found.load()?, output, options),
        // The same build again. Another command may still have left files.
        Some(LastBuild { said, unswept }) => {
            let unswept = unswept.iter().map(Utf8PathBuf::as_path);
            let swept = outputs::sweep(&found.root, unswept, std::iter::empty());
            report_swept(output, &found.root, &swept);
            output.warn(&said.findings);
            output.print(&said.summary)?;
            Ok(FINE)
        }
    }
}

/// Returns the indices of the profiles to build. `None` for all.
fn chosen(workspace: &Workspace, options: &Build) -> anyhow::Result<Option<BTreeSet<ProfileId>>> {
    let Some(shard) = options.shard else { return workspace.indices(&options.profiles) };
    let profiles = workspace.library.profiles.enumerate();
    Ok(Some(profiles.filter(|(_, profile)| shard.holds(&profile.id)).map(|(index, _)| index).collect()))
}

/// Returns what decides how findings look.
fn terminal(output: &Output) -> unchanged::Terminal {
    let Terminal { width, color, folds } = output.err;
    (width, color, folds)
}

fn build_in(workspace: &Workspace, output: &Output, options: &Build) -> anyhow::Result<u8> {
    let out = options.out.as_deref().map(Root::open_or_create).transpose()?;
    let root = out.as_ref().unwrap_or(&workspace.root);
    let will_write = !options.check && !options.dry_run;
    // The workspace itself was locked before it was read.
    let _exclusive = (out.is_some() && will_write).then(|| exclusive(root, output)).transpose()?;
    let lock = Lock::read(root)?;
    let chosen = chosen(workspace, options)?;
    let run = Run { workspace, options, root, checker: workspace.checker(), chosen };
    let kept = will_write.then(|| Kept::open(root));
    let Composed { sound, files, mut findings } = run.compose(output, lock.as_ref().ok(), kept.as_ref())?;
    let sources = &workspace.library.sources;
    let lock = match lock {
        Ok(lock) => lock,
        Err(finding) => {
            findings.push(*finding);
            output.report(sources, findings);
            return Ok(FINDINGS);
        }
    };
    if will_write {
        run.sweep(output, &lock);
    }
    let (checked, unsafe_paths) = run.checked(files, &sound)?;
    findings.extend(unsafe_paths);
    // Those that the next build has again if nothing changes. What follows is about the outputs that are there now.
    let lasting = findings.len();
    let texts = |profile: &str, path: &Utf8Path| run.text(profile, path);
    let plan = outputs::plan(root, lock, checked, &run.scope(&sound), &texts)?;
    let allowed = Options { force: options.force, prune: options.prune, shard: options.shard };
    let ends = ends(&plan, allowed);
    let missing = if will_write { None } else { attributes::missing(root, &ends)? };
    findings.extend(run.findings(&plan, allowed, missing.as_ref()));
    // Files are written before anything is printed, so that a closed pipe cannot stop a build.
    let outcome = kept.map(|kept| outputs::apply(root, &plan, allowed, kept, &texts)).transpose();
    let done = match &outcome {
        Ok(report) => report.as_ref(),
        Err(failure) => Some(&failure.report),
    };
    let steps = outputs::steps(&plan, allowed, done);
    // Which lines are missing depends on the files that were written.
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
    let unbuilt = unbuilt(&sound, workspace, options);
    let is_complete = options.writes_here() && options.builds_all() && unbuilt.is_empty();
    let is_lasting = findings.len() == lasting;
    let (has_errors, findings) = output.reported(sources, findings);
    output.warn(&findings);
    if is_complete && is_lasting && !has_errors {
        run.record(&plan, &steps, findings, terminal(output));
    }
    output.print(&summary(&plan, &steps, options, &unbuilt))?;
    Ok(if has_errors { FINDINGS } else { FINE })
}

/// A run of the command.
struct Run<'r> {
    workspace: &'r Workspace,
    options: &'r Build,
    /// The root of the outputs.
    root: &'r Root,
    checker: Checker<'r>,
    /// The profiles to build; `None` for all.
    chosen: Option<BTreeSet<ProfileId>>,
}

/// The personas to build.
struct Composed {
    /// The ids of those that may be built.
    sound: BTreeSet<String>,
    /// The files of all, with contents for those that may be built.
    files: Vec<File>,
    findings: Vec<Diagnostic>,
}

impl Run<'_> {
    /// Composes the chosen personas, and keeps the texts that will probably be written. Lints are left to `check`, except those that the workspace makes errors.
    fn compose(
        &self,
        output: &Output,
        lock: Option<&Lock>,
        kept: Option<&Kept<'_>>,
    ) -> anyhow::Result<Composed> {
        let all = self.workspace.library.profiles.len();
        output.progress.count(self.chosen.as_ref().map_or(all, BTreeSet::len));
        let survey = self.checker.survey(self.chosen.as_ref(), Depth::Build, |checked| {
            output.progress.step();
            match checked.buildable() {
                Some(persona) => {
                    let files = self.files(persona, |file| without_text(file, lock, kept))?;
                    anyhow::Ok((Some(checked.composition.profile.id.clone()), files))
                }
                None => Ok((None, paths(checked, self.options.origins))),
            }
        });
        let mut composed = Composed { sound: BTreeSet::new(), files: Vec::new(), findings: survey.findings };
        for made in survey.made {
            let (profile, files) = made?;
            composed.sound.extend(profile);
            composed.files.extend(files);
        }
        Ok(composed)
    }

    /// Removes the leftover files of interrupted commands.
    fn sweep(&self, output: &Output, lock: &Lock) {
        let directories = self.workspace.library.config.directories().map(Utf8Path::new);
        let sources = directories.into_iter().filter(|_| self.options.out.is_none());
        // They are in the lock before the first is written.
        let outputs = lock.entries.keys().filter_map(|path| path.parent());
        report_swept(output, self.root, &outputs::sweep(self.root, outputs, sources));
    }

    /// Records a build of everything that leaves nothing to do, for [`last_build`].
    fn record(
        &self,
        plan: &Plan,
        steps: &[(&Step, Action)],
        findings: String,
        terminal: unchanged::Terminal,
    ) {
        let outputs: Option<Vec<_>> =
            plan.steps.iter().map(|step| Some((step.path.as_path(), step.hash()?))).collect();
        if let (true, Some(outputs)) = (steps.iter().all(|(_, action)| action.is_up_to_date()), outputs) {
            let unchanged: Vec<_> = steps.iter().map(|(step, _)| (*step, Action::Keep)).collect();
            let summary = summary(plan, &unchanged, self.options, &[]);
            let said = Said { findings, terminal, summary };
            unchanged::record(self.root, &self.workspace.library, &outputs, self.options.origins, said);
        }
    }

    /// Checks the paths of files, also against those of all other personas, whether or not they are built now. Only a
    /// shard leaves these to others: joining the locks finds paths that two shards write. Returns the files of sound
    /// personas, and the findings that concern the chosen ones.
    fn checked(
        &self,
        mut files: Vec<File>,
        sound: &BTreeSet<String>,
    ) -> anyhow::Result<(CheckedPaths, Vec<Diagnostic>)> {
        let Run { workspace, options, .. } = self;
        if let (Some(chosen), None) = (&self.chosen, options.shard) {
            let others = workspace.library.profiles.ids().filter(|id| !chosen.contains(id)).collect();
            let survey =
                self.checker.survey(Some(&others), Depth::Sound, |checked| paths(checked, options.origins));
            files.extend(survey.made.into_iter().flatten());
        }
        let (mut checked, mut findings) =
            check_outputs((&workspace.root, &workspace.library), self.root, files)?;
        findings
            .retain(|finding| options.builds_all() || finding.personas.iter().any(|id| options.builds(id)));
        checked.retain(|profile| sound.contains(profile));
        Ok((checked, findings))
    }

    /// Returns whether this run decides about the outputs of a profile: it is built, or it is gone.
    fn scope<'s>(&'s self, sound: &'s BTreeSet<String>) -> impl Fn(&str) -> bool + Sync + 's {
        let Workspace { library, findings, .. } = self.workspace;
        // Only a run that has loaded all profiles knows that one is gone: an unreadable file may be the profile
        // of an output.
        let knows_all = self.options.profiles.is_empty() && !findings.iter().any(Diagnostic::breaks_file);
        let is_gone = |profile: &str| !library.profiles.contains_key(profile) && self.options.builds(profile);
        move |profile| sound.contains(profile) || knows_all && is_gone(profile)
    }

    /// Builds the text of a file again.
    fn text(&self, profile: &str, path: &Utf8Path) -> Option<String> {
        let index = self.workspace.library.profiles.id_of(profile)?;
        let checked = self.checker.check(index, Depth::Build).ok()?;
        let files = self.files(checked.buildable()?, |file| file).ok()?;
        files.into_iter().find(|file| file.path == path)?.content?.into_text()
    }

    /// Returns the files of a persona: its outputs, and with `--origins` where their bytes come from.
    fn files(
        &self,
        persona: Buildable<'_, '_>,
        keep: impl Fn(File) -> File,
    ) -> Result<Vec<File>, serde_json::Error> {
        let mut files = Vec::new();
        let composition = persona.composition();
        for (settings, path, document) in persona.outputs() {
            let profile = composition.profile.id.clone();
            let target = settings.target.name;
            if self.options.origins {
                let origins = origins::origins(&self.workspace.library, composition, &document, target);
                let text = json::pretty(&origins)?;
                let path = format!("{path}{ORIGINS_SUFFIX}").into();
                let content = Some(Content::of(text));
                files.push(keep(File {
                    path,
                    profile: profile.clone(),
                    target: ORIGINS,
                    name: None,
                    content,
                }));
            }
            let content =
                Some(Content::of(document.into_text()).exact(render::sets_line_ending(composition)));
            let name = render::declared_name(composition, settings);
            files.push(keep(File { path: path.into(), profile, target, name, content }));
        }
        Ok(files)
    }

    /// Returns the findings about a plan, with the severities of the workspace.
    fn findings(&self, plan: &Plan, allowed: Options, missing: Option<&Missing>) -> Vec<Diagnostic> {
        let mut findings = outputs::diagnostics(plan, allowed);
        if self.options.check {
            findings.extend(outputs::stale(plan));
            for orphan in findings.iter_mut().filter(|finding| finding.code == codes::ORPHAN) {
                orphan.severity = Severity::Error;
            }
            findings.extend(missing.map(|missing| missing.finding(self.root)));
        }
        self.workspace.library.config.severities.applied(findings)
    }
}

/// Returns the outputs that match their sources after the build, with what decides their line endings.
fn ends(plan: &Plan, allowed: Options) -> Vec<Ended> {
    let is_current = |step: &&Step| step.action(allowed).is_up_to_date();
    let ended = |step: &Step| Ended {
        path: step.path.clone(),
        profile: step.profile.clone(),
        is_exact: step.is_exact(),
    };
    plan.steps.iter().filter(is_current).map(ended).collect()
}

/// Adds the lines that `.gitattributes` lacks, and returns them.
pub(super) fn add_attributes(root: &Root, outputs: &[Ended]) -> anyhow::Result<Option<Missing>> {
    let missing = attributes::missing(root, outputs)?;
    if let Some(missing) = &missing {
        missing.add(root)?;
    }
    Ok(missing)
}

/// Prints the lines that were, or would be, added to `.gitattributes`.
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

/// Returns a file without its text. If it differs from the lock, and so is probably written, the text is kept for that;
/// others are built again if they are needed.
fn without_text(file: File, lock: Option<&Lock>, kept: Option<&Kept<'_>>) -> File {
    let Some(content) = file.content else { return file };
    let known = lock.and_then(|lock| lock.entries.get(&file.path));
    let is_known = known.is_some_and(|entry| entry.hash == content.hash());
    if let (false, Some(kept), Some(text)) = (is_known, kept, content.text()) {
        kept.add(content.hash(), text);
    }
    File { content: Some(content.dropped()), ..file }
}

/// Checks the paths of a library's outputs.
pub(super) fn check_outputs(
    (home, library): (&Root, &Library),
    root: &Root,
    files: Vec<File>,
) -> anyhow::Result<(CheckedPaths, Vec<Diagnostic>)> {
    Ok(check_paths(files, &Protected::new(home, root, library.config.directories())?))
}

/// Returns the ids of the chosen personas that were not built.
fn unbuilt<'w>(built: &BTreeSet<String>, workspace: &'w Workspace, options: &Build) -> Vec<&'w str> {
    let wanted = workspace.library.concrete_profiles().map(|profile| profile.id.as_str());
    wanted.filter(|id| options.builds(id) && !built.contains(*id)).collect()
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
            output.out.paint(Role::Path, escape_line(path.as_str()))
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
        summary.push_str(&format!("; not built: {}", names(unbuilt, MAX_UNBUILT)));
    }
    summary + "\n"
}

/// Returns how many personas are up to date, and in which directories. `None` if there are none.
fn up_to_date(plan: &Plan, steps: &[(&Step, Action)]) -> Option<String> {
    let steps: Vec<&Step> =
        steps.iter().filter(|(_, action)| action.is_up_to_date()).map(|(step, _)| *step).collect();
    let personas: BTreeSet<&str> = steps.iter().map(|step| step.profile.as_str()).collect();
    let directories: BTreeSet<String> =
        steps.iter().map(|step| parent(&plan.shown(&step.path)).to_string()).collect();
    let directories = directories.iter().map(|name| escape_line(name));
    let directories = series(directories, MAX_DIRECTORIES);
    (!steps.is_empty()).then(|| format!("{} in {directories}", count(personas.len(), "persona")))
}
