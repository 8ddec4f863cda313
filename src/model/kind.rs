//! The predefined kinds of section.

/// The predefined kinds in display order, each with its default heading and a summary.
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

/// The default heading of a section: that of the table, or else the words of the kind in title case.
pub(crate) fn heading(kind: &str) -> String {
    if let Some((_, heading, _)) = KINDS.iter().find(|(name, ..)| *name == kind) {
        return (*heading).to_owned();
    }
    let words = kind.split('-').filter(|word| !word.is_empty()).map(|word| {
        let mut letters = word.chars();
        letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The position of a kind in the default display order. Other kinds share the last position.
pub(crate) fn rank(kind: &str) -> usize {
    KINDS.iter().position(|(name, ..)| *name == kind).unwrap_or(KINDS.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_kinds_get_a_heading_in_title_case() {
        assert_eq!(heading("war-stories"), "War Stories");
        assert_eq!(heading("rules"), "Rules");
        assert_eq!(heading("\u{e9}tudes"), "\u{c9}tudes");
        assert!(rank("identity") < rank("examples") && rank("examples") < rank("war-stories"));
    }
}
