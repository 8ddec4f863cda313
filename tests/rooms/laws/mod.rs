//! The laws of composition, one test for each, over generated workspaces.
//!
//! The generator is meant to reach every feature, state and kind of disagreement, and `reach` checks that it does:
//! a law that holds because nothing ever happens would prove nothing. `PROPTEST_CASES` sets another number of
//! cases for all laws; a failing case is printed as the files of its workspace.

mod absorb;
mod factoring;
mod faithful;
mod fleet;
mod generate;
mod imported;
mod limited;
mod meaning;
mod neighbours;
mod nested;
mod order;
mod origins;
mod reach;
mod reference;
mod review;
mod shared;
mod shares;
mod sources;
mod states;
mod targets;
mod toml;
mod view;
mod workspace;

use proptest::test_runner::Config;

/// Settings for a law with a usual number of cases. Nothing is written to disk: a failing case is printed in
/// full. `PROPTEST_MAX_SHRINK_ITERS` limits the search for a smaller case.
fn cases(usual: u32) -> Config {
    let asked = |name| std::env::var_os(name).is_some();
    let default = Config::default();
    let cases = if asked("PROPTEST_CASES") { default.cases } else { usual };
    let max_shrink_iters = if asked("PROPTEST_MAX_SHRINK_ITERS") { default.max_shrink_iters } else { 4_000 };
    Config { cases, failure_persistence: None, max_shrink_iters, ..default }
}
