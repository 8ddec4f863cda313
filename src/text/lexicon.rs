//! Words of force and titles in other languages than English: a table for each language in `lexicon/`.
//!
//! A table has only words that state the same force whatever follows them, and where the end of a sentence decides, forms of
//! its verb that state one whatever precedes them. A text with neither has no force, and `import` keeps it as an item.

mod chinese;
mod french;
mod german;
mod japanese;
mod korean;
mod orders;
mod participles;
mod portuguese;
mod russian;
mod spanish;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::forces::{Phrases, by_letter, each, ends_quoted, first_letter, matches_words};
use super::titles;
use crate::model::Force;

/// The words of a language.
struct Lexicon {
    /// How a rule may begin, in small letters: the longest phrase counts. The words are part of the text of the rule.
    beginnings: Phrases,
    /// How a sentence ends that states a force, where the end of a sentence decides: the longest phrase counts.
    endings: Phrases,
    /// Other headings and lines that introduce a list of rules.
    leads: Phrases,
    /// Words after a beginning, or phrases that continue one, that make it a statement, a condition or the reverse; "0" for
    /// any number.
    exceptions: &'static [&'static str],
    /// Words that negate or except: an obligation or a permission with one of them may say the reverse.
    negations: &'static [&'static str],
    /// Adverbs such as "hardly" that reverse an obligation or a permission as its first or last word. Elsewhere they may
    /// belong to another word: "the rarely used module".
    adverbs: &'static [&'static str],
    /// Words that limit a permission or a prohibition, such as "only", and forms that state a fact.
    doubts: &'static [&'static str],
    /// Returns whether what follows a prohibition orders nothing, such as the participle of "never used". It gets the words
    /// of the prohibition and those of the clause after it, of which there is at least one. Where forms do not tell, it is
    /// true, since an item changes no meaning.
    is_statement: fn(&str, &[&str]) -> bool,
    /// Beginnings that state a force only in a sentence with the right form, and say nothing in others: "no" of Spanish.
    weak: &'static [&'static str],
    /// Words between commas that stress a prohibition, as in "never, even when asked, guess".
    asides: &'static [&'static str],
    /// Headings by kind of section.
    titles: &'static [(&'static str, &'static [&'static str])],
    /// Whether it is written without spaces between words.
    is_spaceless: bool,
    /// Letters of a language that shares its words with this one and means something else by them, from the first to the
    /// last.
    foreign: Option<(char, char)>,
}

const LEXICONS: [&Lexicon; 8] = [
    &german::LEXICON,
    &french::LEXICON,
    &spanish::LEXICON,
    &portuguese::LEXICON,
    &chinese::LEXICON,
    &japanese::LEXICON,
    &korean::LEXICON,
    &russian::LEXICON,
];

/// Whether the next word may follow without a space.
pub(super) fn is_spaceless(text: &str) -> bool {
    // The ideographs and kana of Chinese and Japanese.
    text.starts_with(|letter| ('\u{2e80}'..='\u{9fff}').contains(&letter))
}

/// The force of the words that a line begins with, if they surely state it, and their length.
pub(super) fn begin(line: &str) -> Option<(Force, usize)> {
    open(line).filter(|(force, length)| {
        let mut sharing = found(line).filter(|(_, _, other)| other == length);
        sharing.all(|(lexicon, ..)| lexicon.is_rule(line, *force, *length))
    })
}

/// The force of the words that a line begins with, whatever the rest of it says, and their length.
pub(super) fn open(line: &str) -> Option<(Force, usize)> {
    let stated = found(line).filter(|(lexicon, force, length)| {
        let is_weak = lexicon.weak.iter().any(|words| lexicon.begins(line, words) == Some(*length));
        !is_weak || lexicon.is_rule(line, *force, *length)
    });
    stated.map(|(_, force, length)| (force, length)).max_by_key(|(_, length)| *length)
}

