//! Bold labels: `**Speed:** keep it short`.

/// A text that begins with a bold label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Labelled<'t> {
    /// The bold words without a colon.
    pub(crate) words: &'t str,
    /// The characters between the words and the rest: colon, closing asterisks and separator.
    pub(crate) close: &'t str,
    /// The text after the label.
    pub(crate) rest: &'t str,
}

/// Splits a text after its bold label, if a colon or a dash separates it from the rest.
pub(crate) fn split(text: &str) -> Option<Labelled<'_>> {
    let inner = text.strip_prefix("**")?;
    let end = inner.find("**")?;
    let words = &inner[..end];
    let after = &inner[end + 2..];
    let rest = after.trim_start_matches(|letter: char| " \t:.\u{2014}\u{2013}-".contains(letter));
    let between = &after[..after.len() - rest.len()];
    let (words, is_separated) = match words.strip_suffix(':') {
        Some(words) => (words, between == " "),
        None => (words, between.ends_with(' ') && !between.trim().is_empty()),
    };
    let is_line = !words.is_empty() && words.trim() == words && !words.contains(['\n', '\r', '*']);
    let close = &inner[words.len()..inner.len() - rest.len()];
    (is_separated && is_line && !rest.trim().is_empty() && !rest.starts_with('\n')).then_some(Labelled {
        words,
        close,
        rest,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_keep_every_byte_of_what_separates_them() {
        for (text, expected) in [
            ("**Speed:** go", Some(("Speed", ":** ", "go"))),
            ("**Speed** \u{2014} go", Some(("Speed", "** \u{2014} ", "go"))),
            ("**Speed** go", None),
            ("**Speed:**", None),
            ("**Speed :** go", None),
        ] {
            let found = split(text).map(|found| (found.words, found.close, found.rest));
            assert_eq!(found, expected, "{text}");
        }
    }
}
