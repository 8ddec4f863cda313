//! German.

use super::Lexicon;
use crate::model::Force;

pub(super) const LEXICON: Lexicon = Lexicon {
    beginnings: &[
        (
            Force::Never,
            &[
                "auf keinen fall",
                "unter keinen umständen",
                "du darfst niemals",
                "du darfst nie",
                "du darfst nicht",
                "du darfst keine",
                "du darfst keinen",
                "sie dürfen niemals",
                "sie dürfen nie",
                "sie dürfen nicht",
                "sie dürfen keine",
                "sie dürfen keinen",
                "verwende keine",
                "verwende keinen",
                "verwende niemals",
                "verwenden sie keine",
                "verwenden sie keinen",
                "verwenden sie niemals",
                "nutze keine",
                "nutze niemals",
                "nutzen sie keine",
                "lösche keine",
                "lösche niemals",
                "löschen sie niemals",
                "du sollst niemals",
                "du sollst nicht",
                "es ist verboten",
                "es ist verboten,",
                "niemals mehr als",
                "nie mehr als",
                "bitte niemals",
                "bitte nie",
                "keinesfalls",
                "niemals",
                "nie",
            ],
        ),
        (
            Force::Avoid,
            &[
                "vermeide es", "vermeide", "vermeiden sie", "du solltest nicht", "sie sollten nicht",
                "verzichte auf", "möglichst nicht",
            ],
        ),
        (Force::May, &["du darfst", "du kannst", "es ist erlaubt", "es ist erlaubt,"]),
        (Force::Should, &["du solltest", "sie sollten", "nach möglichkeit", "bevorzuge", "bevorzugen sie"]),
        (
            Force::Always,
            &["du musst immer", "sie müssen immer", "du sollst immer", "bitte immer", "immer", "stets"],
        ),
        (
            Force::Must,
            &[
                "du musst", "sie müssen", "du sollst", "unbedingt", "stelle sicher,", "stell sicher,",
                "stellen sie sicher,",
            ],
        ),
    ],
    endings: &[],
    leads: &[
        (Force::Never, &["verboten", "was du nie tust", "tabu"]),
        (Force::Avoid, &["zu vermeiden", "was zu vermeiden ist"]),
        (Force::May, &["erlaubt"]),
    ],
    exceptions: &[
        "vermeide es nicht", "vermeide nicht", "vermeiden sie nicht", "wenn", "wieder", "noch", "mehr",
        "nur", "davon", "dich", "da", "dann", "ist", "sind", "war", "waren", "wird", "wurde", "wurden",
        "hat", "hatte", "kann", "gibt", "zuvor", "gewesen", "getestet", "gesehen", "zu spät", "zu früh",
        "nötig", "notwendig", "erforderlich", "bemüht", "online", "verfügbar", "erreichbar",
        "du musst wissen", "du darfst gespannt",
    ],
    negations: &[
        "nicht", "nie", "niemals", "kein", "keine", "keinen", "keinem", "keiner", "nichts", "niemand",
        "niemanden", "weder", "keinesfalls", "keineswegs", "außer", "ausgenommen", "es sei denn",
    ],
    adverbs: &["kaum", "selten", "schwerlich"],
    doubts: &[
        "finden", "nachlesen", "nur", "lediglich", "bloß", "ausschließlich", "allein", "unbedingt",
        "zwingend", "zwangsläufig", "notwendigerweise", "immer",
    ],
    is_statement,
    weak: &[],
    asides: &[
        "auch nicht", "auch wenn", "auch dann", "selbst wenn", "selbst dann", "selbst auf", "unter keinen",
        "egal",
    ],
    titles: &[
        (
            "identity",
            &["identität", "rolle", "deine rolle", "persona", "wer du bist", "über dich", "charakter"],
        ),
        ("objectives", &["ziel", "ziele", "aufgabe", "aufgaben", "auftrag", "zweck", "wann einsetzen"]),
        ("expertise", &["fachwissen", "kenntnisse", "fähigkeiten", "expertise", "kompetenzen"]),
        ("voice", &["stil", "ton", "tonfall", "sprache", "kommunikation"]),
        ("principles", &["grundsätze", "prinzipien", "werte", "haltung"]),
        ("rules", &["regeln", "richtlinien", "grenzen", "einschränkungen", "verbote", "vorgaben"]),
        ("workflow", &["arbeitsweise", "arbeitsablauf", "ablauf", "vorgehen", "vorgehensweise", "schritte"]),
        ("decisions", &["entscheidungen", "entscheidungsfindung", "eskalation"]),
        ("quality", &["qualität", "qualitätskriterien", "checkliste"]),
        ("output", &["ausgabe", "ausgabeformat", "antwortformat", "format"]),
        ("tools", &["werkzeuge", "befehle"]),
        ("examples", &["beispiel", "beispiele"]),
    ],
    is_spaceless: false,
    foreign: None,
};

