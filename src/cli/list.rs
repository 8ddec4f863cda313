//! `cento list`.

use super::FINE;
use super::args::Listing;
use super::output::Output;
use super::workspace::Workspace;
use crate::compose::Composer;
use crate::view::list;

/// Prints a table of what is in the workspace.
pub(super) fn list(workspace: &Workspace, output: &Output, what: Listing) -> anyhow::Result<u8> {
    let compositions = Composer::new(&workspace.library).compose_all();
    let table = match what {
        Listing::Fragments => list::fragments,
        Listing::Profiles => list::profiles,
        Listing::Rules => list::rules,
        Listing::Kinds => list::kinds,
        Listing::Targets => list::targets,
    };
    output.print(&table(&workspace.library, &compositions, &output.out))?;
    Ok(FINE)
}
