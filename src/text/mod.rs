//! How text reads: the forces of words, ids, tokens, and what a reader does not see.

pub(crate) mod forces;
pub(crate) mod ids;
pub mod safety;
pub(crate) mod titles;
pub mod tokens;
