//! `cento list`.

use camino::Utf8Path;

use super::FINE;
use super::args::{Listing, Medium};
use super::output::Output;
use super::workspace::{Workspace, severities};
use crate::view::cost::Costs;
use crate::view::list;

/// Prints what programs load of each persona.
pub(super) fn costs(workspace: &Workspace, output: &Output, medium: Medium) -> anyhow::Result<u8> {
    let costs = Costs::of(&workspace.checker());
    output.view(medium, || costs.page(), || costs.report()).map(|()| FINE)
}

/// Prints a table of the contents of a workspace.
pub(super) fn list(directory: Option<&Utf8Path>, output: &Output, what: Listing) -> anyhow::Result<u8> {
    let page = match what {
        Listing::Fragments => list::fragments,
        Listing::Profiles => list::profiles,
        Listing::Rules => list::rules,
        Listing::Kinds => list::kinds,
        // They are the same in every workspace.
        Listing::Targets => return output.page(&list::targets()).map(|()| FINE),
        Listing::Codes => return codes(directory, output),
    };
    let workspace = Workspace::open(directory)?;
    output.page(&page(&workspace.library, &workspace.checker()))?;
    Ok(FINE)
}

/// Prints the table of codes. They are the same everywhere; only their severities depend on a workspace.
fn codes(directory: Option<&Utf8Path>, output: &Output) -> anyhow::Result<u8> {
    let severities = match directory {
        Some(_) => severities(directory)?,
        None => severities(None).unwrap_or_default(),
    };
    output.page(&list::codes(&severities))?;
    Ok(FINE)
}
