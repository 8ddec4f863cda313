//! Renders compositions and findings for people and programs. Nothing is merged here.

pub(crate) mod absorb;
pub(crate) mod blame;
pub(crate) mod comparison;
pub(crate) mod contribution;
pub(crate) mod cost;
mod escape;
mod excerpt;
pub(crate) mod explain;
pub(crate) mod factor;
pub(crate) mod findings;
pub(crate) mod human;
pub(crate) mod import;
pub(crate) mod json;
pub(crate) mod list;
pub(crate) mod origins;
pub(crate) mod page;
pub(crate) mod report;
pub(crate) mod review;
pub(crate) mod rules;
pub(crate) mod schema;
pub(crate) mod similar;
pub(crate) mod terminal;

pub(crate) use escape::{escape, escape_line};
pub(crate) use terminal::Terminal;
