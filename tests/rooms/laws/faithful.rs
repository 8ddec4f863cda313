//! Law 12, faithfulness: reading an output back gives the fields, tools and forces of the composition, or `check` has a
//! finding. Front matter is read by another YAML crate than the one that wrote it, and rules by `import`.

use std::collections::{BTreeMap, BTreeSet};

use crate::author::import::{Input, Setting, import};
use crate::check::{Checker, Depth};
use crate::compose::{Entry, Persona};
use crate::model::{Diagnostic, Force, Part, Sources};
use crate::render::render;
use crate::workspace::load_texts;
use camino::Utf8PathBuf;
use proptest::prelude::*;

use super::cases;

type Texts = BTreeMap<Utf8PathBuf, String>;

const FORCES: [&str; 6] = ["never", "avoid", "may", "should", "must", "always"];
const LABELS: [&str; 18] = [
    "", "**Never**", "Never:", "> Optional:", "**You MAY**:", "You may", "_You **may**_", "You may not",
    "Do not", "\u{274c} DON'T:", "Try not to", "MUST", "**You must**", "You should", "**Always:**",
    "Always, if you can,", "**Off limits:**", "Under no circumstances",
];
const TEXTS: [&str; 12] = [
    "print a secret", "run the tests", "avoid loops", "you may print it", "**never** guess",
    "not skip a check", "always ask", "do not wait", "optional: rest", "make sure to sleep",
    "{{ mood }} check", "be {{ mood }} today",
];
const HEADINGS: [&str; 8] =
    ["Rules", "Never", "You may", "Optional", "Always", "Permissions", "Rules (optional)", "Don'ts"];
const SETTINGS: [&str; 8] = [
    "bullet = \"* \"",
    "bullet = \"- (optional) \"",
    "between-items = 1",
    "below-headings = \"\\n\\nYou may:\\n\\n\"",
    "between-items = \"\\n\\nAlways:\\n\"",
    "heading = \"# TITLE:\"",
    "rules.label = \"**You may** LABEL: \"",
    "rules.a.bullet = \"+ \"",
];
const STYLES: [&str; 3] = ["modal", "grouped", "plain"];
const ENTRIES: [&str; 12] = [
    "name",
    "name: other",
    "description",
    "description: \"VALUE\"",
    "description: >-\n  VALUE{2}\n  VALUE",
    "description: Something else",
    "tools",
    "tools: [VALUE]",
    "tools: Bash",
    "model",
    "model: opus",
    "color: blue",
];
const DESCRIPTIONS: [&str; 6] = [
    "Reads logs. Use when asked.",
    "Use when: asked",
    "yes",
    "- dash # and more",
    "1.0",
    "Is {{ mood }}: use when asked.",
];
/// Values of the field in templates. Some state a force.
const MOODS: [&str; 6] = ["glad", "never", "You may", "always", "**Don't**", "glad: # no"];

/// A profile made of bytes; those of zero make the plainest one.
fn profile(bytes: &[u8; 48]) -> String {
    let mut bytes = bytes.iter().map(|byte| usize::from(*byte));
    let mut next = || bytes.next().unwrap_or_default();
    let pick = |pool: &[&str], byte: usize| pool[byte % pool.len()].to_owned();
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let mut text = format!("description = {}\n", quoted(&pick(&DESCRIPTIONS, next())));
    text.push_str(&format!("style = \"{}\"\n", pick(&STYLES, next())));
    let (is_template, mood, group, title) = (next() > 128, next(), next(), next());
    if is_template {
        text.push_str(&format!("template = true\n[fields]\nmood = {}\n", quoted(&pick(&MOODS, mood))));
    }
    text.push_str(&format!("[sections]\nrules = {}\n", quoted(&pick(&HEADINGS, next()))));
    let mut rules: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for id in ["a", "b", "c"] {
        let label = match next() {
            byte if byte > 200 => {
                format!(", label = {}", quoted(&pick(&["Speed", "You may", "Optional", "{{ mood }}"], byte)))
            }
            _ => String::new(),
        };
        let entry = format!("{id} = {{ text = {}{label} }}\n", quoted(&pick(&TEXTS, next())));
        let is_in_group = group > 128 && id != "a";
        let list = if is_in_group { "rules.group.g" } else { "rules" };
        rules.entry(format!("{list}.{}", pick(&FORCES, next()))).or_default().push(entry);
    }
    if group > 128 {
        text.push_str(&format!("[body.rules.group.g]\ntitle = {}\n", quoted(&pick(&HEADINGS, title))));
    }
    for (table, entries) in rules {
        text.push_str(&format!("[body.{table}]\n{}", entries.concat()));
    }
    text.push_str("[layout]\n");
    let mut keys = BTreeSet::new();
    for _ in 0..2 {
        let (byte, setting) = (next(), pick(&SETTINGS, next()));
        let key = setting.split(" = ").next().unwrap_or_default().to_owned();
        if byte > 160 && keys.insert(key) {
            text.push_str(&format!("{setting}\n"));
        }
    }
    for place in ["rules", if group > 128 { "rules.g.b" } else { "rules.b" }] {
        let (byte, force, label) = (next(), pick(&FORCES, next()), pick(&LABELS, next()));
        if byte > 96 {
            text.push_str(&format!("{place}.{force} = {}\n", quoted(&label)));
        }
    }
    text.push_str("[tools]\nallow = [\"Read\", \"Grep\"]\n[target.claude]\nmodel = \"inherit\"\n");
    if next() > 96 {
        let entries: BTreeMap<String, String> = (0..next() % 5)
            .map(|_| pick(&ENTRIES, next()))
            .map(|entry| (entry.split(':').next().unwrap_or_default().to_owned(), entry))
            .collect();
        let entries: Vec<String> = entries.values().map(|entry| quoted(entry)).collect();
        text.push_str(&format!("front-matter = [{}]\n", entries.join(", ")));
    }
    text
}

