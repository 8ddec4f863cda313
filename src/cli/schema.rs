//! `cento schema`.

use super::FINE;
use super::output::Output;
use crate::model::grammar::File;
use crate::view::{json, schema};

/// Prints the JSON Schema of a kind of file.
pub(super) fn schema(output: &Output, file: &File) -> anyhow::Result<u8> {
    output.print(&json::pretty(&schema::schema(file))?)?;
    Ok(FINE)
}
