//! Comparisons: of personas, of revisions, of the rules of a fleet, and of texts that are nearly alike. They only look.

pub mod diff;
pub mod fleet;
pub mod similar;
