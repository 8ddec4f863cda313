//! Pages for a terminal: coloured, and as wide as the terminal.

use std::fmt::Write;

use comfy_table::{ContentArrangement, presets};

use super::{Block, Cell, Diff, Fit, Page, Phrase, Table, UNENDED};
use crate::analyse::diff::{Line, Tag};
use crate::view::terminal::{Role, Terminal, width};
use crate::view::{escape, escape_line};

/// The width of one step of indentation.
const STEP: usize = 2;

/// The separator before a column that takes the rest of the line.
const RULE: &str = "\u{2502} ";

/// The minimum room for a folded text. With less, the terminal folds it.
const LEAST_REST: usize = 16;

/// The room that names leave to a text, if the terminal is wide enough.
const USUAL_REST: usize = 50;

/// The width to which names are shortened at most for the sake of a text.
const LEAST_NAME: usize = 12;

/// The widest label that the folded lines of its text are aligned with.
const MAX_LABEL_WIDTH: usize = 16;

/// The maximum width of a bar.
const MAX_BAR_WIDTH: usize = 60;

/// Writes a page for a terminal. If lines are folded, the other lines are indented.
pub(crate) fn terminal(page: &Page, terminal: &Terminal) -> String {
    let mut writer = Writer { terminal, text: String::new() };
    writer.blocks(&page.blocks, 0);
    writer.text
}

struct Writer<'t> {
    terminal: &'t Terminal,
    text: String,
}

