//! Pages as Markdown for a review comment: long parts can be folded, and the length is limited.

use super::{Block, Cell, Diff, Matrix, Page, Phrase, Table, UNENDED};
use crate::analyse::diff::{Line, Tag};
use crate::view::terminal::Role;
use crate::view::{escape, escape_line};

/// The maximum length of a page in characters, just below the limit of common review tools.
pub(super) const MAX_LENGTH: usize = 60_000;

/// The maximum length of a line in characters; paragraphs are rarely half as long.
const MAX_LINE_LENGTH: usize = 4_000;

/// The maximum number of matrix columns side by side.
const COLUMNS: usize = 25;

/// The width of the limit bar.
const BAR: usize = 20;

/// Writes a page as Markdown for code hosts, in at most [`MAX_LENGTH`] characters. Lines that do not fit are left out from
/// the end and counted.
pub(crate) fn markdown(page: &Page) -> String {
    let mut writer = Writer::default();
    writer.line(&format!("## {}", text(&page.title)));
    writer.line("");
    writer.blocks(&page.blocks);
    writer.fit(&page.command)
}

/// Lines, each with the text that would close all open constructs after it, and the end of the page.
#[derive(Default)]
struct Writer {
    lines: Vec<(String, String)>,
    closers: Vec<String>,
    /// The end of the page.
    footer: String,
}

impl Writer {
    fn line(&mut self, line: &str) {
        let closers: Vec<&str> = self.closers.iter().rev().map(String::as_str).collect();
        self.lines.push((line.to_owned(), closers.concat()));
    }

    /// An empty line, unless the last line is empty.
    fn space(&mut self) {
        if self.lines.last().is_some_and(|(line, _)| !line.is_empty()) {
            self.line("");
        }
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            match block {
                Block::Heading(phrase) => {
                    self.space();
                    self.line(&format!("### {}", phrase_text(phrase)));
                    self.line("");
                }
                Block::Line(0, phrase) => {
                    self.space();
                    self.line(&beginning(&phrase_text(phrase)));
                    self.line("");
                }
                Block::Line(steps, phrase) => {
                    self.line(&format!("{}- {}", "  ".repeat(steps - 1), beginning(&phrase_text(phrase))));
                }
                Block::Space => self.space(),
                Block::Table(table) => self.table(table),
                Block::Matrix(matrix) => self.matrix(matrix),
                Block::Diff(diff) => self.diff(diff),
                Block::Footer(blocks) => {
                    let mut footer = Writer::default();
                    footer.blocks(blocks);
                    self.footer = footer.whole();
                }
                Block::Details { summary, blocks, open } => {
                    self.space();
                    let open = if *open { " open" } else { "" };
                    let summary: String = summary.0.iter().map(|run| html_text(&run.text)).collect();
                    self.closers.push("\n</details>\n".to_owned());
                    self.line(&format!("<details{open}><summary>{summary}</summary>"));
                    self.line("");
                    self.blocks(blocks);
                    self.space();
                    self.closers.pop();
                    self.line("</details>");
                    self.line("");
                }
            }
        }
    }

    fn table(&mut self, table: &Table) {
        self.space();
        let row = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
        self.line(&row(table.columns.iter().map(|column| column.heading.to_owned()).collect()));
        let rule = |right: bool| if right { "---:" } else { "---" }.to_owned();
        self.line(&row(table.columns.iter().map(|column| rule(column.right)).collect()));
        for cells in &table.rows {
            let cell = |cell: &Cell| match cell {
                // In a code span, `|` is not escaped yet.
                Cell::Text(phrase) => phrase_text(phrase).replace("\\|", "|").replace('|', "\\|"),
                Cell::Bar(_, part) => "\u{2588}".repeat((*part as usize * BAR).div_ceil(1000)),
            };
            self.line(&row(cells.iter().map(cell).collect()));
        }
        self.line("");
    }

    /// Writes a matrix with numbered columns and a key. Column names would make it too wide.
    fn matrix(&mut self, matrix: &Matrix) {
        self.space();
        self.line(&phrase_text(&matrix.legend_phrase()));
        for start in (0..matrix.columns.len()).step_by(COLUMNS) {
            let columns = start..(start + COLUMNS).min(matrix.columns.len());
            let key =
                columns.clone().map(|column| format!("{} {}", column + 1, code(&matrix.columns[column])));
            let key: Vec<String> = key.collect();
            self.line("");
            self.line(&key.join(" \u{b7} "));
            self.line("");
            let numbers: String = columns.clone().map(|column| format!(" {} |", column + 1)).collect();
            self.line(&format!("| {} | |{numbers}", matrix.corner));
            self.line(&format!("| --- | --- |{}", " :---: |".repeat(columns.len())));
            for row in &matrix.rows {
                let marks = columns.clone().map(|column| matrix.mark(row, column));
                let marks: String =
                    marks.map(|mark| format!(" {} |", text(&mark.sign.to_string()))).collect();
                self.line(&format!(
                    "| {} | {} |{marks}",
                    code(&row.name).replace('|', "\\|"),
                    text(&row.aside)
                ));
            }
        }
        self.line("");
    }

    fn diff(&mut self, diff: &Diff) {
        self.space();
        let lines = || diff.hunks.iter().flat_map(|hunk| &hunk.lines);
        let longest = lines().map(|line| backticks(&line.text())).max().unwrap_or(0);
        let fence = "`".repeat((longest + 1).max(3));
        self.closers.push(format!("{fence}\n"));
        self.line(&format!("{fence}diff"));
        for header in diff.headers() {
            self.line(&header.replace('`', "'"));
        }
        for hunk in &diff.hunks {
            if !diff.is_excerpt {
                self.line(&format!("@@ {} @@", hunk.range()));
            }
            for line in &hunk.lines {
                self.line(&changed_line(line));
                if line.unended {
                    self.line(UNENDED);
                }
            }
        }
        self.closers.pop();
        self.line(&fence);
        self.line("");
    }

    /// All lines, without spaces around them.
    fn whole(&self) -> String {
        let lines: Vec<&str> = self.lines.iter().map(|(line, _)| line.as_str()).collect();
        lines.join("\n").trim().to_owned()
    }

    /// The lines that fit before the footer, with all constructs closed.
    fn fit(self, command: &str) -> String {
        let length = |text: &str| text.chars().count();
        let end = if self.footer.is_empty() { String::new() } else { format!("\n{}\n", self.footer) };
        let limit = MAX_LENGTH.saturating_sub(length(&end));
        // A command may name any number of profiles.
        let whole = code(if length(command) < MAX_LENGTH / 2 { command } else { "the command" });
        let note = |left_out: usize| {
            format!(
                "\n_{left_out} more lines are left out: a comment holds {MAX_LENGTH} characters. {whole} shows all._\n"
            )
        };
        let room = limit.saturating_sub(length(&note(self.lines.len())));
        let (mut used, mut fitting) = (0, 0);
        let total: usize = self.lines.iter().map(|(line, _)| length(line) + 1).sum();
        for (index, (line, closers)) in self.lines.iter().enumerate() {
            used += length(line) + 1;
            if used + length(closers) <= room {
                fitting = index + 1;
            }
            if used > room {
                break;
            }
        }
        if total <= limit {
            fitting = self.lines.len();
        }
        let mut text = String::with_capacity(used + 256);
        for (line, _) in &self.lines[..fitting] {
            text.push_str(line);
            text.push('\n');
        }
        if fitting < self.lines.len() {
            text.push_str(fitting.checked_sub(1).map_or("", |last| self.lines[last].1.as_str()));
            text.push_str(&note(self.lines.len() - fitting));
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
        text + &end
    }
}

