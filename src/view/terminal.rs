//! Terminals: width, colours, wrapping, and protection against control characters.

use std::borrow::Cow;
use std::fmt::{self, Display};

use anstyle::{AnsiColor, Color, Effects, Style};
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};
use unicode_width::UnicodeWidthStr;

use super::escape::escape;
use crate::text::safety::is_directing;

/// The terminal that a view is written for, as detected by the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Terminal {
    /// The width in columns.
    pub width: usize,
    /// Whether to use colours.
    pub color: bool,
    /// Whether to fold or cut long lines. Output to a file or pipe is not folded.
    pub folds: bool,
}

/// The minimum width that views assume. On a narrower terminal, the terminal itself folds lines.
const NARROWEST: usize = 40;

impl Terminal {
    /// A terminal of this width without colours.
    pub(crate) fn plain(width: usize) -> Self {
        Terminal { width, color: false, folds: false }
    }

    /// The width to use.
    pub(crate) fn columns(&self) -> usize {
        self.width.max(NARROWEST)
    }

    /// The text in the style of its role, if the terminal shows colours. The text must be escaped already.
    pub(crate) fn paint<T: Display>(&self, role: Role, text: T) -> Painted<T> {
        Painted { style: if self.color { role.style() } else { Style::new() }, text }
    }
}

/// Escapes every control character that is not part of a colour sequence. It catches text that a command did not
/// escape.
pub(crate) fn guarded(text: &str) -> Cow<'_, str> {
    let is_unsafe = |character: char| {
        is_directing(character) || (character.is_control() && !matches!(character, '\n' | '\t'))
    };
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(at) = rest.find(is_unsafe) {
        safe.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = colour(rest);
        let character = rest.chars().next().unwrap_or_default();
        match length {
            0 => safe.extend(character.escape_unicode()),
            _ => safe.push_str(&rest[..length]),
        }
        rest = &rest[length.max(character.len_utf8())..];
    }
    Cow::Owned(safe + rest)
}

/// The length of the colour sequence at the start of a text, or 0.
fn colour(text: &str) -> usize {
    let Some(rest) = text.strip_prefix("\u{1b}[") else { return 0 };
    let digits = rest.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b';').count();
    if rest[digits..].starts_with('m') { text.len() - rest.len() + digits + 1 } else { 0 }
}

/// Styled text, for use with `{}`.
#[derive(Debug)]
pub(crate) struct Painted<T> {
    style: Style,
    text: T,
}

impl<T: Display> Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{:#}", self.style, self.text, self.style)
    }
}

/// The meaning of a piece of output. Views name the meaning; this module chooses the colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The word `error`, and places that an error is about.
    Error,
    /// The word `warning`, and places that a warning is about.
    Warning,
    /// The word `note`.
    Note,
    /// The word `help`.
    Help,
    /// A heading, or the message of a finding.
    Emphasis,
    /// A path.
    Path,
    /// Line numbers, rules and arrows.
    Frame,
    /// A place that explains another.
    Context,
    /// Added text, or a winner.
    Added,
    /// Removed text, or a loser.
    Removed,
    /// Words added to a line.
    AddedWord,
    /// Words removed from a line.
    RemovedWord,
    /// Moved text.
    Moved,
    /// Secondary text.
    Faint,
    /// Ordinary text.
    Plain,
    /// A fragment, by its number in the view. Equal numbers have equal colours.
    Fragment(usize),
}

/// Colours that distinguish fragments. They belong to the sixteen that every terminal has, are legible on dark and
/// light backgrounds, and are not those of errors and warnings.
const FRAGMENTS: [AnsiColor; 6] = [
    AnsiColor::Cyan,
    AnsiColor::Magenta,
    AnsiColor::Green,
    AnsiColor::Blue,
    AnsiColor::BrightMagenta,
    AnsiColor::BrightBlue,
];

