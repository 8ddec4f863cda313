//! The markers that a version control system leaves in a file that it could not merge.

use std::ops::Range;

/// The number of equal characters that begin a marker.
const WIDTH: usize = 7;

/// An unresolved conflict, or a single marker left over from one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MergeConflict {
    /// The lines of its markers, without their breaks; at least one.
    pub markers: Vec<Range<usize>>,
    /// Whether it has both ends, `<<<<<<<` and `>>>>>>>`. Otherwise it is one marker.
    pub is_whole: bool,
}

impl MergeConflict {
    /// The line of the first marker.
    pub(crate) fn first(&self) -> Range<usize> {
        self.markers.first().cloned().unwrap_or_default()
    }

    /// Whether it can be nothing else: a line of `=` alone may be the underline of a Markdown heading.
    pub(crate) fn is_sure(&self, text: &str) -> bool {
        self.is_whole || self.markers.iter().any(|marker| !text[marker.clone()].starts_with('='))
    }

    /// The line of the last marker.
    pub(crate) fn last(&self) -> Range<usize> {
        self.markers.last().cloned().unwrap_or_default()
    }

    /// The range from the first marker to the last.
    pub(crate) fn range(&self) -> Range<usize> {
        self.first().start..self.last().end
    }
}

/// Returns the conflicts of a text, in order. A single marker counts as one, although it may be the underline of a
/// Markdown heading.
pub(crate) fn merge_conflicts(text: &str) -> Vec<MergeConflict> {
    let mut found: Vec<MergeConflict> = Vec::new();
    // The markers of a conflict whose end has not been found yet.
    let mut open: Vec<Range<usize>> = Vec::new();
    let alone = |marker| MergeConflict { markers: vec![marker], is_whole: false };
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let range = start..start + line.trim_end_matches(['\r', '\n']).len();
        start += line.len();
        match marker(&text[range.clone()]) {
            None => {}
            Some('<') => {
                found.extend(open.drain(..).map(alone));
                open.push(range);
            }
            Some('>') if !open.is_empty() => {
                open.push(range);
                found.push(MergeConflict { markers: std::mem::take(&mut open), is_whole: true });
            }
            Some(_) if !open.is_empty() => open.push(range),
            Some(_) => found.push(alone(range)),
        }
    }
    found.extend(open.into_iter().map(alone));
    found
}

/// Returns the character of a marker; `None` if the line is none. The name of a side may follow after a space.
fn marker(line: &str) -> Option<char> {
    let sign = line.chars().next().filter(|sign| matches!(sign, '<' | '=' | '>' | '|'))?;
    let rest = line.trim_start_matches(sign);
    let is_marker = line.len() - rest.len() >= WIDTH && (rest.is_empty() || rest.starts_with(' '));
    is_marker.then_some(sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines of the markers of each conflict.
    fn lines(text: &str) -> Vec<(Vec<usize>, bool)> {
        let line = |range: &Range<usize>| text[..range.start].matches('\n').count() + 1;
        let lines = |found: &MergeConflict| found.markers.iter().map(line).collect();
        merge_conflicts(text).iter().map(|found| (lines(found), found.is_whole)).collect()
    }

    #[test]
    fn conflicts_are_found_with_their_ends() {
        let plain = "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n";
        assert_eq!(lines(plain), [(vec![1, 3, 5], true)]);
        assert_eq!(lines(&plain.replace('\n', "\r\n")), [(vec![1, 3, 5], true)]);
        assert_eq!(lines(&format!("x\n{plain}y\n{plain}")), [(vec![2, 4, 6], true), (vec![8, 10, 12], true)]);
        // With the common ancestor, with longer markers, and without names.
        let ancestor = "<<<<<<< a\n||||||| base\nx\n=======\n>>>>>>> b";
        assert_eq!(lines(ancestor), [(vec![1, 2, 4, 5], true)]);
        assert_eq!(lines("<<<<<<<<<< a\n==========\n>>>>>>>>>>"), [(vec![1, 2, 3], true)]);
        assert_eq!(lines("<<<<<<<\n=======\n>>>>>>>\n"), [(vec![1, 2, 3], true)]);
    }

    #[test]
    fn remaining_conflict_markers_are_found() {
        assert_eq!(lines("a\n=======\nb\n>>>>>>> other\n"), [(vec![2], false), (vec![4], false)]);
        assert_eq!(lines("<<<<<<< HEAD\na\n======="), [(vec![1], false), (vec![3], false)]);
        assert_eq!(lines("<<<<<<< a\n<<<<<<< b\n>>>>>>> b\n"), [(vec![1], false), (vec![2, 3], true)]);
    }

    #[test]
    fn other_lines_are_no_markers() {
        for text in ["<<<<<< a\n", " <<<<<<< a\n", "<<<<<<<a\n", "a = '<<<<<<< a'\n", "# =======\n", ""] {
            assert_eq!(lines(text), [], "{text}");
        }
    }

    #[test]
    fn half_a_conflict_is_sure_if_it_is_no_underline() {
        let is_sure = |text: &str| merge_conflicts(text).iter().any(|found| found.is_sure(text));
        for text in ["<<<<<<< HEAD\na\n", "a\n=======\nb\n>>>>>>> x\n", "<<<<<<< HEAD\na\n=======\nb\n"] {
            assert!(is_sure(text), "{text}");
        }
        assert!(!is_sure("Title\n=======\n\ntext\n"));
    }
}
