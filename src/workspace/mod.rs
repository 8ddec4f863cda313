//! A workspace on the disk: its files inside a sandbox, what they say, what was built, and how it was at a git
//! revision. All reading and writing of files is here.

pub mod built;
pub mod files;
mod loading;
pub mod lock;
pub mod outputs;
pub mod place;
pub mod revision;
pub mod rewrite;

pub use loading::{CONFIG, load, load_texts};