fn changed_line(line: &Line) -> String {
    let sign = match line.tag {
        Tag::Same => ' ',
        Tag::Removed => '-',
        Tag::Added => '+',
    };
    let text = line.text();
    let text = escape(&text);
    let count = text.chars().count();
    if count <= MAX_LINE_LENGTH {
        return format!("{sign}{text}");
    }
    let cut: String = text.chars().take(MAX_LINE_LENGTH).collect();
    format!("{sign}{cut}\u{2026} ({} more characters)", count - MAX_LINE_LENGTH)
}

/// The length of the longest run of backticks.
fn backticks(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or(0)
}

fn phrase_text(phrase: &Phrase) -> String {
    let run = |role: Role, content: &str| match role {
        _ if content.trim().is_empty() => content.to_owned(),
        Role::Path | Role::Fragment(_) => code(content),
        Role::Error | Role::Warning | Role::Emphasis => marked("**", content, "**"),
        // Markdown is still interpreted within inline tags.
        Role::AddedWord => marked("<ins>", content, "</ins>"),
        Role::RemovedWord => marked("<del>", content, "</del>"),
        _ => text(content),
    };
    let whole: String = phrase.0.iter().map(|part| run(part.role, &part.text)).collect();
    if whole.chars().count() <= MAX_LINE_LENGTH {
        return whole;
    }
    // The plain text is cut, because a cut in markup would leave it open.
    let plain: String = phrase.0.iter().map(|part| part.text.as_str()).collect();
    let cut: String = plain.chars().take(MAX_LINE_LENGTH / 4).collect();
    format!("{}\u{2026}", text(&cut))
}

