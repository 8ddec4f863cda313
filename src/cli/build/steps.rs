//! What a build shows of its steps.

use std::collections::BTreeSet;

use super::super::args::Build;
use super::super::output::Output;
use super::super::parent;
use crate::model::wording::{count, names, series};
use crate::view::escape_line;
use crate::view::terminal::Role;
use crate::workspace::attributes::{ATTRIBUTES, Missing};
use crate::workspace::files::Root;
use crate::workspace::outputs::{Action, Plan, Status, Step};

use camino::Utf8Path;

/// The maximum number of directories in the summary.
const MAX_DIRECTORIES: usize = 4;

/// The maximum number of personas that were not built in the summary.
const MAX_UNBUILT: usize = 10;

/// Prints the actions that were taken or would be.
pub(super) fn print_steps(
    output: &Output,
    plan: &Plan,
    steps: &[(&Step, Action)],
    dry_run: bool,
) -> anyhow::Result<()> {
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
pub(super) fn summary(plan: &Plan, steps: &[(&Step, Action)], build: &Build, unbuilt: &[&str]) -> String {
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

/// Prints the lines that were, or would be, added to `.gitattributes`.
pub(super) fn print_attributes(
    output: &Output,
    root: &Root,
    missing: &Missing,
    dry_run: bool,
) -> anyhow::Result<()> {
    let path = escape_line(root.shown(Utf8Path::new(ATTRIBUTES)).as_str()).into_owned();
    output.print(&format!(
        "{} {} to {}\n",
        output.out.paint(Role::Added, if dry_run { "would add" } else { "added" }),
        count(missing.count(), "line"),
        output.out.paint(Role::Path, path)
    ))
}
