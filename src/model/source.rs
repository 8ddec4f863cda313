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

    /// The line and column of a byte offset. An offset past the end counts as the end.
    pub(crate) fn line_column(&self, offset: usize) -> LineColumn {
        self.measured(offset, |before| before.chars().count())
    }

    /// Like [`SourceFile::line_column`], but columns count UTF-16 units, as in editors.
    pub(crate) fn line_column_utf16(&self, offset: usize) -> LineColumn {
        self.measured(offset, |before| before.encode_utf16().count())
    }

    fn measured(&self, offset: usize, width: impl Fn(&str) -> usize) -> LineColumn {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.lines().partition_point(|start| *start as usize <= offset);
        let start = self.lines()[line - 1] as usize;
        LineColumn { line, column: width(&self.text[start..offset]) + 1 }
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
        self.files.push_and_get_key(SourceFile { path, text, lines: OnceLock::new() })
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
}
