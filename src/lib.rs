//! Composes AI personas from shared fragments, with explicit conflict resolution and the origin of every line.
//!
//! A [`Workspace`] holds fragments and profiles. [`Workspace::compose`] merges the fragments of one profile into a
//! [`Persona`], conflicts included; [`Persona::build`] renders it for its targets, unless something is wrong with it.
//!
//! ```
//! # fn main() -> Result<(), cento::Error> {
//! let workspace = cento::Workspace::from_texts([
//!     ("fragments/rules/git.toml", "[never]\nforce = 'force-push to a shared branch'"),
//!     ("fragments/voice/plain.toml", "[items]\nplain = 'Write plain English.'"),
//!     ("profiles/dev.toml", "use = ['rules/git', 'voice/plain']"),
//! ]);
//! for output in workspace.compose("dev")?.build()? {
//!     println!("{}:\n{}", output.path, output.text);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! These types are the whole interface. All other modules are private; ARCHITECTURE.md describes them.

// Items that are not exported below are `pub(crate)`.
#![warn(unreachable_pub)]
// Tests may unwrap and access files directly.
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods))]

mod analyse;
mod api;
mod author;
mod check;
mod cli;
mod compose;
mod model;
mod render;
mod source;
mod text;
mod trial;
mod view;
mod workspace;

pub use api::{
    Built, Change, ChangeKind, ChangeSide, Conflict, Error, Finding, LineOrigin, Persona, Place, Side,
    Target, Workspace,
};
pub use model::{Force, Severity};

/// Runs the command line of this process and returns its exit code. For the `cento` binary only.
#[doc(hidden)]
pub fn run() -> std::process::ExitCode {
    cli::main()
}

#[cfg(test)]
#[path = "../tests/rooms/mod.rs"]
mod tests;
