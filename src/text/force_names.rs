//! Names that people give to the six forces: `must-not`, `DONT`, `shouldNot`, `required`.

use std::sync::LazyLock;

use super::forces::{self, Phrases, Whole, each};
use super::negation::IN_NAMES;
use crate::model::Force;

/// Names of forces, without spaces and punctuation, that do not begin a sentence. Those that do are in
/// [`forces`].
const NAMES: Phrases = &[
    (
        Force::Never,
        &[
            "ban", "banned", "cannot", "cant", "deny", "disallow", "disallowed", "forbid", "forbidden",
            "forbids", "maynot", "mustnt", "no", "not", "noway", "notallowed", "notpermitted", "prohibit",
            "prohibited", "prohibitions", "refuse", "shant", "willnot", "wont",
        ],
    ),
    (
        Force::Avoid,
        &[
            "discourage", "discouraged", "notrecommended", "oughtnot", "prefernot", "prefernotto", "rarely",
            "shouldnt", "trynot",
        ],
    ),
    (
        Force::May,
        &[
            "allow", "allowed", "can", "could", "might", "neednot", "notforbidden", "notmandatory",
            "notnecessary", "notrequired", "ok", "okay", "optional", "optionally", "permit", "permitted",
            "permissions",
        ],
    ),
    (
        Force::Should,
        &[
            "advisable", "advise", "advised", "encouraged", "ought", "prefer", "preferred", "recommend",
            "recommendations", "recommended",
        ],
    ),
    (
        Force::Must,
        &[
            "do", "enforce", "ensure", "haveto", "mandatory", "musthave", "need", "needed", "needs",
            "notoptional", "obligations", "obligatory", "oblige", "require", "required", "requirements",
            "requires", "shall",
        ],
    ),
    (
        Force::Always,
        &["alwaysdo", "atalltimes", "everytime", "invariably", "withoutexception", "unconditional"],
    ),
];

/// The minimum similarity of a misspelt name to a known one, and the similarity of a name with a single
/// mistake.
const LEAST_SIMILARITY: f64 = 0.93;
const ONE_MISTAKE: f64 = 0.95;

/// Returns the forces that a name may mean: one if it is clear. A name of a prohibition never means an
/// obligation or permission, and the reverse.
pub(crate) fn named(name: &str) -> Vec<Force> {
    let words = words(name);
    let joined = words.concat();
    if let Some(force) = forces::modal(&words.join(" ")).or_else(|| known(&joined)) {
        return vec![force];
    }
    let forbids = forbids(&words);
    // `musnt` is as similar to `must` as to `mustnt`.
    let may_forbid = forbids || joined.ends_with("nt") || joined.ends_with("not");
    let canonical = Force::ALL.iter().map(|(name, force)| (*name, *force));
    let candidates: Vec<(f64, Force)> = canonical
        .chain(each(NAMES))
        .filter(|(name, force)| name.len() > 3 && (!may_forbid || force.is_prohibition()))
        .map(|(name, force)| (similarity(&joined, name), force))
        .filter(|(score, _)| *score >= LEAST_SIMILARITY)
        .collect();
    let directions = |against| candidates.iter().any(|(_, force)| force.is_prohibition() == against);
    match candidates.iter().max_by(|a, b| a.0.total_cmp(&b.0)) {
        // A name that is similar to opposite forces is ambiguous.
        Some(_) if directions(true) && directions(false) => Vec::new(),
        Some((_, force)) => vec![*force],
        None if forbids => vec![Force::Never, Force::Avoid],
        None => Vec::new(),
    }
}

fn similarity(one: &str, other: &str) -> f64 {
    let similarity = strsim::jaro_winkler(one, other);
    if strsim::osa_distance(one, other) == 1 { similarity.max(ONE_MISTAKE) } else { similarity }
}

/// The force of a name without spaces and punctuation.
pub(super) fn known(joined: &str) -> Option<Force> {
    static SORTED: LazyLock<Whole> = LazyLock::new(|| forces::whole(&[NAMES]));
    SORTED.get(joined).copied()
}

/// Returns whether an unknown name expresses a prohibition.
fn forbids(words: &[String]) -> bool {
    let joined = words.concat();
    words.iter().any(|word| IN_NAMES.contains(&word.as_str()))
        || ["must", "should", "shall", "do", "may", "can"].iter().any(|modal| {
            joined
                .strip_prefix(modal)
                .is_some_and(|rest| rest == "n" || rest.starts_with("not") || rest.starts_with("nt"))
        })
}

/// The words of a name in lower case, whatever separates them.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for letter in name.chars().filter(|letter| !matches!(letter, '\'' | '\u{2019}')) {
        let begins = !letter.is_alphanumeric() || (was_lower && letter.is_uppercase());
        if begins && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| letter.is_alphanumeric()) {
            word.extend(letter.to_lowercase());
        }
        was_lower = letter.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_forces_are_recognized_in_any_spelling() {
        let cases = [
            (
                Force::Never,
                "must-not MUST_NOT mustNot mustnt mustn't Must\u{a0}Not musnt mustnnt dont don't DONT do-not doNot donts",
            ),
            (
                Force::Never,
                "forbid Forbidden prohibited NEVER nver shall-not SHANT cannot can-not can_not wont",
            ),
            (
                Force::Avoid,
                "should-not shouldNot shouldnt shoudnt avoid Avoided not-recommended try-not-to discouraged",
            ),
            (Force::May, "MAY may can allowed optional could permitted"),
            (Force::Should, "SHOULD shuold recommended prefer ought"),
            (Force::Must, "MUST do dos required Require shall mandatory musst have-to"),
            (Force::Always, "ALWAYS alwyas must-always every-time allways"),
        ];
        for (force, names) in cases {
            for name in names.split(' ') {
                assert_eq!(named(name), [force], "{name}");
            }
        }
    }

    #[test]
    fn a_name_that_forbids_is_never_one_that_asks() {
        let against = [Force::Never, Force::Avoid];
        for name in
            ["must-not-ever", "do-not-use", "no-go", "mustnott", "should-never-ever", "dont-dos", "not-must"]
        {
            let forces = named(name);
            assert!(
                !forces.is_empty() && forces.iter().all(|force| against.contains(force)),
                "{name}: {forces:?}"
            );
        }
    }

    #[test]
    fn other_names_are_no_forces() {
        for name in
            ["summary", "fields", "prose", "group", "zzz", "tags", "notes", "musical", "nothing-here-x"]
        {
            assert_eq!(named(name), [], "{name}");
        }
    }

    #[test]
    fn names_are_unique() {
        let mut seen = std::collections::BTreeSet::new();
        assert!(each(NAMES).all(|(name, _)| seen.insert(name)));
    }
}