impl Writer<'_> {
    fn blocks(&mut self, blocks: &[Block], indent: usize) {
        for block in blocks {
            match block {
                Block::Heading(phrase) => {
                    if !self.text.is_empty() && !self.text.ends_with("\n\n") {
                        self.text.push('\n');
                    }
                    self.fold(&emphasised(phrase), indent, indent);
                }
                Block::Line(steps, phrase) => {
                    let indent = indent + steps * STEP;
                    self.fold(phrase, indent, indent + label_width(phrase).max(STEP));
                }
                Block::Space => self.text.push('\n'),
                Block::Table(table) => self.table(table, indent),
                Block::Matrix(matrix) => {
                    self.fold(&matrix.legend_phrase(), indent, indent);
                    self.text.push('\n');
                    for line in matrix.lines(self.terminal) {
                        self.exact(&line);
                    }
                }
                Block::Diff(diff) => self.diff(diff, indent + STEP),
                Block::Footer(_) => {}
                Block::Details { summary, blocks, .. } => {
                    self.fold(&emphasised(summary), indent, indent + STEP);
                    self.blocks(blocks, indent);
                }
            }
        }
    }

    fn diff(&mut self, diff: &Diff, indent: usize) {
        // A program may read what names its files.
        let indent = if diff.paths.is_some() { 0 } else { indent };
        for header in diff.headers() {
            self.fold(&Phrase::of(Role::Frame, header), indent, indent);
        }
        for hunk in &diff.hunks {
            if diff.is_excerpt {
                hunk.lines
                    .iter()
                    .for_each(|line| self.fold(&painted(line, " ", true), indent, indent + STEP));
                continue;
            }
            self.fold(&Phrase::of(Role::Frame, format!("@@ {} @@", hunk.range())), indent, indent);
            for line in &hunk.lines {
                // Marks other than colors would change the text.
                let phrase = painted(line, "", self.terminal.color);
                match self.terminal.folds {
                    true => self.fold(&phrase, indent, indent + STEP),
                    false => self.verbatim(&phrase, indent),
                }
                if line.unended {
                    self.fold(&Phrase::of(Role::Faint, UNENDED), indent, indent);
                }
            }
        }
    }

    /// Writes a line unchanged, with its trailing spaces.
    fn verbatim(&mut self, phrase: &Phrase, indent: usize) {
        self.text.push_str(&" ".repeat(indent));
        for run in &phrase.0 {
            self.paint(run.role, &escape(&run.text));
        }
        self.text.push('\n');
    }

    /// Writes a phrase after `indent` columns. Folded lines start after `hanging` columns.
    fn fold(&mut self, phrase: &Phrase, indent: usize, hanging: usize) {
        self.text.push_str(&" ".repeat(indent));
        self.fold_from(phrase, indent, hanging);
    }

    /// Like [`Writer::fold`], for a line that already has text.
    fn fold_from(&mut self, phrase: &Phrase, indent: usize, hanging: usize) {
        let room = self.terminal.columns();
        let mut column = indent;
        let mut line = Vec::new();
        for word in words(phrase, self.terminal.color) {
            let letters: usize = word.iter().map(|(_, text)| width(text)).sum();
            let spaces = word.last().map_or(0, |(_, text)| text.len() - text.trim_end_matches(' ').len());
            if self.terminal.folds && column > hanging.max(indent) && column + letters - spaces > room {
                self.flush(&mut line, hanging);
                column = hanging;
            }
            for (role, text) in word {
                let mut rest = text.as_str();
                // A word wider than the terminal is broken. In scripts without spaces, a whole text is one word.
                while self.terminal.folds
                    && column + width(rest.trim_end_matches(' ')) > room
                    && room > hanging + 1
                {
                    let at = fitting(rest, room - column.min(room - 1));
                    line.push((role, rest[..at].to_owned()));
                    self.flush(&mut line, hanging);
                    column = hanging;
                    rest = &rest[at..];
                }
                line.push((role, rest.to_owned()));
                column += width(rest);
            }
        }
        self.flush(&mut line, 0);
    }

    /// Writes a line, merging runs of the same role, and indents the next line.
    fn flush(&mut self, line: &mut Vec<(Role, String)>, indent: usize) {
        let mut stroke: Option<(Role, String)> = None;
        for (role, text) in line.drain(..) {
            match &mut stroke {
                Some((last, stroke)) if *last == role => stroke.push_str(&text),
                _ => {
                    if let Some((role, text)) = stroke.replace((role, text)) {
                        self.paint(role, &text);
                    }
                }
            }
        }
        if let Some((role, text)) = stroke {
            self.paint(role, text.trim_end_matches(' '));
        }
        self.end(indent);
    }

    /// Writes a line without folding it.
    fn exact(&mut self, phrase: &Phrase) {
        for run in &phrase.0 {
            self.paint(run.role, &run.text);
        }
        self.end(0);
    }

    fn paint(&mut self, role: Role, text: &str) {
        if !text.is_empty() {
            let _ = write!(self.text, "{}", self.terminal.paint(role, text));
        }
    }

    /// Ends the line without trailing spaces, and indents the next line.
    fn end(&mut self, indent: usize) {
        self.text.truncate(self.text.trim_end_matches(' ').len());
        self.text.push('\n');
        self.text.push_str(&" ".repeat(indent));
    }

    /// Writes a table with headings. Columns that are too wide share the line, and their cells fold.
    fn headed_table(&mut self, table: &Table, indent: usize) {
        let mut grid = comfy_table::Table::new();
        grid.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
        grid.set_width((self.terminal.columns() - indent).try_into().unwrap_or(u16::MAX));
        grid.set_header(table.columns.iter().map(|column| column.heading.to_uppercase()));
        grid.add_rows(table.rows.iter().map(|row| row.iter().map(plain)));
        for column in grid.column_iter_mut() {
            let gap = if column.index + 1 == table.columns.len() { 0 } else { 2 };
            column.set_padding((0, gap));
        }
        for (number, line) in grid.lines().enumerate() {
            self.text.push_str(&" ".repeat(indent));
            self.paint(if number == 0 { Role::Emphasis } else { Role::Plain }, line.trim_end());
            self.end(0);
        }
    }

    fn table(&mut self, table: &Table, indent: usize) {
        if table.is_headed {
            return self.headed_table(table, indent);
        }
        let texts: Vec<Vec<String>> = table.rows.iter().map(|row| row.iter().map(plain).collect()).collect();
        let room = self.terminal.columns();
        let widest = |column: usize| texts.iter().map(|row| width(&row[column])).max().unwrap_or(0);
        let names = name_width(table, room - indent, widest);
        let has_rest = self.terminal.folds && table.columns.iter().any(|column| column.fit == Fit::Rest);
        let widths: Vec<usize> = (0..table.columns.len())
            .map(|column| match table.columns[column].fit {
                Fit::End => widest(column).min(names),
                Fit::Whole if has_rest => widest(column).min(room * 2 / 5),
                _ => widest(column),
            })
            .collect();
        'rows: for (row, texts) in table.rows.iter().zip(&texts) {
            self.text.push_str(&" ".repeat(indent));
            let mut column = indent;
            for (index, cell) in row.iter().enumerate() {
                let set = table.columns[index];
                let left = room.saturating_sub(column);
                let (role, text) = match cell {
                    Cell::Bar(role, part) => (*role, bar(*part, left.clamp(8, MAX_BAR_WIDTH))),
                    Cell::Text(phrase) => {
                        let role = phrase.0.first().map_or(Role::Plain, |run| run.role);
                        let text = match set.fit {
                            Fit::End => cut_middle(&texts[index], widths[index]),
                            Fit::Rest if self.terminal.folds && left > LEAST_REST => {
                                self.paint(Role::Faint, RULE);
                                self.fold_from(phrase, column + width(RULE), column + width(RULE));
                                continue 'rows;
                            }
                            Fit::Rest => format!("{RULE}{}", texts[index]),
                            _ => texts[index].clone(),
                        };
                        (role, text)
                    }
                };
                let is_last = index + 1 == row.len();
                let pad = if is_last { 0 } else { widths[index].saturating_sub(width(&text)) };
                if set.right {
                    self.text.push_str(&" ".repeat(pad));
                }
                self.paint(role, &text);
                if !set.right {
                    self.text.push_str(&" ".repeat(pad));
                }
                column += widths[index] + 1;
                if width(&text) > widths[index] && has_rest {
                    // The rest of the row goes below a cell that is too wide.
                    self.end(column);
                } else if !is_last {
                    self.text.push(' ');
                }
            }
            self.end(0);
        }
    }
}

