//! The fleet: what all personas of a workspace say of one thing, side by side.
//!
//! Nothing is decided here. Compositions come in, and each rule comes out once, with what became of it in
//! every persona. `docs/rules.md` describes the words from the outside.

mod asked;
mod baseline;
mod rules;
mod standing;

pub(crate) use asked::{Asked, is_at_or_below, tags};
pub(crate) use baseline::Wording;
pub(crate) use rules::{Holding, Rule, rules};
pub(crate) use standing::{Because, Standing};
