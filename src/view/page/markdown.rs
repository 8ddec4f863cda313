//! Pages in Markdown, for a review comment: what is long folds away, and the whole fits.

use super::{Block, Cell, Diff, Matrix, Page, Phrase, Table};
use crate::analyse::diff::{Line, Tag};
use crate::view::escape_line;
use crate::view::terminal::Role;

/// The most characters of a page: what the usual review tools take in one comment is little more.
pub(super) const LONGEST: usize = 60_000;

/// The most characters of one line; a paragraph is seldom half as long.
const LONGEST_LINE: usize = 4_000;

/// The columns of a matrix that stand side by side.
const COLUMNS: usize = 25;

/// The columns of the longest bar.
const BAR: usize = 20;

/// Writes a page in Markdown as code hosts render it, in at most [`LONGEST`] characters. What does not
/// fit is left out from the end, with a count.
pub(crate) fn markdown(page: &Page) -> String {
    let mut writer = Writer::default();
    writer.line(&format!("## {}", text(&page.title)));
    writer.line("");
    writer.blocks(&page.blocks);
    writer.fit(&page.command)
}

/// Lines, each with what closes the constructs that are open after it.
#[derive(Default)]
struct Writer {
    lines: Vec<(String, String)>,
    closers: Vec<String>,
}

impl Writer {
    fn line(&mut self, line: &str) {
        let closers: Vec<&str> = self.closers.iter().rev().map(String::as_str).collect();
        self.lines.push((line.to_owned(), closers.concat()));
    }

    /// An empty line, unless there is one.
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
                // Between backticks a bar is not escaped yet.
                Cell::Text(phrase) => phrase_text(phrase).replace("\\|", "|").replace('|', "\\|"),
                Cell::Bar(_, part) => "\u{2588}".repeat((*part as usize * BAR).div_ceil(1000)),
            };
            self.line(&row(cells.iter().map(cell).collect()));
        }
        self.line("");
    }

    /// A matrix has a number for each column, with a key: their names would make it far too wide.
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
        let lines = || diff.hunks.iter().flat_map(|(_, hunk)| &hunk.lines);
        let longest = lines().map(|line| backticks(&line.text())).max().unwrap_or(0);
        let fence = "`".repeat((longest + 1).max(3));
        self.closers.push(format!("{fence}\n"));
        self.line(&format!("{fence}diff"));
        for (about, hunk) in &diff.hunks {
            if !about.is_empty() {
                let about: String = about.0.iter().map(|run| escape_line(&run.text)).collect();
                self.line(&format!("@@ {} @@", about.replace('`', "'")));
            }
            for line in &hunk.lines {
                self.line(&changed_line(line));
            }
        }
        self.closers.pop();
        self.line(&fence);
        self.line("");
    }

    /// The lines that fit, all constructs closed.
    fn fit(self, command: &str) -> String {
        let length = |text: &str| text.chars().count();
        let note = |left_out: usize| {
            format!(
                "\n_{left_out} more lines are left out: a comment holds {LONGEST} characters. {} shows all._\n",
                code(command)
            )
        };
        let room = LONGEST - length(&note(self.lines.len()));
        let (mut used, mut fitting) = (0, 0);
        let whole: usize = self.lines.iter().map(|(line, _)| length(line) + 1).sum();
        for (index, (line, closers)) in self.lines.iter().enumerate() {
            used += length(line) + 1;
            if used + length(closers) <= room {
                fitting = index + 1;
            }
            if used > room {
                break;
            }
        }
        if whole <= LONGEST {
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
        text
    }
}

fn changed_line(line: &Line) -> String {
    let sign = match line.tag {
        Tag::Same => ' ',
        Tag::Removed => '-',
        Tag::Added => '+',
    };
    let text = line.text();
    let text = escape_line(&text);
    let count = text.chars().count();
    if count <= LONGEST_LINE {
        return format!("{sign}{text}{}", line.note().map_or(String::new(), |note| format!("  ({note})")));
    }
    let cut: String = text.chars().take(LONGEST_LINE).collect();
    format!("{sign}{cut}\u{2026} ({} more characters)", count - LONGEST_LINE)
}

