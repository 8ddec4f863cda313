//! Words that read as other words because they contain letters of another script.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_script::{Script, UnicodeScript};
use unicode_security::skeleton;

use super::name::described;
use super::scripts::ALIKE;
use super::{Specimen, characters, is_plain, markup};
use crate::model::codes;
use crate::model::wording::and_more;

/// Greek letters that look the same as Latin ones. Others are only similar, and occur in formulas next to
/// Latin letters: `αβ`, `ρV`, `σx`.
const SAME_IN_GREEK: &str = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοϳϹϲ";

/// The minimum length of a word entirely in another script that looks like a Latin one.
const LEAST_WHOLE: usize = 3;
/// The minimum number of Greek letters in a word that reads as Greek. Shorter words may be formulas.
const LEAST_GREEK: usize = 4;
/// The maximum length of an ending that an inflected language appends to a foreign abbreviation.
const MAX_ENDING: usize = 3;

/// Inspects the texts of one file.
///
/// A word entirely in Cyrillic or Greek that reads as Latin is legitimate if the file has other words of that
/// script. This is only known after all texts, so [`Inspector::settle`] decides it.
#[derive(Debug, Default)]
pub(crate) struct Inspector {
    /// The scripts of words that do not look like Latin.
    written: Vec<Script>,
}

impl Inspector {
    /// Returns everything in a text that a reader does not see, or sees as something else, in order of
    /// position.
    pub(crate) fn inspect(&mut self, text: &str) -> Vec<(Specimen, Suspicion)> {
        if is_plain(text) {
            return Vec::new();
        }
        let certain = characters::inspect(text).into_iter().chain(markup::inspect(text));
        let mut specimens: Vec<_> = certain.map(|specimen| (specimen, Suspicion(None))).collect();
        if !text.is_ascii() {
            specimens.extend(words(text).filter_map(|range| self.word(&text[range.clone()], range)));
        }
        specimens.sort_by_key(|(specimen, _)| (specimen.range.start, specimen.range.end));
        specimens
    }

    /// Returns whether a suspicion is confirmed. Call it after all texts of the file were inspected.
    pub(crate) fn settle(&self, suspicion: &Suspicion) -> bool {
        suspicion.0.is_none_or(|script| !self.written.contains(&script))
    }

    fn word(&mut self, word: &str, range: Range<usize>) -> Option<(Specimen, Suspicion)> {
        let letters: Vec<char> = word.chars().filter(|letter| is_alike(*letter)).collect();
        let mut scripts: Vec<Script> = Vec::new();
        for letter in &letters {
            if !scripts.contains(&letter.script()) {
                scripts.push(letter.script());
            }
        }
        if let [script] = scripts[..] {
            if script == Script::Latin {
                return None;
            }
            let is_latin_to_the_eye = letters.iter().all(|letter| is_same(*letter));
            if !is_latin_to_the_eye {
                self.record_script(script);
                return None;
            }
            if letters.len() < LEAST_WHOLE || word.chars().count() != letters.len() {
                return None;
            }
            let what =
                format!("every letter is {}, and it reads as `{}`", script.full_name(), in_latin(word));
            return Some((specimen(range, what, in_latin(word)), Suspicion(Some(script))));
        }
        for script in scripts.iter().filter(|script| **script != Script::Latin) {
            let of_script = letters.iter().filter(|letter| letter.script() == *script);
            if of_script.clone().count() >= LEAST_WHOLE
                && of_script.clone().any(|letter| latin(*letter).is_none())
            {
                self.record_script(*script);
            }
        }
        let host = host(&letters, &scripts)?;
        let strange: Vec<char> = letters.iter().copied().filter(|letter| letter.script() != host).collect();
        let instead: String =
            word.chars().map(|letter| if is_alike(letter) { alike(letter, host) } else { letter }).collect();
        let more = and_more(strange.len() - 1);
        let what = format!(
            "{}{more} in a {} word that reads as `{instead}`",
            described(strange[0]),
            host.full_name()
        );
        Some((specimen(range, what, instead), Suspicion(None)))
    }
}

impl Inspector {
    fn record_script(&mut self, script: Script) {
        if !self.written.contains(&script) {
            self.written.push(script);
        }
    }
}

/// The condition of a specimen: it is dropped if the file contains words of this script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Suspicion(Option<Script>);

fn specimen(range: Range<usize>, what: String, instead: String) -> Specimen {
    let why = "a model or a search sees a different word than a reader does";
    let fix = format!("write `{instead}`");
    Specimen { range, code: codes::CONFUSABLE_WORD, what, why, count: 1, fix, instead: Some(instead) }
}

