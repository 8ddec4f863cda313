//! Source files and positions in them.

use std::sync::OnceLock;

use camino::{Utf8Path, Utf8PathBuf};
use typed_index_collections::TiVec;

use super::ids::ids;

ids! {
    /// A file of [`Sources`].
    FileId;
}

/// A byte range in one source file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Span {
    pub file: FileId,
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span of `range` in `file`. Files are at most 1 MiB, so offsets fit into 32 bits.
    pub(crate) fn new(file: FileId, range: std::ops::Range<usize>) -> Self {
        Span { file, start: range.start as u32, end: range.end as u32 }
    }

    /// The byte range.
    pub(crate) fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A value and where it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spanned<T> {
    pub value: T,
    pub span: Span,
}

/// A string in a source file.
pub(crate) type Text = Spanned<String>;

impl Spanned<String> {
    pub(crate) fn as_str(&self) -> &str {
        &self.value
    }
}

/// A line and column, counted from 1. Columns count characters, not bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LineColumn {
    pub line: usize,
    pub column: usize,
}

/// Returns a text without its byte order mark, and with `\n` for every `\r\n`.
pub(crate) fn normalized(text: &str) -> String {
    text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n")
}

/// A file of the workspace. Its text has no byte order mark, and `\n` for every line
/// break. So spans and values do not depend on how the file was saved.
#[derive(Debug)]
pub(crate) struct SourceFile {
    path: Utf8PathBuf,
    text: String,
    lines: OnceLock<Vec<u32>>,
    milestones: OnceLock<Vec<Milestone>>,
}

/// The distance between two milestones, in bytes.
const STRIDE: usize = 1 << 10;

/// A measured offset in a file, from which later columns are counted. So a column in a long line costs no more than one
/// in a short line.
#[derive(Debug, Clone, Copy)]
struct Milestone {
    /// The offset, at a character boundary.
    at: usize,
    /// The columns from the start of the line.
    columns: Columns,
}

/// The length of a part of a line.
#[derive(Debug, Clone, Copy, Default)]
struct Columns {
    characters: usize,
    utf16: usize,
}

impl Columns {
    fn add(&mut self, character: char) {
        self.characters += 1;
        self.utf16 += character.len_utf16();
    }
}

impl SourceFile {
    /// The path for messages: relative to the workspace, separated by `/`.
    pub(crate) fn path(&self) -> &Utf8Path {
        &self.path
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    fn lines(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let breaks = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(breaks.map(|(at, _)| at as u32 + 1)).collect()
        })
    }

    /// The measured offsets, one every [`STRIDE`] bytes, in order.
    fn milestones(&self) -> &[Milestone] {
        self.milestones.get_or_init(|| {
            let mut milestones = Vec::with_capacity(self.text.len() / STRIDE);
            let (mut next, mut columns) = (STRIDE, Columns::default());
            for (at, character) in self.text.char_indices() {
                if at >= next {
                    milestones.push(Milestone { at, columns });
                    next = at + STRIDE;
                }
                match character {
                    '\n' => columns = Columns::default(),
                    other => columns.add(other),
                }
            }
            milestones
        })
    }

    /// The offset, limited to the text and moved back to a character boundary.
    pub(crate) fn boundary(&self, offset: usize) -> usize {
        let offset = offset.min(self.text.len());
        (0..=offset).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or(0)
    }

    /// The number of the line that contains a byte offset, counted from 1.
    pub(crate) fn line_number(&self, offset: usize) -> usize {
        self.lines().partition_point(|start| *start as usize <= offset)
    }

    /// The range of a line, without its line break. Empty, at the end, for a line past the last.
    pub(crate) fn line(&self, number: usize) -> std::ops::Range<usize> {
        let lines = self.lines();
        let start_of = |index: usize| lines.get(index).map(|start| *start as usize);
        let Some(start) = start_of(number.saturating_sub(1)) else {
            return self.text.len()..self.text.len();
        };
        start..start_of(number).map_or(self.text.len(), |next| next - 1)
    }

    /// The line and column of a byte offset. An offset past the end counts as the end.
    pub(crate) fn line_column(&self, offset: usize) -> LineColumn {
        self.measured(offset, |columns| columns.characters)
    }

    /// Like [`SourceFile::line_column`], but columns count UTF-16 units, as in editors.
    pub(crate) fn line_column_utf16(&self, offset: usize) -> LineColumn {
        self.measured(offset, |columns| columns.utf16)
    }

    fn measured(&self, offset: usize, unit: impl Fn(Columns) -> usize) -> LineColumn {
        let offset = self.boundary(offset);
        let line = self.line_number(offset);
        let mut from = Milestone { at: self.line(line).start, columns: Columns::default() };
        if offset - from.at > STRIDE {
            let milestones = self.milestones();
            let before = milestones.partition_point(|milestone| milestone.at <= offset);
            let last = milestones[..before].last().filter(|milestone| milestone.at > from.at);
            from = last.copied().unwrap_or(from);
        }
        self.text[from.at..offset].chars().for_each(|character| from.columns.add(character));
        LineColumn { line, column: unit(from.columns) + 1 }
    }
}