/// The widest that names may be: two fifths of the terminal, or less where a text beside them would have too little room.
fn name_width(table: &Table, room: usize, widest: impl Fn(usize) -> usize) -> usize {
    let most = room * 2 / 5;
    if !table.columns.iter().any(|column| column.fit == Fit::Rest) {
        return most;
    }
    let others = table.columns.iter().enumerate().filter(|(_, column)| column.fit == Fit::Whole);
    let others: usize = others.map(|(index, _)| widest(index)).sum();
    let taken = others + table.columns.len() - 1 + width(RULE) + USUAL_REST;
    room.saturating_sub(taken).clamp(LEAST_NAME.min(most), most)
}

/// The width of the label at the start of a line, if it is padded to a column: its text folds in that column.
fn label_width(phrase: &Phrase) -> usize {
    match phrase.0.as_slice() {
        [label, _, ..] if label.text.ends_with(' ') && width(&label.text) <= MAX_LABEL_WIDTH => {
            width(&label.text)
        }
        _ => 0,
    }
}

/// The words of a phrase, escaped. Each is split by role and includes the space after it. Without colours, changed
/// words are bracketed as in `git diff --word-diff`.
fn words(phrase: &Phrase, has_colors: bool) -> Vec<Vec<(Role, String)>> {
    let mut words: Vec<Vec<(Role, String)>> = Vec::new();
    let mut continues = false;
    for run in &phrase.0 {
        let text = escape_line(&run.text);
        let text = match run.role {
            Role::RemovedWord if !has_colors => format!("[-{text}-]"),
            Role::AddedWord if !has_colors => format!("{{+{text}+}}"),
            _ => text.into_owned(),
        };
        for word in text.split_inclusive(' ') {
            match words.last_mut().filter(|_| continues) {
                Some(last) => last.push((run.role, word.to_owned())),
                None => words.push(vec![(run.role, word.to_owned())]),
            }
            continues = !word.ends_with(' ');
        }
    }
    words
}

/// The text of a cell, escaped, on one line.
fn plain(cell: &Cell) -> String {
    match cell {
        Cell::Text(phrase) => phrase.0.iter().map(|run| escape_line(&run.text)).collect(),
        Cell::Bar(..) => String::new(),
    }
}

fn emphasised(phrase: &Phrase) -> Phrase {
    let mut phrase = phrase.clone();
    for run in phrase.0.iter_mut().filter(|run| run.role == Role::Plain) {
        run.role = Role::Emphasis;
    }
    phrase
}

/// A changed line after its sign and a gap.
fn painted(line: &Line, gap: &str, marks: bool) -> Phrase {
    let (sign, role, word) = match line.tag {
        Tag::Same => (" ", Role::Plain, Role::Plain),
        Tag::Removed => ("-", Role::Removed, Role::RemovedWord),
        Tag::Added => ("+", Role::Added, Role::AddedWord),
    };
    let mut phrase = Phrase::of(role, format!("{sign}{gap}"));
    for words in &line.words {
        phrase = phrase.then(if words.changed && marks { word } else { role }, &words.text);
    }
    phrase
}

