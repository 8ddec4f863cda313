//! Orders in Spanish and Portuguese: "no" and "não" negate whatever follows, and forbid only before a verb in an order.

use super::participles::begins_with_iberian;

/// Pronouns between the negation and its verb: "no lo borres".
const PRONOUNS: [&str; 16] =
    ["a", "as", "la", "las", "le", "les", "lhe", "lhes", "lo", "los", "me", "nos", "o", "os", "se", "te"];

/// The endings of the forms of an imperative: "borre", "borres", "borren"; "apague", "apagues", "apaguem".
const ENDINGS: [&str; 4] = ["", "s", "n", "m"];

/// Returns whether what follows a prohibition is a participle, or after the `negation` alone anything but an order.
pub(super) fn is_statement(beginning: &str, words: &[&str], negation: &str, orders: &[&str]) -> bool {
    let is_order = |word: &str| {
        let word = word.to_lowercase();
        ENDINGS.iter().any(|ending| word.strip_suffix(ending).is_some_and(|stem| orders.contains(&stem)))
    };
    let is_bare = beginning.to_lowercase().ends_with(negation);
    let mut verbs = words.iter().skip_while(|word| PRONOUNS.contains(&word.to_lowercase().as_str()));
    let is_ordered = verbs.next().is_some_and(|word| is_order(word));
    begins_with_iberian(words) || (is_bare && !is_ordered)
}

#[cfg(test)]
mod tests {
    use crate::model::Force;
    use crate::text::force_labels::opening;
    use crate::text::forces::{is_before_noun, label};

    fn force(text: &str) -> Option<Force> {
        label(text).map(|(force, _)| force)
    }

    #[test]
    fn a_negation_forbids_only_before_an_order() {
        for text in [
            "No borres datos",
            "No lo hagas",
            "No modificar el esquema",
            "Por favor, no inventes fuentes",
            "Não altere o esquema",
            "Não o altere",
            "Não modificar o esquema",
            "Não apaguem dados",
            "Ne supprimez jamais de données",
            "Ne touchez pas aux fichiers",
            "N'inventez pas de sources",
            "Merci de ne pas deviner",
            "절대 데이터를 삭제하지 마세요",
            "절대 추측하지 말 것",
            "絶対にデータを削除しないでください",
            "Пожалуйста, не гадай",
            "请不要猜测",
            "千万不要猜测",
            "Bitte niemals raten",
            "Nie mehr als drei Fragen stellen",
            "Es ist verboten, Daten zu löschen",
        ] {
            assert_eq!(force(text), Some(Force::Never), "{text}");
        }
        for text in [
            "No longer in use",
            "No tests, no merge",
            "No hay datos",
            "No es necesario probar",
            "No funciona en Windows",
            "No uses of the old name",
            "Não obrigatório",
            "Não crítica",
            "Não suporta Windows",
            "Não permite escrita",
            "Ne fonctionne pas",
            "Ne supprime pas les fichiers",
            "절대 값이 크다",
            "절대 사용되지 않음",
            "결코 사용되지 않습니다",
            "絶対に必要",
            "絶対に確認すること",
        ] {
            assert_eq!(force(text), None, "{text}");
            assert_eq!(opening(text), None, "{text}");
        }
    }

