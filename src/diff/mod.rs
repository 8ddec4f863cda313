//! Differences: what a source contributes to a persona. Computing a difference and drawing it are
//! separate; this is the computing.

mod contribution;

pub use contribution::{
    Contribution, Contributions, Credit, Loss, Shared, Step, contributions, credits, cumulative, leave_out,
    without,
};
