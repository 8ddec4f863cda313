//! Names of characters.

/// The Unicode name of a character, or a description if it has none.
pub(super) fn name(character: char) -> String {
    let control = CONTROLS.iter().find(|(control, _)| *control == character);
    if let Some((_, name)) = control {
        return (*name).to_owned();
    }
    if let Some(name) = unicode_names2::name(character) {
        return name.to_string();
    }
    match character {
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' => "a control character",
        '\u{f8ff}' => "a private-use character, shown as a logo on Apple systems",
        '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{ffffd}' | '\u{100000}'..='\u{10fffd}' => {
            "a private-use character"
        }
        _ if is_noncharacter(character) => "a noncharacter",
        _ => "an unassigned character",
    }
    .to_owned()
}

/// Returns whether a code point can never be a character.
pub(super) fn is_noncharacter(character: char) -> bool {
    matches!(character, '\u{fdd0}'..='\u{fdef}') || u32::from(character) & 0xfffe == 0xfffe
}

/// The code point of a character in the usual notation: `U+200B`.
pub(super) fn code_point(character: char) -> String {
    format!("U+{:04X}", u32::from(character))
}

/// The code point and name of a character.
pub(super) fn described(character: char) -> String {
    format!("{} {}", code_point(character), name(character))
}

/// The aliases of control characters, which have no names in Unicode.
const CONTROLS: [(char, &str); 40] = [
    ('\u{0}', "NULL"),
    ('\u{1}', "START OF HEADING"),
    ('\u{2}', "START OF TEXT"),
    ('\u{3}', "END OF TEXT"),
    ('\u{4}', "END OF TRANSMISSION"),
    ('\u{5}', "ENQUIRY"),
    ('\u{6}', "ACKNOWLEDGE"),
    ('\u{7}', "BELL"),
    ('\u{8}', "BACKSPACE"),
    ('\u{b}', "LINE TABULATION"),
    ('\u{c}', "FORM FEED"),
    ('\r', "CARRIAGE RETURN"),
    ('\u{e}', "SHIFT OUT"),
    ('\u{f}', "SHIFT IN"),
    ('\u{10}', "DATA LINK ESCAPE"),
    ('\u{11}', "DEVICE CONTROL ONE"),
    ('\u{12}', "DEVICE CONTROL TWO"),
    ('\u{13}', "DEVICE CONTROL THREE"),
    ('\u{14}', "DEVICE CONTROL FOUR"),
    ('\u{15}', "NEGATIVE ACKNOWLEDGE"),
    ('\u{16}', "SYNCHRONOUS IDLE"),
    ('\u{17}', "END OF TRANSMISSION BLOCK"),
    ('\u{18}', "CANCEL"),
    ('\u{19}', "END OF MEDIUM"),
    ('\u{1a}', "SUBSTITUTE"),
    ('\u{1b}', "ESCAPE"),
    ('\u{1c}', "INFORMATION SEPARATOR FOUR"),
    ('\u{1d}', "INFORMATION SEPARATOR THREE"),
    ('\u{1e}', "INFORMATION SEPARATOR TWO"),
    ('\u{1f}', "INFORMATION SEPARATOR ONE"),
    ('\u{7f}', "DELETE"),
    ('\u{84}', "INDEX"),
    ('\u{85}', "NEXT LINE"),
    ('\u{90}', "DEVICE CONTROL STRING"),
    ('\u{98}', "START OF STRING"),
    ('\u{9b}', "CONTROL SEQUENCE INTRODUCER"),
    ('\u{9c}', "STRING TERMINATOR"),
    ('\u{9d}', "OPERATING SYSTEM COMMAND"),
    ('\u{9e}', "PRIVACY MESSAGE"),
    ('\u{9f}', "APPLICATION PROGRAM COMMAND"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_has_a_name() {
        let cases = [
            ('\u{200b}', "U+200B ZERO WIDTH SPACE"),
            ('\u{1b}', "U+001B ESCAPE"),
            ('\u{80}', "U+0080 a control character"),
            ('\u{430}', "U+0430 CYRILLIC SMALL LETTER A"),
            ('\u{e0041}', "U+E0041 TAG LATIN CAPITAL LETTER A"),
            ('\u{e0100}', "U+E0100 VARIATION SELECTOR-17"),
            ('\u{e123}', "U+E123 a private-use character"),
            ('\u{1fffe}', "U+1FFFE a noncharacter"),
            ('\u{fdd0}', "U+FDD0 a noncharacter"),
            ('\u{378}', "U+0378 an unassigned character"),
        ];
        for (character, expected) in cases {
            assert_eq!(described(character), expected);
        }
    }
}
