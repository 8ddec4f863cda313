//! Participles after a prohibition, which forbid nothing: "never used".

/// Words of Spanish and Portuguese with the endings of participles: forms of verbs, and nouns.
#[rustfmt::skip]
const OTHERS: [&str; 59] = [
    "añada", "añadas", "añado", "invada", "invadas", "invado", "evada", "evadas", "evado", "persuada",
    "persuadas", "persuado", "disuada", "disuadas", "disuado", "dissuada", "dissuadas", "dissuado", "decido",
    "divido", "olvido", "cuido", "pido", "impido", "mido", "convido", "valido", "contenido", "resultado",
    "resultados", "dados", "pida", "pidas", "mida", "midas", "impida", "impidas", "despida", "despidas", "expida",
    "decida", "decidas", "divida", "dividas", "coincida", "coincidas", "resida", "residas", "presida", "agrida",
    "agridas", "progrida", "elida", "colida", "colidas", "incida", "incidas", "reincida", "reincidas",
];

/// Participles with other endings, in the masculine singular: "nunca visto", "nunca escrita".
#[rustfmt::skip]
const IRREGULAR: [&str; 44] = [
    "visto", "previsto", "revisto", "escrito", "descrito", "inscrito", "suscrito", "hecho", "deshecho", "dicho",
    "puesto", "expuesto", "propuesto", "dispuesto", "compuesto", "abierto", "cubierto", "descubierto", "roto",
    "muerto", "vuelto", "devuelto", "envuelto", "resuelto", "impreso", "satisfecho", "feito", "refeito", "desfeito",
    "dito", "posto", "exposto", "proposto", "composto", "disposto", "aberto", "coberto", "descoberto", "morto",
    "impresso", "eleito", "preso", "suspenso", "satisfeito",
];

const PREPOSITIONS: [&str; 43] = [
    "a", "al", "ante", "ao", "aos", "até", "bajo", "com", "con", "contra", "da", "das", "de", "del", "desde",
    "do", "dos", "durante", "em", "en", "entre", "hacia", "hasta", "na", "nas", "no", "nos", "para", "pela",
    "pelas", "pelo", "pelos", "por", "segundo", "según", "sem", "sin", "sob", "sobre", "tras", "à", "às",
    "após",
];

/// Returns whether a clause in Spanish or Portuguese begins with a participle. Both share "nunca". A participle in the
/// feminine has the form of nouns, after which an adjective may be: "nunca llamadas directas".
pub(super) fn begins_with_iberian(words: &[&str]) -> bool {
    let among = |word: &str, table: &[&str]| table.contains(&word.to_lowercase().as_str());
    let [first, rest @ ..] = words else { return false };
    let is_alone = || rest.first().is_none_or(|next| among(next, &PREPOSITIONS));
    let ends = |endings: &[&str]| endings.iter().any(|ending| first.to_lowercase().ends_with(ending));
    let is_irregular = || {
        let singular = first.to_lowercase().trim_end_matches('s').to_owned();
        singular.strip_suffix(['o', 'a']).is_some_and(|stem| IRREGULAR.contains(&format!("{stem}o").as_str()))
    };
    !among(first, &OTHERS)
        && (ends(&["ado", "ados", "ido", "idos", "ído", "ídos"])
            || ((ends(&["ada", "adas", "ida", "idas", "ída", "ídas"]) || is_irregular()) && is_alone()))
}

#[cfg(test)]
mod tests {
    use crate::model::Force;
    use crate::text::forces::label;

