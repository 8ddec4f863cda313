//! Differences: the contribution of a source to a persona, and comparisons of personas and revisions. `view`
//! renders them.

mod causes;
mod comparison;
mod contribution;
mod lines;
mod meaning;
mod review;

pub(crate) use causes::Edit;
pub(crate) use comparison::{Content, Difference, Move, Row, compare, contents};
pub(crate) use contribution::{
    Contribution, Contributions, Credit, Instead, Loss, Shared, Step, contributions, credits, cumulative,
    leave_out,
};
pub(crate) use lines::{Hunk, Line, Tag, Words, hunks, words};
pub(crate) use meaning::{combined, meaning};
pub(crate) use review::{
    Alert, Caused, Effect, Options, OutputChange, OutputText, Review, SharedRow, State, Status, review,
};
