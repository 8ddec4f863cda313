//! Findings about the texts of a file: at most one per code.

use std::collections::BTreeMap;

use super::{Inspector, Specimen};
use crate::model::{Code, Diagnostic, Edit, FileId, Span, codes, wording};

/// The number of places that a finding shows. The lines of the others are listed.
const SHOWN: usize = 3;
/// The maximum number of lines that a finding lists.
const LINES: usize = 8;

/// The number of different lines or fixes after which counting stops.
const MAX_FINDINGS: usize = 10_000;

/// The maximum number of edits in a finding.
const MAX_EDITS: usize = 1_000;

/// A specimen with its position in a file.
#[derive(Debug)]
pub(crate) struct Placed {
    pub specimen: Specimen,
    pub span: Span,
}

/// Returns the findings about a file that is a single text.
pub(crate) fn document(text: &str, file: FileId) -> Vec<Diagnostic> {
    let mut inspector = Inspector::default();
    let found = inspector.inspect(text);
    let placed =
        found.into_iter().filter(|(_, suspicion)| inspector.settle(suspicion)).map(|(specimen, _)| {
            let span = Span::new(file, specimen.range.clone());
            Placed { specimen, span }
        });
    report(text, placed.collect())
}

/// Returns the findings about the texts of a file. `text` is the complete file, and the spans are offsets in
/// it.
pub(crate) fn report(text: &str, placed: Vec<Placed>) -> Vec<Diagnostic> {
    let mut by_code: BTreeMap<&str, Vec<Placed>> = BTreeMap::new();
    for placed in placed {
        by_code.entry(placed.specimen.code.name).or_default().push(placed);
    }
    by_code.into_values().filter_map(|placed| finding(text, placed)).collect()
}

fn finding(text: &str, mut placed: Vec<Placed>) -> Option<Diagnostic> {
    placed.sort_by_key(|placed| placed.span);
    let first = placed.first()?;
    let code = first.specimen.code;
    let count: usize = placed.iter().map(|placed| placed.specimen.count).sum();
    let mut finding = Diagnostic::new(code, message(code, count, placed.len(), &first.specimen));
    for Placed { specimen, span } in placed.iter().take(SHOWN) {
        // The message of a single specimen contains its description already.
        let what = if count == 1 && is_named(specimen) { "" } else { specimen.what.as_str() };
        finding = finding.at(*span, what);
    }
    let whys = placed.iter().take(SHOWN).map(|placed| placed.specimen.why);
    for why in distinct(whys.filter(|why| !why.is_empty())) {
        finding = finding.note(why);
    }
    if placed.len() > SHOWN {
        finding = finding.note(others(text, &placed));
    }
    let edits =
        placed.iter().map(|placed| Some(Edit { span: placed.span, text: placed.specimen.instead.clone()? }));
    // Either all edits or none: some of them would not resolve the finding.
    finding.edits =
        edits.collect::<Option<Vec<_>>>().filter(|edits| edits.len() <= MAX_EDITS).unwrap_or_default();
    Some(finding.help(help(&placed)))
}

fn message(code: &Code, count: usize, places: usize, first: &Specimen) -> String {
    let (one, many) = match () {
        () if *code == *codes::HIDDEN_CHARACTER => ("an invisible character", "invisible characters"),
        () if *code == *codes::DIRECTION_CONTROL => {
            ("a character that changes the text direction", "characters that change the text direction")
        }
        () if *code == *codes::CONTROL_CHARACTER => ("a control character", "control characters"),
        () if *code == *codes::UNDEFINED_CHARACTER => {
            ("a private-use or unassigned character", "private-use or unassigned characters")
        }
        () if *code == *codes::CONFUSABLE_WORD => {
            ("a word with look-alike letters", "words with look-alike letters")
        }
        () if *code == *codes::HIDDEN_COMMENT => (
            "a comment that the rendered page does not show",
            "comments that the rendered page does not show",
        ),
        () => (
            "markup that hides text from readers of the rendered page",
            "pieces of markup that hide text from readers of the rendered page",
        ),
    };
    match (count, places) {
        (1, _) if is_named(first) => format!("{one}: {}", first.what),
        (1, _) => one.to_owned(),
        _ if places == 1 || places == count => format!("{count} {many}"),
        _ => format!("{count} {many}, in {places} places"),
    }
}

/// Returns whether the description of a specimen is the name of a character.
fn is_named(specimen: &Specimen) -> bool {
    specimen.what.starts_with("U+") && *specimen.code != *codes::CONFUSABLE_WORD
}

/// Lists the lines of the places that are not shown.
fn others(text: &str, placed: &[Placed]) -> String {
    let (mut line, mut from) = (1, 0);
    let lines = placed.iter().map(|placed| {
        let start = placed.span.start as usize;
        line += text[from..start].matches('\n').count();
        from = start;
        line
    });
    let lines = distinct(lines.skip(SHOWN));
    let noun = wording::plural(lines.len(), "line");
    format!("{} more in {noun} {}", placed.len() - SHOWN, wording::names(lines, LINES))
}

fn help(placed: &[Placed]) -> String {
    let fixes = distinct(placed.iter().map(|placed| placed.specimen.fix.as_str()));
    let shown: Vec<&str> = fixes.iter().take(SHOWN).copied().collect();
    let more = if fixes.len() > SHOWN { "; and so on" } else { "" };
    let deletes = |fix: &str| fix.starts_with("delete");
    match shown[..] {
        [one] if deletes(one) && placed.len() > 1 => one
            .replacen("delete it", "delete them", 1)
            .replace("it by a word", "them by words")
            .replace("write it", "write them")
            .replace("move it", "move them"),
        [one, other] if deletes(one) && deletes(other) && one.len() + other.len() < 24 => {
            "delete them".to_owned()
        }
        _ => shown.join("; ") + more,
    }
}

/// Removes duplicates.
fn distinct<T: PartialEq>(things: impl Iterator<Item = T>) -> Vec<T> {
    let mut distinct: Vec<T> = Vec::new();
    for thing in things {
        // Places are sorted, so a duplicate is usually the last element.
        if distinct.last() != Some(&thing) && !distinct.contains(&thing) {
            distinct.push(thing);
        }
        if distinct.len() > MAX_FINDINGS {
            break;
        }
    }
    distinct
}
