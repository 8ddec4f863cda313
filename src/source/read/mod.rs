//! Reads fragments, profiles and `cento.toml` into the model, with the span of every value. Mismatches become
//! findings.

mod accept;
pub(crate) mod body;
pub(crate) mod config;
pub(crate) mod fragment;
mod guess;
mod layout;
mod merge_conflict;
pub(crate) mod profile;
pub(crate) mod reader;
pub(crate) mod references;
mod requirement;
pub(crate) mod safety;
mod severities;
mod target;
mod values;

/// A value from the TOML parser.
pub(crate) type Value<'d> = toml::Spanned<toml::de::DeValue<'d>>;
