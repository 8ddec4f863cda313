//! Differences: what a source contributes to a persona, and what tells two personas or two states of a
//! fleet apart. Computing a difference and drawing it are separate; this is the computing.

mod causes;
mod comparison;
mod contribution;
mod lines;
mod revisions;

pub use causes::Edit;
pub use comparison::{Difference, Move, Row, Said, compare};
pub use contribution::{
    Contribution, Contributions, Credit, Step, contributions, credits, cumulative, leave_out,
};
pub use lines::{Hunk, Line, Tag, Words, hunks, words};
pub use revisions::{Caused, Changes, Effect, OutputChange, SharedHunk, Standing, State, revisions};
