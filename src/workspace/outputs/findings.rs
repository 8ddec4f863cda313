//! Findings about a plan.

use std::time::Duration;

use camino::Utf8Path;
use similar::TextDiff;

use super::paths::another_path;
use super::{Action, ORIGINS, Options, Plan, Status, Step};
use crate::model::{Diagnostic, codes, layout_keys};
use crate::workspace::files::FileType;

/// How many lines of a diff a message shows.
const DIFF_LINES: usize = 40;

/// Returns findings about outputs that the options do not allow to write or delete.
pub(crate) fn diagnostics(plan: &Plan, options: Options) -> Vec<Diagnostic> {
    let stays = |step: &&Step| matches!(step.action(options), Action::Refuse | Action::Leave);
    let finding = |step: &Step| refusal(step, &plan.shown(&step.path), plan);
    plan.steps.iter().filter(stays).filter_map(finding).collect()
}

/// Returns the findings of `--check`: one for each output that a build would write.
pub(crate) fn stale(plan: &Plan) -> Vec<Diagnostic> {
    let finding = |step: &Step| {
        let what = match step.status {
            Status::New => "has not been written yet",
            Status::Changed => "is out of date",
            Status::Missing => "is missing",
            Status::Damaged => "is empty or filled with zeros, as after a power failure",
            _ => return None,
        };
        let message = format!("{} {what}", plan.shown(&step.path));
        let help = "run `cento build` and commit the changes";
        Some(Diagnostic::new(codes::STALE_OUTPUT, message).help(help).in_persona(&step.profile))
    };
    plan.steps.iter().filter_map(finding).collect()
}

/// Returns findings about outputs that another program changed after planning, and that were left alone.
pub(crate) fn overtaken(plan: &Plan, options: Options, steps: &[(&Step, Action)]) -> Vec<Diagnostic> {
    let is_overtaken = |step: &Step, done: Action| done == Action::Refuse && step.action(options) != done;
    let finding = |step: &Step| {
        let shown = plan.shown(&step.path);
        let message =
            format!("{shown} was changed by another program during the build and was not overwritten");
        Diagnostic::new(codes::HAND_EDITED, message)
            .help(format!("run `cento build {}` again", step.profile))
            .in_persona(&step.profile)
    };
    steps.iter().filter(|(step, done)| is_overtaken(step, *done)).map(|(step, _)| finding(step)).collect()
}

fn refusal(step: &Step, shown: &Utf8Path, plan: &Plan) -> Option<Diagnostic> {
    let finding = match &step.status {
        Status::HandEdited => hand_edited(step, shown),
        Status::Foreign(found) => foreign(step, shown, *found),
        Status::Blocked { at, by } => blocked(step, shown, &plan.shown(at), *by),
        Status::Claimed { by } => claimed(step, shown, by),
        Status::Orphan { edited } => orphan(step, shown, *edited),
        _ => return None,
    };
    Some(finding.in_persona(&step.profile))
}

fn hand_edited(step: &Step, shown: &Utf8Path) -> Diagnostic {
    let profile = &step.profile;
    let mut finding =
        Diagnostic::new(codes::HAND_EDITED, format!("{shown} was edited by hand and was not overwritten"));
    if let (Some(text), Some(found)) = (step.text(), &step.found) {
        if std::str::from_utf8(found).is_err() {
            finding = finding.note("the file is not UTF-8");
        }
        if String::from_utf8_lossy(found).replace("\r\n", "\n") == text {
            finding = finding.note(format!(
                "only its line endings differ, and the profile sets `{}`; `-text` for it in .gitattributes stops git from changing them",
                layout_keys::LINE_ENDING.name
            ));
        }
        if found.len() < text.trim_end().len() && text.as_bytes().starts_with(found) {
            finding = finding.note("it holds only the beginning of the text: it may have been truncated by a full disk or a power failure");
        }
        finding = finding.note(diff(text, &String::from_utf8_lossy(found), shown));
    }
    finding
        .help(format!("to move the edit to its sources: cento absorb {profile}"))
        .help(format!("to discard it: cento build {profile} --force"))
}

fn foreign(step: &Step, shown: &Utf8Path, found: FileType) -> Diagnostic {
    let Step { profile, target, .. } = step;
    let message = match found {
        FileType::File => {
            format!("{shown} was not written by cento, so `{profile}` cannot be written there")
        }
        other => format!("{shown} is {}, so `{profile}` cannot be written there", other.noun()),
    };
    let finding = Diagnostic::new(codes::FOREIGN_FILE, message)
        .help(format!("move it, or {}", another_path(profile, target)));
    match found {
        FileType::Directory => finding,
        _ => finding.help(format!("to replace it: cento build {profile} --force")),
    }
}

fn blocked(step: &Step, shown: &Utf8Path, at: &Utf8Path, by: FileType) -> Diagnostic {
    let Step { profile, target, .. } = step;
    let code = if by == FileType::Link { codes::UNSAFE_PATH } else { codes::FOREIGN_FILE };
    Diagnostic::new(code, format!("{shown} cannot be written: {at} is {}, not a directory", by.noun()))
        .help(format!("move it, or {}", another_path(profile, target)))
}

fn claimed(step: &Step, shown: &Utf8Path, by: &str) -> Diagnostic {
    let Step { profile, target, .. } = step;
    let message = format!("{shown} belongs to `{by}`, so `{profile}` cannot be written there");
    Diagnostic::new(codes::PATH_COLLISION, message)
        .help(format!(
            "build `{by}` as well, in case it no longer uses the path, or {}",
            another_path(profile, target)
        ))
        .in_persona(by)
}

fn orphan(step: &Step, shown: &Utf8Path, edited: bool) -> Diagnostic {
    let Step { profile, target, .. } = step;
    let message = format!("{shown} no longer has a profile (it was `{profile}`, target {target})");
    let mut finding = Diagnostic::new(codes::ORPHAN, message);
    if target == ORIGINS {
        finding = finding.help("to keep it up to date: cento build --origins");
    }
    if edited {
        finding.note("it was edited by hand").help("to delete it and the edit: cento build --prune --force")
    } else {
        finding.help("to delete it: cento build --prune")
    }
}

/// Returns a diff from the text that cento would write to the text in the file.
fn diff(wanted: &str, found: &str, shown: &Utf8Path) -> String {
    let diff = TextDiff::configure()
        // Comparing two large files without common lines takes minutes, and only 40 lines are shown anyway.
        .timeout(Duration::from_secs(1))
        .diff_lines(wanted, found);
    let text = diff
        .unified_diff()
        .context_radius(3)
        .header(&format!("{shown} (built)"), &format!("{shown} (on disk)"))
        .to_string();
    let lines: Vec<String> = text.trim_end_matches('\n').split('\n').map(printable).collect();
    let mut shown = lines[..lines.len().min(DIFF_LINES)].join("\n");
    if lines.len() > DIFF_LINES {
        shown.push_str(&format!("\n... {} more lines", lines.len() - DIFF_LINES));
    }
    shown
}

/// Escapes control characters, so that a line cannot control the terminal.
fn printable(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    for character in line.chars() {
        if character.is_control() && character != '\t' {
            text.extend(character.escape_default());
        } else {
            text.push(character);
        }
    }
    text
}
