//! Every target: another reader of its format finds the fields of the persona and its body, whatever they say.

use std::collections::BTreeMap;

use crate::author::import::{Setting, import, inputs};
use crate::check::{Checker, Depth};
use crate::model::{Form, Sources, TARGETS, Target};
use crate::render::markdown::body_alone;
use crate::render::render;
use crate::text::front_matter;
use crate::workspace::load_texts;
use camino::Utf8PathBuf;
use proptest::prelude::*;

use super::cases;

/// Parts of texts that the quotes, escapes and comments of a format could misread.
const PARTS: [&str; 22] = [
    "a", "'", "'''", "\"", "\"\"\"", "\\", "\\n", "\\u0041", "\n", "\n\n", "\t", ":", ": ", " #", "- ",
    "---", "{", "*", "\u{e9}", "\u{1f600}", "\u{7f}", "%",
];

fn texts() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&PARTS[..]), 1..12).prop_map(|parts| parts.concat())
}

/// A profile for every target, with what these require.
fn profile(description: &str, text: &str) -> String {
    let mut profile = toml::Table::new();
    profile.insert("description".to_owned(), description.into());
    let prose = toml::Table::from_iter([("a".to_owned(), text.into())]);
    let section = toml::Table::from_iter([("prose".to_owned(), prose.into())]);
    profile
        .insert("body".to_owned(), toml::Table::from_iter([("identity".to_owned(), section.into())]).into());
    let targets = TARGETS.iter().map(|target| {
        let settings = match target.name {
            "copilot-instructions" => toml::Table::from_iter([("applyTo".to_owned(), "**".into())]),
            "devin-rule" => toml::Table::from_iter([("trigger".to_owned(), "manual".into())]),
            _ => toml::Table::new(),
        };
        (target.name.to_owned(), settings.into())
    });
    profile.insert("target".to_owned(), toml::Table::from_iter(targets).into());
    profile.to_string()
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn every_format_holds_the_persona(description in texts(), text in texts()) {
        prop_assume!(!description.trim().is_empty() && !text.trim().is_empty());
        let files = BTreeMap::from([(Utf8PathBuf::from("profiles/p.toml"), profile(&description, &text))]);
        let (library, findings) = load_texts(&files);
        prop_assert!(findings.iter().all(|finding| !finding.breaks_file()), "{:?}", files);
        let checked = Checker::new(&library, &findings).check(0.into(), Depth::Review);
        let Ok(checked) = checked else { return Err(TestCaseError::fail("the profile is read")) };
        let persona = &checked.composition.persona;
        let body = body_alone(persona).into_text();
        let composed = persona.field("description").map(|field| field.value.to_string()).unwrap_or_default();
        prop_assert_eq!(persona.targets.len(), TARGETS.len());
        for settings in &persona.targets {
            let target = settings.target;
            let document = render(&checked.composition, settings);
            let covered = document.pieces().iter().map(|piece| piece.range.len()).sum::<usize>();
            prop_assert_eq!(covered, document.text().len(), "{}", target.name);
            let output = document.into_text();
            let (read, found): (Option<serde_json::Value>, String) = match target.form {
                Form::Markdown => (None, output.clone()),
                Form::Toml(key) => {
                    let read: toml::Table = toml::from_str(&output).unwrap_or_else(|error| panic!("{error}\n{output}"));
                    let found = read[key].as_str().unwrap_or_default().to_owned();
                    (serde_json::to_value(read).ok(), found)
                }
                Form::Json(envelope) => {
                    let read: serde_json::Value =
                        serde_json::from_str(&output).unwrap_or_else(|error| panic!("{error}\n{output}"));
                    let inner = read[envelope.within].clone();
                    let found = inner[target.form.body(None).unwrap()].as_str().unwrap_or_default().to_owned();
                    for key in target.keys.iter().filter(|key| key.is_always_written) {
                        prop_assert!(inner.get(key.name).is_some(), "{}\n{}", key.name, output);
                    }
                    (Some(inner), found)
                }
                Form::Structure => {
                    let read: serde_json::Value =
                        serde_json::from_str(&output).unwrap_or_else(|error| panic!("{error}\n{output}"));
                    let entries = read["entries"].as_array().map(Vec::as_slice).unwrap_or_default();
                    let prose = entries.iter().find(|entry| entry["address"] == "identity.a");
                    prop_assert_eq!(prose.map(|entry| &entry["text"]), Some(&text.trim_matches('\n').into()));
                    (Some(read), body.clone())
                }
                Form::FrontMatter => {
                    let (inner, _) = front_matter::split(&output).unwrap_or_else(|| panic!("{output}"));
                    let read: serde_json::Value = yaml_serde::from_str(&output[inner.clone()])
                        .unwrap_or_else(|error| panic!("{error}\n{output}"));
                    (Some(read), output[inner.end..].trim_start_matches("---\n").to_owned())
                }
            };
            prop_assert_eq!(found.trim_start_matches('\n'), body.trim_start_matches('\n'), "{}", output);
            let Some(read) = read else { continue };
            prop_assert_eq!(read["description"].as_str(), Some(composed.as_str()), "{}", output);
            let name = target.declared.map(|_| "p");
            prop_assert_eq!(read["name"].as_str(), name, "{}", output);
        }
    }
}

