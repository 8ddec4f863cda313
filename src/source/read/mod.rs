//! The grammar of fragments, profiles and `cento.toml`: from TOML with its spans to the model, and every mismatch to
//! a finding.

mod accept;
pub(crate) mod body;
pub(crate) mod config;
pub(crate) mod fragment;
mod guess;
mod layout;
pub(crate) mod profile;
pub(crate) mod reader;
pub(crate) mod references;
mod requirement;
pub(crate) mod safety;
mod severities;
mod target;
