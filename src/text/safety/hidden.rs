//! The table of characters that are invisible or misleading.

/// A range of characters that are invisible or misleading.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Hidden {
    /// The first character.
    pub first: char,
    /// The last character.
    pub last: char,
    /// Their effect on a text that is printed unescaped.
    pub reason: &'static str,
}

const fn run(first: char, last: char, reason: &'static str) -> Hidden {
    Hidden { first, last, reason }
}

/// All such characters in ascending order. Whether one is allowed in a text depends on its neighbours and is
/// decided elsewhere.
const HIDDEN: &[Hidden] = &[
    run(
        '\u{0}',
        '\u{1f}',
        "control character: moves the cursor, rings the bell, or starts an escape sequence",
    ),
    run('\u{7f}', '\u{9f}', "control character: includes 8-bit escape sequences"),
    run('\u{ad}', '\u{ad}', "soft hyphen: invisible inside a line"),
    run('\u{34f}', '\u{34f}', "grapheme joiner: invisible"),
    run('\u{61c}', '\u{61c}', "direction mark: changes the display order of text"),
    run('\u{115f}', '\u{1160}', "Hangul filler: an invisible letter"),
    run('\u{17b4}', '\u{17b5}', "Khmer inherent vowel: invisible"),
    run('\u{180b}', '\u{180f}', "Mongolian selector or separator: invisible"),
    run('\u{200b}', '\u{200d}', "zero width: can split a word invisibly, and can carry a message"),
    run('\u{200e}', '\u{200f}', "direction mark: changes the display order of text"),
    run('\u{2028}', '\u{2029}', "line or paragraph separator: a line break to some programs only"),
    run('\u{202a}', '\u{202e}', "direction override: text is displayed in a different order than it is read"),
    run('\u{2060}', '\u{2064}', "word joiner or invisible operator"),
    run('\u{2065}', '\u{2065}', "unassigned and ignorable: invisible"),
    run('\u{2066}', '\u{2069}', "direction isolate: text is displayed in a different order than it is read"),
    run('\u{206a}', '\u{206f}', "deprecated format character: invisible"),
    run('\u{2800}', '\u{2800}', "blank Braille pattern: looks like a space"),
    run('\u{3164}', '\u{3164}', "Hangul filler: an invisible letter"),
    run('\u{fdd0}', '\u{fdef}', "noncharacter: not allowed in text"),
    run('\u{fe00}', '\u{fe0f}', "variation selector: invisible, and can carry a message"),
    run('\u{feff}', '\u{feff}', "byte order mark, or zero-width no-break space"),
    run('\u{ffa0}', '\u{ffa0}', "Hangul filler: an invisible letter"),
    run('\u{fff0}', '\u{fffb}', "interlinear annotation: hides text between its marks"),
    run('\u{fffc}', '\u{fffc}', "object replacement character: stands for a missing object"),
    run('\u{fffe}', '\u{ffff}', "noncharacter: not allowed in text"),
    run('\u{13430}', '\u{1343f}', "hieroglyph format control: invisible"),
    run('\u{1bca0}', '\u{1bca3}', "shorthand format control: invisible"),
    run('\u{1d173}', '\u{1d17a}', "musical format control: invisible"),
    run('\u{e0000}', '\u{e0fff}', "tag or variation selector: invisible, and can carry a message"),
];

/// The entry of [`HIDDEN`] for a character, if it has one.
pub(super) fn hidden(character: char) -> Option<&'static Hidden> {
    let at = HIDDEN.partition_point(|run| run.last < character);
    HIDDEN.get(at).filter(|run| run.first <= character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_without_overlaps() {
        assert!(HIDDEN.iter().all(|run| run.first <= run.last && !run.reason.is_empty()));
        assert!(HIDDEN.windows(2).all(|pair| pair[0].last < pair[1].first));
    }

    #[test]
    fn a_hidden_character_has_a_reason() {
        assert_eq!(hidden('\u{202e}').map(|run| run.first), Some('\u{202a}'));
        assert!(hidden('a').is_none() && hidden('\u{200d}').is_some() && hidden('\u{10ffff}').is_none());
    }
}
