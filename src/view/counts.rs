//! Numbers with their nouns: the one place that forms a plural.

/// `number` and `noun`, in the plural where it is not one: "1 entry", "41 entries", "2 files".
pub(super) fn count(number: usize, noun: &str) -> String {
    match (number, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{number} {stem}ies"),
        (_, None) => format!("{number} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn nouns_follow_their_number() {
        let counts = [count(0, "file"), count(1, "entry"), count(21, "entry"), count(41, "entry")];
        assert_eq!(counts, ["0 files", "1 entry", "21 entries", "41 entries"]);
    }
}
