//! Maps positions in the value of a TOML string to its source text.

/// The offset in `raw`, a quoted TOML string, of the byte at `offset` in its `value`.
pub(super) fn raw_offset(raw: &str, value: &str, offset: usize) -> usize {
    let quotes = if raw.starts_with("\"\"\"") || raw.starts_with("'''") { 3 } else { 1 };
    let mut start = quotes.min(raw.len());
    if quotes == 3 && raw[start..].starts_with('\n') {
        start += 1;
    }
    let escapes = raw.starts_with('"') && !raw[start..].starts_with(value);
    if !escapes {
        return (start + offset).min(raw.len());
    }
    let mut decoded = 0;
    while decoded < offset && start < raw.len() {
        let (read, written) = piece(&raw[start..]);
        // An escaped line break adds nothing to the value; the loop goes on to what follows it.
        start += read;
        decoded += written;
    }
    start
}

/// The length of the first character or escape of a basic string, in the source and in the value, in bytes.
fn piece(raw: &str) -> (usize, usize) {
    let Some(rest) = raw.strip_prefix('\\') else {
        let length = raw.chars().next().map_or(1, char::len_utf8);
        return (length, length);
    };
    let code_point = |digits: usize| {
        let code = rest.get(1..1 + digits).and_then(|hex| u32::from_str_radix(hex, 16).ok());
        (2 + digits, code.and_then(char::from_u32).map_or(0, char::len_utf8))
    };
    match rest.chars().next() {
        Some('x') => code_point(2),
        Some('u') => code_point(4),
        Some('U') => code_point(8),
        Some(space) if space.is_whitespace() => (1 + rest.len() - rest.trim_start().len(), 0),
        _ => (2, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_found_in_every_kind_of_string() {
        let cases = [
            ("'a {{ x }}'", "a {{ x }}", 2, "{{"),
            ("\"a {{ x }}\"", "a {{ x }}", 2, "{{"),
            ("\"\"\"\na\n{{ x }}\"\"\"", "a\n{{ x }}", 2, "{{"),
            (r#""\tq\"\u00e9 {{ x }}""#, "\tq\"\u{e9} {{ x }}", 6, "{{"),
            ("\"\"\"a \\\n   {{ x }}\"\"\"", "a {{ x }}", 2, "\\\n"),
        ];
        for (raw, value, offset, expected) in cases {
            let at = raw_offset(raw, value, offset);
            assert!(raw[at..].starts_with(expected), "{raw}: {}", &raw[at..]);
        }
    }
}
