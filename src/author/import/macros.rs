//! Macros of a document: names in braces that its program fills in and other programs do not.

use crate::model::Target;

/// The fields that print the macros of a text as words in other outputs, with their values: the program of `target` still gets
/// the macros. Empty if a template with this text would print anything else.
pub(super) fn fields(text: &str, target: &Target, name: &str) -> Vec<(&'static str, String)> {
    let mut rest = text.to_owned();
    let mut fields = Vec::new();
    for known in target.macros {
        let written = format!("{{{{{}}}}}", known.name);
        if rest.contains(&written) {
            // Between braces it would be part of another expression.
            rest = rest.replace(&written, "\u{fffd}");
            fields.push((known.name, known.elsewhere.unwrap_or(name).to_owned()));
        }
    }
    let is_other = ["{{", "{%", "{#", "{\u{fffd}", "\u{fffd}}"].iter().any(|braces| rest.contains(braces));
    if is_other { Vec::new() } else { fields }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CARD_V2, CLAUDE};

    #[test]
    fn macros_of_a_card_have_words_for_other_outputs() {
        let fields = |text| fields(text, &CARD_V2, "Ada");
        let (ada, user) = (("char", "Ada".to_owned()), ("user", "the user".to_owned()));
        assert_eq!(fields("{{char}} likes {{user}}. {{char}} {smiles}."), [ada.clone(), user]);
        assert_eq!(fields("*{{char}}*"), [ada]);
        assert!(super::fields("{{char}}", &CLAUDE, "Ada").is_empty());
        for other in
            ["Ada", "{{char}} {{ original }}", "{{char}} {% if %}", "{{Char}} {{char}}", "{{{char}}}"]
        {
            assert!(fields(other).is_empty(), "{other}");
        }
    }
}
