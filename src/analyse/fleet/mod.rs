//! The fleet: every rule of a workspace, compared across all its personas.
//!
//! This room decides nothing. It reads compositions and reports, for each rule, its status in every persona.
//! `docs/rules.md` defines the terms.

mod baseline;
mod filter;
mod rules;
mod status;

pub(crate) use baseline::Wording;
pub(crate) use filter::{RuleFilter, is_at_or_below, tags};
pub(crate) use rules::{Holding, Rule, rules, rules_seen, seen};
pub(crate) use status::{Because, Status};
