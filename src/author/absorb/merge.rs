//! Three-way merge, for outputs whose sources and file both changed since the last build.

use similar::{MergeResolution, TextMerge};

use super::hunks::{Hunk, word_hunks};

/// Lines that both sides changed in different ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Conflict {
    /// Its line in the file, from 1.
    pub line: usize,
    /// The lines of the last build.
    pub base: String,
    /// The lines that the sources build now.
    pub sources: String,
    /// The lines of the file.
    pub file: String,
    /// Where the sources' lines are written: file, line and address.
    pub places: Vec<String>,
    /// Its byte offset in the current output of the sources.
    pub(super) at: usize,
}

/// The result of a merge.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Merged {
    /// The current output of the sources, with the edits of the file that do not conflict.
    pub(super) text: String,
    /// For each line of the text, its line in the file, from 1.
    pub(super) lines: Vec<usize>,
    pub(super) conflicts: Vec<Conflict>,
}

/// Merges the current output of the sources with the file; `base` is the last build of both.
pub(super) fn merge(base: &str, sources: &str, file: &str) -> Merged {
    let merge = TextMerge::from_lines(base, sources, file);
    let mut merged = Merged::default();
    // Lines as the merge library splits them, which also splits at a lone carriage return.
    let old: Vec<&str> = (0..merge.base_len()).filter_map(|at| merge.base_line(at)).collect();
    let ours: Vec<&str> = (0..merge.ours_len()).filter_map(|at| merge.ours_line(at)).collect();
    let theirs: Vec<&str> = (0..merge.theirs_len()).filter_map(|at| merge.theirs_line(at)).collect();
    let mut numbers = vec![1];
    for line in &theirs {
        numbers.push(numbers.last().unwrap_or(&1) + usize::from(line.ends_with('\n')));
    }
    let mut starts = vec![0];
    starts.extend(ours.iter().scan(0, |at, line| {
        *at += line.len();
        Some(*at)
    }));
    for region in merge.regions() {
        let number = |at: usize| numbers.get(region.theirs_range().start + at).copied().unwrap_or(1);
        let (from_sources, from_file) = (&ours[region.ours_range()], &theirs[region.theirs_range()]);
        match region.resolution() {
            MergeResolution::Theirs => {
                from_file.iter().enumerate().for_each(|(at, line)| merged.push(line, number(at)))
            }
            MergeResolution::Conflict => {
                let start = starts[region.ours_range().start];
                merged.conflict(&number, start, [&old[region.base_range()], from_sources, from_file])
            }
            _ => from_sources.iter().enumerate().for_each(|(at, line)| {
                merged.push(line, number(at.min(from_file.len().saturating_sub(1))));
            }),
        }
    }
    merged
}

impl Merged {
    fn push(&mut self, line: &str, number: usize) {
        if self.text.is_empty() || self.text.ends_with('\n') {
            self.lines.push(number);
        }
        self.text.push_str(line);
    }

    /// Handles lines that both sides changed: word by word if the line counts are equal; otherwise the lines
    /// of the sources stay and a conflict is recorded.
    fn conflict(&mut self, number: &dyn Fn(usize) -> usize, mut start: usize, sides: [&[&str]; 3]) {
        let [base, sources, file] = sides;
        let is_even = base.len() == sources.len() && base.len() == file.len();
        let mut at = 0;
        while is_even && at < base.len() {
            match both(base[at], sources[at], file[at]) {
                Some(line) => self.push(&line, number(at)),
                None => self.keep_sources(number(at), start, sides.map(|side| &side[at..=at])),
            }
            start += sources[at].len();
            at += 1;
        }
        if !is_even {
            self.keep_sources(number(0), start, sides);
        }
    }

    fn keep_sources(&mut self, line: usize, at: usize, [base, sources, file]: [&[&str]; 3]) {
        for own in sources {
            self.push(own, line);
        }
        self.conflicts.push(Conflict {
            line,
            base: base.concat(),
            sources: sources.concat(),
            file: file.concat(),
            places: Vec::new(),
            at,
        });
    }
}

/// Merges the words that both sides changed in a line. `None` if the changes touch or overlap.
fn both(base: &str, sources: &str, file: &str) -> Option<String> {
    if sources == file || base == file {
        return Some(sources.to_owned());
    }
    if base == sources {
        return Some(file.to_owned());
    }
    let mut hunks: Vec<Hunk> = word_hunks(base, sources);
    for hunk in word_hunks(base, file) {
        let clashes = |other: &Hunk| hunk.old.start <= other.old.end && other.old.start <= hunk.old.end;
        if hunks.contains(&hunk) {
            continue;
        }
        if hunks.iter().any(clashes) {
            return None;
        }
        hunks.push(hunk);
    }
    hunks.sort_by_key(|hunk| std::cmp::Reverse(hunk.old.start));
    let mut line = base.to_owned();
    for hunk in hunks {
        line.replace_range(hunk.old, &hunk.new);
    }
    Some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_of_both_sides_are_merged_and_conflicts_are_left() {
        let base = "one\ntwo two\nthree\nfour\n";
        let merged = merge(base, "one\ntwo 2\nthree\nfour!\n", "1\n2 two\nthree\nfour?\n");
        assert_eq!(merged.text, "1\n2 2\nthree\nfour!\n");
        assert_eq!(merged.lines, [1, 2, 3, 4]);
        let [conflict] = merged.conflicts.as_slice() else { panic!("{:?}", merged.conflicts) };
        assert_eq!(
            (conflict.line, conflict.sources.as_str(), conflict.file.as_str()),
            (4, "four!\n", "four?\n")
        );
        assert_eq!(conflict.at, "one\ntwo 2\nthree\n".len());
    }

    #[test]
    fn a_lone_carriage_return_ends_no_line_of_the_file() {
        let merged = merge("a\rb\nm\nn\nc\n", "a\rB\nm\nn\nc\n", "a\rb\nm\nn\nC\rd\n");
        assert_eq!((merged.text.as_str(), merged.conflicts.len()), ("a\rB\nm\nn\nC\rd\n", 0));
        assert_eq!(merged.lines, [1, 2, 3, 4]);
    }

    #[test]
    fn the_same_edit_on_both_sides_is_none() {
        let merged = merge("a\nb\n", "a\nc\n", "a\nc\n");
        assert_eq!((merged.text.as_str(), merged.conflicts.len()), ("a\nc\n", 0));
    }
}
