//! Conflicts of a version control system that were left in a file.

use std::ops::Range;

use toml::de::{DeTable, Error};

use crate::model::{Diagnostic, FileId, Sources, Span, codes};
use crate::text::merge_conflict::{MergeConflict, merge_conflicts};

/// The maximum number of conflicts of a file that are reported individually.
const MAX_NAMED: usize = 8;

/// Returns the errors of a file that are unrelated to conflicts, and findings about the conflicts.
///
/// A conflict in which the parser fails is an error. Otherwise it is part of a text: a warning if it has both ends.
pub(super) fn sort_out(sources: &Sources, file: FileId, errors: Vec<Error>) -> (Vec<Error>, Vec<Diagnostic>) {
    let text = sources.file(file).text();
    let conflicts = merge_conflicts(text);
    if conflicts.is_empty() {
        return (errors, Vec::new());
    }
    let mut places: Vec<usize> = errors.iter().map(start).collect();
    places.sort_unstable();
    let (real, quoted): (Vec<_>, Vec<_>) = conflicts.into_iter().partition(|conflict| {
        let Range { start, end } = conflict.range();
        places[places.partition_point(|place| *place < start)..].first().is_some_and(|place| *place <= end)
    });
    if real.is_empty() {
        let is_parsed = errors.is_empty();
        let quoted = quoted.into_iter().filter(|conflict| is_parsed && conflict.is_whole);
        return (errors, first(quoted.map(|conflict| in_a_text(sources, file, &conflict)).collect()));
    }
    // Errors that are unrelated to the conflicts remain when the markers are masked.
    let (_, mut others) = DeTable::parse_recoverable(&masked(text, &real));
    others.retain(|error| {
        let before = &real[..real.partition_point(|conflict| conflict.range().start <= start(error))];
        before.last().is_none_or(|conflict| conflict.range().end < start(error))
    });
    (others, first(real.iter().map(|conflict| unresolved(sources, file, conflict)).collect()))
}

/// Returns the offset of the first byte of an error.
fn start(error: &Error) -> usize {
    error.span().unwrap_or_default().start
}

fn unresolved(sources: &Sources, file: FileId, conflict: &MergeConflict) -> Diagnostic {
    if !conflict.is_whole {
        let finding = Diagnostic::new(codes::MERGE_CONFLICT, "the file contains a git conflict marker");
        return labelled(finding, file, conflict).help("delete the line");
    }
    let (first, last) = lines(sources, file, conflict);
    let message = format!("unresolved git conflict in lines {first} to {last}");
    let help = "keep one side, or combine both, and delete the lines that begin with `<<<<<<<`, \
                `=======` and `>>>>>>>`";
    labelled(Diagnostic::new(codes::MERGE_CONFLICT, message), file, conflict).help(help)
}

fn in_a_text(sources: &Sources, file: FileId, conflict: &MergeConflict) -> Diagnostic {
    let (first, last) = lines(sources, file, conflict);
    let message = format!("a text looks like an unresolved git conflict in lines {first} to {last}");
    labelled(Diagnostic::new(codes::MERGE_MARKER, message), file, conflict)
        .help("resolve it; if the text is about conflicts, indent the markers")
}

/// Returns the numbers of the first and the last line.
fn lines(sources: &Sources, file: FileId, conflict: &MergeConflict) -> (usize, usize) {
    let line = |range: Range<usize>| sources.file(file).line_column(range.start).line;
    (line(conflict.first()), line(conflict.last()))
}

fn labelled(finding: Diagnostic, file: FileId, conflict: &MergeConflict) -> Diagnostic {
    let finding = finding.at(Span::new(file, conflict.first()), "");
    if conflict.is_whole { finding.at(Span::new(file, conflict.last()), "") } else { finding }
}

/// Returns the first of these findings, with a note that counts the others.
fn first(mut findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let more = findings.len().saturating_sub(MAX_NAMED);
    findings.truncate(MAX_NAMED);
    if more > 0
        && let Some(last) = findings.last_mut()
    {
        last.notes.push(format!("{more} more in this file"));
    }
    findings
}

/// Returns the text with spaces in place of the markers, so that all offsets stay valid.
fn masked(text: &str, conflicts: &[MergeConflict]) -> String {
    let mut masked = String::with_capacity(text.len());
    for marker in conflicts.iter().flat_map(|conflict| &conflict.markers) {
        masked.push_str(&text[masked.len()..marker.start]);
        masked.push_str(&" ".repeat(marker.len()));
    }
    masked.push_str(&text[masked.len()..]);
    masked
}