/// The force that the end of a line states, if it is one sentence that begins with no words of force, and the words that do.
pub(super) fn end(line: &str) -> Option<(Force, &str)> {
    let sentence = line.trim_end_matches(|letter: char| !letter.is_alphanumeric());
    // A page in Latin letters has none of these endings.
    if sentence.ends_with(|letter: char| letter.is_ascii())
        || sentence.contains(ends_sentence)
        || ends_quoted(line)
        || open(line).is_some()
    {
        return None;
    }
    let endings =
        LEXICONS.iter().flat_map(|lexicon| each(lexicon.endings).map(move |ending| (lexicon, ending)));
    let found = endings.filter(|(_, (words, _))| sentence.len() > words.len() && sentence.ends_with(words));
    let (lexicon, (words, force)) = found.max_by_key(|(_, (words, _))| words.len())?;
    let rest = &sentence[..sentence.len() - words.len()];
    let is_less = force == Force::May && lexicon.doubts.iter().any(|word| rest.contains(word));
    (!is_less).then_some((force, &sentence[rest.len()..]))
}

/// Returns whether a mark ends a sentence.
fn ends_sentence(mark: char) -> bool {
    ".!?\u{3002}\u{ff1f}".contains(mark)
}

/// Whether a text begins with words that stress the prohibition before them.
pub(super) fn stresses(text: &str) -> bool {
    LEXICONS.iter().any(|lexicon| lexicon.asides.iter().any(|words| lexicon.begins(text, words).is_some()))
}

/// The words that a line begins with in each language: the longest phrase, with its force and length.
fn found(line: &str) -> impl Iterator<Item = (&'static Lexicon, Force, usize)> {
    /// The languages that have phrases with a first letter, in order, and those phrases.
    type Languages = Vec<(&'static Lexicon, Vec<(&'static str, Force)>)>;
    static SORTED: LazyLock<BTreeMap<char, Languages>> = LazyLock::new(|| {
        let mut sorted = BTreeMap::<char, Languages>::new();
        for lexicon in LEXICONS {
            for (letter, phrases) in by_letter(&[lexicon.beginnings]) {
                sorted.entry(letter).or_default().push((lexicon, phrases));
            }
        }
        sorted
    });
    let languages = first_letter(line).and_then(|letter| SORTED.get(&letter));
    languages.into_iter().flatten().filter_map(|(lexicon, phrases)| {
        let found = phrases.iter().filter_map(|(words, force)| Some((*force, lexicon.begins(line, words)?)));
        let (force, length) = found.max_by_key(|(_, length)| *length)?;
        // Last, because it reads the whole line.
        let is_foreign = lexicon
            .foreign
            .is_some_and(|(first, last)| line.contains(|letter| (first..=last).contains(&letter)));
        (!is_foreign).then_some((*lexicon, force, length))
    })
}

impl Lexicon {
    /// The length of these words at the beginning of a text.
    fn begins(&self, text: &str, words: &str) -> Option<usize> {
        match self.is_spaceless {
            true => text.starts_with(words).then_some(words.len()),
            false => matches_words(text, words),
        }
    }

    /// Whether a line states the force of its first words, which have this length.
    fn is_rule(&self, line: &str, force: Force, length: usize) -> bool {
        let rest = &line[length..];
        let rest = &rest[super::forces::aside(rest).unwrap_or(0)..];
        let rest = rest.trim_start_matches(|letter: char| !letter.is_alphanumeric());
        let is_excepted = |word: &&str| {
            let is_longer = || self.begins(line, word).is_some_and(|end| end > length);
            self.begins(rest, word).is_some() || is_longer()
        };
        let is_number = rest.starts_with(|letter: char| letter.is_ascii_digit());
        if self.exceptions.iter().any(is_excepted) || (is_number && self.exceptions.contains(&"0")) {
            return false;
        }
        let has = |text: &str, table: &[&str]| {
            let words = self.spaced(text);
            table.iter().any(|word| words.contains(&self.spaced(word)))
        };
        if force.is_prohibition() {
            // A later clause may say what to do instead: "Never guess, only cite".
            let clause = first_clause(rest);
            let split = clause.split(|letter: char| !letter.is_alphanumeric());
            let words: Vec<&str> = split.filter(|word| !word.is_empty()).collect();
            return !has(clause, self.doubts)
                && (words.is_empty() || !(self.is_statement)(&line[..length], &words));
        }
        let words = self.spaced(rest);
        let is_at_edge = |word: &&str| {
            let word = self.spaced(word);
            words.starts_with(&word) || words.ends_with(&word)
        };
        let is_reversed = has(rest, self.negations) || self.adverbs.iter().any(is_at_edge);
        let is_less = force == Force::May && has(rest, self.doubts);
        !is_reversed && !is_less
    }

