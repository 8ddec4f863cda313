//! Words: the units in which texts are compared.
//!
//! Texts are one paragraph of Markdown. Punctuation, link targets and URLs are ignored. All numbers are
//! equal, so that "coverage > 90 %" and "coverage > 85 %" are compared.

/// The names of each unit.
pub(super) const UNITS: [&[&str]; 25] = [
    &["ms", "millisecond", "milliseconds"],
    &["s", "sec", "secs", "second", "seconds"],
    &["min", "m", "mins", "minute", "minutes"],
    &["h", "hour", "hours"],
    &["day", "days"],
    &["week", "weeks"],
    &["month", "months"],
    &["year", "years"],
    &["kb"],
    &["mb"],
    &["gb"],
    &["kib"],
    &["mib"],
    &["gib"],
    &["byte", "bytes"],
    &["px"],
    &["rem"],
    &["em"],
    &["char", "chars", "character", "characters"],
    &["word", "words"],
    &["line", "lines"],
    &["sentence", "sentences"],
    &["paragraph", "paragraphs"],
    &["token", "tokens"],
    &["page", "pages"],
];

/// The kind of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WordKind {
    /// An ordinary word.
    Plain,
    /// A word that is capitalized within a sentence, has inner capitals, or contains a digit.
    Name,
    /// A word in a code span.
    Code,
    Number,
    /// A comparison sign before a number: `<`, `>`, `<=`, `>=`.
    Sign,
}

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// In lower case, without apostrophes and the ending of a possessive; numbers as typed.
    pub(super) text: String,
    pub(super) kind: WordKind,
    /// Its byte offset in the text.
    pub(super) at: usize,
}

/// The stand-in for every number.
const NUMBER: &str = "0";

impl Word {
    /// The word as it is compared: all numbers are equal.
    pub(super) fn masked(&self) -> &str {
        if self.text.starts_with(|letter: char| letter.is_ascii_digit()) { NUMBER } else { &self.text }
    }
}

/// Returns the words of a text, in order.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut reader = Reader { text, at: 0, words: Vec::new(), fence: 0, begins: true };
    reader.run();
    reader.words
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    words: Vec<Word>,
    /// The number of backticks that opened the current code span; 0 outside of one.
    fence: usize,
    /// Whether a sentence begins here.
    begins: bool,
}

impl Reader<'_> {
    fn run(&mut self) {
        while let Some(letter) = self.text[self.at..].chars().next() {
            let rest = &self.text[self.at..];
            match letter {
                '`' => {
                    let ticks = rest.len() - rest.trim_start_matches('`').len();
                    self.fence = match self.fence {
                        0 if rest[ticks..].contains(&rest[..ticks]) => ticks,
                        open if open == ticks => 0,
                        open => open,
                    };
                    self.at += ticks;
                }
                ']' if self.fence == 0 && rest.starts_with("](") => self.at += target(rest),
                '<' | '>' => self.sign(rest),
                '\u{2264}' | '\u{2265}' => {
                    self.push(
                        if letter == '\u{2264}' { "<=" } else { ">=" },
                        WordKind::Sign,
                        letter.len_utf8(),
                    );
                }
                _ if letter.is_alphanumeric() => self.word(rest),
                _ => {
                    self.begins |= ".!?:;\u{2014}\u{2013}|".contains(letter);
                    self.at += letter.len_utf8();
                }
            }
        }
    }

    /// Reads a comparison sign if a number follows, else skips the character.
    fn sign(&mut self, rest: &str) {
        let width = if rest[1..].starts_with('=') { 2 } else { 1 };
        if rest[width..].trim_start().starts_with(|letter: char| letter.is_ascii_digit() || letter == '$') {
            self.push(&rest[..width], WordKind::Sign, width);
        } else {
            self.at += 1;
        }
    }

    fn word(&mut self, rest: &str) {
        if let Some(length) = address(rest) {
            self.at += length;
            return;
        }
        if rest.starts_with(|letter: char| letter.is_ascii_digit()) {
            let length = number(rest);
            return self.push(&rest[..length], WordKind::Number, length);
        }
        let mut letters = rest.char_indices().peekable();
        let mut length = 0;
        while let Some((at, letter)) = letters.next() {
            let is_inner = (letter == '\'' || letter == '\u{2019}')
                && letters.peek().is_some_and(|(_, next)| next.is_alphanumeric());
            if !letter.is_alphanumeric() && !is_inner {
                break;
            }
            length = at + letter.len_utf8();
        }
        let typed = &rest[..length];
        // "Auth0's" is the name with an ending, not another name.
        let ending = |rest: &'_ str| rest.len() - rest.trim_end_matches(['\'', '\u{2019}']).len();
        let bare = typed.strip_suffix('s').filter(|rest| ending(rest) > 0).unwrap_or(typed);
        let lower: String = bare
            .chars()
            .filter(|letter| *letter != '\'' && *letter != '\u{2019}')
            .flat_map(char::to_lowercase)
            .collect();
        let has_digit = typed.contains(|letter: char| letter.is_ascii_digit());
        let is_capital = typed.starts_with(char::is_uppercase);
        let is_mixed = typed.chars().skip(1).any(char::is_uppercase);
        // Long words in capitals are emphasis. Short ones are names: "use SQL".
        let is_loud = typed.chars().all(|letter| !letter.is_lowercase()) && typed.chars().count() > 5;
        let kind = match () {
            () if self.fence > 0 => WordKind::Code,
            () if has_digit || (is_mixed && !is_loud) || (is_capital && !self.begins && !is_loud) => {
                WordKind::Name
            }
            () => WordKind::Plain,
        };
        self.push(&lower, kind, length);
    }

    fn push(&mut self, text: &str, kind: WordKind, length: usize) {
        let kind = if self.fence > 0 && kind != WordKind::Sign { WordKind::Code } else { kind };
        if !text.is_empty() {
            self.words.push(Word { text: text.to_owned(), kind, at: self.at });
        }
        self.begins = false;
        self.at += length;
    }
}

