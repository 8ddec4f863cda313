//! The law about `only` and `not`: an output has the lines that it would have if entries for other outputs were not there.
//! Their order is that of the whole persona, in all outputs.

use std::collections::BTreeMap;

use crate::check::{Checker, Depth};
use crate::model::Severity;
use crate::render::render;
use crate::workspace::load_texts;
use camino::Utf8PathBuf;
use proptest::collection::vec;
use proptest::prelude::*;

use super::cases;

/// The outputs of the persona, each with its model.
const OUTPUTS: [(&str, &str); 4] = [("prompt", ""), ("claude", "haiku"), ("opencode", "a/b"), ("soul", "")];

/// The limits of entries, each with the outputs that have them.
const LIMITS: [(&str, [bool; 4]); 8] = [
    ("", [true; 4]),
    ("", [true; 4]),
    ("only = \"claude\"", [false, true, false, false]),
    ("not = \"claude\"", [true, false, true, true]),
    ("only = [\"prompt\", \"opencode\"]", [true, false, true, false]),
    ("only = { model = \"haiku\" }", [false, true, false, false]),
    ("not = { model = [\"haiku\", \"a/b\"] }", [true, false, false, true]),
    ("only = { target = [\"soul\", \"claude\"], model = \"haiku\" }", [false, true, false, false]),
];

const PLACES: [&str; 4] = ["rules.never", "rules.must", "rules.items", "voice.prose"];
const TEXTS: [&str; 3] = ["guess", "run the tests", "ask twice"];

type EntryBytes = [u8; 3];

/// The sources, without the entries that an output does not have. All claims of an entry have one limit: merging ignores
/// limits, so that of the winner counts.
fn sources(
    fragments: &[Vec<EntryBytes>],
    limits: [u8; 3],
    output: Option<usize>,
) -> BTreeMap<Utf8PathBuf, String> {
    let mut files = BTreeMap::new();
    for (at, entries) in fragments.iter().enumerate() {
        let mut taken = Vec::new();
        let mut text = String::new();
        for [place, number, which] in entries {
            let place = PLACES[usize::from(*place) % PLACES.len()];
            let number = usize::from(*number) % limits.len();
            let id = ["x", "y", "z"][number];
            let (limit, has) = LIMITS[usize::from(limits[number]) % LIMITS.len()];
            // An id occurs once in a section.
            if taken.contains(&id) {
                continue;
            }
            taken.push(id);
            let what = TEXTS[usize::from(*which) % TEXTS.len()];
            let limit = match output {
                Some(output) if !has[output] => continue,
                Some(_) => "",
                None => limit,
            };
            let rest = if limit.is_empty() { String::new() } else { format!(", {limit}") };
            let place = match (at, place.strip_prefix("rules.")) {
                (0, _) => format!("body.{place}"),
                (_, Some(place)) => place.to_owned(),
                (_, None) => "must".to_owned(),
            };
            text += &format!("{place}.{id} = {{ text = \"{what}\"{rest} }}\n");
        }
        let path = match at {
            0 => {
                let targets = OUTPUTS.iter().map(|(target, model)| match model.is_empty() {
                    true => format!("[target.{target}]\n"),
                    false => format!("[target.{target}]\nmodel = \"{model}\"\n"),
                });
                let targets: String = targets.collect();
                text = format!("description = \"d\"\nuse = [\"rules/a\", \"rules/b\"]\n{text}{targets}");
                "profiles/p.toml".to_owned()
            }
            _ => {
                let name = ["a", "b"][at - 1];
                text = format!("summary = \"s\"\n{text}");
                format!("fragments/rules/{name}.toml")
            }
        };
        files.insert(path.into(), text);
    }
    files
}

/// Whether the persona has a conflict, and the lines of its outputs.
fn composed(files: &BTreeMap<Utf8PathBuf, String>) -> (bool, Vec<Vec<String>>) {
    let (library, findings) = load_texts(files);
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
    assert_eq!(errors.count(), 0, "{files:#?} {findings:#?}");
    let checked = Checker::new(&library, &findings).check(0.into(), Depth::Review).expect("a persona");
    let composition = &checked.composition;
    let output = |settings| {
        let text = render(composition, settings).into_text();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    (!composition.conflicts.is_empty(), composition.persona.targets.iter().map(output).collect())
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn law_an_output_has_what_is_for_it(fragments in vec(vec(any::<EntryBytes>(), 0..6), 3), limits: [u8; 3]) {
        let (has_conflict, outputs) = composed(&sources(&fragments, limits, None));
        for (at, (target, _)) in OUTPUTS.iter().enumerate() {
            let files = sources(&fragments, limits, Some(at));
            let (alone, expected) = composed(&files);
            prop_assert!(has_conflict || !alone, "{} has a conflict of its own", target);
            if !has_conflict {
                prop_assert_eq!(&outputs[at], &expected[at], "{} of {:#?}", target, files);
            }
        }
    }
}
