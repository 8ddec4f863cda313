//! Whether a persona may be built: requirements, the limits of its targets, the budgets of the workspace, and lints.

mod budget;
mod checker;
mod empty;
mod forces;
mod front_matter;
mod hidden;
mod limits;
mod lint;
mod loading;
mod placeholders;
mod require;
mod reread;
mod settings;
mod survey;
mod unshared;
mod vocabulary;

pub(crate) use checker::{Buildable, Checked, Checker, Depth, Prepared};
pub(crate) use limits::lost;
pub(crate) use survey::{Shared, Survey};