    /// A text with a space around each word, if the language has spaces.
    fn spaced(&self, text: &str) -> String {
        match self.is_spaceless {
            true => text.to_owned(),
            false => format!(" {} ", titles::words(text).join(" ")),
        }
    }
}

/// The text before the first mark that ends a clause. A dot or colon inside a name ends none.
fn first_clause(text: &str) -> &str {
    let is_end = |(at, mark): &(usize, &str)| {
        let rest = &text[at + mark.len()..];
        !".:".contains(*mark) || !rest.starts_with(char::is_alphanumeric)
    };
    let is_mark = |letter| ",;:.!\n\u{3001}\u{3002}\u{ff01}\u{ff0c}\u{ff1a}\u{ff1b}".contains(letter);
    text.match_indices(is_mark).find(is_end).map_or(text, |(at, _)| &text[..at])
}

/// The force of a whole phrase in small letters without apostrophes.
pub(super) fn whole(words: &str) -> Option<Force> {
    static SORTED: LazyLock<BTreeMap<String, Force>> = LazyLock::new(|| {
        let tables = LEXICONS.iter().flat_map(|lexicon| [lexicon.beginnings, lexicon.leads]);
        tables.flat_map(each).map(|(phrase, force)| (titles::words(phrase).join(" "), force)).collect()
    });
    SORTED.get(words).copied()
}

