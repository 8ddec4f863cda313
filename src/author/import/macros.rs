//! Macros in a document: names in braces that its program replaces and other programs do not.

use crate::model::{Datum, Macro, Target};
use crate::source::edit::NewFragment;

/// Makes templates of the fragments of a document that have macros and no other braces. Returns their fields, with the words
/// that other outputs print in place of the macros; the output for `target` keeps the macros. `values` are those of the
/// document.
pub(super) fn fill(
    fragments: &mut [(String, NewFragment)],
    target: &Target,
    values: &[(&'static str, Datum)],
) -> Vec<(&'static str, String)> {
    let mut worded = worded(target, values);
    let mut filled: Vec<&str> = Vec::new();
    for (_, fragment) in fragments {
        let text: Vec<&str> = fragment.entries.iter().map(|entry| entry.value.as_str()).collect();
        let used = used(&text.join("\n"), target.macros);
        let has_words = |known: &&Macro| worded.iter().any(|(name, _)| *name == known.name);
        fragment.is_template = !used.is_empty() && used.iter().all(has_words);
        if fragment.is_template {
            filled.extend(used.iter().map(|known| known.name));
        }
    }
    worded.retain(|(name, _)| filled.contains(name));
    worded
}

/// The macros that a text has, if a template with this text fills in nothing else: no other expression, and no braces or `$`
/// that would become part of one.
fn used(text: &str, macros: &'static [Macro]) -> Vec<&'static Macro> {
    let mut rest = text.to_owned();
    let written = |known: &Macro| format!("{{{{{}}}}}", known.name);
    let used: Vec<_> = macros.iter().filter(|known| rest.contains(&written(known))).collect();
    used.iter().for_each(|known| rest = rest.replace(&written(known), MARK));
    let others = ["{{", "{%", "{#", "{\u{fffd}", "\u{fffd}}", "$\u{fffd}"];
    if others.iter().any(|braces| rest.contains(braces)) { Vec::new() } else { used }
}

/// What stands for a macro while the rest of a text is searched.
const MARK: &str = "\u{fffd}";

/// The macros of a target that other outputs can print as words, each with its words. `values` are those of the document.
fn worded(target: &Target, values: &[(&'static str, Datum)]) -> Vec<(&'static str, String)> {
    let value =
        |key: &&str| values.iter().find(|(known, _)| known == key).and_then(|(_, datum)| datum.as_str());
    let words = |known: &Macro| {
        let set = known.keys.iter().filter_map(value).map(str::trim).find(|value| !value.is_empty());
        set.unwrap_or(known.usual).to_owned()
    };
    let worded = target.macros.iter().map(|known| (known.name, words(known)));
    worded.filter(|(_, words)| !words.is_empty() && !words.contains(['{', '\n'])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CARD_V2, NAME, target};

    #[test]
    fn a_text_with_macros_alone_can_be_a_template() {
        let used = |text| used(text, CARD_V2.macros).iter().map(|known| known.name).collect::<Vec<_>>();
        assert_eq!(used("{{char}} likes {{user}}. {{char}} {smiles}."), ["char", "user"]);
        assert_eq!(used("*{{char}}* costs $5"), ["char"]);
        for other in [
            "Ada",
            "{{char}} {{ original }}",
            "{{char}} {% if %}",
            "{{Char}} {{char}}",
            "{{{char}}}",
            "${{char}}",
        ] {
            assert!(used(other).is_empty(), "{other}");
        }
    }

    #[test]
    fn a_nickname_is_used_in_texts_and_braces_are_no_words() {
        let worded = |version, pairs: &[(&'static str, &str)]| {
            let values: Vec<_> =
                pairs.iter().map(|(key, value)| (*key, Datum::String((*value).to_owned()))).collect();
            worded(target(version).unwrap(), &values).into_iter().map(|(_, words)| words).collect::<Vec<_>>()
        };
        assert_eq!(worded("chara-card-v2", &[(NAME, " Ada L. ")]), ["Ada L.", "User"]);
        assert_eq!(worded("chara-card-v3", &[(NAME, "Ada L."), ("nickname", "Ada")]), ["Ada", "User"]);
        assert_eq!(worded("chara-card-v3", &[(NAME, "{{user}}'s friend")]), ["User"]);
        assert_eq!(worded("claude", &[(NAME, "ada")]), [""; 0]);
    }
}
