//! An estimate of the number of tokens that a text has for a language model.
//!
//! Every model has its own encoding, some are unpublished, and the tables of a published one would multiply
//! the size of the program. So tokens are estimated from the way that published encodings split text: words
//! with the space before them, numbers of up to three digits, runs of punctuation, and line breaks. Rare text
//! costs several tokens. `docs/grammar.md` gives the error for real files.

/// The method of counting, for findings that mention a count.
pub(crate) const METHOD: &str =
    "tokens are estimated from words, digits and signs; encodings differ, mostly within a tenth";

/// Returns the estimated number of tokens.
pub(crate) fn estimate(text: &str) -> usize {
    let mut tenths = 0;
    // The class of a character is found once, whether it continues a run or begins one.
    let mut characters = text.chars().map(|character| (character, Class::of(character))).peekable();
    while let Some((first, class)) = characters.next() {
        let mut run =
            Run { class, length: 1, capitals: usize::from(first.is_uppercase()), last: first, repeats: 0 };
        while let Some((next, _)) = characters.next_if(|(next, class)| run.takes(*next, *class)) {
            run.length += 1;
            run.capitals += usize::from(next.is_uppercase());
            run.repeats += usize::from(next == run.last);
            run.last = next;
        }
        // A single space belongs to the following word.
        let is_joined = first == ' ' && run.length == 1 && characters.peek().is_some();
        if !is_joined {
            tenths += run.tenths();
        }
    }
    (tenths as usize).div_ceil(10)
}

/// A class of characters that are joined in one token.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// English letters.
    Latin,
    /// Letters of other alphabets, and letters with accents.
    Letter,
    /// Characters that are words or syllables.
    Ideograph,
    Digit,
    Space,
    /// ASCII punctuation.
    Sign,
    /// Everything else, including emoji.
    Symbol,
}

/// The classes of the characters of ASCII, which are nearly all.
const ASCII: [Class; 128] = {
    let mut classes = [Class::Sign; 128];
    let mut code = 0;
    while code < classes.len() {
        classes[code] = match code as u8 {
            b'a'..=b'z' | b'A'..=b'Z' | b'\'' => Class::Latin,
            b'0'..=b'9' => Class::Digit,
            b'\t'..=b'\r' | b' ' => Class::Space,
            _ => Class::Sign,
        };
        code += 1;
    }
    classes
};

impl Class {
    fn of(character: char) -> Class {
        if let Some(class) = u8::try_from(character).ok().and_then(|code| ASCII.get(usize::from(code))) {
            return *class;
        }
        match character {
            _ if character.is_whitespace() => Class::Space,
            '\u{1100}'..='\u{11ff}'
            | '\u{2e80}'..='\u{9fff}'
            | '\u{ac00}'..='\u{d7af}'
            | '\u{f900}'..='\u{faff}'
            | '\u{ff00}'..='\u{ffef}'
            | '\u{20000}'..='\u{3ffff}' => Class::Ideograph,
            _ if character.is_alphanumeric() => Class::Letter,
            _ => Class::Symbol,
        }
    }
}

/// Adjacent characters of one class.
struct Run {
    class: Class,
    length: usize,
    capitals: usize,
    last: char,
    /// The number of characters that repeat the one before them, as in a ruler.
    repeats: usize,
}

impl Run {
    /// Returns whether a character of this class continues the run.
    fn takes(&self, next: char, class: Class) -> bool {
        // A capital after a lower-case letter begins a new word.
        let begins = next.is_uppercase() && self.last.is_lowercase();
        let letters = |class| matches!(class, Class::Latin | Class::Letter);
        !begins && (class == self.class || letters(class) && letters(self.class))
    }

    /// The cost in tenths of a token.
    fn tenths(&self) -> u64 {
        let (length, repeats) = (self.length as u64, self.repeats as u64);
        let fresh = length - repeats;
        match self.class {
            Class::Latin if self.capitals == self.length && self.length > 3 => 10 + (length - 3) * 3,
            Class::Latin => 10 + length.saturating_sub(8),
            Class::Letter => 10 + length.saturating_sub(2) * 3,
            Class::Ideograph => length * 9,
            Class::Digit => length.div_ceil(3) * 10,
            Class::Space => 10,
            Class::Sign => 9 + fresh.saturating_sub(2) * 2 + repeats / 4,
            Class::Symbol => fresh * 15 + repeats,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_words_are_one_token_with_the_space_before_them() {
        assert_eq!(estimate(""), 0);
        assert_eq!(estimate("never push to main"), 4);
        assert_eq!(estimate("1234567"), 3);
        assert_eq!(estimate("one\n\ntwo"), 3);
    }
}
