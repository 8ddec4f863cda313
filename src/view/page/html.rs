//! Pages as one self-contained HTML file.

use std::fmt::Write;

use super::{Block, Cell, Column, Diff, Fit, Matrix, Page, Phrase, Table, UNENDED};
use crate::analyse::diff::{Line, Tag};
use crate::view::escape_line;
use crate::view::terminal::Role;

/// The colors and the frame of a page that is a file of its own.
const STYLE: &str = include_str!("page.css");

/// The style of what [`body`] writes. The page around it defines the colors.
pub(crate) const BODY_STYLE: &str = include_str!("body.css");

/// How many fragment colours the style has.
const COLORS: usize = 6;

/// Writes a page as an HTML file. It contains no script, and its policy allows none.
pub(crate) fn html(page: &Page) -> String {
    let title = text(&page.title);
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{title}</title>\n<style>\n{STYLE}{BODY_STYLE}</style>\n</head>\n<body>\n<main>\n"
    );
    html.push_str(&body(page));
    html.push_str("</main>\n</body>\n</html>\n");
    html
}

/// The title and the blocks of a page, for a page around them. Indentation is a class, so that no style is inline.
pub(crate) fn body(page: &Page) -> String {
    let mut html = format!("<h1>{}</h1>\n", text(&page.title));
    blocks(&mut html, &page.blocks);
    html
}

fn blocks(html: &mut String, all: &[Block]) {
    for block in all {
        match block {
            Block::Heading(heading) => {
                let _ = writeln!(html, "<h2>{}</h2>", phrase(heading));
            }
            Block::Line(0, line) => {
                let _ = writeln!(html, "<p>{}</p>", phrase(line));
            }
            Block::Line(steps, line) => {
                let _ = writeln!(html, "<p class=\"step-{steps}\">{}</p>", phrase(line));
            }
            Block::Space => {}
            Block::Table(rows) => table(html, rows),
            Block::Matrix(marks) => matrix(html, marks),
            Block::Diff(hunks) => diff(html, hunks),
            Block::Footer(end) => blocks(html, end),
            Block::Details { summary, blocks: inner, open } => {
                let open = if *open { " open" } else { "" };
                let _ = writeln!(
                    html,
                    "<details{open}>\n<summary>{}</summary>\n<div class=\"inside\">",
                    phrase(summary)
                );
                blocks(html, inner);
                html.push_str("</div>\n</details>\n");
            }
        }
    }
}

