//! `cento explain`.

use super::args::Medium;
use super::output::Output;
use super::workspace::{Unknown, Workspace};
use super::{FINDINGS, FINE, help_line};
use crate::compose::{Composition, marker};
use crate::model::{Code, Severities, did_you_mean, nearest};
use crate::render::{self, Attribution};
use crate::view::escape_line;
use crate::view::explain::{self, Parts, Question};

/// Explains a diagnostic code.
pub(super) fn code(output: &Output, severities: &Severities, code: &Code) -> anyhow::Result<u8> {
    output.print(&explain::code(code, severities, &output.out))?;
    Ok(FINE)
}

/// Explains a profile, or one of its addresses.
pub(super) fn profile(
    workspace: &Workspace,
    output: &Output,
    id: &str,
    address: Option<&str>,
    medium: Medium,
) -> anyhow::Result<u8> {
    let library = &workspace.library;
    if address.is_none() && !library.profiles.contains_key(id) {
        let codes = crate::model::CODES.iter().map(|code| code.name);
        let help = nearest(id, library.profiles.keys().map(String::as_str).chain(codes));
        let help = match help {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`cento list profiles` and `cento list codes` list them".to_owned(),
        };
        let message = format!("`{}` is neither a profile nor a diagnostic code", escape_line(id));
        return Err(Unknown { message, help }.into());
    }
    let Some([composition]) = workspace.compose(output, medium, [id])? else { return Ok(FINDINGS) };
    let Some(address) = address else {
        let parts = Parts::of(library, &composition);
        output.view(medium, || parts.page(), || parts.report())?;
        return Ok(FINE);
    };
    let Some(question) = Question::about(library, &composition, address) else {
        let subjects = composition.conflicts.iter().map(|conflict| conflict.at.as_str());
        let known = composition.decisions.keys().copied().chain(subjects);
        let help = help_line(did_you_mean(address, known));
        anyhow::bail!("`{id}` has no address `{}`{help}", escape_line(address));
    };
    let printed = printed_at(&composition, address);
    output.view(medium, || question.page(printed.as_deref()), || question.report())?;
    Ok(FINE)
}

/// Returns the path and line of an address in the output of the first target.
fn printed_at(composition: &Composition<'_>, address: &str) -> Option<String> {
    let settings = composition.persona.targets.first()?;
    let document = render::render(composition, settings);
    let piece = document
        .pieces()
        .iter()
        .find(|piece| matches!(piece.attribution, Attribution::From(at, _) if at == address));
    let start = piece.map(|piece| piece.range.start).or_else(|| document.text().find(&marker(address)))?;
    let line = document.text()[..start].matches('\n').count() + 1;
    Some(format!("{}:{line}", render::output_path(composition, settings)))
}
