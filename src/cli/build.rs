//! `cento build`.

mod rebuild;
mod steps;

use std::collections::BTreeSet;

use super::args::Build;
use super::join;
use super::output::Output;
use super::workspace::{Workspace, exclusive};
use super::{FINDINGS, FINE};
use crate::check::{Buildable, Checker, Depth, Shared};
use crate::compose::Composition;
use crate::model::{Diagnostic, Library, ProfileId, Severity, codes};
use crate::render;
use crate::source::read::references;
use crate::trial::paths;
use crate::view::{Terminal, escape_line, json, origins};
use crate::workspace::attributes::{self, Ended, Missing};
use crate::workspace::built::Kept;
use crate::workspace::files::Root;
use crate::workspace::lock::Lock;
use crate::workspace::outputs::{
    self, Action, CheckedPaths, Content, ORIGINS, ORIGINS_SUFFIX, Options, Output as File, Plan, Protected,
    Step, check_paths,
};
use crate::workspace::reach::reached;
use crate::workspace::unchanged::{self, Edited, Last, LastBuild, Made, Printed, last_build};

use camino::{Utf8Path, Utf8PathBuf};
use steps::{print_attributes, print_steps, summary};

impl Build {
    /// Returns whether it writes to the workspace.
    pub(super) fn writes_here(&self) -> bool {
        !self.check && !self.dry_run && self.out.is_none()
    }

    /// Returns whether all personas are built.
    pub(super) fn builds_all(&self) -> bool {
        self.profiles.is_empty() && self.shard.is_none()
    }

    /// Returns whether the build is recorded, if it leaves nothing to do.
    fn is_recorded(&self) -> bool {
        self.writes_here() && self.builds_all()
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
        Some(Last::Edited(edited)) => rebuild::rebuild(found, *edited, output, options),
        // The same build again.
        Some(Last::Unchanged(LastBuild { printed, unswept })) => {
            sweep_after(output, &found.root, &unswept);
            output.warn(&printed.findings);
            output.print(&printed.summary)?;
            Ok(FINE)
        }
    }
}

/// Removes what interrupted commands may have left in directories since the last build.
fn sweep_after(output: &Output, root: &Root, unswept: &[Utf8PathBuf]) {
    let unswept = unswept.iter().map(Utf8PathBuf::as_path);
    report_swept(output, root, &outputs::sweep(root, unswept, std::iter::empty()));
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
    let Composed { sound, files, made, mut findings } =
        run.compose(output, lock.as_ref().ok(), kept.as_ref())?;
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
    let unbuilt = unbuilt(&sound, workspace, options);
    let planned = Planned { ends: ends(&plan, run.allowed()), plan, findings, lasting, made, unbuilt };
    run.carry_out(output, planned, kept, None)
}

/// What a run found that it has to do.
struct Planned<'p> {
    plan: Plan,
    /// The outputs that will match their sources, with what decides their line endings.
    ends: Vec<Ended>,
    findings: Vec<Diagnostic>,
    /// How many of the findings the next build has again if nothing changes.
    lasting: usize,
    /// The personas that were composed.
    made: Vec<Made>,
    /// The ids of those that were chosen and may not be built.
    unbuilt: Vec<&'p str>,
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
    made: Vec<Made>,
    findings: Vec<Diagnostic>,
}