/// Encloses a text in marks, with white space moved outside of them.
fn marked(open: &str, content: &str, close: &str) -> String {
    let inner = content.trim();
    let (before, after) = content.split_once(inner).unwrap_or_default();
    format!("{before}{open}{}{close}{after}", text(inner))
}

/// Escapes a sign or number at the start of a line that would make it a list.
fn beginning(content: &str) -> String {
    let content = content.trim_start();
    let number =
        content.len() - content.trim_start_matches(|character: char| character.is_ascii_digit()).len();
    match content[number..].chars().next() {
        Some('-' | '+' | '=') if number == 0 => format!("\\{content}"),
        Some('.' | ')') if number > 0 => format!("{}\\{}", &content[..number], &content[number..]),
        _ => content.to_owned(),
    }
}

/// A code span.
fn code(content: &str) -> String {
    let content = escape_line(content);
    let fence = "`".repeat(backticks(&content) + 1);
    let pad = if content.starts_with('`') || content.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{content}{pad}{fence}")
}

/// Escapes a text so that nothing in it is markup, a mention or a reference.
fn text(content: &str) -> String {
    let mut safe = String::with_capacity(content.len() + 8);
    for character in escape_line(content).chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            // An empty comment after `@` or `#` prevents mentions and references.
            '@' | '#' => safe.extend([character].into_iter().chain("<!-- -->".chars())),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '|' | '~' | '!' | '$' => {
                safe.extend(['\\', character]);
            }
            _ => safe.push(character),
        }
    }
    safe
}

/// Escapes a text for an HTML block, in which Markdown is not interpreted.
fn html_text(content: &str) -> String {
    let mut safe = super::html::text(content);
    for mark in ['@', '#'] {
        safe = safe.replace(mark, &format!("{mark}<!-- -->"));
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyse::diff::hunks;

    fn page(blocks: Vec<Block>) -> Page {
        Page { title: "a page".into(), command: "cento diff a".into(), blocks }
    }

    #[test]
    fn text_from_files_is_no_markup() {
        let hostile = "</summary><script>x</script> **@team** #12 `a` [x](javascript:y) | $z$";
        let details = Block::Details { summary: hostile.into(), blocks: vec![], open: false };
        let diff = Block::Diff(hunks("```\n</details>\n", "````\n", 0).into());
        let blocks = vec![
            Block::Line(1, hostile.into()),
            Block::Line(1, Phrase::of(Role::Path, "a|`b`")),
            details,
            diff,
        ];
        insta::assert_snapshot!(markdown(&page(blocks)));
    }

    #[test]
    fn a_line_does_not_become_a_list() {
        assert_eq!(beginning("- 18+"), "\\- 18+");
        assert_eq!(beginning("1. first"), "1\\. first");
        assert_eq!(beginning("18+"), "18+");
    }

    #[test]
    fn lines_that_do_not_fit_are_counted_and_constructs_are_closed() {
        let long: String = (0..4_000).map(|line| format!("line {line} of many\n")).collect();
        let diff = Block::Diff(hunks("", &long, 0).into());
        let inner = Block::Details { summary: "all of it".into(), blocks: vec![diff], open: true };
        let text = markdown(&page(vec![inner]));
        assert!(text.chars().count() <= MAX_LENGTH);
        let end: Vec<&str> = text.lines().rev().take(6).collect();
        assert!(
            end[0].contains("more lines are left out") && end[0].contains("`cento diff a` shows all"),
            "{end:?}"
        );
        assert_eq!((end[2], end[4]), ("</details>", "```"), "{end:?}");
        let kept = text.matches(" of many").count();
        // The omitted lines, and four lines that would have closed the page.
        assert!(text.contains(&format!("_{} more lines", 4_000 - kept + 4)), "{kept} {}", end[0]);
    }

    #[test]
    fn a_command_longer_than_a_comment_is_left_out() {
        let lines = (0..9_000).map(|line| Block::Line(0, format!("line {line}").into())).collect();
        let command = format!("cento diff --since HEAD{}", " profile".repeat(MAX_LENGTH));
        let text = markdown(&Page { title: "a page".into(), command, blocks: lines });
        assert!(text.ends_with("`the command` shows all._\n"), "{}", &text[text.len() - 200..]);
        assert!(text.chars().count() <= MAX_LENGTH);
    }

    #[test]
    fn one_endless_line_is_cut() {
        let text = markdown(&page(vec![Block::Diff(hunks("", &"é".repeat(100_000), 0).into())]));
        assert!(text.contains("(96000 more characters)"), "{}", &text[text.len() - 200..]);
        assert!(
            markdown(&page(vec![Block::Line(0, "*".repeat(90_000).into())])).chars().count() < MAX_LENGTH
        );
    }
}
