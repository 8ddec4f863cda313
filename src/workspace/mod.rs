//! A workspace on disk: its files in a sandbox, its outputs and lock, and its state at a git revision. All
//! file access is in this room.

pub(crate) mod approvals;
pub(crate) mod attributes;
pub(crate) mod built;
pub(crate) mod exclusive;
pub(crate) mod files;
mod git;
pub(crate) mod join;
mod loading;
pub(crate) mod lock;
pub(crate) mod outputs;
pub(crate) mod place;
pub(crate) mod reach;
pub(crate) mod revision;
pub(crate) mod rewrite;
pub(crate) mod shard;
pub(crate) mod surroundings;
pub(crate) mod unchanged;

pub(crate) use loading::{CONFIG, OtherState, load, load_config, load_texts};
