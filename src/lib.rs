//! Composes AI personas from shared fragments.
//!
//! Data flows one way: [`load`] turns files into the [`model`], [`compose`] makes personas of it,
//! [`render`] writes them as a target wants them, [`diff`] compares what comes out, and [`view`] shows
//! what happened. [`import`] goes the other way, from a document to files, and [`factor`] moves what
//! personas share into files of its own; both use the rest to prove that every byte comes back. [`cli`]
//! stands on top.

// Tests may unwrap and make files of their own.
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods))]

pub mod cli;
pub mod compose;
pub mod diff;
pub mod factor;
pub mod import;
pub mod load;
pub mod model;
pub mod render;
pub mod view;
