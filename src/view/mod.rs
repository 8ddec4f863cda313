//! Shows compositions and findings to people and programs. Nothing is merged here.

mod escape;
mod excerpt;
pub mod human;
pub mod json;
pub mod terminal;

pub use escape::{escape, escape_line};
pub use terminal::Terminal;