/// All files that were read, in the order they were added.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    files: TiVec<FileId, SourceFile>,
}

impl Sources {
    /// Adds a file and returns its id.
    pub(crate) fn add(&mut self, path: Utf8PathBuf, text: String) -> FileId {
        self.files.push_and_get_key(SourceFile {
            path,
            text,
            lines: OnceLock::new(),
            milestones: OnceLock::new(),
        })
    }

    /// The file with this id.
    pub(crate) fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id]
    }

    /// All files, in the order they were added.
    pub(crate) fn files(&self) -> impl Iterator<Item = &SourceFile> {
        self.files.iter()
    }

    /// The path of the file that contains a span.
    pub(crate) fn path(&self, span: Span) -> &Utf8Path {
        self.file(span.file).path()
    }

    /// The text of a span.
    pub(crate) fn text(&self, span: Span) -> &str {
        self.file(span.file).text().get(span.range()).unwrap_or("")
    }

    /// The start of a span.
    pub(crate) fn line_column(&self, span: Span) -> LineColumn {
        self.file(span.file).line_column(span.start as usize)
    }

    /// The span of a part of a string. `part` is a range in the value, which is mapped to the file for any kind of TOML
    /// string.
    pub(crate) fn within(&self, text: &Text, part: std::ops::Range<usize>) -> Span {
        let raw = self.text(text.span);
        let at = |offset| text.span.start as usize + super::toml_string::raw_offset(raw, &text.value, offset);
        Span::new(text.span.file, at(part.start)..at(part.end))
    }

    /// The start of a span as `path:line`, for messages.
    pub(crate) fn place(&self, span: Span) -> String {
        format!("{}:{}", self.path(span), self.line_column(span).line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_offsets_past_the_end_are_the_end() {
        let mut sources = Sources::default();
        let id = sources.add("a.toml".into(), "é = 1\nüber = 2\n".into());
        let at = |offset| sources.file(id).line_column(offset);
        assert_eq!(at(0), LineColumn { line: 1, column: 1 });
        assert_eq!(at(3), LineColumn { line: 1, column: 3 });
        assert_eq!(at(7), LineColumn { line: 2, column: 1 });
        assert_eq!(at(9), LineColumn { line: 2, column: 2 });
        assert_eq!(at(999), LineColumn { line: 3, column: 1 });
        let id = sources.add("b.toml".into(), "a\n👩x".into());
        let file = sources.file(id);
        assert_eq!(file.line_column(6), LineColumn { line: 2, column: 2 });
        assert_eq!(file.line_column_utf16(6), LineColumn { line: 2, column: 3 });
    }

    #[test]
    fn columns_of_long_lines_are_those_of_counting() {
        let mut sources = Sources::default();
        let words = ["a = 1", "é", "日本語", "👩\u{200d}💻", "\t", "\n"];
        let pick = |at: usize| words[(at * at + at / 7) % if at.is_multiple_of(900) { 6 } else { 5 }];
        let text: String = (0..6000).map(pick).collect();
        let id = sources.add("a.toml".into(), text.clone());
        let file = sources.file(id);
        for offset in (0..text.len()).step_by(7).chain([text.len()]) {
            let before = &text[..file.boundary(offset)];
            let line = before.rsplit('\n').next().unwrap_or_default();
            let number = before.matches('\n').count() + 1;
            let of = |column: usize| LineColumn { line: number, column: column + 1 };
            assert_eq!(file.line_column(offset), of(line.chars().count()));
            assert_eq!(file.line_column_utf16(offset), of(line.encode_utf16().count()));
            assert!(file.line(number).start + line.len() == before.len());
        }
        assert_eq!(text[file.line(1)].lines().count(), 1);
        assert_eq!(file.line(usize::MAX), text.len()..text.len());
    }
}