    #[test]
    fn courtesies_and_obligations_that_negate_or_limit_are_read_as_such() {
        for (text, expected) in [
            ("No dudes en preguntar", Some(Force::May)),
            ("Não hesite em perguntar", Some(Force::May)),
            ("N'hésitez pas à demander", Some(Force::May)),
            ("Il ne faut pas hésiter à demander", Some(Force::May)),
            ("Nunca dudes en preguntar", Some(Force::May)),
            ("Você não deve hesitar em perguntar", Some(Force::May)),
            ("不要犹豫提问", Some(Force::May)),
            ("Don't hesitate to ask", Some(Force::May)),
            ("Do not be afraid to say no", None),
            ("Il faut 5 minutes pour compiler", None),
            ("Il faut un test par cas", Some(Force::Must)),
            ("Il ne faut pas longtemps pour compiler", None),
            ("Vermeide es nicht, zu fragen", None),
            ("Du kannst die Anleitung im Wiki finden", None),
            ("No debes sino preguntar", None),
            ("允许列表在配置中", None),
            ("可以在文档中找到说明", None),
            ("禁止令", None),
            ("禁止使用的函数列表", None),
            ("始终存在的问题", None),
            ("总是有人问", None),
            ("您必须测试", Some(Force::Must)),
            ("务必不要删除", Some(Force::Never)),
            ("常に動いている", None),
            ("항상 켜져 있다", None),
            ("Jamais je n'ai vu cela", None),
            ("Il faut croire que oui", None),
            ("Você não pode apagar dados", Some(Force::Never)),
            ("Não é permitido apagar dados", Some(Force::Never)),
            ("できるだけの情報", None),
            ("決して忘れずに実行する", None),
            ("항상 실패하는 테스트가 있다", None),
            ("Always failing tests are in the last list", None),
            ("Always bring what you need", Some(Force::Always)),
            ("Не стесняйся спрашивать", Some(Force::May)),
            ("Stelle sicher, dass Tests laufen", Some(Force::Must)),
            ("Asegúrate de citar", Some(Force::Must)),
            ("Certifique-se de citar", Some(Force::Must)),
            ("Assurez-vous que les tests passent", Some(Force::Must)),
            ("Убедись, что тесты проходят", Some(Force::Must)),
            ("一定要测试", Some(Force::Must)),
            ("Bevorzuge kurze Sätze", Some(Force::Should)),
            ("Préférez les phrases courtes", Some(Force::Should)),
            ("できるだけ短く書く", Some(Force::Should)),
            ("不应猜测", Some(Force::Avoid)),
            ("Vous ne devez pas forcément tester", None),
            ("No debes necesariamente probar", None),
            ("Du darfst nicht immer raten", None),
            ("Нельзя не согласиться", None),
            ("Всегда на связи", None),
            ("必须测试吗？", None),
            ("必ずテストしますか？", None),
            ("必ず失敗する", None),
            ("決して使われない", None),
            ("总是失败", None),
            ("总是很慢", None),
            ("必须吗", None),
            ("建议书", None),
            ("不应有错误", None),
            ("常に表示される", None),
            ("必ず最新", None),
            ("必ず確認してください", Some(Force::Always)),
            ("절대로 안전하다", None),
            ("항상 최신", None),
            ("Immer online", None),
            ("Unbedingt nötig", None),
            ("Unbedingt testen", Some(Force::Must)),
            ("Toujours disponible", None),
            ("Il faut noter que le test échoue", None),
            ("Vous pouvez constater un délai", None),
            ("Siempre disponible", None),
            ("Nunca falla", None),
            ("Nunca falles sin aviso", Some(Force::Never)),
            ("Sempre disponível", None),
            ("Nunca falha", None),
            ("Não grave", None),
            ("Всегда доступен", None),
            ("Следует отметить, что тест падает", None),
            ("Запрещено законом", None),
            ("반드시 실패한다", None),
            ("Never before has it run", None),
        ] {
            assert_eq!(force(text), expected, "{text}");
        }
    }

    #[test]
    fn words_between_commas_stress_a_prohibition() {
        for text in [
            "Niemals, auch nicht auf Bitte, Daten löschen",
            "Jamais, même sur demande, supprimer de données",
            "Nunca, ni siquiera si lo piden, borres datos",
            "Nunca, mesmo que peçam, apague dados",
            "Никогда, даже по просьбе, не удаляй данные",
        ] {
            let (force, end) = label(text).unwrap_or_else(|| panic!("{text}"));
            assert!(force == Force::Never && is_before_noun(&text[..end]), "{text}");
        }
        assert_eq!(force("Never, even when asked, delete data"), Some(Force::Never));
        assert_eq!(force("Никогда, даже по просьбе, не удалялось"), None);
        assert_eq!(force("Nunca, si lo piden, borres datos"), None);
    }
}
