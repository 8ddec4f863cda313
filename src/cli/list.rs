//! `cento list`.

use super::FINE;
use super::args::{Listing, Medium};
use super::output::Output;
use super::workspace::Workspace;
use crate::model::Severities;
use crate::view::cost::Costs;
use crate::view::list;

/// Prints the table of codes with these severities.
pub(super) fn codes(severities: &Severities, output: &Output) -> anyhow::Result<u8> {
    output.page(&list::codes(severities))?;
    Ok(FINE)
}

/// Prints what programs load of each persona.
pub(super) fn costs(workspace: &Workspace, output: &Output, medium: Medium) -> anyhow::Result<u8> {
    let costs = Costs::of(&workspace.checker());
    output.view(medium, || costs.page(), || costs.report()).map(|()| FINE)
}

/// Prints a table of the contents of the workspace.
pub(super) fn list(workspace: &Workspace, output: &Output, what: Listing) -> anyhow::Result<u8> {
    let page = match what {
        Listing::Fragments => list::fragments,
        Listing::Profiles => list::profiles,
        Listing::Rules => list::rules,
        Listing::Kinds => list::kinds,
        Listing::Targets => list::targets,
        Listing::Codes => return codes(&workspace.library.config.severities, output),
    };
    output.page(&page(&workspace.library, &workspace.checker()))?;
    Ok(FINE)
}
