//! Tools in one line: `Read, Bash(git add:*)` or `Read Grep`.

/// Returns the names in a line, separated by commas or spaces. Parentheses belong to the name before them.
pub(crate) fn names(line: &str) -> Vec<String> {
    let names = split(line, |letter| letter == ',' || letter.is_whitespace());
    names.into_iter().filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// The parts of a line between separators that are in no parentheses.
fn split(line: &str, is_separator: impl Fn(char) -> bool) -> Vec<&str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for (at, letter) in line.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 && is_separator(letter) => {
                parts.push(&line[start..at]);
                start = at + letter.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&line[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_between_commas_or_spaces() {
        assert_eq!(names("Read, Grep,Glob"), ["Read", "Grep", "Glob"]);
        assert_eq!(names("Read  Grep"), ["Read", "Grep"]);
        assert_eq!(names("Agent(a, b), Read Grep"), ["Agent(a, b)", "Read", "Grep"]);
        assert_eq!(names("Bash(git add:*, git mv:*), Read"), ["Bash(git add:*, git mv:*)", "Read"]);
        assert_eq!(names("Bash(git add:*) Read"), ["Bash(git add:*)", "Read"]);
        assert_eq!(names(" "), [""; 0]);
    }
}
