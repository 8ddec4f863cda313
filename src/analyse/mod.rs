//! Comparisons of personas, revisions, rules and similar texts, and what personas cost. Read-only: nothing here changes a workspace.

pub(crate) mod cost;
pub(crate) mod diff;
pub(crate) mod fleet;
pub(crate) mod similar;
