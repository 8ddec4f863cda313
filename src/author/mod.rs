//! From text back to sources. Each room proves, with the rest of the program, that what it would write gives the text.

pub(crate) mod absorb;
pub(crate) mod factor;
pub(crate) mod import;