/// The longest run of backticks.
fn backticks(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or(0)
}

fn phrase_text(phrase: &Phrase) -> String {
    let run = |role: Role, said: &str| match role {
        _ if said.trim().is_empty() => said.to_owned(),
        Role::Path | Role::Fragment(_) => code(said),
        Role::Error | Role::Warning | Role::Emphasis => marked("**", said, "**"),
        // Inside of inline tags Markdown is still Markdown.
        Role::AddedWord => marked("<ins>", said, "</ins>"),
        Role::RemovedWord => marked("<del>", said, "</del>"),
        _ => text(said),
    };
    let whole: String = phrase.0.iter().map(|part| run(part.role, &part.text)).collect();
    if whole.chars().count() <= LONGEST_LINE {
        return whole;
    }
    // Cut before it is marked up, or a mark would stay open.
    let plain: String = phrase.0.iter().map(|part| part.text.as_str()).collect();
    let cut: String = plain.chars().take(LONGEST_LINE / 4).collect();
    format!("{}\u{2026}", text(&cut))
}

/// A text between marks, which have no white space at their inner sides.
fn marked(open: &str, said: &str, close: &str) -> String {
    let inner = said.trim();
    let (before, after) = said.split_once(inner).unwrap_or_default();
    format!("{before}{open}{}{close}{after}", text(inner))
}

/// A text at the beginning of a line, where a sign or a number would make it a list.
fn beginning(said: &str) -> String {
    let said = said.trim_start();
    let number = said.len() - said.trim_start_matches(|character: char| character.is_ascii_digit()).len();
    match said[number..].chars().next() {
        Some('-' | '+' | '=') if number == 0 => format!("\\{said}"),
        Some('.' | ')') if number > 0 => format!("{}\\{}", &said[..number], &said[number..]),
        _ => said.to_owned(),
    }
}

/// A text that stands between backticks.
fn code(said: &str) -> String {
    let said = escape_line(said);
    let fence = "`".repeat(backticks(&said) + 1);
    let pad = if said.starts_with('`') || said.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{said}{pad}{fence}")
}

/// A text that is only text: nothing in it is markup, a mention or a reference.
fn text(said: &str) -> String {
    let mut safe = String::with_capacity(said.len() + 8);
    for character in escape_line(said).chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            // An empty comment keeps a code host from seeing a name or a number here.
            '@' | '#' => safe.extend([character].into_iter().chain("<!-- -->".chars())),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '|' | '~' | '!' | '$' => {
                safe.extend(['\\', character]);
            }
            _ => safe.push(character),
        }
    }
    safe
}

/// A text in a block of HTML, which Markdown does not look into.
fn html_text(said: &str) -> String {
    let mut safe = super::html::text(said);
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
    fn what_does_not_fit_is_counted_and_everything_is_closed() {
        let long: String = (0..4_000).map(|line| format!("line {line} of many\n")).collect();
        let diff = Block::Diff(hunks("", &long, 0).into());
        let inner = Block::Details { summary: "all of it".into(), blocks: vec![diff], open: true };
        let text = markdown(&page(vec![inner]));
        assert!(text.chars().count() <= LONGEST);
        let end: Vec<&str> = text.lines().rev().take(6).collect();
        assert!(
            end[0].contains("more lines are left out") && end[0].contains("`cento diff a` shows all"),
            "{end:?}"
        );
        assert_eq!((end[2], end[4]), ("</details>", "```"), "{end:?}");
        let kept = text.matches(" of many").count();
        // The lines that are left out, and the four that would have closed the page.
        assert!(text.contains(&format!("_{} more lines", 4_000 - kept + 4)), "{kept} {}", end[0]);
    }

    #[test]
    fn one_endless_line_is_cut() {
        let text = markdown(&page(vec![Block::Diff(hunks("", &"é".repeat(100_000), 0).into())]));
        assert!(text.contains("(96000 more characters)"), "{}", &text[text.len() - 200..]);
        assert!(markdown(&page(vec![Block::Line(0, "*".repeat(90_000).into())])).chars().count() < LONGEST);
    }
}
