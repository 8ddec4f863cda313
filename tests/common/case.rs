//! Test cases: a workspace and the expected results, in one text.
//!
//! ```text
//! A sentence on what the case shows.
//!
//! ==== profiles/ada.toml
//! use = ["identity/lead"] # a comment is no marker
//!
//! ==== expect check.txt
//! no findings
//! ```
//!
//! A line that begins with `==== ` starts a block. The empty line before it belongs to the format; all
//! other bytes are the file's. ` [escaped]` after the path: `\` begins an escape, `\\`, `\n`, `\r` or
//! `\u{HEX}`. Files with control, invisible or directional characters, or with a line that begins with
//! `==== `, are written so. ` [no newline]`: the file does not end with the line break that ends the block.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const MARKER: &str = "==== ";
const EXPECT: &str = "expect ";
const ESCAPED: &str = " [escaped]";
const NO_NEWLINE: &str = " [no newline]";

/// Texts by path.
pub(crate) type Texts = BTreeMap<String, String>;

#[derive(Debug, Default, PartialEq)]
pub(crate) struct Case {
    pub(crate) sentence: String,
    pub(crate) files: Texts,
    pub(crate) expected: Texts,
}

impl Case {
    /// Returns the case with this name in `tests/workspaces`, for workspaces that several tests share or that
    /// are too long for a test.
    pub(crate) fn named(name: &str) -> Case {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/workspaces");
        let text = fs::read_to_string(folder.join(format!("{name}.txt"))).expect(name);
        Case::parse(&text).expect(name)
    }

    pub(crate) fn parse(text: &str) -> Result<Case, String> {
        let mut case = Case::default();
        let mut block: Option<(String, String)> = None;
        for line in text.split_inclusive('\n') {
            if let Some(header) = line.strip_prefix(MARKER) {
                case.close(block.take(), true)?;
                block = Some((header.trim_end_matches('\n').to_owned(), String::new()));
            } else if let Some((_, body)) = &mut block {
                body.push_str(line);
            } else {
                case.sentence.push_str(line);
            }
        }
        case.close(block, false)?;
        case.sentence = case.sentence.trim().to_owned();
        if case.sentence.is_empty() {
            return Err("no sentence on what the case shows".to_owned());
        }
        Ok(case)
    }

    /// Writes the files of its workspace below a directory.
    pub(crate) fn write_to(&self, directory: &Path) {
        for (path, text) in &self.files {
            let path = directory.join(path);
            fs::create_dir_all(path.parent().expect("it is below the directory"))
                .expect("directories can be made");
            fs::write(path, text).expect("files can be written");
        }
    }

    fn close(&mut self, block: Option<(String, String)>, followed: bool) -> Result<(), String> {
        let Some((header, mut body)) = block else { return Ok(()) };
        let mut header = header.as_str();
        if followed && body.pop() != Some('\n') {
            return Err(format!("no empty line after `{header}`"));
        }
        if let Some(rest) = header.strip_suffix(NO_NEWLINE) {
            header = rest;
            body.pop();
        }
        if let Some(rest) = header.strip_suffix(ESCAPED) {
            header = rest;
            body = unescape(&body)?;
        }
        let (texts, path) = match header.strip_prefix(EXPECT) {
            Some(path) => (&mut self.expected, path),
            None => (&mut self.files, header),
        };
        match texts.insert(path.to_owned(), body) {
            None => Ok(()),
            Some(_) => Err(format!("two blocks for `{path}`")),
        }
    }
}

impl std::fmt::Display for Case {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(out, "{}", self.sentence)?;
        for (prefix, texts) in [("", &self.files), (EXPECT, &self.expected)] {
            for (path, text) in texts {
                write!(out, "\n{MARKER}{prefix}{path}")?;
                let escaped = text.chars().any(rare) || text.lines().any(|line| line.starts_with(MARKER));
                let open = !text.is_empty() && !text.ends_with('\n');
                let flags = (if escaped { ESCAPED } else { "" }, if open { NO_NEWLINE } else { "" });
                let body = if escaped { escape(text) } else { text.clone() };
                write!(out, "{}{}\n{body}{}", flags.0, flags.1, if open { "\n" } else { "" })?;
            }
        }
        Ok(())
    }
}

fn rare(character: char) -> bool {
    let invisible = matches!(u32::from(character),
        0xad | 0x61c | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfe00..=0xfe0f | 0xfeff | 0xe0000..=0xe0fff);
    invisible || (character.is_control() && !matches!(character, '\n' | '\t'))
}

fn escape(text: &str) -> String {
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        let marked = line.starts_with(MARKER);
        for (index, character) in line.chars().enumerate() {
            match character {
                '\\' => out.push_str("\\\\"),
                '\r' => out.push_str("\\r"),
                _ if rare(character) || (marked && index == 0) => {
                    out.push_str(&format!("\\u{{{:x}}}", u32::from(character)));
                }
                _ => out.push(character),
            }
        }
    }
    out
}

fn unescape(text: &str) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let wrong = || format!("unknown escape at `\\{}`", after.chars().take(8).collect::<String>());
        let (character, after) = if let Some(after) = after.strip_prefix("u{") {
            let (digits, after) = after.split_once('}').ok_or_else(wrong)?;
            let number = u32::from_str_radix(digits, 16).map_err(|_| wrong())?;
            (char::from_u32(number).ok_or_else(wrong)?, after)
        } else {
            let known = [("\\", '\\'), ("r", '\r'), ("n", '\n')];
            let found = known.iter().find_map(|(name, is)| Some((*is, after.strip_prefix(name)?)));
            found.ok_or_else(wrong)?
        };
        out.push(character);
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}
