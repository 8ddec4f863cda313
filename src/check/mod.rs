//! Whether a persona may be built: the lints, the limits of its targets and the budgets of the workspace.

mod budget;
mod composed;
mod limits;
pub mod lint;
mod reread;

pub use composed::Composed;
pub use limits::check;
