//! A matrix of marks: one character for each row and column.
//!
//! Column names are long and there may be hundreds, so columns are numbered, with a key. If not all columns fit, the
//! rows are repeated for the rest.

use super::{Phrase, Run};
use crate::view::escape_line;
use crate::view::terminal::{Role, Terminal, width};

/// A matrix of marks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Matrix {
    /// The heading of the row names.
    pub corner: &'static str,
    /// The names of the columns.
    pub columns: Vec<String>,
    pub rows: Vec<MatrixRow>,
    /// The meaning of the marks.
    pub legend: Vec<Mark>,
}

/// A mark.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    pub sign: char,
    /// The role that it is painted with.
    pub role: Role,
    /// The meaning in words.
    pub meaning: &'static str,
}

/// A row of marks.
#[derive(Debug, Clone)]
pub(crate) struct MatrixRow {
    pub name: String,
    /// A word about the row.
    pub aside: String,
    /// The index in the legend of each column's mark.
    pub marks: Vec<usize>,
}

/// Rows between two lines of column numbers: about one screen.
const ROWS: usize = 30;

/// Columns between two spaces.
const GROUP: usize = 5;

/// The maximum number of columns side by side. More are hard to count, even on a wide terminal.
const MAX_COLUMNS: usize = 60;

impl Matrix {
    /// The legend, without marks that do not occur.
    pub(super) fn used_marks(&self) -> impl Iterator<Item = &Mark> {
        let mut used = vec![false; self.legend.len()];
        for mark in self.rows.iter().flat_map(|row| &row.marks) {
            if let Some(used) = used.get_mut(*mark) {
                *used = true;
            }
        }
        self.legend.iter().zip(used).filter(|(_, used)| *used).map(|(mark, _)| mark)
    }

    /// The legend as a phrase.
    pub(super) fn legend_phrase(&self) -> Phrase {
        let mut phrase = Phrase::default();
        for mark in self.used_marks() {
            if !phrase.is_empty() {
                phrase = phrase.and("   ");
            }
            phrase = phrase.then(mark.role, mark.sign.to_string()).and(format!(" {}", mark.meaning));
        }
        phrase
    }

    /// The mark of a row in a column.
    pub(super) fn mark(&self, row: &MatrixRow, column: usize) -> Mark {
        let mark = row.marks.get(column).and_then(|mark| self.legend.get(*mark));
        mark.copied().unwrap_or(Mark { sign: ' ', role: Role::Plain, meaning: "" })
    }

    /// The matrix as lines that fit a terminal.
    pub(super) fn lines(&self, terminal: &Terminal) -> Vec<Phrase> {
        let room = terminal.columns();
        let widest =
            |texts: &mut dyn Iterator<Item = &String>| texts.map(|text| width(&escape_line(text))).max();
        let name = widest(&mut self.rows.iter().map(|row| &row.name)).unwrap_or(0);
        let name = name.max(self.corner.len()).min(room * 2 / 5);
        let aside = widest(&mut self.rows.iter().map(|row| &row.aside)).unwrap_or(0);
        let frame = Frame { name, aside, spread: false };
        let left = room.saturating_sub(frame.head());
        let spread = self.columns.len() * 2 <= left + 1;
        let frame = Frame { spread, ..frame };
        // Whole groups of columns, each followed by a space.
        let most = match spread {
            true => self.columns.len(),
            false => ((left + 1) / (GROUP + 1) * GROUP).max(GROUP),
        };
        let most = most.clamp(1, MAX_COLUMNS);
        let mut lines = Vec::new();
        for start in (0..self.columns.len()).step_by(most) {
            let columns = start..(start + most).min(self.columns.len());
            if !lines.is_empty() {
                lines.push(Phrase::default());
            }
            lines.extend(self.key(columns.clone(), room));
            for (number, row) in self.rows.iter().enumerate() {
                if number % ROWS == 0 {
                    lines.push(Phrase::default());
                    lines.extend(self.numbers(columns.clone(), frame));
                }
                lines.push(self.row(row, columns.clone(), frame));
            }
        }
        lines
    }