fn table(html: &mut String, table: &Table) {
    let class = |column: &Column| match (column.right, column.fit) {
        (true, _) => " class=\"right\"",
        (false, Fit::End) => " class=\"name\"",
        _ => "",
    };
    html.push_str("<div class=\"table\">\n<table>\n<tr>");
    for column in &table.columns {
        let _ = write!(html, "<th{}>{}</th>", class(column), text(column.heading));
    }
    html.push_str("</tr>\n");
    for row in &table.rows {
        html.push_str("<tr>");
        for (cell, column) in row.iter().zip(&table.columns) {
            let _ = match cell {
                Cell::Text(content) => write!(html, "<td{}>{}</td>", class(column), phrase(content)),
                Cell::Bar(role, part) => {
                    let width = f64::from(*part) / 10.0;
                    let color = color(*role);
                    write!(
                        html,
                        "<td class=\"scale\"><div class=\"bar{color}\" style=\"width:{width:.1}%\"></div></td>"
                    )
                }
            };
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</table>\n</div>\n");
}

/// Column names are written vertically. The names of rows and columns stay visible when scrolling.
fn matrix(html: &mut String, matrix: &Matrix) {
    let _ = writeln!(html, "<p>{}</p>", phrase(&matrix.legend_phrase()));
    let _ = write!(
        html,
        "<div class=\"table matrix\">\n<table>\n<thead><tr><th scope=\"col\">{}</th><th></th>",
        text(matrix.corner)
    );
    for column in &matrix.columns {
        let _ = write!(html, "<th scope=\"col\"><span>{}</span></th>", text(column));
    }
    html.push_str("</tr></thead>\n<tbody>\n");
    for row in &matrix.rows {
        let (name, aside) = (text(&row.name), text(&row.aside));
        let _ =
            write!(html, "<tr><th scope=\"row\"><code>{name}</code></th><td class=\"faint\">{aside}</td>");
        for column in 0..matrix.columns.len() {
            let mark = matrix.mark(row, column);
            html.push_str(cell(mark.role));
            html.push_str(&text(mark.sign.encode_utf8(&mut [0; 4])));
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody>\n</table>\n</div>\n");
}

/// The start tag of a mark. A matrix may have a million marks, so optional HTML is left out.
fn cell(role: Role) -> &'static str {
    match role {
        Role::Error => "<td class=error>",
        Role::Warning => "<td class=warning>",
        Role::Removed => "<td class=removed>",
        Role::Moved => "<td class=moved>",
        Role::Added => "<td class=added>",
        _ => "<td>",
    }
}

fn diff(html: &mut String, diff: &Diff) {
    html.push_str("<pre>");
    let about = |text_of: &str| format!("<span class=\"about\">{}</span>", text(text_of));
    html.extend(diff.headers().iter().map(|header| about(header)));
    for hunk in &diff.hunks {
        if !diff.is_excerpt {
            html.push_str(&about(&format!("@@ {} @@", hunk.range())));
        }
        for line in &hunk.lines {
            html.push_str(&changed_line(line));
            if line.unended {
                html.push_str(&about(UNENDED));
            }
        }
    }
    html.push_str("</pre>\n");
}

fn changed_line(line: &Line) -> String {
    let (class, sign, word) = match line.tag {
        Tag::Same => ("same", ' ', "span"),
        Tag::Removed => ("removed", '-', "del"),
        Tag::Added => ("added", '+', "ins"),
    };
    let mut html = format!("<span class=\"{class}\">{sign} ");
    for words in &line.words {
        match words.changed {
            true => html.push_str(&format!("<{word}>{}</{word}>", text(&words.text))),
            false => html.push_str(&text(&words.text)),
        }
    }
    html.push_str("</span>");
    html
}

/// The class of a fragment's colour.
fn color(role: Role) -> String {
    match role {
        Role::Fragment(number) => format!(" color-{}", number % COLORS),
        _ => String::new(),
    }
}

fn phrase(phrase: &Phrase) -> String {
    let run = |role: Role, content: &str| {
        let content = text(content);
        match role {
            Role::Path => format!("<code>{content}</code>"),
            Role::Fragment(_) => format!("<code class=\"source{}\">{content}</code>", color(role)),
            Role::AddedWord => format!("<ins>{content}</ins>"),
            Role::RemovedWord => format!("<del>{content}</del>"),
            Role::Emphasis => format!("<strong>{content}</strong>"),
            Role::Plain | Role::Note | Role::Help => content,
            Role::Error => format!("<span class=\"error\">{content}</span>"),
            Role::Warning => format!("<span class=\"warning\">{content}</span>"),
            Role::Added => format!("<span class=\"added\">{content}</span>"),
            Role::Removed => format!("<span class=\"removed\">{content}</span>"),
            Role::Moved => format!("<span class=\"moved\">{content}</span>"),
            Role::Faint | Role::Frame | Role::Context => format!("<span class=\"faint\">{content}</span>"),
        }
    };
    phrase.0.iter().map(|part| run(part.role, &part.text)).collect()
}

/// Escapes a text for HTML elements and attributes. Hidden characters become visible escapes.
pub(super) fn text(content: &str) -> String {
    let mut safe = String::with_capacity(content.len() + 8);
    for character in escape_line(content).chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(character),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyse::diff::hunks;

    #[test]
    fn text_from_files_is_no_markup() {
        let hostile = "</p><script>alert(1)</script>\u{202e}\" onclick='x' &amp;";
        let before = format!("{hostile}\n");
        let details = Block::Details {
            summary: hostile.into(),
            blocks: vec![Block::Diff(hunks(&before, "<b>\n", 0).into())],
            open: true,
        };
        let page = Page {
            title: hostile.into(),
            command: String::new(),
            blocks: vec![Block::Line(1, hostile.into()), details],
        };
        let html = html(&page);
        assert_eq!(html.matches("<script").count(), 0);
        assert!(!html.contains('\u{202e}') && html.contains(r"\u{202e}"));
        insta::assert_snapshot!(&html[html.find("<body>").unwrap()..]);
    }
}