/// The length of a link target, including the brackets around it.
fn target(rest: &str) -> usize {
    let mut depth = 0;
    for (at, letter) in rest.char_indices().skip(1) {
        match letter {
            '(' => depth += 1,
            ')' if depth == 1 => return at + 1,
            ')' => depth -= 1,
            '\n' => break,
            _ => {}
        }
    }
    2
}

/// The length of a URL at the beginning of a text.
fn address(rest: &str) -> Option<usize> {
    let scheme = ["https://", "http://"].into_iter().find(|scheme| rest.starts_with(scheme))?;
    let end = rest.find(|letter: char| letter.is_whitespace() || ")>\"`".contains(letter));
    Some(end.unwrap_or(rest.len()).max(scheme.len()))
}

/// The length of the number that a text begins with. `2024-11-05` is three numbers.
fn number(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut end = 0;
    while is_digit(end) || (matches!(bytes.get(end), Some(b'.' | b',')) && is_digit(end + 1)) {
        end += 1;
    }
    end
}

/// The FNV-1a hash of a sequence of strings, the same on every machine.
pub(crate) fn hash(parts: impl IntoIterator<Item = impl AsRef<str>>) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for part in parts {
        for byte in part.as_ref().bytes().chain([0xff]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    hash
}

/// The sorted hashes of the words of a text, without duplicates.
pub(super) fn set(words: &[Word]) -> Vec<u64> {
    let compared = words.iter().filter(|word| word.kind != WordKind::Sign);
    let mut set: Vec<u64> = compared.map(|word| hash([word.masked()])).collect();
    set.sort_unstable();
    set.dedup();
    set
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Vec<String> {
        let sign = |kind| match kind {
            WordKind::Plain => "",
            WordKind::Name => "^",
            WordKind::Code => "`",
            WordKind::Number => "#",
            WordKind::Sign => "?",
        };
        words(text).iter().map(|word| format!("{}{}", sign(word.kind), word.text)).collect()
    }

    #[test]
    fn marks_targets_and_addresses_are_no_words() {
        assert_eq!(
            typed("**Never** use [this](http://a.b/(c)) or https://x.y/z."),
            ["never", "use", "this", "or"]
        );
        assert_eq!(typed("see ](x\ny"), ["see", "x", "y"]);
        assert_eq!(typed("a <b> c"), ["a", "b", "c"]);
    }

    #[test]
    fn numbers_signs_names_and_code_are_distinguished() {
        assert_eq!(typed("Keep coverage >= 90.5% in CI"), ["keep", "coverage", "?>=", "#90.5", "in", "^ci"]);
        assert_eq!(typed("Don\u{2019}t wait 300ms"), ["dont", "wait", "#300", "ms"]);
        assert_eq!(
            typed("Use `SELECT *` on Postgres. Always"),
            ["use", "`select", "on", "^postgres", "always"]
        );
        assert_eq!(typed("Ada's and Auth0\u{2019}s key"), ["ada", "and", "^auth0", "key"]);
        assert_eq!(typed("\u{2265} 3 of UTF8"), ["?>=", "#3", "of", "^utf8"]);
        assert_eq!(typed("one ` alone"), ["one", "alone"]);
    }

    #[test]
    fn all_numbers_are_one_word_of_the_set() {
        assert_eq!(
            set(&words("cover 90 % of 10")),
            set(&words("Cover > 85% OF it").into_iter().filter(|word| word.text != "it").collect::<Vec<_>>())
        );
        assert_eq!(set(&words("no, no")).len(), 1);
        assert_eq!(set(&words("exit `1`")), set(&words("exit 0")));
    }
}
