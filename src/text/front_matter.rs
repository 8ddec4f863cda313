//! The boundaries of the front matter of a document.

use std::ops::Range;

/// Returns the range of the lines between the dashes, and the offset after the closing dashes. `None` if the
/// text has no front matter or does not close it.
pub(crate) fn split(text: &str) -> Option<(Range<usize>, usize)> {
    let first = text.split_inclusive('\n').next()?;
    if first.trim_end() != "---" || !first.ends_with('\n') {
        return None;
    }
    let mut at = first.len();
    for line in text[at..].split_inclusive('\n') {
        if line.trim_end() == "---" {
            return Some((first.len()..at, at + line.len()));
        }
        at += line.len();
    }
    None
}

/// The offset of the text after the front matter; 0 without front matter.
pub(crate) fn body_start(text: &str) -> usize {
    split(text).map_or(0, |(_, end)| end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_begins_behind_closed_front_matter() {
        assert_eq!(split("---\na: 1\n---\nText"), Some((4..9, 13)));
        assert_eq!(body_start("---\na: 1\n"), 0);
        assert_eq!(body_start("Text\n---\n"), 0);
    }
}
