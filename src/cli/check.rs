//! `cento check` and `cento show`.

use std::borrow::Cow;

use super::args::Format;
use super::output::Output;
use super::workspace::Workspace;
use super::{FINDINGS, FINE};
use crate::compose::{Composition, TargetSettings};
use crate::model::{Severity, TARGETS, did_you_mean};
use crate::{render, similar, view};

/// Reports everything that is wrong with some profiles, or with the workspace.
pub(super) fn check(
    workspace: &Workspace,
    output: &Output,
    profiles: &[String],
    strict: bool,
    format: Format,
) -> anyhow::Result<u8> {
    let composed = workspace.compose_some(profiles)?;
    let mut findings = composed.findings;
    if profiles.is_empty() {
        findings.extend(similar::stale(&workspace.library));
    }
    findings.extend(super::build::path_findings(
        &workspace.root,
        &workspace.library,
        &composed.compositions,
    )?);
    if strict {
        for finding in findings.iter_mut().filter(|finding| finding.severity == Severity::Warning) {
            finding.severity = Severity::Error;
        }
    }
    let report = output.findings(&workspace.library.sources, findings, format)?;
    Ok(if report.has_errors { FINDINGS } else { FINE })
}

/// Prints a persona for one of its targets.
pub(super) fn show(
    workspace: &Workspace,
    output: &Output,
    profile: &str,
    target: Option<&str>,
) -> anyhow::Result<u8> {
    let sources = &workspace.library.sources;
    let Some(composition) = workspace.compose(output, profile)? else { return Ok(FINDINGS) };
    let settings = settings(&composition, target)?;
    let text = render::render(&composition, &settings).into_text();
    // A persona goes on byte by byte, but not its control characters to a terminal.
    output.print(&if output.out_is_terminal { view::escape(&text) } else { text.as_str().into() })?;
    let is_sound = composition.is_sound();
    let errors = composition.findings.into_iter().filter(|finding| finding.severity != Severity::Note);
    output.report(sources, errors.collect())?;
    Ok(if is_sound { FINE } else { FINDINGS })
}

/// The settings of the target of this name, or of the profile's first target.
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
        let help = did_you_mean(name, TARGETS.iter().map(|target| target.name)).unwrap_or_default();
        anyhow::bail!("there is no target `{}`\nhelp: {help}", view::escape_line(name));
    };
    // A target that the profile does not name can still be looked at.
    Ok(Cow::Owned(TargetSettings::none(known)))
}
