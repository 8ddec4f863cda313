//! Whether a text is in English: what judges by words of English leaves other languages alone.

/// Frequent words that only English has.
const ENGLISH: [&str; 46] = [
    "about", "across", "all", "and", "any", "are", "at", "be", "before", "between", "but", "by", "can",
    "each", "every", "for", "from", "has", "have", "how", "if", "into", "it", "its", "not", "of", "should",
    "than", "that", "the", "their", "they", "this", "through", "to", "using", "what", "when", "where",
    "which", "who", "with", "without", "you", "your", "after",
];

/// Frequent words of other languages in the Latin script that are rare in English.
#[rustfmt::skip]
const OTHERS: &[&str] = &[
    // Portuguese and Spanish
    "ao", "aos", "com", "como", "con", "cuando", "da", "das", "de", "del", "dos", "e", "el", "em", "en", "es", "esta",
    "este", "foco", "las", "los", "mais", "más", "na", "nas", "não", "nos", "o", "os", "ou", "para", "pela", "pelo",
    "por", "quando", "que", "seu", "sua", "su", "sus", "são", "um", "uma", "un", "una", "y", "é",
    // French and Italian
    "au", "aux", "avec", "che", "dans", "degli", "dei", "della", "delle", "des", "di", "du", "est", "et", "gli", "il",
    "la", "le", "les", "nel", "nella", "par", "per", "plus", "pour", "quand", "qui", "sono", "sur", "une", "è",
    // German and Dutch
    "aan", "als", "auf", "bei", "bij", "dem", "den", "der", "ein", "eine", "einen", "einer", "een", "für", "het",
    "im", "ist", "met", "mit", "naar", "nicht", "niet", "oder", "und", "van", "von", "voor", "wenn", "wordt", "zijn",
    "zu", "zum", "zur",
    // The North
    "af", "att", "av", "för", "ikke", "ja", "med", "när", "och", "og", "på", "som", "tai", "til", "är", "että",
    // Others
    "az", "bir", "bu", "cu", "dan", "dari", "dengan", "din", "dla", "egy", "için", "ile", "je", "jest", "nie",
    "olarak", "oraz", "pentru", "pro", "przez", "przy", "się", "untuk", "ve", "w", "yang", "z", "és", "și", "że",
];

/// Returns whether a text may be in English: most of its letters are, and it has more frequent words of English than of
/// other languages. A text without any such word counts as English unless it has other letters.
pub(crate) fn is_english(text: &str) -> bool {
    let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
    let plain = text.chars().filter(char::is_ascii_alphabetic).count();
    if plain * 20 < letters * 19 {
        return false;
    }
    let lower = text.to_lowercase();
    let words = || lower.split(|letter: char| !letter.is_alphanumeric() && letter != '\'');
    let count = |known: &[&str]| words().filter(|word| known.contains(word)).count();
    let (english, others) = (count(&ENGLISH), count(OTHERS));
    if english + others == 0 { plain == letters } else { english > others }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_recognized_by_their_function_words() {
        for text in [
            "Senior database engineer with deep Postgres expertise",
            "A helpful assistant",
            "Kubernetes engineer",
            "Reviews the résumé of a candidate and drafts questions",
            "Plans trips to Las Vegas for the team",
            "",
        ] {
            assert!(is_english(text), "{text}");
        }
        for text in [
            "Revisor de código especialista que dá feedback construtivo, com foco em segurança e performance",
            "Especialista em testes",
            "Ajuda a equipe com a revisao de codigo",
            "Experto en seguridad de redes",
            "Expert des bases de données",
            "Esperto di sicurezza",
            "Experte für Datenbanken",
            "Prüft Code",
            "Helpt het team met code",
            "Erfaren utvecklare av API och databaser",
            "Ekspert od baz danych, oraz testów",
            "Ahli keamanan untuk tim",
            "Kod incelemesi ve test",
            "Zig 코드 구현",
        ] {
            assert!(!is_english(text), "{text}");
        }
    }
}