/// The kind of section that a heading announces: one with these words in small letters.
pub(super) fn kind(words: &str) -> Option<&'static str> {
    static SORTED: LazyLock<BTreeMap<String, &'static str>> = LazyLock::new(|| {
        let titles = LEXICONS.iter().flat_map(|lexicon| lexicon.titles);
        let each = titles.flat_map(|(kind, titles)| titles.iter().map(|title| (*title, *kind)));
        each.map(|(title, kind)| (titles::words(title).join(" "), kind)).collect()
    });
    SORTED.get(words).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::force_labels::opening;
    use crate::text::forces::{label, lead, own_label};

    /// Compares the force that `import` and readers find in each text.
    pub(super) fn forces(expected: &[(&str, Option<Force>)]) {
        for (text, force) in expected {
            assert_eq!(label(text).map(|(force, _)| force), *force, "{text}");
            assert_eq!(opening(text).map(|opening| opening.force), *force, "{text}");
        }
    }

    #[test]
    fn rules_begin_with_words_of_force_in_nine_languages() {
        for (text, force) in [
            ("Never print a secret", Force::Never),
            ("You can skip the tests", Force::May),
            ("Feel free to skip the tests", Force::May),
            ("It is fine to skip the tests", Force::May),
            ("Niemals Geheimnisse ausgeben", Force::Never),
            ("**Niemals** Geheimnisse ausgeben", Force::Never),
            ("Vermeide tiefe Verschachtelung", Force::Avoid),
            ("Du darfst Beispiele k\u{fc}rzen", Force::May),
            ("Immer zuerst den Plan lesen", Force::Always),
            ("Ne jamais divulguer un secret", Force::Never),
            ("\u{c9}vitez les phrases longues", Force::Avoid),
            ("\u{c9}VITEZ les phrases longues", Force::Avoid),
            ("Toujours lire le plan", Force::Always),
            ("Vous devez citer la source", Force::Must),
            ("Nunca reveles un secreto", Force::Never),
            ("Siempre lee el plan", Force::Always),
            ("Debes citar la fuente", Force::Must),
            ("N\u{e3}o revele segredos", Force::Never),
            ("Sempre leia o plano", Force::Always),
            ("Voc\u{ea} pode resumir exemplos", Force::May),
            ("\u{7981}\u{6b62}\u{6cc4}\u{9732}\u{5bc6}\u{94a5}", Force::Never),
            ("\u{5fc5}\u{987b}\u{5f15}\u{7528}\u{6765}\u{6e90}", Force::Must),
            ("\u{907f}\u{514d} \u{957f}\u{53e5}", Force::Avoid),
            (
                "\u{6c7a}\u{3057}\u{3066}\u{79d8}\u{5bc6}\u{3092}\u{51fa}\u{529b}\u{3057}\u{306a}\u{3044}",
                Force::Never,
            ),
            ("\u{5e38}\u{306b}\u{8a08}\u{753b}\u{3092}\u{8aad}\u{3080}", Force::Always),
            (
                "\u{c808}\u{b300}\u{b85c} \u{be44}\u{bc00}\u{c744} \u{cd9c}\u{b825}\u{d558}\u{c9c0} \u{b9c8}\u{c138}\u{c694}",
                Force::Never,
            ),
            (
                "\u{bc18}\u{b4dc}\u{c2dc} \u{cd9c}\u{cc98}\u{b97c} \u{bc1d}\u{d600}\u{c57c} \u{d569}\u{b2c8}\u{b2e4}",
                Force::Must,
            ),
            (
                "\u{41d}\u{438}\u{43a}\u{43e}\u{433}\u{434}\u{430} \u{43d}\u{435} \u{432}\u{44b}\u{432}\u{43e}\u{434}\u{438} \u{441}\u{435}\u{43a}\u{440}\u{435}\u{442}\u{44b}",
                Force::Never,
            ),
            (
                "\u{41d}\u{435} \u{432}\u{44b}\u{432}\u{43e}\u{434}\u{438} \u{441}\u{435}\u{43a}\u{440}\u{435}\u{442}\u{44b}",
                Force::Never,
            ),
            (
                "\u{412}\u{441}\u{435}\u{433}\u{434}\u{430} \u{447}\u{438}\u{442}\u{430}\u{439} \u{43f}\u{43b}\u{430}\u{43d}",
                Force::Always,
            ),
        ] {
            assert_eq!(label(text).map(|(force, _)| force), Some(force), "{text}");
            assert!(own_label(text, force).is_some(), "{text}");
        }
    }

    #[test]
    fn unknown_words_have_no_force() {
        for text in [
            // The negation is at the end of the sentence, or the verb is about what happens.
            "Du darfst Geheimnisse nicht ausgeben",
            "Du kannst dich nicht darauf verlassen",
            "Immer wenn ein Test fehlt",
            "Nie\u{df}en ist erlaubt",
            "Vous pouvez ne pas r\u{e9}pondre",
            "Puedes no responder",
            "N\u{e3}o h\u{e1} acesso \u{e0} rede",
            "N\u{e3}o \u{e9} poss\u{ed}vel",
            "\u{4e0d}\u{8981}\u{6c42}\u{6d4b}\u{8bd5}",
            "\u{5fc5}\u{305a}\u{3057}\u{3082}\u{8981}\u{3089}\u{306a}\u{3044}",
            "\u{bc18}\u{b4dc}\u{c2dc} \u{cd9c}\u{b825}\u{d558}\u{c9c0} \u{b9c8}\u{c138}\u{c694}",
            "\u{41d}\u{435} \u{442}\u{43e}\u{43b}\u{44c}\u{43a}\u{43e} \u{43a}\u{43e}\u{434}",
            "\u{41d}\u{435}\u{442} \u{434}\u{43e}\u{441}\u{442}\u{443}\u{43f}\u{430}",
            "Geheimnisse ausgeben",
            "\u{7981}\u{6b62}\u{4e8b}\u{9805}\u{3092}\u{5b88}\u{308b}",
            "You can only read",
            "You can find it there",
        ] {
            assert_eq!(label(text), None, "{text}");
        }
    }

    #[test]
    fn words_that_limit_or_reverse_a_rule_leave_an_item() {
        for text in [
            // An obligation that is taken back or excepted.
            "항상 테스트를 할 필요는 없습니다",
            "반드시 테스트할 필요는 없다",
            "항상 그런 것은 아니다",
            "반드시 필요한 것은 아닙니다",
            "언제나 요약하지 않아도 됩니다",
            "Du musst nichts erklären",
            "Du musst weder lesen noch schreiben",
            "Du musst kaum testen",
            "Vous devez rarement attendre",
            "Debes responder, salvo en domingo",
            "Você deve responder, a menos que seja domingo",
            "Ты должен отвечать, кроме воскресенья",
            "始终先读,除非被告知",
            "你必须测试,文档除外",
            "必ずテストを行う必要はない",
            "常に正しいとは限りません",
            "必ず実行する。緊急時を除く",
            "항상 답하되 주말은 제외하고 쉬세요",
            // A permission that is taken back, excepted or limited.
            "Du darfst weder lesen noch schreiben",
            "Du darfst kaum raten",
            "Du darfst Makros verwenden, außer in Bibliotheken",
            "Du darfst Makros nur in Tests verwenden",
            "Vous pouvez difficilement refuser",
            "Vous pouvez tout lire, sauf les secrets",
            "Tu peux lire, à moins d'un ordre",
            "Puedes usar macros, salvo en bibliotecas",
            "Puedes usar macros, pero nunca en bibliotecas",
            "Você pode usar macros, exceto em bibliotecas",
            "Você pode dificilmente recusar",
            "Você pode ler, nem sempre escrever",
            "Можно читать всё, кроме секретов",
            "Ты можешь отвечать только по делу",
            "你可以使用宏,除非在库中",
            "你可以在库中使用宏,只能一次",
            // An idiom, a supposition or a word before a noun.
            "Siempre y cuando haya tests",
            "Toujours est-il que le test passe",
            "必须的文件是 README",
            "允许的格式是 JSON",
            "应该没问题",
            "应该会通过",
            "Debes de estar cansado",
            "不要紧",
            "Можно сказать, что всё готово",
            // A statement that begins with a word of prohibition.
            "Nunca es tarde",
            "Nunca está de más",
            "Nunca é tarde",
            "Никогда не поздно",
            "Никогда не бывает просто",
            "Niemals ist es zu spät",
            "Nie zu spät",
            "決して悪くない",
            "決して簡単ではありません",
            "決して難しいことはない",
            "Jamais deux sans trois",
            "Jamais n'est trop fort",
            "Нельзя сказать, что всё готово",
            "Не раньше чем завтра",
            "Не требуется подтверждение",
            "결코 나쁘지 않다",
            "결코 쉽지 않습니다",
            "절대로 사실이 아닙니다",
            "绝不是问题",
            "绝不会失败",
            // A prohibition of one way only.
            "Não use apenas o título",
            "Nunca leas solo el título",
            "Jamais lire uniquement le titre",
            "Niemals nur den Titel lesen",
            "Не читай только заголовок",
            "不要只读标题",
            "Não use apenas mocks.",
            "Nunca leas README.md solo",
            // An adverb that says that the rule hardly ever holds.
            "Du musst selten warten",
            "Du darfst raten, aber selten",
            "Tu dois répondre rarement",
            "Ты можешь отвечать редко",
            "決してタイトルだけで判断しない",
        ] {
            assert_eq!(label(text), None, "{text}");
        }
    }

    #[test]
    fn words_that_limit_other_sentences_leave_these_rules() {
        for (text, force) in [
            ("Du musst die Quelle nennen", Force::Must),
            ("Du darfst Beispiele kürzen", Force::May),
            ("Niemals ohne Tests mergen", Force::Never),
            ("Nie direkt auf main pushen", Force::Never),
            ("Niemals ungeprüften Code benutzen", Force::Never),
            ("Nie verwendete Schlüssel ausgeben", Force::Never),
            ("Nunca uses datos reales", Force::Never),
            ("Não utilize dados reais", Force::Never),
            ("Jamais utiliser la base de production", Force::Never),
            ("Не используй секреты", Force::Never),
            ("Не используйте секреты", Force::Never),
            ("Никогда не использовать секреты", Force::Never),
            ("Никогда не удаляй чужие файлы", Force::Never),
            ("Не забудь тесты", Force::Never),
            ("Нельзя удалять чужие файлы", Force::Never),
            ("Запрещено удаление файлов", Force::Never),
            ("Nie Geheimnisse ausgeben, außer in Tests", Force::Never),
            ("Il faut deux relectures", Force::Must),
            ("Vous pouvez aussi résumer", Force::May),
            ("Jamais de secrets dans le code", Force::Never),
            ("Está prohibido borrar datos", Force::Never),
            ("Es obligatorio citar la fuente", Force::Must),
            ("Nunca se debe borrar el historial", Force::Never),
            ("Debes ejecutar al menos una prueba", Force::Must),
            ("É proibido apagar dados", Force::Never),
            ("Não apague o histórico", Force::Never),
            ("不要泄露密钥", Force::Never),
            ("不得修改只读文件", Force::Never),
            ("应该先读计划", Force::Should),
            ("你可以总结", Force::May),
            ("Следует читать план", Force::Should),
            ("Обязательно укажи источник", Force::Must),
            ("Не рекомендуется удалять данные", Force::Avoid),
            ("Можно сокращать примеры", Force::May),
            ("決して忘れないでください", Force::Never),
            ("必ず出典を示す", Force::Always),
            ("결코 추측하지 않습니다", Force::Never),
            ("항상 오류 없는 코드를 작성하세요", Force::Always),
            // A word that belongs to another word.
            ("Vous devez citer la personne responsable", Force::Must),
            ("Vous devez tester le module rarement utilisé", Force::Must),
            ("Du musst das selten benutzte Modul testen", Force::Must),
            ("Du musst das kaum benutzte Modul testen", Force::Must),
            ("Debes probar los módulos raramente usados aquí", Force::Must),
            // A limit in a later clause.
            ("Niemals raten. Nur fragen.", Force::Never),
            ("Nunca inventes datos; usa solo fuentes verificadas", Force::Never),
            ("Никогда не угадывай, используй только факты", Force::Never),
            ("Jamais deviner, lire uniquement les sources", Force::Never),
            ("Não invente dados. Use apenas fontes.", Force::Never),
            ("不要猜测,只能引用资料", Force::Never),
            ("不要猜测，只能引用资料", Force::Never),
            ("決して推測しない。資料のみを使う", Force::Never),
        ] {
            assert_eq!(label(text).map(|(force, _)| force), Some(force), "{text}");
        }
    }

    #[test]
    fn lines_and_headings_are_known() {
        for (line, force) in [
            ("**Niemals:**", Force::Never),
            ("Du darfst nicht:", Force::Never),
            ("## Interdit", Force::Never),
            ("Prohibido:", Force::Never),
            ("\u{7981}\u{6b62}\u{ff1a}", Force::Never),
        ] {
            assert_eq!(lead(line), Some(force), "{line}");
        }
        for (title, expected) in [
            ("Regeln", Some("rules")),
            ("Arbeitsweise", Some("workflow")),
            ("R\u{f4}le", Some("identity")),
            ("Reglas", Some("rules")),
            ("Fluxo de trabalho", Some("workflow")),
            ("\u{5de5}\u{4f5c}\u{6d41}\u{7a0b}", Some("workflow")),
            ("\u{30eb}\u{30fc}\u{30eb}", Some("rules")),
            ("\u{41f}\u{440}\u{430}\u{432}\u{438}\u{43b}\u{430}", Some("rules")),
            ("Verschiedenes", None),
        ] {
            assert_eq!(crate::text::titles::kind(title), expected, "{title}");
        }
    }

    #[test]
    fn tables_agree_and_name_known_kinds() {
        let (mut forces, mut kinds) = (BTreeMap::new(), BTreeMap::new());
        for lexicon in LEXICONS {
            for (phrase, force) in each(lexicon.beginnings).chain(each(lexicon.leads)) {
                assert_eq!(phrase.to_lowercase(), phrase);
                assert_eq!(*forces.entry(phrase).or_insert(force), force, "{phrase}");
            }
            for (kind, titles) in lexicon.titles {
                assert!(crate::model::KINDS.iter().any(|(known, ..)| known == kind), "{kind}");
                for title in *titles {
                    assert_eq!(*kinds.entry(title).or_insert(kind), kind, "{title}");
                }
            }
        }
    }
}