fn rules(persona: &Persona<'_>) -> Vec<(Force, String)> {
    let entries =
        persona.sections.iter().flat_map(|section| &section.entries).flat_map(|entry| match entry {
            Entry::Group(group) => group.entries.iter().collect(),
            entry => vec![entry],
        });
    let rule = |entry: &Entry<'_>| match entry {
        Entry::Block(block) => match block.part {
            Part::Rule(force) => Some((force, block.text.text.to_lowercase())),
            _ => None,
        },
        _ => None,
    };
    entries.filter_map(rule).collect()
}

proptest! {
    #![proptest_config(cases(600))]

    #[test]
    fn what_is_read_is_what_was_composed(bytes in any::<[u8; 48]>()) {
        let text = profile(&bytes);
        let texts = Texts::from([("profiles/p.toml".into(), text.clone())]);
        let (library, findings) = load_texts(&texts);
        prop_assume!(!findings.iter().any(Diagnostic::breaks_file));
        let checked = Checker::new(&library, &findings).check(0.into(), Depth::Review);
        let Ok(checked) = checked else { return Ok(()) };
        let persona = &checked.composition.persona;
        let has = |codes: &[&str]| {
            checked.composition.findings.iter().any(|finding| codes.contains(&finding.code.name))
        };
        let output = render(&checked.composition, &persona.targets[0]).into_text();

        if !has(&["front-matter", "front-matter-mismatch", "typed-front-matter", "target"]) {
            let inner = output.split("---\n").nth(1).unwrap_or_default();
            let read: BTreeMap<String, yaml_serde::Value> =
                yaml_serde::from_str(inner).unwrap_or_else(|error| panic!("{error}\n{output}"));
            let description = persona.field("description").map(|field| field.value.to_string());
            prop_assert_eq!(read["description"].as_str(), description.as_deref(), "{}", output);
            prop_assert_eq!(read["name"].as_str(), Some("p"), "{}", output);
            prop_assert_eq!(read["model"].as_str(), Some("inherit"), "{}", output);
            let tools = match &read["tools"] {
                yaml_serde::Value::String(names) => names.split(", ").map(str::to_owned).collect(),
                names => yaml_serde::from_value::<Vec<String>>(names.clone()).unwrap_or_default(),
            };
            prop_assert_eq!(tools, ["Read", "Grep"], "{}", output);
        }

        if !has(&["misread-force", "unreadable-force"]) {
            let input = Input { path: "p.md".into(), inside: None, text: output.clone(), given: None };
            let mut sources = Sources::default();
            let file = sources.add(input.path.clone(), input.text.clone());
            let imported = import(&input, "p", &Setting::new(None), file).unwrap_or_else(|_| panic!("{output}"));
            let texts: Texts = imported.files.into_iter().collect();
            let (again, found) = load_texts(&texts);
            let back = Checker::new(&again, &found).check(0.into(), Depth::Sound);
            let back = back.unwrap_or_else(|_| panic!("{output}"));
            let composed = rules(persona);
            for (force, text) in rules(&back.composition.persona) {
                let same: Vec<_> = composed.iter().filter(|(_, other)| *other == text).collect();
                let is_known = same.is_empty() || same.iter().any(|(other, _)| *other == force);
                prop_assert!(is_known, "`{}` reads as {:?}\n{}\n{}", text, force, profile(&bytes), output);
            }
        }
    }
}