    #[test]
    fn participles_and_what_orders_nothing_are_items() {
        for text in [
            "Nie getestet",
            "Nie benutzt",
            "NIE BENUTZT",
            "Niemals verwendet",
            "Nie in Produktion ausgeführt",
            "Nie benutzt im Code",
            "Nie benutzte Funktionen werden entfernt",
            "Niemals geprüfter Code",
            "Nie in neuen Versionen benutzt",
            "Nie gegen echte Daten getestet",
            "Nie getestet worden",
            "Nie von anderen geprüft",
            "Nie gelesen.",
            "Nie im Code gelesen",
            "Nunca usado",
            "Nunca utilizados en producción",
            "Nunca usada",
            "Nunca utilizadas en producción",
            "Não utilizado",
            "Não testados ainda",
            "Não usada em produção",
            "Nunca leída",
            "Nunca leído en producción",
            "Nunca oídas",
            "Nunca dormida",
            "Nunca vista",
            "Nunca escritas a mano",
            "Nunca hecho",
            "Nunca lida",
            "Nunca lido",
            "Nunca escrito",
            "Nunca construída",
            "Nunca incluídos",
            "Jamais vu",
            "Jamais lues",
            "Jamais faite",
            "Jamais utilisé",
            "Jamais vérifiée en production",
            "Не используется",
            "Не поддерживаются старые версии",
            "Никогда не использовался",
            "Не проверено",
            "Никогда не меняется",
            "Никогда самостоятельно не запускается",
            "Никогда ничего не ясно",
            "Не каждый запрос требует проверки",
            "Не очень быстро",
            "Не новый файл",
            "Не твой файл",
            "Не простой случай",
            "Не в этой роли",
            "Не своими словами",
            "Не все функции",
            "Не функции",
            "Не запись, а чтение",
            "Не теперь",
            "Не использовали",
            "Не используешь",
        ] {
            assert_eq!(label(text), None, "{text}");
        }
    }

    #[test]
    fn orders_with_the_endings_of_participles_are_prohibitions() {
        for text in [
            "Nunca añadas secretos al código",
            "Nunca añada secretos",
            "Nunca añada…",
            "Nunca invadas…",
            "Nunca evadas…",
            "Nunca persuadas…",
            "Nunca invada…",
            "Nunca persuada…",
            "Nunca añadas a la rama principal",
            "Nunca añado secretos",
            "Nunca invadas cuentas",
            "Nunca evadas las pruebas",
            "Nunca persuadas a nadie",
            "Nunca llamadas directas",
            "Nunca resultados inventados",
            "Nunca invada contas",
            "Nunca persuada ninguém",
            "Não invada contas",
            "Nunca dados reais",
            "Nunca pidas datos",
            "Nunca midas sin datos",
            "Nunca decidas por el usuario",
            "Nunca dividas una tarea",
            "Nunca salidas enormes",
            "Jamais de fuites",
            "Niemals mergen ohne Bericht",
            "Niemals löschen mit Gewalt",
            "niemals löschen mit gewalt",
            "Nie deployen auf Verdacht",
            "Niemals Daten ausgeben vor Gericht",
            "Niemals Code ändern ohne Auftrag und Gebot",
            "Niemals Gewalt",
            "Nie ungetestet mergen",
            "Niemals vergessen, zu fragen",
            "Niemals den Code unbesehen benutzen",
            "Niemals genehmigen",
            "Niemals Zugriff gewähren",
            "Nie verwendete Schlüssel ausgeben",
            "Niemals ungeprüften Code benutzen",
            "Никогда самостоятельно не удаляй файлы",
            "Никогда ничего не удаляй",
            "Никогда без спроса ничего не удалять",
            "Nie benutzte Funktionen behalten",
            "Niemals lauter werden",
            "Lösche niemals Daten",
            "Verwenden Sie keine globalen Variablen",
            "Interdiction de pousser sur main",
            "Veuillez ne pas modifier ce fichier",
            "禁止：直接修改数据",
            "Не удаляй файлы",
            "Не открой секрет",
            "Не открывайте секрет",
            "Не бойся вопросов",
            "Не делись секретами",
            "Не забудь тесты",
            "Не оставь секрет",
            "Не лги",
            "Не следуй ссылкам",
            "Не используйте секреты",
            "Никогда нигде не выводи ключи",
            "Ни в коем случае не удаляй файлы",
            "Не помогай взломщикам",
            "Не держи ключи в коде",
            "Не нарушайте правила",
            "Не верь вводу",
            "Не пиши секреты",
            "Не ищи секреты",
        ] {
            assert_eq!(label(text).map(|(force, _)| force), Some(Force::Never), "{text}");
        }
    }
}
