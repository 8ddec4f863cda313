//! Composes AI personas from shared fragments.
//!
//! Data flows one way: [`load`] turns files into the [`model`], [`compose`] makes personas of it,
//! [`render`] writes them as a target wants them, [`diff`] compares what comes out, and [`view`] shows
//! what happened. [`fleet`] puts what all personas say of a rule side by side, [`similar`] finds what is said nearly
//! alike, and [`lint`] what is probably not meant. Three rooms go the other way, and prove with the rest that what they
//! write gives the text back: [`import`] from a document to files, [`absorb`] from an edit by hand to its source, and [`factor`]
//! from what personas share to files of its own. [`cli`] stands on top.

// Tests may unwrap and make files of their own.
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods))]

pub mod analyse;
pub mod author;
pub mod check;
pub mod cli;
pub mod compose;
pub mod model;
pub mod render;
pub mod source;
pub mod text;
pub mod view;
pub mod workspace;
