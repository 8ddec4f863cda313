//! How much of a file programs read.

use super::Facts;

/// A program that reads only the beginning of a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    /// The subject and verb of a sentence that ends in "the first ... of" the file.
    pub who: &'static str,
    /// How much it reads.
    pub most: usize,
    /// What is counted.
    pub unit: Unit,
    /// Whether front matter counts.
    pub counts_front_matter: bool,
    /// Where the length is from.
    pub facts: Facts,
}

/// What the length of a text is counted in.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Unit {
    /// Bytes of UTF-8.
    Bytes,
    Characters,
}

impl Unit {
    /// The plural.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Unit::Bytes => "bytes",
            Unit::Characters => "characters",
        }
    }

    /// The length of a text.
    pub(crate) fn length(self, text: &str) -> usize {
        match self {
            Unit::Bytes => text.len(),
            Unit::Characters => text.chars().count(),
        }
    }

    /// Returns the offset at which a text is cut off that must not be longer. `None` if it is not.
    pub(crate) fn cut(self, text: &str, most: usize) -> Option<usize> {
        match self {
            Unit::Bytes if text.len() <= most => None,
            Unit::Bytes => (0..=most).rev().find(|at| text.is_char_boundary(*at)),
            Unit::Characters => text.char_indices().nth(most).map(|(at, _)| at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_exact_and_cuts_no_character() {
        let ends = |text: &str| [Unit::Bytes, Unit::Characters].map(|unit| unit.cut(text, 4));
        assert_eq!(ends("abcd"), [None, None]);
        assert_eq!(ends("abcde"), [Some(4), Some(4)]);
        assert_eq!(ends("abc\u{e9}"), [Some(3), None]);
        assert_eq!(ends("\u{e9}\u{e9}cde"), [Some(4), Some(6)]);
    }
}
