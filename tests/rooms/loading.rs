//! What programs load of an output at the start, by the keys that decide it.

use std::collections::BTreeMap;

use crate::analyse::cost::Cost;
use crate::check::{Checker, Depth};
use crate::model::{Datum, Loading, TARGETS, When};
use crate::render::render;
use crate::workspace::load_texts;

const ALL: &str = "all";
const DESCRIPTION: &str = "description";
const NOTHING: &str = "nothing";

/// A target, its settings, and what programs load.
const OUTPUTS: [(&str, &str, &str); 26] = [
    ("prompt", "", ALL),
    ("claude", "", DESCRIPTION),
    ("skill", "", DESCRIPTION),
    ("agents-md", "", ALL),
    ("cursor-rule", "", DESCRIPTION),
    ("cursor-rule", "alwaysApply = false", DESCRIPTION),
    ("cursor-rule", "alwaysApply = true", ALL),
    ("cursor-rule", "alwaysApply = true\nglobs = 'a'", ALL),
    ("cursor-rule", "globs = 'a'", NOTHING),
    ("cursor-rule", "globs = []", DESCRIPTION),
    ("copilot-agent", "", DESCRIPTION),
    ("copilot-agent", "disable-model-invocation = false", DESCRIPTION),
    ("copilot-agent", "disable-model-invocation = true", NOTHING),
    ("copilot-instructions", "applyTo = '**'", ALL),
    ("copilot-instructions", "applyTo = '*.rs'", NOTHING),
    ("opencode", "mode = 'all'", DESCRIPTION),
    ("opencode", "mode = 'primary'", NOTHING),
    ("kilo", "mode = 'primary'", NOTHING),
    ("devin-rule", "trigger = 'always_on'", ALL),
    ("devin-rule", "trigger = 'model_decision'", DESCRIPTION),
    ("devin-rule", "trigger = 'glob'\nglobs = 'a'", NOTHING),
    ("devin-rule", "trigger = 'manual'", NOTHING),
    ("kiro-steering", "", ALL),
    ("kiro-steering", "inclusion = 'always'", ALL),
    ("kiro-steering", "inclusion = 'auto'", DESCRIPTION),
    ("kiro-steering", "inclusion = 'manual'", NOTHING),
];

/// What programs load of an output, and whether its description must say when to use it.
fn loaded(target: &str, settings: &str) -> (&'static str, bool) {
    let profile =
        format!("description = 'Reviews code'\n[body.voice.items]\na = 'b'\n[target.{target}]\n{settings}\n");
    let (library, findings) = load_texts(&BTreeMap::from([("profiles/p.toml".into(), profile)]));
    assert!(findings.is_empty(), "{target} {settings}: {findings:?}");
    let checked = Checker::new(&library, &findings).check(0.into(), Depth::Review).unwrap();
    let composition = &checked.composition;
    let settings = &composition.persona.targets[0];
    let cost = Cost::of(composition, settings);
    let whole = render(composition, settings).text().len();
    let what = match cost.always.bytes {
        0 => NOTHING,
        12 => DESCRIPTION,
        _ => ALL,
    };
    assert_eq!(cost.always.bytes == whole, what == ALL);
    assert_eq!(cost.on_demand.bytes == 0, what == ALL);
    (what, composition.findings.iter().any(|finding| finding.code.name == "vague-description"))
}

#[test]
fn what_is_loaded_at_the_start_follows_the_keys_that_decide_it() {
    for (target, settings, expected) in OUTPUTS {
        let (what, is_vague) = loaded(target, settings);
        assert_eq!(what, expected, "{target} {settings}");
        assert_eq!(is_vague, expected == DESCRIPTION, "{target} {settings}");
    }
    // Each row of the table of targets is tried.
    for target in TARGETS {
        let rows = OUTPUTS.iter().filter(|(name, ..)| *name == target.name);
        let tried: Vec<&str> = rows.map(|(_, settings, _)| *settings).collect();
        for (key, ..) in target.loading.iter().filter(|(key, ..)| *key != DESCRIPTION) {
            assert!(tried.iter().any(|settings| settings.contains(key)), "{}: {key}", target.name);
        }
    }
}

/// The field says it once; the keys that each target then has say the same.
#[test]
fn the_field_is_the_same_in_the_keys_of_every_target() {
    let patterns = "**/*.{rs,toml}, build.rs";
    for target in TARGETS.iter().filter(|target| target.switches().next().is_some()) {
        for (word, when) in When::WORDS {
            let paths = if when == When::Paths { format!("paths = '{patterns}'\n") } else { String::new() };
            let fields = format!("[fields]\nloading = '{word}'\n{paths}");
            let profile = format!(
                "description = 'Reviews code'\n[body.voice.items]\na = 'b'\n{fields}[target.{}]\n",
                target.name
            );
            let (library, findings) = load_texts(&BTreeMap::from([("profiles/p.toml".into(), profile)]));
            assert!(findings.is_empty(), "{findings:?}");
            let checked = Checker::new(&library, &findings).check(0.into(), Depth::Review).unwrap();
            let composition = &checked.composition;
            let settings = &composition.persona.targets[0];
            let found: Vec<&str> = composition.findings.iter().map(|finding| finding.code.name).collect();
            let Some(mut keys) = target.switched(when, patterns) else {
                assert!(found.contains(&"target"), "{} {word}", target.name);
                continue;
            };
            assert!(
                !found.contains(&"target") && !found.contains(&"loss"),
                "{} {word}: {found:?}",
                target.name
            );
            let expected = match when {
                When::Always => Loading::Whole,
                When::Description => Loading::Description,
                When::Paths | When::Manual => Loading::Nothing,
            };
            assert_eq!(composition.persona.loading(settings), expected, "{} {word}", target.name);
            assert!(target.when(&keys).is_some() || when == When::Description, "it needs a description");
            keys.push((DESCRIPTION, Datum::String("Reviews code".to_owned())));
            let read = target.when(&keys);
            let paths = (when == When::Paths).then(|| "**/*.{rs,toml},build.rs".to_owned());
            assert_eq!(read, Some((when, paths)), "{}", target.name);
        }
    }
}
