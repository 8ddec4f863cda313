//! The markers of list entries, and lists with bullets that are not Markdown.

/// Bullet characters. Markdown reads a list that uses them as a paragraph.
pub(crate) const BULLETS: [char; 7] =
    ['\u{2022}', '\u{25cf}', '\u{25aa}', '\u{25e6}', '\u{2023}', '\u{25cb}', '\u{25a0}'];

/// Returns the lines of a paragraph that begin with a bullet, without it, each with the byte offset of its
/// line. `None` if no line does.
pub(crate) fn bulleted(text: &str) -> Option<Vec<(usize, &str)>> {
    let mut lines = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_start();
        if let Some(rest) = content.strip_prefix(BULLETS).filter(|rest| rest.starts_with(char::is_whitespace))
        {
            lines.push((at, rest.trim()));
        }
        at += line.len();
    }
    (!lines.is_empty()).then_some(lines)
}

/// The bullets of Markdown.
const MARKDOWN: [char; 3] = ['-', '*', '+'];

/// Returns a line without the bullet or number of a list entry; the line itself if it has none.
pub(crate) fn without_marker(line: &str) -> &str {
    let text = line.trim_start_matches([' ', '\t']);
    let bullet = text.strip_prefix(MARKDOWN).or_else(|| text.strip_prefix(BULLETS));
    if let Some(rest) = bullet.and_then(|rest| rest.strip_prefix(' ')) {
        return rest;
    }
    let rest = text.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let is_numbered = rest.len() < text.len();
    rest.strip_prefix(['.', ')'])
        .and_then(|rest| rest.strip_prefix(' '))
        .filter(|_| is_numbered)
        .unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_lose_their_bullets_and_numbers() {
        for line in ["- one", "  * one", "\t+ one", "\u{2022} one", "\u{25aa} one", "1. one", "12) one"] {
            assert_eq!(without_marker(line), "one", "{line}");
        }
        for line in ["-one", ". one", "1 one", "1.one", " one", ""] {
            assert_eq!(without_marker(line), line);
        }
    }

    #[test]
    fn lines_with_a_bullet_are_entries() {
        let text = "Do:\n\u{2022} one\n  \u{25cf}\ttwo\n\u{2022}three\n";
        assert_eq!(bulleted(text), Some(vec![(4, "one"), (12, "two")]));
        assert_eq!(bulleted("- one\n"), None);
    }
}
