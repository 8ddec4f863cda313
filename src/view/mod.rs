//! Shows compositions and findings to people and programs. Nothing is merged here.

pub mod absorb;
pub mod blame;
pub mod comparison;
pub mod contribution;
mod escape;
mod excerpt;
pub mod explain;
pub mod factor;
pub mod findings;
pub mod human;
pub mod import;
pub mod json;
pub mod list;
pub mod origins;
pub mod page;
pub mod report;
pub mod revisions;
pub mod rules;
pub mod schema;
pub mod similar;
pub mod terminal;

pub use escape::{escape, escape_line};
pub use terminal::Terminal;
