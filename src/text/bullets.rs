//! Bullets that are not Markdown, and the lists that people write with them.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_with_a_bullet_are_entries() {
        let text = "Do:\n\u{2022} one\n  \u{25cf}\ttwo\n\u{2022}three\n";
        assert_eq!(bulleted(text), Some(vec![(4, "one"), (12, "two")]));
        assert_eq!(bulleted("- one\n"), None);
    }
}
