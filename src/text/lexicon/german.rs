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
                "du sollst niemals",
                "du sollst nicht",
                "es ist verboten",
                "keinesfalls",
                "niemals",
                "nie",
            ],
        ),
        (
            Force::Avoid,
            &[
                "vermeide es", "vermeide", "vermeiden sie", "du solltest nicht", "verzichte auf",
                "möglichst nicht",
            ],
        ),
        (Force::May, &["du darfst", "du kannst", "es ist erlaubt"]),
        (Force::Should, &["du solltest", "nach möglichkeit"]),
        (Force::Always, &["du musst immer", "du sollst immer", "immer", "stets"]),
        (Force::Must, &["du musst", "du sollst", "unbedingt"]),
    ],
    leads: &[
        (Force::Never, &["verboten", "was du nie tust", "tabu"]),
        (Force::Avoid, &["zu vermeiden", "was zu vermeiden ist"]),
        (Force::May, &["erlaubt"]),
    ],
    exceptions: &[
        "wenn", "wieder", "noch", "mehr", "nur", "davon", "dich", "da", "dann", "ist", "sind", "war",
        "waren", "wird", "wurde", "wurden", "hat", "hatte", "kann", "gibt", "zuvor", "gewesen", "getestet",
        "gesehen", "zu spät", "zu früh",
    ],
    negations: &[
        "nicht", "nie", "niemals", "kein", "keine", "keinen", "keinem", "keiner", "nichts", "niemand",
        "niemanden", "weder", "keinesfalls", "keineswegs", "außer", "ausgenommen", "es sei denn",
    ],
    adverbs: &["kaum", "selten", "schwerlich"],
    doubts: &["nur", "lediglich", "bloß", "ausschließlich", "allein"],
    is_fact,
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

/// "Nie benutzt" states a fact, as does "nie in Produktion benutzt"; an infinitive makes a rule: "nie benutzte Schlüssel
/// ausgeben".
fn is_fact(_: &str, words: &[String]) -> bool {
    let is_participle = |word: &String| {
        word.ends_with("iert")
            || (word.ends_with('t') && PARTICIPLES.iter().any(|prefix| word.starts_with(prefix)))
    };
    let is_infinitive = |word: &String| ["en", "eln", "ern"].iter().any(|ending| word.ends_with(ending));
    let has_infinitive = words.iter().any(is_infinitive);
    match words {
        // "Gelesen" may be an infinitive in form only.
        [only] => is_participle(only) || (only.starts_with("ge") && only.ends_with("en")),
        [first, .., last] => is_participle(last) || (is_participle(first) && !has_infinitive),
        [] => false,
    }
}
