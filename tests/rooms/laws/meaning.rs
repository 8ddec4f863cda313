//! Law 14, meaning survives import: `import` of an output finds at least the rules, with their forces, that were composed.

use std::collections::BTreeMap;

use crate::author::import::{Input, Setting, import};
use crate::check::{Checker, Depth};
use crate::compose::Composition;
use crate::model::{Force, Sources};
use crate::render::{ListEntry, render};
use crate::workspace::load_texts;
use camino::Utf8PathBuf;
use proptest::collection::vec;
use proptest::prelude::*;

use super::cases;
use super::generate::workspace;
use super::view::Loaded;

/// The force of the rule on each line of a document.
fn rules(document: &crate::render::Document<'_>) -> BTreeMap<usize, (Force, String)> {
    let line = |entry: &ListEntry<'_>| document.text()[..entry.text.start].matches('\n').count();
    let text = |entry: &ListEntry<'_>| document.text()[entry.range.clone()].to_owned();
    let rule = |entry: &ListEntry<'_>| Some((line(entry), (entry.force?, text(entry))));
    document.entries().iter().filter_map(rule).collect()
}

/// Imports an output, and returns its rules.
fn imported(text: &str) -> BTreeMap<usize, (Force, String)> {
    let input = Input { path: "p.md".into(), inside: None, text: text.to_owned(), given: None };
    let mut sources = Sources::default();
    let file = sources.add(input.path.clone(), text.to_owned());
    let imported = import(&input, "p", &Setting::new(None), file).unwrap_or_else(|_| panic!("{text}"));
    let texts: BTreeMap<Utf8PathBuf, String> = imported.files.into_iter().collect();
    let (library, findings) = load_texts(&texts);
    let checked = Checker::new(&library, &findings).check(0.into(), Depth::Sound);
    let composition = checked.unwrap_or_else(|_| panic!("{text}")).composition;
    let document = render(&composition, &composition.persona.targets[0]);
    assert_eq!(document.text(), text);
    rules(&document)
}

/// Returns whether `check` says that a reader gets other rules than were composed.
fn is_misread(composition: &Composition<'_>) -> bool {
    let codes = ["misread-force", "unreadable-force"];
    composition.findings.iter().any(|finding| codes.contains(&finding.code.name))
}

fn assert_found(composition: &Composition<'_>) -> Result<(), TestCaseError> {
    let document = render(composition, &composition.persona.targets[0]);
    let found = imported(document.text());
    for (line, (force, text)) in rules(&document) {
        let read = found.get(&line).map(|(force, _)| *force);
        prop_assert_eq!(read, Some(force), "`{}`\n{}", text, document.text());
    }
    Ok(())
}

const FORCES: [&str; 6] = ["never", "avoid", "may", "should", "must", "always"];
const STYLES: [&str; 3] = ["modal", "grouped", "plain"];
const TEXTS: [&str; 8] = [
    "print a secret",
    "read the log",
    "use `SELECT *` in production",
    "write \"so\" (or not)",
    "GitHub tokens in code",
    "ask first\n\nor wait",
    "name things, and keep them",
    "log what failed\n- and why",
];
/// Labels that state the force of their key to a reader.
const LABELS: [(&str, &str); 12] = [
    ("never", "**NEVER:**"),
    ("never", "Don't"),
    ("never", "\u{274c} **Do not**"),
    ("never", "It is forbidden to"),
    ("avoid", "Should not"),
    ("avoid", "**Try not to**:"),
    ("may", "**MAY**"),
    ("may", "Feel free to"),
    ("should", "Should"),
    ("must", "**You must** \u{2014}"),
    ("must", "MUST"),
    ("always", "You must always"),
];
const SETTINGS: [&str; 6] = [
    "bullet = \"* \"",
    "bullet = \"1. \"",
    "sentence = \"**SENTENCE.**\"\nwhy = \" WHY\"",
    "capitals = false",
    "why = \" (WHY)\"",
    "label = \"**LABEL:** \"",
];

/// A profile made of bytes; those of zero make the plainest one.
fn profile(bytes: &[u8]) -> String {
    let mut bytes = bytes.iter().map(|byte| usize::from(*byte)).chain(std::iter::repeat(0));
    let mut next = |choices: usize| bytes.next().unwrap_or_default() % choices;
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let mut text = format!("style = \"{}\"\n", STYLES[next(3)]);
    let mut rules: BTreeMap<&str, String> = BTreeMap::new();
    for id in ["a", "b", "c", "d"] {
        let (force, words) = (FORCES[next(6)], TEXTS[next(TEXTS.len())]);
        // The words of a force may belong to the text.
        let words =
            if force == "avoid" && next(3) == 1 { format!("avoid {words}") } else { words.to_owned() };
        let label = if next(5) == 4 { ", label = \"Speed\"" } else { "" };
        let why = if next(4) == 3 { ", why = \"it is slow\"" } else { "" };
        let entry = format!("{id} = {{ text = {}{label}{why} }}\n", quoted(&words));
        rules.entry(force).or_default().push_str(&entry);
    }
    let place = ["rules", "rules.group.g"][next(2)];
    if place != "rules" {
        text.push_str("[body.rules.group.g]\ntitle = \"Of all\"\n");
    }
    for (force, entries) in rules {
        text.push_str(&format!("[body.{place}.{force}]\n{entries}"));
    }
    text.push_str("[layout]\n");
    let setting = SETTINGS.get(next(10)).copied().unwrap_or_default();
    let (force, label) = LABELS.get(next(16)).copied().unwrap_or_default();
    // Emphasis within emphasis, or of several blocks, is no Markdown.
    let is_plain = text.starts_with("style = \"plain\"") && !text.contains("\"\"\"");
    if !setting.starts_with("sentence") || is_plain && !label.contains('*') {
        text.push_str(&format!("{setting}\n"));
    }
    // Below "Never:", a label may name what is forbidden as well as a topic.
    if !label.is_empty() && !text.starts_with("style = \"grouped\"") {
        text.push_str(&format!("rules.{force} = {}\n", quoted(label)));
    }
    text
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn rules_keep_their_forces_when_a_persona_is_imported(workspace in workspace()) {
        let loaded = Loaded::new(&workspace);
        let Some(root) = loaded.library.profiles.id_of("root") else { return Ok(()) };
        let checked = Checker::new(&loaded.library, &loaded.findings).check(root, Depth::Review);
        let Ok(checked) = checked else { return Ok(()) };
        if !is_misread(&checked.composition) {
            assert_found(&checked.composition)?;
        }
    }

    #[test]
    fn rules_keep_their_forces_whatever_the_layout(bytes in vec(any::<u8>(), 0..28)) {
        let text = profile(&bytes);
        let texts = BTreeMap::from([(Utf8PathBuf::from("profiles/p.toml"), text.clone())]);
        let (library, findings) = load_texts(&texts);
        let checked = Checker::new(&library, &findings).check(0.into(), Depth::Review);
        let checked = checked.unwrap_or_else(|_| panic!("{findings:?}\n{text}"));
        if !is_misread(&checked.composition) {
            assert_found(&checked.composition).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        }
    }
}
