//! `cento diff`.

use super::args::{Diff, Format, View};
use super::output::Output;
use super::workspace::Workspace;
use super::{FINDINGS, FINE};
use crate::compose::Composer;
use crate::diff::{Contributions, contributions, cumulative};
use crate::model::{Source, did_you_mean};
use crate::view::terminal::Role;
use crate::view::{contribution, escape_line};

/// Shows what each source contributes to a persona.
pub(super) fn diff(workspace: &Workspace, output: &Output, options: &Diff) -> anyhow::Result<u8> {
    let library = &workspace.library;
    let Some(composition) = workspace.compose(output, &options.profile)? else { return Ok(FINDINGS) };
    let composer = Composer::new(library);
    let target = super::check::settings(&composition, options.target.as_deref())?.target;
    if options.view == View::Cumulative {
        let steps = cumulative(library, &composer, &composition, target);
        output.print(&contribution::steps(&steps, &output.out))?;
        return Ok(FINE);
    }
    let all = contributions(library, &composer, &composition, target);
    let id = &composition.profile.id;
    match (&options.without, options.format) {
        (Some(fragment), _) => {
            let source = find(&all, fragment)?;
            output.print(&contribution::block(&all, source, Role::Emphasis, &output.out))?;
        }
        (None, Format::Json) => {
            let report = contribution::report(id, target.name, &all);
            output.print(&(serde_json::to_string_pretty(&report)? + "\n"))?;
        }
        (None, Format::Human) => {
            let summary = contribution::summary(id, &all, &output.out);
            output.print(&(summary + &contribution::details(&all, &output.out)))?;
        }
    }
    Ok(FINE)
}

fn find<'c>(all: &'c Contributions, fragment: &str) -> anyhow::Result<&'c crate::diff::Contribution> {
    let fragments = || all.sources.iter().filter(|source| matches!(source.source, Source::Fragment(_)));
    if let Some(found) = fragments().find(|source| source.name == fragment) {
        return Ok(found);
    }
    let help = did_you_mean(fragment, fragments().map(|source| source.name.as_str()));
    let help = help.map_or(String::new(), |help| format!("\nhelp: {help}"));
    anyhow::bail!("the persona does not use `{}`{help}", escape_line(fragment))
}