/// The number of bytes that fit into `columns`; at least one character.
fn fitting(text: &str, columns: usize) -> usize {
    let mut end = 0;
    for (at, character) in text.char_indices() {
        let next = at + character.len_utf8();
        if end > 0 && width(&text[..next]) > columns {
            break;
        }
        end = next;
    }
    end
}

/// Shortens a name in its middle: its end is the most specific, and its start tells what kind it is.
fn cut_middle(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let start = fitting(text, columns.saturating_sub(1) / 3);
    let end = cut_front(&text[start..], columns - width(&text[..start]));
    format!("{}{end}", &text[..start])
}

/// Shortens a name at its start.
pub(super) fn cut_front(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut start = 0;
    for (at, character) in text.char_indices() {
        start = at + character.len_utf8();
        if width(&text[start..]) < columns {
            break;
        }
    }
    format!("\u{2026}{}", &text[start..])
}

/// A bar, with a precision of an eighth of a column.
fn bar(thousandths: u32, columns: usize) -> String {
    const PARTS: [char; 8] =
        [' ', '\u{258f}', '\u{258e}', '\u{258d}', '\u{258c}', '\u{258b}', '\u{258a}', '\u{2589}'];
    let eighths = (thousandths.min(1000) as usize * columns * 8 + 500) / 1000;
    let mut bar = "\u{2588}".repeat(eighths / 8);
    if !eighths.is_multiple_of(8) {
        bar.push(PARTS[eighths % 8]);
    }
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str, columns: usize) -> String {
        let page = Page { blocks: vec![Block::Line(1, Phrase::plain(text))], ..Page::default() };
        terminal(&page, &Terminal { width: columns, color: false, folds: true })
    }

    #[test]
    fn long_lines_are_folded_with_an_indentation() {
        let text = "rules.select-star reworded: never use `SELECT *` in production";
        assert_eq!(
            folded(text, 40),
            "  rules.select-star reworded: never use\n    `SELECT *` in production\n"
        );
        let unfolded = terminal(
            &Page { blocks: vec![Block::Line(0, Phrase::plain(text))], ..Page::default() },
            &Terminal::plain(40),
        );
        assert_eq!(unfolded, format!("{text}\n"));
    }

    #[test]
    fn lines_fold_at_spaces_and_never_between_runs() {
        let phrase = Phrase::plain("one two three four (").then(Role::AddedWord, "five").and(") six seven.");
        let page = Page { blocks: vec![Block::Line(0, phrase)], ..Page::default() };
        let shown = |color| terminal(&page, &Terminal { width: 40, color, folds: true });
        assert_eq!(shown(false), "one two three four ({+five+}) six seven.\n");
        assert!(!shown(true).contains("{+"));
        let narrow = Page {
            blocks: vec![Block::Line(8, page_line("a word of (", "marks", ") and more"))],
            ..Page::default()
        };
        let shown = terminal(&narrow, &Terminal { width: 40, color: false, folds: true });
        assert!(shown.contains("({+marks+})"), "{shown}");
    }

    fn page_line(before: &str, marked: &str, after: &str) -> Phrase {
        Phrase::plain(before).then(Role::AddedWord, marked).and(after)
    }

    #[test]
    fn scripts_without_spaces_are_broken_and_wide_characters_count_twice() {
        let text = "日本語のペルソナを組み立てる道具の説明文です";
        let shown = folded(text, 40);
        assert!(shown.lines().all(|line| width(line) <= 40), "{shown}");
        assert_eq!(shown.split_whitespace().collect::<String>(), text);
    }

    #[test]
    fn names_are_shortened() {
        assert_eq!(cut_front("rules/security-baseline:5", 12), "\u{2026}-baseline:5");
        assert_eq!(cut_middle("rules/security-baseline:5", 16), "rules\u{2026}baseline:5");
        assert_eq!(cut_middle("short", 5), "short");
        assert_eq!(cut_front("short", 5), "short");
    }

    #[test]
    fn text_of_a_page_is_escaped() {
        assert_eq!(folded("a\u{1b}[2Jb\nc", 80), "  a\\u{1b}[2Jb⏎c\n");
    }
}
