//! Inspects all texts of a file, keys included, for content that a reader does not see.

use toml::de::{DeTable, DeValue};

use crate::model::grammar::Fragment;
use crate::model::{Diagnostic, FileId, Sources, Span};
use crate::text::safety::{Inspector, Placed, Specimen, Suspicion, is_plain, report};

/// Reports hidden text in a parsed file. Most files are ruled out with a single scan of their bytes.
pub(crate) fn inspect(sources: &Sources, file: FileId, document: &DeTable<'_>) -> Vec<Diagnostic> {
    let text = sources.file(file).text();
    // An escape may encode any character, and a raw character may be in a comment.
    if is_plain(text) && !has_escapes(text) {
        return Vec::new();
    }
    let is_template =
        document.get(Fragment::Template.name()).is_some_and(|value| value.get_ref().as_bool() == Some(true));
    let mut walk = Walk { text, file, is_template, inspector: Inspector::default(), found: Vec::new() };
    walk.table(document);
    let Walk { inspector, found, .. } = walk;
    let certain = found.into_iter().filter(|(_, suspicion)| inspector.settle(suspicion));
    report(text, certain.map(|(placed, _)| placed).collect())
}

/// Returns whether a TOML text has escapes other than those for quotes, backslashes, tabs and line breaks.
fn has_escapes(text: &str) -> bool {
    text.as_bytes()
        .windows(2)
        .any(|pair| matches!(pair, [b'\\', b'u' | b'U' | b'x' | b'e' | b'b' | b'f' | b'r']))
}

struct Walk<'t> {
    text: &'t str,
    file: FileId,
    /// Whether texts are templates, which have escapes of their own.
    is_template: bool,
    inspector: Inspector,
    found: Vec<(Placed, Suspicion)>,
}

impl Walk<'_> {
    fn table(&mut self, table: &DeTable<'_>) {
        for (key, value) in table {
            self.string(key.get_ref(), key.span());
            self.value(value);
        }
    }

    fn value(&mut self, value: &toml::Spanned<DeValue<'_>>) {
        match value.get_ref() {
            DeValue::String(text) => self.string(text, value.span()),
            DeValue::Array(array) => array.iter().for_each(|value| self.value(value)),
            DeValue::Table(table) => self.table(table),
            _ => {}
        }
    }

    fn string(&mut self, string: &str, range: std::ops::Range<usize>) {
        let specimens = self.inspector.inspect(string);
        if self.is_template && string.contains('{') && string.contains("\\u") {
            // An offset in the unescaped text has no counterpart in the file, so the whole string is marked.
            let filled = self.inspector.inspect(&unescaped(string));
            if filled.len() > specimens.len() {
                for (specimen, suspicion) in filled {
                    let span = Span::new(self.file, range.clone());
                    let specimen = Specimen { instead: None, ..specimen };
                    self.found.push((Placed { specimen, span }, suspicion));
                }
                return;
            }
        }
        if specimens.is_empty() {
            return;
        }
        let raw = self.text.get(range.clone()).unwrap_or_default();
        let places = places(raw, string);
        for (specimen, suspicion) in specimens {
            // Without a known place, no replacement can be suggested.
            let instead = specimen.instead.clone().filter(|_| places.is_some());
            let specimen = Specimen { instead, ..specimen };
            let Specimen { range: found, .. } = &specimen;
            let range = match &places {
                Some(places) => {
                    let at = |offset: usize| {
                        let index = places.partition_point(|(decoded, _)| *decoded < offset);
                        range.start + places.get(index).map_or(raw.len(), |(_, place)| *place)
                    };
                    at(found.start)..at(found.end)
                }
                None => range.clone(),
            };
            let span = Span::new(self.file, range);
            self.found.push((Placed { specimen, span }, suspicion));
        }
    }
}

/// Decodes the `\u` escapes of a template.
fn unescaped(template: &str) -> String {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    let escape = |rest: &str| {
        let digits = rest.strip_prefix("\\u")?.get(..4)?;
        u16::from_str_radix(digits, 16).ok()
    };
    while let Some(at) = rest.find("\\u") {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        // Two escapes may encode one character (a surrogate pair).
        let units: Vec<u16> =
            [escape(rest), rest.get(6..).and_then(escape)].into_iter().map_while(|unit| unit).collect();
        match char::decode_utf16(units).next() {
            Some(Ok(character)) => {
                text.push(character);
                rest = &rest[6 * character.len_utf16()..];
            }
            _ => {
                text.push_str("\\u");
                rest = &rest[2..];
            }
        }
    }
    text + rest
}

