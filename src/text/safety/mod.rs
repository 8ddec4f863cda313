//! Safety of texts: what a person who reads a text does not see, or not as what it is, and a model does.
//!
//! An [`Inspector`] looks at the texts of one file, one after the other, and returns what it found in each as
//! [`Specimen`]s; [`report`] makes findings of those that a file has. Nothing here knows where a text stands
//! in a file, or whether the file is a fragment, a profile or a document that is imported.
//!
//! Most characters that nobody sees are needed by somebody: a joiner makes one emoji of two, a non-joiner
//! stands in most Persian sentences, a selector chooses the form of an ideograph. So a character is judged by
//! what stands beside it (`context.rs`, `direction.rs`), and a word by whether it reads as another (`words.rs`).

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
mod words;

pub(crate) use characters::concealed;
pub(crate) use report::{Placed, document, report};
pub(crate) use words::{Inspector, Suspicion};

use std::ops::Range;

use crate::model::Code;

/// Something in a text that a reader does not see, or not as what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Specimen {
    /// Where it stands in the text, in bytes.
    pub range: Range<usize>,
    /// What sort of thing it is.
    pub code: &'static Code,
    /// What it is, in a few words: the name of a character, what a word looks like, what is hidden.
    pub what: String,
    /// Why that is bad; may be empty.
    pub why: &'static str,
    /// How many characters or words it is.
    pub count: usize,
    /// What mends it.
    pub fix: String,
    /// What to write in its place, where that is beyond doubt; nothing to delete it.
    pub instead: Option<String>,
}

/// Whether nothing in a text needs a closer look. Nearly all texts are so, and this is all that they cost.
pub(crate) fn is_plain(text: &str) -> bool {
    !text.bytes().any(|byte| byte >= 0x7f || is_control(byte)) && !markup::may_hide(text)
}

fn is_control(byte: u8) -> bool {
    byte < 0x20 && byte != b'\n' && byte != b'\t'
}
