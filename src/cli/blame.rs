//! `cento blame`.

use super::args::{Blame, Medium};
use super::output::Output;
use super::workspace::Workspace;
use super::{FINDINGS, FINE};
use crate::compose::Composition;
use crate::model::wording::count;
use crate::render;
use crate::view::blame;
use crate::view::explain::Question;
use crate::view::page::{Block, Page};

/// Prints every line of a persona with its source, or explains one line.
pub(super) fn blame(workspace: &Workspace, output: &Output, options: &Blame) -> anyhow::Result<u8> {
    let library = &workspace.library;
    let Some([checked]) = workspace.check(output, options.format, [&options.profile])? else {
        return Ok(FINDINGS);
    };
    let composition = &checked.composition;
    let settings = super::check::settings(composition, options.target.as_deref())?;
    let document = render::render(composition, &settings);
    let blamed = blame::blame(library, composition, &document, settings.target.name);
    match options.line {
        Some(number) => explain_line(workspace, output, composition, &blamed, number, options.format)?,
        None => output.view(options.format, || blamed.page(), || blamed.report())?,
    }
    Ok(if checked.is_sound() { FINE } else { FINDINGS })
}

fn explain_line(
    workspace: &Workspace,
    output: &Output,
    composition: &Composition<'_>,
    blamed: &blame::Blame,
    number: usize,
    medium: Medium,
) -> anyhow::Result<()> {
    let lines = blamed.lines();
    let Some(line) = number.checked_sub(1).and_then(|index| lines.get(index)) else {
        let all = count(lines.len(), "line");
        anyhow::bail!("line {number} does not exist: `{}` has {all}", composition.profile.id);
    };
    let id = &composition.profile.id;
    let question =
        line.address().and_then(|address| Question::about(&workspace.library, composition, address));
    let Some(question) = question else {
        let text = format!("line {number} is layout and has no source");
        let page = || {
            Page::new(
                format!("line {number} of {id}"),
                format!("cento blame {id} --line {number}"),
                vec![Block::Line(0, text.into())],
            )
        };
        let none = Question::none(&workspace.library, composition);
        return output.view(medium, page, || none.report());
    };
    let place = line.credit.as_ref().map(|credit| format!("{}:{}", credit.at.path, credit.at.line));
    let page = || {
        let mut page = question.page(place.as_deref());
        page.blocks.insert(0, Block::Line(0, line.address().unwrap_or_default().into()));
        page
    };
    output.view(medium, page, || question.report())
}