/// Maps the characters of a string to its TOML form: pairs of an offset in `string` and one in `raw`, and the
/// end. `None` if the two do not match.
fn places(raw: &str, string: &str) -> Option<Vec<(usize, usize)>> {
    let quotes =
        ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quotes| raw.starts_with(quotes)).unwrap_or("");
    let mut at = quotes.len();
    if quotes.len() == 3 && raw[at..].starts_with('\n') {
        at += 1;
    }
    let has_escapes = quotes.starts_with('"');
    let mut places = Vec::with_capacity(string.len());
    for (decoded, character) in string.char_indices() {
        if has_escapes {
            at += ignored(&raw[at..]);
        }
        places.push((decoded, at));
        let rest = raw.get(at..)?;
        at += match rest.as_bytes() {
            [b'\\', kind, ..] if has_escapes => match kind {
                b'u' => 6,
                b'U' => 10,
                b'x' => 4,
                _ => 2,
            },
            _ if rest.starts_with(character) => character.len_utf8(),
            _ => return None,
        };
    }
    places.push((string.len(), at));
    Some(places)
}

/// Returns the length of a line-ending backslash and the white space after it, which TOML ignores. 0 if there
/// is none.
fn ignored(rest: &str) -> usize {
    let Some(after) = rest.strip_prefix('\\') else { return 0 };
    let trimmed = after.trim_start_matches([' ', '\t', '\n', '\r']);
    let is_break = after[..after.len() - trimmed.len()].contains('\n');
    if is_break { rest.len() - trimmed.len() + ignored(trimmed) } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the parts of a file that findings point at.
    fn shown(text: &str) -> Vec<String> {
        let mut sources = Sources::default();
        let file = sources.add("a.toml".into(), text.to_owned());
        let table = DeTable::parse(text).unwrap();
        let findings = inspect(&sources, file, table.get_ref());
        let labels = findings.iter().flat_map(|finding| &finding.labels);
        labels.map(|label| text[label.span.range()].to_owned()).collect()
    }

    #[test]
    fn the_place_is_that_of_the_character_in_every_notation() {
        let cases = [
            ("a = \"x\u{200b}y\"", "\u{200b}"),
            ("a = 'x\u{200b}y'", "\u{200b}"),
            ("a = \"\"\"\nx\n\u{200b}y\"\"\"", "\u{200b}"),
            ("a = '''x\n\u{200b}y'''", "\u{200b}"),
            ("a = \"x\\u200By\"", "\\u200B"),
            ("a = \"\\\"\\t\\\\\\U0000200Dy\"", "\\U0000200D"),
            ("a = \"\"\"x \\\n   \\u202ey\"\"\"", "\\u202e"),
            ("a = \"x\\u001b[2Jy\"", "\\u001b[2J"),
            ("a = [1, { b = \"é\\u200B\" }]", "\\u200B"),
            ("\"k\u{200b}\" = 1", "\u{200b}"),
            ("a = \"p\u{430}y\"", "p\u{430}y"),
            ("a = \"<!-- do \\\"it\\\" now -->!\"", "<!-- do \\\"it\\\" now -->"),
        ];
        for (text, part) in cases {
            assert_eq!(shown(text), [part], "{text:?}");
        }
    }

    #[test]
    fn escapes_of_templates_are_inspected() {
        let text = r#"'''{{ "p\u0430ypal \u200b" }}'''"#;
        assert_eq!(shown(&format!("a = {text}")), [""; 0]);
        assert_eq!(shown(&format!("template = true\na = {text}")), [text, text]);
        assert_eq!(unescaped(r"\u00e9 \ud83d\ude00 \u \uzzzz \u12 \ud800"), r"é 😀 \u \uzzzz \u12 \ud800");
    }

    #[test]
    fn the_script_of_other_texts_decides_about_mixed_words() {
        assert_eq!(shown("a = \"Do not change the \u{455}\u{441}\u{43e}\u{440}\u{435}\"").len(), 1);
        assert_eq!(shown("a = \"\u{455}\u{441}\u{43e}\u{440}\u{435}\"\nb = \"Привет\"").len(), 0);
    }
}
