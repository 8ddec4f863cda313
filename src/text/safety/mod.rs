//! Safety of texts: content that a model reads but a person does not see, or sees as something else.
//!
//! An [`Inspector`] inspects the texts of one file, one after the other, and returns the [`Specimen`]s in
//! each. [`report`] turns those of a file into findings. This room does not know the position of a text in
//! its file, nor whether that is a fragment, a profile or an imported document.
//!
//! Most invisible characters are legitimate somewhere: a joiner combines emoji, a non-joiner is common in
//! Persian, a selector chooses the form of an ideograph. So a character is judged by its neighbours
//! (`context.rs`, `direction.rs`), and a word by whether it reads as another (`words.rs`).

mod characters;
mod context;
mod control;
mod direction;
mod elements;
mod hidden;
mod instruct;
mod markup;
mod message;
mod name;
mod references;
mod report;
mod scripts;
mod words;

pub(crate) use characters::concealed;
pub(crate) use direction::is_directing;
pub(crate) use report::{Placed, document, report};
pub(crate) use words::{Inspector, Suspicion};

use std::ops::Range;

use crate::model::Code;

/// Returns the markup of a text that hides words.
pub(crate) fn markup(text: &str) -> Vec<Specimen> {
    markup::inspect(text)
}

/// A part of a text that a reader does not see, or sees as something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Specimen {
    /// Its byte range in the text.
    pub range: Range<usize>,
    pub code: &'static Code,
    /// A short description: the name of a character, what a word looks like, or what is hidden.
    pub what: String,
    /// Why it is a problem; may be empty.
    pub why: &'static str,
    /// The number of characters or words.
    pub count: usize,
    /// The instruction that fixes it.
    pub fix: String,
    /// The replacement, if it is certain; an empty string to delete it.
    pub instead: Option<String>,
}

/// Returns whether a text needs no inspection. This is the fast path for nearly all texts.
pub(crate) fn is_plain(text: &str) -> bool {
    !text.bytes().any(|byte| byte >= 0x7f || is_control(byte)) && !markup::may_hide(text)
}

fn is_control(byte: u8) -> bool {
    byte < 0x20 && byte != b'\n' && byte != b'\t'
}
