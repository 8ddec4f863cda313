//! The rules of a fleet: every status of a rule, and the matrix at several widths.

use std::collections::BTreeMap;

use camino::Utf8PathBuf;

use super::case::Case;
use crate::analyse::fleet::{Because, Status, rules};
use crate::compose::{Composer, Composition};
use crate::view::Terminal;
use crate::view::page::{Block, Mark, Matrix, MatrixRow, Page, markdown, terminal};
use crate::view::terminal::Role;
use crate::workspace::load_texts;

/// Returns the status of each rule in each persona, and who decided.
fn statuses() -> BTreeMap<(String, String), (Status, &'static str)> {
    let texts: BTreeMap<Utf8PathBuf, String> =
        Case::named("rules").files.into_iter().map(|(path, text)| (path.into(), text)).collect();
    let (library, findings) = load_texts(&texts);
    assert!(findings.iter().all(|finding| !finding.is_error()), "{findings:?}");
    let compositions: Vec<Composition<'_>> =
        Composer::new(&library).compose_all().into_iter().map(Result::unwrap).collect();
    let concrete: Vec<&Composition<'_>> =
        compositions.iter().filter(|composition| !composition.profile.is_abstract).collect();
    let asked: Vec<Option<&Composition<'_>>> = concrete.iter().copied().map(Some).collect();
    let mut statuses = BTreeMap::new();
    for rule in rules(&library, &asked) {
        for holding in rule.holdings {
            let because = match holding.because {
                None => "",
                Some(Because::Removal(..)) => "removal",
                Some(Because::Drop(..)) => "drop",
                Some(Because::Resolution(_)) => "resolution",
                Some(Because::Combine) => "combine",
                Some(Because::Subject(..)) => "subject",
                Some(Because::Open(..)) => "conflict",
            };
            let persona = concrete[holding.persona].profile.id[..1].to_owned();
            statuses.insert((rule.address.to_owned(), persona), (holding.status, because));
        }
    }
    statuses
}

#[test]
fn every_status_has_its_reason() {
    use Status::{AsWritten, InConflict, Lost, Removed, Reversed, Reworded, Strengthened, Weakened};
    let expected = [
        ("rules.again", "f", AsWritten, ""),
        ("rules.again", "g", AsWritten, ""),
        ("rules.again", "h", InConflict, "conflict"),
        ("rules.haste", "a", AsWritten, ""),
        ("rules.haste", "b", AsWritten, ""),
        ("rules.haste", "c", Strengthened, ""),
        ("rules.haste", "d", AsWritten, ""),
        ("rules.haste", "e", AsWritten, ""),
        ("rules.haste", "j", AsWritten, ""),
        ("rules.haste", "k", AsWritten, ""),
        ("rules.own.mine", "i", AsWritten, ""),
        ("rules.retry", "a", AsWritten, ""),
        ("rules.retry", "f", Lost, "subject"),
        ("rules.retry", "g", Lost, "resolution"),
        ("rules.retry", "h", InConflict, "conflict"),
        ("rules.secrets", "a", AsWritten, ""),
        ("rules.secrets", "b", Reworded, ""),
        ("rules.secrets", "c", AsWritten, ""),
        ("rules.secrets", "d", Reversed, "combine"),
        ("rules.secrets", "e", AsWritten, ""),
        ("rules.secrets", "j", AsWritten, ""),
        ("rules.secrets", "k", AsWritten, ""),
        ("rules.tests", "a", AsWritten, ""),
        // The reason after the text counts.
        ("rules.tests", "b", Reworded, ""),
        ("rules.tests", "c", AsWritten, ""),
        ("rules.tests", "d", Weakened, "combine"),
        ("rules.tests", "e", Removed, "removal"),
        ("rules.tests", "j", Reworded, "resolution"),
        // It is not in all outputs.
        ("rules.tests", "k", Weakened, ""),
        ("voice.short", "a", AsWritten, ""),
        ("voice.short", "e", Removed, "drop"),
    ];
    let expected: BTreeMap<_, _> = expected
        .into_iter()
        .map(|(at, persona, status, because)| ((at.to_owned(), persona.to_owned()), (status, because)))
        .collect();
    assert_eq!(statuses(), expected);
}

/// Builds a matrix with this many rows and columns.
fn matrix(rows: usize, columns: usize) -> Page {
    let legend = [('+', Role::Added, "there"), ('.', Role::Faint, "not there")];
    let row = |row: usize| MatrixRow {
        name: format!("rules.rule-number-{row}"),
        aside: ["never", "always"][row % 2].to_owned(),
        marks: (0..columns).map(|column| usize::from((row + column).is_multiple_of(3))).collect(),
    };
    let matrix = Matrix {
        corner: "rule",
        columns: (0..columns).map(|column| format!("persona-{column}")).collect(),
        rows: (0..rows).map(row).collect(),
        legend: legend.map(|(sign, role, meaning)| Mark { sign, role, meaning }).to_vec(),
    };
    Page { blocks: vec![Block::Matrix(matrix)], ..Page::default() }
}

fn shown(page: &Page, width: usize) -> String {
    terminal(page, &Terminal { width, color: false, folds: true })
}

#[test]
fn a_matrix_of_thirty_by_thirty_fits_80_and_140_columns() {
    insta::assert_snapshot!("matrix-80", shown(&matrix(30, 30), 80));
    insta::assert_snapshot!("matrix-140", shown(&matrix(30, 30), 140));
}

#[test]
fn a_wide_matrix_continues_below_and_loses_nothing() {
    for (rows, columns, width) in [(3, 200, 80), (31, 61, 140), (2, 1, 40), (1, 1000, 100)] {
        let text = shown(&matrix(rows, columns), width);
        assert!(text.lines().all(|line| line.chars().count() <= width), "{text}");
        let marks = |line: &str| line.chars().filter(|sign| matches!(sign, '+')).count();
        let found: usize =
            text.lines().filter(|line| line.starts_with("rules.") || line.starts_with('…')).map(marks).sum();
        let there = (0..rows).flat_map(|row| (0..columns).map(move |column| (row + column) % 3 != 0));
        assert_eq!(found, there.filter(|is_there| *is_there).count(), "{text}");
        let last = format!("persona-{}", columns - 1);
        assert!(text.contains(&last));
    }
}

#[test]
fn a_matrix_in_markdown_stays_within_a_comment() {
    let text = markdown(&matrix(400, 200));
    assert!(text.chars().count() <= 60_000 && text.contains("more lines are left out"));
    insta::assert_snapshot!("matrix-markdown", markdown(&matrix(2, 27)));
}
