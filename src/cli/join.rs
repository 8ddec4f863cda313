//! `cento build --join`.

use camino::Utf8Path;

use super::args::Build;
use super::output::Output;
use super::workspace::{Workspace, exclusive};
use super::{FINDINGS, FINE};
use crate::model::Sources;
use crate::model::wording::count;
use crate::workspace::attributes;
use crate::workspace::files::Root;
use crate::workspace::join;
use crate::workspace::lock::Lock;

/// Joins the locks of shards that were built elsewhere, and their lines for git. The outputs are copied like any other
/// files.
pub(super) fn join(directory: Option<&Utf8Path>, output: &Output, options: &Build) -> anyhow::Result<u8> {
    let found = Workspace::find_to_write(directory, output)?;
    let out = options.out.as_deref().map(Root::open_or_create).transpose()?;
    let _exclusive = out.as_ref().map(|out| exclusive(out, output)).transpose()?;
    let root = out.as_ref().unwrap_or(&found.root);
    let mut findings = Vec::new();
    let mut read =
        |root: &Root| anyhow::Ok(Lock::read(root)?.map_err(|finding| findings.push(*finding)).ok());
    let lock = read(root)?;
    let roots: Vec<Root> = options.join.iter().map(|shard| Root::open(shard)).collect::<Result<_, _>>()?;
    let mut shards = Vec::new();
    for (directory, shard) in options.join.iter().zip(&roots) {
        shards.extend(read(shard)?.map(|lock| (directory.clone(), lock)));
    }
    let Some(lock) = lock.filter(|_| findings.is_empty()) else {
        output.report(&Sources::default(), findings);
        return Ok(FINDINGS);
    };
    let mut joined = join::join(&lock, &shards).map_err(|reason| anyhow::anyhow!(reason))?;
    if joined != lock {
        joined.write(root)?;
    }
    if let Some(missing) = attributes::lacking(root, &roots, &joined)? {
        missing.add(root)?;
    }
    let (shards, outputs) = (count(shards.len(), "shard"), count(joined.entries.len(), "output"));
    output.print(&format!("joined the locks of {shards}: {outputs}\n"))?;
    Ok(FINE)
}
