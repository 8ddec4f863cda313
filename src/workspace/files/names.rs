//! Paths that some system refuses or treats as another path.
//!
//! A workspace is checked out on many systems, so a path that one of them cannot store, or takes for another,
//! is refused on all. Only the text of the path is checked here; links are checked when the path is used.

use camino::Utf8Path;
use unicode_normalization::UnicodeNormalization;

use crate::model::is_device;

/// The maximum length of a path and of one component, in bytes, on common file systems.
const MAX_PATH: usize = 4_000;
const MAX_NAME: usize = 255;

/// Returns why `path` cannot be a file below a root, as the end of a sentence about it.
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
    // Otherwise the system call would fail and end the whole run.
    if text.len() > MAX_PATH || text.split('/').any(|part| part.len() > MAX_NAME) {
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
    if is_short_name(part) {
        return Some("has the form of the short names that Windows gives to files, such as `GIT~1`");
    }
    is_device(part).then_some("has the name of a device on Windows, such as `con` or `nul`")
}

/// Folds a path as case-insensitive and normalizing file systems do. Letters that share a capital are one, as `ς` and `σ`,
/// and so are `ß` and `ss`.
pub(crate) fn fold(path: &str) -> String {
    path.nfc().flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfc().collect()
}

/// Whether a part of a path has the form of the short names of Windows: at most eight letters, of which the last are `~`
/// and a number, and an extension of at most three.
fn is_short_name(part: &str) -> bool {
    let (stem, extension) = part.split_once('.').unwrap_or((part, ""));
    let number = stem.rsplit_once('~').map_or("", |(_, number)| number);
    let is_numbered = !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit());
    is_numbered && stem.chars().count() <= 8 && extension.chars().count() <= 3
}

/// Returns whether a component means `.git` on some file system. Windows ignores trailing dots and spaces,
/// and has a short form of the name.
pub(crate) fn is_git(part: &str) -> bool {
    let folded = fold(part);
    let name = folded.trim_end_matches(['.', ' ']);
    name == ".git" || name == "git~1"
}

/// Returns whether HFS+ ignores a character when comparing names, or the character is invisible.
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
    fn ambiguous_paths_are_refused() {
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
            "GIT~1/config",
            "a/cento~1.tom",
            "PROFI~12",
            "~1",
        ];
        for path in paths {
            assert!(objection(path.into()).is_some(), "{path}");
        }
        for path in [
            "a.b/c", " a", ".a", "..a/b", "é/ü.md", "a b/c d.md", "icon/x.md", "a~b", "~", "notes~1.json",
            "longer-name~1.md",
        ] {
            assert_eq!(objection(path.into()), None, "{path}");
        }
    }
}
