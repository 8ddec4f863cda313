//! Composes AI personas from shared fragments.
//!
//! Data flows one way: [`load`] turns files into the [`model`], [`compose`] makes personas of it,
//! [`render`] writes them as a target wants them, and [`view`] shows what happened. [`cli`] stands on
//! top.

pub mod cli;
pub mod compose;
pub mod load;
pub mod model;
pub mod render;
pub mod view;
