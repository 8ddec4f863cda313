//! Paths that some system would refuse, or take for another path.
//!
//! A workspace is checked out on many systems, so what one of them cannot store, or reads as the name of something else,
//! is refused on all of them. Only the text of a path is looked at here; links are found when the path is used.

use camino::Utf8Path;
use unicode_normalization::UnicodeNormalization;

use crate::model::is_device;

/// The longest path, and the longest part of one, in bytes, that the usual file systems take.
const LONGEST_PATH: usize = 4_000;
const LONGEST_NAME: usize = 255;

/// Why `path` cannot be the path of a file below a root, as the rest of a sentence about it.
pub(crate) fn objection(path: &Utf8Path) -> Option<&'static str> {
    let text = path.as_str();
    if text.is_empty() {
        return Some("is empty");
    }
    if path.is_absolute() || text.starts_with('/') {
        return Some("is absolute; it must be relative to the workspace");
    }
    if text.contains('\\') {
        return Some("contains a backslash; use `/` as the separator");
    }
    if text.contains(char::is_control) {
        return Some("contains a control character");
    }
    // Otherwise the operating system would fail on it and end the whole run.
    if text.len() > LONGEST_PATH || text.split('/').any(|part| part.len() > LONGEST_NAME) {
        return Some("is too long for a file system");
    }
    text.split('/').find_map(part_objection)
}

fn part_objection(part: &str) -> Option<&'static str> {
    if part == ".." {
        return Some("contains `..`");
    }
    if matches!(part, "." | "") {
        return Some("contains `.`, `//` or a trailing `/`");
    }
    if part.contains(':') {
        return Some("contains a colon, which on Windows names a drive or a stream of another file");
    }
    if part.ends_with(['.', ' ']) {
        return Some("has a part that ends with a dot or a space, which Windows drops");
    }
    if part.contains(is_invisible) {
        return Some("contains an invisible character, which some file systems ignore");
    }
    is_device(part).then_some("has the name of a device on Windows, such as `con` or `nul`")
}

/// A path as a file system may compare it: without regard to case or to how accents are composed.
pub(crate) fn fold(path: &str) -> String {
    path.nfc().flat_map(char::to_lowercase).nfc().collect()
}

/// Whether a part of a path is `.git` to some file system. Windows drops dots and spaces at the end,
/// and knows the name in its short form too.
pub(crate) fn is_git(part: &str) -> bool {
    let folded = fold(part);
    let name = folded.trim_end_matches(['.', ' ']);
    name == ".git" || name == "git~1"
}

/// Characters that HFS+ passes over when it compares names, and others that nobody sees.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_system_reads_as_another_path_is_refused() {
        let paths = [
            "cento.toml.",
            "cento.toml ",
            "a. /b",
            "a /b",
            ".git::$INDEX_ALLOCATION/hooks",
            "a.md::$DATA",
            "c:x",
            ".g\u{200c}it/x",
            "a/NUL",
            "aux/b.md",
            "a/con.md",
        ];
        for path in paths {
            assert!(objection(path.into()).is_some(), "{path}");
        }
        for path in ["a.b/c", " a", ".a", "..a/b", "é/ü.md", "a b/c d.md", "icon/x.md"] {
            assert_eq!(objection(path.into()), None, "{path}");
        }
    }
}
