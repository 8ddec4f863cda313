//! The TOML that people write: reading it into the model, and changing it in place.

pub(crate) mod edit;
pub(crate) mod read;
