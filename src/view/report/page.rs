//! The page as one file: built-in markup, style and script, and the data.
//!
//! Workspace text enters the page only as JSON, which is shown only through `textContent`, and in the review, which
//! `view::page::html` writes and escapes. The content security policy allows one script and one style, by hash. So even if text became markup, it could not run or load anything.

use std::io;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter, Serializer};
use sha2::{Digest, Sha256};

use crate::text::safety::concealed;
use crate::view::page::{Page, html};

/// The first bytes of every report. A file that starts with them may be overwritten by a later report.
const HEAD: &str = "<!doctype html>\n<!-- written by cento report -->\n";

const MARKUP: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");

/// The parts of the script, by subject. They share one scope.
const SCRIPT: [&str; 13] = [
    include_str!("app/data.js"),
    include_str!("app/elements.js"),
    include_str!("app/address.js"),
    include_str!("app/diff.js"),
    include_str!("app/markdown.js"),
    include_str!("app/persona.js"),
    include_str!("app/origin.js"),
    include_str!("app/sources.js"),
    include_str!("app/overview.js"),
    include_str!("app/conflicts.js"),
    include_str!("app/rules.js"),
    include_str!("app/compare.js"),
    include_str!("app/main.js"),
];

/// Returns whether these bytes are a report.
pub(crate) fn is_report(bytes: &[u8]) -> bool {
    bytes.starts_with(HEAD.as_bytes())
}

/// The page with its data.
pub(super) fn page(fleet: &str, personas: &[String], review: Option<&Page>) -> String {
    let style = format!("{STYLE}#view-review {{\n{}}}\n", html::BODY_STYLE);
    let script = format!("\"use strict\";\n{}", SCRIPT.join("\n"));
    let policy = format!(
        "default-src 'none'; script-src '{}'; style-src '{}'; base-uri 'none'; form-action 'none'",
        hash(&script),
        hash(&style)
    );
    let review = review.map_or(String::new(), html::body);
    let length = fleet.len() + personas.iter().map(|persona| persona.len() + 60).sum::<usize>();
    let mut data = String::with_capacity(length + 200);
    data.push_str(&element("fleet", fleet));
    for (index, persona) in personas.iter().enumerate() {
        data.push_str(&element(&format!("persona-{index}"), persona));
    }
    // Each placeholder occurs once in the markup, and is replaced before workspace text is inserted.
    let mut html =
        String::with_capacity(data.len() + script.len() + style.len() + review.len() + MARKUP.len() + 500);
    html.push_str(HEAD);
    let mut rest = MARKUP;
    for (mark, text) in [
        ("{policy}", &policy[..]),
        ("{style}", &style),
        ("{review}", &review),
        ("{data}", &data),
        ("{script}", &script),
    ] {
        if let Some((before, after)) = rest.split_once(mark) {
            html.push_str(before);
            html.push_str(text);
            rest = after;
        }
    }
    html.push_str(rest);
    html
}

fn element(id: &str, json: &str) -> String {
    format!("<script type=\"application/json\" id=\"{id}\">{json}</script>\n")
}

/// The hash of an inline script or style, for the content security policy.
fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}

/// A value as JSON that is safe in a script element and safe to show; see [`Safe`].
pub(super) fn json(value: &impl Serialize) -> String {
    let mut bytes = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut bytes, Safe);
    // Writing to memory does not fail, and all keys are strings.
    match value.serialize(&mut serializer) {
        Ok(()) => String::from_utf8(bytes).unwrap_or_default(),
        Err(_) => "null".to_owned(),
    }
}

/// Writes text, and escapes only the characters of markup.
fn write_safe<W: ?Sized + io::Write>(writer: &mut W, text: &str) -> io::Result<()> {
    let mut rest = text;
    while let Some(at) = rest.find(['<', '>', '&']) {
        writer.write_all(&rest.as_bytes()[..at])?;
        write!(writer, "\\u{:04x}", rest.as_bytes()[at])?;
        rest = &rest[at + 1..];
    }
    writer.write_all(rest.as_bytes())
}

/// Writes JSON strings that cannot end their element or start markup. Hidden characters become visible escapes, such as
/// `\u{202e}`.
struct Safe;

impl Formatter for Safe {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, text: &str) -> io::Result<()> {
        let mut from = 0;
        for hidden in concealed(text) {
            write_safe(writer, &text[from..hidden.start])?;
            for character in text[hidden.clone()].chars() {
                write!(writer, "\\\\u{{{:x}}}", u32::from(character))?;
            }
            from = hidden.end;
        }
        write_safe(writer, &text[from..])
    }

    fn write_char_escape<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        escape: CharEscape,
    ) -> io::Result<()> {
        let code = match escape {
            CharEscape::Backspace => 8,
            CharEscape::FormFeed => 12,
            CharEscape::CarriageReturn => 13,
            CharEscape::AsciiControl(code) => code,
            // Line breaks and tabs are white space, and are shown as such.
            plain => return CompactFormatter.write_char_escape(writer, plain),
        };
        write!(writer, "\\\\u{{{code:x}}}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_cannot_leave_its_element_and_shows_what_is_hidden() {
        let hostile = "</script><!-- & \u{1b}[31m\r\u{202e}x\u{2028}\u{7f}\t\n\"\\";
        let written = json(&hostile);
        assert!(!written.contains(['<', '>', '&', '\u{202e}', '\u{2028}', '\u{1b}', '\u{7f}']), "{written}");
        let read: String = serde_json::from_str(&written).unwrap();
        assert_eq!(read, "</script><!-- & \\u{1b}[31m\\u{d}\\u{202e}x\\u{2028}\\u{7f}\t\n\"\\");
    }

    #[test]
    fn the_markup_has_each_placeholder_once_and_in_order() {
        let places: Vec<_> = ["{policy}", "{style}", "{review}", "{data}", "{script}"]
            .map(|mark| MARKUP.match_indices(mark).map(|(at, _)| at).collect::<Vec<_>>())
            .into_iter()
            .collect();
        assert!(places.iter().all(|found| found.len() == 1), "{places:?}");
        assert!(places.is_sorted());
    }

    #[test]
    fn the_assets_cannot_end_their_elements() {
        assert!(!STYLE.contains("</") && SCRIPT.iter().all(|part| !part.contains("</script")));
    }
}
