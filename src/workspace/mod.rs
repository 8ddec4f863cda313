//! A workspace on the disk: its files inside a sandbox, what they say, what was built, and how it was at a git
//! revision. All reading and writing of files is here.

pub(crate) mod built;
pub(crate) mod exclusive;
pub(crate) mod files;
mod git;
mod loading;
pub(crate) mod lock;
pub(crate) mod outputs;
pub(crate) mod place;
pub(crate) mod revision;
pub(crate) mod rewrite;

pub(crate) use loading::{CONFIG, load, load_texts};
