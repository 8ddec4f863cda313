//! `cento check` and `cento show`.

use std::borrow::Cow;

use camino::Utf8Path;

use super::approve::{digest_of, unapproved};
use super::args::Medium;
use super::output::Output;
use super::workspace::Workspace;
use super::{FINDINGS, FINE};
use crate::analyse::similar;
use crate::check::Depth;
use crate::compose::{Composition, TargetSettings};
use crate::model::{Diagnostic, Severity, TARGETS, did_you_mean, settle};
use crate::trial::{path_findings, paths};
use crate::view::findings::{Checked, Format};
use crate::workspace::revision::Repository;
use crate::workspace::surroundings::Surroundings;
use crate::{render, view};

/// Reports the problems of some profiles, or of the whole workspace.
pub(super) fn check(
    workspace: &Workspace,
    output: &Output,
    profiles: &[String],
    strict: bool,
    approved: Option<&Utf8Path>,
    format: &Format,
) -> anyhow::Result<u8> {
    let library = &workspace.library;
    output.progress.count(workspace.chosen(profiles).len());
    let visit = |checked: &_| {
        output.progress.step();
        (paths(checked, false), approved.and_then(|_| digest_of(library, checked)))
    };
    let survey = workspace.survey(profiles, Depth::Review, visit)?;
    let mut findings = survey.findings;
    let beside = Surroundings::of(&workspace.root)?;
    let chains = survey.chains.findings(beside.levels(), &|path| beside.size(path));
    findings.extend(library.config.severities.applied(chains));
    let (outputs, digests): (Vec<_>, Vec<_>) = survey.made.into_iter().unzip();
    findings.extend(path_findings(library, outputs.into_iter().flatten().collect()));
    if let Some(file) = approved {
        findings.extend(unapproved(workspace, file, profiles.is_empty(), digests.into_iter().flatten())?);
    }
    if profiles.is_empty() {
        findings.extend(library.config.severities.applied(similar::stale(library)));
    }
    if strict {
        for finding in findings.iter_mut().filter(|finding| finding.severity == Severity::Warning) {
            finding.severity = Severity::Error;
        }
    }
    let findings = settle(findings);
    let checked = Checked {
        library,
        findings: &findings,
        profiles: &workspace.chosen(profiles),
        files: &workspace.files(profiles),
        base: &if format.has_repository_paths { base(workspace) } else { String::new() },
    };
    output.print(&format.write(&checked, &output.out)?)?;
    Ok(if findings.iter().any(Diagnostic::is_error) { FINDINGS } else { FINE })
}

/// Returns the path of the workspace in its repository.
fn base(workspace: &Workspace) -> String {
    let in_git = Repository::around(&workspace.root).and_then(|repository| repository.prefix());
    let in_checkout = || {
        let top = std::env::var("GITHUB_WORKSPACE").ok().filter(|top| !top.is_empty())?;
        let here = workspace.root.absolute().ok()?;
        let below = here.strip_prefix(top).ok()?;
        Some(if below.as_str().is_empty() { String::new() } else { format!("{below}/") })
    };
    in_git.ok().or_else(in_checkout).unwrap_or_default()
}

/// Prints a persona for one of its targets.
pub(super) fn show(
    workspace: &Workspace,
    output: &Output,
    profile: &str,
    target: Option<&str>,
) -> anyhow::Result<u8> {
    let sources = &workspace.library.sources;
    let Some([checked]) = workspace.check(output, Medium::Human, [profile])? else { return Ok(FINDINGS) };
    let settings = settings(&checked.composition, target)?;
    let text = render::render(&checked.composition, &settings).into_text();
    // A persona is printed byte for byte, except that control characters are escaped on a terminal.
    output.print(&if output.out_is_terminal { view::escape(&text) } else { text.as_str().into() })?;
    let is_sound = checked.is_sound();
    let errors =
        checked.composition.findings.into_iter().filter(|finding| finding.severity != Severity::Note);
    output.report(sources, errors.collect());
    Ok(if is_sound { FINE } else { FINDINGS })
}

/// Returns the settings of the named target, or of the profile's first target.
pub(super) fn settings<'c, 'a>(
    composition: &'c Composition<'a>,
    target: Option<&str>,
) -> anyhow::Result<Cow<'c, TargetSettings<'a>>> {
    let targets = &composition.persona.targets;
    let found = match target {
        None => targets.first(),
        Some(name) => targets.iter().find(|settings| settings.target.name == name),
    };
    if let Some(settings) = found {
        return Ok(Cow::Borrowed(settings));
    }
    let name = target.unwrap_or_default();
    let Some(known) = crate::model::target(name) else {
        let near = did_you_mean(name, TARGETS.iter().map(|target| target.name));
        let help = near.unwrap_or_else(|| "run `cento list targets` for all targets".to_owned());
        anyhow::bail!("the target `{}` does not exist\nhelp: {help}", view::escape_line(name));
    };
    // A persona can be shown for a target that its profile does not list.
    Ok(Cow::Owned(TargetSettings::none(known)))
}
