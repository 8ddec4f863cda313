//! Whether a persona may be built: the lints, the limits of its targets and the budgets of the workspace.

mod budget;
mod composed;
mod limits;
pub(crate) mod lint;
mod reread;

pub(crate) use composed::Composed;
pub(crate) use limits::check;