/// The beginnings of participles that also end in "t": "benutzt", "ausgeführt".
const PARTICIPLES: [&str; 18] = [
    "ge", "be", "ver", "er", "ent", "zer", "miss", "über", "unter", "abge", "ange", "aufge", "ausge",
    "einge", "durchge", "freige", "umge", "vorge",
];

/// Infinitives with the beginning and end of participles such as "gelesen".
const INFINITIVES: [&str; 16] = [
    "geben", "gebrauchen", "gefährden", "gehen", "gehorchen", "gelangen", "genehmigen", "generieren",
    "genießen", "geraten", "gestalten", "gestatten", "gestehen", "gewähren", "gewinnen", "gewöhnen",
];

/// Words with the ends of infinitives.
const OTHERS: [&str; 36] = [
    "allen", "anderen", "beiden", "ersten", "ihnen", "letzten", "außen", "deinen", "den", "denen", "diesen",
    "einen", "euren", "extern", "gegen", "gern", "gestern", "hinten", "ihren", "innen", "intern", "jeden",
    "keinen", "meinen", "morgen", "neben", "oben", "seinen", "selten", "sondern", "unseren", "unten",
    "wegen", "worden", "zusammen", "zwischen",
];

/// "Nie benutzt" forbids nothing, nor does "nie in Produktion benutzt"; an infinitive makes a rule: "nie benutzte Schlüssel
/// ausgeben". Nouns may have the form of participles, but not their small letter: "niemals Gewalt".
fn is_statement(_: &str, words: &[&str]) -> bool {
    let is_shouted = words.iter().all(|word| word.to_uppercase() == *word);
    let words: Vec<String> =
        words.iter().map(|word| if is_shouted { word.to_lowercase() } else { (*word).to_owned() }).collect();
    // Before a noun it has the ending of an adjective: "nie benutzte Schlüssel".
    let is_weak = |word: &str| {
        let stem = ["e", "en", "er", "es", "em"].iter().find_map(|ending| word.strip_suffix(ending));
        [Some(word), stem].into_iter().flatten().any(|word| {
            word.ends_with("iert")
                || (word.ends_with('t') && PARTICIPLES.iter().any(|prefix| word.starts_with(prefix)))
        })
    };
    let is_strong =
        |word: &str| word.starts_with("ge") && word.ends_with("en") && !INFINITIVES.contains(&word);
    let is_small = |word: &str| word.starts_with(char::is_lowercase);
    let ends = |word: &str| ["en", "eln", "ern"].iter().any(|ending| word.ends_with(ending));
    let is_infinitive = |(at, word): (usize, &String)| {
        // An adjective is before its noun: "in neuen Versionen benutzt".
        let mut rest = words[at + 1..].iter();
        let is_adjective =
            rest.find(|word| !is_small(word) || !ends(word)).is_some_and(|word| !is_small(word));
        let is_finite = word == "werden" && at + 1 < words.len();
        is_small(word)
            && !is_finite
            && ends(word)
            && !OTHERS.contains(&word.as_str())
            && !is_strong(word)
            && !is_adjective
    };
    let mut edges = [words.first(), words.last()].into_iter().flatten();
    edges.any(|word| is_small(word) && (is_weak(word) || is_strong(word)))
        && !words.iter().enumerate().any(is_infinitive)
}