/// The words of a text that contain a character beyond ASCII.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let is_part = |character: char| {
        character.is_alphanumeric() || unicode_normalization::char::is_combining_mark(character)
    };
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let start = from + text[from..].find(is_part)?;
            let length = text[start..].find(|character| !is_part(character));
            from = length.map_or(text.len(), |length| start + length);
            if !text[start..from].is_ascii() {
                return Some(start..from);
            }
        }
    })
}

fn is_alike(letter: char) -> bool {
    letter.is_alphabetic() && ALIKE.contains(&letter.script())
}

/// The script that a mixed word reads as: all its other letters look like letters of that script.
fn host(letters: &[char], scripts: &[Script]) -> Option<Script> {
    let ending = ending_of_abbreviation(letters);
    let mut hosts = scripts.to_vec();
    // Latin first, then the script of most letters, since a reader assumes that one.
    let count = |script: Script| letters.iter().filter(|letter| letter.script() == script).count();
    hosts.sort_by_key(|script| (*script != Script::Latin, std::cmp::Reverse(count(*script))));
    hosts.into_iter().find(|host| match host {
        Script::Latin if (1..=MAX_ENDING).contains(&ending) => false,
        Script::Latin => letters.iter().enumerate().all(|(at, letter)| match letter.script() {
            Script::Latin => true,
            Script::Greek => is_same(*letter) || is_inside(letters, at),
            _ => latin(*letter).is_some(),
        }),
        Script::Greek
            if letters.iter().filter(|letter| letter.script() == Script::Greek).count() < LEAST_GREEK =>
        {
            false
        }
        host => {
            ending == 0
                && letters.iter().all(|letter| letter.script() == *host || twin(*letter, *host).is_some())
        }
    })
}

/// Returns whether a Greek letter that looks like a Latin one is between Latin letters. A formula would have it at an
/// end.
fn is_inside(letters: &[char], at: usize) -> bool {
    let is_latin = |at: usize| letters.get(at).is_some_and(|letter| letter.script() == Script::Latin);
    let is_like = |letter: &char| letter.script() != Script::Greek || latin(*letter).is_some();
    at > 0 && letters.len() > 3 && letters.iter().all(is_like) && !is_index(letters, at) && {
        let before = letters[..at].iter().rposition(|letter| letter.script() == Script::Latin);
        before.is_some() && letters[at..].iter().enumerate().any(|(after, _)| is_latin(at + after))
    }
}

/// Returns whether a small Greek letter counts variants in a name of biology: `FcγRIIIa`, `NFκBp`. It is
/// followed by a capital and not part of a word: at most two small letters are adjacent.
fn is_index(letters: &[char], at: usize) -> bool {
    let is_small = |letter: &char| letter.is_ascii_lowercase();
    letters[at].is_lowercase()
        && letters.get(at + 1).is_some_and(char::is_ascii_uppercase)
        && letters.split(|letter| !is_small(letter)).all(|run| run.len() < 3)
}

/// The number of lower-case Cyrillic letters after Latin capitals, if a word has this form: `PDFа`,
/// `HTTPшный`. Inflected languages write foreign abbreviations this way.
fn ending_of_abbreviation(letters: &[char]) -> usize {
    let capitals = letters.iter().take_while(|letter| letter.is_ascii_uppercase()).count();
    let ending = &letters[capitals..];
    let is_ending = |letter: &char| letter.script() == Script::Cyrillic && letter.is_lowercase();
    if capitals >= 2 && ending.iter().all(is_ending) { ending.len() } else { 0 }
}

/// Returns whether a letter looks the same as a Latin one.
fn is_same(letter: char) -> bool {
    match letter.script() {
        Script::Greek => SAME_IN_GREEK.contains(letter),
        _ => latin(letter).is_some(),
    }
}

/// Latin letters by their skeleton, the shape that look-alikes share.
static LATIN: LazyLock<BTreeMap<String, char>> = LazyLock::new(|| {
    // Lower case comes last and wins, since a capital `I` has the shape of an `l`.
    ('A'..='Z').chain('a'..='z').map(|letter| (shape(letter), letter)).collect()
});

fn shape(letter: char) -> String {
    skeleton(letter.encode_utf8(&mut [0; 4])).collect()
}

/// The Latin letter that a letter of another script looks like, ignoring accents.
fn latin(letter: char) -> Option<char> {
    let found = LATIN.get(&shape(bare(letter))).copied()?;
    Some(if letter.is_uppercase() && found == 'l' { 'I' } else { found })
}

