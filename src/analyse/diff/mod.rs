//! Differences: what a source contributes to a persona, and what tells two personas or two states of a
//! fleet apart. Computing a difference and drawing it are separate; this is the computing.

mod causes;
mod comparison;
mod contribution;
mod lines;
mod revisions;

pub(crate) use causes::Edit;
pub(crate) use comparison::{Difference, Move, Row, Said, compare};
pub(crate) use contribution::{
    Contribution, Contributions, Credit, Step, contributions, credits, cumulative, leave_out,
};
pub(crate) use lines::{Hunk, Line, Tag, Words, hunks, words};
pub(crate) use revisions::{Caused, Changes, Effect, OutputChange, SharedHunk, Standing, State, revisions};
