//! Pages: what a view shows, before it is written for a medium.
//!
//! A view builds one page of texts with roles; [`terminal`], [`markdown`] and [`html`] write it. Texts in a
//! page are as they are in the files: each medium makes them harmless in its own way.

mod html;
mod markdown;
mod matrix;
mod terminal;

pub(crate) use html::html;
pub(crate) use markdown::markdown;
pub(crate) use matrix::{Mark, Matrix, MatrixRow};
pub(crate) use terminal::terminal;

use super::terminal::Role;
use crate::analyse::diff::Hunk;
use crate::model::wording::and_more;

/// A page.
#[derive(Debug, Default, Clone)]
pub(crate) struct Page {
    /// What it shows, in a line.
    pub title: String,
    /// The command that prints it.
    pub command: String,
    /// What is on it, from top to bottom.
    pub blocks: Vec<Block>,
}

/// A part of a page.
#[derive(Debug, Clone)]
pub(crate) enum Block {
    /// The heading of what follows.
    Heading(Phrase),
    /// A line, with its indentation in steps.
    Line(usize, Phrase),
    /// An empty line.
    Space,
    /// Rows of cells in columns.
    Table(Table),
    /// Marks in rows and columns.
    Matrix(Matrix),
    /// Changed lines.
    Diff(Diff),
    /// What a reader may want to open, under a line that says what it is.
    Details {
        /// The line.
        summary: Phrase,
        /// What lies below.
        blocks: Vec<Block>,
        /// Whether it is open from the start, where that makes a difference.
        open: bool,
    },
}

impl Block {
    /// The line that counts what a list of `all` items leaves out after `most`, with `hint` at its end; nothing where
    /// it leaves out none.
    pub(crate) fn left_out(steps: usize, all: usize, most: usize, hint: &str) -> Option<Block> {
        let more = and_more(all.saturating_sub(most));
        (!more.is_empty())
            .then(|| Block::Line(steps, Phrase::of(Role::Faint, format!("{}{hint}", more.trim_start()))))
    }
}

/// A text in parts of different meaning.
#[derive(Debug, Clone, Default)]
pub(crate) struct Phrase(pub Vec<Run>);

/// A part of a text.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    /// What it means.
    pub role: Role,
    /// The text.
    pub text: String,
}

impl Phrase {
    /// A text without emphasis.
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Phrase::default().then(Role::Plain, text)
    }

    /// A text of one role.
    pub(crate) fn of(role: Role, text: impl Into<String>) -> Self {
        Phrase::default().then(role, text)
    }

    /// This, and a part after it.
    pub(crate) fn then(mut self, role: Role, text: impl Into<String>) -> Self {
        self.0.push(Run { role, text: text.into() });
        self
    }

    /// This, and a part without emphasis after it.
    pub(crate) fn and(self, text: impl Into<String>) -> Self {
        self.then(Role::Plain, text)
    }

    /// Whether there is nothing to read.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(|run| run.text.is_empty())
    }
}

impl From<&str> for Phrase {
    fn from(text: &str) -> Self {
        Phrase::plain(text)
    }
}

impl From<String> for Phrase {
    fn from(text: String) -> Self {
        Phrase::plain(text)
    }
}

/// Rows in columns.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    /// How the columns are set.
    pub columns: Vec<Column>,
    /// The rows; each has a cell for every column.
    pub rows: Vec<Vec<Cell>>,
    /// Whether a terminal shows the headings too. Cells of such a table are plain texts, which fold in their columns.
    pub is_headed: bool,
}

impl Table {
    /// A table of plain texts with headings in all media.
    pub(crate) fn headed(headings: &[&'static str], rows: impl Iterator<Item = Vec<String>>) -> Self {
        let cells = |row: Vec<String>| row.into_iter().map(|text| Cell::Text(Phrase::plain(text))).collect();
        Table {
            columns: headings.iter().map(|heading| Column::new(heading, false, Fit::Whole)).collect(),
            rows: rows.map(cells).collect(),
            is_headed: true,
        }
    }
}

impl Column {
    /// A column with this heading, at the right edge or the left one.
    pub(crate) const fn new(heading: &'static str, right: bool, fit: Fit) -> Self {
        Column { heading, right, fit }
    }
}

/// How a column is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Column {
    /// What stands above it, where a medium has headings for columns.
    pub heading: &'static str,
    /// Whether cells stand at the right edge.
    pub right: bool,
    /// What happens to a cell that is too wide for a terminal.
    pub fit: Fit,
}

/// What happens to a cell that is too wide for a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    /// It stays whole.
    Whole,
    /// Its beginning is left out: the end of a path or id says more.
    End,
    /// Its end is left out, and the column takes what is left of the line.
    Rest,
}

/// One cell.
#[derive(Debug, Clone)]
pub(crate) enum Cell {
    /// A text.
    Text(Phrase),
    /// A bar, this part of a thousand of the longest one.
    Bar(Role, u32),
}

/// Changed lines.
#[derive(Debug, Clone, Default)]
pub(crate) struct Diff {
    /// The hunks, each with what it is about.
    pub hunks: Vec<(Phrase, Hunk)>,
}

impl From<Vec<Hunk>> for Diff {
    /// Hunks under the numbers of their lines.
    fn from(hunks: Vec<Hunk>) -> Self {
        let numbered = |hunk: Hunk| {
            let first = hunk.lines.first().map_or(crate::analyse::diff::Tag::Same, |line| line.tag);
            let line = if first == crate::analyse::diff::Tag::Added { hunk.after } else { hunk.before };
            (Phrase::of(Role::Frame, format!("line {line}")), hunk)
        };
        Diff { hunks: hunks.into_iter().map(numbered).collect() }
    }
}
