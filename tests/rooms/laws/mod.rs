//! The laws of composition (DESIGN.md, section 3), one test for each, over generated workspaces.
//!
//! The generator is meant to reach every feature, state and kind of dispute, and `reach` counts that
//! it does: a law that holds because nothing ever happened would say nothing. `PROPTEST_CASES` sets
//! another number of cases for all laws; a failing case is printed as the files of its workspace.

mod absorb;
mod factoring;
mod fleet;
mod generate;
mod imported;
mod order;
mod origins;
mod reach;
mod revisions;
mod shared;
mod shares;
mod sources;
mod states;
mod toml;
mod view;
mod workspace;

use proptest::test_runner::Config;

/// Settings for a law that is tried on so many workspaces. Nothing is written to the disk: a case is
/// printed whole when it fails. `PROPTEST_MAX_SHRINK_ITERS` sets how long a smaller one is looked for.
fn cases(usual: u32) -> Config {
    let asked = |name| std::env::var_os(name).is_some();
    let default = Config::default();
    let cases = if asked("PROPTEST_CASES") { default.cases } else { usual };
    let max_shrink_iters = if asked("PROPTEST_MAX_SHRINK_ITERS") { default.max_shrink_iters } else { 4_000 };
    Config { cases, failure_persistence: None, max_shrink_iters, ..default }
}
