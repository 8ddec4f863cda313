//! The TOML files of a workspace: reading them into the model, and editing them in place.

pub(crate) mod edit;
pub(crate) mod read;
