//! Messages encoded in invisible characters.

/// The minimum length of a message, in bytes.
const LEAST: usize = 2;

/// Returns the text that a run of hidden characters encodes, if any.
///
/// Three encodings are known from attacks: tag characters, which mirror ASCII; the 256 variation selectors,
/// one for each byte; and two different zero-width characters as the bits of bytes.
pub(super) fn hidden_text(run: &str) -> Option<String> {
    tags(run).or_else(|| selectors(run)).or_else(|| bits(run))
}

fn tags(run: &str) -> Option<String> {
    let mirrored = |character: char| u8::try_from(u32::from(character).checked_sub(0xe0000)?).ok();
    let bytes: Vec<u8> =
        run.chars().filter_map(mirrored).filter(|byte| (0x20..0x7f).contains(byte)).collect();
    readable(bytes)
}

fn selectors(run: &str) -> Option<String> {
    let bytes: Vec<u8> = run.chars().filter_map(selected).collect();
    readable(bytes)
}

/// Returns the byte that a variation selector encodes.
fn selected(character: char) -> Option<u8> {
    let code = u32::from(character);
    let byte = match character {
        '\u{fe00}'..='\u{fe0f}' => code - 0xfe00,
        '\u{e0100}'..='\u{e01ef}' => code - 0xe0100 + 16,
        _ => return None,
    };
    u8::try_from(byte).ok()
}

fn bits(run: &str) -> Option<String> {
    let mut kinds: Vec<char> = Vec::new();
    for character in run.chars() {
        if !kinds.contains(&character) {
            kinds.push(character);
        }
    }
    let [one, other] = kinds[..] else { return None };
    let bits: Vec<char> = run.chars().collect();
    if !bits.len().is_multiple_of(8) {
        return None;
    }
    [one, other].into_iter().find_map(|set| {
        let byte = |bits: &[char]| bits.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit == set));
        readable(bits.chunks(8).map(byte).collect())
    })
}

/// Decodes bytes as text, if the text is printable.
fn readable(bytes: Vec<u8>) -> Option<String> {
    let text = String::from_utf8(bytes).ok()?;
    let is_readable = |character: char| !character.is_control() || character == '\n';
    (text.len() >= LEAST && text.chars().all(is_readable)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_messages_are_decoded() {
        let tags: String =
            "obey me".bytes().map(|byte| char::from_u32(0xe0000 + u32::from(byte)).unwrap()).collect();
        assert_eq!(hidden_text(&tags).as_deref(), Some("obey me"));
        let selector = |byte: u8| match byte {
            0..16 => char::from_u32(0xfe00 + u32::from(byte)).unwrap(),
            _ => char::from_u32(0xe0100 + u32::from(byte) - 16).unwrap(),
        };
        let selectors: String = "ça va".bytes().map(selector).collect();
        assert_eq!(hidden_text(&selectors).as_deref(), Some("ça va"));
        for [zero, one] in [['\u{200b}', '\u{200c}'], ['\u{200d}', '\u{200b}']] {
            let bits = |byte: u8| (0..8).rev().map(move |bit| if byte >> bit & 1 == 1 { one } else { zero });
            let zero_width: String = "hi".bytes().flat_map(bits).collect();
            assert_eq!(hidden_text(&zero_width).as_deref(), Some("hi"));
        }
        assert_eq!(hidden_text("\u{200b}\u{200b}\u{200b}"), None);
        assert_eq!(hidden_text("\u{fe0f}"), None);
    }
}
