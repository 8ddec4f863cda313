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
//! These types are the interface. The modules below are the program's own rooms: they are public for its tests alone, are
//! not documented here, and change without notice. ARCHITECTURE.md describes them.

// Tests may unwrap and make files of their own.
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods))]

mod api;

pub use api::{Built, Change, ChangeKind, Error, Finding, LineOrigin, Persona, Workspace};
pub use model::Severity;

#[doc(hidden)]
pub mod analyse;
#[doc(hidden)]
pub mod author;
#[doc(hidden)]
pub mod check;
#[doc(hidden)]
pub mod cli;
#[doc(hidden)]
pub mod compose;
#[doc(hidden)]
pub mod model;
#[doc(hidden)]
pub mod render;
#[doc(hidden)]
pub mod source;
#[doc(hidden)]
pub mod text;
#[doc(hidden)]
pub mod trial;
#[doc(hidden)]
pub mod view;
#[doc(hidden)]
pub mod workspace;

#[cfg(test)]
#[path = "../tests/rooms/mod.rs"]
mod tests;
