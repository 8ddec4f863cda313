//! What is written on: the width and colours of a terminal.

use std::borrow::Cow;
use std::fmt::{self, Display};

use anstyle::{AnsiColor, Color, Effects, Style};
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};
use unicode_width::UnicodeWidthStr;

use super::escape::escape;

/// The terminal that a view writes to, as the command line found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Terminal {
    /// How many columns it has.
    pub width: usize,
    /// Whether it shows colours.
    pub color: bool,
    /// Whether lines that are too long are folded or cut. What goes into a file or a pipe stays whole.
    pub folds: bool,
}

/// Narrower than this, nothing is readable: views write this wide and let the terminal fold lines.
const NARROWEST: usize = 40;

impl Terminal {
    /// A terminal of this width without colours.
    pub(crate) fn plain(width: usize) -> Self {
        Terminal { width, color: false, folds: false }
    }

    /// The columns to fill.
    pub(crate) fn columns(&self) -> usize {
        self.width.max(NARROWEST)
    }

    /// Text in the style of its role, if the terminal shows colours. The text must be escaped
    /// already.
    pub(crate) fn paint<T: Display>(&self, role: Role, text: T) -> Painted<T> {
        Painted { style: if self.color { role.style() } else { Style::new() }, text }
    }
}

/// A text for a terminal without anything that the terminal would act upon but colours: whatever a command has
/// forgotten to escape, escaped.
pub(crate) fn guarded(text: &str) -> Cow<'_, str> {
    let is_unsafe = |character: char| {
        let turns = matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        turns || (character.is_control() && !matches!(character, '\n' | '\t'))
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

/// The length of the sequence for a colour that a text begins with; 0 if it begins with none.
fn colour(text: &str) -> usize {
    let Some(rest) = text.strip_prefix("\u{1b}[") else { return 0 };
    let digits = rest.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b';').count();
    if rest[digits..].starts_with('m') { text.len() - rest.len() + digits + 1 } else { 0 }
}

/// Text with a style, to be written with `{}`.
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

/// What a piece of output means. Views name the meaning; the colour is decided here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The word `error`, and what an error points at.
    Error,
    /// The word `warning`, and what a warning points at.
    Warning,
    /// The word `note`.
    Note,
    /// The word `help`.
    Help,
    /// A heading, or what a finding says.
    Emphasis,
    /// A path.
    Path,
    /// Line numbers, rules and arrows.
    Frame,
    /// A place that explains another.
    Context,
    /// What was added, or who won.
    Added,
    /// What was removed, or who lost.
    Removed,
    /// Words that were added to a line.
    AddedWord,
    /// Words that were removed from a line.
    RemovedWord,
    /// What stands elsewhere than before.
    Moved,
    /// What matters less than what is around it.
    Faint,
    /// Text as it is.
    Plain,
    /// A fragment, by its number in the view: the same number, the same colour.
    Fragment(usize),
}

/// The colours that tell fragments apart: of the sixteen that every terminal has, those that are
/// legible on a dark and on a light ground and are not taken by errors and warnings.
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

/// How many columns a text takes up on one line.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// A text in lines of at most `columns`, escaped.
///
/// Words stay whole, so that ids and paths can be copied; lines that begin with four spaces (or a
/// tab) are commands or tables and stay as they are. A folded line keeps its indentation.
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
        // Scripts without spaces between words would overflow, so their runs may be broken; a run
        // of narrow characters is more likely a path.
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
    fn a_terminal_that_says_zero_is_still_written_to() {
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
    fn what_is_wrapped_is_escaped() {
        assert_eq!(wrap("a\u{1b}[2Jb\tc\n\nd", 80), "a\\u{1b}[2Jb    c\n\nd");
    }
}
