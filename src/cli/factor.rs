//! `cento factor`: moves content that personas share into fragments.

use anyhow::bail;

use super::args::Factor;
use super::output::Output;
use super::workspace::Workspace;
use super::{FINDINGS, FINE};
use crate::author::factor::{Options, survey};
use crate::model::did_you_mean;
use crate::view::escape_line;
use crate::view::factor::Factoring;
use crate::workspace::rewrite;

/// Proposes shared fragments, and writes them with `--apply`.
pub(super) fn factor(workspace: &Workspace, output: &Output, options: &Factor) -> anyhow::Result<u8> {
    let before = rewrite::read(&workspace.root, &workspace.library)?;
    let asked = Options {
        least_personas: options.min_personas,
        least_bytes: options.min_bytes,
        names: options.names.clone(),
    };
    let survey = survey(&before, &asked);
    for name in &options.names {
        if !survey.proposals.iter().any(|proposal| proposal.name == *name) {
            let known = survey.proposals.iter().map(|proposal| proposal.name.as_str());
            let help = did_you_mean(name, known)
                .unwrap_or_else(|| "run `cento factor` for all proposals".to_owned());
            bail!("there is no proposal `{}`\nhelp: {help}", escape_line(name));
        }
    }
    let steps = rewrite::steps(&before, &survey.texts);
    let applies = options.writes();
    if applies {
        workspace.rewrite(&before, &survey.texts)?;
    }
    let factoring = Factoring {
        survey: &survey,
        before: &before,
        files: steps.into_iter().map(|(path, step)| (path, step.name())).collect(),
        applied: applies,
        shows_files: options.dry_run,
    };
    output.view(options.format, || factoring.page(), || factoring.report())?;
    let has_errors = output.report(&workspace.library.sources, workspace.errors());
    let refused = survey
        .proposals
        .iter()
        .any(|proposal| proposal.obstacle.is_some() && options.names.contains(&proposal.name));
    Ok(if has_errors || refused { FINDINGS } else { FINE })
}