impl Run<'_> {
    /// Returns what the user allows.
    fn allowed(&self) -> Options {
        let Build { force, prune, shard, .. } = *self.options;
        Options { force, prune, shard }
    }

    /// Does what is planned, prints it, and records it. `last` is the last build, if the plan is about its edits alone.
    fn carry_out(
        &self,
        output: &Output,
        planned: Planned<'_>,
        kept: Option<Kept<'_>>,
        last: Option<Edited>,
    ) -> anyhow::Result<u8> {
        let Run { root, options, .. } = *self;
        let Planned { plan, ends, mut findings, lasting, made, unbuilt } = planned;
        let allowed = self.allowed();
        let missing = if kept.is_some() { None } else { attributes::missing(root, &ends)? };
        findings.extend(self.findings(&plan, allowed, missing.as_ref()));
        let texts = |profile: &str, path: &Utf8Path| self.text(profile, path);
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
        let is_complete = options.is_recorded() && unbuilt.is_empty();
        let is_lasting = findings.len() == lasting;
        let (has_errors, findings) = output.reported(&self.workspace.library.sources, findings);
        output.warn(&findings);
        if is_complete && is_lasting && !has_errors {
            self.record(&plan, &steps, &made, (findings, terminal(output)), last);
        }
        output.print(&summary(&plan, &steps, options, &unbuilt))?;
        Ok(if has_errors { FINDINGS } else { FINE })
    }

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
            let files = match checked.buildable() {
                Some(persona) => self.files(persona, |file| without_text(file, lock, kept))?,
                None => paths(checked, self.options.origins),
            };
            let profile = checked.composition.index();
            let made = self.options.is_recorded().then(|| {
                let shared = self.shared(&checked.composition, &files);
                Made { profile, shared }
            });
            let sound = checked.buildable().map(|_| self.workspace.library.profiles[profile].id.clone());
            anyhow::Ok((made, sound, files))
        });
        let mut composed = Composed {
            sound: BTreeSet::new(),
            files: Vec::new(),
            made: Vec::new(),
            findings: survey.findings,
        };
        for persona in survey.made {
            let (made, sound, files) = persona?;
            composed.sound.extend(sound);
            composed.made.extend(made);
            composed.files.extend(files);
        }
        Ok(composed)
    }

    /// Returns a hash of all about a persona that builds of others depend on: see [`Edited::is_covered`].
    fn shared(&self, composition: &Composition<'_>, files: &[File]) -> blake3::Hash {
        let library = &self.workspace.library;
        let mut shared = Shared::default();
        shared.add(library, composition);
        let kinds = references::kinds(library, reached(library, composition.index()));
        let decides = |file: &File| {
            let is_exact = file.content.as_ref().is_some_and(Content::is_exact);
            (file.path.clone(), file.target, file.name.clone(), is_exact)
        };
        let files: Vec<_> = files.iter().map(decides).collect();
        // It is compared by the same program only, so its form does not matter.
        blake3::hash(format!("{shared:?} {kinds:?} {files:?}").as_bytes())
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
        made: &[Made],
        (findings, terminal): (String, unchanged::Terminal),
        last: Option<Edited>,
    ) {
        if !steps.iter().all(|(_, action)| action.is_up_to_date()) {
            return;
        }
        let outputs = plan.steps.iter().filter_map(|step| Some((step.path.as_path(), step.hash()?)));
        let outputs: Vec<_> = outputs.collect();
        let unchanged: Vec<_> = steps.iter().map(|(step, _)| (*step, Action::Keep)).collect();
        let summary = summary(plan, &unchanged, self.options, &[]);
        let printed = Printed { findings, terminal, summary };
        let library = &self.workspace.library;
        match last {
            Some(last) => last.record(self.root, library, &outputs, made, printed),
            None => unchanged::record(self.root, library, &outputs, self.options.origins, made, printed),
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

    /// Returns whether this run decides about the outputs of a profile: it is built, or it is gone or abstract.
    fn scope<'s>(&'s self, sound: &'s BTreeSet<String>) -> impl Fn(&str) -> bool + Sync + 's {
        let Workspace { library, findings, .. } = self.workspace;
        // Only a run that has loaded all profiles knows that one is gone: an unreadable file may be the profile
        // of an output.
        let knows_all = self.options.profiles.is_empty() && !findings.iter().any(Diagnostic::breaks_file);
        let is_built = |profile: &str| library.profiles.get(profile).is_some_and(|one| !one.is_abstract);
        let is_gone = move |profile: &str| !is_built(profile) && self.options.builds(profile);
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
