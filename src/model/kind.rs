//! The kinds of section that cento knows by name.

/// The known kinds in display order, each with its usual heading.
pub(crate) const KINDS: [(&str, &str, &str); 12] = [
    ("identity", "Identity", "who the persona is"),
    ("objectives", "Objectives", "what it is for"),
    ("expertise", "Expertise", "what it knows"),
    ("voice", "Voice", "how it speaks"),
    ("principles", "Principles", "what it believes"),
    ("rules", "Rules", "what it must and must not do"),
    ("workflow", "Workflow", "how it proceeds"),
    ("decisions", "Decisions", "how it decides"),
    ("quality", "Quality", "the bar its work has to meet"),
    ("output", "Output", "what its answers look like"),
    ("tools", "Tools", "what it works with"),
    ("examples", "Examples", "samples of its work"),
];

/// Words that begin an address of another sort, so no section can be called so.
pub(crate) const RESERVED: [&str; 5] = ["fields", "subject", "sections", "target", "layout"];

/// The heading of a section that no profile gives one: the table's, or the kind in words.
pub(crate) fn heading(kind: &str) -> String {
    if let Some((_, heading, _)) = KINDS.iter().find(|(name, ..)| *name == kind) {
        return (*heading).to_owned();
    }
    let words = kind.split('-').filter(|word| !word.is_empty()).map(|word| {
        let (first, rest) = word.split_at(1);
        first.to_ascii_uppercase() + rest
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The place of a kind in the usual display order; kinds of one's own share the last place.
pub(crate) fn rank(kind: &str) -> usize {
    KINDS.iter().position(|(name, ..)| *name == kind).unwrap_or(KINDS.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_kinds_get_their_words_as_heading() {
        assert_eq!(heading("war-stories"), "War Stories");
        assert_eq!(heading("rules"), "Rules");
        assert!(rank("identity") < rank("examples") && rank("examples") < rank("war-stories"));
    }
}
