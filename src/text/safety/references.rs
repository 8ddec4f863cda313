//! Character references of HTML: `&#58;`, `&#x3a;` and `&colon;` are a colon.

use std::borrow::Cow;

/// The names of punctuation with which names and values can be written. No letter of ASCII has a name.
const NAMED: [(&str, char); 26] = [
    ("amp", '&'),
    ("apos", '\''),
    ("ast", '*'),
    ("bsol", '\\'),
    ("colon", ':'),
    ("comma", ','),
    ("commat", '@'),
    ("dash", '-'),
    ("equals", '='),
    ("excl", '!'),
    ("gt", '>'),
    ("hyphen", '-'),
    ("lowbar", '_'),
    ("lpar", '('),
    ("lt", '<'),
    ("nbsp", ' '),
    ("NewLine", '\n'),
    ("num", '#'),
    ("percnt", '%'),
    ("period", '.'),
    ("plus", '+'),
    ("quot", '"'),
    ("rpar", ')'),
    ("semi", ';'),
    ("sol", '/'),
    ("Tab", '\t'),
];

/// The maximum length of a reference in bytes. A number may have leading zeros: `&#00058;`.
const MAX_LENGTH: usize = 40;

/// A text with its references written as characters.
pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        match reference(rest) {
            Some((character, length)) => {
                decoded.push(character);
                rest = &rest[length..];
            }
            None => {
                decoded.push('&');
                rest = &rest[1..];
            }
        }
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

/// The character that a text begins with as a reference, and the length of that. Browsers read a number without its
/// semicolon too.
fn reference(text: &str) -> Option<(char, usize)> {
    let name = &text[1..];
    let Some(number) = name.strip_prefix('#') else {
        return NAMED.iter().find_map(|(name_of, character)| {
            let rest = name.strip_prefix(name_of)?;
            rest.starts_with(';').then_some((*character, name_of.len() + 2))
        });
    };
    let (digits, radix, before) = match number.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16, 3),
        None => (number, 10, 2),
    };
    let length = digits.bytes().take(MAX_LENGTH).take_while(|byte| char::from(*byte).is_digit(radix)).count();
    let character = char::from_u32(u32::from_str_radix(&digits[..length], radix).ok()?)?;
    let closed = usize::from(digits[length..].starts_with(';'));
    Some((character, before + length + closed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_as_browsers_do() {
        for (text, expected) in [
            ("display&#58;none", "display:none"),
            ("display&#x3A;none", "display:none"),
            ("display&#0058none", "display:none"),
            ("display&colon;none", "display:none"),
            ("a & b &unknown; &#; &#xzz; &#99999999999;", "a & b &unknown; &#; &#xzz; &#99999999999;"),
            ("&", "&"),
        ] {
            assert_eq!(decoded(text), expected);
        }
    }
}