/// A letter without its accents.
fn bare(letter: char) -> char {
    std::iter::once(letter).nfd().next().unwrap_or(letter)
}

/// The letter of a script that a letter looks like.
fn twin(letter: char, script: Script) -> Option<char> {
    TWINS.get(&(shape(letter), script.short_name())).copied()
}

/// The common letters of Cyrillic, Greek and Armenian by shape and script.
static TWINS: LazyLock<BTreeMap<(String, &str), char>> = LazyLock::new(|| {
    let letters = ('\u{391}'..='\u{3c9}').chain('\u{410}'..='\u{44f}').chain(['і', 'І', 'ј', 'Ј']);
    let letters = letters.chain('\u{531}'..='\u{586}');
    let is_twin =
        |letter: &char| is_alike(*letter) && is_same(*letter) && shape(*letter).chars().count() == 1;
    let mut twins = BTreeMap::new();
    for letter in letters.filter(is_twin) {
        twins.entry((shape(letter), letter.script().short_name())).or_insert(letter);
    }
    twins
});

/// The look-alike of a letter in a script.
fn alike(letter: char, script: Script) -> char {
    match script {
        _ if letter.script() == script => letter,
        Script::Latin => latin(letter).unwrap_or(letter),
        script => twin(letter, script).unwrap_or(letter),
    }
}

fn in_latin(word: &str) -> String {
    word.chars().map(|letter| latin(letter).unwrap_or(letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let mut inspector = Inspector::default();
        let specimens = inspector.inspect(text);
        let specimens = specimens.into_iter().filter(|(_, suspicion)| inspector.settle(suspicion));
        specimens.map(|(specimen, _)| specimen.fix).collect()
    }

    #[test]
    fn borrowed_letters_are_found() {
        let cases = [
            ("p\u{430}ypal", "write `paypal`"),
            ("\u{440}aypal", "write `paypal`"),
            ("g\u{3bf}ogle", "write `google`"),
            ("\u{391}pple", "write `Apple`"),
            ("p\u{3b1}ypal", "write `paypal`"),
            ("micr\u{43e}s\u{43e}ft", "write `microsoft`"),
            ("US\u{410}", "write `USA`"),
            ("w\u{456}kipedia", "write `wikipedia`"),
            ("s\u{441}\u{43e}p\u{435}", "write `scope`"),
            ("\u{455}\u{441}\u{43e}\u{440}\u{435}", "write `scope`"),
            ("c\u{43e}nfig2", "write `config2`"),
            ("g\u{585}ogle", "write `google`"),
            ("при\u{432}eт", "write `привет`"),
            ("cтатус", "write `статус`"),
            ("SELE\u{421}T", "write `SELECT`"),
            ("na\u{457}ve", "write `naive`"),
            ("KБ", "write `КБ`"),
            ("Сувязi", "write `Сувязі`"),
        ];
        for (text, fix) in cases {
            assert_eq!(found(text), [fix], "{text:?}");
        }
    }

    #[test]
    fn words_of_other_scripts_and_formulas_are_left_alone() {
        let proper = [
            "Привет, мир! Это сор и оса на рассе, как хор.",
            "Ответ: сор",
            "SQL-запрос, API'шка, PDFа, HTTPшный, PRы, URLов, HTMLка, HTTPS-сервер, 4К, 3D-модель",
            "10 µs, 10 μs, Δt, λ-calculus, αβ, ρV, σx, πr², ΔH, kΩ, μm, 2μs, χ², sinθ, cosφsinθ, βlactam, Ωm",
            "γsecretase μservices Δelta δt εrror ηmax νmax τc αHelix xα",
            "Καλημέρα κόσμε, το ΚΑΙ και το ΤΟ",
            "日本語とEnglishの混在、API仕様、Tシャツ、ロゴ、漢字かなカナ",
            "한국어와 English를 섞어, API를 씁니다",
            "中文API文档 Vue组件",
            "שלום וAPI בGitHub, السلام API وAPI",
            "Ελληνικά και English, naïve café Straße Łódź Ærø ıİ",
            "हिन्दी API में, ไทยAPI, ខ្មែរ",
            "x\u{301} é ñ ü",
            "%(cnt)sнерседен %(limit)dсимвол одs",
            "№ 5 °С 3х4 м²",
            "",
        ];
        for text in proper {
            assert_eq!(found(text), [""; 0], "{text:?}");
        }
    }
}