/// The output of a target for a profile `p` with a description and a text.
fn output(target: &'static Target, description: &str, text: &str) -> String {
    let files = BTreeMap::from([(Utf8PathBuf::from("profiles/p.toml"), profile(description, text))]);
    let (library, findings) = load_texts(&files);
    let checked =
        Checker::new(&library, &findings).check(0.into(), Depth::Review).expect("the profile is read");
    let settings = checked.composition.persona.settings(target).into_owned();
    render(&checked.composition, &settings).into_text()
}

proptest! {
    #![proptest_config(cases(60))]

    /// An output that is data is imported and built again: the bytes are the same. In another layout, the values are.
    #[test]
    fn imported_data_is_built_with_the_same_bytes_or_values(description in texts(), text in texts()) {
        prop_assume!(!description.trim().is_empty() && !text.trim().is_empty());
        for target in TARGETS.iter().filter(|target| matches!(target.form, Form::Toml(_) | Form::Json(_))) {
            let written = output(target, &description, &text);
            let imported = |text: &str| {
                let path = Utf8PathBuf::from(target.default_path("p"));
                let inputs = inputs(&path, Some(path.clone()), text.as_bytes().to_vec());
                let [Ok(input)] = inputs.as_slice() else { panic!("{inputs:?}\n{text}") };
                let mut sources = Sources::default();
                let file = sources.add(path, input.text.clone());
                import(input, "p", &Setting::new(None), file)
                    .unwrap_or_else(|finding| panic!("{}\n{text}", finding.message))
            };
            let same = imported(&written);
            prop_assert!(same.summary.is_exact && same.summary.target == target.name, "{}", written);
            let other = match target.form {
                Form::Json(_) => serde_json::from_str::<serde_json::Value>(&written).expect("JSON").to_string(),
                _ => format!("# a comment\n{written}"),
            };
            let other = imported(&other);
            prop_assert!(!other.summary.is_exact);
            prop_assert_eq!(other.files, same.files);
        }
    }
}

#[test]
fn a_path_is_recognized_wherever_the_workspace_is() {
    let at = |path: &str| -> Vec<&str> {
        TARGETS.iter().filter(|target| target.is_at(path)).map(|target| target.name).collect()
    };
    for (path, expected) in [
        (".claude/agents/a.md", &["claude"][..]),
        ("home/x/.claude/agents/team/a.md", &["claude"]),
        (".agents/skills/a/SKILL.md", &["skill"]),
        ("SOUL.md", &["soul"]),
        ("services/pay/AGENTS.md", &["agents-md"]),
        (".cursor/rules/a.mdc", &["cursor-rule"]),
        (".cursor/rules/a.md", &[]),
        (".github/agents/a.agent.md", &["copilot-agent"]),
        (".github/agents/a.md", &[]),
        (".windsurf/rules/a.md", &["devin-rule"]),
        ("x.claude/agents/a.md", &[]),
        (".claude/agents/.md", &[]),
        ("notes.md", &[]),
    ] {
        assert_eq!(at(path), expected, "{path}");
    }
}