    /// The key: numbers and column names, in as many columns as fit.
    fn key(&self, columns: std::ops::Range<usize>, room: usize) -> Vec<Phrase> {
        let digits = columns.end.to_string().len();
        let names: Vec<String> =
            columns.clone().map(|column| escape_line(&self.columns[column]).into_owned()).collect();
        let widest = names.iter().map(|name| width(name)).max().unwrap_or(0);
        let cell = digits + 1 + widest + 2;
        let across = ((room + 2) / cell).clamp(1, names.len().max(1));
        let down = names.len().div_ceil(across);
        (0..down)
            .map(|line| {
                let mut phrase = Phrase::default();
                for at in (line..names.len()).step_by(down) {
                    let last = at + down >= names.len();
                    let pad = if last { 0 } else { widest - width(&names[at]) + 2 };
                    phrase = phrase
                        .then(Role::Frame, format!("{:>digits$} ", columns.start + at + 1))
                        .and(format!("{}{}", names[at], " ".repeat(pad)));
                }
                phrase
            })
            .collect()
    }

    /// The column numbers, written vertically.
    fn numbers(&self, columns: std::ops::Range<usize>, frame: Frame) -> Vec<Phrase> {
        let digits = columns.end.to_string().len();
        (0..digits)
            .map(|line| {
                let is_last = line + 1 == digits;
                let corner = if is_last { self.corner } else { "" };
                let mut phrase = Phrase::of(Role::Emphasis, pad(corner, frame.name))
                    .and(" ".repeat(frame.head() - frame.name));
                let mut above = String::new();
                for column in columns.clone() {
                    let number = format!("{:>digits$}", column + 1);
                    let digit = &number[line..=line];
                    // Digits above the last line are shown only where they change.
                    let shown = match is_last || column == columns.start || (column + 1) % 10 == 0 {
                        true => digit,
                        false => " ",
                    };
                    above.push_str(shown);
                    above.push_str(frame.gap(column - columns.start));
                }
                phrase = phrase.then(Role::Frame, above.trim_end().to_owned());
                phrase
            })
            .collect()
    }

    fn row(&self, row: &MatrixRow, columns: std::ops::Range<usize>, frame: Frame) -> Phrase {
        let name = super::terminal::cut_front(&escape_line(&row.name), frame.name);
        let aside = escape_line(&row.aside);
        let aside = format!("{}{}", aside, " ".repeat(frame.aside - width(&aside).min(frame.aside) + 1));
        let mut phrase = Phrase::of(Role::Path, pad(&name, frame.name + 1)).then(Role::Faint, aside);
        for column in columns.clone() {
            let mark = self.mark(row, column);
            let gap = if column + 1 == columns.end { "" } else { frame.gap(column - columns.start) };
            match phrase.0.last_mut() {
                // Neighbouring marks with the same role are painted together.
                Some(Run { role, text }) if *role == mark.role => {
                    text.push(mark.sign);
                    text.push_str(gap);
                }
                _ => phrase = phrase.then(mark.role, format!("{}{gap}", mark.sign)),
            }
        }
        phrase
    }
}

/// The widths of the parts of a row on a terminal.
#[derive(Clone, Copy)]
struct Frame {
    name: usize,
    aside: usize,
    /// Whether each mark is followed by a space.
    spread: bool,
}

impl Frame {
    /// The width before the first mark.
    fn head(self) -> usize {
        self.name + 1 + self.aside + 1
    }

    /// The gap after a mark.
    fn gap(self, column: usize) -> &'static str {
        match (self.spread, (column + 1).is_multiple_of(GROUP)) {
            (true, _) | (false, true) => " ",
            (false, false) => "",
        }
    }
}

fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}
