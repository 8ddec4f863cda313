//! Comparisons: of personas, of revisions, of the rules of a fleet, and of texts that are nearly alike. They only look.

pub(crate) mod diff;
pub(crate) mod fleet;
pub(crate) mod similar;
