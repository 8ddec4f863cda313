//! From text back to sources. Each room proves, with the rest of the program, that what it would write gives the text.

pub mod absorb;
pub mod factor;
pub mod import;