impl Role {
    /// The colours and effects of the role.
    pub(crate) const fn style(self) -> Style {
        match self {
            Role::Error => color(AnsiColor::BrightRed).effects(Effects::BOLD),
            Role::Warning => color(AnsiColor::Yellow).effects(Effects::BOLD),
            Role::Note => color(AnsiColor::BrightGreen).effects(Effects::BOLD),
            Role::Help => color(AnsiColor::BrightCyan).effects(Effects::BOLD),
            Role::Emphasis => Style::new().effects(Effects::BOLD),
            Role::Path => color(AnsiColor::Cyan),
            Role::Frame | Role::Context => color(AnsiColor::BrightBlue).effects(Effects::BOLD),
            Role::Added => color(AnsiColor::Green),
            Role::Removed => color(AnsiColor::Red),
            Role::AddedWord => color(AnsiColor::Green).effects(Effects::BOLD.insert(Effects::UNDERLINE)),
            Role::RemovedWord => color(AnsiColor::Red).effects(Effects::BOLD.insert(Effects::UNDERLINE)),
            Role::Moved => color(AnsiColor::Magenta),
            Role::Plain => Style::new(),
            Role::Faint => Style::new().effects(Effects::DIMMED),
            Role::Fragment(number) => color(FRAGMENTS[number % FRAGMENTS.len()]),
        }
    }
}

const fn color(color: AnsiColor) -> Style {
    Style::new().fg_color(Some(Color::Ansi(color)))
}

/// The width of a text in columns.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// Escapes a text and folds it into lines of at most `columns`.
///
/// Words are not broken, so that ids and paths can be copied. Lines that start with four spaces or a tab are commands
/// or tables, and are not folded. Folded lines keep their indentation.
pub(crate) fn wrap(text: &str, columns: usize) -> String {
    let text = escape(text).replace('\t', "    ");
    let mut wrapped = String::with_capacity(text.len() + 16);
    for line in text.lines() {
        if !wrapped.is_empty() {
            wrapped.push('\n');
        }
        if line.starts_with("    ") || width(line) <= columns {
            wrapped.push_str(line.trim_end());
            continue;
        }
        let indent = &line[..line.len() - line.trim_start_matches(' ').len()];
        // Scripts without spaces would overflow, so their runs may be broken. A long run of narrow characters is
        // probably a path.
        let wide = line.chars().count() < width(line);
        let options = Options::new(columns)
            .initial_indent(indent)
            .subsequent_indent(indent)
            .word_separator(WordSeparator::AsciiSpace)
            .word_splitter(WordSplitter::NoHyphenation)
            .wrap_algorithm(WrapAlgorithm::FirstFit)
            .break_words(wide);
        wrapped.push_str(&textwrap::fill(line.trim_matches(' '), options));
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_written_only_where_they_are_shown() {
        assert_eq!(Terminal::plain(80).paint(Role::Error, "no").to_string(), "no");
        let colored = Terminal { width: 80, color: true, folds: false };
        assert_eq!(colored.paint(Role::Added, "yes").to_string(), "\u{1b}[32myes\u{1b}[0m");
        assert_eq!(Role::Fragment(1).style(), Role::Fragment(1 + FRAGMENTS.len()).style());
    }

    #[test]
    fn a_width_of_zero_is_raised_to_the_minimum() {
        assert_eq!(Terminal::plain(0).columns(), NARROWEST);
        assert_eq!(Terminal::plain(120).columns(), 120);
    }

    #[test]
    fn long_lines_fold_at_spaces_and_keep_their_indentation() {
        let text = "both are `normal`, and fragments are peers\n  - the order of `use` does not choose";
        insta::assert_snapshot!(wrap(text, 24), @r"
        both are `normal`, and
        fragments are peers
          - the order of `use`
          does not choose
        ");
    }

    #[test]
    fn commands_and_ids_are_never_broken() {
        let command = "    cento resolve ada fields.title --take identity/staff-engineer --reason \"...\"";
        assert_eq!(wrap(command, 30), command);
        let id = "see identity/principal-application-security-engineer";
        assert_eq!(wrap(id, 20), "see\nidentity/principal-application-security-engineer");
    }

    #[test]
    fn wide_characters_count_twice() {
        assert_eq!(wrap("日本語のペルソナ", 8), "日本語の\nペルソナ");
    }

    #[test]
    fn wrapping_escapes_text() {
        assert_eq!(wrap("a\u{1b}[2Jb\tc\n\nd", 80), "a\\u{1b}[2Jb    c\n\nd");
    }
}
