//! From text back to sources. Each module proves that the files it would write build the text.

pub(crate) mod absorb;
pub(crate) mod factor;
mod front_matter;
pub(crate) mod import;
