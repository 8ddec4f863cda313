//! What programs load of an output before they use it.

use crate::model::Datum;

/// What programs load of each output at the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loading {
    /// All of it.
    Whole,
    /// The description, by which they choose; the rest once they use it.
    Description,
    /// Nothing: people choose it, or the path of a file does.
    Nothing,
}

impl Loading {
    /// What is loaded.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Loading::Whole => "all",
            Loading::Description => "the description",
            Loading::Nothing => "nothing",
        }
    }
}

/// A condition on the value of a key.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Given {
    /// It has this value.
    Value(&'static str),
    /// It has any value.
    Any,
    /// It has none.
    None,
}

impl Given {
    /// The predicate of a clause about the key.
    pub(crate) fn clause(self) -> String {
        match self {
            Given::Value(value) => format!("is `{value}`"),
            Given::Any => "is set".to_owned(),
            Given::None => "is not set".to_owned(),
        }
    }

    /// Whether a value meets the condition. A text or list without content is no value.
    pub(crate) fn applies(self, value: Option<&Datum>) -> bool {
        let is_filled = |value: &&Datum| match value {
            Datum::String(text) => !text.trim().is_empty(),
            Datum::List(items) => !items.is_empty(),
            _ => true,
        };
        let value = value.filter(is_filled);
        match self {
            Given::Value(wanted) => value.is_some_and(|value| value.to_string() == wanted),
            Given::Any => value.is_some(),
            Given::None => value.is_none(),
        }
    }
}
