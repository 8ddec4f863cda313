//! How many tokens a text is for a language model, about.
//!
//! Every model has an encoding of its own, not all of them are published, and the tables of one that is would make
//! the program several times as large. So tokens are estimated, by how the published ones cut a text: into words with
//! the space before them, numbers of up to three digits, runs of signs, and line breaks; what is rare costs several
//! tokens. `docs/grammar.md` says how far that is off for real files.

/// How tokens are counted, for a finding that names a count.
pub(crate) const METHOD: &str =
    "tokens are estimated from words, digits and signs; encodings differ, mostly within a tenth";

/// The tokens of a text, estimated.
pub(crate) fn estimate(text: &str) -> usize {
    let mut tenths = 0;
    let mut characters = text.chars().peekable();
    while let Some(first) = characters.next() {
        let class = Class::of(first);
        let mut run =
            Run { class, length: 1, capitals: usize::from(first.is_uppercase()), last: first, repeats: 0 };
        while let Some(next) = characters.next_if(|next| run.takes(*next)) {
            run.length += 1;
            run.capitals += usize::from(next.is_uppercase());
            run.repeats += usize::from(next == run.last);
            run.last = next;
        }
        // A single space belongs to the word after it.
        let is_joined = first == ' ' && run.length == 1 && characters.peek().is_some();
        if !is_joined {
            tenths += run.tenths();
        }
    }
    (tenths as usize).div_ceil(10)
}

/// What characters are joined in one token.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Letters of English.
    Latin,
    /// Letters of other alphabets, and accented ones.
    Letter,
    /// Characters that are words or syllables.
    Ideograph,
    Digit,
    Space,
    /// Signs of ASCII.
    Sign,
    /// All else, emoji among it.
    Symbol,
}

impl Class {
    fn of(character: char) -> Class {
        match character {
            'a'..='z' | 'A'..='Z' | '\'' => Class::Latin,
            '0'..='9' => Class::Digit,
            _ if character.is_whitespace() => Class::Space,
            _ if character.is_ascii() => Class::Sign,
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

/// Characters of one class, one after the other.
struct Run {
    class: Class,
    length: usize,
    capitals: usize,
    last: char,
    /// Characters that are the one before them again, as in a drawn line.
    repeats: usize,
}

impl Run {
    /// Whether a character goes on with the run.
    fn takes(&self, next: char) -> bool {
        let class = Class::of(next);
        // A capital after a small letter begins a word of its own.
        let begins = next.is_uppercase() && self.last.is_lowercase();
        let letters = |class| matches!(class, Class::Latin | Class::Letter);
        !begins && (class == self.class || letters(class) && letters(self.class))
    }

    /// What it costs, in tenths of a token.
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
