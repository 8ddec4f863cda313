//! Pages: the output of a view, independent of the medium.
//!
//! A view builds one page of texts with roles; [`terminal`], [`markdown`] and [`html`] write it. The texts of a page
//! are unescaped: each medium escapes for itself.

pub(crate) mod html;
mod markdown;
mod matrix;
mod terminal;

pub(crate) use html::html;
pub(crate) use markdown::markdown;
pub(crate) use matrix::{Mark, Matrix, MatrixRow};
pub(crate) use terminal::terminal;

use super::escape_line;
use super::terminal::Role;
use crate::analyse::diff::Hunk;
use crate::model::fold;
use crate::model::wording::and_more;

/// The start of a text, on one line of at most `most` characters.
pub(super) fn beginning(text: &str, most: usize) -> String {
    let text = fold(text);
    if text.chars().count() <= most {
        return text.into_owned();
    }
    let cut: String = text.chars().take(most - 1).collect();
    format!("{}\u{2026}", cut.trim_end())
}

/// A page.
#[derive(Debug, Default, Clone)]
pub(crate) struct Page {
    /// The title, in one line.
    pub title: String,
    /// The command that prints the page.
    pub command: String,
    /// The contents, from top to bottom.
    pub blocks: Vec<Block>,
}

impl Page {
    pub(crate) fn new(title: impl Into<String>, command: impl Into<String>, blocks: Vec<Block>) -> Self {
        Page { title: title.into(), command: command.into(), blocks }
    }
}

/// A part of a page.
#[derive(Debug, Clone)]
pub(crate) enum Block {
    /// The heading of the blocks that follow.
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
    /// The end of a page that is kept, such as a comment. It stays where the rest does not fit. Terminals do not show it.
    Footer(Vec<Block>),
    /// Blocks that a reader can expand, below a summary line.
    Details {
        summary: Phrase,
        blocks: Vec<Block>,
        /// Whether it is expanded at first, in media that fold.
        open: bool,
    },
}

impl Block {
    /// A line of secondary text.
    pub(crate) fn faint(steps: usize, text: impl Into<String>) -> Block {
        Block::Line(steps, Phrase::of(Role::Faint, text))
    }

    /// A line that counts the items of a list after the first `most` of `all`, followed by `hint`. `None` if no item is
    /// left out.
    pub(crate) fn left_out(steps: usize, all: usize, most: usize, hint: &str) -> Option<Block> {
        let more = and_more(all.saturating_sub(most));
        (!more.is_empty()).then(|| Block::faint(steps, format!("{}{hint}", more.trim_start())))
    }
}

/// A text made of runs with different roles.
#[derive(Debug, Clone, Default)]
pub(crate) struct Phrase(pub Vec<Run>);

/// A part of a text.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub role: Role,
    pub text: String,
}

impl Phrase {
    /// A text without emphasis.
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Phrase::default().then(Role::Plain, text)
    }

    /// A text with one role.
    pub(crate) fn of(role: Role, text: impl Into<String>) -> Self {
        Phrase::default().then(role, text)
    }

    /// Appends a run.
    pub(crate) fn then(mut self, role: Role, text: impl Into<String>) -> Self {
        self.0.push(Run { role, text: text.into() });
        self
    }

    /// Appends another text.
    pub(crate) fn join(mut self, other: Phrase) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Appends a run without emphasis.
    pub(crate) fn and(self, text: impl Into<String>) -> Self {
        self.then(Role::Plain, text)
    }

    /// Returns whether there is no text.
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

/// Rows of cells.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows; each has a cell for every column.
    pub rows: Vec<Vec<Cell>>,
    /// Whether a terminal shows headings too. The cells of such a table are plain texts, which fold in their columns.
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
    /// A column with this heading, aligned right or left.
    pub(crate) const fn new(heading: &'static str, right: bool, fit: Fit) -> Self {
        Column { heading, right, fit }
    }
}

/// The format of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Column {
    /// The heading, for media that show one.
    pub heading: &'static str,
    /// Whether cells are aligned right.
    pub right: bool,
    /// How a cell is shortened that is too wide for a terminal.
    pub fit: Fit,
}

/// How a cell is shortened that is too wide for a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    /// Not at all.
    Whole,
    /// In its middle: a path or id says what kind it is at its start, and is most specific at its end.
    End,
    /// At its end; the column takes the rest of the line.
    Rest,
}

/// A cell of a table.
#[derive(Debug, Clone)]
pub(crate) enum Cell {
    Text(Phrase),
    /// A bar, in thousandths of the longest one.
    Bar(Role, u32),
}

/// Changed lines.
#[derive(Debug, Clone, Default)]
pub(crate) struct Diff {
    pub hunks: Vec<Hunk>,
    /// The paths of the two texts, for a program that applies the diff; `None` for a text that does not exist.
    pub paths: Option<[Option<String>; 2]>,
    /// Whether it is an excerpt for people: without the ranges of the hunks, and with changed words marked in all media.
    pub is_excerpt: bool,
}

impl Diff {
    /// The headers of the two texts in a unified diff.
    fn headers(&self) -> Vec<String> {
        let header = |(sign, prefix, path): (&str, &str, &Option<String>)| match path {
            None => format!("{sign} /dev/null"),
            Some(path) => format!("{sign} {prefix}/{}", escape_line(path)),
        };
        let paths = self.paths.iter().flat_map(|[before, after]| [("---", "a", before), ("+++", "b", after)]);
        paths.map(header).collect()
    }
}

/// The line of a unified diff below a last line without a line break.
const UNENDED: &str = "\\ No newline at end of file";

impl From<Vec<Hunk>> for Diff {
    fn from(hunks: Vec<Hunk>) -> Self {
        Diff { hunks, paths: None, is_excerpt: false }
    }
}
