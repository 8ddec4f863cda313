//! Comparisons of personas, revisions, rules and similar texts. Read-only: nothing here changes a workspace.

pub(crate) mod diff;
pub(crate) mod fleet;
pub(crate) mod similar;
