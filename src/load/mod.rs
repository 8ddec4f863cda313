//! From files to the model. All reading and writing of files is here, inside the workspace.

mod accept;
mod body;
pub mod built;
mod config;
pub mod edit;
pub mod files;
mod fragment;
mod layout;
pub mod lock;
pub mod outputs;
mod profile;
mod reader;
mod references;
mod requirement;
pub mod revision;
pub mod rewrite;
mod safety;
mod severities;
mod target;
mod workspace;

pub use workspace::{CONFIG, load, load_texts};
